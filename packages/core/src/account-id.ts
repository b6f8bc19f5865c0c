import { UserError } from './errors.ts'

/** A 12-digit AWS account number. */
export type AccountId = string & { readonly __brand: 'AccountId' }

/** Parses an AWS account number. @throws UserError */
export function parseAccountId(text: string, what = 'account id'): AccountId {
  if (!/^\d{12}$/.test(text))
    throw new UserError(`${what} is ${JSON.stringify(text)}: an AWS account id has 12 digits.`)
  return text as AccountId
}
