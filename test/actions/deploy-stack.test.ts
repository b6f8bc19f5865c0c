import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { S3 } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { decodePlan, hexOf, parseDigest, releaseId } from '@sluice/core'
import { APPROVER, accessTo } from '@sluice-lab/rehearsal'
import {
  beyondAnchors,
  obeyed,
  openScene,
  type Run,
  readActionFile,
  recordsOn,
  type Scene,
  type Seed,
  type SeededRelease,
  Stage,
  type StepRun,
  seedOf,
  VIRTUAL_CLOCK
} from '../harness/index.ts'

const GATE = {
  reviewers: [{ type: 'User', ...APPROVER }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: ['main']
} as const

let scene: Scene
let seed: Seed
let letters = 0
/** A release that a run planned, had approved and applied to staging, twice: the steps, and what was live then. */
let deployed: {
  readonly release: SeededRelease
  readonly planned: StepRun
  readonly applied: StepRun
  readonly again: StepRun
  readonly parameters: Readonly<Record<'api' | 'site', Readonly<Record<string, string | undefined>>>>
  readonly page: string | undefined
}
/** Never deployed, so there is always something to plan; and its plan, which is the same in every run. */
let pending: SeededRelease
let plan: StepRun

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  const release = await newRelease()
  const stage = await staging(release)
  const planned = await stage.announce()
  await stage.decide('approved')
  await stage.record({ event: 'started', 'plan-digest': planned.outputs['plan-digest'] ?? '' })
  const applied = await stage.apply(planned)
  deployed = {
    release,
    planned,
    applied,
    again: await stage.apply(planned),
    parameters: { api: await parameters('shop-staging-api'), site: await parameters('shop-staging-site') },
    page: await publishedPage(applied)
  }
  await seed.record({ event: 'deployed', environment: 'staging', release: named(release) }, { of: stage.run })
  pending = await newRelease()
  plan = await (await staging(pending)).plan()
}, 120_000)

afterEach(() => scene.world.github.setEnvironment(scene.world.product.repository, 'staging', GATE))

afterAll(() => scene.stop())

/** A release with another image and another bundle than all before. */
async function newRelease(): Promise<SeededRelease> {
  letters += 1
  await scene.write('api/greeting.txt', `Good morning ${letters}.\n`)
  await scene.write('site/index.html', `<title>${letters}</title>\n`)
  const release = await seed.release(await scene.commit(`Greet ${letters}`))
  await passIntegration(release)
  return release
}

/** Says on the ledger, in a run of its own, that a release came through integration: whatever another run began there before. */
async function passIntegration(release: SeededRelease): Promise<void> {
  const of = scene.run(release.commit)
  for (const event of ['started', 'deployed', 'accepted'] as const)
    await seed.record({ event, environment: 'integration', release: named(release) }, { of })
}

async function staging(release?: SeededRelease, run?: Run): Promise<Stage> {
  const it = release ?? (await newRelease())
  return new Stage(scene, run ?? scene.run(it.commit), it, 'staging')
}

function named({ digest, commit }: SeededRelease): Pick<SeededRelease, 'digest' | 'commit'> {
  return { digest, commit }
}

/** Puts the plan of a stage on the ledger: announced, approved unless told, and begun. */
async function begin(stage: Stage, planned: StepRun, { approved = true } = {}): Promise<void> {
  const { 'plan-digest': digest = '', 'plan-path': evidence = '' } = planned.outputs
  const { release, commit, environment } = decodePlan(await readFile(evidence), parseDigest(digest))
  const of = { environment, release: { digest: release, commit }, plan: parseDigest(digest) }
  await seed.record({ event: 'planned', ...of, approvals: [] }, { of: stage.run, evidence })
  if (approved) await stage.decide('approved')
  await seed.record({ event: 'started', ...of }, { of: stage.run })
}

/** Says on the ledger, in a run that goes on, that a release is deployed to staging; its stacks stay as they are. */
async function sayDeployed(release: SeededRelease): Promise<void> {
  const of = scene.run(release.commit)
  await seed.record({ event: 'deployed', environment: 'staging', release: named(release) }, { of })
}

