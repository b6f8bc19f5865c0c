import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, sha256, sourceTag } from '@sluice/core'
import { fingerprintOf, unitNamed } from '@sluice/delivery'
import { givenInputs, type MemoryDelivery, memoryDelivery } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'
import { run } from '../src/run.ts'

const DIGEST = sha256('build')

let delivery: MemoryDelivery
let commit: string

beforeEach(() => {
  delivery = memoryDelivery()
  commit = delivery.repository.add()
})

function push(unit: string, layout = '/layout'): ReturnType<typeof run> {
  return run({ unit, digest: DIGEST, layout }, delivery.open({ sha: commit }))
}

async function fingerprint(unit: string): Promise<Digest> {
  return fingerprintOf(delivery.repository, commit, unitNamed(delivery.policy, unit))
}

function summaryWith(title: string, of: Digest, transfer: string): string {
  return `### ${title}\n\n|  |  |\n| --- | --- |\n| digest | \`${DIGEST}\` |\n| fingerprint | \`${of}\` |\n| transfer | ${transfer} |\n`
}

describe('what push-to-ops-registry is asked to do', () => {
  const GIVEN = { unit: 'api', digest: DIGEST, layout: '/layout' }

  it('is read from its inputs, which are those of action.yml', () => {
    expect(readInputs(givenInputs(INPUT_NAMES, GIVEN))).toEqual(GIVEN)
    expect(INPUT_NAMES).toEqual(['config', 'github-token', 'role-to-assume', 'unit', 'digest', 'layout'])
  })

  it.each([
    ['unit', '', 'Input unit is missing.'],
    ['digest', '', 'Input digest is missing.'],
    ['digest', 'latest', 'Input digest is "latest", which is not a digest'],
    ['layout', '', 'Input layout is missing.']
  ])('is refused with the %s %j', (name, value, message) => {
    expect(() => readInputs(givenInputs(INPUT_NAMES, { ...GIVEN, [name]: value }))).toThrow(message)
  })
})

describe('an image', () => {
  it('is pushed into a repository that is there, and only then tied to its fingerprint (promise 2)', async () => {
    delivery.registry.pushes = { digest: DIGEST, pushed: true, blobs: 3, bytes: 1, leftOut: [] }

    const { outputs, summary } = await push('api')

    const of = await fingerprint('api')
    expect(delivery.registry.changes).toEqual([
      'prepare shop/api',
      `push /layout to shop/api@${DIGEST}`,
      `tag shop/api:${sourceTag(of)} once as ${DIGEST}`
    ])
    expect(outputs).toEqual({ digest: DIGEST, pushed: 'true' })
    expect(summary).toBe(summaryWith('Pushed api', of, '3 blobs, 1 byte sent'))
    expect(delivery.log.lines).toEqual([`shop/api: ${DIGEST} (3 blobs, 1 byte sent)`])
    expect(delivery.log.groups).toEqual(['Push api to the ops registry'])
    expect(delivery.log.warnings).toEqual([])
  })

  it('that is there already is tied to its fingerprint all the same', async () => {
    delivery.registry.pushes = { digest: DIGEST, pushed: false, blobs: 0, bytes: 0, leftOut: [] }

    const { outputs, summary } = await push('api')

    expect(outputs).toEqual({ digest: DIGEST, pushed: 'false' })
    expect(summary).toBe(summaryWith('Already there: api', await fingerprint('api'), 'nothing to send'))
    expect(delivery.registry.changes.at(-1)).toMatch(/^tag shop\/api:src-/)
  })

  it('is pushed without what else its layout holds, which is named', async () => {
    const leftOut = [sha256('signature'), sha256('bill of materials')]
    delivery.registry.pushes = { digest: DIGEST, pushed: true, blobs: 1, bytes: 1, leftOut }

    await push('api')

    expect(delivery.log.warnings).toEqual([
      `The layout also holds ${leftOut.join(', ')}, which refers to ${DIGEST} and was left out: an image is pushed with what its own digest leads to. Push signatures and the like with the tool that made them.`
    ])
  })

  it('that cannot be pushed gets no tag', async () => {
    await expect(push('api')).rejects.toThrow('This test did not expect a push to shop/api.')

    expect(delivery.registry.changes).toEqual(['prepare shop/api'])
  })

  it('is pushed by the role that may push', async () => {
    const purposes: unknown[] = []
    const pipeline = delivery.open({ sha: commit })
    delivery.registry.pushes = { digest: DIGEST, pushed: true, blobs: 1, bytes: 1, leftOut: [] }

    await run(
      { unit: 'api', digest: DIGEST, layout: '/layout' },
      {
        ...pipeline,
        registry: purpose => {
          purposes.push(purpose)
          return delivery.registry
        }
      }
    )

    expect(purposes).toEqual(['push', 'push'])
  })
})

