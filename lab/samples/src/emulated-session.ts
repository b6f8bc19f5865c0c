import { type AwsSession, type AwsTerms, awsTerms } from '@sluice/core'

/**
 * A session of an account's root user at an AWS emulator, to which an access key id of twelve digits is the account.
 * @param terms replaces what a process would wait for, and how long.
 */
export function emulatedSession(
  url: string,
  accountId: string,
  terms: Partial<AwsTerms> & { readonly region?: string } = {}
): AwsSession {
  const { region = 'eu-west-1', ...changes } = terms
  return {
    region,
    credentials: async () => ({ accessKeyId: accountId, secretAccessKey: 'secret' }),
    terms: { ...awsTerms({ AWS_ENDPOINT_URL: url }), ...changes }
  }
}
