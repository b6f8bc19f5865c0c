import { copyFile } from 'node:fs/promises'
import { type Digest, UserError } from '@sluice/core'
import type { BundleStore } from '@sluice/registry'

/** A store of bundles that knows of each no more than its file. */
export class MemoryBundles implements BundleStore {
  /** By `<unit> <fingerprint>`, and `.<place>` where that is not the first. */
  readonly built = new Map<string, Digest>()
  /** By digest, the file that is handed out for it. */
  readonly files = new Map<Digest, string>()
  /** What was pushed, one line each. */
  readonly changes: string[] = []

  readonly resolve: BundleStore['resolve'] = async (unit, fingerprint, place) =>
    this.built.get(keyOf(unit, fingerprint, place))

  readonly push: BundleStore['push'] = async (unit, fingerprint, file, digest, place) => {
    const known = await this.resolve(unit, fingerprint, place)
    if (known !== undefined && known !== digest) throw new UserError(`${unit} is ${known} already.`)
    this.changes.push(`push ${file} as ${unit} ${digest}`)
    this.built.set(keyOf(unit, fingerprint, place), digest)
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

function keyOf(unit: string, fingerprint: Digest, place = 0): string {
  return `${unit} ${fingerprint}${place === 0 ? '' : `.${place}`}`
}
