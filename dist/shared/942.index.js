export const id = 942;
export const ids = [942];
export const modules = {

/***/ 6942:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  apply: () => (/* binding */ apply),
  applyPlan: () => (/* binding */ applyPlan)
});

// EXTERNAL MODULE: ./packages/cloudformation/lib/index.js + 34 modules
var lib = __webpack_require__(6510);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 75 modules
var core_lib = __webpack_require__(8165);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 170 modules
var pipeline_lib = __webpack_require__(1239);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/approved-plan.js


/**
 * Reads a plan back from the ledger, as it was announced and, at an approval gate, approved in this run.
 * @throws UserError when it was not, when its intent is missing, or when it is for something else.
 */
async function readApprovedPlan(inputs, pipeline) {
    const { history, ledger, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    // Read again at a gate that asks somebody; at another the look that the intent was recorded with is enough.
    const protection = environment.gate === 'continuous' ? undefined : await (0,pipeline_lib.requireProtectedGate)(pipeline, environment);
    const announcement = await history.announcement(inputs.plan, run.runId, environment);
    if (announcement === undefined) {
        throw new core_lib/* UserError */.yot(`Plan ${inputs.plan} was not recorded in this run. Run deploy-stack with mode plan and record its plan-digest first.`);
    }
    // Of the release that the plan was announced for: whether that is what this step was asked for is told below, by the plan itself.
    const intent = await history.intent({
        runId: run.runId,
        environment: environment.name,
        release: announcement.release?.digest ?? inputs.release
    });
    if (protection !== undefined)
        await (0,pipeline_lib.requireApproval)(pipeline, environment, protection, announcement, intent);
    if (intent?.plan !== inputs.plan) {
        throw new core_lib/* UserError */.yot(`Plan ${inputs.plan} has no \`started\` record in this run. Run record-audit with \`event: started\` and this plan-digest before applying it to ${environment.name}.`);
    }
    if (protection === undefined)
        (0,pipeline_lib.requireRecordedGate)(pipeline, environment, intent);
    const path = (0,core_lib/* evidencePath */.Zzx)(inputs.plan);
    const bytes = (await ledger.read([path])).get(path);
    if (bytes === undefined)
        throw new core_lib/* UserError */.yot(`The ledger does not hold the document of plan ${inputs.plan}, so it cannot be applied. Re-run all jobs for a new plan.`);
    const plan = (0,core_lib/* decodePlan */.sbb)(bytes, inputs.plan);
    checkSubject(plan, inputs, pipeline);
    await (0,pipeline_lib.requireAcceptance)(pipeline, {
        release: { digest: plan.release, commit: plan.commit },
        environment: environment.name,
        kind: intent.detail?.promotion?.kind ?? 'release'
    });
    return plan;
}
/** A plan is for one release, one environment, one policy. */
function checkSubject(plan, inputs, pipeline) {
    if (plan.environment !== inputs.environment ||
        plan.release !== inputs.release ||
        plan.product !== pipeline.policy.product) {
        throw new core_lib/* UserError */.yot(`The plan is for release ${plan.release} in ${plan.product}/${plan.environment}, not for ${inputs.release} in ${pipeline.policy.product}/${inputs.environment}.`);
    }
    if (plan.policy !== pipeline.policy.digest) {
        throw new core_lib/* UserError */.yot(`delivery.yml on ${pipeline.defaultBranch} changed since the plan was made (${plan.policy} then, ${pipeline.policy.digest} now). Re-run all jobs for a new plan.`);
    }
}

// EXTERNAL MODULE: ./actions/deploy-stack/lib/environment-url.js
var environment_url = __webpack_require__(4735);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/how-far.js

/** Of the outcome of stacks: no content is published before all of them are as planned. */
function progressOf(outcome) {
    const stopped = outcome.kind === 'failed'
        ? outcome.failures.map(({ unit }) => unit)
        : outcome.kind === 'obsolete'
            ? outcome.differences.map(({ unit }) => unit)
            : [];
    return { stacks: outcome.stacks, stopped: [...new Set(stopped)], published: [] };
}
/** How far a plan came that stopped; `undefined` where no unit was changed: then nothing is by half. */
function howFar(plan, { stacks, stopped, published }) {
    const changed = stacks.filter(({ result }) => result !== 'kept').map(({ unit }) => unit);
    if (changed.length === 0 && published.length === 0)
        return undefined;
    const units = plan.stacks.map(({ unit }) => unit);
    const lacks = (unit) => plan.content.some(it => it.unit === unit) && !published.includes(unit);
    const isApplied = (unit) => stacks.some(it => it.unit === unit);
    const done = units.filter(unit => isApplied(unit) && !lacks(unit));
    // A stack that has changed, and whose files have not, is by half itself.
    const halves = units.filter(unit => !done.includes(unit) && (stopped.includes(unit) || changed.includes(unit)));
    return { done, stopped: halves, notBegun: units.filter(unit => !done.includes(unit) && !halves.includes(unit)) };
}
/** What a step that stopped tells later jobs, which record it. */
function halfwayOutputs(far) {
    return { outcome: 'partial', partial: (0,core_lib/* encodePartial */.orO)(far) };
}
/** A sentence for whoever reads the log. */
function halfwayText(environment, far) {
    return `${environment} is deployed by half: ${(0,core_lib/* describePartial */.lCE)(far)}.`;
}

// EXTERNAL MODULE: ./actions/deploy-stack/lib/publish-content.js
var publish_content = __webpack_require__(1777);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/target.js + 3 modules
var lib_target = __webpack_require__(6969);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/apply-mode.js








/** Applies exactly the plan that was announced and, at an approval gate, approved. */
async function apply(inputs, pipeline) {
    const { log } = pipeline;
    const { plan, target } = await untouched(async () => ({
        plan: await log.group('Check that this plan was approved', async () => readApprovedPlan(inputs, pipeline)),
        target: await log.group('Load the release', async () => (0,lib_target/* loadTarget */.K)(pipeline, inputs, 'deploy'))
    }));
    const report = await applyPlan(pipeline, target, plan, inputs.plan);
    await (0,pipeline_lib.noteApplied)(pipeline.run, inputs);
    return report;
}
/** Says of what fails here that nothing was touched: what was known of the release before still holds. */
async function untouched(work) {
    try {
        return await work();
    }
    catch (error) {
        const touched = { touched: 'false' };
        if (!(error instanceof core_lib/* UserError */.yot))
            throw new core_lib/* Failure */.HRU((0,core_lib/* messageOf */.bDE)(error), { cause: error, outputs: touched });
        const { message, details, outputs } = error;
        throw new core_lib/* UserError */.yot(message, { cause: error, details, outputs: { ...outputs, ...touched } });
    }
}
/** Applies a plan: its stacks, then its content. */
async function applyPlan(pipeline, target, plan, digest) {
    const { log, clock } = pipeline;
    if (target.runbook?.digest !== plan.runbook)
        throw new core_lib/* UserError */.yot('The runbook differs from the one in the plan. Re-run all jobs for a new plan.', {
            outputs: { touched: 'false' }
        });
    await (0,publish_content/* requireContentAsPlanned */.Bi)(target, plan, digest);
    const started = clock.now();
    const stacks = await log.group(`Apply plan ${digest.slice(0, 19)} to ${target.environment.name}`, async () => applyPlannedStacks(pipeline, target, plan, digest));
    await publishAll(pipeline, target, plan, stacks);
    const url = (0,environment_url/* environmentUrl */.f)(target.settings, target.units, pipeline.policy.product, name => stacks.find(({ stack }) => stack === name)?.outputs);
    const seconds = ((clock.now() - started) / 1000).toFixed(0);
    const rows = plan.stacks.map(stack => [(0,core_lib/* escapeMarkdown */.FVb)(stack.unit), stack.action, (0,core_lib/* code */.aYu)(stack.artifact)]);
    return {
        outputs: {
            outcome: 'applied',
            'has-changes': 'true',
            'plan-digest': digest,
            ...(url === undefined ? {} : { 'environment-url': url })
        },
        summary: `### ${(0,core_lib/* releaseId */.BfF)(target.digest)} is deployed to ${(0,core_lib/* escapeMarkdown */.FVb)(target.environment.name)}\n\nPlan ${(0,core_lib/* code */.aYu)(digest)}, ${seconds} s\n\n${(0,core_lib/* table */.tpe)(['unit', 'stack', 'digest'], rows)}\n`
    };
}
/** Publishes the content of a plan. @throws what stopped it, with how far that is. */
async function publishAll(pipeline, target, plan, stacks) {
    const published = [];
    const bucketOf = ({ unit, bucket }) => stacks.find(it => it.unit === unit)?.outputs[bucket];
    for (const content of plan.content) {
        try {
            (0,publish_content/* requireOwnBuckets */.hh)(plan.content.map(it => ({ unit: it.unit, bucket: bucketOf(it) })));
            await (0,publish_content/* publishContent */.bz)(pipeline, target, content, stacks);
        }
        catch (error) {
            const far = howFar(plan, { stacks, stopped: [content.unit], published });
            if (far === undefined)
                throw error;
            const message = `${(0,core_lib/* messageOf */.bDE)(error)} ${halfwayText(target.environment.name, far)}`;
            throw new (error instanceof core_lib/* UserError */.yot ? core_lib/* UserError */.yot : core_lib/* Failure */.HRU)(message, {
                cause: error,
                outputs: halfwayOutputs(far)
            });
        }
        published.push(content.unit);
    }
}
/** Executes the stacks of a plan. @throws when one of them fails, or is no longer what the plan was made against. */
async function applyPlannedStacks({ clock, log, run }, target, plan, digest) {
    const deadline = await (0,pipeline_lib.requireTimeToApply)(run, clock);
    const outcome = await (0,lib/* applyStacks */.Ob)({
        session: target.session,
        stacks: target.stacks,
        changeSetName: target.changeSetName,
        executionRoleArn: target.executionRoleArn,
        plan: plan.stacks,
        clientToken: (0,core_lib/* hexOf */.ZDm)(digest),
        clock,
        log,
        onEvent: event => log.untrusted(`${event.stack}  ${event.status}  ${event.logicalId}  ${event.reason ?? ''}`),
        deadline
    });
    const far = howFar(plan, progressOf(outcome));
    switch (outcome.kind) {
        case 'obsolete': {
            const differences = outcome.differences.map(lib/* describeDifference */.hF).join('; ');
            if (far !== undefined)
                throw new core_lib/* UserError */.yot(`The plan became obsolete on the way: ${differences}. ${halfwayText(target.environment.name, far)} Re-run all jobs for a new plan and a new approval.`, { outputs: { ...halfwayOutputs(far), 'plan-digest': digest } });
            throw new core_lib/* UserError */.yot(`The plan is obsolete: ${differences}. What was approved is no longer what would be applied. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
        }
        case 'failed': {
            const failures = outcome.failures.map(lib/* describeFailure */.Ic).join('; ');
            if (far === undefined)
                throw new core_lib/* Failure */.HRU(failures);
            throw new core_lib/* Failure */.HRU(`${failures}. ${halfwayText(target.environment.name, far)}`, { outputs: halfwayOutputs(far) });
        }
        case 'applied':
            return outcome.stacks;
    }
}


/***/ })

};
