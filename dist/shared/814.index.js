export const id = 814;
export const ids = [814,343,971];
export const modules = {

/***/ 7343:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   run: () => (/* binding */ run)
/* harmony export */ });
/** Plans, applies or discards. Each mode is loaded when it is asked for: a job needs one. */
async function run(inputs, pipeline) {
    const { environment } = inputs;
    pipeline.history.about({
        release: inputs.release,
        plan: inputs.mode === 'apply' ? inputs.plan : undefined,
        environments: [environment, pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
    });
    switch (inputs.mode) {
        case 'plan':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(802), __webpack_require__.e(846), __webpack_require__.e(240)]).then(__webpack_require__.bind(__webpack_require__, 9240))).plan(inputs, pipeline);
        case 'apply':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(802), __webpack_require__.e(846), __webpack_require__.e(474)]).then(__webpack_require__.bind(__webpack_require__, 7474))).apply(inputs, pipeline);
        case 'discard':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(802), __webpack_require__.e(874)]).then(__webpack_require__.bind(__webpack_require__, 5874))).discard(inputs, pipeline);
    }
}


/***/ }),

/***/ 2971:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 175 modules
var pipeline_lib = __webpack_require__(3125);
// EXTERNAL MODULE: ./packages/policy/lib/index.js + 15 modules
var policy_lib = __webpack_require__(9889);
;// CONCATENATED MODULE: ./actions/promote-digest/lib/recorded-intent.js

/** What the ledger is to hold of a release that enters out of order; absent for one that does not. */
function promotionOf({ kind, reason }) {
    if (kind === 'release')
        return undefined;
    return { kind, ...(reason === undefined ? {} : { reason }) };
}
/**
 * Refuses a rollback or hotfix whose intent is on the ledger without saying so: whoever reads the ledger later must see that it was no
 * ordinary release, and why.
 * @param intent the record with which this run announced its deployment; absent before it did.
 */
function requireRecorded(inputs, intent) {
    const promotion = promotionOf(inputs);
    if (promotion === undefined || intent === undefined)
        return;
    const recorded = intent.detail?.promotion;
    if (recorded?.kind === promotion.kind && recorded.reason === promotion.reason)
        return;
    throw new lib/* UserError */.yot(`Record ${intent.sequence} is the intent to deploy to ${inputs.environment}, but does not say that it is a ${promotion.kind}, or why. Pass this action's output \`detail\` (mode check) to the record-audit step with \`event: started\`.`);
}

;// CONCATENATED MODULE: ./actions/promote-digest/lib/check-mode.js




/**
 * Decides whether a release may enter an environment, when nobody else is deploying to it. Asks GitHub and the ledger; AWS hears nothing
 * before the answer is yes.
 */
