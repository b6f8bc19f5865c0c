import type { Hub } from './hub.ts'
import type { JsonObject } from './json.ts'
import type { ServedRepository } from './served-repository.ts'
import type { Need } from './token.ts'

/** What a request asks for, once it is known who asks. */
export interface RouteRequest {
  readonly hub: Hub
  readonly repository: ServedRepository
  /** The value of a `{placeholder}` of the template. */
  readonly parameter: (name: string) => string
  readonly query: URLSearchParams
  readonly body: JsonObject
  readonly accept: string
}

/** What is sent back. `late`: status and headers go at once, the body when `ready` resolves. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | {
      readonly kind: 'raw'
      readonly status: number
      readonly content: Buffer
      /** Default: those of a file. */
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'late'; readonly status: number; readonly body: () => Promise<unknown> }

/** An operation of GitHub's REST API that the stand-in knows. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** As in GitHub's OpenAPI document. */
  readonly template: string
  readonly need: Need
  readonly answer: (request: RouteRequest) => Promise<Answer>
}

/** Placeholders at the end that take slashes, too. */
const GREEDY = new Set(['branch', 'ref', 'path', 'basehead'])

/** The values of a template's placeholders in a path; `undefined` when it is another path. */
export function matchRoute(route: Route, path: string): ReadonlyMap<string, string> | undefined {
  const names: string[] = []
  const pattern = route.template.replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name)
    return GREEDY.has(name) ? '(.+)' : '([^/]+)'
  })
  const match = new RegExp(`^${pattern}$`).exec(path)
  if (match === null) return undefined
  try {
    return new Map(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]))
  } catch {
    return undefined
  }
}

export function json(body: unknown, status = 200): Answer {
  return { kind: 'json', status, body }
}
