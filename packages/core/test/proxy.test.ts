import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ensureTools } from '@sluice-lab/servers'

/** What a job asks for goes through the proxy that its environment names; the proxy of these tests lets nothing through. */

let proxy: Server
let asked: string[]

beforeEach(async () => {
  asked = []
  proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url))
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
})

afterEach(async () => {
  proxy.closeAllConnections()
  await new Promise(resolve => proxy.close(resolve))
})

/** Runs a script on the Node of the runner, which reads TypeScript: the environment is read when the modules are loaded. */
async function inJob(script: string): Promise<void> {
  const { node24 } = await ensureTools({ only: ['node24'] })
  const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
  const args = ['--conditions=source', '--no-warnings', '--input-type=module', '-e', script]
  await new Promise(resolve => execFile(node24, args, { cwd: import.meta.dirname, env, timeout: 30_000 }, resolve))
}

const RETRY = '{ attempts: 1, base: 1, cap: 1 }'

describe('the proxy of a job', () => {
  it('is the way to GitHub', async () => {
    await inJob(`
      import { githubClient, systemClock } from '@sluice/core'
      const github = githubClient({ token: 't', env: process.env, clock: systemClock, log: { info() {} }, policy: ${RETRY} })
      await github.get('/repos/octo-org/storefront')`)

    expect(asked).toEqual(['api.github.com:443'])
  })

  it('is the way to GitHub also for OIDC tokens', async () => {
    await inJob(`
      import { assumeRole, awsTerms } from '@sluice/core'
      const env = {
        ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.actions.githubusercontent.com/token',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer'
      }
      const terms = { ...awsTerms(process.env), clock: { now: Date.now, sleep: async () => {} } }
      await assumeRole({ roleArn: 'arn', region: 'eu-west-1', sessionName: 's', env, terms }).credentials()`)

    expect(new Set(asked)).toEqual(new Set(['run.actions.githubusercontent.com:443']))
  })

  it('is the way to AWS', async () => {
    await inJob(`
      import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
      import { awsClientConfig, awsTerms } from '@sluice/core'
      const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' })
      const session = { region: 'eu-west-1', credentials, terms: awsTerms(process.env) }
      await new STSClient(awsClientConfig(session, 'STS')).send(new GetCallerIdentityCommand({}))`)

    expect(asked).toEqual(['sts.eu-west-1.amazonaws.com:443'])
  })
})
