import { describe, expect, it } from '@jest/globals'
import type { PlannedChange } from '@sluice/core'
import { type DossierFacts, writeDossier } from '../../src/dossier/index.ts'
import { delivery, digestOf, facts, stack } from './dossier.ts'

/** The list on top of the page, as it is written. */
function warningsOf(members: Partial<DossierFacts>): readonly string[] {
  const block = /> \[!WARNING\]\n((?:> - .*\n)*)/.exec(writeDossier(facts(members)))?.[1] ?? ''
  return block.split('\n').flatMap(line => (line === '' ? [] : [line.slice('> - '.length)]))
}

function planOf(...stacks: DossierFacts['plan']['stacks']): Pick<DossierFacts, 'plan'> {
  return { plan: { ...facts().plan, stacks } }
}

function changing(members: Partial<PlannedChange>): Pick<DossierFacts, 'plan'> {
  const change = { action: 'Modify', logicalId: 'Orders', type: 'AWS::DynamoDB::Table', targets: [], ...members }
  return planOf(stack({ changes: [change] }))
}

/** The delivery of the tests, of which these words are others. */
function changed(from: string, to: string): DossierFacts['policy'] {
  return delivery(text => text.replace(from, to))
}

const UNSIGNED = delivery(text => text.replace(/^ledger:.*\n/m, ''))
const UNBOXED = delivery(text => `${text}builds: { sandbox: none }\n`)

