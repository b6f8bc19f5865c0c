import { describe, expect, it } from '@jest/globals'
import { type Digest, sha256, UserError } from '@sluice/core'
import { parseChallenges } from '../src/challenge.ts'
import { decodeDescriptor } from '../src/descriptor.ts'
import { readParts } from '../src/manifest-parts.ts'
import { parseReference, parseRepository, parseTag } from '../src/reference.ts'
import { DOCKER, OCI } from './image-layout.ts'

const DIGEST = sha256('content')
const TYPE = 'application/octet-stream'

describe('a challenge', () => {
  const read = (header: string): unknown =>
    parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

  it.each<[string, string, readonly unknown[]]>([
    ['one scheme without parameters', 'Basic', [['basic', {}]]],
    [
      'parameters with and without quotes, in any letters',
      'BEARER Realm="https://a.example/token",service=registry',
      [['bearer', { realm: 'https://a.example/token', service: 'registry' }]]
    ],
    ['spaces around the sign', 'Bearer realm = "a" , service =b', [['bearer', { realm: 'a', service: 'b' }]]],
    ['commas and quotes inside a text', 'Bearer realm="a, \\"b\\" \\\\ c"', [['bearer', { realm: 'a, "b" \\ c' }]]],
    [
      'several schemes',
      'Basic realm="x", Bearer realm="y",scope="z"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'y', scope: 'z' }]
      ]
    ],
    ['an empty text', 'Bearer realm=""', [['bearer', { realm: '' }]]],
    ['parameters of no scheme', 'realm="x"', []],
    ['nothing', '', []]
  ])('is read from %s', (_, header, expected) => {
    expect(read(header)).toEqual(expected)
  })
})

describe('a descriptor', () => {
  const whole = { mediaType: TYPE, digest: DIGEST, size: 7 }

  it('is taken with what every reader needs, and nothing else', () => {
    expect(decodeDescriptor({ ...whole, platform: { os: 'linux' }, urls: [] })).toStrictEqual(whole)
    expect(decodeDescriptor({ ...whole, size: 0 })).toStrictEqual({ ...whole, size: 0 })
  })

  it('says where else the content is, where it does', () => {
    expect(decodeDescriptor({ ...whole, urls: ['https://a.example/x', 7] })).toStrictEqual({
      ...whole,
      urls: ['https://a.example/x']
    })
    expect(decodeDescriptor({ ...whole, urls: 'https://a.example/x' })).toStrictEqual(whole)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['without a media type', { ...whole, mediaType: undefined }],
    ['with a digest of another kind', { ...whole, digest: 'sha512:00' }],
    ['with a size that is a text', { ...whole, size: '7' }],
    ['with half a byte', { ...whole, size: 0.5 }],
    ['with fewer bytes than none', { ...whole, size: -1 }],
    ['with more bytes than can be counted', { ...whole, size: 2 ** 53 }]
  ])('is not %s', (_, value) => {
    expect(decodeDescriptor(value)).toBeUndefined()
  })
})

