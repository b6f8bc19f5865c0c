import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import { REPOSITORY, type Site, startSite } from './site.ts'

const PATH = `/repos/${REPOSITORY}`
const LOOK = `{ repository(owner: "octo-org", name: "storefront") {
  ref(qualifiedName: "refs/heads/ledger") { name }
  object(expression: "refs/heads/ledger:a.txt") { oid }
} }`

describe('a stand-in that shows new refs late', () => {
  const clock = new ManualClock()
  let site: Site
  beforeAll(async () => {
    site = await startSite({ clock, hideNewRefs: 30_000 })
  })
  afterAll(async () => site.stop())

  it('hides a new branch from readers, not from who makes it again', async () => {
    const ref = { ref: 'refs/heads/ledger', sha: site.commits.first }
    const made = await site.call('POST', `${PATH}/git/refs`, ref)

    clock.advance(29_999)
    const hidden = [await site.call('GET', `${PATH}/git/ref/heads/ledger`), await site.query(LOOK)]
    const again = await site.call('POST', `${PATH}/git/refs`, ref)
    clock.advance(1)
    const shown = [await site.call('GET', `${PATH}/git/ref/heads/ledger`), await site.query(LOOK)]

    expect(made.status).toBe(201)
    expect(hidden).toMatchObject([{ status: 404 }, { data: { repository: { ref: null, object: null } } }])
    expect(again).toMatchObject({ status: 422, body: { message: 'Reference already exists' } })
    expect(shown).toMatchObject([
      { status: 200 },
      { data: { repository: { ref: { name: 'ledger' }, object: { oid: expect.any(String) } } } }
    ])
  })

  it('shows refs at once that were there before', async () => {
    expect((await site.call('GET', `${PATH}/git/ref/heads/main`)).status).toBe(200)
  })
})
