import type { Log } from '@sluice/core'

/** A log that keeps what it is told. */
export class MemoryLog implements Log {
  readonly lines: string[] = []
  readonly warnings: string[] = []
  /** Titles of sections, in the order in which they began. */
  readonly groups: string[] = []
  /** What was printed as text from outside. */
  readonly foreign: string[] = []

  readonly info = (message: string): void => {
    this.lines.push(message)
  }

  readonly warning = (message: string): void => {
    this.warnings.push(message)
  }

  readonly debug = (): void => undefined

  readonly untrusted = (text: string): void => {
    this.foreign.push(text)
  }

  readonly group = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    this.groups.push(title)
    return work()
  }
}