async function check(inputs, pipeline) {
    const { log, policy, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    const before = pipeline.environmentBefore(environment.name);
    const protection = await log.group(`Check the gate of ${environment.name}`, async () => (0,pipeline_lib.requireProtectedGate)(pipeline, environment));
    const turn = await log.group(`Wait for other runs in ${environment.name}`, async () => (0,pipeline_lib.awaitTurn)(pipeline, environment, {
        release: inputs.release,
        environments: [environment, before].flatMap(it => it?.name ?? [])
    }));
    const { standing, history } = turn;
    await (0,pipeline_lib.requireOwnConfig)({ ...pipeline, history });
    const announced = await history.releasedBy(inputs.release);
    const release = announced?.release;
    if (release === undefined) {
        throw new lib/* UserError */.yot(`The ledger of ${policy.product} holds no release ${inputs.release}. Check the digest, or deliver its commit first.`);
    }
    const entry = { release, environment, before };
    const acceptance = await log.group(`Decide whether ${(0,lib/* releaseId */.BfF)(release.digest)} may enter ${environment.name}`, async () => requirePromotion(entry, inputs, turn, pipeline));
    const stopped = before === undefined ? undefined : await history.withdrawal(before.name, release.digest);
    const intent = await history.intent({ runId: run.runId, environment: environment.name, release: release.digest });
    requireRecorded(inputs, intent);
    // Whoever announced the release or itself in this attempt was asked before; a stage may be called without the first job of a delivery.
    if (![announced, intent].some(it => it?.run.id === run.runId && it.run.attempt === run.attempt))
        await log.group('Check that the refs that decide are protected', async () => (0,pipeline_lib.requireProtectedRefsOf)(pipeline, environment));
    const withdrawal = await (0,pipeline_lib.withdrawalOfLive)(history, environment.name, standing.live);
    const accepted = withdrawal === undefined ? await history.acceptanceOfLive(environment.name) : undefined;
    const promotion = promotionOf(inputs);
    return {
        outputs: {
            verdict: 'allowed',
            live: accepted === undefined ? 'other' : 'accepted',
            commit: release.commit,
            ...(promotion === undefined ? {} : { detail: JSON.stringify({ promotion }) })
        },
        summary: summaryOf(entry, inputs, { live: standing.live[0], acceptance, stopped, protection })
    };
}
/**
 * @returns the acceptance that lets the release in; of the first environment there is none.
 * @throws UserError for a release that may not enter, with what the refusal is recorded as.
 */
async function requirePromotion({ release, environment, before }, { kind }, { history, standing }, pipeline) {
    const names = [environment.name, ...(before === undefined ? [] : [before.name])];
    const verdict = (0,policy_lib/* evaluatePromotion */.t9)({
        release,
        environment: environment.name,
        previous: before?.name,
        kind,
        records: await history.relevantTo(release.digest, names),
        relation: await (0,pipeline_lib.relateToLive)(pipeline, release.commit, standing.live),
        soak: environment.soak,
        now: pipeline.github.now()
    });
    if (!verdict.allowed)
        throw new lib/* UserError */.yot(`${verdict.reason} ${verdict.remedy}`, { outputs: { verdict: verdict.outcome } });
    return verdict.acceptance;
}
function summaryOf({ release, environment, before }, { kind, reason }, { live, acceptance, stopped, protection }) {
    const rows = [
        ['release', `${(0,lib/* releaseId */.BfF)(release.digest)} ${(0,lib/* code */.aYu)(release.digest)}`],
        ['commit', (0,lib/* code */.aYu)(release.commit)],
        [
            'deployed before',
            live?.release === undefined ? 'nothing' : `${(0,lib/* releaseId */.BfF)(live.release.digest)}, commit ${(0,lib/* code */.aYu)(live.release.commit)}`
        ],
        ['accepted in', acceptanceText(acceptance)],
        ...(before === undefined || stopped === undefined
            ? []
            : [[`withdrawn in ${(0,lib/* escapeMarkdown */.FVb)(before.name)}`, withdrawalText(stopped)]]),
        ['gate', (0,lib/* describeGate */.l7i)(environment.gate, protection)],
        ...(kind === 'release' ? [] : [[kind, (0,lib/* escapeMarkdown */.FVb)(reason ?? '')]])
    ];
    return `### ${(0,lib/* releaseId */.BfF)(release.digest)} may enter ${(0,lib/* escapeMarkdown */.FVb)(environment.name)}\n\n${(0,lib/* table */.tpe)(['', ''], rows)}\n`;
}
/** Where it was accepted, which a rollback is asked of its own environment. */
function acceptanceText(acceptance) {
    if (acceptance === undefined)
        return 'first environment';
    return `${(0,lib/* escapeMarkdown */.FVb)(acceptance.environment ?? '')} (record ${acceptance.sequence})`;
}
function withdrawalText({ sequence, actor, detail }) {
    const reason = detail !== undefined && 'reason' in detail ? String(detail.reason ?? '') : '';
    return `by ${(0,lib/* escapeMarkdown */.FVb)(actor.login)} (record ${sequence}): ${(0,lib/* escapeMarkdown */.FVb)(reason)}`;
}

;// CONCATENATED MODULE: ./actions/promote-digest/lib/unit-labels.js

/** Moves the two tags of an environment in one image's repository. What cannot be moved is told, and keeps nothing else from moving. */
async function moveLabels({ log, policy, registry: connect, registryHost }, environment, unit, digest) {
    const repository = (0,lib/* unitRepository */.pl6)(policy.product, unit);
    const current = (0,lib/* environmentTag */.abS)(environment);
    const left = [];
    const attempt = async (tag, to, work) => {
        try {
            return await work();
        }
        catch (error) {
            const repair = repairOf(registryHost, repository, to, tag);
            left.push({ where: `${repository}:${tag}`, tag, digest: to, reason: (0,lib/* messageOf */.bDE)(error), repair });
            return undefined;
        }
    };
    const found = await attempt(current, digest, async () => {
        const registry = connect({ environment, may: 'promote' });
        return { registry, labelled: await registry.read(repository, current) };
    });
    if (found === undefined)
        return { before: undefined, left };
    const { registry, labelled } = found;
    const before = labelled?.digest;
    if (before === digest) {
        log.info(`${repository}:${current} stays at ${digest}`);
        return { before, left };
    }
    const move = async (to, tag) => {
        await attempt(tag, typeof to === 'string' ? to : to.digest, async () => {
            await registry.moveTag(repository, to, tag);
            if (tag === current)
                log.info(`${repository}:${current} moved to ${digest}`);
        });
    };
    if (labelled !== undefined)
        await move(labelled, (0,lib/* previousTag */.W8T)(environment));
    await move(digest, current);
    return { before, left };
}
/** For the summary of the job. */
function repairText({ where, digest, reason, repair }) {
    return `\n${(0,lib/* code */.aYu)(where)} does not name ${(0,lib/* code */.aYu)(digest)}: ${(0,lib/* escapeMarkdown */.FVb)(reason)} It is a label that keeps the image from expiring; what is deployed is not affected. The next deployment moves it. To move it now:\n\n\`\`\`sh\n${repair}\n\`\`\`\n`;
}
const MANIFESTS = [
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json'
];
/** ECR, "Retagging an image": the manifest is read and put again. With the digest, another text than the one that was read is refused. */
function repairOf(host, repository, digest, tag) {
    const [account, region] = [(0,lib/* accountOfEcrHost */.R1f)(host), (0,lib/* regionOfEcrHost */.oPP)(host)];
    if (account === undefined || region === undefined)
        return `crane tag ${host}/${repository}@${digest} ${tag} # or with any other tool that puts a manifest verbatim`;
    const where = `--region ${region} --registry-id ${account} --repository-name ${repository}`;
    const read = `aws ecr batch-get-image ${where} --image-ids imageDigest=${digest} --accepted-media-types ${MANIFESTS.join(' ')} --query 'images[0].imageManifest' --output text`;
    return `aws ecr put-image ${where} --image-tag ${tag} --image-digest ${digest} --image-manifest "$(${read})"`;
}

;// CONCATENATED MODULE: ./actions/promote-digest/lib/promote-mode.js




/**
 * Moves `env-<environment>` of every image to the release's digest, and `prev-<environment>` to what it was before. Tags are labels that
 * keep deployed images from expiring; nothing reads them as input. So one that stays where it is ends in a warning: what is deployed is
 * deployed all the same. Safe to run again: a tag that is in place stays.
 * @throws UserError for what must not be labelled at all: without an intent on the ledger, or of another product or repository.
 */
async function promote(inputs, pipeline) {
    const { log } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    pipeline.history.about({ release: inputs.release, environments: [environment.name] });
    requireRecorded(inputs, await (0,pipeline_lib.requireIntent)(pipeline, environment.name, inputs.release));
    const promoted = {};
    const left = [];
    const rows = [];
    await log.group(`Move the tags of ${environment.name}`, async () => {
        for (const [name, digest] of await imagesOf(inputs, pipeline)) {
            const labels = await moveLabels(pipeline, environment.name, name, digest);
            if (labels.left.length === 0)
                promoted[name] = digest;
            left.push(...labels.left);
            const { before } = labels;
            const now = labels.left.some(({ tag }) => tag === (0,lib/* environmentTag */.abS)(environment.name)) ? 'not moved' : (0,lib/* code */.aYu)(digest);
            rows.push([(0,lib/* escapeMarkdown */.FVb)(name), before === undefined ? 'none' : (0,lib/* code */.aYu)(before), now]);
        }
    });
    for (const label of left)
        log.warning(`${label.where} does not name ${label.digest}: ${label.reason} ${KEPT}`);
    return {
        outputs: { verdict: 'allowed', promoted: JSON.stringify(promoted) },
        summary: `### ${(0,lib/* escapeMarkdown */.FVb)(environment.name)} holds ${(0,lib/* releaseId */.BfF)(inputs.release)}\n\n${(0,lib/* table */.tpe)(['image', 'before', 'now'], rows)}\n${left.map(repairText).join('')}`
    };
}
const KEPT = 'What is deployed is not affected. The summary has the command that moves the tag; the next deployment moves it, too.';
/** The images of a release whose tags are to move; none where the registry does not say which release this is. */
async function imagesOf({ release, units }, { log, release: load }) {
    try {
        return Object.entries((await load(release)).units).flatMap(([name, { kind, digest }]) => kind === 'image' && units?.includes(name) !== false ? [[name, digest]] : []);
    }
    catch (error) {
        if (!(error instanceof lib/* Failure */.HRU))
            throw error;
        log.warning(`No tag was moved: ${error.message} What is deployed is not affected; the next deployment moves them.`);
        return [];
    }
}

;// CONCATENATED MODULE: ./actions/promote-digest/lib/run.js


/** Decides about a release, or moves the tags of an environment to it. */
async function run(inputs, pipeline) {
    switch (inputs.mode) {
        case 'check':
            return check(inputs, pipeline);
        case 'promote':
            return promote(inputs, pipeline);
    }
}


/***/ }),

