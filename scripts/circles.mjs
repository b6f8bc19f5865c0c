// Keeps modules out of circles: whoever reads one file of a circle must read them all.
import { readFileSync } from 'node:fs'
import { join, normalize, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { importsOf } from './imports.mjs'
import { filesBelow, repositoryRoot, workspaces } from './workspaces.mjs'

const HELP = `
Usage: node scripts/circles.mjs

Checks that no module of a package, an action or the lab imports itself through others, types included.

  --help  shows this text
`

/** @returns {string[]} each circle once, as the way around it. */
export function circleProblems(root) {
  return workspaces(root).flatMap(({ path }) => {
    const modules = importsBetween(root, path)
    return circles(modules).map(circle => `${[...circle, circle[0]].join(' -> ')} is a circle`)
  })
}

/** @returns {Map<string, string[]>} the modules of a workspace, each with those of the same workspace that it imports. */
function importsBetween(root, workspace) {
  const files = filesBelow(join(root, workspace, 'src'))
    .filter(file => file.endsWith('.ts'))
    .map(file => posix.join(workspace, 'src', file))
  const known = new Set(files)
  return new Map(
    files.map(file => {
      const named = importsOf(readFileSync(join(root, file), 'utf8'))
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => normalize(join(posix.dirname(file), specifier)))
      return [file, [...new Set(named)].filter(target => known.has(target)).sort()]
    })
  )
}

/** One circle for each module on one, unless another circle that was found names it already: the shortest way from it back to itself. */
function circles(modules) {
  const found = []
  const told = new Set()
  for (const start of [...modules.keys()].sort()) {
    if (told.has(start)) continue
    const way = shortestWayBack(start, modules)
    if (way === undefined) continue
    for (const file of way) told.add(file)
    found.push(way)
  }
  return found
}

function shortestWayBack(start, modules) {
  const ways = [[start]]
  const seen = new Set()
  for (const way of ways) {
    for (const next of modules.get(way.at(-1)) ?? []) {
      if (next === start) return way
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && readFlags(HELP) !== undefined) {
  const problems = circleProblems(repositoryRoot)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
