import { beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, ManualClock, sha256 } from '@sluice/core'
import type { AnchorReader, Section } from '@sluice/ledger'
import { rememberingAnchors } from '../src/remembered-anchors.ts'

let clock: ManualClock
let asked: Section[]
let broken: boolean
let anchors: AnchorReader

beforeEach(() => {
  clock = new ManualClock()
  asked = []
  broken = false
  const newest: AnchorReader['newest'] = async section => {
    asked.push(section)
    if (broken) throw new Failure('no answer')
    return { sequence: asked.length, hash: sha256(section) }
  }
  anchors = rememberingAnchors({ newest }, clock)
})

describe('what is anchored', () => {
  it('is asked for once in a minute, for each section', async () => {
    const first = await anchors.newest('product')
    clock.advance(59_999)

    expect(await anchors.newest('product')).toBe(first)
    await anchors.newest('environments/staging')
    expect(asked).toEqual(['product', 'environments/staging'])
  })

  it('is asked for again a minute later', async () => {
    await anchors.newest('product')
    clock.advance(60_000)

    expect(await anchors.newest('product')).toMatchObject({ sequence: 2 })
  })

  it('is asked for again after a failure', async () => {
    broken = true
    await expect(anchors.newest('product')).rejects.toThrow('no answer')
    broken = false

    expect(await anchors.newest('product')).toMatchObject({ sequence: 2 })
  })
})
