import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `condition` holds, at most `deadline` milliseconds, and says whether it does. */
export async function eventually(condition: () => boolean, deadline = 10_000): Promise<boolean> {
  const start = Date.now()
  while (Date.now() - start < deadline) {
    if (condition()) return true
    await sleep(50)
  }
  return condition()
}
