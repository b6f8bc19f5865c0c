export const id = 826;
export const ids = [826];
export const modules = {

/***/ 9530:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);

/** The inputs of action.yml, in its order. */
const INPUT_NAMES = [
    'event',
    'outcome',
    'config',
    'github-token',
    'role-to-assume',
    'release',
    'environment',
    'unit',
    'digest',
    'fingerprint',
    'plan-digest',
    'plan-path',
    'dossier-path',
    'reason',
    'detail'
];
/** Reads the inputs. @throws UserError naming what is missing, malformed or contradictory. */
function readInputs(inputs) {
    const event = inputs.optional('event');
    const outcome = inputs.optional('outcome');
    if ((event === undefined) === (outcome === undefined))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('Give exactly one of the inputs event and outcome.');
    const release = inputs.optional('release');
    const environment = inputs.optional('environment');
    if (outcome !== undefined) {
        if (release === undefined || environment === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('The input outcome requires the inputs release and environment.');
        return { kind: 'outcome', jobs: parseJobs(outcome), release: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(release, 'Input release'), environment };
    }
    const plan = inputs.optional('plan-digest');
    const events = parseEvents(event ?? '');
    // Nothing can be taken off the ledger: a deployment of no release would need no intent, and stay there.
    const incomplete = events.find(it => it === 'released' || _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_RULES */ .VH[it].needsRelease);
    if (release === undefined && incomplete !== undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`The event ${incomplete} requires the input release: the digest of the release that it is about.`);
    const reason = inputs.optional('reason');
    const detail = parseDetail(inputs.optional('detail'));
    if (events.includes('withdrawn'))
        requireWithdrawal(events, environment, reason);
    return {
        kind: 'events',
        events,
        release: release === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(release, 'Input release'),
        environment,
        unit: readUnit(inputs),
        plan: plan === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(plan, 'Input plan-digest'),
        planPath: inputs.optional('plan-path'),
        dossierPath: inputs.optional('dossier-path'),
        detail: reason === undefined ? detail : { ...detail, reason }
    };
}
/**
 * What a step may state. Outcomes are not stated but derived, from the jobs and the ledger (input outcome): a record that says `accepted` must
 * not be had for the asking.
 */
const STATEMENTS = _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .EVENTS */ .qY.filter(_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .isStated */ .oE);
function parseEvents(text) {
    return text.split(',').map(part => {
        const event = STATEMENTS.find(candidate => candidate === part.trim());
        if (event === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`Input event contains ${JSON.stringify(part.trim())}. Allowed: ${STATEMENTS.join(', ')}; outcomes are derived from the input outcome.`);
        return event;
    });
}
/** Whoever takes back an acceptance says where, and why: it is read when nobody remembers. */
function requireWithdrawal(events, environment, reason) {
    if (environment === undefined || (reason ?? '').trim() === '')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('The event withdrawn requires the inputs environment and reason: where the release is withdrawn, and why.');
    if (events.length > 1)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('The event withdrawn is recorded by itself. Record the other events in another step.');
}
function readUnit(inputs) {
    const name = inputs.optional('unit');
    if (name === undefined)
        return undefined;
    return {
        name,
        digest: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(inputs.required('digest'), 'Input digest'),
        fingerprint: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(inputs.required('fingerprint'), 'Input fingerprint')
    };
}
function parseDetail(text) {
    if (text === undefined)
        return undefined;
    const value = parseJson(text, 'detail');
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('Input detail must be a JSON object.');
    return value;
}
function parseJobs(text) {
    const value = parseJson(text, 'outcome');
    if (typeof value !== 'object' || value === null)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('Input outcome must be `${{ toJSON(needs) }}`.');
    return Object.fromEntries(Object.entries(value).map(([name, job]) => {
        const { result, outputs } = job;
        const known = _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .JOB_RESULTS */ .J4.find(candidate => candidate === result);
        if (known === undefined) {
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`Input outcome: job ${name} has the result ${JSON.stringify(result)}. Pass \`\${{ toJSON(needs) }}\`.`);
        }
        return [name, { result: known, outputs: (outputs ?? {}) }];
    }));
}
function parseJson(text, name) {
    try {
        return JSON.parse(text);
    }
    catch (error) {
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`Input ${name} is not JSON.`, { cause: error });
    }
}