function cloudFormation(account: string): CloudFormation {
  return new CloudFormation(accessTo(scene.world.delivery, account, scene.world.aws.url))
}

async function parameters(stack: string): Promise<Readonly<Record<string, string | undefined>>> {
  const { Stacks } = await cloudFormation('nonprod').describeStacks({ StackName: stack })
  return Object.fromEntries((Stacks?.[0]?.Parameters ?? []).map(it => [it.ParameterKey, it.ParameterValue]))
}

/** The page in the bucket that the environment's address names. */
async function publishedPage(step: StepRun): Promise<string | undefined> {
  const bucket = new URL(step.outputs['environment-url'] ?? '').pathname.split('/')[1]
  const client = new S3({ ...accessTo(scene.world.delivery, 'nonprod', scene.world.aws.url), forcePathStyle: true })
  const { Body } = await client.getObject({ Bucket: bucket, Key: 'index.html' })
  return Body?.transformToString()
}

/** What the tag of staging names. */
async function envTag(): Promise<string | undefined> {
  return (await seed.registry.resolve('shop/api', 'env-staging'))?.digest
}

/** What the run of a stage put on the ledger of itself, oldest first. What it tells of other runs names them. */
async function recordedBy(stage: Stage): Promise<readonly string[]> {
  const written = (await recordsOn(seed.ledger)).filter(({ run }) => run.id === String(stage.run.id))
  return written.filter(({ detail }) => !Object.hasOwn(detail ?? {}, 'ended')).map(({ event }) => event)
}

