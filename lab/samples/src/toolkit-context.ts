import type { ToolkitContext } from '@sluice/core'

/** The context that `@actions/github` reads from these variables: what it leaves undefined or makes NaN is so here, too. */
export function toolkitContext(env: NodeJS.ProcessEnv, payload: ToolkitContext['payload'] = {}): ToolkitContext {
  const text = (name: string): string => env[name] as string
  return {
    eventName: text('GITHUB_EVENT_NAME'),
    payload,
    sha: text('GITHUB_SHA'),
    ref: text('GITHUB_REF'),
    job: text('GITHUB_JOB'),
    actor: text('GITHUB_ACTOR'),
    runId: Number.parseInt(text('GITHUB_RUN_ID'), 10),
    runAttempt: Number.parseInt(text('GITHUB_RUN_ATTEMPT'), 10),
    serverUrl: env['GITHUB_SERVER_URL'] ?? 'https://github.com'
  }
}
