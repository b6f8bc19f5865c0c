export const id = 646;
export const ids = [646];
export const modules = {

/***/ 1646:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   build: () => (/* binding */ build)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_bundle__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3858);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7885);
/* harmony import */ var _sluice_delivery__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6315);
/* harmony import */ var _sluice_delivery__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3563);
/* harmony import */ var _sluice_delivery__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(102);
/* harmony import */ var _sluice_git__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6019);
/* harmony import */ var _builder_index_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3982);







/** Runs the unit's test target, then builds the unit from the commit's tree: exactly what git holds, nothing beside it. */
async function build(request, pipeline, env) {
    const { log, run, repository } = pipeline;
    const delivery = await pipeline.at(run.sha);
    await (0,_sluice_delivery__WEBPACK_IMPORTED_MODULE_5__/* .checkRepository */ .n)(delivery, repository, run.sha);
    const unit = (0,_sluice_delivery__WEBPACK_IMPORTED_MODULE_6__/* .unitNamed */ .iS)(delivery, request.unit);
    const fingerprint = await (0,_sluice_delivery__WEBPACK_IMPORTED_MODULE_7__/* .fingerprintOf */ .a)(repository, run.sha, unit);
    const layout = request.layout ?? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(run.temp, 'sluice', 'builds', unit.kind === 'image' ? unit.name : `${unit.name}.zip`);
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(layout, { recursive: true, force: true });
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(layout), { recursive: true });
    const started = pipeline.clock.now();
    const result = unit.kind === 'image'
        ? await buildImage(unit, { fingerprint, layout }, request, pipeline, env)
        : await buildBundle(unit, layout, pipeline);
    const seconds = ((pipeline.clock.now() - started) / 1000).toFixed(1);
    log.info(`${unit.name}: ${result.digest} in ${seconds} s`);
    return {
        outputs: {
            digest: result.digest,
            fingerprint,
            layout,
            built: 'true',
            events: result.tested ? 'tested,built' : 'built',
            detail: JSON.stringify(result.detail)
        },
        summary: `### Built ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_3__/* .escapeMarkdown */ .FV)(unit.name)}\n\n${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_3__/* .table */ .tp)(['', ''], [
            ['digest', (0,_sluice_core__WEBPACK_IMPORTED_MODULE_3__/* .code */ .JA)(result.digest)],
            ['fingerprint', (0,_sluice_core__WEBPACK_IMPORTED_MODULE_3__/* .code */ .JA)(fingerprint)],
            ['tests', result.tested ? 'passed' : 'the unit has no test target'],
            ['time', `${seconds} s`],
            ...Object.entries(result.detail).map(([name, value]) => [
                (0,_sluice_core__WEBPACK_IMPORTED_MODULE_3__/* .escapeMarkdown */ .FV)(name),
                (0,_sluice_core__WEBPACK_IMPORTED_MODULE_3__/* .code */ .JA)(typeof value === 'string' ? value : JSON.stringify(value))
            ])
        ])}\n`
    };
}
async function buildImage(unit, { fingerprint, layout }, request, pipeline, env) {
    const { log, run } = pipeline;
    const { image } = unit;
    const builder = await builderFor(request, pipeline, env);
    return withTemporaryFolder(run.temp, async (context) => {
        const epoch = (0,_builder_index_js__WEBPACK_IMPORTED_MODULE_4__/* .contextTime */ .XP)(fingerprint);
        await (0,_sluice_git__WEBPACK_IMPORTED_MODULE_8__/* .exportTree */ .D)({
            repository: run.workspace,
            commit: run.sha,
            path: image.context,
            into: context,
            epoch,
            purpose: 'image'
        });
        const common = {
            context,
            dockerfile: image.dockerfile,
            args: image.args,
            platforms: image.platforms,
            log
        };
        const { test, target } = image;
        if (test !== undefined)
            await log.group(`Run the tests of ${unit.name}`, async () => builder.runTarget({ ...common, target: test }));
        const built = await log.group(`Build ${unit.name}`, async () => builder.buildImage({ ...common, ...(target === undefined ? {} : { target }), layout }));
        return {
            digest: built.digest,
            tested: test !== undefined,
            detail: {
                builder: builder.name,
                sandbox: builder.sandboxed,
                ...(built.base.length === 0 ? {} : { base: built.base })
            }
        };
    });
}
async function builderFor({ builder }, { log, policy }, env) {
    const token = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
    return (0,_builder_index_js__WEBPACK_IMPORTED_MODULE_4__/* .detectBuilder */ .h4)(builder, {
        env,
        sandbox: policy.builds.sandbox,
        hasIdToken: token !== undefined && token !== '',
        log
    });
}
async function buildBundle(unit, file, pipeline) {
    const { log, run } = pipeline;
    return withTemporaryFolder(run.temp, async (directory) => {
        await (0,_sluice_git__WEBPACK_IMPORTED_MODULE_8__/* .exportTree */ .D)({
            repository: run.workspace,
            commit: run.sha,
            path: unit.bundle.path,
            into: directory,
            purpose: 'bundle'
        });
        const built = await log.group(`Pack ${unit.name}`, async () => (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_2__/* .writeBundle */ .Mf)({ directory, file }));
        return { digest: built.digest, tested: false, detail: { files: built.files, bytes: built.bytes } };
    });
}
async function withTemporaryFolder(parent, work) {
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)(parent, { recursive: true });
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(parent, 'sluice-tree-'));
    try {
        return await work(folder);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(folder, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 3858:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c1: () => (/* reexport */ publishBundle),
  RK: () => (/* reexport */ publishedDigest),
  Mf: () => (/* reexport */ writeBundle)
});

