import { BUILDS, type SignerName, signersIn, stationOf } from '@sluice/core'

/** Who is meant by an entry of `signs`: one signer, or, by its name alone, all of an environment. */
export function signersNamed(text: string): readonly SignerName[] {
  if (isSigner(text)) return [text]
  return signersIn(text)
}

function isSigner(text: string): text is SignerName {
  return text === BUILDS || stationOf(text as SignerName) !== undefined
}

/** The environment that an entry of `signs` speaks of; `undefined` for `builds`. */
export function environmentSigned(text: string): string | undefined {
  return text === BUILDS ? undefined : text.split('/')[0]
}
