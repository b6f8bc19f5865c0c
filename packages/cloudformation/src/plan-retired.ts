import { type AwsSession, type Clock, type Log, plural, type RetiredStack, UserError } from '@sluice/core'
import { withCloudFormation } from './connection.ts'
import { type Import, importsOf, namesOf } from './importers.ts'
import type { LiveStack } from './live-stack.ts'
import { readAtRest, readRetired } from './retired-stack.ts'
import { stateOf } from './stack-status.ts'

/** A unit that is delivered no more, and whose stack is to be deleted. */
export interface RetiredUnit {
  readonly unit: string
  /** The name that its stack has, where there is one. */
  readonly stack: string
  /** Tags by which the stack is known for the unit's own: others may have the name. */
  readonly tags: Readonly<Record<string, string>>
  /** Units whose outputs it took when it was delivered: they go after it. */
  readonly dependsOn: readonly string[]
}

/** Units whose stacks are to be deleted, and where. */
export interface RetiredRequest {
  readonly session: AwsSession
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
  /** In the order in which they go where nothing says otherwise. */
  readonly retired: readonly RetiredUnit[]
}

/**
 * Says what is deleted with the stacks of retired units, in the order in which they go: whoever took outputs of another one, or imports them, before it. One that
 * is not there, or in which nothing was ever deployed, is not in the answer. Changes nothing.
 * @throws UserError naming a stack that cannot be deleted, or is not the unit's, and the next step.
 */
export async function planRetired({ session, clock, log, retired }: RetiredRequest): Promise<readonly RetiredStack[]> {
  if (retired.length === 0) return []
  return withCloudFormation(session, clock, async cloudFormation => {
    const read = await Promise.all(retired.map(async it => ({ it, live: await readAtRest(cloudFormation, it.stack) })))
    const there = read.flatMap(({ it, live }) => {
      const isThere = live !== undefined && stateOf(live.status) !== 'review'
      if (!isThere) log.info(`${it.stack}: retired, and gone`)
      return isThere ? [{ ...it, live }] : []
    })
    for (const each of there) refuseForeign(each, cloudFormation.region)
    const found = await Promise.all(
      there.map(async ({ unit, stack, dependsOn, live }): Promise<Found> => {
        const planned = await readRetired(cloudFormation, { unit, stack }, live)
        log.info(`${stack}: delete, ${plural(planned.resources.length, 'resource')}`)
        return { planned, dependsOn, imports: await importsOf(cloudFormation, planned, live) }
      })
    )
    for (const each of found) refuseImported(each, found)
    return dependentsFirst(found).map(({ planned }) => planned)
  })
}

/** A stack that is there, and who reads its outputs. */
interface Found extends Pick<RetiredUnit, 'dependsOn'> {
  readonly planned: RetiredStack
  readonly imports: readonly Import[]
}

function refuse(unit: string, stack: string, why: string): never {
  throw new UserError(
    `Stack ${stack} is not deleted, although delivery.yml retires ${unit}: ${why}; or write \`retired: { ${unit}: keep }\` into delivery.yml, and deliver again.`
  )
}

/** By its tags, which Sluice gave it when the unit was delivered; and where it is protected, whoever did that meant it. */
function refuseForeign({ unit, stack, tags, live }: RetiredUnit & { readonly live: LiveStack }, region: string): void {
  const foreign = Object.entries(tags).filter(([name, value]) => live.tags[name] !== value)
  if (foreign.length > 0) {
    const lacks = foreign.map(([name, value]) => `${name} is ${live.tags[name] ?? 'absent'} instead of ${value}`)
    refuse(
      unit,
      stack,
      `by its tags it is not the stack of this unit (${lacks.join(', ')}). Whoever made it can delete it`
    )
  }
  if (live.settings.terminationProtection)
    refuse(
      unit,
      stack,
      `it is protected from deletion. Run \`aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stack} --region ${region}\`, then re-run the job`
    )
}

function refuseImported({ planned: { unit, stack }, imports }: Found, all: readonly Found[]): void {
  const going = all.flatMap(({ planned }) => namesOf(planned))
  const who = imports.filter(({ by }) => !going.includes(by)).map(({ name, by }) => `${by} imports ${name}`)
  if (who.length === 0) return
  refuse(
    unit,
    stack,
    `other stacks import its outputs (${who.join(', ')}). Deploy these stacks without the import first, then re-run the job`
  )
}

/** Those on which none that is left depends, one after another; in a circle, which CloudFormation does not let be made, as they are. */
function dependentsFirst(all: readonly Found[]): readonly Found[] {
  const needs = (one: Found, other: Found): boolean =>
    one !== other &&
    (one.dependsOn.includes(other.planned.unit) || other.imports.some(({ by }) => namesOf(one.planned).includes(by)))
  const ordered: Found[] = []
  for (let left = [...all]; left.length > 0; left = left.filter(it => !ordered.includes(it))) {
    const next = left.find(it => !left.some(one => needs(one, it))) ?? left[0]
    if (next !== undefined) ordered.push(next)
  }
  return ordered
}
