export const id = 429;
export const ids = [429];
export const modules = {

/***/ 7917:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ decodeText)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4357);

/** How files begin that Windows calls "Unicode" (Unicode 15, table 23-5). Longer marks come first: one begins like another. */
const MARKS = [
    [[0xff, 0xfe, 0, 0], 'UTF-32'],
    [[0, 0, 0xfe, 0xff], 'UTF-32'],
    [[0xff, 0xfe], 'UTF-16'],
    [[0xfe, 0xff], 'UTF-16']
];
/**
 * The text of a configuration file, which must be UTF-8: anything else would be read as something that nobody wrote.
 * @throws ConfigError that says which encoding it is, or where the first foreign byte stands.
 */
function decodeText(bytes, file) {
    const other = otherEncoding(bytes);
    if (other !== undefined)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .ConfigError */ .xL([{ file, line: 1, column: 1, message: `found ${other} text; save the file as UTF-8` }]);
    try {
        // The byte order mark stays, for whoever hashes the text.
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    }
    catch {
        const at = foreignByte(bytes);
        const byte = `0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
        const message = `found the byte ${byte}, which is not UTF-8; save the file as UTF-8`;
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .ConfigError */ .xL([{ file, ...positionOf(bytes, at), message }]);
    }
}
function otherEncoding(bytes) {
    const marked = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1];
    if (marked !== undefined)
        return marked;
    // Without a mark: the first character of a configuration file is ASCII, so that half of it is zero.
    return bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0) ? 'UTF-16' : undefined;
}
/** Where decoding begins to change what is there. */
function foreignByte(bytes) {
    const read = Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8');
    const at = bytes.findIndex((byte, n) => read[n] !== byte);
    // A last character that is cut off may be read as the sign for it.
    return at < 0 ? bytes.length - 1 : at;
}
function positionOf(bytes, at) {
    const before = Buffer.from(bytes.subarray(0, at)).toString('utf8').split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}


/***/ }),

/***/ 9426:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  WE: () => (/* binding */ explain),
  jV: () => (/* binding */ formatPath),
  l4: () => (/* binding */ problemAt)
});

// EXTERNAL MODULE: ./packages/delivery/lib/schema.js + 4 modules
var lib_schema = __webpack_require__(18);
;// CONCATENATED MODULE: ./packages/delivery/lib/anchor.js


/** The page that describes every key, as a path in Sluice's repository. It is generated from the schema, anchors included. */
const REFERENCE_PAGE = 'docs/delivery-yml.md';
/** Looks into a schema of `schema.ts`, through what makes it optional. */
function insideOf(schema) {
    if ('wrapped' in schema)
        return insideOf(schema.wrapped);
    const each = 'item' in schema ? schema.item : 'key' in schema && 'value' in schema ? schema.value : undefined;
    return {
        keys: ('entries' in schema ? schema.entries : {}),
        each: each
    };
}
/** What a schema says about itself, for the reference page. */
function aboutOf(schema) {
    return { description: v.getDescription(schema), examples: v.getExamples(schema) };
}
/** The anchor of a key on the reference page: `units-image-context`. */
function anchorOf(keys) {
    return keys.join('-');
}
/**
 * Where the reference page describes the key at a path of the file, or the nearest key around it that exists. List indexes and names
 * that the file chooses are left out: `units.api.image.context` is described once for all units.
 */
function referenceOf(path) {
    const known = [];
    let schema = lib_schema/* deliverySchema */.o;
    for (const segment of path) {
        const { keys, each } = insideOf(schema);
        const named = typeof segment === 'string' && Object.hasOwn(keys, segment) ? keys[segment] : undefined;
        if (named !== undefined)
            known.push(String(segment));
        schema = named ?? each;
        if (schema === undefined)
            break;
    }
    return known.length === 0 ? REFERENCE_PAGE : `${REFERENCE_PAGE}#${anchorOf(known)}`;
}

// EXTERNAL MODULE: ./packages/delivery/lib/problem.js
var problem = __webpack_require__(4357);
;// CONCATENATED MODULE: ./packages/delivery/lib/explain.js


/** A path as people write it: `environments[1].gate`. */
function formatPath(path) {
    return path
        .map((segment, depth) => (typeof segment === 'number' ? `[${segment}]` : depth === 0 ? segment : `.${segment}`))
        .join('');
}
/** A problem at a place of the file: what was found, then what is allowed, then where the key is described. */
function problemAt(source, path, message, part = 'value') {
    return { file: source.file, ...source.at(path, part), message, reference: referenceOf(path) };
}
/** Says of a schema's issue where it is, what was found and what is allowed. */
function explain(source, issue) {
    const steps = issue.path ?? [];
    const path = steps.map(step => (typeof step.key === 'number' ? step.key : String(step.key)));
    const place = placeOf(path);
    const last = steps.at(-1);
    if (last?.origin !== 'key') {
        // What is written there; the issue may hold what the schema had made of it already.
        const found = last === undefined ? source.value : last.value;
        return problemAt(source, path, `${place}: found ${(0,problem/* show */.WU)(found)}; ${issue.message}`);
    }
    if (issue.input === undefined) {
        const parent = path.slice(0, -1);
        const missing = problemAt(source, parent, `${placeOf(parent)}: missing key ${(0,problem/* show */.WU)(path.at(-1))}; ${issue.message}`);
        return { ...missing, reference: referenceOf(path) };
    }
    return problemAt(source, path, `${place}: found the key ${(0,problem/* show */.WU)(issue.input)}; ${issue.message}`, 'key');
}
function placeOf(path) {
    return path.length === 0 ? 'the file' : formatPath(path);
}


/***/ }),

/***/ 1249:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b6: () => (/* binding */ environmentNamed),
/* harmony export */   iS: () => (/* binding */ unitNamed),
/* harmony export */   xM: () => (/* binding */ accountNamed)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4357);


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
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`delivery.yml has no ${what} ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .show */ .WU)(name)}${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .auO)(name, known)}. It has: ${known.join(', ')}.`);
}


/***/ }),

/***/ 926:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  yY: () => (/* binding */ parseDelivery),
  vz: () => (/* binding */ sourceOf)
});

// UNUSED EXPORTS: problemIn

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
;// CONCATENATED MODULE: ./packages/delivery/lib/dependencies.js
/** Orders units by their dependencies; where these leave a choice, as the file has them. Unknown names are left to the caller. */
function orderByDependencies(dependencies) {
    const done = new Set();
    const open = [];
    const visit = (name) => {
        if (done.has(name))
            return undefined;
        const from = open.indexOf(name);
        if (from >= 0)
            return [...open.slice(from), name];
        open.push(name);
        for (const dependency of dependencies.get(name) ?? []) {
            const cycle = visit(dependency);
            if (cycle !== undefined)
                return cycle;
        }
        open.pop();
        done.add(name);
        return undefined;
    };
    for (const name of dependencies.keys()) {
        const cycle = visit(name);
        if (cycle !== undefined)
            return { kind: 'cyclic', cycle };
    }
    return { kind: 'ordered', names: [...done].filter(name => dependencies.has(name)) };
}
/** Everything that `name` depends on, directly or through others. */
function dependenciesOf(name, dependencies) {
    const found = new Set();
    const pending = [...(dependencies.get(name) ?? [])];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        if (found.has(next))
            continue;
        found.add(next);
        pending.push(...(dependencies.get(next) ?? []));
    }
    return found;
}

// EXTERNAL MODULE: ./packages/delivery/lib/encoding.js
var encoding = __webpack_require__(7917);
// EXTERNAL MODULE: ./packages/delivery/lib/explain.js + 1 modules
var explain = __webpack_require__(9426);
// EXTERNAL MODULE: ./packages/delivery/lib/problem.js
var lib_problem = __webpack_require__(4357);
;// CONCATENATED MODULE: ./packages/delivery/lib/addresses.js

/**
 * What is wrong with a `registry.host`; nothing when credentials may be sent there: to this machine, or to the ECR of the
 * registry's own account. Another account's ECR is as foreign as any other host.
 */
function registryHostProblem(host, accountId) {
    const [, name = host, port] = /^([^\s/@:[\]]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/.exec(host) ?? [];
    if ((0,lib/* isLoopback */.U9m)(name) && Number(port ?? 0) <= 65_535)
        return undefined;
    const owner = (0,lib/* accountOfEcrHost */.R1f)(host);
    if (owner === accountId)
        return undefined;
    return owner === undefined
        ? "credentials are never sent to a foreign host; allowed: the registry account's ECR (leave host out) or a loopback address"
        : `it belongs to account ${owner}; allowed: the ECR of the registry's own account ${accountId} (leave host out)`;
}
/** What is wrong with an environment's url; nothing for https anywhere, http on this machine, and one that begins with an output. */
function environmentUrlProblem(url) {
    const { references, malformed } = (0,lib/* outputReferences */.wE$)(url);
    const [first] = references;
    if (malformed === undefined && first !== undefined && url.startsWith((0,lib/* formatReference */.FHU)(first)))
        return undefined;
    // An output may be part of a host name: any legal label stands for it. What only looks like an output is a problem of its own.
    const text = (0,lib/* resolveOutputs */.prv)(malformed === undefined ? url : url.replace(malformed, 'output'), () => 'output') ?? url;
    const allowed = 'allowed: an https:// URL, an http:// URL on a loopback address, or ${unit.Output}';
    if (!URL.canParse(text))
        return allowed;
    const parsed = new URL(text);
    if (parsed.username !== '' || parsed.password !== '')
        return 'a URL must not contain a user name or password: remove them';
    if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && (0,lib/* isLoopback */.U9m)(parsed.hostname)))
        return undefined;
    return allowed;
}

;// CONCATENATED MODULE: ./packages/delivery/lib/bucket-rules.js


/** A bucket is in one account and one region, and what is promoted or proven comes from none that environments write to. */
function checkBuckets(file, note, onlyAccount) {
    const { anchors } = file.ledger;
    const registry = file.accounts[file.registry.account ?? onlyAccount ?? ''];
    const ops = registry === undefined ? undefined : (0,lib/* bundleBucket */.fq5)(file.product, (0,lib/* parseAccountId */.cK)(registry.id));
    const accounts = Object.entries(file.accounts);
    for (const [name, { id, region, bundles, kmsKey }] of accounts) {
        if (kmsKey !== undefined && kmsKey.split(':')[3] !== region)
            note(['accounts', name, 'kmsKey'], (0,lib_problem/* show */.WU)(kmsKey), `buckets of ${region} are encrypted with a key of their region: name one`);
        if (bundles === undefined)
            continue;
        const path = ['accounts', name, 'bundles'];
        const stacks = file.environments.find(it => bundles.startsWith((0,lib/* stackName */.QxR)(file.product, it.name, '')));
        const other = accounts.find(([, it]) => it.bundles === bundles);
        if (bundles === anchors)
            note(path, (0,lib_problem/* show */.WU)(bundles), 'the ledger is anchored there, where nothing is deleted: name another bucket');
        else if (bundles === ops)
            note(path, (0,lib_problem/* show */.WU)(bundles), 'it is the bucket of the ops registry, to which no environment writes: name another');
        else if (stacks !== undefined)
            note(path, (0,lib_problem/* show */.WU)(bundles), `the buckets of stacks in ${stacks.name} are named so, to which whoever deploys may write: name another`);
        else if (other !== undefined && (other[1].id !== id || other[1].region !== region))
            note(path, (0,lib_problem/* show */.WU)(bundles), `accounts.${other[0]} has it in ${other[1].id}, ${other[1].region}, and a bucket is in one account and region: name another`);
    }
}

;// CONCATENATED MODULE: ./packages/delivery/lib/signers.js

/** Who is meant by an entry of `signs`: one signer, or, by its name alone, all of an environment. */
function signersNamed(text) {
    if (isSigner(text))
        return [text];
    return (0,lib/* signersIn */.Bd)(text);
}
function isSigner(text) {
    return text === lib/* BUILDS */.W4 || (0,lib/* stationOf */.I4j)(text) !== undefined;
}
/** The environment that an entry of `signs` speaks of; `undefined` for `builds`. */
function environmentSigned(text) {
    return text === lib/* BUILDS */.W4 ? undefined : text.split('/')[0];
}

;// CONCATENATED MODULE: ./packages/delivery/lib/ledger-rules.js



/** KMS: an alias has at most 256 characters. */
const ALIAS_LIMIT = 256;
/** Who may sign what: rules about `ledger` and the environments together. @param fallback the account that is meant where none is named. */
function checkLedger(file, note, fallback) {
    let sound = true;
    const noteEntry = (...problem) => {
        sound = false;
        note(...problem);
    };
    checkAnchors(file, note);
    checkNames(file, noteEntry);
    checkEntries(file, noteEntry);
    const { key, trust } = file.ledger;
    if (key === undefined) {
        if (trust.length > 0)
            note(['ledger', 'trust'], 'trusted keys but no key to sign with', 'add ledger.key, or remove trust');
        for (const [index, { level }] of file.environments.entries()) {
            if (level === 'production') {
                const allowed = 'production needs a signed ledger: add ledger.key and ledger.trust';
                note(['environments', index, 'level'], `${(0,lib_problem/* show */.WU)(level)} and no ledger.key`, allowed);
            }
        }
        return;
    }
    checkAlias(file, key, note);
    // Who is missing, and who shares a key, is told by entries that are right.
    if (!sound)
        return;
    checkSigners(file, key, note);
    checkSharing(file, note, fallback);
}
/** What IAM sees of a signature is the alias: only by its name are the keys of one product kept from the roles of another. */
function checkAlias({ product, environments, ledger }, key, note) {
    if (!environments.some(({ level }) => level === 'production'))
        return;
    const words = `-${key.replace(/[/_]/g, '-')}-`;
    if ([product, ...ledger.formerly].some(name => words.includes(`-${name}-`)))
        return;
    // The keys of a product that was renamed keep their aliases, as its ledger keeps its records.
    const [, former] = /^alias\/sluice-([a-z0-9-]+)-ledger$/.exec(key) ?? [];
    const renamed = former === undefined
        ? ''
        : ` if the product was called ${former}, keep the key and add formerly: [${former}]; otherwise`;
    const allowed = `where production is served the alias names the product, so that no other product signs with its keys:${renamed} alias/sluice-${product}-ledger`;
    note(['ledger', 'key'], (0,lib_problem/* show */.WU)(key), allowed);
}
/** `builds` is no environment: an entry of `signs` would mean both. */
function checkNames({ environments }, note) {
    for (const [index, { name }] of environments.entries())
        if (name === lib/* BUILDS */.W4)
            note(['environments', index, 'name'], (0,lib_problem/* show */.WU)(name), 'it is reserved for who signs builds and releases: choose another');
}
function checkEntries({ environments, ledger }, note) {
    const levels = new Map(environments.map(({ name, level }) => [name, level]));
    for (const [index, { signs, from, until }] of ledger.trust.entries()) {
        const at = ['ledger', 'trust', index];
        if (from !== undefined && until !== undefined && until < from)
            note([...at, 'until'], (0,lib_problem/* show */.WU)(until), `the last record cannot come before the first, which is ${from}: correct one`);
        for (const [entry, text] of signs.entries()) {
            const environment = environmentSigned(text);
            if (environment === undefined)
                continue;
            const level = levels.get(environment);
            // What an environment that is gone has on the ledger is proved by its keys as before.
            if (level === undefined && until === undefined) {
                const known = [...levels.keys()];
                const allowed = `no such environment${(0,lib/* didYouMean */.auO)(environment, known)}; declared in environments: ${known.join(', ')}. Of a former one the key stays, and gets until: the number of its last record`;
                note([...at, 'signs', entry], (0,lib_problem/* show */.WU)(text), allowed);
            }
            // Of a key that ended it is said what it did sign, and that may have been when less was at stake.
            if (level === 'production' && until === undefined && !text.includes('/')) {
                const allowed = `in production each signer has a key of its own: list ${(0,lib/* signersIn */.Bd)(environment).join(', ')} in entries of their own`;
                note([...at, 'signs', entry], (0,lib_problem/* show */.WU)(text), allowed);
            }
        }
    }
}
/** Everybody who signs has a key that may sign the next record. */
function checkSigners({ environments, ledger }, key, note) {
    const names = new Set(environments.map(({ name }) => name));
    const inForce = new Set(ledger.trust.filter(({ until }) => until === undefined).flatMap(({ signs }) => signs.flatMap(signersNamed)));
    for (const party of [lib/* BUILDS */.W4, ...names]) {
        const signers = signersNamed(party);
        const missing = signers.filter(signer => !inForce.has(signer));
        const what = missing.length === lib/* SIGNING_DUTIES */.nL7.length ? party : missing.join(', ');
        if (missing.length > 0) {
            const allowed = `add an entry without until: - { key: <SHA-256 of the public key>, signs: [${missing.join(', ')}] }`;
            note(['ledger', 'trust'], `no key in force for ${what}`, allowed);
        }
        const long = signers.map(signer => (0,lib/* signerAlias */.rHN)(key, signer)).find(alias => alias.length > ALIAS_LIMIT);
        if (long !== undefined) {
            const allowed = `the alias ${long} would have ${long.length} characters, more than the ${ALIAS_LIMIT} allowed: shorten it`;
            note(['ledger', 'key'], (0,lib_problem/* show */.WU)(key), allowed);
        }
    }
}
/**
 * Where production is served, nobody speaks for another: a key of production, of `builds` when there is a production, or in an account that
 * serves one, is of one signer. What a key signed before it ended stays as it is: an environment could not move there otherwise.
 */
