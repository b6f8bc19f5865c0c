import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startMinistack } from '../src/ministack.ts'
import { type RecordingProxy, startRecordingProxy } from '../src/recording-proxy.ts'
import type { Server } from '../src/server.ts'
import { ensureTools } from '../src/tools.ts'
import { type Issuer, startIssuer } from './issuer.ts'

let directory: string
let emulator: Server
let proxy: RecordingProxy
let issuer: Issuer

beforeAll(async () => {
  const tools = await ensureTools({ only: ['ministack'] })
  directory = await mkdtemp(join(tmpdir(), 'sluice-counting-'))
  emulator = await startMinistack({
    tools,
    directory,
    accountId: '111111111111',
    region: 'eu-west-1',
    enforceIam: true
  })
  proxy = await startRecordingProxy({ target: emulator.url })
  issuer = await startIssuer()
}, 600_000)

afterAll(async () => {
  issuer.stop()
  await proxy.stop()
  await emulator.stop()
  await rm(directory, { recursive: true, force: true })
})

function signedBy(key: string, service: string): string {
  return `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
}

async function seenDuring(calls: () => Promise<unknown>): Promise<RecordingProxy['requests']> {
  const before = proxy.requests.length
  await calls()
  return proxy.requests.slice(before)
}

describe('the counting proxy', () => {
  it('knows service, action and account of a form, whatever the order of its fields', async () => {
    const seen = await seenDuring(() =>
      fetch(proxy.url, {
        method: 'POST',
        headers: { authorization: signedBy('222222222222', 'cloudformation') },
        body: new URLSearchParams({ StackName: 'x', Action: 'DescribeStacks', Version: '2010-05-15' })
      })
    )

    expect(seen).toEqual([{ service: 'cloudformation', action: 'DescribeStacks', account: '222222222222' }])
  })

  it.each([
    ['JSON', '/', { 'x-amz-target': 'TrentService.Sign', 'content-type': 'application/x-amz-json-1.1' }, 'kms', 'Sign'],
    ['Smithy RPC', '/service/Logs/operation/PutLogEvents', {}, 'logs', 'PutLogEvents'],
    ['REST that names its operation', '/bucket/key?x-id=PutObject', {}, 's3', 'PutObject'],
    ['REST that does not', '/bucket/key', {}, 's3', 'POST /bucket/key']
  ])('knows the action of %s', async (_, path, headers, service, action) => {
    const seen = await seenDuring(() =>
      fetch(`${proxy.url}${path}`, {
        method: 'POST',
        headers: { ...headers, authorization: signedBy('222222222222', service) },
        body: '{}'
      })
    )

    expect(seen).toEqual([{ service, action, account: '222222222222' }])
  })

  it('knows the account of a presigned request', async () => {
    const credential = encodeURIComponent('222222222222/20260101/eu-west-1/s3/aws4_request')

    const seen = await seenDuring(() => fetch(`${proxy.url}/bucket/key?X-Amz-Credential=${credential}&x-id=GetObject`))

    expect(seen).toEqual([{ service: 's3', action: 'GetObject', account: '222222222222' }])
  })

  it('counts a request without signature, of which it knows no account', async () => {
    expect(await seenDuring(() => fetch(`${proxy.url}/bucket/key`))).toEqual([
      { service: 'unsigned', action: 'GET /bucket/key' }
    ])
  })

  it('passes bodies and answers on unchanged', async () => {
    const bytes = Buffer.alloc(3_000_000, 'sluice')
    const authorization = signedBy('222222222222', 's3')
    const object = `${proxy.url}/bytes/object`

    await fetch(`${proxy.url}/bytes`, { method: 'PUT', headers: { authorization }, body: HERE })
    const put = await fetch(object, { method: 'PUT', headers: { authorization }, body: bytes })
    const got = await fetch(object, { headers: { authorization } })

    expect(put.status).toBe(200)
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true)
  })

  it('keeps signatures valid, and knows the account of a role that was assumed', async () => {
    await trustedRole('222222222222', 'deployer', 'repo:o/n:environment:staging')
    const assume = new AssumeRoleWithWebIdentityCommand({
      RoleArn: 'arn:aws:iam::222222222222:role/deployer',
      RoleSessionName: 'session',
      WebIdentityToken: issuer.tokenFor('repo:o/n:environment:staging')
    })

    let who: string | undefined
    const seen = await seenDuring(async () => {
      const { Credentials: issued } = await sts(undefined).send(assume)
      who = (await sts(issued).send(new GetCallerIdentityCommand({}))).Arn
    })

    expect(who).toBe('arn:aws:sts::222222222222:assumed-role/deployer/session')
    expect(seen).toEqual([
      { service: 'sts', action: 'AssumeRoleWithWebIdentity', account: '222222222222' },
      { service: 'sts', action: 'GetCallerIdentity', account: '222222222222' }
    ])
  })

  it('stands before an emulator that looks at the trust policy', async () => {
    await trustedRole('222222222222', 'guarded', 'repo:o/n:environment:production')
    const assume = new AssumeRoleWithWebIdentityCommand({
      RoleArn: 'arn:aws:iam::222222222222:role/guarded',
      RoleSessionName: 'session',
      WebIdentityToken: issuer.tokenFor('repo:o/n:environment:staging')
    })

    await expect(sts(undefined).send(assume)).rejects.toThrow('Not authorized')
  })

  it('holds an answer until everybody who listens is done, when AWS has done what was asked', async () => {
    const order: string[] = []
    const bucket = async (url: string): Promise<number> => {
      const headers = { authorization: signedBy('222222222222', 's3') }
      const { status } = await fetch(`${url}/held?x-id=CreateBucket`, { method: 'PUT', body: HERE, headers })
      return status
    }
    const off = proxy.onAnswer(async ({ action }) => {
      order.push(action, `there: ${await bucket(emulator.url)}`)
    })

    const status = await bucket(proxy.url)
    order.push(`answered: ${status}`)
    off()
    await bucket(proxy.url)

    expect(order).toEqual(['CreateBucket', 'there: 409', 'answered: 200'])
  })

  it('answers 502 when the emulator is gone', async () => {
    const lonely = await startRecordingProxy({ target: 'http://127.0.0.1:1' })

    const response = await fetch(lonely.url)
    const text = await response.text()
    await lonely.stop()

    expect(response.status).toBe(502)
    expect(text).toContain('http://127.0.0.1:1 did not answer')
  })
})

/** Outside us-east-1, a bucket says where it is. */
const HERE = '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'

interface Issued {
  readonly AccessKeyId: string | undefined
  readonly SecretAccessKey: string | undefined
  readonly SessionToken: string | undefined
}

function sts(issued: Issued | undefined): STSClient {
  return new STSClient({
    endpoint: proxy.url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: issued?.AccessKeyId ?? 'none',
      secretAccessKey: issued?.SecretAccessKey ?? 'none',
      ...(issued?.SessionToken === undefined ? {} : { sessionToken: issued.SessionToken })
    }
  })
}

async function trustedRole(account: string, name: string, subject: string): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer.name}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer.name}:sub`]: subject } }
      }
    ]
  }
  const response = await fetch(emulator.url, {
    method: 'POST',
    headers: { authorization: signedBy(account, 'iam') },
    body: new URLSearchParams({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(trust)
    })
  })
  expect(response.status).toBe(200)
}
