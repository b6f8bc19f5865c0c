import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  encodeRelease,
  evidenceOfText,
  GITHUB_ISSUER,
  type LedgerEvent,
  type PolicyFile,
  type Protection,
  parseDraft,
  type RecordDraft,
  runCommand,
  type Statement,
  sha256
} from '@sluice/core'
import { type Delivery, parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import { sluice } from './captured.ts'
import { checked, type DeliveredProduct, deliverProduct, draft, release } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

/** What docs/threat-model.md says of each attack: why it is not detected, and how the ledger is read then. */
interface Expected {
  readonly name: string
  readonly undetected: Readonly<Record<string, readonly Reading[]>>
}

/** From a clone that holds the policies, or from one that holds the ledger's branch alone. */
type Reading = (typeof READINGS)[number]
const READINGS = ['with the policies', 'without them'] as const

const SPEC = fileURLToPath(new URL('../../../test/ledger-spec/', import.meta.url))
const TABLE: { readonly attacks: readonly Expected[] } = JSON.parse(
  readFileSync(join(SPEC, 'attacks.json'), 'utf8')
).policies

const BRANCH = 'sluice-ledger'

/** Policies by what they are, as records name them. */
interface Policies {
  /** Under which all was delivered that is on the ledger. */
  readonly then: PolicyFile
  /** The one before it: production could be started by hand, and asked no one. */
  readonly replaced: PolicyFile
  /** The one after it: there is one environment more, which no release has entered. */
  readonly now: PolicyFile
  /** What somebody wrote on a branch of their own. */
  readonly branch: PolicyFile
  /** Another file of the default branch. */
  readonly other: PolicyFile
}

type Attack = (policies: Policies) => readonly RecordDraft[]

const GATE: Protection = {
  ...{ id: 501, environment: 'production', preventSelfReview: true, adminBypass: false },
  reviewers: [{ type: 'User', id: 'approver', name: 'approver' }],
  ...{ branchPolicy: 'custom', refs: ['refs/heads/main'] }
}
const UNASKED: Protection = { ...GATE, reviewers: [], preventSelfReview: false }

/** What the attacker's plans say: nobody looks at it. */
const PLAN = 'of the attacker'

/** A record of the attacker's own run, about release a, which was in production before. */
function own(event: LedgerEvent, policy: PolicyFile | undefined, members: Partial<Statement> = {}): RecordDraft {
  const about = { environment: 'production', release: release('a'), ...(policy && { policy }) }
  return parseDraft({ ...draft(event, '6661'), ...about, ...members })
}

/** A plan and an intent behind a gate, with an approval that is right. */
function approved(policy: PolicyFile | undefined, members: Partial<Statement> = {}): readonly RecordDraft[] {
  const about = { plan: sha256(PLAN), protection: GATE, ...members }
  const answer = {
    userId: 'approver',
    login: 'approver',
    state: 'approved',
    comment: '',
    seenAt: '2026-01-05T00:00:00Z'
  }
  return [
    own('planned', policy, { ...about, detail: { authors: { accounts: [], unknown: [] } } }),
    own('started', policy, { ...about, approvals: [answer as NonNullable<Statement['approvals']>[number]] })
  ]
}

/** A build of somebody else's. */
function adopted(policy: PolicyFile, members: Partial<Statement>): RecordDraft {
  const unit = { name: 'api', kind: 'image', digest: sha256('theirs'), fingerprint: sha256('sources') } as const
  const detail = { reason: 'the ledger was lost', checked: 'rebuilt' }
  return parseDraft({ ...draft('adopted', '6661'), policy, unit, detail, ...members })
}

/** From whom a record says that it comes, and with it GitHub's token. */
function from(run: Partial<RecordDraft['run']>, [first, ...rest]: readonly RecordDraft[]): readonly RecordDraft[] {
  return [first, ...rest].flatMap(it => (it === undefined ? [] : [{ ...it, run: { ...it.run, ...run } }]))
}

const RELEASED = encodeRelease({
  ...{ version: 1, repository: '123456', product: 'storefront' },
  ...{ commit: 'd'.repeat(40), units: {} }
})
const NEWEST = { release: { digest: RELEASED.digest, commit: 'd'.repeat(40) } }

/** The newest release goes to production from staging, and leaves out what the policy has in between. */
function skipping(policy: PolicyFile): readonly RecordDraft[] {
  const through = (environment: string, asked: boolean): readonly RecordDraft[] => {
    const about = { environment, ...NEWEST }
    const gate = { ...(asked ? GATE : UNASKED), environment }
    const begun = asked
      ? approved(policy, { ...about, protection: gate })
      : [own('started', policy, { ...about, protection: gate })]
    const plan = asked ? { plan: sha256(PLAN) } : {}
    const { members } = checked(environment, NEWEST.release)
    return [...begun, own('deployed', policy, { ...about, ...plan }), own('accepted', policy, { ...about, ...members })]
  }
  const { evidence } = evidenceOfText('release', RELEASED.text)
  const { environment: _, ...released } = own('released', policy, { ...NEWEST, evidence: [evidence] })
  return [
    released as RecordDraft,
    ...through('integration', false),
    ...through('staging', true),
    ...approved(policy, NEWEST)
  ]
}

/** How each is made, and what `sluice verify` says of it that has the policies. */
const ATTACKS: Readonly<Record<string, readonly [Attack, RegExp?]>> = {
  'A gate asks no one, though its policy demands reviewers': [
    ({ then }) => [own('started', then, { protection: UNASKED })],
    /has no required reviewers/
  ],
  'A gate lets every branch in': [
    ({ then }) => approved(then, { protection: { ...GATE, branchPolicy: 'none', refs: [] } }),
    /every branch may deploy to it/
  ],
  'A gate can be bypassed, though its policy does not say so': [
    ({ then }) => approved(then, { protection: { ...GATE, adminBypass: true } }),
    /administrators can bypass it/
  ],
  'An intent names no policy': [() => approved(undefined), /without naming the policy/],
  'An intent names a policy that someone wrote on a branch of their own': [
    ({ branch }) => [own('started', branch, { protection: UNASKED })],
    /not on the default branch/
  ],
  'An intent names a policy by other bytes than it has': [
    ({ then }) => approved({ ...then, digest: sha256('other') }),
    /it names the policy sha256:\w+, but delivery\.yml at commit \w+ is sha256:/
  ],
  'An intent names another file of the default branch': [
    ({ other }) => [own('started', other, { protection: UNASKED })],
    /it names other\.yml as its policy, but this product has been delivered by delivery\.yml/
  ],
  'An intent names a policy that was replaced long ago, and asked for less': [
    ({ replaced }) => [own('started', replaced, { protection: { ...UNASKED, secondPerson: 'none' } })],
    /names a newer one, of commit \w+, and no job runs that long/
  ],
  'An adoption names a policy that was replaced long ago, and asked no one': [
    ({ replaced }) => [adopted(replaced, { protection: { ...UNASKED, secondPerson: 'none' } })],
    /adopted under the policy .* names a newer one, of commit \w+, and no run lives that long/
  ],
  'A withdrawal names a policy that was replaced long ago': [
    ({ replaced }) => [own('withdrawn', replaced, { detail: { reason: 'it was in the way' } })],
    /withdrawn for production under the policy .* no run lives that long/
  ],
  'An acceptance names a policy that was replaced long ago': [
    ({ then, replaced }) => {
      const { members } = checked('production', release('a'))
      const plan = { plan: sha256(PLAN) }
      return [...approved(then), own('deployed', then, plan), own('accepted', replaced, { ...plan, ...members })]
    },
    /accepted for production under the policy .* no run lives that long/
  ],
  'An intent is of an environment that its policy does not have': [
    ({ then }) => [own('started', then, { environment: 'canary', protection: { ...UNASKED, environment: 'canary' } })],
    /canary, which its policy \(commit \w+\) does not name/
  ],
  'An adoption does not say whose reviewers were asked, though its policy has some': [
    ({ then }) => [adopted(then, {})],
    /adopted without saying how the gate of production was protected/
  ],
  'An adoption was asked of no one, though its policy demands reviewers': [
    ({ then }) => [adopted(then, { protection: UNASKED })],
    /has no required reviewers/
  ],
  'A release leaves out an environment of its policy that no release has entered': [
    ({ now }) => skipping(now),
    /started in production a release that was not accepted in canary/
  ],
  'A run is of a ref that its policy does not deliver from': [
    ({ then }) => from({ ref: 'refs/heads/evil' }, approved(then)),
    /a run of refs\/heads\/evil, which is none of the delivery refs/
  ],
  'A run is of a commit of Sluice that its policy does not list': [
    ({ then }) => from({ sluice: { repository: 'sluice-dev/sluice', commit: 'e'.repeat(40) } }, approved(then)),
    /commit e+ of Sluice wrote it, which is none that delivery\.yml named then/
  ],
  'The owner of the default branch writes a policy that asks for less': [
    ({ now }) => [own('started', now, { environment: 'canary', protection: { ...UNASKED, environment: 'canary' } })]
  ]
}

describe('attacks on what policies say, by who has all keys and gets tokens,', () => {
  let root: string
  let product: DeliveredProduct
  let bare: string
  let tip: string
  let policies: Policies
  let clones = 0

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root, {
      signed: true,
      earlier: text =>
        text.replace('level: production, gate: approval', 'level: production, gate: dispatch, secondPerson: none')
    })
    bare = await git(product.clone, 'remote', 'get-url', 'origin')
    tip = await git(bare, 'rev-parse', BRANCH)
    policies = await rule()
    // Longer than a run lives.
    product.clock.advance(36 * 24 * 60 * 60_000)
  })
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  /** Commits the policies that are not there yet. */
  async function rule(): Promise<Policies> {
    const work = await product.another('rules')
    const text = `${await git(work, 'show', 'HEAD:delivery.yml')}\n`
    const named = async (path = 'delivery.yml', commit = 'HEAD'): Promise<PolicyFile> => ({
      path,
      commit: await git(work, 'rev-parse', commit),
      digest: sha256(`${await git(work, 'show', `${commit}:${path}`)}\n`)
    })
    const commit = async (files: Readonly<Record<string, string>>, branch: string): Promise<void> => {
      await writeFiles(work, files)
      await git(work, 'add', '-A')
      await git(work, 'commit', '-q', '-m', 'Rule')
      await git(work, 'push', '-q', 'origin', `HEAD:${branch}`)
    }
    const [then, replaced] = [await named(), await named('delivery.yml', 'HEAD~1')]
    const open = text.replace(
      'level: production, gate: approval',
      'level: production, gate: dispatch, secondPerson: none'
    )
    // A text that the default branch never had.
    await commit({ 'delivery.yml': `${open}# of a branch\n` }, 'feature')
    const branch = await named()
    await git(work, 'reset', '-q', '--hard', 'HEAD~1')
    const staging = /( {2}- \{ name: staging, .*\n)/
    const more = text
      .replace(staging, '$1  - { name: canary, account: nonprod, level: preproduction, gate: dispatch }\n')
      .replace('signs: [staging]', 'signs: [staging, canary]')
    await commit({ 'delivery.yml': more, 'other.yml': open }, 'main')
    return { then, replaced, branch, now: await named(), other: await named('other.yml') }
  }

  /** Puts records behind those of honest jobs, signed and vouched for. */
  async function attack(drafts: readonly RecordDraft[]): Promise<void> {
    const { host, clock, signer, store } = product
    await git(bare, 'update-ref', `refs/heads/${BRANCH}`, tip)
    for (const it of drafts) {
      const texts = [
        ...(it.event === 'planned' ? [PLAN] : []),
        ...(it.event === 'released' ? [RELEASED.text] : []),
        ...(it.event === 'accepted' ? [checked(it.environment ?? '', it.release ?? NEWEST.release).report.content] : [])
      ]
      await appendRecords({
        store,
        owner: { repository: '123456', product: 'storefront' },
        rules: { ...(await rulesOfNow()), tokens: { unvouched: true } },
        ...{ clock, log: { info: () => undefined } },
        // Canary has the key of staging.
        signer: name => signer(name.replace('canary', 'staging') as typeof name),
        drafts: [it],
        attachments: texts.map(text => ({ content: Buffer.from(text) })),
        voucher: host.voucher(it, GITHUB_ISSUER)
      })
    }
  }

  async function rulesOfNow(): Promise<ReturnType<typeof trustRulesOf>> {
    return trustRulesOf(await policyAt('main'))
  }

  async function policyAt(commit: string, path = 'delivery.yml'): Promise<Delivery> {
    return parseDelivery(`${await git(bare, 'show', `${commit}:${path}`)}\n`, path)
  }

  /** What each of the two verifiers finds. */
  async function find(reading: Reading): Promise<readonly (readonly string[])[]> {
    const directory = join(root, `clone-${++clones}`)
    const whole = reading === 'with the policies'
    await git(root, 'clone', '-q', ...(whole ? [] : ['--single-branch', `--branch=${BRANCH}`]), bare, directory)
    const trust = (await rulesOfNow()).trust.map(({ key, signs }) => signs.map(it => `${it}=${key}`))
    const rules = ['--branch', BRANCH, ...trust.flat().flatMap(it => ['--trust', it])]
    const file = join(root, `rules-${clones}.json`)
    const argv = ['verify', '--json', '--write-rules', file, ...(whole ? [] : rules)]
    const { out } = await sluice(argv, { cwd: directory })
    const { problems, gatesChecked } = JSON.parse(out) as {
      readonly problems: readonly { readonly path: string; readonly problem: string }[]
      readonly gatesChecked: boolean
    }
    // Who could not look at the policies says so.
    expect(gatesChecked).toBe(whole)
    return [problems.map(({ path, problem }) => `${path}: ${problem}`), await findOtherwise(file, whole)]
  }

  /** The verifier in Python, which is told what `sluice verify` judged by. */
  async function findOtherwise(file: string, whole: boolean): Promise<readonly string[]> {
    const { code, stdout, stderr } = await runCommand('python3', ['-B', join(SPEC, 'verify.py'), bare, BRANCH, file])
    if (stderr !== '') throw new Error(stderr)
    const lines = stdout.toString('utf8').split('\n').filter(Boolean)
    const problems = lines.filter(line => !line.startsWith('BUT NOT THE GATES: '))
    // Who could not look at the policies says so here, too.
    expect([code, lines.length - problems.length]).toEqual(problems.length > 0 ? [1, 0] : whole ? [0, 0] : [3, 1])
    return problems
  }

  it('find nothing wrong with an honest ledger', async () => {
    await attack(approved(policies.then))

    for (const reading of READINGS) expect(await find(reading)).toEqual([[], []])
  })

  it('are those of docs/threat-model.md', () => {
    expect(TABLE.attacks.map(({ name }) => name)).toEqual(Object.keys(ATTACKS))
  })

  it.each(Object.entries(ATTACKS))('%s', async (name, [make, says]) => {
    const { undetected = {} } = TABLE.attacks.find(it => it.name === name) ?? {}
    await attack(make(policies))

    for (const reading of READINGS) {
      const found = await find(reading)
      const isDetected = !Object.values(undetected).flat().includes(reading)
      // Both, or neither; and what was found, where they differ.
      const judged = found.map(problems => ({ reading, isDetected: problems.length > 0, problems }))
      expect(judged).toEqual(found.map(problems => ({ reading, isDetected, problems })))
      if (isDetected && says !== undefined) expect(found[0]?.join('\n')).toMatch(says)
    }
  })
})
