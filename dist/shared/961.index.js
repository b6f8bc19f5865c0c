export const id = 961;
export const ids = [961];
export const modules = {

/***/ 2961:
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
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/fingerprint.js
var lib_fingerprint = __webpack_require__(102);
;// CONCATENATED MODULE: ./actions/record-audit/lib/adoption-record.js



/**
 * Records that a digest which Sluice did not build counts as the build of a unit at this commit. From then on it may reach production like
 * any other, so it is as hard to have as production: by hand, with a reason, and with the word of a reviewer who did not ask for it.
 */
async function recordOfAdoption(inputs, pipeline) {
    const { run, repository } = pipeline;
    if (run.event !== 'workflow_dispatch')
        throw new lib/* UserError */.yot(`A digest is adopted by hand only, but this run was started by ${run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`);
    // Called by itself, so nobody asked before.
    await (0,pipeline_lib.requireProtectedRefs)(pipeline);
    const consent = await (0,pipeline_lib.requireConsent)(pipeline, {
        asked: { question: 'adopt', name: (0,lib/* adoptionJobName */.jSI)(inputs.digest, inputs.unit) },
        instead: 'Adopt in a run of its own, by a workflow that only calls adopt.yml.',
        plans: async (environment) => {
            const { open } = await pipeline.history.standing(environment);
            return open.some(({ last }) => last.run.id === run.runId);
        }
    });
    const delivery = await pipeline.at(run.sha);
    const unit = (0,find_by_name/* unitNamed */.iS)(delivery, inputs.unit);
    const fingerprint = await (0,lib_fingerprint/* fingerprintOf */.a)(repository, run.sha, unit);
    await requireStored(pipeline, unit, fingerprint, inputs.digest);
    await requireSound(pipeline, { unit, fingerprint, digest: inputs.digest });
    const draft = (0,lib/* parseDraft */.LKv)({
        ...pipeline.draft(),
        event: 'adopted',
        unit: { name: unit.name, kind: unit.kind, digest: inputs.digest, fingerprint },
        ...consent,
        detail: { reason: inputs.reason, checked: inputs.checked }
    });
    await (0,pipeline_lib.requireOnlyAdoption)(pipeline, draft);
    return { drafts: [draft] };
}
/** Refuses what people's word does not stand in for: the sandbox of a build that is on record without one, and tests. */
async function requireSound(pipeline, build) {
    const { unit, digest } = build;
    if (await (0,pipeline_lib.isUnconfined)(pipeline, build))
        throw new lib/* UserError */.yot(`The ledger says that ${digest} was built without a sandbox, which delivery.yml demands now. No one's word stands in for that: deliver the commit, so that ${unit.name} is built again.`);
    if (!(await (0,pipeline_lib.isTested)(pipeline, build)))
        throw new lib/* UserError */.yot(`The ledger holds no record that ${unit.name} passed its tests as ${digest}. Adopt by adopt.yml as it is shipped: it runs the tests of this commit and records that they passed.`);
}
async function requireStored(pipeline, unit, fingerprint, digest) {
    const found = [];
    for await (const stored of (0,pipeline_lib.storedBuilds)(pipeline, unit, fingerprint, 'push')) {
        if (stored.digest === digest)
            return;
        if (stored.digest !== undefined)
            found.push(stored.digest);
    }
    throw new lib/* UserError */.yot(`The ops registry does not name ${digest} as a build of ${unit.name} at this commit (${(0,lib/* sourceTag */.Yrp)(fingerprint)}); it names ${found.length === 0 ? 'none' : found.join(', ')}. Adopt one of those, or start the workflow on the commit that the digest was built from.`);
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./actions/record-audit/lib/event-evidence.js

/** Bytes of a report that a record keeps to itself: more would bury what people look for. */
const READABLE = 1_000;
/**
 * Of a release, its document: offline, a digest alone would not tell which units it has. It is the registry's, and has the digest that names
 * the release.
 * @throws UserError when its bytes are not the only ones that say the same.
 */
function evidenceOfRelease(digest, document) {
    const { text, digest: found } = (0,lib/* encodeRelease */.sRe)(document);
    if (found === digest)
        return (0,lib/* evidenceOfText */.SL1)('release', text);
    throw new lib/* UserError */.yot(`The document of release ${digest} is not canonical JSON (RFC 8785). Deliver its commit again: release documents are made by build-once.`);
}
/**
 * Splits what a builder reported. Everything that it fetched can be a list of hundreds: the report as a whole lies beside the record, which
 * keeps what is short enough to be read.
 */
function splitReport(detail) {
    const long = Object.keys(detail ?? {}).filter(name => (0,lib/* canonicalJson */.djW)(detail?.[name]).length > READABLE);
    if (detail === undefined || long.length === 0)
        return { detail, document: undefined };
    const short = Object.entries(detail).filter(([name]) => !long.includes(name));
    return { detail: Object.fromEntries(short), document: (0,lib/* evidenceOfValue */.an9)('build', detail) };
}
/** The member `evidence` of a record of an event. */
function evidenceFor(event, { release, build }) {
    const document = event === 'released' ? release : event === 'built' ? build : undefined;
    return document === undefined ? {} : { evidence: [document.evidence] };
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/announcement.js



/** The release that is being announced, if these events announce one. */
async function announce(pipeline, { release: digest, events }) {
    if (digest === undefined || !events.includes('released'))
        return undefined;
    const release = await pipeline.release(digest);
    const named = { digest, commit: release.commit };
    return { named, document: evidenceOfRelease(digest, release), ...(await unchangedNow(pipeline, named)) };
}
/**
 * Where a release changes nothing, by the ledger as it is now: nobody looks after this claim, so what was fetched a moment ago is not enough, and an
 * append that waits while others deploy makes it untrue.
 */
async function unchangedNow(pipeline, release) {
    if ((await (0,pipeline_lib.findUnchanged)(pipeline, release)) === undefined)
        return {};
    const all = pipeline.policy.environments.map(({ name }) => name);
    const look = async () => {
        const history = (0,pipeline_lib.historyOf)(pipeline, 'now').about({ release: release.digest, environments: all });
        const found = await (0,pipeline_lib.findUnchanged)({ ...pipeline, history }, release);
        return { found, history };
    };
    const { found: unchanged, history } = await look();
    if (unchanged === undefined)
        return {};
    const environments = unchanged.map(({ environment }) => environment);
    const grounds = await (0,pipeline_lib.groundsIn)(history, environments, async () => {
        const { found } = await look();
        if (found !== undefined && (0,lib/* canonicalJson */.djW)(found) === (0,lib/* canonicalJson */.djW)(unchanged))
            return;
        throw new lib/* UserError */.yot(`Release ${release.digest} changed nothing in ${environments.join(', ')} when it was compared with what is live there, but others delivered before that could be recorded. Re-run the failed jobs: it is compared anew.`);
    });
    return { unchanged, grounds };
}

// EXTERNAL MODULE: ./actions/record-audit/lib/facts.js
var lib_facts = __webpack_require__(3064);
;// CONCATENATED MODULE: ./actions/record-audit/lib/withdrawal.js


/**
 * What is withdrawn with a release: if it is live, so are its other names. Without them, a commit that changes a document would bring back what
 * somebody has just stopped. The last deployment is always among them: with it fall all that were found to be the same, also those that are
 * not named here.
 */
async function withdrawal({ environment = '', release, detail }, pipeline) {
    const { history } = pipeline;
    await (0,pipeline_lib.requirePolicyOfNow)(pipeline);
    await (0,pipeline_lib.requireProtectedRefsOf)(pipeline, pipeline.environment(environment));
    if (release === undefined)
        return { detail: { ...detail }, place: { isLive: false } };
    const { isLive: runs, also } = await namesOf(pipeline, environment, release);
    const uncertain = await history.uncertainSince(environment);
    const half = await (0,pipeline_lib.halfOf)(history, environment, release.digest);
    const untouched = await untouchedBy(history, environment, uncertain);
    const grounds = await (0,pipeline_lib.groundsIn)(history, [environment], async () => {
        const now = await namesOf({ ...pipeline, history: (0,pipeline_lib.historyOf)(pipeline, 'now') }, environment, release);
        if (now.isLive === runs && now.also.join() === also.join())
            return;
        throw new lib/* UserError */.yot(`What ${environment} has changed while this was being recorded, so nothing is withdrawn yet. Run the failed job again: it withdraws the release with all that are the same there by then.`);
    });
    return {
        detail: { ...detail, ...(also.length === 0 ? {} : { also }) },
        grounds,
        place: { isLive: runs, ...(uncertain && { uncertain }), ...(half && { half }), ...(untouched && { untouched }) }
    };
}
/** The record by which a deployment that began came to an end before it touched anything; `undefined` where none says so. */
async function untouchedBy(history, environment, began) {
    if (began?.event !== 'started')
        return undefined;
    const ended = await (0,pipeline_lib.endOfAttempt)(history, environment, began.run);
    return (0,lib/* touchedNothing */.EQO)(ended) ? ended : undefined;
}
/** Whether a release is what an environment has, by the ledger or by git, and its other names there. */
async function namesOf(pipeline, environment, release) {
    const { digest } = release;
    const { live } = await pipeline.history.standing(environment);
    const same = [...new Set(live.flatMap(({ release: it }) => (it === undefined ? [] : [it.digest])))];
    const runs = same.includes(digest) ||
        (await isLiveByOther(pipeline, environment, digest, live)) ||
        // Its checks may run right now: no run has told yet that it changed nothing.
        (await (0,pipeline_lib.isLive)(pipeline, environment, release));
    return { isLive: runs, also: runs ? same.filter(it => it !== digest) : [] };
}
/**
 * Whether a release is live by what the environment's state forgets: since the last deployment it was found to be the same, or was announced so,
 * and others were after it.
 */
async function isLiveByOther({ history }, environment, release, live) {
    const deployed = live.at(-1);
    if (deployed === undefined)
        return false;
    const wasFound = async (it) => (await history.relevantTo(it, [environment])).some(word => word.sequence > deployed.sequence && word.release?.digest === it && (0,lib/* sameAs */.f4s)(word) === deployed.release?.digest);
    if (await wasFound(release))
        return true;
    const released = await history.releasedBy(release);
    const as = released === undefined ? undefined : (0,lib/* announcedAs */._ft)(released, environment);
    return as !== undefined && (live.some(it => it.release?.digest === as) || (await wasFound(as)));
}
/** What was stopped, for whoever stopped it and for who reads it later: where, what with it, and what to do now. */
function withdrawalSummary(record, place) {
    const { environment = '', release, detail } = record;
    const { reason = '', also = [] } = (detail ?? {});
    const name = (0,lib/* escapeMarkdown */.FVb)(environment);
    const rows = [
        ['environment', name],
        ...(release === undefined
            ? []
            : [['release', `${(0,lib/* releaseId */.BfF)(release.digest)}, commit ${(0,lib/* code */.aYu)(release.commit)}, ${(0,lib/* code */.aYu)(release.digest)}`]]),
        ['reason', (0,lib/* escapeMarkdown */.FVb)(reason)],
        ...(also.length === 0 ? [] : [['the same there', also.map(lib/* releaseId */.BfF).join(', ')]])
    ];
    const rule = `It enters no environment from ${name} any more, except as a rollback where it was accepted before, and no delivery brings it back to ${name}. Environments that have it keep it: withdraw it there, too.`;
    return `${(0,lib/* table */.tpe)(['', ''], rows)}\n\n${rule}\n\n${standingOf(record, place, name)}\n`;
}
/** Whether what was stopped runs there, and what to do. */
function standingOf({ release }, { isLive, uncertain, half, untouched }, name) {
    const next = 'Deliver a commit that repairs it, or one that reverts it.';
    const far = (0,lib/* partialIn */.Fy9)(half);
    if (half !== undefined && far !== undefined)
        return `> [!WARNING]\n> It was deployed there by half (record ${half.sequence}): ${(0,lib/* escapeMarkdown */.FVb)((0,lib/* describePartial */.lCE)(far))}. What is done runs there still. ${next}`;
    if (uncertain !== undefined) {
        const isOwn = uncertain.event === 'started' && uncertain.release?.digest === release?.digest;
        if (isOwn && untouched !== undefined)
            return `> [!WARNING]\n> A deployment of it began there (record ${uncertain.sequence}) and touched nothing (record ${untouched.sequence}, \`${untouched.event}\`). ${isLive ? `It is what ${name} has by the ledger. ${next}` : `If you meant what runs there, withdraw that: \`sluice status\` names it.`}`;
        const what = isOwn ? 'A deployment of it began there' : `What ${name} has is not certain`;
        return `> [!WARNING]\n> ${what} (record ${uncertain.sequence}, \`${uncertain.event}\`), and the ledger does not hold it as done: ${isOwn || isLive ? 'it may run there, or a part of it' : 'what runs there may be another release'}. ${next}`;
    }
    return isLive
        ? `It is what ${name} has, and goes on running there. ${next}`
        : `> [!WARNING]\n> ${name} does not have this release: nothing that runs there is any different. If you meant what runs there, withdraw that: \`sluice status\` names it.`;
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/event-records.js








/** Records of what is happening now, each with the facts that its event calls for. */
async function recordsOfEvents(inputs, pipeline) {
    const announced = await announce(pipeline, inputs);
    const release = announced?.named ?? (await releasedBefore(pipeline, inputs.release));
    const { authors, ...gate } = await gateFacts(inputs, release, pipeline);
    const unit = inputs.unit === undefined
        ? undefined
        : { ...inputs.unit, kind: (0,find_by_name/* unitNamed */.iS)(await pipeline.at(pipeline.run.sha), inputs.unit.name).kind };
    const plan = inputs.planPath === undefined ? undefined : await (0,promises_.readFile)(inputs.planPath);
    const dossier = inputs.dossierPath === undefined ? undefined : await (0,promises_.readFile)(inputs.dossierPath);
    if (plan !== undefined && inputs.plan !== undefined && (0,lib/* sha256 */.scB)(plan) !== inputs.plan) {
        throw new lib/* UserError */.yot(`The plan in ${inputs.planPath} hashes to ${(0,lib/* sha256 */.scB)(plan)}, but plan-digest is ${inputs.plan}. Pass both from the job that planned.`);
    }
    const planDigest = inputs.plan ?? (plan === undefined ? undefined : (0,lib/* sha256 */.scB)(plan));
    const facts = await (0,lib_facts/* factsOf */.x)(inputs);
    const { detail: reported, document: build } = inputs.events.includes('built') ? splitReport(facts) : { detail: facts };
    const withdrawn = inputs.events.includes('withdrawn')
        ? await withdrawal({ ...inputs, release, detail: facts }, pipeline)
        : undefined;
    const stated = withdrawn?.detail ?? reported;
    const found = { ...(authors && { authors }), ...(announced?.unchanged && { unchanged: announced.unchanged }) };
    const detail = Object.keys(found).length === 0 ? stated : { ...stated, ...found };
    const drafts = inputs.events.map(event => (0,lib/* parseDraft */.LKv)({
        ...pipeline.draft(),
        event,
        ...(inputs.environment === undefined ? {} : { environment: inputs.environment }),
        ...(release === undefined ? {} : { release }),
        ...(unit === undefined ? {} : { unit }),
        ...(planDigest === undefined ? {} : { plan: planDigest }),
        ...(dossier === undefined ? {} : { dossier: (0,lib/* sha256 */.scB)(dossier) }),
        ...evidenceFor(event, { release: announced?.document, build }),
        ...gate,
        ...(detail === undefined ? {} : { detail })
    }));
    const intent = drafts.find(draft => draft.event === 'started');
    const grounds = intent === undefined ? (announced?.grounds ?? withdrawn?.grounds) : await requireEntry(pipeline, intent);
    return {
        drafts,
        ...(grounds && { grounds }),
        ...(withdrawn && { withdrawn: withdrawn.place }),
        attachments: [plan, dossier, announced?.document.content, build?.content].filter(it => it !== undefined)
    };
}
/** An intent lets the deployment begin, so it is not recorded of a release that may not enter. @returns what it rests on until it has landed. */
async function requireEntry(pipeline, { environment, release, plan, detail }) {
    if (environment === undefined || release === undefined)
        return undefined;
    if (plan === undefined)
        throw new lib/* UserError */.yot('The event started requires the input plan-digest: the digest of the plan that is about to be applied.');
    const entrant = { release, environment, kind: detail?.promotion?.kind ?? 'release' };
    await (0,pipeline_lib.requireAcceptance)(pipeline, entrant);
    return (0,pipeline_lib.acceptanceAsGrounds)(pipeline, entrant);
}
/** A release with its commit, from the ledger. */
async function releasedBefore({ history }, digest) {
    if (digest === undefined)
        return undefined;
    const released = await history.released(digest);
    if (released === undefined)
        throw new lib/* UserError */.yot(`The ledger holds no release ${digest}. Record \`released\` first.`);
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
        if (approvals !== undefined && announcement !== undefined)
            await (0,pipeline_lib.requirePolicyOfNow)(pipeline, announcement.time);
        return { environmentId: protection.id, protection, ...(approvals === undefined ? {} : { approvals }) };
    }
    if (inputs.events.includes('deployed') && inputs.release !== undefined) {
        const intent = await (0,pipeline_lib.requireIntent)(pipeline, environment.name, inputs.release);
        await (0,pipeline_lib.requireApplied)(pipeline.run, environment.name, inputs.plan, intent);
        return intent.protection === undefined ? {} : { environmentId: intent.protection.id };
    }
    const environmentId = await (0,pipeline_lib.readEnvironmentId)(pipeline, environment.name);
    return environmentId === undefined ? {} : { environmentId };
}
async function factsOfPlan(pipeline, environment, release) {
    const protection = await (0,pipeline_lib.requireProtectedGate)(pipeline, environment);
    const facts = { environmentId: protection.id, protection };
    if (release === undefined || !(0,pipeline_lib.asksReviewers)(environment, protection))
        return facts;
    const deployed = (await pipeline.history.lastDeployed(environment.name))?.release;
    const commits = { release: release.commit, deployed: deployed?.commit };
    const authors = await (0,pipeline_lib.requireApprover)(pipeline, environment, protection, commits);
    return {
        ...facts,
        ...(authors === undefined ? {} : { authors }),
        approvals: await (0,pipeline_lib.readApprovals)(pipeline, environment.name)
    };
}

// EXTERNAL MODULE: ./packages/policy/lib/index.js + 15 modules
var policy_lib = __webpack_require__(9889);
;// CONCATENATED MODULE: ./actions/record-audit/lib/checks-evidence.js

/**
 * What the acceptance job asked and what came back, as evidence of the outcome. It is the job's own report, so it counts only where it is of
 * this release and environment, and says what GitHub says of the job: a report of passed checks proves nothing beside a job that failed.
 * @param source whose word it is; absent: that of the job that records it.
 * @returns absent where no checks ran, or what is reported does not fit; then the log says so.
 */
function evidenceOfChecks(accept, of, log, source) {
    const text = accept.outputs?.['results'] ?? '';
    if (text === '' || (accept.result !== 'success' && accept.result !== 'failure'))
        return undefined;
    const report = (0,lib/* readChecks */.wf6)(text);
    const isOfThis = report?.environment === of.environment && report.release === of.release;
    const passed = report?.checks.every(check => check.passed);
    if (isOfThis && passed === (accept.result === 'success'))
        return { ...(0,lib/* evidenceOfText */.SL1)('checks', text, source), count: (0,lib/* checksIn */.Jrq)(report) };
    log.warning(`What the acceptance job of ${of.environment} reported of its checks is not kept: it is no report of this release, or contradicts how GitHub says that the job ended.`);
    return undefined;
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/dead-run-records.js

/**
 * Adds to what a job records of its own run what became of others: of runs that wait for nothing any more, because something newer is live, and
 * of runs that ended without a word: cancelled by force, or their machine was lost before the record job (promise 6).
 *
 * A job states each event once. So what ended as this run did is told in its own record, and what one record tells of several deployments
 * names the release of each: none of them is known to work any more.
 * @returns the records to write, the run's own last.
 */
async function withDeadRuns(pipeline, environment, standing, own) {
    const told = await tell(pipeline, standing);
    const others = told.filter(({ event }) => event !== own.event);
    const same = told.find(({ event }) => event === own.event);
    return [
        ...others.map(it => draftOf(pipeline, environment, it)),
        same === undefined ? own : tellAlong(own, same)
    ].filter(draft => draft !== undefined);
}
async function tell(pipeline, standing) {
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
    return told.filter(({ runs }) => runs.length > 0);
}
function isUntouched({ begun }) {
    return begun === undefined;
}
function draftOf(pipeline, environment, told) {
    const [newest] = told.runs;
    if (newest === undefined)
        return undefined;
    const { environmentId, release, plan, dossier } = newest.last;
    const about = {
        ...pipeline.draft(),
        environment,
        ...(environmentId === undefined ? {} : { environmentId }),
        ...(release === undefined ? {} : { release }),
        ...(plan === undefined ? {} : { plan }),
        ...(dossier === undefined ? {} : { dossier })
    };
    const detail = { reason: reasonOf(told), ended: endedOf(told) };
    switch (told.event) {
        case 'superseded': {
            const { supersededBy } = told;
            return { ...about, event: 'superseded', detail: { ...detail, ...(supersededBy && { supersededBy }) } };
        }
        case 'cancelled':
            return { ...about, event: 'cancelled', detail: { ...detail, untouched: true } };
        case 'failed':
            return { ...about, event: 'failed', detail: { ...detail, ...alsoOf(told, release?.digest) } };
    }
}
/** The run's own record, which tells of others that ended as it did. */
function tellAlong(own, told) {
    const reason = [own.detail === undefined || !('reason' in own.detail) ? '' : own.detail.reason, reasonOf(told)].join(' ');
    const along = { reason: reason.trim(), ended: endedOf(told) };
    switch (own.event) {
        case 'superseded':
            return { ...own, detail: { ...own.detail, ...along } };
        case 'cancelled':
            return { ...own, detail: { ...own.detail, ...along } };
        case 'failed': {
            // What this run did not touch is known as before, unless another one did.
            const { untouched } = own.detail ?? {};
            const known = untouched === true ? undefined : own.release?.digest;
            return { ...own, detail: { ...own.detail, ...along, ...alsoOf(told, known) } };
        }
        default:
            return own;
    }
}
/** The releases of several deployments, but for the one that the record names. */
function alsoOf({ runs }, named) {
    const releases = new Set(runs.flatMap(({ last }) => last.release?.digest ?? []));
    const also = [...releases].filter(digest => digest !== named);
    return also.length === 0 ? {} : { also };
}
function reasonOf({ runs, what }) {
    return `${runs.map(({ last: { run } }) => `Run ${run.id} (attempt ${run.attempt})`).join(', ')} ${what}.`;
}
function endedOf({ runs }) {
    return runs.map(({ last }) => ({ run: last.run.id, attempt: last.run.attempt }));
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/own-results.js

/**
 * How the jobs of an environment ended, as GitHub tells it. Of a deployment that this attempt recorded, and whose checks this very job ran, it
 * is not asked again: the records were signed by those who let it in and carried it out, GitHub vouches for each, and nothing that could end
 * badly comes after them. The caller's word (its `needs` context) never says more than that: whatever it tells of another end is asked for.
 */
async function readOwnResults(inputs, pipeline, environment, release) {
    const known = await findRecorded(inputs, pipeline, environment, release);
    if (known !== undefined)
        return known;
    const of = { environment: environment.name, release: release.digest };
    const intent = await pipeline.history.intent({ ...of, runId: pipeline.run.runId });
    const begun = intent !== undefined && isOf(pipeline.run, intent);
    const found = await (0,pipeline_lib.readStageResults)(pipeline, { ...of, begun }, inputs.jobs);
    return {
        jobs: inputs.accepted === undefined ? found : { ...found, accept: inputs.accepted },
        approvals: async () => (0,pipeline_lib.readApprovals)(pipeline, environment.name)
    };
}
const SKIPPED = { result: 'skipped', outputs: {} };
async function findRecorded({ accepted, jobs }, { history, run }, { name }, release) {
    const { plan = SKIPPED, deploy = SKIPPED, accept = SKIPPED } = jobs;
    const isUsual = plan.result !== 'failure' && plan.result !== 'cancelled' && deploy.result === 'success';
    if (accepted === undefined || accept.result !== 'skipped' || !isUsual)
        return undefined;
    const own = { runId: run.runId, environment: name, release: release.digest };
    const [intent, deployed] = [await history.intent(own), await history.deployment(own)];
    if (intent === undefined || deployed === undefined || !isOf(run, intent) || !isOf(run, deployed))
        return undefined;
    return {
        jobs: { plan, deploy: { ...deploy, attempt: run.attempt }, accept: accepted },
        approvals: async () => intent.approvals ?? []
    };
}
/** Whether a record is of this attempt: a run that is started again says nothing by what it did before. */
function isOf(run, record) {
    return record.run.id === run.runId && record.run.attempt === run.attempt;
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/outcome-record.js






/**
 * Derives what became of an environment from the results of its jobs as GitHub knows them, the approvals and the ledger: also for gates that were
 * rejected or expired, for jobs that never ran, and for runs that could not tell themselves.
 */
async function recordOfOutcome(inputs, pipeline) {
    const evidence = await collectEvidence(inputs, pipeline);
    const { name } = evidence.environment;
    const of = { environment: name, release: evidence.release.digest };
    const checks = evidenceOfChecks(evidence.jobs.accept, of, pipeline.log, inputs.accepted === undefined ? lib/* HANDED_OVER */.Scd : undefined);
    const outcome = await outcomeOf(evidence, checks?.count, pipeline);
    // Checks that this very job ran are no job: nobody sees by them how the run ended.
    const { accept, ...rest } = evidence.jobs;
    const jobs = inputs.accepted === undefined ? { ...rest, accept } : rest;
    const draft = {
        ...outcome_record_draftOf(pipeline.draft(), { ...evidence, jobs }, outcome),
        ...(checks && { evidence: [checks.evidence] })
    };
    return {
        request: {
            drafts: await withDeadRuns(pipeline, name, evidence.standing, draft),
            seen: await seenLive(pipeline, evidence.standing),
            ...(outcome.event === 'unchanged' && (await acceptanceBehind(pipeline, evidence))),
            ...(checks && { attachments: [checks.content] })
        },
        verdict: outcome.verdict,
        ...((0,policy_lib/* isExplained */.zT)(outcome, jobs) ? {} : { unexplained: outcome.detail.reason })
    };
}
/** What this outcome takes for live: an append that somebody else was faster than looks whether it still is. */
async function seenLive({ history }, { live }) {
    const releases = new Set(live.flatMap(({ release }) => release?.digest ?? []));
    return { at: (await history.newest())?.sequence ?? 0, releases: [...releases] };
}
/** Nothing is promoted by an acceptance that is not the newest of what is live: others may confirm or undo it before this lands. */
async function acceptanceBehind(pipeline, { environment: { name }, acceptance }) {
    const grounds = await (0,pipeline_lib.groundsIn)(pipeline.history, [name], async () => {
        const now = await (0,pipeline_lib.historyOf)(pipeline, 'now')
            .about({ environments: [name] })
            .acceptanceOfLive(name);
        if (now?.sequence === acceptance?.sequence)
            return;
        throw new lib/* UserError */.yot(`What is live in ${name} was accepted by record ${acceptance?.sequence} when this job looked, but others recorded more before this could be. Re-run the failed jobs: the outcome is found anew.`);
    });
    return { grounds };
}
async function collectEvidence(inputs, pipeline) {
    const { history, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    const release = await history.released(inputs.release);
    if (release === undefined)
        throw new lib/* UserError */.yot(`The ledger holds no release ${inputs.release}, so its outcome cannot be recorded. Record \`released\` first.`);
    const { jobs, approvals } = await readOwnResults(inputs, pipeline, environment, release);
    const plan = planOf(jobs);
    const announcement = plan === undefined ? undefined : await history.announcement(plan, run.runId, environment);
    const environmentId = announcement?.protection?.id ?? (await (0,pipeline_lib.readEnvironmentId)(pipeline, environment.name));
    const asked = isAsked(environment, announcement);
    const standing = await history.standing(environment.name);
    const withdrawal = await (0,pipeline_lib.withdrawalOfLive)(history, environment.name, standing.live);
    return {
        environment,
        release,
        jobs,
        announcement,
        asked,
        approvals: asked ? await approvals() : [],
        acceptance: withdrawal === undefined ? await history.acceptanceOfLive(environment.name) : undefined,
        withdrawal,
        standing,
        environmentId
    };
}
/** Whether the gate was one that asks when the plan was announced: a manual start asks where the GitHub Environment has reviewers. */
function isAsked(environment, announcement) {
    if (environment.gate === 'approval')
        return true;
    return announcement?.protection !== undefined && (0,pipeline_lib.asksReviewers)(environment, announcement.protection);
}
async function outcomeOf(evidence, checks, pipeline) {
    const { github, history, run } = pipeline;
    const { environment, release, jobs, announcement, asked, approvals, acceptance, withdrawal, standing } = evidence;
    const own = { runId: run.runId, environment: environment.name, release: release.digest };
    const intent = await history.intent(own);
    const withdrawn = await history.withdrawal(environment.name, release.digest);
    const isStopped = withdrawn !== undefined && withdrawn.sequence > (intent?.sequence ?? 0);
    const [live] = standing.live;
    const starter = { actor: run.actor, triggeringActor: { login: run.triggeringActor } };
    const overtaken = (await (0,pipeline_lib.relateToLive)(pipeline, release.commit, standing.live)) === 'behind';
    return (0,policy_lib/* deriveOutcome */.WX)({
        environment: environment.name,
        asked,
        jobs,
        approvals,
        snapshot: announcement?.approvals ?? [],
        parties: announcement === undefined ? [] : (0,lib/* partiesAtGate */.XLp)(starter, announcement),
        planned: announcement?.protection,
        plannedAt: announcement === undefined ? undefined : Date.parse(announcement.time),
        started: intent !== undefined && (0,pipeline_lib.isOfJob)(intent, jobs.deploy),
        deployed: (await history.deployment(own)) !== undefined,
        ...(checks === undefined ? {} : { checks }),
        live: await (0,pipeline_lib.isLive)(pipeline, environment.name, release),
        liveAccepted: acceptance !== undefined,
        ...(withdrawal === undefined ? {} : { liveWithdrawn: withdrawal.sequence }),
        ...(isStopped ? { withdrawnSince: withdrawn.sequence } : {}),
        now: github.now(),
        ...(overtaken && live !== undefined ? { overtakenBy: live.run.id } : {})
    });
}
function outcome_record_draftOf(common, { environment, environmentId, release, jobs, announcement, approvals, acceptance, standing }, outcome) {
    // What was found to be the same is newer.
    const deployed = standing.live.at(-1)?.release;
    return {
        ...common,
        event: outcome.event,
        environment: environment.name,
        ...(environmentId === undefined ? {} : { environmentId }),
        release,
        ...(announcement?.plan === undefined ? {} : { plan: announcement.plan }),
        ...(announcement?.dossier === undefined ? {} : { dossier: announcement.dossier }),
        ...(approvals.length === 0 ? {} : { approvals }),
        ...(announcement?.protection === undefined ? {} : { protection: announcement.protection }),
        detail: {
            ...outcome.detail,
            jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.result])),
            ...(deployed !== undefined && (0,lib/* foundInPlace */.NbA)(outcome) ? { sameAs: deployed.digest } : {}),
            ...(outcome.event === 'unchanged' && acceptance !== undefined
                ? { acceptedBy: acceptance.sequence, acceptedAt: acceptance.time }
                : {})
        }
    };
}
/** The plan that the jobs were about: made by `plan`, or by `deploy` where nobody is asked. */
function planOf({ plan, deploy }) {
    return [plan, deploy].map(job => job.outputs?.['plan-digest']).find(lib/* isDigest */.Bc8);
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/recorded-rows.js


/** Characters shown of a reason; the record holds all of it. */
const LONGEST = 500;
/** What was recorded, as a table, and the reasons that the records give, as lines after it. */
function recordedRows(written, pipeline) {
    const rows = (0,lib/* table */.tpe)(['record', 'event', 'SHA-256', 'signed'], written.map(({ record, hash }) => [
        linkTo(record, pipeline),
        record.event,
        (0,lib/* code */.aYu)(hash),
        record.key === undefined ? 'no: advisory' : `by ${(0,lib/* escapeMarkdown */.FVb)(record.key.signer)}`
    ]));
    const reasons = written.flatMap(({ record }) => {
        const reason = recorded_rows_reasonOf(record);
        return reason === '' ? [] : [`- ${linkTo(record, pipeline)}, ${record.event}: ${(0,lib/* escapeClipped */.R02)(reason, LONGEST)}`];
    });
    return reasons.length === 0 ? rows : `${rows}\n\n${reasons.join('\n')}`;
}
function linkTo({ sequence }, pipeline) {
    return `[${sequence}](${(0,pipeline_lib.recordUrl)(pipeline, sequence)})`;
}
/** Why, as the record says; a withdrawal has a summary of its own. */
function recorded_rows_reasonOf({ event, detail }) {
    return event !== 'withdrawn' && detail !== undefined && 'reason' in detail ? String(detail.reason ?? '').trim() : '';
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/repair-mode.js


/** A job summary has at most 1 MiB, and six characters may stand for one that a planted record holds; the record names all of them. */
const MOST_SHOWN = 250;
/** Characters shown of why a record is not valid, and of the reason for a repair. */
const repair_mode_LONGEST = 300;
/** Characters shown of a name that a record which is not valid gives. */
const LONGEST_NAME = 50;
const MORE = 'More has to be left out before anyone can deliver: run this workflow again for what `sluice repair` names, or once more where it names nothing.';
/** Leaves records out of the ledger that are not valid, and says which. */
async function repair({ environment, reason, preview, shown }, pipeline) {
    const part = environment ?? 'builds and releases';
    if (preview) {
        const found = await pipeline.log.group(`Look at what the ledger says of ${part}`, async () => (0,pipeline_lib.previewOfRepair)(pipeline, { environment }));
        return reportOfPreview(part, reason, found, pipeline);
    }
    const repaired = await pipeline.log.group(`Repair what the ledger says of ${part}`, async () => (0,pipeline_lib.repairSection)(pipeline, { environment, reason, ...(shown === undefined ? {} : { shown }) }));
    return reportOfRepair(part, repaired, pipeline);
}
/** What a repair left out, for the log, the summary and later steps. @param part of the ledger, as people call it. */
function reportOfRepair(part, { record, hash, skipped }, pipeline) {
    const { log } = pipeline;
    const { sequence } = record;
    logEach(skipped, 'is left out', log);
    const told = skipped.length === 0
        ? 'Each record is valid; the files that decisions read were made again.\n'
        : `Left out, because it is not valid:\n\n${tableOf(skipped, pipeline)}`;
    const more = record.event === 'repaired' && record.detail?.more === true ? `\n${MORE}\n` : '';
    if (more !== '')
        log.warning(MORE);
    return {
        outputs: { sequence: String(sequence), record: hash, place: (0,lib/* formatPlace */.dEx)({ sequence, hash }) },
        summary: `### Repaired: ${(0,lib/* escapeMarkdown */.FVb)(part)}\n\n${told}${more}`
    };
}
/** What a repair would leave out, for the reviewer who is asked next. @param part of the ledger, as people call it. */
function reportOfPreview(part, reason, { skipped = [], more, records, digest }, pipeline) {
    logEach(skipped, 'would be left out', pipeline.log);
    const undone = records.flatMap(({ sequence, event, detail }) => event === 'repaired' ? (0,lib/* withoutRepair */.AQo)(sequence, detail ?? {}) : []);
    const told = skipped.length === 0
        ? 'Each record is valid; only the files that decisions read would be made again.\n'
        : `${[FORGOTTEN, ...(undone.length === 0 ? [] : [`> [!WARNING]\n> ${undone.join(' ')}`])].join('\n\n')}\n\n${shownTable(skipped, records, pipeline)}`;
    const rest = more === true ? '\nThat is not all: more has to be left out by another run.\n' : '';
    return {
        outputs: { shown: digest },
        summary: `### To be left out: ${(0,lib/* escapeMarkdown */.FVb)(part)}\n\nReason given: ${(0,lib/* escapeClipped */.R02)(reason, repair_mode_LONGEST)}\n\n${told}${rest}`
    };
}
const FORGOTTEN = "What is left out stays on the ledger and counts for nothing from then on, also a failure, a rejection or a withdrawal. Where only `delivery.yml` as it is now speaks against a record (the end of a key in `ledger.trust`, a key that is not listed any more, a former name of the default branch), that is right if the key leaked, or never was the product's; otherwise `delivery.yml` has to be put right instead. `sluice repair`, in a clone, tells which these are, and what to write.";
/** What each record says, as far as it can be read, beside why it would be left out. */
function shownTable(skipped, records, pipeline) {
    const said = new Map(records.map(record => [record.sequence, record]));
    const rows = skipped
        .slice(0, MOST_SHOWN)
        .map(it => [
        `[${it.sequence}](${(0,pipeline_lib.recordUrl)(pipeline, it.sequence)})`,
        describe(said.get(it.sequence)),
        (0,lib/* code */.aYu)(it.hash),
        (0,lib/* escapeClipped */.R02)(it.why, repair_mode_LONGEST)
    ]);
    return `${(0,lib/* table */.tpe)(['record', 'says', 'SHA-256', 'why it is not valid'], rows)}\n\n${(0,lib/* plural */.LSg)(skipped.length, 'record')} in all${skipped.length > MOST_SHOWN ? `, of which the first ${MOST_SHOWN} are shown: \`sluice repair\` names each` : ''}.\n`;
}
/** Event, place, subject, actor, run and time of a record, where it has them. Nobody vouches for any of it. */
function describe(record) {
    if (record === undefined)
        return 'nothing that can be read';
    const { event, environment, release, unit, actor, run, time } = record;
    const about = release === undefined ? unit?.name : (0,lib/* releaseId */.BfF)(release.digest);
    return [event, environment, about, 'by', actor.login, 'in run', run.id, 'at', time]
        .flatMap(it => (it === undefined ? [] : [(0,lib/* escapeClipped */.R02)(it, LONGEST_NAME)]))
        .join(' ');
}
/** Why a record is not valid may quote it, and whoever planted it wrote that: the runner must obey none of it. */
function logEach(skipped, what, log) {
    if (skipped.length === 0)
        return;
    log.untrusted(skipped.map(({ sequence, why }) => `record ${sequence} ${what}: ${(0,lib/* visible */.RK9)(why)}`).join('\n'));
}
function tableOf(skipped, pipeline) {
    const rows = skipped
        .slice(0, MOST_SHOWN)
        .map(it => [`[${it.sequence}](${(0,pipeline_lib.recordUrl)(pipeline, it.sequence)})`, (0,lib/* code */.aYu)(it.hash), (0,lib/* escapeClipped */.R02)(it.why, repair_mode_LONGEST)]);
    return `${(0,lib/* table */.tpe)(['record', 'SHA-256', 'why'], rows)}\n\n${(0,lib/* plural */.LSg)(skipped.length, 'record')} in all.\n`;
}

;// CONCATENATED MODULE: ./actions/record-audit/lib/run.js








/** Appends what happened to the ledger, and says where. */
async function run(inputs, pipeline) {
    // The ledger cannot be asked anything before it is repaired.
    if (inputs.kind === 'repair')
        return repair(inputs, pipeline);
    const { log } = pipeline;
    const { release, environment } = inputs;
    const announces = inputs.kind === 'events' && inputs.events.includes('released');
    pipeline.history.about({
        ...(release === undefined ? {} : { release }),
        ...(inputs.kind === 'events' ? { plan: inputs.plan } : {}),
        environments: announces
            ? pipeline.policy.environments.map(({ name }) => name)
            : [environment, environment && pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
    });
    await requireConfig(pipeline, inputs.kind);
    const { request, withdrawn, verdict, unexplained } = await log.group('Collect what is to be recorded', async () => collect(inputs, pipeline));
    const written = await log.group(`Append ${eventsOf(request)} to the ledger`, async () => (0,pipeline_lib.writeRecords)(pipeline, request));
    for (const { record, hash } of written)
        log.info(`record ${record.sequence}: ${record.event}, ${hash}`);
    const last = written.at(-1);
    const unchanged = request.drafts.flatMap(lib/* unchangedBy */.xvO).map(({ environment: name }) => name);
    const outputs = {
        ...(last === undefined ? {} : placeOf(last)),
        ...(verdict === undefined ? {} : { verdict }),
        ...(unchanged.length === 0 ? {} : { unchanged: 'true' })
    };
    const rows = recordedRows(written, pipeline);
    // Otherwise the run would be green, and look as if it had delivered.
    if (unexplained !== undefined)
        throw new lib/* UserError */.yot(`${unexplained} The outcome is recorded as ${verdict}; no other job of this run failed, so this one does.`, { outputs, details: rows });
    const stopped = last === undefined || withdrawn === undefined ? '' : `\n${withdrawalSummary(last.record, withdrawn)}`;
    // An outcome may also tell what became of others; the run is titled by its own.
    const title = verdict ?? eventsOf(request);
    return {
        outputs,
        summary: `### Recorded: ${(0,lib/* escapeMarkdown */.FVb)(title)}\n\n${rows}\n${toldOf(unchanged)}${stopped}`
    };
}
async function collect(inputs, pipeline) {
    if (inputs.kind === 'outcome')
        return recordOfOutcome(inputs, pipeline);
    if (inputs.kind === 'adoption')
        return { request: await recordOfAdoption(inputs, pipeline) };
    const { withdrawn, ...request } = await recordsOfEvents(inputs, pipeline);
    return { request, withdrawn };
}
/**
 * An outcome is told under the policy that its run decided by, and lets nothing begin: a comment that someone adds to delivery.yml meanwhile must
 * not leave a deployment without an end on record.
 */
async function requireConfig(pipeline, kind) {
    if (kind === 'outcome')
        (0,pipeline_lib.requireBoundConfig)(await pipeline.history.config(), pipeline.policyFile);
    else
        await (0,pipeline_lib.requireOwnConfig)(pipeline);
}
/** Where the release changes nothing, for the summary. */
function toldOf(environments) {
    if (environments.length === 0)
        return '';
    return `\nIt changes nothing in ${(0,lib/* escapeMarkdown */.FVb)(environments.join(', '))}: what is live there was accepted.\n`;
}
function placeOf({ record: { sequence }, hash }) {
    return { sequence: String(sequence), record: hash, place: (0,lib/* formatPlace */.dEx)({ sequence, hash }) };
}
function eventsOf(request) {
    return request.drafts.map(draft => draft.event).join(', ');
}


/***/ })

};
