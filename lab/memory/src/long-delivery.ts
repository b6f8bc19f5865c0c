import {
  type Approval,
  type EvidenceDocument,
  encodeRelease,
  evidenceOfText,
  evidenceOfValue,
  type LedgerEvent,
  type NamedRelease,
  type PolicyFile,
  type Protection,
  parseDraft,
  type RecordDraft,
  type Release,
  type ReleasedUnit,
  type Statement,
  sha256
} from '@sluice/core'

/** Records that are written together, with the documents that they name. */
export interface LongAppend {
  readonly drafts: readonly RecordDraft[]
  readonly documents: readonly Uint8Array[]
}

/** Which delivery it is. */
export interface LongTerms {
  /** Counted from 0. */
  readonly n: number
  readonly product: string
  /** GitHub's number of it. */
  readonly repository: string
  /** The commit that is delivered. */
  readonly commit: string
  readonly policy: PolicyFile
  /** The Sluice that runs. */
  readonly sluice: { readonly repository: string; readonly commit: string }
}

/** Records that one delivery writes: three units are built and go through three environments, of which two ask somebody. */
export const RECORDS_PER_DELIVERY = 17

const UNITS = [
  ['site', 'bundle'],
  ['worker', 'image'],
  ['api', 'image']
] as const

/** All appends of a delivery in which everything changed, each as a job of its own makes it. */
export function appendsOf(terms: LongTerms): readonly LongAppend[] {
  const units = Object.fromEntries(UNITS.map(([name, kind]) => [name, unitOf(name, kind, terms.n)]))
  const { product, repository, commit } = terms
  const { text, digest } = encodeRelease({ version: 1, repository, product, commit, units })
  const release = { digest, commit }
  const document = evidenceOfText('release', text)
  return [
    ...UNITS.map(([name, kind]) => buildOf(name, kind, terms)),
    append([draft('released', terms, { release, evidence: [document.evidence] })], document),
    ...stage('integration', release, terms),
    ...stage('staging', release, terms),
    ...stage('production', release, terms)
  ]
}

function unitOf(name: string, kind: ReleasedUnit['kind'], n: number): Release['units'][string] {
  return { kind, digest: sha256(`${name} ${n}`), fingerprint: sha256(`inputs of ${name} ${n}`) }
}

function buildOf(name: string, kind: ReleasedUnit['kind'], terms: LongTerms): LongAppend {
  const unit = { name, ...unitOf(name, kind, terms.n) }
  const report = evidenceOfValue('build', {
    builder: 'buildkit',
    resolvedDependencies: Array.from({ length: 12 }, (_, at) => ({
      uri: `docker-image://registry.example/base/${name}-${at}`,
      digest: sha256(`${name} ${at} of ${terms.n >> 4}`)
    })),
    unit
  })
  const built = draft('built', terms, { unit, evidence: [report.evidence], detail: { sandbox: true } })
  if (kind === 'bundle') return append([built], report)
  return append([draft('tested', terms, { unit, detail: { sandbox: true } }), built], report)
}

function stage(environment: string, release: NamedRelease, terms: LongTerms): readonly LongAppend[] {
  const isAsked = environment !== 'integration'
  const protection = protectionOf(environment, isAsked)
  const plan = textOf('plan', environment, terms.n)
  const dossier = textOf('dossier', environment, terms.n)
  const checks = evidenceOfValue('checks', {
    version: 1,
    environment,
    release: release.digest,
    checks: ['GET /index.html', 'node checks/smoke.mjs'].map(what => ({ what, passed: true, seconds: 0.4 }))
  })
  const of = { environment, release }
  const about = { ...of, plan: sha256(plan), protection }
  const authors = { accounts: [{ id: '7', login: 'author' }], unknown: [] }
  const approval: Approval = {
    userId: '8',
    login: 'approver',
    state: 'approved',
    comment: 'seen',
    seenAt: '2026-01-01T12:00:00Z'
  }
  const planned = draft('planned', terms, { ...about, dossier: sha256(dossier), approvals: [], detail: { authors } })
  const started = draft('started', terms, isAsked ? { ...about, approvals: [approval] } : about)
  const outputs = { ApiUrl: 'https://api.storefront.example', Bucket: `storefront-${environment}-assets` }
  return [
    ...(isAsked ? [append([planned], plan, dossier)] : []),
    isAsked ? append([started]) : append([started], plan),
    append([draft('deployed', terms, { ...of, plan: sha256(plan), detail: { outputs } })]),
    append([draft('accepted', terms, { ...of, evidence: [checks.evidence], detail: { checks: 2 } })], checks)
  ]
}

function protectionOf(environment: string, isAsked: boolean): Protection {
  return {
    id: 501,
    environment,
    reviewers: isAsked ? [{ type: 'User', id: '8', name: 'approver' }] : [],
    preventSelfReview: isAsked,
    adminBypass: false,
    branchPolicy: 'custom',
    refs: ['refs/heads/main']
  }
}

function append(drafts: readonly RecordDraft[], ...documents: readonly (EvidenceDocument | string)[]): LongAppend {
  return { drafts, documents: documents.map(it => (typeof it === 'string' ? Buffer.from(it) : it.content)) }
}

/** As long as those of the example are: about 4 KB. */
function textOf(name: string, environment: string, n: number): string {
  const line = (at: number): string =>
    `${at} ${environment} parameter ${sha256(`${name} ${at} ${at < 8 ? n : 0}`).slice(7, 71)} as it was`
  return [`${name} of delivery ${n}`, ...Array.from({ length: 40 }, (_, at) => line(at)), ''].join('\n')
}

function draft(event: LedgerEvent, terms: LongTerms, members: Partial<Statement>): RecordDraft {
  const { n, product, repository, commit, policy, sluice } = terms
  return parseDraft({
    product,
    event,
    actor: { id: '7', login: 'author' },
    policy,
    run: {
      repository,
      id: String(1_000_000 + n),
      attempt: 1,
      job: event,
      ref: 'refs/heads/main',
      workflow: 'octo-org/storefront/.github/workflows/deliver.yml@refs/heads/main',
      workflowSha: commit,
      runner: 'github-hosted',
      triggeringActor: 'author',
      sluice
    },
    ...members
  })
}
