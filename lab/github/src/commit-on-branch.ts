import type { GitDirectory } from './git-directory.ts'
import type { Hub } from './hub.ts'
import { asObject, type JsonObject, listAt, objectAt, textAt } from './json.ts'
import { Refusal } from './refusal.ts'
import { fullName, type HostedRepository } from './repository.ts'
import { demand, type Token } from './token.ts'
import { isTreePath } from './tree-object.ts'
import { BOT } from './user.ts'

/** GitHub commits in its own name what comes through createCommitOnBranch. */
const COMMITTER = { name: 'GitHub', email: 'noreply@github.com' } as const

/**
 * The mutation createCommitOnBranch: writes files on top of the commit that the caller expects at the head of the branch, and moves the
 * branch only if that is still so. Objects of the losers stay behind unreferenced, as git leaves them.
 * @throws Refusal of type STALE_DATA when the branch has moved.
 */
export async function commitOnBranch(
  hub: Hub,
  token: Token,
  input: JsonObject,
  find: (name: string) => HostedRepository
): Promise<{ readonly repository: HostedRepository; readonly ref: string; readonly oid: string }> {
  const branch = objectAt(input, 'branch')
  const name = textAt(branch, 'branchName')
  const owner = textAt(branch, 'repositoryNameWithOwner')
  if (name === undefined || owner === undefined) {
    throw new Refusal(422, 'branch must give repositoryNameWithOwner and branchName.', 'ARGUMENT_ERROR')
  }
  const repository = find(owner)
  demand(token, { area: 'contents', access: 'write' })
  const { git } = repository
  const ref = name.startsWith('refs/') ? name : `refs/heads/${name}`
  const expected = textAt(input, 'expectedHeadOid') ?? ''
  const head = (await git.isRefName(ref)) ? await git.read(ref) : undefined
  if (head === undefined) throw new Refusal(404, `Branch '${name}' not found.`)
  if (head.oid !== expected) throw stale(expected)

  const { additions, deletions } = await readChanges(objectAt(input, 'fileChanges'), git, expected)
  const written = await Promise.all(
    additions.map(async ({ path, content }) => ({ path, oid: await git.writeBlob(content) }))
  )
  const tree = await git.writeTree(expected, [...deletions.map(path => ({ path })), ...written])
  const message = objectAt(input, 'message')
  const time = hub.clock.now()
  const oid = await git.writeCommit({
    tree,
    parents: [expected],
    message: [textAt(message, 'headline') ?? '', textAt(message, 'body')].filter(part => part).join('\n\n'),
    author: { ...BOT, time },
    committer: { ...COMMITTER, time }
  })
  if ((await git.moveRef(ref, oid, expected)) === 'stale') throw stale(expected)
  await hub.events.emit('commit', {
    repository: fullName(repository),
    branch: ref.replace(/^refs\/heads\//, ''),
    oid,
    files: [...additions, ...deletions.map(path => ({ path }))]
  })
  return { repository, ref, oid }
}

/** A file to be written. */
interface Addition {
  readonly path: string
  readonly content: Buffer
}

async function readChanges(
  changes: JsonObject,
  git: GitDirectory,
  expected: string
): Promise<{ readonly additions: readonly Addition[]; readonly deletions: readonly string[] }> {
  const additions = listAt(changes, 'additions').map(addition)
  const deletions = listAt(changes, 'deletions').map(entry => pathOf(asObject(entry)))
  for (const path of deletions) {
    if ((await git.read(`${expected}:${path}`)) === undefined) {
      throw new Refusal(
        422,
        `A path was requested for deletion which does not exist as of commit oid \`${expected}\`: ${path}`
      )
    }
  }
  return { additions, deletions }
}

function addition(entry: unknown): Addition {
  const path = pathOf(asObject(entry))
  const contents = textAt(asObject(entry), 'contents') ?? ''
  // Buffer.from would skip what is not base64 and write something else than was sent.
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(contents)) {
    throw new Refusal(422, `The contents of ${path} are not valid base64.`, 'ARGUMENT_ERROR')
  }
  return { path, content: Buffer.from(contents, 'base64') }
}

function pathOf(entry: JsonObject): string {
  const path = textAt(entry, 'path') ?? ''
  if (!isTreePath(path)) throw new Refusal(422, `The path ${JSON.stringify(path)} is not valid.`)
  return path
}

function stale(expected: string): Refusal {
  return new Refusal(
    422,
    `Expected branch to point to "${expected}" but it did not.  Pull and try again.`,
    'STALE_DATA'
  )
}
