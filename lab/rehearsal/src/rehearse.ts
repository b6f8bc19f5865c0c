import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { causeChain, messageOf, UserError } from '@sluice/core'
import { makeSearchPath } from '@sluice-lab/servers'
import { ROOT_SECRET } from './accounts.ts'
import { askPerson, type Interruption } from './ask.ts'
import { type Delivered, type DeliverOptions, deliver } from './deliver.ts'
import type { DeliveryEvent } from './delivery-event.ts'
import { EXIT, judge } from './exit-codes.ts'
import { answerInAdvance, type Decider } from './gate.ts'
import { removeWorld, sweepWorlds } from './leftover-worlds.ts'
import { type Calls, startMeter } from './meter.ts'
import { HELP, parseOptions, type RehearseOptions } from './options.ts'
import { Progress } from './progress.ts'
import { prove } from './prove.ts'
import { type BuilderName, ensureRehearsalTools, type RehearsalTools } from './rehearsal-tools.ts'
import { showResult } from './report.ts'
import { makeReport } from './report-json.ts'
import { stopwatch } from './stopwatch.ts'
import { copySuite, refOfSuite } from './suite.ts'
import { paint, processTerminal, type Terminal } from './terminal.ts'
import { startWorld, type World } from './world.ts'

/** The clone that this program is part of. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** The id of the one run that a rehearsal has. */
const RUN_ID = 1001

/** Runs the command `rehearse`. @returns its exit code; see `HELP`. */
export async function rehearse(argv: readonly string[]): Promise<number> {
  // For who uses the AWS SDK in a program of their own; here its version is pinned.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const terminal = processTerminal()
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  try {
    const options = parseOptions(argv)
    if (options.help) {
      terminal.write(HELP)
      return EXIT.proven
    }
    return await rehearseWith(options, terminal, { signal: interrupted.signal, interrupt })
  } catch (error: unknown) {
    if (interrupted.signal.aborted) return EXIT.interrupted
    const [message, ...causes] = causeChain(error)
    process.stderr.write(`${paint({ live: process.stderr.isTTY === true }, 'red', message ?? messageOf(error))}\n`)
    if (!(error instanceof UserError)) for (const cause of causes) process.stderr.write(`  caused by: ${cause}\n`)
    return error instanceof UserError ? EXIT.usage : EXIT.failed
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt)
  }
}

/** Delivers, shows how it goes, and counts what it asks of others. */
async function deliverCounted(
  options: Omit<DeliverOptions, 'onEvent'>,
  progress: Progress
): Promise<{ readonly delivered: Delivered; readonly calls: Calls }> {
  const meter = startMeter(options.world)
  const onEvent = (event: DeliveryEvent): void => {
    progress.see(event)
    meter.see(event)
  }
  const delivered = await deliver({ ...options, onEvent })
  return { delivered, calls: meter.read() }
}

/** A folder for one world, after those of rehearsals that did not live to clean up are gone. */
async function makeFolder(): Promise<string> {
  const parent = join(ROOT, '.rehearsal')
  await mkdir(parent, { recursive: true })
  await sweepWorlds(parent)
  return mkdtemp(join(parent, `world-${process.pid}-`))
}

async function rehearseWith(
  options: RehearseOptions,
  terminal: Terminal,
  { signal, interrupt }: Interruption
): Promise<number> {
  const product = join(ROOT, 'examples', 'storefront')
  await checkGateChoices(options, product, terminal)
  const durations: Record<string, number> = {}
  const timed = stopwatch(durations)
  const progress = new Progress(terminal, options.verbose)
  let world: World | undefined
  let directory: string | undefined
  try {
    progress.heading('Prepare')
    requireRoot()
    const tools = await timed('tools', async () => findTools(options.builder, line => progress.line(`  ${line}`)))
    signal.throwIfAborted()
    directory = await makeFolder()
    progress.note('starting registry, AWS emulator, builder and GitHub')
    const started = await timed('servers', async () => startWorld({ tools, directory: directory ?? '', product }))
    world = started
    progress.note(undefined)
    signal.throwIfAborted()
    const commit = await started.product.commit('Open the shop')
    const suite = await placeSuite(started, join(directory, 'suite'))
    const seconds = durations['servers']?.toFixed(1)
    progress.line(`  servers are up after ${seconds} s; commit ${commit.slice(0, 12)} of storefront`)

    progress.heading('Deliver')
    const decide = decider(options, progress, terminal, { signal, interrupt })
    const { delivered, calls } = await timed('delivery', async () =>
      deliverCounted({ world: started, commit, runId: RUN_ID, suite, decide, signal }, progress)
    )
    signal.throwIfAborted()
    addTimes(durations, progress)

    progress.heading('Prove')
    const proof = await timed('proof', async () => prove(started))
    const exitCode = judge(delivered, proof, started)
    progress.close()
    showResult(proof, started, delivered, calls, exitCode, terminal)
    await saveReport(options.report, makeReport(started.delivery, delivered, proof, calls, durations, exitCode))
    if (options.keep) await keepUp(started, terminal, signal)
    return exitCode
  } finally {
    progress.close()
    await world?.stop()
    if (directory !== undefined) await removeWorld(directory)
  }
}

