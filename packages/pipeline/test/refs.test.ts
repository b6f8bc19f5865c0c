import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { requireProtectedBranches } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
  await hosted.commit({ 'more.yml': `${DELIVERY}deliverFrom: [main, "release/*", "refs/tags/v*"]\n` })
  await hosted.git('push', '--quiet', hosted.bare, 'HEAD:refs/heads/release/1')
})

afterAll(() => hosted.stop())

describe('a delivery is opened', () => {
  it.each([
    ['the default branch', 'delivery.yml', 'refs/heads/main'],
    ['a branch that delivery.yml names', 'more.yml', 'refs/heads/release/1'],
    ['a tag that delivery.yml names', 'more.yml', 'refs/tags/v1']
  ])('for %s', async (_, config, ref) => {
    expect((await hosted.open({ config, run: { ref } })).run.ref).toBe(ref)
  })
})

describe('a delivery is not opened', () => {
  it.each([
    ['another branch', 'delivery.yml', 'refs/heads/feature', 'Delivery refs: main.'],
    ['a tag that is named like the branch', 'delivery.yml', 'refs/tags/main', 'Delivery refs: main.'],
    ['a pull request', 'delivery.yml', 'refs/pull/1/merge', 'Delivery refs: main.'],
    ['a branch in a branch', 'more.yml', 'refs/heads/release/1/x', 'Delivery refs: main, release/*, refs/tags/v*.']
  ])('for %s, whatever it is for', async (_, config, ref, words) => {
    await expect(hosted.open({ config, run: { ref } })).rejects.toThrow(
      `${ref} is not a delivery ref, so nothing is delivered from it. ${words} Merge first, or add it to deliverFrom in delivery.yml on main.`
    )
  })
})

describe('the branches that decide', () => {
  it('are the default branch and the one that is delivered from', async () => {
    await expect(requireProtectedBranches(await hosted.open())).resolves.toBeUndefined()
    await expect(
      requireProtectedBranches(await hosted.open({ config: 'more.yml', run: { ref: 'refs/tags/v1' } }))
    ).resolves.toBeUndefined()
    await expect(
      requireProtectedBranches(await hosted.open({ config: 'more.yml', run: { ref: 'refs/heads/release/1' } }))
    ).rejects.toThrow('release/1 is not protected on GitHub: whoever may push to it decides what is delivered')
    expect(hosted.host.defects).toEqual([])
  })

  it('are not protected where they are not there', async () => {
    const pipeline = await hosted.open({ config: 'more.yml', run: { ref: 'refs/heads/release/gone' } })

    await expect(requireProtectedBranches({ ...pipeline, defaultBranch: 'trunk' })).rejects.toThrow(
      'trunk and release/gone are not protected on GitHub: whoever may push to them decides'
    )
  })
})
