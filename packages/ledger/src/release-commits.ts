import type { Digest, LedgerRecord } from '@sluice/core'

/** What is wrong with the record of a number. */
interface Found {
  readonly sequence: number
  readonly problem: string
}

/** A record that names a release which no record before it declared. */
interface Undecided {
  readonly sequence: number
  readonly commit: string
  /** What is wrong with it if the commit is not. */
  readonly problem: string | undefined
}

/** A release is of one commit: newer and older are told by it (promise 8). */
export class ReleaseCommits {
  /** By release, as it was declared first. */
  readonly #declared = new Map<Digest, string>()
  /** By release; honest ledgers have none. */
  readonly #undecided = new Map<Digest, Undecided[]>()

  /**
   * Compares the commit of a record's release with what the release was declared with, before or later. Another one goes before all else
   * that may be wrong with the record.
   * @param problem what else is wrong with it.
   * @returns what can be told now, of this record and of those that had to wait for it.
   */
  judge({ sequence, event, release }: LedgerRecord, problem: string | undefined): readonly Found[] {
    if (release === undefined) return problem === undefined ? [] : [{ sequence, problem }]
    const { digest, commit } = release
    if (event === 'released' && !this.#declared.has(digest)) this.#declared.set(digest, commit)
    const waiting = this.#undecided.get(digest) ?? []
    const all = [...waiting, { sequence, commit, problem }]
    if (!this.#declared.has(digest)) {
      this.#undecided.set(digest, all)
      return []
    }
    this.#undecided.delete(digest)
    return this.#decide(digest, all)
  }

  /** What is wrong with records whose release was never declared. */
  undecided(): readonly Found[] {
    return [...this.#undecided].flatMap(([digest, records]) => this.#decide(digest, records))
  }

  #decide(digest: Digest, records: readonly Undecided[]): readonly Found[] {
    const declared = this.#declared.get(digest)
    return records.flatMap(({ sequence, commit, problem }) => {
      const other = declared === undefined || declared === commit ? undefined : describe(digest, commit, declared)
      const found = other ?? problem
      return found === undefined ? [] : [{ sequence, problem: found }]
    })
  }
}

function describe(release: Digest, commit: string, declared: string): string {
  return `it says commit ${commit} of release ${release}, which was released of ${declared}`
}
