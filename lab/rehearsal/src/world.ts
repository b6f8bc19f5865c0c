import { mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import { type GitHubStandIn, startGitHub } from '@sluice-lab/github'
import {
  type RecordingProxy,
  type Server,
  startMinistack,
  startRecordingProxy,
  startRegistry
} from '@sluice-lab/servers'
import { bootstrapAccounts } from './accounts.ts'
import { hostProduct } from './host-product.ts'
import { startBuilder, type WorldBuilder } from './image-builder.ts'
import { type Product, prepareProduct, REPOSITORY } from './product.ts'
import type { RehearsalTools } from './rehearsal-tools.ts'

/** Everything that is outside of Sluice in a delivery, on this machine: registry, AWS, GitHub, a builder of images, and the product's repository. */
export interface World {
  readonly directory: string
  readonly tools: RehearsalTools
  /** The AWS emulator itself. */
  readonly aws: Server
  /** The way to it that a delivery takes, where its calls are counted. */
  readonly calls: RecordingProxy
  readonly registry: Server & { readonly host: string }
  readonly builder: WorldBuilder
  readonly github: GitHubStandIn
  readonly product: Product
  /** The product's delivery.yml as it is delivered. */
  readonly delivery: Delivery
  /** Throws the builder's cache away: a new daemon with an empty folder. */
  forgetBuilds(): Promise<void>
  stop(): Promise<void>
}

export interface WorldOptions {
  readonly tools: RehearsalTools
  /** Where everything of this world is kept; one folder a world. */
  readonly directory: string
  /** Folder of the product, e.g. examples/storefront. */
  readonly product: string
  /** Requests an hour that GitHub takes from the runs of the product; default: GitHub's own limit. */
  readonly hourlyLimit?: number
  /** Puts something before the registry that every request passes, e.g. to hold answers back. It stops with the world. */
  readonly beforeRegistry?: (url: string) => Promise<{ readonly url: string; stop(): Promise<void> }>
}

/** Starts all servers side by side, sets the AWS accounts up, and commits the product. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { tools, directory } = options
  await mkdir(directory, { recursive: true })
  const before = parseDelivery(await readFile(join(options.product, 'delivery.yml'), 'utf8'), 'delivery.yml')

  const running: { stop(): Promise<void> }[] = []
  const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting
    running.push(server)
    return server
  }
  const stop = async (): Promise<void> => {
    await Promise.allSettled(running.splice(0).map(async server => server.stop()))
  }
  const freshBuilder = async (): Promise<WorldBuilder> => {
    const folder = await mkdtemp(join(directory, 'builder-'))
    return keep(startBuilder(tools, folder))
  }
  try {
    const started = await Promise.allSettled([
      keep(startAws(tools, directory, before)),
      keep(startRegistry({ tools, storage: join(directory, 'registry') })),
      freshBuilder(),
      keep(startGitHub())
    ] as const)
    const aws = settled(started[0])
    let builder = settled(started[2])
    const github = settled(started[3])
    const registry = await behind(settled(started[1]), options.beforeRegistry, keep)
    const calls = await keep(startRecordingProxy({ target: aws.url }))
    const trust = await bootstrapAccounts(before, aws.url, { ...REPOSITORY, issuer: new URL(github.url).host })
    const product = await prepareProduct(options.product, join(directory, 'product'), {
      registry: registry.host,
      trust,
      urls: Object.fromEntries(before.environments.map(({ name }) => [name, `${aws.url}/\${site.BucketName}`]))
    })
    hostProduct(github, product, before, options.hourlyLimit)
    const delivery = parseDelivery(await readFile(join(product.work, 'delivery.yml'), 'utf8'), 'delivery.yml')
    return {
      directory,
      tools,
      aws,
      calls,
      registry,
      get builder() {
        return builder
      },
      github,
      product,
      delivery,
      async forgetBuilds() {
        const old = builder
        running.splice(running.indexOf(old), 1)
        await old.stop()
        builder = await freshBuilder()
      },
      stop
    }
  } catch (error: unknown) {
    await stop()
    throw error
  }
}

/** A registry as it is seen from before what was put there. */
async function behind(
  registry: World['registry'],
  before: WorldOptions['beforeRegistry'],
  keep: <T extends { stop(): Promise<void> }>(starting: Promise<T>) => Promise<T>
): Promise<World['registry']> {
  if (before === undefined) return registry
  const { url } = await keep(before(registry.url))
  return { ...registry, url, host: new URL(url).host }
}

async function startAws(
  tools: RehearsalTools,
  directory: string,
  delivery: Delivery
): ReturnType<typeof startMinistack> {
  const ops = delivery.accounts[delivery.registry.account]
  return startMinistack({
    tools,
    directory: join(directory, 'aws'),
    accountId: ops?.id ?? '',
    region: ops?.region ?? '',
    enforceIam: true
  })
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}