/** One annotation, a summary, exit code 1, no trace of a defect, and nothing asked of AWS. */
function expectRefusal(step: StepRun, message: RegExp): void {
  expect(step.errors).toEqual([expect.stringMatching(message)])
  expect([step.exitCode, beyondAnchors(step)]).toEqual([1, []])
  expect(step.summary).toMatch(/^### Deploy: refused\n/)
  expect(step.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe('a plan', () => {
  it('is a document that its digest names, and holds no ARN and no time', async () => {
    const { outputs, summary } = plan

    const bytes = await readFile(outputs['plan-path'] ?? '')
    const document = decodePlan(bytes, parseDigest(outputs['plan-digest'] ?? ''))

    expect(document).toMatchObject({ product: 'shop', environment: 'staging', release: pending.digest })
    expect(document.stacks.map(({ unit, artifact }) => [unit, artifact])).toEqual([
      ['api', pending.units['api']?.digest],
      ['site', pending.units['site']?.digest]
    ])
    expect(bytes.toString('utf8')).not.toMatch(/arn:aws|\d{4}-\d\d-\d\dT\d\d/)
    expect(summary.startsWith(await readFile(outputs['dossier-path'] ?? '', 'utf8'))).toBe(true)
    expect(outputs['has-changes']).toBe('true')
  })

  it('is not made for a gate that stops nobody, and AWS is not asked', async () => {
    scene.world.github.setEnvironment(scene.world.product.repository, 'staging', { ...GATE, reviewers: [] })

    const step = await scene
      .run(pending.commit)
      .step('deploy-stack', { mode: 'plan', release: pending.digest, environment: 'staging' })

    expectRefusal(step, /gate of staging is open: it has no required reviewers/)
  })
})

describe('the dossier', () => {
  const HOSTILE = [
    '<script>alert(1)</script> <img src=x onerror=alert(1)>',
    '`code` | cell | **bold** [link](https://shop.example) #1 @octocat',
    '::set-output name=x::y',
    '\u202Ereversed \u0007bell',
    'x'.repeat(1_000_000)
  ]

  it('shows commit messages as they are, obeys none, and stays small', async () => {
    await sayDeployed(await newRelease())
    for (const message of HOSTILE) {
      await scene.git(['commit', '--quiet', '--allow-empty', '--file', '-'], `${message}\n\nfurther text`)
    }
    const stage = await staging()

    const { summary, lines, outputs } = await stage.plan()

    const commits = summary.split('### Commits since then')[1] ?? ''
    expect(commits).toContain('&lt;script&gt;alert&#40;1&#41;&lt;/script&gt;')
    expect(commits).toContain('&#96;code&#96; &#124; cell &#124; &#42;&#42;bold&#42;&#42; &#91;link&#93;')
    expect(commits).toContain('&#58;&#58;set-output name=x')
    expect(summary).not.toMatch(/<script|<img|\u202E|`code`|@octocat|::set-output/)
    expect(summary).not.toContain('further text')
    expect(Buffer.byteLength(summary)).toBeLessThan(200_000)
    expect(summary.startsWith(await readFile(outputs['dossier-path'] ?? '', 'utf8'))).toBe(true)
    expect(obeyed(lines).filter(line => /^\s*::(?!group|endgroup|add-mask::)/.test(line))).toEqual([])
  })

  it('is cut at a line when it is larger than GitHub shows, and says so on top', async () => {
    const runbook = await readFile(`${scene.world.product.work}/runbooks/promotion.md`, 'utf8')
    await scene.write('runbooks/promotion.md', `- [ ] ${'|'.repeat(90)}\n`.repeat(4_000))
    const stage = await staging()
    await scene.write('runbooks/promotion.md', runbook)

    const { summary, outputs } = await stage.plan()

    expect(summary.slice(0, 400)).toMatch(
      /^## [^\n]+\n\n[^\n]+\n\n> \[!WARNING\]\n> - This page is cut: it would have \d{7} bytes\. .* `evidence\/[0-9a-f]{2}\/[0-9a-f]{64}`/
    )
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000)
    expect(summary.trimEnd().split('\n').at(-1)).toBe(`- [ ] ${'&#124;'.repeat(90)}`)
    expect(summary.startsWith(await readFile(outputs['dossier-path'] ?? '', 'utf8'))).toBe(true)
  })

  it('begins with every place where more may happen now than the commit of the release allowed, and with what is lost', async () => {
    const { release, policy } = await releaseOf('weak.yml', {
      'infra/api.yml': [
        ['  Running:', '  Ran:'],
        ['/image', '/ran']
      ],
      'infra/site.yml': [['/bundle', '/published']]
    })
    await commitPolicy('weak.yml', `${policy}builds: { sandbox: none }\n`, [
      ['level: preproduction', 'level: development'],
      ['gate: approval', 'gate: approval, adminBypass: allow, accept: { http: [{ path: / }] }'],
      ['requires: { soak: 2h }', 'requires: { soak: 1h }']
    ])
    scene.world.github.setEnvironment(scene.world.product.repository, 'staging', { ...GATE, adminBypass: true })
    // Other cases leave deployments without an end, which is a warning of its own.
    await sayDeployed(deployed.release)

    const { summary } = await planWith('weak.yml', release)

    expect(warningsOf(summary)).toEqual([
      'The record of the last deployment does not say which delivery.yml was in force. Whether the rules became weaker since is not known.',
      "The level is lower now: development instead of preproduction in the release's commit.",
      "Administrators can bypass the gate now; the release's commit did not allow it.",
      "The soak time is shorter now: 60 minutes instead of 120 minutes in the release's commit.",
      'Builds no longer require a sandbox.',
      "The release's commit has 0 acceptance checks here; the default branch has 1.",
      'Images may have been built without a sandbox (`builds: { sandbox: none }`).',
      '`api` removes `Running` (`AWS::SSM::Parameter`), and deletes what is there.',
      '`site` replaces `Published` (`AWS::SSM::Parameter`), and deletes what is there.'
    ])
    expect(summary).toContain(
      `one of ${APPROVER.login}; administrators can bypass; no one who started this, or wrote or committed a part of it`
    )
  })

  it('begins with the warning that nobody else is asked, and that nobody signs', async () => {
    const { release, policy } = await releaseOf('dispatch.yml', {})
    await commitPolicy('dispatch.yml', policy.replace(/^ledger:[\s\S]*$/m, 'ledger: { branch: advisory-ledger }\n'), [
      ['level: production', 'level: preproduction'],
      ['gate: approval', 'gate: dispatch']
    ])

    scene.world.github.setEnvironment(scene.world.product.repository, 'staging', { ...GATE, reviewers: [] })
    const { summary } = await planWith('dispatch.yml', release, 'workflow_dispatch')

    expect(warningsOf(summary)).toEqual([
      'This gate has no second person: whoever starts the run decides alone.',
      expect.stringMatching(
        /^\*\*The ledger holds no deployment here, and stacks exist\*\* \(`shop-staging-api`, `shop-staging-site`\)/
      ),
      "The gate is weaker now: dispatch instead of approval in the release's commit.",
      'The ledger is no longer signed.',
      'The ledger is advisory: its records are not signed; GitHub alone vouches for them.'
    ])
    expect(summary).toContain('| gate | started by hand, no second person |')
  })

  it('names who may decide, the runbook item by item, and what is deployed now', () => {
    const { summary } = plan

    expect(summary).toContain(`one of ${APPROVER.login}; no one who started this, or wrote or committed a part of it`)
    expect(summary).toContain('| cannot approve | author (started this delivery) |')
    expect(summary).toContain('- [ ] Look at the queue\n- [ ] Tell &lt;everybody&gt; about &#96;it&#96;')
    expect(summary).toMatch(/\| replaces \| r-[0-9a-f]{12}, commit `[0-9a-f]{40}` \|/)
  })
})

type Edits = readonly (readonly [string, string])[]

/** A release whose commit has its policy in a file of this name, with a soak time before staging, and changed templates. */
async function releaseOf(
  config: string,
  templates: Readonly<Record<string, Edits>>
): Promise<{ readonly release: SeededRelease; readonly policy: string }> {
  const { work } = scene.world.product
  const policy = edited(await readFile(`${work}/delivery.yml`, 'utf8'), [
    ['gate: approval', 'gate: approval, requires: { soak: 2h }']
  ])
  await scene.write(config, policy)
  const before = new Map<string, string>()
  for (const [path, edits] of Object.entries(templates)) {
    const text = await readFile(`${work}/${path}`, 'utf8')
    before.set(path, text)
    await scene.write(path, edited(text, edits))
  }
  const release = await newRelease()
  for (const [path, text] of before) await scene.write(path, text)
  return { release, policy }
}

/** What the default branch says from now on. */
async function commitPolicy(config: string, policy: string, edits: Edits): Promise<void> {
  await scene.write(config, edited(policy, edits))
  await scene.commit(`Weaken ${config}`)
}

/** @throws Error when a text that is to be replaced is not there: the test would prove nothing. */
function edited(text: string, edits: Edits): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`There is no ${JSON.stringify(from)} to replace.`)
    return before.replace(from, to)
  }, text)
}

