export const id = 72;
export const ids = [72];
export const modules = {

/***/ 5072:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   run: () => (/* binding */ run)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _sluice_delivery__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1249);
/* harmony import */ var _sluice_delivery__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(102);
/* harmony import */ var _sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3125);



/** Pushes a build verbatim, verifies it where it landed, and ties it to its fingerprint. */
async function run(inputs, pipeline) {
    const { log, repository } = pipeline;
    const delivery = await pipeline.at(pipeline.run.sha);
    const unit = (0,_sluice_delivery__WEBPACK_IMPORTED_MODULE_2__/* .unitNamed */ .iS)(delivery, inputs.unit);
    const fingerprint = await (0,_sluice_delivery__WEBPACK_IMPORTED_MODULE_3__/* .fingerprintOf */ .a)(repository, pipeline.run.sha, unit);
    const result = await log.group(`Push ${unit.name} to the ops registry`, async () => unit.kind === 'image'
        ? pushImage(inputs, unit, fingerprint, pipeline)
        : pushBundle(inputs, unit, fingerprint, pipeline));
    log.info(`${result.where}: ${inputs.digest} (${result.note})`);
    return {
        outputs: { digest: inputs.digest, pushed: String(result.pushed) },
        summary: `### ${result.pushed ? 'Pushed' : 'Already there:'} ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .escapeMarkdown */ .FVb)(unit.name)}\n\n${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tpe)(['', ''], [
            ['digest', (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .code */ .aYu)(inputs.digest)],
            ['fingerprint', (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .code */ .aYu)(fingerprint)],
            ['transfer', (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .escapeMarkdown */ .FVb)(result.note)]
        ])}\n`
    };
}
async function pushImage(inputs, unit, fingerprint, pipeline) {
    const { policy, log } = pipeline;
    const registry = pipeline.registry('push');
    const name = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .unitRepository */ .pl6)(policy.product, unit.name);
    await pipeline.prepareRepository(name);
    const { pushed, blobs, bytes, leftOut } = await registry.pushLayout(name, inputs.layout, inputs.digest);
    if (leftOut.length > 0)
        log.warning(`The layout also holds ${leftOut.join(', ')}, which refers to ${inputs.digest} and was left out: an image is pushed with what its own digest leads to. Push signatures and the like with the tool that made them.`);
    const place = await placeFor(inputs.digest, unit, fingerprint, pipeline);
    await registry.tagOnce(name, inputs.digest, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sourceTag */ .Yrp)(fingerprint, place));
    return {
        pushed,
        where: name,
        note: pushed ? `${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .plural */ .LSg)(blobs, 'blob')}, ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .plural */ .LSg)(bytes, 'byte')} sent` : 'nothing to send'
    };
}
async function pushBundle(inputs, unit, fingerprint, pipeline) {
    const place = await placeFor(inputs.digest, unit, fingerprint, pipeline);
    const { pushed } = await pipeline.bundles('push').push(unit.name, fingerprint, inputs.layout, inputs.digest, place);
    return { pushed, where: `bundle ${unit.name}`, note: pushed ? 'archive sent' : 'nothing to send' };
}
/**
 * The place where a digest is named for its fingerprint: the first that is free, holds it, or holds another that may be delivered, which
 * is then refused there. What no record vouches for is passed over: it was planted, its ledger is lost, or it was built under rules that
 * no longer hold. It must not stop the unit for good, since no role may delete it.
 */
async function placeFor(digest, unit, fingerprint, pipeline) {
    for await (const { place, digest: found } of (0,_sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__.storedBuilds)(pipeline, unit, fingerprint, 'push')) {
        if (found === undefined || found === digest)
            return place;
        const judgement = await (0,_sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__.judgeBuild)(pipeline, { unit, fingerprint, digest: found });
        if (judgement.trusted)
            return place;
        pipeline.log.warning(`${found} already has the name ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sourceTag */ .Yrp)(fingerprint, place)} of ${unit.name}, but may not be delivered (${judgement.reason}). ${digest} gets the next name.`);
    }
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HRU(`No name is left for ${digest} of ${unit.name}.`);
}


/***/ })

};
