import { CODE_PARAMETERS, type PlannedReference, partitionIn, UserError } from '@sluice/core'
import { isFunction, type OutsideReference, outsideReferences, usesParameter } from './outside-references.ts'
import type { Sources, StackRequest } from './request.ts'
import { member, readTree, type TreeMap } from './template-tree.ts'

/** Keys of delivery.yml that list what a kind of reference may name. */
const KEYS = { image: 'images', code: 'code', template: 'code', dynamic: 'dynamicReferences' } as const

const WORDS = {
  image: 'runs the image',
  code: 'takes code from',
  template: 'takes a template from',
  dynamic: 'looks up'
} as const

/** What is known of a template besides its text. */
export interface Around {
  /** What it is called, where it is not the unit's own. */
  readonly file?: string
  /** Places that name templates which are looked at by themselves. */
  readonly nestedAt?: ReadonlySet<string>
}

/**
 * What a stack takes from outside of the release and may, since delivery.yml lists it: what approvers see, and the plan digest covers.
 * Anything else is refused: only what was built here, or was named by whoever may change delivery.yml, is deployed.
 * @param text the template as CloudFormation reads it: after transforms, where it has any.
 * @param parameters values by name, with defaults; those that are known once other stacks are deployed are absent, and what takes them is left to their turn.
 * @throws UserError naming unit, resource and remedy.
 */
export function referencesOf(
  { unit, sources, file = 'its template', nestedAt }: Pick<StackRequest, 'unit' | 'sources'> & Around,
  text: string,
  parameters: Readonly<Record<string, string>>
): readonly PlannedReference[] {
  const template = readTree(text)
  if (sources === undefined || template === undefined) return []
  requireUsed(unit, sources, template)
  const found = outsideReferences({ template, parameters, pseudo: pseudoParameters(sources) })
  const kept = new Map<string, PlannedReference>()
  for (const reference of found) {
    const { kind, at, value, pinned } = reference
    if ('unknown' in value && value.pending === true) continue
    if (kind === 'template' && nestedAt?.has(at) === true) continue
    if ('text' in value && isOwn(value.text, sources)) {
      requireOneManifest(unit, reference, sources, template)
      continue
    }
    const problem = problemOf({ unit, file }, reference, sources)
    if (problem !== undefined) throw new UserError(problem)
    if ('text' in value)
      kept.set(`${at} ${value.text}`, { kind, at, text: value.text, ...(pinned ? {} : { moves: true }) })
  }
  return [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reference]) => reference)
}

/** A template that passes what was built on to nothing runs something else. */
function requireUsed(unit: string, { artifactParameter, ownCode }: Sources, template: TreeMap): void {
  if (artifactParameter !== undefined && !usesParameter(template, artifactParameter))
    throw new UserError(
      `The template of unit ${unit} declares the parameter ${artifactParameter} and uses it in no resource, so that the image of the release would run nowhere. Use it where the image is named: \`!Ref ${artifactParameter}\`.`
    )
  if (ownCode !== undefined && declaresCode(template) && !usesParameter(template, 'BundleKey'))
    throw new UserError(
      `The template of unit ${unit} declares the parameter BundleKey and uses it in no resource, so that the code of the release would run nowhere. Use it where the code is named: \`${CODE}\`.`
    )
}

/** Whether a template wants to be told where the code of a bundle is. */
export function takesCode(text: string): boolean {
  return declaresCode(readTree(text) ?? {})
}

function declaresCode(template: TreeMap): boolean {
  return CODE_PARAMETERS.some(name => member(member(template, 'Parameters'), name) !== undefined)
}

/** How a function takes the code of the release. */
const CODE = 'Code: { S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion }'

