import type { Digest } from '@sluice/core'
import { environmentSection, type Question, type Reference, type Section, type SectionState } from '@sluice/ledger'

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
export const WORDS = ['accepted', 'unchanged', 'undone', 'withdrawn', 'accepted-since'] as const

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
          ...WORDS.map(word => [section, [word, release]] as const)
        ]
  return [
    ...(release === undefined ? [] : [['product', ['released', release]] as const]),
    ...environments.map(name => ['product', ['same', name]] as const),
    ...environments.map(environmentSection).flatMap(section => [...ofPlan(section), ...ofRelease(section)])
  ]
}

/** The records that say what is live, newest first. */
export function placesOf({ found, confirmed, deployed }: Partial<SectionState>): readonly Reference[] {
  const places = [found, confirmed, deployed].filter(it => it !== undefined)
  const bySequence = new Map(places.map(it => [it.sequence, it]))
  return [...bySequence.values()].toSorted((a, b) => b.sequence - a.sequence)
}
