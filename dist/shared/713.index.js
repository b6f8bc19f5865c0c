export const id = 713;
export const ids = [713];
export const modules = {

/***/ 9870:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ secretsOf),
/* harmony export */   q: () => (/* binding */ readSecrets)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

/** Where the values come from, for messages. */
const WHERE = 'the input secrets of build-once, which deliver.yml takes from its secret `build-secrets`';
/**
 * Reads secrets as `NAME=value`, one a line; blank lines are left out.
 * @throws UserError for a line that is none, without what it says, and for a name that comes twice.
 */
function readSecrets(text) {
    const found = new Map();
    for (const [n, line] of (text ?? '').split(/\r?\n/).entries()) {
        if (line.trim() === '')
            continue;
        const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
        if (name === undefined || value === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Line ${n + 1} of ${WHERE} is not NAME=value. A value of several lines is given in one, for example as base64, and decoded by the step that mounts it.`);
        if (found.has(name))
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${WHERE} has ${name} twice: give it once.`);
        found.set(name, value);
    }
    return found;
}
/**
 * Those that a unit's steps may mount. Others stay where they are.
 * @throws UserError for one that is missing or empty.
 */
function secretsOf(unit, names, given) {
    return Object.fromEntries(names.map(name => {
        const value = given.get(name) ?? '';
        if (value === '')
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Unit ${unit} is built with the secret ${name}, which has no value in ${WHERE}. In the workflow that calls deliver.yml, write under \`secrets:\` of that job \`build-secrets: |\` and below it \`${name}=\${{ secrets.${name} }}\`, and set the secret in the settings of the repository.`);
        return [name, value];
    }));
}


/***/ }),

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
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _build_secrets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9870);
/* harmony import */ var _builder_builder_order_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9916);

// Not by the builders' door: two of three modes start none.


/** The inputs of action.yml, in its order. */
const INPUT_NAMES = [
    'mode',
    'config',
    'github-token',
    'role-to-assume',
    'unit',
    'builder',
    'layout',
    'secrets'
];
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
        builder: inputs.oneOf('builder', _builder_builder_order_js__WEBPACK_IMPORTED_MODULE_2__/* .BUILDER_CHOICES */ .f),
        layout: inputs.optional('layout'),
        secrets: (0,_build_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .readSecrets */ .q)(inputs.optional('secrets'))
    };
}


/***/ }),

/***/ 3713:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2877);


await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .CsV)('Build once', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .ehJ)(_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .K)(inputs);
    // Loaded only now: an action that fails on its input must not pay for what it would have done.
    const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
        Promise.all(/* import() */[__webpack_require__.e(809), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351)),
        Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125)]).then(__webpack_require__.bind(__webpack_require__, 3125)),
        __webpack_require__.e(/* import() */ 732).then(__webpack_require__.bind(__webpack_require__, 3351))
    ]);
    return run(request, await pipelineOfAction(inputs, context, process.env), process.env);
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

};
