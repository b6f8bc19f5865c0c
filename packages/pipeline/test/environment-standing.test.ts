import { describe, expect, it } from '@jest/globals'
import type { Standing } from '../src/index.ts'
import { type Brief, pastOf } from './record.ts'

async function standing(...briefs: readonly Brief[]): Promise<Standing> {
  return (await pastOf(...briefs)).standing('integration')
}

function sequences({ live, open }: Standing): { live: readonly number[]; open: readonly (readonly unknown[])[] } {
  return {
    live: live.map(({ sequence }) => sequence),
    open: open.map(({ last, begun }) => [last.run.id, last.sequence, begun])
  }
}

describe('the standing of an environment', () => {
  it('finds nothing in an environment that nobody deployed to', async () => {
    const found = await standing({ event: 'accepted', environment: 'staging' })

    expect(found).toEqual({ live: [], open: [] })
  })

  it('takes the last deployment as live, and nobody as open once its outcome is told', async () => {
    const found = await standing(
      { event: 'started', run: '1' },
      { event: 'deployed', run: '1' },
      { event: 'accepted', run: '1' },
      { event: 'started', run: '2' },
      { event: 'deployed', run: '2' },
      { event: 'failed', run: '2' }
    )

    expect(sequences(found)).toEqual({ live: [5], open: [] })
  })

  it('takes the newest release as live that changed nothing since, beside the deployment', async () => {
    const found = await standing(
      { event: 'unchanged', run: '1' },
      { event: 'started', run: '2' },
      { event: 'deployed', run: '2' },
      { event: 'accepted', run: '2' },
      { event: 'unchanged', run: '3' },
      { event: 'accepted', run: '4', detail: { unchanged: true } },
      { event: 'accepted', run: '5' }
    )

    expect(sequences(found)).toEqual({ live: [6, 3], open: [] })
  })

  it('takes a run that withdrew a release for none that deploys, and what it withdrew for live', async () => {
    const found = await standing(
      { event: 'started', run: '1' },
      { event: 'deployed', run: '1' },
      { event: 'withdrawn', run: '2' }
    )

    expect(sequences(found)).toEqual({ live: [2], open: [['1', 2, 1]] })
  })

  it('says who has begun, who has deployed, and who only plans', async () => {
    const found = await standing(
      { event: 'planned', run: '1' },
      { event: 'planned', run: '2' },
      { event: 'started', run: '2' },
      { event: 'started', run: '3' },
      { event: 'deployed', run: '3' }
    )

    expect(sequences(found)).toEqual({
      live: [5],
      open: [
        ['3', 5, 4],
        ['2', 3, 3],
        ['1', 1, undefined]
      ]
    })
  })

  it('keeps the attempts of a run apart', async () => {
    const found = await standing(
      { event: 'started', run: '1', attempt: 1 },
      { event: 'started', run: '1', attempt: 2 },
      { event: 'failed', run: '1', attempt: 2 }
    )

    expect(found.open.map(({ last }) => last.run.attempt)).toEqual([1])
  })

  it('takes a run as ended when another one tells so', async () => {
    const found = await standing(
      { event: 'started', run: '1' },
      { event: 'planned', run: '2' },
      { event: 'failed', run: '3', detail: { ended: [{ run: '1', attempt: 1 }] } }
    )

    expect(found.open.map(({ last }) => last.run.id)).toEqual(['2'])
  })

  it('finds where the last deployment began, however much happened since', async () => {
    const others = Array.from({ length: 150 }, (): Brief => ({ event: 'planned', environment: 'staging' }))

    const found = await standing({ event: 'started', run: '1' }, { event: 'started', run: '2' }, ...others, {
      event: 'deployed',
      run: '2'
    })

    expect(sequences(found)).toEqual({
      live: [153],
      open: [
        ['2', 153, 2],
        ['1', 1, 1]
      ]
    })
  })
})
