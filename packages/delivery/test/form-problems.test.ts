import { describe, expect, it } from '@jest/globals'
import { changed, problemOf, STOREFRONT } from '@sluice-lab/samples'
import { type BadDelivery, expectLine } from './problem-lines.ts'

const API = 'stack: { template: infra/api.yml }'

describe('a bad delivery.yml is answered with one line that names place, finding and remedy', () => {
  it.each<BadDelivery>([
    // Form
    [
      'an unknown key',
      changed('test: test', 'tets: test'),
      '9:68: units.api.image.tets: found the key "tets"; no such key here (did you mean "test"?); allowed: context, dockerfile, target, test, secrets, args, platforms'
    ],
    [
      'an unknown key that is like no other',
      `${STOREFRONT}zebra: 1\n`,
      '26:1: zebra: found the key "zebra"; no such key here; allowed: version,'
    ],
    [
      'a missing key',
      changed('product: storefront\n', ''),
      '1:1: the file: missing key "product"; add it: Name of what is delivered together; all other names begin with it. At most 43 characters, and neither `preview` nor `sluice`, nor one that begins with `sluice-`. [Sluice\'s docs/delivery-yml.md#product]'
    ],
    ['a missing key inside', changed(', level: development', ''), '12:5: environments[0]: missing key "level"; add it'],
    ...(
      [
        [
          'an image by tag',
          'images: ["public.example/xray:3"]',
          'images[0]: found "public.example/xray:3"; expected an image with its registry and its digest'
        ],
        [
          'code without version',
          'code: ["https://assets.example/report.zip"]',
          'code[0]: found "https://assets.example/report.zip"; expected code: s3://BUCKET/KEY'
        ],
        [
          'a tag that AWS keeps for itself',
          'tags: { "aws:owner": shop }',
          'found the key "aws:owner"; expected the name of a tag: 1 to 128 letters'
        ],
        [
          'a tag of Sluice',
          'tags: { unit: shop }',
          'found the key "unit"; product, environment, unit are set by Sluice: choose another name'
        ],
        ['an empty tag', 'tags: { Owner: "" }', 'tags.Owner: found ""; expected the value of a tag: 1 to 256 letters'],
        [
          'more tags than a stack has',
          `tags: { ${Array.from({ length: 48 }, (_, n) => `T${n}: x`).join(', ')} }`,
          '51 tags for the stack of api; CloudFormation takes 50 for a stack: remove some'
        ],
        [
          'all dynamic references',
          'dynamicReferences: ["ssm:*"]',
          'dynamicReferences[0]: found "ssm:*"; expected what stands between'
        ]
      ] as const
    ).map(([what, line, message]): BadDelivery => [what, `${STOREFRONT}${line}\n`, message]),
    ...(
      [
        [
          'rules for files that are not published',
          "path: site, cacheControl: [{ files: '*', value: no-cache }]",
          'add publish, the output that names their bucket'
        ],
        [
          'a distribution of files that are not published',
          'path: site, invalidate: DistributionId',
          'invalidate is about published files: add publish'
        ],
        [
          'a rule that never counts',
          "path: site, publish: Bucket, cacheControl: [{ files: 'a/*', value: no-cache }, { files: 'a/b*.js', value: no-store }]",
          'one before fits all of "a/b*.js": move that rule up'
        ],
        [
          'a pattern that no file fits',
          'path: site, publish: Bucket, cacheControl: [{ files: /a/*, value: no-cache }]',
          'found "/a/*"; expected paths within the bundle'
        ],
        [
          'a directive that nobody knows',
          "path: site, publish: Bucket, cacheControl: [{ files: '*', value: 'public, maxage=1' }]",
          '"maxage=1" is none (did you mean "max-age"?); allowed: max-age'
        ],
        [
          'a directive without its seconds',
          "path: site, publish: Bucket, cacheControl: [{ files: '*', value: max-age }]",
          'max-age takes seconds: max-age=3600'
        ],
        [
          'a directive with a value that it does not take',
          "path: site, publish: Bucket, cacheControl: [{ files: '*', value: immutable=1 }]",
          'immutable takes no value'
        ],
        [
          'a directive twice',
          "path: site, publish: Bucket, cacheControl: [{ files: '*', value: 'max-age=1, max-age=2' }]",
          'max-age may appear once'
        ]
      ] as const
    ).map(([what, text, message]): BadDelivery => [what, changed('path: site', text), message]),
    ['another version', changed('version: 1', 'version: 2'), '1:10: version: found 2; allowed: 1'],
    [
      'a word that is not allowed',
      changed('gate: approval }', 'gate: aproval }'),
      '13:72: environments[1].gate: found "aproval"; allowed: continuous, approval, dispatch (did you mean "approval"?)'
    ],
    [
      'a list where a mapping belongs',
      changed(/units:[\s\S]*environments:/, 'units: []\nenvironments:'),
      '8:8: units: found an empty list; expected a mapping from unit names to units'
    ],
    [
      'a mapping where a list belongs',
      changed('dependsOn: [api]', 'dependsOn: { api: 1 }'),
      'units.site.dependsOn: found a mapping; expected a list of units'
    ],
    [
      'a key without a value',
      changed('product: storefront', 'product:'),
      '2:9: product: found nothing; expected a string'
    ],
    ['an empty file', '', '1:1: the file: found nothing; expected a mapping'],
    [
      'both kinds of artifact',
      changed('image: ', 'bundle: { path: a }, image: '),
      '9:9: units.api: found a mapping; a unit has either image or bundle'
    ],
    [
      'no kind of artifact',
      changed('bundle: { path: site }, ', ''),
      '10:9: units.site: found a mapping; a unit has either image or bundle'
    ],
    [
      'no unit',
      changed(/units:[\s\S]*environments:/, 'units: {}\nenvironments:'),
      '8:8: units: found an empty mapping; at least one unit is needed'
    ],
    [
      'a soak time without unit',
      changed('30m', '30'),
      'environments[2].requires.soak: found 30; expected a duration such as 30m'
    ],
    ['a soak time beyond reason', changed('30m', '22d'), 'found "22d"; a duration may be at most 21d'],
    [
      'a malformed region',
      changed('region: eu-west-1', 'region: Ireland'),
      '4:42: accounts.ops.region: found "Ireland"; expected a region such as eu-west-1'
    ],
    [
      'a platform named twice',
      changed('test: test', 'platforms: [linux/arm64, linux/arm64]'),
      'each platform may appear once'
    ],
    [
      'an impossible status',
      `${STOREFRONT}accept: { http: [{ status: 99 }] }\n`,
      '26:28: accept.http[0].status: found 99; expected an HTTP status code'
    ],
    [
      'a list of parameters',
      changed(API, 'stack: { template: infra/api.yml, parameters: [a] }'),
      'units.api.stack.parameters: found a list; expected a mapping from parameter names to values'
    ],
    [
      'a list of checks',
      `${STOREFRONT}accept: []\n`,
      '26:9: accept: found an empty list; expected a mapping with the keys http, run'
    ],
    // YAML
    [
      'a key used twice',
      changed('level: production, ', 'level: production, level: development,'),
      '14:63: found the key "level" a second time'
    ],
    [
      'an alias',
      changed('product: storefront', 'product: &a storefront\ndeliverFrom: [*a]'),
      '3:15: found the alias *a; write the value out here'
    ],
    [
      'a tag',
      changed('product: storefront', 'product: !Ref storefront'),
      '2:10: found invalid YAML; Unresolved tag: !Ref'
    ],
    [
      'two documents',
      `${STOREFRONT}---\n${STOREFRONT}`,
      '26:1: found invalid YAML; the file holds more than one document; keep one'
    ],
    ['a bracket that is not closed', 'version: [1\n', '2:1: found invalid YAML; '],
    ['a key that is no text', `${STOREFRONT}1: x\n`, '26:1: found the key 1; keys must be strings: quote it'],
    [
      'a key that is a list',
      `${STOREFRONT}[a]: x\n`,
      '26:1: found a key that is not a single value; keys must be strings'
    ],
    [
      'a key that every object has',
      changed('site:', 'constructor:'),
      '10:3: found the key "constructor", which is reserved'
    ],
    [
      'a key that changes every object',
      `${STOREFRONT}__proto__: { product: x }\n`,
      '26:1: found the key "__proto__", which is reserved'
    ],
    ['a file that is too large', `${STOREFRONT}#${'x'.repeat(70_000)}\n`, '1:1: found more than 64 KiB']
  ])('%s', (_, text, expected) => {
    expectLine(text, expected)
  })

  it('expands no aliases, so that a file cannot grow when it is read', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(10)}]`)
    const started = performance.now()

    const { message } = problemOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)

    expect(message).toContain('delivery.yml:2:10: found the alias *l0')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it.each([
    ['lists', '[', ']'],
    ['mappings', '{a: ', '}'],
    ['list items on one line', '- ', ''],
    ['explicit keys', '? ', ''],
    ['values that are mappings', 'a: ', ''],
    ['indented mappings', 'a:\n', '']
  ])('refuses %s within each other before they exhaust the machine', (what, open, close) => {
    for (const depth of [100, 1_000, 10_000]) {
      const text =
        what === 'indented mappings'
          ? Array.from({ length: Math.min(depth, 350) }, (_, level) => `${' '.repeat(level)}${open}`).join('')
          : `${open.repeat(depth)}${close.repeat(depth)}`

      expect(problemOf(text).message).toMatch(/^delivery\.yml:\d+:\d+: found nesting too deep to read/)
    }
  })

  it('refuses mappings within a list on one line before they exhaust the machine', () => {
    expect(problemOf(`[${'a: '.repeat(20_000)}]`).message).toMatch(/^delivery\.yml:1:\d+: found nesting too deep/)
  })

  it('writes control characters and line separators of a value as escapes', () => {
    const { message } = problemOf(changed('product: storefront', 'product: "a\\u2028b\\u202Ec\\e"'))

    expect(message).toContain('found "a\\u{2028}b\\u{202e}c\\u001b"')
  })

  it('counts columns in a file with a byte order mark and Windows line ends', () => {
    const text = `\uFEFF${changed('gate: approval }', 'gate: maybe }').replaceAll('\n', '\r\n')}`

    expect(problemOf(text).problems[0]).toMatchObject({ line: 13, column: 72 })
  })
})
