import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import type { LedgerEvent } from '@sluice/core'
import type { World } from '@sluice-lab/rehearsal'
import { type Interruption, interrupt } from './interruption.ts'
import { approve, type Rehearsed, type Run } from './rehearsed.ts'
import { readState, type State } from './state.ts'

export const ENVIRONMENTS = ['integration', 'staging', 'production']

/** One run of a commit, attempt by attempt: all but the last were killed. */
export interface Story {
  readonly commit: string
  readonly runId: number
  readonly attempts: readonly (Run & { readonly killed: number })[]
  readonly after: State
}

/** Delivers a commit; each interruption kills one attempt of the run, then an undisturbed one follows. */
export async function deliverKilled(
  rehearsed: Rehearsed,
  commit: string,
  interruptions: readonly Interruption[],
  variation: { readonly world?: World } = {}
): Promise<Story> {
  const runId = rehearsed.newRunId()
  const attempts: (Run & { readonly killed: number })[] = []
  for (const interruption of [...interruptions, undefined]) {
    const attempt = attempts.length + 1
    const trap = interruption === undefined ? undefined : interrupt(rehearsed, { runId, attempt }, interruption)
    const run = await rehearsed.deliver(commit, approve, { runId, attempt, ...variation })
    trap?.off()
    attempts.push({ ...run, killed: trap?.killed() ?? 0 })
  }
  return { commit, runId, attempts, after: await readState(rehearsed.world) }
}

/** The next commit: one byte of worker more. */
export async function greetLouder({ product }: World): Promise<string> {
  await appendFile(join(product.work, 'services/worker/greeting.txt'), '!')
  return product.commit('Greet louder')
}

/** How often each environment was told of the commit's release. */
export function countsOf({ commit, after }: Story): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const count = (environment: string, event: LedgerEvent): number =>
    after.records.filter(it => it.release?.commit === commit && it.environment === environment && it.event === event)
      .length
  return Object.fromEntries(
    ENVIRONMENTS.map(name => [
      name,
      { deployed: count(name, 'deployed'), accepted: count(name, 'accepted'), failed: count(name, 'failed') }
    ])
  )
}

/** What runs, by environment and unit. */
export function digestsOf({ proof }: State): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(proof.rows.map(row => [`${row.environment} ${row.unit}`, row.running]))
}

/** What holds of the world whatever happened to a delivery: of each of these states, and of the stand-in that answered all the while. */
export function testWhatIsLeft(
  states: () => readonly (readonly [what: string, state: State])[],
  world: () => World
): void {
  it('every place of every unit agrees', () => {
    for (const [what, { proof }] of states()) {
      expect([what, proof.mismatches, proof.rows.length]).toEqual([what, [], 12])
    }
  })

  it('the ledger verifies', () => {
    for (const [what, { proof }] of states()) expect([what, proof.ledger.problems]).toEqual([what, []])
  })

  it('no change set waits', () => {
    for (const [what, { waiting }] of states()) expect([what, waiting]).toEqual([what, []])
  })

  it('the stand-in for GitHub answered as GitHub would', () => {
    expect(world().github.defects).toEqual([])
  })
}
