import { describe, expect, it } from '@jest/globals'
import { type PlannedStack, type PropertyChange, sha256 } from '@sluice/core'
import { type Previous, writeDossier } from '../../src/dossier/index.ts'
import type { StandingFacts } from '../../src/dossier/standing.ts'
import { delivery, digestOf, facts, stack } from './dossier.ts'

const release = { digest: digestOf('9'), commit: '8'.repeat(40) }
const WHY = 'The document of release r-999999999999 is no longer in the ops registry.'

/** The cells of a unit's row: kind, deployed, this release. */
function unitRow(page: string, unit: string): readonly string[] {
  const row = page.split('\n').find(line => line.startsWith(`| ${unit} |`)) ?? ''
  return row
    .split('|')
    .slice(2, -1)
    .map(cell => cell.trim())
}

describe('a dossier says whose approval does not count', () => {
  it('by name, with what they did, and which addresses no account is known for', () => {
    const parties = [
      { id: '7', login: 'author', part: 'started this delivery' },
      { login: 'bob|x', part: 'wrote or committed a part of it' }
    ]
    const page = writeDossier(facts({ excluded: { parties, unknown: ['carol@home.example', 'dan`@home.example'] } }))

    expect(page).toContain(
      '| cannot approve | author (started this delivery), bob&#124;x (wrote or committed a part of it) |'
    )
    expect(page).toContain('| of no known account | `carol@home.example`, ')
  })

  it('nowhere where no one is asked', () => {
    expect(writeDossier(facts({ excluded: undefined }))).not.toContain('cannot approve')
  })
})

