import { describe, expect, it } from '@jest/globals'
import { type ActEvent, nameOnGitHub, parseActLine } from '../src/act-event.ts'

const LONG = `deploy r-0a1b2c3d4e5f to ${'e'.repeat(76)}`

/** The job of the event that a line of act's log is. */
function jobOf(line: object): Extract<ActEvent, { kind: 'job-finished' }>['job'] {
  const [event] = parseActLine(JSON.stringify({ jobResult: 'success', matrix: {}, ...line }))
  if (event?.kind !== 'job-finished') throw new Error('The line is not the end of a job.')
  return event.job
}

describe('a job that act ran', () => {
  it.each([
    ['deliver/deliver/resolve', 'resolve', 'deliver / resolve'],
    ['repair/repair/record what is left out', 'repair', 'repair / record what is left out'],
    ['plan/plan/plan r-0a1b2c3d4e5f for staging', 'plan', 'deliver / staging / plan / plan r-0a1b2c3d4e5f for staging'],
    [
      'staging/stage/accept r-0a1b2c3d4e5f in staging       ',
      'accept',
      'deliver / staging / accept r-0a1b2c3d4e5f in staging'
    ],
    [`staging/stage/${LONG}`, 'deploy', `deliver / staging / ${LONG.slice(0, 97)}...`],
    [`staging/stage/${LONG.slice(0, 100)}`, 'deploy', `deliver / staging / ${LONG.slice(0, 100)}`]
  ])('has the name that GitHub shows: %s', (job, jobID, name) => {
    expect(nameOnGitHub(jobOf({ job, jobID }))).toBe(name)
  })
})
