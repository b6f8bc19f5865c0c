export const id = 802;
export const ids = [802];
export const modules = {

/***/ 4802:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Oy: () => (/* reexport */ AccessDenied),
  Ob: () => (/* reexport */ applyStacks),
  l2: () => (/* reexport */ compareRetired),
  D0: () => (/* reexport */ deleteRetired),
  hF: () => (/* reexport */ describeDifference),
  Ic: () => (/* reexport */ describeFailure),
  PR: () => (/* reexport */ describeStacks),
  yG: () => (/* reexport */ discardStacks),
  lT: () => (/* reexport */ keepNested),
  Zx: () => (/* reexport */ planRetired),
  oh: () => (/* reexport */ planWithMoves),
  Mq: () => (/* reexport */ readResources),
  qg: () => (/* reexport */ runsOwnCode),
  Qy: () => (/* reexport */ takesCode),
  z7: () => (/* reexport */ waitingChangeSets)
});

// UNUSED EXPORTS: planStacks, templateProblems

// EXTERNAL MODULE: ./packages/core/lib/index.js + 81 modules
var lib = __webpack_require__(4496);
;// CONCATENATED MODULE: ./packages/cloudformation/lib/pace.js
/**
 * How many calls are under way at once, and how many milliseconds pass between two looks at each stack that is followed, for each of
 * them. CloudFormation publishes no limits; all runs of an account and region share them, and people in the console, too.
 */
