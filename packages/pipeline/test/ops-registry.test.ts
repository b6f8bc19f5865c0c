import { afterEach, describe, expect, it } from '@jest/globals'
import { fastRetry, ManualClock } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { MemoryLog } from '@sluice-lab/memory'
import { emulatedSession } from '@sluice-lab/samples'
import { type OpsRegistry, openOpsRegistry } from '../src/ops-registry.ts'
import { type Ecr, type EcrAnswer, startEcr } from './ecr.ts'
import { DELIVERY } from './hosted.ts'

const OPS = '111111111111'
const started: Ecr[] = []
let log: MemoryLog

afterEach(async () => {
  await Promise.all(started.splice(0).map(ecr => ecr.stop()))
})

/** The ops registry of the shop, at an ECR that answers as a test says. */
async function open(answers: Readonly<Record<string, (request: never) => EcrAnswer>>): Promise<OpsRegistry> {
  const ecr = await startEcr(answers)
  started.push(ecr)
  log = new MemoryLog()
  return openOpsRegistry({
    policy: parseDelivery(DELIVERY, 'delivery.yml'),
    run: { repositoryId: '1' },
    clock: new ManualClock(),
    log,
    proxy: {},
    session: () => emulatedSession(ecr.url, OPS, { retry: fastRetry, clock: new ManualClock() })
  })
}

describe('a repository that is made', () => {
  it('is used without lifecycle rules where they may not be put, with the command that puts them', async () => {
    const registry = await open({
      DescribeRepositories: () => ({ __type: 'RepositoryNotFoundException', message: 'none' }),
      CreateRepository: () => ({
        repository: {
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: ['env-*', 'prev-*'].map(filter => ({ filterType: 'WILDCARD', filter }))
        }
      })
    })

    await registry.prepareRepository('shop/api')

    expect(log.lines).toEqual(['Created the ECR repository shop/api.'])
    expect(log.warnings).toEqual([
      expect.stringMatching(
        /^The ECR repository shop\/api has no lifecycle rules: no PutLifecyclePolicy\. .*Allow ecr:PutLifecyclePolicy in the policy of the role push .* Run: aws ecr put-lifecycle-policy --region eu-west-1 --registry-id 111111111111 --repository-name shop\/api --lifecycle-policy-text '\{"rules":\[\{"rulePriority":1,.*\}'$/
      )
    ])
  })
})
