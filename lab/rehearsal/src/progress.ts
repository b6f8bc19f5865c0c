import { onOneLine } from '@sluice/core'
import type { ActJob } from './act-event.ts'
import type { DeliveryEvent } from './delivery-event.ts'
import { paint, type Terminal } from './terminal.ts'

/** Wall-clock seconds of one job. */
export interface JobTime {
  readonly job: string
  readonly seconds: number
}

/** How long a delivery stood still because a person had to decide, in seconds: no work of anybody's. */
export interface WaitingTime {
  readonly environment: string
  readonly seconds: number
}

interface RunningJob {
  readonly label: string
  readonly since: number
  /** Milliseconds that it was held at a gate. */
  waited: number
  step: string
}

/** How often the live line is redrawn, in milliseconds. */
const REDRAW = 200

/** Shows a delivery as it goes: a line for each job that ended, and on a terminal one live line for what runs or waits. */
export class Progress {
  readonly times: JobTime[] = []
  readonly waits: WaitingTime[] = []
  readonly #terminal: Terminal
  readonly #verbose: boolean
  readonly #now: () => number
  readonly #gates = new Map<string, { readonly opened: number; held: number | undefined }>()
  readonly #running = new Map<string, RunningJob>()
  readonly #errors = new Map<string, string[]>()
  readonly #timer: NodeJS.Timeout | undefined
  #note: string | undefined
  #drawn = false
  #held: string[] | undefined

  /** @param now milliseconds since the epoch. */
  constructor(terminal: Terminal, verbose: boolean, now: () => number = Date.now) {
    this.#terminal = terminal
    this.#verbose = verbose
    this.#now = now
    if (terminal.live) {
      this.#timer = setInterval(() => this.#draw(), REDRAW)
      this.#timer.unref()
    }
  }

  /** Begins a part of the rehearsal. */
  heading(text: string): void {
    this.line(paint(this.#terminal, 'bold', text))
  }

  /** Prints a line above the live one. */
  line(text: string): void {
    if (this.#held !== undefined) {
      this.#held.push(text)
      return
    }
    this.#clear()
    this.#terminal.write(`${text}\n`)
  }

  /** What is being waited for when no job runs. */
  note(text: string | undefined): void {
    this.#note = text
    this.#draw()
  }

  see(event: DeliveryEvent): void {
    switch (event.kind) {
      case 'job-started':
        this.#running.set(event.job.key, { label: labelOf(event.job), since: this.#now(), waited: 0, step: '' })
        break
      case 'step-started': {
        const running = this.#running.get(event.job.key)
        if (running !== undefined) running.step = stepName(event.step)
        if (this.#verbose) this.line(`  ${labelOf(event.job)}: ${stepName(event.step)}`)
        break
      }
      case 'job-finished':
        this.#finish(event.job, event.result)
        break
      case 'log':
        this.#log(event.job, event.text)
        break
      case 'gate-waiting':
        this.#gates.set(event.environment, { opened: this.#now(), held: undefined })
        this.note(`${event.environment} is waiting for a decision`)
        break
      case 'gate-held': {
        const gate = this.#gates.get(event.environment)
        if (gate !== undefined) gate.held ??= this.#now()
        break
      }
      case 'gate-decided': {
        this.#endWait(event.environment)
        this.note(undefined)
        const color = event.state === 'approved' ? 'green' : 'red'
        this.line(`  ${paint(this.#terminal, color, '◆')} ${event.environment}: ${event.state} (${event.comment})`)
        break
      }
      case 'recorded':
        if (this.#verbose) this.line(`  ledger: record ${event.record.sequence}, ${event.record.event}`)
        break
      case 'step-finished':
      case 'output':
      case 'summary':
        break
    }
    if (this.#running.size > 0) this.#draw()
  }

  /** Leaves the terminal to somebody else; what happens meanwhile is shown afterwards. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#clear()
    this.#held = []
    try {
      return await work()
    } finally {
      const held = this.#held
      this.#held = undefined
      for (const text of held) this.line(text)
    }
  }

  /** Ends the live line. */
  close(): void {
    clearInterval(this.#timer)
    this.#running.clear()
    this.#note = undefined
    this.#clear()
  }

  /** Jobs that began behind the gate were held by it, from the moment that they asked for the decision. */
  #endWait(environment: string): void {
    const gate = this.#gates.get(environment)
    this.#gates.delete(environment)
    if (gate?.held === undefined) return
    const now = this.#now()
    const waited = now - gate.held
    this.waits.push({ environment, seconds: waited / 1000 })
    for (const job of this.#running.values()) if (job.since >= gate.opened) job.waited += waited
  }

  #worked({ since, waited }: RunningJob): number {
    return (this.#now() - since - waited) / 1000
  }

  #finish(job: ActJob, result: 'success' | 'failure'): void {
    const running = this.#running.get(job.key)
    this.#running.delete(job.key)
    const seconds = running === undefined ? 0 : this.#worked(running)
    const label = labelOf(job)
    this.times.push({ job: label, seconds })
    const held = (running?.waited ?? 0) / 1000
    const waited = held < 0.1 ? '' : paint(this.#terminal, 'dim', ` + ${held.toFixed(1)} s at the gate`)
    const mark = result === 'success' ? paint(this.#terminal, 'green', '✓') : paint(this.#terminal, 'red', '✗')
    this.line(`  ${mark} ${label.padEnd(32)} ${seconds.toFixed(1).padStart(6)} s${waited}`)
    for (const error of this.#errors.get(job.key) ?? []) this.line(`      ${paint(this.#terminal, 'red', error)}`)
    this.#errors.delete(job.key)
  }

  /** Errors are kept for the job's end; everything else is for --verbose. */
  #log(job: ActJob | undefined, text: string): void {
    const error = /::error(?: [^:]*)?::(.*)$/s.exec(text)?.[1]
    if (error !== undefined && job !== undefined) {
      this.#errors.set(job.key, [...(this.#errors.get(job.key) ?? []), decodeCommand(error)])
    }
    if (this.#verbose) this.line(`    ${job === undefined ? '' : `${labelOf(job)} | `}${onOneLine(text)}`)
  }

  #draw(): void {
    if (!this.#terminal.live || this.#held !== undefined) return
    const jobs = [...this.#running.values()].map(job => {
      const { label, step } = job
      const seconds = this.#worked(job).toFixed(0)
      return `${label}${step === '' ? '' : `: ${step}`} ${seconds} s`
    })
    const text = this.#note ?? jobs.join('   ')
    this.#clear()
    if (text === '') return
    this.#terminal.write(paint(this.#terminal, 'cyan', `  … ${text}`.slice(0, this.#terminal.columns - 1)))
    this.#drawn = true
  }

  #clear(): void {
    if (this.#drawn) this.#terminal.write('\r\u001b[2K')
    this.#drawn = false
  }
}

/** A job as people call it: `build api`, `staging · deploy`. */
export function labelOf(job: ActJob): string {
  const matrix = Object.values(job.matrix).join(' ')
  const name = matrix === '' ? job.id : `${job.id} ${matrix}`
  return job.caller === 'deliver' || job.caller === '' ? name : `${job.caller} · ${name}`
}

function stepName(step: string): string {
  return step.startsWith('actions/checkout@') ? 'Check out' : step
}

/** Undoes the escaping of workflow commands (actions/toolkit, core/command). */
function decodeCommand(text: string): string {
  return onOneLine(text.replace(/%0D/g, ' ').replace(/%0A/g, ' ').replace(/%25/g, '%'))
}
