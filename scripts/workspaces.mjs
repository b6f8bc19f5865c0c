import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder that holds package.json: scripts find everything from here, wherever they are called. */
export const repositoryRoot = join(import.meta.dirname, '..')

/** The one list of third-party programs. */
export const PROGRAMS = 'tools/programs.json'

/**
 * The npm workspaces that exist, in the order of their paths.
 * @returns {{ path: string, group: 'packages' | 'lab' | 'actions', folder: string, manifest: Record<string, any> }[]}
 */
export function workspaces(root) {
  return ['packages', 'lab', 'actions'].flatMap(group =>
    folders(join(root, group))
      .filter(folder => existsSync(join(root, group, folder, 'package.json')))
      .map(folder => ({
        path: `${group}/${folder}`,
        group,
        folder,
        manifest: readJson(join(root, group, folder, 'package.json'))
      }))
  )
}

/** The names of the actions: folders of actions/ that have an action.yml. */
export function actionNames(root) {
  return folders(join(root, 'actions')).filter(folder => existsSync(join(root, 'actions', folder, 'action.yml')))
}

/** The folders directly in a folder, sorted; none if it does not exist. */
export function folders(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

/** The files below a folder as paths relative to it, sorted; dependencies and build output are left out. */
export function filesBelow(directory, skip = ['node_modules', 'lib', '.git', '.tools', '.rehearsal']) {
  if (!existsSync(directory)) return []
  const found = []
  const walk = (folder, prefix) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        if (!skip.includes(entry.name)) walk(join(folder, entry.name), `${prefix}${entry.name}/`)
      } else found.push(`${prefix}${entry.name}`)
    }
  }
  walk(directory, '')
  return found.sort()
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
