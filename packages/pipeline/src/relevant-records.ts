import { announcedAs, type Digest, type LedgerRecord } from '@sluice/core'
import { environmentSection, type Question, type Section } from '@sluice/ledger'
import { namesBeside, wordsOn } from './subject.ts'

/** What is asked of the verified past. */
interface Asked {
  prepare(questions: readonly (readonly [Section, Question])[]): Promise<void>
  lastDeployed(environment: string): Promise<LedgerRecord | undefined>
  releasedBy(release: Digest): Promise<LedgerRecord | undefined>
  recordNamed(sequence: number, section: Section): Promise<LedgerRecord>
  findAll(section: Section, questions: readonly Question[]): Promise<readonly (LedgerRecord | undefined)[]>
}

/** What the ledger says in an environment of a release that wants to be promoted, in no order. */
export async function relevantIn(
  history: Asked,
  environment: string,
  release: Digest
): Promise<readonly LedgerRecord[]> {
  // What is asked at once costs no more than one of them.
  await history.prepare([
    ['product', ['released', release]],
    ...wordsOn(release).map(question => [environmentSection(environment), question] as const)
  ])
  const [deployed, released, own] = await Promise.all([
    history.lastDeployed(environment),
    history.releasedBy(release),
    saidOf(history, environment, release)
  ])
  const same = released === undefined ? undefined : announcedAs(released, environment)
  const announced = same === undefined || released === undefined ? [] : [released]
  const ofSame = same === undefined || same === release ? [] : await saidOf(history, environment, same)
  return [...(deployed === undefined ? [] : [deployed]), ...announced, ...own, ...ofSame]
}

/** What is said of a release, what it inherited its acceptance from, and what is said of the others that it rests on. */
async function saidOf(history: Asked, environment: string, release: Digest): Promise<readonly LedgerRecord[]> {
  const section = environmentSection(environment)
  const words = await wordsFrom(history, [release], section)
  const named = words.flatMap(word => (word.event === 'unchanged' ? (word.detail?.acceptedBy ?? []) : []))
  const inherited = await Promise.all(named.map(async sequence => history.recordNamed(sequence, section)))
  const onOthers = await wordsFrom(history, namesBeside(release, [...words, ...inherited]), section)
  return [...words, ...inherited, ...onOthers]
}

/** Each word for and against releases in an environment that may still count. */
async function wordsFrom(
  history: Asked,
  releases: readonly Digest[],
  section: Section
): Promise<readonly LedgerRecord[]> {
  const words = await history.findAll(section, releases.flatMap(wordsOn))
  return words.filter(record => record !== undefined)
}