/***/ 3064:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ parseFacts),
/* harmony export */   x: () => (/* binding */ factsOf)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4496);


/** Reads facts. @param what the text is, for the message. @throws UserError for what is no JSON object. */
function parseFacts(text, what) {
    const value = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .parseJsonText */ .lkh)(text, what);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value;
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yot(`${what} must be a JSON object.`);
}
/** Facts, together with those that a step left in a file. @throws UserError for a file that cannot be read, or holds none. */
async function factsOf({ detail, detailPath }) {
    if (detailPath === undefined)
        return detail;
    const text = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(detailPath, 'utf8').catch((error) => {
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yot(`The file of input detail-path cannot be read: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bDE)(error)}. Pass the output of a step of the same job.`, { cause: error });
    });
    return { ...parseFacts(text, 'The file of input detail-path'), ...detail };
}


/***/ }),

/***/ 1899:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run_run)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/run.js
var run = __webpack_require__(7343);
// EXTERNAL MODULE: ./actions/promote-digest/lib/run.js + 4 modules
var lib_run = __webpack_require__(2971);
;// CONCATENATED MODULE: ./actions/promote-digest/lib/index.js


// EXTERNAL MODULE: ./actions/record-audit/lib/run.js + 11 modules
var record_audit_lib_run = __webpack_require__(2961);
;// CONCATENATED MODULE: ./actions/record-audit/lib/index.js


