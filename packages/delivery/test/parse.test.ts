import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { changed, digest, problemOf, STOREFRONT } from '@sluice-lab/samples'
import { ConfigError, parseDelivery } from '../src/index.ts'

describe('parseDelivery', () => {
  it('reads the file of the design', () => {
    const delivery = parseDelivery(STOREFRONT, 'delivery.yml')

    expect(delivery).toMatchObject({
      product: 'storefront',
      accounts: { ops: { id: '111111111111', region: 'eu-west-1' } },
      registry: { account: 'ops' },
      retired: {},
      deliverFrom: [],
      builds: { sandbox: 'required' },
      tags: {},
      images: [],
      code: [],
      dynamicReferences: [],
      sluice: { repository: 'octo-shop/sluice', commits: ['a'.repeat(40)] },
      ledger: { branch: 'sluice-ledger', key: 'alias/sluice-storefront-ledger' }
    })
    expect(delivery.ledger.trust).toHaveLength(5)
    expect(delivery.ledger.trust.at(2)).toEqual({ key: digest('3'), signs: ['production/plan'] })
    expect(delivery.units).toEqual([
      {
        name: 'api',
        kind: 'image',
        dependsOn: [],
        stack: { template: 'infra/api.yml', parameters: {}, parameterFiles: [], tags: {} },
        image: {
          context: 'services/api',
          dockerfile: 'Dockerfile',
          test: 'test',
          secrets: [],
          args: {},
          platforms: ['linux/amd64']
        }
      },
      {
        name: 'site',
        kind: 'bundle',
        dependsOn: ['api'],
        stack: { template: 'infra/site.yml', parameters: {}, parameterFiles: [], tags: {} },
        bundle: { path: 'site', cacheControl: [] }
      }
    ])
    expect(delivery.environments.map(({ name, gate, soak }) => ({ name, gate, soak }))).toEqual([
      { name: 'integration', gate: 'continuous', soak: 0 },
      { name: 'staging', gate: 'approval', soak: 0 },
      { name: 'production', gate: 'approval', soak: 1_800_000 }
    ])
  })

  it('keeps the ledger of the example on the branch that a product has unless it names another', async () => {
    const example = parseDelivery(await readFile('examples/storefront/delivery.yml', 'utf8'), 'delivery.yml')

    expect(example.ledger.branch).toBe('sluice-ledger-storefront')
  })

  it('anchors a ledger under the name that it was opened with, like its branch', () => {
    const renamed = parseDelivery(changed('  branch: sluice-ledger\n', '  formerly: [shop, store]\n'), 'delivery.yml')

    expect(parseDelivery(STOREFRONT, 'delivery.yml').ledger.anchors).toEqual({
      bucket: 'storefront-ledger-anchors',
      product: 'storefront'
    })
    expect(renamed.ledger.anchors).toEqual({ bucket: 'storefront-ledger-anchors', product: 'store' })
    expect(renamed.ledger.branch).toBe('sluice-ledger-store')
  })

  it('knows the former names of the default branch, each with its last record', () => {
    const renamed = changed('  branch: sluice-ledger\n', '  formerBranches: [{ name: master, until: 812 }]\n')

    expect(parseDelivery(renamed, 'delivery.yml').ledger.formerBranches).toEqual([{ name: 'master', until: 812 }])
    expect(problemOf(renamed.replace(/\[\{ name: master.*\]/, '5')).message).toContain(
      'ledger.formerBranches: found 5; expected a list of former names, each with its last record: { name, until }'
    )
    expect(problemOf(renamed.replace(', until: 812', '')).message).toContain('ledger.formerBranches[0]')
    expect(problemOf(renamed.replace('master', 'refs/heads/master')).message).toContain(
      'ledger.formerBranches[0].name: '
    )
  })

  it('takes what a shared key signed until its environment moved to the account of production', () => {
    const moved = changed('name: staging,     account: nonprod', 'name: staging,     account: prod').replace(
      `- { key: "${digest('2')}", signs: [integration, staging] }`,
      ['[integration]', '[staging], until: 41', '[production], until: 41']
        .map(signs => `- { key: "${digest('2')}", signs: ${signs} }`)
        .concat(
          ['plan', 'intent', 'outcome'].map(
            (duty, n) => `- { key: "${digest(String(n + 6))}", signs: [staging/${duty}] }`
          )
        )
        .join('\n    ')
    )

    const { trust } = parseDelivery(moved, 'delivery.yml').ledger

    expect(trust.filter(({ key }) => key === digest('2')).map(({ signs, until }) => [signs.length, until])).toEqual([
      [3, undefined],
      [3, 41],
      [3, 41]
    ])
    expect(problemOf(moved.replaceAll(', until: 41', '')).message).toContain('ledger.trust[')
  })

  it('reads one image in at most 12 lines', () => {
    const text = `version: 1
product: hello
accounts:
  main: { id: "012345678901", region: eu-west-1 }
units:
  web: { image: {}, stack: { template: infra/web.yml } }
environments:
  - { name: integration, level: development, gate: continuous }
  - { name: live, level: preproduction, gate: approval }
ledger:
  key: alias/hello-ledger
  trust: [{ key: "${digest('a')}", signs: [builds, integration, live] }]
`
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(12)

    const delivery = parseDelivery(text, 'delivery.yml')

    expect(delivery.registry).toEqual({ account: 'main' })
    expect(delivery.environments.map(environment => environment.account)).toEqual(['main', 'main'])
    expect(delivery.units).toEqual([
      {
        name: 'web',
        kind: 'image',
        dependsOn: [],
        stack: { template: 'infra/web.yml', parameters: {}, parameterFiles: [], tags: {} },
        image: { context: '.', dockerfile: 'Dockerfile', secrets: [], args: {}, platforms: ['linux/amd64'] }
      }
    ])
  })

  it('is named by the SHA-256 of the text, comments included', () => {
    const one = parseDelivery(STOREFRONT, 'delivery.yml')
    const other = parseDelivery(`${STOREFRONT}# comment\n`, 'delivery.yml')

    expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(other.digest).not.toBe(one.digest)
    expect(parseDelivery(STOREFRONT, 'elsewhere.yml').digest).toBe(one.digest)
  })

  it('is read once for the same file and text, and anew for any other', () => {
    const delivery = parseDelivery(STOREFRONT, 'delivery.yml')

    expect(parseDelivery(Buffer.from(STOREFRONT), 'delivery.yml')).toBe(delivery)
    expect(parseDelivery(`${STOREFRONT}# more\n`, 'delivery.yml').digest).not.toBe(delivery.digest)
    expect(parseDelivery(STOREFRONT, 'delivery.yml')).toEqual(delivery)
    expect(() => parseDelivery('a: [', 'one.yml')).toThrow(/^one\.yml:/)
    expect(() => parseDelivery('a: [', 'two.yml')).toThrow(/^two\.yml:/)
  })

  it('puts units after all that they depend on, and keeps the order of the file otherwise', () => {
    const text = STOREFRONT.replace(/units:[\s\S]*?environments:/, () => {
      const unit = (name: string, dependsOn: string): string =>
        `  ${name}: { bundle: { path: ${name} }, stack: { template: a.yml }, dependsOn: [${dependsOn}] }\n`
      return `units:\n${unit('d', 'b, c')}${unit('z', '')}${unit('c', 'a')}${unit('b', 'a')}${unit('a', '')}environments:`
    })

    expect(parseDelivery(text, 'delivery.yml').units.map(unit => unit.name)).toEqual(['a', 'b', 'c', 'd', 'z'])
  })

  it('reads what may be said beyond the design: parameters, url, acceptance, bypass, refs, sandbox', () => {
    const text = `${STOREFRONT.replace(
      'template: infra/api.yml',
      'template: ./infra/api.yml, parameters: { Size: 2, Debug: true, Name: x, Zones: [a, 2], None: [] }'
    )
      .replace(
        'gate: continuous }',
        'gate: continuous, url: "https://${site.Host}/", adminBypass: allow, parameters: { site: { Api: "${api.Url}" } }, tags: { DataClass: public } }'
      )
      .replace('gate: approval }', 'gate: approval, url: "${site.Url}", accept: { run: [node checks/smoke.mjs] } }')
      .replace('gate: approval, requires', 'gate: dispatch, secondPerson: none, url: https://shop.example, requires')}
accept: { http: [{}, { path: /health, status: 204, contains: ok }] }
deliverFrom: [main, "release/*"]
retired: { worker: keep, report: delete }
builds: { sandbox: none }
tags: { CostCenter: 4711, Owner: "shop team" }
images: ["public.example/xray@sha256:${'0'.repeat(64)}"]
code: ["s3://assets/report.zip?versionId=v1"]
dynamicReferences: ["secretsmanager:storefront/*"]
`
    const delivery = parseDelivery(text, 'delivery.yml')

    expect(delivery.units[0]?.stack).toEqual({
      template: 'infra/api.yml',
      parameters: { Size: '2', Debug: 'true', Name: 'x', Zones: 'a,2', None: '' },
      parameterFiles: [],
      tags: {}
    })
    expect(delivery.environments[0]).toEqual({
      name: 'integration',
      account: 'nonprod',
      level: 'development',
      gate: 'continuous',
      soak: 0,
      allowAdminBypass: true,
      url: 'https://${site.Host}/',
      parameters: { site: { Api: '${api.Url}' } },
      stacks: {},
      tags: { DataClass: 'public' },
      accept: {
        http: [
          { path: '/', status: 200 },
          { path: '/health', status: 204, contains: 'ok' }
        ],
        run: []
      }
    })
    expect(delivery.environments[1]?.accept).toEqual({ http: [], run: ['node checks/smoke.mjs'] })
    expect(delivery.environments[2]).toMatchObject({
      gate: 'dispatch',
      secondPerson: 'none',
      allowAdminBypass: false,
      runbook: 'runbooks/production.md'
    })
    expect(delivery.deliverFrom).toEqual(['main', 'release/*'])
    expect(delivery.builds).toEqual({ sandbox: 'none' })
    expect(delivery.retired).toEqual({ worker: 'keep', report: 'delete' })
    expect(delivery).toMatchObject({
      tags: { CostCenter: '4711', Owner: 'shop team' },
      images: [`public.example/xray@sha256:${'0'.repeat(64)}`],
      code: ['s3://assets/report.zip?versionId=v1'],
      dynamicReferences: ['secretsmanager:storefront/*']
    })
  })

  it.each([
    '127.0.0.1:5000',
    'localhost:5000',
    'localhost',
    '[::1]:5000',
    '111111111111.dkr.ecr.eu-west-1.amazonaws.com',
    '111111111111.dkr.ecr-fips.us-east-1.amazonaws.com',
    '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn',
    '111111111111.dkr-ecr.eu-west-1.on.aws'
  ])('takes %s for a registry', host => {
    const delivery = parseDelivery(changed('account: ops }', `account: ops, host: "${host}" }`), 'delivery.yml')

    expect(delivery.registry).toEqual({ account: 'ops', host })
  })

  it.each([
    'https://shop.example/a?b=c',
    'http://127.0.0.1:8080',
    'http://localhost:8080/',
    '${site.Url}',
    '${site.Url}/start',
    'https://${site.Host}:8443/'
  ])('takes %s for the address of an environment', url => {
    const delivery = parseDelivery(changed('gate: approval }', `gate: approval, url: "${url}" }`), 'delivery.yml')

    expect(delivery.environments[1]?.url).toBe(url)
  })

  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['21d', 1_814_400_000]
  ])('reads a soak time of %s as %i milliseconds', (text, milliseconds) => {
    expect(parseDelivery(changed('30m', text === '30m' ? ' 30m' : text), 'delivery.yml').environments[2]?.soak).toBe(
      milliseconds
    )
  })

  it.each([
    ['./services//api/', 'services/api'],
    ['.', '.'],
    ['./', '.'],
    ['a..b/...c', 'a..b/...c'],
    ['"with space/ü"', 'with space/ü']
  ])('reads the path %s as %s', (text, path) => {
    const [api] = parseDelivery(changed('context: services/api', `context: ${text}`), 'delivery.yml').units

    expect(api).toMatchObject({ image: { context: path } })
  })

  it('throws an error that the user can fix, one line long, and keeps all problems in file order', () => {
    const text = STOREFRONT.replace('gate: approval }', 'gate: maybe }').replace('111111111111', '1')

    const error = problemOf(text)

    expect(error).toBeInstanceOf(UserError)
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe(
      'delivery.yml:4:18: accounts.ops.id: found "1"; expected an account id: 12 digits, in quotes [Sluice\'s docs/delivery-yml.md#accounts-id] (and 1 more)'
    )
    expect(error.problems.map(({ line, column }) => [line, column])).toEqual([
      [4, 18],
      [13, 72]
    ])
  })
})