describe('a bundle', () => {
  it('is stored under its fingerprint, and not sent twice', async () => {
    const [first, second] = [await push('site', '/site.zip'), await push('site', '/site.zip')]

    expect(delivery.bundles.built.get(`site ${await fingerprint('site')}`)).toBe(DIGEST)
    expect([first.outputs, second.outputs]).toEqual([
      { digest: DIGEST, pushed: 'true' },
      { digest: DIGEST, pushed: 'false' }
    ])
    expect(first.summary).toBe(summaryWith('Pushed site', await fingerprint('site'), 'archive sent'))
    expect(second.summary).toContain('| transfer | nothing to send |')
    expect(delivery.log.lines).toEqual([
      `bundle site: ${DIGEST} (archive sent)`,
      `bundle site: ${DIGEST} (nothing to send)`
    ])
    expect(delivery.registry.changes).toEqual([])
  })

  it('is stored by the role that may push', async () => {
    const purposes: unknown[] = []

    await run(
      { unit: 'site', digest: DIGEST, layout: '/site.zip' },
      {
        ...delivery.open({ sha: commit }),
        bundles: purpose => {
          purposes.push(purpose)
          return delivery.bundles
        }
      }
    )

    expect(purposes).toEqual(['push', 'push'])
  })
})

it('a unit is that of the commit, whatever the default branch has by now', async () => {
  await expect(push('apis')).rejects.toThrow(/no unit "apis".*It has: api, site/)
  expect(delivery.log.groups).toEqual([])
})

describe('a name that another build has already', () => {
  const OTHER = sha256('other')

  /** Puts another build where the first would be named. */
  async function plant(unit: 'api' | 'site'): Promise<void> {
    const of = await fingerprint(unit)
    if (unit === 'site') delivery.bundles.built.set(`site ${of}`, OTHER)
    else delivery.registry.tags.set(`shop/api:${sourceTag(of)}`, OTHER)
    delivery.registry.pushes = { digest: DIGEST, pushed: true, blobs: 3, bytes: 1, leftOut: [] }
  }

  async function record(unit: 'api' | 'site', detail: Readonly<Record<string, unknown>>): Promise<void> {
    const kind = unit === 'api' ? 'image' : 'bundle'
    await delivery.record({
      event: 'built',
      unit: { name: unit, kind, digest: OTHER, fingerprint: await fingerprint(unit) },
      run: { ...delivery.open().draft().run, ref: 'refs/heads/main' },
      detail
    })
  }

  async function namedAt(unit: 'api' | 'site', place: number): Promise<Digest | undefined> {
    const of = await fingerprint(unit)
    return unit === 'site'
      ? delivery.bundles.resolve('site', of, place)
      : delivery.registry.tags.get(`shop/api:${sourceTag(of, place)}`)
  }

  it.each(['api', 'site'] as const)('and no record for it does not stop %s: the next name is taken', async unit => {
    await plant(unit)

    const { outputs } = await push(unit)
    await push(unit)

    expect(outputs).toEqual({ digest: DIGEST, pushed: 'true' })
    expect([await namedAt(unit, 0), await namedAt(unit, 1), await namedAt(unit, 2)]).toEqual([OTHER, DIGEST, undefined])
    expect(delivery.log.warnings[0]).toContain(
      `${OTHER} already has the name ${sourceTag(await fingerprint(unit))} of ${unit}, but may not be delivered (in the registry, but the ledger holds no signed record of its build). ${DIGEST} gets the next name.`
    )
  })

  it.each(['api', 'site'] as const)('by its record is its own: %s has one digest for one fingerprint', async unit => {
    await plant(unit)
    await record(unit, unit === 'api' ? { sandbox: true } : {})

    await expect(push(unit)).rejects.toThrow(`is ${OTHER} already`)

    expect([await namedAt(unit, 0), await namedAt(unit, 1)]).toEqual([OTHER, undefined])
  })

  it('of a time when no sandbox was demanded does not stop the unit', async () => {
    await plant('api')
    await record('api', { sandbox: false })

    await push('api')

    expect(await namedAt('api', 1)).toBe(DIGEST)
  })
})
