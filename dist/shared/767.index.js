export const id = 767;
export const ids = [767];
export const modules = {

/***/ 4735:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ environmentUrl)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8165);

/**
 * The address of an environment: `environments[].url` with `${unit.Output}` filled in from the stacks.
 * @returns nothing when delivery.yml gives none, or an output is not there yet.
 */
function environmentUrl(environment, units, product, outputsOf) {
    if (environment.url === undefined)
        return undefined;
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .resolveOutputs */ .prv)(environment.url, ({ unit, output }) => units.some(({ name }) => name === unit)
        ? outputsOf((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .stackName */ .QxR)(product, environment.name, unit))?.[output]
        : undefined);
}


/***/ }),

/***/ 1777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bi: () => (/* binding */ requireContentAsPlanned),
/* harmony export */   bz: () => (/* binding */ publishContent),
/* harmony export */   hh: () => (/* binding */ requireOwnBuckets)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_bundle__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3118);
/* harmony import */ var _sluice_cloudformation__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6510);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8165);





/**
 * Refuses a plan whose buckets hold something else than when it was made, before anything is touched: what was approved was to replace that. A bucket that holds
 * the release already was published to by an earlier try.
 * @throws UserError saying what is there.
 */
async function requireContentAsPlanned({ session }, plan, digest) {
    // That a stack was to be made, and is there, is told by the comparison of stacks.
    const made = new Set(plan.stacks.flatMap(({ unit, base }) => (base === undefined ? [unit] : [])));
    const contents = plan.content.filter(({ unit }) => !made.has(unit));
    if (contents.length === 0)
        return;
    const stackOf = (unit) => (0,_sluice_core__WEBPACK_IMPORTED_MODULE_4__/* .stackName */ .QxR)(plan.product, plan.environment, unit);
    const stacks = await (0,_sluice_cloudformation__WEBPACK_IMPORTED_MODULE_3__/* .describeStacks */ .PR)(session, contents.map(({ unit }) => stackOf(unit)));
    for (const content of contents) {
        const bucket = stacks.get(stackOf(content.unit))?.outputs[content.bucket];
        const { holds, coming, over } = bucket === undefined ? {} : await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_2__/* .publishedBundle */ .$1)(session, bucket);
        // An earlier try of this plan may have put some of the files there.
        const published = coming === content.digest ? over : (holds ?? coming);
        if (published === content.live || published === content.digest)
            continue;
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yot(`The plan is obsolete: ${bucket} holds ${published ?? 'no bundle'}, and held ${content.live ?? 'none'} when the plan was made. What was approved is no longer what would be replaced. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
    }
}
/** Refuses units that would publish to one bucket: each would take the other's files for those of its own last bundle. @throws UserError */
function requireOwnBuckets(buckets) {
    for (const { unit, bucket } of buckets) {
        const first = buckets.find(it => it.bucket === bucket);
        if (bucket === undefined || first === undefined || first.unit === unit)
            continue;
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yot(`${first.unit} and ${unit} publish to the same bucket, ${bucket}, and would replace and remove each other's files. Give each of their stacks a bucket of its own.`);
    }
}
/** Puts the files of a bundle into the bucket of its stack, unless they are there. */
async function publishContent(pipeline, { session }, content, stacks) {
    const bucket = stacks.find(({ unit }) => unit === content.unit)?.outputs[content.bucket];
    if (bucket === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yot(`The stack of ${content.unit} has no output ${content.bucket}, which delivery.yml names as the bucket to publish to.`);
    await pipeline.log.group(`Publish ${content.unit}`, async () => {
        if ((await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_2__/* .publishedDigest */ .RK)(session, bucket)) === content.digest)
            return;
        await publish(pipeline, session, content, bucket);
    });
}
/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(pipeline, session, { unit, digest }, bucket) {
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(pipeline.run.temp, 'sluice-bundle-'));
    try {
        const archive = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'bundle.zip');
        if (!(await pipeline.bundles('pull').fetch(unit, digest, archive))) {
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_4__/* .Failure */ .HRU(`Bundle ${unit} ${digest} is not in the ops registry. Re-run the job that pushed it, or deliver the commit again.`);
        }
        const { files, removed, kept } = await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_2__/* .publishBundle */ .c1)({ session, bucket, archive, digest });
        const stay = kept === 0 ? '' : `, ${kept} kept until the next bundle`;
        pipeline.log.info(`${unit}: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_4__/* .plural */ .LSg)(files, 'file')} published, ${removed} removed${stay}`);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(folder, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 6969:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  B: () => (/* binding */ documentName),
  K: () => (/* binding */ loadTarget)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 75 modules
var lib = __webpack_require__(8165);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/roles.js
var roles = __webpack_require__(3563);
;// CONCATENATED MODULE: ./packages/delivery/lib/stack-parameters.js

/**
 * The parameters of a stack: the unit's own, those of the environment before them, and what tells the template where it is.
 * @param artifact what the parameter of the artifact is set to.
 */
function stackParameters({ product }, environment, unit, artifact) {
    const places = { Product: product, Environment: environment.name };
    const own = { ...unit.stack.parameters, ...environment.parameters[unit.name] };
    return {
        parameters: { ...places, ...own, [(0,lib/* artifactParameter */.YQz)(unit.kind)]: artifact },
        offered: Object.keys(places).filter(name => !Object.hasOwn(own, name))
    };
}

;// CONCATENATED MODULE: ./packages/delivery/lib/stack-sources.js

/**
 * What templates may run and read by a policy: what the release built, and what delivery.yml lists.
 * @param own what the release built, as templates name it.
 */
function stackSources({ accounts, images, code, dynamicReferences }, { account, gate, level }, { kind }, own) {
    const place = accounts[account];
    return {
        own,
        ...(kind === 'image' ? { artifactParameter: (0,lib/* artifactParameter */.YQz)(kind) } : {}),
        ...{ images, code, dynamicReferences },
        // Where nobody is asked, nothing changes behind an approval.
        strict: gate !== 'continuous' || level === 'production',
        account: place?.id ?? '',
        region: place?.region ?? ''
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/stack-request.js


/** The stack that a unit of a release is to have in an environment: name, template, parameters and tags. @throws UserError */
async function stackOf(pipeline, environment, release, delivery, unit) {
    const { repository, policy } = pipeline;
    const released = release.units[unit.name];
    if (released === undefined) {
        throw new lib/* UserError */.yot(`Release ${release.commit} has no unit ${unit.name}, although delivery.yml of its commit defines it. Deliver the commit again.`);
    }
    const template = await repository.fileAt(release.commit, unit.stack.template);
    if (template === undefined)
        throw new lib/* UserError */.yot(`The template ${unit.stack.template} of unit ${unit.name} is not a file of commit ${release.commit}. Commit it there as a file, not as a link, or correct it in delivery.yml, and deliver again.`);
    const imageOf = (name, digest) => `${pipeline.registryHost}/${(0,lib/* unitRepository */.pl6)(policy.product, name)}@${digest}`;
    const artifact = unit.kind === 'image' ? imageOf(unit.name, released.digest) : released.digest;
    const own = Object.entries(release.units).flatMap(([name, { kind, digest }]) => kind === 'image' ? [imageOf(name, digest)] : []);
    return {
        unit: unit.name,
        stack: (0,lib/* stackName */.QxR)(policy.product, environment.name, unit.name),
        dependsOn: unit.dependsOn.filter(name => delivery.units.some(other => other.name === name)),
        template: template.toString('utf8'),
        ...stackParameters(policy, environment, unit, artifact),
        // Release and commit would turn every commit into a stack update.
        tags: { product: policy.product, environment: environment.name, unit: unit.name },
        artifact: released.digest,
        sources: stackSources(policy, (0,find_by_name/* environmentNamed */.b6)(policy, environment.name), unit, own)
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/target.js



/** Loads and checks what a release means in an environment. */
async function loadTarget(pipeline, inputs, may) {
    const environment = pipeline.environment(inputs.environment);
    const release = await pipeline.release(inputs.release);
    const delivery = await pipeline.at(release.commit);
    const settings = (0,find_by_name/* environmentNamed */.b6)(delivery, environment.name);
    const stacks = await Promise.all(delivery.units.map(async (unit) => stackOf(pipeline, settings, release, delivery, unit)));
    return {
        environment,
        settings,
        digest: inputs.release,
        release,
        delivery,
        units: delivery.units,
        stacks,
        changeSetName: (0,lib/* changeSetName */.GaK)(inputs.release, pipeline.run.runId),
        executionRoleArn: (0,roles/* deliveryRoles */.o)(pipeline.policy).environment(environment.name).execution.arn,
        session: pipeline.session({ environment: environment.name, may }),
        runbook: await runbookOf(pipeline, settings, release.commit)
    };
}
async function runbookOf(pipeline, environment, commit) {
    const path = environment.runbook;
    if (path === undefined)
        return undefined;
    const bytes = await pipeline.repository.fileAt(commit, path);
    if (bytes === undefined)
        throw new lib/* UserError */.yot(`The runbook ${path} of ${environment.name} is not a file of commit ${commit}. Commit it there as a file, not as a link, or correct environments.runbook in delivery.yml.`);
    return { path, text: bytes.toString('utf8'), digest: (0,lib/* sha256 */.scB)(bytes) };
}
/** The file name part that keeps documents of several plans apart. */
function documentName(target, plan) {
    return `${target.environment.name}-${(0,lib/* hexOf */.ZDm)(plan).slice(0, 12)}`;
}


/***/ }),

/***/ 3118:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c1: () => (/* reexport */ publishBundle),
  $1: () => (/* reexport */ publishedBundle),
  RK: () => (/* reexport */ publishedDigest),
  Mf: () => (/* reexport */ writeBundle)
});

// UNUSED EXPORTS: readBundle, readFiles

// EXTERNAL MODULE: ./packages/core/lib/index.js + 75 modules
var lib = __webpack_require__(8165);
;// CONCATENATED MODULE: ./packages/bundle/lib/published-files.js

const NO_FILES = { files: [], coming: [], leaving: [] };
/** @param files of the bundle. A bundle that was noted already was published up to its marker: what is leaving has not stayed for a delivery yet. */
function passageTo(before, bundle, files) {
    const isAgain = before.bundle === bundle;
    const coming = union(before.coming, files);
    const without = (names, others) => {
        const known = new Set(others);
        return names.filter(name => !known.has(name));
    };
    return {
        during: { ...before, coming },
        remove: isAgain ? [] : without(before.leaving, coming),
        after: {
            bundle,
            files,
            coming: [],
            leaving: without(isAgain ? union(before.leaving, before.coming) : union(before.files, before.coming), files)
        }
    };
}
function union(some, others) {
    return [...new Set([...some, ...others])];
}
function encodeFiles(files) {
    return JSON.stringify({ version: 1, ...files });
}
/** Reads it back; absent for anything else, of which nobody can tell whose files are there. */
function readFiles(text) {
    const { bundle, files, coming, leaving } = membersOf(text);
    if (!isNames(files) || !isNames(coming) || !isNames(leaving))
        return undefined;
    return { ...((0,lib/* isDigest */.Bc8)(bundle) ? { bundle } : {}), files, coming, leaving };
}
function membersOf(text) {
    try {
        return Object(JSON.parse(text));
    }
    catch {
        return {};
    }
}
/** Bytes of the key of an object (S3, "Naming Amazon S3 objects"). */
const LONGEST_KEY = 1024;
function isNames(value) {
    // Whoever writes to the bucket could write the note: S3 must not be asked for what is no name of a file.
    return (Array.isArray(value) &&
        value.every(it => typeof it === 'string' && Buffer.byteLength(it) <= LONGEST_KEY && (0,lib/* bundleNameProblem */.fd4)(it) === undefined));
}

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
    const refuse = (why) => new lib/* UserError */.yot(`${file} holds ${JSON.stringify(name)}, ${why}. Do not use this bundle.`);
    const problem = (0,lib/* bundleNameProblem */.fd4)(name);
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
    return new lib/* UserError */.yot(`${file} is not a readable zip archive (${(0,lib/* messageOf */.bDE)(error)}). Build the bundle again.`, {
        cause: error
    });
}

