import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { importsIn, parseModule } from './imports.mjs'
import { workspaces } from './workspaces.mjs'

/**
 * Which sources of this repository a source needs at run time.
 *
 * Whoever imports a name through a door needs the file that makes it, not all that the door lets out: otherwise every test would
 * need every file of core. Types are gone at run time and lead nowhere; the compiler sees to them.
 */
export class ImportGraph {
  #root
  #doors
  #parsed = new Map()

  /** @param {string} root */
  constructor(root) {
    this.#root = root
    this.#doors = new Map(workspaces(root).map(({ path, manifest }) => [manifest.name, `${path}/src/index.ts`]))
  }

  /**
   * Every file that a file reaches, itself included.
   * @param {string} file path in the repository
   * @returns {Map<string, number>} by path, over how many imports.
   */
  reach(file) {
    const found = new Map([[file, 0]])
    const queue = [file]
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const target of this.#targets(next)) {
        if (found.has(target)) continue
        found.set(target, found.get(next) + 1)
        queue.push(target)
      }
    }
    return found
  }

  #targets(file) {
    return this.#parse(file).imports.flatMap(({ specifier, names }) => {
      const target = this.#resolve(file, specifier)
      if (target === undefined) return []
      return names === undefined ? [target] : names.map(name => this.#maker(target, name))
    })
  }

  /** The file that makes what a file exports under a name. */
  #maker(file, name, seen = new Set()) {
    seen.add(file)
    for (const { specifier, names } of this.#parse(file).passedOn) {
      const target = this.#resolve(file, specifier)
      if (target === undefined || seen.has(target)) continue
      if (names?.has(name) === true) return this.#maker(target, names.get(name), seen)
      if (names === undefined && this.#exports(target, name)) return this.#maker(target, name, seen)
    }
    return file
  }

  #exports(file, name, seen = new Set()) {
    seen.add(file)
    const { own, passedOn } = this.#parse(file)
    return (
      own.has(name) ||
      passedOn.some(({ specifier, names }) => {
        if (names !== undefined) return names.has(name)
        const target = this.#resolve(file, specifier)
        return target !== undefined && !seen.has(target) && this.#exports(target, name, seen)
      })
    )
  }

  #resolve(file, specifier) {
    const door = this.#doors.get(specifier)
    const relative = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined
    // Scripts import what is compiled, which is not there in a fresh clone, and changes with its source.
    const path = door ?? relative?.replace(/^((?:packages|lab|actions)\/[^/]+)\/lib\/(.+)\.js$/, '$1/src/$2.ts')
    return path !== undefined && existsSync(join(this.#root, path)) ? path : undefined
  }

  #parse(file) {
    if (!this.#parsed.has(file)) this.#parsed.set(file, /\.[cm]?[jt]s$/.test(file) ? this.#read(file) : NOTHING)
    return this.#parsed.get(file)
  }

  #read(file) {
    const body = parseModule(readFileSync(join(this.#root, file), 'utf8'))
    return {
      imports: importsIn(body).filter(({ typeOnly }) => !typeOnly),
      passedOn: body.flatMap(passedOn),
      own: new Set(body.flatMap(ownNames))
    }
  }
}

const NOTHING = { imports: [], passedOn: [], own: new Set() }

/** What a statement lets out that another file makes: names by the name that they have there, or everything. */
function passedOn(node) {
  if (node.type === 'ExportAllDeclaration') return [{ specifier: node.source.value, names: undefined }]
  if (node.type !== 'ExportNamedDeclaration' || node.source == null) return []
  const names = node.specifiers.flatMap(({ orig, exported }) =>
    orig === undefined ? [] : [[(exported ?? orig).value, orig.value]]
  )
  return [{ specifier: node.source.value, names: new Map(names) }]
}

function ownNames(node) {
  if (node.type === 'ExportNamedDeclaration' && node.source == null)
    return node.specifiers.map(({ orig, exported }) => (exported ?? orig).value)
  if (node.type !== 'ExportDeclaration') return []
  const { declaration } = node
  if (declaration.type === 'VariableDeclaration') return declaration.declarations.map(({ id }) => id.value)
  return [(declaration.identifier ?? declaration.id).value]
}