function checkSharing(file, note, fallback) {
    const { environments, ledger } = file;
    const production = environments.filter(({ level }) => level === 'production');
    if (production.length === 0)
        return;
    const accountOf = (account) => account ?? fallback;
    const serving = new Set(production.map(({ account }) => accountOf(account)));
    const guarded = new Set(environments.filter(({ account }) => serving.has(accountOf(account))).map(({ name }) => name));
    const isGuarded = (signer) => {
        const station = (0,lib/* stationOf */.I4j)(signer);
        return station === undefined || guarded.has(station.environment);
    };
    const owners = new Map();
    for (const [index, { key, signs, until }] of ledger.trust.entries()) {
        if (until !== undefined)
            continue;
        for (const signer of new Set(signs.flatMap(signersNamed))) {
            const owner = owners.get(key) ?? signer;
            owners.set(key, owner);
            if (owner === signer || !(isGuarded(owner) || isGuarded(signer)))
                continue;
            const allowed = `where production is served each signer has a key of its own: make another key for ${signer}`;
            note(['ledger', 'trust', index], `one key for ${owner} and ${signer}`, allowed);
            return;
        }
    }
}
function checkAnchors(file, note) {
    const { anchors, key } = file.ledger;
    for (const [index, { name, level }] of file.environments.entries()) {
        if (anchors === undefined && key !== undefined && level === 'production') {
            const allowed = "production needs a ledger that no one can put back: add ledger.anchors, a bucket made as Sluice's docs/aws-roles.md says";
            note(['environments', index, 'level'], `${(0,lib_problem/* show */.WU)(level)} and no ledger.anchors`, allowed);
        }
        // Roles may write to, and delete from, what is named like a stack.
        if (anchors?.startsWith(`${(0,lib/* stackName */.QxR)(file.product, name, '')}`) === true) {
            const allowed = `buckets of environment ${name} are named like this, and its deployments may write to them: choose another`;
            note(['ledger', 'anchors'], (0,lib_problem/* show */.WU)(anchors), allowed);
        }
    }
}

;// CONCATENATED MODULE: ./packages/delivery/lib/retired-rules.js

/** What is retired is not delivered, and what is deleted is the stack of no unit that is: `prod` with `eu-api` and `prod-eu` with `api` have one name. */
function checkRetired({ product, environments, units, retired }, note) {
    const delivered = new Map(environments.flatMap(({ name }) => Object.keys(units).map(unit => [
        (0,lib/* stackName */.QxR)(product, name, unit),
        `the stack of unit ${unit} in environment ${name}`
    ])));
    for (const [unit, fate] of Object.entries(retired)) {
        if (Object.hasOwn(units, unit)) {
            note(['retired', unit], `the unit ${unit}`, 'it is delivered still: remove it here, or from units', 'key');
            continue;
        }
        const others = environments.flatMap(({ name }) => delivered.get((0,lib/* stackName */.QxR)(product, name, unit)) ?? []);
        const [other] = fate === 'delete' ? others : [];
        if (other === undefined)
            continue;
        const allowed = `its stack would be ${other}, which is delivered: write ${unit}: keep`;
        note(['retired', unit], `${unit}: delete`, allowed);
    }
}

;// CONCATENATED MODULE: ./packages/delivery/lib/settings-rules.js


/** Settings of stacks come from two places, and are of one account and region: both are known with the environment alone. */
function checkSettings(file, note, onlyAccount) {
    for (const [index, environment] of file.environments.entries()) {
        const name = environment.account ?? onlyAccount ?? '';
        const account = Object.hasOwn(file.accounts, name) ? file.accounts[name] : undefined;
        for (const [unit, { stack }] of Object.entries(file.units)) {
            const own = Object.hasOwn(environment.stacks, unit) ? (environment.stacks[unit] ?? {}) : {};
            const placeOf = (key) => Object.hasOwn(own, key) ? ['environments', index, 'stacks', unit, key] : ['units', unit, 'stack', key];
            const { notifications: topics = [], rollbackAlarms: alarms = [], monitoring } = { ...stack, ...own };
            if (monitoring !== undefined && alarms.length === 0)
                note(placeOf('monitoring'), `${monitoring} and no alarms for the stack of ${unit} in ${environment.name}`, 'monitoring is how long rollbackAlarms are watched: add some, or remove it');
            if (account === undefined)
                continue;
            const { id, region } = account;
            const partition = (0,lib/* partitionOf */.iQG)(region);
            for (const [position, topic] of topics.entries()) {
                if (topic.startsWith(`arn:${partition}:`))
                    continue;
                note([...placeOf('notifications'), position], (0,lib_problem/* show */.WU)(topic), `the stacks of ${environment.name} are in ${region}, which reaches no topic outside of arn:${partition}: name those of each environment under its stacks.${unit}`);
            }
            for (const [position, alarm] of alarms.entries()) {
                if (alarm.startsWith(`arn:${partition}:cloudwatch:${region}:${id}:`))
                    continue;
                note([...placeOf('rollbackAlarms'), position], (0,lib_problem/* show */.WU)(alarm), `the stacks of ${environment.name} are in ${id}, ${region}, and CloudFormation watches alarms of there only: name those of each environment under its stacks.${unit}`);
            }
        }
    }
}

// EXTERNAL MODULE: ./packages/delivery/lib/tags-schema.js
var tags_schema = __webpack_require__(1821);
;// CONCATENATED MODULE: ./packages/delivery/lib/rules.js









/** What the schema cannot say because it needs two places of the file at once. Each rule notes what it finds. */
function checkRules(file, note) {
    checkAccounts(file, note);
    checkBuckets(file, note, onlyAccount(file));
    checkUnits(file, note);
    checkEnvironments(file, note);
    rules_checkNames(file, note);
    checkRetired(file, note);
    checkParameters(file, note);
    checkTags(file, note);
    checkSettings(file, note, onlyAccount(file));
    checkLedger(file, note, onlyAccount(file));
    checkSluice(file, note);
}
/** The account that is meant where none is named: the only one. */
function onlyAccount(file) {
    const [first, second] = Object.keys(file.accounts);
    return second === undefined ? first : undefined;
}
function checkAccounts(file, note) {
    const declared = Object.keys(file.accounts);
    const check = (path, name) => {
        if (name === undefined) {
            if (onlyAccount(file) === undefined)
                note(path, 'no account', `add account: one of ${declared.join(', ')} (it may be left out when there is only one)`);
        }
        else if (!Object.hasOwn(file.accounts, name)) {
            note([...path, 'account'], (0,lib_problem/* show */.WU)(name), notDeclared('account', name, declared, 'accounts'));
        }
    };
    check(['registry'], file.registry.account);
    for (const [index, environment] of file.environments.entries())
        check(['environments', index], environment.account);
    const account = file.accounts[file.registry.account ?? onlyAccount(file) ?? ''];
    if (file.registry.host === undefined || account === undefined)
        return;
    const problem = registryHostProblem(file.registry.host, account.id);
    if (problem !== undefined)
        note(['registry', 'host'], (0,lib_problem/* show */.WU)(file.registry.host), problem);
}
function checkUnits(file, note) {
    for (const [name, unit] of Object.entries(file.units)) {
        for (const [index, dependency] of unit.dependsOn.entries()) {
            const path = ['units', name, 'dependsOn', index];
            if (!Object.hasOwn(file.units, dependency))
                note(path, (0,lib_problem/* show */.WU)(dependency), noSuchUnit(file, dependency));
            else if (unit.dependsOn.indexOf(dependency) !== index)
                note(path, `${(0,lib_problem/* show */.WU)(dependency)} a second time`, 'each unit may appear once: remove one');
        }
        // `<product>/releases` in the registry holds the release documents.
        if (name === 'releases')
            note(['units', name], 'the name releases', 'it is reserved for release documents: choose another', 'key');
    }
    const declared = Object.keys(file.units);
    for (const [index, { stacks }] of file.environments.entries()) {
        for (const name of Object.keys(stacks).filter(it => !declared.includes(it)))
            note(['environments', index, 'stacks', name], (0,lib_problem/* show */.WU)(name), notDeclared('unit', name, declared, 'units'), 'key');
    }
    const order = orderByDependencies(dependenciesByUnit(file));
    if (order.kind === 'cyclic') {
        const [first = ''] = order.cycle;
        const allowed = 'units may not depend on themselves, directly or through others: remove one of these';
        note(['units', first, 'dependsOn'], `the cycle ${order.cycle.join(' -> ')}`, allowed);
    }
}
function checkEnvironments(file, note) {
    const first = file.environments[0];
    if (first !== undefined && first.gate !== 'continuous')
        note(['environments', 0, 'gate'], (0,lib_problem/* show */.WU)(first.gate), 'the first environment is continuous: use gate: continuous');
    if (first?.requires.soak !== undefined)
        note(['environments', 0, 'requires', 'soak'], 'a soak time', 'nothing comes before the first environment: remove it');
    for (const [index, environment] of file.environments.entries()) {
        const at = ['environments', index];
        const same = file.environments.findIndex(other => other.name === environment.name);
        if (same !== index)
            note([...at, 'name'], (0,lib_problem/* show */.WU)(environment.name), `environments[${same}] has this name already: choose another`);
        if (index > 0 && environment.gate === 'continuous') {
            const allowed = 'only the first environment may be continuous: use approval or dispatch';
            note([...at, 'gate'], (0,lib_problem/* show */.WU)(environment.gate), allowed);
        }
        const { gate, level, secondPerson } = environment;
        if (secondPerson !== undefined && (gate !== 'dispatch' || level !== 'production')) {
            const allowed = 'it goes with gate: dispatch and level: production only: remove it';
            note([...at, 'secondPerson'], (0,lib_problem/* show */.WU)(secondPerson), allowed);
        }
        if (environment.url !== undefined) {
            checkExpressions(file, [...at, 'url'], environment.url, Object.keys(file.units), note);
            const problem = environmentUrlProblem(environment.url);
            if (problem !== undefined)
                note([...at, 'url'], (0,lib_problem/* show */.WU)(environment.url), problem);
        }
        else if ((environment.accept ?? file.accept).http.length > 0) {
            note(at, 'HTTP checks but no url', 'add url: the address that the checks are run against');
        }
    }
}
function rules_checkNames(file, note) {
    const { product } = file;
    const tooLong = (what, name, limit) => `${what} ${name} would have ${name.length} characters, more than the ${limit} allowed: shorten product, environment or unit`;
    if (product.length > lib/* PRODUCT_LIMIT */.Q1N)
        note(['product'], (0,lib_problem/* show */.WU)(product), `at most ${lib/* PRODUCT_LIMIT */.Q1N} characters are allowed (the name is part of a bucket's name)`);
    // `preview/…` in the registry holds what refs without delivery rights build.
    if (product === 'preview')
        note(['product'], (0,lib_problem/* show */.WU)(product), 'it is reserved for previews: choose another');
    // The stacks of such a product, and their buckets, would be named like the bundle buckets of others: `sluice-<product>-…`.
    if (/^sluice(-|$)/.test(product))
        note(['product'], (0,lib_problem/* show */.WU)(product), "it is reserved for Sluice's own names: choose another");
    const stacks = new Map();
    for (const [index, environment] of file.environments.entries()) {
        const role = (0,lib/* environmentRoleName */.j3f)(product, environment.name, 'execution');
        if (role.length > lib/* ROLE_NAME_LIMIT */.z3y)
            note(['environments', index, 'name'], (0,lib_problem/* show */.WU)(environment.name), tooLong('role', role, lib/* ROLE_NAME_LIMIT */.z3y));
        for (const unit of Object.keys(file.units)) {
            const stack = (0,lib/* stackName */.QxR)(product, environment.name, unit);
            const owner = `unit ${unit} in environment ${environment.name}`;
            const other = stacks.get(stack);
            if (stack.length > lib/* STACK_NAME_LIMIT */.hvi)
                note(['units', unit], (0,lib_problem/* show */.WU)(unit), tooLong('stack', stack, lib/* STACK_NAME_LIMIT */.hvi), 'key');
            else if (other !== undefined && other !== owner)
                note(['units', unit], (0,lib_problem/* show */.WU)(unit), `${owner} and ${other} would share the stack ${stack}: rename one`, 'key');
            stacks.set(stack, owner);
        }
    }
}
function checkParameters(file, note) {
    const dependencies = dependenciesByUnit(file);
    const check = (path, unit, parameters) => {
        const reachable = [...dependenciesOf(unit, dependencies)];
        for (const [name, value] of Object.entries(parameters)) {
            if (lib/* ARTIFACT_PARAMETERS */.uwH.includes(name))
                note([...path, name], `the parameter ${name}`, 'it is set to the digest of the release: remove it', 'key');
            checkExpressions(file, [...path, name], value, reachable, note);
        }
    };
    for (const [unit, { stack }] of Object.entries(file.units))
        check(['units', unit, 'stack', 'parameters'], unit, stack.parameters);
    for (const [index, environment] of file.environments.entries()) {
        for (const [unit, parameters] of Object.entries(environment.parameters)) {
            const path = ['environments', index, 'parameters', unit];
            if (!Object.hasOwn(file.units, unit))
                note(path, (0,lib_problem/* show */.WU)(unit), noSuchUnit(file, unit), 'key');
            else
                check(path, unit, parameters);
        }
    }
}
/** The tags of a stack come from three places, and from Sluice. */
function checkTags(file, note) {
    for (const [index, environment] of file.environments.entries()) {
        for (const [unit, { stack }] of Object.entries(file.units)) {
            const names = new Set([...tags_schema/* OWN_TAGS */.Ri, ...[file, stack, environment].flatMap(({ tags }) => Object.keys(tags))]);
            if (names.size <= tags_schema/* MOST_TAGS */._h)
                continue;
            const allowed = `CloudFormation takes ${tags_schema/* MOST_TAGS */._h} for a stack: remove some`;
            note(['environments', index], `${names.size} tags for the stack of ${unit}`, allowed);
        }
    }
}
function checkExpressions(file, path, value, reachable, note) {
    const { references, malformed } = (0,lib/* outputReferences */.wE$)(value);
    if (malformed !== undefined)
        note(path, (0,lib_problem/* show */.WU)(malformed), 'write a reference to an output as ${unit.Output}');
    for (const { unit, output } of references) {
        const found = (0,lib_problem/* show */.WU)((0,lib/* formatReference */.FHU)({ unit, output }));
        if (!Object.hasOwn(file.units, unit))
            note(path, found, noSuchUnit(file, unit));
        else if (!reachable.includes(unit))
            note(path, found, `the stack of ${unit} must be deployed first: add ${unit} to dependsOn`);
    }
}
function checkSluice(file, note) {
    if (file.sluice !== undefined)
        return;
    for (const [index, { level }] of file.environments.entries()) {
        if (level !== 'production')
            continue;
        const allowed = 'production needs to name the commits of Sluice that may take its roles: add sluice.repository and sluice.commits';
        note(['environments', index, 'level'], `${(0,lib_problem/* show */.WU)(level)} and no sluice`, allowed);
    }
}
function dependenciesByUnit(file) {
    return new Map(Object.entries(file.units).map(([name, unit]) => [name, unit.dependsOn]));
}
/** Why a name of a unit cannot be used; of one that is retired, that it was there. */
function noSuchUnit({ units, retired }, name) {
    return Object.hasOwn(retired, name)
        ? `${name} is retired, and what is delivered may need nothing of it: remove it here, or deliver it again`
        : notDeclared('unit', name, Object.keys(units), 'units');
}
function notDeclared(what, name, declared, key) {
    return `no such ${what}${(0,lib/* didYouMean */.auO)(name, declared)}; declared in ${key}: ${declared.join(', ')}`;
}

