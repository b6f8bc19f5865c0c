export const id = 713;
export const ids = [713];
export const modules = {

/***/ 3982:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  fy: () => (/* reexport */ BUILDER_CHOICES),
  XP: () => (/* reexport */ contextTime),
  h4: () => (/* reexport */ detectBuilder)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 35 modules
var lib = __webpack_require__(7885);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/times.js

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
    return EARLIEST + Number.parseInt((0,lib/* hexOf */.ZD)(fingerprint).slice(0, 12), 16) / 2 ** 20;
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
            throw new lib/* UserError */.yo(`Build argument ${name} is reserved. Remove it from the unit's args in delivery.yml.`);
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
function buildLog(log) {
    const lines = [];
    return {
        lines,
        onLine(line) {
            lines.push(line);
            for (const quoted of quoteLines(line))
                log.info(quoted);
        }
    };
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/base-images.js

/** A step of BuildKit's plain progress that fetches an image; what a Dockerfile prints has a time before it. */
const FROM = /^#\d+ (?:\[[^\]]+\] )?FROM ([^\s@]+)@(sha256:[0-9a-f]{64})$/;
/** The images that a build of BuildKit started from, as its plain progress tells them: each once, sorted by name. */
function baseImages(progress) {
    const found = new Map();
    for (const line of progress) {
        const [, name, digest] = FROM.exec(line) ?? [];
        if (name !== undefined && (0,lib/* isDigest */.Bc)(digest))
            found.set(`${name}@${digest}`, { name, digest });
    }
    return [...found.keys()].sort().flatMap(key => found.get(key) ?? []);
}

// EXTERNAL MODULE: ./packages/registry/lib/index.js + 22 modules
var registry_lib = __webpack_require__(9897);
;// CONCATENATED MODULE: ./actions/build-once/lib/builder/layout.js




/**
 * Checks the layout that a builder wrote, with the reader that will push it, and removes what the image does not need, so that the
 * folder holds exactly what will be pushed.
 * @throws Failure when the builder wrote something else than one sound image.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
async function checkLayout(directory) {
    const { image, needed } = await verified(directory);
    const names = new Set([...needed].map(lib/* hexOf */.ZD));
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
        if (!(error instanceof lib/* UserError */.yo))
            throw error;
        // Nobody but the builder has had a hand in it.
        throw new lib/* Failure */.HR(`The builder wrote an image that cannot be pushed: ${error.message}`, { cause: error });
    }
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildkit.js






