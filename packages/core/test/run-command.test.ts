import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { Failure, runCommand } from '../src/index.ts'

const node = async (script: string, options?: Parameters<typeof runCommand>[2], ...args: readonly string[]) =>
  runCommand(process.execPath, ['-e', script, ...args], options)

describe('a program', () => {
  it('is run with its arguments as they are', async () => {
    const args = ['a b', '$(id)', '`id`', ';', '"', "'", '*', '']

    const { stdout } = await node('console.log(JSON.stringify(process.argv.slice(1)))', {}, ...args)

    expect(JSON.parse(stdout.toString('utf8'))).toEqual(args)
  })

  it('leaves exit code and both outputs', async () => {
    const { code, stdout, stderr } = await node('console.log("out"); console.error("err"); process.exitCode = 3')

    expect([code, stdout.toString('utf8'), stderr]).toEqual([3, 'out\n', 'err\n'])
  })

  it('that a signal ends has a code that says so', async () => {
    const { code } = await node('process.kill(process.pid, "SIGKILL")')

    expect(code).toBe(128)
  })

  it('that does not exist is a failure', async () => {
    await expect(runCommand('no-such-program', [])).rejects.toThrow(Failure)
    await expect(runCommand('no-such-program', [])).rejects.toThrow(/^no-such-program could not be run: /)
  })

  it('gets folder, environment and input', async () => {
    const { stdout } = await node(
      'process.stdin.on("data", it => console.log(process.cwd(), JSON.stringify(Object.keys(process.env)), String(it)))',
      { cwd: tmpdir(), env: { ONLY: 'this' }, input: 'in' }
    )

    expect(stdout.toString('utf8')).toBe(`${tmpdir()} ["ONLY"] in\n`)
  })

  it('is given its input as it comes, and heard byte by byte', async () => {
    const input = new PassThrough()
    const heard: Buffer[] = []
    const running = node('process.stdin.pipe(process.stdout)', { input, onBytes: bytes => heard.push(bytes) })

    input.write('one\n')
    setTimeout(() => input.end(Buffer.from([0xff, 0x00])), 50)
    const { stdout } = await running

    expect(Buffer.concat(heard)).toEqual(Buffer.from([...Buffer.from('one\n'), 0xff, 0x00]))
    expect(stdout.length).toBe(0)
  })

  it('need not read its input', async () => {
    const { code } = await node('process.exit(0)', { input: 'x'.repeat(1_000_000) })

    expect(code).toBe(0)
  })

  it('is heard line by line, also when lines come in pieces and the last has no end', async () => {
    const lines: string[] = []

    await node('process.stdout.write("on"); setTimeout(() => process.stdout.write("e\\r\\ntwo\\n\\nthree"), 50)', {
      onLine: line => lines.push(line)
    })

    expect(lines).toEqual(['one', 'two', '', 'three'])
  })

  it('keeps nothing itself of what was heard: a build may print gigabytes', async () => {
    const { stdout, stderr } = await node('console.log("out"); console.error("err")', { onLine: () => undefined })

    expect([stdout.length, stderr]).toEqual([0, ''])
  })

  it('is heard in pieces when it never ends a line', async () => {
    const pieces: string[] = []

    await node('process.stdout.write("x".repeat(1_000_000))', { onLine: piece => pieces.push(piece) })

    expect(pieces.join('')).toBe('x'.repeat(1_000_000))
    expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(500_000)
  })

  it('keeps characters whole that come in pieces', async () => {
    const lines: string[] = []
    const script = `const it = Buffer.from('ä€😀\\n')
      let at = 0
      const timer = setInterval(() => { process.stdout.write(it.subarray(at, ++at)); if (at === it.length) clearInterval(timer) }, 5)`

    await node(script, { onLine: line => lines.push(line) })

    expect(lines).toEqual(['ä€😀'])
  })

  it('is ended when nobody waits for it any more', async () => {
    const controller = new AbortController()
    const running = node('setInterval(() => {}, 1000)', { signal: controller.signal })
    controller.abort()

    await expect(running).rejects.toThrow(/could not be run: The operation was aborted/)
  })

  it('kills a program that takes too long, with all that it started, and says so by code 124', async () => {
    const { code, timedOut, stdout } = await runCommand('sh', ['-c', 'sleep 60 & echo $!; wait'], { deadline: 300 })

    expect([code, timedOut]).toEqual([124, true])
    const started = Number(stdout.toString('utf8'))
    expect(started).toBeGreaterThan(1)
    // A killed process closes its files, which is what ended the wait above, a moment before it is gone.
    for (let look = 0; runs(started) && look < 200; look++) await new Promise(resolve => setTimeout(resolve, 10))
    expect(runs(started)).toBe(false)
  })

  it('does not take a code 124 of the program itself for that', async () => {
    const { code, timedOut } = await node('process.exit(124)', { deadline: 60_000 })

    expect([code, timedOut]).toEqual([124, undefined])
  })

  it('waits no longer than that for what a program left behind that still holds its output', async () => {
    const left = 'require("node:child_process").spawn("sleep", ["20"], { detached: true, stdio: "inherit" }).unref()'

    const { code, stdout } = await node(`${left}; console.log("done")`, { deadline: 2_000 })

    expect([code, stdout.toString('utf8')]).toEqual([124, 'done\n'])
  })
})

/** Whether a process still does anything: one that ended may wait for its new parent to notice. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