// EXTERNAL MODULE: ./packages/delivery/lib/schema.js + 4 modules
var schema = __webpack_require__(18);
// EXTERNAL MODULE: ./packages/delivery/lib/yaml-source.js
var yaml_source = __webpack_require__(1401);
;// CONCATENATED MODULE: ./packages/delivery/lib/parse.js










/** The text that a delivery was read from: later checks name its lines. Kept aside so that a Delivery stays plain data. */
const sources = new WeakMap();
/** Where a delivery was read from; absent when it was put together by a program. */
function sourceOf(delivery) {
    return sources.get(delivery);
}
/** A problem at the line of delivery.yml that it is about. @param delivery read from a file. */
function problemIn(delivery, file, { at, message }) {
    const source = sources.get(delivery);
    const text = `${formatPath(at)}: ${message}`;
    return source === undefined ? { file, line: 1, column: 1, message: text } : problemAt(source, at, text);
}
/**
 * What was read last, by file and text: an action reads the policy, and mostly the same file once more out of the commit. A Delivery
 * never changes, so both get the same.
 */
let last;
/**
 * Reads delivery.yml (design, section 6).
 * @param content the file's bytes, or its text where that is known to be its text.
 * @param file the name that errors begin with.
 * @throws ConfigError with the problems of the first step that finds any, up to a limit: YAML, then form, then references.
 */
function parseDelivery(content, file) {
    const text = typeof content === 'string' ? content : (0,encoding/* decodeText */.g)(content, file);
    if (last?.file === file && last.text === text)
        return last.delivery;
    const delivery = read(text, file);
    last = { file, text, delivery };
    return delivery;
}
function read(text, file) {
    const source = (0,yaml_source/* readSource */.o)(text, file);
    const result = dist/* safeParse */.xLC(schema/* deliverySchema */.o, source.value);
    if (!result.success)
        throw new lib_problem/* ConfigError */.xL(result.issues.slice(0, lib_problem/* MOST_PROBLEMS */.vy).map(issue => (0,explain/* explain */.WE)(source, issue)));
    const problems = [];
    checkRules(result.output, (path, found, allowed, part) => {
        problems.push((0,explain/* problemAt */.l4)(source, path, `${(0,explain/* formatPath */.jV)(path)}: found ${found}; ${allowed}`, part));
        if (problems.length === lib_problem/* MOST_PROBLEMS */.vy)
            throw new lib_problem/* ConfigError */.xL(problems);
    });
    if (problems.length > 0)
        throw new lib_problem/* ConfigError */.xL(problems);
    const delivery = assemble(result.output, (0,lib/* sha256 */.scB)(text));
    sources.set(delivery, source);
    return delivery;
}
function assemble(file, digest) {
    const fallback = onlyAccount(file) ?? '';
    const order = orderByDependencies(new Map(Object.entries(file.units).map(([name, unit]) => [name, unit.dependsOn])));
    const names = order.kind === 'ordered' ? order.names : [];
    const { host } = file.registry;
    return {
        product: file.product,
        accounts: mapValues(file.accounts, (account) => ({ ...account, id: (0,lib/* parseAccountId */.cK)(account.id) })),
        registry: { account: file.registry.account ?? fallback, ...(host === undefined ? {} : { host }) },
        units: names.flatMap(name => {
            const unit = file.units[name];
            return unit === undefined ? [] : [unitOf(name, unit)];
        }),
        retired: file.retired,
        environments: file.environments.map(environment => environmentOf(environment, file, fallback)),
        deliverFrom: file.deliverFrom ?? [],
        ...(file.sluice === undefined ? {} : { sluice: file.sluice }),
        builds: file.builds,
        tags: file.tags,
        images: file.images,
        code: file.code,
        dynamicReferences: file.dynamicReferences,
        ledger: ledgerOf(file.product, file.ledger),
        digest
    };
}
function unitOf(name, { image, bundle, stack, dependsOn }) {
    const base = { name, dependsOn, stack };
    if (image !== undefined) {
        const read = image;
        return { ...base, kind: 'image', image: read };
    }
    // The schema lets exactly one of them through.
    const read = bundle ?? { cacheControl: [] };
    return { ...base, kind: 'bundle', bundle: read };
}
function environmentOf(environment, file, fallback) {
    const { account, requires, adminBypass, accept, ...same } = environment;
    return {
        ...same,
        account: account ?? fallback,
        soak: requires.soak ?? 0,
        allowAdminBypass: adminBypass === 'allow',
        accept: accept ?? file.accept
    };
}
function ledgerOf(product, ledger) {
    const { branch, formerly, formerBranches, key, trust, issuerKeys, anchors } = ledger;
    // What a ledger was opened under stays, however the product is called later.
    const first = formerly.at(-1) ?? product;
    return {
        branch: branch ?? `sluice-ledger-${first}`,
        formerly,
        trust: trust.map(({ key: fingerprint, signs, ...range }) => ({
            key: (0,lib/* parseDigest */.m)(fingerprint),
            signs: [...new Set(signs.flatMap(signersNamed))],
            ...range
        })),
        ...(formerBranches === undefined ? {} : { formerBranches }),
        ...(key === undefined ? {} : { key }),
        ...(issuerKeys === undefined ? {} : { issuerKeys: issuerKeys.map(it => (0,lib/* parseDigest */.m)(it)) }),
        ...(anchors === undefined ? {} : { anchors: { bucket: anchors, product: first } })
    };
}
function mapValues(record, change) {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
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
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

/** Problems that are looked for in a file: a file may hold as many as it has lines, and each takes time to explain. */
const MOST_PROBLEMS = 100;
/** A configuration file that cannot be used. Its message is one line and names the first problem; `problems` has all, in file order. */
class ConfigError extends _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot {
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
    return `${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK9)(file)}:${line}:${column}: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK9)(message)}${see}`;
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
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK9)(text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`);
}


/***/ }),

/***/ 3384:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GM: () => (/* binding */ isBranchOrTag),
/* harmony export */   TX: () => (/* binding */ isSelective),
/* harmony export */   dh: () => (/* binding */ matchesRef),
/* harmony export */   fE: () => (/* binding */ isShallow)
/* harmony export */ });
/**
 * Whether a ref matches a pattern; `*` stands for anything up to a slash, as in the branch policies of GitHub's Environments.
 *
 * All ways to read the pattern are followed at once, so that time grows with the product of both lengths and no pattern can slow a
 * delivery down; a regular expression would try one way after the other.
 */
function matchesRef(pattern, ref) {
    const parts = [...pattern];
    let reached = withoutStars(parts, new Set([0]));
    for (const character of ref) {
        const next = new Set();
        for (const index of reached) {
            const part = parts[index];
            if (part === '*' && character !== '/')
                next.add(index);
            else if (part === character && part !== '*')
                next.add(index + 1);
        }
        reached = withoutStars(parts, next);
    }
    return reached.has(parts.length);
}
/** The places in a pattern from which one may go on, also where a star stands for nothing. */
function withoutStars(parts, places) {
    const all = new Set(places);
    // A set hands out what is added to it meanwhile.
    for (const index of all)
        if (parts[index] === '*')
            all.add(index + 1);
    return all;
}
/** Whether a pattern of `deliverFrom` is one of branches or tags: all other refs hold what nobody merged (`refs/pull/1/merge`). */
function isBranchOrTag(pattern) {
    return !pattern.startsWith('refs/') || /^refs\/(?:heads|tags)\//.test(pattern);
}
/** Whether a pattern of `deliverFrom` can stand in a branch policy: to GitHub no star stands for a slash ("Deployments and environments"). */
function isShallow(pattern) {
    return !pattern.includes('**');
}
/** Whether a pattern of `deliverFrom` says anything of the names that it matches, and does not let every branch deliver. */
function isSelective(pattern) {
    return /[^*/]/.test(pattern.replace(/^refs\/(?:heads|tags)\//, ''));
}


/***/ }),

/***/ 4676:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KT: () => (/* binding */ named),
/* harmony export */   Mp: () => (/* binding */ written),
/* harmony export */   p_: () => (/* binding */ list),
/* harmony export */   pq: () => (/* binding */ mapping),
/* harmony export */   yL: () => (/* binding */ oneOf)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7934);


// How delivery.yml is described: each of these says in its message what would have been right.
/** A mapping with fixed keys; a key that is not among them is answered with the nearest that is. */
function mapping(entries) {
    const keys = Object.keys(entries);
    const schema = valibot__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej(entries, issue => {
        if (issue.expected === 'never')
            return `no such key here${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .auO)(issue.input, keys)}; allowed: ${keys.join(', ')}`;
        const missing = keys.find(key => issue.expected === JSON.stringify(key));
        if (missing === undefined)
            return `expected a mapping with the keys ${keys.join(', ')}`;
        const description = valibot__WEBPACK_IMPORTED_MODULE_1__/* .getDescription */ .fYn(entries[missing] ?? valibot__WEBPACK_IMPORTED_MODULE_1__/* .unknown */ .L5J());
        return `add it${description === undefined ? '' : `: ${description}`}`;
    });
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .noLists */ .H6q)(schema);
}
/** A mapping with any names. @param what names them and their values in the message. */
function named(key, value, what) {
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .noLists */ .H6q)(valibot__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(key, value, `expected a mapping from ${what}`));
}
/** A list. @param what names its entries in the message. */
function list(item, what) {
    return valibot__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(item, `expected a list of ${what}`);
}
/** One of some words; another one is answered with the nearest. */
function oneOf(...options) {
    return valibot__WEBPACK_IMPORTED_MODULE_1__/* .picklist */ .KIO(options, issue => `allowed: ${options.join(', ')}${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .auO)(issue.input, options)}`);
}
/** An example as people write it: defaults are left out, and texts are not read yet. A test holds it to its schema. */
function written(example) {
    return valibot__WEBPACK_IMPORTED_MODULE_1__/* .examples */ .K1K([example]);
}


/***/ }),

/***/ 18:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  G: () => (/* binding */ DELIVERY_VERSION),
  o: () => (/* binding */ deliverySchema)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./packages/delivery/lib/schema-parts.js
var schema_parts = __webpack_require__(4676);
// EXTERNAL MODULE: ./packages/delivery/lib/text-forms.js
var text_forms = __webpack_require__(9641);
;// CONCATENATED MODULE: ./packages/delivery/lib/acceptance-schema.js



const httpCheck = (0,schema_parts/* mapping */.pq)({
    path: dist/* exactOptional */.yqP(dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* regex */.yGV(/^\/(?!\/)[^\s\\]*$/, 'expected a path that starts with exactly one slash'), dist/* description */.h_("Path under the environment's url."), dist/* examples */.K1K(['/health'])), '/'),
    status: dist/* exactOptional */.yqP(dist/* pipe */.FsL(dist/* number */.aig('expected an HTTP status code such as 200'), dist/* integer */.ndf('expected an HTTP status code such as 200'), dist/* minValue */.Wwf(100, 'expected an HTTP status code such as 200'), dist/* maxValue */.cGV(599, 'expected an HTTP status code such as 200'), dist/* description */.h_('Expected HTTP status.'), dist/* examples */.K1K([204])), 200),
    contains: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* line */.n8, dist/* description */.h_('Text that the response must contain.'), dist/* examples */.K1K(['ok'])))
});
/** What must hold after a deployment: HTTP requests and commands. */
const accept = (0,schema_parts/* mapping */.pq)({
    http: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(httpCheck, 'HTTP checks'), dist/* description */.h_('HTTP requests that must succeed. They need the `url` of the environment.'), (0,schema_parts/* written */.Mp)([{ path: '/health', contains: 'ok' }])), []),
    run: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* line */.n8, 'command lines'), dist/* description */.h_('Commands that must succeed, run from the root of the repository as a user without privileges.'), dist/* examples */.K1K([['node checks/smoke.mjs']])), [])
});

// EXTERNAL MODULE: ./packages/delivery/lib/settings-schema.js
var settings_schema = __webpack_require__(1613);
// EXTERNAL MODULE: ./packages/delivery/lib/tags-schema.js
var tags_schema = __webpack_require__(1821);
// EXTERNAL MODULE: ./packages/delivery/lib/unit-schema.js + 2 modules
var unit_schema = __webpack_require__(6553);
;// CONCATENATED MODULE: ./packages/delivery/lib/environment-schema.js








/**
 * A plan refuses until the soak is over, and GitHub lets a run be started again only for 30 days after its first start. The rest of these days is for
 * what comes before the soak, and for whoever starts it again.
 */
const LONGEST_SOAK = '21d';
/** An environment: where it is, who lets a release in, and what differs there. */
const environment = (0,schema_parts/* mapping */.pq)({
    name: dist/* pipe */.FsL(text_forms/* name */.UU, dist/* description */.h_(`Name of the environment, and of its GitHub Environment. The role \`sluice-<product>-<name>-execution\` may have at most ${lib/* ROLE_NAME_LIMIT */.z3y} characters.`), dist/* examples */.K1K(['staging'])),
    account: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* name */.UU, dist/* description */.h_('One of `accounts`; optional when there is only one.'), dist/* examples */.K1K(['nonprod']))),
    level: dist/* pipe */.FsL((0,schema_parts/* oneOf */.yL)('development', 'preproduction', 'production'), dist/* description */.h_('How much is at stake: `production` requires a signed ledger.'), dist/* examples */.K1K(['production'])),
    gate: dist/* pipe */.FsL((0,schema_parts/* oneOf */.yL)(...lib/* GATES */.JHg), dist/* description */.h_('Who lets a release in: `continuous` asks no one (the first environment, and no other), `approval` asks the reviewers of the GitHub Environment, `dispatch` is a manual start, which asks them only if there are any: it is entered by runs that someone starts, for which the workflow needs `workflow_dispatch:` under `on`, and by no push.'), dist/* examples */.K1K(['approval'])),
    requires: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)({
        soak: dist/* exactOptional */.yqP((0,text_forms/* duration */.p0)('How long a release must have been accepted in the previous environment; not for the first one. A delivery does not wait: until then its plan is refused, with the time. Re-run the failed jobs after that. GitHub allows it for 30 days after the run began, and 50 times. A hotfix and a rollback need not soak.', '30m', LONGEST_SOAK))
    }), dist/* description */.h_('What a release must fulfil before it may enter.'), (0,schema_parts/* written */.Mp)({ soak: '30m' })), {}),
    adminBypass: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* oneOf */.yL)('allow', 'refuse'), dist/* description */.h_('Whether administrators may bypass the gate of the GitHub Environment.'), dist/* examples */.K1K(['allow'])), 'refuse'),
    secondPerson: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* oneOf */.yL)('none'), dist/* description */.h_('Only with `gate: dispatch` and `level: production`: no one but who starts a delivery is asked. Without it the GitHub Environment must have reviewers.'), dist/* examples */.K1K(['none']))),
    runbook: dist/* exactOptional */.yqP((0,text_forms/* path */.Ae)('Runbook: the checklist that a promotion works through.', 'runbooks/production.md')),
    url: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* line */.n8, dist/* description */.h_('URL of the environment: https://, or http:// on a loopback address, without user name and password. May contain ${unit.Output}.'), dist/* examples */.K1K(['https://staging.example.com', '${site.Url}']))),
    parameters: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* named */.KT)(text_forms/* name */.UU, unit_schema/* parameters */.FI, 'units to parameters'), dist/* description */.h_("Stack parameters by unit; they override the unit's own."), dist/* examples */.K1K([{ api: { DesiredCount: '4' } }])), {}),
    stacks: dist/* exactOptional */.yqP(dist/* pipe */.FsL(settings_schema/* settingsByUnit */.x, dist/* description */.h_("Settings of stacks by unit, each over the unit's own."), dist/* examples */.K1K([{ api: { notifications: ['arn:aws:sns:eu-west-1:333333333333:deployments'] } }])), {}),
    tags: dist/* exactOptional */.yqP(dist/* pipe */.FsL(tags_schema/* tags */._A, dist/* description */.h_('Tags of the stacks of this environment, over those of the product and of the unit.'), dist/* examples */.K1K([{ DataClass: 'confidential' }])), {}),
    accept: dist/* exactOptional */.yqP(dist/* pipe */.FsL(accept, dist/* description */.h_('Acceptance checks of this environment, instead of the top-level `accept`.'), (0,schema_parts/* written */.Mp)({ http: [{ path: '/health' }] })))
});

