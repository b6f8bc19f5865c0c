import { normalize } from 'node:path/posix'
import {
  type CallerWorkflow,
  ConfigError,
  type Delivery,
  type ListedSluice,
  type Problem,
  parseDelivery,
  problemIn,
  readCaller,
  type SluiceCall
} from '@sluice/delivery'
import { git, outputOf, type Repository } from '@sluice/git'

const FOLDER = '.github/workflows'

/** Workflows that docs tell to start by hand. */
const BY_HAND: readonly string[] = ['adopt.yml', 'repair.yml', 'withdraw.yml']

/** Where a delivery.yml is, and how messages name it. */
interface Where {
  readonly repository: Repository
  readonly commit: string
  /** In the repository; `undefined` for a draft that is not in it. */
  readonly path: string | undefined
  readonly file: string
}

interface Caller extends CallerWorkflow {
  /** Path of the workflow. */
  readonly name: string
}

/** What the workflows of a commit that call Sluice lack to get a release through all gates of a delivery.yml; nothing where it names no Sluice. */
export async function callerWarnings(delivery: Delivery, where: Where): Promise<readonly Problem[]> {
  const { sluice } = delivery
  const { path } = where
  if (sluice === undefined || path === undefined) return []
  const all = await callersIn(where, sluice.repository)
  const own = all.filter(({ calls }) => calls.some(({ config }) => normalize(config) === path))
  const perhaps = all.filter(({ calls }) => calls.some(({ config }) => isExpression(config)))
  return [
    ...own.flatMap(caller => findUnstartable(caller)),
    ...own.flatMap(caller => findUnlisted(caller, sluice, path)),
    ...findUnentered(delivery, { own, perhaps }, where),
    ...(await findShared(delivery, own, where))
  ]
}

async function callersIn({ repository, commit }: Where, sluice: string): Promise<readonly Caller[]> {
  const folder = await repository.entryAt(commit, FOLDER)
  if (folder?.kind !== 'directory') return []
  const listed = outputOf(
    await git(repository.directory, ['ls-tree', '-z', '--name-only', folder.id]),
    `list ${FOLDER} of ${commit}`
  )
  const names = listed.split('\0').filter(name => /\.ya?ml$/.test(name))
  return Promise.all(
    names.map(async file => {
      const name = `${FOLDER}/${file}`
      const content = await repository.fileAt(commit, name)
      return { name, ...readCaller(content?.toString('utf8') ?? '', sluice) }
    })
  )
}

function findUnstartable({ name, calls, isStartedByHand }: Caller): readonly Problem[] {
  const call = calls.find(({ workflow }) => BY_HAND.includes(workflow))
  if (isStartedByHand || call === undefined) return []
  const message = `found a call of Sluice's ${call.workflow}, which a person starts, but no way to start it; add workflow_dispatch: under on`
  return [{ file: name, line: 1, column: 1, message }]
}

/** Calls whose jobs get no role, since delivery.yml does not list what they pin. */
function findUnlisted({ name, calls }: Caller, sluice: ListedSluice, path: string): readonly Problem[] {
  const unlisted = calls.filter(({ config, pin }) => normalize(config) === path && !sluice.commits.includes(pin))
  const pins = new Set(unlisted.map(({ workflow, pin }) => `${workflow}@${pin}`))
  return [...pins].map(it => ({
    file: name,
    line: 1,
    column: 1,
    message: `found a call of ${it}, which sluice.commits of ${path} does not list, so that AWS gives its jobs no role; pin one of ${sluice.commits.map(commit => commit.slice(0, 12)).join(' or ')} in full, or list the commit and renew the roles`
  }))
}

/** Gates that no run can enter. */
function findUnentered(
  delivery: Delivery,
  { own, perhaps }: { readonly own: readonly Caller[]; readonly perhaps: readonly Caller[] },
  { file }: Where
): readonly Problem[] {
  const [first] = own.filter(delivers)
  if (first === undefined || [...own, ...perhaps].some(it => delivers(it) && it.isStartedByHand)) return []
  return delivery.environments.flatMap(({ name, gate }, n) =>
    gate !== 'dispatch'
      ? []
      : [
          problemIn(delivery, file, {
            at: ['environments', n, 'gate'],
            message: `found dispatch, which only a run enters that a person starts, but no workflow that delivers by this file can be started by hand, so nothing gets to ${name}; add workflow_dispatch: under on of ${first.name}`
          })
        ]
  )
}

function delivers({ calls }: CallerWorkflow): boolean {
  return calls.some(isDelivery)
}

function isDelivery({ workflow }: SluiceCall): boolean {
  return workflow === 'deliver.yml' || workflow === 'stage.yml'
}

function isExpression(text: string): boolean {
  return text.includes('${{')
}

/** Gates at which two products may ask in one run, so that no approval counts there. */
async function findShared(delivery: Delivery, own: readonly Caller[], where: Where): Promise<readonly Problem[]> {
  const found: Problem[] = []
  for (const caller of own.filter(delivers)) {
    const configs = new Set(caller.calls.filter(isDelivery).map(({ config }) => normalize(config)))
    if (!configs.delete(where.path ?? '')) continue
    for (const config of configs) {
      const other = await readOther(where, config)
      const asking = new Set(other?.environments.flatMap(({ name, gate }) => (gate === 'continuous' ? [] : [name])))
      for (const [n, { name, gate }] of delivery.environments.entries()) {
        if (gate === 'continuous' || !asking.has(name)) continue
        const message = `found ${name}, which ${other?.product} (${config}) has, too, and ${caller.name} delivers both, where no approval counts at a gate that both ask at in one run; deliver each product by a workflow of its own, or name their environments apart`
        found.push(problemIn(delivery, where.file, { at: ['environments', n, 'name'], message }))
      }
    }
  }
  return found
}

/** The delivery.yml of another product; nothing where it is not there, or not valid. */
async function readOther({ repository, commit }: Where, config: string): Promise<Delivery | undefined> {
  // An expression, or a path that leads elsewhere: only a run tells.
  if (isExpression(config) || config.startsWith('../') || config.startsWith('/')) return undefined
  const content = await repository.fileAt(commit, config)
  try {
    return content && parseDelivery(content, config)
  } catch (error: unknown) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}
