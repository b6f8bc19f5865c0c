import { describe, expect, it } from '@jest/globals'
import { type EndedRun, type LedgerEvent, ManualClock, type Statement } from '@sluice/core'
import { openView, verifyLedger } from '../src/index.ts'
import { append, draft, ofRun, RELEASE } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const SECTION = 'environments/staging'

/** A ledger on which runs announce themselves and end, and the runs that it holds for open. */
class Gate {
  readonly #store = new MemoryStore()
  readonly clock = new ManualClock()

  async says(...words: readonly (readonly [run: string, event: LedgerEvent, detail?: object])[]): Promise<void> {
    const place: Partial<Statement> = { environment: 'staging', release: RELEASE }
    const drafts = words.map(([run, event, detail]) =>
      ofRun(run, draft(event, { ...place, ...(detail && { detail }) }))
    )
    await append({ store: this.#store, clock: this.clock, drafts, log: { info: () => undefined } })
  }

  async open(): Promise<readonly string[]> {
    const view = await openView(this.#store, { trust: [], advisory: true }, { sections: [SECTION], keys: [] })
    return view?.section(SECTION).open.map(({ run, begun }) => `${run}${begun === undefined ? '' : ' began'}`) ?? []
  }

  async stateProblems(): Promise<readonly string[]> {
    const { problems } = await verifyLedger({ files: this.#store.files, trust: [], advisory: true })
    return problems.map(({ problem }) => problem).filter(problem => problem.includes('state'))
  }
}

const ended = (...runs: readonly string[]): { readonly ended: readonly EndedRun[] } => ({
  ended: runs.map(run => ({ run, attempt: 1 }))
})

describe('the runs that are open in an environment', () => {
  it('are those that announced themselves and have not ended, oldest first', async () => {
    const gate = new Gate()
    await gate.says(['1', 'planned'], ['2', 'planned'], ['1', 'started'], ['3', 'planned'])
    await gate.says(['3', 'rejected'])

    expect(await gate.open()).toEqual(['1 began', '2'])
  })

  it('hold nobody again who has ended, whether they said so themselves or were found dead', async () => {
    const gate = new Gate()
    await gate.says(['1', 'planned'], ['2', 'started'], ['3', 'planned'])
    await gate.says(['1', 'cancelled'], ['3', 'failed', ended('2')])
    await gate.says(['2', 'deployed'])

    expect(await gate.open()).toEqual([])
    expect(await gate.stateProblems()).toEqual([])
  })

  it('hold one that starts after all, though others told its end: who touches the environment is waited for', async () => {
    const gate = new Gate()
    await gate.says(['1', 'planned'], ['2', 'superseded', ended('1')], ['1', 'started'])

    expect(await gate.open()).toEqual(['1 began'])
    expect(await gate.stateProblems()).toEqual([])
  })

  it.each(['superseded', 'cancelled'] as const)(
    'keep one that began before the record landed by which another run tells that it is %s',
    async event => {
      const gate = new Gate()
      await gate.says(['1', 'planned'], ['1', 'started'], ['2', event, ended('1')])
      const deploying = await gate.open()
      await gate.says(['1', 'deployed'])
      const deployed = await gate.open()
      await gate.says(['1', 'accepted'])

      expect([deploying, deployed, await gate.open()]).toEqual([['1 began'], ['1 began'], []])
      expect(await gate.stateProblems()).toEqual([])
    }
  )

  it('let go of one that began when it is found dead, or says itself that it is superseded', async () => {
    const gate = new Gate()
    await gate.says(['1', 'started'], ['2', 'started'], ['3', 'failed', ended('1')], ['2', 'superseded', ended('3')])

    expect(await gate.open()).toEqual([])
  })

  it('keep one that waits at its gate as long as GitHub lets it wait, and let go of it when no run can be alive any more', async () => {
    const gate = new Gate()
    await gate.says(['1', 'planned'])
    gate.clock.advance(30 * DAY + HOUR)
    await gate.says(['2', 'planned'], ['2', 'cancelled'])
    const approvable = await gate.open()
    gate.clock.advance(5 * DAY)
    await gate.says(['3', 'withdrawn', { reason: 'It is slow.' }])

    expect([approvable, await gate.open()]).toEqual([['1'], []])
    expect(await gate.stateProblems()).toEqual([])
  })

  it('are two hundred at most: the oldest that has not begun makes room, and announces itself again when it begins', async () => {
    const gate = new Gate()
    await gate.says(['first', 'started'])
    const runs = Array.from({ length: 200 }, (_, n) => String(n))
    await gate.says(...runs.map(run => [run, 'planned'] as const))
    const full = await gate.open()
    await gate.says(['0', 'started'])

    expect(full).toEqual(['first began', ...runs.slice(1)])
    expect(await gate.open()).toEqual(['first began', ...runs.slice(2), '0 began'])
    expect(await gate.stateProblems()).toEqual([])
  })

  it('make room also where all have begun', async () => {
    const gate = new Gate()
    const runs = Array.from({ length: 201 }, (_, n) => String(n))
    await gate.says(...runs.map(run => [run, 'started'] as const))

    expect(await gate.open()).toEqual(runs.slice(1).map(run => `${run} began`))
  })
})
