import { githubClient, signerAlias, systemClock } from '@sluice/core'
import { accountNamed, trustRulesOf } from '@sluice/delivery'
import { appendRecords, githubStore, kmsSigner } from '@sluice/ledger'
import { accountOfSigner } from '@sluice-lab/rehearsal'
import { emulatedSession } from '@sluice-lab/samples'
import type { Team } from './team.ts'

/** Someone with the key of integration, a token of a job and access to the branch takes the release back; the bucket of the anchors is out of reach. */
export async function withdrawAsThief(team: Team): Promise<void> {
  const { delivery, world } = team
  const { github, product, aws } = world
  const last = (await team.records()).findLast(it => it.event === 'accepted' && it.environment === 'integration')
  if (last?.release === undefined) throw new Error('Nothing was accepted in integration.')
  const { actor, run, release } = last
  const draft = {
    ...{ product: delivery.product, event: 'withdrawn' as const, environment: 'integration', actor, release },
    run: { ...run, id: '6666' },
    detail: { reason: 'because I can' }
  }
  const token = github.createToken(product.repository, { contents: 'write' })
  const client = githubClient({
    token,
    env: { GITHUB_API_URL: github.url },
    clock: systemClock,
    log: { info: () => undefined }
  })
  await appendRecords({
    store: githubStore({ github: client, repository: product.repository, branch: delivery.ledger.branch }),
    owner: { repository: String(product.repositoryId), product: delivery.product },
    rules: { ...trustRulesOf(delivery), repository: String(product.repositoryId), tokens: { issuer: github.url } },
    signer: name => {
      const { id } = accountNamed(delivery, accountOfSigner(delivery, name))
      const alias = signerAlias(delivery.ledger.key ?? '', name)
      return kmsSigner({ session: emulatedSession(aws.url, id), alias, name })
    },
    voucher: github.voucher(draft),
    clock: systemClock,
    log: { info: () => undefined },
    drafts: [draft]
  })
}
