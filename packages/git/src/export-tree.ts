import { chmod, lutimes, mkdir, open, symlink, utimes, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writing } from '@sluice/core'
import { git, outputOf, parseCommit } from './git.ts'
import { listTree } from './list-tree.ts'
import { readFiles } from './objects.ts'
import { type Purpose, refusePointer } from './refused-files.ts'
import { EXECUTABLE, inRepository, LINK, SUBMODULE, type TreeFile } from './tree-file.ts'

export interface ExportRequest {
  /** Folder of a clone. */
  readonly repository: string
  readonly commit: string
  /** In the repository; `.` is all of it. */
  readonly path: string
  readonly into: string
  readonly epoch?: number
  readonly purpose: Purpose
}

/** Files above this go from git to the disk without passing through memory; in bytes. */
const STREAMED = 8 * 1024 * 1024

/** What a disk that is not full has room for, in bytes. */
const PROBE = 1024 * 1024

/**
 * Writes a folder of a commit to `into`: the objects of git as they are, so that what was fingerprinted is what is built. Untracked
 * files, filters, line-end settings and `export-subst` have no say.
 *
 * Files are 0644 or 0755, folders 0755, links stay links, and every time is `epoch` (default: the commit's), in seconds.
 * @throws UserError when the commit has no such folder, it holds what the purpose does not allow, or the disk is full.
 */
export async function exportTree(request: ExportRequest, disk: Partial<Disk> = {}): Promise<void> {
  const { repository, path, epoch, purpose } = request
  const commit = parseCommit(request.commit)
  const time = epoch ?? (await timeOf(repository, commit))
  const entries = await listTree(request)
  const [modules, files] = [entries.filter(isModule), entries.filter(entry => !isModule(entry))]
  const target = new Target(request, time, { ...DISK, ...disk })
  await target.folder('')
  const [small, large] = [files.filter(file => !isLarge(file)), files.filter(isLarge)]
  const links: [TreeFile, Buffer][] = []
  for await (const [file, content] of readFiles(repository, small)) {
    if (purpose !== 'checkout') refusePointer(file, content, path)
    if (file.mode === LINK) links.push([file, content])
    else await target.file(file, content)
  }
  for (const file of large) await target.stream(file)
  for (const { name } of modules) await target.folder(name.toString('latin1'))
  // Links come last, so that no file is ever written through one.
  for (const [file, content] of links) await target.link(file, content)
  await target.finish()
}

/** What git has of a submodule is a folder, empty until somebody fills it. */
function isModule({ mode }: TreeFile): boolean {
  return mode === SUBMODULE
}

function isLarge({ mode, size }: TreeFile): boolean {
  return mode !== LINK && size > STREAMED
}

const DISK = { chmod, lutimes, mkdir, open, symlink, utimes, writeFile }

/** What is asked of a disk. A test of a full one gives its own. */
type Disk = typeof DISK

/** The folder that a tree is written to. Names are bytes all the way: git knows no other. */
class Target {
  readonly #request: ExportRequest
  readonly #root: string
  readonly #time: number
  readonly #disk: Disk
  /** Folders that exist, by name; latin1, which keeps every byte apart. */
  readonly #folders = new Set<string>()

  constructor(request: ExportRequest, time: number, disk: Disk) {
    this.#request = request
    this.#root = resolve(request.into)
    this.#time = time
    this.#disk = disk
  }

  async folder(name: string): Promise<void> {
    if (this.#folders.has(name)) return
    const at = name.lastIndexOf('/')
    if (name !== '') await this.folder(at < 0 ? '' : name.slice(0, at))
    await this.#disk.mkdir(this.#at(name), { recursive: true })
    this.#folders.add(name)
  }

  async file(file: TreeFile, content: Buffer): Promise<void> {
    await this.#writing(file, async place => {
      await this.#disk.writeFile(place, content, { flag: 'wx' })
    })
  }

  /** Lets git write a file that may be larger than memory. */
  async stream(file: TreeFile): Promise<void> {
    await this.#writing(file, async place => {
      const handle = await this.#disk.open(place, 'wx')
      try {
        const { repository, commit } = this.#request
        const result = await git(repository, ['cat-file', 'blob', file.id], { output: handle.fd })
        // git does not always say why it could not write; asked for as much, the disk does.
        if (result.code !== 0) await handle.appendFile(Buffer.alloc(PROBE))
        outputOf(result, `read ${file.path} of ${commit}`)
      } finally {
        await handle.close()
      }
    })
  }

  async link(file: TreeFile, content: Buffer): Promise<void> {
    await this.#inFolder(file, async place => {
      await this.#disk.symlink(content, place)
      await this.#disk.lutimes(place, this.#time, this.#time)
    })
  }

  /** Sets what writing files has changed: modes and times of the folders. */
  async finish(): Promise<void> {
    for (const name of this.#folders) {
      await this.#disk.chmod(this.#at(name), 0o755)
      await this.#disk.utimes(this.#at(name), this.#time, this.#time)
    }
  }

  async #writing(file: TreeFile, work: (place: Buffer) => Promise<void>): Promise<void> {
    await this.#inFolder(file, async place => {
      await work(place)
      await this.#disk.chmod(place, file.mode === EXECUTABLE ? 0o755 : 0o644)
      await this.#disk.utimes(place, this.#time, this.#time)
    })
  }

  async #inFolder({ name, path }: TreeFile, work: (place: Buffer) => Promise<void>): Promise<void> {
    const { commit } = this.#request
    await writing(
      `${inRepository(this.#request.path, path)} of commit ${commit.slice(0, 12)}`,
      this.#root,
      async () => {
        const text = name.toString('latin1')
        await this.folder(text.slice(0, Math.max(text.lastIndexOf('/'), 0)))
        await work(this.#at(text))
      }
    )
  }

  #at(name: string): Buffer {
    return Buffer.concat([Buffer.from(name === '' ? this.#root : `${this.#root}/`), Buffer.from(name, 'latin1')])
  }
}

async function timeOf(repository: string, commit: string): Promise<number> {
  const shown = await git(repository, ['show', '--no-patch', '--format=%ct', commit])
  return Number(outputOf(shown, `read ${commit}`).trim())
}