describe('the units of a dossier', () => {
  it('are new where nothing was ever deployed', () => {
    const page = writeDossier(facts({ previous: { kind: 'none' } }))

    expect([unitRow(page, 'api')[1], unitRow(page, 'site')[1]]).toEqual(['new', 'new'])
    expect(page).toContain('| replaces | nothing: first deployment |')
  })

  it('are unknown, and not new, where stacks exist of which the ledger knows nothing', () => {
    const { plan } = facts()
    const base = { status: 'UPDATE_COMPLETE', template: sha256('before'), parameters: {}, tags: {} }
    const page = writeDossier(facts({ previous: { kind: 'none' }, plan: { ...plan, stacks: [stack({ base })] } }))

    expect([unitRow(page, 'api')[1], unitRow(page, 'site')[1]]).toEqual(['unknown: its stack is there already', 'new'])
    expect(page).toContain('| replaces | unknown: the ledger holds no deployment, and there are stacks |')
    expect(page).toContain(
      '> - **The ledger holds no deployment here, and a stack exists** (`shop-staging-api`): what runs'
    )
  })

  it.each<[string, string, boolean, Partial<NonNullable<StandingFacts['uncertain']>>]>([
    ['of a run that began and has no end', 'not recorded: run 4711 may have made it', false, {}],
    ['of no one, where that run touched nothing', 'unknown: its stack is there already', true, { untouched: 15 }]
  ])('are %s, where a stack exists that is on no record', (_, cell, warns, special) => {
    const { plan } = facts()
    const base = { status: 'UPDATE_COMPLETE', template: sha256('before'), parameters: {}, tags: {} }
    const uncertain = { event: 'started', sequence: 14, run: '4711', attempt: 1, isOwn: false, ...special } as const
    const standing = { live: undefined, withdrawals: [], uncertain }
    const page = writeDossier(
      facts({ standing, previous: { kind: 'none' }, plan: { ...plan, stacks: [stack({ base })] } })
    )

    expect(unitRow(page, 'api')[1]).toBe(cell)
    expect(page.includes('was deployed past Sluice')).toBe(warns)
  })

  it('are not new where they were gone for a while, and their stacks stayed', () => {
    const { plan, units } = facts()
    const { api: _, ...rest } = units
    const base = { status: 'UPDATE_COMPLETE', template: sha256('before'), parameters: {}, tags: {} }
    const previous: Previous = { kind: 'known', release, units: rest }
    const page = writeDossier(facts({ previous, plan: { ...plan, stacks: [stack({ base })] } }))

    expect(unitRow(page, 'api')[1]).toBe('gone before, and its stack stayed')
  })

  it('are the same, another, or new beside a release that is known', () => {
    const { units } = facts()
    const same = writeDossier(facts({ previous: { kind: 'known', release, units } }))
    const other = writeDossier(
      facts({
        previous: {
          kind: 'known',
          release,
          units: { api: { kind: 'image', digest: digestOf('7'), fingerprint: digestOf('1') } }
        }
      })
    )

    expect([unitRow(same, 'api')[1], unitRow(same, 'site')[1]]).toEqual(['same', 'same'])
    expect([unitRow(other, 'api')[1], unitRow(other, 'site')[1]]).toEqual([`\`${digestOf('7')}\``, 'new'])
    expect(other).toContain(`| replaces | r-999999999999, commit \`${release.commit}\` |`)
  })

  it('are unknown, not new, when the deployed release cannot be read: in the table and among the warnings', () => {
    const previous: Previous = { kind: 'unknown', release, why: WHY }

    const page = writeDossier(facts({ previous }))

    expect(unitRow(page, 'api')[1]).toBe(
      'unknown: The document of release r-999999999999 is no longer in the ops registry.'
    )
    expect(page).not.toMatch(/\| (new|same) \|/)
    expect(page).toContain(`> - ${WHY} What is deployed now cannot be compared unit by unit.`)
    expect(page).toContain(`| replaces | r-999999999999, commit \`${release.commit}\` |`)
  })

  it('are beside what was found to change nothing since, where that is live under its own name', () => {
    const standing = { live: digestOf('6'), withdrawals: [], uncertain: undefined }

    expect(writeDossier(facts({ standing }))).toContain('| live now | r-666666666666, which changed nothing there |')
    expect(writeDossier(facts())).not.toContain('live now')
  })

  it('that are gone have a row, which says what stays', () => {
    const { api, ...rest } = facts().units
    if (api === undefined) throw new Error('The release lacks a unit.')
    const gone = { ...rest, api }

    const page = writeDossier(facts({ units: rest, previous: { kind: 'known', release, units: gone } }))

    expect(unitRow(page, 'api').slice(1)).toEqual([
      `\`${api.digest}\``,
      'gone: its stack `shop-staging-api` stays as it is'
    ])
    expect(page).toContain(
      `> - \`api\` is delivered no more: its stack \`shop-staging-api\` stays, and goes on running \`${api.digest}\` until people delete it. If that is meant, write \`retired: { api: keep }\` into delivery.yml.`
    )
  })

  it('that are retired have a row, which says what is kept, and no warning', () => {
    const { api, ...rest } = facts().units
    if (api === undefined) throw new Error('The release lacks a unit.')
    const committed = delivery(text =>
      text.replace(/ {2}api: .*\n/, '').replace('environments:', 'retired: { api: keep }\nenvironments:')
    )
    const previous: Previous = { kind: 'known', release, units: { ...rest, api } }

    const page = writeDossier(facts({ units: rest, committed, previous }))

    expect(unitRow(page, 'api').slice(1)).toEqual([
      `\`${api.digest}\``,
      'retired: its stack `shop-staging-api` is kept, as delivery.yml says'
    ])
    expect(page).not.toContain('is delivered no more')
  })

  it('are warned of where delivery.yml keeps another one', () => {
    const { api, ...rest } = facts().units
    if (api === undefined) throw new Error('The release lacks a unit.')
    const committed = delivery(text => text.replace('environments:', 'retired: { worker: keep }\nenvironments:'))
    const previous: Previous = { kind: 'known', release, units: { ...rest, api } }

    expect(writeDossier(facts({ units: rest, committed, previous }))).toContain('`api` is delivered no more')
  })

  it.each([
    ['the same artifact', {}],
    ['the same sources', { digest: digestOf('6') }]
  ])('that are gone, and there under another name with %s, are named as such', (_, changes) => {
    const { api, ...rest } = facts().units
    if (api === undefined) throw new Error('The release lacks a unit.')

    const units = { ...rest, backend: { ...api, ...changes } }
    const page = writeDossier(facts({ units, previous: { kind: 'known', release, units: { ...rest, api } } }))

    expect(page).toContain(
      '> - `api` is `backend` now, by what it is made of. That is another unit with a stack of its own, `shop-staging-backend`: its stack `shop-staging-api` stays'
    )
  })

  it('are compared with what was recorded last, where a deployment has no end on the ledger', () => {
    const standing = {
      live: release.digest,
      withdrawals: [],
      uncertain: {
        event: 'started' as const,
        release: digestOf('7'),
        sequence: 14,
        run: '4711',
        attempt: 1,
        isOwn: false
      }
    }
    const page = writeDossier(facts({ standing }))

    expect(page).toContain(
      '> - **What runs in staging is not certain:** run 4711 began to deploy r-777777777777 here, and the ledger does not hold that as done (record 14). This page compares with what was recorded last.'
    )
    expect(page).toContain('| unit | kind | last recorded | this release |')
    expect(page).toContain('| last recorded | r-999999999999, commit')
    const first = writeDossier(facts({ standing, previous: { kind: 'none' } }))
    expect(first).toContain('| last recorded | nothing |')
    expect(unitRow(first, 'api')[1]).toBe('nothing')
  })

  it('are not taken for what every object has', () => {
    const page = writeDossier(
      facts({
        units: Object.fromEntries([['constructor', facts().units['api']]]) as ReturnType<typeof facts>['units'],
        previous: { kind: 'known', release, units: {} }
      })
    )

    expect(unitRow(page, 'constructor')[1]).toBe('new')
  })
})

