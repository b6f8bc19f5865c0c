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
    if (missing === undefined) return `a mapping is allowed, with the keys ${keys.join(', ')}`
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
  return noLists(v.record(key, value, `a mapping from ${what} is allowed`))
}

function list<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(
  item: T,
  what: string
): v.ArraySchema<T, string> {
  return v.array(item, `a list of ${what} is allowed`)
}

function oneOf<const T extends readonly string[]>(
  ...options: T
): v.PicklistSchema<T, (issue: v.PicklistIssue) => string> {
  return v.picklist(options, issue => `allowed: ${options.join(', ')}${didYouMean(issue.input, options)}`)
}

const parameters = named(logicalName, looseText, 'parameter names to values')

const image = mapping({
  context: v.exactOptional(path('Folder of the build context.'), '.'),
  dockerfile: v.exactOptional(path('Dockerfile, relative to the context.'), 'Dockerfile'),
  target: v.exactOptional(v.pipe(stage, v.description('Stage to build; the last one when absent.'))),
  test: v.exactOptional(v.pipe(stage, v.description('Stage that must build first: the tests.'))),
  args: v.exactOptional(
    v.pipe(named(buildArgument, looseText, 'build arguments to values'), v.description('Build arguments.')),
    {}
  ),
  platforms: v.exactOptional(
    v.pipe(
      list(platform, 'platforms'),
      v.minLength(1, 'at least one platform is needed'),
      v.check(all => new Set(all).size === all.length, 'each platform may appear once'),
      v.description('Platforms to build for.')
    ),
    ['linux/amd64']
  )
})

const bundle = mapping({
  path: path('Folder that is packed.'),
  publish: v.exactOptional(
    v.pipe(logicalName, v.description("Output of the unit's stack that names the bucket to publish the files to."))
  )
})

/** Which artefact a unit is. The JSON Schema says the same in its own words, and finds this check by its message. */
export const ONE_ARTEFACT = 'a unit has either image or bundle: give exactly one'

const unit = v.pipe(
  mapping({
    image: v.exactOptional(v.pipe(image, v.description('A container image, built from a Dockerfile.'))),
    bundle: v.exactOptional(v.pipe(bundle, v.description('A folder, packed as a zip archive.'))),
    stack: mapping({
      template: path('CloudFormation template.'),
      parameters: v.exactOptional(
        v.pipe(parameters, v.description('Parameters of the stack; values may hold ${unit.Output}.')),
        {}
      )
    }),
    dependsOn: v.exactOptional(v.pipe(list(name, 'units'), v.description('Units that are deployed before.')), [])
  }),
  v.check(unit => (unit.image === undefined) !== (unit.bundle === undefined), ONE_ARTEFACT)
)

const httpCheck = mapping({
  path: v.exactOptional(
    v.pipe(
      v.string('a text is allowed'),
      v.regex(/^\/(?!\/)[^\s\\]*$/, 'a path of the site is allowed: it starts with one slash'),
      v.description("Path under the environment's url.")
    ),
    '/'
  ),
  status: v.exactOptional(
    v.pipe(
      v.number('a status code is allowed, e.g. 200'),
      v.integer('a status code is allowed, e.g. 200'),
      v.minValue(100, 'a status code is allowed, e.g. 200'),
      v.maxValue(599, 'a status code is allowed, e.g. 200'),
      v.description('HTTP status that is expected.')
    ),
    200
  ),
  contains: v.exactOptional(v.pipe(line, v.description('Text that the answer must hold.')))
})

const accept = mapping({
  http: v.exactOptional(v.pipe(list(httpCheck, 'HTTP checks'), v.description('Requests that must be answered.')), []),
  run: v.exactOptional(
    v.pipe(list(line, 'command lines'), v.description('Commands, run from the root of the repository.')),
    []
  )
})

