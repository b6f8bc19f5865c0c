import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DisableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, fastRetry, systemClock, UserError } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { kmsSigner, type Signer, verifyLedger } from '../src/index.ts'
import { append, draft, RELEASE } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const ACCOUNT = '111111111111'

describe('kmsSigner', () => {
  let emulator: Server
  /** Where KMS is for the signers of a test. */
  let url: string
  let directory: string
  let kms: KMSClient

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-kms-'))
    const tools = await ensureTools({ only: ['ministack'] })
    emulator = await startMinistack({
      tools,
      directory,
      accountId: '999999999999',
      region: 'eu-west-1',
      enforceIam: false
    })
    url = emulator.url
    const { region, credentials } = emulatedSession(url, ACCOUNT)
    kms = new KMSClient({ region, credentials, endpoint: url })
    await createKey('alias/ledger', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await createKey('alias/other-curve', { KeySpec: 'ECC_NIST_P384', KeyUsage: 'SIGN_VERIFY' })
    await createKey('alias/rsa', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })
  })
  beforeEach(() => {
    url = emulator.url
  })
  afterAll(async () => {
    kms.destroy()
    await emulator.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const createKey = async (alias: string, key: CreateKeyCommandInput): Promise<string> => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(key))
    const id = KeyMetadata?.KeyId ?? ''
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }))
    return id
  }
  const signerFor = (alias: string): Signer =>
    kmsSigner({ session: emulatedSession(url, ACCOUNT, { retry: fastRetry }), alias, name: 'builds' })

  /** Runs against a server that answers each request as told, as an AWS that misbehaves would. */
  const answering = async (status: number, body: object, test: () => Promise<void>): Promise<void> => {
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`
    try {
      await test()
    } finally {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }

  it('signs what anybody can verify with the public key and nothing else', async () => {
    const signer = signerFor('alias/ledger')
    const bytes = Buffer.from('a record')

    const { pem, fingerprint } = await signer.publicKey()
    const signature = await signer.sign(bytes)

    expect(verify('sha256', bytes, createPublicKey(pem), signature)).toBe(true)
    expect(verify('sha256', Buffer.from('another'), createPublicKey(pem), signature)).toBe(false)
    expect(fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await signer.publicKey()).toEqual({ pem, fingerprint })
  })

  it('makes records that verify', async () => {
    const store = new MemoryStore()
    const signer = signerFor('alias/ledger')

    const drafts = [draft('built'), draft('released', { release: RELEASE })]
    await append({ store, signer, clock: systemClock, drafts, log: { info: () => undefined } })

    const trust = [{ key: (await signer.publicKey()).fingerprint, signs: ['builds'] as const }]
    expect(await verifyLedger({ files: store.files, trust })).toEqual({
      records: 2,
      signed: 2,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: []
    })
  })

  it.each([
    ['alias/other-curve', 'ECC_NIST_P384'],
    ['alias/rsa', 'RSA_2048']
  ])('refuses a key of another kind: %s', async (alias, kind) => {
    const reading = signerFor(alias).publicKey()

    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(`${alias} of builds is ${kind} for SIGN_VERIFY. It must be ECC_NIST_P256`)
  })

  it('says how to make a key that is missing', async () => {
    const signer = signerFor('alias/absent')

    await expect(signer.publicKey()).rejects.toThrow(
      /no ledger key alias\/absent of builds \(eu-west-1\)\. Create an asymmetric KMS key/
    )
    await expect(signer.sign(Buffer.from('x'))).rejects.toThrow(UserError)
  })

  it('asks for the key again after it could not be read', async () => {
    const signer = signerFor('alias/later')
    await expect(signer.publicKey()).rejects.toThrow(UserError)
    await createKey('alias/later', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })

    expect((await signer.publicKey()).fingerprint).toMatch(/^sha256:/)
  })

  it('says which permissions are missing', async () => {
    await answering(400, { __type: 'AccessDeniedException', message: 'not authorized' }, async () => {
      const signer = signerFor('alias/ledger')

      await expect(signer.sign(Buffer.from('x'))).rejects.toThrow(
        /Signing with the ledger key .* not authorized\. Allow kms:GetPublicKey and kms:Sign/
      )
      await expect(signer.publicKey()).rejects.toThrow(UserError)
    })
  })

  it('fails when KMS does', async () => {
    await answering(400, { __type: 'KMSInternalException', message: 'out of order' }, async () => {
      const signing = signerFor('alias/ledger').sign(Buffer.from('x'))

      await expect(signing).rejects.toThrow(Failure)
      await expect(signing).rejects.toThrow(/Signing with the ledger key alias\/ledger .* failed: .*out of order/)
    })
  })

  it.each([
    ['disabled', async (KeyId: string) => kms.send(new DisableKeyCommand({ KeyId }))],
    ['pending deletion', async (KeyId: string) => kms.send(new ScheduleKeyDeletionCommand({ KeyId }))]
  ])('says what to do about a key that is %s', async (state, end) => {
    const alias = `alias/${state.replace(' ', '-')}`
    const id = await createKey(alias, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const signer = signerFor(alias)
    await signer.publicKey()
    await end(id)

    const signing = signer.sign(Buffer.from('x'))

    await expect(signing).rejects.toThrow(UserError)
    await expect(signing).rejects.toThrow(
      new RegExp(
        `Signing with the ledger key ${alias} of builds .* is not possible: .*${state}.* If it is lost, make another one, list it under ledger\\.trust`
      )
    )
  })

  it('does not take an empty answer for a signature or a key', async () => {
    await answering(200, {}, async () => {
      const signer = signerFor('alias/ledger')

      await expect(signer.sign(Buffer.from('x'))).rejects.toThrow('KMS returned no signature.')
      await expect(signer.publicKey()).rejects.toThrow(/is of unknown kind for unknown use/)
    })
  })
})