// UNUSED EXPORTS: readBundle

// EXTERNAL MODULE: ./packages/core/lib/index.js + 35 modules
var lib = __webpack_require__(7885);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
;// CONCATENATED MODULE: ./packages/bundle/lib/read.js


const TYPE = 0o170000;
const LINK = 0o120000;
/**
 * Reads a bundle, one file at a time, in the order of the archive.
 * @throws UserError when it is no archive, holds a name that would leave the target folder, a link, or a name twice.
 */
async function readBundle(file, onEntry) {
    const seen = new Set();
    const legible = (reading) => reading.catch((error) => {
        throw unreadable(file, error);
    });
    // Loaded late, like all that most actions never need.
    const { openPromise } = await __webpack_require__.e(/* import() */ 663).then(__webpack_require__.t.bind(__webpack_require__, 663, 19));
    const zip = await legible(openPromise(file, { strictFileNames: true }));
    try {
        const entries = zip.eachEntry();
        for (;;) {
            const next = await legible(entries.next());
            if (next.done === true)
                return;
            const entry = next.value;
            if (entry.fileName.endsWith('/'))
                continue;
            checkEntry(file, entry, seen);
            const content = await legible(zip.openReadStreamPromise(entry).then(consumers_.buffer));
            await onEntry({ path: entry.fileName, content, executable: (modeOf(entry) & 0o100) !== 0 });
        }
    }
    finally {
        zip.close();
    }
}
function checkEntry(file, entry, seen) {
    const name = entry.fileName;
    const refuse = (why) => new lib/* UserError */.yo(`${file} holds ${JSON.stringify(name)}, ${why}. Do not use this bundle.`);
    const problem = (0,lib/* bundleNameProblem */.fd)(name);
    if (problem !== undefined)
        throw refuse(`and ${problem}`);
    if ((modeOf(entry) & TYPE) === LINK)
        throw refuse('a link');
    if (seen.has(name))
        throw refuse('a name that occurs twice');
    seen.add(name);
}
function modeOf(entry) {
    return entry.externalFileAttributes >>> 16;
}
function unreadable(file, error) {
    return new lib/* UserError */.yo(`${file} is not a readable zip archive (${(0,lib/* messageOf */.bD)(error)}). Build the bundle again.`, {
        cause: error
    });
}

;// CONCATENATED MODULE: ./packages/bundle/lib/publish.js


/** The bundle that a bucket says it holds; absent where it says nothing, or is not there. */
async function publishedDigest(session, bucket) {
    return withBucket(session, `read which bundle ${bucket} holds`, async (s3, sdk) => {
        const request = new sdk.GetObjectCommand({ Bucket: bucket, Key: lib/* BUNDLE_MARKER */.y_ });
        try {
            const body = await (0,lib/* callAws */.IY)(session.terms, async () => (await s3.send(request)).Body?.transformToString());
            const text = body?.trim();
            return (0,lib/* isDigest */.Bc)(text) ? text : undefined;
        }
        catch (error) {
            if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket)
                return undefined;
            throw error;
        }
    });
}
/**
 * Puts the files of a bundle into a bucket, pages last, removes what the bundle does not have, and says at the very end which bundle it
 * is. Running it again after a fault ends in the same state.
 */
