import { describe, expect, it } from '@jest/globals'
import { signersIn } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import type { RuleChange, Rules } from '../../src/dossier/rule-change.ts'
import { ruleChanges } from '../../src/dossier/rule-changes.ts'
import { delivery, digestOf } from './dossier.ts'

const STRICT = delivery(text =>
  text
    .replace(
      'gate: approval }',
      'gate: approval, requires: { soak: 12h }, runbook: go.md, accept: { run: [npm test] } }'
    )
    .replace('image: {}', 'image: { test: check }')
)
const rulesOf = (policy: Delivery, committed: Delivery = policy): Rules => ({ policy, committed })

/** The strict sample, of which these words are others. */
function changed(from: string | RegExp, to: string): Delivery {
  return delivery(text =>
    text
      .replace(
        'gate: approval }',
        'gate: approval, requires: { soak: 12h }, runbook: go.md, accept: { run: [npm test] } }'
      )
      .replace('image: {}', 'image: { test: check }')
      .replace(from, to)
  )
}

const staging = (member: string): string => `environments.staging.${member}`

describe('of the rules since the last deployment', () => {
  it.each<[string, Delivery, Omit<RuleChange, 'weaker'>]>([
    [
      'a gate that asks fewer people',
      changed('gate: approval', 'gate: dispatch'),
      { what: staging('gate'), before: 'approval', now: 'dispatch' }
    ],
    [
      'a level that is lower',
      changed('level: preproduction', 'level: development'),
      { what: staging('level'), before: 'preproduction', now: 'development' }
    ],
    [
      'a soak that is shorter',
      changed('soak: 12h', 'soak: 1h'),
      { what: staging('requires.soak'), before: '720 minutes', now: '60 minutes' }
    ],
    [
      'administrators who may go around the gate',
      changed('runbook:', 'adminBypass: allow, runbook:'),
      { what: staging('adminBypass'), before: 'refuse', now: 'allow' }
    ],
    ['a runbook that is gone', changed(' runbook: go.md,', ''), { what: staging('runbook'), before: 'go.md' }],
    [
      'a check that is gone',
      changed(', accept: { run: [npm test] }', ''),
      { what: staging('accept[]'), before: 'npm test' }
    ],
    [
      'the tests of a unit',
      changed('image: { test: check }', 'image: {}'),
      { what: 'units.api.image.test', before: 'check' }
    ],
    [
      'builds without a sandbox',
      changed('ledger:', 'builds: { sandbox: none }\nledger:'),
      { what: 'builds.sandbox', before: 'required', now: 'none' }
    ],
    [
      'a foreign image',
      changed('ledger:', `images: ["public.example/daemon@sha256:${'0'.repeat(64)}"]\nledger:`),
      { what: 'images[]', now: `public.example/daemon@sha256:${'0'.repeat(64)}` }
    ],
    [
      'foreign code',
      changed('ledger:', 'code: ["s3://assets/a.zip?versionId=v1"]\nledger:'),
      { what: 'code[]', now: 's3://assets/a.zip?versionId=v1' }
    ],
    [
      'what is looked up when it is deployed',
      changed('ledger:', 'dynamicReferences: ["ssm:/shop/*"]\nledger:'),
      { what: 'dynamicReferences[]', now: 'ssm:/shop/*' }
    ],
    [
      'a ref that delivers, too',
      changed('ledger:', 'deliverFrom: [hotfix]\nledger:'),
      { what: 'deliverFrom[]', now: 'hotfix' }
    ],
    [
      'a former name that the product claims',
      changed('ledger: {', 'ledger: { formerly: [warehouse],'),
      { what: 'ledger.formerly[]', now: 'warehouse' }
    ],
    [
      'a former name of the default branch',
      changed('ledger: {', 'ledger: { formerBranches: [{ name: master, until: 812 }],'),
      { what: 'ledger.formerBranches[]', now: 'master in records 1 to 812' }
    ],
    [
      'a key of GitHub that it publishes no more',
      changed('ledger: {', `ledger: { issuerKeys: ["${digestOf('e')}"],`),
      { what: 'ledger.issuerKeys[]', now: digestOf('e') }
    ],
    [
      'a key that signs, too',
      changed(/"sha256:f+"/, `"${digestOf('e')}"`),
      {
        what: 'ledger.trust[]',
        now: `builds, ${[...signersIn('integration'), ...signersIn('staging')].join(', ')}: ${digestOf('e')}`
      }
    ]
  ])('%s is weaker, and comes first; the other way round it is not', (_, weak, change) => {
    const [first] = ruleChanges(rulesOf(STRICT), rulesOf(weak))
    const back = ruleChanges(rulesOf(weak), rulesOf(STRICT))

    expect(first).toEqual({ ...change, weaker: true })
    expect(back).toContainEqual({
      what: change.what,
      ...(change.now === undefined ? {} : { before: change.now }),
      ...(change.before === undefined ? {} : { now: change.before }),
      weaker: false
    })
  })

  it('nothing is said where all are the same, whatever else the file says', () => {
    const other = changed('template: site.yml', 'template: other.yml, parameters: { Size: big }')

    expect(other.digest).not.toBe(STRICT.digest)
    expect(ruleChanges(rulesOf(STRICT), rulesOf(other))).toEqual([])
  })

  it('all are told at once when a commit brings its own weaker rules, and is delivered by them', () => {
    const weak = changed(/requires: .* \} \}/, 'adminBypass: allow }')

    expect(ruleChanges(rulesOf(STRICT), rulesOf(weak)).map(({ what, weaker }) => [what, weaker])).toEqual([
      [staging('requires.soak'), true],
      [staging('adminBypass'), true],
      [staging('accept[]'), true],
      [staging('runbook'), true]
    ])
  })

  it('checks are those of the commits, gates those of the default branch', () => {
    const weak = changed(/gate: approval, .* \} \}/, 'gate: dispatch }')

    expect(ruleChanges(rulesOf(STRICT), rulesOf(STRICT, weak)).map(({ what }) => what)).toEqual([
      staging('accept[]'),
      staging('runbook')
    ])
    expect(ruleChanges(rulesOf(STRICT), rulesOf(weak, STRICT)).map(({ what }) => what)).toEqual([
      staging('gate'),
      staging('requires.soak')
    ])
  })

  it('an environment that nobody has to pass any more is weaker, one that is new is told, each in one line', () => {
    // Without keys: an environment brings signers of its own.
    const fewer = changed(/^ledger:.*\n/m, '')
    const more = changed(/^ledger:.*\n/m, '  - { name: production, level: preproduction, gate: approval }\n')
    const line = { what: 'environments.production', before: 'preproduction, approval, in ops' }

    expect(ruleChanges(rulesOf(more), rulesOf(fewer))).toEqual([{ ...line, weaker: true }])
    expect(ruleChanges(rulesOf(fewer), rulesOf(more))).toEqual([{ what: line.what, now: line.before, weaker: false }])
  })

  it('another order of the environments is weaker', () => {
    const three = changed(/^ledger:.*\n/m, '  - { name: production, level: preproduction, gate: approval }\n')
    const [first, second, third] = three.environments
    const swapped = { ...three, environments: [first, third, second].filter(it => it !== undefined) }

    expect(ruleChanges(rulesOf(three), rulesOf(swapped))).toEqual([
      {
        what: 'environments',
        before: 'integration, staging, production',
        now: 'integration, production, staging',
        weaker: true
      }
    ])
  })

  it('one more commit of Sluice that may deliver is weaker, one in the place of another and an account that moved are told', () => {
    const pinned = (...digits: readonly string[]): Delivery =>
      changed(
        'ledger:',
        `sluice: { repository: sluice-dev/sluice, commits: [${digits.map(it => `"${it.repeat(40)}"`).join()}] }\nledger:`
      )
    const suite = (digit: string): string => `sluice-dev/sluice@${digit.repeat(40)}`
    const moved = changed('111111111111', '999999999999')

    expect(ruleChanges(rulesOf(pinned('a')), rulesOf(pinned('a', 'b')))).toEqual([
      { what: 'sluice[]', now: suite('b'), weaker: true }
    ])
    expect(ruleChanges(rulesOf(pinned('a')), rulesOf(pinned('b')))).toEqual([
      { what: 'sluice[]', before: suite('a'), now: suite('b'), weaker: false }
    ])
    expect(ruleChanges(rulesOf(pinned('a')), rulesOf(STRICT))[0]).toEqual({
      what: 'sluice[]',
      now: 'any workflow',
      weaker: true
    })
    expect(ruleChanges(rulesOf(STRICT), rulesOf(moved))).toEqual([
      { what: 'accounts.ops', before: '111111111111 eu-west-1', now: '999999999999 eu-west-1', weaker: false }
    ])
  })

  it.each<[string, string, string, string, string, boolean]>([
    ['a key that ended', '', ', until: 812', '', ' in records 1 to 812', false],
    ['a key that begins later', '', ', from: 3', '', ' in records 3 to now', false],
    ['a key that ends no more', ', until: 812', '', ' in records 1 to 812', '', true],
    ['a key that begins earlier', ', from: 3', ', from: 2', ' in records 3 to now', ' in records 2 to now', true]
  ])('%s is told as one key', (_, was, is, before, now, weaker) => {
    const next = `, { key: "${digestOf('e')}", signs: [builds, integration, staging] }`
    const ranged = (range: string): Delivery => changed(/(signs: \[.*?\])( \})/, `$1${range}$2${next}`)
    const signers = ['builds', ...signersIn('integration'), ...signersIn('staging')].join(', ')
    const key = `${signers}: ${digestOf('f')}`

    expect(ruleChanges(rulesOf(ranged(was)), rulesOf(ranged(is)))).toEqual([
      { what: 'ledger.trust[]', before: `${key}${before}`, now: `${key}${now}`, weaker }
    ])
  })

  it.each<[string, readonly string[], readonly string[], boolean]>([
    ['signs for fewer', ['builds', 'integration', 'staging'], ['builds', 'staging'], false],
    ['signs for more', ['builds', 'staging'], ['builds', 'integration', 'staging'], true],
    ['signs for others', ['builds', 'staging'], ['builds', 'integration'], true]
  ])(
    'a key that %s is told as one key, and is weaker only where it may sign what it might not',
    (_, was, is, weaker) => {
      const next = `, { key: "${digestOf('e')}", signs: [builds, integration, staging] }`
      const signing = (signs: readonly string[]): Delivery =>
        changed(/signs: \[.*?\] \}/, `signs: [${signs.join(', ')}] }${next}`)
      const shown = (signs: readonly string[]): string =>
        `${signs.flatMap(it => (it === 'builds' ? (['builds'] as const) : signersIn(it))).join(', ')}: ${digestOf('f')}`

      expect(ruleChanges(rulesOf(signing(was)), rulesOf(signing(is)))).toEqual([
        { what: 'ledger.trust[]', before: shown(was), now: shown(is), weaker }
      ])
    }
  )

  it('a ledger that nobody signs any more is weaker', () => {
    const unsigned = changed(/^ledger:.*\n/m, '')

    expect(ruleChanges(rulesOf(STRICT), rulesOf(unsigned))[0]).toEqual({
      what: 'ledger.key',
      before: 'alias/ledger',
      weaker: true
    })
  })
})
