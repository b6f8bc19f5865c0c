import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ensureTools } from '../src/tools.ts'

/** A process that starts things and can be killed as roughly as one likes. */
export interface Parent {
  /** The first line it printed, as JSON. */
  readonly said: unknown
  readonly child: ChildProcess
  readonly exited: Promise<void>
}

const door = fileURLToPath(new URL('../src/index.ts', import.meta.url))

/**
 * Runs a script in a Node of its own and waits for its first line.
 * The script sees the package as `machine` and everything after `print(…)` may be cut off by the test.
 */
export async function startParent(script: string): Promise<Parent> {
  const { node24 } = await ensureTools({ only: ['node24'] })
  const source = `
    import * as machine from ${JSON.stringify(door)}
    const print = value => console.log(JSON.stringify(value))
    ${script}
  `
  const child = spawn(node24, ['--conditions=source', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exited = new Promise<void>(resolve => child.on('exit', () => resolve()))
  const said = await new Promise<unknown>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', line => resolve(JSON.parse(line)))
    void exited.then(() => reject(new Error('The parent ended before it said anything.')))
  })
  return { said, child, exited }
}
