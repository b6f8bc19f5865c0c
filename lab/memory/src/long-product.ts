import { createHash } from 'node:crypto'
import { runCommand } from '@sluice/core'

/** A branch of commits that leave its one file as it is, and whose ids are known before git has them. */
export interface LongProduct {
  readonly directory: string
  /** The id of commit number `n`, counted from 0; asked for in their order. */
  commit(n: number): string
  /** Puts the commits into the repository. */
  end(): Promise<void>
}

/**
 * Makes a bare repository whose default branch grows by a commit a delivery.
 * @param timeOf when commit number `n` was made, in seconds since the epoch.
 */
export async function longProduct(
  directory: string,
  file: { readonly path: string; readonly text: string },
  timeOf: (n: number) => number
): Promise<LongProduct> {
  await git(['init', '-q', '--bare', '-b', 'main', directory])
  const content = Buffer.from(file.text)
  const tree = idOf(
    'tree',
    Buffer.concat([Buffer.from(`100644 ${file.path}\0`), Buffer.from(idOf('blob', content), 'hex')])
  )
  const ids: string[] = []
  const commit = (n: number): string => {
    for (let next = ids.length; next <= n; next++) {
      const who = `author <author@example.com> ${timeOf(next)} +0000`
      const parent = ids[next - 1] === undefined ? '' : `parent ${ids[next - 1]}\n`
      const text = `tree ${tree}\n${parent}author ${who}\ncommitter ${who}\n\n${messageOf(next)}`
      ids.push(idOf('commit', Buffer.from(text)))
    }
    return ids[n] ?? ''
  }
  const end = async (): Promise<void> => {
    const stream = ids.map((_, n) => {
      const message = messageOf(n)
      const blob = n === 0 ? `M 100644 inline ${file.path}\ndata ${content.length}\n${file.text}\n` : ''
      const who = `author <author@example.com> ${timeOf(n)} +0000`
      return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n${message}${blob}\n`
    })
    await git(['-C', directory, 'fast-import', '--quiet'], stream.join(''))
  }
  return { directory, commit, end }
}

function messageOf(n: number): string {
  return `Change ${n}\n`
}

/** Git's id of an object (SHA-1). */
function idOf(type: string, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

async function git(args: readonly string[], input = ''): Promise<void> {
  const { code, stderr } = await runCommand('git', args, { input })
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
}
