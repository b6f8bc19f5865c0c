import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, encodeRelease, releaseId, sha256, shortDigest, sourceTag } from '@sluice/core'
import { fingerprintOf, unitNamed } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, REPOSITORY, REPOSITORY_ID, SHOP } from '@sluice-lab/memory'
import { run } from '../src/run.ts'

const API = sha256('api')
const SITE = sha256('site')

let delivery: MemoryDelivery
let commit: string

beforeEach(() => {
  delivery = memoryDelivery()
  commit = delivery.repository.add()
})

function open(changes: Partial<Pipeline> = {}, ref = 'refs/heads/main'): Pipeline {
  return { ...delivery.open({ sha: commit, ref }), ...changes }
}

async function fingerprint(unit: string): Promise<Digest> {
  return fingerprintOf(delivery.repository, commit, unitNamed(delivery.policy, unit))
}

/** Puts a build where a push would have put it, without a word on the ledger. */
async function store(unit: 'api' | 'site', digest: Digest, place = 0): Promise<void> {
  const of = await fingerprint(unit)
  if (unit === 'site') delivery.bundles.built.set(`site ${of}${place === 0 ? '' : `.${place}`}`, digest)
  else delivery.registry.tags.set(`shop/api:${sourceTag(of, place)}`, digest)
}

interface Built {
  readonly unit?: string
  readonly digest?: Digest
  readonly fingerprint?: Digest
  readonly ref?: string
  readonly run?: string
  readonly event?: 'built' | 'tested'
  readonly sandbox?: unknown
}

/** Records a build in run 600, unless told otherwise. */
async function record(name: 'api' | 'site', changes: Built = {}): Promise<void> {
  const { unit = name, digest = name === 'api' ? API : SITE, ref = 'refs/heads/main', run: id = '600' } = changes
  const of = {
    name: unit,
    kind: name === 'api' ? 'image' : 'bundle',
    digest,
    fingerprint: changes.fingerprint ?? (await fingerprint(name))
  }
  const stamp = { ...delivery.open().draft().run, id, ref }
  const { event = 'built', sandbox = true } = changes
  await delivery.record({ event, unit: of, run: stamp, ...(name === 'site' ? {} : { detail: { sandbox } }) })
}

async function builtAll(): Promise<void> {
  await store('api', API)
  await record('api')
  await store('site', SITE)
  await record('site')
}

const resolve = (pipeline: Pipeline = open()): ReturnType<typeof run> => run({ mode: 'resolve' }, pipeline, {})

async function missing(): Promise<unknown> {
  return JSON.parse((await resolve()).outputs['missing'] ?? '')
}

describe('a commit', () => {
  it('is not looked at in a run that takes its policy from another file than the product began with', async () => {
    const policy = { path: 'deploy/delivery.yml', commit: '1'.repeat(40), digest: sha256('policy') }
    await delivery.record({ event: 'released', release: { digest: sha256('r'), commit }, policy })

    await expect(resolve()).rejects.toThrow(
      'reads its policy from delivery.yml, but this product has been delivered by deploy/'
    )
  })

  it('whose units were never built has them all built', async () => {
    const { outputs, summary } = await resolve()

    expect(outputs).toEqual({
      missing: '["api","site"]',
      environments: JSON.stringify([
        { name: 'integration', gate: 'continuous' },
        { name: 'staging', gate: 'approval' },
        { name: 'fair', gate: 'dispatch' }
      ]),
      built: 'false'
    })
    expect(summary).toBe(
      [
        '### To build: api, site',
        '',
        '| unit | fingerprint | digest |',
        '| --- | --- | --- |',
        `| api | \`${shortDigest(await fingerprint('api'))}\` | **to be built**: never built |`,
        `| site | \`${shortDigest(await fingerprint('site'))}\` | **to be built**: never built |`,
        ''
      ].join('\n')
    )
    expect(delivery.log.lines).toEqual(['api: to be built (never built)', 'site: to be built (never built)'])
    expect(delivery.log.groups).toEqual([
      'Check that the refs that decide are protected',
      'Read delivery.yml',
      'Look every unit up in the ops registry and the ledger'
    ])
  })

  it('whose units were built has nothing built again (promise 2)', async () => {
    await builtAll()

    const { outputs, summary } = await resolve()

    expect(outputs['missing']).toBe('[]')
    expect(summary).toContain('### Nothing to build\n')
    expect(summary).toContain(`| \`${shortDigest(API)}\`, built in run 600 |`)
    expect(delivery.log.lines).toEqual([`api: ${API} (built in run 600)`, `site: ${SITE} (built in run 600)`])
  })

  it('that changes one unit has that one built, and one that changes none has none (promise 2)', async () => {
    await builtAll()

    commit = delivery.repository.add({ 'site/index.html': 'another page\n' })
    expect(await missing()).toEqual(['site'])
    await store('site', SITE)
    await record('site', { run: '601' })

    commit = delivery.repository.add({ 'README.md': 'words\n' })
    expect(await missing()).toEqual([])
  })

  it('has its environments from the default branch, not from itself', async () => {
    commit = delivery.repository.add({ 'delivery.yml': SHOP.replace('gate: dispatch', 'gate: approval') })

    expect((await resolve()).outputs['environments']).toContain('{"name":"fair","gate":"dispatch"}')
  })

  it('is looked up by the role that may only read', async () => {
    const purposes: unknown[] = []
    const as = <T>(answer: T) => {
      return (purpose: unknown): T => {
        purposes.push(purpose)
        return answer
      }
    }

    await resolve(open({ registry: as(delivery.registry), bundles: as(delivery.bundles) }))

    expect(purposes).toEqual(['pull', 'pull'])
  })

  it('of files that are not committed is not looked up', async () => {
    const repository = { ...delivery.repository, dirtyPaths: async () => ['api/notes.txt'] }

    await expect(resolve(open({ repository }))).rejects.toThrow('api/notes.txt')
  })
})

