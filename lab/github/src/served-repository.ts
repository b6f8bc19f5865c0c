import type { Environment } from './environment.ts'
import type { HostedRepository } from './repository.ts'
import type { Run } from './run.ts'

/** A repository with what happens in it. */
export interface ServedRepository extends HostedRepository {
  readonly environments: Map<string, Environment>
  readonly runs: Map<number, Run>
}
