import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { findSupersededRuns } from '../src/index.ts'
import { type Brief, pastOf } from './record.ts'

type Asked = Parameters<typeof findSupersededRuns>[0]

/** Commits in a line, oldest first; of a commit that is not among them, git knows nothing. */
const COMMITS = ['1', '2', '3', '4'].map(digit => digit.repeat(40))
const [old = '', middle = '', live = '', newer = ''] = COMMITS

async function isAncestor(ancestor: string, commit: string): Promise<boolean> {
  const places = [ancestor, commit].map(it => COMMITS.indexOf(it))
  if (places.includes(-1)) throw new UserError('This clone does not have the commit.')
  return (places[0] ?? 0) <= (places[1] ?? 0)
}

/** Runs that run 9 finds in an environment with these records. */
async function found(
  briefs: readonly Brief[],
  repository: Pick<Asked['repository'], 'isAncestor'> = { isAncestor }
): Promise<readonly string[]> {
  const standing = await (await pastOf(...briefs)).standing('integration')
  const pipeline = { repository, run: { runId: '9', attempt: 1 } } as Asked
  return (await findSupersededRuns(pipeline, standing)).map(({ last }) => last.run.id)
}

describe('runs that wait with something older than what is live', () => {
  it('are superseded: not newer ones, not those that had begun, not the one that looks', async () => {
    const superseded = await found([
      { event: 'planned', run: '1', commit: old },
      { event: 'planned', run: '2', commit: middle },
      { event: 'planned', run: '3', commit: old },
      { event: 'started', run: '3', commit: old },
      { event: 'planned', run: '4', commit: newer },
      { event: 'planned', run: '5', commit: live },
      { event: 'started', run: '6', commit: live },
      { event: 'deployed', run: '6', commit: live },
      { event: 'planned', run: '9', commit: old }
    ])

    expect(superseded).toEqual(['2', '1'])
  })

  it('are none where nothing is live', async () => {
    expect(await found([{ event: 'planned', run: '1', commit: old }])).toEqual([])
  })

  it('are left alone where this clone does not have their commit, or they name none', async () => {
    const superseded = await found([
      { event: 'planned', run: '1', commit: 'f'.repeat(40) },
      { event: 'planned', run: '2' },
      { event: 'started', run: '6', commit: live },
      { event: 'deployed', run: '6', commit: live }
    ])

    expect(superseded).toEqual([])
  })

  it('are not guessed when git itself fails', async () => {
    const finding = found(
      [
        { event: 'planned', run: '1', commit: old },
        { event: 'deployed', run: '6', commit: live }
      ],
      { isAncestor: async () => Promise.reject(new TypeError('defect')) }
    )

    await expect(finding).rejects.toThrow('defect')
  })
})
