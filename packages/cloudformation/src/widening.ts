import type { Widening } from '@sluice/core'
import { describeGrant, grantsIn, isCovered, isMap, type Plain } from './policy-grants.ts'
import { callIn, isTreeMap, member, namesIn, readTree, type Tree } from './template-tree.ts'
import { type KnownValues, possibleValues } from './template-values.ts'

/** A template, and the values of its parameters that are known. */
export interface KnownTemplate {
  readonly text: string
  readonly parameters: Readonly<Record<string, string>>
  readonly pseudo: Readonly<Record<string, string>>
}

/**
 * What a template lets more happen than the one before: statements of policies that no statement before covers, denials that are gone, managed policies,
 * boundaries, rules of security groups, and blocks of public access that are gone. Read off the texts, since CloudFormation tells no values of what is added.
 * Conditions of resources are not decided: what may come counts.
 * @param before absent for a new stack.
 */
export function widenings(before: KnownTemplate | undefined, now: KnownTemplate): readonly Widening[] {
  const [then, today] = [before === undefined ? new Map<string, Resource>() : resourcesOf(before), resourcesOf(now)]
  return [...today].flatMap(([id, resource]) => {
    const was = then.get(id)
    // A resource of another type is another one.
    const old = was?.type === resource.type ? was : undefined
    return [...new Set(wider(old, resource))].map(what => ({ at: id, what }))
  })
}

interface Resource {
  readonly type: string
  readonly properties: Plain
}

function resourcesOf({ text, parameters, pseudo }: KnownTemplate): ReadonlyMap<string, Resource> {
  const template = readTree(text)
  if (template === undefined) return new Map()
  const known = { template, parameters, pseudo }
  const resources = member(template, 'Resources')
  return new Map(
    namesIn(resources).map(id => {
      const resource = member(resources, id)
      const type = member(resource, 'Type')
      const properties = plain(member(resource, 'Properties') ?? {}, known)
      return [id, { type: typeof type === 'string' ? type : '', properties }] as const
    })
  )
}

/** A value with expressions as the text that they become; what nobody knows stays as it is written, so that the same is the same. */
function plain(tree: Tree, known: KnownValues): Plain {
  if (typeof tree === 'string') return tree
  if (!isTreeMap(tree)) return tree.map(item => plain(item, known))
  if (callIn(tree) !== undefined) {
    const values = possibleValues(tree, known)
    const [only] = values
    if (values.length === 1 && only !== undefined && 'text' in only) return only.text
  }
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, plain(value, known)]))
}

function wider(before: Resource | undefined, { type, properties }: Resource): readonly string[] {
  const was = before?.properties
  return [
    ...policies(was, properties),
    ...managedPolicies(was, properties),
    ...boundary(was, properties),
    ...permission(type, was, properties),
    ...networkRules(type, was, properties),
    ...publicAccess(type, was, properties)
  ]
}

function policies(before: Plain | undefined, now: Plain): readonly string[] {
  const [was, is] = [before === undefined ? [] : documentsIn(before), documentsIn(now)].map(all =>
    all.flatMap(grantsIn)
  )
  const [old, today] = [was ?? [], is ?? []]
  const allowed = today.filter(
    grant => grant.effect !== 'Deny' && !old.some(other => other.effect !== 'Deny' && isCovered(grant, other))
  )
  const denied = old.filter(grant => grant.effect === 'Deny' && !today.some(other => isCovered(grant, other)))
  return [
    ...allowed.map(grant => `allows ${describeGrant(grant)}`),
    ...denied.map(grant => `no longer denies ${describeGrant(grant)}`)
  ]
}

/** Everything that is a policy, at any depth: as an object, or as a text. */
function documentsIn(value: Plain): readonly Plain[] {
  if (grantsIn(value).length > 0) return [value]
  if (typeof value === 'string') return []
  return Object.values(value as Readonly<Record<string, Plain>>).flatMap(documentsIn)
}

function managedPolicies(before: Plain | undefined, now: Plain): readonly string[] {
  const names = (value: Plain | undefined): readonly string[] => textsIn(memberOf(value, 'ManagedPolicyArns'))
  const old = names(before)
  return names(now).flatMap(name => (old.includes(name) ? [] : [`attaches the policy ${name}`]))
}

