import { GATES } from '@sluice/core'
import * as v from 'valibot'
import { didYouMean } from './suggest.ts'
import {
  accountId,
  branch,
  buildArgument,
  duration,
  fingerprint,
  keyAlias,
  line,
  logicalName,
  looseText,
  name,
  path,
  platform,
  refPattern,
  region,
  stage
} from './text.ts'

// The one definition of delivery.yml's form: messages, types and the editors' JSON Schema all come from here.
// What needs two places of the file at once (references, limits of combined names) is in `rules.ts`.

/** Valibot takes a list for an object with the keys 0, 1, …; here it is shown to the schema as nothing, which it refuses. */
function noLists<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(schema: T): T {
  return {
    ...schema,
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) =>
      schema['~run'](Array.isArray(dataset.value) ? { value: undefined } : dataset, config)
  }
}

/** A mapping with fixed keys; a key that is not among them is answered with the nearest that is. */
function mapping<const T extends v.ObjectEntries>(
  entries: T
): v.StrictObjectSchema<T, (issue: v.StrictObjectIssue) => string> {
  const keys = Object.keys(entries)
  const schema = v.strictObject(entries, issue => {
    if (issue.expected === 'never')
      return `no such key here${didYouMean(issue.input, keys)}; allowed: ${keys.join(', ')}`
    const missing = keys.find(key => issue.expected === JSON.stringify(key))
    if (missing === undefined) return `expected a mapping with the keys ${keys.join(', ')}`
    const description = v.getDescription(entries[missing] ?? v.unknown())
    return `add it${description === undefined ? '' : `: ${description}`}`
  })
  return noLists(schema)
}

function named<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(
  key: v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  value: T,
  what: string
): v.RecordSchema<typeof key, T, string> {
  return noLists(v.record(key, value, `expected a mapping from ${what}`))
}

function list<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(
  item: T,
  what: string
): v.ArraySchema<T, string> {
  return v.array(item, `expected a list of ${what}`)
}

function oneOf<const T extends readonly string[]>(
  ...options: T
): v.PicklistSchema<T, (issue: v.PicklistIssue) => string> {
  return v.picklist(options, issue => `allowed: ${options.join(', ')}${didYouMean(issue.input, options)}`)
}

const parameters = named(logicalName, looseText, 'parameter names to values')

const image = mapping({
  context: v.exactOptional(path('Folder of the build context.', 'services/api'), '.'),
  dockerfile: v.exactOptional(path('Dockerfile, relative to the context.', 'docker/api.Dockerfile'), 'Dockerfile'),
  target: v.exactOptional(
    v.pipe(stage, v.description('Stage to build; by default the last one.'), v.examples(['server']))
  ),
  test: v.exactOptional(
    v.pipe(
      stage,
      v.description('Stage that runs the tests; it must build before the image does.'),
      v.examples(['test'])
    )
  ),
  args: v.exactOptional(
    v.pipe(
      named(buildArgument, looseText, 'build arguments to values'),
      v.description('Build arguments.'),
      v.examples([{ NODE_VERSION: '24' }])
    ),
    {}
  ),
  platforms: v.exactOptional(
    v.pipe(
      list(platform, 'platforms'),
      v.minLength(1, 'at least one platform is needed'),
      v.check(all => new Set(all).size === all.length, 'each platform may appear once'),
      v.description('Platforms to build for.'),
      v.examples([['linux/amd64', 'linux/arm64']])
    ),
    ['linux/amd64']
  )
})

const bundle = mapping({
  path: path('Folder to pack.', 'site'),
  publish: v.exactOptional(
    v.pipe(
      logicalName,
      v.description("Output of the unit's stack that names the bucket to publish the files to."),
      v.examples(['Bucket'])
    )
  )
})

/** Which artifact a unit is. The JSON Schema says the same in its own words, and finds this check by its message. */
export const ONE_ARTIFACT = 'a unit has either image or bundle: give exactly one'

