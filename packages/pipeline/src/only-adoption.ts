import type { RecordDraft } from '@sluice/core'
import { adoptionBy, refuseOtherAdoption } from '@sluice/ledger'
import type { Pipeline } from './pipeline.ts'

/** Refuses a run that has adopted something else. Two that adopt at the same moment meet when they append. @throws UserError */
export async function requireOnlyAdoption({ history }: Pick<Pipeline, 'history'>, draft: RecordDraft): Promise<void> {
  refuseOtherAdoption(draft, await history.find('product', adoptionBy(draft.run)))
}
