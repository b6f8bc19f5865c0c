import { type StackRequest, templateProblems } from '@sluice/cloudformation'
import { sha256 } from '@sluice/core'
import { type Delivery, type Problem, problemIn, stackParameters, stackSources } from '@sluice/delivery'
import type { Repository } from '@sluice/git'

/** What was never built: templates are read, and nothing is deployed. */
const ARTIFACT = sha256('')

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
    const requests = texts.flatMap(({ unit, text }): readonly StackRequest[] =>
      text === undefined
        ? []
        : [
            {
              unit: unit.name,
              stack: unit.name,
              dependsOn: unit.dependsOn,
              template: text.toString('utf8'),
              ...stackParameters(delivery, environment, unit, ARTIFACT),
              tags: {},
              artifact: ARTIFACT,
              sources: stackSources(delivery, environment, unit, [ARTIFACT])
            }
          ]
    )
    for (const { unit, problem } of templateProblems(requests)) if (!found.has(unit)) found.set(unit, problem)
  }
  return [...found].map(([unit, message]) =>
    problemIn(delivery, file, { at: ['units', unit, 'stack', 'template'], message })
  )
}
