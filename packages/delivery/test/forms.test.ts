import { describe, expect, it } from '@jest/globals'
import { changed, digest, problemOf, STOREFRONT } from '@sluice-lab/samples'
import { parseDelivery } from '../src/index.ts'

const added = (text: string): string => `${STOREFRONT}${text}\n`
const inImage = (keys: string): string => changed('test: test', keys)
const inStaging = (keys: string): string => changed('gate: approval }', `gate: approval, ${keys} }`)
const inLedger = (key: string, value: string): string =>
  changed(new RegExp(`^  ${key}: .*$`, 'm'), `  ${key}: ${value}`)
const commitOf = (digit: string): string => `"${digit.repeat(40)}"`
const inSluice = (key: 'repository' | 'commits', value: string): string => {
  const keys = { repository: 'octo-org/sluice', commits: `[${commitOf('a')}]`, [key]: value }
  return changed(/^sluice: .*$/m, `sluice: { repository: ${keys.repository}, commits: ${keys.commits} }`)
}

const TEXT = 'expected a string'
const NAME = 'expected a name: lower-case letters, digits and single hyphens, starting with a letter'
const PATH = 'expected a path inside the repository: no leading slash or hyphen, no .. and no backslash'
const ACCOUNT = 'expected an account id: 12 digits, in quotes'
const DURATION = 'expected a duration such as 30m, 12h or 2d'
const STATUS = 'expected an HTTP status code such as 200'
const LINE = 'expected one line of text'
const BRANCH = 'expected a branch name without "refs/heads/"'
const REF = 'expected a branch or ref, with * for anything up to a slash, e.g. release/*'
const PULL_REQUESTS = 'only branches and tags may deliver, never pull requests: refs/heads/… or refs/tags/…'
const EVERYTHING = 'a pattern must name at least a part of the branches or tags: stars alone let all of them deliver'
const DEPTHS =
  'the branch policies of GitHub Environments know no **, so no gate could open: write a pattern for each depth, e.g. release/* and release/*/*'
const ALIAS = 'expected the alias of a KMS key of your own, e.g. alias/sluice-ledger'
const FINGERPRINT = 'expected the digest of a public key: "sha256:" and 64 lower-case hex digits'
const SIGNER = 'expected a signer: builds, an environment, or an environment with /plan, /intent, /outcome'
const RECORD = 'expected the number of a record, counted from 1'
const MOST_COMMITS = 'at most 2 commits are allowed: remove those that no workflow uses any more'
const COMMIT = 'expected a commit: 40 lower-case hex digits; tags and branches may move'
const STAGE = 'expected a stage of the Dockerfile: letters, digits, dots, hyphens and underscores'
const ARGUMENT = 'expected the name of a build argument: letters, digits and underscores'