describe('the headline of a dossier', () => {
  const content = { unit: 'site', bucket: 'Bucket', digest: digestOf('b') }
  const headline = (members: Parameters<typeof facts>[0]): string => writeDossier(facts(members)).split('\n')[2] ?? ''

  it.each([
    [0, '**0 added, 1 modified (0 replaced), 0 removed**.'],
    [1, '**0 added, 1 modified (0 replaced), 0 removed**, 1 bundle published.'],
    [2, '**0 added, 1 modified (0 replaced), 0 removed**, 2 bundles published.']
  ])('counts %d bundles', (bundles, line) => {
    const { plan } = facts()

    expect(headline({ plan: { ...plan, content: Array.from({ length: bundles }, () => content) } })).toBe(line)
  })

  it('counts what may be replaced, and stacks of which nothing is known yet', () => {
    const changes = [
      { action: 'Modify', logicalId: 'Orders', type: 'AWS::DynamoDB::Table', replacement: 'Conditional', targets: [] }
    ] as const
    const later = stack({ unit: 'worker', action: 'deferred', changes: [] })

    expect(headline({ plan: { ...facts().plan, stacks: [stack({ changes }), later] } })).toBe(
      '**0 added, 1 modified (0 replaced, 1 may be), 0 removed**, 1 new stack not computed yet.'
    )
  })

  it('says that a stack is deleted first, and with it counts as a new one', () => {
    const dead = stack({
      action: 'deferred',
      changes: [{ action: 'Add', logicalId: 'Orders', type: 'AWS::DynamoDB::Table', targets: [] }],
      before: { step: 'replace-dead', status: 'ROLLBACK_COMPLETE' }
    })
    const of = { plan: { ...facts().plan, stacks: [dead] } }

    expect(headline(of)).toBe('**1 added, 0 modified (0 replaced), 0 removed**, 1 new stack not computed yet.')
    expect(writeDossier(facts(of))).toContain(
      '### Stack `shop-staging-api`: delete (it is in `ROLLBACK_COMPLETE`), then create\n'
    )
  })

  it('says that a stack is rolled back first, and no bounds of changes, since there are none', () => {
    const stuck = stack({
      action: 'deferred',
      changes: [],
      base: { status: 'UPDATE_FAILED', template: digestOf('a'), parameters: {}, tags: {} },
      before: { step: 'rollback', status: 'UPDATE_FAILED' }
    })
    const page = writeDossier(facts({ plan: { ...facts().plan, stacks: [stuck] } }))

    expect(page).toContain('### Stack `shop-staging-api`: roll back (it is in `UPDATE_FAILED`)\n')
    expect(page).not.toContain('Nothing else of this stack may change')
  })

  it('counts apart what happens only if a value moves, and says which, why and what is refused', () => {
    const change = { action: 'Modify', logicalId: 'Service', type: 'AWS::ECS::Service', replacement: 'False' }
    const open = stack({
      unit: 'worker',
      stack: 'shop-staging-worker',
      action: 'deferred',
      parameters: {
        Subnets: {
          expression: '${api.Subnets}',
          now: 'subnet-1',
          because: [{ unit: 'api', output: 'Subnets', via: ['SubnetA', '<b>'] }]
        }
      },
      base: { status: 'CREATE_COMPLETE', template: digestOf('a'), parameters: { Subnets: 'subnet-1' }, tags: {} },
      changes: [
        { ...change, targets: ['Properties.TaskDefinition'] },
        { ...change, replacement: 'True', targets: ['Properties.NetworkConfiguration'], possible: true }
      ]
    })

    const page = writeDossier(facts({ plan: { ...facts().plan, stacks: [open] } }))

    expect(page).toContain(
      '**0 added, 1 modified (0 replaced), 0 removed**, 1 more change only if values move that stacks take from others.'
    )
    expect(page).toContain('> - `worker` may replace `Service` (`AWS::ECS::Service`).')
    expect(page).toContain(
      '> - `worker` takes `Subnets` from stacks before it, which this plan may move; it may change what is shown below, and is refused otherwise.'
    )
    expect(page).toContain(
      [
        '### Stack `shop-staging-worker`: update, part of it known after apply',
        '',
        '| parameter | now | then |',
        '| --- | --- | --- |',
        '| `Subnets` | `subnet-1` | `known after apply: ${api.Subnets}` |',
        '',
        '`Subnets` takes `Subnets` of `api`, which may move with `SubnetA`, `<b>`.',
        '',
        '| action | resource | type | replaced | what | when |',
        '| --- | --- | --- | --- | --- | --- |',
        '| Modify | `Service` | `AWS::ECS::Service` | False | `Properties.TaskDefinition` | in any case |',
        '| Modify | `Service` | `AWS::ECS::Service` | True | `Properties.NetworkConfiguration` | only if a value moves |',
        '',
        'Nothing else of this stack may change: anything beyond this table is refused before the stack is touched.'
      ].join('\n')
    )
  })

  describe('where no stack changes', () => {
    const plan = { ...facts().plan, stacks: [stack({ action: 'unchanged', changes: [] })] }
    const live = digestOf('9')
    const uncertain = {
      event: 'started' as const,
      release: digestOf('7'),
      sequence: 14,
      run: '4711',
      attempt: 1,
      isOwn: false
    }
    const stopped = { release: live, sequence: 12, by: 'ann', reason: 'slow' }

    it('says that nothing changes', () => {
      expect(headline({ plan })).toBe('**Nothing changes.** No approval is asked for.')
    })

    it('says which record stopped what is live, and what to do', () => {
      const standing = { live, uncertain: undefined, withdrawals: [{ of: 'live' as const, ...stopped }] }

      expect(headline({ plan, standing })).toBe(
        '**Nothing changes, and what is live here was withdrawn (record 12).** Deliver a change that repairs it.'
      )
    })

    it.each<[Parameters<typeof facts>[0], string]>([
      [
        { unfinished: 'withdrawn', standing: { live, uncertain, withdrawals: [{ of: 'this', ...stopped }] } },
        'The release was withdrawn here. This run lets it in again: it updates the tags and the ledger, and asks for a new acceptance.'
      ],
      [
        { unfinished: 'interrupted', standing: { live, uncertain, withdrawals: [] } },
        'They are as this release wants them, but run 4711 began to deploy r-777777777777 here, and the ledger does not hold that as done. This run will update the tags and the ledger.'
      ],
      [
        { unfinished: 'interrupted' },
        'They are as this release wants them, but a deployment began here that the ledger does not hold as done. This run will update the tags and the ledger.'
      ],
      [
        { unfinished: 'not-recorded' },
        'They are already as this release wants them, but the ledger holds r-999999999999 as live here: they were changed past Sluice, or the release differs in what no stack uses. This run will update the tags and the ledger.'
      ],
      [
        { unfinished: 'not-recorded', standing: { live: undefined, uncertain: undefined, withdrawals: [] } },
        'They are already as this release wants them, but the ledger holds no release as live here: they were changed past Sluice, or the release differs in what no stack uses. This run will update the tags and the ledger.'
      ]
    ])('says why there is something to do: %j', (members, sentence) => {
      expect(headline({ plan, ...members })).toBe(`**Nothing changes in the stacks.** ${sentence}`)
    })
  })
})

