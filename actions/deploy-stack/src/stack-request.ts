import { type KeepTemplate, keepNested, type StackRequest } from '@sluice/cloudformation'
import { type Digest, type Release, stackName, UserError, unitRepository } from '@sluice/core'
import {
  type Delivery,
  type Environment,
  environmentNamed,
  promisedOutputs,
  stackParameters,
  stackSettings,
  stackSources,
  stackTags,
  type Unit,
  valuesInFiles
} from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import type { FindCode } from './own-code.ts'

/** Where what stacks take from S3 is found in the account of an environment. */
export interface Stores {
  readonly findCode: FindCode
  /** Absent: the account has no bucket for it. */
  readonly keepTemplate: KeepTemplate | undefined
}

/** The stack that a unit of a release is to have in an environment: name, template, parameters, tags and settings. @throws UserError */
export async function stackOf(
  pipeline: Pick<Pipeline, 'policy' | 'registryHost' | 'repository'>,
  environment: Environment,
  release: Release,
  delivery: Delivery,
  unit: Unit,
  { findCode, keepTemplate }: Stores
): Promise<StackRequest> {
  const { repository, policy } = pipeline
  const released = release.units[unit.name]
  if (released === undefined) {
    throw new UserError(
      `Release ${release.commit} has no unit ${unit.name}, although delivery.yml of its commit defines it. Deliver the commit again.`
    )
  }
  const template = await repository.fileAt(release.commit, unit.stack.template)
  if (template === undefined)
    throw new UserError(
      `The template ${unit.stack.template} of unit ${unit.name} is not a file of commit ${release.commit}. Commit it there as a file, not as a link, or correct it in delivery.yml, and deliver again.`
    )
  const imageOf = (name: string, digest: Digest): string =>
    `${pipeline.registryHost}/${unitRepository(policy.product, name)}@${digest}`
  const reference = unit.kind === 'image' ? imageOf(unit.name, released.digest) : released.digest
  const { text, nested } = await keepNested(
    { path: unit.stack.template, text: template.toString('utf8') },
    { unit: unit.name, read: path => repository.fileAt(release.commit, path), keep: keepTemplate }
  )
  const inFiles = await valuesInFiles(unit, environment, path => repository.fileAt(release.commit, path))
  const code =
    unit.kind === 'image' ? undefined : await findCode({ name: unit.name, digest: released.digest, template: text })
  const own = Object.entries(release.units).flatMap(([name, { kind, digest }]) =>
    kind === 'image' ? [imageOf(name, digest)] : []
  )
  return {
    unit: unit.name,
    stack: stackName(policy.product, environment.name, unit.name),
    dependsOn: unit.dependsOn.filter(name => delivery.units.some(other => other.name === name)),
    template: text,
    ...(nested.length === 0 ? {} : { nested }),
    ...(keepTemplate === undefined ? {} : { keepTemplate }),
    ...stackParameters(policy, environment, unit, { reference, inFiles, ...(code === undefined ? {} : { code }) }),
    tags: stackTags({ product: policy.product, tags: delivery.tags }, environment, unit),
    settings: stackSettings(environment, unit),
    artifact: released.digest,
    promised: promisedOutputs(unit),
    sources: stackSources(policy, environmentNamed(policy, environment.name), unit, own, code)
  }
}
