import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Report } from '@sluice/core'
import { fingerprintOf, parseDelivery, unitNamed } from '@sluice/delivery'
import { build } from '../src/build-mode.ts'
import { contextTime } from '../src/builder/index.ts'
import type { Stored } from './builder/layout.ts'
import { pathWith } from './builder/programs.ts'
import { recordedLog } from './builder/recorded-log.ts'
import { answersIn, BASE, scriptedBuildctl } from './builder/scripted-buildctl.ts'
import { DELIVERY, type Product, startProduct } from './product.ts'

const BUILDER = 'buildkit at unix:///run/test.sock'

let folder: string
let built: Stored
let product: Product
let commit: string
let log: ReturnType<typeof recordedLog>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-image-'))
  built = await answersIn(folder)
  product = await startProduct(async () => undefined)
  commit = await product.commit({ Dockerfile: 'FROM scratch\nCOPY . /\n', 'greeting.txt': 'Hello.\n' }, 1_700_000_000)
  log = recordedLog()
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(product.directory, { recursive: true, force: true })
})

/** Builds the unit by a `buildctl` that is a script; build-mode.test.ts has a real one. */
async function buildApi(options: { delivery?: string; layout?: string; before?: string } = {}): Promise<Report> {
  const times = [1_000, 3_500]
  const pipeline = {
    ...product.pipeline(commit),
    clock: { now: () => times.shift() ?? 0, sleep: async () => undefined },
    at: async () => parseDelivery(options.delivery ?? DELIVERY, 'delivery.yml'),
    log: {
      ...log,
      group: async <T>(title: string, work: () => Promise<T>): Promise<T> => {
        log.info(`> ${title}`)
        return work()
      }
    }
  }
  const PATH = await pathWith(folder, { buildctl: scriptedBuildctl(folder, options.before) })
  const env = { PATH, BUILDKIT_HOST: 'unix:///run/test.sock' }
  return build({ mode: 'build', unit: 'api', builder: 'buildkit', layout: options.layout }, pipeline, env)
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
}

const fingerprint = async () =>
  fingerprintOf(product.pipeline(commit).repository, commit, unitNamed(parseDelivery(DELIVERY, 'delivery.yml'), 'api'))

