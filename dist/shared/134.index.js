export const id = 134;
export const ids = [134];
export const modules = {

/***/ 4551:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ek: () => (/* reexport */ APPLY_DEADLINE),
  uw: () => (/* reexport */ ARTIFACT_PARAMETERS),
  ov: () => (/* reexport */ BUNDLE_FILE_LIMIT),
  y_: () => (/* reexport */ BUNDLE_MARKER),
  GI: () => (/* reexport */ CLOCK_SKEW),
  qY: () => (/* reexport */ EVENTS),
  VH: () => (/* reexport */ EVENT_RULES),
  HR: () => (/* reexport */ errors_Failure),
  JH: () => (/* reexport */ GATES),
  fN: () => (/* reexport */ GitHubError),
  J4: () => (/* reexport */ JOB_RESULTS),
  rH: () => (/* reexport */ LOGICAL_ID_PATTERN),
  vn: () => (/* reexport */ MOVING_TAGS),
  Uh: () => (/* reexport */ NAMED_RELEASE),
  Uo: () => (/* reexport */ NAME_LIMIT),
  Vh: () => (/* reexport */ NAME_PATTERN),
  GA: () => (/* reexport */ PLAN_EXPIRY),
  Q1: () => (/* reexport */ PRODUCT_LIMIT),
  yT: () => (/* reexport */ PROMOTION_KINDS),
  aY: () => (/* reexport */ REGION_PATTERN),
  z3: () => (/* reexport */ ROLE_NAME_LIMIT),
  hv: () => (/* reexport */ STACK_NAME_LIMIT),
  yR: () => (/* reexport */ STAGE_JOBS),
  yo: () => (/* reexport */ UserError),
  R1: () => (/* reexport */ accountOfEcrHost),
  eh: () => (/* reexport */ actionInputs),
  Zx: () => (/* reexport */ actionLog),
  NL: () => (/* reexport */ approvalsSince),
  YQ: () => (/* reexport */ artifactParameter),
  xN: () => (/* reexport */ assumeRole),
  rw: () => (/* reexport */ awsClientConfig),
  _p: () => (/* reexport */ awsFault),
  j5: () => (/* reexport */ awsTerms),
  JN: () => (/* reexport */ backoff),
  fq: () => (/* reexport */ bundleBucket),
  CK: () => (/* reexport */ bundleKey),
  fd: () => (/* reexport */ bundleNameProblem),
  rg: () => (/* reexport */ bundleSourceKey),
  IY: () => (/* reexport */ callAws),
  dj: () => (/* reexport */ canonicalJson),
  G: () => (/* reexport */ changeSetName),
  JA: () => (/* reexport */ code),
  U9: () => (/* reexport */ count),
  sb: () => (/* reexport */ decodePlan),
  o1: () => (/* reexport */ decodeRelease),
  l7: () => (/* reexport */ describeGate),
  br: () => (/* reexport */ digest),
  Fd: () => (/* reexport */ ecrHost),
  El: () => (/* reexport */ encodePlan),
  sR: () => (/* reexport */ encodeRelease),
  j3: () => (/* reexport */ environmentRoleName),
  ab: () => (/* reexport */ environmentTag),
  FV: () => (/* reexport */ escapeMarkdown),
  Zz: () => (/* reexport */ evidencePath),
  lA: () => (/* reexport */ shape_fits),
  FH: () => (/* reexport */ formatReference),
  $f: () => (/* reexport */ githubClient),
  ik: () => (/* reexport */ hasChanges),
  oN: () => (/* reexport */ hasExpired),
  ZD: () => (/* reexport */ hexOf),
  Bc: () => (/* reexport */ isDigest),
  yp: () => (/* reexport */ isEnding),
  BM: () => (/* reexport */ trusted_hosts_isLoopback),
  Ft: () => (/* reexport */ isSame),
  oE: () => (/* reexport */ isStated),
  b5: () => (/* reexport */ isTextName),
  E2: () => (/* reexport */ isThrottling),
  dg: () => (/* reexport */ isTransient),
  c3: () => (/* reexport */ listOf),
  A7: () => (/* reexport */ mapOf),
  ol: () => (/* reexport */ members),
  bD: () => (/* reexport */ errors_messageOf),
  D1: () => (/* reexport */ retry_networkRetry),
  H6: () => (/* reexport */ noLists),
  Dx: () => (/* reexport */ objectionTo),
  GJ: () => (/* reexport */ onOneLine),
  wE: () => (/* reexport */ outputReferences),
  cK: () => (/* reexport */ parseAccountId),
  m: () => (/* reexport */ parseDigest),
  LK: () => (/* reexport */ parseDraft),
  gp: () => (/* reexport */ trusted_hosts_parseTrustedUrl),
  uR: () => (/* reexport */ partiesOf),
  iQ: () => (/* reexport */ partitionOf),
  LS: () => (/* reexport */ plural),
  W8: () => (/* reexport */ previousTag),
  aE: () => (/* reexport */ readRecord),
  $p: () => (/* reexport */ readRunContext),
  fh: () => (/* reexport */ registryRoleName),
  Bf: () => (/* reexport */ releaseId),
  PC: () => (/* reexport */ releasesRepository),
  pr: () => (/* reexport */ resolveOutputs),
  L5: () => (/* reexport */ retry_retry),
  O8: () => (/* reexport */ roleSessionName),
  Cs: () => (/* reexport */ runAction),
  d1: () => (/* reexport */ runCommand),
  $N: () => (/* reexport */ runOfChangeSet),
  qI: () => (/* reexport */ runTool),
  Vp: () => (/* reexport */ runUrl),
  sc: () => (/* reexport */ sha256),
  VK: () => (/* reexport */ shortDigest),
  $i: () => (/* reexport */ showName),
  cw: () => (/* reexport */ shownJobName),
  Yr: () => (/* reexport */ sourceTag),
  Qx: () => (/* reexport */ stackName),
  xb: () => (/* reexport */ stageJobName),
  ml: () => (/* reexport */ systemClock),
  tp: () => (/* reexport */ table),
  jp: () => (/* reexport */ unhurried),
  pl: () => (/* reexport */ unitRepository),
  RK: () => (/* reexport */ visible),
  dV: () => (/* reexport */ writing)
});

