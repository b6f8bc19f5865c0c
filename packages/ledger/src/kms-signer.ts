import { createHash } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import { type AwsSession, awsClientConfig, callAws, Failure, messageOf, type SignerName, UserError } from '@sluice/core'
import { publicKeyOf } from './signature.ts'
import type { PublicKey, Signer } from './signer.ts'

export interface KmsSignerOptions {
  readonly session: AwsSession
  /** `alias/…` of an asymmetric signing key (ECC_NIST_P256) in the session's account. */
  readonly alias: string
  /** For whom it signs. */
  readonly name: SignerName
}

/**
 * Signs with a key that never leaves AWS KMS. Only digests are sent there. The SDK is loaded at the first signature: an action that
 * fails on its input must not pay for it.
 */
export function kmsSigner(options: KmsSignerOptions): Signer {
  const { session, alias, name } = options
  let client: Promise<KMSClient> | undefined
  let key: Promise<PublicKey> | undefined

  const connect = (): Promise<KMSClient> => {
    client ??= import('@aws-sdk/client-kms').then(({ KMSClient }) => new KMSClient(awsClientConfig(session, 'KMS')))
    return client
  }

  const explain = (action: string, error: unknown): Error => {
    if (error instanceof UserError || error instanceof Failure) return error
    const key = `the ledger key ${alias} of ${name} (${session.region})`
    if (/^NotFoundException\b/.test(String(error))) {
      return new UserError(
        `There is no ${key.slice('the '.length)}. Create an asymmetric KMS key (ECC_NIST_P256, SIGN_VERIFY) with this alias, or change ledger.key in delivery.yml.`,
        { cause: error }
      )
    }
    if (/^(Disabled|KMSInvalidState)Exception\b/.test(String(error))) {
      return new UserError(
        `${action} with ${key} is not possible: ${messageOf(error)}. Enable the key, or cancel its deletion. If it is lost, make another one, list it under ledger.trust beside the old one, which stays, and point the alias at it.`,
        { cause: error }
      )
    }
    if (/^AccessDenied/.test(String(error))) {
      return new UserError(
        `${action} with ${key} was denied: ${messageOf(error)}. Allow kms:GetPublicKey and kms:Sign in the policy of this job's role.`,
        {
          cause: error
        }
      )
    }
    return new Failure(`${action} with ${key} failed: ${messageOf(error)}`, { cause: error })
  }

  const fetchKey = async (): Promise<PublicKey> => {
    const kms = await connect()
    const { GetPublicKeyCommand } = await import('@aws-sdk/client-kms')
    const answer = await callAws(session.terms, () => kms.send(new GetPublicKeyCommand({ KeyId: alias })))
    if (answer.KeySpec !== 'ECC_NIST_P256' || answer.KeyUsage !== 'SIGN_VERIFY' || answer.PublicKey === undefined) {
      throw new UserError(
        `The ledger key ${alias} of ${name} is ${answer.KeySpec ?? 'of unknown kind'} for ${answer.KeyUsage ?? 'unknown use'}. It must be ECC_NIST_P256 for SIGN_VERIFY: create another key and point the alias at it.`
      )
    }
    return publicKeyOf(answer.PublicKey)
  }

  return {
    async publicKey() {
      try {
        key ??= fetchKey()
        return await key
      } catch (error: unknown) {
        key = undefined
        throw explain('Reading the public key', error)
      }
    },
    async sign(bytes) {
      try {
        const kms = await connect()
        const { SignCommand } = await import('@aws-sdk/client-kms')
        const request = new SignCommand({
          KeyId: alias,
          Message: createHash('sha256').update(bytes).digest(),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256'
        })
        const answer = await callAws(session.terms, () => kms.send(request))
        if (answer.Signature === undefined) throw new Failure('KMS returned no signature.')
        return answer.Signature
      } catch (error: unknown) {
        throw explain('Signing', error)
      }
    }
  }
}
