import { type Digest, hexOf, type Jwk, type RecordDraft, readJwks } from '@sluice/core'
import type { OidcIssuer } from './oidc.ts'

/** Vouches for records, as the ledger asks for it. */
export interface LabVoucher {
  vouch(hash: Digest): Promise<{ readonly token: string; readonly keys: readonly Jwk[] }>
}

/** The Sluice that ran: the one of the samples, at the commit that they pin. */
const SLUICE = 'sluice-dev/sluice'
const COMMIT = '0'.repeat(40)

/** Says of a record what GitHub says when the job ran that the record speaks of: one behind its environment's gate. */
export function voucherOf({ run, actor, environment }: RecordDraft, issuer: OidcIssuer, site: string): LabVoucher {
  const { repository = SLUICE, commit = COMMIT } = run.sluice ?? {}
  const claims = {
    sub: `repo:lab/${run.repository}`,
    ...(environment === undefined ? {} : { environment }),
    ref: run.ref,
    repository: `lab/${run.repository}`,
    repository_id: run.repository,
    actor: actor.login,
    actor_id: actor.id,
    event_name: 'push',
    workflow_ref: run.workflow,
    workflow_sha: run.workflowSha,
    job_workflow_ref: `${repository}/.github/workflows/stage.yml@${commit}`,
    job_workflow_sha: commit,
    run_id: run.id,
    run_attempt: String(run.attempt),
    runner_environment: run.runner
  }
  return {
    vouch: async hash => ({
      token: await issuer.issue({ ...claims, aud: `sluice:${hexOf(hash)}` }, site),
      keys: readJwks(await issuer.jwks()) ?? []
    })
  }
}