/** A builder on BuildKit, which runs each step of a Dockerfile in a sandbox of its own. */
function buildKitBuilder(client) {
    return {
        name: client.name,
        sandboxed: client.sandboxed,
        async buildImage({ layout, target, ...request }) {
            await (0,promises_.mkdir)(layout, { recursive: true });
            const progress = await solve(client, {
                ...places(request),
                ...(target === undefined ? {} : { target }),
                // rewrite-timestamp: BuildKit sets the times of the layers' files as well, not only those of the config.
                output: `type=oci,"dest=${(0,external_node_path_.resolve)(layout)}",tar=false,rewrite-timestamp=true,oci-mediatypes=true,compression=gzip,force-compression=true`
            });
            const { digest } = await checkLayout(layout);
            return { digest, base: baseImages(progress) };
        },
        async runTarget({ target, ...request }) {
            await solve(client, { ...places(request), target });
        }
    };
}
function places(request) {
    return { context: (0,external_node_path_.resolve)(request.context), dockerfile: (0,external_node_path_.resolve)(request.context, request.dockerfile), request };
}
async function solve(client, build) {
    const [program, ...args] = client.command(build);
    const { onLine, lines } = buildLog(build.request.log);
    const { code } = await (0,lib/* runTool */.qI)(program, args, { env: client.env, onLine });
    if (code !== 0)
        throw buildFailed(client.name, build, lines);
    return lines;
}
/** Says which Dockerfile failed and why, with the builder's last words. */
function buildFailed(builder, { dockerfile, target }, lines) {
    const what = target === undefined ? '' : `, target ${target},`;
    const last = lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'no output';
    return new lib/* UserError */.yo(`${(0,external_node_path_.basename)((0,external_node_path_.dirname)(dockerfile))}/${(0,external_node_path_.basename)(dockerfile)}${what} failed in ${builder}: ${last.trim()}. Its output is in the log above.`);
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildah.js









/** Debian's buildah. It needs no daemon, and isolates nothing: what a Dockerfile runs can read this job's processes. */
async function probeBuildah(env) {
    try {
        const { code, stdout, stderr } = await (0,lib/* runTool */.qI)('buildah', ['--version'], { env });
        if (code !== 0)
            return { absent: `buildah does not run (${stderr.trim()})` };
        const version = /version (\S+)/.exec(stdout.toString('utf8'))?.[1] ?? 'of unknown version';
        return { builder: buildahBuilder(`buildah ${version} (chroot)`, env) };
    }
    catch (error) {
        return { absent: (0,lib/* messageOf */.bD)(error) };
    }
}
function buildahBuilder(name, env) {
    return {
        name,
        sandboxed: false,
        async buildImage({ layout, target, ...request }) {
            await (0,promises_.mkdir)(layout, { recursive: true });
            return inStore(env, async (store) => {
                await build(name, store, request, target, 'sluice');
                const push = [...store.options, 'push', '--quiet', 'sluice', `oci:${(0,external_node_path_.resolve)(layout)}`];
                const pushed = await (0,lib/* runTool */.qI)('buildah', push, { env: withoutRegistries(store.env) });
                if (pushed.code !== 0)
                    throw new lib/* Failure */.HR(`buildah could not write ${layout}: ${pushed.stderr.trim()}`);
                const { digest, annotations } = await checkLayout(layout);
                return { digest, base: annotatedBase(annotations) };
            });
        },
        async runTarget({ target, ...request }) {
            await inStore(env, store => build(name, store, request, target, undefined));
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
            env: { ...env, TMPDIR: temporary }
        });
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}
async function build(name, store, request, target, tag) {
    if (request.platforms.length > 1) {
        throw new lib/* UserError */.yo(`${name} builds only one platform, but the unit requires ${request.platforms.join(', ')}. Use BuildKit, or a single platform.`);
    }
    const dockerfile = (0,external_node_path_.resolve)(request.context, request.dockerfile);
    const { onLine, lines } = buildLog(request.log);
    const args = [
        ...store.options,
        'build',
        '--isolation=chroot',
        '--format=oci',
        '--layers=false',
        '--identity-label=false',
        `--timestamp=${EPOCH}`,
        ...buildArguments(request.args).map(argument => `--build-arg=${argument}`),
        ...request.platforms.map(platform => `--platform=${platform}`),
        ...(target === undefined ? [] : [`--target=${target}`]),
        ...(tag === undefined ? [] : [`--tag=${tag}`]),
        `--file=${dockerfile}`,
        (0,external_node_path_.resolve)(request.context)
    ];
    const { code } = await (0,lib/* runTool */.qI)('buildah', args, { env: store.env, onLine });
    if (code !== 0)
        throw buildFailed(name, { dockerfile, ...(target === undefined ? {} : { target }) }, lines);
}
/** A folder needs no credentials, and buildah stops when their file is announced but absent. */
function withoutRegistries({ DOCKER_CONFIG: _docker, REGISTRY_AUTH_FILE: _file, ...env }) {
    return env;
}
/** buildah tells the base of the last stage only, as annotations of the manifest. */
function annotatedBase(annotations) {
    const name = annotations['org.opencontainers.image.base.name'];
    const digest = annotations['org.opencontainers.image.base.digest'];
    return name !== undefined && name !== '' && (0,lib/* isDigest */.Bc)(digest) ? [{ name, digest }] : [];
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/buildctl.js




const DEFAULT_ADDRESS = 'unix:///run/buildkit/buildkitd.sock';
/** BuildKit's own client, on the daemon at `BUILDKIT_HOST` or at the default address. */
async function probeBuildctl(env) {
    const address = env['BUILDKIT_HOST'] ?? DEFAULT_ADDRESS;
    const client = ['buildctl', '--addr', address, '--timeout', '10'];
    try {
        const { code, stdout, stderr } = await (0,lib/* runTool */.qI)(client[0], [...client.slice(1), 'debug', 'workers', '--verbose'], {
            env
        });
        if (code !== 0)
            return { absent: `no buildkitd is reachable at ${address} (${stderr.trim().split('\n').at(-1) ?? ''})` };
        return {
            builder: buildKitBuilder({
                name: `buildkit at ${address}`,
                sandboxed: runsSandboxed(stdout.toString('utf8')),
                env,
                command: solve => [...client, ...solveArguments(solve)]
            })
        };
    }
    catch (error) {
        return { absent: (0,lib/* messageOf */.bD)(error) };
    }
}
/**
 * Whether all workers give each step a process namespace of its own: a daemon started with
 * `--oci-worker-no-process-sandbox` lets a Dockerfile see, and kill, the processes of the machine. Workers tell by labels; a client
 * too old to show them proves nothing.
 */
function runsSandboxed(workers) {
    const values = (label) => [...workers.matchAll(new RegExp(`worker\\.${label}:\\s*(\\S+)`, 'g'))].map(([, value]) => value);
    return values('executor').length > 0 && values('oci\\.process-mode').every(mode => mode === 'sandbox');
}
function solveArguments({ context, dockerfile, request, target, output }) {
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
        ...(output === undefined ? [] : [`--output=${output}`])
    ];
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
            return usable(env, selected);
        // A machine fresh from GitHub has the daemon's own builder only: it can neither write layouts nor set times.
        return usable(env, await ownBuilder(env));
    }
    catch (error) {
        return { absent: (0,lib/* messageOf */.bD)(error) };
    }
}
/** The suite's own builder, made if it is not there. */
async function ownBuilder(env) {
    const present = await inspect(env, buildx_OWN);
    if ('driver' in present)
        return present;
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
    return { builder: name, driver, sandboxed: runsSandboxed(text) };
}
function usable(env, found) {
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
    return { builder: buildKitBuilder({ name, sandboxed: found.sandboxed, env, command }) };
}
function buildx_solveArguments(builder, { context, dockerfile, request, target, output }) {
    return [
        'build',
        `--builder=${builder}`,
        '--progress=plain',
        // An attestation holds times and ids of this one build.
        '--provenance=false',
        '--sbom=false',
        `--file=${dockerfile}`,
        ...buildKitArguments(request).map(argument => `--build-arg=${argument}`),
        ...(request.platforms.length === 0 ? [] : [`--platform=${request.platforms.join(',')}`]),
        ...(target === undefined ? [] : [`--target=${target}`]),
        `--output=${output ?? 'type=cacheonly'}`,
        context
    ];
}
function buildx(env, args) {
    return (0,lib/* runTool */.qI)('docker', ['buildx', ...args], { env });
}
/** Its last line, which is the error; progress comes before. */
function reason(stderr) {
    return (stderr.trim().split('\n').at(-1) ?? '').replace(/^ERROR: /, '');
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/detect.js





/** The builders, in the order in which they are looked for. */
const NAMES = ['buildkit', 'buildx', 'buildah'];
/** What may be asked for: one builder, or the first one that is there. */
const BUILDER_CHOICES = ['auto', ...NAMES];
const PROBES = {
    buildkit: probeBuildctl,
    buildx: probeBuildx,
    buildah: probeBuildah
};
/**
 * Finds the builder to use: the first sandboxed one that is there, in the order BuildKit, buildx, buildah.
 *
 * A builder without a sandbox is refused in a job that can get an OIDC token, because what a Dockerfile runs could take that token
 * (promise 9), unless delivery.yml says `builds: { sandbox: none }`.
 * @throws UserError when no builder is there, or none that may be used.
 */
async function detectBuilder(choice, options) {
    const env = builderEnvironment(options.env);
    const names = choice === 'auto' ? NAMES : [choice];
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
        throw new lib/* UserError */.yo(`No builder was found (${absent.join('; ')}). Start buildkitd and set BUILDKIT_HOST, or run docker/setup-buildx-action first.`);
    }
    if (options.sandbox === 'required' && options.hasIdToken) {
        throw new lib/* UserError */.yo(`Builder ${builder.name} does not sandbox Dockerfile steps, so a Dockerfile could steal this job's OIDC token${absent.length === 0 ? '' : ` (${absent.join('; ')})`}. Use BuildKit (BUILDKIT_HOST, or buildx with the driver docker-container), or accept the risk with \`builds: { sandbox: none }\` in delivery.yml.`);
    }
    return chosen(builder, options.log);
}
function chosen(builder, log) {
    if (builder.sandboxed)
        log.info(`Builder: ${builder.name}.`);
    else
        log.warning(`Builder: ${builder.name}, without a sandbox.`);
    return builder;
}