;// CONCATENATED MODULE: ./packages/delivery/lib/ledger-schema.js



const trustedKey = (0,schema_parts/* mapping */.pq)({
    key: dist/* pipe */.FsL(text_forms/* fingerprint */.Rj, dist/* description */.h_('SHA-256 of the public key (DER, SubjectPublicKeyInfo).'), dist/* examples */.K1K([`sha256:${'0'.repeat(64)}`])),
    signs: dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* signer */.xJ, 'signers'), dist/* minLength */.BpQ(1, 'at least one signer is needed'), dist/* description */.h_('Whose key it is: `builds` (built, tested, released, adopted), `<environment>/plan` (planned), `<environment>/intent` (started, deployed), `<environment>/outcome` (how it ended, and withdrawn). The name of an environment alone means all three; not with `level: production`, where each signer has a key of its own.'), dist/* examples */.K1K([['production/intent'], ['integration', 'staging']])),
    from: dist/* exactOptional */.yqP((0,text_forms/* recordNumber */.np)('Number of the first record that the key may have signed. Default: the first of the ledger.')),
    until: dist/* exactOptional */.yqP((0,text_forms/* recordNumber */.np)('Number of the last record that the key may have signed; of a key that leaked, of the last one that is genuine. Default: it is in force.'))
});
const formerBranch = (0,schema_parts/* mapping */.pq)({
    name: dist/* pipe */.FsL(text_forms/* branch */.tk, dist/* description */.h_('What the default branch was called.'), dist/* examples */.K1K(['master'])),
    until: (0,text_forms/* recordNumber */.np)('Number of the last record from there: once the branch has another name, whoever may push can make one of the old.')
});
/** Where the past is kept, and whose word of it counts. */
const ledger = (0,schema_parts/* mapping */.pq)({
    branch: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* branch */.tk, dist/* description */.h_('Branch that holds the records, of this product alone. Default: `sluice-ledger-` and the name of the product when its ledger was opened.'), dist/* examples */.K1K(['ledger/storefront']))),
    formerly: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* name */.UU, 'names'), dist/* description */.h_('Former names of the product, the latest first: its records under them stay its own.'), dist/* examples */.K1K([['shop']])), []),
    formerBranches: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(formerBranch, 'former names, each with its last record: { name, until }'), dist/* description */.h_('Former names of the default branch: records of runs from there stay the product’s own, though nothing is delivered from it any more. Needed where the branch was renamed and delivery.yml named no `deliverFrom`.'), dist/* examples */.K1K([[{ name: 'master', until: 812 }]]))),
    key: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* keyAlias */._g, dist/* description */.h_('What the KMS aliases of the signing keys begin with: `<key>/<signer>`, e.g. `alias/sluice-storefront-ledger/production/intent`, in the account of the environment; of `builds` in that of the registry. Several aliases may point to one key below production. Without it the ledger is advisory: GitHub alone vouches for its records. A ledger that began without it stays so, and one that began with it keeps it.'), dist/* examples */.K1K(['alias/sluice-storefront-ledger']))),
    trust: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(trustedKey, 'keys'), dist/* description */.h_('The keys whose signatures count. An entry stays as long as records that it proves are on the ledger: a key that is replaced, lost or leaked gets `until`. Required with `key`.'), dist/* examples */.K1K([[{ key: `sha256:${'0'.repeat(64)}`, signs: ['production/intent'] }]])), []),
    issuerKeys: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* fingerprint */.Rj, 'keys'), dist/* description */.h_('Keys of GitHub that vouched for the newest record, and that GitHub does not publish any more, by their RFC 7638 thumbprints (SHA-256). Needed only where nothing was delivered for so long that GitHub replaced its keys; `sluice verify --json` names them (`unconfirmed`).'), dist/* examples */.K1K([[`sha256:${'0'.repeat(64)}`]]))),
    anchors: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* bucketName */.EL, dist/* description */.h_("S3 bucket in the registry's account that says how far the ledger is, where no one who pushes can take it back: a ledger that was put back or deleted stops the next delivery. Required with `key` and `level: production`."), dist/* examples */.K1K(['storefront-ledger-anchors'])))
});

;// CONCATENATED MODULE: ./packages/delivery/lib/sources-schema.js


/** An image by digest, as templates name it; a tag beside it says nothing. */
const pinnedImage = dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* regex */.yGV(/^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/, 'expected an image with its registry and its digest, e.g. public.ecr.aws/xray/aws-xray-daemon@sha256:…'));
/** Code of others: an object of S3, or how all of them begin; a version of a Lambda layer; a template by version. */
const foreignCode = dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* regex */.yGV(/^(?:s3:\/\/[^\s/*]+\/[^\s*]+\*?|arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+|https:\/\/\S+[?&]versionId=[^\s&]+)$/, 'expected code: s3://BUCKET/KEY?versionId=VERSION, s3://BUCKET/KEY or how all of them begin and a *, the ARN of a version of a Lambda layer, or the https URL of a template with ?versionId='));
const dynamicReference = dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* regex */.yGV(/^(?:ssm|ssm-secure|secretsmanager):[^\s*{}]{2,}\*?$/, 'expected what stands between {{resolve: and }}, e.g. secretsmanager:shop/production/db:SecretString:password, or how all of them begin and a *'));
/** Images that others built. */
const sources_schema_images = dist/* pipe */.FsL((0,schema_parts/* list */.p_)(pinnedImage, 'images'), dist/* description */.h_('Images that templates may run beside those of the release, by digest, as the template names them. Any other image is refused.'), dist/* examples */.K1K([[`public.ecr.aws/xray/aws-xray-daemon@sha256:${'0'.repeat(64)}`]]));
/** Code that others made. */
const code = dist/* pipe */.FsL((0,schema_parts/* list */.p_)(foreignCode, 'code locations'), dist/* description */.h_('Code and nested templates that templates may take from elsewhere: objects of S3, versions of Lambda layers. Anything else is refused. An object without `?versionId=` may change after an approval, and approvers are told so; assets of the CDK are such: `s3://cdk-hnb659fds-assets-111111111111-eu-west-1/*`.'), dist/* examples */.K1K([['arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:5']]));
/** Values that CloudFormation looks up when it deploys. */
const dynamicReferences = dist/* pipe */.FsL((0,schema_parts/* list */.p_)(dynamicReference, 'dynamic references'), dist/* description */.h_('Dynamic references (`{{resolve:…}}`) without a version that templates may use at gates, where what they name may change after an approval; a `*` at the end stands for the rest.'), dist/* examples */.K1K([['secretsmanager:storefront/*']]));

;// CONCATENATED MODULE: ./packages/delivery/lib/schema.js










// The one definition of delivery.yml's form: messages, types and the editors' JSON Schema all come from here.
// What needs two places of the file at once (references, limits of combined names) is in `rules.ts`.
/** Each is a job of the build's matrix, and GitHub takes at most 256. */
const MOST_UNITS = 200;
/** As many as deliver.yml has jobs for: no expression makes a chain of jobs. */
const MOST_ENVIRONMENTS = 6;
/** The old and the new one of an upgrade. Each makes the trust policies of the roles longer, and IAM takes 2,048 characters of them. */
const MOST_COMMITS = 2;
const sluice = (0,schema_parts/* mapping */.pq)({
    repository: dist/* pipe */.FsL(text_forms/* repositoryName */.aR, dist/* description */.h_('Repository of Sluice, as the `uses:` of your workflow names it: your fork, or the original. Choose before the first delivery: GitHub vouches for each record by the workflow that wrote it, so a ledger stays with the Sluice that began it, and `sluice validate` refuses another one.'), dist/* examples */.K1K(['sluice-dev/sluice'])),
    commits: dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* commit */.cd, 'commits'), dist/* minLength */.BpQ(1, 'at least one commit is needed'), dist/* maxLength */.Ru6(MOST_COMMITS, `at most ${MOST_COMMITS} commits are allowed: remove those that no workflow uses any more`), dist/* check */.z6Y(commits => new Set(commits).size === commits.length, 'each commit may appear once'), dist/* description */.h_('Commits of Sluice whose workflows may take the roles in AWS: the one that your workflow pins, and during an upgrade the next one beside it.'), dist/* examples */.K1K([['f'.repeat(40)]]))
});
const account = (0,schema_parts/* mapping */.pq)({
    id: text_forms/* accountId */.lS,
    region: text_forms/* region */.Ny,
    bundles: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* bucketName */.EL, dist/* description */.h_('S3 bucket with versions, in this account and region, from which Lambda takes the code of bundles whose templates declare `BundleBucket`, `BundleKey` and `BundleVersion`, and CloudFormation templates of more than 51,200 bytes, and those that a template nests. Sluice copies bundles there from the ops registry, and puts templates of the commit there, by digest.'), dist/* examples */.K1K(['storefront-bundles-333333333333']))),
    kmsKey: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* kmsKey */.zJ, dist/* description */.h_('Customer key of KMS in this region with which the buckets of this account are encrypted that Sluice reads and writes; in the account of the ops registry, repositories that Sluice makes are, too. `sluice roles` lets the roles use it, through S3 and ECR alone. Without it: keys of AWS itself, for which no right is needed.'), dist/* examples */.K1K(['arn:aws:kms:eu-west-1:333333333333:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60']))),
    ssmParameters: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* ssmParameter */.bX, 'names of parameters'), dist/* description */.h_('Parameters of SSM in this account and region that templates may take values from (`AWS::SSM::Parameter::Value<…>`), beside those below `/<product>/<environment>/` and those of AWS itself; a `*` at the end stands for the rest. `sluice roles` lets the roles that plan and deploy read them. Templates of the CDK have one: the version of its bootstrap stack.'), dist/* examples */.K1K([['/cdk-bootstrap/hnb659fds/version', '/network/*']])))
});
/** The version of this form. */
const DELIVERY_VERSION = 1;
/** The form of delivery.yml. */
const deliverySchema = (0,schema_parts/* mapping */.pq)({
    version: dist/* pipe */.FsL(dist/* literal */.euz(DELIVERY_VERSION, 'allowed: 1, the version of this format'), dist/* description */.h_('Version of this format; whatever changes a key raises it.'), dist/* examples */.K1K([1])),
    product: dist/* pipe */.FsL(text_forms/* name */.UU, dist/* description */.h_(`Name of what is delivered together; all other names begin with it. At most ${lib/* PRODUCT_LIMIT */.Q1N} characters, and neither \`preview\` nor \`sluice\`, nor one that begins with \`sluice-\`.`), dist/* examples */.K1K(['storefront'])),
    accounts: dist/* pipe */.FsL((0,schema_parts/* named */.KT)(text_forms/* name */.UU, account, 'account names to { id, region }'), dist/* minEntries */.bPf(1, 'at least one account is needed'), dist/* description */.h_('AWS accounts, by a name of your choice.'), dist/* examples */.K1K([{ prod: { id: '333333333333', region: 'eu-west-1' } }])),
    registry: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)({
        account: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* name */.UU, dist/* description */.h_('Account of the ops registry; optional when there is only one.'), dist/* examples */.K1K(['ops']))),
        host: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* line */.n8, dist/* description */.h_("Registry host, instead of the account's ECR: another host of its ECR, or a loopback address."), dist/* examples */.K1K(['127.0.0.1:5000'])))
    }), dist/* description */.h_('The ops registry, where artifacts live.'), dist/* examples */.K1K([{ account: 'ops' }])), {}),
    units: dist/* pipe */.FsL((0,schema_parts/* named */.KT)(text_forms/* name */.UU, unit_schema/* unit */.zA, 'unit names to units'), dist/* minEntries */.bPf(1, 'at least one unit is needed'), dist/* maxEntries */.bIj(MOST_UNITS, `at most ${MOST_UNITS} units are allowed`), dist/* description */.h_('What is built and deployed, by name; `releases` is reserved.'), (0,schema_parts/* written */.Mp)({ api: { image: { context: 'services/api' }, stack: { template: 'infra/api.yml' } } })),
    retired: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* named */.KT)(text_forms/* name */.UU, (0,schema_parts/* oneOf */.yL)('keep', 'delete'), 'names of former units to keep or delete'), dist/* description */.h_('Units that are delivered no more, and what becomes of their stacks: with `keep` they stay as they are, which the dossier then tells without a warning; with `delete` each plan deletes them, in each environment behind its gate, once everything else is done.'), dist/* examples */.K1K([{ worker: 'keep', report: 'delete' }])), {}),
    environments: dist/* pipe */.FsL((0,schema_parts/* list */.p_)(environment, 'environments'), dist/* minLength */.BpQ(1, 'at least one environment is needed'), dist/* maxLength */.Ru6(MOST_ENVIRONMENTS, `at most ${MOST_ENVIRONMENTS} environments are allowed`), dist/* description */.h_('In promotion order; the first is continuous.'), (0,schema_parts/* written */.Mp)([{ name: 'staging', level: 'preproduction', gate: 'approval' }])),
    deliverFrom: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* refPattern */.uo, 'branches or refs'), dist/* minLength */.BpQ(1, 'at least one ref is needed; leave the key out for the default branch'), dist/* description */.h_('Refs that may create releases; by default the default branch. Whoever may push can make a branch that fits a pattern with `*`, at any commit, unless a ruleset restricts creations there.'), dist/* examples */.K1K([['main', 'release/*']]))),
    sluice: dist/* exactOptional */.yqP(dist/* pipe */.FsL(sluice, dist/* description */.h_('Which Sluice may deliver. `sluice roles` writes it into the trust policies, so that AWS gives roles to no other workflow. Required with `level: production`.'), dist/* examples */.K1K([{ repository: 'sluice-dev/sluice', commits: ['f'.repeat(40)] }]))),
    builds: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)({
        sandbox: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* oneOf */.yL)('required', 'none'), dist/* description */.h_('`none` allows builders that run Dockerfiles within reach of credentials; it is recorded and shown to approvers.'), dist/* examples */.K1K(['none'])), 'required')
    }), dist/* description */.h_('How units are built.'), dist/* examples */.K1K([{ sandbox: 'none' }])), {}),
    tags: dist/* exactOptional */.yqP(dist/* pipe */.FsL(tags_schema/* tags */._A, dist/* description */.h_('Tags of all stacks, which CloudFormation gives to what they make, and of the repositories that Sluice makes. `product`, `environment` and `unit` are set by Sluice.'), dist/* examples */.K1K([{ CostCenter: '4711', Owner: 'shop-team' }])), {}),
    images: dist/* exactOptional */.yqP(sources_schema_images, []),
    code: dist/* exactOptional */.yqP(code, []),
    dynamicReferences: dist/* exactOptional */.yqP(dynamicReferences, []),
    ledger: dist/* exactOptional */.yqP(dist/* pipe */.FsL(ledger, dist/* description */.h_('The ledger: where records are kept, and which keys sign them.'), (0,schema_parts/* written */.Mp)({
        key: 'alias/sluice-storefront-ledger',
        trust: [{ key: `sha256:${'0'.repeat(64)}`, signs: ['production/intent'] }]
    })), {}),
    accept: dist/* exactOptional */.yqP(dist/* pipe */.FsL(accept, dist/* description */.h_('Acceptance checks that must pass after a deployment, in every environment. Their limits are fixed: a request is tried again for one minute and waits 10 seconds for each answer, a command may take 15 minutes.'), (0,schema_parts/* written */.Mp)({ run: ['node checks/smoke.mjs'] })), {})
});


