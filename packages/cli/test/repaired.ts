import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, GITHUB_ISSUER, parseDraft, type RecordDraft, runCommand, sha256 } from '@sluice/core'
import { type Delivery, parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords, type LedgerStore, readHistory, readLedgerFiles, repairLedger } from '@sluice/ledger'
import { startGitHub } from '@sluice-lab/github'
import { type DeliveredProduct, draft, release } from './delivered.ts'
import { git, writeFiles } from './storefront.ts'

const OWNER = { repository: '123456', product: 'storefront' }

/** The word of a reviewer of production. */
const AGREED: Pick<RecordDraft, 'approvals' | 'protection'> = {
  protection: {
    ...{ id: 501, environment: 'production', preventSelfReview: true, adminBypass: false },
    reviewers: [{ type: 'User', id: '8', name: 'approver' }],
    ...{ branchPolicy: 'custom', refs: ['refs/heads/main'] }
  },
  approvals: [{ userId: '8', login: 'approver', state: 'approved', comment: '', seenAt: '2026-01-05T00:00:00Z' }]
}

/** Repairs a part of the ledger of a clone, as the workflow repair.yml would on GitHub. */
export async function repairIn(
  product: DeliveredProduct,
  clone: string,
  environment: string | undefined
): Promise<void> {
  const policy = await policyIn(clone)
  const { event: _, ...common } = draft('withdrawn', '1005')
  const about = {
    ...common,
    ...(environment === undefined ? {} : { environment }),
    policy: {
      path: 'delivery.yml',
      commit: await git(clone, 'rev-parse', 'origin/main'),
      digest: sha256(`${await git(clone, 'show', 'origin/main:delivery.yml')}\n`)
    },
    ...AGREED
  }
  const oid = await git(clone, 'rev-parse', 'sluice-ledger')
  await repairLedger({
    store: {
      commit: committerIn(clone, product.clock),
      head: async () => ({ sequence: 0, oid, files: new Map(), ...OWNER })
    },
    files: await readLedgerFiles({ directory: clone, branch: 'sluice-ledger' }),
    reach: (await readHistory({ directory: clone, branch: 'sluice-ledger' })).reach,
    oid,
    owner: OWNER,
    rules: { ...trustRulesOf(policy), repository: '123456' },
    about,
    reason: 'nobody signed it',
    signer: product.signer,
    voucher: product.host.voucher(parseDraft({ ...about, event: 'repaired' }), GITHUB_ISSUER),
    sections: ['product', 'environments/staging'],
    clock: product.clock,
    log: { info: () => undefined }
  })
}

/** Repairs staging. */
export async function repairStaging(product: DeliveredProduct, clone: string): Promise<void> {
  await repairIn(product, clone, 'staging')
}

async function policyIn(clone: string): Promise<Delivery> {
  return parseDelivery(Buffer.from(await git(clone, 'show', 'HEAD:delivery.yml')), 'delivery.yml')
}

/** Writes a record for which somebody vouches who is not GitHub, as who has a key of the ledger can. */
export async function writeByStranger({ store, clock, signer, clone }: DeliveredProduct): Promise<void> {
  const policy = await policyIn(clone)
  const stranger = await startGitHub({ clock })
  const about = { ...draft('failed', '1005'), environment: 'staging', release: release('b') }
  const own = parseDraft(about)
  await appendRecords({
    store,
    ...{ owner: OWNER, rules: trustRulesOf(policy), clock, drafts: [own], signer },
    log: { info: () => undefined },
    voucher: stranger.voucher(own, GITHUB_ISSUER)
  })
  await stranger.stop()
}

/** Commits at a time, as GitHub dates what it commits. */
function committerIn(clone: string, clock: Clock): LedgerStore['commit'] {
  return async (_, message, changes) => {
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    for (const { path, content } of changes) {
      if (content === undefined) await rm(join(clone, path))
      else await writeFiles(clone, { [path]: Buffer.from(content).toString('utf8') })
    }
    await git(clone, 'add', '-A')
    const env = { ...process.env, GIT_COMMITTER_DATE: `${Math.floor(clock.now() / 1000)} +0000` }
    const who = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
    await runCommand('git', ['-C', clone, ...who, 'commit', '-q', '-m', message], { env })
    await git(clone, 'checkout', '-q', 'main')
    return 'landed'
  }
}
