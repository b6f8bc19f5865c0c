// TypeScript builds workspaces in the order of their references; npm links them by their dependencies. This keeps both equal.
import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { readJson, repositoryRoot, workspaces } from './workspaces.mjs'

const HELP = `
Usage: node scripts/projects.mjs [--check]

Writes tsconfig.projects.json (every workspace) and the references of each workspace's tsconfig.json
(the @sluice packages it depends on, as its package.json says).

  --check  writes nothing and fails if a file is not current
  --help   shows this text
`

/** @returns {{ file: string, wanted: object[], found: object[] | undefined, whole: Record<string, any> }[]} one entry a file. */
export function projectReferences(root) {
  const all = workspaces(root).filter(workspace => existsSync(join(root, workspace.path, 'tsconfig.json')))
  const byName = new Map(all.map(workspace => [workspace.manifest.name, workspace]))
  const solution = 'tsconfig.projects.json'
  const entry = (file, wanted, whole) => ({ file, wanted, found: whole.references, whole })
  return [
    entry(
      solution,
      all.map(workspace => ({ path: workspace.path })),
      existsSync(join(root, solution)) ? readJson(join(root, solution)) : { files: [] }
    ),
    ...all.map(workspace => {
      const file = `${workspace.path}/tsconfig.json`
      // A package whose types alone are imported is a development dependency. The lab is imported by tests, which are not built.
      const types = Object.keys(workspace.manifest.devDependencies ?? {}).filter(name => name.startsWith('@sluice/'))
      const wanted = [...Object.keys(workspace.manifest.dependencies ?? {}), ...types]
        .map(name => byName.get(name))
        .filter(other => other !== undefined)
        .map(other => ({ path: relative(join(root, workspace.path), join(root, other.path)) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
      return entry(file, wanted, readJson(join(root, file)))
    })
  ]
}

/** The files whose references are not what the dependencies ask for; their order does not matter. */
export function staleProjects(root) {
  const text = references => JSON.stringify((references ?? []).map(reference => reference.path).sort())
  return projectReferences(root).filter(({ wanted, found }) => text(wanted) !== text(found))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { check: { type: 'boolean' } })
  if (flags !== undefined) {
    for (const { file, wanted, whole } of staleProjects(repositoryRoot)) {
      if (flags.check === true) {
        console.error(
          `${file}: the references should be ${wanted.map(reference => reference.path).join(', ') || 'none'}`
        )
        process.exitCode = 1
      } else {
        writeFileSync(join(repositoryRoot, file), `${JSON.stringify({ ...whole, references: wanted }, undefined, 2)}\n`)
        console.log(`wrote ${file}`)
      }
    }
  }
}
