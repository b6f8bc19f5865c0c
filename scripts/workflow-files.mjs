import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** Where workflows live: this repository's own and the one that calls them from the example. */
const FOLDERS = ['.github/workflows', 'examples/storefront/.github/workflows']

/**
 * All workflow files.
 * @returns {{ file: string, text: string, workflow: Record<string, any> }[]} `file` is relative to the root.
 */
export function workflowFiles(root) {
  return FOLDERS.flatMap(folder => {
    if (!existsSync(join(root, folder))) return []
    return readdirSync(join(root, folder))
      .filter(name => /\.ya?ml$/.test(name))
      .sort()
      .map(name => readWorkflow(root, `${folder}/${name}`))
  })
}

export function readWorkflow(root, file) {
  const text = readFileSync(join(root, file), 'utf8')
  return { file, text, workflow: parse(text) }
}

/** The jobs of a workflow with their ids. */
export function jobsOf(workflow) {
  return Object.entries(workflow.jobs ?? {})
}

/**
 * The path that `uses` names inside this repository, however it gets there: `$/actions/x`, `./actions/x`, `owner/sluice/actions/x@ref`.
 * @returns {string | undefined} undefined for somebody else's action or workflow.
 */
export function ownPath(uses) {
  return /^(?:\$\/|\.\/|[^/]+\/sluice\/)((?:actions|\.github\/workflows)\/[^@]+)(?:@.*)?$/.exec(uses)?.[1]
}
