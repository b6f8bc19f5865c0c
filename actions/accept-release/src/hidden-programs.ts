import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { CheckSandbox } from './check-sandbox.ts'

/** How long looking may take, in milliseconds. */
const LIMIT = 30_000

/** Says which of the paths in `PLACES`, one a line, the user of the sandbox may not run or enter. */
const LOOK = 'while read -r place; do test -r "$place" -a -x "$place" || echo "$place"; done <<<"$PLACES"'

/**
 * What the commands would look for along their PATH, and may not use: folders, and `node`, which setup actions like to put below somebody's home.
 * The commands run as another user, who is told "not found" of what is there.
 * @param path of the commands.
 */
export async function findHiddenPrograms(sandbox: CheckSandbox, path: string): Promise<readonly string[]> {
  const folders = [...new Set(path.split(':'))].filter(isAbsolute)
  const places = await existing([
    ...folders,
    ...(await existing(folders.map(folder => join(folder, 'node')))).slice(0, 1)
  ])
  if (places.length === 0) return []
  const hidden: string[] = []
  await sandbox.run(LOOK, { PLACES: places.join('\n') }, { onLine: line => hidden.push(line), deadline: LIMIT })
  return places.filter(place => hidden.includes(place))
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async path =>
      stat(path).then(
        () => [path],
        () => []
      )
    )
  )
  return found.flat()
}

/** What to do about it. */
export function describeHidden(places: readonly string[]): string {
  return `The commands under accept.run run as another user (uid 65534), who may not use ${places.join(', ')}: what is there is not found by them. Install it where everyone may read and run it, not below a home folder.`
}
