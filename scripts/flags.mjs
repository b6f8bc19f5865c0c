import { parseArgs } from 'node:util'

/**
 * Reads the flags of a script, which always include --help.
 * @param {string} help printed for --help, and after an unknown flag.
 * @param {import('node:util').ParseArgsConfig['options']} options as `parseArgs` of node:util takes them.
 * @returns the values, or undefined when there is nothing left to do (the exit code is set).
 */
export function readFlags(help, options = {}) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } })
    if (values.help !== true) return values
    console.log(help.trim())
  } catch (error) {
    console.error(`${error.message}\n\n${help.trim()}`)
    process.exitCode = 2
  }
  return undefined
}
