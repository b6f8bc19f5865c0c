import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, fastRetry, ManualClock, sha256, UserError } from '@sluice/core'
import { connectRegistry, type Registry } from '@sluice/registry'
import { type Front, type Handler, reply, startFront } from '@sluice-lab/servers'
import { image, reference, writeLayout } from './image-layout.ts'
import { type RealRegistry, startRealRegistry } from './real-registry.ts'

let real: RealRegistry
let registry: Registry
const fronts: Front[] = []

beforeAll(async () => {
  real = await startRealRegistry()
  registry = connect(real.host)
})

afterAll(async () => {
  await Promise.all(fronts.map(front => front.stop()))
  await real.stop()
})

function connect(host: string): Registry {
  return connectRegistry({ host, clock: new ManualClock(), policy: fastRetry })
}

async function front(handler?: Handler): Promise<Front> {
  const started = await startFront(real.url, handler)
  fronts.push(started)
  return started
}

/** Pushes images into a repository. */
async function pushed(repository: string, ...texts: readonly string[]): Promise<readonly Digest[]> {
  const images = texts.map(text => image(text))
  const directory = await writeLayout(await real.directory(), images)
  for (const { digest } of images) await registry.pushLayout(repository, directory, digest)
  return images.map(({ digest }) => digest)
}

async function one(repository: string, text: string): Promise<Digest> {
  const [digest] = await pushed(repository, text)
  if (digest === undefined) throw new Error('Nothing was pushed.')
  return digest
}

async function two(repository: string): Promise<readonly [Digest, Digest]> {
  const [first, second] = await pushed(repository, 'first', 'second')
  if (first === undefined || second === undefined) throw new Error('Nothing was pushed.')
  return [first, second]
}

describe('a tag that is given once', () => {
  it('names its digest for other clients too', async () => {
    const digest = await one('tag/once', 'once')

    expect(await registry.tagOnce('tag/once', digest, 'src-1')).toBe('created')

    expect(await real.digestOf('tag/once:src-1')).toBe(digest)
  })

  it('may be given again for the same digest, in one request', async () => {
    const digest = await one('tag/same', 'same')
    await registry.tagOnce('tag/same', digest, 'src-1')
    const counted = await front()

    expect(await connect(counted.host).tagOnce('tag/same', digest, 'src-1')).toBe('same')

    expect(counted.seen.map(({ method }) => method)).toEqual(['HEAD'])
  })

  it('refuses a tag whose digest would move, naming both digests', async () => {
    const [first, second] = await two('tag/moved')
    await registry.tagOnce('tag/moved', first, 'src-1')

    const error = await registry.tagOnce('tag/moved', second, 'src-1').catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(
      `${real.host}/tag/moved:src-1 is immutable and already points to ${first}, not ${second}.`
    )
    expect(await real.digestOf('tag/moved:src-1')).toBe(first)
  })

  it('refuses to have won when another client tagged right after it', async () => {
    const [mine, theirs] = await two('tag/raced')
    const racing = await front(async (request, _response, forward) => {
      await forward(async answer => {
        if (request.method === 'PUT') await registry.moveTag('tag/raced', theirs, 'src-1')
        return answer
      })
    })

    const error = await connect(racing.host)
      .tagOnce('tag/raced', mine, 'src-1')
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`is immutable and already points to ${theirs}, not ${mine}.`)
  })

  it.each([
    ['the same digest', true],
    ['another digest', false]
  ])('reads the refusal of an immutable registry where somebody was faster with %s', async (_what, same) => {
    const repository = `tag/immutable-${same}`
    const [mine, theirs] = await two(repository)
    const immutable = await front(async (request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      await registry.moveTag(repository, same ? mine : theirs, 'src-1')
      reply(response, 400, {}, { errors: [{ code: 'TAG_INVALID', message: 'The image tag already exists' }] })
    })

    const outcome = await connect(immutable.host)
      .tagOnce(repository, mine, 'src-1')
      .catch((thrown: unknown) => thrown)

    if (same) expect(outcome).toBe('same')
    else expect(String(outcome)).toContain(`is immutable and already points to ${theirs}, not ${mine}.`)
  })

  it('shows why a registry refused a tag that nobody has', async () => {
    const digest = await one('tag/full', 'full')
    const full = await front((request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      reply(response, 400, {}, { errors: [{ code: 'LIMIT', message: 'too many tags\n::error::' }, null, {}] })
    })

    const tagged = connect(full.host).tagOnce('tag/full', digest, 'src-1')

    await expect(tagged).rejects.toThrow('refused PUT in tag/full: HTTP 400, LIMIT: too many tags ::error::')
  })

  it('passes on that somebody may not push', async () => {
    const digest = await one('tag/denied', 'denied')
    const denied = await front((request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      reply(response, 403, {}, { errors: [{ code: 'DENIED' }] })
    })

    const error = await connect(denied.host)
      .tagOnce('tag/denied', digest, 'src-1')
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(/HTTP 403, DENIED\. Check that the role or user may push to this repository\./)
  })

  it('notices a tag that the registry took and forgot', async () => {
    const digest = await one('tag/forgot', 'forgot')
    const forgetful = await front((request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      reply(response, 201)
    })

    const tagged = connect(forgetful.host).tagOnce('tag/forgot', digest, 'src-1')

    await expect(tagged).rejects.toThrow('accepted src-1 but does not have it')
  })

  it('is not given to what the repository does not hold', async () => {
    await one('tag/absent', 'present')

    const tagged = registry.tagOnce('tag/absent', sha256('absent'), 'src-1')

    await expect(tagged).rejects.toThrow(`does not hold ${sha256('absent')}, so it cannot be tagged. Push it first.`)
  })
})

