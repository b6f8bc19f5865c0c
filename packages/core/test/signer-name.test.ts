import { describe, expect, it } from '@jest/globals'
import { EVENT_RULES, EVENTS, signerAlias, signerOf, signersIn, stationOf } from '../src/index.ts'

describe('who signs a record', () => {
  it('is one party for what belongs to no environment', () => {
    const events = EVENTS.filter(event => EVENT_RULES[event].scope === 'product')

    expect(events.length).toBeGreaterThan(0)
    expect(new Set(events.map(event => signerOf({ event })))).toEqual(new Set(['builds']))
    expect(signerOf({ event: 'repaired' })).toBe('builds')
  })

  it.each([
    ['planned', 'staging/plan'],
    ['started', 'staging/intent'],
    ['deployed', 'staging/intent'],
    ['withdrawn', 'staging/outcome'],
    ['repaired', 'staging/outcome'],
    ['accepted', 'staging/outcome']
  ] as const)('is in an environment the one whose word %s is', (event, signer) => {
    expect(signerOf({ event, environment: 'staging' })).toBe(signer)
  })

  it('is nobody who plans or deploys for any way in which it can end', () => {
    const told = EVENTS.filter(event => EVENT_RULES[event].scope === 'environment')
    const others = told.filter(event => !['planned', 'started', 'deployed'].includes(event))

    for (const event of others) expect(signerOf({ event, environment: 'staging' })).toBe('staging/outcome')
  })

  it('is one of three in an environment', () => {
    expect(signersIn('staging')).toEqual(['staging/plan', 'staging/intent', 'staging/outcome'])
    expect(stationOf('staging/intent')).toEqual({ environment: 'staging', duty: 'intent' })
    expect(stationOf('builds')).toBeUndefined()
  })

  it('has a key under an alias of its own', () => {
    expect(signerAlias('alias/ledger', 'staging/intent')).toBe('alias/ledger/staging/intent')
  })
})
