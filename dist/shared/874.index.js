export const id = 874;
export const ids = [874];
export const modules = {

/***/ 5874:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   discard: () => (/* binding */ discard)
/* harmony export */ });
/* harmony import */ var _sluice_cloudformation__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4802);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4496);


/**
 * Removes the change sets of a plan that will not be applied, and stacks that only the plan had begun. Their names follow from the ledger and the
 * release's commit: whoever discards needs no access to the registry.
 */
async function discard(inputs, pipeline) {
    const { name } = pipeline.environment(inputs.environment);
    const released = await pipeline.history.released(inputs.release);
    if (released === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yot(`The ledger holds no release ${inputs.release}, so nothing of it can have been planned. Pass the release of this run.`);
    const { units } = await pipeline.at(released.commit);
    await pipeline.log.group(`Discard the plan for ${name}`, async () => (0,_sluice_cloudformation__WEBPACK_IMPORTED_MODULE_0__/* .discardStacks */ .yG)({
        session: pipeline.session({ environment: name, may: 'record' }),
        stacks: units.map(unit => ({ stack: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .stackName */ .QxR)(pipeline.policy.product, name, unit.name) })),
        changeSetName: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .changeSetName */ .GaK)(inputs.release, pipeline.run.runId),
        log: pipeline.log
    }));
    return {
        outputs: {},
        summary: `### The plan of ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .releaseId */ .BfF)(inputs.release)} for ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .escapeMarkdown */ .FVb)(name)} was discarded\n`
    };
}


/***/ })

};
