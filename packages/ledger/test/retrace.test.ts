import { describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import { openView, retrace } from '../src/index.ts'
import { deliver } from './delivered.ts'
import { append, ofRun, RELEASE, releaseOf } from './drafts.ts'
import { recordsOn } from './forge.ts'
import { said } from './repaired.ts'

const SAME = releaseOf('2'.repeat(40))

describe('retrace', () => {
  it('knows after the last record what decisions go by', async () => {
    const { store, nonprod: signer, trust } = await deliver()
    const clock = new ManualClock(Date.parse('2026-01-01T01:00:00Z'))
    const found = { release: SAME, detail: { unchanged: true, sameAs: RELEASE.digest } }
    const drafts = [
      ofRun('600', said('planned')),
      ofRun('601', said('accepted', found as Parameters<typeof said>[1])),
      ofRun('602', said('started', { release: SAME })),
      ofRun(
        '603',
        said('superseded', { detail: { ended: [{ run: '600', attempt: 1 }] } } as Parameters<typeof said>[1])
      )
    ]
    for (const it of drafts)
      await append({ store, signer, clock, drafts: [it], rules: { trust }, log: { info: () => undefined } })

    const known = [...retrace(recordsOn(store).filter(({ environment }) => environment === 'staging'))].at(-1)
    const view = await openView(store, { trust }, { sections: ['environments/staging'], keys: [] })
    const state = view?.section('environments/staging')

    expect(state?.open).toHaveLength(1)
    expect(known).toEqual({
      deployed: expect.objectContaining({ sequence: state?.deployed?.sequence }),
      live: [state?.found, state?.deployed].map(it => expect.objectContaining({ sequence: it?.sequence })),
      judged: expect.objectContaining({ sequence: state?.judged?.sequence }),
      open: state?.open.map(({ last, begun }) => ({
        last: expect.objectContaining({ sequence: last.sequence }),
        begun: expect.objectContaining({ sequence: begun?.sequence })
      }))
    })
  })
})