describe('a value of the wrong form is answered with the form that is right', () => {
  it.each([
    ['product', changed('product: storefront', 'product: 7'), TEXT],
    ['product', changed('product: storefront', 'product: -shop'), NAME],
    ['product', changed('product: storefront', 'product: shop-'), NAME],
    ['product', changed('product: storefront', 'product: a--b'), NAME],
    [
      'product',
      changed('product: storefront', `product: ${'p'.repeat(101)}`),
      'a name may have at most 100 characters'
    ],
    ['accounts.ops.id', changed('"111111111111"', '"1111111111111"'), ACCOUNT],
    ['accounts.ops.id', changed('"111111111111"', '"x111111111111"'), ACCOUNT],
    ['accounts.ops.region', changed('"111111111111", region: eu-west-1', '"111111111111", region: 1'), TEXT],
    ['accounts', changed(/accounts:[\s\S]*registry:/, 'accounts: {}\nregistry:'), 'at least one account is needed'],
    ['units.api.stack.template', changed('infra/api.yml', '5'), TEXT],
    ['units.api.stack.template', changed('infra/api.yml', 'a/.git'), PATH],
    ['units.api.stack.template', changed('infra/api.yml', 'a/..'), PATH],
    ['units.api.stack.template', changed('infra/api.yml', '""'), PATH],
    ['units.api.stack.template', changed('infra/api.yml', '"a\\tb"'), 'a path must not contain control characters'],
    ['units.api.image.target', inImage('target: 5'), TEXT],
    ['units.api.image.target', inImage('target: 0stage'), STAGE],
    ['units.api.image.target', inImage('target: a b'), STAGE],
    ['units.api.image.args.A-B', inImage('args: { A-B: x }'), ARGUMENT],
    ['units.api.image.args.1A', inImage('args: { 1A: x }'), ARGUMENT],
    ['units.api.image.args', inImage('args: []'), 'expected a mapping from build arguments to values'],
    ['units.api.image.platforms[0]', inImage('platforms: [1]'), TEXT],
    ['units.api.image.platforms[0]', inImage('platforms: [linux]'), 'expected a platform such as linux/amd64'],
    ['units.api.image.platforms[0]', inImage('platforms: [linux/arm/8]'), 'expected a platform such as linux/amd64'],
    ['units.api.image.platforms[0]', inImage('platforms: [x, linux/a/v7x]'), 'expected a platform such as linux/amd64'],
    ['units.api.image.platforms', inImage('platforms: []'), 'at least one platform is needed'],
    ['units.api.image.platforms', inImage('platforms: x'), 'expected a list of platforms'],
    [
      'environments',
      changed(/environments:[\s\S]*ledger:/, 'environments: []\nledger:'),
      'at least one environment is needed'
    ],
    [
      'environments',
      changed(/environments:[\s\S]*ledger:/, 'environments: {}\nledger:'),
      'expected a list of environments'
    ],
    ['environments[1].parameters', inStaging('parameters: []'), 'expected a mapping from units to parameters'],
    ['environments[1].url', inStaging('url: "a\\nb"'), LINE],
    ['environments[1].url', inStaging('url: " "'), LINE],
    ['environments[1].url', inStaging('url: 5'), TEXT],
    ['environments[2].requires.soak', changed('soak: 30m', 'soak: 0m'), DURATION],
    ['environments[2].requires.soak', changed('soak: 30m', 'soak: 100000s'), DURATION],
    ['environments[2].requires.soak', changed('soak: 30m', 'soak: 30mm'), DURATION],
    ['environments[2].requires.soak', changed('soak: 30m', 'soak: x30m'), DURATION],
    ['environments[1].accept.http', inStaging('accept: { http: {} }'), 'expected a list of HTTP checks'],
    ['environments[1].accept.run', inStaging('accept: { run: x }'), 'expected a list of command lines'],
    ['accept.http[0].path', added('accept: { http: [{ path: 1 }] }'), TEXT],
    [
      'accept.http[0].path',
      added('accept: { http: [{ path: health }] }'),
      'expected a path that starts with exactly one slash'
    ],
    [
      'accept.http[0].path',
      added('accept: { http: [{ path: //evil.example }] }'),
      'expected a path that starts with exactly one slash'
    ],
    [
      'accept.http[0].path',
      added('accept: { http: [{ path: /a b }] }'),
      'expected a path that starts with exactly one slash'
    ],
    ['accept.http[0].status', added('accept: { http: [{ status: ok }] }'), STATUS],
    ['accept.http[0].status', added('accept: { http: [{ status: 200.5 }] }'), STATUS],
    ['accept.http[0].status', added('accept: { http: [{ status: 99 }] }'), STATUS],
    ['accept.http[0].status', added('accept: { http: [{ status: 600 }] }'), STATUS],
    ['deliverFrom', added('deliverFrom: main'), 'expected a list of branches or refs'],
    ['deliverFrom', added('deliverFrom: []'), 'at least one ref is needed; leave the key out for the default branch'],
    ['deliverFrom[0]', added('deliverFrom: [1]'), TEXT],
    ['deliverFrom[0]', added('deliverFrom: ["a..b"]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["a//b"]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["a/.b"]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["a/"]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["a."]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["a b"]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["-a"]'), REF],
    ['deliverFrom[0]', added('deliverFrom: ["refs/**"]'), PULL_REQUESTS],
    ['deliverFrom[0]', added('deliverFrom: ["refs/pull/*/merge"]'), PULL_REQUESTS],
    ['deliverFrom[0]', added('deliverFrom: ["refs/*/main"]'), PULL_REQUESTS],
    ['deliverFrom[0]', added('deliverFrom: ["*"]'), EVERYTHING],
    ['deliverFrom[0]', added('deliverFrom: ["**"]'), EVERYTHING],
    ['deliverFrom[0]', added('deliverFrom: ["*/*"]'), EVERYTHING],
    ['deliverFrom[0]', added('deliverFrom: ["refs/heads/**"]'), EVERYTHING],
    ['deliverFrom[0]', added('deliverFrom: ["refs/tags/*"]'), EVERYTHING],
    ['deliverFrom[0]', added('deliverFrom: ["release/**"]'), DEPTHS],
    ['deliverFrom[0]', added('deliverFrom: ["release/**/x"]'), DEPTHS],
    ['sluice.repository', inSluice('repository', 'sluice'), 'expected a repository: OWNER/NAME'],
    ['sluice.repository', inSluice('repository', 'octo-org/..'), 'expected a repository: OWNER/NAME'],
    ['sluice.repository', inSluice('repository', '"octo-org/a*"'), 'expected a repository: OWNER/NAME'],
    ['sluice.commits', inSluice('commits', '[]'), 'at least one commit is needed'],
    ['sluice.commits', inSluice('commits', `[${'abc'.split('').map(commitOf).join(', ')}]`), MOST_COMMITS],
    ['sluice.commits', inSluice('commits', `[${commitOf('a')}, ${commitOf('a')}]`), 'each commit may appear once'],
    ['sluice.commits[0]', inSluice('commits', '[v1]'), COMMIT],
    ['sluice.commits[0]', inSluice('commits', '[abcdef1]'), COMMIT],
    ['sluice.commits[0]', inSluice('commits', `["${'A'.repeat(40)}"]`), COMMIT],
    ['sluice.commits[0]', inSluice('commits', '[0]'), 'expected a commit in quotes: 40 lower-case hex digits'],
    ['ledger.branch', inLedger('branch', '1'), TEXT],
    ['ledger.branch', inLedger('branch', 'a..b'), BRANCH],
    ['ledger.branch', inLedger('branch', 'a//b'), BRANCH],
    ['ledger.branch', inLedger('branch', 'a.lock'), BRANCH],
    ['ledger.branch', inLedger('branch', 'a.lock/b'), BRANCH],
    ['ledger.branch', inLedger('branch', 'a/.b'), BRANCH],
    ['ledger.branch', inLedger('branch', 'a/'), BRANCH],
    ['ledger.branch', inLedger('branch', 'a.'), BRANCH],
    ['ledger.branch', inLedger('branch', '"a*"'), BRANCH],
    ['ledger.branch', inLedger('branch', '-a'), BRANCH],
    ['ledger.key', inLedger('key', '1'), TEXT],
    ['ledger.key', inLedger('key', 'sluice'), ALIAS],
    ['ledger.key', inLedger('key', '"alias/a b"'), ALIAS],
    ['ledger.key', inLedger('key', `alias/${'a'.repeat(251)}`), ALIAS],
    ['ledger.trust', changed(/ {2}trust:[\s\S]*$/, '  trust: {}\n'), 'expected a list of keys'],
    ['ledger.trust[2].key', changed(`"${digest('3')}"`, '3'), TEXT],
    ['ledger.trust[2].key', changed(digest('3'), `${digest('3')}0`), FINGERPRINT],
    ['ledger.trust[2].key', changed(digest('3'), `x${digest('3')}`), FINGERPRINT],
    ['ledger.trust[2].signs', changed('[production/plan]', '[]'), 'at least one signer is needed'],
    ['ledger.trust[2].signs', changed('[production/plan]', 'production/plan'), 'expected a list of signers'],
    ['ledger.trust[2].signs[0]', changed('[production/plan]', '[1]'), TEXT],
    ['ledger.trust[2].signs[0]', changed('[production/plan]', '[production/deploy]'), SIGNER],
    ['ledger.trust[2].signs[0]', changed('[production/plan]', '[production/plan/x]'), SIGNER],
    ['ledger.trust[2].from', changed('[production/plan] }', '[production/plan], from: 0 }'), RECORD],
    ['ledger.trust[2].until', changed('[production/plan] }', '[production/plan], until: 1.5 }'), RECORD],
    ['ledger.trust[2].until', changed('[production/plan] }', '[production/plan], until: "9" }'), RECORD]
  ])('%s', (place, text, allowed) => {
    expect(problemOf(text).problems.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(new RegExp(`^${escaped(place)}: found .*; ${escaped(allowed)}$`))
    )
  })

  it.each(['evil.example/localhost', 'evil.example@127.0.0.1', 'localhost:65536', 'localhost:123456', 'localhost:'])(
    'a registry on %s, which only ends like this machine',
    host => {
      const { message } = problemOf(changed('account: ops }', `account: ops, host: "${host}" }`))

      expect(message).toContain(`found ${JSON.stringify(host)}; credentials are never sent to a foreign host`)
    }
  )

  it('an address with a password and no name', () => {
    expect(problemOf(inStaging('url: "https://:b@shop.example"')).message).toContain('remove them')
  })

  it('an account that nobody declared, once: that its key is not pinned follows', () => {
    expect(problemOf(changed('account: ops', 'account: opps')).problems).toHaveLength(1)
    expect(problemOf(changed('{ account: ops }', '{}')).problems).toHaveLength(1)
  })

  it('what YAML itself does not take, in one sentence', () => {
    expect(problemOf(changed('product: storefront', 'product: !Ref storefront')).problems).toMatchObject([
      { message: 'found invalid YAML; Unresolved tag: !Ref' }
    ])
  })

  it('a version that is missing', () => {
    expect(problemOf(changed('version: 1\n', '')).message).toContain(
      'the file: missing key "version"; add it: Version of this format; whatever changes a key raises it. [Sluice\'s docs/delivery-yml.md#version]'
    )
  })

  it('more units than anybody can look through', () => {
    const units = Array.from({ length: 201 }, (_, n) => `  u${n}: { bundle: { path: a }, stack: { template: t } }\n`)

    expect(
      problemOf(changed(/units:[\s\S]*environments:/, `units:\n${units.join('')}environments:`)).message
    ).toContain('units: found a mapping; at most 200 units are allowed')
  })
})

