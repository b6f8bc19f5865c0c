import { describe, expect, it } from '@jest/globals'
import { type Digest, parseDraft, type Statement, sha256, undoneBy, withdrawnBy } from '../src/index.ts'

const OWN = sha256('release')
const OTHER = sha256('another release')

function undone(members: Partial<Statement> & Pick<Statement, 'event'>): readonly Digest[] {
  return undoneBy(draft(members))
}

function draft(members: Partial<Statement> & Pick<Statement, 'event'>): ReturnType<typeof parseDraft> {
  return parseDraft({
    product: 'shop',
    environment: 'staging',
    release: { digest: OWN, commit: '0'.repeat(40) },
    actor: { id: '7', login: 'author' },
    run: { repository: '1', id: '1', attempt: 1, job: '', ref: '', workflow: '', workflowSha: '', runner: '' },
    ...members
  })
}

describe('the releases whose acceptance a record takes back', () => {
  it('are the one that failed, was cancelled halfway, was let in past the gate, or was withdrawn', () => {
    for (const event of ['failed', 'cancelled', 'bypassed', 'withdrawn'] as const)
      expect(undone({ event })).toEqual([OWN])
  })

  it('are none where nothing was touched, or where nothing ended badly', () => {
    for (const event of ['failed', 'cancelled'] as const)
      expect(undone({ event, detail: { untouched: true } })).toEqual([])
    for (const event of ['accepted', 'rejected', 'expired', 'superseded', 'obsolete', 'started'] as const)
      expect(undone({ event })).toEqual([])
  })

  it('are those of dead deployments, too, each once', () => {
    expect(undone({ event: 'failed', detail: { also: [OTHER, OWN] } })).toEqual([OWN, OTHER])
    expect(undone({ event: 'failed', detail: { untouched: true, also: [OTHER] } })).toEqual([OTHER])
  })

  it('count as withdrawn only where somebody withdrew them', () => {
    expect(withdrawnBy(draft({ event: 'withdrawn', detail: { also: [OTHER] } }))).toEqual([OWN, OTHER])
    expect(withdrawnBy(draft({ event: 'failed' }))).toEqual([])
  })
})
