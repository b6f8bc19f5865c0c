import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import type { RehearsalReport } from '@sluice-lab/rehearsal'
import { ROOT } from './rehearsed.ts'

const REHEARSE = join(ROOT, 'lab/rehearsal/lib/main.js')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-rehearse-buildx-'))
})

afterAll(async () => rm(folder, { recursive: true, force: true }))

async function rehearse(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {}
): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await runCommand('node', [REHEARSE, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env }
  })
  return { code, output: `${stdout.toString('utf8')}${stderr}` }
}

describe('a rehearsal with --builder buildx', () => {
  it('carries images that docker built in a builder of the suite to production, with no other program of the machine', async () => {
    // Programs of the same names that somebody has put on this machine, before all others.
    const machine = await mkdtemp(join(folder, 'machine-'))
    const used = join(folder, 'used')
    for (const name of [
      'docker',
      'dockerd',
      'buildctl',
      'buildah',
      'containerd',
      'runc',
      'skopeo',
      'act',
      'bash',
      'tar'
    ]) {
      await writeFile(join(machine, name), `#!/bin/sh\necho "$0" >> '${used}'\nexit 1\n`)
      await chmod(join(machine, name), 0o755)
    }
    const file = join(folder, 'report.json')

    const { code, output } = await rehearse(
      ['--approve', 'all', '--builder', 'buildx', '--verbose', '--report', file],
      { PATH: [machine, process.env['PATH']].join(delimiter) }
    )

    expect(output).toContain('One digest went all the way.')
    expect(code).toBe(0)
    expect(output).toMatch(/Builder: buildx sluice-[0-9a-f]{12} \(docker-container\)\./)
    expect(output).not.toContain('Builder: buildkit')
    const { environments } = JSON.parse(await readFile(file, 'utf8')) as RehearsalReport
    for (const { units } of environments) expect(units).toEqual(environments[0]?.units)
    expect(Object.keys(environments[2]?.units ?? {}).sort()).toEqual(['api', 'report', 'site', 'worker'])
    expect(await readdir(folder)).not.toContain('used')
  }, 300_000)
})

describe('a rehearsal with another builder', () => {
  it('is refused, with the names of those that there are', async () => {
    const { code, output } = await rehearse(['--approve', 'all', '--builder', 'buildah'])

    expect(output).toBe('--builder buildah is not a builder of rehearsals. There are: buildkit, buildx. See --help.\n')
    expect(code).toBe(2)
  })
})
