import { type KeepTemplate, keepNested, type StackRequest, templateProblems } from '@sluice/cloudformation'
import { codeKey, objectUrl, type StoredCode, sha256, templateKey, UserError } from '@sluice/core'
import {
  accountNamed,
  type Delivery,
  type Environment,
  type Problem,
  problemIn,
  promisedOutputs,
  stackParameters,
  stackSources,
  type Unit,
  valuesInFiles
} from '@sluice/delivery'
import type { Repository } from '@sluice/git'

/** What was never built: templates are read, and nothing is deployed. */
const ARTIFACT = sha256('')

/** Where Lambda would take a bundle from. */
function codeOf(delivery: Delivery, { account }: Environment, { kind, name }: Unit): StoredCode | undefined {
  const { bundles: bucket } = accountNamed(delivery, account)
  if (kind !== 'bundle' || bucket === undefined) return undefined
  return { bucket, key: codeKey(delivery.product, name, ARTIFACT), version: 'none' }
}

/** What a plan would refuse of the templates of a commit, and of the parameters that delivery.yml sets, in any environment. */
export async function findTemplateProblems(
  delivery: Delivery,
  where: { readonly repository: Pick<Repository, 'fileAt'>; readonly commit: string; readonly file: string }
): Promise<readonly Problem[]> {
  const { repository, commit, file } = where
  const texts = await Promise.all(
    delivery.units.map(async unit => ({ unit, text: await repository.fileAt(commit, unit.stack.template) }))
  )
  const found = new Map<string, string>()
  for (const environment of delivery.environments) {
    const requests: StackRequest[] = []
    for (const { unit, text } of texts) {
      if (text === undefined) continue
      try {
        requests.push(await requestOf(delivery, environment, unit, text, path => repository.fileAt(commit, path)))
      } catch (error: unknown) {
        if (!(error instanceof UserError)) throw error
        if (!found.has(unit.name)) found.set(unit.name, error.message)
      }
    }
    for (const { unit, problem } of templateProblems(requests)) if (!found.has(unit)) found.set(unit, problem)
  }
  return [...found].map(([unit, message]) =>
    problemIn(delivery, file, { at: ['units', unit, 'stack', 'template'], message })
  )
}

/** Where templates would be put. */
function keeping(delivery: Delivery, { account }: Environment): KeepTemplate | undefined {
  const { bundles: bucket, region } = accountNamed(delivery, account)
  if (bucket === undefined) return undefined
  return async text => objectUrl({ bucket, key: templateKey(delivery.product, sha256(text)), version: 'none' }, region)
}

/** @throws UserError where templates that it nests cannot be taken. */
async function requestOf(
  delivery: Delivery,
  environment: Environment,
  unit: Unit,
  file: Uint8Array,
  read: (path: string) => Promise<Uint8Array | undefined>
): Promise<StackRequest> {
  const code = codeOf(delivery, environment, unit)
  const keep = keeping(delivery, environment)
  const { text, nested } = await keepNested(
    { path: unit.stack.template, text: Buffer.from(file).toString('utf8') },
    { unit: unit.name, read, keep }
  )
  const inFiles = await valuesInFiles(unit, environment, read)
  return {
    unit: unit.name,
    stack: unit.name,
    dependsOn: unit.dependsOn,
    template: text,
    ...(nested.length === 0 ? {} : { nested }),
    ...(keep === undefined ? {} : { keepTemplate: keep }),
    ...stackParameters(delivery, environment, unit, {
      reference: ARTIFACT,
      inFiles,
      ...(code === undefined ? {} : { code })
    }),
    tags: {},
    artifact: ARTIFACT,
    promised: promisedOutputs(unit),
    sources: stackSources(delivery, environment, unit, [ARTIFACT], code)
  }
}
