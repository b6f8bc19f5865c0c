export const id = 664;
export const ids = [664];
export const modules = {

/***/ 664:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  resolve: () => (/* binding */ resolve),
  statesOfUnits: () => (/* binding */ statesOfUnits)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/fingerprint.js
var lib_fingerprint = __webpack_require__(102);
// EXTERNAL MODULE: ./packages/delivery/lib/check-repository.js
var check_repository = __webpack_require__(6315);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 175 modules
var pipeline_lib = __webpack_require__(3125);
;// CONCATENATED MODULE: ./actions/build-once/lib/trusted-build.js

/**
 * Looks a fingerprint up in the ops registry and its digests in the ledger (promise 2). The records decide which digest counts: one that
 * was put there without them, by whoever may tag, is passed over.
 */
async function findTrustedBuild(pipeline, unit, fingerprint) {
    let reason = 'never built';
    for await (const { digest } of (0,pipeline_lib.storedBuilds)(pipeline, unit, fingerprint, 'pull')) {
        if (digest === undefined)
            break;
        const judgement = await (0,pipeline_lib.judgeBuild)(pipeline, { unit, fingerprint, digest });
        if (judgement.trusted) {
            const { run, adopted } = judgement;
            return adopted === undefined
                ? { unit, fingerprint, trusted: digest, reason: `built in run ${run}` }
                : { unit, fingerprint, trusted: digest, adopted, reason: `adopted by record ${adopted}` };
        }
        reason = judgement.reason;
    }
    return { unit, fingerprint, trusted: undefined, reason };
}

;// CONCATENATED MODULE: ./actions/build-once/lib/resolve-mode.js




/** Every unit of the run's commit, with the digest that may be adopted for it. */
async function statesOfUnits(pipeline, delivery) {
    const { repository, run } = pipeline;
    await (0,pipeline_lib.requireOwnConfig)(pipeline);
    const states = [];
    // One after the other: they share one walk through the ledger.
    for (const unit of delivery.units) {
        const fingerprint = await (0,lib_fingerprint/* fingerprintOf */.a)(repository, run.sha, unit);
        states.push(await findTrustedBuild(pipeline, unit, fingerprint));
    }
    return states;
}
/** Lists the units whose fingerprint has no trusted digest yet. */
async function resolve(pipeline) {
    const { log, run, repository } = pipeline;
    await log.group('Check that the refs that decide are protected', async () => (0,pipeline_lib.requireProtectedRefs)(pipeline));
    const delivery = await log.group('Read delivery.yml', async () => {
        const read = await pipeline.at(run.sha);
        await (0,check_repository/* checkRepository */.n)(read, repository, run.sha);
        return read;
    });
    const states = await log.group('Look every unit up in the ops registry and the ledger', async () => statesOfUnits(pipeline, delivery));
    const missing = states.filter(state => state.trusted === undefined).map(state => state.unit.name);
    for (const state of states)
        log.info(`${state.unit.name}: ${state.trusted ?? 'to be built'} (${state.reason})`);
    const rows = states.map(state => [
        (0,lib/* escapeMarkdown */.FVb)(state.unit.name),
        (0,lib/* code */.aYu)((0,lib/* shortDigest */.VKY)(state.fingerprint)),
        state.trusted === undefined
            ? `**to be built**: ${(0,lib/* escapeMarkdown */.FVb)(state.reason)}`
            : `${(0,lib/* code */.aYu)((0,lib/* shortDigest */.VKY)(state.trusted))}, ${(0,lib/* escapeMarkdown */.FVb)(state.reason)}`
    ]);
    return {
        outputs: {
            missing: JSON.stringify(missing),
            // From the protected default branch: the commit does not choose its own gates.
            environments: JSON.stringify(pipeline.policy.environments.map(({ name, gate }) => ({ name, gate }))),
            built: 'false'
        },
        summary: `### ${missing.length === 0 ? 'Nothing to build' : `To build: ${missing.join(', ')}`}\n\n${(0,lib/* table */.tpe)(['unit', 'fingerprint', 'digest'], rows)}\n`
    };
}


/***/ }),

/***/ 6315:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ checkRepository)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _build_sources_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(753);
/* harmony import */ var _explain_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9426);
/* harmony import */ var _fingerprint_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(102);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(926);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4357);






/**
 * Checks that everything delivery.yml names is in the commit, and that no folder that a unit is built from has uncommitted
 * changes (only when the commit is the one checked out: another one is not built from the work tree).
 * @throws ConfigError at the line of delivery.yml that names the path.
 */
