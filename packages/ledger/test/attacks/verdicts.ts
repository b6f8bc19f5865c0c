import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { runCommand, sha256 } from '@sluice/core'
import { readHistory, type TrustRules, verifyLedger } from '../../src/index.ts'
import type { Line } from './honest.ts'

export const BRANCH = 'sluice-ledger-storefront'

/** The problems that each of the two verifiers finds. */
export interface Verdicts {
  readonly own: readonly string[]
  readonly other: readonly string[]
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
   * What both say of a branch, offline, by each of some rules. Many attackers can do no more than others: what was judged is not judged again.
   */
  async judge(line: Line, ...rules: readonly TrustRules[]): Promise<readonly Verdicts[]> {
    const key = keyOf(line, rules)
    const verdicts = this.#known.get(key) ?? this.#judge(line, rules)
    this.#known.set(key, verdicts)
    return verdicts
  }

  stop(): void {
    this.#python.stdin.end()
  }

  async #judge(line: Line, rules: readonly TrustRules[]): Promise<readonly Verdicts[]> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-attacked-'))
    try {
      await importLine(folder, line)
      const { problems: history, committed } = await readHistory({ directory: folder, branch: BRANCH })
      const files = line.at(-1)?.files ?? new Map<string, Uint8Array>()
      const verdicts: Verdicts[] = []
      for (const it of rules) {
        const { problems } = await verifyLedger({ ...it, committed, environments: ENVIRONMENTS, files })
        const own = [...problems, ...history].map(({ path, problem }) => `${path}: ${problem}`)
        verdicts.push({ own, other: await this.#ask(folder, it) })
      }
      return verdicts
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async #ask(folder: string, rules: TrustRules): Promise<readonly string[]> {
    const { tokens = {} } = rules
    const told = {
      ...{ trust: rules.trust, advisory: rules.advisory, products: rules.products, repository: rules.repository },
      environments: ENVIRONMENTS,
      tokens: { required: tokens.unvouched !== true, sluice: tokens.sluice?.repository, known: tokens.known }
    }
    const asked = this.#turn.then(async () => {
      this.#python.stdin.write(`${JSON.stringify([folder, BRANCH, told])}\n`)
      const { value, done } = await this.#answers.next()
      if (done === true) throw new Error(`The second verifier ended: ${this.#errors}`)
      return JSON.parse(value) as readonly string[]
    })
    this.#turn = asked.catch(() => undefined)
    return asked
  }
}

/** In their order, as delivery.yml has it. */
const ENVIRONMENTS = ['integration', 'staging']

function keyOf(line: Line, rules: readonly TrustRules[]): string {
  const files = line.map(commit => [
    commit.time,
    ...[...commit.files].map(([path, content]) => `${path} ${sha256(content)}`)
  ])
  return sha256(JSON.stringify([files, rules]))
}

/** Puts commits on the branch of a repository, whose objects are left unpacked. */
async function importLine(folder: string, line: Line): Promise<void> {
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
  const unpacked = ['-c', 'fastimport.unpackLimit=1000000']
  await run(['-C', folder, ...unpacked, 'fast-import', '--quiet', '--force'], Buffer.concat(stream))
}
