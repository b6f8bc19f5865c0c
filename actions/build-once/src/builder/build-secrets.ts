import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildRequest } from './builder.ts'

const VARIABLE = 'BUILD_SECRET_'

/** The variables in which BuildKit's clients are given the secrets of a build: no other process of the machine may read them, as it may arguments. */
export function secretVariables({ secrets = {} }: Pick<BuildRequest, 'secrets'>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`${VARIABLE}${name}`, value]))
}

/** How BuildKit's clients are told where they are. */
export function secretOptions({ secrets = {} }: Pick<BuildRequest, 'secrets'>): readonly string[] {
  return Object.keys(secrets).map(name => `--secret=id=${name},env=${VARIABLE}${name}`)
}

/** The secrets of a build as files of a folder, which goes with the build, for buildah. */
export async function secretFiles(
  { secrets = {} }: Pick<BuildRequest, 'secrets'>,
  folder: string
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return Promise.all(
    Object.entries(secrets).map(async ([name, value]) => {
      const file = join(folder, name)
      await writeFile(file, value, { mode: 0o600 })
      return `--secret=id=${name},src=${file}`
    })
  )
}
