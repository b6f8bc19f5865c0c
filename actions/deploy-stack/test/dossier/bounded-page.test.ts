import { describe, expect, it } from '@jest/globals'
import { parseDigest } from '@sluice/core'
import { writeDossier } from '../../src/dossier/index.ts'
import { facts, stack } from './dossier.ts'

describe('a page about a release that very many people have a part in', () => {
  const parties = Array.from({ length: 22_000 }, (_, n) => ({
    id: String(n),
    login: `author-${n}`,
    part: 'wrote or committed a part of it'
  }))
  const unknown = Array.from({ length: 22_000 }, (_, n) => `${'a'.repeat(500)}${n}@home.example`)
  const page = writeDossier(facts({ excluded: { parties, unknown } }))

  it('names some of them, and counts the others', () => {
    expect(page).toContain('author-19 (wrote or committed a part of it), … and 21980 more |')
    expect(page).not.toContain('author-20 ')
    expect(page).toMatch(/\| of no known account \| .*, … and 21980 more \|/)
    expect(page).not.toContain('a'.repeat(101))
  })

  it('shows what changes, as ever', () => {
    expect(page).not.toContain('This page is cut')
    expect(page).toContain('### Stack `shop-staging-api`: update')
  })
})

describe('a page tells its reader', () => {
  it('until when an approval counts, where somebody is asked', () => {
    expect(writeDossier(facts())).toContain('| approve within | 72 hours: an older plan is not applied |')
    expect(writeDossier(facts({ excluded: undefined }))).not.toContain('approve within')
  })

  it('whose parts in a first deployment were looked at', () => {
    const page = writeDossier(facts({ previous: { kind: 'none' } }))

    expect(page).toContain(
      '| cannot approve | author (started this delivery); of a first deployment, only who made its last commit is looked at |'
    )
  })

  it('which address is checked', () => {
    const environment = { name: 'staging', gate: 'approval' as const, url: 'https://staging.shop.example' }

    expect(writeDossier(facts({ environment }))).toMatch(/\| address \| \S*staging\S*shop\S*example \|/)
  })
})

describe('a stack of a page', () => {
  /** Its rows that begin with a name. */
  const rows = (members: Parameters<typeof stack>[0], name: string): readonly string[] => {
    const { plan } = facts()
    const page = writeDossier(facts({ plan: { ...plan, stacks: [stack(members)] } }))
    return page.split('\n').filter(row => row.startsWith(`| \`${name}\``))
  }
  const base = (parameters: Readonly<Record<string, string>>) => ({
    base: { template: parseDigest(`sha256:${'1'.repeat(64)}`), parameters, tags: {}, status: 'UPDATE_COMPLETE' }
  })

  it.each([
    ['a line end', '10.0.0.0/8\n0.0.0.0/0', '10.0.0.0/8\\u{a}0.0.0.0/0'],
    ['a character without a shape', 'shop\u200bexample', 'shop\\u{200b}example']
  ])('shows %s in a value', (_, value, shown) => {
    const before = value.replace(/[\n\u200b]/, ' ')

    expect(rows({ ...base({ Range: before }), parameters: { Range: { value } } }, 'Range')).toEqual([
      `| \`Range\` | \`${before}\` | \`${shown}\` |`
    ])
  })

  it('shows a parameter that is gone', () => {
    expect(rows({ ...base({ Firewall: 'on' }), parameters: {} }, 'Firewall')).toEqual(['| `Firewall` | `on` | gone |'])
  })

  it('says that what changes is neither a parameter nor a resource', () => {
    const { plan } = facts()
    const page = writeDossier(facts({ plan: { ...plan, stacks: [stack({ changes: [] })] } }))

    expect(page).toContain('No parameter, tag, setting or resource changes, but what its template says besides')
  })
})
