import { describe, expect, it } from '@jest/globals'
import {
  accountOfEcrHost,
  ecrHost,
  parseAccountId,
  parseTrustedUrl,
  partitionOf,
  regionOfEcrHost
} from '../src/index.ts'

const OPS = parseAccountId('111111111111')

describe('the ECR registry of an account', () => {
  it.each([
    ['eu-west-1', '111111111111.dkr.ecr.eu-west-1.amazonaws.com', 'aws'],
    ['us-gov-west-1', '111111111111.dkr.ecr.us-gov-west-1.amazonaws.com', 'aws-us-gov'],
    ['cn-north-1', '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn', 'aws-cn']
  ])('has a host in %s that is known as its own and may be sent credentials', (region, host, partition) => {
    expect(ecrHost(OPS, region)).toBe(host)
    expect(partitionOf(region)).toBe(partition)
    expect(accountOfEcrHost(host)).toBe(OPS)
    expect(regionOfEcrHost(host)).toBe(region)
    expect(parseTrustedUrl(`https://${host}`, 'registry').host).toBe(host)
  })

  it.each([
    '111111111111.dkr.ecr-fips.us-east-1.amazonaws.com',
    '111111111111.dkr-ecr.eu-west-1.on.aws',
    '111111111111.dkr-ecr-fips.us-east-1.on.aws'
  ])('is also known as %s', host => {
    expect(accountOfEcrHost(host)).toBe(OPS)
    expect(host).toContain(`.${regionOfEcrHost(host)}.`)
    expect(parseTrustedUrl(`https://${host}`, 'registry').host).toBe(host)
  })

  it.each([
    '111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
    '11111111111.dkr.ecr.eu-west-1.amazonaws.com',
    '111111111111.dkr.ecr.nowhere.amazonaws.com',
    '111111111111.dkr-ecr.eu-west-1.amazonaws.com',
    '111111111111.dkr.ecr.eu-west-1.on.aws',
    'ecr.eu-west-1.amazonaws.com',
    'localhost'
  ])('is not %s', host => {
    expect(accountOfEcrHost(host)).toBeUndefined()
    expect(regionOfEcrHost(host)).toBeUndefined()
  })
})
