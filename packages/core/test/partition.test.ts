import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { ensureTools } from '@sluice-lab/servers'
import {
  accountOfEcrHost,
  ecrHost,
  parseAccountId,
  parseTrustedUrl,
  partitionOf,
  REGION_PATTERN,
  runCommand
} from '../src/index.ts'

const OPS = parseAccountId('111111111111')

/** Where the services are that Sluice calls, by botocore's endpoint rules: in each region of each partition. */
const PROGRAM = `
import json, sys
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import Loader
loader = Loader()
partitions = loader.load_data('partitions')
found = []
for partition in partitions['partitions']:
    for region in partition['regions']:
        if region.endswith('-global'):
            continue
        urls = {}
        for service in ['cloudformation', 'ecr', 'ecs', 'kms', 'lambda', 'logs', 's3', 'sts']:
            rules = loader.load_service_model(service, 'endpoint-rule-set-1')
            for dual in [False, True]:
                try:
                    more = {'UseGlobalEndpoint': False} if service in ('s3', 'sts') else {}
                    urls[service + (' dual' if dual else '')] = EndpointProvider(rules, partitions).resolve_endpoint(
                        Region=region, UseDualStack=dual, UseFIPS=False, **more).url
                except Exception as error:
                    urls[service + (' dual' if dual else '')] = ''
        found.append({'partition': partition['id'], 'suffix': partition['outputs']['dnsSuffix'], 'region': region, 'urls': urls})
json.dump(found, sys.stdout)
`

interface Place {
  readonly partition: string
  readonly suffix: string
  readonly region: string
  readonly urls: Readonly<Record<string, string>>
}

let places: readonly Place[]

beforeAll(async () => {
  const { motoServer } = await ensureTools({ only: ['motoServer'] })
  const { stdout, stderr, code } = await runCommand(join(dirname(motoServer), 'python3'), ['-B', '-c', PROGRAM])
  if (code !== 0) throw new Error(stderr)
  places = JSON.parse(stdout.toString('utf8')) as readonly Place[]
}, 600_000)

describe('every region that botocore knows', () => {
  it('is one of many, in every partition', () => {
    expect(places.length).toBeGreaterThan(40)
    expect(new Set(places.map(({ partition }) => partition)).size).toBeGreaterThanOrEqual(8)
  })

  it('is read, and is in its partition', () => {
    const pattern = new RegExp(`^${REGION_PATTERN}$`)

    expect(places.filter(({ region }) => !pattern.test(region))).toEqual([])
    expect(places.map(({ region }) => [region, partitionOf(region)])).toEqual(
      places.map(({ region, partition }) => [region, partition])
    )
  })

  it('has the ECR hosts of its partition, which are known again', () => {
    for (const { region, suffix } of places) {
      const host = ecrHost(OPS, region)

      expect(host).toBe(`111111111111.dkr.ecr.${region}.${suffix}`)
      expect([region, accountOfEcrHost(host)]).toEqual([region, OPS])
    }
  })

  it('has addresses of services that may be sent credentials', () => {
    const urls = places.flatMap(place => Object.values(place.urls)).filter(url => url !== '')

    expect(urls.length).toBeGreaterThan(300)
    for (const url of urls) expect(parseTrustedUrl(url, 'AWS_ENDPOINT_URL').href).toBe(new URL(url).href)
  })
})
