export const id = 343;
export const ids = [343];
export const modules = {

/***/ 7343:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   run: () => (/* binding */ run)
/* harmony export */ });
/** Plans, applies or discards. Each mode is loaded when it is asked for: a job needs one. */
async function run(inputs, pipeline) {
    const { environment } = inputs;
    pipeline.history.about({
        release: inputs.release,
        plan: inputs.mode === 'apply' ? inputs.plan : undefined,
        environments: [environment, pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
    });
    switch (inputs.mode) {
        case 'plan':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(802), __webpack_require__.e(846), __webpack_require__.e(240)]).then(__webpack_require__.bind(__webpack_require__, 9240))).plan(inputs, pipeline);
        case 'apply':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(802), __webpack_require__.e(846), __webpack_require__.e(474)]).then(__webpack_require__.bind(__webpack_require__, 7474))).apply(inputs, pipeline);
        case 'discard':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(802), __webpack_require__.e(874)]).then(__webpack_require__.bind(__webpack_require__, 5874))).discard(inputs, pipeline);
    }
}


/***/ })

};