async function publishBundle(request) {
    const { session, bucket, archive, digest } = request;
    return withBucket(session, `publish ${digest} to ${bucket}`, async (s3, sdk) => {
        const { default: mime } = await __webpack_require__.e(/* import() */ 86).then(__webpack_require__.bind(__webpack_require__, 5086));
        const put = async (key, content, type) => {
            const object = new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: type });
            await (0,lib/* callAws */.IY)(session.terms, () => s3.send(object, lib/* unhurried */.jp));
        };
        const files = new Set();
        const upload = async ({ path, content }) => {
            await put(path, content, contentType(mime.getType(path)));
            files.add(path);
        };
        // Pages refer to assets, so assets come first: two passes, one file in memory at a time.
        await readBundle(archive, async (entry) => (isPage(entry) ? undefined : upload(entry)));
        await readBundle(archive, async (entry) => (isPage(entry) ? upload(entry) : undefined));
        const removed = await removeOthers(session, s3, sdk, bucket, new Set([lib/* BUNDLE_MARKER */.y_, ...files]));
        await put(lib/* BUNDLE_MARKER */.y_, digest, 'text/plain');
        return { files: files.size, removed };
    });
}
/** @returns how many objects were removed. */
async function removeOthers(session, s3, sdk, bucket, keep) {
    let removed = 0;
    let token;
    do {
        const list = new sdk.ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token });
        const page = await (0,lib/* callAws */.IY)(session.terms, () => s3.send(list));
        const gone = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined || keep.has(Key) ? [] : [{ Key }]));
        if (gone.length > 0) {
            const removal = new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: gone, Quiet: true } });
            const { Errors: [refused] = [] } = await (0,lib/* callAws */.IY)(session.terms, () => s3.send(removal));
            // S3 answers 200 also when it removed nothing.
            if (refused !== undefined)
                throw new lib/* Failure */.HR(`S3 did not delete ${refused.Key} from ${bucket}: ${refused.Message ?? refused.Code}`);
        }
        removed += gone.length;
        token = page.NextContinuationToken;
    } while (token !== undefined);
    return removed;
}
/** Browsers guess the encoding of text, and of nothing else. */
function contentType(type) {
    if (type === null)
        return 'application/octet-stream';
    return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}
