// Where the README's numbers and its sample output come from.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFlags } from './flags.mjs'
import { fill } from './readme-block.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/time-rehearsal.mjs [--write]

Runs the rehearsal twice and prints, as Markdown, how long the second one took and where the time went
(the first one may have to install programs).

  --write  puts the table and the output of the second rehearsal into README.md
  --help   shows this text
`

/** Runs one rehearsal; its output, report and wall-clock seconds. */
async function rehearse(root, folder) {
  const file = join(folder, 'r.json')
  const started = Date.now()
  const child = spawn(process.execPath, ['lab/rehearsal/lib/main.js', '--approve', 'all', '--report', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
    process.stderr.write(chunk)
  })
  const code = await new Promise(resolve => child.on('close', resolve))
  if (code !== 0) throw new Error(`The rehearsal ended with code ${code}.`)
  return { output, report: JSON.parse(readFileSync(file, 'utf8')), seconds: (Date.now() - started) / 1000 }
}

/** A table of parts; jobs of one environment are added up. */
export function timesTable({ report, seconds }) {
  const { durations } = report
  const jobs = Object.entries(durations).flatMap(([name, time]) =>
    name.startsWith('job: ') ? [[name.slice(5), time]] : []
  )
  const sum = matches => jobs.reduce((total, [name, time]) => (matches(name) ? total + time : total), 0)
  const builds = jobs.filter(([name]) => name.startsWith('build '))
  const rows = [
    ['find the tools, start and fill the servers', durations.tools + durations.servers],
    ['resolve: what was never built?', sum(name => name === 'resolve')],
    [`build, test, push and record ${builds.length} units, side by side`, Math.max(...builds.map(([, time]) => time))],
    ['release document', sum(name => name === 'release')],
    ...report.environments.map(({ name }) => [
      `${name}: ${[...new Set(jobs.filter(([job]) => job.startsWith(`${name} · `)).map(([job]) => job.split(' · ')[1]))].join(', ')}`,
      sum(job => job.startsWith(`${name} · `))
    ]),
    ['read every digest where it lives, verify the ledger', durations.proof],
    ['**the whole command**', seconds]
  ]
  return [
    '| part | seconds |',
    '| --- | ---: |',
    ...rows.map(([part, time]) => `| ${part} | ${time.toFixed(1)} |`)
  ].join('\n')
}

const flags = readFlags(HELP, { write: { type: 'boolean', default: false } })
if (flags !== undefined) {
  const root = repositoryRoot
  const folder = mkdtempSync(join(tmpdir(), 'sluice-times-'))
  try {
    if (!(await setUp({ root }))) throw new Error('Setting up failed.')
    await rehearse(root, folder)
    const second = await rehearse(root, folder)
    const table = timesTable(second)
    console.log(table)
    if (flags.write) {
      const path = join(root, 'README.md')
      const filled = fill(
        readFileSync(path, 'utf8'),
        'rehearse-output',
        `\`\`\`text\n${second.output.trimEnd()}\n\`\`\``
      )
      writeFileSync(path, fill(filled, 'timings', table))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
