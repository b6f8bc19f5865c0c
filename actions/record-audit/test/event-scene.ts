import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, sha256 } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { recordsOfEvents } from '../src/event-records.ts'
import type { RecordInputs } from '../src/inputs.ts'

type EventInputs = Extract<RecordInputs, { kind: 'events' }>

export const PLAN_TEXT = '{"plan":1}'
export const PLAN = sha256(PLAN_TEXT)

/** A folder with the plan and its dossier; whoever makes it removes it. */
export async function planFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-events-'))
  await writeFile(join(folder, 'plan.json'), PLAN_TEXT)
  await writeFile(join(folder, 'dossier.md'), '# Dossier\n')
  return folder
}

/** A release that was accepted in integration, and run 700 that has something to record. */
export interface EventScene {
  readonly delivery: MemoryDelivery
  readonly release: Seeded
  /** What run 700 would record. */
  records(
    events: EventInputs['events'],
    changes?: Partial<EventInputs>,
    pipeline?: Pipeline
  ): ReturnType<typeof recordsOfEvents>
  named(): { readonly digest: Digest; readonly commit: string }
  /** Announces the plan in run 700. */
  announce(): Promise<void>
  /** What names the plan and where it belongs. */
  intent(): Partial<EventInputs>
}

export async function eventScene(): Promise<EventScene> {
  const delivery = memoryDelivery()
  const release = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
  const named: EventScene['named'] = () => ({ digest: release.digest, commit: release.commit })
  await delivery.record({ event: 'accepted', environment: 'integration', release: named() })
  return {
    delivery,
    release,
    async records(events, changes = {}, pipeline = delivery.open({ runId: '700', sha: release.commit })) {
      return recordsOfEvents(
        {
          kind: 'events',
          events,
          release: undefined,
          environment: undefined,
          unit: undefined,
          plan: undefined,
          planPath: undefined,
          dossierPath: undefined,
          detail: undefined,
          ...changes
        },
        pipeline
      )
    },
    named,
    async announce() {
      await delivery.record(
        { event: 'planned', environment: 'staging', release: named(), plan: PLAN, approvals: [] },
        '700'
      )
    },
    intent: () => ({ release: release.digest, environment: 'staging', plan: PLAN })
  }
}
