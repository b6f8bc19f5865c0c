import { describe, expect, it } from '@jest/globals'
import { Failure, fastRetry, ManualClock, type RecordDraft, sha256, systemClock, UserError } from '@sluice/core'
import { type LedgerStore, openView, type Section } from '../src/index.ts'
import { recordPath } from '../src/paths.ts'
import { append, draft, ofRun, RELEASE } from './drafts.ts'
import { MemoryAnchors } from './memory-anchors.ts'
import { MemoryStore } from './memory-store.ts'

const PRODUCTION: Section = 'environments/production'
const SECTIONS: readonly Section[] = ['product', PRODUCTION]
const RULES = { trust: [], advisory: true }

const released = (run: string): RecordDraft => ofRun(run, draft('released', { release: RELEASE }))
const deployed = (run: string): RecordDraft =>
  ofRun(run, draft('deployed', { release: RELEASE, environment: 'production' }))

/** A ledger with its anchors, and what a run does with it. */
class Anchored {
  readonly store = new MemoryStore()
  readonly anchors = new MemoryAnchors()
  readonly clock = new ManualClock()
  readonly lines: string[] = []

  async append(...drafts: readonly RecordDraft[]): ReturnType<typeof append> {
    return this.appendTo(this.store, ...drafts)
  }

  async appendTo(store: LedgerStore, ...drafts: readonly RecordDraft[]): ReturnType<typeof append> {
    const { anchors, clock } = this
    return append({ store, anchors, clock, sections: SECTIONS, drafts, log: { info: line => this.lines.push(line) } })
  }

  /** As a writer that knows only of its own section: someone who has a role, and a program of his own. */
  async appendUnaware(...drafts: readonly RecordDraft[]): ReturnType<typeof append> {
    const { store, anchors, clock } = this
    return append({ store, anchors, clock, drafts, log: { info: line => this.lines.push(line) } })
  }

  async look(store: LedgerStore = this.store): ReturnType<typeof openView> {
    const { anchors, clock } = this
    const log = { info: (line: string) => this.lines.push(line) }
    return openView(store, RULES, { sections: SECTIONS, keys: [] }, { anchorage: { anchors, clock, log } })
  }

  /** The branch as it is now, which somebody may put back later. */
  save(): () => void {
    const files = new Map(this.store.files)
    return () => {
      for (const path of this.store.files.keys()) if (!files.has(path)) this.store.tamper(path, undefined)
      for (const [path, content] of files) this.store.tamper(path, content)
    }
  }
}

/** A ledger of three records: two of the product, one of production between them. */
async function three(): Promise<Anchored> {
  const ledger = new Anchored()
  await ledger.append(released('1'))
  await ledger.append(deployed('2'))
  await ledger.append(released('3'))
  return ledger
}

