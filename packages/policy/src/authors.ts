import { type Authors, cut, eachPersonOnce } from '@sluice/core'
import { coAuthorsIn } from './co-authors.ts'
import { membersOf, objectsIn } from './json.ts'

type Account = Authors['accounts'][number]

/** The account that commits for whoever presses a button on GitHub's pages: nobody can sign in as it. */
const WEB = 'web-flow'

/** No mail server takes a longer one (RFC 5321, 4.5.3.1.3), so no account has it. */
const LONGEST_ADDRESS = 254

/**
 * Who wrote the commits that GitHub answered with (`compare/{base}...{head}`, `commits/{ref}`): authors, committers and co-authors.
 *
 * GitHub knows authors and committers by their addresses. A co-author is a line of the message: the address may be that of an author here,
 * or one that GitHub itself gave out; of any other GitHub can be asked, see {@link commitsToAsk}. Apps and bots are left out: their
 * approvals never count.
 * @param linked what GitHub answered then, of all of these commits together (GraphQL, nodes of `Commit.authors`).
 */
export function decodeAuthors(commits: unknown, linked: unknown = []): Authors {
  const accounts: Account[] = []
  // Those of accounts that are told anyway: a co-author by one of them is nobody new.
  const known = new Set<string>()
  const addresses = new Set<string>()
  const note = (address: string | undefined, id: unknown, login: unknown, isBot: boolean): void => {
    if (typeof id === 'number' && typeof login === 'string') {
      if (address !== undefined) known.add(address)
      if (!isBot && login !== WEB) accounts.push({ id: String(id), login })
    } else if (address !== undefined) addresses.add(address)
  }
  for (const entry of objectsIn(commits)) {
    const { address, account, message } = partsOf(entry)
    for (const role of ROLES)
      note(address(role), account(role)['id'], account(role)['login'], account(role)['type'] === 'Bot')
    for (const text of coAuthorsIn(message)) addresses.add(text)
  }
  for (const actor of objectsIn(linked)) {
    const { databaseId, login } = membersOf(actor['user'])
    note(addressOf(actor['email']), databaseId, login, false)
  }
  const unknown: string[] = []
  for (const address of [...addresses].filter(it => !known.has(it))) {
    const account = accountOfAddress(address)
    if (account === undefined) unknown.push(shorten(address))
    else if (!account.login.endsWith('[bot]')) accounts.push(account)
  }
  return { accounts: inOrder(eachPersonOnce(accounts)), unknown: [...new Set(unknown)].sort() }
}

/**
 * The commits whose co-authors only GitHub can tell: a message names one by an address that is no author's here, and that does not say
 * whose it is by number. Where GitHub shows no account for an author's address it knows none.
 * @returns their hashes.
 */
export function commitsToAsk(commits: unknown): readonly string[] {
  const entries = objectsIn(commits)
  const told = new Set<string>()
  for (const entry of entries) {
    for (const role of ROLES) told.add(partsOf(entry).address(role) ?? '')
  }
  return entries
    .filter(entry =>
      coAuthorsIn(partsOf(entry).message).some(it => !told.has(it) && accountOfAddress(it)?.id === undefined)
    )
    .map(entry => String(entry['sha']))
}

const ROLES = ['author', 'committer'] as const
type Role = (typeof ROLES)[number]

/** What GitHub says of one commit: of each role the address in it, and the account behind that. */
function partsOf(entry: Readonly<Record<string, unknown>>) {
  const commit = membersOf(entry['commit'])
  return {
    message: commit['message'],
    address: (role: Role): string | undefined => addressOf(membersOf(commit[role])['email']),
    account: (role: Role): Readonly<Record<string, unknown>> => membersOf(entry[role])
  }
}

/** The same people are always written the same way: by login, and two who had one login by number. */
function inOrder(accounts: readonly Account[]): readonly Account[] {
  const key = ({ login, id = '' }: Account): string => `${login.toLowerCase()} ${id}`
  return accounts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

function addressOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : undefined
}

function shorten(address: string): string {
  return address.length > LONGEST_ADDRESS ? `${cut(address, LONGEST_ADDRESS)}…` : cut(address, LONGEST_ADDRESS)
}

/** The account behind an address that GitHub gave out: `<id>+<login>@users.noreply.github.com`, or the older form without an id. */
function accountOfAddress(address: string): Account | undefined {
  const match =
    address.length > LONGEST_ADDRESS ? null : /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(address)
  const [, id, login] = match ?? []
  if (login === undefined) return undefined
  return { ...(id === undefined ? {} : { id }), login }
}