describe('what lies in the registry is not trusted (promise 2)', () => {
  it('without a record of its build', async () => {
    await store('api', API)

    expect(await missing()).toEqual(['api', 'site'])
    expect((await resolve()).summary).toContain(
      '| **to be built**: in the registry, but the ledger holds no signed record of its build |'
    )
  })

  it.each<[string, Built]>([
    ['another unit', { unit: 'site' }],
    ['another digest', { digest: sha256('another') }],
    ['another fingerprint', { fingerprint: sha256('another') }],
    ['a branch that is no delivery ref', { ref: 'refs/heads/feature' }],
    ['a tag that is named like a delivery ref', { ref: 'refs/tags/main' }]
  ])('with the record of %s', async (_, changes) => {
    await store('api', API)
    await record('api', changes)

    expect(await missing()).toEqual(['api', 'site'])
    await record('api', { run: '601' })
    expect(await missing()).toEqual(['site'])
  })

  it('with a record that its tests passed, and no more', async () => {
    await store('api', API)
    const unit = { name: 'api', kind: 'image', digest: API, fingerprint: await fingerprint('api') }
    await delivery.record({ event: 'tested', unit })

    expect(await missing()).toEqual(['api', 'site'])
  })
})

describe('what was planted under a fingerprint', () => {
  it.each(['api', 'site'] as const)('does not hide the build of %s that has its record', async unit => {
    await builtAll()
    const planted = sha256('planted')
    const digest = unit === 'api' ? API : SITE

    await store(unit, planted)
    expect(await missing()).toEqual([unit])
    await store(unit, sha256('planted, too'), 1)
    await store(unit, digest, 2)

    expect(await missing()).toEqual([])
    expect(delivery.log.lines).toContain(`${unit}: ${digest} (built in run 600)`)
  })

  it('in a hundred places is refused, and said to have been', async () => {
    for (let place = 0; place < 100; place += 1) await store('api', sha256(`planted ${place}`), place)

    await expect(missing()).rejects.toThrow(/^Unit api has 100 builds of sha256:\w+ in the ops registry, and no record/)
  })
})

describe('a build that was recorded is not adopted', () => {
  const demanding = (units: string): Pipeline => {
    commit = delivery.repository.add({ 'delivery.yml': SHOP.replace('image: { context: api }', units) })
    return open()
  }
  const missingIn = async (pipeline: Pipeline): Promise<unknown> =>
    JSON.parse((await resolve(pipeline)).outputs['missing'] ?? '')

  it.each([[false], [undefined], ['true']])(
    'when its record says of the sandbox %j, and one is demanded',
    async said => {
      await store('api', API)
      await record('api', { sandbox: said ?? null })

      expect(await missing()).toEqual(['api', 'site'])
      expect(delivery.log.lines[0]).toBe('api: to be built (built without a sandbox, which delivery.yml demands now)')
    }
  )

  it('without a sandbox, except where delivery.yml allows that', async () => {
    await builtAll()
    await record('api', { sandbox: false, run: '601' })
    const { policy } = delivery

    expect(await missingIn(open({ policy: { ...policy, builds: { sandbox: 'none' } } }))).toEqual([])
    // The newest record of a digest decides, as of everything.
    expect(await missing()).toEqual(['api'])
    await record('api', { run: '602' })
    expect(await missing()).toEqual([])
  })

  it('as a bundle that a Dockerfile made without a sandbox, or without the tests that it has by now', async () => {
    const pipeline = demanding('image: { context: api }')
    const text = SHOP.replace('path: site', 'build: { context: site, test: test }')
    commit = delivery.repository.add({ 'delivery.yml': text, 'site/Dockerfile': 'FROM scratch\n' })
    const unit = unitNamed(await pipeline.at(commit), 'site')
    const of = await fingerprintOf(pipeline.repository, commit, unit)
    delivery.bundles.built.set(`site ${of}`, SITE)
    const told = async (event: 'built' | 'tested', sandbox: boolean, id: string): Promise<string | undefined> => {
      const run = { ...delivery.open().draft().run, id, ref: 'refs/heads/main' }
      const what = { name: 'site', kind: 'bundle', digest: SITE, fingerprint: of } as const
      await delivery.record({ event, unit: what, run, detail: { sandbox } })
      await resolve(open())
      return delivery.log.lines.filter(line => line.startsWith('site: ')).at(-1)
    }

    expect(await told('built', false, '600')).toContain('built without a sandbox')
    expect(await told('built', true, '601')).toContain('built without the tests')
    expect(await told('tested', true, '602')).not.toContain('to be built')
  })

  it('without the tests that its unit has by now', async () => {
    await builtAll()

    const pipeline = demanding('image: { context: api, test: test }')

    expect(await missingIn(pipeline)).toEqual(['api'])
    expect(delivery.log.lines[0]).toBe('api: to be built (built without the tests that delivery.yml names now)')
    await record('api', { event: 'tested' })
    await record('api', { run: '602' })
    expect(await missingIn(open())).toEqual([])
  })

  it.each<[string, Built]>([
    ['another unit', { unit: 'site' }],
    ['another digest', { digest: sha256('another') }],
    ['another fingerprint', { fingerprint: sha256('another') }],
    ['a branch that is no delivery ref', { ref: 'refs/heads/feature' }]
  ])('with the tests of %s', async (_, changes) => {
    await builtAll()
    const pipeline = demanding('image: { context: api, test: test }')

    await record('api', { ...changes, event: 'tested' })

    expect(await missingIn(pipeline)).toEqual(['api'])
  })
})

