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
    'http://0.0.0.0/x',
    'http://2130706433/x',
    'http://xxxxx:xxxxx@169.254.169.254/latest/meta-data',
    'http://[fd00:ec2::254]/latest/meta-data',
    'http://[::ffff:127.0.0.1]/x',
    'git://127.0.0.1/tool.git#main'
  ])('from %s', uri => {
    expect(() => refuseOwnMachine([image, { uri, digest: {} }])).toThrow(UserError)
  })
})

it('an image of a registry on this machine is none, nor is a download from elsewhere', () => {
  const local = { uri: 'pkg:docker/127.0.0.1:5000/tea@1', digest: {} }

  expect(() => refuseOwnMachine([image, download, source, local, { uri: 'https://', digest: {} }])).not.toThrow()
})
