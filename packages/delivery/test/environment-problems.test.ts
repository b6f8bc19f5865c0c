import { describe, it } from '@jest/globals'
import { changed, digest, STOREFRONT } from '@sluice-lab/samples'
import { type BadDelivery, expectLine } from './problem-lines.ts'

describe('a bad delivery.yml is answered with one line that names place, finding and remedy', () => {
  it.each<BadDelivery>([
    // Accounts
    [
      'an unquoted account id',
      changed('"111111111111"', '111111111111'),
      '4:18: accounts.ops.id: found 111111111111; quote it: "111111111111" (an unquoted account id is a number to YAML and loses leading zeros)'
    ],
    [
      'an unquoted account id with a leading zero',
      changed('"111111111111"', '012345678901'),
      '4:18: found the number 012345678901, which YAML reads as 12345678901; quote it: "012345678901"'
    ],
    [
      'a short account id',
      changed('111111111111', '11111111111'),
      '4:18: accounts.ops.id: found "11111111111"; expected an account id: 12 digits'
    ],
    [
      'an account id that is a truth value',
      changed('"111111111111"', 'true'),
      '4:18: accounts.ops.id: found true; expected an account id: 12 digits, in quotes'
    ],
    [
      'an account that is not declared',
      changed('account: ops', 'account: opps'),
      '7:22: registry.account: found "opps"; no such account (did you mean "ops"?); declared in accounts: ops, nonprod, prod'
    ],
    [
      "an environment's account that is not declared",
      changed('staging,     account: nonprod', 'staging, account: test'),
      '13:31: environments[1].account: found "test"; no such account; declared'
    ],
    [
      'no account where there are several',
      changed('{ account: ops }', '{}'),
      '7:11: registry: found no account; add account: one of ops, nonprod, prod'
    ],
    [
      'a bucket for code that is none',
      changed('"222222222222", region: eu-west-1', '"222222222222", region: eu-west-1, bundles: Code'),
      'accounts.nonprod.bundles: found "Code"; expected the name of a bucket'
    ],
    [
      'all parameters of SSM',
      changed('"222222222222", region: eu-west-1', '"222222222222", region: eu-west-1, ssmParameters: ["/*"]'),
      'accounts.nonprod.ssmParameters[0]: found "/*"; expected the name of a parameter of SSM, e.g. /cdk-bootstrap/hnb659fds/version or /network/*'
    ],
    [
      'a key that is an alias',
      changed('"222222222222", region: eu-west-1', '"222222222222", region: eu-west-1, kmsKey: alias/shop'),
      'accounts.nonprod.kmsKey: found "alias/shop"; expected the ARN of a key of KMS, e.g. arn:aws:kms:eu-west-1:333333333333:key/'
    ],
    [
      'a key of another region',
      changed(
        '"222222222222", region: eu-west-1',
        '"222222222222", region: eu-west-1, kmsKey: "arn:aws:kms:us-east-1:222222222222:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60"'
      ),
      'buckets of eu-west-1 are encrypted with a key of their region: name one'
    ],
    [
      'a bucket for code that the ops registry is in',
      changed(
        '"222222222222", region: eu-west-1',
        '"222222222222", region: eu-west-1, bundles: sluice-storefront-111111111111'
      ),
      'accounts.nonprod.bundles: found "sluice-storefront-111111111111"; it is the bucket of the ops registry, to which no environment writes: name another'
    ],
    [
      'a bucket for code in two accounts',
      STOREFRONT.replace(/("(?:222222222222|333333333333)", region: eu-west-1)/g, '$1, bundles: storefront-code'),
      'accounts.prod.bundles: found "storefront-code"; accounts.nonprod has it in 222222222222, eu-west-1, and a bucket is in one account and region: name another'
    ],
    [
      'a bucket for code that is named like those of stacks',
      changed(
        '"222222222222", region: eu-west-1',
        '"222222222222", region: eu-west-1, bundles: storefront-staging-code'
      ),
      'accounts.nonprod.bundles: found "storefront-staging-code"; the buckets of stacks in staging are named so, to which whoever deploys may write: name another'
    ],
    [
      'a bucket for code that the ledger is anchored in',
      changed(
        '"222222222222", region: eu-west-1',
        '"222222222222", region: eu-west-1, bundles: storefront-ledger-anchors'
      ),
      'accounts.nonprod.bundles: found "storefront-ledger-anchors"; the ledger is anchored there, where nothing is deleted: name another bucket'
    ],
    // Environments
    [
      'two environments of one name',
      changed('name: staging', 'name: integration'),
      '13:13: environments[1].name: found "integration"; environments[0] has this name already'
    ],
    [
      'a first environment behind a gate',
      changed('gate: continuous', 'gate: approval'),
      '12:72: environments[0].gate: found "approval"; the first environment is continuous'
    ],
    [
      'a later environment without a gate',
      changed('gate: approval }', 'gate: continuous }'),
      '13:72: environments[1].gate: found "continuous"; only the first environment may be continuous'
    ],
    [
      'a second person left out where one is asked',
      changed('gate: approval }', 'gate: approval, secondPerson: none }'),
      'environments[1].secondPerson: found "none"; it goes with gate: dispatch and level: production only: remove it'
    ],
    [
      'a second person left out where it is not production',
      changed('gate: approval }', 'gate: dispatch, secondPerson: none }'),
      'environments[1].secondPerson: found "none"; it goes with gate: dispatch and level: production only: remove it'
    ],
    [
      'seven environments',
      changed(
        'ledger:',
        `${[1, 2, 3, 4].map(n => `  - { name: e${n}, account: prod, level: development, gate: dispatch }\n`).join('')}ledger:`
      ),
      '12:3: environments: found a list; at most 6 environments are allowed'
    ],
    [
      'a soak time before the first environment',
      changed('gate: continuous', 'gate: continuous, requires: { soak: 1h }'),
      'environments[0].requires.soak: found a soak time; nothing comes before'
    ],
    [
      'HTTP checks without an address',
      `${STOREFRONT}accept: { http: [{ path: / }] }\n`,
      '12:5: environments[0]: found HTTP checks but no url; add url'
    ],
    // Names
    [
      'a name in capitals',
      changed('product: storefront', 'product: Storefront'),
      '2:10: product: found "Storefront"; expected a name: lower-case letters'
    ],
    [
      'a unit name with an underscore',
      changed('site:', 'my_site:'),
      '10:3: units.my_site: found the key "my_site"; expected a name: lower-case letters'
    ],
    [
      'a product name that is too long for its bucket',
      changed('product: storefront', `product: ${'p'.repeat(44)}`),
      `2:10: product: found "${'p'.repeat(44)}"; at most 43 characters are allowed (the name is part of a bucket's name)`
    ],
    [
      'a role name that is too long',
      changed('name: staging', `name: s${'t'.repeat(36)}`),
      `role sluice-storefront-s${'t'.repeat(36)}-execution would have 65 characters, more than the 64 allowed`
    ],
    [
      'a stack name that is too long',
      changed('name: staging', `name: s${'t'.repeat(28)}`).replace('site:', `s${'t'.repeat(99)}:`),
      `10:3: units.s${'t'.repeat(99)}: found "s${'t'.repeat(97)}…; stack storefront-s${'t'.repeat(28)}-s${'t'.repeat(99)} would have 141 characters, more than the 128 allowed`
    ],
    [
      'a product whose stacks have buckets named like those of Sluice',
      changed('product: storefront', 'product: sluice'),
      '2:10: product: found "sluice"; it is reserved for Sluice\'s own names'
    ],
    [
      'a product that begins so',
      changed('product: storefront', 'product: sluice-shop'),
      '2:10: product: found "sluice-shop"; it is reserved for Sluice\'s own names'
    ],
    [
      'a product named like previews',
      changed('product: storefront', 'product: preview'),
      '2:10: product: found "preview"; it is reserved for previews'
    ],
    [
      'two stacks of one name',
      changed('name: staging', 'name: integration-api')
        .replace('site:', 'api-site:')
        .replace('dependsOn: [api]', '')
        .replace('api:  {', 'site: { bundle: { path: x }, stack: { template: x } }\n  api:  {'),
      'unit site in environment integration-api and unit api-site in environment integration would share the stack storefront-integration-api-site'
    ],
    // Hosts
    [
      'a registry on a foreign host',
      changed('account: ops }', 'account: ops, host: registry.example.com }'),
      '7:33: registry.host: found "registry.example.com"; credentials are never sent to a foreign host'
    ],
    [
      "a registry that only looks like the vendor's",
      changed('account: ops }', 'account: ops, host: 111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.example }'),
      'credentials are never sent to a foreign host'
    ],
    [
      "another account's registry",
      changed('account: ops }', 'account: ops, host: 999999999999.dkr.ecr.eu-west-1.amazonaws.com }'),
      "it belongs to account 999999999999; allowed: the ECR of the registry's own account 111111111111"
    ],
    [
      'an address without encryption',
      changed('gate: approval }', 'gate: approval, url: http://shop.example }'),
      'environments[1].url: found "http://shop.example"; allowed: an https:// URL'
    ],
    [
      'an address that is none',
      changed('gate: approval }', 'gate: approval, url: shop }'),
      'environments[1].url: found "shop"; allowed: an https:// URL'
    ],
    [
      'an address with a password',
      changed('gate: approval }', 'gate: approval, url: "https://a:b@shop.example" }'),
      'a URL must not contain a user name or password'
    ],
    // Ledger
    [
      'production without a signed ledger',
      changed(/ledger:[\s\S]*/, ''),
      '14:51: environments[2].level: found "production" and no ledger.key; production needs a signed ledger'
    ],
    [
      'production whose ledger is not anchored',
      changed(/ {2}anchors:.*\n/, ''),
      '14:51: environments[2].level: found "production" and no ledger.anchors; production needs a ledger that no one can put back: add ledger.anchors, a bucket made as Sluice\'s docs/aws-roles.md says'
    ],
    [
      'anchors in a bucket that deployments may write to',
      changed('storefront-ledger-anchors', 'storefront-staging-anchors'),
      '18:12: ledger.anchors: found "storefront-staging-anchors"; buckets of environment staging are named like this, and its deployments may write to them: choose another'
    ],
    [
      'anchors at the address of a bucket',
      changed('storefront-ledger-anchors', 's3://anchors'),
      '18:12: ledger.anchors: found "s3://anchors"; expected the name of a bucket: 3 to 63 lower-case letters, digits and hyphens'
    ],
    [
      'a signer of production without a key',
      changed(/ {4}- .*production\/outcome.*\n/, ''),
      '20:5: ledger.trust: found no key in force for production/outcome; add an entry without until: - { key: <SHA-256 of the public key>, signs: [production/outcome] }'
    ],
    ['nobody who signs builds', changed(/ {4}- .*builds.*\n/, ''), 'ledger.trust: found no key in force for builds'],
    [
      'an environment whose key is not in force any more',
      changed('signs: [integration, staging] }', 'signs: [integration, staging], until: 17 }'),
      'ledger.trust: found no key in force for integration; add an entry without until'
    ],
    [
      'one key for all of production',
      changed('signs: [production/plan] }', 'signs: [production] }'),
      'ledger.trust[2].signs[0]: found "production"; in production each signer has a key of its own: list production/plan, production/intent, production/outcome in entries of their own'
    ],
    [
      'one key for two who sign in production',
      changed(digest('4'), digest('3')),
      '23:7: ledger.trust[3]: found one key for production/plan and production/intent; where production is served each signer has a key of its own: make another key for production/intent'
    ],
    [
      'one key for builds and an environment, where there is a production',
      changed(digest('1'), digest('2')),
      'ledger.trust[1]: found one key for builds and integration/plan'
    ],
    [
      'one key for an environment in the account of production',
      changed('name: staging,     account: nonprod', 'name: staging,     account: prod'),
      'ledger.trust[1]: found one key for integration/plan and staging/plan'
    ],
    [
      'a range that ends before it begins',
      changed('signs: [production/plan] }', 'signs: [production/plan], from: 9, until: 8 }'),
      'ledger.trust[2].until: found 8; the last record cannot come before the first, which is 9: correct one'
    ],
    [
      'an environment that has the name of who signs builds',
      changed('name: staging, ', 'name: builds, '),
      'environments[1].name: found "builds"; it is reserved for who signs builds and releases: choose another'
    ],
    [
      'the alias of another product, where production is served',
      changed('alias/sluice-storefront-ledger', 'alias/sluice-storefronts-ledger'),
      '17:8: ledger.key: found "alias/sluice-storefronts-ledger"; where production is served the alias names the product, so that no other product signs with its keys: if the product was called storefronts, keep the key and add formerly: [storefronts]; otherwise alias/sluice-storefront-ledger'
    ],
    [
      'an alias that would be too long',
      changed('alias/sluice-storefront-ledger', `alias/storefront/${'a'.repeat(229)}`),
      'characters, more than the 256 allowed: shorten it'
    ],
    [
      'production, and no commits of Sluice that may take its roles',
      changed(/sluice: .*\n/, ''),
      '14:51: environments[2].level: found "production" and no sluice; production needs to name the commits of Sluice that may take its roles: add sluice.repository and sluice.commits'
    ],
    [
      'a key of an environment that is not there, and is not said to be a former one',
      changed('[production/plan]', '[production/plan, demo/plan]'),
      'ledger.trust[2].signs[1]: found "demo/plan"; no such environment; declared in environments: integration, staging, production. Of a former one the key stays, and gets until: the number of its last record'
    ],
    [
      'trusted keys but no key',
      changed(/ {2}key:.*\n/, '').replace('level: production, ', 'level: development,'),
      'ledger.trust: found trusted keys but no key to sign with'
    ],
    [
      'a malformed digest of a key',
      changed(digest('2'), digest('2').toUpperCase()),
      'expected the digest of a public key: "sha256:" and 64 lower-case hex digits'
    ],
    [
      "a key of AWS's own",
      changed('alias/sluice-storefront-ledger', 'alias/aws/s3'),
      '17:8: ledger.key: found "alias/aws/s3"; expected the alias of a KMS key of your own'
    ],
    [
      'a ledger branch written as a ref',
      changed('branch: sluice-ledger', 'branch: refs/heads/x'),
      '16:11: ledger.branch: found "refs/heads/x"; expected a branch name without "refs/heads/"'
    ]
  ])('%s', (_, text, expected) => {
    expectLine(text, expected)
  })
})
