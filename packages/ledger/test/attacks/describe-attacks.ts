import { afterAll, describe, expect, it } from '@jest/globals'
import { type Column, expectedOf, TABLE } from './expected.ts'
import { github, honestLedger, type Kind, type Line } from './honest.ts'
import { anchorsOf, exportOf, findInNextDelivery, newestAnchorsOf } from './next-delivery.ts'
import { ATTACKS, type Attack } from './table.ts'
import { type Reading, Verifiers } from './verdicts.ts'
import { POWERS, type Power, type World, worldOf } from './world.ts'

/** What was found in a column: nothing, or by whom and what. */
type Findings = Partial<Record<Column, readonly (readonly string[])[]>>

/** Tries every attack with every power on a ledger of a kind, and compares each cell with the table of docs/threat-model.md. */
export function describeAttacks(kind: Kind): void {
  const verifiers = new Verifiers()
  afterAll(() => verifiers.stop())

  it(`finds nothing wrong with an honest ledger that is ${kind}`, async () => {
    const world = await worldOf(kind, 'pushes')

    const findings = await findingsOf(world, world.line, verifiers)

    expect(Object.values(findings).flat(2)).toEqual([])
  })

  describe(`an attack on a ledger that is ${kind}`, () => {
    const cells = ATTACKS.filter(({ on }) => on === undefined || on.includes(kind)).flatMap(attack =>
      POWERS.map(power => ({ attack, power, name: attack.name }))
    )

    it.each(cells)('$name, by who has: $power', async ({ attack, power }) => {
      const world = await worldOf(kind, power)

      const findings = await findingsOf(world, await attack.make(world), verifiers)

      expect(saidOf(findings, attack, power)).toEqual(wantedOf(findings, attack, power))
    })
  })
}

async function findingsOf(world: World, line: Line, verifiers: Verifiers): Promise<Findings> {
  const { kind, rules } = world
  const knowing = { ...rules, tokens: { ...rules.tokens, known: [github.thumbprint] } }
  // Who owns the bucket makes the anchors fit, and takes away those that tell too much.
  const bucket = world.hasBucket ? await newestAnchorsOf(line) : await anchorsOf((await honestLedger(kind)).line)
  const readings: readonly Reading[] = [
    { rules },
    ...(kind === 'signed' ? [] : [{ rules: knowing }]),
    ...(kind === 'both' ? [{ rules, anchors: exportOf(bucket) }] : [])
  ]
  const [offline = [], known = [], anchoredOffline = []] = (await verifiers.judge(line, ...readings)).map(it => [
    it.own,
    it.other
  ])
  const live = [asList(await findInNextDelivery(world, line))]
  if (kind === 'signed') return { 'signed offline': offline, 'signed live': live }
  if (kind === 'vouched') return { 'vouched offline': offline, 'vouched known': known, 'vouched live': live }
  const anchored = [asList(await findInNextDelivery(world, line, bucket))]
  return {
    ...{ 'both offline': offline, 'both known': known, 'both live': live },
    ...{ 'anchored offline': anchoredOffline, 'anchored live': anchored }
  }
}

function asList(problem: string | undefined): readonly string[] {
  return problem === undefined ? [] : [problem]
}

/** Each cell with what every reader says, and what they found: so that a difference tells all of it. */
function saidOf(findings: Findings, attack: Attack, power: Power): object {
  return cellsOf(findings, (column, found) => {
    const wanted = expectedOf(attack.name, power, column)
    const isDetected = found.map(problems => problems.length > 0)
    return { said: isDetected.map(is => (is ? 'detected' : wanted === 'detected' ? 'nothing' : wanted)), found }
  })
}

function wantedOf(findings: Findings, attack: Attack, power: Power): object {
  return cellsOf(findings, (column, found) => ({
    said: found.map(() => expectedOf(attack.name, power, column)),
    found
  }))
}

function cellsOf(findings: Findings, cell: (column: Column, found: readonly (readonly string[])[]) => unknown): object {
  return Object.fromEntries(
    (Object.entries(findings) as [Column, readonly (readonly string[])[]][]).map(([column, found]) => [
      column,
      cell(column, found)
    ])
  )
}

/** The names of the attacks that are tried, and of those that the page tells of. */
export function namesOfAttacks(): { readonly tried: readonly string[]; readonly told: readonly string[] } {
  return { tried: ATTACKS.map(({ name }) => name), told: TABLE.attacks.map(({ name }) => name) }
}
