import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { publishedDigest } from '@sluice/bundle'
import { describeStacks, type LiveStack, waitingChangeSets } from '@sluice/cloudformation'
import {
  changeSetName,
  type Digest,
  decodePlan,
  Failure,
  type Report,
  releaseId,
  sha256,
  UserError
} from '@sluice/core'
import type { Seeded } from '@sluice-lab/memory'
import { BROKEN, BROKEN_SITE, type EmulatedAws, type EmulatedDelivery, MOVED, NAMELESS, startAws } from './emulated.ts'

const STACKS = ['shop-staging-api', 'shop-staging-site']

let aws: EmulatedAws
let delivery: EmulatedDelivery

beforeAll(async () => {
  aws = await startAws()
}, 60_000)

afterAll(() => aws.stop())

beforeEach(() => {
  delivery = aws.deliver()
})

/** Plans and applies a release in a run, and records that it is deployed. */
async function deploy(release: Seeded, run: string): Promise<Report> {
  const planned = await delivery.plan(release, run)
  await delivery.begin(planned, release, run)
  const applied = await delivery.apply(planned, release, run)
  const { digest, commit } = release
  await delivery.record({ event: 'deployed', environment: 'staging', release: { digest, commit } }, run)
  return applied
}

const live = (): Promise<ReadonlyMap<string, LiveStack>> => describeStacks(delivery.session, STACKS)

