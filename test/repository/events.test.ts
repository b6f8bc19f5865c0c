import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { EVENTS, isStated } from '@sluice/core'
import { inRepository, readActionFile } from '../harness/index.ts'

describe('record-audit', () => {
  it('tells in its README how each ending of an environment comes about, and of no other', async () => {
    const page = await readFile(inRepository('actions', 'record-audit', 'README.md'), 'utf8')

    const told = [...page.matchAll(/^\| .* \| `([a-z-]+)` \| `[a-z-]+` \|$/gm)].map(([, event]) => event ?? '')
    expect(told.toSorted()).toEqual(EVENTS.filter(event => !isStated(event)).toSorted())
  })

  it('names each event that a step may state where it asks for them', async () => {
    const { inputs } = await readActionFile('record-audit')

    for (const event of EVENTS.filter(isStated)) expect(JSON.stringify(inputs['event'])).toContain(event)
  })
})
