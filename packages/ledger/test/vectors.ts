import { readFile, writeFile } from 'node:fs/promises'
import {
  checksReport,
  type Digest,
  encodeChecks,
  encodeRelease,
  evidenceOfText,
  type Jwk,
  ManualClock,
  parseDraft,
  type RecordDraft,
  sha256
} from '@sluice/core'
import type { Signer, Trust, Voucher } from '../src/index.ts'
import { issuerKeysOf } from '../src/issuer-keys.ts'
import { publicKeyOf } from '../src/signature.ts'
import { audienceOf } from '../src/token-problem.ts'
import type { Files } from './attacks/honest.ts'
import { ASKED, append, draft, EMPTY, type LocalSigner, localSigner, OWNER, trustIn, UNASKED } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'
import { claimsOf, recordOf, type TestIssuer, testIssuer } from './test-issuer.ts'

/** A ledger in a file, for whoever writes a second implementation: every byte of every commit, and what was asked of its writers. */
export interface Vectors {
  readonly rules: {
    readonly products: readonly string[]
    readonly repository: string
    readonly environments: readonly string[]
    readonly trust: Trust
    readonly tokens: { readonly required: true; readonly sluice: string }
  }
  readonly commits: readonly {
    /** RFC 3339. */
    readonly time: string
    readonly drafts: readonly RecordDraft[]
    /** Contents that the drafts name by digest. */
    readonly attachments: readonly string[]
    /** Those that are new or changed, by path. */
    readonly files: Readonly<Record<string, string>>
  }[]
}

const FILE = new URL('../../../test/ledger-spec/vectors.json', import.meta.url)

export async function readVectors(): Promise<Vectors> {
  return JSON.parse(await readFile(FILE, 'utf8')) as Vectors
}

/** What makes a ledger besides drafts and times: private keys, or what was signed with them once. */
interface Hands {
  readonly signer: Signer
  readonly issuer: { readonly jwk: Jwk; readonly token: (hash: Digest, record: RecordDraft, time: number) => string }
}

/** Writes a ledger as jobs do, commit by commit; the files that each left. */
export async function writeCommits(
  commits: readonly Pick<Vectors['commits'][number], 'time' | 'drafts' | 'attachments'>[],
  handsFor: (draft: RecordDraft) => Hands,
  rules: Vectors['rules']
): Promise<readonly Files[]> {
  const store = new MemoryStore()
  const lines: Files[] = []
  for (const { time, drafts, attachments } of commits) {
    const clock = new ManualClock(Date.parse(time))
    const [first] = drafts
    if (first === undefined) {
      await store.create(EMPTY)
      lines.push(new Map(store.files))
      continue
    }
    const { signer, issuer } = handsFor(first)
    const voucher: Voucher = {
      vouch: async hash => ({ token: issuer.token(hash, first, clock.now()), keys: [issuer.jwk] })
    }
    await append({
      ...{ store, clock, drafts, signer, voucher, log: { info: () => undefined } },
      attachments: attachments.map(text => ({ content: Buffer.from(text) })),
      rules: {
        trust: rules.trust,
        tokens: { sluice: { repository: rules.tokens.sluice }, published: issuerKeysOf([issuer.jwk]) }
      }
    })
    lines.push(new Map(store.files))
  }
  return lines
}

/** What the keys of the vectors, which nobody has any more, signed once. */
export function recordedHands(vectors: Vectors): (draft: RecordDraft) => Hands {
  const files = new Map(vectors.commits.flatMap(({ files }) => Object.entries(files)))
  const recorded = [...files]
    .filter(([path]) => /^records\/.*\.json$/.test(path))
    .map(([path, text]) => ({ path, text }))
  const beside = (hash: Digest, ending: string): string => {
    const found = recorded.find(({ text }) => sha256(text) === hash)
    return files.get(`${found?.path.replace(/\.json$/, '')}${ending}`) ?? ''
  }
  const [[, jwk] = ['', '']] = [...files].filter(([path]) => path.startsWith('issuer/'))
  return wanted => {
    const record = recorded
      .map(({ text }) => JSON.parse(text) as RecordDraft & { readonly key: { readonly fingerprint: Digest } })
      .find(it => it.event === wanted.event && it.environment === wanted.environment)
    const pem = files.get(`keys/${record?.key.fingerprint.slice('sha256:'.length)}.pem`) ?? ''
    const der = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')
    return {
      signer: {
        publicKey: async () => publicKeyOf(der),
        // What is signed is the envelope, whose last part is the record.
        sign: async bytes =>
          Buffer.from(
            beside(sha256(Buffer.from(bytes).subarray(Buffer.from(bytes).indexOf('{'))), '.json.sig'),
            'base64'
          )
      },
      issuer: { jwk: { ...(JSON.parse(jwk) as Jwk), kid: 'key-1' }, token: hash => beside(hash, '.jwt').trim() }
    }
  }
}