describe('a dossier warns', () => {
  it('of nothing where nothing is lost and nobody is passed over', () => {
    expect(warningsOf({})).toEqual([])
    expect(writeDossier(facts())).not.toContain('WARNING')
  })

  it.each<[string, Partial<DossierFacts>, string]>([
    ['that something is removed', changing({ action: 'Remove' }), '`api` removes `Orders` (`AWS::DynamoDB::Table`).'],
    [
      'that something may be another thing when it is deployed',
      planOf(
        stack({
          references: [
            { kind: 'dynamic', at: 'Db/MasterUserPassword', text: 'ssm:/shop/host', moves: true },
            { kind: 'dynamic', at: 'Db/Host', text: 'ssm:/shop/host', moves: true },
            { kind: 'image', at: 'Task/Image', text: 'public.example/daemon@sha256:0' }
          ]
        })
      ),
      '`api` takes `ssm:/shop/host`, and what that is may change between the approval and the deployment.'
    ],
    [
      'of what CloudFormation warns of, in its words and as no more than words',
      planOf(stack({ warnings: [{ at: '/Resources/Orders', what: 'The name <b>is</b> taken.' }] })),
      '`api`: CloudFormation warns of `/Resources/Orders`: The name &lt;b&gt;is&lt;/b&gt; taken.'
    ],
    [
      'that something is deleted with what it holds',
      changing({ action: 'Remove', policyAction: 'Delete' }),
      '`api` removes `Orders` (`AWS::DynamoDB::Table`), and deletes what is there.'
    ],
    [
      'that something is left behind',
      changing({ action: 'Remove', policyAction: 'Retain' }),
      '`api` removes `Orders` (`AWS::DynamoDB::Table`), and leaves what is there behind, outside of the stack.'
    ],
    [
      'that something may go, and a snapshot stays',
      changing({ replacement: 'Conditional', policyAction: 'ReplaceAndSnapshot' }),
      '`api` may replace `Orders` (`AWS::DynamoDB::Table`), and keeps a snapshot of what is there.'
    ],
    [
      'that something is replaced',
      changing({ replacement: 'True' }),
      '`api` replaces `Orders` (`AWS::DynamoDB::Table`).'
    ],
    [
      'that something may be replaced',
      changing({ replacement: 'Conditional' }),
      '`api` may replace `Orders` (`AWS::DynamoDB::Table`).'
    ],
    [
      'of a stack whose changes cannot be known yet',
      planOf(stack({ action: 'deferred', changes: [] })),
      '`api` is new and waits for values of stacks before it; it may only add resources, and is refused otherwise.'
    ],
    [
      'of a stack that is deleted and created anew',
      planOf(stack({ action: 'deferred', changes: [], before: { step: 'replace-dead', status: 'ROLLBACK_COMPLETE' } })),
      '`api`: the stack `shop-staging-api` is in `ROLLBACK_COMPLETE`, and nothing is left in it. It is deleted and created anew; it may only add resources, and is refused otherwise.'
    ],
    [
      'of a stack that is rolled back, and nothing else',
      planOf(
        stack({
          ...{
            action: 'deferred',
            changes: [],
            before: { step: 'continue-rollback', status: 'UPDATE_ROLLBACK_FAILED' }
          },
          base: { status: 'UPDATE_ROLLBACK_FAILED', template: digestOf('a'), parameters: {}, tags: {} }
        })
      ),
      '`api`: the stack `shop-staging-api` is in `UPDATE_ROLLBACK_FAILED`. It is rolled back to what it was before its last update, and nothing else: if the release changes anything of it then, the run stops there, and a new plan shows what.'
    ],
    [
      'of a gate without a second person',
      { environment: { name: 'staging', gate: 'dispatch' }, protection: undefined },
      'This gate has no second person: whoever starts the run decides alone.'
    ],
    [
      'of builds without a sandbox',
      { policy: UNBOXED, committed: UNBOXED },
      'Images may have been built without a sandbox (`builds: { sandbox: none }`).'
    ],
    [
      'of a unit that Sluice did not build, with whose word it is',
      { adoptions: [{ unit: 'api', sequence: 12, told: { by: 'ann', reason: 'lost ledger', checked: 'rebuilt' } }] },
      '`api` was not built by Sluice: ann adopted it (record 12). Reason: lost ledger. Checked: rebuilt.'
    ],
    [
      'of an adoption that the ledger does not hold',
      { adoptions: [{ unit: 'api', sequence: 12 }] },
      '`api` was not built by Sluice: record 12 is said to have adopted it, but the ledger does not hold it.'
    ],
    [
      'of a ledger that nobody signs',
      { policy: UNSIGNED, committed: UNSIGNED },
      'The ledger is advisory: its records are not signed; GitHub alone vouches for them.'
    ]
  ])('%s', (_, members, warning) => {
    expect(warningsOf(members)).toEqual([warning])
  })

  it('of production without a second person before all else, and not where reviewers are asked after all', () => {
    const environment = { name: 'production', gate: 'dispatch' } as const
    const protection = { ...facts().protection, reviewers: [], secondPerson: 'none' } as DossierFacts['protection']
    const lower = changed('level: preproduction', 'level: development')

    expect(warningsOf({ environment, protection, policy: lower, committed: delivery() })[0]).toBe(
      '**Production without a second person** (`secondPerson: none` in delivery.yml): whoever starts the run decides alone.'
    )
    expect(warningsOf({ environment })).toEqual([])
  })

  it('of what was withdrawn, and of what is not certain, before rules, adoptions and what the plan does', () => {
    const standing: DossierFacts['standing'] = {
      live: digestOf('9'),
      withdrawals: [{ of: 'live', release: digestOf('9'), sequence: 12, by: 'ann', reason: 'slow' }],
      uncertain: { event: 'started', release: digestOf('7'), sequence: 14, run: '4711', attempt: 1, isOwn: false }
    }
    const lower = changed('level: preproduction', 'level: development')

    expect(warningsOf({ ...changing({ action: 'Remove' }), standing, policy: lower, committed: delivery() })).toEqual([
      expect.stringContaining('was withdrawn** by ann (record 12). Reason: slow.'),
      expect.stringContaining('is not certain:** run 4711 began'),
      expect.stringContaining('The level is lower now'),
      expect.stringContaining('removes')
    ])
  })

  it('of a policy that asks for less than the commit of the release did, before all else', () => {
    const lower = changed('level: preproduction', 'level: development')

    expect(warningsOf({ ...changing({ action: 'Remove' }), policy: lower, committed: delivery() })).toEqual([
      "The level is lower now&#58; development instead of preproduction in the release's commit.",
      '`api` removes `Orders` (`AWS::DynamoDB::Table`).'
    ])
  })

  it('of every resource of every stack', () => {
    const removed = (logicalId: string) => ({ action: 'Remove', logicalId, type: 'T', targets: [] })
    const two = planOf(
      stack({ changes: [removed('A'), removed('B')] }),
      stack({ unit: 'site', changes: [removed('C')] })
    )

    expect(warningsOf(two)).toEqual([
      '`api` removes `A` (`T`).',
      '`api` removes `B` (`T`).',
      '`site` removes `C` (`T`).'
    ])
  })

  it('of no addition, and of no change that replaces nothing', () => {
    expect(warningsOf(changing({ action: 'Add' }))).toEqual([])
    expect(warningsOf(changing({ replacement: 'False' }))).toEqual([])
  })
})

