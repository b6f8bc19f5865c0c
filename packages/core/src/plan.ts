import type { CacheRule } from './cache-rule.ts'
import { canonicalJson } from './canonical-json.ts'
import { type Digest, sha256 } from './digest.ts'
import { Failure } from './errors.ts'
import type { RetiredStack } from './retired-stack.ts'
import type { StackSettings } from './stack-settings.ts'

/** A stack parameter as the approver sees it: a value, or an expression over other stacks' outputs that is resolved at apply time. */
export type PlannedParameter = FixedParameter | OpenParameter

/** A parameter whose value is known. */
export interface FixedParameter {
  readonly value: string
  /** What AWS looked up under that value, of a parameter of type `AWS::SSM::Parameter::Value<…>`. */
  readonly resolved?: string
}

/** A parameter whose value is known once the stacks before are deployed. */
export interface OpenParameter {
  readonly expression: string
  /** What it is now, where the outputs exist; hidden ones read `****`. */
  readonly now?: string
  /** Why that may not stay: sorted; absent where outputs do not exist yet. */
  readonly because?: readonly Reach[]
}

/** An output that the plan may move. */
export interface Reach {
  readonly unit: string
  readonly output: string
  /** What of its stack moves it, sorted: logical ids, `parameter Image`, … */
  readonly via: readonly string[]
}

/** One resource change, as CloudFormation's change set states it (API DescribeChangeSet, ResourceChange), without ARNs and times. */
export interface PlannedChange {
  readonly action: string
  readonly logicalId: string
  readonly type: string
  /** `True`, `False` or `Conditional`; absent for additions and removals. */
  readonly replacement?: string
  /**
   * What becomes of the resource that goes, or is replaced, as CloudFormation says it: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`,
   * `ReplaceAndRetain`, `ReplaceAndSnapshot`; absent where nothing goes.
   */
  readonly policyAction?: string
  /** What of the resource changes: `Properties.TaskDefinition`, `Tags`, … sorted. */
  readonly targets: readonly string[]
  /** Only if an output moves that the stack reads. */
  readonly possible?: true
  /** Values of what changes, by path; absent where CloudFormation tells none. */
  readonly values?: readonly PropertyChange[]
}

/** What a change makes of one property (API DescribeChangeSet, ResourceTargetDefinition). Hidden values read as CloudFormation shows them: `****`. */
export interface PropertyChange {
  /** As `/Properties/CidrBlock`. */
  readonly path: string
  /** Absent: it is added. JSON where it is no plain text; long ones are cut. */
  readonly before?: string
  /** Absent: it goes. */
  readonly after?: string
  /** Whether that takes another resource in the place of this one; absent: never. */
  readonly recreates?: 'Always' | 'Conditionally'
}

/** Something that the release did not build, and delivery.yml lets its stack take. */
export interface PlannedReference {
  readonly kind: 'image' | 'code' | 'template' | 'dynamic'
  /** Where the template names it: `TaskDefinition/ContainerDefinitions/1/Image`. */
  readonly at: string
  readonly text: string
  /** It may be another thing tomorrow under the same name. */
  readonly moves?: true
}

/** Something that a stack's template lets happen, and did not let happen before. */
export interface Widening {
  /** Logical id of the resource. */
  readonly at: string
  /** A clause: `allows s3:* on *`. */
  readonly what: string
}

/** What CloudFormation warns of, and would do all the same: a check before the first resource, or a hook. */
export interface PlannedWarning {
  /** A path in the template, or the logical id of a resource. */
  readonly at: string
  /** In CloudFormation's words, or a hook's: not to be trusted. */
  readonly what: string
}

/** The state a plan was made against; apply refuses when it moved. */
export interface StackBase {
  readonly status: string
  /** Digest of the live template's text. */
  readonly template: Digest
  readonly parameters: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** What AWS looked up for parameters, by name; absent where it did not. */
  readonly resolved?: Readonly<Record<string, string>>
  /** Those that the plan sets, as they are; absent where it sets none. */
  readonly settings?: StackSettings
}

/** What has to be done with a stack that can take no deployment as it is; nothing of it is done before the plan is applied. */
export interface PlannedRecovery {
  /**
   * `replace-dead`: its creation or deletion failed and nothing of it is left, so it is deleted, and created anew. `continue-rollback`: the rollback of its
   * last update failed, and is tried again. `rollback`: its last update failed, and is undone. After these two, the plan changes nothing of it.
   */
  readonly step: 'replace-dead' | 'continue-rollback' | 'rollback'
  /** The status that it has. */
  readonly status: string
}

