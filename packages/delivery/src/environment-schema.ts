import { GATES, ROLE_NAME_LIMIT } from '@sluice/core'
import * as v from 'valibot'
import { accept } from './acceptance-schema.ts'
import { mapping, named, oneOf, written } from './schema-parts.ts'
import { settingsByUnit } from './settings-schema.ts'
import { tags } from './tags-schema.ts'
import { duration, line, name, path } from './text-forms.ts'
import { parameters } from './unit-schema.ts'

/**
 * A plan refuses until the soak is over, and GitHub lets a run be started again only for 30 days after its first start. The rest of these days is for
 * what comes before the soak, and for whoever starts it again.
 */
const LONGEST_SOAK = '21d'

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
      'Who lets a release in: `continuous` asks no one (the first environment, and no other), `approval` asks the reviewers of the GitHub Environment, `dispatch` is a manual start, which asks them only if there are any: it is entered by runs that someone starts, for which the workflow needs `workflow_dispatch:` under `on`, and by no push.'
    ),
    v.examples(['approval'])
  ),
  requires: v.exactOptional(
    v.pipe(
      mapping({
        soak: v.exactOptional(
          duration(
            'How long a release must have been accepted in the previous environment; not for the first one. A delivery does not wait: until then its plan is refused, with the time. Re-run the failed jobs after that. GitHub allows it for 30 days after the run began, and 50 times. A hotfix and a rollback need not soak.',
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
  secondPerson: v.exactOptional(
    v.pipe(
      oneOf('none'),
      v.description(
        'Only with `gate: dispatch` and `level: production`: no one but who starts a delivery is asked. Without it the GitHub Environment must have reviewers.'
      ),
      v.examples(['none'])
    )
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
  stacks: v.exactOptional(
    v.pipe(
      settingsByUnit,
      v.description("Settings of stacks by unit, each over the unit's own."),
      v.examples([{ api: { notifications: ['arn:aws:sns:eu-west-1:333333333333:deployments'] } }])
    ),
    {}
  ),
  tags: v.exactOptional(
    v.pipe(
      tags,
      v.description('Tags of the stacks of this environment, over those of the product and of the unit.'),
      v.examples([{ DataClass: 'confidential' }])
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
