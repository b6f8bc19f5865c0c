import { describe, expect, it } from '@jest/globals'
import { type Delivery, type Environment, parseDelivery } from '@sluice/delivery'
import { STOREFRONT } from '@sluice-lab/samples'
import { weakerPolicies } from '../../src/dossier/weaker-policies.ts'

const STRICT = parseDelivery(STOREFRONT, 'delivery.yml')

/** The sample, whose production is otherwise. */
function withProduction(members: Partial<Environment>, rest: Partial<Delivery> = {}): Delivery {
  const environments = STRICT.environments.map(it => (it.name === 'production' ? { ...it, ...members } : it))
  return { ...STRICT, environments, ...rest }
}

/** The sample without a runbook for production. */
function withoutRunbook(): Delivery {
  return {
    ...STRICT,
    environments: STRICT.environments.map(({ runbook: _, ...it }) => it)
  }
}

const MINUTE = 60_000
const NO_CHECKS = { http: [], run: [] }
const TWO_CHECKS = { http: [{ path: '/', status: 200 }], run: ['npm test'] }

describe('an approver is told where the policy in force asks for less than the commit of the release', () => {
  it.each<[string, Delivery, Delivery, string]>([
    [
      'nobody has to approve any more',
      withProduction({ gate: 'continuous' }),
      withProduction({ gate: 'approval' }),
      "The gate is weaker now: continuous instead of approval in the release's commit."
    ],
    [
      'one person is enough',
      withProduction({ gate: 'dispatch' }),
      withProduction({ gate: 'approval' }),
      "The gate is weaker now: dispatch instead of approval in the release's commit."
    ],
    [
      'nobody has to start it',
      withProduction({ gate: 'continuous' }),
      withProduction({ gate: 'dispatch' }),
      "The gate is weaker now: continuous instead of dispatch in the release's commit."
    ],
    [
      'no second person is asked',
      withProduction({ gate: 'dispatch', secondPerson: 'none' }),
      withProduction({ gate: 'dispatch' }),
      "No second person is asked now; the release's commit asked for one."
    ],
    [
      'it is no production any more',
      withProduction({ level: 'preproduction' }),
      withProduction({ level: 'production' }),
      "The level is lower now: preproduction instead of production in the release's commit."
    ],
    [
      'it is for development',
      withProduction({ level: 'development' }),
      withProduction({ level: 'preproduction' }),
      "The level is lower now: development instead of preproduction in the release's commit."
    ],
    [
      'administrators may go around the gate',
      withProduction({ allowAdminBypass: true }),
      withProduction({ allowAdminBypass: false }),
      "Administrators can bypass the gate now; the release's commit did not allow it."
    ],
    [
      'a release soaks for less time',
      withProduction({ soak: MINUTE }),
      withProduction({ soak: 30 * MINUTE }),
      "The soak time is shorter now: 1 minute instead of 30 minutes in the release's commit."
    ],
    [
      'records are not signed',
      withProduction({}, { ledger: { branch: 'sluice-ledger', formerly: [], trust: [] } }),
      STRICT,
      'The ledger is no longer signed.'
    ],
    [
      'builds are not shut in',
      withProduction({}, { builds: { ...STRICT.builds, sandbox: 'none' } }),
      STRICT,
      'Builds no longer require a sandbox.'
    ]
  ])('because %s; the other way round is no news', (_, weaker, stricter, text) => {
    expect(weakerPolicies(weaker, stricter, 'production')).toEqual([text])
    expect(weakerPolicies(stricter, weaker, 'production')).toEqual([])
    expect(weakerPolicies(weaker, weaker, 'production')).toEqual([])
  })

  it.each<[string, Delivery, Delivery, RegExp]>([
    [
      'has no runbook',
      STRICT,
      withoutRunbook(),
      /commit has no run-?book here; the default branch has runbooks\/production\.md\.$/
    ],
    [
      'has fewer acceptance checks',
      withProduction({ accept: TWO_CHECKS }),
      withProduction({ accept: { ...TWO_CHECKS, run: [] } }),
      /commit has 1 acceptance checks? here; the default branch has 2\.$/
    ],
    [
      'has no acceptance checks',
      withProduction({ accept: TWO_CHECKS }),
      withProduction({ accept: NO_CHECKS }),
      /commit has (0|no) acceptance checks here; the default branch has 2\.$/
    ]
  ])('or where the commit %s, and the policy does; the other way round is no news', (_, policy, committed, text) => {
    expect(weakerPolicies(policy, committed, 'production')).toEqual([expect.stringMatching(text)])
    expect(weakerPolicies(committed, policy, 'production')).toEqual([])
    expect(weakerPolicies(committed, committed, 'production')).toEqual([])
  })

  it('of everything at once', () => {
    const weaker = withProduction(
      { gate: 'dispatch', level: 'development', allowAdminBypass: true, soak: 0 },
      { ledger: { branch: 'sluice-ledger', formerly: [], trust: [] }, builds: { ...STRICT.builds, sandbox: 'none' } }
    )

    expect(weakerPolicies(weaker, STRICT, 'production')).toHaveLength(6)
  })

  it('but not of other environments, nor of one that only one of them has', () => {
    const weaker = withProduction({ gate: 'dispatch' })
    const { environments, ...rest } = STRICT
    const before = { ...rest, environments: environments.filter(({ name }) => name !== 'production') }

    expect(weakerPolicies(weaker, STRICT, 'staging')).toEqual([])
    expect(weakerPolicies(weaker, before, 'production')).toEqual([])
    expect(weakerPolicies(before, STRICT, 'production')).toEqual([])
  })
})
