import { type StackRequest, templateProblems } from '@sluice/cloudformation'
import { codeKey, type StoredCode, sha256 } from '@sluice/core'
import {
  accountNamed,
  type Delivery,
  type Environment,
  type Problem,
  problemIn,
  promisedOutputs,
  stackParameters,
  stackSources,
  type Unit
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
    const requests = texts.flatMap(({ unit, text }): readonly StackRequest[] => {
      if (text === undefined) return []
      const code = codeOf(delivery, environment, unit)
      return [
        {
          unit: unit.name,
          stack: unit.name,
          dependsOn: unit.dependsOn,
          template: text.toString('utf8'),
          ...stackParameters(delivery, environment, unit, {
            reference: ARTIFACT,
            ...(code === undefined ? {} : { code })
          }),
          tags: {},
          artifact: ARTIFACT,
          promised: promisedOutputs(unit),
          sources: stackSources(delivery, environment, unit, [ARTIFACT], code)
        }
      ]
    })
    for (const { unit, problem } of templateProblems(requests)) if (!found.has(unit)) found.set(unit, problem)
  }
  return [...found].map(([unit, message]) =>
    problemIn(delivery, file, { at: ['units', unit, 'stack', 'template'], message })
  )
}
