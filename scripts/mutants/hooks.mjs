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
  if (room !== undefined) return { url: pathToFileURL(join(root, room)).href, shortCircuit: true }
  return next(specifier, context)
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context)
  const filename = fileURLToPath(url)
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' }
  })
  return { format: 'module', source: code, shortCircuit: true }
}
