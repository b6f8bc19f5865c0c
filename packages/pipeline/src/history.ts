import {
  type Digest,
  EVENT_RULES,
  type LedgerRecord,
  type NamedRelease,
  type RecordOf,
  type RunContext
} from '@sluice/core'
import { type Delivery, type Environment, trustRulesOf } from '@sluice/delivery'
import { type LedgerStore, readBackwards } from '@sluice/ledger'

/** What a run does to an environment. */
export interface OwnDeployment {
  readonly runId: string
  readonly environment: string
  readonly release: Digest
}

/**
 * The verified past, newest first. Records are read (and their hashes and signatures checked) only as far back as a question needs,
 * and each at most once.
 */
export class History {
  readonly #known: LedgerRecord[] = []
  readonly #source: AsyncGenerator<LedgerRecord>

  constructor(source: AsyncGenerator<LedgerRecord>) {
    this.#source = source
  }

  async *records(): AsyncGenerator<LedgerRecord> {
    for (let index = 0; ; index++) {
      let record = this.#known[index]
      if (record === undefined) {
        const next = await this.#source.next()
        if (next.done === true) return
        record = next.value
        this.#known.push(record)
      }
      yield record
    }
  }

  /** The newest record that matches. */
  async find(matches: (record: LedgerRecord) => boolean): Promise<LedgerRecord | undefined> {
    for await (const record of this.records()) if (matches(record)) return record
    return undefined
  }

  /**
   * Whether what is live in an environment was accepted: nothing was deployed or tried since its last acceptance.
   * @returns the record of that acceptance.
   */
  async acceptanceOfLive(environment: string): Promise<LedgerRecord | undefined> {
    const last = await this.find(record => record.environment === environment && EVENT_RULES[record.event].touchesLive)
    return last?.event === 'accepted' ? last : undefined
  }

  /**
   * Whether the last deployment to an environment began and was never recorded as done. A gate that somebody bypassed since finished
   * nothing, so what ends badly does not count here.
   */
  async isHalfDeployed(environment: string): Promise<boolean> {
    const last = await this.find(record => {
      const { touchesLive, endsBadly } = EVENT_RULES[record.event]
      return record.environment === environment && touchesLive && !endsBadly
    })
    return last?.event === 'started'
  }

  /** A release as the ledger announced it, with the commit that it was made of. */
  async released(digest: Digest): Promise<NamedRelease | undefined> {
    return (await this.find(({ event, release }) => event === 'released' && release?.digest === digest))?.release
  }

  /**
   * The intent of a run: the newest record with which it said that it is about to apply a plan of a release to an environment. A re-run
   * announces itself again; whoever asks for one attempt, or one plan, looks at the record's own.
   */
  async intent(of: OwnDeployment): Promise<RecordOf<'started'> | undefined> {
    const own = await this.#ownRecord('started', of)
    return own?.event === 'started' ? own : undefined
  }

  /** The record that a run deployed a release to an environment. */
  async deployment(of: OwnDeployment): Promise<LedgerRecord | undefined> {
    return this.#ownRecord('deployed', of)
  }

  async #ownRecord(event: 'started' | 'deployed', of: OwnDeployment): Promise<LedgerRecord | undefined> {
    // Nothing of a release is older than its own announcement, so the walk ends there.
    const last = await this.find(
      record =>
        record.release?.digest === of.release &&
        (record.event === 'released' ||
          (record.event === event && record.environment === of.environment && record.run.id === of.runId))
    )
    return last?.event === event ? last : undefined
  }

  /** Everything that is known of one release, and of one environment, newest first: what a promotion is decided on. */
  async relevantTo(release: Digest, environments: readonly string[]): Promise<readonly LedgerRecord[]> {
    const found: LedgerRecord[] = []
    for await (const record of this.records()) {
      if (record.release?.digest === release || environments.includes(record.environment ?? '')) found.push(record)
      // Nothing of a release is older than its own announcement.
      if (record.event === 'released' && record.release?.digest === release) break
    }
    return found
  }

  /** The last release that was deployed to an environment. */
  async lastDeployed(environment: string): Promise<LedgerRecord | undefined> {
    return this.find(record => record.environment === environment && record.event === 'deployed')
  }

  /**
   * The record that a plan was announced with, in a run: `planned`, with the approvals of before it; where nobody is asked, `started`. Only
   * the environment itself speaks of its gate: another one, whose account signs for itself alone, could announce the same plan anew.
   */
  async announcement(
    plan: Digest,
    runId: string,
    { name, gate }: Pick<Environment, 'name' | 'gate'>
  ): Promise<LedgerRecord | undefined> {
    const event = gate === 'continuous' ? 'started' : 'planned'
    return this.find(
      record => record.event === event && record.plan === plan && record.run.id === runId && record.environment === name
    )
  }
}

/** Opens the ledger of a delivery for reading, trusting the keys that delivery.yml pins on the protected default branch. */
export function historyOf(delivery: {
  readonly ledger: LedgerStore
  readonly policy: Delivery
  readonly run: Pick<RunContext, 'repositoryId'>
}): History {
  const { ledger, policy, run } = delivery
  return new History(readBackwards(ledger, { ...trustRulesOf(policy), repository: run.repositoryId }))
}
