import { type RecordDraft, UserError } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import { identityQuestion } from '@sluice/ledger'
import type { Pipeline } from './pipeline.ts'

/**
 * Refuses a run that has adopted something else: whoever answered at the gate was asked about that, and GitHub tells neither which job nor which
 * attempt of the run an answer was for.
 */
export async function requireOnlyAdoption(
  { history, run }: Pick<Pipeline, 'history' | 'run'>,
  { units }: Pick<Delivery, 'units'>,
  { unit, ...draft }: RecordDraft
): Promise<void> {
  if (unit === undefined) return
  const questions = Array.from({ length: run.attempt }, (_, n) => ({ ...draft.run, attempt: n + 1 })).flatMap(of =>
    units.map(({ name }) => identityQuestion({ ...draft, run: of, unit: { ...unit, name } }))
  )
  await history.prepare(questions.map(question => ['product', question]))
  for (const question of questions) {
    const found = await history.find('product', question)
    const other = found?.unit
    if (other === undefined || (other.name === unit.name && other.digest === unit.digest)) continue
    throw new UserError(
      `This run has adopted ${other.name} ${other.digest} already (record ${found?.sequence}), and its approval was for that. Adopt each digest in a run of its own.`
    )
  }
}