const unit = v.pipe(
  mapping({
    image: v.exactOptional(v.pipe(image, v.description('A container image, built from a Dockerfile.'))),
    bundle: v.exactOptional(v.pipe(bundle, v.description('A folder, packed as a zip archive.'))),
    stack: v.pipe(
      mapping({
        template: path('CloudFormation template.', 'infra/api.yml'),
        parameters: v.exactOptional(
          v.pipe(
            parameters,
            v.description('Parameters of the stack; values may contain ${unit.Output}.'),
            v.examples([{ DesiredCount: '2', ApiUrl: '${api.Url}' }])
          ),
          {}
        )
      }),
      v.description('The CloudFormation stack that the unit runs in.')
    ),
    dependsOn: v.exactOptional(
      v.pipe(list(name, 'units'), v.description('Units that must be deployed first.'), v.examples([['api']])),
      []
    )
  }),
  v.check(unit => (unit.image === undefined) !== (unit.bundle === undefined), ONE_ARTIFACT)
)

const httpCheck = mapping({
  path: v.exactOptional(
    v.pipe(
      v.string('expected a string'),
      v.regex(/^\/(?!\/)[^\s\\]*$/, 'expected a path that starts with exactly one slash'),
      v.description("Path under the environment's url."),
      v.examples(['/health'])
    ),
    '/'
  ),
  status: v.exactOptional(
    v.pipe(
      v.number('expected an HTTP status code such as 200'),
      v.integer('expected an HTTP status code such as 200'),
      v.minValue(100, 'expected an HTTP status code such as 200'),
      v.maxValue(599, 'expected an HTTP status code such as 200'),
      v.description('Expected HTTP status.'),
      v.examples([204])
    ),
    200
  ),
  contains: v.exactOptional(v.pipe(line, v.description('Text that the response must contain.'), v.examples(['ok'])))
})

const accept = mapping({
  http: v.exactOptional(v.pipe(list(httpCheck, 'HTTP checks'), v.description('HTTP requests that must succeed.')), []),
  run: v.exactOptional(
    v.pipe(
      list(line, 'command lines'),
      v.description('Commands that must succeed, run from the root of the repository.'),
      v.examples([['node checks/smoke.mjs']])
    ),
    []
  )
})

const environment = mapping({
  name: v.pipe(name, v.description('Name of the environment, and of its GitHub Environment.'), v.examples(['staging'])),
  account: v.exactOptional(
    v.pipe(name, v.description('One of `accounts`; optional when there is only one.'), v.examples(['nonprod']))
  ),
  level: v.pipe(
    oneOf('development', 'preproduction', 'production'),
    v.description('How much is at stake: `production` requires a signed ledger.')
  ),
  gate: v.pipe(
    oneOf(...GATES),
    v.description(
      'Who lets a release in: `continuous` asks no one (only the first environment), `approval` asks the reviewers of the GitHub Environment, `dispatch` is a manual start without a second person.'
    )
  ),
  requires: v.exactOptional(
    v.pipe(
      mapping({
        soak: v.exactOptional(
          duration(
            'How long a release must have been accepted in the previous environment; not for the first one.',
            '30m'
          )
        )
      }),
      v.description('What a release must fulfil before it may enter.')
    ),
    {}
  ),
  adminBypass: v.exactOptional(
    v.pipe(
      oneOf('allow', 'refuse'),
      v.description('Whether administrators may bypass the gate of the GitHub Environment.')
    ),
    'refuse'
  ),
  runbook: v.exactOptional(path('Runbook: the checklist that a promotion works through.', 'runbooks/production.md')),
  url: v.exactOptional(
    v.pipe(
      line,
      v.description('URL of the environment; may contain ${unit.Output}.'),
      v.examples(['https://staging.example.com', '${site.Url}'])
    )
  ),
  parameters: v.exactOptional(
    v.pipe(
      named(name, parameters, 'units to parameters'),
      v.description("Stack parameters by unit; they override the unit's own."),
      v.examples([{ api: { DesiredCount: '4' } }])
    ),
    {}
  ),
  accept: v.exactOptional(
    v.pipe(accept, v.description('Acceptance checks of this environment, instead of the top-level `accept`.'))
  )
})

