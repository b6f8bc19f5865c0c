import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { fastRetry, ManualClock, MOVING_TAGS, sha256, systemClock, UserError } from '@sluice/core'
import { connectRegistry, type Registry } from '@sluice/registry'
import {
  type EcrAction,
  type EcrFront,
  type EcrFrontOptions,
  type EcrTagRules,
  startEcrFront
} from '@sluice-lab/servers'
import { image, index, writeLayout } from './image-layout.ts'
import { type RealRegistry, startRealRegistry } from './real-registry.ts'

let real: RealRegistry
const fronts: EcrFront[] = []

beforeAll(async () => {
  real = await startRealRegistry()
})

afterAll(() => real.stop())

afterEach(async () => {
  await Promise.all(fronts.splice(0).map(front => front.stop()))
})

const GUARDED: EcrTagRules = { mutability: 'IMMUTABLE', exclusions: MOVING_TAGS }

async function ecr(
  repositories: Readonly<Record<string, EcrTagRules>>,
  more: Partial<EcrFrontOptions> = {}
): Promise<EcrFront> {
  const front = await startEcrFront({ upstream: real.url, password: 'token', repositories, ...more })
  fronts.push(front)
  return front
}

function connect({ host }: EcrFront, password = 'token'): Registry {
  const credentials = async () => ({ username: 'AWS', password })
  return connectRegistry({ host, credentials, clock: new ManualClock(), policy: fastRetry })
}

/** The actions that a front was asked for, each once. */
function actionsOf({ actions }: EcrFront): readonly EcrAction[] {
  return [...new Set(actions.map(([action]) => action))].sort()
}

describe('a registry that behaves as ECR', () => {
  it('takes an image of several platforms, and gives it back; no token goes where blobs are', async () => {
    const images = [image('amd64'), image('arm64')]
    const root = index(images)
    const front = await ecr({ 'ecr/api': GUARDED, 'ecr/releases': GUARDED })
    const registry = connect(front)

    const pushed = await registry.pushLayout('ecr/api', await writeLayout(await real.directory(), [root]), root.digest)
    await registry.tagOnce('ecr/api', root.digest, 'src-1')
    const document = await registry.putDocument('ecr/releases', '{"release":1}', {
      artifactType: 'application/json',
      tag: 'r-1'
    })
    const read = await registry.getDocument('ecr/releases', document)

    expect(pushed.pushed).toBe(true)
    expect(await real.digestOf('ecr/api:src-1')).toBe(root.digest)
    expect(Buffer.from(read ?? []).toString('utf8')).toBe('{"release":1}')
    expect(front.blobs.seen.length).toBeGreaterThan(0)
    expect(front.blobs.seen.filter(({ authorization }) => authorization !== undefined)).toEqual([])
    // The actions of the role push (docs/aws-roles.md), and no others.
    expect(actionsOf(front)).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart'
    ])
  })

  it('refuses a push to a repository that was not made', async () => {
    const built = image('nowhere')
    const layout = await writeLayout(await real.directory(), [built])

    const pushing = connect(await ecr({})).pushLayout('ecr/none', layout, built.digest)

    await expect(pushing).rejects.toThrow(
      "NAME_UNKNOWN: The repository with name 'ecr/none' does not exist in the registry"
    )
  })

  it('refuses a token that it did not give', async () => {
    const front = await ecr({ 'ecr/api': GUARDED })

    await expect(connect(front, 'stale').resolve('ecr/api', 'src-1')).rejects.toThrow(UserError)
  })

  it('lets a role that may only tag move a tag, and upload nothing', async () => {
    const [first, second] = [image('first'), image('second')]
    const layout = await writeLayout(await real.directory(), [first, second])
    const pusher = connect(await ecr({ 'ecr/tagged': GUARDED }))
    await pusher.pushLayout('ecr/tagged', layout, first.digest)
    const front = await ecr(
      { 'ecr/tagged': GUARDED },
      { may: action => action === 'ecr:BatchGetImage' || action === 'ecr:PutImage' }
    )
    const promoter = connect(front)

    await promoter.moveTag('ecr/tagged', first.digest, 'env-staging')
    const pushing = promoter.pushLayout('ecr/tagged', layout, second.digest)

    await expect(pushing).rejects.toThrow(
      'refused HEAD in ecr/tagged: HTTP 403. Check that the role or user may push to this repository.'
    )
    expect(await real.digestOf('ecr/tagged:env-staging')).toBe(first.digest)
  })

  it('moves tags of environments and keeps those of builds, as its filters say', async () => {
    const [first, second] = [image('kept'), image('moved')]
    const layout = await writeLayout(await real.directory(), [first, second])
    const registry = connect(await ecr({ 'ecr/kept': GUARDED }))
    for (const { digest } of [first, second]) await registry.pushLayout('ecr/kept', layout, digest)

    for (const { digest } of [first, second]) await registry.moveTag('ecr/kept', digest, 'env-staging')
    await registry.tagOnce('ecr/kept', first.digest, 'src-1')

    expect(await registry.tagOnce('ecr/kept', first.digest, 'src-1')).toBe('same')
    await expect(registry.tagOnce('ecr/kept', second.digest, 'src-1')).rejects.toThrow(UserError)
    await expect(registry.moveTag('ecr/kept', second.digest, 'src-1')).rejects.toThrow('TAG_INVALID: The image tag')
    expect((await registry.resolve('ecr/kept', 'env-staging'))?.digest).toBe(second.digest)
  })

  it.each<[string, EcrTagRules]>([
    ['plain immutable', { mutability: 'IMMUTABLE' }],
    ['immutable but for other tags', { mutability: 'IMMUTABLE', exclusions: ['latest*'] }]
  ])(
    'gives a tag of an environment once where it is %s, and takes it again for the same image',
    async (what, rules) => {
      const repository = `ecr/${what.replaceAll(' ', '-')}`
      const [first, second] = [image('once'), image('twice')]
      const layout = await writeLayout(await real.directory(), [first, second])
      const registry = connect(await ecr({ [repository]: rules }))
      for (const { digest } of [first, second]) await registry.pushLayout(repository, layout, digest)
      await registry.moveTag(repository, first.digest, 'env-staging')

      await expect(registry.moveTag(repository, first.digest, 'env-staging')).resolves.toBeUndefined()
      await expect(registry.moveTag(repository, second.digest, 'env-staging')).rejects.toThrow(
        `TAG_INVALID: The image tag 'env-staging' already exists in the '${repository}' repository and cannot be overwritten`
      )
    }
  )

  it('is waited for when it takes no more manifests in this second', async () => {
    const root = index(Array.from({ length: 7 }, (_, at) => image(`platform ${at}`)))
    const layout = await writeLayout(await real.directory(), [root])
    // Fewer than ECR takes, so that a machine that is slow today is refused, too.
    const front = await ecr({ 'ecr/many': GUARDED }, { putsPerSecond: 2 })
    const credentials = async () => ({ username: 'AWS', password: 'token' })
    const registry = connectRegistry({ host: front.host, credentials, clock: systemClock })

    await registry.pushLayout('ecr/many', layout, root.digest)

    const puts = front.actions.filter(([action]) => action === 'ecr:PutImage').length
    expect((await registry.resolve('ecr/many', root.digest))?.digest).toBe(root.digest)
    expect(puts).toBeGreaterThan(8)
    expect(await registry.resolve('ecr/many', sha256('absent'))).toBeUndefined()
  }, 60_000)
})
