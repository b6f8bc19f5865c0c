export const id = 873;
export const ids = [873];
export const modules = {

/***/ 6965:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);

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
    const common = {
        release: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(inputs.required('release'), 'Input release'),
        environment: inputs.required('environment')
    };
    if (mode !== 'apply')
        return { ...common, mode };
    return { ...common, mode, plan: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .parseDigest */ .m)(inputs.required('plan-digest'), 'Input plan-digest') };
}


/***/ }),

/***/ 6873:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1769);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6965);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7343);




await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .Cs)('Deploy', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .eh)(_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .readInputs */ .K)(inputs);
    const { context } = await Promise.all(/* import() */[__webpack_require__.e(665), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351));
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)(request, await (0,_sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__/* .pipelineOfAction */ .Il)(inputs, context, process.env));
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 7343:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ run)
/* harmony export */ });
/** Plans, applies or discards. Each mode is loaded when it is asked for: a job needs one. */
async function run(inputs, pipeline) {
    switch (inputs.mode) {
        case 'plan':
            return (await Promise.all(/* import() */[__webpack_require__.e(146), __webpack_require__.e(441)]).then(__webpack_require__.bind(__webpack_require__, 2441))).plan(inputs, pipeline);
        case 'apply':
            return (await Promise.all(/* import() */[__webpack_require__.e(146), __webpack_require__.e(350)]).then(__webpack_require__.bind(__webpack_require__, 2350))).apply(inputs, pipeline);
        case 'discard':
            return (await Promise.all(/* import() */[__webpack_require__.e(146), __webpack_require__.e(874)]).then(__webpack_require__.bind(__webpack_require__, 5874))).discard(inputs, pipeline);
    }
}


/***/ })

};
