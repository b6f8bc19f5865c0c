import { copyFile } from 'node:fs/promises'
import type { Digest } from '@sluice/core'
import type { BundleStore } from '@sluice/registry'

/** A store of bundles that knows of each no more than its file. */
export class MemoryBundles implements BundleStore {
  /** By `<unit> <fingerprint>`. */
  readonly built = new Map<string, Digest>()
  /** By digest, the file that is handed out for it. */
  readonly files = new Map<Digest, string>()
  /** What was pushed, one line each. */
  readonly changes: string[] = []

  readonly resolve = async (unit: string, fingerprint: Digest): Promise<Digest | undefined> =>
    this.built.get(`${unit} ${fingerprint}`)

  readonly push: BundleStore['push'] = async (unit, fingerprint, file, digest) => {
    const known = await this.resolve(unit, fingerprint)
    this.changes.push(`push ${file} as ${unit} ${digest}`)
    this.built.set(`${unit} ${fingerprint}`, digest)
    this.files.set(digest, file)
    return { pushed: known === undefined }
  }

  readonly fetch: BundleStore['fetch'] = async (_unit, digest, file) => {
    const stored = this.files.get(digest)
    if (stored === undefined) return false
    await copyFile(stored, file)
    return true
  }
}
