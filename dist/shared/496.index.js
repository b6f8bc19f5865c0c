export const id = 496;
export const ids = [496];
export const modules = {

/***/ 4496:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ekm: () => (/* reexport */ APPLY_DEADLINE),
  uwH: () => (/* reexport */ ARTIFACT_PARAMETERS),
  W4: () => (/* reexport */ BUILDS),
  HJS: () => (/* reexport */ BUNDLE_FILES),
  ovi: () => (/* reexport */ BUNDLE_FILE_LIMIT),
  y_S: () => (/* reexport */ BUNDLE_MARKER),
  GIh: () => (/* reexport */ CLOCK_SKEW),
  Z6R: () => (/* reexport */ CODE_PARAMETERS),
  qYF: () => (/* reexport */ EVENTS),
  VHo: () => (/* reexport */ EVENT_RULES),
  HRU: () => (/* reexport */ Failure),
  JHg: () => (/* reexport */ GATES),
  oXV: () => (/* reexport */ GITHUB_ISSUER),
  y_J: () => (/* reexport */ GitHubError),
  Scd: () => (/* reexport */ HANDED_OVER),
  rHv: () => (/* reexport */ LOGICAL_ID_PATTERN),
  vnx: () => (/* reexport */ MOVING_TAGS),
  Uhm: () => (/* reexport */ NAMED_RELEASE),
  Uoj: () => (/* reexport */ NAME_LIMIT),
  VhH: () => (/* reexport */ NAME_PATTERN),
  GAt: () => (/* reexport */ PLAN_EXPIRY),
  Q1N: () => (/* reexport */ PRODUCT_LIMIT),
  yT4: () => (/* reexport */ PROMOTION_KINDS),
  Nv3: () => (/* reexport */ RATE_LIMIT_PATIENCE),
  aY9: () => (/* reexport */ REGION_PATTERN),
  z3y: () => (/* reexport */ ROLE_NAME_LIMIT),
  oPt: () => (/* reexport */ RateLimitWaits),
  nL7: () => (/* reexport */ SIGNING_DUTIES),
  hvi: () => (/* reexport */ STACK_NAME_LIMIT),
  yRT: () => (/* reexport */ STAGE_JOBS),
  yot: () => (/* reexport */ UserError),
  R1f: () => (/* reexport */ accountOfEcrHost),
  ehJ: () => (/* reexport */ actionInputs),
  ZxD: () => (/* reexport */ actionLog),
  jSI: () => (/* reexport */ adoptionJobName),
  AzO: () => (/* reexport */ anchorPrefix),
  _ft: () => (/* reexport */ announcedAs),
  NLO: () => (/* reexport */ approvalsSince),
  YQz: () => (/* reexport */ artifactParameter),
  xNU: () => (/* reexport */ assumeRole),
  rwc: () => (/* reexport */ awsClientConfig),
  _pu: () => (/* reexport */ awsFault),
  j5B: () => (/* reexport */ awsTerms),
  JNn: () => (/* reexport */ backoff),
  fq5: () => (/* reexport */ bundleBucket),
  CKr: () => (/* reexport */ bundleKey),
  fd4: () => (/* reexport */ bundleNameProblem),
  rgz: () => (/* reexport */ bundleSourceKey),
  hXP: () => (/* reexport */ cacheControlOf),
  IY8: () => (/* reexport */ callAws),
  djW: () => (/* reexport */ canonicalJson),
  GaK: () => (/* reexport */ changeSetName),
  Jrq: () => (/* reexport */ checksIn),
  ky6: () => (/* reexport */ checksReport),
  aYu: () => (/* reexport */ code),
  DQ5: () => (/* reexport */ codeKey),
  ps7: () => (/* reexport */ codeReference),
  aNf: () => (/* reexport */ confirmsLive),
  U9N: () => (/* reexport */ count),
  JjL: () => (/* reexport */ cut),
  sbb: () => (/* reexport */ decodePlan),
  o1l: () => (/* reexport */ decodeRelease),
  l7i: () => (/* reexport */ describeGate),
  lCE: () => (/* reexport */ describePartial),
  auO: () => (/* reexport */ didYouMean),
  brt: () => (/* reexport */ digest),
  AxA: () => (/* reexport */ eachPersonOnce),
  FdC: () => (/* reexport */ ecrHost),
  uzg: () => (/* reexport */ encodeChecks),
  orO: () => (/* reexport */ encodePartial),
  Elu: () => (/* reexport */ encodePlan),
  sRe: () => (/* reexport */ encodeRelease),
  j3f: () => (/* reexport */ environmentRoleName),
  abS: () => (/* reexport */ environmentTag),
  R02: () => (/* reexport */ escapeClipped),
  FVb: () => (/* reexport */ escapeMarkdown),
  SL1: () => (/* reexport */ evidenceOfText),
  an9: () => (/* reexport */ evidenceOfValue),
  Zzx: () => (/* reexport */ evidencePath),
  OQC: () => (/* reexport */ fetchIssuerKeys),
  lA6: () => (/* reexport */ fits),
  EIu: () => (/* reexport */ fitsStars),
  dEx: () => (/* reexport */ formatPlace),
  FHU: () => (/* reexport */ formatReference),
  NbA: () => (/* reexport */ foundInPlace),
  Dy_: () => (/* reexport */ gateChanges),
  $fx: () => (/* reexport */ githubClient),
  iky: () => (/* reexport */ hasChanges),
  oNe: () => (/* reexport */ hasExpired),
  ZDm: () => (/* reexport */ hexOf),
  c$0: () => (/* reexport */ hours),
  Bc8: () => (/* reexport */ isDigest),
  ypI: () => (/* reexport */ isEnding),
  GZB: () => (/* reexport */ isIssuer),
  U9m: () => (/* reexport */ isLoopback),
  ZmL: () => (/* reexport */ isNamedReviewer),
  qWX: () => (/* reexport */ isPlainPath),
  Fte: () => (/* reexport */ isSame),
  oEq: () => (/* reexport */ isStated),
  b5Z: () => (/* reexport */ isTextName),
  E2o: () => (/* reexport */ isThrottling),
  dgy: () => (/* reexport */ isTransient),
  xDG: () => (/* reexport */ issuerOf),
  nOc: () => (/* reexport */ judgeAnswers),
  $Uv: () => (/* reexport */ judgeGate),
  YHz: () => (/* reexport */ keyAdvice),
  c3e: () => (/* reexport */ listOf),
  A72: () => (/* reexport */ mapOf),
  _4w: () => (/* reexport */ maskOf),
  olW: () => (/* reexport */ members),
  bDE: () => (/* reexport */ messageOf),
  D1q: () => (/* reexport */ networkRetry),
  H6q: () => (/* reexport */ noLists),
  bCA: () => (/* reexport */ objectUrl),
  GJd: () => (/* reexport */ onOneLine),
  wE$: () => (/* reexport */ outputReferences),
  JJO: () => (/* reexport */ ownGitHubHosts),
  cK: () => (/* reexport */ parseAccountId),
  m: () => (/* reexport */ parseDigest),
  LKv: () => (/* reexport */ parseDraft),
  YFV: () => (/* reexport */ parseJobs),
  lkh: () => (/* reexport */ parseJsonText),
  De2: () => (/* reexport */ parsePlace),
  gps: () => (/* reexport */ parseTrustedUrl),
  Fy9: () => (/* reexport */ partialIn),
  XLp: () => (/* reexport */ partiesAtGate),
  uRO: () => (/* reexport */ partiesOf),
  g8b: () => (/* reexport */ partitionIn),
  iQG: () => (/* reexport */ partitionOf),
  LSg: () => (/* reexport */ plural),
  W8T: () => (/* reexport */ previousTag),
  AdD: () => (/* reexport */ printMoment),
  YHi: () => (/* reexport */ questionOf),
  wf6: () => (/* reexport */ readChecks),
  IpG: () => (/* reexport */ readClaims),
  FDj: () => (/* reexport */ readDestination),
  M5o: () => (/* reexport */ readJwks),
  oiW: () => (/* reexport */ readPartial),
  aEE: () => (/* reexport */ readRecord),
  $pj: () => (/* reexport */ readRunContext),
  oPP: () => (/* reexport */ regionOfEcrHost),
  fhR: () => (/* reexport */ registryRoleName),
  BfF: () => (/* reexport */ releaseId),
  oCT: () => (/* reexport */ releaseOfStageJob),
  PC3: () => (/* reexport */ releasesRepository),
  gjR: () => (/* reexport */ requestIdToken),
  iP3: () => (/* reexport */ requireShownRelease),
  prv: () => (/* reexport */ resolveOutputs),
  L5P: () => (/* reexport */ retry),
  O8b: () => (/* reexport */ roleSessionName),
  CsV: () => (/* reexport */ runAction),
  d1Y: () => (/* reexport */ runCommand),
  $N7: () => (/* reexport */ runOfChangeSet),
  qIr: () => (/* reexport */ runTool),
  Vpz: () => (/* reexport */ runUrl),
  f4s: () => (/* reexport */ sameAs),
  aRl: () => (/* reexport */ serviceHost),
  HHe: () => (/* reexport */ settingTexts),
  scB: () => (/* reexport */ sha256),
  VKY: () => (/* reexport */ shortDigest),
  $ij: () => (/* reexport */ showName),
  pAC: () => (/* reexport */ signedCall),
  rHN: () => (/* reexport */ signerAlias),
  Kvo: () => (/* reexport */ signerOf),
  Bd: () => (/* reexport */ signersIn),
  Yrp: () => (/* reexport */ sourceTag),
  QxR: () => (/* reexport */ stackName),
  xbz: () => (/* reexport */ stageJobName),
  tQN: () => (/* reexport */ starterOf),
  I4j: () => (/* reexport */ stationOf),
  ml0: () => (/* reexport */ systemClock),
  tpe: () => (/* reexport */ table),
  AYW: () => (/* reexport */ templateKey),
  EQO: () => (/* reexport */ touchedNothing),
  xvO: () => (/* reexport */ unchangedBy),
  xNN: () => (/* reexport */ undoneBy),
  jp: () => (/* reexport */ unhurried),
  pl6: () => (/* reexport */ unitRepository),
  RK9: () => (/* reexport */ visible),
  y$X: () => (/* reexport */ withdrawnBy),
  AQo: () => (/* reexport */ withoutRepair),
  dVM: () => (/* reexport */ writing)
});

// UNUSED EXPORTS: BUNDLE_PREFIX, CHANGE_SET_PREFIX, EVIDENCE_TYPES, ManualClock, ROLE_PREFIX, boundaryName, causeChain, codePrefix, editDistance, fastRetry, findEvidence, isEvent, nearest, objectionTo, parseAwsEndpoints, parseJsonInput, readSuite, reviewerName

;// CONCATENATED MODULE: ./packages/core/lib/errors.js
/** The user can put this right: wrong input, missing permission, refused promotion. Shown as its message alone. */
class UserError extends Error {
    name = 'UserError';
    /** Outputs that an action sets although it refuses, so that later jobs know what became of it. */
    outputs;
    /** Markdown that tells more, for the job summary. */
    details;
    constructor(message, options = {}) {
        super(message, 'cause' in options ? { cause: options.cause } : undefined);
        this.outputs = options.outputs ?? {};
        this.details = options.details ?? '';
    }
}
/** Something outside the user's hands failed (registry, AWS, GitHub, a defect). Its cause chain is shown in debug logs. */
class Failure extends Error {
    name = 'Failure';
    /** Outputs that an action sets although it fails, so that later jobs know how far it came. */
    outputs;
    /** Markdown that tells more, for the job summary. */
    details;
    constructor(message, options = {}) {
        super(message, 'cause' in options ? { cause: options.cause } : undefined);
        this.outputs = options.outputs ?? {};
        this.details = options.details ?? '';
    }
}
/** The message of anything that was thrown. */
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
/** An error that causes itself would have no end. */
const MOST_CAUSES = 10;
/** The messages of an error and of everything that caused it, outermost first. */
function causeChain(error) {
    const messages = [];
    for (let current = error; current !== undefined && messages.length < MOST_CAUSES;) {
        messages.push(messageOf(current));
        current = current instanceof Error ? current.cause : undefined;
    }
    return messages;
}

;// CONCATENATED MODULE: ./packages/core/lib/account-id.js

/** Parses an AWS account number. @throws UserError */
function parseAccountId(text, what = 'account id') {
    if (!/^\d{12}$/.test(text))
        throw new UserError(`${what} is ${JSON.stringify(text)}: an AWS account id has 12 digits.`);
    return text;
}

;// CONCATENATED MODULE: ./packages/core/lib/anchor-keys.js
/**
 * What the keys of a section's anchors begin with. A role that may write below one section cannot write for another, and ends with a slash so
 * that `prod` is not the beginning of `prod-eu`.
 * @param product the name that the product's ledger was opened under
 */
function anchorPrefix(product, section) {
    return `${product}/${section}/`;
}

;// CONCATENATED MODULE: ./packages/core/lib/apply-deadline.js
/**
 * How long all stacks of an environment may take, in milliseconds: two and a half hours. Who waits for another run waits longer than that,
 * and both, one after the other, end before GitHub ends the job.
 */
const APPLY_DEADLINE = 2.5 * 60 * 60_000;

;// CONCATENATED MODULE: ./packages/core/lib/aws-fault.js

/** Reads an error as AWS meant it. Errors that carry these facts already are taken by their word. */
function awsFault(error) {
    const it = Object(error);
    if (typeof it.code === 'string' && typeof it.status === 'number' && typeof it.reason === 'string')
        return { code: it.code, reason: it.reason, status: it.status };
    const named = typeof it.name === 'string' ? it.name : '';
    const code = (named === '' || named === 'Error') && typeof it.code === 'string' ? it.code : named;
    const status = it.$metadata?.httpStatusCode;
    return { code, reason: messageOf(error), status: typeof status === 'number' ? status : 0 };
}
/** What to do besides where AWS refused for a key of KMS: S3 says which right on which key was missing. Empty: something else was missing. */
function keyAdvice(message) {
    return KEY.test(message)
        ? ' The bucket is encrypted with a key of KMS: give its ARN as `kmsKey` of the account in delivery.yml, and make the roles anew, as `sluice roles` prints them; a key of another account must allow them by its policy, too.'
        : '';
}
const KEY = /\bkms:[A-Z]|KMS\./;
const THROTTLING = /^(Throttl(ing|ed)(Exception)?|RequestThrottled(Exception)?|RequestLimitExceeded|TooManyRequestsException|SlowDown)$/;
/** A session, a token or a signature that is over by AWS's clock, whatever this machine's says. */
const EXPIRED = /^(ExpiredToken(Exception)?|TokenRefreshRequired|RequestExpired)$/;
/** The network, before or within an answer; and S3, where another conditional write to the same key is under way. */
const PASSING = /^(TimeoutError|RequestTimeout|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|ConditionalRequestConflict|OperationAborted)$/;
/**
 * STS could not fetch GitHub's keys just then: it answers so now and then, above all where many jobs ask at once, and does not mark it as
 * retryable (aws/aws-cli#7194, aws-actions/configure-aws-credentials#299). Other words under the same code are about the token itself.
 */
