import { GATES, ROLE_NAME_LIMIT } from '@sluice/core'
import * as v from 'valibot'
import { list, mapping, named, oneOf, written } from './schema-parts.ts'
import { duration, line, name, path } from './text-forms.ts'
import { parameters } from './unit-schema.ts'

/** GitHub's wait timer, which keeps the soak, takes at most 43,200 minutes. */
const LONGEST_SOAK = '30d'

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

/** What must hold after a deployment: HTTP requests and commands. */
export const accept = mapping({
  http: v.exactOptional(
    v.pipe(
      list(httpCheck, 'HTTP checks'),
      v.description('HTTP requests that must succeed. They need the `url` of the environment.'),
      written([{ path: '/health', contains: 'ok' }])
    ),
    []
  ),
  run: v.exactOptional(
    v.pipe(
      list(line, 'command lines'),
      v.description('Commands that must succeed, run from the root of the repository.'),
      v.examples([['node checks/smoke.mjs']])
    ),
    []
  )
})

/** An environment: where it is, who lets a release in, and what differs there. */
export const environment = mapping({
  name: v.pipe(
    name,
    v.description(
      `Name of the environment, and of its GitHub Environment. The role \`sluice-<product>-<name>-execution\` may have at most ${ROLE_NAME_LIMIT} characters.`
    ),
    v.examples(['staging'])
  ),
  account: v.exactOptional(
    v.pipe(name, v.description('One of `accounts`; optional when there is only one.'), v.examples(['nonprod']))
  ),
  level: v.pipe(
    oneOf('development', 'preproduction', 'production'),
    v.description('How much is at stake: `production` requires a signed ledger.'),
    v.examples(['production'])
  ),
  gate: v.pipe(
    oneOf(...GATES),
    v.description(
      'Who lets a release in: `continuous` asks no one (the first environment, and no other), `approval` asks the reviewers of the GitHub Environment, `dispatch` is a manual start without a second person.'
    ),
    v.examples(['approval'])
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
      v.description('What a release must fulfil before it may enter.'),
      written({ soak: '30m' })
    ),
    {}
  ),
  adminBypass: v.exactOptional(
    v.pipe(
      oneOf('allow', 'refuse'),
      v.description('Whether administrators may bypass the gate of the GitHub Environment.'),
      v.examples(['allow'])
    ),
    'refuse'
  ),
  runbook: v.exactOptional(path('Runbook: the checklist that a promotion works through.', 'runbooks/production.md')),
  url: v.exactOptional(
    v.pipe(
      line,
      v.description(
        'URL of the environment: https://, or http:// on a loopback address, without user name and password. May contain ${unit.Output}.'
      ),
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
    v.pipe(
      accept,
      v.description('Acceptance checks of this environment, instead of the top-level `accept`.'),
      written({ http: [{ path: '/health' }] })
    )
  )
})
