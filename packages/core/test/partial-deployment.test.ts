import { describe, expect, it } from '@jest/globals'
import { describePartial, encodePartial, partialIn, type RecordDraft, readPartial } from '../src/index.ts'

const FAR = { done: ['api', 'site'], stopped: ['worker'], notBegun: [] }

describe('how far a deployment came', () => {
  it('is read as it was told', () => {
    expect(encodePartial(FAR)).toBe('{"done":["api","site"],"notBegun":[],"stopped":["worker"]}')
    expect(readPartial(encodePartial(FAR))).toEqual(FAR)
  })

  it.each([
    undefined,
    'none',
    '{',
    '{"done":[]}',
    `${encodePartial(FAR)} `,
    encodePartial({ ...FAR, done: ['a b'] }),
    encodePartial({ ...FAR, done: Array(50_000).fill('api') })
  ])('is not read of anything else (%#)', text => {
    expect(readPartial(text)).toBeUndefined()
  })

  it('is said in a clause, without what there is none of', () => {
    expect(describePartial(FAR)).toBe('api, site are done, worker stopped on the way')
    expect(describePartial({ ...FAR, deleted: ['report'] })).toBe(
      'api, site are done, report is deleted, worker stopped on the way'
    )
    expect(describePartial({ done: [], stopped: ['a', 'b'], notBegun: ['c', 'd'] })).toBe(
      'a, b stopped on the way, c, d were not begun'
    )
  })

  it('is what a record of it says, and no other', () => {
    const record = (event: string, detail?: object): RecordDraft => ({ event, detail }) as unknown as RecordDraft

    expect(partialIn(record('partial', { ...FAR, reason: 'x' }))).toEqual(FAR)
    const deleting = { ...FAR, deleted: ['report'] }
    expect(partialIn(record('partial', { ...deleting, reason: 'x' }))).toEqual(deleting)
    expect(readPartial(encodePartial(deleting))).toEqual(deleting)
    expect(partialIn(record('partial'))).toEqual({ done: [], stopped: [], notBegun: [] })
    expect(partialIn(record('failed', FAR))).toBeUndefined()
    expect(partialIn(undefined)).toBeUndefined()
  })
})