function isPage(entry) {
    return entry.path.endsWith('.html');
}
async function withBucket(session, what, work) {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 3711, 19));
    const s3 = new sdk.S3Client((0,lib/* awsClientConfig */.rw)(session, 'S3'));
    try {
        return await work(s3, sdk);
    }
    catch (error) {
        if (error instanceof lib/* UserError */.yo)
            throw error;
        const message = `S3 could not ${what}: ${(0,lib/* messageOf */.bD)(error)}`;
        if ((0,lib/* awsFault */._p)(error).status !== 403)
            throw new lib/* Failure */.HR(message, { cause: error });
        throw new lib/* UserError */.yo(`${message}. Grant the role of this job what docs/aws-roles.md lists for units that publish.`, {
            cause: error
        });
    }
    finally {
        s3.destroy();
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/bundle/lib/tree.js



/**
 * The files of a tree, sorted by the bytes of their paths: no locale and no file system decides the order.
 * A link to a file of the tree counts as a copy of that file, because neither S3 nor every reader of archives knows links.
 * @throws UserError for a link that leaves the tree, leads nowhere or leads to a folder, for anything that is no file, and for a file
 * that whoever reads the bundle would not find again as it is.
 */
async function* walkTree(directory) {
    const root = await (0,external_node_fs_promises_.realpath)(directory);
    for (const path of await pathsBelow(root, '')) {
        const file = (0,external_node_path_.join)(root, path);
        const source = (await (0,external_node_fs_promises_.lstat)(file)).isSymbolicLink() ? await followLink(root, path) : file;
        const { mode, size } = await (0,external_node_fs_promises_.stat)(source);
        if (size > lib/* BUNDLE_FILE_LIMIT */.ov)
            throw new lib/* UserError */.yo(`${path} has ${size} bytes, and a file of a bundle at most ${lib/* BUNDLE_FILE_LIMIT */.ov}. Split it, or deliver it another way.`);
        yield { path, source, executable: (mode & 0o100) !== 0 };
    }
}
async function pathsBelow(root, folder) {
    const paths = [];
    // Names as bytes: as text, a name that is none would be changed, and the file not found.
    for (const entry of await (0,external_node_fs_promises_.readdir)((0,external_node_path_.join)(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
        const name = (0,lib/* showName */.$i)(entry.name);
        const path = folder === '' ? name : `${folder}/${name}`;
        const problem = (0,lib/* isTextName */.b5)(entry.name) ? (0,lib/* bundleNameProblem */.fd)(name) : 'its name is not UTF-8';
        if (problem !== undefined)
            throw new lib/* UserError */.yo(`${(0,lib/* visible */.RK)(path)} cannot be part of a bundle: ${problem}. Rename it.`);
        if (entry.isDirectory())
            paths.push(...(await pathsBelow(root, path)));
        else if (entry.isFile() || entry.isSymbolicLink())
            paths.push(path);
        else
            throw new lib/* UserError */.yo(`${path} in the bundle is not a regular file. Remove it.`);
    }
    return folder === '' ? paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : paths;
}
async function followLink(root, path) {
    const target = await (0,external_node_fs_promises_.realpath)((0,external_node_path_.join)(root, path)).catch((error) => {
        throw new lib/* UserError */.yo(`${path} in the bundle is a broken link (${(0,lib/* messageOf */.bD)(error)}). Remove it.`);
    });
    const inside = (0,external_node_path_.relative)(root, target);
    if (inside === '..' || inside.startsWith(`..${external_node_path_.sep}`))
        throw new lib/* UserError */.yo(`${path} in the bundle is a link to ${target}, outside the bundle. Replace it with a file.`);
    if (!(await (0,external_node_fs_promises_.stat)(target)).isFile())
        throw new lib/* UserError */.yo(`${path} in the bundle is a link to the folder ${inside || '.'}. Replace it with files.`);
    return target;
}

;// CONCATENATED MODULE: ./packages/bundle/lib/write.js






// The archive format holds local time, so this is noon in every time zone; no zone skips noon, and a time of the
// commit would give one tree several digests.
const MODIFIED = new Date(1980, 0, 1, 12);
/**
 * Writes the files of a directory as a zip whose bytes depend on names, contents and the executable bit alone.
 *
 * Nothing is compressed: the output of zlib differs between versions of Node and between processors, so a compressed
 * bundle would have another digest when it is built elsewhere.
 * @throws UserError for a directory without files, for what {@link walkTree} refuses, and when the disk is full.
 */
async function writeBundle(request) {
    // Loaded late, like all that most actions never need.
    const { ZipFile } = await __webpack_require__.e(/* import() */ 44).then(__webpack_require__.t.bind(__webpack_require__, 3044, 19));
    const zip = new ZipFile();
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let bytes = 0;
    const measure = new external_node_stream_.Transform({
        transform(chunk, _encoding, done) {
            hash.update(chunk);
            bytes += chunk.length;
            done(null, chunk);
        }
    });
    const files = [];
    for await (const file of walkTree(request.directory))
        files.push(file);
    if (files.length === 0)
        throw new lib/* UserError */.yo('The bundle has no files. Commit at least one file under its path.');
    const written = (0,promises_.pipeline)(zip.outputStream, measure, (0,external_node_fs_.createWriteStream)(request.file));
    const failed = new Promise((_resolve, reject) => zip.once('error', reject));
    for (const { path, source, executable } of files) {
        const mode = executable ? 0o100755 : 0o100644;
        zip.addFile(source, path, { mtime: MODIFIED, mode, compress: false, forceDosTimestamp: true });
    }
    zip.end();
    await (0,lib/* writing */.dV)('The bundle', request.file, async () => Promise.race([written, failed]));
    return { digest: (0,lib/* parseDigest */.m)(`sha256:${hash.digest('hex')}`), bytes, files: files.length };
}

;// CONCATENATED MODULE: ./packages/bundle/lib/index.js





/***/ }),

/***/ 6315:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ checkRepository)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7885);
/* harmony import */ var _explain_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9426);
/* harmony import */ var _fingerprint_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(102);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6891);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4357);





/**
 * Checks that everything delivery.yml names is in the commit, and that no folder that a unit is built from has uncommitted
 * changes (only when the commit is the one checked out: another one is not built from the work tree).
 * @throws ConfigError at the line of delivery.yml that names the path.
 */
