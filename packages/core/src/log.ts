import * as core from '@actions/core'

/** The log of a job, as actions write it. */
export interface Log {
  info(message: string): void
  warning(message: string): void
  debug(message: string): void
  /** A collapsible section; the title is an imperative sentence. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
  /** Prints text from outside so that the runner obeys none of it as a workflow command. */
  untrusted(text: string): void
}

/** The runner's log. */
export function actionLog(): Log {
  return {
    info: core.info,
    warning: core.warning,
    debug: core.debug,
    group: core.group,
    untrusted(text) {
      // The token must be unguessable: whoever knows it can switch commands on again.
      const token = `sluice-${crypto.randomUUID()}`
      core.info(`::stop-commands::${token}\n${text}\n::${token}::`)
    }
  }
}
