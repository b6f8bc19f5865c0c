import { resolve } from 'node:path'
import { type Jwk, messageOf, readJwks, UserError, visible } from '@sluice/core'
import type { Io } from './io.ts'
import { readSmallFile } from './read-file.ts'

/**
 * Keys that somebody saw the issuer of tokens publish, in the form in which it publishes them. With them a clone need not be believed: a key
 * that a forger put beside GitHub's on the ledger is none of these.
 * @throws UserError for a file that cannot be read, or holds no such keys.
 */
export async function readIssuerKeysFile(file: string, io: Pick<Io, 'cwd'>): Promise<readonly Jwk[]> {
  const shown = visible(file)
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(await readSmallFile(resolve(io.cwd, file), shown)).toString('utf8'))
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    throw new UserError(`${shown} could not be read: ${messageOf(error)}. ${HOW}`, { cause: error })
  }
  const keys = readJwks(value)
  if (keys === undefined || keys.length === 0) throw new UserError(`${shown} holds no RSA keys (RFC 7517). ${HOW}`)
  return keys
}

const HOW =
  'Save what GitHub publishes: curl -fsS https://token.actions.githubusercontent.com/.well-known/jwks -o github-keys.json'