describe('a value at the edge of what is allowed is taken', () => {
  it.each([
    ['platforms with and without a variant', inImage('platforms: [linux/arm/v7, linux/amd64]')],
    ['a stage with every kind of character', inImage('target: A_b.c-1')],
    ['a build argument with every kind of character', inImage('args: { _A1: 1.5, b: true, C_: x }')],
    [
      'the longest name',
      changed('  nonprod: {', `  ${'n'.repeat(100)}: { id: "444444444444", region: eu-west-1 }\n  nonprod: {`)
    ],
    [
      'the first and the last status',
      added('accept: { http: [{ status: 100 }, { status: 599 }] }').replaceAll(
        'gate: ',
        'url: "https://a.example", gate: '
      )
    ],
    [
      'a path below the address',
      added('accept: { http: [{ path: /a/b?c=d }] }').replaceAll('gate: ', 'url: "https://a.example", gate: ')
    ],
    ['text with spaces around it', inStaging('accept: { run: [" x y "] }')],
    ['the shortest soak', changed('soak: 30m', 'soak: 1s')],
    ['the longest soak', changed('soak: 30m', 'soak: 21d')],
    ['branches with every kind of character', inLedger('branch', 'A_0/b.c-d/_e')],
    ['a branch that only holds the word lock', inLedger('branch', 'a.locks/lock')],
    [
      'refs and patterns with every kind of character',
      added('deliverFrom: ["A_0/b.c-d", "*-stable", "release/*/x*", "refs/tags/v*"]')
    ],
    ['the longest alias, with every kind of character', inLedger('key', `alias/A-b_c/storefront/0${'a'.repeat(209)}`)]
  ])('%s', (_, text) => {
    expect(parseDelivery(text, 'delivery.yml').product).toBe('storefront')
  })
})

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
