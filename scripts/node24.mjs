import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The Node that GitHub's runners have for actions, if it is installed here; this one otherwise.
 * @param {string} root
 * @returns {string} the file
 */
export function node24(root) {
  const files = ['x64', 'arm64'].map(cpu => join(root, `node_modules/node-linux-${cpu}/bin/node`))
  return files.find(path => existsSync(path)) ?? process.execPath
}
