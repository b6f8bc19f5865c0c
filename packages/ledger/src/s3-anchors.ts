import type { S3Client } from '@aws-sdk/client-s3'
import {
  type AccountId,
  type AwsSession,
  anchorPrefix,
  awsClientConfig,
  awsFault,
  callAws,
  Failure,
  keyAdvice,
  messageOf,
  UserError
} from '@sluice/core'
import {
  type Anchor,
  type AnchorStore,
  anchorKey,
  decodeAnchor,
  encodeAnchor,
  sectionOfKey,
  sequenceOfKey
} from './anchor.ts'
import type { Section } from './section.ts'

export interface S3AnchorsOptions {
  readonly bucket: string
  /** The account that must own the bucket: whoever else takes its name could say what he likes. */
  readonly owner: AccountId
  /** The name that the product's ledger was opened under. */
  readonly product: string
  /** Lists and reads. */
  readonly reader: AwsSession
  /** Writes below a section, and below no other. Absent: nothing is written. */
  readonly writer?: (section: Section) => AwsSession
}

type Sdk = typeof import('@aws-sdk/client-s3')
type Call = <T>(what: string, work: (s3: S3Client, sdk: Sdk) => Promise<T>) => Promise<T>

/**
 * Anchors in a bucket: `<product>/<section>/<number counted down>`, each written by a request that fails where there is one already. That no
 * other request writes, and none deletes, is for IAM to say (docs/aws-roles.md).
 */
export function s3Anchors({ bucket, owner, product, reader, writer }: S3AnchorsOptions): AnchorStore {
  const where = { Bucket: bucket, ExpectedBucketOwner: owner }
  const read = callsOf(reader, bucket)
  const writers = new Map<Section, Call>()

  const fetch = async (key: string, sequence: number): Promise<Anchor | undefined> => {
    const text = await read(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) =>
      (await s3.send(new GetObjectCommand({ ...where, Key: key }))).Body?.transformToString('utf8')
    )
    const anchor = decodeAnchor(text ?? '')
    return anchor?.sequence === sequence ? anchor : undefined
  }
  const fetchSound = async (key: string, sequence: number | undefined): Promise<Anchor> => {
    const anchor = sequence === undefined ? undefined : await fetch(key, sequence)
    if (anchor !== undefined) return anchor
    throw new UserError(
      `s3://${bucket}/${key} is no anchor that Sluice wrote, so what the ledger must hold is not known. Find out who put it there (CloudTrail), have the owner of the bucket remove it, then re-run the job.`
    )
  }

  const firstBelow = async (prefix: string): Promise<string | undefined> => {
    const { Contents: [first] = [] } = await read(`list ${bucket}/${prefix}`, async (s3, { ListObjectsV2Command }) =>
      s3.send(new ListObjectsV2Command({ ...where, Prefix: prefix, MaxKeys: 1 }))
    )
    return first?.Key
  }

  return {
    async any() {
      const key = await firstBelow(`${product}/`)
      if (key === undefined) return undefined
      const section = sectionOfKey(product, key)
      const anchor = await fetchSound(key, section === undefined ? undefined : sequenceOfKey(product, section, key))
      return section === undefined ? undefined : [section, anchor]
    },
    async newest(section) {
      const key = await firstBelow(anchorPrefix(product, section))
      return key === undefined ? undefined : fetchSound(key, sequenceOfKey(product, section, key))
    },
    async put(section, anchor) {
      if (writer === undefined) throw new Failure(`Nothing may be anchored in ${bucket} with these credentials.`)
      const write = writers.get(section) ?? callsOf(writer(section), bucket)
      writers.set(section, write)
      const key = anchorKey(product, section, anchor.sequence)
      const isFirst = await write(`store ${bucket}/${key}`, async (s3, { PutObjectCommand }) => {
        try {
          const body = { Body: encodeAnchor(anchor), ContentType: 'application/json' }
          await s3.send(new PutObjectCommand({ ...where, Key: key, ...body, IfNoneMatch: '*' }))
          return true
        } catch (error: unknown) {
          if (awsFault(error).status === 412) return false
          throw error
        }
      })
      // An answer may have been lost: then it is our own that is in the way.
      return isFirst ? anchor.hash : (await fetchSound(key, anchor.sequence)).hash
    }
  }
}

/** Calls S3 with the credentials of a session; the SDK is loaded with the first call. */
function callsOf(session: AwsSession, bucket: string): Call {
  let client: S3Client | undefined
  return async (what, work) => {
    const sdk = await import('@aws-sdk/client-s3')
    client ??= new sdk.S3Client(awsClientConfig(session, 'S3'))
    const s3 = client
    try {
      return await callAws(session.terms, async () => work(s3, sdk))
    } catch (error: unknown) {
      throw explain(error, `S3 could not ${what}`, bucket)
    }
  }
}

function explain(error: unknown, what: string, bucket: string): Error {
  if (error instanceof UserError) return error
  const message = `${what}: ${messageOf(error)}`
  if (error instanceof Error && error.name === 'NoSuchBucket')
    return new UserError(
      `${message}. Create the bucket in the registry's account, as Sluice's docs/aws-roles.md says, or correct ledger.anchors in delivery.yml. If there was such a bucket, find out who removed it: what the ledger must hold is not known without it.`,
      { cause: error }
    )
  if (awsFault(error).status === 403)
    return new UserError(
      `${message}. Make the role and the policy of the bucket ${bucket} anew, as \`sluice roles\` prints them.${keyAdvice(message)}`,
      { cause: error }
    )
  return new Failure(message, { cause: error })
}
