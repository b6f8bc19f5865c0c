export const id = 474;
export const ids = [474];
export const modules = {

/***/ 7474:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  apply: () => (/* binding */ apply),
  applyPlan: () => (/* binding */ applyPlan)
});

// EXTERNAL MODULE: ./packages/cloudformation/lib/index.js + 51 modules
var lib = __webpack_require__(4802);
// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var core_lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/pipeline/lib/index.js + 175 modules
var pipeline_lib = __webpack_require__(3125);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/approved-plan.js


/**
 * Reads a plan back from the ledger, as it was announced and, at an approval gate, approved in this run.
 * @throws UserError when it was not, when its intent is missing, or when it is for something else.
 */
async function readApprovedPlan(inputs, pipeline) {
    const { history, ledger, run } = pipeline;
    const environment = pipeline.environment(inputs.environment);
    // Read again at a gate that asks somebody; at another the look that the intent was recorded with is enough.
    const protection = environment.gate === 'continuous' ? undefined : await (0,pipeline_lib.requireProtectedGate)(pipeline, environment);
    const announcement = await history.announcement(inputs.plan, run.runId, environment);
    if (announcement === undefined) {
        throw new core_lib/* UserError */.yot(`Plan ${inputs.plan} was not recorded in this run. Run deploy-stack with mode plan and record its plan-digest first.`);
    }
    // Of the release that the plan was announced for: whether that is what this step was asked for is told below, by the plan itself.
    const intent = await history.intent({
        runId: run.runId,
        environment: environment.name,
        release: announcement.release?.digest ?? inputs.release
    });
    if (protection !== undefined)
        await (0,pipeline_lib.requireApproval)(pipeline, environment, protection, announcement, intent);
    if (intent?.plan !== inputs.plan) {
        throw new core_lib/* UserError */.yot(`Plan ${inputs.plan} has no \`started\` record in this run. Run record-audit with \`event: started\` and this plan-digest before applying it to ${environment.name}.`);
    }
    if (protection === undefined)
        (0,pipeline_lib.requireRecordedGate)(pipeline, environment, intent);
    const path = (0,core_lib/* evidencePath */.Zzx)(inputs.plan);
    const bytes = (await ledger.read([path])).get(path);
    if (bytes === undefined)
        throw new core_lib/* UserError */.yot(`The ledger does not hold the document of plan ${inputs.plan}, so it cannot be applied. Re-run all jobs for a new plan.`);
    const plan = (0,core_lib/* decodePlan */.sbb)(bytes, inputs.plan);
    checkSubject(plan, inputs, pipeline);
    await (0,pipeline_lib.requireAcceptance)(pipeline, {
        release: { digest: plan.release, commit: plan.commit },
        environment: environment.name,
        kind: intent.detail?.promotion?.kind ?? 'release'
    });
    return plan;
}
/** A plan is for one release, one environment, one policy. */
function checkSubject(plan, inputs, pipeline) {
    if (plan.environment !== inputs.environment ||
        plan.release !== inputs.release ||
        plan.product !== pipeline.policy.product) {
        throw new core_lib/* UserError */.yot(`The plan is for release ${plan.release} in ${plan.product}/${plan.environment}, not for ${inputs.release} in ${pipeline.policy.product}/${inputs.environment}.`);
    }
    if (plan.policy !== pipeline.policy.digest) {
        throw new core_lib/* UserError */.yot(`delivery.yml on ${pipeline.defaultBranch} changed since the plan was made (${plan.policy} then, ${pipeline.policy.digest} now). Re-run all jobs for a new plan.`);
    }
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/how-far.js

/** Of the outcome of stacks: no content is published before all of them are as planned. */
function progressOf(outcome) {
    // Where there is no status, the operation was never begun; nor is it where the stack is no longer what the plan was made for.
    const stopped = outcome.kind === 'failed'
        ? outcome.failures.flatMap(({ unit, status }) => (status === undefined ? [] : [unit]))
        : [];
    return { stacks: outcome.stacks, stopped: [...new Set(stopped)], published: [] };
}
/** How far a plan came that stopped, in all attempts; `undefined` where no unit was changed: then nothing is by half. */
function howFar(plan, { stacks, stopped, published, deleted = [] }) {
    // What is kept and was to change, an earlier attempt of this plan has changed.
    const toChange = plan.stacks.flatMap(({ unit, action }) => (action === 'unchanged' ? [] : [unit]));
    const changed = stacks.flatMap(({ unit, result }) => (result !== 'kept' || toChange.includes(unit) ? [unit] : []));
    if (changed.length + published.length + deleted.length === 0)
        return undefined;
    const delivered = plan.stacks.map(({ unit }) => unit);
    const units = [...delivered, ...(plan.retired ?? []).flatMap(({ unit }) => (deleted.includes(unit) ? [] : [unit]))];
    const lacks = (unit) => plan.content.some(it => it.unit === unit) && !published.includes(unit);
    const isApplied = (unit) => stacks.some(it => it.unit === unit);
    // A stack can be as planned, and what it runs not.
    const done = delivered.filter(unit => isApplied(unit) && !lacks(unit) && !stopped.includes(unit));
    // A stack that has changed, and whose files have not, is by half itself.
    const halves = units.filter(unit => !done.includes(unit) && (stopped.includes(unit) || changed.includes(unit)));
    const notBegun = units.filter(unit => !done.includes(unit) && !halves.includes(unit));
    return { done, stopped: halves, notBegun, ...(deleted.length === 0 ? {} : { deleted }) };
}
/** What a step that stopped tells later jobs, which record it. */
function halfwayOutputs(far) {
    return { outcome: 'partial', partial: (0,core_lib/* encodePartial */.orO)(far) };
}
/** A sentence for whoever reads the log. */
function halfwayText(environment, far) {
    return `${environment} is deployed by half: ${(0,core_lib/* describePartial */.lCE)(far)}.`;
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/delete-retired.js



/** Refuses a plan that would delete another stack than was approved, or something else with it, before anything is touched. @throws UserError */
async function requireRetiredAsPlanned({ session }, { retired: plan = [] }, digest, when) {
    const differences = await (0,lib/* compareRetired */.l2)({ session, plan, ...when });
    if (differences.length > 0)
        throw obsolete(differences, digest);
}
function obsolete(differences, digest) {
    return new core_lib/* UserError */.yot(`The plan is obsolete: ${differences.map(lib/* describeDifference */.hF).join('; ')}. What was approved is no longer what would be deleted. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
}
/**
 * Deletes the stacks of a plan, once everything else is as planned.
 * @param done what else the plan has done.
 * @throws when one of them is not deleted, or is no longer what was approved, with how far that is.
 */
async function deleteStacks({ clock, log }, target, plan, digest, { deadline, done }) {
    const { retired = [] } = plan;
    if (retired.length === 0)
        return;
    const { name } = target.environment;
    const outcome = await log.group(`Delete ${(0,core_lib/* plural */.LSg)(retired.length, 'retired stack')} of ${name}`, async () => (0,lib/* deleteRetired */.D0)({
        ...{ session: target.session, plan: retired, clientToken: (0,core_lib/* hexOf */.ZDm)(digest), clock, log, deadline },
        onEvent: event => log.untrusted(`${event.stack}  ${event.status}  ${event.logicalId}  ${event.reason ?? ''}`)
    }));
    if (outcome.kind === 'deleted')
        return;
    const begun = outcome.kind === 'failed' && outcome.failure.status !== undefined ? [outcome.failure.unit] : [];
    const far = howFar(plan, { ...done, stopped: begun, deleted: outcome.deleted });
    if (outcome.kind === 'failed') {
        const failure = (0,lib/* describeFailure */.Ic)(outcome.failure);
        if (far === undefined)
            throw new core_lib/* Failure */.HRU(failure);
        throw new core_lib/* Failure */.HRU(`${failure}. ${halfwayText(name, far)}`, { outputs: halfwayOutputs(far) });
    }
    if (far === undefined)
        throw obsolete(outcome.differences, digest);
    const differences = outcome.differences.map(lib/* describeDifference */.hF).join('; ');
    throw new core_lib/* UserError */.yot(`The plan became obsolete on the way: ${differences}. ${halfwayText(name, far)} Re-run all jobs for a new plan and a new approval.`, { outputs: { ...halfwayOutputs(far), 'plan-digest': digest } });
}
/** The rows of the stacks that are deleted, of the table that says what was deployed. */
function deletedRows({ retired = [] }) {
    return retired.map(({ unit, stack }) => [(0,core_lib/* escapeMarkdown */.FVb)(unit), 'delete', (0,core_lib/* code */.aYu)(stack)]);
}

// EXTERNAL MODULE: ./actions/deploy-stack/lib/environment-url.js
var environment_url = __webpack_require__(4735);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/publish-content.js
var publish_content = __webpack_require__(1777);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/target.js + 5 modules
var lib_target = __webpack_require__(8452);
;// CONCATENATED MODULE: ./packages/running/lib/ask.js

/** The APIs that tell what runs in one protocol, JSON 1.1: how they are found, signed and addressed (botocore, `service-2.json`). */
const APIS = {
    ecs: { service: 'ECS', target: 'AmazonEC2ContainerServiceV20141113' },
    logs: { service: 'CLOUDWATCH_LOGS', target: 'Logs_20140328' }
};
/** The role of the job may not ask. */
class NotAllowed extends Error {
    /** As policies name it: `ecs:DescribeServices`. */
    action;
    constructor(action, cause) {
        super(`AWS denied ${action}: ${(0,core_lib/* messageOf */.bDE)(cause)}`, { cause });
        this.action = action;
    }
}
/** A call that AWS refused. */
class Refusal extends Error {
    code;
    reason;
    status;
    constructor({ body: answer, status, error }) {
        const { __type: type = error, message, Message: shouted } = parsed(answer);
        const reason = [message, shouted, `HTTP ${status}`].find(it => typeof it === 'string');
        super(reason);
        // `com.amazonaws.ecs#AccessDeniedException`, or without what comes before.
        this.code = typeof type === 'string' ? type.replace(/^.*#/, '') : '';
        this.reason = reason;
        this.status = status;
    }
}
/**
 * Asks one of the APIs in its protocol, JSON 1.1; every call here only reads.
 * @throws NotAllowed, or Failure with what AWS said.
 */
async function ask(session, api, action, input) {
    const { service, target } = APIS[api];
    return answerTo(session, `${api}:${action}`, {
        ...{ service, signingName: api, path: '/', body: JSON.stringify(input) },
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${action}` }
    });
}
/**
 * The same of Lambda, which is asked by REST: what it says of a function, or of a version of it.
 * @throws NotAllowed, or Failure with what AWS said.
 */
async function askLambda(session, name, version) {
    return answerTo(session, 'lambda:GetFunctionConfiguration', {
        ...{ service: 'LAMBDA', signingName: 'lambda', method: 'GET', headers: {}, body: '' },
        path: `/2015-03-31/functions/${encodeURIComponent(name)}/configuration`,
        ...(version === undefined ? {} : { query: { Qualifier: version } })
    });
}
/** @param action as policies name it. */
async function answerTo(session, action, request) {
    const { region, terms } = session;
    try {
        return (await (0,core_lib/* callAws */.IY8)(terms, async () => {
            const answer = await (0,core_lib/* signedCall */.pAC)(session, { ...request, region, host: (0,core_lib/* serviceHost */.aRl)(request.signingName, region) });
            if (answer.status >= 300)
                throw new Refusal(answer);
            return parsed(answer.body);
        }));
    }
    catch (error) {
        if (/^(AccessDenied|UnauthorizedOperation)/.test((0,core_lib/* awsFault */._pu)(error).code))
            throw new NotAllowed(action, error);
        throw new core_lib/* Failure */.HRU(`AWS could not answer ${action}: ${(0,core_lib/* messageOf */.bDE)(error)}`, { cause: error });
    }
}
function parsed(body) {
    try {
        const value = JSON.parse(body);
        return typeof value === 'object' && value !== null ? value : {};
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./packages/running/lib/ecs.js

/** A service by its ARN: `arn:…:service/<cluster>/<service>`; ARNs of old services name no cluster. */
function place(arn) {
    const [, cluster, service] = arn.split('/');
    return service === undefined || cluster === undefined ? { service: cluster ?? arn } : { cluster, service };
}
async function describeService(session, arn) {
    const { cluster } = place(arn);
    const input = { services: [arn], ...(cluster === undefined ? {} : { cluster }) };
    const { services = [] } = await ask(session, 'ecs', 'DescribeServices', input);
    return services[0];
}
/** The tasks of a service that ECS wants to run, or those that it stopped within the last hour, as many as it lists. */
async function tasksOf(session, arn, desiredStatus) {
    const { cluster, service } = place(arn);
    const where = cluster === undefined ? {} : { cluster };
    const found = [];
    for (let nextToken;;) {
        const listed = await ask(...[session, 'ecs', 'ListTasks'], { ...where, serviceName: service, desiredStatus, ...(nextToken === undefined ? {} : { nextToken }) });
        // A page has at most as many as can be described at once: 100.
        const tasks = listed.taskArns ?? [];
        if (tasks.length > 0) {
            const answer = await ask(session, 'ecs', 'DescribeTasks', {
                ...where,
                tasks
            });
            found.push(...(answer.tasks ?? []));
        }
        nextToken = listed.nextToken;
        if (nextToken === undefined || nextToken === '')
            return found;
    }
}

;// CONCATENATED MODULE: ./packages/running/lib/read-running.js

function isService({ type }) {
    return type === 'AWS::ECS::Service';
}
/**
 * The services among the resources of a stack, and what their tasks run. Tasks are asked for, not service revisions: they are what runs.
 * @throws NotAllowed, or Failure where AWS cannot be asked.
 */
async function readRunning(session, resources) {
    const own = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition').map(it => it.physicalId);
    return Promise.all(resources.filter(isService).map(async (it) => readService(session, it.physicalId, own)));
}
async function readService(session, arn, own) {
    // One after the other: where the first is refused, nothing asks on behind the caller's back.
    const service = await describeService(session, arn);
    const tasks = await tasksOf(session, arn, 'RUNNING');
    const wentBack = service === undefined ? 'ECS does not know it' : howItWentBack(service, own);
    return {
        arn,
        name: service?.serviceName ?? arn,
        containers: tasks.flatMap(({ containers = [] }) => containers.map(({ name = '', image = '', imageDigest }) => ({
            ...{ name, image },
            ...(imageDigest === undefined ? {} : { imageDigest })
        }))),
        ...(wentBack === undefined ? {} : { wentBack })
    };
}
/**
 * Whether ECS gave a deployment up. Its circuit breaker may have gone back to the deployment before while CloudFormation reports success
 * (aws/containers-roadmap#1205).
 */
function howItWentBack({ deployments = [], deploymentController }, own) {
    const primary = deployments.find(({ status }) => status === 'PRIMARY');
    if (primary === undefined || (deploymentController?.type ?? 'ECS') !== 'ECS')
        return undefined;
    const { taskDefinition = '', rolloutState, rolloutStateReason } = primary;
    const why = rolloutStateReason === undefined || rolloutStateReason === '' ? '' : ` (${rolloutStateReason})`;
    if (rolloutState === 'FAILED')
        return `ECS gave its deployment up${why}`;
    // A task definition that another stack keeps is none of this one's families.
    const wanted = own.find(it => familyOf(it) === familyOf(taskDefinition));
    if (wanted === undefined || own.includes(taskDefinition))
        return undefined;
    return `it runs ${shortOf(taskDefinition)}, and the stack names ${shortOf(wanted)}${why}`;
}
/** `arn:…:task-definition/<family>:<revision>` without the revision. */
function familyOf(arn) {
    return arn.replace(/:\d+$/, '');
}
function shortOf(arn) {
    return arn.replace(/^.*\//, '');
}

;// CONCATENATED MODULE: ./packages/running/lib/explain-failure.js




const MOST_EVENTS = 10;
const MOST_LINES = 50;
/** A line that is longer tells no more to people. */
const LONGEST = 500;
/** Tells of each service among the resources of a stack why it failed, as far as AWS says and the role may ask. Never throws: the failure itself must be told. */
async function explainFailure(session, resources) {
    return Promise.all(resources.filter(isService).map(async ({ physicalId }) => storyOf(session, physicalId)));
}
async function storyOf(session, arn) {
    const missing = [];
    const tried = async (work) => {
        try {
            return await work();
        }
        catch (error) {
            missing.push(shown(error instanceof NotAllowed ? `AWS denied ${error.action}` : (0,core_lib/* messageOf */.bDE)(error)));
            return undefined;
        }
    };
    const [service, tasks = []] = await Promise.all([
        tried(async () => describeService(session, arn)),
        tried(async () => tasksOf(session, arn, 'STOPPED'))
    ]);
    const task = lastFailed(tasks);
    const lines = task === undefined ? undefined : await tried(async () => lastLines(session, task));
    return {
        arn,
        events: (service?.events ?? []).slice(0, MOST_EVENTS).map(({ message = '' }) => shown(message)),
        reasons: task === undefined ? [] : reasonsOf(task),
        lines: (lines ?? []).slice(-MOST_LINES).map(shown),
        missing
    };
}
/** The task that stopped last, by no decision of ECS's to replace it. */
function lastFailed(tasks) {
    return [...tasks]
        .filter(({ stoppedReason = '' }) => !/^Scaling activity initiated/.test(stoppedReason))
        .sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0))[0];
}
function reasonsOf({ stoppedReason, containers = [] }) {
    const ends = containers
        .filter(hasFailed)
        .map(({ name, exitCode, reason }) => [`${name}:`, exitCode === undefined ? undefined : `exit code ${exitCode}`, reason]
        .filter(it => it !== undefined)
        .join(' '));
    return [...(stoppedReason === undefined ? [] : [stoppedReason]), ...ends].map(shown);
}
function hasFailed({ exitCode, reason }) {
    return (exitCode ?? 0) !== 0 || reason !== undefined;
}
/** The end of the log of the container that failed, where it goes to CloudWatch. */
async function lastLines(session, task) {
    const { containers = [], taskArn = '', taskDefinitionArn } = task;
    const failed = containers.find(hasFailed) ?? containers[0];
    const { taskDefinition } = await ask(session, 'ecs', 'DescribeTaskDefinition', { taskDefinition: taskDefinitionArn });
    const log = taskDefinition?.containerDefinitions?.find(({ name }) => name === failed?.name)?.logConfiguration;
    const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = log?.options ?? {};
    if (log?.logDriver !== 'awslogs' || group === undefined || prefix === undefined)
        return [];
    const { events = [] } = await ask(...[session, 'logs', 'GetLogEvents'], {
        logGroupName: group,
        logStreamName: `${prefix}/${failed?.name}/${taskArn.replace(/^.*\//, '')}`,
        limit: MOST_LINES,
        startFromHead: false
    });
    return events.map(({ message = '' }) => message);
}
function shown(text) {
    return (0,core_lib/* cut */.JjL)((0,core_lib/* onOneLine */.GJd)(text), LONGEST);
}

;// CONCATENATED MODULE: ./packages/running/lib/lambda.js


/**
 * What the functions of a stack are made of, each with the version of it that the stack published last: a version never changes, so a template that names
 * one as before goes on serving the code of before.
 * @param logicalIds of the functions.
 * @throws NotAllowed, or Failure where AWS cannot be asked.
 */
async function readFunctions(session, resources, logicalIds) {
    const names = resources.flatMap(({ type, logicalId = '', physicalId }) => type === 'AWS::Lambda::Function' && logicalIds.includes(logicalId) ? [physicalId] : []);
    const wanted = names.flatMap(name => [{ name }, ...lastVersion(resources, name).map(version => ({ name, version }))]);
    return Promise.all(wanted.map(async (it) => readFunction(session, it)));
}
/** A version by its ARN: `arn:…:function:<name>:<number>`. */
function lastVersion(resources, name) {
    const numbers = resources.flatMap(({ type, physicalId }) => {
        const [version = '', of] = physicalId.split(':').reverse();
        return type === 'AWS::Lambda::Version' && of === name ? [Number(version)] : [];
    });
    return numbers.length === 0 ? [] : [String(Math.max(...numbers))];
}
async function readFunction(session, it) {
    const { CodeSha256: hash = '' } = await askLambda(session, it.name, it.version);
    const code = `sha256:${Buffer.from(hash, 'base64').toString('hex')}`;
    return { ...it, ...((0,core_lib/* isDigest */.Bc8)(code) ? { code } : {}) };
}

;// CONCATENATED MODULE: ./packages/running/lib/index.js





;// CONCATENATED MODULE: ./actions/deploy-stack/lib/what-runs.js



/** Templates that may make a service; `Transform` and nested stacks hide what they make. */
const MAY_RUN = /AWS::ECS::Service|AWS::CloudFormation::Stack|Transform/;
/** ECS lists tasks a little late: what differs is looked at again. */
const LOOKS = 3;
const BETWEEN = 5_000;
/** More rows tell no more to people. */
const MOST_ROWS = 100;
/** Compares what the services of all stacks run with the release: a stack that is as planned may run something else. */
async function whatRuns({ session, stacks }, clock) {
    const own = new Map(stacks
        .flatMap(({ sources }) => sources?.own ?? [])
        .map(image => [splitDigest(image)[0], splitDigest(image)[1] ?? '']));
    const seen = await Promise.all(stacks
        .map(request => ({ ...request, functions: (0,lib/* runsOwnCode */.qg)(request) }))
        .filter(({ template, functions }) => functions.length > 0 || MAY_RUN.test(template))
        .map(async ({ unit, stack, artifact, functions }) => {
        try {
            const resources = await (0,lib/* readResources */.Mq)(session, stack, clock);
            const look = async () => {
                const services = compare(await readRunning(session, resources), own);
                return withFunctions(services, await readFunctions(session, resources, functions), artifact);
            };
            return { unit, resources, ...(await settled(clock, look)) };
        }
        catch (error) {
            const isAllowed = !(error instanceof NotAllowed || error instanceof lib/* AccessDenied */.Oy);
            return isAllowed
                ? { unit, problem: (0,core_lib/* messageOf */.bDE)(error).replace(/\.$/, '') }
                : { unit, warning: (0,core_lib/* messageOf */.bDE)(error) };
        }
    }));
    const rowsOf = (kind) => seen.flatMap(it => ('rows' in it ? it[kind].map(row => [(0,core_lib/* escapeMarkdown */.FVb)(it.unit), ...row]) : []));
    return {
        problems: seen.flatMap(it => ('rows' in it ? it.problems.map(problem => ({ unit: it.unit, problem })) : [])),
        unanswered: seen.flatMap(it => (it.problem === undefined ? [] : [{ unit: it.unit, problem: it.problem }])),
        resources: seen.flatMap(it => ('rows' in it && it.problems.length > 0 ? it.resources : [])),
        warnings: seen.flatMap(it => 'warning' in it
            ? [
                `What ${it.unit} runs was not compared with the release: ${it.warning} Give the role of this job what Sluice's docs/aws-roles.md lists from ListResources to ReadLastLines.`
            ]
            : []),
        summary: tableOf(['unit', 'service', 'container', 'runs', 'tasks'], rowsOf('rows')) +
            tableOf(['unit', 'function', 'version', 'runs the code'], rowsOf('functions'))
    };
}
function tableOf(columns, rows) {
    return rows.length === 0 ? '' : `\n${(0,core_lib/* table */.tpe)(columns, rows.slice(0, MOST_ROWS))}\n`;
}
async function settled(clock, look) {
    for (let looks = 1;; looks++) {
        const compared = await look();
        if (compared.problems.length === 0 || looks === LOOKS)
            return compared;
        await clock.sleep(BETWEEN);
    }
}
/** @param own the digest of each repository that the release has an image in. */
function compare(services, own) {
    const problems = [];
    const rows = [];
    for (const { name, containers, wentBack } of services) {
        if (wentBack !== undefined)
            problems.push(`service ${name} does not run what its stack says: ${wentBack}`);
        const counts = new Map();
        for (const container of containers) {
            const key = JSON.stringify([container.name, container.image, container.imageDigest]);
            counts.set(key, { container, tasks: (counts.get(key)?.tasks ?? 0) + 1 });
        }
        for (const { container, tasks } of counts.values()) {
            const [repository, named] = splitDigest(container.image);
            // A registry gives for a digest nothing else. What ECS tells beside it may be one platform of that image.
            const runs = named ?? container.imageDigest;
            const wanted = own.get(repository);
            if (wanted !== undefined && runs !== wanted)
                problems.push(`container ${container.name} of service ${name} runs ${runs ?? container.image}, and not ${wanted}`);
            rows.push([
                (0,core_lib/* code */.aYu)(name),
                (0,core_lib/* code */.aYu)(container.name),
                (0,core_lib/* code */.aYu)(named === undefined && runs !== undefined ? `${container.image} (${runs})` : container.image),
                String(tasks)
            ]);
        }
        if (containers.length === 0)
            rows.push([(0,core_lib/* code */.aYu)(name), '', 'no task', '0']);
    }
    return { problems: [...new Set(problems)], rows, functions: [] };
}
/** @param wanted the digest of the archive, which Lambda knows its functions' code by. */
function withFunctions(services, functions, wanted) {
    const problems = functions.flatMap(({ name, version, code: found }) => found === wanted
        ? []
        : [
            version === undefined
                ? `function ${name} runs ${found ?? 'code that Lambda does not name'}, and not ${wanted}`
                : `version ${version} of function ${name}, the last that its stack published, is made of ${found ?? 'code that Lambda does not name'}, and not of ${wanted}: publish one for each bundle, by another logical id`
        ]);
    return {
        ...services,
        problems: [...services.problems, ...problems],
        functions: functions.map(({ name, version = '', code: found }) => [(0,core_lib/* code */.aYu)(name), version, (0,core_lib/* code */.aYu)(found ?? '')])
    };
}
/** `host/repository` and what follows `@`; a tag is no part of the first. */
function splitDigest(image) {
    const [name = '', digest] = image.split('@');
    return [name.replace(/:[^/:]*$/, ''), digest];
}
/** Why services failed, as Markdown and as text for the log; empty where nothing is known. */
async function storiesOf(session, resources) {
    const stories = await explainFailure(session, resources);
    return stories.map(({ arn, events, reasons, lines, missing }) => {
        const parts = [
            ['The last task that stopped', reasons],
            ['Its last lines', lines],
            ['What ECS says of the service', events],
            ['Not known', missing]
        ];
        const filled = parts.filter(([, texts]) => texts.length > 0);
        const name = arn.replace(/^.*\//, '');
        return {
            markdown: `\n#### Service ${(0,core_lib/* code */.aYu)(name)}\n${filled.map(([title, texts]) => `\n${title}:\n\n${texts.map(it => `- ${(0,core_lib/* code */.aYu)(it)}`).join('\n')}\n`).join('')}`,
            text: [name, ...filled.flatMap(([title, texts]) => [`  ${title}:`, ...texts.map(it => `    ${it}`)])].join('\n')
        };
    });
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/apply-mode.js










/** Applies exactly the plan that was announced and, at an approval gate, approved. */
async function apply(inputs, pipeline) {
    const { log } = pipeline;
    const { plan, target } = await untouched(async () => ({
        plan: await log.group('Check that this plan was approved', async () => readApprovedPlan(inputs, pipeline)),
        target: await log.group('Load the release', async () => (0,lib_target/* loadTarget */.K)(pipeline, inputs, 'deploy'))
    }));
    const report = await applyPlan(pipeline, target, plan, inputs.plan);
    await (0,pipeline_lib.noteApplied)(pipeline.run, inputs);
    return report;
}
/** Says of what fails here that nothing was touched: what was known of the release before still holds. */
async function untouched(work) {
    try {
        return await work();
    }
    catch (error) {
        const touched = { touched: 'false' };
        if (!(error instanceof core_lib/* UserError */.yot))
            throw new core_lib/* Failure */.HRU((0,core_lib/* messageOf */.bDE)(error), { cause: error, outputs: touched });
        const { message, details, outputs } = error;
        throw new core_lib/* UserError */.yot(message, { cause: error, details, outputs: { ...outputs, ...touched } });
    }
}
/** Applies a plan: its stacks, then its content; what it deletes goes last, when nothing needs it any more. */
async function applyPlan(pipeline, target, plan, digest) {
    const { log, clock } = pipeline;
    if (target.runbook?.digest !== plan.runbook)
        throw new core_lib/* UserError */.yot('The runbook differs from the one in the plan. Re-run all jobs for a new plan.', {
            outputs: { touched: 'false' }
        });
    await (0,publish_content/* requireContentAsPlanned */.Bi)(target, plan, digest);
    const started = clock.now();
    const deadline = await (0,pipeline_lib.requireTimeToApply)(pipeline.run, clock);
    await requireRetiredAsPlanned(target, plan, digest, { clock, deadline });
    const stacks = await log.group(`Apply plan ${digest.slice(0, 19)} to ${target.environment.name}`, async () => applyPlannedStacks(pipeline, target, plan, { digest, deadline }));
    const running = await log.group(`Compare what runs in ${target.environment.name} with the release`, async () => requireRunning(pipeline, target, plan, stacks));
    await publishAll(pipeline, target, plan, stacks);
    const published = plan.content.map(({ unit }) => unit);
    await deleteStacks(pipeline, target, plan, digest, { deadline, done: { stacks, published } });
    const url = (0,environment_url/* environmentUrl */.f)(target.settings, target.units, pipeline.policy.product, name => stacks.find(({ stack }) => stack === name)?.outputs);
    const seconds = ((clock.now() - started) / 1000).toFixed(0);
    const applied = plan.stacks.map(stack => [(0,core_lib/* escapeMarkdown */.FVb)(stack.unit), stack.action, (0,core_lib/* code */.aYu)(stack.artifact)]);
    const rows = [...applied, ...deletedRows(plan)];
    return {
        outputs: {
            outcome: 'applied',
            'has-changes': 'true',
            'plan-digest': digest,
            ...(url === undefined ? {} : { 'environment-url': url })
        },
        summary: `### ${(0,core_lib/* releaseId */.BfF)(target.digest)} is deployed to ${(0,core_lib/* escapeMarkdown */.FVb)(target.environment.name)}\n\nPlan ${(0,core_lib/* code */.aYu)(digest)}, ${seconds} s\n\n${(0,core_lib/* table */.tpe)(['unit', 'stack', 'digest'], rows)}\n${running}`
    };
}
/** Refuses to go on where a service does not run the release. @returns what runs, as Markdown. @throws Failure with how far that is, and why. */
async function requireRunning({ clock, log }, target, plan, stacks) {
    const { problems, unanswered, resources, warnings, summary } = await whatRuns(target, clock);
    for (const warning of warnings)
        log.warning(warning);
    if (problems.length + unanswered.length === 0)
        return [...warnings.map(it => `\n⚠️ ${(0,core_lib/* escapeMarkdown */.FVb)(it)}\n`), summary].join('');
    const far = howFar(plan, { stacks, stopped: [...problems, ...unanswered].map(({ unit }) => unit), published: [] });
    const half = far === undefined ? '' : ` ${halfwayText(target.environment.name, far)}`;
    const stories = await storiesOf(target.session, resources);
    for (const { text } of stories)
        log.untrusted(text);
    const found = problems.map(({ problem }) => problem);
    const unknown = unanswered.map(({ unit, problem }) => `what ${unit} runs is not known: ${problem}`);
    throw new core_lib/* Failure */.HRU(problems.length > 0
        ? `${[...found, ...unknown].join('; ')}. The stack is as planned, so applying the plan again changes nothing: deliver a corrected release, or go back to the release before.${half}`
        : `The stacks are as planned, but ${unknown.join('; ')}. Re-run the failed jobs when AWS answers: nothing is deployed twice, and what runs is compared then.${half}`, {
        outputs: far === undefined ? {} : halfwayOutputs(far),
        details: [summary, ...stories.map(it => it.markdown)].join('')
    });
}
/** Publishes the content of a plan. @throws what stopped it, with how far that is. */
async function publishAll(pipeline, target, plan, stacks) {
    const published = [];
    const bucketOf = ({ unit, bucket }) => stacks.find(it => it.unit === unit)?.outputs[bucket];
    for (const content of plan.content) {
        try {
            (0,publish_content/* requireOwnBuckets */.hh)(plan.content.map(it => ({ unit: it.unit, bucket: bucketOf(it) })));
            await (0,publish_content/* publishContent */.bz)(pipeline, target, content, stacks);
        }
        catch (error) {
            const far = howFar(plan, { stacks, stopped: [content.unit], published });
            if (far === undefined)
                throw error;
            const message = `${(0,core_lib/* messageOf */.bDE)(error)} ${halfwayText(target.environment.name, far)}`;
            throw new (error instanceof core_lib/* UserError */.yot ? core_lib/* UserError */.yot : core_lib/* Failure */.HRU)(message, {
                cause: error,
                outputs: halfwayOutputs(far)
            });
        }
        published.push(content.unit);
    }
}
/** Executes the stacks of a plan. @throws when one of them fails, or is no longer what the plan was made against. */
async function applyPlannedStacks({ clock, log }, target, plan, { digest, deadline }) {
    const failing = [];
    const outcome = await (0,lib/* applyStacks */.Ob)({
        session: target.session,
        stacks: target.stacks,
        changeSetName: target.changeSetName,
        executionRoleArn: target.executionRoleArn,
        plan: plan.stacks,
        clientToken: (0,core_lib/* hexOf */.ZDm)(digest),
        clock,
        log,
        onEvent: event => {
            log.untrusted(`${event.stack}  ${event.status}  ${event.logicalId}  ${event.reason ?? ''}`);
            // Asked at once: a rollback removes a service that was new, and its log with it.
            // A story that is not to be had must not end a deployment that goes on.
            if (event.status.endsWith('_FAILED') && event.physicalId !== '')
                failing.push(storiesOf(target.session, [event]).catch(() => []));
        },
        deadline
    });
    const far = howFar(plan, progressOf(outcome));
    switch (outcome.kind) {
        case 'obsolete': {
            const differences = outcome.differences.map(lib/* describeDifference */.hF).join('; ');
            if (far !== undefined)
                throw new core_lib/* UserError */.yot(`The plan became obsolete on the way: ${differences}. ${halfwayText(target.environment.name, far)} Re-run all jobs for a new plan and a new approval.`, { outputs: { ...halfwayOutputs(far), 'plan-digest': digest } });
            throw new core_lib/* UserError */.yot(`The plan is obsolete: ${differences}. What was approved is no longer what would be applied. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
        }
        case 'failed': {
            const failures = outcome.failures.map(lib/* describeFailure */.Ic).join('; ');
            const stories = (await Promise.all(failing)).flat();
            for (const { text } of stories)
                log.untrusted(text);
            const details = stories.map(it => it.markdown).join('');
            if (far === undefined)
                throw new core_lib/* Failure */.HRU(failures, { details });
            throw new core_lib/* Failure */.HRU(`${failures}. ${halfwayText(target.environment.name, far)}`, {
                ...{ outputs: halfwayOutputs(far), details }
            });
        }
        case 'applied':
            return outcome.stacks;
    }
}


/***/ }),

/***/ 4735:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ environmentUrl)
/* harmony export */ });
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4496);

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

/***/ 8427:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ withBundle)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4496);



/** Fetches a bundle from the ops registry, and removes its archive when the work is done. @throws Failure where it is not there */
async function withBundle(pipeline, unit, digest, work) {
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(pipeline.run.temp, 'sluice-bundle-'));
    try {
        const archive = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'bundle.zip');
        if (!(await pipeline.bundles('pull').fetch(unit, digest, archive)))
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HRU(`Bundle ${unit} ${digest} is not in the ops registry. Re-run the job that pushed it, or deliver the commit again.`);
        return await work(archive);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(folder, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 1777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bi: () => (/* binding */ requireContentAsPlanned),
/* harmony export */   bz: () => (/* binding */ publishContent),
/* harmony export */   hh: () => (/* binding */ requireOwnBuckets)
/* harmony export */ });
/* harmony import */ var _sluice_bundle__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2846);
/* harmony import */ var _sluice_cloudformation__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4802);
/* harmony import */ var _sluice_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4496);
/* harmony import */ var _fetch_bundle_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8427);




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
    const stackOf = (unit) => (0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .stackName */ .QxR)(plan.product, plan.environment, unit);
    const stacks = await (0,_sluice_cloudformation__WEBPACK_IMPORTED_MODULE_1__/* .describeStacks */ .PR)(session, contents.map(({ unit }) => stackOf(unit)));
    for (const content of contents) {
        const bucket = stacks.get(stackOf(content.unit))?.outputs[content.bucket];
        const published = bucket === undefined ? undefined : (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .replacedBy */ ._0)(await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .publishedBundle */ .$1)(session, bucket), content.digest);
        if (published === content.live || published === content.digest)
            continue;
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`The plan is obsolete: ${bucket} holds ${published ?? 'no bundle'}, and held ${content.live ?? 'none'} when the plan was made. What was approved is no longer what would be replaced. Re-run all jobs for a new plan and a new approval.`, { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } });
    }
}
/** Refuses units that would publish to one bucket: each would take the other's files for those of its own last bundle. @throws UserError */
function requireOwnBuckets(buckets) {
    for (const { unit, bucket } of buckets) {
        const first = buckets.find(it => it.bucket === bucket);
        if (bucket === undefined || first === undefined || first.unit === unit)
            continue;
        throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`${first.unit} and ${unit} publish to the same bucket, ${bucket}, and would replace and remove each other's files. Give each of their stacks a bucket of its own.`);
    }
}
/** Puts the files of a bundle into the bucket of its stack, unless they are there as they were published. */
async function publishContent(pipeline, { session }, content, stacks) {
    const outputs = stacks.find(({ unit }) => unit === content.unit)?.outputs ?? {};
    const named = (output, what) => {
        const value = outputs[output];
        if (value === undefined)
            throw new _sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yot(`The stack of ${content.unit} has no output ${output}, which delivery.yml names as the ${what}.`);
        return value;
    };
    const bucket = named(content.bucket, 'bucket to publish to');
    const distribution = content.invalidates === undefined ? undefined : named(content.invalidates, 'distribution to invalidate');
    await pipeline.log.group(`Publish ${content.unit}`, async () => {
        // What was changed there since bears the same name as what is to be there.
        if (content.drifted !== true && (await (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .publishedDigest */ .RK)(session, bucket)) === content.digest)
            return;
        await publish(pipeline, session, content, { bucket, distribution });
    });
}
/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(pipeline, session, { unit, digest, cacheControl }, { bucket, distribution }) {
    const whenThere = distribution === undefined ? undefined : async () => (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .invalidate */ .Y1)(session, distribution);
    const { files, removed, kept } = await (0,_fetch_bundle_js__WEBPACK_IMPORTED_MODULE_3__/* .withBundle */ .d)(pipeline, unit, digest, async (archive) => (0,_sluice_bundle__WEBPACK_IMPORTED_MODULE_0__/* .publishBundle */ .c1)({ session, bucket, archive, digest, cacheControl, whenThere }));
    const stay = kept === 0 ? '' : `, ${kept} kept until the next bundle`;
    pipeline.log.info(`${unit}: ${(0,_sluice_core__WEBPACK_IMPORTED_MODULE_2__/* .plural */ .LSg)(files, 'file')} published, ${removed} removed${stay}${distribution === undefined ? '' : `; caches of ${distribution} invalidated`}`);
}


/***/ }),

/***/ 8452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  B: () => (/* binding */ documentName),
  K: () => (/* binding */ loadTarget)
});

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
// EXTERNAL MODULE: ./packages/delivery/lib/find-by-name.js
var find_by_name = __webpack_require__(1249);
// EXTERNAL MODULE: ./packages/delivery/lib/roles.js
var roles = __webpack_require__(3563);
// EXTERNAL MODULE: ./packages/cloudformation/lib/index.js + 51 modules
var cloudformation_lib = __webpack_require__(4802);
// EXTERNAL MODULE: ./packages/registry/lib/index.js + 30 modules
var registry_lib = __webpack_require__(3311);
// EXTERNAL MODULE: ./actions/deploy-stack/lib/fetch-bundle.js
var fetch_bundle = __webpack_require__(8427);
;// CONCATENATED MODULE: ./actions/deploy-stack/lib/own-code.js





/**
 * Copies bundles to the account of an environment when a plan is made: the plan names the version that is put there. Nothing that runs is touched by
 * that, and what is there already stays.
 */
function copyingCode(pipeline, environment, session) {
    let last = Promise.resolve();
    return lookingFor(pipeline, environment, session, async (store, { name, digest }) => {
        const found = await store.find(name, digest);
        if (found !== undefined)
            return found;
        const copy = async () => (0,fetch_bundle/* withBundle */.d)(pipeline, name, digest, async (file) => store.keep(name, digest, file));
        // One at a time: they are large, and the disk of a job is not.
        const copied = last.then(copy);
        last = copied.catch(() => undefined);
        return copied;
    });
}
/** Finds what was copied when the plan was made. @throws UserError, as an obsolete plan, where it is gone */
function findingCode(pipeline, environment, session, plan) {
    return lookingFor(pipeline, environment, session, async (store, { name, digest }) => {
        const found = await store.find(name, digest);
        if (found !== undefined)
            return found;
        throw new lib/* UserError */.yot(`The plan is obsolete: the code of ${name} was deleted from the bucket \`bundles\` of account ${environment.account} since it was made. Re-run all jobs for a new plan, which copies it again, and a new approval.`, { outputs: { outcome: 'obsolete', touched: 'false', ...(plan === undefined ? {} : { 'plan-digest': plan }) } });
    });
}
function lookingFor({ policy }, { account }, session, look) {
    const { id: owner, bundles: bucket } = (0,find_by_name/* accountNamed */.xM)(policy, account);
    // Without a bucket the parameters have no values: the check of templates says so.
    if (bucket === undefined)
        return async () => undefined;
    const store = (0,registry_lib/* codeStore */.R2)({ session, product: policy.product, bucket, owner });
    return async (unit) => ((0,cloudformation_lib/* takesCode */.Qy)(unit.template) ? look(store, unit) : undefined);
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/own-templates.js



/**
 * Puts templates into the account of an environment when a plan is made, those that CloudFormation reads from S3 alone. Nothing that runs is touched by
 * that, and what is there already stays.
 * @returns `undefined` where the account has no bucket for them.
 */
function keepingTemplates(pipeline, environment, session) {
    return inBucket(pipeline, environment, session, (store, text) => store.keepTemplate(text));
}
/** Finds what was put when the plan was made. @throws UserError, as an obsolete plan, where it is gone */
function findingTemplates(pipeline, environment, session, plan) {
    return inBucket(pipeline, environment, session, async (store, text) => {
        const found = await store.findTemplate(text);
        if (found !== undefined)
            return found;
        throw new lib/* UserError */.yot(`The plan is obsolete: a template was deleted from the bucket \`bundles\` of account ${environment.account} since it was made. Re-run all jobs for a new plan, which puts it there again, and a new approval.`, { outputs: { outcome: 'obsolete', touched: 'false', ...(plan === undefined ? {} : { 'plan-digest': plan }) } });
    });
}
function inBucket({ policy }, { account }, session, look) {
    const { id: owner, bundles: bucket } = (0,find_by_name/* accountNamed */.xM)(policy, account);
    if (bucket === undefined)
        return undefined;
    const store = (0,registry_lib/* codeStore */.R2)({ session, product: policy.product, bucket, owner });
    const urls = new Map();
    // Several environments of a template, and several units of one that they nest: asked once.
    return async (text) => {
        const url = urls.get(text) ?? look(store, text).then(it => (0,lib/* objectUrl */.bCA)(it, session.region));
        urls.set(text, url);
        return url;
    };
}

// EXTERNAL MODULE: ./packages/delivery/lib/parameter-files.js
var parameter_files = __webpack_require__(8047);
;// CONCATENATED MODULE: ./packages/delivery/lib/stack-parameters.js

/**
 * The parameters of a stack: the unit's own, those of files before them and of the environment over them, and what tells the template where it is.
 */
function stackParameters({ product }, environment, unit, { reference, code, inFiles = {} }) {
    const places = { Product: product, Environment: environment.name };
    const own = { ...inFiles, ...unit.stack.parameters, ...environment.parameters[unit.name] };
    // A bundle is told as its digest, as the place of its code, or as both: the template says which.
    const asCode = code === undefined ? {} : codeParameters(code);
    return {
        parameters: { ...places, ...own, [(0,lib/* artifactParameter */.YQz)(unit.kind)]: reference, ...asCode },
        offered: [
            ...Object.keys(places).filter(name => !Object.hasOwn(own, name)),
            ...(unit.kind === 'bundle' ? [(0,lib/* artifactParameter */.YQz)(unit.kind), ...Object.keys(asCode)] : [])
        ]
    };
}
function codeParameters({ bucket, key, version }) {
    return { BundleBucket: bucket, BundleKey: key, BundleVersion: version };
}
/** The tags of a stack: those of product, unit and environment, the later ones over the earlier, and what Sluice knows it by. */
function stackTags({ product, tags }, environment, { name, stack }) {
    // Release and commit would turn every commit into a stack update.
    return { ...tags, ...stack.tags, ...environment.tags, product, environment: environment.name, unit: name };
}
/** Outputs of a unit's stack that Sluice reads once it is deployed, with the keys that name them. */
function promisedOutputs(unit) {
    if (unit.kind !== 'bundle')
        return [];
    return ['publish', 'invalidate'].flatMap(key => {
        const output = unit.bundle[key];
        return output === undefined ? [] : [{ output, as: `units.${unit.name}.bundle.${key}` }];
    });
}

// EXTERNAL MODULE: ./packages/delivery/lib/stack-settings.js
var stack_settings = __webpack_require__(1094);
;// CONCATENATED MODULE: ./packages/delivery/lib/stack-sources.js

/**
 * What templates may run and read by a policy: what the release built, and what delivery.yml lists.
 * @param own the images that the release built, as templates name them.
 * @param bundle where Lambda takes the unit's bundle from, if it does.
 */
function stackSources({ accounts, images, code, dynamicReferences }, { account, gate, level }, unit, own, bundle) {
    const place = accounts[account];
    return {
        own,
        ...(bundle === undefined ? {} : { ownCode: (0,lib/* codeReference */.ps7)(bundle) }),
        ...(unit.kind === 'image' ? { artifactParameter: (0,lib/* artifactParameter */.YQz)(unit.kind) } : {}),
        ...(unit.kind === 'image' && unit.image.platforms.length > 1 ? { manyPlatforms: true } : {}),
        ...{ images, code, dynamicReferences },
        // Where nobody is asked, nothing changes behind an approval.
        strict: gate !== 'continuous' || level === 'production',
        account: place?.id ?? '',
        region: place?.region ?? ''
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/stack-request.js



/** The stack that a unit of a release is to have in an environment: name, template, parameters, tags and settings. @throws UserError */
async function stackOf(pipeline, environment, release, delivery, unit, { findCode, keepTemplate }) {
    const { repository, policy } = pipeline;
    const released = release.units[unit.name];
    if (released === undefined) {
        throw new lib/* UserError */.yot(`Release ${release.commit} has no unit ${unit.name}, although delivery.yml of its commit defines it. Deliver the commit again.`);
    }
    const template = await repository.fileAt(release.commit, unit.stack.template);
    if (template === undefined)
        throw new lib/* UserError */.yot(`The template ${unit.stack.template} of unit ${unit.name} is not a file of commit ${release.commit}. Commit it there as a file, not as a link, or correct it in delivery.yml, and deliver again.`);
    const imageOf = (name, digest) => `${pipeline.registryHost}/${(0,lib/* unitRepository */.pl6)(policy.product, name)}@${digest}`;
    const reference = unit.kind === 'image' ? imageOf(unit.name, released.digest) : released.digest;
    const { text, nested } = await (0,cloudformation_lib/* keepNested */.lT)({ path: unit.stack.template, text: template.toString('utf8') }, { unit: unit.name, read: path => repository.fileAt(release.commit, path), keep: keepTemplate });
    const inFiles = await (0,parameter_files/* valuesInFiles */.lh)(unit, environment, path => repository.fileAt(release.commit, path));
    const code = unit.kind === 'image' ? undefined : await findCode({ name: unit.name, digest: released.digest, template: text });
    const own = Object.entries(release.units).flatMap(([name, { kind, digest }]) => kind === 'image' ? [imageOf(name, digest)] : []);
    return {
        unit: unit.name,
        stack: (0,lib/* stackName */.QxR)(policy.product, environment.name, unit.name),
        dependsOn: unit.dependsOn.filter(name => delivery.units.some(other => other.name === name)),
        template: text,
        ...(nested.length === 0 ? {} : { nested }),
        ...(keepTemplate === undefined ? {} : { keepTemplate }),
        ...stackParameters(policy, environment, unit, { reference, inFiles, ...(code === undefined ? {} : { code }) }),
        tags: stackTags({ product: policy.product, tags: delivery.tags }, environment, unit),
        settings: (0,stack_settings/* stackSettings */.m)(environment, unit),
        artifact: released.digest,
        promised: promisedOutputs(unit),
        sources: stackSources(policy, (0,find_by_name/* environmentNamed */.b6)(policy, environment.name), unit, own, code)
    };
}

;// CONCATENATED MODULE: ./actions/deploy-stack/lib/target.js





/** Loads and checks what a release means in an environment. */
async function loadTarget(pipeline, inputs, may) {
    const environment = pipeline.environment(inputs.environment);
    const release = await pipeline.release(inputs.release);
    const delivery = await pipeline.at(release.commit);
    const settings = (0,find_by_name/* environmentNamed */.b6)(delivery, environment.name);
    const session = pipeline.session({ environment: environment.name, may });
    const stores = may === 'plan'
        ? {
            findCode: copyingCode(pipeline, environment, session),
            keepTemplate: keepingTemplates(pipeline, environment, session)
        }
        : {
            findCode: findingCode(pipeline, environment, session, inputs.plan),
            keepTemplate: findingTemplates(pipeline, environment, session, inputs.plan)
        };
    const stacks = await Promise.all(delivery.units.map(async (unit) => stackOf(pipeline, settings, release, delivery, unit, stores)));
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
        session,
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


/***/ })

};
