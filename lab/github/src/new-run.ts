import type { Run } from './run.ts'
import type { Permissions } from './token.ts'
import type { User } from './user.ts'

/** A run that the stand-in is to start. */
export interface NewRun {
  readonly id: number
  /** Of an id that is known: a re-run. Its reviews stay, as they do on GitHub. */
  readonly attempt: number
  readonly actor: User
  readonly headSha: string
  readonly headBranch: string
  readonly event: string
  readonly workflow?: { readonly name: string; readonly path: string }
  readonly title?: string
  /** Whose machines run its jobs; default GitHub's. */
  readonly runner?: Run['runner']
  readonly permissions?: Permissions
}
