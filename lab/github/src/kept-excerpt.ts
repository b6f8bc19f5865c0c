import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '@sluice/core'
import { asObject, type JsonObject } from './json.ts'

/** Beside what npm installed: who removes the one removes the other. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/sluice-published', import.meta.url))

/** A document of an npm package. */
export interface PublishedDocument {
  readonly file: string
  /** The `package.json`, whose version says what is in the file: npm publishes nothing anew under a version that it has. */
  readonly manifest: string
}

/**
 * The part of a large JSON document that somebody needs. It is made once and kept on disk: what GitHub publishes is 18 MB of JSON, which each process
 * would read for a few operations, and which would stay in its memory, to be walked by each collection of garbage and copied page by page for each
 * program that it starts.
 * @param making what the part depends on besides the document: the wishes, and the code that makes it.
 */
export async function keptExcerpt(
  { file: document, manifest }: PublishedDocument,
  making: readonly string[],
  excerptOf: (document: JsonObject) => JsonObject,
  cache: string = CACHE
): Promise<JsonObject> {
  const made = [document, await readFile(manifest, 'utf8'), ...making]
  const file = join(cache, `${sha256(JSON.stringify(made)).slice('sha256:'.length)}.json`)
  const kept = await readKept(file)
  if (kept !== undefined) return kept
  const excerpt = excerptOf(asObject(JSON.parse(await readFile(document, 'utf8'))))
  const unfinished = `${file}.${randomUUID()}`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(unfinished, JSON.stringify(excerpt))
  // Whole or not at all: others may look for it at the same time.
  await rename(unfinished, file)
  return excerpt
}

async function readKept(file: string): Promise<JsonObject | undefined> {
  try {
    return asObject(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}
