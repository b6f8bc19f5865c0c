import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeSearchPath } from '@sluice-lab/servers'

/** A PATH on which these shell scripts, written into a folder, are the only programs besides the system's. */
export async function pathWith(folder: string, programs: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
  return `${folder}:${await makeSearchPath('setup')}`
}