async function checkRepository(delivery, repository, commit) {
    const source = (0,_parse_js__WEBPACK_IMPORTED_MODULE_1__/* .sourceOf */ .v)(delivery) ?? UNKNOWN;
    const problems = [];
    for (const { at, path, kind, what } of expectations(delivery)) {
        const entry = await repository.entryAt(commit, path);
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
        if (unit.kind === 'image') {
            const { context } = unit.image;
            expected.push({ at: [...at, 'image', 'context'], path: context, kind: 'directory', what: 'the build context' });
            const dockerfile = (0,_fingerprint_js__WEBPACK_IMPORTED_MODULE_4__/* .dockerfilePath */ .S)(unit.image);
            expected.push({ at: [...at, 'image', 'dockerfile'], path: dockerfile, kind: 'file', what: 'the Dockerfile' });
        }
        else {
            const { path } = unit.bundle;
            expected.push({ at: [...at, 'bundle', 'path'], path, kind: 'directory', what: "the bundle's folder" });
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
            await repository.checkFolder(commit, folderOf(unit), unit.kind);
        }
        catch (error) {
            if (!(error instanceof _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo))
                throw error;
            const at = folderPath(unit);
            problems.push((0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .problemAt */ .l4)(source, at, `${(0,_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPath */ .jV)(at)}: ${error.message}`));
        }
    }
    return problems;
}
function folderOf(unit) {
    return unit.kind === 'image' ? unit.image.context : unit.bundle.path;
}
/** Where delivery.yml names the folder of a unit. */
function folderPath(unit) {
    return ['units', unit.name, ...(unit.kind === 'image' ? ['image', 'context'] : ['bundle', 'path'])];
}
async function uncommitted(delivery, repository, source) {
    const problems = [];
    for (const unit of delivery.units) {
        const folder = folderOf(unit);
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


/***/ }),

/***/ 102:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ dockerfilePath),
/* harmony export */   a: () => (/* binding */ fingerprintOf)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7885);

/**
 * Names everything in git that goes into a unit's build: content of the folder, Dockerfile, build arguments, target, platforms.
 * The same fingerprint is never built twice (promise 2), so nothing that varies by machine, time or commit may enter it; names
 * and places that do not change the artifact (unit, folder) do not enter it either.
 * @throws UserError when the folder or the Dockerfile is not in the commit.
 */
async function fingerprintOf(repository, commit, unit) {
    const need = async (path) => {
        const id = await repository.treeOf(commit, path);
        if (id === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`Unit ${unit.name} is built from ${path}, which does not exist in commit ${commit}. Commit it, or correct the path in delivery.yml.`);
        return id;
    };
    // Every key is named here or does not compile, so that nobody adds one without asking whether it enters. `publish` and `test` do
    // not: they say what happens to an artifact, and leave its bytes alone.
    if (unit.kind === 'bundle') {
        const { path, publish: _publish, ...rest } = unit.bundle;
        rest;
        return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .sc)((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .dj)({ kind: unit.kind, trees: [await need(path)] }));
    }
    const { context, dockerfile, target, args, platforms, test: _test, ...rest } = unit.image;
    rest;
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .sc)((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .dj)({
        kind: unit.kind,
        trees: [await need(context), await need(dockerfilePath(unit.image))],
        dockerfile,
        args,
        platforms: [...platforms].sort(),
        ...(target === undefined ? {} : { target })
    }));
}
/** Where an image's Dockerfile is in the repository. */
function dockerfilePath({ context, dockerfile }) {
    return context === '.' ? dockerfile : `${context}/${dockerfile}`;
}


/***/ }),

/***/ 6019:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ exportTree)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7885);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6582);
/* harmony import */ var _objects_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5882);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1636);






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
    const entries = await (0,_tree_js__WEBPACK_IMPORTED_MODULE_4__/* .listTree */ .nT)(request);
    const [modules, files] = [entries.filter(isModule), entries.filter(entry => !isModule(entry))];
    const target = new Target(request, time, { ...DISK, ...disk });
    await target.folder('');
    const [small, large] = [files.filter(file => !isLarge(file)), files.filter(isLarge)];
    const links = [];
    for await (const [file, content] of (0,_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .readFiles */ .U)(repository, small)) {
        if (purpose !== 'checkout')
            (0,_tree_js__WEBPACK_IMPORTED_MODULE_4__/* .refusePointer */ .wm)(file, content, path);
        if (file.mode === _tree_js__WEBPACK_IMPORTED_MODULE_4__/* .LINK */ .ps)
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
    return mode === _tree_js__WEBPACK_IMPORTED_MODULE_4__/* .SUBMODULE */ .NG;
}
function isLarge({ mode, size }) {
    return mode !== _tree_js__WEBPACK_IMPORTED_MODULE_4__/* .LINK */ .ps && size > STREAMED;
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
            await this.#disk.chmod(place, file.mode === _tree_js__WEBPACK_IMPORTED_MODULE_4__/* .EXECUTABLE */ .tU ? 0o755 : 0o644);
            await this.#disk.utimes(place, this.#time, this.#time);
        });
    }
    async #inFolder({ name, path }, work) {
        const { commit } = this.#request;
        await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .writing */ .dV)(`${(0,_tree_js__WEBPACK_IMPORTED_MODULE_4__/* .inRepository */ .yJ)(this.#request.path, path)} of commit ${commit.slice(0, 12)}`, this.#root, async () => {
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
