import type { IncomingHttpHeaders } from 'node:http'
import type { Fault, PassingRequest } from './way.ts'

/** GitHub on a bad day: gateway errors, some of them after the work was done, and branches that moved meanwhile. */
export function badDayOfGitHub(): (request: PassingRequest) => Fault | undefined {
  const gateway = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Unicorn!</html>' }
  const stale = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      data: { createCommitOnBranch: null },
      errors: [{ type: 'STALE_DATA', path: ['createCommitOnBranch'], message: 'The branch moved.' }]
    })
  }
  let reads = 0
  let commits = 0
  return ({ path, body }) => {
    if (path === '/graphql' && body.includes('createCommitOnBranch')) {
      commits += 1
      const fault = [stale, gateway, undefined, gateway][commits % 4]
      return fault === undefined ? undefined : { when: commits % 4 === 3 ? 'after' : 'before', ...fault }
    }
    reads += 1
    return reads % 10 === 0 ? { when: 'before', ...gateway } : undefined
  }
}

/** AWS that is asked too often, by too many: every eighth call is refused. */
export function throttlingAws(): (request: PassingRequest) => Fault | undefined {
  let calls = 0
  return ({ headers }) => {
    calls += 1
    return calls % 8 === 0 ? throttled(headers) : undefined
  }
}

/** What a service says when it is asked too often, in the protocol that it is asked in. */
function throttled(headers: IncomingHttpHeaders): Fault {
  const xml = (status: number, root: string): Fault => ({
    when: 'before',
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0"?>${root}`
  })
  if (headers['x-amz-target'] !== undefined) {
    return {
      when: 'before',
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': 'ThrottlingException' },
      body: JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' })
    }
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return xml(
      400,
      '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>'
    )
  }
  return xml(503, '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>')
}