describe('a tag that moves', () => {
  it('names its new digest for other clients too', async () => {
    const [first, second] = await two('tag/moving')
    await registry.moveTag('tag/moving', first, 'env-integration')

    await registry.moveTag('tag/moving', second, 'env-integration')

    expect(await real.digestOf('tag/moving:env-integration')).toBe(second)
  })

  it('takes two requests where the manifest was read already, and three for a digest', async () => {
    const [first, second] = await two('tag/cheap')
    const counted = await front()
    const through = connect(counted.host)
    const read = await through.read('tag/cheap', first)
    if (read === undefined) throw new Error('Nothing was read.')

    await through.moveTag('tag/cheap', read, 'env-integration')
    await through.moveTag('tag/cheap', second, 'env-integration')

    expect(counted.seen.map(({ method }) => method)).toEqual(['GET', 'PUT', 'HEAD', 'GET', 'PUT', 'HEAD'])
    expect(await real.digestOf('tag/cheap:env-integration')).toBe(second)
  })

  it.each([
    ['stays where it is', true],
    ['fails to move', false]
  ])('%s in a registry where none moves', async (_what, same) => {
    const repository = `tag/fixed-${same}`
    const [first, second] = await two(repository)
    await registry.moveTag(repository, first, 'prev-integration')
    const immutable = await front((request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      reply(response, 400, {}, { errors: [{ code: 'TAG_INVALID', message: 'The image tag already exists' }] })
    })

    const moved = connect(immutable.host).moveTag(repository, same ? first : second, 'prev-integration')

    if (same) await expect(moved).resolves.toBeUndefined()
    else await expect(moved).rejects.toThrow('TAG_INVALID: The image tag already exists')
    expect(await real.digestOf(`${repository}:prev-integration`)).toBe(first)
  })

  it('is read back', async () => {
    const [first, second] = await two('tag/stuck')
    await registry.moveTag('tag/stuck', first, 'env-integration')
    const stuck = await front((request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      reply(response, 201)
    })

    const moved = connect(stuck.host).moveTag('tag/stuck', second, 'env-integration')

    await expect(moved).rejects.toThrow(`returned ${first} instead of ${second} for env-integration`)
  })
})

describe('resolving', () => {
  it('says what a tag and a digest name', async () => {
    const built = image('resolved')
    const directory = await writeLayout(await real.directory(), [built])
    await registry.pushLayout('tag/resolved', directory, built.digest)
    await registry.moveTag('tag/resolved', built.digest, 'env-integration')

    expect(await registry.resolve('tag/resolved', 'env-integration')).toEqual(reference(built))
    expect(await registry.resolve('tag/resolved', built.digest)).toEqual(reference(built))
  })

  it.each([
    ['tag', 'tag/resolved-not', 'no-such-tag'],
    ['digest', 'tag/resolved-not', sha256('absent')],
    ['repository', 'tag/no-such-repository', 'env-integration']
  ])('finds nothing where there is no such %s', async (_what, repository, name) => {
    await one('tag/resolved-not', 'present')

    expect(await registry.resolve(repository, name)).toBeUndefined()
  })

  it('needs no settings but host and clock', async () => {
    const digest = await one('tag/plain', 'plain')

    const found = await connectRegistry({ host: real.host, clock: new ManualClock() }).resolve('tag/plain', digest)

    expect(found).toMatchObject({ digest })
  })

  it.each(['-first', '', 'a/b', 'sha256:short', 'x'.repeat(129)])('refuses the tag %j', async tag => {
    await expect(registry.resolve('tag/odd', tag)).rejects.toThrow(/is not a tag\. Use up to 128/)
  })
})
