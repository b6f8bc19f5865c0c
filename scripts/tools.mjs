import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The third-party programs of this clone that are asked for; those that are missing are installed first.
 * @param {string} root
 * @param {readonly string[]} only
 */
export async function tools(root, only) {
  const { ensureTools } = await servers(root)
  return ensureTools({ root, log: line => console.log(line), only })
}

/**
 * Lets this process, and all that it starts, find only programs that are on a new machine, too: those of tools/programs.json for
 * a purpose, what the README asks for, and Debian's essential packages. What is missing is installed first.
 * @param {string} root
 * @param {'setup' | 'tests'} purpose
 */
export async function findOnlyDeclared(root, purpose) {
  const { makeSearchPath } = await servers(root)
  const options = { root, log: line => console.log(line) }
  // Installing is no reason to start anything else, either.
  process.env.PATH = await makeSearchPath('setup', options)
  if (purpose !== 'setup') process.env.PATH = await makeSearchPath(purpose, options)
}

/**
 * Makes sure that what a purpose needs can be found.
 * @param {string} root
 * @param {'setup' | 'tests'} purpose
 * @returns {Promise<boolean>} false when a program cannot be had; which and why has been printed.
 */
export async function installTools(root, purpose) {
  try {
    await findOnlyDeclared(root, purpose)
    return true
  } catch (error) {
    console.error(`${error.message}\nTests need these programs: none is skipped for want of one.`)
    return false
  }
}

function servers(root) {
  return import(pathToFileURL(join(root, 'lab/servers/lib/index.js')).href)
}