describe('the runbook of a dossier', () => {
  const shown = (text: string): string => {
    const page = writeDossier(facts({ runbook: { path: 'runbooks/staging.md', text, digest: sha256(text) } }))
    return page.slice(page.indexOf('### Runbook')).trimEnd()
  }

  it('is its items, below the headings that they stand under', () => {
    expect(
      shown(
        '# Promote\n\nBefore anything else, read this.\n\n## Before ##\n- [ ] Look\n- [x] Tell\n\n## After\n### Now\n* [ ] Check\n'
      )
    ).toBe(
      [
        '### Runbook `runbooks/staging.md`',
        '',
        '**Promote**',
        '',
        '**Before**',
        '',
        '- [ ] Look',
        '- [ ] Tell',
        '',
        '**After**',
        '',
        '**Now**',
        '',
        '- [ ] Check'
      ].join('\n')
    )
  })

  it('shows no heading without an item below it', () => {
    expect(shown('# One\n## Two\ntext\n## Three\n- [ ] Do\n# Four\n')).not.toMatch(/Two|Four/)
  })

  it('takes no comment in a block of code for a heading, and hides no item', () => {
    const page = shown('# Roll back\n```sh\n# not a heading\nls\n```\n- [ ] Do\n~~~\n- [ ] Unclosed\n')

    expect(page).not.toContain('not a heading')
    expect(page).toContain('**Roll back**\n\n- [ ] Do\n- [ ] Unclosed')
  })

  it.each([
    [
      'a line that only mentions a fence opens no block',
      'Write ```sh first.\n# Seen\n- [ ] Do\n',
      '**Seen**\n\n- [ ] Do'
    ],
    ['another fence ends no block', '```\n~~~\n# Hidden\n```\n- [ ] Do\n', '\n\n- [ ] Do'],
    ['a line that only mentions a heading is none', 'See # Hidden\n- [ ] Do\n', '\n\n- [ ] Do'],
    ['a heading is without its marks, also where spaces follow', '## Seen ##  \n- [ ] Do\n', '**Seen**\n\n- [ ] Do']
  ])('reads Markdown as GitHub does: %s', (_, text, expected) => {
    expect(shown(text)).toBe(`### Runbook \`runbooks/staging.md\`\n\n${expected.trimStart()}`)
  })

  it('shows hostile headings and items as they are', () => {
    expect(shown('# <b>*x*|`y`\n- [ ] @team ::error::\n')).toContain(
      '**&lt;b&gt;&#42;x&#42;&#124;&#96;y&#96;**\n\n- [ ] &#64;team &#58;&#58;error&#58;&#58;'
    )
  })

  it('says that it has no items', () => {
    expect(shown('# Nothing to do\n')).toBe('### Runbook `runbooks/staging.md`\n\nIt has no checklist items.')
  })
})

