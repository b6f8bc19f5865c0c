import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Failure, type LedgerRecord } from '@sluice/core'
import { type ExaminationTerms, type Examined, type Examiner, examinerOf, type RecordFiles } from '@sluice/ledger'
import type { Answer, Question } from './examiner-thread.ts'

/** Records from which threads are worth their start: they take as long to load as a thousand records to be examined. */
export const MANY = 2_000

/** More would wait for the one thread that applies the rules. */
const MOST_THREADS = 4

/** What is looked at is forgotten at once, so that more would only be left lying about for longer. In MiB. */
const LIMITS = { maxYoungGenerationSizeMb: 8 }

/** Examines records in other threads. */
export interface ExaminerThreads {
  readonly examiner: (terms: ExaminationTerms) => Examiner
  /** Ends the threads. */
  close(): Promise<void>
}

/** Examines the records of a ledger on all cores, if there are enough of them. @param length how many there are. */
export function examinerThreads(
  length: number,
  count = Math.min(availableParallelism(), MOST_THREADS)
): ExaminerThreads {
  if (length < MANY) return { examiner: examinerOf, close: async () => undefined }
  const threads: ExaminerThread[] = []
  return {
    examiner(terms) {
      const own = Array.from({ length: count }, () => new ExaminerThread(terms))
      threads.push(...own)
      return async records => {
        const share = Math.ceil(records.length / count)
        const parts = own.map((thread, n) => thread.examine(records.slice(n * share, (n + 1) * share)))
        return (await Promise.all(parts)).flat()
      }
    },
    async close() {
      await Promise.all(threads.map(async thread => thread.end()))
    }
  }
}

interface Waiting {
  readonly files: readonly RecordFiles[]
  readonly resolve: (examined: readonly Examined[]) => void
  readonly reject: (error: Error) => void
}

/** One thread, which answers in the order in which it is asked. */
class ExaminerThread {
  readonly #worker: Worker
  readonly #waiting: Waiting[] = []
  #failure: Error | undefined

  constructor(terms: ExaminationTerms) {
    const here = fileURLToPath(import.meta.url)
    const isSource = here.endsWith('.ts')
    this.#worker = new Worker(new URL(isSource ? './examiner-thread.ts' : './examiner-thread.js', import.meta.url), {
      workerData: terms,
      resourceLimits: LIMITS,
      // The sources run as they are, without a build.
      ...(isSource ? { execArgv: ['--conditions=source', '--no-warnings'] } : {})
    })
    this.#worker.on('message', (answers: readonly Answer[]) => this.#answer(answers))
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#worker.on('messageerror', (error: Error) => this.#fail(error))
    // A thread may end without a word; who waits for it would wait for ever.
    this.#worker.on('exit', () =>
      this.#fail(new Failure('A thread that examines records ended before it had answered.'))
    )
  }

  async examine(files: readonly RecordFiles[]): Promise<readonly Examined[]> {
    if (this.#failure !== undefined) throw this.#failure
    return new Promise((resolve, reject) => {
      this.#waiting.push({ files, resolve, reject })
      const [question, buffer] = packed(files)
      this.#worker.postMessage(question, [buffer])
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #answer(answers: readonly Answer[]): void {
    const asked = this.#waiting.shift()
    asked?.resolve(answers.map((answer, n) => examinedOf(answer, asked.files[n]?.bytes)))
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}

/** Records in memory of their own, which is handed over: a view would take along all that was read with it. */
function packed(files: readonly RecordFiles[]): readonly [Question, ArrayBuffer] {
  const parts = files.flatMap(({ bytes, signature, token }) => [bytes, signature, token])
  const buffer = new ArrayBuffer(parts.reduce((size, part) => size + (part?.length ?? 0), 0))
  let end = 0
  const pack = (part: Uint8Array | undefined): Uint8Array | undefined => {
    if (part === undefined) return undefined
    const view = new Uint8Array(buffer, end, part.length)
    view.set(part)
    end += part.length
    return view
  }
  const question = files.map(({ sequence, bytes, signature, token }) => ({
    sequence,
    bytes: pack(bytes),
    signature: pack(signature),
    token: pack(token)
  }))
  return [question, buffer]
}

/** A record that another thread found sound is only parsed here: to hand it over would take longer. */
function examinedOf({ problem, ...rest }: Answer, bytes: Uint8Array | undefined): Examined {
  if (problem !== undefined || bytes === undefined)
    return { ...rest, decoded: { ok: false, problem: problem ?? 'the file is missing' } }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return { ...rest, decoded: { ok: true, record: JSON.parse(text) as LedgerRecord } }
}