;// CONCATENATED MODULE: ./actions/stage/lib/acceptance.js
/** The acceptance of an environment in which something is to be accepted. A product without checks accepts everything, by no requests at all. */
function acceptanceOf({ accept }) {
    return accept.run.length > 0 ? 'commands' : 'requests';
}

// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 175 modules
var pipeline_lib = __webpack_require__(3125);
;// CONCATENATED MODULE: ./actions/stage/lib/parts.js

/** The outputs that later jobs read; what else a part tells is for those who call it alone. */
const OUTPUTS = ['verdict', 'commit', 'has-changes', 'plan-digest', 'outcome', 'environment-url'];
/**
 * The parts of one job, one after another. Each tells its outputs as soon as it is done: what fails later, or is killed, does not take them
 * back.
 */
class Parts {
    where;
    pipeline;
    tell;
    constructor({ environment, release }, pipeline, tell) {
        this.where = { environment, release };
        this.pipeline = pipeline;
        this.tell = tell;
    }
    /**
     * One part, with the ledger as the part before has left it.
     * @param since how old a look at the ledger may be; by default, as old as for any action.
     */
    async run(act, outputs = OUTPUTS, since) {
        const report = await act({ ...this.pipeline, history: (0,pipeline_lib.historyOf)(this.pipeline, since) });
        const told = Object.fromEntries(Object.entries(report.outputs).filter(([name]) => outputs.includes(name)));
        await this.tell({ ...report, outputs: told });
        return report;
    }
}

