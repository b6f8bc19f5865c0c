import { beforeEach, describe, expect, it } from '@jest/globals'
import { adoptionJobName, type Digest, sha256, sourceTag, stageJobName } from '@sluice/core'
import { fingerprintOf, unitNamed } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import { AUTHOR, givenInputs, type MemoryDelivery, memoryDelivery, SHOP } from '@sluice-lab/memory'
import { recordOfAdoption } from '../src/adoption-record.ts'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

const DIGEST = sha256('site of a lost ledger')
const WORDS = { reason: 'the ledger was lost', checked: 'ann rebuilt it: the same digest' }

let delivery: MemoryDelivery
let commit: string

beforeEach(async () => {
  delivery = memoryDelivery()
  delivery.github.protect('staging')
  commit = delivery.repository.add()
  delivery.bundles.built.set(`site ${await fingerprint()}`, DIGEST)
})

async function fingerprint(): Promise<Digest> {
  return fingerprintOf(delivery.repository, commit, unitNamed(delivery.policy, 'site'))
}

function adopt(
  digest: Digest = DIGEST,
  run: Partial<Pipeline['run']> = {},
  unit = 'site'
): ReturnType<typeof recordOfAdoption> {
  const inputs = {
    kind: 'adoption',
    unit,
    digest,
    ...WORDS,
    release: undefined,
    environment: undefined
  } as const
  return recordOfAdoption(inputs, delivery.open({ runId: '700', sha: commit, event: 'workflow_dispatch', ...run }))
}

describe('an adoption', () => {
  it('is recorded with why, how it was checked, and who agreed', async () => {
    delivery.github.answer('700', 'staging', 'approved', { comment: 'seen it' })

    const { drafts } = await adopt()

    expect(drafts).toMatchObject([
      {
        event: 'adopted',
        unit: { name: 'site', kind: 'bundle', digest: DIGEST, fingerprint: await fingerprint() },
        detail: WORDS,
        protection: { environment: 'staging' },
        approvals: [{ login: 'approver', comment: 'seen it' }]
      }
    ])
    expect(drafts[0]).not.toHaveProperty('environment')
  })

  it('is refused under another policy than the run began under: who is asked may be others', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    const { github } = delivery
    github.policy = { commit: 'f'.repeat(40), text: `${github.policy?.text}# stricter\n` }

    await expect(adopt()).rejects.toThrow(/^delivery\.yml on main changed while this run waited/)
  })

  it('may be of a digest that another one planted before it', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    delivery.bundles.built.set(`site ${await fingerprint()}`, sha256('planted'))
    delivery.bundles.built.set(`site ${await fingerprint()}.1`, DIGEST)

    expect((await adopt()).drafts).toHaveLength(1)
  })

  it('may be repeated, by a re-run as well, and after others adopted in runs of their own', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    const unit = { name: 'site', kind: 'bundle', digest: DIGEST, fingerprint: await fingerprint() } as const
    await delivery.record({ event: 'adopted', unit, detail: WORDS }, '700')
    await delivery.record({ event: 'adopted', unit: { ...unit, digest: sha256('other') }, detail: WORDS }, '650')

    expect((await adopt(DIGEST, { attempt: 2 })).drafts).toHaveLength(1)
  })

  it('needs nobody else where no environment asks anyone', async () => {
    delivery = memoryDelivery(SHOP.replace(/ {2}- name: staging[\s\S]*?(?=ledger:)/, ''))
    commit = delivery.repository.add()
    delivery.bundles.built.set(`site ${await fingerprint()}`, DIGEST)

    expect((await adopt()).drafts[0]).not.toHaveProperty('approvals')
  })
})

