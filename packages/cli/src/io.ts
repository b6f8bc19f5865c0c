/** One of the two streams of a program. */
export interface Output {
  write(text: string): unknown
  /** Whether a person looks at it. */
  readonly isTTY?: boolean | undefined
}

/** All that a command sees of the machine. */
export interface Io {
  /** Results. */
  readonly stdout: Output
  /** Errors, and progress on a terminal. */
  readonly stderr: Output
  readonly env: NodeJS.ProcessEnv
  /** The folder that paths in arguments are relative to. */
  readonly cwd: string
  /** Milliseconds since the epoch. */
  now(): number
}
