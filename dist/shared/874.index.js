export const id = 874;
export const ids = [874];
export const modules = {

/***/ 5874:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   discard: () => (/* binding */ discard)
/* harmony export */ });
/* harmony import */ var _sluice_cloudformation__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(140);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4551);
/* harmony import */ var _target_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3879);



/** Removes the change sets of a plan that will not be carried out, and stacks that only the plan had begun. */
async function discard(inputs, pipeline) {
    const target = await (0,_target_js__WEBPACK_IMPORTED_MODULE_2__/* .loadTarget */ .K)(pipeline, inputs, 'plan');
    await pipeline.log.group(`Discard the plan for ${target.environment.name}`, async () => (0,_sluice_cloudformation__WEBPACK_IMPORTED_MODULE_0__/* .discardStacks */ .yG)({ session: target.session, stacks: target.stacks, changeSetName: target.changeSetName }));
    return {
        outputs: {},
        summary: `### The plan of ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .releaseId */ .Bf)(target.digest)} for ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .escapeMarkdown */ .FV)(target.environment.name)} was discarded\n`
    };
}


/***/ })

};
