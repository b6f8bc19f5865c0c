import {
  type Clock,
  Failure,
  formatPlace,
  type LedgerPlace,
  type Log,
  parsePlace,
  type RunContext,
  runUrl,
  UserError
} from '@sluice/core'
import { HEAD_PATH, type LedgerHead, type LedgerStore } from '@sluice/ledger'
import { readNote, writeNote } from './job-notes.ts'

/** How long GitHub may take to show what was written, in milliseconds. */
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
  /** How far the ledger was when a job before this one wrote to it; absent: no job told. */
  readonly after?: LedgerPlace | undefined
}

/**
 * A ledger that is never read as it was before this job, or one before it, last wrote to it. GitHub promises no such thing: a read right after
 * a write may show the branch of before, and then an intent that was just recorded seems to be missing. So the place that the job has
 * reached is noted for its later steps, and each job tells it to the next.
 */
export function readingOwnWrites(ledger: LedgerStore, options: OwnWritesOptions): LedgerStore {
  const { clock, log, after } = options
  const note = new Note(options)
  /** Whether a commit got no clear answer: it may have landed, and then only the next look tells. */
  let unsure = false

  const head: LedgerStore['head'] = async (alongside, since = 'now') => {
    // For the later steps, which nobody tells.
    if (after !== undefined) await note.write(after)
    const reached = await note.read()
    if (since !== 'now') {
      const known = await ledger.head(alongside, since)
      if ((known?.sequence ?? 0) >= (reached?.sequence ?? 0)) return requireSame(known, reached, options)
    }
    const giveUp = clock.now() + PATIENCE
    for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
      const found = await ledger.head(alongside)
      // If this shows the ledger of before, the next commit does not land either, and is looked for again.
      if (unsure) await note.write(found)
      unsure = false
      if (reached === undefined || (found?.sequence ?? 0) >= reached.sequence)
        return requireSame(found, reached, options)
      const left = giveUp - clock.now()
      if (left <= 0) throw tooLate(found, reached, options)
      log.info(`GitHub does not show record ${reached.sequence} yet, which this run wrote. Reading the ledger again.`)
      await clock.sleep(Math.min(wait, left))
    }
  }

  return {
    head,
    async read(paths, at) {
      if (at !== undefined || (after === undefined && (await note.read()) === undefined)) return ledger.read(paths, at)
      return ledger.read(paths, (await head([], 'process'))?.oid)
    },
    async commit(expectedOid, message, files, landed) {
      const outcome = await ledger.commit(expectedOid, message, files, landed)
      const written = files.find(({ path }) => path === HEAD_PATH)
      if (outcome !== 'landed') unsure = true
      else if (written?.content !== undefined)
        await note.write(JSON.parse(Buffer.from(written.content).toString('utf8')))
      return outcome
    },
    create: async first => ledger.create(first)
  }
}

/** The furthest place of a ledger that this job knows of. */
class Note {
  readonly #run: OwnWritesOptions['run']
  readonly #name: string

  constructor({ run, branch }: OwnWritesOptions) {
    this.#run = run
    this.#name = `ledger ${branch}`
  }

  async read(): Promise<LedgerPlace | undefined> {
    const text = await readNote(this.#run, this.#name)
    return text === undefined ? undefined : parsePlace(text, 'The note of this job')
  }

  async write(head: Partial<LedgerPlace> | undefined): Promise<void> {
    if (head?.sequence === undefined || head.hash === undefined) return
    const { sequence, hash } = head
    if (((await this.read())?.sequence ?? 0) < sequence)
      await writeNote(this.#run, this.#name, formatPlace({ sequence, hash }))
  }
}

/** A record that is another one than was written was put there by somebody: what follows would build on it. */
function requireSame(
  found: LedgerHead | undefined,
  reached: LedgerPlace | undefined,
  { branch }: OwnWritesOptions
): LedgerHead | undefined {
  if (reached === undefined || found?.sequence !== reached.sequence || found.hash === reached.hash) return found
  throw new UserError(
    `Record ${reached.sequence} of ${branch} is not the one that this run wrote (${reached.hash}): someone put another in its place. Run \`sluice verify\`, and restore the branch.`
  )
}

function tooLate(found: LedgerHead | undefined, reached: LedgerPlace, { branch, run }: OwnWritesOptions): Failure {
  return new Failure(
    `This run wrote record ${reached.sequence} of ${branch}, but ${PATIENCE / 1000} s later GitHub shows ${found === undefined ? 'no such branch' : `only ${found.sequence} records`}. If no one has reset the branch (run \`sluice verify\`), re-run the job: ${runUrl(run)}`
  )
}