describe('an image', () => {
  it('is tested, then built, and told with all that is to be recorded of it', async () => {
    const layout = join(folder, 'deep', 'layout')

    const { outputs, summary } = await buildApi({ layout })

    const temp = join(product.directory, '.git/temp')
    expect(outputs).toEqual({
      digest: built.digest,
      fingerprint: await fingerprint(),
      layout,
      built: 'true',
      events: 'tested,built',
      'detail-path': join(temp, 'sluice/builds/api.json')
    })
    const detail = { builder: BUILDER, sandbox: true, base: [BASE], resolvedDependencies: [] }
    expect(JSON.parse(await readFile(outputs['detail-path'] ?? '', 'utf8'))).toEqual(detail)
    expect(summary).toBe(
      [
        '### Built api',
        '',
        '|  |  |',
        '| --- | --- |',
        `| digest | \`${built.digest}\` |`,
        `| fingerprint | \`${await fingerprint()}\` |`,
        '| tests | passed |',
        '| time | 2.5 s |',
        `| builder | \`${BUILDER}\` |`,
        '| sandbox | `true` |',
        `| base | \`${JSON.stringify([BASE])}\` |`,
        '| resolvedDependencies | `[]` |',
        ''
      ].join('\n')
    )
    const base = `| #4 FROM ${BASE.name}@${BASE.digest}`
    expect(log.lines).toEqual([
      `Builder: ${BUILDER}.`,
      '> Run the tests of api',
      base,
      '> Build api',
      base,
      `api: ${built.digest} in 2.5 s`
    ])
    expect((await calls()).flatMap(call => / build .*?(--opt=target=test|--output)/.exec(call)?.[1] ?? [])).toEqual([
      '--opt=target=test',
      '--output'
    ])
    expect(await readdir(layout)).toEqual(['blobs', 'index.json', 'oci-layout'])
  })

  it('lies where the next step finds it when no place is named, and nothing of an earlier one is left there', async () => {
    const { outputs } = await buildApi()
    expect(outputs['layout']).toBe(join(product.directory, '.git/temp/sluice/builds/api'))
    await writeFile(join(outputs['layout'] ?? '', 'stale'), '')

    await buildApi()

    expect(await readdir(outputs['layout'] ?? '')).toEqual(['blobs', 'index.json', 'oci-layout'])
  })

  it('is built from the tree of the commit, whose files have the time of its fingerprint, in a folder that goes away', async () => {
    await writeFile(join(product.directory, '.git/info/exclude'), 'secret.txt\n')
    await writeFile(join(product.directory, 'api/secret.txt'), 'not committed')
    const look = `for option; do case "$option" in --local=context=*)
      context="\${option#--local=context=}"
      echo "$context" > '${folder}/context'
      (cd "$context" && ls -A && date -u -r greeting.txt +%s) > '${folder}/tree'
    esac; done`

    await buildApi({ before: look })

    const time = Math.floor(contextTime(await fingerprint()))
    expect(await readFile(join(folder, 'tree'), 'utf8')).toBe(`Dockerfile\ngreeting.txt\n${time}\n`)
    const context = (await readFile(join(folder, 'context'), 'utf8')).trim()
    await expect(stat(context)).rejects.toThrow('ENOENT')
  })

  it('without a test target is recorded as built alone, by the target that delivery.yml names', async () => {
    const delivery = DELIVERY.replace('test: test', 'target: cup, platforms: [linux/arm64], args: { LEAF: green }')

    const { outputs, summary } = await buildApi({ delivery })

    expect(outputs['events']).toBe('built')
    expect(summary).toContain('| tests | the unit has no test target |')
    expect(log.lines).not.toContain('> Run the tests of api')
    const builds = (await calls()).filter(call => call.includes(' build '))
    expect(builds).toHaveLength(1)
    expect(builds[0]).toMatch(/ --opt=build-arg:LEAF=green --opt=platform=linux\/arm64 --opt=target=cup /)
  })

  it('is not built when its tests fail', async () => {
    const failing = 'case "$*" in *target=test*) echo "error: too cold"; exit 1;; esac'

    await expect(buildApi({ before: failing })).rejects.toThrow('target test, failed in buildkit')

    expect((await calls()).some(call => call.includes('--output'))).toBe(false)
  })

  it('that fetched much is told in the summary by how much, and in the facts by all', async () => {
    const materials = Array.from({ length: 40 }, (_, n) => ({
      uri: `https://shop.example/${n}`,
      digest: { sha256: 'a' }
    }))
    await writeFile(join(folder, 'sha256:p'), JSON.stringify({ materials }))

    const { outputs, summary } = await buildApi()

    expect(summary).toContain('| resolvedDependencies | 40 entries |')
    const { resolvedDependencies } = JSON.parse(await readFile(outputs['detail-path'] ?? '', 'utf8'))
    expect(resolvedDependencies).toHaveLength(40)
  })

  it('names no base where it has none', async () => {
    const { outputs } = await buildApi({ before: 'case $1 in build) exec 3>&1 >/dev/null;; esac' })

    expect(JSON.parse(await readFile(outputs['detail-path'] ?? '', 'utf8'))).not.toHaveProperty('base')
  })

  it('has a frontend that is pinned, or is not even tested', async () => {
    commit = await product.commit({ Dockerfile: '# syntax=docker/dockerfile:1\nFROM scratch\n' }, 1_700_000_001)

    await expect(buildApi()).rejects.toThrow('api/Dockerfile:1: the frontend "docker/dockerfile:1" is not pinned')

    expect((await calls()).some(call => call.includes(' build '))).toBe(false)
  })

  it('without a sandbox is recorded as such, with no word on what was fetched where its builder says none', async () => {
    const buildah = `case "$1" in --version) echo buildah version 1; exit; esac
case "$4" in push) cp -R '${folder}/image/.' "\${7#oci:}";; esac`
    const env = { PATH: await pathWith(folder, { buildah }) }
    const request = { mode: 'build', unit: 'api', builder: 'buildah', layout: undefined } as const

    const { outputs } = await build(request, { ...product.pipeline(commit), log }, env)

    expect(JSON.parse(await readFile(outputs['detail-path'] ?? '', 'utf8'))).toEqual({
      builder: 'buildah 1 (chroot)',
      sandbox: false
    })
    expect(log.warnings).toEqual([
      'Builder: buildah 1 (chroot), without a sandbox: its steps can read the processes of this job.'
    ])
  })
})
