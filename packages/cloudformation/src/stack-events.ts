import type { StackEvent as SdkEvent } from '@aws-sdk/client-cloudformation'
import { type CloudFormation, CloudFormationError } from './connection.ts'

/** Something that happened in a stack, as CloudFormation tells it. Its texts are untrusted. */
export interface StackEvent {
  readonly id: string
  readonly stack: string
  readonly stackId: string
  /** Milliseconds since the epoch; several events may have the same. */
  readonly at: number
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: string
  readonly reason?: string
  /** What a hook said of it that did not let it pass. */
  readonly hook?: string
  /** The client token of the operation that it belongs to. */
  readonly token?: string
}

/** Whether an event is about the stack itself, not about one of its resources. */
export function isOfStack(event: StackEvent): boolean {
  return event.type === 'AWS::CloudFormation::Stack' && event.physicalId === event.stackId
}

/**
 * The events of one operation, oldest first, each exactly once; those of nested stacks come along.
 * Events are told apart by their ids: many have the same timestamp, and CloudFormation may list them late.
 */
export class EventStream {
  readonly #cloudFormation: CloudFormation
  readonly #stackId: string
  readonly #seen: Set<string>
  readonly #nested = new Map<string, EventStream>()
  /** Nothing older belongs to the operation. */
  readonly #from: number

  private constructor(cloudFormation: CloudFormation, stackId: string, from: number, seen: readonly string[]) {
    this.#cloudFormation = cloudFormation
    this.#stackId = stackId
    this.#from = from
    this.#seen = new Set(seen)
  }

  /** Begins before an operation is started: what happened up to now is left out. */
  static async fromNow(cloudFormation: CloudFormation, stackId: string): Promise<EventStream> {
    const page = await readPage(cloudFormation, stackId, undefined)
    const newest = page.events[0]?.at ?? 0
    return new EventStream(
      cloudFormation,
      stackId,
      newest,
      page.events.map(({ id }) => id)
    )
  }

  /** Begins with the first event of the operation that is under way, or was the last: one whose token starts with `token`. */
  static async fromToken(cloudFormation: CloudFormation, stackId: string, token: string): Promise<EventStream> {
    let from: number | undefined
    let operation: string | undefined
    const before: string[] = []
    for await (const event of pages(cloudFormation, stackId)) {
      if (operation === undefined && event.token?.startsWith(token) === true) operation = event.token
      if (operation !== undefined && event.token === operation) from = event.at
      else before.push(event.id)
      if (operation !== undefined && from !== undefined && event.at < from) break
    }
    return new EventStream(cloudFormation, stackId, from ?? 0, before)
  }

  /** What happened since the last reading. */
  async read(): Promise<readonly StackEvent[]> {
    const fresh = await this.#readOwn()
    for (const { stackId, physicalId, type, at } of fresh) {
      const nested = type === 'AWS::CloudFormation::Stack' && physicalId !== stackId && physicalId.startsWith('arn:')
      if (nested && !this.#nested.has(physicalId)) {
        this.#nested.set(physicalId, new EventStream(this.#cloudFormation, physicalId, at, []))
      }
    }
    const inner = await Promise.all([...this.#nested.values()].map(stream => stream.read()))
    return inner.every(events => events.length === 0) ? fresh : [...fresh, ...inner.flat()].sort((a, b) => a.at - b.at)
  }

  async #readOwn(): Promise<readonly StackEvent[]> {
    const fresh: StackEvent[] = []
    let token: string | undefined
    do {
      const page = await readPage(this.#cloudFormation, this.#stackId, token)
      const unseen = page.events.filter(({ id, at }) => at >= this.#from && !this.#seen.has(id))
      fresh.push(...unseen)
      token = unseen.length === 0 ? undefined : page.next
    } while (token !== undefined)
    for (const { id } of fresh) this.#seen.add(id)
    // CloudFormation lists the newest first; the sort is stable and leaves equal timestamps in its order.
    return fresh.reverse().sort((a, b) => a.at - b.at)
  }
}

/** The events of a stack, newest first, page by page as they are asked for. */
export async function* pages(cloudFormation: CloudFormation, stackId: string): AsyncGenerator<StackEvent> {
  let token: string | undefined
  do {
    const page = await readPage(cloudFormation, stackId, token)
    yield* page.events
    token = page.next
  } while (token !== undefined)
}

async function readPage(
  cloudFormation: CloudFormation,
  stackId: string,
  token: string | undefined
): Promise<{ readonly events: readonly StackEvent[]; readonly next: string | undefined }> {
  try {
    const { StackEvents, NextToken } = await cloudFormation.describeStackEvents({
      StackName: stackId,
      ...(token === undefined ? {} : { NextToken: token })
    })
    return { events: (StackEvents ?? []).map(decodeEvent), next: NextToken === '' ? undefined : NextToken }
  } catch (error: unknown) {
    // A nested stack that failed early may never have existed.
    if (error instanceof CloudFormationError && /does not exist/.test(error.reason)) {
      return { events: [], next: undefined }
    }
    throw error
  }
}

function decodeEvent(event: SdkEvent): StackEvent {
  const { ResourceStatusReason: reason, ClientRequestToken: token } = event
  const hook = hookFault(event)
  return {
    id: event.EventId ?? '',
    stack: event.StackName ?? '',
    stackId: event.StackId ?? '',
    at: event.Timestamp?.getTime() ?? 0,
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    ...(reason === undefined || reason === '' ? {} : { reason }),
    ...(hook === undefined ? {} : { hook }),
    ...(token === undefined || token === '' ? {} : { token })
  }
}

/** The resource's own reason only counts the hooks that refused it: `The following hook(s) failed: […]`. */
function hookFault({ HookType, HookStatus, HookStatusReason }: SdkEvent): string | undefined {
  if (HookStatus?.endsWith('_FAILED') !== true || HookStatusReason === undefined || HookStatusReason === '')
    return undefined
  return `${HookType ?? 'a hook'}: ${HookStatusReason}`
}
