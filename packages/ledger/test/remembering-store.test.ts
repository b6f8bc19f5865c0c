import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import type { FetchedLedger } from '../src/fetched-ledger.ts'
import { encodeHead } from '../src/head.ts'
import { rememberingStore } from '../src/remembering-store.ts'
import type { LedgerStore } from '../src/store.ts'
import { MemoryStore } from './memory-store.ts'

const NO_CLONE: FetchedLedger = { tip: async () => undefined, read: async () => undefined }

const headOf = (sequence: number): { readonly path: string; readonly content: Uint8Array } => {
  const hash = sequence === 0 ? {} : { hash: sha256(String(sequence)) }
  return { path: 'HEAD.json', content: encodeHead({ repository: '1', product: 'shop', sequence, ...hash }) }
}
const file = (path: string, text: string): { readonly path: string; readonly content: Uint8Array } => ({
  path,
  content: Buffer.from(text)
})

/** A branch with a record, and the clone that was made of it then. */
async function opened(): Promise<{
  readonly branch: MemoryStore
  readonly clone: FetchedLedger
  readonly oid: string
}> {
  const branch = new MemoryStore()
  await branch.create(headOf(0).content)
  const empty = await branch.head()
  await branch.commit(empty?.oid ?? '', 'One', [headOf(1), file('records/0/1.json', 'one'), file('state.json', 'old')])
  const { oid = '' } = (await branch.head()) ?? {}
  const files = branch.files
  branch.calls.length = 0
  const clone: FetchedLedger = {
    tip: async () => oid,
    read: async (at, paths) => (at === oid ? new Map([...files].filter(([path]) => paths.includes(path))) : undefined)
  }
  return { branch, clone, oid }
}

const textOf = (content: Uint8Array | undefined): string | undefined =>
  content === undefined ? undefined : Buffer.from(content).toString('utf8')

const open = (branch: LedgerStore, clone: FetchedLedger): LedgerStore => rememberingStore(branch, clone, 'ledger')

describe('a ledger that remembers', () => {
  it('asks where the branch stands whenever somebody wants to know how it is now', async () => {
    const { branch, clone } = await opened()
    const store = open(branch, clone)

    await store.head(['state.json'])
    await store.head(['state.json'])

    expect(branch.calls).toEqual(['head', 'head'])
  })

  it('asks once for a look that may be as old as the process', async () => {
    const { branch } = await opened()
    const store = open(branch, NO_CLONE)

    const first = await store.head(['state.json'], 'process')
    const second = await store.head(['state.json'], 'process')

    expect(second).toEqual(first)
    expect(branch.calls).toEqual(['head'])
  })

  it('does not take the clone for a look of the process', async () => {
    const { branch, clone, oid } = await opened()
    await branch.commit(oid, 'Two', [headOf(2)])
    branch.calls.length = 0

    expect((await open(branch, clone).head([], 'process'))?.sequence).toBe(2)
    expect(branch.calls).toEqual(['head'])
  })

  it('takes the clone for a look of the job, and asks nobody', async () => {
    const { branch, clone, oid } = await opened()

    const head = await open(branch, clone).head(['state.json', 'nothing.json'], 'job')

    expect(head).toMatchObject({ oid, sequence: 1 })
    expect([...(head?.files ?? [])].map(([path]) => path)).toEqual(['state.json'])
    expect(branch.calls).toEqual([])
  })

  it('asks for what it does not know of a commit, once', async () => {
    const { branch, oid } = await opened()
    const store = open(branch, NO_CLONE)

    await store.head(['state.json'])
    await store.read(['state.json', 'records/0/1.json', 'nothing.json'], oid)
    const files = await store.read(['state.json', 'records/0/1.json', 'nothing.json'], oid)

    expect([...files].map(([path, content]) => [path, textOf(content)])).toEqual([
      ['state.json', 'old'],
      ['records/0/1.json', 'one']
    ])
    expect(branch.calls).toEqual(['head', 'read'])
  })

  it('knows what it wrote, and that everything else stayed as it was', async () => {
    const { branch, clone, oid } = await opened()
    const store = open(branch, clone)
    await store.commit(oid, 'Two', [headOf(2), file('records/0/2.json', 'two')])
    branch.calls.length = 0

    const head = await store.head(['state.json', 'records/0/1.json', 'records/0/2.json'], 'process')

    expect(head?.sequence).toBe(2)
    expect([...(head?.files ?? [])].map(([, content]) => textOf(content)).sort()).toEqual(['old', 'one', 'two'])
    expect(branch.calls).toEqual([])
  })

  it('forgets where the branch stands when a commit does not land', async () => {
    const { branch, clone, oid } = await opened()
    const store = open(branch, clone)
    await store.head([], 'process')
    await branch.commit(oid, 'Two', [headOf(2)])

    expect(await store.commit(oid, 'Mine', [headOf(2)])).toBe('conflict')
    expect((await store.head([], 'process'))?.sequence).toBe(2)
  })

  it('reads from the clone of a newer commit only what is written once', async () => {
    const { branch, clone, oid } = await opened()
    await branch.commit(oid, 'Two', [headOf(2), file('state.json', 'new')])
    const store = open(branch, clone)
    const newer = (await store.head())?.oid
    branch.calls.length = 0

    expect(textOf((await store.read(['records/0/1.json'], newer)).get('records/0/1.json'))).toBe('one')
    expect(branch.calls).toEqual([])
    expect(textOf((await store.read(['state.json'], newer)).get('state.json'))).toBe('new')
    expect(branch.calls).toEqual(['read'])
  })
})
