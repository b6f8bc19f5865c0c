import { describe, expect, it } from '@jest/globals'
import { parseJobs } from '../src/index.ts'

describe('the jobs before this one', () => {
  it('are read with their outputs; a job that never ran has none', () => {
    const needs = {
      plan: { result: 'success', outputs: { verdict: 'allowed' } },
      deploy: { result: 'skipped', outputs: null },
      accept: { result: 'skipped' }
    }

    expect(parseJobs(JSON.stringify(needs))).toEqual({
      plan: { result: 'success', outputs: { verdict: 'allowed' } },
      deploy: { result: 'skipped', outputs: {} },
      accept: { result: 'skipped', outputs: {} }
    })
  })

  it.each([
    ['not JSON', '{', 'Input outcome is not JSON.'],
    ['a text', '"success"', 'Input outcome must be `${{ toJSON(needs) }}`.'],
    ['a list', '[]', 'Input outcome must be `${{ toJSON(needs) }}`.'],
    ['a job that is null', '{"plan":null}', 'Input outcome: job plan has the result undefined.'],
    ['another result', '{"plan":{"result":"done"}}', 'Input outcome: job plan has the result "done".'],
    [
      'an output that is not a text',
      '{"plan":{"result":"success","outputs":{"live":true}}}',
      'Input outcome: outputs.live of job plan is malformed.'
    ]
  ])('are refused with a message when the input is %s', (_, text, message) => {
    expect(() => parseJobs(text)).toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining(message) })
    )
  })
})
