export const id = 483;
export const ids = [483];
export const modules = {

/***/ 1483:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  apply: () => (/* binding */ apply),
  applyPlan: () => (/* binding */ applyPlan)
});

// EXTERNAL MODULE: ./packages/cloudformation/lib/index.js + 30 modules
var lib = __webpack_require__(2486);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 74 modules
var core_lib = __webpack_require__(558);
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

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/bundle/lib/index.js + 5 modules
var bundle_lib = __webpack_require__(7915);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/publish-content.js





/**
 * Refuses a plan whose buckets hold something else than when it was made, before anything is touched: what was approved was to replace that. A bucket that holds
 * the release already was published to by an earlier try.
 * @throws UserError saying what is there.
 */
async function requireContentAsPlanned({ session }, plan, digest) {
    // That a stack was to be made, and is there, is told by the comparison of stacks.
    const made = new Set(plan.stacks.flatMap(({ unit, base }) => (base === undefined ? [unit] : [])));
    const contents = plan.content.filter(({ unit }) => !made.has(unit));
    if (contents.length === 0)
        return;
    const stackOf = (unit) => (0,core_lib/* stackName */.QxR)(plan.product, plan.environment, unit);
    const stacks = await (0,lib/* describeStacks */.PR)(session, contents.map(({ unit }) => stackOf(unit)));
    for (const content of contents) {
        const bucket = stacks.get(stackOf(content.unit))?.outputs[content.bucket];
        const published = bucket === undefined ? undefined : await (0,bundle_lib/* publishedDigest */.RK)(session, bucket);
        if (published === content.live || published === content.digest)
            continue;
        throw new core_lib/* UserError */.yot(`The plan is obsolete: ${bucket} holds ${published ?? 'no bundle'}, and held ${content.live ?? 'none'} when the plan was made. What was approved is no longer what would be replaced. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
    }
}
/** Puts the files of a bundle into the bucket of its stack, unless they are there. */
async function publishContent(pipeline, { session }, content, stacks) {
    const bucket = stacks.find(({ unit }) => unit === content.unit)?.outputs[content.bucket];
    if (bucket === undefined)
        throw new core_lib/* UserError */.yot(`The stack of ${content.unit} has no output ${content.bucket}, which delivery.yml names as the bucket to publish to.`);
    await pipeline.log.group(`Publish ${content.unit}`, async () => {
        if ((await (0,bundle_lib/* publishedDigest */.RK)(session, bucket)) === content.digest)
            return;
        await publish(pipeline, session, content, bucket);
    });
}
/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(pipeline, session, { unit, digest }, bucket) {
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(pipeline.run.temp, 'sluice-bundle-'));
    try {
        const archive = (0,external_node_path_.join)(folder, 'bundle.zip');
        if (!(await pipeline.bundles('pull').fetch(unit, digest, archive))) {
            throw new core_lib/* Failure */.HRU(`Bundle ${unit} ${digest} is not in the ops registry. Re-run the job that pushed it, or deliver the commit again.`);
        }
        const { files, removed } = await (0,bundle_lib/* publishBundle */.c1)({ session, bucket, archive, digest });
        pipeline.log.info(`${unit}: ${(0,core_lib/* plural */.LSg)(files, 'file')} published, ${removed} removed`);
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}

// EXTERNAL MODULE: ./actions/deploy-stack/lib/target.js + 2 modules
var lib_target = __webpack_require__(9274);
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
    await requireContentAsPlanned(target, plan, digest);
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
    for (const content of plan.content) {
        try {
            await publishContent(pipeline, target, content, stacks);
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


/***/ }),

/***/ 4735:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ environmentUrl)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(558);

/**
 * The address of an environment: `environments[].url` with `${unit.Output}` filled in from the stacks.
 * @returns nothing when delivery.yml gives none, or an output is not there yet.
 */
function environmentUrl(environment, units, product, outputsOf) {
    if (environment.url === undefined)
        return undefined;
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .resolveOutputs */ .prv)(environment.url, ({ unit, output }) => units.some(({ name }) => name === unit)
        ? outputsOf((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .stackName */ .QxR)(product, environment.name, unit))?.[output]
        : undefined);
}


/***/ }),

/***/ 9274:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  B: () => (/* binding */ documentName),
  K: () => (/* binding */ loadTarget)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 74 modules
var lib = __webpack_require__(558);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/roles.js
var roles = __webpack_require__(3563);
;// CONCATENATED MODULE: ./packages/delivery/lib/stack-parameters.js

/**
 * The parameters of a stack: the unit's own, those of the environment before them, and what tells the template where it is.
 * @param artifact what the parameter of the artifact is set to.
 */
function stackParameters({ product }, environment, unit, artifact) {
    const places = { Product: product, Environment: environment.name };
    const own = { ...unit.stack.parameters, ...environment.parameters[unit.name] };
    return {
        parameters: { ...places, ...own, [(0,lib/* artifactParameter */.YQz)(unit.kind)]: artifact },
        offered: Object.keys(places).filter(name => !Object.hasOwn(own, name))
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/stack-request.js


/** The stack that a unit of a release is to have in an environment: name, template, parameters and tags. @throws UserError */
async function stackOf(pipeline, environment, release, delivery, unit) {
    const { repository, policy } = pipeline;
    const released = release.units[unit.name];
    if (released === undefined) {
        throw new lib/* UserError */.yot(`Release ${release.commit} has no unit ${unit.name}, although delivery.yml of its commit defines it. Deliver the commit again.`);
    }
    const template = await repository.fileAt(release.commit, unit.stack.template);
    if (template === undefined)
        throw new lib/* UserError */.yot(`The template ${unit.stack.template} of unit ${unit.name} is not a file of commit ${release.commit}. Commit it there as a file, not as a link, or correct it in delivery.yml, and deliver again.`);
    const artifact = unit.kind === 'image'
        ? `${pipeline.registryHost}/${(0,lib/* unitRepository */.pl6)(policy.product, unit.name)}@${released.digest}`
        : released.digest;
    return {
        unit: unit.name,
        stack: (0,lib/* stackName */.QxR)(policy.product, environment.name, unit.name),
        dependsOn: unit.dependsOn.filter(name => delivery.units.some(other => other.name === name)),
        template: template.toString('utf8'),
        ...stackParameters(policy, environment, unit, artifact),
        // Release and commit would turn every commit into a stack update.
        tags: { product: policy.product, environment: environment.name, unit: unit.name },
        artifact: released.digest
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/target.js



/** Loads and checks what a release means in an environment. */
async function loadTarget(pipeline, inputs, may) {
    const environment = pipeline.environment(inputs.environment);
    const release = await pipeline.release(inputs.release);
    const delivery = await pipeline.at(release.commit);
    const settings = (0,find_by_name/* environmentNamed */.b6)(delivery, environment.name);
    const stacks = await Promise.all(delivery.units.map(async (unit) => stackOf(pipeline, settings, release, delivery, unit)));
    return {
        environment,
        settings,
        digest: inputs.release,
        release,
        delivery,
        units: delivery.units,
        stacks,
        changeSetName: (0,lib/* changeSetName */.GaK)(inputs.release, pipeline.run.runId),
        executionRoleArn: (0,roles/* deliveryRoles */.o)(pipeline.policy).environment(environment.name).execution.arn,
        session: pipeline.session({ environment: environment.name, may }),
        runbook: await runbookOf(pipeline, settings, release.commit)
    };
}
async function runbookOf(pipeline, environment, commit) {
    const path = environment.runbook;
    if (path === undefined)
        return undefined;
    const bytes = await pipeline.repository.fileAt(commit, path);
    if (bytes === undefined)
        throw new lib/* UserError */.yot(`The runbook ${path} of ${environment.name} is not a file of commit ${commit}. Commit it there as a file, not as a link, or correct environments.runbook in delivery.yml.`);
    return { path, text: bytes.toString('utf8'), digest: (0,lib/* sha256 */.scB)(bytes) };
}
/** The file name part that keeps documents of several plans apart. */
function documentName(target, plan) {
    return `${target.environment.name}-${(0,lib/* hexOf */.ZDm)(plan).slice(0, 12)}`;
}


/***/ }),

/***/ 7915:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c1: () => (/* reexport */ publishBundle),
  RK: () => (/* reexport */ publishedDigest),
  Mf: () => (/* reexport */ writeBundle)
});

// UNUSED EXPORTS: readBundle

// EXTERNAL MODULE: ./packages/core/lib/index.js + 74 modules
var lib = __webpack_require__(558);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
;// CONCATENATED MODULE: ./packages/bundle/lib/read.js


const TYPE = 0o170000;
const LINK = 0o120000;
/**
 * Reads a bundle, one file at a time, in the order of the archive.
 * @throws UserError when it is no archive, holds a name that would leave the target folder, a link, or a name twice.
 */
async function readBundle(file, onEntry) {
    const seen = new Set();
    const legible = (reading) => reading.catch((error) => {
        throw unreadable(file, error);
    });
    // Loaded late, like all that most actions never need.
    const { openPromise } = await __webpack_require__.e(/* import() */ 663).then(__webpack_require__.t.bind(__webpack_require__, 663, 19));
    const zip = await legible(openPromise(file, { strictFileNames: true }));
    try {
        const entries = zip.eachEntry();
        for (;;) {
            const next = await legible(entries.next());
            if (next.done === true)
                return;
            const entry = next.value;
            if (entry.fileName.endsWith('/'))
                continue;
            checkEntry(file, entry, seen);
            const content = await legible(zip.openReadStreamPromise(entry).then(consumers_.buffer));
            await onEntry({ path: entry.fileName, content, executable: (modeOf(entry) & 0o100) !== 0 });
        }
    }
    finally {
        zip.close();
    }
}
function checkEntry(file, entry, seen) {
    const name = entry.fileName;
    const refuse = (why) => new lib/* UserError */.yot(`${file} holds ${JSON.stringify(name)}, ${why}. Do not use this bundle.`);
    const problem = (0,lib/* bundleNameProblem */.fd4)(name);
    if (problem !== undefined)
        throw refuse(`and ${problem}`);
    if ((modeOf(entry) & TYPE) === LINK)
        throw refuse('a link');
    if (seen.has(name))
        throw refuse('a name that occurs twice');
    seen.add(name);
}
function modeOf(entry) {
    return entry.externalFileAttributes >>> 16;
}
function unreadable(file, error) {
    return new lib/* UserError */.yot(`${file} is not a readable zip archive (${(0,lib/* messageOf */.bDE)(error)}). Build the bundle again.`, {
        cause: error
    });
}

;// CONCATENATED MODULE: ./packages/bundle/lib/publish.js


/** The bundle that a bucket says it holds; absent where it says nothing, or is not there. */
async function publishedDigest(session, bucket) {
    return withBucket(session, `read which bundle ${bucket} holds`, async (s3, sdk) => {
        const request = new sdk.GetObjectCommand({ Bucket: bucket, Key: lib/* BUNDLE_MARKER */.y_S });
        try {
            const body = await (0,lib/* callAws */.IY8)(session.terms, async () => (await s3.send(request)).Body?.transformToString());
            const text = body?.trim();
            return (0,lib/* isDigest */.Bc8)(text) ? text : undefined;
        }
        catch (error) {
            if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket)
                return undefined;
            throw error;
        }
    });
}
/**
 * Puts the files of a bundle into a bucket, pages last, removes what the bundle does not have, and says at the very end which bundle it
 * is. Running it again after a fault ends in the same state.
 */
async function publishBundle(request) {
    const { session, bucket, archive, digest } = request;
    return withBucket(session, `publish ${digest} to ${bucket}`, async (s3, sdk) => {
        const { default: mime } = await __webpack_require__.e(/* import() */ 86).then(__webpack_require__.bind(__webpack_require__, 5086));
        const put = async (key, content, type) => {
            const object = new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: type });
            await (0,lib/* callAws */.IY8)(session.terms, () => s3.send(object, lib/* unhurried */.jp));
        };
        const files = new Set();
        const upload = async ({ path, content }) => {
            await put(path, content, contentType(mime.getType(path)));
            files.add(path);
        };
        // Pages refer to assets, so assets come first: two passes, one file in memory at a time.
        await readBundle(archive, async (entry) => (isPage(entry) ? undefined : upload(entry)));
        await readBundle(archive, async (entry) => (isPage(entry) ? upload(entry) : undefined));
        const removed = await removeOthers(session, s3, sdk, bucket, new Set([lib/* BUNDLE_MARKER */.y_S, ...files]));
        await put(lib/* BUNDLE_MARKER */.y_S, digest, 'text/plain');
        return { files: files.size, removed };
    });
}
/** @returns how many objects were removed. */
async function removeOthers(session, s3, sdk, bucket, keep) {
    let removed = 0;
    let token;
    do {
        const list = new sdk.ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token });
        const page = await (0,lib/* callAws */.IY8)(session.terms, () => s3.send(list));
        const gone = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined || keep.has(Key) ? [] : [{ Key }]));
        if (gone.length > 0) {
            const removal = new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: gone, Quiet: true } });
            const { Errors: [refused] = [] } = await (0,lib/* callAws */.IY8)(session.terms, () => s3.send(removal));
            // S3 answers 200 also when it removed nothing.
            if (refused !== undefined)
                throw new lib/* Failure */.HRU(`S3 did not delete ${refused.Key} from ${bucket}: ${refused.Message ?? refused.Code}`);
        }
        removed += gone.length;
        token = page.NextContinuationToken;
    } while (token !== undefined);
    return removed;
}
/** Browsers guess the encoding of text, and of nothing else. */
function contentType(type) {
    if (type === null)
        return 'application/octet-stream';
    return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}
function isPage(entry) {
    return entry.path.endsWith('.html');
}
async function withBucket(session, what, work) {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 3711, 19));
    const s3 = new sdk.S3Client((0,lib/* awsClientConfig */.rwc)(session, 'S3'));
    try {
        return await work(s3, sdk);
    }
    catch (error) {
        if (error instanceof lib/* UserError */.yot)
            throw error;
        const message = `S3 could not ${what}: ${(0,lib/* messageOf */.bDE)(error)}`;
        if ((0,lib/* awsFault */._pu)(error).status !== 403)
            throw new lib/* Failure */.HRU(message, { cause: error });
        throw new lib/* UserError */.yot(`${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that publish.`, {
            cause: error
        });
    }
    finally {
        s3.destroy();
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/bundle/lib/link.js



/**
 * The file that a link of a tree leads to, of which the bundle gets a copy. @param root the tree, without links itself.
 * @throws UserError for a link that leaves the tree, leads nowhere or leads to a folder.
 */
async function followLink(root, path) {
    const target = await (0,external_node_fs_promises_.realpath)((0,external_node_path_.join)(root, path)).catch((error) => {
        throw new lib/* UserError */.yot(`${path} in the bundle is a broken link (${(0,lib/* messageOf */.bDE)(error)}). Remove it.`);
    });
    const inside = (0,external_node_path_.relative)(root, target);
    if (inside === '..' || inside.startsWith(`..${external_node_path_.sep}`))
        throw new lib/* UserError */.yot(`${path} in the bundle is a link to ${target}, outside the bundle. Replace it with a file.`);
    if (!(await (0,external_node_fs_promises_.stat)(target)).isFile())
        throw new lib/* UserError */.yot(`${path} in the bundle is a link to the folder ${inside || '.'}. Replace it with files.`);
    return target;
}

;// CONCATENATED MODULE: ./packages/bundle/lib/walk-tree.js




/**
 * The files of a tree, sorted by the bytes of their paths: no locale and no file system decides the order.
 * A link to a file of the tree counts as a copy of that file, because neither S3 nor every reader of archives knows links.
 * @throws UserError for a link that leaves the tree, leads nowhere or leads to a folder, for anything that is no file, and for a file
 * that whoever reads the bundle would not find again as it is.
 */
async function* walkTree(directory) {
    const root = await (0,external_node_fs_promises_.realpath)(directory);
    for (const path of await pathsBelow(root, '')) {
        const file = (0,external_node_path_.join)(root, path);
        const source = (await (0,external_node_fs_promises_.lstat)(file)).isSymbolicLink() ? await followLink(root, path) : file;
        const { mode, size } = await (0,external_node_fs_promises_.stat)(source);
        if (size > lib/* BUNDLE_FILE_LIMIT */.ovi)
            throw new lib/* UserError */.yot(`${path} has ${size} bytes, and a file of a bundle at most ${lib/* BUNDLE_FILE_LIMIT */.ovi}. Split it, or deliver it another way.`);
        yield { path, source, executable: (mode & 0o100) !== 0 };
    }
}
async function pathsBelow(root, folder) {
    const paths = [];
    // Names as bytes: as text, a name that is none would be changed, and the file not found.
    for (const entry of await (0,external_node_fs_promises_.readdir)((0,external_node_path_.join)(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
        const name = (0,lib/* showName */.$ij)(entry.name);
        const path = folder === '' ? name : `${folder}/${name}`;
        const problem = (0,lib/* isTextName */.b5Z)(entry.name) ? (0,lib/* bundleNameProblem */.fd4)(name) : 'its name is not UTF-8';
        if (problem !== undefined)
            throw new lib/* UserError */.yot(`${(0,lib/* visible */.RK9)(path)} cannot be part of a bundle: ${problem}. Rename it.`);
        if (entry.isDirectory())
            paths.push(...(await pathsBelow(root, path)));
        else if (entry.isFile() || entry.isSymbolicLink())
            paths.push(path);
        else
            throw new lib/* UserError */.yot(`${path} in the bundle is not a regular file. Remove it.`);
    }
    return folder === '' ? paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : paths;
}

;// CONCATENATED MODULE: ./packages/bundle/lib/write.js






// The archive format holds local time, so this is noon in every time zone; no zone skips noon, and a time of the
// commit would give one tree several digests.
const MODIFIED = new Date(1980, 0, 1, 12);
/**
 * Writes the files of a directory as a zip whose bytes depend on names, contents and the executable bit alone.
 *
 * Nothing is compressed: the output of zlib differs between versions of Node and between processors, so a compressed
 * bundle would have another digest when it is built elsewhere.
 * @throws UserError for a directory without files, for what {@link walkTree} refuses, and when the disk is full.
 */
async function writeBundle(request) {
    // Loaded late, like all that most actions never need.
    const { ZipFile } = await __webpack_require__.e(/* import() */ 44).then(__webpack_require__.t.bind(__webpack_require__, 3044, 19));
    const zip = new ZipFile();
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let bytes = 0;
    const measure = new external_node_stream_.Transform({
        transform(chunk, _encoding, done) {
            hash.update(chunk);
            bytes += chunk.length;
            done(null, chunk);
        }
    });
    const files = [];
    for await (const file of walkTree(request.directory))
        files.push(file);
    if (files.length === 0)
        throw new lib/* UserError */.yot('The bundle has no files. Commit at least one file under its path.');
    const written = (0,promises_.pipeline)(zip.outputStream, measure, (0,external_node_fs_.createWriteStream)(request.file));
    const failed = new Promise((_resolve, reject) => zip.once('error', reject));
    for (const { path, source, executable } of files) {
        const mode = executable ? 0o100755 : 0o100644;
        zip.addFile(source, path, { mtime: MODIFIED, mode, compress: false, forceDosTimestamp: true });
    }
    zip.end();
    await (0,lib/* writing */.dVM)('The bundle', request.file, async () => Promise.race([written, failed]));
    return { digest: (0,lib/* parseDigest */.m)(`sha256:${hash.digest('hex')}`), bytes, files: files.length };
}

;// CONCATENATED MODULE: ./packages/bundle/lib/index.js





/***/ })

};
