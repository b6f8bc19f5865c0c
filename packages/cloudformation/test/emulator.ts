import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { type AwsSession, type Log, type PlannedStack, sha256, systemClock } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack, startMoto } from '@sluice-lab/servers'
import {
  type ApplyOutcome,
  type ApplyRequest,
  applyStacks,
  planStacks,
  type StackEvent,
  type StackRequest,
  type StacksRequest
} from '../src/index.ts'

export const REGION = 'eu-west-1'

/** An AWS emulator, and accounts in it. */
export interface Emulator {
  /** A session in an account that nobody used before: tests do not see each other. */
  session(): AwsSession
  /** A client for what others do in that account, and for looking without Sluice. */
  client(session: AwsSession): CloudFormation
  stop(): Promise<void>
}

export async function startEmulator(kind: 'ministack' | 'moto'): Promise<Emulator> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-cloudformation-'))
  const server: Server =
    kind === 'ministack'
      ? await startMinistack({
          tools: await ensureTools({ only: ['ministack'] }),
          directory,
          accountId: '000000000001',
          region: REGION,
          enforceIam: false
        })
      : await startMoto({ tools: await ensureTools({ only: ['motoServer'] }), directory })
  const clients: CloudFormation[] = []
  let account = 100_000_000_000 + process.pid * 1_000
  return {
    session() {
      return emulatedSession(server.url, String(account++), { region: REGION })
    },
    client(session) {
      const client = new CloudFormation({
        region: session.region,
        credentials: session.credentials,
        endpoint: server.url
      })
      clients.push(client)
      return client
    },
    async stop() {
      for (const client of clients) client.destroy()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** A log that only remembers. */
export function memoryLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const add = (line: string): void => {
    lines.push(line)
  }
  return { lines, info: add, warning: add, debug: add, untrusted: add, group: (_, work) => work() }
}

export function stacksRequest(session: AwsSession, stacks: readonly StackRequest[]): StacksRequest {
  return { session, stacks, changeSetName: 'sluice-0123456789ab-7', clock: systemClock, log: memoryLog() }
}

/** What one apply did, and told. */
export interface Applied {
  readonly outcome: ApplyOutcome
  readonly events: readonly StackEvent[]
}

export async function apply(
  request: StacksRequest,
  plan: readonly PlannedStack[],
  changes: Partial<Pick<ApplyRequest, 'deadline' | 'onEvent'>> = {}
): Promise<Applied> {
  const events: StackEvent[] = []
  const outcome = await applyStacks({
    ...request,
    plan,
    clientToken: 'a'.repeat(64),
    deadline: Date.now() + 60_000,
    onEvent: event => events.push(event),
    ...changes
  })
  return { outcome, events }
}

/** Plans and applies, and expects nothing. */
export async function deliver(request: StacksRequest): Promise<Applied> {
  return apply(request, await planStacks(request))
}

/** A stack request of one unit; members can be replaced. */
export function unit(name: string, template: string, changes: Partial<StackRequest> = {}): StackRequest {
  return {
    unit: name,
    stack: `storefront-staging-${name}`,
    dependsOn: [],
    template,
    parameters: { Image: `registry/storefront/${name}@sha256:${'1'.repeat(64)}` },
    tags: { product: 'storefront', environment: 'staging', unit: name },
    artifact: sha256(name),
    ...changes
  }
}
