export const id = 7;
export const ids = [7];
export const modules = {

/***/ 9043:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ko: () => (/* binding */ readInputs),
/* harmony export */   Qh: () => (/* binding */ INPUT_NAMES),
/* harmony export */   or: () => (/* binding */ parseAddress)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

/** The inputs of action.yml, in its order. */
const INPUT_NAMES = ['config', 'environment', 'commit', 'release', 'environment-url'];
/** Reads the inputs. @throws UserError naming what is missing or malformed. */
function readInputs(inputs) {
    const commit = inputs.required('commit');
    if (!/^[0-9a-f]{40}$/.test(commit))
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Input commit is ${JSON.stringify(commit)}. Give the 40 hex digits of a commit.`);
    return {
        config: inputs.optional('config') ?? 'delivery.yml',
        ...(0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .readDestination */ .FDj)(inputs),
        commit,
        url: parseAddress(inputs.optional('environment-url'))
    };
}
/** Reads the address of an environment. @throws UserError for what is none of HTTP. */
function parseAddress(text) {
    if (text === undefined)
        return undefined;
    const protocol = URL.canParse(text) ? new URL(text).protocol : '';
    if (protocol === 'https:' || protocol === 'http:')
        return text;
    throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Input environment-url is ${JSON.stringify(text)}. Give a URL that begins with https:// or http://.`);
}


/***/ }),

/***/ 4789:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run),
  J: () => (/* binding */ runChecks)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/read.js
