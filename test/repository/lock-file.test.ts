import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { inRepository } from '../harness/index.ts'

interface Locked {
  readonly link?: boolean
  readonly optional?: boolean
  readonly integrity?: string
  readonly version?: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

async function locked(): Promise<readonly (readonly [string, Locked])[]> {
  const text = await readFile(inRepository('package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> }
  return Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && link !== true)
}

/** Whether npm would install an optional package where this repository is developed and tested. */
function fitsHere({ os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: Locked): boolean {
  return os.includes('linux') && ['x64', 'arm64'].some(it => cpu.includes(it)) && libc.includes('glibc')
}

describe('package-lock.json', () => {
  it('has the hash of each package that npm installs on Linux x64 and arm64 with glibc (decision 18)', async () => {
    const unhashed = (await locked()).filter(([, { integrity }]) => integrity === undefined)

    expect(unhashed.filter(([, it]) => it.optional !== true || fitsHere(it)).map(([path]) => path)).toEqual([])
  })

  it('pins by an exact version what it has no hash of', async () => {
    const unhashed = (await locked()).filter(([, { integrity }]) => integrity === undefined)

    expect(unhashed.filter(([, { version }]) => !/^\d+\.\d+\.\d+$/.test(version ?? ''))).toEqual([])
  })

  it('names a strong hash wherever it names one', async () => {
    const weak = (await locked()).filter(([, { integrity = 'sha512-' }]) => !integrity.startsWith('sha512-'))

    expect(weak.map(([path]) => path)).toEqual([])
  })
})
