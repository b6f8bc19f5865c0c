export const id = 797;
export const ids = [797];
export const modules = {

/***/ 2777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

/** The inputs of action.yml, in its order. */
const INPUT_NAMES = [
    'mode',
    'config',
    'github-token',
    'after',
    'release',
    'release-id',
    'environment',
    'plan-digest',
    'outcome'
];
/** Reads the inputs. @throws UserError naming what is missing or malformed. */
function readInputs(inputs) {
    const mode = inputs.oneOf('mode', ['plan', 'deploy', 'record']);
    const destination = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .readDestination */ .FDj)(inputs);
    const after = inputs.optional('after');
    const where = {
        ...destination,
        ...(after === undefined ? {} : { after: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parsePlace */ .De2)(after, 'Input after') })
    };
    // Whatever approvers read, what became of the release is recorded.
    if (mode === 'record')
        return { ...where, mode, jobs: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseJobs */ .YFV)(inputs.required('outcome')) };
    (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .requireShownRelease */ .iP3)(destination.release, inputs.optional('release-id'));
    if (mode === 'plan')
        return { ...where, mode };
    const plan = inputs.optional('plan-digest');
    return { ...where, mode, plan: plan === undefined ? undefined : (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(plan, 'Input plan-digest') };
}


/***/ }),

/***/ 3797:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2777);


/** As long as record-audit waits for GitHub's rate limits, in milliseconds: a deployment whose record is missing counts as unfinished. */
const PATIENCE = 65 * 60_000;
await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .CsV)('Stage', process.env, async (tell) => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .ehJ)(_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .K)(inputs);
    // Loaded only now: an action that fails on its input must not pay for what it would have done.
    const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
        Promise.all(/* import() */[__webpack_require__.e(809), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125)]).then(__webpack_require__.bind(__webpack_require__, 3125)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(961), __webpack_require__.e(7), __webpack_require__.e(814)]).then(__webpack_require__.bind(__webpack_require__, 1899))
    ]);
    const options = { patience: PATIENCE, after: request.after };
    await run(request, await pipelineOfAction(withoutRole(inputs), context, process.env, options), tell, process.env);
    return undefined;
});
/** A stage is in the hands of several roles, one after another, so that none of them can be given. */
function withoutRole(inputs) {
    return {
        ...inputs,
        optional: name => (name === 'role-to-assume' ? undefined : inputs.optional(name)),
        required: name => inputs.required(name),
        oneOf: (name, allowed) => inputs.oneOf(name, allowed)
    };
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

};
