import { describe, expect, it } from '@jest/globals'
import { Failure, type LedgerRecord, type Release } from '@sluice/core'
import { readAdoptions } from '../../src/dossier/adoptions.ts'
import { readBackground } from '../../src/dossier/index.ts'
import { digestOf, facts } from './dossier.ts'

type Arguments = Parameters<typeof readBackground>

const DEPLOYED = { digest: digestOf('9'), commit: '8'.repeat(40) }
const RELEASE: Release = { version: 1, repository: '1', product: 'shop', commit: 'c'.repeat(40), units: facts().units }
const GONE = { commit: DEPLOYED.commit, subject: 'Shout', author: 'ben' }
const COMMIT = { commit: RELEASE.commit, subject: 'Greet', author: 'ann' }

/** A delivery whose registry answers as told, and whose ledger says what is deployed. */
function background(
  findRelease: () => Promise<Release | undefined>,
  deployed: readonly (typeof DEPLOYED)[] = [DEPLOYED]
): ReturnType<typeof readBackground> {
  const [record] = deployed.map(release => ({ event: 'deployed', release }) as LedgerRecord)
  const pipeline = {
    findRelease,
    history: {
      lastDeployed: async () => record,
      live: async () => record,
      places: async () => (record === undefined ? [] : [record]),
      withdrawal: async () => undefined,
      uncertainSince: async () => undefined
    },
    run: { runId: '700' },
    repository: {
      log: async (from: string, to: string) =>
        from === DEPLOYED.commit && to === RELEASE.commit
          ? [COMMIT]
          : from === RELEASE.commit && to === DEPLOYED.commit
            ? [GONE]
            : []
    }
  } as unknown as Arguments[0]
  return readBackground(pipeline, {
    environment: { name: 'staging' },
    release: RELEASE,
    digest: digestOf('d')
  } as Arguments[1])
}

describe('what is deployed now', () => {
  it('is nothing where nothing was ever deployed, and nothing is asked for', async () => {
    const asked = background(() => Promise.reject(new Failure('asked')), [])

    expect(await asked).toEqual({
      adoptions: [],
      previous: { kind: 'none' },
      commits: undefined,
      reverted: undefined,
      rules: { kind: 'none' },
      standing: { live: undefined, withdrawals: [], uncertain: undefined }
    })
  })

  it('is the units of the deployed release, and what was committed since', async () => {
    expect(await background(async () => RELEASE)).toEqual({
      adoptions: [],
      previous: { kind: 'known', release: DEPLOYED, units: RELEASE.units },
      commits: [COMMIT],
      reverted: [GONE],
      rules: { kind: 'unknown', why: expect.any(String) },
      standing: { live: DEPLOYED.digest, withdrawals: [], uncertain: undefined }
    })
  })

  it('is unknown, and why, when the registry has the release document no more', async () => {
    expect(await background(async () => undefined)).toMatchObject({
      previous: {
        kind: 'unknown',
        release: DEPLOYED,
        why: 'The document of release r-999999999999 is no longer in the ops registry.'
      }
    })
  })

  it('tells whose word stands for a unit that Sluice did not build, and asks of no other', async () => {
    const asked: unknown[] = []
    const record = {
      event: 'adopted',
      sequence: 12,
      actor: { login: 'ann' },
      detail: { reason: 'lost', checked: 'rebuilt' }
    }
    const history = {
      build: async (...about: readonly unknown[]) => {
        asked.push(about)
        return record
      }
    } as unknown as Parameters<typeof readAdoptions>[0]['history']
    const { api, site } = RELEASE.units
    if (api === undefined || site === undefined) throw new Error('The release lacks a unit.')

    expect(await readAdoptions({ history }, { units: { api: { ...api, adopted: 12 }, site } })).toEqual([
      { unit: 'api', sequence: 12, told: { by: 'ann', reason: 'lost', checked: 'rebuilt' } }
    ])
    expect(asked).toEqual([['adopted', 'api', api.fingerprint, api.digest]])
  })

  it('refuses a document that is not what its digest names: no dossier can be trusted then', async () => {
    const mismatch = new Failure(`registry answers for blob ${DEPLOYED.digest} with bytes of another. Do not use it.`)

    await expect(background(() => Promise.reject(mismatch))).rejects.toBe(mismatch)
  })
})