/***/ }),

/***/ 1613:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ settings),
/* harmony export */   x: () => (/* binding */ settingsByUnit)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7934);
/* harmony import */ var _schema_parts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4676);
/* harmony import */ var _text_forms_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9641);



/** CloudFormation API, CreateChangeSet: at most 5 of each. */
const MOST = 5;
/** CloudFormation API, RollbackConfiguration: minutes. */
const LONGEST_MONITORING = 180;
const isText = 'expected a string';
/** A topic of SNS by ARN. One of type FIFO takes no message of CloudFormation's, which name no group. */
const topic = valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_0__/* .regex */ .yGV(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, 'expected the ARN of a topic of SNS, with an account of 12 digits, e.g. arn:aws:sns:eu-west-1:333333333333:deployments'));
/** An alarm of CloudWatch by ARN. */
const alarm = valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_0__/* .regex */ .yGV(/^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:\S[^\t\r\n]{0,254}$/, 'expected the ARN of an alarm of CloudWatch, with an account of 12 digits, e.g. arn:aws:cloudwatch:eu-west-1:333333333333:alarm:errors'));
const isMinutes = `expected whole minutes: 0 to ${LONGEST_MONITORING}`;
/** What a stack is set to besides template, parameters and tags. No key has a default: what is not said stays as it is. */
const settings = {
    notifications: valibot__WEBPACK_IMPORTED_MODULE_0__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL((0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(topic, 'ARNs of topics'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .maxLength */ .Ru6(MOST, `CloudFormation takes at most ${MOST} topics: remove some`), valibot__WEBPACK_IMPORTED_MODULE_0__/* .check */ .z6Y(all => new Set(all).size === all.length, 'each topic may appear once'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .description */ .h_('Topics of SNS that CloudFormation sends the events of the stack to. `[]`: none; without the key, those that the stack has stay. `sluice roles` lets the roles publish to them; the policies of topics in other accounts have to allow it, too.'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .examples */ .K1K([['arn:aws:sns:eu-west-1:333333333333:deployments']]))),
    rollbackAlarms: valibot__WEBPACK_IMPORTED_MODULE_0__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL((0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(alarm, 'ARNs of alarms'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .maxLength */ .Ru6(MOST, `CloudFormation takes at most ${MOST} alarms: remove some`), valibot__WEBPACK_IMPORTED_MODULE_0__/* .check */ .z6Y(all => new Set(all).size === all.length, 'each alarm may appear once'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .description */ .h_('Alarms of CloudWatch, in the account and region of the environment. CloudFormation rolls an update back where one of them goes off while it runs, or within `monitoring` after it; and where one does not exist. `[]`: none; without the key, those that the stack has stay.'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .examples */ .K1K([['arn:aws:cloudwatch:eu-west-1:333333333333:alarm:errors']]))),
    monitoring: valibot__WEBPACK_IMPORTED_MODULE_0__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .number */ .aig(isMinutes), valibot__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .ndf(isMinutes), valibot__WEBPACK_IMPORTED_MODULE_0__/* .minValue */ .Wwf(0, isMinutes), valibot__WEBPACK_IMPORTED_MODULE_0__/* .maxValue */ .cGV(LONGEST_MONITORING, isMinutes), valibot__WEBPACK_IMPORTED_MODULE_0__/* .description */ .h_('Minutes for which the `rollbackAlarms` are watched after everything is deployed: so much longer each deployment of the stack takes. By default 0: only while it runs.'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .examples */ .K1K([10]))),
    terminationProtection: valibot__WEBPACK_IMPORTED_MODULE_0__/* .exactOptional */ .yqP(valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .boolean */ .zMY('expected true or false'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .description */ .h_('Whether CloudFormation refuses to delete the stack. It is set when everything else of the stack is deployed; without the key, it stays as it is.'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .examples */ .K1K([true])))
};
/** Settings of an environment's stacks, by unit. */
const settingsByUnit = (0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .named */ .KT)(_text_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .name */ .UU, (0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .mapping */ .pq)(settings), 'units to settings of their stacks');


/***/ }),

/***/ 1821:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ri: () => (/* binding */ OWN_TAGS),
/* harmony export */   _A: () => (/* binding */ tags),
/* harmony export */   _h: () => (/* binding */ MOST_TAGS)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7934);
/* harmony import */ var _schema_parts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4676);


/** What Sluice itself tags stacks with: roles and the search for leftovers go by these. */
const OWN_TAGS = ['product', 'environment', 'unit'];
/** CloudFormation: at most 50 tags on a stack. */
const MOST_TAGS = 50;
/** The name of a tag (CloudFormation API, Tag). */
const tagName = valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP('expected the name of a tag'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .regex */ .yGV(/^(?![aA][wW][sS]:)[A-Za-z0-9 _.:/=+@-]{1,128}$/, 'expected the name of a tag: 1 to 128 letters, digits, spaces and + - = . _ : / @, not beginning with aws:'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .check */ .z6Y(name => !OWN_TAGS.includes(name), `${OWN_TAGS.join(', ')} are set by Sluice: choose another name`));
const tagValue = valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([valibot__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_0__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_0__/* .boolean */ .zMY()], 'expected a string, number or boolean'), valibot__WEBPACK_IMPORTED_MODULE_0__/* .transform */ .pdi(String), valibot__WEBPACK_IMPORTED_MODULE_0__/* .regex */ .yGV(/^[A-Za-z0-9 _.:/=+@-]{1,256}$/, 'expected the value of a tag: 1 to 256 letters, digits, spaces and + - = . _ : / @'));
/** Tags by name. */
const tags = (0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .named */ .KT)(tagName, tagValue, 'tag names to values');


/***/ }),

/***/ 9641:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ae: () => (/* binding */ path),
/* harmony export */   EL: () => (/* binding */ bucketName),
/* harmony export */   Gf: () => (/* binding */ secretName),
/* harmony export */   HJ: () => (/* binding */ parameterValue),
/* harmony export */   MV: () => (/* binding */ buildArgument),
/* harmony export */   Ny: () => (/* binding */ region),
/* harmony export */   Rj: () => (/* binding */ fingerprint),
/* harmony export */   UU: () => (/* binding */ name),
/* harmony export */   _g: () => (/* binding */ keyAlias),
/* harmony export */   aR: () => (/* binding */ repositoryName),
/* harmony export */   bX: () => (/* binding */ ssmParameter),
/* harmony export */   cd: () => (/* binding */ commit),
/* harmony export */   dw: () => (/* binding */ stage),
/* harmony export */   iD: () => (/* binding */ platform),
/* harmony export */   lS: () => (/* binding */ accountId),
/* harmony export */   n8: () => (/* binding */ line),
/* harmony export */   np: () => (/* binding */ recordNumber),
/* harmony export */   o0: () => (/* binding */ looseText),
/* harmony export */   p0: () => (/* binding */ duration),
/* harmony export */   rQ: () => (/* binding */ logicalName),
/* harmony export */   tk: () => (/* binding */ branch),
/* harmony export */   uo: () => (/* binding */ refPattern),
/* harmony export */   xJ: () => (/* binding */ signer),
/* harmony export */   zJ: () => (/* binding */ kmsKey)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7934);
/* harmony import */ var _ref_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3384);



// The texts that delivery.yml is made of. A schema's message says what is allowed; `explain.ts` puts place and value before it.
const isText = 'expected a string';
/** Names become parts of stacks, roles, repositories and GitHub Environments, and must be legal in each. */
const name = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(new RegExp(`^${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .NAME_PATTERN */ .VhH}$`), 'expected a name: lower-case letters, digits and single hyphens, starting with a letter'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .maxLength */ .Ru6(_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .NAME_LIMIT */ .Uoj, `a name may have at most ${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .NAME_LIMIT */ .Uoj} characters`));
const accountId = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(issue => typeof issue.input === 'number'
    ? `quote it: "${issue.input}" (an unquoted account id is a number to YAML and loses leading zeros)`
    : 'expected an account id: 12 digits, in quotes'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^\d{12}$/, 'expected an account id: 12 digits, in quotes'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .description */ .h_('AWS account id: 12 digits, in quotes.'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .examples */ .K1K(['333333333333']));
const region = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(new RegExp(`^${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .REGION_PATTERN */ .aY9}$`), 'expected a region such as eu-west-1'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .description */ .h_('AWS region.'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .examples */ .K1K(['eu-west-1']));
const PATH = /^(?![/-])(?!.*\\)(?!(.*\/)?(\.\.|\.git)(\/|$)).+$/;
/** A path inside the repository, with forward slashes; `./a/` is read as `a`. */
function path(description, example) {
    return valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(PATH, 'expected a path inside the repository: no leading slash or hyphen, no .. and no backslash'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y(text => !/\p{Cc}/u.test(text), 'a path must not contain control characters'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .description */ .h_(description), valibot__WEBPACK_IMPORTED_MODULE_1__/* .examples */ .K1K([example]), valibot__WEBPACK_IMPORTED_MODULE_1__/* .transform */ .pdi(normalise));
}
function normalise(text) {
    const parts = text.split('/').filter(part => part !== '' && part !== '.');
    return parts.length === 0 ? '.' : parts.join('/');
}
/** CloudFormation: "Parameters", logical ids. */
const logicalName = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(new RegExp(`^${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .LOGICAL_ID_PATTERN */ .rHv}$`), 'expected the name of a parameter or output: letters and digits'));
/** A number or a truth value is taken as it is written; the source refuses numbers that YAML would change. */
const looseText = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY()], 'expected a string, number or boolean (a string may contain ${unit.Output})'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .transform */ .pdi(String));
/** The value of a parameter of a template; a list is what CloudFormation reads for one: its members with commas between them. */
const parameterValue = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([looseText, valibot__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(looseText)], 'expected a string, number or boolean, or a list of these (a string may contain ${unit.Output})'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y(value => typeof value === 'string' || value.every(item => !item.includes(',')), 'a member of a list must not contain a comma: CloudFormation would take it for two'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .transform */ .pdi(value => (typeof value === 'string' ? value : value.join(','))));
const buildArgument = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a build argument: letters, digits and underscores'));
/** As GitHub names secrets: it refuses those that begin with GITHUB_. */
const secretName = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'expected the name of a secret: letters, digits and underscores, not beginning with GITHUB_'));
const stage = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'expected a stage of the Dockerfile: letters, digits, dots, hyphens and underscores'));
const platform = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/, 'expected a platform such as linux/amd64'));
const UNITS = new Map([
    ['s', 1_000],
    ['m', 60_000],
    ['h', 3_600_000],
    ['d', 86_400_000]
]);
/**
 * A length of time; read as milliseconds.
 * @param longest what is allowed at most, written as a user writes it.
 */
function duration(description, example, longest) {
    return valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP('expected a duration such as 30m, 12h or 2d'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[1-9]\d{0,4}[smhd]$/, 'expected a duration such as 30m, 12h or 2d'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .description */ .h_(description), valibot__WEBPACK_IMPORTED_MODULE_1__/* .examples */ .K1K([example]), valibot__WEBPACK_IMPORTED_MODULE_1__/* .transform */ .pdi(milliseconds), valibot__WEBPACK_IMPORTED_MODULE_1__/* .maxValue */ .cGV(milliseconds(longest), `a duration may be at most ${longest}`));
}
function milliseconds(text) {
    return Number(text.slice(0, -1)) * (UNITS.get(text.slice(-1)) ?? Number.NaN);
}
/** A branch: a legal ref name without the characters that patterns and shells read (git-check-ref-format). */
const branch = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^(?!refs\/)(?!.*(\.\.|\/\/|\.lock(\/|$)|\/\.))[A-Za-z0-9_][A-Za-z0-9._/-]*(?<![./])$/, 'expected a branch name without "refs/heads/"'));
/** A branch or full ref; `*` stands for anything up to a slash. */
const refPattern = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^(?!.*(\.\.|\/\/|\/\.))[A-Za-z0-9_*][A-Za-z0-9._/*-]*(?<![./])$/, 'expected a branch or ref, with * for anything up to a slash, e.g. release/*'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y(_ref_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .isBranchOrTag */ .GM, 'only branches and tags may deliver, never pull requests: refs/heads/… or refs/tags/…'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y(_ref_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .isSelective */ .TX, 'a pattern must name at least a part of the branches or tags: stars alone let all of them deliver'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .check */ .z6Y(_ref_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .isShallow */ .fE, 'the branch policies of GitHub Environments know no **, so no gate could open: write a pattern for each depth, e.g. release/* and release/*/*'));
/** A repository on GitHub, as `uses:` names it. */
const repositoryName = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'expected a repository: OWNER/NAME'));
/** A commit in full: a short one may come to mean another, and a tag or branch does. */
const commit = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP('expected a commit in quotes: 40 lower-case hex digits'), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[0-9a-f]{40}$/, 'expected a commit: 40 lower-case hex digits; tags and branches may move'));
const keyAlias = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/, 'expected the alias of a KMS key of your own, e.g. alias/sluice-ledger'));
/** A bucket of S3 (S3, "General purpose bucket naming rules"). One with dots has no certificate of its own. */
const bucketName = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|--x-s3|--table-s3)$/, 'expected the name of a bucket: 3 to 63 lower-case letters, digits and hyphens'));
/** A key of KMS (KMS, "Key identifiers") by ARN: an alias would leave it to whoever moves it which one is meant. */
const kmsKey = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/(?:mrk-)?[0-9a-f-]{32,36}$/, 'expected the ARN of a key of KMS, e.g. arn:aws:kms:eu-west-1:333333333333:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60'));
/** Names of SSM's parameters (SSM, `PutParameter`); a `*` at the end stands for the rest. Two levels are named: `/*` would be all there are. */
const ssmParameter = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^(?:\/(?:[\w.-]{1,200}\/){1,14}(?:[\w.-]{1,200}\*?|\*)|\/?[\w.-]{1,200})$/, 'expected the name of a parameter of SSM, e.g. /cdk-bootstrap/hnb659fds/version or /network/*'));
const fingerprint = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^sha256:[0-9a-f]{64}$/, 'expected the digest of a public key: "sha256:" and 64 lower-case hex digits'));
/** Who signs: `builds`, an environment, or one of the three who sign in it. */
const signer = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(new RegExp(`^${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .NAME_PATTERN */ .VhH}(?:/(?:${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .SIGNING_DUTIES */ .nL7.join('|')}))?$`), `expected a signer: builds, an environment, or an environment with /${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .SIGNING_DUTIES */ .nL7.join(', /')}`), valibot__WEBPACK_IMPORTED_MODULE_1__/* .maxLength */ .Ru6(_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .NAME_LIMIT */ .Uoj, `a signer may have at most ${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .NAME_LIMIT */ .Uoj} characters`));
/** The number of a record. */
function recordNumber(description) {
    const isNumber = 'expected the number of a record, counted from 1';
    return valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(isNumber), valibot__WEBPACK_IMPORTED_MODULE_1__/* .integer */ .ndf(isNumber), valibot__WEBPACK_IMPORTED_MODULE_1__/* .minValue */ .Wwf(1, isNumber), valibot__WEBPACK_IMPORTED_MODULE_1__/* .maxValue */ .cGV(Number.MAX_SAFE_INTEGER, isNumber), valibot__WEBPACK_IMPORTED_MODULE_1__/* .description */ .h_(description), valibot__WEBPACK_IMPORTED_MODULE_1__/* .examples */ .K1K([812]));
}
/** One line that a person reads or a shell runs. The parts share no character: with one to share, a long text takes quadratic time. */
const line = valibot__WEBPACK_IMPORTED_MODULE_1__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(isText), valibot__WEBPACK_IMPORTED_MODULE_1__/* .regex */ .yGV(/^[^\S\r\n]*\S[^\r\n]*$/, 'expected one line of text'));