describe('the values of a dossier', () => {
  const change = { action: 'Modify', logicalId: 'Subnet', type: 'AWS::EC2::Subnet', replacement: 'True', targets: [] }
  const pageOf = (values: readonly PropertyChange[]): string => {
    const { plan } = facts()
    return writeDossier(facts({ plan: { ...plan, stacks: [stack({ changes: [{ ...change, values }] })] } }))
  }

  it('are shown before and after, with whether they replace the resource, and as nothing but text', () => {
    const page = pageOf([
      { path: '/Properties/CidrBlock', before: '10.0.1.0/24', after: '10.0.2.0/24', recreates: 'Always' },
      { path: '/Properties/Policy', before: '<b>|`x`', recreates: 'Conditionally' },
      { path: '/Properties/Name', after: '****' }
    ])

    expect(page).toContain(
      [
        '| resource | property | now | then |  |',
        '| --- | --- | --- | --- | --- |',
        '| `Subnet` | `/Properties/CidrBlock` | `10.0.1.0/24` | `10.0.2.0/24` | replaces it |',
        '| `Subnet` | `/Properties/Policy` | <code>&lt;b&gt;&#124;&#96;x&#96;</code> | gone | may replace it |',
        '| `Subnet` | `/Properties/Name` | none | `****` |  |'
      ].join('\n')
    )
  })

  it('are counted where they are many', () => {
    const page = pageOf(Array.from({ length: 203 }, (_, n) => ({ path: `/Properties/P${n}`, before: 'a', after: 'b' })))

    expect(page.match(/`\/Properties\/P\d+`/g)).toHaveLength(200)
    expect(page).toContain('\n\nAnd 3 more values.')
  })
})

