export const id = 846;
export const ids = [846];
export const modules = {

/***/ 2846:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  m4: () => (/* reexport */ compareBundle),
  Y1: () => (/* reexport */ invalidate),
  c1: () => (/* reexport */ publishBundle),
  $1: () => (/* reexport */ publishedBundle),
  RK: () => (/* reexport */ publishedDigest),
  _0: () => (/* reexport */ replacedBy),
  Mf: () => (/* reexport */ writeBundle)
});

// UNUSED EXPORTS: readBundle, readFiles

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./packages/bundle/lib/bucket-reads.js


/** What S3 said of one of many objects, which is named. */
class ObjectFault extends Error {
    constructor(key, cause) {
        const { code, reason } = (0,lib/* awsFault */._pu)(cause);
        super(`${key}: ${reason}${code === '' || reason.includes(code) ? '' : ` (${code})`}`, { cause });
    }
}
/** The text of an object; absent where it, or the bucket, is not there; empty where it is longer than it may be. */
async function readText({ s3, sdk, Bucket, call }, Key, longest) {
    const request = new sdk.GetObjectCommand({ Bucket, Key });
    try {
        return await call(async () => {
            const { Body, ContentLength = Number.POSITIVE_INFINITY } = await s3.send(request);
            // Whoever writes to the bucket decides how long it is: nobody has to hold that in memory.
            return ContentLength > longest ? '' : Body?.transformToString();
        });
    }
    catch (error) {
        if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket)
            return undefined;
        throw error;
    }
}
/** The bytes that each object has; nothing where the bucket is not there. */
async function listSizes({ s3, sdk, Bucket, call }) {
    const sizes = new Map();
    let ContinuationToken;
    try {
        do {
            const request = new sdk.ListObjectsV2Command({ Bucket, ContinuationToken });
            const page = await call(async () => s3.send(request));
            for (const { Key, Size = 0 } of page.Contents ?? [])
                if (Key !== undefined)
                    sizes.set(Key, Size);
            ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
    }
    catch (error) {
        if (!(error instanceof sdk.NoSuchBucket))
            throw error;
    }
    return sizes;
}
/** What an object is; absent where it is not there. It is read only where S3 keeps no SHA-256 of it. */
async function look(access, Key) {
    const { s3, sdk, Bucket, call } = access;
    const request = new sdk.HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' });
    try {
        const found = await call(async () => s3.send(request));
        const { ContentEncoding, ContentDisposition, ContentLanguage, WebsiteRedirectLocation } = found;
        const others = [ContentEncoding, ContentDisposition, ContentLanguage, WebsiteRedirectLocation];
        return {
            sha256: digestIn(found.ChecksumSHA256) ?? (await hashOf(access, Key)),
            headers: { type: found.ContentType ?? '', cacheControl: found.CacheControl },
            isPlain: others.every(it => it === undefined)
        };
    }
    catch (error) {
        if ((0,lib/* awsFault */._pu)(error).status === 404)
            return undefined;
        throw new ObjectFault(Key, error);
    }
}
/** A checksum of the whole object: of one that came in parts it is that of their checksums, and says nothing of the bytes. */
function digestIn(checksum = '') {
    const bytes = Buffer.from(checksum, 'base64');
    const isWhole = bytes.length === 32 && bytes.toString('base64') === checksum;
    return isWhole ? (0,lib/* parseDigest */.m)(`sha256:${bytes.toString('hex')}`) : undefined;
}
async function hashOf({ s3, sdk, Bucket, call }, Key) {
    return call(async () => {
        const { Body } = await s3.send(new sdk.GetObjectCommand({ Bucket, Key }));
        const hash = (0,external_node_crypto_.createHash)('sha256');
        // The SDK's type names what it gives in browsers too; in Node it is a stream.
        for await (const chunk of Body)
            hash.update(chunk);
        return (0,lib/* parseDigest */.m)(`sha256:${hash.digest('hex')}`);
    });
}

;// CONCATENATED MODULE: ./packages/bundle/lib/bucket.js


/** So many keys S3 deletes by one request. */
const AT_ONCE = 1000;
function bucketOf(access) {
    const { s3, sdk, Bucket, call } = access;
    return {
        read: async (key, longest) => readText(access, key, longest),
        list: async () => listSizes(access),
        look: async (key) => look(access, key),
        put: async (Key, Body, { type: ContentType, cacheControl: CacheControl }) => {
            const object = new sdk.PutObjectCommand({
                ...{ Bucket, Key, Body, ContentType, CacheControl },
                // Stays with the object: so it can be compared without being read.
                ChecksumAlgorithm: 'SHA256'
            });
            try {
                await call(async () => s3.send(object, lib/* unhurried */.jp));
            }
            catch (error) {
                throw new ObjectFault(Key, error);
            }
        },
        remove: async (keys) => {
            for (let at = 0; at < keys.length; at += AT_ONCE) {
                const Objects = keys.slice(at, at + AT_ONCE).map(Key => ({ Key }));
                const removal = new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
                const { Errors: [refused] = [] } = await call(async () => s3.send(removal));
                // S3 answers 200 also when it removed nothing.
                if (refused !== undefined)
                    throw new lib/* Failure */.HRU(`S3 did not delete ${refused.Key} from ${Bucket}: ${refused.Message ?? refused.Code}`);
            }
        }
    };
}
/** Works on a bucket. @param what is done, as `publish … to …`: what went wrong is told of that. */
async function withBucket(session, bucket, what, work) {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 3711, 19));
    const s3 = new sdk.S3Client((0,lib/* awsClientConfig */.rwc)(session, 'S3'));
    try {
        return await work(bucketOf({ s3, sdk, Bucket: bucket, call: async (send) => (0,lib/* callAws */.IY8)(session.terms, send) }));
    }
    catch (error) {
        const said = error instanceof ObjectFault ? error.cause : error;
        if (said instanceof lib/* UserError */.yot)
            throw said;
        const message = `S3 could not ${what}: ${(0,lib/* messageOf */.bDE)(error)}`;
        if ((0,lib/* awsFault */._pu)(said).status !== 403)
            throw new lib/* Failure */.HRU(message, { cause: said });
        throw new lib/* UserError */.yot(`${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that publish.${(0,lib/* keyAdvice */.YHz)(message)}`, { cause: said });
    }
    finally {
        s3.destroy();
    }
}