/***/ }),

/***/ 6553:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  FI: () => (/* binding */ parameters),
  zA: () => (/* binding */ unit)
});

// UNUSED EXPORTS: ONE_ARTIFACT

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./packages/delivery/lib/schema-parts.js
var schema_parts = __webpack_require__(4676);
// EXTERNAL MODULE: ./packages/delivery/lib/text-forms.js
var text_forms = __webpack_require__(9641);
;// CONCATENATED MODULE: ./packages/delivery/lib/build-schema.js



/** What a Dockerfile is built with, whatever becomes of its result. */
const dockerfileBuild = {
    context: dist/* exactOptional */.yqP((0,text_forms/* path */.Ae)('Folder of the build context.', 'services/api'), '.'),
    dockerfile: dist/* exactOptional */.yqP((0,text_forms/* path */.Ae)('Dockerfile, relative to the context.', 'docker/api.Dockerfile'), 'Dockerfile'),
    target: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* stage */.dw, dist/* description */.h_('Stage to build; by default the last one.'), dist/* examples */.K1K(['server']))),
    test: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* stage */.dw, dist/* description */.h_('Stage that runs the tests; it must build before the image does.'), dist/* examples */.K1K(['test']))),
    secrets: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* secretName */.Gf, 'names'), dist/* check */.z6Y(all => new Set(all).size === all.length, 'each secret may appear once'), dist/* description */.h_('Secrets that steps mount (`RUN --mount=type=secret,id=NPM_TOKEN`): no layer, no argument and no record holds them. Their values come from `build-secrets` of the workflow that calls `deliver.yml`.'), dist/* examples */.K1K([['NPM_TOKEN']])), []),
    args: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* named */.KT)(text_forms/* buildArgument */.MV, text_forms/* looseText */.o0, 'build arguments to values'), dist/* description */.h_('Build arguments.'), dist/* examples */.K1K([{ NODE_VERSION: '24' }])), {})
};

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
;// CONCATENATED MODULE: ./packages/delivery/lib/bundle-schema.js





/** Directives of `Cache-Control` in answers, and whether they take seconds (RFC 9111, RFC 5861, RFC 8246). */
const DIRECTIVES = {
    'max-age': true,
    's-maxage': true,
    'no-cache': false,
    'no-store': false,
    'no-transform': false,
    'must-revalidate': false,
    'proxy-revalidate': false,
    'must-understand': false,
    private: false,
    public: false,
    immutable: false,
    'stale-while-revalidate': true,
    'stale-if-error': true
};
/** What is wrong with a value of `Cache-Control`, which no browser would say: it ignores what it does not know. */
function cacheControlProblem(text) {
    const seen = new Set();
    for (const directive of text.split(', ')) {
        const [, name = '', seconds] = /^([a-z-]+)(?:=(.*))?$/.exec(directive) ?? [];
        const takesSeconds = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
        if (takesSeconds === undefined)
            return `expected directives of Cache-Control, in lower case and with ", " between them; ${JSON.stringify(directive)} is none${(0,lib/* didYouMean */.auO)(name, Object.keys(DIRECTIVES))}; allowed: ${Object.keys(DIRECTIVES).join(', ')}`;
        if (takesSeconds && !/^\d{1,10}$/.test(seconds ?? ''))
            return `${name} takes seconds: ${name}=3600`;
        if (!takesSeconds && seconds !== undefined)
            return `${name} takes no value`;
        if (seen.has(name))
            return `${name} may appear once`;
        seen.add(name);
    }
    return undefined;
}
const cacheControl = dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* check */.z6Y(text => cacheControlProblem(text) === undefined, ({ input }) => cacheControlProblem(String(input)) ?? ''), dist/* description */.h_('`Cache-Control` of the answers for these files.'), dist/* examples */.K1K(['public, max-age=31536000, immutable']));
const pattern = dist/* pipe */.FsL(dist/* string */.YjP('expected a string'), dist/* regex */.yGV(/^(?![/.]\/|\/)[^\\:\t\r\n]{1,1024}$/, 'expected paths within the bundle, with * for anything: assets/*, *.html; no leading slash, no ./, no backslash, no colon'), dist/* description */.h_('Files, by their paths within the bundle; `*` stands for anything, also for slashes.'), dist/* examples */.K1K(['assets/*']));
/** A rule that never counts, because one before it fits all of its files. */
function overruled(rules) {
    return rules.find((rule, index) => rules.slice(0, index).some(({ files }) => (0,lib/* fitsStars */.EIu)(files, rule.files)));
}
const cacheRules = dist/* pipe */.FsL((0,schema_parts/* list */.p_)((0,schema_parts/* mapping */.pq)({ files: pattern, value: cacheControl }), 'rules with files and value'), dist/* check */.z6Y(rules => overruled(rules) === undefined, ({ input }) => `the first rule that fits a file counts, and one before fits all of ${JSON.stringify(overruled(input)?.files)}: move that rule up, or remove it`), dist/* description */.h_('What the published files are cached by: of each file, the first rule that fits. Files that no rule fits get no `Cache-Control`.'), dist/* examples */.K1K([
    [
        { files: 'assets/*', value: 'public, max-age=31536000, immutable' },
        { files: '*', value: 'no-cache' }
    ]
]));
/** Where a bundle's files come from. The JSON Schema says the same in its own words, and finds this check by its message. */
const ONE_SOURCE = 'a bundle has either path or build: give exactly one';
/** A folder that is delivered as it is, or the files that a Dockerfile makes. */
const bundle = dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)({
    path: dist/* exactOptional */.yqP((0,text_forms/* path */.Ae)('Folder of the commit to pack, as it is.', 'site')),
    build: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)(dockerfileBuild), dist/* description */.h_('Dockerfile whose stage `target` holds the files of the bundle and nothing else: `FROM scratch`, and `COPY --from=…` of what was built. It is built like an image, in the same sandbox, for linux/amd64.'), (0,schema_parts/* written */.Mp)({ context: 'site', target: 'files', test: 'test' }))),
    publish: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* logicalName */.rQ, dist/* description */.h_("Output of the unit's stack that names the bucket to publish the files to."), dist/* examples */.K1K(['Bucket']))),
    cacheControl: dist/* exactOptional */.yqP(cacheRules, []),
    invalidate: dist/* exactOptional */.yqP(dist/* pipe */.FsL(text_forms/* logicalName */.rQ, dist/* description */.h_("Output of the unit's stack that is the id of a CloudFront distribution: its caches forget all files when others are published."), dist/* examples */.K1K(['DistributionId'])))
}), dist/* check */.z6Y(bundle => (bundle.path === undefined) !== (bundle.build === undefined), ONE_SOURCE), dist/* check */.z6Y(({ publish, cacheControl: rules }) => publish !== undefined || rules.length === 0, 'cacheControl is about published files: add publish, the output that names their bucket, or remove it'), dist/* check */.z6Y(({ publish, invalidate }) => publish !== undefined || invalidate === undefined, 'invalidate is about published files: add publish, the output that names their bucket, or remove it'));

// EXTERNAL MODULE: ./packages/delivery/lib/settings-schema.js
var settings_schema = __webpack_require__(1613);
// EXTERNAL MODULE: ./packages/delivery/lib/tags-schema.js
var tags_schema = __webpack_require__(1821);
;// CONCATENATED MODULE: ./packages/delivery/lib/unit-schema.js







/** Values for the parameters of a template. */
const parameters = (0,schema_parts/* named */.KT)(text_forms/* logicalName */.rQ, text_forms/* parameterValue */.HJ, 'parameter names to values');
const unit_schema_image = (0,schema_parts/* mapping */.pq)({
    ...dockerfileBuild,
    platforms: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* platform */.iD, 'platforms'), dist/* minLength */.BpQ(1, 'at least one platform is needed'), dist/* check */.z6Y(all => new Set(all).size === all.length, 'each platform may appear once'), dist/* description */.h_('Platforms to build for.'), dist/* examples */.K1K([['linux/amd64', 'linux/arm64']])), ['linux/amd64'])
});
/** Which artifact a unit is. The JSON Schema says the same in its own words, and finds this check by its message. */
const ONE_ARTIFACT = 'a unit has either image or bundle: give exactly one';
/** A unit: what is built, and the stack that runs it. */
const unit = dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)({
    image: dist/* exactOptional */.yqP(dist/* pipe */.FsL(unit_schema_image, dist/* description */.h_('A container image, built from a Dockerfile.'), (0,schema_parts/* written */.Mp)({ context: 'services/api', test: 'test' }))),
    bundle: dist/* exactOptional */.yqP(dist/* pipe */.FsL(bundle, dist/* description */.h_('Files, packed as a zip archive: a folder of the commit, or what a Dockerfile makes.'), (0,schema_parts/* written */.Mp)({ path: 'site', publish: 'Bucket' }))),
    stack: dist/* pipe */.FsL((0,schema_parts/* mapping */.pq)({
        template: (0,text_forms/* path */.Ae)('CloudFormation template: YAML or JSON, of up to 51,200 bytes; with `accounts.<name>.bundles` up to 1,000,000, and nested ones by their file: `TemplateURL: ./network.yml` is taken from the folder of the template, and put into that bucket by digest.', 'infra/api.yml'),
        parameters: dist/* exactOptional */.yqP(dist/* pipe */.FsL(parameters, dist/* description */.h_('Parameters of the stack; values may contain ${unit.Output} of the units in `dependsOn`, and lists are joined by commas. `Image`, `BundleDigest`, `BundleBucket`, `BundleKey` and `BundleVersion` are set to what was built.'), dist/* examples */.K1K([{ DesiredCount: '2', ApiUrl: '${api.Url}' }])), {}),
        parameterFiles: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)((0,text_forms/* path */.Ae)('A parameter file.', 'infra/api.json'), 'paths'), dist/* description */.h_('Files of the repository that set parameters of the stack, later ones over earlier, and `parameters` over all: JSON or YAML, as `aws cloudformation` and CodePipeline take them, or a mapping from names to values. `${environment}` in a path stands for the name of the environment.'), dist/* examples */.K1K([['infra/api.json', 'infra/api.${environment}.json']])), []),
        tags: dist/* exactOptional */.yqP(dist/* pipe */.FsL(tags_schema/* tags */._A, dist/* description */.h_('Tags of the stack, over those of the product.'), dist/* examples */.K1K([{ Owner: 'search-team' }])), {}),
        ...settings_schema/* settings */.W
    }), dist/* description */.h_('The CloudFormation stack that the unit runs in.'), (0,schema_parts/* written */.Mp)({ template: 'infra/api.yml', parameters: { DesiredCount: '2' } })),
    dependsOn: dist/* exactOptional */.yqP(dist/* pipe */.FsL((0,schema_parts/* list */.p_)(text_forms/* name */.UU, 'units'), dist/* description */.h_('Units that must be deployed first; not in a circle.'), dist/* examples */.K1K([['api']])), [])
}), dist/* check */.z6Y(unit => (unit.image === undefined) !== (unit.bundle === undefined), ONE_ARTIFACT));


/***/ }),

/***/ 1609:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ readYaml)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8815);


/** A delivery.yml needs eight levels. */
const DEPTH_LIMIT = 50;
/**
 * Reads the one document of a YAML text. How deep it nests is looked at before it is composed: a composer that runs out of stack may
 * take the whole process with it instead of throwing (V8 aborts when it compiles a regular expression just then).
 */
function readYaml(text) {
    const tokens = [];
    const parser = new yaml__WEBPACK_IMPORTED_MODULE_1__/* .Parser */ .iX();
    for (const lexeme of new yaml__WEBPACK_IMPORTED_MODULE_1__/* .Lexer */ .JG().lex(text)) {
        tokens.push(...parser.next(lexeme));
        if (parser.stack.length > DEPTH_LIMIT)
            return { tooDeepAt: Math.min(parser.offset, text.length) };
    }
    tokens.push(...parser.end());
    const [document, second] = new yaml__WEBPACK_IMPORTED_MODULE_1__/* .Composer */ .Dk({ version: '1.2', uniqueKeys: false }).compose(tokens, true, text.length);
    if (document === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HRU('The YAML parser gave no document, not even an empty one.');
    const faults = [...document.errors, ...document.warnings, ...repeatedKeys(document)];
    if (second === undefined)
        return { document, faults };
    const [start, end] = second.range;
    const message = 'the file holds more than one document; keep one';
    return { document, faults: [...faults, new yaml__WEBPACK_IMPORTED_MODULE_1__/* .YAMLParseError */ .XT([start, end], 'MULTIPLE_DOCS', message)] };
}
/** What the composer's own check says of a key that its mapping has already; that check compares each key with all before it. */
function repeatedKeys(document) {
    const found = [];
    (0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .visit */ .YR)(document, {
        Map: (_, map) => {
            const seen = new Set();
            for (const { key } of map.items) {
                if (!(0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isScalar */ .jn)(key))
                    continue;
                const [start = 0, end = 0] = key.range ?? [];
                if (seen.has(key.value))
                    found.push(new yaml__WEBPACK_IMPORTED_MODULE_1__/* .YAMLParseError */ .XT([start, end], 'DUPLICATE_KEY', 'Map keys must be unique'));
                seen.add(key.value);
            }
        }
    });
    return found;
}


/***/ }),

/***/ 1401:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ DELIVERY_LIMIT),
/* harmony export */   o: () => (/* binding */ readSource)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4357);
/* harmony import */ var _yaml_document_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1609);



/** In bytes. Far above any real file, and low enough that no parser suffers. */
const DELIVERY_LIMIT = 64 * 1024;
/**
 * Reads YAML strictly: one document, text keys used once, no aliases, no tags, no number that reading would change.
 * Aliases are refused because the file decides who may deploy what: a reader must see each value where it counts.
 * @throws ConfigError
 */