describe('what a plan lets happen beyond what is live', () => {
  it('has a table, and what is broad is among the warnings', () => {
    const { plan } = facts()
    const widens = [
      { at: 'Task', what: 'allows s3:GetObject on arn:aws:s3:::shop/*' },
      { at: 'Task', what: 'allows * on *' },
      { at: 'Group', what: 'lets in tcp 22 with 0.0.0.0/0 (anyone)' }
    ]
    const page = writeDossier(facts({ plan: { ...plan, stacks: [stack({ widens })] } }))

    expect(page).toContain(
      [
        '### Wider permissions and network access',
        '',
        '| unit | resource | from now on |',
        '| --- | --- | --- |',
        '| `api` | `Task` | `allows s3:GetObject on arn:aws:s3:::shop/*` |',
        '| `api` | `Task` | `allows * on *` |',
        '| `api` | `Group` | `lets in tcp 22 with 0.0.0.0/0 (anyone)` |'
      ].join('\n')
    )
    expect(page).toContain('> - `api`: `Task` `allows * on *`.')
    expect(page).toContain('> - `api`: `Group` `lets in tcp 22 with 0.0.0.0/0 (anyone)`.')
    expect(page).not.toContain('`Task` `allows s3:GetObject on arn:aws:s3:::shop/*`.')
  })

  it('is counted where it is much', () => {
    const { plan } = facts()
    const widens = Array.from({ length: 103 }, (_, n) => ({ at: 'Task', what: `allows a:B${n} on x` }))

    expect(writeDossier(facts({ plan: { ...plan, stacks: [stack({ widens })] } }))).toContain('\n\nAnd 3 more: compare')
  })
})

describe('what the release did not build', () => {
  it('has a table with where it is taken, and whether it may change', () => {
    const { plan } = facts()
    const references: NonNullable<PlannedStack['references']> = [
      { kind: 'dynamic', at: 'Db/MasterUserPassword', text: 'secretsmanager:shop/db', moves: true },
      { kind: 'image', at: 'Task/ContainerDefinitions/1/Image', text: 'public.example/daemon@sha256:0' }
    ]
    const page = writeDossier(facts({ plan: { ...plan, stacks: [stack({ references })] } }))

    expect(page).toContain(
      [
        '### Not built by this release',
        '',
        'delivery.yml lets the stacks take these besides.',
        '',
        '| unit | where | what | name | content |',
        '| --- | --- | --- | --- | --- |',
        '| `api` | `Db/MasterUserPassword` | looked up when it is deployed | `secretsmanager:shop/db` | may change |',
        '| `api` | `Task/ContainerDefinitions/1/Image` | image | `public.example/daemon@sha256:0` | fixed |'
      ].join('\n')
    )
  })
})

describe('the settings of a stack', () => {
  const TOPIC = 'arn:aws:sns:eu-west-1:222222222222:deployments'
  const ALARM = 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors'
  const base = { status: 'UPDATE_COMPLETE', template: sha256('before'), parameters: {}, tags: {} }
  const pageOf = (members: Partial<PlannedStack>): string =>
    writeDossier(facts({ plan: { ...facts().plan, stacks: [stack({ changes: [], ...members })] } }))

  it('are shown where they differ, as they are and as they will be, and counted', () => {
    const page = pageOf({
      base: { ...base, settings: { notifications: [TOPIC], rollback: { alarms: [], minutes: 0 } } },
      settings: { notifications: [TOPIC], rollback: { alarms: [ALARM], minutes: 10 } }
    })

    expect(page).toContain('\n**0 added, 0 modified (0 replaced), 0 removed**, settings of 1 stack changed.\n')
    expect(page).toContain(
      [
        '### Stack `shop-staging-api`: update',
        '',
        '| setting | now | then |',
        '| --- | --- | --- |',
        `| rollback alarms | \`none\` | \`${ALARM}\` |`,
        '| monitoring | `0 min` | `10 min` |',
        ''
      ].join('\n')
    )
    expect(page).not.toContain('WARNING')
  })

  it('are those of a new stack from its beginning', () => {
    const page = pageOf({ action: 'create', settings: { notifications: [TOPIC] } })

    expect(page).toContain(`| notifications | none | \`${TOPIC}\` |`)
    expect(page).not.toContain('settings of')
  })

  it('are not told where they stay', () => {
    const settings = { notifications: [TOPIC] }

    expect(pageOf({ base: { ...base, settings }, settings })).not.toContain('setting |')
  })

  it('are warned of where an alarm goes that rolled back what fails', () => {
    const rollback = { alarms: [ALARM], minutes: 10 }
    const page = pageOf({
      base: { ...base, settings: { rollback } },
      settings: { rollback: { alarms: [], minutes: 0 } }
    })

    expect(page).toContain(`> - \`api\`: \`${ALARM}\` no longer rolls its updates back.`)
  })

  it.each([
    [true, false, 1],
    [false, true, 0]
  ])('are warned of where a stack is protected no more: from %s to %s', (before, after, warnings) => {
    const page = pageOf({
      base: { ...base, settings: { terminationProtection: before } },
      settings: { terminationProtection: after }
    })

    expect(page.split('> - `api`: the stack `shop-staging-api` is no longer protected from deletion.')).toHaveLength(
      1 + warnings
    )
    expect(page).toContain(`| termination protection | ${before ? '`on` | `off`' : '`off` | `on`'} |\n`)
  })
})

