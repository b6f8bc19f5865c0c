export const id = 826;
export const ids = [826];
export const modules = {

/***/ 9530:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8579);

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
    return {
        kind: 'events',
        events,
        release: release === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(release, 'Input release'),
        environment,
        unit: readUnit(inputs),
        plan: plan === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(plan, 'Input plan-digest'),
        planPath: inputs.optional('plan-path'),
        dossierPath: inputs.optional('dossier-path'),
        detail: parseDetail(inputs.optional('detail'))
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
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8579);
/* harmony import */ var _sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8091);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9530);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5603);




await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .Cs)('Record', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .eh)(_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .readInputs */ .K)(inputs);
    const { context } = await Promise.all(/* import() */[__webpack_require__.e(665), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351));
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)(request, await (0,_sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__/* .pipelineOfAction */ .Il)(inputs, context, process.env));
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

// EXTERNAL MODULE: ./packages/core/lib/index.js + 43 modules
var lib = __webpack_require__(8579);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 38 modules
var pipeline_lib = __webpack_require__(8091);
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
    const gate = await gateFacts(inputs, pipeline);
    const unit = inputs.unit === undefined
        ? undefined
        : { ...inputs.unit, kind: (0,find_by_name/* unitNamed */.iS)(await pipeline.at(pipeline.run.sha), inputs.unit.name).kind };
    const plan = inputs.planPath === undefined ? undefined : await (0,promises_.readFile)(inputs.planPath);
    const dossier = inputs.dossierPath === undefined ? undefined : await (0,promises_.readFile)(inputs.dossierPath);
    if (plan !== undefined && inputs.plan !== undefined && (0,lib/* sha256 */.sc)(plan) !== inputs.plan) {
        throw new lib/* UserError */.yo(`The plan in ${inputs.planPath} hashes to ${(0,lib/* sha256 */.sc)(plan)}, but plan-digest is ${inputs.plan}. Pass both from the job that planned.`);
    }
    const planDigest = inputs.plan ?? (plan === undefined ? undefined : (0,lib/* sha256 */.sc)(plan));
    const drafts = inputs.events.map(event => (0,lib/* parseDraft */.LK)({
        ...pipeline.draft(),
        event,
        ...(inputs.environment === undefined ? {} : { environment: inputs.environment }),
        ...(release === undefined ? {} : { release }),
        ...(unit === undefined ? {} : { unit }),
        ...(planDigest === undefined ? {} : { plan: planDigest }),
        ...(dossier === undefined ? {} : { dossier: (0,lib/* sha256 */.sc)(dossier) }),
        ...gate,
        ...(inputs.detail === undefined ? {} : { detail: inputs.detail })
    }));
    return {
        drafts,
        ...(inputs.environment === undefined ? {} : { environment: inputs.environment }),
        role: roleOfEvents(inputs),
        attachments: [plan, dossier].filter(it => it !== undefined)
    };
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
 * What is known of the gate. A plan is announced together with the approvals that were there before it; an intent is recorded
 * only with a new approval of that plan.
 */
async function gateFacts(inputs, pipeline) {
    if (inputs.environment === undefined)
        return {};
    const environment = pipeline.environment(inputs.environment);
    if (inputs.events.includes('planned')) {
        const protection = await (0,pipeline_lib/* requireProtectedGate */.py)(pipeline, environment);
        return {
            ...(protection === undefined ? {} : { protection }),
            ...(environment.gate === 'approval' ? { approvals: await (0,pipeline_lib/* readApprovals */.RJ)(pipeline, environment.name) } : {})
        };
    }
    if (inputs.events.includes('started')) {
        const announcement = inputs.plan === undefined
            ? undefined
            : await pipeline.history.announcement(inputs.plan, pipeline.run.runId, environment.gate);
        const approvals = await (0,pipeline_lib/* requireApproval */.j_)(pipeline, environment, announcement);
        return approvals === undefined ? {} : { approvals };
    }
    if (inputs.events.includes('deployed') && inputs.release !== undefined) {
        await (0,pipeline_lib/* requireIntent */.yv)(pipeline, environment.name, inputs.release);
    }
    return {};
}

// EXTERNAL MODULE: ./packages/policy/lib/index.js + 7 modules
var policy_lib = __webpack_require__(9557);
;// CONCATENATED MODULE: ./actions/record-audit/lib/dead-run-records.js

/**
 * Records of runs that ended without a word: cancelled by force, or their machine was lost before the record job (promise 6).
 * @param taken the event that this job records of its own run; a job states each event once, so the next run tells the rest.
 */
