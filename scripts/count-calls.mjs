// Where the README's numbers of calls come from, and the place to see which calls could be saved next.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFlags } from './flags.mjs'
import { fill } from './readme-block.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/count-calls.mjs [--write]

Delivers the example four times in one world: for the first time, with one unit changed, with nothing changed
that runs, and with one unit changed and no acceptance check but requests. Prints, as Markdown, what each asked of GitHub and AWS, and the calls of GitHub by job and route.

  --write  puts the first table into README.md
  --help   shows this text
`

/** What each delivery asked for, one row a delivery. */
export function callsTable(deliveries) {
  return [
    '| delivery | REST | GraphQL | of GitHub | of AWS | jobs |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...deliveries.map(({ name, calls: { github, aws, jobs } }) => {
      const cells = [github.rest, github.graphql, github.rest + github.graphql, aws, jobs]
      return `| ${name} | ${cells.join(' | ')} |`
    })
  ].join('\n')
}

/** The calls of GitHub, one row a job and route. */
function routesTable({ name, routes }) {
  const rows = routes.map(({ count, job, route }) => `| ${count} | ${job} | \`${route}\` |`)
  return [`\n### ${name}\n`, '| calls | job | route |', '| ---: | --- | --- |', ...rows].join('\n')
}

/** Delivers the example as often as there are names, and counts. */
async function countDeliveries(root, folder) {
  const { copySuite, deliver, ensureRehearsalTools, refOfSuite, startMeter, startWorld } = await import(
    join(root, 'lab/rehearsal/lib/index.js')
  )
  const tools = await ensureRehearsalTools('buildkit', { root, log: console.error })
  const world = await startWorld({ tools, directory: folder, product: join(root, 'examples/storefront') })
  try {
    const { work } = world.product
    const ref = refOfSuite(readFileSync(join(work, '.github/workflows/deliver.yml'), 'utf8'))
    const suite = { directory: join(folder, 'suite'), ref }
    await copySuite(root, suite.directory, ref)
    const deliveries = []
    const count = async (name, message) => {
      const commit = await world.product.commit(message)
      const meter = startMeter(world)
      const errors = []
      const { exitCode } = await deliver({
        world,
        commit,
        runId: 1001 + deliveries.length,
        suite,
        decide: async () => ({ state: 'approved', comment: '' }),
        onEvent: event => {
          meter.see(event)
          if (event.kind === 'log' && event.text.includes('::error')) errors.push(event.text)
        },
        signal: new AbortController().signal
      })
      if (exitCode !== 0) throw new Error(`The delivery "${name}" ended with code ${exitCode}:\n${errors.join('\n')}`)
      deliveries.push({ name, calls: meter.read(), routes: meter.routes() })
    }
    await count('the first, of four units to three environments', 'Open the shop')
    appendFileSync(join(work, 'services/worker/greeting.txt'), '!')
    await count('one unit changed', 'Greet louder')
    writeFileSync(join(work, 'NOTES.md'), 'Nothing that runs.\n')
    await count('nothing changed that runs', 'Write notes')
    const config = join(work, 'delivery.yml')
    writeFileSync(config, readFileSync(config, 'utf8').replace('  run:\n    - node checks/smoke.mjs\n', ''))
    appendFileSync(join(work, 'services/worker/greeting.txt'), '!')
    await count('one unit changed, `accept` without `run`', 'Ask by HTTP alone')
    return deliveries
  } finally {
    await world.stop()
  }
}

const flags = readFlags(HELP, { write: { type: 'boolean', default: false } })
if (flags !== undefined) {
  const root = repositoryRoot
  const folder = mkdtempSync(join(tmpdir(), 'sluice-calls-'))
  try {
    if (!(await setUp({ root }))) throw new Error('Setting up failed.')
    const deliveries = await countDeliveries(root, folder)
    const table = callsTable(deliveries)
    console.log(table)
    for (const delivery of deliveries) console.log(routesTable(delivery))
    if (flags.write) {
      const path = join(root, 'README.md')
      writeFileSync(path, fill(readFileSync(path, 'utf8'), 'calls', table))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
