import { setTimeout as sleep } from 'node:timers/promises'
import { askPerson } from '../src/ask.ts'
import { processTerminal } from '../src/terminal.ts'

/** A dossier of many lines; the last is known. */
const dossier = `## r-123456789012 → staging

**1 added**

${Array.from({ length: 40 }, (_, index) => `- [ ] item ${index + 1}`).join('\n')}
- [ ] the very last item
`

// A program that works, asks, works again, and asks once more, as a rehearsal with two gates does.
const terminal = processTerminal()
const interrupted = new AbortController()
const interrupt = (): void => interrupted.abort()
process.on('SIGINT', interrupt)
try {
  for (const environment of ['staging', 'production']) {
    terminal.write(`working towards ${environment}\n`)
    await sleep(300)
    const record = { environment } as Parameters<typeof askPerson>[0]['record']
    const answer = await askPerson({ environment, record, dossier }, terminal, {
      signal: interrupted.signal,
      interrupt
    })
    terminal.write(`${environment}: ${answer.state}, ${answer.comment}\n`)
  }
  process.exitCode = 0
} catch (error: unknown) {
  if (!interrupted.signal.aborted) throw error
  process.exitCode = 130
}
