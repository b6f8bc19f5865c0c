// Keeps the rooms apart: who may import whom, only through the door, and package.json says the same as the imports.
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { importsOf } from './imports.mjs'
import { filesBelow, readJson, repositoryRoot, workspaces } from './workspaces.mjs'

const HELP = `
Usage: node scripts/arrows.mjs

Checks that packages and actions import each other only along the arrows of docs/architecture.md, only through
the door of a package (@sluice/<package>), that each arrow is used, and that each package.json lists exactly what is imported.

  --help  shows this text
`

/** From a package (or `actions`, which stands for each of them) to the packages that its sources may import. */
export const ARROWS = {
  core: [],
  git: ['core'],
  bundle: ['core'],
  cloudformation: ['core'],
  delivery: ['core', 'git'],
  ledger: ['core', 'git'],
  policy: ['core'],
  registry: ['core'],
  running: ['core'],
  iam: ['core', 'delivery'],
  pipeline: ['core', 'git', 'delivery', 'ledger', 'policy', 'registry'],
  actions: ['core', 'git', 'bundle', 'cloudformation', 'delivery', 'policy', 'registry', 'running', 'pipeline'],
  // One process that does what several of the actions do one after another, by their own code.
  stage: ['core', 'delivery', 'pipeline', 'actions'],
  cli: ['core', 'git', 'cloudformation', 'delivery', 'ledger', 'policy', 'iam']
}

const SHIPPED = '@sluice/'
/** What never ships. It may import everything; only tests, and the lab itself, import it. */
const LAB = '@sluice-lab/'

/** @returns {string[]} what is wrong, one line each. */
export function arrowProblems(root) {
  const all = workspaces(root)
  const shared = Object.keys(readJson(join(root, 'package.json')).devDependencies ?? {})
  const problems = all.flatMap(workspace => {
    const room = roomOf(workspace)
    const allowed = room === 'lab' ? names(all) : ARROWS[room]?.flatMap(it => membersOf(it, all))
    if (allowed === undefined)
      return [`${workspace.path}: scripts/arrows.mjs does not say what this package may import`]
    const sources = usesIn(root, workspace, 'src')
    const tests = usesIn(root, workspace, 'test')
    return [
      ...sources.flatMap(use => doorProblems(use, workspace)),
      ...tests.flatMap(use => doorProblems(use, workspace)),
      ...sources.flatMap(use => arrowProblem(use, room, allowed)),
      ...dependencyProblems(workspace, allowed, sources, tests, shared)
    ]
  })
  return [...problems, ...unusedArrows(root, all)]
}

function roomOf({ group, folder }) {
  return group === 'packages' || folder in ARROWS ? folder : group
}

/** The packages of a room, by name. */
function membersOf(room, all) {
  if (room !== 'actions') return [`${SHIPPED}${room}`]
  return all.filter(workspace => roomOf(workspace) === room).map(({ manifest }) => manifest.name)
}

/** Arrows between rooms that are there, along which nothing is imported: whoever reads them believes in a dependency that is none. */
function unusedArrows(root, all) {
  const used = new Set(
    all.flatMap(workspace => usesIn(root, workspace, 'src').map(({ name }) => `${roomOf(workspace)} ${name}`))
  )
  const rooms = new Set(all.map(roomOf))
  return Object.entries(ARROWS).flatMap(([room, folders]) =>
    folders
      .filter(
        folder =>
          rooms.has(room) && rooms.has(folder) && !membersOf(folder, all).some(name => used.has(`${room} ${name}`))
      )
      .map(folder => `scripts/arrows.mjs lets ${room} import ${SHIPPED}${folder}, and nothing does: take the arrow out`)
  )
}

function names(all) {
  return all.filter(({ group }) => group !== 'actions').map(({ manifest }) => manifest.name)
}

/** @returns {{ file: string, specifier: string, name: string | undefined, typeOnly: boolean }[]} `name` is the npm package, if it is one. */
function usesIn(root, workspace, folder) {
  return filesBelow(join(root, workspace.path, folder))
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => {
      const path = `${workspace.path}/${folder}/${file}`
      return importsOf(readFileSync(join(root, path), 'utf8')).map(use => ({
        ...use,
        file: path,
        name: packageName(use.specifier)
      }))
    })
}

function packageName(specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function doorProblems({ file, specifier }, workspace) {
  if (specifier.startsWith('.') && !normalize(join(dirname(file), specifier)).startsWith(`${workspace.path}/`)) {
    return [`${file} reaches out of its package with ${specifier}: import the door of the other package`]
  }
  if (/^@sluice(-lab)?\/[^/]+\//.test(specifier)) return [`${file} imports ${specifier}, past the door of that package`]
  return []
}

function arrowProblem({ file, name }, room, allowed) {
  if (!isOurs(name) || allowed.includes(name)) return []
  return [`${file} imports ${name}, which ${room} may not; it may import ${allowed.join(', ') || 'no other package'}`]
}

function isOurs(name) {
  return name !== undefined && (name.startsWith(SHIPPED) || name.startsWith(LAB))
}

function dependencyProblems({ path, manifest }, allowed, sources, tests, shared) {
  const [needed, dev] = [Object.keys(manifest.dependencies ?? {}), Object.keys(manifest.devDependencies ?? {})]
  const own = manifest.name
  const namesOf = uses => [...new Set(uses.map(use => use.name))].filter(name => name !== undefined && name !== own)
  const atRunTime = namesOf(sources.filter(use => !use.typeOnly))
  const otherwise = namesOf([...sources, ...tests]).filter(name => !atRunTime.includes(name))
  const used = new Set([...sources, ...tests].map(use => use.name))
  const types = name => name.startsWith('@types/') && used.has(name.slice('@types/'.length).replace(/^(.+)__/, '@$1/'))
  const inSources = new Set(sources.map(use => use.name))
  return [
    ...atRunTime
      .filter(name => !needed.includes(name))
      .map(name => `${path}/package.json does not list ${name} under dependencies`),
    ...otherwise
      .filter(name => ![...needed, ...dev, ...shared].includes(name))
      .map(name => `${path}/package.json does not list ${name} under devDependencies`),
    ...needed
      .filter(name => !inSources.has(name))
      .map(name => `${path}/package.json lists ${name} under dependencies, but no source imports it`),
    ...dev
      .filter(name => !used.has(name) && !types(name))
      .map(name => `${path}/package.json lists ${name} under devDependencies, but nothing imports it`),
    ...needed
      .filter(name => isOurs(name) && !allowed.includes(name))
      .map(name => `${path}/package.json depends on ${name}, against the arrows`)
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && readFlags(HELP) !== undefined) {
  const problems = arrowProblems(repositoryRoot)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
