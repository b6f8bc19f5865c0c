export const id = 983;
export const ids = [983];
export const modules = {

/***/ 753:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ buildOf),
/* harmony export */   y: () => (/* binding */ folderOf)
/* harmony export */ });
/** What a unit is built with; absent where it is a folder of the commit as it is. */
function buildOf(unit) {
    return unit.kind === 'image' ? unit.image : unit.bundle.build;
}
/** The folder of the commit that a unit is made of. */
function folderOf(unit) {
    return buildOf(unit)?.context ?? (unit.kind === 'bundle' ? (unit.bundle.path ?? '.') : '.');
}


/***/ }),

/***/ 102:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ dockerfilePath),
/* harmony export */   a: () => (/* binding */ fingerprintOf)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

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
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yot(`Unit ${unit.name} is built from ${path}, which does not exist in commit ${commit}. Commit it, or correct the path in delivery.yml.`);
        return id;
    };
    // Every key is named here or does not compile, so that nobody adds one without asking whether it enters. `publish`, `cacheControl`,
    // `invalidate` and `test` do not: they say what happens to an artifact, and leave its bytes alone.
    if (unit.kind === 'bundle') {
        const { path, build, publish: _publish, cacheControl: _cacheControl, invalidate: _invalidate, ...rest } = unit.bundle;
        rest;
        if (build === undefined)
            return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .scB)((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .djW)({ kind: unit.kind, trees: [await need(path ?? '.')] }));
        return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .scB)((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .djW)({ kind: unit.kind, ...(await partsOf(build, need)) }));
    }
    const { platforms, ...build } = unit.image;
    return (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .scB)((0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .canonicalJson */ .djW)({ kind: unit.kind, ...(await partsOf(build, need)), platforms: [...platforms].sort() }));
}
/** Everything that goes into what a Dockerfile makes. */
async function partsOf(build, need) {
    // Secrets do not: a value is no content, and a step that mounts one names it in the Dockerfile.
    const { context, dockerfile, target, args, test: _test, secrets: _secrets, ...rest } = build;
    rest;
    return {
        trees: [await need(context), await need(dockerfilePath(build))],
        dockerfile,
        args,
        ...(target === undefined ? {} : { target })
    };
}
/** Where the Dockerfile of a build is in the repository. */
function dockerfilePath({ context, dockerfile }) {
    return context === '.' ? dockerfile : `${context}/${dockerfile}`;
}


/***/ }),

/***/ 3311:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  VD: () => (/* reexport */ LIFECYCLE),
  sm: () => (/* reexport */ bundleStore),
  R2: () => (/* reexport */ codeStore),
  gm: () => (/* reexport */ connectRegistry),
  dQ: () => (/* reexport */ ecrCredentials),
  z0: () => (/* reexport */ ensureRepository),
  DU: () => (/* reexport */ inspectRepositories),
  a1: () => (/* reexport */ verifyLayout)
});

// UNUSED EXPORTS: RegistryFailure

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
;// CONCATENATED MODULE: ./packages/registry/lib/digest-conflict.js

/**
 * Refuses to let a name that stays for good, a tag or a key of a bucket, point to something else.
 * @param name the whole name, as a person finds it. @param things what it names, in the plural.
 */
function refuseAnother(name, things, { found, digest }) {
    return new lib/* UserError */.yot(`${name} is immutable and already points to ${found}, not ${digest}. The same inputs produced two different ${things}: re-run all jobs to use the first one, or make the build reproducible.`);
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
;// CONCATENATED MODULE: ./packages/registry/lib/s3-objects.js


/** Opens a bucket; the SDK is loaded with the first call. */
function openObjects(options) {
    const { session, bucket, owner, advice } = options;
    const where = { Bucket: bucket, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) };
    let client;
    const call = async (what, work) => {
        // Loaded late: an action that fails on its input must not pay for the SDK.
        const sdk = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 3711, 19));
        client ??= new sdk.S3Client((0,lib/* awsClientConfig */.rwc)(session, 'S3'));
        const s3 = client;
        try {
            return await (0,lib/* callAws */.IY8)(session.terms, () => work(s3, sdk));
        }
        catch (error) {
            throw explain(error, `S3 could not ${what}`, advice);
        }
    };
    return {
        bucket,
        create: async (key, object) => call(`store ${bucket}/${key}`, async (s3, { PutObjectCommand }) => {
            const checksum = object.sha256 === undefined ? {} : { ChecksumSHA256: toBase64(object.sha256) };
            const body = external_node_stream_.Readable.from(object.content.open());
            const abort = new AbortController();
            let fault;
            // The SDK does not watch what it reads from: without this it would wait for the rest for ever.
            body.on('error', error => {
                fault = { error };
                abort.abort();
            });
            try {
                await s3.send(new PutObjectCommand({
                    ...where,
                    ...checksum,
                    Key: key,
                    Body: body,
                    ContentLength: object.content.size,
                    ContentType: object.contentType,
                    IfNoneMatch: '*'
                }), { abortSignal: abort.signal, ...lib/* unhurried */.jp });
                return true;
            }
            catch (error) {
                if ((0,lib/* awsFault */._pu)(error).status === 412)
                    return false;
                throw fault === undefined ? error : fault.error;
            }
            finally {
                body.destroy();
            }
        }),
        text: async (key) => call(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) => {
            const found = await s3.send(new GetObjectCommand({ ...where, Key: key })).catch(unlessAbsent);
            return found?.Body?.transformToString('utf8');
        }),
        read: async (key, take) => call(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) => {
            const found = await s3.send(new GetObjectCommand({ ...where, Key: key })).catch(unlessAbsent);
            // The SDK's type names what it gives in browsers too; in Node it is a stream.
            const body = found?.Body;
            return body === undefined ? undefined : take(body);
        }),
        head: async (key) => call(`look for ${bucket}/${key}`, async (s3, { HeadObjectCommand }) => {
            const found = await s3
                .send(new HeadObjectCommand({ ...where, Key: key, ChecksumMode: 'ENABLED' }))
                .catch(unlessAbsent);
            if (found === undefined)
                return undefined;
            const { ChecksumSHA256: checksum, VersionId: version } = found;
            return {
                ...(checksum === undefined ? {} : { sha256: fromBase64(checksum) }),
                ...(version === undefined ? {} : { version })
            };
        })
    };
}
function unlessAbsent(error) {
    // A missing bucket is 404 as well, but nothing that a push could mend.
    if ((0,lib/* awsFault */._pu)(error).status === 404 && error instanceof Error && error.name !== 'NoSuchBucket')
        return undefined;
    throw error;
}
function explain(error, what, advice) {
    if (error instanceof lib/* UserError */.yot)
        return error;
    const message = `${what}: ${(0,lib/* messageOf */.bDE)(error)}`;
    if (error instanceof Error && error.name === 'NoSuchBucket')
        return new lib/* UserError */.yot(`${message}. ${advice.missing}`, { cause: error });
    if ((0,lib/* awsFault */._pu)(error).status === 403)
        return new lib/* UserError */.yot(`${message}. ${advice.denied}${(0,lib/* keyAdvice */.YHz)(message)}`, { cause: error });
    return new lib/* Failure */.HRU(message, { cause: error });
}
function toBase64(digest) {
    return Buffer.from((0,lib/* hexOf */.ZDm)(digest), 'hex').toString('base64');
}
function fromBase64(checksum) {
    return `sha256:${Buffer.from(checksum, 'base64').toString('hex')}`;
}

;// CONCATENATED MODULE: ./packages/registry/lib/upload-content.js



/** Bytes that are read from a file at a time. */
const CHUNK_SIZE = 256 * 1024;
/** Content that is in memory already. */
function bytesContent(bytes) {
    return {
        size: bytes.length,
        async *open() {
            yield bytes;
        }
    };
}
/**
 * A file's content, read in chunks, so memory does not grow with its size. It is hashed on its way: the last chunk is held back
 * until the whole matches, so that a file with other bytes than its name says never arrives complete anywhere.
 */
function fileContent(file, expected) {
    return {
        size: expected.size,
        async *open() {
            const hash = (0,external_node_crypto_.createHash)('sha256');
            let size = 0;
            let held;
            const chunks = (0,external_node_fs_.createReadStream)(file, { highWaterMark: CHUNK_SIZE });
            for await (const chunk of chunks) {
                if (held !== undefined)
                    yield held;
                hash.update(chunk);
                size += chunk.length;
                held = chunk;
                if (size > expected.size)
                    break;
            }
            const digest = `sha256:${hash.digest('hex')}`;
            if (size !== expected.size || digest !== expected.digest) {
                throw new lib/* UserError */.yot(`${file} should hold ${expected.size} bytes with digest ${expected.digest}, but holds others (${size > expected.size ? 'more bytes' : digest}). Build it again.`);
            }
            if (held !== undefined)
                yield held;
        }
    };
}

;// CONCATENATED MODULE: ./packages/registry/lib/bundle-store.js








