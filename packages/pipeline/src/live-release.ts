import { canonicalJson, type NamedRelease, UserError } from '@sluice/core'
import {
  accountNamed,
  environmentNamed,
  fingerprintOf,
  parameterFilesOf,
  stackSettings,
  type Unit
} from '@sluice/delivery'
import type { Repository } from '@sluice/git'
import type { Pipeline } from './pipeline.ts'

/**
 * Whether a release is what the ledger holds as live in an environment: the same release, or one that git says is made of the same (builds,
 * templates, parameters). That somebody found nothing to change there is his word; this is not.
 */
export async function isLive(
  pipeline: Pick<Pipeline, 'at' | 'history' | 'repository'>,
  environment: string,
  release: NamedRelease
): Promise<boolean> {
  const live = (await pipeline.history.live(environment))?.release
  if (live === undefined) return false
  if (live.digest === release.digest || live.commit === release.commit) return live.digest === release.digest
  try {
    return (
      (await contentOf(pipeline, environment, live.commit)) === (await contentOf(pipeline, environment, release.commit))
    )
  } catch (error: unknown) {
    // A commit that is not in this clone, or was made for an older delivery.yml: what cannot be compared is not the same.
    if (error instanceof UserError) return false
    throw error
  }
}

/** Everything in git that decides what the stacks of an environment become. */
async function contentOf(
  { at, repository }: Pick<Pipeline, 'at' | 'repository'>,
  environment: string,
  commit: string
): Promise<string> {
  const delivery = await at(commit)
  const named = environmentNamed(delivery, environment)
  const { account, parameters, tags } = named
  const { bundles = '' } = accountNamed(delivery, account)
  const units = await Promise.all(
    delivery.units.map(async unit => ({
      name: unit.name,
      kind: unit.kind,
      build: await fingerprintOf(repository, commit, unit),
      template: (await repository.treeOf(commit, unit.stack.template)) ?? '',
      nested: await nestedIn(repository, commit, unit),
      files: await Promise.all(
        parameterFilesOf(unit, { name: environment }).map(async path => (await repository.treeOf(commit, path)) ?? '')
      ),
      parameters: { ...unit.stack.parameters, ...parameters[unit.name] },
      tags: { ...delivery.tags, ...unit.stack.tags, ...tags },
      settings: { ...stackSettings(named, unit) },
      dependsOn: [...unit.dependsOn],
      publish: unit.kind === 'bundle' ? (unit.bundle.publish ?? '') : '',
      invalidate: unit.kind === 'bundle' ? (unit.bundle.invalidate ?? '') : '',
      // Where its functions take their code from.
      bundles: unit.kind === 'bundle' ? bundles : '',
      cacheControl: unit.kind === 'bundle' ? [...unit.bundle.cacheControl] : []
    }))
  )
  return canonicalJson(units.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
}

/** A template that names others may name any file: such a unit is looked at whenever any of them has changed. */
async function nestedIn(repository: Repository, commit: string, { stack }: Unit): Promise<string> {
  const text = await repository.fileAt(commit, stack.template)
  return text?.includes('TemplateURL') === true ? ((await repository.treeOf(commit, '.')) ?? '') : ''
}
