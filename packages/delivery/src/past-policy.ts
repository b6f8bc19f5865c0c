import type { PolicyFile } from '@sluice/core'
import type { Delivery } from './delivery.ts'
import { decodeText } from './encoding.ts'
import { parseDelivery } from './parse.ts'
import { ConfigError } from './problem.ts'
import { DELIVERY_VERSION } from './schema.ts'
import { readSource } from './yaml-source.ts'

/** What a clone holds of a policy that a record names. */
export type PastPolicy =
  | { readonly kind: 'policy'; readonly policy: Delivery }
  /** It is not what the record says, or was never in force. */
  | { readonly kind: 'other'; readonly fault: string }
  /** It is not here, of a form that this version does not read, or nobody can tell whether it was in force. */
  | { readonly kind: 'unknown'; readonly why: string; readonly doubt?: Doubt }

/**
 * Why it is in doubt that a policy was ever in force, though all of the default branch is there: its commit was `merged` into that, or is `absent`, and neither does GitHub say
 * that the branch stood there, nor had the branch this text at any time.
 */
export type Doubt = 'merged' | 'absent'

/** Why it is in doubt that the policy of a record was ever in force, in words, and whether its commit is nowhere to be found. */
export function doubtOf(
  { policy }: { readonly policy?: PolicyFile },
  found: PastPolicy | undefined
): { readonly problem: string; readonly isAbsent: boolean } | undefined {
  if (policy === undefined || found?.kind !== 'unknown' || found.doubt === undefined) return undefined
  const isAbsent = found.doubt === 'absent'
  const what = isAbsent
    ? 'is not on the default branch as this clone has it'
    : 'was only merged into the default branch'
  return {
    problem: `it names the policy of commit ${policy.commit}, which ${what}, and nothing shows that it was ever in force`,
    isAbsent
  }
}

/** It is none, or was never in force. */
export function other(fault: string): PastPolicy {
  return { kind: 'other', fault }
}

/**
 * Reads a policy of the past. What is a delivery.yml, and not one of this version, may have been in force under the Sluice that delivered then, which
 * nobody can tell now: a later version has other keys, and may refuse what an earlier one took. So a ledger does not become wrong by an upgrade.
 */
export function readPastPolicy(content: Buffer, path: string, products: readonly string[] | undefined): PastPolicy {
  try {
    return { kind: 'policy', policy: parseDelivery(content, path) }
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error
    const [first] = error.problems
    const { version, product } = membersOf(content, path)
    const isLater = isVersion(version) && version > DELIVERY_VERSION
    const isOurs = isVersion(version) && typeof product === 'string' && (products?.includes(product) ?? true)
    if (!isLater && !isOurs) return other(`it names the policy ${path}, which is none: ${first?.message}`)
    const reason = isLater ? `it says version ${version}` : first?.message
    return {
      kind: 'unknown',
      why: `which this version of Sluice does not read (${reason}), though the one that delivered by it may`
    }
  }
}

function isVersion(version: unknown): version is number {
  return typeof version === 'number' && Number.isSafeInteger(version) && version > 0
}

/** The top of a YAML file; nothing where it is none. */
function membersOf(content: Buffer, path: string): Readonly<Record<string, unknown>> {
  try {
    const { value } = readSource(decodeText(content, path), path)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch (error: unknown) {
    if (error instanceof ConfigError) return {}
    throw error
  }
}
