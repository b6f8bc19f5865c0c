import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { APPROVER, AUTHOR, PROTECTED, REPOSITORY, RUN, type Site, startSite } from './site.ts'

const RUNS = `/repos/${REPOSITORY}/actions/runs`
const APPROVALS = `${RUNS}/${RUN.id}/approvals`
const APPROVED = { state: 'approved', user: APPROVER, comment: 'go' } as const

describe('a gate of the stand-in', () => {
  let site: Site
  beforeEach(async () => {
    site = await startSite({ keepAlive: 20 })
    site.github.setEnvironment(REPOSITORY, 'production', PROTECTED)
  })
  afterEach(async () => site.stop())

  it('holds the answer about approvals until somebody decides, and keeps the connection alive meanwhile', async () => {
    expect(await site.github.openGate(REPOSITORY, RUN.id, 'production')).toBe('waiting')

    const response = await fetch(`${site.github.url}${APPROVALS}`, {
      headers: { authorization: `Bearer ${site.token}` }
    })
    const reader = response.body?.getReader()
    const early = [await reader?.read(), await reader?.read(), await reader?.read()]
    site.github.decide(REPOSITORY, RUN.id, 'production', APPROVED)
    let rest = ''
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      rest += Buffer.from(part.value).toString('utf8')
    }

    expect(response.status).toBe(200)
    expect(
      early.map(part =>
        Buffer.from(part?.value ?? [])
          .toString('utf8')
          .trim()
      )
    ).toEqual(['', '', ''])
    expect(JSON.parse(rest)).toMatchObject([
      { state: 'approved', comment: 'go', user: { login: 'approver' }, environments: [{ name: 'production' }] }
    ])
  })

  it.each([
    ['main', 'main', 'waiting'],
    ['release/*', 'release/1', 'waiting'],
    ['release/*', 'release/1/2', 'refused'],
    ['release/**', 'release/1/2', 'refused'],
    ['release/*/*', 'release/1/2', 'waiting'],
    ['v1.0', 'v1x0', 'refused']
  ])('with the branch policy %s is for a run of %s: %s', async (pattern, headBranch, outcome) => {
    site.github.setEnvironment(REPOSITORY, 'production', { ...PROTECTED, branchPolicy: [pattern] })
    site.github.startRun(REPOSITORY, { ...RUN, id: 108, headBranch, headSha: 'a'.repeat(40) })

    const opening = site.github.openGate(REPOSITORY, 108, 'production').catch((error: Error) => error.message)

    expect(await opening).toBe(
      outcome === 'waiting'
        ? outcome
        : `Branch "${headBranch}" is not allowed to deploy to production due to environment protection rules.`
    )
  })

  it('gives no time with an answer that it holds, since its moment is still to come', async () => {
    const early = await site.call('GET', APPROVALS)
    await site.github.openGate(REPOSITORY, RUN.id, 'production')

    const held = await fetch(`${site.github.url}${APPROVALS}`, { headers: { authorization: `Bearer ${site.token}` } })
    site.github.decide(REPOSITORY, RUN.id, 'production', APPROVED)
    await held.text()

    expect(early.headers.get('date')).toMatch(/GMT$/)
    expect(held.headers.get('date')).toBeNull()
  })

  it('answers at once when no gate is open', async () => {
    expect(await site.call('GET', APPROVALS)).toMatchObject({ status: 200, body: [] })
  })

  it('shows what was decided in a run to that run alone', async () => {
    site.github.startRun(REPOSITORY, { ...RUN, id: 102, headSha: site.commits.third })
    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    await site.github.openGate(REPOSITORY, 102, 'production')
    site.github.decide(REPOSITORY, 102, 'production', APPROVED)

    const other = await site.call('GET', `${RUNS}/102/approvals`)
    const pending = await site.call('GET', `${RUNS}/${RUN.id}/pending_deployments`)
    site.github.decide(REPOSITORY, RUN.id, 'production', { ...APPROVED, state: 'rejected', comment: 'no' })
    const own = await site.call('GET', APPROVALS)

    expect(other.body).toMatchObject([{ state: 'approved' }])
    expect(pending.body).toMatchObject([
      { environment: { name: 'production' }, reviewers: [{ reviewer: { login: 'approver' } }] }
    ])
    expect(own.body).toMatchObject([{ state: 'rejected', comment: 'no' }])
    expect(own.body).toHaveLength(1)
  })

  it('keeps the approvals of earlier attempts of a run', async () => {
    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    site.github.decide(REPOSITORY, RUN.id, 'production', APPROVED)
    site.github.completeRun(REPOSITORY, RUN.id, 'failure')
    site.github.startRun(REPOSITORY, { ...RUN, attempt: 2, headSha: site.commits.third })

    expect((await site.call('GET', APPROVALS)).body).toMatchObject([{ state: 'approved' }])
    expect((await site.call('GET', `${RUNS}/${RUN.id}`)).body).toMatchObject({ run_attempt: 2, status: 'in_progress' })
  })

  it('tells who started a run from who started it again, and lets the latter not review', async () => {
    site.github.setEnvironment(REPOSITORY, 'production', {
      ...PROTECTED,
      reviewers: [AUTHOR, APPROVER].map(user => ({ ...user, type: 'User' as const }))
    })
    site.github.completeRun(REPOSITORY, RUN.id, 'failure')
    site.github.startRun(REPOSITORY, { ...RUN, attempt: 2, actor: APPROVER, headSha: site.commits.third })
    await site.github.openGate(REPOSITORY, RUN.id, 'production')

    expect(() => site.github.decide(REPOSITORY, RUN.id, 'production', APPROVED)).toThrow('prevents self-review')
    expect((await site.call('GET', `${RUNS}/${RUN.id}`)).body).toMatchObject({
      actor: { login: 'author' },
      triggering_actor: { login: 'approver' }
    })
  })

  it.each([
    ['a repository', () => site.github.setEnvironment('octo-org/absent', 'x', PROTECTED), 'no repository'],
    ['a run', () => site.github.completeRun(REPOSITORY, 999, 'success'), 'no run 999'],
    [
      'an open gate',
      () => site.github.decide(REPOSITORY, RUN.id, 'production', APPROVED),
      'does not wait at production'
    ]
  ])('cannot be steered without %s', (_, steer, message) => {
    expect(steer).toThrow(message)
  })

  it('takes no second attempt of a run that is not over', () => {
    expect(() => site.github.startRun(REPOSITORY, { ...RUN, attempt: 2, headSha: site.commits.third })).toThrow(
      'not over yet'
    )
  })

  it('shows a run that waits as waiting, and tells listeners', async () => {
    const seen: unknown[] = []
    site.github.on('waiting', event => {
      seen.push(event)
    })

    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    await site.github.openGate(REPOSITORY, RUN.id, 'production')

    expect(seen).toEqual([{ repository: REPOSITORY, runId: RUN.id, environment: 'production' }])
    expect((await site.call('GET', `${RUNS}?status=waiting`)).body).toMatchObject({ total_count: 1 })
  })

  it('stops nobody where nobody must review, and makes an environment that is missing', async () => {
    expect(await site.github.openGate(REPOSITORY, RUN.id, 'absent')).toBe('open')
    expect((await site.call('GET', `/repos/${REPOSITORY}/environments/absent`)).body).toMatchObject({
      protection_rules: [],
      can_admins_bypass: true
    })
  })

  it('closes when the run is cancelled, without an approval, and only once', async () => {
    const cancelled: unknown[] = []
    site.github.on('cancelled', event => {
      cancelled.push(event)
    })
    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    const held = site.call('GET', APPROVALS)

    const first = await site.call('POST', `${RUNS}/${RUN.id}/cancel`)
    const second = await site.call('POST', `${RUNS}/${RUN.id}/cancel`)

    expect(first.status).toBe(202)
    expect(second.status).toBe(409)
    expect((await held).body).toEqual([])
    expect(cancelled).toEqual([{ repository: REPOSITORY, runId: RUN.id }])
    expect((await site.call('GET', `${RUNS}?status=cancelled`)).body).toMatchObject({ total_count: 1 })
  })

  it('leaves no review behind when an administrator bypasses it', async () => {
    site.github.setEnvironment(REPOSITORY, 'production', { ...PROTECTED, adminBypass: true })
    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    site.github.decide(REPOSITORY, RUN.id, 'production', { ...APPROVED, state: 'bypassed' })

    expect((await site.call('GET', APPROVALS)).body).toEqual([])
  })

  it.each([
    ['somebody who is no reviewer', { ...APPROVED, user: { login: 'passer-by', id: 13 } }, 'not a reviewer'],
    ['an administrator where that is forbidden', { ...APPROVED, state: 'bypassed' as const }, 'may not bypass']
  ])('is not opened by %s', async (_, decision, reason) => {
    await site.github.openGate(REPOSITORY, RUN.id, 'production')

    expect(() => site.github.decide(REPOSITORY, RUN.id, 'production', decision)).toThrow(reason)
  })

  it('is not opened by who started the run when self-review is prevented', async () => {
    const reviewers = [{ ...AUTHOR, type: 'User' as const }]
    site.github.setEnvironment(REPOSITORY, 'production', { ...PROTECTED, reviewers })
    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    const own = { ...APPROVED, user: AUTHOR }

    expect(() => site.github.decide(REPOSITORY, RUN.id, 'production', own)).toThrow('prevents self-review')
  })

  it('survives a client that hangs up while it waits', async () => {
    await site.github.openGate(REPOSITORY, RUN.id, 'production')
    const controller = new AbortController()
    const response = await fetch(`${site.github.url}${APPROVALS}`, {
      headers: { authorization: `Bearer ${site.token}` },
      signal: controller.signal
    })
    controller.abort()
    await expect(response.text()).rejects.toThrow()
    site.github.decide(REPOSITORY, RUN.id, 'production', APPROVED)

    expect((await site.call('GET', APPROVALS)).body).toHaveLength(1)
    expect(site.github.defects).toEqual([])
  })
})
