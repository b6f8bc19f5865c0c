import { artifactParameter, codeReference, type StoredCode } from '@sluice/core'
import type { Delivery, Environment, Unit } from './delivery.ts'

/** What the template of a unit may take from outside of its text, in an environment. */
export interface StackSources {
  readonly own: readonly string[]
  readonly ownCode?: string
  readonly artifactParameter?: string
  readonly manyPlatforms?: true
  readonly images: readonly string[]
  readonly code: readonly string[]
  readonly dynamicReferences: readonly string[]
  readonly strict: boolean
  readonly account: string
  readonly region: string
}

/**
 * What templates may run and read by a policy: what the release built, and what delivery.yml lists.
 * @param own the images that the release built, as templates name them.
 * @param bundle where Lambda takes the unit's bundle from, if it does.
 */
export function stackSources(
  { accounts, images, code, dynamicReferences }: Pick<Delivery, 'accounts' | 'images' | 'code' | 'dynamicReferences'>,
  { account, gate, level }: Pick<Environment, 'account' | 'gate' | 'level'>,
  unit: Unit,
  own: readonly string[],
  bundle?: StoredCode
): StackSources {
  const place = accounts[account]
  return {
    own,
    ...(bundle === undefined ? {} : { ownCode: codeReference(bundle) }),
    ...(unit.kind === 'image' ? { artifactParameter: artifactParameter(unit.kind) } : {}),
    ...(unit.kind === 'image' && unit.image.platforms.length > 1 ? { manyPlatforms: true as const } : {}),
    ...{ images, code, dynamicReferences },
    // Where nobody is asked, nothing changes behind an approval.
    strict: gate !== 'continuous' || level === 'production',
    account: place?.id ?? '',
    region: place?.region ?? ''
  }
}
