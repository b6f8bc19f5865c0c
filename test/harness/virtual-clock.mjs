// Loaded before a step (`node --import`): whoever sleeps on its clock goes on at once, and for them that time has passed. It is for waits for what
// never comes; what others do meanwhile takes as long as ever.
import { syncBuiltinESMExports } from 'node:module'
import timers, { setImmediate as turn } from 'node:timers/promises'

const { now } = Date
let slept = 0

Date.now = () => now() + slept
timers.setTimeout = async (milliseconds, value, { signal } = {}) => {
  signal?.throwIfAborted()
  slept += milliseconds
  return turn(value)
}
syncBuiltinESMExports()
