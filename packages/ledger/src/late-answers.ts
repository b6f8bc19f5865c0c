import type { Waits } from '@sluice/core'

/** How long GitHub may take to show what was just written, in milliseconds, and the waits between two looks. */
export const UNSEEN = 30_000
export const LOOKS: Waits = { base: 500, cap: 5_000 }
