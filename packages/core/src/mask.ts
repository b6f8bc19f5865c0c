import { setSecret } from '@actions/core'

/**
 * Hides a secret in the log of the job, before anything else is done with it. Elsewhere than in a job nothing reads the command that asks
 * for it, and it would print the secret: a terminal is left alone.
 */
export function maskOf(env: NodeJS.ProcessEnv): (secret: string) => void {
  return env['GITHUB_ACTIONS'] === 'true' ? setSecret : () => undefined
}
