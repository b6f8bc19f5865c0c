import { describe, expect, it } from '@jest/globals'
import { gitSandbox, temporaryFolder } from '@sluice-lab/samples'
import { openBlobs, readBlobs, readSizes } from '../src/index.ts'

const NOWHERE = '0'.repeat(40)

describe('a reader of blobs that stays open', () => {
  it('answers each question, in the order of what was asked, and says nothing of what is no blob or is not there', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ 'a/one.txt': 'one', 'two.txt': 'two\nlines\n', empty: '' })
    const blobs = openBlobs(directory)

    const [first, second, third] = await Promise.all([
      blobs.read([`${id}:two.txt`, `${id}:absent`, `${id}:a/one.txt`]),
      blobs.read([`${id}:a`, id, NOWHERE, 'no such name', `${id}:empty`, `${id}:two.txt`]),
      blobs.read([])
    ])
    const later = await blobs.read([`${id}:a/one.txt`])
    await blobs.close()

    expect(first?.map(String)).toEqual(['two\nlines\n', 'undefined', 'one'])
    expect(second?.map(String)).toEqual(['undefined', 'undefined', 'undefined', 'undefined', '', 'two\nlines\n'])
    expect(third).toEqual([])
    expect(later.map(String)).toEqual(['one'])
  })

  it('gives large blobs whole, and those around them', async () => {
    const { directory, commit } = await gitSandbox()
    const large = Array.from({ length: 50_000 }, (_, n) => `line ${n}`).join('\n')
    const id = await commit({ large, small: 'small' })
    const blobs = openBlobs(directory)

    const found = await blobs.read(['small', 'large', 'small', 'large', 'large', 'small'].map(name => `${id}:${name}`))
    await blobs.close()

    expect(found.map(String)).toEqual(['small', large, 'small', large, large, 'small'])
  })

  it('takes a name with a line break for one that is not there, and gives nobody the answer of another', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ a: 'a', b: 'b' })
    const blobs = openBlobs(directory)

    const found = await blobs.read([`${id}:a\n${id}:b`, `${id}:b`])
    const none = await blobs.read(['a\0b'])
    await blobs.close()

    expect(found.map(String)).toEqual(['undefined', 'b'])
    expect(none).toEqual([undefined])
  })

  it.each(['./a', '../a', '../../x'])(
    'takes %s for what is not there: git would end, and answer nobody',
    async path => {
      const { directory, commit } = await gitSandbox()
      const id = await commit({ a: 'a' })
      const blobs = openBlobs(directory)
      const asked = [`${id}:${path}`, `${id}:a`]

      const found = [await blobs.read(asked), await readBlobs(directory, asked)]
      await blobs.close()

      expect(found.map(it => it.map(String))).toEqual([
        ['undefined', 'a'],
        ['undefined', 'a']
      ])
      expect(await readSizes(directory, asked)).toEqual([undefined, 1])
    }
  )

  it('sees what was committed after it was opened', async () => {
    const { directory, commit } = await gitSandbox()
    await commit({ a: 'one' })
    const blobs = openBlobs(directory)
    await blobs.read(['HEAD:a'])

    const id = await commit({ a: 'two' })

    expect((await blobs.read([`${id}:a`])).map(String)).toEqual(['two'])
    await blobs.close()
  })

  it('fails each question where there is no repository, and where it was closed', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ a: 'one' })
    const [nowhere, closed] = [openBlobs(await temporaryFolder()), openBlobs(directory)]
    await closed.close()

    await expect(nowhere.read([`${id}:a`])).rejects.toThrow(
      /^git cat-file in .* ended with exit code 128: fatal: not a git/
    )
    await expect(nowhere.read([`${id}:a`])).rejects.toThrow(/not a git repository/)
    await nowhere.close()
    await expect(closed.read([`${id}:a`])).rejects.toThrow(/^git cat-file in .* ended with exit code 0/)
  })
})
