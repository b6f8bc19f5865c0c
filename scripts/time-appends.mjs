// Whether a crowd of jobs gets its records onto the ledger, how fast and at what price: where the numbers about concurrent appends come from.
import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { run } from './program.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/time-appends.mjs [--processes N] [--latency MS] [--lost N]

Starts N processes that append one signed record each, all at the same moment, to one ledger on the stand-in for GitHub, and prints, as
Markdown, when the first, the middle and the last of them had landed, and how many calls that took. The ledger is verified
afterwards: no gap, no double.

  --processes N  how many (default 32)
  --latency MS   added to each answer (default 30)
  --lost N       of N answers one is lost on its way, at random (default 10; 0: none)
  --help         shows this text
`

const OWNER = { repository: '123456', product: 'storefront' }
const REPOSITORY = 'octo-org/storefront'
const BRANCH = 'sluice-ledger-storefront'

const load = name => import(pathToFileURL(join(repositoryRoot, name, 'lib/index.js')).href)

/** A repository with one commit, as GitHub would serve it. */
async function makeRepository(folder) {
  const bare = join(folder, 'storefront.git')
  const git = async args => {
    const { code, output } = await run('git', args, { env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${output}`)
    return output.trim()
  }
  const person = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
  await git(['init', '-q', '-b', 'main', folder])
  await git([...person, '-C', folder, 'commit', '-q', '--allow-empty', '-m', 'Begin'])
  await git(['clone', '-q', '--bare', folder, bare])
  return { bare, headSha: await git(['-C', bare, 'rev-parse', 'HEAD']) }
}

/** Passes calls on; each answer comes late, and some never: the connection breaks once GitHub has done what was asked. */
async function startBadLine({ target, latency, lost }) {
  const { hostname, port } = new URL(target)
  const counted = { calls: 0, lost: 0 }
  const server = createServer((incoming, response) => {
    counted.calls++
    const outgoing = request(
      { host: hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      async answer => {
        const chunks = await answer.toArray()
        await sleep(latency)
        if (lost > 0 && Math.random() * lost < 1) {
          counted.lost++
          response.destroy()
          return
        }
        response.writeHead(answer.statusCode, answer.headers)
        response.end(Buffer.concat(chunks))
      }
    )
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    counted,
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections()
      server.close()
    }
  }
}

function draftOf(job) {
  return {
    product: OWNER.product,
    event: 'built',
    actor: { id: '11', login: 'author' },
    unit: { name: 'api', kind: 'image', digest: `sha256:${'a'.repeat(64)}`, fingerprint: `sha256:${'b'.repeat(64)}` },
    run: {
      repository: OWNER.repository,
      id: '101',
      attempt: 1,
      job,
      ref: 'refs/heads/main',
      workflow: `${REPOSITORY}/.github/workflows/delivery.yml@refs/heads/main`,
      workflowSha: '1'.repeat(40),
      runner: 'github-hosted'
    }
  }
}

/** A key of this computer in the place of one in KMS. */
async function localSigner(pem) {
  const { createPrivateKey, createPublicKey, sign } = await import('node:crypto')
  const { sha256 } = await load('packages/core')
  const key = createPrivateKey(pem)
  const half = createPublicKey(key)
  const fingerprint = sha256(half.export({ type: 'spki', format: 'der' }))
  return {
    publicKey: async () => ({ pem: half.export({ type: 'spki', format: 'pem' }), fingerprint }),
    sign: async bytes => sign('sha256', bytes, { key, dsaEncoding: 'der' })
  }
}

/** One of the crowd: appends its record as soon as it is told to. */
async function appendOne({ url, token, pem, job }) {
  const { githubClient, systemClock } = await load('packages/core')
  const { appendRecords, githubStore } = await load('packages/ledger')
  const log = { info: () => undefined }
  const github = githubClient({ token, env: { GITHUB_API_URL: url }, clock: systemClock, log })
  const store = githubStore({ github, repository: REPOSITORY, branch: BRANCH })
  const signer = await localSigner(pem)
  const { fingerprint } = await signer.publicKey()
  process.send('ready')
  const [begin] = await once(process, 'message')
  await appendRecords({
    store,
    owner: OWNER,
    rules: { trust: [{ key: fingerprint, signs: ['builds'] }] },
    signer: () => signer,
    clock: systemClock,
    drafts: [draftOf(job)],
    log
  })
  process.send(Date.now() - begin)
}

/** Starts the crowd, lets it go at one moment, and waits for all. @returns how long each took, in milliseconds. */
async function race(count, terms) {
  const crowd = Array.from({ length: count }, (_, n) => {
    const child = fork(import.meta.filename, { env: { ...process.env, SLUICE_APPEND: '1' } })
    child.send({ ...terms, job: `build-${n}` })
    return child
  })
  try {
    await Promise.all(crowd.map(child => once(child, 'message')))
    const ended = crowd.map(child =>
      Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(([code]) => Promise.reject(new Error(`An append ended with exit code ${code}.`)))
      ])
    )
    for (const child of crowd) child.send(Date.now())
    return (await Promise.all(ended)).map(([took]) => took).sort((a, b) => a - b)
  } finally {
    for (const child of crowd) child.kill()
  }
}

