import { messageOf } from '@sluice/core'
import type { Content } from './content.ts'
import { RegistryFailure } from './failure.ts'
import { guardStall, type StallGuard } from './stall.ts'

/** What came back. The body must be read, or discarded. */
export interface RegistryAnswer {
  readonly status: number
  readonly headers: Headers
  /** The whole body. @throws RegistryFailure above `limit` bytes, or when it ends early. */
  read(limit: number): Promise<Buffer>
  discard(): Promise<void>
}

/** One request, with everything that goes over the wire. */
export interface Outgoing {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: Content
}

/**
 * Sends one request and waits for the head of its answer; both directions stream. Follows no redirect.
 * @param stallLimit milliseconds without progress.
 * @throws RegistryFailure when there is no answer; what the content itself throws comes through as it is.
 */
export async function exchange(url: URL, outgoing: Outgoing, stallLimit: number): Promise<RegistryAnswer> {
  const guard = guardStall(stallLimit)
  const { method, body } = outgoing
  const headers = body === undefined ? outgoing.headers : { ...outgoing.headers, 'content-length': String(body.size) }
  let fault: unknown
  const watched = async function* (content: Content): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of content.open()) {
        guard.progress()
        yield chunk
      }
    } catch (error: unknown) {
      fault = error
      throw error
    }
  }
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: guard.signal,
      ...(body === undefined ? {} : { body: watched(body), duplex: 'half' as const })
    })
    guard.progress()
    return answerOf(response, url, guard)
  } catch (error: unknown) {
    guard.done()
    // A fault of the content is the user's to know, not a fault of the network.
    if (fault !== undefined) throw fault
    throw unreachable(url, method, error)
  }
}

function answerOf(response: Response, url: URL, guard: StallGuard): RegistryAnswer {
  return {
    status: response.status,
    headers: response.headers,
    async read(limit) {
      const chunks: Uint8Array[] = []
      let size = 0
      try {
        for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
          guard.progress()
          size += chunk.length
          if (size > limit) throw new RegistryFailure(`${url.host} answers with more than ${limit} bytes.`)
          chunks.push(chunk)
        }
      } catch (error: unknown) {
        throw error instanceof RegistryFailure ? error : unreachable(url, 'GET', error)
      } finally {
        guard.done()
      }
      return Buffer.concat(chunks)
    },
    async discard() {
      guard.done()
      await response.body?.cancel()
    }
  }
}

function unreachable(url: URL, method: string, error: unknown): RegistryFailure {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)
  return new RegistryFailure(`${method} ${url.host}${url.pathname} got no whole answer: ${reason}`, {
    again: true,
    cause: error
  })
}
