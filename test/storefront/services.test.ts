import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'

const services = fileURLToPath(new URL('../../examples/storefront/services', import.meta.url))
const API = join(services, 'api/bin/api')
const WORKER = join(services, 'worker/bin/worker')

let folder = ''
const running: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-services-'))
})

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** A service that runs, and what it says, a line of JSON at a time. */
interface Service {
  line(): Promise<Readonly<Record<string, unknown>>>
  /** Ends it as ECS does; the exit code. */
  stop(): Promise<number | null>
}

function start(file: string, env: NodeJS.ProcessEnv): Service {
  const child = spawn(file, [], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  running.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  return {
    async line() {
      const next = await lines.next()
      return next.done === true ? {} : JSON.parse(next.value)
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    }
  }
}

describe('the programs in git', () => {
  it('were built from the sources beside them', async () => {
    const { code, stdout } = await runCommand('sh', ['-c', 'tail -n +2 built.txt | sha256sum --check --quiet'], {
      cwd: services
    })

    expect([stdout.toString('utf8'), code]).toEqual(['', 0])
  })

  it('are the same bytes when the compiler that built them builds them again, and work when another does', async () => {
    const copy = join(folder, 'services')
    await cp(services, copy, { recursive: true })
    const [recorded] = (await readFile(join(services, 'built.txt'), 'utf8')).split('\n')
    const { stdout } = await runCommand('gcc', ['--version'])
    const compiler = stdout.toString('utf8').split('\n')[0]
    const made = await runCommand('make', ['--silent', '--always-make'], { cwd: copy })
    expect([made.code, made.stderr]).toEqual([0, ''])

    for (const program of ['api/bin/api', 'worker/bin/worker']) {
      const [committed, built] = await Promise.all([readFile(join(services, program)), readFile(join(copy, program))])
      if (compiler === recorded) expect(built.equals(committed)).toBe(true)
      const files = { CATALOGUE: join(copy, 'api/catalogue.json'), GREETING: join(copy, 'worker/greeting.txt') }
      expect((await runCommand(join(copy, program), ['--self-test'], { env: files })).code).toBe(0)
    }
  })

  it.each([API, WORKER])('%s is small and static', async program => {
    expect((await stat(program)).size).toBeLessThan(20 * 1024)
    expect((await readFile(program)).includes('ld-linux')).toBe(false)
  })
})

describe('api', () => {
  const CATALOGUE = join(services, 'api/catalogue.json')

  async function serve(
    env: NodeJS.ProcessEnv = {}
  ): Promise<Service & { readonly url: string; readonly port: number }> {
    const service = start(API, { CATALOGUE, PORT: '0', ...env })
    const { message } = await service.line()
    const port = Number(/^listening on port (\d+)$/.exec(String(message))?.[1])
    return { ...service, port, url: `http://127.0.0.1:${port}` }
  }

  it('answers its health and its catalogue as JSON', async () => {
    const { url } = await serve()

    const health = await fetch(`${url}/health`)
    const shop = await fetch(`${url}/?page=1`)

    expect([health.status, health.headers.get('content-type'), await health.json()]).toEqual([
      200,
      'application/json',
      { status: 'ok' }
    ])
    expect(await shop.json()).toEqual(JSON.parse(await readFile(CATALOGUE, 'utf8')))
  })

  it.each([
    ['GET', '/absent', 404],
    ['POST', '/', 405],
    ['HEAD', '/', 200]
  ])('answers %s %s with %i', async (method, path, status) => {
    const { url } = await serve()

    expect((await fetch(url + path, { method })).status).toBe(status)
  })

  it.each([
    ['half a request', 'GET\r\n\r\n'],
    ['another protocol', 'GET / SPDY/3\r\n\r\n'],
    ['too much', `GET / HTTP/1.1\r\nX: ${'x'.repeat(9000)}\r\n\r\n`]
  ])('answers %s with 400, and the next request as ever', async (_what, request) => {
    const { port, url } = await serve()

    const answer = await new Promise<string>(resolve => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(request))
      socket.on('data', chunk => {
        text += chunk
      })
      socket.on('error', () => resolve(text))
      socket.on('close', () => resolve(text))
    })

    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('is not held up for long by a client that says nothing', async () => {
    const { port, url } = await serve()
    const silent = connect(port, '127.0.0.1')
    await new Promise(resolve => silent.once('connect', resolve))

    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })

    expect(answer.status).toBe(200)
    silent.destroy()
  })

  it('logs each request, and ends cleanly when it is told to', async () => {
    const service = await serve()
    await fetch(`${service.url}/a"b`)

    expect(await service.line()).toEqual({ level: 'info', message: 'GET /a%22b 404' })
    expect(await service.stop()).toBe(0)
    expect(await service.line()).toEqual({ level: 'info', message: 'stopped' })
  })

  it('checks the health of the service on its port', async () => {
    const service = await serve()
    const check = async (): Promise<number> =>
      (await runCommand(API, ['--check'], { env: { PORT: String(service.port) } })).code

    expect(await check()).toBe(0)
    await service.stop()
    expect(await check()).toBe(1)
  })

  it.each([
    ['an absent catalogue', { CATALOGUE: '/absent' }, [], 'the catalogue is absent'],
    ['a catalogue that is no JSON', { CATALOGUE: '/etc/hostname' }, [], 'or no JSON'],
    ['a port that is none', { PORT: '65536' }, [], 'PORT is not a port'],
    ['an argument that it does not know', {}, ['--serve'], 'unknown argument']
  ])('refuses %s', async (_what, env, args, message) => {
    const { code, stdout } = await runCommand(API, args, { env: { CATALOGUE, PORT: '0', ...env } })

    expect(code).toBe(1)
    expect(JSON.parse(stdout.toString('utf8'))).toEqual({ level: 'error', message: expect.stringContaining(message) })
  })
})

