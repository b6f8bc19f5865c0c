import { describe, expect, it } from '@jest/globals'
import { BoundedOutput } from '../src/bounded-output.ts'

function said(limit: number, ...lines: readonly string[]): BoundedOutput {
  const output = new BoundedOutput(limit)
  for (const line of lines) output.add(line)
  return output
}

describe('what an acceptance command said', () => {
  it('is kept whole where it is short', () => {
    const output = said(20, 'one', 'two', '', 'three')

    expect(output.text()).toBe('one\ntwo\n\nthree')
    expect(output.last(2)).toEqual(['', 'three'])
  })

  it('is kept of its beginning and its end where it is long, and how much is missing is said', () => {
    const output = said(20, ...Array.from({ length: 1_000 }, (_, n) => `line ${n}`))

    expect(output.text()).toBe('line 0\nline 1\n(996 lines are left out here)\nline 998\nline 999')
    expect(output.last(1)).toEqual(['line 999'])
  })

  it('is kept whole up to its last character', () => {
    expect(said(8, 'one', 'two').text()).toBe('one\ntwo')
    expect(said(8, 'one', 'two', 'six', 'ten').text()).toBe('one\ntwo\nsix\nten')
  })

  it('goes on after a line that was too long for its beginning: what follows belongs to its end', () => {
    expect(said(20, 'one', 'x'.repeat(30), 'a', 'b').text()).toBe('one\n(1 lines are left out here)\na\nb')
  })

  it('keeps its order where lines were left out and short ones follow', () => {
    const output = said(10, 'a', ...Array.from({ length: 30 }, () => 'x'.repeat(8)), 'y', 'z')

    expect(output.text()).toMatch(/^a\n\(\d+ lines are left out here\)\n(x{8}\n)*y\nz$/)
    expect(output.last(2)).toEqual(['y', 'z'])
  })

  it('takes no more room the longer a command talks', () => {
    const output = new BoundedOutput(1_000)
    for (let n = 0; n < 200_000; n++) output.add(n % 2 === 0 ? '' : 'x'.repeat(50))

    expect(output.text().length).toBeLessThan(2_100)
  })

  it('has its last line, however long that is', () => {
    expect(said(20, 'one', 'two', 'x'.repeat(100)).last(1)).toEqual(['x'.repeat(100)])
  })
})
