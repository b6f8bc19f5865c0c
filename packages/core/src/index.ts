export { type AccountId, parseAccountId } from './account-id.ts'
export { anchorPrefix } from './anchor-keys.ts'
export { APPLY_DEADLINE } from './apply-deadline.ts'
export { type AssumeRoleOptions, assumeRole } from './assume-role.ts'
export {
  type AwsEndpoints,
  type AwsService,
  type AwsSession,
  type AwsTerms,
  awsClientConfig,
  awsTerms,
  callAws,
  parseAwsEndpoints
} from './aws.ts'
export { type AwsFault, awsFault, isThrottling, isTransient, keyAdvice } from './aws-fault.ts'
export { type AwsLimits, unhurried } from './aws-limits.ts'
export { BUNDLE_FILE_LIMIT, bundleNameProblem } from './bundle-file.ts'
export {
  BUNDLE_FILES,
  BUNDLE_MARKER,
  BUNDLE_PREFIX,
  bundleKey,
  bundleSourceKey,
  codeKey,
  codePrefix,
  templateKey
} from './bundle-keys.ts'
export { type CacheRule, cacheControlOf } from './cache-rule.ts'
export { canonicalJson } from './canonical-json.ts'
export { type ChecksReport, checksIn, checksReport, encodeChecks, readChecks } from './checks-report.ts'
export { type Clock, ManualClock, systemClock } from './clock.ts'
export { CLOCK_SKEW } from './clock-skew.ts'
export { onOneLine, visible } from './control-characters.ts'
export { cut } from './cut.ts'
export { type Destination, readDestination } from './destination.ts'
export { type Digest, hexOf, isDigest, parseDigest, sha256, shortDigest } from './digest.ts'
export { causeChain, Failure, messageOf, UserError, type UserErrorOptions } from './errors.ts'
export {
  EVIDENCE_TYPES,
  type Evidence,
  type EvidenceDocument,
  type EvidenceType,
  evidenceOfText,
  evidenceOfValue,
  findEvidence,
  HANDED_OVER
} from './evidence.ts'
export { isTextName, showName } from './file-name.ts'
export { announcedAs, confirmsLive, foundInPlace } from './found-in-place.ts'
export { writing } from './full-disk.ts'
export { describeGate, GATES, type Gate, reviewerName } from './gate.ts'
export { gateChanges } from './gate-changes.ts'
export {
  type AskedGate,
  type GateJudgement,
  isNamedReviewer,
  judgeAnswers,
  judgeGate,
  type ReviewerProof
} from './gate-judgement.ts'
export type { Approval, Authors, Protection, Reviewer } from './gate-record.ts'
export { type GitHub, type GitHubOptions, githubClient, RATE_LIMIT_PATIENCE } from './github.ts'
export { GitHubError } from './github-error.ts'
export type { RateLimit } from './github-rate-limit.ts'
export { hours } from './hours.ts'
export { type IdTokenRequest, requestIdToken } from './id-token.ts'
export { actionInputs, type Inputs, parseJsonInput, parseJsonText } from './inputs.ts'
export { GITHUB_ISSUER, isIssuer, issuerOf } from './issuer.ts'
export { fetchIssuerKeys, type IssuerKeysRequest } from './issuer-keys.ts'
export { type JobOutcome, parseJobs } from './job-outcome.ts'
export { type Jwk, readJwks } from './jwk.ts'
export {
  type Ending,
  EVENT_RULES,
  EVENTS,
  type EventRules,
  isEvent,
  isStated,
  type LedgerEvent,
  type StatedEvent
} from './ledger-event.ts'
export { formatPlace, type LedgerPlace, parsePlace } from './ledger-place.ts'
export { actionLog, type Log } from './log.ts'
export { code, escapeClipped, escapeMarkdown, table } from './markdown.ts'
export { maskOf } from './mask.ts'
export { printMoment } from './moment.ts'
export {
  ARTIFACT_PARAMETERS,
  artifactParameter,
  boundaryName,
  bundleBucket,
  CHANGE_SET_PREFIX,
  CODE_PARAMETERS,
  changeSetName,
  type EnvironmentDuty,
  environmentRoleName,
  evidencePath,
  LOGICAL_ID_PATTERN,
  NAME_LIMIT,
  NAME_PATTERN,
  PRODUCT_LIMIT,
  ROLE_NAME_LIMIT,
  ROLE_PREFIX,
  registryRoleName,
  releasesRepository,
  roleSessionName,
  runOfChangeSet,
  STACK_NAME_LIMIT,
  stackName,
  unitRepository
} from './names.ts'
export { approvalsSince } from './new-approvals.ts'
export { formatReference, type OutputReference, outputReferences, resolveOutputs } from './output-reference.ts'
export { describePartial, encodePartial, type PartialDeployment, partialIn, readPartial } from './partial-deployment.ts'
export { partitionIn } from './partition.ts'
export { isPlainPath } from './plain-path.ts'
export {
  decodePlan,
  encodePlan,
  type FileNames,
  hasChanges,
  type OpenParameter,
  type Plan,
  type PlannedChange,
  type PlannedContent,
  type PlannedFiles,
  type PlannedParameter,
  type PlannedRecovery,
  type PlannedReference,
  type PlannedStack,
  type PlannedWarning,
  type PropertyChange,
  type Reach,
  type StackBase,
  type Widening
} from './plan.ts'
export { hasExpired, PLAN_EXPIRY } from './plan-expiry.ts'
export { plural } from './plural.ts'
export { PROMOTION_KINDS, type PromotionKind, type Relation } from './promotion-kind.ts'
export { RateLimitWaits } from './rate-limit-waits.ts'
export {
  type DetailOf,
  type DraftOf,
  type EndedRun,
  isEnding,
  type LedgerRecord,
  NAMED_RELEASE,
  type NamedRelease,
  type PolicyFile,
  type Promotion,
  parseDraft,
  type ReadRecord,
  type RecordDraft,
  type RecordOf,
  readRecord,
  type Statement,
  type UnchangedPlace,
  unchangedBy
} from './record.ts'
export { accountOfEcrHost, ecrHost, partitionOf, REGION_PATTERN, regionOfEcrHost, serviceHost } from './region.ts'
export {
  decodeRelease,
  encodeRelease,
  type Release,
  type ReleasedUnit,
  releaseId,
  requireShownRelease,
  type UnitKind
} from './release.ts'
export { type SkippedRecord, withoutRepair } from './repair-detail.ts'
export type { Fate, RetiredResource, RetiredStack } from './retired-stack.ts'
export { backoff, fastRetry, networkRetry, type RetryPolicy, retry, type Waits } from './retry.ts'
export { type Report, runAction, type Tell } from './run-action.ts'
export { type CommandOptions, type CommandResult, runCommand } from './run-command.ts'
export { type RunContext, readRunContext, runUrl, type ToolkitContext } from './run-context.ts'
export { runTool, type ToolOptions } from './run-tool.ts'
export {
  eachPersonOnce,
  isSame,
  objectionTo,
  type Party,
  type Person,
  partiesAtGate,
  partiesOf,
  type Starter,
  starterOf
} from './self-approval.ts'
export { count, digest, fits, listOf, mapOf, members, noLists, type Shape } from './shape.ts'
export { type SignedAnswer, type SignedRequest, signedCall } from './signed-call.ts'
export {
  BUILDS,
  SIGNING_DUTIES,
  type SignerName,
  type SigningDuty,
  signerAlias,
  signerOf,
  signersIn,
  stationOf,
  type TrustedKey
} from './signer-name.ts'
export { type RollbackTriggers, type StackSettings, settingTexts } from './stack-settings.ts'
export {
  adoptionJobName,
  type Question,
  questionOf,
  releaseOfStageJob,
  STAGE_JOBS,
  type StageJob,
  stageJobName
} from './stage-jobs.ts'
export { fitsStars } from './star-pattern.ts'
export { codeReference, objectUrl, type StoredCode } from './stored-code.ts'
export { didYouMean, editDistance, nearest } from './suggest.ts'
export { readSuite, type Suite } from './suite.ts'
export { environmentTag, MOVING_TAGS, previousTag, sourceTag } from './tag-names.ts'
export { type ReadClaims, readClaims, type TokenClaims } from './token-claims.ts'
export { touchedNothing } from './touched-nothing.ts'
export { isLoopback, ownGitHubHosts, parseTrustedUrl } from './trusted-hosts.ts'
export { sameAs, undoneBy, withdrawnBy } from './undone-releases.ts'
