import type { AccountId } from './account-id.ts'
import { type Digest, hexOf } from './digest.ts'
import { releaseId, type UnitKind } from './release.ts'

// The names that Sluice gives to things outside of it. Writers, readers and permissions of a name are in different rooms: here they agree.

/** A name in delivery.yml, as the source of a regular expression: legal in stacks, roles, repositories and GitHub Environments alike. */
export const NAME_PATTERN = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'
/** The name of a template's parameter or output ("CloudFormation template Outputs syntax", logical ids), as the source of a regular expression. */
export const LOGICAL_ID_PATTERN = '[A-Za-z0-9]{1,255}'
/**
 * Characters that a name in delivery.yml may have; what it becomes a part of has limits of its own. Records of the ledger are read with it, so
 * it may grow but not shrink.
 */
export const NAME_LIMIT = 100

/** CloudFormation: a stack's name has at most 128 characters. */
export const STACK_NAME_LIMIT = 128
/** IAM: a role's name has at most 64 characters. */
export const ROLE_NAME_LIMIT = 64
/** STS: the name of a role's session has at most 64 characters. */
export const SESSION_NAME_LIMIT = 64
/** S3: a bucket's name has at most 63 characters; see {@link bundleBucket}. */
export const PRODUCT_LIMIT = 63 - 'sluice--'.length - 12

/** The CloudFormation stack of a unit in an environment. */
export function stackName(product: string, environment: string, unit: string): string {
  return `${product}-${environment}-${unit}`
}

/** The parameters of templates that pass what was built: an image as a full reference, a bundle as its digest. */
const ARTIFACT_PARAMETER = { image: 'Image', bundle: 'BundleDigest' } as const satisfies Readonly<
  Record<UnitKind, string>
>

/** The parameters that pass where Lambda takes a bundle from, in the account of the stack: an object of S3, by version. */
export const CODE_PARAMETERS = ['BundleBucket', 'BundleKey', 'BundleVersion'] as const

/** Every parameter that passes what was built. Nobody else may set it: a value of its own would replace the artifact that was approved. */
export const ARTIFACT_PARAMETERS: readonly string[] = [...Object.values(ARTIFACT_PARAMETER), ...CODE_PARAMETERS]

/** The template's parameter that passes what was built of a unit of a kind. */
export function artifactParameter(kind: UnitKind): string {
  return ARTIFACT_PARAMETER[kind]
}

/** What the name of every change set of Sluice begins with. */
export const CHANGE_SET_PREFIX = 'sluice-'

/** The change sets of a release in a run. The run's, not the attempt's: a re-run of the deploy job alone must find what the plan job made. */
export function changeSetName(release: Digest, runId: string): string {
  return `${CHANGE_SET_PREFIX}${releaseId(release)}-${runId}`
}

const OWN_CHANGE_SET = new RegExp(`^${CHANGE_SET_PREFIX}r-[0-9a-f]+-(\\d+)$`)

/** The run whose change set has this name; `undefined` for a change set that Sluice did not make. */
export function runOfChangeSet(name: string): string | undefined {
  return OWN_CHANGE_SET.exec(name)?.[1]
}

/** What a role of an environment is for. */
export type EnvironmentDuty = 'promote' | 'plan' | 'deploy' | 'record' | 'execution'

/** What the name of every role of Sluice begins with. */
export const ROLE_PREFIX = 'sluice-'

/** The IAM role for one duty in one environment. */
export function environmentRoleName(product: string, environment: string, duty: EnvironmentDuty): string {
  return `${ROLE_PREFIX}${product}-${environment}-${duty}`
}

/** The IAM role of the registry's account that writes to it, or only reads. */
export function registryRoleName(product: string, duty: 'push' | 'pull'): string {
  return `${ROLE_PREFIX}${product}-${duty}`
}

/** The managed policy that bounds the execution roles of a product in an account, and every role that their stacks make. */
export function boundaryName(product: string): string {
  return `${ROLE_PREFIX}${product}-boundary`
}

/** The session of a role in a run, as CloudTrail shows it. */
export function roleSessionName(product: string, runId: string, attempt: number): string {
  return `sluice-${runId}-${attempt}-${product}`
}

/** The repository of the registry where a product's release documents are stored. No unit may be called `releases`. */
export function releasesRepository(product: string): string {
  return `${product}/releases`
}

/** The repository of the registry where a unit's images are stored. */
export function unitRepository(product: string, unit: string): string {
  return `${product}/${unit}`
}

/** The bucket that keeps a product's bundles, in the registry's account. */
export function bundleBucket(product: string, registryAccount: AccountId): string {
  return `sluice-${product}-${registryAccount}`
}

/**
 * The file of the ledger branch that is a piece of evidence (plan, dossier, …), named by its content. In 256 folders, since every commit of the
 * branch writes the list of the folder that it adds to.
 */
export function evidencePath(digest: Digest): string {
  const hex = hexOf(digest)
  return `evidence/${hex.slice(0, 2)}/${hex}`
}
