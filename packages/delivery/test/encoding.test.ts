import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { gitSandbox, STOREFRONT } from '@sluice-lab/samples'
import { ConfigError, parseDelivery, readDelivery } from '../src/index.ts'

function problemsOf(bytes: Uint8Array): string {
  try {
    parseDelivery(bytes, 'delivery.yml')
    return 'none'
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error
    return error.message
  }
}

const utf16 = Buffer.from(STOREFRONT, 'utf16le')

describe('the bytes of delivery.yml', () => {
  it('are read as UTF-8, with a byte order mark or without', () => {
    const { digest } = parseDelivery(STOREFRONT, 'delivery.yml')
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(STOREFRONT)])

    expect(parseDelivery(Buffer.from(STOREFRONT), 'delivery.yml').digest).toBe(digest)
    expect(parseDelivery(marked, 'delivery.yml').product).toBe('storefront')
    // The digest is of the bytes that are in the commit, mark included.
    expect(parseDelivery(marked, 'delivery.yml').digest).toBe(sha256(marked))
  })

  it.each([
    ['Latin-1', Buffer.from(`# caf\u00e9\n${STOREFRONT}`, 'latin1'), '1:6', 'the byte 0xe9, which is not UTF-8'],
    ['cut off', Buffer.from(`# a\n# \ufffd`, 'utf8').subarray(0, -1), '2:4', 'the byte 0xbf, which is not UTF-8'],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), '1:1', 'UTF-16 text'],
    [
      'UTF-16, the other way round',
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
      '1:1',
      'UTF-16 text'
    ],
    ['UTF-16 without a mark', utf16, '1:1', 'UTF-16 text'],
    ['UTF-16 of one character', Buffer.from([0x61, 0]), '1:1', 'UTF-16 text'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), '1:1', 'UTF-32 text']
  ])('are refused when they are %s', (_, bytes, place, found) => {
    expect(problemsOf(bytes)).toBe(`delivery.yml:${place}: found ${found}; save the file as UTF-8`)
  })
})

it('one byte of zero is no UTF-16, but a text that is no delivery', () => {
  expect(problemsOf(Buffer.from([0]))).not.toContain('UTF-16')
})

describe('readDelivery', () => {
  it('reads the file of the commit, and nothing else for it', async () => {
    const { repository, commit, write, git } = await gitSandbox()
    const first = await commit({ 'real.yml': STOREFRONT, 'folder/delivery.yml': STOREFRONT })
    await git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${await git('hash-object', '-w', 'real.yml')},delivery.yml`
    )
    await git('commit', '-q', '-m', 'link')
    const linked = await git('rev-parse', 'HEAD')
    await write({ 'real.yml': 'broken' })

    expect((await readDelivery(repository, first, 'folder/delivery.yml')).product).toBe('storefront')
    expect((await readDelivery(repository, first, 'real.yml')).product).toBe('storefront')
    await expect(readDelivery(repository, first, 'delivery.yml')).rejects.toThrow(
      `delivery.yml does not exist in commit ${first}. Commit it.`
    )
    await expect(readDelivery(repository, linked, 'delivery.yml')).rejects.toThrow(
      `delivery.yml is a link in commit ${linked}. Replace it with a file, and commit that.`
    )
    await expect(readDelivery(repository, first, 'folder')).rejects.toThrow(/folder is a directory in commit/)
  })
})
