import { generateKeyPairSync, sign } from 'node:crypto'
import { type LedgerEvent, parseDraft, type RecordDraft, type Statement, sha256 } from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { type AppendOptions, appendRecords, type LedgerOwner, type Signer, type Trust } from '../src/index.ts'
import { publicKeyOf } from '../src/signature.ts'

/** A release that tests talk about. */
export const RELEASE = { digest: sha256('release one'), commit: '1'.repeat(40) }

/** A draft of an event, as a job of run 1001 would make it. */
export function draft(event: LedgerEvent, members: Partial<Statement> = {}): RecordDraft {
  return parseDraft({
    product: 'storefront',
    event,
    actor: { id: '7', login: 'author' },
    run: {
      repository: '123456',
      id: '1001',
      attempt: 1,
      job: 'deploy',
      ref: 'refs/heads/main',
      workflow: 'octo-org/storefront/.github/workflows/delivery.yml@refs/heads/main',
      workflowSha: '1'.repeat(40),
      runner: 'github-hosted'
    },
    ...members
  })
}

/** The same draft, as another run's. */
export function ofRun(id: string, from: RecordDraft): RecordDraft {
  return { ...from, run: { ...from.run, id } }
}

/** Whose the ledgers of these tests are. */
export const OWNER: LedgerOwner = { repository: '123456', product: 'storefront' }

/** What a ledger of {@link OWNER} begins with. */
export const EMPTY = encodeHead({ ...OWNER, sequence: 0 })

/** Appends to the ledger of {@link OWNER}, which counts what anybody signed unless the test says otherwise. */
export async function append(
  options: Omit<AppendOptions, 'owner' | 'rules'> & Partial<AppendOptions>
): ReturnType<typeof appendRecords> {
  return appendRecords({ owner: OWNER, rules: { trust: {}, advisory: true }, ...options })
}

/** A signer with a key of its own, in this process. */
export function localSigner(account: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = publicKeyOf(publicKey.export({ type: 'spki', format: 'der' }))
  return {
    account,
    publicKey: async () => key,
    sign: async bytes => sign('sha256', bytes, privateKey)
  }
}

/** What delivery.yml would pin for some signers. */
export async function trustIn(...signers: readonly Signer[]): Promise<Trust> {
  return Object.fromEntries(
    await Promise.all(signers.map(async signer => [signer.account, (await signer.publicKey()).fingerprint] as const))
  )
}
