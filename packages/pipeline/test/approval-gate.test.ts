import { describe, expect, it } from '@jest/globals'
import type { LedgerRecord, Protection } from '@sluice/core'
import { PROTECTION } from '@sluice-lab/memory'
import { readProtection, requireProtectedGate, requireRecordedGate } from '../src/index.ts'
import { AT, ENVIRONMENTS, gateOf, NOBODY, PATTERNS, policies, SOUND } from './gate.ts'
import { records } from './record.ts'

const { integration, staging, fair } = ENVIRONMENTS

describe('the gate of an environment', () => {
  it('is read together with its branch patterns, at most a page of them', async () => {
    const [many, page] = [`${AT}/staging`, `${AT}/staging/${PATTERNS}`]
    const read = async (patterns: unknown) => readProtection(gateOf({ [many]: SOUND, [page]: patterns }), 'staging')

    expect((await read(policies('main', 'v*')))?.refs).toEqual(['refs/heads/main', 'refs/heads/v*'])
    expect((await read(undefined))?.refs).toEqual([])
    await expect(read({ total_count: 101, branch_policies: [] })).rejects.toThrow(
      'The GitHub Environment staging has 101 deployment branch patterns, more than the 100'
    )
  })

  it('costs one call where it has no patterns', async () => {
    const pipeline = gateOf({ [`${AT}/staging`]: { ...SOUND, deployment_branch_policy: null } })

    expect((await readProtection(pipeline, 'staging'))?.branchPolicy).toBe('none')
    expect(pipeline.github.asked).toEqual([`${AT}/staging`])
  })

  it('of a name with a slash is asked for by that name', async () => {
    const pipeline = gateOf({})

    expect(await readProtection(pipeline, 'eu/one')).toBeUndefined()
    expect(pipeline.github.asked).toEqual([`${AT}/eu%2Fone`])
  })

  it('may be walked around by administrators only where delivery.yml says so', async () => {
    const pipeline = gateOf({
      [`${AT}/staging`]: { ...SOUND, can_admins_bypass: true },
      [`${AT}/staging/${PATTERNS}`]: policies('main')
    })

    await expect(requireProtectedGate(pipeline, staging)).rejects.toThrow(
      /administrators can bypass it\. Under Settings > Environments > staging: turn off/
    )
    expect(await requireProtectedGate(pipeline, { ...staging, allowAdminBypass: true })).toMatchObject({
      adminBypass: true
    })
  })

  it.each([
    ['does not exist', {}, 'there is no GitHub Environment'],
    ['is open to every branch', { changes: { deployment_branch_policy: null } }, 'every branch may deploy'],
    ['is open to a branch of anybody', { patterns: policies('main', 'feature/*') }, 'refs/heads/feature/* may deploy'],
    ['has another name', { changes: { name: 'INTEGRATION' } }, 'returned the environment INTEGRATION']
  ])('is none where the GitHub Environment %s, also when nobody is asked', async (_, has, reason) => {
    for (const environment of [integration, fair]) {
      const at = `${AT}/${environment.name}`
      const { changes, patterns = policies('main') } = has as { readonly changes?: object; readonly patterns?: unknown }
      const answer = { ...NOBODY, name: environment.name, ...changes }
      const exists = Object.keys(has).length > 0
      const pipeline = gateOf(exists ? { [at]: answer, [`${at}/${PATTERNS}`]: patterns } : {}, {
        event: 'workflow_dispatch'
      })

      await expect(requireProtectedGate(pipeline, environment)).rejects.toThrow(reason)
    }
  })
})

describe('the gate that an intent was recorded with', () => {
  const alone = { ...PROTECTION, environment: 'integration', reviewers: [] }
  const started = (protection?: Protection): LedgerRecord =>
    records({ event: 'started', ...(protection === undefined ? {} : { protection }) })[0] as LedgerRecord

  it('is enough where nobody is asked', () => {
    const pipeline = gateOf({})

    expect(() => requireRecordedGate(pipeline, integration, started(alone))).not.toThrow()
    expect(pipeline.github.asked).toEqual([])
  })

  it.each([
    ['was not recorded', undefined, 'does not say how the gate of integration is protected'],
    ['was open', { ...alone, branchPolicy: 'none' }, 'every branch may deploy to it']
  ] as const)('is refused when it %s', (_, protection, reason) => {
    expect(() => requireRecordedGate(gateOf({}), integration, started(protection))).toThrow(reason)
  })
})
