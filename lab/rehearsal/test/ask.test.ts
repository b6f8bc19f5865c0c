import { describe, expect, it } from '@jest/globals'
import { atTerminal, type Script } from './pseudo-terminal.ts'

const LARGE = { rows: 100, columns: 120 }
const SMALL = { rows: 24, columns: 80 }
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'

const reject = (environment: string): Script => [
  { see: `Approve ${environment}?`, type: 'reject\n' },
  { see: 'Comment:', type: 'no\n' }
]
const approve = (environment: string): Script => [
  { see: `Approve ${environment}?`, type: 'approve\n' },
  { see: 'Comment:', type: '\n' }
]

describe('a person at the gate of a rehearsal', () => {
  it('answers, with a comment, and is asked again when the answer is none', async () => {
    const { code, screen } = await atTerminal('asked.ts', LARGE, [
      { see: 'Approve staging?', type: 'what?\n' },
      ...approve('staging'),
      ...reject('production')
    ])

    expect(screen).toContain('staging: approved, decided at the terminal')
    expect(screen).toContain('production: rejected, no')
    expect(code).toBe(0)
  })

  it.each([
    ['a whole answer', 'approve\nlooks good\n'],
    ['half an answer', 'appro'],
    ['many answers', 'approve\n'.repeat(50)]
  ])('has not answered by %s that was typed before the question', async (_, type) => {
    const { code, screen } = await atTerminal('asked.ts', LARGE, [
      { see: 'working towards staging', type },
      ...reject('staging'),
      { see: 'working towards production', type },
      ...reject('production')
    ])

    expect(screen).toContain('staging: rejected, no')
    expect(screen).toContain('production: rejected, no')
    expect(code).toBe(0)
  })

  it.each([
    ['Ctrl-C at the question', [{ see: 'Approve staging?', type: CTRL_C }]],
    [
      'Ctrl-C at the comment',
      [
        { see: 'Approve staging?', type: 'reject\n' },
        { see: 'Comment:', type: CTRL_C }
      ]
    ],
    ['Ctrl-C within an answer', [{ see: 'Approve staging?', type: `rej${CTRL_C}` }]],
    ['Ctrl-C before the question', [{ see: 'working towards staging', type: CTRL_C }]],
    ['the end of the input', [{ see: 'Approve staging?', type: CTRL_D }]]
  ])('has not answered by %s: that is an interruption', async (_, script) => {
    const { code, screen } = await atTerminal('asked.ts', LARGE, script)

    expect(screen).not.toMatch(/staging: (approved|rejected)/)
    expect(screen).not.toContain('towards production')
    expect(code).toBe(130)
  })
})

describe('a dossier at a small terminal', () => {
  /** What is in sight when the question is. */
  function inSight(screen: string, question: string): readonly string[] {
    const shown = screen.slice(0, screen.indexOf(question)).split('\r\n')
    return shown.slice(-SMALL.rows)
  }

  it('is short, so that its beginning and the question are in sight together', async () => {
    const { screen } = await atTerminal('asked.ts', SMALL, [...reject('staging'), ...reject('production')])

    const sight = inSight(screen, 'Approve staging?')
    expect(sight.length).toBeLessThanOrEqual(SMALL.rows)
    expect(sight.join('\n')).toContain('r-123456789012 → staging')
    expect(sight.join('\n')).toMatch(/… \d+ more lines: answer p to read the whole page\./)
    expect(screen).not.toContain('the very last item')
  })

  it('is shown whole by p, a screen at a time, before the question is asked again', async () => {
    const { code, screen } = await atTerminal('asked.ts', SMALL, [
      { see: 'Approve staging?', type: 'p\n' },
      { see: 'Enter: ', type: '\n' },
      { see: '(1 line left)', type: '\n' },
      { see: 'the very last item', type: '' },
      ...approve('staging'),
      { see: 'Approve production?', type: 'p\n' },
      { see: 'Enter: ', type: 'q\n' },
      ...reject('production')
    ])

    const whole = screen.slice(screen.indexOf('Approve staging?'), screen.indexOf('staging: approved'))
    for (const item of ['item 1\r', 'item 40\r', 'the very last item']) expect(whole).toContain(item)
    expect(screen.slice(screen.indexOf('Approve production?'))).not.toContain('the very last item')
    expect(screen).toContain('production: rejected, no')
    expect(code).toBe(0)
  })

  it('is shown whole at once where there is room', async () => {
    const { screen } = await atTerminal('asked.ts', LARGE, [...reject('staging'), ...reject('production')])

    expect(screen.slice(0, screen.indexOf('Approve staging?'))).toContain('the very last item')
    expect(screen).not.toContain('more lines')
  })
})
