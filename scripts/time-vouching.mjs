// What it costs to verify records: where the numbers about a ledger of 100,000 records come from.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/time-vouching.mjs [--records N]

Verifies records with their signatures (ECDSA P-256) and tokens (RS256, 2048 bits), one after the other on one core, and
prints, as Markdown, what each takes. All files lie in memory, as many as a ledger of that length has.

  --records N  how many (default 100000)
  --help       shows this text
`

/** As many are made; signing takes ten times as long as verifying, and the same bytes are as good again. */
const DISTINCT = 500

const ISSUER = 'https://token.actions.githubusercontent.com'
const TIME = '2026-03-01T12:00:00.000Z'

/** A record as the deploy job of production writes it. */
function recordOf(sequence) {
  const digest = `sha256:${'a'.repeat(64)}`
  return {
    product: 'storefront',
    event: 'deployed',
    environment: 'production',
    release: { digest, commit: '1'.repeat(40) },
    plan: digest,
    actor: { id: '7', login: 'author' },
    run: {
      repository: '123456',
      id: String(1_000_000 + sequence),
      attempt: 1,
      job: 'deploy',
      ref: 'refs/heads/main',
      workflow: 'octo-org/storefront/.github/workflows/delivery.yml@refs/heads/main',
      workflowSha: '1'.repeat(40),
      runner: 'github-hosted'
    },
    detail: { outputs: { ApiUrl: 'https://api.storefront.example', Bucket: 'storefront-production-assets' } },
    version: 1,
    sequence,
    ...(sequence === 1 ? {} : { previous: digest }),
    time: TIME,
    key: { account: 'prod', fingerprint: digest }
  }
}

/** What GitHub says of that job, with all the claims of its tokens. */
function claimsOf({ run, actor, environment }, audience) {
  const issued = Date.parse(TIME) / 1000
  return {
    jti: '6f4762ed-0758-4ccb-808d-ee3af5d723a8',
    sub: `repo:octo-org@65/storefront@${run.repository}:environment:${environment}`,
    environment,
    environment_node_id: 'EN_kwDOAAAAAc4AAAAB',
    aud: audience,
    ref: run.ref,
    sha: run.workflowSha,
    repository: 'octo-org/storefront',
    repository_owner: 'octo-org',
    actor_id: actor.id,
    repository_visibility: 'private',
    repository_id: run.repository,
    repository_owner_id: '65',
    run_id: run.id,
    run_number: '10',
    run_attempt: String(run.attempt),
    check_run_id: '52345678901',
    runner_environment: run.runner,
    actor: actor.login,
    workflow: 'delivery',
    head_ref: '',
    base_ref: '',
    event_name: 'push',
    enterprise: 'avocado-corp',
    enterprise_id: '2',
    ref_protected: 'true',
    ref_type: 'branch',
    workflow_ref: run.workflow,
    workflow_sha: run.workflowSha,
    job_workflow_ref: 'octo-org/sluice/.github/workflows/stage.yml@refs/tags/v1',
    job_workflow_sha: '5'.repeat(40),
    iss: ISSUER,
    nbf: issued - 600,
    exp: issued + 300,
    iat: issued
  }
}

/** Makes the files of some records: the record, its signature, its token. */
function makeFiles({ encodeRecord, audienceOf }, keys) {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url')
  return Array.from({ length: DISTINCT }, (_, n) => {
    const record = recordOf(n + 1)
    const { bytes, hash } = encodeRecord(record)
    const header = { typ: 'JWT', alg: 'RS256', x5t: 'Hyq4NATAjsnqC7mdrtAhhrCR2_Q', kid: 'key-1' }
    const signed = `${part(header)}.${part(claimsOf(record, audienceOf(hash)))}`
    const token = `${signed}.${sign('RSA-SHA256', Buffer.from(signed), keys.issuer.privateKey).toString('base64url')}\n`
    return { record, bytes, signature: sign('sha256', bytes, keys.signer.privateKey), token: Buffer.from(token) }
  })
}

function timed(name, work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return [name, (user + system) / 1e6]
}

async function main(count) {
  const source = name => import(pathToFileURL(`${repositoryRoot}/packages/${name}.js`).href)
  const { sha256 } = await source('core/lib/index')
  const { decodeRecord, encodeRecord } = await source('ledger/lib/record')
  const { audienceOf, findTokenProblem } = await source('ledger/lib/token-problem')
  const { IssuerKeys } = await source('ledger/lib/issuer-keys')
  const { keyObjectOf, thumbprintOf } = await source('ledger/lib/issuer-key')
  const keys = {
    issuer: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    signer: generateKeyPairSync('ec', { namedCurve: 'P-256' })
  }
  const jwk = keys.issuer.publicKey.export({ format: 'jwk' })
  const archive = new IssuerKeys(new Map([[thumbprintOf(jwk), keyObjectOf(jwk)]]))
  const pinned = createPublicKey(keys.signer.publicKey.export({ type: 'spki', format: 'pem' }))
  const made = makeFiles({ encodeRecord, audienceOf }, keys)
  const files = Array.from({ length: count }, (_, n) => {
    const { bytes, signature, token } = made[n % DISTINCT]
    return { bytes: Buffer.from(bytes), signature: Buffer.from(signature), token: Buffer.from(token) }
  })

  const problems = []
  const rows = [
    timed('read the records, each hashed and compared with its canonical form', () => {
      for (const [n, { bytes }] of files.entries()) {
        const read = decodeRecord(bytes, (n % DISTINCT) + 1)
        if (!read.ok) problems.push(read.problem)
      }
    }),
    timed('verify their signatures', () => {
      for (const { bytes, signature } of files)
        if (!verify('sha256', bytes, { key: pinned, dsaEncoding: 'der' }, signature)) problems.push('signature')
    }),
    timed('verify their tokens, and compare them with the records', () => {
      for (const [n, { bytes, token }] of files.entries()) {
        const { record } = made[n % DISTINCT]
        const problem = findTokenProblem({ record, hash: sha256(bytes), token, keys: archive }, {})
        if (problem !== undefined) problems.push(problem)
      }
    })
  ]
  if (problems.length > 0) throw new Error(`${problems.length} problems, the first: ${problems[0]}`)
  const kilobytes = files.reduce((sum, it) => sum + it.bytes.length + it.signature.length + it.token.length, 0) / 1024
  console.log(
    `| ${count} records, of ${(kilobytes / count).toFixed(1)} KiB with signature and token | seconds of one core |`
  )
  console.log('| --- | ---: |')
  for (const [name, seconds] of rows) console.log(`| ${name} | ${seconds.toFixed(1)} |`)
  console.log(`| **all of it** | ${rows.reduce((sum, [, seconds]) => sum + seconds, 0).toFixed(1)} |`)
  console.log(`\n${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB of memory at the end.`)
}

const flags = readFlags(HELP, { records: { type: 'string', default: '100000' } })
if (flags !== undefined) {
  if (!(await setUp({ root: repositoryRoot }))) throw new Error('Setting up failed.')
  await main(Number(flags.records))
}
