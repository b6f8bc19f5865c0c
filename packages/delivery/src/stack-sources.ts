import { artifactParameter } from '@sluice/core'
import type { Delivery, Environment, Unit } from './delivery.ts'

/** What the template of a unit may take from outside of its text, in an environment. */
export interface StackSources {
  readonly own: readonly string[]
  readonly artifactParameter?: string
  readonly images: readonly string[]
  readonly code: readonly string[]
  readonly dynamicReferences: readonly string[]
  readonly strict: boolean
  readonly account: string
  readonly region: string
}

/**
 * What templates may run and read by a policy: what the release built, and what delivery.yml lists.
 * @param own what the release built, as templates name it.
 */
export function stackSources(
  { accounts, images, code, dynamicReferences }: Pick<Delivery, 'accounts' | 'images' | 'code' | 'dynamicReferences'>,
  { account, gate, level }: Pick<Environment, 'account' | 'gate' | 'level'>,
  { kind }: Pick<Unit, 'kind'>,
  own: readonly string[]
): StackSources {
  const place = accounts[account]
  return {
    own,
    ...(kind === 'image' ? { artifactParameter: artifactParameter(kind) } : {}),
    ...{ images, code, dynamicReferences },
    // Where nobody is asked, nothing changes behind an approval.
    strict: gate !== 'continuous' || level === 'production',
    account: place?.id ?? '',
    region: place?.region ?? ''
  }
}
