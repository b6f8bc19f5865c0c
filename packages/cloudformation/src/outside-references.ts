import { callIn, isTreeMap, member, namesIn, type Tree, type TreeMap } from './template-tree.ts'
import { type KnownValues, type PossibleValue, possibleValues } from './template-values.ts'

/** What a template names that lies outside of its text: what is run there is what lies there, whatever the text says. */
export interface OutsideReference {
  readonly kind: 'image' | 'code' | 'template' | 'dynamic'
  /** Where: `TaskDefinition/ContainerDefinitions/1/Image`. */
  readonly at: string
  /** An image, `s3://bucket/key?versionId=…`, the ARN of a layer's version, a URL, or what `{{resolve:…}}` names. */
  readonly value: PossibleValue
  /** Whether it names one content for ever. */
  readonly pinned: boolean
}

/** Properties that name a container image, in any resource type (CloudFormation registry schemas). */
export const IMAGES: ReadonlySet<string> = new Set([
  'BaseImage',
  'ContainerImage',
  'Image',
  'ImageIdentifier',
  'ImageUri',
  'SourceImage',
  'TrainingImage'
])

/** Properties that name code or definitions by a text, in any resource type. */
const LOCATIONS =
  /^(?:CodeUri|ContentUri|DefinitionUri|ScriptLocation|(?:Code|Definition|Body|RequestMappingTemplate|ResponseMappingTemplate)S3Location)$/

/** Properties that name another template. */
const TEMPLATES = new Set(['TemplateS3Uri', 'TemplateURL'])

/** How resource types write an object of S3 as a map: bucket and key. */
const OBJECTS: readonly (readonly [bucket: string, key: string])[] = [
  ['S3Bucket', 'S3Key'],
  ['S3BucketName', 'S3ObjectKey'],
  ['BucketARN', 'FileKey'],
  ['Bucket', 'Key']
]

/** The names of the version beside them. */
const VERSIONS = ['S3ObjectVersion', 'ObjectVersion', 'Version']

/** Properties that hold such a map, where the names of its members alone do not tell. */
const HOLDERS = /(?:S3Location|S3ContentLocation|StorageLocation|CodeUri|ContentUri|DefinitionUri)$/

/**
 * Everything that a template takes from outside, in its order; nothing of what it makes itself (`Ref`, `Fn::GetAtt` of its own layers and secrets).
 * A transform may add more: the processed template tells.
 */
export function outsideReferences(known: KnownValues): readonly OutsideReference[] {
  const resources = member(known.template, 'Resources')
  const named = namesIn(resources).flatMap(id => {
    const resource = member(resources, id)
    return inProperties(member(resource, 'Properties') ?? '', id, known)
  })
  const looked = Object.entries(known.template).flatMap(([section, tree]) =>
    section === 'Parameters' ? [] : lookups(tree, section, known)
  )
  const given = namesIn(member(known.template, 'Parameters')).flatMap(name => {
    const text = known.parameters[name]
    return text === undefined ? [] : inText({ text }, `Parameters/${name}`)
  })
  return [...named, ...looked, ...given]
}

/** Whether a resource of a template is a function of Lambda. */
export function isFunction(template: TreeMap, id: string): boolean {
  const type = member(member(member(template, 'Resources'), id), 'Type')
  return type === 'AWS::Lambda::Function' || type === 'AWS::Serverless::Function'
}

/** Whether a resource takes a parameter anywhere. */
export function usesParameter(template: TreeMap, parameter: string): boolean {
  const takes = (tree: Tree): boolean => {
    if (typeof tree === 'string') return false
    if (!isTreeMap(tree)) return tree.some(takes)
    const call = callIn(tree)
    if (call?.name === 'Ref' && call.argument === parameter) return true
    if (call?.name === 'Fn::Sub') {
      const [text] = Array.isArray(call.argument) ? (call.argument as readonly Tree[]) : [call.argument]
      if (typeof text === 'string' && new RegExp(`\\$\\{\\s*${parameter}\\s*\\}`).test(text)) return true
    }
    return Object.values(tree).some(takes)
  }
  return takes(member(template, 'Resources') ?? '')
}

function inProperties(tree: Tree, at: string, known: KnownValues): readonly OutsideReference[] {
  if (typeof tree === 'string') return []
  if (!isTreeMap(tree)) return tree.flatMap((item, n) => inProperties(item, `${at}/${n}`, known))
  return [
    ...objectIn(tree, at, known),
    ...Object.entries(tree).flatMap(([name, value]) => {
      const here = name.startsWith('Fn::') ? at : `${at}/${name}`
      const isText = typeof value === 'string' || callIn(value) !== undefined
      if (IMAGES.has(name) && isText) return references('image', here, value, known)
      if (LOCATIONS.test(name) && isText) return references('code', here, value, known)
      if (TEMPLATES.has(name) && isText) return references('template', here, value, known)
      if (name === 'Layers' && Array.isArray(value))
        return (value as readonly Tree[]).flatMap((item, n) => layer(item, `${here}/${n}`, known))
      return inProperties(value, here, known)
    })
  ]
}

