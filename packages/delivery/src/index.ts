export { buildOf, folderOf } from './build-sources.ts'
export {
  type CallerWorkflow,
  callsSluiceOnce,
  type ListedSluice,
  readCaller,
  type SluiceCall
} from './caller-workflow.ts'
export { checkRepository } from './check-repository.ts'
export type {
  AcceptanceChecks,
  Account,
  Bundle,
  BundleUnit,
  Delivery,
  DockerfileBuild,
  Environment,
  FormerBranch,
  HttpCheck,
  Image,
  ImageUnit,
  LedgerSettings,
  Level,
  Unit
} from './delivery.ts'
export {
  type BranchNames,
  deliveryRefPatterns,
  isDeliveryRef,
  originsUnder,
  type RecordedRun,
  type RecordOrigins,
  requireDeliveryRef
} from './delivery-refs.ts'
export { accountNamed, environmentNamed, unitNamed } from './find-by-name.ts'
export { fingerprintOf } from './fingerprint.ts'
export { jsonSchema } from './json-schema.ts'
export { type DeliveryTrust, trustRulesOf } from './ledger-trust.ts'
export { parameterFilesOf, valuesInFiles } from './parameter-files.ts'
export { type NamedProblem, parseDelivery, problemIn } from './parse.ts'
export { PastPolicies, type PastPoliciesOptions } from './past-policies.ts'
export type { Doubt, PastPolicy } from './past-policy.ts'
export { ConfigError, formatProblem, type Position, type Problem } from './problem.ts'
export { readDelivery } from './read.ts'
export { type DeliveryRoles, deliveryRoles, type EnvironmentRoles, type Role } from './roles.ts'
export { RulingPolicies } from './ruling-policies.ts'
export { signersNamed } from './signers.ts'
export { type Artifact, promisedOutputs, stackParameters, stackTags } from './stack-parameters.ts'
export { stackSettings } from './stack-settings.ts'
export { type StackSources, stackSources } from './stack-sources.ts'
