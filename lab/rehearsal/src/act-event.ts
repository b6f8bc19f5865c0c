/** Something that act says of a run, as far as anybody wants to know. */
export type ActEvent =
  | { readonly kind: 'job-started'; readonly job: ActJob }
  | { readonly kind: 'job-finished'; readonly job: ActJob; readonly result: 'success' | 'failure' }
  | { readonly kind: 'step-started'; readonly job: ActJob; readonly step: string }
  | {
      readonly kind: 'step-finished'
      readonly job: ActJob
      readonly step: string
      readonly result: string
      readonly milliseconds: number
    }
  | { readonly kind: 'output'; readonly job: ActJob; readonly name: string; readonly value: string }
  | { readonly kind: 'summary'; readonly job: ActJob; readonly step: string; readonly markdown: string }
  | { readonly kind: 'log'; readonly job: ActJob | undefined; readonly step: string; readonly text: string }

/** A job of a run. */
export interface ActJob {
  /** Unique in the run. */
  readonly key: string
  /** Job of the calling workflow that it belongs to, e.g. `environment-2`. */
  readonly caller: string
  /** Its id in its own workflow, e.g. `deploy`. */
  readonly id: string
  readonly matrix: Readonly<Record<string, string>>
}

/** One line of `act --json`; an external format, of which these members are used. */
interface ActLine {
  readonly job?: string
  readonly jobID?: string
  readonly jobResult?: string
  readonly matrix?: Readonly<Record<string, string>>
  readonly msg?: string
  readonly step?: string
  readonly stage?: string
  readonly stepResult?: string
  readonly executionTime?: number
  readonly command?: string
  readonly name?: string
  readonly arg?: string
  readonly content?: string
  readonly raw_output?: boolean
}

/** Reads one line of `act --json`; a line that is no JSON is shown as it is. */
export function parseActLine(text: string): readonly ActEvent[] {
  let line: ActLine
  try {
    line = JSON.parse(text) as ActLine
  } catch {
    return [{ kind: 'log', job: undefined, step: '', text }]
  }
  const job = jobOf(line)
  const step = line.step ?? ''
  if (job === undefined) return line.msg === undefined ? [] : [{ kind: 'log', job, step, text: line.msg }]
  if (line.jobResult !== undefined)
    return [{ kind: 'job-finished', job, result: line.jobResult === 'success' ? 'success' : 'failure' }]
  if (line.command === 'set-output') return [{ kind: 'output', job, name: line.name ?? '', value: line.arg ?? '' }]
  if (line.command === 'summary') return [{ kind: 'summary', job, step, markdown: line.content ?? '' }]
  if (line.raw_output === true) return [{ kind: 'log', job, step, text: (line.msg ?? '').replace(/\n$/, '') }]
  if (line.stepResult !== undefined && line.stage === 'Main') {
    return [
      { kind: 'step-finished', job, step, result: line.stepResult, milliseconds: (line.executionTime ?? 0) / 1e6 }
    ]
  }
  if (step === 'Set up job' && line.stepResult === undefined) return [{ kind: 'job-started', job }]
  if (line.stage === 'Main' && (line.msg ?? '').startsWith('⭐')) return [{ kind: 'step-started', job, step }]
  if (line.msg === undefined || line.msg.startsWith('LocalRepositoryCache')) return []
  return [{ kind: 'log', job, step, text: line.msg }]
}

function jobOf(line: ActLine): ActJob | undefined {
  if (line.job === undefined || line.jobID === undefined) return undefined
  const [nearest = ''] = line.job.trim().split('/')
  const caller = PLANNED.exec(line.job.trim())?.[1] ?? nearest
  return { key: line.job.trim(), caller, id: line.jobID, matrix: line.matrix ?? {} }
}

/** Act names only the job that calls a workflow, and not the one that calls that one's: of a plan, the environment is in its own name. */
const PLANNED = /^plan\/plan\/plan \S+ for (\S+)$/

/** The calling workflow's job, behind which GitHub shows every job of a delivery. */
const CALLER = 'deliver'

/** The same of a workflow that calls repair.yml, which calls no other. */
const REPAIR_CALLER = 'repair'

/**
 * What GitHub calls a job: its own name, cut to what GitHub shows, behind the names of the jobs that call the workflow it is in. Act puts the name of the
 * workflow in between, and pads the names so that its log looks tidy.
 */
export function nameOnGitHub({ key, caller }: ActJob): string {
  const own = shownName(key.split('/').slice(2).join('/').trim())
  if (caller === CALLER || caller === REPAIR_CALLER) return [caller, own].join(' / ')
  return [CALLER, caller, ...(PLANNED.test(key) ? ['plan'] : []), own].join(' / ')
}

/** GitHub cuts a job's own name to 100 characters, dots included; the names of the callers before it do not count. */
const SHOWN = 100

function shownName(name: string): string {
  return name.length > SHOWN ? `${name.slice(0, SHOWN - 3)}...` : name
}
