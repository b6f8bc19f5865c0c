import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, type LedgerRecord, runCommand } from '@sluice/core'
import { type GitHubStandIn, startGitHub } from '@sluice-lab/github'
import { answerGate, type GateOptions } from '../src/answer-gate.ts'
import type { DeliveryEvent } from '../src/delivery-event.ts'
import type { Decider } from '../src/gate.ts'
import { APPROVER, AUTHOR } from '../src/people.ts'

const REPOSITORY = 'octo-org/storefront'
const RUN = 101
const RECORD = { event: 'planned', environment: 'staging' } as LedgerRecord

let folder: string
let github: GitHubStandIn
let token: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-gate-'))
  await runCommand('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder])
  github = await startGitHub({ keepAlive: 20 })
  github.addRepository({ owner: 'octo-org', name: 'storefront', id: 1, defaultBranch: 'main', gitDirectory: folder })
  github.setEnvironment(REPOSITORY, 'staging', {
    reviewers: [{ type: 'User', ...APPROVER }],
    preventSelfReview: true,
    adminBypass: false,
    branchPolicy: 'protected'
  })
  token = github.startRun(REPOSITORY, {
    id: RUN,
    attempt: 1,
    actor: AUTHOR,
    headSha: '1'.repeat(40),
    headBranch: 'main',
    event: 'push'
  }).token
})

afterEach(async () => {
  await github.stop()
  await rm(folder, { recursive: true, force: true })
})

function gate(decide: Decider, signal: AbortSignal, events: DeliveryEvent[] = []): GateOptions {
  return {
    github,
    repository: REPOSITORY,
    runId: RUN,
    decide,
    readDossier: async () => 'dossier',
    onEvent: event => events.push(event),
    signal
  }
}

/** The answers that GitHub shows when the run is over. */
async function answers(): Promise<unknown> {
  github.completeRun(REPOSITORY, RUN, 'cancelled')
  const answer = await fetch(`${github.url}/repos/${REPOSITORY}/actions/runs/${RUN}/approvals`, {
    headers: { authorization: `Bearer ${token}` }
  })
  return answer.json()
}

describe('a gate of a rehearsal', () => {
  it.each(['approved', 'rejected'] as const)('that is %s is so on GitHub', async state => {
    const events: DeliveryEvent[] = []

    await answerGate(
      gate(async () => ({ state, comment: 'seen' }), new AbortController().signal, events),
      RECORD
    )

    expect(await answers()).toMatchObject([{ state, comment: 'seen', user: { login: APPROVER.login } }])
    expect(events.map(({ kind }) => kind)).toEqual(['gate-waiting', 'gate-decided'])
  })

  it('is not rejected by anybody when the decision is interrupted', async () => {
    const interrupted = new AbortController()
    const events: DeliveryEvent[] = []
    const decide: Decider = async (_, signal) => {
      interrupted.abort()
      signal.throwIfAborted()
      return { state: 'approved', comment: 'too late' }
    }

    await expect(answerGate(gate(decide, interrupted.signal, events), RECORD)).rejects.toThrow(/abort/)

    expect(await answers()).toEqual([])
    expect(events.map(({ kind }) => kind)).toEqual(['gate-waiting'])
  })

  it('takes no answer that comes after the interruption', async () => {
    const interrupted = new AbortController()
    const decide: Decider = async () => {
      interrupted.abort()
      return { state: 'approved', comment: 'too late' }
    }

    await expect(answerGate(gate(decide, interrupted.signal), RECORD)).rejects.toThrow(/abort/)

    expect(await answers()).toEqual([])
  })

  it('is not rejected by anybody when nobody can be asked', async () => {
    const fault = new Failure('no dossier')

    await expect(
      answerGate(
        gate(() => Promise.reject(fault), new AbortController().signal),
        RECORD
      )
    ).rejects.toBe(fault)

    expect(await answers()).toEqual([])
  })

  it('asks nobody where no reviewer is required', async () => {
    github.removeEnvironment(REPOSITORY, 'staging')

    await answerGate(
      gate(() => Promise.reject(new Failure('asked')), new AbortController().signal),
      RECORD
    )

    expect(await answers()).toEqual([])
  })

  it('says when the job behind it is held, for which environment', async () => {
    const held: unknown[] = []
    github.on('held', event => {
      held.push(event)
    })
    await github.openGate(REPOSITORY, RUN, 'staging')

    const answer = fetch(`${github.url}/repos/${REPOSITORY}/actions/runs/${RUN}/approvals`, {
      headers: { authorization: `Bearer ${token}` }
    })
    const response = await answer
    github.decide(REPOSITORY, RUN, 'staging', { state: 'approved', user: APPROVER, comment: '' })
    await response.json()

    expect(held).toEqual([{ repository: REPOSITORY, runId: RUN, environments: ['staging'] }])
  })
})
