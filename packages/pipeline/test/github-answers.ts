import { Failure, type GitHub } from '@sluice/core'

/** A GitHub that answers GET from a table, absent entries with 404's nothing, and knows nothing else. */
export function githubAnswers(
  answers: Readonly<Record<string, unknown>>,
  now = Date.parse('2026-01-01T12:00:00Z')
): GitHub & { readonly asked: readonly string[] } {
  const asked: string[] = []
  const unexpected = async (): Promise<never> => {
    throw new Failure('Nobody expected this call.')
  }
  return {
    asked,
    async get(path) {
      asked.push(path)
      return answers[path]
    },
    send: unexpected,
    graphql: unexpected,
    now: () => now,
    patience: 0
  }
}
