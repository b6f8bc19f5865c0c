import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly group: number
  readonly command: string
}

/** Every process of this machine that runs; those that ended and only wait to be collected do not count. */
export function runningProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The name in parentheses may hold anything, the fields after it do not.
        const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        if (state === 'Z' || state === 'X') return []
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), group: Number(group), command }]
      } catch {
        return []
      }
    })
}

/** The command lines of a process group's members. */
export function membersOf(group: number): readonly string[] {
  return runningProcesses()
    .filter(process => process.group === group)
    .map(process => process.command)
}