// EXTERNAL MODULE: ./actions/accept-release/lib/inputs.js
var lib_inputs = __webpack_require__(9043);
// EXTERNAL MODULE: ./actions/accept-release/lib/run.js + 5 modules
var accept_release_lib_run = __webpack_require__(4789);
;// CONCATENATED MODULE: ./actions/accept-release/lib/index.js



;// CONCATENATED MODULE: ./actions/stage/lib/record-job.js





/** Checks that took longer than this, in milliseconds, were a wait: somebody may have withdrawn the release meanwhile. */
const LONG = 10_000;
/**
 * What stands at the end of an environment, whatever happened before: what was planned and not applied is discarded, what is live is checked
 * unless that takes a job of its own, and what became of it all is recorded.
 */
async function recordJob(jobs, parts, env) {
    if (leavesPlan(jobs))
        await discard(parts);
    const { clock } = parts.pipeline;
    const began = clock.now();
    const accepted = isDue(jobs) ? await acceptHere(jobs, parts, env) : undefined;
    const since = clock.now() - began > LONG ? 'now' : undefined;
    await parts.run(async (pipeline) => (0,record_audit_lib_run.run)({ ...parts.where, kind: 'outcome', jobs, ...(accepted === undefined ? {} : { accepted }) }, pipeline), ['verdict', 'place'], since);
}
/** Once the release was let in there may be change sets, even if the job died before it could report them. */
function leavesPlan({ plan, deploy }) {
    const letIn = [plan, deploy].some(job => job?.outputs?.['verdict'] === 'allowed');
    return deploy?.result !== 'success' && plan?.outputs?.['has-changes'] !== 'false' && letIn;
}
/** What cannot be discarded now is, by the next run that plans here: it is no reason to record nothing. */
async function discard(parts) {
    try {
        await parts.run(async (pipeline) => (0,run.run)({ ...parts.where, mode: 'discard' }, pipeline), []);
    }
    catch (error) {
        parts.pipeline.log.warning(`The plan that was not applied was not discarded: ${(0,lib/* messageOf */.bDE)(error)}`);
    }
}
/** Whether the job that deployed, or that found nothing to deploy, says that checks are left for this one. */
function isDue({ plan, deploy }) {
    const last = deploy?.result === 'success' ? deploy : plan;
    return last?.outputs?.['acceptance'] === 'requests';
}
/**
 * Runs the acceptance checks in this process, if they are no more than requests: what the product's own programs ask must not come near the
 * permissions of this job.
 * @returns what they came to; nothing where the product has checks of its own, whose job tells.
 * @throws what kept them from being asked, where that may pass (git, GitHub and the ledger have bad minutes): nothing is recorded then, since no
 *   record could be taken back, and re-running this job asks and records.
 */