// UNUSED EXPORTS: BUNDLE_PREFIX, CHANGE_SET_PREFIX, GITHUB_ISSUER, ManualClock, ROLE_PREFIX, approvalOfAnother, causeChain, fastRetry, fetchIssuerKeys, isEvent, isIssuer, issuerOf, ownGitHubHosts, parseAwsEndpoints, readClaims, readJwks, requestIdToken, reviewerName

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
class errors_Failure extends Error {
    name = 'Failure';
}
/** The message of anything that was thrown. */
function errors_messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
/** An error that causes itself would have no end. */
const MOST_CAUSES = 10;
/** The messages of an error and of everything that caused it, outermost first. */
function causeChain(error) {
    const messages = [];
    for (let current = error; current !== undefined && messages.length < MOST_CAUSES;) {
        messages.push(errors_messageOf(current));
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

;// CONCATENATED MODULE: ./packages/core/lib/apply-deadline.js
/** How long all stacks of an environment may take, in milliseconds: 3 hours. Who waits for another run waits longer than that. */
const APPLY_DEADLINE = 3 * 60 * 60_000;

;// CONCATENATED MODULE: ./packages/core/lib/aws-fault.js

/** Reads an error as AWS meant it. Errors that carry these facts already are taken by their word. */
function awsFault(error) {
    const it = Object(error);
    if (typeof it.code === 'string' && typeof it.status === 'number' && typeof it.reason === 'string')
        return { code: it.code, reason: it.reason, status: it.status };
    const named = typeof it.name === 'string' ? it.name : '';
    const code = (named === '' || named === 'Error') && typeof it.code === 'string' ? it.code : named;
    const status = it.$metadata?.httpStatusCode;
    return { code, reason: errors_messageOf(error), status: typeof status === 'number' ? status : 0 };
}
const THROTTLING = /^(Throttl(ing|ed)(Exception)?|RequestThrottled(Exception)?|RequestLimitExceeded|TooManyRequestsException|SlowDown)$/;
/** The network, before or within an answer; and S3, where another conditional write to the same key is under way. */
const PASSING = /^(TimeoutError|RequestTimeout|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|ConditionalRequestConflict|OperationAborted)$/;
/** Whether AWS says that it was asked too often. */
function isThrottling(error) {
    const { code, reason, status } = awsFault(error);
    return status === 429 || THROTTLING.test(code) || /rate exceeded/i.test(reason);
}
/** Whether the same call may succeed a little later: AWS throttles, fails inside, or cannot be reached. */
function isTransient(error) {
    const { code, reason, status } = awsFault(error);
    // The SDK leaves of an error from another realm of Node nothing but the message.
    const cut = status === 0 && reason.endsWith('socket hang up');
    return cut || isThrottling(error) || status >= 500 || PASSING.test(code) || isMarked(error);
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
const retry_networkRetry = { attempts: 6, base: 300, cap: 5_000 };
/** For tests: the same decisions, no waiting worth the name. */
const fastRetry = { attempts: 3, base: 1, cap: 2 };
/** The wait before attempt `attempt` + 1 (counted from 1), with full jitter, in milliseconds. */
function backoff(policy, attempt, random = Math.random) {
    return Math.round(Math.min(policy.cap, policy.base * 2 ** (attempt - 1)) * (0.5 + random() / 2));
}
/**
 * Runs `call` until it succeeds, `retryable` says no, or the attempts are used up; then throws the last error.
 * `retryable` may answer with a number: wait at least that many milliseconds (a server's Retry-After).
 */
async function retry_retry(call, options) {
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

;// CONCATENATED MODULE: ./packages/core/lib/region.js
/** An AWS region, as the source of a regular expression. */
const REGION_PATTERN = '[a-z]{2}(?:-[a-z]+)+-\\d';
/** An account's ECR registry ("Amazon ECR private registry"): by IPv4, or by both (`on.aws`); with FIPS; in China. */
const ECR_HOST_PATTERN = `(\\d{12})(?:\\.dkr\\.ecr(?:-fips)?\\.${REGION_PATTERN}\\.amazonaws\\.com(?:\\.cn)?|\\.dkr-ecr(?:-fips)?\\.${REGION_PATTERN}\\.on\\.aws)`;
/** The part of AWS that a region is in, as ARNs name it. */
function partitionOf(region) {
    if (region.startsWith('cn-'))
        return 'aws-cn';
    return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
/** The host of an account's ECR registry. */
function ecrHost(accountId, region) {
    return `${accountId}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
/** The account that an ECR host belongs to; `undefined` for any other host. */
function accountOfEcrHost(host) {
    return new RegExp(`^${ECR_HOST_PATTERN}$`).exec(host)?.[1];
}

;// CONCATENATED MODULE: ./packages/core/lib/trusted-hosts.js


/** The services that Sluice talks to, by the names that their endpoints have. */
const SERVICES = '(?:cloudformation|dynamodb|(?:api\\.)?ecr|kms|s3|ssm|sts)(?:-fips)?';
/**
 * AWS's own service endpoints ("AWS service endpoints", General Reference), by service. A name below these domains may as well be a
 * customer's machine, function, API or bucket: `api.s3.amazonaws.com` is the bucket `api`, and `s3-website-…` serves anybody's pages.
 */
const AWS = [
    new RegExp(`^${SERVICES}(?:\\.(?:dualstack\\.)?${REGION_PATTERN})?\\.amazonaws\\.com(?:\\.cn)?$`),
    new RegExp(`^${SERVICES}\\.${REGION_PATTERN}\\.api\\.aws$`),
    new RegExp(`^${ECR_HOST_PATTERN}$`)
];
/** GitHub's API, and its services of Actions, which issue OIDC tokens. */
const GITHUB = [/^api\.github\.com$/, /^(?:[a-z0-9-]+\.)*actions\.githubusercontent\.com$/];
/** Whether a host name (no port) is this machine. */
function trusted_hosts_isLoopback(host) {
    return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
/**
 * Checks that an endpoint may be sent credentials: AWS, GitHub, or this machine (promise 9). Plain HTTP is for loopback only.
 * @param what names the setting in the error, e.g. `AWS_ENDPOINT_URL`.
 * @param extra further hosts that are the vendor's own, e.g. the GitHub that runs the job where that is not github.com.
 * @throws UserError naming setting, host and what is allowed.
 */
function trusted_hosts_parseTrustedUrl(text, what, extra = []) {
    let url;
    try {
        url = new URL(text);
    }
    catch {
        throw new UserError(`${what} is ${JSON.stringify(text)}, which is not a URL. Give an https:// address or remove it.`);
    }
    const host = url.hostname;
    const loopback = trusted_hosts_isLoopback(host);
    if (!loopback && ![...AWS, ...GITHUB].some(known => known.test(host)) && !extra.includes(host)) {
        throw new UserError(`${what} points to ${host}, where credentials are never sent. Use a host of AWS or GitHub, or a loopback address.`);
    }
    if (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')) {
        throw new UserError(`${what} is ${text}: ${host} must be reached over https.`);
    }
    return url;
}
/**
 * The hosts of the GitHub that runs this job (`GITHUB_SERVER_URL`): a GitHub Enterprise server, or a tenant of GitHub Enterprise Cloud with
 * data residency, whose API is at `api.<host>`, and whose OIDC issuer is at `token.actions.<host>`.
 */
function trusted_hosts_ownGitHubHosts(env) {
    const server = env['GITHUB_SERVER_URL'];
    if (server === undefined || server === '')
        return [];
    const { hostname } = new URL(server);
    return [hostname, `api.${hostname}`, `token.actions.${hostname}`];
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
            urls.set(name, trusted_hosts_parseTrustedUrl(value, name));
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
        forcePathStyle: endpoint !== undefined && trusted_hosts_isLoopback(endpoint.hostname),
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
    return retry_retry(call, { policy: terms.retry, clock: terms.clock, retryable: isTransient });
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
 * GraphQL may refuse while some points remain (octokit/plugin-throttling.js#636).
 */
function rateLimitOf({ status, message, types, headers, now }) {
    const refused = status === 403 || status === 429;
    if (!refused && status !== 200)
        return undefined;
    const after = Number(headers['retry-after']);
    const hasPause = Number.isFinite(after) && after > 0;
    const isEmpty = String(headers['x-ratelimit-remaining']) === '0';
    const tooFast = /secondary rate limit|abuse detection/i.test(message);
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
    const message = errors_messageOf(error);
    const date = Date.parse(headers['date'] ?? '');
    const rateLimit = rateLimitOf({ status: code, message, types, headers, now: Number.isNaN(date) ? now : date });
    const isBroken = code === 0 || code >= 500 || (code === 200 && types.every(type => type === '') && BROKEN.test(message));
    const isForbidden = code === 401 || types.includes('FORBIDDEN') || (code === 403 && NOT_ALLOWED.test(message));
    const hint = rateLimit === undefined && isForbidden ? ' Check the token and the `permissions:` of the job.' : '';
    return new GitHubError(`GitHub, ${what}: ${message}${hint}`, code, types, error, { unsure: isBroken, rateLimit });
}

;// CONCATENATED MODULE: ./packages/core/lib/github.js





/** How long GitHub may take to begin an answer, in milliseconds. */
const FIRST_BYTE = 60_000;
/** Long enough for most pauses that GitHub asks for; not for an hour that a machine would cost. */
const PATIENCE = 15 * 60_000;
/**
 * A client for the GitHub that runs this job (`GITHUB_API_URL`), by Octokit. Reads are tried again on network faults and 5xx, writes only
 * where the caller says that they are repeatable. Rate limits are waited for, whatever was asked: GitHub did nothing of it.
 */
function githubClient(options) {
    const { token, env, clock, log, policy = retry_networkRetry, patience = PATIENCE } = options;
    if (token === '')
        throw new UserError('No GitHub token: pass `github-token: ${{ github.token }}`.');
    const base = trusted_hosts_parseTrustedUrl(env['GITHUB_API_URL'] ?? 'https://api.github.com', 'GITHUB_API_URL', trusted_hosts_ownGitHubHosts(env));
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
    const call = async (repeatable, request, what) => {
        opened ??= connect();
        const octokit = await opened;
        return waitForLimits({ clock, log, patience }, async () => retry_retry(async () => {
            try {
                return await request(octokit);
            }
            catch (error) {
                throw asGitHubError(error, what, now());
            }
        }, { policy, clock, retryable: error => error instanceof GitHubError && error.unsure && repeatable }));
    };
    return {
        async get(path) {
            try {
                const answer = await call(true, octokit => octokit.request(`GET ${path}`), `GET ${path}`);
                return answer.data;
            }
            catch (error) {
                if (error instanceof GitHubError && error.status === 404)
                    return undefined;
                throw error;
            }
        },
        async send(method, path, body, options) {
            const answer = await call(options?.repeatable === true, octokit => octokit.request(`${method} ${path}`, { ...body }), `${method} ${path}`);
            return answer.data;
        },
        now,
        async graphql(query, variables) {
            return call(!query.trimStart().startsWith('mutation'), octokit => octokit.graphql(query, { ...variables }), 'GraphQL');
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
    const { GitHub, getOctokitOptions } = await __webpack_require__.e(/* import() */ 665).then(__webpack_require__.bind(__webpack_require__, 8665));
    const options = getOctokitOptions(token, { baseUrl, userAgent });
    return new GitHub({ ...options, request: { fetch: withDeadline(await github_toolkitFetch()) } });
}
/** The `fetch` of the toolkit, which goes to GitHub through the proxies of the job (`HTTPS_PROXY`, `NO_PROXY`). */
async function github_toolkitFetch() {
    const { defaults } = await __webpack_require__.e(/* import() */ 665).then(__webpack_require__.bind(__webpack_require__, 8665));
    return defaults.request?.['fetch'];
}
/** A dead server is noticed; a body may take its time as long as bytes keep coming (undici's own idle limit applies). */
function withDeadline(send) {
    return async (input, init) => {
        const controller = new AbortController();
        const timer = setTimeout(() => controller.abort(new errors_Failure(`no answer within ${FIRST_BYTE / 1000} s`)), FIRST_BYTE);
        try {
            return await send(input, { ...init, signal: controller.signal });
        }
        finally {
            clearTimeout(timer);
        }
    };
}
/** Does a call as often as it takes GitHub to let it through. @throws GitHubError when that would take longer than the caller waits. */
async function waitForLimits(wait, call) {
    const { clock, log, patience } = wait;
    const giveUp = clock.now() + patience;
    for (let times = 1;; times++) {
        try {
            return await call();
        }
        catch (error) {
            if (!(error instanceof GitHubError) || error.rateLimit === undefined)
                throw error;
            const limit = error.rateLimit;
            const pause = pauseOf(limit, times);
            const until = `${new Date(limit.told + pause).toISOString().slice(0, 19)}Z`;
            if (clock.now() + pause > giveUp) {
                throw new GitHubError(`${error.message} ${describeRateLimit(limit)}. It can be asked again at ${until}, later than this step waits (${patience / 60_000} min). Re-run the failed jobs then.`, error.status, error.types, error, { rateLimit: limit });
            }
            log.info(`${describeRateLimit(limit)}. Waiting ${Math.ceil(pause / 1000)} s, until ${until}.`);
            await clock.sleep(pause);
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
    const { env, audience, clock, policy = retry_networkRetry } = request;
    const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
    const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    if (url === undefined || url === '' || bearer === undefined || bearer === '') {
        throw new UserError(`This job cannot get an OIDC token for ${audience}. Grant it:\n  permissions:\n    id-token: write`);
    }
    const address = trusted_hosts_parseTrustedUrl(url, 'ACTIONS_ID_TOKEN_REQUEST_URL', trusted_hosts_ownGitHubHosts(env));
    address.searchParams.set('audience', audience);
    const send = await github_toolkitFetch();
    const ask = async () => {
        const answer = await send(address, {
            headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
            redirect: 'error',
            signal: AbortSignal.timeout(LIMIT)
        });
        const text = await answer.text();
        if (!answer.ok)
            throw new errors_Failure(`HTTP ${answer.status}`);
        return tokenIn(text);
    };
    try {
        // Whatever is wrong may pass: GitHub answers 5xx, 429 and HTML on bad days, and a refusal costs nothing but the wait.
        const token = await retry_retry(ask, { policy, clock, retryable: () => true });
        maskOf(env)(token);
        return token;
    }
    catch (error) {
        throw new errors_Failure(`GitHub issued no OIDC token: ${errors_messageOf(error)}. Re-run the job; if that does not help, look at githubstatus.com.`, { cause: error });
    }
}
function tokenIn(text) {
    const value = JSON.parse(text)?.value;
    if (typeof value !== 'string')
        throw new errors_Failure('its answer holds no token');
    return value;
}
/** The claims that trust policies look at; never the token itself. */
function describeToken(token) {
    try {
        const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
        return ['sub', 'aud', 'repository_id', 'environment', 'job_workflow_ref']
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
    return `sha256:${(0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex')}`;
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
        text = (0,canonicalize/* default */.A)(value);
    }
    catch (error) {
        throw new errors_Failure(`A value without a JSON form cannot be made canonical: ${errors_messageOf(error)}.`, { cause: error });
    }
    if (text === undefined)
        throw new errors_Failure('A value without a JSON form cannot be made canonical.');
    return text;
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
/** An object with any names, whose values all have the form. */
function mapOf(shape) {
    return noLists(dist/* pipe */.FsL(dist/* record */.g1P(dist/* string */.YjP(), shape), dist/* readonly */.tBZ()));
}
/** A whole number from 1. */
const count = dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(1));
/** A digest. */
const digest = dist/* custom */.IeY(isDigest);
/** Where a value has not the form: the first member that is missing or malformed, as `release.commit`; `''`: the whole value. */
function shape_findMisfit(shape, value) {
    const [issue] = dist/* safeParse */.xLC(shape, value, { abortEarly: true }).issues ?? [];
    return issue === undefined ? undefined : (dist/* getDotPath */.BuJ(issue) ?? '');
}
/** Whether a value from outside has a form. It stays what it is, with the members that the form does not name. */
function shape_fits(shape, value) {
    return dist.is(shape, value);
}

;// CONCATENATED MODULE: ./packages/core/lib/release.js





const KIND = dist/* picklist */.KIO(['image', 'bundle']);
const UNIT = members({
    kind: KIND,
    /** Image: digest of the manifest or index. Bundle: digest of the archive's bytes. */
    digest: dist/* custom */.IeY(isDigest),
    fingerprint: dist/* custom */.IeY(isDigest)
});
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
    if (!shape_fits(RELEASE, value))
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

;// CONCATENATED MODULE: ./packages/core/lib/names.js


// The names that Sluice gives to things outside of it. Writers, readers and permissions of a name are in different rooms: here they agree.
/** A name in delivery.yml, as the source of a regular expression: legal in stacks, roles, repositories and GitHub Environments alike. */
const NAME_PATTERN = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
/** The name of a template's parameter or output ("CloudFormation template Outputs syntax", logical ids), as the source of a regular expression. */
const LOGICAL_ID_PATTERN = '[A-Za-z0-9]{1,255}';
/** Characters that a name in delivery.yml may have; what it becomes a part of has limits of its own. */
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
/** Every parameter that passes what was built. Nobody else may set it: a value of its own would replace the artifact that was approved. */
const ARTIFACT_PARAMETERS = Object.values(ARTIFACT_PARAMETER);
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
/** The file of the ledger branch that is a piece of evidence (plan, dossier, …), named by its content. */
function evidencePath(digest) {
    return `evidence/${hexOf(digest)}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/assume-role.js





/** How long a session is good for, in seconds: what a role allows unless its settings say more. */
const SESSION_LENGTH = 3600;
/** How long before its end a session is replaced, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000;
/** How long after a failed renewal the next one is tried, in milliseconds: until then the session serves on. */
const RENEW_AGAIN = 30_000;
/**
 * A session of a role, by the job's OIDC token. Nothing is asked of anybody until the first AWS call; shortly before the session (one hour)
 * ends, a new token and a new session are minted. A session that could not be renewed serves until its end.
 */
function assumeRole(options) {
    const { roleArn, region, env, terms } = options;
    const sessionName = options.sessionName.replace(/[^\w+=,.@-]/g, '-').slice(0, SESSION_NAME_LIMIT);
    const mintSession = () => mint({ roleArn, region, sessionName, env, terms });
    return { region, credentials: renewed(mintSession, terms), terms };
}
/** One session for all clients of a role, replaced before it ends; a failed first attempt is not remembered. */
function renewed(mintSession, { clock }) {
    let current;
    let renewAt = 0;
    let underWay;
    const renew = async () => {
        try {
            const identity = await mintSession();
            const ends = identity.expiration?.getTime() ?? 0;
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
    return async () => {
        if (current !== undefined && clock.now() < Math.min(renewAt, current.ends))
            return current.identity;
        underWay ??= renew();
        return underWay;
    };
}
async function mint(options) {
    const { roleArn, region, sessionName, env, terms } = options;
    const token = await requestIdToken({ env, audience: 'sts.amazonaws.com', clock: terms.clock });
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const { STSClient, AssumeRoleWithWebIdentityCommand } = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(695)]).then(__webpack_require__.t.bind(__webpack_require__, 1695, 19));
    // This call is not signed: the token speaks for the job.
    const nobody = { accessKeyId: 'none', secretAccessKey: 'none' };
    const sts = new STSClient(awsClientConfig({ region, terms, credentials: async () => nobody }, 'STS'));
    try {
        const answer = await callAws(terms, () => sts.send(new AssumeRoleWithWebIdentityCommand({
            RoleArn: roleArn,
            RoleSessionName: sessionName,
            WebIdentityToken: token,
            DurationSeconds: SESSION_LENGTH
        })));
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
        if (AccessKeyId === undefined || SecretAccessKey === undefined)
            throw new errors_Failure('STS returned no credentials.');
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
        const message = `The role ${roleArn} could not be assumed: ${errors_messageOf(error)}`;
        if (isTransient(error))
            throw new errors_Failure(`${message}. AWS could not be reached, or kept failing: re-run the job.`, { cause: error });
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
/** What is wrong with a path as the name of a file in a bundle; absent when nothing is. Writer and reader have the one rule. */
function bundleNameProblem(path) {
    const found = FORBIDDEN.find(([pattern]) => pattern.test(path));
    if (found !== undefined)
        return `its name holds ${found[1]}`;
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
/** The object that says which bundle a fingerprint was built to. It never changes. */
function bundleSourceKey(unit, fingerprint, place = 0) {
    return `${BUNDLE_PREFIX}${unit}/${sourceTag(fingerprint, place)}`;
}
/** The object in which a bucket of published files says which bundle it holds; written last, so that a half-published bundle is seen as such. */
const BUNDLE_MARKER = '.sluice/bundle';

;// CONCATENATED MODULE: ./packages/core/lib/clock-skew.js
/**
 * How far the clocks of two machines may be apart, in milliseconds: of the runners that make a plan and apply it, and of those that write
 * records. Five minutes is what AWS lets a clock be wrong, too: beyond that, none of its requests is taken, and nothing gets signed.
 */
const CLOCK_SKEW = 5 * 60_000;

;// CONCATENATED MODULE: ./packages/core/lib/control-characters.js
/**
 * Control, format and line-separating characters. A terminal obeys some of them; others break a line, hide a part of it, or reverse its
 * direction: no text from outside is shown with them.
 */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** A text on one line, with a blank for each run of such characters: for texts that people read. */
function onOneLine(text) {
    return text.replace(CONTROLS, ' ');
}
/** A text on one line, with each such character as an escape: for texts in which it matters what exactly is there. */
function visible(text) {
    return text.replace(CONTROL, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
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
    return onOneLine(text)
        .replace(/&/g, '&amp;')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;')
        .replace(/[\\`*_{}[\]()#+!|~@:]/g, character => `&#${character.charCodeAt(0)};`);
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

;// CONCATENATED MODULE: ./packages/core/lib/issuer.js

/** Who issues the OIDC tokens of github.com (GitHub, "OpenID Connect reference"). */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
/**
 * Who issues the OIDC tokens of this job: GitHub, a tenant of GitHub Enterprise Cloud with data residency, or a GitHub Enterprise server.
 * A stand-in on this machine is its own issuer.
 */
function issuerOf(env) {
    const api = env['GITHUB_API_URL'];
    if (api !== undefined && api !== '' && isLoopback(new URL(api).hostname))
        return new URL(api).origin;
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
function jwk_readJwks(value) {
    return fits(SET, value) ? value.keys.filter(key => fits(JWK, key)) : undefined;
}

;// CONCATENATED MODULE: ./packages/core/lib/issuer-keys.js





/** How long the issuer may take, in milliseconds. */
const issuer_keys_LIMIT = 15_000;
/** What a set of keys may weigh, in bytes: GitHub's is about 10 KiB. */
const WEIGHT = (/* unused pure expression or super */ null && (256 * 1024));
/**
 * The keys that an issuer of OIDC tokens publishes now (OpenID Connect Discovery, `jwks_uri`; GitHub's is the same for all of its issuers).
 * @throws UserError when the issuer is a foreign host.
 * @throws Failure when it does not answer with keys.
 */
async function fetchIssuerKeys(request) {
    const { issuer, env, clock, policy = networkRetry } = request;
    const address = parseTrustedUrl(`${issuer}/.well-known/jwks`, 'The issuer of OIDC tokens', ownGitHubHosts(env));
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
        throw new Failure(`The keys of the OIDC issuer ${issuer} could not be read: ${messageOf(error)}. Re-run the job; if that does not help, look at githubstatus.com.`, { cause: error });
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

;// CONCATENATED MODULE: ./packages/core/lib/ledger-event.js
/**
 * What a step may ask to be recorded: it happens on the way, and ends nothing.
 *
 * `withdrawn` is the emergency brake: somebody takes back that a release is good enough in an environment. Nothing that runs is touched by it.
 */
const STATED = {
    built: rules('product'),
    tested: rules('product'),
    released: rules('product'),
    planned: rules('environment', 'needsRelease'),
    started: rules('environment', 'needsRelease', 'touchesLive'),
    deployed: rules('environment', 'needsRelease', 'touchesLive', 'brings'),
    withdrawn: rules('environment', 'needsRelease')
};
/**
 * How an environment's part of a run can end. That is derived when its jobs are over, so that `accepted` is not to be had for the asking.
 *
 * `bypassed` touches what is live: a deploy job ran without an approval, and nothing on the ledger says what it did. To ask for acceptance
 * once too often costs a check; to believe that nothing happened would let an unapproved state pass for an accepted one.
 */
const ENDINGS = {
    accepted: rules('environment', 'needsRelease', 'touchesLive'),
    unchanged: rules('environment', 'needsRelease', 'brings'),
    failed: rules('environment', 'endsBadly'),
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

;// CONCATENATED MODULE: ./packages/core/lib/plan.js



/** The bytes of a plan (RFC 8785) and the plan digest that names it. */
function encodePlan(plan) {
    const text = canonicalJson(plan);
    return { text, digest: sha256(text) };
}
/** Whether applying the plan would change anything. */
function hasChanges(plan) {
    return plan.content.length > 0 || plan.stacks.some(stack => stack.action !== 'unchanged');
}
/**
 * Reads a plan back from its bytes.
 * @param digest the plan digest it was asked for by: the bytes must hash to it, so what was written is what is read.
 * @throws Failure when they do not.
 */
function decodePlan(bytes, digest) {
    const found = sha256(bytes);
    if (found !== digest)
        throw new errors_Failure(`Plan ${digest} was requested, but the stored document hashes to ${found}. Do not use it: run \`sluice verify\`.`);
    const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (value.version !== 1)
        throw new errors_Failure(`Plan ${digest} is of version ${String(value.version)}; this program reads version 1.`);
    return value;
}

;// CONCATENATED MODULE: ./packages/core/lib/plan-expiry.js
/** How long a plan may wait for its approval, in milliseconds: 72 hours. */
const PLAN_EXPIRY = 72 * 60 * 60 * 1000;
/** Whether a plan is too old to be applied; both times in milliseconds since the epoch. */
function hasExpired(plannedAt, now) {
    return now - plannedAt > PLAN_EXPIRY;
}

;// CONCATENATED MODULE: ./packages/core/lib/plural.js
/**
 * A count with its noun in the right number: `1 bundle`, `2 bundles`.
 * @param many the plural where it is not the noun with an `s`.
 */
function plural(count, noun, many = `${noun}s`) {
    return `${count} ${count === 1 ? noun : many}`;
}

;// CONCATENATED MODULE: ./packages/core/lib/promotion-kind.js
/** How a release relates to what is deployed, as the one who promotes it says. */
const PROMOTION_KINDS = ['release', 'rollback', 'hotfix'];

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

;// CONCATENATED MODULE: ./packages/core/lib/record.js






// The one definition of what the ledger holds: readers and writers check by it, and the types come from it.
const record_text = dist/* string */.YjP();
/** A moment that exists, RFC 3339 in UTC. */
const time = dist/* pipe */.FsL(record_text, dist/* regex */.yGV(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/), dist/* check */.z6Y(it => !Number.isNaN(Date.parse(it))));
/** The form of {@link NamedRelease}. */
const NAMED_RELEASE = members({ digest: digest, commit: dist/* pipe */.FsL(record_text, dist/* regex */.yGV(/^[0-9a-f]{40}$/)) });
const PROMOTION = members({ kind: dist/* picklist */.KIO(PROMOTION_KINDS), reason: dist/* exactOptional */.yqP(record_text) });
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
/** The facts of each event that have no member of their own. */
const DETAILS = {
    built: facts,
    tested: facts,
    released: facts,
    planned: announcement,
    started: announcement,
    deployed: facts,
    withdrawn: members({
        /** Whoever records it gives one, and `sluice verify` misses it. */
        reason: dist/* exactOptional */.yqP(record_text),
        /** Releases that are the same in this environment: each was found to change nothing there. */
        also: dist/* exactOptional */.yqP(listOf(digest))
    }),
    accepted: members({
        ...OUTCOME,
        checks: dist/* exactOptional */.yqP(dist/* number */.aig()),
        /** Nothing was deployed: what was there already passed the checks. */
        unchanged: dist/* exactOptional */.yqP(dist/* boolean */.zMY())
    }),
    unchanged: members({
        ...OUTCOME,
        /** Sequence of the record that accepted what is live. */
        acceptedBy: dist/* exactOptional */.yqP(count),
        /** The time of that record. */
        acceptedAt: dist/* exactOptional */.yqP(time)
    }),
    failed: members({
        ...OUTCOME,
        /** Nothing was touched, and no check ran: what was known of the release before still holds. */
        untouched: dist/* exactOptional */.yqP(dist/* boolean */.zMY())
    }),
    rejected: members({
        ...OUTCOME,
        by: dist/* exactOptional */.yqP(members({ id: record_text, login: record_text })),
        comment: dist/* exactOptional */.yqP(record_text)
    }),
    expired: outcome,
    cancelled: outcome,
    superseded: members({ ...OUTCOME, supersededBy: dist/* exactOptional */.yqP(record_text) }),
    obsolete: outcome,
    bypassed: outcome
};
const COMMON = {
    product: record_text,
    environment: dist/* exactOptional */.yqP(record_text),
    release: dist/* exactOptional */.yqP(NAMED_RELEASE),
    unit: dist/* exactOptional */.yqP(members({ name: record_text, kind: record_text, digest: digest, fingerprint: digest })),
    plan: dist/* exactOptional */.yqP(digest),
    dossier: dist/* exactOptional */.yqP(digest),
    actor: members({ id: record_text, login: record_text }),
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
        triggeringActor: dist/* exactOptional */.yqP(record_text)
    })
};
const CHAINED = {
    version: dist/* literal */.euz(2),
    /** Counted from 1. */
    sequence: count,
    /** SHA-256 of the previous record's file; absent in the first. */
    previous: dist/* exactOptional */.yqP(digest),
    /** Server time, RFC 3339 in UTC. */
    time,
    /** What the ledger knows after this record, committed to: of the record's own section, and of all sections together. */
    state: members({ section: digest, ledger: digest }),
    /** Who signed: the account's name in delivery.yml and the SHA-256 of the public key (DER, SubjectPublicKeyInfo). Absent: the ledger is advisory. */
    key: dist/* exactOptional */.yqP(members({ account: record_text, fingerprint: digest }))
};
/** Whether a record tells how an environment's part of a run ended, and not what was done on the way. */
function isEnding(record) {
    return !isStated(record.event);
}
const DETAILED = { event: dist/* picklist */.KIO(EVENTS), detail: dist/* exactOptional */.yqP(facts) };
const DRAFT = members({ ...COMMON, ...DETAILED });
const RECORD = members({ ...CHAINED, ...COMMON, ...DETAILED });
/** Reads a record from its JSON. Whether it is genuine, and in its place, is for the ledger to say. */
function readRecord(value) {
    const misfit = shape_findMisfit(RECORD, value);
    if (misfit !== undefined)
        return { ok: false, misfit };
    const wrong = detailMisfit(value);
    return wrong === undefined ? { ok: true, record: value } : { ok: false, misfit: wrong };
}
/**
 * Reads what is to become a record. Nothing can be taken off a ledger, so what no reader takes must never get onto it.
 * @throws UserError naming the member that is missing or malformed.
 */
function parseDraft(statement) {
    const misfit = shape_findMisfit(DRAFT, statement) ?? detailMisfit(statement);
    if (misfit === undefined)
        return statement;
    throw new UserError(`A record of "${statement.event}" cannot be written: its member "${misfit}" is missing or malformed.`);
}
function detailMisfit({ event, detail }) {
    const misfit = detail === undefined ? undefined : shape_findMisfit(DETAILS[event], detail);
    return misfit === undefined ? undefined : ['detail', misfit].filter(part => part !== '').join('.');
}

;// CONCATENATED MODULE: ./packages/core/lib/job-summary.js

/** GitHub takes 1 MiB a step and drops the whole summary above it. */
const SUMMARY_LIMIT = 1_000_000;
/** Adds Markdown to the summary of the job, cut to what GitHub takes. @param env says whether there is a summary to write. */
async function writeSummary(env, markdown) {
    if (env['GITHUB_STEP_SUMMARY'] === undefined || markdown === '')
        return;
    const bytes = Buffer.from(markdown, 'utf8');
    const shown = bytes.length <= SUMMARY_LIMIT ? markdown : `${bytes.subarray(0, SUMMARY_LIMIT).toString('utf8')}\n\n… cut at 1 MB.`;
    await core/* summary */.z.addRaw(shown, true).write();
}

;// CONCATENATED MODULE: ./packages/core/lib/run-action.js




/**
 * Runs an action: its report becomes outputs and job summary; what it throws becomes one annotation, a summary, and exit code 1.
 * @param title heads the summary when the action fails.
 * @param env says whether there is a summary to write.
 */
async function runAction(title, env, action) {
    try {
        const report = await action();
        for (const [name, value] of Object.entries(report.outputs))
            core/* setOutput */.uH(name, value);
        await writeSummary(env, report.summary);
    }
    catch (error) {
        const expected = error instanceof UserError;
        if (expected)
            for (const [name, value] of Object.entries(error.outputs))
                core/* setOutput */.uH(name, value);
        for (const message of causeChain(error).slice(1))
            core/* debug */.Yz(`caused by: ${message}`);
        if (!expected && error instanceof Error && error.stack !== undefined)
            core/* debug */.Yz(error.stack);
        core/* setFailed */.C1(errors_messageOf(error));
        const details = expected && error.details !== '' ? `\n${error.details}\n` : '';
        await writeSummary(env, `### ${title}: ${expected ? 'refused' : 'failed'}\n\n${code(errors_messageOf(error))}\n${details}`);
    }
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
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
        const [stdout, stderr] = [collect(child.stdout, options.onLine), collect(child.stderr, options.onLine)];
        child.on('error', error => {
            clearTimeout(timer);
            reject(new errors_Failure(`${file} could not be run: ${error.message}`, { cause: error }));
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
        if (options.lifeline !== true)
            child.stdin?.end(options.input);
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
/** Collects what a stream says, or passes it on by lines. @returns what ends it, and gives all that was collected. */
function collect(stream, onLine) {
    const chunks = [];
    const lines = onLine === undefined ? undefined : lineSplitter(onLine);
    stream?.on('data', (chunk) => {
        if (lines === undefined)
            chunks.push(chunk);
        else
            lines.push(chunk);
    });
    return () => {
        lines?.end();
        return Buffer.concat(chunks);
    };
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
            throw new errors_Failure(`The variable ${name} is not set: this program expects the environment of a GitHub Actions job.`);
        }
        return String(value);
    };
    const actor = need('GITHUB_ACTOR', context.actor);
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
        workflow: env['GITHUB_WORKFLOW_REF'] ?? env['GITHUB_WORKFLOW'] ?? '',
        workflowSha: env['GITHUB_WORKFLOW_SHA'] ?? '',
        runner: env['RUNNER_ENVIRONMENT'] ?? env['RUNNER_NAME'] ?? '',
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
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
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
        throw new errors_Failure(`${file} could not be run: ${errors_messageOf(error)}`, { cause: error });
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

;// CONCATENATED MODULE: ./packages/core/lib/self-approval.js
/** Everybody who has a part in a delivery: who started it, who started this attempt of it, and who wrote what it would bring. */
function partiesOf(of) {
    const parties = [
        { ...of.actor, part: 'started this delivery' },
        { ...of.triggeringActor, part: 're-ran it' },
        ...(of.authors?.accounts ?? []).map(author => ({ ...author, part: 'wrote or committed a part of it' }))
    ];
    return parties.filter((party, index) => parties.findIndex(other => isSame(other, party)) === index);
}
/** Whether both are one person. Logins change and ids are not always shown: one of both is enough. */
function isSame(one, other) {
    return ((one.id !== undefined && one.id !== '' && one.id === other.id) ||
        one.login.toLowerCase() === other.login.toLowerCase());
}
/**
 * Why an approval is none: it is of nobody, of no person, of somebody who has a part in what is approved, or of somebody who was not asked.
 * Who decides about a deployment and who reads the ledger have this one rule (promise 5).
 * @returns the rest of a sentence that begins with the login; absent where the approval counts.
 */
function objectionTo(answer, parties) {
    const { userId, login, bot, reviewer } = answer;
    if (userId === '' || login.toLowerCase() === 'ghost')
        return 'whose account was deleted';
    if (bot === true || login.toLowerCase().endsWith('[bot]'))
        return 'which is no person';
    const party = parties.find(it => isSame(it, { id: userId, login }));
    if (party !== undefined)
        return `who ${party.part}`;
    return reviewer === 'no' ? 'who was not among the reviewers when the plan was made' : undefined;
}
/** The first approval of a person who has no part in the delivery; absent when there is none. */
function approvalOfAnother(answers, ...parties) {
    const known = parties.map(party => ({ ...party, part: '' }));
    return answers.find(answer => answer.state === 'approved' && objectionTo(answer, known) === undefined);
}

;// CONCATENATED MODULE: ./packages/core/lib/stage-jobs.js

/** The jobs of stage.yml whose results decide about an environment, in their order. */
const STAGE_JOBS = ['plan', 'deploy', 'accept'];
/** What stage.yml calls a job; GitHub shows it behind the names of the jobs that call the workflow, with ` / ` between them. */
function stageJobName(job, environment, release) {
    const id = releaseId(release);
    switch (job) {
        case 'plan':
            return `plan ${id} for ${environment}`;
        case 'deploy':
            return `deploy ${id} to ${environment} (${release})`;
        case 'accept':
            return `accept ${id} in ${environment}`;
    }
}
/** GitHub cuts a job's own name to 100 characters, dots included; the names of the callers before it do not count. */
const SHOWN = 100;
/** The part of a job's name that GitHub shows. */
function shownJobName(name) {
    return name.length > SHOWN ? `${name.slice(0, SHOWN - 3)}...` : name;
}

;// CONCATENATED MODULE: ./packages/core/lib/token-claims.js


const token_claims_text = dist/* string */.YjP();
const named = dist/* pipe */.FsL(token_claims_text, dist/* nonEmpty */.hq());
/** Seconds since the epoch (RFC 7519, section 2, NumericDate). */
const moment = dist/* pipe */.FsL(dist/* number */.aig(), dist/* safeInteger */.Y2b(), dist/* minValue */.Wwf(0));
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

;// CONCATENATED MODULE: ./packages/core/lib/index.js



















































/***/ }),

/***/ 9426:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  WE: () => (/* binding */ explain),
  jV: () => (/* binding */ formatPath),
  l4: () => (/* binding */ problemAt)
});

// EXTERNAL MODULE: ./packages/delivery/lib/schema.js + 5 modules
var lib_schema = __webpack_require__(9610);
;// CONCATENATED MODULE: ./packages/delivery/lib/anchor.js


/** The page that describes every key, as a path in Sluice's repository. It is generated from the schema, anchors included. */
const REFERENCE_PAGE = 'docs/delivery-yml.md';
/** Looks into a schema of `schema.ts`, through what makes it optional. */
function insideOf(schema) {
    if ('wrapped' in schema)
        return insideOf(schema.wrapped);
    const each = 'item' in schema ? schema.item : 'key' in schema && 'value' in schema ? schema.value : undefined;
    return {
        keys: ('entries' in schema ? schema.entries : {}),
        each: each
    };
}
/** What a schema says about itself, for the reference page. */
function aboutOf(schema) {
    return { description: v.getDescription(schema), examples: v.getExamples(schema) };
}
/** The anchor of a key on the reference page: `units-image-context`. */
function anchorOf(keys) {
    return keys.join('-');
}
/**
 * Where the reference page describes the key at a path of the file, or the nearest key around it that exists. List indexes and names
 * that the file chooses are left out: `units.api.image.context` is described once for all units.
 */
function referenceOf(path) {
    const known = [];
    let schema = lib_schema/* deliverySchema */.o;
    for (const segment of path) {
        const { keys, each } = insideOf(schema);
        const named = typeof segment === 'string' && Object.hasOwn(keys, segment) ? keys[segment] : undefined;
        if (named !== undefined)
            known.push(String(segment));
        schema = named ?? each;
        if (schema === undefined)
            break;
    }
    return known.length === 0 ? REFERENCE_PAGE : `${REFERENCE_PAGE}#${anchorOf(known)}`;
}

// EXTERNAL MODULE: ./packages/delivery/lib/problem.js
var problem = __webpack_require__(4357);
;// CONCATENATED MODULE: ./packages/delivery/lib/explain.js


/** A path as people write it: `environments[1].gate`. */
function formatPath(path) {
    return path
        .map((segment, depth) => (typeof segment === 'number' ? `[${segment}]` : depth === 0 ? segment : `.${segment}`))
        .join('');
}
/** A problem at a place of the file: what was found, then what is allowed, then where the key is described. */
function problemAt(source, path, message, part = 'value') {
    return { file: source.file, ...source.at(path, part), message, reference: referenceOf(path) };
}
/** Says of a schema's issue where it is, what was found and what is allowed. */
function explain(source, issue) {
    const steps = issue.path ?? [];
    const path = steps.map(step => (typeof step.key === 'number' ? step.key : String(step.key)));
    const place = placeOf(path);
    const last = steps.at(-1);
    if (last?.origin !== 'key') {
        // What is written there; the issue may hold what the schema had made of it already.
        const found = last === undefined ? source.value : last.value;
        return problemAt(source, path, `${place}: found ${(0,problem/* show */.WU)(found)}; ${issue.message}`);
    }
    if (issue.input === undefined) {
        const parent = path.slice(0, -1);
        const missing = problemAt(source, parent, `${placeOf(parent)}: missing key ${(0,problem/* show */.WU)(path.at(-1))}; ${issue.message}`);
        return { ...missing, reference: referenceOf(path) };
    }
    return problemAt(source, path, `${place}: found the key ${(0,problem/* show */.WU)(issue.input)}; ${issue.message}`, 'key');
}
function placeOf(path) {
    return path.length === 0 ? 'the file' : formatPath(path);
}


/***/ }),

/***/ 1249:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b6: () => (/* binding */ environmentNamed),
/* harmony export */   iS: () => (/* binding */ unitNamed),
/* harmony export */   xM: () => (/* binding */ accountNamed)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4357);
/* harmony import */ var _suggest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1860);



/** An environment by name. @throws UserError naming those that exist. */
function environmentNamed(delivery, name) {
    return find('environment', delivery.environments, name);
}
/** A unit by name. @throws UserError naming those that exist. */
function unitNamed(delivery, name) {
    return find('unit', delivery.units, name);
}
/** An account by its name in delivery.yml. @throws UserError naming those that exist. */
function accountNamed(delivery, name) {
    const found = Object.hasOwn(delivery.accounts, name) ? delivery.accounts[name] : undefined;
    return found ?? absent('account', name, Object.keys(delivery.accounts));
}
function find(what, all, name) {
    const found = all.find(it => it.name === name);
    return (found ??
        absent(what, name, all.map(it => it.name)));
}
function absent(what, name, known) {
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`delivery.yml has no ${what} ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .show */ .WU)(name)}${(0,_suggest_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(name, known)}. It has: ${known.join(', ')}.`);
}


/***/ }),

/***/ 2830:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  y: () => (/* binding */ parseDelivery),
  v: () => (/* binding */ sourceOf)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 53 modules
var lib = __webpack_require__(4551);
// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
;// CONCATENATED MODULE: ./packages/delivery/lib/dependencies.js
/** Orders units by their dependencies; where these leave a choice, as the file has them. Unknown names are left to the caller. */
function orderByDependencies(dependencies) {
    const done = new Set();
    const open = [];
    const visit = (name) => {
        if (done.has(name))
            return undefined;
        const from = open.indexOf(name);
        if (from >= 0)
            return [...open.slice(from), name];
        open.push(name);
        for (const dependency of dependencies.get(name) ?? []) {
            const cycle = visit(dependency);
            if (cycle !== undefined)
                return cycle;
        }
        open.pop();
        done.add(name);
        return undefined;
    };
    for (const name of dependencies.keys()) {
        const cycle = visit(name);
        if (cycle !== undefined)
            return { kind: 'cyclic', cycle };
    }
    return { kind: 'ordered', names: [...done].filter(name => dependencies.has(name)) };
}
/** Everything that `name` depends on, directly or through others. */
function dependenciesOf(name, dependencies) {
    const found = new Set();
    const pending = [...(dependencies.get(name) ?? [])];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        if (found.has(next))
            continue;
        found.add(next);
        pending.push(...(dependencies.get(next) ?? []));
    }
    return found;
}

// EXTERNAL MODULE: ./packages/delivery/lib/problem.js
var lib_problem = __webpack_require__(4357);
;// CONCATENATED MODULE: ./packages/delivery/lib/encoding.js

/** How files begin that Windows calls "Unicode" (Unicode 15, table 23-5). Longer marks come first: one begins like another. */
const MARKS = [
    [[0xff, 0xfe, 0, 0], 'UTF-32'],
    [[0, 0, 0xfe, 0xff], 'UTF-32'],
    [[0xff, 0xfe], 'UTF-16'],
    [[0xfe, 0xff], 'UTF-16']
];
/**
 * The text of a configuration file, which must be UTF-8: anything else would be read as something that nobody wrote.
 * @throws ConfigError that says which encoding it is, or where the first foreign byte stands.
 */
function decodeText(bytes, file) {
    const other = otherEncoding(bytes);
    if (other !== undefined)
        throw new lib_problem/* ConfigError */.xL([{ file, line: 1, column: 1, message: `found ${other} text; save the file as UTF-8` }]);
    try {
        // The byte order mark stays, for whoever hashes the text.
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    }
    catch {
        const at = foreignByte(bytes);
        const byte = `0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
        const message = `found the byte ${byte}, which is not UTF-8; save the file as UTF-8`;
        throw new lib_problem/* ConfigError */.xL([{ file, ...positionOf(bytes, at), message }]);
    }
}
function otherEncoding(bytes) {
    const marked = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1];
    if (marked !== undefined)
        return marked;
    // Without a mark: the first character of a configuration file is ASCII, so that half of it is zero.
    return bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0) ? 'UTF-16' : undefined;
}
/** Where decoding begins to change what is there. */
function foreignByte(bytes) {
    const read = Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8');
    const at = bytes.findIndex((byte, n) => read[n] !== byte);
    // A last character that is cut off may be read as the sign for it.
    return at < 0 ? bytes.length - 1 : at;
}
function positionOf(bytes, at) {
    const before = Buffer.from(bytes.subarray(0, at)).toString('utf8').split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

// EXTERNAL MODULE: ./packages/delivery/lib/explain.js + 1 modules
var explain = __webpack_require__(9426);
;// CONCATENATED MODULE: ./packages/delivery/lib/addresses.js

/**
 * What is wrong with a `registry.host`; nothing when credentials may be sent there: to this machine, or to the ECR of the
 * registry's own account. Another account's ECR is as foreign as any other host.
 */
function registryHostProblem(host, accountId) {
    const [, name = host, port] = /^([^\s/@:[\]]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/.exec(host) ?? [];
    if ((0,lib/* isLoopback */.BM)(name) && Number(port ?? 0) <= 65_535)
        return undefined;
    const owner = (0,lib/* accountOfEcrHost */.R1)(host);
    if (owner === accountId)
        return undefined;
    return owner === undefined
        ? "credentials are never sent to a foreign host; allowed: the registry account's ECR (leave host out) or a loopback address"
        : `it belongs to account ${owner}; allowed: the ECR of the registry's own account ${accountId} (leave host out)`;
}
/** What is wrong with an environment's url; nothing for https anywhere, http on this machine, and one that begins with an output. */
function environmentUrlProblem(url) {
    const { references, malformed } = (0,lib/* outputReferences */.wE)(url);
    const [first] = references;
    if (malformed === undefined && first !== undefined && url.startsWith((0,lib/* formatReference */.FH)(first)))
        return undefined;
    // An output may be part of a host name: any legal label stands for it. What only looks like an output is a problem of its own.
    const text = (0,lib/* resolveOutputs */.pr)(malformed === undefined ? url : url.replace(malformed, 'output'), () => 'output') ?? url;
    const allowed = 'allowed: an https:// URL, an http:// URL on a loopback address, or ${unit.Output}';
    if (!URL.canParse(text))
        return allowed;
    const parsed = new URL(text);
    if (parsed.username !== '' || parsed.password !== '')
        return 'a URL must not contain a user name or password: remove them';
    if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && (0,lib/* isLoopback */.BM)(parsed.hostname)))
        return undefined;
    return allowed;
}

// EXTERNAL MODULE: ./packages/delivery/lib/suggest.js
var suggest = __webpack_require__(1860);
;// CONCATENATED MODULE: ./packages/delivery/lib/rules.js





/** What the schema cannot say because it needs two places of the file at once. Each rule notes what it finds. */
function checkRules(file, note) {
    checkAccounts(file, note);
    checkUnits(file, note);
    checkEnvironments(file, note);
    checkNames(file, note);
    checkParameters(file, note);
    checkLedger(file, note);
    checkSluice(file, note);
}
/** The account that is meant where none is named: the only one. */
function onlyAccount(file) {
    const [first, second] = Object.keys(file.accounts);
    return second === undefined ? first : undefined;
}
function checkAccounts(file, note) {
    const declared = Object.keys(file.accounts);
    const check = (path, name) => {
        if (name === undefined) {
            if (onlyAccount(file) === undefined)
                note(path, 'no account', `add account: one of ${declared.join(', ')} (it may be left out when there is only one)`);
        }
        else if (!Object.hasOwn(file.accounts, name)) {
            note([...path, 'account'], (0,lib_problem/* show */.WU)(name), notDeclared('account', name, declared, 'accounts'));
        }
    };
    check(['registry'], file.registry.account);
    for (const [index, environment] of file.environments.entries())
        check(['environments', index], environment.account);
    const account = file.accounts[file.registry.account ?? onlyAccount(file) ?? ''];
    if (file.registry.host === undefined || account === undefined)
        return;
    const problem = registryHostProblem(file.registry.host, account.id);
    if (problem !== undefined)
        note(['registry', 'host'], (0,lib_problem/* show */.WU)(file.registry.host), problem);
}
function checkUnits(file, note) {
    const declared = Object.keys(file.units);
    for (const [name, unit] of Object.entries(file.units)) {
        for (const [index, dependency] of unit.dependsOn.entries()) {
            const path = ['units', name, 'dependsOn', index];
            if (!Object.hasOwn(file.units, dependency))
                note(path, (0,lib_problem/* show */.WU)(dependency), notDeclared('unit', dependency, declared, 'units'));
            else if (unit.dependsOn.indexOf(dependency) !== index)
                note(path, `${(0,lib_problem/* show */.WU)(dependency)} a second time`, 'each unit may appear once: remove one');
        }
        // `<product>/releases` in the registry holds the release documents.
        if (name === 'releases')
            note(['units', name], 'the name releases', 'it is reserved for release documents: choose another', 'key');
    }
    const order = orderByDependencies(dependenciesByUnit(file));
    if (order.kind === 'cyclic') {
        const [first = ''] = order.cycle;
        const allowed = 'units may not depend on themselves, directly or through others: remove one of these';
        note(['units', first, 'dependsOn'], `the cycle ${order.cycle.join(' -> ')}`, allowed);
    }
}
function checkEnvironments(file, note) {
    const first = file.environments[0];
    if (first !== undefined && first.gate !== 'continuous')
        note(['environments', 0, 'gate'], (0,lib_problem/* show */.WU)(first.gate), 'the first environment is continuous: use gate: continuous');
    if (first?.requires.soak !== undefined)
        note(['environments', 0, 'requires', 'soak'], 'a soak time', 'nothing comes before the first environment: remove it');
    for (const [index, environment] of file.environments.entries()) {
        const at = ['environments', index];
        const same = file.environments.findIndex(other => other.name === environment.name);
        if (same !== index)
            note([...at, 'name'], (0,lib_problem/* show */.WU)(environment.name), `environments[${same}] has this name already: choose another`);
        if (index > 0 && environment.gate === 'continuous') {
            const allowed = 'only the first environment may be continuous: use approval or dispatch';
            note([...at, 'gate'], (0,lib_problem/* show */.WU)(environment.gate), allowed);
        }
        const { gate, level, secondPerson } = environment;
        if (secondPerson !== undefined && (gate !== 'dispatch' || level !== 'production')) {
            const allowed = 'it goes with gate: dispatch and level: production only: remove it';
            note([...at, 'secondPerson'], (0,lib_problem/* show */.WU)(secondPerson), allowed);
        }
        if (environment.url !== undefined) {
            checkExpressions(file, [...at, 'url'], environment.url, Object.keys(file.units), note);
            const problem = environmentUrlProblem(environment.url);
            if (problem !== undefined)
                note([...at, 'url'], (0,lib_problem/* show */.WU)(environment.url), problem);
        }
        else if ((environment.accept ?? file.accept).http.length > 0) {
            note(at, 'HTTP checks but no url', 'add url: the address that the checks are run against');
        }
    }
}
function checkNames(file, note) {
    const { product } = file;
    const tooLong = (what, name, limit) => `${what} ${name} would have ${name.length} characters, more than the ${limit} allowed: shorten product, environment or unit`;
    if (product.length > lib/* PRODUCT_LIMIT */.Q1)
        note(['product'], (0,lib_problem/* show */.WU)(product), `at most ${lib/* PRODUCT_LIMIT */.Q1} characters are allowed (the name is part of a bucket's name)`);
    // `preview/…` in the registry holds what refs without delivery rights build.
    if (product === 'preview')
        note(['product'], (0,lib_problem/* show */.WU)(product), 'it is reserved for previews: choose another');
    const stacks = new Map();
    for (const [index, environment] of file.environments.entries()) {
        const role = (0,lib/* environmentRoleName */.j3)(product, environment.name, 'execution');
        if (role.length > lib/* ROLE_NAME_LIMIT */.z3)
            note(['environments', index, 'name'], (0,lib_problem/* show */.WU)(environment.name), tooLong('role', role, lib/* ROLE_NAME_LIMIT */.z3));
        for (const unit of Object.keys(file.units)) {
            const stack = (0,lib/* stackName */.Qx)(product, environment.name, unit);
            const owner = `unit ${unit} in environment ${environment.name}`;
            const other = stacks.get(stack);
            if (stack.length > lib/* STACK_NAME_LIMIT */.hv)
                note(['units', unit], (0,lib_problem/* show */.WU)(unit), tooLong('stack', stack, lib/* STACK_NAME_LIMIT */.hv), 'key');
            else if (other !== undefined && other !== owner)
                note(['units', unit], (0,lib_problem/* show */.WU)(unit), `${owner} and ${other} would share the stack ${stack}: rename one`, 'key');
            stacks.set(stack, owner);
        }
    }
}
function checkParameters(file, note) {
    const dependencies = dependenciesByUnit(file);
    const check = (path, unit, parameters) => {
        const reachable = [...dependenciesOf(unit, dependencies)];
        for (const [name, value] of Object.entries(parameters)) {
            if (lib/* ARTIFACT_PARAMETERS */.uw.includes(name))
                note([...path, name], `the parameter ${name}`, 'it is set to the digest of the release: remove it', 'key');
            checkExpressions(file, [...path, name], value, reachable, note);
        }
    };
    for (const [unit, { stack }] of Object.entries(file.units))
        check(['units', unit, 'stack', 'parameters'], unit, stack.parameters);
    for (const [index, environment] of file.environments.entries()) {
        for (const [unit, parameters] of Object.entries(environment.parameters)) {
            const path = ['environments', index, 'parameters', unit];
            if (!Object.hasOwn(file.units, unit))
                note(path, (0,lib_problem/* show */.WU)(unit), notDeclared('unit', unit, Object.keys(file.units), 'units'), 'key');
            else
                check(path, unit, parameters);
        }
    }
}
function checkExpressions(file, path, value, reachable, note) {
    const { references, malformed } = (0,lib/* outputReferences */.wE)(value);
    if (malformed !== undefined)
        note(path, (0,lib_problem/* show */.WU)(malformed), 'write a reference to an output as ${unit.Output}');
    for (const { unit, output } of references) {
        const found = (0,lib_problem/* show */.WU)((0,lib/* formatReference */.FH)({ unit, output }));
        if (!Object.hasOwn(file.units, unit))
            note(path, found, notDeclared('unit', unit, Object.keys(file.units), 'units'));
        else if (!reachable.includes(unit))
            note(path, found, `the stack of ${unit} must be deployed first: add ${unit} to dependsOn`);
    }
}
function checkLedger(file, note) {
    const { key, trust } = file.ledger;
    for (const account of Object.keys(trust)) {
        if (!Object.hasOwn(file.accounts, account)) {
            const allowed = notDeclared('account', account, Object.keys(file.accounts), 'accounts');
            note(['ledger', 'trust', account], (0,lib_problem/* show */.WU)(account), allowed, 'key');
        }
    }
    if (key === undefined) {
        if (Object.keys(trust).length > 0)
            note(['ledger', 'trust'], 'trusted keys but no key to sign with', 'add ledger.key, or remove trust');
        for (const [index, { level }] of file.environments.entries()) {
            if (level === 'production') {
                const allowed = 'production needs a signed ledger: add ledger.key and ledger.trust';
                note(['environments', index, 'level'], `${(0,lib_problem/* show */.WU)(level)} and no ledger.key`, allowed);
            }
        }
        return;
    }
    const writers = [file.registry.account, ...file.environments.map(environment => environment.account)];
    for (const account of new Set(writers.map(name => name ?? onlyAccount(file)))) {
        if (account === undefined || !Object.hasOwn(file.accounts, account) || trust[account] !== undefined)
            continue;
        const allowed = `account ${account} signs records too: add ledger.trust.${account}, the SHA-256 of its public key`;
        note(['ledger', 'trust'], `no trusted key for ${account}`, allowed);
    }
}
function checkSluice(file, note) {
    if (file.sluice !== undefined)
        return;
    for (const [index, { level }] of file.environments.entries()) {
        if (level !== 'production')
            continue;
        const allowed = 'production needs to name the commits of Sluice that may take its roles: add sluice.repository and sluice.commits';
        note(['environments', index, 'level'], `${(0,lib_problem/* show */.WU)(level)} and no sluice`, allowed);
    }
}
function dependenciesByUnit(file) {
    return new Map(Object.entries(file.units).map(([name, unit]) => [name, unit.dependsOn]));
}
function notDeclared(what, name, declared, key) {
    return `no such ${what}${(0,suggest/* didYouMean */.au)(name, declared)}; declared in ${key}: ${declared.join(', ')}`;
}

// EXTERNAL MODULE: ./packages/delivery/lib/schema.js + 5 modules
var schema = __webpack_require__(9610);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var yaml_dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./packages/delivery/lib/yaml-document.js


/** A delivery.yml needs eight levels. */
const DEPTH_LIMIT = 50;
/**
 * Reads the one document of a YAML text. How deep it nests is looked at before it is composed: a composer that runs out of stack may
 * take the whole process with it instead of throwing (V8 aborts when it compiles a regular expression just then).
 */
function readYaml(text) {
    const tokens = [];
    const parser = new yaml_dist/* Parser */.iX();
    for (const lexeme of new yaml_dist/* Lexer */.JG().lex(text)) {
        tokens.push(...parser.next(lexeme));
        if (parser.stack.length > DEPTH_LIMIT)
            return { tooDeepAt: Math.min(parser.offset, text.length) };
    }
    tokens.push(...parser.end());
    const [document, second] = new yaml_dist/* Composer */.Dk({ version: '1.2', uniqueKeys: false }).compose(tokens, true, text.length);
    if (document === undefined)
        throw new lib/* Failure */.HR('The YAML parser gave no document, not even an empty one.');
    const faults = [...document.errors, ...document.warnings, ...repeatedKeys(document)];
    if (second === undefined)
        return { document, faults };
    const [start, end] = second.range;
    const message = 'the file holds more than one document; keep one';
    return { document, faults: [...faults, new yaml_dist/* YAMLParseError */.XT([start, end], 'MULTIPLE_DOCS', message)] };
}
/** What the composer's own check says of a key that its mapping has already; that check compares each key with all before it. */
function repeatedKeys(document) {
    const found = [];
    (0,yaml_dist/* visit */.YR)(document, {
        Map: (_, map) => {
            const seen = new Set();
            for (const { key } of map.items) {
                if (!(0,yaml_dist/* isScalar */.jn)(key))
                    continue;
                const [start = 0, end = 0] = key.range ?? [];
                if (seen.has(key.value))
                    found.push(new yaml_dist/* YAMLParseError */.XT([start, end], 'DUPLICATE_KEY', 'Map keys must be unique'));
                seen.add(key.value);
            }
        }
    });
    return found;
}

;// CONCATENATED MODULE: ./packages/delivery/lib/yaml-source.js



/** Far above any real file, and low enough that no parser suffers. */
const SIZE_LIMIT = 64 * 1024;
/**
 * Reads YAML strictly: one document, text keys used once, no aliases, no tags, no number that reading would change.
 * Aliases are refused because the file decides who may deploy what: a reader must see each value where it counts.
 * @throws ConfigError
 */
function readSource(text, file) {
    const top = { file, line: 1, column: 1 };
    if (Buffer.byteLength(text) > SIZE_LIMIT)
        throw new lib_problem/* ConfigError */.xL([{ ...top, message: `found more than ${SIZE_LIMIT / 1024} KiB; split or shorten the file` }]);
    return read(text.startsWith('\uFEFF') ? text.slice(1) : text, file);
}
function read(text, file) {
    const positionOf = positionsIn(text);
    const read = readYaml(text);
    if ('tooDeepAt' in read) {
        const message = 'found nesting too deep to read; flatten the file';
        throw new lib_problem/* ConfigError */.xL([{ file, ...positionOf(read.tooDeepAt), message }]);
    }
    const { document, faults } = read;
    const problems = faults.slice(0, lib_problem/* MOST_PROBLEMS */.vy).map(error => ({
        file,
        ...positionOf(error.pos[0]),
        message: error.code === 'DUPLICATE_KEY'
            ? `found the key ${(0,lib_problem/* show */.WU)(wordAt(text, error.pos[0]))} a second time; each key may appear once: remove one`
            : `found invalid YAML; ${error.message}`
    }));
    if (problems.length > 0)
        throw new lib_problem/* ConfigError */.xL(problems);
    const report = (node, message) => {
        problems.push({ file, ...positionOf(startOf(node)), message });
        return problems.length < lib_problem/* MOST_PROBLEMS */.vy ? undefined : yaml_dist/* visit */.YR.BREAK;
    };
    (0,yaml_dist/* visit */.YR)(document, {
        Alias: (_, node) => report(node, `found the alias *${node.source}; write the value out here`),
        Pair: (_, pair) => {
            const problem = keyProblem(pair);
            return problem === undefined ? undefined : report(pair.key, problem);
        },
        Scalar: (part, node) => {
            if (part === 'key' || typeof node.value !== 'number' || node.source === undefined)
                return;
            if (String(node.value) === node.source)
                return;
            return report(node, `found the number ${node.source}, which YAML reads as ${node.value}; quote it: "${node.source}"`);
        }
    });
    if (problems.length > 0)
        throw new lib_problem/* ConfigError */.xL(problems);
    const { contents } = document;
    return {
        file,
        value: document.toJS(),
        at: (path, part = 'value') => positionOf(offsetOf(contents, path, part))
    };
}
function offsetOf(contents, path, part) {
    let node = contents;
    let offset = startOf(node);
    for (const [depth, segment] of path.entries()) {
        if ((0,yaml_dist/* isMap */.jh)(node)) {
            const pair = node.items.find(item => (0,yaml_dist/* isScalar */.jn)(item.key) && item.key.value === segment);
            if (pair === undefined)
                break;
            node = isNode(pair.value) ? pair.value : null;
            const wanted = node === null || (part === 'key' && depth === path.length - 1) ? pair.key : node;
            offset = startOf(wanted);
        }
        else if ((0,yaml_dist/* isSeq */.oP)(node) && typeof segment === 'number') {
            const item = node.items[segment];
            if (!isNode(item))
                break;
            node = item;
            offset = startOf(node);
        }
        else
            break;
    }
    return offset;
}
/** Line and column of an offset. Counted here: the parser's own counter loses lines of a quoted text that never ends. */
function positionsIn(text) {
    const starts = [0, ...Array.from(text.matchAll(/\n/g), match => match.index + 1)];
    return offset => {
        const within = Math.min(offset, text.length);
        // By halves: the lines of a long file would be looked through again for each of its problems.
        let [line, after] = [0, starts.length];
        while (after - line > 1) {
            const middle = (line + after) >> 1;
            if ((starts[middle] ?? 0) <= within)
                line = middle;
            else
                after = middle;
        }
        return { line: line + 1, column: within - (starts[line] ?? 0) + 1 };
    };
}
/** What is wrong with a key; absent when nothing is. */
function keyProblem({ key }) {
    if (!(0,yaml_dist/* isScalar */.jn)(key) || typeof key.value !== 'string') {
        const found = (0,yaml_dist/* isScalar */.jn)(key) ? `the key ${(0,lib_problem/* show */.WU)(key.value)}` : 'a key that is not a single value';
        return `found ${found}; keys must be strings: quote it`;
    }
    // Names that every JavaScript object answers to would be skipped silently by whatever looks the key up.
    return key.value in {} ? `found the key ${(0,lib_problem/* show */.WU)(key.value)}, which is reserved; choose another name` : undefined;
}
function isNode(value) {
    return typeof value === 'object' && value !== null && 'range' in value;
}
function startOf(node) {
    return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
function wordAt(text, offset) {
    return /^["']?([^\s"':,{}[\]]*)/.exec(text.slice(offset, offset + 100))?.[1] ?? '';
}

;// CONCATENATED MODULE: ./packages/delivery/lib/parse.js









/** The text that a delivery was read from: later checks name its lines. Kept aside so that a Delivery stays plain data. */
const sources = new WeakMap();
/** Where a delivery was read from; absent when it was put together by a program. */
function sourceOf(delivery) {
    return sources.get(delivery);
}
/**
 * What was read last, by file and text: an action reads the policy, and mostly the same file once more out of the commit. A Delivery
 * never changes, so both get the same.
 */
let last;
/**
 * Reads delivery.yml (design, section 6).
 * @param content the file's bytes, or its text where that is known to be its text.
 * @param file the name that errors begin with.
 * @throws ConfigError with the problems of the first step that finds any, up to a limit: YAML, then form, then references.
 */
function parseDelivery(content, file) {
    const text = typeof content === 'string' ? content : decodeText(content, file);
    if (last?.file === file && last.text === text)
        return last.delivery;
    const delivery = parse_read(text, file);
    last = { file, text, delivery };
    return delivery;
}
function parse_read(text, file) {
    const source = readSource(text, file);
    const result = dist/* safeParse */.xLC(schema/* deliverySchema */.o, source.value);
    if (!result.success)
        throw new lib_problem/* ConfigError */.xL(result.issues.slice(0, lib_problem/* MOST_PROBLEMS */.vy).map(issue => (0,explain/* explain */.WE)(source, issue)));
    const problems = [];
    checkRules(result.output, (path, found, allowed, part) => {
        problems.push((0,explain/* problemAt */.l4)(source, path, `${(0,explain/* formatPath */.jV)(path)}: found ${found}; ${allowed}`, part));
        if (problems.length === lib_problem/* MOST_PROBLEMS */.vy)
            throw new lib_problem/* ConfigError */.xL(problems);
    });
    if (problems.length > 0)
        throw new lib_problem/* ConfigError */.xL(problems);
    const delivery = assemble(result.output, (0,lib/* sha256 */.sc)(text));
    sources.set(delivery, source);
    return delivery;
}
function assemble(file, digest) {
    const fallback = onlyAccount(file) ?? '';
    const order = orderByDependencies(new Map(Object.entries(file.units).map(([name, unit]) => [name, unit.dependsOn])));
    const names = order.kind === 'ordered' ? order.names : [];
    const { host } = file.registry;
    return {
        product: file.product,
        accounts: mapValues(file.accounts, (account) => ({ ...account, id: (0,lib/* parseAccountId */.cK)(account.id) })),
        registry: { account: file.registry.account ?? fallback, ...(host === undefined ? {} : { host }) },
        units: names.flatMap(name => {
            const unit = file.units[name];
            return unit === undefined ? [] : [unitOf(name, unit)];
        }),
        environments: file.environments.map(environment => environmentOf(environment, file, fallback)),
        deliverFrom: file.deliverFrom ?? [],
        ...(file.sluice === undefined ? {} : { sluice: file.sluice }),
        builds: file.builds,
        ledger: ledgerOf(file.product, file.ledger),
        digest
    };
}
function unitOf(name, { image, bundle, stack, dependsOn }) {
    const base = { name, dependsOn, stack };
    if (image !== undefined) {
        const read = image;
        return { ...base, kind: 'image', image: read };
    }
    // The schema lets exactly one of them through.
    const read = bundle ?? { path: '.' };
    return { ...base, kind: 'bundle', bundle: read };
}
function environmentOf(environment, file, fallback) {
    const { account, requires, adminBypass, accept, ...same } = environment;
    return {
        ...same,
        account: account ?? fallback,
        soak: requires.soak ?? 0,
        allowAdminBypass: adminBypass === 'allow',
        accept: accept ?? file.accept
    };
}
function ledgerOf(product, { branch, formerly, key, trust }) {
    // A branch keeps the name that it was made with.
    const own = `sluice-ledger-${formerly.at(-1) ?? product}`;
    return {
        branch: branch ?? own,
        formerly,
        trust: mapValues(trust, value => (0,lib/* parseDigest */.m)(value)),
        ...(key === undefined ? {} : { key })
    };
}
function mapValues(record, change) {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}


/***/ }),

/***/ 4357:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WU: () => (/* binding */ show),
/* harmony export */   vy: () => (/* binding */ MOST_PROBLEMS),
/* harmony export */   xL: () => (/* binding */ ConfigError)
/* harmony export */ });
/* unused harmony export formatProblem */
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);

