import { UserError } from '@sluice/core'
import type { Repository } from '@sluice/git'
import { buildOf, folderOf } from './build-sources.ts'
import type { Delivery, Unit } from './delivery.ts'
import { formatPath, problemAt } from './explain.ts'
import { dockerfilePath } from './fingerprint.ts'
import { sourceOf } from './parse.ts'
import { ConfigError, type Problem, show } from './problem.ts'
import type { Path, Source } from './yaml-source.ts'

interface Expectation {
  /** Where delivery.yml names it. */
  readonly at: Path
  readonly path: string
  readonly kind: 'file' | 'directory'
  readonly what: string
}

/**
 * Checks that everything delivery.yml names is in the commit, and that no folder that a unit is built from has uncommitted
 * changes (only when the commit is the one checked out: another one is not built from the work tree).
 * @throws ConfigError at the line of delivery.yml that names the path.
 */
export async function checkRepository(
  delivery: Delivery,
  repository: Pick<Repository, 'head' | 'entryAt' | 'dirtyPaths' | 'checkFolder'>,
  commit: string
): Promise<void> {
  const source = sourceOf(delivery) ?? UNKNOWN
  const problems: Problem[] = []
  const expected = expectations(delivery)
  // All at once, so that one process of git can tell.
  const entries = await Promise.all(expected.map(async ({ path }) => repository.entryAt(commit, path)))
  for (const [n, { at, path, kind, what }] of expected.entries()) {
    const entry = entries[n]
    if (entry?.kind === kind) continue
    const found = entry === undefined ? 'is not in' : `is a ${entry.kind} in`
    const message = `found ${show(path)}, which ${found} commit ${commit.slice(0, 12)}; ${what} must be a committed ${kind}`
    problems.push(problemAt(source, at, `${formatPath(at)}: ${message}`))
  }
  if (problems.length === 0) problems.push(...(await unfit(delivery, repository, commit, source)))
  if (problems.length === 0 && (await repository.head()) === commit)
    problems.push(...(await uncommitted(delivery, repository, source)))
  if (problems.length > 0) throw new ConfigError(problems)
}

/** A delivery that was not read from a file has no lines to name. */
const UNKNOWN: Source = { file: 'delivery.yml', value: undefined, at: () => ({ line: 1, column: 1 }) }

function expectations(delivery: Delivery): readonly Expectation[] {
  const expected: Expectation[] = []
  for (const unit of delivery.units) {
    const at: Path = ['units', unit.name]
    const build = buildOf(unit)
    if (build === undefined) {
      const path = folderOf(unit)
      expected.push({ at: [...at, 'bundle', 'path'], path, kind: 'directory', what: "the bundle's folder" })
    } else {
      const place = [...at, ...buildPath(unit)]
      const { context } = build
      expected.push({ at: [...place, 'context'], path: context, kind: 'directory', what: 'the build context' })
      const dockerfile = dockerfilePath(build)
      expected.push({ at: [...place, 'dockerfile'], path: dockerfile, kind: 'file', what: 'the Dockerfile' })
    }
    const { template } = unit.stack
    expected.push({ at: [...at, 'stack', 'template'], path: template, kind: 'file', what: 'the template' })
  }
  for (const [index, { runbook }] of delivery.environments.entries()) {
    if (runbook !== undefined)
      expected.push({ at: ['environments', index, 'runbook'], path: runbook, kind: 'file', what: 'the runbook' })
  }
  return expected
}

/** What a build would refuse to take over from the commit. */
async function unfit(
  delivery: Delivery,
  repository: Pick<Repository, 'checkFolder'>,
  commit: string,
  source: Source
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const unit of delivery.units) {
    try {
      await repository.checkFolder(commit, folderOf(unit), buildOf(unit) === undefined ? 'bundle' : 'image')
    } catch (error: unknown) {
      if (!(error instanceof UserError)) throw error
      const at = folderPath(unit)
      problems.push(problemAt(source, at, `${formatPath(at)}: ${error.message}`))
    }
  }
  return problems
}

/** Where delivery.yml says, below a unit, how it is built. */
function buildPath({ kind }: Unit): Path {
  return kind === 'image' ? ['image'] : ['bundle', 'build']
}

/** Where delivery.yml names the folder of a unit. */
function folderPath(unit: Unit): Path {
  return ['units', unit.name, ...(buildOf(unit) === undefined ? ['bundle', 'path'] : [...buildPath(unit), 'context'])]
}

async function uncommitted(
  delivery: Delivery,
  repository: Pick<Repository, 'dirtyPaths'>,
  source: Source
): Promise<readonly Problem[]> {
  // A look at all of them is enough where there is nothing to name.
  if ((await repository.dirtyPaths(delivery.units.map(folderOf))).length === 0) return []
  const problems: Problem[] = []
  for (const unit of delivery.units) {
    const folder = folderOf(unit)
    const [first, ...others] = await repository.dirtyPaths([folder])
    if (first === undefined) continue
    const at = folderPath(unit)
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    const message = `found uncommitted changes in ${show(folder)}: ${show(first)}${more}; commit, ignore or discard them`
    problems.push(problemAt(source, at, `${formatPath(at)}: ${message}`))
  }
  return problems
}
