import type { Log } from '@sluice/core'

/** A log that keeps what it is told. */
export function recordedLog(): Log & { readonly lines: string[]; readonly warnings: string[] } {
  const lines: string[] = []
  const warnings: string[] = []
  return {
    lines,
    warnings,
    info: message => lines.push(message),
    warning: message => warnings.push(message),
    debug: () => undefined,
    group: async (_title, work) => work(),
    untrusted: text => lines.push(text)
  }
}