/***/ }),

/***/ 5826:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1769);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9530);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5603);




/**
 * How long to wait for GitHub's rate limits, in milliseconds: a quota is full again after an hour at the latest, and a deployment whose
 * record is missing counts as one that nobody finished.
 */
const PATIENCE = 65 * 60_000;
await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .Cs)('Record', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .eh)(_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .readInputs */ .K)(inputs);
    const { context } = await Promise.all(/* import() */[__webpack_require__.e(665), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351));
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)(request, await (0,_sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__/* .pipelineOfAction */ .Il)(inputs, context, process.env, PATIENCE));
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 5603:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 53 modules
var lib = __webpack_require__(4551);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 58 modules
var pipeline_lib = __webpack_require__(1769);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
;// CONCATENATED MODULE: ./actions/record-audit/lib/signing-role.js
/** The role that signs what happens now: the one that does it. */
function roleOfEvents(told) {
    const { environment, events } = told;
    if (environment === undefined)
        return 'push';
    return { environment, may: events.some(event => event === 'started' || event === 'deployed') ? 'deploy' : 'plan' };
}
/** The role that signs what became of an environment's jobs: the one that every job may have, without an approval. */
function roleOfOutcome(environment) {
    return { environment, may: 'plan' };
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/event-records.js





/** Records of what is happening now, each with the facts that its event calls for. */
async function recordsOfEvents(inputs, pipeline) {
    const release = inputs.release === undefined ? undefined : await releaseOf(pipeline, inputs.release, inputs.events);
    const { authors, ...gate } = await gateFacts(inputs, release, pipeline);
    const unit = inputs.unit === undefined
        ? undefined
        : { ...inputs.unit, kind: (0,find_by_name/* unitNamed */.iS)(await pipeline.at(pipeline.run.sha), inputs.unit.name).kind };
    const plan = inputs.planPath === undefined ? undefined : await (0,promises_.readFile)(inputs.planPath);
    const dossier = inputs.dossierPath === undefined ? undefined : await (0,promises_.readFile)(inputs.dossierPath);
    if (plan !== undefined && inputs.plan !== undefined && (0,lib/* sha256 */.sc)(plan) !== inputs.plan) {
        throw new lib/* UserError */.yo(`The plan in ${inputs.planPath} hashes to ${(0,lib/* sha256 */.sc)(plan)}, but plan-digest is ${inputs.plan}. Pass both from the job that planned.`);
    }
    const planDigest = inputs.plan ?? (plan === undefined ? undefined : (0,lib/* sha256 */.sc)(plan));
    const stated = inputs.events.includes('withdrawn') ? await withdrawal(inputs, pipeline) : inputs.detail;
    const detail = authors === undefined ? stated : { ...stated, authors };
    const drafts = inputs.events.map(event => (0,lib/* parseDraft */.LK)({
        ...pipeline.draft(),
        event,
        ...(inputs.environment === undefined ? {} : { environment: inputs.environment }),
        ...(release === undefined ? {} : { release }),
        ...(unit === undefined ? {} : { unit }),
        ...(planDigest === undefined ? {} : { plan: planDigest }),
        ...(dossier === undefined ? {} : { dossier: (0,lib/* sha256 */.sc)(dossier) }),
        ...gate,
        ...(detail === undefined ? {} : { detail })
    }));
    for (const draft of drafts)
        if (draft.event === 'started')
            await requireEntry(pipeline, draft);
    return {
        drafts,
        ...(inputs.environment === undefined ? {} : { environment: inputs.environment }),
        role: roleOfEvents(inputs),
        attachments: [plan, dossier].filter(it => it !== undefined)
    };
}
/** An intent lets the deployment begin, so it is not recorded of a release that may not enter. */
async function requireEntry(pipeline, { environment, release, plan, detail }) {
    if (environment === undefined || release === undefined)
        return;
    if (plan === undefined)
        throw new lib/* UserError */.yo('The event started requires the input plan-digest: the digest of the plan that is about to be applied.');
    await (0,pipeline_lib/* requireAcceptance */.bU)(pipeline, { release, environment, kind: detail?.promotion?.kind ?? 'release' });
}
/**
 * What is withdrawn with a release: if it is live, every release that was found to change nothing there is the same. Without
 * them, a commit that changes a document would bring back what somebody has just stopped.
 */
async function withdrawal({ environment = '', release, detail }, { history }) {
    const { live } = await history.standing(environment);
    const same = [...new Set(live.flatMap(({ release: it }) => (it === undefined ? [] : [it.digest])))];
    const also = release !== undefined && same.includes(release) ? same.filter(digest => digest !== release) : [];
    return { ...detail, ...(also.length === 0 ? {} : { also }) };
}
/** The release with its commit: from the ledger, or, when it is being announced, the commit that the run is for. */
async function releaseOf(pipeline, digest, events) {
    if (events.includes('released')) {
        const { commit } = await pipeline.release(digest);
        return { digest, commit };
    }
    const released = await pipeline.history.released(digest);
    if (released === undefined)
        throw new lib/* UserError */.yo(`The ledger holds no release ${digest}. Record \`released\` first.`);
    return released;
}
/**
 * What is known of the gate. A plan is announced together with who may not approve it, and with the approvals that were there before it; an
 * intent is recorded only at the same gate, and with a new approval of that plan.
 */
async function gateFacts(inputs, release, pipeline) {
    if (inputs.environment === undefined)
        return {};
    const environment = pipeline.environment(inputs.environment);
    if (inputs.events.includes('planned'))
        return factsOfPlan(pipeline, environment, release);
    if (inputs.events.includes('started')) {
        const protection = await (0,pipeline_lib/* requireProtectedGate */.py)(pipeline, environment);
        const announced = environment.gate !== 'continuous' && inputs.plan !== undefined;
        const announcement = announced
            ? await pipeline.history.announcement(inputs.plan, pipeline.run.runId, environment)
            : undefined;
        const approvals = await (0,pipeline_lib/* requireApproval */.j_)(pipeline, environment, protection, announcement);
        return { protection, ...(approvals === undefined ? {} : { approvals }) };
    }
    if (inputs.events.includes('deployed') && inputs.release !== undefined) {
        const intent = await (0,pipeline_lib/* requireIntent */.yv)(pipeline, environment.name, inputs.release);
        await (0,pipeline_lib/* requireApplied */.PZ)(pipeline.run, environment.name, inputs.plan, intent);
    }
    return {};
}
async function factsOfPlan(pipeline, environment, release) {
    const protection = await (0,pipeline_lib/* requireProtectedGate */.py)(pipeline, environment);
    if (release === undefined || !(0,pipeline_lib/* asksReviewers */.RK)(environment, protection))
        return { protection };
    const deployed = (await pipeline.history.lastDeployed(environment.name))?.release;
    const commits = { release: release.commit, deployed: deployed?.commit };
    const authors = await (0,pipeline_lib/* requireApprover */.vh)(pipeline, environment, protection, commits);
    return {
        protection,
        ...(authors === undefined ? {} : { authors }),
        approvals: await (0,pipeline_lib/* readApprovals */.RJ)(pipeline, environment.name)
    };
}

// EXTERNAL MODULE: ./packages/policy/lib/index.js + 11 modules
var policy_lib = __webpack_require__(4636);
;// CONCATENATED MODULE: ./actions/record-audit/lib/dead-run-records.js

/**
 * Records of runs that wait for nothing any more, because something newer is live, and of runs that ended without a word: cancelled by
 * force, or their machine was lost before the record job (promise 6).
 * @param taken the event that this job records of its own run; a job states each event once, so the next run tells the rest.
 */
async function recordsOfDeadRuns(pipeline, environment, standing, taken) {
    const superseded = await (0,pipeline_lib/* findSupersededRuns */.Gg)(pipeline, standing);
    const dead = await (0,pipeline_lib/* findDeadRuns */.mx)(pipeline, { open: standing.open.filter(it => !superseded.includes(it)) });
    const [live] = standing.live;
    const told = [
        {
            event: 'superseded',
            runs: superseded,
            what: 'wanted to deploy an older release than what is live',
            ...(live === undefined ? {} : { supersededBy: live.run.id })
        },
        {
            event: 'cancelled',
            runs: dead.filter(isUntouched),
            what: 'ended before anything was touched without recording an outcome'
        },
        {
            event: 'failed',
            runs: dead.filter(it => !isUntouched(it)),
            what: 'ended while deploying without recording an outcome'
        }
    ];
    return told
        .filter(({ event }) => event !== taken)
        .map(it => draftOf(pipeline, environment, it))
        .filter(draft => draft !== undefined);
}
function isUntouched({ begun }) {
    return begun === undefined;
}
function draftOf(pipeline, environment, { event, runs, what, supersededBy }) {
    const [newest] = runs;
    if (newest === undefined)
        return undefined;
    const ended = runs.map(({ last }) => ({ run: last.run.id, attempt: last.run.attempt }));
    const { release, plan, dossier } = newest.last;
    const detail = {
        reason: `${ended.map(({ run, attempt }) => `Run ${run} (attempt ${attempt})`).join(', ')} ${what}.`,
        ended
    };
    const about = {
        ...pipeline.draft(),
        environment,
        ...(release === undefined ? {} : { release }),
        ...(plan === undefined ? {} : { plan }),
        ...(dossier === undefined ? {} : { dossier })
    };
    return event === 'superseded'
        ? { ...about, event, detail: { ...detail, ...(supersededBy === undefined ? {} : { supersededBy }) } }
        : { ...about, event, detail };
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/outcome-record.js





/**
 * Derives what became of an environment from the results of its jobs as GitHub knows them, the approvals and the ledger: also for gates that were
 * rejected or expired, for jobs that never ran, and for runs that could not tell themselves.
 */
async function recordOfOutcome(inputs, pipeline) {
    const evidence = await collectEvidence(inputs, pipeline);
    const outcome = await outcomeOf(evidence, pipeline);
    const draft = outcome_record_draftOf(pipeline.draft(), evidence, outcome);
    const { name } = evidence.environment;
    return {
        request: {
            drafts: [...(await recordsOfDeadRuns(pipeline, name, evidence.standing, draft.event)), draft],
            environment: name,
            role: roleOfOutcome(name)
        },
        verdict: outcome.verdict,
        ...((0,policy_lib/* isExplained */.zT)(outcome, evidence.jobs) ? {} : { unexplained: outcome.detail.reason })
    };
}
async function collectEvidence(inputs, pipeline) {
    const { history, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    const release = await history.released(inputs.release);
    if (release === undefined)
        throw new lib/* UserError */.yo(`The ledger holds no release ${inputs.release}, so its outcome cannot be recorded. Record \`released\` first.`);
    const jobs = await (0,pipeline_lib/* readStageResults */.Ny)(pipeline, { environment: environment.name, release: release.digest }, inputs.jobs);
    const plan = planOf(jobs);
    const asked = environment.gate === 'approval';
    const standing = await history.standing(environment.name);
    const withdrawal = await (0,pipeline_lib/* withdrawalOfLive */.dm)(history, environment.name, standing.live);
    return {
        environment,
        release,
        jobs,
        announcement: plan === undefined ? undefined : await history.announcement(plan, run.runId, environment),
        approvals: asked ? await (0,pipeline_lib/* readApprovals */.RJ)(pipeline, environment.name) : [],
        acceptance: withdrawal === undefined ? await history.acceptanceOfLive(environment.name) : undefined,
        withdrawal,
        standing
    };
}
async function outcomeOf(evidence, pipeline) {
    const { github, history, run } = pipeline;
    const { environment, release, jobs, announcement, approvals, acceptance, withdrawal, standing } = evidence;
    const own = { runId: run.runId, environment: environment.name, release: release.digest };
    const intent = await history.intent(own);
    const [live] = standing.live;
    const overtaken = (await (0,pipeline_lib/* relateToLive */.fm)(pipeline, release.commit, standing.live)) === 'behind';
    return (0,policy_lib/* deriveOutcome */.WX)({
        environment: environment.name,
        gate: environment.gate,
        jobs,
        approvals,
        snapshot: announcement?.approvals ?? [],
        plannedAt: announcement === undefined ? undefined : Date.parse(announcement.time),
        // What an earlier attempt began was told by that attempt.
        started: intent?.run.attempt === run.attempt,
        deployed: (await history.deployment(own)) !== undefined,
        live: await (0,pipeline_lib/* isLive */.DG)(pipeline, environment.name, release),
        liveAccepted: acceptance !== undefined,
        ...(withdrawal === undefined ? {} : { liveWithdrawn: withdrawal.sequence }),
        now: github.now(),
        ...(overtaken && live !== undefined ? { overtakenBy: live.run.id } : {})
    });
}
function outcome_record_draftOf(common, { environment, release, jobs, announcement, approvals, acceptance }, outcome) {
    return {
        ...common,
        event: outcome.event,
        environment: environment.name,
        release,
        ...(announcement?.plan === undefined ? {} : { plan: announcement.plan }),
        ...(announcement?.dossier === undefined ? {} : { dossier: announcement.dossier }),
        ...(approvals.length === 0 ? {} : { approvals }),
        ...(announcement?.protection === undefined ? {} : { protection: announcement.protection }),
        detail: {
            ...outcome.detail,
            jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.result])),
            ...(outcome.event === 'unchanged' && acceptance !== undefined
                ? { acceptedBy: acceptance.sequence, acceptedAt: acceptance.time }
                : {})
        }
    };
}
/** The plan that the jobs were about: made by `plan`, or by `deploy` where nobody is asked. */
function planOf({ plan, deploy }) {
    return [plan, deploy].map(job => job.outputs?.['plan-digest']).find(lib/* isDigest */.Bc);
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/run.js




/** Appends what happened to the ledger, and says where. */
async function run(inputs, pipeline) {
    const { log } = pipeline;
    const { request, verdict, unexplained } = await log.group('Collect what is to be recorded', async () => inputs.kind === 'outcome'
        ? recordOfOutcome(inputs, pipeline)
        : { request: await recordsOfEvents(inputs, pipeline), verdict: undefined, unexplained: undefined });
    const written = await log.group(`Append ${eventsOf(request)} to the ledger`, async () => (0,pipeline_lib/* writeRecords */.Wh)(pipeline, request));
    for (const { record, hash } of written)
        log.info(`record ${record.sequence}: ${record.event}, ${hash}`);
    const last = written.at(-1);
    const outputs = {
        ...(last === undefined ? {} : { sequence: String(last.record.sequence), record: last.hash }),
        ...(verdict === undefined ? {} : { verdict })
    };
    const rows = (0,lib/* table */.tp)(['record', 'event', 'SHA-256', 'signed'], written.map(entry => row(entry, pipeline)));
    // Otherwise the run would be green, and look as if it had delivered.
    if (unexplained !== undefined)
        throw new lib/* UserError */.yo(`${unexplained} The outcome is recorded as ${verdict}; no other job of this run failed, so this one does.`, { outputs, details: rows });
    return { outputs, summary: `### Recorded: ${(0,lib/* escapeMarkdown */.FV)(eventsOf(request))}\n\n${rows}\n` };
}
function eventsOf(request) {
    return request.drafts.map(draft => draft.event).join(', ');
}
function row({ record, hash }, pipeline) {
    return [
        `[${record.sequence}](${(0,pipeline_lib/* recordUrl */.Vq)(pipeline, record.sequence)})`,
        record.event,
        (0,lib/* code */.JA)(hash),
        record.key === undefined ? 'no: advisory' : `by ${(0,lib/* escapeMarkdown */.FV)(record.key.account)}`
    ];
}


/***/ })

};
