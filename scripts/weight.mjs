// The runner downloads the whole repository for each `uses:`, and Node reads what an action loads before its first line runs.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { readFlags } from './flags.mjs'
import { node24 } from './node24.mjs'
import { run } from './program.mjs'
import { actionNames, repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/weight.mjs

Prints what each action loads when it starts (compressed; all files of dist/ that Node reads until the action asks for
its inputs), and the archive of the committed repository. Fails if one is too large.

  --help  shows this text
`

/** Compressed bytes. */
export const LIMITS = { start: 450_000, archive: 4_000_000 }

/** Tells on stderr which files Node loads. */
const TRACE = `
import { registerHooks } from 'node:module'
import { writeSync } from 'node:fs'
registerHooks({
  load(url, context, next) {
    writeSync(2, 'loaded ' + url + '\\n')
    return next(url, context)
  }
})
`

/** The files below dist/ that an action loads when it starts without inputs. */
export async function filesAtStart(root, action) {
  const hook = `data:text/javascript,${encodeURIComponent(TRACE)}`
  const entry = join(root, 'dist', action, 'index.js')
  const env = { PATH: process.env['PATH'] ?? '' }
  const { output } = await run(node24(root), ['--import', hook, entry], { cwd: tmpdir(), env, deadline: 60_000 })
  const urls = [...output.matchAll(/^loaded (file:\S+)$/gm)].map(([, url]) => fileURLToPath(url))
  return urls.filter(file => file.startsWith(`${join(root, 'dist')}/`))
}

/** The size of what the runner downloads of a commit. */
async function archiveSize(root) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-archive-'))
  try {
    const file = join(folder, 'archive.tar.gz')
    const { code, output } = await run('git', ['archive', '--format=tar.gz', '-o', file, 'HEAD'], { cwd: root })
    if (code !== 0) throw new Error(`git cannot archive the repository: ${output.trim()}`)
    return statSync(file).size
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns {Promise<{ what: string, bytes: number, limit: number }[]>} */
export async function measure(root) {
  const starts = await Promise.all(
    actionNames(root).map(async action => {
      const files = await filesAtStart(root, action)
      if (files.length === 0) throw new Error(`dist/${action} loads no file of dist/. Build it: npm run bundle`)
      const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
      return { what: `dist/${action}, what it loads at its start`, bytes, limit: LIMITS.start }
    })
  )
  return [...starts, { what: 'the archive of the repository', bytes: await archiveSize(root), limit: LIMITS.archive }]
}

/** @returns {Promise<string[]>} what is too large, one line each. */
export async function weightProblems(root) {
  return tooLarge(await measure(root))
}

/** @param {readonly { what: string, bytes: number, limit: number }[]} sizes */
export function tooLarge(sizes) {
  return sizes
    .filter(({ bytes, limit }) => bytes > limit)
    .map(({ what, bytes, limit }) => `${what}: ${kilobytes(bytes)} compressed, at most ${kilobytes(limit)}`)
}

/** Rounded up, so that what is too large never looks as if it were not. */
function kilobytes(bytes) {
  return `${Math.ceil(bytes / 1000)} KB`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && readFlags(HELP) !== undefined) {
  const sizes = await measure(repositoryRoot)
  for (const { what, bytes } of sizes) console.log(`${kilobytes(bytes).padStart(8)}  ${what}`)
  for (const problem of tooLarge(sizes)) console.error(problem)
  if (tooLarge(sizes).length > 0) process.exitCode = 1
}
