import http, { type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream/promises'
import { messageOf } from '@sluice/core'
import { RegistryFailure } from './failure.ts'
import { guardStall, type StallGuard } from './stall.ts'
import type { Content } from './upload-content.ts'

/** What came back. The body must be read, or discarded. */
export interface RegistryAnswer {
  readonly status: number
  header(name: string): string | undefined
  /** The whole body. @throws RegistryFailure above `limit` bytes, or when it ends early. */
  read(limit: number): Promise<Buffer>
  discard(): Promise<void>
}

/** One request, with everything that goes over the wire. */
export interface Outgoing {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Content
}

/** Bodies that nobody wants are read this far, to use the connection again; beyond it is cheaper to open another. */
const DISCARD_LIMIT = 64 * 1024

/**
 * Sends one request and waits for the head of its answer; both directions stream. Follows no redirect.
 *
 * By `node:http`, because `fetch` reads a body ahead of the network: it would hold a whole layer in memory.
 *
 * @param stallLimit milliseconds without progress.
 * @param agent keeps connections to https addresses, and knows the proxy.
 * @throws RegistryFailure when there is no answer; what the content itself throws comes through as it is.
 */
export async function exchange(
  url: URL,
  outgoing: Outgoing,
  stallLimit: number,
  agent?: Agent
): Promise<RegistryAnswer> {
  const { method, headers, body } = outgoing
  const guard = guardStall(stallLimit)
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-length': String(body.size) },
    signal: guard.signal,
    ...(agent === undefined || url.protocol !== 'https:' ? {} : { agent })
  })
  const fail = (error: unknown): RegistryFailure => {
    guard.done()
    const reason = guard.signal.aborted ? `the connection stalled for ${stallLimit / 1000} s` : reasonOf(error)
    return new RegistryFailure(`${method} ${url.host}${url.pathname} failed: ${reason}`, {
      again: true,
      cause: error
    })
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    let fault: { readonly error: unknown } | undefined
    // A fault of the content ends the request too: the user shall hear of the content, not of the network.
    request.on('error', error => reject(fault === undefined ? fail(error) : fault.error))
    if (body === undefined) request.end()
    else
      send(request, body, guard, error => {
        fault = { error }
      })
  })
  guard.progress()

  const read = async (limit: number): Promise<Buffer> => {
    const chunks: Uint8Array[] = []
    const arriving: AsyncIterable<Uint8Array> = response
    let size = 0
    try {
      for await (const chunk of arriving) {
        guard.progress()
        size += chunk.length
        if (size > limit) throw new RegistryFailure(`${url.host} returned more than ${limit} bytes.`)
        chunks.push(chunk)
      }
    } catch (error: unknown) {
      throw error instanceof RegistryFailure ? error : fail(error)
    } finally {
      guard.done()
      // Answered before all was sent, as refusals are: the rest has no reader any more.
      if (!request.writableFinished) request.destroy()
    }
    return Buffer.concat(chunks)
  }
  return {
    status: Number(response.statusCode),
    header: name => response.headersDistinct[name]?.join(', '),
    read,
    async discard() {
      await read(DISCARD_LIMIT).catch(() => undefined)
    }
  }
}

/** Sends a body as fast as it is taken. Failures show as errors of the request; those of the content are told before. */
function send(request: ClientRequest, body: Content, guard: StallGuard, onFault: (error: unknown) => void): void {
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body.open()) {
        guard.progress()
        yield chunk
      }
    } catch (error: unknown) {
      guard.done()
      onFault(error)
      throw error
    }
  }
  pipeline(watched, request).catch(() => undefined)
}

function reasonOf(error: unknown): string {
  // A connection that was tried on several addresses fails with a code alone, without a message.
  return `${messageOf(error)} (${String(Reflect.get(Object(error), 'code'))})`
}
