export const id = 732;
export const ids = [732];
export const modules = {

/***/ 3351:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   run: () => (/* binding */ run)
/* harmony export */ });
/** Resolves, builds or releases the commit that the run is for. */
async function run(inputs, pipeline, env) {
    // Each mode is loaded when it is asked for: what one needs would make the start of the others longer.
    switch (inputs.mode) {
        case 'resolve':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(664)]).then(__webpack_require__.bind(__webpack_require__, 664))).resolve(pipeline);
        case 'build':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(846), __webpack_require__.e(211)]).then(__webpack_require__.bind(__webpack_require__, 3211))).build(inputs, pipeline, env);
        case 'release':
            return (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(429), __webpack_require__.e(983), __webpack_require__.e(125), __webpack_require__.e(299)]).then(__webpack_require__.bind(__webpack_require__, 299))).release(pipeline);
    }
}


/***/ })

};
