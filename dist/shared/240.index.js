export const id = 240;
export const ids = [240];
export const modules = {

/***/ 4735:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ environmentUrl)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

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

/***/ 8427:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ withBundle)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4496);



/** Fetches a bundle from the ops registry, and removes its archive when the work is done. @throws Failure where it is not there */
async function withBundle(pipeline, unit, digest, work) {
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(pipeline.run.temp, 'sluice-bundle-'));
    try {
        const archive = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'bundle.zip');
        if (!(await pipeline.bundles('pull').fetch(unit, digest, archive)))
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HRU(`Bundle ${unit} ${digest} is not in the ops registry. Re-run the job that pushed it, or deliver the commit again.`);
        return await work(archive);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(folder, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 9240:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  plan: () => (/* binding */ plan)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 175 modules
var pipeline_lib = __webpack_require__(3125);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/clip.js

/** What of a text from outside an approver gets to read: enough to know it, and its hash to tell it from another that begins alike. */
function clip(text, limit) {
    if (text.length <= limit)
        return text;
    // Not between the two halves of one character.
    const shown = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
    return `${shown}… (${text.length} characters, ${(0,lib/* shortDigest */.VKY)((0,lib/* sha256 */.scB)(text))})`;
}
/** Characters shown of a commit's subject, a name, or a line of the runbook. */
const LINE = 300;
/** A line from outside, as Markdown that shows it as it is. */
function line(text) {
    return (0,lib/* escapeMarkdown */.FVb)(clip(text, LINE));
}
/** A value from outside as it is, each character: two that differ must not look the same. @param otherwise what is said where there is none. */
function shownOr(value, otherwise, limit) {
    return value === undefined ? otherwise : (0,lib/* code */.aYu)(clip((0,lib/* visible */.RK9)(value), limit));
}
/** The whole lines at the start of a text that fit into a number of bytes. */
function wholeLines(text, bytes) {
    const cut = Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8');
    return cut.slice(0, cut.lastIndexOf('\n') + 1);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/adoptions.js


/** The units of a release that were adopted. Of others the ledger is not asked. */
async function readAdoptions({ history }, { units }) {
    const adopted = Object.entries(units).filter(([, unit]) => unit.adopted !== undefined);
    return Promise.all(adopted.map(async ([name, unit]) => adoptionOf(history, name, unit)));
}
async function adoptionOf(history, unit, { digest, fingerprint, adopted: sequence = 0 }) {
    const record = await history.build('adopted', unit, fingerprint, digest);
    if (record?.event !== 'adopted')
        return { unit, sequence };
    const { reason = '', checked = '' } = record.detail ?? {};
    return { unit, sequence: record.sequence, told: { by: record.actor.login, reason, checked } };
}
/** What Sluice did not build is nothing that it can vouch for: the approver reads whose word it is. */
function adoptionWarning({ unit, sequence, told }) {
    if (told === undefined)
        return `${(0,lib/* code */.aYu)(unit)} was not built by Sluice: record ${sequence} is said to have adopted it, but the ledger does not hold it.`;
    return `${(0,lib/* code */.aYu)(unit)} was not built by Sluice: ${line(told.by)} adopted it (record ${sequence}). Reason: ${line(told.reason)}. Checked: ${line(told.checked)}.`;
}

// EXTERNAL MODULE: ./packages/delivery/lib/parse.js + 8 modules
var parse = __webpack_require__(926);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/key-changes.js
/** The one commit of Sluice that may deliver, in place of the one that did: which Sluice it is has changed, not how many may. */
function replacedSuite(of, by) {
    const [[was, ...moreBefore], [is, ...moreNow]] = [suitesOf(of), suitesOf(by)];
    const one = was !== undefined && is !== undefined && moreBefore.length + moreNow.length === 0;
    const same = of.sluice !== undefined && of.sluice.repository === by.sluice?.repository;
    return one && same && was !== is ? [was, is] : undefined;
}
/** Another commit of Sluice in the place of the one that delivered. */
function suiteChange({ policy: before }, { policy: now }) {
    const replaced = replacedSuite(before, now);
    return replaced === undefined ? [] : [{ what: 'sluice[]', before: replaced[0], now: replaced[1], weaker: false }];
}
/** The workflows that may deliver, each with its commit. */
function suitesOf({ sluice }) {
    return sluice === undefined ? ['any workflow'] : sluice.commits.map(commit => `${sluice.repository}@${commit}`);
}
/** The entry of another policy for the same key, where each has one: only what it is good for can differ. */
function twinOf(entry, { trust }, other) {
    const isSame = (it) => it.key === entry.key;
    const [twin, ...more] = other.trust.filter(isSame);
    return more.length > 0 || trust.filter(isSame).length > 1 ? undefined : twin;
}
/** A key that is ended, begins later, or signs for fewer, is good for less than before. */
function keyChanges({ policy: before }, { policy: now }) {
    return now.ledger.trust.flatMap(is => {
        const was = twinOf(is, now.ledger, before.ledger);
        if (was === undefined || trustText(was) === trustText(is))
            return [];
        const longer = (is.from ?? 1) < (was.from ?? 1) || (is.until ?? Infinity) > (was.until ?? Infinity);
        const weaker = longer || is.signs.some(signer => !was.signs.includes(signer));
        return [{ what: 'ledger.trust[]', before: trustText(was), now: trustText(is), weaker }];
    });
}
/** A listed key: for whom it signs, which it is, and in which records. */
function trustText({ key, signs, from, until }) {
    const range = from === undefined && until === undefined ? '' : ` in records ${from ?? 1} to ${until ?? 'now'}`;
    return `${signs.join(', ')}: ${key}${range}`;
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/ranks.js
/** Gates, from the weakest to the strongest. */
const GATE_RANKS = ['continuous', 'dispatch', 'approval'];
/** Levels, from the one whose rules ask for the least. */
const LEVEL_RANKS = ['development', 'preproduction', 'production'];

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/rule-changes.js



/** What changed from the rules of one delivery to those of another, the weaker ones first. Pure. */
function ruleChanges(before, now) {
    const [then, today] = [rulesOf(before, now), rulesOf(now, before)];
    const keys = [...new Set([...then.keys(), ...today.keys()])];
    const changes = [
        ...keys.flatMap(key => compare(then.get(key), today.get(key))),
        ...suiteChange(before, now),
        ...keyChanges(before, now),
        ...orderChange(before, now),
        ...addressChanges(before, now)
    ];
    return [...changes.filter(({ weaker }) => weaker), ...changes.filter(({ weaker }) => !weaker)];
}
function compare(before, now) {
    const rule = now ?? before;
    if (rule === undefined || before?.text === now?.text)
        return [];
    const [was, is] = [before?.strength ?? rule.unsaid, now?.strength ?? rule.unsaid];
    return [
        {
            what: rule.what,
            ...(before === undefined ? {} : { before: before.text }),
            ...(now === undefined ? {} : { now: now.text }),
            weaker: is < was
        }
    ];
}
/** A release passes the environments in order: one that comes later than before may have let it through unseen. */
function orderChange({ policy: before }, { policy: now }) {
    const common = (of, other) => of.environments.flatMap(({ name }) => (has(other, name) ? [name] : [])).join(', ');
    const [was, is] = [common(before, now), common(now, before)];
    return was === is ? [] : [{ what: 'environments', before: was, now: is, weaker: true }];
}
/** Checks that look at another address may pass, whatever was deployed: nobody can tell by the address. */
function addressChanges({ committed: before }, { committed: now }) {
    return now.environments.flatMap(({ name, url, accept }) => {
        const was = before.environments.find(it => it.name === name);
        if (was === undefined || was.url === url || was.accept.http.length === 0)
            return [];
        const change = { what: `environments.${name}.url`, ...(was.url && { before: was.url }), ...(url && { now: url }) };
        return [{ ...change, weaker: accept.http.length > 0 }];
    });
}
function rulesOf({ policy, committed }, other) {
    const { environments } = policy;
    const rules = [
        ...productRules(policy, other.policy),
        ...environments.flatMap(it => (has(other.policy, it.name) ? environmentRules(it) : [wholeEnvironment(it)])),
        ...committed.environments.flatMap(it => (has(other.committed, it.name) ? acceptanceRules(it) : [])),
        ...testRules(committed, other.committed)
    ];
    return new Map(rules.map(rule => [keyOf(rule), rule]));
}
/** Of what a list says each entry is a rule of its own: where one takes the place of another, one is gone and one is new. */
function keyOf({ what, text }) {
    return /\[\]$/.test(what) ? `${what} ${text}` : what;
}
function productRules({ product, accounts, registry, deliverFrom, builds, ledger, ...policy }, beside) {
    const refs = deliverFrom.length === 0 ? ['the default branch'] : deliverFrom;
    const suites = replacedSuite(policy, beside) === undefined ? suitesOf(policy) : [];
    return [
        other('product', product),
        ...Object.entries(accounts).map(([name, { id, region }]) => other(`accounts.${name}`, `${id} ${region}`)),
        other('registry', (0,lib/* canonicalJson */.djW)(registry)),
        ...refs.map(ref => permission('deliverFrom[]', ref)),
        ...suites.map(suite => permission('sluice[]', suite)),
        ranked('builds.sandbox', builds.sandbox, ['none', 'required']),
        ...policy.images.map(it => permission('images[]', it)),
        ...policy.code.map(it => permission('code[]', it)),
        ...policy.dynamicReferences.map(it => permission('dynamicReferences[]', it)),
        ...ledgerRules(ledger, beside.ledger)
    ];
}
/** Also what later versions add to the ledger's settings is shown, as what it says. */
function ledgerRules(ledger, beside) {
    const { formerly, formerBranches = [], key, trust, issuerKeys = [], ...settings } = ledger;
    return [
        ...Object.entries(settings).map(([name, value]) => demand(`ledger.${name}`, textOf(value))),
        ...formerly.map(name => permission('ledger.formerly[]', name)),
        ...formerBranches.map(({ name, until }) => permission('ledger.formerBranches[]', `${name} in records 1 to ${until}`)),
        ...(key === undefined ? [] : [demand('ledger.key', key)]),
        ...trust
            .filter(entry => twinOf(entry, ledger, beside) === undefined)
            .map(entry => permission('ledger.trust[]', trustText(entry))),
        ...issuerKeys.map(it => permission('ledger.issuerKeys[]', it))
    ];
}
function environmentRules(it) {
    const at = (member) => `environments.${it.name}.${member}`;
    return [
        other(at('account'), it.account),
        ranked(at('level'), it.level, LEVEL_RANKS),
        ranked(at('gate'), it.gate, GATE_RANKS),
        { what: at('requires.soak'), text: (0,lib/* plural */.LSg)(it.soak / 60_000, 'minute'), strength: it.soak, unsaid: 0 },
        ranked(at('adminBypass'), it.allowAdminBypass ? 'allow' : 'refuse', ['allow', 'refuse']),
        ...(it.secondPerson === undefined ? [] : [permission(at('secondPerson'), it.secondPerson)])
    ];
}
/** An environment that only one of both has: whoever passed it passes it no more. */
function wholeEnvironment({ name, account, level, gate }) {
    return demand(`environments.${name}`, `${level}, ${gate}, in ${account}`);
}
function acceptanceRules({ name, accept, runbook }) {
    return [
        ...checksOf(accept).map(check => demand(`environments.${name}.accept[]`, check)),
        ...(runbook === undefined ? [] : [demand(`environments.${name}.runbook`, runbook)])
    ];
}
function checksOf({ http, run }) {
    const requests = http.map(({ path, status, contains }) => [`GET ${path}`, String(status), ...(contains === undefined ? [] : [`contains ${contains}`])].join(' '));
    return [...requests, ...run];
}
/** A unit that is new or gone is in the list of units. */
function testRules({ units }, { units: others }) {
    return units.flatMap(unit => {
        if (unit.kind !== 'image' || unit.image.test === undefined)
            return [];
        return others.some(it => it.name === unit.name) ? [demand(`units.${unit.name}.image.test`, unit.image.test)] : [];
    });
}
function has({ environments }, name) {
    return environments.some(it => it.name === name);
}
/** It asks for something: weaker without it. */
function demand(what, text) {
    return { what, text, strength: 1, unsaid: 0 };
}
/** It allows something: weaker with it. */
function permission(what, text) {
    return { what, text, strength: 0, unsaid: 1 };
}
/** It says which: neither is weaker. */
function other(what, text) {
    return { what, text, strength: 0, unsaid: 0 };
}
function ranked(what, value, ranks) {
    const strength = ranks.indexOf(value);
    return { what, text: value, strength, unsaid: strength };
}
function textOf(value) {
    return typeof value === 'string' ? value : (0,lib/* canonicalJson */.djW)(value);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/deployed-rules.js



/**
 * Compares today's rules with those of the deployed release, as its record names them: delivery.yml of the default branch of then, and of its
 * commit. The delivered commit cannot hide a change that it brings itself, for what it changed is compared with what was there before it.
 */
async function rulesSince(pipeline, deployed, release) {
    if (deployed === undefined)
        return { kind: 'none' };
    const { policy: file, release: before } = deployed;
    if (file === undefined || before === undefined)
        return { kind: 'unknown', why: 'The record of the last deployment does not say which delivery.yml was in force.' };
    if (file.digest === pipeline.policyFile.digest && before.commit === release.commit)
        return { kind: 'known', changes: [] };
    try {
        const then = { policy: await policyOf(pipeline, file), committed: await pipeline.at(before.commit) };
        return { kind: 'known', changes: ruleChanges(then, { policy: pipeline.policy, committed: release.delivery }) };
    }
    catch (error) {
        if (!(error instanceof lib/* UserError */.yot))
            throw error;
        return { kind: 'unknown', why: `The rules of the last deployment cannot be read any more: ${error.message}` };
    }
}
/** The policy that a record names, and no other: the commit may be gone, and who rewrote it may have put another one in its place. */
async function policyOf({ repository, policy }, { path, commit, digest }) {
    if (digest === policy.digest)
        return policy;
    const content = await repository.fileAt(commit, path);
    if (content === undefined)
        throw new lib/* UserError */.yot(`${path} is not in commit ${commit}.`);
    const found = (0,parse/* parseDelivery */.yY)(content, path);
    if (found.digest !== digest)
        throw new lib/* UserError */.yot(`${path} of commit ${commit} is not the file that was recorded.`);
    return found;
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/standing.js



/** Reads how sure it is what runs in an environment, and whether somebody stopped that, or the release that is to come. */
async function readStanding({ history, run }, environment, release) {
    const places = await history.places(environment);
    const live = (await history.live(environment))?.release?.digest;
    const own = await history.withdrawal(environment, release);
    const ofLive = live === release ? undefined : await (0,pipeline_lib.withdrawalOfLive)(history, environment, places);
    return {
        live,
        withdrawals: [...told('this', release, own), ...(live === undefined ? [] : told('live', live, ofLive))],
        uncertain: await readUncertain(history, environment, { ownRun: run.runId, release })
    };
}
function told(of, release, record) {
    if (record === undefined)
        return [];
    const { sequence, actor, detail } = record;
    return [{ of, release, sequence, by: actor.login, reason: detail?.reason ?? '' }];
}
async function readUncertain(history, environment, { ownRun, release: own }) {
    const record = await history.uncertainSince(environment);
    if (record === undefined)
        return undefined;
    const { event, release, sequence, run } = record;
    const facts = { ...uncertainBy(record, ownRun), ...(release === undefined ? {} : { release: release.digest }) };
    if (event !== 'started' || release === undefined)
        return facts;
    const ended = await (0,pipeline_lib.endOfAttempt)(history, environment, run);
    if (ended !== undefined && (0,lib/* touchedNothing */.EQO)(ended)) {
        // It takes the place of nothing: what was deployed by half before is there still.
        const half = (await (0,pipeline_lib.halfOf)(history, environment, release.digest)) ?? (await (0,pipeline_lib.halfOf)(history, environment, own));
        return half === undefined
            ? { ...facts, untouched: ended.sequence }
            : { ...uncertainBy(half, ownRun), ...haltOf(half) };
    }
    const partial = await (0,pipeline_lib.partialOf)(history, { runId: run.id, environment, release: release.digest });
    // A later attempt of the run went on from there.
    return partial === undefined || partial.sequence < sequence ? facts : { ...facts, ...haltOf(partial) };
}
function uncertainBy({ event, sequence, run }, ownRun) {
    return {
        event: event === 'partial' ? 'started' : event,
        ...{ sequence, run: run.id, attempt: run.attempt, isOwn: run.id === ownRun }
    };
}
function haltOf(partial) {
    const far = (0,lib/* partialIn */.Fy9)(partial);
    return {
        ...(partial.release === undefined ? {} : { release: partial.release.digest }),
        ...(far === undefined ? {} : { stopped: { ...far, sequence: partial.sequence } })
    };
}
/** What somebody stopped, and what nobody knows the end of: nothing on the page is worth more than what it is compared with. */
function standingWarnings({ withdrawals, uncertain }, environment) {
    const place = line(environment);
    return [
        ...withdrawals.map(({ of, release, sequence, by, reason }) => {
            const what = of === 'this' ? 'This release' : `What is live in ${place}, ${(0,lib/* releaseId */.BfF)(release)},`;
            const means = of === 'this' ? ' Applying this plan lets it in again.' : '';
            return `**${what} was withdrawn${of === 'this' ? ` from ${place}` : ''}** by ${line(by)} (record ${sequence}). Reason: ${line(reason)}.${means}`;
        }),
        ...(uncertain === undefined
            ? []
            : uncertain.untouched !== undefined
                ? [
                    `The last deployment that began in ${place} touched nothing: ${whyUncertain(uncertain)}. What was there before is there still; whether a deployment before it came to its end, \`sluice status\` says. This page compares with what was recorded last.`
                ]
                : [
                    `**What runs in ${place} is not certain:** ${whyUncertain(uncertain)} (record ${uncertain.sequence}). This page compares with what was recorded last.`
                ])
    ];
}
/** A clause. */
function whyUncertain({ event, release, run, attempt, isOwn, stopped, untouched }) {
    const who = isOwn ? `attempt ${attempt} of this run` : `run ${line(run)}`;
    switch (event) {
        case 'started': {
            const what = release === undefined ? '' : ` ${(0,lib/* releaseId */.BfF)(release)}`;
            if (untouched !== undefined)
                return `${who} began to deploy${what} and ended before it did (record ${untouched})`;
            if (stopped !== undefined)
                return `${who} deployed${what} by half (record ${stopped.sequence}): ${line((0,lib/* describePartial */.lCE)(stopped))}`;
            return `${who} began to deploy${what} here, and the ledger does not hold that as done`;
        }
        case 'bypassed':
            return `${who} passed the gate without an approval`;
        default:
            return 'a repair changed what was known of it, and what is live has to be accepted anew';
    }
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/facts.js




/**
 * Reads what the approver compares the release with.
 * @throws UserError or Failure when the stored release is not what its digest names: then nothing that is shown could be trusted.
 */
async function readBackground(pipeline, { environment, release, delivery, digest }) {
    const adoptions = await readAdoptions(pipeline, release);
    const standing = await readStanding(pipeline, environment.name, digest);
    const last = await pipeline.history.lastDeployed(environment.name);
    const rules = await rulesSince(pipeline, last, { commit: release.commit, delivery });
    const deployed = last?.release;
    if (deployed === undefined)
        return { adoptions, previous: { kind: 'none' }, commits: undefined, reverted: undefined, rules, standing };
    const previous = await readPrevious(pipeline, deployed);
    const same = deployed.commit === release.commit;
    const { repository } = pipeline;
    const commits = same ? undefined : await repository.log(deployed.commit, release.commit);
    const reverted = same ? undefined : await repository.log(release.commit, deployed.commit);
    return { adoptions, previous, commits, reverted, rules, standing };
}
/** A release document may have expired: the dossier then says so, and the plan still holds. Every other fault is one. */
async function readPrevious({ findRelease }, deployed) {
    const found = await findRelease(deployed.digest);
    if (found !== undefined)
        return { kind: 'known', release: deployed, units: found.units };
    const why = `The document of release ${(0,lib/* releaseId */.BfF)(deployed.digest)} is no longer in the ops registry.`;
    return { kind: 'unknown', release: deployed, why };
}
/** Puts together what a plan's dossier is written from. */
function factsOf(target, made, rest) {
    return {
        release: target.digest,
        units: target.release.units,
        environment: withAddress(target),
        plan: made.plan,
        planDigest: made.digest,
        runbook: target.runbook,
        committed: target.delivery,
        ...rest
    };
}
function withAddress({ environment: { name, gate }, settings: { url } }) {
    return { name, gate, ...(url === undefined ? {} : { url }) };
}

// EXTERNAL MODULE: ./packages/git/lib/repository.js + 2 modules
var repository = __webpack_require__(6791);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/commits.js



/** Commits shown at most; the rest is counted. */
const MOST = 30;
/** What was committed since what is deployed now, and what of that goes. */
function commitSection({ commits, reverted }) {
    return [
        ...listed('Commits since then', commits),
        ...(reverted?.length === 0 ? [] : listed('Commits that go', reverted))
    ];
}
/** That a release goes back: what is deployed has more than it. Markdown, a sentence each. */
function revertedWarnings({ reverted = [] }) {
    if (reverted.length === 0)
        return [];
    const many = reverted.length > repository/* COUNTED_COMMITS */.Y;
    const count = many ? `more than ${repository/* COUNTED_COMMITS */.Y.toLocaleString('en')} commits` : (0,lib/* plural */.LSg)(reverted.length, 'commit');
    return [
        `**This goes back:** ${count} of what is deployed ${reverted.length === 1 ? 'is' : 'are'} not in this release.`
    ];
}
function listed(title, commits) {
    if (commits === undefined)
        return [];
    const lines = commits
        .slice(0, MOST)
        .map(({ commit, subject, author }) => `- ${(0,lib/* code */.aYu)(commit.slice(0, 12))} ${line(subject)} (${line(author)})`);
    // Beyond what is counted, a number would be wrong.
    const uncounted = commits.length > repository/* COUNTED_COMMITS */.Y;
    const rest = uncounted ? 'many' : commits.length - MOST;
    if (commits.length > MOST)
        lines.push(`- … and ${rest} more`);
    const count = uncounted ? `more than ${repository/* COUNTED_COMMITS */.Y.toLocaleString('en')}` : commits.length;
    return [`### ${title}: ${count}`, lines.join('\n')];
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/content.js


/** Characters shown of a file's name. */
const NAME = 200;
/** What becomes of files, in the order in which it is told. */
const KINDS = [
    ['added', 'added'],
    ['changed', 'changed'],
    ['headers', 'served with other headers'],
    ['removed', 'removed'],
    ['kept', 'kept until the next bundle']
];
/** The bundles whose files are published, and what that does to the files that are there. */
function contentSection(content) {
    if (content.length === 0)
        return [];
    const rows = content.map(it => [
        (0,lib/* code */.aYu)(it.unit),
        it.live === undefined ? 'nothing' : (0,lib/* code */.aYu)(it.live),
        thenOf(it),
        it.files === undefined ? '' : countsOf(it.files)
    ]);
    return [
        '### Published files',
        (0,lib/* table */.tpe)(['unit', 'now', 'then', 'files'], rows),
        ...content.flatMap(({ unit, files }) => (files === undefined ? [] : nameLines(unit, files)))
    ];
}
function thenOf({ digest, moves, drifted }) {
    if (drifted === true)
        return 'the same, as it was published';
    return moves === true ? 'the same, again if the bucket is another one' : (0,lib/* code */.aYu)(digest);
}
function countsOf(files) {
    const counts = KINDS.flatMap(([kind, what]) => {
        const names = files[kind];
        return names === undefined ? [] : [`${names.count} ${what}`];
    });
    return [...counts, `${files.same} the same`].join(', ');
}
function nameLines(unit, files) {
    const lines = KINDS.flatMap(([kind, what]) => {
        const names = files[kind];
        return names === undefined ? [] : [`- ${what}: ${namesOf(names)}`];
    });
    return lines.length === 0 ? [] : [`Files of ${(0,lib/* code */.aYu)(unit)}:\n\n${lines.join('\n')}`];
}
function namesOf({ count, first }) {
    const rest = count - first.length;
    const names = first.map(name => shownOr(name, '', NAME)).join(', ');
    return rest === 0 ? names : `${names} and ${rest} more`;
}
/** That files are not what was published: nobody would look for it, and it came past every gate. */
function driftWarnings(content) {
    return content.flatMap(({ unit, drifted, files = { same: 0 } }) => {
        const [gone, changed] = [files.added, files.changed];
        if (drifted !== true || (gone === undefined && changed === undefined))
            return [];
        const told = [
            ...(changed === undefined ? [] : [`${(0,lib/* plural */.LSg)(changed.count, 'file')} changed: ${namesOf(changed)}`]),
            ...(gone === undefined ? [] : [`${(0,lib/* plural */.LSg)(gone.count, 'file')} gone: ${namesOf(gone)}`])
        ];
        return [
            `**The bucket of ${(0,lib/* code */.aYu)(unit)} was changed past Sluice** since this bundle was published: ${told.join('; ')}. Find out who did it; applying this plan puts the release's files back.`
        ];
    });
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/references.js


/** Characters shown of a reference. */
const SHOWN = 1_000;
const references_KINDS = {
    image: 'image',
    code: 'code',
    template: 'template',
    dynamic: 'looked up when it is deployed'
};
/** What the stacks take that this release did not build. */
function referencesSection(stacks) {
    const rows = stacks.flatMap(({ unit, references = [] }) => references.map(({ kind, at, text, moves }) => [
        (0,lib/* code */.aYu)(unit),
        (0,lib/* code */.aYu)(at),
        references_KINDS[kind],
        shownOr(text, '', SHOWN),
        moves === true ? 'may change' : 'fixed'
    ]));
    if (rows.length === 0)
        return [];
    return [
        '### Not built by this release',
        'delivery.yml lets the stacks take these besides.',
        (0,lib/* table */.tpe)(['unit', 'where', 'what', 'name', 'content'], rows)
    ];
}
/** What may be another thing when it is deployed than it was when somebody approved it. Markdown, a sentence each. */
function movingReferenceWarnings({ unit, references = [] }) {
    const moving = references.filter(({ moves }) => moves === true);
    if (moving.length === 0)
        return [];
    const names = [...new Set(moving.map(({ text }) => text))];
    return [
        `${(0,lib/* code */.aYu)(unit)} takes ${names.map(name => shownOr(name, '', SHOWN)).join(', ')}, and what that is may change between the approval and the deployment.`
    ];
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/retired.js


/** Resources shown of one stack. */
const ROWS = 200;
/** Resources that hold data, named in warnings of one stack. */
const HOLDING = 50;
/** Characters of what AWS calls a resource. */
const retired_NAME = 200;
/** Types whose resources hold what a delivery cannot make again. Others are counted, and listed with the stack. */
const HOLDS_DATA = new Set(`
  Backup::BackupVault Cassandra::Keyspace Cassandra::Table Cognito::IdentityPool Cognito::UserPool DocDB::DBCluster DocDB::DBInstance DynamoDB::GlobalTable
  DynamoDB::Table EC2::Instance EC2::Volume ECR::Repository EFS::FileSystem ElastiCache::CacheCluster ElastiCache::ReplicationGroup
  ElastiCache::ServerlessCache Elasticsearch::Domain FSx::FileSystem FSx::Volume IoTAnalytics::Datastore Kinesis::Stream KMS::Key KMS::ReplicaKey
  Logs::LogGroup Lightsail::Bucket Lightsail::Database MemoryDB::Cluster MSK::Cluster MSK::ServerlessCluster Neptune::DBCluster Neptune::DBInstance
  OpenSearchServerless::Collection OpenSearchService::Domain QLDB::Ledger RDS::DBCluster RDS::DBInstance RDS::GlobalCluster Redshift::Cluster
  RedshiftServerless::Namespace Route53::HostedZone S3::Bucket S3Express::DirectoryBucket S3Tables::TableBucket SDB::Domain SecretsManager::Secret
  SQS::Queue Timestream::Database Timestream::InfluxDBInstance Timestream::Table
  `
    .trim()
    .split(/\s+/)
    .map(name => `AWS::${name}`));
/** What becomes of a resource with what it holds, as the warnings of replaced and removed resources say it. */
function fateText(fate) {
    switch (fate) {
        case 'delete':
            return ', and deletes what is there';
        case 'retain':
            return ', and leaves what is there behind, outside of the stack';
        case 'snapshot':
            return ', and keeps a snapshot of what is there';
    }
}
/** The stacks that a plan deletes, with all that goes with them. Markdown. */
function retiredSections({ retired = [] }) {
    return retired.map(({ stack, id, template, resources }) => {
        const rows = resources
            .slice(0, ROWS)
            .map(it => [it.becomes, (0,lib/* code */.aYu)(it.logicalId), (0,lib/* code */.aYu)(it.type), shownOr(it.physicalId, '', retired_NAME)]);
        const more = resources.length > ROWS ? [`And ${(0,lib/* plural */.LSg)(resources.length - ROWS, 'more resource')}.`] : [];
        const shown = rows.length === 0 ? 'Nothing is in it.' : (0,lib/* table */.tpe)(['becomes', 'resource', 'type', 'in AWS'], rows);
        const what = `It goes once everything else is done, if it is then still ${(0,lib/* code */.aYu)(id)} with the template ${(0,lib/* code */.aYu)(template)} and these resources.`;
        return [`### Stack ${(0,lib/* code */.aYu)(stack)}: delete`, what, shown, ...more].join('\n\n');
    });
}
/** How many stacks and resources go: the first thing to know of a plan. */
function retiredHeadline({ retired = [] }) {
    if (retired.length === 0)
        return '';
    return `**${(0,lib/* plural */.LSg)(retired.length, 'stack')} deleted, with ${(0,lib/* plural */.LSg)(countOf(retired), 'resource')}**; `;
}
/** What goes for good, before all other warnings of stacks: each stack, then what of it holds data. Markdown, a sentence each. */
function retiredWarnings({ retired = [] }) {
    return retired.flatMap(({ unit, stack, resources }) => {
        const holding = resources.filter(({ type }) => HOLDS_DATA.has(type));
        const named = holding.slice(0, HOLDING).map(({ logicalId, type, physicalId, becomes }) => {
            const resource = `${(0,lib/* code */.aYu)(logicalId)} (${(0,lib/* code */.aYu)(type)}, ${shownOr(physicalId, '', retired_NAME)})`;
            return `${(0,lib/* code */.aYu)(unit)} removes ${resource}${fateText(becomes)}.`;
        });
        const rest = holding.length - named.length;
        return [
            `**${(0,lib/* code */.aYu)(unit)} is retired, and its stack ${(0,lib/* code */.aYu)(stack)} is deleted**, with ${(0,lib/* plural */.LSg)(resources.length, 'resource')}${keptOf(resources)}.`,
            ...named,
            ...(rest > 0 ? [`And ${rest} more resources of ${(0,lib/* code */.aYu)(stack)} that hold data.`] : [])
        ];
    });
}
function countOf(retired) {
    return retired.reduce((sum, { resources }) => sum + resources.length, 0);
}
/** That not all of it goes. */
function keptOf(resources) {
    const kept = resources.filter(({ becomes }) => becomes === 'retain').length;
    return kept === 0 ? '' : `, of which ${kept} ${kept === 1 ? 'stays' : 'stay'} behind`;
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/rules.js


/** Characters shown of a rule. */
const RULE = 300;
/** Rules shown at most; the rest is counted. The weaker ones come first. */
const rules_MOST = 100;
/** The weaker rules, one sentence each: before anything else, since they decide what the rest of the page is worth. */
function ruleWarnings({ rules }) {
    if (rules.kind === 'none')
        return [];
    if (rules.kind === 'unknown')
        return [`${line(rules.why)} Whether the rules became weaker since is not known.`];
    const weaker = rules.changes.filter(it => it.weaker);
    const shown = weaker.slice(0, rules_MOST).map(it => `**Weaker than for what is deployed now:** ${described(it)}.`);
    return weaker.length > rules_MOST ? [...shown, `… and ${weaker.length - rules_MOST} more rules that are weaker.`] : shown;
}
function described(change) {
    return `${(0,lib/* code */.aYu)(change.what)}, ${ruleText(change.before)} → ${ruleText(change.now)}`;
}
/** Each rule that is another one than when what is deployed was let in; nothing where all are the same. */
function ruleSection({ rules }) {
    if (rules.kind !== 'known' || rules.changes.length === 0)
        return [];
    const rows = rules.changes
        .slice(0, rules_MOST)
        .map(change => [
        (0,lib/* code */.aYu)(change.what),
        ruleText(change.before),
        ruleText(change.now),
        change.weaker ? '**weaker**' : ''
    ]);
    const rest = rules.changes.length - rows.length;
    return [
        '### Rules that changed since what is deployed was let in',
        (0,lib/* table */.tpe)(['rule', 'then', 'now', ''], rows),
        ...(rest > 0 ? [(0,lib/* escapeMarkdown */.FVb)(`… and ${rest} more`)] : [])
    ];
}
function ruleText(text) {
    return shownOr(text, 'nothing', RULE);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/runbook.js


/** The runbook's checklist, below the headings that say what each part of it is for. */
function runbookSection(runbook) {
    if (runbook === undefined)
        return [];
    const title = `### Runbook ${(0,lib/* code */.aYu)(runbook.path)}`;
    const items = itemsOf(runbook.text);
    return [title, items.length === 0 ? 'It has no checklist items.' : items.join('\n')];
}
/** A heading without an item below it says nothing here; one inside a block of code is none. */
function itemsOf(text) {
    const lines = [];
    let pending = [];
    let fence;
    for (const written of text.split(/\r?\n/)) {
        const mark = /^ {0,3}(`{3,}|~{3,})/.exec(written)?.[1];
        if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
            fence = fence === undefined ? mark : undefined;
        }
        const heading = fence === undefined ? headingOf(written) : undefined;
        if (heading !== undefined)
            pending = [...pending.filter(({ depth }) => depth < heading.depth), heading];
        const item = /^\s*[-*+] \[[ xX]\] (.+)$/.exec(written)?.[1];
        if (item === undefined)
            continue;
        for (const { title } of pending)
            lines.push(...(['', undefined].includes(lines.at(-1)) ? [] : ['']), `**${line(title)}**`, '');
        lines.push(`- [ ] ${line(item)}`);
        pending = [];
    }
    return lines;
}
/** A heading of the form `## Title ##` (CommonMark, "ATX headings"). */
function headingOf(text) {
    const [, marks, rest] = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(text) ?? [];
    const title = (rest ?? '').trim().replace(/ #+$/, '').trim();
    return marks === undefined || title === '' ? undefined : { depth: marks.length, title };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/settings.js


/** Characters shown of a setting: five alarms with long names. */
const VALUE = 2_000;
/** Settings that change; of a new stack, those that it begins with. */
function settingsTable(stack) {
    const rows = changedSettings(stack).map(({ name, now, then }) => [
        name,
        shownOr(now, 'none', VALUE),
        shownOr(then, '', VALUE)
    ]);
    return rows.length === 0 ? '' : (0,lib/* table */.tpe)(['setting', 'now', 'then'], rows);
}
/** How many stacks get other settings, for the headline: its other numbers count resources alone. */
function settingsCount(stacks) {
    const count = stacks.filter(stack => stack.action !== 'unchanged' && stack.base !== undefined && changedSettings(stack).length > 0).length;
    return count === 0 ? '' : `, settings of ${(0,lib/* plural */.LSg)(count, 'stack')} changed`;
}
/** That less guards a stack than before. Markdown, a sentence each. */
function settingWarnings({ unit, stack, action, base, settings }) {
    if (action === 'unchanged' || base?.settings === undefined)
        return [];
    const { rollback, terminationProtection } = base.settings;
    const gone = (rollback?.alarms ?? []).filter(alarm => settings?.rollback?.alarms.includes(alarm) !== true);
    const names = gone.map(alarm => shownOr(alarm, '', VALUE)).join(', ');
    return [
        ...(gone.length === 0 ? [] : [`${(0,lib/* code */.aYu)(unit)}: ${names} no longer rolls its updates back.`]),
        ...(terminationProtection === true && settings?.terminationProtection === false
            ? [`${(0,lib/* code */.aYu)(unit)}: the stack ${(0,lib/* code */.aYu)(stack)} is no longer protected from deletion.`]
            : [])
    ];
}
function changedSettings({ base, settings }) {
    const now = (0,lib/* settingTexts */.HHe)(base?.settings);
    return Object.entries((0,lib/* settingTexts */.HHe)(settings)).flatMap(([name, then]) => now[name] === then ? [] : [{ name, now: now[name], then }]);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/stacks.js



/** Characters shown of a parameter's value. */
const stacks_VALUE = 1_000;
/** What changes in one stack: its parameters, tags and settings, then its resources. */
function stackSection(stack) {
    const changed = changedParameters(stack);
    const parameters = (0,lib/* table */.tpe)(['parameter', 'now', 'then'], changed.map(([name, now, then]) => [(0,lib/* code */.aYu)(name), shownOr(now, 'none', stacks_VALUE), shownOr(then, 'gone', stacks_VALUE)]));
    const body = [
        changed.length === 0 ? '' : parameters,
        tagsTable(stack),
        settingsTable(stack),
        ...reachLines(stack.parameters),
        stack.changes.length === 0 ? '' : changesTable(stack.changes),
        valuesTable(stack.changes),
        processedLine(stack),
        isOpen(stack) && stack.before === undefined ? BOUNDS : ''
    ].filter(part => part !== '');
    const shown = body.length === 0 ? [NEITHER] : body;
    return `### Stack ${(0,lib/* code */.aYu)(stack.stack)}: ${titleOf(stack)}\n\n${shown.join('\n\n')}`;
}
function titleOf(stack) {
    if (stack.before !== undefined) {
        const state = `it is in ${(0,lib/* code */.aYu)(stack.before.status)}`;
        return stack.base === undefined ? `delete (${state}), then create` : `roll back (${state})`;
    }
    return isOpen(stack) ? 'update, part of it known after apply' : stack.action;
}
/** Whether some of what a stack that exists will change is known once those before it are deployed. */
function isOpen({ action, base }) {
    return action === 'deferred' && base !== undefined;
}
const BOUNDS = 'Nothing else of this stack may change: anything beyond this table is refused before the stack is touched.';
function changesTable(changes) {
    const when = changes.some(({ possible }) => possible === true);
    return (0,lib/* table */.tpe)(['action', 'resource', 'type', 'replaced', 'what', ...(when ? ['when'] : [])], changes.map(change => [
        (0,lib/* escapeMarkdown */.FVb)(change.action),
        (0,lib/* code */.aYu)(change.logicalId),
        (0,lib/* code */.aYu)(change.type),
        [change.replacement, change.policyAction].flatMap(it => (it === undefined ? [] : (0,lib/* escapeMarkdown */.FVb)(it))).join(', '),
        change.targets.map(lib/* code */.aYu).join(' '),
        ...(when ? [change.possible === true ? 'only if a value moves' : 'in any case'] : [])
    ]));
}
/** That the text is not all, where transforms make another template of it. */
function processedLine({ processed }) {
    return processed === undefined
        ? ''
        : `Transforms make another template of this one, with the digest ${(0,lib/* code */.aYu)(processed)}; if they make anything else of it later, it is not applied.`;
}
/** Properties shown with their values, of one stack. */
const PROPERTIES = 200;
/** Values before and after, where CloudFormation tells them. */
function valuesTable(changes) {
    const rows = changes.flatMap(({ logicalId, values = [] }) => values.map(({ path, before, after, recreates }) => [
        (0,lib/* code */.aYu)(logicalId),
        (0,lib/* code */.aYu)(path),
        shownOr(before, 'none', stacks_VALUE),
        shownOr(after, 'gone', stacks_VALUE),
        recreates === undefined ? '' : recreates === 'Always' ? 'replaces it' : 'may replace it'
    ]));
    if (rows.length === 0)
        return '';
    const shown = (0,lib/* table */.tpe)(['resource', 'property', 'now', 'then', ''], rows.slice(0, PROPERTIES));
    return rows.length <= PROPERTIES ? shown : `${shown}\n\nAnd ${(0,lib/* plural */.LSg)(rows.length - PROPERTIES, 'more value')}.`;
}
/** Tags that come, go or change. */
function tagsTable({ base, tags }) {
    if (base === undefined)
        return '';
    const names = [...new Set([...Object.keys(base.tags), ...Object.keys(tags)])].sort();
    const rows = names.flatMap(name => {
        const [now, then] = [base.tags, tags].map(all => (Object.hasOwn(all, name) ? all[name] : undefined));
        return now === then ? [] : [[(0,lib/* code */.aYu)(name), shownOr(now, 'none', stacks_VALUE), shownOr(then, 'gone', stacks_VALUE)]];
    });
    return rows.length === 0 ? '' : (0,lib/* table */.tpe)(['tag', 'now', 'then'], rows);
}
/** Why parameters may not stay as they are. */
function reachLines(parameters) {
    return Object.entries(parameters).flatMap(([name, parameter]) => {
        if ('value' in parameter || parameter.because === undefined)
            return [];
        const reasons = parameter.because.map(({ unit, output, via }) => `${(0,lib/* code */.aYu)(output)} of ${(0,lib/* code */.aYu)(unit)}, which may move with ${via.map(it => (0,lib/* code */.aYu)(it)).join(', ')}`);
        return [`${(0,lib/* code */.aYu)(name)} takes ${reasons.join('; ')}.`];
    });
}
const NEITHER = 'No parameter, tag, setting or resource changes, but what its template says besides: outputs, conditions, texts.';
function changedParameters({ base, parameters }) {
    const now = lookedUp(base?.parameters ?? {}, base?.resolved);
    const then = Object.entries(parameters).map(([name, parameter]) => [name, stacks_textOf(parameter)]);
    const gone = Object.keys(now).filter(name => !Object.hasOwn(parameters, name));
    return [
        ...then.filter(([name, text]) => text !== now[name]).map(([name, text]) => [name, now[name], text]),
        ...gone.map(name => [name, now[name], undefined])
    ];
}
/** Values, each with what AWS looked up under it. */
function lookedUp(values, resolved = {}) {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value, resolved[name])]));
}
function shown(value, resolved) {
    return resolved === undefined ? value : `${value} → ${resolved}`;
}
function stacks_textOf(parameter) {
    return 'value' in parameter
        ? shown(parameter.value, parameter.resolved)
        : `known after apply: ${parameter.expression}`;
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/units.js

/** Every unit of the release beside what is deployed of it now, and what is deployed and no unit of it any more. */
function unitSection(facts) {
    const { units, standing } = facts;
    const rows = Object.entries(units).map(([name, { kind, digest }]) => [
        (0,lib/* escapeMarkdown */.FVb)(name),
        kind,
        deployed(facts, name, digest),
        (0,lib/* code */.aYu)(digest)
    ]);
    const gone = goneUnits(facts).map(([name, { kind, digest }]) => [
        (0,lib/* escapeMarkdown */.FVb)(name),
        kind,
        (0,lib/* code */.aYu)(digest),
        fateOf(facts, name)
    ]);
    const now = standing.uncertain === undefined ? 'deployed' : 'last recorded';
    return ['### Units', (0,lib/* table */.tpe)(['unit', 'kind', now, 'this release'], [...rows, ...gone, ...goneBefore(facts)])];
}
/** Units that are deployed and are none of the release any more. */
function goneUnits({ units, previous }) {
    const before = previous.kind === 'known' ? Object.entries(previous.units) : [];
    return before.filter(([name]) => !Object.hasOwn(units, name));
}
/** Whether the release's delivery.yml says what becomes of the stack of a unit that is gone. */
function isRetired({ committed }, unit) {
    return Object.hasOwn(committed.retired, unit);
}
/** What becomes of the stack of a unit that the release does not have. */
function fateOf({ plan, committed }, unit) {
    const stack = stackOf({ plan }, unit);
    if (!isRetired({ committed }, unit))
        return `gone: its stack ${stack} stays as it is`;
    if (committed.retired[unit] === 'keep')
        return `retired: its stack ${stack} is kept, as delivery.yml says`;
    return plan.retired?.some(it => it.unit === unit) === true
        ? `retired: its stack ${stack} is deleted, as delivery.yml says`
        : `retired: its stack ${stack} is gone, and nothing is left to delete`;
}
/** Units whose stacks the release deletes, and that the deployed one, as far as it is known, does not have either. */
function goneBefore(facts) {
    const told = new Set(goneUnits(facts).map(([name]) => name));
    const retired = Object.entries(facts.committed.retired);
    const before = facts.previous.kind === 'known' ? 'not of that release' : 'unknown';
    return retired.flatMap(([name, fate]) => fate === 'delete' && !told.has(name) ? [[(0,lib/* escapeMarkdown */.FVb)(name), '', before, fateOf(facts, name)]] : []);
}
function stackOf({ plan: { product, environment } }, unit) {
    return (0,lib/* code */.aYu)((0,lib/* stackName */.QxR)(product, environment, unit));
}
/**
 * What becomes of the stacks of units that are gone: nothing, which is what nobody expects who renames one. Of those that delivery.yml keeps
 * there is nothing to warn, and of those that it deletes more is said.
 */
function goneWarnings(facts) {
    const unexpected = goneUnits(facts).filter(([name]) => !isRetired(facts, name));
    return unexpected.map(([name, unit]) => {
        const stays = `its stack ${stackOf(facts, name)} stays, and goes on running ${(0,lib/* code */.aYu)(unit.digest)} until people delete it`;
        const renamed = renamedTo(facts, unit);
        return renamed === undefined
            ? `${(0,lib/* code */.aYu)(name)} is delivered no more: ${stays}. If that is meant, write ${(0,lib/* code */.aYu)(`retired: { ${name}: keep }`)} into delivery.yml.`
            : `${(0,lib/* code */.aYu)(name)} is ${(0,lib/* code */.aYu)(renamed)} now, by what it is made of. That is another unit with a stack of its own, ${stackOf(facts, renamed)}: ${stays}.`;
    });
}
/** The new unit that is made of the same as one that is gone. */
function renamedTo({ units, previous }, gone) {
    const before = previous.kind === 'known' ? previous.units : {};
    return Object.entries(units).find(([name, { kind, digest, fingerprint }]) => !Object.hasOwn(before, name) && kind === gone.kind && (digest === gone.digest || fingerprint === gone.fingerprint))?.[0];
}
/** Units whose stacks are there already, whoever made them. */
function existingUnits({ stacks }) {
    return new Set(stacks.flatMap(({ unit, base }) => (base === undefined ? [] : [unit])));
}
/** That stacks are there of which the ledger knows nothing: somebody made them, or the ledger was begun anew. */
function unrecordedWarnings({ plan, previous, standing }) {
    // A deployment that began may have made them: that is told.
    if (begunBy(standing) !== undefined)
        return [];
    const names = plan.stacks.flatMap(({ stack, base }) => (base === undefined ? [] : [(0,lib/* code */.aYu)(stack)]));
    if (previous.kind !== 'none' || names.length === 0)
        return [];
    return [
        `**The ledger holds no deployment here, and ${names.length === 1 ? 'a stack exists' : 'stacks exist'}** (${names.join(', ')}): what runs there was deployed past Sluice, or under a ledger that is gone, and cannot be compared unit by unit.`
    ];
}
/** Only a unit that the deployed release is known not to have, and that has no stack, is new. */
function deployed({ previous, standing, plan }, unit, digest) {
    const stays = existingUnits(plan).has(unit);
    switch (previous.kind) {
        case 'none':
            if (stays)
                return begunBy(standing) ?? 'unknown: its stack is there already';
            return standing.uncertain === undefined ? 'new' : 'nothing';
        case 'unknown':
            return `unknown: ${(0,lib/* escapeMarkdown */.FVb)(previous.why)}`;
        case 'known': {
            const before = Object.hasOwn(previous.units, unit) ? previous.units[unit]?.digest : undefined;
            if (before === undefined)
                return stays ? (begunBy(standing) ?? 'gone before, and its stack stayed') : 'new';
            return before === digest ? 'same' : (0,lib/* code */.aYu)(before);
        }
    }
}
/** Who may have made a stack that no deployment on the ledger has; `undefined` where no one has begun one since, or who did touched nothing. */
function begunBy({ uncertain }) {
    return uncertain?.event === 'started' && uncertain.untouched === undefined
        ? `not recorded: run ${(0,lib/* escapeMarkdown */.FVb)(uncertain.run)} may have made it`
        : undefined;
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/weaker-policies.js


/**
 * Where the policy in force (delivery.yml of the default branch) asks for less than delivery.yml of the release's own commit did, and where
 * the commit asks for less than the policy does: an approver should know both before anything else.
 */
function weakerPolicies(policy, committed, environment) {
    const now = policy.environments.find(({ name }) => name === environment);
    const then = committed.environments.find(({ name }) => name === environment);
    if (now === undefined || then === undefined)
        return [];
    const found = [];
    const note = (weaker, text) => {
        if (weaker)
            found.push(text);
    };
    note(GATE_RANKS.indexOf(now.gate) < GATE_RANKS.indexOf(then.gate), `The gate is weaker now: ${now.gate} instead of ${then.gate} in the release's commit.`);
    note(LEVEL_RANKS.indexOf(now.level) < LEVEL_RANKS.indexOf(then.level), `The level is lower now: ${now.level} instead of ${then.level} in the release's commit.`);
    note(now.allowAdminBypass && !then.allowAdminBypass, "Administrators can bypass the gate now; the release's commit did not allow it.");
    note(now.secondPerson === 'none' && then.secondPerson === undefined, "No second person is asked now; the release's commit asked for one.");
    note(now.soak < then.soak, `The soak time is shorter now: ${minutes(now.soak)} instead of ${minutes(then.soak)} in the release's commit.`);
    note(policy.ledger.key === undefined && committed.ledger.key !== undefined, 'The ledger is no longer signed.');
    note(policy.builds.sandbox === 'none' && committed.builds.sandbox === 'required', 'Builds no longer require a sandbox.');
    note(then.runbook === undefined && now.runbook !== undefined, `The release's commit has no runbook here; the default branch has ${now.runbook}.`);
    const [checksNow, checksThen] = [now, then].map(({ accept }) => accept.http.length + accept.run.length);
    note((checksThen ?? 0) < (checksNow ?? 0), `The release's commit has ${(0,lib/* plural */.LSg)(checksThen ?? 0, 'acceptance check')} here; the default branch has ${checksNow}.`);
    return found;
}
function minutes(milliseconds) {
    return (0,lib/* plural */.LSg)(milliseconds / 60_000, 'minute');
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/widening.js


/** Rows shown of one plan, and characters of one clause. */
const widening_ROWS = 100;
const CLAUSE = 500;
/** What lets in anyone, or gives everything: said first, and not in a table alone. */
const BROAD = /(?:^|[ ,])\*(?:$|[ ,])|:\*(?:$|[ ,])|\(anyone\)|may become public|permissions boundary|no longer denies|AdministratorAccess/;
/** Everything that the plan lets happen and that did not happen before. */
function wideningSection(stacks) {
    const rows = stacks.flatMap(({ unit, widens = [] }) => widens.map(({ at, what }) => [(0,lib/* code */.aYu)(unit), (0,lib/* code */.aYu)(at), shownOr(what, '', CLAUSE)]));
    if (rows.length === 0)
        return [];
    return [
        '### Wider permissions and network access',
        (0,lib/* table */.tpe)(['unit', 'resource', 'from now on'], rows.slice(0, widening_ROWS)),
        ...(rows.length > widening_ROWS ? [`And ${rows.length - widening_ROWS} more: compare the templates.`] : [])
    ];
}
/** The broadest of it. Markdown, a sentence each. */
function wideningWarnings({ unit, widens = [] }) {
    return widens.filter(isBroad).map(({ at, what }) => `${(0,lib/* code */.aYu)(unit)}: ${(0,lib/* code */.aYu)(at)} ${shownOr(what, '', CLAUSE)}.`);
}
function isBroad({ what }) {
    return BROAD.test(what);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/warnings.js












/** What could hurt, first. Markdown, a sentence each. */
function warnings(facts) {
    const { policy, committed, environment, plan, previous } = facts;
    const found = [
        ...secondPersonWarning(facts),
        ...standingWarnings(facts.standing, environment.name),
        ...revertedWarnings(facts),
        ...driftWarnings(plan.content),
        ...unrecordedWarnings(facts),
        ...ruleWarnings(facts),
        ...facts.adoptions.map(adoptionWarning),
        ...weakerPolicies(policy, committed, environment.name).map(lib/* escapeMarkdown */.FVb)
    ];
    if (policy.builds.sandbox === 'none')
        found.push('Images may have been built without a sandbox (`builds: { sandbox: none }`).');
    if (policy.ledger.key === undefined)
        found.push('The ledger is advisory: its records are not signed; GitHub alone vouches for them.');
    if (previous.kind === 'unknown')
        found.push(`${(0,lib/* escapeMarkdown */.FVb)(previous.why)} What is deployed now cannot be compared unit by unit.`);
    return [
        ...found,
        ...retiredWarnings(plan),
        ...goneWarnings(facts),
        ...plan.stacks.flatMap(wideningWarnings),
        ...plan.stacks.flatMap(settingWarnings),
        ...plan.stacks.flatMap(stackWarnings),
        ...plan.stacks.flatMap(cloudFormationWarnings),
        ...plan.stacks.flatMap(movingReferenceWarnings)
    ];
}
/** The first thing to know about a gate that asks nobody, above all where it is production's. */
function secondPersonWarning({ environment, protection }) {
    if (environment.gate !== 'dispatch' || (protection?.reviewers.length ?? 0) > 0)
        return [];
    return [
        protection?.secondPerson === 'none'
            ? '**Production without a second person** (`secondPerson: none` in delivery.yml): whoever starts the run decides alone.'
            : 'This gate has no second person: whoever starts the run decides alone.'
    ];
}
/** Characters of a place that a warning of CloudFormation names. */
const PLACE = 200;
/** Warnings of CloudFormation shown of one stack. */
const warnings_MOST = 20;
/** What CloudFormation itself warned of. Its texts are from outside. */
function cloudFormationWarnings({ unit, warnings: all = [] }) {
    const shown = all
        .slice(0, warnings_MOST)
        .map(({ at, what }) => `${(0,lib/* code */.aYu)(unit)}: CloudFormation warns of ${(0,lib/* code */.aYu)((0,lib/* cut */.JjL)(at, PLACE))}: ${(0,lib/* escapeMarkdown */.FVb)(what)}`);
    return all.length <= warnings_MOST ? shown : [...shown, `${(0,lib/* code */.aYu)(unit)}: CloudFormation warns of ${all.length - warnings_MOST} more.`];
}
function stackWarnings({ unit, stack, action, base, before, changes, parameters }) {
    const found = [];
    for (const change of changes) {
        const resource = `${(0,lib/* code */.aYu)(change.logicalId)} (${(0,lib/* code */.aYu)(change.type)})`;
        const [removes, replaces] = change.possible === true ? ['may remove', 'may replace'] : ['removes', 'replaces'];
        const after = warnings_fateOf(change);
        if (change.action === 'Remove')
            found.push(`${(0,lib/* code */.aYu)(unit)} ${removes} ${resource}${after}.`);
        if (change.replacement === 'True')
            found.push(`${(0,lib/* code */.aYu)(unit)} ${replaces} ${resource}${after}.`);
        if (change.replacement === 'Conditional')
            found.push(`${(0,lib/* code */.aYu)(unit)} may replace ${resource}${after}.`);
    }
    if (action !== 'deferred')
        return found;
    if (before !== undefined && base !== undefined)
        return [
            ...found,
            `${(0,lib/* code */.aYu)(unit)}: the stack ${(0,lib/* code */.aYu)(stack)} is in ${(0,lib/* code */.aYu)(before.status)}. It is rolled back to what it was before its last update, and nothing else: if the release changes anything of it then, the run stops there, and a new plan shows what.`
        ];
    if (before !== undefined)
        return [
            ...found,
            `${(0,lib/* code */.aYu)(unit)}: the stack ${(0,lib/* code */.aYu)(stack)} is in ${(0,lib/* code */.aYu)(before.status)}, and nothing is left in it. It is deleted and created anew; it may only add resources, and is refused otherwise.`
        ];
    if (base === undefined)
        found.push(`${(0,lib/* code */.aYu)(unit)} is new and waits for values of stacks before it; it may only add resources, and is refused otherwise.`);
    else
        found.push(`${(0,lib/* code */.aYu)(unit)} takes ${openNames(parameters)} from stacks before it, which this plan may move; it may change what is shown below, and is refused otherwise.`);
    return found;
}
/** What becomes of a resource that goes, with what it holds (API ResourceChange, PolicyAction). */
function warnings_fateOf({ policyAction }) {
    switch (policyAction) {
        case 'Delete':
        case 'ReplaceAndDelete':
            return fateText('delete');
        case 'Retain':
        case 'ReplaceAndRetain':
            return fateText('retain');
        case 'Snapshot':
        case 'ReplaceAndSnapshot':
            return fateText('snapshot');
        default:
            return '';
    }
}
function openNames(parameters) {
    return Object.entries(parameters)
        .flatMap(([name, parameter]) => ('value' in parameter ? [] : [(0,lib/* code */.aYu)(name)]))
        .join(', ');
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/page.js














/** Bytes of a dossier. GitHub shows a summary of a little more than this, and nothing of a larger one. */
const SIZE = 900_000;
/** People and addresses shown in a row at most; the rest is counted, so that nobody's commits push the rest of the page out of it. */
const NAMES = 20;
/** Characters shown of an address. */
const ADDRESS = 100;
/** What the approver reads: what will change, what it is made of, who may decide, and what to watch out for. Markdown. */
function writeDossier(facts) {
    const head = [
        `## ${(0,lib/* releaseId */.BfF)(facts.release)} → ${(0,lib/* escapeMarkdown */.FVb)(facts.environment.name)}`,
        (0,lib/* hasChanges */.iky)(facts.plan) ? headline(facts.plan) : nothingChanges(facts)
    ];
    const body = sections(facts);
    const whole = markdown([...head, ...warningBlock(warnings(facts)), ...body]);
    const size = Buffer.byteLength(whole);
    if (size <= SIZE)
        return whole;
    const cut = `This page is cut: it would have ${size} bytes. The plan is complete in the ledger, as ${(0,lib/* code */.aYu)((0,lib/* evidencePath */.Zzx)(facts.planDigest))}.`;
    return wholeLines(markdown([...head, ...warningBlock([cut, ...warnings(facts)]), ...body]), SIZE);
}
function markdown(parts) {
    return `${parts.join('\n\n')}\n`;
}
function sections(facts) {
    const { plan, runbook } = facts;
    return [
        (0,lib/* table */.tpe)(['', ''], [
            ['release', (0,lib/* code */.aYu)(facts.release)],
            ['commit', (0,lib/* code */.aYu)(plan.commit)],
            replacesRow(facts),
            ...liveRow(facts),
            ['plan', (0,lib/* code */.aYu)(facts.planDigest)],
            ['gate', (0,lib/* describeGate */.l7i)(facts.environment.gate, facts.protection)],
            ...validityRow(facts),
            ...excludedRows(facts),
            ...addressRow(facts),
            ['runbook', runbook === undefined ? 'none' : `${(0,lib/* code */.aYu)(runbook.path)} ${(0,lib/* code */.aYu)(runbook.digest)}`]
        ]),
        ...ruleSection(facts),
        ...unitSection(facts),
        ...wideningSection(plan.stacks),
        ...retiredSections(plan),
        ...plan.stacks.filter(({ action }) => action !== 'unchanged').map(stackSection),
        ...referencesSection(plan.stacks),
        ...contentSection(plan.content),
        ...commitSection(facts),
        ...runbookSection(runbook)
    ];
}
/** An approval that comes later counts for nothing: who reads the page has to know. Without a date, so that the same plan has the same page. */
function validityRow({ excluded }) {
    return excluded === undefined ? [] : [['approve within', `${(0,lib/* hours */.c$0)(lib/* PLAN_EXPIRY */.GAt)}: an older plan is not applied`]];
}
/** Where the acceptance checks look, and people. */
function addressRow({ environment: { url } }) {
    return url === undefined ? [] : [['address', line(url)]];
}
/** By name, as far as GitHub knows them: the approver sees whether the answer will count. */
function excludedRows({ excluded, previous }) {
    if (excluded === undefined)
        return [];
    const { parties, unknown } = excluded;
    const first = previous.kind === 'none' ? ['of a first deployment, only who made its last commit is looked at'] : [];
    const people = page_listed(parties.map(({ login, part }) => `${line(login)} (${part})`));
    const rows = [['cannot approve', [people, ...first].join('; ')]];
    if (unknown.length > 0)
        rows.push(['of no known account', page_listed(unknown.map(address => (0,lib/* code */.aYu)(clip(address, ADDRESS))))]);
    return rows;
}
function page_listed(names) {
    const rest = names.length - NAMES;
    return [...names.slice(0, NAMES), ...(rest > 0 ? [`… and ${rest} more`] : [])].join(', ');
}
/** What was found to change nothing since is live under its own name, too. */
function liveRow({ previous, standing: { live } }) {
    if (live === undefined || previous.kind === 'none' || live === previous.release.digest)
        return [];
    return [['live now', `${(0,lib/* releaseId */.BfF)(live)}, which changed nothing there`]];
}
/** What the release takes the place of; where a deployment has no end on the ledger, only what was recorded before it. */
function replacesRow({ previous, standing: { uncertain }, plan }) {
    const title = uncertain === undefined ? 'replaces' : 'last recorded';
    if (previous.kind !== 'none')
        return [title, `${(0,lib/* releaseId */.BfF)(previous.release.digest)}, commit ${(0,lib/* code */.aYu)(previous.release.commit)}`];
    if (existingUnits(plan).size > 0)
        return [title, 'unknown: the ledger holds no deployment, and there are stacks'];
    return [title, uncertain === undefined ? 'nothing: first deployment' : 'nothing'];
}
function nothingChanges(facts) {
    if (facts.unfinished !== undefined)
        return `**Nothing changes in the stacks.** ${leftToDo(facts.unfinished, facts)}`;
    const stopped = facts.standing.withdrawals.find(({ of }) => of === 'live');
    return stopped === undefined
        ? '**Nothing changes.** No approval is asked for.'
        : `**Nothing changes, and what is live here was withdrawn (record ${stopped.sequence}).** Deliver a change that repairs it.`;
}
function leftToDo(unfinished, { standing: { uncertain, live } }) {
    switch (unfinished) {
        case 'withdrawn':
            return 'The release was withdrawn here. This run lets it in again: it updates the tags and the ledger, and asks for a new acceptance.';
        case 'interrupted': {
            const why = uncertain === undefined
                ? 'a deployment began here that the ledger does not hold as done'
                : whyUncertain(uncertain);
            return `They are as this release wants them, but ${why}. This run will update the tags and the ledger.`;
        }
        case 'not-recorded': {
            const recorded = live === undefined ? 'no release' : (0,lib/* releaseId */.BfF)(live);
            return `They are already as this release wants them, but the ledger holds ${recorded} as live here: they were changed past Sluice, or the release differs in what no stack uses. This run will update the tags and the ledger.`;
        }
    }
}
function headline(plan) {
    const { stacks, content } = plan;
    const all = stacks.flatMap(stack => stack.changes);
    const changes = all.filter(({ possible }) => possible !== true);
    const count = (action) => changes.filter(change => change.action === action).length;
    const replaced = changes.filter(change => change.replacement === 'True').length;
    const maybe = changes.filter(change => change.replacement === 'Conditional').length;
    const deferred = stacks.filter(({ action, base }) => action === 'deferred' && base === undefined).length;
    const more = all.length - changes.length;
    const perhaps = maybe === 0 ? '' : `, ${maybe} may be`;
    const fresh = content.filter(({ moves, drifted }) => moves !== true || drifted === true).length;
    const published = fresh === 0 ? '' : `, ${(0,lib/* plural */.LSg)(fresh, 'bundle')} published`;
    const later = deferred === 0 ? '' : `, ${(0,lib/* plural */.LSg)(deferred, 'new stack')} not computed yet`;
    const open = more === 0 ? '' : `, ${(0,lib/* plural */.LSg)(more, 'more change')} only if values move that stacks take from others`;
    return `${retiredHeadline(plan)}**${count('Add')} added, ${count('Modify')} modified (${replaced} replaced${perhaps}), ${count('Remove')} removed**${settingsCount(stacks)}${published}${later}${open}.`;
}
function warningBlock(lines) {
    return lines.length === 0 ? [] : [`> [!WARNING]\n${lines.map(line => `> - ${line}`).join('\n')}`];
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/dossier/index.js




// EXTERNAL MODULE: ./actions/deploy-stack/lib/environment-url.js
var environment_url = __webpack_require__(4735);
// EXTERNAL MODULE: ./packages/cloudformation/lib/index.js + 51 modules
var cloudformation_lib = __webpack_require__(4802);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/leftover-change-sets.js



/** Takes back what runs planned that could not clean up behind them: cancelled by force, or their machine was lost. */
async function discardLeftovers(pipeline, target) {
    const { session, stacks } = target;
    const waiting = (await (0,cloudformation_lib/* waitingChangeSets */.z7)({ session, stacks })).flatMap(changeSetName => {
        const id = (0,lib/* runOfChangeSet */.$N7)(changeSetName);
        return id === undefined || id === pipeline.run.runId ? [] : [{ id, changeSetName }];
    });
    for (const { id: run, changeSetName } of await (0,pipeline_lib.findRunsThatAreOver)(pipeline, waiting)) {
        pipeline.log.info(`Run ${run} is over: discarding its change sets ${changeSetName}`);
        await (0,cloudformation_lib/* discardStacks */.yG)({ session, stacks, changeSetName, log: pipeline.log });
    }
}

// EXTERNAL MODULE: ./packages/bundle/lib/index.js + 13 modules
var bundle_lib = __webpack_require__(2846);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/fetch-bundle.js
var fetch_bundle = __webpack_require__(8427);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/publish-content.js
var publish_content = __webpack_require__(1777);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/planned-content.js




/** The bundles whose published files are not the release's, were changed since, or will not be there where a new bucket comes. */
async function plannedContent(pipeline, target, { live, mayMove }) {
    const content = [];
    const buckets = [];
    for (const unit of target.units) {
        const released = target.release.units[unit.name];
        if (unit.kind !== 'bundle' || unit.bundle.publish === undefined || released === undefined)
            continue;
        const output = unit.bundle.publish;
        const stack = live.get((0,lib/* stackName */.QxR)(pipeline.policy.product, target.environment.name, unit.name));
        const bucket = stack?.outputs[output];
        buckets.push({ unit: unit.name, bucket });
        (0,publish_content/* requireOwnBuckets */.hh)(buckets);
        const moves = mayMove.get(unit.name)?.has(output) === true;
        content.push(...(await contentOf(pipeline, target, unit, { output, bucket, moves, digest: released.digest })));
    }
    return content;
}
/** What has to be published of one unit, if anything. */
async function contentOf(pipeline, { session }, { name, bundle: { cacheControl, invalidate } }, now) {
    const { output, bucket, moves, digest } = now;
    const published = bucket === undefined ? {} : await (0,bundle_lib/* publishedBundle */.$1)(session, bucket);
    const difference = await (0,fetch_bundle/* withBundle */.d)(pipeline, name, digest, async (archive) => (0,bundle_lib/* compareBundle */.m4)({ session, bucket, archive, digest, cacheControl }));
    const isThere = published.holds === digest;
    const drifted = isThere && difference.added.length + difference.changed.length + difference.headers.length > 0;
    if (isThere && !drifted && !moves)
        return [];
    const live = (0,bundle_lib/* replacedBy */._0)(published, digest);
    return [
        {
            unit: name,
            bucket: output,
            digest,
            ...(live === undefined ? {} : { live }),
            ...(isThere && moves ? { moves: true } : {}),
            ...(drifted ? { drifted: true } : {}),
            ...(isThere && !drifted ? {} : { files: filesOf(difference) }),
            ...(cacheControl.length === 0 ? {} : { cacheControl }),
            ...(invalidate === undefined ? {} : { invalidates: invalidate })
        }
    ];
}
/** Names that are told of each kind. */
const FIRST = 20;
function filesOf({ same, ...difference }) {
    const named = Object.entries(difference).flatMap(([kind, names]) => names.length === 0 ? [] : [[kind, { count: names.length, first: names.slice(0, FIRST) }]]);
    return { ...Object.fromEntries(named), same };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/retired-units.js

/**
 * The units whose stacks a release deletes, in the order of its delivery.yml. What took outputs of what is known from the release that was deployed last: of its
 * own delivery.yml they are gone.
 */
async function retiredUnits(pipeline, { delivery, environment: { name } }) {
    const { product } = pipeline.policy;
    const units = deletedIn(delivery);
    // One alone needs no order.
    const last = units.length < 2 ? undefined : (await pipeline.history.lastDeployed(name))?.release;
    const before = last === undefined ? [] : (await pipeline.at(last.commit)).units;
    return units.map(unit => ({
        unit,
        stack: (0,lib/* stackName */.QxR)(product, name, unit),
        tags: { product, environment: name, unit },
        dependsOn: neededBy(unit, before)
    }));
}
/** Units that delivery.yml lists as retired, and whose stacks are to go. */
function deletedIn({ retired }) {
    return Object.keys(retired).filter(unit => retired[unit] === 'delete');
}
/** All units that one depended on, directly and through others. */
function neededBy(unit, units) {
    const found = new Set();
    const add = (name) => {
        for (const next of units.find(it => it.name === name)?.dependsOn ?? []) {
            if (found.has(next))
                continue;
            found.add(next);
            add(next);
        }
    };
    add(unit);
    return [...found];
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/make-plan.js




/** Asks CloudFormation what the release would change, and puts it into one document. */
async function makePlan(pipeline, target) {
    const { policy, clock, log } = pipeline;
    const { environment, session, stacks } = target;
    const live = await (0,cloudformation_lib/* describeStacks */.PR)(session, stacks.map(({ stack }) => stack));
    // What cannot be deleted is refused before there are change sets.
    const retired = await (0,cloudformation_lib/* planRetired */.Zx)({ session, clock, log, retired: await retiredUnits(pipeline, target) });
    const { stacks: planned, mayMove } = await (0,cloudformation_lib/* planWithMoves */.oh)({
        session,
        stacks,
        changeSetName: target.changeSetName,
        executionRoleArn: target.executionRoleArn,
        clock,
        log
    });
    const plan = {
        version: 1,
        product: policy.product,
        environment: environment.name,
        release: target.digest,
        commit: target.release.commit,
        policy: policy.digest,
        ...(target.runbook === undefined ? {} : { runbook: target.runbook.digest }),
        stacks: planned,
        content: await plannedContent(pipeline, target, { live, mayMove }),
        ...(retired.length === 0 ? {} : { retired })
    };
    return { plan, ...(0,lib/* encodePlan */.Elu)(plan), live };
}

// EXTERNAL MODULE: ./actions/deploy-stack/lib/target.js + 5 modules
var lib_target = __webpack_require__(8452);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/unfinished-deployment.js


/**
 * Why a plan that changes no stack has to be applied all the same: tags and ledger tell of what was there before. `undefined`: it has not to.
 */
async function unfinishedBy(pipeline, target, made) {
    if ((0,lib/* hasChanges */.iky)(made.plan))
        return undefined;
    const { history } = pipeline;
    const { name } = target.environment;
    // Who wants it back says so with a record, and has it accepted anew: leaving it as it is would do neither.
    if ((await history.withdrawal(name, target.digest)) !== undefined)
        return 'withdrawn';
    // What changes nothing does not bring back what somebody stopped; but what took its place in the stacks is to be recorded.
    const stopped = await (0,pipeline_lib.withdrawalOfLive)(history, name, await history.places(name));
    if (stopped !== undefined && !(await tookPlace(pipeline, target)))
        return undefined;
    const { digest, release } = target;
    const begun = await history.isHalfDeployed(name);
    if (!(await (0,pipeline_lib.isLive)(pipeline, name, { digest, commit: release.commit })))
        return begun ? 'interrupted' : 'not-recorded';
    return begun && !(await isDeployed(pipeline, target)) ? 'interrupted' : undefined;
}
/** Whether a release whose stacks are as it wants them is another one than what the ledger holds as live: it began to be deployed, or a unit of it is another. */
async function tookPlace(pipeline, { environment, digest, release }) {
    const { history, findRelease } = pipeline;
    if (await (0,pipeline_lib.isLive)(pipeline, environment.name, { digest, commit: release.commit }))
        return false;
    const begun = await history.uncertainSince(environment.name);
    if (begun?.event === 'started' && begun.release?.digest === digest)
        return true;
    const deployed = (await history.lastDeployed(environment.name))?.release?.digest;
    const before = deployed === undefined ? undefined : (await findRelease(deployed))?.units;
    if (before === undefined)
        return false;
    return Object.entries(release.units).some(([unit, it]) => before[unit] !== undefined && before[unit].digest !== it.digest);
}
/** Whether the last deployment that the ledger holds brought the same artifacts. What is not known to be the same is not. */
async function isDeployed({ history, findRelease }, { environment, release }) {
    const deployed = (await history.lastDeployed(environment.name))?.release?.digest;
    const before = deployed === undefined ? undefined : (await findRelease(deployed))?.units;
    if (before === undefined)
        return false;
    const names = Object.keys(release.units);
    return (names.length === Object.keys(before).length &&
        names.every(unit => before[unit]?.digest === release.units[unit]?.digest));
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/plan-mode.js











/** Shows what a release would change in an environment; changes nothing. */
async function plan(inputs, pipeline) {
    const { log, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    // Where nobody reads the plan, the record of the intent tells of the gate: it comes before anything is changed.
    const protection = environment.gate === 'continuous'
        ? undefined
        : await log.group(`Check the gate of ${environment.name}`, async () => (0,pipeline_lib.requireProtectedGate)(pipeline, environment));
    const target = await log.group('Load the release', async () => (0,lib_target/* loadTarget */.K)(pipeline, inputs, 'plan'));
    // Before anything is planned: a release that is not what its digest names is a reason to stop.
    const background = await log.group('Read what is deployed now', async () => readBackground(pipeline, target));
    await log.group('Check that the images can run', async () => pipeline.requireImages({
        environment: environment.name,
        account: (0,find_by_name/* accountNamed */.xM)(pipeline.policy, environment.account).id,
        units: target.release.units,
        deployed: background.previous.kind === 'known' ? background.previous.units : undefined
    }));
    await log.group('Clean up after runs that could not', async () => discardLeftovers(pipeline, target));
    const made = await log.group(`Compute what changes in ${environment.name}`, async () => makePlan(pipeline, target));
    const unfinished = await unfinishedBy(pipeline, target, made);
    const { policy } = pipeline;
    const asked = (0,lib/* hasChanges */.iky)(made.plan) || unfinished !== undefined;
    const excluded = asked ? await whoMayNot(pipeline, environment, protection, made.plan.commit, background) : undefined;
    const dossier = writeDossier(factsOf(target, made, { ...background, protection, excluded, policy, unfinished }));
    const folder = (0,external_node_path_.join)(run.temp, 'sluice', 'plans');
    await (0,promises_.mkdir)(folder, { recursive: true });
    const planPath = (0,external_node_path_.join)(folder, `${(0,lib_target/* documentName */.B)(target, made.digest)}.json`);
    const dossierPath = (0,external_node_path_.join)(folder, `${(0,lib_target/* documentName */.B)(target, made.digest)}.md`);
    await (0,promises_.writeFile)(planPath, made.text);
    await (0,promises_.writeFile)(dossierPath, dossier);
    const url = (0,environment_url/* environmentUrl */.f)(target.settings, target.units, policy.product, stack => made.live.get(stack)?.outputs);
    const changes = (0,lib/* hasChanges */.iky)(made.plan) ? 'changes' : asked ? 'only tags and records' : 'no changes';
    log.info(`Plan ${made.digest}: ${changes}`);
    return {
        outputs: {
            'has-changes': String(asked),
            'plan-digest': made.digest,
            'plan-path': planPath,
            'dossier-path': dossierPath,
            ...(url === undefined ? {} : { 'environment-url': url })
        },
        summary: dossier
    };
}
/** Who may not approve the plan: whoever has a part in it. Nobody is asked at a continuous gate. */
async function whoMayNot(pipeline, environment, protection, release, { previous }) {
    if (protection === undefined)
        return undefined;
    const deployed = previous.kind === 'none' ? undefined : previous.release.commit;
    const authors = await pipeline.log.group('Find out who may approve', async () => (0,pipeline_lib.requireApprover)(pipeline, environment, protection, { release, deployed }));
    return authors && { parties: (0,pipeline_lib.partiesOfRun)(pipeline.run, authors), unknown: authors.unknown };
}


/***/ }),

/***/ 1777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bi: () => (/* binding */ requireContentAsPlanned),
/* harmony export */   bz: () => (/* binding */ publishContent),
/* harmony export */   hh: () => (/* binding */ requireOwnBuckets)
/* harmony export */ });
/* harmony import */ var _sluice_bundle__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2846);
/* harmony import */ var _sluice_cloudformation__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4802);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4496);
/* harmony import */ var _fetch_bundle_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8427);




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
    const stackOf = (unit) => (0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .stackName */ .QxR)(plan.product, plan.environment, unit);
    const stacks = await (0,_sluice_cloudformation__WEBPACK_IMPORTED_MODULE_1__/* .describeStacks */ .PR)(session, contents.map(({ unit }) => stackOf(unit)));
    for (const content of contents) {
        const bucket = stacks.get(stackOf(content.unit))?.outputs[content.bucket];
        const published = bucket === undefined ? undefined : (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .replacedBy */ ._0)(await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .publishedBundle */ .$1)(session, bucket), content.digest);
        if (published === content.live || published === content.digest)
            continue;
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`The plan is obsolete: ${bucket} holds ${published ?? 'no bundle'}, and held ${content.live ?? 'none'} when the plan was made. What was approved is no longer what would be replaced. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
    }
}
/** Refuses units that would publish to one bucket: each would take the other's files for those of its own last bundle. @throws UserError */
function requireOwnBuckets(buckets) {
    for (const { unit, bucket } of buckets) {
        const first = buckets.find(it => it.bucket === bucket);
        if (bucket === undefined || first === undefined || first.unit === unit)
            continue;
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`${first.unit} and ${unit} publish to the same bucket, ${bucket}, and would replace and remove each other's files. Give each of their stacks a bucket of its own.`);
    }
}
/** Puts the files of a bundle into the bucket of its stack, unless they are there as they were published. */
async function publishContent(pipeline, { session }, content, stacks) {
    const outputs = stacks.find(({ unit }) => unit === content.unit)?.outputs ?? {};
    const named = (output, what) => {
        const value = outputs[output];
        if (value === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`The stack of ${content.unit} has no output ${output}, which delivery.yml names as the ${what}.`);
        return value;
    };
    const bucket = named(content.bucket, 'bucket to publish to');
    const distribution = content.invalidates === undefined ? undefined : named(content.invalidates, 'distribution to invalidate');
    await pipeline.log.group(`Publish ${content.unit}`, async () => {
        // What was changed there since bears the same name as what is to be there.
        if (content.drifted !== true && (await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .publishedDigest */ .RK)(session, bucket)) === content.digest)
            return;
        await publish(pipeline, session, content, { bucket, distribution });
    });
}
/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(pipeline, session, { unit, digest, cacheControl }, { bucket, distribution }) {
    const whenThere = distribution === undefined ? undefined : async () => (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .invalidate */ .Y1)(session, distribution);
    const { files, removed, kept } = await (0,_fetch_bundle_js__WEBPACK_IMPORTED_MODULE_3__/* .withBundle */ .d)(pipeline, unit, digest, async (archive) => (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .publishBundle */ .c1)({ session, bucket, archive, digest, cacheControl, whenThere }));
    const stay = kept === 0 ? '' : `, ${kept} kept until the next bundle`;
    pipeline.log.info(`${unit}: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .plural */ .LSg)(files, 'file')} published, ${removed} removed${stay}${distribution === undefined ? '' : `; caches of ${distribution} invalidated`}`);
}


/***/ }),

/***/ 8452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  B: () => (/* binding */ documentName),
  K: () => (/* binding */ loadTarget)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/roles.js
var roles = __webpack_require__(3563);
// EXTERNAL MODULE: ./packages/cloudformation/lib/index.js + 51 modules
var cloudformation_lib = __webpack_require__(4802);
// EXTERNAL MODULE: ./packages/registry/lib/index.js + 30 modules
var registry_lib = __webpack_require__(3311);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/fetch-bundle.js
var fetch_bundle = __webpack_require__(8427);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/own-code.js





/**
 * Copies bundles to the account of an environment when a plan is made: the plan names the version that is put there. Nothing that runs is touched by
 * that, and what is there already stays.
 */
function copyingCode(pipeline, environment, session) {
    let last = Promise.resolve();
    return lookingFor(pipeline, environment, session, async (store, { name, digest }) => {
        const found = await store.find(name, digest);
        if (found !== undefined)
            return found;
        const copy = async () => (0,fetch_bundle/* withBundle */.d)(pipeline, name, digest, async (file) => store.keep(name, digest, file));
        // One at a time: they are large, and the disk of a job is not.
        const copied = last.then(copy);
        last = copied.catch(() => undefined);
        return copied;
    });
}
/** Finds what was copied when the plan was made. @throws UserError, as an obsolete plan, where it is gone */
function findingCode(pipeline, environment, session, plan) {
    return lookingFor(pipeline, environment, session, async (store, { name, digest }) => {
        const found = await store.find(name, digest);
        if (found !== undefined)
            return found;
        throw new lib/* UserError */.yot(`The plan is obsolete: the code of ${name} was deleted from the bucket \`bundles\` of account ${environment.account} since it was made. Re-run all jobs for a new plan, which copies it again, and a new approval.`, { outputs: { outcome: 'obsolete', touched: 'false', ...(plan === undefined ? {} : { 'plan-digest': plan }) } });
    });
}
function lookingFor({ policy }, { account }, session, look) {
    const { id: owner, bundles: bucket } = (0,find_by_name/* accountNamed */.xM)(policy, account);
    // Without a bucket the parameters have no values: the check of templates says so.
    if (bucket === undefined)
        return async () => undefined;
    const store = (0,registry_lib/* codeStore */.R2)({ session, product: policy.product, bucket, owner });
    return async (unit) => ((0,cloudformation_lib/* takesCode */.Qy)(unit.template) ? look(store, unit) : undefined);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/own-templates.js



/**
 * Puts templates into the account of an environment when a plan is made, those that CloudFormation reads from S3 alone. Nothing that runs is touched by
 * that, and what is there already stays.
 * @returns `undefined` where the account has no bucket for them.
 */
function keepingTemplates(pipeline, environment, session) {
    return inBucket(pipeline, environment, session, (store, text) => store.keepTemplate(text));
}
/** Finds what was put when the plan was made. @throws UserError, as an obsolete plan, where it is gone */
function findingTemplates(pipeline, environment, session, plan) {
    return inBucket(pipeline, environment, session, async (store, text) => {
        const found = await store.findTemplate(text);
        if (found !== undefined)
            return found;
        throw new lib/* UserError */.yot(`The plan is obsolete: a template was deleted from the bucket \`bundles\` of account ${environment.account} since it was made. Re-run all jobs for a new plan, which puts it there again, and a new approval.`, { outputs: { outcome: 'obsolete', touched: 'false', ...(plan === undefined ? {} : { 'plan-digest': plan }) } });
    });
}
function inBucket({ policy }, { account }, session, look) {
    const { id: owner, bundles: bucket } = (0,find_by_name/* accountNamed */.xM)(policy, account);
    if (bucket === undefined)
        return undefined;
    const store = (0,registry_lib/* codeStore */.R2)({ session, product: policy.product, bucket, owner });
    const urls = new Map();
    // Several environments of a template, and several units of one that they nest: asked once.
    return async (text) => {
        const url = urls.get(text) ?? look(store, text).then(it => (0,lib/* objectUrl */.bCA)(it, session.region));
        urls.set(text, url);
        return url;
    };
}

// EXTERNAL MODULE: ./packages/delivery/lib/parameter-files.js
var parameter_files = __webpack_require__(8047);
;// CONCATENATED MODULE: ./packages/delivery/lib/stack-parameters.js

/**
 * The parameters of a stack: the unit's own, those of files before them and of the environment over them, and what tells the template where it is.
 */
function stackParameters({ product }, environment, unit, { reference, code, inFiles = {} }) {
    const places = { Product: product, Environment: environment.name };
    const own = { ...inFiles, ...unit.stack.parameters, ...environment.parameters[unit.name] };
    // A bundle is told as its digest, as the place of its code, or as both: the template says which.
    const asCode = code === undefined ? {} : codeParameters(code);
    return {
        parameters: { ...places, ...own, [(0,lib/* artifactParameter */.YQz)(unit.kind)]: reference, ...asCode },
        offered: [
            ...Object.keys(places).filter(name => !Object.hasOwn(own, name)),
            ...(unit.kind === 'bundle' ? [(0,lib/* artifactParameter */.YQz)(unit.kind), ...Object.keys(asCode)] : [])
        ]
    };
}
function codeParameters({ bucket, key, version }) {
    return { BundleBucket: bucket, BundleKey: key, BundleVersion: version };
}
/** The tags of a stack: those of product, unit and environment, the later ones over the earlier, and what Sluice knows it by. */
function stackTags({ product, tags }, environment, { name, stack }) {
    // Release and commit would turn every commit into a stack update.
    return { ...tags, ...stack.tags, ...environment.tags, product, environment: environment.name, unit: name };
}
/** Outputs of a unit's stack that Sluice reads once it is deployed, with the keys that name them. */
function promisedOutputs(unit) {
    if (unit.kind !== 'bundle')
        return [];
    return ['publish', 'invalidate'].flatMap(key => {
        const output = unit.bundle[key];
        return output === undefined ? [] : [{ output, as: `units.${unit.name}.bundle.${key}` }];
    });
}

// EXTERNAL MODULE: ./packages/delivery/lib/stack-settings.js
var stack_settings = __webpack_require__(1094);
;// CONCATENATED MODULE: ./packages/delivery/lib/stack-sources.js

/**
 * What templates may run and read by a policy: what the release built, and what delivery.yml lists.
 * @param own the images that the release built, as templates name them.
 * @param bundle where Lambda takes the unit's bundle from, if it does.
 */
function stackSources({ accounts, images, code, dynamicReferences }, { account, gate, level }, unit, own, bundle) {
    const place = accounts[account];
    return {
        own,
        ...(bundle === undefined ? {} : { ownCode: (0,lib/* codeReference */.ps7)(bundle) }),
        ...(unit.kind === 'image' ? { artifactParameter: (0,lib/* artifactParameter */.YQz)(unit.kind) } : {}),
        ...(unit.kind === 'image' && unit.image.platforms.length > 1 ? { manyPlatforms: true } : {}),
        ...{ images, code, dynamicReferences },
        // Where nobody is asked, nothing changes behind an approval.
        strict: gate !== 'continuous' || level === 'production',
        account: place?.id ?? '',
        region: place?.region ?? ''
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/stack-request.js



/** The stack that a unit of a release is to have in an environment: name, template, parameters, tags and settings. @throws UserError */
async function stackOf(pipeline, environment, release, delivery, unit, { findCode, keepTemplate }) {
    const { repository, policy } = pipeline;
    const released = release.units[unit.name];
    if (released === undefined) {
        throw new lib/* UserError */.yot(`Release ${release.commit} has no unit ${unit.name}, although delivery.yml of its commit defines it. Deliver the commit again.`);
    }
    const template = await repository.fileAt(release.commit, unit.stack.template);
    if (template === undefined)
        throw new lib/* UserError */.yot(`The template ${unit.stack.template} of unit ${unit.name} is not a file of commit ${release.commit}. Commit it there as a file, not as a link, or correct it in delivery.yml, and deliver again.`);
    const imageOf = (name, digest) => `${pipeline.registryHost}/${(0,lib/* unitRepository */.pl6)(policy.product, name)}@${digest}`;
    const reference = unit.kind === 'image' ? imageOf(unit.name, released.digest) : released.digest;
    const { text, nested } = await (0,cloudformation_lib/* keepNested */.lT)({ path: unit.stack.template, text: template.toString('utf8') }, { unit: unit.name, read: path => repository.fileAt(release.commit, path), keep: keepTemplate });
    const inFiles = await (0,parameter_files/* valuesInFiles */.lh)(unit, environment, path => repository.fileAt(release.commit, path));
    const code = unit.kind === 'image' ? undefined : await findCode({ name: unit.name, digest: released.digest, template: text });
    const own = Object.entries(release.units).flatMap(([name, { kind, digest }]) => kind === 'image' ? [imageOf(name, digest)] : []);
    return {
        unit: unit.name,
        stack: (0,lib/* stackName */.QxR)(policy.product, environment.name, unit.name),
        dependsOn: unit.dependsOn.filter(name => delivery.units.some(other => other.name === name)),
        template: text,
        ...(nested.length === 0 ? {} : { nested }),
        ...(keepTemplate === undefined ? {} : { keepTemplate }),
        ...stackParameters(policy, environment, unit, { reference, inFiles, ...(code === undefined ? {} : { code }) }),
        tags: stackTags({ product: policy.product, tags: delivery.tags }, environment, unit),
        settings: (0,stack_settings/* stackSettings */.m)(environment, unit),
        artifact: released.digest,
        promised: promisedOutputs(unit),
        sources: stackSources(policy, (0,find_by_name/* environmentNamed */.b6)(policy, environment.name), unit, own, code)
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/target.js





/** Loads and checks what a release means in an environment. */
async function loadTarget(pipeline, inputs, may) {
    const environment = pipeline.environment(inputs.environment);
    const release = await pipeline.release(inputs.release);
    const delivery = await pipeline.at(release.commit);
    const settings = (0,find_by_name/* environmentNamed */.b6)(delivery, environment.name);
    const session = pipeline.session({ environment: environment.name, may });
    const stores = may === 'plan'
        ? {
            findCode: copyingCode(pipeline, environment, session),
            keepTemplate: keepingTemplates(pipeline, environment, session)
        }
        : {
            findCode: findingCode(pipeline, environment, session, inputs.plan),
            keepTemplate: findingTemplates(pipeline, environment, session, inputs.plan)
        };
    const stacks = await Promise.all(delivery.units.map(async (unit) => stackOf(pipeline, settings, release, delivery, unit, stores)));
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
        session,
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


/***/ })

};
