import type { JsonObject } from './json.ts'

/** The request is answered with an error that GitHub, too, would give. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** GraphQL's name for it. */
  readonly type: string

  constructor(status: number, message: string, type = status === 404 ? 'NOT_FOUND' : 'UNPROCESSABLE') {
    super(message)
    this.status = status
    this.type = type
  }
}

/** GitHub's answer for what does not exist, and for what the token may not see. */
export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

/** The stand-in was asked for something that GitHub can do and it cannot. Never an empty answer: that would be believed. */
export class NotImplemented extends Error {
  override readonly name = 'NotImplemented'

  constructor(what: string) {
    super(`${what} is not implemented in the stand-in for GitHub.`)
  }
}

/** A refusal as GitHub's `basic-error`. */
export function refusalJson(refusal: Refusal): JsonObject {
  return {
    message: refusal.message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(refusal.status)
  }
}
