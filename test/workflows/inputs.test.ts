import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { type Inputs, releaseId, sha256 } from '@sluice/core'
import { SHARED_INPUTS } from '@sluice/pipeline'
import { parse } from 'yaml'
import * as acceptRelease from '../../actions/accept-release/src/inputs.ts'
import * as buildOnce from '../../actions/build-once/src/inputs.ts'
import * as deployStack from '../../actions/deploy-stack/src/inputs.ts'
import * as promoteDigest from '../../actions/promote-digest/src/inputs.ts'
import * as pushToOpsRegistry from '../../actions/push-to-ops-registry/src/inputs.ts'
import * as recordAudit from '../../actions/record-audit/src/inputs.ts'
import * as stage from '../../actions/stage/src/inputs.ts'
import { type ActionName, inRepository, readActionFile } from '../harness/index.ts'

interface ReadsInputs {
  readonly INPUT_NAMES: readonly string[]
  readInputs(inputs: Inputs<string>): unknown
}

const ACTIONS: Readonly<Record<ActionName, ReadsInputs>> = {
  'accept-release': acceptRelease,
  'build-once': buildOnce,
  'deploy-stack': deployStack,
  'promote-digest': promoteDigest,
  'push-to-ops-registry': pushToOpsRegistry,
  'record-audit': recordAudit,
  stage
}

/** What says which step it is: record-audit takes an event or the outcome. */
const ASKED = ['mode', 'event', 'outcome']

/** Left out by every step: the product's name says which role it is. Another one is for those who call the actions themselves. */
const LEFT_OUT_BY_ALL = 'role-to-assume'

/** What a step leaves out on purpose, by what it asks of its action. Everything else that an action can take there must be passed. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  // By default the first builder with a sandbox, and the runner's temporary folder, where the next steps look.
  'build-once build': ['builder', 'layout'],
  // A build is of a unit, and comes before any release, environment and plan; several are told side by side, so none says how far the ledger was.
  'record-audit built': [
    'after',
    'release',
    'environment',
    'plan-digest',
    'plan-path',
    'dossier-path',
    'reason',
    'detail'
  ],
  // Of a digest that is about to be adopted, before any release and environment.
  'record-audit tested': [
    'after',
    'release',
    'environment',
    'plan-digest',
    'plan-path',
    'dossier-path',
    'detail',
    'detail-path',
    'reason'
  ],
  // A release is of all units, and comes before any environment and plan.
  'record-audit released': [
    'after',
    'environment',
    'unit',
    'plan-digest',
    'plan-path',
    'dossier-path',
    'detail',
    'detail-path',
    'reason'
  ],
  // A digest is adopted for a unit, before any release and environment; its fingerprint follows from the commit.
  'record-audit adopted': ['after', 'release', 'environment'],
  // What is withdrawn is a release, whatever plan brought it.
  'record-audit withdrawn': ['after', 'unit', 'plan-digest', 'plan-path', 'dossier-path', 'detail', 'detail-path'],
  // What is repaired is a part of the ledger, whatever its records were about.
  'record-audit repaired': ['after', 'preview', 'release'],
  // Before it, nobody was shown anything.
  'record-audit repaired preview': ['after', 'release']
}

const DIGEST = sha256('release')

/** What the expressions of the workflows may stand for. */
const SAMPLES: Readonly<Record<string, string>> = {
  after: `17@${DIGEST}`,
  commit: '1'.repeat(40),
  digest: DIGEST,
  'environment-url': 'https://shop.example',
  event: 'built,tested',
  fingerprint: DIGEST,
  'detail-path': '/tmp/facts.json',
  outcome: '{}',
  secrets: 'TOKEN=x',
  'plan-digest': DIGEST,
  reason: 'orders fail',
  release: DIGEST,
  'release-id': releaseId(DIGEST),
  shown: DIGEST
}

interface Workflow {
  readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, unknown>> } }
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
  readonly steps?: readonly { readonly name?: string; readonly uses?: string; readonly with?: Job['with'] }[]
}

async function shipped(file: string): Promise<Workflow> {
  return parse(await readFile(inRepository('.github', 'workflows', file), 'utf8')) as Workflow
}

interface Step {
  readonly title: string
  readonly action: ActionName
  readonly given: Readonly<Record<string, string>>
}

async function stepsOf(file: string): Promise<readonly Step[]> {
  const { jobs } = await shipped(file)
  return Object.entries(jobs).flatMap(([job, { steps = [] }]) =>
    steps.flatMap(({ name = '', uses = '', with: given = {} }) => {
      const action = /^\$\/actions\/(.+)$/.exec(uses)?.[1]
      return action === undefined ? [] : [{ title: `${file}, ${job}: ${name}`, action: action as ActionName, given }]
    })
  )
}

/** What a step asks of its action. */
function askedOf({ action, given }: Step): string {
  const asked = given['mode'] ?? given['event'] ?? ''
  // The one event that a workflow cannot know: a build that has tests was built and tested.
  const how = given['preview'] === 'true' ? ' preview' : ''
  return `${action} ${asked.startsWith('${{') ? 'built' : asked}${how}`.trim()
}

/** The inputs that an action asks for when it is given what a step gives it. */
async function askedFor({ action, given }: Step): Promise<readonly string[]> {
  const { inputs } = await readActionFile(action)
  const asked = new Set<string>()
  const optional = (name: string): string | undefined => {
    asked.add(name)
    const text = given[name] ?? inputs[name]?.default
    return text?.includes('${{') ? (SAMPLES[name] ?? 'given') : text
  }
  const required = (name: string): string => optional(name) ?? `no ${name}`
  const { INPUT_NAMES, readInputs } = ACTIONS[action]
  readInputs({ optional, required, oneOf: (name, allowed) => allowed.find(it => it === required(name)) as never })
  const opensDelivery = INPUT_NAMES.includes('github-token')
  return [...new Set([...asked, ...(opensDelivery ? SHARED_INPUTS : [])])]
}

const STEPS = (
  await Promise.all(
    ['deliver.yml', 'stage.yml', 'plan.yml', 'withdraw.yml', 'adopt.yml', 'repair.yml'].map(async file => stepsOf(file))
  )
).flat()

describe('a step of the shipped workflows', () => {
  it.each(STEPS.map(step => [step.title, step] as const))(
    'passes all that its action can take there, but for what is left out on purpose (%s)',
    async (_, step) => {
      const passed = [...Object.keys(step.given), ...ASKED, LEFT_OUT_BY_ALL]

      const left = (await askedFor(step)).filter(name => !passed.includes(name))

      expect(left.sort()).toEqual([...(LEFT_OUT[askedOf(step)] ?? [])].sort())
    }
  )

  it('is there for everything that is said to leave something out', () => {
    expect(Object.keys(LEFT_OUT).filter(asked => !STEPS.some(step => askedOf(step) === asked))).toEqual([])
  })
})

describe('a stage of the shipped delivery', () => {
  it('is passed every input of stage.yml', async () => {
    const { on } = await shipped('stage.yml')
    const { jobs } = await shipped('deliver.yml')
    const stages = Object.values(jobs).filter(({ uses }) => uses?.endsWith('/stage.yml'))

    expect(stages.length).toBeGreaterThan(0)
    for (const stage of stages) expect(Object.keys(stage.with ?? {})).toEqual(Object.keys(on.workflow_call.inputs))
  })

  it('passes on every input of plan.yml', async () => {
    const { on } = await shipped('plan.yml')
    const { plan } = (await shipped('stage.yml')).jobs

    expect(Object.keys(plan?.with ?? {})).toEqual(Object.keys(on.workflow_call.inputs))
  })
})