async function main({ processes, latency, lost }) {
  const { startGitHub } = await load('lab/github')
  const { readLedgerFiles, verifyLedger, verifyHistory, openSnapshot } = await load('packages/ledger')
  const folder = mkdtempSync(join(tmpdir(), 'sluice-appends-'))
  const github = await startGitHub()
  let line
  try {
    const { bare, headSha } = await makeRepository(folder)
    github.addRepository({ owner: 'octo-org', name: 'storefront', id: 123456, gitDirectory: bare })
    const author = { login: 'author', id: 11 }
    const { token } = github.startRun(REPOSITORY, {
      ...{ id: 101, attempt: 1, actor: author, headBranch: 'main', event: 'push', headSha }
    })
    line = await startBadLine({ target: github.url, latency, lost })
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const took = await race(processes, { url: line.url, token, pem })
    const ledger = { directory: bare, branch: BRANCH }
    const files = await readLedgerFiles(ledger)
    const { fingerprint } = await (await localSigner(pem)).publicKey()
    const { records, problems } = await verifyLedger({ files, trust: [{ key: fingerprint, signs: ['builds'] }] })
    const history = await verifyHistory(bare, BRANCH)
    const jobs = new Set(openSnapshot(files).records.map(({ record }) => record?.run.job))
    const wrong = [...problems, ...history].map(({ path, problem }) => `${path}: ${problem}`)
    if (records !== processes || jobs.size !== processes)
      wrong.push(`${records} records of ${jobs.size} jobs, not ${processes}`)
    if (wrong.length > 0) throw new Error(`The ledger does not hold:\n${wrong.join('\n')}`)
    const seconds = n => ((took[n] ?? 0) / 1000).toFixed(1)
    console.log(
      `| processes | lost answers | calls | first, s | middle, s | last, s |\n| ---: | ---: | ---: | ---: | ---: | ---: |`
    )
    console.log(
      `| ${processes} | ${line.counted.lost} | ${line.counted.calls} | ${seconds(0)} | ${seconds(processes >> 1)} | ${seconds(processes - 1)} |`
    )
  } finally {
    line?.stop()
    await github.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.env.SLUICE_APPEND === '1') {
  const [terms] = await once(process, 'message')
  await appendOne(terms)
  process.disconnect()
} else {
  const flags = readFlags(HELP, {
    processes: { type: 'string', default: '32' },
    latency: { type: 'string', default: '30' },
    lost: { type: 'string', default: '10' }
  })
  if (flags !== undefined) {
    if (!(await setUp({ root: repositoryRoot, all: true }))) throw new Error('Setting up failed.')
    await main({ processes: Number(flags.processes), latency: Number(flags.latency), lost: Number(flags.lost) })
  }
}
