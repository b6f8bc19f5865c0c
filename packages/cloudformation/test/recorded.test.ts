import { readFile } from 'node:fs/promises'
import type { ResourceChange } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import type { PlannedChange } from '@sluice/core'
import { createChangeSet } from '../src/change-set.ts'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { compareChanges } from '../src/difference.ts'
import { readStatus } from '../src/live-stack.ts'
import { withoutValues, withValues } from '../src/property-values.ts'
import { readChangeSet } from '../src/read-change-set.ts'
import { awsError, fakeCloudFormation } from './fake.ts'

/** What AWS really answered: where from and when, docs/conformance.md and the file itself say (scripts/recorded-aws.mjs). */
interface Recorded {
  readonly changeSets: readonly {
    readonly test: string
    readonly day: string
    /** As DescribeChangeSet told it without values, and with them. */
    readonly plain: readonly ResourceChange[]
    readonly valued: readonly ResourceChange[]
  }[]
  readonly errors: readonly { readonly test: string; readonly code: string; readonly message: string }[]
  readonly underReview: readonly { readonly test: string; readonly tags: readonly unknown[] }[]
}

const recorded = JSON.parse(
  await readFile(new URL('recorded/cloudformation.json', import.meta.url), 'utf8')
) as Recorded
const named = recorded.changeSets.map(it => [`${it.test}, ${it.day}`, it] as const)

/** Reads a change set as a plan does. */
async function read(
  plain: readonly ResourceChange[],
  valued: readonly ResourceChange[]
): Promise<readonly PlannedChange[]> {
  const cloudFormation = fakeCloudFormation({
    describeChangeSet: async ({ IncludePropertyValues = false }) => ({
      ...{ ChangeSetId: 'arn:1', StackId: 'arn:stack', Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' },
      Changes: (IncludePropertyValues ? valued : plain).map(it => ({ ResourceChange: it }))
    })
  })
  const found = await readChangeSet(cloudFormation, 'api', 'sluice-1')
  return withValues(cloudFormation, 'api', 'arn:1', found?.changes ?? [])
}

const backwards = (changes: readonly ResourceChange[]): readonly ResourceChange[] =>
  changes.map(it => ({ ...it, Details: [...(it.Details ?? [])].reverse() })).reverse()

describe('a change set that AWS described', () => {
  it('is one of many', () => {
    expect(named.length).toBeGreaterThan(90)
    expect(recorded.changeSets.filter(({ plain }) => plain.some(it => it.Action === 'Modify')).length).toBeGreaterThan(
      50
    )
  })

  it.each(named)(
    'changes what it said without values, whatever it says with them: %s',
    async (_, { plain, valued }) => {
      const changes = await read(plain, valued)

      expect(withoutValues(changes)).toEqual(await read(plain, []))
      const stack = { unit: 'api', stack: 'api' }
      expect(compareChanges(stack, changes, await read(backwards(plain), backwards(valued)))).toEqual([])
    }
  )

  it.each(named)('shows every value that it told of what it modifies: %s', async (_, { plain, valued }) => {
    const changes = await read(plain, valued)

    for (const change of valued.filter(it => it.Action === 'Modify')) {
      const shown = changes.find(it => it.logicalId === change.LogicalResourceId)
      for (const { Target: target } of change.Details ?? []) {
        if (target?.BeforeValue === undefined && target?.AfterValue === undefined) continue
        expect(shown?.values).toContainEqual(expect.objectContaining({ path: target.Path }))
      }
    }
  })

  it('differs from one that sets another value of the same property', async () => {
    const pairs = await Promise.all(
      recorded.changeSets.map(async ({ plain, valued }) => {
        const other = valued.map(it => ({
          ...it,
          Details: (it.Details ?? []).map(({ Target: target, ...detail }) => ({
            ...detail,
            Target: target?.AfterValue === undefined ? target : { ...target, AfterValue: `${target.AfterValue}-2` }
          }))
        }))
        const setsValues = plain.some(
          ({ Action, LogicalResourceId }) =>
            Action === 'Modify' &&
            valued.some(
              it => it.LogicalResourceId === LogicalResourceId && it.Details?.some(({ Target }) => Target?.AfterValue)
            )
        )
        const differences = compareChanges(
          { unit: 'api', stack: 'api' },
          await read(plain, valued),
          await read(plain, other as readonly ResourceChange[])
        )
        return [setsValues, differences.length > 0]
      })
    )

    expect(pairs.filter(([sets]) => sets).length).toBeGreaterThan(40)
    expect(pairs.filter(([sets, differs]) => sets !== differs)).toEqual([])
  })

  it('says what becomes of what goes', () => {
    const gone = recorded.changeSets.flatMap(({ plain }) =>
      plain.filter(({ Action, Replacement }) => Action === 'Remove' || Replacement === 'True')
    )

    expect(gone.length).toBeGreaterThan(10)
    expect(gone.filter(({ PolicyAction }) => PolicyAction === undefined)).toEqual([])
  })
})

describe('an error that AWS answered with', () => {
  const saying = (verb: keyof CloudFormationVerbs, code: string, message: string) =>
    fakeCloudFormation({ [verb]: async () => Promise.reject(awsError(code, message)) })
  const errors = (pattern: RegExp) =>
    recorded.errors
      .filter(({ code, message }) => pattern.test(`${code}: ${message}`))
      .map(it => [it.message, it] as const)

  it.each(errors(/^ValidationError: Stack (with id \S+|\[.*\]) does not exist$/))(
    'is known for a stack that is not there: %s',
    async (_, { code, message }) => {
      expect(await readStatus(saying('describeStacks', code, message), 'api')).toBeUndefined()
    }
  )

  it.each(errors(/^ChangeSetNotFound/))(
    'is known for a change set that is not there: %s',
    async (_, { code, message }) => {
      expect(await readChangeSet(saying('describeChangeSet', code, message), 'api', 'sluice-1')).toBeUndefined()
    }
  )

  it.each(errors(/No updates are to be performed|didn't contain changes/))(
    'is known for nothing to do: %s',
    async (_, { code, message }) => {
      const spec = { stack: 'api', name: 'sluice-1', type: 'UPDATE', template: '', parameters: {}, tags: {} } as const

      expect(await createChangeSet(saying('createChangeSet', code, message), spec)).toMatchObject({ state: 'empty' })
    }
  )

  it('is there of each of these kinds', () => {
    const kinds = [/Stack (with id|\[).* does not exist$/, /^ChangeSetNotFound/, /No updates are to be performed/]

    expect(kinds.map(kind => errors(kind).length > 0)).toEqual([true, true, true])
  })
})

describe('a stack that was only planned', () => {
  it('shows no tags, also where its change set has some: no policy can go by them', () => {
    expect(recorded.underReview.map(({ test }) => test)).toContain('test_stack_description_lifecycle[with-tags]')
    expect(recorded.underReview.flatMap(({ tags }) => tags)).toEqual([])
  })
})
