import type { StackRequest } from '@sluice/cloudformation'
import { type AwsSession, changeSetName, type Digest, hexOf, type Release, sha256, UserError } from '@sluice/core'
import { type Delivery, deliveryRoles, type Environment, environmentNamed, type Unit } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import { copyingCode, findingCode } from './own-code.ts'
import { findingTemplates, keepingTemplates } from './own-templates.ts'
import { type Stores, stackOf } from './stack-request.ts'

/** One release, aimed at one environment: everything that planning and applying need to know. */
export interface Target {
  /** Gate, account, level: from the protected default branch, now. */
  readonly environment: Environment
  /** Parameters, address, runbook: from the release's commit. */
  readonly settings: Environment
  readonly digest: Digest
  readonly release: Release
  /** The configuration as of the release's commit. */
  readonly delivery: Delivery
  readonly units: readonly Unit[]
  readonly stacks: readonly StackRequest[]
  readonly changeSetName: string
  readonly executionRoleArn: string
  readonly session: AwsSession
  readonly runbook: { readonly path: string; readonly text: string; readonly digest: Digest } | undefined
}

/** What a target is loaded with. */
type TargetPipeline = Pick<
  Pipeline,
  'at' | 'bundles' | 'environment' | 'policy' | 'registryHost' | 'release' | 'repository' | 'run' | 'session'
>

/** Loads and checks what a release means in an environment. */
export async function loadTarget(
  pipeline: TargetPipeline,
  inputs: { readonly release: Digest; readonly environment: string; readonly plan?: Digest },
  may: 'plan' | 'deploy'
): Promise<Target> {
  const environment = pipeline.environment(inputs.environment)
  const release = await pipeline.release(inputs.release)
  const delivery = await pipeline.at(release.commit)
  const settings = environmentNamed(delivery, environment.name)
  const session = pipeline.session({ environment: environment.name, may })
  const stores: Stores =
    may === 'plan'
      ? {
          findCode: copyingCode(pipeline, environment, session),
          keepTemplate: keepingTemplates(pipeline, environment, session)
        }
      : {
          findCode: findingCode(pipeline, environment, session, inputs.plan),
          keepTemplate: findingTemplates(pipeline, environment, session, inputs.plan)
        }
  const stacks = await Promise.all(
    delivery.units.map(async unit => stackOf(pipeline, settings, release, delivery, unit, stores))
  )
  return {
    environment,
    settings,
    digest: inputs.release,
    release,
    delivery,
    units: delivery.units,
    stacks,
    changeSetName: changeSetName(inputs.release, pipeline.run.runId),
    executionRoleArn: deliveryRoles(pipeline.policy).environment(environment.name).execution.arn,
    session,
    runbook: await runbookOf(pipeline, settings, release.commit)
  }
}

async function runbookOf(
  pipeline: Pick<Pipeline, 'repository'>,
  environment: Environment,
  commit: string
): Promise<Target['runbook']> {
  const path = environment.runbook
  if (path === undefined) return undefined
  const bytes = await pipeline.repository.fileAt(commit, path)
  if (bytes === undefined)
    throw new UserError(
      `The runbook ${path} of ${environment.name} is not a file of commit ${commit}. Commit it there as a file, not as a link, or correct environments.runbook in delivery.yml.`
    )
  return { path, text: bytes.toString('utf8'), digest: sha256(bytes) }
}

/** The file name part that keeps documents of several plans apart. */
export function documentName(target: Target, plan: Digest): string {
  return `${target.environment.name}-${hexOf(plan).slice(0, 12)}`
}
