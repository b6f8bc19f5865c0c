import { beforeEach, describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, releaseId, sha256, stageJobName, UserError } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { type MemoryDelivery, memoryDelivery, type Seeded, SHOP } from '@sluice-lab/memory'
import { run } from '../src/run.ts'

let delivery: MemoryDelivery
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
  delivery.github.setJobs('700', { [stageJobName('plan', 'integration', release.digest)]: 'failure' })
})

const NOTHING = {
  release: undefined,
  environment: undefined,
  unit: undefined,
  plan: undefined,
  planPath: undefined,
  dossierPath: undefined,
  detail: undefined
}

describe('a step that records', () => {
  it('tells where each record is, and the last one to the next step', async () => {
    const unit = { name: 'api', digest: sha256('api'), fingerprint: sha256('sources') }
    const pipeline = delivery.open({ sha: release.commit })

    const { outputs, summary } = await run({ ...NOTHING, kind: 'events', events: ['tested', 'built'], unit }, pipeline)

    const written = (await delivery.recorded()).slice(-2)
    expect(written.map(({ sequence, event }) => [sequence, event])).toEqual([
      [2, 'tested'],
      [3, 'built']
    ])
    expect(outputs).toEqual({
      sequence: '3',
      record: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      place: `3@${outputs['record']}`
    })
    expect(delivery.log.lines.slice(-2)).toEqual([
      expect.stringMatching(/^record 2: tested, sha256:[0-9a-f]{64}$/),
      `record 3: built, ${outputs['record']}`
    ])
    expect(summary).toMatch(
      /^### Recorded: tested, built\n\n\| record \| event \| SHA-256 \| signed \|\n\| --- \| --- \| --- \| --- \|\n\| \[2\]\(https:\/\/github\.com\/\S+\/blob\/sluice-ledger\/records\/0\/2\.json\) \| tested \| `sha256:[0-9a-f]{64}` \| no: advisory \|\n\| \[3\]\(/
    )
    expect(delivery.log.groups).toEqual(['Collect what is to be recorded', 'Append tested, built to the ledger'])
  })

  it('tells whoever withdraws a release what that is, what goes with it, and what to do', async () => {
    const { digest, commit } = release
    const of = { environment: 'integration', release: { digest, commit } }
    const same = await delivery.release(delivery.repository.add())
    for (const event of ['started', 'deployed'] as const) await delivery.record({ event, ...of }, '600')
    const found = { environment: 'integration', release: { digest: same.digest, commit: same.commit } }
    await delivery.record({ event: 'unchanged', ...found }, '601')
    const detail = { reason: 'orders | fail' }
    const withdraw = async (it: Seeded): Promise<string | undefined> => {
      const what = { environment: 'integration', release: it.digest, detail }
      const report = await run({ ...NOTHING, kind: 'events', events: ['withdrawn'], ...what }, delivery.open())
      return report.summary
    }

    const live = await withdraw(release)
    expect(live).toContain('### Recorded: withdrawn\n')
    expect(live).toContain(`| release | ${releaseId(digest)}, commit \`${commit}\`, \`${digest}\` |`)
    expect(live).toContain('| reason | orders &#124; fail |')
    expect(live).toContain(`| the same there | ${releaseId(same.digest)} |`)
    expect(live).toContain(
      ` |\n\nIt enters no environment from integration any more, except as a rollback where it was accepted before, and no delivery brings it back to integration. Environments that have it keep it: withdraw it there, too.\n\nIt is what integration has, and goes on running there. Deliver a commit that repairs it, or one that reverts it.\n`
    )
    const other = await withdraw(await delivery.release(delivery.repository.add({ 'infra/site.yml': 'other' })))
    expect(other).toContain(
      '> [!WARNING]\n> integration does not have this release: nothing that runs there is any different.'
    )
    expect(other).not.toContain('the same there')

    // The usual emergency: a deployment that broke halfway.
    const half = await delivery.release(delivery.repository.add())
    const halfway = { environment: 'integration', release: { digest: half.digest, commit: half.commit } }
    for (const event of ['started', 'failed'] as const) await delivery.record({ event, ...halfway }, '602')
    expect(await withdraw(half)).toMatch(
      /> \[!WARNING\]\n> A deployment of it began there \(record \d+, `started`\), and the ledger does not hold it as done: it may run there, or a part of it\. Deliver a commit/
    )

    // The same with what is known of it, also when another one began since and touched nothing.
    const broken = await delivery.release(delivery.repository.add({ 'infra/site.yml': 'broken' }))
    const later = await delivery.release(delivery.repository.add({ 'infra/site.yml': 'later' }))
    const place = (it: Seeded) => ({ environment: 'integration', release: { digest: it.digest, commit: it.commit } })
    await delivery.record({ event: 'started', ...place(broken) }, '603')
    const far = { done: ['api'], stopped: ['site'], notBegun: [] }
    await delivery.record({ event: 'partial', ...place(broken), detail: { reason: 'x', ...far } }, '603')
    await delivery.record({ event: 'started', ...place(later) }, '604')
    await delivery.record({ event: 'obsolete', ...place(later), detail: { reason: 'x' } }, '604')
    expect(await withdraw(broken)).toMatch(
      /> It was deployed there by half \(record \d+\): api is done, site stopped on the way\. What is done runs there still\. Deliver a commit/
    )
    expect(await withdraw(later)).toMatch(
      /> \[!WARNING\]\n> A deployment of it began there \(record \d+\) and touched nothing \(record \d+, `obsolete`\)\. If you meant what runs there, withdraw that/
    )
    expect(await withdraw(release)).toMatch(
      /> What integration has is not certain \(record \d+, `started`\), and the ledger does not hold it as done: it may run there, or a part of it\./
    )
  })

  it.each<[string, Exclude<Parameters<typeof run>[0], { readonly kind: 'adoption' | 'repair' }>]>([
    [
      'a withdrawal',
      { ...NOTHING, kind: 'events', events: ['withdrawn'], environment: 'staging', detail: { reason: 'orders fail' } }
    ],
    ['an outcome', { kind: 'outcome', jobs: {}, release: sha256('any'), environment: 'staging' }]
  ])('refuses %s under another file than the product began with (promise 5)', async (_, inputs) => {
    const pipeline = delivery.open()
    const policyFile = { ...pipeline.policyFile, path: 'mine.yml' }
    await delivery.record({ event: 'released', release, policy: pipeline.policyFile })
    const before = await delivery.recorded()

    await expect(run({ ...inputs, release: release.digest }, { ...pipeline, policyFile })).rejects.toThrow(
      'This run reads its policy from mine.yml, but this product has been delivered by delivery.yml since its first record.'
    )
    expect(await delivery.recorded()).toEqual(before)
  })

  it('records how a deployment ended, also if delivery.yml was changed meanwhile and others delivered under the new one', async () => {
    const { digest, commit } = release
    const deployment = { environment: 'integration', release, plan: sha256('plan') }
    for (const event of ['started', 'deployed'] as const) await delivery.record({ event, ...deployment }, '700')
    const text = `${SHOP}# a comment\n`
    const newer = delivery.repository.add({ 'delivery.yml': text })
    delivery.github.policy = { commit: newer, text }
    const policy = { path: 'delivery.yml', commit: newer, digest: parseDelivery(text, 'delivery.yml').digest }
    const other = await delivery.release(newer)
    await delivery.record({ event: 'released', release: other, policy }, '701')
    delivery.github.setJobs('700', {
      [stageJobName('deploy', 'integration', digest)]: 'success',
      [stageJobName('accept', 'integration', digest)]: 'success'
    })
    const checks = [{ what: 'GET /', passed: true, seconds: 0.2 }]
    const results = encodeChecks(checksReport({ environment: 'integration', release: digest }, checks, []))
    const jobs = {
      deploy: { result: 'success', outputs: { outcome: 'applied' } },
      accept: { result: 'success', outputs: { checks: '1', results } }
    } as const

    const { outputs } = await run(
      { kind: 'outcome', jobs, release: digest, environment: 'integration' },
      delivery.open({ runId: '700', sha: commit })
    )

    expect(outputs['verdict']).toBe('accepted')
    expect((await delivery.recorded()).at(-1)).toMatchObject({ event: 'accepted', release: { digest } })
  })

  it('warns that nobody signs an advisory ledger', async () => {
    await run({ ...NOTHING, kind: 'events', events: ['released'], release: release.digest }, delivery.open())

    expect(delivery.log.warnings).toEqual([expect.stringMatching(/^This ledger is advisory/)])
  })

  it('says what became of an environment, so that the next one may start or not', async () => {
    const jobs = { plan: { result: 'failure' as const, outputs: {} } }

    const { outputs, summary } = await run(
      { kind: 'outcome', jobs, release: release.digest, environment: 'integration' },
      delivery.open({ runId: '700' })
    )

    expect(outputs).toEqual({
      verdict: 'failed',
      sequence: '2',
      record: expect.stringMatching(/^sha256:/),
      place: `2@${outputs['record']}`
    })
    expect(summary).toMatch(/^### Recorded: failed\n/)
    expect(summary).toMatch(/\n\n- \[2\]\(https:\S+\), failed: Planning the deployment to integration failed\.$/m)
  })

  it('is titled by its own outcome where it tells of other runs, too, and says what became of each', async () => {
    const named = { digest: release.digest, commit: release.commit }
    await delivery.record({ event: 'planned', environment: 'integration', release: named }, '600')
    delivery.github.setRun('600', 'completed')
    const jobs = { plan: { result: 'failure' as const, outputs: {} } }

    const { summary } = await run(
      { kind: 'outcome', jobs, release: release.digest, environment: 'integration' },
      delivery.open({ runId: '700' })
    )

    expect(summary).toMatch(/^### Recorded: failed\n/)
    expect(summary).toMatch(
      /\n- \[3\]\(\S+\), cancelled: Run 600 &#40;attempt 1&#41; ended before anything was touched without recording an outcome\.\n- \[4\]\(\S+\), failed: /
    )
  })

  it('records what it is given once, however often it runs; another attempt of the run tells of itself', async () => {
    const unit = { name: 'site', digest: sha256('s'), fingerprint: sha256('f') }
    const step = (attempt: number): ReturnType<typeof run> =>
      run(
        { ...NOTHING, kind: 'events', events: ['built'], unit },
        delivery.open({ runId: '700', sha: release.commit, attempt })
      )

    const first = await step(1)
    const length = (await delivery.recorded()).length

    expect((await step(1)).outputs).toEqual(first.outputs)
    expect(await delivery.recorded()).toHaveLength(length)
    expect((await step(2)).outputs['sequence']).toBe(String(Number(first.outputs['sequence']) + 1))
  })

  it('records what became of an environment once, however often it runs', async () => {
    const jobs = { plan: { result: 'failure' as const, outputs: {} } }
    const step = (): ReturnType<typeof run> =>
      run(
        { kind: 'outcome', jobs, release: release.digest, environment: 'integration' },
        delivery.open({ runId: '700' })
      )

    const first = await step()

    expect(first.outputs['verdict']).toBe('failed')
    expect((await step()).outputs).toEqual(first.outputs)
  })

  it('fails by itself when nothing was promoted and no job says why, after it has recorded that', async () => {
    const jobs = { plan: { result: 'success' as const, outputs: {} } }
    const name = `deliver / ${stageJobName('plan', 'integration', release.digest)}`
    delivery.github.setJobs('700', { [name]: 'success' })

    const refused = await run(
      { kind: 'outcome', jobs, release: release.digest, environment: 'integration' },
      delivery.open({ runId: '700' })
    ).catch((error: unknown) => error)

    expect(refused).toBeInstanceOf(UserError)
    expect(refused).toMatchObject({
      message:
        'Nothing was deployed to integration: the run ended first. The outcome is recorded as cancelled; no other job of this run failed, so this one does.',
      outputs: { verdict: 'cancelled', sequence: '2', record: expect.stringMatching(/^sha256:/) },
      details: expect.stringContaining('| cancelled |')
    })
    expect((await delivery.recorded()).at(-1)?.event).toBe('cancelled')
  })

  it('records nothing with facts of another form', async () => {
    const detail = { promotion: { kind: 'sideways' } }
    const plan = sha256('plan')
    const inputs = { ...NOTHING, release: release.digest, environment: 'integration', plan, detail }
    const before = await delivery.recorded()

    await expect(run({ ...inputs, kind: 'events', events: ['started'] }, delivery.open())).rejects.toThrow(
      'its member "detail.promotion.kind" is missing or malformed'
    )
    expect(await delivery.recorded()).toEqual(before)
  })
})
