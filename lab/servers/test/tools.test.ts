import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { findProgram } from '../src/find-program.ts'
import { ensureTools, type ToolName } from '../src/tools.ts'
import { scratchDirectory } from './scratch.ts'

const environment = { ...process.env }

beforeEach(() => {
  process.env = { ...environment }
})

afterEach(() => {
  process.env = environment
})

describe('the installed tools', () => {
  const versions: Readonly<Record<ToolName, string>> = {
    act: '--version',
    actionlint: '-version',
    buildctl: '--version',
    buildkitd: '--version',
    buildx: 'version',
    containerd: '--version',
    containerdShim: '-v',
    docker: '--version',
    dockerInit: '--version',
    dockerRegistry: '--version',
    ip: '-Version',
    dockerd: '--version',
    ministack: '--help',
    motoServer: '--help',
    node24: '--version',
    runc: '--version',
    skopeo: '--version',
    zizmor: '--version'
  }
  const all = Object.keys(versions) as readonly ToolName[]

  it('all run', async () => {
    const tools = await ensureTools({ only: all })

    for (const name of all) expect([name, (await runCommand(tools[name], [versions[name]])).code]).toEqual([name, 0])
    expect((await runCommand(tools.node24, ['--version'])).stdout.toString('utf8')).toMatch(/^v24\./)
  }, 600_000)

  it('are found again without any process', async () => {
    const tools = await ensureTools({ only: all })
    // Nothing can be started from here: only what needs no process succeeds.
    process.env['PATH'] = scratchDirectory()

    expect(await ensureTools({ only: all })).toEqual(tools)
  }, 600_000)

  it('are only those that were asked for', async () => {
    expect(Object.keys(await ensureTools({ only: ['node24', 'skopeo'] })).sort()).toEqual(['node24', 'skopeo'])
  })

  it('that are Debian packages are never taken from PATH', async () => {
    const other = scratchDirectory()
    script(other, 'docker', 'exit 1')
    process.env['PATH'] = `${other}:${process.env['PATH']}`

    expect((await ensureTools({ only: ['docker'] })).docker).toBe('/usr/bin/docker')
  })
})

describe('a missing prerequisite is named with its remedy', () => {
  it('Go', async () => {
    const root = cloneWith('act/go.mod', 'module x\n\nrequire (\n\tgithub.com/nektos/act v0.2.89 // indirect\n)\n')
    writeFileSync(join(root, 'tools', 'act', 'go.sum'), '')
    process.env['PATH'] = await onlyWith('flock', 'sh', 'cat')

    await expect(ensureTools({ root, only: ['act'] })).rejects.toThrow(
      'Go is missing; it builds act. Install Go 1.25.5 or newer (https://go.dev/doc/install) and put it on PATH.'
    )
  })

  it('Python', async () => {
    const root = cloneWith('python/requirements.txt', '')
    process.env['PATH'] = await onlyWith('flock', 'sh', 'cat')

    await expect(ensureTools({ root, only: ['ministack'] })).rejects.toThrow('Python is missing')
  })

  it('a newer Python', async () => {
    const root = cloneWith('python/requirements.txt', '')
    const path = await onlyWith('flock', 'sh', 'cat')
    script(path, 'python3', 'exit 1')
    process.env['PATH'] = path

    await expect(ensureTools({ root, only: ['zizmor'] })).rejects.toThrow('Install Python 3.11 or newer')
  })

  it('Node 24', async () => {
    const root = scratchDirectory()

    await expect(ensureTools({ root, only: ['node24'] })).rejects.toThrow(`Run npm ci in ${root}`)
  })

  it('a module that go.mod does not require', async () => {
    const root = cloneWith('act/go.mod', 'module x\n')
    writeFileSync(join(root, 'tools', 'act', 'go.sum'), '')

    await expect(ensureTools({ root, only: ['act'] })).rejects.toThrow('does not require github.com/nektos/act')
  })
})

describe('Go programs', () => {
  it('are not built where what is to be fixed is not there as it was', async () => {
    const root = cloneWith(
      'act/go.mod',
      'module x\n\ngo 1.25\n\nrequire (\n\tgithub.com/nektos/act v0.2.89\n)\n\nreplace github.com/nektos/act => ./other\n'
    )
    writeFileSync(join(root, 'tools', 'act', 'go.sum'), '')
    mkdirSync(join(root, 'tools', 'act', 'other', 'pkg', 'container'), { recursive: true })
    writeFileSync(join(root, 'tools', 'act', 'other', 'go.mod'), 'module github.com/nektos/act\n')
    writeFileSync(join(root, 'tools', 'act', 'other', 'pkg', 'container', 'host_environment.go'), 'package container\n')

    await expect(ensureTools({ root, only: ['act'] })).rejects.toThrow(
      'pkg/container/host_environment.go of github.com/nektos/act does not say what tools/programs.json fixes of act.'
    )
  }, 60_000)
})

