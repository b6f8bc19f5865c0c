export const id = 971;
export const ids = [971];
export const modules = {

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


/***/ })

};
