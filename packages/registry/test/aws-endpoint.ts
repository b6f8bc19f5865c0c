import type { AwsSession } from '@sluice/core'

/** A session of an account at an emulator: a key id of twelve digits is its account. */
export function sessionOf(accountId: string): AwsSession {
  return { region: 'eu-west-1', credentials: async () => ({ accessKeyId: accountId, secretAccessKey: 'secret' }) }
}

/** Runs `work` with AWS at an endpoint, as an action's environment would say it. */
export async function withEndpoint<T>(url: string, work: () => Promise<T>): Promise<T> {
  const before = process.env['AWS_ENDPOINT_URL']
  process.env['AWS_ENDPOINT_URL'] = url
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL']
    else process.env['AWS_ENDPOINT_URL'] = before
  }
}
