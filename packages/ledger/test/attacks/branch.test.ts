import { afterAll, describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, evidencePath, type LedgerRecord, sha256 } from '@sluice/core'
import { RELEASE, reported } from '../drafts.ts'
import { vouchFor } from '../test-issuer.ts'
import { github, type Line } from './honest.ts'
import { anchorsOf, findInNextDelivery } from './next-delivery.ts'
import { rewritten } from './rewriting.ts'
import { Verifiers } from './verdicts.ts'
import { BRANCH_RUN, IMPOSTOR, NOW, OWN_RUN, type World, worldOf } from './world.ts'

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

const OWN_COMMIT = '5'.repeat(40)

/** An acceptance of the attacker's own run, with its report, as they add it with the key that they have, and with GitHub's token. */
async function accepting(world: World, run: Partial<LedgerRecord['run']>, commit: string): Promise<Line> {
  const about = { environment: 'staging', release: RELEASE.digest }
  const checks = [{ what: 'GET /', passed: true, seconds: 0.1 }]
  const report = encodeChecks(checksReport(about, checks, []))
  const old = world.records.findLast(({ event }) => event === 'accepted')
  if (old === undefined) throw new Error('Nothing was accepted.')
  const { key: _, ...rest } = old
  const own = { ...old.run, ...run, id: OWN_RUN, sluice: { repository: 'octo-org/sluice', commit } }
  const forged = {
    ...{ ...rest, time: NOW, run: own },
    ...{ evidence: [reported(about, checks)], detail: { checks: 1, unchanged: true, sameAs: RELEASE.digest } }
  } as LedgerRecord
  const tokenFor: World['tokenFor'] = record =>
    record.run.id === OWN_RUN
      ? {
          issuer: github,
          token: vouchFor(github, record, {
            environment: undefined,
            job_workflow_ref: `octo-org/sluice/.github/workflows/evil.yml@${commit}`,
            job_workflow_sha: commit
          })
        }
      : undefined
  const files = new Map(await rewritten({ ...world, tokenFor }, [...world.records, forged]))
  files.set(evidencePath(sha256(report)), Buffer.from(report))
  return [...world.line, { files, time: Date.parse(NOW) }]
}

describe.each(['both', 'vouched'] as const)('on a ledger that is %s, who runs workflows of a branch', kind => {
  it.each([
    ['of the branch’s own ref', BRANCH_RUN, IMPOSTOR],
    ['of that ref with a commit of Sluice that may write', BRANCH_RUN, OWN_COMMIT],
    ['with an impostor commit of Sluice, though the ref is one of delivery', {}, IMPOSTOR]
  ])('accepts nothing by a token %s', async (_, run, commit) => {
    const world = await worldOf(kind, 'keys')
    const line = await accepting(world, run, commit)
    const knowing = { ...world.rules, tokens: { ...world.rules.tokens, known: [github.thumbprint] } }

    const [offline] = await verifiers.judge(line, { rules: knowing })
    const live = await findInNextDelivery(world, line, await anchorsOf(world.line))

    expect(offline?.own).toEqual([expect.stringMatching(/none of the delivery refs|none that delivery\.yml named/)])
    expect(offline?.other).toEqual([expect.stringMatching(/no delivery ref|another commit of Sluice/)])
    expect(live).toMatch(
      /^Ledger record \d+ cannot be trusted: .*(none of the delivery refs|none that delivery\.yml named)/
    )
  })
})
