import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from '@jest/globals'
import { ensureTools } from '@sluice-lab/servers'

it('a registry is reached through the proxy of the job', async () => {
  const asked: unknown[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  try {
    const { node24 } = await ensureTools({ only: ['node24'] })
    const script = `
      import { systemClock } from '@sluice/core'
      import { connectRegistry } from '@sluice/registry'
      const host = '111111111111.dkr.ecr.eu-west-1.amazonaws.com'
      const policy = { attempts: 1, base: 1, cap: 1 }
      await connectRegistry({ host, clock: systemClock, policy, proxy: process.env }).resolve('shop/api', 'src-1')`
    const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
    const args = ['--conditions=source', '--no-warnings', '--input-type=module', '-e', script]
    // The Node of the runner: older ones know no proxies.
    await new Promise(resolve => execFile(node24, args, { cwd: import.meta.dirname, env, timeout: 30_000 }, resolve))
  } finally {
    proxy.closeAllConnections()
    await new Promise(resolve => proxy.close(resolve))
  }

  expect(asked).toEqual(['111111111111.dkr.ecr.eu-west-1.amazonaws.com:443'])
})
