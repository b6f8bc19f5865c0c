import type { Authors } from '@sluice/core'
import { listOf, membersOf } from './json.ts'

type Account = Authors['accounts'][number]

/** The account that commits for whoever presses a button on GitHub's pages: nobody can sign in as it. */
const WEB = 'web-flow'

/**
 * Who wrote the commits that GitHub answered with (`compare/{base}...{head}`, `commits/{ref}`): authors, committers and co-authors.
 *
 * GitHub knows authors and committers by their addresses. A co-author is a line of the message: the address may be that of an author here,
 * or one that GitHub itself gave out; whose any other is cannot be told from here. Apps and bots are left out: their approvals never count.
 */
export function decodeAuthors(commits: unknown): Authors {
  const accounts: Account[] = []
  // Those of accounts that are told anyway: a co-author by one of them is nobody new.
  const known = new Set<string>()
  const addresses = new Set<string>()
  for (const entry of listOf(commits)) {
    const commit = membersOf(entry['commit'])
    for (const role of ['author', 'committer']) {
      const address = addressOf(membersOf(commit[role])['email'])
      const { id, login, type } = membersOf(entry[role])
      if (typeof id === 'number' && typeof login === 'string') {
        if (address !== undefined) known.add(address)
        if (type !== 'Bot' && login !== WEB) accounts.push({ id: String(id), login })
      } else if (address !== undefined) addresses.add(address)
    }
    for (const address of coAuthors(commit['message'])) addresses.add(address)
  }
  const unknown: string[] = []
  for (const address of [...addresses].filter(it => !known.has(it))) {
    const account = accountOfAddress(address)
    if (account === undefined) unknown.push(address)
    else if (!account.login.endsWith('[bot]')) accounts.push(account)
  }
  return { accounts: distinct(accounts), unknown: unknown.sort() }
}

/** Each once. An account with an id is the better one of two with the same login. */
function distinct(accounts: readonly Account[]): readonly Account[] {
  const byLogin = new Map<string, Account>()
  for (const account of accounts) {
    const key = account.login.toLowerCase()
    if (byLogin.get(key)?.id === undefined) byLogin.set(key, account)
  }
  return [...byLogin].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account)
}

function addressOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : undefined
}

/** Wherever the line stands: GitHub takes some that git would not. */
function coAuthors(message: unknown): readonly string[] {
  if (typeof message !== 'string') return []
  return [...message.matchAll(/^[ \t]*co-authored-by:[^<\n]*<([^<>\n]+)>/gim)].flatMap(([, it]) => addressOf(it) ?? [])
}

/** The account behind an address that GitHub gave out: `<id>+<login>@users.noreply.github.com`, or the older form without an id. */
function accountOfAddress(address: string): Account | undefined {
  const match = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(address)
  const [, id, login] = match ?? []
  if (login === undefined) return undefined
  return { ...(id === undefined ? {} : { id }), login }
}
