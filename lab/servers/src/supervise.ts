import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@sluice/core'
import { membersOf } from './processes.ts'

/** A program in a process group of its own, which ends when this process ends, however it ends. */
export interface SupervisedProcess {
  /** The group's leader; `-pid` addresses the whole group. */
  readonly pid: number
  /** The program's exit code, or 128 + the signal that ended it. Never rejects. */
  readonly exited: Promise<number>
  /**
   * Ends the whole group: SIGTERM, and SIGKILL when it is still there after the grace. No member runs when it resolves.
   * Safe to call twice.
   */
  stop(grace?: number): Promise<void>
}

export interface ProcessOptions {
  readonly file: string
  readonly args: readonly string[]
  /** The program's whole environment; without it, this process's. */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Where standard output and standard error go, appended. */
  readonly logFile: string
  /** A directory that is removed when the program has ended, also when this process did not live to see it. */
  readonly temporary?: string
}

/**
 * Runs the program and a watcher beside it, all in one process group.
 *
 * Standard input is a pipe that this process holds: the kernel closes it even when this process is killed with SIGKILL,
 * the watcher then reads end-of-file and ends the group. A signal handler here could not promise that.
 * The shell itself only takes note of SIGTERM, so that it outlives the program and can sweep what the program left;
 * a signal cuts its `wait` short, therefore the loop.
 */
const WATCH = `
trap 'dying=1' TERM
trap '' INT HUP
temporary=$1; shift
exec 3<&0 0</dev/null
(trap - TERM HUP; exec "$@" 3<&-) &
program=$!
(trap '' TERM; read -r _ <&3; kill -TERM 0; sleep 2; kill -KILL $program; sleep 1; kill -KILL 0) >/dev/null 2>&1 &
watcher=$!
exec 3<&- 2>/dev/null
wait $program; code=$?
while kill -0 $program; do wait $program; code=$?; done
if [ -n "$temporary" ]; then rm -rf -- "$temporary"; fi
if [ -n "$dying" ]; then kill -KILL 0; fi
kill -KILL $watcher
exit $code
`

const DEFAULT_GRACE = 5_000

/**
 * Starts a program that cannot outlive this process. It does not keep this process alive either.
 * @throws Failure when it cannot be started at all; a program that does not exist ends with code 127 and says so in its log.
 */
export function supervise(options: ProcessOptions): SupervisedProcess {
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a')
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', WATCH, options.file, options.temporary ?? '', options.file, ...options.args],
      {
        detached: true,
        stdio: ['pipe', log, log],
        env: options.env ?? process.env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd })
      }
    )
    // The pipe's other end closes when the program ends first; nothing is ever written, so the error says nothing.
    child.stdin?.on('error', () => undefined)
    const exited = new Promise<number>(resolve => {
      child.on('exit', (code, signal) => {
        // Children that the program left behind belong to it.
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
        resolve(code ?? (signal === 'SIGKILL' ? 137 : 143))
      })
      child.on('error', () => resolve(127))
    })
    const { pid } = child
    if (pid === undefined) throw new Failure(`${options.file} could not be started.`)
    child.unref()
    if (child.stdin instanceof Socket) child.stdin.unref()
    return {
      pid,
      exited,
      async stop(grace = DEFAULT_GRACE) {
        await stopGroup(pid, exited, grace)
        // A group that had to be killed could not do it itself.
        if (options.temporary !== undefined) await rm(options.temporary, { recursive: true, force: true })
      }
    }
  } finally {
    closeSync(log)
  }
}

/** What an error message shows of a log: lines, and the bytes at its end that they are looked for in. */
const LAST_LINES = 40
const LAST_BYTES = 16 * 1024

/** The last lines of a log file, for an error message. */
export async function lastLines(file: string, count = LAST_LINES): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, LAST_BYTES)
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count).join('\n')
  } finally {
    await handle.close()
  }
}

async function stopGroup(pid: number, exited: Promise<number>, grace: number): Promise<void> {
  const ended = exited.then(() => true)
  if (signalGroup(pid, 'SIGTERM')) {
    // The timer is ended with the wait, so that a stopped server does not hold up this process's own end.
    const timer = new AbortController()
    const late = sleep(grace, false, { signal: timer.signal }).catch(() => false)
    if (!(await Promise.race([ended, late]))) signalGroup(pid, 'SIGKILL')
    timer.abort()
  }
  await ended
  await untilEmpty(pid)
}

/** How long members that were sent SIGKILL may take to end: longer than that only what the kernel itself holds. */
const GONE_WITHIN = 10_000

/** A killed process ends only when the kernel has run it once more, on a busy machine after its leader was reported. */
async function untilEmpty(group: number): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN
  while (membersOf(group).length > 0 && performance.now() < deadline) await sleep(10)
}

/** @returns whether the group had any member. */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}