async function bucket(): Promise<string> {
  return (await live()).get('shop-staging-site')?.outputs['BucketName'] ?? ''
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work
  } catch (error: unknown) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('a plan', () => {
  it('of a first deployment creates all stacks, publishes all files, and changes nothing yet (promise 4)', async () => {
    const release = await delivery.publish('one')

    const { outputs, summary } = await delivery.plan(release, '700')

    const digest = sha256(await readFile(outputs['plan-path'] ?? ''))
    const name = `staging-${digest.slice('sha256:'.length).slice(0, 12)}`
    expect(outputs).toEqual({
      'has-changes': 'true',
      'plan-digest': digest,
      'plan-path': join(aws.folder, 'sluice', 'plans', `${name}.json`),
      'dossier-path': join(aws.folder, 'sluice', 'plans', `${name}.md`)
    })
    const { site } = release.document.units
    expect(decodePlan(await readFile(outputs['plan-path'] ?? ''), digest)).toMatchObject({
      version: 1,
      product: 'shop',
      environment: 'staging',
      release: release.digest,
      commit: release.commit,
      policy: delivery.policy.digest,
      runbook: sha256('- [ ] Look at the queue\n'),
      stacks: [
        { unit: 'api', action: 'create' },
        { unit: 'site', action: 'deferred' }
      ],
      content: [
        {
          ...{ unit: 'site', bucket: 'BucketName', digest: site?.digest },
          files: { added: { count: 1, first: ['index.html'] }, same: 0 }
        }
      ]
    })
    expect(summary).toBe(await readFile(outputs['dossier-path'] ?? '', 'utf8'))
    expect(summary).toContain('nothing: first deployment')
    expect([...(await live()).values()].map(({ status }) => status)).toEqual(['REVIEW_IN_PROGRESS'])
    expect(delivery.log.lines.at(-1)).toBe(`Plan ${digest}: changes`)
    expect(delivery.log.groups).toEqual([
      'Check the gate of staging',
      'Load the release',
      'Read what is deployed now',
      'Check that the images can run',
      'Clean up after runs that could not',
      'Compute what changes in staging',
      'Find out who may approve'
    ])
  })

  it('has the same digest and the same page when it is made again, by another run (promise 4)', async () => {
    const release = await delivery.publish('one')

    const [one, two] = [await delivery.plan(release, '700'), await delivery.plan(release, '701')]

    expect(one.outputs['plan-digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(two.outputs['plan-digest']).toBe(one.outputs['plan-digest'])
    expect(two.summary).toBe(one.summary)
  })

  it('is not made for images that could not run, and AWS is not asked', async () => {
    const release = await delivery.publish('one')
    const { digest, commit, document } = release
    const refused = delivery.plan(release, '700', {
      requireImages: async images => {
        expect(images).toEqual({
          environment: 'staging',
          account: '222222222222',
          units: document.units,
          deployed: undefined
        })
        throw new UserError('staging could not run the images.')
      }
    })

    await expect(refused).rejects.toThrow('staging could not run the images.')
    expect(await live()).toEqual(new Map())
    await delivery.record({ event: 'deployed', environment: 'staging', release: { digest, commit } }, '701')
    await delivery.plan(release, '702')
    expect(delivery.registry.inspected).toMatchObject([{ deployed: document.units }])
  })

  it('is not made for a gate that stops nobody, and AWS is not asked (promise 5)', async () => {
    delivery.github.protect('staging', { protection_rules: [] })

    await expect(delivery.plan(await delivery.publish('one'), '700')).rejects.toThrow('The gate of staging is open')
    expect(await live()).toEqual(new Map())
  })

  it('of a release that is live changes nothing, and tells the address', async () => {
    const release = await delivery.publish('one')
    await deploy(release, '700')

    const { outputs, summary } = await delivery.plan(release, '701')

    expect(outputs).toMatchObject({
      'has-changes': 'false',
      'environment-url': `https://${await bucket()}.shop.example`
    })
    expect(summary).toContain('**Nothing changes.** No approval is asked for.')
    expect(delivery.log.lines.at(-1)).toBe(`Plan ${outputs['plan-digest']}: no changes`)
  })

  it('of a release that a dead run brought in has tags and records to set right (promise 11)', async () => {
    const release = await delivery.publish('one')
    const planned = await delivery.plan(release, '700')
    await delivery.begin(planned, release, '700')
    await delivery.apply(planned, release, '700')

    const { outputs, summary } = await delivery.plan(release, '701')

    expect(outputs['has-changes']).toBe('true')
    expect(summary).toContain('**Nothing changes in the stacks.**')
    expect(delivery.log.lines.at(-1)).toBe(`Plan ${outputs['plan-digest']}: only tags and records`)
  })

  it('publishes the same files again where the bucket of now gives way to another one', async () => {
    await deploy(await delivery.publish('one'), '700')
    const before = await bucket()
    const release = await delivery.publish('one', { 'infra/site.yml': MOVED })

    const planned = await delivery.plan(release, '701')

    const { site } = release.document.units
    expect(
      decodePlan(await readFile(planned.outputs['plan-path'] ?? ''), planned.outputs['plan-digest'] as Digest).content
    ).toEqual([{ unit: 'site', bucket: 'BucketName', digest: site?.digest, live: site?.digest, moves: true }])
    expect(await readFile(planned.outputs['dossier-path'] ?? '', 'utf8')).toContain(
      `| \`site\` | \`${site?.digest}\` | the same, again if the bucket is another one |  |`
    )
    await delivery.begin(planned, release, '701')
    await delivery.apply(planned, release, '701')
    expect(await bucket()).not.toBe(before)
    expect(await publishedDigest(delivery.session, await bucket())).toBe(site?.digest)
  })
})

describe('an approved plan', () => {
  it('is what is carried out: stacks, then files, and the next job learns the address (promise 4)', async () => {
    const release = await delivery.publish('one')
    const planned = await delivery.plan(release, '700')
    await delivery.begin(planned, release, '700')

    const { outputs, summary } = await delivery.apply(planned, release, '700')

    const { api, site } = release.document.units
    const stacks = await live()
    expect(stacks.get('shop-staging-api')?.parameters['Image']).toBe(`registry.shop.example/shop/api@${api?.digest}`)
    expect(stacks.get('shop-staging-site')?.parameters).toEqual({
      Address: 'https://shop-staging-api.shop.example',
      BundleDigest: site?.digest
    })
    expect(await publishedDigest(delivery.session, await bucket())).toBe(site?.digest)
    expect(outputs).toEqual({
      outcome: 'applied',
      'has-changes': 'true',
      'plan-digest': planned.outputs['plan-digest'],
      'environment-url': `https://${await bucket()}.shop.example`
    })
    expect(summary).toMatch(
      new RegExp(
        `^### ${releaseId(release.digest)} is deployed to staging\n\nPlan \`${outputs['plan-digest']}\`, \\d{1,2} s\n\n\\| unit \\| stack \\| digest \\|`
      )
    )
    expect(summary).toContain(`| api | create | \`${api?.digest}\` |\n| site | deferred | \`${site?.digest}\` |`)
    expect(delivery.log.groups.slice(-5)).toEqual([
      'Check that this plan was approved',
      'Load the release',
      `Apply plan ${outputs['plan-digest']?.slice(0, 19)} to staging`,
      'Compare what runs in staging with the release',
      'Publish site'
    ])
    expect(delivery.log.lines).toContain('site: 1 file published, 0 removed')
    expect(delivery.log.foreign).toContainEqual(
      expect.stringMatching(/^shop-staging-api {2}CREATE_COMPLETE {2}Running {2}/)
    )
  })

  it('is carried out a second time without a change, also of the files', async () => {
    const release = await delivery.publish('one')
    const planned = await delivery.plan(release, '700')
    await delivery.begin(planned, release, '700')
    const first = await delivery.apply(planned, release, '700')
    const noBundles = (): never => {
      throw new Error('A bundle was asked for.')
    }

    const second = await delivery.apply(planned, release, '700', { bundles: noBundles })

    expect(second.outputs).toEqual(first.outputs)
  })

  it('names what is published now, and only the files of the next release are left', async () => {
    const one = await delivery.publish('one')
    await deploy(one, '700')
    const two = await delivery.publish('two')

    const planned = await delivery.plan(two, '701')

    const plan = decodePlan(
      await readFile(planned.outputs['plan-path'] ?? ''),
      sha256(await readFile(planned.outputs['plan-path'] ?? ''))
    )
    const [before, after] = [one, two].map(({ document }) => document.units['site']?.digest)
    expect(plan.content).toEqual([
      {
        ...{ unit: 'site', bucket: 'BucketName', digest: after, live: before },
        files: { changed: { count: 1, first: ['index.html'] }, same: 0 }
      }
    ])
    await delivery.begin(planned, two, '701')
    await delivery.apply(planned, two, '701')
    expect(await publishedDigest(delivery.session, await bucket())).toBe(after)
  })

  it('that fails in AWS fails the job, with the root cause, and never counts as applied (promise 11)', async () => {
    const release = await delivery.publish('one', { 'infra/api.yml': BROKEN })
    const planned = await delivery.plan(release, '700')
    await delivery.begin(planned, release, '700')

    const error = await errorOf(delivery.apply(planned, release, '700'))

    expect(error).toBeInstanceOf(Failure)
    expect(error.message).toMatch(/Running \(AWS::SSM::Parameter\) CREATE_FAILED: .*\[stack shop-staging-api: /)
    expect(delivery.log.groups).not.toContain('Publish site')
    expect((await live()).has('shop-staging-site')).toBe(false)
  })

  it.each<[string, Readonly<Record<string, string>>, boolean, readonly [string, string]]>([
    ['fails in AWS', { 'infra/site.yml': BROKEN_SITE }, true, ['SecureString', 'Failure']],
    ['has no bundle to publish', {}, false, ['is not in the ops registry', 'Failure']],
    ['has no bucket to publish to', { 'infra/site.yml': NAMELESS }, true, ['has no output BucketName', 'UserError']]
  ])(
    'whose second unit %s says that the first is deployed, and which units are not (promise 11)',
    async (_, files, hasBundles, [reason, kind]) => {
      const release = await delivery.publish('one', files)
      const planned = await delivery.plan(release, '700')
      await delivery.begin(planned, release, '700')
      const bundles = [...delivery.bundles.files]
      if (!hasBundles) delivery.bundles.files.clear()

      const error = await errorOf(delivery.apply(planned, release, '700'))

      expect(error.constructor.name).toBe(kind)
      expect(error.message).toContain(reason)
      expect(error.message).toMatch(/staging is deployed by half: api is done, site stopped on the way\.$/)
      expect((error as UserError).outputs).toEqual({
        outcome: 'partial',
        partial: '{"done":["api"],"notBegun":[],"stopped":["site"]}'
      })
      for (const [digest, file] of bundles) delivery.bundles.files.set(digest, file)
      const retried = await delivery.plan(release, '701')
      const plan = decodePlan(
        await readFile(retried.outputs['plan-path'] ?? ''),
        retried.outputs['plan-digest'] as Digest
      )
      expect(plan.stacks.find(({ unit }) => unit === 'api')).toMatchObject({ action: 'unchanged' })
    }
  )

  it('is obsolete when a stack is no longer what it was made against, and the job learns that (promise 4)', async () => {
    const [one, two] = [await delivery.publish('one'), await delivery.publish('two')]
    const planned = await delivery.plan(one, '700')
    await delivery.begin(planned, one, '700')
    await deploy(two, '701')

    const error = await errorOf(delivery.apply(planned, one, '700'))

    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(
      /^The plan is obsolete: shop-staging-api: .*\. What was approved is no longer what would be applied\. Re-run all jobs for a new plan and a new approval\.$/
    )
    expect((error as UserError).outputs).toEqual({
      outcome: 'obsolete',
      touched: 'false',
      'plan-digest': planned.outputs['plan-digest']
    })
  })

  it('is obsolete when a bucket no longer holds what it was to replace, before anything is touched (promise 4)', async () => {
    const [one, two, three] = [
      await delivery.publish('one'),
      await delivery.publish('two'),
      await delivery.publish('three')
    ]
    await deploy(one, '700')
    const planned = await delivery.plan(two, '701')
    await delivery.begin(planned, two, '701')
    await deploy(three, '702')
    const [before, after] = [one, three].map(({ document }) => document.units['site']?.digest)

    const error = await errorOf(delivery.apply(planned, two, '701'))

    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toBe(
      `The plan is obsolete: ${await bucket()} holds ${after}, and held ${before} when the plan was made. What was approved is no longer what would be replaced. Re-run all jobs for a new plan and a new approval.`
    )
    expect((error as UserError).outputs).toEqual({
      outcome: 'obsolete',
      touched: 'false',
      'plan-digest': planned.outputs['plan-digest']
    })
    expect(await publishedDigest(delivery.session, await bucket())).toBe(after)
  })

  it('fails when the bundle that was approved is not in the registry any more', async () => {
    const release = await delivery.publish('one')
    const planned = await delivery.plan(release, '700')
    await delivery.begin(planned, release, '700')
    delivery.bundles.files.clear()

    await expect(delivery.apply(planned, release, '700')).rejects.toThrow(
      `Bundle site ${release.document.units['site']?.digest} is not in the ops registry. Re-run the job that pushed it`
    )
    expect(await publishedDigest(delivery.session, await bucket())).toBeUndefined()
  })

  it('is refused when its stack does not say which bucket the files belong into', async () => {
    const release = await delivery.publish('one', { 'infra/site.yml': NAMELESS })
    const planned = await delivery.plan(release, '700')
    await delivery.begin(planned, release, '700')

    await expect(delivery.apply(planned, release, '700')).rejects.toThrow(
      'The stack of site has no output BucketName, which delivery.yml names as the bucket to publish to.'
    )
  })
})

describe('a plan that will not be carried out', () => {
  it('leaves no change set and no empty stack behind, also the second time', async () => {
    const release = await delivery.publish('one')
    await delivery.plan(release, '700')
    expect((await live()).get('shop-staging-api')?.status).toBe('REVIEW_IN_PROGRESS')

    const { outputs, summary } = await delivery.discard(release, '700')
    const again = await delivery.discard(release, '700')

    expect(again).toEqual({ outputs, summary })
    expect(await live()).toEqual(new Map())
    expect(outputs).toEqual({})
    expect(summary).toBe(`### The plan of ${releaseId(release.digest)} for staging was discarded\n`)
    expect(delivery.log.groups.at(-1)).toBe('Discard the plan for staging')
  })

  it('leaves the live stacks as they are', async () => {
    const [one, two] = [await delivery.publish('one'), await delivery.publish('two')]
    await deploy(one, '700')
    const before = await live()
    await delivery.plan(two, '701')
    const stacks = STACKS.map(stack => ({ stack }))
    expect(await waitingChangeSets({ session: delivery.session, stacks })).toContain(changeSetName(two.digest, '701'))

    await delivery.discard(two, '701')

    expect(await live()).toEqual(before)
    expect([...(await waitingChangeSets({ session: delivery.session, stacks }))]).toEqual([])
  })

  it('is known by what the ledger says of the release: a digest that was never released names no plan', async () => {
    const release = await delivery.publish('one')
    await delivery.plan(release, '700')

    await expect(delivery.discard({ ...release, digest: sha256('another') }, '700')).rejects.toThrow(
      `The ledger holds no release ${sha256('another')}, so nothing of it can have been planned.`
    )
  })

  it('is taken back by the next run when its own run died; those of others stay (promise 11)', async () => {
    const release = await delivery.publish('one')
    delivery.github.setRun('601', 'in_progress')
    await delivery.plan(release, '601')
    await delivery.plan(release, '600')
    await delivery.plan(release, '700')

    await delivery.plan(release, '700')

    const waiting = await waitingChangeSets({
      session: delivery.session,
      stacks: STACKS.map(stack => ({ stack }))
    })
    expect([...waiting].sort()).toEqual(['601', '700'].map(run => changeSetName(release.digest, run)))
    const dead = changeSetName(release.digest, '600')
    expect(delivery.log.lines).toContain(`Run 600 is over: discarding its change sets ${dead}`)
  })
})
