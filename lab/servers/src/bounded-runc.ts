// Stands before runc when docker has it start a process: `node bounded-runc.ts <runc> <arguments of runc …>`. It imports only what Node
// has, since it runs as a program of its own, from the sources or compiled.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

/** The capabilities of Linux by their number (capabilities(7), linux/capability.h). */
const CAPABILITIES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
    .split(' ')
    .map(name => `CAP_${name}`)

/** What of runc's specifications counts here: `process` in a bundle's config.json, and the file that `exec` gets. */
interface Process {
  capabilities?: Record<string, readonly string[]>
}

/** The capabilities of a bounding set, as `/proc/<pid>/status` shows it. */
export function boundingSet(status: string): readonly string[] {
  const mask = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return CAPABILITIES.filter((_, number) => ((mask >> BigInt(number)) & 1n) === 1n)
}

/** Takes out of a process what nobody on this machine can have: runc would refuse to start it otherwise. */
export function keepWithin(process: Process, allowed: readonly string[]): void {
  for (const [set, names] of Object.entries(process.capabilities ?? {})) {
    if (process.capabilities !== undefined) process.capabilities[set] = names.filter(name => allowed.includes(name))
  }
}

/** The files among runc's arguments that ask for capabilities, and where in them. */
export function specifications(args: readonly string[]): readonly { file: string; of: 'bundle' | 'process' }[] {
  return args.flatMap((arg, index) => {
    const value = args[index + 1]
    if (value === undefined) return []
    if (arg === '--bundle') return { file: join(value, 'config.json'), of: 'bundle' } as const
    return arg === '--process' ? ({ file: value, of: 'process' } as const) : []
  })
}

/** Runs runc with what it was given, within the bounds of this machine. @returns its exit code. */
async function main([runc = '', ...args]: readonly string[]): Promise<number> {
  const allowed = boundingSet(readFileSync('/proc/self/status', 'utf8'))
  for (const { file, of } of specifications(args)) {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Process & { process?: Process }
    keepWithin(of === 'bundle' ? (content.process ?? {}) : content, allowed)
    writeFileSync(file, JSON.stringify(content))
  }
  const child = spawn(runc, args, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

if (process.argv[1] === import.meta.filename) process.exitCode = await main(process.argv.slice(2))