describe('an adoption is refused', () => {
  it('in a run that nobody started by hand', async () => {
    delivery.github.answer('700', 'staging', 'approved')

    await expect(adopt(DIGEST, { event: 'push' })).rejects.toThrow(
      /^A digest is adopted by hand only, but this run was started by push\./
    )
  })

  it('that no reviewer agreed to', async () => {
    await expect(adopt()).rejects.toThrow(/staging has no approval/)
  })

  it('that only who started the run agreed to', async () => {
    delivery.github.protect('staging', {
      protection_rules: [
        {
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [{ type: 'User', reviewer: AUTHOR }]
        }
      ]
    })
    delivery.github.answer('700', 'staging', 'approved', { user: AUTHOR })

    await expect(adopt()).rejects.toThrow(/was approved only by author, who started/)
  })

  it('that a reviewer rejected, although another one agreed', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    delivery.github.answer('700', 'staging', 'rejected', { user: { id: 9, login: 'other' }, comment: 'no' })

    await expect(adopt()).rejects.toThrow(/was rejected by other: "no"/)
  })

  it('at a gate that lets in every branch', async () => {
    delivery.github.protect('staging', { deployment_branch_policy: null })

    await expect(adopt()).rejects.toThrow(/staging/)
  })

  it('from a branch that anyone may push to', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    delivery.github.answers.set('/repos/octo-org/shop/branches/main', { protected: false })

    await expect(adopt()).rejects.toThrow('main is not protected on GitHub')
  })

  it('of a unit that has tests, unless they are recorded to have passed', async () => {
    delivery = memoryDelivery(SHOP.replace('context: api', 'context: api, test: check'))
    delivery.github.protect('staging')
    delivery.github.answer('700', 'staging', 'approved')
    commit = delivery.repository.add()
    const fingerprint = await fingerprintOf(delivery.repository, commit, unitNamed(delivery.policy, 'api'))
    delivery.registry.tags.set(`shop/api:${sourceTag(fingerprint)}`, DIGEST)
    const unit = { name: 'api', kind: 'image', digest: DIGEST, fingerprint }

    await expect(adopt(DIGEST, {}, 'api')).rejects.toThrow(
      `The ledger holds no record that api passed its tests as ${DIGEST}. Adopt by adopt.yml`
    )
    await delivery.record({ event: 'tested', unit }, '700')

    expect((await adopt(DIGEST, {}, 'api')).drafts).toMatchObject([{ event: 'adopted', unit }])
  })

  it('of an image that is on record as built without the sandbox that is demanded', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    const fingerprint = await fingerprintOf(delivery.repository, commit, unitNamed(delivery.policy, 'api'))
    delivery.registry.tags.set(`shop/api:${sourceTag(fingerprint)}`, DIGEST)
    const unit = { name: 'api', kind: 'image', digest: DIGEST, fingerprint }
    await delivery.record({ event: 'built', unit, detail: { sandbox: false } }, '600')

    await expect(adopt(DIGEST, {}, 'api')).rejects.toThrow(
      `The ledger says that ${DIGEST} was built without a sandbox, which delivery.yml demands now. No one's word stands in for that`
    )
  })

  it.each([
    ['a deployment', `deliver / staging / ${stageJobName('deploy', 'staging', sha256('release'))}`],
    ['a repair', 'repair / repair the ledger of staging'],
    ['another adoption', `other / ${adoptionJobName(sha256('api'), 'api')}`]
  ])('in a run whose reviewers agreed to %s, though it is over', async (_, name) => {
    delivery.github.answer('700', 'staging', 'approved', { comment: 'not to an adoption' })
    delivery.github.setJobs(
      '700',
      { [`adopt / ${adoptionJobName(DIGEST, 'site')}`]: 'success', [name]: 'success' },
      'all'
    )

    await expect(adopt()).rejects.toThrow(
      `Run 700 also has the job "${name}", and GitHub does not tell which of both its reviewers agreed to. Adopt in a run of its own, by a workflow that only calls adopt.yml.`
    )
  })

  it('in an attempt with another digest than the one that reviewers agreed to in an earlier one (promise 4)', async () => {
    delivery.github.answer('700', 'staging', 'approved', { comment: 'to that one' })
    const asked = (digest: Digest, attempt: number) => ({
      ...{ id: attempt, run_attempt: attempt, status: 'completed', conclusion: 'success' },
      name: `adopt / ${adoptionJobName(digest, 'site')}`
    })
    const jobs = [asked(sha256('seen'), 1), asked(DIGEST, 2)]
    const path = '/repos/octo-org/shop/actions/runs/700/jobs?filter=all&per_page=100&page=1'
    delivery.github.answers.set(path, { total_count: jobs.length, jobs })

    await expect(adopt(DIGEST, { attempt: 2 })).rejects.toThrow(
      `Run 700 also has the job "adopt / ${adoptionJobName(sha256('seen'), 'site')}"`
    )
    delivery.github.answers.set(path, { total_count: 2, jobs: [asked(DIGEST, 1), asked(DIGEST, 2)] })
    await expect(adopt(DIGEST, { attempt: 2 })).resolves.toMatchObject({ drafts: [{ event: 'adopted' }] })
  })

  it('in a run whose approval may have been meant for a deployment', async () => {
    const release = await delivery.release(commit)
    const of = { digest: release.digest, commit }
    await delivery.record(
      { event: 'planned', environment: 'staging', release: of, plan: sha256('plan'), approvals: [] },
      '700'
    )
    delivery.github.answer('700', 'staging', 'approved')

    await expect(adopt()).rejects.toThrow(/^This run also plans a deployment to staging, .* Adopt in a run of its own/)
  })

  it.each([
    ['another digest of the unit', 'site', 2],
    ['another unit', 'api', 1]
  ])('in a run that has adopted %s, for which the approval was (promise 4)', async (_, name, attempt) => {
    delivery.github.answer('700', 'staging', 'approved')
    const adopted = { name, kind: 'bundle', digest: sha256('what the reviewer saw'), fingerprint: await fingerprint() }
    await delivery.record({ event: 'adopted', unit: adopted, detail: WORDS }, '700')

    await expect(adopt(DIGEST, { attempt })).rejects.toThrow(
      `This run has adopted ${name} ${adopted.digest} already (record 1), and its approval was for that. Adopt each digest in a run of its own.`
    )
  })

  it('of a digest that the registry does not name for this commit, and says which it names', async () => {
    delivery.github.answer('700', 'staging', 'approved')

    await expect(adopt(sha256('elsewhere'))).rejects.toThrow(
      `The ops registry does not name ${sha256('elsewhere')} as a build of site at this commit (${sourceTag(await fingerprint())}); it names ${DIGEST}.`
    )
  })
})

describe('the inputs of an adoption', () => {
  const GIVEN = { event: 'adopted', unit: 'site', digest: DIGEST, ...WORDS }

  it('are unit, digest, reason and how it was checked', () => {
    expect(readInputs(givenInputs(INPUT_NAMES, GIVEN))).toEqual({
      kind: 'adoption',
      unit: 'site',
      digest: DIGEST,
      ...WORDS,
      release: undefined,
      environment: undefined
    })
  })

  it.each(['reason', 'checked'])('are not complete without %s', name => {
    for (const text of ['', ' '])
      expect(() => readInputs(givenInputs(INPUT_NAMES, { ...GIVEN, [name]: text }))).toThrow(
        /^The event adopted requires the inputs reason and checked/
      )
  })

  it('are of no other event', () => {
    expect(() => readInputs(givenInputs(INPUT_NAMES, { ...GIVEN, event: 'adopted,built' }))).toThrow(
      /^The event adopted is recorded by itself/
    )
  })
})
