/** The user can put this right: wrong input, missing permission, refused promotion. Shown as its message alone. */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  /** Outputs that an action sets although it refuses, so that later jobs know what became of it. */
  readonly outputs: Readonly<Record<string, string>>
  /** Markdown that tells more, for the job summary. */
  readonly details: string

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.outputs = options.outputs ?? {}
    this.details = options.details ?? ''
  }
}

export interface UserErrorOptions {
  readonly cause?: unknown
  readonly outputs?: Readonly<Record<string, string>>
  readonly details?: string
}

/** Something outside the user's hands failed (registry, AWS, GitHub, a defect). Its cause chain is shown in debug logs. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** Outputs that an action sets although it fails, so that later jobs know how far it came. */
  readonly outputs: Readonly<Record<string, string>>
  /** Markdown that tells more, for the job summary. */
  readonly details: string

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.outputs = options.outputs ?? {}
    this.details = options.details ?? ''
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** An error that causes itself would have no end. */
const MOST_CAUSES = 10

/** The messages of an error and of everything that caused it, outermost first. */
export function causeChain(error: unknown): readonly string[] {
  const messages: string[] = []
  for (let current = error; current !== undefined && messages.length < MOST_CAUSES; ) {
    messages.push(messageOf(current))
    current = current instanceof Error ? current.cause : undefined
  }
  return messages
}
