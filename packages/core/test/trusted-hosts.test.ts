import { describe, expect, it } from '@jest/globals'
import { isLoopback, ownGitHubHosts, parseTrustedUrl, UserError } from '../src/index.ts'

describe('an endpoint for credentials', () => {
  it.each([
    'https://sts.eu-west-1.amazonaws.com',
    'https://111111111111.dkr.ecr.eu-west-1.amazonaws.com',
    'https://s3.cn-north-1.amazonaws.com.cn',
    'https://ecr.eu-west-1.api.aws',
    'https://api.github.com/',
    'https://pipelines.actions.githubusercontent.com/token?x=y',
    'https://api.ecr.eu-west-1.amazonaws.com',
    'https://sts.amazonaws.com',
    'https://s3.dualstack.eu-west-1.amazonaws.com',
    'https://s3.amazonaws.com',
    'https://kms-fips.us-east-1.amazonaws.com',
    'https://cloudformation.eu-west-1.amazonaws.com',
    'https://111111111111.dkr-ecr.us-gov-west-1.on.aws',
    'http://127.0.0.1:4566',
    'http://127.99.0.1',
    'http://localhost:4566',
    'https://localhost',
    'http://[::1]:4566'
  ])('may be %s', url => {
    expect(parseTrustedUrl(url, 'AWS_ENDPOINT_URL').href).toBe(new URL(url).href)
  })

  it.each([
    'https://shop.example',
    'https://amazonaws.com.shop.example',
    'https://notamazonaws.com',
    'https://evilgithub.com',
    'https://ec2-192-0-2-1.compute-1.amazonaws.com',
    'https://ec2-192-0-2-1.eu-west-1.compute.amazonaws.com',
    'https://bucket.s3.amazonaws.com',
    'https://api.s3.amazonaws.com',
    'https://api.s3.eu-west-1.amazonaws.com',
    'https://s3-website-eu-west-1.amazonaws.com',
    'https://s3-website.eu-central-1.amazonaws.com',
    'https://shop.eu-west-1.amazonaws.com',
    'https://elasticbeanstalk.eu-west-1.api.aws',
    'https://gist.github.com',
    'https://pages.github.com',
    'https://bucket.s3.eu-west-1.amazonaws.com',
    'https://abc.execute-api.eu-west-1.amazonaws.com',
    'https://abc.lambda-url.eu-west-1.on.aws',
    'https://tenant.ghe.com',
    'https://raw.githubusercontent.com',
    'https://github.com.shop.example/',
    'https://github.com@shop.example/',
    'https://shop.example/amazonaws.com',
    'https://shop.example#.github.com',
    'https://127.0.0.1.shop.example',
    'http://0.0.0.0:4566',
    'http://10.0.0.1',
    'http://169.254.169.254/latest',
    'http://localhost.shop.example',
    'http://[::ffff:10.0.0.1]'
  ])('is not %s, and the error names setting and host', url => {
    const refused = (): URL => parseTrustedUrl(url, 'AWS_ENDPOINT_URL')

    expect(refused).toThrow(UserError)
    expect(refused).toThrow(`AWS_ENDPOINT_URL points to ${new URL(url).hostname}, where credentials are never sent`)
  })

  it.each(['http://sts.amazonaws.com', 'http://api.github.com', 'ftp://localhost', 'ws://api.github.com'])(
    'is not reached without encryption: %s',
    url => {
      expect(() => parseTrustedUrl(url, 'GITHUB_API_URL')).toThrow(/must be reached over https/)
    }
  )

  it.each(['', 'localhost', 'api.github.com', 'https://'])('is no URL: %j', text => {
    expect(() => parseTrustedUrl(text, 'GITHUB_API_URL')).toThrow(/^GITHUB_API_URL is ".*", which is not a URL/)
  })

  it('may be the API of the GitHub that runs the job, and of no other tenant', () => {
    const own = ownGitHubHosts({ GITHUB_SERVER_URL: 'https://tenant.ghe.com' })

    expect(parseTrustedUrl('https://api.tenant.ghe.com', 'GITHUB_API_URL', own).hostname).toBe('api.tenant.ghe.com')
    expect(() => parseTrustedUrl('https://api.other.ghe.com', 'GITHUB_API_URL', own)).toThrow(UserError)
    expect(ownGitHubHosts({})).toEqual([])
  })

  it.each([
    ['https://token.actions.tenant.ghe.com', true],
    ['https://run-actions-1-region.actions.tenant.ghe.com/134//idtoken', true],
    ['https://actions.tenant.ghe.com.shop.example', false],
    ['https://evilactions.tenant.ghe.com', false],
    ['https://x.actions.other.ghe.com', false]
  ])('may be a service of Actions of the tenant that runs the job: %s, %s', (url, allowed) => {
    const own = ownGitHubHosts({ GITHUB_SERVER_URL: 'https://tenant.ghe.com' })
    const trusted = () => parseTrustedUrl(url, 'ACTIONS_ID_TOKEN_REQUEST_URL', own)

    if (allowed) expect(trusted().href).toBe(new URL(url).href)
    else expect(trusted).toThrow(UserError)
  })

  it('may be a host that the caller vouches for, and no other of its domain', () => {
    const extra = ['git.shop.example']

    expect(parseTrustedUrl('https://git.shop.example/api', 'GITHUB_API_URL', extra).pathname).toBe('/api')
    expect(() => parseTrustedUrl('https://x.git.shop.example', 'GITHUB_API_URL', extra)).toThrow(UserError)
  })
})

describe('this machine', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('is %s', host => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '127.0.0', '127.0.0.1.example', 'localhost.', '128.0.0.1', '[::]', ''])('is not %j', host => {
    expect(isLoopback(host)).toBe(false)
  })
})
