import { readFile } from 'node:fs/promises'
import { messageOf, parseJsonText, UserError } from '@sluice/core'

/** What a step reports of its own accord, for the records of what it did. */
export type Facts = Readonly<Record<string, unknown>>

/** Reads facts. @param what the text is, for the message. @throws UserError for what is no JSON object. */
export function parseFacts(text: string, what: string): Facts {
  const value = parseJsonText(text, what)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Facts
  throw new UserError(`${what} must be a JSON object.`)
}

/** Facts, together with those that a step left in a file. @throws UserError for a file that cannot be read, or holds none. */
export async function factsOf({
  detail,
  detailPath
}: {
  readonly detail: Facts | undefined
  readonly detailPath?: string
}): Promise<Facts | undefined> {
  if (detailPath === undefined) return detail
  const text = await readFile(detailPath, 'utf8').catch((error: unknown) => {
    throw new UserError(
      `The file of input detail-path cannot be read: ${messageOf(error)}. Pass the output of a step of the same job.`,
      { cause: error }
    )
  })
  return { ...parseFacts(text, 'The file of input detail-path'), ...detail }
}