async function planWith(config: string, release: SeededRelease, event = 'push'): Promise<StepRun> {
  const inputs = { mode: 'plan', config, release: release.digest, environment: 'staging' }
  const step = await scene.run(release.commit, { event }).step('deploy-stack', inputs, { job: 'plan' })
  expect(step.errors).toEqual([])
  return step
}

/** The list on top of a dossier, as text. */
function warningsOf(summary: string): readonly string[] {
  const block = /> \[!WARNING\]\n((?:> - .*\n)*)/.exec(summary)?.[1] ?? ''
  return block
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.slice('> - '.length).replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number))))
}
describe('a deployed release that cannot be read', () => {
  let document = ''
  let bytes: Buffer

  beforeAll(async () => {
    const live = await newRelease()
    await sayDeployed(live)
    const hex = hexOf(live.digest)
    document = join(scene.world.directory, 'registry/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data')
    bytes = await readFile(document)
  })

  afterEach(async () => writeFile(document, bytes))

  it('makes no unit look new when it has expired', async () => {
    await rm(document)

    const { summary, exitCode } = await (await staging(pending)).plan()

    expect(exitCode).toBe(0)
    expect(summary).toMatch(
      /^\| api \| image \| unknown: The document of release r-[0-9a-f]{12} is no longer in the ops registry\. \|/m
    )
    expect(summary).toMatch(/^> - .* What is deployed now cannot be compared unit by unit\.$/m)
    expect(summary).not.toMatch(/\| new \|/)
  })

  it('stops the plan when it is not what its digest names', async () => {
    await writeFile(document, Buffer.from(bytes.toString('utf8').replace('shop', 'shot')))

    const { errors, exitCode, outputs, calls } = await scene
      .run(pending.commit)
      .step('deploy-stack', { mode: 'plan', release: pending.digest, environment: 'staging' })

    expect(errors).toEqual([expect.stringMatching(/returned content with digest sha256:[0-9a-f]{64} for blob sha256:/)])
    expect([exitCode, outputs]).toEqual([1, {}])
    expect(calls.filter(({ action }) => action === 'CreateChangeSet')).toEqual([])
  })
})

