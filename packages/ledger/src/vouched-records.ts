import { UserError } from '@sluice/core'
import type { AppendedRecord, LedgerFile } from './appended-record.ts'
import { encodeIssuerKey, thumbprintOf } from './issuer-key.ts'
import { issuerKeysOf } from './issuer-keys.ts'
import { issuerKeyPath, NEWEST_TOKEN_PATH, tokenPath } from './paths.ts'
import { encodeToken } from './token.ts'
import { readVouching, type TokenRules } from './token-problem.ts'
import type { Voucher } from './voucher.ts'

/**
 * The files in which GitHub vouches for records that are about to be written: their tokens, a copy of the newest one's, and the keys that
 * signed them. A token that readers would not take is refused here: nothing can be taken off a ledger.
 * @throws UserError when GitHub says otherwise than a record.
 */
export async function vouchForRecords(
  voucher: Voucher | undefined,
  records: readonly AppendedRecord[],
  rules: TokenRules = {}
): Promise<readonly LedgerFile[]> {
  // Empty without a token: the record before may have had one.
  if (voucher === undefined) return [{ path: NEWEST_TOKEN_PATH, content: new Uint8Array() }]
  const { sluice } = rules
  const { commits } = voucher
  const writing = sluice === undefined || commits === undefined ? rules : { ...rules, sluice: { ...sluice, commits } }
  const vouched = await Promise.all(records.map(async record => vouchFor(voucher, record, writing)))
  const newest = vouched.at(-1)?.token.content ?? new Uint8Array()
  const keys = new Map(vouched.map(({ key }) => [key.path, key]))
  return [...vouched.map(({ token }) => token), ...keys.values(), { path: NEWEST_TOKEN_PATH, content: newest }]
}

async function vouchFor(
  voucher: Voucher,
  { record, hash }: AppendedRecord,
  rules: TokenRules
): Promise<{ readonly token: LedgerFile; readonly key: LedgerFile }> {
  const { token, keys } = await voucher.vouch(hash)
  const content = encodeToken(token)
  const vouching = readVouching({ record, hash, keys: issuerKeysOf(keys) }, content, rules)
  const key = vouching.ok ? keys.find(jwk => thumbprintOf(jwk) === vouching.key) : undefined
  if (!vouching.ok || key === undefined) {
    throw new UserError(
      `Record ${record.sequence} (${record.event}) cannot be written: ${vouching.ok ? 'its key is unknown' : vouching.problem}. Nothing was written. Call the workflows of Sluice as its README says, and re-run the job.`
    )
  }
  return {
    token: { path: tokenPath(record.sequence), content },
    key: { path: issuerKeyPath(thumbprintOf(key)), content: encodeIssuerKey(key) }
  }
}