describe('what a manifest refers to', () => {
  const part = (text: string, mediaType: string): { mediaType: string; digest: Digest; size: number } => ({
    mediaType,
    digest: sha256(text),
    size: text.length
  })
  const config = part('config', OCI.config)
  const layers = [part('one', OCI.layer), part('two', OCI.layer)]
  const read = (value: unknown): unknown => readParts(Buffer.from(JSON.stringify(value)), 'The manifest')

  it('is config and layers of an image', () => {
    expect(read({ config, layers })).toStrictEqual({
      mediaType: OCI.manifest,
      annotations: {},
      manifests: [],
      blobs: [config, ...layers]
    })
  })

  it('is the images of an index', () => {
    const manifests = [part('amd64', OCI.manifest)]

    expect(read({ manifests })).toStrictEqual({ mediaType: OCI.index, annotations: {}, manifests, blobs: [] })
    expect(read({ mediaType: DOCKER.index, manifests })).toMatchObject({ mediaType: DOCKER.index })
  })

  it('comes with what it speaks of, and with its annotations that are texts', () => {
    const subject = part('image', OCI.manifest)

    expect(read({ config, layers, subject, annotations: { a: 'b', c: 7 } })).toMatchObject({
      subject: subject.digest,
      annotations: { a: 'b' }
    })
    expect(read({ config, layers, subject: 'x', annotations: null })).toStrictEqual(read({ config, layers }))
  })

  it.each([
    [
      'an index and an image at once',
      { manifests: [], layers: [] },
      /^The manifest is both an image index and an image manifest\. Build and push the image again\.$/
    ],
    ['an index and a config at once', { manifests: [], config }, /^The manifest is both/],
    [
      'neither of them',
      {},
      /^The manifest is neither an image index nor an image manifest\. Build and push the image again\.$/
    ],
    [
      'an index by another name',
      { mediaType: OCI.manifest, manifests: [] },
      /^The manifest has media type ".*manifest\.v1\+json"\. Supported: application/
    ],
    ['an image by the name of an index', { mediaType: DOCKER.index, config, layers }, /^The manifest has media type/],
    ['a media type that is no text', { mediaType: 7, config, layers }, /^The manifest has media type 7\./],
    ['a list', [], /^The manifest is neither/],
    ['null', null, /^The manifest is not a manifest: it is not a JSON object\. Build and push the image again\.$/],
    ['a number', 7, /^The manifest is not a manifest: it is not a JSON object\. Build and push the image again\.$/],
    [
      'layers that are no list',
      { config, layers: {} },
      /^The manifest has no list of descriptors where a manifest requires one\. Build and push the image again\.$/
    ],
    [
      'without a config',
      { layers },
      /^The manifest refers to something that is not a descriptor with a sha256 digest\. Build and push the image again\.$/
    ],
    [
      'an image in the index that is none',
      { manifests: [{}] },
      /^The manifest refers to something that is not a descriptor/
    ]
  ])('is refused for %s', (_, value, message) => {
    expect(() => read(value)).toThrow(UserError)
    expect(() => read(value)).toThrow(message)
  })

  it('is refused for what is no JSON', () => {
    expect(() => readParts(Buffer.from('{'), 'The manifest')).toThrow('The manifest is not a manifest: it is not JSON.')
  })
})

describe('a name in a registry', () => {
  it.each(['a', 'storefront/api', 'a.b/c_d/e__f/g--h-i', '0/1', 'a'.repeat(255)])('may be %j', name => {
    expect(parseRepository(name)).toBe(name)
  })

  it.each(['', 'A', '/a', 'a/', 'a//b', 'a..b', 'a___b', '-a', 'a-', '.a', 'a b', 'a'.repeat(256)])(
    'may not be %j',
    name => {
      expect(() => parseRepository(name)).toThrow(UserError)
      expect(() => parseRepository(name)).toThrow(
        `${JSON.stringify(name)} is not a repository name. Use lower-case letters and digits, joined by ".", "_", "-" or "/".`
      )
    }
  )

  it('of which too much is given is not repeated at length', () => {
    expect(() => parseRepository('A'.repeat(1000))).toThrow(/^"A{300}" is not/)
    expect(() => parseTag('é'.repeat(1000))).toThrow(/^"é{200}" is not a tag\. Use up to 128 letters/)
  })

  it('of a manifest is a digest, or a tag', () => {
    expect(parseReference(DIGEST)).toBe(DIGEST)
    expect(parseReference('env-staging')).toBe('env-staging')
    expect(parseTag(`_${'A.b-9'.repeat(25)}ab`)).toHaveLength(128)
    for (const tag of ['.a', '-a', 'a b', 'a:b', `_${'a'.repeat(128)}`])
      expect(() => parseReference(tag)).toThrow(UserError)
  })
})