/** Problems that are looked for in a file: a file may hold as many as it has lines, and each takes time to explain. */
const MOST_PROBLEMS = 100;
/** A configuration file that cannot be used. Its message is one line and names the first problem; `problems` has all, in file order. */
class ConfigError extends _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo {
    problems;
    constructor(problems, options) {
        const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
        const [first, ...others] = sorted.map(formatProblem);
        const count = sorted.length < MOST_PROBLEMS ? others.length : `at least ${others.length}`;
        const more = others.length === 0 ? '' : ` (and ${count} more)`;
        super(`${first ?? 'The configuration is not valid.'}${more}`, options);
        this.problems = sorted;
    }
}
/** A problem as one line: `delivery.yml:12:5: …`, which editors and terminals can jump to, and where the key is described. */
function formatProblem({ file, line, column, message, reference }) {
    const see = reference === undefined ? '' : ` [Sluice's ${reference}]`;
    return `${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(file)}:${line}:${column}: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(message)}${see}`;
}
/** Characters of a value that a message shows. */
const SHOWN = 100;
/** A value from a file, quoted and shortened, so that it always stays on its line and shows what it is. */
function show(value) {
    if (value === null || value === undefined)
        return 'nothing';
    if (Array.isArray(value))
        return value.length === 0 ? 'an empty list' : 'a list';
    if (typeof value === 'object')
        return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`);
}


/***/ }),

/***/ 3372:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ readDelivery)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2830);


/**
 * Reads delivery.yml as a delivery does: out of a commit.
 * @param path of the file in the repository.
 * @throws UserError when it is not there as a file.
 * @throws ConfigError for what is wrong in it.
 */
async function readDelivery(repository, commit, path) {
    const entry = await repository.entryAt(commit, path);
    if (entry === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${path} does not exist in commit ${commit}. Commit it.`);
    // What a link leads to may lie outside of the commit, where a delivery does not look.
    if (entry.kind !== 'file')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${path} is a ${entry.kind} in commit ${commit}. Replace it with a file, and commit that.`);
    const bytes = await repository.fileAt(commit, path);
    return (0,_parse_js__WEBPACK_IMPORTED_MODULE_1__/* .parseDelivery */ .y)(bytes ?? '', path);
}


/***/ }),

/***/ 3384:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GM: () => (/* binding */ isBranchOrTag),
/* harmony export */   TX: () => (/* binding */ isSelective),
/* harmony export */   dh: () => (/* binding */ matchesRef)
/* harmony export */ });
/**
 * Whether a ref matches a pattern; `*` stands for anything up to a slash, `**` for anything.
 *
 * All ways to read the pattern are followed at once, so that time grows with the product of both lengths and no pattern can slow a
 * delivery down; a regular expression would try one way after the other.
 */
function matchesRef(pattern, ref) {
    const parts = pattern.match(/\*\*|./gsu) ?? [];
    let reached = withoutStars(parts, new Set([0]));
    for (const character of ref) {
        const next = new Set();
        for (const index of reached) {
            const part = parts[index];
            if (part === '**' || (part === '*' && character !== '/'))
                next.add(index);
            else if (part === character && part !== '*')
                next.add(index + 1);
        }
        reached = withoutStars(parts, next);
    }
    return reached.has(parts.length);
}
/** The places in a pattern from which one may go on, also where a star stands for nothing. */
function withoutStars(parts, places) {
    const all = new Set(places);
    // A set hands out what is added to it meanwhile.
    for (const index of all)
        if (parts[index] === '*' || parts[index] === '**')
            all.add(index + 1);
    return all;
}
/** Whether a pattern of `deliverFrom` is one of branches or tags: all other refs hold what nobody merged (`refs/pull/1/merge`). */
function isBranchOrTag(pattern) {
    return !pattern.startsWith('refs/') || /^refs\/(?:heads|tags)\//.test(pattern);
}
/** Whether a pattern of `deliverFrom` says anything of the names that it matches, and does not let every branch deliver. */
function isSelective(pattern) {
    return /[^*/]/.test(pattern.replace(/^refs\/(?:heads|tags)\//, ''));
}


/***/ }),

/***/ 9610:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  o: () => (/* binding */ deliverySchema)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 53 modules
var lib = __webpack_require__(4551);
// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./packages/delivery/lib/suggest.js
var suggest = __webpack_require__(1860);
;// CONCATENATED MODULE: ./packages/delivery/lib/schema-parts.js



// How delivery.yml is described: each of these says in its message what would have been right.
/** A mapping with fixed keys; a key that is not among them is answered with the nearest that is. */
function mapping(entries) {
    const keys = Object.keys(entries);
    const schema = dist/* strictObject */.rej(entries, issue => {
        if (issue.expected === 'never')
            return `no such key here${(0,suggest/* didYouMean */.au)(issue.input, keys)}; allowed: ${keys.join(', ')}`;
        const missing = keys.find(key => issue.expected === JSON.stringify(key));
        if (missing === undefined)
            return `expected a mapping with the keys ${keys.join(', ')}`;
        const description = dist/* getDescription */.fYn(entries[missing] ?? dist/* unknown */.L5J());
        return `add it${description === undefined ? '' : `: ${description}`}`;
    });
    return (0,lib/* noLists */.H6)(schema);
}
/** A mapping with any names. @param what names them and their values in the message. */
function named(key, value, what) {
    return (0,lib/* noLists */.H6)(dist/* record */.g1P(key, value, `expected a mapping from ${what}`));
}
/** A list. @param what names its entries in the message. */
function list(item, what) {
    return dist/* array */.YOg(item, `expected a list of ${what}`);
}
/** One of some words; another one is answered with the nearest. */
function oneOf(...options) {
    return dist/* picklist */.KIO(options, issue => `allowed: ${options.join(', ')}${(0,suggest/* didYouMean */.au)(issue.input, options)}`);
}
/** An example as people write it: defaults are left out, and texts are not read yet. A test holds it to its schema. */
function written(example) {
    return dist/* examples */.K1K([example]);
}

// EXTERNAL MODULE: ./packages/delivery/lib/ref-pattern.js
var ref_pattern = __webpack_require__(3384);
;// CONCATENATED MODULE: ./packages/delivery/lib/text-forms.js



// The texts that delivery.yml is made of. A schema's message says what is allowed; `explain.ts` puts place and value before it.
const isText = 'expected a string';
/** Names become parts of stacks, roles, repositories and GitHub Environments, and must be legal in each. */
const text_forms_name = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(new RegExp(`^${lib/* NAME_PATTERN */.Vh}$`), 'expected a name: lower-case letters, digits and single hyphens, starting with a letter'), dist/* maxLength */.Ru6(lib/* NAME_LIMIT */.Uo, `a name may have at most ${lib/* NAME_LIMIT */.Uo} characters`));
const accountId = dist/* pipe */.FsL(dist/* string */.YjP(issue => typeof issue.input === 'number'
    ? `quote it: "${issue.input}" (an unquoted account id is a number to YAML and loses leading zeros)`
    : 'expected an account id: 12 digits, in quotes'), dist/* regex */.yGV(/^\d{12}$/, 'expected an account id: 12 digits, in quotes'), dist/* description */.h_('AWS account id: 12 digits, in quotes.'), dist/* examples */.K1K(['333333333333']));
const region = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(new RegExp(`^${lib/* REGION_PATTERN */.aY}$`), 'expected a region such as eu-west-1'), dist/* description */.h_('AWS region.'), dist/* examples */.K1K(['eu-west-1']));
const PATH = /^(?![/-])(?!.*\\)(?!(.*\/)?(\.\.|\.git)(\/|$)).+$/;
/** A path inside the repository, with forward slashes; `./a/` is read as `a`. */
function path(description, example) {
    return dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(PATH, 'expected a path inside the repository: no leading slash or hyphen, no .. and no backslash'), dist/* check */.z6Y(text => !/\p{Cc}/u.test(text), 'a path must not contain control characters'), dist/* description */.h_(description), dist/* examples */.K1K([example]), dist/* transform */.pdi(normalise));
}
function normalise(text) {
    const parts = text.split('/').filter(part => part !== '' && part !== '.');
    return parts.length === 0 ? '.' : parts.join('/');
}
/** CloudFormation: "Parameters", logical ids. */
const logicalName = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(new RegExp(`^${lib/* LOGICAL_ID_PATTERN */.rH}$`), 'expected the name of a parameter or output: letters and digits'));
/** A number or a truth value is taken as it is written; the source refuses numbers that YAML would change. */
const looseText = dist/* pipe */.FsL(dist/* union */.KCZ([dist/* string */.YjP(), dist/* number */.aig(), dist/* boolean */.zMY()], 'expected a string, number or boolean (a string may contain ${unit.Output})'), dist/* transform */.pdi(String));
const buildArgument = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a build argument: letters, digits and underscores'));
const stage = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'expected a stage of the Dockerfile: letters, digits, dots, hyphens and underscores'));
const platform = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/, 'expected a platform such as linux/amd64'));
const UNITS = new Map([
    ['s', 1_000],
    ['m', 60_000],
    ['h', 3_600_000],
    ['d', 86_400_000]
]);
/**
 * A length of time; read as milliseconds.
 * @param longest what is allowed at most, written as a user writes it.
 */
function duration(description, example, longest) {
    return dist/* pipe */.FsL(dist/* string */.YjP('expected a duration such as 30m, 12h or 2d'), dist/* regex */.yGV(/^[1-9]\d{0,4}[smhd]$/, 'expected a duration such as 30m, 12h or 2d'), dist/* description */.h_(description), dist/* examples */.K1K([example]), dist/* transform */.pdi(milliseconds), dist/* maxValue */.cGV(milliseconds(longest), `a duration may be at most ${longest}`));
}
function milliseconds(text) {
    return Number(text.slice(0, -1)) * (UNITS.get(text.slice(-1)) ?? Number.NaN);
}
/** A branch: a legal ref name without the characters that patterns and shells read (git-check-ref-format). */
const branch = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^(?!refs\/)(?!.*(\.\.|\/\/|\.lock(\/|$)|\/\.))[A-Za-z0-9_][A-Za-z0-9._/-]*(?<![./])$/, 'expected a branch name without "refs/heads/"'));
/** A branch or full ref; `*` stands for anything up to a slash, `**` for anything. */
const refPattern = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^(?!.*(\.\.|\/\/|\/\.))[A-Za-z0-9_*][A-Za-z0-9._/*-]*(?<![./])$/, 'expected a branch or ref, with * for anything up to a slash, e.g. release/*'), dist/* check */.z6Y(ref_pattern/* isBranchOrTag */.GM, 'only branches and tags may deliver, never pull requests: refs/heads/… or refs/tags/…'), dist/* check */.z6Y(ref_pattern/* isSelective */.TX, 'a pattern must name at least a part of the branches or tags: stars alone let all of them deliver'));
/** A repository on GitHub, as `uses:` names it. */
const repositoryName = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'expected a repository: OWNER/NAME'));
/** A commit in full: a short one may come to mean another, and a tag or branch does. */
const commit = dist/* pipe */.FsL(dist/* string */.YjP('expected a commit in quotes: 40 lower-case hex digits'), dist/* regex */.yGV(/^[0-9a-f]{40}$/, 'expected a commit: 40 lower-case hex digits; tags and branches may move'));
const keyAlias = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/, 'expected the alias of a KMS key of your own, e.g. alias/sluice-ledger'));
const fingerprint = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^sha256:[0-9a-f]{64}$/, 'expected the digest of a public key: "sha256:" and 64 lower-case hex digits'));
/** One line that a person reads or a shell runs. The parts share no character: with one to share, a long text takes quadratic time. */
const line = dist/* pipe */.FsL(dist/* string */.YjP(isText), dist/* regex */.yGV(/^[^\S\r\n]*\S[^\r\n]*$/, 'expected one line of text'));

;// CONCATENATED MODULE: ./packages/delivery/lib/acceptance-schema.js



const httpCheck = mapping({
    path: dist/* exactOptional */.yqP(dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* regex */.yGV(/^\/(?!\/)[^\s\\]*$/, 'expected a path that starts with exactly one slash'), dist/* description */.h_("Path under the environment's url."), dist/* examples */.K1K(['/health'])), '/'),
    status: dist/* exactOptional */.yqP(dist/* pipe */.FsL(dist/* number */.aig('expected an HTTP status code such as 200'), dist/* integer */.ndf('expected an HTTP status code such as 200'), dist/* minValue */.Wwf(100, 'expected an HTTP status code such as 200'), dist/* maxValue */.cGV(599, 'expected an HTTP status code such as 200'), dist/* description */.h_('Expected HTTP status.'), dist/* examples */.K1K([204])), 200),
    contains: dist/* exactOptional */.yqP(dist/* pipe */.FsL(line, dist/* description */.h_('Text that the response must contain.'), dist/* examples */.K1K(['ok'])))
});
/** What must hold after a deployment: HTTP requests and commands. */
const accept = mapping({
    http: dist/* exactOptional */.yqP(dist/* pipe */.FsL(list(httpCheck, 'HTTP checks'), dist/* description */.h_('HTTP requests that must succeed. They need the `url` of the environment.'), written([{ path: '/health', contains: 'ok' }])), []),
    run: dist/* exactOptional */.yqP(dist/* pipe */.FsL(list(line, 'command lines'), dist/* description */.h_('Commands that must succeed, run from the root of the repository as a user without privileges.'), dist/* examples */.K1K([['node checks/smoke.mjs']])), [])
});

;// CONCATENATED MODULE: ./packages/delivery/lib/unit-schema.js



/** Values for the parameters of a template. */
const parameters = named(logicalName, looseText, 'parameter names to values');
const unit_schema_image = mapping({
    context: dist/* exactOptional */.yqP(path('Folder of the build context.', 'services/api'), '.'),
    dockerfile: dist/* exactOptional */.yqP(path('Dockerfile, relative to the context.', 'docker/api.Dockerfile'), 'Dockerfile'),
    target: dist/* exactOptional */.yqP(dist/* pipe */.FsL(stage, dist/* description */.h_('Stage to build; by default the last one.'), dist/* examples */.K1K(['server']))),
    test: dist/* exactOptional */.yqP(dist/* pipe */.FsL(stage, dist/* description */.h_('Stage that runs the tests; it must build before the image does.'), dist/* examples */.K1K(['test']))),
    args: dist/* exactOptional */.yqP(dist/* pipe */.FsL(named(buildArgument, looseText, 'build arguments to values'), dist/* description */.h_('Build arguments.'), dist/* examples */.K1K([{ NODE_VERSION: '24' }])), {}),
    platforms: dist/* exactOptional */.yqP(dist/* pipe */.FsL(list(platform, 'platforms'), dist/* minLength */.BpQ(1, 'at least one platform is needed'), dist/* check */.z6Y(all => new Set(all).size === all.length, 'each platform may appear once'), dist/* description */.h_('Platforms to build for.'), dist/* examples */.K1K([['linux/amd64', 'linux/arm64']])), ['linux/amd64'])
});
const bundle = mapping({
    path: path('Folder to pack.', 'site'),
    publish: dist/* exactOptional */.yqP(dist/* pipe */.FsL(logicalName, dist/* description */.h_("Output of the unit's stack that names the bucket to publish the files to."), dist/* examples */.K1K(['Bucket'])))
});
/** Which artifact a unit is. The JSON Schema says the same in its own words, and finds this check by its message. */
const ONE_ARTIFACT = 'a unit has either image or bundle: give exactly one';
/** A unit: what is built, and the stack that runs it. */
const unit = dist/* pipe */.FsL(mapping({
    image: dist/* exactOptional */.yqP(dist/* pipe */.FsL(unit_schema_image, dist/* description */.h_('A container image, built from a Dockerfile.'), written({ context: 'services/api', test: 'test' }))),
    bundle: dist/* exactOptional */.yqP(dist/* pipe */.FsL(bundle, dist/* description */.h_('A folder, packed as a zip archive.'), dist/* examples */.K1K([{ path: 'site', publish: 'Bucket' }]))),
    stack: dist/* pipe */.FsL(mapping({
        template: path('CloudFormation template.', 'infra/api.yml'),
        parameters: dist/* exactOptional */.yqP(dist/* pipe */.FsL(parameters, dist/* description */.h_('Parameters of the stack; values may contain ${unit.Output} of the units in `dependsOn`. `Image` and `BundleDigest` are set to what was built.'), dist/* examples */.K1K([{ DesiredCount: '2', ApiUrl: '${api.Url}' }])), {})
    }), dist/* description */.h_('The CloudFormation stack that the unit runs in.'), written({ template: 'infra/api.yml', parameters: { DesiredCount: '2' } })),
    dependsOn: dist/* exactOptional */.yqP(dist/* pipe */.FsL(list(text_forms_name, 'units'), dist/* description */.h_('Units that must be deployed first; not in a circle.'), dist/* examples */.K1K([['api']])), [])
}), dist/* check */.z6Y(unit => (unit.image === undefined) !== (unit.bundle === undefined), ONE_ARTIFACT));

;// CONCATENATED MODULE: ./packages/delivery/lib/environment-schema.js






/** GitHub's wait timer, which keeps the soak, takes at most 43,200 minutes. */
const LONGEST_SOAK = '30d';
/** An environment: where it is, who lets a release in, and what differs there. */
const environment = mapping({
    name: dist/* pipe */.FsL(text_forms_name, dist/* description */.h_(`Name of the environment, and of its GitHub Environment. The role \`sluice-<product>-<name>-execution\` may have at most ${lib/* ROLE_NAME_LIMIT */.z3} characters.`), dist/* examples */.K1K(['staging'])),
    account: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms_name, dist/* description */.h_('One of `accounts`; optional when there is only one.'), dist/* examples */.K1K(['nonprod']))),
    level: dist/* pipe */.FsL(oneOf('development', 'preproduction', 'production'), dist/* description */.h_('How much is at stake: `production` requires a signed ledger.'), dist/* examples */.K1K(['production'])),
    gate: dist/* pipe */.FsL(oneOf(...lib/* GATES */.JH), dist/* description */.h_('Who lets a release in: `continuous` asks no one (the first environment, and no other), `approval` asks the reviewers of the GitHub Environment, `dispatch` is a manual start, which asks them only if there are any.'), dist/* examples */.K1K(['approval'])),
    requires: dist/* exactOptional */.yqP(dist/* pipe */.FsL(mapping({
        soak: dist/* exactOptional */.yqP(duration('How long a release must have been accepted in the previous environment; not for the first one.', '30m', LONGEST_SOAK))
    }), dist/* description */.h_('What a release must fulfil before it may enter.'), written({ soak: '30m' })), {}),
    adminBypass: dist/* exactOptional */.yqP(dist/* pipe */.FsL(oneOf('allow', 'refuse'), dist/* description */.h_('Whether administrators may bypass the gate of the GitHub Environment.'), dist/* examples */.K1K(['allow'])), 'refuse'),
    secondPerson: dist/* exactOptional */.yqP(dist/* pipe */.FsL(oneOf('none'), dist/* description */.h_('Only with `gate: dispatch` and `level: production`: no one but who starts a delivery is asked. Without it the GitHub Environment must have reviewers.'), dist/* examples */.K1K(['none']))),
    runbook: dist/* exactOptional */.yqP(path('Runbook: the checklist that a promotion works through.', 'runbooks/production.md')),
    url: dist/* exactOptional */.yqP(dist/* pipe */.FsL(line, dist/* description */.h_('URL of the environment: https://, or http:// on a loopback address, without user name and password. May contain ${unit.Output}.'), dist/* examples */.K1K(['https://staging.example.com', '${site.Url}']))),
    parameters: dist/* exactOptional */.yqP(dist/* pipe */.FsL(named(text_forms_name, parameters, 'units to parameters'), dist/* description */.h_("Stack parameters by unit; they override the unit's own."), dist/* examples */.K1K([{ api: { DesiredCount: '4' } }])), {}),
    accept: dist/* exactOptional */.yqP(dist/* pipe */.FsL(accept, dist/* description */.h_('Acceptance checks of this environment, instead of the top-level `accept`.'), written({ http: [{ path: '/health' }] })))
});

