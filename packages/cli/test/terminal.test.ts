import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
// Node 24 runs the sources as they are, so the real program is tested without a build.
const node = `${root}/node_modules/node-linux-${process.arch}/bin/node`
const program = [node, '--conditions=source', main]

async function start(
  argv: readonly string[],
  options: { readonly pty: boolean; readonly env?: NodeJS.ProcessEnv }
): Promise<{ readonly code: number; readonly text: string; readonly err: string }> {
  const pty = ['-c', 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))']
  const [file = '', ...args] = [...(options.pty ? ['python3', ...pty] : []), ...program, ...argv]
  const env = { PATH: process.env['PATH'], TERM: 'xterm', ...options.env }
  const { code, stdout, stderr } = await runCommand(file, args, { cwd: dirname(main), env })
  return { code, text: stdout.toString('utf8'), err: stderr }
}

describe('the program itself', () => {
  it('colours what it says on a terminal', async () => {
    const { code, text } = await start(['verfy'], { pty: true })

    expect(text).toContain(
      '\u001b[31msluice has no command verfy (did you mean "verify"?). See sluice --help.\u001b[0m'
    )
    expect(code).toBe(2)
  })

  it('does not with NO_COLOR', async () => {
    const { code, text } = await start(['verfy'], { pty: true, env: { NO_COLOR: '1' } })

    expect(text.trimEnd()).toBe('sluice has no command verfy (did you mean "verify"?). See sluice --help.')
    expect(code).toBe(2)
  })

  it('prints plain text into a pipe, errors on stderr, and no warning of Node or of the AWS SDK', async () => {
    const { code, text, err } = await start(['validate', 'none.yml'], { pty: false })

    expect({ code, text }).toEqual({ code: 1, text: '' })
    expect(err).toMatch(/^none\.yml could not be read: .*\n$/)
  })

  it('passes everything after rehearse on', async () => {
    const { code, text, err } = await start(['rehearse', '--help'], { pty: false })

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(text).toContain('--approve all|<environment>')
  })

  it.each(['validate', 'verify', 'status'])('loads no AWS SDK and no rehearsal for %s', async name => {
    const hook = `import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) { process.stdout.write(url + '\\n'); return next(url, context) } })`

    const { text } = await start([name], {
      pty: false,
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` }
    })

    const loaded = text.split('\n')
    expect(loaded.filter(url => url.includes('/valibot/'))).not.toEqual([])
    expect(loaded.filter(url => /@aws-sdk|@smithy|packages\/rehearsal/.test(url))).toEqual([])
  })
})
