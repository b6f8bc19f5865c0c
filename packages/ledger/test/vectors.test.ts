import { afterAll, describe, expect, it } from '@jest/globals'
import type { Files } from './attacks/honest.ts'
import { Verifiers } from './attacks/verdicts.ts'
import { makeVectors, readVectors, recordedHands, type Vectors, writeCommits } from './vectors.ts'

// The bytes are those of format 2 for good: whoever changes them on purpose writes them anew with this, and looks at the difference.
if (process.env['SLUICE_VECTORS'] === 'write') await makeVectors()

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

/** All files of each commit. */
function filesOf({ commits }: Vectors): readonly Files[] {
  const files = new Map<string, Uint8Array>()
  return commits.map(commit => {
    for (const [path, text] of Object.entries(commit.files)) files.set(path, Buffer.from(text))
    return new Map(files)
  })
}

function textsOf(files: Files | undefined): object {
  return Object.fromEntries([...(files ?? [])].map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
}

describe('the ledger of docs/ledger.md', () => {
  it('is written again, byte for byte', async () => {
    const vectors = await readVectors()

    const written = await writeCommits(vectors.commits, recordedHands(vectors), vectors.rules)

    const wanted = filesOf(vectors)
    expect(written.map(textsOf)).toEqual(wanted.map(textsOf))
  })

  it('verifies, by both verifiers', async () => {
    const vectors = await readVectors()
    const { trust, products, repository, tokens } = vectors.rules
    const line = filesOf(vectors).map((files, n) => ({ files, time: Date.parse(vectors.commits[n]?.time ?? '') }))

    const config = 'delivery.yml'
    const rules = { trust, products, repository, config, tokens: { sluice: { repository: tokens.sluice } } }
    expect(await verifiers.judge(line, { rules })).toEqual([{ own: [], other: [], leftOut: { own: [], other: [] } }])

    const [verdict] = await verifiers.judge(line, { rules: { ...rules, config: 'other.yml' } })
    expect(verdict?.own.join('\n')).toContain(
      'delivery.yml as its policy, but this product has been delivered by other.yml'
    )
    expect(verdict?.other.join('\n')).toContain('another file ruled it')
  })
})
