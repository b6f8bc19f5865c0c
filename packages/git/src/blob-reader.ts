import { PassThrough } from 'node:stream'
import { Failure, messageOf, plural } from '@sluice/core'
import { isAskable } from './askable.ts'
import { BlobAnswers } from './blob-answers.ts'
import { git } from './git.ts'
import { readBlobs } from './objects.ts'
import { GIT_DEADLINE } from './start-git.ts'

/** Reads blobs of one repository. */
export interface BlobReader {
  /** The blobs of git expressions (`<commit>:<path>`, `<id>`), in their order; `undefined` for what is no blob or does not exist. */
  read(expressions: readonly string[]): Promise<readonly (Buffer | undefined)[]>
}

/** A reader that has something to end. */
export interface OpenBlobReader extends BlobReader {
  /** Ends it: what was asked before is still answered. */
  close(): Promise<void>
}

/** Reads with a process for each question: for those who ask a few times. */
export function blobsOf(directory: string): BlobReader {
  return { read: async expressions => readBlobs(directory, expressions) }
}

/** The longest time that a timer can wait, in milliseconds: the process lives as long as somebody asks. Each question has a deadline of its own. */
const LASTING = 2 ** 31 - 1

/**
 * Reads with one process that stays (`git cat-file --batch`): to start one takes longer the more memory this process has, up to a tenth of a second.
 * Whoever opens it closes it.
 */
export function openBlobs(directory: string, deadline: number = GIT_DEADLINE): OpenBlobReader {
  const [input, answers, late] = [new PassThrough(), new BlobAnswers(), new AbortController()]
  const ended = git(directory, ['cat-file', '--batch'], {
    ...{ input, deadline: LASTING, signal: late.signal },
    onBytes: bytes => answers.take(bytes)
  }).then(
    ({ code, stderr }) =>
      answers.end(new Failure(`git cat-file in ${directory} ended with exit code ${code}: ${stderr.trim()}`)),
    (error: unknown) => answers.end(new Failure(messageOf(error), { cause: error }))
  )
  return {
    async read(expressions) {
      const asked = expressions.filter(isAskable)
      if (asked.length === 0) return expressions.map(() => undefined)
      const answer = answers.expect(asked.length)
      const timer = setTimeout(() => {
        answers.end(tooLate(asked.length, directory, deadline))
        late.abort()
      }, deadline)
      input.write(asked.map(expression => `${expression}\n`).join(''))
      const found = (await answer.finally(() => clearTimeout(timer))).values()
      return expressions.map(expression => (isAskable(expression) ? found.next().value : undefined))
    },
    async close() {
      input.end()
      await ended
    }
  }
}

function tooLate(count: number, directory: string, deadline: number): Failure {
  return new Failure(
    `git did not read ${plural(count, 'file')} of ${directory} within ${plural(deadline / 1000, 'second')}, and was ended. Check the disk, then try again.`
  )
}
