import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { COMMANDS } from '../src/commands.ts'
import { sluice } from './captured.ts'

const OWN = ['validate', 'verify', 'status', 'repair', 'roles']

describe('sluice', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))

    expect(await sluice(['--version'])).toEqual({ code: 0, out: `sluice ${version}\n`, err: '' })
  })

  it.each([['--help'], ['-h'], ['help']])('lists its commands on %s', async flag => {
    const { code, out, err } = await sluice([flag])

    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name, summary } of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
  })

  it('shows how it is called when it is called with nothing', async () => {
    const { code, out, err } = await sluice([])

    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Usage: sluice <command> [options]')
  })

  it.each(OWN)('explains %s: usage, options, exit codes, an example', async name => {
    const { code, out, err } = await sluice([name, '--help'])

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^Usage: sluice ${name} `))
    expect(out).toContain('\n  --help ')
    const third = name === 'verify' ? ' {2}3 .*\\n' : ''
    expect(out).toMatch(new RegExp(`\\nExit codes:\\n {2}0 .*\\n {2}1 .*\\n {2}2 .*\\n${third}\\nExample:\\n {2}\\S`))
    expect(await sluice(['help', name])).toEqual({ code, out, err })
    expect(await sluice([name, '--json', '-h'])).toEqual({ code, out, err })
  })

  it('fits its help into 120 columns', async () => {
    const texts = await Promise.all(OWN.map(async name => (await sluice([name, '--help'])).out))

    expect(texts.flatMap(text => text.split('\n')).filter(line => line.length > 120)).toEqual([])
  })

  it.each([
    [['verfy'], 'sluice has no command verfy (did you mean "verify"?). See sluice --help.'],
    [['deploy'], 'sluice has no command deploy. See sluice --help.'],
    [['help', 'statsu'], 'sluice has no command statsu (did you mean "status"?). See sluice --help.'],
    [['--versoin'], 'sluice has no option --versoin (did you mean "--version"?). See sluice --help.'],
    [
      ['verify', '--brnch', 'x'],
      'sluice verify has no option --brnch (did you mean "--branch"?). See sluice verify --help.'
    ],
    [['status', '-x'], 'sluice status has no option -x. See sluice status --help.'],
    [['verify', '--branch'], '--branch needs a value: --branch NAME. See sluice verify --help.'],
    [['verify', '--branch', '--json'], '--branch needs a value: --branch NAME. See sluice verify --help.'],
    [['verify', '--branch='], '--branch needs a value: --branch NAME. See sluice verify --help.'],
    [['verify', '--json=yes'], '--json takes no value. See sluice verify --help.'],
    [
      ['verify', '--branch', 'a', '--branch', 'b'],
      '--branch is given twice; it takes one NAME. See sluice verify --help.'
    ],
    [['verify', 'here'], 'sluice verify was given "here"; it takes none. See sluice verify --help.'],
    [['validate', 'a', 'b'], 'sluice validate was given "b"; it takes at most FILE. See sluice validate --help.'],
    [['\u001b[31m'], 'sluice has no command \\u{1b}[31m. See sluice --help.']
  ])('does not understand %j', async (argv, message) => {
    expect(await sluice(argv)).toEqual({ code: 2, out: '', err: `${message}\n` })
  })

  it('takes what follows two dashes as a file', async () => {
    const { code, err } = await sluice(['validate', '--', '--json'])

    expect(code).toBe(1)
    expect(err).toMatch(/^--json could not be read/)
  })

  it('colours errors on a terminal', async () => {
    const { err } = await sluice(['verfy'], { tty: true })

    expect(err).toBe('\u001b[31msluice has no command verfy (did you mean "verify"?). See sluice --help.\u001b[0m\n')
  })

  it.each([
    ['without a terminal', { tty: false }],
    ['with NO_COLOR', { tty: true, env: { NO_COLOR: '1' } }],
    ['on a dumb terminal', { tty: true, env: { TERM: 'dumb' } }]
  ])('uses no colours %s', async (_, io) => {
    const { err } = await sluice(['verfy'], io)

    expect(err).not.toContain('\u001b')
  })
})
