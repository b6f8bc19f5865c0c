import type { Gate } from '@sluice/core'
import type { Environment } from '@sluice/delivery'

/** Gates, from the weakest to the strongest. */
export const GATE_RANKS: readonly Gate[] = ['continuous', 'dispatch', 'approval']

/** Levels, from the one whose rules ask for the least. */
export const LEVEL_RANKS: readonly Environment['level'][] = ['development', 'preproduction', 'production']
