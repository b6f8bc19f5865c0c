import { LOGICAL_ID_PATTERN, NAME_LIMIT, NAME_PATTERN, REGION_PATTERN, SIGNING_DUTIES } from '@sluice/core'
import * as v from 'valibot'
import { isBranchOrTag, isSelective, isShallow } from './ref-pattern.ts'

// The texts that delivery.yml is made of. A schema's message says what is allowed; `explain.ts` puts place and value before it.

const isText = 'expected a string'

/** Names become parts of stacks, roles, repositories and GitHub Environments, and must be legal in each. */
export const name = v.pipe(
  v.string(isText),
  v.regex(
    new RegExp(`^${NAME_PATTERN}$`),
    'expected a name: lower-case letters, digits and single hyphens, starting with a letter'
  ),
  v.maxLength(NAME_LIMIT, `a name may have at most ${NAME_LIMIT} characters`)
)

export const accountId = v.pipe(
  v.string(issue =>
    typeof issue.input === 'number'
      ? `quote it: "${issue.input}" (an unquoted account id is a number to YAML and loses leading zeros)`
      : 'expected an account id: 12 digits, in quotes'
  ),
  v.regex(/^\d{12}$/, 'expected an account id: 12 digits, in quotes'),
  v.description('AWS account id: 12 digits, in quotes.'),
  v.examples(['333333333333'])
)

export const region = v.pipe(
  v.string(isText),
  v.regex(new RegExp(`^${REGION_PATTERN}$`), 'expected a region such as eu-west-1'),
  v.description('AWS region.'),
  v.examples(['eu-west-1'])
)

const PATH = /^(?![/-])(?!.*\\)(?!(.*\/)?(\.\.|\.git)(\/|$)).+$/

/** A path inside the repository, with forward slashes; `./a/` is read as `a`. */
export function path(description: string, example: string): v.GenericSchema<string, string> {
  return v.pipe(
    v.string(isText),
    v.regex(PATH, 'expected a path inside the repository: no leading slash or hyphen, no .. and no backslash'),
    v.check(text => !/\p{Cc}/u.test(text), 'a path must not contain control characters'),
    v.description(description),
    v.examples([example]),
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
  v.regex(new RegExp(`^${LOGICAL_ID_PATTERN}$`), 'expected the name of a parameter or output: letters and digits')
)

/** A number or a truth value is taken as it is written; the source refuses numbers that YAML would change. */
export const looseText = v.pipe(
  v.union(
    [v.string(), v.number(), v.boolean()],
    'expected a string, number or boolean (a string may contain ${unit.Output})'
  ),
  v.transform(String)
)

/** The value of a parameter of a template; a list is what CloudFormation reads for one: its members with commas between them. */
export const parameterValue = v.pipe(
  v.union(
    [looseText, v.array(looseText)],
    'expected a string, number or boolean, or a list of these (a string may contain ${unit.Output})'
  ),
  v.check(
    value => typeof value === 'string' || value.every(item => !item.includes(',')),
    'a member of a list must not contain a comma: CloudFormation would take it for two'
  ),
  v.transform(value => (typeof value === 'string' ? value : value.join(',')))
)

export const buildArgument = v.pipe(
  v.string(isText),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a build argument: letters, digits and underscores')
)

/** As GitHub names secrets: it refuses those that begin with GITHUB_. */
export const secretName = v.pipe(
  v.string(isText),
  v.regex(
    /^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]{0,99}$/,
    'expected the name of a secret: letters, digits and underscores, not beginning with GITHUB_'
  )
)

export const stage = v.pipe(
  v.string(isText),
  v.regex(
    /^[A-Za-z][A-Za-z0-9_.-]*$/,
    'expected a stage of the Dockerfile: letters, digits, dots, hyphens and underscores'
  )
)

export const platform = v.pipe(
  v.string(isText),
  v.regex(/^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/, 'expected a platform such as linux/amd64')
)

const UNITS = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000]
])

/**
 * A length of time; read as milliseconds.
 * @param longest what is allowed at most, written as a user writes it.
 */
export function duration(description: string, example: string, longest: string): v.GenericSchema<string, number> {
  return v.pipe(
    v.string('expected a duration such as 30m, 12h or 2d'),
    v.regex(/^[1-9]\d{0,4}[smhd]$/, 'expected a duration such as 30m, 12h or 2d'),
    v.description(description),
    v.examples([example]),
    v.transform(milliseconds),
    v.maxValue(milliseconds(longest), `a duration may be at most ${longest}`)
  )
}

function milliseconds(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS.get(text.slice(-1)) ?? Number.NaN)
}

