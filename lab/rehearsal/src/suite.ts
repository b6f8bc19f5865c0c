import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '@sluice/core'

/** The repository under whose name callers use Sluice. */
export const SUITE_REPOSITORY = 'sluice-dev/sluice'

/**
 * Rewrites `uses: $/…` (the same commit of this repository, which act does not know) to the full name at a ref.
 * Nothing else changes: what act runs differs from what ships in these lines only.
 */
export function rewriteSelfReferences(workflow: string, ref: string): string {
  return workflow.replace(
    /^(\s*(?:- )?uses: )\$\/(\S+)/gm,
    (_, head: string, path: string) => `${head}${SUITE_REPOSITORY}/${path}@${ref}`
  )
}

/**
 * Lays out a copy of the suite as act needs it: shipped workflows with their self-references spelled out, shipped action.yml files,
 * and a link to the shipped bundles.
 */
export async function copySuite(root: string, directory: string, ref: string): Promise<void> {
  const workflows = join('.github', 'workflows')
  await mkdir(join(directory, workflows), { recursive: true })
  for (const file of await readdir(join(root, workflows))) {
    if (!/\.ya?ml$/.test(file)) continue
    await writeFile(
      join(directory, workflows, file),
      rewriteSelfReferences(await readFile(join(root, workflows, file), 'utf8'), ref)
    )
  }
  for (const action of await readdir(join(root, 'dist'))) {
    // What all actions run is no action itself.
    if (!existsSync(join(root, 'actions', action, 'action.yml'))) continue
    await mkdir(join(directory, 'actions', action), { recursive: true })
    await cp(join(root, 'actions', action, 'action.yml'), join(directory, 'actions', action, 'action.yml'))
  }
  // act copies the folder for every step: a link takes no time, and what Node compiled of a bundle is found again by its real path.
  await symlink(join(root, 'dist'), join(directory, 'dist'))
}

/** The ref by which a caller's workflow names the suite. @throws UserError when it does not call it. */
export function refOfSuite(caller: string): string {
  const ref = new RegExp(`uses: ${SUITE_REPOSITORY}/\\S+@(\\S+)`).exec(caller)?.[1]
  if (ref === undefined) throw new UserError(`The caller's workflow does not use ${SUITE_REPOSITORY}.`)
  return ref
}