;// CONCATENATED MODULE: ./actions/build-once/lib/builder/index.js




/***/ }),

/***/ 2877:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readInputs),
/* harmony export */   Q: () => (/* binding */ INPUT_NAMES)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7885);
/* harmony import */ var _builder_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3982);


/** The inputs of action.yml, in its order. */
const INPUT_NAMES = ['mode', 'config', 'github-token', 'role-to-assume', 'unit', 'builder', 'layout'];
/** Reads the inputs. @throws UserError naming what is missing or not allowed. */
function readInputs(inputs) {
    const mode = inputs.oneOf('mode', ['resolve', 'build', 'release']);
    if (mode !== 'build')
        return { mode };
    const unit = inputs.optional('unit');
    if (unit === undefined)
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('Mode build needs the input unit: the name of a unit in delivery.yml.');
    return {
        mode,
        unit,
        builder: inputs.oneOf('builder', _builder_index_js__WEBPACK_IMPORTED_MODULE_1__/* .BUILDER_CHOICES */ .fy),
        layout: inputs.optional('layout')
    };
}


/***/ }),

/***/ 3713:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7885);
/* harmony import */ var _sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2684);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2877);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3351);




await (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .Cs)('Build once', process.env, async () => {
    const inputs = (0,_sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .actionInputs */ .eh)(_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .INPUT_NAMES */ .Q);
    const request = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .readInputs */ .K)(inputs);
    const { context } = await Promise.all(/* import() */[__webpack_require__.e(665), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351));
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)(request, await (0,_sluice_pipeline__WEBPACK_IMPORTED_MODULE_1__/* .pipelineOfAction */ .Il)(inputs, context, process.env), process.env);
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 3351:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ run)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7885);
/* harmony import */ var _sluice_delivery__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1910);