describe('an approved plan', () => {
  it('is what is carried out, and carrying it out again changes nothing', () => {
    const { release, planned, applied, again, parameters, page } = deployed

    expect(applied.errors).toEqual([])
    expect(applied.outputs).toEqual({
      outcome: 'applied',
      'has-changes': 'true',
      'plan-digest': planned.outputs['plan-digest'],
      'environment-url': expect.stringContaining('shop-staging-site')
    })
    expect(applied.summary).toContain(`### ${releaseId(release.digest)} is deployed to staging`)
    expect(parameters.api['Image']).toBe(`${scene.world.registry.host}/shop/api@${release.units['api']?.digest}`)
    expect(parameters.site['BundleDigest']).toBe(release.units['site']?.digest)
    expect(page).toBe('<title>1</title>\n')
    expect([again.exitCode, again.outputs]).toEqual([0, applied.outputs])
    expect(again.calls.filter(({ action }) => /^(Create|Execute|Update|Delete|Put)/.test(action))).toEqual([])
  })

  it('has, with what carried it out, the outputs of action.yml', async () => {
    const { outputs } = await readActionFile('deploy-stack')

    const seen = new Set([...Object.keys(deployed.planned.outputs), ...Object.keys(deployed.applied.outputs)])
    // An apply that fails before it touches anything says so, and one that stops halfway how far it came: the tests of such plans have them.
    expect([...seen, 'partial', 'touched'].sort()).toEqual(Object.keys(outputs).sort())
  })

  it('is obsolete when a stack changed, and both values are named', async () => {
    const stage = await staging()
    const planned = await stage.plan()
    await begin(stage, planned)
    await changeGreeting('changed by hand')

    const step = await stage.apply(planned)

    expect(step.exitCode).toBe(1)
    expect(step.errors).toEqual([
      expect.stringMatching(
        /^The plan is obsolete: shop-staging-api: live parameter Greeting was "hello" in the plan and is "changed by hand" now/
      )
    ])
    expect(step.outputs).toMatchObject({ outcome: 'obsolete', touched: 'false' })
    expect((await parameters('shop-staging-api'))['Greeting']).toBe('changed by hand')
    expect(step.calls.filter(({ action }) => action === 'ExecuteChangeSet')).toEqual([])
  })

  it('that fails in AWS fails the job, names the root cause, moves no tag, and is on record as failed', async () => {
    const template = await readFile(`${scene.world.product.work}/infra/api.yml`, 'utf8')
    await scene.write(
      'infra/api.yml',
      template.replace('      Type: String\n      Value', '      Type: SecureString\n      Value')
    )
    // No file of it changes, so that nothing but the stack can fail.
    const release = await seed.release(await scene.commit('Break the stack'))
    await passIntegration(release)
    await scene.write('infra/api.yml', template)
    const [live, tag] = [await parameters('shop-staging-api'), await envTag()]
    const stage = await staging(release)
    const planned = await stage.plan()
    await begin(stage, planned)

    const step = await stage.apply(planned)
    const outcome = await stage.finish(planned, step)

    expect(step.exitCode).toBe(1)
    expect(step.errors).toEqual([
      expect.stringMatching(
        /Running \(AWS::SSM::Parameter\) UPDATE_FAILED: .*SecureString.* \[stack shop-staging-api: UPDATE_ROLLBACK_COMPLETE\]/
      )
    ])
    expect(step.outputs['outcome']).not.toBe('applied')
    expect(step.summary).not.toContain('is deployed to staging')
    expect([await parameters('shop-staging-api'), await envTag()]).toEqual([live, tag])
    expect(outcome.outputs['verdict']).toBe('failed')
    expect(await recordedBy(stage)).toEqual(['planned', 'started', 'failed'])
  })
})

