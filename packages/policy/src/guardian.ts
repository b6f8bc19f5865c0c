import type { Gate } from '@sluice/core'

/** What an environment has to say of whom it asks. */
interface Asking {
  readonly name: string
  readonly gate: Gate
  readonly level: 'development' | 'preproduction' | 'production'
}

/**
 * Whose reviewers decide what is no deployment: an adoption, a repair. Those of production, or else of the last environment that asks for an approval. Absent where
 * all are continuous.
 */
export function guardianOf<T extends Asking>(environments: readonly T[]): T | undefined {
  const asking = environments.filter(({ gate }) => gate !== 'continuous')
  return (
    asking.findLast(({ level }) => level === 'production') ??
    asking.findLast(({ gate }) => gate === 'approval') ??
    asking.at(-1)
  )
}