const DISK = { createWriteStream: external_node_fs_.createWriteStream };
/** Opens a product's bundle store; nothing is asked of S3 yet. @param disk where bundles are written; a test of a full one gives its own. */
function bundleStore(options, disk = DISK) {
    const { bucket } = options;
    const objects = openObjects({
        ...options,
        advice: {
            missing: `Create the bucket ${bucket} in the ops account, or correct the account in delivery.yml.`,
            denied: `Grant the role s3:GetObject and s3:ListBucket on ${bucket}, and s3:PutObject where it pushes.`
        }
    });
    const resolve = async (unit, fingerprint, place) => {
        const key = (0,lib/* bundleSourceKey */.rgz)(unit, fingerprint, place);
        const text = await objects.text(key);
        return text === undefined ? undefined : (0,lib/* parseDigest */.m)(text, `${objects.bucket}/${key}`);
    };
    const checkSame = (key, found, digest) => {
        if (found === digest)
            return;
        throw refuseAnother(`${objects.bucket}/${key}`, 'bundles', { found, digest });
    };
    return {
        resolve,
        async push(unit, fingerprint, file, digest, place) {
            const source = (0,lib/* bundleSourceKey */.rgz)(unit, fingerprint, place);
            const known = await resolve(unit, fingerprint, place);
            if (known !== undefined) {
                checkSame(source, known, digest);
                await verifyStored(objects, unit, digest);
                return { pushed: false };
            }
            const zip = (0,lib/* bundleKey */.CKr)(unit, digest);
            const content = fileContent(file, { digest, size: await sizeOf(file) });
            const pushed = (await objects.head(zip)) === undefined &&
                (await objects.create(zip, { content, sha256: digest, contentType: 'application/zip' }));
            await verifyStored(objects, unit, digest);
            // Last, so that no fingerprint ever names a bundle that is not there.
            const name = { content: bytesContent(Buffer.from(digest)), contentType: 'text/plain' };
            const said = await objects.create(source, name);
            const now = said ? digest : await resolve(unit, fingerprint, place);
            if (now === undefined)
                throw new lib/* Failure */.HRU(`${objects.bucket} lost ${source} again.`);
            checkSame(source, now, digest);
            return { pushed };
        },
        async fetch(unit, digest, file) {
            const part = `${file}.${(0,external_node_crypto_.randomUUID)()}.part`;
            try {
                const found = await objects.read((0,lib/* bundleKey */.CKr)(unit, digest), async (bytes) => 
                // Within the call, so that it is the disk that is blamed, and not S3.
                (0,lib/* writing */.dVM)(`The bundle of ${unit}`, file, async () => hashThrough(bytes, disk.createWriteStream(part))));
                if (found === undefined)
                    return false;
                if (found !== digest)
                    throw wrongBytes(objects, unit, digest, found);
                await (0,promises_.rename)(part, file);
                return true;
            }
            finally {
                await (0,promises_.rm)(part, { force: true });
            }
        }
    };
}
/** Checks what the store has: by S3's own checksum, or by reading it where S3 has none. */
async function verifyStored(objects, unit, digest) {
    const key = (0,lib/* bundleKey */.CKr)(unit, digest);
    const head = await objects.head(key);
    if (head === undefined)
        throw new lib/* Failure */.HRU(`${objects.bucket}/${key} is missing.`);
    const found = head.sha256 ?? (await objects.read(key, hashOf));
    if (found !== digest)
        throw wrongBytes(objects, unit, digest, found);
}
function wrongBytes(objects, unit, digest, found) {
    return new lib/* Failure */.HRU(`${objects.bucket}/${(0,lib/* bundleKey */.CKr)(unit, digest)} holds bytes of ${found ?? 'nothing'} instead of ${digest}. Do not use it.`);
}
async function hashOf(body) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for await (const chunk of body)
        hash.update(chunk);
    return (0,lib/* parseDigest */.m)(`sha256:${hash.digest('hex')}`);
}
async function hashThrough(body, file) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    await (0,external_node_stream_promises_.pipeline)(body, async function* (chunks) {
        for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
        }
    }, file);
    return (0,lib/* parseDigest */.m)(`sha256:${hash.digest('hex')}`);
}
async function sizeOf(file) {
    try {
        return (await (0,promises_.stat)(file)).size;
    }
    catch (error) {
        throw new lib/* UserError */.yot(`The bundle ${file} cannot be read. Build it first.`, { cause: error });
    }
}

;// CONCATENATED MODULE: ./packages/registry/lib/code-store.js




/** Opens the copies of a product's bundles in an account; nothing is asked of S3 yet. */
function codeStore(options) {
    const { product, bucket, owner, session } = options;
    const objects = openObjects({
        ...{ session, bucket, owner },
        advice: {
            missing: `Create it in account ${owner} and region ${session.region}, with versions, or correct \`bundles\` of the account in delivery.yml.`,
            denied: `Give the roles what \`sluice roles\` prints for them, and look at the policy of ${bucket}: it must be in account ${owner}.`
        }
    });
    const find = async (key, digest) => {
        const head = await objects.head(key);
        if (head === undefined)
            return undefined;
        const { sha256, version } = head;
        // S3 says `null` of what came before a bucket kept versions, or while it does not.
        if (version === undefined || version === 'null')
            throw new lib/* UserError */.yot(`s3://${bucket}/${key} has no version, so it could be replaced after an approval. Let the bucket keep versions: \`aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled\`; then remove the object, and plan again.`);
        if (sha256 !== digest)
            throw new lib/* UserError */.yot(`s3://${bucket}/${key} holds ${sha256 === undefined ? 'bytes of which S3 knows no SHA-256' : `bytes of ${sha256}`} instead of ${digest}: Sluice did not put them there. Find out who did; then remove that version (\`aws s3api delete-object --bucket ${bucket} --key ${key} --version-id '${version}'\`), and plan again.`);
        return { bucket, key, version };
    };
    const keep = async (key, digest, content, contentType) => {
        // Of two that copy at one time, one is second, and finds what the first has put.
        await objects.create(key, { content, sha256: digest, contentType });
        const kept = await find(key, digest);
        if (kept === undefined)
            throw new lib/* Failure */.HRU(`${bucket} lost ${key} again.`);
        return kept;
    };
    return {
        find: (unit, digest) => find((0,lib/* codeKey */.DQ5)(product, unit, digest), digest),
        keep: async (unit, digest, file) => {
            const content = fileContent(file, { digest, size: (await (0,promises_.stat)(file)).size });
            return keep((0,lib/* codeKey */.DQ5)(product, unit, digest), digest, content, 'application/zip');
        },
        findTemplate: text => find((0,lib/* templateKey */.AYW)(product, (0,lib/* sha256 */.scB)(text)), (0,lib/* sha256 */.scB)(text)),
        keepTemplate: async (text) => {
            const digest = (0,lib/* sha256 */.scB)(text);
            const key = (0,lib/* templateKey */.AYW)(product, digest);
            const content = bytesContent(Buffer.from(text));
            return (await find(key, digest)) ?? keep(key, digest, content, 'text/plain; charset=utf-8');
        }
    };
}

;// CONCATENATED MODULE: ./packages/registry/lib/ecr-client.js

/** Turns one error of ECR into an absent answer. */
function unless(name) {
    return error => {
        if (error instanceof Error && error.name === name)
            return undefined;
        throw error;
    };
}
/** Asks ECR something. @throws Failure or UserError that says what could not be done. */
async function withEcr(session, what, work) {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const { ECRClient } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
    const client = new ECRClient((0,lib/* awsClientConfig */.rwc)(session, 'ECR'));
    try {
        return await work(client);
    }
    catch (error) {
        if (error instanceof lib/* UserError */.yot || error instanceof lib/* Failure */.HRU)
            throw error;
        const message = `ECR in ${session.region} could not ${what}: ${(0,lib/* messageOf */.bDE)(error)}`;
        if (error instanceof Error && /AccessDenied/.test(error.name)) {
            throw new lib/* UserError */.yot(`${message}. Allow this action in the role's policy.`, { cause: error });
        }
        throw new lib/* Failure */.HRU(message, { cause: error });
    }
    finally {
        client.destroy();
    }
}

;// CONCATENATED MODULE: ./packages/registry/lib/lifecycle.js

/** A hundred years, in days. */
const FOREVER = 36_500;
/**
 * What is kept, each by a rule of its own: ECR takes several patterns of one rule to mean that an image must have a tag for each of them
 * ("Lifecycle policy properties"). Beside what is deployed and was before, all builds and release documents: only the ledger knows which
 * of them were accepted, and any of these may be gone back to.
 */
const KEPT = [
    [(0,lib/* environmentTag */.abS)('*'), 'Keeps what is deployed'],
    [(0,lib/* previousTag */.W8T)('*'), 'Keeps what was deployed before'],
    ['src-*', 'Keeps what was built: accepted releases are made of it'],
    ['r-*', 'Keeps release documents']
];
/**
 * The lifecycle rules of a new repository. ECR has no rule that only keeps; but what matches the tags of a rule is not expired by any rule
 * after it ("How lifecycle policies work"). So each of these would expire in a hundred years, and rules that a platform team adds after
 * them, or a tool that gives each repository without rules some, take nothing that Sluice needs.
 */
