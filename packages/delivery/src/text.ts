import { LOGICAL_ID_PATTERN, NAME_PATTERN, REGION_PATTERN } from '@sluice/core'
import * as v from 'valibot'

// The texts that delivery.yml is made of. A schema's message says what is allowed; `explain.ts` puts place and value before it.

const isText = 'a text is allowed'

/** Names become parts of stacks, roles, repositories and GitHub Environments, and must be legal in each. */
export const name = v.pipe(
  v.string(isText),
  v.regex(
    new RegExp(`^${NAME_PATTERN}$`),
    'a name has lower-case letters, digits and single hyphens, and starts with a letter'
  ),
  v.maxLength(100, 'a name has at most 100 characters')
)

export const accountId = v.pipe(
  v.string(issue =>
    typeof issue.input === 'number'
      ? `quote it: "${issue.input}" (an unquoted account id is a number to YAML and loses leading zeros)`
      : 'an account id is a text of 12 digits in quotes'
  ),
  v.regex(/^\d{12}$/, 'an account id has 12 digits, in quotes'),
  v.description('AWS account number: 12 digits, in quotes.')
)

export const region = v.pipe(
  v.string(isText),
  v.regex(new RegExp(`^${REGION_PATTERN}$`), 'a region is written like eu-west-1'),
  v.description('AWS region, e.g. eu-west-1.')
)

const PATH = /^(?![/-])(?!.*\\)(?!(.*\/)?(\.\.|\.git)(\/|$)).+$/

/** A path inside the repository, with forward slashes; `./a/` is read as `a`. */
export function path(description: string): v.GenericSchema<string, string> {
  return v.pipe(
    v.string(isText),
    v.regex(PATH, 'a path stays inside the repository: no leading slash or hyphen, no .. and no backslash'),
    v.check(text => !/\p{Cc}/u.test(text), 'a path has no control characters'),
    v.description(description),
    v.transform(normalise)
  )
}

function normalise(text: string): string {
  const parts = text.split('/').filter(part => part !== '' && part !== '.')
  return parts.length === 0 ? '.' : parts.join('/')
}

/** CloudFormation: "Parameters", logical ids. */
export const logicalName = v.pipe(
  v.string(isText),
  v.regex(
    new RegExp(`^${LOGICAL_ID_PATTERN}$`),
    "a template's parameters and outputs are named with letters and digits"
  )
)

/** A number or a truth value is taken as it is written; the source refuses numbers that YAML would change. */
export const looseText = v.pipe(
  v.union(
    [v.string(), v.number(), v.boolean()],
    'a text, number or truth value is allowed (a text may hold ${unit.Output})'
  ),
  v.transform(String)
)

export const buildArgument = v.pipe(
  v.string(isText),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a build argument is named with letters, digits and underscores')
)

export const stage = v.pipe(
  v.string(isText),
  v.regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'a stage of the Dockerfile is allowed: letters, digits, dot, hyphen, underscore')
)

export const platform = v.pipe(
  v.string(isText),
  v.regex(/^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/, 'a platform is written like linux/amd64')
)

const UNITS = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000]
])

/** A length of time; read as milliseconds. */
export function duration(description: string): v.GenericSchema<string, number> {
  return v.pipe(
    v.string('a duration is written like 30m, 12h or 2d'),
    v.regex(/^[1-9]\d{0,4}[smhd]$/, 'a duration is written like 30m, 12h or 2d'),
    v.description(description),
    v.transform(text => Number(text.slice(0, -1)) * (UNITS.get(text.slice(-1)) ?? Number.NaN)),
    v.maxValue(30 * 86_400_000, 'a duration is at most 30d')
  )
}

/** A branch: a legal ref name without the characters that patterns and shells read (git-check-ref-format). */
export const branch = v.pipe(
  v.string(isText),
  v.regex(
    /^(?!refs\/)(?!.*(\.\.|\/\/|\.lock(\/|$)|\/\.))[A-Za-z0-9_][A-Za-z0-9._/-]*(?<![./])$/,
    'a branch name without "refs/heads/" is allowed'
  )
)

/** A branch or full ref; `*` stands for anything up to a slash, `**` for anything. */
export const refPattern = v.pipe(
  v.string(isText),
  v.regex(
    /^(?!.*(\.\.|\/\/|\/\.))[A-Za-z0-9_*][A-Za-z0-9._/*-]*(?<![./])$/,
    'a branch or ref is allowed, with * for anything up to a slash, e.g. release/*'
  )
)

export const keyAlias = v.pipe(
  v.string(isText),
  v.regex(/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/, 'a KMS alias of your own is allowed, e.g. alias/sluice-ledger')
)

export const fingerprint = v.pipe(
  v.string(isText),
  v.regex(/^sha256:[0-9a-f]{64}$/, 'the digest of a public key is "sha256:" and 64 lower-case hex digits')
)

/** One line that somebody will read or run. */
export const line = v.pipe(v.string(isText), v.regex(/^[^\r\n]*\S[^\r\n]*$/, 'one line of text is allowed'))