describe('an append', () => {
  it('is refused where another section lost a record that is anchored: two would be anchored under one number', async () => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const putBack = ledger.save()
    await ledger.append(deployed('2'))
    putBack()

    await expect(ledger.append(ofRun('3', draft('built')))).rejects.toThrow(
      /^Record 2 of environments\/production is anchored \(sha256:[0-9a-f]{64}\), but the ledger ends at record 1/
    )
    expect(ledger.anchors.all('product').map(({ sequence }) => sequence)).toEqual([1])
  })

  it('asks for anchors again where somebody else was faster: they are on the ledger, or it was put back since', async () => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const putBack = ledger.save()
    let tries = 0
    const rival: LedgerStore = {
      head: async alongside => ledger.store.head(alongside),
      read: async paths => ledger.store.read(paths),
      create: async first => ledger.store.create(first),
      commit: async (...asked) => {
        tries += 1
        if (tries > 1) return ledger.store.commit(...asked)
        await ledger.append(deployed('2'))
        const outcome = await ledger.store.commit(...asked)
        putBack()
        return outcome
      }
    }

    await expect(ledger.appendTo(rival, ofRun('3', draft('built')))).rejects.toThrow(
      /^Record 2 of environments\/production is anchored/
    )
    expect([tries, ledger.anchors.all('product').length]).toEqual([1, 1])
  })

  it('anchors the newest record of each section that it adds to', async () => {
    const ledger = await three()

    await ledger.append(released('4'), deployed('4'), deployed('5'))

    expect(ledger.anchors.sequences('product')).toEqual([1, 3, 4])
    expect(ledger.anchors.sequences(PRODUCTION)).toEqual([2, 6])
    expect(await ledger.anchors.newest(PRODUCTION)).toEqual({
      sequence: 6,
      hash: sha256(ledger.store.files.get(recordPath(6)) ?? '')
    })
  })

  it('asks GitHub for nothing more than without anchors', async () => {
    const ledger = await three()
    ledger.store.calls.length = 0

    await ledger.append(released('4'))

    expect(ledger.store.calls).toEqual(['head', 'commit'])
  })

  it('anchors what a process left that died after its commit', async () => {
    const ledger = await three()
    await append({
      store: ledger.store,
      clock: ledger.clock,
      drafts: [released('4')],
      log: { info: () => undefined }
    })

    await ledger.append(released('5'))

    expect(ledger.anchors.sequences('product')).toEqual([1, 3, 4, 5])
  })

  it('anchors its records also when they had landed before, and only the anchor was missing', async () => {
    const ledger = await three()
    ledger.anchors.outage = new Failure('S3 could not store it: 503.')
    const failed = ledger.append(released('4'))

    await expect(failed).rejects.toThrow(Failure)
    await expect(failed).rejects.toThrow(
      'On the ledger, but not anchored: record 4. S3 could not store it: 503. What was written stays. Re-run the job; otherwise the next record of product anchors it.'
    )
    ledger.anchors.outage = undefined
    const [again] = await ledger.append(released('4'))

    expect(again?.record.sequence).toBe(4)
    expect(ledger.anchors.sequences('product')).toEqual([1, 3, 4])
  })

  it('anchors its records when they had landed, and only the answer was lost', async () => {
    const ledger = await three()
    const { store } = ledger
    const losing: LedgerStore = {
      head: async paths => store.head(paths),
      read: async paths => store.read(paths),
      create: async head => store.create(head),
      commit: async (oid, message, files) => {
        const outcome = await store.commit(oid, message, files)
        return outcome === 'landed' ? 'unknown' : outcome
      }
    }

    await ledger.appendTo(losing, released('4'))

    expect(ledger.anchors.sequences('product')).toEqual([1, 3, 4])
  })

  it('leaves a record that anchors cannot be read for unwritten', async () => {
    const ledger = await three()
    ledger.anchors.newest = async () => Promise.reject(new Failure('S3 could not list.'))
    ledger.store.calls.length = 0

    await expect(ledger.append(released('4'))).rejects.toThrow('S3 could not list.')
    expect(ledger.store.calls).toEqual([])
  })

  it('anchors the end of each section when 32 write at once', async () => {
    const store = new MemoryStore()
    const anchors = new MemoryAnchors()
    const environments = ['integration', 'staging', 'production']

    const added = await Promise.all(
      Array.from({ length: 32 }, async (_, n) => {
        const environment = environments[n % 4]
        const members = { release: RELEASE, ...(environment === undefined ? {} : { environment }) }
        const one = ofRun(String(n), draft(environment === undefined ? 'released' : 'deployed', members))
        const log = { info: () => undefined }
        return append({ store, anchors, clock: systemClock, drafts: [one], log, waits: fastRetry })
      })
    )

    const sections: readonly Section[] = ['product', ...environments.map(name => `environments/${name}` as const)]
    const view = await openView(
      store,
      RULES,
      { sections, keys: [] },
      { anchorage: { anchors, clock: systemClock, log: { info: () => undefined } } }
    )
    expect(new Set(added.flat().map(({ record }) => record.sequence)).size).toBe(32)
    expect(view?.head.sequence).toBe(32)
    for (const section of sections)
      expect((await anchors.newest(section))?.sequence).toBe(view?.state.sections[section]?.sequence)
  })
})

