import { basename, dirname } from 'node:path'
import { UserError } from '@sluice/core'

/** A build, as messages name it. */
export interface NamedBuild {
  readonly builder: string
  readonly dockerfile: string
  readonly target?: string
}

/** Says which Dockerfile failed and why, with the builder's last words. */
export function buildFailed(build: NamedBuild, lines: readonly string[]): UserError {
  const last = lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'no output'
  return new UserError(`${nameOf(build)} failed in ${build.builder}: ${last.trim()}. Its output is in the log above.`)
}

/** A Dockerfile with its folder, and the target in it. */
export function nameOf({ dockerfile, target }: NamedBuild): string {
  return `${basename(dirname(dockerfile))}/${basename(dockerfile)}${target === undefined ? '' : `, target ${target},`}`
}
