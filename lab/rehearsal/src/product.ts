import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { TrustedKey } from '@sluice/core'
import { branchesOf, ownGit, type Signature } from '@sluice/git'
import type { TrustedRepository } from '@sluice/iam'
import { parseDocument } from 'yaml'

/** The repository that is delivered: a folder to work in, and the bare repository that GitHub's stand-in serves. */
export interface Product {
  /** `owner/name` */
  readonly repository: string
  readonly repositoryId: number
  readonly work: string
  readonly bare: string
  /** Commits everything in the folder and pushes it to the default branch; the commit's id. */
  commit(message: string): Promise<string>
  /** The folder, and every checkout from now on, has this branch of origin, too. */
  fetched(branch: string, commit: string): void
  /** The same with each branch, as it is now: as a clone of everything has them. */
  fetchedAll(): Promise<void>
  /** They have the default branch alone: actions/checkout, which act does not run, fetches the commit of the run, and nothing else. */
  leftOut(): void
}

/** Whose jobs the roles trust, as GitHub knows it; the issuer is the stand-in's. */
export const REPOSITORY = {
  owner: 'sluice-examples',
  ownerId: '100200',
  name: 'storefront',
  id: '100200300',
  defaultBranch: 'main'
} as const satisfies TrustedRepository

/** What an address of this machine replaces in the product's delivery.yml; everything else is delivered as it is. */
export interface LocalAddresses {
  /** Host and port of the registry. */
  readonly registry: string
  readonly trust: readonly TrustedKey[]
  /** Addresses of the environments, by name. */
  readonly urls: Readonly<Record<string, string>>
}

/** The address in the commits of a rehearsal. */
export const AUTHOR_EMAIL = 'author@storefront.example'

/** Commits of a rehearsal are made at one fixed time, so that the same files are the same commit. */
const AUTHOR: Signature = {
  name: 'author',
  email: AUTHOR_EMAIL,
  date: '2026-01-01T00:00:00Z'
}

/** Makes a git repository of a product's folder, with the addresses of this machine in its delivery.yml. */
export async function prepareProduct(source: string, directory: string, addresses: LocalAddresses): Promise<Product> {
  const work = join(directory, 'work')
  const bare = join(directory, 'storefront.git')
  await mkdir(directory, { recursive: true })
  // Its own history, hooks and settings stay where they are: only files are taken over.
  await cp(source, work, { recursive: true, filter: file => relative(source, file) !== '.git' })
  const config = join(work, 'delivery.yml')
  await writeFile(config, localize(await readFile(config, 'utf8'), addresses))

  const repository = `${REPOSITORY.owner}/${REPOSITORY.name}`
  await git(work, ['init', '--quiet', `--initial-branch=${REPOSITORY.defaultBranch}`])
  // act reads the repository's name from here; nothing is ever fetched.
  await git(work, ['remote', 'add', 'origin', `https://github.com/${repository}.git`])
  await git(directory, ['init', '--quiet', '--bare', `--initial-branch=${REPOSITORY.defaultBranch}`, bare])
  const alternates = join(work, '.git', 'objects', 'info', 'alternates')
  // Until somebody says what a checkout leaves out: what a clone of everything has.
  await writeFile(alternates, `${join(bare, 'objects')}\n`)
  const refOf = (branch: string): string => join(work, '.git', 'refs', 'remotes', 'origin', branch)
  const fetched = (branch: string, commit: string): void => {
    const ref = refOf(branch)
    mkdirSync(dirname(ref), { recursive: true })
    // At once and as a whole: somebody may be copying the folder.
    writeFileSync(`${ref}.new`, `${commit}\n`)
    renameSync(`${ref}.new`, ref)
  }
  const withObjects = (branch: string, commit: string): void => {
    // The objects of the branch are where GitHub has them.
    writeFileSync(alternates, `${join(bare, 'objects')}\n`)
    fetched(branch, commit)
  }
  return {
    repository,
    repositoryId: Number(REPOSITORY.id),
    work,
    bare,
    async commit(message) {
      await git(work, ['add', '--all'])
      await git(work, ['commit', '--quiet', '--message', message])
      await git(work, ['push', '--quiet', bare, REPOSITORY.defaultBranch])
      const id = (await git(work, ['rev-parse', 'HEAD'])).trim()
      fetched(REPOSITORY.defaultBranch, id)
      return id
    },
    fetched: withObjects,
    async fetchedAll() {
      for (const [branch, commit] of await branchesOf(bare)) withObjects(branch, commit)
    },
    leftOut() {
      rmSync(alternates, { force: true })
      const refs = refOf('')
      for (const path of readdirSync(refs, { recursive: true, encoding: 'utf8' }))
        if (path !== REPOSITORY.defaultBranch) rmSync(join(refs, path), { recursive: true, force: true })
    }
  }
}

/** Puts the addresses of this machine into a delivery.yml; comments and order stay. */
export function localize(text: string, addresses: LocalAddresses): string {
  const document = parseDocument(text)
  document.setIn(['registry', 'host'], addresses.registry)
  if (addresses.trust.length > 0) document.setIn(['ledger', 'trust'], addresses.trust)
  const environments = document.toJS() as { readonly environments: readonly { readonly name: string }[] }
  environments.environments.forEach(({ name }, index) => {
    const url = addresses.urls[name]
    if (url !== undefined) document.setIn(['environments', index, 'url'], url)
  })
  return document.toString({ lineWidth: 0 })
}

async function git(directory: string, args: readonly string[]): Promise<string> {
  return ownGit(['-C', directory], args, { author: AUTHOR })
}