const ledger = mapping({
  branch: v.exactOptional(
    v.pipe(branch, v.description('Branch that holds the records.'), v.examples(['ledger/storefront'])),
    'sluice-ledger'
  ),
  key: v.exactOptional(
    v.pipe(
      keyAlias,
      v.description('KMS alias of the signing key, the same in each account. Without it the ledger is advisory.'),
      v.examples(['alias/sluice-storefront-ledger'])
    )
  ),
  trust: v.exactOptional(
    v.pipe(
      named(name, fingerprint, 'accounts to digests of their public keys'),
      v.description("SHA-256 of each account's public key (DER), by account. Required with `key`."),
      v.examples([{ prod: `sha256:${'0'.repeat(64)}` }])
    ),
    {}
  )
})

/** The form of delivery.yml. */
export const deliverySchema = mapping({
  version: v.pipe(v.literal(1, 'allowed: 1, the version of this format'), v.description('Version of this format.')),
  product: v.pipe(
    name,
    v.description('Name of what is delivered together; all other names begin with it.'),
    v.examples(['storefront'])
  ),
  accounts: v.pipe(
    named(name, mapping({ id: accountId, region }), 'account names to { id, region }'),
    v.minEntries(1, 'at least one account is needed'),
    v.description('AWS accounts, by a name of your choice.'),
    v.examples([{ prod: { id: '333333333333', region: 'eu-west-1' } }])
  ),
  registry: v.exactOptional(
    v.pipe(
      mapping({
        account: v.exactOptional(
          v.pipe(
            name,
            v.description('Account of the ops registry; optional when there is only one.'),
            v.examples(['ops'])
          )
        ),
        host: v.exactOptional(
          v.pipe(
            line,
            v.description(
              "Registry host, instead of the account's ECR: another host of its ECR, or a loopback address."
            ),
            v.examples(['127.0.0.1:5000'])
          )
        )
      }),
      v.description('The ops registry, where artifacts live.')
    ),
    {}
  ),
  units: v.pipe(
    named(name, unit, 'unit names to units'),
    v.minEntries(1, 'at least one unit is needed'),
    v.maxEntries(200, 'at most 200 units are allowed'),
    v.description('What is built and deployed, by name.')
  ),
  environments: v.pipe(
    list(environment, 'environments'),
    v.minLength(1, 'at least one environment is needed'),
    v.maxLength(6, 'at most 6 environments are allowed'),
    v.description('In promotion order; the first is continuous.')
  ),
  deliverFrom: v.exactOptional(
    v.pipe(
      list(refPattern, 'branches or refs'),
      v.minLength(1, 'at least one ref is needed; leave the key out for the default branch'),
      v.description('Refs that may create releases; by default the default branch.'),
      v.examples([['main', 'release/*']])
    )
  ),
  builds: v.exactOptional(
    v.pipe(
      mapping({
        sandbox: v.exactOptional(
          v.pipe(
            oneOf('required', 'none'),
            v.description(
              '`none` allows builders that run Dockerfiles within reach of credentials; it is recorded and shown to approvers.'
            )
          ),
          'required'
        )
      }),
      v.description('How units are built.')
    ),
    {}
  ),
  ledger: v.exactOptional(
    v.pipe(ledger, v.description('The ledger: where records are kept, and which keys sign them.')),
    {}
  ),
  accept: v.exactOptional(
    v.pipe(accept, v.description('Acceptance checks that must pass after a deployment, in every environment.')),
    {}
  )
})

/** delivery.yml as the schema leaves it: well-formed, defaults filled in, references not yet checked. */
export type DeliveryFile = v.InferOutput<typeof deliverySchema>
export type EnvironmentFile = DeliveryFile['environments'][number]
export type UnitFile = DeliveryFile['units'][string]
