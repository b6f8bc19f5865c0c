import { type LedgerRecord, sha256 } from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { HEAD_PATH, recordPath, STATE_PATH, signaturePath } from '../src/paths.ts'
import { evidenceOf } from '../src/record.ts'
import { type Files, type Power, rewritten, type World } from './attacked-ledgers.ts'
import { OWNER } from './drafts.ts'

/** Why a cell of the table cannot be detected. */
const ALL_SIGNED = 'not detectable, because all is signed anew: anchors, or a clone that is kept, tell'
const GENUINE = 'not detectable, because what is left is genuine: anchors, or a clone that is kept, tell'
const OWN_WORD = 'not detectable, because the key may say it: tokens tell'

export interface Attack {
  readonly name: string
  /** What the attacker makes of the line of commits. */
  readonly make: (world: World) => Promise<readonly Files[]>
  /** What becomes of it on a ledger without tokens, by what the attacker has. */
  readonly signed: Readonly<Record<Power, string>>
}

const DETECTED = 'detected'
const always = { 'no key': DETECTED, 'the key of one section': DETECTED, 'all keys': DETECTED }

export const ATTACKS: readonly Attack[] = [
  {
    name: 'An old build record says something else',
    make: async world => forced(world, change(world, 1, { actor: { id: '666', login: 'somebody-else' } })),
    signed: { ...always, 'all keys': ALL_SIGNED }
  },
  {
    name: 'A record of an environment says something else',
    make: async world => forced(world, change(world, 4, { actor: { id: '666', login: 'somebody-else' } })),
    signed: { ...always, 'the key of one section': ALL_SIGNED, 'all keys': ALL_SIGNED }
  },
  {
    name: 'A deployment is added that never was',
    make: async world => {
      const of = (event: string): readonly LedgerRecord[] =>
        world.records.filter(record => record.event === event && record.environment === 'staging')
      // The plan is announced, too: without it no gate of reviewers opens.
      const added = [...of('planned'), ...of('started')].map((record, n) => ({
        ...record,
        run: { ...record.run, id: '6666' },
        sequence: world.records.length + n + 1,
        time: '2026-01-01T00:06:30.000Z'
      }))
      const files = await rewritten(world, [...world.records, ...added])
      return [...world.commits, files]
    },
    signed: { ...always, 'the key of one section': OWN_WORD, 'all keys': OWN_WORD }
  },
  {
    name: 'The newest records are dropped, and the branch is forced back',
    make: async world => world.commits.slice(0, -1),
    signed: { 'no key': GENUINE, 'the key of one section': GENUINE, 'all keys': GENUINE }
  },
  {
    name: 'The newest records are dropped by one more commit',
    make: async world => [...world.commits, world.commits.at(-2) ?? new Map()],
    signed: always
  },
  {
    name: 'The state is put back to an older one',
    make: async world => amended(world, { [STATE_PATH]: world.commits.at(-2)?.get(STATE_PATH) }),
    signed: always
  },
  {
    name: 'The head lies in one commit and is mended in the next',
    make: async world => {
      const [opening, first, second, third] = world.commits
      if (opening === undefined || first === undefined || second === undefined || third === undefined) return []
      const lie = encodeHead({ ...OWNER, sequence: 4, hash: sha256('another record 4') })
      return [opening, first, new Map(second).set(HEAD_PATH, lie), third]
    },
    signed: always
  },
  {
    name: 'Evidence is taken away',
    make: async world => {
      const [digest] = world.records.flatMap(evidenceOf)
      return amended(world, { [`evidence/${String(digest).slice(7)}`]: undefined })
    },
    signed: always
  },
  {
    name: 'A record is dated back by an hour',
    make: async world => forced(world, change(world, 9, { time: '2025-12-31T23:00:00.000Z' })),
    signed: always
  },
  {
    name: 'A signature is taken from another record',
    make: async world => amended(world, { [signaturePath(4)]: world.commits.at(-1)?.get(signaturePath(5)) }),
    signed: always
  },
  {
    name: 'A record is put in the place of another',
    make: async world => amended(world, { [recordPath(4)]: world.commits.at(-1)?.get(recordPath(5)) }),
    signed: always
  },
  {
    name: 'The records are those of another repository',
    make: async world =>
      forced(
        world,
        world.records.map(record => ({ ...record, run: { ...record.run, repository: '666' } }))
      ),
    signed: always
  },
  {
    name: 'An approval of the person who started is passed for another\u2019s',
    make: async world => {
      const started = world.records.findLast(({ event }) => event === 'started')
      const approvals = (started?.approvals ?? []).map(it => ({ ...it, userId: '7', login: 'author' }))
      return forced(world, change(world, started?.sequence ?? 0, { approvals }))
    },
    signed: always
  }
]

/** On a ledger that GitHub vouches for, nothing new that a key signs has a token: what is left is what was genuine. */
export function vouchedCell({ signed }: Attack, power: Power): string {
  return signed[power] === GENUINE ? GENUINE : DETECTED
}

function change(world: World, sequence: number, members: Partial<LedgerRecord>): readonly LedgerRecord[] {
  return world.records.map(record =>
    record.sequence === sequence ? ({ ...record, ...members } as LedgerRecord) : record
  )
}

/** Pushes another history by force: one that looks as if it had always been so. */
async function forced(world: World, records: readonly LedgerRecord[]): Promise<readonly Files[]> {
  const files = await rewritten(world, records)
  const [opening = new Map()] = world.commits
  return [opening, files]
}

/** Changes files of the last commit, by force. */
function amended(world: World, changes: Readonly<Record<string, Uint8Array | undefined>>): readonly Files[] {
  const files = new Map(world.commits.at(-1))
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) files.delete(path)
    else files.set(path, content)
  }
  return [...world.commits.slice(0, -1), files]
}
