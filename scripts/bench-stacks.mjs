// How soon an apply ends after its stack, and what throttling costs. See docs/tests.md.
import { fork, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSlowCloudFormation } from '@sluice-lab/servers'
import { readFlags } from './flags.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

/** The action that most people use: version 2.2.0. */
const PEER = {
  url: 'https://raw.githubusercontent.com/aws-actions/aws-cloudformation-github-deploy/81e3b03d2266bcb76c4bcc37a7d71d9cb67838bb/dist/index.js',
  sha256: '019c748abb5bd74030a3dc69969b11196f2d6c87d5b057a0ceb7039df3a483d3'
}

const HELP = `
Usage: npm run bench -- stacks [--peer FILE] [--samples N]

Starts a CloudFormation on this machine in which operations take their time, and measures
- how long after its stack is at rest an apply has ended: this one and aws-cloudformation-github-deploy 2.2.0, both for the same stacks;
- how long 100 stacks in 25 chains of 4 take where every fifth call is throttled, beside the longest chain.

  --peer FILE  the peer's dist/index.js, where ${new URL(PEER.url).host} cannot be reached
  --samples N  applies of each (default 20)
  --help       shows this text
`

/** How many applies run at once: most of the time they wait. */
const AT_ONCE = 5
const CHAINS = 25
const LENGTH = 4
/** How long an operation takes in a chain, in milliseconds. */
const OPERATION = 20_000

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_REGION: 'eu-west-1'
}

/** Ends between 4 and 14 seconds, so that they fall on any moment between two looks. */
function durationOf(stack) {
  return 4_000 + ((Number(stack.replace(/\D/g, '')) * 6_180) % 10_000)
}

function environmentOf(url) {
  return { PATH: process.env.PATH, AWS_ENDPOINT_URL: url, ...CREDENTIALS }
}

/** Runs an apply of one stack; milliseconds from the end of its stack to the end of its process. */
async function lag(cloud, stack, start) {
  const code = await new Promise(resolve => start(stack).on('exit', resolve))
  const exited = Date.now()
  if (code !== 0) throw new Error(`The apply of ${stack} ended with code ${code}.`)
  return exited - cloud.ends.get(stack)
}

async function lags(samples, startOn) {
  const cloud = await startSlowCloudFormation({ duration: durationOf })
  try {
    const found = []
    for (let at = 0; at < samples; at += AT_ONCE) {
      const group = Array.from({ length: Math.min(AT_ONCE, samples - at) }, (_, n) => `bench-${at + n}`)
      found.push(...(await Promise.all(group.map(stack => lag(cloud, stack, startOn(cloud.url))))))
      console.error(`  ${found.length} of ${samples}`)
    }
    return found.sort((a, b) => a - b)
  } finally {
    await cloud.stop()
  }
}

const ours = url => stack =>
  fork(join(repositoryRoot, 'scripts', 'bench-apply.mjs'), [stack], { env: environmentOf(url) })

function theirs(bundle, folder) {
  const template = join(folder, 'template.yml')
  writeFileSync(template, 'Resources: { Topic: { Type: AWS::SNS::Topic } }\n')
  return url => stack => {
    const inputs = { INPUT_MODE: 'create-and-execute', INPUT_NAME: stack, INPUT_TEMPLATE: template }
    const switches = [
      'NO-EXECUTE-CHANGESET',
      'NO-DELETE-FAILED-CHANGESET',
      'FAIL-ON-EMPTY-CHANGESET',
      'DISABLE-ROLLBACK'
    ]
    const off = Object.fromEntries([...switches, 'TERMINATION-PROTECTION'].map(name => [`INPUT_${name}`, '0']))
    const more = { INPUT_CAPABILITIES: 'CAPABILITY_IAM', 'INPUT_INCLUDE-NESTED-STACKS-CHANGE-SET': '0' }
    return spawn(process.execPath, [bundle], {
      env: { ...environmentOf(url), ...inputs, ...off, ...more, GITHUB_WORKSPACE: folder },
      stdio: ['ignore', 'ignore', 'inherit']
    })
  }
}

