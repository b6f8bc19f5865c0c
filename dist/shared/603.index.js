export const id = 603;
export const ids = [603];
export const modules = {

/***/ 5603:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 53 modules
var lib = __webpack_require__(4551);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 60 modules
var pipeline_lib = __webpack_require__(9664);
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
    await (0,pipeline_lib.requireAcceptance)(pipeline, { release, environment, kind: detail?.promotion?.kind ?? 'release' });
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
        const protection = await (0,pipeline_lib.requireProtectedGate)(pipeline, environment);
        const announced = environment.gate !== 'continuous' && inputs.plan !== undefined;
        const announcement = announced
            ? await pipeline.history.announcement(inputs.plan, pipeline.run.runId, environment)
            : undefined;
        const approvals = await (0,pipeline_lib.requireApproval)(pipeline, environment, protection, announcement);
        return { protection, ...(approvals === undefined ? {} : { approvals }) };
    }
    if (inputs.events.includes('deployed') && inputs.release !== undefined) {
        const intent = await (0,pipeline_lib.requireIntent)(pipeline, environment.name, inputs.release);
        await (0,pipeline_lib.requireApplied)(pipeline.run, environment.name, inputs.plan, intent);
    }
    return {};
}
async function factsOfPlan(pipeline, environment, release) {
    const protection = await (0,pipeline_lib.requireProtectedGate)(pipeline, environment);
    if (release === undefined || !(0,pipeline_lib.asksReviewers)(environment, protection))
        return { protection };
    const deployed = (await pipeline.history.lastDeployed(environment.name))?.release;
    const commits = { release: release.commit, deployed: deployed?.commit };
    const authors = await (0,pipeline_lib.requireApprover)(pipeline, environment, protection, commits);
    return {
        protection,
        ...(authors === undefined ? {} : { authors }),
        approvals: await (0,pipeline_lib.readApprovals)(pipeline, environment.name)
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
    const superseded = await (0,pipeline_lib.findSupersededRuns)(pipeline, standing);
    const dead = await (0,pipeline_lib.findDeadRuns)(pipeline, { open: standing.open.filter(it => !superseded.includes(it)) });
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
    const jobs = await (0,pipeline_lib.readStageResults)(pipeline, { environment: environment.name, release: release.digest }, inputs.jobs);
    const plan = planOf(jobs);
    const asked = environment.gate === 'approval';
    const standing = await history.standing(environment.name);
    const withdrawal = await (0,pipeline_lib.withdrawalOfLive)(history, environment.name, standing.live);
    return {
        environment,
        release,
        jobs,
        announcement: plan === undefined ? undefined : await history.announcement(plan, run.runId, environment),
        approvals: asked ? await (0,pipeline_lib.readApprovals)(pipeline, environment.name) : [],
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
    const overtaken = (await (0,pipeline_lib.relateToLive)(pipeline, release.commit, standing.live)) === 'behind';
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
        live: await (0,pipeline_lib.isLive)(pipeline, environment.name, release),
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
    const { release, environment } = inputs;
    pipeline.history.about({
        ...(release === undefined ? {} : { release }),
        ...(inputs.kind === 'events' ? { plan: inputs.plan } : {}),
        environments: [environment, environment && pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
    });
    const { request, verdict, unexplained } = await log.group('Collect what is to be recorded', async () => inputs.kind === 'outcome'
        ? recordOfOutcome(inputs, pipeline)
        : { request: await recordsOfEvents(inputs, pipeline), verdict: undefined, unexplained: undefined });
    const written = await log.group(`Append ${eventsOf(request)} to the ledger`, async () => (0,pipeline_lib.writeRecords)(pipeline, request));
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
        `[${record.sequence}](${(0,pipeline_lib.recordUrl)(pipeline, record.sequence)})`,
        record.event,
        (0,lib/* code */.JA)(hash),
        record.key === undefined ? 'no: advisory' : `by ${(0,lib/* escapeMarkdown */.FV)(record.key.account)}`
    ];
}


/***/ })

};