async function recordsOfDeadRuns(pipeline, environment, standing, taken) {
    const dead = await (0,pipeline_lib/* findDeadRuns */.mx)(pipeline, standing);
    const drafts = [
        draftOf(pipeline, environment, 'cancelled', dead.filter(isUntouched), 'before anything was touched'),
        draftOf(pipeline, environment, 'failed', dead.filter(it => !isUntouched(it)), 'while deploying')
    ];
    return drafts.filter(draft => draft !== undefined).filter(({ event }) => event !== taken);
}
function isUntouched({ begun }) {
    return begun === undefined;
}
function draftOf(pipeline, environment, event, dead, when) {
    const [newest] = dead;
    if (newest === undefined)
        return undefined;
    const ended = dead.map(({ last }) => ({ run: last.run.id, attempt: last.run.attempt }));
    const { release, plan, dossier } = newest.last;
    return {
        ...pipeline.draft(),
        event,
        environment,
        ...(release === undefined ? {} : { release }),
        ...(plan === undefined ? {} : { plan }),
        ...(dossier === undefined ? {} : { dossier }),
        detail: {
            reason: `${ended.map(({ run, attempt }) => `Run ${run} (attempt ${attempt})`).join(', ')} ended ${when} without recording an outcome.`,
            ended
        }
    };
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/outcome-record.js





/**
 * Derives what became of an environment from the results of its jobs, the approvals and the ledger: also for gates that were
 * rejected or expired, for jobs that never ran, and for runs that could not tell themselves.
 */
async function recordOfOutcome(inputs, pipeline) {
    const evidence = await collectEvidence(inputs, pipeline);
    const outcome = await outcomeOf(inputs, evidence, pipeline);
    const draft = outcome_record_draftOf(pipeline.draft(), inputs, evidence, outcome);
    const { name } = evidence.environment;
    return {
        request: {
            drafts: [...(await recordsOfDeadRuns(pipeline, name, evidence.standing, draft.event)), draft],
            environment: name,
            role: roleOfOutcome(name)
        },
        verdict: outcome.verdict
    };
}
async function collectEvidence(inputs, pipeline) {
    const { history, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    const release = await history.released(inputs.release);
    if (release === undefined)
        throw new lib/* UserError */.yo(`The ledger holds no release ${inputs.release}, so its outcome cannot be recorded. Record \`released\` first.`);
    const plan = planOf(inputs);
    const asked = environment.gate === 'approval';
    return {
        environment,
        release,
        announcement: plan === undefined ? undefined : await history.announcement(plan, run.runId, environment.gate),
        approvals: asked ? await (0,pipeline_lib/* readApprovals */.RJ)(pipeline, environment.name) : [],
        protection: asked ? await (0,pipeline_lib/* readProtection */.mR)(pipeline, environment.name) : undefined,
        acceptance: await history.acceptanceOfLive(environment.name),
        standing: await (0,pipeline_lib/* readStanding */.ZY)(history.records(), environment.name)
    };
}
async function outcomeOf(inputs, evidence, pipeline) {
    const { github, history, run } = pipeline;
    const { environment, release, announcement, approvals, acceptance, standing } = evidence;
    const own = { runId: run.runId, environment: environment.name, release: release.digest };
    const intent = await history.intent(own);
    const [live] = standing.live;
    const overtaken = (await (0,pipeline_lib/* relateToLive */.fm)(pipeline, release.commit, standing.live)) === 'behind';
    return (0,policy_lib/* deriveOutcome */.WX)({
        environment: environment.name,
        gate: environment.gate,
        jobs: inputs.jobs,
        approvals,
        snapshot: announcement?.approvals ?? [],
        plannedAt: announcement === undefined ? undefined : Date.parse(announcement.time),
        // What an earlier attempt began was told by that attempt.
        started: intent?.run.attempt === run.attempt,
        deployed: (await history.deployment(own)) !== undefined,
        liveAccepted: acceptance !== undefined,
        now: github.now(),
        ...(overtaken && live !== undefined ? { overtakenBy: live.run.id } : {})
    });
}
function outcome_record_draftOf(common, { jobs }, { environment, release, announcement, approvals, protection, acceptance }, outcome) {
    return {
        ...common,
        event: outcome.event,
        environment: environment.name,
        release,
        ...(announcement?.plan === undefined ? {} : { plan: announcement.plan }),
        ...(announcement?.dossier === undefined ? {} : { dossier: announcement.dossier }),
        ...(approvals.length === 0 ? {} : { approvals }),
        ...(protection === undefined ? {} : { protection }),
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
function planOf({ jobs }) {
    return [jobs['plan'], jobs['deploy']].map(job => job?.outputs?.['plan-digest']).find(lib/* isDigest */.Bc);
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/run.js




/** Appends what happened to the ledger, and says where. */
async function run(inputs, pipeline) {
    const { log } = pipeline;
    const { request, verdict } = await log.group('Collect what is to be recorded', async () => inputs.kind === 'outcome'
        ? recordOfOutcome(inputs, pipeline)
        : { request: await recordsOfEvents(inputs, pipeline), verdict: undefined });
    const written = await log.group(`Append ${eventsOf(request)} to the ledger`, async () => (0,pipeline_lib/* writeRecords */.Wh)(pipeline, request));
    for (const { record, hash } of written)
        log.info(`record ${record.sequence}: ${record.event}, ${hash}`);
    const last = written.at(-1);
    return {
        outputs: {
            ...(last === undefined ? {} : { sequence: String(last.record.sequence), record: last.hash }),
            ...(verdict === undefined ? {} : { verdict })
        },
        summary: `### Recorded: ${(0,lib/* escapeMarkdown */.FV)(eventsOf(request))}\n\n${(0,lib/* table */.tp)(['record', 'event', 'SHA-256', 'signed'], written.map(entry => row(entry, pipeline)))}\n`
    };
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
