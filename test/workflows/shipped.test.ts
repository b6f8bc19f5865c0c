import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { copySuite, rewriteSelfReferences, SUITE_REPOSITORY } from '@sluice-lab/rehearsal'
import { parse } from 'yaml'
import { permissionProblems } from '../../scripts/permissions.mjs'
import { workflowFiles } from '../../scripts/workflow-files.mjs'
import { workflowProblems } from '../../scripts/workflows.mjs'
import { inRepository } from '../harness/index.ts'

const REF = '0123456789abcdef0123456789abcdef01234567'
const CALLED = ['deliver.yml', 'stage.yml', 'plan.yml', 'withdraw.yml', 'adopt.yml', 'repair.yml'] as const

/** What of a workflow these tests look at. */
interface Workflow {
  readonly permissions?: object
  readonly env?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: unknown
  readonly concurrency?: unknown
  readonly container?: unknown
  readonly uses?: string
  readonly needs?: unknown
  readonly steps?: readonly {
    readonly uses?: string
    readonly run?: string
    readonly env?: unknown
    readonly with?: Readonly<Record<string, string>>
  }[]
}

async function textOf(file: string): Promise<string> {
  return readFile(inRepository('.github', 'workflows', file), 'utf8')
}

async function shipped(file: string): Promise<Workflow> {
  return parse(await textOf(file)) as Workflow
}