;// CONCATENATED MODULE: ./packages/bundle/lib/file-headers.js

/** What the files of a bundle are published with. */
async function headersBy(rules) {
    const { default: mime } = await __webpack_require__.e(/* import() */ 86).then(__webpack_require__.bind(__webpack_require__, 5086));
    return path => ({ type: contentType(mime.getType(path)), cacheControl: (0,lib/* cacheControlOf */.hXP)(rules, path) });
}
/** Browsers guess the encoding of text, and of nothing else. */
function contentType(type) {
    if (type === null)
        return 'application/octet-stream';
    return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}

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
/** Bytes of a note at most: whoever reads it holds it in memory. Some hundred thousand names. */
const LONGEST_NOTE = 64 * 1024 ** 2;
/** @throws UserError for more names than anybody would read back. */
function encodeFiles(files) {
    const text = JSON.stringify({ version: 1, ...files });
    const bytes = Buffer.byteLength(text);
    if (bytes > LONGEST_NOTE)
        throw new lib/* UserError */.yot(`The names of this bundle's files, and of those that the bucket holds from the bundle before, take ${bytes} bytes, and a list of them may have ${LONGEST_NOTE}. Publish fewer files, or from several units.`);
    return text;
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

;// CONCATENATED MODULE: ./packages/bundle/lib/files-before.js


/** What Sluice has put into a bucket before. @throws UserError where files of the same names are there that it has not. */
async function filesBefore(s3, bucket, files) {
    const text = await s3.read(lib/* BUNDLE_FILES */.HJS, LONGEST_NOTE);
    const noted = text === undefined ? NO_FILES : readFiles(text);
    const listed = await s3.list();
    // A note that is not ours says of no file whose it is.
    if (noted === undefined)
        return { noted: NO_FILES, listed };
    const [own, ours] = [new Set(files), new Set([...noted.files, ...noted.coming, ...noted.leaving])];
    const taken = [...listed.keys()].filter(key => own.has(key) && !ours.has(key));
    const [first] = taken;
    if (first !== undefined)
        throw new lib/* UserError */.yot(`${bucket} holds ${(0,lib/* plural */.LSg)(taken.length, 'file')} of this bundle that Sluice did not put there, as ${first}. Publish to another bucket, or move ${taken.length === 1 ? 'it' : 'them'} away.`);
    return { noted, listed };
}

// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
;// CONCATENATED MODULE: ./packages/bundle/lib/read.js


const TYPE = 0o170000;
const LINK = 0o120000;
/**
 * Reads a bundle, in the order of the archive.
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
            await onEntry({
                path: entry.fileName,
                size: entry.uncompressedSize,
                executable: (modeOf(entry) & 0o100) !== 0,
                read: async () => legible(zip.openReadStreamPromise(entry).then(consumers_.buffer))
            });
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

;// CONCATENATED MODULE: ./packages/bundle/lib/side-by-side.js
function sideBySide(bounds) {
    const running = new Set();
    let load = 0;
    let fault;
    const isFull = (weight) => running.size >= bounds.pieces || (running.size > 0 && load + weight > bounds.weight);
    const passOn = () => {
        if (fault !== undefined)
            throw fault.error;
    };
    return {
        async begin(weight, work) {
            while (isFull(weight))
                await Promise.race(running);
            passOn();
            load += weight;
            const piece = work()
                .catch((error) => {
                fault ??= { error };
            })
                .finally(() => {
                load -= weight;
                running.delete(piece);
            });
            running.add(piece);
        },
        async end() {
            await Promise.all(running);
            passOn();
        }
    };
}

;// CONCATENATED MODULE: ./packages/bundle/lib/compare.js







/** What may be under way at one time: S3 answers many questions at once, but files of the bundle are held in memory meanwhile. */
const LOOKS = { pieces: 32, weight: 64 * 1024 ** 2 };
/**
 * Compares each file of a bundle with what a bucket holds, by size and SHA-256: what the bucket says that it holds, whoever may write to it could have written.
 * @throws UserError where publishing would replace somebody else's files.
 */
async function compareBundle(request) {
    const { session, bucket, archive, digest, cacheControl } = request;
    const files = [];
    await readBundle(archive, async ({ path }) => {
        files.push(path);
    });
    if (bucket === undefined)
        return { added: files.toSorted(), changed: [], headers: [], same: 0, removed: [], kept: [] };
    return withBucket(session, bucket, `compare ${bucket} with ${digest}`, async (s3) => {
        const { noted, listed } = await filesBefore(s3, bucket, files);
        const { remove, after } = passageTo(noted, digest, files);
        const headersOf = await headersBy(cacheControl);
        const found = { added: [], changed: [], headers: [], same: [] };
        const looks = sideBySide(LOOKS);
        try {
            await readBundle(archive, async (entry) => {
                const { path, size } = entry;
                const there = listed.get(path);
                if (there === undefined)
                    found.added.push(path);
                else if (there !== size)
                    found.changed.push(path);
                else
                    await looks.begin(size, async () => {
                        found[await compareFile(s3, entry, headersOf(path))].push(path);
                    });
            });
        }
        finally {
            await looks.end();
        }
        const [added, changed, headers] = [found.added.sort(), found.changed.sort(), found.headers.sort()];
        const isThere = (path) => listed.has(path);
        return {
            ...{ added, changed, headers, same: found.same.length },
            removed: remove.filter(isThere).toSorted(),
            kept: after.leaving.filter(isThere).toSorted()
        };
    });
}
async function compareFile(s3, { path, read }, wanted) {
    // Begun at once: the archive is closed when its last entry was passed.
    const content = read();
    const [own, seen] = await Promise.all([content.then(lib/* sha256 */.scB), s3.look(path)]);
    if (seen === undefined)
        return 'added';
    if (seen.sha256 !== own)
        return 'changed';
    const { type, cacheControl } = seen.headers;
    return seen.isPlain && type === wanted.type && cacheControl === wanted.cacheControl ? 'same' : 'headers';
}

;// CONCATENATED MODULE: ./packages/bundle/lib/invalidate.js


/** Where CloudFront is asked, by partition (botocore, `endpoints.json`); in the others there is none. */
const HOMES = {
    aws: { region: 'us-east-1', host: 'cloudfront.amazonaws.com' },
    'aws-cn': { region: 'cn-northwest-1', host: 'cloudfront.cn-northwest-1.amazonaws.com.cn' }
};
/** A call that CloudFront refused. */
class Refusal extends Error {
    code;
    reason;
    status;
    constructor(answer, status) {
        const reason = elementIn(answer, 'Message');
        super(reason === '' ? `HTTP ${status}` : reason);
        this.code = elementIn(answer, 'Code');
        this.reason = reason;
        this.status = status;
    }
}
/**
 * Has CloudFront ask the bucket again for every file: what its caches hold is forgotten within a minute or so; nobody waits for that.
 * @throws UserError for what is no distribution, where a permission is missing, and in partitions without CloudFront.
 */
async function invalidate(session, distribution) {
    // It becomes a part of the path.
    if (!/^[A-Z0-9]{1,64}$/.test(distribution))
        throw new lib/* UserError */.yot(`${JSON.stringify(distribution)} is not the id of a CloudFront distribution. Name an output that is: \`!Ref\` of an AWS::CloudFront::Distribution.`);
    const partition = (0,lib/* partitionOf */.iQG)(session.region);
    const home = HOMES[partition];
    if (home === undefined)
        throw new lib/* UserError */.yot(`There is no CloudFront in ${partition}. Remove \`invalidate\` from delivery.yml.`);
    // One for all attempts: CloudFront takes the second for the first, and not for another invalidation.
    const batch = `<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths><CallerReference>${(0,external_node_crypto_.randomUUID)()}</CallerReference></InvalidationBatch>`;
    try {
        await (0,lib/* callAws */.IY8)(session.terms, async () => send(session, home, `/2020-05-31/distribution/${distribution}/invalidation`, batch));
    }
    catch (error) {
        if (error instanceof lib/* UserError */.yot)
            throw error;
        const message = `CloudFront could not invalidate ${distribution}: ${(0,lib/* messageOf */.bDE)(error)}`;
        if ((0,lib/* awsFault */._pu)(error).status !== 403)
            throw new lib/* Failure */.HRU(message, { cause: error });
        throw new lib/* UserError */.yot(`${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that invalidate; the distribution must have the tags of its stack.`, { cause: error });
    }
}
/** Sends the request of an invalidation. @throws Refusal */
async function send(session, home, path, body) {
    const answer = await (0,lib/* signedCall */.pAC)(session, {
        ...{ service: 'CLOUDFRONT', signingName: 'cloudfront', ...home, path, body },
        headers: { 'content-type': 'application/xml' }
    });
    if (answer.status >= 300)
        throw new Refusal(answer.body, answer.status);
}
/** The text of the first element of a name, which stands within no other of this name. */
function elementIn(xml, name) {
    return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
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
/**
 * The bundle in a bucket that another one replaces. Of what is there in part no more is known than its name; what an earlier try put there of the
 * same bundle replaced what was there before it.
 */
function replacedBy({ holds, coming, over }, digest) {
    return coming === digest ? over : (holds ?? coming);
}
async function readMarker(s3) {
    const [first, second] = ((await s3.read(lib/* BUNDLE_MARKER */.y_S, LONGEST_MARKER)) ?? '').trim().split(OVER);
    if (!(0,lib/* isDigest */.Bc8)(first))
        return {};
    if (second === undefined)
        return { holds: first };
    return { coming: first, ...((0,lib/* isDigest */.Bc8)(second) ? { over: second } : {}) };
}
const OVER = ' over ';
/** Bytes of a marker at most: two digests and some more. */
const LONGEST_MARKER = 1024;
/**
 * Puts the files of a bundle into a bucket, pages last, and says at the very end which bundle it is. What only the bundle before had stays until the
 * next one comes; what Sluice did not put there stays for good. Running it again after a fault ends in the same state.
 * @throws UserError where it would replace somebody else's files.
 */
async function publishBundle(request) {
    const { session, bucket, archive, digest, cacheControl = [] } = request;
    return withBucket(session, bucket, `publish ${digest} to ${bucket}`, async (s3) => {
        const files = [];
        await readBundle(archive, async ({ path }) => {
            files.push(path);
        });
        const { during, remove, after } = passageTo((await filesBefore(s3, bucket, files)).noted, digest, files);
        const [before, then] = [encodeFiles(during), encodeFiles(after)];
        const note = async (text) => s3.put(lib/* BUNDLE_FILES */.HJS, text, { type: 'application/json' });
        const over = replacedBy(await readMarker(s3), digest);
        // From here on the bucket holds a part of each: nobody must take it for the one before.
        await s3.put(lib/* BUNDLE_MARKER */.y_S, `${digest}${OVER}${over ?? 'nothing'}`, { type: 'text/plain' });
        await note(before);
        // Pages refer to assets, so assets come first, and all of them.
        const headers = await headersBy(cacheControl);
        await upload(s3, archive, path => (isPage(path) ? undefined : headers(path)));
        await upload(s3, archive, path => (isPage(path) ? headers(path) : undefined));
        await request.whenThere?.();
        await s3.remove(remove);
        await note(then);
        await s3.put(lib/* BUNDLE_MARKER */.y_S, digest, { type: 'text/plain' });
        return { files: files.length, removed: remove.length, kept: after.leaving.length };
    });
}
/** What may be under way at one time: a file of every size is there as a whole while it goes. */
const UPLOADS = { pieces: 8, weight: 64 * 1024 ** 2 };
/** Puts those files of a bundle into a bucket that get headers, several at a time. All that has begun is over when this ends, also when it fails. */
async function upload(s3, archive, headersOf) {
    const uploads = sideBySide(UPLOADS);
    try {
        await readBundle(archive, async ({ path, size, read }) => {
            const headers = headersOf(path);
            if (headers !== undefined)
                await uploads.begin(size, async () => s3.put(path, await read(), headers));
        });
    }
    finally {
        await uploads.end();
    }
}
/** What asks for other files as soon as a browser has it. */
function isPage(path) {
    return /\.x?html?$/i.test(path);
}

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
