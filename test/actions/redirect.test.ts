import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { type ActionName, openScene, type Run, type Scene, type StepRun } from '../harness/index.ts'

/** The address of this machine that is none of its loopback names: foreign to the suite, and yet it would arrive. */
const FOREIGN = '0.0.0.0'

let scene: Scene
let run: Run
let server: Server
let foreign: string
let arrived = 0

beforeAll(async () => {
  server = createServer((_, response) => response.end('{}'))
  server.on('connection', () => {
    arrived += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  foreign = `http://${FOREIGN}:${(server.address() as AddressInfo).port}`
  scene = await openScene()
  const text = await readFile(join(scene.world.product.work, 'delivery.yml'), 'utf8')
  await scene.write('foreign.yml', text.replace(/host: [^ }]+/, `host: ${new URL(foreign).host}`))
  run = scene.run(await scene.commit())
}, 60_000)

beforeEach(() => {
  arrived = 0
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
  await scene.stop()
})

const DIGEST = sha256('x')
const PUSH = ['push-to-ops-registry', { unit: 'site', digest: DIGEST, layout: 'site.zip' }] as const
/** For each action, inputs with which it would ask GitHub and AWS. */
const STEPS: readonly (readonly [ActionName, Readonly<Record<string, string>>])[] = [
  ['build-once', { mode: 'resolve' }],
  PUSH,
  ['promote-digest', { mode: 'promote', release: DIGEST, environment: 'integration' }],
  ['deploy-stack', { mode: 'plan', release: DIGEST, environment: 'integration' }],
  ['record-audit', { event: 'built', unit: 'api', digest: DIGEST, fingerprint: DIGEST }]
]

function asked(): number {
  return [...scene.world.github.requests.values()].reduce((sum, count) => sum + count, 0)
}

function expectRefusal(step: StepRun, message: string): void {
  expect(step.errors).toEqual([expect.stringContaining(message)])
  expect([step.exitCode, step.outputs, step.calls, arrived]).toEqual([1, {}, [], 0])
  expect(step.summary).toContain(': refused')
  expect(step.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe.each(STEPS)('%s', (action, inputs) => {
  it('sends nothing when AWS_ENDPOINT_URL points to a foreign host', async () => {
    const before = asked()

    const step = await run.step(action, inputs, { env: { AWS_ENDPOINT_URL: foreign } })

    expectRefusal(step, `AWS_ENDPOINT_URL points to ${FOREIGN}, where credentials are never sent`)
    expect(asked()).toBe(before)
  })

  it('sends nothing when GITHUB_API_URL points to a foreign host', async () => {
    const before = asked()

    const step = await run.step(action, inputs, { env: { GITHUB_API_URL: foreign } })

    expectRefusal(step, `GITHUB_API_URL points to ${FOREIGN}, where credentials are never sent`)
    expect(asked()).toBe(before)
  })
})

describe('one service of AWS', () => {
  it.each(['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_STS'])(
    'is not asked when %s points to a foreign host',
    async name => {
      const before = asked()

      const step = await run.step(...PUSH, { env: { [name]: foreign } })

      expectRefusal(step, `${name} points to ${FOREIGN}, where credentials are never sent`)
      expect(asked()).toBe(before)
    }
  )
})

describe('a job whose OIDC tokens would come from a foreign host', () => {
  it.each(STEPS.filter(([action]) => action === 'build-once' || action === 'record-audit'))(
    'does not ask for one: %s',
    async (action, inputs) => {
      const step = await run.step(action, inputs, { env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${foreign}/token` } })

      expectRefusal(step, `ACTIONS_ID_TOKEN_REQUEST_URL points to ${FOREIGN}`)
    }
  )
})

describe('a registry that is a foreign host', () => {
  it('is refused before anything is sent there', async () => {
    const step = await run.step('build-once', { mode: 'resolve', config: 'foreign.yml' })

    expectRefusal(step, FOREIGN)
  })
})

describe('the foreign host of these tests', () => {
  it('can be reached, so that silence means something', async () => {
    await fetch(foreign)

    expect(arrived).toBe(1)
  })
})
