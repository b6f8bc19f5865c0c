import type { Hub } from './hub.ts'
import type { JsonObject } from './json.ts'
import { loadOpenApi, type OpenApi } from './openapi.ts'
import { NotImplemented, notFound, Refusal, refusalJson } from './refusal.ts'
import { type Answer, json, matchRoute, type Route, type RouteRequest } from './route.ts'
import { demand, type Token } from './token.ts'

/** A request to the REST API by somebody who is known. */
export interface RestRequest {
  readonly hub: Hub
  readonly token: Token
  readonly method: string
  readonly url: URL
  readonly body: JsonObject
  readonly accept: string
  /** Set when there are too many requests, whatever this one asks. */
  readonly refusal?: Refusal
}

/**
 * Answers a REST request. What it returns is what GitHub documents, in form; so is what it takes.
 * @throws NotImplemented for an operation that is not among the routes
 * @throws Error when the answer is not what GitHub documents: a defect of the stand-in
 */
export async function answerRest(routes: readonly Route[], request: RestRequest): Promise<Answer> {
  const { hub, token, method, url, body, accept, refusal } = request
  const { route, parameters } = findRoute(routes, method, url.pathname)
  const openApi = await loadOpenApi(routes.map(({ template }) => template))
  const parameter = (name: string): string => parameters.get(name) ?? ''
  try {
    if (refusal !== undefined) throw refusal
    const repository = parameters.has('org')
      ? hub.repositories.find(it => it === token.repository && it.owner.login === parameter('org'))
      : hub.repository(`${parameter('owner')}/${parameter('repo')}`)
    if (repository === undefined || repository !== token.repository) throw notFound()
    demand(token, route.need)
    if (method !== 'GET') {
      const problem = openApi.problemOfRequest(method, route.template, body)
      if (problem !== undefined) throw new Refusal(422, `Invalid request.\n\n${problem}`)
    }
    const asked: RouteRequest = { hub, repository, parameter, query: url.searchParams, body, accept }
    return checked(openApi, route, await route.answer(asked))
  } catch (error: unknown) {
    if (!(error instanceof Refusal)) throw error
    return checked(openApi, route, json(refusalJson(error), error.status))
  }
}

/** The same answer, which fails instead of saying what GitHub would not say. */
function checked(openApi: OpenApi, route: Route, answer: Answer): Answer {
  const check = (body: unknown): unknown => {
    const problem = openApi.problemOfAnswer(route.method, route.template, answer.status, body)
    if (problem !== undefined) throw new Error(`The answer ${answer.status} is not what GitHub documents: ${problem}`)
    return body
  }
  switch (answer.kind) {
    case 'json':
      check(answer.body)
      return answer
    case 'raw':
      return answer
    case 'late':
      return { ...answer, body: async () => check(await answer.body()) }
  }
}

/** The operation that a request asks for, as GitHub's documentation names it. */
export function templateOf(routes: readonly Route[], method: string, path: string): string {
  return findRoute(routes, method, path).route.template
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