describe('a ledger that lacks what is anchored', () => {
  const what = [
    ['appended to', async (ledger: Anchored) => ledger.append(released('9'))],
    ['looked at', async (ledger: Anchored) => ledger.look()]
  ] as const

  it.each(what)('is refused when it was put back, and the missing record named, when it is %s', async (_, work) => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const putBack = ledger.save()
    await ledger.append(released('2'))
    putBack()

    await expect(work(ledger)).rejects.toThrow(UserError)
    await expect(work(ledger)).rejects.toThrow(
      /^Record 2 of product is anchored \(sha256:[0-9a-f]{64}\), but the ledger ends at record 1: .* git log --all --format=%H -- records\/0\/2\.json\./
    )
    expect(ledger.store.files.get(recordPath(2))).toBeUndefined()
  })

  it.each(what)('is refused when the branch was deleted, and none is opened, when it is %s', async (_, work) => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const empty = new MemoryStore()
    const gone = Object.assign(new Anchored(), { store: empty, anchors: ledger.anchors })

    await expect(work(gone)).rejects.toThrow(/^Record 1 of product is anchored .* but there is no ledger branch: /)
    expect(empty.files.size).toBe(0)
    expect(empty.calls).not.toContain('create')
  })

  it('is not opened anew for a section that has no anchor, where another one has', async () => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const empty = new MemoryStore()

    await expect(ledger.appendTo(empty, deployed('2'))).rejects.toThrow(
      /^Record 1 of product is anchored \(sha256:[0-9a-f]{64}\), but there is no ledger branch: /
    )
    expect(empty.calls).not.toContain('create')
    expect(ledger.anchors.sequences(PRODUCTION)).toEqual([])
  })

  it('is appended to where GitHub shows late that it was opened, for another section', async () => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const shown = ledger.clock.now() + 20_000
    const late: LedgerStore = {
      head: async paths => (ledger.clock.now() < shown ? undefined : ledger.store.head(paths)),
      read: async paths => ledger.store.read(paths),
      commit: async (oid, message, files) => ledger.store.commit(oid, message, files),
      create: async () => Promise.reject(new Error('There is one.'))
    }

    await ledger.appendTo(late, deployed('2'))

    expect(ledger.anchors.sequences(PRODUCTION)).toEqual([2])
  })

  it.each([
    ['there are anchors', true],
    ['there are none', false]
  ])('is not opened anew when the branch is deleted between two tries, where %s', async (_, isAnchored) => {
    const ledger = new Anchored()
    const anchors = isAnchored ? ledger.anchors : undefined
    const log = { info: () => undefined }
    const write = async (store: LedgerStore, run: string): Promise<unknown> =>
      append({ store, ...(anchors && { anchors }), clock: ledger.clock, drafts: [released(run)], log })
    await write(ledger.store, '1')
    let created = 0
    let isGone = false
    const deleted: LedgerStore = {
      head: async paths => (isGone ? undefined : ledger.store.head(paths)),
      read: async paths => ledger.store.read(paths),
      commit: async () => {
        isGone = true
        return 'conflict'
      },
      create: async () => {
        created += 1
        return true
      }
    }

    await expect(write(deleted, '2')).rejects.toThrow(
      isAnchored
        ? /there is no ledger branch/
        : /^The ledger went back from record 1 to record 0 while this job was writing/
    )
    expect(created).toBe(0)
  })

  it.each(what)('is refused when it was carried on from an older record, when it is %s', async (_, work) => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const putBack = ledger.save()
    await ledger.append(released('2'))
    putBack()
    // Somebody who has the keys as well: nothing is wrong with the records that he makes.
    for (const run of ['6', '7'])
      await append({
        store: ledger.store,
        clock: ledger.clock,
        drafts: [released(run)],
        log: { info: () => undefined }
      })

    await expect(work(ledger)).rejects.toThrow(
      /^Record 2 of product is anchored \(sha256:[0-9a-f]{64}\), but the ledger has another record there \(sha256:/
    )
  })

  it('is refused when another section was carried on in place of the anchored record', async () => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const putBack = ledger.save()
    await ledger.append(deployed('2'))
    putBack()
    for (const run of ['6', '7']) await ledger.appendUnaware(released(run))

    await expect(ledger.look()).rejects.toThrow(
      /^Record 2 of environments\/production is anchored .* but the ledger has no record of environments\/production: /
    )
  })

  it('is refused when its file lies there, and the ledger goes on as if it did not', async () => {
    const ledger = new Anchored()
    await ledger.append(deployed('1'))
    const putBack = ledger.save()
    await ledger.append(deployed('2'))
    const file = ledger.store.files.get(recordPath(2))
    putBack()
    for (const run of ['6', '7']) await ledger.appendUnaware(released(run))
    ledger.store.tamper(recordPath(2), file)

    await expect(ledger.look()).rejects.toThrow(
      /^Record 2 of environments\/production is anchored .* but the newest record of environments\/production on the ledger is 1: /
    )
  })

  it('is refused by the anchor itself when it was put back after the look', async () => {
    const ledger = new Anchored()
    await ledger.append(released('1'))
    const putBack = ledger.save()
    await ledger.append(released('2'))
    putBack()
    const late = ledger.anchors
    // This writer had looked before record 2 was anchored.
    const anchors = { any: async () => undefined, newest: async () => undefined, put: late.put.bind(late) }
    const writing = append({
      store: ledger.store,
      anchors,
      clock: ledger.clock,
      drafts: [released('3')],
      log: { info: () => undefined }
    })

    await expect(writing).rejects.toThrow(/^Record 2 of product is anchored as sha256:\S+, but the ledger has sha256:/)
    await expect(writing).rejects.toThrow(UserError)
  })
})

describe('a ledger that GitHub shows late', () => {
  it('is asked for again at once where an older look had to do', async () => {
    const ledger = await three()
    const before = ledger.save()
    await ledger.append(released('4'))
    const now = ledger.save()
    const asked: unknown[] = []
    const remembering: LedgerStore = {
      head: async (paths, since) => {
        asked.push(since)
        if (since === 'now') now()
        else before()
        return ledger.store.head(paths)
      },
      read: async paths => ledger.store.read(paths),
      commit: async (oid, message, files) => ledger.store.commit(oid, message, files),
      create: async head => ledger.store.create(head)
    }
    const begun = ledger.clock.now()
    ledger.lines.length = 0

    await ledger.appendTo(remembering, released('5'))

    expect(asked).toEqual(['job', 'now'])
    expect(ledger.clock.now()).toBe(begun)
    expect(ledger.lines).toHaveLength(1)
  })

  it('is waited for', async () => {
    const ledger = await three()
    const before = ledger.save()
    await ledger.append(released('4'))
    const now = ledger.save()
    before()
    const shown = ledger.clock.now() + 20_000
    const late: LedgerStore = {
      head: async paths => {
        if (ledger.clock.now() >= shown) now()
        return ledger.store.head(paths)
      },
      read: async paths => ledger.store.read(paths),
      commit: async (oid, message, files) => ledger.store.commit(oid, message, files),
      create: async head => ledger.store.create(head)
    }

    const view = await ledger.look(late)

    expect(view?.head.sequence).toBe(4)
    expect(ledger.lines).toContain('GitHub does not show record 4 yet, which is anchored. Reading the ledger again.')
  })
})
