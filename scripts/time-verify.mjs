// What it takes to verify a long ledger: where the numbers about 100,000 records come from.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readFlags } from './flags.mjs'
import { makeLongLedger } from './long-ledger.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/time-verify.mjs [--records N]... [--no-tokens] [--ledger FOLDER]...

Writes ledgers of these lengths (see scripts/long-ledger.mjs), lets \`sluice verify\` verify each, and prints, as Markdown, how long that took, how
much time of cores (with that of git) and how much memory (of the program, at its peak).

  --records N      a length; may be given more than once (default 1000 and 10000; 100000 takes minutes to write)
  --no-tokens      of ledgers without tokens of GitHub
  --ledger FOLDER  a ledger that scripts/long-ledger.mjs wrote, instead of a length
  --help           shows this text
`

const TICKS_PER_SECOND = 100

/** How far a process has come: seconds of cores, with those of the programs that it started, and its peak of memory in MiB. */
function readUse(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const cpu = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    // A process that has ended and was not waited for has no memory any more.
    return peak === undefined ? undefined : { cpu, memory: Number(peak) / 1024 }
  } catch {
    return undefined
  }
}

/** Verifies a ledger with the program itself. */
async function timeVerify(directory) {
  const began = Date.now()
  const args = [join(repositoryRoot, 'packages/cli/lib/main.js'), 'verify', '--json', '--directory', directory]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let [output, use] = ['', undefined]
  child.stdout.on('data', chunk => {
    output += chunk
  })
  const timer = setInterval(() => {
    use = readUse(child.pid) ?? use
  }, 50)
  const [code] = await once(child, 'close')
  clearInterval(timer)
  if (code !== 0) throw new Error(`sluice verify ended with exit code ${code}:\n${output}`)
  const { records, vouched } = JSON.parse(output)
  return { records, vouched, seconds: (Date.now() - began) / 1000, ...use }
}

async function main({ lengths, vouched, ledgers }) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'))
  const places = [...ledgers]
  try {
    for (const records of ledgers.length > 0 ? [] : lengths) {
      const directory = join(folder, `${records}.git`)
      await makeLongLedger({ directory, records, vouched })
      places.push(directory)
    }
    console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}\n`)
    console.log('| records | with tokens | seconds | seconds of cores | MiB |\n| ---: | --- | ---: | ---: | ---: |')
    for (const directory of places) {
      const { records, vouched: told, seconds, cpu, memory } = await timeVerify(directory)
      const cells = [records, told === records ? 'yes' : 'no', seconds.toFixed(1), cpu.toFixed(1), memory.toFixed(0)]
      console.log(`| ${cells.join(' | ')} |`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const flags = readFlags(HELP, {
  records: { type: 'string', multiple: true, default: ['1000', '10000'] },
  'no-tokens': { type: 'boolean', default: false },
  ledger: { type: 'string', multiple: true, default: [] }
})
if (flags !== undefined) {
  const missing = flags.ledger.find(ledger => !existsSync(ledger))
  if (missing !== undefined) throw new Error(`There is no ${missing}.`)
  if (!(await setUp({ root: repositoryRoot }))) throw new Error('Setting up failed.')
  const lengths = flags.records.map(Number)
  await main({ lengths, vouched: !flags['no-tokens'], ledgers: flags.ledger.map(ledger => resolve(ledger)) })
}