;// CONCATENATED MODULE: ./packages/delivery/lib/schema.js







// The one definition of delivery.yml's form: messages, types and the editors' JSON Schema all come from here.
// What needs two places of the file at once (references, limits of combined names) is in `rules.ts`.
/** Each is a job of the build's matrix, and GitHub takes at most 256. */
const MOST_UNITS = 200;
/** As many as deliver.yml has jobs for: no expression makes a chain of jobs. */
const MOST_ENVIRONMENTS = 6;
/** Each makes the trust policies of the roles longer, and IAM takes 2,048 characters of them. */
const MOST_COMMITS = 3;
const sluice = mapping({
    repository: dist/* pipe */.FsL(repositoryName, dist/* description */.h_('Repository of Sluice, as the `uses:` of your workflow names it: your fork, or the original.'), dist/* examples */.K1K(['sluice-dev/sluice'])),
    commits: dist/* pipe */.FsL(list(commit, 'commits'), dist/* minLength */.BpQ(1, 'at least one commit is needed'), dist/* maxLength */.Ru6(MOST_COMMITS, `at most ${MOST_COMMITS} commits are allowed: remove those that no workflow uses any more`), dist/* check */.z6Y(commits => new Set(commits).size === commits.length, 'each commit may appear once'), dist/* description */.h_('Commits of Sluice whose workflows may take the roles in AWS: the one that your workflow pins, and during an upgrade the next one beside it.'), dist/* examples */.K1K([['f'.repeat(40)]]))
});
const ledger = mapping({
    branch: dist/* exactOptional */.yqP(dist/* pipe */.FsL(branch, dist/* description */.h_('Branch that holds the records, of this product alone. Default: `sluice-ledger-` and the name of the product when its ledger was opened.'), dist/* examples */.K1K(['ledger/storefront']))),
    formerly: dist/* exactOptional */.yqP(dist/* pipe */.FsL(dist/* array */.YOg(text_forms_name), dist/* description */.h_('Former names of the product, the latest first: its records under them stay its own.'), dist/* examples */.K1K([['shop']])), []),
    key: dist/* exactOptional */.yqP(dist/* pipe */.FsL(keyAlias, dist/* description */.h_('KMS alias of the signing key, the same in each account. Without it the ledger is advisory.'), dist/* examples */.K1K(['alias/sluice-storefront-ledger']))),
    trust: dist/* exactOptional */.yqP(dist/* pipe */.FsL(named(text_forms_name, fingerprint, 'accounts to digests of their public keys'), dist/* description */.h_("SHA-256 of each account's public key (DER), by account. Required with `key`."), dist/* examples */.K1K([{ prod: `sha256:${'0'.repeat(64)}` }])), {})
});
/** The form of delivery.yml. */
const deliverySchema = mapping({
    version: dist/* pipe */.FsL(dist/* literal */.euz(1, 'allowed: 1, the version of this format'), dist/* description */.h_('Version of this format.'), dist/* examples */.K1K([1])),
    product: dist/* pipe */.FsL(text_forms_name, dist/* description */.h_(`Name of what is delivered together; all other names begin with it. At most ${lib/* PRODUCT_LIMIT */.Q1} characters, and not \`preview\`.`), dist/* examples */.K1K(['storefront'])),
    accounts: dist/* pipe */.FsL(named(text_forms_name, mapping({ id: accountId, region: region }), 'account names to { id, region }'), dist/* minEntries */.bPf(1, 'at least one account is needed'), dist/* description */.h_('AWS accounts, by a name of your choice.'), dist/* examples */.K1K([{ prod: { id: '333333333333', region: 'eu-west-1' } }])),
    registry: dist/* exactOptional */.yqP(dist/* pipe */.FsL(mapping({
        account: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms_name, dist/* description */.h_('Account of the ops registry; optional when there is only one.'), dist/* examples */.K1K(['ops']))),
        host: dist/* exactOptional */.yqP(dist/* pipe */.FsL(line, dist/* description */.h_("Registry host, instead of the account's ECR: another host of its ECR, or a loopback address."), dist/* examples */.K1K(['127.0.0.1:5000'])))
    }), dist/* description */.h_('The ops registry, where artifacts live.'), dist/* examples */.K1K([{ account: 'ops' }])), {}),
    units: dist/* pipe */.FsL(named(text_forms_name, unit, 'unit names to units'), dist/* minEntries */.bPf(1, 'at least one unit is needed'), dist/* maxEntries */.bIj(MOST_UNITS, `at most ${MOST_UNITS} units are allowed`), dist/* description */.h_('What is built and deployed, by name; `releases` is reserved.'), written({ api: { image: { context: 'services/api' }, stack: { template: 'infra/api.yml' } } })),
    environments: dist/* pipe */.FsL(list(environment, 'environments'), dist/* minLength */.BpQ(1, 'at least one environment is needed'), dist/* maxLength */.Ru6(MOST_ENVIRONMENTS, `at most ${MOST_ENVIRONMENTS} environments are allowed`), dist/* description */.h_('In promotion order; the first is continuous.'), written([{ name: 'staging', level: 'preproduction', gate: 'approval' }])),
    deliverFrom: dist/* exactOptional */.yqP(dist/* pipe */.FsL(list(refPattern, 'branches or refs'), dist/* minLength */.BpQ(1, 'at least one ref is needed; leave the key out for the default branch'), dist/* description */.h_('Refs that may create releases; by default the default branch.'), dist/* examples */.K1K([['main', 'release/*']]))),
    sluice: dist/* exactOptional */.yqP(dist/* pipe */.FsL(sluice, dist/* description */.h_('Which Sluice may deliver. `sluice roles` writes it into the trust policies, so that AWS gives roles to no other workflow. Required with `level: production`.'), dist/* examples */.K1K([{ repository: 'sluice-dev/sluice', commits: ['f'.repeat(40)] }]))),
    builds: dist/* exactOptional */.yqP(dist/* pipe */.FsL(mapping({
        sandbox: dist/* exactOptional */.yqP(dist/* pipe */.FsL(oneOf('required', 'none'), dist/* description */.h_('`none` allows builders that run Dockerfiles within reach of credentials; it is recorded and shown to approvers.'), dist/* examples */.K1K(['none'])), 'required')
    }), dist/* description */.h_('How units are built.'), dist/* examples */.K1K([{ sandbox: 'none' }])), {}),
    ledger: dist/* exactOptional */.yqP(dist/* pipe */.FsL(ledger, dist/* description */.h_('The ledger: where records are kept, and which keys sign them.'), written({ key: 'alias/sluice-storefront-ledger', trust: { prod: `sha256:${'0'.repeat(64)}` } })), {}),
    accept: dist/* exactOptional */.yqP(dist/* pipe */.FsL(accept, dist/* description */.h_('Acceptance checks that must pass after a deployment, in every environment. Their limits are fixed: a request is tried again for one minute and waits 10 seconds for each answer, a command may take 15 minutes.'), written({ run: ['node checks/smoke.mjs'] })), {})
});


