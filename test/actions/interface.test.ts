import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import * as acceptRelease from '../../actions/accept-release/src/inputs.ts'
import * as buildOnce from '../../actions/build-once/src/inputs.ts'
import * as deployStack from '../../actions/deploy-stack/src/inputs.ts'
import * as promoteDigest from '../../actions/promote-digest/src/inputs.ts'
import * as pushToOpsRegistry from '../../actions/push-to-ops-registry/src/inputs.ts'
import * as recordAudit from '../../actions/record-audit/src/inputs.ts'
import * as stage from '../../actions/stage/src/inputs.ts'
import { ACTIONS, type ActionName, inRepository, readActionFile, runBundle } from '../harness/index.ts'

const INPUTS: Readonly<Record<ActionName, readonly string[]>> = {
  'accept-release': acceptRelease.INPUT_NAMES,
  'build-once': buildOnce.INPUT_NAMES,
  'deploy-stack': deployStack.INPUT_NAMES,
  'promote-digest': promoteDigest.INPUT_NAMES,
  'push-to-ops-registry': pushToOpsRegistry.INPUT_NAMES,
  'record-audit': recordAudit.INPUT_NAMES,
  stage: stage.INPUT_NAMES
}

const DIGEST = `sha256:${'a'.repeat(64)}`

describe.each(ACTIONS)('%s', action => {
  it('reads the inputs of action.yml, in its order', async () => {
    const { inputs } = await readActionFile(action)

    expect(INPUTS[action]).toEqual(Object.keys(inputs))
  })

  it('has no expression in what describes it: GitHub refuses to load an action.yml with one there', async () => {
    const { inputs, outputs } = await readActionFile(action)
    const said = Object.values({ ...inputs, ...outputs }).map(({ description }) => description)

    expect(said.filter(text => text.includes('${{'))).toEqual([])
  })

  it('is run from its bundle by Node 24', async () => {
    const { runs } = await readActionFile(action)

    expect(runs).toEqual({ using: 'node24', main: `../../dist/${action}/index.js` })
  })

  it('has a bundle that is an ES module', async () => {
    const manifest = await readFile(inRepository('dist', action, 'package.json'), 'utf8')

    expect(JSON.parse(manifest)).toEqual({ type: 'module' })
  })

  it('asks for what is missing with one annotation, a summary, and nothing else', async () => {
    const { exitCode, errors, warnings, lines, outputs, summary } = await runBundle({ action, inputs: {}, env: {} })

    expect(exitCode).toBe(1)
    expect(errors).toEqual([expect.stringMatching(/^(Input [a-z-]+ is missing|Give exactly one of the inputs)/)])
    expect(lines.filter(line => line !== '')).toHaveLength(1)
    expect([warnings, outputs]).toEqual([[], {}])
    expect(summary).toMatch(/^### [^\n]+: refused\n/)
  })
})

describe('an input that cannot be', () => {
  it.each<[ActionName, Readonly<Record<string, string>>, RegExp]>([
    ['build-once', { mode: 'destroy' }, /^Input mode is "destroy"\. Allowed: resolve, build, release\.$/],
    ['push-to-ops-registry', { unit: 'api', digest: 'latest', layout: 'x' }, /^Input digest is "latest", which is not/],
    [
      'promote-digest',
      { mode: 'check', release: DIGEST, 'release-id': 'r-000000000000' },
      /^Approvers would read r-000000000000, but release sha256:a+ is r-aaaaaaaaaaaa/
    ],
    [
      'deploy-stack',
      { mode: 'apply', release: DIGEST, environment: 'staging', 'plan-digest': 'SHA256:0' },
      /^Input plan-digest is "SHA256:0", which is not a digest/
    ],
    ['record-audit', { event: 'built', detail: '{' }, /^Input detail is not JSON/],
    ['accept-release', { environment: 'staging', commit: 'main', release: DIGEST }, /^Input commit is "main"/]
  ])('is refused by %s: %j', async (action, inputs, message) => {
    const { exitCode, errors, lines, summary } = await runBundle({ action, inputs, env: {} })

    expect(exitCode).toBe(1)
    expect(errors).toEqual([expect.stringMatching(message)])
    expect(lines.join('\n')).not.toMatch(/^\s+at /m)
    expect(summary).toContain(': refused')
  })

  it('cannot add commands or annotations of its own', async () => {
    const { errors, lines, summary } = await runBundle({
      action: 'deploy-stack',
      inputs: { mode: 'x\n::error::forged\n::stop-commands::t\n<img src=x>' },
      env: {}
    })

    expect(errors).toHaveLength(1)
    expect(lines.filter(line => line !== '')).toHaveLength(1)
    expect(summary.replace(/(`+).*?\1/gs, '')).toBe('### Deploy: refused\n\n\n\n')
  })
})