const KEYS_OUT_OF_REACH = { code: /^InvalidIdentityToken(Exception)?$/, reason: /couldn't retrieve verification key/i };
/** Whether AWS says that it was asked too often. */
function isThrottling(error) {
    const { code, reason, status } = awsFault(error);
    return status === 429 || THROTTLING.test(code) || /rate exceeded/i.test(reason);
}
/** Whether what a call was made with is over: a new session, token or signature may succeed. */
function isExpired(error) {
    return EXPIRED.test(awsFault(error).code);
}
/** Whether the same call may succeed a little later: AWS throttles, fails inside, or cannot be reached, or it takes a new session. */
function isTransient(error) {
    const { code, reason, status } = awsFault(error);
    // The SDK leaves of an error from another realm of Node nothing but the message.
    const cut = status === 0 && reason.endsWith('socket hang up');
    const keyless = KEYS_OUT_OF_REACH.code.test(code) && KEYS_OUT_OF_REACH.reason.test(reason);
    return (cut || keyless || isExpired(error) || isThrottling(error) || status >= 500 || PASSING.test(code) || isMarked(error));
}
/** What the SDK itself marks: errors that AWS's model calls retryable, and a clock that it has just corrected by the answer. */
function isMarked(error) {
    const { $retryable, $metadata } = Object(error);
    return $retryable !== undefined || $metadata?.clockSkewCorrected === true;
}

;// CONCATENATED MODULE: ./packages/core/lib/aws-limits.js
/** A dead server is noticed in a minute; a busy one gets the time that CloudFormation and S3 take on bad days. */
const awsLimits = { connect: 10_000, stall: 120_000, answer: 60_000 };
/**
 * AWS publishes few of its request rates: it throttles early, and bursts pass within seconds. About 40 s in all where AWS answers; where
 * it does not, each attempt waits for its limit, so no attempt starts later than two minutes after the first.
 */
const awsRetry = { attempts: 9, base: 300, cap: 10_000, within: 120_000 };
/** For a call whose body is streamed: no limit on the whole of it, only on its standing still. */
const unhurried = { requestTimeout: 0 };

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./packages/core/lib/clock.js

/** The machine's clock. */
const systemClock = {
    now: () => Date.now(),
    sleep: (milliseconds, signal) => (0,promises_.setTimeout)(milliseconds, undefined, signal === undefined ? {} : { signal })
};
/** A clock that stands still except when somebody sleeps on it; for tests. */
class ManualClock {
    #now;
    #slept = [];
    constructor(start = Date.parse('2026-01-01T00:00:00Z')) {
        this.#now = start;
    }
    /** Every sleep asked for so far, in milliseconds. */
    get slept() {
        return this.#slept;
    }
    now() {
        return this.#now;
    }
    advance(milliseconds) {
        this.#now += milliseconds;
    }
    async sleep(milliseconds, signal) {
        signal?.throwIfAborted();
        this.#slept.push(milliseconds);
        this.#now += milliseconds;
        // Lets other work run, as a real sleep would.
        await new Promise(resolve => setImmediate(resolve));
    }
}

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 10 modules
var core = __webpack_require__(7264);
;// CONCATENATED MODULE: ./packages/core/lib/mask.js

/**
 * Hides a secret in the log of the job, before anything else is done with it. Elsewhere than in a job nothing reads the command that asks
 * for it, and it would print the secret: a terminal is left alone.
 */
function maskOf(env) {
    return env['GITHUB_ACTIONS'] === 'true' ? core/* setSecret */.Pq : () => undefined;
}

;// CONCATENATED MODULE: ./packages/core/lib/retry.js
/** For calls over a network: about 15 s in all. */
const networkRetry = { attempts: 6, base: 300, cap: 5_000 };
/** For tests: the same decisions, no waiting worth the name. */
const fastRetry = { attempts: 3, base: 1, cap: 2 };
/** The wait before attempt `attempt` + 1 (counted from 1), with jitter, in milliseconds. */
function backoff({ base, cap, certain = 0.5 }, attempt, random = Math.random) {
    return Math.round(Math.min(cap, base * 2 ** (attempt - 1)) * (certain + random() * (1 - certain)));
}
/**
 * Runs `call` until it succeeds, `retryable` says no, or the attempts are used up; then throws the last error.
 * `retryable` may answer with a number: wait at least that many milliseconds (a server's Retry-After).
 */
async function retry(call, options) {
    const { policy, clock, retryable } = options;
    const latest = clock.now() + (policy.within ?? Number.POSITIVE_INFINITY);
    for (let attempt = 1;; attempt++) {
        try {
            return await call(attempt);
        }
        catch (error) {
            const verdict = attempt < policy.attempts && retryable(error);
            if (verdict === false)
                throw error;
            const wait = Math.max(backoff(policy, attempt), verdict === true ? 0 : verdict);
            if (clock.now() + wait > latest)
                throw error;
            await clock.sleep(wait);
        }
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/partition.js
/**
 * Every partition that botocore 1.43 knows (`partitions.json`, September 2026), the commercial one last: its regions begin as those of others do.
 * A test compares them with the botocore that is installed.
 */
const PARTITIONS = [
    {
        id: 'aws-cn',
        regions: /^cn-/,
        suffix: 'amazonaws.com.cn',
        dualStack: 'api.amazonwebservices.com.cn'
    },
    { id: 'aws-us-gov', regions: /^us-gov-/, suffix: 'amazonaws.com', dualStack: 'api.aws' },
    { id: 'aws-eusc', regions: /^eusc-/, suffix: 'amazonaws.eu', dualStack: 'api.amazonwebservices.eu' },
    { id: 'aws-iso', regions: /^us-iso-/, suffix: 'c2s.ic.gov', dualStack: 'api.aws.ic.gov' },
    { id: 'aws-iso-b', regions: /^us-isob-/, suffix: 'sc2s.sgov.gov', dualStack: 'api.aws.scloud' },
    { id: 'aws-iso-e', regions: /^eu-isoe-/, suffix: 'cloud.adc-e.uk', dualStack: 'api.cloud-aws.adc-e.uk' },
    { id: 'aws-iso-f', regions: /^us-isof-/, suffix: 'csp.hci.ic.gov', dualStack: 'api.aws.hci.ic.gov' }
];
const COMMERCIAL = { id: 'aws', regions: /^/, suffix: 'amazonaws.com', dualStack: 'api.aws' };
/** The partition of a region. One that no one knows yet is a new region of the commercial one. */
function partitionIn(region) {
    return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL;
}
/** What the addresses of services end with in any partition, as the source of a regular expression. */
const SUFFIX_PATTERN = alternatives(({ suffix }) => suffix);
const DUAL_STACK_PATTERN = alternatives(({ dualStack }) => dualStack);
function alternatives(part) {
    const texts = new Set([...PARTITIONS, COMMERCIAL].map(part));
    return `(?:${[...texts].map(it => it.replaceAll('.', '\\.')).join('|')})`;
}

;// CONCATENATED MODULE: ./packages/core/lib/region.js

/** An AWS region, as the source of a regular expression. */
const REGION_PATTERN = '[a-z]{2,4}(?:-[a-z]+)+-\\d';
/** An account's ECR registry ("Amazon ECR private registry"): by IPv4, or by both (`on.aws`); with FIPS. */
const ECR_HOST_PATTERN = `(\\d{12})(?:\\.dkr\\.ecr(?:-fips)?\\.${REGION_PATTERN}\\.${SUFFIX_PATTERN}|\\.dkr-ecr(?:-fips)?\\.${REGION_PATTERN}\\.on\\.aws)`;
/** The part of AWS that a region is in, as ARNs name it. */
function partitionOf(region) {
    return partitionIn(region).id;
}
/** The host of an account's ECR registry. */
function ecrHost(accountId, region) {
    return `${accountId}.dkr.ecr.${region}.${partitionIn(region).suffix}`;
}
/** Where a service is asked in a region, by IPv4. */
function serviceHost(service, region) {
    return `${service}.${region}.${partitionIn(region).suffix}`;
}
/** The account that an ECR host belongs to; `undefined` for any other host. */
function accountOfEcrHost(host) {
    return new RegExp(`^${ECR_HOST_PATTERN}$`).exec(host)?.[1];
}
/** The region that an ECR host is in; `undefined` for any other host. */
function regionOfEcrHost(host) {
    return accountOfEcrHost(host) === undefined
        ? undefined
        : new RegExp(`(?<=ecr(?:-fips)?\\.)${REGION_PATTERN}`).exec(host)?.[0];
}

;// CONCATENATED MODULE: ./packages/core/lib/trusted-hosts.js



/** The services that Sluice talks to, by the names that their endpoints have. */
const SERVICES = '(?:cloudformation|cloudfront|dynamodb|(?:api\\.)?ecr|ecs|kms|lambda|logs|s3|ssm|sts)(?:-fips)?';
/**
 * AWS's own service endpoints ("AWS service endpoints", General Reference), by service. A name below these domains may as well be a
 * customer's machine, function, API or bucket: `api.s3.amazonaws.com` is the bucket `api`, and `s3-website-…` serves anybody's pages.
 */
const AWS = [
    new RegExp(`^${SERVICES}(?:\\.(?:dualstack\\.)?${REGION_PATTERN})?\\.${SUFFIX_PATTERN}$`),
    new RegExp(`^${SERVICES}\\.${REGION_PATTERN}\\.${DUAL_STACK_PATTERN}$`),
    new RegExp(`^${ECR_HOST_PATTERN}$`)
];
/** GitHub's API, and its services of Actions, which issue OIDC tokens. */
const GITHUB = [/^api\.github\.com$/, /^(?:[a-z0-9-]+\.)*actions\.githubusercontent\.com$/];
/** Whether a host name (no port) is this machine. */
function isLoopback(host) {
    return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
/**
 * Checks that an endpoint may be sent credentials: AWS, GitHub, or this machine (promise 9). Plain HTTP is for loopback only.
 * @param what names the setting in the error, e.g. `AWS_ENDPOINT_URL`.
 * @param extra further hosts that are the vendor's own, e.g. the GitHub that runs the job where that is not github.com; `*.` before one stands for
 *   whatever is below it.
 * @throws UserError naming setting, host and what is allowed.
 */
function parseTrustedUrl(text, what, extra = []) {
    let url;
    try {
        url = new URL(text);
    }
    catch {
        throw new UserError(`${what} is ${JSON.stringify(text)}, which is not a URL. Give an https:// address or remove it.`);
    }
    const host = url.hostname;
    const loopback = isLoopback(host);
    if (!loopback && ![...AWS, ...GITHUB].some(known => known.test(host)) && !extra.some(it => isOf(it, host))) {
        throw new UserError(`${what} points to ${host}, where credentials are never sent. Use a host of AWS or GitHub, or a loopback address.`);
    }
    if (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')) {
        throw new UserError(`${what} is ${text}: ${host} must be reached over https.`);
    }
    return url;
}
function isOf(allowed, host) {
    return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed;
}
/**
 * The hosts of the GitHub that runs this job (`GITHUB_SERVER_URL`): a GitHub Enterprise server, or a tenant of GitHub Enterprise Cloud with
 * data residency, whose API is at `api.<host>`, and whose services of Actions are below `actions.<host>`: the OIDC issuer is `token.actions.<host>`, and
 * jobs are told other hosts there to ask for tokens (GitHub's "Network details for GHE.com").
 */
function ownGitHubHosts(env) {
    const server = env['GITHUB_SERVER_URL'];
    if (server === undefined || server === '')
        return [];
    const { hostname } = new URL(server);
    const actions = hostname.endsWith('.ghe.com') ? `*.actions.${hostname}` : `token.actions.${hostname}`;
    return [hostname, `api.${hostname}`, actions];
}

;// CONCATENATED MODULE: ./packages/core/lib/aws.js






/** The terms of this process. @throws UserError naming the variable that points to a foreign host. */
function awsTerms(env, clock = systemClock) {
    const proxy = Object.entries(env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
    return {
        endpoints: parseAwsEndpoints(env),
        proxy: Object.fromEntries(proxy),
        limits: awsLimits,
        retry: awsRetry,
        clock,
        mask: maskOf(env)
    };
}
/**
 * Reads where the environment says that AWS is, and refuses foreign hosts (promise 9).
 * @throws UserError naming the variable.
 */
function parseAwsEndpoints(env) {
    const urls = new Map();
    for (const [name, value] of Object.entries(env)) {
        if (/^AWS_ENDPOINT_URL(_|$)/.test(name) && value !== undefined && value !== '')
            urls.set(name, parseTrustedUrl(value, name));
    }
    return service => urls.get(`AWS_ENDPOINT_URL_${service}`) ?? urls.get('AWS_ENDPOINT_URL');
}
/** The SDK warns on the console of what is decided here, e.g. that it cannot send a stream twice. */
const SILENT = { debug() { }, info() { }, warn() { }, error() { } };
/** The one recipe for AWS clients. Calls go through `callAws`, which tries again. */
function awsClientConfig(session, service) {
    const { endpoints, limits, proxy } = session.terms;
    const endpoint = endpoints(service);
    return {
        region: session.region,
        credentials: session.credentials,
        ...(endpoint === undefined ? {} : { endpoint: endpoint.href }),
        // Otherwise the SDK asks the environment and ~/.aws/config itself, past the check of the host.
        ignoreConfiguredEndpointUrls: true,
        // An emulator on this machine has no DNS name per bucket.
        forcePathStyle: endpoint !== undefined && isLoopback(endpoint.hostname),
        // Retries are ours: the SDK's wait on a clock that nobody can hold.
        maxAttempts: 1,
        requestHandler: {
            connectionTimeout: limits.connect,
            socketTimeout: limits.stall,
            // Without the second setting the first one only warns.
            requestTimeout: limits.answer,
            throwOnRequestTimeout: true,
            httpsAgent: { proxyEnv: proxy }
        },
        logger: SILENT
    };
}
/** Calls AWS until it answers, trying again cannot help, or the policy is used up. The call must be safe to repeat. */
async function callAws(terms, call) {
    const retryable = (error) => {
        if (isExpired(error))
            terms.expired?.();
        return isTransient(error);
    };
    return retry(call, { policy: terms.retry, clock: terms.clock, retryable });
}

;// CONCATENATED MODULE: ./packages/core/lib/github-rate-limit.js
/**
 * Both names are given: `RATE_LIMITED` for years, and `RATE_LIMIT` with the code `graphql_rate_limit` since 2026
 * (yanyongyu/githubkit#271).
 */
const GRAPHQL_TYPES = ['RATE_LIMITED', 'RATE_LIMIT'];
/** GitHub's clock and the one behind a quota need not agree to the second. */
const MARGIN = 1_000;
/**
 * What an error says about a rate limit; `undefined` where it is about something else.
 *
 * REST answers 403 or 429. GraphQL answers 200 when the quota is used up, and 200 or 403 for secondary limits (GitHub's "Rate limits and
 * query limits for the GraphQL API"). That no request remains says nothing by itself: the last one that was allowed says so, too, and
 * GraphQL may refuse while some points remain (octokit/plugin-throttling.js#636). Where too much content is made in a minute or an hour,
 * a mutation "was submitted too quickly", of type `UNPROCESSABLE` (cli/cli#4801).
 */
function rateLimitOf({ status, message, types, headers, now }) {
    const refused = status === 403 || status === 429;
    if (!refused && status !== 200)
        return undefined;
    const after = Number(headers['retry-after']);
    const hasPause = Number.isFinite(after) && after > 0;
    const isEmpty = String(headers['x-ratelimit-remaining']) === '0';
    const tooFast = /secondary rate limit|abuse detection|was submitted too quickly/i.test(message);
    const usedUp = types.some(type => GRAPHQL_TYPES.includes(type)) ||
        /\brate limit (already )?exceeded/i.test(message) ||
        (refused && isEmpty);
    if (!tooFast && !usedUp && status !== 429 && !(refused && hasPause))
        return undefined;
    const reset = Number(headers['x-ratelimit-reset']) * 1000;
    const isReset = (isEmpty || (usedUp && !tooFast)) && Number.isFinite(reset) && reset > 0;
    return {
        quota: String(headers['x-ratelimit-resource'] ?? (status === 200 ? 'graphql' : 'core')),
        kind: usedUp && !tooFast ? 'used-up' : 'too-fast',
        told: now,
        pause: hasPause ? after * 1000 : isReset ? Math.max(reset - now, 0) + MARGIN : undefined
    };
}
/** GitHub's advice where it says nothing else: a minute at first, then more and more. */
const PAUSE = 60_000;
/** How long to wait before asking again, for the `times`th time (from 1), in milliseconds. */
function pauseOf({ pause }, times) {
    if (pause === undefined)
        return PAUSE * 2 ** (times - 1);
    return times === 1 ? pause : Math.max(pause, PAUSE * 2 ** (times - 2));
}
/** What a rate limit means, for people. */
function describeRateLimit({ quota, kind }) {
    return kind === 'used-up'
        ? `GitHub's hourly quota for this repository (${quota}) is used up`
        : `GitHub asks for a pause, because much was asked in a short time (${quota})`;
}

;// CONCATENATED MODULE: ./packages/core/lib/github-error.js


/** GitHub answered with an error. */
class GitHubError extends Error {
    name = 'GitHubError';
    /** HTTP status; 200 for errors inside a GraphQL answer, 0 where there was no answer. */
    status;
    /** GraphQL error types, e.g. `STALE_DATA`. */
    types;
    /** GitHub may have done all the same what was asked: the answer was lost, or says that something broke on the way. */
    unsure;
    /** Set where GitHub did nothing, and asks to come back later. */
    rateLimit;
    constructor(message, status, types, cause, more = {}) {
        super(message, { cause });
        this.status = status;
        this.types = types;
        this.unsure = more.unsure ?? (status === 0 || status >= 500);
        this.rateLimit = more.rateLimit;
    }
}
/**
 * GraphQL answers 200 also where its servers broke or took too long, and gives no type then, only these words
 * (octokit/plugin-retry.js#395; github/docs, "Timeouts").
 */
const BROKEN = /something went wrong while executing|couldn't respond to your request in time/i;
/** What GitHub says where the token may not do what was asked (recorded answers of REST and GraphQL). */
const NOT_ALLOWED = /not accessible by|must have|not authori[sz]ed|requires authentication|bad credentials|permission/i;
/**
 * Octokit's error as Sluice's.
 * @param what the request, for people
 * @param now GitHub's time, as far as it is known without this answer
 */
function asGitHubError(error, what, now) {
    const { status, errors, response, headers = response?.headers ?? {} } = error;
    const list = Array.isArray(errors) ? errors : undefined;
    const types = (list ?? []).map(entry => String(entry.type ?? ''));
    const code = typeof status === 'number' ? status : list === undefined ? 0 : 200;
    const message = messageOf(error);
    const date = Date.parse(headers['date'] ?? '');
    const rateLimit = rateLimitOf({ status: code, message, types, headers, now: Number.isNaN(date) ? now : date });
    const isBroken = code === 0 || code >= 500 || (code === 200 && types.every(type => type === '') && BROKEN.test(message));
    const isForbidden = code === 401 || types.includes('FORBIDDEN') || (code === 403 && NOT_ALLOWED.test(message));
    const hint = rateLimit === undefined && isForbidden ? ' Check the token and the `permissions:` of the job.' : '';
    return new GitHubError(`GitHub, ${what}: ${message}${hint}`, code, types, error, { unsure: isBroken, rateLimit });
}

;// CONCATENATED MODULE: ./packages/core/lib/rate-limit-waits.js


/** Waits for GitHub's rate limits: longer each time that GitHub repeats itself, and no longer in all than its caller has patience. */
class RateLimitWaits {
    #clock;
    #log;
    #patience;
    #times = 0;
    #giveUp = 0;
    /** @param options `patience`: from the first refusal on, in milliseconds. */
    constructor(options) {
        this.#clock = options.clock;
        this.#log = options.log;
        this.#patience = options.patience;
    }
    /**
     * Waits as long as GitHub asks for.
     * @throws whatever is no refusal for a rate limit, and one that would take too long.
     */
    async after(error) {
        if (!(error instanceof GitHubError) || error.rateLimit === undefined)
            throw error;
        const limit = error.rateLimit;
        this.#times++;
        if (this.#times === 1)
            this.#giveUp = this.#clock.now() + this.#patience;
        const pause = pauseOf(limit, this.#times);
        const until = `${new Date(limit.told + pause).toISOString().slice(0, 19)}Z`;
        if (this.#clock.now() + pause > this.#giveUp) {
            throw new GitHubError(`${error.message} ${describeRateLimit(limit)}. It can be asked again at ${until}, later than this step waits (${this.#patience / 60_000} min). Re-run the failed jobs then.`, error.status, error.types, error, { rateLimit: limit });
        }
        this.#log.info(`${describeRateLimit(limit)}. Waiting ${Math.ceil(pause / 1000)} s, until ${until}.`);
        await this.#clock.sleep(pause);
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/github.js





/** How long GitHub may take to begin an answer, in milliseconds. */
const FIRST_BYTE = 60_000;
/** Long enough for most pauses that GitHub asks for, in milliseconds; not for an hour that a machine would cost. */
const RATE_LIMIT_PATIENCE = 15 * 60_000;
/**
 * A client for the GitHub that runs this job (`GITHUB_API_URL`), by Octokit. Reads are tried again on network faults and 5xx, writes only
 * where the caller says that they are repeatable. Rate limits are waited for, unless the caller says otherwise: GitHub did nothing of what was asked.
 */
function githubClient(options) {
    const { token, env, clock, log, policy = networkRetry, patience = RATE_LIMIT_PATIENCE } = options;
    if (token === '')
        throw new UserError('No GitHub token: pass `github-token: ${{ github.token }}`.');
    const base = parseTrustedUrl(env['GITHUB_API_URL'] ?? 'https://api.github.com', 'GITHUB_API_URL', ownGitHubHosts(env));
    let opened;
    // What this machine's clock lags behind GitHub's: records carry the server's time, which the runner cannot choose.
    let lag = 0;
    const now = () => clock.now() + lag;
    const connect = async () => {
        const octokit = await openOctokit(token, base.href.replace(/\/$/, ''), userAgent(env));
        octokit.hook.after('request', answer => {
            const date = Date.parse(answer.headers.date ?? '');
            if (!Number.isNaN(date))
                lag = date - clock.now();
        });
        return octokit;
    };
    const call = async ({ repeatable, waits = true }, request, what) => {
        opened ??= connect();
        const octokit = await opened;
        const ask = async () => retry(async () => {
            try {
                return await request(octokit);
            }
            catch (error) {
                throw asGitHubError(error, what, now());
            }
        }, { policy, clock, retryable: error => error instanceof GitHubError && error.unsure && repeatable });
        return waits ? waitForLimits(new RateLimitWaits({ clock, log, patience }), ask) : ask();
    };
    return {
        async get(path) {
            try {
                const answer = await call({ repeatable: true }, octokit => octokit.request(`GET ${path}`), `GET ${path}`);
                return answer.data;
            }
            catch (error) {
                if (error instanceof GitHubError && error.status === 404)
                    return undefined;
                throw error;
            }
        },
        async send(method, path, body, options) {
            const answer = await call({ repeatable: options?.repeatable === true }, octokit => octokit.request(`${method} ${path}`, { ...body }), `${method} ${path}`);
            return answer.data;
        },
        now,
        patience,
        async graphql(query, variables, options) {
            return call({ repeatable: !query.trimStart().startsWith('mutation'), ...options }, octokit => octokit.graphql(query, { ...variables }), 'GraphQL');
        }
    };
}
/** Who calls: with the job, so that whoever counts calls can say where they come from. */
function userAgent(env) {
    const job = env['GITHUB_JOB']?.replace(/[^\w-]/g, '') ?? '';
    return job === '' ? 'sluice' : `sluice (${job})`;
}
/**
 * The toolkit's client. Loaded late: the toolkit reads the environment of the process, and the event, as soon as it is loaded.
 * Its `getOctokit` takes either its way through proxies or a deadline; here it is both.
 */
async function openOctokit(token, baseUrl, userAgent) {
    const { GitHub, getOctokitOptions } = await __webpack_require__.e(/* import() */ 809).then(__webpack_require__.bind(__webpack_require__, 6809));
    const options = getOctokitOptions(token, { baseUrl, userAgent });
    return new GitHub({ ...options, request: { fetch: withDeadline(await toolkitFetch()) } });
}
/** The `fetch` of the toolkit, which goes to GitHub through the proxies of the job (`HTTPS_PROXY`, `NO_PROXY`). */
async function toolkitFetch() {
    const { defaults } = await __webpack_require__.e(/* import() */ 809).then(__webpack_require__.bind(__webpack_require__, 6809));
    return defaults.request?.['fetch'];
}
/** A dead server is noticed; a body may take its time as long as bytes keep coming (undici's own idle limit applies). */
function withDeadline(send) {
    return async (input, init) => {
        const controller = new AbortController();
        const timer = setTimeout(() => controller.abort(new Failure(`no answer within ${FIRST_BYTE / 1000} s`)), FIRST_BYTE);
        try {
            return await send(input, { ...init, signal: controller.signal });
        }
        finally {
            clearTimeout(timer);
        }
    };
}
/** Does a call as often as it takes GitHub to let it through. @throws GitHubError when that would take longer than the caller waits. */
async function waitForLimits(waits, call) {
    for (;;) {
        try {
            return await call();
        }
        catch (error) {
            await waits.after(error);
        }
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/id-token.js





/** How long GitHub may take for a token, in milliseconds. */
const LIMIT = 15_000;
/**
 * An OIDC token of the job, for one audience (GitHub, "OpenID Connect reference"). It is hidden in the log whatever it is for: a token is a
 * key wherever somebody forgot to compare the audience, and one rule without exceptions is one that no caller can get wrong.
 * @throws UserError with the missing permission as YAML.
 */
async function requestIdToken(request) {
    const { env, audience, clock, policy = networkRetry } = request;
    const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
    const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    if (url === undefined || url === '' || bearer === undefined || bearer === '') {
        throw new UserError(`This job cannot get an OIDC token for ${audience}. Grant it:\n  permissions:\n    id-token: write`);
    }
    const address = parseTrustedUrl(url, 'ACTIONS_ID_TOKEN_REQUEST_URL', ownGitHubHosts(env));
    address.searchParams.set('audience', audience);
    const send = await toolkitFetch();
    const ask = async () => {
        const answer = await send(address, {
            headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
            redirect: 'error',
            signal: AbortSignal.timeout(LIMIT)
        });
        const text = await answer.text();
        if (!answer.ok)
            throw new Failure(`HTTP ${answer.status}`);
        return tokenIn(text);
    };
    try {
        // Whatever is wrong may pass: GitHub answers 5xx, 429 and HTML on bad days, and a refusal costs nothing but the wait.
        const token = await retry(ask, { policy, clock, retryable: () => true });
        maskOf(env)(token);
        return token;
    }
    catch (error) {
        throw new Failure(`GitHub issued no OIDC token: ${messageOf(error)}. Re-run the job; if that does not help, look at githubstatus.com.`, { cause: error });
    }
}
function tokenIn(text) {
    const value = JSON.parse(text)?.value;
    if (typeof value !== 'string')
        throw new Failure('its answer holds no token');
    return value;
}
/** The claims that trust policies look at, and who issued them: another issuer is another provider in IAM. Never the token itself. */
function describeToken(token) {
    try {
        const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
        return ['iss', 'sub', 'aud', 'repository_id', 'ref', 'environment', 'job_workflow_ref']
            .filter(name => claims[name] !== undefined)
            .map(name => `${name}=${String(claims[name])}`)
            .join(', ');
    }
    catch {
        return 'its claims cannot be read';
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./packages/core/lib/digest.js


const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Whether a text is a well-formed SHA-256 digest. */
function isDigest(text) {
    return typeof text === 'string' && DIGEST.test(text);
}
/**
 * Parses a digest.
 * @param what names the value in the error message, e.g. `input release`.
 * @throws UserError naming the value found and the form wanted.
 */
function parseDigest(text, what = 'digest') {
    if (!isDigest(text)) {
        throw new UserError(`${what} is ${JSON.stringify(text.slice(0, 100))}, which is not a digest. Give "sha256:" and 64 lower-case hex digits.`);
    }
    return text;
}
/** The SHA-256 digest of some bytes; a text counts as its UTF-8 bytes. */
function sha256(bytes) {
    return `sha256:${(0,external_node_crypto_.hash)('sha256', bytes, 'hex')}`;
}
/** The 64 hex digits of a digest. */
function hexOf(digest) {
    return digest.slice('sha256:'.length);
}
/** A digest shortened for a table: `sha256:` + 12 hex. A label, never an input. */
function shortDigest(digest) {
    return digest.slice(0, 'sha256:'.length + 12);
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./node_modules/canonicalize/lib/canonicalize.js
var canonicalize = __webpack_require__(8799);
;// CONCATENATED MODULE: ./packages/core/lib/canonical-json.js


/**
 * Canonical JSON (RFC 8785): the one text of a value, so that its hash names it. Absent (`undefined`) members are left out.
 * @throws Failure for a value that JSON cannot hold.
 */
function canonicalJson(value) {
    let text;
    try {
        // What was read from canonical JSON the engine itself writes the same way, and fast: a ledger is verified record by record.
        text = jsonOf(value) ?? jsonOf(inOrder(value)) ?? (0,canonicalize/* default */.A)(value);
    }
    catch (error) {
        throw new Failure(`A value without a JSON form cannot be made canonical: ${messageOf(error)}.`, { cause: error });
    }
    if (text === undefined)
        throw new Failure('A value without a JSON form cannot be made canonical.');
    return text;
}
/** The engine's own text of a value, where that is the canonical one. */
function jsonOf(value) {
    return isOrdered(value) ? JSON.stringify(value) : undefined;
}
/** Whether `JSON.stringify` writes a value as RFC 8785 wants it: plain, complete, and all names in their order. */
function isOrdered(value) {
    switch (typeof value) {
        case 'string':
        case 'boolean':
            return true;
        case 'number':
            return Number.isFinite(value);
        case 'object':
            return value === null || (Array.isArray(value) ? value.every(isOrdered) : isOrderedObject(value));
        default:
            return false;
    }
}
function isOrderedObject(value) {
    if (Object.getPrototypeOf(value) !== Object.prototype)
        return false;
    let before;
    for (const name of Object.keys(value)) {
        if ((before !== undefined && before > name) || !isOrdered(value[name]))
            return false;
        before = name;
    }
    return true;
}
/** A value with all names in their order, as far as it is plain. Whether the engine kept that order is to be looked at: it has one of its own for numbers. */
function inOrder(value) {
    if (Array.isArray(value))
        return value.map(inOrder);
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
        return value;
    const members = value;
    const names = Object.keys(members).filter(name => members[name] !== undefined);
    // Not by assignment: of `__proto__`, that would be lost.
    return Object.fromEntries(names.sort().map(name => [name, inOrder(members[name])]));
}

;// CONCATENATED MODULE: ./packages/core/lib/shape.js


/** Valibot takes a list for an object with the keys 0, 1, …; here it is shown to the schema as nothing, which it refuses. */
function noLists(schema) {
    return {
        ...schema,
        '~run': (dataset, config) => schema['~run'](Array.isArray(dataset.value) ? { value: undefined } : dataset, config)
    };
}
/** An object whose named members have their forms; other members are left alone, so that newer writers can add some. */
function members(entries) {
    return noLists(dist/* pipe */.FsL(dist/* object */.Ikc(entries), dist/* readonly */.tBZ()));
}
/** A list whose entries all have the form. */
function listOf(shape) {
    return dist/* pipe */.FsL(dist/* array */.YOg(shape), dist/* readonly */.tBZ());
}
/** What every object of JavaScript inherits under these names passes for an entry of any map; Valibot leaves them unchecked. */
const INHERITED = ['__proto__', 'constructor', 'prototype'];
/** An object with any names but those that every object has, whose values all have the form. */
function mapOf(shape) {
    const entries = dist/* pipe */.FsL(dist/* custom */.IeY(it => typeof it === 'object' && it !== null && !INHERITED.some(name => Object.hasOwn(it, name))), dist/* record */.g1P(dist/* string */.YjP(), shape), dist/* readonly */.tBZ());
    return noLists(entries);
}
/** A whole number from 1. */
const count = dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(1));
/** A digest. */
const digest = dist/* custom */.IeY(isDigest);
/** Where a value has not the form: the first member that is missing or malformed, as `release.commit`; `''`: the whole value. */
function findMisfit(shape, value) {
    const [issue] = dist/* safeParse */.xLC(shape, value, { abortEarly: true }).issues ?? [];
    return issue === undefined ? undefined : (dist/* getDotPath */.BuJ(issue) ?? '');
}
/** Whether a value from outside has a form. It stays what it is, with the members that the form does not name. */
function fits(shape, value) {
    return dist.is(shape, value);
}

;// CONCATENATED MODULE: ./packages/core/lib/release.js





const KIND = dist/* picklist */.KIO(['image', 'bundle']);
const UNIT = members({
    kind: KIND,
    /** Image: digest of the manifest or index. Bundle: digest of the archive's bytes. */
    digest: dist/* custom */.IeY(isDigest),
    fingerprint: dist/* custom */.IeY(isDigest),
    /** Sequence of the record that adopted the digest; absent: it was built here. */
    adopted: dist/* exactOptional */.yqP(count)
});
/** The form of {@link Release}. */
const RELEASE = members({
    version: dist/* literal */.euz(1),
    /** GitHub's repository id, as a decimal text. */
    repository: dist/* string */.YjP(),
    product: dist/* string */.YjP(),
    /** 40 hex digits. */
    commit: dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^[0-9a-f]{40}$/)),
    units: mapOf(UNIT)
});
/** The bytes of a release document (RFC 8785) and the digest that names it. */
function encodeRelease(release) {
    const text = canonicalJson(release);
    return { text, digest: sha256(text) };
}
/**
 * Reads a release document back.
 * @param digest the name it was asked for by: the bytes must hash to it.
 * @param product the product it must belong to.
 * @throws UserError when the bytes are others, malformed, or another product's.
 */
function decodeRelease(bytes, digest, product) {
    const found = sha256(bytes);
    if (found !== digest)
        throw new UserError(`Release ${digest} was requested, but the stored document hashes to ${found}. Do not use it.`);
    let value;
    try {
        value = JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch (error) {
        throw new UserError(`${digest} is not a release document: it is not JSON.`, { cause: error });
    }
    if (!fits(RELEASE, value))
        throw new UserError(`${digest} is not a release document of version 1.`);
    if (value.product !== product) {
        throw new UserError(`${digest} is a release of product ${JSON.stringify(value.product)}, not of ${JSON.stringify(product)}. Give a release of this product.`);
    }
    return value;
}
/** The short form of a release's digest that people read: `r-` + 12 hex. A label, never an input. */
function releaseId(release) {
    return `r-${hexOf(release).slice(0, 12)}`;
}
/** Refuses to ask approvers for another release than they would read of. @throws UserError naming both. */
function requireShownRelease(release, shown) {
    if (shown === undefined || shown === releaseId(release))
        return;
    throw new UserError(`Approvers would read ${shown}, but release ${release} is ${releaseId(release)}. Pass release-id from the release job.`);
}

;// CONCATENATED MODULE: ./packages/core/lib/names.js


// The names that Sluice gives to things outside of it. Writers, readers and permissions of a name are in different rooms: here they agree.
/** A name in delivery.yml, as the source of a regular expression: legal in stacks, roles, repositories and GitHub Environments alike. */
const NAME_PATTERN = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
/** The name of a template's parameter or output ("CloudFormation template Outputs syntax", logical ids), as the source of a regular expression. */
const LOGICAL_ID_PATTERN = '[A-Za-z0-9]{1,255}';
/**
 * Characters that a name in delivery.yml may have; what it becomes a part of has limits of its own. Records of the ledger are read with it, so
 * it may grow but not shrink.
 */
const NAME_LIMIT = 100;
/** CloudFormation: a stack's name has at most 128 characters. */
const STACK_NAME_LIMIT = 128;
/** IAM: a role's name has at most 64 characters. */
const ROLE_NAME_LIMIT = 64;
/** STS: the name of a role's session has at most 64 characters. */
const SESSION_NAME_LIMIT = 64;
/** S3: a bucket's name has at most 63 characters; see {@link bundleBucket}. */
const PRODUCT_LIMIT = 63 - 'sluice--'.length - 12;
/** The CloudFormation stack of a unit in an environment. */
function stackName(product, environment, unit) {
    return `${product}-${environment}-${unit}`;
}
/** The parameters of templates that pass what was built: an image as a full reference, a bundle as its digest. */
const ARTIFACT_PARAMETER = { image: 'Image', bundle: 'BundleDigest' };
/** The parameters that pass where Lambda takes a bundle from, in the account of the stack: an object of S3, by version. */
const CODE_PARAMETERS = ['BundleBucket', 'BundleKey', 'BundleVersion'];
/** Every parameter that passes what was built. Nobody else may set it: a value of its own would replace the artifact that was approved. */
const ARTIFACT_PARAMETERS = [...Object.values(ARTIFACT_PARAMETER), ...CODE_PARAMETERS];
/** The template's parameter that passes what was built of a unit of a kind. */
function artifactParameter(kind) {
    return ARTIFACT_PARAMETER[kind];
}
/** What the name of every change set of Sluice begins with. */
const CHANGE_SET_PREFIX = 'sluice-';
/** The change sets of a release in a run. The run's, not the attempt's: a re-run of the deploy job alone must find what the plan job made. */
function changeSetName(release, runId) {
    return `${CHANGE_SET_PREFIX}${releaseId(release)}-${runId}`;
}
const OWN_CHANGE_SET = new RegExp(`^${CHANGE_SET_PREFIX}r-[0-9a-f]+-(\\d+)$`);
/** The run whose change set has this name; `undefined` for a change set that Sluice did not make. */
function runOfChangeSet(name) {
    return OWN_CHANGE_SET.exec(name)?.[1];
}
/** What the name of every role of Sluice begins with. */
const ROLE_PREFIX = 'sluice-';
/** The IAM role for one duty in one environment. */
function environmentRoleName(product, environment, duty) {
    return `${ROLE_PREFIX}${product}-${environment}-${duty}`;
}
/** The IAM role of the registry's account that writes to it, or only reads. */
function registryRoleName(product, duty) {
    return `${ROLE_PREFIX}${product}-${duty}`;
}
/** The managed policy that bounds the execution roles of a product in an account, and every role that their stacks make. */
function boundaryName(product) {
    return `${ROLE_PREFIX}${product}-boundary`;
}
/** The session of a role in a run, as CloudTrail shows it. */
function roleSessionName(product, runId, attempt) {
    return `sluice-${runId}-${attempt}-${product}`;
}
/** The repository of the registry where a product's release documents are stored. No unit may be called `releases`. */
function releasesRepository(product) {
    return `${product}/releases`;
}
/** The repository of the registry where a unit's images are stored. */
function unitRepository(product, unit) {
    return `${product}/${unit}`;
}
/** The bucket that keeps a product's bundles, in the registry's account. */
function bundleBucket(product, registryAccount) {
    return `sluice-${product}-${registryAccount}`;
}
/**
 * The file of the ledger branch that is a piece of evidence (plan, dossier, …), named by its content. In 256 folders, since every commit of the
 * branch writes the list of the folder that it adds to.
 */
function evidencePath(digest) {
    const hex = hexOf(digest);
    return `evidence/${hex.slice(0, 2)}/${hex}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/assume-role.js





/** How long a session is good for, in seconds: what a role allows unless its settings say more. */
const SESSION_LENGTH = 3600;
/** How long before its end a session is replaced, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000;
/** How long after a failed renewal, or a new session, the next one is tried, in milliseconds: until then the session serves on. */
const RENEW_AGAIN = 30_000;
/**
 * A session of a role, by the job's OIDC token. Nothing is asked of anybody until the first AWS call; shortly before the session (one hour)
 * ends, a new token and a new session are minted. A session that could not be renewed serves until its end.
 */
function assumeRole(options) {
    const { roleArn, region, env, terms } = options;
    const sessionName = options.sessionName.replace(/[^\w+=,.@-]/g, '-').slice(0, SESSION_NAME_LIMIT);
    const mintSession = () => mint({ roleArn, region, sessionName, env, terms });
    const { credentials, expired } = renewed(mintSession, terms);
    return { region, credentials, terms: { ...terms, expired } };
}
/** One session for all clients of a role, replaced before it ends; a failed first attempt is not remembered. */
function renewed(mintSession, { clock }) {
    let current;
    let renewAt = 0;
    let mintedAt = 0;
    let underWay;
    const renew = async () => {
        try {
            const identity = await mintSession();
            const ends = identity.expiration?.getTime() ?? 0;
            mintedAt = clock.now();
            current = { identity, ends };
            renewAt = ends - RENEW_BEFORE;
            return identity;
        }
        catch (error) {
            if (current === undefined || current.ends <= clock.now())
                throw error;
            renewAt = clock.now() + RENEW_AGAIN;
            return current.identity;
        }
        finally {
            underWay = undefined;
        }
    };
    return {
        credentials: async () => {
            if (current !== undefined && clock.now() < Math.min(renewAt, current.ends))
                return current.identity;
            underWay ??= renew();
            return underWay;
        },
        expired: () => {
            // Calls of the session before may tell late.
            if (clock.now() - mintedAt < RENEW_AGAIN)
                return;
            // Each client of the SDK keeps what it was given until that says that it is over.
            current?.identity.expiration?.setTime(0);
            current = undefined;
        }
    };
}
async function mint(options) {
    const { roleArn, region, sessionName, env, terms } = options;
    const newToken = async () => requestIdToken({ env, audience: 'sts.amazonaws.com', clock: terms.clock });
    let token = await newToken();
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const { STSClient, AssumeRoleWithWebIdentityCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(695)]).then(__webpack_require__.t.bind(__webpack_require__, 1695, 19));
    // This call is not signed: the token speaks for the job.
    const nobody = { accessKeyId: 'none', secretAccessKey: 'none' };
    const sts = new STSClient(awsClientConfig({ region, terms, credentials: async () => nobody }, 'STS'));
    try {
        const answer = await callAws(terms, async (attempt) => {
            // A token lives for minutes, which a bad day of STS outlasts.
            if (attempt > 1)
                token = await newToken();
            return sts.send(new AssumeRoleWithWebIdentityCommand({
                RoleArn: roleArn,
                RoleSessionName: sessionName,
                WebIdentityToken: token,
                DurationSeconds: SESSION_LENGTH
            }));
        });
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
        if (AccessKeyId === undefined || SecretAccessKey === undefined)
            throw new Failure('STS returned no credentials.');
        terms.mask(SecretAccessKey);
        if (SessionToken !== undefined)
            terms.mask(SessionToken);
        return {
            accessKeyId: AccessKeyId,
            secretAccessKey: SecretAccessKey,
            ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
            ...(Expiration === undefined ? {} : { expiration: Expiration })
        };
    }
    catch (error) {
        if (error instanceof UserError || error instanceof Failure)
            throw error;
        const message = `The role ${roleArn} could not be assumed: ${messageOf(error)}`;
        if (isTransient(error))
            throw new Failure(`${message}. AWS could not be reached, or kept failing: re-run the job.`, { cause: error });
        throw new UserError(`${message}. Check its trust policy against this job's token: ${describeToken(token)}.`, {
            cause: error
        });
    }
    finally {
        sts.destroy();
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/bundle-file.js
/** A file of a bundle is read whole when it is published, which nobody should have to do above this; in bytes. */
const BUNDLE_FILE_LIMIT = 2 * 1024 ** 3 - 1;
/** What a reader of zip archives, a bucket and a file system must take for the same path. */
const FORBIDDEN = [
    [/\\/, 'a backslash, which readers of archives take for a slash'],
    [/:/, 'a colon, which readers of archives take for a drive'],
    [/\p{Cc}/u, 'a control character, which breaks the lines of listings and logs, or ends a name']
];
/** Where Sluice keeps its notes in a bucket to which it publishes. */
const OWN_FOLDER = '.sluice/';
/** What is wrong with a path as the name of a file in a bundle; absent when nothing is. Writer and reader have the one rule. */
function bundleNameProblem(path) {
    const found = FORBIDDEN.find(([pattern]) => pattern.test(path));
    if (found !== undefined)
        return `its name holds ${found[1]}`;
    if (path.startsWith(OWN_FOLDER))
        return `it is under ${OWN_FOLDER}, where Sluice notes in a bucket what it has published`;
    const leaves = path.split('/').some(segment => segment === '' || segment === '.' || segment === '..');
    return leaves ? 'its name leaves its folder' : undefined;
}

;// CONCATENATED MODULE: ./packages/core/lib/tag-names.js

/**
 * The tag that says which digest a fingerprint was built to. It never moves.
 * @param place of the tag among those of the fingerprint: another is taken only where the one before holds what no record vouches for.
 */
function sourceTag(fingerprint, place = 0) {
    return `src-${hexOf(fingerprint)}${place === 0 ? '' : `.${place}`}`;
}
/** The tag of what is deployed to an environment. */
function environmentTag(environment) {
    return `env-${environment}`;
}
/** The tag of what was deployed to an environment before. */
function previousTag(environment) {
    return `prev-${environment}`;
}
/** The tags that move with deployments, as ECR's wildcard filters: all others never do. */
const MOVING_TAGS = [environmentTag('*'), previousTag('*')];

;// CONCATENATED MODULE: ./packages/core/lib/bundle-keys.js


/** What the key of every object in a bundle bucket begins with. */
const BUNDLE_PREFIX = 'bundles/';
/** The object that is a bundle, by the digest of its bytes. */
function bundleKey(unit, digest) {
    return `${BUNDLE_PREFIX}${unit}/${hexOf(digest)}.zip`;
}
/** The object that Lambda takes a bundle from, in the account of an environment; products may share a bucket there. */
function codeKey(product, unit, digest) {
    return `${codePrefix(product)}${unit}/${hexOf(digest)}.zip`;
}
/** The object that CloudFormation reads a template from, in the account of an environment, by the digest of its bytes. */
function templateKey(product, digest) {
    return `${codePrefix(product)}templates/${hexOf(digest)}.template`;
}
/** What the key of every object begins with that a product's functions take their code from, and its stacks their templates. */
function codePrefix(product) {
    return `${product}/`;
}
/** The object that says which bundle a fingerprint was built to. It never changes. */
function bundleSourceKey(unit, fingerprint, place = 0) {
    return `${BUNDLE_PREFIX}${unit}/${sourceTag(fingerprint, place)}`;
}
/** The object in which a bucket of published files says which bundle it holds; written last, so that a half-published bundle is seen as such. */
const BUNDLE_MARKER = '.sluice/bundle';
/** The object in which a bucket of published files says which of its objects Sluice has put there. */
const BUNDLE_FILES = '.sluice/files.json';

;// CONCATENATED MODULE: ./packages/core/lib/star-pattern.js
/** Whether a text is what a pattern says; `*` stands for anything, also for slashes and for nothing. Takes time by both lengths at most. */
function fitsStars(pattern, text) {
    const [first = '', ...rest] = pattern.split('*');
    const last = rest.pop();
    if (last === undefined)
        return text === first;
    let at = first.length;
    if (!text.startsWith(first))
        return false;
    // What stands between two stars is taken where it comes first: that leaves the most for what follows.
    for (const part of rest) {
        const found = text.indexOf(part, at);
        if (found === -1)
            return false;
        at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
}

;// CONCATENATED MODULE: ./packages/core/lib/cache-rule.js

/** What a file is published with: the first rule that fits counts; absent where none does, and browsers and caches decide. */
function cacheControlOf(rules, path) {
    return rules.find(({ files }) => fitsStars(files, path))?.value;
}

;// CONCATENATED MODULE: ./packages/core/lib/control-characters.js
/**
 * Control, format and line-separating characters. A terminal obeys some of them; others break a line, hide a part of it, or reverse its
 * direction: no text from outside is shown with them, nor with letters that are empty.
 */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]+/gu;
/** Beside them, what has no picture of its own, and blanks that look like the usual one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
/** A text on one line, with a blank for each run of such characters: for texts that people read. */
function onOneLine(text) {
    return text.replace(CONTROLS, ' ');
}
/** A text on one line, with each such character as an escape: for texts in which it matters what exactly is there. */
function visible(text) {
    return text.replace(UNSEEN, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

;// CONCATENATED MODULE: ./packages/core/lib/cut.js
/**
 * The beginning of a text, as far as UTF-8 can hold it: half a character (a surrogate alone), also one that the cut has left, has no form there, and
 * RFC 8785 takes no text with one. It becomes U+FFFD.
 * @param length at most so many UTF-16 units.
 */
function cut(text, length) {
    return Buffer.from(text.slice(0, length), 'utf8').toString('utf8');
}

;// CONCATENATED MODULE: ./packages/core/lib/checks-report.js





/** The form of {@link ChecksReport}. */
const REPORT = members({
    version: dist/* literal */.euz(1),
    environment: dist/* string */.YjP(),
    release: digest,
    checks: listOf(members({
        /** What was asked: a request, or a command of the product. */
        what: dist/* string */.YjP(),
        passed: dist/* boolean */.zMY(),
        seconds: dist/* number */.aig(),
        /** What came back instead, where it did not pass. */
        reason: dist/* exactOptional */.yqP(dist/* string */.YjP())
    })),
    /** How many more there were than are listed. */
    more: dist/* exactOptional */.yqP(dist/* number */.aig())
});
/** How many checks a report lists, and how long their texts may be: nothing can be taken off a ledger. */
const [MOST_CHECKS, WHAT_LIMIT, REASON_LIMIT] = [200, 300, 500];
/**
 * How many bytes a report takes in the outputs of its job. The job that records gets them as one environment variable, of which Linux takes
 * 128 KiB (`MAX_ARG_STRLEN`): with more, its action does not even start, and no outcome is ever recorded.
 */
const PASSED_ON = 96 * 1024;
/** The smallest share of the limits of texts: with it, each report that lists as much as it may is short enough. */
const LEAST_SHARE = 1 / 8;
/** More characters than any report has. */
const REPORT_LIMIT = 1_000_000;
/** Shorter secrets, and lines of secrets, would hide ordinary words. */
const SHORTEST_SECRET = 8;
/** What of the checks goes on the ledger. @param secrets are hidden, wherever they or single lines of them stand. */
function checksReport(of, checks, secrets) {
    const hidden = hiddenTexts(secrets);
    for (let share = 1;; share /= 2) {
        const report = reportWith(share, of, checks, hidden);
        // Once more as a text in JSON: the outputs of a job are passed on in that.
        if (share <= LEAST_SHARE || Buffer.byteLength(JSON.stringify(encodeChecks(report))) <= PASSED_ON)
            return report;
    }
}
/** What of secrets is hidden: each whole and by its lines, the longest first, so that none leaves the rest of another behind. */
function hiddenTexts(secrets) {
    return secrets
        .flatMap(secret => [secret, ...secret.split('\n').map(line => line.trim())])
        .filter(({ length }) => length >= SHORTEST_SECRET)
        .sort((a, b) => b.length - a.length);
}
/** A report whose texts may be as long as a share of their limits. */
function reportWith(share, { environment, release }, checks, hidden) {
    const bounded = (text, limit) => {
        const shown = hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
        return cut(visible(shown), Math.floor(limit * share));
    };
    const more = checks.length - MOST_CHECKS;
    // A report that lists none of those that failed would contradict how its job ended.
    const first = more > 0 ? checks.toSorted((a, b) => Number(a.passed) - Number(b.passed)) : checks;
    return {
        version: 1,
        environment,
        release,
        checks: first.slice(0, MOST_CHECKS).map(({ what, passed, seconds, reason }) => ({
            what: bounded(what, WHAT_LIMIT),
            passed,
            seconds: Math.round(seconds * 10) / 10,
            ...(reason === undefined ? {} : { reason: bounded(reason, REASON_LIMIT) })
        })),
        ...(more > 0 ? { more } : {})
    };
}
/** How many checks a report is about, those that it does not list included. */
function checksIn({ checks, more = 0 }) {
    return checks.length + more;
}
/** The text of a report (RFC 8785). */
function encodeChecks(report) {
    return canonicalJson(report);
}
/** Reads a report back; absent for anything that is not the one text of one. */
function readChecks(text) {
    if (text.length > REPORT_LIMIT)
        return undefined;
    try {
        const value = JSON.parse(text);
        return fits(REPORT, value) && canonicalJson(value) === text ? value : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/clock-skew.js
/**
 * How far the clocks of two machines may be apart, in milliseconds: of the runners that make a plan and apply it, and of those that write
 * records. Five minutes is what AWS lets a clock be wrong, too: beyond that, none of its requests is taken, and nothing gets signed.
 */
const CLOCK_SKEW = 5 * 60_000;

;// CONCATENATED MODULE: ./packages/core/lib/destination.js

/** Reads the inputs that every action has which takes a release somewhere. @throws UserError naming what is missing or malformed. */
function readDestination(inputs) {
    return {
        release: parseDigest(inputs.required('release'), 'Input release'),
        environment: inputs.required('environment')
    };
}

;// CONCATENATED MODULE: ./packages/core/lib/evidence.js




/**
 * What a document on the ledger is: the release document; what a builder reported of a build; what the acceptance checks asked, and what came
 * back. Plans and dossiers have members of their own in a record.
 */
const EVIDENCE_TYPES = (/* unused pure expression or super */ null && (['release', 'build', 'checks']));
/** The form of {@link Evidence}. Types that a later version adds are no reason not to read a record. */
const EVIDENCE = members({
    type: dist/* string */.YjP(),
    digest: digest,
    /** Whose word the document is, where not that of the job which wrote the record. */
    source: dist/* exactOptional */.yqP(dist/* string */.YjP())
});
/** What a job handed to the calling workflow, and that to the job which recorded it: GitHub vouches for neither. */
const HANDED_OVER = 'workflow';
/** Text as evidence. @param source whose word it is, where not that of the job that records it. */
function evidenceOfText(type, text, source) {
    const content = Buffer.from(text, 'utf8');
    return { evidence: { type, digest: sha256(content), ...(source === undefined ? {} : { source }) }, content };
}
/** A value as evidence: canonical JSON (RFC 8785), so that equal values are one file. */
function evidenceOfValue(type, value) {
    return evidenceOfText(type, canonicalJson(value));
}
/** The digest of a record's evidence of a type; absent when there is none. */
function findEvidence({ evidence = [] }, type) {
    return evidence.find(it => it.type === type)?.digest;
}

;// CONCATENATED MODULE: ./packages/core/lib/file-name.js
/** Whether a file's name, which is bytes to git and to Linux, is text: builders, buckets and archives know no other. */
function isTextName(name) {
    return Buffer.compare(Buffer.from(Buffer.from(name).toString('utf8'), 'utf8'), name) === 0;
}
/** A file's name for people; where it is no text, its foreign bytes are written as `\xe9`. */
function showName(name) {
    if (isTextName(name))
        return Buffer.from(name).toString('utf8');
    const bytes = Buffer.from(name).toString('latin1');
    return bytes.replace(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16)}`);
}

;// CONCATENATED MODULE: ./packages/core/lib/gate-record.js


// What records say of gates: how they stood, who answered at them, and who may not.
const gate_record_text = dist/* string */.YjP();
/** The form of {@link Approval}. */
const APPROVAL = members({
    /** Empty for an account that was deleted. */
    userId: gate_record_text,
    login: gate_record_text,
    state: dist/* picklist */.KIO(['approved', 'rejected']),
    comment: gate_record_text,
    seenAt: gate_record_text,
    /** GitHub says that it is no person's. */
    bot: dist/* exactOptional */.yqP(dist/* boolean */.zMY()),
    /**
     * How who answered is a reviewer: by name; as a member of a team, which GitHub confirmed; not at all; or by a team whose members the
     * job's token may not read.
     */
    reviewer: dist/* exactOptional */.yqP(dist/* picklist */.KIO(['named', 'member', 'no', 'undecided']))
});
const REVIEWER = members({
    type: dist/* picklist */.KIO(['User', 'Team']),
    /** GitHub's number: names can be given to somebody else. */
    id: gate_record_text,
    /** A user's login, or a team's slug. */
    name: gate_record_text
});
/** The form of {@link Protection}. */
const PROTECTION = members({
    /** GitHub's number of the GitHub Environment: one that is deleted and made again under the same name has another. */
    id: count,
    environment: gate_record_text,
    reviewers: listOf(REVIEWER),
    /** How many more there are of whom GitHub does not say who: a team that was deleted, or that the job's token may not see. */
    unseenReviewers: dist/* exactOptional */.yqP(count),
    preventSelfReview: dist/* boolean */.zMY(),
    adminBypass: dist/* boolean */.zMY(),
    branchPolicy: dist/* picklist */.KIO(['protected', 'custom', 'none']),
    /** The patterns of a custom policy as full refs, sorted. */
    refs: listOf(gate_record_text),
    /** What delivery.yml says of a production environment that is started by hand and asks no reviewers. */
    secondPerson: dist/* exactOptional */.yqP(dist/* literal */.euz('none'))
});
/** The form of {@link Authors}. */
const AUTHORS = members({
    /** Authors, co-authors and committers whom GitHub knows. An address of an account may tell its login alone. */
    accounts: listOf(members({ id: dist/* exactOptional */.yqP(gate_record_text), login: gate_record_text })),
    /** E-mail addresses that GitHub shows no account for. */
    unknown: listOf(gate_record_text)
});

;// CONCATENATED MODULE: ./packages/core/lib/ledger-event.js
/**
 * What a step may ask to be recorded: it happens on the way, and ends nothing.
 *
 * `adopted` says of a digest that came from elsewhere that it is what a fingerprint's build is: someone looked, and someone else agreed.
 *
 * `withdrawn` is the emergency brake: somebody takes back that a release is good enough in an environment. Nothing that runs is touched by it.
 *
 * `repaired` leaves records out that were never valid, so that one of them does not stop a ledger for ever. What they said of an environment is not
 * known, so what is live there is judged anew.
 */
const STATED = {
    built: rules('product'),
    tested: rules('product'),
    adopted: rules('product'),
    released: rules('product'),
    planned: rules('environment', 'needsRelease'),
    started: rules('environment', 'needsRelease', 'touchesLive'),
    deployed: rules('environment', 'needsRelease', 'touchesLive', 'brings'),
    withdrawn: rules('environment', 'needsRelease'),
    repaired: rules('section', 'touchesLive')
};
/**
 * How an environment's part of a run can end. That is derived when its jobs are over, so that `accepted` is not to be had for the asking.
 *
 * `partial` says how far a deployment came that stopped between two units: some are as planned, others are not.
 *
 * `bypassed` touches what is live: a deploy job ran without an approval, and nothing on the ledger says what it did. To ask for acceptance
 * once too often costs a check; to believe that nothing happened would let an unapproved state pass for an accepted one.
 */
const ENDINGS = {
    accepted: rules('environment', 'needsRelease', 'touchesLive'),
    unchanged: rules('environment', 'needsRelease', 'brings'),
    failed: rules('environment', 'endsBadly'),
    partial: rules('environment', 'endsBadly'),
    rejected: rules('environment', 'endsBadly'),
    expired: rules('environment', 'endsBadly'),
    cancelled: rules('environment', 'endsBadly'),
    superseded: rules('environment', 'endsBadly'),
    obsolete: rules('environment', 'endsBadly'),
    bypassed: rules('environment', 'endsBadly', 'touchesLive')
};
/** Everything that the ledger knows to have happened, and what holds of it. */
const EVENT_RULES = { ...STATED, ...ENDINGS };
/** The events of {@link EVENT_RULES}, in the order in which a delivery has them. */
const EVENTS = Object.keys(EVENT_RULES).filter(isEvent);
/** Whether a text names an event. */
function isEvent(text) {
    return Object.hasOwn(EVENT_RULES, text);
}
/** Whether a step may ask for an event. */
function isStated(event) {
    return Object.hasOwn(STATED, event);
}
function rules(scope, ...traits) {
    return {
        scope,
        needsRelease: traits.includes('needsRelease'),
        touchesLive: traits.includes('touchesLive'),
        brings: traits.includes('brings'),
        endsBadly: traits.includes('endsBadly')
    };
}

;// CONCATENATED MODULE: ./packages/core/lib/moment.js

/** A moment that exists, RFC 3339 in UTC. */
const time = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/), dist/* check */.z6Y(exists));
/** The last moment of the year 9999, in milliseconds since the epoch: later ones have no RFC 3339 form. */
const LAST_MOMENT = Date.UTC(10_000, 0) - 1;
/**
 * Writes a moment, RFC 3339 in UTC. Never throws: one that no calendar of four digits has is written as the next one that it has.
 * @param milliseconds since the epoch.
 */
function printMoment(milliseconds) {
    const within = Math.min(Math.max(milliseconds, 0), LAST_MOMENT);
    return new Date(Number.isNaN(within) ? 0 : within).toISOString();
}
/** Whether a calendar has a moment. `Date` takes the 30th of February for the 2nd of March, and 24:00 for the next day, and knows a year 0. */
function exists(moment) {
    const parsed = new Date(moment);
    if (Number.isNaN(parsed.getTime()) || moment.startsWith('0000'))
        return false;
    const seconds = 'YYYY-MM-DDThh:mm:ss'.length;
    return parsed.toISOString().slice(0, seconds) === moment.slice(0, seconds);
}

;// CONCATENATED MODULE: ./packages/core/lib/name-shape.js


/** A name that delivery.yml can give: with any other one, no reader would ever find what is kept under it. */
const name_shape_name = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* maxLength */.Ru6(NAME_LIMIT), dist/* regex */.yGV(new RegExp(`^${NAME_PATTERN}$`)));

;// CONCATENATED MODULE: ./packages/core/lib/partial-detail.js



const UNITS = listOf(name_shape_name);
/** How far a deployment came, as one job tells it another. */
const PARTIAL = members({ done: UNITS, stopped: UNITS, notBegun: UNITS, deleted: dist/* exactOptional */.yqP(UNITS) });
/** The same, as a record has it. */
const HALVES = {
    /** Units that are as the plan wants them: their stacks, and what is published. */
    done: dist/* exactOptional */.yqP(UNITS),
    /** Units that are neither as before nor as planned, or whose turn ended badly. */
    stopped: dist/* exactOptional */.yqP(UNITS),
    /** Units whose turn did not come. */
    notBegun: dist/* exactOptional */.yqP(UNITS),
    /** Units that are delivered no more, and whose stacks the plan has deleted. */
    deleted: dist/* exactOptional */.yqP(UNITS)
};

;// CONCATENATED MODULE: ./packages/core/lib/plain-path.js

/** A path below the top of a repository, in its one spelling: git takes `./x` and `a//b` for other questions than what they look like. */
const PLAIN_PATH = /^(?!\.{1,2}(?:\/|$))[^/\\\p{Cc}]+(?:\/(?!\.{1,2}(?:\/|$))[^/\\\p{Cc}]+)*$/u;
/** The form of {@link isPlainPath}. */
const plainPath = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(PLAIN_PATH));
/** Whether a path is a file's in its one spelling: parts between single slashes, none of them `.` or `..`, no backslash and no control character. */
function isPlainPath(path) {
    return PLAIN_PATH.test(path);
}

;// CONCATENATED MODULE: ./packages/core/lib/promotion-kind.js
/** How a release relates to what is deployed, as the one who promotes it says. */
const PROMOTION_KINDS = ['release', 'rollback', 'hotfix'];

;// CONCATENATED MODULE: ./packages/core/lib/plural.js
/**
 * A count with its noun in the right number: `1 bundle`, `2 bundles`.
 * @param many the plural where it is not the noun with an `s`.
 */
function plural(count, noun, many = `${noun}s`) {
    return `${count} ${count === 1 ? noun : many}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/repair-detail.js



const SKIPPED_RECORD = members({
    sequence: count,
    /** SHA-256 of the file, as it lies there. */
    hash: digest,
    /** SHA-256 of the file of the record before it: what a record that is not valid says of that counts for nothing. Absent for the first. */
    previous: dist/* exactOptional */.yqP(digest),
    /** Why it is not valid. */
    why: dist/* string */.YjP()
});
/** What a `repaired` record says in `detail`. */
const REPAIR_DETAIL = members({
    /** Whoever records it gives one, and `sluice verify` misses it. */
    reason: dist/* exactOptional */.yqP(dist/* string */.YjP()),
    /** The newest record of the section that counts; absent: there is none. */
    good: dist/* exactOptional */.yqP(members({ sequence: count, hash: digest })),
    /** Oldest first. */
    skipped: dist/* exactOptional */.yqP(listOf(SKIPPED_RECORD)),
    /** Records are left, here or in other sections, that have to be left out before anybody may go on. */
    more: dist/* exactOptional */.yqP(dist/* boolean */.zMY())
});
/**
 * What leaving out a repair does, in sentences: it was right by a `ledger.trust` that was changed since. None where it left out nothing.
 * @param sequence of the `repaired` record.
 */
function withoutRepair(sequence, { skipped = [] }) {
    if (skipped.length === 0)
        return [];
    const numbers = skipped.map(it => it.sequence);
    return [
        `Record ${sequence} is a repair itself: it left out ${plural(numbers.length, 'record')} (${numbers.join(', ')}), which count again without it.`,
        'That is right if their key did not leak, and `until` was too low. If it leaked, write back the `until` from before: then there is nothing to repair.'
    ];
}

;// CONCATENATED MODULE: ./packages/core/lib/suite.js


const COMMIT = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^[0-9a-f]{40}$/));
/** The form of {@link Suite}. */
const SUITE = members({
    /** `owner/name` */
    repository: dist/* pipe */.FsL(dist/* string */.YjP(), dist/* nonEmpty */.hq()),
    commit: dist/* exactOptional */.yqP(COMMIT),
    /** Where an action was used by itself, by the name of a tag or a branch. */
    ref: dist/* exactOptional */.yqP(dist/* string */.YjP())
});
/**
 * Which Sluice the running action is of, by GitHub's runner. It sets the two variables after everything that a workflow or an earlier step can
 * set, from what it downloaded the action by (runner 2.336.0, ActionRunner.cs and NodeScriptActionHandler.cs). For `$/actions/…` that is the
 * commit of the workflow that holds the job. In a checkout of Sluice itself (`./actions/…`) there are none.
 */
function readSuite(env) {
    const { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' } = env;
    if (repository === '' || ref === '')
        return undefined;
    return dist.is(COMMIT, ref) ? { repository, commit: ref } : { repository, ref };
}

;// CONCATENATED MODULE: ./packages/core/lib/record.js













// The one definition of what the ledger holds: readers and writers check by it, and the types come from it.
const record_text = dist/* string */.YjP();
/** The form of {@link NamedRelease}. */
const NAMED_RELEASE = members({ digest: digest, commit: dist/* pipe */.FsL(record_text, dist/* regex */.yGV(/^[0-9a-f]{40}$/)) });
const POLICY = members({ path: plainPath, commit: dist/* pipe */.FsL(record_text, dist/* regex */.yGV(/^[0-9a-f]{40}$/)), digest: digest });
const PROMOTION = members({ kind: dist/* picklist */.KIO(PROMOTION_KINDS), reason: dist/* exactOptional */.yqP(record_text) });
const UNCHANGED_PLACE = members({ environment: record_text, release: digest });
const ENDED_RUN = members({ run: record_text, attempt: count });
/** What a step adds of its own accord: builder, sizes, addresses. Of it, only the sandbox of a build is decided on. */
const facts = mapOf(dist/* unknown */.L5J());
/** What a plan is announced with, and its application. */
const announcement = members({
    promotion: dist/* exactOptional */.yqP(PROMOTION),
    /** Of the commits since what is deployed: none of them is a second person. */
    authors: dist/* exactOptional */.yqP(AUTHORS)
});
const OUTCOME = {
    reason: dist/* exactOptional */.yqP(record_text),
    /** The results of the jobs that the outcome was derived from. */
    jobs: dist/* exactOptional */.yqP(mapOf(record_text)),
    /** Runs that ended without a record of their own, and which this record tells of. */
    ended: dist/* exactOptional */.yqP(listOf(ENDED_RUN))
};
const outcome = members(OUTCOME);
const STOPPED = {
    ...OUTCOME,
    /** Nothing was touched, and no check ran: what was known of the release before still holds. */
    untouched: dist/* exactOptional */.yqP(dist/* boolean */.zMY())
};
/** The release that was deployed last: what came of its deployment was found in place. */
const IN_PLACE = { sameAs: dist/* exactOptional */.yqP(digest) };
/** The facts of each event that have no member of their own: the forms of `detail`, which docs/ledger.md shows. */
const DETAILS = {
    built: facts,
    tested: facts,
    adopted: members({
        /** Why what is there counts as built. Whoever records it gives one, and `sluice verify` misses it. */
        reason: dist/* exactOptional */.yqP(record_text),
        /** Who built it, and how that was checked. */
        checked: dist/* exactOptional */.yqP(record_text)
    }),
    released: members({
        /** It changes nothing in any environment that the run may reach, each of which has accepted what is live there. */
        unchanged: dist/* exactOptional */.yqP(listOf(UNCHANGED_PLACE))
    }),
    planned: announcement,
    started: announcement,
    deployed: facts,
    withdrawn: members({
        /** Whoever records it gives one, and `sluice verify` misses it. */
        reason: dist/* exactOptional */.yqP(record_text),
        /** Releases that are the same in this environment: each was found to change nothing there. */
        also: dist/* exactOptional */.yqP(listOf(digest))
    }),
    repaired: REPAIR_DETAIL,
    accepted: members({
        ...OUTCOME,
        checks: dist/* exactOptional */.yqP(dist/* number */.aig()),
        /** Nothing was deployed: what was there already passed the checks. */
        unchanged: dist/* exactOptional */.yqP(dist/* boolean */.zMY()),
        ...IN_PLACE
    }),
    unchanged: members({
        ...OUTCOME,
        /** Sequence of the record that accepted what is live. */
        acceptedBy: dist/* exactOptional */.yqP(count),
        /** The time of that record. */
        acceptedAt: dist/* exactOptional */.yqP(time),
        ...IN_PLACE
    }),
    failed: members({
        ...STOPPED,
        /** Releases of the runs in `ended` that may have been deploying: what was known of them before holds no more. */
        also: dist/* exactOptional */.yqP(listOf(digest))
    }),
    partial: members({ ...OUTCOME, ...HALVES }),
    rejected: members({
        ...OUTCOME,
        by: dist/* exactOptional */.yqP(members({ id: record_text, login: record_text })),
        comment: dist/* exactOptional */.yqP(record_text)
    }),
    expired: outcome,
    cancelled: members(STOPPED),
    superseded: members({ ...OUTCOME, supersededBy: dist/* exactOptional */.yqP(record_text) }),
    obsolete: outcome,
    bypassed: outcome
};
const COMMON = {
    product: record_text,
    environment: dist/* exactOptional */.yqP(name_shape_name),
    /** GitHub's number of the GitHub Environment: one that is deleted and made anew under the same name has another. */
    environmentId: dist/* exactOptional */.yqP(count),
    release: dist/* exactOptional */.yqP(NAMED_RELEASE),
    unit: dist/* exactOptional */.yqP(members({ name: name_shape_name, kind: record_text, digest: digest, fingerprint: digest })),
    plan: dist/* exactOptional */.yqP(digest),
    dossier: dist/* exactOptional */.yqP(digest),
    /** Documents that lie beside the records and tell what this one cannot hold. */
    evidence: dist/* exactOptional */.yqP(listOf(EVIDENCE)),
    actor: members({ id: record_text, login: record_text }),
    policy: dist/* exactOptional */.yqP(POLICY),
    approvals: dist/* exactOptional */.yqP(listOf(APPROVAL)),
    protection: dist/* exactOptional */.yqP(PROTECTION),
    run: members({
        repository: record_text,
        id: record_text,
        attempt: count,
        job: record_text,
        ref: record_text,
        workflow: record_text,
        workflowSha: record_text,
        runner: record_text,
        /** Login of who started this attempt: on a re-run somebody else than `actor`. */
        triggeringActor: dist/* exactOptional */.yqP(record_text),
        /** The Sluice that ran; absent where the runner does not tell. */
        sluice: dist/* exactOptional */.yqP(SUITE)
    })
};
const CHAINED = {
    version: dist/* literal */.euz(2),
    /** Counted from 1. */
    sequence: count,
    /** SHA-256 of the previous record's file; absent in the first. */
    previous: dist/* exactOptional */.yqP(digest),
    /** Server time, RFC 3339 in UTC. */
    time: time,
    /** What the ledger knows after this record, committed to: of the record's own section, and of all sections together. */
    state: members({ section: digest, ledger: digest }),
    /** Who signed, as its event demands, and the SHA-256 of the public key (DER, SubjectPublicKeyInfo). Absent: the ledger is advisory, and GitHub alone vouches for the record. */
    key: dist/* exactOptional */.yqP(members({ signer: record_text, fingerprint: digest }))
};
/** Where a record says that its release changes nothing. */
function unchangedBy(record) {
    return record.event === 'released' ? (record.detail?.unchanged ?? []) : [];
}
/** Whether a record tells how an environment's part of a run ended, and not what was done on the way. */
function isEnding(record) {
    return !isStated(record.event);
}
const DETAILED = { event: dist/* picklist */.KIO(EVENTS), detail: dist/* exactOptional */.yqP(facts) };
const DRAFT = members({ ...COMMON, ...DETAILED });
/** The form of every record, but for what its event says in `detail`. */
const RECORD = members({ ...CHAINED, ...COMMON, ...DETAILED });
/** Reads a record from its JSON. Whether it is genuine, and in its place, is for the ledger to say. */
function readRecord(value) {
    const misfit = findMisfit(RECORD, value) ?? detailMisfit(value);
    return misfit === undefined ? { ok: true, record: value } : { ok: false, misfit };
}
/**
 * Reads what is to become a record. Nothing can be taken off a ledger, so what no reader takes must never get onto it.
 * @throws UserError naming the member that is missing or malformed.
 */
function parseDraft(statement) {
    const misfit = findMisfit(DRAFT, statement) ?? detailMisfit(statement);
    if (misfit === undefined)
        return statement;
    throw new UserError(`A record of "${statement.event}" cannot be written: its member "${misfit}" is missing or malformed.`);
}
function detailMisfit({ event, detail }) {
    const misfit = detail === undefined ? undefined : findMisfit(DETAILS[event], detail);
    return misfit === undefined ? undefined : ['detail', misfit].filter(part => part !== '').join('.');
}

;// CONCATENATED MODULE: ./packages/core/lib/found-in-place.js

/** Whether what was live already was accepted anew, whatever had been begun: a plan found nothing to change, and the checks passed. */
function confirmsLive({ event, detail }) {
    return event === 'accepted' && detail !== undefined && 'unchanged' in detail && detail.unchanged === true;
}
/** Whether a release was found to be what is there, so that it was not deployed. The one definition: who writes, who verifies and who shows go by it. */
function foundInPlace(record) {
    return record.event === 'unchanged' || confirmsLive(record);
}
/** The release that another was compared with where its announcement found that it changes nothing: what becomes of the one becomes of the other. */
function announcedAs(record, environment) {
    return unchangedBy(record).find(place => place.environment === environment)?.release;
}

;// CONCATENATED MODULE: ./packages/core/lib/full-disk.js

const FULL = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up'
};
/**
 * Runs what writes files. Where the disk has no room, the system's own message names neither the file nor the disk: this one does.
 * @param what is written, for people.
 * @param where it is written to.
 * @throws UserError when there is no room; any other error as it is.
 */
async function writing(what, where, work) {
    try {
        return await work();
    }
    catch (error) {
        const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
        const why = FULL[code];
        if (why === undefined)
            throw error;
        throw new UserError(`${what} could not be written to ${where}: ${why} (${code}). Make room there and try again.`, {
            cause: error
        });
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/markdown.js


/** A text from outside (a commit message, a stack event) that shows as itself in Markdown and HTML, on one line. */
function escapeMarkdown(text) {
    return (onOneLine(text)
        .replace(/&/g, '&amp;')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;')
        .replace(/[\\`*_{}[\]()#+!|~@:]/g, character => `&#${character.charCodeAt(0)};`)
        // An address becomes a link also without a scheme (GFM, 6.9).
        .replace(/(?<=www)\./gi, '&#46;'));
}
/** The beginning of a text from outside that may be of any length, as {@link escapeMarkdown} shows it. @param length in UTF-16 code units. */
function escapeClipped(text, length) {
    return escapeMarkdown(text.length > length ? `${cut(text, length)}…` : text);
}
/**
 * A text from outside as inline code, also inside of a table: nothing in it is Markdown, HTML or a mention.
 * The fence is longer than any run of backticks in the text (GFM, 6.1), so the text cannot end it.
 */
function code(text) {
    const line = onOneLine(text);
    // A bar ends a cell before the code ends, and a backslash before it escapes nothing when the text has another one before that.
    if (line.includes('|'))
        return `<code>${escapeMarkdown(line)}</code>`;
    const longest = (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
    const fence = '`'.repeat(longest + 1);
    // One space on each side is not shown; it keeps the text's own backticks, and an empty text, apart from the fence.
    const pad = line === '' || line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : '';
    return `${fence}${pad}${line}${pad}${fence}`;
}
/** A Markdown table. Cells are Markdown already: escape what comes from outside. */
function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

;// CONCATENATED MODULE: ./packages/core/lib/gate.js

/** Who lets a release into an environment; `dispatch` is a manual start: without reviewers no second person is involved. */
const GATES = ['continuous', 'approval', 'dispatch'];
/** A gate as approvers and readers of a summary see it. Markdown. @param protection of the GitHub Environment. */
function describeGate(gate, protection) {
    const reviewers = protection?.reviewers ?? [];
    if (gate === 'continuous')
        return 'continuous, no one is asked';
    const start = gate === 'dispatch' ? 'started by hand' : undefined;
    if (reviewers.length === 0)
        return start === undefined ? 'no one can approve' : `${start}, no second person`;
    return [
        ...(start === undefined ? [] : [start]),
        `one of ${escapeMarkdown(reviewers.map(reviewerName).join(', '))}`,
        ...(protection?.adminBypass === true ? ['administrators can bypass'] : []),
        'no one who started this, or wrote or committed a part of it'
    ].join('; ');
}
/** A reviewer as people know them: a login, or `team:<slug>`. */
function reviewerName({ type, name }) {
    return type === 'Team' ? `team:${name}` : name;
}

;// CONCATENATED MODULE: ./packages/core/lib/gate-changes.js
/** How a gate differs from what it was, as parts of a sentence; none: it is the same. */
function gateChanges(before, now) {
    const changes = [];
    const note = (changed, change) => {
        if (changed)
            changes.push(change);
    };
    const [added, removed] = [names(now.reviewers, before.reviewers), names(before.reviewers, now.reviewers)];
    note(before.id !== now.id, 'the GitHub Environment was deleted and made again');
    note(added.length > 0, `${added.join(', ')} became a reviewer`);
    note(removed.length > 0, `${removed.join(', ')} is a reviewer no longer`);
    const [unseen, unseenNow] = [before.unseenReviewers ?? 0, now.unseenReviewers ?? 0];
    note(unseen !== unseenNow, `GitHub does not say who ${unseenNow} of its reviewers are, and did not of ${unseen}`);
    note(before.preventSelfReview !== now.preventSelfReview, '"Prevent self-review" was switched');
    note(before.adminBypass !== now.adminBypass, 'the admin bypass was switched');
    note(!isEqual(before.refs, now.refs), 'its deployment branches changed');
    return changes;
}
/** The names of those who are not among others; the number of who has none. */
function names(reviewers, others) {
    return reviewers
        .filter(one => !others.some(other => other.type === one.type && other.id === one.id))
        .map(({ type, id, name }) => name || `${type.toLowerCase()} ${id}`);
}
function isEqual(one, other) {
    return one.length === other.length && one.every((text, n) => text === other[n]);
}

;// CONCATENATED MODULE: ./packages/core/lib/new-approvals.js
/**
 * The answers that were added since a snapshot. GitHub's approvals carry no id, no time and no order to rely on, so equal answers are
 * counted: two equal ones now and one then make one new one.
 */
function approvalsSince(snapshot, approvals) {
    const known = snapshot.map(answerOf);
    return approvals.filter(approval => {
        const at = known.indexOf(answerOf(approval));
        if (at >= 0)
            known.splice(at, 1);
        return at < 0;
    });
}
/** What somebody answered; when it was seen does not count. */
function answerOf(approval) {
    return JSON.stringify([approval.userId, approval.state, approval.comment]);
}

;// CONCATENATED MODULE: ./packages/core/lib/self-approval.js
/** Everybody who has a part in a delivery: who started it, who started this attempt of it, and who wrote what it would bring. */
function partiesOf(of) {
    const parties = [
        { ...of.actor, part: 'started this delivery' },
        { ...of.triggeringActor, part: 're-ran it' },
        ...(of.authors?.accounts ?? []).map(author => ({ ...author, part: 'wrote or committed a part of it' }))
    ];
    return eachPersonOnce(parties);
}
/**
 * Each once, as they were named first. Where that is by login alone, the number that tells who it is comes from where they are named later: without
 * it, who is renamed would be somebody else. A login alone is given to somebody else when its owner leaves it, so two numbers are two people; and an
 * account with two logins has a part under either. Takes as long as the list is: anybody can name thousands of co-authors.
 */
function eachPersonOnce(people) {
    const merged = [];
    const [byLogin, byBoth] = [new Map(), new Map()];
    for (const person of people) {
        const login = person.login.toLowerCase();
        const [first, both] = [byLogin.get(login), hasId(person) ? `${person.id} ${login}` : undefined];
        const before = first === undefined ? undefined : merged[first];
        if (before === undefined)
            byLogin.set(login, merged.length);
        if (both === undefined ? before !== undefined : byBoth.has(both))
            continue;
        if (first !== undefined && before !== undefined && !hasId(before) && both !== undefined) {
            merged[first] = { ...before, id: person.id };
            byBoth.set(both, first);
            continue;
        }
        if (both !== undefined)
            byBoth.set(both, merged.length);
        merged.push(person);
    }
    return merged;
}
function hasId(person) {
    return person.id !== undefined && person.id !== '';
}
/** Who started the attempt that wrote a record. */
function starterOf({ actor, run }) {
    return { actor, triggeringActor: { login: run.triggeringActor ?? actor.login } };
}
/**
 * Everybody who has a part in what is about to pass a gate: who starts it, whoever wrote it as its plan says, and whoever started the attempt
 * that made the plan, also when another one applies it.
 * @param announcement the record of the plan.
 */
function partiesAtGate(starter, announcement) {
    const authors = announcement.event === 'planned' ? announcement.detail?.authors : undefined;
    const parties = [
        ...partiesOf({ ...starter, authors }),
        ...partiesOf({ ...starterOf(announcement), authors: undefined })
    ];
    return eachPersonOnce(parties);
}
/** Whether both are one person. Logins change and ids are not always shown: one of both is enough. */
function isSame(one, other) {
    return ((one.id !== undefined && one.id !== '' && one.id === other.id) ||
        one.login.toLowerCase() === other.login.toLowerCase());
}
/**
 * Why an approval is none: it is of nobody, of no person, or of somebody who has a part in what is approved.
 * @returns the rest of a sentence that begins with the login; absent where the approval counts.
 */
function objectionTo(answer, parties) {
    const { userId, login, bot } = answer;
    if (userId === '' || login.toLowerCase() === 'ghost')
        return 'whose account was deleted';
    if (bot === true || login.toLowerCase().endsWith('[bot]'))
        return 'which is no person';
    const party = parties.find(it => isSame(it, { id: userId, login }));
    return party === undefined ? undefined : `who ${party.part}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/gate-judgement.js



/** The best proof first: one approval is enough, so the one that shows most is told. */
const PROOFS = ['named', 'confirmed', 'undecided'];
/**
 * Whether a plan was approved: by a new answer since it was made, of a reviewer who has no part in it, at the gate that it was made for, and
 * rejected by nobody (promise 5). Who lets a deployment begin and who verifies the ledger years later have this one rule.
 */
function judgeGate({ snapshot, answers, parties, planned, now }) {
    const judged = judgeAnswers(approvalsSince(snapshot, answers), parties, now);
    if (!judged.open && judged.why !== 'objected')
        return judged;
    const changes = planned === undefined ? ['how it was protected then was not recorded'] : gateChanges(planned, now);
    return changes.length > 0 ? { open: false, why: 'changed', changes } : judged;
}
/** The same of answers to what has no plan: they were all given at the gate as it is, so that it cannot have changed meanwhile. */
function judgeAnswers(fresh, parties, { reviewers }) {
    const rejected = fresh.find(({ state }) => state === 'rejected');
    if (rejected !== undefined)
        return { open: false, why: 'rejected', answer: rejected };
    if (fresh.length === 0)
        return { open: false, why: 'unanswered' };
    const judged = fresh.map(answer => {
        const proof = proofOf(answer, reviewers);
        const objection = objectionTo(answer, parties) ?? (proof === undefined ? NOT_ASKED : undefined);
        return { answer, proof, objection };
    });
    for (const wanted of PROOFS) {
        const counts = judged.find(({ proof, objection }) => proof === wanted && objection === undefined);
        if (counts !== undefined)
            return { open: true, approval: counts.answer, proof: wanted, fresh };
    }
    const objections = judged.map(({ answer, objection }) => `${answer.login}, ${objection}`);
    return { open: false, why: 'objected', objections: [...new Set(objections)] };
}
const NOT_ASKED = 'who was not among the reviewers when the plan was made';
/** Whether somebody is a reviewer by name, or rather by GitHub's number of the account: logins can be given to somebody else. */
function isNamedReviewer(userId, reviewers) {
    return reviewers.some(({ type, id }) => type === 'User' && id === userId);
}
/** How somebody who answered is known to be a reviewer; absent: they are none. What an answer says of it counts only where a team was asked. */
function proofOf({ userId, reviewer }, reviewers) {
    if (isNamedReviewer(userId, reviewers))
        return 'named';
    if (reviewer === 'no' || !reviewers.some(({ type }) => type === 'Team'))
        return undefined;
    return reviewer === 'member' ? 'confirmed' : 'undecided';
}

;// CONCATENATED MODULE: ./packages/core/lib/hours.js
const HOUR = 3_600_000;
/** A span of time in words, to a tenth of an hour. @param milliseconds of more than an hour and a half. */
function hours(milliseconds) {
    return `${Math.round((10 * milliseconds) / HOUR) / 10} hours`;
}

;// CONCATENATED MODULE: ./packages/core/lib/inputs.js


/**
 * Reads inputs as the runner passes them (`INPUT_<NAME>`).
 * @param names all that the action takes: an input of another name cannot be asked for, since it would always be absent.
 */
function actionInputs(names) {
    const given = new Map(names.map(name => [name, core/* getInput */.V4(name)]));
    const optional = (name) => {
        const value = given.get(name);
        return value === '' ? undefined : value;
    };
    const required = (name) => {
        const value = optional(name);
        if (value === undefined)
            throw new UserError(`Input ${name} is missing. Set it under \`with:\`.`);
        return value;
    };
    return {
        optional,
        required,
        oneOf(name, allowed) {
            const value = required(name);
            const match = allowed.find(candidate => candidate === value);
            if (match === undefined)
                throw new UserError(`Input ${name} is ${JSON.stringify(value)}. Allowed: ${allowed.join(', ')}.`);
            return match;
        }
    };
}
/** The JSON that an input holds. @throws UserError naming the input, if it is none. */
function parseJsonInput(text, name) {
    return parseJsonText(text, `Input ${name}`);
}
/** The same of a text that an input leads to. @param what it is, for the message. */
function parseJsonText(text, what) {
    try {
        return JSON.parse(text);
    }
    catch (error) {
        throw new UserError(`${what} is not JSON.`, { cause: error });
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/issuer.js

/** Who issues the OIDC tokens of github.com (GitHub, "OpenID Connect reference"). */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
/**
 * Who issues the OIDC tokens of this job: GitHub, a tenant of GitHub Enterprise Cloud with data residency, or a GitHub Enterprise server.
 * A stand-in on this machine is its own issuer.
 */
function issuerOf(env) {
    // Between a job and the API of a stand-in there may be something else: who hands out the tokens is the issuer.
    for (const address of [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['GITHUB_API_URL']])
        if (address !== undefined && URL.canParse(address) && isLoopback(new URL(address).hostname))
            return new URL(address).origin;
    const server = env['GITHUB_SERVER_URL'];
    if (server === undefined || server === '')
        return GITHUB_ISSUER;
    const { hostname, origin } = new URL(server);
    if (hostname === 'github.com')
        return GITHUB_ISSUER;
    return hostname.endsWith('.ghe.com') ? `https://token.actions.${hostname}` : `${origin}/_services/token`;
}
/** Whether a token's `iss` is an issuer, or the same one under the name of an enterprise (`include_enterprise_slug`). */
function isIssuer(claimed, issuer) {
    if (claimed === issuer)
        return true;
    return (issuer === GITHUB_ISSUER && claimed.startsWith(`${issuer}/`) && /^[\w-]+$/.test(claimed.slice(issuer.length + 1)));
}

;// CONCATENATED MODULE: ./packages/core/lib/jwk.js


const JWK = members({
    kty: dist/* literal */.euz('RSA'),
    /** What tokens name it by, in their header. */
    kid: dist/* pipe */.FsL(dist/* string */.YjP(), dist/* nonEmpty */.hq(), dist/* maxLength */.Ru6(256)),
    n: dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^[\w-]{300,1400}$/)),
    /** 65537, as everybody's. A tiny exponent would make signatures that nobody's key made. */
    e: dist/* literal */.euz('AQAB'),
    alg: dist/* exactOptional */.yqP(dist/* literal */.euz('RS256')),
    use: dist/* exactOptional */.yqP(dist/* literal */.euz('sig'))
});
const SET = members({ keys: listOf(dist/* unknown */.L5J()) });
/**
 * Reads a set of keys from its JSON (RFC 7517, section 5): those that can verify RS256. Others may be there for tokens of another kind.
 * @returns `undefined` when it is no set of keys.
 */
function readJwks(value) {
    return fits(SET, value) ? value.keys.filter(key => fits(JWK, key)) : undefined;
}

;// CONCATENATED MODULE: ./packages/core/lib/issuer-keys.js





/** How long the issuer may take, in milliseconds. */
const issuer_keys_LIMIT = 15_000;
/** What a set of keys may weigh, in bytes: GitHub's is about 10 KiB. */
const WEIGHT = 256 * 1024;
/**
 * The keys that an issuer of OIDC tokens publishes now (OpenID Connect Discovery, `jwks_uri`; GitHub's is the same for all of its issuers).
 * @throws UserError when the issuer is a foreign host.
 * @throws Failure when it does not answer with keys.
 */
async function fetchIssuerKeys(request) {
    const { issuer, env, clock, policy = networkRetry, hosts = [] } = request;
    const trusted = [...ownGitHubHosts(env), ...hosts];
    const address = parseTrustedUrl(`${issuer}/.well-known/jwks`, 'The issuer of OIDC tokens', trusted);
    const send = await toolkitFetch();
    const ask = async () => {
        const answer = await send(address, {
            headers: { accept: 'application/json' },
            redirect: 'error',
            signal: AbortSignal.timeout(issuer_keys_LIMIT)
        });
        const text = await boundedText(answer);
        if (!answer.ok)
            throw new Failure(`HTTP ${answer.status}`);
        const keys = readJwks(JSON.parse(text));
        if (keys === undefined || keys.length === 0)
            throw new Failure('its answer holds no RSA key');
        return keys;
    };
    try {
        return await retry(ask, { policy, clock, retryable: () => true });
    }
    catch (error) {
        throw new Failure(`The keys of the OIDC issuer ${issuer} could not be read: ${messageOf(error)}. Try again; if that does not help, look at githubstatus.com.`, { cause: error });
    }
}
async function boundedText(answer) {
    const chunks = [];
    let weight = 0;
    for await (const chunk of answer.body ?? []) {
        weight += chunk.byteLength;
        if (weight > WEIGHT)
            throw new Failure(`its answer has more than ${WEIGHT} bytes`);
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
}

;// CONCATENATED MODULE: ./packages/core/lib/job-outcome.js




/** The result of a job, as GitHub's `needs` context has it. */
const JOB_RESULTS = ['success', 'failure', 'cancelled', 'skipped'];
/** Act writes outputs that are absent as `null`. */
const JOB = members({ result: dist/* picklist */.KIO(JOB_RESULTS), outputs: dist/* exactOptional */.yqP(dist/* nullable */.mee(mapOf(dist/* string */.YjP()))) });
/** Reads the `needs` context of a job, as the input `outcome` has it. @throws UserError for what is none. */
function parseJobs(text) {
    const value = parseJsonInput(text, 'outcome');
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new UserError('Input outcome must be `${{ toJSON(needs) }}`.');
    return Object.fromEntries(Object.entries(value).map(([name, job]) => {
        if (fits(JOB, job))
            return [name, { result: job.result, outputs: job.outputs ?? {} }];
        const misfit = findMisfit(JOB, job) || 'result';
        const said = typeof job === 'object' && job !== null && 'result' in job ? job.result : undefined;
        const problem = misfit === 'result'
            ? `job ${name} has the result ${JSON.stringify(said)}`
            : `${misfit} of job ${name} is malformed`;
        throw new UserError(`Input outcome: ${problem}. Pass \`\${{ toJSON(needs) }}\`.`);
    }));
}

;// CONCATENATED MODULE: ./packages/core/lib/ledger-place.js


/** A place in the form in which one job tells it to the next: `17@sha256:…`. */
function formatPlace({ sequence, hash }) {
    return `${sequence}@${hash}`;
}
/** Reads {@link formatPlace}. @param what names it in messages. @throws UserError when it is something else. */
function parsePlace(text, what) {
    const [number = '', hash = ''] = text.split('@');
    if (/^[1-9]\d{0,14}$/.test(number) && isDigest(hash))
        return { sequence: Number(number), hash };
    throw new UserError(`${what} is not a place in the ledger. Pass the output \`place\` of record-audit.`);
}

;// CONCATENATED MODULE: ./packages/core/lib/log.js

/** The runner's log. */
function actionLog() {
    return {
        info: core/* info */.pq,
        warning: core/* warning */.$e,
        debug: core/* debug */.Yz,
        group: core/* group */.Os,
        untrusted(text) {
            // The token must be unguessable: whoever knows it can switch commands on again.
            const token = `sluice-${crypto.randomUUID()}`;
            core/* info */.pq(`::stop-commands::${token}\n${text}\n::${token}::`);
        }
    };
}

;// CONCATENATED MODULE: ./packages/core/lib/output-reference.js

/** A unit is named as delivery.yml allows, an output as CloudFormation does: what validation lets through is what deployments resolve. */
const REFERENCE = new RegExp(`\\$\\{(${NAME_PATTERN})\\.(${LOGICAL_ID_PATTERN})\\}`, 'g');
/** The references that a value holds, in order; `malformed` is the first `${` that is none. */
function outputReferences(value) {
    const references = [...value.matchAll(REFERENCE)].map(([, unit = '', output = '']) => ({ unit, output }));
    const malformed = /\$\{[^}]*\}?/.exec(value.replace(REFERENCE, ''))?.[0];
    return { references, ...(malformed === undefined ? {} : { malformed }) };
}
/** A reference as it is written. */
function formatReference({ unit, output }) {
    return `\${${unit}.${output}}`;
}
/** A value with its references filled in; `undefined` while one of the outputs does not exist. */
function resolveOutputs(value, outputOf) {
    let complete = true;
    const resolved = value.replace(REFERENCE, (_, unit, output) => {
        const found = outputOf({ unit, output });
        if (found === undefined)
            complete = false;
        return found ?? '';
    });
    return complete ? resolved : undefined;
}

;// CONCATENATED MODULE: ./packages/core/lib/partial-deployment.js



/** More than the names of any delivery take. */
const partial_deployment_LIMIT = 100_000;
/** As one job tells it another. */
function encodePartial({ done, stopped, notBegun, deleted }) {
    return canonicalJson({ done, stopped, notBegun, ...(deleted === undefined ? {} : { deleted }) });
}
/** Reads it back; absent for anything else. */
function readPartial(text) {
    if (text === undefined || text.length > partial_deployment_LIMIT)
        return undefined;
    try {
        const value = JSON.parse(text);
        return fits(PARTIAL, value) && encodePartial(value) === text ? value : undefined;
    }
    catch {
        return undefined;
    }
}
/** How far a deployment came, by the record that says that it stopped halfway; `undefined` for any other record. */
function partialIn(record) {
    if (record?.event !== 'partial')
        return undefined;
    const { done = [], stopped = [], notBegun = [], deleted } = record.detail ?? {};
    return { done, stopped, notBegun, ...(deleted === undefined ? {} : { deleted }) };
}
/** Says it in a clause: `api is done, worker is not, site was not begun`. */
function describePartial({ done, stopped, notBegun, deleted = [] }) {
    const clause = (units, one, many) => units.length === 0 ? [] : [`${units.join(', ')} ${units.length === 1 ? one : many}`];
    return [
        ...clause(done, 'is done', 'are done'),
        ...clause(deleted, 'is deleted', 'are deleted'),
        ...clause(stopped, 'stopped on the way', 'stopped on the way'),
        ...clause(notBegun, 'was not begun', 'were not begun')
    ].join(', ');
}

;// CONCATENATED MODULE: ./packages/core/lib/plan.js



/** The bytes of a plan (RFC 8785) and the plan digest that names it. */
function encodePlan(plan) {
    const text = canonicalJson(plan);
    return { text, digest: sha256(text) };
}
/** Whether applying the plan would change anything. */
function hasChanges(plan) {
    const { content, stacks, retired = [] } = plan;
    return content.length + retired.length > 0 || stacks.some(stack => stack.action !== 'unchanged');
}
/**
 * Reads a plan back from its bytes.
 * @param digest the plan digest it was asked for by: the bytes must hash to it, so what was written is what is read.
 * @throws Failure when they do not.
 */
function decodePlan(bytes, digest) {
    const found = sha256(bytes);
    if (found !== digest)
        throw new Failure(`Plan ${digest} was requested, but the stored document hashes to ${found}. Do not use it: run \`sluice verify\`.`);
    const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (value.version !== 1)
        throw new Failure(`Plan ${digest} is of version ${String(value.version)}; this program reads version 1.`);
    return value;
}

;// CONCATENATED MODULE: ./packages/core/lib/plan-expiry.js
/** How long a plan may wait for its approval, in milliseconds: 72 hours. */
const PLAN_EXPIRY = 72 * 60 * 60 * 1000;
/** Whether a plan is too old to be applied; both times in milliseconds since the epoch. */
function hasExpired(plannedAt, now) {
    return now - plannedAt > PLAN_EXPIRY;
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./packages/core/lib/job-summary.js


/** GitHub takes 1 MiB a step, of all that the step wrote, and drops the whole summary above it (runner, `CreateStepSummaryCommand`). */
const SUMMARY_LIMIT = 1_000_000;
/** Less than that of a part is not worth its beginning, in bytes. */
const LEAST = 1_000;
/** Adds Markdown to the summary of the job, cut to what GitHub takes of this step. @param env says whether there is a summary to write. */
async function writeSummary(env, markdown) {
    const file = env['GITHUB_STEP_SUMMARY'];
    if (file === undefined || markdown === '')
        return;
    const bytes = Buffer.from(markdown, 'utf8');
    const room = SUMMARY_LIMIT - (await sizeOf(file));
    const shown = bytes.length <= room ? markdown : `${bytes.subarray(0, Math.max(room, LEAST)).toString('utf8')}\n\n… cut at 1 MB.`;
    await core/* summary */.z.addRaw(shown, true).write();
}
/** How many bytes the parts of the step before this one have written. */
async function sizeOf(file) {
    try {
        return (await (0,external_node_fs_promises_.stat)(file)).size;
    }
    catch {
        return 0;
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/run-action.js




/**
 * Runs an action: its report becomes outputs and job summary; what it throws becomes one annotation, a summary, and exit code 1.
 * An action of several parts tells each of them, and reports nothing at its end.
 * @param title heads the summary when the action fails.
 * @param env says whether there is a summary to write.
 */
async function runAction(title, env, action) {
    const tell = async ({ outputs, summary }) => {
        for (const [name, value] of Object.entries(outputs))
            core/* setOutput */.uH(name, value);
        await writeSummary(env, summary);
    };
    try {
        const report = await action(tell);
        if (report !== undefined)
            await tell(report);
    }
    catch (error) {
        const expected = error instanceof UserError;
        if (expected || error instanceof Failure)
            for (const [name, value] of Object.entries(error.outputs))
                core/* setOutput */.uH(name, value);
        for (const message of causeChain(error).slice(1))
            core/* debug */.Yz(`caused by: ${message}`);
        if (!expected && error instanceof Error && error.stack !== undefined)
            core/* debug */.Yz(error.stack);
        core/* setFailed */.C1(messageOf(error));
        const details = (expected || error instanceof Failure) && error.details !== '' ? `\n${error.details}\n` : '';
        await writeSummary(env, `### ${title}: ${expected ? 'refused' : 'failed'}\n\n${code(messageOf(error))}\n${details}`);
    }
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:string_decoder"
var external_node_string_decoder_ = __webpack_require__(6193);
;// CONCATENATED MODULE: ./packages/core/lib/run-command.js




/** The code of a program that ran into its deadline, as of `timeout` (coreutils). */
const TIMED_OUT = 124;
/**
 * Runs a program without a shell, so that no argument is ever interpreted.
 * @throws Failure when the program cannot be started; a non-zero exit code is a result, not an error.
 */
async function runCommand(file, args, options = {}) {
    return new Promise((resolve, reject) => {
        const child = (0,external_node_child_process_.spawn)(file, args, {
            stdio: ['pipe', options.output ?? 'pipe', 'pipe'],
            ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
            ...(options.env === undefined ? {} : { env: options.env }),
            ...(options.signal === undefined ? {} : { signal: options.signal }),
            // A process group of its own, so that what the program started can be killed with it.
            detached: options.deadline !== undefined
        });
        let late = false;
        let timer = options.deadline === undefined
            ? undefined
            : setTimeout(() => {
                late = true;
                timer = end(child);
            }, options.deadline);
        const [stdout, stderr] = [
            collect(child.stdout, passOn(options.onBytes) ?? byLines(options.onOutput ?? options.onLine)),
            collect(child.stderr, byLines(options.onLine))
        ];
        child.on('error', error => {
            clearTimeout(timer);
            reject(new Failure(`${file} could not be run: ${error.message}`, { cause: error }));
        });
        child.on('close', (code, signal) => {
            clearTimeout(timer);
            const [out, err] = [stdout(), stderr()];
            resolve({
                code: late ? TIMED_OUT : (code ?? (signal === null ? 1 : 128)),
                stdout: out,
                stderr: err.toString('utf8'),
                ...(late ? { timedOut: true } : {})
            });
        });
        // A program that ends before it read its input closes the pipe: its exit code tells, not EPIPE.
        child.stdin?.on('error', () => undefined);
        const { input, lifeline } = options;
        if (input instanceof external_node_stream_.Readable && child.stdin !== null)
            input.pipe(child.stdin);
        else if (lifeline !== true)
            child.stdin?.end(input);
    });
}
/** How long output may stay open after its program was killed, in milliseconds: until then the pipes close by themselves. */
const CLOSING = 1_000;
/** Kills a program and its group. @returns the timer after which nobody listens any more to what left the group and holds the pipes. */
function end({ pid, stdin, stdout, stderr }) {
    stdin?.destroy();
    try {
        if (pid !== undefined)
            process.kill(-pid, 'SIGKILL');
    }
    catch {
        // The group has ended by itself, or is another user's and has just lost its lifeline.
    }
    return setTimeout(() => {
        stdout?.destroy();
        stderr?.destroy();
    }, CLOSING);
}
/** Collects what a stream says, or passes it on. @returns what ends it, and gives all that was collected. */
function collect(stream, sink) {
    const chunks = [];
    stream?.on('data', (chunk) => {
        if (sink === undefined)
            chunks.push(chunk);
        else
            sink.push(chunk);
    });
    return () => {
        sink?.end();
        return Buffer.concat(chunks);
    };
}
function passOn(push) {
    return push === undefined ? undefined : { push, end: () => undefined };
}
function byLines(onLine) {
    return onLine === undefined ? undefined : lineSplitter(onLine);
}
/** Characters of a line that are waited for; a longer one comes in pieces, so that what never ends a line does not fill the memory. */
const LINE_LIMIT = 256 * 1024;
/** Cuts what a program prints into lines. */
function lineSplitter(onLine) {
    // A chunk may end within a character.
    const decoder = new external_node_string_decoder_.StringDecoder('utf8');
    let rest = '';
    return {
        push(chunk) {
            const parts = (rest + decoder.write(chunk)).split(/\r?\n/);
            rest = parts.pop() ?? '';
            for (const line of parts)
                onLine(line);
            if (rest.length < LINE_LIMIT)
                return;
            onLine(rest);
            rest = '';
        },
        end() {
            rest += decoder.end();
            if (rest !== '')
                onLine(rest);
            rest = '';
        }
    };
}

;// CONCATENATED MODULE: ./packages/core/lib/run-context.js


/**
 * Reads the run's facts from the toolkit's context, and from the environment what that lacks.
 * @throws Failure naming the variable that is missing.
 */
function readRunContext(context, env) {
    const need = (name, value = env[name]) => {
        if (value === undefined || value === '' || Number.isNaN(value)) {
            throw new Failure(`The variable ${name} is not set: this program expects the environment of a GitHub Actions job.`);
        }
        return String(value);
    };
    const actor = need('GITHUB_ACTOR', context.actor);
    const sluice = readSuite(env);
    const defaultBranch = context.payload.repository?.['default_branch'];
    return {
        repository: need('GITHUB_REPOSITORY'),
        repositoryId: need('GITHUB_REPOSITORY_ID'),
        runId: need('GITHUB_RUN_ID', context.runId),
        attempt: Number.isNaN(context.runAttempt) ? 1 : context.runAttempt,
        job: need('GITHUB_JOB', context.job),
        actor: { id: env['GITHUB_ACTOR_ID'] ?? '0', login: actor },
        triggeringActor: env['GITHUB_TRIGGERING_ACTOR'] || actor,
        sha: need('GITHUB_SHA', context.sha),
        ref: need('GITHUB_REF', context.ref),
        event: need('GITHUB_EVENT_NAME', context.eventName),
        ...(typeof defaultBranch === 'string' && defaultBranch !== '' ? { defaultBranch } : {}),
        workflow: env['GITHUB_WORKFLOW_REF'] ?? env['GITHUB_WORKFLOW'] ?? '',
        workflowSha: env['GITHUB_WORKFLOW_SHA'] ?? '',
        runner: env['RUNNER_ENVIRONMENT'] ?? env['RUNNER_NAME'] ?? '',
        ...(sluice === undefined ? {} : { sluice }),
        serverUrl: context.serverUrl,
        workspace: need('GITHUB_WORKSPACE'),
        temp: need('RUNNER_TEMP')
    };
}
/** The page of the run, for people. */
function runUrl(run) {
    return `${run.serverUrl}/${run.repository}/actions/runs/${run.runId}`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/@actions/exec/lib/exec.js + 3 modules
var exec = __webpack_require__(1260);
;// CONCATENATED MODULE: ./packages/core/lib/run-tool.js





/**
 * Runs a tool of the runner by the toolkit (`@actions/exec`), without a shell. For tools that read no input: the toolkit leaves their
 * stdin open, or dies itself of EPIPE when a tool ends before it has read what it was given. For what reads its input, and for what
 * needs a deadline, prints much or must be ended by force, there is `runCommand`.
 * @throws Failure when the tool cannot be started; a non-zero exit code is a result, not an error.
 */
async function runTool(file, args, options) {
    const { env } = options;
    const stdout = [];
    const stderr = [];
    try {
        // The toolkit reads a command line, and looks along the PATH of this process.
        const code = await (0,exec/* exec */.m)(`"${await locate(file, env)}"`, [...args], {
            env: Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
            silent: true,
            ignoreReturnCode: true,
            listeners: {
                stdout(chunk) {
                    stdout.push(chunk);
                },
                stderr(chunk) {
                    stderr.push(chunk);
                }
            }
        });
        // A tool that was killed has no code.
        return { code: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
    }
    catch (error) {
        throw new Failure(`${file} could not be run: ${messageOf(error)}`, { cause: error });
    }
}
async function locate(file, env) {
    if (file.includes('/'))
        return file;
    for (const folder of (env['PATH'] ?? '').split(external_node_path_.delimiter)) {
        const path = (0,external_node_path_.join)(folder, file);
        const executable = await (0,external_node_fs_promises_.access)(path, external_node_fs_.constants.X_OK).then(() => true, () => false);
        if (folder !== '' && executable)
            return path;
    }
    throw new Error(`it is not on the PATH (${env['PATH'] ?? ''})`);
}

// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
;// CONCATENATED MODULE: ./packages/core/lib/signed-call.js


/** Sends a request once, signed by the SDK's signer and sent by its handler, by the same recipe as clients. Any answer is one, also a refusal. */
async function signedCall(session, request) {
    // Loaded late: an action that fails on its input must not pay for them.
    const [{ HttpRequest }, { Hash }, { NodeHttpHandler }, { SignatureV4 }] = await Promise.all([
        __webpack_require__.e(/* import() */ 534).then(__webpack_require__.t.bind(__webpack_require__, 4534, 19)),
        __webpack_require__.e(/* import() */ 430).then(__webpack_require__.t.bind(__webpack_require__, 2430, 19)),
        Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279)]).then(__webpack_require__.t.bind(__webpack_require__, 1279, 19)),
        Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(118)]).then(__webpack_require__.t.bind(__webpack_require__, 5118, 19))
    ]);
    const { service, signingName, region, host, method = 'POST', path, query = {}, body } = request;
    const { requestHandler, credentials } = awsClientConfig(session, service);
    const endpoint = session.terms.endpoints(service) ?? new URL(`https://${host}`);
    const { protocol, hostname, port } = endpoint;
    const length = String(Buffer.byteLength(body));
    const headers = { host: endpoint.host, ...request.headers, 'content-length': length };
    const unsigned = new HttpRequest({
        ...{ method, protocol, hostname, path, query: { ...query }, headers, body },
        ...(port === '' ? {} : { port: Number(port) })
    });
    const signer = new SignatureV4({ service: signingName, region, credentials, sha256: Hash.bind(null, 'sha256') });
    const handler = new NodeHttpHandler(requestHandler);
    try {
        const { response } = await handler.handle(HttpRequest.clone(await signer.sign(unsigned)));
        // `AccessDeniedException:http://internal.amazon.com/…` in some services.
        const error = response.headers['x-amzn-errortype']?.replace(/:.*$/, '');
        return { status: response.statusCode, body: await (0,consumers_.text)(response.body), ...(error === undefined ? {} : { error }) };
    }
    finally {
        handler.destroy();
    }
}

;// CONCATENATED MODULE: ./packages/core/lib/signer-name.js
/** What is told of an environment, by who tells it: the job that plans, the one behind the gate, the one that says how it ended. */
const SIGNING_DUTIES = ['plan', 'intent', 'outcome'];
/** Who signs for what belongs to no environment. */
const BUILDS = 'builds';
/**
 * Which event needs whose word. Who plans cannot say that it was approved, who deploys cannot say that it went well, and whoever may tell
 * outcomes without an approval deploys nothing.
 */
const DUTIES = {
    built: BUILDS,
    tested: BUILDS,
    released: BUILDS,
    adopted: BUILDS,
    planned: 'plan',
    started: 'intent',
    deployed: 'intent',
    withdrawn: 'outcome',
    repaired: 'outcome',
    accepted: 'outcome',
    unchanged: 'outcome',
    failed: 'outcome',
    partial: 'outcome',
    rejected: 'outcome',
    expired: 'outcome',
    cancelled: 'outcome',
    superseded: 'outcome',
    obsolete: 'outcome',
    bypassed: 'outcome'
};
/** Who signs a record of an event. */
function signerOf(record) {
    const duty = DUTIES[record.event];
    return duty === BUILDS || record.environment === undefined ? BUILDS : `${record.environment}/${duty}`;
}
/** All who sign for an environment. */
function signersIn(environment) {
    return SIGNING_DUTIES.map((duty) => `${environment}/${duty}`);
}
/** The environment that a signer speaks of, and as what; `undefined` for what belongs to none. */
function stationOf(signer) {
    const [environment = '', name] = signer.split('/');
    const duty = SIGNING_DUTIES.find(it => it === name);
    return duty === undefined ? undefined : { environment, duty };
}
/** The alias of a signer's key in KMS, in the account that it signs in. */
function signerAlias(ledgerKey, signer) {
    return `${ledgerKey}/${signer}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/stack-settings.js
/** Settings as texts, by what people call them; one that is absent has none. */
function settingTexts({ notifications, rollback, terminationProtection } = {}) {
    return {
        ...(notifications === undefined ? {} : { notifications: listed(notifications) }),
        ...(rollback === undefined
            ? {}
            : { 'rollback alarms': listed(rollback.alarms), monitoring: `${rollback.minutes} min` }),
        ...(terminationProtection === undefined ? {} : { 'termination protection': terminationProtection ? 'on' : 'off' })
    };
}
function listed(arns) {
    return arns.length === 0 ? 'none' : arns.join(', ');
}

;// CONCATENATED MODULE: ./packages/core/lib/stage-jobs.js

/** The jobs of stage.yml whose results decide about an environment, in their order. */
const STAGE_JOBS = ['plan', 'deploy', 'accept'];
/**
 * What stage.yml calls a job; GitHub shows it behind the names of the jobs that call the workflow, with ` / ` between them. It would cut a name
 * of more than 100 characters, so that a digest in full has no place in one beside an environment's name.
 */
function stageJobName(job, environment, release) {
    return nameWith(job, environment, releaseId(release));
}
/** The short form of the release that a job of stage.yml is for, by its own name; absent where {@link stageJobName} gives no such name. */
function releaseOfStageJob(job, environment, name) {
    const [id] = /\br-[0-9a-f]{12}\b/.exec(name) ?? [];
    return id !== undefined && nameWith(job, environment, id) === name ? id : undefined;
}
function nameWith(job, environment, id) {
    switch (job) {
        case 'plan':
            return `plan ${id} for ${environment}`;
        case 'deploy':
            return `deploy ${id} to ${environment}`;
        case 'accept':
            return `accept ${id} in ${environment}`;
    }
}
const DEPLOYS = /^deploy r-[0-9a-f]{12} to ./i;
const DEPLOYS_AS_CALLED = /^deploy .* to ./is;
/** How the names of the jobs begin that ask in adopt.yml and repair.yml: as those of no job that calls, which stand before, and as no other job of these. */
const ASKS = { adopt: 'adopt: ', repair: 'repair the ledger of ' };
/** What adopt.yml calls the job that asks: the digest that the reviewer agrees to, and for which unit. */
function adoptionJobName(digest, unit) {
    return `${ASKS.adopt}${digest} as ${unit}`;
}
/**
 * What a job of Sluice's workflows asks reviewers for, by its own name; absent where it asks for nothing.
 * @param isCalled whether names of calling jobs stand before it. Who calls stage.yml gives the release: any text may stand in its place.
 */
function questionOf(name, isCalled = false) {
    if ((isCalled ? DEPLOYS_AS_CALLED : DEPLOYS).test(name))
        return 'deploy';
    return ['adopt', 'repair'].find(question => name.startsWith(ASKS[question]));
}

;// CONCATENATED MODULE: ./packages/core/lib/stored-code.js

/** The same as one text, as references of templates are named. */
function codeReference({ bucket, key, version }) {
    return `s3://${bucket}/${key}?versionId=${version}`;
}
/** The same as a URL of S3, as `TemplateURL` takes it (CloudFormation, "CreateChangeSet"). */
function objectUrl({ bucket, key, version }, region) {
    return `https://s3.${region}.${partitionIn(region).suffix}/${bucket}/${key}?versionId=${encodeURIComponent(version)}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/suggest.js
/** Characters of a word that are compared: the time grows with them, and a file may hold any word. */
const COMPARED = 50;
/** The candidate that a misspelt word most likely meant; absent when none is near. */
function nearest(word, candidates) {
    let best;
    for (const candidate of candidates) {
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
        // A third of the letters wrong is a typing error; more is another word.
        if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && (best === undefined || distance < best.distance))
            best = { candidate, distance };
    }
    return best?.candidate;
}
/** ` (did you mean "…"?)`, or nothing. */
function didYouMean(word, candidates) {
    const candidate = typeof word === 'string' ? nearest(word.slice(0, COMPARED), candidates) : undefined;
    return candidate === undefined ? '' : ` (did you mean ${JSON.stringify(candidate)}?)`;
}
/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string alignment). */
function editDistance(a, b) {
    const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
    const cell = (row, column) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
    for (let row = 1; row <= a.length; row++) {
        rows.push([row]);
        for (let column = 1; column <= b.length; column++) {
            const same = a[row - 1] === b[column - 1];
            const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] && row > 1 && column > 1;
            rows[row]?.push(Math.min(cell(row - 1, column) + 1, cell(row, column - 1) + 1, cell(row - 1, column - 1) + (same ? 0 : 1), swapped ? cell(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY));
        }
    }
    return cell(a.length, b.length);
}

;// CONCATENATED MODULE: ./packages/core/lib/token-claims.js



const token_claims_text = dist/* string */.YjP();
const named = dist/* pipe */.FsL(token_claims_text, dist/* nonEmpty */.hq());
/** Seconds since the epoch (RFC 7519, section 2, NumericDate), of a moment that can be written down. */
const moment = dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(0), dist/* maxValue */.cGV(Math.floor(LAST_MOMENT / 1000)));
/** The form of {@link TokenClaims}. */
const CLAIMS = members({
    iss: named,
    /** One audience; a list of several would make the token good for others, too. */
    aud: named,
    sub: named,
    jti: named,
    iat: moment,
    nbf: moment,
    exp: moment,
    repository: named,
    repository_id: named,
    run_id: named,
    run_attempt: named,
    ref: named,
    actor_id: named,
    /** Login of whom `actor_id` is. */
    actor: dist/* exactOptional */.yqP(named),
    event_name: named,
    workflow_ref: named,
    workflow_sha: named,
    /** The workflow that holds the job: the reusable one where one was called, else the caller's own. */
    job_workflow_ref: named,
    job_workflow_sha: named,
    runner_environment: named,
    /** Only in jobs that name a GitHub Environment. */
    environment: dist/* exactOptional */.yqP(named)
});
/** Reads the claims of a token from its JSON. Whether they are true is for its signature to say. */
function readClaims(value) {
    const misfit = findMisfit(CLAIMS, value);
    return misfit === undefined ? { ok: true, claims: value } : { ok: false, misfit };
}

;// CONCATENATED MODULE: ./packages/core/lib/touched-nothing.js
/** Whether the end of an attempt says that it came to that before it touched anything. */
function touchedNothing(ended) {
    if (ended?.event === 'failed' || ended?.event === 'cancelled')
        return ended.detail?.untouched === true;
    return ended?.event === 'obsolete' || ended?.event === 'superseded';
}

;// CONCATENATED MODULE: ./packages/core/lib/undone-releases.js
/**
 * The releases whose acceptance a record takes back in its environment: each that it says was withdrawn, was let in past the gate, or may be half
 * deployed. What ended before anything was touched says nothing about a release. The one definition: who appends, who verifies and who decides
 * go by it.
 */
function undoneBy(record) {
    switch (record.event) {
        case 'withdrawn':
        case 'failed':
            return distinct([...ownOf(record), ...(record.detail?.also ?? [])]);
        case 'cancelled':
        case 'partial':
        case 'bypassed':
            return ownOf(record);
        default:
            return [];
    }
}
/** The releases that a record withdraws: by their names, or as what is the same in the environment. */
function withdrawnBy(record) {
    return record.event === 'withdrawn' ? undoneBy(record) : [];
}
/** The release whose deployment a record found in place, so that what becomes of the one becomes of the other. */
function sameAs(record) {
    return record.event === 'accepted' || record.event === 'unchanged' ? record.detail?.sameAs : undefined;
}
function ownOf(record) {
    const untouched = (record.event === 'failed' || record.event === 'cancelled') && record.detail?.untouched === true;
    return record.release === undefined || untouched ? [] : [record.release.digest];
}
function distinct(digests) {
    return [...new Set(digests)];
}

;// CONCATENATED MODULE: ./packages/core/lib/index.js














































































/***/ })

};
