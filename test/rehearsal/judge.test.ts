import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerEvent, type LedgerRecord, sha256 } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import { type Delivered, EXIT, judge, type Proof } from '@sluice-lab/rehearsal'
import { ROOT } from './rehearsed.ts'

let delivery: Delivery

beforeAll(async () => {
  delivery = parseDelivery(await readFile(join(ROOT, 'examples/storefront/delivery.yml'), 'utf8'), 'delivery.yml')
})

describe('the exit code of a rehearsal', () => {
  it('is 0 when every environment accepted and each unit has one digest in all of them', () => {
    expect(judge(delivered(), proof(), world())).toBe(EXIT.proven)
  })

  it('is 0 when nothing changed and what is live was accepted', () => {
    const records = delivery.environments.map(({ name }) => record('unchanged', name, { acceptedBy: 9 }))

    expect(judge({ exitCode: 0, records }, proof(), world())).toBe(EXIT.proven)
  })

  it.each<[string, () => number]>([
    ['act failed', () => judge({ ...delivered(), exitCode: 1 }, proof(), world())],
    ['nothing was recorded', () => judge({ exitCode: 0, records: [] }, proof(), world())],
    ['nothing was read back', () => judge(delivered(), { ...proof(), rows: [] }, world())],
    [
      'production was never reached',
      () => judge({ exitCode: 0, records: delivered().records.slice(0, 2) }, proof(), world())
    ],
    [
      'a gate was bypassed',
      () =>
        judge({ exitCode: 0, records: [...delivered().records, record('bypassed', 'production')] }, proof(), world())
    ],
    [
      'one unit is missing in production',
      () => judge(delivered(), { ...proof(), rows: proof().rows.slice(0, -1) }, world())
    ],
    ['an environment has another digest', () => judge(delivered(), withOther('staging'), world())]
  ])('is 1 when %s', (_, verdict) => {
    expect(verdict()).toBe(EXIT.failed)
  })

  it('is 3 when a gate was rejected', () => {
    expect(judge({ exitCode: 1, records: [record('rejected', 'staging')] }, proof(), world())).toBe(EXIT.rejected)
  })

  it.each<[string, () => number]>([
    [
      'a digest is another one somewhere',
      () => judge(delivered(), { ...proof(), mismatches: ['api in staging: …'] }, world())
    ],
    [
      'the ledger does not verify',
      () => judge(delivered(), { ...proof(), ledger: { ...proof().ledger, verified: false } }, world())
    ],
    [
      "GitHub's stand-in did not answer as GitHub would",
      () => judge(delivered(), proof(), { ...world(), github: { defects: ['GET /x'] } })
    ]
  ])('is 4 when %s', (_, verdict) => {
    expect(verdict()).toBe(EXIT.mismatch)
  })
})

function world(): { readonly delivery: Delivery; readonly github: { readonly defects: readonly string[] } } {
  return { delivery, github: { defects: [] } }
}

function delivered(): Delivered {
  return { exitCode: 0, records: delivery.environments.map(({ name }) => record('accepted', name)) }
}

function proof(): Proof {
  const rows = delivery.environments.flatMap(environment =>
    delivery.units.map(unit => {
      const digest = `sha256:${unit.name}`
      return {
        environment: environment.name,
        unit: unit.name,
        ledger: digest,
        release: digest,
        stack: digest,
        registry: digest,
        running: digest
      }
    })
  )
  return { rows, mismatches: [], ledger: { records: 17, signed: 17, verified: true, problems: [] } }
}

function withOther(environment: string): Proof {
  return {
    ...proof(),
    rows: proof().rows.map(row => (row.environment === environment ? { ...row, stack: 'sha256:other' } : row))
  }
}

function record(event: LedgerEvent, environment: string, detail: Readonly<Record<string, unknown>> = {}): LedgerRecord {
  return {
    version: 2,
    sequence: 1,
    state: { section: sha256('section'), ledger: sha256('ledger') },
    time: '2026-01-01T00:00:00.000Z',
    product: 'storefront',
    event,
    environment,
    actor: { id: '1', login: 'author' },
    run: {
      repository: '1',
      id: '1',
      attempt: 1,
      job: 'record',
      ref: 'refs/heads/main',
      workflow: '',
      workflowSha: '',
      runner: ''
    },
    detail
  }
}
