import { expect, it } from '@jest/globals'
import { type Digest, sha256 } from '@sluice/core'
import { evaluateAcceptance } from '@sluice/policy'
import { type Brief, pastOf } from './record.ts'

const [FIRST, THIRD, FOURTH] = ['1'.repeat(40), '3'.repeat(40), '4'.repeat(40)]
const digestOf = (commit: string): Digest => sha256(`release of ${commit}`)

/** Another release came to nothing: what is live is judged anew. */
const tried = (run: string): readonly Brief[] => [
  { event: 'started', run, commit: run.repeat(40) },
  { event: 'failed', run, commit: run.repeat(40), detail: { untouched: true } }
]
const found = (run: string, commit: string): Brief => ({
  event: 'accepted',
  run,
  commit,
  detail: { unchanged: true, sameAs: digestOf(FIRST) }
})
const BEFORE: readonly Brief[] = [
  { event: 'started', run: '1', commit: FIRST },
  { event: 'deployed', run: '1', commit: FIRST },
  { event: 'accepted', run: '1', commit: FIRST },
  ...tried('2'),
  found('3', THIRD),
  ...tried('9'),
  found('4', FOURTH)
]

async function maySee(past: Awaited<ReturnType<typeof pastOf>>, commit: string): Promise<boolean> {
  const release = { digest: digestOf(commit), commit }
  const records = await past.relevantTo(release.digest, ['integration', 'staging'])
  const place = { environment: 'staging', previous: 'integration' }
  return evaluateAcceptance({ release, ...place, kind: 'release', records, soak: 0, now: Date.now() }).allowed
}

it('lets in every release that was found to be the same', async () => {
  const past = await pastOf(...BEFORE)

  for (const commit of [FIRST, THIRD, FOURTH]) expect(await maySee(past, commit)).toBe(true)
})

it.each<[string, Brief]>([
  ['withdrawn', { event: 'withdrawn', commit: FOURTH, detail: { reason: 'orders fail', also: [digestOf(FIRST)] } }],
  ['found wanting by its own run', { event: 'failed', run: '1', attempt: 2, commit: FIRST }]
])('lets none of the releases that are the same on once what was deployed is %s', async (_, last) => {
  const past = await pastOf(...BEFORE, { run: '7', ...last })

  for (const commit of [FIRST, THIRD, FOURTH]) expect(await maySee(past, commit)).toBe(false)
})

it('lets what fell with a deployment not come back to its environment, also when another is live since', async () => {
  const past = await pastOf(
    ...BEFORE,
    { event: 'withdrawn', run: '7', commit: FOURTH, detail: { reason: 'orders fail', also: [digestOf(FIRST)] } },
    { event: 'started', run: '8', commit: '8'.repeat(40) },
    { event: 'deployed', run: '8', commit: '8'.repeat(40) }
  )
  const release = { digest: digestOf(THIRD), commit: THIRD }
  const records = await past.relevantTo(release.digest, ['integration'])

  expect(
    evaluateAcceptance({
      release,
      environment: 'integration',
      previous: undefined,
      kind: 'release',
      records,
      soak: 0,
      now: Date.now()
    })
  ).toMatchObject({ allowed: false, reason: expect.stringContaining('it was withdrawn there') })
})

it('lets what was announced to be the same not come back either, by its own name', async () => {
  const unchanged = [{ environment: 'integration', release: digestOf(FIRST) }]
  const release = { digest: digestOf(THIRD), commit: THIRD }
  const past = await pastOf(
    { event: 'started', run: '1', commit: FIRST },
    { event: 'deployed', run: '1', commit: FIRST },
    { event: 'accepted', run: '1', commit: FIRST },
    { event: 'released', run: '3', commit: THIRD, detail: { unchanged } },
    { event: 'released', run: '4', commit: FOURTH, detail: { unchanged } },
    { event: 'withdrawn', run: '7', commit: FIRST, detail: { reason: 'orders fail' } }
  )
  const mayEnter = async (environment: string): Promise<boolean> => {
    const records = await past.relevantTo(release.digest, [environment])
    const place = { environment, previous: undefined, kind: 'release' as const }
    return evaluateAcceptance({ release, ...place, records, soak: 0, now: Date.now() }).allowed
  }

  expect(await mayEnter('integration')).toBe(false)
  expect(await mayEnter('fair')).toBe(true)
})