/** All files below a folder, as paths relative to it, sorted. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

describe('the copy of the suite that act runs', () => {
  let copy = ''

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'sluice-suite-'))
    await copySuite(inRepository(), copy, REF)
  })

  afterAll(() => rm(copy, { recursive: true, force: true }))

  it('has the shipped workflows, and differs from them in `uses:` lines only, line by line', async () => {
    let rewritten = 0
    for (const file of await filesBelow(inRepository('.github', 'workflows'))) {
      const original = (await textOf(file)).split('\n')
      const copied = (await readFile(join(copy, '.github', 'workflows', file), 'utf8')).split('\n')

      expect(copied).toHaveLength(original.length)
      for (const [number, line] of original.entries()) {
        if (copied[number] === line) continue
        rewritten += 1
        const [, head, path] = /^(\s*(?:- )?uses: )\$\/(\S+)$/.exec(line) ?? []
        expect(`${file}:${number + 1}: ${copied[number]}`).toBe(
          `${file}:${number + 1}: ${head}${SUITE_REPOSITORY}/${path}@${REF}`
        )
      }
    }
    expect(rewritten).toBeGreaterThan(10)
  })

  it('has the shipped bundles and action.yml files, byte by byte', async () => {
    const bundles = await filesBelow(inRepository('dist'))
    const actions = (await filesBelow(inRepository('actions'))).filter(file => /^[^/]+\/action\.yml$/.test(file))

    expect(await filesBelow(join(copy, 'dist'))).toEqual(bundles)
    expect(await filesBelow(join(copy, 'actions'))).toEqual(actions)
    for (const file of [...bundles.map(it => join('dist', it)), ...actions.map(it => join('actions', it))]) {
      const same = (await readFile(join(copy, file))).equals(await readFile(inRepository(file)))
      expect([file, same]).toEqual([file, true])
    }
  })

  it('leaves everything alone that is no reference to the suite', () => {
    const text = [
      'uses: actions/checkout@v6',
      'run: echo "uses: $/actions/x"',
      '# uses: $/actions/x',
      'name: uses: $/actions/x'
    ].join('\n')

    expect(rewriteSelfReferences(text, REF)).toBe(text)
  })
})

describe.each(CALLED)('%s', file => {
  it('grants nothing on top, and each job says what it needs', async () => {
    const { permissions, jobs } = await shipped(file)

    expect(permissions).toEqual({})
    for (const [name, job] of Object.entries(jobs)) expect([name, job.permissions]).toEqual([name, expect.anything()])
  })

  it('explains every write permission of its jobs', async () => {
    const { jobs } = await shipped(file)
    const callers = Object.values(jobs).filter(job => job.uses !== undefined)
    const grants = (await textOf(file)).split('\n').filter(line => /^ {6}[a-z-]+: write\b/.test(line))

    // A job that calls stage.yml hands on what the jobs there explain.
    const handedOn = callers.flatMap(job => Object.values(job.permissions ?? {}).filter(access => access === 'write'))
    expect(grants.filter(line => !/ # \S/.test(line))).toHaveLength(handedOn.length)
    expect(grants.length).toBeGreaterThan(handedOn.length)
  })

  it('uses actions/checkout by its commit, and else only the suite itself', async () => {
    const { jobs } = await shipped(file)
    const uses = Object.values(jobs).flatMap(job => [job.uses, ...(job.steps ?? []).map(step => step.uses)])
    const foreign = uses.filter(it => it !== undefined && !it.startsWith('$/'))

    expect(foreign.length).toBeGreaterThan(0)
    for (const it of foreign) expect(it).toMatch(/^actions\/checkout@[0-9a-f]{40}$/)
  })

  it('runs no script at all where credentials are, so nothing untrusted can get into one', async () => {
    const { jobs } = await shipped(file)
    const scripts = Object.values(jobs).flatMap(job => (job.steps ?? []).flatMap(step => step.run ?? []))

    expect(scripts).toEqual([])
  })

  it('takes no secrets but those of builds, for the step that builds, and hands no environment variables to its steps', async () => {
    const workflow = await shipped(file)
    const text = await textOf(file)
    const steps = Object.values(workflow.jobs).flatMap(job => job.steps ?? [])
    const builds = steps.filter(it => it.uses === '$/actions/build-once' && it.with?.['mode'] === 'build')

    const named = [...text.matchAll(/\$\{\{[^}]*\bsecrets\b[^}]*\}\}/g)].map(([it]) => it)
    expect(named).toEqual(builds.map(() => '${{ secrets.build-secrets }}'))
    expect(builds.map(it => it.with?.['secrets'])).toEqual(named)
    expect([...text.matchAll(/^ +secrets:(?! \$)\n +(\S+):$/gm)].map(([, it]) => it)).toEqual(
      builds.length === 0 ? [] : ['build-secrets']
    )
    expect(text).not.toContain('secrets: inherit')
    expect(workflow.env).toBeUndefined()
    for (const job of Object.values(workflow.jobs)) for (const step of job.steps ?? []) expect(step.env).toBeUndefined()
  })

  it('checks out without leaving the token behind, and with as much as is read', async () => {
    const text = await textOf(file)
    const checkouts = [...text.matchAll(/uses: actions\/checkout.*\n((?: {8,}.*\n)+)/g)]

    expect(checkouts.length).toBeGreaterThan(0)
    for (const [, settings] of checkouts) {
      expect(settings).toContain('persist-credentials: false')
      // All of the past of the run's commit (git takes this depth for infinite); 0 would fetch each branch, also the whole ledger.
      const depth = /fetch-depth: (\d+)/.exec(settings ?? '')?.[1]
      if (depth !== undefined) expect(depth).toBe(file === 'repair.yml' ? '0' : '2147483647')
    }
    const own = Object.values((await shipped(file)).jobs).filter(({ steps = [] }) =>
      steps.some(({ uses = '' }) => uses.startsWith('$/actions/') && uses !== '$/actions/accept-release')
    )
    expect([...text.matchAll(/fetch-depth:/g)]).toHaveLength(own.length)
  })

  it('holds no group while somebody decides', async () => {
    expect(await textOf(file)).not.toMatch(/^\s*concurrency:/m)
  })
})

describe('the jobs of a stage', () => {
  it('have exactly one that names the GitHub Environment, so that one approval covers all units', async () => {
    const { jobs } = await shipped('stage.yml')
    const guarded = Object.entries(jobs).filter(([, job]) => job.environment !== undefined)

    expect(guarded.map(([name]) => name)).toEqual(['deploy'])
    const others = Object.values((await shipped('deliver.yml')).jobs)
    expect(others.filter(job => job.environment !== undefined)).toEqual([])
  })

  it("run the product's own checks without a way to credentials", async () => {
    const { accept } = (await shipped('stage.yml')).jobs

    expect(accept?.permissions).toEqual({ contents: 'read' })
    expect(accept?.environment).toBeUndefined()
    expect((accept?.steps ?? []).map(step => step.uses?.split('@')[0])).toEqual([
      'actions/checkout',
      '$/actions/accept-release'
    ])
    expect(accept?.steps?.every(step => JSON.stringify(step).includes('github.token') === false)).toBe(true)
  })

  it('record whatever happened', async () => {
    expect(await textOf('stage.yml')).toMatch(/\n {2}record:\n(?: {4}.*\n)*? {4}if: always\(\)\n/)
  })

  it('can be told apart in their tokens, by workflow and GitHub Environment, wherever they have one', async () => {
    const inFiles = await Promise.all(
      CALLED.map(async file =>
        Object.entries((await shipped(file)).jobs)
          .filter(([, job]) => job.uses === undefined && job.permissions?.['id-token'] === 'write')
          .map(([name, job]) => [file, name, job.environment !== undefined])
      )
    )

    // Those of deliver.yml build and release, with one role and one key.
    expect(inFiles.flat().filter(([file]) => file !== 'deliver.yml')).toEqual([
      ['stage.yml', 'deploy', true],
      ['stage.yml', 'record', false],
      ['plan.yml', 'plan', false],
      ['withdraw.yml', 'withdraw', false],
      ['adopt.yml', 'adopt', false],
      ['repair.yml', 'repair', false]
    ])
  })
})

describe('the workflows that ask reviewers and deploy nothing', () => {
  it.each([
    ['adopt.yml', '${{ inputs.environment }}', { adopt: 'ask' }],
    ['repair.yml', '${{ inputs.reviewers }}', { repair: ['show', 'ask'] }]
  ])(
    '%s: name the GitHub Environment by itself, in a job without rights, before the one that records',
    async (file, environment, recording) => {
      const { ask, show: _, ...others } = (await shipped(file)).jobs

      expect(ask).toMatchObject({ environment, permissions: { contents: 'read' } })
      expect(Object.fromEntries(Object.entries(others).map(([name, { needs }]) => [name, needs]))).toEqual(recording)
    }
  )

  it('show what would be left out before anyone is asked, with no right but to read, and repair nothing else', async () => {
    const { ask, show, repair } = (await shipped('repair.yml')).jobs

    expect(ask).toMatchObject({ needs: 'show' })
    expect(show).toMatchObject({ permissions: { contents: 'read' } })
    expect(show?.environment).toBeUndefined()
    const [shown, repaired] = [show, repair].map(job =>
      job?.steps?.find(({ uses }) => uses === '$/actions/record-audit')
    )
    const { preview, ...same } = shown?.with ?? {}
    expect(preview).toBe('true')
    expect(repaired?.with).toEqual({ ...same, shown: '${{ needs.show.outputs.shown }}' })
  })

  it.each(['adopt.yml', 'repair.yml'])('%s: may read the answers where they are recorded', async file => {
    const { ask, show, ...others } = (await shipped(file)).jobs

    for (const job of Object.values(others)) expect(job.permissions).toMatchObject({ actions: 'read' })
  })
})

describe('every workflow of this repository', () => {
  it('fits the actions and workflows that it uses, and is pinned', () => {
    expect(workflowProblems(inRepository())).toEqual([])
  })

  it('asks callers for exactly the permissions that are published', () => {
    expect(permissionProblems(inRepository())).toEqual([])
  })

  it('puts no expression into a script', () => {
    const files = workflowFiles(inRepository())
    const scripts = files.flatMap(({ file, workflow }) =>
      Object.values((workflow as unknown as Workflow).jobs ?? {}).flatMap(job =>
        (job.steps ?? []).flatMap(step => (step.run === undefined ? [] : [`${file}: ${step.run}`]))
      )
    )

    expect(files.length).toBeGreaterThan(3)
    expect(scripts.filter(script => script.includes('${{'))).toEqual([])
  })
})

describe('what ships', () => {
  const SHIPPED = ['bundle', 'cloudformation', 'core', 'delivery', 'ledger', 'pipeline', 'policy', 'registry']

  async function sources(): Promise<ReadonlyMap<string, string>> {
    const folders = [
      ...SHIPPED.map(name => inRepository('packages', name, 'src')),
      ...(await readdir(inRepository('actions'))).map(name => inRepository('actions', name, 'src'))
    ]
    const files = await Promise.all(
      folders.map(async folder => (await filesBelow(folder)).map(file => join(folder, file)))
    )
    return new Map(await Promise.all(files.flat().map(async file => [file, await readFile(file, 'utf8')] as const)))
  }

  it('knows nothing of rehearsals: no branch, no variable, no name', async () => {
    const texts = new Map([
      ...(await sources()),
      ...(await Promise.all(CALLED.map(async file => [file, await textOf(file)] as const))),
      ...(await Promise.all(
        (
          await filesBelow(inRepository('dist'))
        )
          .filter(file => file.endsWith('.js'))
          .map(async file => [file, await readFile(inRepository('dist', file), 'utf8')] as const)
      ))
    ])

    const found = [...texts].flatMap(([file, text]) =>
      [...text.matchAll(/[Rr]ehears\w*|SLUICE_\w*|\bACT\b|ministack|nektos/g)].map(([word]) => `${file}: ${word}`)
    )

    expect(texts.size).toBeGreaterThan(80)
    expect(found).toEqual([])
  })

  it('reads only variables that GitHub, AWS, git, BuildKit and the system define', async () => {
    const read = [...(await sources()).values()].flatMap(text =>
      [...text.matchAll(/(?<![\w-])(?:env(?:\.|\[')|need\(')([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
    )

    expect(read).toContain('GITHUB_API_URL')
    expect(new Set(read.filter(name => !/^(GITHUB|RUNNER|ACTIONS|AWS)_[A-Z0-9_]+$/.test(name)))).toEqual(
      new Set(['BUILDKIT_HOST', 'BUILDX_BUILDER', 'PATH'])
    )
  })
})