/***/ }),

/***/ 1860:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   au: () => (/* binding */ didYouMean)
/* harmony export */ });
/* unused harmony exports nearest, editDistance */
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


/***/ }),

/***/ 5146:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  yP: () => (/* binding */ PARTIAL),
  $Y: () => (/* binding */ git),
  jH: () => (/* binding */ outputOf),
  L5: () => (/* binding */ parseCommit)
});

// UNUSED EXPORTS: isPartialClone

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 53 modules
var lib = __webpack_require__(4551);
;// CONCATENATED MODULE: ./packages/git/lib/regular-file.js


/**
 * How many bytes a file of a git directory has; absent when there is none. Links are followed, as git does.
 * @throws UserError when something else is there: reading a pipe or a device may never end.
 */
async function sizeOfFile(path) {
    const found = await (0,promises_.stat)(path).catch(() => undefined);
    if (found === undefined)
        return undefined;
    if (found.isFile())
        return found.size;
    throw new lib/* UserError */.yo(`${path} is not a regular file, as git keeps one there. Clone the repository again.`);
}
/** Longer are no settings of a repository, however many branches it follows. */
const SETTINGS_LIMIT = 4 * 1024 * 1024;
/**
 * The file `config` of a repository; empty when there is none, or none that may be read.
 * @throws UserError when it is no file, or too long for one.
 */
