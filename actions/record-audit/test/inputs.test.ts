import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { givenInputs } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

const RELEASE = sha256('release')

const read = (inputs: Readonly<Record<string, string>>): ReturnType<typeof readInputs> =>
  readInputs(givenInputs(INPUT_NAMES, inputs))

describe('what record-audit is asked to write', () => {
  it('is read from the inputs of action.yml alone', () => {
    expect(INPUT_NAMES).toEqual([
      'event',
      'outcome',
      'config',
      'github-token',
      'role-to-assume',
      'after',
      'release',
      'environment',
      'unit',
      'digest',
      'fingerprint',
      'plan-digest',
      'plan-path',
      'dossier-path',
      'reason',
      'checked',
      'preview',
      'shown',
      'detail',
      'detail-path'
    ])
  })

  it('is events in the order in which they are given, with what belongs to them', () => {
    const unit = { name: 'api', digest: sha256('api'), fingerprint: sha256('sources') }

    expect(
      read({
        event: 'tested, built',
        release: RELEASE,
        environment: 'staging',
        unit: unit.name,
        digest: unit.digest,
        fingerprint: unit.fingerprint,
        'plan-digest': sha256('plan'),
        'plan-path': '/plan.json',
        'dossier-path': '/dossier.md',
        detail: '{"builder":"buildkit"}'
      })
    ).toEqual({
      kind: 'events',
      events: ['tested', 'built'],
      release: RELEASE,
      environment: 'staging',
      unit,
      plan: sha256('plan'),
      planPath: '/plan.json',
      dossierPath: '/dossier.md',
      detail: { builder: 'buildkit' }
    })
  })

  it('is an event alone, when nothing else is given', () => {
    expect(read({ event: 'built' })).toEqual({
      kind: 'events',
      events: ['built'],
      release: undefined,
      environment: undefined,
      unit: undefined,
      plan: undefined,
      planPath: undefined,
      dossierPath: undefined,
      detail: undefined
    })
  })

  it('is that a release is withdrawn somewhere, with the reason', () => {
    const inputs = { event: 'withdrawn', release: RELEASE, environment: 'staging', reason: 'orders fail' }

    expect(read(inputs)).toMatchObject({
      events: ['withdrawn'],
      environment: 'staging',
      detail: { reason: 'orders fail' }
    })
  })

  it('is the outcome of jobs, with the outputs that they have', () => {
    const jobs = { plan: { result: 'success', outputs: { 'has-changes': 'true' } }, deploy: { result: 'skipped' } }

    expect(read({ outcome: JSON.stringify(jobs), release: RELEASE, environment: 'staging' })).toEqual({
      kind: 'outcome',
      jobs: { ...jobs, deploy: { result: 'skipped', outputs: {} } },
      release: RELEASE,
      environment: 'staging'
    })
  })

  const OUTCOME = { outcome: '{}', release: RELEASE, environment: 'staging' }

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['neither event nor outcome', {}, 'Give exactly one of the inputs event and outcome.'],
    ['both of them', { ...OUTCOME, event: 'built' }, 'Give exactly one of the inputs event and outcome.'],
    [
      'an outcome of no release',
      { ...OUTCOME, release: '' },
      'The input outcome requires the inputs release and environment.'
    ],
    [
      'an outcome of no environment',
      { ...OUTCOME, environment: '' },
      'The input outcome requires the inputs release and environment.'
    ],
    ['an outcome that is not JSON', { ...OUTCOME, outcome: '{' }, 'Input outcome is not JSON.'],
    ['an outcome that is no object', { ...OUTCOME, outcome: '1' }, 'Input outcome must be `${{ toJSON(needs) }}`.'],
    ['an outcome that is null', { ...OUTCOME, outcome: 'null' }, 'Input outcome must be `${{ toJSON(needs) }}`.'],
    [
      'a result that no job has',
      { ...OUTCOME, outcome: '{"plan":{"result":"maybe"}}' },
      'Input outcome: job plan has the result "maybe". Pass `${{ toJSON(needs) }}`.'
    ],
    [
      'an acceptance: outcomes are derived, never stated (promise 6)',
      { event: 'built,accepted' },
      'Input event contains "accepted". Allowed: built, tested, adopted, released, planned, started, deployed, withdrawn, repaired; outcomes are derived from the input outcome.'
    ],
    ...(['released', 'planned', 'started', 'deployed', 'withdrawn'] as const).map(
      (event): [string, Record<string, string>, string] => [
        `the event ${event} of no release: it would need no intent, and stay on the ledger (promise 6)`,
        { event: `tested, ${event}`, environment: 'staging' },
        `The event ${event} requires the input release: the digest of the release that it is about.`
      ]
    ),
    [
      'an event that there is not',
      { event: 'built,exploded' },
      'Input event contains "exploded". Allowed: built, tested, adopted, released, planned, started, deployed, withdrawn, repaired;'
    ],
    [
      'a withdrawal without a reason: it is read when nobody remembers',
      { event: 'withdrawn', release: RELEASE, environment: 'staging' },
      'The event withdrawn requires the inputs environment and reason: where the release is withdrawn, and why.'
    ],
    [
      'a withdrawal from nowhere',
      { event: 'withdrawn', release: RELEASE, reason: 'orders fail' },
      'The event withdrawn requires the inputs environment and reason'
    ],
    [
      'a withdrawal among other events',
      { event: 'planned, withdrawn', release: RELEASE, environment: 'staging', reason: 'orders fail' },
      'The event withdrawn is recorded by itself. Record the other events in another step.'
    ],
    ...(
      [
        ['planned,started', 'started', 'an intent beside its own plan, which nobody approved'],
        ['started, deployed', 'deployed', 'a deployment beside its own intent: nothing was applied between them'],
        ['planned,deployed', 'deployed', 'a deployment beside its plan'],
        ['planned,started,deployed', 'deployed', 'a whole delivery at once'],
        ['deployed,built', 'deployed', 'a deployment beside a build'],
        ['released,released', 'released', 'a release twice']
      ] as const
    ).map(([event, named, what]): [string, Record<string, string>, string] => [
      `${what} (promise 3)`,
      { event, release: RELEASE, environment: 'staging' },
      `The event ${named} is recorded by itself. Record the other events in another step.`
    ]),
    [
      'a repair without a reason',
      { event: 'repaired', environment: 'staging' },
      'The event repaired requires the input'
    ],
    [
      'a preview that is neither wanted nor not',
      { event: 'repaired', reason: 'a key leaked', preview: 'yes' },
      'Input preview is "yes". Give true or false.'
    ],
    [
      'something shown that is no digest',
      { event: 'repaired', reason: 'a key leaked', shown: 'all' },
      'Input shown is "all", which is not a digest.'
    ],
    [
      'a repair among other events',
      { event: 'repaired, built', reason: 'a key leaked' },
      'The event repaired is recorded by itself. Record the other events in another step.'
    ],
    ['spaces around what is no event', { event: 'built, accepted ' }, 'Input event contains "accepted". Allowed'],
    [
      'an outcome of a release that is no digest',
      { ...OUTCOME, release: 'v1' },
      'Input release is "v1", which is not a digest'
    ],
    ['a release that is no digest', { event: 'built', release: 'v1' }, 'Input release is "v1", which is not a digest'],
    [
      'a plan that is no digest',
      { event: 'planned', release: RELEASE, 'plan-digest': 'x' },
      'Input plan-digest is "x", which is not a digest'
    ],
    ['a unit without its digest', { event: 'built', unit: 'api' }, 'Input digest is missing.'],
    [
      'a unit whose digest is none',
      { event: 'built', unit: 'api', digest: 'x' },
      'Input digest is "x", which is not a digest'
    ],
    [
      'a unit without its fingerprint',
      { event: 'built', unit: 'api', digest: sha256('x') },
      'Input fingerprint is missing.'
    ],
    [
      'a unit whose fingerprint is none',
      { event: 'built', unit: 'api', digest: sha256('x'), fingerprint: 'y' },
      'Input fingerprint is "y", which is not a digest'
    ],
    [
      'facts told twice',
      { event: 'built', detail: '{}', 'detail-path': 'facts.json' },
      'Give at most one of the inputs detail and detail-path.'
    ],
    ['detail that is not JSON', { event: 'built', detail: '{' }, 'Input detail is not JSON.'],
    ['detail that is a list', { event: 'built', detail: '[]' }, 'Input detail must be a JSON object.'],
    ['detail that is null', { event: 'built', detail: 'null' }, 'Input detail must be a JSON object.'],
    ['detail that is a text', { event: 'built', detail: '"x"' }, 'Input detail must be a JSON object.']
  ])('is refused with %s', (_, inputs, message) => {
    expect(() => read(inputs)).toThrow(message)
  })

  it('keeps what JSON has to say of a broken input', () => {
    let found: unknown
    try {
      read({ event: 'built', detail: '{' })
    } catch (error: unknown) {
      found = error
    }

    expect((found as Error).cause).toBeInstanceOf(SyntaxError)
  })
})

describe('how far the ledger was', () => {
  it('is what the job before tells, whatever is to be written', () => {
    const after = { sequence: 17, hash: sha256('record 17') }

    expect(read({ event: 'built', after: `17@${after.hash}` })).toMatchObject({ kind: 'events', after })
    expect(read({ outcome: '{}', release: RELEASE, environment: 'staging', after: `17@${after.hash}` })).toMatchObject({
      kind: 'outcome',
      after
    })
    expect(read({ event: 'built' })).not.toHaveProperty('after')
    expect(() => read({ event: 'built', after: '17' })).toThrow('Input after is not a place in the ledger.')
  })
})
