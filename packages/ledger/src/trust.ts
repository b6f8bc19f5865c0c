import { type Digest, type SignerName, type TrustedKey, UserError } from '@sluice/core'

/** The keys that delivery.yml lists. One that is not in force any more still proves what it signed. */
export type Trust = readonly TrustedKey[]

/** What is said of the key of a record. */
interface KeyClaim {
  readonly signer: SignerName
  readonly fingerprint: Digest
  readonly sequence: number
}

/** Whether any key is listed for a signer. */
export function hasKeyFor(signer: SignerName, trust: Trust): boolean {
  return trust.some(({ signs }) => signs.includes(signer))
}

/**
 * Why a key cannot have signed a record, as keys are listed; `undefined` when it can.
 * @param list what lists them, as messages name it.
 */
export function findKeyProblem(
  { signer, fingerprint, sequence }: KeyClaim,
  trust: Trust,
  list = 'delivery.yml'
): string | undefined {
  const ranges = trust.filter(({ key, signs }) => key === fingerprint && signs.includes(signer))
  if (ranges.some(it => covers(it, sequence))) return undefined
  if (ranges.length === 0) return `it is signed with key ${fingerprint}, which ${list} does not list for ${signer}`
  return `it is signed with key ${fingerprint}, which ${list} lists for ${signer} in ${ranges.map(describe).join(', ')} only`
}

/**
 * Refuses to sign with a key that is not listed for a signer in any record.
 * @throws UserError with the line that delivery.yml needs.
 */
export function refuseUnlisted({ signer, fingerprint }: Omit<KeyClaim, 'sequence'>, trust: Trust): void {
  const own = trust.filter(({ signs }) => signs.includes(signer))
  if (own.some(({ key }) => key === fingerprint)) return
  const found = `The ledger key of ${signer} has the fingerprint ${fingerprint}`
  const line = `- { key: ${fingerprint}, signs: [${signer}] }`
  throw new UserError(
    own.length === 0
      ? `${found}, which delivery.yml does not list. Verify it, then add it under ledger.trust:  ${line}`
      : `${found}, but delivery.yml lists ${own.map(({ key }) => key).join(', ')} for it. If the key was replaced deliberately, add it under ledger.trust beside the old one, which stays:  ${line}  Otherwise do not continue.`
  )
}

/**
 * Refuses to sign a record that a listed key may not sign any more, or not yet.
 * @throws UserError
 */
export function refuseEnded(claim: KeyClaim, trust: Trust): void {
  if (findKeyProblem(claim, trust) === undefined) return
  const { signer, fingerprint, sequence } = claim
  const ranges = trust.filter(({ key, signs }) => key === fingerprint && signs.includes(signer)).map(describe)
  throw new UserError(
    `The ledger key of ${signer} has the fingerprint ${fingerprint}, which delivery.yml lists in ${ranges.join(', ')} only, and this would be record ${sequence}. Point its alias at a key that is in force. Nothing was written.`
  )
}

function covers({ from = 1, until = Number.POSITIVE_INFINITY }: TrustedKey, sequence: number): boolean {
  return from <= sequence && sequence <= until
}

function describe({ from, until }: TrustedKey): string {
  if (until === undefined) return `records from ${from} on`
  return from === undefined ? `records up to ${until}` : `records ${from} to ${until}`
}