async function peerBundle(given, folder) {
  const bytes = given === undefined ? await download() : readFileSync(given)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== PEER.sha256) throw new Error(`The peer's bundle hashes to ${found}, not to ${PEER.sha256}.`)
  const file = join(folder, 'peer.cjs')
  writeFileSync(file, bytes)
  return file
}

async function download() {
  const response = await fetch(PEER.url, { signal: AbortSignal.timeout(60_000) })
  if (!response.ok) throw new Error(`${PEER.url} answers ${response.status}.`)
  return Buffer.from(await response.arrayBuffer())
}

/** 100 stacks, each after the one before it in its chain. */
async function chains() {
  const cloud = await startSlowCloudFormation({ duration: () => OPERATION, throttled: 0.2 })
  try {
    const names = Array.from({ length: CHAINS * LENGTH }, (_, n) => {
      const [chain, place] = [Math.floor(n / LENGTH), n % LENGTH]
      return place === 0 ? `c${chain}-p0` : `c${chain}-p${place}<c${chain}-p${place - 1}`
    })
    const child = fork(join(repositoryRoot, 'scripts', 'bench-apply.mjs'), names, { env: environmentOf(cloud.url) })
    const started = Date.now()
    const told = {}
    child.on('message', message => Object.assign(told, message))
    const code = await new Promise(resolve => child.on('exit', resolve))
    if (code !== 0) throw new Error(`The apply of the chains ended with code ${code}.`)
    const calls = [...cloud.calls.values()].reduce((sum, n) => sum + n, 0)
    return {
      plan: told.planned - started,
      apply: told.applied - told.planned,
      calls,
      throttled: cloud.calls.get('Throttling')
    }
  } finally {
    await cloud.stop()
  }
}

function percentile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)]
}

function row(name, sorted) {
  const cells = [percentile(sorted, 0.5), percentile(sorted, 0.95), sorted.at(-1)].map(it => (it / 1000).toFixed(2))
  return `| ${name} | ${cells.join(' | ')} |`
}

async function compare(samples, peer, folder) {
  console.error('Sluice:')
  const own = await lags(samples, ours)
  let other
  try {
    const bundle = await peerBundle(peer, folder)
    console.error('aws-cloudformation-github-deploy:')
    other = await lags(samples, theirs(bundle, folder))
  } catch (error) {
    console.error(`The peer was not measured: ${error.message} Give its bundle with --peer.`)
  }
  console.log('| seconds from the end of the stack to the end of the process | median | p95 | longest |')
  console.log('| --- | ---: | ---: | ---: |')
  console.log(row('Sluice', own))
  if (other === undefined) return
  console.log(row('aws-cloudformation-github-deploy 2.2.0', other))
  const [median, p95] = [0.5, 0.95].map(part => (percentile(own, part) / percentile(other, part)).toFixed(2))
  console.log(`\nRatio: ${median} (median), ${p95} (p95)`)
}

const flags = readFlags(HELP, { peer: { type: 'string' }, samples: { type: 'string', default: '20' } })
if (flags !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  try {
    if (!(await setUp({ root: repositoryRoot }))) throw new Error('Setting up failed.')
    await compare(Number(flags.samples), flags.peer, folder)
    console.error(`${CHAINS * LENGTH} stacks in ${CHAINS} chains of ${LENGTH}, every fifth call throttled:`)
    const { plan, apply, calls, throttled } = await chains()
    const chain = LENGTH * OPERATION
    console.log(
      `\n${CHAINS * LENGTH} stacks: planned in ${(plan / 1000).toFixed(1)} s, applied in ${(apply / 1000).toFixed(1)} s, ${(apply / chain).toFixed(2)} × the longest chain (${chain / 1000} s); ${calls} calls, ${throttled} of them throttled`
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
