import { dirname, relative, resolve, sep } from 'node:path'
import { parseAwsEndpoints } from '@sluice/core'
import {
  ConfigError,
  checkRepository,
  type Delivery,
  type Environment,
  formatProblem,
  parseDelivery,
  problemIn
} from '@sluice/delivery'
import { openRepository, type Repository } from '@sluice/git'
import type { Arguments } from './arguments.ts'
import { callerWarnings } from './caller-warnings.ts'
import { compareWithLedger } from './compare-with-ledger.ts'
import { EXIT } from './exit-codes.ts'
import { findIdleEnds } from './idle-ends.ts'
import type { Io } from './io.ts'
import { longTrustsOfClone } from './long-trust-warnings.ts'
import { rootedAt } from './nested-product.ts'
import { readGiven } from './read-file.ts'
import { repositoryRoot } from './repository-root.ts'
import { findTemplateProblems } from './template-problems.ts'
import { painter } from './terminal.ts'

/** The command `validate`: reads a delivery.yml and looks for everything it names in the commit that is checked out. */
export async function validate(args: Arguments<'root'>, io: Io): Promise<number> {
  const [file = 'delivery.yml'] = args.operands
  const path = resolve(io.cwd, file)
  const red = painter(io.stderr, io.env)
  let root: string | undefined
  try {
    const content = await readGiven(path, file, 'validate')
    const delivery = parseDelivery(content, file)
    parseAwsEndpoints(io.env)
    const given = args.value('root')
    root = given === undefined ? repositoryRoot(dirname(path)) : resolve(io.cwd, given)
    const repository = openRepository(repositoryRoot(root))
    const commit = await repository.head()
    const rooted = rootedAt(repository, root)
    await checkRepository(delivery, rooted, commit)
    await checkCommitted(content, { repository, commit, path, file })
    const inside = relative(repository.directory, path).split(sep).join('/')
    const where = { file, path: inside.startsWith('../') ? undefined : inside }
    const { problems, warnings, missing } = await compareWithLedger(delivery, repository.directory, where)
    const yellow = painter(io.stderr, io.env)
    const long = await longTrustsOfClone(delivery, file, repository.directory)
    const callers = await callerWarnings(delivery, { ...where, repository, commit })
    for (const warning of [...warnings, ...long, ...callers])
      io.stderr.write(`${yellow('yellow', formatProblem(warning))}\n`)
    const refused = [
      ...problems,
      ...findIdleEnds(delivery).map(it => problemIn(delivery, file, it)),
      ...(await findTemplateProblems(delivery, { repository: rooted, commit, file }))
    ]
    if (refused.length > 0) throw new ConfigError(refused)
    const uncompared = missing.map(text => ` ${text}.`).join('')
    io.stdout.write(`${painter(io.stdout, io.env)('green', `${file} is valid`)}: ${describe(delivery)}${uncompared}\n`)
    return EXIT.fine
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) io.stderr.write(`${red('red', formatProblem(problem))}\n`)
    // The usual reason for a list of absent files.
    if (root !== undefined && root !== dirname(path)) {
      const name = (folder: string): string => relative(io.cwd, folder) || '.'
      io.stderr.write(
        `Paths in ${file} are relative to ${name(root)}. For another folder: sluice validate ${file} --root ${name(dirname(path))}\n`
      )
    }
    return EXIT.problems
  }
}

/** A delivery reads the commit, so the file that was just read must be the one that is in it. @throws ConfigError */
async function checkCommitted(
  content: Uint8Array,
  where: { readonly repository: Repository; readonly commit: string; readonly path: string; readonly file: string }
): Promise<void> {
  const { repository, commit, path, file } = where
  const inside = relative(repository.directory, path).split(sep).join('/')
  // A file from elsewhere, for which somebody named the repository: it is not what gets delivered, but a draft.
  if (inside.startsWith('../')) return
  const problem = await findUncommitted(content, repository, commit, inside)
  if (problem !== undefined) throw new ConfigError([{ file, line: 1, column: 1, message: `found ${problem}` }])
}

async function findUncommitted(
  content: Uint8Array,
  repository: Repository,
  commit: string,
  inside: string
): Promise<string | undefined> {
  const reads = `a delivery reads commit ${commit.slice(0, 12)}`
  const entry = await repository.entryAt(commit, inside)
  if (entry === undefined) return `a file that is not committed; ${reads}: commit the file`
  if (entry.kind !== 'file') return `a ${entry.kind}; ${reads} and follows none: replace it with a file`
  const committed = await repository.fileAt(commit, inside)
  if (committed !== undefined && (await isSame(content, committed, repository, inside))) return undefined
  return `changes that are not committed; ${reads}: commit or discard them`
}

/** Whether a file is as committed: byte for byte, or with the line ends of this machine where git writes those and calls it unchanged. */
async function isSame(content: Uint8Array, committed: Buffer, repository: Repository, path: string): Promise<boolean> {
  if (committed.equals(content)) return true
  const sameLines = unixLines(committed) === unixLines(content)
  return sameLines && (await repository.dirtyPaths([path])).length === 0
}

function unixLines(content: Uint8Array): string {
  return Buffer.from(content).toString('latin1').replaceAll('\r\n', '\n')
}

function describe(delivery: Delivery): string {
  const units = delivery.units.map(({ name, kind }) => `${name} (${kind})`).join(', ')
  const environments = delivery.environments.map(it => `${it.name} (${gateOf(it)})`).join(', ')
  const advisory = delivery.ledger.key === undefined ? ' The ledger is advisory: ledger.key is not set.' : ''
  const loose =
    delivery.ledger.key !== undefined && delivery.ledger.anchors === undefined
      ? " Whoever may push can put the ledger back unnoticed: ledger.anchors is not set, a bucket that Sluice's docs/aws-roles.md describes."
      : ''
  const anyWorkflow =
    delivery.sluice === undefined
      ? ' The roles trust every workflow of the delivery refs: sluice.repository and sluice.commits are not set.'
      : ''
  return `${delivery.product} delivers ${units} to ${environments}.${advisory}${loose}${anyWorkflow}`
}

/** A manual start asks a second person only where production is served, unless delivery.yml says that there is none. */
function gateOf({ gate, level, secondPerson }: Environment): string {
  if (gate !== 'dispatch') return gate
  return level === 'production' && secondPerson !== 'none' ? 'dispatch: with a reviewer' : 'dispatch: no second person'
}
