import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { boundingSet, keepWithin, specifications } from '../src/bounded-runc.ts'
import { ensureTools } from '../src/tools.ts'
import { scratchDirectory } from './scratch.ts'

const program = fileURLToPath(new URL('../src/bounded-runc.ts', import.meta.url))

describe('the bounding set', () => {
  it('is read from the mask in /proc', () => {
    expect(boundingSet('CapEff:\t0000000000000000\nCapBnd:\t0000000001000021\n')).toEqual([
      'CAP_CHOWN',
      'CAP_KILL',
      'CAP_SYS_RESOURCE'
    ])
    expect(boundingSet('CapBnd:\t000001ffffffffff\n').at(-1)).toBe('CAP_CHECKPOINT_RESTORE')
    expect(boundingSet('')).toEqual([])
  })

  it('limits every set of a process', () => {
    const wanted = { capabilities: { bounding: ['CAP_KILL', 'CAP_BPF'], effective: ['CAP_BPF'] } }

    keepWithin(wanted, ['CAP_KILL', 'CAP_CHOWN'])

    expect(wanted).toEqual({ capabilities: { bounding: ['CAP_KILL'], effective: [] } })
  })
})

describe('runc within bounds', () => {
  it('looks at the bundle of a container, and at the process of an exec', () => {
    expect(specifications(['--root', '/r', 'create', '--bundle', '/b', 'id'])).toEqual([
      { file: '/b/config.json', of: 'bundle' }
    ])
    expect(specifications(['exec', '--process', '/p.json', 'id'])).toEqual([{ file: '/p.json', of: 'process' }])
    expect(specifications(['--version'])).toEqual([])
    expect(specifications(['--bundle'])).toEqual([])
  })

  it('corrects what is asked for, passes everything on, and ends as runc does', async () => {
    const { node24 } = await ensureTools({ only: ['node24'] })
    const folder = scratchDirectory()
    const config = join(folder, 'config.json')
    writeFileSync(
      config,
      JSON.stringify({ root: '/x', process: { capabilities: { bounding: ['CAP_NO_SUCH', 'CAP_KILL'] } } })
    )
    const runc = join(folder, 'runc')
    writeFileSync(runc, '#!/bin/sh\necho "$@"; exit 7\n', { mode: 0o755 })

    const done = await runCommand(node24, [program, runc, 'create', '--bundle', folder, 'id'])

    expect([done.code, done.stdout.toString('utf8')]).toEqual([7, `create --bundle ${folder} id\n`])
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({
      root: '/x',
      process: { capabilities: { bounding: ['CAP_KILL'] } }
    })
  })
})
