import { appendFile, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { digest, FILES, git, repositoryWith, storefront, template, temporaryFolder, writeFiles } from './storefront.ts'

/** A template whose function takes its code from the bundle. */
const CODE = `Parameters: { BundleBucket: { Type: String }, BundleKey: { Type: String }, BundleVersion: { Type: String } }
Resources:
  Report:
    Type: AWS::Lambda::Function
    Properties: { Code: { S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion } }
`

/** A template that nests another one. */
const NESTING = template('BundleDigest').replace(
  'Outputs:',
  '  Part: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: part.yml } }\nOutputs:'
)

/** delivery.yml with a bucket for bundles and templates in each account. */
function inBuckets(text: string): string {
  return text.replace(/id: "(\d+)", region: [a-z0-9-]+/g, '$&, bundles: storefront-code-$1')
}

describe('sluice validate', () => {
  let root: string

  beforeEach(async () => {
    root = await temporaryFolder()
  })
  afterEach(async () => rm(root, { recursive: true, force: true }))

  /** The sample with one part replaced; the part must be there. */
  const changed = (from: string, to: string): string => {
    const text = storefront()
    if (!text.includes(from)) throw new Error(`The sample has no ${from}.`)
    return text.replace(from, to)
  }

  it('says in one line what a valid file delivers', async () => {
    await repositoryWith(root, { ...FILES, 'delivery.yml': storefront() })

    const ended = await sluice(['validate'], { cwd: root })

    expect(ended).toEqual({
      code: 0,
      out: 'delivery.yml is valid: storefront delivers api (image), site (bundle) to integration (continuous), staging (approval), production (approval). No records were compared with it: there is no branch sluice-ledger here. If there is a ledger, fetch it: git fetch origin sluice-ledger:sluice-ledger.\n',
      err: ''
    })
  })

  it('says that a gate has no second person and that a ledger has no key', async () => {
    const text = storefront()
      .replace('preproduction, gate: approval', 'preproduction, gate: dispatch')
      .replace(/ {2}- \{ name: production.*\n/, '')
      .replace(/ {2}key: .*\n {2}anchors: .*\n {2}trust:\n( {4}.*\n)+/, '')
    await repositoryWith(root, { ...FILES, 'delivery.yml': text })

    const { code, out } = await sluice(['validate'], { cwd: root })

    expect(code).toBe(0)
    expect(out).toContain('to integration (continuous), staging (dispatch: no second person).')
    expect(out).toContain(' The ledger is advisory: ledger.key is not set. ')
  })

  it.each([
    ['gate: dispatch', 'dispatch: with a reviewer'],
    ['gate: dispatch, secondPerson: none', 'dispatch: no second person']
  ])('says of production with %s who is asked', async (gate, told) => {
    const text = storefront().replace('level: production, gate: approval', `level: production, ${gate}`)
    await repositoryWith(root, { ...FILES, 'delivery.yml': text })

    expect((await sluice(['validate'], { cwd: root })).out).toContain(`production (${told})`)
  })

  it.each([
    ['https', `https://github.com/${'o'.repeat(39)}/${'n'.repeat(100)}`, 1],
    ['ssh', `git@github.com:${'o'.repeat(39)}/${'n'.repeat(100)}.git`, 1],
    ['https, of short names', 'https://github.com/octo-org/shop.git', 0],
    ['a folder', `../${'o'.repeat(39)}/${'n'.repeat(100)}`, 0]
  ])(
    'warns of trust policies that would be too long in the middle of an upgrade, of a clone by %s',
    async (_, origin, warned) => {
      await repositoryWith(root, { ...FILES, 'delivery.yml': storefront() })
      await git(root, 'remote', 'add', 'origin', origin)

      const { code, err } = await sluice(['validate'], { cwd: root })

      expect(code).toBe(0)
      expect(err.match(/\n/g) ?? []).toHaveLength(warned)
      if (warned > 0)
        expect(err).toMatch(
          /^delivery\.yml:\d+:\d+: sluice\.commits: with two commits in sluice\.commits, .* sluice-storefront-pull in account ops has about 2\d{3} characters; IAM takes 2048\. Have the quota /
        )
    }
  )

  describe('of the workflows that call Sluice,', () => {
    const calling = (on: string, ...jobs: readonly string[]): string =>
      `on: ${on}\njobs:\n${jobs.map((job, n) => `  job-${n}: { ${job} }\n`).join('')}`
    const call = (workflow: string, config?: string): string =>
      `uses: sluice-dev/sluice/.github/workflows/${workflow}@${'a'.repeat(40)}${config === undefined ? '' : `, with: { config: ${config} }`}`
    const warnings = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      const workflows = Object.entries(files).map(([name, text]) => [
        name.includes('/') ? name : `.github/workflows/${name}`,
        text
      ])
      await repositoryWith(root, { ...FILES, 'delivery.yml': storefront(), ...Object.fromEntries(workflows) })
      const { code, err } = await sluice(['validate'], { cwd: root })
      expect(code).toBe(0)
      return err.split('\n').filter(Boolean)
    }
    const byHand = changed('level: production, gate: approval', 'level: production, gate: dispatch')

    it('warns where none can be started that a gate of kind dispatch needs', async () => {
      const found = await warnings({
        'delivery.yml': calling('push', call('deliver.yml')),
        'other.yml': calling('workflow_dispatch', call('deliver.yml', 'other.yml'), 'runs-on: ubuntu-latest'),
        './delivery.yml': byHand
      })

      expect(found).toEqual([
        expect.stringMatching(
          /^delivery\.yml:19:\d+: environments\[2\]\.gate: found dispatch, .* so nothing gets to production; add workflow_dispatch: under on of \.github\/workflows\/delivery\.yml \[/
        )
      ])
    })

    it.each([
      ['can be started by hand', { 'deliver.yml': calling('[push, workflow_dispatch]', call('deliver.yml')) }],
      [
        'is another',
        {
          'deliver.yml': calling('push', call('deliver.yml')),
          'm.yml': calling('workflow_dispatch', call('deliver.yml'))
        }
      ],
      ['are not there', {}],
      ['is no workflow of Sluice', { 'deliver.yml': calling('push', 'runs-on: ubuntu-latest') }],
      [
        'may deliver by any file is started by hand',
        {
          'deliver.yml': calling('push', call('deliver.yml')),
          'm.yml': calling('workflow_dispatch', call('deliver.yml', '"${{ inputs.config }}"'))
        }
      ]
    ])('says nothing of such a gate where one that delivers %s', async (_, files) => {
      expect(await warnings({ './delivery.yml': byHand, ...files })).toEqual([])
    })

    it.each(['repair.yml', 'withdraw.yml', 'adopt.yml'])('warns of a call of %s that no one can start', async name => {
      expect(await warnings({ [name]: calling('push', call(name, './delivery.yml')) })).toEqual([
        `.github/workflows/${name}:1:1: found a call of Sluice's ${name}, which a person starts, but no way to start it; add workflow_dispatch: under on`
      ])
    })

    it('warns of calls of a commit that delivery.yml does not list, or of none, once for each', async () => {
      const calls = ['v1', 'v1', 'b'.repeat(40), 'a'.repeat(40)].map(pin =>
        call('deliver.yml').replace('a'.repeat(40), pin)
      )
      const other = call('deliver.yml', 'other.yml').replace('a'.repeat(40), 'v2')

      expect(await warnings({ 'deliver.yml': calling('push', ...calls, other) })).toEqual(
        ['v1', 'b'.repeat(40)].map(
          pin =>
            `.github/workflows/deliver.yml:1:1: found a call of deliver.yml@${pin}, which sluice.commits of delivery.yml does not list, so that AWS gives its jobs no role; pin one of aaaaaaaaaaaa or 000000000000 in full, or list the commit and renew the roles`
        )
      )
    })

    it.each([
      [
        'another product asks there no one',
        (text: string) => text.replace(/gate: \w+/g, 'gate: continuous'),
        'deliver.yml'
      ],
      ['another product only adopts there', (text: string) => text, 'adopt.yml']
    ])('says nothing of a gate where %s', async (_, change, workflow) => {
      const two = calling('[push, workflow_dispatch]', call('deliver.yml'), call(workflow, 'billing/delivery.yml'))
      const billing = change(storefront().replaceAll('storefront', 'billing'))

      expect(await warnings({ 'deliver.yml': two, 'billing/delivery.yml': billing })).toEqual([])
    })

    it.each([
      ['workflow', [call('deliver.yml'), call('deliver.yml', 'billing/delivery.yml')]],
      [
        'matrix',
        [
          `${call('deliver.yml', '"${{ matrix.config }}"')}, strategy: { matrix: { config: [delivery.yml, billing/delivery.yml] } }`
        ]
      ]
    ])('warns of gates that two products of one %s share', async (_, jobs) => {
      const two = calling('push', ...jobs)
      const billing = storefront().replaceAll('storefront', 'billing')

      expect(await warnings({ 'deliver.yml': two, 'billing/delivery.yml': billing })).toEqual(
        ['staging', 'production'].map(name =>
          expect.stringMatching(
            `^delivery\\.yml:\\d+:\\d+: environments\\[\\d\\]\\.name: found ${name}, which billing \\(billing/delivery\\.yml\\) has, too, .*; deliver each product by a workflow of its own, or name their environments apart`
          )
        )
      )
    })

    it.each([
      ['that is not valid', 'billing/delivery.yml', 'product: 1\n'],
      ['that is not there', 'billing/delivery.yml', undefined],
      ['that only a run tells', '${{ matrix.config }}', undefined],
      ['outside of the repository', '../delivery.yml', undefined]
    ])('says nothing of another delivery.yml %s', async (_, config, text) => {
      const two = calling('push', call('deliver.yml'), call('deliver.yml', JSON.stringify(config)))

      expect(await warnings({ 'deliver.yml': two, ...(text === undefined ? {} : { [config]: text }) })).toEqual([])
    })
  })

  it.each<[string, string, RegExp]>([
    [
      'an unknown key',
      changed('product:', 'prodct: x\nproduct:'),
      /^delivery\.yml:2:1: .*"prodct".*did you mean "product"/
    ],
    [
      'a missing unit',
      changed('dependsOn: [api]', 'dependsOn: [apy]'),
      /^delivery\.yml:15:17: .*"apy".*did you mean "api"/
    ],
    [
      'a cycle',
      changed('stack: { template: infra/api.yml }', 'stack: { template: infra/api.yml }\n    dependsOn: [site]'),
      /^delivery\.yml:\d+:\d+: .*dependsOn.*(api|site)/
    ],
    [
      'a duplicate environment',
      changed('name: staging', 'name: integration').replace('[integration, staging]', '[integration]'),
      /^delivery\.yml:18:\d+: environments\[1\]\.name: found "integration"/
    ],
    ['a bad account id', changed('"222222222222"', '"2222"'), /^delivery\.yml:5:18: .*"2222"; .*12/],
    [
      'an absent template',
      changed('infra/site.yml', 'infra/shop.yml'),
      /^delivery\.yml:14:24: .*"infra\/shop\.yml", which is not in commit [0-9a-f]{12}; the template must be a committed file/
    ],
    ['a malformed digest', changed(digest('2'), 'sha256:22'), /^delivery\.yml:27:14: .*"sha256:22"; .*64/],
    [
      'a registry on a foreign host',
      changed('registry: { account: ops }', 'registry: { account: ops, host: registry.example.com }'),
      /^delivery\.yml:7:33: .*"registry\.example\.com"; .*foreign host.*allowed/
    ]
  ])('refuses %s in one line, and changes nothing', async (_, text, message) => {
    await repositoryWith(root, { ...FILES, 'delivery.yml': text })
    const before = await git(root, 'rev-parse', 'HEAD')

    const { code, out, err } = await sluice(['validate'], { cwd: root })

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(message)
    expect(err.match(/\n/g)).toHaveLength(1)
    expect(await git(root, 'status', '--porcelain')).toBe('')
    expect(await git(root, 'rev-parse', 'HEAD')).toBe(before)
  })

  describe('of templates and their parameters,', () => {
    const refusal = async (
      files: Readonly<Record<string, string>>,
      change: (text: string) => string = text => text
    ): Promise<string> => {
      await repositoryWith(root, { ...FILES, 'delivery.yml': change(storefront()), ...files })
      const { code, err } = await sluice(['validate'], { cwd: root })
      expect(code).toBe(err === '' ? 0 : 1)
      return err
    }
    const setting = (parameters: string) => (text: string) =>
      text.replace('{ template: infra/site.yml }', `{ template: infra/site.yml, parameters: { ${parameters} } }`)

    it.each<[string, Readonly<Record<string, string>>, (text: string) => string, RegExp]>([
      [
        'a parameter file that one environment lacks',
        { 'infra/integration.json': '{}', 'infra/staging.json': '{}' },
        text =>
          text.replace(
            '{ template: infra/site.yml }',
            '{ template: infra/site.yml, parameterFiles: ["infra/${environment}.json"] }'
          ),
        /units\.site\.stack\.template: The parameter file infra\/production\.json of unit site in production is not a file of the commit\./
      ],
      [
        'a parameter file that sets what the template does not declare',
        { 'infra/site.json': '{ "Memmory": 512 }', 'infra/site.yml': template('BundleDigest', 'Memory') },
        text =>
          text.replace(
            '{ template: infra/site.yml }',
            '{ template: infra/site.yml, parameterFiles: [infra/site.json] }'
          ),
        /declares no parameter Memmory, which delivery\.yml sets \(did you mean "Memory"\?\)/
      ],
      [
        'a nested template that is no file',
        { 'infra/site.yml': NESTING },
        inBuckets,
        /units\.site\.stack\.template: Unit site: Part in infra\/site\.yml nests infra\/part\.yml, which is not a file of the commit\./
      ],
      [
        'a nested template without a bucket to put it into',
        { 'infra/site.yml': NESTING, 'infra/part.yml': 'Resources: { T: { Type: AWS::SNS::Topic } }' },
        text => text,
        /Name a bucket for it under accounts\.<name>\.bundles of delivery\.yml\./
      ],
      [
        'an image in a nested template that was not built here',
        {
          'infra/site.yml': NESTING,
          'infra/part.yml':
            'Resources: { T: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Image: nginx }] } } }'
        },
        inBuckets,
        /Unit site: T\/ContainerDefinitions\/0\/Image of infra\/part\.yml runs the image nginx, which this release did not build\./
      ],
      [
        'a template that does not take what was built',
        { 'infra/site.yml': template('Bundle') },
        text => text,
        /^delivery\.yml:14:24: units\.site\.stack\.template: The template of unit site does not declare the parameter BundleDigest, /
      ],
      [
        'a parameter that the template does not declare',
        { 'infra/site.yml': template('BundleDigest', 'Memory') },
        setting('Memmory: 512'),
        /The template of unit site declares no parameter Memmory, which delivery\.yml sets \(did you mean "Memory"\?\)\./
      ],
      [
        'a parameter that one environment sets, and no template declares',
        {},
        text => text.replace('gate: continuous }', 'gate: continuous, parameters: { api: { Tasks: 2 } } }'),
        /^delivery\.yml:11:\d+: units\.api\.stack\.template: The template of unit api declares no parameter Tasks, /
      ],
      [
        'an output that no template has',
        { 'infra/site.yml': template('BundleDigest', 'Address') },
        setting('Address: "${api.Adress}"'),
        /the template of api has no output \$\{api\.Adress\}\. Its outputs: Url\./
      ],
      [
        'an image that the product does not build, and nobody listed',
        {
          'infra/api.yml': `${template('Image')}`.replace(
            'Outputs:',
            '  Task: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Image: "evil.example/miner:1" }] } }\nOutputs:'
          )
        },
        text => text,
        /^delivery\.yml:11:\d+: units\.api\.stack\.template: Unit api: Task\/ContainerDefinitions\/0\/Image of its template runs the image evil\.example\/miner:1, which this release did not build\./
      ],
      [
        'what an approval would not cover, though the first environment asks nobody',
        { 'infra/site.yml': template('BundleDigest').replace('!Ref BundleDigest', '"{{resolve:ssm:/shop/name}}"') },
        text => text,
        /Unit site: Topic\/DisplayName of its template looks up \{\{resolve:ssm:\/shop\/name\}\} when it is deployed/
      ],
      [
        'a function whose code is in no bucket of the account',
        { 'infra/site.yml': CODE },
        text => text,
        /^delivery\.yml:14:24: units\.site\.stack\.template: The template of unit site declares the parameter BundleBucket, .* Name a bucket of the account of each environment: `bundles` under `accounts` of delivery\.yml\./
      ],
      [
        'a function that takes an index of images',
        {
          'infra/api.yml': `${template('Image')}`.replace(
            /Topic: .*/,
            'Topic: { Type: AWS::Lambda::Function, Properties: { Code: { ImageUri: !Ref Image } } }'
          )
        },
        text =>
          text.replace('dockerfile: Dockerfile }', 'dockerfile: Dockerfile, platforms: [linux/amd64, linux/arm64] }'),
        /the Lambda function Topic of its template runs the image of the release, which is built for several platforms\./
      ],
      [
        'a bucket to publish into that no output names',
        { 'infra/site.yml': template('BundleDigest') },
        text => text.replace('{ path: site }', '{ path: site, publish: Ur1 }'),
        /The template of unit site has no output Ur1, which delivery\.yml names in units\.site\.bundle\.publish \(did you mean "Url"\?\)\. Its outputs: Url\./
      ],
      [
        'a template that cannot be read, once for all environments',
        { 'infra/api.yml': 'Resources: [' },
        text => text,
        /^delivery\.yml:11:\d+: units\.api\.stack\.template: The template of unit api is not valid YAML or JSON [^\n]*\n$/
      ]
    ])('refuses %s', async (_, files, change, message) => {
      expect(await refusal(files, change)).toMatch(message)
    })

    it.each<[string, Readonly<Record<string, string>>, (text: string) => string]>([
      [
        'what delivery.yml lists',
        { 'infra/site.yml': template('BundleDigest').replace('!Ref BundleDigest', '"{{resolve:ssm:/shop/name}}"') },
        text => `${text}dynamicReferences: ["ssm:/shop/*"]\n`
      ],
      [
        'a function that takes its code from the bucket of the account',
        { 'infra/site.yml': CODE },
        text => text.replace(/"(222222222222|333333333333)", region: eu-west-1/g, '$&, bundles: storefront-code-$1')
      ],
      [
        'an output that may come with a transform',
        { 'infra/site.yml': `Transform: AWS::Serverless-2016-10-31\n${template('BundleDigest')}` },
        text => text.replace('{ path: site }', '{ path: site, publish: Bucket }')
      ],
      ['what every template is offered', { 'infra/api.yml': template('Image', 'Environment') }, text => text],
      [
        'an output of a stack before it',
        { 'infra/site.yml': template('BundleDigest', 'Url') },
        setting('Url: "${api.Url}"')
      ]
    ])('takes %s', async (_, files, change) => {
      expect(await refusal(files, change)).toBe('')
    })
  })

  it('refuses uncommitted changes in a context', async () => {
    await repositoryWith(root, { ...FILES, 'delivery.yml': storefront() })
    await writeFiles(root, { 'services/api/new.c': '' })

    const { code, err } = await sluice(['validate'], { cwd: root })

    expect(code).toBe(1)
    expect(err).toMatch(
      /^delivery\.yml:10:23: .*"services\/api\/new\.c"; commit, ignore or discard them \[Sluice's docs\/delivery-yml\.md#units-image-context\]\n$/
    )
    expect(await git(root, 'status', '--porcelain')).toBe('?? services/api/new.c')
  })

  describe('says what a delivery would say', () => {
    /** What validate says of a product whose delivery.yml is changed after its commit. */
    const said = async (change: () => Promise<unknown>): Promise<{ readonly code: number; readonly err: string }> => {
      await repositoryWith(root, { ...FILES, 'delivery.yml': storefront() })
      await change()
      const { code, err } = await sluice(['validate'], { cwd: root })
      return { code, err }
    }

    it('of a delivery.yml that is not committed', async () => {
      const { code, err } = await said(async () => {
        await git(root, 'rm', '-q', '--cached', 'delivery.yml')
        await git(root, 'commit', '-q', '-m', 'Forget')
      })

      expect(code).toBe(1)
      expect(err).toMatch(
        /^delivery\.yml:1:1: found a file that is not committed; a delivery reads commit [0-9a-f]{12}: commit the file\n$/
      )
    })

    it('of one that was changed since', async () => {
      const { code, err } = await said(async () => writeFiles(root, { 'delivery.yml': `${storefront()}# more\n` }))

      expect(code).toBe(1)
      expect(err).toMatch(/^delivery\.yml:1:1: found changes that are not committed; a delivery reads commit /)
    })

    it.each([
      ['nothing where git writes line ends as the machine has them', '', 0, /^$/],
      [
        'of a change beside other line ends',
        '# more\r\n',
        1,
        /^delivery\.yml:1:1: found changes that are not committed/
      ]
    ])('%s', async (_, change, exit, message) => {
      const { code, err } = await said(async () => {
        await git(root, 'config', 'core.autocrlf', 'true')
        await rm(join(root, 'delivery.yml'))
        await git(root, 'checkout', '-q', '.')
        await appendFile(join(root, 'delivery.yml'), change)
      })

      expect(await readFile(join(root, 'delivery.yml'), 'utf8')).toContain('\r\n')
      expect(err).toMatch(message)
      expect(code).toBe(exit)
    })

    it('of a change that git was told not to see', async () => {
      const { code, err } = await said(async () => {
        await git(root, 'update-index', '--assume-unchanged', 'delivery.yml')
        await writeFiles(root, { 'delivery.yml': `${storefront()}# more\n` })
      })

      expect(code).toBe(1)
      expect(err).toMatch(/^delivery\.yml:1:1: found changes that are not committed/)
    })

    it('of one that is a link', async () => {
      const { code, err } = await said(async () => {
        await git(root, 'mv', 'delivery.yml', 'real.yml')
        await symlink('real.yml', join(root, 'delivery.yml'))
        await git(root, 'add', '-A')
        await git(root, 'commit', '-q', '-m', 'Link')
      })

      expect(code).toBe(1)
      expect(err).toMatch(/^delivery\.yml:1:1: found a link; a delivery reads commit .* and follows none: replace it/)
    })

    it('of one that is not UTF-8', async () => {
      const { code, err } = await said(async () =>
        writeFile(join(root, 'delivery.yml'), Buffer.from(`# caf\u00e9\n${storefront()}`, 'latin1'))
      )

      expect({ code, err }).toEqual({
        code: 1,
        err: 'delivery.yml:1:6: found the byte 0xe9, which is not UTF-8; save the file as UTF-8\n'
      })
    })
  })

  it('refuses AWS redirected to a foreign host', async () => {
    await repositoryWith(root, { ...FILES, 'delivery.yml': storefront() })
    const env = { AWS_ENDPOINT_URL_S3: 'https://aws.example.com' }

    const { code, err } = await sluice(['validate'], { cwd: root, env })

    expect(code).toBe(1)
    expect(err).toMatch(
      /^AWS_ENDPOINT_URL_S3 points to aws\.example\.com, where credentials are never sent\. Use .*\n$/
    )
  })

  it('prints every problem', async () => {
    const text = changed('"222222222222"', '"2222"').replace('"333333333333"', '"3333"')
    await repositoryWith(root, { ...FILES, 'delivery.yml': text })

    const { err } = await sluice(['validate'], { cwd: root })

    expect(err.split('\n').map(line => line.slice(0, 17))).toEqual(['delivery.yml:5:18', 'delivery.yml:6:15', ''])
  })

  it('checks a file in a folder against the root of its repository, and says so', async () => {
    await repositoryWith(root, { 'shop/delivery.yml': storefront(), 'shop/site/index.html': '' })

    const { code, err } = await sluice(['validate', 'delivery.yml'], { cwd: join(root, 'shop') })

    expect(code).toBe(1)
    expect(err).toMatch(
      /\nPaths in delivery\.yml are relative to \.\.\. For .*: sluice validate delivery\.yml --root \.\n$/
    )
  })

  it('checks a product inside another repository as if it were alone', async () => {
    const inside = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`shop/${path}`, text]))
    const site = { 'shop/delivery.yml': storefront(), 'services/api/Dockerfile': 'FROM scratch\n' }
    await repositoryWith(root, { ...inside, ...site })
    const call = ['validate', 'shop/delivery.yml', '--root', 'shop']

    const clean = await sluice(call, { cwd: root })
    await writeFiles(root, { 'services/api/new.c': '' })
    const dirtyOutside = await sluice(call, { cwd: root })
    await writeFiles(root, { 'shop/services/api/new.c': '' })
    const dirtyInside = await sluice(call, { cwd: root })

    expect(clean).toMatchObject({ code: 0, err: '' })
    expect(dirtyOutside).toMatchObject({ code: 0, err: '' })
    expect(dirtyInside.code).toBe(1)
  })

  it.each([
    [
      'a file that does not exist',
      'none.yml',
      /^none\.yml could not be read: .*ENOENT.* Name the file: sluice validate FILE\.\n$/
    ],
    ['a folder', '.', /^\. could not be read: .*EISDIR/]
  ])('refuses %s', async (_, file, message) => {
    const { code, err } = await sluice(['validate', file], { cwd: root })

    expect(code).toBe(1)
    expect(err).toMatch(message)
  })

  it('says that there is no repository to check against', async () => {
    await writeFiles(root, { 'delivery.yml': storefront() })

    const { code, err } = await sluice(['validate'], { cwd: root })

    expect(code).toBe(1)
    expect(err).toMatch(/is not in a git repository, .* Run git init and commit first\.\n$/)
  })

  it('says that there is no commit to check against', async () => {
    await git(root, 'init', '-q')
    await writeFiles(root, { 'delivery.yml': storefront() })

    const { code, err } = await sluice(['validate'], { cwd: root })

    expect(code).toBe(1)
    expect(err).toMatch(/has no commit checked out/)
  })
})
