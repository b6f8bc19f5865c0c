import { describe, expect, it } from '@jest/globals'
import { describeGate, type Protection } from '../src/index.ts'

const protection: Protection = {
  environment: 'staging',
  reviewers: ['ann', 'team:ops|x'],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'protected'
}

describe('a gate in a summary', () => {
  it('says who can open it, and that the author cannot', () => {
    expect(describeGate('approval', protection)).toBe('one of ann, team&#58;ops&#124;x; the author cannot approve')
  })

  it('says that administrators can bypass it, where they can', () => {
    expect(describeGate('approval', { ...protection, adminBypass: true })).toContain('; administrators can bypass;')
  })

  it.each([
    ['dispatch', 'started by hand, no second person'],
    ['continuous', 'continuous, no one is asked']
  ] as const)('says of %s whom it asks', (gate, words) => {
    expect(describeGate(gate, undefined)).toBe(words)
  })
})
