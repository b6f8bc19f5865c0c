import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '@sluice/core'

/** The root of the git repository (or work tree) that a folder is in. @throws UserError when it is in none. */
export function repositoryRoot(folder: string): string {
  // Looked for by hand: a hook sets variables that would make git answer with another repository.
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current
    if (current === dirname(current)) {
      throw new UserError(
        `${folder} is not in a git repository, and a delivery is checked against a commit. Run git init and commit first.`
      )
    }
  }
}
