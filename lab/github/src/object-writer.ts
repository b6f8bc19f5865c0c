import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { Failure, messageOf } from '@sluice/core'
import type { GitObject } from './object-reader.ts'

/** A member of a tree object. */
export interface TreeMember {
  readonly mode: string
  readonly oid: string
}

const FOLDER = '040000'

/** Writes loose objects as git does (git, gitformat-loose): a process for each would be most of the time that a commit takes. */
export class ObjectWriter {
  readonly #objects: string

  /** @param directory a bare repository whose ids are SHA-1 */
  constructor(directory: string) {
    this.#objects = join(directory, 'objects')
  }

  /** @returns the object's id. @throws Failure when there is no repository. */
  async write(type: GitObject['type'], content: Uint8Array): Promise<string> {
    const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
    const oid = createHash('sha1').update(object).digest('hex')
    const folder = join(this.#objects, oid.slice(0, 2))
    const file = join(folder, oid.slice(2))
    if (await exists(file)) return oid
    // Whoever reads meanwhile sees a whole object or none.
    const unfinished = join(this.#objects, `tmp_obj_${randomUUID()}`)
    try {
      await writeFile(unfinished, await promisify(deflate)(object, { level: 1 }), { mode: 0o444 })
      await mkdir(folder, { recursive: true })
      await rename(unfinished, file)
    } catch (error: unknown) {
      throw new Failure(`The ${type} cannot be written to ${this.#objects}: ${messageOf(error)}`, { cause: error })
    }
    return oid
  }

  /** Writes one tree object, its members in git's order: by bytes, folders as if their names ended with `/`. */
  async writeTree(members: ReadonlyMap<string, TreeMember>): Promise<string> {
    const sorted = [...members]
      .map(([name, { mode, oid }]) => ({
        key: Buffer.from(mode === FOLDER ? `${name}/` : name),
        bytes: Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(oid, 'hex')])
      }))
      .sort((a, b) => a.key.compare(b.key))
    return this.write('tree', Buffer.concat(sorted.map(({ bytes }) => bytes)))
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false
  )
}
