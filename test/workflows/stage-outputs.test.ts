import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { encodePartial, runCommand } from '@sluice/core'
import { runAct } from '@sluice-lab/rehearsal'
import { ensureTools } from '@sluice-lab/servers'
import { parse, stringify } from 'yaml'
import { inRepository } from '../harness/index.ts'

/** What later jobs are told of a job: its result and its outputs. */
type Told = Readonly<Record<string, { readonly result: string; readonly outputs: Readonly<Record<string, string>> }>>

/** A job with the outputs of a shipped one, and with steps of its own: one as its checkout, and the one that the outputs are of. */
interface Way {
  readonly file: string
  readonly job: string
  readonly checkout?: string
  readonly own: string
}

const TELL = 'echo touched=false >> "$GITHUB_OUTPUT"'
const DEPLOY = { file: 'stage.yml', job: 'deploy' }

const HALF = encodePartial({ done: ['api'], stopped: ['worker'], notBegun: [] })

const WAYS: Readonly<Record<string, Way>> = {
  'deploy-without-checkout': { ...DEPLOY, checkout: 'exit 1', own: TELL },
  'deploy-refused': { ...DEPLOY, own: `${TELL}; exit 1` },
  'deploy-killed': { ...DEPLOY, own: `${TELL}; echo touched=true >> "$GITHUB_OUTPUT"; exit 1` },
  'deploy-halfway': { ...DEPLOY, own: `echo 'partial=${HALF}' >> "$GITHUB_OUTPUT"; exit 1` },
  'deploy-silent': { ...DEPLOY, own: 'exit 1' },
  'record-without-checkout': { file: 'stage.yml', job: 'record', checkout: 'exit 1', own: 'exit 0' },
  'plan-without-checkout': { file: 'plan.yml', job: 'plan', checkout: 'exit 1', own: 'exit 0' }
}

let jobs: Told

beforeAll(async () => {
  jobs = await told()
}, 120_000)

/** Has act run the jobs, and gives what the last one was told of them. */
async function told(): Promise<Told> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-outputs-'))
  try {
    const [repository, answer] = [join(directory, 'shop'), join(directory, 'needs.json')]
    await mkdir(join(repository, '.github', 'workflows'), { recursive: true })
    await writeFile(join(repository, '.github', 'workflows', 'told.yml'), await workflow(answer))
    const git = ['-C', repository, '-c', 'user.name=m', '-c', 'user.email=m@shop.example'] as const
    for (const args of [
      ['init', '-q', '-b', 'main'],
      ['add', '-A'],
      ['commit', '-q', '-m', 'workflow']
    ])
      expect((await runCommand('git', [...git, ...args])).code).toBe(0)
    await runAct({
      tools: await ensureTools({ only: ['act'] }),
      repository,
      workflow: '.github/workflows/told.yml',
      local: [{ name: 'octo-org/sluice', ref: 'main', directory: inRepository() }],
      actor: 'author',
      token: 'none',
      env: {},
      eventName: 'push',
      event: {},
      path: [],
      directory,
      onEvent: () => undefined,
      signal: new AbortController().signal
    })
    return JSON.parse(await readFile(answer, 'utf8')) as Told
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function workflow(answer: string): Promise<string> {
  const ways = Object.entries(WAYS).map(async ([name, { file, job, checkout = 'exit 0', own }]) => {
    const steps = [{ run: checkout }, { id: job, run: own }]
    return [name, { 'runs-on': 'ubuntu-latest', outputs: await outputsOf(file, job), steps }] as const
  })
  const tell = { run: 'printf %s "$NEEDS" > "$ANSWER"', env: { NEEDS: '${{ toJSON(needs) }}', ANSWER: answer } }
  const last = { if: 'always()', needs: Object.keys(WAYS), 'runs-on': 'ubuntu-latest', steps: [tell] }
  return stringify(
    { on: 'push', jobs: { ...Object.fromEntries(await Promise.all(ways)), told: last } },
    { aliasDuplicateObjects: false }
  )
}

/** The expressions by which a job of a shipped workflow tells the jobs behind it. */
async function outputsOf(file: string, job: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(inRepository('.github', 'workflows', file), 'utf8')
  const shipped = parse(text) as {
    readonly jobs: Readonly<Record<string, { readonly outputs?: Record<string, string> }>>
  }
  const outputs = shipped.jobs[job]?.outputs
  if (outputs === undefined) throw new Error(`${file} has no job ${job} with outputs.`)
  return outputs
}

describe('the job that deploys', () => {
  it.each([
    ['false', 'its step never began', 'deploy-without-checkout'],
    ['false', 'it was refused before it touched anything', 'deploy-refused'],
    ['true', 'it was killed while it may have', 'deploy-killed'],
    ['true', 'its step began and said nothing', 'deploy-silent']
  ])('tells `touched: %s` if %s', (touched, _, name) => {
    expect(jobs[name]).toMatchObject({ result: 'failure', outputs: { touched } })
  })

  it('tells which units are deployed and which are not, if it stopped between them', () => {
    expect(jobs['deploy-halfway']).toMatchObject({ outputs: { touched: 'true', partial: HALF } })
    expect(jobs['deploy-killed']).toMatchObject({ outputs: { partial: 'none' } })
  })
})

describe('a job that failed before its own step', () => {
  it.each([
    ['deploy', { verdict: 'none', turn: 'none', acceptance: 'none' }],
    ['record', { verdict: 'none' }],
    ['plan', { verdict: 'none', acceptance: 'none' }]
  ])('%s: says that it has no answer, so that none of an earlier attempt speaks for it', (job, outputs) => {
    expect(jobs[`${job}-without-checkout`]).toMatchObject({ result: 'failure', outputs })
  })
})
