import type { PlannedChange } from '@sluice/core'
import { type CloudFormation, CloudFormationError } from './connection.ts'
import { byName, resolvedIn } from './live-stack.ts'
import { byResource, decodeChange } from './planned-change.ts'
import { type ChangeSetSettings, changeSetSettings } from './settings.ts'

/** A change set, read back whole. */
export interface ChangeSet {
  /** Its ARN: names exactly this one, also when another of the same name follows. */
  readonly id: string
  readonly stackId: string
  readonly state: ChangeSetState
  readonly reason: string
  readonly parameters: Readonly<Record<string, string>>
  /** What AWS looked up for parameters of type `AWS::SSM::Parameter::Value<…>`, when the change set was made. */
  readonly resolved: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly settings: ChangeSetSettings
  readonly changes: readonly PlannedChange[]
  /** Nested stacks whose own change sets are gone: nobody knows what would change in them. */
  readonly unknown: readonly string[]
}

/** `stale`: not to be executed any more, because the stack moved, it was executed before, or a part of it is gone. */
export type ChangeSetState = 'pending' | 'ready' | 'empty' | 'failed' | 'executing' | 'stale'

/** Both of AWS's texts; there is no code for it. */
const NOTHING_TO_DO = /didn't contain changes|no updates are to be performed/i

/**
 * Reads a change set by name or ARN, all pages, nested stacks included; `undefined` when there is none.
 * @param stack absent for an ARN whose stack is not known. With an ARN it is not needed, but tells which stack's permissions count.
 */
export async function readChangeSet(
  cloudFormation: CloudFormation,
  stack: string | undefined,
  name: string
): Promise<ChangeSet | undefined> {
  const changes: PlannedChange[] = []
  const unknown: string[] = []
  let token: string | undefined
  for (;;) {
    const page = await describePage(cloudFormation, stack, name, token)
    if (page === undefined) return undefined
    for (const change of page.Changes ?? []) {
      const planned = decodeChange(change)
      if (planned === undefined) continue
      changes.push(planned)
      const nested = change.ResourceChange?.ChangeSetId
      if (nested === undefined || nested === '') continue
      const inner = await readNested(cloudFormation, planned.logicalId, {
        id: nested,
        stack: change.ResourceChange?.PhysicalResourceId
      })
      changes.push(...inner.changes)
      unknown.push(...inner.unknown)
    }
    token = page.NextToken
    if (token !== undefined && token !== '') continue
    const reason = page.StatusReason ?? ''
    const state = stateOf(page.Status ?? '', page.ExecutionStatus ?? '', reason)
    return {
      id: page.ChangeSetId ?? name,
      stackId: page.StackId ?? stack ?? '',
      // Parts of one that is executed, or was, may be gone rightly.
      state: state === 'ready' && unknown.length > 0 ? 'stale' : state,
      reason,
      parameters: byName((page.Parameters ?? []).map(it => [it.ParameterKey, it.ParameterValue])),
      resolved: resolvedIn(page.Parameters),
      tags: byName((page.Tags ?? []).map(it => [it.Key, it.Value])),
      settings: changeSetSettings(page),
      changes: changes.sort(byResource),
      unknown
    }
  }
}

/** What is known of a nested stack, named after it: `Network/Subnet`. */
async function readNested(
  cloudFormation: CloudFormation,
  parent: string,
  { id, stack }: { readonly id: string; readonly stack: string | undefined }
): Promise<Pick<ChangeSet, 'changes' | 'unknown'>> {
  // Its stack is not the one around it. One that exists is named, so that IAM is asked about that; a new one has a name that only AWS knows.
  const nested = await readChangeSet(cloudFormation, stack, id)
  if (nested === undefined) return { changes: [], unknown: [parent] }
  return {
    changes: nested.changes.map(change => ({ ...change, logicalId: `${parent}/${change.logicalId}` })),
    unknown: nested.unknown.map(name => `${parent}/${name}`)
  }
}

async function describePage(
  cloudFormation: CloudFormation,
  stack: string | undefined,
  name: string,
  token: string | undefined
) {
  try {
    return await cloudFormation.describeChangeSet({
      ChangeSetName: name,
      ...(stack === undefined ? {} : { StackName: stack }),
      ...(token === undefined ? {} : { NextToken: token })
    })
  } catch (error: unknown) {
    if (error instanceof CloudFormationError && isAbsent(error)) return undefined
    throw error
  }
}

/** Whether CloudFormation says that there is nothing to change. */
export function saysNothingToDo(reason: string): boolean {
  return NOTHING_TO_DO.test(reason)
}

/** Whether there is no such change set, or no such stack. */
export function isAbsent(error: CloudFormationError): boolean {
  return error.code.startsWith('ChangeSetNotFound') || /does not exist/.test(error.reason)
}

function stateOf(status: string, execution: string, reason: string): ChangeSetState {
  if (status === 'CREATE_PENDING' || status === 'CREATE_IN_PROGRESS') return 'pending'
  if (status === 'FAILED') {
    return saysNothingToDo(reason) ? 'empty' : 'failed'
  }
  if (execution === 'EXECUTE_IN_PROGRESS') return 'executing'
  return status === 'CREATE_COMPLETE' && execution === 'AVAILABLE' ? 'ready' : 'stale'
}
