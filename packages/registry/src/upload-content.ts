import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Digest, UserError } from '@sluice/core'

/** Bytes that are read from a file at a time. */
const CHUNK_SIZE = 256 * 1024

/** Bytes on their way out, which can be read more than once: a retry starts over. */
export interface Content {
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

/** Content that is in memory already. */
export function bytesContent(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    async *open() {
      yield bytes
    }
  }
}

/**
 * A file's content, read in chunks, so memory does not grow with its size. It is hashed on its way: the last chunk is held back
 * until the whole matches, so that a file with other bytes than its name says never arrives complete anywhere.
 */
export function fileContent(file: string, expected: { readonly digest: Digest; readonly size: number }): Content {
  return {
    size: expected.size,
    async *open() {
      const hash = createHash('sha256')
      let size = 0
      let held: Uint8Array | undefined
      const chunks: AsyncIterable<Uint8Array> = createReadStream(file, { highWaterMark: CHUNK_SIZE })
      for await (const chunk of chunks) {
        if (held !== undefined) yield held
        hash.update(chunk)
        size += chunk.length
        held = chunk
        if (size > expected.size) break
      }
      const digest = `sha256:${hash.digest('hex')}`
      if (size !== expected.size || digest !== expected.digest) {
        throw new UserError(
          `${file} should hold ${expected.size} bytes with digest ${expected.digest}, but holds others (${size > expected.size ? 'more bytes' : digest}). Build it again.`
        )
      }
      if (held !== undefined) yield held
    }
  }
}
