import { readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '@sluice/core'

/** A Dockerfile, where it was exported to and as people know it. */
export interface NamedDockerfile {
  readonly context: string
  /** Path inside of the context. */
  readonly dockerfile: string
  /** Path in the repository. */
  readonly name: string
}

/** An image by its digest: what it names cannot change. */
const PINNED = /^[^@\s]+@sha256:[0-9a-f]{64}$/

/**
 * Refuses a Dockerfile whose `# syntax=` names a frontend that may be another one tomorrow. A frontend is a program that decides what is
 * built; without the line it is the one that is part of BuildKit.
 * @throws UserError naming file and line.
 */
export async function requireKnownFrontend({ context, dockerfile, name }: NamedDockerfile): Promise<void> {
  const file = resolve(context, dockerfile)
  const real = await realpath(file).catch(() => undefined)
  // The builder says best that there is none.
  if (real === undefined) return
  // BuildKit follows links by rules of its own, and would read another file than is read here.
  if (real !== join(await realpath(context), dockerfile))
    throw new UserError(`${name} is reached through a link. Name the Dockerfile itself in delivery.yml.`)
  for (const { line, frontend } of frontendsOf(await readFile(file, 'utf8'))) {
    if (PINNED.test(frontend)) continue
    throw new UserError(
      `${name}:${line}: the frontend ${JSON.stringify(frontend)} is not pinned, so another program may decide tomorrow what is built. Remove the line to use the frontend that is part of BuildKit, or pin it by digest: ${frontend.replace(/@.*$/, '')}@sha256:….`
    )
  }
}

interface NamedFrontend {
  readonly line: number
  readonly frontend: string
}

/**
 * Every frontend that BuildKit could find in a Dockerfile: as a directive in comments with `#` or `//` before anything else, after a
 * shebang or not, or as a member of JSON.
 * @see https://github.com/moby/buildkit/blob/v0.29.0/frontend/dockerfile/parser/directives.go
 */
function frontendsOf(text: string): readonly NamedFrontend[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const first = lines[0]?.startsWith('#!') === true ? 1 : 0
  return [...directives(lines, first, '#'), ...directives(lines, first, '//'), ...member(lines.slice(first), first)]
}

/** A directive: a comment that is nothing but `name=value`. */
const DIRECTIVE = /^[\s\u0085]*([a-z][a-z0-9]*)\s*=\s*(\S+)/i

/** The names that BuildKit knows; any other line ends the directives. */
const KNOWN = ['syntax', 'check', 'escape']

function directives(lines: readonly string[], first: number, comment: string): readonly NamedFrontend[] {
  const found: NamedFrontend[] = []
  for (const [index, line] of lines.entries()) {
    if (index < first) continue
    const [, name = '', value = ''] = line.startsWith(comment) ? (DIRECTIVE.exec(line.slice(comment.length)) ?? []) : []
    if (!KNOWN.includes(name.toLowerCase())) break
    if (name.toLowerCase() === 'syntax') found.push({ line: index + 1, frontend: value })
  }
  return found
}

function member(lines: readonly string[], first: number): readonly NamedFrontend[] {
  try {
    const json: unknown = JSON.parse(lines.join('\n'))
    const syntax =
      typeof json === 'object' && json !== null ? (json as { readonly syntax?: unknown }).syntax : undefined
    return typeof syntax === 'string' ? [{ line: first + 1, frontend: syntax }] : []
  } catch {
    return []
  }
}
