import type { Delivery } from '@sluice/delivery'
import type { RuleChange, Rules } from './rule-change.ts'

type Suites = Pick<Delivery, 'sluice'>

/** The one commit of Sluice that may deliver, in place of the one that did: which Sluice it is has changed, not how many may. */
export function replacedSuite(of: Suites, by: Suites): readonly [string, string] | undefined {
  const [[was, ...moreBefore], [is, ...moreNow]] = [suitesOf(of), suitesOf(by)]
  const one = was !== undefined && is !== undefined && moreBefore.length + moreNow.length === 0
  const same = of.sluice !== undefined && of.sluice.repository === by.sluice?.repository
  return one && same && was !== is ? [was, is] : undefined
}

/** Another commit of Sluice in the place of the one that delivered. */
export function suiteChange({ policy: before }: Rules, { policy: now }: Rules): readonly RuleChange[] {
  const replaced = replacedSuite(before, now)
  return replaced === undefined ? [] : [{ what: 'sluice[]', before: replaced[0], now: replaced[1], weaker: false }]
}

/** The workflows that may deliver, each with its commit. */
export function suitesOf({ sluice }: Suites): readonly string[] {
  return sluice === undefined ? ['any workflow'] : sluice.commits.map(commit => `${sluice.repository}@${commit}`)
}

type Ledger = Delivery['ledger']
type Trust = Ledger['trust'][number]

/** The entry of another policy for the same key, where each has one: only what it is good for can differ. */
export function twinOf(entry: Trust, { trust }: Ledger, other: Ledger): Trust | undefined {
  const isSame = (it: Trust): boolean => it.key === entry.key
  const [twin, ...more] = other.trust.filter(isSame)
  return more.length > 0 || trust.filter(isSame).length > 1 ? undefined : twin
}

/** A key that is ended, begins later, or signs for fewer, is good for less than before. */
export function keyChanges({ policy: before }: Rules, { policy: now }: Rules): readonly RuleChange[] {
  return now.ledger.trust.flatMap(is => {
    const was = twinOf(is, now.ledger, before.ledger)
    if (was === undefined || trustText(was) === trustText(is)) return []
    const longer = (is.from ?? 1) < (was.from ?? 1) || (is.until ?? Infinity) > (was.until ?? Infinity)
    const weaker = longer || is.signs.some(signer => !was.signs.includes(signer))
    return [{ what: 'ledger.trust[]', before: trustText(was), now: trustText(is), weaker }]
  })
}

/** A listed key: for whom it signs, which it is, and in which records. */
export function trustText({ key, signs, from, until }: Trust): string {
  const range = from === undefined && until === undefined ? '' : ` in records ${from ?? 1} to ${until ?? 'now'}`
  return `${signs.join(', ')}: ${key}${range}`
}
