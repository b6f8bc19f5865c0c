import { describe, expect, it } from '@jest/globals'
import { describeGate, type Protection } from '../src/index.ts'

const protection: Protection = {
  id: 501,
  environment: 'staging',
  reviewers: [
    { type: 'User', id: '1', name: 'ann' },
    { type: 'Team', id: '1', name: 'ops|x' }
  ],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

describe('a gate in a summary', () => {
  it('says who can open it, and who cannot', () => {
    const words = 'one of ann, team&#58;ops&#124;x; no one who started this, or wrote or committed a part of it'

    expect(describeGate('approval', protection)).toBe(words)
    expect(describeGate('dispatch', protection)).toBe(`started by hand; ${words}`)
  })

  it('says of one without reviewers that nobody can open it', () => {
    expect(describeGate('approval', { ...protection, reviewers: [] })).toBe('no one can approve')
    expect(describeGate('approval', undefined)).toBe('no one can approve')
  })

  it('says that administrators can bypass it, where they can', () => {
    expect(describeGate('approval', { ...protection, adminBypass: true })).toContain('; administrators can bypass;')
  })

  it.each([
    ['dispatch', 'started by hand, no second person'],
    ['continuous', 'continuous, no one is asked']
  ] as const)('says of %s whom it asks', (gate, words) => {
    expect(describeGate(gate, undefined)).toBe(words)
    expect(describeGate(gate, { ...protection, reviewers: [] })).toBe(words)
  })
})