/** What a release changes in one stack. */
export interface PlannedStack {
  readonly unit: string
  readonly stack: string
  readonly region: string
  /**
   * `deferred`: CloudFormation cannot compute it before the stacks before it are deployed, or `before` is done. A new stack may then only add; one that
   * exists may change what its changes say, or less.
   */
  readonly action: 'create' | 'update' | 'unchanged' | 'deferred'
  readonly artifact: Digest
  readonly template: Digest
  readonly parameters: Readonly<Record<string, PlannedParameter>>
  readonly tags: Readonly<Record<string, string>>
  /** Absent where delivery.yml says nothing of any. */
  readonly settings?: StackSettings
  /** Absent for a stack that does not exist yet. */
  readonly base?: StackBase
  /** Absent for a stack that can be deployed as it is. */
  readonly before?: PlannedRecovery
  readonly changes: readonly PlannedChange[]
  /** Digest of what the template's transforms made of it for the change set; absent where it has none, and where that is known after apply. */
  readonly processed?: Digest
  /** What it takes from outside of the release, sorted; absent where that is nothing. */
  readonly references?: readonly PlannedReference[]
  /** Permissions and network access beyond those of what is live, in the template's order; absent where there are none. */
  readonly widens?: readonly Widening[]
  /** What CloudFormation warned of when it made the change set, sorted; absent where that is nothing, or is known after apply. */
  readonly warnings?: readonly PlannedWarning[]
}

/** Names of files: how many, and the first of them, sorted. */
export interface FileNames {
  readonly count: number
  readonly first: readonly string[]
}

/** What publishing a bundle does to the files of a bucket; kinds of which there are none are absent. */
export interface PlannedFiles {
  readonly added?: FileNames
  /** Other bytes. */
  readonly changed?: FileNames
  /** The same bytes, answered with other headers: `Content-Type`, `Cache-Control`, … */
  readonly headers?: FileNames
  readonly same: number
  /** Files of bundles before that go. */
  readonly removed?: FileNames
  /** Files of bundles before that stay until the next bundle comes. */
  readonly kept?: FileNames
}

/** Files of a bundle that have to be put into the bucket of its stack. */
export interface PlannedContent {
  readonly unit: string
  /** Name of the stack output that is the bucket. */
  readonly bucket: string
  readonly digest: Digest
  /** What is published there now; absent when nothing is. */
  readonly live?: Digest
  /** It is published already, but the plan may put another bucket in the place of that one. */
  readonly moves?: true
  /** It is published already, but some of its files are gone, or are not as they were published. */
  readonly drifted?: true
  /** What that does to the files in the bucket of now; absent where they stay as they are. */
  readonly files?: PlannedFiles
  /** What the files are cached by, as delivery.yml of the release says; absent where it says nothing. */
  readonly cacheControl?: readonly CacheRule[]
  /** Name of the stack output that is the CloudFront distribution whose caches forget the files. */
  readonly invalidates?: string
}

/**
 * What one release would change in one environment. Holds no time, and no ARN but of what is deleted, which stays as it is: so planning twice gives the
 * same digest.
 */
export interface Plan {
  readonly version: 1
  readonly product: string
  readonly environment: string
  readonly release: Digest
  readonly commit: string
  /** Digest of delivery.yml on the protected default branch: topology, gates, policy. */
  readonly policy: Digest
  readonly runbook?: Digest
  readonly stacks: readonly PlannedStack[]
  /** Only what differs from what is published, or may by what the plan does. */
  readonly content: readonly PlannedContent[]
  /** Stacks that are deleted once everything else is done, in this order; absent where there are none. */
  readonly retired?: readonly RetiredStack[]
}

/** The bytes of a plan (RFC 8785) and the plan digest that names it. */
export function encodePlan(plan: Plan): { readonly text: string; readonly digest: Digest } {
  const text = canonicalJson(plan)
  return { text, digest: sha256(text) }
}

/** Whether applying the plan would change anything. */
export function hasChanges(plan: Plan): boolean {
  const { content, stacks, retired = [] } = plan
  return content.length + retired.length > 0 || stacks.some(stack => stack.action !== 'unchanged')
}

/**
 * Reads a plan back from its bytes.
 * @param digest the plan digest it was asked for by: the bytes must hash to it, so what was written is what is read.
 * @throws Failure when they do not.
 */
export function decodePlan(bytes: Uint8Array, digest: Digest): Plan {
  const found = sha256(bytes)
  if (found !== digest)
    throw new Failure(
      `Plan ${digest} was requested, but the stored document hashes to ${found}. Do not use it: run \`sluice verify\`.`
    )
  const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Plan
  if (value.version !== 1)
    throw new Failure(`Plan ${digest} is of version ${String(value.version)}; this program reads version 1.`)
  return value
}
