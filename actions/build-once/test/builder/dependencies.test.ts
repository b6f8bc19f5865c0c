import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { dependenciesOf, refuseOwnMachine } from '../../src/builder/dependencies.ts'

const image = { uri: 'pkg:docker/alpine@3?platform=linux%2Famd64', digest: { sha256: 'a'.repeat(64) } }
const download = { uri: 'https://shop.example/tool.tar.gz', digest: { sha256: 'b'.repeat(64) } }
const source = { uri: 'https://git.example/tool.git#v1', digest: { sha1: 'c'.repeat(40) } }

describe('what a build fetched', () => {
  it('is what its provenance names, each once and sorted', () => {
    const amd64 = { buildDefinition: { resolvedDependencies: [image, { ...download, name: 'tool' }] } }
    const arm64 = { materials: [source, download] }

    expect(dependenciesOf([amd64, arm64])).toEqual([source, download, image])
  })

  it('is both where one address gave two answers', () => {
    const other = { ...download, digest: { sha256: 'd'.repeat(64) } }

    expect(dependenciesOf([{ materials: [download] }, { materials: [other] }])).toEqual([download, other])
  })

  it.each([[{}], [{ buildDefinition: {} }], [{ buildDefinition: { resolvedDependencies: [] } }]])(
    'is nothing by %j',
    provenance => {
      expect(dependenciesOf([provenance])).toEqual([])
    }
  )
})

describe('a download is refused', () => {
  it.each([
    'http://127.0.0.1:8080/x',
    'https://localhost/x',
    'http://[::1]/x',
    'http://[::]/x',
    'http://0.0.0.0/x',
    'http://2130706433/x',
    'http://xxxxx:xxxxx@169.254.169.254/latest/meta-data',
    'http://[fe80::1]/x',
    'http://[fd00:ec2::254]/latest/meta-data',
    'http://[::ffff:127.0.0.1]/x',
    'git://127.0.0.1/tool.git#main',
    'ssh://git@127.0.0.1/tool.git'
  ])('from %s', uri => {
    const refused = () => refuseOwnMachine([image, { uri, digest: {} }])

    expect(refused).toThrow(UserError)
    expect(refused).toThrow(`The build fetched "${uri}", an address of the machine that built it.`)
  })
})

it.each([
  ['an image of a registry on this machine', 'pkg:docker/127.0.0.1:5000/tea@1'],
  ['what only names such an address', 'pkg:generic/tea?download_url=http://127.0.0.1/x'],
  ['no address', 'https://'],
  ['a name that holds one', 'https://a.169.254.example/tool']
])('%s is none', (_, uri) => {
  expect(() => refuseOwnMachine([image, download, source, { uri, digest: {} }])).not.toThrow()
})
