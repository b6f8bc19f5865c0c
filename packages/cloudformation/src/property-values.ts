import type { Change, ResourceChangeDetail } from '@aws-sdk/client-cloudformation'
import { canonicalJson, cut, type PlannedChange, type PropertyChange } from '@sluice/core'
import type { CloudFormation } from './connection.ts'

/** UTF-16 code units kept of one value. CloudFormation cuts long ones, too. */
const LONGEST = 1_000

/**
 * Adds to the changes of a change set which values they set, as far as CloudFormation tells them.
 *
 * It leaves out whole resources of whose values it can make nothing, and the reason of a change set that failed, when it is asked for values
 * (aws/aws-cdk-cli#1780, boto/boto3#4178). So what changes is what it said without them, and this only adds.
 * @param id ARN of a change set that is ready.
 */
export async function withValues(
  cloudFormation: CloudFormation,
  stack: string,
  id: string,
  changes: readonly PlannedChange[]
): Promise<readonly PlannedChange[]> {
  if (!changes.some(({ action }) => action === 'Modify')) return changes
  const told = new Map<string, readonly PropertyChange[]>()
  let token: string | undefined
  do {
    const page = await cloudFormation.describeChangeSet({
      ...{ ChangeSetName: id, StackName: stack, IncludePropertyValues: true },
      ...(token === undefined ? {} : { NextToken: token })
    })
    for (const { logicalId, values } of (page.Changes ?? []).flatMap(valuesOf)) told.set(logicalId, values)
    token = page.NextToken
  } while (token !== undefined && token !== '')
  return changes.map(change => {
    const values = change.action === 'Modify' ? told.get(change.logicalId) : undefined
    return values === undefined || values.length === 0 ? change : { ...change, values }
  })
}

/** Changes without what {@link withValues} adds. */
export function withoutValues(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  return changes.map(({ values: _, ...change }) => change)
}

function valuesOf({
  ResourceChange: it
}: Change): readonly { readonly logicalId: string; readonly values: readonly PropertyChange[] }[] {
  if (it?.Action !== 'Modify') return []
  const byPath = new Map<string, PropertyChange>()
  for (const detail of it.Details ?? []) {
    const change = decode(detail)
    // The same property may be told twice: as what is known, and as what is known when it is executed.
    if (change !== undefined && (detail.Evaluation === 'Static' || !byPath.has(change.path)))
      byPath.set(change.path, change)
  }
  const values = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return [{ logicalId: it.LogicalResourceId ?? '', values }]
}

function decode({ Target: target }: ResourceChangeDetail): PropertyChange | undefined {
  const { Attribute, Name, Path, BeforeValue, AfterValue, RequiresRecreation } = target ?? {}
  const path = Path ?? `/${[Attribute, Name].filter(part => part !== undefined && part !== '').join('/')}`
  const recreates = RequiresRecreation === 'Always' || RequiresRecreation === 'Conditionally'
  if (path === '/' || (BeforeValue === undefined && AfterValue === undefined)) return undefined
  return {
    path,
    ...(BeforeValue === undefined ? {} : { before: textOf(BeforeValue) }),
    ...(AfterValue === undefined ? {} : { after: textOf(AfterValue) }),
    ...(recreates ? { recreates: RequiresRecreation } : {})
  }
}

/** The same text for the same value, in whatever order CloudFormation tells the members of an object. */
function textOf(value: string): string {
  const text = canonicalOf(value) ?? value
  return text.length > LONGEST ? `${cut(text, LONGEST)}…` : text
}

function canonicalOf(value: string): string | undefined {
  if (!/^\s*[{[]/.test(value)) return undefined
  try {
    return canonicalJson(JSON.parse(value))
  } catch {
    return undefined
  }
}
