import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { withLock } from '../src/lock.ts'
import { startParent } from './parent.ts'
import { scratchDirectory } from './scratch.ts'

const lockSource = JSON.stringify(new URL('../src/lock.ts', import.meta.url).href)

describe('a lock', () => {
  it('lets one do its work after the other, and tells the one who waits', async () => {
    const file = join(scratchDirectory(), 'sub', 'lock')
    const story: string[] = []
    const work = (name: string) => async () => {
      story.push(`${name} in`)
      await new Promise(resolve => setTimeout(resolve, 100))
      story.push(`${name} out`)
    }

    await Promise.all(['one', 'two'].map(name => withLock(file, work(name), () => story.push('waits'))))

    const order = story.filter(event => event !== 'waits')
    expect(order.map(event => event.split(' ')[1])).toEqual(['in', 'out', 'in', 'out'])
    expect(order[0]?.split(' ')[0]).toBe(order[1]?.split(' ')[0])
    expect(story.filter(event => event === 'waits')).toHaveLength(1)
  })

  it('is free again when the work failed', async () => {
    const file = join(scratchDirectory(), 'lock')

    const failed = withLock(file, () => Promise.reject(new Error('work failed')))

    await expect(failed).rejects.toThrow('work failed')
    expect(await withLock(file, async () => 'mine')).toBe('mine')
  })

  it('is free again when its holder was killed with SIGKILL', async () => {
    const file = join(scratchDirectory(), 'lock')
    const holder = await startParent(`
      const { withLock } = await import(${lockSource})
      await withLock(${JSON.stringify(file)}, async () => {
        print('held')
        await new Promise(resolve => setTimeout(resolve, 600_000))
      })
    `)
    let waited = 0
    const mine = withLock(
      file,
      async () => 'mine',
      () => {
        waited++
        holder.child.kill('SIGKILL')
      }
    )

    expect(await mine).toBe('mine')
    expect(waited).toBe(1)
  })

  it('does not care about a file that somebody left behind', async () => {
    const file = join(scratchDirectory(), 'lock')
    writeFileSync(file, '4711')

    expect(await withLock(file, async () => 'mine')).toBe('mine')
  })
})
