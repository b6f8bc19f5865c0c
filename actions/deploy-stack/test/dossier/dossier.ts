import { type PlannedStack, parseDigest, sha256 } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import { PROTECTION } from '@sluice-lab/memory'
import type { DossierFacts } from '../../src/dossier/index.ts'

/** A digest of 64 equal digits. */
export function digestOf(digit: string): ReturnType<typeof parseDigest> {
  return parseDigest(`sha256:${digit.repeat(64)}`)
}

/** The delivery of the tests, as its file has it. */
export const DELIVERY = `version: 1
product: shop
accounts: { ops: { id: "111111111111", region: eu-west-1 } }
units:
  api: { image: {}, stack: { template: api.yml } }
  site: { bundle: { path: site }, stack: { template: site.yml } }
environments:
  - { name: integration, level: development, gate: continuous }
  - { name: staging, level: preproduction, gate: approval }
ledger: { key: alias/ledger, trust: [{ key: "${digestOf('f')}", signs: [builds, integration, staging] }] }
`

export function delivery(change: (text: string) => string = text => text): Delivery {
  return parseDelivery(change(DELIVERY), 'delivery.yml')
}

export function stack(members: Partial<PlannedStack> = {}): PlannedStack {
  return {
    unit: 'api',
    stack: 'shop-staging-api',
    region: 'eu-west-1',
    action: 'update',
    artifact: digestOf('a'),
    template: sha256('template'),
    parameters: {},
    tags: {},
    changes: [{ action: 'Modify', logicalId: 'Service', type: 'AWS::ECS::Service', replacement: 'False', targets: [] }],
    ...members
  }
}

const UNITS: DossierFacts['units'] = {
  api: { kind: 'image', digest: digestOf('a'), fingerprint: digestOf('1') },
  site: { kind: 'bundle', digest: digestOf('b'), fingerprint: digestOf('2') }
}

/** A release of two units that changes one stack of staging; another release, of the same two units, is deployed there. */
export function facts(members: Partial<DossierFacts> = {}): DossierFacts {
  const policy = delivery()
  const commit = 'c'.repeat(40)
  return {
    release: digestOf('d'),
    units: UNITS,
    adoptions: [],
    environment: { name: 'staging', gate: 'approval' },
    protection: PROTECTION,
    excluded: { parties: [{ id: '7', login: 'author', part: 'started this delivery' }], unknown: [] },
    plan: {
      version: 1,
      product: 'shop',
      environment: 'staging',
      release: digestOf('d'),
      commit,
      policy: policy.digest,
      stacks: [stack()],
      content: []
    },
    planDigest: digestOf('e'),
    previous: { kind: 'known', release: { digest: digestOf('9'), commit: '8'.repeat(40) }, units: UNITS },
    commits: [],
    reverted: [],
    rules: { kind: 'known', changes: [] },
    runbook: undefined,
    policy,
    committed: policy,
    standing: { live: digestOf('9'), withdrawals: [], uncertain: undefined },
    unfinished: undefined,
    ...members
  }
}
