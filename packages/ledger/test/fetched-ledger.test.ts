import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { fetchedLedger } from '../src/fetched-ledger.ts'
import { BRANCH, commitByHand, type HostedLedger, hostLedger } from './hosted-ledger.ts'

let hosted: HostedLedger
let main: string
let tip: string

beforeAll(async () => {
  hosted = await hostLedger()
  await hosted.store.create(Buffer.from('{}'))
  await commitByHand(hosted, { 'records/0/1.json': 'one' })
  main = await hosted.git(['rev-parse', 'refs/heads/main'])
  tip = await hosted.git(['rev-parse', `refs/heads/${BRANCH}`])
  // As actions/checkout fetches it.
  await hosted.git(['update-ref', `refs/remotes/origin/${BRANCH}`, tip])
})

afterAll(async () => hosted.stop())

describe('a ledger in the clone of a job', () => {
  it('stands where it was fetched, and has the files of that commit', async () => {
    const fetched = fetchedLedger(hosted.directory, BRANCH, main)

    expect(await fetched.tip()).toBe(tip)
    const files = await fetched.read(tip, ['records/0/1.json', 'records/0/2.json'])
    expect([...(files ?? [])].map(([path, content]) => [path, Buffer.from(content).toString()])).toEqual([
      ['records/0/1.json', 'one']
    ])
  })

  it('says nothing of a commit that was not fetched', async () => {
    const fetched = fetchedLedger(hosted.directory, BRANCH, main)

    expect(await fetched.read('0'.repeat(40), ['records/0/1.json'])).toBeUndefined()
  })

  it('says nothing where the clone may be one of another repository', async () => {
    expect(await fetchedLedger(hosted.directory, BRANCH, '1'.repeat(40)).tip()).toBeUndefined()
  })

  it('says nothing where the contents of files were not fetched', async () => {
    const clone = await hosted.clonePartially()
    await runCommand('git', [`--git-dir=${clone}`, 'update-ref', `refs/remotes/origin/${BRANCH}`, tip])

    expect(await fetchedLedger(clone, BRANCH, main).tip()).toBeUndefined()
  })
})
