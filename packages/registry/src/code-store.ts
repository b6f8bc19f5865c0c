import { stat } from 'node:fs/promises'
import {
  type AccountId,
  type AwsSession,
  codeKey,
  type Digest,
  Failure,
  type StoredCode,
  sha256,
  templateKey,
  UserError
} from '@sluice/core'
import { openObjects } from './s3-objects.ts'
import { bytesContent, type Content, fileContent } from './upload-content.ts'

export interface CodeStoreOptions {
  readonly session: AwsSession
  readonly product: string
  readonly bucket: string
  /** The account that must own the bucket, so that nobody else's bucket of this name is ever used. */
  readonly owner: AccountId
}

/**
 * Copies of bundles in the account and region of an environment, since Lambda takes code from no other region: `<product>/<unit>/<hex>.zip` by the
 * digest of their bytes; and templates that are too long for a request, or nested in another: `<product>/templates/<hex>.template`. Written only where
 * absent. Nothing is promoted from here: each account's copies come from the ops registry, and its templates from the commit.
 */
export interface CodeStore {
  /** The copy of a bundle; absent where nobody made one. @throws UserError where other bytes have its name, or the bucket keeps no versions */
  find(unit: string, digest: Digest): Promise<StoredCode | undefined>
  /** Copies a bundle from a file of these bytes, unless that was done before. @throws as {@link find} */
  keep(unit: string, digest: Digest, file: string): Promise<StoredCode>
  /** A template that is there; absent where it was not put. @throws as {@link find} */
  findTemplate(text: string): Promise<StoredCode | undefined>
  /** Puts a template, unless it is there. @throws as {@link find} */
  keepTemplate(text: string): Promise<StoredCode>
}

/** Opens the copies of a product's bundles in an account; nothing is asked of S3 yet. */
export function codeStore(options: CodeStoreOptions): CodeStore {
  const { product, bucket, owner, session } = options
  const objects = openObjects({
    ...{ session, bucket, owner },
    advice: {
      missing: `Create it in account ${owner} and region ${session.region}, with versions, or correct \`bundles\` of the account in delivery.yml.`,
      denied: `Give the roles what \`sluice roles\` prints for them, and look at the policy of ${bucket}: it must be in account ${owner}.`
    }
  })
  const find = async (key: string, digest: Digest): Promise<StoredCode | undefined> => {
    const head = await objects.head(key)
    if (head === undefined) return undefined
    const { sha256, version } = head
    // S3 says `null` of what came before a bucket kept versions, or while it does not.
    if (version === undefined || version === 'null')
      throw new UserError(
        `s3://${bucket}/${key} has no version, so it could be replaced after an approval. Let the bucket keep versions: \`aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled\`; then remove the object, and plan again.`
      )
    if (sha256 !== digest)
      throw new UserError(
        `s3://${bucket}/${key} holds ${sha256 === undefined ? 'bytes of which S3 knows no SHA-256' : `bytes of ${sha256}`} instead of ${digest}: Sluice did not put them there. Find out who did; then remove that version (\`aws s3api delete-object --bucket ${bucket} --key ${key} --version-id '${version}'\`), and plan again.`
      )
    return { bucket, key, version }
  }
  const keep = async (key: string, digest: Digest, content: Content, contentType: string): Promise<StoredCode> => {
    // Of two that copy at one time, one is second, and finds what the first has put.
    await objects.create(key, { content, sha256: digest, contentType })
    const kept = await find(key, digest)
    if (kept === undefined) throw new Failure(`${bucket} lost ${key} again.`)
    return kept
  }
  return {
    find: (unit, digest) => find(codeKey(product, unit, digest), digest),
    keep: async (unit, digest, file) => {
      const content = fileContent(file, { digest, size: (await stat(file)).size })
      return keep(codeKey(product, unit, digest), digest, content, 'application/zip')
    },
    findTemplate: text => find(templateKey(product, sha256(text)), sha256(text)),
    keepTemplate: async text => {
      const digest = sha256(text)
      const key = templateKey(product, digest)
      const content = bytesContent(Buffer.from(text))
      return (await find(key, digest)) ?? keep(key, digest, content, 'text/plain; charset=utf-8')
    }
  }
}
