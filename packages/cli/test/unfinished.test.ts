import { describe, expect, it } from '@jest/globals'
import { placeOf } from '../src/place.ts'
import { placeCells, unknownLines } from '../src/status-table.ts'
import { staysIn } from '../src/stay.ts'
import { unfinishedBetween, unfinishedIn, unfinishedJson, unfinishedRows } from '../src/unfinished.ts'
import { verdictRows } from '../src/verdict-rows.ts'
import { release } from './delivered.ts'
import { type Happened, NOW, staging } from './staging.ts'

const HALF = { done: ['api'], stopped: ['worker'], notBegun: [] }
const found = (...events: readonly Happened[]): ReturnType<typeof unfinishedIn> =>
  unfinishedIn('staging', staging(...events), () => undefined)

describe('a deployment that no record says was done', () => {
  it.each<[string, readonly Happened[], string]>([
    [
      'stopped halfway',
      [
        ['1', 'started'],
        ['1', 'partial', { detail: { ...HALF, reason: 'One stack failed.' } }]
      ],
      'by half: api is done, worker stopped on the way'
    ],
    [
      'failed',
      [
        ['1', 'started'],
        ['1', 'failed', { detail: { reason: 'x' } }]
      ],
      'not by this ledger: all of it may be there, or a part, or nothing'
    ],
    ['never said how it ended', [['1', 'started']], 'not by this ledger: all of it may be there, or a part, or nothing']
  ])('is told where it %s, with what is known of it', (_, events, done) => {
    const [one, ...others] = found(...events)

    expect(others).toEqual([])
    expect(one === undefined ? [] : unfinishedRows(one)).toEqual(
      expect.arrayContaining([
        ['release', release('a').digest],
        ['began', expect.stringMatching(/ by run 1 \(attempt 1\), started by author \[record 1\]$/)],
        ['done', done],
        ['until', 'nothing was deployed since']
      ])
    )
  })

  it.each<[string, readonly Happened[]]>([
    [
      'was done',
      [
        ['1', 'started'],
        ['1', 'deployed']
      ]
    ],
    [
      'touched nothing',
      [
        ['1', 'started'],
        ['1', 'failed', { detail: { untouched: true } }]
      ]
    ],
    [
      'was obsolete',
      [
        ['1', 'started'],
        ['1', 'obsolete']
      ]
    ]
  ])('is not one that %s', (_, events) => {
    expect(found(...events)).toEqual([])
  })

  it('may be there until something else was deployed, and in no time before or after', () => {
    const records = staging(
      ['1', 'started'],
      ['1', 'partial', { detail: HALF }],
      ['2', 'deployed', { release: release('b') }]
    )
    const all = unfinishedIn('staging', records, () => undefined)
    const [began = 0, , deployed = 0] = records.map(({ time }) => Date.parse(time))

    expect(unfinishedBetween(all, began - 10, began)).toEqual([])
    expect(unfinishedBetween(all, began, began + 1)).toEqual(all)
    expect(unfinishedBetween(all, deployed, NOW)).toEqual([])
    expect(all.map(unfinishedJson)).toMatchObject([{ partial: HALF, until: new Date(deployed).toISOString() }])
  })

  it('leaves unknown what an environment has that never had anything else', () => {
    const place = placeOf('staging', staging(['1', 'started'], ['1', 'partial', { detail: HALF }]), NOW)

    expect(placeCells(place, NOW)).toEqual(['staging', '-', '-', 'unknown', '-', '-'])
    expect(unknownLines(place)).toEqual([
      expect.stringMatching(/^staging: what is there is unknown since record 1: run 1 began to deploy r-/)
    ])
  })
})

describe('a release whose checks failed, and that was accepted under another name', () => {
  const records = staging(
    ['1', 'started'],
    ['1', 'deployed'],
    ['1', 'failed', { detail: { reason: 'Its checks failed.' } }],
    ['2', 'accepted', { release: release('b'), detail: { unchanged: true, sameAs: release('a').digest, checks: 2 } }]
  )
  const [stay] = staysIn('staging', records, () => undefined)

  it('counts as accepted for history as for status, which says by what', () => {
    expect(placeOf('staging', records, NOW).live?.acceptance).toEqual(stay?.acceptance)
    expect(stay?.acceptance.state).toBe('accepted')
    expect(stay?.accepted?.sequence).toBe(4)
    expect(stay === undefined ? [] : verdictRows(stay, () => undefined)).toEqual([
      ['failed', expect.stringContaining('[record 3]')],
      ['accepted', expect.stringMatching(/, as r-[0-9a-f]{12} \[record 4\]$/)]
    ])
  })
})
