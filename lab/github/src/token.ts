import { randomBytes } from 'node:crypto'
import { Refusal } from './refusal.ts'
import type { HostedRepository } from './repository.ts'
import type { Run } from './run.ts'
import type { ServedRepository } from './served-repository.ts'

/** What a token may do, as the `permissions:` of a job name it. */
export interface Permissions {
  readonly actions?: 'read' | 'write'
  readonly contents?: 'read' | 'write'
  /** Of the organization: no job's token has it, an App's may. */
  readonly members?: 'read'
}

/**
 * Something that a request needs; `metadata` is part of every token. Each route names its own (`need` in `git-routes.ts` and
 * `run-routes.ts`); GraphQL demands it where it reads (`graphql-root.ts`) and writes (`commit-on-branch.ts`).
 */
export interface Need {
  readonly area: 'actions' | 'contents' | 'members' | 'metadata'
  readonly access: 'read' | 'write'
}

/** A key to one repository. */
export interface Token {
  readonly repository: HostedRepository
  readonly permissions: Permissions
}

/** A key that mints OIDC tokens of one job. */
export interface IdTokenKey {
  readonly repository: ServedRepository
  readonly run: Run
  /** The environment that the job names. */
  readonly environment: string | undefined
  /** The reusable workflow that holds the job: `owner/name/path@ref`. */
  readonly jobWorkflowRef: string | undefined
  /** The commit of that workflow; that of the run where the job is the caller's own. */
  readonly jobWorkflowSha: string | undefined
  /** GitHub's number of the job. */
  readonly checkRunId: number
}

/** The job that a key to OIDC tokens belongs to. */
export interface TokenJob {
  /** As it was reported, if it was. */
  readonly name?: string
  readonly environment?: string
  /** The reusable workflow that holds it: `owner/name/path@ref`, and the commit of that. */
  readonly jobWorkflowRef?: string
  readonly jobWorkflowSha?: string
}

/** An unguessable text, in the form of GitHub's installation tokens. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`
}

/** The secret of an Authorization header: `Bearer …` or `token …`. */
export function secretOf(header: string | undefined): string | undefined {
  return /^(?:bearer|token) +(\S+)$/i.exec(header ?? '')?.[1]
}

/** The secret that a git client gives as a password, beside a name that says nothing: `Basic …`. */
export function tokenOfGit(header: string | undefined): string | undefined {
  const [, credentials] = /^basic +(\S+)$/i.exec(header ?? '') ?? []
  return credentials === undefined
    ? undefined
    : /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8'))?.[1]
}

/** @throws Refusal (403) in GitHub's words when the token's permissions do not cover the need. */
export function demand(token: Token, need: Need): void {
  if (need.area === 'metadata') return
  const granted = token.permissions[need.area]
  if (granted === undefined || (need.access === 'write' && granted !== 'write')) {
    throw new Refusal(403, 'Resource not accessible by integration', 'FORBIDDEN')
  }
}