function readSource(text, file) {
    const top = { file, line: 1, column: 1 };
    if (Buffer.byteLength(text) > DELIVERY_LIMIT)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .xL([
            { ...top, message: `found more than ${DELIVERY_LIMIT / 1024} KiB; split or shorten the file` }
        ]);
    return read(text.startsWith('\uFEFF') ? text.slice(1) : text, file);
}
function read(text, file) {
    const positionOf = positionsIn(text);
    const read = (0,_yaml_document_js__WEBPACK_IMPORTED_MODULE_2__/* .readYaml */ .g)(text);
    if ('tooDeepAt' in read) {
        const message = 'found nesting too deep to read; flatten the file';
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .xL([{ file, ...positionOf(read.tooDeepAt), message }]);
    }
    const { document, faults } = read;
    const problems = faults.slice(0, _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .MOST_PROBLEMS */ .vy).map(error => ({
        file,
        ...positionOf(error.pos[0]),
        message: error.code === 'DUPLICATE_KEY'
            ? `found the key ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .show */ .WU)(wordAt(text, error.pos[0]))} a second time; each key may appear once: remove one`
            : `found invalid YAML; ${error.message}`
    }));
    if (problems.length > 0)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .xL(problems);
    const report = (node, message) => {
        problems.push({ file, ...positionOf(startOf(node)), message });
        return problems.length < _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .MOST_PROBLEMS */ .vy ? undefined : yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR.BREAK;
    };
    (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR)(document, {
        Alias: (_, node) => report(node, `found the alias *${node.source}; write the value out here`),
        Pair: (_, pair) => {
            const problem = keyProblem(pair);
            return problem === undefined ? undefined : report(pair.key, problem);
        },
        Scalar: (part, node) => {
            if (part === 'key' || typeof node.value !== 'number' || node.source === undefined)
                return;
            if (String(node.value) === node.source)
                return;
            return report(node, `found the number ${node.source}, which YAML reads as ${node.value}; quote it: "${node.source}"`);
        }
    });
    if (problems.length > 0)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .xL(problems);
    const { contents } = document;
    return {
        file,
        value: document.toJS(),
        at: (path, part = 'value') => positionOf(offsetOf(contents, path, part))
    };
}
function offsetOf(contents, path, part) {
    let node = contents;
    let offset = startOf(node);
    for (const [depth, segment] of path.entries()) {
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node)) {
            const pair = node.items.find(item => (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(item.key) && item.key.value === segment);
            if (pair === undefined)
                break;
            node = isNode(pair.value) ? pair.value : null;
            const wanted = node === null || (part === 'key' && depth === path.length - 1) ? pair.key : node;
            offset = startOf(wanted);
        }
        else if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node) && typeof segment === 'number') {
            const item = node.items[segment];
            if (!isNode(item))
                break;
            node = item;
            offset = startOf(node);
        }
        else
            break;
    }
    return offset;
}
/** Line and column of an offset. Counted here: the parser's own counter loses lines of a quoted text that never ends. */
function positionsIn(text) {
    const starts = [0, ...Array.from(text.matchAll(/\n/g), match => match.index + 1)];
    return offset => {
        const within = Math.min(offset, text.length);
        // By halves: the lines of a long file would be looked through again for each of its problems.
        let [line, after] = [0, starts.length];
        while (after - line > 1) {
            const middle = (line + after) >> 1;
            if ((starts[middle] ?? 0) <= within)
                line = middle;
            else
                after = middle;
        }
        return { line: line + 1, column: within - (starts[line] ?? 0) + 1 };
    };
}
/** What is wrong with a key; absent when nothing is. */
function keyProblem({ key }) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key) || typeof key.value !== 'string') {
        const found = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key) ? `the key ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .show */ .WU)(key.value)}` : 'a key that is not a single value';
        return `found ${found}; keys must be strings: quote it`;
    }
    // Names that every JavaScript object answers to would be skipped silently by whatever looks the key up.
    return key.value in {} ? `found the key ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .show */ .WU)(key.value)}, which is reserved; choose another name` : undefined;
}
function isNode(value) {
    return typeof value === 'object' && value !== null && 'range' in value;
}
function startOf(node) {
    return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
function wordAt(text, offset) {
    return /^["']?([^\s"':,{}[\]]*)/.exec(text.slice(offset, offset + 100))?.[1] ?? '';
}


/***/ }),

/***/ 4595:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ isAskable)
/* harmony export */ });
/**
 * Whether `git cat-file --batch` answers an expression. A line break would be a second question, and its answer somebody else's. Of a path that
 * begins with `./` or `../` git dies where there is no work tree, and takes all other answers with it; no such path names a file of a commit.
 */
function isAskable(expression) {
    return !/[\n\0]|^[^:]*:\.{1,2}\//.test(expression);
}


/***/ }),

/***/ 6515:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  yP: () => (/* binding */ PARTIAL),
  $Y: () => (/* binding */ git),
  th: () => (/* binding */ isPartialClone),
  jH: () => (/* binding */ outputOf),
  L5: () => (/* binding */ parseCommit)
});

// UNUSED EXPORTS: originUrl

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/git/lib/isolated-view.js
var isolated_view = __webpack_require__(213);
// EXTERNAL MODULE: ./packages/git/lib/regular-file.js
var regular_file = __webpack_require__(9417);
// EXTERNAL MODULE: ./packages/git/lib/start-git.js
var start_git = __webpack_require__(5635);
;// CONCATENATED MODULE: ./packages/git/lib/work-tree.js




/**
 * Settings that say what a file of this machine's work tree looks like beside the one in the commit. Each is a word and names no
 * program. Filters (`filter.<name>.clean`) are left out, since they are programs: a file that needs one is compared as it lies there,
 * unless the index knows it to be untouched.
 */
const WORDS = ['autocrlf', 'eol', 'fileMode', 'symlinks', 'ignoreCase', 'precomposeUnicode', 'checkStat', 'trustctime'];
const WORD = /^(true|false|yes|no|on|off|0|1|input|lf|crlf|native|default|minimal)$/i;
/** How files of a work tree are compared, by the user's settings and the repository's; read, and nothing of it run. */
async function workTreeSettings(common) {
    const pattern = `^core\\.(${WORDS.join('|')})$`.toLowerCase();
    const user = await config(['--includes', '-z', '--get-regexp', pattern]);
    const file = await (0,regular_file/* readSettings */.s)((0,external_node_path_.join)(common, 'config'));
    const local = await config(['--file', '-', '--no-includes', '-z', '--get-regexp', pattern], file);
    const settings = {};
    for (const entry of `${user}${local}`.split('\0')) {
        const [name = '', value = 'true'] = entry.split('\n');
        if (name !== '' && WORD.test(value))
            settings[name] = value;
    }
    const ignored = (await config(['--includes', '--type=path', '--get', 'core.excludesFile'])).trim();
    return { ...settings, 'core.excludesFile': ignored === '' ? usualIgnoreFile() : ignored };
}
/** Where git looks for a user's ignored files when no setting says it (gitignore(5)). */
function usualIgnoreFile() {
    const { HOME = '', XDG_CONFIG_HOME = '' } = (0,start_git/* inheritedEnvironment */.aJ)();
    return (0,external_node_path_.join)(XDG_CONFIG_HOME === '' ? (0,external_node_path_.join)(HOME, '.config') : XDG_CONFIG_HOME, 'git/ignore');
}
/** What `git config` prints of the user's own settings, or of the input; nothing when there are none, or none that can be read. */
async function config(args, input) {
    const { code, stdout } = await (0,start_git/* startGit */.BE)([], ['config', ...args], {
        on: "the user's settings",
        // In no repository, and so without a repository's settings; and not in the folder that the caller stands in.
        cwd: '/',
        ...(input === undefined ? {} : { input }),
        env: { ...(0,start_git/* inheritedEnvironment */.aJ)(), GIT_DIR: external_node_os_.devNull, LC_ALL: 'C' }
    });
    return code === 0 ? stdout.toString('utf8') : '';
}

;// CONCATENATED MODULE: ./packages/git/lib/git.js








/**
 * Runs a git command that only reads, on the repository that a folder is in. Nothing of the folder is run, and nothing that its
 * settings, or those of the caller, say has a say: git sees its objects and refs alone (see {@link withView}).
 * @throws Failure when git itself is missing, or does not end in time; an exit code is a result.
 * @throws UserError when the repository has something else where git keeps a file.
 */
async function git(directory, args, options = {}) {
    const folder = await (0,isolated_view/* findGitFolder */.K)(directory);
    // In git's own words, as of any other reason that it has.
    if (folder === undefined)
        return failed(`fatal: not a git repository (or any of the parent directories): ${directory}`);
    const { workTree } = folder;
    if (options.workTree === true && workTree === undefined)
        return failed(`fatal: ${directory} has no work tree`);
    const looksAtFiles = options.workTree === true && workTree !== undefined;
    const settings = { ...(await settingsOf(folder)), ...(looksAtFiles ? await workTreeSettings(folder.common) : {}) };
    return (0,isolated_view/* withView */.e)(folder, { ...settings, 'core.bare': String(!looksAtFiles) }, async (view) => {
        const result = await (0,start_git/* startGit */.BE)(['--no-pager'], args, {
            on: directory,
            // Not the folder: a PATH that holds a dot would find programs there.
            cwd: view,
            env: { ...(0,start_git/* gitEnvironment */._K)(view), GIT_DIR: view, ...(looksAtFiles ? { GIT_WORK_TREE: workTree } : {}) },
            deadline: options.deadline,
            ...(options.input === undefined ? {} : { input: options.input }),
            ...(options.output === undefined ? {} : { output: options.output }),
            ...(options.onLine === undefined ? {} : { onOutput: options.onLine }),
            ...(options.onBytes === undefined ? {} : { onBytes: options.onBytes }),
            ...(options.signal === undefined ? {} : { signal: options.signal })
        });
        // Without a word, another exit code than 0 is an answer (`rev-parse --quiet`, `merge-base --is-ancestor`): nothing was missed.
        if (result.code === 0 || result.stderr.trim() === '' || !(await isPartial(folder)))
            return result;
        return { ...result, stderr: `${result.stderr.trim()}\n${PARTIAL}` };
    });
}
function failed(stderr) {
    return { code: 128, stdout: Buffer.alloc(0), stderr };
}
/** What to do about a clone that left things out (`--filter`): nothing is fetched behind anybody's back. */
const PARTIAL = 'This is a partial clone, which left out what is needed here. Fetch it whole: actions/checkout without filter, or git fetch --refetch --no-filter.';
/** Whether a clone left objects out, to be fetched when they are looked at. */
async function isPartialClone(directory) {
    const folder = await (0,isolated_view/* findGitFolder */.K)(directory);
    return folder !== undefined && (await isPartial(folder));
}
async function isPartial({ common }) {
    const packs = await (0,promises_.readdir)((0,external_node_path_.join)(common, 'objects/pack')).catch(() => []);
    return packs.some(name => name.endsWith('.promisor'));
}
/** How the objects and refs of a repository are stored, which is all that its settings are asked for; and our own. */
async function settingsOf({ common }) {
    const config = (0,external_node_path_.join)(common, 'config');
    const input = await (0,regular_file/* readSettings */.s)(config);
    const text = input.toString('latin1');
    const extensions = {};
    for (const [name, known] of EXTENSIONS) {
        if (!new RegExp(name, 'i').test(text))
            continue;
        const value = await settingIn({ config, input }, `extensions.${name}`);
        if (known.includes(value))
            extensions[`extensions.${name}`] = value;
    }
    return {
        'core.repositoryFormatVersion': Object.keys(extensions).length === 0 ? '0' : '1',
        ...extensions,
        // A commit graph says who a commit's parents are, and is believed: as good as a graft.
        'core.commitGraph': 'false',
        'core.attributesFile': external_node_os_.devNull,
        'core.excludesFile': external_node_os_.devNull,
        'core.hooksPath': external_node_os_.devNull,
        'core.fsmonitor': 'false'
    };
}
/** One setting as a repository's own file has it, and no file that it includes; empty where it has none. */
async function settingIn({ config, input }, name) {
    const { stdout } = await (0,start_git/* startGit */.BE)([], ['config', '--file', '-', '--no-includes', '--get', name], {
        on: config,
        cwd: '/',
        input,
        env: { ...(0,start_git/* gitEnvironment */._K)(external_node_os_.devNull), GIT_DIR: external_node_os_.devNull }
    });
    return stdout.toString('utf8').trim();
}
/** The address that a clone was made from; `undefined` where it names none. Nothing is fetched from there. */
async function originUrl(directory) {
    const folder = await findGitFolder(directory);
    if (folder === undefined)
        return undefined;
    const config = join(folder.common, 'config');
    const url = await settingIn({ config, input: await readSettings(config) }, 'remote.origin.url');
    return url === '' ? undefined : url;
}
const EXTENSIONS = new Map([
    ['objectFormat', ['sha1', 'sha256']],
    ['refStorage', ['files', 'reftable']]
]);
/** The output of a git command that must succeed. @throws Failure */
function outputOf(result, what) {
    if (result.code !== 0)
        throw new lib/* Failure */.HRU(`git could not ${what}: ${result.stderr.trim() || `exit ${result.code}`}`);
    return result.stdout.toString('utf8');
}
/** A commit's full id; anything else might be an option or a name that moves. @throws UserError */
function parseCommit(text) {
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text))
        throw new lib/* UserError */.yot(`${JSON.stringify(text.slice(0, 100))} is not a commit. Give its full id: 40 hex digits.`);
    return text;
}


/***/ }),

/***/ 213:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ findGitFolder),
/* harmony export */   e: () => (/* binding */ withView)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _regular_file_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9417);




/** Longer is no file of git's own. */
const LIMIT = 64 * 1024;
/**
 * Finds the repository that a folder is the root of, or lies in, as git does. Looked for here because git's own search reads the
 * settings of what it finds, and refuses folders that belong to another user.
 */
