import { describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import type { ActJob } from '../src/act-event.ts'
import { Progress } from '../src/progress.ts'

function job(id: string): ActJob {
  return { key: `staging/${id}`, caller: 'staging', id, matrix: {} }
}

function progressAt(clock: ManualClock): { readonly progress: Progress; readonly lines: readonly string[] } {
  const lines: string[] = []
  const terminal = {
    interactive: false,
    live: false,
    columns: 100,
    rows: 24,
    write: (text: string) => void lines.push(text.trimEnd())
  }
  return { progress: new Progress(terminal, false, () => clock.now()), lines }
}

describe('the times of a rehearsal', () => {
  it('count no second in which a person had to decide as work of the job behind the gate', () => {
    const clock = new ManualClock()
    const { progress, lines } = progressAt(clock)
    const [plan, deploy] = [job('plan'), job('deploy')]

    progress.see({ kind: 'job-started', job: plan })
    clock.advance(2_000)
    progress.see({ kind: 'gate-waiting', environment: 'staging' })
    clock.advance(1_000)
    progress.see({ kind: 'job-finished', job: plan, result: 'success' })
    progress.see({ kind: 'job-started', job: deploy })
    clock.advance(500)
    progress.see({ kind: 'gate-held', environment: 'staging' })
    clock.advance(54_000)
    progress.see({ kind: 'gate-decided', environment: 'staging', state: 'approved', comment: 'go' })
    clock.advance(1_500)
    progress.see({ kind: 'job-finished', job: deploy, result: 'success' })

    expect(progress.times).toEqual([
      { job: 'staging · plan', seconds: 3 },
      { job: 'staging · deploy', seconds: 2 }
    ])
    expect(progress.waits).toEqual([{ environment: 'staging', seconds: 54 }])
    expect(lines.at(-1)).toMatch(/✓ staging · deploy +2\.0 s \+ 54\.0 s at the gate$/)
  })

  it('count no wait where the answer came before the job asked for it', () => {
    const clock = new ManualClock()
    const { progress, lines } = progressAt(clock)

    progress.see({ kind: 'gate-waiting', environment: 'staging' })
    progress.see({ kind: 'job-started', job: job('deploy') })
    clock.advance(1_000)
    progress.see({ kind: 'gate-decided', environment: 'staging', state: 'approved', comment: 'in advance' })
    clock.advance(1_000)
    progress.see({ kind: 'job-finished', job: job('deploy'), result: 'success' })

    expect([progress.times[0]?.seconds, progress.waits]).toEqual([2, []])
    expect(lines.at(-1)).not.toContain('at the gate')
  })
})
