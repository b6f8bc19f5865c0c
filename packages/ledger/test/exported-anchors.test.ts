import { beforeEach, describe, expect, it } from '@jest/globals'
import { canonicalJson, sha256 } from '@sluice/core'
import { anchorKey } from '../src/anchor.ts'
import { findUnanchored, type Section, treeOf } from '../src/index.ts'
import { recordPath } from '../src/paths.ts'
import { type DeliveredLedger, deliver } from './delivered.ts'

let ledger: DeliveredLedger

beforeEach(async () => {
  ledger = await deliver()
})

/** An object of the bucket, of a record as the ledger has it unless told otherwise. */
function anchorOf(section: Section, sequence: number, hash?: string): readonly [string, string] {
  const own = sha256(ledger.store.files.get(recordPath(sequence)) ?? '')
  return [anchorKey('storefront', section, sequence), canonicalJson({ sequence, hash: hash ?? own })]
}

async function compare(...objects: readonly (readonly [string, string])[]): Promise<readonly string[]> {
  const problems = await findUnanchored(treeOf(ledger.store.files), 'storefront', new Map(objects))
  return problems.map(({ path, problem }) => `${path}: ${problem}`)
}

describe('exported anchors', () => {
  it('are all on a ledger that nobody put back', async () => {
    expect(
      await compare(anchorOf('product', 2), anchorOf('environments/staging', 9), ['bakery/product/1', '{}'])
    ).toEqual([])
  })

  it('tell of each record that a ledger lacks, or has another one of', async () => {
    const other = sha256('another')

    expect(await compare(anchorOf('environments/staging', 10, other), anchorOf('product', 2, other))).toEqual([
      `records/0/10.json: it is anchored for environments/staging (${other}), but the ledger does not have it`,
      expect.stringMatching(`^records/0/2.json: it is anchored for product as ${other}, but the ledger has sha256:`)
    ])
  })

  it.each([
    ['of no number', 'storefront/product/newest', '{}'],
    [
      'of another number than its key',
      anchorKey('storefront', 'product', 3),
      canonicalJson({ hash: sha256('x'), sequence: 2 })
    ],
    ['of no section', 'storefront/elsewhere/1', '{}'],
    ['of no JSON', anchorKey('storefront', 'product', 2), 'anchored']
  ])('are none that Sluice wrote %s', async (_, key, text) => {
    expect(await compare([key, text])).toEqual([`${key}: it is no anchor that Sluice wrote`])
  })

  it('must be there: those of another product say nothing', async () => {
    await expect(compare(['bakery/product/1', '{}'])).rejects.toThrow('there is no anchor of storefront')
  })
})
