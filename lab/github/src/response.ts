import type { ServerResponse } from 'node:http'

const JSON_TYPE = 'application/json; charset=utf-8'

/** Sends a whole answer. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': JSON_TYPE })
  response.end(JSON.stringify(body))
}

/**
 * Sends status and headers at once, then spaces (which JSON allows in front), then the body when it is there. So no time-out of the
 * client, and of nothing between, ends the wait.
 * @param keepAlive milliseconds between two spaces
 */
export async function sendLate(
  response: ServerResponse,
  late: { readonly status: number; readonly body: () => Promise<unknown> },
  keepAlive: number
): Promise<void> {
  // It is no answer of this moment but of a later one, which is not known yet: a client that set its clock by it would be wrong.
  response.sendDate = false
  response.removeHeader('date')
  response.writeHead(late.status, { 'content-type': JSON_TYPE })
  response.write(' ')
  const timer = setInterval(() => response.write(' '), keepAlive)
  const gone = new Promise<undefined>(resolve => response.once('close', () => resolve(undefined)))
  try {
    const answer = await Promise.race([late.body().then(body => ({ body })), gone])
    if (answer !== undefined) response.end(JSON.stringify(answer.body))
  } finally {
    clearInterval(timer)
  }
}
