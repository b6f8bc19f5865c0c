// Module hooks of the processes that run tests against mutants: TypeScript is compiled as jest compiles it, rooms are resolved to
// the sources of the copy that is mutated (never to those of the clone), and `@jest/globals` to the small runner beside this file.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

let root = ''
let rooms = {}
let transformSync

/** @param {{ root: string, rooms: Record<string, string> }} data the copy, and where each room of it begins. */
export function initialize(data) {
  root = data.root
  rooms = data.rooms
  transformSync = createRequire(join(root, 'package.json'))('@swc/core').transformSync
}

export async function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return { url: new URL('./globals.mjs', import.meta.url).href, shortCircuit: true }
  const room = rooms[specifier]
  const found =
    room === undefined
      ? await next(specifier, context)
      : { url: pathToFileURL(join(root, room)).href, shortCircuit: true }
  return { ...found, url: ofSameGeneration(found.url, context.parentURL) }
}

/** What a module of a generation imports is of that generation, too; packages are loaded once. */
function ofSameGeneration(url, parent) {
  const generation = parent === undefined ? '' : new URL(parent).search
  return isOurs(url) && !url.includes('?') ? `${url}${generation}` : url
}

function isOurs(url) {
  return url.startsWith('file:') && new URL(url).pathname.endsWith('.ts')
}

/** Compiled once: the next generation is made of the same files. */
const compiled = new Map()

export async function load(url, context, next) {
  if (!isOurs(url)) return next(url, context)
  const filename = fileURLToPath(url)
  const source = compiled.get(filename) ?? compile(filename)
  compiled.set(filename, source)
  return { format: 'module', source, shortCircuit: true }
}

function compile(filename) {
  return transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' }
  }).code
}
