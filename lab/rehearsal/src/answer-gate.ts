import type { LedgerRecord } from '@sluice/core'
import type { GitHubStandIn } from '@sluice-lab/github'
import type { DeliveryEvent } from './delivery-event.ts'
import type { Decider } from './gate.ts'
import { APPROVER } from './people.ts'

/** What a gate is opened and answered with. */
export interface GateOptions {
  readonly github: Pick<GitHubStandIn, 'openGate' | 'decide'>
  readonly repository: string
  readonly runId: number
  readonly decide: Decider
  readonly readDossier: (record: LedgerRecord) => Promise<string>
  readonly onEvent: (event: DeliveryEvent) => void
  readonly signal: AbortSignal
}

/**
 * Opens the gate that a plan leads to, and answers it. Nothing but an answer is an answer: when the decision is interrupted or fails,
 * the gate stays shut until the run is over, and nobody is put down as having rejected anything.
 * @throws what kept the decision from being made.
 */
export async function answerGate(options: GateOptions, record: LedgerRecord): Promise<void> {
  const { github, repository, runId, onEvent, signal } = options
  const environment = record.environment ?? ''
  const opening = github.openGate(repository, runId, environment)
  onEvent({ kind: 'gate-waiting', environment })
  // A gate without reviewers stops nobody, so nobody is asked.
  if ((await opening) === 'open') return
  signal.throwIfAborted()
  const dossier = await options.readDossier(record)
  const { state, comment } = await options.decide({ environment, record, dossier }, signal)
  signal.throwIfAborted()
  onEvent({ kind: 'gate-decided', environment, state, comment })
  github.decide(repository, runId, environment, { state, user: APPROVER, comment })
}