async function acceptHere(jobs, parts, env) {
    const { pipeline, where } = parts;
    const { clock, log, run } = pipeline;
    try {
        const commit = await commitOf(pipeline, where);
        const environment = (0,find_by_name/* environmentNamed */.b6)(await pipeline.at(commit), where.environment);
        if (environment.accept.run.length > 0)
            return undefined;
        const inputs = { ...where, commit, url: (0,lib_inputs/* parseAddress */.or)(addressOf(jobs)) };
        const { outputs } = await parts.run(async () => (0,accept_release_lib_run/* runChecks */.J)(environment, inputs, { run, env, log, clock, asRoot: [] }), []);
        return { result: 'success', outputs };
    }
    catch (error) {
        if (!(error instanceof lib/* UserError */.yot))
            throw error;
        log.warning((0,lib/* messageOf */.bDE)(error));
        await parts.tell({ outputs: {}, summary: error.details });
        return { result: 'failure', outputs: error.outputs };
    }
}
/** Of the release's own commit, by the ledger: the jobs before could only say which they took. */
async function commitOf({ history }, { release, environment }) {
    const released = await history.about({ release, environments: [environment] }).released(release);
    if (released === undefined)
        throw new lib/* UserError */.yot(`The ledger holds no release ${release}. Record \`released\` first.`);
    return released.commit;
}
function addressOf({ plan, deploy }) {
    const told = deploy?.result === 'success' ? deploy.outputs?.['environment-url'] : undefined;
    return told || plan?.outputs?.['environment-url'] || undefined;
}

;// CONCATENATED MODULE: ./actions/stage/lib/run.js








/**
 * One job of a stage: what each step would do alone, one after another, by the same code. Together they open the delivery once, and ask
 * nobody twice for what cannot have changed.
 * @param env of the job; checks that run here keep what it has of secrets to themselves.
 */
