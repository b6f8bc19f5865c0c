import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { writeBundle } from '@sluice/bundle'
import {
  type AwsSession,
  awsClientConfig,
  type Digest,
  evidencePath,
  isDigest,
  type Report,
  sha256,
  systemClock
} from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { run } from '../src/run.ts'

const API = `
Parameters:
  Image: { Type: String }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
Outputs:
  Address: { Value: !Sub 'https://\${AWS::StackName}.shop.example' }
`

/** The same, which CloudFormation takes and cannot carry out. */
export const BROKEN = API.replace('Type: String, Name', 'Type: SecureString, Name')

export const SITE = `
Parameters:
  BundleDigest: { Type: String }
  Address: { Type: String }
Resources:
  Bucket: { Type: AWS::S3::Bucket }
Outputs:
  BucketName: { Value: !Ref Bucket }
`

/** The same, with another bucket in the place of the first. */
export const MOVED = SITE.replace(
  '{ Type: AWS::S3::Bucket }',
  "{ Type: AWS::S3::Bucket, Properties: { BucketName: !Sub '${AWS::StackName}-${AWS::AccountId}-moved' } }"
)

/** The same, which CloudFormation takes and cannot carry out. */
export const BROKEN_SITE = SITE.replace(
  'Outputs:',
  "  Broken:\n    Type: AWS::SSM::Parameter\n    Properties: { Type: SecureString, Name: !Sub '/${AWS::StackName}/broken', Value: x }\nOutputs:"
)

/** The same, behind a distribution. */
export const DISTRIBUTED = SITE.replace(
  'Outputs:',
  `  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{ Id: files, DomainName: !GetAtt Bucket.DomainName, S3OriginConfig: {} }]
        DefaultCacheBehavior: { TargetOriginId: files, ViewerProtocolPolicy: https-only }
Outputs:
  DistributionId: { Value: !Ref Distribution }`
)

/** The same, whose outputs only some stacks have: that one lacks them shows once it is deployed. */
export const NAMELESS = SITE.replace('Resources:', "Conditions: { Never: !Equals ['', x] }\nResources:").replace(
  '{ Value: !Ref Bucket }',
  '{ Condition: Never, Value: !Ref Bucket }\n  DistributionId: { Condition: Never, Value: E2NOBODYS }'
)

/** One emulator for a file of tests. */
export interface EmulatedAws {
  readonly folder: string
  /** A delivery to an account that nobody used before. @param text its delivery.yml, where `222222222222` stands for that account. */
  deliver(text?: string): EmulatedDelivery
  stop(): Promise<void>
}

/** A delivery to staging, whose stacks are in the emulator and everything else in memory. */
export interface EmulatedDelivery extends MemoryDelivery {
  readonly session: AwsSession
  /** Releases a commit with these files, which integration accepts; its page says what it is, and may have other files beside it. */
  publish(
    page: string,
    files?: Readonly<Record<string, string>>,
    assets?: Readonly<Record<string, string>>
  ): Promise<Seeded>
  plan(of: Seeded, run: string, changes?: Partial<Pipeline>): Promise<Report>
  /** Announces a plan, has it approved, and begins. */
  begin(planned: Report, of: Seeded, run: string): Promise<void>
  apply(planned: Report, of: Seeded, run: string, changes?: Partial<Pipeline>): Promise<Report>
  discard(of: Seeded, run: string): Promise<Report>
  /** Works on the account's buckets by hand. */
  byHand<T>(work: (s3: S3Client) => Promise<T>): Promise<T>
}

export async function startAws(): Promise<EmulatedAws> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-deploy-'))
  const server: Server = await startMinistack({
    tools: await ensureTools({ only: ['ministack'] }),
    directory: join(folder, 'aws'),
    accountId: '222222222222',
    enforceIam: false,
    region: 'eu-central-1'
  })
  let account = 200_000_000_000
  return {
    folder,
    deliver: text => {
      const id = String(++account)
      const session = emulatedSession(server.url, id, { region: 'eu-central-1' })
      return deliveryTo(session, folder, text?.replaceAll('222222222222', id))
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function deliveryTo(session: AwsSession, folder: string, text?: string): EmulatedDelivery {
  const delivery = memoryDelivery(text)
  delivery.github.protect('staging')
  const open = (run: string): Pipeline => ({
    ...delivery.open({ runId: run, temp: folder }),
    clock: systemClock,
    session: () => session
  })
  return {
    ...delivery,
    session,
    async publish(page, files = {}, assets = {}) {
      const commit = delivery.repository.add({
        ...{ 'infra/api.yml': API, 'infra/site.yml': SITE, ...files },
        ...(text === undefined ? {} : { 'delivery.yml': text })
      })
      const directory = await mkdtemp(join(folder, 'site-'))
      for (const [name, text] of Object.entries({ 'index.html': page, ...assets }))
        await writeFile(join(directory, name), text)
      const { digest } = await writeBundle({ directory, file: `${directory}.zip` })
      delivery.bundles.files.set(digest, `${directory}.zip`)
      const release = await delivery.release(commit, {
        api: { kind: 'image', digest: sha256(`image of ${page}`), fingerprint: sha256(`api ${page}`) },
        site: { kind: 'bundle', digest, fingerprint: sha256(`site ${page}`) }
      })
      const of = { digest: release.digest, commit }
      await delivery.record({ event: 'accepted', environment: 'integration', release: of })
      return release
    },
    plan: async ({ digest }, id, changes = {}) =>
      run({ mode: 'plan', release: digest, environment: 'staging' }, { ...open(id), ...changes }),
    async begin(planned, { digest, commit }, id) {
      const plan = digestOf(planned)
      const of = { environment: 'staging', release: { digest, commit }, plan }
      await delivery.record({ event: 'planned', ...of, approvals: [] }, id)
      delivery.ledger.put(evidencePath(plan), await readFile(planned.outputs['plan-path'] ?? '', 'utf8'))
      delivery.github.answer(id, 'staging', 'approved')
      await delivery.record({ event: 'started', ...of }, id)
    },
    apply: async (planned, { digest }, id, changes = {}) =>
      run(
        { mode: 'apply', release: digest, environment: 'staging', plan: digestOf(planned) },
        { ...open(id), ...changes }
      ),
    async byHand(work) {
      const s3 = new S3Client(awsClientConfig(session, 'S3'))
      try {
        return await work(s3)
      } finally {
        s3.destroy()
      }
    },
    discard: async ({ digest }, id) => run({ mode: 'discard', release: digest, environment: 'staging' }, open(id))
  }
}

/** @throws Error for a report that names no plan. */
function digestOf({ outputs }: Report): Digest {
  const digest = outputs['plan-digest']
  if (!isDigest(digest)) throw new Error('There is no plan.')
  return digest
}