const LIFECYCLE = {
    rules: KEPT.map(([pattern, description], at) => ({
        rulePriority: at + 1,
        description,
        selection: {
            tagStatus: 'tagged',
            tagPatternList: [pattern],
            countType: 'sinceImagePushed',
            countUnit: 'days',
            countNumber: FOREVER
        },
        action: { type: 'expire' }
    }))
};

;// CONCATENATED MODULE: ./packages/registry/lib/reference.js

/** Names as the distribution specification allows them (OCI distribution-spec 1.1, "Pulling manifests"). */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
/** Characters that clients and registries take for a repository, the host not counted. */
const REPOSITORY_LIMIT = 255;
/** Parses a repository name. @throws UserError */
function parseRepository(text) {
    if (text.length > REPOSITORY_LIMIT || !REPOSITORY.test(text)) {
        throw new lib/* UserError */.yot(`${JSON.stringify(text.slice(0, 300))} is not a repository name. Use lower-case letters and digits, joined by ".", "_", "-" or "/".`);
    }
    return text;
}
/** Parses a tag. @throws UserError */
function parseTag(text) {
    if (!TAG.test(text)) {
        throw new lib/* UserError */.yot(`${JSON.stringify(text.slice(0, 200))} is not a tag. Use up to 128 letters, digits, "_", "." and "-"; not "." or "-" first.`);
    }
    return text;
}
/** Parses what names a manifest: a digest or a tag. @throws UserError */
function parseReference(text) {
    return (0,lib/* isDigest */.Bc8)(text) ? text : parseTag(text);
}

;// CONCATENATED MODULE: ./packages/registry/lib/repository-tags.js

function tagsOf({ imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters }) {
    const mutable = !imageTagMutability.startsWith('IMMUTABLE');
    // ECR takes no exclusion without a filter: only an emulator that does not keep them names none.
    const untold = imageTagMutability === 'IMMUTABLE_WITH_EXCLUSION' ? lib/* MOVING_TAGS */.vnx : [];
    const filters = imageTagMutabilityExclusionFilters?.map(({ filter }) => filter ?? '') ?? untold;
    const moves = (tag) => filters.some(filter => covers(filter, tag)) !== mutable;
    if (!lib/* MOVING_TAGS */.vnx.every(moves))
        return 'fixed';
    return moves((0,lib/* sourceTag */.Yrp)((0,lib/* sha256 */.scB)(''))) ? 'loose' : 'guarded';
}
/** Whether a wildcard filter takes all that another one takes, or a tag: the `*` of another is matched by nothing but a `*`. */
function covers(filter, other) {
    const parts = filter.split('*').map(part => part.replaceAll('.', '\\.'));
    return new RegExp(`^${parts.join('.*')}$`).test(other);
}

;// CONCATENATED MODULE: ./packages/registry/lib/ecr.js





