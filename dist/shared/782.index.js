export const id = 782;
export const ids = [782];
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


/***/ }),

/***/ 1249:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b6: () => (/* binding */ environmentNamed),
/* harmony export */   iS: () => (/* binding */ unitNamed),
/* harmony export */   xM: () => (/* binding */ accountNamed)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4357);
/* harmony import */ var _suggest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1860);



/** An environment by name. @throws UserError naming those that exist. */
function environmentNamed(delivery, name) {
    return find('environment', delivery.environments, name);
}
/** A unit by name. @throws UserError naming those that exist. */
function unitNamed(delivery, name) {
    return find('unit', delivery.units, name);
}
/** An account by its name in delivery.yml. @throws UserError naming those that exist. */
function accountNamed(delivery, name) {
    const found = Object.hasOwn(delivery.accounts, name) ? delivery.accounts[name] : undefined;
    return found ?? absent('account', name, Object.keys(delivery.accounts));
}
function find(what, all, name) {
    const found = all.find(it => it.name === name);
    return (found ??
        absent(what, name, all.map(it => it.name)));
}
function absent(what, name, known) {
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`delivery.yml has no ${what} ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .show */ .WU)(name)}${(0,_suggest_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(name, known)}. It has: ${known.join(', ')}.`);
}


/***/ }),

/***/ 4357:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WU: () => (/* binding */ show),
/* harmony export */   vy: () => (/* binding */ MOST_PROBLEMS),
/* harmony export */   xL: () => (/* binding */ ConfigError)
/* harmony export */ });
/* unused harmony export formatProblem */
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);

/** Problems that are looked for in a file: a file may hold as many as it has lines, and each takes time to explain. */
const MOST_PROBLEMS = 100;
/** A configuration file that cannot be used. Its message is one line and names the first problem; `problems` has all, in file order. */
class ConfigError extends _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo {
    problems;
    constructor(problems, options) {
        const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
        const [first, ...others] = sorted.map(formatProblem);
        const count = sorted.length < MOST_PROBLEMS ? others.length : `at least ${others.length}`;
        const more = others.length === 0 ? '' : ` (and ${count} more)`;
        super(`${first ?? 'The configuration is not valid.'}${more}`, options);
        this.problems = sorted;
    }
}
/** A problem as one line: `delivery.yml:12:5: …`, which editors and terminals can jump to, and where the key is described. */
function formatProblem({ file, line, column, message, reference }) {
    const see = reference === undefined ? '' : ` [Sluice's ${reference}]`;
    return `${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(file)}:${line}:${column}: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(message)}${see}`;
}
/** Characters of a value that a message shows. */
const SHOWN = 100;
/** A value from a file, quoted and shortened, so that it always stays on its line and shows what it is. */
function show(value) {
    if (value === null || value === undefined)
        return 'nothing';
    if (Array.isArray(value))
        return value.length === 0 ? 'an empty list' : 'a list';
    if (typeof value === 'object')
        return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`);
}


/***/ }),

/***/ 3563:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ deliveryRoles)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);
/* harmony import */ var _find_by_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1249);


/** The roles of a delivery: `promote` is in the registry's account, where tags move; the others are in the environment's. */
function deliveryRoles(delivery) {
    const { product, registry } = delivery;
    const role = (account, name) => {
        const { id, region } = (0,_find_by_name_js__WEBPACK_IMPORTED_MODULE_1__/* .accountNamed */ .xM)(delivery, account);
        return { name, arn: `arn:${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .partitionOf */ .iQ)(region)}:iam::${id}:role/${name}`, account, region };
    };
    return {
        push: role(registry.account, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .registryRoleName */ .fh)(product, 'push')),
        pull: role(registry.account, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .registryRoleName */ .fh)(product, 'pull')),
        environment(name) {
            const { account } = (0,_find_by_name_js__WEBPACK_IMPORTED_MODULE_1__/* .environmentNamed */ .b6)(delivery, name);
            const duty = (where, of) => role(where, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .environmentRoleName */ .j3)(product, name, of));
            return {
                promote: duty(registry.account, 'promote'),
                plan: duty(account, 'plan'),
                deploy: duty(account, 'deploy'),
                execution: duty(account, 'execution')
            };
        }
    };
}


/***/ }),

/***/ 1860:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   au: () => (/* binding */ didYouMean)
/* harmony export */ });
/* unused harmony exports nearest, editDistance */
/** Characters of a word that are compared: the time grows with them, and a file may hold any word. */
const COMPARED = 50;
/** The candidate that a misspelt word most likely meant; absent when none is near. */
function nearest(word, candidates) {
    let best;
    for (const candidate of candidates) {
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
        // A third of the letters wrong is a typing error; more is another word.
        if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && (best === undefined || distance < best.distance))
            best = { candidate, distance };
    }
    return best?.candidate;
}
/** ` (did you mean "…"?)`, or nothing. */
function didYouMean(word, candidates) {
    const candidate = typeof word === 'string' ? nearest(word.slice(0, COMPARED), candidates) : undefined;
    return candidate === undefined ? '' : ` (did you mean ${JSON.stringify(candidate)}?)`;
}
/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string alignment). */
function editDistance(a, b) {
    const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
    const cell = (row, column) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
    for (let row = 1; row <= a.length; row++) {
        rows.push([row]);
        for (let column = 1; column <= b.length; column++) {
            const same = a[row - 1] === b[column - 1];
            const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] && row > 1 && column > 1;
            rows[row]?.push(Math.min(cell(row - 1, column) + 1, cell(row, column - 1) + 1, cell(row - 1, column - 1) + (same ? 0 : 1), swapped ? cell(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY));
        }
    }
    return cell(a.length, b.length);
}


/***/ })

};
