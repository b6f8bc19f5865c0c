import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudFormationClient, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { accessTo, type Decider, EXIT, judge, type Proof, prove } from '@sluice-lab/rehearsal'
import { approve, type Rehearsed, type Run, startRehearsed } from './rehearsed.ts'

/** A delivery in which something was damaged, and what was where afterwards. */
interface Tampered {
  readonly run: Run
  readonly proof: Proof
  /** What the ledger says of staging, by unit. */
  readonly digests: Readonly<Record<string, string>>
}

let rehearsed: Rehearsed

beforeAll(async () => {
  rehearsed = await startRehearsed()
}, 120_000)

afterAll(async () => rehearsed.stop(), 60_000)

describe('a digest that was tampered with between staging and production', () => {
  let tampered: Tampered
  let edited: Tampered

  beforeAll(async () => {
    tampered = await deliverWith('Open the shop', async () => {
      const [api, worker] = [await imageOf('staging', 'api'), await imageOf('staging', 'worker')]
      await retag('api', 'env-staging', await digestOf('worker', 'staging'))
      await setParameter('staging', 'api', 'Image', worker)
      await setParameter('staging', 'worker', 'Image', api)
    })
    // This delivery mends what was done to staging before.
    edited = await deliverWith('Greet louder', async () => setParameter('production', 'api', 'Cpu', '1024'))
  }, 400_000)

  it('is found when an image was retagged: unit, environment and both digests', async () => {
    const { run, proof, digests } = tampered

    expect(judge(run, proof, rehearsed.world)).toBe(EXIT.mismatch)
    expect(proof.mismatches.filter(text => text.includes('the ops registry'))).toEqual([
      `api in staging: the ops registry (env-staging) has ${digests['worker']}, the ledger says ${digests['api']}.`
    ])
  })

  it('is found when the digests of two units were swapped: units, environment and both digests', async () => {
    const { proof, digests } = tampered

    expect(proof.mismatches.filter(text => text.includes(': stack '))).toEqual([
      `api in staging: stack storefront-staging-api has ${digests['worker']}, the ledger says ${digests['api']}.`,
      `worker in staging: stack storefront-staging-worker has ${digests['api']}, the ledger says ${digests['worker']}.`
    ])
    expect(proof.mismatches.filter(text => !text.includes(' in staging: '))).toEqual([])
  })

  it('is refused when a stack was edited after its plan was made: stack, parameter and both values', async () => {
    const { run } = edited

    expect(run.exitCode).not.toBe(0)
    const [error] = run.errors
    expect(error).toContain('obsolete')
    expect(error).toContain('storefront-production-api')
    expect(error).toContain('1024')
    expect(error).toContain('512')
    expect(run.records.at(-1)).toMatchObject({ event: 'obsolete', environment: 'production' })
    expect(run.records.some(record => record.environment === 'production' && record.event === 'deployed')).toBe(false)
  })
})

/** Delivers a new commit, does the damage while production waits, and reads what is where afterwards. */
async function deliverWith(message: string, damage: () => Promise<void>): Promise<Tampered> {
  const { world } = rehearsed
  await appendFile(join(world.product.work, 'services/worker/greeting.txt'), '!')
  const commit = await world.product.commit(message)
  const decide: Decider = async (gate, signal) => {
    if (gate.environment === 'production') await damage()
    return approve(gate, signal)
  }
  const run = await rehearsed.deliver(commit, decide)
  const proof = await prove(world)
  const digests = Object.fromEntries(
    proof.rows.flatMap(row => (row.environment === 'staging' ? [[row.unit, row.ledger ?? '']] : []))
  )
  return { run, proof, digests }
}

async function digestOf(unit: string, environment: string): Promise<string> {
  const { registry } = rehearsed.world
  const answer = await fetch(`${registry.url}/v2/storefront/${unit}/manifests/env-${environment}`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' }
  })
  return answer.headers.get('docker-content-digest') ?? ''
}

/** Moves a tag to the manifest of another image, as somebody with push rights could. */
async function retag(unit: string, tag: string, digest: string): Promise<void> {
  const { registry } = rehearsed.world
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = await fetch(`${registry.url}/v2/storefront/worker/manifests/${digest}`, {
    headers: { accept: type }
  })
  const bytes = Buffer.from(await manifest.arrayBuffer())
  const { config, layers } = JSON.parse(bytes.toString('utf8')) as {
    config: { digest: string }
    layers: { digest: string }[]
  }
  for (const blob of [config, ...layers]) {
    const mounted = await fetch(
      `${registry.url}/v2/storefront/${unit}/blobs/uploads/?mount=${blob.digest}&from=storefront/worker`,
      { method: 'POST' }
    )
    expect(mounted.status).toBe(201)
  }
  const put = await fetch(`${registry.url}/v2/storefront/${unit}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: bytes
  })
  expect(put.status).toBe(201)
}

async function imageOf(environment: string, unit: string): Promise<string> {
  return withCloudFormation(environment, async client => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: `storefront-${environment}-${unit}` }))
    return Stacks?.[0]?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Image')?.ParameterValue ?? ''
  })
}

/** Edits a stack behind Sluice's back. */
async function setParameter(environment: string, unit: string, name: string, value: string): Promise<void> {
  await withCloudFormation(environment, async client => {
    const StackName = `storefront-${environment}-${unit}`
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }))
    const Parameters = (Stacks?.[0]?.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => ({
      ParameterKey,
      ParameterValue: ParameterKey === name ? value : ParameterValue
    }))
    await client.send(
      new UpdateStackCommand({
        StackName,
        UsePreviousTemplate: true,
        Parameters,
        Capabilities: ['CAPABILITY_NAMED_IAM']
      })
    )
    for (;;) {
      const now = await client.send(new DescribeStacksCommand({ StackName }))
      const status = now.Stacks?.[0]?.StackStatus ?? ''
      if (status === 'UPDATE_COMPLETE') return
      if (!status.endsWith('IN_PROGRESS')) throw new Error(`${StackName} is ${status}`)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  })
}

async function withCloudFormation<T>(
  environment: string,
  work: (client: CloudFormationClient) => Promise<T>
): Promise<T> {
  const { delivery, aws } = rehearsed.world
  const account = delivery.environments.find(({ name }) => name === environment)?.account ?? ''
  const client = new CloudFormationClient(accessTo(delivery, account, aws.url))
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}
