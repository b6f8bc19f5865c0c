import { chmodSync, existsSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { findProgram } from '../src/find-program.ts'
import { cloneOfThisPackage, neededFor, type Purpose, programsOf } from '../src/program-list.ts'
import { makeSearchPath } from '../src/search-path.ts'
import { scratchDirectory } from './scratch.ts'

const environment = { ...process.env }
let machine = ''

beforeEach(() => {
  // Programs that somebody has put on this machine.
  machine = scratchDirectory()
  for (const name of ['sluice-undeclared', 'docker', 'buildctl', 'sh']) {
    writeFileSync(join(machine, name), '#!/bin/sh\necho undeclared\n')
    chmodSync(join(machine, name), 0o755)
  }
  process.env = { ...environment, PATH: `${machine}:${environment['PATH']}` }
})

afterEach(() => {
  process.env = environment
})

describe('the tests of this repository', () => {
  it('run with a PATH of one folder, made for them', () => {
    expect(dirname(environment['PATH'] ?? '')).toBe(join(cloneOfThisPackage, '.tools', 'bin'))
    expect(basename(environment['PATH'] ?? '')).toMatch(/^tests-[0-9a-f]{12}$/)
  })

  it('do not find what the machine has beyond that', async () => {
    const everything = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin']
      .filter(existsSync)
      .flatMap(directory => readdirSync(directory))
    const declared = new Set(readdirSync(environment['PATH'] ?? ''))
    process.env = environment

    const undeclared = everything.filter(name => !declared.has(name))
    const found = await Promise.all(undeclared.map(findProgram))

    expect(undeclared.length).toBeGreaterThan(0)
    expect(found.filter(file => file !== undefined)).toEqual([])
  })
})

describe.each<Purpose>(['setup', 'rehearsal', 'buildx', 'tests'])('the search path for %s', purpose => {
  it('does not find a program that is on this machine and that nobody declared', async () => {
    expect((await runCommand('sluice-undeclared', [], { env: process.env })).code).toBe(0)

    process.env['PATH'] = await makeSearchPath(purpose)

    await expect(runCommand('sluice-undeclared', [], { env: process.env })).rejects.toThrow(
      /sluice-undeclared could not be run: .*ENOENT/
    )
  })

  it('holds what was declared, from where it was declared to come', async () => {
    const folder = await makeSearchPath(purpose)

    const programs = purpose === 'setup' ? [] : neededFor(purpose).flatMap(programsOf)
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining([...programs, 'node', 'npm', 'python3', 'go', 'git', 'apt-get', 'bash', 'tar'])
    )
    const targets = readdirSync(folder).map(name => readlinkSync(join(folder, name)))
    expect(targets.filter(target => dirname(target) === machine)).toEqual([])
  })

  it('is the same folder where it is made again, also from within', async () => {
    const folder = await makeSearchPath(purpose)
    process.env['PATH'] = folder

    const both = await Promise.all([makeSearchPath(purpose), makeSearchPath(purpose)])

    expect(both).toEqual([folder, folder])
  })
})

describe('a rehearsal', () => {
  it('finds docker with --builder buildx alone, and never what only tests need', async () => {
    const programs = new Set(readdirSync(await makeSearchPath('rehearsal')))
    const withBuildx = new Set(readdirSync(await makeSearchPath('buildx')))

    expect(['act', 'docker', 'buildah', 'gcc'].map(name => programs.has(name))).toEqual([true, false, false, false])
    expect(['act', 'docker', 'buildah', 'gcc'].map(name => withBuildx.has(name))).toEqual([true, true, false, false])
  })
})

describe('what must be there', () => {
  it('is named when it is not', async () => {
    process.env['PATH'] = only('dpkg-query', 'apt-get', 'apt-cache')

    await expect(makeSearchPath('setup')).rejects.toThrow(
      'npm is not on PATH. Install it; README.md lists what must be there.'
    )
  })

  it('is Debian', async () => {
    process.env['PATH'] = scratchDirectory()

    await expect(makeSearchPath('setup')).rejects.toThrow('this is neither Debian nor Ubuntu')
  })
})

/** A folder with these programs of the machine alone. */
function only(...names: readonly string[]): string {
  const directory = scratchDirectory()
  for (const name of names) symlinkSync(join(environment['PATH'] ?? '', name), join(directory, name))
  return directory
}
