export const id = 873;
export const ids = [873];
export const modules = {

/***/ 6965:
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
    'role-to-assume',
    'release',
    'environment',
    'plan-digest'
];
/** Reads the inputs. @throws UserError naming what is missing or malformed. */
function readInputs(inputs) {
    const mode = inputs.oneOf('mode', ['plan', 'apply', 'discard']);
    const destination = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .readDestination */ .FDj)(inputs);
    if (mode !== 'apply')
        return { ...destination, mode };
    return { ...destination, mode, plan: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(inputs.required('plan-digest'), 'Input plan-digest') };
}


/***/ }),

/***/ 6873:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6965);


await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .CsV)('Deploy', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .ehJ)(_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .K)(inputs);
    // Loaded only now: an action that fails on its input must not pay for what it would have done.
    const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
        Promise.all(/* import() */[__webpack_require__.e(809), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125)]).then(__webpack_require__.bind(__webpack_require__, 3125)),
        __webpack_require__.e(/* import() */ 343).then(__webpack_require__.bind(__webpack_require__, 7343))
    ]);
    return run(request, await pipelineOfAction(inputs, context, process.env));
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

};