/** Makes the vectors anew, with keys that are forgotten afterwards. */
export async function makeVectors(): Promise<void> {
  const github = testIssuer('key-1')
  const signers = [
    localSigner('builds'),
    localSigner('integration'),
    ...['plan', 'intent', 'outcome'].map(duty => localSigner(`staging/${duty}`))
  ]
  const rules: Vectors['rules'] = {
    ...{ products: ['storefront'], repository: '123456', environments: ['integration', 'staging'] },
    trust: await trustIn(...signers),
    tokens: { required: true, sluice: 'octo-org/sluice' }
  }
  const commits = delivery()
  const lines = await writeCommits(commits, draft => handsOf(signers, github, draft), rules)
  const vectors: Vectors = {
    rules,
    commits: commits.map((commit, n) => ({
      ...commit,
      files: changed(lines[n - 1] ?? new Map(), lines[n] ?? new Map())
    }))
  }
  await writeFile(FILE, `${JSON.stringify(vectors, undefined, 2)}\n`)
}

function handsOf(signers: readonly LocalSigner[], github: TestIssuer, draft: RecordDraft): Hands {
  const duty = { planned: 'plan', started: 'intent', deployed: 'intent' }[draft.event as string] ?? 'outcome'
  const name = draft.environment === undefined ? 'builds' : `${draft.environment}/${duty}`
  const signer = signers.find(({ signs }) => signs.some(it => it === name))
  if (signer === undefined) throw new Error(`No one signs for ${name}.`)
  const token = (hash: Digest, { environment, run }: RecordDraft, time: number): string =>
    github.token(
      claimsOf(recordOf({ time: new Date(time).toISOString(), run }), { aud: audienceOf(hash), environment })
    )
  return { signer, issuer: { jwk: github.jwk, token } }
}

function changed(before: Files, after: Files): Readonly<Record<string, string>> {
  const texts = [...after].filter(
    ([path, content]) => Buffer.compare(before.get(path) ?? new Uint8Array(1), content) !== 0
  )
  return Object.fromEntries(
    texts.map(([path, content]) => [path, Buffer.from(content).toString('utf8')] as const).sort()
  )
}

/** One release on its way to staging, where somebody approves it, and where it is withdrawn; and back to integration, where it stops halfway. */
function delivery(): readonly Pick<Vectors['commits'][number], 'time' | 'drafts' | 'attachments'>[] {
  const unit = { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('source') } as const
  const { name: _, ...released } = unit
  const commit = '1'.repeat(40)
  const { text, digest } = encodeRelease({ version: 1, ...OWNER, commit, units: { api: released } })
  const { evidence } = evidenceOfText('release', text)
  const document = { digest, commit }
  const at = (minute: number): string => new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000).toISOString()
  const place = (environment: string) => ({ environment, release: document, policy: POLICY })
  const approval = {
    userId: '8',
    login: 'approver',
    state: 'approved',
    comment: 'Fine — go 🚀',
    seenAt: at(9),
    reviewer: 'named'
  } as const
  const [plan, dossier] = ['plan', 'dossier']
  const again = { ...draft('started').run, id: '1003' }
  const named = { plan: sha256(plan), protection: ASKED }
  const one = (minute: number, it: RecordDraft, ...attachments: readonly string[]) => ({
    time: at(minute),
    drafts: [parseDraft(it)],
    attachments
  })
  const checked = (minute: number, environment: string, count: number) => {
    const checks = Array.from({ length: count }, (_, n) => ({ what: `GET /${n}`, passed: true, seconds: 0.1 }))
    const report = encodeChecks(checksReport({ environment, release: digest }, checks, []))
    const members = { detail: { checks: count }, evidence: [evidenceOfText('checks', report).evidence] }
    return one(minute, draft('accepted', { ...place(environment), ...members }), report)
  }
  return [
    { time: at(0), drafts: [], attachments: [] },
    {
      ...one(0, draft('built', { unit, policy: POLICY }), text),
      drafts: [
        draft('built', { unit, policy: POLICY }),
        draft('tested', { unit }),
        draft('released', { release: document, evidence: [evidence] })
      ]
    },
    one(1, draft('started', { ...place('integration'), protection: { ...UNASKED, environment: 'integration' } })),
    one(
      2,
      draft('deployed', {
        ...place('integration'),
        detail: { outputs: { url: 'http://localhost/?a=1&b=é', ratio: 0.1, big: 1e21 } }
      })
    ),
    checked(3, 'integration', 2),
    one(
      4,
      draft('planned', {
        ...place('staging'),
        ...named,
        dossier: sha256(dossier),
        detail: { authors: { accounts: [{ id: '7', login: 'author' }], unknown: [] } }
      }),
      plan,
      dossier
    ),
    one(10, draft('started', { ...place('staging'), ...named, approvals: [approval] })),
    one(11, draft('deployed', { ...place('staging'), plan: sha256(plan) })),
    checked(12, 'staging', 3),
    one(
      30,
      draft('withdrawn', {
        ...place('staging'),
        detail: { reason: 'It leaks.' },
        run: { ...draft('withdrawn').run, id: '1002', job: 'withdraw' }
      })
    ),
    one(
      40,
      draft('started', {
        ...place('integration'),
        ...{ run: again, protection: { ...UNASKED, environment: 'integration' } }
      })
    ),
    one(
      41,
      draft('partial', {
        ...place('integration'),
        ...{
          run: again,
          detail: { reason: 'One stack failed.', done: ['api'], stopped: ['worker'], notBegun: ['site'] }
        }
      })
    )
  ]
}

const POLICY = { path: 'delivery.yml', commit: '1'.repeat(40), digest: sha256('delivery.yml') }