async function checkRepository(delivery, repository, commit) {
    const source = (0,_parse_js__WEBPACK_IMPORTED_MODULE_1__/* .sourceOf */ .vz)(delivery) ?? UNKNOWN;
    const problems = [];
    const expected = expectations(delivery);
    // All at once, so that one process of git can tell.
    const entries = await Promise.all(expected.map(async ({ path }) => repository.entryAt(commit, path)));
    for (const [n, { at, path, kind, what }] of expected.entries()) {
        const entry = entries[n];
        if (entry?.kind === kind)
            continue;
        const found = entry === undefined ? 'is not in' : `is a ${entry.kind} in`;
        const message = `found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .show */ .WU)(path)}, which ${found} commit ${commit.slice(0, 12)}; ${what} must be a committed ${kind}`;
        problems.push((0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .problemAt */ .l4)(source, at, `${(0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPath */ .jV)(at)}: ${message}`));
    }
    if (problems.length === 0)
        problems.push(...(await unfit(delivery, repository, commit, source)));
    if (problems.length === 0 && (await repository.head()) === commit)
        problems.push(...(await uncommitted(delivery, repository, source)));
    if (problems.length > 0)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .ConfigError */ .xL(problems);
}
/** A delivery that was not read from a file has no lines to name. */
const UNKNOWN = { file: 'delivery.yml', value: undefined, at: () => ({ line: 1, column: 1 }) };
function expectations(delivery) {
    const expected = [];
    for (const unit of delivery.units) {
        const at = ['units', unit.name];
        const build = (0,_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .buildOf */ .Y)(unit);
        if (build === undefined) {
            const path = (0,_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .folderOf */ .y)(unit);
            expected.push({ at: [...at, 'bundle', 'path'], path, kind: 'directory', what: "the bundle's folder" });
        }
        else {
            const place = [...at, ...buildPath(unit)];
            const { context } = build;
            expected.push({ at: [...place, 'context'], path: context, kind: 'directory', what: 'the build context' });
            const dockerfile = (0,_fingerprint_js__WEBPACK_IMPORTED_MODULE_5__/* .dockerfilePath */ .S)(build);
            expected.push({ at: [...place, 'dockerfile'], path: dockerfile, kind: 'file', what: 'the Dockerfile' });
        }
        const { template } = unit.stack;
        expected.push({ at: [...at, 'stack', 'template'], path: template, kind: 'file', what: 'the template' });
    }
    for (const [index, { runbook }] of delivery.environments.entries()) {
        if (runbook !== undefined)
            expected.push({ at: ['environments', index, 'runbook'], path: runbook, kind: 'file', what: 'the runbook' });
    }
    return expected;
}
/** What a build would refuse to take over from the commit. */
async function unfit(delivery, repository, commit, source) {
    const problems = [];
    for (const unit of delivery.units) {
        try {
            await repository.checkFolder(commit, (0,_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .folderOf */ .y)(unit), (0,_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .buildOf */ .Y)(unit) === undefined ? 'bundle' : 'image');
        }
        catch (error) {
            if (!(error instanceof _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot))
                throw error;
            const at = folderPath(unit);
            problems.push((0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .problemAt */ .l4)(source, at, `${(0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPath */ .jV)(at)}: ${error.message}`));
        }
    }
    return problems;
}
/** Where delivery.yml says, below a unit, how it is built. */
function buildPath({ kind }) {
    return kind === 'image' ? ['image'] : ['bundle', 'build'];
}
/** Where delivery.yml names the folder of a unit. */
function folderPath(unit) {
    return ['units', unit.name, ...((0,_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .buildOf */ .Y)(unit) === undefined ? ['bundle', 'path'] : [...buildPath(unit), 'context'])];
}
async function uncommitted(delivery, repository, source) {
    // A look at all of them is enough where there is nothing to name.
    if ((await repository.dirtyPaths(delivery.units.map(_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .folderOf */ .y))).length === 0)
        return [];
    const problems = [];
    for (const unit of delivery.units) {
        const folder = (0,_build_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .folderOf */ .y)(unit);
        const [first, ...others] = await repository.dirtyPaths([folder]);
        if (first === undefined)
            continue;
        const at = folderPath(unit);
        const more = others.length === 0 ? '' : ` and ${others.length} more`;
        const message = `found uncommitted changes in ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .show */ .WU)(folder)}: ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .show */ .WU)(first)}${more}; commit, ignore or discard them`;
        problems.push((0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .problemAt */ .l4)(source, at, `${(0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPath */ .jV)(at)}: ${message}`));
    }
    return problems;
}


/***/ })

};
