import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunContext } from '@sluice/core'

// What a step leaves for the later steps of its job. Each step is a process of its own; the job's temporary folder is seen by no other job,
// and ends with it.

/** The text of a note; nothing where no step of this job left one. */
export async function readNote(run: Pick<RunContext, 'temp'>, name: string): Promise<string | undefined> {
  try {
    return await readFile(pathOf(run, name), 'utf8')
  } catch (error: unknown) {
    // What is there and cannot be read must not pass for what is not there.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Leaves a note, in place of an earlier one of the same name. */
export async function writeNote(run: Pick<RunContext, 'temp'>, name: string, text: string): Promise<void> {
  await mkdir(folderOf(run), { recursive: true })
  await writeFile(pathOf(run, name), text)
}

function folderOf({ temp }: Pick<RunContext, 'temp'>): string {
  return join(temp, 'sluice', 'notes')
}

function pathOf(run: Pick<RunContext, 'temp'>, name: string): string {
  return join(folderOf(run), encodeURIComponent(name))
}
