import type { Clock, Log, RunContext } from '@sluice/core'

/** What the checks need of the world. */
export interface AcceptDependencies {
  readonly run: RunContext
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
  readonly clock: Clock
  /** What runs a program as root: nothing where the action runs as root. */
  readonly asRoot: readonly string[]
}

/** One check that passed or did not. */
export interface CheckResult {
  readonly what: string
  readonly passed: boolean
  readonly seconds: number
  /** Why it did not pass; from outside, so untrusted. */
  readonly reason?: string
}
