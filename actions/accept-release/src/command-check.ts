import { plural } from '@sluice/core'
import { BoundedOutput } from './bounded-output.ts'
import type { AcceptDependencies, CheckResult } from './check-result.ts'
import { type CheckSandbox, openCheckSandbox } from './check-sandbox.ts'
import { describeHidden, findHiddenPrograms } from './hidden-programs.ts'
import type { CheckedRelease } from './inputs.ts'

/** How long one command may take, in milliseconds. */
export const COMMAND_LIMIT = 15 * 60_000

/** Lines of a failed command's output that its reason shows. */
const LAST_LINES = 3

/** What commands get to know of the job; everything else stays here, tokens above all. */
const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'CI']

type CommandDependencies = Omit<AcceptDependencies, 'run'> & {
  readonly run: Pick<AcceptDependencies['run'], 'temp' | 'workspace'>
}

/**
 * Runs the product's own check commands in a copy of the release's commit, each in a shell as delivery.yml wrote it.
 * @param limit milliseconds for each of them.
 */
export async function runCommandChecks(
  commands: readonly string[],
  inputs: CheckedRelease,
  dependencies: CommandDependencies,
  limit = COMMAND_LIMIT
): Promise<readonly CheckResult[]> {
  if (commands.length === 0) return []
  const { run, asRoot, env, log } = dependencies
  const sandbox = await openCheckSandbox({ ...run, commit: inputs.commit, asRoot, log })
  try {
    const hidden = await findHiddenPrograms(sandbox, env['PATH'] ?? '')
    if (hidden.length > 0) log.warning(describeHidden(hidden))
    const results: CheckResult[] = []
    for (const command of commands) results.push(await runCommandCheck(command, sandbox, inputs, dependencies, limit))
    return results
  } finally {
    await sandbox.close()
  }
}

async function runCommandCheck(
  command: string,
  sandbox: CheckSandbox,
  inputs: CheckedRelease,
  { clock, env, log }: CommandDependencies,
  limit: number
): Promise<CheckResult> {
  const started = clock.now()
  const output = new BoundedOutput()
  const { code, timedOut } = await sandbox.run(command, variablesFor(inputs, env), {
    onLine: line => output.add(line),
    deadline: limit
  })
  log.untrusted(output.text())
  const seconds = (clock.now() - started) / 1000
  if (code === 0) return { what: command, passed: true, seconds }
  const end = timedOut === true ? `no end within ${plural(limit / 60_000, 'minute')}` : `exit code ${code}`
  return { what: command, passed: false, seconds, reason: `${end}: ${output.last(LAST_LINES).join(' / ')}` }
}

function variablesFor(inputs: CheckedRelease, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const passed: Record<string, string> = {}
  for (const name of PASSED_ON) {
    const value = env[name]
    if (value !== undefined) passed[name] = value
  }
  return {
    ...passed,
    ENVIRONMENT: inputs.environment,
    RELEASE: inputs.release,
    COMMIT: inputs.commit,
    ...(inputs.url === undefined ? {} : { ENVIRONMENT_URL: inputs.url })
  }
}
