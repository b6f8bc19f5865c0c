import { type Digest, sha256, UserError } from '@sluice/core'
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'

/** A parameter that a template declares. */
export interface TemplateParameter {
  readonly type: string
  /** As CloudFormation reads it: always a text. */
  readonly default?: string
  /** CloudFormation shows its value to nobody, and neither does Sluice. */
  readonly noEcho: boolean
}

/** What Sluice has to know of a template; the rest is CloudFormation's. */
export interface Template {
  readonly text: string
  readonly digest: Digest
  readonly parameters: ReadonlyMap<string, TemplateParameter>
  readonly outputs: readonly string[]
  /** Logical id → type. */
  readonly resources: ReadonlyMap<string, string>
  /** A transform may add resources that the text does not name. */
  readonly transformed: boolean
}

/** The longest template that CloudFormation takes in a request, in bytes (CloudFormation quotas). */
const INLINE_LIMIT = 51_200
/** The longest one that it reads from S3, in bytes: as it says itself, where the quotas say 1 MB. */
const STORED_LIMIT = 1_000_000

/** Whether CloudFormation takes a template from S3 alone. */
export function isLong(text: string): boolean {
  return Buffer.byteLength(text) > INLINE_LIMIT
}

/**
 * Reads a template, YAML or JSON.
 * @param where names it in errors, e.g. `infra/api.yml (unit api)`.
 * @param isKept whether it can be put where CloudFormation reads longer ones.
 * @throws UserError when it is malformed, too long, or declares no resource.
 */
export function readTemplate(text: string, where: string, isKept = false): Template {
  requireShort(text, where, isKept)
  // CloudFormation's own tags (`!Ref`, `!Sub`, …) stay unresolved, which is a warning to the reader and no error.
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' })
  const problem = document.errors[0]
  if (problem !== undefined) {
    const at = problem.linePos?.[0]
    throw new UserError(
      `The template ${where} is not valid YAML or JSON${at === undefined ? '' : ` at ${at.line}:${at.col}`}: ${problem.message.split('\n')[0]}`
    )
  }
  const root = document.contents
  const resources = isMap(root) ? section(root, 'Resources') : []
  if (!isMap(root) || resources.length === 0) {
    throw new UserError(`The template ${where} declares no resources. Add at least one under \`Resources:\`.`)
  }
  return {
    text,
    digest: templateDigest(text),
    parameters: new Map(section(root, 'Parameters').map(([name, node]) => [name, readParameter(node)])),
    outputs: section(root, 'Outputs').map(([name]) => name),
    resources: new Map(resources.map(([name, node]) => [name, scalar(node, 'Type') ?? ''])),
    transformed: root.has('Transform') || hasTransforms(text)
  }
}

function requireShort(text: string, where: string, isKept: boolean): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= (isKept ? STORED_LIMIT : INLINE_LIMIT)) return
  const remedy = isKept ? 'Split' : 'Name a bucket for longer ones under accounts.<name>.bundles of delivery.yml, split'
  throw new UserError(
    `The template ${where} is ${bytes} bytes long; CloudFormation accepts at most ${isKept ? STORED_LIMIT : INLINE_LIMIT}${isKept ? '' : ' in a request'}. ${remedy} the stack or shorten the template.`
  )
}

/** Whether a template names a transform, of its own or of a part. */
export function hasTransforms(text: string): boolean {
  return /^\s*["']?Transform["']?\s*:|[{,]\s*"Transform"\s*:|Fn::Transform|!Transform\b/m.test(text)
}

/**
 * The digest of a template as CloudFormation hands it back: characters outside ASCII read `?`, lines end in LF, one at the end.
 * For a plain ASCII file it is what `sha256sum` says.
 */
export function templateDigest(text: string): Digest {
  const kept = text.replace(/\P{ASCII}/gu, '?').replace(/\r\n?/g, '\n')
  return sha256(`${kept.trimEnd()}\n`)
}

function section(root: YAMLMap, name: string): readonly (readonly [string, unknown])[] {
  const node = root.get(name, true) as unknown
  return isMap(node) ? node.items.map(item => [isScalar(item.key) ? String(item.key.value) : '', item.value]) : []
}

function readParameter(node: unknown): TemplateParameter {
  const fallback = scalar(node, 'Default')
  return {
    type: scalar(node, 'Type') ?? 'String',
    noEcho: isHidden(node),
    ...(fallback === undefined ? {} : { default: fallback })
  }
}

/** CloudFormation reads YAML 1.1, in which `yes` is true, too. What does not plainly say no is hidden: a secret that was shown stays so. */
function isHidden(node: unknown): boolean {
  return isMap(node) && node.has('NoEcho') && !/^(false|no|off|n)$/i.test(scalar(node, 'NoEcho') ?? '')
}

/** A scalar member as it is written, so that `010` and `1.50` stay themselves; but `yes` is `true`, as CloudFormation tells it. */
function scalar(node: unknown, name: string): string | undefined {
  if (!isMap(node)) return undefined
  const value = node.get(name, true) as unknown
  if (isSeq(value)) return value.items.map(item => (isScalar(item) ? String(item.value) : '')).join(',')
  if (!isScalar(value)) return undefined
  return typeof value.value === 'string' || typeof value.value === 'boolean'
    ? String(value.value)
    : (value.source ?? String(value.value))
}