/** Resolves, builds or releases the commit that the run is for. */
async function run(inputs, pipeline, env) {
    const { policy, run, defaultBranch } = pipeline;
    if (!(0,_sluice_delivery__WEBPACK_IMPORTED_MODULE_1__/* .isDeliveryRef */ .u)(policy, run.ref, defaultBranch)) {
        const allowed = policy.deliverFrom.length === 0 ? defaultBranch : policy.deliverFrom.join(', ');
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(`${run.ref} is not a delivery ref, so it cannot create releases. Delivery refs: ${allowed}. Merge first, or add it to deliverFrom in delivery.yml on ${defaultBranch}.`);
    }
    // Each mode is loaded when it is asked for: what one needs would make the start of the others longer.
    switch (inputs.mode) {
        case 'resolve':
            return (await __webpack_require__.e(/* import() */ 579).then(__webpack_require__.bind(__webpack_require__, 9579))).resolve(pipeline);
        case 'build':
            return (await __webpack_require__.e(/* import() */ 646).then(__webpack_require__.bind(__webpack_require__, 1646))).build(inputs, pipeline, env);
        case 'release':
            return (await __webpack_require__.e(/* import() */ 507).then(__webpack_require__.bind(__webpack_require__, 4507))).release(pipeline);
    }
}


/***/ }),

/***/ 1910:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ isDeliveryRef)
/* harmony export */ });
/**
 * Whether releases may be created from a ref.
 * @param ref in full, e.g. `refs/heads/main`: a tag named like a branch must not pass for it.
 * @param defaultBranch counts when delivery.yml has no `deliverFrom`.
 */
function isDeliveryRef(delivery, ref, defaultBranch) {
    if (delivery.deliverFrom.length === 0)
        return ref === `refs/heads/${defaultBranch}`;
    return delivery.deliverFrom.some(pattern => matches(pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`, ref));
}
/** `*` stands for anything up to a slash, `**` for anything. */
function matches(pattern, ref) {
    const expression = pattern
        .split(/(\*\*|\*)/)
        .map(part => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.\\+?^$()[\]{}|/-]/g, '\\$&')))
        .join('');
    return new RegExp(`^${expression}$`, 's').test(ref);
}


/***/ })

};
