import { type Digest, sha256, UserError } from '@sluice/core'
import { type Descriptor, type Manifest, type PushResult, type Registry, RegistryFailure } from '@sluice/registry'

/** An ops registry that holds tags and documents, and takes every image for pushed. */
export class MemoryRegistry implements Registry {
  readonly host = 'registry.shop.example'
  /** `<repository>:<tag>` */
  readonly tags = new Map<string, Digest>()
  readonly documents = new Map<string, string>()
  /** What was asked to be changed, one line each. */
  readonly changes: string[] = []
  /** What was to be looked at before a deployment. */
  readonly inspected: object[] = []
  /** Tags that the registry does not let move: `<repository>:<tag>`. */
  fixed: readonly string[] = []
  /** What a push is to report. */
  pushes: PushResult | undefined

  readonly resolve = async (repository: string, reference: string): Promise<Descriptor | undefined> => {
    const digest = this.tags.get(`${repository}:${reference}`)
    return digest === undefined
      ? undefined
      : { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 }
  }

  readonly read = async (repository: string, reference: string): Promise<Manifest | undefined> => {
    const found = await this.resolve(repository, reference)
    return found && { ...found, bytes: Buffer.from('{}') }
  }

  readonly pushLayout = async (repository: string, directory: string, digest: Digest): Promise<PushResult> => {
    if (this.pushes === undefined) throw new Error(`This test did not expect a push to ${repository}.`)
    this.changes.push(`push ${directory} to ${repository}@${digest}`)
    return this.pushes
  }

  readonly tagOnce = async (repository: string, digest: Digest, tag: string): Promise<'created' | 'same'> => {
    const found = this.tags.get(`${repository}:${tag}`)
    if (found !== undefined && found !== digest) throw new UserError(`${repository}:${tag} is ${found} already.`)
    this.changes.push(`tag ${repository}:${tag} once as ${digest}`)
    this.tags.set(`${repository}:${tag}`, digest)
    return 'created'
  }

  readonly moveTag = async (repository: string, image: Digest | Manifest, tag: string): Promise<void> => {
    const digest = typeof image === 'string' ? image : image.digest
    const name = `${repository}:${tag}`
    if (this.fixed.includes(name)) throw new RegistryFailure(`TAG_INVALID: ${name} is immutable.`, { status: 400 })
    this.changes.push(`move ${repository}:${tag} to ${digest}`)
    this.tags.set(`${repository}:${tag}`, digest)
  }

  readonly putDocument: Registry['putDocument'] = async (repository, text, { artifactType, tag }) => {
    const digest = sha256(text)
    this.changes.push(`put ${artifactType} ${repository}${tag === undefined ? '' : `:${tag}`}`)
    this.documents.set(digest, text)
    return digest
  }

  readonly getDocument = async (_repository: string, digest: Digest): Promise<Uint8Array | undefined> => {
    const text = this.documents.get(digest)
    return text === undefined ? undefined : Buffer.from(text)
  }
}
