import type { IncomingMessage } from 'node:http'
import { asObject, type JsonObject } from './json.ts'
import { Refusal } from './refusal.ts'

/** The most that a request may bring along, in bytes; GitHub's own limit for a blob. */
const BODY_LIMIT = 100 * 1024 * 1024

/** The object in a request's body. @throws Refusal when it is not JSON. */
export function parseBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) return {}
  try {
    return asObject(JSON.parse(bytes.toString('utf8')))
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

/** All bytes of a request's body. @throws Refusal when they are too many. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > BODY_LIMIT) throw new Refusal(413, 'The request is too large')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