/** Lambda runs no index of images, not even where one of them is of its platform (Lambda, "Create a Lambda function using a container image"). */
function requireOneManifest(unit: string, { kind, at }: OutsideReference, sources: Sources, template: TreeMap): void {
  const [id = ''] = at.split('/')
  if (kind !== 'image' || sources.manyPlatforms !== true || !isFunction(template, id)) return
  throw new UserError(
    `Unit ${unit}: the Lambda function ${id} of its template runs the image of the release, which is built for several platforms. Lambda runs an image for one platform only: name one under units.${unit}.image.platforms, the one that the function's Architectures say.`
  )
}

/**
 * Logical ids of what runs the unit's bundle, whatever its conditions turn out to be.
 * @returns none of a template that cannot be read.
 */
export function runsOwnCode({ template: text, parameters, sources }: StackRequest): readonly string[] {
  const template = readTree(text)
  if (sources?.ownCode === undefined || template === undefined) return []
  const found = outsideReferences({ template, parameters, pseudo: pseudoParameters(sources) })
  const idsOf = (isWanted: (reference: OutsideReference) => boolean): ReadonlySet<string> =>
    new Set(found.filter(isWanted).map(({ at }) => at.split('/')[0] ?? ''))
  const isOwnCode = ({ value }: OutsideReference): boolean => 'text' in value && value.text === sources.ownCode
  // Layers are no part of a function's own code, and what its hash is made of.
  const others = idsOf(it => it.kind === 'code' && !isOwnCode(it) && !/\/Layers\//.test(it.at))
  return [...idsOf(isOwnCode)].filter(id => !others.has(id))
}

function isOwn(text: string, { own, ownCode }: Sources): boolean {
  return own.includes(text) || text === ownCode
}

function problemOf(
  { unit, file }: { readonly unit: string; readonly file: string },
  { kind, at, value, pinned }: OutsideReference,
  sources: Sources
): string | undefined {
  const key = KEYS[kind]
  if ('unknown' in value) {
    return `Unit ${unit}: what ${at} of ${file} names depends on ${value.unknown}, so that no one can approve it. Write it out there${kind === 'image' ? ', by digest' : ''}, or make it a parameter that delivery.yml sets.`
  }
  const { text } = value
  // Curated by AWS, which makes them without digests; they build, and serve no one.
  if (kind === 'image' && text.startsWith('aws/codebuild/')) return undefined
  if (kind === 'dynamic') {
    if (pinned || !sources.strict || sources.dynamicReferences.some(pattern => isNamed(text, pattern))) return undefined
    return `Unit ${unit}: ${at} of ${file} looks up {{resolve:${text}}} when it is deployed, and what is there may change after the approval. Write its version, or list \`${text}\` under \`dynamicReferences:\` of delivery.yml.`
  }
  if (sources[key].some(pattern => isNamed(text, pattern))) return undefined
  if (sources.ownCode?.startsWith(`${text}?`) === true)
    return `Unit ${unit}: ${at} of ${file} takes the code of the release without its version, so that it could be replaced after an approval. Add the version: \`${CODE}\`.`
  return `Unit ${unit}: ${at} of ${file} ${WORDS[kind]} ${text}, which this release did not build. Make it a unit of the product, or ${remedyOf(kind, text, pinned)}.`
}

function remedyOf(kind: 'image' | 'code' | 'template', text: string, pinned: boolean): string {
  const list = `list \`${text}\` under \`${KEYS[kind]}:\` of delivery.yml`
  if (pinned) return list
  if (kind === 'image')
    return 'name it by digest (`…@sha256:…`) in the template and list that under `images:` of delivery.yml'
  return kind === 'template'
    ? 'name it by version (`…?versionId=…`) in the template and list that under `code:` of delivery.yml'
    : `${list}: without a version it may change after an approval, and approvers are told so`
}

/** `secretsmanager:shop/*` names every lookup that begins so. */
function isNamed(text: string, pattern: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern
}

/** What pseudo parameters are in the account and region of a stack. */
export function pseudoParameters({
  account,
  region
}: Pick<Sources, 'account' | 'region'>): Readonly<Record<string, string>> {
  const { id, suffix } = partitionIn(region)
  return { 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': id, 'AWS::URLSuffix': suffix }
}