const environment = mapping({
  name: v.pipe(name, v.description('Also the name of the GitHub Environment.')),
  account: v.exactOptional(v.pipe(name, v.description('One of `accounts`; may be left out when there is only one.'))),
  level: v.pipe(
    oneOf('development', 'preproduction', 'production'),
    v.description('How much is at stake: production needs a signed ledger.')
  ),
  gate: v.pipe(
    oneOf(...GATES),
    v.description('Who lets a release in: nobody (the first environment only), a reviewer, or whoever starts it.')
  ),
  requires: v.exactOptional(
    mapping({
      soak: v.exactOptional(duration('How long a release must have been accepted one environment earlier, e.g. 30m.'))
    }),
    {}
  ),
  adminBypass: v.exactOptional(
    v.pipe(
      oneOf('allow', 'refuse'),
      v.description('Whether the GitHub Environment may let administrators skip its gate.')
    ),
    'refuse'
  ),
  runbook: v.exactOptional(path('Check-list that a promotion works through.')),
  url: v.exactOptional(v.pipe(line, v.description('Where the environment is reached: https://… or ${unit.Output}.'))),
  parameters: v.exactOptional(
    v.pipe(
      named(name, parameters, 'units to parameters'),
      v.description("Stack parameters by unit, over the unit's own.")
    ),
    {}
  ),
  accept: v.exactOptional(v.pipe(accept, v.description('Instead of the `accept` on top.')))
})

const ledger = mapping({
  branch: v.exactOptional(v.pipe(branch, v.description('Branch that holds the records.')), 'sluice-ledger'),
  key: v.exactOptional(
    v.pipe(keyAlias, v.description('KMS alias of the signing key, the same in each account. Absent: advisory.'))
  ),
  trust: v.exactOptional(
    v.pipe(
      named(name, fingerprint, 'accounts to digests of their public keys'),
      v.description("By account: SHA-256 of the ledger's public key (DER). Needed with `key`.")
    ),
    {}
  )
})

/** The form of delivery.yml. */
export const deliverySchema = mapping({
  version: v.literal(1, 'allowed: 1, the version of this format'),
  product: v.pipe(name, v.description('What is delivered together; the first part of all names.')),
  accounts: v.pipe(
    named(name, mapping({ id: accountId, region }), 'account names to { id, region }'),
    v.minEntries(1, 'at least one account is needed'),
    v.description('AWS accounts by a name of your choice.')
  ),
  registry: v.exactOptional(
    v.pipe(
      mapping({
        account: v.exactOptional(
          v.pipe(name, v.description('Account of the ops registry; may be left out when there is only one.'))
        ),
        host: v.exactOptional(
          v.pipe(line, v.description("Registry instead of the account's ECR: a host of ECR, or loopback."))
        )
      }),
      v.description('Where artefacts live.')
    ),
    {}
  ),
  units: v.pipe(
    named(name, unit, 'unit names to units'),
    v.minEntries(1, 'at least one unit is needed'),
    v.maxEntries(200, 'at most 200 units are allowed'),
    v.description('What is built and deployed.')
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
      v.description('Refs that may create releases; the default branch when absent.')
    )
  ),
  builds: v.exactOptional(
    mapping({
      sandbox: v.exactOptional(
        v.pipe(
          oneOf('required', 'none'),
          v.description('`none` lets Dockerfiles run beside credentials; it is recorded and shown to approvers.')
        ),
        'required'
      )
    }),
    {}
  ),
  ledger: v.exactOptional(v.pipe(ledger, v.description('Where and how everything is recorded.')), {}),
  accept: v.exactOptional(v.pipe(accept, v.description('What must hold after a deployment, in every environment.')), {})
})

/** delivery.yml as the schema leaves it: well-formed, defaults filled in, references not yet checked. */
export type DeliveryFile = v.InferOutput<typeof deliverySchema>
export type EnvironmentFile = DeliveryFile['environments'][number]
export type UnitFile = DeliveryFile['units'][string]
