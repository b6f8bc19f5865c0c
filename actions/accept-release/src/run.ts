import {
  checksReport,
  code,
  encodeChecks,
  escapeMarkdown,
  type Report,
  releaseId,
  table,
  UserError
} from '@sluice/core'
import { type Environment, environmentNamed, readDelivery } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import type { AcceptDependencies } from './check-result.ts'
import { runCommandChecks } from './command-check.ts'
import { runHttpChecks } from './http-check.ts'
import type { AcceptInputs, CheckedRelease } from './inputs.ts'

/** Characters of a failed check's reason that the summary shows. */
const REASON_LIMIT = 500

/** Runs the acceptance checks that the release's own commit states, without any credentials. */
export async function run(inputs: AcceptInputs, dependencies: AcceptDependencies): Promise<Report> {
  return runChecks(await environmentOf(inputs, dependencies), inputs, dependencies)
}

/** Runs the acceptance checks of an environment, as the release's own commit has it. */
export async function runChecks(
  environment: Environment,
  inputs: CheckedRelease,
  dependencies: AcceptDependencies
): Promise<Report> {
  const { log } = dependencies
  const results = [
    ...(await log.group('Check by HTTP', async () => runHttpChecks(environment.accept.http, inputs.url, dependencies))),
    ...(await log.group("Run the product's own checks", async () =>
      runCommandChecks(environment.accept.run, inputs, dependencies)
    ))
  ]

  const report = checksReport(
    { environment: environment.name, release: inputs.release },
    results,
    secretsOf(dependencies.env)
  )
  const failed = results.filter(result => !result.passed)
  for (const result of failed) log.untrusted(`${result.what}: ${result.reason ?? 'failed'}`)
  const rows = results.map(result => [
    result.passed ? 'passed' : '**failed**',
    code(result.what),
    `${result.seconds.toFixed(1)} s`,
    result.reason === undefined ? '' : code(result.reason.slice(0, REASON_LIMIT))
  ])
  const shown =
    results.length === 0 ? 'delivery.yml defines no acceptance checks.' : table(['', 'check', 'time', 'why'], rows)
  if (failed.length > 0) {
    throw new UserError(
      `${failed.length} of ${results.length} acceptance checks failed in ${environment.name}: ${failed.map(({ what }) => what).join(', ')}. The release cannot enter the next environment.`,
      { outputs: { results: encodeChecks(report) }, details: shown }
    )
  }
  return {
    outputs: { checks: String(results.length), results: encodeChecks(report) },
    summary: `### ${releaseId(inputs.release)} passed in ${escapeMarkdown(environment.name)}\n\n${shown}\n`
  }
}

async function environmentOf(inputs: AcceptInputs, { run }: AcceptDependencies): Promise<Environment> {
  const delivery = await readDelivery(openRepository(run.workspace), inputs.commit, inputs.config)
  return environmentNamed(delivery, inputs.environment)
}

/** What the job has of secrets: its tokens. Checks get none of them; if one finds one all the same, it does not go on the ledger. */
function secretsOf(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    /TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY/i.test(name) ? [value] : []
  )
}
