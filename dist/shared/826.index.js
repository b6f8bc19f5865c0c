export const id = 826;
export const ids = [826];
export const modules = {

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

/***/ 9530:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _facts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3064);


/** The inputs of action.yml, in its order. */
const INPUT_NAMES = [
    'event',
    'outcome',
    'config',
    'github-token',
    'role-to-assume',
    'after',
    'release',
    'environment',
    'unit',
    'digest',
    'fingerprint',
    'plan-digest',
    'plan-path',
    'dossier-path',
    'reason',
    'checked',
    'preview',
    'shown',
    'detail',
    'detail-path'
];
/** Reads the inputs. @throws UserError naming what is missing, malformed or contradictory. */
function readInputs(inputs) {
    const after = inputs.optional('after');
    const request = readRequest(inputs);
    return after === undefined ? request : { ...request, after: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parsePlace */ .De2)(after, 'Input after') };
}
function readRequest(inputs) {
    const event = inputs.optional('event');
    const outcome = inputs.optional('outcome');
    if ((event === undefined) === (outcome === undefined))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('Give exactly one of the inputs event and outcome.');
    const release = inputs.optional('release');
    const environment = inputs.optional('environment');
    if (outcome !== undefined) {
        if (release === undefined || environment === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('The input outcome requires the inputs release and environment.');
        return { kind: 'outcome', jobs: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseJobs */ .YFV)(outcome), release: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(release, 'Input release'), environment };
    }
    const events = parseEvents(event ?? '');
    if (events.includes('adopted'))
        return readAdoption(inputs, events);
    if (events.includes('repaired'))
        return readRepair(inputs, events);
    const plan = inputs.optional('plan-digest');
    // Nothing can be taken off the ledger: a deployment of no release would need no intent, and stay there.
    const incomplete = events.find(it => it === 'released' || _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_RULES */ .VHo[it].needsRelease);
    if (release === undefined && incomplete !== undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`The event ${incomplete} requires the input release: the digest of the release that it is about.`);
    const reason = inputs.optional('reason');
    const given = inputs.optional('detail');
    const detail = given === undefined ? undefined : (0,_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .parseFacts */ .h)(given, 'Input detail');
    const detailPath = inputs.optional('detail-path');
    if (detail !== undefined && detailPath !== undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('Give at most one of the inputs detail and detail-path.');
    if (events.includes('withdrawn'))
        requireWithdrawal(environment, reason);
    requireJudgedAlone(events);
    return {
        kind: 'events',
        events,
        release: release === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(release, 'Input release'),
        environment,
        unit: readUnit(inputs),
        plan: plan === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(plan, 'Input plan-digest'),
        planPath: inputs.optional('plan-path'),
        dossierPath: inputs.optional('dossier-path'),
        detail: reason === undefined ? detail : { ...detail, reason },
        ...(detailPath === undefined ? {} : { detailPath })
    };
}
/**
 * What a step may state. Outcomes are not stated but derived, from the jobs and the ledger (input outcome): a record that says `accepted` must
 * not be had for the asking.
 */
const STATEMENTS = _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .EVENTS */ .qYF.filter(_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .isStated */ .oEq);
function parseEvents(text) {
    return text.split(',').map(part => {
        const event = STATEMENTS.find(candidate => candidate === part.trim());
        if (event === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Input event contains ${JSON.stringify(part.trim())}. Allowed: ${STATEMENTS.join(', ')}; outcomes are derived from the input outcome.`);
        return event;
    });
}
/** Whoever takes back an acceptance says where, and why: it is read when nobody remembers. */
function requireWithdrawal(environment, reason) {
    if (environment === undefined || (reason ?? '').trim() === '')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('The event withdrawn requires the inputs environment and reason: where the release is withdrawn, and why.');
}
/** What is recorded together where it happens together: one job builds a unit and tests it. */
const TOGETHER = ['built', 'tested'];
/**
 * What is looked at before an event is recorded is looked at for that event alone: an intent beside its own plan would be a release that enters
 * without anybody's approval, and a deployment beside its own intent one that never was.
 */
function requireJudgedAlone(events) {
    const other = events.findLast(event => !TOGETHER.includes(event));
    if (other !== undefined && events.length > 1)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`The event ${other} is recorded by itself. Record the other events in another step.`);
}
/** Whoever says that something was built as it should be says why it counts, and how that was checked. */
function readAdoption(inputs, events) {
    const [reason, checked] = [inputs.optional('reason') ?? '', inputs.optional('checked') ?? ''];
    if (reason.trim() === '' || checked.trim() === '')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('The event adopted requires the inputs reason and checked: why the digest counts as built, and who built it and how that was checked.');
    requireJudgedAlone(events);
    const unit = inputs.required('unit');
    const digest = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(inputs.required('digest'), 'Input digest');
    return { kind: 'adoption', unit, digest, reason, checked, release: undefined, environment: undefined };
}
/** Whoever leaves records out says why, though each of them has to be invalid. */
function readRepair(inputs, events) {
    const reason = inputs.optional('reason') ?? '';
    if (reason.trim() === '')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('The event repaired requires the input reason: what happened to the ledger.');
    requireJudgedAlone(events);
    const preview = inputs.optional('preview') ?? 'false';
    if (preview !== 'true' && preview !== 'false')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Input preview is ${JSON.stringify(preview)}. Give true or false.`);
    const shown = preview === 'true' ? undefined : inputs.optional('shown');
    return {
        ...{ kind: 'repair', reason, preview: preview === 'true' },
        ...{ release: undefined, environment: inputs.optional('environment') },
        ...(shown === undefined ? {} : { shown: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(shown, 'Input shown') })
    };
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


/***/ }),

/***/ 5826:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9530);


/**
 * How long to wait for GitHub's rate limits, in milliseconds: a quota is full again after an hour at the latest, and a deployment whose
 * record is missing counts as one that nobody finished.
 */
const PATIENCE = 65 * 60_000;
await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .CsV)('Record', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .ehJ)(_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .K)(inputs);
    // Loaded only now: an action that fails on its input must not pay for what it would have done.
    const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
        Promise.all(/* import() */[__webpack_require__.e(809), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125)]).then(__webpack_require__.bind(__webpack_require__, 3125)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(961)]).then(__webpack_require__.bind(__webpack_require__, 2961))
    ]);
    return run(request, await pipelineOfAction(inputs, context, process.env, { patience: PATIENCE, after: request.after }));
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

};
