import type { SignerName, TrustedKey } from '@sluice/core'
import type { Delivery, NamedProblem } from '@sluice/delivery'

/**
 * Ends of keys that end nothing, since another entry of `ledger.trust` lists the same key for the same signer in the next record, too: a key that leaked
 * would go on signing, and who ended it would not know.
 */
export function findIdleEnds({ ledger: { trust } }: Pick<Delivery, 'ledger'>): readonly NamedProblem[] {
  return trust.flatMap(({ key, signs, until }, entry) => {
    if (until === undefined) return []
    return [...trust.entries()].flatMap(([other, it]) => {
      const signers = it.key === key && takes(it, until + 1) ? it.signs.filter(signer => signs.includes(signer)) : []
      return signers.length === 0 ? [] : [idleEnd({ entry, until, signers }, other, it)]
    })
  })
}

function takes({ from = 1, until = Number.POSITIVE_INFINITY }: TrustedKey, sequence: number): boolean {
  return from <= sequence && sequence <= until
}

/** An end, and for whom it ends nothing. */
interface IdleEnd {
  readonly entry: number
  readonly until: number
  readonly signers: readonly SignerName[]
}

function idleEnd({ entry, until, signers }: IdleEnd, other: number, { key, until: further }: TrustedKey): NamedProblem {
  const end = further === undefined ? 'without an end' : `up to record ${further}`
  const them = `ledger.trust[${other}]`
  return {
    at: ['ledger', 'trust', entry, 'until'],
    message: `found ${until}, but key ${key} goes on signing for ${signers.join(', ')}: ${them} lists it, too, ${end}. If it must not, write until: ${until} in ${them}, or take ${signers.length === 1 ? 'that signer' : 'those signers'} out of there; if it may, out of here`
  }
}
