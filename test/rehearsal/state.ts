import { CloudFormationClient, ListChangeSetsCommand } from '@aws-sdk/client-cloudformation'
import { type LedgerRecord, stackName } from '@sluice/core'
import { readLedgerFiles } from '@sluice/ledger'
import { accessTo, type Proof, prove, type World } from '@sluice-lab/rehearsal'

/** What deliveries left in a world. */
export interface State {
  readonly proof: Proof
  /** In the order of the ledger. */
  readonly records: readonly LedgerRecord[]
  /** Change sets that still wait: `<stack> <change set>`. */
  readonly waiting: readonly string[]
  /** Where `prev-<environment>` of each image points to: by environment, then unit. */
  readonly previous: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>
  /** Tags of the ops registry by unit, without those of environments: `src-…`, and whatever should not be there. */
  readonly tags: Readonly<Record<string, readonly string[]>>
}

/** Reads a world where things live, as an auditor would. */
export async function readState(world: World): Promise<State> {
  const { delivery, product } = world
  const files = await readLedgerFiles({ directory: product.bare, branch: delivery.ledger.branch })
  const records = [...files]
    .filter(([path]) => /^records\/\d+\/\d+\.json$/.test(path))
    .map(([, bytes]) => JSON.parse(Buffer.from(bytes).toString('utf8')) as LedgerRecord)
    .sort((a, b) => a.sequence - b.sequence)
  const images = delivery.units.filter(({ kind }) => kind === 'image').map(({ name }) => name)
  const previous: Record<string, Record<string, string | undefined>> = {}
  for (const { name } of delivery.environments) {
    const tags: Record<string, string | undefined> = {}
    for (const unit of images) tags[unit] = await digestOf(world, unit, `prev-${name}`)
    previous[name] = tags
  }
  const tags: Record<string, readonly string[]> = {}
  for (const unit of images) tags[unit] = await tagsOf(world, unit)
  return { proof: await prove(world), records, waiting: await waitingChangeSets(world), previous, tags }
}

async function digestOf(world: World, unit: string, tag: string): Promise<string | undefined> {
  const answer = await fetch(`${world.registry.url}/v2/${world.delivery.product}/${unit}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' }
  })
  return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined
}

async function tagsOf(world: World, unit: string): Promise<readonly string[]> {
  const answer = await fetch(`${world.registry.url}/v2/${world.delivery.product}/${unit}/tags/list`)
  const { tags } = (await answer.json()) as { readonly tags: readonly string[] | null }
  return (tags ?? []).filter(tag => !/^(env|prev)-/.test(tag))
}

async function waitingChangeSets({ delivery, aws }: World): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, account } of delivery.environments) {
    const client = new CloudFormationClient(accessTo(delivery, account, aws.url))
    try {
      for (const unit of delivery.units) {
        const stack = stackName(delivery.product, name, unit.name)
        const { Summaries } = await client.send(new ListChangeSetsCommand({ StackName: stack }))
        // An executed change set stays listed by the emulator; on AWS it is gone.
        found.push(
          ...(Summaries ?? []).flatMap(it =>
            it.ExecutionStatus?.startsWith('EXECUTE_') === true ? [] : [`${stack} ${it.ChangeSetName}`]
          )
        )
      }
    } finally {
      client.destroy()
    }
  }
  return found
}
