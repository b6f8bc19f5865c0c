import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import { type RulesSince, rulesSince } from '../../src/dossier/deployed-rules.ts'
import { writeDossier } from '../../src/dossier/index.ts'
import { DELIVERY, delivery, digestOf, facts } from './dossier.ts'

type Arguments = Parameters<typeof rulesSince>

const STRICT = delivery()
const WEAK = delivery(text => text.replace('gate: approval', 'gate: dispatch'))
const POLICY_COMMIT = '7'.repeat(40)
const DEPLOYED = {
  release: { digest: digestOf('9'), commit: '8'.repeat(40) },
  policy: { path: 'delivery.yml', commit: POLICY_COMMIT, digest: STRICT.digest }
}

/** What is said of a delivery under WEAK, where the clone has this file at the commit that the last deployment's record names. */
function since(
  fileAt: () => Promise<Buffer | undefined>,
  deployed: Arguments[1],
  now: Delivery = WEAK
): Promise<RulesSince> {
  const pipeline = {
    at: async () => STRICT,
    policy: now,
    policyFile: { path: 'delivery.yml', commit: 'f'.repeat(40), digest: now.digest },
    repository: {
      fileAt: async (commit: string, path: string) =>
        commit === POLICY_COMMIT && path === 'delivery.yml' ? fileAt() : undefined
    }
  } as unknown as Arguments[0]
  return rulesSince(pipeline, deployed, { commit: 'c'.repeat(40), delivery: STRICT })
}

const recorded = async (): Promise<Buffer> => Buffer.from(DELIVERY)
const WEAKER_GATE = { what: 'environments.staging.gate', before: 'approval', now: 'dispatch', weaker: true }

describe('the rules of now are compared with', () => {
  it('those that the record of the last deployment names', async () => {
    expect(await since(recorded, DEPLOYED)).toEqual({ kind: 'known', changes: [WEAKER_GATE] })
  })

  it('nothing that is the same: then nothing is said', async () => {
    expect(await since(recorded, DEPLOYED, STRICT)).toEqual({ kind: 'known', changes: [] })
  })

  it('nothing where nothing was deployed, and nothing is said of them', async () => {
    expect(await since(recorded, undefined)).toEqual({ kind: 'none' })
    expect(writeDossier(facts({ rules: { kind: 'none' } }))).toBe(writeDossier(facts()))
  })

  it.each<[string, () => Promise<Buffer | undefined>, Arguments[1], RegExp]>([
    [
      'the commit of the policy is gone',
      async () => {
        throw new UserError(`Commit ${POLICY_COMMIT} is not in this clone.`)
      },
      DEPLOYED,
      /^The rules of the last deployment cannot be read any more: Commit 7{40} is not in this clone\.$/
    ],
    ['the file is not there', async () => undefined, DEPLOYED, /delivery\.yml is not in commit 7{40}\.$/],
    [
      'the file is another one than was recorded',
      async () => Buffer.from(`${DELIVERY}# rewritten\n`),
      DEPLOYED,
      /delivery\.yml of commit 7{40} is not the file that was recorded\.$/
    ],
    ['the file is none any more', async () => Buffer.from('version: 0\n'), DEPLOYED, /cannot be read any more: /],
    [
      'the record names none',
      recorded,
      { release: DEPLOYED.release },
      /does not say which delivery\.yml was in force\.$/
    ]
  ])('no others where %s: that is said first', async (_, fileAt, deployed, why) => {
    const rules = await since(fileAt, deployed)

    expect(rules).toEqual({ kind: 'unknown', why: expect.stringMatching(why) })
    expect(writeDossier(facts({ rules }))).toMatch(
      /\n> \[!WARNING\]\n> - The .* Whether the rules became weaker since is not known\.\n/
    )
  })
})

describe('the page', () => {
  const stronger = { what: 'environments.staging.level', before: 'development', now: 'preproduction', weaker: false }

  it('begins with what is weaker, and shows every change as before and after', () => {
    const page = writeDossier(facts({ rules: { kind: 'known', changes: [WEAKER_GATE, stronger] } }))

    expect(page).toContain(
      '\n> [!WARNING]\n> - **Weaker than for what is deployed now:** `environments.staging.gate`, `approval` → `dispatch`.\n'
    )
    expect(page).toContain('### Rules that changed since what is deployed was let in')
    expect(page).toContain('| `environments.staging.gate` | `approval` | `dispatch` | **weaker** |')
    expect(page).toContain('| `environments.staging.level` | `development` | `preproduction` |  |')
    expect(page.match(/Weaker than/g)).toHaveLength(1)
  })

  it('says nothing of rules that are the same', () => {
    expect(writeDossier(facts())).not.toMatch(/rule|weaker/i)
  })

  it('counts what is too much to read, and keeps the weaker ones', () => {
    const changes = Array.from({ length: 150 }, (_, n) => ({ what: `rule${n}`, now: 'x', weaker: n < 120 }))
    const page = writeDossier(facts({ rules: { kind: 'known', changes } }))

    expect(page).toContain('… and 20 more rules that are weaker.')
    expect(page).toContain('… and 50 more')
    expect(page.match(/^\| `rule/gm)).toHaveLength(100)
  })
})