const AT_ONCE = 8;
const SHARE = 100;
/** Until so many stacks are followed, each look may be a full one. */
const MANY = 10;
/** How fast one process asks CloudFormation, however many stacks it plans or follows. */
class Pace {
    #waiting = [];
    #free = AT_ONCE;
    #followed = 0;
    /** Makes a call when there is room for one more. */
    async call(make) {
        if (this.#free === 0)
            await new Promise(resolve => this.#waiting.push(resolve));
        else
            this.#free--;
        try {
            return await make();
        }
        finally {
            const next = this.#waiting.shift();
            if (next === undefined)
                this.#free++;
            else
                next();
        }
    }
    /** Follows one more stack, as long as the work lasts. */
    async follow(work) {
        this.#followed++;
        try {
            return await work();
        }
        finally {
            this.#followed--;
        }
    }
    /** Whether so many stacks are followed that looks cost what others need. */
    get isBusy() {
        return this.#followed > MANY;
    }
    /** The least time between two looks at one stack, in milliseconds. */
    get interval() {
        return this.#followed * SHARE;
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/connection.js


/** CloudFormation answered with an error that is not the role's missing permission. */
class CloudFormationError extends Error {
    name = 'CloudFormationError';
    /** AWS's error code, e.g. `ValidationError`. */
    code;
    /** What AWS said, without what Sluice asked. */
    reason;
    /** HTTP status; 0 when there was no answer. */
    status;
    constructor(what, answer, cause) {
        super(`CloudFormation, ${what}: ${answer.reason}`, { cause });
        this.code = answer.code;
        this.reason = answer.reason;
        this.status = answer.status;
    }
}
/** The role may not do what was asked of AWS: who made the role can put it right. */
class AccessDenied extends lib/* UserError */.yot {
}
/** Runs `work` with a connection of the session; the SDK is loaded by the first of them. */
async function withCloudFormation(session, clock, work) {
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(430), __webpack_require__.e(422), __webpack_require__.e(279), __webpack_require__.e(118), __webpack_require__.e(861), __webpack_require__.e(805)]).then(__webpack_require__.t.bind(__webpack_require__, 3805, 19));
    const client = new sdk.CloudFormation((0,lib/* awsClientConfig */.rwc)(session, 'CLOUDFORMATION'));
    try {
        return await work(patient(client, session.region, clock, session.terms));
    }
    finally {
        client.destroy();
    }
}
/** Verbs that are tried again when AWS throttles, answers 5xx or cannot be reached, and that fail saying what was asked of which stack. */
function patient(verbs, region, clock, terms) {
    const pace = new Pace();
    const wrap = (name, verb) => async (input) => {
        try {
            return await (0,lib/* callAws */.IY8)({ ...terms, clock }, () => pace.call(() => verb(input)));
        }
        catch (error) {
            throw explain(name, input.StackName ?? input.ExportName ?? region, error);
        }
    };
    return {
        region,
        clock,
        pace,
        describeStacks: wrap('DescribeStacks', input => verbs.describeStacks(input)),
        getTemplate: wrap('GetTemplate', input => verbs.getTemplate(input)),
        createChangeSet: wrap('CreateChangeSet', input => verbs.createChangeSet(input)),
        describeChangeSet: wrap('DescribeChangeSet', input => verbs.describeChangeSet(input)),
        listChangeSets: wrap('ListChangeSets', input => verbs.listChangeSets(input)),
        deleteChangeSet: wrap('DeleteChangeSet', input => verbs.deleteChangeSet(input)),
        executeChangeSet: wrap('ExecuteChangeSet', input => verbs.executeChangeSet(input)),
        deleteStack: wrap('DeleteStack', input => verbs.deleteStack(input)),
        continueUpdateRollback: wrap('ContinueUpdateRollback', input => verbs.continueUpdateRollback(input)),
        rollbackStack: wrap('RollbackStack', input => verbs.rollbackStack(input)),
        updateTerminationProtection: wrap('UpdateTerminationProtection', input => verbs.updateTerminationProtection(input)),
        listStackResources: wrap('ListStackResources', input => verbs.listStackResources(input)),
        listImports: wrap('ListImports', input => verbs.listImports(input)),
        describeStackEvents: wrap('DescribeStackEvents', input => verbs.describeStackEvents(input)),
        describeEvents: wrap('DescribeEvents', input => verbs.describeEvents(input))
    };
}
function explain(verb, object, error) {
    const { code, reason, status } = (0,lib/* awsFault */._pu)(error);
    if (/^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(code)) {
        return new AccessDenied(`AWS denied cloudformation:${verb} on ${object}: ${reason}. Allow this action in the policy of this job's role.`, { cause: error });
    }
    return new CloudFormationError(`${verb} ${object}`, { code, reason, status }, error);
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/stack-events.js

/** Whether an event is about the stack itself, not about one of its resources. */
function isOfStack(event) {
    return event.type === 'AWS::CloudFormation::Stack' && event.physicalId === event.stackId;
}
/**
 * The events of one operation, oldest first, each exactly once; those of nested stacks come along.
 * Events are told apart by their ids: many have the same timestamp, and CloudFormation may list them late.
 */
class EventStream {
    #cloudFormation;
    #stackId;
    #seen;
    #nested = new Map();
    /** Nothing older belongs to the operation. */
    #from;
    constructor(cloudFormation, stackId, from, seen) {
        this.#cloudFormation = cloudFormation;
        this.#stackId = stackId;
        this.#from = from;
        this.#seen = new Set(seen);
    }
    /** Begins before an operation is started: what happened up to now is left out. */
    static async fromNow(cloudFormation, stackId) {
        const page = await readPage(cloudFormation, stackId, undefined);
        const newest = page.events[0]?.at ?? 0;
        return new EventStream(cloudFormation, stackId, newest, page.events.map(({ id }) => id));
    }
    /** Begins with the first event of the operation that is under way, or was the last: one whose token starts with `token`. */
    static async fromToken(cloudFormation, stackId, token) {
        let from;
        let operation;
        const before = [];
        for await (const event of pages(cloudFormation, stackId)) {
            if (operation === undefined && event.token?.startsWith(token) === true)
                operation = event.token;
            if (operation !== undefined && event.token === operation)
                from = event.at;
            else
                before.push(event.id);
            if (operation !== undefined && from !== undefined && event.at < from)
                break;
        }
        return new EventStream(cloudFormation, stackId, from ?? 0, before);
    }
    /** What happened since the last reading. */
    async read() {
        const fresh = await this.#readOwn();
        for (const { stackId, physicalId, type, at } of fresh) {
            const nested = type === 'AWS::CloudFormation::Stack' && physicalId !== stackId && physicalId.startsWith('arn:');
            if (nested && !this.#nested.has(physicalId)) {
                this.#nested.set(physicalId, new EventStream(this.#cloudFormation, physicalId, at, []));
            }
        }
        const inner = await Promise.all([...this.#nested.values()].map(stream => stream.read()));
        return inner.every(events => events.length === 0) ? fresh : [...fresh, ...inner.flat()].sort((a, b) => a.at - b.at);
    }
    async #readOwn() {
        const fresh = [];
        let token;
        do {
            const page = await readPage(this.#cloudFormation, this.#stackId, token);
            const unseen = page.events.filter(({ id, at }) => at >= this.#from && !this.#seen.has(id));
            fresh.push(...unseen);
            token = unseen.length === 0 ? undefined : page.next;
        } while (token !== undefined);
        for (const { id } of fresh)
            this.#seen.add(id);
        // CloudFormation lists the newest first; the sort is stable and leaves equal timestamps in its order.
        return fresh.reverse().sort((a, b) => a.at - b.at);
    }
}
/** The events of a stack, newest first, page by page as they are asked for. */
async function* pages(cloudFormation, stackId) {
    let token;
    do {
        const page = await readPage(cloudFormation, stackId, token);
        yield* page.events;
        token = page.next;
    } while (token !== undefined);
}
async function readPage(cloudFormation, stackId, token) {
    try {
        const { StackEvents, NextToken } = await cloudFormation.describeStackEvents({
            StackName: stackId,
            ...(token === undefined ? {} : { NextToken: token })
        });
        return { events: (StackEvents ?? []).map(decodeEvent), next: NextToken === '' ? undefined : NextToken };
    }
    catch (error) {
        // A nested stack that failed early may never have existed.
        if (error instanceof CloudFormationError && /does not exist/.test(error.reason)) {
            return { events: [], next: undefined };
        }
        throw error;
    }
}
function decodeEvent(event) {
    const { ResourceStatusReason: reason, ClientRequestToken: token } = event;
    const hook = hookFault(event);
    return {
        id: event.EventId ?? '',
        stack: event.StackName ?? '',
        stackId: event.StackId ?? '',
        at: event.Timestamp?.getTime() ?? 0,
        logicalId: event.LogicalResourceId ?? '',
        physicalId: event.PhysicalResourceId ?? '',
        type: event.ResourceType ?? '',
        status: event.ResourceStatus ?? '',
        ...(reason === undefined || reason === '' ? {} : { reason }),
        ...(hook === undefined ? {} : { hook }),
        ...(token === undefined || token === '' ? {} : { token })
    };
}
/** The resource's own reason only counts the hooks that refused it: `The following hook(s) failed: […]`. */
function hookFault({ HookType, HookStatus, HookStatusReason }) {
    if (HookStatus?.endsWith('_FAILED') !== true || HookStatusReason === undefined || HookStatusReason === '')
        return undefined;
    return `${HookType ?? 'a hook'}: ${HookStatusReason}`;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/root-cause.js


/** Whether a failure is the consequence of another resource's, in CloudFormation's words. */
function isConsequence(reason = '') {
    return /^Resource (creation|update|deletion) cancelled/i.test(reason);
}
/**
 * The root cause in an operation's events. What fails later is mostly a consequence: cancelled siblings, the nested stack
 * around the resource, the stack around that.
 */
function rootCause(events) {
    const failed = events.filter(({ status, reason }) => status.endsWith('_FAILED') && !isConsequence(reason));
    const resource = failed.find(({ type }) => type !== 'AWS::CloudFormation::Stack') ?? failed.find(it => !isOfStack(it));
    if (resource !== undefined) {
        const { logicalId, type, status, reason = 'AWS gave no reason' } = resource;
        const hooks = events.flatMap(it => it.stackId === resource.stackId && it.logicalId === logicalId ? (it.hook ?? []) : []);
        return { resource: { logicalId, type, status }, reason: [reason, ...new Set(hooks)].join(' ') };
    }
    const own = events.find(it => isOfStack(it) && /_FAILED$|ROLLBACK_IN_PROGRESS$/.test(it.status) && it.reason !== undefined);
    return own?.reason === undefined ? undefined : { reason: own.reason };
}
/** A root cause as a sentence, without its full stop. */
function describeCause({ resource, reason }) {
    const text = reason.trim().replace(/\.$/, '');
    return resource === undefined ? text : `${resource.logicalId} (${resource.type}) ${resource.status}: ${text}`;
}
/** Events of one operation that are looked through, at most: enough for the largest stack (500 resources). */
const HISTORY = 2_000;
/** The root cause of the operation that left a stack as it is. */
async function lastCause(cloudFormation, stackId) {
    const events = [];
    for await (const event of pages(cloudFormation, stackId)) {
        events.push(event);
        const begins = isOfStack(event) && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(event.status);
        if (begins || events.length >= HISTORY)
            break;
    }
    return rootCause(events.reverse());
}
/** What CloudFormation's checks before the first resource said (API DescribeEvents); empty where there is nothing, or no permission to ask. */
async function validationErrors(cloudFormation, of) {
    const events = await failedChecks(cloudFormation, of);
    return events
        .filter(event => event.EventType === 'VALIDATION_ERROR')
        .map(event => `${event.ValidationPath ?? event.LogicalResourceId ?? 'template'}: ${event.ValidationStatusReason ?? ''}`);
}
/** Characters of a warning that a plan keeps. */
const WARNING = 500;
/**
 * What CloudFormation warns of in a change set that it would execute all the same: checks and hooks in the mode WARN, in order of place and text, each once.
 * Nothing where the role may not ask.
 */
async function warningsOf(cloudFormation, { id: ChangeSetName }) {
    const events = await failedChecks(cloudFormation, { ChangeSetName });
    const found = events.flatMap((event) => {
        const at = event.ValidationPath ?? event.LogicalResourceId ?? 'template';
        const { ValidationFailureMode: check, HookFailureMode: hook, HookType: by = 'a hook' } = event;
        if (event.EventType === 'VALIDATION_ERROR' && check === 'WARN')
            return [{ at, what: (0,lib/* cut */.JjL)(event.ValidationStatusReason ?? event.ValidationName ?? '', WARNING) }];
        if (event.EventType === 'HOOK_INVOCATION_ERROR' && hook === 'WARN')
            return [{ at, what: (0,lib/* cut */.JjL)(`${by}: ${event.HookStatusReason ?? 'it failed'}`, WARNING) }];
        return [];
    });
    const each = new Map(found.map(it => [`${it.at} ${it.what}`, it]));
    return [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it);
}
/** What failed in the newest operation. */
async function failedChecks(cloudFormation, of) {
    try {
        const answer = await cloudFormation.describeEvents({ ...of, Filters: { FailedEvents: true } });
        const events = answer.OperationEvents ?? [];
        return events.filter(event => event.OperationId === events[0]?.OperationId);
    }
    catch {
        // It only adds to what is known already; the role may lack the permission for it.
        return [];
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/apply-outcome.js

/** A failure in one sentence, root cause first. Its text is AWS's: untrusted. */
function describeFailure({ stack, status, cause, leftBehind = [] }) {
    const found = `${describeCause(cause)} [stack ${stack}${status === undefined ? '' : `: ${status}`}]`;
    if (status !== 'DELETE_COMPLETE')
        return found;
    return leftBehind.length === 0
        ? `${found}. The stack is deleted and nothing of it is left: the next delivery creates it anew`
        : `${found}. The stack is deleted, and the next delivery creates it anew. What its template retains was left behind, and keeps its name until you delete it: ${leftBehind.join(', ')}`;
}
/** Why an operation is no success, with what is known of its stack. */
function failureOf(deadline, end) {
    if (end.kind === 'failed') {
        const { kind: _, ...failure } = end;
        return failure;
    }
    const at = new Date(deadline).toISOString();
    const reason = `Timed out at ${at}. CloudFormation is still working on the stack: re-run the job to resume monitoring`;
    return { status: end.status, cause: { reason } };
}
/** The outcome of all from the outcomes of each: a failure weighs more than a moved base. */
function combine(steps) {
    const stacks = steps.flatMap(step => (step.kind === 'applied' ? [step.applied] : []));
    const failures = steps.flatMap(step => (step.kind === 'failed' ? [step.failure] : []));
    const differences = steps.flatMap(step => (step.kind === 'obsolete' ? step.differences : []));
    if (failures.length > 0)
        return { kind: 'failed', stacks, failures };
    return differences.length > 0 ? { kind: 'obsolete', stacks, differences } : { kind: 'applied', stacks };
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/change-set-refusal.js

/** CloudFormation reads `AWS::SSM::Parameter::Value<…>` as whoever asks for the change set, who may not. */
const PARAMETERS_CLOSED = /(permission|authori[sz]ed).*ssm:GetParameters?\b/i;
/** It publishes to the topics of a stack, and looks at its alarms, as whoever asks, too. */
const SETTINGS_CLOSED = /authori[sz]ed to perform: (sns:Publish|cloudwatch:DescribeAlarms)\b/i;
/** That CloudFormation makes no change set of a stack, and what to do: a permission is told apart from what the template says. */
function refusalOf({ stack, unit }, reason, cause) {
    return new lib/* UserError */.yot(`CloudFormation rejected the change set of stack ${stack}: ${reason.trim().replace(/\.$/, '')}. ${remedyOf(unit, reason)}.`, { cause });
}
function remedyOf(unit, reason) {
    if (PARAMETERS_CLOSED.test(reason))
        return 'List the parameters that its template takes values from in `ssmParameters` of its account in delivery.yml, and give the roles that plan and deploy it what `sluice roles` then prints';
    if (SETTINGS_CLOSED.test(reason))
        return 'Give the roles that plan and deploy it what `sluice roles` prints for its notifications and rollbackAlarms; the policy of a topic in another account has to allow it, too';
    return `Correct the template or the parameters of unit ${unit}`;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/poll.js
/** Waits between two looks, in milliseconds: the first; every one later; the least while AWS throttles, before it is doubled; the longest. */
const FIRST = 200;
const USUAL = 1_400;
const THROTTLED = 1_000;
const LONGEST = 20_000;
/** By how much waits grow from the first to the usual one, and shrink when AWS throttles no more. */
const SLOWER = 1.4;
const FASTER = 0.8;
/**
 * When to look again, in milliseconds: soon at first, since small changes end in seconds; every 1.4 s later, so that no one waits for what is over, and
 * more seldom where many stacks are followed; and much more seldom while AWS throttles, since every other run in the account waits on the same budget.
 */
class PollSchedule {
    #pace;
    #wait = FIRST;
    constructor(pace = { interval: 0 }) {
        this.#pace = pace;
    }
    /** The wait before the next look. */
    next() {
        const wait = this.#wait;
        this.#wait = wait > USUAL ? Math.max(USUAL, wait * FASTER) : Math.min(USUAL, wait * SLOWER);
        const { interval } = this.#pace;
        return Math.round(interval > USUAL ? Math.max(wait, Math.min(LONGEST, interval)) : wait);
    }
    /** AWS throttled the last look. */
    throttled() {
        this.#wait = Math.min(LONGEST, Math.max(THROTTLED, this.#wait) * 2);
    }
}
/**
 * Looks until `look` gives something, or the deadline has passed; the last look is at the deadline, not before it.
 * @returns `undefined` when the time is up.
 */
async function pollUntil(clock, deadline, look, schedule = new PollSchedule()) {
    for (;;) {
        const last = clock.now() >= deadline;
        const found = await look();
        if (found !== undefined || last)
            return found;
        await clock.sleep(Math.max(1, Math.min(schedule.next(), deadline - clock.now())));
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/property-values.js

/** UTF-16 code units kept of one value. CloudFormation cuts long ones, too. */
const property_values_LONGEST = 1_000;
/**
 * Adds to the changes of a change set which values they set, as far as CloudFormation tells them.
 *
 * It leaves out whole resources of whose values it can make nothing, and the reason of a change set that failed, when it is asked for values
 * (aws/aws-cdk-cli#1780, boto/boto3#4178). So what changes is what it said without them, and this only adds.
 * @param id ARN of a change set that is ready.
 */
async function withValues(cloudFormation, stack, id, changes) {
    if (!changes.some(({ action }) => action === 'Modify'))
        return changes;
    const told = new Map();
    let token;
    do {
        const page = await cloudFormation.describeChangeSet({
            ...{ ChangeSetName: id, StackName: stack, IncludePropertyValues: true },
            ...(token === undefined ? {} : { NextToken: token })
        });
        for (const { logicalId, values } of (page.Changes ?? []).flatMap(valuesOf))
            told.set(logicalId, values);
        token = page.NextToken;
    } while (token !== undefined && token !== '');
    return changes.map(change => {
        const values = change.action === 'Modify' ? told.get(change.logicalId) : undefined;
        return values === undefined || values.length === 0 ? change : { ...change, values };
    });
}
/** Changes without what {@link withValues} adds. */
function withoutValues(changes) {
    return changes.map(({ values: _, ...change }) => change);
}
function valuesOf({ ResourceChange: it }) {
    if (it?.Action !== 'Modify')
        return [];
    const byPath = new Map();
    for (const detail of it.Details ?? []) {
        const change = decode(detail);
        // The same property may be told twice: as what is known, and as what is known when it is executed.
        if (change !== undefined && (detail.Evaluation === 'Static' || !byPath.has(change.path)))
            byPath.set(change.path, change);
    }
    const values = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return [{ logicalId: it.LogicalResourceId ?? '', values }];
}
function decode({ Target: target }) {
    const { Attribute, Name, Path, BeforeValue, AfterValue, RequiresRecreation } = target ?? {};
    const path = Path ?? `/${[Attribute, Name].filter(part => part !== undefined && part !== '').join('/')}`;
    const recreates = RequiresRecreation === 'Always' || RequiresRecreation === 'Conditionally';
    if (path === '/' || (BeforeValue === undefined && AfterValue === undefined))
        return undefined;
    return {
        path,
        ...(BeforeValue === undefined ? {} : { before: textOf(BeforeValue) }),
        ...(AfterValue === undefined ? {} : { after: textOf(AfterValue) }),
        ...(recreates ? { recreates: RequiresRecreation } : {})
    };
}
/** The same text for the same value, in whatever order CloudFormation tells the members of an object. */
function textOf(value) {
    const text = canonicalOf(value) ?? value;
    return text.length > property_values_LONGEST ? `${(0,lib/* cut */.JjL)(text, property_values_LONGEST)}…` : text;
}
function canonicalOf(value) {
    if (!/^\s*[{[]/.test(value))
        return undefined;
    try {
        return (0,lib/* canonicalJson */.djW)(JSON.parse(value));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/settings.js

/** What triggers a rollback unless CloudFormation says otherwise of it. */
const ALARM = 'AWS::CloudWatch::Alarm';
/** Settings as CloudFormation describes them, of a stack or of a change set. */
function changeSetSettings(described) {
    const { RollbackTriggers: triggers = [], MonitoringTimeInMinutes: minutes = 0 } = described.RollbackConfiguration ?? {};
    // One of another type is another trigger, although its ARN reads the same.
    const alarms = triggers.map(({ Arn = '', Type = ALARM }) => (Type === ALARM ? Arn : `${Arn} (${Type})`));
    return { notifications: [...(described.NotificationARNs ?? [])].sort(), rollback: { alarms: alarms.sort(), minutes } };
}
/** All settings of a stack, as CloudFormation describes it. */
function liveSettings(stack) {
    return { ...changeSetSettings(stack), terminationProtection: stack.EnableTerminationProtection === true };
}
/** What CreateChangeSet takes: what is absent, the stack keeps as it is; an empty list takes away what it has. */
function settingsInput({ notifications, rollback }) {
    return {
        ...(notifications === undefined ? {} : { NotificationARNs: [...notifications] }),
        ...(rollback === undefined
            ? {}
            : {
                RollbackConfiguration: {
                    RollbackTriggers: rollback.alarms.map(Arn => ({ Arn, Type: ALARM })),
                    MonitoringTimeInMinutes: rollback.minutes
                }
            })
    };
}
/** Of settings those that others name: what delivery.yml says nothing of is for others to set, and no difference. */
function settingsNamed(all, named) {
    const { notifications, rollback, terminationProtection } = all;
    return {
        ...(named.notifications === undefined ? {} : { notifications }),
        ...(named.rollback === undefined ? {} : { rollback }),
        ...(named.terminationProtection === undefined ? {} : { terminationProtection })
    };
}
/** Whether a stack or a change set has what is wanted of it with a change set. */
function hasSettings(found, wanted) {
    const { notifications, rollback } = found;
    const { notifications: topics = notifications, rollback: triggers = rollback } = wanted;
    return (0,lib/* canonicalJson */.djW)({ notifications: topics, rollback: triggers }) === (0,lib/* canonicalJson */.djW)({ notifications, rollback });
}
/** As a member of a plan: absent where nothing is set. */
function asMember(settings) {
    return Object.keys(settings).length === 0 ? {} : { settings };
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/stack-status.js
const SETTLED = [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE'
];
const DEAD = ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'];
/** Sorts a status; an absent one means that CloudFormation knows no such stack. */
function stateOf(status) {
    if (status === undefined || status === 'DELETE_COMPLETE')
        return 'absent';
    if (status === 'REVIEW_IN_PROGRESS')
        return 'review';
    if (status.endsWith('_IN_PROGRESS'))
        return 'busy';
    if (SETTLED.includes(status))
        return 'settled';
    return DEAD.includes(status) ? 'dead' : 'stuck';
}
/** How a stack that is stuck comes to where it was before its last update; absent where CloudFormation has no operation for it. */
function rollbackOf(status) {
    if (status === 'UPDATE_ROLLBACK_FAILED')
        return 'continue-rollback';
    // Only updates that were told not to roll back end so.
    return status === 'UPDATE_FAILED' ? 'rollback' : undefined;
}
/** Whether an operation that ended in this status did what it was asked to. */
function isSuccess(status) {
    return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'IMPORT_COMPLETE';
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./packages/cloudformation/lib/template.js


/** The longest template that CloudFormation takes in a request, in bytes (CloudFormation quotas). */
const INLINE_LIMIT = 51_200;
/** The longest one that it reads from S3, in bytes: as it says itself, where the quotas say 1 MB. */
const STORED_LIMIT = 1_000_000;
/** Whether CloudFormation takes a template from S3 alone. */
function isLong(text) {
    return Buffer.byteLength(text) > INLINE_LIMIT;
}
/**
 * Reads a template, YAML or JSON.
 * @param where names it in errors, e.g. `infra/api.yml (unit api)`.
 * @param isKept whether it can be put where CloudFormation reads longer ones.
 * @throws UserError when it is malformed, too long, or declares no resource.
 */
function readTemplate(text, where, isKept = false) {
    requireShort(text, where, isKept);
    // CloudFormation's own tags (`!Ref`, `!Sub`, …) stay unresolved, which is a warning to the reader and no error.
    const document = (0,dist/* parseDocument */.Tp)(text, { version: '1.1', logLevel: 'silent' });
    const problem = document.errors[0];
    if (problem !== undefined) {
        const at = problem.linePos?.[0];
        throw new lib/* UserError */.yot(`The template ${where} is not valid YAML or JSON${at === undefined ? '' : ` at ${at.line}:${at.col}`}: ${problem.message.split('\n')[0]}`);
    }
    const root = document.contents;
    const resources = (0,dist/* isMap */.jh)(root) ? section(root, 'Resources') : [];
    if (!(0,dist/* isMap */.jh)(root) || resources.length === 0) {
        throw new lib/* UserError */.yot(`The template ${where} declares no resources. Add at least one under \`Resources:\`.`);
    }
    return {
        text,
        digest: templateDigest(text),
        parameters: new Map(section(root, 'Parameters').map(([name, node]) => [name, readParameter(node)])),
        outputs: section(root, 'Outputs').map(([name]) => name),
        resources: new Map(resources.map(([name, node]) => [name, scalar(node, 'Type') ?? ''])),
        transformed: root.has('Transform') || hasTransforms(text)
    };
}
function requireShort(text, where, isKept) {
    const bytes = Buffer.byteLength(text);
    if (bytes <= (isKept ? STORED_LIMIT : INLINE_LIMIT))
        return;
    const remedy = isKept ? 'Split' : 'Name a bucket for longer ones under accounts.<name>.bundles of delivery.yml, split';
    throw new lib/* UserError */.yot(`The template ${where} is ${bytes} bytes long; CloudFormation accepts at most ${isKept ? STORED_LIMIT : INLINE_LIMIT}${isKept ? '' : ' in a request'}. ${remedy} the stack or shorten the template.`);
}
/** Whether a template names a transform, of its own or of a part. */
function hasTransforms(text) {
    return /^\s*["']?Transform["']?\s*:|[{,]\s*"Transform"\s*:|Fn::Transform|!Transform\b/m.test(text);
}
/**
 * The digest of a template as CloudFormation hands it back: characters outside ASCII read `?`, lines end in LF, one at the end.
 * For a plain ASCII file it is what `sha256sum` says.
 */
function templateDigest(text) {
    const kept = text.replace(/\P{ASCII}/gu, '?').replace(/\r\n?/g, '\n');
    return (0,lib/* sha256 */.scB)(`${kept.trimEnd()}\n`);
}
function section(root, name) {
    const node = root.get(name, true);
    return (0,dist/* isMap */.jh)(node) ? node.items.map(item => [(0,dist/* isScalar */.jn)(item.key) ? String(item.key.value) : '', item.value]) : [];
}
function readParameter(node) {
    const fallback = scalar(node, 'Default');
    return {
        type: scalar(node, 'Type') ?? 'String',
        noEcho: isHidden(node),
        ...(fallback === undefined ? {} : { default: fallback })
    };
}
/** CloudFormation reads YAML 1.1, in which `yes` is true, too. What does not plainly say no is hidden: a secret that was shown stays so. */
function isHidden(node) {
    return (0,dist/* isMap */.jh)(node) && node.has('NoEcho') && !/^(false|no|off|n)$/i.test(scalar(node, 'NoEcho') ?? '');
}
/** A scalar member as it is written, so that `010` and `1.50` stay themselves; but `yes` is `true`, as CloudFormation tells it. */
function scalar(node, name) {
    if (!(0,dist/* isMap */.jh)(node))
        return undefined;
    const value = node.get(name, true);
    if ((0,dist/* isSeq */.oP)(value))
        return value.items.map(item => ((0,dist/* isScalar */.jn)(item) ? String(item.value) : '')).join(',');
    if (!(0,dist/* isScalar */.jn)(value))
        return undefined;
    return typeof value.value === 'string' || typeof value.value === 'boolean'
        ? String(value.value)
        : (value.source ?? String(value.value));
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/live-stack.js





/** Stacks by name, as they are now; a name without a stack is not in the answer. */
async function describeStacks(session, names, clock = lib/* systemClock */.ml0) {
    return withCloudFormation(session, clock, async (cloudFormation) => {
        const found = await Promise.all(names.map(name => readStack(cloudFormation, name)));
        return new Map(found.filter(stack => stack !== undefined).map(stack => [stack.name, stack]));
    });
}
/** One stack, by name or ARN, with the digest of its template. */
async function readStack(cloudFormation, name) {
    const stack = await readStatus(cloudFormation, name);
    if (stack === undefined)
        return undefined;
    if (stateOf(stack.status) === 'review')
        return stack;
    const { TemplateBody } = await cloudFormation.getTemplate({ StackName: name, TemplateStage: 'Original' });
    return TemplateBody === undefined
        ? stack
        : { ...stack, template: templateDigest(TemplateBody), templateText: TemplateBody };
}
/** One stack, by name or ARN, without its template: one call. */
async function readStatus(cloudFormation, name) {
    try {
        const stack = (await cloudFormation.describeStacks({ StackName: name })).Stacks?.[0];
        return stack === undefined || stateOf(stack.StackStatus) === 'absent' ? undefined : decodeStack(stack);
    }
    catch (error) {
        // CloudFormation has no error code of its own for this.
        if (error instanceof CloudFormationError && /does not exist/.test(error.reason))
            return undefined;
        throw error;
    }
}
/**
 * The state that a plan is made against; absent for a stack in which nothing runs yet.
 * @param wanted the settings that the plan makes: of others it says nothing.
 */
function baseOf(live, wanted = {}) {
    if (live?.template === undefined)
        return undefined;
    const { status, template, parameters, tags, resolved } = live;
    return {
        ...{ status, template, parameters, tags },
        ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
        ...asMember(settingsNamed(live.settings, wanted))
    };
}
function decodeStack(stack) {
    const { StackStatusReason: reason } = stack;
    const exported = (stack.Outputs ?? []).flatMap(({ ExportName: it }) => (it === undefined || it === '' ? [] : [it]));
    return {
        name: stack.StackName ?? '',
        id: stack.StackId ?? '',
        status: stack.StackStatus ?? '',
        ...(reason === undefined || reason === '' ? {} : { reason }),
        parameters: byName((stack.Parameters ?? []).map(it => [it.ParameterKey, it.ParameterValue])),
        resolved: resolvedIn(stack.Parameters),
        outputs: byName((stack.Outputs ?? []).map(it => [it.OutputKey, it.OutputValue])),
        ...(exported.length === 0 ? {} : { exports: exported }),
        tags: byName((stack.Tags ?? []).map(it => [it.Key, it.Value])),
        settings: liveSettings(stack)
    };
}
/** The values that AWS looked up for parameters. */
function resolvedIn(parameters = []) {
    const found = parameters.filter(({ ResolvedValue: value }) => value !== undefined && value !== '');
    return byName(found.map(it => [it.ParameterKey, it.ResolvedValue]));
}
/** Pairs as a record, sorted by name so that two readings look alike. */
function byName(pairs) {
    const named = pairs.flatMap(([name, value]) => (name === undefined ? [] : [[name, value ?? '']]));
    return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/planned-change.js
/** A change of a change set, as an approver sees it; absent for what is not about a resource. */
function decodeChange(change) {
    const it = change.ResourceChange;
    if (it === undefined)
        return undefined;
    const action = it.Action ?? '';
    const detailed = (it.Details ?? []).map(({ Target: target }) => target?.Name === undefined || target.Name === '' ? (target?.Attribute ?? '') : `${target.Attribute}.${target.Name}`);
    const scopes = (it.Scope ?? []).filter(scope => !detailed.some(target => target.split('.')[0] === scope));
    const targets = [...new Set([...detailed, ...scopes])].filter(target => target !== '').sort();
    return {
        action,
        logicalId: it.LogicalResourceId ?? '',
        type: it.ResourceType ?? '',
        ...(action !== 'Modify' || it.Replacement === undefined ? {} : { replacement: it.Replacement }),
        ...(it.PolicyAction === undefined ? {} : { policyAction: it.PolicyAction }),
        targets: action === 'Modify' ? targets : []
    };
}
/** Orders changes by resource, so that two readings look alike. */
function byResource(a, b) {
    const [left, right] = [`${a.logicalId} ${a.action}`, `${b.logicalId} ${b.action}`];
    return left < right ? -1 : left > right ? 1 : 0;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/read-change-set.js




/** Both of AWS's texts; there is no code for it. */
const NOTHING_TO_DO = /didn't contain changes|no updates are to be performed/i;
/**
 * Reads a change set by name or ARN, all pages, nested stacks included; `undefined` when there is none.
 * @param stack absent for an ARN whose stack is not known. With an ARN it is not needed, but tells which stack's permissions count.
 */
async function readChangeSet(cloudFormation, stack, name) {
    const changes = [];
    const unknown = [];
    let token;
    for (;;) {
        const page = await describePage(cloudFormation, stack, name, token);
        if (page === undefined)
            return undefined;
        for (const change of page.Changes ?? []) {
            const planned = decodeChange(change);
            if (planned === undefined)
                continue;
            changes.push(planned);
            const nested = change.ResourceChange?.ChangeSetId;
            if (nested === undefined || nested === '')
                continue;
            const inner = await readNested(cloudFormation, planned.logicalId, {
                id: nested,
                stack: change.ResourceChange?.PhysicalResourceId
            });
            changes.push(...inner.changes);
            unknown.push(...inner.unknown);
        }
        token = page.NextToken;
        if (token !== undefined && token !== '')
            continue;
        const reason = page.StatusReason ?? '';
        const state = read_change_set_stateOf(page.Status ?? '', page.ExecutionStatus ?? '', reason);
        return {
            id: page.ChangeSetId ?? name,
            stackId: page.StackId ?? stack ?? '',
            // Parts of one that is executed, or was, may be gone rightly.
            state: state === 'ready' && unknown.length > 0 ? 'stale' : state,
            reason,
            parameters: byName((page.Parameters ?? []).map(it => [it.ParameterKey, it.ParameterValue])),
            resolved: resolvedIn(page.Parameters),
            tags: byName((page.Tags ?? []).map(it => [it.Key, it.Value])),
            settings: changeSetSettings(page),
            changes: changes.sort(byResource),
            unknown
        };
    }
}
/** What is known of a nested stack, named after it: `Network/Subnet`. */
async function readNested(cloudFormation, parent, { id, stack }) {
    // Its stack is not the one around it. One that exists is named, so that IAM is asked about that; a new one has a name that only AWS knows.
    const nested = await readChangeSet(cloudFormation, stack, id);
    if (nested === undefined)
        return { changes: [], unknown: [parent] };
    return {
        changes: nested.changes.map(change => ({ ...change, logicalId: `${parent}/${change.logicalId}` })),
        unknown: nested.unknown.map(name => `${parent}/${name}`)
    };
}
async function describePage(cloudFormation, stack, name, token) {
    try {
        return await cloudFormation.describeChangeSet({
            ChangeSetName: name,
            ...(stack === undefined ? {} : { StackName: stack }),
            ...(token === undefined ? {} : { NextToken: token })
        });
    }
    catch (error) {
        if (error instanceof CloudFormationError && isAbsent(error))
            return undefined;
        throw error;
    }
}
/** Whether CloudFormation says that there is nothing to change. */
function saysNothingToDo(reason) {
    return NOTHING_TO_DO.test(reason);
}
/** Whether there is no such change set, or no such stack. */
function isAbsent(error) {
    return error.code.startsWith('ChangeSetNotFound') || /does not exist/.test(error.reason);
}
function read_change_set_stateOf(status, execution, reason) {
    if (status === 'CREATE_PENDING' || status === 'CREATE_IN_PROGRESS')
        return 'pending';
    if (status === 'FAILED') {
        return saysNothingToDo(reason) ? 'empty' : 'failed';
    }
    if (execution === 'EXECUTE_IN_PROGRESS')
        return 'executing';
    return status === 'CREATE_COMPLETE' && execution === 'AVAILABLE' ? 'ready' : 'stale';
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/change-set.js









/** How long AWS may take to compute a change set, in milliseconds. */
const COMPUTE_LIMIT = 10 * 60_000;
/** How long a deleted change set may keep its name, in milliseconds. */
const DELETE_LIMIT = 60_000;
/** Makes a change set that is ready or empty. @throws UserError with CloudFormation's reason when it refuses. */
async function computeChanges(cloudFormation, { request, template }, options) {
    const refusal = (reason, cause) => refusalOf(request, reason, cause);
    try {
        const { stack, tags, settings = {}, keepTemplate } = request;
        const templateUrl = isLong(template.text) ? await keepTemplate?.(template.text) : undefined;
        const changeSet = await createChangeSet(cloudFormation, {
            ...{ stack, tags, settings, template: template.text, expands: expands(template) },
            ...(templateUrl === undefined ? {} : { templateUrl }),
            ...options
        });
        if (changeSet.state === 'empty')
            return changeSet;
        if (changeSet.state === 'ready') {
            if (options.withValues !== true)
                return changeSet;
            const changes = await withValues(cloudFormation, stack, changeSet.id, changeSet.changes);
            return { ...changeSet, changes };
        }
        if (changeSet.unknown.length > 0) {
            throw new lib/* Failure */.HRU(`The change set ${options.name} of stack ${stack} has lost its part for the nested stack ${changeSet.unknown.join(', ')}, so that no one can see what would change there. Re-run the job: it makes the change set again.`);
        }
        const validation = await validationErrors(cloudFormation, { ChangeSetName: changeSet.id });
        throw refusal([changeSet.reason, ...validation].join(' '));
    }
    catch (error) {
        if (error instanceof CloudFormationError && /^(ValidationError|InsufficientCapabilities)/.test(error.code)) {
            throw refusal(error.reason, error);
        }
        throw error;
    }
}
/** Makes a change set, in place of one of the same name, and waits until it is computed. */
async function createChangeSet(cloudFormation, spec) {
    try {
        return await computeChangeSet(cloudFormation, spec);
    }
    catch (error) {
        // Nothing to do may also be said at once; then there is no change set.
        if (!(error instanceof CloudFormationError && saysNothingToDo(error.reason)))
            throw error;
        const { stack, name, parameters, tags, settings = {} } = spec;
        return {
            id: name,
            stackId: stack,
            state: 'empty',
            reason: error.reason,
            parameters,
            resolved: {},
            tags,
            settings: changeSetSettings(settingsInput(settings)),
            changes: [],
            unknown: []
        };
    }
}
async function computeChangeSet(cloudFormation, spec) {
    const { clock } = cloudFormation;
    const id = await pollUntil(clock, clock.now() + DELETE_LIMIT, async () => {
        const made = await requestChangeSet(cloudFormation, spec);
        if (made === undefined)
            await deleteChangeSet(cloudFormation, spec.stack, spec.name);
        return made;
    });
    if (id === undefined) {
        throw new lib/* Failure */.HRU(`The change set ${spec.name} of stack ${spec.stack} already exists and cannot be deleted, probably because it is being executed. Re-run the job when the stack is no longer in progress.`);
    }
    const computed = await pollUntil(clock, clock.now() + COMPUTE_LIMIT, async () => {
        const found = await readChangeSet(cloudFormation, spec.stack, id);
        return found === undefined || found.state === 'pending' ? undefined : found;
    });
    if (computed === undefined) {
        throw new lib/* Failure */.HRU(`The change set ${spec.name} of stack ${spec.stack} was not computed within ${COMPUTE_LIMIT / 60_000} minutes. Look at the stack in the CloudFormation console, then re-run the job.`);
    }
    return computed;
}
async function requestChangeSet(cloudFormation, spec) {
    const { stack, name, type, template, templateUrl, parameters, tags, roleArn } = spec;
    const { isProbe = false, expands: more = false } = spec;
    try {
        const answer = await cloudFormation.createChangeSet({
            StackName: stack,
            ChangeSetName: name,
            ChangeSetType: type,
            ...(templateUrl === undefined ? { TemplateBody: template } : { TemplateURL: templateUrl }),
            Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
                ParameterKey,
                ParameterValue
            })),
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            ...settingsInput(spec.settings ?? {}),
            Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', ...(more ? ['CAPABILITY_AUTO_EXPAND'] : [])],
            IncludeNestedStacks: true,
            // A stack whose creation failed can only be deleted, and until then no plan of its product would be made.
            ...(type === 'CREATE' ? { OnStackFailure: 'DELETE' } : {}),
            ...(roleArn === undefined ? {} : { RoleARN: roleArn }),
            ...(isProbe ? { DisableValidation: true } : {})
        });
        return answer.Id ?? name;
    }
    catch (error) {
        // Left by an earlier run, or not quite deleted yet: deletion is asynchronous.
        if (error instanceof CloudFormationError && /AlreadyExists/.test(error.code) && /change ?set/i.test(error.reason)) {
            return undefined;
        }
        throw error;
    }
}
/** What `CAPABILITY_AUTO_EXPAND` allows is allowed where the template has it alone. */
function expands({ transformed, resources }) {
    return transformed || [...resources.values()].includes('AWS::CloudFormation::Stack');
}
/** Deletes a change set; one that does not exist is fine. */
async function deleteChangeSet(cloudFormation, stack, name) {
    try {
        await cloudFormation.deleteChangeSet({ StackName: stack, ChangeSetName: name });
    }
    catch (error) {
        const harmless = error instanceof CloudFormationError && (isAbsent(error) || error.code.startsWith('InvalidChangeSetStatus'));
        if (!harmless)
            throw error;
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/difference.js

const NOTHING = 'nothing';
/** A difference as one sentence, both values included. */
function describeDifference({ stack, what, planned, found }) {
    return `${stack}: ${what} was ${planned} in the plan and is ${found} now`;
}
/** Everything in which a stack differs from its plan, except changes. */
function compareStacks(planned, found) {
    const { unit, stack } = planned;
    const differ = differences(unit, stack);
    return [
        ...differ('stack', planned.stack, found.stack),
        ...differ('region', planned.region, found.region),
        ...differ('artifact', planned.artifact, found.artifact),
        ...differ('template', planned.template, found.template),
        ...compareMembers(differ, 'parameter', texts(planned.parameters), texts(found.parameters)),
        ...compareMembers(differ, 'tag', planned.tags, found.tags),
        ...compareMembers(differ, 'setting', (0,lib/* settingTexts */.HHe)(planned.settings), (0,lib/* settingTexts */.HHe)(found.settings)),
        ...compareBase(differ, planned, found)
    ];
}
/** Everything in which two lists of changes differ, by resource. */
function compareChanges({ unit, stack }, planned, found) {
    const byId = (changes) => Object.fromEntries(changes.map(change => [change.logicalId, (0,lib/* canonicalJson */.djW)(change)]));
    const texted = (changes, id) => {
        const own = changes.filter(({ logicalId }) => logicalId === id);
        return own.length === 0 ? 'no change' : own.map(describeChange).join(' or ');
    };
    const [left, right] = [byId(planned), byId(found)];
    return names(left, right).flatMap(id => left[id] === right[id]
        ? []
        : [{ unit, stack, what: `resource ${id}`, planned: texted(planned, id), found: texted(found, id) }]);
}
/** What a template takes from outside after its transforms, and did not when it was planned; empty: it has none, or takes the same. */
function compareReferences({ unit, stack, references = [] }, found) {
    const isNew = ({ at, text }) => !references.some(it => it.at === at && it.text === text);
    return found.filter(isNew).map(reference => ({
        unit,
        stack,
        what: `what ${reference.at} takes`,
        planned: references.flatMap(({ at, text }) => (at === reference.at ? [text] : [])).join(' or ') || NOTHING,
        found: reference.text
    }));
}
/** What AWS looks up now for parameters, and looked up otherwise for the plan. */
function compareResolved({ unit, stack, parameters }, found) {
    const planned = Object.fromEntries(Object.entries(parameters).flatMap(([name, it]) => 'value' in it && it.resolved !== undefined ? [[name, it.resolved]] : []));
    return compareMembers(differences(unit, stack), 'what is looked up for parameter', planned, found);
}
/**
 * Changes outside of the bounds that a deferred plan showed: each resource may do what was planned, or less.
 * @param open whether a transform may add resources that the plan could not name.
 */
function outsideBounds(stack, found, open) {
    const { base, changes } = stack;
    const ofTransform = ({ action, logicalId }) => open && base === undefined && action === 'Add' && !changes.some(bound => bound.logicalId === logicalId);
    const outside = found.filter(change => !changes.some(bound => isWithin(change, bound)) && !ofTransform(change));
    return compareChanges(stack, changes, found).filter(({ what }) => outside.some(({ logicalId }) => what === `resource ${logicalId}`));
}
/** Whether a change is what another one is, or less. */
function isWithin(change, bound) {
    return (bound.logicalId === change.logicalId &&
        bound.action === change.action &&
        bound.type === change.type &&
        severity(change.replacement) <= severity(bound.replacement) &&
        (change.policyAction === undefined || change.policyAction === bound.policyAction) &&
        change.targets.every(target => bound.targets.includes(target)));
}
function severity(replacement) {
    return replacement === 'True' ? 2 : replacement === 'Conditional' ? 1 : 0;
}
function describeChange({ action, type, replacement, policyAction, targets, values = [] }) {
    const details = [
        ...(replacement === undefined ? [] : [`replacement ${replacement}`]),
        ...(policyAction === undefined ? [] : [policyAction]),
        ...(targets.length === 0 ? [] : [targets.join(', ')]),
        ...values.map(({ path, before, after }) => `${path} from ${quoted(before) ?? NOTHING} to ${quoted(after) ?? NOTHING}`)
    ];
    return `${action} ${type}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}
function compareBase(differ, planned, found) {
    if (planned.base === undefined && found.base === undefined)
        return [];
    if (planned.base === undefined)
        return differ('stack', 'new', found.base?.status);
    if (found.base === undefined)
        return differ('stack', planned.base.status, 'gone');
    // Not the status: a rollback of somebody else's change leaves another one, and what runs is the same.
    return [
        ...differ('live template', planned.base.template, found.base.template),
        ...compareMembers(differ, 'live parameter', planned.base.parameters, found.base.parameters),
        ...compareMembers(differ, 'live tag', planned.base.tags, found.base.tags),
        ...compareMembers(differ, 'live setting', (0,lib/* settingTexts */.HHe)(planned.base.settings), (0,lib/* settingTexts */.HHe)(found.base.settings)),
        ...compareMembers(differ, 'live lookup', planned.base.resolved ?? {}, found.base.resolved ?? {})
    ];
}
function differences(unit, stack) {
    return (what, planned, found) => planned === found ? [] : [{ unit, stack, what, planned: planned ?? NOTHING, found: found ?? NOTHING }];
}
function compareMembers(differ, what, planned, found) {
    return names(planned, found).flatMap(name => differ(`${what} ${name}`, quoted(planned[name]), quoted(found[name])));
}
function texts(parameters) {
    return Object.fromEntries(Object.entries(parameters).map(([name, it]) => [name, 'value' in it ? it.value : it.expression]));
}
function quoted(text) {
    return text === undefined ? undefined : JSON.stringify(text);
}
function names(left, right) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/discard-stacks.js






/** How long AWS may take to forget a stack that holds nothing, or a change set, in milliseconds. */
const FORGET_LIMIT = 60_000;
const SILENT = { info: () => undefined };
/** After how long whoever reads the log is told what is waited for, in milliseconds. */
const TELL_AFTER = 3_000;
/** Takes back what planning made: the change sets of that name, and stacks in which nothing was ever deployed and nobody else plans. */
async function discardStacks(request) {
    const { session, stacks, changeSetName, clock = lib/* systemClock */.ml0, log } = request;
    await withCloudFormation(session, clock, async (cloudFormation) => {
        await Promise.all(stacks.map(({ stack }) => discardStack(cloudFormation, stack, changeSetName, log)));
    });
}
/** The names of all change sets that wait in these stacks, also those of others; executed ones are history. */
async function waitingChangeSets(request) {
    return withCloudFormation(request.session, request.clock ?? lib/* systemClock */.ml0, async (cloudFormation) => {
        const found = await Promise.all(request.stacks.map(async ({ stack }) => changeSets(cloudFormation, stack)));
        const waiting = found.flat().filter(({ ExecutionStatus }) => ExecutionStatus?.startsWith('EXECUTE_') !== true);
        return [...new Set(waiting.map(({ ChangeSetName }) => ChangeSetName ?? ''))];
    });
}
/** Takes back one stack's change set, and the empty stack around it. */
async function discardStack(cloudFormation, stack, changeSetName, log = SILENT) {
    const live = await readStatus(cloudFormation, stack);
    if (live === undefined)
        return;
    const before = await changeSetNames(cloudFormation, stack);
    if (before.includes(changeSetName))
        await deleteChangeSet(cloudFormation, stack, changeSetName);
    if (stateOf(live.status) !== 'review')
        return;
    const others = await untilForgotten(cloudFormation, log, `the change set ${changeSetName} of ${stack}`, async () => {
        const names = await changeSetNames(cloudFormation, stack);
        return names.includes(changeSetName) ? undefined : names;
    });
    // Looked at again right before: another run may have executed its first change set meanwhile.
    if (others?.length !== 0 || stateOf((await readStatus(cloudFormation, stack))?.status) !== 'review')
        return;
    if (!(await deleteEmpty(cloudFormation, live.id)))
        return;
    await untilForgotten(cloudFormation, log, `the empty stack ${stack}`, async () => (await readStatus(cloudFormation, live.id)) === undefined ? true : undefined);
}
/** Waits until AWS has deleted something, as it was told, and says so when that takes a while. What it keeps is no harm: later plans take it back. */
async function untilForgotten({ clock }, log, what, look) {
    const begun = clock.now();
    let told = false;
    const found = await pollUntil(clock, begun + FORGET_LIMIT, async () => {
        const seen = await look();
        if (seen === undefined && !told && clock.now() - begun >= TELL_AFTER) {
            told = true;
            log.info(`Waiting until AWS has deleted ${what}, ${FORGET_LIMIT / 1000} s at most`);
        }
        return seen;
    });
    if (found === undefined)
        log.info(`AWS still has ${what}. It runs nothing, and the next plan takes it back.`);
    return found;
}
/** Whether AWS takes the order. A stack that holds nothing hurts nobody: the next plan uses it, so a role may be denied to delete any. */
async function deleteEmpty(cloudFormation, id) {
    try {
        await cloudFormation.deleteStack({ StackName: id });
        return true;
    }
    catch (error) {
        if (error instanceof AccessDenied)
            return false;
        throw error;
    }
}
async function changeSetNames(cloudFormation, stack) {
    return (await changeSets(cloudFormation, stack)).map(summary => summary.ChangeSetName ?? '');
}
async function changeSets(cloudFormation, stack) {
    const found = [];
    let token;
    try {
        do {
            const page = await cloudFormation.listChangeSets({
                StackName: stack,
                ...(token === undefined ? {} : { NextToken: token })
            });
            found.push(...(page.Summaries ?? []));
            token = page.NextToken;
        } while (token !== undefined && token !== '');
        return found;
    }
    catch (error) {
        if (error instanceof CloudFormationError && /does not exist/.test(error.reason))
            return [];
        throw error;
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/template-tree.js

/** Reads a template, YAML or JSON; `undefined` for a text that is none. Characters outside ASCII read `?`, as CloudFormation hands them back. */
function readTree(text) {
    const document = (0,dist/* parseDocument */.Tp)(text.replace(/\P{ASCII}/gu, '?'), { version: '1.1', logLevel: 'silent' });
    if (document.errors.length > 0)
        return undefined;
    const tree = treeOf(document.contents);
    return isTreeMap(tree) ? tree : undefined;
    function treeOf(node) {
        if ((0,dist/* isAlias */.Vj)(node))
            return treeOf(node.resolve(document));
        const plain = untagged(node);
        const tag = (0,dist/* isScalar */.jn)(node) || (0,dist/* isSeq */.oP)(node) || (0,dist/* isMap */.jh)(node) ? node.tag : undefined;
        return tag?.startsWith('!') === true ? called(tag.slice(1), plain) : normal(plain);
    }
    function untagged(node) {
        if ((0,dist/* isSeq */.oP)(node))
            return node.items.map(item => treeOf(item));
        if ((0,dist/* isMap */.jh)(node))
            return Object.fromEntries(node.items.map(({ key, value }) => [(0,dist/* isScalar */.jn)(key) ? template_tree_textOf(key) : '', treeOf(value)]));
        if (!(0,dist/* isScalar */.jn)(node))
            return '';
        return template_tree_textOf(node);
    }
}
/** As it is written: `010` and `N` stay themselves. */
function template_tree_textOf({ value, source }) {
    return typeof value === 'string' ? value : (source ?? String(value ?? ''));
}
function isTreeMap(tree) {
    return typeof tree === 'object' && !Array.isArray(tree);
}
/** A member of a map; `undefined` where there is none, or no map. */
function member(tree, name) {
    return isTreeMap(tree) && Object.hasOwn(tree, name) ? tree[name] : undefined;
}
/** The names of a section's members. */
function namesIn(tree) {
    return isTreeMap(tree) ? Object.keys(tree) : [];
}
/** A function's name and argument, where a map is nothing but its call. */
function callIn(tree) {
    if (!isTreeMap(tree))
        return undefined;
    const [[name, argument] = ['', ''], ...more] = Object.entries(tree);
    const isCall = more.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'));
    return isCall ? { name, argument } : undefined;
}
/** What a short form stands for. */
function called(tag, argument) {
    const name = tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`;
    return normal({ [name]: argument });
}
/** The one form of what may be written in two: the attribute of a resource, as one text or as two. */
function normal(tree) {
    const call = callIn(tree);
    if (call?.name !== 'Fn::GetAtt' || typeof call.argument !== 'string')
        return tree;
    const [resource = '', ...attribute] = call.argument.split('.');
    return { 'Fn::GetAtt': [resource, attribute.join('.')] };
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/template-values.js

/** More than so many possibilities of one expression, nobody reads. */
const MOST = 64;
const NO_VALUE = 'AWS::NoValue';
/**
 * Everything that an expression may become: each branch of a condition is one, since nothing here decides conditions.
 * Nothing at all where the property may only be left out.
 */
function possibleValues(tree, known) {
    const all = evaluate(tree, known);
    return all.length > MOST ? [{ unknown: `more than ${MOST} possible values` }] : distinct(all);
}
function evaluate(tree, known) {
    if (typeof tree === 'string')
        return [{ text: tree }];
    const call = callIn(tree);
    if (call === undefined)
        return [{ unknown: isTreeMap(tree) ? 'an object' : 'a list' }];
    const { name, argument } = call;
    const items = Array.isArray(argument) ? argument : [argument];
    switch (name) {
        case 'Ref':
            return typeof argument === 'string' ? valueOfName(argument, known) : [{ unknown: name }];
        case 'Fn::Sub':
            return substituted(items, known);
        case 'Fn::If':
            return items.slice(1).flatMap(branch => evaluate(branch, known));
        case 'Fn::Join':
            return joined(items, known);
        case 'Fn::FindInMap':
            return mapped(items, known);
        default:
            return [{ unknown: `${name}${typeof items[0] === 'string' ? ` of ${items[0]}` : ''}` }];
    }
}
function valueOfName(name, { template, parameters, pseudo }) {
    if (name === NO_VALUE)
        return [];
    const known = parameters[name] ?? pseudo[name];
    if (known !== undefined)
        return [{ text: known }];
    if (member(member(template, 'Parameters'), name) !== undefined)
        return [{ unknown: `the parameter ${name}`, pending: true }];
    return [{ unknown: name.startsWith('AWS::') ? name : `the name of ${name}` }];
}
/** A text with `${A}` in it, and the map of what else may be named there. */
function substituted([text, own], known) {
    if (typeof text !== 'string')
        return [{ unknown: 'Fn::Sub' }];
    const parts = text.split(/(\$\{[^}]*\})/).map((part) => {
        const name = /^\$\{([^}]*)\}$/.exec(part)?.[1]?.trim();
        if (name === undefined)
            return [{ text: part }];
        if (name.startsWith('!'))
            return [{ text: `\${${name.slice(1)}}` }];
        const given = member(own, name);
        if (given !== undefined)
            return evaluate(given, known);
        return name.includes('.') ? [{ unknown: `Fn::GetAtt of ${name}` }] : valueOfName(name, known);
    });
    return combined(parts, '');
}
function joined([separator, list], known) {
    if (typeof separator !== 'string' || !Array.isArray(list))
        return [{ unknown: 'Fn::Join' }];
    return combined(list.map(item => evaluate(item, known)), separator);
}
function mapped(path, known) {
    let here = member(known.template, 'Mappings');
    for (const step of path.slice(0, 3)) {
        const [only, ...more] = evaluate(step, known);
        if (only === undefined || more.length > 0 || !('text' in only))
            return [{ unknown: 'Fn::FindInMap' }];
        here = member(here, only.text);
    }
    return here === undefined ? [{ unknown: 'Fn::FindInMap' }] : evaluate(here, known);
}
/** Every way to put parts together. */
function combined(parts, separator) {
    let all;
    for (const part of parts) {
        const grown = all === undefined ? part : all.flatMap(before => part.map(after => both(before, after, separator)));
        if (grown.length > MOST)
            return [{ unknown: `more than ${MOST} possible values` }];
        all = grown;
    }
    return all ?? [{ text: '' }];
}
function both(before, after, separator) {
    if ('text' in before && 'text' in after)
        return { text: `${before.text}${separator}${after.text}` };
    const unknowns = [before, after].flatMap(it => ('unknown' in it ? [it] : []));
    // What will never be known outweighs what is known later.
    return unknowns.find(({ pending }) => pending === undefined) ?? unknowns[0] ?? before;
}
function distinct(values) {
    const seen = new Map(values.map(value => [JSON.stringify(value), value]));
    return [...seen.values()];
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/outside-references.js


/** Properties that name a container image, in any resource type (CloudFormation registry schemas). */
const IMAGES = new Set([
    'BaseImage',
    'ContainerImage',
    'Image',
    'ImageIdentifier',
    'ImageUri',
    'SourceImage',
    'TrainingImage'
]);
/** Properties that name code or definitions by a text, in any resource type. */
const LOCATIONS = /^(?:CodeUri|ContentUri|DefinitionUri|ScriptLocation|(?:Code|Definition|Body|RequestMappingTemplate|ResponseMappingTemplate)S3Location)$/;
/** Properties that name another template. */
const TEMPLATES = new Set(['TemplateS3Uri', 'TemplateURL']);
/** How resource types write an object of S3 as a map: bucket and key. */
const OBJECTS = [
    ['S3Bucket', 'S3Key'],
    ['S3BucketName', 'S3ObjectKey'],
    ['BucketARN', 'FileKey'],
    ['Bucket', 'Key']
];
/** The names of the version beside them. */
const VERSIONS = ['S3ObjectVersion', 'ObjectVersion', 'Version'];
/** Properties that hold such a map, where the names of its members alone do not tell. */
const HOLDERS = /(?:S3Location|S3ContentLocation|StorageLocation|CodeUri|ContentUri|DefinitionUri)$/;
/**
 * Everything that a template takes from outside, in its order; nothing of what it makes itself (`Ref`, `Fn::GetAtt` of its own layers and secrets).
 * A transform may add more: the processed template tells.
 */
function outsideReferences(known) {
    const resources = member(known.template, 'Resources');
    const named = namesIn(resources).flatMap(id => {
        const resource = member(resources, id);
        return inProperties(member(resource, 'Properties') ?? '', id, known);
    });
    const looked = Object.entries(known.template).flatMap(([section, tree]) => section === 'Parameters' ? [] : lookups(tree, section, known));
    const given = namesIn(member(known.template, 'Parameters')).flatMap(name => {
        const text = known.parameters[name];
        return text === undefined ? [] : inText({ text }, `Parameters/${name}`);
    });
    return [...named, ...looked, ...given];
}
/** Whether a resource of a template is a function of Lambda. */
function isFunction(template, id) {
    const type = member(member(member(template, 'Resources'), id), 'Type');
    return type === 'AWS::Lambda::Function' || type === 'AWS::Serverless::Function';
}
/** Whether a resource takes a parameter anywhere. */
function usesParameter(template, parameter) {
    const takes = (tree) => {
        if (typeof tree === 'string')
            return false;
        if (!isTreeMap(tree))
            return tree.some(takes);
        const call = callIn(tree);
        if (call?.name === 'Ref' && call.argument === parameter)
            return true;
        if (call?.name === 'Fn::Sub') {
            const [text] = Array.isArray(call.argument) ? call.argument : [call.argument];
            if (typeof text === 'string' && new RegExp(`\\$\\{\\s*${parameter}\\s*\\}`).test(text))
                return true;
        }
        return Object.values(tree).some(takes);
    };
    return takes(member(template, 'Resources') ?? '');
}
function inProperties(tree, at, known) {
    if (typeof tree === 'string')
        return [];
    if (!isTreeMap(tree))
        return tree.flatMap((item, n) => inProperties(item, `${at}/${n}`, known));
    return [
        ...objectIn(tree, at, known),
        ...Object.entries(tree).flatMap(([name, value]) => {
            const here = name.startsWith('Fn::') ? at : `${at}/${name}`;
            const isText = typeof value === 'string' || callIn(value) !== undefined;
            if (IMAGES.has(name) && isText)
                return references('image', here, value, known);
            if (LOCATIONS.test(name) && isText)
                return references('code', here, value, known);
            if (TEMPLATES.has(name) && isText)
                return references('template', here, value, known);
            if (name === 'Layers' && Array.isArray(value))
                return value.flatMap((item, n) => outside_references_layer(item, `${here}/${n}`, known));
            return inProperties(value, here, known);
        })
    ];
}
function references(kind, at, tree, known) {
    return possibleValues(tree, known).map(value => ({ kind, at, value, pinned: isPinned(value) }));
}
function outside_references_layer(tree, at, known) {
    const call = callIn(tree);
    const isOwn = call?.name === 'Ref' &&
        typeof call.argument === 'string' &&
        member(member(known.template, 'Resources'), call.argument) !== undefined;
    return isOwn ? [] : references('code', at, tree, known);
}
/** An object of S3 that a map names, as one text. */
function objectIn(map, at, known) {
    const isHeld = HOLDERS.test(at.split('/').at(-1) ?? '');
    for (const [bucket, key] of OBJECTS) {
        const [bucketTree, keyTree] = [member(map, bucket), member(map, key)];
        if (bucketTree === undefined || keyTree === undefined || !(isHeld || key.startsWith('S3')))
            continue;
        const version = VERSIONS.map(name => member(map, name)).find(it => it !== undefined);
        const suffix = version === undefined ? [] : ['?versionId=', version];
        return references('code', at, { 'Fn::Join': ['', ['s3://', bucketTree, '/', keyTree, ...suffix]] }, known);
    }
    return [];
}
/** An image by digest, an object by version, a layer by version. */
function isPinned(value) {
    if (!('text' in value))
        return false;
    const { text } = value;
    return (/@sha256:[0-9a-f]{64}$/.test(text) ||
        /[?&]versionId=[^&]+$/.test(text) ||
        /^arn:[^:]+:lambda:[^:]*:[^:]*:layer:[^:]+:\d+$/.test(text));
}
/** Dynamic references (CloudFormation, "Get values stored in other services"), wherever a text may hold one. */
function lookups(tree, at, known) {
    if (typeof tree === 'string')
        return inText({ text: tree }, at);
    if (!isTreeMap(tree))
        return tree.flatMap((item, n) => lookups(item, `${at}/${n}`, known));
    const call = callIn(tree);
    if (call?.name === 'Fn::Sub' || call?.name === 'Fn::Join') {
        if (!JSON.stringify(tree).includes('{{resolve:'))
            return [];
        return possibleValues(shownOwn(tree, known.template), known).flatMap(value => inText(value, at));
    }
    return Object.entries(tree).flatMap(([name, value]) => lookups(value, name.startsWith('Fn::') ? at : `${at}/${name}`, known));
}
/** A lookup of what the stack makes itself names that resource: `${Secret}`. */
function shownOwn(tree, template) {
    if (typeof tree === 'string') {
        return tree.replace(/\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}/g, (whole, id) => isResource(id, template) ? `\${!${id}}` : whole);
    }
    if (!isTreeMap(tree))
        return tree.map(item => shownOwn(item, template));
    const call = callIn(tree);
    const [id] = Array.isArray(call?.argument) ? call.argument : [call?.argument ?? ''];
    if ((call?.name === 'Ref' || call?.name === 'Fn::GetAtt') && typeof id === 'string' && isResource(id, template))
        return `\${${id}}`;
    return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, shownOwn(value, template)]));
}
function isResource(id, template) {
    return member(member(template, 'Resources'), id) !== undefined;
}
function inText(value, path) {
    const at = path.replace(/^Resources\/([^/]+)\/Properties\//, '$1/');
    if (!('text' in value))
        return [{ kind: 'dynamic', at, value, pinned: false }];
    return [...value.text.matchAll(/\{\{resolve:([^}]*(?:\$\{[^}]*\}[^}]*)*)\}\}/g)].flatMap(([, text = '']) => 
    // What the stack makes itself is no one else's.
    /^[a-z-]+:\$\{/.test(text) ? [] : [{ kind: 'dynamic', at, value: { text }, pinned: isPinnedLookup(text) }]);
}
/** `ssm:name:3`, `ssm-secure:name:3`, `secretsmanager:id:SecretString:key:stage:version`. */
function isPinnedLookup(text) {
    const [service, ...rest] = text.split(':');
    if (service !== 'secretsmanager')
        return /^\d+$/.test(rest.at(-1) ?? '') && rest.length > 1;
    const afterId = rest[0] === 'arn' ? rest.slice(7) : rest.slice(1);
    return (afterId[3] ?? '') !== '';
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/sources.js



/** Keys of delivery.yml that list what a kind of reference may name. */
const KEYS = { image: 'images', code: 'code', template: 'code', dynamic: 'dynamicReferences' };
const WORDS = {
    image: 'runs the image',
    code: 'takes code from',
    template: 'takes a template from',
    dynamic: 'looks up'
};
/**
 * What a stack takes from outside of the release and may, since delivery.yml lists it: what approvers see, and the plan digest covers.
 * Anything else is refused: only what was built here, or was named by whoever may change delivery.yml, is deployed.
 * @param text the template as CloudFormation reads it: after transforms, where it has any.
 * @param parameters values by name, with defaults; those that are known once other stacks are deployed are absent, and what takes them is left to their turn.
 * @throws UserError naming unit, resource and remedy.
 */
function referencesOf({ unit, sources, file = 'its template', nestedAt }, text, parameters) {
    const template = readTree(text);
    if (sources === undefined || template === undefined)
        return [];
    requireUsed(unit, sources, template);
    const found = outsideReferences({ template, parameters, pseudo: pseudoParameters(sources) });
    const kept = new Map();
    for (const reference of found) {
        const { kind, at, value, pinned } = reference;
        if ('unknown' in value && value.pending === true)
            continue;
        if (kind === 'template' && nestedAt?.has(at) === true)
            continue;
        if ('text' in value && isOwn(value.text, sources)) {
            requireOneManifest(unit, reference, sources, template);
            continue;
        }
        const problem = problemOf({ unit, file }, reference, sources);
        if (problem !== undefined)
            throw new lib/* UserError */.yot(problem);
        if ('text' in value)
            kept.set(`${at} ${value.text}`, { kind, at, text: value.text, ...(pinned ? {} : { moves: true }) });
    }
    return [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reference]) => reference);
}
/** A template that passes what was built on to nothing runs something else. */
function requireUsed(unit, { artifactParameter, ownCode }, template) {
    if (artifactParameter !== undefined && !usesParameter(template, artifactParameter))
        throw new lib/* UserError */.yot(`The template of unit ${unit} declares the parameter ${artifactParameter} and uses it in no resource, so that the image of the release would run nowhere. Use it where the image is named: \`!Ref ${artifactParameter}\`.`);
    if (ownCode !== undefined && declaresCode(template) && !usesParameter(template, 'BundleKey'))
        throw new lib/* UserError */.yot(`The template of unit ${unit} declares the parameter BundleKey and uses it in no resource, so that the code of the release would run nowhere. Use it where the code is named: \`${CODE}\`.`);
}
/** Whether a template wants to be told where the code of a bundle is. */
function takesCode(text) {
    return declaresCode(readTree(text) ?? {});
}
function declaresCode(template) {
    return lib/* CODE_PARAMETERS */.Z6R.some(name => member(member(template, 'Parameters'), name) !== undefined);
}
/** How a function takes the code of the release. */
const CODE = 'Code: { S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion }';
/** Lambda runs no index of images, not even where one of them is of its platform (Lambda, "Create a Lambda function using a container image"). */
function requireOneManifest(unit, { kind, at }, sources, template) {
    const [id = ''] = at.split('/');
    if (kind !== 'image' || sources.manyPlatforms !== true || !isFunction(template, id))
        return;
    throw new lib/* UserError */.yot(`Unit ${unit}: the Lambda function ${id} of its template runs the image of the release, which is built for several platforms. Lambda runs an image for one platform only: name one under units.${unit}.image.platforms, the one that the function's Architectures say.`);
}
/**
 * Logical ids of what runs the unit's bundle, whatever its conditions turn out to be.
 * @returns none of a template that cannot be read.
 */
function runsOwnCode({ template: text, parameters, sources }) {
    const template = readTree(text);
    if (sources?.ownCode === undefined || template === undefined)
        return [];
    const found = outsideReferences({ template, parameters, pseudo: pseudoParameters(sources) });
    const idsOf = (isWanted) => new Set(found.filter(isWanted).map(({ at }) => at.split('/')[0] ?? ''));
    const isOwnCode = ({ value }) => 'text' in value && value.text === sources.ownCode;
    // Layers are no part of a function's own code, and what its hash is made of.
    const others = idsOf(it => it.kind === 'code' && !isOwnCode(it) && !/\/Layers\//.test(it.at));
    return [...idsOf(isOwnCode)].filter(id => !others.has(id));
}
function isOwn(text, { own, ownCode }) {
    return own.includes(text) || text === ownCode;
}
function problemOf({ unit, file }, { kind, at, value, pinned }, sources) {
    const key = KEYS[kind];
    if ('unknown' in value) {
        return `Unit ${unit}: what ${at} of ${file} names depends on ${value.unknown}, so that no one can approve it. Write it out there${kind === 'image' ? ', by digest' : ''}, or make it a parameter that delivery.yml sets.`;
    }
    const { text } = value;
    // Curated by AWS, which makes them without digests; they build, and serve no one.
    if (kind === 'image' && text.startsWith('aws/codebuild/'))
        return undefined;
    if (kind === 'dynamic') {
        if (pinned || !sources.strict || sources.dynamicReferences.some(pattern => isNamed(text, pattern)))
            return undefined;
        return `Unit ${unit}: ${at} of ${file} looks up {{resolve:${text}}} when it is deployed, and what is there may change after the approval. Write its version, or list \`${text}\` under \`dynamicReferences:\` of delivery.yml.`;
    }
    if (sources[key].some(pattern => isNamed(text, pattern)))
        return undefined;
    if (sources.ownCode?.startsWith(`${text}?`) === true)
        return `Unit ${unit}: ${at} of ${file} takes the code of the release without its version, so that it could be replaced after an approval. Add the version: \`${CODE}\`.`;
    return `Unit ${unit}: ${at} of ${file} ${WORDS[kind]} ${text}, which this release did not build. Make it a unit of the product, or ${sources_remedyOf(kind, text, pinned)}.`;
}
function sources_remedyOf(kind, text, pinned) {
    const list = `list \`${text}\` under \`${KEYS[kind]}:\` of delivery.yml`;
    if (pinned)
        return list;
    if (kind === 'image')
        return 'name it by digest (`…@sha256:…`) in the template and list that under `images:` of delivery.yml';
    return kind === 'template'
        ? 'name it by version (`…?versionId=…`) in the template and list that under `code:` of delivery.yml'
        : `${list}: without a version it may change after an approval, and approvers are told so`;
}
/** `secretsmanager:shop/*` names every lookup that begins so. */
function isNamed(text, pattern) {
    return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
/** What pseudo parameters are in the account and region of a stack. */
function pseudoParameters({ account, region }) {
    const { id, suffix } = (0,lib/* partitionIn */.g8b)(region);
    return { 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': id, 'AWS::URLSuffix': suffix };
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/nested-references.js




/** What stacks that are nested by file take from outside, and the template around them: {@link referencesOf} each. @throws UserError as that */
function allReferencesOf({ unit, sources, nested = [], file }, text, parameters) {
    if (sources === undefined)
        return [];
    const stacks = nestedIn(nested, text, { parameters, pseudo: pseudoParameters(sources) });
    const nestedAt = new Set(stacks.map(({ id }) => `${id}/TemplateURL`));
    const found = referencesOf({ unit, sources, nestedAt, ...(file === undefined ? {} : { file }) }, text, parameters);
    // Whether what was built is used is asked of the whole, which passes it on.
    const { artifactParameter: _, ownCode, ...within } = sources;
    const own = ownCode === undefined ? sources.own : [...sources.own, ownCode];
    const below = stacks.flatMap(stack => allReferencesOf({ unit, sources: { ...within, own }, nested, file: stack.template.path }, stack.template.text, stack.parameters).map(it => ({ ...it, at: `${stack.id}/${it.at}` })));
    return [...found, ...below];
}
/**
 * The stacks that a template nests by file, each with what it gives to it: where it says that itself, by the name of the template alone. What comes to
 * the same name by an expression, or in a resource of another type, is for whoever lists it in delivery.yml.
 */
function nestedIn(nested, text, known) {
    const template = nested.length === 0 ? undefined : readTree(text);
    if (template === undefined)
        return [];
    const resources = member(template, 'Resources');
    return namesIn(resources).flatMap(id => {
        const resource = member(resources, id);
        const properties = member(resource, 'Properties');
        const url = member(properties, 'TemplateURL');
        const isStack = member(resource, 'Type') === 'AWS::CloudFormation::Stack';
        const found = isStack ? nested.find(it => it.url === url) : undefined;
        if (found === undefined)
            return [];
        const passed = member(properties, 'Parameters');
        const defaults = [...readTemplate(found.text, found.path, true).parameters].flatMap(([name, it]) => it.default === undefined ? [] : [[name, it.default]]);
        const values = namesIn(passed).flatMap(name => given(name, member(passed, name) ?? '', { ...known, template }));
        const named = new Set(namesIn(passed));
        return [
            {
                id,
                template: found,
                parameters: Object.fromEntries([...defaults.filter(([name]) => !named.has(name)), ...values])
            }
        ];
    });
}
/**
 * What a parameter of a nested stack will be. Where that may be several things, or what the stack around it makes, it is a text that no image and no code
 * is called by, so that whatever is run by it is refused.
 */
function given(name, tree, known) {
    const values = possibleValues(tree, known);
    const [only] = values;
    if (values.length === 1 && only !== undefined) {
        if ('text' in only)
            return [[name, only.text]];
        if (only.pending === true)
            return [];
        return [[name, `(${only.unknown})`]];
    }
    return [[name, `(one of ${values.length} values)`]];
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/stack-resources.js

/** What a stack consists of now, nested stacks included. */
async function readResources(session, stack, clock) {
    return withCloudFormation(session, clock, async (cloudFormation) => resourcesOf(cloudFormation, stack));
}
/** {@link readResources} over a connection that is there already. */
async function resourcesOf(cloudFormation, stack) {
    // One that failed to be made, or is gone, has an entry all the same.
    const found = (await listResources(cloudFormation, stack)).flatMap(({ ResourceType: type = '', LogicalResourceId: logicalId = '', PhysicalResourceId: physicalId = '', ResourceStatus: status }) => (physicalId !== '' && status !== 'DELETE_COMPLETE' ? [{ type, logicalId, physicalId }] : []));
    const nested = found.filter(({ type }) => type === 'AWS::CloudFormation::Stack');
    const below = await Promise.all(nested.map(async ({ physicalId }) => resourcesOf(cloudFormation, physicalId)));
    return [...found, ...below.flat().map(({ type, physicalId }) => ({ type, physicalId }))];
}
/** The resources of a stack as CloudFormation lists them, all pages. */
async function listResources(cloudFormation, stack) {
    const found = [];
    for (let NextToken;;) {
        const page = await cloudFormation.listStackResources({
            StackName: stack,
            ...(NextToken === undefined ? {} : { NextToken })
        });
        found.push(...(page.StackResourceSummaries ?? []));
        NextToken = page.NextToken;
        if (NextToken === undefined || NextToken === '')
            return found;
    }
}
/** Whether a resource that CloudFormation lists exists, or may. What a stack retained when it was deleted is its own no more. */
function isThere({ PhysicalResourceId: id = '', ResourceStatus: status }) {
    // What failed before it was made has no name in AWS.
    const neverMade = status === 'CREATE_FAILED' && id === '';
    return !neverMade && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED';
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/policy-grants.js

/** The statements of a policy document; none for what is not one. */
function grantsIn(value) {
    const document = typeof value === 'string' ? parsed(value) : value;
    if (!isMap(document) || document['Statement'] === undefined)
        return [];
    return listed(document['Statement']).flatMap(statement => (isMap(statement) ? [grantOf(statement)] : []));
}
/** Whether one grant gives nothing that another one does not give. In doubt it does. */
function isCovered(grant, by) {
    return (grant.effect === by.effect &&
        covers(by.actions, grant.actions) &&
        covers(by.resources, grant.resources) &&
        covers(by.principals, grant.principals) &&
        (by.condition === '' || by.condition === grant.condition));
}
/** As a clause after the name of a resource: `allows s3:* on *`. */
function describeGrant({ actions, resources, principals, condition }) {
    return [
        ` ${described(actions)}`,
        resources.names.length === 0 ? '' : ` on ${described(resources)}`,
        principals.names.length === 0 ? '' : ` to ${described(principals)}`,
        condition === '' ? '' : ', under a condition'
    ]
        .join('')
        .trim();
}
function described({ except, names }) {
    return `${except ? 'everything but ' : ''}${names.join(', ')}`;
}
function grantOf(statement) {
    const part = (name) => {
        const except = statement[name] === undefined && statement[`Not${name}`] !== undefined;
        return { except, names: namesOf(statement[except ? `Not${name}` : name]) };
    };
    const { Condition: condition } = statement;
    return {
        effect: typeof statement['Effect'] === 'string' ? statement['Effect'] : '',
        actions: part('Action'),
        resources: part('Resource'),
        principals: part('Principal'),
        condition: condition === undefined ? '' : (0,lib/* canonicalJson */.djW)(condition)
    };
}
/** Texts as they are; of principals, with their kind. */
function namesOf(value) {
    if (value === undefined)
        return [];
    const names = isMap(value) && !isExpression(value)
        ? Object.entries(value).flatMap(([kind, all]) => listed(all).map(one => `${kind} ${policy_grants_textOf(one)}`))
        : listed(value).map(policy_grants_textOf);
    return [...new Set(names)].sort();
}
/** What only AWS evaluates: it stands for one name. */
function isExpression(value) {
    return Object.keys(value).every(name => name === 'Ref' || name.startsWith('Fn::'));
}
/** Whether everything that one part names another one names, too; `*` stands for anything. */
function covers(wide, narrow) {
    if (wide.except || narrow.except)
        return (0,lib/* canonicalJson */.djW)(wide) === (0,lib/* canonicalJson */.djW)(narrow);
    return narrow.names.every(name => wide.names.some(pattern => isMatch(pattern, name)));
}
function isMatch(pattern, name) {
    if (pattern === name)
        return true;
    const parts = pattern.split('*').map(part => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
function policy_grants_textOf(value) {
    return typeof value === 'string' ? value : (0,lib/* canonicalJson */.djW)(value);
}
function listed(value) {
    return Array.isArray(value) ? value : [value];
}
function isMap(value) {
    return typeof value === 'object' && !Array.isArray(value);
}
/** A policy that is written as a text. */
function parsed(text) {
    if (!text.trimStart().startsWith('{'))
        return undefined;
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/widening.js



/**
 * What a template lets more happen than the one before: statements of policies that no statement before covers, denials that are gone, managed policies,
 * boundaries, rules of security groups, and blocks of public access that are gone. Read off the texts, since CloudFormation tells no values of what is added.
 * Conditions of resources are not decided: what may come counts.
 * @param before absent for a new stack.
 */
function widenings(before, now) {
    const [then, today] = [before === undefined ? new Map() : widening_resourcesOf(before), widening_resourcesOf(now)];
    return [...today].flatMap(([id, resource]) => {
        const was = then.get(id);
        // A resource of another type is another one.
        const old = was?.type === resource.type ? was : undefined;
        return [...new Set(wider(old, resource))].map(what => ({ at: id, what }));
    });
}
function widening_resourcesOf({ text, parameters, pseudo }) {
    const template = readTree(text);
    if (template === undefined)
        return new Map();
    const known = { template, parameters, pseudo };
    const resources = member(template, 'Resources');
    return new Map(namesIn(resources).map(id => {
        const resource = member(resources, id);
        const type = member(resource, 'Type');
        const properties = plain(member(resource, 'Properties') ?? {}, known);
        return [id, { type: typeof type === 'string' ? type : '', properties }];
    }));
}
/** A value with expressions as the text that they become; what nobody knows stays as it is written, so that the same is the same. */
function plain(tree, known) {
    if (typeof tree === 'string')
        return tree;
    if (!isTreeMap(tree))
        return tree.map(item => plain(item, known));
    if (callIn(tree) !== undefined) {
        const values = possibleValues(tree, known);
        const [only] = values;
        if (values.length === 1 && only !== undefined && 'text' in only)
            return only.text;
    }
    return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, plain(value, known)]));
}
function wider(before, { type, properties }) {
    const was = before?.properties;
    return [
        ...policies(was, properties),
        ...managedPolicies(was, properties),
        ...boundary(was, properties),
        ...permission(type, was, properties),
        ...networkRules(type, was, properties),
        ...publicAccess(type, was, properties)
    ];
}
function policies(before, now) {
    const [was, is] = [before === undefined ? [] : documentsIn(before), documentsIn(now)].map(all => all.flatMap(grantsIn));
    const [old, today] = [was ?? [], is ?? []];
    const allowed = today.filter(grant => grant.effect !== 'Deny' && !old.some(other => other.effect !== 'Deny' && isCovered(grant, other)));
    const denied = old.filter(grant => grant.effect === 'Deny' && !today.some(other => isCovered(grant, other)));
    return [
        ...allowed.map(grant => `allows ${describeGrant(grant)}`),
        ...denied.map(grant => `no longer denies ${describeGrant(grant)}`)
    ];
}
/** Everything that is a policy, at any depth: as an object, or as a text. */
function documentsIn(value) {
    if (grantsIn(value).length > 0)
        return [value];
    if (typeof value === 'string')
        return [];
    return Object.values(value).flatMap(documentsIn);
}
function managedPolicies(before, now) {
    const names = (value) => textsIn(memberOf(value, 'ManagedPolicyArns'));
    const old = names(before);
    return names(now).flatMap(name => (old.includes(name) ? [] : [`attaches the policy ${name}`]));
}
function boundary(before, now) {
    const [was] = textsIn(memberOf(before, 'PermissionsBoundary'));
    const [is] = textsIn(memberOf(now, 'PermissionsBoundary'));
    if (was === undefined || was === is)
        return [];
    return [is === undefined ? `has no permissions boundary any more` : `has another permissions boundary: ${is}`];
}
/** `AWS::Lambda::Permission` is a statement of a policy that no document holds. */
function permission(type, before, now) {
    if (type !== 'AWS::Lambda::Permission')
        return [];
    const text = (value) => ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount']
        .flatMap(name => textsIn(memberOf(value, name)).map(found => `${name} ${found}`))
        .join(', ');
    return text(before) === text(now) ? [] : [`allows a call: ${text(now)}`];
}
/** A list of a security group, or a rule that is a resource. */
function networkRules(type, before, now) {
    const own = /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.exec(type)?.[1];
    const directions = own === undefined ? ['Ingress', 'Egress'] : [own];
    if (own === undefined && type !== 'AWS::EC2::SecurityGroup')
        return [];
    return directions.flatMap(direction => {
        const list = `SecurityGroup${direction}`;
        const isEgress = own === undefined && direction === 'Egress';
        // Without a list of its own, a group lets everything out.
        if (isEgress && memberOf(before, list) !== undefined && memberOf(now, list) === undefined)
            return ['lets out everything (anyone)'];
        const rules = (value) => {
            const found = own === undefined ? memberOf(value, list) : value;
            return found === undefined ? [] : Array.isArray(found) ? found : [found];
        };
        const old = rules(before).map(ruleText);
        return rules(now)
            .map(ruleText)
            .flatMap(rule => (old.includes(rule) ? [] : [`lets ${direction === 'Ingress' ? 'in' : 'out'} ${rule}`]));
    });
}
/** Whom a rule is about (CloudFormation registry, AWS::EC2::SecurityGroup). */
const ENDS = [
    ...['CidrIp', 'CidrIpv6', 'SourceSecurityGroupId', 'SourceSecurityGroupName', 'SourcePrefixListId'],
    ...['DestinationSecurityGroupId', 'DestinationPrefixListId']
];
function ruleText(rule) {
    const text = (name) => textsIn(memberOf(rule, name))[0];
    const protocol = text('IpProtocol') ?? '';
    const [from, to] = [text('FromPort'), text('ToPort')];
    const ports = from === undefined || protocol === '-1' ? '' : from === to ? ` ${from}` : ` ${from}-${to}`;
    const ends = ENDS.flatMap(name => textsIn(memberOf(rule, name)));
    const open = ends.some(it => it === '0.0.0.0/0' || it === '::/0') ? ' (anyone)' : '';
    return `${protocol === '-1' ? 'everything' : protocol}${ports} with ${ends.join(', ') || 'no one'}${open}`;
}
const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
/** Blocks that go. Without a configuration S3 sets all four, but only for buckets that it makes. */
function publicAccess(type, before, now) {
    if (type !== 'AWS::S3::Bucket')
        return [];
    const configuration = memberOf(now, 'PublicAccessBlockConfiguration');
    const isSet = (value, name) => value === undefined || textsIn(memberOf(value, name))[0] === 'true';
    const old = memberOf(before, 'PublicAccessBlockConfiguration');
    return BLOCKS.flatMap(name => isSet(configuration, name) || (before !== undefined && !isSet(old, name))
        ? []
        : [`may become public: ${name} is not set`]);
}
function memberOf(value, name) {
    return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
function textsIn(value) {
    if (value === undefined)
        return [];
    if (Array.isArray(value))
        return value.flatMap(textsIn);
    return [typeof value === 'string' ? value : JSON.stringify(value)];
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/nested-widenings.js




/**
 * What stacks that are nested by file let happen beyond what is live.
 * @param around the template that nests them.
 * @param live the name or ARN of its stack; absent: there is none.
 */
async function nestedWidenings(cloudFormation, nested, around, live) {
    const stacks = nestedIn(nested, around.text, around);
    if (stacks.length === 0)
        return [];
    const resources = live === undefined ? [] : await listResources(cloudFormation, live);
    const found = await Promise.all(stacks.map(async ({ id, template, parameters }) => {
        const now = { text: template.text, parameters, pseudo: around.pseudo };
        const physical = resources.find(it => it.LogicalResourceId === id)?.PhysicalResourceId ?? '';
        const was = physical === '' ? undefined : await readStack(cloudFormation, physical);
        const before = was?.templateText === undefined
            ? undefined
            : { text: was.templateText, parameters: was.parameters, pseudo: around.pseudo };
        const below = await nestedWidenings(cloudFormation, nested, now, was?.id);
        return [...widenings(before, now), ...below].map(it => ({ ...it, at: `${id}/${it.at}` }));
    }));
    return found.flat();
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/parameters.js

/** What CloudFormation shows instead of the value of a `NoEcho` parameter. */
const HIDDEN = '****';
/**
 * Resolves a stack's parameters against the outputs that exist now.
 * Those that are offered to every template are left out where it does not declare them ({@link checkParameters}).
 * @param outputs unit → outputs of its stack; a unit without a stack is absent.
 * @param mayMove those of them whose values may not stay.
 */
function parameters_resolveParameters(request, template, outputs, mayMove = new Map()) {
    const values = {};
    const planned = {};
    const pending = [];
    const moving = [];
    for (const [name, { default: fallback, noEcho }] of [...template.parameters].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const given = request.parameters[name];
        if (given === undefined) {
            if (fallback !== undefined)
                planned[name] = { value: noEcho ? HIDDEN : fallback };
            continue;
        }
        const value = (0,lib/* resolveOutputs */.prv)(given, ({ unit, output }) => outputs.get(unit)?.[output]);
        if (value === undefined) {
            planned[name] = { expression: given };
            pending.push(name);
        }
        else {
            values[name] = value;
            const shown = noEcho ? HIDDEN : value;
            const because = reasonsToMove(given, mayMove);
            planned[name] = because.length === 0 ? { value: shown } : { expression: given, now: shown, because };
            if (because.length > 0)
                moving.push(name);
        }
    }
    return { values, planned, pending, moving };
}
function reasonsToMove(expression, mayMove) {
    const found = new Map();
    for (const reference of (0,lib/* outputReferences */.wE$)(expression).references) {
        const via = mayMove.get(reference.unit)?.get(reference.output);
        if (via !== undefined)
            found.set((0,lib/* formatReference */.FHU)(reference), { ...reference, via });
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reach]) => reach);
}
/** A template takes what was built: an image; of a bundle its digest, the place of its code, or both. */
function requireArtifact({ unit, parameters }, { parameters: declared }) {
    const [image, digest] = [(0,lib/* artifactParameter */.YQz)('image'), (0,lib/* artifactParameter */.YQz)('bundle')];
    const asCode = lib/* CODE_PARAMETERS */.Z6R.filter(name => declared.has(name));
    const missing = lib/* CODE_PARAMETERS */.Z6R.filter(name => !declared.has(name));
    if (asCode.length > 0 && parameters[asCode[0]] === undefined)
        throw new lib/* UserError */.yot(`The template of unit ${unit} declares the parameter ${asCode[0]}, which says where Lambda takes the code of a bundle from, and ${parameters[digest] === undefined ? 'the unit is no bundle. Remove it' : 'there is no such place. Name a bucket of the account of each environment: `bundles` under `accounts` of delivery.yml'}.`);
    if (asCode.length > 0 && missing.length > 0)
        throw new lib/* UserError */.yot(`The template of unit ${unit} declares ${asCode.join(' and ')}, and not ${missing.join(' and ')}: the code of a bundle is one version of one object. Add what is missing under \`Parameters:\`, and use all three.`);
    const [name, instead] = parameters[image] === undefined ? [digest, ', nor those that pass its code'] : [image, ''];
    if (parameters[name] === undefined || declared.has(name) || (name === digest && asCode.length > 0))
        return;
    throw new lib/* UserError */.yot(`The template of unit ${unit} does not declare the parameter ${name}, which passes the release's digest to the stack${instead}. Add it under \`Parameters:\` and use it.`);
}
/**
 * Checks what can be checked before AWS is asked anything: the artifact's parameter, names, required parameters, expressions.
 * @throws UserError naming unit, parameter and remedy.
 */
function parameters_checkParameters(request, template, producers) {
    const { unit, parameters, offered = [], dependsOn } = request;
    requireArtifact(request, template);
    // A value that reaches no template was meant to change something.
    const [unknown] = Object.keys(parameters).filter(name => !template.parameters.has(name) && !offered.includes(name));
    if (unknown !== undefined) {
        const declared = [...template.parameters.keys()];
        throw new lib/* UserError */.yot(`The template of unit ${unit} declares no parameter ${unknown}, which delivery.yml sets${(0,lib/* didYouMean */.auO)(unknown, declared)}. Correct the name in units.${unit}.stack.parameters, in a file of parameterFiles or in the parameters of the environment, or add it under \`Parameters:\` of the template.`);
    }
    for (const [name, { default: fallback }] of template.parameters) {
        const given = parameters[name];
        if (given === undefined) {
            if (fallback !== undefined)
                continue;
            throw new lib/* UserError */.yot(`The template of unit ${unit} requires the parameter ${name}, which has no value. Set units.${unit}.stack.parameters.${name} in delivery.yml, or give it a Default.`);
        }
        for (const reference of (0,lib/* outputReferences */.wE$)(given).references) {
            const { unit: producer, output } = reference;
            const expression = (0,lib/* formatReference */.FHU)(reference);
            const source = producers.get(producer);
            if (source === undefined || !dependsOn.includes(producer)) {
                throw new lib/* UserError */.yot(`Unit ${unit}, parameter ${name}: ${expression} refers to the stack of ${producer}, which ${unit} does not depend on. Add ${producer} to units.${unit}.dependsOn, or correct the name.`);
            }
            if (!source.outputs.includes(output)) {
                throw new lib/* UserError */.yot(`Unit ${unit}, parameter ${name}: the template of ${producer} has no output ${expression}. Its outputs: ${source.outputs.join(', ') || 'none'}.`);
            }
        }
    }
}
/** Checks that a template has what is read once its stack is deployed. Of one that is transformed, only AWS knows. @throws UserError */
function parameters_checkOutputs({ unit, promised = [] }, { outputs, transformed }) {
    const missing = transformed ? undefined : promised.find(({ output }) => !outputs.includes(output));
    if (missing === undefined)
        return;
    throw new lib/* UserError */.yot(`The template of unit ${unit} has no output ${missing.output}, which delivery.yml names in ${missing.as}${(0,lib/* didYouMean */.auO)(missing.output, outputs)}. Its outputs: ${outputs.join(', ') || 'none'}.`);
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/wanted-stack.js






/** Reads and checks every template and parameter before AWS is asked anything. @throws UserError */
function readWanted(requests) {
    const targets = requests.map(request => ({
        request,
        template: templateOf(request)
    }));
    const producers = new Map(targets.map(({ request, template }) => [request.unit, template]));
    for (const { request, template } of targets) {
        parameters_checkParameters(request, template, producers);
        parameters_checkOutputs(request, template);
    }
    return targets;
}
function templateOf({ unit, template, keepTemplate }) {
    return readTemplate(template, `of unit ${unit}`, keepTemplate !== undefined);
}
/** What is wrong with templates and parameters, the first of each unit: what {@link readWanted} would refuse. */
function templateProblems(requests) {
    const problems = new Map();
    const noting = (unit, read) => {
        try {
            return read();
        }
        catch (error) {
            if (!(error instanceof UserError))
                throw error;
            problems.set(unit, error.message);
            return undefined;
        }
    };
    const templates = new Map();
    for (const request of requests) {
        const template = noting(request.unit, () => templateOf(request));
        if (template !== undefined)
            templates.set(request.unit, template);
    }
    for (const request of requests) {
        const template = templates.get(request.unit);
        // What cannot be read says nothing of those that refer to it either.
        if (template === undefined || request.dependsOn.some(unit => !templates.has(unit)))
            continue;
        noting(request.unit, () => {
            checkParameters(request, template, templates);
            checkOutputs(request, template);
            const { values } = resolveParameters(request, template, new Map());
            statedReferences({ request, template }, values);
        });
    }
    return [...problems].map(([unit, problem]) => ({ unit, problem }));
}
/** The outputs of the stacks that exist, for the expressions of those that follow; what failed to be created has none that stay. */
function outputsOf(requests, live) {
    return new Map(requests.flatMap(({ unit, stack }) => {
        const found = live.get(stack);
        return found?.template === undefined || stateOf(found.status) === 'dead' ? [] : [[unit, found.outputs]];
    }));
}
/** The part of a planned stack that follows from what is wanted alone, without asking what it would change. */
function wanted({ request, template }, region, outputs, mayMove) {
    const parameters = parameters_resolveParameters(request, template, outputs, mayMove);
    const references = statedReferences({ request, template }, parameters.values);
    return {
        parameters,
        planned: {
            unit: request.unit,
            stack: request.stack,
            region,
            artifact: request.artifact,
            template: template.digest,
            parameters: parameters.planned,
            tags: request.tags,
            ...asMember(request.settings ?? {}),
            ...(references.length === 0 ? {} : { references })
        }
    };
}
/** What the text itself takes from outside; where a transform makes another of it, that one tells. */
function statedReferences(target, values) {
    const { request, template } = target;
    return template.transformed ? [] : allReferencesOf(request, template.text, knownParameters(target, values));
}
/** All values of a stack's parameters that are known: what delivery.yml sets, and the defaults of what it does not. */
function knownParameters({ request, template }, values) {
    const defaults = [...template.parameters].flatMap(([name, it]) => it.default === undefined || request.parameters[name] !== undefined ? [] : [[name, it.default]]);
    return { ...Object.fromEntries(defaults), ...values };
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/processed-template.js









/**
 * What approvers see of a change set's template, besides what it changes; empty members are absent.
 * @param changeSet one that is ready.
 * @throws UserError naming what the stack may not take from outside.
 */
async function toldByTemplate(cloudFormation, target, { changeSet, values, live }) {
    const text = await processedText(cloudFormation, target, changeSet);
    const references = processedReferences(target, text, values);
    const widens = await widensBy(cloudFormation, target, { text, values, live });
    return {
        ...(target.template.transformed ? { processed: processedDigest(target, text, values) } : {}),
        ...(references.length === 0 ? {} : { references }),
        ...(widens.length === 0 ? {} : { widens })
    };
}
/**
 * What a stack takes from outside after its transforms: they make a template of the text that nobody has read.
 * Nothing for one without transforms, whose text has told already.
 * @param text the template as {@link processedText} reads it.
 * @throws UserError naming what may not be taken.
 */
function processedReferences(target, text, values) {
    const { request, template } = target;
    if (!template.transformed || request.sources === undefined)
        return [];
    return allReferencesOf(request, text, knownParameters(target, values));
}
/**
 * That transforms make something else of the text than they did for the plan, or nothing of the kind.
 * @param text the template as {@link processedText} reads it.
 */
function compareProcessed({ unit, stack, processed }, target, text, values) {
    if (!target.template.transformed)
        return [];
    const found = processedDigest(target, text, values);
    const what = 'what the transforms make of the template';
    return found === processed ? [] : [{ unit, stack, what, planned: processed ?? 'unknown', found }];
}
/**
 * What a stack's template lets happen beyond what is live, transforms included.
 * @param text the template as {@link processedText} reads it; as it is written where there is no change set yet.
 */
async function widensBy(cloudFormation, target, { text, values, live }) {
    const { sources } = target.request;
    const pseudo = sources === undefined ? {} : pseudoParameters(sources);
    const before = live === undefined ? undefined : await liveText(cloudFormation, live);
    const now = { text, pseudo, parameters: knownParameters(target, values) };
    const was = before === undefined ? undefined : { text: before, parameters: live?.parameters ?? {}, pseudo };
    return [
        ...widenings(was, now),
        ...(await nestedWidenings(cloudFormation, target.request.nested ?? [], now, live?.name))
    ];
}
/** The template of a change set as CloudFormation executes it. */
async function processedText(cloudFormation, { request, template }, { id: ChangeSetName }) {
    if (!template.transformed)
        return template.text;
    const TemplateStage = 'Processed';
    const { TemplateBody } = await cloudFormation.getTemplate({ StackName: request.stack, ChangeSetName, TemplateStage });
    if (TemplateBody !== undefined)
        return TemplateBody;
    throw new lib/* Failure */.HRU(`CloudFormation did not say what the transforms make of the template of stack ${request.stack}, so that no one can see what would be executed. Re-run the job.`);
}
/**
 * Names what transforms have made, in whatever order it is told.
 * Transforms may write out the value of a parameter that is to be shown to no one: a digest of it would let others try values, so it counts as hidden.
 */
function processedDigest({ template }, text, values) {
    const tree = readTree(text);
    if (tree === undefined)
        return templateDigest(text);
    const secrets = [...template.parameters].flatMap(([name, { noEcho, default: fallback = '' }]) => {
        const value = values[name] ?? fallback;
        // As it is, and as `Fn::ToJsonString` writes it.
        return noEcho && value !== '' ? [JSON.stringify(value).slice(1, -1), value] : [];
    });
    return (0,lib/* sha256 */.scB)((0,lib/* canonicalJson */.djW)(masked(tree, secrets)));
}
function masked(tree, secrets) {
    const hide = (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, () => HIDDEN), text);
    if (typeof tree === 'string')
        return hide(tree);
    if (!isTreeMap(tree))
        return tree.map(item => masked(item, secrets));
    return Object.fromEntries(Object.entries(tree).map(([name, item]) => [hide(name), masked(item, secrets)]));
}
async function liveText(cloudFormation, live) {
    if (live.templateText === undefined || !hasTransforms(live.templateText))
        return live.templateText;
    const { TemplateBody } = await cloudFormation.getTemplate({ StackName: live.name, TemplateStage: 'Processed' });
    return TemplateBody;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/dead-stack.js



/** Resources named in a message at most. */
const NAMES = 10;
/** The resources of a stack that exist, or may: `Data (AWS::S3::Bucket) shop-data`. */
async function livingResources(cloudFormation, stackId) {
    const listed = await listResources(cloudFormation, stackId);
    return listed
        .filter(isThere)
        .map(({ LogicalResourceId: name = '', ResourceType: type = '', PhysicalResourceId: id = '' }) => `${name} (${type}) ${id}`.trim());
}
/** Resources in a message: the first of them. */
function named(living) {
    const rest = living.length - NAMES;
    return [...living.slice(0, NAMES), ...(rest > 0 ? [`… and ${rest} more`] : [])].join(', ');
}
/** Why a dead stack is not replaced, and who can do what about it. */
async function undeletable(cloudFormation, { id, name, status }, living) {
    const cause = await lastCause(cloudFormation, id);
    const state = `Stack ${name} is in ${status}${cause === undefined ? '' : ` (${describeCause(cause)})`}`;
    const on = `--stack-name ${name} --region ${cloudFormation.region}`;
    if (living.length === 0)
        return new lib/* UserError */.yot(`${state}. Nothing is left in it, but it is protected from deletion, so it cannot be replaced. Run \`aws cloudformation update-termination-protection --no-enable-termination-protection ${on}\`, then re-run the job.`);
    const retain = status === 'DELETE_FAILED' ? ' (with `--retain-resources` and names, these stay outside of it)' : '';
    return new lib/* UserError */.yot(`${state}. It is not replaced, since something of it is left: ${named(living)}. Save what is in there, run \`aws cloudformation delete-stack ${on}\`${retain}, then re-run the job.`);
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/monitor.js







/** Among many stacks, every such look reads events, too. */
const FULL_LOOK = 3;
/** How long the event of a status may be missing until the status alone is believed, in milliseconds. */
const EVENT_LIMIT = 30_000;
/** What a creation that failed may pass through: CloudFormation goes on to delete the stack where its change set says so. */
const MAY_GO_ON = ['CREATE_FAILED', 'ROLLBACK_COMPLETE'];
/**
 * Follows an operation until it ends or the deadline passes, and tells its events in order.
 *
 *     events ──► DescribeStacks ──► at rest, and the newest event of the stack itself says the same? ──► end
 *       ▲                                    │ no
 *       └──────────── wait (poll.ts) ◄───────┘
 *
 * A status alone proves nothing: CloudFormation may still tell the one from before the operation. Nor is an event enough that was
 * listed after the status was read. So the status is read last, and where the events do not confirm it, it has to last; so has one
 * after which CloudFormation may go on by itself.
 */
async function followOperation(cloudFormation, operation) {
    return cloudFormation.pace.follow(async () => follow(cloudFormation, operation));
}
async function follow(cloudFormation, operation) {
    const { clock, pace } = cloudFormation;
    const { stackId, deadline } = operation;
    const schedule = new PollSchedule(pace);
    const seen = { history: [], status: 'unknown' };
    for (let look = 0;; look++) {
        const last = clock.now() >= deadline;
        // Among many stacks, most looks find what the one before found: then one call is enough to see that.
        const brief = !last && pace.isBusy && look % FULL_LOOK !== 0;
        try {
            const goesOn = brief && stateOf((await readStatus(cloudFormation, stackId))?.status) === 'busy';
            const end = goesOn ? undefined : await lookAt(cloudFormation, operation, seen);
            if (end !== undefined)
                return end;
        }
        catch (error) {
            // Nobody is helped by giving up on a stack that goes on: only the deadline ends this.
            if (!(0,lib/* isTransient */.dgy)(error) && !isWithoutSession(error))
                throw error;
            if ((0,lib/* isThrottling */.E2o)(error))
                schedule.throttled();
        }
        if (last)
            return { kind: 'timeout', status: seen.status };
        await clock.sleep(Math.max(1, Math.min(schedule.next(), deadline - clock.now())));
    }
}
/** One whole look: new events, then the status; how the operation ended, where it has. */
async function lookAt(cloudFormation, { stackId, events, onEvent }, seen) {
    const { clock } = cloudFormation;
    for (const event of await events.read()) {
        seen.history.push(event);
        onEvent(event);
        // An event that is listed late says nothing of what came after it; those of nested stacks are about others.
        if (isOfStack(event) && event.stackId === stackId && event.at >= (seen.newest?.at ?? 0))
            seen.newest = event;
    }
    const live = await readStatus(cloudFormation, stackId);
    seen.status = live?.status ?? 'DELETE_COMPLETE';
    const { status, newest, history } = seen;
    seen.restingSince = isOver(status, newest) ? (seen.restingSince ?? clock.now()) : undefined;
    if (seen.restingSince === undefined)
        return undefined;
    const lasted = clock.now() - seen.restingSince >= EVENT_LIMIT;
    return lasted || (newest?.status === status && !MAY_GO_ON.includes(status))
        ? await conclude(cloudFormation, stackId, status, history, live?.reason)
        : undefined;
}
/** Whether no session was to be had: GitHub or STS could not be reached just then. */
function isWithoutSession(error) {
    return error instanceof CloudFormationError && error.cause instanceof lib/* Failure */.HRU;
}
/** Whether a status may be the end of an operation: of one that began, unless its stack is gone. */
function isOver(status, newest) {
    const state = stateOf(status);
    return state === 'absent' || (newest !== undefined && state !== 'busy' && state !== 'review');
}
async function conclude(cloudFormation, stackId, status, history, statusReason) {
    if (isSuccess(status)) {
        const live = await readStack(cloudFormation, stackId);
        if (live !== undefined)
            return { kind: 'complete', live };
    }
    const cause = rootCause(history);
    const kept = stateOf(status) === 'absent' ? skipped(history) : [];
    const leftBehind = kept.length === 0 ? {} : { leftBehind: kept };
    if (cause?.resource !== undefined)
        return { kind: 'failed', status, cause, ...leftBehind };
    const validation = await validationErrors(cloudFormation, { StackName: stackId });
    const reason = validation.length > 0 ? validation.join('; ') : (cause?.reason ?? statusReason ?? 'AWS gave no reason');
    return { kind: 'failed', status, cause: { reason }, ...leftBehind };
}
/** Resources that exist, and that CloudFormation did not delete with their stack. */
function skipped(history) {
    const found = history.flatMap(({ status, logicalId, type, physicalId }) => status === 'DELETE_SKIPPED' && physicalId !== '' ? [`${logicalId} (${type}) ${physicalId}`] : []);
    return [...new Set(found)];
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/request.js

/**
 * One token for one operation of a plan: a repeated call is recognised, a second attempt is not mistaken for the first.
 * @param of the ARN of what it is about.
 */
function tokenOf(clientToken, of) {
    return `${clientToken}-${(0,lib/* hexOf */.ZDm)((0,lib/* sha256 */.scB)(of)).slice(0, 8)}`;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/unfit-stack.js





/** How long to wait for an operation that somebody else has under way on a stack, in milliseconds. */
const PATIENCE = 10 * 60_000;
/**
 * One stack that can take a deployment, by name; absent when there is none. Waits for an operation that is under way.
 * @param deadline the latest end of the wait, in milliseconds since the epoch.
 * @throws UserError when the stack is unfit for a plan or an apply: how it came to that, and the command that helps.
 */
async function readFit(cloudFormation, name, deadline = Number.POSITIVE_INFINITY) {
    return asFit(cloudFormation, await readSettled(cloudFormation, name, deadline));
}
/** {@link readFit} of a stack that was looked at already. */
async function asFit(cloudFormation, seen) {
    const live = seen === undefined || stateOf(seen.status) === 'busy' ? seen : await readStack(cloudFormation, seen.name);
    if (live !== undefined)
        await refuseUnfit(cloudFormation, live);
    return live;
}
/** One stack, without its template, when no operation is under way; still busy when none of the others has ended in time. */
async function readSettled(cloudFormation, name, deadline = Number.POSITIVE_INFINITY) {
    let last;
    await pollUntil(cloudFormation.clock, Math.min(deadline, cloudFormation.clock.now() + PATIENCE), async () => {
        last = await readStatus(cloudFormation, name);
        return last !== undefined && stateOf(last.status) === 'busy' ? undefined : true;
    });
    return last;
}
async function refuseUnfit(cloudFormation, live) {
    const state = stateOf(live.status);
    if (state === 'settled' || state === 'review' || state === 'absent')
        return;
    const cause = state === 'busy' ? undefined : await lastCause(cloudFormation, live.id);
    const why = cause === undefined ? (live.reason ?? '') : describeCause(cause);
    throw new lib/* UserError */.yot(`Stack ${live.name} is in ${live.status}${why === '' ? '' : ` (${why})`}. ${nextStep(live.name, cloudFormation.region, live.status)}.`);
}
/** The command that brings a dead or stuck stack to where it can be deployed again. */
function nextStep(stack, region, status) {
    const on = `--stack-name ${stack} --region ${region}`;
    switch (stateOf(status)) {
        case 'dead':
            return 'It holds no working deployment and can only be replaced, which the plan does not say: re-run all jobs for a new plan that does';
        case 'stuck':
            return rollbackOf(status) === undefined
                ? 'CloudFormation has no operation that Sluice could plan for it: who administers the account brings it to where it can be updated, or asks AWS Support; then re-run the job'
                : 'It has to be rolled back first, which the plan does not say: re-run all jobs for a new plan that does';
        case 'busy':
            return `Wait until the operation has finished (watch it with \`aws cloudformation describe-stack-events ${on}\`), then re-run the job`;
        default:
            return 'Re-run the job';
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/recovery.js









/** The statuses of operations that do what a plan has before a deployment. */
const RECOVERING = ['DELETE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'];
/**
 * One stack that a plan can be made for, by name. Waits for an operation that is under way. What is to be replaced is as good as absent.
 * @throws UserError when no step of a plan makes it able to take a deployment: how it came to that, and what helps.
 */
async function readRecoverable(cloudFormation, name) {
    const seen = await readSettled(cloudFormation, name);
    const step = rollbackOf(seen?.status);
    if (seen !== undefined && step !== undefined) {
        const live = await readStack(cloudFormation, name);
        return { ...(live === undefined ? {} : { live }), before: { step, status: seen.status } };
    }
    if (seen === undefined || stateOf(seen.status) !== 'dead') {
        const live = await asFit(cloudFormation, seen);
        return live === undefined ? {} : { live };
    }
    const living = await livingResources(cloudFormation, seen.id);
    if (living.length > 0 || seen.settings.terminationProtection)
        throw await undeletable(cloudFormation, seen, living);
    return { before: { step: 'replace-dead', status: seen.status } };
}
/** Why a step is planned, as a clause. */
function describeRecovery({ step, status }) {
    return step === 'replace-dead'
        ? `it is in ${status} with nothing left in it, and is replaced first`
        : `it is in ${status}, and is rolled back first`;
}
/**
 * In what a stack differs from the one that its plan recovers; `undefined` when there is nothing to recover now, which the comparison
 * with the rest of the plan judges.
 * @param seen the stack as it is.
 */
async function compareRecovery(cloudFormation, { unit, stack, before }, seen) {
    if (before === undefined || seen === undefined || !['dead', 'stuck'].includes(stateOf(seen.status)))
        return undefined;
    const differ = (what, planned, found) => ({ unit, stack, what, planned, found });
    if (seen.status !== before.status)
        return [differ('stack', before.status, seen.status)];
    if (before.step !== 'replace-dead')
        return [];
    const living = await livingResources(cloudFormation, seen.id);
    return living.length === 0 ? [] : [differ('what is left in it', 'nothing', named(living))];
}
/**
 * Does what a plan has before the deployment of a stack, also where an earlier run had begun it.
 * @returns how the stack's turn ended, where that is its end.
 */
async function settleBefore(context, planned) {
    if (planned.before === undefined)
        return undefined;
    const { unit, stack, before } = planned;
    const { cloudFormation, deadline, onEvent, log } = context;
    const seen = await readWaiting(cloudFormation, stack, deadline);
    const differences = await compareRecovery(cloudFormation, planned, seen);
    if (seen === undefined || differences === undefined)
        return undefined;
    if (differences.length > 0)
        return { kind: 'obsolete', differences };
    log.info(`${stack}: ${before.step === 'replace-dead' ? 'deleting' : 'rolling back'} what is in ${seen.status}`);
    const events = await EventStream.fromNow(cloudFormation, seen.id);
    await begin(context, before, seen.id);
    const end = await followOperation(cloudFormation, { stackId: seen.id, events, deadline, onEvent });
    const wanted = before.step === 'replace-dead' ? 'DELETE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
    if (end.kind === 'complete' || end.status === wanted)
        return undefined;
    return { kind: 'failed', failure: { unit, stack, ...explained(planned, failureOf(deadline, end)) } };
}
/** By its ARN, which no other stack of the name has. Without a role: CloudFormation takes that of the stack. */
async function begin({ cloudFormation, clientToken }, { step }, StackName) {
    const order = { StackName, ClientRequestToken: tokenOf(clientToken, StackName) };
    switch (step) {
        case 'replace-dead':
            await cloudFormation.deleteStack(order);
            return;
        case 'continue-rollback':
            await cloudFormation.continueUpdateRollback(order);
            return;
        case 'rollback':
            await cloudFormation.rollbackStack(order);
    }
}
/** With the next step, where a rollback failed again. */
function explained({ stack, region }, failure) {
    if (failure.status !== 'UPDATE_ROLLBACK_FAILED')
        return failure;
    const { cause } = failure;
    const { logicalId = '<resource>' } = cause.resource ?? {};
    const next = `Repair what keeps it from being rolled back, then re-run all jobs; or leave it as it is with \`aws cloudformation continue-update-rollback --stack-name ${stack} --region ${region} --resources-to-skip ${logicalId}\``;
    return { ...failure, cause: { ...cause, reason: `${cause.reason.trim().replace(/\.$/, '')}. ${next}` } };
}
/** The stack when nothing of what recovers it is under way: whoever has begun that, it does what was planned. */
async function readWaiting(cloudFormation, stack, deadline) {
    let last;
    await pollUntil(cloudFormation.clock, deadline, async () => {
        last = await readStatus(cloudFormation, stack);
        return last !== undefined && RECOVERING.includes(last.status) ? undefined : true;
    });
    return last;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/termination-protection.js
/** Whether a plan is to set the termination protection of a stack that exists: no change set does. */
function changesProtection({ base, settings }) {
    const wanted = settings?.terminationProtection;
    return wanted !== undefined && base !== undefined && base.settings?.terminationProtection !== wanted;
}
/** Whether a stack is protected as its plan found it, or wants it: anything else was set by others since. */
function isProtectedAsPlanned(planned, { settings }) {
    const wanted = planned.settings?.terminationProtection;
    const asWanted = wanted === undefined || settings.terminationProtection === wanted;
    return asWanted || planned.base === undefined || changesProtection(planned);
}
/**
 * Sets the termination protection of a stack as it is planned, when all else of it is: one whose deployment failed keeps what it had, so that it can
 * be replaced.
 * @returns whether it was another one before.
 * @throws AccessDenied where the role may not.
 */
async function settleProtection({ cloudFormation, log }, { stack, settings }, live) {
    const wanted = settings?.terminationProtection;
    if (wanted === undefined || live === undefined || live.settings.terminationProtection === wanted)
        return false;
    await cloudFormation.updateTerminationProtection({ StackName: live.id, EnableTerminationProtection: wanted });
    log.info(`${stack}: termination protection is ${wanted ? 'on' : 'off'}`);
    return true;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/apply-readiness.js
















/**
 * Compares a stack, its change set and what is wanted now with the plan; executes nothing.
 * A change set that is gone or stale is made again, and counts when it says the same.
 * @param isItsTurn whether the stacks are done that it depends on: before, nobody knows what a deferred one takes.
 * @throws UserError when the stack cannot take a deployment.
 */
async function assess(context, planned, target, outputs, isItsTurn = true) {
    const { cloudFormation, deadline } = context;
    const seen = await readStatus(cloudFormation, planned.stack);
    if (seen !== undefined && stateOf(seen.status) === 'busy' && (await isOurs(context, seen.id))) {
        return { kind: 'running', stackId: seen.id };
    }
    const moved = isItsTurn ? undefined : await compareRecovery(cloudFormation, planned, seen);
    if (moved !== undefined)
        return moved.length === 0 ? { kind: 'waiting' } : { kind: 'obsolete', differences: moved };
    const live = await readFit(cloudFormation, planned.stack, deadline);
    const now = wanted(target, cloudFormation.region, outputs);
    const base = baseOf(live, now.planned.settings);
    const found = { ...now.planned, ...(base === undefined ? {} : { base }) };
    const deferred = planned.action === 'deferred';
    // Deferred values are unknown to the plan: its expressions are compared.
    const differences = compareStacks(planned, deferred ? { ...found, parameters: expressions(planned, target, found) } : found);
    if (differences.length > 0) {
        const reached = live !== undefined &&
            differences.every(isOfBase) &&
            isTarget(live, found) &&
            hasLookups(live, planned) &&
            isProtectedAsPlanned(planned, live);
        return reached ? { kind: 'done', live } : { kind: 'obsolete', differences };
    }
    if (planned.action === 'unchanged')
        return { kind: 'done', live };
    if (now.parameters.pending.length > 0 || (deferred && !isItsTurn))
        return { kind: 'waiting' };
    return assessChangeSet(context, planned, target, now.parameters.values, live);
}
async function assessChangeSet(context, planned, target, values, live) {
    const { cloudFormation, changeSetName: name, executionRoleArn } = context;
    const kept = await readChangeSet(cloudFormation, planned.stack, name);
    if (kept?.state === 'executing')
        return { kind: 'running', stackId: kept.stackId };
    const usable = kept?.state === 'ready' && (await holds(cloudFormation, kept, planned, target, values));
    const changeSet = kept !== undefined && usable
        ? kept
        : await computeChanges(cloudFormation, target, {
            name,
            type: planned.base === undefined ? 'CREATE' : 'UPDATE',
            parameters: values,
            withValues: planned.action !== 'deferred',
            ...(executionRoleArn === undefined ? {} : { roleArn: executionRoleArn })
        });
    if (changeSet.state === 'empty') {
        await discardStack(cloudFormation, planned.stack, name);
        return { kind: 'done', live };
    }
    // What a deferred stack takes is known now alone, and a transform may make another template of the same text.
    const text = await processedText(cloudFormation, target, changeSet);
    const references = processedReferences(target, text, values);
    const differences = planned.action === 'deferred'
        ? outsideBounds(planned, changeSet.changes, target.template.transformed)
        : // What is read back was never made anew: it sets what it was planned to.
            compareChanges(planned, usable ? withoutValues(planned.changes) : planned.changes, changeSet.changes);
    const moved = planned.action === 'deferred'
        ? []
        : [
            ...compareReferences(planned, references),
            ...compareResolved(planned, changeSet.resolved),
            ...compareProcessed(planned, target, text, values)
        ];
    const all = [...differences, ...moved];
    return all.length === 0 ? { kind: 'ready', changeSet } : { kind: 'obsolete', differences: all };
}
/**
 * Whether a change set of the planned name was made from what is wanted: the name alone proves nothing.
 * One with a hidden parameter never counts, since nobody can see what it holds.
 */
async function holds(cloudFormation, changeSet, planned, { template }, values) {
    if ([...template.parameters.values()].some(({ noEcho }) => noEcho))
        return false;
    const defaults = Object.fromEntries([...template.parameters].map(([name, it]) => [name, it.default]));
    if ((0,lib/* canonicalJson */.djW)(changeSet.parameters) !== (0,lib/* canonicalJson */.djW)({ ...defaults, ...values }))
        return false;
    if ((0,lib/* canonicalJson */.djW)(changeSet.tags) !== (0,lib/* canonicalJson */.djW)(planned.tags))
        return false;
    if (!hasSettings(changeSet.settings, planned.settings ?? {}))
        return false;
    const { TemplateBody = '' } = await cloudFormation.getTemplate({
        StackName: planned.stack,
        ChangeSetName: changeSet.id,
        TemplateStage: 'Original'
    });
    return templateDigest(TemplateBody) === template.digest;
}
/** Whether the operation under way was started for this plan. */
async function isOurs({ cloudFormation, clientToken }, stackId) {
    for await (const event of pages(cloudFormation, stackId))
        return event.token?.startsWith(clientToken) === true;
    return false;
}
/** Whether a live stack runs what is wanted. Its termination protection is set after that. */
function isTarget(live, target) {
    return (stateOf(live.status) === 'settled' &&
        live.template === target.template &&
        Object.entries(target.parameters).every(([name, it]) => 'value' in it && live.parameters[name] === it.value) &&
        (0,lib/* canonicalJson */.djW)(live.tags) === (0,lib/* canonicalJson */.djW)(target.tags) &&
        hasSettings(live.settings, target.settings ?? {}));
}
/** Whether AWS looked up for a live stack what it looked up for the plan, as far as that was known. */
function hasLookups({ resolved }, { parameters }) {
    return Object.entries(parameters).every(([name, it]) => !('value' in it) || it.resolved === undefined || it.resolved === resolved[name]);
}
function isOfBase({ what }) {
    return what === 'stack' || what.startsWith('live ');
}
/** The parameters that were expressions in the plan, as the expressions that they are now; the others by value. */
function expressions(planned, { request }, found) {
    return Object.fromEntries(Object.entries(found.parameters).map(([name, it]) => {
        const before = planned.parameters[name];
        const text = request.parameters[name];
        return [name, before !== undefined && 'expression' in before && text !== undefined ? { expression: text } : it];
    }));
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/apply-step.js










/** Refusals of one change set after another, until somebody has to look. */
const REFUSALS = 3;
/**
 * Brings one stack to what the plan makes of it, whatever an earlier run left. Never throws: other stacks may have been changed
 * already, and what became of each must be known.
 */
async function applyStep(context, step, outputs) {
    const { unit, planned } = step;
    try {
        return await bring(context, step, outputs);
    }
    catch (error) {
        return { kind: 'failed', failure: { unit, stack: planned.stack, cause: { reason: (0,lib/* messageOf */.bDE)(error) } } };
    }
}
async function bring(context, { planned, target }, outputs) {
    const { cloudFormation, changeSetName, log } = context;
    const { unit, stack } = planned;
    const changed = planned.base === undefined ? 'created' : 'updated';
    const stopped = await settleBefore(context, planned);
    if (stopped !== undefined)
        return stopped;
    let result = 'kept';
    for (let refusals = 0;;) {
        const readiness = await assess(context, planned, target, outputs);
        switch (readiness.kind) {
            case 'done':
                if (await settleProtection(context, planned, readiness.live))
                    result = changed;
                log.info(`${stack}: ${result === 'kept' ? 'already as planned' : result}`);
                return { kind: 'applied', applied: { unit, stack, result, outputs: readiness.live?.outputs ?? {} } };
            case 'obsolete':
                await discardStack(cloudFormation, stack, changeSetName, log);
                return readiness;
            case 'waiting': {
                const reason = `It needs outputs of ${target.request.dependsOn.join(', ')} that do not exist`;
                return { kind: 'failed', failure: { unit, stack, cause: { reason } } };
            }
            case 'running':
            case 'ready': {
                const end = await execute(context, planned, readiness);
                // The stack moved after it was compared: it is compared again.
                if (end === 'refused' && ++refusals < REFUSALS)
                    break;
                if (end === 'refused')
                    throw new Error(`AWS refused to execute the change set ${changeSetName} ${refusals} times`);
                if (end.kind !== 'complete')
                    return { kind: 'failed', failure: { unit, stack, ...failureOf(context.deadline, end) } };
                result = changed;
                if (readiness.kind === 'running')
                    break; // Anybody may have begun it: it is compared like everything else.
                await settleProtection(context, planned, end.live);
                log.info(`${stack}: ${result}`);
                return { kind: 'applied', applied: { unit, stack, result, outputs: end.live.outputs } };
            }
        }
    }
}
/** Starts what is ready, or joins what is running, and follows it to its end. */
async function execute({ cloudFormation, clientToken, deadline, onEvent, log }, { stack, base }, readiness) {
    if (readiness.kind === 'running') {
        const { stackId } = readiness;
        log.info(`${stack}: an earlier run started this operation; monitoring it`);
        const events = await EventStream.fromToken(cloudFormation, stackId, clientToken);
        return followOperation(cloudFormation, { stackId, events, deadline, onEvent });
    }
    const { id, stackId } = readiness.changeSet;
    const events = await EventStream.fromNow(cloudFormation, stackId);
    try {
        await cloudFormation.executeChangeSet({
            StackName: stackId,
            ChangeSetName: id,
            // AWS refuses it where the change set says what becomes of a failed creation, and documents `true` as its default.
            ...(base === undefined ? {} : { DisableRollback: false }),
            ClientRequestToken: tokenOf(clientToken, id)
        });
    }
    catch (error) {
        if (!(error instanceof CloudFormationError))
            throw error;
        // A repeated call whose first answer was lost: the operation's events will show it.
        const begun = /EXECUTE_(IN_PROGRESS|COMPLETE)/.test(error.reason) || error.code.startsWith('TokenAlreadyExists');
        if (!begun && /^(InvalidChangeSetStatus|ChangeSetNotFound)/.test(error.code))
            return 'refused';
        if (!begun)
            throw error;
    }
    return followOperation(cloudFormation, { stackId, events, deadline, onEvent });
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/dependency-order.js
/**
 * Runs `work` for each item once all it depends on are done, side by side where it can. Where `work` answers false, what depends
 * on it is not started; the rest runs to its end. `work` must not throw.
 * @param items in dependency order.
 */
async function inDependencyOrder(items, work) {
    const running = new Map();
    for (const item of items) {
        const before = item.dependsOn.flatMap(unit => running.get(unit) ?? []);
        running.set(item.unit, Promise.all(before).then(done => !done.includes(false) && work(item)));
    }
    await Promise.all(running.values());
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/apply-stacks.js








/**
 * Does what the plan says, in dependency order, and nothing else. Everything is compared with the plan before the first stack is
 * touched, and each stack again right before its own turn. Running it again after it was killed joins what is under way
 * and keeps what is done; after a failure it tries again.
 * @throws UserError when a stack cannot take a deployment, CloudFormationError when AWS cannot be asked; nothing is touched then.
 */
async function applyStacks(request) {
    return withCloudFormation(request.session, request.clock, cloudFormation => applyWith(cloudFormation, request));
}
/** {@link applyStacks} over a connection that is there already. */
async function applyWith(cloudFormation, request) {
    const { steps, unpaired } = pair(request);
    if (unpaired.length > 0)
        return { kind: 'obsolete', stacks: [], differences: unpaired };
    const context = { cloudFormation, ...request };
    const outputs = new Map(await readOutputs(cloudFormation, request));
    const differences = await compareAll(context, steps, outputs);
    if (differences.length > 0) {
        await Promise.all(steps.map(({ planned }) => discardStack(cloudFormation, planned.stack, request.changeSetName, request.log)));
        return { kind: 'obsolete', stacks: [], differences };
    }
    const ended = new Map();
    await inDependencyOrder(steps, async (step) => {
        const outcome = await applyStep(context, step, outputs);
        ended.set(step.unit, outcome);
        if (outcome.kind === 'applied')
            outputs.set(step.unit, outcome.applied.outputs);
        return outcome.kind === 'applied';
    });
    return combine(steps.flatMap(({ unit }) => ended.get(unit) ?? []));
}
/** What differs from the plan before anything is touched. */
async function compareAll(context, steps, outputs) {
    const compared = await Promise.all(steps.map(async (step) => ({ step, readiness: await assess(context, step.planned, step.target, outputs, false) })));
    // What an earlier run has begun may change outputs: those who read them are compared when it is over.
    const running = compared.flatMap(({ step, readiness }) => (readiness.kind === 'running' ? [step.unit] : []));
    return compared.flatMap(({ step, readiness }) => readiness.kind === 'obsolete' && !step.dependsOn.some(unit => running.includes(unit)) ? readiness.differences : []);
}
/** Pairs what is planned with what is wanted; a unit that only one of them has makes the plan obsolete. */
function pair({ plan, stacks }) {
    const steps = readWanted(stacks).flatMap(target => {
        const { unit, dependsOn } = target.request;
        const planned = plan.find(it => it.unit === unit);
        return planned === undefined ? [] : [{ unit, dependsOn, planned, target }];
    });
    const alone = ({ unit }) => !steps.some(step => step.unit === unit);
    const differ = (unit, stack, planned, found) => ({
        unit,
        stack,
        what: 'unit',
        planned,
        found
    });
    return {
        steps,
        unpaired: [
            ...plan.filter(alone).map(({ unit, stack }) => differ(unit, stack, unit, 'nothing')),
            ...stacks.filter(alone).map(({ unit, stack }) => differ(unit, stack, 'nothing', unit))
        ]
    };
}
async function readOutputs(cloudFormation, { stacks }) {
    const live = await Promise.all(stacks.map(({ stack }) => readStack(cloudFormation, stack)));
    return outputsOf(stacks, new Map(live.flatMap(stack => (stack === undefined ? [] : [[stack.name, stack]]))));
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/importers.js


/** Who imports what a stack exports, or one that is nested in it and goes with it: while one does, CloudFormation does not delete it. */
async function importsOf(cloudFormation, around, { exports = [] }) {
    const going = importers_nestedIn(around).filter(({ becomes }) => becomes !== 'retain');
    const nested = await Promise.all(going.map(async ({ physicalId }) => readStatus(cloudFormation, physicalId)));
    // What is nested in one stack may import of each other: CloudFormation knows the order.
    const own = importers_namesOf(around);
    const found = [];
    for (const name of [...exports, ...nested.flatMap(it => it?.exports ?? [])])
        for (const by of await importersOf(cloudFormation, name))
            if (!own.includes(by))
                found.push({ name, by });
    return found;
}
/** The names of a stack and of those that are nested in it. */
function importers_namesOf(around) {
    return [around.stack, ...importers_nestedIn(around).map(({ physicalId }) => physicalId.split('/')[1] ?? '')];
}
function importers_nestedIn({ resources }) {
    return resources.filter(it => it.type === 'AWS::CloudFormation::Stack' && it.physicalId.startsWith('arn:'));
}
async function importersOf(cloudFormation, name) {
    const found = [];
    try {
        for (let NextToken;;) {
            const page = await cloudFormation.listImports({
                ExportName: name,
                ...(NextToken === undefined ? {} : { NextToken })
            });
            found.push(...(page.Imports ?? []));
            NextToken = page.NextToken;
            if (NextToken === undefined || NextToken === '')
                return found;
        }
    }
    catch (error) {
        // CloudFormation answers so for an export that is there.
        if (error instanceof CloudFormationError && /not imported by any stack/.test(error.reason))
            return found;
        throw error;
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/retired-resources.js



const NESTED = 'AWS::CloudFormation::Stack';
/**
 * What goes with a stack, and what stays: its resources and those of nested stacks, sorted by logical id, each with what its `DeletionPolicy` says.
 * @param stack by its ARN; one that is gone has none.
 */
async function retiredResources(cloudFormation, stack) {
    const found = await below(cloudFormation, stack, { path: '', isKept: false });
    return found.toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}
/** @param isKept whether the stack around it stays, with all that is in it. */
async function below(cloudFormation, stack, { path, isKept }) {
    const listed = await resourcesThere(cloudFormation, stack);
    if (listed.length === 0)
        return [];
    // As CloudFormation made it of transforms: they add resources, and policies.
    const { TemplateBody = '' } = await cloudFormation.getTemplate({ StackName: stack, TemplateStage: 'Processed' });
    const defined = member(readTree(TemplateBody), 'Resources');
    const own = listed.map(({ name, type, physicalId }) => {
        const becomes = isKept ? 'retain' : fateOf(type, member(defined, name));
        return { logicalId: `${path}${name}`, type, physicalId, becomes };
    });
    const nested = await Promise.all(own
        .filter(({ type, physicalId }) => type === NESTED && physicalId !== '')
        .map(async ({ logicalId, physicalId, becomes }) => below(cloudFormation, physicalId, { path: `${logicalId}/`, isKept: becomes === 'retain' })));
    return [...own, ...nested.flat()];
}
/** The resources of a stack that exist, or may. */
async function resourcesThere(cloudFormation, stack) {
    try {
        const listed = await listResources(cloudFormation, stack);
        return listed
            .filter(isThere)
            .map(({ LogicalResourceId: name = '', ResourceType: type = '', PhysicalResourceId: physicalId = '' }) => ({
            name,
            type,
            physicalId
        }));
    }
    catch (error) {
        // A nested stack may go between two looks.
        if (error instanceof CloudFormationError && /does not exist/.test(error.reason))
            return [];
        throw error;
    }
}
/** What CloudFormation does with a resource when its stack is deleted (user guide, "DeletionPolicy attribute"). */
function fateOf(type, definition) {
    const policy = member(definition, 'DeletionPolicy');
    switch (policy) {
        case 'Retain':
        case 'RetainExceptOnCreate':
            return 'retain';
        case 'Snapshot':
            return 'snapshot';
        case undefined: {
            const inCluster = member(member(definition, 'Properties'), 'DBClusterIdentifier') !== undefined;
            const isDatabase = type === 'AWS::RDS::DBCluster' || (type === 'AWS::RDS::DBInstance' && !inCluster);
            return isDatabase && isTreeMap(definition) ? 'snapshot' : 'delete';
        }
        default:
            // `Delete`; what only CloudFormation can resolve counts as the worst.
            return 'delete';
    }
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/retired-stack.js






/**
 * A stack as a plan names what is deleted with it.
 * @param live at rest.
 * @throws Failure when CloudFormation does not say what is in it.
 */
async function readRetired(cloudFormation, { unit, stack }, { id, template }) {
    if (template === undefined)
        throw new lib/* Failure */.HRU(`CloudFormation did not return the template of stack ${stack}. Re-run the job.`);
    const resources = await retiredResources(cloudFormation, id);
    return { unit, stack, region: cloudFormation.region, id, template, resources };
}
/** One stack, by name or ARN, at rest. @throws UserError when an operation on it does not end in time. */
async function readAtRest(cloudFormation, stack, deadline = Number.POSITIVE_INFINITY) {
    const seen = await readSettled(cloudFormation, stack, deadline);
    if (seen === undefined || stateOf(seen.status) !== 'busy')
        return seen && readStack(cloudFormation, seen.id);
    throw new lib/* UserError */.yot(`Stack ${seen.name} is in ${seen.status}. ${nextStep(seen.name, cloudFormation.region, seen.status)}.`);
}
/**
 * Compares a stack that is to be deleted with what was approved; changes nothing.
 * @param plan all that are: they may import of each other, since who imports goes first.
 * @throws UserError when an operation on it does not end in time.
 */
async function assessRetired(cloudFormation, planned, plan, deadline) {
    const { unit, stack, id } = planned;
    const differ = (what, was, found) => ({ unit, stack, what, planned: was, found });
    const seen = await readStatus(cloudFormation, stack);
    if (seen === undefined)
        return { kind: 'gone' };
    // What bears the name of a deleted one was approved by no one.
    if (seen.id !== id)
        return { kind: 'obsolete', differences: [differ('stack', id, seen.id)] };
    if (seen.status === 'DELETE_IN_PROGRESS')
        return { kind: 'running' };
    const live = await readAtRest(cloudFormation, id, deadline);
    if (live === undefined)
        return { kind: 'gone' };
    const found = await readRetired(cloudFormation, planned, live);
    const going = plan.flatMap(importers_namesOf);
    const imports = (await importsOf(cloudFormation, found, live)).filter(({ by }) => !going.includes(by));
    const differences = [
        ...(found.template === planned.template ? [] : [differ('live template', planned.template, found.template)]),
        // What an attempt before could not delete is less than what was approved, or as much.
        ...compareResources(planned, found, live.status === 'DELETE_FAILED').map(it => differ(...it)),
        ...(live.settings.terminationProtection ? [differ('termination protection', 'off', 'on')] : []),
        ...imports.map(({ name, by }) => differ(`export ${name}`, 'imported by no other stack', `imported by ${by}`))
    ];
    return differences.length === 0 ? { kind: 'ready', live } : { kind: 'obsolete', differences };
}
function compareResources(planned, found, mayLack) {
    const byId = ({ resources }) => new Map(resources.map(it => [it.logicalId, `${it.type} ${it.physicalId} (${it.becomes})`]));
    const [left, right] = [byId(planned), byId(found)];
    return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((id) => {
        const [was, is] = [left.get(id), right.get(id)];
        if (was === is || (is === undefined && mayLack))
            return [];
        return [[`resource ${id}`, was ?? 'nothing', is ?? 'nothing']];
    });
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/undeleted.js


/** What happened to each resource of a deletion last: CloudFormation tries again what could not be deleted at first. */
class LastEvents {
    #last = new Map();
    add(event) {
        if (!isOfStack(event))
            this.#last.set(`${event.stackId} ${event.logicalId}`, event);
    }
    /** Resources that could not be deleted, those of nested stacks included. */
    get undeleted() {
        return [...this.#last.values()].filter(({ status, reason }) => status === 'DELETE_FAILED' && !isConsequence(reason));
    }
}
/**
 * Why a stack could not be deleted, resource by resource, and what to do about it.
 * @param undeleted as {@link LastEvents} has them.
 * @param cause what is known where no resource says anything.
 */
function explainUndeleted({ stack, region, id }, undeleted, cause) {
    // Of a nested stack what is in it says more than that it could not be deleted either.
    const inner = undeleted.filter(({ type }) => type !== 'AWS::CloudFormation::Stack');
    const told = (inner.length > 0 ? inner : undeleted).map(event => {
        const { logicalId, type, physicalId, reason = 'AWS gave no reason' } = event;
        const where = event.stackId === id ? '' : ` of stack ${event.stack}`;
        return `${logicalId} (${type}) ${physicalId}${where} could not be deleted: ${withoutStop(reason)}`;
    });
    const own = undeleted.filter(({ stackId }) => stackId === id).map(({ logicalId }) => logicalId);
    const left = `aws cloudformation delete-stack --stack-name ${stack} --region ${region} --retain-resources ${own.join(' ') || '<resource>'}`;
    return `${told.length === 0 ? describeCause(cause) : told.join('; ')}. Put right what keeps them, as by emptying a bucket, and re-run the failed jobs: the deletion goes on. Or leave them behind with \`${left}\``;
}
/** A reason of AWS that a sentence goes on after. */
function withoutStop(text) {
    return text.trim().replace(/\.$/, '');
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/delete-retired.js










/**
 * In what stacks differ from what was approved to be deleted; empty where they are that, or less. Changes nothing.
 * @throws UserError when an operation on one of them does not end in time.
 */
async function compareRetired({ session, clock, plan, deadline }) {
    if (plan.length === 0)
        return [];
    return withCloudFormation(session, clock, async (cloudFormation) => {
        const found = await Promise.all(plan.map(async (it) => assessRetired(cloudFormation, it, plan, deadline)));
        return found.flatMap(it => (it.kind === 'obsolete' ? it.differences : []));
    });
}
/**
 * Deletes stacks one after another, each once it was compared with what was approved. Running it again after it was killed joins what is under way and goes
 * on; after a failure it tries again. Never throws for one of them: what became of each must be known.
 */
async function deleteRetired(request) {
    if (request.plan.length === 0)
        return { kind: 'deleted', deleted: [] };
    return withCloudFormation(request.session, request.clock, cloudFormation => deleteWith(cloudFormation, request));
}
/** {@link deleteRetired} over a connection that is there already. */
async function deleteWith(cloudFormation, request) {
    const deleted = [];
    for (const planned of request.plan) {
        const { unit, stack } = planned;
        const stopped = await deleteOne({ ...request, cloudFormation }, planned).catch((error) => {
            return { kind: 'failed', failure: { unit, stack, cause: { reason: (0,lib/* messageOf */.bDE)(error) } } };
        });
        if (stopped !== undefined)
            return { ...stopped, deleted };
        deleted.push(unit);
    }
    return { kind: 'deleted', deleted };
}
async function deleteOne(context, planned) {
    const { cloudFormation, plan, deadline, log } = context;
    const { stack, id } = planned;
    const readiness = await assessRetired(cloudFormation, planned, plan, deadline);
    switch (readiness.kind) {
        case 'gone':
            log.info(`${stack}: already deleted`);
            return undefined;
        case 'obsolete':
            return readiness;
        case 'running':
            if (await delete_retired_isOurs(context, id))
                return endOf(context, planned, await join(context, planned));
            // It is as good as ours when it is done; and where it fails, the next look begins anew.
            log.info(`${stack}: someone else is deleting it; waiting until that is over`);
            return (await readSettled(cloudFormation, id, deadline))?.status === 'DELETE_IN_PROGRESS'
                ? endOf(context, planned, { end: { kind: 'timeout', status: 'DELETE_IN_PROGRESS' }, undeleted: [] })
                : deleteOne(context, planned);
        case 'ready':
            return endOf(context, planned, await delete_retired_begin(context, planned));
    }
}
/** Orders the deletion, by the ARN, which no other stack of the name has. Without a role: CloudFormation takes that of the stack. */
async function delete_retired_begin(context, { stack, id }) {
    const { cloudFormation, clientToken, log } = context;
    log.info(`${stack}: deleting`);
    const events = await EventStream.fromNow(cloudFormation, id);
    // A token is good for one operation: what failed is ordered again with another one.
    const newest = await newestEvent(cloudFormation, id);
    await cloudFormation.deleteStack({
        StackName: id,
        ClientRequestToken: tokenOf(clientToken, `${id} ${newest?.id ?? ''}`)
    });
    return delete_retired_follow(context, id, events);
}
/** Follows the deletion that an earlier attempt had ordered. */
async function join(context, { stack, id }) {
    const { cloudFormation, clientToken, log } = context;
    log.info(`${stack}: an earlier run started its deletion; monitoring it`);
    const events = await EventStream.fromToken(cloudFormation, id, clientToken);
    return delete_retired_follow(context, id, events);
}
async function delete_retired_follow({ cloudFormation, deadline, onEvent }, stackId, events) {
    const last = new LastEvents();
    const tell = (event) => {
        last.add(event);
        onEvent(event);
    };
    const end = await followOperation(cloudFormation, { stackId, events, deadline, onEvent: tell });
    return { end, undeleted: last.undeleted };
}
async function delete_retired_isOurs({ cloudFormation, clientToken }, id) {
    return (await newestEvent(cloudFormation, id))?.token?.startsWith(clientToken) === true;
}
async function newestEvent(cloudFormation, id) {
    for await (const event of pages(cloudFormation, id))
        return event;
    return undefined;
}
function endOf({ deadline, log }, planned, { end, undeleted }) {
    const { unit, stack } = planned;
    if (end.kind === 'failed' && end.status === 'DELETE_COMPLETE') {
        log.info(`${stack}: deleted`);
        return undefined;
    }
    const failed = (failure) => ({
        kind: 'failed',
        failure: { unit, stack, ...failure }
    });
    if (end.kind === 'timeout')
        return failed(failureOf(deadline, end));
    const { status } = end.kind === 'complete' ? end.live : end;
    if (end.kind === 'failed' && status === 'DELETE_FAILED')
        return failed({ status, cause: { reason: explainUndeleted(planned, undeleted, end.cause) } });
    // Called off: it is what it was before.
    const why = end.kind === 'complete' ? (end.live.reason ?? 'AWS gave no reason') : describeCause(end.cause);
    return failed({ status, cause: { reason: `CloudFormation did not delete it: ${withoutStop(why)}. Re-run all jobs` } });
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/cloudformation/lib/nested-templates.js




/** CloudFormation nests no deeper than this by its own quotas of stack operations; a circle would not end. */
const DEEPEST = 10;
/**
 * Puts the templates that a template names as files (`TemplateURL: ./network.yml`, from its own folder) where CloudFormation reads them, those that they
 * name first, and writes the URLs in their place. All else stays as it is written, comments and all.
 * @throws UserError where one is missing, has transforms, which no plan could show, or names itself.
 */
async function keepNested(file, places, above = []) {
    const named = filesIn(file.text);
    if (named.length === 0)
        return { text: file.text, nested: [] };
    const around = [...above, file.path];
    let text = file.text;
    const nested = new Map();
    // From the end: what is written in a place moves what comes after.
    for (const { resource, written, from, to } of [...named].reverse()) {
        const path = external_node_path_.posix.normalize(external_node_path_.posix.join(external_node_path_.posix.dirname(file.path), written));
        const kept = await keepOne(path, resource, places, around);
        for (const one of [...kept.nested, kept.own])
            nested.set(one.url, one);
        text = text.slice(0, from) + JSON.stringify(kept.own.url) + text.slice(to);
    }
    return { text, nested: [...nested.values()] };
}
async function keepOne(path, resource, places, around) {
    const { unit, read, keep } = places;
    const at = `Unit ${unit}: ${resource} in ${around.at(-1) ?? ''}`;
    if (around.includes(path) || around.length > DEEPEST)
        throw new lib/* UserError */.yot(`${at} nests ${path}, which nests itself: ${[...around, path].join(' → ')}. Take one of them out.`);
    if (keep === undefined)
        throw new lib/* UserError */.yot(`${at} nests ${path}, which CloudFormation reads from S3 alone. Name a bucket for it under accounts.<name>.bundles of delivery.yml.`);
    const bytes = path.startsWith('../') ? undefined : await read(path);
    if (bytes === undefined)
        throw new lib/* UserError */.yot(`${at} nests ${path}, which is not a file of the commit. Commit it there as a file, not as a link, or correct TemplateURL: it is taken from the folder of the template.`);
    const inner = await keepNested({ path, text: Buffer.from(bytes).toString('utf8') }, places, around);
    if (readTemplate(inner.text, `${path}, nested by unit ${unit},`, true).transformed)
        throw new lib/* UserError */.yot(`${at} nests ${path}, which has transforms: no one could see before the approval what they make of it. Take the transforms out, or make it a unit of its own.`);
    return { own: { path, text: inner.text, url: await keep(inner.text) }, nested: inner.nested };
}
/** What `TemplateURL` of nested stacks says that is no URL, as far as it is written out. */
function filesIn(text) {
    if (!text.includes('TemplateURL'))
        return [];
    const root = (0,dist/* parseDocument */.Tp)(text, { version: '1.1', logLevel: 'silent' }).contents;
    const resources = (0,dist/* isMap */.jh)(root) ? root.get('Resources', true) : undefined;
    if (!(0,dist/* isMap */.jh)(resources))
        return [];
    return resources.items.flatMap(({ key, value }) => {
        if (!(0,dist/* isMap */.jh)(value) || value.get('Type') !== 'AWS::CloudFormation::Stack')
            return [];
        const properties = value.get('Properties', true);
        const node = (0,dist/* isMap */.jh)(properties) ? properties.get('TemplateURL', true) : undefined;
        // A tag is a function: what becomes of it is not known here.
        if (!(0,dist/* isScalar */.jn)(node) || node.range == null || node.tag?.startsWith('!') === true)
            return [];
        const written = String(node.value);
        if (written === '' || /^[a-z][a-z0-9+.-]*:/i.test(written) || written.includes('{{'))
            return [];
        return [{ resource: (0,dist/* isScalar */.jn)(key) ? String(key.value) : '', written, from: node.range[0], to: node.range[1] }];
    });
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/plan-retired.js





/**
 * Says what is deleted with the stacks of retired units, in the order in which they go: whoever took outputs of another one, or imports them, before it. One that
 * is not there, or in which nothing was ever deployed, is not in the answer. Changes nothing.
 * @throws UserError naming a stack that cannot be deleted, or is not the unit's, and the next step.
 */
async function planRetired({ session, clock, log, retired }) {
    if (retired.length === 0)
        return [];
    return withCloudFormation(session, clock, async (cloudFormation) => {
        const read = await Promise.all(retired.map(async (it) => ({ it, live: await readAtRest(cloudFormation, it.stack) })));
        const there = read.flatMap(({ it, live }) => {
            const isThere = live !== undefined && stateOf(live.status) !== 'review';
            if (!isThere)
                log.info(`${it.stack}: retired, and gone`);
            return isThere ? [{ ...it, live }] : [];
        });
        for (const each of there)
            refuseForeign(each, cloudFormation.region);
        const found = await Promise.all(there.map(async ({ unit, stack, dependsOn, live }) => {
            const planned = await readRetired(cloudFormation, { unit, stack }, live);
            log.info(`${stack}: delete, ${(0,lib/* plural */.LSg)(planned.resources.length, 'resource')}`);
            return { planned, dependsOn, imports: await importsOf(cloudFormation, planned, live) };
        }));
        for (const each of found)
            refuseImported(each, found);
        return dependentsFirst(found).map(({ planned }) => planned);
    });
}
function refuse(unit, stack, why) {
    throw new lib/* UserError */.yot(`Stack ${stack} is not deleted, although delivery.yml retires ${unit}: ${why}; or write \`retired: { ${unit}: keep }\` into delivery.yml, and deliver again.`);
}
/** By its tags, which Sluice gave it when the unit was delivered; and where it is protected, whoever did that meant it. */
function refuseForeign({ unit, stack, tags, live }, region) {
    const foreign = Object.entries(tags).filter(([name, value]) => live.tags[name] !== value);
    if (foreign.length > 0) {
        const lacks = foreign.map(([name, value]) => `${name} is ${live.tags[name] ?? 'absent'} instead of ${value}`);
        refuse(unit, stack, `by its tags it is not the stack of this unit (${lacks.join(', ')}). Whoever made it can delete it`);
    }
    if (live.settings.terminationProtection)
        refuse(unit, stack, `it is protected from deletion. Run \`aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stack} --region ${region}\`, then re-run the job`);
}
function refuseImported({ planned: { unit, stack }, imports }, all) {
    const going = all.flatMap(({ planned }) => importers_namesOf(planned));
    const who = imports.filter(({ by }) => !going.includes(by)).map(({ name, by }) => `${by} imports ${name}`);
    if (who.length === 0)
        return;
    refuse(unit, stack, `other stacks import its outputs (${who.join(', ')}). Deploy these stacks without the import first, then re-run the job`);
}
/** Those on which none that is left depends, one after another; in a circle, which CloudFormation does not let be made, as they are. */
function dependentsFirst(all) {
    const needs = (one, other) => one !== other &&
        (one.dependsOn.includes(other.planned.unit) || other.imports.some(({ by }) => importers_namesOf(one.planned).includes(by)));
    const ordered = [];
    for (let left = [...all]; left.length > 0; left = left.filter(it => !ordered.includes(it))) {
        const next = left.find(it => !left.some(one => needs(one, it))) ?? left[0];
        if (next !== undefined)
            ordered.push(next);
    }
    return ordered;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/moving-outputs.js


/** Changes of a resource that leave its attributes and its name as they are. */
const HARMLESS = new Set(['CreationPolicy', 'DeletionPolicy', 'Metadata', 'UpdatePolicy', 'UpdateReplacePolicy']);
/** Resources whose name is what their handler answers, at any update. */
const RENAMED_BY_UPDATES = /^(?:Custom::|AWS::CloudFormation::(?:CustomResource|WaitConditionHandle)$)/;
/** What AWS evaluates anew whenever the stack is updated. */
const VOLATILE = new Set(['Fn::GetAZs', 'Fn::Transform', 'AWS::Include']);
/**
 * The outputs that the changes of a stack may reach, each with what reaches it, sorted. Whether one does move is known after the update alone, so in doubt
 * it may: who reads an output that is not named here reads the value of now, and one too many costs a line in the dossier.
 *
 * A resource's attribute may move with any change of it, its name (`Ref`) with its replacement: so CloudFormation itself tells which resources follow others
 * (`ChangeSource: DirectModification` and `ResourceAttribute` of `DescribeChangeSet`).
 */
function movingOutputs(stack) {
    const template = readTree(stack.template);
    if (template === undefined)
        return new Map();
    const live = stack.liveTemplate === undefined ? undefined : readTree(stack.liveTemplate);
    const outputs = member(template, 'Outputs');
    const reach = new Reach(stack, template, live);
    return new Map(namesIn(outputs).flatMap(name => {
        const via = reachOfOutput(name, { outputs, live, stack, reach });
        return via.length === 0 ? [] : [[name, via]];
    }));
}
function reachOfOutput(name, { outputs, live, stack, reach }) {
    if (live === undefined || stack.transformed)
        return ['its template'];
    const output = member(outputs, name);
    const before = member(member(live, 'Outputs'), name);
    if (!isSame(member(output, 'Value'), member(before, 'Value')) ||
        !isSame(member(output, 'Condition'), member(before, 'Condition')))
        return ['its own text'];
    const condition = member(output, 'Condition');
    const reached = [
        ...reach.of(member(output, 'Value') ?? ''),
        ...(typeof condition === 'string' ? reach.ofCondition(condition) : [])
    ];
    return [...new Set(reached)].sort();
}
/** What of a template the changes reach: names of resources, parameters and the like. */
class Reach {
    #stack;
    #template;
    #live;
    #changes;
    /** Resources with a stack of their own in which something changes. */
    #around;
    /** What is known already, or looked at right now: only a hostile template has circles. */
    #conditions = new Map();
    constructor(stack, template, live) {
        this.#stack = stack;
        this.#template = template;
        this.#live = live;
        this.#changes = new Map(stack.changes.map(change => [change.logicalId, change]));
        this.#around = new Set(stack.changes.flatMap(({ logicalId }) => (logicalId.includes('/') ? [logicalId.split('/')[0] ?? ''] : [])));
    }
    /** What reaches an expression. */
    of(tree) {
        if (typeof tree === 'string')
            return tree.includes('{{resolve:') ? ['a value that AWS looks up'] : [];
        if (!isTreeMap(tree))
            return tree.flatMap(item => this.of(item));
        const call = callIn(tree);
        return call === undefined
            ? Object.values(tree).flatMap(item => this.of(item))
            : this.#ofCall(call.name, call.argument);
    }
    ofCondition(name) {
        const known = this.#conditions.get(name);
        if (known !== undefined)
            return known;
        this.#conditions.set(name, []);
        const [now, before] = [this.#template, this.#live].map(it => member(member(it, 'Conditions'), name));
        const found = now === undefined || !isSame(now, before) ? [`condition ${name}`] : this.of(now);
        this.#conditions.set(name, found);
        return found;
    }
    #ofCall(name, argument) {
        if (VOLATILE.has(name))
            return [name];
        const [first, second] = Array.isArray(argument) ? argument : [argument];
        const named = typeof first === 'string' ? first : undefined;
        switch (name) {
            case 'Ref':
                return named === undefined ? this.of(argument) : this.#ofName(named);
            case 'Condition':
                return named === undefined ? this.of(argument) : this.ofCondition(named);
            case 'Fn::GetAtt':
                return named === undefined ? this.of(argument) : [...this.#ofAttribute(named), ...this.of(second ?? '')];
            case 'Fn::Sub':
                return named === undefined ? this.of(argument) : this.#ofText(named, second);
            case 'Fn::If':
                return [...(named === undefined ? [] : this.ofCondition(named)), ...this.of(argument)];
            case 'Fn::FindInMap':
                return [...(named === undefined ? this.#ofMappings() : this.#ofMapping(named)), ...this.of(argument)];
            default:
                return this.of(argument);
        }
    }
    /** A text with `${A}` and `${A.B}` in it, and the map of what else may be named there. */
    #ofText(text, own) {
        const names = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name.trim());
        const foreign = names.filter(name => member(own, name) === undefined);
        return [
            ...(own === undefined ? [] : this.of(own)),
            ...this.of(text.replace(/\$\{[^}]*\}/g, '')),
            ...foreign.flatMap(name => name.includes('.') ? this.#ofAttribute(name.split('.')[0] ?? '') : this.#ofName(name))
        ];
    }
    /** What a `Ref` names: a parameter, a pseudo parameter, or a resource's name. */
    #ofName(name) {
        if (name.startsWith('AWS::'))
            return [];
        if (member(member(this.#template, 'Parameters'), name) !== undefined)
            return this.#ofParameter(name);
        const change = this.#changes.get(name);
        if (change === undefined)
            return this.#ofUnlisted(name);
        const { action, replacement = 'False', type } = change;
        const isKept = action === 'Modify' && replacement === 'False' && !RENAMED_BY_UPDATES.test(type);
        return isKept ? [] : [name];
    }
    #ofAttribute(name) {
        if (this.#around.has(name))
            return [name];
        const change = this.#changes.get(name);
        if (change === undefined)
            return this.#ofUnlisted(name);
        const { action, targets } = change;
        const isHarmless = action === 'Modify' && targets.length > 0 && targets.every(target => HARMLESS.has(target));
        return isHarmless ? [] : [name];
    }
    /** CloudFormation lists also what follows from other changes. A name that is neither listed nor there, nobody knows. */
    #ofUnlisted(name) {
        return member(member(this.#template, 'Resources'), name) === undefined ? [name] : [];
    }
    #ofParameter(name) {
        const { parameters, liveParameters, opaque } = this.#stack;
        const planned = parameters[name];
        const isFixed = planned !== undefined && 'value' in planned && planned.value === liveParameters[name] && !opaque.has(name);
        return isFixed ? [] : [`parameter ${name}`];
    }
    #ofMapping(name) {
        const [now, before] = [this.#template, this.#live].map(it => member(member(it, 'Mappings'), name));
        return now !== undefined && isSame(now, before) ? [] : [`mapping ${name}`];
    }
    #ofMappings() {
        const [now, before] = [this.#template, this.#live].map(it => member(it, 'Mappings'));
        return isSame(now, before) ? [] : ['mappings'];
    }
}
function isSame(a, b) {
    return a === undefined || b === undefined ? a === b : (0,lib/* canonicalJson */.djW)(a) === (0,lib/* canonicalJson */.djW)(b);
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/relaxed-template.js

/** Stands in for what is known after other stacks are deployed alone. Such a change set is looked at, and never executed. */
const PLACEHOLDER = 'known-after-apply';
/**
 * A template whose parameters take any text: CloudFormation looks up the values of others (`AWS::EC2::Subnet::Id`) and holds them against patterns, which a
 * placeholder does not fit. All else stays as it is written, but for `Rules`, which only say what parameters may be.
 * @param names of the parameters; each must be declared.
 * @returns `undefined` where the text does not let itself be changed.
 */
function relaxedTemplate({ text, parameters }, names) {
    const document = (0,dist/* parseDocument */.Tp)(text, { version: '1.1', logLevel: 'silent' });
    const root = document.contents;
    if (!(0,dist/* isMap */.jh)(root))
        return undefined;
    const declared = root.get('Parameters', true);
    if (!(0,dist/* isMap */.jh)(declared))
        return undefined;
    const edits = [];
    for (const name of names) {
        const pair = declared.items.find(({ key }) => (0,dist/* isScalar */.jn)(key) && key.value === name);
        const range = pair?.value?.range;
        // What is anchored here may be taken elsewhere.
        const anchored = (0,dist/* isMap */.jh)(pair?.value) && pair.value.anchor !== undefined;
        if (range == null || anchored || text.slice(range[0], range[1]).includes('&'))
            return undefined;
        edits.push({ from: range[0], to: range[1], text: `{ "Type": "${freeType(parameters.get(name)?.type)}" }` });
    }
    const rules = root.items.find(({ key }) => (0,dist/* isScalar */.jn)(key) && key.value === 'Rules');
    const ruled = rules?.value?.range;
    if (ruled != null)
        edits.push({ from: ruled[0], to: ruled[1], text: '{}' });
    const relaxed = edits
        .sort((a, b) => b.from - a.from)
        .reduce((all, edit) => all.slice(0, edit.from) + edit.text + lineEnd(all.slice(edit.from, edit.to)) + all.slice(edit.to), text);
    return (0,dist/* parseDocument */.Tp)(relaxed, { version: '1.1', logLevel: 'silent' }).errors.length === 0 ? relaxed : undefined;
}
/** A block takes the end of its last line along. */
function lineEnd(replaced) {
    return /\r?\n$/.exec(replaced)?.[0] ?? '';
}
function freeType(type = 'String') {
    return isList(type) ? 'CommaDelimitedList' : 'String';
}
function isList(type) {
    return type === 'CommaDelimitedList' || type.includes('List<');
}
/** What stands in for a value: a list of as many members as there are now, since templates select among them. */
function placeholderFor(type, now) {
    if (type === undefined || !isList(type) || now === undefined)
        return PLACEHOLDER;
    return now
        .split(',')
        .map((_, n) => (n === 0 ? PLACEHOLDER : `${PLACEHOLDER}-${n + 1}`))
        .join(',');
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/worst-case.js

/**
 * What a stack could change at most if some of its parameters had other values, by its text alone: each resource that takes one of them, directly or by
 * another resource, may be replaced; one whose condition takes one may come or go.
 */
function worstCase({ text, resources }, open) {
    const tree = readTree(text) ?? {};
    const reached = new Set(open);
    const conditions = conditionsThatRead(tree, reached);
    const found = new Map();
    // Each round reaches one more at least, so it ends.
    for (let before = -1; before !== reached.size;) {
        before = reached.size;
        for (const [logicalId, type] of resources) {
            const changes = changesOf({ logicalId, type }, member(member(tree, 'Resources'), logicalId), {
                reached,
                conditions
            });
            if (changes.length === 0)
                continue;
            found.set(logicalId, changes);
            reached.add(logicalId);
        }
    }
    return [...found.values()].flat();
}
function changesOf({ logicalId, type }, resource, what) {
    const properties = member(resource, 'Properties');
    const targets = namesIn(properties)
        .filter(name => reads(member(properties, name) ?? '', what))
        .map(name => `Properties.${name}`);
    const condition = member(resource, 'Condition');
    const comesOrGoes = typeof condition === 'string' && what.conditions.has(condition);
    return [
        ...(comesOrGoes ? [{ action: 'Add', logicalId, type, targets: [] }] : []),
        ...(targets.length === 0
            ? []
            : [{ action: 'Modify', logicalId, type, replacement: 'Conditional', targets: targets.sort() }]),
        ...(comesOrGoes ? [{ action: 'Remove', logicalId, type, targets: [] }] : [])
    ];
}
/** Whether an expression takes anything that is reached. */
function reads(tree, what) {
    if (typeof tree === 'string')
        return false;
    if (!isTreeMap(tree))
        return tree.some(item => reads(item, what));
    const call = callIn(tree);
    if (call === undefined)
        return Object.values(tree).some(item => reads(item, what));
    const { name, argument } = call;
    const [first] = Array.isArray(argument) ? argument : [argument];
    const named = typeof first === 'string' ? first : '';
    if (name === 'Ref' || name === 'Fn::GetAtt')
        return what.reached.has(named) || reads(argument, what);
    if (name === 'Condition' || name === 'Fn::If')
        return what.conditions.has(named) || reads(argument, what);
    if (name !== 'Fn::Sub')
        return reads(argument, what);
    const names = [...named.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, it = '']) => it.trim().split('.')[0] ?? '');
    return names.some(it => what.reached.has(it)) || reads(argument, what);
}
/** Conditions that read parameters, or others that do. */
function conditionsThatRead(tree, parameters) {
    const all = member(tree, 'Conditions');
    const found = new Set();
    for (let before = -1; before !== found.size;) {
        before = found.size;
        for (const name of namesIn(all))
            if (reads(member(all, name) ?? '', { reached: parameters, conditions: found }))
                found.add(name);
    }
    return found;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/plan-deferred.js






/**
 * What a stack that exists may change, where some of its parameters are known once stacks before it are deployed: what it changes with the values of now,
 * whose change set stays, and what else it may change with any other values. The latter is asked by placeholders, in a change set that goes at once.
 * @throws UserError when CloudFormation refuses the values of now.
 */
async function planDeferred(cloudFormation, target, parameters, making) {
    const open = [...parameters.pending, ...parameters.moving];
    const possible = await probe(cloudFormation, target, { values: parameters.values, open }, making);
    if (parameters.pending.length > 0)
        return possible;
    const { log, ...options } = making;
    const fixed = await computeChanges(cloudFormation, target, {
        ...options,
        type: 'UPDATE',
        parameters: parameters.values
    });
    if (fixed.state === 'empty')
        await discardStack(cloudFormation, target.request.stack, making.name, log);
    const certain = fixed.changes;
    const more = possible.filter(change => !certain.some(bound => isWithin(change, bound)));
    return [...certain, ...more.map(change => ({ ...change, possible: true }))].sort(byPlace);
}
/** What would change if open parameters had other values. */
async function probe(cloudFormation, target, { values, open }, { log, ...options }) {
    const { template, request } = target;
    const text = relaxedTemplate(template, open);
    if (text === undefined)
        return worstCase(template, open);
    const placeholders = open.map(name => [name, placeholderFor(template.parameters.get(name)?.type, values[name])]);
    try {
        const { changes } = await computeChanges(cloudFormation, { request, template: { ...template, text } }, { ...options, type: 'UPDATE', parameters: { ...values, ...Object.fromEntries(placeholders) }, isProbe: true });
        return changes;
    }
    catch (error) {
        if (!(error instanceof lib/* UserError */.yot))
            throw error;
        log.info(`${request.stack}: CloudFormation does not say what other values of ${open.join(', ')} would change, so the plan takes the worst: ${error.message}`);
        return worstCase(template, open);
    }
    finally {
        await discardStack(cloudFormation, request.stack, options.name, log);
    }
}
/** By resource, what is certain before what is possible. */
function byPlace(a, b) {
    const [left, right] = [a, b].map(it => `${it.logicalId} ${it.possible === true ? 1 : 0} ${it.action}`);
    return (left ?? '') < (right ?? '') ? -1 : 1;
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/plan-stacks.js













/**
 * Says what a release would change in each stack, by change sets that stay until they are applied or discarded.
 * Nothing that runs is touched. When a stack cannot be planned, the change sets of the others are taken back.
 * @throws UserError naming the stack and the next step.
 */
async function planStacks(request) {
    return (await planWithMoves(request)).stacks;
}
/** {@link planStacks}, and which outputs may move by what is planned. */
async function planWithMoves(request) {
    return withCloudFormation(request.session, request.clock, cloudFormation => planWith(cloudFormation, request));
}
/** {@link planWithMoves} over a connection that is there already. */
async function planWith(cloudFormation, request) {
    const targets = readWanted(request.stacks);
    const { live, before: recoveries } = await readAll(cloudFormation, request);
    const outputs = outputsOf(request.stacks, live);
    const planned = await inTurn(targets, async (target, before) => planStack(cloudFormation, request, target, live.get(target.request.stack), {
        outputs,
        mayMove: movedBy(before, live),
        before: recoveries.get(target.request.stack)
    }));
    const refused = planned.find(result => result.status === 'rejected');
    if (refused === undefined) {
        const made = planned.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
        return { stacks: made.map(it => it.planned), mayMove: movedBy(made, live) };
    }
    await Promise.allSettled(request.stacks.map(({ stack }) => discardStack(cloudFormation, stack, request.changeSetName, request.log)));
    throw refused.reason;
}
/** The stacks as they are, each at rest and able to take a deployment; and what makes those able that are not. */
async function readAll(cloudFormation, request) {
    const found = await Promise.all(request.stacks.map(async ({ stack }) => ({ stack, ...(await readRecoverable(cloudFormation, stack)) })));
    return {
        live: new Map(found.flatMap(({ stack, live }) => (live === undefined ? [] : [[stack, live]]))),
        before: new Map(found.flatMap(({ stack, before }) => (before === undefined ? [] : [[stack, before]])))
    };
}
/** Plans each stack when those that it depends on are planned: what they change tells which of their outputs may move. */
async function inTurn(targets, plan) {
    const running = new Map();
    for (const target of targets) {
        const { unit, dependsOn } = target.request;
        const before = dependsOn.flatMap(name => running.get(name) ?? []);
        const made = Promise.all(before).then(async (done) => ({ target, planned: await plan(target, done) }));
        running.set(unit, made);
    }
    return Promise.allSettled(running.values());
}
/** The outputs that planned changes may move. */
function movedBy(before, live) {
    return new Map(before.flatMap(({ target: { template }, planned }) => {
        const { action, base, changes, parameters } = planned;
        if (action === 'unchanged' || base === undefined)
            return [];
        const liveTemplate = live.get(planned.stack)?.templateText;
        const moving = movingOutputs({
            ...{ changes, parameters },
            template: template.text,
            transformed: template.transformed,
            ...(liveTemplate === undefined ? {} : { liveTemplate }),
            liveParameters: base.parameters,
            opaque: opaqueIn(template)
        });
        return [[planned.unit, moving]];
    }));
}
/** Parameters whose values nobody can compare. */
function opaqueIn({ parameters }) {
    return new Set([...parameters].flatMap(([name, { noEcho, type }]) => (noEcho || type.startsWith('AWS::SSM::') ? [name] : [])));
}
async function planStack(cloudFormation, { changeSetName: name, executionRoleArn: roleArn, log }, target, live, { outputs, mayMove, before }) {
    const { parameters, planned } = wanted(target, cloudFormation.region, outputs, mayMove);
    const base = baseOf(live, planned.settings);
    if (before !== undefined && base !== undefined)
        return planRollback({ ...planned, base, before }, log);
    const making = { name, ...(roleArn === undefined ? {} : { roleArn }) };
    if (before !== undefined || parameters.pending.length + parameters.moving.length > 0)
        return planLater(cloudFormation, { target, parameters, live, before }, planned, { ...making, log });
    const changeSet = await computeChanges(cloudFormation, target, {
        ...making,
        type: base === undefined ? 'CREATE' : 'UPDATE',
        parameters: parameters.values,
        withValues: true
    });
    const empty = changeSet.state === 'empty';
    if (empty)
        await discardStack(cloudFormation, planned.stack, name, log);
    if (empty)
        warnOfSettings(planned, live, log);
    const action = empty && !changesProtection({ ...planned, ...(base === undefined ? {} : { base }) })
        ? 'unchanged'
        : base === undefined
            ? 'create'
            : 'update';
    const { values } = parameters;
    const told = empty ? {} : await toldByTemplate(cloudFormation, target, { changeSet, values, live });
    const warnings = empty ? [] : await warningsOf(cloudFormation, changeSet);
    report(log, planned.stack, action, changeSet.changes);
    return {
        ...planned,
        parameters: withResolved(planned.parameters, changeSet.resolved),
        action,
        ...(base === undefined ? {} : { base }),
        changes: changeSet.changes,
        ...told,
        ...(warnings.length === 0 ? {} : { warnings })
    };
}
/** A stack of which some is known once those before it are deployed, or it is replaced. */
async function planLater(cloudFormation, stack, planned, making) {
    const { target, parameters, live, before } = stack;
    const base = baseOf(live, planned.settings);
    const changes = base === undefined ? additions(target) : await planDeferred(cloudFormation, target, parameters, making);
    const why = before === undefined ? 'it takes outputs that stacks before it may move' : describeRecovery(before);
    making.log.info(`${planned.stack}: deferred, since ${why}; at most ${(0,lib/* plural */.LSg)(changes.length, 'change')}`);
    const { values } = parameters;
    const widens = await widensBy(cloudFormation, target, { text: target.template.text, values, live });
    return {
        ...planned,
        action: 'deferred',
        ...(base === undefined ? {} : { base }),
        ...(before === undefined ? {} : { before }),
        changes,
        ...(widens.length === 0 ? {} : { widens })
    };
}
/** CloudFormation takes other settings alone, by all that is known of it; where it does not, the stack stays as it is, and so does the difference. */
function warnOfSettings({ stack, settings = {} }, live, log) {
    if (live === undefined || hasSettings(live.settings, settings))
        return;
    log.warning(`${stack}: CloudFormation makes no change set for other settings alone; it takes them with the next change of the stack`);
}
/** What the stack will be then is known then: the plan changes nothing more of it, or is refused. */
function planRollback(planned, log) {
    log.info(`${planned.stack}: deferred, since ${describeRecovery(planned.before)}; nothing else of it changes`);
    return { ...planned, action: 'deferred', changes: [] };
}
/** What AWS looked up beside the names that it was looked up by: who approves the one approves the other. */
function withResolved(parameters, resolved) {
    return Object.fromEntries(Object.entries(parameters).map(([name, it]) => {
        const found = resolved[name];
        return [name, found === undefined || !('value' in it) ? it : { ...it, resolved: found }];
    }));
}
/** Everything that a new stack may add. */
function additions({ template }) {
    return [...template.resources]
        .map(([logicalId, type]) => ({ action: 'Add', logicalId, type, targets: [] }))
        .sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}
function report(log, stack, action, changes) {
    log.info(action === 'unchanged' ? `${stack}: unchanged` : `${stack}: ${action}, ${(0,lib/* plural */.LSg)(changes.length, 'change')}`);
}

;// CONCATENATED MODULE: ./packages/cloudformation/lib/index.js















/***/ })

};
