import { afterEach, describe, expect, it } from '@jest/globals'
import { type Clock, type GitHub, GitHubError, githubClient, ManualClock, type RecordDraft } from '@sluice/core'
import { githubStore, type LedgerStore, readHistory, readLedgerFiles, verifyLedger } from '../src/index.ts'
import { BUILT, opened, options, RELEASED, wrap } from './append-scene.ts'
import { append, localSigner, ofRun, trustIn } from './drafts.ts'
import { BRANCH, type HostedLedger, hostLedger, REPOSITORY } from './hosted-ledger.ts'

const MINUTE = 60_000
const signer = localSigner('builds')

/** A ledger behind GitHub's API at a time that tests hold, and a job that writes to it. */
interface Limited {
  readonly ledger: HostedLedger
  readonly store: LedgerStore
  readonly clock: ManualClock
  readonly lines: readonly string[]
  /** Appends as a job does: signed, vouched for, by GitHub's time. */
  append(draft: RecordDraft, store?: LedgerStore): ReturnType<typeof append>
  /** What whoever verifies finds, with the dates of the commits. */
  verify(): Promise<{ readonly records: number; readonly problems: readonly unknown[] }>
}

let stop = async (): Promise<void> => undefined
afterEach(async () => stop())

async function limitedLedger(hourlyLimit?: number): Promise<Limited> {
  const clock = new ManualClock()
  const ledger = await hostLedger({ clock, ...(hourlyLimit === undefined ? {} : { hourlyLimit }) })
  stop = ledger.stop
  const lines: string[] = []
  const log = { info: (line: string) => lines.push(line) }
  const patience = 65 * MINUTE
  const github: GitHub = githubClient({
    token: ledger.host.createToken(REPOSITORY, { contents: 'write' }),
    env: { GITHUB_API_URL: ledger.host.url },
    ...{ clock, log, patience }
  })
  const own = githubStore({ github, repository: REPOSITORY, branch: BRANCH })
  const times: Clock = { now: () => github.now(), sleep: async ms => clock.sleep(ms) }
  const tokens = { issuer: ledger.host.url }
  return {
    ledger,
    store: own,
    clock,
    lines,
    append: async (draft, store = own) =>
      append({
        ...{ store, signer, log, patience, clock: times, drafts: [draft] },
        rules: { trust: await trustIn(signer), tokens },
        voucher: ledger.host.voucher(draft)
      }),
    async verify() {
      const clone = { directory: ledger.directory, branch: BRANCH }
      const { committed, problems } = await readHistory(clone)
      const rules = { trust: await trustIn(signer), tokens }
      const report = await verifyLedger({ files: await readLedgerFiles(clone), ...rules, committed })
      return { records: report.records, problems: [...problems, ...report.problems] }
    }
  }
}

/** A refusal as the client throws it. */
function refusal(pause?: number): GitHubError {
  const rateLimit = { quota: 'graphql', kind: 'too-fast', told: 0, pause } as const
  return new GitHubError('was submitted too quickly', 200, ['UNPROCESSABLE'], undefined, { rateLimit })
}

describe('appendRecords at a rate limit', () => {
  it('writes the records anew after each pause, so that their time is that of the commit which landed', async () => {
    const { ledger, store, clock, lines, append, verify } = await limitedLedger()
    await append(BUILT)
    const began = clock.now()
    let limited = false
    const turnedAway = wrap(store, {
      commit: async (...call) => {
        // The look was let through; what makes content is turned away, and GitHub does not say for how long.
        if (!limited) ledger.host.pause(REPOSITORY, { quota: 'graphql', status: 200, answers: 4 })
        limited = true
        return store.commit(...call)
      }
    })

    const [added] = await append(ofRun('2', RELEASED), turnedAway)
    await append(ofRun('3', RELEASED))

    expect(Date.parse(added?.record.time ?? '') - began).toBeGreaterThanOrEqual(8 * MINUTE)
    expect(lines.filter(line => line.startsWith('GitHub asks for a pause'))).not.toEqual([])
    expect(await verify()).toEqual({ records: 3, problems: [] })
  })

  it('waits for the next hour where the quota is used up between look and commit', async () => {
    // To open it: two looks, and a commit. One more look for the second record.
    const { clock, lines, append, verify } = await limitedLedger(4)
    await append(BUILT)
    const began = clock.now()

    const [added] = await append(ofRun('2', RELEASED))

    expect(lines.filter(line => line.includes('hourly quota'))).toHaveLength(1)
    expect(Date.parse(added?.record.time ?? '') - began).toBeGreaterThan(55 * MINUTE)
    expect(await verify()).toEqual({ records: 2, problems: [] })
  })

  it('goes on from what others wrote during the pause', async () => {
    const { ledger, store, lines, append, verify } = await limitedLedger()
    await append(BUILT)
    let commits = 0
    const overtaken = wrap(store, {
      commit: async (...call) => {
        commits++
        if (commits === 1) ledger.host.pause(REPOSITORY, { quota: 'graphql', retryAfter: 600 })
        // Somebody is faster once more when the pause is over.
        if (commits === 2) await append(ofRun('3', RELEASED))
        return store.commit(...call)
      }
    })

    const [added] = await append(ofRun('2', RELEASED), overtaken)

    expect(added?.record.sequence).toBe(3)
    expect(lines).toContain('Another writer was faster (conflict). Retrying.')
    expect(await verify()).toEqual({ records: 3, problems: [] })
  })

  it('has as much patience as its caller, whatever the deadline among other writers', async () => {
    const store = await opened()
    const clock = new ManualClock()
    let refusals = 6
    const limited = wrap(store, {
      commit: async (...call) => {
        if (refusals-- > 0) throw refusal()
        return store.commit(...call)
      }
    })

    const [added] = await append({ ...options({ store: limited, drafts: [BUILT], clock }), patience: 65 * MINUTE })

    expect(added?.record.sequence).toBe(1)
    expect(clock.slept.filter(wait => wait >= MINUTE)).toEqual([1, 2, 4, 8, 16, 32].map(count => count * MINUTE))
  })

  it('ends where GitHub asks for more than that, and says until when', async () => {
    const store = await opened()
    const clock = new ManualClock()
    const limited = wrap(store, { commit: async () => Promise.reject(refusal(20 * MINUTE)) })

    const appending = append(options({ store: limited, drafts: [BUILT], clock }))

    await expect(appending).rejects.toThrow(
      'It can be asked again at 1970-01-01T00:20:00Z, later than this step waits (15 min). Re-run the failed jobs then.'
    )
    expect(clock.slept).toEqual([])
  })

  it('sends nothing that was written more than five minutes ago: it writes it anew', async () => {
    const store = await opened()
    const clock = new ManualClock()
    const lines: string[] = []
    const began = clock.now()
    let slow = true
    const busy = {
      ...signer,
      sign: async (bytes: Uint8Array) => {
        if (slow) clock.advance(6 * MINUTE)
        slow = false
        return signer.sign(bytes)
      }
    }

    const [added] = await append(options({ store, signer: busy, drafts: [BUILT], clock, lines }))

    expect(Date.parse(added?.record.time ?? '') - began).toBeGreaterThanOrEqual(6 * MINUTE)
    expect(store.calls.filter(call => call === 'commit')).toHaveLength(1)
    expect(lines[0]).toBe('Signing the records took so long that their time was not true any more (late). Retrying.')
  })
})
