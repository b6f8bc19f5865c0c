import type {
  ContinueUpdateRollbackCommandInput,
  CreateChangeSetCommandInput,
  CreateChangeSetCommandOutput,
  DeleteChangeSetCommandInput,
  DeleteStackCommandInput,
  DescribeChangeSetCommandInput,
  DescribeChangeSetCommandOutput,
  DescribeEventsCommandInput,
  DescribeEventsCommandOutput,
  DescribeStackEventsCommandInput,
  DescribeStackEventsCommandOutput,
  DescribeStacksCommandInput,
  DescribeStacksCommandOutput,
  ExecuteChangeSetCommandInput,
  GetTemplateCommandInput,
  GetTemplateCommandOutput,
  ListChangeSetsCommandInput,
  ListChangeSetsCommandOutput,
  ListImportsCommandInput,
  ListImportsCommandOutput,
  ListStackResourcesCommandInput,
  ListStackResourcesCommandOutput,
  RollbackStackCommandInput,
  UpdateTerminationProtectionCommandInput
} from '@aws-sdk/client-cloudformation'
import { type AwsSession, type AwsTerms, awsClientConfig, awsFault, type Clock, callAws, UserError } from '@sluice/core'
import { Pace } from './pace.ts'

type Verb<Input, Output> = (input: Input) => Promise<Output>

/** The verbs of CloudFormation's API that Sluice uses, as the SDK's aggregated client has them. */
export interface CloudFormationVerbs {
  readonly describeStacks: Verb<DescribeStacksCommandInput, Pick<DescribeStacksCommandOutput, 'Stacks'>>
  readonly getTemplate: Verb<GetTemplateCommandInput, Pick<GetTemplateCommandOutput, 'TemplateBody'>>
  readonly createChangeSet: Verb<CreateChangeSetCommandInput, Pick<CreateChangeSetCommandOutput, 'Id' | 'StackId'>>
  readonly describeChangeSet: Verb<DescribeChangeSetCommandInput, Omit<DescribeChangeSetCommandOutput, '$metadata'>>
  readonly listChangeSets: Verb<
    ListChangeSetsCommandInput,
    Pick<ListChangeSetsCommandOutput, 'Summaries' | 'NextToken'>
  >
  readonly deleteChangeSet: Verb<DeleteChangeSetCommandInput, unknown>
  readonly executeChangeSet: Verb<ExecuteChangeSetCommandInput, unknown>
  readonly deleteStack: Verb<DeleteStackCommandInput, unknown>
  readonly continueUpdateRollback: Verb<ContinueUpdateRollbackCommandInput, unknown>
  readonly rollbackStack: Verb<RollbackStackCommandInput, unknown>
  readonly updateTerminationProtection: Verb<UpdateTerminationProtectionCommandInput, unknown>
  readonly listStackResources: Verb<
    ListStackResourcesCommandInput,
    Pick<ListStackResourcesCommandOutput, 'StackResourceSummaries' | 'NextToken'>
  >
  readonly listImports: Verb<ListImportsCommandInput, Pick<ListImportsCommandOutput, 'Imports' | 'NextToken'>>
  readonly describeStackEvents: Verb<
    DescribeStackEventsCommandInput,
    Pick<DescribeStackEventsCommandOutput, 'StackEvents' | 'NextToken'>
  >
  readonly describeEvents: Verb<DescribeEventsCommandInput, Pick<DescribeEventsCommandOutput, 'OperationEvents'>>
}

/** CloudFormation in one account and region, with Sluice's patience and Sluice's errors. */
export interface CloudFormation extends CloudFormationVerbs {
  readonly region: string
  readonly clock: Clock
  readonly pace: Pace
}

/** CloudFormation answered with an error that is not the role's missing permission. */
export class CloudFormationError extends Error {
  override readonly name = 'CloudFormationError'
  /** AWS's error code, e.g. `ValidationError`. */
  readonly code: string
  /** What AWS said, without what Sluice asked. */
  readonly reason: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number

  constructor(
    what: string,
    answer: { readonly code: string; readonly reason: string; readonly status: number },
    cause: unknown
  ) {
    super(`CloudFormation, ${what}: ${answer.reason}`, { cause })
    this.code = answer.code
    this.reason = answer.reason
    this.status = answer.status
  }
}

/** The role may not do what was asked of AWS: who made the role can put it right. */
export class AccessDenied extends UserError {}

/** Runs `work` with a connection of the session; the SDK is loaded by the first of them. */
export async function withCloudFormation<T>(
  session: AwsSession,
  clock: Clock,
  work: (cloudFormation: CloudFormation) => Promise<T>
): Promise<T> {
  const sdk = await import('@aws-sdk/client-cloudformation')
  const client = new sdk.CloudFormation(awsClientConfig(session, 'CLOUDFORMATION'))
  try {
    return await work(patient(client, session.region, clock, session.terms))
  } finally {
    client.destroy()
  }
}

/** What a request is about. */
interface Named {
  readonly StackName?: string | undefined
  readonly ExportName?: string | undefined
}

type Terms = Pick<AwsTerms, 'retry' | 'expired'>

/** Verbs that are tried again when AWS throttles, answers 5xx or cannot be reached, and that fail saying what was asked of which stack. */
export function patient(verbs: CloudFormationVerbs, region: string, clock: Clock, terms: Terms): CloudFormation {
  const pace = new Pace()
  const wrap =
    <Input extends Named, Output>(name: string, verb: Verb<Input, Output>): Verb<Input, Output> =>
    async input => {
      try {
        return await callAws({ ...terms, clock }, () => pace.call(() => verb(input)))
      } catch (error: unknown) {
        throw explain(name, input.StackName ?? input.ExportName ?? region, error)
      }
    }
  return {
    region,
    clock,
    pace,
    describeStacks: wrap('DescribeStacks', input => verbs.describeStacks(input)),
    getTemplate: wrap('GetTemplate', input => verbs.getTemplate(input)),
    createChangeSet: wrap('CreateChangeSet', input => verbs.createChangeSet(input)),
    describeChangeSet: wrap('DescribeChangeSet', input => verbs.describeChangeSet(input)),
    listChangeSets: wrap('ListChangeSets', input => verbs.listChangeSets(input)),
    deleteChangeSet: wrap('DeleteChangeSet', input => verbs.deleteChangeSet(input)),
    executeChangeSet: wrap('ExecuteChangeSet', input => verbs.executeChangeSet(input)),
    deleteStack: wrap('DeleteStack', input => verbs.deleteStack(input)),
    continueUpdateRollback: wrap('ContinueUpdateRollback', input => verbs.continueUpdateRollback(input)),
    rollbackStack: wrap('RollbackStack', input => verbs.rollbackStack(input)),
    updateTerminationProtection: wrap('UpdateTerminationProtection', input => verbs.updateTerminationProtection(input)),
    listStackResources: wrap('ListStackResources', input => verbs.listStackResources(input)),
    listImports: wrap('ListImports', input => verbs.listImports(input)),
    describeStackEvents: wrap('DescribeStackEvents', input => verbs.describeStackEvents(input)),
    describeEvents: wrap('DescribeEvents', input => verbs.describeEvents(input))
  }
}

function explain(verb: string, object: string, error: unknown): Error {
  const { code, reason, status } = awsFault(error)
  if (/^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(code)) {
    return new AccessDenied(
      `AWS denied cloudformation:${verb} on ${object}: ${reason}. Allow this action in the policy of this job's role.`,
      { cause: error }
    )
  }
  return new CloudFormationError(`${verb} ${object}`, { code, reason, status }, error)
}
