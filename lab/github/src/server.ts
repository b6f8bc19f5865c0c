import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Log, messageOf } from '@sluice/core'
import { answerGit } from './git-over-http.ts'
import { gitRoutes } from './git-routes.ts'
import { describeQuery, graphqlRefusal, runGraphql } from './graphql.ts'
import { graphqlRoot } from './graphql-root.ts'
import type { Hub } from './hub.ts'
import { OidcIssuer } from './oidc.ts'
import { answerOidc } from './oidc-endpoint.ts'
import type { LimitRefusal, Quota } from './rate-limit.ts'
import { NotImplemented, Refusal, refusalJson } from './refusal.ts'
import { parseBody, readBody } from './request-body.ts'
import { sendJson, sendLate } from './response.ts'
import { answerRest, templateOf } from './rest.ts'
import type { Answer, Route } from './route.ts'
import { runRoutes } from './run-routes.ts'
import { teamRoutes } from './team-routes.ts'
import { secretOf } from './token.ts'

const ROUTES: readonly Route[] = [...runRoutes, ...gitRoutes, ...teamRoutes]

const FILE = { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }

export interface ServerOptions {
  readonly hub: Hub
  readonly log: Pick<Log, 'debug' | 'warning'>
  /** How often an answer that waiting for a decision gives a sign of life, in milliseconds. */
  readonly keepAlive: number
  /** Told of every answer that GitHub would not have given, and every question that cannot be answered. */
  readonly onDefect: (defect: string) => void
  readonly issuer?: OidcIssuer
  /** Default: all that the stand-in knows. */
  readonly routes?: readonly Route[]
}

/** Answers GitHub's REST, GraphQL and OIDC requests. Does not listen yet. */
export function githubServer(options: ServerOptions): Server {
  const { hub, log, keepAlive, issuer = new OidcIssuer(hub.clock), routes = ROUTES } = options

  const server = createServer((request, response) => {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', 'http://loopback')
    const name = `${method} ${url.pathname}`
    const defect = (error: unknown): void => options.onDefect(`${name}: ${messageOf(error)}`)
    response.setHeader('date', new Date(hub.clock.now()).toUTCString())
    response.setHeader('x-github-request-id', randomUUID())
    answer(request, response, method, url, defect)
      .catch((error: unknown): Answer => {
        if (error instanceof Refusal) return { kind: 'json', status: error.status, body: refusalJson(error) }
        defect(error)
        return {
          kind: 'json',
          status: error instanceof NotImplemented ? 501 : 500,
          body: { message: messageOf(error) }
        }
      })
      .then(async found => {
        log.debug(`${name} ${found.status}`)
        await hub.events.emit('request', { method, path: url.pathname, status: found.status }).catch(defect)
        await send(response, found)
      })
      .catch((error: unknown) => {
        defect(error)
        // A whole answer would be believed; one that breaks off is not.
        response.destroy()
      })
  })
  // A connection closed for idleness just when the client uses it again would look like a lost answer.
  server.keepAliveTimeout = 0
  return server

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    method: string,
    url: URL,
    defect: (error: unknown) => void
  ): Promise<Answer> {
    const bytes = await readBody(request)
    const fetched = await answerGit(hub, { method, url, headers: request.headers, body: bytes })
    if (fetched !== undefined) return fetched
    const secret = secretOf(request.headers.authorization)
    const identity = method === 'GET' ? await answerOidc(hub, issuer, url, secret) : undefined
    if (identity !== undefined) return { kind: 'json', status: 200, body: identity }

    if (secret === undefined) throw new Refusal(401, 'Requires authentication')
    const token = hub.tokens.get(secret)
    if (token === undefined) throw new Refusal(401, 'Bad credentials')
    const body = parseBody(bytes)
    const agent = request.headers['user-agent'] ?? ''
    const admit = (quota: Quota, points?: number): LimitRefusal | undefined => {
      const { headers, refusal } = hub.limit.admit(token.repository, quota, points)
      for (const [header, value] of headers) response.setHeader(header, value)
      return refusal
    }
    if (method === 'POST' && url.pathname === '/graphql') {
      const { operation, points } = describeQuery(body)
      await hub.events.emit('call', { kind: 'graphql', route: operation, agent })
      const refusal = admit('graphql', points)
      if (refusal !== undefined) return { kind: 'json', status: refusal.status, body: graphqlRefusal(refusal) }
      return { kind: 'json', status: 200, body: await runGraphql(graphqlRoot(hub, token), body, defect) }
    }
    await hub.events.emit('call', {
      kind: 'rest',
      route: `${method} ${templateOf(routes, method, url.pathname)}`,
      agent
    })
    const refused = admit('core')
    const refusal = refused === undefined ? undefined : new Refusal(refused.status, refused.message)
    const accept = request.headers.accept ?? ''
    return answerRest(routes, { hub, token, method, url, body, accept, ...(refusal && { refusal }) })
  }

  async function send(response: ServerResponse, answer: Answer): Promise<void> {
    switch (answer.kind) {
      case 'json':
        return sendJson(response, answer.status, answer.body)
      case 'raw':
        response.writeHead(answer.status, answer.headers ?? FILE)
        response.end(answer.content)
        return
      case 'late':
        return sendLate(response, answer, keepAlive)
    }
  }
}