describe('Python programs', () => {
  it('are installed from wheels whose hashes are pinned, and only from those', async () => {
    const wheels = scratchDirectory()
    const hash = await wheel(wheels)
    process.env['PIP_NO_INDEX'] = '1'
    process.env['PIP_FIND_LINKS'] = wheels

    const right = cloneWith('python/requirements.txt', `sluicesample==1.0 --hash=sha256:${hash}\n`)
    const wrong = cloneWith('python/requirements.txt', `sluicesample==1.0 --hash=sha256:${'0'.repeat(64)}\n`)
    const { ministack } = await ensureTools({ root: right, only: ['ministack'] })
    const refused = ensureTools({ root: wrong, only: ['ministack'] })

    expect(ministack).toBe(join(right, '.tools', 'python', 'bin', 'ministack'))
    expect(existsSync(join(right, '.tools', 'python', 'bin', 'sluicesample'))).toBe(true)
    await expect(refused).rejects.toThrow('DO NOT MATCH THE HASHES')
  }, 120_000)
})

describe('Debian packages', () => {
  /** A PATH without skopeo, and an apt-get that writes down how it was called and then does `effect`. */
  async function withApt(effect: string): Promise<{
    root: string
    directories: readonly string[]
    calls: () => readonly string[]
    lines: string[]
  }> {
    const root = scratchDirectory()
    const path = await onlyWith('flock', 'sh', 'cat', 'env', 'rm', 'sleep', 'chmod')
    script(path, 'apt-get', `echo "$DEBIAN_FRONTEND $*" >> ${root}/calls; ${effect.replaceAll('$PATH0', path)}`)
    process.env['PATH'] = path
    return {
      root,
      directories: [path],
      calls: () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n'),
      lines: []
    }
  }
  const installs = 'case "$*" in *install*) echo > $PATH0/skopeo; chmod +x $PATH0/skopeo;; esac'
  // Whoever runs the tests may not be root: this sudo lets everybody.
  const permit = () => script(process.env['PATH'] ?? '', 'sudo', 'shift; exec "$@"')

  it('are installed when a program is missing, without what they recommend and without starting a service', async () => {
    const { root, directories, calls, lines } = await withApt(installs.replaceAll('skopeo', 'docker-registry'))
    permit()
    const log = (line: string) => lines.push(line)

    const { dockerRegistry } = await ensureTools({ root, directories, only: ['dockerRegistry'], log })

    expect(dockerRegistry).toBe(join(process.env['PATH'] ?? '', 'docker-registry'))
    expect(calls()).toEqual([
      expect.stringMatching(/^noninteractive .*update$/),
      expect.stringMatching(/^noninteractive .*install --no-install-recommends .*--path-exclude=.* docker-registry$/)
    ])
    expect(lines[0]).toBe('Installing Debian packages: docker-registry …')
  })

  it('wait for another program that installs packages', async () => {
    const { root, directories, calls } = await withApt(
      `if [ ! -e ${'$'}0.tried ]; then echo > ${'$'}0.tried; echo "E: Could not get lock /var/lib/apt/lists/lock"; exit 100; fi; ${installs}`
    )
    permit()

    await ensureTools({ root, directories, only: ['skopeo'] })

    expect(calls()).toHaveLength(3)
  })

  it('that cannot be installed are a failure with the last words of apt-get', async () => {
    const { root, directories } = await withApt('echo "E: Unable to locate package"; exit 100')
    permit()

    await expect(ensureTools({ root, directories, only: ['skopeo'] })).rejects.toThrow('E: Unable to locate package')
  })

  it('that do not bring their program are reported', async () => {
    const { root, directories } = await withApt('exit 0')
    permit()

    await expect(ensureTools({ root, directories, only: ['skopeo'] })).rejects.toThrow(
      "skopeo is in none of Debian's folders for programs although"
    )
  })

  it('need apt-get', async () => {
    const root = scratchDirectory()
    process.env['PATH'] = await onlyWith('flock', 'sh', 'cat')

    const directories = [scratchDirectory()]
    await expect(ensureTools({ root, directories, only: ['skopeo'] })).rejects.toThrow(
      'skopeo: missing, and this system has no apt-get'
    )
  })
})

/** A clone that holds one file under `tools/`. */
function cloneWith(file: string, content: string): string {
  const root = scratchDirectory()
  mkdirSync(join(root, 'tools', file, '..'), { recursive: true })
  writeFileSync(join(root, 'tools', file), content)
  return root
}

/** A directory for PATH that holds a few of this machine's programs and nothing else. */
async function onlyWith(...programs: readonly string[]): Promise<string> {
  const directory = scratchDirectory()
  for (const program of programs) link(directory, program, await findProgram(program))
  return directory
}

function link(directory: string, name: string, target: string | undefined): void {
  if (target === undefined) throw new Error(`${name} is not on PATH.`)
  symlinkSync(target, join(directory, name))
}

function script(directory: string, name: string, text: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`)
  chmodSync(join(directory, name), 0o755)
}

/** Writes a wheel with one program and returns its SHA-256. */
async function wheel(directory: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand('python3', ['-', directory], {
    input: `
import hashlib, sys, zipfile
name = sys.argv[1] + '/sluicesample-1.0-py3-none-any.whl'
with zipfile.ZipFile(name, 'w') as wheel:
    info = 'sluicesample-1.0.dist-info/'
    wheel.writestr('sluicesample.py', 'def main(): print("sample")')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: sluicesample\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'entry_points.txt', '[console_scripts]\\nsluicesample = sluicesample:main\\n')
    wheel.writestr(info + 'RECORD', '')
print(hashlib.sha256(open(name, 'rb').read()).hexdigest())
`
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.toString('utf8').trim()
}
