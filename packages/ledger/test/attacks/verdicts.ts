import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { runCommand, sha256, signersIn, UserError } from '@sluice/core'
import { findUnanchored, readHistory, type Trust, type TrustRules, treeOf, verifyLedger } from '../../src/index.ts'
import type { LeftOut } from '../../src/omissions.ts'
import type { LedgerProblem } from '../../src/snapshot.ts'
import { OWNER } from '../drafts.ts'
import { StaticOrigins } from '../static-origins.ts'
import type { Files, Line } from './honest.ts'

export const BRANCH = 'sluice-ledger-storefront'

/** The problems that each of the two verifiers finds. */
export interface Verdicts {
  readonly own: readonly string[]
  readonly other: readonly string[]
  /** What each of them leaves out: the number of a record, and that of its repair. */
  readonly leftOut: Readonly<Record<'own' | 'other', readonly (readonly [number, number])[]>>
}

/** How somebody reads a ledger. */
export interface Reading {
  readonly rules: TrustRules
  /** A copy of the bucket of the anchors: the text of each object, by its key. */
  readonly anchors?: ReadonlyMap<string, string>
}

const verifier = fileURLToPath(new URL('../../../../test/ledger-spec/', import.meta.url))

/** One process for all ledgers: Python takes longer to start than to verify. */
const LOOP = `
import json, sys
sys.path.insert(0, ${JSON.stringify(verifier)})
from verify import main
for line in sys.stdin:
    print(json.dumps(main(*json.loads(line))), flush=True)
`

/** Verifies ledgers as branches of real repositories, with \`sluice verify\`'s functions and with the verifier that was written from docs/ledger.md. */
export class Verifiers {
  readonly #known = new Map<string, Promise<readonly Verdicts[]>>()
  readonly #python: ChildProcessWithoutNullStreams
  readonly #answers: AsyncIterator<string>
  #errors = ''
  #turn: Promise<unknown> = Promise.resolve()

  constructor() {
    this.#python = spawn('python3', ['-B', '-c', LOOP])
    this.#python.stderr.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString('utf8')
    })
    this.#answers = createInterface(this.#python.stdout)[Symbol.asyncIterator]()
  }

  /**
   * What both say of a branch, offline, in each of some readings. Many attackers can do no more than others: what was judged is not judged again.
   */
  async judge(line: Line, ...readings: readonly Reading[]): Promise<readonly Verdicts[]> {
    const key = keyOf(line, readings)
    const verdicts = this.#known.get(key) ?? this.#judge(line, readings)
    this.#known.set(key, verdicts)
    return verdicts
  }

  stop(): void {
    this.#python.stdin.end()
  }

  async #judge(line: Line, readings: readonly Reading[]): Promise<readonly Verdicts[]> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-attacked-'))
    try {
      await importLine(folder, line)
      const { problems: history, committed } = await readHistory({ directory: folder, branch: BRANCH })
      const files = line.at(-1)?.files ?? new Map<string, Uint8Array>()
      const verdicts: Verdicts[] = []
      for (const it of readings) {
        const { rules, anchors } = it
        const { problems, skipped } = await verifyLedger({ ...rules, committed, environments: ENVIRONMENTS, files })
        const missing = anchors === undefined ? [] : await compare(files, anchors, skipped)
        const own = [...problems, ...history, ...missing].map(({ path, problem }) => `${path}: ${problem}`)
        const [other, left] = await this.#ask(folder, it)
        const leftOut = { own: skipped.map(pairOf), other: left.map(([sequence, by]) => [sequence, by] as const) }
        verdicts.push({ own, other, leftOut })
      }
      return verdicts
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async #ask(folder: string, { rules, anchors }: Reading): Promise<Answer> {
    const { tokens = {} } = rules
    const { origins } = tokens
    const { refs, commits } = origins instanceof StaticOrigins ? origins : {}
    const bucket = join(folder, 'bucket')
    for (const [key, text] of anchors ?? []) {
      await mkdir(dirname(join(bucket, key)), { recursive: true })
      await writeFile(join(bucket, key), text)
    }
    const told = {
      ...{
        trust: inShort(rules.trust),
        advisory: rules.advisory,
        products: rules.products,
        repository: rules.repository,
        config: rules.config
      },
      ...{ environments: ENVIRONMENTS, refs },
      tokens: { required: tokens.unvouched !== true, sluice: tokens.sluice?.repository, known: tokens.known, commits }
    }
    const asked = this.#turn.then(async () => {
      this.#python.stdin.write(
        `${JSON.stringify([folder, BRANCH, told, ...(anchors === undefined ? [] : [bucket])])}\n`
      )
      const { value, done } = await this.#answers.next()
      if (done === true) throw new Error(`The second verifier ended: ${this.#errors}`)
      return JSON.parse(value) as Answer
    })
    this.#turn = asked.catch(() => undefined)
    return asked
  }
}

/** What is wrong by a copy of the bucket; that there is nothing of the product in it is told, too. */
async function compare(
  files: Files,
  anchors: ReadonlyMap<string, string>,
  skipped: readonly LeftOut[]
): Promise<readonly LedgerProblem[]> {
  try {
    return await findUnanchored(treeOf(files), OWNER.product, anchors, skipped)
  } catch (error: unknown) {
    if (error instanceof UserError) return [{ path: 'anchors', problem: error.message }]
    throw error
  }
}

/** As delivery.yml may have it, which the second verifier reads: the name of an environment alone for its three signers. */
function inShort(trust: Trust): readonly object[] {
  const isWhole = (name: string, signs: readonly string[]): boolean => signersIn(name).every(it => signs.includes(it))
  return trust.map(({ signs, ...entry }) => {
    const whole = ENVIRONMENTS.filter(name => isWhole(name, signs))
    const others = signs.filter(it => !whole.some(name => signersIn(name).includes(it)))
    return { ...entry, signs: [...whole, ...others] }
  })
}

/** What the second verifier prints: problems, and what is left out with its repair and why. */
type Answer = readonly [readonly string[], readonly (readonly [number, number, string])[]]

function pairOf({ sequence, by }: LeftOut): readonly [number, number] {
  return [sequence, by]
}

/** In their order, as delivery.yml has it. */
const ENVIRONMENTS = ['integration', 'staging']

function keyOf(line: Line, readings: readonly Reading[]): string {
  const files = line.map(commit => [
    commit.time,
    ...[...commit.files].map(([path, content]) => `${path} ${sha256(content)}`)
  ])
  const asked = readings.map(({ rules, anchors }) => [rules, [...(anchors ?? [])]])
  return sha256(JSON.stringify([files, asked]))
}

/** Puts commits on the branch of a repository, whose objects are left unpacked. */
export async function importLine(folder: string, line: Line): Promise<void> {
  const run = async (args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<void> => {
    const { code, stderr } = await runCommand('git', [...args], { input })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
  await run(['init', '-q', '--bare', folder])
  const stream: Uint8Array[] = []
  for (const { files, time } of line) {
    const who = `committer Attacker <attacker@example.com> ${Math.floor(time / 1000)} +0000\n`
    stream.push(Buffer.from(`commit refs/heads/${BRANCH}\n${who}data 1\n.\ndeleteall\n`))
    for (const [path, content] of files)
      stream.push(Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`), content, Buffer.from('\n'))
  }
  // Thousands of files that nobody needs after a crash: to wait for the disk for each of them takes longer than to verify them.
  const unpacked = ['-c', 'fastimport.unpackLimit=1000000', '-c', 'core.fsync=none']
  await run(['-C', folder, ...unpacked, 'fast-import', '--quiet', '--force'], Buffer.concat(stream))
}
