/** A part of AWS that shares nothing with the others: its own accounts, its own addresses. */
interface Partition {
  /** As ARNs name it. */
  readonly id: string
  readonly regions: RegExp
  /** What the addresses of its services end with. */
  readonly suffix: string
  /** The same, of addresses that are reached by IPv4 and IPv6. */
  readonly dualStack: string
}

/**
 * Every partition that botocore 1.43 knows (`partitions.json`, September 2026), the commercial one last: its regions begin as those of others do.
 * A test compares them with the botocore that is installed.
 */
const PARTITIONS: readonly Partition[] = [
  {
    id: 'aws-cn',
    regions: /^cn-/,
    suffix: 'amazonaws.com.cn',
    dualStack: 'api.amazonwebservices.com.cn'
  },
  { id: 'aws-us-gov', regions: /^us-gov-/, suffix: 'amazonaws.com', dualStack: 'api.aws' },
  { id: 'aws-eusc', regions: /^eusc-/, suffix: 'amazonaws.eu', dualStack: 'api.amazonwebservices.eu' },
  { id: 'aws-iso', regions: /^us-iso-/, suffix: 'c2s.ic.gov', dualStack: 'api.aws.ic.gov' },
  { id: 'aws-iso-b', regions: /^us-isob-/, suffix: 'sc2s.sgov.gov', dualStack: 'api.aws.scloud' },
  { id: 'aws-iso-e', regions: /^eu-isoe-/, suffix: 'cloud.adc-e.uk', dualStack: 'api.cloud-aws.adc-e.uk' },
  { id: 'aws-iso-f', regions: /^us-isof-/, suffix: 'csp.hci.ic.gov', dualStack: 'api.aws.hci.ic.gov' }
]
const COMMERCIAL: Partition = { id: 'aws', regions: /^/, suffix: 'amazonaws.com', dualStack: 'api.aws' }

/** The partition of a region. One that no one knows yet is a new region of the commercial one. */
export function partitionIn(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL
}

/** What the addresses of services end with in any partition, as the source of a regular expression. */
export const SUFFIX_PATTERN = alternatives(({ suffix }) => suffix)
export const DUAL_STACK_PATTERN = alternatives(({ dualStack }) => dualStack)

function alternatives(part: (partition: Partition) => string): string {
  const texts = new Set([...PARTITIONS, COMMERCIAL].map(part))
  return `(?:${[...texts].map(it => it.replaceAll('.', '\\.')).join('|')})`
}