/** A token lives for twelve hours; it is asked for again this long before its end, in milliseconds. */
const EARLY = 15 * 60_000;
/** Credentials for an account's ECR registry, fetched when first needed and again before they end. */
function ecrCredentials(session, accountId) {
    const { clock } = session.terms;
    let known;
    return async () => {
        if (known !== undefined && clock.now() < known.until)
            return known.credentials;
        const { GetAuthorizationTokenCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
        const answer = await withEcr(session, `get a token for the registry of account ${accountId}`, client => (0,lib/* callAws */.IY8)(session.terms, () => client.send(new GetAuthorizationTokenCommand({}))));
        const data = answer.authorizationData?.[0];
        const [username, password] = split(Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8'));
        if (username === '' || password === '')
            throw new lib/* Failure */.HRU('ECR returned no authorization token.');
        session.terms.mask(password);
        known = { credentials: { username, password }, until: (data?.expiresAt?.getTime() ?? 0) - EARLY };
        return known.credentials;
    };
}
function split(pair) {
    const colon = pair.indexOf(':');
    return colon < 0 ? ['', ''] : [pair.slice(0, colon), pair.slice(colon + 1)];
}
/**
 * Makes sure that an account's ECR holds a repository. A new one is `IMMUTABLE_WITH_EXCLUSION`: tags by fingerprint stay for ever,
 * `env-*` and `prev-*` move with deployments. It gets the rules of {@link LIFECYCLE}.
 * @param made what one that is made gets: AWS's own tags, by name, and the key of KMS that encrypts it, by ARN (default: one of ECR's own).
 */
async function ensureRepository(session, accountId, name, { tags: resourceTags = {}, kmsKey } = {}) {
    const repositoryName = parseRepository(name);
    const { CreateRepositoryCommand, DescribeRepositoriesCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
    return withEcr(session, `set up the repository ${name} in account ${accountId}`, async (client) => {
        const find = async () => {
            const request = new DescribeRepositoriesCommand({ registryId: accountId, repositoryNames: [repositoryName] });
            const found = await (0,lib/* callAws */.IY8)(session.terms, () => client.send(request)).catch(unless('RepositoryNotFoundException'));
            return found?.repositories?.[0];
        };
        const present = await find();
        if (present !== undefined)
            return { created: false, tags: tagsOf(present) };
        const creation = new CreateRepositoryCommand({
            registryId: accountId,
            repositoryName,
            imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
            imageTagMutabilityExclusionFilters: lib/* MOVING_TAGS */.vnx.map(filter => ({ filterType: 'WILDCARD', filter })),
            imageScanningConfiguration: { scanOnPush: true },
            ...(kmsKey === undefined ? {} : { encryptionConfiguration: { encryptionType: 'KMS', kmsKey } }),
            ...(Object.keys(resourceTags).length === 0
                ? {}
                : { tags: Object.entries(resourceTags).map(([Key, Value]) => ({ Key, Value })) })
        });
        // Another job of the same run made it meanwhile; or this one did, and the answer was lost.
        const made = await (0,lib/* callAws */.IY8)(session.terms, () => client.send(creation)).catch(unless('RepositoryAlreadyExistsException'));
        const repository = made?.repository ?? (await find());
        if (repository === undefined)
            throw new lib/* Failure */.HRU(`ECR says that the repository ${name} exists, but does not describe it.`);
        const tags = tagsOf(repository);
        if (made === undefined)
            return { created: false, tags };
        return { created: true, tags, ...(await keepWhatIsNeeded(session, client, accountId, repositoryName)) };
    });
}
/** Gives a new repository its lifecycle rules. They are for what may be done to it later: that they cannot be put keeps nothing from being pushed. */
async function keepWhatIsNeeded({ terms }, client, registryId, repositoryName) {
    const { PutLifecyclePolicyCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
    const lifecyclePolicyText = JSON.stringify(LIFECYCLE);
    try {
        await (0,lib/* callAws */.IY8)(terms, () => client.send(new PutLifecyclePolicyCommand({ registryId, repositoryName, lifecyclePolicyText })));
        return {};
    }
    catch (error) {
        return { withoutRules: (0,lib/* messageOf */.bDE)(error) };
    }
}

;// CONCATENATED MODULE: ./packages/registry/lib/failure.js

/** A registry did not do what was asked: it answered with an error, with wrong content, or not at all. */
class RegistryFailure extends lib/* Failure */.HRU {
    /** HTTP status; 0 when there was no whole answer. */
    status;
    /** Whether asking again may help; a number is the wait, in milliseconds, that the registry asked for. */
    again;
    constructor(message, options = {}) {
        super(message, options.cause === undefined ? {} : { cause: options.cause });
        this.status = options.status ?? 0;
        this.again = options.again ?? false;
    }
}

;// CONCATENATED MODULE: ./packages/registry/lib/pull-rights.js
/** What a pull asks for; the third action of a usual policy is for pushing. */
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
/**
 * Whether policies may let an account pull. No evaluator: whatever a condition or an exception would decide counts as allowed, so that "no"
 * is certain. Two policies speak of a repository, the registry's and its own; either is enough.
 */
function mayAllowPull(policies, account, repositoryArn) {
    const statements = policies.flatMap(text => (text === undefined ? [] : statementsOf(text)));
    return PULL.every(action => statements.some(it => it['Effect'] === 'Allow' &&
        (it['Principal'] === undefined || namesAccount(it['Principal'], account)) &&
        pull_rights_covers(it['Action'], action) &&
        pull_rights_covers(it['Resource'], repositoryArn)));
}
function isLoose(value) {
    return typeof value === 'object' && value !== null;
}
/** One that cannot be read may say anything. */
function statementsOf(text) {
    const anything = { Effect: 'Allow' };
    try {
        const policy = JSON.parse(text);
        const statements = isLoose(policy) ? listOf(policy['Statement']) : [anything];
        return statements.map(it => (isLoose(it) ? it : anything));
    }
    catch {
        return [anything];
    }
}
function listOf(value) {
    return Array.isArray(value) ? value : [value];
}
/** The account itself, one of its roles or users, anyone, or a service, which pulls for it. */
function namesAccount(principal, account) {
    if (!isLoose(principal))
        return principal === '*';
    if ('Service' in principal)
        return true;
    return listOf(principal['AWS']).some(it => it === '*' || String(it).includes(account));
}
/** What is not said is not limited: a repository's own policy names no resource, and `NotAction` is not looked into. */
function pull_rights_covers(patterns, value) {
    if (patterns === undefined)
        return true;
    return listOf(patterns).some(pattern => {
        const parts = String(pattern)
            .split('*')
            .map(part => part.replace(/[.\\+^$|()[\]{}]/g, '\\$&').replaceAll('?', '.'));
        return new RegExp(`^${parts.join('.*')}$`, 'i').test(value);
    });
}

;// CONCATENATED MODULE: ./packages/registry/lib/inspect.js




/** Repositories that are asked for at once. */
const PARALLEL = 4;
/**
 * Looks at repositories of an account's ECR, changing nothing.
 * @param puller the account that is to run the images.
 * @returns by name; a repository that does not exist is left out.
 */
async function inspectRepositories(session, accountId, questions, puller) {
    return withEcr(session, `look at the repositories of account ${accountId}`, async (client) => {
        const inspector = new Inspector(session, client, accountId, puller);
        const found = new Map();
        const queue = [...questions];
        const worker = async () => {
            for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
                const state = await inspector.inspect(next);
                if (state !== undefined)
                    found.set(next.name, state);
            }
        };
        const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
        for (const outcome of outcomes)
            if (outcome.status === 'rejected')
                throw outcome.reason;
        return found;
    });
}
class Inspector {
    #session;
    #client;
    #registryId;
    #puller;
    #registryPolicy;
    constructor(session, client, registryId, puller) {
        this.#session = session;
        this.#client = client;
        this.#registryId = registryId;
        this.#puller = puller;
    }
    async inspect({ name, digests }) {
        const { DescribeRepositoriesCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
        const request = new DescribeRepositoriesCommand({ registryId: this.#registryId, repositoryNames: [name] });
        const answer = await this.#ask(() => this.#client.send(request), 'RepositoryNotFoundException');
        const repository = answer?.repositories?.[0];
        if (repository === undefined)
            return undefined;
        const images = new Map();
        for (const digest of digests)
            images.set(digest, await this.#stateOf(name, digest));
        return { tags: tagsOf(repository), mayPull: await this.#mayPull(name, repository.repositoryArn ?? ''), images };
    }
    /** One question for each: ECR answers none of several when one of them is not there. */
    async #stateOf(repositoryName, digest) {
        const { DescribeImagesCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
        const request = new DescribeImagesCommand({
            registryId: this.#registryId,
            repositoryName,
            imageIds: [{ imageDigest: digest }],
            // Without it only active ones are told of.
            filter: { imageStatus: 'ANY' }
        });
        const found = await this.#ask(() => this.#client.send(request), 'ImageNotFoundException');
        const detail = found?.imageDetails?.[0];
        if (detail === undefined)
            return 'absent';
        switch (detail.imageStatus) {
            case 'ARCHIVED':
                return 'archived';
            case 'ACTIVATING':
                return 'restoring';
            default:
                return 'active';
        }
    }
    async #mayPull(repositoryName, arn) {
        if (this.#puller === this.#registryId)
            return true;
        const { GetRegistryPolicyCommand, GetRepositoryPolicyCommand } = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(249)]).then(__webpack_require__.t.bind(__webpack_require__, 8249, 19));
        this.#registryPolicy ??= this.#ask(() => this.#client.send(new GetRegistryPolicyCommand({})), 'RegistryPolicyNotFoundException').then(answer => answer?.policyText);
        const registry = await this.#registryPolicy;
        if (mayAllowPull([registry], this.#puller, arn))
            return true;
        const request = new GetRepositoryPolicyCommand({ registryId: this.#registryId, repositoryName });
        const own = await this.#ask(() => this.#client.send(request), 'RepositoryPolicyNotFoundException');
        return mayAllowPull([registry, own?.policyText], this.#puller, arn);
    }
    async #ask(send, absent) {
        return (0,lib/* callAws */.IY8)(this.#session.terms, send).catch(unless(absent));
    }
}

;// CONCATENATED MODULE: ./packages/registry/lib/blob.js


/** Where a registry keeps a blob elsewhere it redirects, and only for blobs that it has. */
const PRESENT = [200, 307, 302];
/**
 * Brings a blob into a repository unless it is there (HEAD, then POST and PUT), streaming. Repeating it is safe: an upload that
 * broke off is started anew.
 * @returns whether it was uploaded.
 */
async function pushBlob(transport, repository, blob, content) {
    return transport.attempt(async () => {
        if (await hasBlob(transport, repository, blob))
            return false;
        const scope = { repository, access: 'pull,push' };
        const session = await transport.send({
            method: 'POST',
            target: `/v2/${repository}/blobs/uploads/`,
            scope,
            expect: [202]
        });
        await session.discard();
        const location = session.header('location');
        if (location === undefined)
            throw new RegistryFailure(`${transport.host} started an upload without a Location header.`);
        const answer = await transport.send({
            method: 'PUT',
            // Put together as text: the address may hold a signed state that must come back as it was.
            target: `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`,
            scope,
            headers: { 'content-type': 'application/octet-stream' },
            body: content,
            expect: [201]
        });
        await answer.discard();
        const stored = answer.header('docker-content-digest');
        if (stored !== undefined && stored !== blob.digest) {
            throw new RegistryFailure(`${transport.host}/${repository} stored blob ${blob.digest} as ${stored.slice(0, 100)}. Do not use it.`);
        }
        return true;
    });
}
async function hasBlob(transport, repository, blob) {
    const answer = await transport.send({
        method: 'HEAD',
        target: `/v2/${repository}/blobs/${blob.digest}`,
        scope: { repository, access: 'pull,push' },
        expect: [...PRESENT, 404]
    });
    await answer.discard();
    if (answer.status !== 200)
        return answer.status !== 404;
    const size = answer.header('content-length');
    if (size !== undefined && Number(size) !== blob.size) {
        throw new RegistryFailure(`${transport.host}/${repository} has blob ${blob.digest} with ${size} bytes instead of ${blob.size}. Do not use it.`);
    }
    return true;
}
/**
 * Fetches a small blob into memory.
 * @param limit the most bytes to take.
 * @throws RegistryFailure when the bytes are not those that were asked for.
 */
async function getBlob(transport, repository, digest, limit) {
    return transport.attempt(async () => {
        const answer = await transport.send({
            method: 'GET',
            target: `/v2/${repository}/blobs/${digest}`,
            scope: { repository, access: 'pull' },
            expect: [200, 404]
        });
        if (answer.status === 404) {
            await answer.discard();
            return undefined;
        }
        const bytes = await answer.read(limit);
        const found = (0,lib/* sha256 */.scB)(bytes);
        if (found !== digest) {
            throw new RegistryFailure(`${transport.host}/${repository} returned content with digest ${found} for blob ${digest}. Do not use it.`);
        }
        return bytes;
    });
}

;// CONCATENATED MODULE: ./packages/registry/lib/media-types.js
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
/** The media types that an image index may have, and those of an image manifest; the first is meant where a manifest names none. */
const FITTING_TYPES = {
    index: [OCI_INDEX, DOCKER_INDEX],
    image: [OCI_MANIFEST, DOCKER_MANIFEST]
};
/** Every kind of manifest that travels; naming all of them keeps a registry from converting what it stores. */
const MANIFEST_TYPES = Object.values(FITTING_TYPES).flat();

;// CONCATENATED MODULE: ./packages/registry/lib/manifest.js




/** What registries must accept at least, and all of them refuse above (distribution spec 1.1, "Pushing Manifests"). */
const MANIFEST_LIMIT = 4 * 1024 * 1024;
const ACCEPT = { accept: MANIFEST_TYPES.join(', ') };
/**
 * Asks what a digest or tag names, without its bytes: one request.
 * @throws RegistryFailure when the registry names another digest than the one it was asked for.
 */
async function headManifest(transport, repository, reference) {
    return transport.attempt(async () => {
        const answer = await transport.send({
            method: 'HEAD',
            target: pathOf(repository, reference),
            scope: { repository, access: 'pull' },
            headers: ACCEPT,
            expect: [200, 404]
        });
        await answer.discard();
        if (answer.status === 404)
            return undefined;
        const digest = answer.header('docker-content-digest');
        const mediaType = mediaTypeOf(answer);
        const size = Number(answer.header('content-length'));
        // These headers are optional in the specification; the bytes tell as well.
        if (!(0,lib/* isDigest */.Bc8)(digest) || mediaType === undefined || !Number.isSafeInteger(size)) {
            return getManifest(transport, repository, reference);
        }
        if ((0,lib/* isDigest */.Bc8)(reference) && digest !== reference)
            throw wrongDigest(transport, repository, reference, digest);
        return { mediaType, digest, size };
    });
}
/** Fetches a manifest's bytes. @throws RegistryFailure when they are not what was asked for. */
async function getManifest(transport, repository, reference) {
    return transport.attempt(async () => {
        const answer = await transport.send({
            method: 'GET',
            target: pathOf(repository, reference),
            scope: { repository, access: 'pull' },
            headers: ACCEPT,
            expect: [200, 404]
        });
        if (answer.status === 404) {
            await answer.discard();
            return undefined;
        }
        const bytes = await answer.read(MANIFEST_LIMIT);
        const digest = (0,lib/* sha256 */.scB)(bytes);
        const claimed = answer.header('docker-content-digest');
        if ((0,lib/* isDigest */.Bc8)(reference) && digest !== reference)
            throw wrongDigest(transport, repository, reference, digest);
        if (claimed !== undefined && claimed !== digest)
            throw wrongDigest(transport, repository, reference, claimed, digest);
        const mediaType = mediaTypeOf(answer);
        if (mediaType === undefined) {
            throw new RegistryFailure(`${transport.host}/${repository}@${digest} has no media type.`);
        }
        return { mediaType, digest, size: bytes.length, bytes };
    });
}
/** Stores a manifest's bytes as they are, under its digest or a tag. */
async function putManifest(transport, repository, manifest, reference) {
    await transport.attempt(async () => {
        const answer = await transport.send({
            method: 'PUT',
            target: pathOf(repository, reference),
            scope: { repository, access: 'pull,push' },
            headers: { 'content-type': manifest.mediaType },
            body: bytesContent(manifest.bytes),
            expect: [201]
        });
        await answer.discard();
        const stored = answer.header('docker-content-digest');
        if (stored !== undefined && stored !== manifest.digest) {
            throw wrongDigest(transport, repository, manifest.digest, stored);
        }
    });
}
/** Reads back what was pushed, both ways a puller may: what the registry says it has (HEAD), and its bytes (GET). */
async function verifyManifest(transport, repository, manifest, reference = manifest.digest) {
    for (const found of [
        await headManifest(transport, repository, reference),
        await getManifest(transport, repository, reference)
    ]) {
        checkStored(transport, repository, manifest, reference, found);
    }
}
/** Checks one answer about a manifest against what it must be. @throws RegistryFailure */
function checkStored(transport, repository, manifest, reference, found) {
    if (found === undefined) {
        throw new RegistryFailure(`${transport.host}/${repository} accepted ${reference} but does not have it.`);
    }
    if (found.digest !== manifest.digest)
        throw wrongDigest(transport, repository, reference, found.digest, manifest.digest);
    if (found.mediaType !== manifest.mediaType || found.size !== manifest.size) {
        throw new RegistryFailure(`${transport.host}/${repository}@${manifest.digest} should be ${manifest.size} bytes of ${manifest.mediaType}, but is ${found.size} bytes of ${found.mediaType}.`);
    }
}
function pathOf(repository, reference) {
    return `/v2/${repository}/manifests/${reference}`;
}
function mediaTypeOf(answer) {
    return answer.header('content-type')?.split(';')[0]?.trim().toLowerCase();
}
function wrongDigest(transport, repository, asked, found, wanted = asked) {
    return new RegistryFailure(`${transport.host}/${repository} returned ${found.slice(0, 100)} instead of ${wanted} for ${asked}. Do not use it.`);
}

;// CONCATENATED MODULE: ./packages/registry/lib/document.js





const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY = Buffer.from('{}');
/** Documents are read into memory, so there is an end to what is taken. */
const DOCUMENT_LIMIT = 16 * 1024 * 1024;
/**
 * The artifact manifest that keeps a document (OCI image-spec 1.1, manifest.md, "Guidelines for Artifact Usage"): without one a
 * registry collects the blob as garbage. Its bytes follow from the document's alone, so storing twice stores once.
 */
function documentManifest(document, artifactType) {
    const text = (0,lib/* canonicalJson */.djW)({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        artifactType,
        config: { mediaType: EMPTY_TYPE, digest: (0,lib/* sha256 */.scB)(EMPTY), size: EMPTY.length },
        layers: [{ mediaType: artifactType, digest: (0,lib/* sha256 */.scB)(document), size: document.length }]
    });
    const bytes = Buffer.from(text);
    return { mediaType: OCI_MANIFEST, digest: (0,lib/* sha256 */.scB)(bytes), size: bytes.length, bytes };
}
/** Stores a document and reads its manifest back. @returns the manifest that keeps it. */
async function putDocument(transport, repository, document, artifactType) {
    const manifest = documentManifest(document, artifactType);
    const present = await headManifest(transport, repository, manifest.digest);
    if (present !== undefined) {
        checkStored(transport, repository, manifest, manifest.digest, present);
        const stored = await getManifest(transport, repository, manifest.digest);
        checkStored(transport, repository, manifest, manifest.digest, stored);
        return manifest;
    }
    for (const bytes of [EMPTY, document]) {
        await pushBlob(transport, repository, { digest: (0,lib/* sha256 */.scB)(bytes), size: bytes.length }, bytesContent(bytes));
    }
    await putManifest(transport, repository, manifest, manifest.digest);
    await verifyManifest(transport, repository, manifest);
    return manifest;
}
/** Fetches a document by its own digest. */
async function getDocument(transport, repository, digest) {
    return getBlob(transport, repository, digest, DOCUMENT_LIMIT);
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/registry/lib/descriptor.js

/** Decodes a descriptor out of JSON; further members (platform, annotations) are the manifest's own business. */
function decodeDescriptor(value) {
    if (typeof value !== 'object' || value === null)
        return undefined;
    const { mediaType, digest, size, urls } = value;
    if (typeof mediaType !== 'string' || !(0,lib/* isDigest */.Bc8)(digest))
        return undefined;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
        return undefined;
    const elsewhere = Array.isArray(urls) ? urls.filter((url) => typeof url === 'string') : [];
    return { mediaType, digest, size, ...(elsewhere.length === 0 ? {} : { urls: elsewhere }) };
}

;// CONCATENATED MODULE: ./packages/registry/lib/manifest-parts.js



/** What to do about an image that no reader understands. */
const REBUILD = 'Build and push the image again.';
/**
 * Reads what a manifest refers to. Content that could be taken for an index *and* a manifest is refused: two readers would see two
 * images under one digest (CVE-2021-41190).
 * @param what names the manifest in errors.
 * @throws UserError
 */
function readParts(bytes, what) {
    const body = parseObject(bytes, what);
    const isIndex = body.manifests !== undefined;
    const isImage = body.layers !== undefined || body.config !== undefined;
    if (isIndex === isImage) {
        throw new lib/* UserError */.yot(`${what} is ${isIndex ? 'both an image index and an image manifest' : 'neither an image index nor an image manifest'}. ${REBUILD}`);
    }
    const fitting = FITTING_TYPES[isIndex ? 'index' : 'image'];
    const mediaType = body.mediaType ?? fitting[0];
    if (typeof mediaType !== 'string' || !fitting.includes(mediaType)) {
        throw new lib/* UserError */.yot(`${what} has media type ${JSON.stringify(mediaType)}. Supported: ${MANIFEST_TYPES.join(', ')}. ${REBUILD}`);
    }
    const subject = decodeDescriptor(body.subject)?.digest;
    const common = { mediaType, annotations: textsOf(body.annotations), ...(subject === undefined ? {} : { subject }) };
    return isIndex
        ? { ...common, manifests: descriptors(body.manifests, what), blobs: [] }
        : { ...common, manifests: [], blobs: [...descriptors([body.config], what), ...descriptors(body.layers, what)] };
}
function textsOf(value) {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter((entry) => typeof entry[1] === 'string'));
}
function parseObject(bytes, what) {
    let value;
    try {
        value = JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch (error) {
        throw new lib/* UserError */.yot(`${what} is not a manifest: it is not JSON. ${REBUILD}`, { cause: error });
    }
    if (typeof value !== 'object' || value === null)
        throw new lib/* UserError */.yot(`${what} is not a manifest: it is not a JSON object. ${REBUILD}`);
    return value;
}
function descriptors(value, what) {
    if (!Array.isArray(value))
        throw new lib/* UserError */.yot(`${what} has no list of descriptors where a manifest requires one. ${REBUILD}`);
    return value.map((entry) => {
        const descriptor = decodeDescriptor(entry);
        if (descriptor === undefined)
            throw new lib/* UserError */.yot(`${what} refers to something that is not a descriptor with a sha256 digest. ${REBUILD}`);
        return descriptor;
    });
}

;// CONCATENATED MODULE: ./packages/registry/lib/layout.js







/** Opens a layout. @throws UserError when the directory is none. */
async function openLayout(directory) {
    const version = (await readJson(directory, 'oci-layout'));
    if (version?.imageLayoutVersion !== '1.0.0') {
        throw new lib/* UserError */.yot(`${directory} is an OCI image layout of version ${String(version?.imageLayoutVersion)}. Only version 1.0.0 is supported.`);
    }
    const index = (await readJson(directory, 'index.json'));
    const roots = (Array.isArray(index?.manifests) ? index.manifests : []).map((entry) => {
        const descriptor = decodeDescriptor(entry);
        if (descriptor === undefined)
            throw new lib/* UserError */.yot(`${directory}/index.json contains an entry that is not a descriptor.`);
        return descriptor;
    });
    return {
        roots,
        async manifest(digest) {
            const file = fileOf(directory, digest);
            const size = await layout_sizeOf(directory, digest);
            if (size > MANIFEST_LIMIT) {
                throw new lib/* UserError */.yot(`${file} is not a manifest: it is ${size} bytes long, and manifests have at most ${MANIFEST_LIMIT}.`);
            }
            const bytes = await (0,promises_.readFile)(file);
            const found = (0,lib/* sha256 */.scB)(bytes);
            if (found !== digest)
                throw new lib/* UserError */.yot(`${file} hashes to ${found}, not to its name. Build the layout again.`);
            const parts = readParts(bytes, file);
            const mediaType = roots.find(root => root.digest === digest)?.mediaType ?? parts.mediaType;
            if (mediaType !== parts.mediaType) {
                throw new lib/* UserError */.yot(`${directory} calls ${digest} ${mediaType} in index.json, but its content is ${parts.mediaType}. Build the layout again.`);
            }
            return { mediaType, digest, size: bytes.length, bytes, parts };
        },
        async blob(descriptor) {
            const size = await layout_sizeOf(directory, descriptor.digest, descriptor.urls);
            if (size !== descriptor.size) {
                throw new lib/* UserError */.yot(`${fileOf(directory, descriptor.digest)} has ${size} bytes, its manifest says ${descriptor.size}. Build the layout again.`);
            }
            return fileContent(fileOf(directory, descriptor.digest), descriptor);
        }
    };
}
function fileOf(directory, digest) {
    return external_node_path_.join(directory, 'blobs', 'sha256', (0,lib/* hexOf */.ZDm)(digest));
}
async function layout_sizeOf(directory, digest, urls = []) {
    try {
        const found = await (0,promises_.stat)(fileOf(directory, digest));
        // A pipe would be waited for without end.
        if (!found.isFile())
            throw new lib/* UserError */.yot('it is not a regular file');
        return found.size;
    }
    catch (error) {
        // Builders leave such a layer where it is: another build leaves it there, too.
        const [url] = urls;
        const why = url === undefined
            ? 'Give a digest that it holds, or build it again.'
            : `It is a layer that may not be redistributed: whoever runs the image fetches it from ${url}. An image is pushed whole or not at all. Start from a base image without such layers.`;
        throw new lib/* UserError */.yot(`The OCI image layout ${directory} does not hold ${digest}. ${why}`, { cause: error });
    }
}
async function readJson(directory, name) {
    try {
        const file = external_node_path_.join(directory, name);
        const found = await (0,promises_.stat)(file);
        // Of a folder, the system itself says that it is one.
        if (!found.isFile() && !found.isDirectory())
            throw new lib/* UserError */.yot('it is a pipe or a device, not a regular file');
        if (found.size > MANIFEST_LIMIT)
            throw new lib/* UserError */.yot(`it is ${found.size} bytes long, and may have at most ${MANIFEST_LIMIT}`);
        return JSON.parse(await (0,promises_.readFile)(file, 'utf8'));
    }
    catch (error) {
        throw new lib/* UserError */.yot(`${directory} is not an OCI image layout: ${name} cannot be read (${(0,lib/* messageOf */.bDE)(error)}). Give the directory that a build wrote as type=oci,tar=false.`, { cause: error });
    }
}

;// CONCATENATED MODULE: ./packages/registry/lib/verify-layout.js


/** Deeper nesting than an index of indexes is a defect, or an attack. */
const DEPTH = 4;
/** The manifests that an index of a layout names, read and compared with what it says of them. Of an image there are none. */
async function* childrenOf(layout, manifest, depth) {
    for (const child of manifest.parts.manifests) {
        if (depth >= DEPTH)
            throw new lib/* UserError */.yot(`${manifest.digest} nests image indexes deeper than ${DEPTH}. Build it flat.`);
        const found = await layout.manifest(child.digest);
        checkChild(manifest, child, found);
        yield found;
    }
}
function checkChild(parent, child, found) {
    if (child.size !== found.size || child.mediaType !== found.mediaType) {
        throw new lib/* UserError */.yot(`${parent.digest} says that ${child.digest} is ${child.size} bytes of ${child.mediaType}, but it is ${found.size} bytes of ${found.mediaType}. Build the layout again.`);
    }
}
/**
 * Reads a layout as a push would, without a registry: it holds one image, with every manifest and blob that belongs to it, and each is
 * what its digest, its size and its media type say. Nothing is left for a push to find out.
 * @throws UserError
 */
async function verifyLayout(directory) {
    const layout = await openLayout(directory);
    const [root, ...others] = layout.roots;
    if (root === undefined || others.length > 0)
        throw new lib/* UserError */.yot(`${directory}/index.json names ${(0,lib/* plural */.LSg)(layout.roots.length, 'image')}; expected exactly one.`);
    const image = await layout.manifest(root.digest);
    if (root.size !== image.size)
        throw new lib/* UserError */.yot(`${directory}/index.json says that ${root.digest} has ${root.size} bytes, but it has ${image.size}.`);
    const needed = new Set();
    await verifyManifestTree(layout, image, needed, 1);
    return { image, needed };
}
async function verifyManifestTree(layout, manifest, needed, depth) {
    if (needed.has(manifest.digest))
        return;
    needed.add(manifest.digest);
    for await (const child of childrenOf(layout, manifest, depth))
        await verifyManifestTree(layout, child, needed, depth + 1);
    for (const blob of manifest.parts.blobs) {
        const content = await layout.blob(blob);
        if (needed.has(blob.digest))
            continue;
        // Read to its end, which is where other bytes than its digest names are found.
        for await (const _chunk of content.open())
            ;
        needed.add(blob.digest);
    }
}
/**
 * The roots of a layout that speak of an image (`subject`), or of what speaks of it: signatures, lists of contents. They are not part of
 * the image, so its digest does not lead to them.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
async function referrersOf(layout, digest) {
    const subjects = new Map();
    for (const root of layout.roots) {
        // What is there beside the image may be anything: it is not what was asked for.
        const subject = (await layout.manifest(root.digest).catch(() => undefined))?.parts.subject;
        if (subject !== undefined)
            subjects.set(root.digest, subject);
    }
    const about = new Set([digest, ...(await platformsOf(layout, digest))]);
    const found = [];
    for (let before = -1; before < found.length;) {
        before = found.length;
        for (const [root, subject] of subjects) {
            if (about.has(root) || !about.has(subject))
                continue;
            about.add(root);
            found.push(root);
        }
    }
    return found;
}
/** The images of an index; a signature may be of one of them. */
async function platformsOf(layout, digest) {
    const { parts } = await layout.manifest(digest);
    return parts.manifests.map(child => child.digest);
}

;// CONCATENATED MODULE: ./packages/registry/lib/push.js



/** Uploads at the same time. More is not faster, and ECR allows each account few. */
const push_PARALLEL = 4;
/**
 * Brings one manifest of a layout, with everything that it refers to, into a repository, and reads back that it is there. What is
 * there already is not sent again: a repeated push is two requests, HEAD and GET of the manifest.
 *
 * A registry holds no manifest without the content below it, so an index pushes its manifests first, and a manifest its blobs.
 */
async function pushTree(transport, repository, layout, digest) {
    const sent = { blobs: 0, bytes: 0, seen: new Set() };
    const pushed = await pushManifest(transport, repository, layout, await layout.manifest(digest), sent, 1);
    return { pushed, digest, blobs: sent.blobs, bytes: sent.bytes, leftOut: await referrersOf(layout, digest) };
}
async function pushManifest(transport, repository, layout, manifest, sent, depth) {
    sent.seen.add(manifest.digest);
    const present = await headManifest(transport, repository, manifest.digest);
    if (present === undefined) {
        for await (const child of childrenOf(layout, manifest, depth))
            if (!sent.seen.has(child.digest))
                await pushManifest(transport, repository, layout, child, sent, depth + 1);
        await pushBlobs(transport, repository, layout, manifest.parts.blobs, sent);
        await putManifest(transport, repository, manifest, manifest.digest);
        await verifyManifest(transport, repository, manifest);
        return true;
    }
    checkStored(transport, repository, manifest, manifest.digest, present);
    checkStored(transport, repository, manifest, manifest.digest, await getManifest(transport, repository, manifest.digest));
    return false;
}
async function pushBlobs(transport, repository, layout, blobs, sent) {
    const queue = blobs.filter(blob => !sent.seen.has(blob.digest) && sent.seen.add(blob.digest));
    const worker = async () => {
        try {
            for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
                if (!(await pushBlob(transport, repository, blob, await layout.blob(blob))))
                    continue;
                sent.blobs += 1;
                sent.bytes += blob.size;
            }
        }
        finally {
            // The first failure ends it: the others finish what they are at, and start nothing.
            queue.length = 0;
        }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: push_PARALLEL }, worker));
    for (const outcome of outcomes)
        if (outcome.status === 'rejected')
            throw outcome.reason;
}

;// CONCATENATED MODULE: ./packages/registry/lib/retry.js


/** How often a registry is asked again, and how long one waits for it; what may help is told by `RegistryFailure.again`. */
const registryRetry = lib/* networkRetry */.D1q;
/** How long one waits at most because a registry asks for it (`Retry-After`), in seconds. */
const LONGEST_RETRY_AFTER = 60;
/** The verdict for `retry`: only what the registry may answer differently next time. */
function mayHelpAgain(error) {
    return error instanceof RegistryFailure ? error.again : false;
}

;// CONCATENATED MODULE: ./packages/registry/lib/stall.js
/** How long a transfer may stand still, in milliseconds. */
const STALL_LIMIT = 120_000;
/** @param limit milliseconds without progress. */
function guardStall(limit) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), limit);
    let over = false;
    return {
        signal: controller.signal,
        progress() {
            // Refreshing a cleared timer would set it again.
            if (!over)
                timer.refresh();
        },
        done() {
            over = true;
            clearTimeout(timer);
        }
    };
}

// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
;// CONCATENATED MODULE: ./packages/registry/lib/challenge.js
const PART = /([a-z0-9_-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)|([a-z][a-z0-9_-]*)/gi;
/** Reads a `WWW-Authenticate` header, which may hold several challenges; what cannot be read is left out. */
function parseChallenges(header) {
    const challenges = [];
    for (const [, name, value, scheme] of header.matchAll(PART)) {
        if (scheme !== undefined)
            challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
        if (name !== undefined && value !== undefined)
            challenges.at(-1)?.parameters.set(name.toLowerCase(), unquote(value));
    }
    return challenges;
}
function unquote(value) {
    return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

;// CONCATENATED MODULE: ./packages/registry/lib/auth.js



/** A token lives for a minute unless its server says otherwise; it is renewed some seconds early. */
const DEFAULT_LIFE = 60_000;
const auth_EARLY = 10_000;
/** Makes the authenticator of one registry. */
function authenticator(options) {
    const { registry, credentials, clock, get } = options;
    const tokens = new Map();
    const underWay = new Map();
    const basic = async () => {
        if (credentials === undefined)
            return undefined;
        const { username, password } = await credentials();
        return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
    };
    const fetchToken = async (parameters, scope) => {
        const realm = parseRealm(parameters.get('realm'), registry);
        const service = parameters.get('service');
        if (service !== undefined)
            realm.searchParams.set('service', service);
        realm.searchParams.set('scope', parameters.get('scope') ?? `repository:${scope.repository}:${scope.access}`);
        const own = realm.origin === registry.origin;
        const authorization = own ? await basic() : undefined;
        if (!own && credentials !== undefined) {
            throw new lib/* UserError */.yot(`${registry.host} asks for its credentials to be sent to ${realm.host}. Credentials are sent only to the host they were issued for: configure that host as the registry, or use a registry that issues its own tokens.`);
        }
        const answer = await get(realm, authorization === undefined ? {} : { authorization });
        if (answer.status === 401 || answer.status === 403) {
            throw new lib/* UserError */.yot(`${realm.host} issued no token for ${scope.access} on ${scope.repository} (HTTP ${answer.status}). Check the registry's credentials.`);
        }
        const token = answer.status === 200 ? decodeToken(answer.body) : undefined;
        if (token === undefined) {
            throw new RegistryFailure(`${realm.host} issued no token (HTTP ${answer.status}).`, {
                status: answer.status,
                again: answer.status >= 500 || answer.status === 429
            });
        }
        tokens.set(keyOf(scope), { token: token.value, until: clock.now() + token.life - auth_EARLY });
        return `Bearer ${token.value}`;
    };
    return {
        async header(scope) {
            const known = tokens.get(keyOf(scope));
            return known !== undefined && known.until > clock.now() ? `Bearer ${known.token}` : basic();
        },
        async answer(header, scope, sent) {
            const bearer = parseChallenges(header ?? '').find(challenge => challenge.scheme === 'bearer');
            // Basic credentials were sent with the first request already, so a Basic challenge means that they are wrong.
            if (bearer === undefined)
                return undefined;
            // Uploads run side by side: those that are challenged together wait for one token, and who is challenged later takes what came meanwhile.
            const key = keyOf(scope);
            const known = tokens.get(key);
            if (known !== undefined && known.until > clock.now() && `Bearer ${known.token}` !== sent)
                return `Bearer ${known.token}`;
            const token = underWay.get(key) ?? fetchToken(bearer.parameters, scope).finally(() => underWay.delete(key));
            underWay.set(key, token);
            return token;
        }
    };
}
function keyOf(scope) {
    return `${scope.repository} ${scope.access}`;
}
function parseRealm(realm, registry) {
    let url;
    try {
        url = new URL(realm ?? '');
    }
    catch (error) {
        throw new lib/* Failure */.HRU(`${registry.host} requires a token but does not say where to get it.`, { cause: error });
    }
    if (url.protocol !== 'https:' && url.protocol !== registry.protocol) {
        throw new lib/* Failure */.HRU(`${registry.host} requires a token from ${url.origin}, which is not encrypted.`);
    }
    return url;
}
function decodeToken(body) {
    let answer;
    try {
        answer = JSON.parse(body);
    }
    catch {
        return undefined;
    }
    const value = answer.token ?? answer.access_token;
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
        return undefined;
    return { value, life: typeof answer.expires_in === 'number' ? answer.expires_in * 1000 : DEFAULT_LIFE };
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
;// CONCATENATED MODULE: ./packages/registry/lib/http-exchange.js






/** Bodies that nobody wants are read this far, to use the connection again; beyond it is cheaper to open another. */
const DISCARD_LIMIT = 64 * 1024;
/**
 * Sends one request and waits for the head of its answer; both directions stream. Follows no redirect.
 *
 * By `node:http`, because `fetch` reads a body ahead of the network: it would hold a whole layer in memory.
 *
 * @param stallLimit milliseconds without progress.
 * @param agent keeps connections to https addresses, and knows the proxy.
 * @throws RegistryFailure when there is no answer; what the content itself throws comes through as it is.
 */
async function exchange(url, outgoing, stallLimit, agent) {
    const { method, headers, body } = outgoing;
    const guard = guardStall(stallLimit);
    const request = (url.protocol === 'https:' ? external_node_https_ : external_node_http_).request(url, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-length': String(body.size) },
        signal: guard.signal,
        ...(agent === undefined || url.protocol !== 'https:' ? {} : { agent })
    });
    const fail = (error) => {
        guard.done();
        const reason = guard.signal.aborted ? `the connection stalled for ${stallLimit / 1000} s` : reasonOf(error);
        return new RegistryFailure(`${method} ${url.host}${url.pathname} failed: ${reason}`, {
            again: true,
            cause: error
        });
    };
    const response = await new Promise((resolve, reject) => {
        request.on('response', resolve);
        let fault;
        // A fault of the content ends the request too: the user shall hear of the content, not of the network.
        request.on('error', error => reject(fault === undefined ? fail(error) : fault.error));
        if (body === undefined)
            request.end();
        else
            send(request, body, guard, error => {
                fault = { error };
            });
    });
    guard.progress();
    const read = async (limit) => {
        const chunks = [];
        const arriving = response;
        let size = 0;
        try {
            for await (const chunk of arriving) {
                guard.progress();
                size += chunk.length;
                if (size > limit)
                    throw new RegistryFailure(`${url.host} returned more than ${limit} bytes.`);
                chunks.push(chunk);
            }
        }
        catch (error) {
            throw error instanceof RegistryFailure ? error : fail(error);
        }
        finally {
            guard.done();
            // Answered before all was sent, as refusals are: the rest has no reader any more.
            if (!request.writableFinished)
                request.destroy();
        }
        return Buffer.concat(chunks);
    };
    return {
        status: Number(response.statusCode),
        header: name => response.headersDistinct[name]?.join(', '),
        read,
        async discard() {
            await read(DISCARD_LIMIT).catch(() => undefined);
        }
    };
}
/** Sends a body as fast as it is taken. Failures show as errors of the request; those of the content are told before. */
function send(request, body, guard, onFault) {
    const watched = async function* () {
        try {
            for await (const chunk of body.open()) {
                guard.progress();
                yield chunk;
            }
        }
        catch (error) {
            guard.done();
            onFault(error);
            throw error;
        }
    };
    (0,external_node_stream_promises_.pipeline)(watched, request).catch(() => undefined);
}
function reasonOf(error) {
    // A connection that was tried on several addresses fails with a code alone, without a message.
    return `${(0,lib/* messageOf */.bDE)(error)} (${String(Reflect.get(Object(error), 'code'))})`;
}

;// CONCATENATED MODULE: ./packages/registry/lib/transport.js






const REDIRECTS = [301, 302, 303, 307, 308];
/** More in a row lead nowhere. */
const MOST_REDIRECTS = 5;
/** Bytes that are read of an answer. */
const ERROR_LIMIT = 16 * 1024;
const TOKEN_LIMIT = 1024 * 1024;
/** Characters that are shown of a registry's own words. */
const REASON_LIMIT = 400;
/** Opens the way to a registry; nothing is sent yet. */
function openTransport(options) {
    const { registry, clock, policy, stallLimit, proxy } = options;
    const agent = new external_node_https_.Agent({ keepAlive: true, proxyEnv: proxy });
    const ask = async (url, outgoing) => exchange(url, outgoing, stallLimit, agent);
    const auth = authenticator({
        registry,
        credentials: options.credentials,
        clock,
        async get(url, headers) {
            const answer = await ask(url, { method: 'GET', headers });
            return { status: answer.status, body: (await answer.read(TOKEN_LIMIT)).toString('utf8') };
        }
    });
    const follow = async (answer, request, from) => {
        let current = answer;
        let url = from;
        for (let hop = 0; REDIRECTS.includes(current.status) && !request.expect.includes(current.status); hop++) {
            await current.discard();
            url = redirectTarget(current.header('location'), url, registry);
            if (hop === MOST_REDIRECTS || (request.method !== 'GET' && request.method !== 'HEAD')) {
                throw new RegistryFailure(`${registry.host} redirects ${request.method} ${from.pathname} to ${url.host}.`);
            }
            // No Authorization from here on, not even to the same host: the address itself is the permission (RFC 9110, section 15.4).
            current = await ask(url, { method: request.method, headers: { ...request.headers } });
        }
        return current;
    };
    return {
        host: registry.host,
        async send(request) {
            const url = ownAddress(request.target, registry);
            const once = async (authorization) => ask(url, {
                method: request.method,
                headers: { ...request.headers, ...(authorization === undefined ? {} : { authorization }) },
                ...(request.body === undefined ? {} : { body: request.body })
            });
            const sent = await auth.header(request.scope);
            let answer = await once(sent);
            if (answer.status === 401) {
                const challenge = answer.header('www-authenticate');
                const authorization = await auth.answer(challenge, request.scope, sent).catch(async (error) => {
                    await answer.discard();
                    throw error;
                });
                if (authorization !== undefined) {
                    await answer.discard();
                    answer = await once(authorization);
                }
            }
            answer = await follow(answer, request, url);
            if (!request.expect.includes(answer.status))
                throw await refusal(answer, request, registry);
            return answer;
        },
        attempt: operation => (0,lib/* retry */.L5P)(operation, { policy, clock, retryable: mayHelpAgain })
    };
}
function ownAddress(target, registry) {
    let url;
    try {
        url = new URL(target, registry);
    }
    catch (error) {
        throw new RegistryFailure(`${registry.host} returned an invalid upload URL in its Location header.`, {
            cause: error
        });
    }
    if (url.origin === registry.origin)
        return url;
    throw new RegistryFailure(`${registry.host} asks for an upload to ${url.origin}. Content is uploaded only to the registry's own origin, ${registry.origin}.`);
}
function redirectTarget(location, from, registry) {
    let url;
    try {
        url = new URL(location ?? '', from);
    }
    catch (error) {
        throw new RegistryFailure(`${registry.host} returned an invalid redirect URL.`, { cause: error });
    }
    const local = (0,lib/* isLoopback */.U9m)(registry.hostname) && (0,lib/* isLoopback */.U9m)(url.hostname) && url.protocol === 'http:';
    if (location === undefined || (url.protocol !== 'https:' && !local)) {
        throw new RegistryFailure(`${registry.host} redirects to ${url.origin}, which does not use https.`);
    }
    return url;
}
async function refusal(answer, request, registry) {
    const { status } = answer;
    // What cannot be read of an error's body must not hide its status.
    const body = await answer.read(ERROR_LIMIT).catch(() => '');
    const reason = describeErrors(body.toString());
    const told = `HTTP ${status}${reason === '' ? '' : `, ${reason}`}`;
    const what = `${registry.host} refused ${request.method} in ${request.scope.repository}: ${told}`;
    if (status === 401 || status === 403) {
        return new lib/* UserError */.yot(`${what}. Check that the role or user may ${request.scope.access === 'pull' ? 'pull from' : 'push to'} this repository.`);
    }
    const wait = Number(answer.header('retry-after'));
    const again = status === 408 || status === 429 || status >= 500;
    return new RegistryFailure(`${what}.`, {
        status,
        again: again && Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER) * 1000 : again
    });
}
/** The errors of an answer (distribution spec, "Error Codes"): from outside, so cut and on one line. */
function describeErrors(body) {
    let errors;
    try {
        errors = JSON.parse(body).errors;
    }
    catch {
        return '';
    }
    if (!Array.isArray(errors))
        return '';
    const described = errors
        .map((error) => {
        const { code, message } = (error ?? {});
        return [code, message].filter(part => typeof part === 'string').join(': ');
    })
        .join('; ');
    return (0,lib/* onOneLine */.GJd)(described).slice(0, REASON_LIMIT);
}

;// CONCATENATED MODULE: ./packages/registry/lib/write-tag.js




/**
 * Gives a manifest a tag that must never name another one.
 *
 * Registries know no conditional write, so two that race are told apart afterwards: each reads the tag back, and who finds another
 * digest than its own is refused. Where the registry itself keeps tags immutable (ECR), its refusal is read the same way.
 *
 * @throws UserError when the tag names another digest already, naming both.
 */
async function tagOnce(transport, repository, digest, tag) {
    const present = await headManifest(transport, repository, tag);
    if (present !== undefined)
        return sameOrRefuse(transport, repository, digest, tag, present.digest);
    const manifest = await manifestToTag(transport, repository, digest);
    try {
        await putManifest(transport, repository, manifest, tag);
    }
    catch (error) {
        // ECR: 400 TAG_INVALID for an immutable tag that somebody else made meanwhile.
        const now = error instanceof RegistryFailure ? await headManifest(transport, repository, tag) : undefined;
        if (now === undefined)
            throw error;
        return sameOrRefuse(transport, repository, digest, tag, now.digest);
    }
    const now = await headManifest(transport, repository, tag);
    if (now !== undefined)
        sameOrRefuse(transport, repository, digest, tag, now.digest);
    await verifyManifest(transport, repository, manifest, tag);
    return 'created';
}
/**
 * Lets a tag name a manifest of the same repository, whatever it named before; reads it back. Two requests for one that was read already,
 * three for a digest.
 */
async function moveTag(transport, repository, image, tag) {
    const manifest = typeof image === 'string' ? await manifestToTag(transport, repository, image) : image;
    try {
        await putManifest(transport, repository, manifest, tag);
    }
    catch (error) {
        // Where no tag moves, ECR refuses also to have one set to what it names already.
        const now = error instanceof RegistryFailure ? await headManifest(transport, repository, tag) : undefined;
        if (now?.digest !== manifest.digest)
            throw error;
        return;
    }
    checkStored(transport, repository, manifest, tag, await headManifest(transport, repository, tag));
}
async function manifestToTag(transport, repository, digest) {
    const manifest = await getManifest(transport, repository, digest);
    if (manifest === undefined) {
        throw new lib/* UserError */.yot(`${transport.host}/${repository} does not hold ${digest}, so it cannot be tagged. Push it first.`);
    }
    return manifest;
}
function sameOrRefuse(transport, repository, digest, tag, found) {
    if (found === digest)
        return 'same';
    throw refuseAnother(`The tag ${transport.host}/${repository}:${tag}`, 'images', { found, digest });
}

;// CONCATENATED MODULE: ./packages/registry/lib/registry.js










/**
 * Connects to a registry; nothing is sent yet.
 * @throws UserError for a host that is neither AWS's nor GitHub's nor this machine.
 */
function connectRegistry(options) {
    const transport = openTransport({
        registry: parseHost(options.host),
        credentials: options.credentials,
        clock: options.clock,
        policy: options.policy ?? registryRetry,
        stallLimit: options.stallLimit ?? STALL_LIMIT,
        proxy: options.proxy ?? {}
    });
    return {
        host: options.host,
        resolve: async (repository, reference) => {
            const found = await headManifest(transport, parseRepository(repository), parseReference(reference));
            return found === undefined ? undefined : { mediaType: found.mediaType, digest: found.digest, size: found.size };
        },
        read: async (repository, reference) => getManifest(transport, parseRepository(repository), parseReference(reference)),
        pushLayout: async (repository, directory, digest) => pushTree(transport, parseRepository(repository), await openLayout(directory), digest),
        tagOnce: async (repository, digest, tag) => tagOnce(transport, parseRepository(repository), digest, parseTag(tag)),
        moveTag: async (repository, image, tag) => moveTag(transport, parseRepository(repository), image, parseTag(tag)),
        putDocument: async (repository, text, { artifactType, tag }) => {
            const name = parseRepository(repository);
            const label = tag === undefined ? undefined : parseTag(tag);
            const document = Buffer.from(text, 'utf8');
            if (document.length > DOCUMENT_LIMIT) {
                throw new lib/* UserError */.yot(`A document of ${document.length} bytes is too large: at most ${DOCUMENT_LIMIT} are stored.`);
            }
            const manifest = await putDocument(transport, name, document, artifactType);
            if (label !== undefined)
                await tagOnce(transport, name, manifest.digest, label);
            return (0,lib/* sha256 */.scB)(document);
        },
        getDocument: async (repository, digest) => getDocument(transport, parseRepository(repository), digest)
    };
}
function parseHost(host) {
    const name = host.replace(/:\d+$/, '');
    const url = (0,lib/* parseTrustedUrl */.gps)(`${(0,lib/* isLoopback */.U9m)(name) ? 'http' : 'https'}://${host}`, 'The registry host');
    if (url.host !== host) {
        throw new lib/* UserError */.yot(`The registry host is ${JSON.stringify(host)}. Give a host name and, where needed, a port; no scheme and no path.`);
    }
    return url;
}

;// CONCATENATED MODULE: ./packages/registry/lib/index.js










/***/ })

};
