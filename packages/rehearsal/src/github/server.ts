import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Log, messageOf } from '@sluice/core'
import { gitRoutes } from './git-routes.ts'
import { runGraphql } from './graphql.ts'
import { graphqlRoot } from './graphql-root.ts'
import { asObject, type JsonObject } from './json.ts'
import { OidcIssuer } from './oidc.ts'
import { loadOpenApi } from './openapi.ts'
import { RateLimit } from './rate-limit.ts'
import { NotImplemented, notFound, Refusal } from './refusal.ts'
import { type Answer, matchRoute, type Route } from './route.ts'
import { runRoutes } from './run-routes.ts'
import { demand, secretOf, type Token } from './token.ts'
import type { World } from './world.ts'

const ROUTES: readonly Route[] = [...runRoutes, ...gitRoutes]

export interface ServerOptions {
  readonly world: World
  readonly log: Pick<Log, 'debug' | 'warning'>
  /** How often an answer that waits for a decision gives a sign of life, in milliseconds. */
  readonly keepAlive: number
  /** Told of every answer that GitHub would not have given, and every question that cannot be answered. */
  readonly onDefect: (defect: string) => void
  readonly routes?: readonly Route[]
}

/** Answers GitHub's REST, GraphQL and OIDC requests on loopback. */
export function githubServer(options: ServerOptions): Server {
  const { world, log, onDefect } = options
  const oidc = new OidcIssuer(world.clock)
  const limit = new RateLimit(world.clock)
  const server = createServer((request, response) => {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', 'http://loopback')
    response.setHeader('date', new Date(world.clock.now()).toUTCString())
    response.setHeader('x-github-request-id', randomUUID())
    handle(request, response, method, url)
      .catch(async (error: unknown) => {
        const { status, body } = errorAnswer(error, `${method} ${url.pathname}`, onDefect)
        if (response.headersSent) response.destroy()
        else sendJson(response, status, body)
      })
      .then(async () => {
        log.debug(`${method} ${url.pathname} ${response.statusCode}`)
        await world.events.emit('request', { method, path: url.pathname, status: response.statusCode })
      })
      .catch((error: unknown) => log.warning(messageOf(error)))
  })

  async function handle(request: IncomingMessage, response: ServerResponse, method: string, url: URL): Promise<void> {
    const bytes = await readBody(request)
    const secret = secretOf(request.headers.authorization)
    if (await handleOidc(response, method, url, secret)) return
    if (secret === undefined) throw new Refusal(401, 'Requires authentication')
    const token = world.tokens.get(secret)
    if (token === undefined) throw new Refusal(401, 'Bad credentials')
    for (const [name, value] of limit.take(token.repository)) response.setHeader(name, value)
    const body = parseBody(bytes)
    if (url.pathname === '/graphql' && method === 'POST') {
      sendJson(response, 200, await runGraphql(graphqlRoot(world, token), body))
      return
    }
    await handleRest(request, response, method, url, token, body)
  }

  async function handleRest(
    request: IncomingMessage,
    response: ServerResponse,
    method: string,
    url: URL,
    token: Token,
    body: JsonObject
  ): Promise<void> {
    const { route, parameters } = findRoute(options.routes ?? ROUTES, method, url.pathname)
    const parameter = (name: string): string => parameters.get(name) ?? ''
    const repository = world.repository(`${parameter('owner')}/${parameter('repo')}`)
    if (repository === undefined || repository !== token.repository) throw notFound()
    demand(token, route.need)
    const openApi = await loadOpenApi()
    if (method !== 'GET') {
      const problem = openApi.problemOfRequest(method, route.template, body)
      if (problem !== undefined) throw new Refusal(422, `Invalid request.\n\n${problem}`)
    }
    const check = (status: number, value: unknown): void => {
      const problem = openApi.problemOfAnswer(method, route.template, status, value)
      if (problem !== undefined) throw new Error(`The answer ${status} is not what GitHub documents: ${problem}`)
    }
    let answer: Answer
    try {
      answer = await route.answer({
        world,
        repository,
        parameter,
        query: url.searchParams,
        body,
        accept: request.headers.accept ?? ''
      })
    } catch (error: unknown) {
      if (!(error instanceof Refusal)) throw error
      answer = { kind: 'json', status: error.status, body: refusalJson(error) }
    }
    switch (answer.kind) {
      case 'json':
        check(answer.status, answer.body)
        return sendJson(response, answer.status, answer.body)
      case 'raw':
        response.writeHead(answer.status, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' })
        response.end(answer.content)
        return
      case 'late':
        return sendLate(response, answer, check)
    }
  }

  return server
}

function refusalJson(refusal: Refusal): JsonObject {
  return {
    message: refusal.message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(refusal.status)
  }
}

function errorAnswer(
  error: unknown,
  request: string,
  onDefect: (defect: string) => void
): { readonly status: number; readonly body: JsonObject } {
  if (error instanceof Refusal) return { status: error.status, body: refusalJson(error) }
  onDefect(`${request}: ${messageOf(error)}`)
  return { status: error instanceof NotImplemented ? 501 : 500, body: { message: messageOf(error) } }
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string
): { readonly route: Route; readonly parameters: ReadonlyMap<string, string> } {
  for (const route of routes) {
    if (route.method !== method) continue
    const parameters = matchRoute(route, path)
    if (parameters !== undefined) return { route, parameters }
  }
  throw new NotImplemented(`${method} ${path}`)
}
