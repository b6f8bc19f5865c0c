import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand, UserError } from '@sluice/core'
import { installPackages } from './debian.ts'
import { findProgram } from './find-program.ts'
import { type Installation, install, type LogLine } from './installation.ts'
import { isDebian, neededFor, oldestOf, programList } from './program-list.ts'

/**
 * Installs the pinned Python programs into a virtual environment unless they are there, and returns its `bin` folder.
 * Only wheels, and only with the hashes in requirements.txt: nothing of theirs runs while it is installed.
 * @throws UserError when Python is missing or too old.
 */
export async function installPython(root: string, log: LogLine): Promise<string> {
  const requirements = join(root, 'tools', 'python', 'requirements.txt')
  const names = programList.installed.flatMap(entry => (entry.from === 'pypi' ? entry.name : [])).join(', ')
  const installation: Installation = {
    name: 'python',
    title: `${names} (Python)`,
    verb: 'Installing',
    pins: await readFile(requirements, 'utf8'),
    // A virtual environment's scripts begin with its own path.
    inPlace: true,
    async fill(directory, run) {
      await run(await pythonWithVenv(root, log), ['-m', 'venv', directory])
      await run(join(directory, 'bin', 'python3'), [
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
        '--no-input',
        '--no-deps',
        // Python compiles what it imports when it does: a small part, and more than half of the time goes into all of it.
        '--no-compile',
        '--only-binary=:all:',
        '--require-hashes',
        '--requirement',
        requirements
      ])
    }
  }
  return join(await install(join(root, '.tools'), installation, log), 'bin')
}

async function pythonWithVenv(root: string, log: LogLine): Promise<string> {
  const python = await findProgram('python3')
  if (python === undefined) {
    throw new UserError(
      'Python is missing; it runs the AWS emulators. Install it: apt-get install --no-install-recommends python3 python3-venv.'
    )
  }
  const oldest = oldestOf('python3')
  const isNew = `import sys; sys.exit(0 if sys.version_info >= (${oldest.replaceAll('.', ', ')}) else 1)`
  const { code } = await runCommand(python, ['-c', isNew])
  if (code !== 0)
    throw new UserError(`${python} is too old. Install Python ${oldest} or newer and put it first on PATH.`)
  // Debian ships Python without what makes virtual environments.
  const venv = await runCommand(python, ['-c', 'import venv, ensurepip'])
  if (venv.code !== 0) await installPackages(neededFor('setup').filter(isDebian), { root, log })
  return python
}
