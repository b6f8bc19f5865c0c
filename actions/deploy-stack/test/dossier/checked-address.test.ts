import { describe, expect, it } from '@jest/globals'
import { ruleChanges } from '../../src/dossier/rule-changes.ts'
import { delivery } from './dossier.ts'

const CHECK = 'accept: { http: [{ path: /, status: 200 }] }'
const policy = delivery()

/** The delivery of a commit that says so much more of staging. */
function saying(more: string): ReturnType<typeof delivery> {
  return delivery(text => text.replace('gate: approval }', `gate: approval, ${more} }`))
}

/** What a commit changes. */
function changes(before: string, now: string): ReturnType<typeof ruleChanges> {
  return ruleChanges({ policy, committed: saying(before) }, { policy, committed: saying(now) })
}

describe('an address that acceptance checks ask', () => {
  const [own, foreign] = ['url: "https://staging.shop.example"', 'url: "https://www.example.com"']

  it('makes them weaker when it is another one: whatever answers there would pass', () => {
    expect(changes(`${own}, ${CHECK}`, `${foreign}, ${CHECK}`)).toEqual([
      {
        what: 'environments.staging.url',
        before: 'https://staging.shop.example',
        now: 'https://www.example.com',
        weaker: true
      }
    ])
  })

  it('is the same rule as long as it stays, and none where nothing was checked there', () => {
    expect(changes(`${own}, ${CHECK}`, `${own}, ${CHECK}`)).toEqual([])
    expect(changes(own, foreign)).toEqual([])
  })
})