describe('worker', () => {
  const GREETING = join(services, 'worker/greeting.txt')

  it('confirms the orders of the queue, and those that are added later, each once', async () => {
    const QUEUE = join(folder, 'queue.txt')
    await writeFile(QUEUE, '# comment\n1 teapot 2 4200\nnonsense\n2 cup 1')
    const worker = start(WORKER, { GREETING, QUEUE, INTERVAL: '1' })
    expect(await worker.line()).toEqual({ level: 'info', message: 'started' })

    expect(await worker.line()).toEqual({
      order: 1,
      article: 'teapot',
      totalCents: 8400,
      message: 'Thank you for your order.'
    })
    expect(await worker.line()).toMatchObject({ level: 'warning' })
    await appendFile(QUEUE, '0 99\n')
    expect(await worker.line()).toMatchObject({ order: 2, article: 'cup', totalCents: 990 })

    expect(await worker.stop()).toBe(0)
    expect(await worker.line()).toEqual({ level: 'info', message: 'stopped' })
  })

  it('gets through a queue that is larger than it reads at once', async () => {
    const QUEUE = join(folder, 'queue.txt')
    await writeFile(
      QUEUE,
      `${'x'.repeat(20_000)}\n${Array.from({ length: 3000 }, (_, at) => `${at + 1} cup 1 100\n`).join('')}`
    )
    const worker = start(WORKER, { GREETING, QUEUE, INTERVAL: '1' })
    const orders: unknown[] = []
    while (orders.at(-1) !== 3000) {
      const { order } = await worker.line()
      if (order !== undefined) orders.push(order)
    }

    expect(orders).toEqual(Array.from({ length: 3000 }, (_, at) => at + 1))
  })

  it('waits for a queue that is not there yet', async () => {
    const QUEUE = join(folder, 'queue.txt')
    const worker = start(WORKER, { GREETING, QUEUE, INTERVAL: '1' })
    await worker.line()

    await writeFile(QUEUE, '7 cup 1 5\n')

    expect(await worker.line()).toMatchObject({ order: 7 })
  })

  it.each([
    ['an absent greeting', { GREETING: '/absent' }, [], 'the greeting is absent'],
    ['an interval that is none', { INTERVAL: '0' }, [], 'INTERVAL is not'],
    ['an argument that it does not know', {}, ['--work'], 'unknown argument']
  ])('refuses %s', async (_what, env, args, message) => {
    const { code, stdout } = await runCommand(WORKER, args, { env: { GREETING, ...env } })

    expect(code).toBe(1)
    expect(stdout.toString('utf8')).toContain(message)
  })
})