describe('a dossier says who decides:', () => {
  const gate = (members: Partial<DossierFacts>): string =>
    /\| gate \| (.*) \|/.exec(writeDossier(facts(members)))?.[1] ?? ''
  const protection = {
    ...facts().protection,
    reviewers: [
      { type: 'User', id: '1', name: 'one' },
      { type: 'Team', id: '2', name: 'two' }
    ]
  } as NonNullable<DossierFacts['protection']>

  it.each<[string, Partial<DossierFacts>, string]>([
    [
      'one of the reviewers',
      { protection },
      'one of one, team&#58;two; no one who started this, or wrote or committed a part of it'
    ],
    [
      'or an administrator, who can go around them',
      { protection: { ...protection, adminBypass: true } },
      'one of one, team&#58;two; administrators can bypass; no one who started this, or wrote or committed a part of it'
    ],
    [
      'whoever starts the run',
      { environment: { name: 'staging', gate: 'dispatch' }, protection: undefined },
      'started by hand, no second person'
    ],
    [
      'nobody',
      { environment: { name: 'integration', gate: 'continuous' }, protection: undefined },
      'continuous, no one is asked'
    ]
  ])('%s', (_, members, words) => {
    expect(gate(members)).toBe(words)
  })
})

describe('a dossier shows as text, never as Markdown,', () => {
  const rule = (change: { readonly what: string; readonly before: string; readonly now: string }) =>
    ({ rules: { kind: 'known', changes: [{ ...change, weaker: true }] } }) as const
  const HOSTILE = [
    'a | forged | cell',
    'a\n| forged | row | of | a | table |\n\n# Approved by everybody',
    '`',
    '`` ` ``',
    '\\|',
    '</td></tr><script>alert(1)</script>',
    '<!-- ',
    '**bold** @octocat #1 [link](https://shop.example)',
    '> [!NOTE]',
    '::set-output name=x::y',
    ''
  ]
  const one = facts().protection as NonNullable<DossierFacts['protection']>
  const known = facts().units
  const certain = facts().standing
  const withdrawn = { of: 'this', release: digestOf('d'), sequence: 12 } as const
  const places: readonly (readonly [string, (text: string) => Partial<DossierFacts>])[] = [
    ['the name of a parameter', text => planOf(stack({ parameters: { [text]: { value: 'x' } } }))],
    ['the new value of a parameter', text => planOf(stack({ parameters: { Greeting: { value: `${text}!` } } }))],
    ['an expression', text => planOf(stack({ parameters: { Greeting: { expression: `${text}!` } } }))],
    [
      'the value of a parameter now',
      text =>
        planOf(
          stack({
            parameters: { Greeting: { value: 'x' } },
            base: { status: 'CREATE_COMPLETE', template: digestOf('1'), parameters: { Greeting: text }, tags: {} }
          })
        )
    ],
    ['the name of a resource', text => changing({ logicalId: text })],
    ['the type of a resource', text => changing({ type: text })],
    ['what of a resource changes', text => changing({ targets: [text, 'Properties.Name'] })],
    ['a resource that is removed', text => changing({ action: 'Remove', logicalId: text, type: text })],
    ['a resource that is replaced', text => changing({ replacement: 'True', logicalId: text, type: text })],
    ['a resource that may be replaced', text => changing({ replacement: 'Conditional', logicalId: text, type: text })],
    ['what CloudFormation calls a change', text => changing({ action: text })],
    ['the name of a stack', text => planOf(stack({ stack: text }))],
    ['the unit of a stack', text => planOf(stack({ unit: text, action: 'deferred' }))],
    [
      'the name of a unit',
      text => ({
        units: { ...known, [`x${text}`]: { kind: 'image', digest: digestOf('a'), fingerprint: digestOf('1') } }
      })
    ],
    [
      'the name of a unit that is gone',
      text => ({
        previous: {
          ...{ kind: 'known', release: { digest: digestOf('9'), commit: '8'.repeat(40) } },
          units: { ...known, [`x${text}`]: { kind: 'image', digest: digestOf('a'), fingerprint: digestOf('1') } }
        }
      })
    ],
    [
      'the unit of published files',
      text => ({ plan: { ...facts().plan, content: [{ unit: text, bucket: 'Bucket', digest: digestOf('a') }] } })
    ],
    [
      'the names of published files',
      text => {
        const names = { count: 1, first: [text] }
        const files = { added: names, changed: names, headers: names, removed: names, kept: names, same: 0 }
        const content = { unit: 'site', bucket: 'Bucket', digest: digestOf('a'), drifted: true, files } as const
        return { plan: { ...facts().plan, content: [content] } }
      }
    ],
    [
      'the name of a reviewer',
      text => ({ protection: { ...one, reviewers: [{ type: 'User', id: '1', name: text }] } })
    ],
    [
      'the subject and author of a commit',
      text => ({ commits: [{ commit: '1'.repeat(40), subject: text, author: text }] })
    ],
    [
      'an adoption',
      text => ({ adoptions: [{ unit: text, sequence: 1, told: { by: text, reason: text, checked: text } }] })
    ],
    ['a withdrawal', text => ({ standing: { ...certain, withdrawals: [{ ...withdrawn, by: text, reason: text }] } })],
    [
      'the run of a deployment that was never recorded as done',
      text => ({
        standing: {
          ...certain,
          uncertain: { event: 'started', release: digestOf('7'), sequence: 14, run: text, attempt: 1, isOwn: false }
        }
      })
    ],
    ['a rule', text => rule({ what: text, before: 'x', now: 'y' })],
    ['what a rule was', text => rule({ what: 'x', before: text, now: 'y' })],
    ['what a rule is', text => rule({ what: 'x', before: 'y', now: text })],
    ['why rules cannot be compared', text => ({ rules: { kind: 'unknown', why: `x${text}` } })],
    ['the path of a runbook', text => ({ runbook: { path: text, text: '- [ ] x', digest: digestOf('1') } })],
    [
      'a step of a runbook',
      text => ({ runbook: { path: 'x', text: `- [ ] x${text.split('\n')[0]}`, digest: digestOf('1') } })
    ]
  ]

  it.each(places)('%s', (_, place) => {
    const harmless = shape(writeDossier(facts(place('harmless'))))

    for (const text of HOSTILE) {
      const page = writeDossier(facts(place(text)))

      expect([text, shape(page)]).toEqual([text, harmless])
      expect(outsideOfCode(page)).not.toMatch(/<script|<td|<!--|@octocat|\*\*bold|\[link\]|::set-output/)
    }
  })

  /** How many lines there are, and how many cells each of them has. */
  function shape(page: string): readonly number[] {
    return page.split('\n').map(line => line.split('|').length)
  }

  /** What is left for Markdown when spans of code are taken out (GFM, 6.1: as many backticks at the end as at the beginning). */
  function outsideOfCode(page: string): string {
    return page.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
  }
})
