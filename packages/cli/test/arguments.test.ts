import { describe, expect, it } from '@jest/globals'
import { parseArguments } from '../src/arguments.ts'
import { COMMANDS } from '../src/commands.ts'

const COMMAND = {
  name: 'pour',
  operands: [],
  options: [
    { name: 'hot', about: 'boils it first' },
    { name: 'cup', value: 'NAME', many: true, about: 'into which cup' }
  ]
} as const

describe('the arguments of a command', () => {
  it('are told by the names of its options, whether given or not', async () => {
    const args = await parseArguments(COMMAND, ['--cup', 'blue', '--cup=red'])

    expect([args.has('hot'), args.has('cup')]).toEqual([false, true])
    expect([args.value('cup'), args.values('cup')]).toEqual(['blue', ['blue', 'red']])
  })

  it.each(['has', 'value', 'values'] as const)('%s refuses a name that is none of its options', async method => {
    // As the program calls it, where the types of the names are forgotten.
    const args = await parseArguments<string>(COMMAND, [])

    expect(() => args[method]('cups')).toThrow('sluice pour asks for --cups, which is none of its options')
  })

  it('do not compile with such a name', async () => {
    const args = await parseArguments(COMMAND, [])

    // @ts-expect-error: the name is misspelled
    expect(() => args.value('cups')).toThrow()
  })

  it.each(COMMANDS.flatMap(command => (command.kind === 'own' ? [command] : [])))(
    'of $name have names of their own',
    ({ options }) => {
      expect(new Set(options.map(({ name }) => name)).size).toBe(options.length)
    }
  )
})