describe('a release', () => {
  const release = (pipeline: Pipeline = open()): ReturnType<typeof run> => run({ mode: 'release' }, pipeline, {})

  it('has what was recorded since this job fetched the ledger, also where other builds were known before', async () => {
    await store('api', API)
    await record('api')
    await store('site', SITE)
    const pipeline = open()
    await pipeline.history.released(sha256('asked before'))
    await record('site')

    expect((await release(pipeline)).outputs['release']).toMatch(/^sha256:/)
  })

  it('is the document of all digests, stored once under its id (promise 1)', async () => {
    await builtAll()

    const { outputs, summary } = await release()

    const { text, digest } = encodeRelease({
      version: 1,
      repository: REPOSITORY_ID,
      product: 'shop',
      commit,
      units: {
        api: { kind: 'image', digest: API, fingerprint: await fingerprint('api') },
        site: { kind: 'bundle', digest: SITE, fingerprint: await fingerprint('site') }
      }
    })
    const id = releaseId(digest)
    expect(outputs).toEqual({ release: digest, 'release-id': id, recorded: 'false', built: 'false' })
    expect(delivery.registry.documents.get(digest)).toBe(text)
    expect(delivery.registry.changes).toEqual([
      'prepare shop/releases',
      `put application/vnd.sluice.release.v1+json shop/releases:${id}`
    ])
    expect(summary).toBe(
      `### Release ${id}\n\n\`${digest}\`, commit \`${commit}\`\n\n| unit | kind | digest |\n| --- | --- | --- |\n| api | image | \`${API}\` |\n| site | bundle | \`${SITE}\` |\n`
    )
    expect(delivery.log.groups).toEqual(['Collect the digest of every unit', `Store release ${id}`])
  })

  it('that is on the ledger already is not announced again', async () => {
    await builtAll()
    const { outputs } = await release()
    const digest = outputs['release'] as Digest
    await delivery.record({ event: 'released', release: { digest, commit } })

    expect((await release()).outputs).toEqual({ ...outputs, recorded: 'true' })
  })

  it('is written by the role that may push', async () => {
    await builtAll()
    const purposes: unknown[] = []

    await release(
      open({
        registry: purpose => {
          purposes.push(purpose)
          return delivery.registry
        }
      })
    )

    expect(purposes).toEqual(['pull', 'push'])
  })

  it('is not made while a unit has no trusted build', async () => {
    await store('api', API)
    await record('api')

    await expect(release()).rejects.toThrow(
      'Unit site has no trusted build: never built. Re-run the build job of site.'
    )
    expect(delivery.registry.changes).toEqual([])
  })
})

describe('branches that anyone may push to', () => {
  const unprotect = () => delivery.github.answers.set(`/repos/${REPOSITORY}/branches/main`, { protected: false })

  it('are not delivered from (promise 5)', async () => {
    unprotect()

    await expect(resolve()).rejects.toThrow(
      /^main is not protected on GitHub: whoever may push to it decides what is delivered, and by which delivery\.yml\. Add a branch ruleset/
    )
    expect(delivery.log.groups).toEqual(['Check that the refs that decide are protected'])
  })

  it('are warned of where nothing but development depends on them', async () => {
    delivery = memoryDelivery(SHOP.replaceAll('level: preproduction', 'level: development'))
    commit = delivery.repository.add()
    unprotect()

    expect((await resolve()).outputs['built']).toBe('false')
    expect(delivery.log.warnings).toEqual([expect.stringMatching(/^main is not protected on GitHub/)])
  })
})
