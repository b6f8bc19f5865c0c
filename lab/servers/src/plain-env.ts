const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const

/**
 * The few variables a server needs to run at all.
 * The rest stays away from third-party programs: it may hold credentials, or settings that would change what they do.
 */
export function plainEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of PASSED_ON) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}
