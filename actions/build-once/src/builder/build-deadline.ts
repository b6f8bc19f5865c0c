import { Failure, plural, runCommand } from '@sluice/core'
import { buildFailed, type NamedBuild, nameOf } from './build-failure.ts'
import { buildLog } from './build-log.ts'
import type { BuildRequest } from './builder.ts'

/** How long the build of one image may take, or its test target, in milliseconds: much longer than any that still gets on. */
export const BUILD_DEADLINE = 2 * 60 * 60_000

const MINUTE = 60_000

/** A program that builds, and what it builds. */
export interface BuildProgram extends NamedBuild {
  readonly command: readonly [string, ...string[]]
  readonly env: NodeJS.ProcessEnv
  /** Hears each line that the program prints. */
  readonly onLine?: (line: string) => void
}

/**
 * Runs a build to its end, or to the deadline: then the builder is ended, with all that it started.
 * @throws UserError when the build fails; Failure when it does not end in time.
 */
export async function runBuild(
  build: BuildProgram,
  { log, deadline = BUILD_DEADLINE }: Pick<BuildRequest, 'log' | 'deadline'>
): Promise<void> {
  const printed = buildLog(log)
  const onLine = (line: string): void => {
    printed.onLine(line)
    build.onLine?.(line)
  }
  const [program, ...args] = build.command
  const { code, timedOut } = await runCommand(program, args, { env: build.env, onLine, deadline })
  if (timedOut === true)
    throw new Failure(
      `${nameOf(build)} was not built within ${plural(deadline / MINUTE, 'minute')} by ${build.builder}, which was ended. Its output in the log above shows the step that took so long: shorten it, or re-run the job if the machine was slow.`
    )
  if (code !== 0) throw buildFailed(build, printed.lastLines())
}