function references(
  kind: OutsideReference['kind'],
  at: string,
  tree: Tree,
  known: KnownValues
): readonly OutsideReference[] {
  return possibleValues(tree, known).map(value => ({ kind, at, value, pinned: isPinned(value) }))
}

function layer(tree: Tree, at: string, known: KnownValues): readonly OutsideReference[] {
  const call = callIn(tree)
  const isOwn =
    call?.name === 'Ref' &&
    typeof call.argument === 'string' &&
    member(member(known.template, 'Resources'), call.argument) !== undefined
  return isOwn ? [] : references('code', at, tree, known)
}

/** An object of S3 that a map names, as one text. */
function objectIn(map: TreeMap, at: string, known: KnownValues): readonly OutsideReference[] {
  const isHeld = HOLDERS.test(at.split('/').at(-1) ?? '')
  for (const [bucket, key] of OBJECTS) {
    const [bucketTree, keyTree] = [member(map, bucket), member(map, key)]
    if (bucketTree === undefined || keyTree === undefined || !(isHeld || key.startsWith('S3'))) continue
    const version = VERSIONS.map(name => member(map, name)).find(it => it !== undefined)
    const suffix = version === undefined ? [] : ['?versionId=', version]
    return references('code', at, { 'Fn::Join': ['', ['s3://', bucketTree, '/', keyTree, ...suffix]] }, known)
  }
  return []
}

/** An image by digest, an object by version, a layer by version. */
function isPinned(value: PossibleValue): boolean {
  if (!('text' in value)) return false
  const { text } = value
  return (
    /@sha256:[0-9a-f]{64}$/.test(text) ||
    /[?&]versionId=[^&]+$/.test(text) ||
    /^arn:[^:]+:lambda:[^:]*:[^:]*:layer:[^:]+:\d+$/.test(text)
  )
}

/** Dynamic references (CloudFormation, "Get values stored in other services"), wherever a text may hold one. */
function lookups(tree: Tree, at: string, known: KnownValues): readonly OutsideReference[] {
  if (typeof tree === 'string') return inText({ text: tree }, at)
  if (!isTreeMap(tree)) return tree.flatMap((item, n) => lookups(item, `${at}/${n}`, known))
  const call = callIn(tree)
  if (call?.name === 'Fn::Sub' || call?.name === 'Fn::Join') {
    if (!JSON.stringify(tree).includes('{{resolve:')) return []
    return possibleValues(shownOwn(tree, known.template), known).flatMap(value => inText(value, at))
  }
  return Object.entries(tree).flatMap(([name, value]) =>
    lookups(value, name.startsWith('Fn::') ? at : `${at}/${name}`, known)
  )
}

/** A lookup of what the stack makes itself names that resource: `${Secret}`. */
function shownOwn(tree: Tree, template: TreeMap): Tree {
  if (typeof tree === 'string') {
    return tree.replace(/\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}/g, (whole, id: string) =>
      isResource(id, template) ? `\${!${id}}` : whole
    )
  }
  if (!isTreeMap(tree)) return tree.map(item => shownOwn(item, template))
  const call = callIn(tree)
  const [id] = Array.isArray(call?.argument) ? (call.argument as readonly Tree[]) : [call?.argument ?? '']
  if ((call?.name === 'Ref' || call?.name === 'Fn::GetAtt') && typeof id === 'string' && isResource(id, template))
    return `\${${id}}`
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, shownOwn(value, template)]))
}

function isResource(id: string, template: TreeMap): boolean {
  return member(member(template, 'Resources'), id) !== undefined
}

function inText(value: PossibleValue, path: string): readonly OutsideReference[] {
  const at = path.replace(/^Resources\/([^/]+)\/Properties\//, '$1/')
  if (!('text' in value)) return [{ kind: 'dynamic', at, value, pinned: false }]
  return [...value.text.matchAll(/\{\{resolve:([^}]*(?:\$\{[^}]*\}[^}]*)*)\}\}/g)].flatMap(([, text = '']) =>
    // What the stack makes itself is no one else's.
    /^[a-z-]+:\$\{/.test(text) ? [] : [{ kind: 'dynamic' as const, at, value: { text }, pinned: isPinnedLookup(text) }]
  )
}

/** `ssm:name:3`, `ssm-secure:name:3`, `secretsmanager:id:SecretString:key:stage:version`. */
function isPinnedLookup(text: string): boolean {
  const [service, ...rest] = text.split(':')
  if (service !== 'secretsmanager') return /^\d+$/.test(rest.at(-1) ?? '') && rest.length > 1
  const afterId = rest[0] === 'arn' ? rest.slice(7) : rest.slice(1)
  return (afterId[3] ?? '') !== ''
}
