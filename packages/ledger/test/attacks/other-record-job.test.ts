import { afterAll, describe, expect, it } from '@jest/globals'
import type { LedgerRecord } from '@sluice/core'
import { vouchFor } from '../test-issuer.ts'
import { github } from './honest.ts'
import { anchorsOf, exportOf } from './next-delivery.ts'
import { added } from './rewriting.ts'
import { Verifiers } from './verdicts.ts'
import { NOW, worldOf } from './world.ts'

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

describe('whoever has the key of the outcomes of one environment, and code in the job that records those of another,', () => {
  it('speaks for the first: not detectable, since that job names no GitHub Environment and so does its token', async () => {
    const world = await worldOf('both', 'keys')
    const accepted = world.records.find(it => it.event === 'accepted' && it.environment === 'integration')
    const { key: _, evidence: __, ...rest } = accepted as LedgerRecord
    const failed = { ...rest, time: NOW, event: 'failed', detail: { reason: 'checks failed' } } as LedgerRecord
    const rules = { ...world.rules, tokens: { ...world.rules.tokens, known: [github.thumbprint] } }
    const judge = async (environment: string | undefined) => {
      const tokenFor = (record: LedgerRecord) => ({ issuer: github, token: vouchFor(github, record, { environment }) })
      const line = await added({ ...world, tokenFor } as typeof world, [failed])
      const anchors = exportOf(await anchorsOf(line.slice(0, -1)))
      return verifiers.judge(line, { rules }, { rules, anchors })
    }

    const [ofRecordJob, ofGate] = [await judge(undefined), await judge('staging')]

    for (const { own, other } of ofRecordJob) expect([...own, ...other]).toEqual([])
    for (const { own, other } of ofGate) {
      expect(own.join()).toContain(
        'GitHub says that a job of environment staging wrote it, but it is about integration'
      )
      expect(other).not.toEqual([])
    }
  })
})
