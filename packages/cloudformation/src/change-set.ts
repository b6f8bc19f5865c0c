import { Failure, type StackSettings, type UserError } from '@sluice/core'
import { refusalOf } from './change-set-refusal.ts'
import { type CloudFormation, CloudFormationError } from './connection.ts'
import { pollUntil } from './poll.ts'
import { withValues } from './property-values.ts'
import { type ChangeSet, isAbsent, readChangeSet, saysNothingToDo } from './read-change-set.ts'
import { validationErrors } from './root-cause.ts'
import { changeSetSettings, settingsInput } from './settings.ts'
import { isLong } from './template.ts'
import type { WantedStack } from './wanted-stack.ts'

/** What a change set is made from. */
export interface ChangeSetSpec {
  readonly stack: string
  readonly name: string
  readonly type: 'CREATE' | 'UPDATE'
  readonly template: string
  /** Where the template is, if it is too long for a request. */
  readonly templateUrl?: string
  readonly parameters: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly settings?: StackSettings
  readonly roleArn?: string
  /** Whether it is looked at only: CloudFormation need not check that its values are good ones. */
  readonly isProbe?: boolean
  /** Whether transforms or nested stacks make more of the template than its text says. */
  readonly expands?: boolean
}

/** How long AWS may take to compute a change set, in milliseconds. */
const COMPUTE_LIMIT = 10 * 60_000
/** How long a deleted change set may keep its name, in milliseconds. */
const DELETE_LIMIT = 60_000

/** Makes a change set that is ready or empty. @throws UserError with CloudFormation's reason when it refuses. */
export async function computeChanges(
  cloudFormation: CloudFormation,
  { request, template }: WantedStack,
  options: {
    readonly name: string
    readonly type: 'CREATE' | 'UPDATE'
    readonly parameters: Readonly<Record<string, string>>
    readonly roleArn?: string
    readonly isProbe?: boolean
    /** Whether the values of properties are told, too. */
    readonly withValues?: boolean
  }
): Promise<ChangeSet> {
  const refusal = (reason: string, cause?: unknown): UserError => refusalOf(request, reason, cause)
  try {
    const { stack, tags, settings = {}, keepTemplate } = request
    const templateUrl = isLong(template.text) ? await keepTemplate?.(template.text) : undefined
    const changeSet = await createChangeSet(cloudFormation, {
      ...{ stack, tags, settings, template: template.text, expands: expands(template) },
      ...(templateUrl === undefined ? {} : { templateUrl }),
      ...options
    })
    if (changeSet.state === 'empty') return changeSet
    if (changeSet.state === 'ready') {
      if (options.withValues !== true) return changeSet
      const changes = await withValues(cloudFormation, stack, changeSet.id, changeSet.changes)
      return { ...changeSet, changes }
    }
    if (changeSet.unknown.length > 0) {
      throw new Failure(
        `The change set ${options.name} of stack ${stack} has lost its part for the nested stack ${changeSet.unknown.join(', ')}, so that no one can see what would change there. Re-run the job: it makes the change set again.`
      )
    }
    const validation = await validationErrors(cloudFormation, { ChangeSetName: changeSet.id })
    throw refusal([changeSet.reason, ...validation].join(' '))
  } catch (error: unknown) {
    if (error instanceof CloudFormationError && /^(ValidationError|InsufficientCapabilities)/.test(error.code)) {
      throw refusal(error.reason, error)
    }
    throw error
  }
}

/** Makes a change set, in place of one of the same name, and waits until it is computed. */
export async function createChangeSet(cloudFormation: CloudFormation, spec: ChangeSetSpec): Promise<ChangeSet> {
  try {
    return await computeChangeSet(cloudFormation, spec)
  } catch (error: unknown) {
    // Nothing to do may also be said at once; then there is no change set.
    if (!(error instanceof CloudFormationError && saysNothingToDo(error.reason))) throw error
    const { stack, name, parameters, tags, settings = {} } = spec
    return {
      id: name,
      stackId: stack,
      state: 'empty',
      reason: error.reason,
      parameters,
      resolved: {},
      tags,
      settings: changeSetSettings(settingsInput(settings)),
      changes: [],
      unknown: []
    }
  }
}

async function computeChangeSet(cloudFormation: CloudFormation, spec: ChangeSetSpec): Promise<ChangeSet> {
  const { clock } = cloudFormation
  const id = await pollUntil(clock, clock.now() + DELETE_LIMIT, async () => {
    const made = await requestChangeSet(cloudFormation, spec)
    if (made === undefined) await deleteChangeSet(cloudFormation, spec.stack, spec.name)
    return made
  })
  if (id === undefined) {
    throw new Failure(
      `The change set ${spec.name} of stack ${spec.stack} already exists and cannot be deleted, probably because it is being executed. Re-run the job when the stack is no longer in progress.`
    )
  }
  const computed = await pollUntil(clock, clock.now() + COMPUTE_LIMIT, async () => {
    const found = await readChangeSet(cloudFormation, spec.stack, id)
    return found === undefined || found.state === 'pending' ? undefined : found
  })
  if (computed === undefined) {
    throw new Failure(
      `The change set ${spec.name} of stack ${spec.stack} was not computed within ${COMPUTE_LIMIT / 60_000} minutes. Look at the stack in the CloudFormation console, then re-run the job.`
    )
  }
  return computed
}

async function requestChangeSet(cloudFormation: CloudFormation, spec: ChangeSetSpec): Promise<string | undefined> {
  const { stack, name, type, template, templateUrl, parameters, tags, roleArn } = spec
  const { isProbe = false, expands: more = false } = spec
  try {
    const answer = await cloudFormation.createChangeSet({
      StackName: stack,
      ChangeSetName: name,
      ChangeSetType: type,
      ...(templateUrl === undefined ? { TemplateBody: template } : { TemplateURL: templateUrl }),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue
      })),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      ...settingsInput(spec.settings ?? {}),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', ...(more ? (['CAPABILITY_AUTO_EXPAND'] as const) : [])],
      IncludeNestedStacks: true,
      // A stack whose creation failed can only be deleted, and until then no plan of its product would be made.
      ...(type === 'CREATE' ? { OnStackFailure: 'DELETE' as const } : {}),
      ...(roleArn === undefined ? {} : { RoleARN: roleArn }),
      ...(isProbe ? { DisableValidation: true } : {})
    })
    return answer.Id ?? name
  } catch (error: unknown) {
    // Left by an earlier run, or not quite deleted yet: deletion is asynchronous.
    if (error instanceof CloudFormationError && /AlreadyExists/.test(error.code) && /change ?set/i.test(error.reason)) {
      return undefined
    }
    throw error
  }
}

/** What `CAPABILITY_AUTO_EXPAND` allows is allowed where the template has it alone. */
function expands({ transformed, resources }: WantedStack['template']): boolean {
  return transformed || [...resources.values()].includes('AWS::CloudFormation::Stack')
}

/** Deletes a change set; one that does not exist is fine. */
export async function deleteChangeSet(cloudFormation: CloudFormation, stack: string, name: string): Promise<void> {
  try {
    await cloudFormation.deleteChangeSet({ StackName: stack, ChangeSetName: name })
  } catch (error: unknown) {
    const harmless =
      error instanceof CloudFormationError && (isAbsent(error) || error.code.startsWith('InvalidChangeSetStatus'))
    if (!harmless) throw error
  }
}