describe('the page of a dossier', () => {
  const runbook = { path: 'runbooks/staging.md', text: '- [ ] Look\n', digest: digestOf('5') }

  it('shows all that an approver decides on, in its order (promise 4)', () => {
    const { plan } = facts()
    const api = stack({
      parameters: {
        Image: { value: 'new' },
        Address: { expression: '${site.Address}' },
        Size: { value: 'small' },
        Fresh: { value: 'x' }
      },
      base: {
        status: 'UPDATE_COMPLETE',
        template: sha256('before'),
        parameters: { Image: 'old', Address: 'https://shop.example', Size: 'small' },
        tags: {}
      },
      changes: [
        {
          action: 'Modify',
          logicalId: 'Service',
          type: 'AWS::ECS::Service',
          replacement: 'False',
          targets: ['Properties.TaskDefinition', 'Tags']
        },
        { action: 'Add', logicalId: 'Queue', type: 'AWS::SQS::Queue', targets: [] }
      ]
    })
    const site = stack({ unit: 'site', stack: 'shop-staging-site', action: 'unchanged', changes: [] })
    const content = [
      { unit: 'site', bucket: 'BucketName', digest: digestOf('b'), live: digestOf('4') },
      {
        ...{ unit: 'docs', bucket: 'BucketName', digest: digestOf('3') },
        files: {
          added: { count: 30, first: ['a.js', 'b`.js'] },
          changed: { count: 2, first: ['c.js', 'd.js'] },
          removed: { count: 1, first: ['e.js'] },
          same: 4
        }
      }
    ]
    const commits = [{ commit: 'c'.repeat(40), subject: 'Greet', author: 'ann' }]

    const page = writeDossier(facts({ plan: { ...plan, stacks: [api, site], content }, commits, runbook }))

    expect(page).toBe(
      [
        '## r-dddddddddddd → staging',
        '**1 added, 1 modified (0 replaced), 0 removed**, 2 bundles published.',
        [
          '|  |  |',
          '| --- | --- |',
          `| release | \`${digestOf('d')}\` |`,
          `| commit | \`${'c'.repeat(40)}\` |`,
          `| replaces | r-999999999999, commit \`${'8'.repeat(40)}\` |`,
          `| plan | \`${digestOf('e')}\` |`,
          '| gate | one of approver; no one who started this, or wrote or committed a part of it |',
          '| approve within | 72 hours: an older plan is not applied |',
          '| cannot approve | author (started this delivery) |',
          `| runbook | \`runbooks/staging.md\` \`${digestOf('5')}\` |`
        ].join('\n'),
        '### Units',
        [
          '| unit | kind | deployed | this release |',
          '| --- | --- | --- | --- |',
          `| api | image | same | \`${digestOf('a')}\` |`,
          `| site | bundle | same | \`${digestOf('b')}\` |`
        ].join('\n'),
        '### Stack `shop-staging-api`: update',
        [
          '| parameter | now | then |',
          '| --- | --- | --- |',
          '| `Image` | `old` | `new` |',
          '| `Address` | `https://shop.example` | `known after apply: ${site.Address}` |',
          '| `Fresh` | none | `x` |'
        ].join('\n'),
        [
          '| action | resource | type | replaced | what |',
          '| --- | --- | --- | --- | --- |',
          '| Modify | `Service` | `AWS::ECS::Service` | False | `Properties.TaskDefinition` `Tags` |',
          '| Add | `Queue` | `AWS::SQS::Queue` |  |  |'
        ].join('\n'),
        '### Published files',
        [
          '| unit | now | then | files |',
          '| --- | --- | --- | --- |',
          `| \`site\` | \`${digestOf('4')}\` | \`${digestOf('b')}\` |  |`,
          `| \`docs\` | nothing | \`${digestOf('3')}\` | 30 added, 2 changed, 1 removed, 4 the same |`
        ].join('\n'),
        'Files of `docs`:',
        ['- added: `a.js`, ``b`.js`` and 28 more', '- changed: `c.js`, `d.js`', '- removed: `e.js`'].join('\n'),
        '### Commits since then: 1',
        '- `cccccccccccc` Greet (ann)',
        '### Runbook `runbooks/staging.md`',
        '- [ ] Look\n'
      ].join('\n\n')
    )
  })

  it('shows what AWS looks up for parameters, now and then', () => {
    const { plan } = facts()
    const parameters = { Ami: { value: '/shop/ami', resolved: 'ami-2' }, Same: { value: '/shop/x', resolved: 'x' } }
    const base = {
      ...{ status: 'CREATE_COMPLETE', template: sha256('before'), tags: {} },
      ...{ parameters: { Ami: '/shop/ami', Same: '/shop/x' }, resolved: { Ami: 'ami-1', Same: 'x' } }
    }
    const page = writeDossier(facts({ plan: { ...plan, stacks: [stack({ parameters, base })] } }))

    expect(page).toContain('| `Ami` | `/shop/ami → ami-1` | `/shop/ami → ami-2` |')
    expect(page).not.toContain('`Same`')
  })

  it('says that it goes back, by how much and which commits go', () => {
    const gone = { commit: '9'.repeat(40), subject: 'Shout', author: 'ben' }
    const page = writeDossier(facts({ reverted: [gone] }))

    expect(page).toContain('> - **This goes back:** 1 commit of what is deployed is not in this release.')
    expect(page).toContain(`### Commits that go: 1\n\n- \`${'9'.repeat(12)}\` Shout (ben)`)
    expect(writeDossier(facts({ reverted: Array.from({ length: 10_001 }, () => gone) }))).toContain(
      '**This goes back:** more than '
    )
    expect(writeDossier(facts({}))).not.toContain('goes back')
  })

  it('says that transforms make another template of a stack, and which', () => {
    const { plan } = facts()
    const processed = sha256('made')
    const pageOf = (changes: Partial<PlannedStack>) =>
      writeDossier(facts({ plan: { ...plan, stacks: [stack(changes)] } }))

    expect(pageOf({ processed })).toContain(
      `Transforms make another template of this one, with the digest \`${processed}\`; if they make anything else of it later, it is not applied.`
    )
    expect(pageOf({})).not.toContain('Transforms make')
  })

  it('shows tags that come, change and go', () => {
    const { plan } = facts()
    const base = {
      status: 'CREATE_COMPLETE',
      template: sha256('before'),
      parameters: {},
      tags: { A: '1', B: '2', D: '' }
    }
    const tagged = stack({ base, tags: { B: '3', C: '4', D: '' }, changes: [] })

    expect(writeDossier(facts({ plan: { ...plan, stacks: [tagged] } }))).toContain(
      [
        '| tag | now | then |',
        '| --- | --- | --- |',
        '| `A` | `1` | gone |',
        '| `B` | `2` | `3` |',
        '| `C` | none | `4` |'
      ].join('\n')
    )
  })

  it('has no table for what does not change', () => {
    const { plan } = facts()

    const page = writeDossier(
      facts({
        plan: { ...plan, stacks: [stack({ changes: [] })] },
        commits: undefined,
        previous: { kind: 'none' }
      })
    )

    expect(page.slice(page.indexOf('### Stack'))).toBe(
      '### Stack `shop-staging-api`: update\n\nNo parameter, tag, setting or resource changes, but what its template says besides: outputs, conditions, texts.\n'
    )
    expect(page).not.toMatch(/### (Published files|Commits since then|Runbook)/)
    expect(page).toContain('| runbook | none |')
  })

  it.each<[number, string, readonly string[]]>([
    [30, '30', []],
    [31, '31', ['- … and 1 more']],
    [1_000, '1000', ['- … and 970 more']],
    // As many as git is asked for: how many there are, nobody has counted.
    [1_001, 'more than 1,000', ['- … and many more']]
  ])('shows thirty commits and counts the rest as far as it was counted, of %d', (length, count, rest) => {
    const commits = Array.from({ length }, (_, n) => ({
      commit: String(n).padStart(40, '0'),
      subject: `change ${n}`,
      author: 'ann'
    }))

    const lines = writeDossier(facts({ commits })).split('\n')

    expect(lines).toContain(`### Commits since then: ${count}`)
    expect(lines.filter(line => line.startsWith('- `'))).toHaveLength(30)
    expect(lines.filter(line => line.startsWith('- … and'))).toEqual(rest)
  })
})
