export interface SlowCloudFormationOptions {
  /** How long an operation on a stack takes, in milliseconds. */
  readonly duration: (stack: string) => number
  /** Which part of all calls is throttled, from 0 to 1. */
  readonly throttled?: number
}

interface Stack {
  readonly name: string
  readonly id: string
  status: string
  template: string
  parameters: readonly Pair[]
  tags: readonly Pair[]
  readonly events: Event[]
  readonly changeSets: Map<string, ChangeSet>
  /** When the operation that is under way ends. */
  endsAt?: number
}

interface Event {
  readonly at: number
  readonly status: string
  readonly token: string
}

interface ChangeSet {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly template: string
  readonly parameters: readonly Pair[]
  readonly tags: readonly Pair[]
  executed: boolean
}

type Pair = readonly [key: string, value: string]

/** An answer as XML members; a list repeats `member`. */
export type Answer = { readonly [name: string]: string | number | readonly Answer[] | undefined }

export class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What a {@link SlowCloudFormationOptions slow} CloudFormation remembers, and answers. */
export class SlowCloud {
  readonly ends = new Map<string, number>()
  readonly calls = new Map<string, number>()
  readonly #options: SlowCloudFormationOptions
  readonly #stacks = new Map<string, Stack>()
  #made = 0
  /** What is left over of calls that are throttled: so many of them are, evenly, and none at random. */
  #owed = 0

  constructor(options: SlowCloudFormationOptions) {
    this.#options = options
  }

  call(action: string, form: URLSearchParams): Answer {
    this.#owed += this.#options.throttled ?? 0
    if (this.#owed >= 1) {
      this.#owed -= 1
      this.#count('Throttling')
      throw new Refusal('Throttling', 'Rate exceeded')
    }
    this.#count(action)
    const name = form.get('StackName') ?? ''
    switch (action) {
      case 'DescribeStacks':
        return { Stacks: [describe(this.#need(name))] }
      case 'GetTemplate':
        return { TemplateBody: this.#need(name).template }
      case 'CreateChangeSet':
        return this.#createChangeSet(name, form)
      case 'DescribeChangeSet':
        return this.#describeChangeSet(name, form.get('ChangeSetName') ?? '')
      case 'ListChangeSets':
        return { Summaries: [...this.#need(name).changeSets.values()].map(summary) }
      case 'ExecuteChangeSet':
        return this.#execute(name, form)
      case 'DescribeStackEvents': {
        const stack = this.#need(name)
        return { StackEvents: stack.events.map((event, at) => described(stack, event, at)).reverse() }
      }
      case 'DescribeEvents':
        return { OperationEvents: [] }
      case 'DeleteChangeSet':
        this.#need(name).changeSets.delete(form.get('ChangeSetName') ?? '')
        return {}
      case 'DeleteStack':
        this.#stacks.delete(this.#need(name).name)
        return {}
      default:
        throw new Refusal('InvalidAction', `Could not find operation ${action}`)
    }
  }

  #count(action: string): void {
    this.calls.set(action, (this.calls.get(action) ?? 0) + 1)
  }

  #need(name: string): Stack {
    const stack = this.#stacks.get(name.startsWith('arn:') ? (name.split('/')[1] ?? '') : name)
    if (stack === undefined) throw new Refusal('ValidationError', `Stack with id ${name} does not exist`)
    if (stack.endsAt !== undefined && Date.now() >= stack.endsAt) {
      stack.status = stack.status.replace('_IN_PROGRESS', '_COMPLETE')
      stack.events.push({ at: stack.endsAt, status: stack.status, token: stack.events.at(-1)?.token ?? '' })
      delete stack.endsAt
    }
    return stack
  }

  #createChangeSet(name: string, form: URLSearchParams): Answer {
    const type = form.get('ChangeSetType') ?? 'UPDATE'
    const number = ++this.#made
    const made = this.#stacks.get(name) ?? emptyStack(name, number)
    this.#stacks.set(name, made)
    const changeSet: ChangeSet = {
      id: `arn:aws:cloudformation:eu-west-1:111111111111:changeSet/${form.get('ChangeSetName')}/${number}`,
      name: form.get('ChangeSetName') ?? '',
      ...{ type, executed: false, template: form.get('TemplateBody') ?? '' },
      parameters: pairs(form, 'Parameters', 'ParameterKey', 'ParameterValue'),
      tags: pairs(form, 'Tags', 'Key', 'Value')
    }
    made.changeSets.set(changeSet.name, changeSet)
    return { Id: changeSet.id, StackId: made.id }
  }

  #describeChangeSet(name: string, wanted: string): Answer {
    const stack = this.#need(name)
    const found = changeSetOf(stack, wanted)
    return {
      ...summary(found),
      StackId: stack.id,
      StackName: stack.name,
      Parameters: found.parameters.map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Tags: found.tags.map(([Key, Value]) => ({ Key, Value })),
      Changes: []
    }
  }

  #execute(name: string, form: URLSearchParams): Answer {
    const stack = this.#need(name)
    const changeSet = changeSetOf(stack, form.get('ChangeSetName') ?? '')
    const { type, template, parameters, tags } = changeSet
    changeSet.executed = true
    Object.assign(stack, { template, parameters, tags, status: `${type}_IN_PROGRESS` })
    const now = Date.now()
    stack.events.push({ at: now, status: stack.status, token: form.get('ClientRequestToken') ?? '' })
    stack.endsAt = now + this.#options.duration(stack.name)
    this.ends.set(stack.name, stack.endsAt)
    return {}
  }
}

function emptyStack(name: string, number: number): Stack {
  return {
    name,
    id: `arn:aws:cloudformation:eu-west-1:111111111111:stack/${name}/${number}`,
    status: 'REVIEW_IN_PROGRESS',
    ...{ template: '', parameters: [], tags: [], events: [], changeSets: new Map() }
  }
}

function changeSetOf({ changeSets }: Stack, wanted: string): ChangeSet {
  const found = [...changeSets.values()].find(({ id, name }) => id === wanted || name === wanted)
  if (found === undefined) throw new Refusal('ChangeSetNotFound', `ChangeSet [${wanted}] does not exist`)
  return found
}

function describe({ name, id, status, parameters, tags }: Stack): Answer {
  return {
    ...{ StackName: name, StackId: id, StackStatus: status, CreationTime: new Date(0).toISOString() },
    Parameters: parameters.map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    Outputs: []
  }
}

function summary({ id, name, executed }: ChangeSet): Answer {
  const ExecutionStatus = executed ? 'EXECUTE_COMPLETE' : 'AVAILABLE'
  return { ChangeSetId: id, ChangeSetName: name, Status: 'CREATE_COMPLETE', ExecutionStatus }
}

function described({ name, id }: Stack, { at, status, token }: Event, number: number): Answer {
  return {
    ...{ StackId: id, StackName: name, EventId: String(number), LogicalResourceId: name, PhysicalResourceId: id },
    ...{ ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: status, ClientRequestToken: token },
    Timestamp: new Date(at).toISOString()
  }
}

/** A list of maps, as the query protocol writes it: `Tags.member.1.Key`. */
function pairs(form: URLSearchParams, list: string, key: string, value: string): readonly Pair[] {
  const found: Pair[] = []
  for (let at = 1; ; at++) {
    const name = form.get(`${list}.member.${at}.${key}`)
    if (name === null) return found
    found.push([name, form.get(`${list}.member.${at}.${value}`) ?? ''])
  }
}