async function readSettings(path) {
    const size = await sizeOfFile(path);
    if (size === undefined)
        return Buffer.alloc(0);
    if (size > SETTINGS_LIMIT)
        throw new lib/* UserError */.yo(`${path} has ${size} bytes, and settings at most ${SETTINGS_LIMIT}. Clone the repository again.`);
    return (0,promises_.readFile)(path).catch(() => Buffer.alloc(0));
}

;// CONCATENATED MODULE: ./packages/git/lib/isolated-view.js




/** Longer is no file of git's own. */
const LIMIT = 64 * 1024;
/**
 * Finds the repository that a folder is the root of, or lies in, as git does. Looked for here because git's own search reads the
 * settings of what it finds, and refuses folders that belong to another user.
 */
async function isolated_view_findGitFolder(directory) {
    const start = (0,external_node_path_.resolve)(directory);
    if (!(await isFolder(start)))
        return undefined;
    for (let current = start;; current = (0,external_node_path_.dirname)(current)) {
        const inside = await gitFolderAt((0,external_node_path_.join)(current, '.git'), current);
        if (inside !== undefined)
            return inside;
        const bare = await gitFolderAt(current, undefined);
        if (bare !== undefined)
            return bare;
        if (current === (0,external_node_path_.dirname)(current))
            return undefined;
    }
}
async function gitFolderAt(path, workTree) {
    const pointer = await textOf(path);
    const named = pointer === undefined ? undefined : /^gitdir: (.+?)[\r\n]*$/.exec(pointer)?.[1];
    const own = named === undefined ? path : (0,external_node_path_.resolve)((0,external_node_path_.dirname)(path), named);
    const shared = (await textOf((0,external_node_path_.join)(own, 'commondir')))?.trim();
    const common = shared === undefined ? own : (0,external_node_path_.resolve)(own, shared);
    const parts = [isHead((0,external_node_path_.join)(own, 'HEAD')), isFolder((0,external_node_path_.join)(common, 'objects')), isFolder((0,external_node_path_.join)(common, 'refs'))];
    return (await Promise.all(parts)).every(Boolean) ? { own, common, workTree } : undefined;
}
/**
 * Makes a git directory that shows a repository's objects and refs, and nothing else of it: settings, hooks, grafts and attributes
 * of the folder stay outside, so no program that they name can run, whatever git reads them for. The rest is ours.
 *
 * ```
 * view/ config  (ours)            HEAD  (a copy)
 *       objects, refs, …  ──────► the repository's, by link
 * ```
 *
 * It is made anew for each command: what a repository shows may have changed, and nobody has to remember to remove it.
 * @throws UserError when the repository has something else where git keeps a file.
 */
