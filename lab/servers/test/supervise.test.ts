import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { membersOf } from '../src/processes.ts'
import { supervise } from '../src/supervise.ts'
import { eventually } from './eventually.ts'
import { startParent } from './parent.ts'
import { scratchDirectory } from './scratch.ts'

/** A program that starts another one and says when both are there. */
const FAMILY = 'sleep 600 & echo up; wait'
/** A program that does not listen to SIGTERM. */
const STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.1; done"

function shell(script: string, directory: string) {
  return { file: 'sh', args: ['-c', script], logFile: join(directory, 'program.log') }
}

async function isUp(directory: string): Promise<boolean> {
  const log = join(directory, 'program.log')
  return eventually(() => existsSync(log) && readFileSync(log, 'utf8').includes('up'))
}

describe('a supervised program', () => {
  it('writes its output to the log file and hands its exit code on', async () => {
    const directory = scratchDirectory()

    const program = supervise(shell('echo out; echo err >&2; exit 7', directory))

    expect(await program.exited).toBe(7)
    expect(readFileSync(join(directory, 'program.log'), 'utf8')).toBe('out\nerr\n')
  })

  it('ends with code 127 when it does not exist', async () => {
    const directory = scratchDirectory()

    const program = supervise({ ...shell('', directory), file: '/does/not/exist' })

    expect(await program.exited).toBe(127)
    expect(readFileSync(join(directory, 'program.log'), 'utf8')).toContain('/does/not/exist')
  })

  it('refuses a working directory that does not exist', () => {
    const directory = scratchDirectory()

    expect(() => supervise({ ...shell('true', directory), cwd: join(directory, 'absent') })).toThrow(
      'could not be started'
    )
  })

  it('gets exactly the environment it was given', async () => {
    const directory = scratchDirectory()

    await supervise({ ...shell('echo "$ONE:$HOME"', directory), env: { ONE: 'one', PATH: process.env['PATH'] } }).exited

    expect(readFileSync(join(directory, 'program.log'), 'utf8')).toBe('one:\n')
  })

  it('is stopped together with the programs it started', async () => {
    const directory = scratchDirectory()
    const program = supervise(shell(FAMILY, directory))
    await isUp(directory)
    expect(membersOf(program.pid)).toContain('sleep 600 ')

    await program.stop()

    expect(membersOf(program.pid)).toEqual([])
  })

  it('takes what it started along when it ends by itself', async () => {
    const directory = scratchDirectory()

    const program = supervise(shell('sleep 600 & exit 0', directory))
    await program.exited

    expect(await eventually(() => membersOf(program.pid).length === 0)).toBe(true)
  })

  it('is killed when it ignores SIGTERM for longer than the grace', async () => {
    const directory = scratchDirectory()
    const program = supervise(shell(STUBBORN, directory))
    await isUp(directory)

    await program.stop(200)

    expect(membersOf(program.pid)).toEqual([])
  })

  it('can be stopped twice', async () => {
    const directory = scratchDirectory()
    const program = supervise(shell(FAMILY, directory))

    await Promise.all([program.stop(), program.stop()])
    await program.stop()

    expect(membersOf(program.pid)).toEqual([])
  })

  it('has its temporary directory removed when it had to be killed', async () => {
    const directory = scratchDirectory()
    const temporary = join(directory, 'temporary')
    mkdirSync(temporary)
    const program = supervise({ ...shell(STUBBORN, directory), temporary })
    await isUp(directory)

    await program.stop(100)

    expect(existsSync(temporary)).toBe(false)
  })
})

describe('when the parent is killed with SIGKILL', () => {
  it.each([
    ['a program and what it started', FAMILY],
    ['a program that ignores SIGTERM', STUBBORN]
  ])('%s is gone, and its temporary directory too', async (_, script) => {
    const directory = scratchDirectory()
    const temporary = join(directory, 'temporary')
    mkdirSync(temporary)
    const options = { ...shell(script, directory), temporary }
    const parent = await startParent(`
      const program = machine.supervise(${JSON.stringify(options)})
      print(program.pid)
      await new Promise(resolve => setTimeout(resolve, 600_000))
    `)
    const group = Number(parent.said)
    await isUp(directory)
    expect(membersOf(group).length).toBeGreaterThan(1)

    parent.child.kill('SIGKILL')
    await parent.exited

    expect(await eventually(() => membersOf(group).length === 0)).toBe(true)
    expect(existsSync(temporary)).toBe(false)
  })
})

it('does not keep its parent alive, and does not outlive it', async () => {
  const directory = scratchDirectory()

  const parent = await startParent(`print(machine.supervise(${JSON.stringify(shell(FAMILY, directory))}).pid)`)
  await parent.exited

  expect(await eventually(() => membersOf(Number(parent.said)).length === 0)).toBe(true)
})