var read = __webpack_require__(3372);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/git/lib/repository.js + 2 modules
var repository = __webpack_require__(6791);
;// CONCATENATED MODULE: ./actions/accept-release/lib/bounded-output.js
/** Characters of a command's output that are kept of its beginning, and as many of its end. */
const KEPT = 512 * 1024;
/** What a command said: its beginning and its end. A command that never stops talking must not fill the memory of the job. */
class BoundedOutput {
    #limit;
    #head = [];
    #tail = [];
    #headLength = 0;
    #tailLength = 0;
    #dropped = 0;
    constructor(limit = KEPT) {
        this.#limit = limit;
    }
    /** Takes one more line. */
    add(line) {
        // The end of the line takes room, too: many lines may be empty.
        const length = line.length + 1;
        if (this.#tail.length === 0 && this.#dropped === 0 && this.#headLength + length <= this.#limit) {
            this.#head.push(line);
            this.#headLength += length;
            return;
        }
        this.#tail.push(line);
        this.#tailLength += length;
        // Seldom, and much at once: to take the first line off a long list moves all others. The newest line stays, however long it is.
        if (this.#tailLength > 2 * this.#limit)
            this.#forget();
    }
    /** All that is kept, and how many lines are not. */
    text() {
        this.#forget();
        const gap = this.#dropped === 0 ? [] : [`(${this.#dropped} lines are left out here)`];
        return [...this.#head, ...gap, ...this.#tail].join('\n');
    }
    /** The last lines. */
    last(count) {
        return [...this.#head, ...this.#tail].slice(-count);
    }
    #forget() {
        let first = 0;
        while (this.#tailLength > this.#limit && first < this.#tail.length - 1) {
            this.#tailLength -= (this.#tail[first]?.length ?? 0) + 1;
            first += 1;
        }
        this.#tail.splice(0, first);
        this.#dropped += first;
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/git/lib/export-tree.js
var export_tree = __webpack_require__(6019);
;// CONCATENATED MODULE: ./actions/accept-release/lib/check-sandbox.js




/** A user that owns no file and that nothing on the machine trusts, by number: every Linux has it. */
const UNPRIVILEGED = '65534';
/** Where commands find their folders. It exists on every Linux; what is mounted there is seen by the commands alone. */
const PLACE = '/mnt';
/** For what runs as root: never along a PATH that an earlier step may have changed. */
const ROOT_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };
/** How long looking around in the sandbox may take, in milliseconds. */
const PROBE_LIMIT = 30_000;
/**
 * The first process of the namespaces, as root: it shows the commands their folders, and hides the runner's, with the files by which a
 * step speaks to its job. When it ends, the kernel ends every process that the command left behind. Its stdin is a lifeline: that ends
 * with the action, however the action ends, and the command with it. What the shell has to say of that is not the command's output.
 */
const FIRST_PROCESS = `set -e
mount --bind "$1" ${PLACE}
mount -t tmpfs -o ro,mode=0555,size=4k sluice "$2"
cd ${PLACE}/checkout
shift 2
set +e
exec 3<&0
"$@" 3<&- </dev/null &
command=$!
{ cat; kill -s KILL "$command"; } <&3 >/dev/null 2>&1 &
wait "$command" 2>/dev/null
exit $?`;
/**
 * Makes a sandbox: a copy of the commit, a home and a temporary folder, all three the commands' own. They run as another user without
 * any privilege, and see no process but theirs.
 * @throws UserError where the machine does not allow that: commands never run without it.
 */
async function openCheckSandbox(request) {
    const { temp, workspace, commit, asRoot } = request;
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(temp, 'sluice-accept-'));
    const sandbox = new NamespacedSandbox(folder, temp, asRoot, request.log);
    try {
        const world = await sandbox.makeFolders();
        await (0,export_tree/* exportTree */.D)({
            repository: workspace,
            commit,
            path: '.',
            into: (0,external_node_path_.join)(world, 'checkout'),
            purpose: 'checkout'
        });
        await sandbox.handOver();
        await sandbox.prove();
        return sandbox;
    }
    catch (error) {
        await sandbox.close();
        throw error;
    }
}
class NamespacedSandbox {
    #folder;
    #hidden;
    #asRoot;
    #log;
    constructor(folder, hidden, asRoot, log) {
        this.#folder = folder;
        this.#hidden = hidden;
        this.#asRoot = asRoot;
        this.#log = log;
    }
    async makeFolders() {
        const world = (0,external_node_path_.join)(this.#folder, 'world');
        for (const name of ['checkout', 'home', 'tmp'])
            await (0,promises_.mkdir)((0,external_node_path_.join)(world, name), { recursive: true });
        await (0,promises_.chmod)(world, 0o755);
        return world;
    }
    /** Gives the folders to the commands' user. */
    async handOver() {
        const folders = ['checkout', 'home', 'tmp'].map(name => (0,external_node_path_.join)(this.#folder, 'world', name));
        const { code, stderr } = await this.#root(['chown', '-R', '-h', `${UNPRIVILEGED}:${UNPRIVILEGED}`, ...folders]);
        if (code !== 0)
            throw notIsolated(stderr);
    }
    /** Looks from inside whether it is what it shall be. */
    async prove() {
        const lines = [];
        const { code } = await this.run('echo "$EUID $(readlink /proc/self/ns/pid) $(readlink /proc/self/ns/mnt)"; test -w . -a -w "$HOME" -a -w "$TMPDIR"', { PATH: ROOT_ENVIRONMENT.PATH }, { onLine: line => lines.push(line), deadline: PROBE_LIMIT });
        const [user, ...inside] = lines.at(-1)?.split(' ') ?? [];
        const outside = await Promise.all(['pid', 'mnt'].map(async (name) => (0,promises_.readlink)(`/proc/self/ns/${name}`).catch(() => '')));
        const apart = inside.length === 2 && inside.every((name, index) => name !== '' && name !== outside[index]);
        if (code !== 0 || user !== UNPRIVILEGED || !apart)
            throw notIsolated(lines.join('\n'));
    }
    async run(command, variables, options) {
        const own = { ...variables, HOME: `${PLACE}/home`, TMPDIR: `${PLACE}/tmp` };
        return this.#root([
            ...['unshare', '--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'],
            ...['sh', '-c', FIRST_PROCESS, 'sluice-accept', (0,external_node_path_.join)(this.#folder, 'world'), this.#hidden],
            ...['setpriv', `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups', '--no-new-privs'],
            ...['--bounding-set=-all', '--inh-caps=-all', '--'],
            ...['env', '-i', ...Object.entries(own).map(([name, value]) => `${name}=${value}`)],
            ...['bash', '--noprofile', '--norc', '-euo', 'pipefail', '-c', command]
        ], options);
    }
    async close() {
        try {
            await (0,promises_.rm)(this.#folder, { recursive: true, force: true });
        }
        catch {
            // It is the commands' user's by now.
            const { code, stderr } = await this.#root(['rm', '-rf', '--', this.#folder]);
            if (code !== 0)
                this.#log.warning(`${this.#folder} could not be removed: ${stderr.trim()}`);
        }
    }
    async #root(command, options = {}) {
        const [program = '', ...args] = [...this.#asRoot, ...command];
        try {
            return await (0,lib/* runCommand */.d1Y)(program, args, { ...options, cwd: '/', env: ROOT_ENVIRONMENT, lifeline: true });
        }
        catch (error) {
            throw notIsolated((0,lib/* messageOf */.bDE)(error));
        }
    }
}
function notIsolated(said) {
    const reason = said.trim().split('\n').at(-1) ?? '';
    return new lib/* UserError */.yot(`The commands under accept.run cannot be kept apart from this job${reason === '' ? '' : ` (${reason})`}, so they are not run. That takes Linux with util-linux, and root or sudo without a password, as GitHub's Ubuntu runners have. Run the job there and in no container, or check by accept.http.`);
}

;// CONCATENATED MODULE: ./actions/accept-release/lib/hidden-programs.js


/** How long looking may take, in milliseconds. */
const LIMIT = 30_000;
/** Says which of the paths in `PLACES`, one a line, the user of the sandbox may not run or enter. */
const LOOK = 'while read -r place; do test -r "$place" -a -x "$place" || echo "$place"; done <<<"$PLACES"';
/**
 * What the commands would look for along their PATH, and may not use: folders, and `node`, which setup actions like to put below somebody's home.
 * The commands run as another user, who is told "not found" of what is there.
 * @param path of the commands.
 */
async function findHiddenPrograms(sandbox, path) {
    const folders = [...new Set(path.split(':'))].filter(external_node_path_.isAbsolute);
    const places = await existing([
        ...folders,
        ...(await existing(folders.map(folder => (0,external_node_path_.join)(folder, 'node')))).slice(0, 1)
    ]);
    if (places.length === 0)
        return [];
    const hidden = [];
    await sandbox.run(LOOK, { PLACES: places.join('\n') }, { onLine: line => hidden.push(line), deadline: LIMIT });
    return places.filter(place => hidden.includes(place));
}
async function existing(paths) {
    const found = await Promise.all(paths.map(async (path) => (0,promises_.stat)(path).then(() => [path], () => [])));
    return found.flat();
}
/** What to do about it. */
function describeHidden(places) {
    return `The commands under accept.run run as another user (uid 65534), who may not use ${places.join(', ')}: what is there is not found by them. Install it where everyone may read and run it, not below a home folder.`;
}

;// CONCATENATED MODULE: ./actions/accept-release/lib/command-check.js




/** How long one command may take, in milliseconds. */
const COMMAND_LIMIT = 15 * 60_000;
/** Lines of a failed command's output that its reason shows. */
const LAST_LINES = 3;
/** What commands get to know of the job; everything else stays here, tokens above all. */
const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'CI'];
/**
 * Runs the product's own check commands in a copy of the release's commit, each in a shell as delivery.yml wrote it.
 * @param limit milliseconds for each of them.
 */
async function runCommandChecks(commands, inputs, dependencies, limit = COMMAND_LIMIT) {
    if (commands.length === 0)
        return [];
    const { run, asRoot, env, log } = dependencies;
    const sandbox = await openCheckSandbox({ ...run, commit: inputs.commit, asRoot, log });
    try {
        const hidden = await findHiddenPrograms(sandbox, env['PATH'] ?? '');
        if (hidden.length > 0)
            log.warning(describeHidden(hidden));
        const results = [];
        for (const command of commands)
            results.push(await runCommandCheck(command, sandbox, inputs, dependencies, limit));
        return results;
    }
    finally {
        await sandbox.close();
    }
}
async function runCommandCheck(command, sandbox, inputs, { clock, env, log }, limit) {
    const started = clock.now();
    const output = new BoundedOutput();
    const { code, timedOut } = await sandbox.run(command, variablesFor(inputs, env), {
        onLine: line => output.add(line),
        deadline: limit
    });
    log.untrusted(output.text());
    const seconds = (clock.now() - started) / 1000;
    if (code === 0)
        return { what: command, passed: true, seconds };
    const end = timedOut === true ? `no end within ${(0,lib/* plural */.LSg)(limit / 60_000, 'minute')}` : `exit code ${code}`;
    return { what: command, passed: false, seconds, reason: `${end}: ${output.last(LAST_LINES).join(' / ')}` };
}
function variablesFor(inputs, env) {
    const passed = {};
    for (const name of PASSED_ON) {
        const value = env[name];
        if (value !== undefined)
            passed[name] = value;
    }
    return {
        ...passed,
        ENVIRONMENT: inputs.environment,
        RELEASE: inputs.release,
        COMMIT: inputs.commit,
        ...(inputs.url === undefined ? {} : { ENVIRONMENT_URL: inputs.url })
    };
}

;// CONCATENATED MODULE: ./actions/accept-release/lib/http-check.js

/** How long a check is tried again before it counts as failed, in milliseconds: what was just deployed may still be starting. */
const PATIENCE = 60_000;
/** How long one answer may take, in milliseconds. */
const ANSWER_LIMIT = 10_000;
/** Waits between two requests, in milliseconds: the first, and the longest. */
const FIRST = 250;
const LONGEST = 5_000;
/** Bytes of an answer that are looked at. */
const BODY_LIMIT = 1_000_000;
/** Redirects that are followed: as many as browsers follow at most. */
const REDIRECT_LIMIT = 20;
/** Asks all addresses, side by side, until they answer as delivery.yml says or patience ends. */
async function runHttpChecks(checks, base, dependencies) {
    if (checks.length === 0)
        return [];
    if (base === undefined) {
        throw new lib/* UserError */.yot('delivery.yml has HTTP checks, but the environment has no URL. Set `url:` for it (it may contain ${unit.Output}).');
    }
    return Promise.all(checks.map(async (check) => runHttpCheck(check, base, dependencies)));
}
async function runHttpCheck(check, base, { clock, log }) {
    // A path below the environment's address, also when that has a path of its own, and never another address.
    const url = new URL(`./${check.path.replace(/^\/+/, '')}`, base.endsWith('/') ? base : `${base}/`);
    const started = clock.now();
    for (let wait = FIRST;; wait = Math.min(wait * 2, LONGEST)) {
        const reason = await problemWith(check, url);
        const elapsed = clock.now() - started;
        const what = `GET ${url.pathname}`;
        if (reason === undefined) {
            log.info(`${what}: as expected after ${(elapsed / 1000).toFixed(1)} s`);
            return { what, passed: true, seconds: elapsed / 1000 };
        }
        if (elapsed + wait > PATIENCE)
            return { what, passed: false, seconds: elapsed / 1000, reason };
        await clock.sleep(wait);
    }
}
async function problemWith(check, url) {
    try {
        const signal = AbortSignal.timeout(ANSWER_LIMIT);
        let at = url;
        for (let redirects = 0;; redirects += 1) {
            const answer = await fetch(at, { signal, redirect: 'manual' });
            const text = await startOf(answer);
            const to = answer.status === check.status ? undefined : targetOf(answer, at);
            if (to === undefined)
                return differenceOf(check, answer.status, text);
            if (to.origin !== url.origin)
                return `answered ${answer.status} and leads to ${to.origin}, which is not the environment. What another site answers says nothing about it: check a path that does not lead away, expect status ${answer.status}, or correct the \`url:\` of the environment`;
            if (redirects === REDIRECT_LIMIT)
                return `leads on after ${REDIRECT_LIMIT} redirects`;
            at = to;
        }
    }
    catch (error) {
        // "fetch failed" says nothing; what it failed of does.
        return (0,lib/* messageOf */.bDE)(error?.cause ?? error);
    }
}
function differenceOf(check, status, text) {
    if (status !== check.status)
        return `answered ${status} instead of ${check.status}`;
    return check.contains === undefined || text.includes(check.contains)
        ? undefined
        : `the response does not contain ${JSON.stringify(check.contains)}`;
}
/** The statuses that lead elsewhere (RFC 9110, section 15.4). */
const REDIRECTS = [301, 302, 303, 307, 308];
/** Where an answer leads, if it does. */
function targetOf(answer, from) {
    const location = answer.headers.get('location');
    if (location === null || !REDIRECTS.includes(answer.status) || !URL.canParse(location, from.href))
        return undefined;
    return new URL(location, from);
}
/** As much of an answer as is looked at; the rest is not even fetched. */
async function startOf(answer) {
    const chunks = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= BODY_LIMIT)
            break;
    }
    return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8');
}

;// CONCATENATED MODULE: ./actions/accept-release/lib/run.js





/** Characters of a failed check's reason that the summary shows. */
const REASON_LIMIT = 500;
/** Runs the acceptance checks that the release's own commit states, without any credentials. */
async function run(inputs, dependencies) {
    return runChecks(await environmentOf(inputs, dependencies), inputs, dependencies);
}
/** Runs the acceptance checks of an environment, as the release's own commit has it. */
async function runChecks(environment, inputs, dependencies) {
    const { log } = dependencies;
    const results = [
        ...(await log.group('Check by HTTP', async () => runHttpChecks(environment.accept.http, inputs.url, dependencies))),
        ...(await log.group("Run the product's own checks", async () => runCommandChecks(environment.accept.run, inputs, dependencies)))
    ];
    const report = (0,lib/* checksReport */.ky6)({ environment: environment.name, release: inputs.release }, results, secretsOf(dependencies.env));
    const failed = results.filter(result => !result.passed);
    for (const result of failed)
        log.untrusted(`${result.what}: ${result.reason ?? 'failed'}`);
    const rows = results.map(result => [
        result.passed ? 'passed' : '**failed**',
        (0,lib/* code */.aYu)(result.what),
        `${result.seconds.toFixed(1)} s`,
        result.reason === undefined ? '' : (0,lib/* code */.aYu)(result.reason.slice(0, REASON_LIMIT))
    ]);
    const shown = results.length === 0 ? 'delivery.yml defines no acceptance checks.' : (0,lib/* table */.tpe)(['', 'check', 'time', 'why'], rows);
    if (failed.length > 0) {
        throw new lib/* UserError */.yot(`${failed.length} of ${results.length} acceptance checks failed in ${environment.name}: ${failed.map(({ what }) => what).join(', ')}. The release cannot enter the next environment.`, { outputs: { results: (0,lib/* encodeChecks */.uzg)(report) }, details: shown });
    }
    return {
        outputs: { checks: String(results.length), results: (0,lib/* encodeChecks */.uzg)(report) },
        summary: `### ${(0,lib/* releaseId */.BfF)(inputs.release)} passed in ${(0,lib/* escapeMarkdown */.FVb)(environment.name)}\n\n${shown}\n`
    };
}
async function environmentOf(inputs, { run }) {
    const delivery = await (0,read/* readDelivery */.n)((0,repository/* openRepository */.h)(run.workspace), inputs.commit, inputs.config);
    return (0,find_by_name/* environmentNamed */.b6)(delivery, inputs.environment);
}
/** What the job has of secrets: its tokens. Checks get none of them; if one finds one all the same, it does not go on the ledger. */
function secretsOf(env) {
    return Object.entries(env).flatMap(([name, value = '']) => /TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY/i.test(name) ? [value] : []);
}


/***/ }),

/***/ 6019:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ exportTree)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4496);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6515);
/* harmony import */ var _list_tree_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8817);
/* harmony import */ var _objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5882);
/* harmony import */ var _refused_files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8800);
/* harmony import */ var _tree_file_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9631);