;// CONCATENATED MODULE: ./packages/bundle/lib/publish.js



/** The bundle that a bucket says it holds; absent where it says nothing, or is not there. */
async function publishedDigest(session, bucket) {
    return (await publishedBundle(session, bucket)).holds;
}
/** Reads what {@link publishBundle} says in a bucket: `<digest>`, or `<digest> over <digest>` while it is at work. */
async function publishedBundle(session, bucket) {
    return withBucket(session, bucket, `read which bundle ${bucket} holds`, async (s3) => readMarker(s3));
}
async function readMarker(s3) {
    const [first, second] = ((await s3.read(lib/* BUNDLE_MARKER */.y_S)) ?? '').trim().split(OVER);
    if (!(0,lib/* isDigest */.Bc8)(first))
        return {};
    if (second === undefined)
        return { holds: first };
    return { coming: first, ...((0,lib/* isDigest */.Bc8)(second) ? { over: second } : {}) };
}
const OVER = ' over ';
/**
 * Puts the files of a bundle into a bucket, pages last, and says at the very end which bundle it is. What only the bundle before had stays until the
 * next one comes; what Sluice did not put there stays for good. Running it again after a fault ends in the same state.
 * @throws UserError where it would replace somebody else's files.
 */
async function publishBundle(request) {
    const { session, bucket, archive, digest } = request;
    return withBucket(session, bucket, `publish ${digest} to ${bucket}`, async (s3) => {
        const { default: mime } = await __webpack_require__.e(/* import() */ 86).then(__webpack_require__.bind(__webpack_require__, 5086));
        const files = [];
        await readBundle(archive, async ({ path }) => {
            files.push(path);
        });
        const { during, remove, after } = passageTo(await filesBefore(s3, bucket, files), digest, files);
        const note = async (noted) => s3.put(lib/* BUNDLE_FILES */.HJS, encodeFiles(noted), 'application/json');
        const upload = async ({ path, content }) => s3.put(path, content, contentType(mime.getType(path)));
        const { holds, over = holds } = await readMarker(s3);
        // From here on the bucket holds a part of each: nobody must take it for the one before.
        await s3.put(lib/* BUNDLE_MARKER */.y_S, `${digest}${OVER}${over ?? 'nothing'}`, 'text/plain');
        await note(during);
        // Pages refer to assets, so assets come first: two passes, one file in memory at a time.
        await readBundle(archive, async (entry) => (isPage(entry) ? undefined : upload(entry)));
        await readBundle(archive, async (entry) => (isPage(entry) ? upload(entry) : undefined));
        await s3.remove(remove);
        await note(after);
        await s3.put(lib/* BUNDLE_MARKER */.y_S, digest, 'text/plain');
        return { files: files.length, removed: remove.length, kept: after.leaving.length };
    });
}
/** What Sluice has put into a bucket before. @throws UserError where files of the same names are there that it has not. */
async function filesBefore(s3, bucket, files) {
    const noted = await s3.read(lib/* BUNDLE_FILES */.HJS);
    const before = noted === undefined ? NO_FILES : readFiles(noted);
    // A note that is not ours says of no file whose it is.
    if (before === undefined)
        return NO_FILES;
    const [own, ours] = [new Set(files), new Set([...before.files, ...before.coming, ...before.leaving])];
    const taken = (await s3.list()).filter(key => own.has(key) && !ours.has(key));
    const [first] = taken;
    if (first !== undefined)
        throw new lib/* UserError */.yot(`${bucket} holds ${(0,lib/* plural */.LSg)(taken.length, 'file')} of this bundle that Sluice did not put there, as ${first}. Publish to another bucket, or move ${taken.length === 1 ? 'it' : 'them'} away.`);
    return before;
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
/** So many keys S3 deletes by one request. */
const AT_ONCE = 1000;
function bucketOf(session, s3, sdk, name) {
    const Bucket = name;
    const call = async (send) => (0,lib/* callAws */.IY8)(session.terms, send);
    return {
        read: async (Key) => {
            const request = new sdk.GetObjectCommand({ Bucket, Key });
            try {
                return await call(async () => (await s3.send(request)).Body?.transformToString());
            }
            catch (error) {
                if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket)
                    return undefined;
                throw error;
            }
        },
        put: async (Key, Body, ContentType) => {
            const object = new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType });
            await call(async () => s3.send(object, lib/* unhurried */.jp));
        },
        list: async () => {
            const keys = [];
            let token;
            do {
                const page = await call(async () => s3.send(new sdk.ListObjectsV2Command({ Bucket, ContinuationToken: token })));
                keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
                token = page.NextContinuationToken;
            } while (token !== undefined);
            return keys;
        },
        remove: async (keys) => {
            for (let at = 0; at < keys.length; at += AT_ONCE) {
                const Objects = keys.slice(at, at + AT_ONCE).map(Key => ({ Key }));
                const removal = new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
                const { Errors: [refused] = [] } = await call(async () => s3.send(removal));
                // S3 answers 200 also when it removed nothing.
                if (refused !== undefined)
                    throw new lib/* Failure */.HRU(`S3 did not delete ${refused.Key} from ${name}: ${refused.Message ?? refused.Code}`);
            }
        }
    };
}
async function withBucket(session, bucket, what, work) {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 3711, 19));
    const s3 = new sdk.S3Client((0,lib/* awsClientConfig */.rwc)(session, 'S3'));
    try {
        return await work(bucketOf(session, s3, sdk, bucket));
    }
    catch (error) {
        if (error instanceof lib/* UserError */.yot)
            throw error;
        const message = `S3 could not ${what}: ${(0,lib/* messageOf */.bDE)(error)}`;
        if ((0,lib/* awsFault */._pu)(error).status !== 403)
            throw new lib/* Failure */.HRU(message, { cause: error });
        throw new lib/* UserError */.yot(`${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that publish.`, {
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
;// CONCATENATED MODULE: ./packages/bundle/lib/link.js



/**
 * The file that a link of a tree leads to, of which the bundle gets a copy. @param root the tree, without links itself.
 * @throws UserError for a link that leaves the tree, leads nowhere or leads to a folder.
 */
async function followLink(root, path) {
    const target = await (0,external_node_fs_promises_.realpath)((0,external_node_path_.join)(root, path)).catch((error) => {
        throw new lib/* UserError */.yot(`${path} in the bundle is a broken link (${(0,lib/* messageOf */.bDE)(error)}). Remove it.`);
    });
    const inside = (0,external_node_path_.relative)(root, target);
    if (inside === '..' || inside.startsWith(`..${external_node_path_.sep}`))
        throw new lib/* UserError */.yot(`${path} in the bundle is a link to ${target}, outside the bundle. Replace it with a file.`);
    if (!(await (0,external_node_fs_promises_.stat)(target)).isFile())
        throw new lib/* UserError */.yot(`${path} in the bundle is a link to the folder ${inside || '.'}. Replace it with files.`);
    return target;
}

;// CONCATENATED MODULE: ./packages/bundle/lib/walk-tree.js




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
        if (size > lib/* BUNDLE_FILE_LIMIT */.ovi)
            throw new lib/* UserError */.yot(`${path} has ${size} bytes, and a file of a bundle at most ${lib/* BUNDLE_FILE_LIMIT */.ovi}. Split it, or deliver it another way.`);
        yield { path, source, executable: (mode & 0o100) !== 0 };
    }
}
async function pathsBelow(root, folder) {
    const paths = [];
    // Names as bytes: as text, a name that is none would be changed, and the file not found.
    for (const entry of await (0,external_node_fs_promises_.readdir)((0,external_node_path_.join)(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
        const name = (0,lib/* showName */.$ij)(entry.name);
        const path = folder === '' ? name : `${folder}/${name}`;
        const problem = (0,lib/* isTextName */.b5Z)(entry.name) ? (0,lib/* bundleNameProblem */.fd4)(name) : 'its name is not UTF-8';
        if (problem !== undefined)
            throw new lib/* UserError */.yot(`${(0,lib/* visible */.RK9)(path)} cannot be part of a bundle: ${problem}. Rename it.`);
        if (entry.isDirectory())
            paths.push(...(await pathsBelow(root, path)));
        else if (entry.isFile() || entry.isSymbolicLink())
            paths.push(path);
        else
            throw new lib/* UserError */.yot(`${path} in the bundle is not a regular file. Remove it.`);
    }
    return folder === '' ? paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : paths;
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
        throw new lib/* UserError */.yot('The bundle has no files. Commit at least one file under its path.');
    const written = (0,promises_.pipeline)(zip.outputStream, measure, (0,external_node_fs_.createWriteStream)(request.file));
    const failed = new Promise((_resolve, reject) => zip.once('error', reject));
    for (const { path, source, executable } of files) {
        const mode = executable ? 0o100755 : 0o100644;
        zip.addFile(source, path, { mtime: MODIFIED, mode, compress: false, forceDosTimestamp: true });
    }
    zip.end();
    await (0,lib/* writing */.dVM)('The bundle', request.file, async () => Promise.race([written, failed]));
    return { digest: (0,lib/* parseDigest */.m)(`sha256:${hash.digest('hex')}`), bytes, files: files.length };
}

;// CONCATENATED MODULE: ./packages/bundle/lib/index.js






/***/ })

};
