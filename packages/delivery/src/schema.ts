import { GATES } from '@sluice/core'
import * as v from 'valibot'
import { list, mapping, named, oneOf } from './mapping.ts'
import { accountId, branch, duration, fingerprint, keyAlias, line, name, path, refPattern, region } from './text.ts'
import { parameters, unit } from './unit-schema.ts'

// The one definition of delivery.yml's form: messages, types and the editors' JSON Schema all come from here.
// What needs two places of the file at once (references, limits of combined names) is in `rules.ts`.

/** GitHub's wait timer, which keeps the soak, takes at most 43,200 minutes. */
const LONGEST_SOAK = '30d'

/** Each is a job of the build's matrix, and GitHub takes at most 256. */
const MOST_UNITS = 200

/** As many as deliver.yml has jobs for: no expression makes a chain of jobs. */
const MOST_ENVIRONMENTS = 6

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
            '30m',
            LONGEST_SOAK
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
    v.maxEntries(MOST_UNITS, `at most ${MOST_UNITS} units are allowed`),
    v.description('What is built and deployed, by name.')
  ),
  environments: v.pipe(
    list(environment, 'environments'),
    v.minLength(1, 'at least one environment is needed'),
    v.maxLength(MOST_ENVIRONMENTS, `at most ${MOST_ENVIRONMENTS} environments are allowed`),
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
