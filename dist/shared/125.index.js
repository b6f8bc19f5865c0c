export const id = 125;
export const ids = [125];
export const modules = {

/***/ 8047:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   YU: () => (/* binding */ parameterFilesOf),
/* harmony export */   lh: () => (/* binding */ valuesInFiles)
/* harmony export */ });
/* unused harmony export readParameterFile */
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7934);
/* harmony import */ var _encoding_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7917);
/* harmony import */ var _explain_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(9426);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4357);
/* harmony import */ var _schema_parts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4676);
/* harmony import */ var _text_forms_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9641);
/* harmony import */ var _unit_schema_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6553);
/* harmony import */ var _yaml_source_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1401);









/** What stands for the name of an environment in the path of a parameter file. */
const ENVIRONMENT = '${environment}';
/** As `aws cloudformation create-stack --parameters file://…` reads them. */
const pairs = (0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)((0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .mapping */ .pq)({ ParameterKey: _text_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .logicalName */ .rQ, ParameterValue: _text_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .parameterValue */ .HJ }), 'parameters');
/** As `aws cloudformation deploy --parameter-overrides file://…` reads them, too. */
const assignments = (0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_)(valibot__WEBPACK_IMPORTED_MODULE_3__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP('expected Name=value'), valibot__WEBPACK_IMPORTED_MODULE_3__/* .regex */ .yGV(/^[A-Za-z0-9]{1,255}=/, 'expected Name=value, the name of letters and digits')), 'parameters as Name=value');
/** A template configuration file of CodePipeline; its tags and policies are not parameters. */
const configuration = (0,_schema_parts_js__WEBPACK_IMPORTED_MODULE_1__/* .mapping */ .pq)({ Parameters: _unit_schema_js__WEBPACK_IMPORTED_MODULE_4__/* .parameters */ .FI });
/** The parameter files of a unit's stack in an environment, later ones over earlier: paths in the repository. */
function parameterFilesOf({ stack }, { name }) {
    return stack.parameterFiles.map(path => path.replaceAll(ENVIRONMENT, name));
}
/**
 * The values that the parameter files of a unit's stack set in an environment.
 * @param read gives the bytes of a file of the commit; absent where there is none.
 * @throws UserError for a file that is missing; ConfigError with line and column for one that cannot be read, or sets what the release sets.
 */
async function valuesInFiles(unit, environment, read) {
    const found = await Promise.all(parameterFilesOf(unit, environment).map(async (path) => {
        const bytes = await read(path);
        if (bytes === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`The parameter file ${path} of unit ${unit.name} in ${environment.name} is not a file of the commit. Commit it there as a file, not as a link, or correct units.${unit.name}.stack.parameterFiles in delivery.yml.`);
        return readParameterFile(bytes, path);
    }));
    return Object.assign({}, ...found);
}
/** Reads a parameter file: JSON or YAML in any of the forms that AWS's own tools take, or a mapping from names to values. @throws ConfigError */
function readParameterFile(bytes, path) {
    const source = (0,_yaml_source_js__WEBPACK_IMPORTED_MODULE_5__/* .readSource */ .o)((0,_encoding_js__WEBPACK_IMPORTED_MODULE_6__/* .decodeText */ .g)(bytes, path), path);
    const { value } = source;
    const read = valibot__WEBPACK_IMPORTED_MODULE_3__/* .safeParse */ .xLC(shapeOf(value), value);
    if (!read.success)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_7__/* .ConfigError */ .xL(
        // The reference of delivery.yml does not describe this file.
        read.issues.slice(0, _problem_js__WEBPACK_IMPORTED_MODULE_7__/* .MOST_PROBLEMS */ .vy).map(issue => {
            const { reference: _, ...problem } = (0,_explain_js__WEBPACK_IMPORTED_MODULE_8__/* .explain */ .WE)(source, issue);
            return problem;
        }));
    const fault = (message) => new _problem_js__WEBPACK_IMPORTED_MODULE_7__/* .ConfigError */ .xL([{ file: path, line: 1, column: 1, message }]);
    const names = read.output.map(([name]) => name);
    const twice = names.find((name, n) => names.indexOf(name) !== n);
    if (twice !== undefined)
        throw fault(`found the parameter ${twice} a second time; remove one`);
    const set = names.find(name => _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .ARTIFACT_PARAMETERS */ .uwH.includes(name));
    if (set !== undefined)
        throw fault(`found the parameter ${set}; it is set to what the release built: remove it`);
    return Object.fromEntries(read.output);
}
/** What a file is to be read as, by its outermost form: a message about another form would help no one. */
function shapeOf(value) {
    if (Array.isArray(value)) {
        if (value.length > 0 && value.every(item => typeof item === 'string'))
            return valibot__WEBPACK_IMPORTED_MODULE_3__/* .pipe */ .FsL(assignments, valibot__WEBPACK_IMPORTED_MODULE_3__/* .transform */ .pdi(items => items.map((item) => [item.split('=', 1)[0] ?? '', item.slice(item.indexOf('=') + 1)])));
        return valibot__WEBPACK_IMPORTED_MODULE_3__/* .pipe */ .FsL(pairs, valibot__WEBPACK_IMPORTED_MODULE_3__/* .transform */ .pdi(items => items.map((it) => [it.ParameterKey, it.ParameterValue])));
    }
    const inner = typeof value === 'object' && value !== null ? value.Parameters : undefined;
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? valibot__WEBPACK_IMPORTED_MODULE_3__/* .pipe */ .FsL(configuration, valibot__WEBPACK_IMPORTED_MODULE_3__/* .transform */ .pdi(it => Object.entries(it.Parameters)))
        : valibot__WEBPACK_IMPORTED_MODULE_3__/* .pipe */ .FsL(_unit_schema_js__WEBPACK_IMPORTED_MODULE_4__/* .parameters */ .FI, valibot__WEBPACK_IMPORTED_MODULE_3__/* .transform */ .pdi(it => Object.entries(it)));
}


/***/ }),

/***/ 3372:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ readDelivery)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(926);


/**
 * Reads delivery.yml as a delivery does: out of a commit.
 * @param path of the file in the repository.
 * @throws UserError when it is not there as a file.
 * @throws ConfigError for what is wrong in it.
 */
async function readDelivery(repository, commit, path) {
    const entry = await repository.entryAt(commit, path);
    if (entry === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${path} does not exist in commit ${commit}. Commit it.`);
    // What a link leads to may lie outside of the commit, where a delivery does not look.
    if (entry.kind !== 'file')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${path} is a ${entry.kind} in commit ${commit}. Replace it with a file, and commit that.`);
    const bytes = await repository.fileAt(commit, path);
    return (0,_parse_js__WEBPACK_IMPORTED_MODULE_1__/* .parseDelivery */ .yY)(bytes ?? '', path);
}


/***/ }),

/***/ 3563:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ deliveryRoles)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _find_by_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1249);


/** The roles of a delivery: `promote` is in the registry's account, where tags move; the others are in the environment's. */
function deliveryRoles(delivery) {
    const { product, registry } = delivery;
    const role = (account, name) => {
        const { id, region } = (0,_find_by_name_js__WEBPACK_IMPORTED_MODULE_1__/* .accountNamed */ .xM)(delivery, account);
        return { name, arn: `arn:${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .partitionOf */ .iQG)(region)}:iam::${id}:role/${name}`, account, region };
    };
    return {
        push: role(registry.account, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .registryRoleName */ .fhR)(product, 'push')),
        pull: role(registry.account, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .registryRoleName */ .fhR)(product, 'pull')),
        environment(name) {
            const { account } = (0,_find_by_name_js__WEBPACK_IMPORTED_MODULE_1__/* .environmentNamed */ .b6)(delivery, name);
            const duty = (where, of) => role(where, (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .environmentRoleName */ .j3f)(product, name, of));
            return {
                promote: duty(registry.account, 'promote'),
                plan: duty(account, 'plan'),
                deploy: duty(account, 'deploy'),
                record: duty(account, 'record'),
                execution: duty(account, 'execution')
            };
        }
    };
}


/***/ }),

/***/ 1094:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ stackSettings)
/* harmony export */ });
/** What the stack of a unit is set to in an environment, whose keys come before the unit's own; what neither has is absent. */
function stackSettings({ stacks }, { name, stack }) {
    const written = { ...stack, ...stacks[name] };
    const { notifications, rollbackAlarms, monitoring = 0, terminationProtection } = written;
    return {
        ...(notifications === undefined ? {} : { notifications: [...notifications].sort() }),
        ...(rollbackAlarms === undefined ? {} : { rollback: { alarms: [...rollbackAlarms].sort(), minutes: monitoring } }),
        ...(terminationProtection === undefined ? {} : { terminationProtection })
    };
}


/***/ }),

/***/ 8440:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E0: () => (/* binding */ findBranch),
/* harmony export */   rS: () => (/* binding */ fetchedTip)
/* harmony export */ });
/* unused harmony exports againstOrigin, branchesOf */
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6515);


/**
 * The commit that a branch stands at, and `undefined` when it does not exist. A clone that never checked the branch out has it as a
 * remote-tracking one.
 * @throws UserError when the directory is no git repository.
 */
async function findBranch(directory, branch) {
    return (await tipOf(directory, localRef(branch))) ?? tipOf(directory, originRef(branch));
}
/**
 * How a branch of a clone stands to what was last fetched of it; absent unless the clone has both, at different commits. A local branch
 * does not move when origin's is fetched, so that whoever reads it may read old news.
 */
async function againstOrigin(directory, branch) {
    const [local, origin] = [await tipOf(directory, localRef(branch)), await tipOf(directory, originRef(branch))];
    if (local === undefined || origin === undefined || local === origin)
        return undefined;
    if (await isAncestor(directory, local, origin))
        return 'behind';
    return (await isAncestor(directory, origin, local)) ? 'ahead' : 'diverged';
}
/** Every branch of a clone and of its origin, as last fetched, by name; of one that both have, the clone's own. @throws Failure */
async function branchesOf(directory) {
    const refs = ['refs/remotes/origin', 'refs/heads'];
    const listed = await git(directory, ['for-each-ref', '--format=%(objectname) %(refname)', ...refs]);
    const lines = outputOf(listed, `list the branches of ${directory}`).trim().split('\n');
    const found = lines.flatMap(line => {
        const [, oid, name] = /^(\w+) refs\/(?:heads|remotes\/origin)\/(.+)$/.exec(line) ?? [];
        return oid === undefined || name === undefined || name === 'HEAD' ? [] : [[line, oid, name]];
    });
    const own = found.filter(([line]) => line.includes(' refs/heads/'));
    return new Map([...found, ...own].map(([, oid, name]) => [name, oid]));
}
/**
 * The commit that a branch of origin had when everything was fetched; `undefined` where that cannot be told: the clone is shallow, so that a
 * later fetch may have left the branch out, or lacks `known`, a commit that the repository has, so that it may be one of another repository.
 */
async function fetchedTip(directory, branch, known) {
    const commits = [originRef(branch), (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .parseCommit */ .L5)(known)].map(name => `${name}^{commit}`);
    const { code, stdout } = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(directory, ['rev-parse', '--is-shallow-repository', ...commits]);
    const [isShallow, tip] = stdout.toString('utf8').split('\n');
    return code === 0 && isShallow === 'false' ? tip : undefined;
}
function localRef(branch) {
    return `refs/heads/${branch}`;
}
function originRef(branch) {
    return `refs/remotes/origin/${branch}`;
}
async function tipOf(directory, ref) {
    const { code, stdout, stderr } = await (0,_git_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$Y)(directory, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    if (code === 0)
        return stdout.toString('utf8').trim();
    if (stderr !== '')
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`${directory} is not a git repository that can be read: ${stderr.trim()}`);
    return undefined;
}
async function isAncestor(directory, ancestor, commit) {
    return (await git(directory, ['merge-base', '--is-ancestor', ancestor, commit])).code === 0;
}


/***/ }),

/***/ 6791:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Y: () => (/* binding */ COUNTED_COMMITS),
  h: () => (/* binding */ openRepository)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/git/lib/branch.js
var lib_branch = __webpack_require__(8440);
// EXTERNAL MODULE: ./packages/git/lib/git.js + 1 modules
var git = __webpack_require__(6515);
// EXTERNAL MODULE: ./packages/git/lib/list-tree.js
var list_tree = __webpack_require__(8817);
// EXTERNAL MODULE: ./packages/git/lib/objects.js
var objects = __webpack_require__(5882);
// EXTERNAL MODULE: ./packages/git/lib/refused-files.js
var refused_files = __webpack_require__(8800);
;// CONCATENATED MODULE: ./packages/git/lib/together.js
/**
 * Lets many ask for one thing each, and looks up at once what was asked for at the same moment: a process costs more than its answers.
 * @param lookUp is given each key once; what it does not find is absent.
 */
function together(lookUp) {
    let waiting;
    const open = () => {
        const keys = new Set();
        // A turn later, when everybody who is at it has asked.
        const found = Promise.resolve().then(async () => {
            waiting = undefined;
            return lookUp([...keys]);
        });
        return { keys, found };
    };
    return async (key) => {
        waiting ??= open();
        const { keys, found } = waiting;
        keys.add(key);
        return (await found).get(key);
    };
}

;// CONCATENATED MODULE: ./packages/git/lib/tree-entry.js



const KINDS = {
    '100644': 'file',
    '100755': 'file',
    '040000': 'directory',
    '120000': 'link',
    '160000': 'submodule'
};
/**
 * Finds what is at paths of a commit, which never changes: each is asked for once, and those that are asked for together by one process.
 * @param refused is told when git cannot list the commit; it may know why, and throw.
 * @throws Failure when git cannot list it for a reason of its own.
 */
function entriesOf(root, commit, refused) {
    const find = together(async (paths) => {
        // With the folders on the way (-t): one that is asked for would be left out for what is asked for inside it.
        const args = ['ls-tree', '-z', '-t', '--full-tree', `${commit}^{commit}`, '--', ...paths];
        const list = await (0,git/* git */.$Y)(root, args);
        if (list.code !== 0)
            await refused();
        return parseList((0,git/* outputOf */.jH)(list, `look for ${paths.join(', ')} in ${commit}`));
    });
    const known = new Map();
    return async (path) => {
        const plain = external_node_path_.posix.normalize(path).replace(/\/$/, '');
        if (!known.has(plain))
            known.set(plain, await find(plain));
        return known.get(plain);
    };
}
function parseList(list) {
    const entries = new Map();
    for (const line of list.split('\0')) {
        const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
        const kind = KINDS[mode];
        if (kind !== undefined)
            entries.set(path, { kind, id });
    }
    return entries;
}

;// CONCATENATED MODULE: ./packages/git/lib/repository.js









/** Commits of a log that are counted: enough for a number and a list that a person looks at. */
const COUNTED_COMMITS = 1_000;
/** Opens the git repository that `directory` is the root of. Nothing is read until it is asked for. */
function openRepository(directory) {
    const root = (0,external_node_path_.resolve)(directory);
    const run = async (what, args, options = {}) => (0,git/* outputOf */.jH)(await (0,git/* git */.$Y)(root, args, options), what);
    const seen = new Set();
    /** @throws UserError when a commit is not in this clone. */
    const known = async (commit) => {
        const id = (0,git/* parseCommit */.L5)(commit);
        if (seen.has(id))
            return id;
        const found = await (0,git/* git */.$Y)(root, ['cat-file', '-e', `${id}^{commit}`]);
        if (found.code !== 0) {
            const why = found.stderr.includes('not a git repository') ? `${root} is not a git repository` : missing(id, root);
            throw new lib/* UserError */.yot(why);
        }
        seen.add(id);
        return id;
    };
    const listings = new Map();
    const entryAt = async (commit, path) => {
        if (path === '.' || path === '') {
            const id = await known(commit);
            const tree = await run(`read the tree of ${id}`, ['rev-parse', '--verify', `${id}^{tree}`]);
            return { kind: 'directory', id: tree.trim() };
        }
        const id = (0,git/* parseCommit */.L5)(commit);
        // Not looked for first, as everywhere else: what can be listed is there.
        const entryOf = listings.get(id) ?? entriesOf(root, id, async () => void (await known(id)));
        listings.set(id, entryOf);
        return entryOf(path);
    };
    const blobOf = together(async (ids) => {
        const blobs = await (0,objects/* readBlobs */.b4)(root, ids);
        return new Map(ids.flatMap((id, n) => (blobs[n] === undefined ? [] : [[id, blobs[n]]])));
    });
    return {
        directory: root,
        head: async () => {
            const head = await (0,git/* git */.$Y)(root, ['rev-parse', '--verify', 'HEAD^{commit}']);
            if (head.code !== 0)
                throw new lib/* UserError */.yot(`${root} has no commit checked out: ${firstLine(head.stderr)}`);
            return head.stdout.toString('utf8').trim();
        },
        fetchedTip: async (branch, known) => (0,lib_branch/* fetchedTip */.rS)(root, branch, known),
        directoryWith: async () => root,
        entryAt,
        treeOf: async (commit, path) => (await entryAt(commit, path))?.id,
        fileAt: async (commit, path) => {
            const entry = await entryAt(commit, path);
            if (entry?.kind !== 'file')
                return undefined;
            const content = await blobOf(entry.id);
            if (content !== undefined)
                return content;
            // Asked for alone, git says what is wrong with it.
            const blob = await (0,git/* git */.$Y)(root, ['cat-file', 'blob', entry.id]);
            (0,git/* outputOf */.jH)(blob, `read ${path} of ${commit}`);
            return blob.stdout;
        },
        dirtyPaths: async (paths) => {
            if (paths.length === 0)
                return [];
            // Into a submodule git would go with a process that follows the submodule's own settings.
            const how = ['--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'];
            const args = ['status', ...how, '--', ...paths];
            const status = await run(`compare ${root} with its commit`, args, { workTree: true });
            return status.split('\0').flatMap(line => (line === '' ? [] : [line.slice(3)]));
        },
        checkFolder: async (commit, path, purpose) => {
            const files = await (0,list_tree/* listTree */.n)({ repository: root, commit: await known(commit), path, purpose });
            for await (const [file, content] of (0,objects/* readFiles */.Ul)(root, files.filter(refused_files/* mayBePointer */.Yv)))
                (0,refused_files/* refusePointer */.wm)(file, content, path);
        },
        isAncestor: async (ancestor, commit) => {
            const ids = [await known(ancestor), await known(commit)];
            const { code, stderr } = await (0,git/* git */.$Y)(root, ['merge-base', '--is-ancestor', ...ids]);
            if (code === 0)
                return true;
            if (code !== 1)
                throw new lib/* Failure */.HRU(`git could not compare ${ids.join(' and ')}: ${firstLine(stderr)}`);
            // In a shallow clone the history that would say yes may be cut off.
            const shallow = await run('look at the clone', ['rev-parse', '--is-shallow-repository']);
            if (shallow.trim() === 'true')
                throw new lib/* UserError */.yot(cutOff(root));
            return false;
        },
        log: async (from, to) => {
            const range = from === undefined ? [await known(to)] : [await known(to), `^${await known(from)}`];
            const args = ['log', '-z', `--max-count=${COUNTED_COMMITS + 1}`, '--format=%H%n%an%n%s', ...range, '--'];
            const text = await run(`list the commits up to ${to}`, args);
            return text.split('\0').flatMap(record => {
                const [commit = '', author = '', subject = ''] = record.split('\n');
                return commit === '' ? [] : [{ commit, subject, author }];
            });
        }
    };
}
function missing(commit, root) {
    return `Commit ${commit} is not in ${root}. ${FULL_HISTORY} If it is not there then, no branch or tag holds it any more.`;
}
function cutOff(root) {
    return `${root} is a shallow clone, which cannot tell older commits from newer ones. ${FULL_HISTORY}`;
}
const FULL_HISTORY = 'Fetch the whole past: actions/checkout with fetch-depth: 2147483647, as the workflows of Sluice have it (0 would fetch all branches, and with them the whole ledger), or git fetch --unshallow.';
function firstLine(text) {
    return text.trim().split('\n')[0] ?? '';
}


/***/ }),

/***/ 3125:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  SHARED_INPUTS: () => (/* reexport */ SHARED_INPUTS),
  acceptanceAsGrounds: () => (/* reexport */ acceptanceAsGrounds),
  asksReviewers: () => (/* reexport */ asksReviewers),
  awaitTurn: () => (/* reexport */ awaitTurn),
  endOfAttempt: () => (/* reexport */ endOfAttempt),
  findDeadRuns: () => (/* reexport */ findDeadRuns),
  findRunsThatAreOver: () => (/* reexport */ findRunsThatAreOver),
  findSupersededRuns: () => (/* reexport */ findSupersededRuns),
  findUnchanged: () => (/* reexport */ findUnchanged),
  groundsIn: () => (/* reexport */ groundsIn),
  halfOf: () => (/* reexport */ halfOf),
  historyOf: () => (/* reexport */ historyOf),
  isLive: () => (/* reexport */ isLive),
  isOfJob: () => (/* reexport */ isOfJob),
  isRunOver: () => (/* reexport */ isRunOver),
  isTested: () => (/* reexport */ isTested),
  isUnconfined: () => (/* reexport */ isUnconfined),
  judgeBuild: () => (/* reexport */ judgeBuild),
  noteApplied: () => (/* reexport */ noteApplied),
  openPipeline: () => (/* reexport */ openPipeline),
  partialOf: () => (/* reexport */ partialOf),
  partiesOfRun: () => (/* reexport */ partiesOfRun),
  pipelineOfAction: () => (/* reexport */ pipelineOfAction),
  previewOfRepair: () => (/* reexport */ previewOfRepair),
  readApprovals: () => (/* reexport */ readApprovals),
  readEnvironmentId: () => (/* reexport */ readEnvironmentId),
  readProtection: () => (/* reexport */ readProtection),
  readStageResults: () => (/* reexport */ readStageResults),
  recordUrl: () => (/* reexport */ recordUrl),
  relateToLive: () => (/* reexport */ relateToLive),
  repairSection: () => (/* reexport */ repairSection),
  requireAcceptance: () => (/* reexport */ requireAcceptance),
  requireApplied: () => (/* reexport */ requireApplied),
  requireApproval: () => (/* reexport */ requireApproval),
  requireApprover: () => (/* reexport */ requireApprover),
  requireBoundConfig: () => (/* reexport */ requireBoundConfig),
  requireConsent: () => (/* reexport */ requireConsent),
  requireIntent: () => (/* reexport */ requireIntent),
  requireOnlyAdoption: () => (/* reexport */ requireOnlyAdoption),
  requireOwnConfig: () => (/* reexport */ requireOwnConfig),
  requirePolicyOfNow: () => (/* reexport */ requirePolicyOfNow),
  requireProtectedGate: () => (/* reexport */ requireProtectedGate),
  requireProtectedRefs: () => (/* reexport */ requireProtectedRefs),
  requireProtectedRefsOf: () => (/* reexport */ requireProtectedRefsOf),
  requireRecordedGate: () => (/* reexport */ requireRecordedGate),
  requireTimeToApply: () => (/* reexport */ requireTimeToApply),
  storedBuilds: () => (/* reexport */ storedBuilds),
  withdrawalOfLive: () => (/* reexport */ withdrawalOfLive),
  writeRecords: () => (/* reexport */ writeRecords)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/pipeline/lib/job-notes.js


// What a step leaves for the later steps of its job. Each step is a process of its own; the job's temporary folder is seen by no other job,
// and ends with it.
/** The text of a note; nothing where no step of this job left one. */
async function readNote(run, name) {
    try {
        return await (0,promises_.readFile)(pathOf(run, name), 'utf8');
    }
    catch (error) {
        // What is there and cannot be read must not pass for what is not there.
        if (error.code === 'ENOENT')
            return undefined;
        throw error;
    }
}
/** Leaves a note, in place of an earlier one of the same name. */
async function writeNote(run, name, text) {
    await (0,promises_.mkdir)(folderOf(run), { recursive: true });
    await (0,promises_.writeFile)(pathOf(run, name), text);
}
function folderOf({ temp }) {
    return (0,external_node_path_.join)(temp, 'sluice', 'notes');
}
function pathOf(run, name) {
    return (0,external_node_path_.join)(folderOf(run), encodeURIComponent(name));
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/applied-plan.js


/** Notes for the later steps of this job that a plan was applied. */
async function noteApplied(run, applied) {
    await writeNote(run, nameOf(applied), '');
}
/**
 * Refuses to say of a plan that it is deployed which this job did not apply. It keeps a workflow that leaves a step out from recording what never
 * happened; who holds the environment's role could record it all the same.
 * @param intent the record with which this run said that it is about to apply a plan.
 */
async function requireApplied(run, environment, plan, intent) {
    if (plan === undefined)
        throw new lib/* UserError */.yot('The event deployed requires the input plan-digest: the digest of the plan that was applied.');
    const what = `Plan ${plan} for ${environment}`;
    if (intent.plan !== plan)
        throw new lib/* UserError */.yot(`${what} has no \`started\` record in this run: record ${intent.sequence} is about ${intent.plan ?? 'no plan'}. Pass the plan-digest that was applied.`);
    if ((await readNote(run, nameOf({ environment, plan }))) !== undefined)
        return;
    const release = intent.release === undefined ? 'the release' : (0,lib/* releaseId */.BfF)(intent.release.digest);
    throw new lib/* UserError */.yot(`${what} was not applied in this job, so ${release} cannot be recorded as deployed. Run deploy-stack with \`mode: apply\` in a step before.`);
}
function nameOf({ environment, plan }) {
    return `applied ${environment} ${(0,lib/* hexOf */.ZDm)(plan)}`;
}

// EXTERNAL MODULE: ./packages/git/lib/repository.js + 2 modules
var lib_repository = __webpack_require__(6791);
// EXTERNAL MODULE: ./packages/policy/lib/index.js + 15 modules
var policy_lib = __webpack_require__(9889);
;// CONCATENATED MODULE: ./packages/pipeline/lib/remembered-answers.js
/** How long an answer is taken for the same, in milliseconds: the parts of one step follow each other at once, but they may wait for others. */
const FRESH = 2 * 60_000;
/** How queries begin that ask who wrote commits. */
const CO_AUTHORS = 'query CoAuthors';
/** What does not change by what a run does: how GitHub Environments are protected, and who wrote commits. */
const REMEMBERED = /^\/repos\/[^/]+\/[^/]+\/(?:environments|compare|commits)\//;
/**
 * GitHub, not asked again by a process for what it has just said. Whatever a run waits for (approvals, jobs, other runs, the ledger) is asked
 * anew each time; and so is everything, once it is older than two minutes.
 */
function rememberingAnswers(github, clock) {
    const answers = new Map();
    const remember = async (question, ask) => {
        const known = answers.get(question);
        if (known !== undefined && clock.now() - known.at < FRESH)
            return known.answer;
        const answer = ask();
        answers.set(question, { at: clock.now(), answer });
        // Nothing to remember: a failure, and what is not there yet.
        const forget = () => answers.delete(question);
        answer.then(found => found ?? forget(), forget);
        return answer;
    };
    return {
        ...github,
        get: async (path) => (REMEMBERED.test(path) ? remember(path, async () => github.get(path)) : github.get(path)),
        async graphql(query, variables) {
            const ask = async () => github.graphql(query, variables);
            return query.startsWith(CO_AUTHORS) ? remember(JSON.stringify([query, variables]), ask) : ask();
        }
    };
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/co-authors.js


/**
 * Commits asked for in one query, and authors of each: 10,000 nodes of the 500,000 that GitHub allows, for one point (github/docs, "Rate
 * limits and query limits for the GraphQL API").
 */
const [COMMITS, AUTHORS] = [100, 100];
/** Pages of one commit's authors that are read: whoever names more is refused before, by the message. */
const MOST_PAGES = 20;
/** GitHub says so of a query that takes it too much; how much that is it does not tell. */
const TOO_MUCH = 'RESOURCE_LIMITS_EXCEEDED';
/**
 * Asks GitHub whose the addresses of authors and co-authors of commits are: it alone knows which account registered one. Costs a query for
 * each hundred commits.
 * @returns the nodes of `Commit.authors` of all of them: `{ email, user }`, where `user` is `null` if GitHub knows no account.
 * @throws Failure when GitHub does not show one of the commits: who wrote it might approve it.
 */
async function readCoAuthors({ github, run }, commits) {
    const [owner, name] = run.repository.split('/');
    const open = commits.map(commit => ({ commit, number: 1 }));
    const found = [];
    let size = COMMITS;
    while (open.length > 0) {
        const asked = open.slice(0, size);
        let answer;
        try {
            answer = await github.graphql(queryOf(asked), { owner, name });
        }
        catch (error) {
            if (asked.length === 1 || !(error instanceof lib/* GitHubError */.y_J) || !error.types.includes(TOO_MUCH))
                throw error;
            size = Math.floor(asked.length / 2);
            continue;
        }
        open.splice(0, asked.length);
        for (const [index, page] of asked.entries()) {
            const { nodes, next } = pageIn(answer, index, page);
            found.push(...nodes);
            if (next !== undefined)
                open.push(next);
        }
    }
    return found;
}
/** The query that asks for pages of authors. Hashes and cursors come from GitHub, and are quoted all the same. */
function queryOf(pages) {
    const asked = pages.map(({ commit, after }, index) => {
        const from = after === undefined ? '' : `, after: ${JSON.stringify(after)}`;
        return `c${index}: object(oid: ${JSON.stringify(commit)}) { ... on Commit { authors(first: ${AUTHORS}${from}) { ...named } } }`;
    });
    return `${CO_AUTHORS}($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${asked.join(' ')} } }
fragment named on GitActorConnection { nodes { email user { databaseId login } } pageInfo { hasNextPage endCursor } }`;
}
function pageIn(answer, index, { commit, number }) {
    const { repository } = answer;
    const { nodes, pageInfo } = repository?.[`c${index}`]?.authors ?? {};
    if (!Array.isArray(nodes))
        throw new lib/* Failure */.HRU(`GitHub does not tell the co-authors of commit ${commit}. Re-run the job.`);
    if (pageInfo?.hasNextPage !== true)
        return { nodes };
    if (number === MOST_PAGES || typeof pageInfo.endCursor !== 'string')
        throw new lib/* Failure */.HRU(`Commit ${commit} has more than ${number * AUTHORS} authors, who cannot all be told. Replace this commit on the branch by one that names fewer, or deliver an older commit.`);
    return { nodes, next: { commit, after: pageInfo.endCursor, number: number + 1 } };
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/authors.js




/** Commits of a comparison that GitHub gives without pages, and on one page (REST API, "Compare two commits"). */
const [AT_ONCE, PAGE] = [250, 100];
/** Commits that one promotion may bring: each hundred costs a request. */
const MOST_COMMITS = 5_000;
/** People whom one promotion may name: records and dossiers hold them all. */
const MOST_PEOPLE = 1_000;
/**
 * Who wrote what a release would bring to an environment: the commits since what is deployed there. The first release brings the past of the
 * whole repository, in which nobody might be left to approve: there it is the authors of its own commit.
 * @param deployed the commit that is deployed; absent: none was.
 * @throws UserError when GitHub cannot tell, or the release brings too much to look at.
 */
async function readAuthors(pipeline, deployed, commit) {
    if (deployed === commit)
        return { accounts: [], unknown: [] };
    const commits = await readCommits(pipeline, deployed, commit);
    const named = requireFew((0,policy_lib/* decodeAuthors */.ZC)(commits), commits);
    const open = (0,policy_lib/* commitsToAsk */.jz)(commits);
    if (open.length === 0)
        return named;
    return requireFew((0,policy_lib/* decodeAuthors */.ZC)(commits, await readCoAuthors(pipeline, open)), commits);
}
/** @throws UserError when they are too many, naming the commit that names most. */
function requireFew(authors, commits) {
    const count = ({ accounts, unknown }) => accounts.length + unknown.length;
    if (count(authors) <= MOST_PEOPLE)
        return authors;
    const each = commits.map(it => ({ sha: it.sha, people: count((0,policy_lib/* decodeAuthors */.ZC)([it])) }));
    const most = each.reduce((one, other) => (other.people > one.people ? other : one));
    throw new lib/* UserError */.yot(`The commits of this release name ${count(authors)} authors and co-authors, more than the ${MOST_PEOPLE} that a record holds; ${most.sha} alone names ${most.people}. If that is too many for one message, replace this commit on the branch; else deliver an older commit first.`);
}
/** The commits that a release brings, as GitHub's REST API has them. */
async function readCommits(pipeline, deployed, commit) {
    const { github, run } = pipeline;
    const path = `/repos/${run.repository}/${deployed === undefined ? `commits/${commit}` : `compare/${deployed}...${commit}`}`;
    let answer;
    try {
        answer = await github.get(path);
    }
    catch (error) {
        if (deployed === undefined || !(error instanceof lib/* GitHubError */.y_J && error.status >= 500))
            throw error;
        return listCommits(pipeline, deployed, commit);
    }
    if (answer === undefined) {
        throw new lib/* UserError */.yot(`GitHub does not know the commits from ${deployed ?? 'nothing'} to ${commit} of ${run.repository}, so their authors cannot be told. Push them to a branch of this repository, then start a new run.`);
    }
    return deployed === undefined ? [answer] : readComparison(github, path, answer, `from ${deployed} to ${commit}`);
}
/**
 * All commits of a comparison. A part of them would be believed to be all: who wrote another might approve it.
 * @param range between which commits, for messages.
 */
async function readComparison(github, path, first, range) {
    const { commits, total_commits: total } = first;
    if (commits === undefined || total === undefined)
        throw new lib/* Failure */.HRU(`GitHub does not tell the commits ${range}, so their authors cannot be told. Re-run the job.`);
    if (total > MOST_COMMITS) {
        throw new lib/* UserError */.yot(`${(0,lib/* plural */.LSg)(total, 'commit')} lie between what is deployed and the release (${range}), more than the ${MOST_COMMITS} whose authors can be told. Deliver an older commit first.`);
    }
    const all = total <= AT_ONCE ? [...commits] : [];
    for (let page = 1; total > AT_ONCE && all.length < total; page++) {
        const next = (await github.get(`${path}?per_page=${PAGE}&page=${page}`));
        if (next?.commits === undefined || next.commits.length === 0)
            break;
        all.push(...next.commits);
    }
    if (all.length >= total)
        return all;
    throw new lib/* Failure */.HRU(`GitHub gave ${all.length} of ${(0,lib/* plural */.LSg)(total, 'commit')} ${range}. Re-run the job.`);
}
/**
 * The commits that a release brings where GitHub cannot compare. The first page of a comparison shows what changed in files, which takes
 * GitHub too long where that is much; a list of commits shows none. It goes by date into the past of the branch, so the clone tells
 * which commits are meant.
 */
async function listCommits({ github, repository, run }, deployed, commit) {
    const brought = await repository.log(deployed, commit);
    if (brought.length > lib_repository/* COUNTED_COMMITS */.Y) {
        throw new lib/* UserError */.yot(`GitHub cannot compare ${deployed} with ${commit}, and more than ${lib_repository/* COUNTED_COMMITS */.Y} commits lie between them, whose authors cannot be told then. Deliver an older commit first.`);
    }
    const missing = new Set(brought.map(it => it.commit));
    const all = [];
    for (let page = 1; missing.size > 0; page++) {
        const listed = (await github.get(`/repos/${run.repository}/commits?sha=${commit}&per_page=${PAGE}&page=${page}`));
        if (listed === undefined || listed.length === 0 || page > MOST_COMMITS / PAGE)
            throw new lib/* Failure */.HRU(`GitHub cannot compare ${deployed} with ${commit}, and of ${(0,lib/* plural */.LSg)(brought.length, 'commit')} between them it lists all but ${missing.size}. Re-run the job, or deliver an older commit first.`);
        all.push(...listed.filter(({ sha }) => missing.delete(String(sha))));
    }
    return all;
}
/** Everybody who has a part in what this run delivers. @param authors as the plan was recorded with. */
function partiesOfRun(run, authors) {
    return (0,lib/* partiesOf */.uRO)({ actor: run.actor, triggeringActor: { login: run.triggeringActor }, authors });
}

;// CONCATENATED MODULE: ./packages/git/lib/relation.js
/** How the commit of a release stands to the commit that is deployed. */
async function relate(repository, release, deployed) {
    if (release === deployed)
        return 'identical';
    if (await repository.isAncestor(deployed, release))
        return 'ahead';
    return (await repository.isAncestor(release, deployed)) ? 'behind' : 'diverged';
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./packages/delivery/lib/parse.js + 8 modules
var parse = __webpack_require__(926);
;// CONCATENATED MODULE: ./packages/pipeline/lib/read-policy.js



/**
 * Reads the policy of the repository that the job runs for, at the commit that `refs/heads/<default branch>` stands at: a tag of the same
 * name says nothing.
 *
 * A job that has fetched everything need not ask GitHub: its clone is of this very job, and what is built and deployed comes from it, too.
 * It does not tell which branch is the default one. The event does, but as it was when the run began: a run that is started again brings the
 * event of then, and with it a branch that may be nobody's to protect any more. So another attempt asks GitHub; a first one that waited at a
 * gate meanwhile applies nothing but a plan that was made under the same policy.
 *
 * @throws UserError when it is not there, or does not hold.
 */
async function readPolicy(sources) {
    requirePlain(sources.config);
    return policyOf((await readFetched(sources)) ?? (await askGitHub(sources)), sources);
}
/** The same as GitHub has it now, whatever the job fetched. */
async function readPolicyNow(sources) {
    requirePlain(sources.config);
    return policyOf(await askGitHub(sources), sources);
}
/** A policy is bound to its path, so that has one spelling. */
function requirePlain(config) {
    if ((0,lib/* isPlainPath */.qWX)(config))
        return;
    throw new lib/* UserError */.yot(`The input config is ${JSON.stringify(config)}, which is not how records name a file. Give its path from the top of the repository, without ./ or ..: delivery.yml, or shop/delivery.yml.`);
}
function policyOf(found, { config, run }) {
    if (found.content === undefined) {
        throw new lib/* UserError */.yot(`${config} is not on the default branch (${found.defaultBranch}) of ${run.repository}. Commit it there, or set the input config to its path.`);
    }
    const policy = (0,parse/* parseDelivery */.yY)(found.content, config);
    return {
        policy,
        policyFile: { path: config, commit: found.commit, digest: policy.digest },
        defaultBranch: found.defaultBranch
    };
}
async function readFetched({ run, repository, config }) {
    const { attempt, defaultBranch, ref, sha } = run;
    // A checkout of another ref leaves the default branch where an earlier job on the same machine found it.
    if (attempt !== 1 || defaultBranch === undefined || ref !== `refs/heads/${defaultBranch}`)
        return undefined;
    const commit = await repository.fetchedTip(defaultBranch, sha);
    return commit === undefined ? undefined : { defaultBranch, commit, content: await repository.fileAt(commit, config) };
}
const QUERY = `query Policy($owner: String!, $name: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef {
      name
      target { oid ... on Commit { file(path: $path) { object { ... on Blob { oid text } } } } }
    }
  }
}`;
/** Default branch, its commit and the file there in one answer, so that they belong together. */
async function askGitHub({ github, run, config }) {
    const [owner, name] = run.repository.split('/');
    const answer = await graphql(github, { owner, name, path: config });
    const branch = answer?.repository?.defaultBranchRef;
    if (branch === undefined || branch === null) {
        throw new lib/* UserError */.yot(`This job's token cannot read ${run.repository}. Grant the job:\n  permissions:\n    contents: read`);
    }
    const { name: defaultBranch, target } = branch;
    const blob = target.file?.object ?? undefined;
    return {
        defaultBranch,
        commit: target.oid,
        content: blob?.oid === undefined ? undefined : contentOf(blob, config)
    };
}
/** GitHub's answer; nothing where the token does not reach the repository, which GitHub calls unknown. */
async function graphql(github, variables) {
    try {
        return (await github.graphql(QUERY, variables));
    }
    catch (error) {
        if (error instanceof lib/* GitHubError */.y_J && error.types.some(type => type === 'NOT_FOUND' || type === 'FORBIDDEN'))
            return undefined;
        throw error;
    }
}
/** The bytes of a file. GraphQL tells them as a text, and cuts long ones: only git's own name for them says that nothing was lost. */
function contentOf({ oid, text }, config) {
    const content = Buffer.from(text ?? '');
    const name = (0,external_node_crypto_.createHash)('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    if (name === oid)
        return content;
    throw new lib/* UserError */.yot(`${config} on the default branch is no text in UTF-8, or too long. Commit it as UTF-8.`);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/current-policy.js


/**
 * Refuses to go on under a policy that is no longer in force. A job reads it once, when it begins: after a long wait, gates, trust and the order
 * of environments may be others.
 * @throws UserError when delivery.yml on the default branch is another one by now.
 */
async function requireCurrentPolicy(pipeline) {
    const { github, policyFile, run } = pipeline;
    requireNamedPolicy(await readPolicyNow({ github, run, config: policyFile.path }), policyFile);
}
/** How long a policy that a run has read may be gone by, in milliseconds: a job takes as long. */
const STALE = 10 * 60_000;
/**
 * The same, for who may have waited at a gate, for weeks. The clone of a job behind it has the default branch as the run began, wherever that is by now: a checkout of a
 * commit that is no tip any more puts origin's branch back to it (actions/checkout). Another attempt has asked GitHub itself already.
 * @param since when the run was known to go by the policy; absent: nobody knows, so GitHub is asked.
 * @throws UserError as {@link requireCurrentPolicy}.
 */
async function requirePolicyOfNow(pipeline, since) {
    if (pipeline.run.attempt !== 1)
        return;
    if (since === undefined || pipeline.github.now() - Date.parse(since) > STALE)
        await requireCurrentPolicy(pipeline);
}
/** The same, of a policy that was just read. */
function requireNamedPolicy({ policyFile: now, defaultBranch }, policyFile) {
    if (now.digest === policyFile.digest)
        return;
    throw new lib/* UserError */.yot(`${now.path} on ${defaultBranch} changed while this run waited (${policyFile.digest} when the job began, ${now.digest} now). Re-run all jobs, which decide by the new one.`);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/newest-policy.js




/**
 * Refuses a policy that is older than the one which the newest record was written under: by the default branch as it once was, a gate could be
 * weaker than it is. A job that began a while ago may have fetched the branch before others did, so GitHub is asked what it holds now; that
 * is a call only where the two are not in order.
 * @throws UserError when delivery.yml is another by now, and when the default branch does not hold the commit any more.
 */
async function requireNewestPolicy(pipeline) {
    const { history, policyFile, repository } = pipeline;
    const newest = await history.newest();
    const named = newest?.policy;
    if (newest === undefined || named === undefined || (await holds(repository, policyFile, named)))
        return;
    const now = await readPolicyNow({ ...pipeline, config: policyFile.path });
    requireNamedPolicy(now, policyFile);
    // The same text is no weaker, whatever became of the branch.
    if (now.policyFile.digest === named.digest || (await holds(repository, now.policyFile, named)))
        return;
    throw new lib/* UserError */.yot(`${now.defaultBranch} went back: record ${newest.sequence} was written under ${named.path} at commit ${named.commit}, which ${now.defaultBranch} does not hold any more. If it did once, put that branch back, or merge the commit into it: git merge --strategy=ours ${named.commit}. If it never did, record ${newest.sequence} is not genuine: \`sluice repair\` says how to leave it out.`);
}
/** Whether the branch of a policy holds the commit of another one. */
async function holds(repository, { commit }, { commit: other }) {
    try {
        const relation = await relate(repository, commit, other);
        return relation === 'identical' || relation === 'ahead';
    }
    catch (error) {
        // A commit that is not in this clone is held by nothing that is.
        if (error instanceof lib/* UserError */.yot)
            return false;
        throw error;
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/bound-config.js


/**
 * Refuses a policy from another file than the product began with: whoever writes the caller's workflow chooses `config`, and any file of the
 * default branch would do, with gates of its own, which those who own delivery.yml never saw.
 * @param known the path of the file that ruled before; absent as long as nothing is recorded.
 * @throws UserError naming both.
 */
function requireBoundConfig(known, own) {
    if (known === undefined || known === own.path)
        return;
    throw new lib/* UserError */.yot(`This run reads its policy from ${own.path}, but this product has been delivered by ${known} since its first record. Set the input config to ${known}, or give the product in ${own.path} another name and ledger branch.`);
}
/** Compares with the file that the product's first record names, and with the commit of it that the newest one was written under. */
async function requireOwnConfig(pipeline) {
    requireBoundConfig(await pipeline.history.config(), pipeline.policyFile);
    await requireNewestPolicy(pipeline);
}

// EXTERNAL MODULE: ./packages/delivery/lib/yaml-document.js
var yaml_document = __webpack_require__(1609);
;// CONCATENATED MODULE: ./packages/delivery/lib/caller-workflow.js

/** Sluice's workflows by what they ask reviewers for. One call of any has no more than one job that asks at a GitHub Environment. */
const ASKING = {
    deploy: ['deliver.yml', 'stage.yml'],
    adopt: ['adopt.yml'],
    repair: ['repair.yml']
};
/** Line breaks that YAML 1.1 knows, and GitHub's parser with it, but not YAML 1.2; and a first line that says which of both counts. */
const READ_OTHERWISE = /\r(?!\n)|[\u0085\u2028\u2029]|^\ufeff?%/;
/**
 * Whether a workflow is sure to call Sluice once, for one question: one of its jobs calls a reusable workflow, no matrix multiplies that job, and what
 * it calls is Sluice's own, at a commit that is listed: GitHub finds those of forks under the same name, and a tag may be anything tomorrow. Of any
 * other workflow only the jobs of its run tell; so it is with one that this cannot read, or that GitHub reads otherwise.
 */
function callsSluiceOnce(workflow, { repository, commits }, question) {
    if (READ_OTHERWISE.test(workflow))
        return false;
    const [call, another] = jobsOf(workflow).filter(job => 'uses' in job);
    if (call === undefined || another !== undefined || 'strategy' in call)
        return false;
    const [path, commit = '', ...more] = String(call['uses']).split('@');
    if (more.length > 0 || !commits.includes(commit))
        return false;
    const folder = `${repository}/.github/workflows`;
    return ASKING[question].some(file => path?.toLowerCase() === `${folder}/${file}`.toLowerCase());
}
/**
 * How a workflow calls Sluice; not at all where it cannot be read.
 * @param sluice the repository of Sluice, `owner/name`.
 */
function readCaller(workflow, sluice) {
    const top = topOf(workflow);
    const events = namesOf(top['on']);
    const folder = `${sluice}/.github/workflows/`.toLowerCase();
    const calls = Object.values(membersOf(top['jobs'])).flatMap(job => {
        const { uses, with: inputs, strategy } = membersOf(job);
        const [path = '', pin = ''] = String(uses).split('@');
        if (!path.toLowerCase().startsWith(folder))
            return [];
        const { config = 'delivery.yml' } = membersOf(inputs);
        const workflow = path.slice(folder.length).toLowerCase();
        return valuesOf(String(config), membersOf(strategy)['matrix']).map(it => ({ workflow, pin, config: it }));
    });
    return { calls, isStartedByHand: events.includes('workflow_dispatch') || events.includes('workflow_call') };
}
/** What a text stands for in the jobs of a matrix: each value of the key that is all of it, or itself. */
function valuesOf(text, matrix) {
    const key = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(text)?.[1];
    if (key === undefined)
        return [text];
    const { [key]: listed, include } = membersOf(matrix);
    const included = [include].flat().map(it => membersOf(it)[key]);
    const values = [listed, included].flat(2).filter(it => typeof it === 'string');
    // A list that an expression makes is known to the run alone.
    return values.length === 0 || [listed, include].some(it => typeof it === 'string') ? [text] : values;
}
/** The events of a workflow, which YAML has as a name, a list of names, or a mapping from them. */
function namesOf(on) {
    if (typeof on === 'string')
        return [on];
    return Array.isArray(on) ? on.map(String) : Object.keys(membersOf(on));
}
/** The jobs of a workflow that can be read; none of another. */
function jobsOf(workflow) {
    return Object.values(membersOf(topOf(workflow)['jobs'])).map(membersOf);
}
/** The top of a workflow; empty where it cannot be read. */
function topOf(workflow) {
    const read = (0,yaml_document/* readYaml */.g)(workflow);
    if ('tooDeepAt' in read || read.faults.length > 0)
        return {};
    try {
        return membersOf(read.document.toJS());
    }
    catch {
        // More aliases than any real file has.
        return {};
    }
}
function membersOf(value) {
    return typeof value === 'object' && value !== null ? value : {};
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/list-jobs.js

/** Jobs that GitHub shows on one page; a run has at most 256 of a matrix, and more of several. */
const PAGE_SIZE = 100;
const list_jobs_MOST_PAGES = 20;
/** Jobs that are listed of a run; there may be more behind them. */
const MOST_JOBS = PAGE_SIZE * list_jobs_MOST_PAGES;
/** The jobs of one attempt of the run, or of all of its attempts. */
async function listJobs({ github, run }, attempt) {
    const path = `/repos/${run.repository}/actions/runs/${run.runId}`;
    const list = attempt === 'all' ? `${path}/jobs?filter=all&` : `${path}/attempts/${attempt}/jobs?`;
    // The list moves while it is read, since jobs begin: what stood on the last page may be on the next one, too.
    const jobs = new Map();
    for (let page = 1; page <= list_jobs_MOST_PAGES; page++) {
        const found = (0,policy_lib/* decodeJobs */.hb)(await github.get(`${list}per_page=${PAGE_SIZE}&page=${page}`));
        for (const job of found.jobs)
            jobs.set(job.id ?? Symbol(), job);
        if (found.jobs.length === 0 || jobs.size >= found.total)
            break;
    }
    return [...jobs.values()];
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/own-answer.js




const REMEDY = 'Deliver each product in a run of its own (a workflow for each), or name their environments apart in delivery.yml; then start new runs.';
/**
 * Refuses the answer to a question of adopt.yml or repair.yml that may have been given to another: whoever agreed to a deployment, or to the repair
 * of another part of the ledger, was never shown this. As of deployments, GitHub is asked only where the run's own workflow does not tell.
 * @param instead what to do.
 * @throws UserError that names the other job.
 */
async function requireOnlyQuestion(pipeline, own, instead) {
    const { attempt, runId } = pipeline.run;
    // The answer may be one of an earlier attempt, whose inputs may have been others.
    const mayBeOld = attempt > 1 && own.name !== undefined;
    if (!mayBeOld && (await isOnlyCall(pipeline, own.question)))
        return;
    const jobs = await listJobs(pipeline, 'all');
    const [other] = (0,policy_lib/* otherQuestions */.qb)(jobs, own);
    if (other === undefined && jobs.length < MOST_JOBS)
        return;
    const why = other === undefined
        ? `has ${MOST_JOBS} jobs or more, too many to tell what else`
        : `also has the job "${other.name}", and GitHub does not tell which of both`;
    throw new lib/* UserError */.yot(`Run ${runId} ${why} its reviewers agreed to. ${instead}`);
}
/**
 * Refuses an answer at a gate that may have been given to another product: GitHub does not tell which job of a run it was for. A run whose
 * workflow calls Sluice once has no other, so that GitHub is not asked.
 * @param announcement the record of the plan that was answered to.
 * @throws UserError that names the job it may have been for.
 */
async function requireOwnAnswer(pipeline, environment, { release, run: planned }) {
    if (await isOnlyCall(pipeline, 'deploy'))
        return;
    const { attempt, runId } = pipeline.run;
    const jobs = await listJobs(pipeline, 'all');
    if (jobs.length >= MOST_JOBS) {
        throw new lib/* UserError */.yot(`Run ${runId} has ${MOST_JOBS} jobs or more, too many to tell whether another product asks at the gate of ${environment} in it. ${REMEDY}`);
    }
    const [other, ...more] = (0,policy_lib/* deploysOfOthers */.pw)(jobs, {
        ...{ environment, release: release?.digest, attempt },
        // A plan that another run made is none of this one's, whatever its attempt is called.
        planned: planned.id === runId ? planned.attempt : 1
    });
    if (other === undefined)
        return;
    const ours = release === undefined ? 'this release' : (0,lib/* releaseId */.BfF)(release.digest);
    const rest = more.length === 0 ? '' : ` (and ${(0,lib/* plural */.LSg)(more.length, 'more job')})`;
    throw new lib/* UserError */.yot(`In run ${runId}, "${other.name}"${rest} asks at the gate of ${environment} besides the job of ${ours}, and GitHub does not tell which of them was approved: no approval of ${environment} counts in this run. ${REMEDY}`);
}
/** Whether the workflow of the run, as git has it, is sure to call Sluice once, and that for this question. */
async function isOnlyCall({ policy, repository, run }, question) {
    const sluice = policy.sluice ?? ownSuite(run);
    const own = `${run.repository}/`;
    // `owner/name/path@ref`, where the path of a workflow has no slash behind its folder: its name may have an @.
    const [path = ''] = run.workflow.split('@refs/');
    // A workflow that a ruleset demands may be of another repository.
    if (sluice === undefined || !path.startsWith(own))
        return false;
    try {
        const workflow = await repository.fileAt(run.workflowSha, path.slice(own.length));
        return workflow !== undefined && callsSluiceOnce(workflow.toString('utf8'), sluice, question);
    }
    catch {
        // What git cannot tell, GitHub does.
        return false;
    }
}
/** The Sluice that runs here, where the policy lists none. */
function ownSuite({ sluice }) {
    return sluice?.commit === undefined ? undefined : { repository: sluice.repository, commits: [sluice.commit] };
}

// EXTERNAL MODULE: ./packages/delivery/lib/ref-pattern.js
var ref_pattern = __webpack_require__(3384);
;// CONCATENATED MODULE: ./packages/delivery/lib/delivery-refs.js


/**
 * Whether releases may be created from a ref.
 * @param ref in full, e.g. `refs/heads/main`: a tag named like a branch must not pass for it.
 * @param defaultBranch counts when delivery.yml has no `deliverFrom`.
 */
function isDeliveryRef(delivery, ref, defaultBranch) {
    return deliveryRefPatterns(delivery, defaultBranch).some(pattern => (0,ref_pattern/* matchesRef */.dh)(pattern, ref));
}
/** @throws UserError when nothing may be delivered from a ref; see {@link isDeliveryRef}. */
function requireDeliveryRef(delivery, ref, defaultBranch) {
    if (isDeliveryRef(delivery, ref, defaultBranch))
        return;
    const allowed = delivery.deliverFrom.length === 0 ? defaultBranch : delivery.deliverFrom.join(', ');
    throw new lib/* UserError */.yot(`${ref} is not a delivery ref, so nothing is delivered from it. Delivery refs: ${allowed}. Merge first, or add it to deliverFrom in delivery.yml on ${defaultBranch}.`);
}
/**
 * Whether a record may come from a run of a ref, by the policy that was in force then: the default branch may have had another name. That counts up to
 * a record only: once the branch is called otherwise, whoever may push can make one of the old name.
 */
function wasDeliveryRef(delivery, { ref, sequence }, { names, former = [] }) {
    // Where delivery.yml names the refs, the default branch's name says nothing.
    if (delivery.deliverFrom.length > 0)
        return isDeliveryRef(delivery, ref, '');
    const then = former.filter(({ until }) => sequence <= until).map(({ name }) => name);
    return [...names, ...then].some(name => isDeliveryRef(delivery, ref, name));
}
/**
 * From where records may come by the words of one delivery.yml.
 * @param branches how the default branch is called, which the policy in force and the reader know. Who has no name of it cannot tell which run was of
 * another branch.
 */
function originsUnder({ deliverFrom, sluice }, branches) {
    const isUnknown = deliverFrom.length === 0 && branches.names.length === 0;
    return {
        isDeliveryRef: run => isUnknown || wasDeliveryRef({ deliverFrom }, run, branches),
        ...(sluice === undefined ? {} : { commits: sluice.commits })
    };
}
/** The refs that releases may be created from, in full; `*` stands for anything up to a slash. */
function deliveryRefPatterns({ deliverFrom }, defaultBranch) {
    if (deliverFrom.length === 0)
        return [`refs/heads/${defaultBranch}`];
    return deliverFrom.map(pattern => (pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`));
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/settle-approval.js

/** How long GitHub may take to show an approval, in milliseconds: the job that it lets through may start sooner. */
const APPROVAL_PATIENCE = 60_000;
/** Waits between two looks, in milliseconds: the first, and the longest. */
const FIRST = 1_000;
const LONGEST = 16_000;
/** Looks again while no answer counts: another may have opened the gate, which is not shown yet. A rejection or a changed gate counts at once. */
async function settleApproval(clock, look) {
    const giveUp = clock.now() + APPROVAL_PATIENCE;
    for (let wait = FIRST;; wait = Math.min(wait * 2, LONGEST)) {
        const { verdict, approvals } = await look();
        const left = giveUp - clock.now();
        if (verdict.allowed || verdict.mayChange !== true || left <= 0) {
            requireAllowed(verdict);
            return approvals;
        }
        await clock.sleep(Math.min(wait, left));
    }
}
/** @throws UserError with the reason and the remedy of a refusal. */
function requireAllowed(verdict) {
    if (!verdict.allowed)
        throw new lib/* UserError */.yot(`${verdict.reason} ${verdict.remedy}`);
    return verdict;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/team-members.js


/**
 * Says of each new answer how who gave it is a reviewer: by the reviewers of the plan, so that nobody is one by name for a minute only.
 *
 * Who belongs to a team is asked of GitHub where somebody could be a reviewer by it alone. It tells who does now: who was taken into a team
 * after the plan was made is a member like the others. The token of a job (GITHUB_TOKEN) may not read the teams of an organization; that of a
 * GitHub App with `members: read` may.
 */
async function nameReviewers(pipeline, approvals, snapshot, { reviewers }) {
    const fresh = new Set((0,lib/* approvalsSince */.NLO)(snapshot, approvals));
    return Promise.all(approvals.map(async (approval) => {
        if (!fresh.has(approval) || approval.state !== 'approved')
            return approval;
        const memberships = [];
        for (const team of (0,policy_lib/* teamsToAsk */.x8)(approval, reviewers))
            memberships.push(await membershipOf(pipeline, team.name, approval.login));
        return { ...approval, reviewer: (0,policy_lib/* reviewerStanding */.S$)(approval, reviewers, memberships) };
    }));
}
/** GitHub says "not found" to who may not look, too: then no members are to be seen at all. */
async function membershipOf({ github, run }, slug, login) {
    const [owner = ''] = run.repository.split('/');
    const team = `/orgs/${encodeURIComponent(owner)}/teams/${encodeURIComponent(slug)}`;
    try {
        const answer = await github.get(`${team}/memberships/${encodeURIComponent(login)}`);
        if (answer !== undefined)
            return answer.state === 'active' ? 'member' : 'no';
        return (await github.get(`${team}/members?per_page=1`)) === undefined ? 'undecided' : 'no';
    }
    catch (error) {
        // Who asked too much or too fast is answered 403 as well, and knows no more than before.
        if (error instanceof lib/* GitHubError */.y_J && error.status === 403 && error.rateLimit === undefined)
            return 'undecided';
        throw error;
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/run-gate.js







/**
 * Refuses to touch an environment without an intent on the ledger (promise 6).
 * @returns the record of it.
 * @throws UserError that names the step that is missing.
 */
async function requireIntent({ history, run }, environment, release) {
    const intent = await history.intent({ runId: run.runId, environment, release });
    if (intent !== undefined)
        return intent;
    throw new lib/* UserError */.yot(`This run has no \`started\` record for ${(0,lib/* releaseId */.BfF)(release)} in ${environment}. Run record-audit with \`event: started\` first.`);
}
/** Patterns of refs that are asked for at once: GitHub gives no more. */
const MOST_PATTERNS = 100;
/** How a GitHub Environment is protected right now; absent when it does not exist. */
async function readProtection({ github, run }, environment) {
    const path = run_gate_pathOf(run.repository, environment);
    const answer = await github.get(path);
    const protection = (0,policy_lib/* decodeProtection */.YT)(answer);
    if (protection?.branchPolicy !== 'custom')
        return protection;
    const patterns = await github.get(`${path}/deployment-branch-policies?per_page=${MOST_PATTERNS}`);
    const { total_count: total = 0 } = (patterns ?? {});
    if (total > MOST_PATTERNS) {
        throw new lib/* UserError */.yot(`The GitHub Environment ${environment} has ${total} deployment branch patterns, more than the ${MOST_PATTERNS} that can be compared with the delivery refs. Keep those that delivery.yml names.`);
    }
    return (0,policy_lib/* decodeProtection */.YT)(answer, patterns);
}
/** GitHub's number of a GitHub Environment; absent when it does not exist. */
async function readEnvironmentId({ github, run }, environment) {
    return (0,policy_lib/* decodeProtection */.YT)(await github.get(run_gate_pathOf(run.repository, environment)))?.id;
}
function run_gate_pathOf(repository, environment) {
    return `/repos/${repository}/environments/${encodeURIComponent(environment)}`;
}
/** The answers given at an environment's gate in this run, as GitHub shows them now. */
async function readApprovals({ github, run }, environment) {
    const answer = await github.get(`/repos/${run.repository}/actions/runs/${run.runId}/approvals`);
    return (0,policy_lib/* decodeApprovals */.rH)(answer ?? [], environment, new Date(github.now()).toISOString());
}
/**
 * Refuses a gate that would let anybody through (promise 5), whoever it asks. Asks GitHub only; call it before any AWS call.
 * @returns the protection, for the record.
 */
async function requireProtectedGate(pipeline, environment) {
    requireStart(pipeline, environment);
    return requireSound(pipeline, environment, await readProtection(pipeline, environment.name));
}
/**
 * The same, by what a record of this run says: a gate that asks nobody protects the roles, not this job, so that one look in a run is enough.
 * @throws UserError when the record does not tell, or tells of an open gate.
 */
function requireRecordedGate(pipeline, environment, record) {
    requireStart(pipeline, environment);
    if (record.protection !== undefined) {
        requireSound(pipeline, environment, record.protection);
        return;
    }
    throw new lib/* UserError */.yot(`Record ${record.sequence} (${record.event}) does not say how the gate of ${environment.name} is protected. Re-run all jobs with one version of Sluice.`);
}
function requireSound({ policy, defaultBranch }, environment, protection) {
    const { name, gate, level, allowAdminBypass, secondPerson } = environment;
    const deliveryRefs = deliveryRefPatterns(policy, defaultBranch);
    const expected = { environment: name, gate, level, allowAdminBypass, secondPerson, deliveryRefs };
    return requireAllowed((0,policy_lib/* evaluateProtection */.lO)(protection, expected)).protection;
}
function requireStart({ run }, { name, gate }) {
    if (gate !== 'dispatch' || run.event === 'workflow_dispatch')
        return;
    throw new lib/* UserError */.yot(`${name} can only be started manually (gate: dispatch), but this run was started by ${run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`);
}
/** Whether a gate asks a second person. A manual start does where the GitHub Environment has reviewers. */
function asksReviewers({ gate }, protection) {
    return gate !== 'continuous' && protection.reviewers.length > 0;
}
/**
 * Refuses to ask for an approval that nobody could give.
 * @param commits of the release, and of what is deployed now; absent: nothing is.
 * @returns who wrote what the release brings, for the record; absent where nobody is asked.
 */
async function requireApprover(pipeline, environment, protection, commits) {
    if (!asksReviewers(environment, protection))
        return undefined;
    const authors = await readAuthors(pipeline, commits.deployed, commits.release);
    requireAllowed((0,policy_lib/* evaluateReviewers */.U8)(environment.name, protection, partiesOfRun(pipeline.run, authors)));
    return authors;
}
/**
 * How long GitHub is not asked again for the answers that an intent was recorded with, in milliseconds: who has opened a gate cannot shut it
 * any more. They are judged anew all the same, by the gate as it is now.
 */
const ANSWERED = 2 * 60_000;
/**
 * Refuses to go on without a new approval of this very plan (promise 5), or with one that may have been given to another product.
 * @param protection as it is now.
 * @param announcement the `planned` record of this run; it holds the gate, the authors, and the approvals that were there before anybody saw
 * the plan.
 * @param intent the `started` record of this run, where there is one.
 * @returns the approvals, for the record; absent where nobody is asked.
 */
async function requireApproval(pipeline, environment, protection, announcement, intent) {
    const planned = announcement?.protection;
    const asked = asksReviewers(environment, protection) || (planned !== undefined && asksReviewers(environment, planned));
    if (!asked) {
        // Who is not asked cannot tell: a GitHub Environment that was made anew since lets in whom it likes.
        if (planned !== undefined)
            requireAllowed((0,policy_lib/* evaluateSameGate */.rm)(environment.name, planned, protection));
        return undefined;
    }
    if (announcement === undefined) {
        throw new lib/* UserError */.yot(`No plan for ${environment.name} was recorded in this run, so it cannot have been approved. Start a new run.`);
    }
    const snapshot = announcement.approvals ?? [];
    const { actor, triggeringActor } = pipeline.run;
    const parties = (0,lib/* partiesAtGate */.XLp)({ actor, triggeringActor: { login: triggeringActor } }, announcement);
    const judge = (approvals) => (0,policy_lib/* evaluateApproval */.zt)({
        environment: environment.name,
        approvals,
        snapshot,
        parties,
        planned,
        protection,
        plannedAt: Date.parse(announcement.time),
        now: pipeline.github.now()
    });
    const known = justAnswered(pipeline, intent);
    if (known !== undefined && judge(known).allowed)
        return known;
    const counted = await settleApproval(pipeline.clock, async () => {
        const answers = await readApprovals(pipeline, environment.name);
        const approvals = await nameReviewers(pipeline, answers, snapshot, planned ?? protection);
        return { verdict: judge(approvals), approvals };
    });
    await requireOwnAnswer(pipeline, environment.name, announcement);
    return counted;
}
/** The answers that this attempt recorded a moment ago. */
function justAnswered({ github, run }, intent) {
    if (intent === undefined || intent.run.id !== run.runId || intent.run.attempt !== run.attempt)
        return undefined;
    return github.now() - Date.parse(intent.time) < ANSWERED ? intent.approvals : undefined;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/consent.js








/**
 * Refuses what no second person agreed to in this run: a reviewer of the GitHub Environment that guards production, who did not start it. It must be all that the
 * run asks for, since GitHub does not tell which of the jobs at a gate an answer was for.
 * @throws UserError naming whose word is missing, or why the run cannot have it, and when delivery.yml is another by now.
 */
async function requireConsent(pipeline, { asked, instead, plans }) {
    // Who is asked is said by the policy of now: this job may have waited for the answer.
    await requirePolicyOfNow(pipeline);
    const guardian = (0,policy_lib/* guardianOf */.nK)(pipeline.policy.environments);
    if (guardian === undefined)
        return {};
    const protection = await requireProtectedGate(pipeline, guardian);
    // GitHub tells for which environment an answer was, not for which job: one that was meant for a deployment must not count here.
    if (await plans(guardian.name))
        throw new lib/* UserError */.yot(`This run also plans a deployment to ${guardian.name}, so its approval may have been meant for that. ${instead}`);
    if (!asksReviewers(guardian, protection))
        return { protection };
    await requireOnlyQuestion(pipeline, asked, instead);
    return { protection, approvals: await readConsent(pipeline, guardian.name, protection) };
}
/**
 * Refuses to show anything to reviewers of whom one has answered in this run already: that answer was to what they were shown before, and would count
 * for what they are shown now.
 */
async function requireUnanswered({ github, policy, run }) {
    const guardian = (0,policy_lib/* guardianOf */.nK)(policy.environments);
    if (guardian === undefined || (await readApprovals({ github, run }, guardian.name)).length === 0)
        return;
    throw new lib/* UserError */.yot(`Someone has answered at ${guardian.name} in an earlier attempt of run ${run.runId} already, and that answer would count for what is shown now. Start the workflow anew instead of running it again.`);
}
async function readConsent(pipeline, environment, protection) {
    const now = pipeline.github.now();
    return settleApproval(pipeline.clock, async () => {
        const answers = await readApprovals(pipeline, environment);
        const approvals = await nameReviewers(pipeline, answers, [], protection);
        const verdict = (0,policy_lib/* evaluateApproval */.zt)({
            environment,
            approvals,
            snapshot: [],
            parties: partiesOfRun(pipeline.run, undefined),
            planned: protection,
            protection,
            plannedAt: now,
            now: pipeline.github.now()
        });
        return { verdict, approvals };
    });
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/dead-runs.js
/** So many runs are asked about one by one; of more than that, GitHub lists those that go on. */
const FEW = 2;
/** So many runs that no list shows are asked about at once. Each run begins to look elsewhere: so others find the rest. */
const MOST = 5;
/** Runs that ended without a word, of which this one can tell (promise 6); where there are many, some of them. */
async function findDeadRuns(pipeline, { open }) {
    const others = open.filter(it => !isOwn(it, pipeline));
    const over = await findRunsThatAreOver(pipeline, others.map(({ last }) => last.run));
    return others.filter(({ last }) => over.has(last.run));
}
/** Whether the attempt that asks wrote the last record of a run. */
function isOwn({ last }, { run }) {
    return last.run.id === run.runId && last.run.attempt === run.attempt;
}
/** Whether GitHub says that the attempt that wrote a record runs no more. */
async function isOver(pipeline, { run }) {
    return isRunOver(pipeline, run.id, run.attempt);
}
/**
 * Which of these runs are over, as far as a few calls can tell: however many runs wait at gates, and for how long, it takes no more than
 * two lists and {@link MOST} single looks. What is not found now is found later; nothing that goes on is taken for dead.
 */
async function findRunsThatAreOver(pipeline, runs) {
    const over = new Set();
    let unknown = runs;
    for (const status of runs.length > FEW ? ['waiting', 'in_progress'] : []) {
        if (unknown.length === 0)
            break;
        const attempts = await listRuns(pipeline, status);
        for (const it of unknown)
            if (isFollowed(it, attempts.get(it.id)))
                over.add(it);
        unknown = unknown.filter(({ id }) => !attempts.has(id));
    }
    for (const it of someOf(unknown, Number(pipeline.run.runId)))
        if (await isRunOver(pipeline, it.id, it.attempt))
            over.add(it);
    return over;
}
/** At most {@link MOST} of all, from one on that a number tells: of more than a hundred that wait, the same few would be looked at again and again. */
function someOf(all, number) {
    if (all.length <= MOST)
        return all;
    const from = number % all.length;
    return [...all.slice(from), ...all].slice(0, MOST);
}
/** The newest hundred runs of a status, and the attempt that each is in. */
async function listRuns({ github, run }, status) {
    const answer = await github.get(`/repos/${run.repository}/actions/runs?status=${status}&per_page=100`);
    const { workflow_runs: found } = (answer ?? {});
    const runs = (Array.isArray(found) ? found : []);
    return new Map(runs.map(({ id, run_attempt: attempt }) => [String(id), typeof attempt === 'number' ? attempt : undefined]));
}
/** Whether GitHub says that a run is over, or a later attempt of it has begun; a run that it does not know runs no more. */
async function isRunOver({ github, run }, id, attempt) {
    const answer = await github.get(`/repos/${run.repository}/actions/runs/${id}`);
    if (answer === undefined)
        return true;
    const { status, run_attempt: current } = answer;
    return status === 'completed' || isFollowed({ id, ...(attempt === undefined ? {} : { attempt }) }, current);
}
/** Whether a later attempt than this one is under way. */
function isFollowed({ attempt }, current) {
    return attempt !== undefined && typeof current === 'number' && current > attempt;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/index-key.js

/** SHA-256 of the question as canonical JSON: keys spread evenly, and nobody chooses where theirs lies. */
function indexKey(question) {
    return (0,lib/* hexOf */.ZDm)((0,lib/* sha256 */.scB)((0,lib/* canonicalJson */.djW)(question)));
}
/**
 * What makes two records the same statement: run, attempt, job and event, with product, unit and environment. A job withdraws as many releases
 * as it likes (GitHub has one name for all jobs of a matrix), so that the release belongs to a withdrawal.
 */
function index_key_identityOf({ product, run, event, environment, unit, release }) {
    return indexKey([
        'identity',
        product,
        run.repository,
        run.id,
        run.attempt,
        run.job,
        event,
        environment ?? null,
        unit?.name ?? null,
        ...(event === 'withdrawn' ? [release?.digest ?? null] : [])
    ]);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/open-runs.js


/**
 * How long an attempt may be heard of no more before nobody can hear of it again, in milliseconds. GitHub lets nothing wait at a gate for
 * more than 30 days, and ends every run after 35 ("Actions limits").
 */
const LONGEST_RUN = 35 * 24 * 60 * 60_000;
/** So many attempts are open at most: each costs a decision two files. */
const MOST_OPEN = 200;
/** The attempts whose end a record tells: its own, and those that it found dead. What is stated on the way ends nothing. */
function open_runs_endedBy(record) {
    return (0,lib/* isEnding */.ypI)(record) ? [{ run: record.run.id, attempt: record.run.attempt }, ...(record.detail?.ended ?? [])] : [];
}
/** The key that leads to the record of an attempt's end. */
function open_runs_endingOf({ id, attempt }) {
    return indexKey(['ended', id, attempt]);
}
/**
 * The attempts that are open after a record, oldest first. What ended is not open again for a word that came late, but for one that it starts:
 * who waited at a gate, was told to be superseded, and is approved all the same, must be waited for by others.
 *
 * Whoever tells of another attempt looked at it earlier, and it may have begun since. So one that has begun ends by its own word, or by
 * `failed`, which is told of dead ones only.
 * @param hasEnded whether an earlier record told the end of the attempt that wrote this one.
 */
function openAfter(open, added, hasEnded) {
    const { record, reference } = added;
    const now = Date.parse(record.time);
    const alive = open.filter(({ heard }) => now - Date.parse(heard) <= LONGEST_RUN);
    // To withdraw a release, or to repair the ledger, is no part of a delivery: such a run neither begins nor ends anything here.
    if (record.event === 'withdrawn' || record.event === 'repaired')
        return alive;
    const own = { run: record.run.id, attempt: record.run.attempt };
    const ended = open_runs_endedBy(record);
    if (ended.length > 0) {
        const mayEnd = (it) => it.begun === undefined || record.event === 'failed' || isSame(it, own);
        return alive.filter(it => !(mayEnd(it) && ended.some(end => isSame(it, end))));
    }
    const known = alive.find(it => isSame(it, own));
    if (hasEnded && known === undefined && record.event !== 'started')
        return alive;
    const begun = known?.begun ?? (record.event === 'started' ? reference : undefined);
    const entry = { ...own, heard: record.time, last: reference, ...(begun === undefined ? {} : { begun }) };
    return known === undefined ? [...bounded(alive), entry] : alive.map(it => (it === known ? entry : it));
}
/** Makes room for one more. Who waits for a turn waits for those that began; one that has not announces itself again when it does. */
function bounded(open) {
    if (open.length < MOST_OPEN)
        return open;
    const first = Math.max(0, open.findIndex(({ begun }) => begun === undefined));
    return open.filter((_, n) => n !== first);
}
function isSame(it, other) {
    return it.run === other.run && it.attempt === other.attempt;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/advance.js



/**
 * What a section knows after one of its records. What it does not say, the record leaves as it was.
 * @param lookup the section's index before the record.
 */
function advance_advance(before, added, lookup) {
    const { record, reference } = added;
    const config = before.config ?? record.policy?.path;
    const bound = config === undefined ? {} : { config };
    if (record.environment === undefined)
        return { ...before, ...bound };
    const { event } = record;
    const ends = event === 'deployed' || (0,lib/* confirmsLive */.aNf)(record);
    const unfinished = event === 'started' ? reference : ends ? undefined : before.unfinished;
    // Checks that are run again while somebody deploys see neither what was there nor what will be: they judge nothing.
    const judges = lib/* EVENT_RULES */.VHo[event].touchesLive && !(event === 'accepted' && unfinished !== undefined);
    const judged = judges ? { ...reference, accepted: event === 'accepted' } : before.judged;
    return {
        ...bound,
        ...placesAfter(before, added),
        ...(judged === undefined ? {} : { judged }),
        ...(unfinished === undefined ? {} : { unfinished }),
        open: openAfter(before.open, added, lookup(open_runs_endingOf(record.run)) !== undefined)
    };
}
function placesAfter({ deployed, found, confirmed }, { record, reference }) {
    const { release, run } = record;
    const placed = release && { ...reference, release, run: run.id, attempt: run.attempt };
    // What was deployed takes the place of what had been found before.
    if (record.event === 'deployed' && placed !== undefined)
        return { deployed: placed };
    const here = (0,lib/* foundInPlace */.NbA)(record) ? placed : found;
    const last = (0,lib/* confirmsLive */.aNf)(record) ? placed : confirmed;
    return {
        ...(deployed === undefined ? {} : { deployed }),
        ...(here === undefined ? {} : { found: here }),
        ...(last === undefined ? {} : { confirmed: last })
    };
}
/** What a record changes in its section's index: keys, each with what it leads to afterwards; `undefined`: to nothing any more. */
function entriesOf(added, lookup) {
    const { record, reference } = added;
    const entries = [index_key_identityOf(record), ...answeredBy(record)].map(key => [key, reference]);
    return [...entries, ...firstsOf(added, lookup)];
}
/** Every key that may lead to a record: what it may answer. */
function keysOf(record) {
    return [index_key_identityOf(record), ...answeredBy(record), ...firstKeysOf(record)];
}
/** Every key that has to be read before a record can be added: those that it may change, and the end of the attempt that wrote it. */
function keysBefore(record) {
    return record.environment === undefined ? keysOf(record) : [...keysOf(record), open_runs_endingOf(record.run)];
}
/** The keys whose newest answer the record is. */
function answeredBy(record) {
    return [...open_runs_endedBy(record).map(({ run, attempt }) => open_runs_endingOf({ id: run, attempt })), ...answeredByEvent(record)];
}
function answeredByEvent(record) {
    const { event, run, release, plan, unit } = record;
    const planned = plan === undefined ? [] : [indexKey(['plan', event, run.id, plan])];
    switch (event) {
        case 'built':
        case 'tested':
            return ofBuild(event, unit);
        case 'adopted':
            return [...ofBuild(event, unit), indexKey(['adopted-by', run.id])];
        case 'released':
            return (0,lib/* unchangedBy */.xvO)(record).map(({ environment }) => indexKey(['same', environment]));
        case 'planned':
            return planned;
        case 'started':
            return release === undefined ? planned : [...planned, indexKey([event, run.id, release.digest])];
        case 'deployed':
            return release === undefined ? [] : [indexKey([event, run.id, release.digest])];
        case 'accepted':
        case 'unchanged':
            return release === undefined ? [] : [indexKey([event, release.digest])];
        case 'partial':
            return release === undefined ? [] : [...undoingOf(record), indexKey([event, run.id, release.digest])];
        default:
            return undoingOf(record);
    }
}
function undoingOf(record) {
    return [
        ...(0,lib/* undoneBy */.xNN)(record).map(digest => indexKey(['undone', digest])),
        ...(0,lib/* withdrawnBy */.y$X)(record).map(digest => indexKey(['withdrawn', digest]))
    ];
}
function ofBuild(event, unit) {
    return unit === undefined ? [] : [indexKey([event, unit.name, unit.fingerprint, unit.digest])];
}
/** The keys whose first answer counts: of a release, and of an acceptance since it was last taken back. */
function firstKeysOf(record) {
    const { event, release } = record;
    if (release !== undefined && event === 'released')
        return [indexKey(['released', release.digest])];
    const judged = release !== undefined && accepts(event) ? [release.digest] : (0,lib/* undoneBy */.xNN)(record);
    return judged.map(digest => indexKey(['accepted-since', digest]));
}
function firstsOf({ record, reference }, lookup) {
    const keys = firstKeysOf(record);
    if ((0,lib/* undoneBy */.xNN)(record).length > 0)
        return keys.map(key => [key, undefined]);
    return keys.filter(key => lookup(key) === undefined).map(key => [key, reference]);
}
function accepts(event) {
    return event === 'accepted' || event === 'unchanged';
}

;// CONCATENATED MODULE: ./packages/ledger/lib/late-answers.js
/** How long GitHub may take to show what was just written, in milliseconds, and the waits between two looks. */
const UNSEEN = 30_000;
const LOOKS = { base: 500, cap: 5_000 };

;// CONCATENATED MODULE: ./packages/ledger/lib/index-leaf.js
/** The keys that begin with the same digits, each with its answer. A ledger has hundreds of thousands: they are kept as they are written. */
class IndexLeaf {
    /** `"<key>":<answer>`, in the order of the keys. */
    #entries;
    /** @param content what the file of a leaf holds. */
    constructor(content = []) {
        this.#entries = content.map(([key, answer]) => `${named(key)}${JSON.stringify(answer)}`).sort();
    }
    /** The file's text (RFC 8785). */
    get text() {
        return `{${this.#entries.join(',')}}`;
    }
    /** The record that a key leads to. */
    get(key) {
        const name = named(key);
        const entry = this.#entries[this.#placeOf(name)];
        const answer = entry?.startsWith(name) ? JSON.parse(entry.slice(name.length)) : null;
        return answer === null ? undefined : { sequence: answer[0], body: answer[1] };
    }
    /** Whether it holds no key. */
    get isEmpty() {
        return this.#entries.length === 0;
    }
    /** Makes a key lead to a record, or to nothing any more. @returns what {@link put} makes it as it was with. */
    set(key, reference) {
        const answer = reference === undefined ? null : [reference.sequence, reference.body];
        return this.put(key, `${named(key)}${JSON.stringify(answer)}`);
    }
    /** Replaces the entry of a key; `undefined`: there is none. @returns the one that was there. */
    put(key, entry) {
        const name = named(key);
        const place = this.#placeOf(name);
        const isThere = this.#entries[place]?.startsWith(name) === true;
        const [before] = this.#entries.splice(place, isThere ? 1 : 0, ...(entry === undefined ? [] : [entry]));
        return before;
    }
    /** Where an entry of this name stands, or would have to: of all names none is the beginning of another. */
    #placeOf(name) {
        let [low, high] = [0, this.#entries.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if ((this.#entries[middle] ?? '') < name)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
function named(key) {
    return `"${key}":`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/index-node.js
/** What lies below a node of an index by the next hex digit, each by the SHA-256 of its file; kept as it is written, for it is hashed at each change. */
class IndexNode {
    /** `"<digit>":"<digest>"`, by the digit. */
    #entries = new Array(16).fill('');
    /** @param content what the file of a node holds. */
    constructor(content = []) {
        for (const [digit, below] of content)
            this.set(digit, below);
    }
    /** The file's text (RFC 8785). */
    get text() {
        let text = '';
        for (const entry of this.#entries) {
            if (entry !== '')
                text += text === '' ? entry : `,${entry}`;
        }
        return `{${text}}`;
    }
    /** The digest of what lies below by a digit. */
    get(digit) {
        const entry = this.#entries[Number.parseInt(digit, 16)] ?? '';
        return entry === '' ? undefined : JSON.parse(`{${entry}}`)[digit];
    }
    /** Whether nothing lies below. */
    get isEmpty() {
        return this.#entries.every(entry => entry === '');
    }
    /** Says what lies below by a digit; `undefined`: nothing any more. */
    set(digit, below) {
        this.#entries[Number.parseInt(digit, 16)] = below === undefined ? '' : `"${digit}":"${below}"`;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/index-tree.js



/** How many hex digits of a key lead to its leaf: 4,096 leaves hold a few keys each at 100,000 records. */
const DEPTH = 3;
/** The file of the root, to which no digit leads. */
const INDEX_ROOT = 'root';
/** The digest of an index that holds nothing: of the root `{}`. */
const EMPTY_INDEX = (0,lib/* sha256 */.scB)('{}');
/** The files that a key's answer is proved by, from the root to its leaf. */
function filesOfKey(key) {
    return Array.from({ length: DEPTH + 1 }, (_, length) => fileAt(key.slice(0, length)));
}
/** Whether a name may be that of an index file. */
function isIndexFile(name) {
    return name === INDEX_ROOT || /^[0-9a-f]{1,3}$/.test(name);
}
/**
 * A lookup that proves its answers: a Merkle tree of sixteen branches, whose root's digest a record signs. An answer, also "nothing", is
 * checked against that digest with four small files; who can push, but not sign, can neither forge nor hide one.
 */
class IndexTree {
    #root;
    /** By the digits that lead there, as all below. */
    #nodes = new Map();
    #leaves = new Map();
    #changed = new Set();
    /** Leaves that have changed since the digests above them were computed. */
    #stale = new Set();
    #top;
    #undo;
    /**
     * @param root what the newest record of the section signed.
     * @param undo is told how to take changes back; only of a tree that is built from nothing.
     */
    constructor(root = EMPTY_INDEX, undo) {
        this.#root = root;
        this.#undo = undo;
        this.#top = root;
        if (root === EMPTY_INDEX)
            this.#nodes.set('', new IndexNode());
    }
    /** The digest of the tree as it is now. */
    get root() {
        this.#refresh();
        return this.#top;
    }
    /** The files that have changed since the tree was opened: all of them, when it was built from nothing. */
    changes() {
        this.#refresh();
        return [...this.#changed].map(prefix => ({ file: fileAt(prefix), text: this.#textOf(prefix) }));
    }
    /**
     * Takes in the files of a key's path, each checked against the one above it.
     * @param read a file's bytes; `undefined` for one that does not exist.
     * @returns why they do not prove anything; nothing when they do.
     */
    load(key, read) {
        let expected = this.#root;
        for (let length = 0; length <= DEPTH && expected !== undefined; length++) {
            const prefix = key.slice(0, length);
            if (!this.#knows(prefix)) {
                const problem = this.#take(prefix, expected, read(fileAt(prefix)));
                if (problem !== undefined)
                    return problem;
            }
            expected = length < DEPTH ? this.#nodes.get(prefix)?.get(key.charAt(length)) : undefined;
        }
        return undefined;
    }
    /** The record that a key leads to; the key's path must have been loaded. */
    get(key) {
        return this.#leaves.get(key.slice(0, DEPTH))?.get(key);
    }
    /** Makes a key lead to a record, or to nothing any more; the key's path must have been loaded. */
    set(key, reference) {
        const digits = key.slice(0, DEPTH);
        const leaf = this.#leaves.get(digits) ?? new IndexLeaf();
        const before = leaf.set(key, reference);
        this.#leaves.set(digits, leaf);
        this.#stale.add(digits);
        this.#undo?.note(() => {
            leaf.put(key, before);
            this.#stale.add(digits);
        });
    }
    /** Computes the digests above the leaves that have changed, each once: a record changes several. */
    #refresh() {
        let stale = new Set(this.#stale);
        if (stale.size === 0)
            return;
        this.#stale.clear();
        for (let length = DEPTH; length > 0; length--) {
            const above = new Set();
            for (const prefix of stale) {
                const parent = prefix.slice(0, -1);
                const node = this.#nodes.get(parent) ?? new IndexNode();
                node.set(prefix.slice(-1), this.#isEmpty(prefix) ? this.#forget(prefix) : this.#digestOf(prefix));
                this.#nodes.set(parent, node);
                above.add(parent);
            }
            stale = above;
        }
        this.#top = this.#digestOf('');
    }
    /** Whether all that was below has been taken back. */
    #isEmpty(prefix) {
        return (this.#nodes.get(prefix) ?? this.#leaves.get(prefix))?.isEmpty === true;
    }
    #forget(prefix) {
        this.#nodes.delete(prefix);
        this.#leaves.delete(prefix);
        this.#changed.delete(prefix);
    }
    #digestOf(prefix) {
        this.#changed.add(prefix);
        return (0,lib/* sha256 */.scB)(this.#textOf(prefix));
    }
    /** The one text (RFC 8785) of a file. */
    #textOf(prefix) {
        const file = prefix.length < DEPTH ? this.#nodes.get(prefix) : this.#leaves.get(prefix);
        return file?.text ?? '{}';
    }
    #knows(prefix) {
        return prefix.length < DEPTH ? this.#nodes.has(prefix) : this.#leaves.has(prefix);
    }
    #take(prefix, expected, bytes) {
        const file = fileAt(prefix);
        if (bytes === undefined)
            return `its index file ${file} is missing`;
        const found = (0,lib/* sha256 */.scB)(bytes);
        if (found !== expected)
            return `its index file ${file} hashes to ${found}, not to ${expected}`;
        const content = JSON.parse(Buffer.from(bytes).toString('utf8'));
        // What hashes to what was signed is what a writer wrote: it has the form of a node or leaf.
        const entries = Object.entries(Object(content));
        if (prefix.length < DEPTH)
            this.#nodes.set(prefix, new IndexNode(entries));
        else
            this.#leaves.set(prefix, new IndexLeaf(entries));
        return undefined;
    }
}
function fileAt(prefix) {
    return prefix === '' ? INDEX_ROOT : prefix;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/section.js

/** The section of an environment. */
function environmentSection(environment) {
    return `environments/${environment}`;
}
const SECTION = new RegExp(`^(?:product|environments/${lib/* NAME_PATTERN */.VhH})$`);
/** Whether a text names a section. */
function isSection(text) {
    return SECTION.test(text);
}
/** The section that a record changes. */
function section_sectionOf({ environment }) {
    return environment === undefined ? 'product' : environmentSection(environment);
}
/** Whether there is a section: that of the product, or of one of some environments. */
function hasSection(environments, section) {
    return section === 'product' || environments.some(name => environmentSection(name) === section);
}
/** The environments that have some sections. */
function environmentsOf(sections) {
    return sections.flatMap(section => (section === 'product' ? [] : [section.slice('environments/'.length)]));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/paths.js



/** Where the number and the hash of the newest record stand, and whose ledger this is. */
const paths_HEAD_PATH = 'HEAD.json';
/** The state of all sections after the newest record. */
const STATE_PATH = 'state.json';
/** Records a folder: every commit writes the list of the newest folder anew, and that of all folders. */
const RECORDS_PER_FOLDER = 100;
/** The file of a record. */
function paths_recordPath(sequence) {
    return `records/${Math.floor(sequence / RECORDS_PER_FOLDER)}/${sequence}.json`;
}
/** The file of a record's detached signature. */
function paths_signaturePath(sequence) {
    return `${paths_recordPath(sequence)}.sig`;
}
/** The file of the token in which GitHub vouches for a record. */
function paths_tokenPath(sequence) {
    return paths_recordPath(sequence).replace(/json$/, 'jwt');
}
/** The copy of the token of the newest record of all. */
const NEWEST_TOKEN_PATH = 'newest.jwt';
/** The copy of the newest record. */
function newestPath(of) {
    return of === 'ledger' ? 'newest.json' : `sections/${of}/newest.json`;
}
/** The file of a section's state. */
function sectionStatePath(section) {
    return `sections/${section}/state.json`;
}
/** A file of a section's index: a folder for each digit but the last, so that a commit writes no long lists of files anew. */
function indexPath(section, file) {
    return `sections/${section}/index/${file === INDEX_ROOT ? file : [...file].join('/')}.json`;
}
/** The file of a public key. It travels with the ledger, but is trusted only if delivery.yml pins its fingerprint. */
function paths_keyPath(fingerprint) {
    return `keys/${(0,lib/* hexOf */.ZDm)(fingerprint)}.pem`;
}
/** The file of a key that signed tokens. That it lies here proves nothing: see `KeyConfirmation`. */
function paths_issuerKeyPath(thumbprint) {
    return `issuer/${(0,lib/* hexOf */.ZDm)(thumbprint)}.json`;
}
const RECORD = /^records\/\d+\/([1-9]\d{0,14})\.(json|json\.sig|jwt)$/;
const KINDS = { json: 'record', 'json.sig': 'signature', jwt: 'token' };
const PATHS = { record: paths_recordPath, signature: paths_signaturePath, token: paths_tokenPath };
const NAMED = /^(?:keys\/([0-9a-f]{64})\.pem|evidence\/[0-9a-f]{2}\/([0-9a-f]{64})|issuer\/([0-9a-f]{64})\.json)$/;
const paths_SECTION = new RegExp(`^sections/(?:product|environments/(${lib/* NAME_PATTERN */.VhH}))/(.+)$`);
/** Reads a path of the ledger branch; `undefined` for anything that does not belong there, also for other spellings of a valid path. */
function paths_parseLedgerPath(path) {
    if (path === paths_HEAD_PATH)
        return { kind: 'head' };
    if (path === STATE_PATH)
        return { kind: 'state' };
    if (path === NEWEST_TOKEN_PATH)
        return { kind: 'newest-token' };
    if (path === newestPath('ledger'))
        return { kind: 'newest', of: 'ledger' };
    if (path === `${newestPath('ledger')}.sig`)
        return { kind: 'newest-signature', of: 'ledger' };
    return parseRecordPath(path) ?? parseSectionPath(path) ?? parseNamedPath(path);
}
function parseRecordPath(path) {
    const record = RECORD.exec(path);
    if (record === null)
        return undefined;
    const sequence = Number(record[1]);
    const kind = KINDS[record[2]];
    return path === PATHS[kind](sequence) ? { kind, sequence } : undefined;
}
function parseSectionPath(path) {
    const [, environment, rest] = paths_SECTION.exec(path) ?? [];
    if (rest === undefined)
        return undefined;
    const section = environment === undefined ? 'product' : environmentSection(environment);
    if (rest === 'state.json')
        return { kind: 'section-state', section };
    if (rest === 'newest.json')
        return { kind: 'newest', of: section };
    if (rest === 'newest.json.sig')
        return { kind: 'newest-signature', of: section };
    const file = /^index\/([a-z0-9/]+)\.json$/.exec(rest)?.[1]?.replaceAll('/', '');
    return file !== undefined && isIndexFile(file) && path === indexPath(section, file)
        ? { kind: 'index', section, file }
        : undefined;
}
function parseNamedPath(path) {
    const [, key, evidence, issuerKey] = NAMED.exec(path) ?? [];
    if (key !== undefined)
        return { kind: 'key', digest: (0,lib/* parseDigest */.m)(`sha256:${key}`) };
    if (issuerKey !== undefined)
        return { kind: 'issuer-key', digest: (0,lib/* parseDigest */.m)(`sha256:${issuerKey}`) };
    if (evidence === undefined)
        return undefined;
    const digest = (0,lib/* parseDigest */.m)(`sha256:${evidence}`);
    return path === (0,lib/* evidencePath */.Zzx)(digest) ? { kind: 'evidence', digest } : undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/anchored.js



/** What must be on the ledger. It is read before the ledger is: what is anchored later may be written later. */
async function readAnchored(anchors, sections) {
    if (anchors === undefined)
        return new Map();
    const newest = await Promise.all(sections.map(async (section) => [section, await anchors.newest(section)]));
    return new Map(newest.flatMap(([section, anchor]) => (anchor === undefined ? [] : [[section, anchor]])));
}
/** The files that show whether a ledger holds what is anchored. */
function filesOfAnchored(anchored) {
    return [...new Set([...anchored.values()].map(({ sequence }) => paths_recordPath(sequence)))];
}
/**
 * Looks at a ledger until it is as long as what is anchored says. GitHub may show a branch as it was a moment ago, and the record that is
 * missing there was written by another job just now.
 * @throws UserError when it stays too short: somebody put the branch back, or deleted it.
 */
async function awaitAnchored(look, since, anchored, { clock, log }) {
    const first = await look(since);
    if (findUnseen(first, anchored) === undefined)
        return first;
    const giveUp = clock.now() + UNSEEN;
    for (let attempt = 1;; attempt++) {
        // Of what may be older, the rest was written since; GitHub is late only when asked for what is there now.
        const head = attempt === 1 && since === 'now' ? first : await look('now');
        const missing = findUnseen(head, anchored);
        if (missing === undefined)
            return head;
        const left = giveUp - clock.now();
        if (left <= 0)
            throw lost(...missing, head === undefined ? 'there is no ledger branch' : `the ledger ends at record ${head.sequence}`);
        if (attempt === 1)
            log.info(`GitHub does not show record ${missing[1].sequence} yet, which is anchored. Reading the ledger again.`);
        await clock.sleep(Math.min((0,lib/* backoff */.JNn)(LOOKS, attempt), left));
    }
}
/** A record that is anchored and has a higher number than any of a ledger. */
function findUnseen(head, anchored) {
    return [...anchored].find(([, { sequence }]) => sequence > (head?.sequence ?? 0));
}
/**
 * Refuses a ledger that does not hold what is anchored.
 * @param ledger with a state that was proved
 * @throws UserError naming the record that is missing.
 */
function requireAnchored({ head, state }, anchored) {
    for (const [section, anchor] of anchored) {
        const standing = state.sections[section];
        const { sequence, hash } = anchor;
        if (standing === undefined || standing.sequence < sequence)
            throw lost(section, anchor, standing === undefined
                ? `the ledger has no record of ${section}`
                : `the newest record of ${section} on the ledger is ${standing.sequence}`);
        const found = hashAt(head, standing, sequence);
        if (found !== hash)
            throw lost(section, anchor, `the ledger has ${found === undefined ? 'no file of it' : `another record there (${found})`}`);
    }
}
/** The same of a ledger that is not proved, by the files of its records. @throws UserError naming the record that is missing. */
function requireFiles(files, anchored) {
    for (const [section, anchor] of anchored) {
        const file = files.get(paths_recordPath(anchor.sequence));
        const found = file === undefined ? undefined : (0,lib/* sha256 */.scB)(file);
        if (found === anchor.hash)
            continue;
        throw lost(section, anchor, `the ledger has ${found === undefined ? 'no file of it' : `another record there (${found})`}`);
    }
}
/** The hash of what a ledger has in the place of a record. */
function hashAt({ files, hash }, standing, sequence) {
    // The state tells the newest one's, whatever lies in the record's own file.
    if (standing.sequence === sequence)
        return standing.record ?? hash;
    const file = files.get(paths_recordPath(sequence));
    return file === undefined ? undefined : (0,lib/* sha256 */.scB)(file);
}
function lost(section, { sequence, hash }, found) {
    return new lib/* UserError */.yot(`Record ${sequence} of ${section} is anchored (${hash}), but ${found}: someone put the branch back, deleted it, or carried it on from an older record. Put it back to a commit that holds record ${sequence}; a clone that has it tells which: git log --all --format=%H -- ${paths_recordPath(sequence)}. Until then nothing is decided or written.`);
}

// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __webpack_require__(4573);
;// CONCATENATED MODULE: ./packages/ledger/lib/nesting.js
/** How many levels a record has at most. It needs six; what it tells of an event may need some more. */
const DEPTH_LIMIT = 64;
const [QUOTE, ESCAPE] = [0x22, 0x5c];
/** Brackets and braces differ by this bit alone. */
const BRACE = 0x20;
const [OPENING, CLOSING] = [0x7b, 0x7d];
/**
 * Whether JSON nests deeper than any record does. Looked for in the bytes, before anything walks the value: whatever goes down level by
 * level would run out of stack, and end without a word of which file it was.
 */
function nestsTooDeep(bytes) {
    if (hasFewOpenings(bytes))
        return false;
    let depth = 0;
    let inText = false;
    for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0;
        if (inText) {
            // What follows is part of the text, whatever it is.
            if (byte === ESCAPE)
                at++;
            else if (byte === QUOTE)
                inText = false;
        }
        else if (byte === QUOTE)
            inText = true;
        else if ((byte | BRACE) === OPENING) {
            depth++;
            if (depth > DEPTH_LIMIT)
                return true;
        }
        else if ((byte | BRACE) === CLOSING)
            depth--;
    }
    return false;
}
/** Whether there is not even so much to open, be it in a text: so it is with almost all records, and told fast. */
function hasFewOpenings(bytes) {
    let openings = 0;
    for (const opening of [OPENING, OPENING ^ BRACE]) {
        for (let at = bytes.indexOf(opening); at >= 0; at = bytes.indexOf(opening, at + 1)) {
            if (++openings > DEPTH_LIMIT)
                return false;
        }
    }
    return true;
}
/** The same of a value that is not written yet. Level by level, not by going down: see {@link nestsTooDeep}. */
function isTooDeep(value) {
    let level = [value].filter(isContainer);
    for (let depth = 1; level.length > 0; depth++) {
        if (depth > DEPTH_LIMIT)
            return true;
        level = level.flatMap(container => Object.values(container)).filter(isContainer);
    }
    return false;
}
function isContainer(value) {
    return typeof value === 'object' && value !== null;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/record.js



/** The bytes of a record's file (RFC 8785) and their SHA-256, which is the record's hash. */
function encodeRecord(record) {
    const bytes = Buffer.from((0,lib/* canonicalJson */.djW)(record), 'utf8');
    return { bytes, hash: (0,lib/* sha256 */.scB)(bytes) };
}
/**
 * Reads the file of record number `sequence`: it must be that record, complete, of the right scope, in canonical form. Whether it is genuine is for hash chain
 * and signature to say.
 */
function record_decodeRecord(bytes, sequence) {
    if (nestsTooDeep(bytes))
        return { ok: false, problem: 'its JSON is nested deeper than any record is' };
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        return { ok: false, problem: 'the file is not JSON' };
    }
    const read = (0,lib/* readRecord */.aEE)(value);
    if (!read.ok) {
        const { misfit } = read;
        return {
            ok: false,
            problem: misfit === '' ? 'the file does not contain an object' : `its member "${misfit}" is missing or malformed`
        };
    }
    const { record } = read;
    if (record.sequence !== sequence)
        return { ok: false, problem: `the file says sequence ${record.sequence}` };
    if ((record.previous === undefined) !== (sequence === 1)) {
        return {
            ok: false,
            problem: sequence === 1 ? 'it is the first record, but names a previous one' : 'it names no previous record'
        };
    }
    const misplaced = findScopeProblem(record) ?? findSignerProblem(record);
    if (misplaced !== undefined)
        return { ok: false, problem: misplaced };
    // Bytes that are no UTF-8 would be read as others.
    if (!isCanonical(text, record) || !(0,external_node_buffer_.isUtf8)(bytes)) {
        return { ok: false, problem: 'its bytes are not canonical JSON (RFC 8785)' };
    }
    return { ok: true, record };
}
/** Whether a text is the one of its value. A number beyond all bounds is read as infinite, which has none. */
function isCanonical(text, value) {
    try {
        return (0,lib/* canonicalJson */.djW)(value) === text;
    }
    catch {
        return false;
    }
}
/**
 * Why an event cannot be told of a record's environment; `undefined` when it can. The environment decides whose key must have signed: without
 * this rule any account could speak for builds and releases, by naming an environment of its own.
 */
function findScopeProblem({ event, environment }) {
    switch (lib/* EVENT_RULES */.VHo[event].scope) {
        case 'product':
            return environment === undefined ? undefined : `${event} belongs to no environment, but it names ${environment}`;
        case 'environment':
            return environment === undefined ? `${event} names no environment` : undefined;
        case 'section':
            return undefined;
    }
}
/** Why a record was signed by another than its event demands; `undefined` when it was not. Whether the key is that signer's own is for delivery.yml to say. */
function findSignerProblem(record) {
    const wanted = (0,lib/* signerOf */.Kvo)(record);
    if (record.key === undefined || record.key.signer === wanted)
        return undefined;
    return `it is signed by ${record.key.signer}, but ${record.event} is for ${wanted} to sign`;
}
/** Everything in `evidence/` that a record refers to. */
function record_evidenceOf({ plan, dossier, evidence = [] }) {
    return [plan, dossier, ...evidence.map(({ digest }) => digest)].filter(digest => digest !== undefined);
}
/** A record in a few words, e.g. `12 deployed production`. */
function describeRecord(record) {
    return [record.sequence, record.event, record.environment, record.unit?.name]
        .filter(part => part !== undefined)
        .join(' ');
}

;// CONCATENATED MODULE: ./packages/ledger/lib/envelope.js
/** What is signed says what it is: a signature over something else of ours, or of others with the same key, is none over a record. */
const RECORD_TYPE = 'application/vnd.sluice.record.v2+json';
/**
 * The bytes that are signed for a record: its file, with what it is in front (DSSE, "Pre-Authentication Encoding":
 * https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
 */
function signedBytes(record) {
    return Buffer.concat([Buffer.from(`DSSEv1 ${RECORD_TYPE.length} ${RECORD_TYPE} ${record.length} `), record]);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/head.js

/** The version of the format that this program reads and writes (docs/ledger.md). */
const FORMAT = 2;
/** The highest number that the name of a record's file may have (see `parseLedgerPath`): there is no record above it. */
const LAST_SEQUENCE = 10 ** 15 - 1;
/** Far more than {@link encodeHead} ever writes. Whoever may push can write more, nested so deep that parsing takes long. */
const SIZE_LIMIT = 1024;
/** The bytes of `HEAD.json` (RFC 8785). */
function encodeHead({ repository, product, sequence, hash }) {
    return Buffer.from((0,lib/* canonicalJson */.djW)({ format: FORMAT, repository, product, sequence, hash }), 'utf8');
}
/** Reads `HEAD.json`: its bytes must be exactly what {@link encodeHead} writes. */
function head_decodeHead(bytes) {
    const value = bytes.length > SIZE_LIMIT ? undefined : head_parse(bytes);
    const { format, repository, product, sequence, hash } = value ?? {};
    if (typeof format === 'number' && format !== FORMAT)
        return { ok: false, problem: `it is of format ${format}; this program reads format ${FORMAT}` };
    if (typeof repository !== 'string' || typeof product !== 'string')
        return MALFORMED;
    if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0)
        return MALFORMED;
    if (sequence > LAST_SEQUENCE)
        return MALFORMED;
    if (sequence === 0 ? hash !== undefined : !(0,lib/* isDigest */.Bc8)(hash))
        return MALFORMED;
    const head = { repository, product, sequence, ...((0,lib/* isDigest */.Bc8)(hash) ? { hash } : {}) };
    return Buffer.compare(encodeHead(head), bytes) === 0 ? { ok: true, head } : MALFORMED;
}
const MALFORMED = { ok: false, problem: 'it is malformed' };
function head_parse(bytes) {
    try {
        const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
        return typeof value === 'object' && value !== null ? value : undefined;
    }
    catch {
        return undefined;
    }
}
/** Why something of an owner does not count; `undefined` when it does. */
function head_findForeignness({ repository, product }, { repository: own, products }) {
    if (products !== undefined && !products.includes(product))
        return `it is about product ${product}, not about ${products.join(', formerly ')}`;
    if (own !== undefined && repository !== own)
        return `it was written by a run of repository ${repository}, not of ${own}`;
    return undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/low-s.js
/** Order of the group of P-256 (FIPS 186-5, SP 800-186, section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/**
 * The one of the two valid forms of a signature (P-256, DER) whose `s` is small. KMS gives either; with both valid, whoever may push could
 * change a signature's bytes without the key.
 */
function lowS(signature) {
    const [r, s] = readDer(signature);
    return s > ORDER / 2n ? writeDer(r, ORDER - s) : signature;
}
/** Whether a signature (DER) has the small `s`, in the shortest encoding. */
function isLowS(signature) {
    try {
        const [r, s] = readDer(signature);
        return s <= ORDER / 2n && Buffer.compare(writeDer(r, s), signature) === 0;
    }
    catch {
        return false;
    }
}
/** `SEQUENCE { r INTEGER, s INTEGER }`, both short enough for lengths of one byte (RFC 3279, section 2.2.3). */
function readDer(signature) {
    const bytes = Buffer.from(signature);
    const r = readInteger(bytes, 2);
    return [r.value, readInteger(bytes, r.end).value];
}
function readInteger(bytes, at) {
    const end = at + 2 + bytes.readUInt8(at + 1);
    return { value: BigInt(`0x${bytes.subarray(at + 2, end).toString('hex')}`), end };
}
function writeDer(r, s) {
    const numbers = Buffer.concat([writeInteger(r), writeInteger(s)]);
    return Buffer.concat([Buffer.from([0x30, numbers.length]), numbers]);
}
function writeInteger(value) {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
    // A first bit that is set would make it negative.
    const padded = bytes.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    return Buffer.concat([Buffer.from([0x02, padded.length]), padded]);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/trust.js

/** Whether any key is listed for a signer. */
function trust_hasKeyFor(signer, trust) {
    return trust.some(({ signs }) => signs.includes(signer));
}
/**
 * Why a key cannot have signed a record, as keys are listed; `undefined` when it can.
 * @param list what lists them, as messages name it.
 */
function findKeyProblem({ signer, fingerprint, sequence }, trust, list = 'delivery.yml') {
    const ranges = trust.filter(({ key, signs }) => key === fingerprint && signs.includes(signer));
    if (ranges.some(it => covers(it, sequence)))
        return undefined;
    if (ranges.length === 0)
        return `it is signed with key ${fingerprint}, which ${list} does not list for ${signer}`;
    return `it is signed with key ${fingerprint}, which ${list} lists for ${signer} in ${ranges.map(describe).join(', ')} only`;
}
/**
 * Refuses to sign with a key that is not listed for a signer in any record.
 * @throws UserError with the line that delivery.yml needs.
 */
function refuseUnlisted({ signer, fingerprint }, trust) {
    const own = trust.filter(({ signs }) => signs.includes(signer));
    if (own.some(({ key }) => key === fingerprint))
        return;
    const found = `The ledger key of ${signer} has the fingerprint ${fingerprint}`;
    const line = `- { key: ${fingerprint}, signs: [${signer}] }`;
    throw new lib/* UserError */.yot(own.length === 0
        ? `${found}, which delivery.yml does not list. Verify it, then add it under ledger.trust:  ${line}`
        : `${found}, but delivery.yml lists ${own.map(({ key }) => key).join(', ')} for it. If the key was replaced deliberately, add it under ledger.trust beside the old one, which stays:  ${line}  Otherwise do not continue.`);
}
/**
 * Refuses to sign a record that a listed key may not sign any more, or not yet.
 * @throws UserError
 */
function refuseEnded(claim, trust) {
    if (findKeyProblem(claim, trust) === undefined)
        return;
    const { signer, fingerprint, sequence } = claim;
    const ranges = trust.filter(({ key, signs }) => key === fingerprint && signs.includes(signer)).map(describe);
    throw new lib/* UserError */.yot(`The ledger key of ${signer} has the fingerprint ${fingerprint}, which delivery.yml lists in ${ranges.join(', ')} only, and this would be record ${sequence}. Point its alias at a key that is in force. Nothing was written.`);
}
function covers({ from = 1, until = Number.POSITIVE_INFINITY }, sequence) {
    return from <= sequence && sequence <= until;
}
function describe({ from, until }) {
    if (until === undefined)
        return `records from ${from} on`;
    return from === undefined ? `records up to ${until}` : `records ${from} to ${until}`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/signature.js







/** The bytes of a signature's file. */
function encodeSignature(signature) {
    return Buffer.from(`${Buffer.from(signature).toString('base64')}\n`, 'utf8');
}
/** Reads a signature's file; `undefined` unless the bytes are exactly what {@link encodeSignature} writes. */
function decodeSignature(file) {
    const signature = Buffer.from(Buffer.from(file).toString('utf8'), 'base64');
    return Buffer.compare(encodeSignature(signature), file) === 0 ? signature : undefined;
}
/** The public key of a DER form, as the ledger keeps it. @throws when it is no public key. */
function publicKeyOf(der) {
    const key = (0,external_node_crypto_.createPublicKey)({ key: Buffer.from(der), format: 'der', type: 'spki' });
    return { pem: key.export({ type: 'spki', format: 'pem' }).toString(), fingerprint: fingerprintOfKey(key) };
}
/** Keys as they were read, by their files: whoever appends looks at the same few again at each try, and OpenSSL takes its time with each. */
const decoded = new Map();
/** More than any product has at a time. */
const MOST_DECODED = 64;
/** Reads a key file that must have a fingerprint; `undefined` unless it is exactly that P-256 key, in the one PEM form. */
function signature_decodeKey(file, fingerprint) {
    const name = `${fingerprint} ${(0,lib/* sha256 */.scB)(file)}`;
    if (!decoded.has(name)) {
        if (decoded.size >= MOST_DECODED)
            decoded.clear();
        decoded.set(name, readKey(file, fingerprint));
    }
    return decoded.get(name);
}
function readKey(file, fingerprint) {
    try {
        const key = (0,external_node_crypto_.createPublicKey)({ key: Buffer.from(file), format: 'pem' });
        const same = Buffer.compare(Buffer.from(key.export({ type: 'spki', format: 'pem' })), file) === 0;
        const curve = key.asymmetricKeyDetails?.namedCurve;
        return same && curve === 'prime256v1' && fingerprintOfKey(key) === fingerprint ? key : undefined;
    }
    catch {
        return undefined;
    }
}
/** The listed keys that are among some files. */
function trustedKeys(trust, files) {
    const keys = new Map();
    for (const { key: fingerprint } of trust) {
        const file = files.get(paths_keyPath(fingerprint));
        const key = file === undefined ? undefined : signature_decodeKey(file, fingerprint);
        if (key !== undefined)
            keys.set(fingerprint, key);
    }
    return keys;
}
/** Whether a signature is a key's over a record's file (ECDSA with SHA-256, DER, small `s`). */
function isSignatureOf(key, record, signature) {
    return isLowS(signature) && (0,external_node_crypto_.verify)('sha256', signedBytes(record), key, signature);
}
/** Why a record does not count for these rules, whoever signed it, or why its signature does not; `undefined` when it counts. */
function signature_findTrustProblem(signed, rules) {
    return findClaimProblem(signed.record, rules) ?? findSignatureProblem(signed);
}
/** Why a record does not count by what it says itself of its owner and its key, whatever lies beside it; `undefined` when it may count. */
function findClaimProblem(record, rules) {
    const { product, run, key: claimed, sequence } = record;
    const foreign = head_findForeignness({ product, repository: run.repository }, rules);
    if (foreign !== undefined)
        return foreign;
    const other = signature_findOtherConfig(record, rules.config);
    if (other !== undefined)
        return other;
    const { trust, trustList, advisory = false } = rules;
    if (claimed === undefined)
        return advisory ? undefined : 'it is not signed';
    // Also where records without a key count: one that names a key says that somebody answers for it.
    return findKeyProblem({ signer: (0,lib/* signerOf */.Kvo)(record), fingerprint: claimed.fingerprint, sequence }, trust, trustList);
}
/** Why a record was not ruled by the file that rules its product. */
function signature_findOtherConfig({ policy }, config) {
    if (policy === undefined || config === undefined || policy.path === config)
        return undefined;
    return `it names ${policy.path} as its policy, but this product has been delivered by ${config} since its first record`;
}
/** What is said of a signature that its record does not ask for: a repair removes it. */
const signature_STRAY_SIGNATURE = 'there is a signature for a record that names no key';
function findSignatureProblem(signed) {
    const { record, bytes, signature, keys } = signed;
    const claimed = record.key;
    if (claimed === undefined)
        return signature === undefined ? undefined : signature_STRAY_SIGNATURE;
    const { fingerprint } = claimed;
    if (signature === undefined)
        return 'its signature is missing';
    const key = keys.get(fingerprint);
    if (key === undefined)
        return `the public key ${fingerprint} is missing or damaged`;
    const made = decodeSignature(signature);
    if (made === undefined || !isSignatureOf(key, bytes, made)) {
        return `its signature was not made by key ${fingerprint} of ${(0,lib/* signerOf */.Kvo)(record)}`;
    }
    return undefined;
}
function fingerprintOfKey(key) {
    return (0,lib/* sha256 */.scB)(key.export({ type: 'spki', format: 'der' }));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/anchored-repairs.js





/**
 * Whether a repair leaves out a record for what lies beside it though that was right: Sluice had anchored it, or a later one of its section, before the repair.
 * What is anchored since says nothing: Sluice goes on from a valid repair.
 */
function anchored_repairs_contradicts({ sequence, by, told }, section, anchor) {
    return told === 'beside it' && anchor.section === section && sequence <= anchor.sequence && anchor.sequence < by;
}
/**
 * Refuses to go on from a repair that leaves out an anchored record whose signature or token is not right, or is gone: someone took it away to leave the record out. Only
 * of the newest record of each section: one that Sluice went on from was looked at then.
 * @param view was proved, and holds what is anchored.
 * @throws UserError
 */
async function refuseTakenAway(store, view, rules, anchored) {
    for (const [section, anchor] of anchored) {
        const by = view.state.sections[section]?.sequence ?? 0;
        const file = view.head.files.get(newestPath(section));
        const newest = file === undefined || by <= anchor.sequence ? undefined : record_decodeRecord(file, by);
        if (newest?.ok !== true || newest.record.event !== 'repaired')
            continue;
        const { skipped = [] } = newest.record.detail ?? {};
        const numbers = skipped.map(({ sequence }) => sequence).filter(sequence => sequence <= anchor.sequence);
        if (numbers.length === 0)
            continue;
        const paths = numbers.flatMap(sequence => [paths_recordPath(sequence), paths_signaturePath(sequence), paths_tokenPath(sequence)]);
        const files = await store.read(paths, view.head.oid);
        const keys = trustedKeys(rules.trust, view.head.files);
        const taken = numbers.find(sequence => isTaken(sequence, { section, files, keys, rules }));
        if (taken !== undefined)
            throw anchored_repairs_takenAway({ sequence: taken, by }, { section, sequence: anchor.sequence });
    }
}
/** Whether a record says nothing wrong, and nothing beside it proves who wrote it. What breaks a rule, or is under a key that counts no more, has its signature and token. */
function isTaken(sequence, { section, files, keys, rules }) {
    const bytes = files.get(paths_recordPath(sequence));
    const decoded = bytes === undefined ? undefined : record_decodeRecord(bytes, sequence);
    if (bytes === undefined || decoded?.ok !== true || section_sectionOf(decoded.record) !== section)
        return false;
    const { record } = decoded;
    if (findClaimProblem(record, rules) !== undefined)
        return false;
    const signature = files.get(paths_signaturePath(sequence));
    if (signature_findTrustProblem({ record, bytes, signature, keys }, rules) !== undefined)
        return true;
    return rules.tokens !== undefined && rules.tokens.unvouched !== true && !files.has(paths_tokenPath(sequence));
}
/** What is wrong with a repair that leaves out a record for what was right. */
function anchored_repairs_takenAway({ sequence, by }, anchor) {
    return new lib/* UserError */.yot(`Record ${by} leaves out record ${sequence} for its signature or token, but Sluice anchored record ${anchor.sequence} of ${anchor.section}, so both were right: someone has taken them away. Put the branch back to a commit that holds them; a clone tells which: git log --all --format=%H -- ${paths_recordPath(sequence)}*. Until then nothing is decided or written.`);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/anchoring.js





/**
 * Anchors of one append.
 *
 * ```
 * anchors ──► head, with the anchored records ──► are they there? ──► what nobody anchored ──► commit ──► anchor
 *               └ too short: GitHub may be late      └ no: refused      └ a process died here ──────┘
 * ```
 */
class Anchoring {
    #options;
    #anchored;
    #repaired = false;
    constructor(options, anchored) {
        this.#options = options;
        this.#anchored = anchored;
    }
    /** Reads what is anchored, before the ledger is read. */
    static async begin(options) {
        return new Anchoring(options, await readAnchored(options.anchors, options.sections));
    }
    /** Reads again what is anchored, before the ledger is read again: what others wrote since must be on it. */
    async renew() {
        this.#anchored = await readAnchored(this.#options.anchors, this.#options.sections);
    }
    /**
     * Looks at the ledger, with the files that show whether it holds what is anchored. That there is none is believed only where nothing at all is anchored: a new one
     * would begin with record 1 beside the anchors of the sections that nobody writes to just now.
     * @throws UserError when it is too short, or gone.
     */
    async look(head, since) {
        const files = filesOfAnchored(this.#anchored);
        const look = async (at) => head(files, at);
        const found = await awaitAnchored(look, since, this.#anchored, this.#options);
        if (found !== undefined)
            return found;
        const other = await this.#options.anchors?.any();
        return other === undefined ? undefined : awaitAnchored(look, 'now', new Map([other]), this.#options);
    }
    /**
     * Checks a ledger that was proved, and anchors what stands there without an anchor: a process died after its commit. Only the first time:
     * whoever lands while this append tries again anchors for himself.
     * @throws UserError for a ledger that lacks what is anchored.
     */
    async check(view, store, rules) {
        requireAnchored(view, this.#anchored);
        await refuseTakenAway(store, view, rules, this.#anchored);
        if (this.#repaired)
            return;
        this.#repaired = true;
        const standings = this.#options.own.flatMap(section => {
            const standing = view.state.sections[section];
            const hash = standing?.record ?? view.head.hash;
            if (standing === undefined || hash === undefined)
                return [];
            const anchored = this.#anchored.get(section)?.sequence ?? 0;
            return standing.sequence > anchored ? [[section, { sequence: standing.sequence, hash }]] : [];
        });
        await this.#put(new Map(standings));
    }
    /** Checks a ledger whose state nobody proved, record by record. @throws UserError for one that lacks what is anchored. */
    checkFiles(files) {
        requireFiles(files, this.#anchored);
    }
    /**
     * Refuses to call a record invalid for what lies beside it if that was right when it was anchored, or when a later one was.
     * @throws UserError
     */
    refuseAnchored(sequence) {
        const later = [...this.#anchored].find(([, anchor]) => anchor.sequence >= sequence);
        if (later === undefined)
            return;
        throw new lib/* UserError */.yot(`The signature or token of record ${sequence} is not right, but Sluice anchored record ${later[1].sequence} of ${later[0]}, so it was: someone has changed it since. Put the branch back to a commit that holds it; a clone tells which: git log --all --format=%H -- ${paths_recordPath(sequence)}*.`);
    }
    /** Refuses to go on from repairs that did so. @throws UserError */
    refuseRepairs({ records }, leftOut) {
        for (const one of leftOut) {
            const { record } = records[one.sequence - 1] ?? {};
            const own = record === undefined ? undefined : section_sectionOf(record);
            for (const [section, { sequence }] of this.#anchored)
                if (anchored_repairs_contradicts(one, own, { section, sequence }))
                    throw anchored_repairs_takenAway(one, { section, sequence });
        }
    }
    /** Anchors records that have landed: of each section the newest, which names all before it. @throws Failure when that cannot be done now. */
    async anchor(records) {
        const newest = new Map();
        for (const { record, hash } of records)
            newest.set(section_sectionOf(record), { sequence: record.sequence, hash });
        try {
            await this.#put(newest);
            return records;
        }
        catch (error) {
            if (error instanceof lib/* UserError */.yot)
                throw error;
            const numbers = records.map(({ record }) => record.sequence).join(', ');
            throw new lib/* Failure */.HRU(`On the ledger, but not anchored: record ${numbers}. ${(0,lib/* messageOf */.bDE)(error)} What was written stays. Re-run the job; otherwise the next record of ${[...newest.keys()].join(', ')} anchors it.`, { cause: error });
        }
    }
    async #put(newest) {
        const { anchors } = this.#options;
        if (anchors === undefined)
            return;
        await Promise.all([...newest].map(async ([section, anchor]) => {
            const hash = await anchors.put(section, anchor);
            if (hash !== anchor.hash)
                throw forked(section, anchor, hash);
        }));
    }
}
function forked(section, { sequence, hash }, first) {
    return new lib/* UserError */.yot(`Record ${sequence} of ${section} is anchored as ${first}, but the ledger has ${hash} there: the branch was carried on from an older record. Put it back to a commit that holds the anchored one; a clone that has it tells which: git log --all --format=%H -- ${paths_recordPath(sequence)}. Until then nothing is decided or written.`);
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
;// CONCATENATED MODULE: ./packages/ledger/lib/reference.js

/** The members of a {@link Reference}, for the forms that have more. */
const REFERENCE = { sequence: lib/* count */.U9N, body: lib/* digest */.brt };
/** The SHA-256 of a record without `state` and `key`, as canonical JSON. It holds `previous`, so it is of this ledger only. */
function reference_digestOfBody(record) {
    const { state: _, key: __, ...body } = record;
    return (0,lib/* sha256 */.scB)((0,lib/* canonicalJson */.djW)(body));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/state.js





const ATTEMPT = { run: dist/* string */.YjP(), attempt: lib/* count */.U9N };
const PLACED = (0,lib/* members */.olW)({ ...ATTEMPT, ...REFERENCE, release: lib/* NAMED_RELEASE */.Uhm });
const OPEN_RUN = (0,lib/* members */.olW)({
    ...ATTEMPT,
    /** The newest record that it wrote. */
    last: (0,lib/* members */.olW)(REFERENCE),
    /** The time of that record: nothing is open for ever. */
    heard: dist/* string */.YjP(),
    /** Its first `started` record; absent while it has only planned. */
    begun: dist/* exactOptional */.yqP((0,lib/* members */.olW)(REFERENCE))
});
const SECTION_STATE = (0,lib/* members */.olW)({
    /** Root of the section's index. */
    index: lib/* digest */.brt,
    /** The file that the first record of the section was ruled by: its path, which rules the product from then on. */
    config: dist/* exactOptional */.yqP(dist/* string */.YjP()),
    /** The last deployment. */
    deployed: dist/* exactOptional */.yqP(PLACED),
    /** The last release that was found to change nothing since. */
    found: dist/* exactOptional */.yqP(PLACED),
    /** The last of those that was accepted anew, as what was live already. */
    confirmed: dist/* exactOptional */.yqP(PLACED),
    /** The last record after which something else may have been live, or what was live was judged anew. */
    judged: dist/* exactOptional */.yqP((0,lib/* members */.olW)({ ...REFERENCE, accepted: dist/* boolean */.zMY() })),
    /** The `started` record of a deployment that was never recorded as done. */
    unfinished: dist/* exactOptional */.yqP((0,lib/* members */.olW)(REFERENCE)),
    /** Oldest first. */
    open: (0,lib/* listOf */.c3e)(OPEN_RUN)
});
/** A section that has no record yet. */
const state_EMPTY_SECTION = { index: EMPTY_INDEX, open: [] };
const STANDING = (0,lib/* members */.olW)({
    /** The section's newest record. */
    sequence: lib/* count */.U9N,
    /** Its hash; absent for the newest record of all, which cannot hold its own. */
    record: dist/* exactOptional */.yqP(lib/* digest */.brt),
    /** Digest of the section's state. */
    state: lib/* digest */.brt
});
const LEDGER_STATE = (0,lib/* members */.olW)({
    sections: dist/* pipe */.FsL((0,lib/* mapOf */.A72)(STANDING), dist/* check */.z6Y(sections => Object.keys(sections).every(isSection)))
});
/** The bytes of a state's file (RFC 8785). */
function encodeState(state) {
    const text = textOfMembers(state, textOfPart);
    return { text, digest: (0,lib/* sha256 */.scB)(text) };
}
/** Parts of states as they are written: from one record to the next most of them stay as they were. */
const written = new WeakMap();
function textOfPart(name, part) {
    if (Array.isArray(part))
        return `[${part.map(textOfValue).join(',')}]`;
    // Sections change one by one, as the members of a list do.
    return name === 'sections' ? textOfMembers(Object(part), (_, standing) => textOfValue(standing)) : textOfValue(part);
}
function textOfValue(value) {
    if (typeof value !== 'object' || value === null)
        return (0,lib/* canonicalJson */.djW)(value);
    const text = written.get(value) ?? (0,lib/* canonicalJson */.djW)(value);
    written.set(value, text);
    return text;
}
/** An object with its names in their order, as RFC 8785 has it. */
function textOfMembers(object, textOf) {
    const members = Object.entries(object).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${textOf(name, member)}`).join(',')}}`;
}
/** Reads a section's state; `undefined` unless the bytes are a section's state. */
function decodeSectionState(bytes) {
    return decode(SECTION_STATE, bytes);
}
/** Reads the state of all sections; `undefined` unless the bytes are that. */
function decodeLedgerState(bytes) {
    return decode(LEDGER_STATE, bytes);
}
/** Bytes that hash to what a record signed are canonical; parsing them is all that is left to do. */
function decode(shape, bytes) {
    try {
        const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
        return (0,lib/* fits */.lA6)(shape, value) ? value : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/issuer-key.js


/** What the modulus of a key may have, in bits. */
const STRENGTH = { least: 2048, most: 8192 };
/**
 * The file of a key that signs tokens: the members that make it this key, in the one order (RFC 7638, section 3.2). So the hash of the file
 * is the key's thumbprint, and nobody can put another key under its name.
 */
function encodeIssuerKey({ e, kty, n }) {
    return Buffer.from(JSON.stringify({ e, kty, n }), 'utf8');
}
/** The thumbprint of a key (RFC 7638, SHA-256). */
function thumbprintOf(key) {
    return (0,lib/* sha256 */.scB)(encodeIssuerKey(key));
}
/** Reads the file of a key that must have a thumbprint; `undefined` unless it is exactly that key, and strong enough. */
function decodeIssuerKey(file, thumbprint) {
    if ((0,lib/* sha256 */.scB)(file) !== thumbprint)
        return undefined;
    try {
        const members = JSON.parse(Buffer.from(file).toString('utf8'));
        const [jwk] = (0,lib/* readJwks */.M5o)({ keys: [{ kid: 'archived', ...members }] }) ?? [];
        return jwk === undefined || Buffer.compare(encodeIssuerKey(jwk), file) !== 0 ? undefined : keyObjectOf(jwk);
    }
    catch {
        return undefined;
    }
}
/** The key of its JSON form; `undefined` when it is too weak, or not written in the one form. */
function keyObjectOf({ e, kty, n }) {
    const key = (0,external_node_crypto_.createPublicKey)({ key: { e, kty, n }, format: 'jwk' });
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    const strong = modulusLength >= STRENGTH.least && modulusLength <= STRENGTH.most;
    // What is even has no product of two large primes in it, and programs do not agree on what it verifies.
    const isOdd = (Buffer.from(n, 'base64url').at(-1) ?? 0) % 2 === 1;
    return strong && isOdd && key.export({ format: 'jwk' }).n === n ? key : undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/issuer-keys.js


/** Keys as an issuer publishes them, without those that are too weak to count. */
function issuerKeysOf(published) {
    const usable = published.flatMap(jwk => {
        const key = keyObjectOf(jwk);
        return key === undefined ? [] : [[thumbprintOf(jwk), key]];
    });
    return new IssuerKeys(new Map(usable));
}
/** The keys of an issuer that are at hand. */
class IssuerKeys {
    #keys;
    /** Which key signed under which name: the archive keeps keys without the names that the issuer gives them. */
    #named = new Map();
    constructor(keys) {
        this.#keys = keys;
    }
    /** The thumbprints of the keys. */
    get thumbprints() {
        return new Set(this.#keys.keys());
    }
    /** These keys and others. */
    and(others) {
        return others.size === 0 ? this : new IssuerKeys(new Map([...this.#keys, ...others]));
    }
    /** The thumbprint of the key that signed a token (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3); `undefined`: none of these. */
    signerOf(token) {
        const known = this.#named.get(token.keyId);
        if (known !== undefined && this.#isSigner(known, token))
            return known;
        for (const thumbprint of this.#keys.keys()) {
            if (thumbprint === known || !this.#isSigner(thumbprint, token))
                continue;
            this.#named.set(token.keyId, thumbprint);
            return thumbprint;
        }
        return undefined;
    }
    #isSigner(thumbprint, { signed, signature }) {
        const key = this.#keys.get(thumbprint);
        return key !== undefined && (0,external_node_crypto_.verify)('RSA-SHA256', signed, key, signature);
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/token.js



/** How many bytes a token may have. GitHub's have about two thousand; properties of a repository can add some. */
const TOKEN_LIMIT = 16 * 1024;
/** The bytes of a token's file: the token exactly as GitHub issued it, on one line. */
function encodeToken(token) {
    return Buffer.from(`${token}\n`, 'utf8');
}
/** Reads a token's file (RFC 7515, compact serialization; RFC 7519), as strictly as GitHub writes it. */
function decodeToken(file) {
    if (file.length > TOKEN_LIMIT)
        return refused(`it has ${file.length} bytes, more than any token (${TOKEN_LIMIT})`);
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    const parts = bytes.toString('latin1').split('.');
    const [header, claims, signature] = parts;
    if (header === undefined || claims === undefined || signature === undefined || parts.length !== 3) {
        return refused('it has not three parts');
    }
    if (!signature.endsWith('\n'))
        return refused('it does not end with its line');
    const read = { header: decodePart(header), claims: decodePart(claims), signature: decodePart(signature.slice(0, -1)) };
    if (read.header === undefined || read.claims === undefined || read.signature === undefined) {
        return refused('one of its parts is not base64url in its one form');
    }
    const key = readHeader(parseJson(read.header));
    if (!key.ok)
        return key;
    const content = (0,lib/* readClaims */.IpG)(parseJson(read.claims));
    if (!content.ok) {
        return refused(content.misfit === '' ? 'its claims are not an object' : `its claim "${content.misfit}" is missing or malformed`);
    }
    const signed = bytes.subarray(0, header.length + 1 + claims.length);
    return { ok: true, token: { keyId: key.id, claims: content.claims, signed, signature: read.signature } };
}
/**
 * Which key a header names. The algorithm is not the token's to choose: with `none` it would need no signature, with `HS256` the public key
 * would make one. Keys and addresses of keys in a header are not looked at.
 */
function readHeader(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        return refused('its header is not an object');
    const { alg, kid, typ } = value;
    if (alg !== 'RS256')
        return refused(`its algorithm is ${JSON.stringify(alg)}, not RS256`);
    if (typ !== undefined && typ !== 'JWT')
        return refused('its header says that it is something else than a JWT');
    // Whoever does not know what is critical must refuse (RFC 7515, section 4.1.11), and here nothing is known.
    if (Object.hasOwn(value, 'crit') || Object.hasOwn(value, 'b64'))
        return refused('its header asks for extensions');
    if (typeof kid !== 'string' || kid === '')
        return refused('its header names no key');
    return { ok: true, id: kid };
}
/** The bytes of a part; `undefined` unless it is spelled as everybody spells them: no padding, no spare bits, no other letters. */
function decodePart(part) {
    const bytes = Buffer.from(part, 'base64url');
    return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}
/** The value of a part; `undefined` unless it is JSON in UTF-8 that nests no deeper than a record may: every reader can read that. */
function parseJson(bytes) {
    if (!(0,external_node_buffer_.isUtf8)(bytes) || nestsTooDeep(bytes))
        return undefined;
    try {
        return JSON.parse(bytes.toString('utf8'));
    }
    catch {
        return undefined;
    }
}
function refused(problem) {
    return { ok: false, problem };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/token-problem.js


/** The audience of the token that speaks for a record: nobody else takes it, and it speaks for no other record. */
function audienceOf(hash) {
    return `sluice:${(0,lib/* hexOf */.ZDm)(hash)}`;
}
/** What is said of a token whose key nothing tells to be the issuer's. */
const UNKNOWN_KEY = "its token was not signed by any key that is known to be the issuer's";
/** Why GitHub's word does not hold for a record; `undefined` when it does. */
function findTokenProblem(vouched, rules) {
    if (vouched.token === undefined) {
        return rules.unvouched === true ? undefined : 'GitHub does not vouch for it: there is no token beside it';
    }
    const read = token_problem_readVouching(vouched, vouched.token, rules);
    return read.ok ? undefined : read.problem;
}
/** Reads the token beside a record, and compares what it says with what the record says. */
function token_problem_readVouching({ record, hash, keys }, file, rules) {
    const decoded = decodeToken(file);
    if (!decoded.ok)
        return { ok: false, problem: `its token is malformed: ${decoded.problem}` };
    const { token } = decoded;
    const key = keys.signerOf(token);
    if (key === undefined) {
        return { ok: false, problem: UNKNOWN_KEY };
    }
    const { claims } = token;
    const problem = findIssuance(claims, hash, rules.issuer ?? lib/* GITHUB_ISSUER */.oXV) ??
        findTokenTimeProblem(claims, record) ??
        findContradiction(claims, record) ??
        findActorProblem(claims, record) ??
        findJobProblem(claims, record) ??
        findSuiteProblem(claims, record, rules);
    return problem === undefined ? { ok: true, claims, key } : { ok: false, problem, key };
}
function findIssuance({ iss, aud }, hash, issuer) {
    if (!(0,lib/* isIssuer */.GZB)(iss, issuer))
        return `its token was issued by ${iss}, not by ${issuer}`;
    return aud === audienceOf(hash) ? undefined : `its token speaks for ${aud}, but the record is ${audienceOf(hash)}`;
}
/**
 * A token is asked for as soon as its record has a time, and tells when. That bounds the record's time; when somebody verifies does not
 * matter, since a token that has expired still says what it said.
 */
function findTokenTimeProblem({ nbf, iat, exp }, { time }) {
    if (nbf > iat || iat >= exp)
        return 'its token was issued at a time when it did not hold';
    if (Math.abs(iat * 1000 - Date.parse(time)) <= lib/* CLOCK_SKEW */.GIh)
        return undefined;
    return `its token was issued at ${(0,lib/* printMoment */.AdD)(iat * 1000)}, but the record says ${time}`;
}
/** What a record and the token of its job both tell: the name in the token, the name in the record, and the record's word. */
const TOLD = [
    ['repository_id', 'run.repository', ({ run }) => run.repository],
    ['run_id', 'run.id', ({ run }) => run.id],
    ['run_attempt', 'run.attempt', ({ run }) => String(run.attempt)],
    ['ref', 'run.ref', ({ run }) => run.ref],
    ['workflow_ref', 'run.workflow', ({ run }) => run.workflow],
    ['workflow_sha', 'run.workflowSha', ({ run }) => run.workflowSha],
    ['runner_environment', 'run.runner', ({ run }) => run.runner]
];
function findContradiction(claims, record) {
    for (const [claim, member, of] of TOLD) {
        if (claims[claim] !== of(record)) {
            return `GitHub says ${claim} ${JSON.stringify(claims[claim])}, but the record says ${member} ${JSON.stringify(of(record))}`;
        }
    }
    return undefined;
}
/**
 * Who started the run. GitHub does not document whom a token names once someone else started the run again: the first actor, as the runner does
 * (`GITHUB_ACTOR_ID`), or who did. The record knows both, and the token stays beside it; either will do.
 */
function findActorProblem({ actor_id, actor }, { actor: first, run }) {
    const isRerunner = run.attempt > 1 && actor !== undefined && actor === run.triggeringActor;
    if (actor_id === first.id || isRerunner)
        return undefined;
    return `GitHub says actor_id ${JSON.stringify(actor_id)}, but the record says actor.id ${JSON.stringify(first.id)}`;
}
/**
 * From which jobs a record may come. What touches an environment must come from a job behind that environment's gate, which GitHub lets in
 * only when its rules are met. No job behind one gate speaks for another environment, and none for what is built and released for all. Jobs that record
 * outcomes are behind no gate: their token names no environment, so only the key tells of which they may speak.
 */
function findJobProblem({ environment: job }, record) {
    if (job === undefined) {
        return isBehindGate(record)
            ? `${record.event} is told by a job behind the gate of ${record.environment}, but GitHub says that the job named no environment`
            : undefined;
    }
    if (record.environment === undefined)
        return `GitHub says that a job of environment ${job} wrote it, but ${record.event} belongs to none`;
    // GitHub finds environments whatever the case of their names.
    if (job.toLowerCase() === record.environment.toLowerCase())
        return undefined;
    return `GitHub says that a job of environment ${job} wrote it, but it is about ${record.environment}`;
}
/** `started` and `deployed`: what the deploy job tells of itself. */
function isBehindGate({ event }) {
    return event === 'started' || event === 'deployed';
}
function findSuiteProblem({ job_workflow_ref: ref, job_workflow_sha: commit }, { run: { sluice: recorded } }, { sluice }) {
    if (sluice === undefined)
        return undefined;
    const prefix = `${sluice.repository}/.github/workflows/`;
    if (!ref.toLowerCase().startsWith(prefix.toLowerCase())) {
        return `GitHub says that the workflow ${ref} ran, which is not one of ${sluice.repository}`;
    }
    if (sluice.commits !== undefined && !sluice.commits.includes(commit))
        return `GitHub says that commit ${commit} of ${sluice.repository} ran, which is none that may write`;
    if (recorded === undefined)
        return undefined;
    // The name of a tag says nothing against a commit: it may have stood there.
    const { repository, commit: said = commit } = recorded;
    const isSame = said === commit && repository.toLowerCase() === sluice.repository.toLowerCase();
    return isSame
        ? undefined
        : `GitHub says that commit ${commit} of ${sluice.repository} ran, but the record says commit ${said} of ${repository}`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/vouched-records.js






/**
 * The files in which GitHub vouches for records that are about to be written: their tokens, a copy of the newest one's, and the keys that
 * signed them. A token that readers would not take is refused here: nothing can be taken off a ledger.
 * @throws UserError when GitHub says otherwise than a record.
 */
async function vouchForRecords(voucher, records, rules = {}) {
    // Empty without a token: the record before may have had one.
    if (voucher === undefined)
        return [{ path: NEWEST_TOKEN_PATH, content: new Uint8Array() }];
    const { sluice } = rules;
    const { commits } = voucher;
    const writing = sluice === undefined || commits === undefined ? rules : { ...rules, sluice: { ...sluice, commits } };
    const vouched = await Promise.all(records.map(async (record) => vouchFor(voucher, record, writing)));
    const newest = vouched.at(-1)?.token.content ?? new Uint8Array();
    const keys = new Map(vouched.map(({ key }) => [key.path, key]));
    return [...vouched.map(({ token }) => token), ...keys.values(), { path: NEWEST_TOKEN_PATH, content: newest }];
}
async function vouchFor(voucher, { record, hash }, rules) {
    const { token, keys } = await voucher.vouch(hash);
    const content = encodeToken(token);
    const vouching = token_problem_readVouching({ record, hash, keys: issuerKeysOf(keys) }, content, rules);
    const key = vouching.ok ? keys.find(jwk => thumbprintOf(jwk) === vouching.key) : undefined;
    if (!vouching.ok || key === undefined) {
        throw new lib/* UserError */.yot(`Record ${record.sequence} (${record.event}) cannot be written: ${vouching.ok ? 'its key is unknown' : vouching.problem}. Nothing was written. Call the workflows of Sluice as its README says, and re-run the job.`);
    }
    return {
        token: { path: paths_tokenPath(record.sequence), content },
        key: { path: paths_issuerKeyPath(thumbprintOf(key)), content: encodeIssuerKey(key) }
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/chain.js







/** Turns drafts into records that follow the head of the ledger, each naming the one before and the state after it, and into their files. */
async function chainRecords(chain) {
    const { head, machine, keyring, voucher, rules } = chain;
    const chained = [];
    let previous = head.hash;
    for (const [n, draft] of chain.drafts.entries()) {
        const link = place(draft, head.sequence + n + 1, previous, chain);
        chained.push(link);
        previous = link.added.hash;
    }
    const records = chained.map(({ added }) => added);
    // First: a token tells when it was issued, and must not do so long after the time of its record. A signature may take minutes.
    const tokens = await vouchForRecords(voucher, records, rules.tokens);
    const files = await Promise.all(chained.map(async (it) => chain_filesOf(it, keyring)));
    return {
        records,
        files: [
            ...files.flatMap((own, n) => [...own, ...copiesOf(own, chained, n)]),
            ...stateFiles(machine),
            ...tokens,
            // Written each time: the same bytes change nothing, and asking whether it is there would be one more call.
            ...(keyring?.keys ?? []).map(({ fingerprint, pem }) => ({
                path: paths_keyPath(fingerprint),
                content: Buffer.from(pem, 'utf8')
            }))
        ]
    };
}
/** Makes a draft the record of its number. @throws UserError when its key is not in force there. */
function place(draft, sequence, previous, { machine, keyring, rules, now }) {
    const key = keyring?.claimFor(draft);
    if (key !== undefined && rules.advisory !== true)
        refuseEnded({ ...key, sequence }, rules.trust);
    const body = {
        ...draft,
        version: 2,
        sequence,
        ...(previous === undefined ? {} : { previous }),
        time: new Date(now).toISOString()
    };
    const record = { ...body, state: machine.add(body), ...(key === undefined ? {} : { key }) };
    const { bytes, hash } = encodeRecord(record);
    // Nothing can be taken off a ledger, and one record that cannot be read stops everybody who reads it.
    const read = record_decodeRecord(bytes, sequence);
    if (!read.ok)
        throw new lib/* Failure */.HRU(`Record ${sequence} (${draft.event}) would not be readable: ${read.problem}. Nothing was written.`);
    machine.seal(hash);
    return { added: { record, hash }, bytes };
}
/** The files of a record: itself, and its signature. */
async function chain_filesOf({ added, bytes }, keyring) {
    const { record } = added;
    const file = { path: paths_recordPath(record.sequence), content: bytes };
    if (keyring === undefined)
        return [file];
    return [file, { path: paths_signaturePath(record.sequence), content: await keyring.sign(record, bytes) }];
}
/** Copies of a record's files in the places where the newest one is looked for. Of a record without a signature, an empty one. */
function copiesOf(files, chained, n) {
    const sections = chained.map(({ added }) => section_sectionOf(added.record));
    const section = sections[n];
    const places = [
        ...(n === sections.length - 1 ? ['ledger'] : []),
        ...(section === undefined || sections.lastIndexOf(section) !== n ? [] : [section])
    ];
    const [record, signature] = files;
    return places.flatMap(of => [
        { path: newestPath(of), content: record?.content ?? new Uint8Array() },
        { path: `${newestPath(of)}.sig`, content: signature?.content ?? new Uint8Array() }
    ]);
}
/** The states that the newest record commits to. */
function stateFiles(machine) {
    const sections = machine
        .touched()
        .flatMap(({ section, state, index }) => [
        { path: sectionStatePath(section), content: Buffer.from(encodeState(state).text, 'utf8') },
        ...index
            .changes()
            .map(({ file, text }) => ({ path: indexPath(section, file), content: Buffer.from(text, 'utf8') }))
    ]);
    return [{ path: STATE_PATH, content: Buffer.from(machine.ledger().text, 'utf8') }, ...sections];
}

;// CONCATENATED MODULE: ./packages/ledger/lib/commit-message.js


// What the commits of the ledger say: for people who read `git log`; nothing depends on it.
/** The message of the commit that makes the ledger's branch. */
const commit_message_OPENING = 'Open the ledger';
/** What a commit says of the records that it adds: each in words, then its number and hash. */
function commitMessage(records) {
    const summary = records.map(({ record }) => describeRecord(record)).join(', ');
    const body = records.map(({ record, hash }) => `${record.sequence} ${(0,lib/* hexOf */.ZDm)(hash)}`).join('\n');
    return `Record ${summary}\n\n${body}`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/find-recorded.js




/**
 * For each draft the record that states it already, if there is one. Costs a call only when something was found.
 * @param view must have the identities of all drafts in scope.
 * @throws UserError when the record states the same event of something else, or cannot be trusted.
 */
async function findRecorded(view, drafts) {
    const references = drafts.map(draft => view.index(section_sectionOf(draft)).get(index_key_identityOf(draft)));
    await view.prefetch(references.filter(reference => reference !== undefined));
    return Promise.all(drafts.map(async (draft, n) => {
        const reference = references[n];
        return reference === undefined ? undefined : checkRecorded(view, draft, reference);
    }));
}
async function checkRecorded(view, draft, reference) {
    const record = await view.record(reference, section_sectionOf(draft));
    const other = COMPARED.find(member => (0,lib/* canonicalJson */.djW)([record[member]]) !== (0,lib/* canonicalJson */.djW)([draft[member]]));
    if (index_key_identityOf(record) === index_key_identityOf(draft) && other === undefined)
        return { record, hash: encodeRecord(record).hash };
    throw new lib/* UserError */.yot(`Ledger record ${reference.sequence} is this job's "${draft.event}" record already, and it is about another ${other ?? 'event'}. A job records each event only once: start a new run.`);
}
/**
 * What a record is about. Who says it again must say the same of these, or the new one would pass for recorded, and its documents would be
 * named by no record. What was seen around it (approvals, policy, details) may have moved between two tries.
 */
const COMPARED = ['release', 'unit', 'plan', 'dossier', 'evidence'];

;// CONCATENATED MODULE: ./packages/ledger/lib/judged.js
/** Whether what was decided still holds, asked only where the ledger gained something that could change it. */
class Judged {
    #grounds;
    #at;
    constructor(grounds) {
        this.#grounds = grounds;
        this.#at = grounds?.at ?? 0;
    }
    /**
     * Decides again where a section has newer records than those that the decision saw. The commit lands on the ledger of this view or not at all: what
     * comes while it is decided again makes it another try.
     */
    async require({ state, head }) {
        if (this.#grounds === undefined)
            return;
        const { sections, again } = this.#grounds;
        if (!sections.some(section => (state.sections[section]?.sequence ?? 0) > this.#at))
            return;
        await again();
        this.#at = head.sequence;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/keyring.js






/** The keys that some records are signed with, each read once. */
class Keyring {
    #signers;
    #keys;
    constructor(signers, keys) {
        this.#signers = signers;
        this.#keys = keys;
    }
    /**
     * Reads the public keys of everybody who signs one of these.
     * @throws UserError for one that no reader would take.
     */
    static async open(signers, drafts, { trust, advisory = false }) {
        if (signers === undefined)
            return undefined;
        const names = [...new Set(drafts.map(lib/* signerOf */.Kvo))];
        const keys = await Promise.all(names.map(async (name) => [name, await signers(name).publicKey()]));
        if (!advisory)
            for (const [signer, { fingerprint }] of keys)
                refuseUnlisted({ signer, fingerprint }, trust);
        return new Keyring(signers, new Map(keys));
    }
    get keys() {
        return [...this.#keys.values()];
    }
    /** What a record says of its key. */
    claimFor(draft) {
        const signer = (0,lib/* signerOf */.Kvo)(draft);
        return { signer, fingerprint: this.#keyOf(signer).fingerprint };
    }
    /** The signature's file of a record's file. */
    async sign(draft, bytes) {
        const name = (0,lib/* signerOf */.Kvo)(draft);
        const signature = lowS(await this.#signers(name).sign(signedBytes(bytes)));
        // A key that was replaced since its public half was read would leave a record that nobody can ever verify.
        if (!isSignatureOf((0,external_node_crypto_.createPublicKey)(this.#keyOf(name).pem), bytes, signature))
            throw new lib/* Failure */.HRU(`The signature of ${name} does not match its public key. Re-run the job.`);
        return encodeSignature(signature);
    }
    #keyOf(name) {
        const key = this.#keys.get(name);
        if (key === undefined)
            throw new lib/* Failure */.HRU(`The key of ${name} was not read.`);
        return key;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/time-order.js

/**
 * Compares times along the chain: a back-dated record would shorten a soak, one from the future would outlive a plan's expiry. A record gets
 * its time between reading the head and swapping in the new one, so an honest ledger's times run forwards but for the clocks that gave them.
 */
function time_order_findChainTimeProblem(older, newer) {
    if (Date.parse(older.time) - Date.parse(newer.time) <= CLOCK_SKEW)
        return undefined;
    return `time runs backwards: record ${older.sequence} is of ${older.time}, record ${newer.sequence} of ${newer.time}`;
}
/** How long a record may be on its way to the ledger, in milliseconds, while it is signed and vouched for. What takes longer is not sent: see Landing. */
const ON_THE_WAY = 5 * 60_000;
/**
 * Compares what a record says with when it was committed. Without that, a record from the future would make each honest one after it look
 * dated back.
 */
function time_order_findCommitTimeProblem({ time }, committed) {
    if (committed === undefined)
        return undefined;
    const age = committed - Date.parse(time);
    if (age >= -CLOCK_SKEW && age <= CLOCK_SKEW + ON_THE_WAY)
        return undefined;
    return `it says ${time}, but it was committed at ${printMoment(committed)}`;
}
/** The record with the later time. */
function time_order_laterOf(record, other) {
    return other !== undefined && Date.parse(other.time) > Date.parse(record.time) ? other : record;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/landing.js


/**
 * Sends records to the ledger while their time is still true. Whoever verifies compares it with the date of the commit, and nothing can be taken off a ledger:
 * after any long wait, the records are placed, signed and vouched for anew.
 */
class Landing {
    #options;
    #waits;
    constructor(options) {
        const { clock, log, patience = lib/* RATE_LIMIT_PATIENCE */.Nv3 } = options;
        this.#options = options;
        this.#waits = new lib/* RateLimitWaits */.oPt({ clock, log, patience });
    }
    /** Sends a commit, once. @throws GitHubError where GitHub asks for a longer pause than there is patience. */
    async send({ oid, placed, message, files }) {
        const { store, clock } = this.#options;
        if (clock.now() - placed > ON_THE_WAY)
            return 'late';
        try {
            return await store.commit(oid, message, files);
        }
        catch (error) {
            await this.#waits.after(error);
            return 'limited';
        }
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/open-head.js



/**
 * The newest state, of a ledger that is opened if it does not exist and nothing of it is anchored. GitHub may not show at once what was just written: a
 * branch that is new or was just moved stays as it was to some readers for seconds (github/branch-deploy#180, PyGithub/PyGithub#2759).
 * @throws UserError for a ledger that went back since an earlier look: it would be carried on as if nothing had been there.
 */
async function openHead(opening, alongside, since, { anchoring, seen }) {
    const { store, clock, log } = opening;
    const look = async (anchored, at) => store.head([...alongside, ...anchored], at);
    const first = await anchoring.look(look, since);
    if (seen === undefined)
        return first ?? openBranch(opening, alongside);
    let head = first;
    const giveUp = clock.now() + UNSEEN;
    for (let looks = 1; (head?.sequence ?? 0) < seen.sequence && clock.now() < giveUp; looks++) {
        if (looks === 1)
            log.info(`GitHub shows an older ledger than a moment ago; waiting up to ${UNSEEN / 1000} s until it shows that one again.`);
        await clock.sleep(Math.min((0,lib/* backoff */.JNn)(LOOKS, looks), giveUp - clock.now()));
        head = await anchoring.look(look, 'now');
    }
    return requireCarriedOn(head, seen);
}
/** Makes the branch, and waits until it can be read. */
async function openBranch({ store, owner, clock, log }, alongside) {
    const empty = encodeHead({ ...owner, sequence: 0 });
    let created = await store.create(empty);
    const giveUp = clock.now() + UNSEEN;
    for (let look = 1;; look++) {
        const opened = await store.head(alongside);
        if (opened !== undefined)
            return opened;
        const left = giveUp - clock.now();
        if (left <= 0)
            throw new lib/* Failure */.HRU(`The ledger branch was created, but GitHub has not shown it for ${UNSEEN / 1000} s. Re-run the job.`);
        if (look === 1)
            log.info(`The ledger branch is new; waiting up to ${UNSEEN / 1000} s until GitHub shows it.`);
        await clock.sleep(Math.min((0,lib/* backoff */.JNn)(LOOKS, look), left));
        if (!created)
            created = await store.create(empty);
    }
}
function requireCarriedOn(head, seen) {
    if (head !== undefined && head.sequence > seen.sequence)
        return head;
    if (head !== undefined && head.sequence === seen.sequence && head.hash === seen.hash)
        return head;
    throw new lib/* UserError */.yot(`The ledger went back from record ${seen.sequence} to record ${head?.sequence ?? 0} while this job was writing: the branch was rewound or deleted, or another was put in its place. Restore it to the commit ${seen.oid}, then re-run the job.`);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/blank.js
const BLANK = /^[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*$/;
/** Whether a text says nothing. The characters are those of docs/ledger.md: what a language takes off the ends of a text differs from one to the next. */
function isBlank(text) {
    return BLANK.test(text);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/consent-problem.js

/**
 * Why nobody has agreed to what only a reviewer's word lets happen: where the gate that was asked has reviewers, one of them other than who started
 * the run, and nobody rejected it.
 * @param deed what was done, for the problem.
 */
function findConsentProblem(record, deed) {
    const { approvals = [], protection } = record;
    if (protection === undefined || protection.reviewers.length === 0)
        return undefined;
    const parties = (0,lib/* partiesOf */.uRO)({ ...(0,lib/* starterOf */.tQN)(record), authors: undefined });
    const gate = (0,lib/* judgeAnswers */.nOc)(approvals, parties, protection);
    if (gate.open)
        return undefined;
    switch (gate.why) {
        case 'rejected':
            return `${deed} though ${gate.answer.login} rejected it`;
        case 'unanswered':
            return `${deed} without an approval`;
        case 'objected':
            return `${deed} with no approval that counts: ${gate.objections.join('; ')}`;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/adoption-problem.js


/**
 * Why an adoption does not count: it takes the place of a build that Sluice did not see, so it must say what was adopted, why, and how that was
 * checked; and where the gate has reviewers, one of them other than who asked must have agreed, to this and to nothing else.
 */
function adoption_problem_findAdoptionProblem(record, past) {
    if (record.event !== 'adopted')
        return undefined;
    const { unit, detail } = record;
    if (unit === undefined)
        return 'adopted names no unit';
    if (isBlank(detail?.reason ?? ''))
        return `adopted ${unit.digest} without a reason`;
    if (isBlank(detail?.checked ?? ''))
        return `adopted ${unit.digest} without saying how it was checked`;
    const first = past.adoptedBefore(record);
    if (first !== undefined && adoptsOther(record, first))
        return `adopted ${unit.digest} of ${unit.name} in a run whose approval was for what record ${first.sequence} adopted`;
    return findConsentProblem(record, `adopted ${unit.digest}`);
}
/** Whether two records adopt different things: another unit, or another digest of it. */
function adoptsOther({ unit: one }, { unit: other }) {
    return one !== undefined && other !== undefined && (one.name !== other.name || one.digest !== other.digest);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/other-adoption.js



/** Asks for the newest record with which a run adopted something. */
function adoptionBy({ id }) {
    return ['adopted-by', id];
}
/**
 * Refuses a run that has adopted something else: whoever answered at the gate was asked about that, and GitHub tells neither which job nor which
 * attempt of the run an answer was for.
 * @throws UserError
 */
function refuseOtherAdoption(draft, before) {
    if (before?.unit === undefined || !adoptsOther(draft, before))
        return;
    const { name, digest } = before.unit;
    throw new lib/* UserError */.yot(`This run has adopted ${name} ${digest} already (record ${before.sequence}), and its approval was for that. Adopt each digest in a run of its own.`);
}
/** The same for what is about to be added: another job of the run may have been faster. @param view must have {@link adoptionBy} in scope. */
async function refuseOtherAdoptions(view, drafts) {
    for (const draft of drafts) {
        if (draft.event !== 'adopted')
            continue;
        const reference = view.index('product').get(indexKey(adoptionBy(draft.run)));
        if (reference !== undefined)
            refuseOtherAdoption(draft, await view.record(reference, 'product'));
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/overtaken.js



/** What may land between the look that an acceptance was decided on and the acceptance: the keys by which an append sees it. */
function keysAgainst(draft, seen) {
    const keys = questionsAgainst(draft);
    const own = keys === undefined ? [] : [keys.withdrawn, keys.since];
    return [...own, ...((0,lib/* foundInPlace */.NbA)(draft) ? withdrawalsOf(seen) : [])];
}
/**
 * Refuses an acceptance of what was withdrawn since the run began to deploy it, or since it was accepted last; and one that deployed nothing, if something else may be
 * live since it was decided. An append that somebody else was faster than tries again with what was decided before; an acceptance that lands behind a
 * withdrawal would take it back, and one behind somebody else's deployment would be taken for its.
 * @throws UserError
 */
function refuseOvertaken(view, drafts, seen) {
    for (const draft of drafts) {
        refuseWithdrawn(view, draft);
        refuseDeployedOver(view, draft, drafts);
        if (seen !== undefined && (0,lib/* foundInPlace */.NbA)(draft))
            refuseReplaced(view, draft, seen);
    }
}
function refuseWithdrawn(view, draft) {
    const keys = questionsAgainst(draft);
    if (keys === undefined)
        return;
    const index = view.index(section_sectionOf(draft));
    const withdrawn = index.get(keys.withdrawn);
    if (withdrawn === undefined || withdrawn.sequence < (index.get(keys.since)?.sequence ?? 0))
        return;
    throw new lib/* UserError */.yot(`Release ${(0,lib/* releaseId */.BfF)(keys.release)} was withdrawn in ${draft.environment} by record ${withdrawn.sequence} while this job checked it, so it is not accepted. Re-run the failed jobs: the outcome is recorded then.`);
}
/** Whose run deployed may be overtaken, too: by the next one, when only its checks are run again. */
function refuseDeployedOver(view, draft, drafts) {
    const { event, release } = draft;
    if (event !== 'accepted' || release === undefined || (0,lib/* foundInPlace */.NbA)(draft))
        return;
    if (drafts.some(it => it.event === 'deployed' && it.release?.digest === release.digest))
        return;
    refuseBegun(view, draft, release.digest);
    const { deployed } = view.section(section_sectionOf(draft));
    if (deployed === undefined || deployed.release.digest === release.digest)
        return;
    throw new lib/* UserError */.yot(`Run ${deployed.run} deployed release ${(0,lib/* releaseId */.BfF)(deployed.release.digest)} to ${draft.environment} (record ${deployed.sequence}) after release ${(0,lib/* releaseId */.BfF)(release.digest)}, so that is not accepted. Re-run the failed jobs: the outcome is recorded then.`);
}
/** Checks that are run again while another run deploys, or after it died halfway, do not see what their own run deployed. */
function refuseBegun(view, draft, release) {
    const section = section_sectionOf(draft);
    const { unfinished } = view.section(section);
    const own = view.index(section).get(indexKey(['started', draft.run.id, release]));
    if (unfinished === undefined || unfinished.sequence === own?.sequence)
        return;
    throw new lib/* UserError */.yot(`Another run began to deploy to ${draft.environment} (record ${unfinished.sequence}) after release ${(0,lib/* releaseId */.BfF)(release)}, and the ledger does not hold that as done. No one knows what these checks saw, so the release is not accepted. Re-run the failed jobs once that run has deployed; if it failed, deliver the release again.`);
}
function refuseReplaced(view, draft, seen) {
    const section = section_sectionOf(draft);
    const { deployed, unfinished } = view.section(section);
    const withdrawals = withdrawalsOf(seen).map(key => view.index(section).get(key));
    const newer = [deployed, unfinished, ...withdrawals].find(it => it !== undefined && it.sequence > seen.at);
    if (newer === undefined)
        return;
    throw new lib/* UserError */.yot(`What is live in ${draft.environment} was deployed over or withdrawn by record ${newer.sequence} while this job decided on it, so it is not recorded as ${draft.event}. Re-run the failed jobs: the outcome is recorded then.`);
}
function withdrawalsOf(seen) {
    return (seen?.releases ?? []).map(release => indexKey(['withdrawn', release]));
}
function questionsAgainst(draft) {
    const { event, release, run } = draft;
    if (event !== 'accepted' || release === undefined)
        return undefined;
    const since = (0,lib/* confirmsLive */.aNf)(draft) ? indexKey([event, release.digest]) : indexKey(['started', run.id, release.digest]);
    return { release: release.digest, withdrawn: indexKey(['withdrawn', release.digest]), since };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/undo.js
/** Changes in memory, each with what takes it back: going back costs what has changed since, and no copy is kept. */
class Undo {
    #steps;
    /** Begins to take note. */
    begin() {
        this.#steps ??= [];
    }
    get isOn() {
        return this.#steps !== undefined;
    }
    /** How many changes are noted: what {@link back} is given to come back to here. */
    get length() {
        return this.#steps?.length ?? 0;
    }
    /** Notes how the next change is taken back. */
    note(step) {
        this.#steps?.push(step);
    }
    /** Takes back all changes but the first ones, the newest first. */
    back(length) {
        while (this.length > length)
            this.#steps?.pop()?.();
    }
}
/** A map whose changes can be taken back, if somebody wants that. Its values must not change by themselves. */
class UndoableMap extends Map {
    #undo;
    constructor(undo) {
        super();
        this.#undo = undo;
    }
    set(key, value) {
        this.#note(key);
        return super.set(key, value);
    }
    delete(key) {
        this.#note(key);
        return super.delete(key);
    }
    #note(key) {
        if (this.#undo?.isOn !== true)
            return;
        const [was, before] = [this.has(key), this.get(key)];
        this.#undo.note(() => {
            if (was)
                super.set(key, before);
            else
                super.delete(key);
        });
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/state-machine.js






/**
 * The state of a ledger, carried on record by record. Who appends and who verifies use this one definition of what each record does to it.
 *
 * ```
 * record n ──► state of its section ──► state of the ledger ──► committed to by record n
 *                └─ root of its index       └─ for each section: newest record, its hash, its state
 * ```
 */
class StateMachine {
    #sections;
    #standings;
    #touched;
    #undo;
    /** The section of the newest record. */
    #newest;
    /** @param undo is told how to take records back, where somebody may want that. */
    constructor(undo) {
        this.#undo = undo;
        this.#sections = new UndoableMap(undo);
        this.#standings = new UndoableMap(undo);
        this.#touched = new UndoableMap(undo);
    }
    /** Takes over how far the sections are. @param hash of the newest record, which the state that it commits to cannot hold. */
    restore({ sections }, hash) {
        for (const [section, standing] of Object.entries(sections)) {
            if (standing.record === undefined)
                this.#newest = section;
            this.#standings.set(section, { ...standing, record: standing.record ?? hash });
        }
    }
    /** Takes over a section, so that records can be added to it. */
    open(section, { index: _, ...knowledge }, index) {
        this.#sections.set(section, { index, knowledge });
    }
    /** What the next record commits to. @param body its digest, where somebody has computed it already. */
    add(record, body = reference_digestOfBody(record)) {
        const section = section_sectionOf(record);
        const open = this.#sectionOf(section);
        const added = { record, reference: { sequence: record.sequence, body } };
        const lookup = (key) => open.index.get(key);
        const [knowledge, newest] = [open.knowledge, this.#newest];
        this.#undo?.note(() => {
            open.knowledge = knowledge;
            this.#newest = newest;
        });
        open.knowledge = advance_advance(open.knowledge, added, lookup);
        for (const [key, reference] of entriesOf(added, lookup))
            open.index.set(key, reference);
        const state = encodeState(this.#stateOf(open)).digest;
        this.#standings.set(section, { sequence: record.sequence, state });
        this.#touched.set(section, true);
        this.#newest = section;
        return { section: state, ledger: this.ledger().digest };
    }
    /** Says which hash the newest record has: the states of later ones hold it. */
    seal(hash) {
        const standing = this.#newest === undefined ? undefined : this.#standings.get(this.#newest);
        if (this.#newest !== undefined && standing !== undefined)
            this.#standings.set(this.#newest, { record: hash, ...standing });
    }
    /** The state of all sections, as the newest record commits to it. */
    ledger() {
        // The others are given as they are kept: each is written once.
        const sections = [...this.#standings].map(([section, standing]) => [
            section,
            section === this.#newest ? unsealed(standing) : standing
        ]);
        return encodeState({ sections: Object.fromEntries(sections) });
    }
    /** The sections that records were added to, each with its state and its index. */
    touched() {
        return [...this.#touched.keys()].map(section => {
            const open = this.#sectionOf(section);
            return { section, state: this.#stateOf(open), index: open.index };
        });
    }
    #sectionOf(section) {
        const known = this.#sections.get(section);
        if (known !== undefined)
            return known;
        const { index: _, ...knowledge } = state_EMPTY_SECTION;
        const made = { index: new IndexTree(undefined, this.#undo), knowledge };
        this.#sections.set(section, made);
        return made;
    }
    #stateOf({ index, knowledge }) {
        return { ...knowledge, index: index.root };
    }
}
/** How far the section of the newest record is: the record commits to it, and cannot say its own hash. */
function unsealed({ sequence, state }) {
    return { sequence, state };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/newest-token.js




/** The files that tell whether GitHub vouches for the newest record. */
function filesOfNewestToken(rules) {
    return rules === undefined ? [] : [NEWEST_TOKEN_PATH, ...(rules.known ?? []).map(paths_issuerKeyPath)];
}
/**
 * Why GitHub does not vouch for the newest record with a key that it publishes, or that somebody saw published; `undefined` when it does, and
 * for who did not ask for its keys.
 *
 * The newest record is enough for all: it commits to the states and to every record before it, and the Sluice that wrote it looked at the one
 * before in the same way.
 */
function findNewestProblem(newest, files, rules) {
    if (rules?.published === undefined)
        return undefined;
    const file = files.get(NEWEST_TOKEN_PATH);
    // A record without a token has an empty copy of it: the one before it may have had one.
    const token = file?.length === 0 ? undefined : file;
    const problem = findTokenProblem({ ...newest, token, keys: rules.published.and(archivedKeys(files, rules)) }, rules);
    return problem === UNKNOWN_KEY ? `${problem}. ${wayOut(newest.record)}` : problem;
}
/** The same rules, with the keys that the issuer publishes now if none of those at hand signed the newest record's token. */
async function knowingNewestKey(files, rules) {
    if (rules?.published === undefined || rules.publishedNow === undefined)
        return rules;
    const decoded = decodeToken(files.get(NEWEST_TOKEN_PATH) ?? new Uint8Array());
    if (!decoded.ok || rules.published.and(archivedKeys(files, rules)).signerOf(decoded.token) !== undefined)
        return rules;
    return { ...rules, published: await rules.publishedNow() };
}
/** The keys that somebody saw published, as the ledger keeps them. */
function archivedKeys(files, { known = [] }) {
    const archived = new Map();
    for (const thumbprint of known) {
        const file = files.get(paths_issuerKeyPath(thumbprint));
        const key = file === undefined ? undefined : decodeIssuerKey(file, thumbprint);
        if (key !== undefined)
            archived.set(thumbprint, key);
    }
    return archived;
}
/** The commit of the Sluice that wrote the newest record, by a token that was looked at. */
function commitOfNewest(files) {
    const file = files.get(NEWEST_TOKEN_PATH);
    const decoded = file === undefined ? undefined : decodeToken(file);
    return decoded?.ok === true ? decoded.token.claims.job_workflow_sha : undefined;
}
/** An issuer takes its keys away some day. Whoever delivers again only then cannot see that the key was ever the issuer's: people have to say so. */
function wayOut({ time }) {
    return `If GitHub has replaced the key since ${time}, list the old one in ledger.issuerKeys of delivery.yml: Sluice's docs/ledger.md says how to make sure of it`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/omissions.js
/** Whether a record says that more has to be left out before anybody but the next repair goes on. */
function saysMore(record) {
    return record?.event === 'repaired' && record.detail?.more === true;
}
/** What the repairs of a ledger leave out, of those that were judged so far. */
class Omissions {
    #leftOut = new Map();
    /** The repairs that count, each with the first record that it leaves out; `undefined`: it leaves out none. */
    #repairs = new Map();
    /** Takes in a repair that counts. */
    add(repair, leftOut) {
        for (const one of leftOut)
            this.#leftOut.set(one.sequence, one);
        this.#repairs.set(repair, lowestOf(leftOut));
    }
    /** Oldest first. */
    get all() {
        return [...this.#leftOut.values()].toSorted((a, b) => a.sequence - b.sequence);
    }
    /** The first record that any of them leaves out. */
    get first() {
        return lowestOf(this.#leftOut.values());
    }
    /** Whether a record counts for nothing any more. */
    has(sequence) {
        return this.#leftOut.has(sequence);
    }
    /** Whether a record is a repair that counts. */
    isRepair(sequence) {
        return this.#repairs.has(sequence);
    }
    /** Whether a record is a repair that counts, and says that more is to be repaired. */
    isUnfinished(it) {
        return it !== undefined && this.isRepair(it.sequence) && saysMore(it.record);
    }
    /** Goes back to before what a repair leaves out, and up to that repair without it: what came before it counts as it did. */
    leaveOut(repair, replay) {
        const first = this.#repairs.get(repair);
        if (first !== undefined)
            replay.without(first, repair, sequence => this.#isSkippedBy(sequence, repair));
    }
    #isSkippedBy(sequence, repair) {
        return (this.#leftOut.get(sequence)?.by ?? Number.POSITIVE_INFINITY) <= repair;
    }
}
/** The lowest number of some records. */
function lowestOf(some) {
    let first;
    for (const { sequence } of some)
        first = Math.min(first ?? sequence, sequence);
    return first;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/untrusted.js

/** A record that no decision goes by. */
function tampered(sequence, problem) {
    return untrusted(`Ledger record ${sequence}`, problem);
}
/** A part of the ledger that no decision goes by. */
function untrusted(what, problem) {
    return new lib/* UserError */.yot(`${what} cannot be trusted: ${problem}. Run \`sluice verify\`; no decision is based on this ledger until it verifies. \`sluice repair\` says what to do.`);
}
/** What is left may be in any section, and not all of it would be seen: a token is looked at only beside the newest record of all. */
function unfinished(sequence) {
    return new lib/* UserError */.yot(`The ledger is not repaired yet: record ${sequence} says that more has to be left out. Run the workflow that calls repair.yml for what \`sluice repair\` names, or once more where it names nothing. Until then nothing is decided or written.`);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/require-bound.js


/**
 * Refuses a record that says it was ruled by another file than the section: which one that is, its first record has told, and nobody changes it.
 * @throws UserError
 */
function requireBound(record, { config }) {
    const problem = signature_findOtherConfig(record, config);
    if (problem !== undefined)
        throw tampered(record.sequence, problem);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/unplaced-records.js


/** Records whose signatures count, until somebody has asked where they come from. */
class UnplacedRecords {
    #origins;
    #waiting = [];
    constructor(origins) {
        this.#origins = origins;
    }
    add(record) {
        if (this.#origins !== undefined)
            this.#waiting.push(record);
    }
    /**
     * Asks where those come from that were added.
     * @param newest whose token was looked at, and is among the files: of the others, the Sluice that wrote after them looked at theirs.
     * @throws UserError for one that comes from where none may.
     */
    async requirePlaced(newest, files) {
        const records = this.#waiting.splice(0);
        if (records.length === 0)
            return;
        await this.#origins?.look(records);
        for (const record of records) {
            const problem = this.#origins?.problemOf(record, record === newest ? commitOfNewest(files) : undefined);
            if (problem !== undefined)
                throw tampered(record.sequence, problem);
        }
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/view.js
















/** The files that a scope is proved by, besides `HEAD.json`. */
function filesOfScope({ sections, keys }, { trust, tokens }) {
    return [
        STATE_PATH,
        ...withSignature('ledger'),
        ...filesOfNewestToken(tokens),
        ...sections.flatMap(section => [sectionStatePath(section), ...withSignature(section)]),
        ...new Set(keys.flatMap(indexFiles)),
        ...[...new Set(trust.map(({ key }) => key))].map(paths_keyPath)
    ];
}
/**
 * A ledger as one commit holds it, proved at the same few files whatever its length: head, newest record and what that commits to; of each
 * section the newest record and its state; of each question the path of its answer. What was not asked for is not fetched.
 */
class LedgerView {
    head;
    state;
    /** The newest record of all; absent while there is none. */
    newest;
    #store;
    #rules;
    #keys;
    #sections = new Map();
    #records = new Map();
    #unplaced;
    /** Looks at one commit of a ledger. @throws UserError for a ledger that was tampered with, or is not the one that the rules speak of. */
    static async open(store, head, rules, scope) {
        const tokens = await knowingNewestKey(head.files, rules.tokens);
        const view = new LedgerView(store, head, tokens === undefined ? rules : { ...rules, tokens }, scope);
        await view.#unplaced.requirePlaced(view.newest, head.files);
        return view;
    }
    constructor(store, head, rules, { sections, keys }) {
        this.head = head;
        this.#store = store;
        this.#rules = rules;
        this.#unplaced = new UnplacedRecords(rules.tokens?.origins);
        this.#keys = trustedKeys(rules.trust, head.files);
        const foreign = head_findForeignness(head, rules);
        if (foreign !== undefined)
            throw new lib/* UserError */.yot(`This ledger is not the one of this delivery: ${foreign}. Set ledger.branch in delivery.yml to a branch of its own; nothing was written.`);
        this.newest = head.sequence === 0 ? undefined : this.#proveNewest('ledger', head.sequence, head.hash);
        this.state = this.#proveState(this.newest);
        if (saysMore(this.newest))
            throw unfinished(head.sequence);
        for (const section of sections)
            this.#sections.set(section, this.#proveSection(section));
        for (const { section, key } of keys)
            this.#loadPath(section, key, head.files);
    }
    /** What is known of a section that is in scope. */
    section(section) {
        return this.#open(section).state;
    }
    /** The index of a section that is in scope. */
    index(section) {
        return this.#open(section).index;
    }
    /** The record that answers a question, if there is one. */
    async find(section, question) {
        const key = indexKey(question);
        await this.prepare([{ section, key }]);
        const reference = this.index(section).get(key);
        if (reference === undefined)
            return undefined;
        const record = await this.record(reference, section);
        // A signed root says where the answer is; whether it is one, the record tells.
        if (!keysOf(record).includes(key))
            throw tampered(record.sequence, 'the index leads to it for what it does not say');
        return record;
    }
    /** A record of a section, as the section's state or index names it. */
    async record({ sequence, body }, section) {
        await this.prefetch([{ sequence }]);
        const record = this.#records.get(sequence);
        if (record === undefined)
            throw tampered(sequence, 'its file is missing');
        if (section_sectionOf(record) !== section)
            throw tampered(sequence, `it belongs to ${section_sectionOf(record)}, not to ${section}`);
        // The number and the signature fit also what was written on a ledger that was rewound since.
        if (reference_digestOfBody(record) !== body)
            throw tampered(sequence, `it is another record than the one that ${section} speaks of`);
        requireBound(record, this.section(section));
        return record;
    }
    /** A record of a section that another record names by its number alone: the index knows it by what it states. */
    async recordNamed(sequence, section) {
        await this.prefetch([{ sequence }]);
        const named = this.#records.get(sequence);
        if (named === undefined)
            throw tampered(sequence, 'its file is missing');
        const key = index_key_identityOf(named);
        await this.prepare([{ section, key }]);
        const reference = this.index(section).get(key);
        if (reference?.sequence !== sequence)
            throw tampered(sequence, `the index of ${section} does not lead to it`);
        return this.record(reference, section);
    }
    /** Reads records in one call, so that {@link record} has them. */
    async prefetch(references) {
        const sequences = new Set(references.map(({ sequence }) => sequence));
        const missing = [...sequences].filter(sequence => !this.#records.has(sequence));
        if (missing.length > 0)
            await this.#fetch(missing);
    }
    /** Reads what several questions need in two calls at most: the paths of their answers, and the records that these lead to. */
    async prepare(asked) {
        const unread = asked.filter(({ section, key }) => this.index(section).load(key, () => undefined) !== undefined);
        if (unread.length > 0) {
            const files = await this.#store.read([...new Set(unread.flatMap(indexFiles))], this.head.oid);
            for (const { section, key } of unread)
                this.#loadPath(section, key, files);
        }
        const answers = asked.map(({ section, key }) => this.index(section).get(key));
        await this.prefetch(answers.filter(answer => answer !== undefined));
    }
    #loadPath(section, key, files) {
        const problem = this.#open(section).index.load(key, file => files.get(indexPath(section, file)));
        if (problem !== undefined)
            throw untrusted(`The index of ${section}`, problem);
    }
    #open(section) {
        const open = this.#sections.get(section);
        if (open === undefined)
            throw new lib/* Failure */.HRU(`The section ${section} of the ledger was not looked at.`);
        return open;
    }
    #proveState(newest) {
        const { sequence, hash, files } = this.head;
        if (newest === undefined)
            return { sections: {} };
        const problem = hash === undefined ? undefined : findNewestProblem({ record: newest, hash }, files, this.#rules.tokens);
        if (problem !== undefined)
            throw tampered(sequence, problem);
        const bytes = files.get(STATE_PATH);
        // Hashed before it is parsed: only what somebody signed is worth a look.
        if (bytes === undefined || (0,lib/* sha256 */.scB)(bytes) !== newest.state.ledger)
            throw untrusted(STATE_PATH, `it is not the state that record ${sequence} commits to`);
        const state = decodeLedgerState(bytes);
        if (state === undefined)
            throw untrusted(STATE_PATH, `record ${sequence} commits to what is no state of a ledger`);
        return state;
    }
    #proveSection(section) {
        const standing = this.state.sections[section];
        if (standing === undefined)
            return { state: state_EMPTY_SECTION, index: new IndexTree() };
        const newest = this.#proveNewest(section, standing.sequence, standing.record ?? this.head.hash);
        if (section_sectionOf(newest) !== section)
            throw tampered(newest.sequence, `it does not belong to ${section}`);
        const path = sectionStatePath(section);
        const bytes = this.head.files.get(path);
        if (bytes === undefined || (0,lib/* sha256 */.scB)(bytes) !== newest.state.section)
            throw untrusted(path, `it is not the state that record ${newest.sequence} commits to`);
        const state = decodeSectionState(bytes);
        if (state === undefined)
            throw untrusted(path, `record ${newest.sequence} commits to what is no state of a section`);
        requireBound(newest, state);
        return { state, index: new IndexTree(state.index) };
    }
    #proveNewest(of, sequence, hash) {
        const { files } = this.head;
        const path = newestPath(of);
        const bytes = files.get(path);
        if (bytes === undefined || (0,lib/* sha256 */.scB)(bytes) !== hash)
            throw untrusted(path, `it is not record ${sequence}`);
        const signature = files.get(`${path}.sig`);
        // A record without a signature has an empty copy of it: the one before it may have had one.
        return this.#prove(sequence, bytes, signature?.length === 0 ? undefined : signature);
    }
    async #fetch(sequences) {
        const files = await this.#store.read(sequences.flatMap(sequence => [paths_recordPath(sequence), paths_signaturePath(sequence)]), this.head.oid);
        for (const sequence of sequences) {
            const bytes = files.get(paths_recordPath(sequence));
            if (bytes === undefined)
                throw tampered(sequence, 'its file is missing');
            this.#prove(sequence, bytes, files.get(paths_signaturePath(sequence)));
        }
        await this.#unplaced.requirePlaced(this.newest, this.head.files);
    }
    #prove(sequence, bytes, signature) {
        const decoded = record_decodeRecord(bytes, sequence);
        if (!decoded.ok)
            throw tampered(sequence, decoded.problem);
        const { record } = decoded;
        const problem = signature_findTrustProblem({ record, bytes, signature, keys: this.#keys }, this.#rules);
        if (problem !== undefined)
            throw tampered(sequence, problem);
        this.#records.set(sequence, record);
        this.#unplaced.add(record);
        return record;
    }
}
function withSignature(of) {
    return [newestPath(of), `${newestPath(of)}.sig`];
}
function indexFiles({ section, key }) {
    return filesOfKey(key).map(file => indexPath(section, file));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/append.js




















/**
 * Waits between two tries to get into the chain; the number of tries is bounded by time, not by count. Two that meet are apart after the first wait; of a crowd,
 * each goes on trying, since long waits leave the ledger idle once most have landed.
 */
const CONTENTION = { base: 400, cap: 3_000, certain: 0 };
const APPEND_DEADLINE = 5 * 60_000;
/** What one try takes beyond this, in milliseconds, was a wait for a rate limit, or for keys. Clients have a patience of their own for that. */
const LONGEST_TRY = 60_000;
/** Why records that did not land are tried again, for the log. */
const REASONS = {
    conflict: 'Another writer was faster',
    unknown: "GitHub's answer was lost",
    late: 'Signing the records took so long that their time was not true any more'
};
/**
 * Adds records to the ledger, all in one commit, and gives them back as they stand there, in the order of the drafts.
 *
 * Two calls when nobody else writes: read the head, swap in the new one; where the store remembers the head, one. A draft whose identity (run, attempt, job, event, unit,
 * environment) is on the ledger already is not written again: so a job that died between commit and answer can be repeated.
 * Times are the given clock's; an honest writer gives it the server's. A try that had to wait is begun anew, so that what lands says when it did.
 * @throws Failure when the records did not land before the deadline.
 * @throws UserError when what the ledger holds for this job contradicts the drafts, or was tampered with; also when a draft is no
 * record of its event, or names an environment and must not, or the other way round.
 */
async function appendRecords(options) {
    const { store, rules, signer, voucher, clock, drafts, log, deadline = APPEND_DEADLINE, waits = CONTENTION } = options;
    refuseUnreadable(drafts);
    const evidence = attach(drafts, options.attachments ?? []);
    // A record with a key that nobody trusts would only be found out by the next one who reads it.
    const keyring = await Keyring.open(signer, drafts, rules);
    const scope = scopeOf(drafts, options.seen);
    const sections = [...new Set([...(options.sections ?? []), ...scope.sections])];
    const anchoring = await Anchoring.begin({ anchors: options.anchors, sections, own: scope.sections, clock, log });
    const landing = new Landing(options);
    const judged = new Judged(options.grounds);
    let giveUp = clock.now() + deadline;
    let seen;
    for (let attempt = 1;; attempt++) {
        const began = clock.now();
        if (attempt > 1)
            await anchoring.renew();
        // Where nobody else wrote since the last look, another would say the same; where somebody did, the commit does not land.
        const since = attempt === 1 ? 'job' : 'now';
        const head = await openHead(options, filesOfScope(scope, rules), since, { anchoring, seen });
        seen = head;
        const view = await LedgerView.open(store, head, rules, scope);
        await anchoring.check(view, store, rules);
        const recorded = await findRecorded(view, drafts);
        const missing = drafts.filter((_, n) => recorded[n] === undefined);
        if (missing.length === 0)
            return anchoring.anchor(recorded.filter(found => found !== undefined));
        refuseOvertaken(view, missing, options.seen);
        await judged.require(view);
        await refuseOtherAdoptions(view, missing);
        const machine = machineOf(view, scope.sections);
        const placed = clock.now();
        const added = await chainRecords({ head, machine, drafts: missing, keyring, voucher, rules, now: placed });
        const files = [...added.files, ...evidenceFor(missing, evidence), headFile(options.owner, head, added.records)];
        const message = commitMessage(added.records);
        const outcome = await landing.send({ oid: head.oid, placed, message, files });
        if (outcome === 'landed') {
            log.info(message);
            const rest = (await anchoring.anchor(added.records)).values();
            return recorded.map(found => found ?? rest.next().value).filter(record => record !== undefined);
        }
        const spent = clock.now() - began;
        giveUp += outcome === 'limited' ? spent : Math.max(0, spent - LONGEST_TRY);
        const left = giveUp - clock.now();
        if (left <= 0)
            throw tooLate(deadline, attempt, outcome);
        if (outcome !== 'limited')
            log.info(`${REASONS[outcome]} (${outcome}). Retrying.`);
        await clock.sleep(Math.min((0,lib/* backoff */.JNn)(waits, attempt), left));
    }
}
/** `HEAD.json` as it is once some records are added. */
function headFile(owner, { sequence }, added) {
    const newest = added.at(-1);
    const head = { ...owner, sequence: sequence + added.length, ...(newest && { hash: newest.hash }) };
    return { path: paths_HEAD_PATH, content: encodeHead(head) };
}
function tooLate(deadline, attempts, last) {
    return new lib/* Failure */.HRU(`The records could not be appended to the ledger within ${Math.round(deadline / 1000)} s and ${(0,lib/* plural */.LSg)(attempts, 'attempt')} (last: ${last}). Re-run the job.`);
}
/** Attachments as files. Each must be referred to: `sluice verify` reports evidence that no record names. */
function attach(drafts, attachments) {
    const named = new Set(drafts.flatMap(record_evidenceOf));
    const files = new Map();
    for (const { content } of attachments) {
        const digest = (0,lib/* sha256 */.scB)(content);
        if (!named.has(digest))
            throw new lib/* Failure */.HRU(`No record of this append refers to the attachment ${digest}.`);
        files.set(digest, { path: (0,lib/* evidencePath */.Zzx)(digest), content });
    }
    return [...files.values()];
}
/** The attachments that the records of these drafts will name. What was recorded before has its own. */
function evidenceFor(drafts, files) {
    const named = new Set(drafts.flatMap(record_evidenceOf).map(lib/* evidencePath */.Zzx));
    return files.filter(({ path }) => named.has(path));
}
/** Nothing can be taken off a ledger, so what no reader takes must never get onto it. */
function refuseUnreadable(drafts) {
    for (const draft of drafts) {
        (0,lib/* parseDraft */.LKv)(draft);
        // Its state is not the one that the newest records lead to: see repairLedger.
        if (draft.event === 'repaired')
            throw new lib/* Failure */.HRU('A repair is no record that can simply be added.');
        const problem = findScopeProblem(draft);
        if (problem !== undefined)
            throw new lib/* UserError */.yot(`The record cannot be written: ${problem}.`);
        if (isTooDeep(draft))
            throw new lib/* UserError */.yot(
            // The record itself is the first level.
            `The record of ${draft.event} cannot be written: its detail nests more than ${DEPTH_LIMIT - 1} levels deep, and no one could read it any more. Flatten it.`);
    }
}
/** What has to be read before drafts can be added: their sections, and every key of the index that they touch. */
function scopeOf(drafts, seen) {
    const identities = new Set(drafts.map(index_key_identityOf));
    if (identities.size !== drafts.length) {
        throw new lib/* Failure */.HRU('Two records of one append have the same run, attempt, job, event, unit and environment.');
    }
    return {
        sections: [...new Set(drafts.map(section_sectionOf))],
        keys: drafts.flatMap(draft => [...keysBefore(draft), ...keysAgainst(draft, seen)].map(key => ({ section: section_sectionOf(draft), key })))
    };
}
/** The state of a ledger, ready for more records of some sections. */
function machineOf(view, sections) {
    const machine = new StateMachine();
    if (view.head.hash !== undefined)
        machine.restore(view.state, view.head.hash);
    for (const section of sections)
        machine.open(section, view.section(section), view.index(section));
    return machine;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/issuer-archive.js



/** The issuer's keys that a ledger keeps, and the files among them that are none. @param files by the thumbprints that they are named after. */
function issuer_archive_issuerKeyArchive(files) {
    const keys = new Map();
    const problems = [];
    for (const [thumbprint, file] of files) {
        const key = decodeIssuerKey(file, thumbprint);
        if (key === undefined)
            problems.push({ path: paths_issuerKeyPath(thumbprint), problem: 'it is not the key of its name' });
        else
            keys.set(thumbprint, key);
    }
    return { keys: new IssuerKeys(keys), problems };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/outline.js



/**
 * Looks over the files of a ledger.
 * @param reachOf the number of the last record, by the history of the branch: asked where the files are not those that `HEAD.json` counts.
 */
async function outline_outlineOf(tree, reachOf) {
    const [headFile] = await tree.read([HEAD_PATH]);
    const head = headFile === undefined ? { ok: false, problem: 'it is missing' } : decodeHead(headFile);
    const listed = await listFiles(tree);
    const counted = head.ok ? head.head.sequence : 0;
    const agrees = counted === listed.highest && listed.records === listed.highest;
    const reach = agrees ? undefined : await reachOf?.();
    // A forged number must not make us count to it: as many missing records as there are real ones are proof enough.
    const length = reach ?? Math.min(Math.max(listed.highest, counted), 2 * listed.files + 1);
    const { files, evidence, apart } = reach === undefined ? listed : await listFiles(tree, reach);
    const others = apart.filter(({ kind }) => !isOfRecord(kind) || kind.sequence > length);
    const keyFiles = await readNamed(tree, others, 'key', keyPath);
    const issuerKeyFiles = await readNamed(tree, others, 'issuer-key', issuerKeyPath);
    return { tree, head, length, files, evidence, others, keyFiles, keys: outline_keysIn(keyFiles), issuerKeyFiles };
}
/** @param last the number of the last record, if it is known. */
async function listFiles(tree, last = Number.POSITIVE_INFINITY) {
    let [files, records, highest] = [0, 0, 0];
    const evidence = new Set();
    const apart = [];
    for await (const path of tree.paths()) {
        files++;
        const kind = parseLedgerPath(path);
        if (kind?.kind === 'record' && kind.sequence <= last) {
            records++;
            highest = Math.max(highest, kind.sequence);
        }
        else if (kind?.kind === 'evidence')
            evidence.add(kind.digest);
        else if (!isOfRecord(kind) || kind.sequence > highest)
            apart.push({ path, kind });
    }
    return { files, records, highest, evidence, apart };
}
function isOfRecord(kind) {
    return kind?.kind === 'record' || kind?.kind === 'signature' || kind?.kind === 'token';
}
async function readNamed(tree, files, wanted, pathOf) {
    const digests = files.flatMap(({ kind }) => (kind?.kind === wanted ? [kind.digest] : []));
    const contents = await tree.read(digests.map(pathOf));
    return new Map(digests.flatMap((digest, n) => {
        const content = contents[n];
        return content === undefined ? [] : [[digest, content]];
    }));
}
/** The public keys among files that are named after their fingerprints. */
function outline_keysIn(files) {
    return new Map([...files].flatMap(([fingerprint, file]) => {
        const key = decodeKey(file, fingerprint);
        return key === undefined ? [] : [[fingerprint, key]];
    }));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/examine.js







/** Examines records in this thread. */
function examine_examinerOf(terms) {
    let means;
    return async (records) => records.map(files => {
        // Keys take longer to read than a record: not before there is one to examine.
        means ??= { terms, keys: keysIn(terms.keyFiles), issuerKeys: issuerKeyArchive(terms.issuerKeyFiles).keys };
        return examine(files, means);
    });
}
function examine({ sequence, bytes, signature, token }, { terms, keys, issuerKeys }) {
    if (bytes === undefined)
        return { decoded: { ok: false, problem: 'the file is missing' }, hash: undefined };
    const hash = sha256(bytes);
    const decoded = decodeRecord(bytes, sequence);
    if (!decoded.ok || !terms.proofs)
        return { decoded, hash };
    const { record } = decoded;
    const trust = findTrustProblem({ record, bytes, signature, keys }, terms.rules);
    const found = token === undefined ? undefined : readVouching({ record, hash, keys: issuerKeys }, token, terms.rules.tokens ?? {});
    const vouching = found?.ok === true ? { ok: true, key: found.key, commit: found.claims.job_workflow_sha } : found;
    return {
        ...{ decoded, hash, body: digestOfBody(record) },
        ...(trust === undefined ? {} : { trust }),
        ...(vouching === undefined ? {} : { vouching })
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/anchor.js



/** Digits of a number in a key: as many as the highest number has. */
const WIDTH = String(LAST_SEQUENCE).length;
/** The key of an anchor. Numbers count down, so that S3, which lists by key, names the newest first. */
function anchorKey(product, section, sequence) {
    return `${(0,lib/* anchorPrefix */.AzO)(product, section)}${String(LAST_SEQUENCE - sequence).padStart(WIDTH, '0')}`;
}
/** Reads the number out of a key of a section; `undefined` for any other key. */
function anchor_sequenceOfKey(product, section, key) {
    const prefix = (0,lib/* anchorPrefix */.AzO)(product, section);
    if (!key.startsWith(prefix) || !/^\d+$/.test(key.slice(prefix.length)))
        return undefined;
    const sequence = LAST_SEQUENCE - Number(key.slice(prefix.length));
    return sequence >= 1 && anchorKey(product, section, sequence) === key ? sequence : undefined;
}
/** Reads the section out of a key of a product; `undefined` for any other key. */
function anchor_sectionOfKey(product, key) {
    const section = key.slice(product.length + 1, key.lastIndexOf('/'));
    return isSection(section) && key.startsWith((0,lib/* anchorPrefix */.AzO)(product, section)) ? section : undefined;
}
/** The text of an anchor (RFC 8785). */
function encodeAnchor({ sequence, hash }) {
    return (0,lib/* canonicalJson */.djW)({ sequence, hash });
}
/** Reads an anchor; `undefined` unless the text is exactly what {@link encodeAnchor} writes. */
function anchor_decodeAnchor(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        return undefined;
    }
    const { sequence, hash } = Object(value);
    if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || !(0,lib/* isDigest */.Bc8)(hash))
        return undefined;
    const anchor = { sequence, hash };
    return encodeAnchor(anchor) === text ? anchor : undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/exported-anchors.js






/**
 * Compares a ledger with its anchors, as the owner of their bucket handed them over: each record that was ever anchored must be there. So somebody who
 * reaches neither GitHub nor AWS can tell that a ledger was not put back.
 * @param product the name that the ledger was opened under
 * @param exported the text of each object, by its key
 * @param leftOut what valid repairs leave out: none may be left out for what lies beside it that was anchored before its repair.
 * @throws UserError when there are no anchors of the product among them: then nothing was compared.
 */
async function findUnanchored(tree, product, exported, leftOut = []) {
    const own = [...exported].filter(([key]) => key.startsWith(`${product}/`));
    if (own.length === 0)
        throw new UserError(`Among the ${exported.size} exported files there is no anchor of ${product}. Export the whole bucket.`);
    const anchors = own.map(([key, text]) => ({ key, found: readAnchor(product, key, text) }));
    const paths = anchors.map(({ found }) => recordPath(found?.anchor.sequence ?? 0));
    const files = await tree.read(paths);
    const differences = anchors.flatMap(({ key, found }, n) => findDifference(key, found, files[n]) ?? []);
    return [...differences, ...(await findTakenAway(tree, anchors, leftOut))];
}
/** Repairs that say of a record that nothing beside it proves it, though that was right when it was anchored. */
async function findTakenAway(tree, anchors, leftOut) {
    const files = await tree.read(leftOut.map(({ sequence }) => recordPath(sequence)));
    const there = anchors.flatMap(({ found }) => found === undefined ? [] : [{ section: found.section, sequence: found.anchor.sequence }]);
    return leftOut.flatMap((one, n) => {
        const { sequence, by } = one;
        const decoded = decodeRecord(files[n] ?? new Uint8Array(), sequence);
        const section = decoded.ok ? sectionOf(decoded.record) : undefined;
        const anchor = there.find(it => contradicts(one, section, it));
        if (anchor === undefined)
            return [];
        return [{ path: recordPath(by), sequence: by, problem: takenAway(one, anchor).message }];
    });
}
function findDifference(key, found, file) {
    if (found === undefined)
        return { path: key, problem: 'it is no anchor that Sluice wrote' };
    const { section, anchor } = found;
    const { sequence, hash } = anchor;
    const path = recordPath(sequence);
    if (file === undefined)
        return { path, sequence, problem: `it is anchored for ${section} (${hash}), but the ledger does not have it` };
    const there = sha256(file);
    if (there === hash)
        return undefined;
    return { path, sequence, problem: `it is anchored for ${section} as ${hash}, but the ledger has ${there}` };
}
function readAnchor(product, key, text) {
    const section = sectionOfKey(product, key);
    const anchor = decodeAnchor(text);
    if (section === undefined || anchor === undefined || sequenceOfKey(product, section, key) !== anchor.sequence)
        return undefined;
    return { section, anchor };
}

// EXTERNAL MODULE: ./packages/git/lib/objects.js
var objects = __webpack_require__(5882);
// EXTERNAL MODULE: ./packages/git/lib/branch.js
var lib_branch = __webpack_require__(8440);
// EXTERNAL MODULE: ./packages/git/lib/git.js + 1 modules
var git = __webpack_require__(6515);
;// CONCATENATED MODULE: ./packages/ledger/lib/fetched-ledger.js


/**
 * The ledger in the clone of the job: `actions/checkout` with `fetch-depth: 0` fetches every branch. What git names by its content is the same
 * wherever it is read, so it need not be asked for again.
 * @param known a commit of the repository: a clone that lacks it may be one of another repository.
 */
function fetchedLedger(directory, branch, known) {
    let tip;
    return {
        tip: async () => {
            tip ??= findTip(directory, branch, known);
            return tip;
        },
        async read(oid, paths) {
            const [head, ...found] = await (0,objects/* readBlobs */.b4)(directory, [paths_HEAD_PATH, ...paths].map(path => `${oid}:${path}`));
            // Every commit of a ledger has one: without it, this clone does not have the commit.
            if (head === undefined)
                return undefined;
            return new Map(paths.flatMap((path, n) => (found[n] === undefined ? [] : [[path, found[n]]])));
        }
    };
}
/** A partial clone has commits without the contents of their files, so that nothing can be said to be missing. */
async function findTip(directory, branch, known) {
    const found = await (0,lib_branch/* fetchedTip */.rS)(directory, branch, known);
    return found === undefined || (await (0,git/* isPartialClone */.th)(directory)) ? undefined : found;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-accepted.js


/** How long a run may have decided before it could write down what it decided, in milliseconds: what landed meanwhile came too late for it. */
const DECIDED = 10 * 60_000;
/** What was accepted where, for how long, and on what that rests. */
class Acceptances {
    #confirmed;
    /** By environment and release, as the next. */
    #grounds;
    #undone;
    /** Environments to which a deployment began that was not recorded as done. */
    #unfinished;
    constructor(undo) {
        this.#confirmed = new UndoableMap(undo);
        this.#grounds = new UndoableMap(undo);
        this.#undone = new UndoableMap(undo);
        this.#unfinished = new UndoableMap(undo);
    }
    /** Takes in a record of an environment. @param deployed what is deployed there after it. */
    add(record, environment, deployed) {
        const { event, release, sequence } = record;
        const time = Date.parse(record.time);
        const undone = (0,lib/* undoneBy */.xNN)(record);
        for (const digest of undone)
            push(this.#undone, `${environment} ${digest}`, { sequence, time });
        const confirmed = this.#confirmed.get(environment) ?? [];
        const last = confirmed.at(-1);
        const isOver = lib/* EVENT_RULES */.VHo[event].touchesLive || last?.names.some(name => undone.includes(name)) === true;
        if (last !== undefined && last.until === undefined && isOver)
            this.#confirmed.set(environment, [...confirmed.slice(0, -1), { ...last, until: time }]);
        this.#noteBegun(record, environment);
        if (release === undefined)
            return;
        const names = [release.digest, (0,lib/* sameAs */.f4s)(record) ?? []].flat();
        if (event === 'accepted') {
            push(this.#grounds, `${environment} ${release.digest}`, { sequence, names });
            const isOfLive = deployed === ((0,lib/* sameAs */.f4s)(record) ?? release.digest) && !this.#unfinished.has(environment);
            if (isOfLive)
                this.#confirm(environment, { sequence, names }, time);
        }
        else if (event === 'unchanged') {
            const by = this.confirmedIn(environment, record.time).find(it => it.sequence === record.detail?.acceptedBy);
            if (by !== undefined)
                push(this.#grounds, `${environment} ${release.digest}`, { ...by, names: [...names, ...by.names] });
        }
    }
    /** An acceptance finishes nothing that somebody else began, unless it is of what was found in place. */
    #noteBegun(record, environment) {
        if (record.event === 'started')
            this.#unfinished.set(environment, true);
        else if (record.event === 'deployed' || (0,lib/* confirmsLive */.aNf)(record))
            this.#unfinished.delete(environment);
    }
    #confirm(environment, it, time) {
        const before = this.#confirmed.get(environment) ?? [];
        // Only what is within reach of a decision is kept: the list stays short, however long the ledger is.
        const near = before.filter(({ until = Number.POSITIVE_INFINITY }) => until >= time - 2 * DECIDED);
        this.#confirmed.set(environment, [...near, it]);
    }
    /** The acceptances by which what was live counted as accepted when a run decided what it wrote down at a time. */
    confirmedIn(environment, time) {
        const since = Date.parse(time) - DECIDED;
        const found = this.#confirmed.get(environment) ?? [];
        return found.filter(({ until }) => until === undefined || until >= since);
    }
    /** What a release was accepted by in an environment, whether that stands or not. */
    groundsOf(environment, release) {
        return this.#grounds.get(`${environment} ${release}`) ?? [];
    }
    /** Whether nothing that a run could know took back what a release was accepted by. @param now milliseconds since the epoch. */
    stands(environment, { sequence, names }, now) {
        return !names.some(name => this.#undone
            .get(`${environment} ${name}`)
            ?.some(undoing => undoing.sequence > sequence && now - undoing.time >= DECIDED));
    }
}
function push(lists, key, it) {
    lists.set(key, [...(lists.get(key) ?? []), it]);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-entries.js

/** Which environments releases have entered, and from where: all that a ledger tells of their order by itself. */
class Entries {
    #entered;
    /** `<environment> <environment>`: the newest release that went through both came to the second from the first. */
    #after;
    constructor(undo) {
        this.#entered = new UndoableMap(undo);
        this.#after = new UndoableMap(undo);
    }
    /**
     * Takes in an intent.
     * @param isAccepted whether the release was accepted in an environment at any time.
     */
    add({ event, environment, release }, isAccepted) {
        if (event !== 'started' || environment === undefined || release === undefined)
            return;
        // What was accepted there comes back: that tells nothing of where others come from.
        const others = isAccepted(environment) ? [] : [...this.#entered.keys()].filter(isAccepted);
        for (const other of others) {
            this.#after.set(`${other} ${environment}`, true);
            this.#after.delete(`${environment} ${other}`);
        }
        this.#entered.set(environment, true);
    }
    /** Whether an environment was there, and nothing shows that releases go to it from the other one. */
    mayPrecede(name, environment) {
        return this.#entered.has(name) && !this.#after.has(`${environment} ${name}`);
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-past.js




/** What has happened so far. */
class verify_past_Past {
    /** `<event> <what it was about>`, with the number of the newest record that says so. */
    facts;
    /** The plans that were announced, by environment, run and plan; as text, since there are as many as deliveries. */
    #announced;
    /** The withdrawals that hold, by environment and release: until the release is accepted anew. */
    #withdrawn;
    acceptances;
    /** What runs adopted, each the first time. */
    #adopted;
    /** Where releases came from. */
    entries;
    /** The documents of releases. Each is what its digest says, whoever announced it, so none is taken back. */
    documents = new Map();
    #lived;
    /** What releases were said to be the same as when they were first announced, by environment and release. */
    #same;
    /** @param undo is told how to take records back, where somebody may want that. */
    constructor(undo) {
        this.facts = new UndoableMap(undo);
        this.#announced = new UndoableMap(undo);
        this.#withdrawn = new UndoableMap(undo);
        this.acceptances = new Acceptances(undo);
        this.#adopted = new UndoableMap(undo);
        this.entries = new Entries(undo);
        this.#lived = new UndoableMap(undo);
        this.#same = new UndoableMap(undo);
    }
    /** The releases that may have been live in an environment when a run decided what it wrote down at a time. */
    lived(environment, time) {
        const since = Date.parse(time) - DECIDED;
        const found = this.#lived.get(environment) ?? [];
        return found.filter(({ until }) => until === undefined || until >= since).map(({ release }) => release);
    }
    /** The record with which a run announced the plan that another record of it speaks of. */
    announcementOf(record) {
        const text = this.#announced.get(planKey(record));
        return text === undefined ? undefined : JSON.parse(text);
    }
    /** What the run that wrote a record adopted first, before it. */
    adoptedBefore({ run }) {
        return this.#adopted.get(runKey(run));
    }
    /** Takes in a record: what later ones may rely on. */
    add(record) {
        const { environment } = record;
        this.#noteAnnounced(record);
        for (const fact of factsOf(record))
            this.facts.set(fact, record.sequence);
        if (record.event === 'planned')
            this.#announced.set(planKey(record), JSON.stringify(record));
        this.#noteAdoption(record);
        this.#noteWithdrawal(record);
        this.#noteLive(record);
        if (environment === undefined)
            return;
        this.acceptances.add(record, environment, this.#lived.get(environment)?.at(-1)?.release);
        this.entries.add(record, where => this.facts.has(`accepted ${where} ${record.release?.digest}`));
    }
    /**
     * Whether a release counted as accepted in an environment when a run decided what it wrote down at a time: what it was accepted by stands, and nothing that
     * is the same was withdrawn.
     */
    isAccepted(environment, release, time) {
        const now = Date.parse(time);
        return this.acceptances
            .groundsOf(environment, release)
            .some(ground => this.acceptances.stands(environment, ground, now) &&
            ground.names.every(name => name === release || this.#withdrawalBefore(environment, name, now) === undefined));
    }
    /**
     * The withdrawal that bars a release from an environment, if whoever wrote something down at a time had to know it: of its own name, or of what is the same
     * in all that it was accepted by. One that was never accepted there, since its announcement found that it changes nothing, is barred as what that found.
     */
    withdrawalOf(environment, release, time) {
        const now = Date.parse(time);
        const own = this.#withdrawalOfContent(environment, release, now);
        const same = this.#same.get(`${environment} ${release}`);
        const isAccepted = this.acceptances.groundsOf(environment, release).length > 0;
        return own !== undefined || same === undefined || isAccepted
            ? own
            : this.#withdrawalOfContent(environment, same, now);
    }
    #withdrawalOfContent(environment, release, now) {
        const own = this.#withdrawalBefore(environment, release, now);
        if (own !== undefined)
            return own;
        const found = this.acceptances
            .groundsOf(environment, release)
            .map(({ names }) => names.map(name => this.#withdrawalBefore(environment, name, now)).find(it => it !== undefined));
        return found.includes(undefined) ? undefined : found[0];
    }
    #withdrawalBefore(environment, release, now) {
        const it = this.#withdrawn.get(`${environment} ${release}`);
        return it === undefined || now - Date.parse(it.time) < DECIDED ? undefined : it;
    }
    #noteAdoption({ event, run, sequence, unit }) {
        const key = runKey(run);
        if (event === 'adopted' && unit !== undefined && !this.#adopted.has(key))
            this.#adopted.set(key, { sequence, unit });
    }
    #noteAnnounced(record) {
        const digest = record.release?.digest;
        if (digest === undefined || this.facts.has(`released ${digest}`))
            return;
        for (const { environment, release } of (0,lib/* unchangedBy */.xvO)(record))
            this.#same.set(`${environment} ${digest}`, release);
    }
    #noteWithdrawal(record) {
        const { environment, release } = record;
        if (release === undefined)
            return;
        if (record.event === 'accepted')
            this.#withdrawn.delete(`${environment} ${release.digest}`);
        if (record.event !== 'withdrawn')
            return;
        for (const digest of [release.digest, ...(record.detail?.also ?? [])])
            this.#withdrawn.set(`${environment} ${digest}`, record);
    }
    #noteLive({ event, environment, release, time }) {
        if (environment === undefined || release === undefined || event !== 'deployed')
            return;
        const lived = this.#lived.get(environment) ?? [];
        const now = Date.parse(time);
        const ended = lived.map((it, n) => (n === lived.length - 1 ? { ...it, until: now } : it));
        // Only what is within reach of a decision is kept: the list stays short, however long the ledger is.
        const near = ended.filter(({ until = Number.POSITIVE_INFINITY }) => until >= now - 2 * DECIDED);
        this.#lived.set(environment, [...near, { release: release.digest }]);
    }
}
function runKey({ repository, id }) {
    return `${repository} ${id}`;
}
/** A plan of a run for an environment. */
function planKey({ environment, run, plan }) {
    return `${environment} ${run.repository} ${run.id} ${plan ?? ''}`;
}
/** What a record says of a unit's build. @param adopted sequence of the record that adopted it, where it was not built here. */
function verify_past_buildFact({ name, kind, digest, fingerprint }, adopted) {
    return `${adopted === undefined ? 'built' : `adopted by ${adopted}`} ${name} ${kind} ${digest} ${fingerprint}`;
}
/** What a record lets later ones rely on. */
function factsOf(record) {
    const { event, environment, release, run, plan, unit } = record;
    if (event === 'built')
        return unit === undefined ? [] : [verify_past_buildFact(unit)];
    if (event === 'adopted')
        return unit === undefined ? [] : [verify_past_buildFact(unit, record.sequence)];
    if (release === undefined)
        return [];
    const place = `${environment} ${release.digest}`;
    const own = `${place} ${run.repository} ${run.id}`;
    switch (event) {
        case 'released':
            return [
                `released ${release.digest}`,
                ...(0,lib/* unchangedBy */.xvO)(record).map(it => `deployed ${it.environment} ${release.digest}`)
            ];
        case 'started':
            return [
                `started ${own}`,
                `started ${own} ${plan ?? ''}`,
                `started ${own} ${plan ?? ''} at ${record.protection?.id ?? ''}`
            ];
        case 'deployed':
            return [`deployed ${place}`, `deployed ${own}`];
        case 'unchanged':
            return [`deployed ${place}`, `accepted ${place}`];
        case 'accepted':
            return [`accepted ${place}`, `passed ${place}`, ...((0,lib/* confirmsLive */.aNf)(record) ? [`deployed ${place}`] : [])];
        case 'withdrawn':
            return [release.digest, ...(record.detail?.also ?? [])].map(digest => `withdrawn ${environment} ${digest}`);
        case 'bypassed':
            return [`bypassed ${environment} ${run.repository} ${run.id} ${run.attempt}`];
        default:
            return [];
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/find-skips.js



/**
 * Judges records, one after the other, by the order of environments alone.
 * @returns says of the next record what only the order of now objects to; `undefined`: nothing.
 */
function skipFinder(order) {
    const past = new Past();
    return record => {
        const before = environmentBefore(record, order, past);
        const problem = before?.isOfNow === true ? findSkip(record, before.name, past) : undefined;
        past.add(record);
        return problem;
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/github-queries.js
const BLOB = '... on Blob { oid text isTruncated }';
/** Numbers up to `count`, for aliases and variables. */
function numbers(count) {
    return [...Array(count).keys()];
}
/** The branch's commit, its `HEAD.json` and `count` further files (`$p0`, …), consistent with each other because it is one query. */
function headQuery(count) {
    const variables = numbers(count).map(n => `, $p${n}: String!`);
    const files = numbers(count).map(n => `f${n}: file(path: $p${n}) { object { ${BLOB} } } `);
    return `query LedgerHead($owner: String!, $name: String!, $ref: String!${variables.join('')}) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      target { oid ... on Commit { head: file(path: "HEAD.json") { object { ${BLOB} } } ${files.join('')}} }
    }
  }
}`;
}
/** `count` files by git expression (`$e0`, …: `<commit>:<path>`). */
function filesQuery(count) {
    const variables = numbers(count).map(n => `, $e${n}: String!`);
    const files = numbers(count).map(n => `f${n}: object(expression: $e${n}) { ${BLOB} } `);
    return `query LedgerFiles($owner: String!, $name: String!${variables.join('')}) {
  repository(owner: $owner, name: $name) { ${files.join('')}}
}`;
}
/** One commit with files added; GitHub refuses it with `STALE_DATA` unless the branch stands at `expectedHeadOid`. */
const COMMIT_MUTATION = `mutation LedgerCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

;// CONCATENATED MODULE: ./packages/ledger/lib/query-size.js

/** Files asked for in one query; above it GitHub's limit on query time comes into reach. */
const FILES_PER_QUERY = 200;
/**
 * What GitHub says of a query that would take it too much, beside a part of the answer (GitHub's changelog of 2025-09-01, "GraphQL API resource
 * limits"). How much that is it does not tell, and it changes (anuraghazra/github-readme-stats#4916).
 */
const query_size_TOO_MUCH = 'RESOURCE_LIMITS_EXCEEDED';
/** How many files a query asks for: fewer from the moment on that GitHub says that it was asked for too many. */
class QuerySize {
    #most = FILES_PER_QUERY;
    /**
     * Asks for as many files as one query may ask for.
     * @param wanted how many there are to ask for.
     * @param least how few the query makes sense for.
     */
    async ask(wanted, least, query) {
        const count = Math.min(wanted, Math.max(this.#most, least));
        try {
            return await query(count);
        }
        catch (error) {
            if (count <= least || !(error instanceof lib/* GitHubError */.y_J) || !error.types.includes(query_size_TOO_MUCH))
                throw error;
            this.#most = Math.floor(count / 2);
            return this.ask(wanted, least, query);
        }
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/store.js


/** Reads `HEAD.json` as a store found it. @throws UserError when it is missing or malformed: only tampering does that. */
function parseHead(bytes, branch) {
    const read = bytes === undefined ? { ok: false, problem: 'it is missing' } : head_decodeHead(bytes);
    if (read.ok)
        return read.head;
    throw new lib/* UserError */.yot(`HEAD.json of the ledger branch ${branch} cannot be trusted: ${read.problem}. Someone has changed it by hand; \`sluice repair\` says what to do.`);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/github-store.js







/**
 * A ledger on a branch of a GitHub repository: one GraphQL query reads, `createCommitOnBranch` writes by compare-and-swap, signed by GitHub.
 * Only GitHub's own API is spoken: no clone, no working copy, the same cost at any length of the ledger.
 */
function githubStore(options) {
    const { github, repository, branch } = options;
    const [owner, name] = repository.split('/');
    const ref = `refs/heads/${branch}`;
    const size = new QuerySize();
    const content = async (blob) => {
        if (blob === null || blob === undefined || blob.oid === undefined)
            return undefined;
        if (typeof blob.text === 'string' && blob.isTruncated === false) {
            const bytes = Buffer.from(blob.text, 'utf8');
            // Text went through GitHub's character decoding: git's own name of the blob tells whether the bytes survived.
            if (gitBlobId(bytes) === blob.oid)
                return bytes;
        }
        const answer = await github.get(`/repos/${repository}/git/blobs/${blob.oid}`);
        const { content: base64 } = (answer ?? {});
        if (typeof base64 !== 'string')
            throw new lib/* Failure */.HRU(`GitHub returned no content for blob ${blob.oid} of ${repository}.`);
        return Buffer.from(base64, 'base64');
    };
    const collect = async (paths, blobs, into) => {
        for (const [n, path] of paths.entries()) {
            const bytes = await content(blobs[n]);
            if (bytes !== undefined)
                into.set(path, bytes);
        }
    };
    const read = async (paths, at = ref) => {
        const files = new Map();
        for (let start = 0; start < paths.length;) {
            const { page, data } = await size.ask(paths.length - start, 1, async (count) => {
                const page = paths.slice(start, start + count);
                const variables = Object.fromEntries(page.map((path, n) => [`e${n}`, `${at}:${path}`]));
                return { page, data: await github.graphql(filesQuery(page.length), { owner, name, ...variables }) };
            });
            const { repository: found } = data;
            await collect(page, page.map((_, n) => found?.[`f${n}`]), files);
            start += page.length;
        }
        return files;
    };
    return {
        async head(alongside = []) {
            const { first, data } = await size.ask(alongside.length, 0, async (count) => {
                const first = alongside.slice(0, count);
                const variables = Object.fromEntries(first.map((path, n) => [`p${n}`, path]));
                return { first, data: await github.graphql(headQuery(first.length), { owner, name, ref, ...variables }) };
            });
            const target = decodeTarget(data);
            if (target === undefined)
                return undefined;
            const pointer = parseHead(await content(target['head']?.object), branch);
            const files = new Map();
            await collect(first, first.map((_, n) => target[`f${n}`]?.object), files);
            // The rest is read of the commit that was found: the branch may have moved on.
            const rest = await read(alongside.slice(first.length), target.oid);
            return { ...pointer, oid: target.oid, files: new Map([...files, ...rest]) };
        },
        read,
        async commit(expectedOid, message, files, landed) {
            const [headline, ...body] = message.split('\n');
            const input = {
                branch: { repositoryNameWithOwner: repository, branchName: branch },
                expectedHeadOid: expectedOid,
                message: { headline, body: body.join('\n').trim() },
                fileChanges: {
                    additions: files.flatMap(({ path, content: bytes }) => bytes === undefined ? [] : [{ path, contents: Buffer.from(bytes).toString('base64') }]),
                    deletions: files.flatMap(({ path, content: bytes }) => (bytes === undefined ? [{ path }] : []))
                }
            };
            try {
                const oid = oidOf(await github.graphql(COMMIT_MUTATION, { input }, { waits: false }));
                if (oid !== undefined)
                    landed?.(oid);
                return 'landed';
            }
            catch (error) {
                const outcome = outcomeOf(error);
                if (outcome === undefined)
                    throw error;
                return outcome;
            }
        },
        async create(head) {
            const post = async (path, body) => {
                // Objects are named by their content, and a branch that is there already is what is wanted.
                const answer = await github.send('POST', `/repos/${repository}/git/${path}`, body, { repeatable: true });
                const { sha } = answer;
                return sha;
            };
            const file = {
                path: paths_HEAD_PATH,
                mode: '100644',
                type: 'blob',
                content: Buffer.from(head).toString('utf8')
            };
            const tree = await post('trees', { tree: [file] });
            // No parents: an orphan branch. The ledger shares no history with the code.
            const commit = await post('commits', { message: commit_message_OPENING, tree, parents: [] });
            try {
                await post('refs', { ref, sha: commit });
                return true;
            }
            catch (error) {
                if (!(error instanceof lib/* GitHubError */.y_J) || error.status !== 422)
                    throw error;
                if (/already exists/i.test(error.message))
                    return true;
                // The commit was written a moment ago, and whoever answers may not have it yet.
                if (/object does not exist/i.test(error.message))
                    return false;
                throw error;
            }
        }
    };
}
/** The commit that the branch stands at; `undefined` when there is no branch. */
function decodeTarget(data) {
    const { repository } = data;
    const target = repository?.ref?.target;
    return target === null || target === undefined ? undefined : target;
}
/** The commit that GitHub says it made. */
function oidOf(data) {
    const { createCommitOnBranch: made } = (data ?? {});
    return made?.commit?.oid;
}
/** What an error says about the commit; `undefined`: GitHub refused it for another reason. */
function outcomeOf(error) {
    if (!(error instanceof lib/* GitHubError */.y_J))
        return undefined;
    if (error.types.includes('STALE_DATA') || /expected branch to point to/i.test(error.message))
        return 'conflict';
    return error.unsure ? 'unknown' : undefined;
}
/** The name that git gives to a blob (git, "Git Internals - Git Objects"). SHA-1 here names, it does not protect: records have SHA-256. */
function gitBlobId(bytes) {
    return (0,external_node_crypto_.createHash)('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

;// CONCATENATED MODULE: ./packages/ledger/lib/github-voucher.js



/**
 * Lets GitHub vouch for records as written by this job. The issuer's keys are asked for once, and again when a token names one that is not
 * among them.
 */
function githubVoucher(options) {
    const own = (0,lib/* issuerOf */.xDG)(options.env);
    let published;
    const keysOf = (issuer) => {
        published ??= (0,lib/* fetchIssuerKeys */.OQC)({ ...options, issuer }).catch((error) => {
            published = undefined;
            throw error;
        });
        return published;
    };
    return {
        async vouch(hash) {
            const token = await (0,lib/* requestIdToken */.gjR)({ ...options, audience: audienceOf(hash) });
            const decoded = decodeToken(encodeToken(token));
            if (!decoded.ok)
                throw new lib/* Failure */.HRU(`GitHub issued an OIDC token that cannot be read: ${decoded.problem}.`);
            const { keyId, claims } = decoded.token;
            const issuer = (0,lib/* isIssuer */.GZB)(claims.iss, own) ? claims.iss : own;
            const keys = await keysOf(issuer);
            if (keys.some(({ kid }) => kid === keyId))
                return { token, keys };
            // Keys are published before they are used: who asked long ago may not know the newest.
            published = undefined;
            return { token, keys: await keysOf(issuer) };
        }
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-acceptance.js

/**
 * What lets a release be called accepted (promise 3): this run deployed it, or it is made of the very units that were live; its checks passed, as the
 * report beside the record says; and nothing that the same attempt recorded before speaks against it.
 */
function verify_acceptance_findAcceptanceProblem(record, evidence, past) {
    if (record.event !== 'accepted' && record.event !== 'unchanged')
        return undefined;
    const { environment = '', release } = record;
    if (release === undefined)
        return undefined;
    const problem = findBypass(record, past) ?? findOvertaken(record, past) ?? findUnproven(record, release.digest, evidence);
    if (problem !== undefined)
        return problem;
    return foundInPlace(record)
        ? (findMoved(record, environment, past) ?? findUnconfirmed(record, past))
        : findUndeployed(record, past);
}
/**
 * Why what was left as it is cannot count as accepted: it names what was deployed, so that it stands and falls with that, and, where no check asked
 * anything, the acceptance of what was live, which nothing had ended.
 */
function findUnconfirmed(record, past) {
    const { event, environment = '', time } = record;
    if (!(0,lib/* foundInPlace */.NbA)(record))
        return undefined;
    const same = (0,lib/* sameAs */.f4s)(record);
    if (same === undefined)
        return `${event} in ${environment} without saying which deployment was found in place`;
    if (!past.lived(environment, time).includes(same))
        return `${event} in ${environment} as the same as release ${same}, which was not live there`;
    if (record.event !== 'unchanged')
        return undefined;
    const by = record.detail?.acceptedBy;
    if (by === undefined)
        return `unchanged in ${environment} without naming what accepted it`;
    return past.acceptances.confirmedIn(environment, time).some(({ sequence }) => sequence === by)
        ? undefined
        : `unchanged in ${environment} by record ${by}, which is no acceptance of what was live there then`;
}
/** Why an attempt cannot have accepted anything: it told before that its gate was bypassed. */
function findBypass({ event, environment, run }, past) {
    if (event !== 'accepted' && event !== 'unchanged')
        return undefined;
    return past.facts.has(`bypassed ${environment} ${run.repository} ${run.id} ${run.attempt}`)
        ? `${event} in ${environment} by an attempt whose gate was bypassed`
        : undefined;
}
/**
 * Why an acceptance cannot have been written: the release was withdrawn behind the back of the run, which would have been refused. What was
 * withdrawn is accepted anew only by a run that begins to deploy it once more.
 */
function findOvertaken(record, { facts }) {
    const { event, environment, release, run } = record;
    if (event !== 'accepted' || release === undefined)
        return undefined;
    const place = `${environment} ${release.digest}`;
    const [since, missing] = (0,lib/* foundInPlace */.NbA)(record)
        ? [`passed ${place}`, 'no one accepted since']
        : [`started ${place} ${run.repository} ${run.id}`, `run ${run.id} did not start since`];
    const withdrawn = facts.get(`withdrawn ${place}`);
    return withdrawn === undefined || withdrawn < (facts.get(since) ?? 0)
        ? undefined
        : `accepted in ${environment} a release that record ${withdrawn} withdrew there, and that ${missing}`;
}
/** Why a run cannot have accepted what it did not find there: it did not deploy it. */
function findUndeployed(record, past) {
    const { event, environment, release, run } = record;
    if (event !== 'accepted' || release === undefined || (0,lib/* foundInPlace */.NbA)(record))
        return undefined;
    const deployed = `deployed ${environment} ${release.digest}`;
    if (!past.facts.has(deployed))
        return `accepted in ${environment} a release that was not deployed there`;
    return past.facts.has(`${deployed} ${run.repository} ${run.id}`)
        ? undefined
        : `accepted in ${environment} by run ${run.id} a release that it did not deploy`;
}
/** Of what was accepted, the report of its checks is there: whoever doubts it looks at that, and not for a job that GitHub forgets. */
function findUnproven(record, release, evidence) {
    if (record.event !== 'accepted')
        return undefined;
    const { environment, detail } = record;
    const named = findEvidence(record, 'checks');
    if (named === undefined)
        return `accepted in ${environment} without a report of its checks`;
    const bytes = evidence.get(named);
    if (bytes === undefined)
        return `accepted in ${environment}, and the report of its checks is missing`;
    const report = readChecks(Buffer.from(bytes).toString('utf8'));
    if (report?.environment !== environment || report?.release !== release)
        return `accepted in ${environment} by a report that is not of this release there`;
    if (!report.checks.every(({ passed }) => passed))
        return `accepted in ${environment}, though a check of its report did not pass`;
    const count = checksIn(report);
    return count === detail?.checks
        ? undefined
        : `accepted in ${environment} by ${detail?.checks ?? 'no'} checks, but its report is of ${count}`;
}
/**
 * A release that is announced to change nothing (`detail.unchanged`) is made of what was live, and that was accepted: no plan and no check
 * looks at it any more.
 */
function verify_acceptance_findUnchangedProblem(record, past) {
    const document = record.release === undefined ? undefined : past.documents.get(record.release.digest);
    for (const { environment, release } of unchangedBy(record)) {
        const isAccepted = past.facts.has(`accepted ${environment} ${release}`) &&
            past.acceptances.confirmedIn(environment, record.time).length > 0;
        if (!isAccepted)
            return `it says that it changes nothing in ${environment}, where release ${release} was not accepted`;
        if (!haveSameUnits(document, past.documents.get(release)))
            return `it says that it changes nothing in ${environment}, but it has other units than release ${release}`;
        if (!past.lived(environment, record.time).some(live => haveSameUnits(document, past.documents.get(live))))
            return `it says that it changes nothing in ${environment}, where other units were live`;
    }
    return undefined;
}
/** What was left as it is was there: the ledger holds something as live, and it has the same units. */
function findMoved({ event, release, time }, environment, past) {
    if (release === undefined)
        return undefined;
    const lived = past.lived(environment, time);
    if (lived.length === 0)
        return `${event} in ${environment}, where nothing was deployed before`;
    const document = past.documents.get(release.digest);
    const isSame = lived.some(live => live === release.digest || haveSameUnits(document, past.documents.get(live)));
    return isSame
        ? undefined
        : `${event} in ${environment}, where other units were live than release ${release.digest} has`;
}
/**
 * Whether two releases are made of the same. A fingerprint is enough where the digest is another, and the other way round: the one may be built
 * anew, the other may be counted anew by a newer version.
 */
function haveSameUnits(one, other) {
    if (one === undefined || other === undefined)
        return false;
    const names = Object.keys(one.units);
    if (names.length !== Object.keys(other.units).length)
        return false;
    return names.every(name => {
        const [a, b] = [one.units[name], other.units[name]];
        return a?.kind === b?.kind && (a?.digest === b?.digest || a?.fingerprint === b?.fingerprint);
    });
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-entry.js

/**
 * Why a release could not enter an environment: it was not accepted in the one before, or stands withdrawn there. What was accepted in the environment itself may
 * come back: a rollback asks nobody else, and got there by the order of its time.
 * @param before the environment before it; `undefined`: there is none.
 */
function verify_entry_findSkip(record, before, past) {
    const { event, environment = '', release, time } = record;
    if (event !== 'started' || release === undefined || before === undefined)
        return undefined;
    if (past.facts.has(`accepted ${environment} ${release.digest}`))
        return undefined;
    const withdrawn = past.withdrawalOf(before, release.digest, time);
    if (withdrawn !== undefined)
        return `started in ${environment} a release that was withdrawn in ${before} by record ${withdrawn.sequence}`;
    if (past.isAccepted(before, release.digest, time))
        return undefined;
    return past.facts.has(`accepted ${before} ${release.digest}`)
        ? `started in ${environment} a release whose acceptance in ${before} had ended`
        : `started in ${environment} a release that was not accepted in ${before}`;
}
/** What was withdrawn in an environment enters it again only as a hotfix, until it was accepted anew. */
function verify_entry_findWithdrawalProblem(record, past) {
    const { environment = '', release } = record;
    if (record.event === 'withdrawn')
        return findUnfounded(record.detail ?? {}, environment, past);
    if (record.event !== 'started' || release === undefined)
        return undefined;
    const here = past.withdrawalOf(environment, release.digest, record.time);
    return here === undefined || record.detail?.promotion?.kind === 'hotfix'
        ? undefined
        : `started in ${environment} a release that was withdrawn there by record ${here.sequence}`;
}
/** A withdrawal says why, and takes with it nothing but what was the same there. */
function findUnfounded({ reason = '', also = [] }, environment, { facts }) {
    if (isBlank(reason))
        return 'withdrawn without a reason';
    const other = also.find(digest => !facts.has(`deployed ${environment} ${digest}`));
    return other === undefined
        ? undefined
        : `withdrawn in ${environment} together with release ${other}, which was never deployed there`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-gate.js


/**
 * What lets a deployment begin (promises 4 and 5), and what else only a reviewer's word lets happen: a gate as the policy demands it, the plan that was announced for it, and, where somebody is
 * asked, the approval of a second person, judged as it was judged then.
 */
function verify_gate_findGate(record, past, rules) {
    if (record.event === 'planned')
        return problemOnly(findPlanProblem(record) ?? findOtherEnvironment(record) ?? rules.judgeGate?.(record));
    if (record.event === 'adopted' || record.event === 'repaired')
        return problemOnly(rules.judgeConsent?.(record));
    if (record.event !== 'started')
        return {};
    const { environment, protection } = record;
    if (protection === undefined)
        return { problem: `started in ${environment} without saying how its gate was protected` };
    const planned = past.announcementOf(record);
    const found = isAsked(protection) || isAsked(planned?.protection) ? findAnswer(record, planned, protection) : undefined;
    if (found?.problem !== undefined)
        return found;
    const fault = findSameGate(record, planned, protection) ?? findOtherEnvironment(record) ?? rules.judgeGate?.(record);
    return { ...found, ...problemOnly(fault) };
}
function problemOnly(problem) {
    return problem === undefined ? {} : { problem };
}
/** The number of the GitHub Environment is that of the gate. */
function findOtherEnvironment({ event, environment, environmentId, protection }) {
    return environmentId === undefined || environmentId === protection?.id
        ? undefined
        : `${event} for ${environment} at GitHub Environment ${environmentId}, but its gate is that of ${protection?.id}`;
}
function isAsked(protection) {
    return protection !== undefined && protection.reviewers.length > 0;
}
/** A plan is announced with the gate as it stood, and, where somebody will be asked, with who may not answer. */
function findPlanProblem({ environment, protection, detail }) {
    if (protection === undefined)
        return `planned for ${environment} without saying how its gate was protected`;
    if (!isAsked(protection) || detail?.authors !== undefined)
        return undefined;
    return `planned for ${environment}, whose gate has reviewers, without saying who wrote what it would bring`;
}
function findAnswer(started, planned, protection) {
    const where = `started in ${started.environment}, whose gate has reviewers`;
    if (planned === undefined)
        return { problem: `${where}, without a plan that this run recorded` };
    if (Date.parse(started.time) - Date.parse(planned.time) > lib/* PLAN_EXPIRY */.GAt + DECIDED)
        return { problem: `${where}, after the plan of record ${planned.sequence} had expired` };
    const gate = (0,lib/* judgeGate */.$Uv)({
        snapshot: planned.approvals ?? [],
        answers: started.approvals ?? [],
        parties: (0,lib/* partiesAtGate */.XLp)((0,lib/* starterOf */.tQN)(started), planned),
        planned: planned.protection,
        now: protection
    });
    if (gate.open) {
        if (gate.proof === 'named')
            return undefined;
        const teams = protection.reviewers.filter(({ type }) => type === 'Team').map(({ name }) => name);
        const who = `started in ${started.environment} with the approval of ${gate.approval.login}, who was`;
        // Members are asked for at the start: GitHub does not tell who was one before.
        return gate.proof === 'confirmed'
            ? {
                note: `${who} a member of ${teams.join(' or ')} when the deployment started: the ledger does not prove that of when the plan was made`
            }
            : { note: `${who} a reviewer only as a member of ${teams.join(' or ')}: the ledger does not prove that` };
    }
    switch (gate.why) {
        case 'rejected':
            return { problem: `${where}, though ${gate.answer.login} rejected the plan` };
        case 'unanswered':
            return { problem: `${where}, without a new approval of the plan` };
        case 'changed':
            return { problem: `${where}, though the gate had changed since the plan: ${gate.changes.join('; ')}` };
        case 'objected':
            return { problem: `${where}, with no approval that counts: ${gate.objections.join('; ')}` };
    }
}
/** Who is not asked cannot tell: a GitHub Environment that was made anew since the plan lets in whom it likes. */
function findSameGate({ environment }, planned, protection) {
    if (planned?.protection === undefined)
        return undefined;
    const changes = (0,lib/* gateChanges */.Dy_)(planned.protection, protection);
    return changes.length === 0
        ? undefined
        : `started in ${environment}, though the gate had changed since the plan: ${changes.join('; ')}`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/record-rules.js





/** Why an event cannot follow from what came before: what it is about was never released, or its run never said that it would begin. */
function record_rules_findOrderProblem(record, { facts }) {
    const { event, environment, release, run, plan } = record;
    if (lib/* EVENT_RULES */.VHo[event].needsRelease) {
        if (release === undefined)
            return `${event} names no release`;
        if (!facts.has(`released ${release.digest}`)) {
            return `${event} of release ${release.digest}, which was never released`;
        }
    }
    if (event !== 'deployed')
        return undefined;
    const started = `started ${environment} ${release?.digest} ${run.repository} ${run.id}`;
    if (!facts.has(started))
        return `deployed in ${environment} by run ${run.id}, which never recorded that it started`;
    if (!facts.has(`${started} ${plan ?? ''}`))
        return `deployed in ${environment} another plan than run ${run.id} recorded that it started`;
    const { environmentId } = record;
    return environmentId === undefined || facts.has(`${started} ${plan ?? ''} at ${environmentId}`)
        ? undefined
        : `deployed in ${environment} behind GitHub Environment ${environmentId}, which is not the one that run ${run.id} recorded that it started at`;
}
/**
 * Why a record breaks a rule, by records alone: each of them is fixed by the hash in the one after it. Rules that ask for documents beside the
 * records, for delivery.yml as it is now, or for commits of a clone are not among them: who takes one of those away, or changes it, must not be able to say that a
 * record was never valid.
 */
function findBrokenRule(record, past) {
    return (record_rules_findOrderProblem(record, past) ??
        verify_gate_findGate(record, past, {}).problem ??
        findBypass(record, past) ??
        findOvertaken(record, past) ??
        findUndeployed(record, past) ??
        findUnconfirmed(record, past) ??
        verify_entry_findWithdrawalProblem(record, past) ??
        adoption_problem_findAdoptionProblem(record, past));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/newest-files.js


/** The newest record of a ledger and of each of its sections, for the copies that are kept of them. */
class newest_files_NewestFiles {
    #newest;
    #sections = new Map();
    /** Takes in the next record's files. @param record what they hold; absent where they hold none. */
    note({ record, ...files }) {
        this.#newest = files;
        if (record !== undefined)
            this.#sections.set(section_sectionOf(record), files);
    }
    /** The copies, by their paths: what a record lacks is an empty one. */
    copies() {
        const copies = new Map();
        if (this.#newest === undefined)
            return copies;
        const copy = (of, { bytes, signature }) => {
            copies.set(newestPath(of), bytes ?? new Uint8Array());
            copies.set(`${newestPath(of)}.sig`, signature ?? new Uint8Array());
        };
        copy('ledger', this.#newest);
        copies.set(NEWEST_TOKEN_PATH, this.#newest.token ?? new Uint8Array());
        for (const [section, files] of this.#sections)
            copy(section, files);
        return copies;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/replay.js





/**
 * What the records of a ledger lead to, one after the other, which can go back to before one of them and on without it: a repair costs what it
 * leaves out, and not the whole ledger.
 */
class Replay {
    #records;
    #from;
    #making;
    #undo = new Undo();
    #value;
    /** How many changes there were before a record. */
    #marks = new Map();
    constructor({ records }, from, making) {
        this.#records = records;
        this.#from = from ?? Number.POSITIVE_INFINITY;
        this.#making = making;
        this.#value = making.make(this.#undo);
    }
    get value() {
        return this.#value;
    }
    /** Says which record is added next. */
    begin(sequence) {
        if (sequence < this.#from)
            return;
        this.#undo.begin();
        this.#marks.set(sequence, this.#undo.length);
    }
    /**
     * Goes back to before the first of the records that do not count, and on without them.
     * @param end the first record that is not added again.
     * @param onRecord sees each record before it is added, or not.
     */
    without(first, end, skips, onRecord) {
        const start = this.#backTo(first);
        for (let sequence = start; sequence < end; sequence++) {
            const it = this.#records[sequence - 1];
            this.begin(sequence);
            if (it === undefined)
                continue;
            onRecord?.(it, this.#value);
            if (!skips(sequence))
                this.#making.add(this.#value, it);
        }
    }
    /** @returns where to go on: from the first record, where nobody has said that one would be left out. */
    #backTo(first) {
        const mark = this.#marks.get(first);
        if (mark !== undefined) {
            this.#undo.back(mark);
            return first;
        }
        this.#undo = new Undo();
        this.#value = this.#making.make(this.#undo);
        return 1;
    }
}
/** The state that records lead to. */
function replayState(ledger, from) {
    return new Replay(ledger, from, { make: undo => new StateMachine(undo), add: addToState });
}
/** What had happened before a record. */
function replayPast(ledger, from) {
    return new Replay(ledger, from, {
        make: undo => new verify_past_Past(undo),
        add(past, { record }) {
            if (record !== undefined)
                past.add(record);
        }
    });
}
function addToState(machine, { record, hash }) {
    if (record === undefined || hash === undefined)
        return;
    machine.add(record);
    machine.seal(hash);
}
/** The state that the records of a ledger lead to before one of them. @param skips which ones are left out. */
function machineBefore({ records }, end, skips) {
    const machine = new StateMachine();
    for (const it of records.slice(0, end - 1))
        if (!skips(it.sequence))
            addToState(machine, it);
    return machine;
}
/** The newest records of a ledger, with their files. */
function newestOf({ records, files }, skips) {
    const newest = new newest_files_NewestFiles();
    for (const { sequence, bytes, record } of records) {
        if (skips(sequence))
            continue;
        const [signature, token] = [files.get(paths_signaturePath(sequence)), files.get(paths_tokenPath(sequence))];
        newest.note({ sequence, bytes, signature, token, record });
    }
    return newest;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/broken-rules.js


/** Which records break a rule. The past is told once for all of them, and from there on again that a repair leaves out. */
class BrokenRules {
    #ledger;
    #omissions;
    #past;
    #found = new Map();
    #done = 0;
    /** @param from the first record that any repair speaks of. */
    constructor(ledger, omissions, from) {
        this.#ledger = ledger;
        this.#omissions = omissions;
        this.#past = replayPast(ledger, from);
    }
    /**
     * How records break a rule by what was believed when each was written: what a repair left out counted until then.
     * @param end of the repairs before this record it must be known by now whether they count.
     */
    before(end) {
        for (const { record, sequence } of this.#ledger.records.slice(this.#done, end - 1)) {
            this.#done = sequence;
            if (this.#omissions.isRepair(sequence))
                this.#omissions.leaveOut(sequence, this.#past);
            this.#past.begin(sequence);
            if (record === undefined)
                continue;
            const problem = findBrokenRule(record, this.#past.value);
            if (problem !== undefined)
                this.#found.set(sequence, problem);
            this.#past.value.add(record);
        }
        return this.#found;
    }
    /**
     * Which of some records break a rule if others do not count.
     * @param first the first record of all these.
     */
    without(asked, skips, first) {
        const found = new Set();
        const end = this.#done + 1;
        this.#past.without(first, end, skips, ({ record, sequence }, past) => {
            if (record !== undefined && asked.has(sequence) && findBrokenRule(record, past) !== undefined)
                found.add(sequence);
        });
        this.#past.without(first, end, sequence => this.#omissions.has(sequence));
        return found;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/record-fault.js





/** Which records of a ledger are not valid, each by itself: what damages others, or the files that are made of records, is not asked. */
class RecordFaults {
    #ledger;
    #rules;
    #found = new Map();
    #archive;
    #vouched;
    constructor(ledger, rules) {
        this.#ledger = ledger;
        this.#rules = rules;
    }
    /** Why a record is not valid, whatever came before it. */
    of(it) {
        return this.itself(it) ?? this.beside(it);
    }
    /** Why nobody can have written a record so. */
    itself({ decoded, bytes }) {
        if (bytes === undefined)
            return undefined;
        const problem = decoded.ok ? this.#claimProblem(decoded.record) : decoded.problem;
        return problem === undefined ? undefined : { problem, told: 'by the record' };
    }
    /** The policy that a record names, and the ref that it says, are fixed as all that it says. */
    #claimProblem(record) {
        return findClaimProblem(record, this.#rules) ?? this.#rules.tokens?.origins?.problemOf(record);
    }
    /** Why nothing proves who wrote a record. */
    beside(it) {
        if (!this.#found.has(it.sequence))
            this.#found.set(it.sequence, this.#findBeside(it));
        return this.#found.get(it.sequence);
    }
    /** Why nobody can tell whether the policy that a record names was ever in force. What the clone lacks, it may have had when the record was right. */
    inDoubt({ record }) {
        const doubt = record && this.#rules.tokens?.origins?.doubtOf?.(record);
        return doubt && { problem: doubt.problem, told: doubt.isAbsent ? 'beside it' : 'by others' };
    }
    /**
     * Why it is nobody's word that vouches for records: the token was signed with a key that nobody saw published, and that turned up after
     * others had vouched, for nothing that counts in the section of the record.
     * @param among what does not count there.
     */
    byKeys(among) {
        const known = new Map();
        return ({ sequence, record }) => {
            const key = this.#keyOf(sequence);
            if (record === undefined || key === undefined)
                return undefined;
            const section = section_sectionOf(record);
            const use = `${section} ${key}`;
            if (!known.has(use))
                known.set(use, this.#isStrange(key, section, among) ? strange(key) : undefined);
            return known.get(use);
        };
    }
    #isStrange(key, section, among) {
        if (this.#isKnown(key))
            return false;
        const { uses, first } = this.#vouchings();
        const numbers = uses.get(key) ?? [];
        const own = numbers.filter(number => isOf(section, this.#ledger.records[number - 1]));
        return first < (numbers[0] ?? 0) && own.every(among);
    }
    /** Whether who asked the issuer for its keys did not find the one that vouches for a record. */
    isUnpublished({ sequence }) {
        const key = this.#keyOf(sequence);
        return this.#rules.tokens?.published !== undefined && key !== undefined && !this.#isKnown(key);
    }
    #isKnown(key) {
        const { published, known } = this.#rules.tokens ?? {};
        return published?.thumbprints.has(key) === true || known?.includes(key) === true;
    }
    #keyOf(sequence) {
        return this.#rules.tokens === undefined ? undefined : this.#vouchings().keys.get(sequence);
    }
    #findBeside(it) {
        const { record, bytes, sequence } = it;
        if (record === undefined || bytes === undefined || this.itself(it) !== undefined)
            return undefined;
        const { files, keys } = this.#ledger;
        const signature = files.get(paths_signaturePath(sequence));
        const problem = signature_findTrustProblem({ record, bytes, signature, keys }, this.#rules) ?? this.#tokenProblem(it);
        return problem === undefined ? undefined : { problem, told: 'beside it' };
    }
    #tokenProblem({ record, hash, sequence }) {
        const { tokens: rules = { unvouched: true } } = this.#rules;
        const token = this.#ledger.files.get(paths_tokenPath(sequence));
        if (record === undefined || hash === undefined)
            return undefined;
        if (token === undefined)
            return rules.unvouched === true ? undefined : 'GitHub does not vouch for it: there is no token beside it';
        const vouching = token_problem_readVouching({ record, hash, keys: this.#keys() }, token, rules);
        return vouching.ok ? rules.origins?.problemOf(record, vouching.claims.job_workflow_sha) : vouching.problem;
    }
    #keys() {
        this.#archive ??= issuer_archive_issuerKeyArchive(issuerKeyFiles(this.#ledger)).keys;
        return this.#archive;
    }
    #vouchings() {
        if (this.#vouched !== undefined)
            return this.#vouched;
        const uses = new Map();
        const keys = new Map();
        for (const { record, hash, sequence } of this.#ledger.records) {
            const token = this.#ledger.files.get(paths_tokenPath(sequence));
            if (record === undefined || hash === undefined || token === undefined)
                continue;
            const { key } = token_problem_readVouching({ record, hash, keys: this.#keys() }, token, this.#rules.tokens ?? {});
            if (key === undefined)
                continue;
            keys.set(sequence, key);
            const numbers = uses.get(key);
            if (numbers === undefined)
                uses.set(key, [sequence]);
            else
                numbers.push(sequence);
        }
        const [first = 0] = keys.keys();
        this.#vouched = { uses, keys, first };
        return this.#vouched;
    }
}
function strange(key) {
    const problem = `its token was signed with key ${key}, which no one has seen the issuer publish`;
    return { problem, told: 'beside it', byKey: true };
}
function issuerKeyFiles({ entries }) {
    return new Map(entries.flatMap(({ kind, bytes }) => (kind?.kind === 'issuer-key' ? [[kind.digest, bytes]] : [])));
}
function isOf(section, it) {
    return it?.record !== undefined && section_sectionOf(it.record) === section;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/repairs.js


/** What the `repaired` records of a ledger leave out. */
class repairs_Repairs {
    /** `repaired` records that leave out what they must not. */
    problems;
    #ledger;
    #omissions;
    constructor(ledger, omissions, problems) {
        this.#ledger = ledger;
        this.#omissions = omissions;
        this.problems = problems;
    }
    /** Those of a ledger that was never repaired. */
    static none = new repairs_Repairs({ records: [] }, new Omissions(), []);
    /** Oldest first. */
    get leftOut() {
        return this.#omissions.all;
    }
    /** Whether a record counts for nothing any more. */
    isSkipped(sequence) {
        return this.#omissions.has(sequence);
    }
    /** Whether a record is a repair that counts. */
    isRepair(sequence) {
        return this.#omissions.isRepair(sequence);
    }
    /** Whether the ledger ends in a repair that says that more is to be repaired. */
    get isUnfinished() {
        return this.#omissions.isUnfinished(this.#ledger.records.at(-1));
    }
    /** The state, to be led through all records, and through repairs by {@link leaveOut}. */
    replayState() {
        return replayState(this.#ledger, this.#omissions.first);
    }
    /** What happened, in the same way. */
    replayPast() {
        return replayPast(this.#ledger, this.#omissions.first);
    }
    /** Takes back what a repair leaves out. */
    leaveOut(repair, replay) {
        this.#omissions.leaveOut(repair, replay);
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/state-faults.js

/** What is wrong with a record that commits to another state than it leads to. */
const state_faults_OTHER_STATE = 'it commits to another state than the records lead to';
/**
 * The records that commit to another state than those before them lead to. Of those that follow one another only the first is wrong: the others
 * rest on it, until a repair goes on from the right one. Nobody who looked at the ledger as Sluice does can have written it.
 */
class StateFaults {
    #ledger;
    #omissions;
    #state;
    #wrong = new Set();
    #differs = false;
    #done = 0;
    /** @param from the first record that any repair speaks of. */
    constructor(ledger, omissions, from) {
        this.#ledger = ledger;
        this.#omissions = omissions;
        this.#state = replayState(ledger, from);
    }
    /** The numbers of such records before another one; of the repairs before that one it must be known by now whether they count. */
    before(end) {
        for (const { record, hash, sequence } of this.#ledger.records.slice(this.#done, end - 1)) {
            this.#done = sequence;
            if (this.#omissions.isRepair(sequence)) {
                this.#omissions.leaveOut(sequence, this.#state);
                this.#differs = false;
            }
            this.#state.begin(sequence);
            if (record === undefined || hash === undefined)
                this.#differs = true;
            else {
                this.#judge(record);
                this.#state.value.seal(hash);
            }
        }
        return this.#wrong;
    }
    #judge(record) {
        const state = this.#state.value.add(record);
        if (this.#differs || (state.section === record.state.section && state.ledger === record.state.ledger))
            return;
        this.#differs = true;
        this.#wrong.add(record.sequence);
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/repair-judge.js









/** Judges all repairs of a ledger. */
function judgeRepairs(ledger, rules) {
    const judge = new RepairJudge(ledger, rules);
    for (const it of ledger.records)
        if (it.record?.event === 'repaired')
            judge.take(it, it.record);
    return judge;
}
/** Judges the repairs of a ledger one after the other. */
class RepairJudge {
    #ledger;
    #faults;
    #states;
    #broken;
    #rules;
    #omissions = new Omissions();
    #wrong = new Map();
    constructor(ledger, rules) {
        this.#ledger = ledger;
        this.#faults = new RecordFaults(ledger, rules);
        const from = firstNamed(ledger);
        this.#states = new StateFaults(ledger, this.#omissions, from);
        this.#rules = rules;
        this.#broken = new BrokenRules(ledger, this.#omissions, from);
    }
    /** Takes in the next `repaired` record. */
    take(it, record) {
        // One that is forged is told of as such, and changes nothing.
        if (this.#faults.of(it) !== undefined)
            return;
        const found = this.#judge(record);
        if (typeof found === 'string')
            this.#wrong.set(it.sequence, found);
        else
            this.#omissions.add(it.sequence, found);
    }
    repairs() {
        // One that a later one leaves out is told of as such.
        const wrong = [...this.#wrong].filter(([sequence]) => !this.#omissions.has(sequence));
        const problems = wrong.map(([sequence, problem]) => ({ path: paths_recordPath(sequence), sequence, problem }));
        return new repairs_Repairs(this.#ledger, this.#omissions, [...problems, ...this.#unfinished()]);
    }
    #unfinished() {
        const last = this.#ledger.records.at(-1);
        if (last === undefined || !this.#omissions.isUnfinished(last))
            return [];
        const { sequence } = last;
        const problem = 'it says that more has to be repaired';
        return [{ kind: 'unfinished', path: paths_recordPath(sequence), sequence, problem }];
    }
    /**
     * Why records may be left out by the `repaired` record of some number; those that are missing may not.
     * @param environments those of the policy that the repair is made under, as far as anybody knows.
     * @param among what is left out with them.
     */
    faultsAmong(records, { section, environments, by, among }) {
        const own = records.filter(({ record }) => record === undefined || isFor(section_sectionOf(record), section, environments));
        const without = sequence => this.#omissions.has(sequence) || among(sequence);
        const itself = new Map(own.flatMap(it => pairOf(it, this.#faults.itself(it) ?? this.#wrongly(it))));
        const asked = own.filter(it => !itself.has(it)).map(({ sequence }) => sequence);
        const byRules = this.#brokenRules(asked, { by, without, first: lowestOf(records) ?? by });
        const byKey = this.#faults.byKeys(without);
        const beside = new Map(own.flatMap(it => pairOf(it, this.#faults.beside(it) ?? byKey(it) ?? this.#faults.inDoubt(it))));
        const goneOn = beside.size === 0 ? 0 : this.#goneOn(by, without);
        const faults = own.flatMap(it => {
            const { sequence } = it;
            const certain = itself.get(it) ?? byOthers(byRules.get(sequence));
            const unproved = sequence < goneOn ? undefined : beside.get(it);
            // Whose word it is says more than where it leads.
            return pairOf(it, certain ?? unproved ?? this.#stateFault(sequence, by));
        });
        return new Map(faults);
    }
    #stateFault(sequence, by) {
        return byOthers(this.#states.before(by).has(sequence) ? state_faults_OTHER_STATE : undefined);
    }
    /** Why a `repaired` record does not count. */
    #wrongly({ sequence }) {
        return byOthers(this.#wrong.get(sequence));
    }
    /**
     * How records break a rule, both by what was believed when they were written and by what is believed without some others: neither a record
     * that was not valid, nor that it is left out, makes another one wrong.
     */
    #brokenRules(asked, { by, without, first }) {
        if (asked.length === 0)
            return NOTHING;
        const told = this.#broken.before(by);
        const then = new Map(asked.flatMap(sequence => pairOf(sequence, told.get(sequence))));
        if (then.size === 0)
            return then;
        const still = this.#broken.without(new Set(then.keys()), without, first);
        return new Map([...then].filter(([sequence]) => still.has(sequence)));
    }
    /**
     * Up to which record Sluice has gone on: what lies beside an earlier one was right then, and was taken away since. It goes on only from a ledger that is vouched for, and repairs
     * all of it first: only a repair that says that more is to come shows nothing.
     */
    #goneOn(by, without) {
        const last = this.#ledger.records
            .slice(0, by - 1)
            .findLast(it => !without(it.sequence) && !this.#omissions.isUnfinished(it) && it.record && this.#faults.of(it) === undefined);
        return last?.sequence ?? 0;
    }
    #judge(record) {
        const { reason = '', skipped = [] } = record.detail ?? {};
        if (isBlank(reason))
            return 'repaired without a reason';
        const unagreed = findConsentProblem(record, `repaired ${section_sectionOf(record)}`);
        if (unagreed !== undefined)
            return unagreed;
        const [section, numbers] = [section_sectionOf(record), new Set(skipped.map(({ sequence }) => sequence))];
        if (numbers.size !== skipped.length)
            return 'it leaves out a record twice';
        const among = sequence => numbers.has(sequence);
        const named = [];
        for (const one of skipped) {
            const { sequence } = one;
            const it = this.#ledger.records[sequence - 1];
            const misfit = sequence >= record.sequence ? 'it is no earlier one' : this.#findMisfit(one, it);
            if (misfit !== undefined || it === undefined)
                return `it leaves out record ${sequence}, but ${misfit}`;
            named.push(it);
        }
        const by = record.sequence;
        const faults = this.faultsAmong(named, { section, environments: this.#environmentsOf(record), by, among });
        const sound = named.find(it => !faults.has(it));
        if (sound !== undefined)
            return `it leaves out record ${sound.sequence}, which nothing shows not to be valid`;
        return (this.#findOtherEnd(record, among) ??
            [...faults].map(([{ sequence }, { problem, told }]) => ({ sequence, by, problem, told })));
    }
    /** By the policy that a repair names: an environment that came later does not make it wrong. */
    #environmentsOf(record) {
        const { tokens, environments } = this.#rules;
        return tokens?.origins?.orderOf === undefined ? environments : tokens.origins.orderOf(record);
    }
    #findMisfit({ sequence, hash, previous }, it) {
        if (this.#omissions.has(sequence))
            return 'an earlier one does so already';
        if (it?.hash !== hash)
            return `that has the hash ${it?.hash}`;
        // What a record that is not valid says of the one before it counts for nothing: this one says it in its place.
        const before = this.#ledger.records[sequence - 2]?.hash;
        return before === previous ? undefined : `record ${sequence - 1} has the hash ${before}`;
    }
    #findOtherEnd({ sequence, detail, environment }, among) {
        const end = this.goodEnd(section_sectionOf({ ...(environment && { environment }) }), sequence, among);
        const { good } = detail ?? {};
        if (end?.sequence === good?.sequence && end?.hash === good?.hash)
            return undefined;
        return `it says that the last record which counts is ${good?.sequence ?? 'none'}, but it is ${end?.sequence ?? 'none'}`;
    }
    /** Records that may turn out not to be valid. Only those that stop whoever reads the ledger now are doubted for their keys: GitHub takes old ones away. */
    suspects() {
        const suspects = new Set([...this.#wrong.keys()]);
        let isEnd = true;
        for (const it of this.#ledger.records.toReversed()) {
            const isFaulty = this.#faults.of(it) !== undefined;
            isEnd &&= isFaulty || this.#faults.isUnpublished(it) || this.#faults.inDoubt(it) !== undefined;
            if (isEnd || isFaulty)
                suspects.add(it.sequence);
        }
        const end = this.#ledger.length + 1;
        for (const sequence of this.#broken.before(end).keys())
            suspects.add(sequence);
        for (const sequence of this.#states.before(end))
            suspects.add(sequence);
        return sequence => suspects.has(sequence) && !this.#omissions.has(sequence);
    }
    /** Whether a record cannot have been written so. */
    isFaulty(it) {
        return this.#faults.of(it) !== undefined;
    }
    /** The newest record of a section that counts, before another one. */
    goodEnd(section, before, among) {
        const last = this.#ledger.records
            .slice(0, before - 1)
            .findLast(({ record, sequence }) => record !== undefined && section_sectionOf(record) === section && !among(sequence) && !this.#omissions.has(sequence));
        return last?.hash === undefined ? undefined : { sequence: last.sequence, hash: last.hash };
    }
}
/** Whether a repair of a part of the ledger may leave out records of a section: its own, or of an environment that nobody speaks for. */
function isFor(section, part, environments) {
    if (section === part)
        return true;
    return part === 'product' && (environments === undefined || !hasSection(environments, section));
}
const NOTHING = new Map();
function byOthers(problem) {
    return problem === undefined ? undefined : { problem, told: 'by others' };
}
function pairOf(key, found) {
    return found === undefined ? [] : [[key, found]];
}
/** The first record that any repair speaks of, whether it counts or not. */
function firstNamed({ records }) {
    return lowestOf(records.flatMap(({ record }) => (record?.event === 'repaired' ? (record.detail?.skipped ?? []) : [])));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/invalid-records.js



const LONGEST_WHY = 300;
/**
 * Finds what a `repaired` record may leave out, section by section; sections without any are missing. Files that are no records at all
 * belong to none, so they are left out with those of the first section; those of environments that there are not, with `product`.
 * @param judge of the repairs of this ledger: to judge them takes as long as to read all of it.
 */
function findInvalid(ledger, rules, judge = judgeRepairs(ledger, rules)) {
    const { environments } = rules;
    const partOf = (record) => {
        const section = section_sectionOf(record);
        return environments === undefined || hasSection(environments, section) ? section : 'product';
    };
    const suspects = judge.suspects();
    const next = ledger.length + 1;
    const suspected = ledger.records.filter(({ sequence, bytes }) => bytes !== undefined && suspects(sequence));
    const sections = new Set(suspected.flatMap(({ record }) => (record === undefined ? [] : [partOf(record)])));
    const first = [...sections][0] ?? 'product';
    return [...sections.add(first)].flatMap(section => {
        const own = suspected.filter(({ record }) => record === undefined ? section === first : partOf(record) === section);
        const faults = settle(own, (left, among) => judge.faultsAmong(left, { section, environments, by: next, among }));
        const changed = own.filter(it => !faults.has(it) && judge.isFaulty(it)).map(({ sequence }) => sequence);
        if (faults.size + changed.length === 0)
            return [];
        const skipped = [...faults].flatMap(([{ sequence, hash }, { problem }]) => {
            // It may quote what somebody has planted.
            const why = (0,lib/* cut */.JjL)(problem, LONGEST_WHY);
            const previous = ledger.records[sequence - 2]?.hash;
            return hash === undefined ? [] : [{ sequence, hash, ...(previous && { previous }), why }];
        });
        const beside = [...faults].flatMap(([{ sequence }, { told }]) => (told === 'beside it' ? [sequence] : []));
        const forged = [...faults].flatMap(([it]) => (judge.isFaulty(it) ? [it.sequence] : []));
        const unpublished = [...faults].flatMap(([{ sequence }, { byKey }]) => (byKey === true ? [sequence] : []));
        const numbers = new Set(skipped.map(({ sequence }) => sequence));
        const good = judge.goodEnd(section, next, number => numbers.has(number));
        return [{ section, skipped, beside, unpublished, forged, changed, ...(good && { good }) }];
    });
}
/** Which records are faulty; whether one is can depend on the others that are. */
function settle(suspected, faultsAmong) {
    let left = suspected;
    for (;;) {
        const numbers = new Set(left.map(({ sequence }) => sequence));
        const faults = faultsAmong(left, number => numbers.has(number));
        if (faults.size === left.length)
            return faults;
        left = [...faults.keys()];
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/kms-signer.js



/**
 * Signs with a key that never leaves AWS KMS. Only digests are sent there. The SDK is loaded at the first signature: an action that
 * fails on its input must not pay for it.
 */
function kmsSigner(options) {
    const { session, alias, name } = options;
    let client;
    let key;
    const connect = () => {
        client ??= Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(632)]).then(__webpack_require__.t.bind(__webpack_require__, 2632, 19)).then(({ KMSClient }) => new KMSClient((0,lib/* awsClientConfig */.rwc)(session, 'KMS')));
        return client;
    };
    const explain = (action, error) => {
        if (error instanceof lib/* UserError */.yot || error instanceof lib/* Failure */.HRU)
            return error;
        const key = `the ledger key ${alias} of ${name} (${session.region})`;
        if (/^NotFoundException\b/.test(String(error))) {
            return new lib/* UserError */.yot(`There is no ${key.slice('the '.length)}. Create an asymmetric KMS key (ECC_NIST_P256, SIGN_VERIFY) with this alias, or change ledger.key in delivery.yml.`, { cause: error });
        }
        if (/^(Disabled|KMSInvalidState)Exception\b/.test(String(error))) {
            return new lib/* UserError */.yot(`${action} with ${key} is not possible: ${(0,lib/* messageOf */.bDE)(error)}. Enable the key, or cancel its deletion. If it is lost, make another one, list it under ledger.trust beside the old one, which stays, and point the alias at it.`, { cause: error });
        }
        if (/^AccessDenied/.test(String(error))) {
            return new lib/* UserError */.yot(`${action} with ${key} was denied: ${(0,lib/* messageOf */.bDE)(error)}. Allow kms:GetPublicKey and kms:Sign in the policy of this job's role.`, {
                cause: error
            });
        }
        return new lib/* Failure */.HRU(`${action} with ${key} failed: ${(0,lib/* messageOf */.bDE)(error)}`, { cause: error });
    };
    const fetchKey = async () => {
        const kms = await connect();
        const { GetPublicKeyCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(632)]).then(__webpack_require__.t.bind(__webpack_require__, 2632, 19));
        const answer = await (0,lib/* callAws */.IY8)(session.terms, () => kms.send(new GetPublicKeyCommand({ KeyId: alias })));
        if (answer.KeySpec !== 'ECC_NIST_P256' || answer.KeyUsage !== 'SIGN_VERIFY' || answer.PublicKey === undefined) {
            throw new lib/* UserError */.yot(`The ledger key ${alias} of ${name} is ${answer.KeySpec ?? 'of unknown kind'} for ${answer.KeyUsage ?? 'unknown use'}. It must be ECC_NIST_P256 for SIGN_VERIFY: create another key and point the alias at it.`);
        }
        return publicKeyOf(answer.PublicKey);
    };
    return {
        async publicKey() {
            try {
                key ??= fetchKey();
                return await key;
            }
            catch (error) {
                key = undefined;
                throw explain('Reading the public key', error);
            }
        },
        async sign(bytes) {
            try {
                const kms = await connect();
                const { SignCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(632)]).then(__webpack_require__.t.bind(__webpack_require__, 2632, 19));
                const request = new SignCommand({
                    KeyId: alias,
                    Message: (0,external_node_crypto_.createHash)('sha256').update(bytes).digest(),
                    MessageType: 'DIGEST',
                    SigningAlgorithm: 'ECDSA_SHA_256'
                });
                const answer = await (0,lib/* callAws */.IY8)(session.terms, () => kms.send(request));
                if (answer.Signature === undefined)
                    throw new lib/* Failure */.HRU('KMS returned no signature.');
                return answer.Signature;
            }
            catch (error) {
                throw explain('Signing', error);
            }
        }
    };
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./packages/git/lib/askable.js
var askable = __webpack_require__(4595);
;// CONCATENATED MODULE: ./packages/git/lib/blob-answers.js
const LINE_END = 0x0a;
/**
 * Takes apart what `git cat-file --batch` prints, as it comes, and gives it to those who asked, in their order:
 * `<id> <type> <size>`, the content and a line end; or a line that says why there is none.
 */
class BlobAnswers {
    #waiting = [];
    /** The beginning of a line that has not ended. */
    #line = Buffer.alloc(0);
    #unfinished;
    #failure;
    /** The next answers. */
    async expect(count) {
        if (this.#failure !== undefined)
            throw this.#failure;
        return new Promise((resolve, reject) => {
            this.#waiting.push({ count, found: [], resolve, reject });
        });
    }
    /** No more answers will come. */
    end(failure) {
        this.#failure ??= failure;
        for (const { reject } of this.#waiting.splice(0))
            reject(this.#failure);
    }
    /** Takes what came next. */
    take(bytes) {
        for (let at = 0; at < bytes.length;) {
            at = this.#unfinished === undefined ? this.#takeLine(bytes, at) : this.#takeContent(this.#unfinished, bytes, at);
        }
    }
    #takeLine(bytes, from) {
        const end = bytes.indexOf(LINE_END, from);
        const part = bytes.subarray(from, end < 0 ? bytes.length : end);
        const line = this.#line.length === 0 ? part : Buffer.concat([this.#line, part]);
        if (end < 0) {
            this.#line = Buffer.from(line);
            return bytes.length;
        }
        this.#line = Buffer.alloc(0);
        const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(line.toString('latin1')) ?? [];
        if (size === undefined) {
            this.#answer(undefined);
            return end + 1;
        }
        const [start, length, isBlob] = [end + 1, Number(size), type === 'blob'];
        if (start + length < bytes.length) {
            this.#answer(isBlob ? bytes.subarray(start, start + length) : undefined);
            return start + length + 1;
        }
        this.#unfinished = { content: Buffer.allocUnsafeSlow(length), size: 0, isBlob };
        return start;
    }
    /** Content, and the line end after it. */
    #takeContent(unfinished, bytes, from) {
        const { content, size, isBlob } = unfinished;
        const rest = content.length - size;
        if (rest > 0) {
            const taken = bytes.copy(content, size, from, Math.min(bytes.length, from + rest));
            unfinished.size += taken;
            return from + taken;
        }
        this.#unfinished = undefined;
        this.#answer(isBlob ? content : undefined);
        return from + 1;
    }
    #answer(content) {
        const [first] = this.#waiting;
        // Nobody waits any more for what was not answered in time.
        if (first === undefined)
            return;
        first.found.push(content);
        if (first.found.length < first.count)
            return;
        this.#waiting.shift();
        first.resolve(first.found);
    }
}

// EXTERNAL MODULE: ./packages/git/lib/start-git.js
var start_git = __webpack_require__(5635);
;// CONCATENATED MODULE: ./packages/git/lib/blob-reader.js







/** Reads with a process for each question: for those who ask a few times. */
function blobsOf(directory) {
    return { read: async (expressions) => (0,objects/* readBlobs */.b4)(directory, expressions) };
}
/** The longest time that a timer can wait, in milliseconds: the process lives as long as somebody asks. Each question has a deadline of its own. */
const LASTING = 2 ** 31 - 1;
/**
 * Reads with one process that stays (`git cat-file --batch`): to start one takes longer the more memory this process has, up to a tenth of a second.
 * Whoever opens it closes it.
 */
function openBlobs(directory, deadline = start_git/* GIT_DEADLINE */.cf) {
    const [input, answers, late] = [new external_node_stream_.PassThrough(), new BlobAnswers(), new AbortController()];
    const ended = (0,git/* git */.$Y)(directory, ['cat-file', '--batch'], {
        ...{ input, deadline: LASTING, signal: late.signal },
        onBytes: bytes => answers.take(bytes)
    }).then(({ code, stderr }) => answers.end(new lib/* Failure */.HRU(`git cat-file in ${directory} ended with exit code ${code}: ${stderr.trim()}`)), (error) => answers.end(new lib/* Failure */.HRU((0,lib/* messageOf */.bDE)(error), { cause: error })));
    return {
        async read(expressions) {
            const asked = expressions.filter(askable/* isAskable */.c);
            if (asked.length === 0)
                return expressions.map(() => undefined);
            const answer = answers.expect(asked.length);
            const timer = setTimeout(() => {
                answers.end(blob_reader_tooLate(asked.length, directory, deadline));
                late.abort();
            }, deadline);
            input.write(asked.map(expression => `${expression}\n`).join(''));
            const found = (await answer.finally(() => clearTimeout(timer))).values();
            return expressions.map(expression => ((0,askable/* isAskable */.c)(expression) ? found.next().value : undefined));
        },
        async close() {
            input.end();
            await ended;
        }
    };
}
function blob_reader_tooLate(count, directory, deadline) {
    return new lib/* Failure */.HRU(`git did not read ${(0,lib/* plural */.LSg)(count, 'file')} of ${directory} within ${(0,lib/* plural */.LSg)(deadline / 1000, 'second')}, and was ended. Check the disk, then try again.`);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/ledger-tree.js
/** Every file of a ledger, with its content: as much memory as it is long. */
async function ledger_tree_filesOf(tree) {
    const paths = [];
    for await (const path of tree.paths())
        paths.push(path);
    const contents = await tree.read(paths);
    return new Map(paths.map((path, n) => [path, contents[n] ?? new Uint8Array()]));
}
/** A ledger whose files are in memory. */
function ledger_tree_treeOf(files) {
    return {
        async *paths() {
            yield* files.keys();
        },
        read: async (paths) => paths.map(path => files.get(path))
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/listing.js

const TAB = 0x09;
/**
 * What git lists of a commit (`git ls-tree -r -z`), kept as git printed it: a ledger has four files a record, and names and ids of their own for
 * all of them would be more than everything else that is known of it.
 */
class Listing {
    #output;
    /** Where the files of each folder are: one after the other in their order, but for what lies in folders between them. */
    #spans = new Map();
    /** @throws UserError for a listing of what git never writes: a name that is there twice is one file for some readers, and another for others. */
    constructor(output) {
        this.#output = output;
        let before;
        let last = Buffer.alloc(0);
        for (const { path, name, start } of linesOf(output)) {
            if (Buffer.compare(last, name) >= 0)
                throw new lib/* UserError */.yot(`The ledger branch has ${JSON.stringify(path)} twice, or out of order: git writes no such folder, so someone forged it. Put the branch back to the commit before.`);
            last = name;
            const folder = listing_folderOf(path);
            if (folder === before?.folder)
                continue;
            if (before !== undefined)
                this.#addSpan(before.folder, [before.start, start]);
            before = { folder, start };
        }
        if (before !== undefined)
            this.#addSpan(before.folder, [before.start, output.length]);
    }
    /** The path of each file, in git's order. */
    *paths() {
        for (const { path } of linesOf(this.#output))
            yield path;
    }
    /** The file at a path. */
    get(path) {
        const name = Buffer.from(path);
        for (const span of this.#spans.get(listing_folderOf(path)) ?? []) {
            const found = this.#find(name, span);
            if (found !== undefined)
                return { path, id: found.id };
        }
        return undefined;
    }
    /** Halves a part of the listing until a name is found. Whoever reads evidence comes from folder to folder: to take each apart would take long. */
    #find(name, [from, to]) {
        const output = this.#output;
        for (let [low, high] = [from, to]; low < high;) {
            const middle = (low + high) >> 1;
            const start = middle === low ? low : Math.max(low, output.lastIndexOf(0, middle - 1) + 1);
            const tab = output.indexOf(TAB, start);
            const end = output.indexOf(0, tab);
            const order = output.compare(name, 0, name.length, tab + 1, end);
            if (order === 0)
                return lineAt(output, start);
            if (order < 0)
                low = end + 1;
            else
                high = start;
        }
        return undefined;
    }
    #addSpan(folder, span) {
        const spans = this.#spans.get(folder);
        if (spans === undefined)
            this.#spans.set(folder, [span]);
        else
            spans.push(span);
    }
}
function listing_folderOf(path) {
    return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
function lineAt(output, start) {
    const tab = output.indexOf(TAB, start);
    const end = output.indexOf(0, tab);
    const [, type, id] = output.toString('latin1', start, tab).split(' ');
    const name = output.subarray(tab + 1, end);
    return { path: name.toString('utf8'), id: type === 'blob' ? id : undefined, name, start, end: end + 1 };
}
function* linesOf(output) {
    for (let start = 0; start < output.length;) {
        const line = lineAt(output, start);
        yield line;
        start = line.end;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/ledger-files.js




/** The commit at which a ledger is read. @throws UserError when the branch does not exist. */
async function commitOf({ directory, branch, at }) {
    const commit = at ?? (await (0,lib_branch/* findBranch */.E0)(directory, branch));
    if (commit === undefined) {
        throw new lib/* UserError */.yot(`There is no branch ${branch} in ${directory}. If there is a ledger, fetch it: git fetch origin ${branch}:${branch}. If nothing was delivered yet, there is none: the first delivery opens it.`);
    }
    return commit;
}
/** Every file of the ledger branch, for {@link verifyLedger}. @throws UserError when the branch does not exist. */
async function readLedgerFiles(clone) {
    return ledger_tree_filesOf(await gitTree(clone));
}
/**
 * The files of the ledger branch, which are read when they are asked for.
 * @param blobs what reads them.
 * @throws UserError when the branch does not exist.
 */
async function gitTree(clone, blobs = blobsOf(clone.directory)) {
    const { directory, branch } = clone;
    const listed = await (0,git/* git */.$Y)(directory, ['ls-tree', '-r', '-z', '--full-tree', await commitOf(clone)]);
    if (listed.code !== 0)
        throw new lib/* Failure */.HRU(`git could not list the files of ${branch}: ${listed.stderr.trim()}`);
    const listing = new Listing(listed.stdout);
    return {
        async *paths() {
            yield* listing.paths();
        },
        async read(paths) {
            const files = paths.map(path => listing.get(path));
            const ids = [...new Set(files.flatMap(file => file?.id ?? []))];
            const read = await blobs.read(ids);
            const contents = new Map(ids.map((id, n) => [id, read[n]]));
            const missing = files.find(file => file?.id !== undefined && contents.get(file.id) === undefined);
            // Not tampering: whoever cloned asked for less.
            if (missing !== undefined && (await (0,git/* isPartialClone */.th)(directory)))
                throw new lib/* UserError */.yot(`${missing.path} of ${branch} is not in ${directory}. ${git/* PARTIAL */.yP}`);
            // What is no blob (a submodule) has no bytes here, but must be seen: it does not belong in the ledger.
            return files.map(file => (file === undefined ? undefined : (contents.get(file.id ?? '') ?? new Uint8Array())));
        }
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/open-view.js



/**
 * Looks at a ledger in one call. `undefined`: there is none yet.
 * @param how.anchorage absent: whether somebody put the ledger back is not asked.
 * @param how.since how old the look may be.
 * @throws UserError for a ledger that was tampered with, belongs to another product or repository, or lacks what is anchored.
 */
async function openView(store, rules, scope, { anchorage, since = 'now' } = {}) {
    const anchored = await readAnchored(anchorage?.anchors, scope.sections);
    const files = [...filesOfScope(scope, rules), ...filesOfAnchored(anchored)];
    const look = async (at) => store.head(files, at);
    const head = anchorage === undefined ? await look(since) : await awaitAnchored(look, since, anchored, anchorage);
    if (head === undefined)
        return undefined;
    const view = await LedgerView.open(store, head, rules, scope);
    requireAnchored(view, anchored);
    await refuseTakenAway(store, view, rules, anchored);
    return view;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/origins.js
/** What is said of a run of a ref from which nothing is delivered. */
const NO_DELIVERY_REF = 'which is none of the delivery refs';
/** Compares a record with a policy. @param commit see {@link Origins.problemOf}. */
function findOriginProblem({ run: { ref }, sequence }, commit, { isDeliveryRef, commits }) {
    if (!isDeliveryRef({ ref, sequence }))
        return `it was written by a run of ${ref}, ${NO_DELIVERY_REF}. If that was the default branch until it was renamed, list it in ledger.formerBranches of delivery.yml`;
    if (commit === undefined || commits === undefined || commits.includes(commit))
        return undefined;
    return `GitHub says that commit ${commit} of Sluice wrote it, which is none that delivery.yml named then (sluice.commits)`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/places.js

/** The records that say what is live, newest first. */
function places_placesOf({ found, confirmed, deployed }) {
    const places = [found, confirmed, deployed].filter(it => it !== undefined);
    const bySequence = new Map(places.map(it => [it.sequence, it]));
    return [...bySequence.values()].toSorted((a, b) => b.sequence - a.sequence);
}
/** Whether a release was announced to change nothing in an environment, and what it was compared with is live there. */
function isSameAs(announced, environment, live) {
    if (announced === undefined || live === undefined || announced.sequence < live.sequence)
        return false;
    const compared = (0,lib/* announcedAs */._ft)(announced, environment);
    return compared !== undefined && compared === live.release?.digest;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/remembering-store.js



/**
 * A ledger that is asked for nothing twice. A commit never changes: what was read of one, what this process wrote into one, and what the
 * clone of the job has of one, is known. Where the branch stands is known only as of the last look, so whoever goes by that says how old
 * it may be; an append may be wrong about it, since it lands only where the branch still stands.
 */
function rememberingStore(store, fetched, branch) {
    const memory = new Memory(fetched);
    let tip;
    const headAt = async (oid, alongside) => {
        const known = await memory.find(oid, [paths_HEAD_PATH, ...alongside]);
        if (known.unknown.length > 0)
            return undefined;
        const files = new Map([...known.files].filter(([path]) => alongside.includes(path)));
        return { ...parseHead(known.files.get(paths_HEAD_PATH), branch), oid, files };
    };
    return {
        async head(alongside = [], since = 'now') {
            const at = since === 'now' ? undefined : (tip ?? (since === 'job' ? await fetched.tip() : undefined));
            const known = at === undefined ? undefined : await headAt(at, alongside);
            if (known !== undefined)
                return known;
            const head = await store.head(alongside);
            tip = head?.oid;
            if (head !== undefined) {
                memory.note(head.oid, alongside, head.files);
                memory.note(head.oid, [paths_HEAD_PATH], new Map([[paths_HEAD_PATH, encodeHead(head)]]));
            }
            return head;
        },
        async read(paths, at) {
            if (at === undefined)
                return store.read(paths);
            const { files, unknown } = await memory.find(at, paths);
            if (unknown.length === 0)
                return files;
            const read = await store.read(unknown, at);
            memory.note(at, unknown, read);
            return new Map([...files, ...read]);
        },
        async commit(expectedOid, message, files, landed) {
            tip = undefined;
            return store.commit(expectedOid, message, files, oid => {
                memory.noteCommit(oid, expectedOid, files);
                tip = oid;
                landed?.(oid);
            });
        },
        create: async (first) => store.create(first)
    };
}
/** Files that are written once: whoever reads one proves it by what names it, wherever it comes from. */
const remembering_store_LASTING = ['record', 'signature', 'evidence', 'key'];
/** Files of commits, as far as they are known. */
class Memory {
    #commits = new Map();
    #fetched;
    constructor(fetched) {
        this.#fetched = fetched;
    }
    note(oid, asked, found) {
        const { files } = this.#commitOf(oid);
        for (const path of asked)
            files.set(path, found.get(path));
    }
    noteCommit(oid, parent, files) {
        this.#commits.set(oid, { parent, files: new Map(files.map(({ path, content }) => [path, content])) });
    }
    /** Finds files of a commit, and says of which nothing is known. */
    async find(oid, paths) {
        const files = new Map();
        let unknown = paths;
        let at = oid;
        for (let next = oid; next !== undefined; next = this.#commits.get(next)?.parent) {
            at = next;
            const known = this.#commits.get(at)?.files;
            unknown = unknown.filter(path => {
                const content = known?.get(path);
                if (content !== undefined)
                    files.set(path, content);
                return known?.has(path) !== true;
            });
        }
        if (unknown.length === 0)
            return { files, unknown };
        const fetched = await this.#fetched.read(at, unknown);
        if (fetched !== undefined)
            this.note(at, unknown, fetched);
        const rest = fetched ?? (await this.#findOlder(unknown));
        return {
            files: new Map([...files, ...rest]),
            unknown: fetched === undefined ? unknown.filter(path => !rest.has(path)) : []
        };
    }
    /** Of a newer commit than the clone has: what is written once and never again. */
    async #findOlder(paths) {
        const tip = await this.#fetched.tip();
        const lasting = paths.filter(path => remembering_store_LASTING.includes(paths_parseLedgerPath(path)?.kind));
        return (tip === undefined || lasting.length === 0 ? undefined : await this.#fetched.read(tip, lasting)) ?? new Map();
    }
    #commitOf(oid) {
        const known = this.#commits.get(oid) ?? { files: new Map() };
        this.#commits.set(oid, known);
        return known;
    }
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./packages/git/lib/own-git.js



/** Settings that would run a program or change bytes; of whatever repository, also one that was copied from elsewhere. */
const PLAIN = [
    '--no-pager',
    ...[
        `core.hooksPath=${external_node_os_.devNull}`,
        `core.attributesFile=${external_node_os_.devNull}`,
        `core.excludesFile=${external_node_os_.devNull}`,
        'core.fsmonitor=false',
        'core.autocrlf=false',
        'commit.gpgSign=false',
        'tag.gpgSign=false',
        'gc.auto=0',
        'maintenance.auto=false',
        'init.templateDir=',
        'safe.directory=*',
        'safe.bareRepository=all'
    ].flatMap(setting => ['-c', setting])
];
/**
 * Runs git on a repository that was made by this program, to write as well as to read. Its own settings count, since they are ours:
 * a folder that came from somebody else is read by `git()`, and never by this.
 * @param where arguments that name the repository: `-C <folder>` or `--git-dir=<folder>`.
 * @throws Failure when git itself is missing, or does not end in time; an exit code is a result.
 */
async function runOwnGit(where, args, options = {}) {
    return (0,start_git/* startGit */.BE)([...PLAIN, ...where], args, {
        on: where.join(' '),
        env: ownGitEnvironment(options),
        deadline: options.deadline,
        remedy: options.remedy,
        ...(options.input === undefined ? {} : { input: options.input })
    });
}
/** The same; what git prints. @throws Failure when it fails. */
async function ownGit(where, args, options = {}) {
    const { code, stdout, stderr } = await runOwnGit(where, args, options);
    if (code !== 0)
        throw new lib/* Failure */.HRU(`git ${args.join(' ')} failed in ${where.join(' ')}: ${stderr.trim()}`);
    return stdout.toString('utf8').replace(/\n$/, '');
}
/** What {@link runOwnGit} starts git with, for a process that stays. */
function ownGitArguments(where, args) {
    return [...PLAIN, ...where, ...args];
}
/** See {@link ownGitArguments}. */
function ownGitEnvironment({ author, committer = author, index, settings = {}, protocol } = {}) {
    return {
        ...(0,start_git/* gitEnvironment */._K)(external_node_os_.devNull),
        ...settingsInEnvironment(settings),
        // Nobody is asked for a password, not by a program either.
        ...(protocol === undefined ? {} : { GIT_ALLOW_PROTOCOL: protocol, GIT_ASKPASS: '' }),
        ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
        ...identity('AUTHOR', author),
        ...identity('COMMITTER', committer)
    };
}
/** Settings as git reads them from the environment (git-config, GIT_CONFIG_COUNT). */
function settingsInEnvironment(settings) {
    const entries = Object.entries(settings).flatMap(([name, value], n) => [
        [`GIT_CONFIG_KEY_${n}`, name],
        [`GIT_CONFIG_VALUE_${n}`, value]
    ]);
    return {
        ...(entries.length === 0 ? {} : { GIT_CONFIG_COUNT: String(entries.length / 2) }),
        ...Object.fromEntries(entries)
    };
}
function identity(role, signature) {
    if (signature === undefined)
        return {};
    return {
        [`GIT_${role}_NAME`]: signature.name,
        [`GIT_${role}_EMAIL`]: signature.email,
        [`GIT_${role}_DATE`]: signature.date
    };
}

;// CONCATENATED MODULE: ./packages/git/lib/fetch-from.js


/**
 * What a fetch leaves out of what it was not told by name: folders and files, or files. GitHub admits no finer ones: of `tree:<depth>` it says that it
 * "allows max depth 0", of `combine:` that it is "not supported".
 */
const LEFT_OUT = { all: '--filter=tree:0', files: '--filter=blob:none' };
/** A fetch may take long itself: it is not begun anew much later than the first one. */
const POLICY = { ...lib/* networkRetry */.D1q, attempts: 3, within: 20_000 };
const DEADLINE = 60_000;
const SILENCE = 15;
/** Bytes a second, of which less is silence. */
const NEXT_TO_NOTHING = 100;
/** A fetch that failed. */
class FetchFailure extends lib/* Failure */.HRU {
    /** Whether it may go well the next time. */
    mayPass;
    constructor(message, mayPass, cause) {
        super(message, { cause });
        this.mayPass = mayPass;
    }
}
/**
 * Fetches from a server into a repository of our own, which asks it for what is left out only when it is told to. What was fetched is named by its content,
 * and git checks that; only which commit a ref names is the server's word.
 * @returns false where the server has no such ref.
 * @throws Failure when it cannot be fetched.
 */
async function fetchFrom(remote, directory, { options, what, isPartial = true }, { clock, policy = POLICY, deadline = DEADLINE, silence = SILENCE }) {
    const args = ['fetch', '--quiet', '--no-tags', '--recurse-submodules=no', ...options, '--stdin', 'origin'];
    const attempt = async () => {
        const { code, stderr } = await runOwnGit([`--git-dir=${directory}`], args, {
            ...{ input: what.map(it => `${it}\n`).join(''), deadline },
            remedy: 'Try again, or look at githubstatus.com.',
            settings: { ...settingsOf(remote, silence), ...(isPartial ? PROMISED : {}) },
            protocol: remote.url.startsWith('http://') ? 'http' : 'https'
        }).catch((error) => {
            throw new FetchFailure((0,lib/* messageOf */.bDE)(error), true, error);
        });
        if (code === 0)
            return true;
        if (/couldn't find remote ref/.test(stderr))
            return false;
        throw new FetchFailure(`git could not fetch from ${remote.url}: ${firstReason(stderr)}`, !isRefusal(stderr));
    };
    return (0,lib/* retry */.L5P)(attempt, { policy, clock, retryable: error => error instanceof FetchFailure && error.mayPass });
}
/** What is missing is promised: nothing is said of it. What is here says nothing of what lies below it, so nothing is told to be here. */
const PROMISED = { 'remote.origin.promisor': 'true', 'fetch.negotiationAlgorithm': 'noop' };
function settingsOf({ url, token }, silence) {
    const key = Buffer.from(`x-access-token:${token}`).toString('base64');
    return {
        'remote.origin.url': url,
        'protocol.version': '2',
        [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: Basic ${key}`,
        // The key is for this server.
        'http.followRedirects': 'false',
        'http.lowSpeedLimit': String(NEXT_TO_NOTHING),
        'http.lowSpeedTime': String(silence)
    };
}
/** Whether a server refused; everything else may be different the next time, also that it was too busy (408, 429). */
function isRefusal(stderr) {
    return /could not read (?:Username|Password)|Authentication failed|returned error: 4(?!08|29)\d\d|repository '.*' not found|not our ref|filter .* not supported/.test(stderr);
}
/** Why git failed, in its own words, without what came before. */
function firstReason(stderr) {
    const lines = stderr.trim().split('\n');
    return (0,lib/* onOneLine */.GJd)(lines.find(line => line.startsWith('fatal:')) ?? lines[0] ?? '').slice(0, 500);
}

;// CONCATENATED MODULE: ./packages/git/lib/tree-object.js

/** Bytes of a SHA-1, the only hash that GitHub takes. */
const ID_BYTES = 20;
/**
 * Reads the bytes of a tree object: mode, name, NUL, 20 bytes of id, over and over.
 * @throws Failure for bytes that are no tree.
 */
function parseTree(content) {
    const members = [];
    for (let at = 0; at < content.length;) {
        const end = content.indexOf(0, at);
        if (end === -1 || end + ID_BYTES >= content.length)
            throw new lib/* Failure */.HRU('What git sent as a folder is not one. Run git fsck where it comes from.');
        const header = content.toString('utf8', at, end);
        const space = header.indexOf(' ');
        const id = content.toString('hex', end + 1, end + 1 + ID_BYTES);
        members.push({ mode: header.slice(0, space).padStart(6, '0'), id, name: header.slice(space + 1) });
        at = end + 1 + ID_BYTES;
    }
    return members;
}

;// CONCATENATED MODULE: ./packages/git/lib/partial-copy.js





const TREE = '040000';
/** What has content of its own here: of a link it is a path, of a submodule a commit of another repository. */
const FILES = ['100644', '100755'];
/**
 * A copy of one branch of a repository on a server, which holds no more of it than was asked for: of a long history only the newest commit, of that only the
 * folders on the way to the files that were read. What it takes does not depend on how much there is.
 *
 * ```
 * commit ─► top ─► folder ─► … ─► files     one fetch a step, for all paths together
 * ```
 *
 * GitHub sends no part of what lies below a folder: all of it, or nothing. So each step is a fetch, except in folders that are said to be `deep`; whoever
 * needs several files asks for them at once.
 */
class PartialCopy {
    #options;
    #objects = new Map();
    #trees = new Map();
    #tip;
    constructor(options) {
        this.#options = options;
    }
    /**
     * The commit that the branch stood at when this copy was first asked, by whichever process; `undefined` where the server has no such branch.
     * @throws Failure when it cannot be fetched.
     */
    async tip() {
        this.#tip ??= this.#findTip();
        return this.#tip;
    }
    /**
     * Reads files of the {@link tip}; those that do not exist are missing.
     * @throws Failure when they cannot be fetched.
     */
    async read(paths) {
        const tip = await this.tip();
        if (tip === undefined)
            return new Map();
        for (;;) {
            const ways = paths.map(path => [path, this.#follow(tip, path.split('/'))]);
            const trees = new Map(ways.flatMap(([path, way]) => (way?.tree === undefined ? [] : [[way.tree, path]])));
            // Files last and together: a server may take one that is asked for by name for a part of a tree that is, and leave it out.
            const blobs = new Set(ways.flatMap(([, way]) => way?.blob ?? []));
            if (trees.size > 0)
                await this.#loadTrees(this.#treeOf(tip), trees);
            else if (blobs.size > 0)
                await this.#load([...blobs], LEFT_OUT.all);
            else
                return new Map(ways.flatMap(([path, way]) => (way?.content === undefined ? [] : [[path, way.content]])));
        }
    }
    /** @param trees each with a path that leads through it. */
    async #loadTrees(top, trees) {
        const { deep = [], soon = [] } = this.#options;
        const members = this.#membersOf(top);
        const isDeep = (path = '') => deep.includes(path.split('/')[0] ?? '');
        const ids = members === undefined ? [top] : [...trees.keys(), ...soon.flatMap(name => members.get(name)?.id ?? [])];
        const whole = ids.filter(id => id !== top && isDeep(trees.get(id)));
        const single = ids.filter(id => !whole.includes(id));
        await Promise.all([this.#load(whole, LEFT_OUT.files), this.#load(single, LEFT_OUT.all)]);
    }
    async #findTip() {
        const { directory, branch } = this.#options;
        const ref = `refs/remotes/origin/${branch}`;
        const known = await this.#commitAt(ref);
        if (known === undefined) {
            await ownGit(['-C', '/'], ['init', '--quiet', '--bare', directory]);
            if (!(await this.#fetch([LEFT_OUT.all, '--depth=1'], [`+refs/heads/${branch}:${ref}`])))
                return undefined;
        }
        const tip = known ?? (await this.#commitAt(ref));
        if (tip !== undefined)
            await this.#readHere([tip]);
        return tip;
    }
    async #commitAt(ref) {
        const where = [`--git-dir=${this.#options.directory}`];
        const { code, stdout } = await runOwnGit(where, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
        return code === 0 ? stdout.toString('utf8').trim() : undefined;
    }
    /** Goes from a commit as far along a path as is known. @returns nothing where the path leads to no file. */
    #follow(commit, path) {
        let at = { mode: TREE, id: this.#treeOf(commit) };
        for (const name of path) {
            if (at.mode !== TREE)
                return undefined;
            const tree = this.#membersOf(at.id);
            if (tree === undefined)
                return { tree: at.id };
            const next = tree.get(name);
            if (next === undefined)
                return undefined;
            at = next;
        }
        if (!FILES.includes(at.mode))
            return undefined;
        const content = this.#contentOf(at.id, 'blob');
        return content === undefined ? { blob: at.id } : { content };
    }
    #treeOf(commit) {
        const [, tree] = /^tree ([0-9a-f]+)\n/.exec(this.#objects.get(commit)?.content.toString('latin1', 0, 100) ?? '') ?? [];
        if (tree === undefined)
            throw new lib/* Failure */.HRU(`${commit} of ${this.#options.remote.url} is not a commit.`);
        return tree;
    }
    #membersOf(id) {
        const content = this.#contentOf(id, 'tree');
        if (content === undefined)
            return undefined;
        const known = this.#trees.get(id) ?? new Map(parseTree(content).map(it => [it.name, it]));
        this.#trees.set(id, known);
        return known;
    }
    /** @throws Failure where there is something else than who names it says. */
    #contentOf(id, type) {
        const object = this.#objects.get(id);
        if (object === undefined || object.type === type)
            return object?.content;
        throw new lib/* Failure */.HRU(`${id} of ${this.#options.remote.url} is named as a ${type}, and is a ${object.type}. Run git fsck there, and look at who pushed the branch.`);
    }
    async #load(ids, leftOut) {
        const unread = [...new Set(ids)].filter(id => !this.#objects.has(id));
        await this.#readHere(unread);
        const missing = unread.filter(id => !this.#objects.has(id));
        if (missing.length === 0)
            return;
        await this.#fetch([leftOut, '--no-write-fetch-head'], missing);
        await this.#readHere(missing);
        const left = missing.filter(id => !this.#objects.has(id));
        if (left.length === 0)
            return;
        throw new lib/* Failure */.HRU(`${this.#options.remote.url} left out ${(0,lib/* plural */.LSg)(left.length, 'object')} that git asked for, such as ${left[0]}.`);
    }
    async #readHere(ids) {
        const found = await (0,objects/* readObjects */.$I)(this.#options.directory, ids);
        for (const [n, id] of ids.entries()) {
            const object = found[n];
            if (object !== undefined)
                this.#objects.set(id, object);
        }
    }
    async #fetch(options, what) {
        const { remote, directory } = this.#options;
        return fetchFrom(remote, directory, { options, what }, this.#options);
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/remote-ledger.js


/**
 * A ledger that is fetched as far as it is read, where the clone of the job does not have it: from the same place, with git itself, so that it costs no call
 * of GitHub's API, and next to nothing more where the ledger is long. What cannot be fetched is said to be unknown, and asked for elsewhere.
 * @param log is told so, once.
 */
function remoteLedger(options) {
    // An index lies in eight folders one in the other, and has 273 at most; the newest records are asked for next.
    const copy = new PartialCopy({ ...options, deep: ['sections'], soon: ['records'] });
    let isOutOfReach = false;
    const orUnknown = async (work) => {
        if (isOutOfReach)
            return undefined;
        try {
            return await work();
        }
        catch (error) {
            // Another of the same moment may have said it.
            if (!isOutOfReach)
                options.log.info(`The ledger could not be read with git, so GitHub's API is asked, which costs some more calls. ${(0,lib/* messageOf */.bDE)(error)}`);
            isOutOfReach = true;
            return undefined;
        }
    };
    return {
        tip: async () => orUnknown(async () => copy.tip()),
        read: async (oid, paths) => orUnknown(async () => ((await copy.tip()) === oid ? copy.read(paths) : undefined))
    };
}
/** What the first of two has, and else the second. */
function oneThenOther(one, other) {
    return {
        tip: async () => (await one.tip()) ?? other.tip(),
        read: async (oid, paths) => (await one.read(oid, paths)) ?? other.read(oid, paths)
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/look-at-origins.js
/** Reads what tells from where the records of a ledger may come: whoever judges them cannot wait for it. */
async function look_at_origins_lookAtOrigins({ records }, { tokens }) {
    await tokens?.origins?.look(records.flatMap(({ record }) => (record === undefined ? [] : [record])));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/snapshot.js





/** One record's place in the chain: its file, if there is one, and what the file holds, if it is sound. */
class SnapshotRecord {
    sequence;
    bytes;
    #hash;
    #decoded;
    constructor(sequence, bytes) {
        this.sequence = sequence;
        this.bytes = bytes;
    }
    get hash() {
        if (this.bytes !== undefined)
            this.#hash ??= (0,lib/* sha256 */.scB)(this.bytes);
        return this.#hash;
    }
    get decoded() {
        this.#decoded ??=
            this.bytes === undefined ? { ok: false, problem: 'the file is missing' } : record_decodeRecord(this.bytes, this.sequence);
        return this.#decoded;
    }
    get record() {
        return this.decoded.ok ? this.decoded.record : undefined;
    }
}
/** Sorts the files of a ledger. Records are read when they are looked at. */
function snapshot_openSnapshot(files) {
    const entries = [...files].map(([path, bytes]) => ({ path, bytes, kind: paths_parseLedgerPath(path) }));
    const headFile = files.get(paths_HEAD_PATH);
    const head = headFile === undefined ? { ok: false, problem: 'it is missing' } : head_decodeHead(headFile);
    let length = 0;
    for (const { kind } of entries)
        if (kind?.kind === 'record')
            length = Math.max(length, kind.sequence);
    // A forged number must not make us count to it: as many missing records as there are real ones are proof enough.
    const shown = Math.min(Math.max(length, head.ok ? head.head.sequence : 0), 2 * files.size + 1);
    const records = Array.from({ length: shown }, (_, n) => new SnapshotRecord(n + 1, files.get(paths_recordPath(n + 1))));
    let keys;
    return {
        files,
        entries,
        head,
        length: shown,
        records,
        get keys() {
            keys ??= keysAmong(entries);
            return keys;
        }
    };
}
function keysAmong(entries) {
    const keys = new Map();
    for (const { kind, bytes } of entries) {
        const key = kind?.kind === 'key' ? signature_decodeKey(bytes, kind.digest) : undefined;
        if (kind?.kind === 'key' && key !== undefined)
            keys.set(kind.digest, key);
    }
    return keys;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/read-repairs.js






/**
 * Reads what a ledger leaves out. A `repaired` record needs little authority because it may leave out nothing but what is not valid; so each
 * reader looks again whether that is so, by the checks that stop a ledger. One that leaves out a valid record is itself not valid,
 * and leaves out nothing.
 */
function readRepairs(ledger, rules) {
    return judgeRepairs(ledger, rules).repairs();
}
/** Records that are looked through at once. */
const read_repairs_PAGE = 4000;
/** What a record of a repair looks like in its file. */
const MARK = Buffer.from('"event":"repaired"');
/**
 * The same for a ledger that need not fit into memory, unless it was ever repaired: what a repair leaves out can only be told of all that it rests on.
 * Few ledgers ever are.
 */
async function read_repairs_repairsIn({ tree, length }, rules) {
    for (let first = 1; first <= length; first += read_repairs_PAGE) {
        const numbers = Array.from({ length: Math.min(read_repairs_PAGE, length - first + 1) }, (_, n) => first + n);
        const files = await tree.read(numbers.map(recordPath));
        if (!files.some(file => file !== undefined && bufferOf(file).includes(MARK)))
            continue;
        const ledger = openSnapshot(await filesOf(tree));
        await lookAtOrigins(ledger, rules);
        return readRepairs(ledger, rules);
    }
    return Repairs.none;
}
/** The same memory, and no copy of it. */
function bufferOf({ buffer, byteOffset, byteLength }) {
    return Buffer.from(buffer, byteOffset, byteLength);
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-state.js





/**
 * Each record commits to the state that it and those before it lead to, none says again what another said, and the files that decisions
 * are read from are what the newest records commit to.
 */
function verify_state_stateCheck(outline, repairs) {
    const replay = repairs.replayState();
    const newest = new NewestFiles();
    const identities = new Map();
    // After the first difference every later state differs, too: it would be told of each record.
    let differs = false;
    function* recompute({ record, hash, body, path, sequence }) {
        if (repairs.isRepair(sequence)) {
            repairs.leaveOut(sequence, replay);
            differs = false;
        }
        replay.begin(sequence);
        const machine = replay.value;
        if (record === undefined || hash === undefined) {
            differs = true;
            return;
        }
        const isSkipped = repairs.isSkipped(sequence);
        const identity = identityOf(record);
        const first = isSkipped ? undefined : identities.get(identity);
        if (first !== undefined)
            yield {
                path,
                sequence,
                problem: `it repeats record ${first}: same run, attempt, job, event, unit and environment`
            };
        if (!isSkipped)
            identities.set(identity, first ?? sequence);
        const state = machine.add(record, body);
        if (!differs && (state.section !== record.state.section || state.ledger !== record.state.ledger)) {
            differs = true;
            if (!isSkipped)
                yield { path, sequence, problem: OTHER_STATE };
        }
        machine.seal(hash);
    }
    return {
        *visit(visited) {
            if (!repairs.isSkipped(visited.sequence))
                newest.note(visited);
            yield* recompute(visited);
        },
        async *end() {
            // Of records that cannot be read, or were not written so, nobody knows what they lead to, and they are told already.
            if (!differs)
                yield* fileProblems(outline, derivedFiles(newest, replay.value));
        }
    };
}
/**
 * The files that decisions are read from, as records lead to them: one after the other, since together they are as large as the index.
 * @param machine has been given all of the records, as `newest` has.
 */
function* derivedFiles(newest, machine) {
    const copies = newest.copies();
    if (copies.size === 0)
        return;
    yield* copies;
    yield [STATE_PATH, Buffer.from(machine.ledger().text)];
    for (const { section, state, index } of machine.touched()) {
        yield [sectionStatePath(section), Buffer.from(encodeState(state).text)];
        for (const { file, text } of index.changes())
            yield [indexPath(section, file), Buffer.from(text)];
    }
}
/** Files that are compared at once. */
const verify_state_PAGE = 2000;
async function* fileProblems({ tree, others }, derived) {
    const expected = new Set();
    for (const page of pagesOf(derived)) {
        const paths = page.map(([path]) => path);
        for (const path of paths)
            expected.add(path);
        yield* differences(page, await tree.read(paths));
    }
    for (const { path, kind } of others) {
        if (kind !== undefined && isDerived(kind) && !expected.has(path))
            yield { path, problem: 'no record leads to it' };
    }
}
function* pagesOf(derived) {
    const page = [];
    for (const file of derived)
        if (page.push(file) === verify_state_PAGE)
            yield page.splice(0);
    yield page;
}
function* differences(page, files) {
    for (const [n, [path, bytes]] of page.entries()) {
        const file = files[n];
        if (file === undefined)
            yield { path, problem: 'it is missing' };
        else if (Buffer.compare(file, bytes) !== 0)
            yield { path, problem: 'it is not what the records lead to' };
    }
}
/** Whether a file is made of the records, and can be made again. */
function isDerived({ kind }) {
    return DERIVED.has(kind);
}
const DERIVED = new Set([
    'state',
    'newest',
    'newest-signature',
    'newest-token',
    'section-state',
    'index'
]);

;// CONCATENATED MODULE: ./packages/ledger/lib/repair-changes.js


/** What a commit has to change, so that files are as they should be. @param derived those that are made of the records. */
function changesOf(before, after, derived) {
    const wanted = new Map([...after, ...derived]);
    for (const path of wanted.keys()) {
        const kind = paths_parseLedgerPath(path);
        if (kind === undefined || (isDerived(kind) && !derived.has(path)))
            wanted.delete(path);
    }
    const written = [...wanted].filter(([path, content]) => Buffer.compare(before.get(path) ?? repair_changes_NOTHING, content) !== 0);
    const created = [...wanted].filter(([path, content]) => !before.has(path) && content.length === 0);
    const removed = [...before.keys()].filter(path => !wanted.has(path));
    return [
        ...[...new Map([...written, ...created])].map(([path, content]) => ({ path, content })),
        ...removed.map(path => ({ path, content: undefined }))
    ];
}
const repair_changes_NOTHING = new Uint8Array();
/** About how many bytes a change takes in the call that commits it: contents in base64, a path, and what is around them. */
function sizeOf({ path, content }) {
    return path.length + 64 + ((content?.length ?? 0) * 4) / 3;
}
/** Whether GitHub takes changes in one commit. */
function fits(changes, most) {
    return changes.reduce((size, it) => size + sizeOf(it), 0) <= most;
}
/** As many changes as one commit takes: the record with all that tells of it, then files of the index and those that go. The others are for the next repair. */
function asManyAsFit(changes, most) {
    const isLater = ({ path, content }) => content === undefined || paths_parseLedgerPath(path)?.kind === 'index';
    let size = 0;
    return changes
        .toSorted((a, b) => Number(isLater(a)) - Number(isLater(b)))
        .filter(it => {
        size += sizeOf(it);
        return size <= most || !isLater(it);
    });
}

;// CONCATENATED MODULE: ./packages/ledger/lib/repair-plan.js







/** With room for what is around the contents. */
const LIMITS = { skipped: 10_000, bytes: 32 * 1024 * 1024 };
/**
 * Decides what the next repair of a section leaves out, the oldest first, and whether that is all of the ledger.
 * @throws UserError when there is nothing to repair, or nothing that a record can repair.
 */
function planRepair(ledger, rules, { files, section, sections, isAnchored, limits }) {
    const judge = judgeRepairs(ledger, rules);
    const invalid = findInvalid(ledger, rules, judge);
    const found = invalid.find(it => it.section === section);
    const others = invalid.filter(it => it !== found && it.skipped.length > 0).map(it => it.section);
    const elsewhere = others.filter(it => sections.includes(it));
    const [changed] = found?.changed ?? [];
    if (changed !== undefined)
        throw repair_plan_tampered(changed);
    const [unpublished] = found?.unpublished ?? [];
    if (unpublished !== undefined && !isAnchored)
        throw unprovable(unpublished);
    const repairs = judge.repairs();
    const skipped = firstFew(found, limits.skipped);
    const numbers = new Set(skipped.map(({ sequence }) => sequence));
    const isSkipped = sequence => numbers.has(sequence) || repairs.isSkipped(sequence);
    const pending = pendingFiles(files, ledger, isSkipped);
    const isEnd = elsewhere.length === 0 && repairs.isUnfinished;
    if (skipped.length === 0 && pending.length === 0 && isCounted(ledger, rules) && !isEnd)
        throw sound(section, elsewhere, rules);
    const good = judge.goodEnd(section, ledger.length + 1, sequence => numbers.has(sequence));
    const isAll = elsewhere.length === 0 && skipped.length === (found?.skipped.length ?? 0);
    const more = isAll && fits(pending, limits.bytes) ? undefined : true;
    return {
        isSkipped,
        detail: { skipped, ...(good && { good }), ...(more && { more }) },
        beside: (found?.beside ?? []).filter(sequence => numbers.has(sequence))
    };
}
/** The oldest. Those by a key that nobody knows go together: whether it is the issuer's is judged by all that it vouches for. */
function firstFew(found, most) {
    const { skipped = [], unpublished = [] } = found ?? {};
    const together = new Set(unpublished);
    return skipped.filter(({ sequence }, n) => n < most || together.has(sequence));
}
/** What the files that decisions read from would have to become, and what would have to go. */
function pendingFiles(files, ledger, isSkipped) {
    const machine = machineBefore(ledger, ledger.length + 1, isSkipped);
    return changesOf(files, ledger.files, new Map(derivedFiles(newestOf(ledger, isSkipped), machine)));
}
/** Whether `HEAD.json` is of this ledger, and names its newest record: every decision begins there. */
function isCounted({ head: read, length, records }, rules) {
    if (!read.ok)
        return false;
    const { sequence, hash } = read.head;
    return sequence === length && hash === records.at(-1)?.hash && head_findForeignness(read.head, rules) === undefined;
}
function repair_plan_tampered(sequence) {
    return new lib/* UserError */.yot(`What lies beside record ${sequence}, its signature or token, is not right, but was when Sluice went on from it: someone has changed it since. No record can repair that: ${MADE_ANEW}`);
}
/** What to do where something was taken away that no record can stand for. */
const MADE_ANEW = `make the later commits anew without the one that did it, with the same dates and each file as it was before. "Commits made anew" in Sluice's docs/ledger.md has the commands; all hashes and anchors stay right.`;
/** Anchors tell what Sluice went on from. Without them, a key that the issuer has replaced looks like one that it never had. */
function unprovable(sequence) {
    return new lib/* UserError */.yot(`Of record ${sequence}, nothing but the key of its token tells that it may not be valid, and without ledger.anchors nothing tells that it is not. If GitHub published that key once, list it in ledger.issuerKeys of delivery.yml: then there is nothing to repair. If it never did, put the branch back to the commit before record ${sequence}.`);
}
function sound(section, elsewhere, { trust }) {
    const where = elsewhere.length === 0 ? '' : ` Repair ${elsewhere.join(', ')}.`;
    const key = trust.length === 0 ? '' : ` ${TAKEN_OVER}`;
    return new lib/* UserError */.yot(`There is nothing to repair in ${section}: each of its records is valid, or left out already.${where} \`sluice verify\` tells what is wrong elsewhere, and \`sluice repair\` what to do.${key}`);
}
const TAKEN_OVER = 'A record that follows every rule and is not genuine all the same, since its job or its key was taken over, can be left out once its key may not have signed it: in ledger.trust of delivery.yml give the key `until`, the number of the last genuine record, list a new key, and repair again.';

;// CONCATENATED MODULE: ./packages/ledger/lib/strays.js








/** Whether some record must own a file of a kind. */
function isOwned(kind) {
    return kind !== undefined && OWNED.has(kind.kind);
}
const OWNED = new Set(['signature', 'token', 'key', 'evidence', 'issuer-key']);
/** Whether a file is not what its name says: then it proves nothing, whoever names it. */
function isMisnamed(kind, content) {
    switch (kind.kind) {
        case 'key':
            return signature_decodeKey(content, kind.digest) === undefined;
        case 'issuer-key':
            return decodeIssuerKey(content, kind.digest) === undefined;
        case 'evidence':
            return (0,lib/* sha256 */.scB)(content) !== kind.digest;
        case 'signature':
        case 'token':
            return false;
    }
}
/**
 * Files to which no record lays claim. A record that is left out claims its own as any other does: what lies beside it may be all that shows whether it
 * was valid, so that whoever takes it away could have a valid one left out.
 */
class Strays {
    #unclaimed = new Set();
    #claimants = new Map();
    #issuerKeys = new Map();
    #signers;
    /** @param files those that may be such. */
    constructor(files) {
        for (const [path, content] of files) {
            const kind = paths_parseLedgerPath(path);
            if (!isOwned(kind))
                continue;
            this.#unclaimed.add(path);
            const key = kind.kind === 'issuer-key' ? decodeIssuerKey(content, kind.digest) : undefined;
            if (kind.kind === 'issuer-key' && key !== undefined)
                this.#issuerKeys.set(kind.digest, key);
        }
    }
    /** The paths of those that no record has claimed so far. */
    get paths() {
        return this.#unclaimed;
    }
    /** The number of the record that was the first to claim a file; absent: none has so far. */
    claimantOf(path) {
        return this.#claimants.get(path);
    }
    /** Takes out what a record claims. */
    claim({ sequence, decoded, token }) {
        const mine = (path) => {
            if (this.#unclaimed.delete(path))
                this.#claimants.set(path, sequence);
        };
        mine(paths_tokenPath(sequence));
        // Of a file that is no record nobody knows whether it names a key.
        if (!decoded.ok || decoded.record.key !== undefined)
            mine(paths_signaturePath(sequence));
        if (!decoded.ok)
            return;
        const { record } = decoded;
        if (record.key !== undefined)
            mine(paths_keyPath(record.key.fingerprint));
        for (const digest of record_evidenceOf(record))
            mine((0,lib/* evidencePath */.Zzx)(digest));
        const issuerKey = token === undefined ? undefined : this.#issuerKeyOf(token);
        if (issuerKey !== undefined)
            mine(paths_issuerKeyPath(issuerKey));
    }
    /** The key that a token was signed with, the first time that it is asked for. */
    #issuerKeyOf(file) {
        if (this.#issuerKeys.size === 0)
            return undefined;
        const decoded = decodeToken(file);
        this.#signers ??= new IssuerKeys(this.#issuerKeys);
        const key = decoded.ok ? this.#signers.signerOf(decoded.token) : undefined;
        if (key === undefined)
            return undefined;
        this.#issuerKeys.delete(key);
        this.#signers = undefined;
        return key;
    }
}
/**
 * A ledger without the files that no record claims, and those that are not what their names say: what a repair makes of it.
 * @param reach the number of the last record, by the history of the branch: files of records beyond it are such, too.
 */
function withoutStrays(given, reach) {
    const ledger = upTo(given, reach);
    const owned = ledger.entries.flatMap(({ path, bytes, kind }) => (isOwned(kind) ? [{ path, bytes, kind }] : []));
    const strays = new Strays(owned.map(({ path, bytes }) => [path, bytes]));
    for (const { sequence, bytes, decoded } of ledger.records)
        if (bytes !== undefined)
            strays.claim({ sequence, decoded, token: ledger.files.get(paths_tokenPath(sequence)) });
    const misnamed = owned.filter(({ kind, bytes }) => isMisnamed(kind, bytes)).map(({ path }) => path);
    const gone = new Set([...strays.paths, ...misnamed]);
    if (gone.size === 0)
        return ledger;
    const isKept = (path) => !gone.has(path);
    return {
        ...ledger,
        files: new Map([...ledger.files].filter(([path]) => isKept(path))),
        entries: ledger.entries.filter(({ path }) => isKept(path))
    };
}
/** A ledger without files of records beyond a number. One that is missing below it has no bytes. */
function upTo(ledger, reach) {
    const isBeyond = (kind) => kind?.kind === 'record' && kind.sequence > reach;
    const entries = ledger.entries.filter(({ kind }) => !isBeyond(kind));
    return {
        ...ledger,
        files: entries.length === ledger.entries.length
            ? ledger.files
            : new Map(entries.map(({ path, bytes }) => [path, bytes])),
        entries,
        length: reach,
        records: Array.from({ length: reach }, (_, n) => ledger.records[n] ?? new SnapshotRecord(n + 1, undefined))
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/repair-ledger.js

















/**
 * Tells what {@link repairLedger} would leave out; nothing is written. What is anchored is not compared: whoever asks has no rights there.
 * @throws UserError as the repair itself does.
 */
async function previewRepair({ isAnchored, ...options }) {
    const { files, reach, about, limits = LIMITS, sections, owner } = options;
    const [section, rules, ledger] = [section_sectionOf(about), rulesOf(options), withoutStrays(snapshot_openSnapshot(files), reach)];
    await look_at_origins_lookAtOrigins(ledger, rules);
    requireWhole(ledger, owner);
    const { detail } = planRepair(ledger, rules, { files, section, sections, isAnchored, limits });
    const numbers = new Set(detail.skipped?.map(it => it.sequence));
    const records = ledger.records.flatMap(({ sequence, record }) => (numbers.has(sequence) ? [record ?? []].flat() : []));
    return { ...detail, records, digest: digestOf(section, detail) };
}
function digestOf(section, detail) {
    return (0,lib/* sha256 */.scB)((0,lib/* canonicalJson */.djW)({ section, ...detail }));
}
/**
 * Makes a ledger usable again that ends in records which were never valid: one more record names each of them, with its hash and why it does not count, and
 * the state is again what all others lead to. Nothing is taken off the ledger; chain and anchors stay whole.
 *
 * ```
 * … ◄── good ◄── forged ◄── repaired        previous: the forged one, so that it stays
 *         └───── state ──────────┘          committed to, as if it were not there
 * ```
 *
 * One record leaves out no more than GitHub takes in a commit. While records are left, of this section or another, it says `more`: nobody goes on from it but the next repair.
 * @throws UserError when there is nothing to repair, or when what is missing is not for a record to repair.
 */
async function repairLedger(options) {
    const { files, oid, reach, owner, about, reason, clock, log, limits = LIMITS } = options;
    const [{ sections }, rules] = [options, rulesOf(options)];
    const ledger = withoutStrays(snapshot_openSnapshot(files), reach);
    await look_at_origins_lookAtOrigins(ledger, rules);
    const head = requireWhole(ledger, owner);
    const anchoring = await Anchoring.begin({ anchors: options.anchors, sections, own: [section_sectionOf(about)], clock, log });
    await checkAnchored(anchoring, options);
    anchoring.refuseRepairs(ledger, readRepairs(ledger, rules).leftOut);
    const { isSkipped, detail, beside } = planRepair(ledger, rules, {
        files,
        section: section_sectionOf(about),
        sections,
        isAnchored: options.anchors !== undefined,
        limits
    });
    requireShown(options.shown, digestOf(section_sectionOf(about), detail));
    for (const sequence of beside)
        anchoring.refuseAnchored(sequence);
    const draft = { ...about, event: 'repaired', detail: { reason, ...detail } };
    const keyring = await Keyring.open(options.signer, [draft], rules);
    const landing = new Landing(options);
    for (;;) {
        const machine = machineBefore(ledger, ledger.length + 1, isSkipped);
        const placed = clock.now();
        const chain = { head, machine, drafts: [draft], keyring, voucher: options.voucher, rules, now: placed };
        const { added, repaired, after } = await addRepair(chain, ledger.files, owner);
        const derived = new Map(derivedFiles(newestOf(repaired, isSkipped), machine));
        const changes = changesOf(files, after, derived);
        const message = commitMessage([added]);
        const sent = detail.more === true ? asManyAsFit(changes, limits.bytes) : changes;
        const outcome = await landing.send({ oid, placed, message, files: sent });
        if (outcome === 'limited')
            continue;
        requireLanded(outcome);
        log.info(message);
        await anchoring.anchor([added]);
        return added;
    }
}
/** Adds the record of a repair to a ledger; with it, and all files as they are then. @throws Failure when readers would not take it. */
async function addRepair(chain, files, owner) {
    const { records, files: written } = await chainRecords(chain);
    const [added] = records;
    if (added === undefined)
        throw new lib/* Failure */.HRU('The repair made no record.');
    const { sequence } = added.record;
    const pointer = { ...owner, sequence, hash: added.hash };
    const own = new Map([
        ...written.map(({ path, content }) => [path, content]),
        [paths_HEAD_PATH, encodeHead(pointer)]
    ]);
    const after = new Map([...files, ...own]);
    const repaired = snapshot_openSnapshot(after);
    await look_at_origins_lookAtOrigins(repaired, chain.rules);
    // What readers would not take must never get onto a ledger: each looks again whether only what is not valid is left out.
    const { problems } = readRepairs(repaired, chain.rules);
    const problem = problems.find(it => it.sequence === sequence && it.kind !== 'unfinished');
    if (problem !== undefined)
        throw new lib/* Failure */.HRU(`The repair would not be valid: ${problem.problem}. Nothing was written.`);
    return { added, repaired, after };
}
/** @throws UserError where the reviewer agreed to something else. */
function requireShown(shown, now) {
    if (shown === undefined || shown === now)
        return;
    throw new lib/* UserError */.yot('What would be left out is not what the reviewer was shown: the ledger, or delivery.yml, has changed since. Nothing was written. Start the workflow again, so that what is left out now is shown.');
}
/** What is another's is not valid, whatever else the rules say. */
function rulesOf({ owner, sections, rules }) {
    const { product, repository } = owner;
    return { products: [product], repository, environments: environmentsOf(sections), ...rules };
}
/** Checks that nothing is missing that is anchored. Anchors are read last, so the honest record of a moment ago is told from one that was taken away. */
async function checkAnchored(anchoring, { store, files, oid }) {
    try {
        anchoring.checkFiles(files);
    }
    catch (error) {
        const now = await store.head([], 'now');
        if (now?.oid !== oid)
            requireLanded('conflict');
        throw error;
    }
}
/** @throws Failure when a commit is not known to be on the branch. */
function requireLanded(outcome) {
    if (outcome === 'landed')
        return;
    if (outcome === 'late')
        throw new lib/* Failure */.HRU('Signing the repair took so long that its time was not true any more. Nothing was sent. Re-run the job.');
    throw new lib/* Failure */.HRU(`The ledger moved on while it was repaired, or GitHub's answer was lost (${outcome}). Re-run the job: it repairs what is left. Where it finds nothing, another repair was faster.`);
}
/** How far the records go. @throws UserError when one is missing: where it was there, no record can stand for it. */
function requireWhole({ records, length }, owner) {
    const missing = records.find(({ bytes }) => bytes === undefined);
    if (missing !== undefined)
        throw new lib/* UserError */.yot(`Record ${missing.sequence} is missing on the ledger, though the history of the branch counts it: someone removed it. No record can repair that: ${MADE_ANEW} Then repair.`);
    const last = records.at(-1);
    return { ...owner, sequence: length, ...(last?.hash === undefined ? {} : { hash: last.hash }) };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/retrace.js




/**
 * What was known after each record of an environment, by the same rules as a decision goes by: who only looks must not have rules of his own.
 * @param records all of one environment, oldest first, of a ledger that verifies.
 */
function* retrace(records) {
    const { index: _, ...nothing } = EMPTY_SECTION;
    // All that is asked of the index on the way.
    const ended = new Map();
    const bySequence = new Map();
    const lookup = (key) => ended.get(key);
    let knowledge = nothing;
    for (const record of records) {
        const { sequence } = record;
        // Nobody is handed the reference, and all records are there: to compute the digest of each body would only take time.
        const added = { record, reference: { sequence, body: record.state.section } };
        bySequence.set(sequence, record);
        knowledge = advance(knowledge, added, lookup);
        for (const { run, attempt } of endedBy(record))
            ended.set(endingOf({ id: run, attempt }), added.reference);
        yield inRecords(knowledge, it => (it === undefined ? undefined : bySequence.get(it.sequence)));
    }
}
/** Looked up when it is asked for: of most moments little is. */
function inRecords({ judged, open, ...places }, recordOf) {
    return {
        get deployed() {
            return recordOf(places.deployed);
        },
        get live() {
            return placesOf(places).flatMap(it => recordOf(it) ?? []);
        },
        get judged() {
            return recordOf(judged);
        },
        get open() {
            return open.flatMap(it => {
                const last = recordOf(it.last);
                return last === undefined ? [] : [{ last, begun: recordOf(it.begun) }];
            });
        }
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/s3-anchors.js


/**
 * Anchors in a bucket: `<product>/<section>/<number counted down>`, each written by a request that fails where there is one already. That no
 * other request writes, and none deletes, is for IAM to say (docs/aws-roles.md).
 */
function s3Anchors({ bucket, owner, product, reader, writer }) {
    const where = { Bucket: bucket, ExpectedBucketOwner: owner };
    const read = callsOf(reader, bucket);
    const writers = new Map();
    const fetch = async (key, sequence) => {
        const text = await read(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) => (await s3.send(new GetObjectCommand({ ...where, Key: key }))).Body?.transformToString('utf8'));
        const anchor = anchor_decodeAnchor(text ?? '');
        return anchor?.sequence === sequence ? anchor : undefined;
    };
    const fetchSound = async (key, sequence) => {
        const anchor = sequence === undefined ? undefined : await fetch(key, sequence);
        if (anchor !== undefined)
            return anchor;
        throw new lib/* UserError */.yot(`s3://${bucket}/${key} is no anchor that Sluice wrote, so what the ledger must hold is not known. Find out who put it there (CloudTrail), have the owner of the bucket remove it, then re-run the job.`);
    };
    const firstBelow = async (prefix) => {
        const { Contents: [first] = [] } = await read(`list ${bucket}/${prefix}`, async (s3, { ListObjectsV2Command }) => s3.send(new ListObjectsV2Command({ ...where, Prefix: prefix, MaxKeys: 1 })));
        return first?.Key;
    };
    return {
        async any() {
            const key = await firstBelow(`${product}/`);
            if (key === undefined)
                return undefined;
            const section = anchor_sectionOfKey(product, key);
            const anchor = await fetchSound(key, section === undefined ? undefined : anchor_sequenceOfKey(product, section, key));
            return section === undefined ? undefined : [section, anchor];
        },
        async newest(section) {
            const key = await firstBelow((0,lib/* anchorPrefix */.AzO)(product, section));
            return key === undefined ? undefined : fetchSound(key, anchor_sequenceOfKey(product, section, key));
        },
        async put(section, anchor) {
            if (writer === undefined)
                throw new lib/* Failure */.HRU(`Nothing may be anchored in ${bucket} with these credentials.`);
            const write = writers.get(section) ?? callsOf(writer(section), bucket);
            writers.set(section, write);
            const key = anchorKey(product, section, anchor.sequence);
            const isFirst = await write(`store ${bucket}/${key}`, async (s3, { PutObjectCommand }) => {
                try {
                    const body = { Body: encodeAnchor(anchor), ContentType: 'application/json' };
                    await s3.send(new PutObjectCommand({ ...where, Key: key, ...body, IfNoneMatch: '*' }));
                    return true;
                }
                catch (error) {
                    if ((0,lib/* awsFault */._pu)(error).status === 412)
                        return false;
                    throw error;
                }
            });
            // An answer may have been lost: then it is our own that is in the way.
            return isFirst ? anchor.hash : (await fetchSound(key, anchor.sequence)).hash;
        }
    };
}
/** Calls S3 with the credentials of a session; the SDK is loaded with the first call. */
function callsOf(session, bucket) {
    let client;
    return async (what, work) => {
        const sdk = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 3711, 19));
        client ??= new sdk.S3Client((0,lib/* awsClientConfig */.rwc)(session, 'S3'));
        const s3 = client;
        try {
            return await (0,lib/* callAws */.IY8)(session.terms, async () => work(s3, sdk));
        }
        catch (error) {
            throw explain(error, `S3 could not ${what}`, bucket);
        }
    };
}
function explain(error, what, bucket) {
    if (error instanceof lib/* UserError */.yot)
        return error;
    const message = `${what}: ${(0,lib/* messageOf */.bDE)(error)}`;
    if (error instanceof Error && error.name === 'NoSuchBucket')
        return new lib/* UserError */.yot(`${message}. Create the bucket in the registry's account, as Sluice's docs/aws-roles.md says, or correct ledger.anchors in delivery.yml. If there was such a bucket, find out who removed it: what the ledger must hold is not known without it.`, { cause: error });
    if ((0,lib/* awsFault */._pu)(error).status === 403)
        return new lib/* UserError */.yot(`${message}. Make the role and the policy of the bucket ${bucket} anew, as \`sluice roles\` prints them.${(0,lib/* keyAdvice */.YHz)(message)}`, { cause: error });
    return new lib/* Failure */.HRU(message, { cause: error });
}

;// CONCATENATED MODULE: ./packages/ledger/lib/tally.js


/** Counts the records that somebody answers for. */
class tally_Tally {
    #rules;
    #signed = new Set();
    #vouched = new Set();
    constructor(rules) {
        this.#rules = rules;
    }
    visit({ record, vouching, sequence }) {
        if (record?.key !== undefined && hasKeyFor(signerOf(record), this.#rules.trust))
            this.#signed.add(sequence);
        if (vouching?.ok === true)
            this.#vouched.add(sequence);
        return undefined;
    }
    /** How many records a listed key signed, and how many GitHub vouches for, without those of which something is wrong. */
    without(problems) {
        const suspects = new Set(problems.flatMap(({ sequence }) => (sequence === undefined ? [] : [sequence])));
        const count = (of) => [...of].filter(sequence => !suspects.has(sequence)).length;
        return { signed: count(this.#signed), vouched: count(this.#vouched) };
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-chain.js




const AT_HEAD = { kind: 'head', path: paths_HEAD_PATH };
/** `HEAD.json` is of this ledger, and names the last record and its hash. */
function verify_chain_headCheck({ head: read }, rules) {
    let last;
    return {
        visit(visited) {
            if (visited.bytes !== undefined)
                last = visited;
            return undefined;
        },
        *end() {
            if (!read.ok) {
                yield { ...AT_HEAD, problem: read.problem };
                return;
            }
            const { head } = read;
            const foreign = findForeignness(head, rules);
            if (foreign !== undefined)
                yield { ...AT_HEAD, problem: foreign };
            const mismatch = last?.record === undefined ? undefined : findOwnerMismatch(head, last.record);
            if (mismatch !== undefined)
                yield { ...AT_HEAD, problem: mismatch };
            if (head.sequence !== (last?.sequence ?? 0)) {
                yield {
                    ...AT_HEAD,
                    problem: `it says sequence ${head.sequence}, but the last record is ${last?.sequence ?? 'missing'}`
                };
            }
            else if (head.hash !== last?.hash) {
                yield { ...AT_HEAD, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${last?.hash}` };
            }
        }
    };
}
function findOwnerMismatch({ repository, product }, { sequence, ...record }) {
    if (product !== record.product)
        return `it says product ${product}, but record ${sequence} says ${record.product}`;
    const own = record.run.repository;
    return repository === own ? undefined : `it says repository ${repository}, but record ${sequence} says ${own}`;
}
/** Each record's file is there, sound, and names the hash of the one before. Of one that is left out, the repair names both hashes. */
function verify_chain_chainCheck(repairs) {
    let before;
    return {
        *visit(current) {
            const { path, sequence, decoded } = current;
            const older = before;
            before = current;
            if (repairs.isSkipped(sequence))
                return;
            if (!decoded.ok) {
                yield { path, sequence, problem: decoded.problem };
                return;
            }
            if (older?.hash !== undefined && decoded.record.previous !== older.hash) {
                yield {
                    kind: 'previous',
                    path: older.path,
                    sequence: older.sequence,
                    problem: `its hash is ${older.hash}, but record ${sequence} says ${decoded.record.previous}`
                };
            }
        }
    };
}
/** Each record was written when it says, and none is older than one before it. */
function verify_chain_timeCheck({ committed }, repairs) {
    // Compared at the end: history is read at the same time as the records, and takes as long.
    const told = [];
    return {
        visit({ record }) {
            if (record !== undefined && !repairs.isSkipped(record.sequence))
                told.push({ sequence: record.sequence, time: record.time });
            return undefined;
        },
        async *end() {
            yield* timeProblems(told, await committed);
        }
    };
}
function* timeProblems(told, committed) {
    let latest;
    for (const record of told) {
        const { sequence } = record;
        const path = recordPath(sequence);
        const at = committed?.get(sequence);
        const wrong = findCommitTimeProblem(record, at);
        if (wrong !== undefined) {
            const isLate = at !== undefined && at > Date.parse(record.time);
            yield { ...(isLate ? { kind: 'late' } : {}), path, sequence, problem: wrong };
            // What says a wrong time tells nothing of the others'.
            continue;
        }
        const problem = latest === undefined ? undefined : findChainTimeProblem(latest, record);
        if (problem !== undefined)
            yield { path, sequence, problem };
        latest = laterOf(record, latest);
    }
}
/** Each record is about this product, and signed with a key that is listed for its signer and its place. */
function verify_chain_signatureCheck(repairs) {
    return {
        *visit({ trust, path, sequence }) {
            if (trust === undefined || repairs.isSkipped(sequence))
                return;
            yield { ...(trust === STRAY_SIGNATURE ? { kind: 'stray' } : {}), path, sequence, problem: trust };
        }
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-files.js



/** Nothing lies on the branch that does not belong to the ledger; no signature without a record. */
function verify_files_pathCheck({ others }) {
    return {
        *visit({ sequence, bytes, signature, token }) {
            if (bytes !== undefined)
                return;
            if (signature !== undefined)
                yield orphan('signature', sequence);
            if (token !== undefined)
                yield orphan('token', sequence);
        },
        *end() {
            for (const { path, kind } of others) {
                if (kind === undefined)
                    yield { kind: 'stray', path, problem: 'it does not belong in the ledger' };
                else if (kind.kind === 'record' || kind.kind === 'signature' || kind.kind === 'token')
                    yield {
                        kind: 'stray',
                        path,
                        problem: 'it lies in the place of a later record, which no HEAD.json has counted'
                    };
            }
        }
    };
}
const ORPHANS = { signature: paths_signaturePath, token: paths_tokenPath };
function orphan(kind, sequence) {
    return {
        kind: 'stray',
        path: ORPHANS[kind](sequence),
        sequence,
        problem: `it is the ${kind} of a record that is missing`
    };
}
/** Each key file is the key of its name, and some record uses it. */
function verify_files_keyCheck({ keyFiles, keys }, repairs) {
    const used = new Set();
    return {
        *visit({ record }) {
            const fingerprint = record?.key?.fingerprint;
            if (record === undefined || fingerprint === undefined || used.has(fingerprint))
                return;
            used.add(fingerprint);
            const { sequence } = record;
            if (repairs.isSkipped(sequence))
                return;
            const path = keyPath(fingerprint);
            if (!keyFiles.has(fingerprint))
                yield { path, sequence, problem: `the key that signed record ${sequence} is missing` };
            else if (!keys.has(fingerprint))
                yield { path, sequence, problem: 'it is not the key of its name' };
        },
        *end() {
            for (const fingerprint of keyFiles.keys()) {
                if (!used.has(fingerprint))
                    yield { kind: 'stray', path: keyPath(fingerprint), problem: 'no record is signed with it' };
            }
        }
    };
}
/** Each piece of evidence that a record names is there and hashes to its name; no other is there. */
function verify_files_evidenceCheck({ evidence: there }, repairs) {
    const named = new Set();
    /** What only records name that are left out, and what is wrong with it. */
    const doubtful = new Map();
    return {
        *visit({ record, sequence, evidence }) {
            if (record === undefined)
                return;
            for (const digest of evidenceOf(record)) {
                const problem = named.has(digest) ? doubtful.get(digest) : findDocumentProblem(digest, evidence.get(digest));
                named.add(digest);
                if (problem === undefined)
                    continue;
                if (repairs.isSkipped(sequence))
                    doubtful.set(digest, problem);
                else {
                    doubtful.delete(digest);
                    const what = problem === MISSING ? `the evidence that record ${sequence} names is missing` : problem;
                    yield { path: evidencePath(digest), sequence, problem: what };
                }
            }
        },
        *end() {
            for (const digest of there)
                if (!named.has(digest))
                    yield { kind: 'stray', path: evidencePath(digest), problem: 'no record names it' };
        }
    };
}
const MISSING = 'missing';
function findDocumentProblem(digest, file) {
    if (file === undefined)
        return MISSING;
    const found = sha256(file);
    return found === digest ? undefined : `it hashes to ${found}, not to its name`;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-release.js


/**
 * What a release is made of was built: its document lies beside the record that announces it, is the one that its name says, and each of its
 * units is what came out of a recorded build (promises 1 and 2).
 */
function verify_release_findReleaseProblem(record, evidence, past) {
    const { event, release } = record;
    if (event !== 'released')
        return undefined;
    if (release === undefined)
        return 'released names no release';
    const read = readDocument(record, release.digest, evidence);
    if (!read.ok)
        return read.problem;
    const { document } = read;
    past.documents.set(release.digest, document);
    if (document.repository !== record.run.repository)
        return `released what repository ${document.repository} made, as its document says`;
    if (document.commit !== release.commit)
        return `it says commit ${release.commit} of release ${release.digest}, whose document says ${document.commit}`;
    for (const [name, unit] of Object.entries(document.units)) {
        if (past.facts.has(buildFact({ name, ...unit }, unit.adopted)))
            continue;
        return unit.adopted === undefined
            ? `released with unit ${name} of digest ${unit.digest}, which no record before it built of ${unit.fingerprint}`
            : `released with unit ${name} of digest ${unit.digest}, which record ${unit.adopted} did not adopt for ${unit.fingerprint}`;
    }
    return undefined;
}
function readDocument(record, digest, evidence) {
    const named = findEvidence(record, 'release');
    if (named !== digest)
        return { ok: false, problem: `released without the document of release ${digest}: its units are not known` };
    const bytes = evidence.get(digest);
    // That it is missing, or has other bytes, is told of the file.
    if (bytes === undefined)
        return { ok: false, problem: `the document of release ${digest} is missing` };
    try {
        return { ok: true, document: decodeRelease(bytes, digest, record.product) };
    }
    catch (error) {
        return { ok: false, problem: `its release document does not hold: ${messageOf(error)}` };
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-order.js









/**
 * Each event follows from earlier ones, by the rules that let it happen: whoever holds every key and recomputes every hash still has to invent a
 * past that follows them. Only rules that no honest run can break: a run that dies between two records, is repeated, or is overtaken by
 * another must not look like fraud.
 */
function verify_order_orderCheck(rules, repairs) {
    const replay = repairs.replayPast();
    const commits = new ReleaseCommits();
    /** What only the order of now says. */
    const ofNow = new Map();
    const problemOf = ({ sequence, problem }) => ({
        ...(ofNow.get(sequence) === problem ? { kind: 'order' } : {}),
        ...{ path: recordPath(sequence), sequence, problem }
    });
    return {
        *visit({ sequence, record, evidence }) {
            if (repairs.isRepair(sequence))
                repairs.leaveOut(sequence, replay);
            replay.begin(sequence);
            if (record === undefined)
                return;
            const past = replay.value;
            if (repairs.isSkipped(sequence)) {
                // Until it was left out, others relied on it.
                past.add(record);
                return;
            }
            const gate = findGate(record, past, rules);
            const age = rules.judgeAge?.(record);
            const before = environmentBefore(record, rules, past);
            const skip = findSkip(record, before?.name, past);
            if (skip !== undefined && before?.isOfNow === true)
                ofNow.set(sequence, skip);
            const problem = findReleaseProblem(record, evidence, past) ??
                findOrderProblem(record, past) ??
                findUnchangedProblem(record, past) ??
                gate.problem ??
                age ??
                findAcceptanceProblem(record, evidence, past) ??
                findWithdrawalProblem(record, past) ??
                skip ??
                findAdoptionProblem(record, past);
            for (const found of commits.judge(record, problem))
                yield problemOf(found);
            if (gate.note !== undefined)
                rules.onNote?.({ path: recordPath(sequence), sequence, note: gate.note });
            past.add(record);
        },
        *end() {
            for (const found of commits.undecided())
                yield problemOf(found);
        }
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-tokens.js




/** Each record comes from where the policy that it names lets records come from. */
function verify_tokens_originCheck({ tokens: { origins } = {} }, repairs) {
    return {
        *visit({ record, vouching, path, sequence }) {
            if (record === undefined || repairs.isSkipped(sequence))
                return;
            const problem = origins?.problemOf(record, vouching?.ok === true ? vouching.commit : undefined);
            if (problem !== undefined)
                yield { path, sequence, problem };
        }
    };
}
/** One file rules a product. Where who reads does not say which, it is the one that the first record names. */
function verify_tokens_configCheck({ config }, repairs) {
    let first;
    return {
        *visit({ record, path, sequence }) {
            // A file that is known was asked for of each record by itself.
            if (config !== undefined || record === undefined || repairs.isSkipped(sequence))
                return;
            const problem = findOtherConfig(record, first);
            first ??= record.policy?.path;
            if (problem !== undefined)
                yield { path, sequence, problem };
        }
    };
}
/** @see TokenCheck */
function verify_tokens_tokenCheck({ issuerKeyFiles }, { tokens: rules = { unvouched: true } }, repairs) {
    const archive = issuerKeyArchive(issuerKeyFiles);
    const used = new Set();
    const published = rules.published?.thumbprints ?? new Set();
    const confirmation = new KeyConfirmation({ published, known: new Set(rules.known) });
    const unconfirmed = () => confirmation.unconfirmed();
    return {
        unconfirmed,
        *visit({ record, vouching, path, sequence }) {
            if (record === undefined)
                return;
            const isSkipped = repairs.isSkipped(sequence);
            if (vouching === undefined) {
                if (!isSkipped && rules.unvouched !== true)
                    yield { path, sequence, problem: 'GitHub does not vouch for it: there is no token beside it' };
                return;
            }
            if (vouching.key !== undefined)
                used.add(vouching.key);
            if (isSkipped)
                return;
            if (vouching.ok)
                confirmation.note({ sequence, key: vouching.key });
            else
                yield { path: tokenPath(sequence), sequence, problem: vouching.problem };
        },
        *end() {
            for (const it of archive.problems)
                yield { kind: 'stray', ...it };
            for (const key of archive.keys.thumbprints) {
                if (!used.has(key))
                    yield { kind: 'stray', path: issuerKeyPath(key), problem: 'no token was signed with it' };
            }
            if (rules.published !== undefined || rules.known !== undefined)
                yield* unconfirmed().map(problemOf);
        }
    };
}
function problemOf({ key, first, last }) {
    const records = first === last ? `record ${first}` : `records ${first} to ${last}`;
    return {
        path: issuerKeyPath(key),
        sequence: first,
        problem: `it vouches for ${records}, but no one has seen the issuer publish it. If it did, and has replaced it since, list it in ledger.issuerKeys of delivery.yml: Sluice's docs/ledger.md says how to make sure`
    };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/walk.js



/** Records that are read and examined at once. */
const walk_PAGE = 500;
/** Pages that are read and examined ahead of the walk, so that nobody waits for git. */
const AHEAD = 3;
/** Walks along a ledger, page by page: what was seen is forgotten, but for what a visitor keeps. */
async function* walk_walk({ tree, length }, examiner) {
    const named = new Set();
    const ahead = [];
    let last = Promise.resolve();
    for (let first = 1; first <= length || ahead.length > 0;) {
        while (ahead.length < AHEAD && first <= length) {
            const read = readPage(tree, first, Math.min(length, first + walk_PAGE - 1), examiner);
            // In their order: a plan lies with the first record that names it.
            const page = last.then(async () => withEvidence(tree, await read, named));
            // Awaited below; until then, their failures are nobody's.
            for (const promise of [read, page])
                promise.catch(() => undefined);
            ahead.push(page);
            last = page;
            first += walk_PAGE;
        }
        const page = await ahead.shift();
        if (page !== undefined)
            yield page;
    }
}
async function readPage(tree, first, last, examiner) {
    const numbers = Array.from({ length: last - first + 1 }, (_, n) => first + n);
    const contents = await tree.read(numbers.flatMap(n => [recordPath(n), signaturePath(n), tokenPath(n)]));
    const files = numbers.map((sequence, n) => ({
        sequence,
        bytes: contents[3 * n],
        signature: contents[3 * n + 1],
        token: contents[3 * n + 2]
    }));
    const examined = await examiner(files);
    return files.flatMap((it, n) => {
        const found = examined[n];
        return found === undefined ? [] : [{ ...it, ...found }];
    });
}
async function withEvidence(tree, page, named) {
    const wanted = page.map(({ decoded }) => {
        if (!decoded.ok)
            return [];
        const { record } = decoded;
        const documents = (record.evidence ?? []).map(({ digest }) => digest);
        const news = evidenceOf(record).filter(digest => !named.has(digest));
        for (const digest of news)
            named.add(digest);
        return [...new Set([...documents, ...news])];
    });
    const digests = [...new Set(wanted.flat())];
    const contents = await tree.read(digests.map(evidencePath));
    const found = new Map(digests.map((digest, n) => [digest, contents[n]]));
    return page.map((it, n) => ({
        ...it,
        path: recordPath(it.sequence),
        record: it.decoded.ok ? it.decoded.record : undefined,
        evidence: new Map((wanted[n] ?? []).flatMap(digest => {
            const content = found.get(digest);
            return content === undefined ? [] : [[digest, content]];
        }))
    }));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify.js











/** Checks a whole ledger that is in memory. @see verifyTree */
async function verifyLedger({ files, ...rules }) {
    return verifyTree(await outlineOf(treeOf(files)), rules);
}
/**
 * Checks a whole ledger, trusting nothing but the listed keys: every file belongs there, every byte is the canonical one, every hash leads
 * to the next, no time runs backwards, every signature is by the one whose word the event needs, every event follows from what came before.
 *
 * ```
 * HEAD.json ──hash──► record n ──previous──► record n-1 ──► … ──► record 1
 *                      │ ▲ signature            └─ plan, dossier, evidence ──► evidence/<digest>
 *                      │ └ keys/<fingerprint>.pem ◄── pinned in delivery.yml
 *                      └─state──► state.json ──► sections/<section>/state.json ──► index/root.json ──► …
 * ```
 *
 * Each record is read once, and forgotten when all checks have seen it. What is kept of the past is what rules ask of it: the index, which record said
 * what of which run, release and build, and the plans that have not expired.
 */
async function verifyTree(outline, given) {
    // A ledger is one repository's. Who does not know which one still demands that head and records agree.
    const rules = { ...(outline.head.ok ? { repository: outline.head.head.repository } : {}), ...given };
    const { stopAtFirst = false, examiner = examinerOf } = rules;
    const terms = termsOf(outline, rules);
    const repairs = await repairsIn(outline, rules);
    const { leftOut: skipped } = repairs;
    const first = { records: outline.length, signed: 0, vouched: 0, unconfirmed: [], skipped };
    const [tokens, tally] = [tokenCheck(outline, rules, repairs), new Tally(rules)];
    const [chain, past] = [chainChecks(outline, rules, repairs), pastChecks(outline, rules, repairs)];
    const proofs = [signatureCheck(repairs), tokens, configCheck(rules, repairs), originCheck(rules, repairs), tally];
    // Hashes find almost everything, at a fraction of what signatures cost, and these at one of what the states cost that records lead to.
    const oneByOne = [
        { checks: chain, terms: { ...terms, proofs: false } },
        { checks: proofs, terms },
        { checks: past, terms }
    ];
    const rounds = stopAtFirst ? oneByOne : [{ checks: [...chain, ...past, ...proofs], terms }];
    const problems = [];
    for (const round of rounds) {
        problems.push(...(await ask(round.checks, outline, examiner(round.terms), rules, repairs)));
        if (stopAtFirst && problems.length > 0)
            return { ...first, problems };
    }
    const counted = tally.without([...problems, ...skipped]);
    return { records: outline.length, ...counted, unconfirmed: tokens.unconfirmed(), skipped, problems };
}
/** What can be told by the hashes of files, and by what each record says by itself. */
function chainChecks(outline, rules, repairs) {
    return [
        pathCheck(outline),
        headCheck(outline, rules),
        { end: () => repairs.problems },
        chainCheck(repairs),
        timeCheck(rules, repairs),
        keyCheck(outline, repairs),
        evidenceCheck(outline, repairs)
    ];
}
/** What can be told by what came before each record. */
function pastChecks(outline, rules, repairs) {
    return [stateCheck(outline, repairs), orderCheck(rules, repairs)];
}
function termsOf({ keyFiles, issuerKeyFiles }, rules) {
    const { trust, trustList, advisory, repository, products, config, tokens: { issuer, sluice } = {} } = rules;
    return {
        rules: {
            trust,
            ...(trustList === undefined ? {} : { trustList }),
            ...(advisory === undefined ? {} : { advisory }),
            ...(repository === undefined ? {} : { repository }),
            ...(products === undefined ? {} : { products }),
            ...(config === undefined ? {} : { config }),
            tokens: { ...(issuer === undefined ? {} : { issuer }), ...(sluice === undefined ? {} : { sluice }) }
        },
        keyFiles,
        issuerKeyFiles,
        proofs: true
    };
}
/** Asks all questions along one walk. @returns what is wrong by the records' numbers; what belongs to no record first. */
async function ask(checks, outline, examiner, { stopAtFirst = false, onRecords, onProgress, tokens }, repairs) {
    const found = checks.map(() => []);
    const hasEnough = () => stopAtFirst && found.some(({ length }) => length > 0);
    for await (const page of walk(outline, examiner)) {
        const counting = page.filter(({ sequence }) => !repairs.isSkipped(sequence));
        const records = counting.flatMap(({ record }) => (record === undefined ? [] : [record]));
        await tokens?.origins?.look(records);
        await onRecords?.(records);
        for (const visited of page) {
            for (const [n, check] of checks.entries())
                found[n]?.push(...(check.visit?.(visited) ?? []));
            if (hasEnough())
                return found.flat().slice(0, 1);
        }
        onProgress?.(page.at(-1)?.sequence ?? 0, outline.length);
    }
    for (const [n, check] of checks.entries()) {
        for await (const problem of check.end?.() ?? [])
            found[n]?.push(problem);
        if (hasEnough())
            return found.flat().slice(0, 1);
    }
    return found.flat().sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}

;// CONCATENATED MODULE: ./packages/ledger/lib/cut-off.js


/**
 * What a shallow clone holds back. Its oldest commit passes for the first one, with whatever files it has: nothing of before can be checked.
 * A shallow clone may still have the whole ledger, so the commit itself is asked whether it has parents.
 * @param roots commits that have no parents, as far as the clone knows.
 */
async function cutOffProblems(directory, roots) {
    const shallow = (0,git/* outputOf */.jH)(await (0,git/* git */.$Y)(directory, ['rev-parse', '--is-shallow-repository']), `look at ${directory}`).trim();
    if (shallow !== 'true')
        return [];
    const problems = [];
    for (const oid of roots) {
        const content = (0,git/* outputOf */.jH)(await (0,git/* git */.$Y)(directory, ['cat-file', 'commit', oid]), `read ${oid}`);
        if (!/^tree \w+\nparent /.test(content))
            continue;
        const problem = `commit ${oid.slice(0, 12)}: the clone is shallow, so earlier history is missing. Fetch it: git fetch --unshallow`;
        problems.push({ kind: 'shallow', path: paths_HEAD_PATH, problem });
    }
    return problems;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/reach.js
/**
 * How far a ledger goes, commit by commit: a record is part of it from the commit on whose `HEAD.json` counts it, and all before it are there. A file that
 * somebody put in the place of a later record is none until then: the record that comes there takes its place, and a repair removes it. It never goes back.
 */
class Reach {
    #last = 0;
    /** Numbers of files beyond it. */
    #beyond = new Set();
    /** The number of the last record; 0: there is none. */
    get last() {
        return this.#last;
    }
    /** Takes in the next commit. */
    take({ records, counted }) {
        const before = this.#last;
        for (const { sequence, isThere } of records) {
            if (sequence <= before)
                continue;
            if (isThere)
                this.#beyond.add(sequence);
            else
                this.#beyond.delete(sequence);
        }
        const most = counted ?? Number.POSITIVE_INFINITY;
        while (this.#last < most && this.#beyond.delete(this.#last + 1))
            this.#last += 1;
        return { before, after: this.#last };
    }
}
/** Whether a commit may write a file that lies with a record: it brings the record. */
function comesWith(kind, { before, after }) {
    const sequence = placeOf(kind);
    return sequence !== undefined && sequence > before && sequence <= after;
}
/** Whether a file lies where a later record will be. */
function isBeyond(kind, last) {
    return (placeOf(kind) ?? 0) > last;
}
/** The number of the record with which a file lies. */
function placeOf(kind) {
    return kind?.kind === 'record' || kind?.kind === 'signature' || kind?.kind === 'token' ? kind.sequence : undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/history-link.js


/** The mode of a plain file, as all files of a ledger have. */
const history_link_PLAIN = '100644';
/** The mode of a submodule, which holds nothing here. Any other has a content: what a record is does not change with its mode, which is a fault of its own. */
const SUBMODULE = '160000';
/** @param before the commit before it. */
function linkOf({ oid, parents, time, changes }, before) {
    const head = changes.find(({ path, status }) => path === paths_HEAD_PATH && status !== 'D');
    return {
        // What git prints is cut out of large pieces, which would stay as long as a part of them is kept.
        oid: copyOf(oid),
        // In a shallow clone, one in its midst passes for the first, with all records of before.
        time: parents.length === 1 ? time : undefined,
        isInLine: parents.join(' ') === (before ?? ''),
        isFirst: before === undefined,
        head: head === undefined ? `${copyOf(oid)}:${paths_HEAD_PATH}` : copyOf(head.id),
        records: changes.flatMap(({ status, mode, kind, id }) => kind?.kind === 'record'
            ? [{ sequence: kind.sequence, status, isThere: status !== 'D' && mode !== SUBMODULE, id: copyOf(id) }]
            : []),
        others: changes.filter(it => !isUsual(it)).map(copied)
    };
}
function copied({ status, mode, before, id, path, kind }) {
    return { status, mode, before: copyOf(before), id: copyOf(id), path: Buffer.from(path).toString(), kind };
}
function copyOf(text) {
    return Buffer.from(text, 'latin1').toString('latin1');
}
function isUsual({ status, mode, kind }) {
    return mode === history_link_PLAIN && (status === 'A' || (status === 'M' && isRewritten(kind)));
}
/** Whether any commit may make a change: it brings the record with which the file lies. */
function history_link_isOwn({ status, mode, kind }, stretch) {
    return status !== 'D' && mode === history_link_PLAIN && comesWith(kind, stretch);
}
/** A repair takes away what only records led to that count no more, and what never belonged there. */
function isTidying({ status, kind }) {
    return status === 'D' && (kind === undefined || isRewritten(kind));
}
/** Whether a file tells of the newest record, and not of one alone: each commit may write it anew. */
function isRewritten(kind) {
    switch (kind?.kind) {
        case 'head':
        case 'state':
        case 'newest':
        case 'newest-signature':
        case 'newest-token':
        case 'section-state':
        case 'index':
            return true;
        default:
            return false;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/lost-proofs.js



/** A change of what is written once: whether it matters depends on the records that there were. */
class Suspect {
    change;
    /** The commit that did it. */
    commit;
    /** Whether it adds a `repaired` record. */
    isRepair;
    /** The number of the last record by it. */
    reach;
    constructor(change, about) {
        this.change = change;
        this.commit = about.commit;
        this.isRepair = about.isRepair;
        this.reach = about.reach;
    }
}
/** Records, or files, that are read at once. */
const lost_proofs_PAGE = 500;
/**
 * Tells which changes of what is written once are problems. A repair may take away what no record up to it claims, and take away or write anew what is not what
 * its name says. Nothing else may, but what no record claimed is no proof that is lost. Whether a record is left out does not matter.
 * @param tip the commit at which records and tokens are read, for all suspects at once: where those were changed, that is found by itself.
 */
async function judgeSuspects(suspects, tip, blobs) {
    const whole = await wholeAmong(suspects, blobs);
    const claims = await claimsOn(whole, tip, blobs);
    const contents = new Map(whole);
    return new Map(suspects.flatMap(suspect => {
        const isWhole = contents.has(suspect);
        const isClaimed = isWhole && (claims.claimantOf(suspect.change.path) ?? Number.POSITIVE_INFINITY) <= suspect.reach;
        return mayBe(suspect, { isWhole, isClaimed }) ? [] : [[suspect, lost_proofs_problemOf(suspect, isClaimed)]];
    }));
}
/** Whether a commit may do what it did. */
function mayBe({ change: { status, mode }, isRepair }, { isWhole, isClaimed }) {
    return isRepair && (isWhole ? status === 'D' && !isClaimed : status === 'D' || mode === '100644');
}
/** Evidence proves no record: that it is missing stops nobody. */
function lost_proofs_problemOf({ change: { path, kind, status }, commit }, isClaimed) {
    const isBroken = isClaimed && kind.kind !== 'evidence';
    return { ...(isBroken ? { kind: 'broken' } : {}), path, problem: `${commit}: it was ${becameOf(status)}` };
}
/** What became of a file, by its status in git. */
function becameOf(status) {
    return status === 'D' ? 'removed' : 'changed';
}
async function wholeAmong(suspects, blobs) {
    const whole = [];
    for (let first = 0; first < suspects.length; first += lost_proofs_PAGE) {
        const some = suspects.slice(first, first + lost_proofs_PAGE);
        const contents = await blobs.read(some.map(({ change }) => change.before));
        for (const [n, suspect] of some.entries()) {
            const content = contents[n];
            if (content === undefined || !isMisnamed(suspect.change.kind, content))
                whole.push([suspect, content ?? new Uint8Array()]);
        }
    }
    return whole;
}
/** Which record was the first to claim each file. */
async function claimsOn(whole, tip, blobs) {
    const strays = new Strays(whole.map(([{ change }, content]) => [change.path, content]));
    const last = whole.reduce((most, [{ reach }]) => Math.max(most, reach), 0);
    for (let first = 1; first <= last && strays.paths.size > 0; first += lost_proofs_PAGE) {
        const numbers = Array.from({ length: Math.min(lost_proofs_PAGE, last - first + 1) }, (_, n) => first + n);
        const files = await blobs.read(numbers.flatMap(it => [`${tip}:${paths_recordPath(it)}`, `${tip}:${paths_tokenPath(it)}`]));
        for (const [n, sequence] of numbers.entries()) {
            const [bytes, token] = [files[2 * n], files[2 * n + 1]];
            if (bytes !== undefined)
                strays.claim({ sequence, decoded: record_decodeRecord(bytes, sequence), token });
        }
    }
    return strays;
}
/** A change of what is written once, if it is one. */
function suspectOf(change, about) {
    const { kind } = change;
    return isOwned(kind) && change.status !== 'A' ? new Suspect({ ...change, kind }, about) : undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/history-judge.js








/** Compares the commits of a ledger with their heads, page by page. */
class HistoryJudge {
    #clone;
    #blobs;
    #reach = new Reach();
    #times = new Map();
    #found = [];
    constructor(clone, blobs) {
        this.#clone = clone;
        this.#blobs = blobs;
    }
    /** The number of the last record. */
    get reach() {
        return this.#reach.last;
    }
    /** When the records were committed. */
    get times() {
        return this.#times;
    }
    /** What is wrong, in the order of the commits. @param tip the last of them. */
    async problems(tip) {
        const suspects = this.#found.filter(it => it instanceof Suspect);
        const judged = await judgeSuspects(suspects, tip, this.#blobs);
        return this.#found.flatMap(it => (it instanceof Suspect ? (judged.get(it) ?? []) : it));
    }
    /** Judges the next commits. @throws UserError when the clone left their files out. */
    async take(links) {
        const { directory, branch } = this.#clone;
        const files = await this.#blobs.read(links.map(({ head }) => head));
        if (files.includes(undefined) && (await (0,git/* isPartialClone */.th)(directory)))
            throw new lib/* UserError */.yot(`The history of ${branch} is not in ${directory}. ${git/* PARTIAL */.yP}`);
        const page = links.map((link, n) => {
            const read = head_decodeHead(files[n] ?? new Uint8Array());
            const head = read.ok ? read.head : undefined;
            return { link, head, stretch: this.#reach.take({ records: link.records, counted: head?.sequence }) };
        });
        const newest = await this.#blobs.read(page.map(history_judge_newestOf));
        for (const [n, judged] of page.entries())
            this.#judge(judged, newest[n]);
    }
    #judge({ link, head, stretch }, newest) {
        const { isInLine, oid, others, time } = link;
        const commit = `commit ${oid.slice(0, 12)}`;
        const about = {
            ...{ commit, reach: stretch.after },
            isRepair: others.length > 0 && isRepaired(newest, stretch.after)
        };
        const found = [
            // What a merge took away, its changes do not show.
            ...(isInLine ? [] : [{ kind: 'broken', path: paths_HEAD_PATH, problem: 'history is not linear' }]),
            ...others
                .filter(it => !history_link_isOwn(it, stretch))
                .flatMap(it => suspectOf(it, about) ?? problemOfChange(it, stretch, about.isRepair) ?? []),
            ...growthProblems(link, stretch, head?.sequence),
            ...hashProblems(head, stretch, newest === undefined ? undefined : (0,lib/* sha256 */.scB)(newest))
        ];
        this.#found.push(...found.map(it => (it instanceof Suspect ? it : { ...it, problem: `${commit}: ${it.problem}` })));
        for (let sequence = stretch.before + 1; sequence <= stretch.after && time !== undefined; sequence++)
            this.#times.set(sequence, time);
    }
}
/** How git finds the record that is the newest by a commit. */
function history_judge_newestOf({ link, stretch: { after } }) {
    return link.records.find(it => it.sequence === after && it.isThere)?.id ?? `${link.oid}:${paths_recordPath(after)}`;
}
function isRepaired(file, sequence) {
    const read = record_decodeRecord(file ?? new Uint8Array(), sequence);
    return read.ok && read.record.event === 'repaired';
}
/** What is wrong with a change of what is no proof of a record. */
function problemOfChange(change, { before }, isRepair) {
    const { status, mode, path, kind } = change;
    if (status === 'A' || (status === 'M' && isRewritten(kind)))
        return { path, problem: `it has the mode ${mode}` };
    const problem = `it was ${becameOf(status)}`;
    const isRecord = kind?.kind === 'record';
    if (isRecord && !isBeyond(kind, before))
        return { kind: 'broken', path, problem };
    return isRepair && (isTidying(change) || (isRecord && status === 'D')) ? undefined : { path, problem };
}
/** @param counted what `HEAD.json` says; absent: it is missing or malformed. */
function* growthProblems({ isFirst, records }, { before, after }, counted) {
    if (counted === undefined) {
        yield { path: paths_HEAD_PATH, problem: 'it is missing or malformed' };
        return;
    }
    const numbers = records
        .filter(({ sequence, status, isThere }) => isThere && (status === 'A' || sequence > before))
        .map(({ sequence }) => sequence)
        .sort((a, b) => a - b);
    // Counted, and not written out to be compared: the number is whatever somebody put into the file.
    if (counted !== after || numbers.length !== after - before || numbers.some((it, n) => it !== before + n + 1)) {
        yield {
            path: paths_HEAD_PATH,
            problem: `it moved from ${before} to ${counted}, but the commit adds records [${numbers.join(', ')}]`
        };
    }
    else if (numbers.length === 0 && !isFirst)
        yield { path: paths_HEAD_PATH, problem: 'the commit adds no record' };
}
/** Whoever reads a ledger believes what its head names, at any commit: a lie that the next commit mends was believed in between. */
function* hashProblems(head, { after }, found) {
    if (head?.hash === undefined || head.sequence !== after || found === undefined || head.hash === found)
        return;
    yield { path: paths_HEAD_PATH, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${found}` };
}

;// CONCATENATED MODULE: ./packages/ledger/lib/ledger-log.js


const LOG = [
    'log',
    '--reverse',
    // What a merge brings along is no part of the line: the merge itself is what is wrong.
    '--first-parent',
    '--topo-order',
    '--root',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    '--diff-merges=first-parent',
    '--format=commit %H %ct %P'
];
/**
 * Reads all commits of a ledger, oldest first. Each is given away as it comes, and must not be kept: those of a long ledger have more to say than
 * fits into memory.
 */
async function readLog({ directory }, tip, onCommit) {
    let commit;
    const paths = new KnownPaths();
    const pass = () => {
        if (commit !== undefined)
            onCommit(commit);
    };
    const onLine = (line) => {
        if (line.startsWith(':')) {
            const change = readChange(line, paths);
            if (change !== undefined)
                commit?.changes.push(change);
            return;
        }
        const [word, oid, time, ...parents] = line.split(' ');
        if (word !== 'commit' || oid === undefined)
            return;
        pass();
        commit = { oid, time: Number(time) * 1000, parents: parents.filter(parent => parent !== ''), changes: [] };
    };
    (0,git/* outputOf */.jH)(await (0,git/* git */.$Y)(directory, [...LOG, tip], { onLine }), 'read the history');
    pass();
}
/** `:<mode> <mode> <id> <id> <status>\t<path>`, of before and after. */
function readChange(line, paths) {
    const tab = line.indexOf('\t');
    const [, mode, before, id, status] = line.slice(0, Math.max(0, tab)).split(' ');
    const path = line.slice(tab + 1);
    return mode === undefined || before === undefined || id === undefined || status === undefined
        ? undefined
        : { mode, before, id, status, path, kind: paths.kindOf(path) };
}
/** More than the sections of any product have. */
const MOST_KNOWN = 50_000;
/** What files are by their paths. Each commit writes some of the same few thousand files of sections anew, so what those are is kept. */
class KnownPaths {
    #known = new Map();
    kindOf(path) {
        if (!path.startsWith('sections/'))
            return paths_parseLedgerPath(path);
        const kind = this.#known.get(path);
        if (kind !== undefined)
            return kind;
        const found = paths_parseLedgerPath(path);
        // A copy: the path itself is a part of all that git wrote, which would be kept with it.
        if (this.#known.size < MOST_KNOWN && found !== undefined)
            this.#known.set(Buffer.from(path).toString(), found);
        return found;
    }
}

;// CONCATENATED MODULE: ./packages/ledger/lib/verify-history.js






/** The problems of {@link readHistory}. */
async function verifyHistory(directory, branch, at) {
    return (await readHistory({ directory, branch, ...(at === undefined ? {} : { at }) })).problems;
}
/**
 * What of a history nobody can repair: a record, or what proves one, was not left as it was written. A signature that was taken away would make a valid record look as if it
 * had never been. Evidence proves no record; that it is missing stays a problem, and stops nobody.
 */
function findBrokenProof({ problems }) {
    return problems.find(({ kind }) => kind === 'broken');
}
/**
 * Checks how a ledger came to be, in git: one line of commits, each only adding files and rewriting what tells of the newest record, each bringing exactly the
 * records that `HEAD.json` counts, at least one, and naming the hash of the newest. What {@link verifyLedger} cannot see in the last commit alone (something removed and replaced, a
 * ledger rolled back to an earlier state) shows here.
 * @throws UserError when the branch does not exist.
 */
async function readHistory(clone) {
    const tip = await commitOf(clone);
    const blobs = openBlobs(clone.directory);
    try {
        return await judgeHistory(clone, tip, blobs);
    }
    finally {
        await blobs.close();
    }
}
async function judgeHistory(clone, tip, blobs) {
    const judge = new HistoryJudge(clone, blobs);
    const roots = [];
    let before;
    let page = [];
    // Judged while git goes on, in their order.
    let judged = Promise.resolve();
    const turn = () => {
        const links = page;
        page = [];
        judged = judged.then(async () => judge.take(links));
        judged.catch(() => undefined);
    };
    await readLog(clone, tip, commit => {
        const link = linkOf(commit, before);
        if (commit.parents.length === 0)
            roots.push(link.oid);
        before = link.oid;
        page.push(link);
        if (page.length === verify_history_PAGE)
            turn();
    });
    turn();
    await judged;
    const problems = [...(await cutOffProblems(clone.directory, roots)), ...(await judge.problems(tip))];
    return { problems, committed: judge.times, reach: judge.reach };
}
/** Commits that are judged together. */
const verify_history_PAGE = 500;

;// CONCATENATED MODULE: ./packages/ledger/lib/vouched-repository.js





/** Records that are looked at together: as a rule the first one tells. */
const vouched_repository_PAGE = 100;
/**
 * Whose ledger it is, as GitHub says of the first record that it vouches for; all others must agree. The records' own word would be worth
 * nothing here: whoever writes a ledger from nothing writes what they like.
 */
async function findVouchedRepository(outline, rules = {}) {
    const { length, issuerKeyFiles } = outline;
    const { keys } = issuerKeyArchive(issuerKeyFiles);
    // Without a key that signed tokens, there are none, however long the ledger is.
    if (keys.thumbprints.size === 0)
        return undefined;
    const upwards = (n) => n + 1;
    const first = await findAlong(outline, upwards, () => true, { keys, rules });
    if (first === undefined)
        return undefined;
    return findAlong(outline, n => length - n, it => it.id === first.id, { keys, rules });
}
/** The first repository that fits, of those that are vouched for. @param numberAt the order in which records are looked at. */
async function findAlong({ tree, length }, numberAt, fits, means) {
    for (let start = 0; start < length; start += vouched_repository_PAGE) {
        const numbers = Array.from({ length: Math.min(vouched_repository_PAGE, length - start) }, (_, n) => numberAt(start + n));
        const files = await tree.read(numbers.flatMap(n => [recordPath(n), tokenPath(n)]));
        for (const [n, sequence] of numbers.entries()) {
            const found = repositoryOf(sequence, files[2 * n], files[2 * n + 1], means);
            if (found !== undefined && fits(found))
                return found;
        }
    }
    return undefined;
}
function repositoryOf(sequence, bytes, token, { keys, rules }) {
    if (bytes === undefined || token === undefined)
        return undefined;
    const decoded = decodeRecord(bytes, sequence);
    if (!decoded.ok)
        return undefined;
    const vouching = readVouching({ record: decoded.record, hash: sha256(bytes), keys }, token, rules);
    return vouching.ok ? { id: vouching.claims.repository_id, name: vouching.claims.repository } : undefined;
}

;// CONCATENATED MODULE: ./packages/ledger/lib/index.js








































;// CONCATENATED MODULE: ./packages/pipeline/lib/grounds-in.js

/**
 * What records rest on that were decided by what some environments have seen.
 * @param history that they were decided by.
 * @param again decides by the ledger as it is then. @throws UserError when the records may not be written any more.
 */
async function groundsIn(history, environments, again) {
    return { at: (await history.newest())?.sequence ?? 0, sections: environments.map(environmentSection), again };
}

;// CONCATENATED MODULE: ./packages/delivery/lib/ledger-trust.js
/** Reads off a delivery.yml whose records count, and for what: every reader of the ledger goes by this. */
function trustRulesOf({ product, ledger }) {
    return {
        trust: ledger.trust,
        advisory: ledger.key === undefined,
        products: [product, ...ledger.formerly]
    };
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/subject.js


/** What the ledger may say of a release in an environment. */
const WORDS = ['accepted', 'unchanged', 'undone', 'withdrawn', 'accepted-since'];
/** What may stand against a release that is live, and for it: asked together, since whoever asks for one asks for the others next. */
function undoingsOf(release) {
    return ['withdrawn', 'accepted', 'undone'].map(word => [word, release]);
}
/** The questions by which the ledger tells what is said of a release in an environment. */
function wordsOn(release) {
    return WORDS.map(word => [word, release]);
}
/** Every question that a step asks about its subject. */
function questionsAbout({ release, plan, environments }, runId) {
    const ofPlan = (section) => plan === undefined
        ? []
        : ['planned', 'started'].map(event => [section, ['plan', event, runId, plan]]);
    const ofRelease = (section) => release === undefined
        ? []
        : [
            [section, ['started', runId, release]],
            [section, ['deployed', runId, release]],
            ...wordsOn(release).map(question => [section, question])
        ];
    return [
        ...(release === undefined ? [] : [['product', ['released', release]]]),
        ...environments.map(name => ['product', ['same', name]]),
        ...environments.map(environmentSection).flatMap(section => [...ofPlan(section), ...ofRelease(section)])
    ];
}
/** The names that what is live has: of the last deployment, and of what was found to be the same since, as far as the ledger keeps them. */
function namesOfLive(state) {
    return [...new Set(places_placesOf(state).map(({ release }) => release.digest))];
}
/** The other names of what some records speak of: what is the same under another name falls with it. */
function namesBeside(release, records) {
    const names = records.flatMap(it => [it.release?.digest ?? [], (0,lib/* sameAs */.f4s)(it) ?? []].flat());
    return [...new Set(names)].filter(it => it !== release);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/relevant-records.js



/** What the ledger says in an environment of a release that wants to be promoted, in no order. */
async function relevantIn(history, environment, release) {
    // What is asked at once costs no more than one of them.
    await history.prepare([
        ['product', ['released', release]],
        ...wordsOn(release).map(question => [environmentSection(environment), question])
    ]);
    const [deployed, released, own] = await Promise.all([
        history.lastDeployed(environment),
        history.releasedBy(release),
        saidOf(history, environment, release)
    ]);
    const same = released === undefined ? undefined : (0,lib/* announcedAs */._ft)(released, environment);
    const announced = same === undefined || released === undefined ? [] : [released];
    const ofSame = same === undefined || same === release ? [] : await saidOf(history, environment, same);
    return [...(deployed === undefined ? [] : [deployed]), ...announced, ...own, ...ofSame];
}
/** What is said of a release, what it inherited its acceptance from, and what is said of the others that it rests on. */
async function saidOf(history, environment, release) {
    const section = environmentSection(environment);
    const words = await wordsFrom(history, [release], section);
    const named = words.flatMap(word => (word.event === 'unchanged' ? (word.detail?.acceptedBy ?? []) : []));
    const inherited = await Promise.all(named.map(async (sequence) => history.recordNamed(sequence, section)));
    const onOthers = await wordsFrom(history, namesBeside(release, [...words, ...inherited]), section);
    return [...words, ...inherited, ...onOthers];
}
/** Each word for and against releases in an environment that may still count. */
async function wordsFrom(history, releases, section) {
    const words = await history.findAll(section, releases.flatMap(wordsOn));
    return words.filter(record => record !== undefined);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/history.js




/** A state that nobody has told anything of. */
const history_NOTHING = { open: [] };
/**
 * The verified past, as the ledger was when it was first asked. Each question is answered by the state that the newest records commit to, and
 * by the few records that it names: signed by whom they concern, and read once.
 */
class History {
    #open;
    #runId;
    #subject = { environments: [] };
    #view;
    constructor(open, runId) {
        this.#open = open;
        this.#runId = runId;
    }
    /** Says what the questions will be about, before the first: what is not said costs calls of its own, and is answered all the same. */
    about(subject) {
        this.#subject = subject;
        return this;
    }
    /** Reads what several questions need, so that asking them costs nothing more. */
    async prepare(questions) {
        const view = await this.#opened();
        await view?.prepare(questions.map(([section, question]) => ({ section, key: indexKey(question) })));
    }
    /** The newest record of all sections; absent while there is none. */
    async newest() {
        return (await this.#opened())?.newest;
    }
    /** The path of the file that rules the product, by its first record that names one. */
    async config() {
        return (await this.#state('product')).config;
    }
    /** Where an environment stands; what was announced to change nothing there is live, too. */
    async standing(environment) {
        const section = environmentSection(environment);
        const state = await this.#state(section);
        const live = places_placesOf(state);
        const view = await this.#opened();
        await view?.prefetch([...live, ...state.open.map(({ last }) => last)]);
        const runs = await Promise.all(state.open.map(async ({ last, begun }) => ({ last: await this.#record(last, section), begun: begun?.sequence })));
        return {
            live: await this.places(environment),
            open: runs.toSorted((a, b) => b.last.sequence - a.last.sequence)
        };
    }
    /** The records by which the ledger knows what is live in an environment, newest first: of the last deployment, and of each release that changed nothing since. */
    async places(environment) {
        const section = environmentSection(environment);
        const live = places_placesOf(await this.#state(section));
        const placed = await Promise.all(live.map(async (reference) => this.#record(reference, section)));
        const same = await this.find('product', ['same', environment]);
        return isSameAs(same, environment, placed[0]) ? [same, ...placed] : placed;
    }
    /**
     * Whether what is live in an environment was accepted: nothing was deployed or tried since its last acceptance, and nothing undid that. One that
     * landed behind somebody else's deployment is of what was live before.
     * @returns the record of that acceptance.
     */
    async acceptanceOfLive(environment) {
        const section = environmentSection(environment);
        const state = await this.#state(section);
        const { judged } = state;
        if (judged === undefined || !judged.accepted)
            return undefined;
        const record = await this.#record(judged, section);
        const about = (0,lib/* sameAs */.f4s)(record) ?? record.release?.digest;
        // The state may be of another signer than who accepts: what counts is the record.
        if (record.event !== 'accepted' || about !== state.deployed?.release.digest)
            return undefined;
        const names = namesOfLive(state);
        await this.prepare(names.flatMap(undoingsOf).map(question => [section, question]));
        const undone = await Promise.all(names.map(async (name) => this.find(section, ['undone', name])));
        return undone.some(it => it !== undefined && it.sequence > judged.sequence) ? undefined : record;
    }
    /** Whether the last deployment to an environment began and was never recorded as done: what ends badly since, as a bypassed gate, finished nothing. */
    async isHalfDeployed(environment) {
        return (await this.#state(environmentSection(environment))).unfinished !== undefined;
    }
    /**
     * The record since which it is not sure what an environment has: of a deployment that the ledger does not hold as done, of a gate that was passed
     * without an approval, or of a repair that left out what was said; `undefined` where the last deployment, or an acceptance since, settles it.
     */
    async uncertainSince(environment) {
        const section = environmentSection(environment);
        const { unfinished, judged, deployed } = await this.#state(section);
        if (unfinished !== undefined)
            return this.#record(unfinished, section);
        if (judged === undefined || judged.accepted || judged.sequence === deployed?.sequence)
            return undefined;
        const record = await this.#record(judged, section);
        const isOfDeployed = record.event === 'bypassed' && record.run.id === deployed?.run && record.run.attempt === deployed.attempt;
        return isOfDeployed ? undefined : record;
    }
    /** The newest record of a build: that a unit's fingerprint came to a digest, that this passed its tests, or that someone adopted it. */
    async build(event, ...of) {
        return this.find('product', [event, ...of]);
    }
    /** A release as the ledger announced it, with the commit that it was made of. */
    async released(digest) {
        return (await this.releasedBy(digest))?.release;
    }
    /** The record that announced a release. */
    async releasedBy(digest) {
        return this.find('product', ['released', digest]);
    }
    /**
     * The intent of a run: the newest record with which it said that it is about to apply a plan of a release to an environment. A re-run
     * announces itself again; whoever asks for one attempt, or one plan, looks at the record's own.
     */
    async intent({ runId, environment, release }) {
        const own = await this.find(environmentSection(environment), ['started', runId, release]);
        return own?.event === 'started' ? own : undefined;
    }
    /** The record that a run deployed a release to an environment. */
    async deployment({ runId, environment, release }) {
        return this.find(environmentSection(environment), ['deployed', runId, release]);
    }
    /** The withdrawal that is the last word on a release in an environment. */
    async withdrawal(environment, release) {
        const [withdrawn, accepted] = await this.findAll(environmentSection(environment), undoingsOf(release));
        if (withdrawn?.event !== 'withdrawn')
            return undefined;
        return accepted !== undefined && accepted.sequence > withdrawn.sequence ? undefined : withdrawn;
    }
    /**
     * What a promotion is decided on, newest first: of the environments, the last deployment; of the release there, each word for and against it
     * that may still count, and the acceptance that it inherited; and the same of what its announcement found it to be.
     */
    async relevantTo(release, environments) {
        const found = await Promise.all(environments.map(async (environment) => relevantIn(this, environment, release)));
        const bySequence = new Map(found.flat().map(record => [record.sequence, record]));
        return [...bySequence.values()].toSorted((a, b) => b.sequence - a.sequence);
    }
    /** The record by which the ledger knows what is live in an environment: of the last deployment, or of a release that changed nothing since. */
    async live(environment) {
        const section = environmentSection(environment);
        const [newest] = places_placesOf(await this.#state(section));
        return newest === undefined ? undefined : this.#record(newest, section);
    }
    /** The last release that was deployed to an environment. */
    async lastDeployed(environment) {
        const section = environmentSection(environment);
        const { deployed } = await this.#state(section);
        return deployed === undefined ? undefined : this.#record(deployed, section);
    }
    /**
     * The record that a plan was announced with, in a run: `planned`, with the approvals of before it; where nobody is asked, `started`. Only
     * the environment itself speaks of its gate: another one, whose account signs for itself alone, could announce the same plan anew.
     */
    async announcement(plan, runId, { name, gate }) {
        const event = gate === 'continuous' ? 'started' : 'planned';
        return this.find(environmentSection(name), ['plan', event, runId, plan]);
    }
    async #state(section) {
        return (await this.#opened())?.section(section) ?? history_NOTHING;
    }
    /** The record that answers a question of the index, if there is one. */
    async find(section, question) {
        return (await this.#opened())?.find(section, question);
    }
    /** The same for several questions at once: it costs no more than one of them. */
    async findAll(section, questions) {
        await this.prepare(questions.map(question => [section, question]));
        return Promise.all(questions.map(async (question) => this.find(section, question)));
    }
    async #record(reference, section) {
        return (await this.#openFor(reference.sequence)).record(reference, section);
    }
    /** A record that another one names by its number alone. */
    async recordNamed(sequence, section) {
        return (await this.#openFor(sequence)).recordNamed(sequence, section);
    }
    async #openFor(sequence) {
        const view = await this.#opened();
        if (view === undefined)
            throw new lib/* Failure */.HRU(`There is no ledger that record ${sequence} could be read from. Re-run the job.`);
        return view;
    }
    async #opened() {
        this.#view ??= this.#openAbout(questionsAbout(this.#subject, this.#runId));
        return this.#view;
    }
    /** Opens the ledger with what will be asked, and reads every record that the answers name, in one call. */
    async #openAbout(questions) {
        const view = await this.#open(questions);
        if (view === undefined)
            return undefined;
        const answers = questions.map(([section, question]) => view.index(section).get(indexKey(question)));
        const states = this.#subject.environments.flatMap(environment => {
            const state = view.section(environmentSection(environment));
            return [...places_placesOf(state), state.judged, ...state.open.map(({ last }) => last)];
        });
        await view.prefetch([...answers, ...states].filter(it => it !== undefined));
        return view;
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/job-budget.js


/** How long a job may take, in milliseconds: GitHub ends it after six hours, whatever it is doing. */
const JOB_LIMIT = 6 * 60 * 60_000;
/** What is left for the rest, in milliseconds: what comes before the first step of Sluice, tags and records. */
const REST = 30 * 60_000;
const NOTE = 'began';
/** Notes when the first step of Sluice ran in this job: GitHub tells a job of its limit, not of its beginning. */
async function noteJobBegan(run, clock) {
    if ((await readNote(run, NOTE)) === undefined)
        await writeNote(run, NOTE, String(clock.now()));
}
/** What is left to the job. A job that noted nothing begins now. */
async function jobBudget(run, clock) {
    const began = Number((await readNote(run, NOTE)) ?? clock.now());
    const end = began + JOB_LIMIT - REST;
    return { waitUntil: end - lib/* APPLY_DEADLINE */.ekm, applyUntil: Math.min(clock.now() + lib/* APPLY_DEADLINE */.ekm, end) };
}
/** How long what the job fetched when it began will do for a look at the ledger, in milliseconds: what waits longer looks anew. */
const job_budget_FRESH = 60_000;
/**
 * How old a first look at the ledger may be. A job fetches it as it begins, so for a minute its clone tells what GitHub would. What is decided
 * on it counts only once a record has landed on that very commit, or on a newer one that is looked at then.
 */
async function sinceOfJob(run, clock) {
    const began = Number((await readNote(run, NOTE)) ?? Number.NEGATIVE_INFINITY);
    return clock.now() - began < job_budget_FRESH ? 'job' : 'process';
}
/** Less than that is no time to begin in, in milliseconds: what is cut off halfway is worse than what never began. */
const LEAST = 30 * 60_000;
/**
 * Until when stacks may be applied, if there is time to begin.
 * @throws UserError where too much of the job is over already; nothing was touched then.
 */
async function requireTimeToApply(run, clock) {
    const { applyUntil } = await jobBudget(run, clock);
    if (applyUntil - clock.now() >= LEAST)
        return applyUntil;
    throw new lib/* UserError */.yot(`This job has waited so long that GitHub would end it (after ${JOB_LIMIT / 3_600_000} h) before its stacks are done. Nothing was touched. Re-run all jobs.`, { outputs: { touched: 'false' } });
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/sections-of.js

/** The sections of a product's ledger: its own, and that of each environment in delivery.yml. */
function sectionsOf({ environments }) {
    return ['product', ...environments.map(({ name }) => environmentSection(name))];
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/history-of.js





/**
 * Opens the ledger of a delivery for reading, trusting the keys that delivery.yml pins on the protected default branch, and what GitHub says
 * of the newest record.
 * @param since how old the look may be; by default, what this process looked at or wrote before will do, or what its job has just fetched.
 */
function historyOf(options, since) {
    const { ledger, anchors, policy, run, vouching, clock, log } = options;
    const sections = sectionsOf(policy);
    const anchorage = anchors === undefined ? undefined : { anchors, clock, log };
    return new History(async (questions) => {
        const rules = { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() };
        const keys = questions.map(([section, question]) => ({ section, key: indexKey(question) }));
        const look = { since: since ?? (await sinceOfJob(run, clock)), anchorage };
        return openView(ledger, rules, { sections, keys }, look);
    }, run.runId);
}

// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/fingerprint.js
var fingerprint = __webpack_require__(102);
// EXTERNAL MODULE: ./packages/delivery/lib/parameter-files.js
var parameter_files = __webpack_require__(8047);
// EXTERNAL MODULE: ./packages/delivery/lib/stack-settings.js
var stack_settings = __webpack_require__(1094);
;// CONCATENATED MODULE: ./packages/pipeline/lib/live-release.js


/**
 * Whether a release is what the ledger holds as live in an environment: the same release, or one that git says is made of the same (builds,
 * templates, parameters). That somebody found nothing to change there is his word; this is not.
 */
async function isLive(pipeline, environment, release) {
    const live = (await pipeline.history.live(environment))?.release;
    if (live === undefined)
        return false;
    if (live.digest === release.digest || live.commit === release.commit)
        return live.digest === release.digest;
    try {
        return ((await live_release_contentOf(pipeline, environment, live.commit)) === (await live_release_contentOf(pipeline, environment, release.commit)));
    }
    catch (error) {
        // A commit that is not in this clone, or was made for an older delivery.yml: what cannot be compared is not the same.
        if (error instanceof lib/* UserError */.yot)
            return false;
        throw error;
    }
}
/** Everything in git that decides what the stacks of an environment become. */
async function live_release_contentOf({ at, repository }, environment, commit) {
    const delivery = await at(commit);
    const named = (0,find_by_name/* environmentNamed */.b6)(delivery, environment);
    const { account, parameters, tags } = named;
    const { bundles = '' } = (0,find_by_name/* accountNamed */.xM)(delivery, account);
    const units = await Promise.all(delivery.units.map(async (unit) => ({
        name: unit.name,
        kind: unit.kind,
        build: await (0,fingerprint/* fingerprintOf */.a)(repository, commit, unit),
        template: (await repository.treeOf(commit, unit.stack.template)) ?? '',
        nested: await nestedIn(repository, commit, unit),
        files: await Promise.all((0,parameter_files/* parameterFilesOf */.YU)(unit, { name: environment }).map(async (path) => (await repository.treeOf(commit, path)) ?? '')),
        parameters: { ...unit.stack.parameters, ...parameters[unit.name] },
        tags: { ...delivery.tags, ...unit.stack.tags, ...tags },
        settings: { ...(0,stack_settings/* stackSettings */.m)(named, unit) },
        dependsOn: [...unit.dependsOn],
        publish: unit.kind === 'bundle' ? (unit.bundle.publish ?? '') : '',
        invalidate: unit.kind === 'bundle' ? (unit.bundle.invalidate ?? '') : '',
        // Where its functions take their code from.
        bundles: unit.kind === 'bundle' ? bundles : '',
        cacheControl: unit.kind === 'bundle' ? [...unit.bundle.cacheControl] : []
    })));
    return (0,lib/* canonicalJson */.djW)(units.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}
/** A template that names others may name any file: such a unit is looked at whenever any of them has changed. */
async function nestedIn(repository, commit, { stack }) {
    const text = await repository.fileAt(commit, stack.template);
    return text?.includes('TemplateURL') === true ? ((await repository.treeOf(commit, '.')) ?? '') : '';
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/only-adoption.js

/** Refuses a run that has adopted something else. Two that adopt at the same moment meet when they append. @throws UserError */
async function requireOnlyAdoption({ history }, draft) {
    refuseOtherAdoption(draft, await history.find('product', adoptionBy(draft.run)));
}

// EXTERNAL MODULE: ./packages/delivery/lib/read.js
var read = __webpack_require__(3372);
;// CONCATENATED MODULE: ./packages/git/lib/default-branch.js


/** A branch that a clone tells nothing of. */
const NO_BRANCH = {
    ...{ places: new Map(), merged: new Set(), isWhole: false, isPartial: false, names: [] },
    changesOf: async () => []
};
const ORIGIN_HEAD = 'refs/remotes/origin/HEAD';
/**
 * Reads the branch that origin calls the default one; of a bare clone, or one without origin, its own.
 * @param options.branch of the ledger: a clone of that alone has no other.
 */
async function readDefaultBranch({ directory, branch }) {
    for (const ref of [ORIGIN_HEAD, 'HEAD']) {
        const past = await readPast(directory, ref);
        if (past === undefined)
            continue;
        const name = await targetOf(directory, ref);
        if (branch !== undefined && name === branch)
            break;
        // In a work tree without origin's word, HEAD is whatever somebody works on.
        const isNamed = ref !== 'HEAD' || (await findGitFolder(directory))?.workTree === undefined;
        return { ...past, names: isNamed && name !== undefined ? [name] : [] };
    }
    return NO_BRANCH;
}
/** What a clone takes for origin's default branch, which stays what it was when origin's gets another name; `undefined` where it does not say. */
async function originHead(directory) {
    return targetOf(directory, ORIGIN_HEAD);
}
/** The past of a commit, of which the default branch is known to be at it; `undefined` where the clone does not have it. */
async function readPast(directory, commit) {
    const { code, stdout } = await (0,git/* git */.$Y)(directory, ['rev-list', '--topo-order', '--parents', commit, '--']);
    if (code !== 0)
        return undefined;
    const lines = stdout.toString('utf8').trim().split('\n');
    const parents = new Map(lines.map(it => [it.split(' ', 1)[0] ?? '', it.split(' ', 2)[1]]));
    const [tip = commit] = parents.keys();
    const line = [];
    for (let at = tip; at !== undefined; at = parents.get(at))
        line.push(at);
    return {
        places: new Map(line.toReversed().map((it, place) => [it, place])),
        merged: new Set(parents.keys()),
        isWhole: (await answerOf(directory, ['rev-parse', '--is-shallow-repository'])) === 'false',
        isPartial: await (0,git/* isPartialClone */.th)(directory),
        names: [],
        changesOf: async (path) => {
            const args = ['rev-list', '--first-parent', '--reverse', tip, '--', path];
            return (await answerOf(directory, args))?.split('\n').filter(it => it !== '') ?? [];
        }
    };
}
async function targetOf(directory, ref) {
    const target = await answerOf(directory, ['symbolic-ref', '--quiet', ref]);
    return target?.replace(/^refs\/(?:heads|remotes\/origin)\//, '');
}
async function answerOf(directory, args) {
    const { code, stdout } = await (0,git/* git */.$Y)(directory, args);
    return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/anchors-of.js


/**
 * Opens what a delivery's ledger is anchored with: read with the role that every job may take, written with that of whoever signs in the section. Nothing is asked
 * of AWS before something is asked of this. `undefined`: the ledger is not anchored.
 */
function anchorsOf(policy, session, writer) {
    const { anchors } = policy.ledger;
    if (anchors === undefined)
        return undefined;
    const { id, region } = (0,find_by_name/* accountNamed */.xM)(policy, policy.registry.account);
    // A session of another account has that account's region; the bucket is where the registry is.
    const there = (purpose) => ({ ...session(purpose), region });
    return s3Anchors({
        ...anchors,
        owner: id,
        reader: there('anchors'),
        ...(writer === undefined ? {} : { writer: (section) => there(writer(section)) })
    });
}

// EXTERNAL MODULE: ./packages/git/lib/isolated-view.js
var isolated_view = __webpack_require__(213);
;// CONCATENATED MODULE: ./packages/git/lib/and-fetched.js








/**
 * A clone that has one branch, as if it had the others, too: a commit that it lacks is fetched when it is asked for, with its past, beside the clone, which
 * stays as it is. Where that fails, and in a clone whose own past is cut off, the clone's own answer stands.
 */
function andFetched(clone, options) {
    const both = (0,lib_repository/* openRepository */.h)(options.directory);
    // What could not be had once is not asked for again: each time would take as long, for every question about it.
    const absent = new Set();
    const fetchMissing = async (missing) => {
        if (missing.some(id => absent.has(id)))
            return false;
        const isThere = await fetchBeside(clone.directory, missing, options);
        if (!isThere)
            for (const id of missing)
                absent.add(id);
        return isThere;
    };
    const ask = async (commits, question) => {
        try {
            return await question(clone);
        }
        catch (error) {
            if (!(error instanceof lib/* UserError */.yot))
                throw error;
            const missing = await missingIn(clone.directory, commits);
            if (missing.length === 0 || !(await fetchMissing(missing)))
                throw error;
        }
        return question(both);
    };
    return {
        ...clone,
        directoryWith: async (commit) => {
            const isMissing = (await missingIn(clone.directory, [commit])).length > 0;
            return isMissing && (await fetchMissing([commit])) ? both.directory : clone.directory;
        },
        entryAt: async (commit, path) => ask([commit], async (it) => it.entryAt(commit, path)),
        treeOf: async (commit, path) => ask([commit], async (it) => it.treeOf(commit, path)),
        fileAt: async (commit, path) => ask([commit], async (it) => it.fileAt(commit, path)),
        checkFolder: async (commit, path, purpose) => ask([commit], async (it) => it.checkFolder(commit, path, purpose)),
        isAncestor: async (ancestor, commit) => ask([ancestor, commit], async (it) => it.isAncestor(ancestor, commit)),
        log: async (from, to) => ask([from, to], async (it) => it.log(from, to))
    };
}
async function missingIn(directory, commits) {
    const ids = commits.filter(id => id !== undefined && /^[0-9a-f]{40}$/.test(id));
    const found = await (0,objects/* readObjects */.$I)(directory, ids);
    return ids.filter((_, n) => found[n] === undefined);
}
/** Fetches commits into a repository that sees the objects of the clone, too. @returns whether they are there. */
async function fetchBeside(clone, commits, { directory, remote, ...terms }) {
    const folder = await (0,isolated_view/* findGitFolder */.K)(clone);
    if (folder === undefined || (await exists((0,external_node_path_.join)(folder.common, 'shallow'))))
        return false;
    try {
        await ownGit(['-C', '/'], ['init', '--quiet', '--bare', directory]);
        await (0,promises_.mkdir)((0,external_node_path_.join)(directory, 'objects', 'info'), { recursive: true });
        await (0,promises_.writeFile)((0,external_node_path_.join)(directory, 'objects', 'info', 'alternates'), `${(0,external_node_path_.join)(folder.common, 'objects')}\n`);
        const what = (await missingIn(directory, commits)).map(id => `${id}:refs/commits/${id}`);
        return (what.length === 0 ||
            (await fetchFrom(remote, directory, { options: ['--no-write-fetch-head'], what, isPartial: false }, terms)));
    }
    catch (error) {
        if (error instanceof lib/* Failure */.HRU)
            return false;
        throw error;
    }
}
async function exists(path) {
    return (0,promises_.access)(path).then(() => true, () => false);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/git-server.js

/**
 * Where git finds the repository of a run, if that may be told its token: at the GitHub whose API the token is for. Who names another server
 * (`GITHUB_SERVER_URL`) than the one that belongs to the API (`GITHUB_API_URL`) gets none.
 */
function gitServer({ serverUrl, repository }, env, token) {
    if (token === undefined)
        return undefined;
    const server = new URL(serverUrl);
    const api = new URL(env['GITHUB_API_URL'] ?? 'https://api.github.com');
    // github.com and its tenants have a name of its own for the API; servers of an enterprise, and the stand-in, answer both.
    if (api.host !== server.host && api.host !== `api.${server.host}`)
        return undefined;
    (0,lib/* parseTrustedUrl */.gps)(serverUrl, 'GITHUB_SERVER_URL', (0,lib/* ownGitHubHosts */.JJO)({ GITHUB_SERVER_URL: serverUrl }));
    return { url: `${server.origin}/${repository}`, token };
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/fetched-of-job.js




/** The clone of the job, which has the past of the commit that the run is for; what was delivered from elsewhere is fetched when it is asked for. */
function repositoryOfJob({ run, env, token, clock }) {
    const clone = (0,lib_repository/* openRepository */.h)(run.workspace);
    const remote = gitServer(run, env, token);
    if (remote === undefined)
        return clone;
    return andFetched(clone, { directory: (0,external_node_path_.join)(run.temp, 'sluice', 'commits.git'), remote, clock });
}
/**
 * The ledger as the job has fetched it: with its checkout, if that took all branches; else as far as it is read, into a folder that the steps of the job
 * share. Both are of the job alone, and end with it.
 */
function fetchedOfJob({ run, env, token, clock, log }, branch) {
    const inClone = fetchedLedger(run.workspace, branch, run.sha);
    const remote = gitServer(run, env, token);
    if (remote === undefined)
        return inClone;
    const directory = (0,external_node_path_.join)(run.temp, 'sluice', 'branches', `${encodeURIComponent(branch)}.git`);
    return oneThenOther(inClone, remoteLedger({ directory, remote, branch, clock, log }));
}

// EXTERNAL MODULE: ./packages/registry/lib/index.js + 30 modules
var registry_lib = __webpack_require__(3311);
;// CONCATENATED MODULE: ./packages/pipeline/lib/require-images.js

/** What is to be looked at: each image that is to run, and that does. */
function questionsOf(product, { units, deployed }) {
    return Object.entries(units).flatMap(([unit, { kind, digest }]) => {
        if (kind !== 'image')
            return [];
        const before = deployed?.[unit];
        const digests = before?.kind === 'image' ? [digest, before.digest] : [digest];
        return [{ name: (0,lib/* unitRepository */.pl6)(product, unit), digests: [...new Set(digests)] }];
    });
}
/**
 * Says what keeps images from running, each with what repairs it.
 * @throws UserError for what a deployment would fail of. Of what would only matter later it is warned.
 */
function judgeImages(product, images, states, place, log) {
    const faults = [];
    for (const { name, digests } of questionsOf(product, images)) {
        const state = states.get(name);
        if (state === undefined) {
            faults.push(`The ECR repository ${name} does not exist in account ${place.id}, ${place.region}. Deliver a commit again, which makes it.`);
            continue;
        }
        if (state.tags === 'fixed')
            log.warning(`The ECR repository ${name} does not let ${lib/* MOVING_TAGS */.vnx.join(' and ')} move: the tags of ${images.environment} will stay where they are. ${repairTags(place, name)}`);
        if (!state.mayPull)
            faults.push(noRight(images, name, place));
        for (const [at, digest] of digests.entries()) {
            const problem = require_images_problemOf(state.images.get(digest) ?? 'absent', name, digest, place);
            if (problem === undefined)
                continue;
            if (at === 0)
                faults.push(problem);
            else
                log.warning(`What ${images.environment} has now could not be started again, also not by a stack that rolls back: ${problem}`);
        }
    }
    if (faults.length > 0)
        throw new lib/* UserError */.yot(`${images.environment} could not run the images. ${faults.join(' ')}`);
}
function noRight({ account, environment }, name, { id, region }) {
    return `Account ${account} of ${environment} may not pull from ${name}: neither the policy of the registry nor that of the repository names it. Add to the registry's policy what \`sluice roles\` prints for it, then run, in account ${id}: aws ecr put-registry-policy --region ${region} --policy-text file://registry-policy.json`;
}
function require_images_problemOf(state, name, digest, place) {
    switch (state) {
        case 'active':
            return undefined;
        case 'archived':
            return `${name}@${digest} is archived. Run: aws ecr update-image-storage-class --region ${place.region} --registry-id ${place.id} --repository-name ${name} --image-id imageDigest=${digest} --target-storage-class STANDARD`;
        case 'restoring':
            return `${name}@${digest} is being restored from the archive. Re-run this job when that is done.`;
        case 'absent':
            return `${name}@${digest} is not in the registry any more: it was deleted, by someone or by a lifecycle rule. Deliver a commit again, whose images are built anew.`;
    }
}
/** The command that gives a repository the tags that a new one has. */
function repairTags({ id, region }, name) {
    const filters = lib/* MOVING_TAGS */.vnx.map(filter => `'filterType=WILDCARD,filter=${filter}'`).join(' ');
    return `Run: aws ecr put-image-tag-mutability --region ${region} --registry-id ${id} --repository-name ${name} --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters ${filters}`;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/ops-registry.js




/** Opens the ops registry of a delivery. Nothing is asked of it before something is asked of this. */
function openOpsRegistry({ policy, run, clock, log, proxy, session }) {
    const account = (0,find_by_name/* accountNamed */.xM)(policy, policy.registry.account);
    const registryHost = policy.registry.host ?? (0,lib/* ecrHost */.FdC)(account.id, account.region);
    // The account's ECR has other hosts, too: with FIPS, by IPv6, in other regions. One on this machine has no token to be asked for.
    const region = (0,lib/* accountOfEcrHost */.R1f)(registryHost) === account.id ? (0,lib/* regionOfEcrHost */.oPP)(registryHost) : undefined;
    const registries = new Map();
    const registry = (purpose) => {
        const as = region === undefined ? undefined : session(purpose);
        const known = registries.get(as);
        if (known !== undefined)
            return known;
        const credentials = as === undefined || region === undefined ? {} : { credentials: (0,registry_lib/* ecrCredentials */.dQ)({ ...as, region }, account.id) };
        const made = (0,registry_lib/* connectRegistry */.gm)({ host: registryHost, clock, proxy, ...credentials });
        registries.set(as, made);
        return made;
    };
    const findRelease = async (digest) => readRelease(registry('pull'), digest, policy.product, run);
    return {
        registryHost,
        registry,
        async prepareRepository(name) {
            if (region === undefined)
                return;
            const { created, tags, withoutRules } = await (0,registry_lib/* ensureRepository */.z0)({ ...session('push'), region }, account.id, name, {
                tags: policy.tags,
                ...(account.kmsKey === undefined ? {} : { kmsKey: account.kmsKey })
            });
            if (created)
                log.info(`Created the ECR repository ${name}.`);
            if (withoutRules !== undefined)
                log.warning(`The ECR repository ${name} has no lifecycle rules: ${withoutRules}. Nothing expires without rules; with these, no other rule takes what is deployed. Allow ecr:PutLifecyclePolicy in the policy of the role push (sluice roles prints it). ${rulesFor({ id: account.id, region }, name)}`);
            if (tags === 'loose')
                log.warning(`The ECR repository ${name} allows tags to be moved. ${repairTags({ id: account.id, region }, name)}`);
            // No tag of releases ever moves.
            if (tags === 'fixed' && name !== (0,lib/* releasesRepository */.PC3)(policy.product))
                throw new lib/* UserError */.yot(`The ECR repository ${name} does not let ${lib/* MOVING_TAGS */.vnx.join(' and ')} move: promotions would fail after their stacks are deployed. ${repairTags({ id: account.id, region }, name)}`);
        },
        async requireImages(images) {
            const questions = questionsOf(policy.product, images);
            if (region === undefined || questions.length === 0)
                return;
            const as = { ...session('pull'), region };
            const states = await (0,registry_lib/* inspectRepositories */.DU)(as, account.id, questions, images.account).catch((error) => {
                log.warning(`It was not checked whether ${images.environment} can run the images: ${(0,lib/* messageOf */.bDE)(error)} sluice roles prints what the role pull may do.`);
                return undefined;
            });
            if (states !== undefined)
                judgeImages(policy.product, images, states, { id: account.id, region }, log);
        },
        bundles: purpose => (0,registry_lib/* bundleStore */.sm)({ session: session(purpose), bucket: (0,lib/* bundleBucket */.fq5)(policy.product, account.id), owner: account.id }),
        findRelease,
        async release(digest) {
            const found = await findRelease(digest);
            if (found !== undefined)
                return found;
            throw new lib/* UserError */.yot(`Release ${digest} (${(0,lib/* releaseId */.BfF)(digest)}) is not in the ops registry. Check the digest, or deliver its commit again.`);
        }
    };
}
/** The command that gives a repository the lifecycle rules that a new one has. */
function rulesFor({ id, region }, name) {
    return `Run: aws ecr put-lifecycle-policy --region ${region} --registry-id ${id} --repository-name ${name} --lifecycle-policy-text '${JSON.stringify(registry_lib/* LIFECYCLE */.VD)}'`;
}
async function readRelease(registry, digest, product, run) {
    const bytes = await registry.getDocument((0,lib/* releasesRepository */.PC3)(product), digest);
    if (bytes === undefined)
        return undefined;
    const release = (0,lib/* decodeRelease */.o1l)(bytes, digest, product);
    if (release.repository !== run.repositoryId) {
        throw new lib/* UserError */.yot(`Release ${digest} was created in repository ${release.repository}, not in this one (${run.repositoryId}). Name a release that this repository made: sluice history shows those of an environment.`);
    }
    return release;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/own-writes.js



/** How long GitHub may take to show what was written, in milliseconds. */
const PATIENCE = 60_000;
/** Waits between two looks, in milliseconds: the first, and the longest. */
const own_writes_FIRST = 500;
const own_writes_LONGEST = 8_000;
/**
 * A ledger that is never read as it was before this job, or one before it, last wrote to it. GitHub promises no such thing: a read right after
 * a write may show the branch of before, and then an intent that was just recorded seems to be missing. So the place that the job has
 * reached is noted for its later steps, and each job tells it to the next.
 */
function readingOwnWrites(ledger, options) {
    const { clock, log, after } = options;
    const note = new Note(options);
    /** Whether a commit got no clear answer: it may have landed, and then only the next look tells. */
    let unsure = false;
    const head = async (alongside, since = 'now') => {
        // For the later steps, which nobody tells.
        if (after !== undefined)
            await note.write(after);
        const reached = await note.read();
        if (since !== 'now') {
            const known = await ledger.head(alongside, since);
            if ((known?.sequence ?? 0) >= (reached?.sequence ?? 0))
                return requireSame(known, reached, options);
        }
        const giveUp = clock.now() + PATIENCE;
        for (let wait = own_writes_FIRST;; wait = Math.min(wait * 2, own_writes_LONGEST)) {
            const found = await ledger.head(alongside);
            // If this shows the ledger of before, the next commit does not land either, and is looked for again.
            if (unsure)
                await note.write(found);
            unsure = false;
            if (reached === undefined || (found?.sequence ?? 0) >= reached.sequence)
                return requireSame(found, reached, options);
            const left = giveUp - clock.now();
            if (left <= 0)
                throw own_writes_tooLate(found, reached, options);
            log.info(`GitHub does not show record ${reached.sequence} yet, which this run wrote. Reading the ledger again.`);
            await clock.sleep(Math.min(wait, left));
        }
    };
    return {
        head,
        async read(paths, at) {
            if (at !== undefined || (after === undefined && (await note.read()) === undefined))
                return ledger.read(paths, at);
            return ledger.read(paths, (await head([], 'process'))?.oid);
        },
        async commit(expectedOid, message, files, landed) {
            const outcome = await ledger.commit(expectedOid, message, files, landed);
            const written = files.find(({ path }) => path === paths_HEAD_PATH);
            if (outcome !== 'landed')
                unsure = true;
            else if (written?.content !== undefined)
                await note.write(JSON.parse(Buffer.from(written.content).toString('utf8')));
            return outcome;
        },
        create: async (first) => ledger.create(first)
    };
}
/** The furthest place of a ledger that this job knows of. */
class Note {
    #run;
    #name;
    constructor({ run, branch }) {
        this.#run = run;
        this.#name = `ledger ${branch}`;
    }
    async read() {
        const text = await readNote(this.#run, this.#name);
        return text === undefined ? undefined : (0,lib/* parsePlace */.De2)(text, 'The note of this job');
    }
    async write(head) {
        if (head?.sequence === undefined || head.hash === undefined)
            return;
        const { sequence, hash } = head;
        if (((await this.read())?.sequence ?? 0) < sequence)
            await writeNote(this.#run, this.#name, (0,lib/* formatPlace */.dEx)({ sequence, hash }));
    }
}
/** A record that is another one than was written was put there by somebody: what follows would build on it. */
function requireSame(found, reached, { branch }) {
    if (reached === undefined || found?.sequence !== reached.sequence || found.hash === reached.hash)
        return found;
    throw new lib/* UserError */.yot(`Record ${reached.sequence} of ${branch} is not the one that this run wrote (${reached.hash}): someone put another in its place. Run \`sluice verify\`, and restore the branch.`);
}
function own_writes_tooLate(found, reached, { branch, run }) {
    return new lib/* Failure */.HRU(`This run wrote record ${reached.sequence} of ${branch}, but ${PATIENCE / 1000} s later GitHub shows ${found === undefined ? 'no such branch' : `only ${found.sequence} records`}. If no one has reset the branch (run \`sluice verify\`), re-run the job: ${(0,lib/* runUrl */.Vpz)(run)}`);
}

// EXTERNAL MODULE: ./packages/delivery/lib/encoding.js
var encoding = __webpack_require__(7917);
// EXTERNAL MODULE: ./packages/delivery/lib/problem.js
var problem = __webpack_require__(4357);
// EXTERNAL MODULE: ./packages/delivery/lib/schema.js + 4 modules
var schema = __webpack_require__(18);
// EXTERNAL MODULE: ./packages/delivery/lib/yaml-source.js
var yaml_source = __webpack_require__(1401);
;// CONCATENATED MODULE: ./packages/delivery/lib/past-policy.js





/** Why it is in doubt that the policy of a record was ever in force, in words, and whether its commit is nowhere to be found. */
function doubtOf({ policy }, found) {
    if (policy === undefined || found?.kind !== 'unknown' || found.doubt === undefined)
        return undefined;
    const isAbsent = found.doubt === 'absent';
    const what = isAbsent
        ? 'is not on the default branch as this clone has it'
        : 'was only merged into the default branch';
    return {
        problem: `it names the policy of commit ${policy.commit}, which ${what}, and nothing shows that it was ever in force`,
        isAbsent
    };
}
/** It is none, or was never in force. */
function other(fault) {
    return { kind: 'other', fault };
}
/**
 * Reads a policy of the past. What is a delivery.yml, and not one of this version, may have been in force under the Sluice that delivered then, which
 * nobody can tell now: a later version has other keys, and may refuse what an earlier one took. So a ledger does not become wrong by an upgrade.
 */
function readPastPolicy(content, path, products) {
    try {
        return { kind: 'policy', policy: (0,parse/* parseDelivery */.yY)(content, path) };
    }
    catch (error) {
        if (!(error instanceof problem/* ConfigError */.xL))
            throw error;
        const [first] = error.problems;
        const { version, product } = past_policy_membersOf(content, path);
        const isLater = isVersion(version) && version > schema/* DELIVERY_VERSION */.G;
        const isOurs = isVersion(version) && typeof product === 'string' && (products?.includes(product) ?? true);
        if (!isLater && !isOurs)
            return other(`it names the policy ${path}, which is none: ${first?.message}`);
        const reason = isLater ? `it says version ${version}` : first?.message;
        return {
            kind: 'unknown',
            why: `which this version of Sluice does not read (${reason}), though the one that delivered by it may`
        };
    }
}
function isVersion(version) {
    return typeof version === 'number' && Number.isSafeInteger(version) && version > 0;
}
/** The top of a YAML file; nothing where it is none. */
function past_policy_membersOf(content, path) {
    try {
        const { value } = (0,yaml_source/* readSource */.o)((0,encoding/* decodeText */.g)(content, path), path);
        return typeof value === 'object' && value !== null ? { ...value } : {};
    }
    catch (error) {
        if (error instanceof problem/* ConfigError */.xL)
            return {};
        throw error;
    }
}

;// CONCATENATED MODULE: ./packages/delivery/lib/past-policies.js




const past_policies_MISSING = { kind: 'unknown', why: 'which this clone does not hold' };
const ABSENT = { ...past_policies_MISSING, doubt: 'absent' };
const MERGED = {
    kind: 'unknown',
    why: 'which was merged into the default branch, and nothing shows that it was ever in force',
    doubt: 'merged'
};
/** How much is read at a time, in bytes: a ledger may name as many policies as it has records. */
const PAGE_BYTES = 4 * 1024 * 1024;
/**
 * The policies that records were made under, from a clone: delivery.yml at the commits that they name, if the default branch stood there. It did at those of its line, and where GitHub says so
 * of a run. Another name for a text that the branch had is none of a lie: its history may have been rewritten, or a merge in the other direction took the commit off the line.
 */
class PastPolicies {
    #options;
    /** Files by expression, as far as somebody asked; `undefined`: it is not there. Who pushes names one file as often as they like. */
    #files = new Map();
    /** Policies by their content: most commits leave it as it was. */
    #parsed = new Map();
    #reading;
    #branch;
    /** The file that rules the product, as its first record names it: who pushes names as many others as they like. */
    #path;
    #texts;
    constructor(options) {
        this.#options = options;
    }
    /** How the default branch is called, once something was looked at. */
    get names() {
        return this.#branch?.names ?? [];
    }
    /**
     * What is known of a policy that was looked at.
     * @param isTip whether GitHub says that the default branch stood at its commit.
     */
    of(named, isTip = false) {
        const { path, commit, digest } = named;
        const expression = `${commit}:${path}`;
        if (this.#branch === undefined || !this.#files.has(expression))
            return past_policies_MISSING;
        const file = this.#files.get(expression);
        const { places, merged, isWhole } = this.#branch;
        if (places.has(commit))
            return this.#compare(named, file);
        if (!isWhole)
            return past_policies_MISSING;
        const isHere = merged.has(commit);
        const isOther = isHere && typeof file === 'object' && file.digest !== digest;
        if (isOther || (isHere && isTip))
            return this.#compare(named, file);
        const text = this.#textOf(named);
        if (text !== undefined)
            return text.read;
        if (isHere)
            return MERGED;
        if (file === undefined)
            return isTip ? past_policies_MISSING : ABSENT;
        return other(`it names the policy of commit ${commit}, which is not on the default branch as this clone has it`);
    }
    /** Where the commit of a policy stands on the default branch: the later, the higher. `undefined`: nowhere, or nobody can tell. */
    placeOf({ commit }) {
        return this.#branch?.places.get(commit);
    }
    /** The last place at which the branch had the text of a policy, which may have been replaced and put back. */
    lastPlaceOf(named) {
        const [place, ofText] = [this.placeOf(named), this.#textOf(named)?.place];
        return place === undefined || ofText === undefined ? (place ?? ofText) : Math.max(place, ofText);
    }
    #textOf({ path, digest }) {
        return path === this.#path ? this.#texts?.get(digest) : undefined;
    }
    #compare({ path, commit, digest }, file) {
        if (file === undefined)
            return this.#branch?.isPartial === true
                ? past_policies_MISSING
                : other(`it names the policy ${path}, which commit ${commit} does not have`);
        if (typeof file === 'number')
            return other(`it names the policy ${path}, which at commit ${commit} has ${(0,lib/* plural */.LSg)(file, 'byte')}, more than a policy may have`);
        if (file.digest !== digest)
            return other(`it names the policy ${digest}, but ${path} at commit ${commit} is ${file.digest}`);
        return file.read;
    }
    /** Looks at policies, at each file once; those that are too long for a policy are not read. */
    async look(policies) {
        this.#reading ??= this.#options.readBranch();
        const branch = await this.#reading;
        this.#branch = branch;
        this.#path ??= policies[0]?.path;
        await this.#readFiles(policies);
        if (policies.length > 0)
            this.#texts ??= await this.#readTexts(branch);
    }
    async #readTexts({ places, isWhole, isPartial, changesOf }) {
        const path = this.#path;
        if (path === undefined || !isWhole || isPartial)
            return new Map();
        const changes = await changesOf(path);
        await this.#readFiles(changes.map(commit => ({ commit, path })));
        return new Map(changes.flatMap((commit, n) => {
            const file = this.#files.get(`${commit}:${path}`);
            const place = (places.get(changes[n + 1] ?? '') ?? places.size) - 1;
            return typeof file === 'object' ? [[file.digest, { read: file.read, place }]] : [];
        }));
    }
    async #readFiles(wanted) {
        const named = new Map(wanted.map(({ commit, path }) => [`${commit}:${path}`, path]));
        const asked = [...named].filter(([expression]) => !this.#files.has(expression));
        if (asked.length === 0)
            return;
        const sizes = await this.#options.readSizes(asked.map(([expression]) => expression));
        const files = asked.map(([expression, path], n) => ({ expression, path, size: sizes[n] }));
        for (const { expression, size } of files)
            this.#files.set(expression, size);
        for (const page of past_policies_pagesOf(files.filter(({ size = yaml_source/* DELIVERY_LIMIT */.L + 1 }) => size <= yaml_source/* DELIVERY_LIMIT */.L))) {
            const contents = await this.#options.blobs.read(page.map(({ expression }) => expression));
            for (const [n, { expression, path }] of page.entries()) {
                const content = contents[n];
                this.#files.set(expression, content && this.#read(content, path));
            }
        }
    }
    #read(content, path) {
        const digest = (0,lib/* sha256 */.scB)(content);
        const key = `${digest} ${path}`;
        const read = this.#parsed.get(key) ?? readPastPolicy(content, path, this.#options.products);
        this.#parsed.set(key, read);
        return { digest, read };
    }
}
/**
 * Whether a record says of its run that it is of the default branch, which stood at the commit of the policy when the run began. GitHub's token must say the same (`ref`, `workflow_sha`).
 */
function beganAtPolicy({ policy, run, sequence }, branches) {
    return run.workflowSha === policy?.commit && wasDeliveryRef({ deliverFrom: [] }, { ref: run.ref, sequence }, branches);
}
function* past_policies_pagesOf(files) {
    const most = Math.floor(PAGE_BYTES / yaml_source/* DELIVERY_LIMIT */.L);
    for (let from = 0; from < files.length; from += most)
        yield files.slice(from, from + most);
}

;// CONCATENATED MODULE: ./packages/delivery/lib/ruling-policies.js



/** Judges records by the policies that they name, as far as these were looked at: whoever verifies and whoever repairs must come to the same. */
class RulingPolicies {
    #past;
    #branches;
    #now;
    /**
     * @param branches how the default branch is called, and was, as far as that is known by now.
     * @param now what rules a record that names no policy.
     */
    constructor(past, branches, now) {
        this.#past = past;
        this.#branches = branches;
        this.#now = now;
    }
    /** What is known of the policy that a record names; `undefined`: it names none. */
    of(record) {
        const { policy } = record;
        return policy === undefined ? undefined : this.#past.of(policy, beganAtPolicy(record, this.#branches()));
    }
    /** The environments of the policy that a record names, in their order; `undefined`: nobody can tell. */
    orderOf(record) {
        const found = this.of(record);
        return found?.kind === 'policy' ? found.policy.environments.map(({ name }) => name) : undefined;
    }
    /** @see doubtOf */
    doubtOf(record) {
        return doubtOf(record, this.of(record));
    }
    /**
     * Why a record does not come from where its policy says; `undefined` when it does, and when nobody can tell.
     * @param find compares it with what a policy says.
     */
    problemOf(record, find) {
        const found = this.of(record);
        if (found?.kind === 'unknown')
            return undefined;
        if (found?.kind === 'other')
            return found.fault;
        const policy = found?.policy ?? this.#now;
        return policy && find(originsUnder(policy, this.#branches()));
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/policy-origins.js



/**
 * From where the records may come that a decision goes by: from where the policy in force says, at no cost; a record that does not, from where
 * delivery.yml said at the commit that it names, if the default branch stood there, since Sluice may have been upgraded and refs taken off the list; else from where
 * it says now.
 */
function policyOrigins(sources) {
    const { policy, policyFile, past } = sources;
    const branches = branchesOf(sources);
    const inForce = originsUnder(policy, branches);
    const ruling = new RulingPolicies(past, () => branches, policy);
    const thenOf = (record) => {
        const found = ruling.of(record);
        return found?.kind === 'policy' ? originsUnder(found.policy, branches) : undefined;
    };
    let now;
    const problemOf = (record, commit) => {
        const problems = [thenOf(record), inForce, now].flatMap(it => it === undefined ? [] : [findOriginProblem(record, commit, it)]);
        return problems.includes(undefined) ? undefined : problems[0];
    };
    const isFine = (record) => {
        const { sluice } = record.run;
        // Who wrote a record that does not say it, its token says.
        return (sluice !== undefined || policy.sluice === undefined) && problemOf(record, sluice?.commit) === undefined;
    };
    return {
        async look(records) {
            const named = records.flatMap(record => (record.policy === undefined || isFine(record) ? [] : [record.policy]));
            const former = named.filter(({ path }) => path === policyFile.path);
            if (former.length > 0)
                await past.look(former);
            if (records.every(record => problemOf(record, record.run.sluice?.commit) === undefined))
                return;
            const newest = await sources.readNow();
            now = originsUnder(newest.policy, branchesOf(newest));
        },
        problemOf
    };
}
/** How the default branch is called, and was, by the policy in force. */
function branchesOf({ policy, defaultBranch }) {
    return { names: [defaultBranch], former: policy.ledger.formerBranches ?? [] };
}
/**
 * The policies that the default branch had, from a folder that git reads.
 * @param find the folder, once something is looked at.
 */
function policiesOf(find, policy, readBranch) {
    let found;
    const directory = async () => {
        found ??= find();
        return found;
    };
    return new PastPolicies({
        products: trustRulesOf(policy).products,
        blobs: { read: async (expressions) => blobsOf(await directory()).read(expressions) },
        readSizes: async (expressions) => (0,objects/* readSizes */.P1)(await directory(), expressions),
        readBranch: async () => readBranch(await directory())
    });
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/remembered-anchors.js
/** How long an answer is taken for the newest anchor, in milliseconds. */
const remembered_anchors_FRESH = 60_000;
/**
 * Anchors, of which a process does not ask again for a minute. A ledger that holds what is anchored now holds what was anchored a minute ago, so a look
 * loses no more by this than by having come so much sooner; whoever waits looks anew, and an append asks by itself.
 */
function rememberingAnchors(anchors, clock) {
    const answers = new Map();
    return {
        async newest(section) {
            const known = answers.get(section);
            if (known !== undefined && clock.now() - known.at < remembered_anchors_FRESH)
                return known.answer;
            const answer = anchors.newest(section);
            answers.set(section, { at: clock.now(), answer });
            answer.catch(() => answers.delete(section));
            return answer;
        }
    };
}

// EXTERNAL MODULE: ./packages/delivery/lib/roles.js
var lib_roles = __webpack_require__(3563);
;// CONCATENATED MODULE: ./packages/pipeline/lib/role-sessions.js


/** One session for each role and region of a run, however often it is asked for. */
function roleSessions(options) {
    const { policy, run, env, terms, roleToAssume } = options;
    const roles = (0,lib_roles/* deliveryRoles */.o)(policy);
    const sessions = new Map();
    return purpose => {
        const { arn, region } = role_sessions_placeOf(roles, purpose);
        // What the ledger must hold is not for the workflow to say who says it.
        const roleArn = purpose === 'anchors' ? arn : (roleToAssume ?? arn);
        // One role may be given for places in several regions, and a session has the region of its place.
        const key = `${roleArn} ${region}`;
        const known = sessions.get(key);
        if (known !== undefined)
            return known;
        const sessionName = (0,lib/* roleSessionName */.O8b)(policy.product, run.runId, run.attempt);
        const made = (0,lib/* assumeRole */.xNU)({ roleArn, region, sessionName, env, terms });
        sessions.set(key, made);
        return made;
    };
}
function role_sessions_placeOf(roles, purpose) {
    if (purpose === 'anchors')
        return roles.pull;
    if (purpose === 'push' || purpose === 'pull')
        return roles[purpose];
    return roles.environment(purpose.environment)[purpose.may];
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/vouching.js


/** When keys that do not fit are asked for again, in milliseconds: a ledger with a strange token must not make each look a call. */
const vouching_STALE = 60_000;
/**
 * Opens what GitHub vouches for; nothing is asked of GitHub before somebody asks this. What is written must come from a commit of Sluice that
 * the policy in force names; what is read, from one that its own policy named.
 */
function openVouching({ env, clock, policy: { sluice, ledger }, origins }) {
    const issuer = (0,lib/* issuerOf */.xDG)(env);
    let published;
    let asked = Number.NEGATIVE_INFINITY;
    const keys = async () => {
        if (published === undefined) {
            asked = clock.now();
            published = (0,lib/* fetchIssuerKeys */.OQC)({ issuer, env, clock }).then(issuerKeysOf);
            published.catch(() => {
                published = undefined;
            });
        }
        return published;
    };
    const publishedNow = async () => {
        if (clock.now() - asked >= vouching_STALE)
            published = undefined;
        return keys();
    };
    return {
        voucher: { ...githubVoucher({ env, clock }), ...(sluice === undefined ? {} : { commits: sluice.commits }) },
        async tokens() {
            return {
                issuer,
                published: await keys(),
                publishedNow,
                ...(ledger.issuerKeys === undefined ? {} : { known: ledger.issuerKeys }),
                ...(sluice === undefined ? {} : { sluice: { repository: sluice.repository } }),
                ...(origins === undefined ? {} : { origins })
            };
        }
    };
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/pipeline.js
















/**
 * Opens the delivery of the repository that the job runs for.
 * @throws UserError for a configuration that does not hold, and for a run of a ref that nothing is delivered from.
 */
async function openPipeline(options) {
    const { run, env, clock, log, config, roleToAssume, after } = options;
    const github = rememberingAnswers(options.github, clock);
    await noteJobBegan(run, clock);
    const terms = (0,lib/* awsTerms */.j5B)(env, clock);
    const repository = repositoryOfJob(options);
    const { policy, policyFile, defaultBranch } = await readPolicy({ github, run, repository, config });
    // Whatever a step is asked for: what it decides and records would count as much as if a delivery had asked.
    requireDeliveryRef(policy, run.ref, defaultBranch);
    const session = roleSessions({ policy, run, env, terms, roleToAssume });
    const { branch } = policy.ledger;
    const remembered = rememberingStore(githubStore({ github, repository: run.repository, branch }), fetchedOfJob(options, branch), branch);
    const ledger = readingOwnWrites(remembered, { branch, run, clock, log, after });
    // The checkout of a run that is not of the default branch does not have that.
    const past = policiesOf(async () => repository.directoryWith(policyFile.commit), policy, async (directory) => (await readPast(directory, policyFile.commit)) ?? NO_BRANCH);
    const readNow = async () => readPolicyNow({ github, run, config });
    const origins = policyOrigins({ policy, policyFile, defaultBranch, past, readNow });
    const vouching = openVouching({ env, clock, policy, origins });
    const anchored = anchorsOf(policy, session);
    const anchors = anchored && rememberingAnchors(anchored, clock);
    return {
        run,
        github,
        clock,
        log,
        repository,
        policy,
        policyFile,
        defaultBranch,
        at: async (commit) => (0,read/* readDelivery */.n)(repository, commit, config),
        environment: name => (0,find_by_name/* environmentNamed */.b6)(policy, name),
        environmentBefore: name => policy.environments[policy.environments.indexOf((0,find_by_name/* environmentNamed */.b6)(policy, name)) - 1],
        session,
        ...openOpsRegistry({ policy, run, clock, log, proxy: terms.proxy, session }),
        ledger,
        vouching,
        anchors,
        history: historyOf({ ledger, anchors, policy, run, vouching, clock, log }),
        draft: () => ({ product: policy.product, actor: run.actor, policy: policyFile, run: stampOf(run) })
    };
}
/** Which run a record comes from. */
function stampOf(run) {
    const { repositoryId: repository, runId: id, sluice } = run;
    const { attempt, job, ref, workflow, workflowSha, runner, triggeringActor } = run;
    return {
        ...{ repository, id, attempt, job, ref, workflow, workflowSha, runner, triggeringActor },
        ...(sluice === undefined ? {} : { sluice })
    };
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/open-action.js


/** The inputs of every action that opens the delivery. */
const SHARED_INPUTS = ['config', 'github-token', 'role-to-assume'];
/**
 * Opens the delivery with {@link SHARED_INPUTS}.
 * @param options `patience`: how long one call waits at most for GitHub's rate limits, in milliseconds; default the client's.
 */
async function pipelineOfAction(inputs, context, env, { patience, after } = {}) {
    const roleToAssume = inputs.optional('role-to-assume');
    const log = (0,lib/* actionLog */.ZxD)();
    const token = inputs.required('github-token');
    return openPipeline({
        run: (0,lib/* readRunContext */.$pj)(context, env),
        github: (0,lib/* githubClient */.$fx)({ token, env, clock: lib/* systemClock */.ml0, log, ...(patience === undefined ? {} : { patience }) }),
        token,
        env,
        clock: lib/* systemClock */.ml0,
        log,
        config: inputs.optional('config') ?? 'delivery.yml',
        ...(roleToAssume === undefined ? {} : { roleToAssume }),
        ...(after === undefined ? {} : { after })
    });
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/partial-of.js

/** The record that a run's deployment of a release to an environment stopped halfway; the newest, if it did more than once. */
async function partialOf(history, { runId, environment, release }) {
    const found = await history.find(environmentSection(environment), ['partial', runId, release]);
    return found?.event === 'partial' ? found : undefined;
}
/** The record by which an attempt of a run ended in an environment, by its own word or by that of a run that found it dead; absent: none. */
async function endOfAttempt(history, environment, { id, attempt }) {
    return history.find(environmentSection(environment), ['ended', id, attempt]);
}
/** The record that a release was deployed to an environment by half, where nothing was deployed there since. */
async function halfOf(history, environment, release) {
    const found = await history.find(environmentSection(environment), ['undone', release]);
    if (found?.event !== 'partial')
        return undefined;
    const deployed = await history.lastDeployed(environment);
    return deployed !== undefined && deployed.sequence > found.sequence ? undefined : found;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/protected-refs.js


const HEADS = 'refs/heads/';
/**
 * Refuses to deliver from refs that anyone may push to; where little depends on them, it warns. It finds what was never set up, and does not
 * watch an administrator. Whoever may be called by itself asks: the first job of a delivery, a stage, a withdrawal. It needs `contents: read`,
 * and costs a call for each ref: one, where the default branch is delivered. Where production depends on a branch that no ruleset is shown to
 * demand review of, it costs two.
 * @param levels of the environments that depend on the refs; all, unless told.
 * @throws UserError naming the refs, and what to set up.
 */
async function requireProtectedRefs(pipeline, levels = pipeline.policy.environments.map(({ level }) => level)) {
    const { defaultBranch, log, run } = pipeline;
    const refs = [];
    for (const ref of new Set([`${HEADS}${defaultBranch}`, run.ref]))
        refs.push(await protected_refs_read(pipeline, ref, levels));
    const verdict = (0,policy_lib/* evaluateRefs */.Mx)(refs, levels);
    if (!verdict.allowed)
        throw new lib/* UserError */.yot(`${verdict.reason} ${verdict.remedy}`);
    if (verdict.warning !== undefined)
        log.warning(verdict.warning);
    if (verdict.note !== undefined)
        log.info(verdict.note);
}
/** The same for one environment that may be entered without the first job of a delivery. In development it was warned there. */
async function requireProtectedRefsOf(pipeline, { level }) {
    if (level !== 'development')
        await requireProtectedRefs(pipeline, [level]);
}
async function protected_refs_read({ github, run }, ref, levels) {
    if (!ref.startsWith(HEADS))
        return { ref, standing: (0,policy_lib/* decodeTagStanding */.TR)(await readTag({ github, run }, ref)) };
    const [repository, name] = [`/repos/${run.repository}`, encodeURIComponent(ref.slice(HEADS.length))];
    const rules = levels.includes('production')
        ? (0,policy_lib/* decodeBranchRules */.ci)(await readRules({ github }, `${repository}/rules/branches/${name}?per_page=${policy_lib/* MOST_RULES */.qV}`))
        : undefined;
    // Rules apply to a name: they hold whether or not the branch is still there.
    if (rules === 'reviewed')
        return { ref, standing: 'protected' };
    return { ref, standing: (0,policy_lib/* decodeBranchStanding */.BF)(await github.get(`${repository}/branches/${name}`), rules) };
}
/** The rules of a branch; `undefined` where they may not be asked for (its plan has no rulesets). */
async function readRules({ github }, path) {
    try {
        return await github.get(path);
    }
    catch (error) {
        if (isForbidden(error))
            return;
        throw error;
    }
}
const TAG_RULES = `query TagRules($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { rules(first: 100) { nodes { type } } } }
}`;
/** The tag as GitHub answers it. Where it may not be asked (its plan has no rulesets, the token may not see them), it shows no rules. */
async function readTag({ github, run }, ref) {
    const [owner, name] = run.repository.split('/');
    try {
        const answer = (await github.graphql(TAG_RULES, { owner, name, ref }));
        return answer.repository?.ref;
    }
    catch (error) {
        if (isForbidden(error))
            return {};
        throw error;
    }
}
/** Whether GitHub lets the token not ask, rather than not yet. */
function isForbidden(error) {
    if (!(error instanceof lib/* GitHubError */.y_J) || error.rateLimit !== undefined)
        return false;
    return error.status === 403 || error.types.includes('FORBIDDEN');
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/relate-to-live.js


/** What counts first when a commit stands differently to several: an order that keeps what is newest. */
const PRECEDENCE = ['behind', 'diverged', 'identical', 'ahead'];
/**
 * How a commit stands to everything that is live in an environment (promise 8): the last deployment, and the releases that were found to
 * change nothing since. Those are live, too: without them an older release could undo what a newer one had found in place.
 * @returns nothing when nothing is live.
 */
async function relateToLive(pipeline, commit, live) {
    const commits = new Set(live.flatMap(({ release }) => (release === undefined ? [] : [release.commit])));
    const relations = new Set();
    for (const other of commits)
        relations.add(await relateCommits(pipeline, commit, other));
    return PRECEDENCE.find(relation => relations.has(relation));
}
/** A clone is as old as its checkout: GitHub knows the commits that came later. */
async function relateCommits({ repository, github, run }, release, deployed) {
    try {
        return await relate(repository, release, deployed);
    }
    catch (error) {
        if (!(error instanceof lib/* UserError */.yot))
            throw error;
        // Every page tells the relation; only the first one lists files, too, for which GitHub may take too long.
        const answer = await github.get(`/repos/${run.repository}/compare/${deployed}...${release}?per_page=1&page=2`);
        const { status } = (answer ?? {});
        const relation = PRECEDENCE.find(it => it === status);
        if (relation === undefined)
            throw error;
        return relation;
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/repair-origins.js





/**
 * From where records may come, for who repairs: each is judged by the policy that it names, and by no other, as `sluice verify` does. A decision
 * does not ask what became of policies that it does not go by.
 */
function repairOrigins({ policy, defaultBranch, repository, readNow }) {
    const { directory } = repository;
    const branches = branchesOf({ policy, defaultBranch });
    const past = policiesOf(async () => directory, policy, async () => repair_origins_requireWhole(await readPast(directory, (await readNow()).policyFile.commit), defaultBranch));
    const ruling = new RulingPolicies(past, () => branches, policy);
    return {
        look: async (records) => past.look(records.flatMap(it => (it.policy === undefined ? [] : [it.policy]))),
        orderOf: record => ruling.orderOf(record),
        doubtOf: record => ruling.doubtOf(record),
        problemOf: (record, commit) => ruling.problemOf(record, origins => findOriginProblem(record, commit, origins))
    };
}
/** Who sees only a part would take what an earlier repair left out for valid. */
function repair_origins_requireWhole(past, name) {
    if (past?.isWhole === true && !past.isPartial)
        return past;
    throw new lib/* UserError */.yot(`The clone of this job does not hold all of ${name}, so it does not tell which policies were ever in force. Check out with fetch-depth: 0 and without filter; if ${name} moved on meanwhile, re-run the job.`);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/write-records.js





/** Appends records to the ledger in one commit; resolves when they have landed. */
async function writeRecords(pipeline, request) {
    return appendRecords({
        ...(await writingTerms(pipeline, request.drafts)),
        drafts: request.drafts,
        attachments: (request.attachments ?? []).map(content => ({ content })),
        ...(request.seen === undefined ? {} : { seen: request.seen }),
        ...(request.grounds === undefined ? {} : { grounds: request.grounds })
    });
}
/** Whose ledger some records are written to, by whose rules, and with whose word. */
async function writingTerms(pipeline, written) {
    const { policy, ledger, github, clock, log, run, session, vouching } = pipeline;
    const signer = signersOf(pipeline);
    const anchors = anchorsOf(policy, session, writerOf(written));
    if (signer === undefined) {
        log.warning('This ledger is advisory: delivery.yml names no signing key (ledger.key), so GitHub alone vouches for its records.');
    }
    return {
        store: ledger,
        owner: { repository: run.repositoryId, product: policy.product },
        rules: { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() },
        // The server's time: a runner's clock may be wrong, or set.
        clock: { now: () => github.now(), sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal) },
        log,
        patience: github.patience,
        ...(signer === undefined ? {} : { signer }),
        ...(vouching.voucher === undefined ? {} : { voucher: vouching.voucher }),
        sections: sectionsOf(policy),
        ...(anchors === undefined ? {} : { anchors })
    };
}
function signersOf({ policy, session }) {
    const { key } = policy.ledger;
    if (key === undefined)
        return undefined;
    const signers = new Map();
    return name => {
        const known = signers.get(name);
        if (known !== undefined)
            return known;
        const made = kmsSigner({ session: session(roleOf(name)), alias: (0,lib/* signerAlias */.rHN)(key, name), name });
        signers.set(name, made);
        return made;
    };
}
/** Who anchors in a section: the role of whoever signs there. */
function writerOf(drafts) {
    const roles = new Map(drafts.map(draft => [section_sectionOf(draft), roleOf((0,lib/* signerOf */.Kvo)(draft))]));
    return section => roles.get(section) ?? 'push';
}
const ROLES = { plan: 'plan', intent: 'deploy', outcome: 'record' };
/** The role of the job whose word a signer gives. */
function roleOf(signer) {
    const station = (0,lib/* stationOf */.I4j)(signer);
    return station === undefined ? 'push' : { environment: station.environment, may: ROLES[station.duty] };
}
/** Where people read a record: on the ledger branch, where it stays. */
function recordUrl({ run, policy }, sequence) {
    return `${run.serverUrl}/${run.repository}/blob/${policy.ledger.branch}/${paths_recordPath(sequence)}`;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/repair-section.js












/**
 * Tells what a repair would leave out, to show it to the reviewer before he is asked; nothing is written, and no rights are needed but to read.
 * @throws UserError when there is nothing to repair, or what is wrong is not for a record to repair.
 */
async function previewOfRepair(pipeline, { environment }) {
    const { policy, run, vouching } = pipeline;
    await requireUnanswered(pipeline);
    const { files, reach } = await readWhole(pipeline);
    const rules = { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() };
    return previewRepair({
        ...{ files, reach, sections: sectionsOf(policy), isAnchored: policy.ledger.anchors !== undefined },
        owner: { repository: run.repositoryId, product: policy.product },
        rules: judging(pipeline, rules),
        about: { ...pipeline.draft(), ...(environment === undefined ? {} : { environment }) }
    });
}
/**
 * Leaves out of the ledger what was never valid in one of its sections, with the word of a reviewer who did not ask for it. A ledger that ends in
 * such a record cannot be asked anything, so all of it is read, from the clone of the job.
 * @throws UserError when there is nothing to repair, or what is wrong is not for a record to repair.
 */
async function repairSection(pipeline, { environment, reason, shown }) {
    const { policy, run } = pipeline;
    if (run.event !== 'workflow_dispatch')
        throw new lib/* UserError */.yot(`A ledger is repaired by hand only, but this run was started by ${run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`);
    const levels = environment === undefined ? undefined : [pipeline.environment(environment).level];
    await requireProtectedRefs(pipeline, levels);
    const { files, oid, reach, records: past } = await readWhole(pipeline);
    const consent = await requireConsent(pipeline, {
        asked: { question: 'repair' },
        instead: 'Repair in a run of its own, by a workflow that only calls repair.yml.',
        // Nothing can be asked of a ledger that needs a repair; a forged plan of this run only makes somebody start another.
        plans: async (name) => past.some(({ record }) => record?.environment === name && isPlanOf(record, run.runId))
    });
    const about = { ...pipeline.draft(), ...(await repair_section_placeOf(pipeline, environment)), ...consent };
    const { store, rules, ...terms } = await writingTerms(pipeline, [{ ...about, event: 'repaired' }]);
    const { record, hash } = await repairLedger({
        ...{ ...terms, store, files, oid, reach, about, reason },
        ...{ rules: judging(pipeline, rules), sections: sectionsOf(policy) },
        ...(shown === undefined ? {} : { shown })
    });
    const skipped = record.event === 'repaired' ? (record.detail?.skipped ?? []) : [];
    return { record, hash, skipped };
}
/** @throws UserError where the clone has no ledger, or one on which something was changed that is written once. */
async function readWhole({ policy, policyFile, run }) {
    const { branch } = policy.ledger;
    const oid = await (0,lib_branch/* fetchedTip */.rS)(run.workspace, branch, run.sha);
    if (oid === undefined)
        throw new lib/* UserError */.yot(`The clone of this job does not have the branch ${branch}. Check out with fetch-depth: 0; without a ledger there is nothing to repair.`);
    const reach = await requireUnchanged(run.workspace, branch, oid);
    const files = await readLedgerFiles({ directory: run.workspace, branch, at: oid });
    const { records } = snapshot_openSnapshot(files);
    requireBoundConfig(records.find(({ record }) => record?.policy !== undefined)?.record?.policy?.path, policyFile);
    return { files, oid, reach, records };
}
/** By what records are judged that may be left out: also by the policies that they name. */
function judging(pipeline, rules) {
    const { path } = pipeline.policyFile;
    const readNow = async () => readPolicyNow({ ...pipeline, config: path });
    return { ...rules, config: path, tokens: { ...rules.tokens, origins: repairOrigins({ ...pipeline, readNow }) } };
}
/** The environment that is repaired, with GitHub's number of it, as its other records have that; the consent was asked for elsewhere. */
async function repair_section_placeOf(pipeline, environment) {
    if (environment === undefined)
        return {};
    const environmentId = await readEnvironmentId(pipeline, environment);
    return { environment, ...(environmentId === undefined ? {} : { environmentId }) };
}
/** Whether a record says that a run brings a deployment before somebody. */
function isPlanOf({ event, run }, runId) {
    return run.id === runId && (event === 'planned' || event === 'started');
}
/**
 * Refuses a branch on which a record, or what proves one, was changed or removed: a signature that was taken away would make a valid record look as if it had never been.
 * @returns the number of the last record.
 */
async function requireUnchanged(directory, branch, oid) {
    const history = await readHistory({ directory, branch, at: oid });
    const changed = findBrokenProof(history);
    if (changed === undefined)
        return history.reach;
    throw new lib/* UserError */.yot(`On ${branch}, ${changed.path} was not left as it was written: ${changed.problem}. No record can repair that: ${MADE_ANEW} Then repair.`);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/require-acceptance.js




/**
 * Refuses a release that was not accepted where it must have been, or that was withdrawn (promise 3). Whoever announces a deployment and
 * whoever carries it out ask by themselves: that somebody asked before is the caller's word, and hours may have passed since.
 */
async function requireAcceptance(pipeline, { release, environment, kind }) {
    const { soak } = pipeline.environment(environment);
    const previous = pipeline.environmentBefore(environment)?.name;
    const verdict = (0,policy_lib/* evaluateAcceptance */.P9)({
        release,
        environment,
        previous,
        kind,
        records: await pipeline.history.relevantTo(release.digest, [environment, previous].filter(it => it !== undefined)),
        soak,
        now: pipeline.github.now()
    });
    if (!verdict.allowed)
        throw new lib/* UserError */.yot(`${verdict.reason} ${verdict.remedy}`, { outputs: { verdict: verdict.outcome } });
}
/**
 * What an intent rests on that was just decided: minutes may pass before it lands, and behind a withdrawal it would leave a ledger that does not
 * verify. So the append asks again for what it was decided on, by the ledger that it is put on.
 */
async function acceptanceAsGrounds(pipeline, entrant) {
    const { environment, release } = entrant;
    const environments = [environment, pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined);
    return groundsIn(pipeline.history, environments, async () => {
        const history = historyOf(pipeline, 'now').about({ release: release.digest, environments });
        await requireAcceptance({ ...pipeline, history }, entrant);
    });
}
/**
 * The withdrawal of what is live in an environment, under any of the names that it has.
 * @param live the last deployment, and the releases that were found to change nothing since.
 */
async function withdrawalOfLive(history, environment, live) {
    for (const digest of new Set(live.flatMap(({ release }) => release?.digest ?? []))) {
        const found = await history.withdrawal(environment, digest);
        if (found !== undefined)
            return found;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/stage-results.js



/** How long GitHub may take to show that a job is over, in milliseconds: whoever needs a job starts as soon as it is. */
const stage_results_PATIENCE = 30_000;
/** Waits between two looks, in milliseconds: the first, and the longest. */
const stage_results_FIRST = 500;
const stage_results_LONGEST = 5_000;
/** What two of GitHub's own clocks may be apart, in milliseconds: that of its jobs, and the one that records get their time from. */
const A_MOMENT = 5_000;
/**
 * How the jobs of an environment ended, as GitHub tells it. The caller's own word (its `needs` context) is asked for nothing but the
 * outputs, which GitHub does not tell, and for how long to wait: a result that it made up decides nothing.
 * @param told the `needs` context of the caller.
 * @throws UserError when a job is said to have succeeded that GitHub does not know.
 * @throws Failure when GitHub does not show yet that a job is over, or a job that must have run.
 */
async function readStageResults(pipeline, of, told) {
    const { clock, run } = pipeline;
    const giveUp = clock.now() + stage_results_PATIENCE;
    let seen = await readAttempt(pipeline, of, run.attempt);
    const isAll = () => isComplete(seen, told) && !isMissing(of, seen);
    for (let wait = stage_results_FIRST; !isAll() && clock.now() < giveUp; wait = Math.min(wait * 2, stage_results_LONGEST)) {
        await clock.sleep(Math.min(wait, giveUp - clock.now()));
        seen = await readAttempt(pipeline, of, run.attempt);
    }
    if (isMissing(of, seen))
        throw unlisted(pipeline, of, 'deploy', `the ledger holds that this run began to deploy to ${of.environment}`);
    // A re-run of the failed jobs alone does not run those again that had succeeded: they are in the attempt that ran them.
    for (let attempt = run.attempt - 1; attempt > 0 && !isComplete(seen, told); attempt--)
        seen = { ...(await readAttempt(pipeline, of, attempt)), ...seen };
    const outcome = (job) => stage_results_settle(pipeline, of, job, seen[job], told[job]);
    return { plan: outcome('plan'), deploy: outcome('deploy'), accept: outcome('accept') };
}
async function readAttempt(pipeline, { environment, release }, attempt) {
    const found = (0,policy_lib/* jobsOfStage */.m1)(await listJobs(pipeline, attempt), environment, release);
    return Object.fromEntries(lib/* STAGE_JOBS */.yRT.flatMap(job => {
        const [only, another] = found[job];
        if (another !== undefined)
            throw new lib/* UserError */.yot(`Attempt ${attempt} of run ${pipeline.run.runId} has several jobs "${(0,lib/* stageJobName */.xbz)(job, environment, release)}", so it cannot be told which of them counts. Call stage.yml once for ${environment} in a run.`);
        return only === undefined ? [] : [[job, { ...only, attempt }]];
    }));
}
/** Whether GitHub shows everything that the caller knows to be over. */
function isComplete(seen, told) {
    return lib/* STAGE_JOBS */.yRT.every(job => {
        const known = seen[job];
        if (known !== undefined)
            return known.result !== undefined;
        const { result = 'skipped' } = told[job] ?? {};
        return result === 'skipped';
    });
}
/** Whether GitHub does not show the job that touched the environment, or may have. */
function isMissing({ begun }, { deploy }) {
    return begun && deploy === undefined;
}
/** Nothing is recorded then: that a job is not shown says nothing of what it did. */
function unlisted({ run }, { environment, release }, job, known) {
    return new lib/* Failure */.HRU(`GitHub does not list the job "${(0,lib/* stageJobName */.xbz)(job, environment, release)}" after ${stage_results_PATIENCE / 1000} s, though ${known}: ${(0,lib/* runUrl */.Vpz)(run)}. Re-run the failed jobs.`);
}
function stage_results_settle(pipeline, of, job, seen, told) {
    const { log, run } = pipeline;
    const { environment, release } = of;
    const name = (0,lib/* stageJobName */.xbz)(job, environment, release);
    if (seen === undefined) {
        if (told?.result === 'failure')
            throw unlisted(pipeline, of, job, `the input outcome says that ${job} failed`);
        // Of a job that was cancelled before it ran, GitHub may show no name; one that touched something is on the ledger.
        if (told?.result !== 'success')
            return { result: 'skipped', outputs: {} };
        throw new lib/* UserError */.yot(`GitHub knows no job "${name}" in run ${run.runId}, though the input outcome says that ${job} succeeded. Call stage.yml as it is shipped: outcomes of ${(0,lib/* releaseId */.BfF)(release)} in ${environment} come from its jobs.`);
    }
    if (seen.result === undefined)
        throw new lib/* Failure */.HRU(`The job "${name}" is not over, as GitHub shows it after ${stage_results_PATIENCE / 1000} s: ${(0,lib/* runUrl */.Vpz)(run)}. Re-run the failed jobs.`);
    if (told !== undefined && told.result !== seen.result)
        log.warning(`The input outcome says ${told.result} of "${name}", and GitHub says ${seen.result}: GitHub's word counts.`);
    const { result, attempt, startedAt } = seen;
    return { result, attempt, outputs: told?.outputs ?? {}, ...(startedAt === undefined ? {} : { startedAt }) };
}
/**
 * Whether a job wrote a record, which its run is known to have written: the job of one attempt is not told by what another attempt began. When it
 * started tells; GitHub may list in the newest attempt what an earlier one ran, since a re-run of failed jobs leaves the others alone. Of another
 * attempt, no clock explains minutes: a run may be started again as soon as it has failed.
 */
function isOfJob({ time, run }, { attempt, startedAt }) {
    if (startedAt === undefined)
        return run.attempt === attempt;
    return Date.parse(time) >= startedAt - (run.attempt === attempt ? lib/* CLOCK_SKEW */.GIh : A_MOMENT);
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/superseded-runs.js



/**
 * Runs that planned, touched nothing, and want to deploy an older release than what is live by now. Whether they wait at the gate or
 * died there is all one, so nobody is asked: they may not enter any more (promise 8), and their own check refuses them as superseded
 * when somebody approves them after all. A rollback means to go back, and stays open.
 */
async function findSupersededRuns(pipeline, { open, live }) {
    const commits = [...new Set(live.flatMap(({ release }) => release?.commit ?? []))];
    const superseded = [];
    for (const it of open) {
        const commit = it.last.release?.commit;
        if (isOwn(it, pipeline) || it.begun !== undefined || commit === undefined || isRollback(it))
            continue;
        if (await isBehindAny(pipeline, commit, commits))
            superseded.push(it);
    }
    return superseded;
}
function isRollback({ last }) {
    return last.event === 'planned' && last.detail?.promotion?.kind === 'rollback';
}
/** By the clone alone: a commit that it does not have is left to a run that has it. */
async function isBehindAny({ repository }, commit, others) {
    for (const other of others) {
        try {
            if ((await relate(repository, commit, other)) === 'behind')
                return true;
        }
        catch (error) {
            if (!(error instanceof lib/* UserError */.yot))
                throw error;
        }
    }
    return false;
}

// EXTERNAL MODULE: ./packages/delivery/lib/build-sources.js
var build_sources = __webpack_require__(753);
;// CONCATENATED MODULE: ./packages/pipeline/lib/trusted-build.js


/**
 * How many names one fingerprint may have. Each that holds a build which no record vouches for costs one more question; so many were put
 * there by someone.
 */
const PLACES = 100;
/** The digests that the ops registry names for a fingerprint, each with its place; the first place without one ends it. */
async function* storedBuilds(pipeline, unit, fingerprint, purpose) {
    const named = unit.kind === 'bundle'
        ? async (place) => pipeline.bundles(purpose).resolve(unit.name, fingerprint, place)
        : async (place) => {
            const repository = (0,lib/* unitRepository */.pl6)(pipeline.policy.product, unit.name);
            return (await pipeline.registry(purpose).resolve(repository, (0,lib/* sourceTag */.Yrp)(fingerprint, place)))?.digest;
        };
    for (let place = 0; place < PLACES; place += 1) {
        const digest = await named(place);
        yield { place, digest };
        if (digest === undefined)
            return;
    }
    throw new lib/* UserError */.yot(`Unit ${unit.name} has ${PLACES} builds of ${fingerprint} in the ops registry, and no record of the ledger vouches for any. Someone put them there: find out who may push, and delete the tags ${(0,lib/* sourceTag */.Yrp)(fingerprint)} and ${(0,lib/* sourceTag */.Yrp)(fingerprint, 1)} to ${(0,lib/* sourceTag */.Yrp)(fingerprint, PLACES - 1)}.`);
}
/**
 * Decides by the ledger whether a build may be delivered (promise 2): it was recorded on a delivery ref, in a sandbox where delivery.yml
 * demands one now, and its tests passed if the unit has any now. What is in the registry proves nothing of this. Where there is no such record of
 * the build, a person's word may stand in for it, which someone else agreed to: it was adopted. Nobody's word stands in for tests, nor for the
 * sandbox of a build that is on record without one.
 */
async function judgeBuild({ history, ...by }, build) {
    const { unit, fingerprint, digest } = build;
    await history.prepare(['built', 'tested', 'adopted'].map(event => ['product', [event, unit.name, fingerprint, digest]]));
    const judgement = await judgeRecords({ history, ...by }, build);
    if (judgement.trusted)
        return judgement;
    const adopted = deliverable(await history.build('adopted', unit.name, fingerprint, digest), by);
    if (adopted === undefined || (await isUnconfined({ history, ...by }, build)))
        return judgement;
    return (await isTested({ history, ...by }, build))
        ? { trusted: true, run: adopted.run.id, adopted: adopted.sequence }
        : { trusted: false, reason: 'adopted without the tests that delivery.yml names now' };
}
/** Whether a record says of a build that it was made without the sandbox that delivery.yml demands now. */
async function isUnconfined({ history, policy }, { unit, fingerprint, digest }) {
    const built = await history.build('built', unit.name, fingerprint, digest);
    return built !== undefined && !isConfined(built, unit, policy);
}
/** Whether the tests of a build passed, as a record of a delivery ref says; also where its unit has none. */
async function isTested({ history, ...by }, { unit, fingerprint, digest }) {
    if ((0,build_sources/* buildOf */.Y)(unit)?.test === undefined)
        return true;
    return deliverable(await history.build('tested', unit.name, fingerprint, digest), by) !== undefined;
}
async function judgeRecords({ history, ...by }, build) {
    const { unit, fingerprint, digest } = build;
    const built = deliverable(await history.build('built', unit.name, fingerprint, digest), by);
    if (built === undefined)
        return { trusted: false, reason: 'in the registry, but the ledger holds no signed record of its build' };
    if (!isConfined(built, unit, by.policy))
        return { trusted: false, reason: 'built without a sandbox, which delivery.yml demands now' };
    if (!(await isTested({ history, ...by }, build)))
        return { trusted: false, reason: 'built without the tests that delivery.yml names now' };
    return { trusted: true, run: built.run.id };
}
/** A record, if it is of a delivery ref. */
function deliverable(record, { policy, defaultBranch }) {
    return record !== undefined && isDeliveryRef(policy, record.run.ref, defaultBranch) ? record : undefined;
}
function isConfined({ detail }, unit, policy) {
    if ((0,build_sources/* buildOf */.Y)(unit) === undefined || policy.builds.sandbox === 'none')
        return true;
    return detail?.['sandbox'] === true;
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/turn.js





/** How long a run is waited for after the last that it said, in milliseconds: as long as an apply may take, and half an hour for the rest. */
const turn_PATIENCE = lib/* APPLY_DEADLINE */.ekm + 30 * 60_000;
/** How long a wait may be before what was read before it is read again, in milliseconds. */
const turn_STALE = 60_000;
/** The wait before the first look, and what a call of GitHub costs afterwards, in milliseconds: no more than one a minute. */
const turn_FIRST = 10_000;
const PER_CALL = 60_000;
/** Calls that it takes to read a ledger that has moved: its newest state; then, together, what is live and what the run ahead said last. */
const CALLS_TO_READ = 2;
/** How often who waits says so, in milliseconds. */
const SAY = 10 * 60_000;
/**
 * Waits until no other run deploys to an environment, so that a plan is not made against what is about to change, and a release is
 * accepted for what it is. Who announced itself first goes first; before this run has announced itself, everybody else does.
 * The ledger is the queue: it orders runs of all machines, and a run that died does not block it, since GitHub knows that it is over.
 * @returns where the environment stands then, and the history that says so.
 * @throws UserError when somebody takes too long, and when delivery.yml changed meanwhile.
 */
async function awaitTurn(pipeline, environment, subject = { environments: [environment.name] }) {
    // What this process recorded a moment ago landed on what it goes by now: nobody else came between.
    let seen = await turn_read(pipeline, environment, undefined, subject);
    const began = pipeline.clock.now();
    const over = new Set();
    for (;;) {
        const busy = await firstBusy(pipeline, seen.standing, over);
        if (busy === undefined)
            break;
        seen = await outwait(pipeline, environment, seen, busy, { subject, over });
    }
    if (pipeline.clock.now() - began > turn_STALE)
        await requireCurrentPolicy(pipeline);
    return { standing: seen.standing, history: seen.history };
}
async function turn_read(pipeline, environment, since, subject) {
    const history = historyOf(pipeline, since).about(subject);
    const standing = await history.standing(environment.name);
    return { history, standing, newest: (await history.newest())?.sequence ?? 0 };
}
/** Runs that announced themselves before this one, and have not said what became of the environment: their last records. */
function runsAhead(pipeline, { open }) {
    const mine = open.find(it => isOwn(it, pipeline))?.begun ?? Number.POSITIVE_INFINITY;
    return open
        .filter(it => it.begun !== undefined && it.begun < mine && it.last.run.id !== pipeline.run.runId)
        .map(({ last }) => last);
}
async function firstBusy(pipeline, standing, over) {
    for (const last of runsAhead(pipeline, standing))
        if (!over.has(attemptOf(last)) && !(await isOver(pipeline, last)))
            return last;
    return undefined;
}
/** The attempt of a run that wrote a record. */
function attemptOf({ run }) {
    return `${run.id}/${run.attempt}`;
}
/**
 * Waits for one run. Each look is one call: in turn, whether the ledger has moved (who goes on to the next environment is not over, but has
 * written what became of this one), and whether GitHub says that the run is over (who died writes nothing). The ledger is read again only
 * when it has moved, and what that costs is waited for.
 * @param how.over attempts that are known to be over; this one is added when it is.
 * @returns what the ledger says once the run is over, or done here.
 */
async function outwait(pipeline, environment, before, busy, { subject, over }) {
    const { clock, ledger, log } = pipeline;
    const { waitUntil } = await jobBudget(pipeline.run, clock);
    const watch = new Watch(pipeline, environment.name, waitUntil);
    let seen = before;
    let last = busy;
    for (let look = 0, pause = turn_FIRST;; look++) {
        watch.say(last);
        const left = watch.left(last);
        if (left <= 0)
            throw new lib/* UserError */.yot(watch.complaint(last));
        const isLast = left <= pause;
        await clock.sleep(Math.min(pause, left));
        pause = look === 0 ? PER_CALL - turn_FIRST : PER_CALL;
        const asksGitHub = look % 2 === 1;
        if ((asksGitHub || isLast) && (await isOver(pipeline, last))) {
            over.add(attemptOf(last));
            // It may have recorded more before it ended, and somebody else may have withdrawn what waits here.
            return turn_read(pipeline, environment, 'now', subject);
        }
        if (asksGitHub && !isLast)
            continue;
        if (((await ledger.head())?.sequence ?? 0) === seen.newest)
            continue;
        seen = await turn_read(pipeline, environment, 'now', subject);
        pause += CALLS_TO_READ * PER_CALL;
        const still = runsAhead(pipeline, seen.standing).find(({ run }) => run.id === busy.run.id);
        if (still === undefined) {
            log.info(`Run ${busy.run.id} is done in ${environment.name}.`);
            return seen;
        }
        last = still;
    }
}
/** Says what is waited for, and until when. */
class Watch {
    #pipeline;
    #environment;
    #began;
    /** Until when the job may wait. */
    #until;
    #said;
    constructor(pipeline, environment, until) {
        this.#pipeline = pipeline;
        this.#environment = environment;
        this.#began = pipeline.clock.now();
        this.#until = until;
    }
    /** What is left of the patience, in milliseconds. A record from the future buys nobody more of it. */
    left({ time }) {
        const { clock, github } = this.#pipeline;
        const patience = Math.min(Date.parse(time) - github.now(), this.#began - clock.now()) + turn_PATIENCE;
        return Math.min(patience, this.#until - clock.now());
    }
    say(last) {
        const { clock, github, log } = this.#pipeline;
        const now = clock.now();
        if (this.#said !== undefined && now - this.#said < SAY)
            return;
        const until = new Date(github.now() + this.left(last)).toISOString().slice(0, 16);
        const [who, waited] = [this.#announcement(last), Math.round((now - this.#began) / 60_000)];
        log.info(this.#said === undefined
            ? `${who} Waiting for it to finish, until ${until}Z at the latest.`
            : `${who} Still waiting, for ${waited} min now, until ${until}Z at the latest.`);
        this.#said = now;
    }
    complaint(last) {
        const now = this.#pipeline.clock.now();
        if (now >= this.#until && now - this.#began < turn_PATIENCE)
            return `${this.#announcement(last)} This job has waited for others so long that GitHub might end it before its own stacks are done. Re-run all jobs when that run is over.`;
        return `${this.#announcement(last)} Nothing that goes well takes longer than ${turn_PATIENCE / 3_600_000} h. Cancel that run if it hangs; re-run all jobs of this one when it is over.`;
    }
    #announcement({ run, event, sequence, time }) {
        const url = (0,lib/* runUrl */.Vpz)({ ...this.#pipeline.run, runId: run.id });
        return `Run ${run.id} is deploying to ${this.#environment}: ${url}. The last that it recorded is \`${event}\` (record ${sequence}, ${time}).`;
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/unchanged-everywhere.js





/**
 * The environments that the run may reach, if a release changes nothing in any of them: it is made of the same as what is live there (builds,
 * templates, parameters) under the same delivery.yml, that was accepted and never withdrawn, and nobody else is on the way. A record of it
 * spares every environment a plan that would find the same.
 * @returns nothing as soon as one of them has to be looked at.
 */
async function findUnchanged(pipeline, release) {
    const reached = reachedBy(pipeline);
    const places = [];
    for (const { name } of reached) {
        const live = await findUnchangedIn(pipeline, name, release);
        if (live === undefined)
            return undefined;
        places.push({ environment: name, release: live.digest });
    }
    return places.length === 0 ? undefined : places;
}
/** A delivery goes on from environment to environment, and does not start by itself what is started by hand. */
function reachedBy({ policy, run }) {
    const { environments } = policy;
    const end = run.event === 'workflow_dispatch' ? -1 : environments.findIndex(({ gate }) => gate === 'dispatch');
    return end < 0 ? environments : environments.slice(0, end);
}
/** What is live in an environment, if the release is made of the same and nothing there is left to be done. */
async function findUnchangedIn(pipeline, environment, release) {
    const { history, policyFile } = pipeline;
    const live = (await history.live(environment))?.release;
    const standing = await history.standing(environment);
    const settled = standing.open.every(it => isOwn(it, pipeline)) &&
        standing.live[0]?.policy?.digest === policyFile.digest &&
        (await history.acceptanceOfLive(environment)) !== undefined &&
        !(await history.isHalfDeployed(environment)) &&
        (await withdrawalOfLive(history, environment, standing.live)) === undefined;
    if (live === undefined || !settled)
        return undefined;
    const relation = await relateToLive(pipeline, release.commit, standing.live);
    if (relation !== 'ahead' && relation !== 'identical')
        return undefined;
    const same = (await isLive(pipeline, environment, release)) && (await haveSameConfiguration(pipeline, release, live));
    return same ? live : undefined;
}
/** Addresses, checks and runbooks are those of the release's commit. */
async function haveSameConfiguration({ at }, { commit }, live) {
    try {
        return (await at(commit)).digest === (await at(live.commit)).digest;
    }
    catch (error) {
        if (error instanceof lib/* UserError */.yot)
            return false;
        throw error;
    }
}

;// CONCATENATED MODULE: ./packages/pipeline/lib/index.js



























/***/ }),

/***/ 9889:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  qV: () => (/* reexport */ MOST_RULES),
  jz: () => (/* reexport */ commitsToAsk),
  rH: () => (/* reexport */ decodeApprovals),
  ZC: () => (/* reexport */ decodeAuthors),
  ci: () => (/* reexport */ decodeBranchRules),
  BF: () => (/* reexport */ decodeBranchStanding),
  hb: () => (/* reexport */ decodeJobs),
  YT: () => (/* reexport */ decodeProtection),
  TR: () => (/* reexport */ decodeTagStanding),
  pw: () => (/* reexport */ deploysOfOthers),
  WX: () => (/* reexport */ deriveOutcome),
  P9: () => (/* reexport */ evaluateAcceptance),
  zt: () => (/* reexport */ evaluateApproval),
  t9: () => (/* reexport */ evaluatePromotion),
  lO: () => (/* reexport */ evaluateProtection),
  Mx: () => (/* reexport */ evaluateRefs),
  U8: () => (/* reexport */ evaluateReviewers),
  rm: () => (/* reexport */ evaluateSameGate),
  nK: () => (/* reexport */ guardianOf),
  zT: () => (/* reexport */ isExplained),
  m1: () => (/* reexport */ jobsOfStage),
  qb: () => (/* reexport */ otherQuestions),
  S$: () => (/* reexport */ reviewerStanding),
  x8: () => (/* reexport */ teamsToAsk)
});

// UNUSED EXPORTS: findAcceptance, findUndoing, findWithdrawal, isWithdrawal

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
;// CONCATENATED MODULE: ./packages/policy/lib/acceptance.js

/** Whether a record says that a release is not good enough after all ({@link undoneBy}). */
const undoesAcceptance = (record, release) => (0,lib/* undoneBy */.xNN)(record).includes(release);
/** Whether a record withdraws a release, by its name or as one of those that are the same in the environment. */
const isWithdrawal = (record, release) => (0,lib/* withdrawnBy */.y$X)(record).includes(release);
/**
 * Since when a release is accepted in an environment without interruption: by an `accepted` record, or an `unchanged` one when what was
 * live then was accepted already (promise 10). The newest word counts (promise 3): what undid the acceptance ends it, until the release is
 * accepted anew. So does what undid a release that it rests on: the content is the same, and an acceptance by another name saves none.
 * @param records verified, newest first.
 * @returns the earliest acceptance since it was last undone.
 */
function findAcceptance(records, environment, release, undoes = undoesAcceptance) {
    const here = records.filter(record => record.environment === environment);
    const found = groundsOf(release, here, oldestOf(records)).filter(({ sequence, names }) => !here.some(it => it.sequence > sequence && names.some(name => undoes(it, name))) &&
        !names.some(name => name !== release && standsWithdrawn(here, name)));
    const [first] = found.toSorted((a, b) => a.since - b.since);
    return first === undefined ? undefined : { record: first.record, acceptedSince: first.since };
}
/**
 * The record that took back a release's acceptance in an environment, if that is the newest word on it.
 * @param records verified, newest first.
 */
function findUndoing(records, environment, release, undoes = undoesAcceptance) {
    const here = records.filter(record => record.environment === environment);
    const names = [release, ...groundsOf(release, here, oldestOf(records)).flatMap(ground => ground.names)];
    const undone = here.find(record => names.some(name => undoes(record, name)));
    return undone === undefined || findAcceptance(records, environment, release, undoes) !== undefined
        ? undefined
        : undone;
}
/**
 * The record that withdrew a release in an environment, by its name, or as what is the same. One that was never accepted there, since its
 * announcement found that it changes nothing, was withdrawn with what that found.
 * @param records verified, newest first.
 */
function findWithdrawal(records, environment, release) {
    const own = findUndoing(records, environment, release, isWithdrawal);
    if (own !== undefined || findAcceptance(records, environment, release, isWithdrawal) !== undefined)
        return own;
    const announced = records.findLast(it => it.event === 'released' && it.release?.digest === release);
    const same = announced === undefined ? undefined : (0,lib/* announcedAs */._ft)(announced, environment);
    return same === undefined ? undefined : findUndoing(records, environment, same, isWithdrawal);
}
/** @param oldest the sequence down to which the ledger was read. */
function groundsOf(release, here, oldest) {
    return here.flatMap((record) => {
        if (record.release?.digest !== release)
            return [];
        if (record.event === 'accepted')
            return [{ record, sequence: record.sequence, since: Date.parse(record.time), names: namesIn(record) }];
        if (record.event !== 'unchanged')
            return [];
        const inherited = inheritedBy(record, here, oldest);
        return inherited === undefined ? [] : [inherited];
    });
}
function namesIn(record) {
    return [record.release?.digest, (0,lib/* sameAs */.f4s)(record)].filter(it => it !== undefined);
}
/**
 * The acceptance of that which an `unchanged` record left alone: the record names it (`detail.acceptedBy`, a sequence, and
 * `detail.acceptedAt`, its time).
 */
function inheritedBy(unchanged, here, oldest) {
    const { acceptedBy: named, acceptedAt } = unchanged.detail ?? {};
    if (named === undefined || named >= unchanged.sequence)
        return undefined;
    const accepted = here.find(({ sequence }) => sequence === named);
    const of = { record: unchanged, sequence: named };
    if (accepted?.event === 'accepted')
        return { ...of, since: Date.parse(accepted.time), names: [...namesIn(unchanged), ...namesIn(accepted)] };
    if (accepted !== undefined || named >= oldest)
        return undefined;
    // Further back than was read, the signed word of the writer counts: from the time it names, else from when it was given.
    return { ...of, since: Date.parse(acceptedAt ?? unchanged.time), names: namesIn(unchanged) };
}
/** Whether the last word on a release is that it was withdrawn. */
function standsWithdrawn(here, release) {
    const last = here.find(it => isWithdrawal(it, release) || (it.event === 'accepted' && it.release?.digest === release));
    return last?.event === 'withdrawn';
}
function oldestOf(records) {
    return Math.min(...records.map(({ sequence }) => sequence));
}

;// CONCATENATED MODULE: ./packages/policy/lib/json.js
/** An object of an external JSON, or an empty one: what GitHub leaves out counts as not there. */
function membersOf(value) {
    return typeof value === 'object' && value !== null ? value : {};
}
/** The objects of an array in an external JSON. */
function objectsIn(value) {
    return Array.isArray(value) ? value.map(membersOf) : [];
}

;// CONCATENATED MODULE: ./packages/policy/lib/verdict.js
function refuse(outcome, reason, remedy) {
    return { allowed: false, reason, remedy, outcome };
}

;// CONCATENATED MODULE: ./packages/policy/lib/protection.js



/**
 * Reads how a GitHub Environment is protected (`GET /repos/{owner}/{repo}/environments/{environment_name}`).
 * What GitHub does not say counts as unprotected: absent rules are no rules, and an unknown admin bypass is on, as it is by default.
 * @param environment the answer; anything but an environment (also 404's nothing) gives `undefined`.
 * @param branchPolicies the answer of `…/deployment-branch-policies`; without it a custom policy has no patterns.
 */
function decodeProtection(environment, branchPolicies) {
    const { id, name, protection_rules, deployment_branch_policy, can_admins_bypass } = membersOf(environment);
    if (typeof id !== 'number' || typeof name !== 'string')
        return undefined;
    const rules = objectsIn(protection_rules).filter(rule => rule['type'] === 'required_reviewers');
    const listed = rules.flatMap(rule => objectsIn(rule['reviewers'])).map(decodeReviewer);
    const reviewers = listed.filter(reviewer => reviewer !== undefined);
    const unseen = listed.length - reviewers.length;
    const branchPolicy = decodeBranchPolicy(deployment_branch_policy);
    return {
        id,
        environment: name,
        reviewers: distinct(reviewers),
        ...(unseen === 0 ? {} : { unseenReviewers: unseen }),
        preventSelfReview: rules.some(rule => rule['prevent_self_review'] === true),
        adminBypass: can_admins_bypass !== false,
        branchPolicy,
        refs: branchPolicy === 'custom' ? decodeRefs(branchPolicies) : []
    };
}
function decodeReviewer(entry) {
    const { id, login, slug } = membersOf(entry['reviewer']);
    const [type, name] = entry['type'] === 'Team' ? ['Team', slug] : ['User', login];
    return typeof id === 'number' && typeof name === 'string' ? { type, id: String(id), name } : undefined;
}
/** Each once, in an order that does not depend on GitHub's. */
function distinct(reviewers) {
    const byKey = new Map(reviewers.map(reviewer => [`${reviewer.type} ${reviewer.name} ${reviewer.id}`, reviewer]));
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reviewer]) => reviewer);
}
function decodeBranchPolicy(policy) {
    const { protected_branches, custom_branch_policies } = membersOf(policy);
    if (protected_branches === true)
        return 'protected';
    return custom_branch_policies === true ? 'custom' : 'none';
}
/** The patterns as full refs: a tag named like a branch must not pass for it. A policy without a type is of before there were others. */
function decodeRefs(branchPolicies) {
    const refs = objectsIn(membersOf(branchPolicies)['branch_policies']).map(({ name, type }) => `refs/${type === 'tag' ? 'tags' : 'heads'}/${String(name)}`);
    return [...new Set(refs)].sort();
}
/**
 * Whether a GitHub Environment is a gate at all (promise 5). All faults are told at once, so that one visit to the settings is enough.
 *
 * Also a gate that asks nobody needs one that admits the delivery refs alone: with the environment's name in its token, a job of any other
 * branch would get the environment's roles.
 * @param protection `undefined`: it does not exist. GitHub would create it on first use, without protection.
 */
function evaluateProtection(protection, expected) {
    const { environment } = expected;
    if (protection === undefined) {
        return refuse('failed', `The gate of ${environment} is open: there is no GitHub Environment ${environment}.`, `Create it under Settings > Environments: ${restrict(expected)}${asksNobody(expected) ? '' : '; with required reviewers and "Prevent self-review", and without admin bypass'} (private repositories need ${asksNobody(expected) ? 'GitHub Pro, Team or Enterprise' : 'GitHub Enterprise'} for that).`);
    }
    if (protection.environment !== environment) {
        return refuse('failed', `The gate of ${environment} cannot be checked: GitHub returned the environment ${protection.environment} instead.`, `Give both one name, letter by letter: AWS tells Production from production. Rename one in delivery.yml, or create the GitHub Environment ${environment}.`);
    }
    const faults = [...faultsOfRefs(protection, expected), ...faultsOfReviewers(protection, expected)];
    if (faults.length === 0) {
        const alone = protection.reviewers.length === 0 && expected.secondPerson === 'none';
        return { allowed: true, protection: alone ? { ...protection, secondPerson: 'none' } : protection };
    }
    return refuse('failed', `The gate of ${environment} is open: ${faults.map(({ fault }) => fault).join('; ')}.`, `Under Settings > Environments > ${environment}: ${faults.map(({ remedy }) => remedy).join('; ')}.`);
}
/** Whether nobody is asked at a gate, by what delivery.yml says. */
function asksNobody({ gate, level, secondPerson }) {
    return gate === 'continuous' || (gate === 'dispatch' && (level !== 'production' || secondPerson === 'none'));
}
/** Only what is a delivery ref, letter by letter: how GitHub would read another pattern is not judged here. */
function faultsOfRefs({ branchPolicy, refs }, expected) {
    const remedy = restrict(expected);
    switch (branchPolicy) {
        case 'none':
            return [{ fault: 'every branch may deploy to it', remedy }];
        case 'protected':
            return [{ fault: '"Protected branches only" lets every branch deploy while none is protected', remedy }];
        case 'custom': {
            const wanted = new Set(expected.deliveryRefs);
            const foreign = refs.filter(ref => !wanted.has(ref));
            const other = refs.filter(ref => /[?[\]{}\\]/.test(ref));
            const missing = [...wanted].filter(ref => !refs.includes(ref));
            if (foreign.length > 0)
                return [{ fault: `${foreign.join(', ')} may deploy to it, which delivery.yml does not name`, remedy }];
            if (other.length > 0)
                return [
                    {
                        fault: `${other.join(', ')} means more to GitHub than to delivery.yml`,
                        remedy: 'use names, * and ** alone'
                    }
                ];
            return missing.length === 0 ? [] : [{ fault: `${missing.join(', ')} may not deploy to it`, remedy }];
        }
    }
}
function restrict({ deliveryRefs }) {
    const names = deliveryRefs.map(ref => ref.startsWith('refs/tags/') ? `tag ${ref.slice('refs/tags/'.length)}` : `branch ${ref.slice('refs/heads/'.length)}`);
    return `restrict "Deployment branches and tags" to selected ones, exactly: ${names.join(', ')}`;
}
function faultsOfReviewers(protection, expected) {
    const { gate, allowAdminBypass } = expected;
    const faults = [];
    const note = (wrong, fault, remedy) => {
        if (wrong)
            faults.push({ fault, remedy });
    };
    const asked = protection.reviewers.length > 0;
    if (gate === 'continuous') {
        // Whoever approved would have seen no plan.
        note(asked || (protection.unseenReviewers ?? 0) > 0, 'it has reviewers, though a continuous gate asks no one', 'remove the required reviewers');
        return faults;
    }
    const unseen = protection.unseenReviewers ?? 0;
    note(!asked && unseen > 0, 'GitHub names none of its reviewers: a team that was deleted, or that the token of this job may not see', 'name reviewers that are there, people or a team that is visible');
    note(!asked && unseen === 0 && !asksNobody(expected), gate === 'approval' ? 'it has no required reviewers' : 'it has no required reviewers, though it is production', `add required reviewers (private repositories need GitHub Enterprise for that)${gate === 'approval' ? '' : ', or set `secondPerson: none` for this environment in delivery.yml'}`);
    if (!asked && unseen === 0 && asksNobody(expected))
        return faults;
    note(asked && !protection.preventSelfReview, 'who starts a delivery may approve it themselves', 'turn on "Prevent self-review"');
    note(protection.adminBypass && !allowAdminBypass, 'administrators can bypass it', 'turn off "Allow administrators to bypass configured protection rules", or set `adminBypass: allow` for this environment in delivery.yml');
    return faults;
}
/**
 * Whether a gate is the one that a plan was made for: who approved may have been made a reviewer for that one minute (promise 5).
 * @param planned as the plan was recorded with; absent where that was not recorded.
 */
function evaluateSameGate(environment, planned, now) {
    const changes = planned === undefined ? ['how it was protected then was not recorded'] : (0,lib/* gateChanges */.Dy_)(planned, now);
    return changes.length === 0 ? { allowed: true } : refuseChangedGate(environment, changes);
}
/** Refuses a gate that is not the one of the plan. @param changes parts of a sentence. */
function refuseChangedGate(environment, changes) {
    return refuse('failed', `The gate of ${environment} is not the one that the plan was made for: ${changes.join('; ')}.`, 'Find out who changed it (audit log), then re-run all jobs for a new plan.');
}

;// CONCATENATED MODULE: ./packages/policy/lib/approval.js




/** Whoever re-runs a delivery has a part in it: a reviewer who did could not approve the plan that comes of it. */
const NEW_PLAN = 'let someone who will not approve re-run all jobs for a new plan.';
/**
 * Reads the answers at one environment's gate (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`).
 * GitHub gives neither time nor job nor attempt, so the time of reading is noted.
 * @param seenAt now, RFC 3339.
 */
function decodeApprovals(answer, environment, seenAt) {
    const name = environment.toLowerCase();
    return objectsIn(answer)
        .filter(entry => objectsIn(entry['environments']).some(it => String(it['name']).toLowerCase() === name))
        .flatMap(entry => {
        const { state, comment } = entry;
        const { id, login, type } = membersOf(entry['user']);
        if (state !== 'approved' && state !== 'rejected')
            return [];
        return [
            {
                userId: typeof id === 'number' || typeof id === 'string' ? String(id) : '',
                // A deleted account approves as nobody; GitHub's own name for that is "ghost".
                login: typeof login === 'string' ? login : 'ghost',
                state,
                comment: typeof comment === 'string' ? comment : '',
                seenAt,
                ...(type === 'Bot' ? { bot: true } : {})
            }
        ];
    });
}
/**
 * Whether this plan was approved: by a new answer since it was made, of a reviewer who has no part in it, in time, at the gate that the
 * plan was made for, and rejected by nobody (promise 5). A rejection stands for as long as the plan: GitHub keeps the answers of earlier attempts, without saying so.
 */
function evaluateApproval(request) {
    const { environment, approvals, snapshot, parties, planned, protection, plannedAt, now } = request;
    const gate = (0,lib/* judgeGate */.$Uv)({ snapshot, answers: approvals, parties, planned, now: protection });
    if (!gate.open && gate.why === 'rejected') {
        const { login, comment } = gate.answer;
        return refuse('rejected', `The deployment to ${environment} was rejected by ${login}${quote(comment)}.`, `Resolve it with the reviewer, then ${NEW_PLAN}`);
    }
    // A plan from the future means that a clock is wrong: its age cannot be known, so it does not count as young.
    if ((0,lib/* hasExpired */.oNe)(plannedAt, now) || !(now >= plannedAt - lib/* CLOCK_SKEW */.GIh)) {
        return refuse('expired', `The plan for ${environment} made at ${new Date(plannedAt).toISOString()} has expired: plans are valid for ${(0,lib/* hours */.c$0)(lib/* PLAN_EXPIRY */.GAt)}.`, `To go on, ${NEW_PLAN}`);
    }
    if (gate.open)
        return { allowed: true, approval: gate.approval, fresh: gate.fresh };
    switch (gate.why) {
        case 'unanswered':
            return {
                ...refuse('bypassed', `This plan for ${environment} has no approval${predating(snapshot.length)}. The gate was bypassed or is not protected.`, `Have a reviewer of ${environment} approve the next plan: ${NEW_PLAN}`),
                mayChange: true
            };
        case 'changed':
            return refuseChangedGate(environment, gate.changes);
        case 'objected':
            return {
                ...refuse('failed', `The plan for ${environment} was approved only by ${gate.objections.join('; ')}.`, `Have a reviewer approve who has no part in this delivery: ${NEW_PLAN}`),
                mayChange: true
            };
    }
}
function quote(comment) {
    return comment.trim() === '' ? ', without a comment' : `: ${JSON.stringify(comment.trim())}`;
}
/** Reviews that GitHub still lists, from before anyone saw this plan. */
function predating(reviews) {
    if (reviews === 0)
        return '';
    const which = (0,lib/* plural */.LSg)(reviews, 'earlier review');
    return ` (${which} ${reviews === 1 ? 'predates the plan and does' : 'predate the plan and do'} not count)`;
}

;// CONCATENATED MODULE: ./packages/policy/lib/co-authors.js
/** What begins the line of a message that names a co-author, in small letters. */
const KEY = 'co-authored-by';
/**
 * The addresses of the co-authors that a commit's message names, in small letters: wherever the line stands, with the lines that it is folded into
 * (git, `interpret-trailers`), and with signs before it, since GitHub takes some that git would not. Goes through a message once: it is anybody's text.
 */
function coAuthorsIn(message) {
    if (typeof message !== 'string')
        return [];
    const found = [];
    let value;
    for (const line of message.split(/[\r\n\u2028\u2029]+/)) {
        const named = coAuthorIn(line);
        if (named === undefined && value !== undefined && /^[ \t]/.test(line)) {
            value += line;
            continue;
        }
        if (value !== undefined)
            found.push(...addressesIn(value));
        value = named;
    }
    return value === undefined ? found : [...found, ...addressesIn(value)];
}
/** What a line says of a co-author; absent: it is about something else. */
function coAuthorIn(line) {
    const start = line.search(/[\p{L}\p{N}]/u);
    if (start < 0 || line.slice(start, start + KEY.length).toLowerCase() !== KEY)
        return undefined;
    return /^[ \t]*:(.*)$/.exec(line.slice(start + KEY.length))?.[1];
}
/** Names hold angle brackets, too, and some people leave out those of the address: whatever could be one counts. */
function addressesIn(value) {
    const inBrackets = [...value.matchAll(/<([^<>]+)>/g)].map(([, it = '']) => it.replace(/\s/g, ''));
    const found = inBrackets.length > 0 ? inBrackets : value.split(/[\s<>]+/).filter(isAddress);
    return found.filter(it => it !== '').map(it => it.toLowerCase());
}
function isAddress(word) {
    const at = word.indexOf('@', 1);
    return at > 0 && at < word.length - 1;
}

;// CONCATENATED MODULE: ./packages/policy/lib/authors.js



/** The account that commits for whoever presses a button on GitHub's pages: nobody can sign in as it. */
const WEB = 'web-flow';
/** No mail server takes a longer one (RFC 5321, 4.5.3.1.3), so no account has it. */
const LONGEST_ADDRESS = 254;
/**
 * Who wrote the commits that GitHub answered with (`compare/{base}...{head}`, `commits/{ref}`): authors, committers and co-authors.
 *
 * GitHub knows authors and committers by their addresses. A co-author is a line of the message: the address may be that of an author here,
 * or one that GitHub itself gave out; of any other GitHub can be asked, see {@link commitsToAsk}. Apps and bots are left out: their
 * approvals never count.
 * @param linked what GitHub answered then, of all of these commits together (GraphQL, nodes of `Commit.authors`).
 */
function decodeAuthors(commits, linked = []) {
    const accounts = [];
    // Those of accounts that are told anyway: a co-author by one of them is nobody new.
    const known = new Set();
    const addresses = new Set();
    const note = (address, id, login, isBot) => {
        if (typeof id === 'number' && typeof login === 'string') {
            if (address !== undefined)
                known.add(address);
            if (!isBot && login !== WEB)
                accounts.push({ id: String(id), login });
        }
        else if (address !== undefined)
            addresses.add(address);
    };
    for (const entry of objectsIn(commits)) {
        const { address, account, message } = partsOf(entry);
        for (const role of ROLES)
            note(address(role), account(role)['id'], account(role)['login'], account(role)['type'] === 'Bot');
        for (const text of coAuthorsIn(message))
            addresses.add(text);
    }
    for (const actor of objectsIn(linked)) {
        const { databaseId, login } = membersOf(actor['user']);
        note(addressOf(actor['email']), databaseId, login, false);
    }
    const unknown = [];
    for (const address of [...addresses].filter(it => !known.has(it))) {
        const account = accountOfAddress(address);
        if (account === undefined)
            unknown.push(shorten(address));
        else if (!account.login.endsWith('[bot]'))
            accounts.push(account);
    }
    return { accounts: inOrder((0,lib/* eachPersonOnce */.AxA)(accounts)), unknown: [...new Set(unknown)].sort() };
}
/**
 * The commits whose co-authors only GitHub can tell: a message names one by an address that is no author's here, and that does not say
 * whose it is by number. Where GitHub shows no account for an author's address it knows none.
 * @returns their hashes.
 */
function commitsToAsk(commits) {
    const entries = objectsIn(commits);
    const told = new Set();
    for (const entry of entries) {
        for (const role of ROLES)
            told.add(partsOf(entry).address(role) ?? '');
    }
    return entries
        .filter(entry => coAuthorsIn(partsOf(entry).message).some(it => !told.has(it) && accountOfAddress(it)?.id === undefined))
        .map(entry => String(entry['sha']));
}
const ROLES = ['author', 'committer'];
/** What GitHub says of one commit: of each role the address in it, and the account behind that. */
function partsOf(entry) {
    const commit = membersOf(entry['commit']);
    return {
        message: commit['message'],
        address: (role) => addressOf(membersOf(commit[role])['email']),
        account: (role) => membersOf(entry[role])
    };
}
/** The same people are always written the same way: by login, and two who had one login by number. */
function inOrder(accounts) {
    const key = ({ login, id = '' }) => `${login.toLowerCase()} ${id}`;
    return accounts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
function addressOf(value) {
    return typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : undefined;
}
function shorten(address) {
    return address.length > LONGEST_ADDRESS ? `${(0,lib/* cut */.JjL)(address, LONGEST_ADDRESS)}…` : (0,lib/* cut */.JjL)(address, LONGEST_ADDRESS);
}
/** The account behind an address that GitHub gave out: `<id>+<login>@users.noreply.github.com`, or the older form without an id. */
function accountOfAddress(address) {
    const match = address.length > LONGEST_ADDRESS ? null : /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(address);
    const [, id, login] = match ?? [];
    if (login === undefined)
        return undefined;
    return { ...(id === undefined ? {} : { id }), login };
}

;// CONCATENATED MODULE: ./packages/policy/lib/deciding-refs.js


/** How many rules GitHub tells at once. Of a full page it is not known whether it is all. */
const MOST_RULES = 100;
/**
 * What the rules of active rulesets, of repository and organization, keep people from (`GET /repos/{owner}/{repo}/rules/branches/{branch}`).
 * Direct pushes, forced ones too, are refused by a pull request that is required, with or without an approval.
 * @param answer `undefined` where the token may not ask.
 */
function decodeBranchRules(answer) {
    if (!Array.isArray(answer))
        return 'unseen';
    const rules = objectsIn(answer);
    const types = rules.map(({ type }) => type);
    if (types.includes('update') || rules.some(demandsApproval))
        return 'reviewed';
    if (rules.length >= MOST_RULES)
        return 'unseen';
    return types.includes('pull_request') || types.includes('non_fast_forward') ? 'kept' : 'idle';
}
function demandsApproval({ type, parameters }) {
    return type === 'pull_request' && Number(membersOf(parameters)['required_approving_review_count']) >= 1;
}
/**
 * How a branch stands (`GET /repos/{owner}/{repo}/branches/{branch}`). GitHub answers `protected` for any rule that applies, a classic one or
 * one of a ruleset, and `protection.enabled` for a classic one alone, of which only administrators see what it demands.
 * @param rules of its rulesets; without them, any rule is taken for protection.
 */
function decodeBranchStanding(answer, rules) {
    if (answer === undefined)
        return 'gone';
    const branch = membersOf(answer);
    if (branch['protected'] !== true)
        return 'open';
    if (rules === undefined || rules === 'reviewed')
        return 'protected';
    if (membersOf(branch['protection'])['enabled'] !== false)
        return 'unseen';
    return rules === 'kept' ? 'unreviewed' : rules;
}
/** What must be restricted before a tag says more than that somebody may push: to make it, and to move it. To delete it makes nothing. */
const KEEPS_TAGS = ['CREATION', 'UPDATE'];
/**
 * Whether rulesets protect a tag (GraphQL, `Ref.rules`: those of active rulesets of repository and organization that apply to the ref). There is
 * no other protection of tags, and the REST API tells the rules that apply of branches alone.
 * @param ref the member `ref` of the repository; `null` where there is no such tag.
 */
function decodeTagStanding(ref) {
    if (ref === undefined || ref === null)
        return 'gone';
    const types = objectsIn(membersOf(membersOf(ref)['rules'])['nodes']).map(({ type }) => type);
    return KEEPS_TAGS.every(type => types.includes(type)) ? 'protected' : 'open';
}
/**
 * Whether the refs that decide are protected: the one whose commit is delivered, and the default branch, whose delivery.yml is in force.
 * Whoever may push to them needs no gate (promise 5). A branch must be where more than development depends on it; where production does, by a
 * rule that keeps people from rewriting it, and so must a tag, which few protect. Of everything else it is warned. What the token cannot see
 * refuses nothing: it is noted what is assumed.
 */
function evaluateRefs(refs, levels) {
    const [tags, branches] = [refs.filter(isTag), refs.filter(it => !isTag(it))];
    const complaints = [...complaintsOfBranches(branches), ...complaintsOfTags(tags)];
    const reason = complaints.map(it => it.reason).join(' ');
    const remedy = complaints.map(it => it.remedy).join(' ');
    if (refs.some(ref => stops(ref, levels)))
        return refuse('failed', reason, remedy);
    const unseen = namesOf(branches, 'unseen');
    return {
        allowed: true,
        ...(complaints.length === 0 ? {} : { warning: `${reason} ${remedy}` }),
        ...(unseen.length === 0 ? {} : { note: noteOfUnseen(unseen) })
    };
}
function stops(ref, levels) {
    switch (ref.standing) {
        case 'protected':
        case 'unseen':
        case 'unreviewed':
            return false;
        case 'idle':
            return levels.includes('production');
        case 'open':
        case 'gone':
            return isTag(ref) ? levels.includes('production') : levels.some(level => level !== 'development');
    }
}
function noteOfUnseen(names) {
    const [what, whom] = names.length === 1 ? ['is', 'it'] : ['are', 'them'];
    return `${names.join(' and ')} ${what} protected on GitHub, but the token of a job cannot see by what: only administrators see what a classic rule demands. It is assumed that no one can push to ${whom} without review, or rewrite ${whom}: see Settings > Branches and Settings > Rules > Rulesets.`;
}
const PLANS = '(private repositories need GitHub Pro, Team or Enterprise for rulesets)';
function namesOf(branches, standing) {
    return branches.filter(it => it.standing === standing).map(({ ref }) => ref.replace(/^refs\/heads\//, ''));
}
/** What is wrong with branches of one standing, `them` by name. */
const COMPLAINTS = [
    [
        'open',
        (them, one) => ({
            reason: `${them} ${one ? 'is' : 'are'} not protected on GitHub: whoever may push to ${one ? 'it' : 'them'} decides what is delivered, and by which delivery.yml.`,
            remedy: `Add a branch ruleset under Settings > Rules > Rulesets that requires a pull request with an approval, and forbids force-pushes and deletion ${PLANS}.`
        })
    ],
    [
        'idle',
        (them, one) => ({
            reason: `The rules of ${them} on GitHub keep no one from rewriting ${one ? 'it' : 'them'}: no ruleset requires a pull request, restricts updates or blocks force pushes, and there is no classic rule. Whoever may push decides what is delivered to production, and by which delivery.yml.`,
            remedy: 'Turn on "Require a pull request before merging" with one required approval, or at least "Block force pushes", in a branch ruleset under Settings > Rules > Rulesets.'
        })
    ],
    [
        'unreviewed',
        (them, one) => ({
            reason: `${them} ${one ? 'takes' : 'take'} changes that no one has approved: whoever may push or merge decides what is delivered, and by which delivery.yml, until someone is asked at a gate.`,
            remedy: 'If that is not meant, turn on "Require a pull request before merging" with one required approval in a branch ruleset under Settings > Rules > Rulesets.'
        })
    ],
    [
        'gone',
        (them, one) => ({
            reason: `${them} ${one ? 'is' : 'are'} not on GitHub any more, so that no rule protects what was there.`,
            remedy: 'Restore the branch, or deliver from one that is there.'
        })
    ]
];
function complaintsOfBranches(branches) {
    return COMPLAINTS.flatMap(([standing, complain]) => {
        const names = namesOf(branches, standing);
        return names.length === 0 ? [] : complain(names.join(' and '), names.length === 1);
    });
}
function complaintsOfTags(tags) {
    const wrong = tags.filter(({ standing }) => standing !== 'protected');
    return wrong.map(({ ref, standing }) => {
        const name = ref.replace(/^refs\/tags\//, '');
        return standing === 'gone'
            ? {
                reason: `The tag ${name} is not on GitHub any more, so that no rule protects what was there.`,
                remedy: 'Restore the tag, or deliver another one.'
            }
            : {
                reason: `The tag ${name} cannot be shown to be protected: no ruleset restricts both who may create and who may update it, so whoever may push decides what is delivered.`,
                remedy: `Add a tag ruleset under Settings > Rules > Rulesets that restricts creations and updates of the tags that delivery.yml names ${PLANS}.`
            };
    });
}
function isTag({ ref }) {
    return ref.startsWith('refs/tags/');
}

;// CONCATENATED MODULE: ./packages/policy/lib/guardian.js
/**
 * Whose reviewers decide what is no deployment: an adoption, a repair. Those of production, or else of the last environment that asks for an approval. Absent where
 * all are continuous.
 */
function guardianOf(environments) {
    const asking = environments.filter(({ gate }) => gate !== 'continuous');
    return (asking.findLast(({ level }) => level === 'production') ??
        asking.findLast(({ gate }) => gate === 'approval') ??
        asking.at(-1));
}

;// CONCATENATED MODULE: ./packages/policy/lib/jobs.js


/** One page of the jobs of a run or of one of its attempts (`GET /repos/{owner}/{repo}/actions/runs/{run_id}[/attempts/{attempt_number}]/jobs`). */
function decodeJobs(answer) {
    const { total_count: total, jobs } = membersOf(answer);
    return {
        total: typeof total === 'number' ? total : 0,
        jobs: objectsIn(jobs).map(({ id, name, status, conclusion, run_attempt: attempt, started_at: started }) => {
            const startedAt = Date.parse(String(started));
            return {
                ...(typeof id === 'number' ? { id } : {}),
                ...(typeof attempt === 'number' ? { attempt } : {}),
                name: String(name),
                result: status === 'completed' ? resultOf(conclusion) : undefined,
                ...(Number.isNaN(startedAt) ? {} : { startedAt })
            };
        })
    };
}
/** What is no success, no skip and no cancellation is a failure: a job that timed out, one that GitHub could not start, whatever will be invented. */
function resultOf(conclusion) {
    return conclusion === 'success' || conclusion === 'skipped' || conclusion === 'cancelled' ? conclusion : 'failure';
}
/**
 * The jobs of one environment and release among all of an attempt. A job of a called workflow has no number that its caller could know, so
 * it is known by its name, which stage.yml makes of environment and release: `deliver / staging / accept r-… in staging`. GitHub shows another
 * name of a job that was skipped before its name was made, so a job that is not found did not run.
 * @returns several of one name where the workflow was called more than once for the same.
 */
function jobsOfStage(jobs, environment, release) {
    const called = (job) => {
        const own = (0,lib/* stageJobName */.xbz)(job, environment, release);
        return jobs.filter(({ name }) => name === own || name.endsWith(` / ${own}`));
    };
    const [plan, deploy, accept] = lib/* STAGE_JOBS */.yRT.map(called);
    return { plan: plan ?? [], deploy: deploy ?? [], accept: accept ?? [] };
}
/**
 * The deploy jobs of a run that are for the same GitHub Environment by another call of Sluice's workflows: GitHub tells of an answer at a gate
 * in which run and for which GitHub Environment it was given, not for which job, so that an answer to one of them looks like an answer to all.
 * A job that was skipped asked nobody. Another release in an attempt before the plan's, under the names of the same calling jobs, is what a re-run made
 * of the same call: since the plan, the same call is for our release. Who calls makes the names: a second job of our own release is another's, too.
 * @param jobs of all attempts: an answer of an earlier one counts, too, for a plan that is not made anew.
 */
function deploysOfOthers(jobs, own) {
    const ownId = own.release === undefined ? undefined : (0,lib/* releaseId */.BfF)(own.release);
    const deploys = jobs.flatMap(job => deployOf(job, own.environment));
    const sameName = deploys.filter(({ id }) => id === ownId);
    const mine = sameName.find(({ job }) => job.attempt === own.attempt) ?? sameName[0];
    const [ours, twins] = splitTwins(sameName, mine?.call);
    const attempts = new Set([own.attempt, undefined, ...ours.map(({ job }) => job.attempt)]);
    const others = deploys.filter(({ job, id, call }) => id !== ownId && (attempts.has(job.attempt) || (job.attempt ?? own.attempt) >= own.planned || call !== mine?.call));
    return [...others, ...twins].map(({ job }) => job);
}
function deployOf(job, environment) {
    if (job.result === 'skipped')
        return [];
    const names = ownNames(job);
    const found = names.flatMap(({ own, call }) => {
        // GitHub takes names of GitHub Environments in any letters for the same.
        const name = own.toLowerCase();
        const id = (0,lib/* releaseOfStageJob */.oCT)('deploy', environment.toLowerCase(), name);
        if (id !== undefined)
            return [{ job, id, call }];
        // Whoever calls gives the release, too: another text in its place makes no name of a deploy job, but asks at the same gate.
        return call !== '' && name.startsWith('deploy ') && ` ${name} `.includes(` to ${environment.toLowerCase()} `)
            ? [{ job, id: own, call }]
            : [];
    });
    // What is not shown of a name may be that it deploys here.
    return found.length > 0 || !names.some(mayBeCut) ? found : [{ job, id: job.name, call: job.name }];
}
/**
 * What may be a job's own name, behind the names of those that call: both hold what callers write, so that no one can tell where one ends.
 */
function ownNames({ name }) {
    const parts = name.split(' / ');
    return parts.map((_, at) => ({ own: parts.slice(at).join(' / '), call: parts.slice(0, at).join(' / ') }));
}
/** One job of each attempt is ours, by the call that ours is of now; what else has our release in its name is not. */
function splitTwins(sameName, call) {
    const [ours, twins] = [[], []];
    for (const deploy of sameName) {
        const isFirst = !ours.some(({ job }) => job.attempt === deploy.job.attempt);
        (deploy.call === call && isFirst ? ours : twins).push(deploy);
    }
    return [ours, twins];
}
/**
 * The jobs of a run with which Sluice's workflows ask reviewers for something else than the one question that the run should have: an answer to
 * one of them looks like an answer to all. The question itself has one job in each attempt, and the same name in all: the inputs of a later attempt may
 * be others.
 * @param jobs of all attempts.
 */
function otherQuestions(jobs, { question, name }) {
    const attempts = new Set();
    return jobs.filter(job => {
        if (job.result === 'skipped')
            return false;
        const names = ownNames(job);
        const asked = names.filter(({ own, call }) => (0,lib/* questionOf */.YHi)(own, call !== '') !== undefined);
        // What is not shown of a name may be that it asks.
        if (asked.length === 0)
            return names.some(mayBeCut);
        const isOwn = asked.every(({ own }) => (0,lib/* questionOf */.YHi)(own) === question && (name === undefined || isNamed(own, name)));
        if (!isOwn || attempts.has(job.attempt))
            return true;
        attempts.add(job.attempt);
        return false;
    });
}
/** GitHub shows of a name so many characters. */
const MOST_SHOWN = 100;
const ELLIPSIS = /(?:…|\.\.\.)$/;
/** Whether a job has a name, or what GitHub shows of it. */
function isNamed(own, name) {
    return own === name || (own.length >= MOST_SHOWN && name.startsWith(own.replace(ELLIPSIS, '')));
}
/** Whether a name may be longer than what GitHub shows of it. */
function mayBeCut({ own }) {
    return ELLIPSIS.test(own) ? own.length >= MOST_SHOWN - 3 : own.length === MOST_SHOWN;
}

;// CONCATENATED MODULE: ./packages/policy/lib/objections.js

/** Why each answer of those who approved counts for nothing, as `<login>, <why>`: nobody finds that out later, when the job's log is gone. */
function objectionsTo({ approvals, snapshot, parties, planned }) {
    if (planned === undefined)
        return [];
    const judged = (0,lib/* judgeAnswers */.nOc)((0,lib/* approvalsSince */.NLO)(snapshot, approvals), parties, planned);
    return !judged.open && judged.why === 'objected' ? judged.objections : [];
}

;// CONCATENATED MODULE: ./packages/policy/lib/outcome-request.js
/** An outcome whose verdict is its event. */
function outcome(event, detail) {
    return { event, verdict: event, detail };
}

;// CONCATENATED MODULE: ./packages/policy/lib/outcome.js



/**
 * Tells from the results of its jobs, the approvals and the ledger what became of an environment, also when jobs never ran (promise 6).
 *
 * ```
 * plan ──failure──► failed        deploy ──failure──► rejected · expired · bypassed · obsolete · failed
 *   │ no changes ──► unchanged       │ success
 *   └─ changes ──► deploy            └──► accept ──► accepted · failed
 * ```
 */
function deriveOutcome(request) {
    const { environment, jobs } = request;
    const plan = jobs['plan'];
    const deploy = jobs['deploy'];
    if (isSuperseded(plan) || isSuperseded(deploy))
        return outcome('superseded', { reason: `A newer release is already deployed to ${environment}.` });
    if (plan?.result === 'failure')
        return outcome('failed', { reason: `Planning the deployment to ${environment} failed.`, untouched: true });
    if (plan?.result === 'cancelled')
        return outcome('cancelled', {
            reason: `The run was cancelled while planning the deployment to ${environment}.`,
            untouched: true
        });
    switch (deploy?.result) {
        case 'success':
            if (isUnapproved(request))
                return outcome('bypassed', { reason: `${environment} was deployed to without an approval of this plan.` });
            return settle(request, deploy.outputs?.['outcome'] === 'unchanged');
        case 'failure':
            return request.started ? deploymentFailed(request, deploy) : gateStayedShut(request, deploy);
        case 'cancelled':
            return mayHaveTouched(request, deploy)
                ? outcome('cancelled', { reason: `The run was cancelled while deploying to ${environment}.` })
                : outcome('cancelled', {
                    reason: `The run was cancelled before anything in ${environment} was touched.`,
                    untouched: true
                });
        default:
            if (plan?.result === 'success' && plan.outputs?.['has-changes'] === 'false')
                return settle(request, true);
            return outcome('cancelled', {
                reason: `Nothing was deployed to ${environment}: the run ended first.`,
                untouched: true
            });
    }
}
/**
 * Whether somebody who looks at the run sees why nothing was promoted: a job that failed or was cancelled, or a newer release that is live.
 * Otherwise the run would be green, and look like a delivery.
 */
function isExplained({ event, verdict }, jobs) {
    if (verdict === 'accepted' || event === 'superseded')
        return true;
    return Object.values(jobs).some(({ result }) => result === 'failure' || result === 'cancelled');
}
/** After a deployment, or when there was nothing to deploy: acceptance decides. */
function settle(request, unchanged) {
    const { environment, liveWithdrawn, withdrawnSince, overtakenBy } = request;
    if (overtakenBy !== undefined) {
        return outcome('superseded', {
            reason: `Run ${overtakenBy} has since deployed a newer release to ${environment}.`,
            supersededBy: overtakenBy
        });
    }
    // A job can only say that it deployed; the ledger holds what it did.
    if (!unchanged && !request.deployed)
        return outcome('failed', {
            reason: `The deploy job succeeded, but the ledger holds no record of a deployment to ${environment}.`
        });
    if (unchanged && !request.live)
        return outcome('failed', {
            reason: `Nothing was deployed to ${environment}, and what the ledger holds as live there is not this release.`,
            untouched: true
        });
    if (unchanged && liveWithdrawn !== undefined)
        return outcome('failed', {
            reason: `Nothing changes in ${environment}, and what is live there was withdrawn (record ${liveWithdrawn}). Deliver a change that repairs it.`
        });
    const so = unchanged ? `Nothing changes in ${environment}` : `${environment} is deployed`;
    if (withdrawnSince !== undefined)
        return outcome('failed', {
            reason: `${so}, but the release was withdrawn meanwhile (record ${withdrawnSince}).`
        });
    return judgeAcceptance(request, unchanged);
}
/** What the acceptance checks of what is live say. */
function judgeAcceptance(request, unchanged) {
    const { environment, checks, jobs, liveAccepted } = request;
    const how = unchanged ? 'unchanged' : 'deployed';
    const [told, unreported] = [
        `${environment} is ${how}, and its acceptance job`,
        ', but no report of its checks came with that.'
    ];
    switch (jobs['accept']?.result) {
        case 'success':
            // What nobody can look at later is not accepted.
            if (checks === undefined)
                return outcome('failed', { reason: `${told} succeeded${unreported}` });
            return outcome('accepted', {
                // A product without checks accepts everything: the record should not sound like more.
                reason: `${environment} is ${how} and ${checks === 0 ? 'has no acceptance checks' : `passed ${(0,lib/* plural */.LSg)(checks, 'acceptance check')}`}.`,
                checks,
                ...(unchanged ? { unchanged } : {})
            });
        case 'failure':
            // A machine that was lost, or a sandbox that could not be made, says nothing of the release.
            if (checks === undefined)
                return outcome('failed', { reason: `${told} failed${unreported}` });
            return outcome('failed', { reason: `${environment} is ${how}, but failed its acceptance checks.` });
        case 'cancelled':
            return unchecked(`${environment} is ${how}; the run was cancelled during the acceptance checks.`, unchanged);
        default:
            return unchanged && liveAccepted
                ? {
                    ...outcome('unchanged', {
                        reason: `Nothing changes in ${environment}, and what is live there was already accepted.`
                    }),
                    verdict: 'accepted'
                }
                : unchecked(`${environment} is ${how}; the run ended before the acceptance checks.`, unchanged);
    }
}
/** What was deployed is not known to work; what was left alone is what it was before. */
function unchecked(reason, unchanged) {
    return outcome('cancelled', { reason, ...(unchanged ? { untouched: true } : {}) });
}
/** The job failed after its intent was recorded: something may have been touched. */
function deploymentFailed(request, deploy) {
    const { environment } = request;
    if (deploy.outputs?.['outcome'] === 'obsolete')
        return outcome('obsolete', { reason: `The plan for ${environment} was no longer valid when it was applied.` });
    const partial = (0,lib/* readPartial */.oiW)(deploy.outputs?.['partial']);
    if (partial !== undefined)
        return outcome('partial', {
            reason: `The deployment to ${environment} stopped halfway: ${(0,lib/* describePartial */.lCE)(partial)}.`,
            ...partial
        });
    return mayHaveTouched(request, deploy)
        ? outcome('failed', { reason: `The deployment to ${environment} failed.` })
        : failedBefore(environment);
}
/** Whether a deploy job may have touched the environment: it said that it starts, and does not say that it came no further. */
function mayHaveTouched({ started }, deploy) {
    return started && deploy.outputs?.['touched'] !== 'false';
}
/** The job failed before its intent was recorded: nothing was touched. */
function gateStayedShut(request, deploy) {
    const { environment, asked, plannedAt, now } = request;
    if (!asked)
        return failedBefore(environment);
    const rejected = freshApprovals(request).find(({ state }) => state === 'rejected');
    if (rejected !== undefined) {
        const { login, userId, comment } = rejected;
        return outcome('rejected', {
            reason: `The deployment to ${environment} was rejected by ${login}.`,
            by: { id: userId, login },
            comment
        });
    }
    if (plannedAt !== undefined && (0,lib/* hasExpired */.oNe)(plannedAt, now)) {
        return outcome('expired', { reason: `The plan for ${environment} expired before it was approved.` });
    }
    // A job that never ran has no outputs: GitHub itself refused it. One that ran without an approval was let in by somebody.
    if (isUnapproved(request) && deploy.outputs?.['outcome'] !== undefined) {
        return outcome('bypassed', {
            reason: `The gate of ${environment} was passed without an approval of this plan; nothing was touched.`
        });
    }
    return failedBefore(environment, objectionsTo(request));
}
function failedBefore(environment, objections = []) {
    const reason = objections.length === 0
        ? `The deployment to ${environment} failed before anything was touched.`
        : `The deployment to ${environment} was approved only by ${objections.join('; ')}. Nothing was touched.`;
    return outcome('failed', { reason, untouched: true });
}
/** The release was refused as older: when it wanted to be planned, or when its turn came. */
function isSuperseded(job) {
    return job?.result === 'failure' && [job.outputs?.['verdict'], job.outputs?.['turn']].includes('superseded');
}
function isUnapproved(request) {
    return request.asked && !freshApprovals(request).some(({ state }) => state === 'approved');
}
function freshApprovals({ snapshot, approvals }) {
    return (0,lib/* approvalsSince */.NLO)(snapshot, approvals);
}

;// CONCATENATED MODULE: ./packages/policy/lib/promotion.js



/**
 * Whether a release may enter an environment (promises 3 and 8): it was accepted in the environment before and soaked there; it is not
 * older than what is deployed, except as a rollback to what was accepted here; it has not diverged, except as a hotfix.
 * A hotfix need not soak, but skips no environment. What was withdrawn in an environment enters that one again only as a hotfix, and the
 * next one only once it was accepted anew.
 */
function evaluatePromotion(request) {
    return findWrongDirection(request) ?? evaluateAcceptance(request);
}
function findWrongDirection({ release, environment, kind, relation, records }) {
    const it = `Release ${promotion_name(release)} (commit ${release.commit.slice(0, 12)})`;
    switch (relation) {
        case undefined: {
            const deployed = records.find(({ event, environment: where }) => event === 'deployed' && where === environment);
            if (deployed === undefined)
                return undefined;
            return refuse('failed', `${it} may not enter ${environment}: how its commit relates to the deployed one (record ${deployed.sequence}) is unknown.`, 'Fetch the whole past of the commit (actions/checkout with fetch-depth: 2147483647) and run again.');
        }
        case 'behind':
            if (kind === 'rollback')
                return undefined;
            return refuse('superseded', `${it} may not enter ${environment}: a newer release is deployed there.`, 'Keep the newer release. To go back, deliver a commit that reverts what came since (`git revert`).');
        case 'diverged':
            if (kind === 'hotfix')
                return undefined;
            return refuse('failed', `${it} may not enter ${environment}: its commit and the deployed one have diverged.`, 'Merge the deployed commit and deliver the merge.');
        case 'ahead':
            if (kind !== 'rollback')
                return undefined;
            return refuse('failed', `${it} is not a rollback of ${environment}: it is newer than what is deployed there.`, 'Promote it with kind `release`.');
        case 'identical':
            return undefined;
    }
}
/**
 * Whether a release was accepted where it must have been, and not withdrawn where it wants to go. Direction does not count here, so that
 * whoever is about to touch the environment can ask it again.
 */
function evaluateAcceptance(request) {
    const { release, environment, previous, kind, records, soak, now } = request;
    const withdrawn = findWithdrawal(records, environment, release.digest);
    if (withdrawn !== undefined && kind !== 'hotfix') {
        return refuse('failed', `Release ${promotion_name(release)} may not enter ${environment}: it was withdrawn there (${cited(withdrawn)}).`, 'Deliver a commit that repairs it, or one that reverts it (`git revert`).');
    }
    const where = kind === 'rollback' ? environment : previous;
    if (where === undefined)
        return { allowed: true };
    // What failed here may be tried again here: a rollback that failed halfway must not bar the way back.
    const undoes = kind === 'rollback' ? isWithdrawal : undoesAcceptance;
    const acceptance = findAcceptance(records, where, release.digest, undoes);
    if (acceptance === undefined)
        return refuseUnaccepted(request, where);
    const ready = acceptance.acceptedSince + soak;
    // The runner that recorded the acceptance may be ahead of GitHub's clock: who asks for no soak waits for neither.
    if (kind === 'release' && soak > 0 && now < ready) {
        return refuse('failed', `Release ${promotion_name(release)} may not enter ${environment} yet: it must soak in ${where} until ${new Date(ready).toISOString()}.`, 'Re-run the failed jobs after that time.');
    }
    return { allowed: true, acceptance: acceptance.record };
}
function refuseUnaccepted({ release, environment, kind, records }, where) {
    if (kind === 'rollback') {
        return refuse('failed', `Release ${promotion_name(release)} may not enter ${environment}: the ledger holds no record that it was accepted in ${where}.`, `Roll back to a release that was accepted in ${environment}, as \`sluice history ${environment}\` lists them.`);
    }
    const undone = findUndoing(records, where, release.digest);
    return undone === undefined
        ? refuse('failed', `Release ${promotion_name(release)} may not enter ${environment}: the ledger holds no record that it was accepted in ${where}.`, `Deliver it to ${where} first; it moves on once its acceptance checks pass there.`)
        : refuse('failed', `Release ${promotion_name(release)} may not enter ${environment}: the last that the ledger holds of it in ${where} is \`${undone.event}\` (${cited(undone)}).`, undone.event === 'withdrawn'
            ? 'Deliver a commit that repairs it, or one that reverts it.'
            : `Deliver it to ${where} again, or deliver a commit that repairs it; it moves on once ${where} accepts it anew.`);
}
function cited({ sequence, detail }) {
    const reason = detail !== undefined && 'reason' in detail ? String(detail.reason).trim() : '';
    return `record ${sequence}${reason === '' ? '' : `: ${JSON.stringify(reason)}`}`;
}
function promotion_name(release) {
    return (0,lib/* releaseId */.BfF)(release.digest);
}

;// CONCATENATED MODULE: ./packages/policy/lib/reviewers.js


/** The teams by which alone somebody could be a reviewer; none for who is named, or who no team could make one. */
function teamsToAsk({ userId }, reviewers) {
    return (0,lib/* isNamedReviewer */.ZmL)(userId, reviewers) ? [] : reviewers.filter(({ type }) => type === 'Team');
}
/** How somebody who answered is a reviewer. @param memberships what is known of each of {@link teamsToAsk}. */
function reviewerStanding({ userId }, reviewers, memberships) {
    if ((0,lib/* isNamedReviewer */.ZmL)(userId, reviewers))
        return 'named';
    if (memberships.includes('member'))
        return 'member';
    return memberships.includes('undecided') ? 'undecided' : 'no';
}
/**
 * Whether anybody is left who may approve a plan. Told before anybody is asked: nobody should wait for an answer that cannot count.
 * A team may have a member who has no part in it.
 */
function evaluateReviewers(environment, { reviewers }, parties) {
    const partOf = ({ type, id, name }) => type === 'Team' ? undefined : parties.find(party => (0,lib/* isSame */.Fte)(party, { id, login: name }));
    const left = reviewers.filter(reviewer => partOf(reviewer) === undefined);
    if (left.length > 0)
        return { allowed: true, reviewers: left };
    const why = reviewers.map(reviewer => `${reviewer.name}, who ${partOf(reviewer)?.part}`).join('; ');
    return refuse('failed', `No one may approve the plan for ${environment}. Its reviewers are: ${why}.`, `Add a reviewer who has no part in this delivery under Settings > Environments > ${environment}, then have someone re-run all jobs who will not approve. Who only re-ran them is free again once someone else re-runs.`);
}

;// CONCATENATED MODULE: ./packages/policy/lib/index.js












/***/ })

};
