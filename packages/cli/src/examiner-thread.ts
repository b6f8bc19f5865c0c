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

function answerOf({ decoded, ...rest }: Examined): Answer {
  return decoded.ok ? rest : { ...rest, problem: decoded.problem }
}

parentPort?.on('message', async (records: Question) => {
  const answers: Answer[] = []
  // One by one: what a record says is forgotten before the next is looked at.
  for (const record of records) answers.push(...(await examine([record])).map(answerOf))
  parentPort?.postMessage(answers)
})
