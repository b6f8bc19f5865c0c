import { describe, expect, it } from '@jest/globals'
import { EVENT_RULES, EVENTS, type EventRules, isEvent, isStated } from '../src/index.ts'

/** The events of which something holds. */
function eventsWith(holds: (rules: EventRules) => boolean): readonly string[] {
  return EVENTS.filter(event => holds(EVENT_RULES[event]))
}

describe('the table of events', () => {
  it('lets a step state what it does, and no outcome', () => {
    expect(EVENTS.filter(isStated)).toEqual([
      'built',
      'tested',
      'adopted',
      'released',
      'planned',
      'started',
      'deployed',
      'withdrawn',
      'repaired'
    ])
    expect(EVENTS.filter(event => isStated(event) && EVENT_RULES[event].endsBadly)).toEqual([])
  })

  it('knows after which events something else may be live, a bypassed gate among them', () => {
    expect(eventsWith(({ touchesLive }) => touchesLive)).toEqual([
      'started',
      'deployed',
      'repaired',
      'accepted',
      'bypassed'
    ])
  })

  it('says which events leave the release of their record in the environment', () => {
    expect(eventsWith(({ brings }) => brings)).toEqual(['deployed', 'unchanged'])
    expect(eventsWith(({ brings, scope }) => brings && scope === 'product')).toEqual([])
  })

  it('demands a release of what happens to one', () => {
    expect(eventsWith(({ needsRelease }) => needsRelease)).toEqual([
      'planned',
      'started',
      'deployed',
      'withdrawn',
      'accepted',
      'unchanged'
    ])
  })

  it('keeps builds and releases out of environments', () => {
    expect(eventsWith(({ scope }) => scope === 'product')).toEqual(['built', 'tested', 'adopted', 'released'])
  })

  it.each(['celebrated', 'toString', ''])('has no event %j', text => {
    expect(isEvent(text)).toBe(false)
  })
})
