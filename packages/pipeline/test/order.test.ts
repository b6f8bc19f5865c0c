import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { LedgerRecord } from '@sluice/core'
import { relateToLive } from '../src/index.ts'
import { type Hosted, hostProduct } from './hosted.ts'
import { records } from './record.ts'

let hosted: Hosted
/** main: base - middle - tip; side: base - other */
let base: string
let middle: string
let tip: string
let other: string

beforeAll(async () => {
  hosted = await hostProduct()
  base = await hosted.commit()
  middle = await hosted.commit()
  tip = await hosted.commit()
  await hosted.git('checkout', '--quiet', '-b', 'side', base)
  other = await hosted.commit()
  await hosted.git('checkout', '--quiet', 'main')
})

afterAll(() => hosted.stop())

function live(...commits: readonly string[]): readonly LedgerRecord[] {
  return records(...commits.map(commit => ({ event: 'deployed', commit }) as const))
}

describe('a commit', () => {
  it('stands to nothing where nothing is live', async () => {
    const pipeline = await hosted.open()

    expect(await relateToLive(pipeline, tip, [])).toBeUndefined()
    expect(await relateToLive(pipeline, tip, records({ event: 'deployed' }))).toBeUndefined()
  })

  it('is ahead of its ancestors, behind its descendants, and diverged from the rest', async () => {
    const pipeline = await hosted.open()
    const relation = async (commit: string, to: string) => relateToLive(pipeline, commit, live(to))

    expect(await relation(tip, base)).toBe('ahead')
    expect(await relation(base, tip)).toBe('behind')
    expect(await relation(tip, tip)).toBe('identical')
    expect(await relation(other, tip)).toBe('diverged')
  })

  it('stands to several as to the one that it would undo', async () => {
    const pipeline = await hosted.open()
    const relation = async (commit: string, ...to: readonly string[]) => relateToLive(pipeline, commit, live(...to))

    expect(await relation(middle, base, tip)).toBe('behind')
    expect(await relation(middle, base, other)).toBe('diverged')
    expect(await relation(middle, base, middle)).toBe('identical')
    expect(await relation(base, other, tip)).toBe('behind')
    expect(await relation(tip, base, middle, base)).toBe('ahead')
  })

  it('is compared by GitHub with a commit that came after the checkout', async () => {
    await hosted.git('checkout', '--quiet', '-b', 'later', tip)
    const later = await hosted.commit()
    await hosted.git('checkout', '--quiet', 'main')
    await hosted.git('branch', '--quiet', '-D', 'later')
    await hosted.git('reflog', 'expire', '--expire=now', '--all')
    await hosted.git('gc', '--quiet', '--prune=now')
    await expect(hosted.git('cat-file', '-e', later)).rejects.toThrow()
    const pipeline = await hosted.open()

    expect(await relateToLive(pipeline, tip, live(later))).toBe('behind')
    expect(await relateToLive(pipeline, other, live(later))).toBe('diverged')
  })

  it('that nobody knows is compared with nothing', async () => {
    const pipeline = await hosted.open()

    await expect(relateToLive(pipeline, tip, live('f'.repeat(40)))).rejects.toThrow(/^Commit f{40} is not in /)
  })
})