async function findGitFolder(directory) {
    const start = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(directory);
    if (!(await isFolder(start)))
        return undefined;
    for (let current = start;; current = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(current)) {
        const inside = await gitFolderAt((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(current, '.git'), current);
        if (inside !== undefined)
            return inside;
        const bare = await gitFolderAt(current, undefined);
        if (bare !== undefined)
            return bare;
        if (current === (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(current))
            return undefined;
    }
}
async function gitFolderAt(path, workTree) {
    const pointer = await textOf(path);
    const named = pointer === undefined ? undefined : /^gitdir: (.+?)[\r\n]*$/.exec(pointer)?.[1];
    const own = named === undefined ? path : (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), named);
    const shared = (await textOf((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(own, 'commondir')))?.trim();
    const common = shared === undefined ? own : (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(own, shared);
    const parts = [isHead((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(own, 'HEAD')), isFolder((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(common, 'objects')), isFolder((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(common, 'refs'))];
    return (await Promise.all(parts)).every(Boolean) ? { own, common, workTree } : undefined;
}
/**
 * Makes a git directory that shows a repository's objects and refs, and nothing else of it: settings, hooks, grafts and attributes
 * of the folder stay outside, so no program that they name can run, whatever git reads them for. The rest is ours.
 *
 * ```
 * view/ config  (ours)            HEAD  (a copy)
 *       objects, refs, …  ──────► the repository's, by link
 * ```
 *
 * It is made anew for each command: what a repository shows may have changed, and nobody has to remember to remove it.
 * @throws UserError when the repository has something else where git keeps a file.
 */
async function withView(folder, settings, work) {
    const view = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_1__.tmpdir)(), `sluice-git-${process.pid}-`));
    try {
        await fill(view, folder, settings);
        return await work(view);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(view, { recursive: true, force: true });
    }
}
async function fill(view, folder, settings) {
    const { own, common } = folder;
    const split = (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readdir)(own)).filter(name => name.startsWith('sharedindex.'));
    const folders = ['objects', 'refs', 'reftable'].map(name => [name, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(common, name)]);
    const files = [
        ...['packed-refs', 'shallow'].map(name => [name, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(common, name)]),
        ...['index', ...split].map(name => [name, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(own, name)]),
        // Which files nobody wants to hear of: patterns, that is data.
        ['info/exclude', (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(common, 'info/exclude')]
    ];
    await Promise.all(files.map(async ([, target]) => (0,_regular_file_js__WEBPACK_IMPORTED_MODULE_3__/* .sizeOfFile */ .J)(target)));
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(view, 'info'));
    await Promise.all([
        (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(view, 'HEAD'), await headOf((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(own, 'HEAD'))),
        (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(view, 'config'), configOf(settings)),
        // What does not exist is a link to nothing, which git takes for absent.
        ...[...folders, ...files].map(async ([name, target]) => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.symlink)(target, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(view, name)))
    ]);
}
function configOf(settings) {
    return Object.entries(settings)
        .map(([name, value]) => {
        const at = name.indexOf('.');
        return `[${name.slice(0, at)}]\n\t${name.slice(at + 1)} = ${JSON.stringify(value)}\n`;
    })
        .join('');
}
/** The content of HEAD. Old repositories have a link there, which git would not follow out of the view. */
async function headOf(path) {
    if ((await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.lstat)(path)).isSymbolicLink())
        return `ref: ${await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readlink)(path)}\n`;
    return (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(path, 'utf8');
}
async function isHead(path) {
    try {
        const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.lstat)(path);
        return found.isSymbolicLink() ? (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readlink)(path)).startsWith('refs/') : found.isFile() && found.size <= LIMIT;
    }
    catch {
        return false;
    }
}
async function isFolder(path) {
    try {
        return (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path)).isDirectory();
    }
    catch {
        return false;
    }
}
/** A small file's text; absent for anything else, such as a pipe that would never end. */
async function textOf(path) {
    try {
        const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path);
        return found.isFile() && found.size <= LIMIT ? await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(path, 'utf8') : undefined;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 8817:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ listTree)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6515);
/* harmony import */ var _refused_files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8800);
/* harmony import */ var _tree_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9631);




/**
 * All files of a folder of a commit.
 * @throws UserError when the commit has no such folder, or it holds what the purpose does not allow.
 */
async function listTree(request) {
    const { repository, path, purpose } = request;
    const commit = (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .parseCommit */ .L5)(request.commit);
    const folder = path === '.' ? '' : path.replace(/^\.\//, '').replace(/\/+$/, '');
    const list = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${folder}`]);
    if (list.code !== 0 && !(await isTree(repository, `${commit}:${folder}`)))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${path} is not a folder in commit ${commit}. Commit it, or correct its path in delivery.yml.`);
    (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .outputOf */ .jH)(list, `list ${path} of ${commit}`);
    const files = [];
    for (let at = 0; at < list.stdout.length;) {
        const end = list.stdout.indexOf(0, at);
        files.push(parseEntry(list.stdout.subarray(at, end), path, purpose));
        at = end + 1;
    }
    return files;
}
async function isTree(repository, expression) {
    const type = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(repository, ['cat-file', '-t', expression]);
    return type.code === 0 && type.stdout.toString('utf8').trim() === 'tree';
}
function parseEntry(line, folder, purpose) {
    const tab = line.indexOf('\t');
    const [, mode, id, size] = /^(\d{6}) \S+ ([0-9a-f]+) +(\d+|-|BAD)$/.exec(line.toString('latin1', 0, tab)) ?? [];
    if (mode === undefined || id === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HRU(`git ls-tree said ${line}.`);
    const name = line.subarray(tab + 1);
    const path = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .showName */ .$ij)(name);
    if (size === 'BAD')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${(0,_tree_file_js__WEBPACK_IMPORTED_MODULE_2__/* .inRepository */ .yJ)(folder, path)} is not in this clone. ${_git_js__WEBPACK_IMPORTED_MODULE_1__/* .PARTIAL */ .yP}`);
    // git's own checkout refuses these names too: such a tree was not made by git.
    if (path.split('/').some(segment => segment === '' || segment === '.' || segment === '..' || /^\.git$/i.test(segment)))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${folder} holds ${JSON.stringify(path)}, a name that points outside it. Remove it.`);
    const file = { mode, id, size: size === '-' ? 0 : Number(size), name, path };
    if (purpose !== 'checkout')
        (0,_refused_files_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseMember */ .Vp)(file, folder, purpose);
    return file;
}


/***/ }),

/***/ 5882:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $I: () => (/* binding */ readObjects),
/* harmony export */   P1: () => (/* binding */ readSizes),
/* harmony export */   Ul: () => (/* binding */ readFiles),
/* harmony export */   b4: () => (/* binding */ readBlobs)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _askable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4595);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6515);



/** Reads blobs by git expression (`<commit>:<path>`, `<id>`) with one process; `undefined` for what is no blob or does not exist. */
async function readBlobs(directory, expressions) {
    const objects = await readObjects(directory, expressions);
    return objects.map(found => (found?.type === 'blob' ? found.content : undefined));
}
/** The same for objects of any kind. */
async function readObjects(directory, expressions) {
    return askAll(expressions, async (asked) => {
        const stdout = await catFile(directory, ['--batch', '--buffer'], asked);
        const objects = [];
        for (let at = 0; at < stdout.length;) {
            const end = stdout.indexOf('\n', at);
            const found = headerOf(stdout.toString('utf8', at, end));
            at = end + 1;
            objects.push(found && { type: found.type, content: stdout.subarray(at, at + found.size) });
            if (found !== undefined)
                at += found.size + 1;
        }
        return objects;
    });
}
/** How many bytes blobs have, which are not read: by git expression, as {@link readBlobs}. */
async function readSizes(directory, expressions) {
    return askAll(expressions, async (asked) => {
        const stdout = await catFile(directory, ['--batch-check', '--buffer'], asked);
        const lines = stdout.toString('utf8').split('\n');
        return lines.map(headerOf).map(found => (found?.type === 'blob' ? found.size : undefined));
    });
}
/** Asks what git can be asked, and gives each answer to its expression. */
async function askAll(expressions, ask) {
    const asked = expressions.filter(_askable_js__WEBPACK_IMPORTED_MODULE_1__/* .isAskable */ .c);
    if (asked.length === 0)
        return expressions.map(() => undefined);
    const answers = (await ask(asked)).values();
    return expressions.map(expression => ((0,_askable_js__WEBPACK_IMPORTED_MODULE_1__/* .isAskable */ .c)(expression) ? answers.next().value : undefined));
}
async function catFile(directory, how, asked) {
    const { code, stdout, stderr } = await (0,_git_js__WEBPACK_IMPORTED_MODULE_2__/* .git */ .$Y)(directory, ['cat-file', ...how], {
        input: asked.map(expression => `${expression}\n`).join('')
    });
    if (code !== 0)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HRU(`git cat-file in ${directory} failed with exit code ${code}: ${stderr.trim()}`);
    return stdout;
}
/** What git says of an object before its content; `undefined` where there is none. */
function headerOf(line) {
    const [, type = '', size] = /^\S+ (\w+) (\d+)$/.exec(line) ?? [];
    return size === undefined ? undefined : { type, size: Number(size) };
}
/** Bounds what is held in memory at a time, in bytes. */
const BATCH_BYTES = 32 * 1024 * 1024;
/** Reads files in groups that fit into memory; none may be larger than that. */
async function* readFiles(directory, files) {
    for (const batch of batches(files)) {
        const blobs = await readBlobs(directory, batch.map(({ id }) => id));
        for (const [n, file] of batch.entries()) {
            const content = blobs[n];
            if (content?.length !== file.size)
                throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HRU(`git could not read ${file.path}: ${file.id} is not a file.`);
            yield [file, content];
        }
    }
}
function* batches(files) {
    let batch = [];
    let bytes = 0;
    for (const file of files) {
        if (batch.length > 0 && bytes + file.size > BATCH_BYTES) {
            yield batch;
            batch = [];
            bytes = 0;
        }
        batch.push(file);
        bytes += file.size;
    }
    if (batch.length > 0)
        yield batch;
}


/***/ }),

/***/ 8800:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vp: () => (/* binding */ refuseMember),
/* harmony export */   Yv: () => (/* binding */ mayBePointer),
/* harmony export */   wm: () => (/* binding */ refusePointer)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _tree_file_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9631);


/**
 * Refuses what cannot be part of an artifact, as far as the list of a folder shows it.
 * @throws UserError
 */
function refuseMember(file, folder, artifact) {
    const whole = (0,_tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .inRepository */ .yJ)(folder, file.path);
    if (file.mode === _tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .SUBMODULE */ .NG)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${whole} is a submodule, whose files are not in this commit. Add them as files.`);
    const problem = nameProblem(file, artifact);
    if (problem !== undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK9)(whole)} cannot be part of ${OF[artifact]}: ${problem}.`);
}
const OF = { image: 'an image', bundle: 'a bundle' };
function nameProblem({ name, size }, purpose) {
    // Builders pass names on as text, so that two such names become one.
    if (!(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .isTextName */ .b5Z)(name))
        return 'its name is not UTF-8. Rename it';
    if (purpose !== 'bundle')
        return undefined;
    const problem = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .bundleNameProblem */ .fd4)(name.toString('utf8'));
    if (problem !== undefined)
        return `${problem}. Rename it`;
    return size > _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .BUNDLE_FILE_LIMIT */ .ovi ? `it has ${size} bytes, and a file at most ${_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .BUNDLE_FILE_LIMIT */ .ovi}` : undefined;
}
/** No pointer is larger (Git LFS, specification). */
const POINTER_LIMIT = 1024;
/**
 * As lenient as the readers of Git LFS are, which would fetch another file in its place: they trim the text, skip empty lines, drop the
 * carriage returns of Windows, and know the two names that the format had before its first release.
 */
const POINTER = /^\s*version (?:https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d|http:\/\/git-media\.io\/v\/\d)[^\n]*\n(?:[^\n]*\n)*?oid sha256:[0-9a-f]{64}\s/i;
/** Whether a file may be a Git LFS pointer, by its size. */
function mayBePointer({ mode, size }) {
    return mode !== _tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .LINK */ .ps && mode !== _tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .SUBMODULE */ .NG && size < POINTER_LIMIT;
}
/**
 * Refuses what stands in a commit for a file that is somewhere else.
 * @throws UserError
 */
function refusePointer(file, content, folder) {
    if (!mayBePointer(file) || !POINTER.test(content.toString('latin1')))
        return;
    const whole = (0,_tree_file_js__WEBPACK_IMPORTED_MODULE_1__/* .inRepository */ .yJ)(folder, file.path);
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${whole} is a Git LFS pointer: the commit does not hold the file itself, so it would not be in what is built. Commit the file without LFS (git lfs migrate export), or fetch it in the Dockerfile.`);
}


/***/ }),

/***/ 9417:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ sizeOfFile),
/* harmony export */   s: () => (/* binding */ readSettings)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4496);


/**
 * How many bytes a file of a git directory has; absent when there is none. Links are followed, as git does.
 * @throws UserError when something else is there: reading a pipe or a device may never end.
 */
async function sizeOfFile(path) {
    const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path).catch(() => undefined);
    if (found === undefined)
        return undefined;
    if (found.isFile())
        return found.size;
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yot(`${path} is not a regular file, as git keeps one there. Clone the repository again.`);
}
/** Longer are no settings of a repository, however many branches it follows. */
const SETTINGS_LIMIT = 4 * 1024 * 1024;
/**
 * The file `config` of a repository; empty when there is none, or none that may be read.
 * @throws UserError when it is no file, or too long for one.
 */
async function readSettings(path) {
    const size = await sizeOfFile(path);
    if (size === undefined)
        return Buffer.alloc(0);
    if (size > SETTINGS_LIMIT)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yot(`${path} has ${size} bytes, and settings at most ${SETTINGS_LIMIT}. Clone the repository again.`);
    return (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(path).catch(() => Buffer.alloc(0));
}


/***/ }),

/***/ 5635:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BE: () => (/* binding */ startGit),
/* harmony export */   _K: () => (/* binding */ gitEnvironment),
/* harmony export */   aJ: () => (/* binding */ inheritedEnvironment),
/* harmony export */   cf: () => (/* binding */ GIT_DEADLINE)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4496);



/** How long one git command may take, in milliseconds: long enough for the largest file on a slow disk. */
const GIT_DEADLINE = 10 * 60_000;
/**
 * Starts git, to its end or to the deadline; nothing else in this package does. What it may see is said by `env` alone.
 * @param before options of git that come before the command.
 * @throws Failure when git is missing, or does not end in time; an exit code is a result.
 */
async function startGit(before, args, { on, deadline = GIT_DEADLINE, remedy = 'Check the disk, then try again.', ...options }) {
    const result = await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .runCommand */ .d1Y)('git', [...before, ...args], { ...options, deadline });
    if (result.timedOut !== true)
        return result;
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HRU(`git ${args[0] ?? ''} did not end within ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .plural */ .LSg)(deadline / 1000, 'second')} on ${on}, and was ended. ${remedy}`);
}
/**
 * What git is started with: nothing of what the caller's shell says to git, and nobody's settings. Grafts, replaced objects and
 * objects that would be fetched when they are missing are off: an object is what its id says, and what is here is all there is.
 */
function gitEnvironment(home) {
    return {
        ...inheritedEnvironment(),
        // Where git looks for settings that have no switch: attributes and ignored files of the user.
        HOME: home,
        XDG_CONFIG_HOME: home,
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: node_os__WEBPACK_IMPORTED_MODULE_0__.devNull,
        GIT_ATTR_NOSYSTEM: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_NO_LAZY_FETCH: '1',
        GIT_ALLOW_PROTOCOL: 'file',
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_ADVICE: '0',
        // A path is a path, whatever characters it has.
        GIT_LITERAL_PATHSPECS: '1'
    };
}
/**
 * The environment of this process, without a word that it says to git: all of them, since a list of the bad ones would end at the git
 * of the day it was written. Of PATH only what does not depend on where git is started: a dot in it would find programs in the very
 * folder that is looked at.
 */
function inheritedEnvironment() {
    // biome-ignore lint/style/noProcessEnv: a program that is started inherits the environment of its process anyway; here is what it gets less.
    const entries = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name));
    return Object.fromEntries(entries.map(([name, value]) => [name, /^PATH$/i.test(name) ? absolute(value) : value]));
}
/** The absolute folders of a PATH. @throws UserError when there is none: an empty PATH would mean the current folder. */
function absolute(path = '') {
    const folders = path.split(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter).filter(node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute);
    if (folders.length === 0)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`No folder of PATH is absolute, so git cannot be found safely: ${JSON.stringify(path)}. Set PATH to absolute folders.`);
    return folders.join(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter);
}


/***/ }),

/***/ 9631:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NG: () => (/* binding */ SUBMODULE),
/* harmony export */   ps: () => (/* binding */ LINK),
/* harmony export */   tU: () => (/* binding */ EXECUTABLE),
/* harmony export */   yJ: () => (/* binding */ inRepository)
/* harmony export */ });
/** The mode of a file that may be run. */
const EXECUTABLE = '100755';
/** The mode of a symbolic link, whose content is where it leads. */
const LINK = '120000';
/** The mode of a submodule, whose id is a commit of another repository. */
const SUBMODULE = '160000';
/** The path of a folder's file in the repository, for people. */
function inRepository(folder, path) {
    return folder === '.' ? path : `${folder.replace(/^\.\//, '').replace(/\/+$/, '')}/${path}`;
}


/***/ })

};