/** Files above this go from git to the disk without passing through memory; in bytes. */
const STREAMED = 8 * 1024 * 1024;
/** What a disk that is not full has room for, in bytes. */
const PROBE = 1024 * 1024;
/**
 * Writes a folder of a commit to `into`: the objects of git as they are, so that what was fingerprinted is what is built. Untracked
 * files, filters, line-end settings and `export-subst` have no say.
 *
 * Files are 0644 or 0755, folders 0755, links stay links, and every time is `epoch` (default: the commit's), in seconds.
 * @throws UserError when the commit has no such folder, it holds what the purpose does not allow, or the disk is full.
 */
async function exportTree(request, disk = {}) {
    const { repository, path, epoch, purpose } = request;
    const commit = (0,_git_js__WEBPACK_IMPORTED_MODULE_3__/* .parseCommit */ .L5)(request.commit);
    const time = epoch ?? (await timeOf(repository, commit));
    const entries = await (0,_list_tree_js__WEBPACK_IMPORTED_MODULE_4__/* .listTree */ .n)(request);
    const [modules, files] = [entries.filter(isModule), entries.filter(entry => !isModule(entry))];
    const target = new Target(request, time, { ...DISK, ...disk });
    await target.folder('');
    const [small, large] = [files.filter(file => !isLarge(file)), files.filter(isLarge)];
    const links = [];
    for await (const [file, content] of (0,_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .readFiles */ .Ul)(repository, small)) {
        if (purpose !== 'checkout')
            (0,_refused_files_js__WEBPACK_IMPORTED_MODULE_6__/* .refusePointer */ .wm)(file, content, path);
        if (file.mode === _tree_file_js__WEBPACK_IMPORTED_MODULE_7__/* .LINK */ .ps)
            links.push([file, content]);
        else
            await target.file(file, content);
    }
    for (const file of large)
        await target.stream(file);
    for (const { name } of modules)
        await target.folder(name.toString('latin1'));
    // Links come last, so that no file is ever written through one.
    for (const [file, content] of links)
        await target.link(file, content);
    await target.finish();
}
/** What git has of a submodule is a folder, empty until somebody fills it. */
function isModule({ mode }) {
    return mode === _tree_file_js__WEBPACK_IMPORTED_MODULE_7__/* .SUBMODULE */ .NG;
}
function isLarge({ mode, size }) {
    return mode !== _tree_file_js__WEBPACK_IMPORTED_MODULE_7__/* .LINK */ .ps && size > STREAMED;
}
const DISK = { chmod: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.chmod, lutimes: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.lutimes, mkdir: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir, open: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.open, symlink: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.symlink, utimes: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.utimes, writeFile: node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile };
/** The folder that a tree is written to. Names are bytes all the way: git knows no other. */
class Target {
    #request;
    #root;
    #time;
    #disk;
    /** Folders that exist, by name; latin1, which keeps every byte apart. */
    #folders = new Set();
    constructor(request, time, disk) {
        this.#request = request;
        this.#root = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(request.into);
        this.#time = time;
        this.#disk = disk;
    }
    async folder(name) {
        if (this.#folders.has(name))
            return;
        const at = name.lastIndexOf('/');
        if (name !== '')
            await this.folder(at < 0 ? '' : name.slice(0, at));
        await this.#disk.mkdir(this.#at(name), { recursive: true });
        this.#folders.add(name);
    }
    async file(file, content) {
        await this.#writing(file, async (place) => {
            await this.#disk.writeFile(place, content, { flag: 'wx' });
        });
    }
    /** Lets git write a file that may be larger than memory. */
    async stream(file) {
        await this.#writing(file, async (place) => {
            const handle = await this.#disk.open(place, 'wx');
            try {
                const { repository, commit } = this.#request;
                const result = await (0,_git_js__WEBPACK_IMPORTED_MODULE_3__/* .git */ .$Y)(repository, ['cat-file', 'blob', file.id], { output: handle.fd });
                // git does not always say why it could not write; asked for as much, the disk does.
                if (result.code !== 0)
                    await handle.appendFile(Buffer.alloc(PROBE));
                (0,_git_js__WEBPACK_IMPORTED_MODULE_3__/* .outputOf */ .jH)(result, `read ${file.path} of ${commit}`);
            }
            finally {
                await handle.close();
            }
        });
    }
    async link(file, content) {
        await this.#inFolder(file, async (place) => {
            await this.#disk.symlink(content, place);
            await this.#disk.lutimes(place, this.#time, this.#time);
        });
    }
    /** Sets what writing files has changed: modes and times of the folders. */
    async finish() {
        for (const name of this.#folders) {
            await this.#disk.chmod(this.#at(name), 0o755);
            await this.#disk.utimes(this.#at(name), this.#time, this.#time);
        }
    }
    async #writing(file, work) {
        await this.#inFolder(file, async (place) => {
            await work(place);
            await this.#disk.chmod(place, file.mode === _tree_file_js__WEBPACK_IMPORTED_MODULE_7__/* .EXECUTABLE */ .tU ? 0o755 : 0o644);
            await this.#disk.utimes(place, this.#time, this.#time);
        });
    }
    async #inFolder({ name, path }, work) {
        const { commit } = this.#request;
        await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .writing */ .dVM)(`${(0,_tree_file_js__WEBPACK_IMPORTED_MODULE_7__/* .inRepository */ .yJ)(this.#request.path, path)} of commit ${commit.slice(0, 12)}`, this.#root, async () => {
            const text = name.toString('latin1');
            await this.folder(text.slice(0, Math.max(text.lastIndexOf('/'), 0)));
            await work(this.#at(text));
        });
    }
    #at(name) {
        return Buffer.concat([Buffer.from(name === '' ? this.#root : `${this.#root}/`), Buffer.from(name, 'latin1')]);
    }
}
async function timeOf(repository, commit) {
    const shown = await (0,_git_js__WEBPACK_IMPORTED_MODULE_3__/* .git */ .$Y)(repository, ['show', '--no-patch', '--format=%ct', commit]);
    return Number((0,_git_js__WEBPACK_IMPORTED_MODULE_3__/* .outputOf */ .jH)(shown, `read ${commit}`).trim());
}


/***/ })

};
