import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { actionLog, Failure, type Report, runAction, UserError } from '../src/index.ts'

let folder = ''
let printed: string[] = []
const before = { ...process.env }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-action-'))
})

beforeEach(async () => {
  // The toolkit remembers the first summary file that it sees, so there is one for all tests.
  for (const name of ['summary', 'output']) await writeFile(join(folder, name), '')
  process.env['GITHUB_STEP_SUMMARY'] = join(folder, 'summary')
  process.env['GITHUB_OUTPUT'] = join(folder, 'output')
  printed = []
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    printed.push(String(chunk))
    return true
  })
})

afterEach(() => {
  jest.restoreAllMocks()
  process.exitCode = undefined
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const summary = (): Promise<string> => readFile(join(folder, 'summary'), 'utf8')
const outputs = (): Promise<string> => readFile(join(folder, 'output'), 'utf8')

async function run(
  action: () => Promise<Report>
): Promise<{ readonly code: unknown; readonly lines: readonly string[] }> {
  await runAction('Deploy', process.env, action)
  return { code: process.exitCode, lines: printed.join('').split('\n') }
}

describe('an action', () => {
  it('that reports sets its outputs and writes its summary', async () => {
    const { code } = await run(async () => ({
      outputs: { 'plan-digest': 'sha256:1', url: 'a\nb' },
      summary: '### Done'
    }))

    expect(code).toBeUndefined()
    expect(await outputs()).toMatch(/^plan-digest<<(\S+)\nsha256:1\n\1\nurl<<(\S+)\na\nb\n\2\n$/)
    expect(await summary()).toBe('### Done\n')
  })

  it('that the user can put right shows its message alone', async () => {
    const { code, lines } = await run(async () => {
      throw new UserError('no `such` unit <x>\nsecond line', { cause: new Error('inside') })
    })

    expect(code).toBe(1)
    expect(lines).toEqual(['::debug::caused by: inside', '::error::no `such` unit <x>%0Asecond line', ''])
    expect(await summary()).toBe('### Deploy: refused\n\n``no `such` unit <x> second line``\n\n')
  })

  it('that refuses can still say what became of it', async () => {
    await run(async () => {
      throw new UserError('obsolete', { outputs: { outcome: 'obsolete' } })
    })

    expect(await outputs()).toMatch(/^outcome<<(\S+)\nobsolete\n\1\n$/)
  })

  it('that fails can still say how far it came', async () => {
    await run(async () => {
      throw new Failure('no answer', { outputs: { touched: 'false' } })
    })

    expect(await outputs()).toMatch(/^touched<<(\S+)\nfalse\n\1\n$/)
  })

  it('that refuses can show more than a message', async () => {
    await run(async () => {
      throw new UserError('two of three failed', { details: '| a | b |' })
    })

    expect(await summary()).toBe('### Deploy: refused\n\n`two of three failed`\n\n| a | b |\n\n')
  })

  it('that failed shows the chain of causes and the stack in debug logs only', async () => {
    const { code, lines } = await run(async () => {
      throw new Failure('no answer', { cause: new Error('ECONNRESET') })
    })

    expect(code).toBe(1)
    expect(lines.filter(line => !line.startsWith('::debug::'))).toEqual(['::error::no answer', ''])
    expect(lines[0]).toBe('::debug::caused by: ECONNRESET')
    expect(lines[1]).toMatch(/^::debug::Failure: no answer%0A {4}at /)
    expect(await summary()).toBe('### Deploy: failed\n\n`no answer`\n\n')
  })

  it('that throws something else fails, too', async () => {
    const { lines } = await run(async () => Promise.reject('a text'))

    expect(lines).toEqual(['::error::a text', ''])
  })

  it('has a summary that GitHub shows, however much there is to tell', async () => {
    await run(async () => ({ outputs: {}, summary: 'ä'.repeat(600_000) }))

    const written = await summary()
    expect(Buffer.byteLength(written)).toBeLessThan(1_048_576)
    expect(written).toMatch(/ä\n\n… cut at 1 MB\.\n$/)
  })

  it('of several parts has a summary that GitHub shows, however much each of them tells', async () => {
    const part = { outputs: {}, summary: 'ä'.repeat(300_000) }

    await runAction('Deploy', process.env, async tell => {
      for (const it of [part, part, part]) await tell(it)
      throw new UserError('obsolete')
    })

    const written = await summary()
    expect(Buffer.byteLength(written)).toBeLessThan(1_048_576)
    expect(written).toMatch(/ä\n\n… cut at 1 MB\.\n### Deploy: refused\n\n`obsolete`\n/)
  })

  it('does without a place for summaries', async () => {
    delete process.env['GITHUB_STEP_SUMMARY']

    const { code } = await run(async () => ({ outputs: {}, summary: '### Done' }))

    expect([code, await summary()]).toEqual([undefined, ''])
  })
})

describe('the log', () => {
  it('prints foreign text so that the runner obeys none of it', () => {
    const log = actionLog()

    log.untrusted('::error::forged\n::stop-commands::x')
    log.untrusted('::set-output name=x::y')

    const lines = printed.join('').split('\n')
    const tokens = lines.flatMap(line => /^::stop-commands::(sluice-\S+)$/.exec(line)?.[1] ?? [])
    expect(new Set(tokens).size).toBe(2)
    expect(lines).toEqual([
      `::stop-commands::${tokens[0]}`,
      '::error::forged',
      '::stop-commands::x',
      `::${tokens[0]}::`,
      `::stop-commands::${tokens[1]}`,
      '::set-output name=x::y',
      `::${tokens[1]}::`,
      ''
    ])
  })

  it('prints in groups, and what groups give', async () => {
    const log = actionLog()

    const given = await log.group('Read delivery.yml', async () => {
      log.info('reading')
      log.warning('old')
      log.debug('detail')
      return 7
    })

    expect(given).toBe(7)
    expect(printed.join('')).toBe(
      '::group::Read delivery.yml\nreading\n::warning::old\n::debug::detail\n::endgroup::\n'
    )
  })
})
