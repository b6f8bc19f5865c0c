export const id = 713;
export const ids = [713];
export const modules = {

/***/ 9916:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ BUILDER_CHOICES),
/* harmony export */   r: () => (/* binding */ BUILDERS)
/* harmony export */ });
/** The builders, in the order in which they are looked for. */
const BUILDERS = ['buildkit', 'buildx', 'buildah'];
/** What may be asked for: one builder, or the first one that is there. */
const BUILDER_CHOICES = ['auto', ...BUILDERS];


/***/ }),

/***/ 2877:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4795);
/* harmony import */ var _builder_builder_order_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9916);

// Not by the builders' door: two of three modes start none.

/** The inputs of action.yml, in its order. */
const INPUT_NAMES = ['mode', 'config', 'github-token', 'role-to-assume', 'unit', 'builder', 'layout'];
/** Reads the inputs. @throws UserError naming what is missing or not allowed. */
function readInputs(inputs) {
    const mode = inputs.oneOf('mode', ['resolve', 'build', 'release']);
    if (mode !== 'build')
        return { mode };
    const unit = inputs.optional('unit');
    if (unit === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot('Mode build needs the input unit: the name of a unit in delivery.yml.');
    return {
        mode,
        unit,
        builder: inputs.oneOf('builder', _builder_builder_order_js__WEBPACK_IMPORTED_MODULE_1__/* .BUILDER_CHOICES */ .f),
        layout: inputs.optional('layout')
    };
}


/***/ }),

/***/ 3713:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4795);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2877);


await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .CsV)('Build once', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .ehJ)(_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .K)(inputs);
    // Loaded only now: an action that fails on its input must not pay for what it would have done.
    const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
        Promise.all(/* import() */[__webpack_require__.e(809), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(63), __webpack_require__.e(983), __webpack_require__.e(125)]).then(__webpack_require__.bind(__webpack_require__, 3125)),
        __webpack_require__.e(/* import() */ 732).then(__webpack_require__.bind(__webpack_require__, 3351))
    ]);
    return run(request, await pipelineOfAction(inputs, context, process.env), process.env);
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

};