async function withView(folder, settings, work) {
    const view = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), `sluice-git-${process.pid}-`));
    try {
        await fill(view, folder, settings);
        return await work(view);
    }
    finally {
        await (0,promises_.rm)(view, { recursive: true, force: true });
    }
}
async function fill(view, folder, settings) {
    const { own, common } = folder;
    const split = (await (0,promises_.readdir)(own)).filter(name => name.startsWith('sharedindex.'));
    const folders = ['objects', 'refs', 'reftable'].map(name => [name, (0,external_node_path_.join)(common, name)]);
    const files = [
        ...['packed-refs', 'shallow'].map(name => [name, (0,external_node_path_.join)(common, name)]),
        ...['index', ...split].map(name => [name, (0,external_node_path_.join)(own, name)]),
        // Which files nobody wants to hear of: patterns, that is data.
        ['info/exclude', (0,external_node_path_.join)(common, 'info/exclude')]
    ];
    await Promise.all(files.map(async ([, target]) => sizeOfFile(target)));
    await (0,promises_.mkdir)((0,external_node_path_.join)(view, 'info'));
    await Promise.all([
        (0,promises_.writeFile)((0,external_node_path_.join)(view, 'HEAD'), await headOf((0,external_node_path_.join)(own, 'HEAD'))),
        (0,promises_.writeFile)((0,external_node_path_.join)(view, 'config'), configOf(settings)),
        // What does not exist is a link to nothing, which git takes for absent.
        ...[...folders, ...files].map(async ([name, target]) => (0,promises_.symlink)(target, (0,external_node_path_.join)(view, name)))
    ]);
}
function configOf(settings) {
    return Object.entries(settings)
        .map(([name, value]) => {
        const at = name.indexOf('.');
        return `[${name.slice(0, at)}]\n\t${name.slice(at + 1)} = ${JSON.stringify(value)}\n`;
    })
        .join('');
}
/** The content of HEAD. Old repositories have a link there, which git would not follow out of the view. */
async function headOf(path) {
    if ((await (0,promises_.lstat)(path)).isSymbolicLink())
        return `ref: ${await (0,promises_.readlink)(path)}\n`;
    return (0,promises_.readFile)(path, 'utf8');
}
async function isHead(path) {
    try {
        const found = await (0,promises_.lstat)(path);
        return found.isSymbolicLink() ? (await (0,promises_.readlink)(path)).startsWith('refs/') : found.isFile() && found.size <= LIMIT;
    }
    catch {
        return false;
    }
}
async function isFolder(path) {
    try {
        return (await (0,promises_.stat)(path)).isDirectory();
    }
    catch {
        return false;
    }
}
/** A small file's text; absent for anything else, such as a pipe that would never end. */
async function textOf(path) {
    try {
        const found = await (0,promises_.stat)(path);
        return found.isFile() && found.size <= LIMIT ? await (0,promises_.readFile)(path, 'utf8') : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./packages/git/lib/start-git.js



/** How long one git command may take, in milliseconds: long enough for the largest file on a slow disk. */
const GIT_DEADLINE = 10 * 60_000;
/**
 * Starts git, to its end or to the deadline; nothing else in this package does. What it may see is said by `env` alone.
 * @param before options of git that come before the command.
 * @throws Failure when git is missing, or does not end in time; an exit code is a result.
 */
async function startGit(before, args, { on, deadline = GIT_DEADLINE, ...options }) {
    const result = await (0,lib/* runCommand */.d1)('git', [...before, ...args], { ...options, deadline });
    if (result.timedOut !== true)
        return result;
    throw new lib/* Failure */.HR(`git ${args[0] ?? ''} did not end within ${(0,lib/* plural */.LS)(deadline / 1000, 'second')} on ${on}, and was ended. Check the disk, then try again.`);
}
/**
 * What git is started with: nothing of what the caller's shell says to git, and nobody's settings. Grafts, replaced objects and
 * objects that would be fetched when they are missing are off: an object is what its id says, and what is here is all there is.
 */
function gitEnvironment(home) {
    return {
        ...inheritedEnvironment(),
        // Where git looks for settings that have no switch: attributes and ignored files of the user.
        HOME: home,
        XDG_CONFIG_HOME: home,
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: external_node_os_.devNull,
        GIT_ATTR_NOSYSTEM: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_NO_LAZY_FETCH: '1',
        GIT_ALLOW_PROTOCOL: 'file',
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_ADVICE: '0',
        // A path is a path, whatever characters it has.
        GIT_LITERAL_PATHSPECS: '1'
    };
}
/**
 * The environment of this process, without a word that it says to git: all of them, since a list of the bad ones would end at the git
 * of the day it was written. Of PATH only what does not depend on where git is started: a dot in it would find programs in the very
 * folder that is looked at.
 */
function inheritedEnvironment() {
    // biome-ignore lint/style/noProcessEnv: a program that is started inherits the environment of its process anyway; here is what it gets less.
    const entries = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name));
    return Object.fromEntries(entries.map(([name, value]) => [name, /^PATH$/i.test(name) ? absolute(value) : value]));
}
/** The absolute folders of a PATH. @throws UserError when there is none: an empty PATH would mean the current folder. */
function absolute(path = '') {
    const folders = path.split(external_node_path_.delimiter).filter(external_node_path_.isAbsolute);
    if (folders.length === 0)
        throw new lib/* UserError */.yo(`No folder of PATH is absolute, so git cannot be found safely: ${JSON.stringify(path)}. Set PATH to absolute folders.`);
    return folders.join(external_node_path_.delimiter);
}

;// CONCATENATED MODULE: ./packages/git/lib/work-tree.js




/**
 * Settings that say what a file of this machine's work tree looks like beside the one in the commit. Each is a word and names no
 * program. Filters (`filter.<name>.clean`) are left out, since they are programs: a file that needs one is compared as it lies there,
 * unless the index knows it to be untouched.
 */
const WORDS = ['autocrlf', 'eol', 'fileMode', 'symlinks', 'ignoreCase', 'precomposeUnicode', 'checkStat', 'trustctime'];
const WORD = /^(true|false|yes|no|on|off|0|1|input|lf|crlf|native|default|minimal)$/i;
/** How files of a work tree are compared, by the user's settings and the repository's; read, and nothing of it run. */
async function workTreeSettings(common) {
    const pattern = `^core\\.(${WORDS.join('|')})$`.toLowerCase();
    const user = await config(['--includes', '-z', '--get-regexp', pattern]);
    const file = await readSettings((0,external_node_path_.join)(common, 'config'));
    const local = await config(['--file', '-', '--no-includes', '-z', '--get-regexp', pattern], file);
    const settings = {};
    for (const entry of `${user}${local}`.split('\0')) {
        const [name = '', value = 'true'] = entry.split('\n');
        if (name !== '' && WORD.test(value))
            settings[name] = value;
    }
    const ignored = (await config(['--includes', '--type=path', '--get', 'core.excludesFile'])).trim();
    return { ...settings, 'core.excludesFile': ignored === '' ? usualIgnoreFile() : ignored };
}
/** Where git looks for a user's ignored files when no setting says it (gitignore(5)). */
function usualIgnoreFile() {
    const { HOME = '', XDG_CONFIG_HOME = '' } = inheritedEnvironment();
    return (0,external_node_path_.join)(XDG_CONFIG_HOME === '' ? (0,external_node_path_.join)(HOME, '.config') : XDG_CONFIG_HOME, 'git/ignore');
}
/** What `git config` prints of the user's own settings, or of the input; nothing when there are none, or none that can be read. */
async function config(args, input) {
    const { code, stdout } = await startGit([], ['config', ...args], {
        on: "the user's settings",
        // In no repository, and so without a repository's settings; and not in the folder that the caller stands in.
        cwd: '/',
        ...(input === undefined ? {} : { input }),
        env: { ...inheritedEnvironment(), GIT_DIR: external_node_os_.devNull, LC_ALL: 'C' }
    });
    return code === 0 ? stdout.toString('utf8') : '';
}

;// CONCATENATED MODULE: ./packages/git/lib/git.js








/**
 * Runs a git command that only reads, on the repository that a folder is in. Nothing of the folder is run, and nothing that its
 * settings, or those of the caller, say has a say: git sees its objects and refs alone (see {@link withView}).
 * @throws Failure when git itself is missing, or does not end in time; an exit code is a result.
 * @throws UserError when the repository has something else where git keeps a file.
 */
async function git(directory, args, options = {}) {
    const folder = await isolated_view_findGitFolder(directory);
    // In git's own words, as of any other reason that it has.
    if (folder === undefined)
        return failed(`fatal: not a git repository (or any of the parent directories): ${directory}`);
    const { workTree } = folder;
    if (options.workTree === true && workTree === undefined)
        return failed(`fatal: ${directory} has no work tree`);
    const looksAtFiles = options.workTree === true && workTree !== undefined;
    const settings = { ...(await settingsOf(folder)), ...(looksAtFiles ? await workTreeSettings(folder.common) : {}) };
    return withView(folder, { ...settings, 'core.bare': String(!looksAtFiles) }, async (view) => {
        const result = await startGit(['--no-pager'], args, {
            on: directory,
            // Not the folder: a PATH that holds a dot would find programs there.
            cwd: view,
            env: { ...gitEnvironment(view), GIT_DIR: view, ...(looksAtFiles ? { GIT_WORK_TREE: workTree } : {}) },
            deadline: options.deadline,
            ...(options.input === undefined ? {} : { input: options.input }),
            ...(options.output === undefined ? {} : { output: options.output })
        });
        // Without a word, another exit code than 0 is an answer (`rev-parse --quiet`, `merge-base --is-ancestor`): nothing was missed.
        if (result.code === 0 || result.stderr.trim() === '' || !(await isPartial(folder)))
            return result;
        return { ...result, stderr: `${result.stderr.trim()}\n${PARTIAL}` };
    });
}
function failed(stderr) {
    return { code: 128, stdout: Buffer.alloc(0), stderr };
}
/** What to do about a clone that left things out (`--filter`): nothing is fetched behind anybody's back. */
const PARTIAL = 'This is a partial clone, which left out what is needed here. Fetch it whole: actions/checkout without filter, or git fetch --refetch --no-filter.';
/** Whether a clone left objects out, to be fetched when they are looked at. */
async function isPartialClone(directory) {
    const folder = await findGitFolder(directory);
    return folder !== undefined && (await isPartial(folder));
}
async function isPartial({ common }) {
    const packs = await (0,promises_.readdir)((0,external_node_path_.join)(common, 'objects/pack')).catch(() => []);
    return packs.some(name => name.endsWith('.promisor'));
}
/** How the objects and refs of a repository are stored, which is all that its settings are asked for; and our own. */
async function settingsOf({ common }) {
    const config = (0,external_node_path_.join)(common, 'config');
    const input = await readSettings(config);
    const text = input.toString('latin1');
    const extensions = {};
    for (const [name, known] of EXTENSIONS) {
        if (!new RegExp(name, 'i').test(text))
            continue;
        const { stdout } = await startGit([], ['config', '--file', '-', '--no-includes', '--get', `extensions.${name}`], {
            on: config,
            cwd: '/',
            input,
            env: { ...gitEnvironment(external_node_os_.devNull), GIT_DIR: external_node_os_.devNull }
        });
        const value = stdout.toString('utf8').trim();
        if (known.includes(value))
            extensions[`extensions.${name}`] = value;
    }
    return {
        'core.repositoryFormatVersion': Object.keys(extensions).length === 0 ? '0' : '1',
        ...extensions,
        // A commit graph says who a commit's parents are, and is believed: as good as a graft.
        'core.commitGraph': 'false',
        'core.attributesFile': external_node_os_.devNull,
        'core.excludesFile': external_node_os_.devNull,
        'core.hooksPath': external_node_os_.devNull,
        'core.fsmonitor': 'false'
    };
}
const EXTENSIONS = new Map([
    ['objectFormat', ['sha1', 'sha256']],
    ['refStorage', ['files', 'reftable']]
]);
/** The output of a git command that must succeed. @throws Failure */
function outputOf(result, what) {
    if (result.code !== 0)
        throw new lib/* Failure */.HR(`git could not ${what}: ${result.stderr.trim() || `exit ${result.code}`}`);
    return result.stdout.toString('utf8');
}
/** A commit's full id; anything else might be an option or a name that moves. @throws UserError */
function parseCommit(text) {
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text))
        throw new lib/* UserError */.yo(`${JSON.stringify(text.slice(0, 100))} is not a commit. Give its full id: 40 hex digits.`);
    return text;
}


