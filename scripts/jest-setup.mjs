// Runs before the tests, however they are started: `npm test`, `npm run check`, or the test runner by hand.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findOnlyDeclared } from './tools.mjs'
import { repositoryRoot } from './workspaces.mjs'

/** Tests find what tools/programs.json names, and no other program of this machine. */
export default async function setUpTests() {
  if (!existsSync(join(repositoryRoot, 'lab/servers/lib/index.js')))
    throw new Error('The sources are not compiled. Run: node scripts/setup.mjs --all')
  await findOnlyDeclared(repositoryRoot, 'tests')
}
