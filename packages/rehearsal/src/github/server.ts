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

/** The most that a request may bring along, in bytes; GitHub's own limit for a blob. */
const BODY_LIMIT = 100 * 1024 * 1024

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

  async function handleOidc(
    response: ServerResponse,
    method: string,
    url: URL,
    secret: string | undefined
  ): Promise<boolean> {
    if (method !== 'GET') return false
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        sendJson(response, 200, oidc.discovery(world.site))
        return true
      case '/.well-known/jwks':
        sendJson(response, 200, await oidc.jwks())
        return true
      case '/oidc/token': {
        const key = world.idTokenKeys.get(secret ?? '')
        if (key === undefined) throw new Refusal(401, 'Bad credentials')
        const environment = url.searchParams.get('environment') ?? key.environment
        const audience = url.searchParams.get('audience') ?? `${world.site}/${key.repository.owner.login}`
        const value = await oidc.token({ ...key, environment }, audience, world.site)
        sendJson(response, 200, { count: value.length, value })
        return true
      }
      default:
        return false
    }
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

  /** Status and headers go at once, then spaces (which JSON allows in front), so that no time-out of the client or of a proxy ends the wait. */
  async function sendLate(
    response: ServerResponse,
    answer: Extract<Answer, { kind: 'late' }>,
    check: (status: number, value: unknown) => void
  ): Promise<void> {
    response.writeHead(answer.status, { 'content-type': JSON_TYPE })
    response.write(' ')
    const timer = setInterval(() => response.write(' '), options.keepAlive)
    const gone = new Promise<'gone'>(resolve => response.once('close', () => resolve('gone')))
    try {
      const body = await Promise.race([answer.body().then(value => ({ value })), gone])
      if (body === 'gone') return
      check(answer.status, body.value)
      response.end(JSON.stringify(body.value))
    } finally {
      clearInterval(timer)
    }
  }

  return server
}

const JSON_TYPE = 'application/json; charset=utf-8'

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': JSON_TYPE })
  response.end(JSON.stringify(body))
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

function parseBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) return {}
  try {
    return asObject(JSON.parse(bytes.toString('utf8')))
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
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