/***/ }),

/***/ 8817:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ listTree)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5146);
/* harmony import */ var _refused_files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8800);
/* harmony import */ var _tree_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9631);




/**
 * All files of a folder of a commit.
 * @throws UserError when the commit has no such folder, or it holds what the purpose does not allow.
 */
async function listTree(request) {
    const { repository, path, purpose } = request;
    const commit = (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .parseCommit */ .L5)(request.commit);
    const folder = path === '.' ? '' : path.replace(/^\.\//, '').replace(/\/+$/, '');
    const list = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${folder}`]);
    if (list.code !== 0 && !(await isTree(repository, `${commit}:${folder}`)))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${path} is not a folder in commit ${commit}. Commit it, or correct its path in delivery.yml.`);
    (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .outputOf */ .jH)(list, `list ${path} of ${commit}`);
    const files = [];
    for (let at = 0; at < list.stdout.length;) {
        const end = list.stdout.indexOf(0, at);
        files.push(parseEntry(list.stdout.subarray(at, end), path, purpose));
        at = end + 1;
    }
    return files;
}
async function isTree(repository, expression) {
    const type = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(repository, ['cat-file', '-t', expression]);
    return type.code === 0 && type.stdout.toString('utf8').trim() === 'tree';
}
function parseEntry(line, folder, purpose) {
    const tab = line.indexOf('\t');
    const [, mode, id, size] = /^(\d{6}) \S+ ([0-9a-f]+) +(\d+|-|BAD)$/.exec(line.toString('latin1', 0, tab)) ?? [];
    if (mode === undefined || id === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR(`git ls-tree said ${line}.`);
    const name = line.subarray(tab + 1);
    const path = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .showName */ .$i)(name);
    if (size === 'BAD')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${(0,_tree_file_js__WEBPACK_IMPORTED_MODULE_2__/* .inRepository */ .yJ)(folder, path)} is not in this clone. ${_git_js__WEBPACK_IMPORTED_MODULE_1__/* .PARTIAL */ .yP}`);
    // git's own checkout refuses these names too: such a tree was not made by git.
    if (path.split('/').some(segment => segment === '' || segment === '.' || segment === '..' || /^\.git$/i.test(segment)))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${folder} holds ${JSON.stringify(path)}, a name that points outside it. Remove it.`);
    const file = { mode, id, size: size === '-' ? 0 : Number(size), name, path };
    if (purpose !== 'checkout')
        (0,_refused_files_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseMember */ .Vp)(file, folder, purpose);
    return file;
}


/***/ }),

/***/ 5882:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ readFiles),
/* harmony export */   b: () => (/* binding */ readBlobs)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5146);


/** Reads blobs by git expression (`<commit>:<path>`, `<id>`) with one process; `undefined` for what is no blob or does not exist. */
async function readBlobs(directory, expressions) {
    if (expressions.length === 0)
        return [];
    const { code, stdout, stderr } = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(directory, ['cat-file', '--batch'], {
        input: expressions.map(expression => `${expression}\n`).join('')
    });
    if (code !== 0)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR(`git cat-file in ${directory} failed with exit code ${code}: ${stderr.trim()}`);
    const blobs = [];
    for (let at = 0; at < stdout.length;) {
        const end = stdout.indexOf('\n', at);
        const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(stdout.toString('utf8', at, end)) ?? [];
        at = end + 1;
        if (size === undefined) {
            blobs.push(undefined);
            continue;
        }
        blobs.push(type === 'blob' ? stdout.subarray(at, at + Number(size)) : undefined);
        at += Number(size) + 1;
    }
    return blobs;
}
/** Bounds what is held in memory at a time, in bytes. */
const BATCH_BYTES = 32 * 1024 * 1024;
/** Reads files in groups that fit into memory; none may be larger than that. */
async function* readFiles(directory, files) {
    for (const batch of batches(files)) {
        const blobs = await readBlobs(directory, batch.map(({ id }) => id));
        for (const [n, file] of batch.entries()) {
            const content = blobs[n];
            if (content?.length !== file.size)
                throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR(`git could not read ${file.path}: ${file.id} is not a file.`);
            yield [file, content];
        }
    }
}
function* batches(files) {
    let batch = [];
    let bytes = 0;
    for (const file of files) {
        if (batch.length > 0 && bytes + file.size > BATCH_BYTES) {
            yield batch;
            batch = [];
            bytes = 0;
        }
        batch.push(file);
        bytes += file.size;
    }
    if (batch.length > 0)
        yield batch;
}


/***/ }),

/***/ 8800:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vp: () => (/* binding */ refuseMember),
/* harmony export */   Yv: () => (/* binding */ mayBePointer),
/* harmony export */   wm: () => (/* binding */ refusePointer)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _tree_file_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9631);


/**
 * Refuses what cannot be part of an artifact, as far as the list of a folder shows it.
 * @throws UserError
 */
function refuseMember(file, folder, artifact) {
    const whole = (0,_tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .inRepository */ .yJ)(folder, file.path);
    if (file.mode === _tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .SUBMODULE */ .NG)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${whole} is a submodule, whose files are not in this commit. Add them as files.`);
    const problem = nameProblem(file, artifact);
    if (problem !== undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(whole)} cannot be part of ${OF[artifact]}: ${problem}.`);
}
const OF = { image: 'an image', bundle: 'a bundle' };
function nameProblem({ name, size }, purpose) {
    // Builders pass names on as text, so that two such names become one.
    if (!(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .isTextName */ .b5)(name))
        return 'its name is not UTF-8. Rename it';
    if (purpose !== 'bundle')
        return undefined;
    const problem = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .bundleNameProblem */ .fd)(name.toString('utf8'));
    if (problem !== undefined)
        return `${problem}. Rename it`;
    return size > _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .BUNDLE_FILE_LIMIT */ .ov ? `it has ${size} bytes, and a file at most ${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .BUNDLE_FILE_LIMIT */ .ov}` : undefined;
}
/** No pointer is larger (Git LFS, specification). */
const POINTER_LIMIT = 1024;
/**
 * As lenient as the readers of Git LFS are, which would fetch another file in its place: they trim the text, skip empty lines, drop the
 * carriage returns of Windows, and know the two names that the format had before its first release.
 */
const POINTER = /^\s*version (?:https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d|http:\/\/git-media\.io\/v\/\d)[^\n]*\n(?:[^\n]*\n)*?oid sha256:[0-9a-f]{64}\s/i;
/** Whether a file may be a Git LFS pointer, by its size. */
function mayBePointer({ mode, size }) {
    return mode !== _tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .LINK */ .ps && mode !== _tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .SUBMODULE */ .NG && size < POINTER_LIMIT;
}
/**
 * Refuses what stands in a commit for a file that is somewhere else.
 * @throws UserError
 */
function refusePointer(file, content, folder) {
    if (!mayBePointer(file) || !POINTER.test(content.toString('latin1')))
        return;
    const whole = (0,_tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .inRepository */ .yJ)(folder, file.path);
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${whole} is a Git LFS pointer: the commit does not hold the file itself, so it would not be in what is built. Commit the file without LFS (git lfs migrate export), or fetch it in the Dockerfile.`);
}


/***/ }),

/***/ 6791:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Y: () => (/* binding */ COUNTED_COMMITS),
  h: () => (/* binding */ openRepository)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 53 modules
var lib = __webpack_require__(4551);
// EXTERNAL MODULE: ./packages/git/lib/git.js + 4 modules
var git = __webpack_require__(5146);
// EXTERNAL MODULE: ./packages/git/lib/list-tree.js
var list_tree = __webpack_require__(8817);
// EXTERNAL MODULE: ./packages/git/lib/objects.js
var objects = __webpack_require__(5882);
// EXTERNAL MODULE: ./packages/git/lib/refused-files.js
var refused_files = __webpack_require__(8800);
;// CONCATENATED MODULE: ./packages/git/lib/together.js
/**
 * Lets many ask for one thing each, and looks up at once what was asked for at the same moment: a process costs more than its answers.
 * @param lookUp is given each key once; what it does not find is absent.
 */
function together(lookUp) {
    let waiting;
    const open = () => {
        const keys = new Set();
        // A turn later, when everybody who is at it has asked.
        const found = Promise.resolve().then(async () => {
            waiting = undefined;
            return lookUp([...keys]);
        });
        return { keys, found };
    };
    return async (key) => {
        waiting ??= open();
        const { keys, found } = waiting;
        keys.add(key);
        return (await found).get(key);
    };
}

;// CONCATENATED MODULE: ./packages/git/lib/tree-entry.js



const KINDS = {
    '100644': 'file',
    '100755': 'file',
    '040000': 'directory',
    '120000': 'link',
    '160000': 'submodule'
};
/**
 * Finds what is at paths of a commit, which never changes: each is asked for once, and those that are asked for together by one process.
 * @param refused is told when git cannot list the commit; it may know why, and throw.
 * @throws Failure when git cannot list it for a reason of its own.
 */
function entriesOf(root, commit, refused) {
    const find = together(async (paths) => {
        // With the folders on the way (-t): one that is asked for would be left out for what is asked for inside it.
        const args = ['ls-tree', '-z', '-t', '--full-tree', `${commit}^{commit}`, '--', ...paths];
        const list = await (0,git/* git */.$Y)(root, args);
        if (list.code !== 0)
            await refused();
        return parseList((0,git/* outputOf */.jH)(list, `look for ${paths.join(', ')} in ${commit}`));
    });
    const known = new Map();
    return async (path) => {
        const plain = external_node_path_.posix.normalize(path).replace(/\/$/, '');
        if (!known.has(plain))
            known.set(plain, await find(plain));
        return known.get(plain);
    };
}
function parseList(list) {
    const entries = new Map();
    for (const line of list.split('\0')) {
        const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
        const kind = KINDS[mode];
        if (kind !== undefined)
            entries.set(path, { kind, id });
    }
    return entries;
}

;// CONCATENATED MODULE: ./packages/git/lib/repository.js








/** Commits of a log that are counted: enough for a number and a list that a person looks at. */
const COUNTED_COMMITS = 1_000;
/** Opens the git repository that `directory` is the root of. Nothing is read until it is asked for. */
function openRepository(directory) {
    const root = (0,external_node_path_.resolve)(directory);
    const run = async (what, args, options = {}) => (0,git/* outputOf */.jH)(await (0,git/* git */.$Y)(root, args, options), what);
    const seen = new Set();
    /** @throws UserError when a commit is not in this clone. */
    const known = async (commit) => {
        const id = (0,git/* parseCommit */.L5)(commit);
        if (seen.has(id))
            return id;
        const found = await (0,git/* git */.$Y)(root, ['cat-file', '-e', `${id}^{commit}`]);
        if (found.code !== 0) {
            const why = found.stderr.includes('not a git repository') ? `${root} is not a git repository` : missing(id, root);
            throw new lib/* UserError */.yo(why);
        }
        seen.add(id);
        return id;
    };
    const listings = new Map();
    const entryAt = async (commit, path) => {
        if (path === '.' || path === '') {
            const id = await known(commit);
            const tree = await run(`read the tree of ${id}`, ['rev-parse', '--verify', `${id}^{tree}`]);
            return { kind: 'directory', id: tree.trim() };
        }
        const id = (0,git/* parseCommit */.L5)(commit);
        // Not looked for first, as everywhere else: what can be listed is there.
        const entryOf = listings.get(id) ?? entriesOf(root, id, async () => void (await known(id)));
        listings.set(id, entryOf);
        return entryOf(path);
    };
    const blobOf = together(async (ids) => {
        const blobs = await (0,objects/* readBlobs */.b)(root, ids);
        return new Map(ids.flatMap((id, n) => (blobs[n] === undefined ? [] : [[id, blobs[n]]])));
    });
    return {
        directory: root,
        head: async () => {
            const head = await (0,git/* git */.$Y)(root, ['rev-parse', '--verify', 'HEAD^{commit}']);
            if (head.code !== 0)
                throw new lib/* UserError */.yo(`${root} has no commit checked out: ${firstLine(head.stderr)}`);
            return head.stdout.toString('utf8').trim();
        },
        entryAt,
        treeOf: async (commit, path) => (await entryAt(commit, path))?.id,
        fileAt: async (commit, path) => {
            const entry = await entryAt(commit, path);
            if (entry?.kind !== 'file')
                return undefined;
            const content = await blobOf(entry.id);
            if (content !== undefined)
                return content;
            // Asked for alone, git says what is wrong with it.
            const blob = await (0,git/* git */.$Y)(root, ['cat-file', 'blob', entry.id]);
            (0,git/* outputOf */.jH)(blob, `read ${path} of ${commit}`);
            return blob.stdout;
        },
        dirtyPaths: async (paths) => {
            if (paths.length === 0)
                return [];
            // Into a submodule git would go with a process that follows the submodule's own settings.
            const how = ['--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'];
            const args = ['status', ...how, '--', ...paths];
            const status = await run(`compare ${root} with its commit`, args, { workTree: true });
            return status.split('\0').flatMap(line => (line === '' ? [] : [line.slice(3)]));
        },
        checkFolder: async (commit, path, purpose) => {
            const files = await (0,list_tree/* listTree */.n)({ repository: root, commit: await known(commit), path, purpose });
            for await (const [file, content] of (0,objects/* readFiles */.U)(root, files.filter(refused_files/* mayBePointer */.Yv)))
                (0,refused_files/* refusePointer */.wm)(file, content, path);
        },
        isAncestor: async (ancestor, commit) => {
            const ids = [await known(ancestor), await known(commit)];
            const { code, stderr } = await (0,git/* git */.$Y)(root, ['merge-base', '--is-ancestor', ...ids]);
            if (code === 0)
                return true;
            if (code !== 1)
                throw new lib/* Failure */.HR(`git could not compare ${ids.join(' and ')}: ${firstLine(stderr)}`);
            // In a shallow clone the history that would say yes may be cut off.
            const shallow = await run('look at the clone', ['rev-parse', '--is-shallow-repository']);
            if (shallow.trim() === 'true')
                throw new lib/* UserError */.yo(cutOff(root));
            return false;
        },
        log: async (from, to) => {
            const range = from === undefined ? [await known(to)] : [await known(to), `^${await known(from)}`];
            const args = ['log', '-z', `--max-count=${COUNTED_COMMITS + 1}`, '--format=%H%n%an%n%s', ...range, '--'];
            const text = await run(`list the commits up to ${to}`, args);
            return text.split('\0').flatMap(record => {
                const [commit = '', author = '', subject = ''] = record.split('\n');
                return commit === '' ? [] : [{ commit, subject, author }];
            });
        }
    };
}
function missing(commit, root) {
    return `Commit ${commit} is not in ${root}. ${FULL_HISTORY}`;
}
function cutOff(root) {
    return `${root} is a shallow clone, which cannot tell older commits from newer ones. ${FULL_HISTORY}`;
}
const FULL_HISTORY = 'Fetch the full history: actions/checkout with fetch-depth: 0, or git fetch --unshallow.';
function firstLine(text) {
    return text.trim().split('\n')[0] ?? '';
}


/***/ }),

/***/ 9631:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NG: () => (/* binding */ SUBMODULE),
/* harmony export */   ps: () => (/* binding */ LINK),
/* harmony export */   tU: () => (/* binding */ EXECUTABLE),
/* harmony export */   yJ: () => (/* binding */ inRepository)
/* harmony export */ });
/** The mode of a file that may be run. */
const EXECUTABLE = '100755';
/** The mode of a symbolic link, whose content is where it leads. */
const LINK = '120000';
/** The mode of a submodule, whose id is a commit of another repository. */
const SUBMODULE = '160000';
/** The path of a folder's file in the repository, for people. */
function inRepository(folder, path) {
    return folder === '.' ? path : `${folder.replace(/^\.\//, '').replace(/\/+$/, '')}/${path}`;
}


/***/ })

};
