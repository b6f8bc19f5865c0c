import * as v from 'valibot'
import { list, mapping, named } from './schema-parts.ts'
import { name } from './text-forms.ts'

/** CloudFormation API, CreateChangeSet: at most 5 of each. */
const MOST = 5

/** CloudFormation API, RollbackConfiguration: minutes. */
const LONGEST_MONITORING = 180

const isText = 'expected a string'

/** A topic of SNS by ARN. One of type FIFO takes no message of CloudFormation's, which name no group. */
const topic = v.pipe(
  v.string(isText),
  v.regex(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    'expected the ARN of a topic of SNS, with an account of 12 digits, e.g. arn:aws:sns:eu-west-1:333333333333:deployments'
  )
)

/** An alarm of CloudWatch by ARN. */
const alarm = v.pipe(
  v.string(isText),
  v.regex(
    /^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:\S[^\t\r\n]{0,254}$/,
    'expected the ARN of an alarm of CloudWatch, with an account of 12 digits, e.g. arn:aws:cloudwatch:eu-west-1:333333333333:alarm:errors'
  )
)

const isMinutes = `expected whole minutes: 0 to ${LONGEST_MONITORING}`

/** What a stack is set to besides template, parameters and tags. No key has a default: what is not said stays as it is. */
export const settings = {
  notifications: v.exactOptional(
    v.pipe(
      list(topic, 'ARNs of topics'),
      v.maxLength(MOST, `CloudFormation takes at most ${MOST} topics: remove some`),
      v.check(all => new Set(all).size === all.length, 'each topic may appear once'),
      v.description(
        'Topics of SNS that CloudFormation sends the events of the stack to. `[]`: none; without the key, those that the stack has stay. `sluice roles` lets the roles publish to them; the policies of topics in other accounts have to allow it, too.'
      ),
      v.examples([['arn:aws:sns:eu-west-1:333333333333:deployments']])
    )
  ),
  rollbackAlarms: v.exactOptional(
    v.pipe(
      list(alarm, 'ARNs of alarms'),
      v.maxLength(MOST, `CloudFormation takes at most ${MOST} alarms: remove some`),
      v.check(all => new Set(all).size === all.length, 'each alarm may appear once'),
      v.description(
        'Alarms of CloudWatch, in the account and region of the environment. CloudFormation rolls an update back where one of them goes off while it runs, or within `monitoring` after it; and where one does not exist. `[]`: none; without the key, those that the stack has stay.'
      ),
      v.examples([['arn:aws:cloudwatch:eu-west-1:333333333333:alarm:errors']])
    )
  ),
  monitoring: v.exactOptional(
    v.pipe(
      v.number(isMinutes),
      v.integer(isMinutes),
      v.minValue(0, isMinutes),
      v.maxValue(LONGEST_MONITORING, isMinutes),
      v.description(
        'Minutes for which the `rollbackAlarms` are watched after everything is deployed: so much longer each deployment of the stack takes. By default 0: only while it runs.'
      ),
      v.examples([10])
    )
  ),
  terminationProtection: v.exactOptional(
    v.pipe(
      v.boolean('expected true or false'),
      v.description(
        'Whether CloudFormation refuses to delete the stack. It is set when everything else of the stack is deployed; without the key, it stays as it is.'
      ),
      v.examples([true])
    )
  )
}

/** Settings of an environment's stacks, by unit. */
export const settingsByUnit = named(name, mapping(settings), 'units to settings of their stacks')