async function run_run(inputs, pipeline, tell, env) {
    const parts = new Parts(inputs, pipeline, tell);
    switch (inputs.mode) {
        case 'plan':
            await new Stage(parts).plan();
            return;
        case 'deploy':
            return new Stage(parts).deploy(inputs.plan);
        case 'record':
            return recordJob(inputs.jobs, parts, env);
    }
}
class Stage {
    #parts;
    constructor(parts) {
        this.#parts = parts;
    }
    /** Lets the release in, plans, and records the plan. @returns the plan, if there is something to apply. */
    async plan() {
        const planned = await this.#check();
        if (planned !== undefined)
            await this.#record('planned', planned);
        return planned;
    }
    /** Records the intent, applies exactly the plan, and records that it is done. */
    async deploy(recorded) {
        await this.#tellTouched(false);
        const planned = recorded === undefined ? await this.#planAnew() : { digest: recorded };
        if (planned === undefined)
            return;
        await this.#record('started', planned);
        // Hours may lie between plan and approval. The record above is this run's place in the queue.
        const acceptance = await this.#acceptanceAt(await this.#requireTurn());
        await this.#tellTouched(true);
        await this.#apply(planned.digest);
        await this.#label();
        await this.#record('deployed', { digest: planned.digest });
        await this.#tellAcceptance(acceptance);
    }
    /** Applies the plan. What one that stops halfway has deployed runs on, so that it gets its tags as well. */
    async #apply(plan) {
        const { where, pipeline } = this.#parts;
        try {
            await this.#parts.run(async (pipeline) => (0,run.run)({ ...where, mode: 'apply', plan }, pipeline));
        }
        catch (error) {
            const far = error instanceof lib/* UserError */.yot || error instanceof lib/* Failure */.HRU ? error.outputs['partial'] : undefined;
            const done = (0,lib/* readPartial */.oiW)(far)?.done ?? [];
            if (done.length > 0)
                await this.#label(done).catch((cause) => pipeline.log.warning(`The tags of ${done.join(', ')} did not move: ${(0,lib/* messageOf */.bDE)(cause)}`));
            throw error;
        }
    }
    /** Moves the tags of the environment: to all units of the release, or to some. */
    async #label(units) {
        const some = units === undefined ? {} : { units };
        await this.#parts.run(async (pipeline) => (0,lib_run.run)({ ...this.#parts.where, ...ORDINARY, ...some, mode: 'promote' }, pipeline), []);
    }
    /** @throws UserError at a gate where a plan is shown to someone first: what no one has seen is not applied there. */
    async #planAnew() {
        const { pipeline, where } = this.#parts;
        const { gate, name } = pipeline.environment(where.environment);
        if (gate !== 'continuous')
            throw new lib/* UserError */.yot(`Input plan-digest is missing, and the gate of ${name} is ${gate}: only a plan that was recorded before is applied there. Pass plan-digest from the plan job.`);
        return this.#check();
    }
    async #check() {
        const checked = await this.#parts.run(async (pipeline) => (0,lib_run.run)({ ...this.#parts.where, ...ORDINARY, mode: 'check' }, pipeline));
        const { outputs } = await this.#parts.run(async (pipeline) => (0,run.run)({ ...this.#parts.where, mode: 'plan' }, pipeline));
        if (outputs['has-changes'] !== 'true') {
            const { live, commit = '' } = checked.outputs;
            await this.#tellAcceptance(live === 'accepted' ? 'none' : await this.#acceptanceAt(commit));
            return undefined;
        }
        return {
            digest: (0,lib/* parseDigest */.m)(outputs['plan-digest'] ?? '', 'Output plan-digest'),
            planPath: outputs['plan-path'],
            dossierPath: outputs['dossier-path']
        };
    }
    /**
     * What was let in may be refused now: somebody newer came first. Later jobs tell the two answers apart.
     * @returns the commit of the release.
     */
    async #requireTurn() {
        const asTurn = ({ verdict }) => verdict === undefined ? {} : { turn: verdict };
        const { outputs } = await this.#parts.run(async (pipeline) => {
            try {
                const report = await (0,lib_run.run)({ ...this.#parts.where, ...ORDINARY, mode: 'check' }, pipeline);
                return { ...report, outputs: { ...report.outputs, ...asTurn(report.outputs) } };
            }
            catch (error) {
                if (!(error instanceof lib/* UserError */.yot))
                    throw error;
                throw new lib/* UserError */.yot(error.message, { cause: error, outputs: asTurn(error.outputs), details: error.details });
            }
        }, ['turn']);
        return outputs['commit'] ?? '';
    }
    async #record(event, plan) {
        const { planPath, dossierPath } = plan;
        await this.#parts.run(async (pipeline) => (0,record_audit_lib_run.run)({
            ...this.#parts.where,
            kind: 'events',
            events: [event],
            unit: undefined,
            // A plan that is archived now says by itself which one it is.
            plan: event === 'planned' ? undefined : plan.digest,
            planPath,
            dossierPath: event === 'planned' ? dossierPath : undefined,
            detail: undefined
        }, pipeline), ['place']);
    }
    /** The acceptance that a release's own commit asks for. */
    async #acceptanceAt(commit) {
        const { pipeline, where } = this.#parts;
        return acceptanceOf((0,find_by_name/* environmentNamed */.b6)(await pipeline.at(commit), where.environment));
    }
    /** Which checks are due when this job is done. */
    async #tellAcceptance(acceptance) {
        await this.#parts.tell({ outputs: { acceptance }, summary: '' });
    }
    /**
     * Whether the environment may have been touched. It is said before it is true: a process that is killed says no more. Applying takes it
     * back when it fails before anything was changed.
     */
    async #tellTouched(touched) {
        await this.#parts.tell({ outputs: { touched: String(touched) }, summary: '' });
    }
}
/** The workflows go forward; rollbacks and hotfixes are for those who call the actions themselves. */
const ORDINARY = { kind: 'release', reason: undefined };


/***/ })

};
