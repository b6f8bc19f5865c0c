export const id = 211;
export const ids = [211];
export const modules = {

/***/ 3211:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  build: () => (/* binding */ build_mode_build)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/bundle/lib/index.js + 13 modules
var lib = __webpack_require__(2846);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var core_lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/check-repository.js
var check_repository = __webpack_require__(6315);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/fingerprint.js
var lib_fingerprint = __webpack_require__(102);
// EXTERNAL MODULE: ./packages/delivery/lib/build-sources.js
var build_sources = __webpack_require__(753);
// EXTERNAL MODULE: ./packages/git/lib/export-tree.js
var export_tree = __webpack_require__(6019);
// EXTERNAL MODULE: ./actions/build-once/lib/build-secrets.js
var build_secrets = __webpack_require__(9870);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/timestamps.js

/**
 * The time of an image and of every file in it, in seconds. It is the same for all, so that no digest depends on when, or for which
 * commit, something was built. Layers of base images keep the times that they have.
 */
const EPOCH = 0;
/** Zip files hold no time before 1980; a day later, no time zone gets there. */
const EARLIEST = Date.UTC(1980, 0, 2) / 1000;
/**
 * The time that every file of a build context must have, in seconds, some time in the eighties. It follows from the fingerprint,
 * so that a step that looks at times sees the same on every fresh builder. None of these times reaches the image.
 *
 * It is no constant, because BuildKit keeps the files of the context before: it takes a file of the same path, size and time for
 * unchanged, and would build another commit's or unit's instead.
 */
function contextTime(fingerprint) {
    // 28 bits of seconds and 20 of fraction: all that a double has room for beside EARLIEST.
    return EARLIEST + Number.parseInt((0,core_lib/* hexOf */.ZDm)(fingerprint).slice(0, 12), 16) / 2 ** 20;
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/build-args.js



/**
 * The build arguments that Sluice itself gives to every build by BuildKit. They keep the daemon's past out of the result: one time
 * for all images, and cache mounts that are empty at the start of each build. Layers are reused, since they follow from what went
 * into them. buildah has options for both instead.
 */
const OWN = {
    SOURCE_DATE_EPOCH: () => String(EPOCH),
    BUILDKIT_CACHE_MOUNT_NS: ({ context }) => (0,external_node_path_.basename)(context)
};
/** Names that change what builds or how, instead of being an argument of the Dockerfile. */
const BUILDKIT = /^BUILDKIT_/;
/**
 * A unit's build arguments, as `NAME=value`.
 * @throws UserError for a name that Sluice sets or BuildKit itself obeys: time and frontend are not the unit's to choose.
 */
function buildArguments(args) {
    return Object.entries(args).map(([name, value]) => {
        if (Object.hasOwn(OWN, name) || BUILDKIT.test(name))
            throw new core_lib/* UserError */.yot(`Build argument ${name} is reserved. Remove it from the unit's args in delivery.yml.`);
        return `${name}=${value}`;
    });
}
/** The build arguments of a request, as `NAME=value`: those of Sluice, and those of the unit. */
function buildKitArguments(request) {
    return [
        ...Object.entries(OWN).map(([name, valueFor]) => `${name}=${valueFor(request)}`),
        ...buildArguments(request.args)
    ];
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/build-failure.js


/** Says which Dockerfile failed and why, with the builder's last words. */
function buildFailed(build, lines) {
    const last = lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'no output';
    return new core_lib/* UserError */.yot(`${nameOf(build)} failed in ${build.builder}: ${last.trim()}. Its output is in the log above.`);
}
/** A Dockerfile with its folder, and the target in it. */
function nameOf({ dockerfile, target }) {
    return `${(0,external_node_path_.basename)((0,external_node_path_.dirname)(dockerfile))}/${(0,external_node_path_.basename)(dockerfile)}${target === undefined ? '' : `, target ${target},`}`;
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/build-log.js

/**
 * Makes one line of a build's output safe to print: the runner obeys `::command::` at the start of a line and `##[command]`
 * anywhere in it, and takes a lone carriage return for the end of a line.
 */
function quoteLines(text) {
    return text
        .split(/[\r\n\u0085\u2028\u2029]+/)
        .map(line => `| ${(0,external_node_util_.stripVTControlCharacters)(line).replaceAll('##[', '# #[')}`);
}
/** Lines that are kept at most: enough for the error that ended a build, while all of its output may be gigabytes. */
const KEPT = 200;
function buildLog(log) {
    const lines = [];
    return {
        lastLines: () => lines,
        onLine(line) {
            lines.push(line);
            if (lines.length > KEPT)
                lines.shift();
            for (const quoted of quoteLines(line))
                log.info(quoted);
        }
    };
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/build-deadline.js



/** How long the build of one image may take, or its test target, in milliseconds: much longer than any that still gets on. */
const BUILD_DEADLINE = 2 * 60 * 60_000;
const MINUTE = 60_000;
/**
 * Runs a build to its end, or to the deadline: then the builder is ended, with all that it started.
 * @throws UserError when the build fails; Failure when it does not end in time.
 */
async function runBuild(build, { log, deadline = BUILD_DEADLINE }) {
    const printed = buildLog(log);
    const onLine = (line) => {
        printed.onLine(line);
        build.onLine?.(line);
    };
    const [program, ...args] = build.command;
    const { code, timedOut } = await (0,core_lib/* runCommand */.d1Y)(program, args, { env: build.env, onLine, deadline });
    if (timedOut === true)
        throw new core_lib/* Failure */.HRU(`${nameOf(build)} was not built within ${(0,core_lib/* plural */.LSg)(deadline / MINUTE, 'minute')} by ${build.builder}, which was ended. Its output in the log above shows the step that took so long: shorten it, or re-run the job if the machine was slow.`);
    if (code !== 0)
        throw buildFailed(build, printed.lastLines());
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/build-secrets.js


const VARIABLE = 'BUILD_SECRET_';
/** The variables in which BuildKit's clients are given the secrets of a build: no other process of the machine may read them, as it may arguments. */
function secretVariables({ secrets = {} }) {
    return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`${VARIABLE}${name}`, value]));
}
/** How BuildKit's clients are told where they are. */
function secretOptions({ secrets = {} }) {
    return Object.keys(secrets).map(name => `--secret=id=${name},env=${VARIABLE}${name}`);
}
/** The secrets of a build as files of a folder, which goes with the build, for buildah. */
async function secretFiles({ secrets = {} }, folder) {
    await (0,promises_.mkdir)(folder, { recursive: true, mode: 0o700 });
    return Promise.all(Object.entries(secrets).map(async ([name, value]) => {
        const file = (0,external_node_path_.join)(folder, name);
        await (0,promises_.writeFile)(file, value, { mode: 0o600 });
        return `--secret=id=${name},src=${file}`;
    }));
}

// EXTERNAL MODULE: ./packages/registry/lib/index.js + 30 modules
var registry_lib = __webpack_require__(3311);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/check-layout.js




/**
 * Checks the layout that a builder wrote, with the reader that will push it, and removes what the image does not need, so that the
 * folder holds exactly what will be pushed.
 * @throws Failure when the builder wrote something else than one sound image.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
async function checkLayout(directory) {
    const { image, needed } = await verified(directory);
    const names = new Set([...needed].map(core_lib/* hexOf */.ZDm));
    const blobs = (0,external_node_path_.join)(directory, 'blobs/sha256');
    for (const name of await (0,promises_.readdir)(blobs))
        if (!names.has(name))
            await (0,promises_.rm)((0,external_node_path_.join)(blobs, name), { recursive: true });
    await (0,promises_.rm)((0,external_node_path_.join)(directory, 'ingest'), { recursive: true, force: true });
    return { digest: image.digest, annotations: image.parts.annotations };
}
async function verified(directory) {
    try {
        return await (0,registry_lib/* verifyLayout */.a1)(directory);
    }
    catch (error) {
        if (!(error instanceof core_lib/* UserError */.yot))
            throw error;
        // Nobody but the builder has had a hand in it.
        throw new core_lib/* Failure */.HRU(`The builder wrote an image that cannot be pushed: ${error.message}`, { cause: error });
    }
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/made-files.js


/** BuildKit keeps no provenance of nothing, and a bundle of nothing would be delivered to no one. @throws UserError for a stage without files */
async function requireFiles({ folder, target }) {
    if ((await (0,promises_.readdir)(folder)).length > 0)
        return;
    throw new core_lib/* UserError */.yot(`The stage ${target ?? 'that is the last one of its Dockerfile'} holds no files. Copy what was built into it: \`FROM scratch AS ${target ?? 'files'}\`, \`COPY --from=build /app/dist /\`.`);
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildah.js










/** Debian's buildah. It needs no daemon, and isolates nothing: what a Dockerfile runs can read this job's processes. */
async function probeBuildah(env) {
    try {
        const { code, stdout, stderr } = await (0,core_lib/* runTool */.qIr)('buildah', ['--version'], { env });
        if (code !== 0)
            return { absent: `buildah does not run (${stderr.trim()})` };
        const version = /version (\S+)/.exec(stdout.toString('utf8'))?.[1] ?? 'of unknown version';
        return { builder: buildahBuilder(`buildah ${version} (chroot)`, env) };
    }
    catch (error) {
        return { absent: (0,core_lib/* messageOf */.bDE)(error) };
    }
}
function buildahBuilder(name, env) {
    return {
        name,
        sandboxed: false,
        exposes: 'its steps can read the processes of this job',
        async buildImage({ layout, target, ...request }) {
            await (0,promises_.mkdir)(layout, { recursive: true });
            return inStore(env, async (store) => {
                await build(name, store, request, target, ['--tag=sluice']);
                const push = [...store.options, 'push', '--quiet', 'sluice', `oci:${(0,external_node_path_.resolve)(layout)}`];
                const pushed = await (0,core_lib/* runTool */.qIr)('buildah', push, { env: withoutRegistries(store.env) });
                if (pushed.code !== 0)
                    throw new core_lib/* Failure */.HRU(`buildah could not write ${layout}: ${pushed.stderr.trim()}`);
                const { digest, annotations } = await checkLayout(layout);
                return { digest, base: annotatedBase(annotations) };
            });
        },
        async buildFiles({ folder, target, ...request }) {
            // It tells no bases of what it writes as files.
            await inStore(env, store => build(name, store, request, target, [`--output=type=local,dest=${(0,external_node_path_.resolve)(folder)}`]));
            await requireFiles({ folder, ...(target && { target }) });
            return { base: [] };
        },
        async runTarget({ target, ...request }) {
            await inStore(env, store => build(name, store, request, target, []));
        }
    };
}
/** A store for one build: nothing is taken from, or left in, the machine's own. */
async function inStore(env, work) {
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'sluice-buildah-'));
    try {
        const [root, run, temporary] = [(0,external_node_path_.join)(folder, 'root'), (0,external_node_path_.join)(folder, 'run'), (0,external_node_path_.join)(folder, 'tmp')];
        await (0,promises_.mkdir)(temporary);
        // buildah keeps cache mounts in the temporary folder, for all builds of this user.
        return await work({
            options: ['--storage-driver=vfs', `--root=${root}`, `--runroot=${run}`],
            temporary,
            env: { ...env, TMPDIR: temporary }
        });
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}
async function build(name, store, request, target, result) {
    if (request.platforms.length > 1) {
        throw new core_lib/* UserError */.yot(`${name} builds only one platform, but the unit requires ${request.platforms.join(', ')}. Use BuildKit, or a single platform.`);
    }
    const dockerfile = (0,external_node_path_.resolve)(request.context, request.dockerfile);
    const command = [
        'buildah',
        ...store.options,
        'build',
        '--isolation=chroot',
        '--format=oci',
        '--layers=false',
        '--identity-label=false',
        `--timestamp=${EPOCH}`,
        ...(await secretFiles(request, (0,external_node_path_.join)(store.temporary, 'secrets'))),
        ...buildArguments(request.args).map(argument => `--build-arg=${argument}`),
        ...request.platforms.map(platform => `--platform=${platform}`),
        ...(target === undefined ? [] : [`--target=${target}`]),
        ...result,
        `--file=${dockerfile}`,
        (0,external_node_path_.resolve)(request.context)
    ];
    const named = { builder: name, dockerfile, ...(target === undefined ? {} : { target }) };
    await runBuild({ ...named, command, env: store.env }, request);
}
/** A folder needs no credentials, and buildah stops when their file is announced but absent. */
function withoutRegistries({ DOCKER_CONFIG: _docker, REGISTRY_AUTH_FILE: _file, ...env }) {
    return env;
}
/** buildah tells the base of the last stage only, as annotations of the manifest. */
function annotatedBase(annotations) {
    const name = annotations['org.opencontainers.image.base.name'];
    const digest = annotations['org.opencontainers.image.base.digest'];
    return name !== undefined && name !== '' && (0,core_lib/* isDigest */.Bc8)(digest) ? [{ name, digest }] : [];
}

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/base-images.js

/** A step of BuildKit's plain progress that fetches an image; what a Dockerfile prints has a time before it. */
const FROM = /^#\d+ (?:\[[^\]]+\] )?FROM ([^\s@]+)@(sha256:[0-9a-f]{64})$/;
function baseImages() {
    const images = new Map();
    return {
        onLine(line) {
            const [, name, digest] = FROM.exec(line) ?? [];
            if (name !== undefined && (0,core_lib/* isDigest */.Bc8)(digest))
                images.set(`${name}@${digest}`, { name, digest });
        },
        found: () => [...images.keys()].sort().flatMap(key => images.get(key) ?? [])
    };
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/dependencies.js

/** Everything that provenances of a build name as fetched, each once and sorted. BuildKit leaves no credentials in them. */
function dependenciesOf(provenances) {
    const found = new Map();
    for (const provenance of provenances) {
        for (const { uri, digest } of listOf(provenance))
            found.set(JSON.stringify([uri, digest]), { uri, digest });
    }
    return [...found.keys()].sort().flatMap(key => found.get(key) ?? []);
}
function listOf(provenance) {
    const { buildDefinition, materials } = provenance;
    return buildDefinition?.resolvedDependencies ?? materials ?? [];
}
/**
 * Refuses what was fetched from the machine that built, or from its metadata service: `ADD` is done by the builder itself, whose network
 * reaches further than that of a step.
 * @throws UserError
 */
function refuseOwnMachine(dependencies) {
    for (const { uri } of dependencies) {
        if (!/^(https?|git|ssh):/.test(uri) || !URL.canParse(uri))
            continue;
        const host = new URL(uri).hostname.replace(/^\[(.*)\]$/, '$1');
        if ((0,core_lib/* isLoopback */.U9m)(host) || /^(169\.254\.|0\.|fe80:|fd00:ec2:|::ffff:)/.test(host) || host === '::')
            throw new core_lib/* UserError */.yot(`The build fetched ${JSON.stringify(uri)}, an address of the machine that built it. Nothing of that may be in an image: add it to the context, or fetch it from a server.`);
    }
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildkit.js









/** A builder on BuildKit, which runs each step of a Dockerfile in a sandbox of its own. */
function buildKitBuilder(client) {
    return {
        name: client.name,
        sandboxed: client.exposes === undefined,
        ...(client.exposes === undefined ? {} : { exposes: client.exposes }),
        async buildImage({ layout, target, ...request }) {
            await (0,promises_.mkdir)(layout, { recursive: true });
            // rewrite-timestamp: BuildKit sets the times of the layers' files as well, not only those of the config.
            const output = `type=oci,"dest=${(0,external_node_path_.resolve)(layout)}",tar=false,rewrite-timestamp=true,oci-mediatypes=true,compression=gzip,force-compression=true`;
            const fetched = await solveAndTell(client, request, { output, ...(target === undefined ? {} : { target }) });
            const { digest } = await checkLayout(layout);
            return { digest, ...fetched };
        },
        async buildFiles({ folder, target, ...request }) {
            const output = `type=local,"dest=${(0,external_node_path_.resolve)(folder)}"`;
            const wanted = { output, ...(target === undefined ? {} : { target }) };
            return solveAndTell(client, request, wanted, () => requireFiles({ folder, ...(target && { target }) }));
        },
        async runTarget({ target, ...request }) {
            await solve(client, { ...places(request), target });
        }
    };
}
/** Runs a build, and finds out what it fetched. @throws UserError where that is of the machine's own services */
async function solveAndTell(client, request, wanted, check) {
    const bases = baseImages();
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'sluice-report-'));
    try {
        const report = (0,external_node_path_.join)(folder, 'report');
        await solve(client, { ...places(request), ...wanted, report }, bases.onLine);
        await check?.();
        const resolvedDependencies = dependenciesOf(await client.provenanceOf(report, request.platforms));
        refuseOwnMachine(resolvedDependencies);
        return { base: bases.found(), resolvedDependencies };
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}
function places(request) {
    return { context: (0,external_node_path_.resolve)(request.context), dockerfile: (0,external_node_path_.resolve)(request.context, request.dockerfile), request };
}
async function solve(client, build, onLine) {
    const { name, env } = client;
    const { dockerfile, target, request } = build;
    const named = { builder: name, dockerfile, ...(target === undefined ? {} : { target }) };
    const heard = onLine === undefined ? {} : { onLine };
    await client.prepare?.();
    await runBuild({ ...named, ...heard, command: client.command(build), env: { ...env, ...secretVariables(request) } }, request);
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildctl.js







const DEFAULT_ADDRESS = 'unix:///run/buildkit/buildkitd.sock';
/** BuildKit's own client, on the daemon at `BUILDKIT_HOST` or at the default address. */
async function probeBuildctl(env) {
    const address = env['BUILDKIT_HOST'] ?? DEFAULT_ADDRESS;
    const client = ['buildctl', '--addr', address, '--timeout', '10'];
    try {
        const { code, stdout, stderr } = await (0,core_lib/* runTool */.qIr)(client[0], [...client.slice(1), 'debug', 'workers', '--verbose'], {
            env
        });
        if (code !== 0)
            return { absent: `no buildkitd is reachable at ${address} (${stderr.trim().split('\n').at(-1) ?? ''})` };
        return {
            builder: buildKitBuilder({
                name: `buildkit at ${address}`,
                exposes: exposureOf(stdout.toString('utf8')),
                env,
                prepare: async () => forgetContexts(client, env),
                command: solve => [...client, ...solveArguments(solve)],
                provenanceOf: report => provenanceOf(client, env, report)
            })
        };
    }
    catch (error) {
        return { absent: (0,core_lib/* messageOf */.bDE)(error) };
    }
}
/**
 * What the steps of a build reach by what its workers say of themselves. A daemon started with `--oci-worker-no-process-sandbox` lets a
 * Dockerfile see, and kill, the processes of the machine; one whose worker has the network `host`, which is what it has without
 * CNI, lets it speak to every service that listens on the machine alone. A client too old to show labels proves nothing.
 */
function exposureOf(workers) {
    return processExposure(workers) ?? networkExposure(workers);
}
/** The half of {@link exposureOf} that is about processes. */
function processExposure(workers) {
    const sandboxed = labels(workers, 'oci\\.process-mode').every(mode => mode === 'sandbox');
    if (labels(workers, 'executor').length === 0)
        return 'its workers do not say how they run steps';
    return sandboxed ? undefined : 'its steps can see the processes of its machine';
}
/** The half that is about the network. */
function networkExposure(workers) {
    const networks = labels(workers, 'network');
    if (networks.length === 0)
        return 'its workers do not say which network steps have';
    return networks.includes('host')
        ? 'its steps have the network of its machine: start buildkitd with --oci-worker-net=bridge or cni'
        : undefined;
}
function labels(workers, label) {
    return [...workers.matchAll(new RegExp(`worker\\.${label}:\\s*(\\S+)`, 'g'))].flatMap(([, value]) => value ?? []);
}
/**
 * Has a daemon forget the files that it was sent for earlier builds. It would take one of the same path, size and time for unchanged, and with this client
 * it keeps all contexts in one place; times have too few bits to rely on them alone where an author may look for two commits with equal ones. What a build beside this one uses, the daemon keeps.
 */
async function forgetContexts(client, env) {
    const [program, ...common] = client;
    const { code, stderr } = await (0,core_lib/* runTool */.qIr)(program, [...common, 'prune', '--filter=type==source.local'], { env });
    if (code !== 0)
        throw new core_lib/* Failure */.HRU(`buildctl could not have its daemon forget the files of earlier builds: ${stderr.trim()}`);
}
function solveArguments({ context, dockerfile, request, target, output, report }) {
    const options = [
        `filename=${(0,external_node_path_.basename)(dockerfile)}`,
        ...buildKitArguments(request).map(argument => `build-arg:${argument}`),
        ...(request.platforms.length === 0 ? [] : [`platform=${request.platforms.join(',')}`]),
        ...(target === undefined ? [] : [`target=${target}`])
    ];
    return [
        'build',
        '--progress=plain',
        '--frontend=dockerfile.v0',
        `--local=context=${context}`,
        `--local=dockerfile=${(0,external_node_path_.dirname)(dockerfile)}`,
        ...options.map(option => `--opt=${option}`),
        ...secretOptions(request),
        ...(output === undefined ? [] : [`--output=${output}`]),
        ...(report === undefined ? [] : [`--ref-file=${report}`])
    ];
}
/** How often the history is asked for a build that has just ended, and how long it is waited in between, in milliseconds. */
const TRIES = 30;
const WAIT = 100;
/** The daemon keeps a provenance of each build; the report is the build's name. */
async function provenanceOf(client, env, report) {
    const debug = async (...args) => {
        const { code, stdout, stderr } = await (0,core_lib/* runTool */.qIr)(client[0], [...client.slice(1), 'debug', ...args], { env });
        if (code !== 0)
            throw new core_lib/* Failure */.HRU(`BuildKit does not say what the build fetched: ${stderr.trim()}`);
        return stdout;
    };
    const ref = (await (0,promises_.readFile)(report, 'utf8')).trim();
    for (let tries = 0; tries < TRIES; tries += 1) {
        const events = (await debug('histories', '--format', '{{json .}}')).toString('utf8').split('\n').filter(Boolean);
        const record = events.map(line => JSON.parse(line).record).find(it => it?.Ref === ref);
        const results = [record?.Result, ...Object.values(record?.Results ?? {})];
        const attestations = results.flatMap(result => result?.Attestations ?? []);
        if (attestations.length > 0)
            return Promise.all(attestations.map(async ({ digest }) => JSON.parse(String(await debug('get', digest)))));
        await (0,external_node_timers_promises_.setTimeout)(WAIT);
    }
    throw new core_lib/* Failure */.HRU(`BuildKit has no provenance of the build ${ref}. BuildKit 0.11 is the oldest that keeps one.`);
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/builder-env.js
const ALLOWED = /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|TZ|XDG_.*|SSL_CERT_.*|DOCKER_.*|BUILDX_.*|BUILDKIT_HOST|BUILDAH_.*|CONTAINERS_.*|REGISTRY_AUTH_FILE|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy)$/;
/**
 * The environment that a builder gets: what it needs to find its daemon and its registries, and no more. The job's tokens
 * (`GITHUB_TOKEN`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `INPUT_…`, AWS keys) stay here, since a weak builder shows its environment to
 * what the Dockerfile runs.
 */
function builderEnvironment(env) {
    return Object.fromEntries(Object.entries(env).filter(([name]) => ALLOWED.test(name)));
}

// EXTERNAL MODULE: ./actions/build-once/lib/builder/builder-order.js
var builder_order = __webpack_require__(9916);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/builder-container.js


/** The container in which buildx's driver `docker-container` runs a node of a builder. */
function containerOf(node) {
    return `buildx_buildkit_${node}`;
}
/** Where clouds tell a machine about itself, and give it credentials (RFC 3927: addresses of one link). */
const LINK_LOCAL = '169.254.0.0/16';
/**
 * Takes the routes to the addresses away, and looks whether they are gone. The container has a network of its own, behind docker's
 * bridge, so this changes nothing for the machine; steps of a build share it, but may not change it.
 */
const TAKE_AWAY = `for address; do
  ip route replace prohibit "$address" || exit 1
  if ip route get "\${address%/*}" >/dev/null 2>&1; then echo "$address is still reached" >&2; exit 1; fi
done`;
/**
 * Closes the way from a builder's containers to this machine and to its metadata service: behind docker's bridge both are in reach.
 * @returns what steps reach all the same, as a clause.
 */
async function confine(env, nodes) {
    if (nodes.length === 0)
        return 'docker does not say in which containers it runs';
    for (const node of nodes) {
        const exposure = await confineContainer(env, containerOf(node));
        if (exposure !== undefined)
            return exposure;
    }
    return undefined;
}
async function confineContainer(env, container) {
    const format = '{{.HostConfig.NetworkMode}}{{range .NetworkSettings.Networks}} v4={{.Gateway}} v6={{.GlobalIPv6Address}}{{end}}';
    const { code, stdout, stderr } = await docker(env, ['inspect', '--format', format, container]);
    if (code !== 0)
        return `docker does not show the container ${container} (${lastLine(stderr)})`;
    const [network = '', ...facts] = stdout.trim().split(' ');
    const all = (prefix) => facts.filter(it => it.startsWith(prefix)).flatMap(it => it.slice(prefix.length) || []);
    if (network === 'host' || network.startsWith('container:'))
        return `its steps have the network ${network}: make the builder without the driver's option network`;
    if (all('v6=').length > 0)
        return 'its container has an IPv6 address, by which its steps could reach this machine';
    // Docker's daemon may be on another machine than this process: the gateway is where the daemon is.
    const addresses = [...new Set([LINK_LOCAL, ...all('v4='), ...addressesOfThisMachine()])];
    const taken = await docker(env, ['exec', container, 'sh', '-c', TAKE_AWAY, 'confine', ...addresses]);
    return taken.code === 0
        ? undefined
        : `the way from its container to this machine cannot be closed (${lastLine(taken.stderr)})`;
}
/** Where services of this machine may listen, as seen from a container. */
function addressesOfThisMachine() {
    const all = Object.values((0,external_node_os_.networkInterfaces)()).flatMap(addresses => addresses ?? []);
    const foreign = all.filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'));
    return [...new Set(foreign.map(({ address }) => address))].sort();
}
/** Whether all containers of a builder run an image: on a machine that is kept, another job may have left one by the same name. */
async function runsImage(env, nodes, image) {
    const wanted = await docker(env, ['image', 'inspect', '--format', '{{.Id}}', image]);
    const running = await docker(env, ['inspect', '--format', '{{.Image}}', ...nodes.map(containerOf)]);
    if (wanted.code !== 0 || running.code !== 0 || nodes.length === 0)
        return false;
    return running.stdout
        .trim()
        .split('\n')
        .every(id => id === wanted.stdout.trim());
}
async function docker(env, args) {
    const { code, stdout, stderr } = await (0,core_lib/* runTool */.qIr)('docker', args, { env });
    return { code, stdout: stdout.toString('utf8'), stderr };
}
function lastLine(text) {
    return text.trim().split('\n').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildx.js







/**
 * What runs in the builder that is made where docker's only one is built into its daemon: the image of the release that the tests
 * build with (tools/buildkit), for all platforms, by digest, since it gets to see everything that is built.
 */
const IMAGE = 'moby/buildkit:v0.29.0@sha256:0039c1d47e8748b5afea56f4e85f14febaf34452bd99d9552d2daa82262b5cc5';
/** Its name: on a machine that is kept, another release of Sluice must not find the BuildKit of this one. */
const buildx_OWN = `sluice-${IMAGE.slice(IMAGE.lastIndexOf(':') + 1).slice(0, 12)}`;
const DRIVERS = ['docker-container', 'remote', 'kubernetes'];
/** docker's client of BuildKit, on the builder that is selected (`BUILDX_BUILDER`, `docker buildx use`). */
async function probeBuildx(env) {
    try {
        const selected = await inspect(env, undefined);
        if ('absent' in selected || selected.driver !== 'docker' || env['BUILDX_BUILDER'] !== undefined)
            return await usable(env, selected);
        // A machine fresh from GitHub has the daemon's own builder only: it can neither write layouts nor set times.
        return await usable(env, await ownBuilder(env));
    }
    catch (error) {
        return { absent: (0,core_lib/* messageOf */.bDE)(error) };
    }
}
/** The suite's own builder, made if it is not there. */
async function ownBuilder(env) {
    const present = await inspect(env, buildx_OWN);
    if ('driver' in present) {
        if (await runsImage(env, present.nodes, IMAGE))
            return present;
        // Whoever made it, what runs in it gets to see everything that is built.
        await buildx(env, ['rm', '--force', buildx_OWN]);
    }
    const options = ['--name', buildx_OWN, '--driver', 'docker-container', '--driver-opt', `image=${IMAGE}`];
    const made = await buildx(env, ['create', ...options]);
    // Another job may have made it meanwhile: what counts is that it is there.
    const found = await inspect(env, buildx_OWN);
    if ('driver' in found)
        return found;
    if (made.code === 0) {
        // It did not start. Nothing of it is left to a later job, which begins anew.
        await buildx(env, ['rm', '--force', buildx_OWN]);
        return found;
    }
    return EXISTS.test(made.stderr)
        ? found
        : { absent: `docker buildx could not create a builder (${reason(made.stderr)})` };
}
const EXISTS = /existing instance for/;
/** What docker says when it does not know the command. */
const NO_PLUGIN = /^unknown (shorthand )?flag|is not a docker command/m;
async function inspect(env, builder) {
    const { code, stdout, stderr } = await buildx(env, [
        'inspect',
        '--bootstrap',
        ...(builder === undefined ? [] : [builder])
    ]);
    if (code !== 0) {
        if (NO_PLUGIN.test(stderr))
            return { absent: 'docker has no plugin buildx' };
        return { absent: `docker buildx cannot start ${builder ?? 'its builder'} (${reason(stderr)})` };
    }
    const text = stdout.toString('utf8');
    const field = (label) => new RegExp(`^${label}:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1];
    const [name, driver, problem] = [field('Name'), field('Driver'), field('Error')];
    if (problem !== undefined)
        return { absent: `docker buildx cannot use its builder (${problem})` };
    if (name === undefined || driver === undefined)
        return { absent: 'docker buildx inspect reports no driver' };
    const [, ...nodes] = [...text.matchAll(/^Name:[ \t]*(\S+)$/gm)].flatMap(([, node]) => node ?? []);
    return { builder: name, driver, nodes, workers: text };
}
async function usable(env, found) {
    if ('absent' in found)
        return found;
    if (!DRIVERS.includes(found.driver)) {
        return {
            absent: `docker buildx builder ${found.builder} has driver ${found.driver}, which cannot write reproducible layouts; supported drivers: ${DRIVERS.join(', ')}`
        };
    }
    const command = (solve) => [
        'docker',
        'buildx',
        ...buildx_solveArguments(found.builder, solve)
    ];
    const name = `buildx ${found.builder} (${found.driver})`;
    // Told apart from an attestation, which would be part of the image.
    const building = { ...env, BUILDX_METADATA_PROVENANCE: 'min' };
    return {
        builder: buildKitBuilder({
            name,
            exposes: await buildx_exposureOf(env, found),
            env: building,
            command,
            provenanceOf: (report, platforms) => buildx_provenanceOf(env, found.builder, report, platforms)
        })
    };
}
/** What steps reach: a container has docker's network, which its workers call that of the host; others have what their workers say. */
async function buildx_exposureOf(env, found) {
    const { driver, nodes, workers } = found;
    const exposure = processExposure(workers);
    if (exposure !== undefined)
        return exposure;
    return driver === 'docker-container' ? confine(env, nodes) : networkExposure(workers);
}
/**
 * Its report holds the provenance of a build for one platform. That of several is left out, so each is asked for by the build's name
 * in the history of the builder.
 */
async function buildx_provenanceOf(env, builder, report, platforms) {
    const metadata = JSON.parse(await (0,promises_.readFile)(report, 'utf8'));
    const found = metadata['buildx.build.provenance'];
    if (found !== undefined)
        return [found];
    if (platforms.length === 0)
        throw new core_lib/* Failure */.HRU('docker buildx does not say what the build fetched. Use a newer buildx.');
    const ref = String(metadata['buildx.build.ref']).split('/').at(-1) ?? '';
    return Promise.all(platforms.map(async (platform) => {
        const options = [`--builder=${builder}`, '--type=provenance', `--platform=${platform}`];
        const { code, stdout, stderr } = await buildx(env, ['history', 'inspect', 'attachment', ...options, ref]);
        if (code === 0)
            return JSON.parse(stdout.toString('utf8'));
        throw new core_lib/* Failure */.HRU(`docker buildx does not say what the build for ${platform} fetched (${reason(stderr)}). Use a newer buildx.`);
    }));
}
function buildx_solveArguments(builder, { context, dockerfile, request, target, output, report }) {
    return [
        'build',
        `--builder=${builder}`,
        '--progress=plain',
        // An attestation holds times and ids of this one build.
        '--provenance=false',
        '--sbom=false',
        `--file=${dockerfile}`,
        ...buildKitArguments(request).map(argument => `--build-arg=${argument}`),
        ...secretOptions(request),
        ...(request.platforms.length === 0 ? [] : [`--platform=${request.platforms.join(',')}`]),
        ...(target === undefined ? [] : [`--target=${target}`]),
        `--output=${output ?? 'type=cacheonly'}`,
        ...(report === undefined ? [] : [`--metadata-file=${report}`]),
        context
    ];
}
function buildx(env, args) {
    return (0,core_lib/* runTool */.qIr)('docker', ['buildx', ...args], { env });
}
/** Its last line, which is the error; progress comes before. */
function reason(stderr) {
    return (stderr.trim().split('\n').at(-1) ?? '').replace(/^ERROR: /, '');
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/detect-builder.js






const PROBES = {
    buildkit: probeBuildctl,
    buildx: probeBuildx,
    buildah: probeBuildah
};
/**
 * Finds the builder to use: the first sandboxed one that is there, in the order BuildKit, buildx, buildah.
 *
 * A builder without a sandbox is refused, because what a Dockerfile runs could take the job's tokens (promise 9), unless delivery.yml
 * says `builds: { sandbox: none }`. A job that builds always has one: `github-token`, of which no one can tell here what it may write,
 * and the runner's own.
 * @throws UserError when no builder is there, or none that may be used.
 */
async function detectBuilder(choice, options) {
    const env = builderEnvironment(options.env);
    const names = choice === 'auto' ? builder_order/* BUILDERS */.r : [choice];
    const weak = [];
    const absent = [];
    for (const name of names) {
        const probe = await PROBES[name](env);
        if ('absent' in probe)
            absent.push(`${name}: ${probe.absent}`);
        else if (probe.builder.sandboxed)
            return chosen(probe.builder, options.log);
        else
            weak.push(probe.builder);
    }
    const [builder] = weak;
    if (builder === undefined) {
        throw new core_lib/* UserError */.yot(`No builder was found (${absent.join('; ')}). Start buildkitd and set BUILDKIT_HOST, or run docker/setup-buildx-action first.`);
    }
    if (options.sandbox === 'required') {
        throw new core_lib/* UserError */.yot(`Builder ${builder.name} does not sandbox Dockerfile steps (${builder.exposes ?? 'it does not say how it runs them'}), so a Dockerfile could steal this job's tokens, or act as this machine${absent.length === 0 ? '' : ` (${absent.join('; ')})`}. Use BuildKit (BUILDKIT_HOST, or buildx with the driver docker-container), or accept the risk with \`builds: { sandbox: none }\` in delivery.yml.`);
    }
    return chosen(builder, options.log);
}
function chosen(builder, log) {
    if (builder.sandboxed)
        log.info(`Builder: ${builder.name}.`);
    else
        log.warning(`Builder: ${builder.name}, without a sandbox: ${builder.exposes ?? 'it does not say how it runs steps'}.`);
    return builder;
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/frontend.js



/** An image by its digest: what it names cannot change. */
const PINNED = /^[^@\s]+@sha256:[0-9a-f]{64}$/;
/**
 * Refuses a Dockerfile whose `# syntax=` names a frontend that may be another one tomorrow. A frontend is a program that decides what is
 * built; without the line it is the one that is part of BuildKit.
 * @throws UserError naming file and line.
 */
async function requireKnownFrontend({ context, dockerfile, name }) {
    const file = (0,external_node_path_.resolve)(context, dockerfile);
    const real = await (0,promises_.realpath)(file).catch(() => undefined);
    // The builder says best that there is none.
    if (real === undefined)
        return;
    // BuildKit follows links by rules of its own, and would read another file than is read here.
    if (real !== (0,external_node_path_.join)(await (0,promises_.realpath)(context), dockerfile))
        throw new core_lib/* UserError */.yot(`${name} is reached through a link. Name the Dockerfile itself in delivery.yml.`);
    for (const { line, frontend } of frontendsOf(await (0,promises_.readFile)(file, 'utf8'))) {
        if (PINNED.test(frontend))
            continue;
        throw new core_lib/* UserError */.yot(`${name}:${line}: the frontend ${JSON.stringify(frontend)} is not pinned, so another program may decide tomorrow what is built. Remove the line to use the frontend that is part of BuildKit, or pin it by digest: ${frontend.replace(/@.*$/, '')}@sha256:….`);
    }
}
/**
 * Every frontend that BuildKit could find in a Dockerfile: as a directive in comments with `#` or `//` before anything else, after a
 * shebang or not, or as a member of JSON.
 * @see https://github.com/moby/buildkit/blob/v0.29.0/frontend/dockerfile/parser/directives.go
 */
function frontendsOf(text) {
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    const first = lines[0]?.startsWith('#!') === true ? 1 : 0;
    return [...directives(lines, first, '#'), ...directives(lines, first, '//'), ...member(lines.slice(first), first)];
}
/** A directive: a comment that is nothing but `name=value`. */
const DIRECTIVE = /^[\s\u0085]*([a-z][a-z0-9]*)\s*=\s*(\S+)/i;
/** The names that BuildKit knows; any other line ends the directives. */
const KNOWN = ['syntax', 'check', 'escape'];
function directives(lines, first, comment) {
    const found = [];
    for (const [index, line] of lines.entries()) {
        if (index < first)
            continue;
        const [, name = '', value = ''] = line.startsWith(comment) ? (DIRECTIVE.exec(line.slice(comment.length)) ?? []) : [];
        if (!KNOWN.includes(name.toLowerCase()))
            break;
        if (name.toLowerCase() === 'syntax')
            found.push({ line: index + 1, frontend: value });
    }
    return found;
}
function member(lines, first) {
    try {
        const json = JSON.parse(lines.join('\n'));
        const syntax = typeof json === 'object' && json !== null ? json.syntax : undefined;
        return typeof syntax === 'string' ? [{ line: first + 1, frontend: syntax }] : [];
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/index.js




;// CONCATENATED MODULE: ./actions/build-once/lib/build-mode.js








/** Runs the unit's test target, then builds the unit from the commit's tree: exactly what git holds, nothing beside it. */
async function build_mode_build(request, pipeline, env) {
    const { log, run, repository } = pipeline;
    const delivery = await pipeline.at(run.sha);
    await (0,check_repository/* checkRepository */.n)(delivery, repository, run.sha);
    const unit = (0,find_by_name/* unitNamed */.iS)(delivery, request.unit);
    const fingerprint = await (0,lib_fingerprint/* fingerprintOf */.a)(repository, run.sha, unit);
    const layout = request.layout ?? (0,external_node_path_.join)(run.temp, 'sluice', 'builds', unit.kind === 'image' ? unit.name : `${unit.name}.zip`);
    await (0,promises_.rm)(layout, { recursive: true, force: true });
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(layout), { recursive: true });
    const facts = (0,external_node_path_.join)(run.temp, 'sluice', 'builds', `${unit.name}.json`);
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(facts), { recursive: true });
    const started = pipeline.clock.now();
    const result = unit.kind === 'image'
        ? await buildImage(unit, { fingerprint, layout }, request, pipeline, env)
        : await buildBundle(unit, { fingerprint, layout }, request, pipeline, env);
    const seconds = ((pipeline.clock.now() - started) / 1000).toFixed(1);
    log.info(`${unit.name}: ${result.digest} in ${seconds} s`);
    await (0,promises_.writeFile)(facts, JSON.stringify(result.detail));
    return {
        outputs: {
            digest: result.digest,
            fingerprint,
            layout,
            built: 'true',
            events: result.tested ? 'tested,built' : 'built',
            // By file: Linux hands no program more than 128 KiB in one variable, and a build can fetch thousands of things.
            'detail-path': facts
        },
        summary: `### Built ${(0,core_lib/* escapeMarkdown */.FVb)(unit.name)}\n\n${(0,core_lib/* table */.tpe)(['', ''], [
            ['digest', (0,core_lib/* code */.aYu)(result.digest)],
            ['fingerprint', (0,core_lib/* code */.aYu)(fingerprint)],
            ['tests', result.tested ? 'passed' : 'the unit has no test target'],
            ['time', `${seconds} s`],
            ...Object.entries(result.detail).map(([name, value]) => [(0,core_lib/* escapeMarkdown */.FVb)(name), shown(value)])
        ])}\n`
    };
}
/** Characters of a fact that the summary shows: more would bury the others. */
const READABLE = 1_000;
/** A fact for the summary: of a long list, how long it is. */
function shown(value) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return Array.isArray(value) && text.length > READABLE ? (0,core_lib/* plural */.LSg)(value.length, 'entry', 'entries') : (0,core_lib/* code */.aYu)(text);
}
async function buildImage(unit, { fingerprint, layout }, request, pipeline, env) {
    const { platforms, ...build } = unit.image;
    const builder = await builderFor(request, pipeline, env);
    const made = await make({ name: unit.name, build, secrets: mounted(unit, request, env), platforms, fingerprint }, builder, pipeline, common => builder.buildImage({ ...common, layout }));
    return { digest: made.digest, tested: build.test !== undefined, detail: factsOf(builder, made) };
}
/** The secrets of a unit, which no log shows from then on. */
function mounted(unit, request, env) {
    const secrets = (0,build_secrets/* secretsOf */.F)(unit.name, (0,build_sources/* buildOf */.Y)(unit)?.secrets ?? [], request.secrets ?? new Map());
    Object.values(secrets).forEach((0,core_lib/* maskOf */._4w)(env));
    return secrets;
}
/** Runs the tests of a build from the commit's tree, and then makes its result. */
async function make({ name, build, secrets, platforms, fingerprint }, builder, { log, run }, work) {
    return withTemporaryFolder(run.temp, async (context) => {
        const epoch = contextTime(fingerprint);
        await (0,export_tree/* exportTree */.D)({
            repository: run.workspace,
            commit: run.sha,
            path: build.context,
            into: context,
            epoch,
            purpose: 'image'
        });
        const { dockerfile, args, test, target } = build;
        await requireKnownFrontend({ context, dockerfile, name: external_node_path_.posix.join(build.context, dockerfile) });
        const common = { context, dockerfile, args, secrets, platforms, log };
        if (test !== undefined)
            await log.group(`Run the tests of ${name}`, async () => builder.runTarget({ ...common, target: test }));
        return log.group(`Build ${name}`, async () => work({ ...common, ...(target === undefined ? {} : { target }) }));
    });
}
/** What is worth recording of a build by a Dockerfile. */
function factsOf(builder, { base, resolvedDependencies }) {
    return {
        builder: builder.name,
        sandbox: builder.sandboxed,
        ...(base.length === 0 ? {} : { base }),
        ...(resolvedDependencies === undefined ? {} : { resolvedDependencies })
    };
}
async function builderFor({ builder }, { log, policy }, env) {
    return detectBuilder(builder, { env, sandbox: policy.builds.sandbox, log });
}
async function buildBundle(unit, { fingerprint, layout: file }, request, pipeline, env) {
    const { log, run } = pipeline;
    const { build, path = '.' } = unit.bundle;
    return withTemporaryFolder(run.temp, async (directory) => {
        let facts = {};
        if (build === undefined)
            await (0,export_tree/* exportTree */.D)({ repository: run.workspace, commit: run.sha, path, into: directory, purpose: 'bundle' });
        else {
            const builder = await builderFor(request, pipeline, env);
            const secrets = mounted(unit, request, env);
            const making = { name: unit.name, build, secrets, platforms: BUNDLE_PLATFORMS, fingerprint };
            const made = await make(making, builder, pipeline, common => builder.buildFiles({ ...common, folder: directory }));
            facts = factsOf(builder, made);
        }
        const { digest, files, bytes } = await log.group(`Pack ${unit.name}`, async () => (0,lib/* writeBundle */.Mf)({ directory, file }));
        return { digest, tested: build?.test !== undefined, detail: { ...facts, files, bytes } };
    });
}
/** Files are the same wherever they are served from; what makes them runs on what GitHub's runners are. */
const BUNDLE_PLATFORMS = ['linux/amd64'];
async function withTemporaryFolder(parent, work) {
    await (0,promises_.mkdir)(parent, { recursive: true });
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(parent, 'sluice-tree-'));
    try {
        return await work(folder);
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
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
