import {
  canonicalJson,
  type Digest,
  Failure,
  type PlannedReference,
  type PlannedStack,
  sha256,
  type Widening
} from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import type { Difference } from './difference.ts'
import type { LiveStack } from './live-stack.ts'
import { allReferencesOf } from './nested-references.ts'
import { nestedWidenings } from './nested-widenings.ts'
import { HIDDEN } from './parameters.ts'
import type { ChangeSet } from './read-change-set.ts'
import { pseudoParameters } from './sources.ts'
import { hasTransforms, templateDigest } from './template.ts'
import { isTreeMap, readTree, type Tree } from './template-tree.ts'
import { knownParameters, type WantedStack } from './wanted-stack.ts'
import { widenings } from './widening.ts'

/** What the template of a change set tells, once its transforms have made of it what CloudFormation executes. */
type Told = Pick<PlannedStack, 'processed' | 'references' | 'widens'>

/**
 * What approvers see of a change set's template, besides what it changes; empty members are absent.
 * @param changeSet one that is ready.
 * @throws UserError naming what the stack may not take from outside.
 */
export async function toldByTemplate(
  cloudFormation: CloudFormation,
  target: WantedStack,
  { changeSet, values, live }: { readonly changeSet: Pick<ChangeSet, 'id'> } & Reading
): Promise<Told> {
  const text = await processedText(cloudFormation, target, changeSet)
  const references = processedReferences(target, text, values)
  const widens = await widensBy(cloudFormation, target, { text, values, live })
  return {
    ...(target.template.transformed ? { processed: processedDigest(target, text, values) } : {}),
    ...(references.length === 0 ? {} : { references }),
    ...(widens.length === 0 ? {} : { widens })
  }
}

/**
 * What a stack takes from outside after its transforms: they make a template of the text that nobody has read.
 * Nothing for one without transforms, whose text has told already.
 * @param text the template as {@link processedText} reads it.
 * @throws UserError naming what may not be taken.
 */
export function processedReferences(
  target: WantedStack,
  text: string,
  values: Readonly<Record<string, string>>
): readonly PlannedReference[] {
  const { request, template } = target
  if (!template.transformed || request.sources === undefined) return []
  return allReferencesOf(request, text, knownParameters(target, values))
}

/**
 * That transforms make something else of the text than they did for the plan, or nothing of the kind.
 * @param text the template as {@link processedText} reads it.
 */
export function compareProcessed(
  { unit, stack, processed }: PlannedStack,
  target: WantedStack,
  text: string,
  values: Readonly<Record<string, string>>
): readonly Difference[] {
  if (!target.template.transformed) return []
  const found = processedDigest(target, text, values)
  const what = 'what the transforms make of the template'
  return found === processed ? [] : [{ unit, stack, what, planned: processed ?? 'unknown', found }]
}

/** What is known when a template is read. */
interface Reading {
  /** Of its parameters, as CloudFormation gets them. */
  readonly values: Readonly<Record<string, string>>
  readonly live: LiveStack | undefined
}

/**
 * What a stack's template lets happen beyond what is live, transforms included.
 * @param text the template as {@link processedText} reads it; as it is written where there is no change set yet.
 */
export async function widensBy(
  cloudFormation: CloudFormation,
  target: WantedStack,
  { text, values, live }: { readonly text: string } & Reading
): Promise<readonly Widening[]> {
  const { sources } = target.request
  const pseudo = sources === undefined ? {} : pseudoParameters(sources)
  const before = live === undefined ? undefined : await liveText(cloudFormation, live)
  const now = { text, pseudo, parameters: knownParameters(target, values) }
  const was = before === undefined ? undefined : { text: before, parameters: live?.parameters ?? {}, pseudo }
  return [
    ...widenings(was, now),
    ...(await nestedWidenings(cloudFormation, target.request.nested ?? [], now, live?.name))
  ]
}

/** The template of a change set as CloudFormation executes it. */
export async function processedText(
  cloudFormation: CloudFormation,
  { request, template }: WantedStack,
  { id: ChangeSetName }: Pick<ChangeSet, 'id'>
): Promise<string> {
  if (!template.transformed) return template.text
  const TemplateStage = 'Processed'
  const { TemplateBody } = await cloudFormation.getTemplate({ StackName: request.stack, ChangeSetName, TemplateStage })
  if (TemplateBody !== undefined) return TemplateBody
  throw new Failure(
    `CloudFormation did not say what the transforms make of the template of stack ${request.stack}, so that no one can see what would be executed. Re-run the job.`
  )
}

/**
 * Names what transforms have made, in whatever order it is told.
 * Transforms may write out the value of a parameter that is to be shown to no one: a digest of it would let others try values, so it counts as hidden.
 */
function processedDigest({ template }: WantedStack, text: string, values: Readonly<Record<string, string>>): Digest {
  const tree = readTree(text)
  if (tree === undefined) return templateDigest(text)
  const secrets = [...template.parameters].flatMap(([name, { noEcho, default: fallback = '' }]) => {
    const value = values[name] ?? fallback
    // As it is, and as `Fn::ToJsonString` writes it.
    return noEcho && value !== '' ? [JSON.stringify(value).slice(1, -1), value] : []
  })
  return sha256(canonicalJson(masked(tree, secrets)))
}

function masked(tree: Tree, secrets: readonly string[]): Tree {
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, () => HIDDEN), text)
  if (typeof tree === 'string') return hide(tree)
  if (!isTreeMap(tree)) return tree.map(item => masked(item, secrets))
  return Object.fromEntries(Object.entries(tree).map(([name, item]) => [hide(name), masked(item, secrets)]))
}

async function liveText(cloudFormation: CloudFormation, live: LiveStack): Promise<string | undefined> {
  if (live.templateText === undefined || !hasTransforms(live.templateText)) return live.templateText
  const { TemplateBody } = await cloudFormation.getTemplate({ StackName: live.name, TemplateStage: 'Processed' })
  return TemplateBody
}
