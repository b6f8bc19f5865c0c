import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, Failure, type Log, type RunContext, runUrl } from '@sluice/core'
import type { LedgerHead, LedgerStore } from '@sluice/ledger'

/** How long GitHub may take to show what this job wrote, in milliseconds. */
const PATIENCE = 60_000

/** Waits between two looks, in milliseconds: the first, and the longest. */
const FIRST = 500
const LONGEST = 8_000

/** What a ledger of a job is wrapped with. */
export interface OwnWritesOptions {
  readonly branch: string
  readonly run: Pick<RunContext, 'temp' | 'serverUrl' | 'repository' | 'runId'>
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

/**
 * A ledger that is never read as it was before this job last wrote to it. GitHub promises no such thing: a read right after a write may show the
 * branch of before, and then an intent that was just recorded seems to be missing. Each step is a process of its own, so the place that
 * the job has reached is kept in its temporary folder, which no other job sees.
 */
export function readingOwnWrites(ledger: LedgerStore, options: OwnWritesOptions): LedgerStore {
  const { run, clock, log, branch } = options
  const note = join(run.temp, 'sluice', `ledger-${encodeURIComponent(branch)}`)

  const head: LedgerStore['head'] = async (alongside, since = 'now') => {
    const reached = await readNote(note)
    if (since !== 'now') {
      const known = await ledger.head(alongside, since)
      if ((known?.sequence ?? 0) >= reached) return known
    }
    const giveUp = clock.now() + PATIENCE
    for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
      const found = await ledger.head(alongside)
      if (reached === 0 || (found?.sequence ?? 0) >= reached) return found
      const left = giveUp - clock.now()
      if (left <= 0) throw tooLate(found, reached, options)
      log.info(`GitHub does not show record ${reached} yet, which this job wrote. Reading the ledger again.`)
      await clock.sleep(Math.min(wait, left))
    }
  }

  return {
    head,
    async read(paths, at) {
      if (at !== undefined || (await readNote(note)) === 0) return ledger.read(paths, at)
      return ledger.read(paths, (await head())?.oid)
    },
    async commit(expectedOid, message, files, landed) {
      const outcome = await ledger.commit(expectedOid, message, files, landed)
      const written = files.find(({ path }) => path === 'HEAD.json')
      if (outcome === 'landed' && written !== undefined) await writeNote(note, written.content)
      return outcome
    },
    create: async first => ledger.create(first)
  }
}

function tooLate(found: LedgerHead | undefined, reached: number, { branch, run }: OwnWritesOptions): Failure {
  return new Failure(
    `This job wrote record ${reached} of ${branch}, but ${PATIENCE / 1000} s later GitHub shows ${found === undefined ? 'no such branch' : `only ${found.sequence} records`}. If no one has reset the branch (run \`sluice verify\`), re-run the job: ${runUrl(run)}`
  )
}

async function readNote(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '0')
  return Number(text) || 0
}

async function writeNote(path: string, head: Uint8Array): Promise<void> {
  const { sequence } = JSON.parse(Buffer.from(head).toString('utf8')) as { readonly sequence?: unknown }
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, String(sequence))
}
