import type { PlannedReference, Widening } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import type { LiveStack } from './live-stack.ts'
import type { ChangeSet } from './read-change-set.ts'
import { pseudoParameters, referencesOf } from './sources.ts'
import { hasTransforms } from './template.ts'
import { knownParameters, type WantedStack } from './wanted-stack.ts'
import { widenings } from './widening.ts'

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
  return referencesOf(request, await processedText(cloudFormation, target, changeSet), knownParameters(target, values))
}

/**
 * What a stack's template lets happen beyond what is live, transforms included.
 * @param changeSet absent where none is ready: then the text counts as it is.
 */
export async function widensBy(
  cloudFormation: CloudFormation,
  target: WantedStack,
  {
    changeSet,
    values,
    live
  }: {
    readonly changeSet?: Pick<ChangeSet, 'id'>
    readonly values: Readonly<Record<string, string>>
    readonly live: LiveStack | undefined
  }
): Promise<readonly Widening[]> {
  const { sources } = target.request
  const pseudo = sources === undefined ? {} : pseudoParameters(sources)
  const text = changeSet === undefined ? target.template.text : await processedText(cloudFormation, target, changeSet)
  const before = live === undefined ? undefined : await liveText(cloudFormation, live)
  return widenings(before === undefined ? undefined : { text: before, parameters: live?.parameters ?? {}, pseudo }, {
    ...{ text, pseudo },
    parameters: knownParameters(target, values)
  })
}

/** The template as CloudFormation reads it. */
async function processedText(
  cloudFormation: CloudFormation,
  { request, template }: WantedStack,
  { id: ChangeSetName }: Pick<ChangeSet, 'id'>
): Promise<string> {
  if (!template.transformed) return template.text
  const TemplateStage = 'Processed'
  const { TemplateBody } = await cloudFormation.getTemplate({ StackName: request.stack, ChangeSetName, TemplateStage })
  return TemplateBody ?? ''
}

async function liveText(cloudFormation: CloudFormation, live: LiveStack): Promise<string | undefined> {
  if (live.templateText === undefined || !hasTransforms(live.templateText)) return live.templateText
  const { TemplateBody } = await cloudFormation.getTemplate({ StackName: live.name, TemplateStage: 'Processed' })
  return TemplateBody
}