/** A branch: a legal ref name without the characters that patterns and shells read (git-check-ref-format). */
export const branch = v.pipe(
  v.string(isText),
  v.regex(
    /^(?!refs\/)(?!.*(\.\.|\/\/|\.lock(\/|$)|\/\.))[A-Za-z0-9_][A-Za-z0-9._/-]*(?<![./])$/,
    'expected a branch name without "refs/heads/"'
  )
)

/** A branch or full ref; `*` stands for anything up to a slash. */
export const refPattern = v.pipe(
  v.string(isText),
  v.regex(
    /^(?!.*(\.\.|\/\/|\/\.))[A-Za-z0-9_*][A-Za-z0-9._/*-]*(?<![./])$/,
    'expected a branch or ref, with * for anything up to a slash, e.g. release/*'
  ),
  v.check(isBranchOrTag, 'only branches and tags may deliver, never pull requests: refs/heads/… or refs/tags/…'),
  v.check(
    isSelective,
    'a pattern must name at least a part of the branches or tags: stars alone let all of them deliver'
  ),
  v.check(
    isShallow,
    'the branch policies of GitHub Environments know no **, so no gate could open: write a pattern for each depth, e.g. release/* and release/*/*'
  )
)

/** A repository on GitHub, as `uses:` names it. */
export const repositoryName = v.pipe(
  v.string(isText),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'expected a repository: OWNER/NAME')
)

/** A commit in full: a short one may come to mean another, and a tag or branch does. */
export const commit = v.pipe(
  v.string('expected a commit in quotes: 40 lower-case hex digits'),
  v.regex(/^[0-9a-f]{40}$/, 'expected a commit: 40 lower-case hex digits; tags and branches may move')
)

export const keyAlias = v.pipe(
  v.string(isText),
  v.regex(
    /^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/,
    'expected the alias of a KMS key of your own, e.g. alias/sluice-ledger'
  )
)

/** A bucket of S3 (S3, "General purpose bucket naming rules"). One with dots has no certificate of its own. */
export const bucketName = v.pipe(
  v.string(isText),
  v.regex(
    /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|--x-s3|--table-s3)$/,
    'expected the name of a bucket: 3 to 63 lower-case letters, digits and hyphens'
  )
)

/** A key of KMS (KMS, "Key identifiers") by ARN: an alias would leave it to whoever moves it which one is meant. */
export const kmsKey = v.pipe(
  v.string(isText),
  v.regex(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/(?:mrk-)?[0-9a-f-]{32,36}$/,
    'expected the ARN of a key of KMS, e.g. arn:aws:kms:eu-west-1:333333333333:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60'
  )
)

/** Names of SSM's parameters (SSM, `PutParameter`); a `*` at the end stands for the rest. Two levels are named: `/*` would be all there are. */
export const ssmParameter = v.pipe(
  v.string(isText),
  v.regex(
    /^(?:\/(?:[\w.-]{1,200}\/){1,14}(?:[\w.-]{1,200}\*?|\*)|\/?[\w.-]{1,200})$/,
    'expected the name of a parameter of SSM, e.g. /cdk-bootstrap/hnb659fds/version or /network/*'
  )
)

export const fingerprint = v.pipe(
  v.string(isText),
  v.regex(/^sha256:[0-9a-f]{64}$/, 'expected the digest of a public key: "sha256:" and 64 lower-case hex digits')
)

/** Who signs: `builds`, an environment, or one of the three who sign in it. */
export const signer = v.pipe(
  v.string(isText),
  v.regex(
    new RegExp(`^${NAME_PATTERN}(?:/(?:${SIGNING_DUTIES.join('|')}))?$`),
    `expected a signer: builds, an environment, or an environment with /${SIGNING_DUTIES.join(', /')}`
  ),
  v.maxLength(NAME_LIMIT, `a signer may have at most ${NAME_LIMIT} characters`)
)

/** The number of a record. */
export function recordNumber(description: string): v.GenericSchema<number> {
  const isNumber = 'expected the number of a record, counted from 1'
  return v.pipe(
    v.number(isNumber),
    v.integer(isNumber),
    v.minValue(1, isNumber),
    v.maxValue(Number.MAX_SAFE_INTEGER, isNumber),
    v.description(description),
    v.examples([812])
  )
}

/** One line that a person reads or a shell runs. The parts share no character: with one to share, a long text takes quadratic time. */
export const line = v.pipe(v.string(isText), v.regex(/^[^\S\r\n]*\S[^\r\n]*$/, 'expected one line of text'))
