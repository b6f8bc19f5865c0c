import {
  canonicalJson,
  type Digest,
  type EvidenceDocument,
  type NamedRelease,
  type UnchangedPlace,
  UserError
} from '@sluice/core'
import {
  findUnchanged,
  groundsIn,
  historyOf,
  type Pipeline,
  type UnchangedPipeline,
  type WriteRequest
} from '@sluice/pipeline'
import { evidenceOfRelease } from './event-evidence.ts'

type AnnouncingPipeline = UnchangedPipeline &
  Parameters<typeof historyOf>[0] &
  Pick<Pipeline, 'history' | 'policy' | 'release'>

/** A release that is being announced. */
export interface Announcement {
  /** Its commit is the one that its document names. */
  readonly named: NamedRelease
  readonly document: EvidenceDocument
  /** Where it changes nothing; absent where it has to be deployed. */
  readonly unchanged?: readonly UnchangedPlace[]
  /** What that rests on until the record has landed. */
  readonly grounds?: NonNullable<WriteRequest['grounds']>
}

/** The release that is being announced, if these events announce one. */
export async function announce(
  pipeline: AnnouncingPipeline,
  { release: digest, events }: { readonly release: Digest | undefined; readonly events: readonly string[] }
): Promise<Announcement | undefined> {
  if (digest === undefined || !events.includes('released')) return undefined
  const release = await pipeline.release(digest)
  const named = { digest, commit: release.commit }
  return { named, document: evidenceOfRelease(digest, release), ...(await unchangedNow(pipeline, named)) }
}

/**
 * Where a release changes nothing, by the ledger as it is now: nobody looks after this claim, so what was fetched a moment ago is not enough, and an
 * append that waits while others deploy makes it untrue.
 */
async function unchangedNow(
  pipeline: AnnouncingPipeline,
  release: NamedRelease
): Promise<Pick<Announcement, 'unchanged' | 'grounds'>> {
  if ((await findUnchanged(pipeline, release)) === undefined) return {}
  const all = pipeline.policy.environments.map(({ name }) => name)
  const look = async () => {
    const history = historyOf(pipeline, 'now').about({ release: release.digest, environments: all })
    const found = await findUnchanged({ ...pipeline, history }, release)
    return { found, history }
  }
  const { found: unchanged, history } = await look()
  if (unchanged === undefined) return {}
  const environments = unchanged.map(({ environment }) => environment)
  const grounds = await groundsIn(history, environments, async () => {
    const { found } = await look()
    if (found !== undefined && canonicalJson(found) === canonicalJson(unchanged)) return
    throw new UserError(
      `Release ${release.digest} changed nothing in ${environments.join(', ')} when it was compared with what is live there, but others delivered before that could be recorded. Re-run the failed jobs: it is compared anew.`
    )
  })
  return { unchanged, grounds }
}
