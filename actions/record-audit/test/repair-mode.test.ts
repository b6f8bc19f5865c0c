import { beforeEach, describe, expect, it } from '@jest/globals'
import { type DetailOf, parseDraft, sha256 } from '@sluice/core'
import type { RepairedSection } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery } from '@sluice-lab/memory'
import { reportOfPreview, reportOfRepair } from '../src/repair-mode.ts'

let delivery: MemoryDelivery

beforeEach(() => {
  delivery = memoryDelivery()
})

/** A repair that left out records by their numbers. */
function repaired(numbers: readonly number[], detail: Partial<DetailOf<'repaired'>> = {}): RepairedSection {
  const skipped = numbers.map(sequence => ({
    sequence,
    hash: sha256(`record ${sequence}`),
    previous: sha256(`record ${sequence - 1}`),
    why: `GitHub does not vouch | for ${sequence}`
  }))
  const draft = parseDraft({
    ...delivery.open().draft(),
    event: 'repaired',
    environment: 'staging',
    detail: { reason: 'somebody pushed to it', skipped, ...detail }
  })
  const record: RepairedSection['record'] = {
    ...draft,
    version: 2,
    sequence: 2_000,
    time: '2026-01-05T12:00:00Z',
    state: { section: sha256('section'), ledger: sha256('ledger') }
  }
  return { record, hash: sha256('repaired'), skipped }
}

describe('what a repair tells', () => {
  it('names each record that was left out, and why, in the log and in the summary', () => {
    const { outputs, summary } = reportOfRepair('staging', repaired([7, 9]), delivery.open())

    expect(outputs).toEqual({ sequence: '2000', record: sha256('repaired'), place: `2000@${sha256('repaired')}` })
    expect(delivery.log.foreign).toEqual([
      'record 7 is left out: GitHub does not vouch | for 7\nrecord 9 is left out: GitHub does not vouch | for 9'
    ])
    expect(delivery.log.lines).toEqual([])
    expect(summary).toContain(
      '### Repaired: staging\n\nLeft out, because it is not valid:\n\n| record | SHA-256 | why |'
    )
    expect(summary).toContain(`/records/0/7.json) | \`${sha256('record 7')}\` | GitHub does not vouch &#124; for 7 |`)
    expect(summary).toContain('\n2 records in all.\n')
    expect(delivery.log.warnings).toEqual([])
  })

  it('lets no record that was planted write a line of its own, or a command for the runner', () => {
    const planted = 'signed as x\n::stop-commands::quiet\u202e'
    const { record, hash } = repaired([7])
    const skipped = [{ sequence: 7, hash: sha256('record 7'), why: planted }]

    reportOfRepair('staging', { record, hash, skipped }, delivery.open())
    reportOfPreview('staging', 'pushed', { skipped, records: [], digest: sha256('shown') }, delivery.open())

    expect(delivery.log.foreign).toEqual([
      'record 7 is left out: signed as x\\u{a}::stop-commands::quiet\\u{202e}',
      'record 7 would be left out: signed as x\\u{a}::stop-commands::quiet\\u{202e}'
    ])
    expect(delivery.log.lines).toEqual([])
  })

  it('says that nothing was left out, where only files were made again', () => {
    const { summary } = reportOfRepair('builds and releases', repaired([]), delivery.open())

    expect(summary).toBe(
      '### Repaired: builds and releases\n\nEach record is valid; the files that decisions read were made again.\n'
    )
  })

  it('says that it has to be run again, where more is wrong than one commit may hold', () => {
    const { summary } = reportOfRepair('staging', repaired([7], { more: true }), delivery.open())

    const again = expect.stringContaining('More has to be left out before anyone can deliver: run this workflow again')
    expect(summary).toEqual(again)
    expect(delivery.log.warnings).toEqual([again])
  })

  it('shows the first 250 records in the summary, which has at most 1 MiB, and how many there were', () => {
    const all = Array.from({ length: 1_200 }, (_, n) => n + 1)

    const { summary } = reportOfRepair('staging', repaired(all), delivery.open())

    expect(summary?.match(/^\| \[\d+\]\(/gm)).toHaveLength(250)
    expect(summary).toContain('\n1200 records in all.\n')
    expect(Buffer.byteLength(summary ?? '')).toBeLessThan(1024 * 1024)
  })
})

describe('what a reviewer is shown before a repair', () => {
  const digest = sha256('shown')
  const { skipped } = {
    skipped: [{ sequence: 7, hash: sha256('record 7'), why: 'GitHub does not vouch | for 7' }]
  }
  const shown = (preview: Parameters<typeof reportOfPreview>[2]): ReturnType<typeof reportOfPreview> =>
    reportOfPreview('staging', 'pushed | by hand', preview, delivery.open())

  it('is each record that would be left out, and why; later steps get what names all of it', () => {
    const { outputs, summary } = shown({ skipped, records: [], digest })

    expect(outputs).toEqual({ shown: digest })
    expect(delivery.log.foreign).toEqual(['record 7 would be left out: GitHub does not vouch | for 7'])
    expect(delivery.log.lines).toEqual([])
    expect(summary).toContain('### To be left out: staging\n\nReason given: pushed &#124; by hand\n\n')
    expect(summary).toContain(
      'tells which these are, and what to write.\n\n| record | says | SHA-256 | why it is not valid |'
    )
    expect(summary).toContain(
      `/records/0/7.json) | nothing that can be read | \`${sha256('record 7')}\` | GitHub does not vouch &#124; for 7 |`
    )
    expect(summary).toMatch(/ \|\n\n1 record in all\.\n$/)
    expect(summary).not.toContain('That is not all')
  })

  it('says what each record tells, and what counts again where it is a repair itself', () => {
    const { record } = repaired([3, 5])
    const again = { ...record, sequence: 7 }

    const { summary } = shown({ skipped, records: [again], digest })

    expect(summary?.replaceAll('&#58;', ':')).toContain(
      `| repaired staging by ${record.actor.login} in run ${record.run.id} at 2026-01-05T12:00:00Z | `
    )
    expect(summary).toContain(
      '> [!WARNING]\n> Record 7 is a repair itself: it left out 2 records (3, 5), which count again without it. That is right if their key did not leak'
    )
  })

  it('fits into what GitHub shows, whatever planted records say', () => {
    const { record } = repaired([])
    const all = Array.from({ length: 400 }, (_, n) => n + 1)
    const evil = '|'.repeat(20_000)
    const [actor, run] = [
      { ...record.actor, login: evil },
      { ...record.run, id: evil }
    ]
    const records = all.map(sequence => ({ ...record, sequence, actor, run }))
    const planted = all.map(sequence => ({ sequence, hash: sha256(`${sequence}`), why: evil }))

    const { summary = '' } = reportOfPreview('staging', evil, { skipped: planted, records, digest }, delivery.open())

    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
    expect(summary).toContain('\n\n400 records in all, of which the first 250 are shown: `sluice repair` names each.\n')
  })

  it('says where only files would be made again, and where another run is needed', () => {
    expect(shown({ skipped: [], records: [], digest }).summary).toContain(
      'Each record is valid; only the files that decisions read would be made again.\n'
    )
    expect(shown({ skipped, records: [], more: true, digest }).summary).toContain(
      '\nThat is not all: more has to be left out by another run.\n'
    )
  })
})
