export const id = 492;
export const ids = [492];
export const modules = {

/***/ 1443:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9043);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4789);



await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .CsV)('Accept the release', process.env, async () => {
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .Ko)((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .ehJ)(_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUT_NAMES */ .Qh));
    const { context } = await Promise.all(/* import() */[__webpack_require__.e(809), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351));
    const facts = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .readRunContext */ .$pj)(context, process.env);
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n', '--'];
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_2__/* .run */ .e)(request, { run: facts, env: process.env, log: (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionLog */ .ZxD)(), clock: _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml0, asRoot });
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

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


/***/ })

};
