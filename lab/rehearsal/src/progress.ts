import { onOneLine } from '@sluice/core'
import type { ActJob } from './act-event.ts'
import type { DeliveryEvent } from './deliver.ts'
import { paint, type Terminal } from './terminal.ts'

/** Wall-clock seconds of one job. */
export interface JobTime {
  readonly job: string
  readonly seconds: number
}

interface RunningJob {
  readonly label: string
  readonly since: number
  step: string
}

/** How often the live line is redrawn, in milliseconds. */
const REDRAW = 200

/** Shows a delivery as it goes: a line for each job that ended, and on a terminal one live line for what runs or waits. */
export class Progress {
  readonly times: JobTime[] = []
  readonly #terminal: Terminal
  readonly #verbose: boolean
  readonly #running = new Map<string, RunningJob>()
  readonly #errors = new Map<string, string[]>()
  readonly #timer: NodeJS.Timeout | undefined
  #note: string | undefined
  #drawn = false
  #held: string[] | undefined

  constructor(terminal: Terminal, verbose: boolean) {
    this.#terminal = terminal
    this.#verbose = verbose
    if (terminal.live) {
      this.#timer = setInterval(() => this.#draw(), REDRAW)
      this.#timer.unref()
    }
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
        this.#running.set(event.job.key, { label: labelOf(event.job), since: Date.now(), step: '' })
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
        this.note(`${event.environment} waits for a decision`)
        break
      case 'gate-decided': {
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

  #finish(job: ActJob, result: 'success' | 'failure'): void {
    const running = this.#running.get(job.key)
    this.#running.delete(job.key)
    const seconds = running === undefined ? 0 : (Date.now() - running.since) / 1000
    const label = labelOf(job)
    this.times.push({ job: label, seconds })
    const mark = result === 'success' ? paint(this.#terminal, 'green', '✓') : paint(this.#terminal, 'red', '✗')
    this.line(`  ${mark} ${label.padEnd(32)} ${seconds.toFixed(1).padStart(6)} s`)
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
    const jobs = [...this.#running.values()].map(({ label, step, since }) => {
      const seconds = ((Date.now() - since) / 1000).toFixed(0)
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
