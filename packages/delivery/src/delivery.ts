import type { AccountId, CacheRule, Digest, Gate, TrustedKey } from '@sluice/core'

/** What delivery.yml says, checked and complete: references hold, defaults are filled in. Plain data. */
export interface Delivery {
  readonly product: string
  readonly accounts: Readonly<Record<string, Account>>
  readonly registry: { readonly account: string; readonly host?: string }
  /** In dependency order: a unit comes after all that it depends on. */
  readonly units: readonly Unit[]
  /** Units that are delivered no more, and what becomes of their stacks. */
  readonly retired: Readonly<Record<string, 'keep' | 'delete'>>
  /** In promotion order; the first is the continuous one. */
  readonly environments: readonly Environment[]
  /** Refs that may create releases, as `isDeliveryRef` reads them; empty: the default branch. */
  readonly deliverFrom: readonly string[]
  /** Whose workflows may take the roles; absent: any workflow of the delivery refs. */
  readonly sluice?: Sluice
  readonly builds: { readonly sandbox: 'required' | 'none' }
  /** Tags of everything that Sluice has made. */
  readonly tags: Tags
  /** Images by digest that templates may run although no release built them. */
  readonly images: readonly string[]
  /** Code by version that templates may take from elsewhere. */
  readonly code: readonly string[]
  /** What `{{resolve:…}}` may name at gates without a version; `*` at the end stands for the rest. */
  readonly dynamicReferences: readonly string[]
  readonly ledger: LedgerSettings
  /** SHA-256 of the file's text: names the policy that a plan was made under. */
  readonly digest: Digest
}

export interface Account {
  readonly id: AccountId
  readonly region: string
  /** The bucket that Lambda takes the code of bundles from. Absent: no function is delivered as a bundle there. */
  readonly bundles?: string
  /** ARN of the customer key with which buckets there are encrypted, and, in the ops registry's account, repositories that are made. Absent: keys of AWS itself. */
  readonly kmsKey?: string
  /** Names of parameters of SSM that templates may take values from, beside those below `/<product>/<environment>/`; a `*` at the end stands for the rest. */
  readonly ssmParameters?: readonly string[]
}

/** The commits of Sluice that may deliver. */
export interface Sluice {
  /** `owner/name`, as `uses:` names it. */
  readonly repository: string
  readonly commits: readonly string[]
}

/** What the default branch was called, in records up to one. */
export interface FormerBranch {
  readonly name: string
  readonly until: number
}

export interface LedgerSettings {
  readonly branch: string
  /** Former names of the product, the latest first. */
  readonly formerly: readonly string[]
  /** Former names of the default branch. */
  readonly formerBranches?: readonly FormerBranch[]
  /** What the KMS aliases of the signing keys begin with: `<key>/<signer>`. Absent: the ledger is advisory. */
  readonly key?: string
  /** The keys whose signatures count, also those that signed once and do no more. */
  readonly trust: readonly TrustedKey[]
  /** Keys of GitHub that it publishes no more, and whose word for the newest record counts all the same. */
  readonly issuerKeys?: readonly Digest[]
  /** Where the ledger's end is anchored. Absent: nowhere, and whoever may push can put the ledger back. */
  readonly anchors?: Anchors
}

/** Where a ledger's end is anchored. */
export interface Anchors {
  /** A bucket in the registry's account. */
  readonly bucket: string
  /** The name that the product's ledger was opened under: what all keys begin with. */
  readonly product: string
}

/** One deployable: an image or a bundle, and the stack it runs in. */
export type Unit = ImageUnit | BundleUnit

export interface ImageUnit extends UnitBase {
  readonly kind: 'image'
  readonly image: Image
}

export interface BundleUnit extends UnitBase {
  readonly kind: 'bundle'
  readonly bundle: Bundle
}

interface UnitBase {
  readonly name: string
  readonly dependsOn: readonly string[]
  readonly stack: WrittenSettings & {
    readonly template: string
    readonly parameters: Readonly<Record<string, string>>
    /** Paths of files that set parameters, later ones over earlier; `${environment}` stands for the environment's name. */
    readonly parameterFiles: readonly string[]
    readonly tags: Tags
  }
}

/** What a stack is set to besides, as delivery.yml says it; what is absent stays as it is. */
export interface WrittenSettings {
  /** ARNs of topics of SNS. */
  readonly notifications?: readonly string[]
  /** ARNs of alarms of CloudWatch. */
  readonly rollbackAlarms?: readonly string[]
  /** Minutes; absent: 0. */
  readonly monitoring?: number
  readonly terminationProtection?: boolean
}

/** Tags of AWS, by name. */
export type Tags = Readonly<Record<string, string>>

/** What a Dockerfile is built with. */
export interface DockerfileBuild {
  /** Folder in the repository. */
  readonly context: string
  /** Relative to the context. */
  readonly dockerfile: string
  readonly target?: string
  /** Stage that must build before the unit counts as tested. */
  readonly test?: string
  /** Names of secrets that its steps may mount. */
  readonly secrets: readonly string[]
  readonly args: Readonly<Record<string, string>>
}

export interface Image extends DockerfileBuild {
  readonly platforms: readonly string[]
}

/** Files from exactly one of `path` and `build`. */
export interface Bundle {
  /** Folder in the repository, whose files are the bundle. */
  readonly path?: string
  /** What makes the files of the bundle. */
  readonly build?: DockerfileBuild
  /** Name of the stack output that is the bucket where the files are served from. */
  readonly publish?: string
  /** What the published files are cached by: of each, the first rule that fits. */
  readonly cacheControl: readonly CacheRule[]
  /** Name of the stack output that is the CloudFront distribution whose caches forget the files. */
  readonly invalidate?: string
}

export interface Environment {
  readonly name: string
  readonly account: string
  readonly level: Level
  readonly gate: Gate
  /** Milliseconds that a release must have been accepted one environment earlier; 0: none. */
  readonly soak: number
  readonly allowAdminBypass: boolean
  /** What is started by hand in production asks nobody else. */
  readonly secondPerson?: 'none'
  readonly runbook?: string
  /** May hold `${unit.Output}`. */
  readonly url?: string
  /** By unit, over the stack's own parameters. Values may hold `${unit.Output}`. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Settings of its stacks by unit, over the unit's own. */
  readonly stacks: Readonly<Record<string, WrittenSettings>>
  /** Of its stacks, over those of product and unit. */
  readonly tags: Tags
  readonly accept: AcceptanceChecks
}

export type Level = 'development' | 'preproduction' | 'production'

/** What must hold in an environment after a deployment. */
export interface AcceptanceChecks {
  readonly http: readonly HttpCheck[]
  /** Command lines, run from the root of the repository in a job without credentials. */
  readonly run: readonly string[]
}

export interface HttpCheck {
  readonly path: string
  readonly status: number
  readonly contains?: string
}
