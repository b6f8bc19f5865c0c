import { spawn } from 'node:child_process'

/**
 * Runs a program to its end, without a shell and without input.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, deadline?: number }} options
 *   `show` passes the output on instead of collecting it; after `deadline` milliseconds the program is killed.
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started.
 */
export function run(file, args, options = {}) {
  return new Promise(resolve => {
    const chunks = []
    const pipe = options.show === true ? 'inherit' : 'pipe'
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', pipe, pipe],
      timeout: options.deadline,
      killSignal: 'SIGKILL'
    })
    child.stdout?.on('data', chunk => chunks.push(chunk))
    child.stderr?.on('data', chunk => chunks.push(chunk))
    child.on('error', error => resolve({ code: 127, output: `${file} could not be run: ${error.message}` }))
    child.on('close', code => resolve({ code: code ?? 128, output: Buffer.concat(chunks).toString('utf8') }))
  })
}

/** Runs a program of an installed npm package by its file, so that neither PATH nor npx decides which one. */
export function runNode(file, args, options = {}) {
  return run(process.execPath, [file, ...args], options)
}
