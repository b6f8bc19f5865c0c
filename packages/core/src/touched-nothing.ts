import type { RecordDraft } from './record.ts'

/** Whether the end of an attempt says that it came to that before it touched anything. */
export function touchedNothing(ended: RecordDraft | undefined): boolean {
  if (ended?.event === 'failed' || ended?.event === 'cancelled') return ended.detail?.untouched === true
  return ended?.event === 'obsolete' || ended?.event === 'superseded'
}