async function changeGreeting(greeting: string): Promise<void> {
  const client = cloudFormation('nonprod')
  const now = await parameters('shop-staging-api')
  await client.updateStack({
    StackName: 'shop-staging-api',
    UsePreviousTemplate: true,
    Parameters: Object.entries({ ...now, Greeting: greeting }).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue: ParameterValue ?? ''
    })),
    Tags: ['product=shop', 'environment=staging', 'unit=api'].map(tag => {
      const [Key = '', Value = ''] = tag.split('=')
      return { Key, Value }
    })
  })
  for (;;) {
    const { Stacks } = await client.describeStacks({ StackName: 'shop-staging-api' })
    if (Stacks?.[0]?.StackStatus === 'UPDATE_COMPLETE') return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

describe('nothing is applied, and AWS is not asked,', () => {
  it('when nobody approved', async () => {
    const stage = await staging(pending)
    await begin(stage, plan, { approved: false })

    expectRefusal(await stage.apply(plan, VIRTUAL_CLOCK), /^This plan for staging has no approval/)
  })

  it('when the approval is older than the plan', async () => {
    const stage = await staging(pending)
    await stage.decide('approved')
    await stage.record({ event: 'planned', 'plan-path': plan.outputs['plan-path'] ?? '' }, 'plan')

    expectRefusal(
      await stage.apply(plan, VIRTUAL_CLOCK),
      /^This plan for staging has no approval \(1 earlier review predates the plan/
    )
  })
})

describe('an environment that asks nobody', () => {
  it('gets the plan that the intent of its run announced', async () => {
    const release = await newRelease()
    const stage = new Stage(scene, scene.run(release.commit), release, 'integration')
    const planned = await stage.plan('deploy')
    const { 'plan-path': plan = '' } = planned.outputs

    await stage.record({ event: 'started', 'plan-path': plan })
    const applied = await stage.apply(planned)

    expect(applied.errors).toEqual([])
    expect(applied.outputs).toMatchObject({ outcome: 'applied', 'has-changes': 'true' })
    scene.world.github.completeRun(scene.world.product.repository, stage.run.id, 'success')
  })
})

describe('a discarded plan', () => {
  it('leaves no change set and no empty stack behind', async () => {
    const release = await newRelease()
    const stage = new Stage(scene, scene.run(release.commit), release, 'production')
    const client = cloudFormation('prod')
    await stage.plan()
    const before = await client.listStacks({})

    const { exitCode, outputs, summary } = await stage.discard()

    expect(before.StackSummaries?.map(stack => [stack.StackName, stack.StackStatus])).toContainEqual([
      'shop-production-api',
      'REVIEW_IN_PROGRESS'
    ])
    const after = await client.listStacks({})
    expect((after.StackSummaries ?? []).filter(stack => stack.StackStatus !== 'DELETE_COMPLETE')).toEqual([])
    expect([exitCode, outputs]).toEqual([0, {}])
    expect(summary).toContain(`The plan of ${releaseId(release.digest)} for production was discarded`)
  })

  it('is one of an environment that there is', async () => {
    const stage = new Stage(scene, scene.run(pending.commit), pending, 'stagin')

    expectRefusal(await stage.discard(), /no environment "stagin".*staging/)
  })
})
