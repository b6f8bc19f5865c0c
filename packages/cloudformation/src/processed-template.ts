import type { PlannedReference } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import type { ChangeSet } from './read-change-set.ts'
import { referencesOf } from './sources.ts'
import { knownParameters, type WantedStack } from './wanted-stack.ts'

/**
 * What a stack takes from outside after its transforms: they make a template of the text that nobody has read.
 * Nothing for one without transforms, whose text has told already.
 * @param changeSet one that is ready.
 * @throws UserError naming what may not be taken.
 */
export async function processedReferences(
  cloudFormation: CloudFormation,
  target: WantedStack,
  changeSet: Pick<ChangeSet, 'id'>,
  values: Readonly<Record<string, string>>
): Promise<readonly PlannedReference[]> {
  const { request, template } = target
  if (!template.transformed || request.sources === undefined) return []
  const { TemplateBody = '' } = await cloudFormation.getTemplate({
    StackName: request.stack,
    ChangeSetName: changeSet.id,
    TemplateStage: 'Processed'
  })
  return referencesOf(request, TemplateBody, knownParameters(target, values))
}