/** Installs what is missing. From here on nothing else of this machine can be started by its name: see tools/programs.json. */
async function findTools(builder: BuilderName, log: (line: string) => void): Promise<RehearsalTools> {
  const options = { root: ROOT, log }
  process.env['PATH'] = await makeSearchPath('setup', options)
  process.env['PATH'] = await makeSearchPath(builder === 'buildx' ? 'buildx' : 'rehearsal', options)
  return ensureRehearsalTools(builder, options)
}

/** What jobs took; what a person took to decide is told apart from the delivery. */
function addTimes(durations: Record<string, number>, { times, waits }: Progress): void {
  for (const { job, seconds } of times) durations[`job: ${job}`] = tenths(seconds)
  for (const { environment, seconds } of waits) {
    durations[`waiting for a decision: ${environment}`] = tenths(seconds)
    durations['delivery'] = tenths((durations['delivery'] ?? 0) - seconds)
  }
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10
}

/** BuildKit's daemon mounts, and Debian's packages are installed, as root. Found out now rather than minutes later. */
function requireRoot(): void {
  if (process.getuid?.() === 0) return
  throw new UserError(
    'A rehearsal needs root, for BuildKit and Debian packages. Run: sudo --preserve-env=PATH npm run rehearse'
  )
}

/** Puts the suite where the product's workflow calls it from. */
async function placeSuite({ product }: World, directory: string): Promise<{ directory: string; ref: string }> {
  const ref = refOfSuite(await readFile(join(product.work, '.github', 'workflows', 'deliver.yml'), 'utf8'))
  await copySuite(ROOT, directory, ref)
  return { directory, ref }
}

async function saveReport(file: string | undefined, report: unknown): Promise<void> {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`)
}

/** Answers gates as the command line says, and asks a person about all others. */
function decider(
  options: RehearseOptions,
  progress: Progress,
  terminal: Terminal,
  interruption: Interruption
): Decider {
  return async gate =>
    answerInAdvance(options.gates, gate.environment) ??
    progress.aside(async () => askPerson(gate, terminal, interruption))
}

/** Without a person to ask, a gate nobody decided would only be found out minutes later. */
async function checkGateChoices(options: RehearseOptions, product: string, terminal: Terminal): Promise<void> {
  const { parseDelivery } = await import('@sluice/delivery')
  const { environments } = parseDelivery(await readFile(join(product, 'delivery.yml'), 'utf8'), 'delivery.yml')
  const gates = environments.filter(({ gate }) => gate === 'approval').map(({ name }) => name)
  for (const name of [...options.gates.approve, ...options.gates.reject]) {
    if (name !== 'all' && !gates.includes(name))
      throw new UserError(`${name} is not an environment with an approval gate. There are: ${gates.join(', ')}.`)
  }
  const open = gates.find(name => answerInAdvance(options.gates, name) === undefined)
  if (open !== undefined && !terminal.interactive) {
    throw new UserError(
      `There is no terminal to ask for a decision about ${open}. Pass --approve all, or --approve and --reject for ${gates.join(', ')}.`
    )
  }
}

async function keepUp(world: World, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { product, registry, aws, delivery, github, tools } = world
  const account = delivery.accounts[delivery.environments[0]?.account ?? '']
  terminal.write(`
The servers stay up until Ctrl-C. To look around:
  ledger     git -C ${product.bare} log --stat ${delivery.ledger.branch}
  registry   ${tools.skopeo} list-tags --tls-verify=false docker://${registry.host}/${delivery.product}/api
  stacks     (with the AWS CLI) AWS_ENDPOINT_URL=${aws.url} AWS_ACCESS_KEY_ID=${account?.id ?? ''} AWS_SECRET_ACCESS_KEY=${ROOT_SECRET} AWS_REGION=${account?.region ?? ''} aws cloudformation describe-stacks
  verify     node ${join(ROOT, 'packages/cli/lib/main.js')} verify --directory ${product.bare} --issuer ${github.url}
`)
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
