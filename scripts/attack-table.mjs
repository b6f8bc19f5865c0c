// The tables of attacks in docs/threat-model.md: what packages/ledger/test/attacks and packages/cli/test/policy-attacks.test.ts assert of each cell.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from './readmes.mjs'

const FILE = 'test/ledger-spec/attacks.json'

/** The block of the page. */
export function attackTable(root) {
  const { powers, columns, reasons, attacks, policies } = JSON.parse(readFileSync(join(root, FILE), 'utf8'))
  const signs = Object.fromEntries(Object.keys(reasons).map((reason, n) => [reason, String.fromCharCode(97 + n)]))
  const names = Object.keys(columns)
  const rows = attacks.flatMap(attack =>
    grouped(Object.keys(powers), power => names.map(column => cell(attack, power, column, signs))).map(
      ({ members, cells }, n) => [
        n === 0 ? attack.name : '',
        members.length === Object.keys(powers).length ? 'any' : members.join(', '),
        ...cells
      ]
    )
  )
  return [
    '| the attacker … | |',
    '| --- | --- |',
    ...Object.entries(powers).map(([power, about]) => `| ${power} | ${about} |`),
    '',
    '| the ledger is read … | |',
    '| --- | --- |',
    ...Object.entries(columns).map(([column, about]) => `| ${column} | ${about} |`),
    '',
    '✓ is *detected*. A letter is *not detectable*, because …',
    '',
    ...Object.entries(reasons).map(([reason, about]) => `- **${signs[reason]}** ${about}`),
    '',
    table(['attack', 'by whom', ...names], rows),
    '',
    ...policyTable(policies)
  ].join('\n')
}

/** Attacks on what policies say, which packages/cli/test/policy-attacks.test.ts tries. */
function policyTable({ columns, reasons, attacks }) {
  const signs = Object.fromEntries(Object.keys(reasons).map((reason, n) => [reason, String.fromCharCode(112 + n)]))
  const names = Object.keys(columns)
  const signIn = ({ undetected }, column) => {
    const found = Object.entries(undetected).find(([, where]) => where.includes(column))
    return found === undefined ? '✓' : signs[found[0]]
  }
  return [
    'Records say by which policy they were made. These attacks are by who has *everything*, against `sluice verify` and the second verifier; who has less does no more.',
    '',
    '| the ledger is read … | |',
    '| --- | --- |',
    ...Object.entries(columns).map(([column, about]) => `| ${column} | ${about} |`),
    '',
    ...Object.entries(reasons).map(([reason, about]) => `- **${signs[reason]}** ${about}`),
    '',
    table(
      ['attack', ...names],
      attacks.map(attack => [attack.name, ...names.map(column => signIn(attack, column))])
    )
  ]
}

/** Attackers who can do the same, in one row. */
function grouped(powers, cellsOf) {
  const groups = []
  for (const power of powers) {
    const cells = cellsOf(power)
    const same = groups.find(group => group.cells.join() === cells.join())
    if (same === undefined) groups.push({ members: [power], cells })
    else same.members.push(power)
  }
  return groups
}

function cell({ undetected, untried = [] }, power, column, signs) {
  if (untried.includes(column)) return ''
  const found = Object.entries(undetected).find(([, where]) => where[power]?.includes(column))
  return found === undefined ? '✓' : signs[found[0]]
}
