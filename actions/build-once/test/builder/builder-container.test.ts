import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { confine, runsImage } from '../../src/builder/builder-container.ts'
import { pathWith } from './programs.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-container-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A `docker` that writes down its arguments, one a line, and does this; network.test.ts has real networks. */
async function docker(script: string): Promise<NodeJS.ProcessEnv> {
  const written = `for it; do echo "$it"; done >> '${folder}/arguments'`
  return { PATH: await pathWith(folder, { docker: `${written}\n${script}` }) }
}

const shows = (facts: string): string => `case "$1" in inspect) echo '${facts}';; esac`

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(folder, 'arguments'), 'utf8')).trim().split('\n')
}

/** What the program in the container was told to take away. */
async function takenAway(): Promise<readonly string[]> {
  const all = await calls()
  return all.slice(all.lastIndexOf('confine') + 1)
}

/** Of this machine, as its neighbours know it. */
const own = Object.values(networkInterfaces())
  .flatMap(addresses => addresses ?? [])
  .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'))
  .map(({ address }) => address)

describe('a container of a builder', () => {
  it('loses the way to the metadata service, to the gateways of its networks, and to this machine', async () => {
    const env = await docker(shows('bridge v4=172.17.0.1 v6= v4=10.1.0.1 v6= v4= v6='))

    expect(await confine(env, ['tea0'])).toBeUndefined()

    expect(await takenAway()).toEqual(['169.254.0.0/16', '172.17.0.1', '10.1.0.1', ...[...new Set(own)].sort()])
    expect(await calls()).toEqual(
      expect.arrayContaining([
        '{{.HostConfig.NetworkMode}}{{range .NetworkSettings.Networks}} v4={{.Gateway}} v6={{.GlobalIPv6Address}}{{end}}',
        'buildx_buildkit_tea0'
      ])
    )
  })

  it('is confined like all others of the builder', async () => {
    const env = await docker(shows('bridge v4=172.17.0.1 v6='))

    expect(await confine(env, ['tea0', 'tea1'])).toBeUndefined()

    const entered = (await calls()).flatMap((it, at, all) => (it === 'exec' ? [all[at + 1]] : []))
    expect(entered).toEqual(['buildx_buildkit_tea0', 'buildx_buildkit_tea1'])
  })

  it.each([
    ['host', 'host'],
    ['container:abc', 'container:abc v4=172.17.0.1 v6=']
  ])('has the network %s, and is told: nothing there may be taken away', async (network, facts) => {
    const env = await docker(shows(facts))

    expect(await confine(env, ['tea0'])).toBe(
      `its steps have the network ${network}: make the builder without the driver's option network`
    )
    expect(await calls()).not.toContain('exec')
  })

  it('has an address of IPv6, by which more is in reach than is taken away, and is told', async () => {
    const env = await docker(shows('bridge v4=172.17.0.1 v6= v4=10.1.0.1 v6=2001:db8::2'))

    expect(await confine(env, ['tea0'])).toBe(
      'its container has an IPv6 address, by which its steps could reach this machine'
    )
  })

  it('keeps its ways when the last line says so', async () => {
    const env = await docker(
      `${shows('bridge v4=172.17.0.1 v6=')}\ncase $1 in exec) echo one >&2; echo "no ip " >&2; exit 1;; esac`
    )

    expect(await confine(env, ['tea0'])).toBe('the way from its container to this machine cannot be closed (no ip)')
  })

  it('that keeps its ways is told also when it is not the first', async () => {
    const env = await docker(`case "$*" in *tea1*) echo gone >&2; exit 1;; esac\n${shows('bridge v4=172.17.0.1 v6=')}`)

    expect(await confine(env, ['tea0', 'tea1', 'tea2'])).toBe(
      'docker does not show the container buildx_buildkit_tea1 (gone)'
    )
  })
})

describe('a builder runs an image', () => {
  const running = (wanted: string, ...found: readonly string[]): string =>
    `case "$*" in
  'image inspect --format {{.Id}} tea@sha256:1') ${wanted} ;;
  'inspect --format {{.Image}} buildx_buildkit_tea0 buildx_buildkit_tea1') ${found.join('; ')} ;;
  *) exit 64 ;;
esac`
  const asked = async (env: NodeJS.ProcessEnv): Promise<boolean> => runsImage(env, ['tea0', 'tea1'], 'tea@sha256:1')

  it('when all of its containers do', async () => {
    expect(await asked(await docker(running('echo sha256:a', 'echo sha256:a', 'echo sha256:a')))).toBe(true)
  })

  it.each([
    ['one runs another', running('echo sha256:a', 'echo sha256:a', 'echo sha256:b')],
    ['all run another', running('echo sha256:a', 'echo sha256:b', 'echo sha256:b')],
    ['docker does not have the image', running('exit 1', 'echo')],
    ['docker does not show the containers', running('echo sha256:a', 'echo sha256:a', 'exit 1')]
  ])('but not when %s', async (_, script) => {
    expect(await asked(await docker(script))).toBe(false)
  })

  it('but not when it has no container', async () => {
    expect(await runsImage(await docker('echo sha256:a'), [], 'tea@sha256:1')).toBe(false)
  })
})