function boundary(before: Plain | undefined, now: Plain): readonly string[] {
  const [was] = textsIn(memberOf(before, 'PermissionsBoundary'))
  const [is] = textsIn(memberOf(now, 'PermissionsBoundary'))
  if (was === undefined || was === is) return []
  return [is === undefined ? `has no permissions boundary any more` : `has another permissions boundary: ${is}`]
}

/** `AWS::Lambda::Permission` is a statement of a policy that no document holds. */
function permission(type: string, before: Plain | undefined, now: Plain): readonly string[] {
  if (type !== 'AWS::Lambda::Permission') return []
  const text = (value: Plain | undefined): string =>
    ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount']
      .flatMap(name => textsIn(memberOf(value, name)).map(found => `${name} ${found}`))
      .join(', ')
  return text(before) === text(now) ? [] : [`allows a call: ${text(now)}`]
}

/** A list of a security group, or a rule that is a resource. */
function networkRules(type: string, before: Plain | undefined, now: Plain): readonly string[] {
  const own = /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.exec(type)?.[1]
  const directions = own === undefined ? ['Ingress', 'Egress'] : [own]
  if (own === undefined && type !== 'AWS::EC2::SecurityGroup') return []
  return directions.flatMap(direction => {
    const list = `SecurityGroup${direction}`
    const isEgress = own === undefined && direction === 'Egress'
    // Without a list of its own, a group lets everything out.
    if (isEgress && memberOf(before, list) !== undefined && memberOf(now, list) === undefined)
      return ['lets out everything (anyone)']
    const rules = (value: Plain | undefined): readonly Plain[] => {
      const found = own === undefined ? memberOf(value, list) : value
      return found === undefined ? [] : Array.isArray(found) ? (found as readonly Plain[]) : [found]
    }
    const old = rules(before).map(ruleText)
    return rules(now)
      .map(ruleText)
      .flatMap(rule => (old.includes(rule) ? [] : [`lets ${direction === 'Ingress' ? 'in' : 'out'} ${rule}`]))
  })
}

/** Whom a rule is about (CloudFormation registry, AWS::EC2::SecurityGroup). */
const ENDS = [
  ...['CidrIp', 'CidrIpv6', 'SourceSecurityGroupId', 'SourceSecurityGroupName', 'SourcePrefixListId'],
  ...['DestinationSecurityGroupId', 'DestinationPrefixListId']
]

function ruleText(rule: Plain): string {
  const text = (name: string): string | undefined => textsIn(memberOf(rule, name))[0]
  const protocol = text('IpProtocol') ?? ''
  const [from, to] = [text('FromPort'), text('ToPort')]
  const ports = from === undefined || protocol === '-1' ? '' : from === to ? ` ${from}` : ` ${from}-${to}`
  const ends = ENDS.flatMap(name => textsIn(memberOf(rule, name)))
  const open = ends.some(it => it === '0.0.0.0/0' || it === '::/0') ? ' (anyone)' : ''
  return `${protocol === '-1' ? 'everything' : protocol}${ports} with ${ends.join(', ') || 'no one'}${open}`
}

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']

/** Blocks that go. Without a configuration S3 sets all four, but only for buckets that it makes. */
function publicAccess(type: string, before: Plain | undefined, now: Plain): readonly string[] {
  if (type !== 'AWS::S3::Bucket') return []
  const configuration = memberOf(now, 'PublicAccessBlockConfiguration')
  const isSet = (value: Plain | undefined, name: string): boolean =>
    value === undefined || textsIn(memberOf(value, name))[0] === 'true'
  const old = memberOf(before, 'PublicAccessBlockConfiguration')
  return BLOCKS.flatMap(name =>
    isSet(configuration, name) || (before !== undefined && !isSet(old, name))
      ? []
      : [`may become public: ${name} is not set`]
  )
}

function memberOf(value: Plain | undefined, name: string): Plain | undefined {
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function textsIn(value: Plain | undefined): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return (value as readonly Plain[]).flatMap(textsIn)
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}
