import { ManualClock, UserError } from '@sluice/core'
import { anchorKey, encodeAnchor } from '../../src/anchor.ts'
import { indexKey, openView, type Section, type TrustRules, type Voucher } from '../../src/index.ts'
import { issuerKeysOf } from '../../src/issuer-keys.ts'
import { sectionOf } from '../../src/section.ts'
import { openSnapshot } from '../../src/snapshot.ts'
import { audienceOf } from '../../src/token-problem.ts'
import { append, draft, OWNER, ofRun, RELEASE } from '../drafts.ts'
import { MemoryAnchors } from '../memory-anchors.ts'
import { MemoryStore } from '../memory-store.ts'
import { claimsOf, recordOf } from '../test-issuer.ts'
import { type Files, github, type Honest, type Line } from './honest.ts'
import { NOW, type World } from './world.ts'

const SECTIONS: readonly Section[] = ['product', 'environments/integration', 'environments/staging']

/** What a decision asks that lets the release of the ledger go on, as `promote-digest check` and `record-audit` do. */
const QUESTIONS = [
  ['product', ['released', RELEASE.digest]],
  ['environments/integration', ['accepted', RELEASE.digest]],
  ['environments/integration', ['accepted-since', RELEASE.digest]],
  ['environments/staging', ['accepted-since', RELEASE.digest]],
  ['environments/staging', ['withdrawn', RELEASE.digest]]
] as const

/** The anchors of a ledger, as each append of its commits left them. */
export async function anchorsOf(line: Line): Promise<MemoryAnchors> {
  const anchors = new MemoryAnchors()
  for (const { files } of line) {
    for (const { record, hash, sequence } of openSnapshot(files).records)
      if (record !== undefined && hash !== undefined) await anchors.put(sectionOf(record), { sequence, hash })
  }
  return anchors
}

/** No more anchors than who decides asks for: of the newest record of each section. */
export async function newestAnchorsOf(line: Line): Promise<MemoryAnchors> {
  const all = await anchorsOf(line.slice(-1))
  const anchors = new MemoryAnchors()
  for (const section of SECTIONS) {
    const newest = await all.newest(section)
    if (newest !== undefined) await anchors.put(section, newest)
  }
  return anchors
}

/** The objects of the bucket, as its owner copies them: the text of each, by its key. */
export function exportOf(anchors: MemoryAnchors): ReadonlyMap<string, string> {
  return new Map(
    SECTIONS.flatMap(section =>
      anchors
        .all(section)
        .map(anchor => [anchorKey(OWNER.product, section, anchor.sequence), encodeAnchor(anchor)] as const)
    )
  )
}

/** How the next delivery reads a ledger of these rules: it knows the keys that GitHub publishes. */
export function rulesOfDelivery({ rules, kind }: Pick<Honest, 'rules' | 'kind'>): TrustRules {
  if (kind === 'signed') return rules
  return { ...rules, tokens: { ...rules.tokens, published: issuerKeysOf([github.jwk]) } }
}

/**
 * What the next delivery finds when it decides on a branch, and adds a plan of its own; `undefined`: it goes on.
 * @param anchors absent: nothing is anchored.
 */
export async function findInNextDelivery(
  world: World,
  line: Line,
  anchors?: MemoryAnchors
): Promise<string | undefined> {
  const store = await storeOf(line.at(-1)?.files)
  const rules = rulesOfDelivery(world)
  const clock = new ManualClock(Date.parse(NOW) + 60_000)
  const log = { info: () => undefined }
  const keys = QUESTIONS.map(([section, question]) => ({ section, key: indexKey(question) }))
  const anchorage = anchors === undefined ? undefined : { anchors, clock, log }
  try {
    const view = await openView(store, rules, { sections: SECTIONS, keys }, { anchorage })
    for (const [section, question] of view === undefined ? [] : QUESTIONS) await view?.find(section, question)
    for (const section of view === undefined ? [] : SECTIONS) {
      const { deployed, found, unfinished } = view?.section(section) ?? {}
      for (const reference of [deployed, found, unfinished])
        if (reference !== undefined) await view?.record(reference, section)
    }
    const signer = world.signers.environments
    const drafts = [ofRun('2002', draft('planned', { environment: 'staging', release: RELEASE }))]
    await append({
      ...{ store, clock, log, drafts, rules },
      ...(world.kind === 'vouched' ? {} : { signer }),
      ...(world.kind === 'signed' ? {} : { voucher: voucherAt(clock) }),
      ...(anchors === undefined ? {} : { anchors })
    })
    return undefined
  } catch (error: unknown) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

/** Lets GitHub vouch for what the plan job of a run writes. */
export function voucherAt(clock: ManualClock, run = '2002'): Voucher {
  return {
    vouch: async hash => {
      const time = new Date(clock.now()).toISOString()
      const claims = claimsOf(recordOf({ time }), { aud: audienceOf(hash), run_id: run, environment: undefined })
      return { token: github.token(claims), keys: [github.jwk] }
    }
  }
}

/** A branch of these files; none without. */
export async function storeOf(files: Files | undefined): Promise<MemoryStore> {
  const store = new MemoryStore()
  if (files === undefined) return store
  await store.create(files.get('HEAD.json') ?? new Uint8Array())
  for (const [path, content] of files) store.tamper(path, content)
  return store
}
