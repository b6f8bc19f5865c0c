import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure, UserError } from '@sluice/core'

/** Where a clone of Sluice has its lab, seen from this file in `packages/cli/{src,lib}`. The lab never ships with the command. */
const LAB = fileURLToPath(new URL('../../../lab/rehearsal/lib/main.js', import.meta.url))

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Starts the lab's own command, which reads its arguments itself. Signals are passed on, and the lab decides how it ends: who sends one
 * to this process alone must not be left with a rehearsal that goes on.
 * @returns the lab's exit code.
 * @throws UserError when there is no lab beside this program, or it is not built.
 */
export async function rehearse(argv: readonly string[], lab: string = LAB): Promise<number> {
  if (!existsSync(lab)) throw new UserError(withoutLab(dirname(dirname(lab))))
  const child = spawn(process.execPath, [lab, ...argv], { stdio: 'inherit' })
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, pass)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', error => reject(new Failure(`The rehearsal could not be started: ${error.message}`)))
      child.on('close', code => resolve(code ?? 1))
    })
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass)
  }
}

function withoutLab(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return `The rehearsal in ${folder} is not built. Run: npm run rehearse`
  return 'Rehearsals run in a clone of Sluice, and this program is not in one. Clone the Sluice repository and run there: npm run rehearse'
}
