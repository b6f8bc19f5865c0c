import { type Digest, type LedgerRecord, sameAs } from '@sluice/core'
import { environmentSection, placesOf, type Question, type Section, type SectionState } from '@sluice/ledger'

/** What a step is going to ask about: read together, it costs two calls, whatever the length of the ledger. */
export interface Subject {
  readonly release?: Digest
  readonly plan?: Digest | undefined
  readonly environments: readonly string[]
}

/** What a run does to an environment. */
export interface OwnDeployment {
  readonly runId: string
  readonly environment: string
  readonly release: Digest
}

/** What the ledger may say of a release in an environment. */
const WORDS = ['accepted', 'unchanged', 'undone', 'withdrawn', 'accepted-since'] as const

/** What may stand against a release that is live, and for it: asked together, since whoever asks for one asks for the others next. */
export function undoingsOf(release: Digest): readonly Question[] {
  return (['withdrawn', 'accepted', 'undone'] as const).map(word => [word, release])
}

/** The questions by which the ledger tells what is said of a release in an environment. */
export function wordsOn(release: Digest): readonly Question[] {
  return WORDS.map(word => [word, release])
}

/** Every question that a step asks about its subject. */
export function questionsAbout(
  { release, plan, environments }: Subject,
  runId: string
): readonly (readonly [Section, Question])[] {
  const ofPlan = (section: Section): readonly (readonly [Section, Question])[] =>
    plan === undefined
      ? []
      : (['planned', 'started'] as const).map(event => [section, ['plan', event, runId, plan]] as const)
  const ofRelease = (section: Section): readonly (readonly [Section, Question])[] =>
    release === undefined
      ? []
      : [
          [section, ['started', runId, release]],
          [section, ['deployed', runId, release]],
          ...wordsOn(release).map(question => [section, question] as const)
        ]
  return [
    ...(release === undefined ? [] : [['product', ['released', release]] as const]),
    ...environments.map(name => ['product', ['same', name]] as const),
    ...environments.map(environmentSection).flatMap(section => [...ofPlan(section), ...ofRelease(section)])
  ]
}

/** The names that what is live has: of the last deployment, and of what was found to be the same since, as far as the ledger keeps them. */
export function namesOfLive(state: Partial<SectionState>): readonly Digest[] {
  return [...new Set(placesOf(state).map(({ release }) => release.digest))]
}

/** The other names of what some records speak of: what is the same under another name falls with it. */
export function namesBeside(release: Digest, records: readonly LedgerRecord[]): readonly Digest[] {
  const names = records.flatMap(it => [it.release?.digest ?? [], sameAs(it) ?? []].flat())
  return [...new Set(names)].filter(it => it !== release)
}
