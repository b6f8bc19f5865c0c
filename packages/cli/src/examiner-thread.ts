import { parentPort, workerData } from 'node:worker_threads'
import { type ExaminationTerms, type Examined, examinerOf, type RecordFiles } from '@sluice/ledger'

/** Records to examine. */
export type Question = readonly RecordFiles[]

/** What is found of one, without what it says. */
export interface Answer extends Omit<Examined, 'decoded'> {
  /** Why its file does not hold a record. */
  readonly problem?: string
}

// What `examinerThreads` runs in threads of their own.
const examine = examinerOf(workerData as ExaminationTerms)

parentPort?.on('message', async (records: Question) => {
  const examined = await examine(records)
  const answers = examined.map(
    ({ decoded, ...rest }): Answer => (decoded.ok ? rest : { ...rest, problem: decoded.problem })
  )
  parentPort?.postMessage(answers)
})
