import { describe, expect, it } from '@jest/globals'
import { changed, STOREFRONT } from '@sluice-lab/samples'
import { environmentNamed, parseDelivery, stackSettings, unitNamed } from '../src/index.ts'
import { type BadDelivery, expectLine } from './problem-lines.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:222222222222:deployments'
const OTHER_TOPIC = 'arn:aws:sns:eu-west-1:222222222222:audit'
const ALARM = 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors of api'
const OTHER_ALARM = 'arn:aws:cloudwatch:eu-west-1:333333333333:alarm:errors'

/** The sample, with settings of the stack of api, and of it in an environment. */
function withSettings(ofUnit: string, ofEnvironment: Readonly<Record<string, string>> = {}): string {
  const text = ofUnit === '' ? STOREFRONT : changed('infra/api.yml }', `infra/api.yml, ${ofUnit} }`)
  return Object.entries(ofEnvironment).reduce(
    (all, [name, inner]) => all.replace(`name: ${name},`, `name: ${name}, stacks: { ${inner} },`),
    text
  )
}

function settingsOf(text: string, environment: string): ReturnType<typeof stackSettings> {
  const delivery = parseDelivery(text, 'delivery.yml')
  return stackSettings(environmentNamed(delivery, environment), unitNamed(delivery, 'api'))
}

describe('the settings of a stack', () => {
  it('are none where delivery.yml says nothing of any', () => {
    expect(settingsOf(withSettings(''), 'staging')).toEqual({})
  })

  it('are those of its unit, sorted, and of an alarm that nothing else is said of, watched while an update runs', () => {
    const text = withSettings(`notifications: [${TOPIC}, ${OTHER_TOPIC}]`, {
      staging: `api: { rollbackAlarms: ["${ALARM}"] }`
    })

    expect(settingsOf(text, 'integration')).toEqual({ notifications: [OTHER_TOPIC, TOPIC] })
    expect(settingsOf(text, 'staging')).toEqual({
      notifications: [OTHER_TOPIC, TOPIC],
      rollback: { alarms: [ALARM], minutes: 0 }
    })
  })

  it('say whether a stack is protected only where delivery.yml does', () => {
    const text = withSettings('terminationProtection: false', { production: 'api: { terminationProtection: true }' })

    expect(settingsOf(text, 'staging')).toEqual({ terminationProtection: false })
    expect(settingsOf(text, 'production')).toEqual({ terminationProtection: true })
  })

  it('are those of the environment before those of the unit, key by key; an empty list is one, too', () => {
    const text = withSettings(`notifications: [${TOPIC}], rollbackAlarms: ["${ALARM}"], monitoring: 10`, {
      staging: 'api: { notifications: [], monitoring: 180 }',
      production: `api: { rollbackAlarms: ["${OTHER_ALARM}"] }`
    })

    expect(settingsOf(text, 'staging')).toEqual({ notifications: [], rollback: { alarms: [ALARM], minutes: 180 } })
    expect(settingsOf(text, 'production')).toEqual({
      notifications: [TOPIC],
      rollback: { alarms: [OTHER_ALARM], minutes: 10 }
    })
  })
})

describe('a bad setting is answered with one line that names place, finding and remedy', () => {
  const topics = (count: number): string => Array.from({ length: count }, (_, n) => `${TOPIC}-${n}`).join(', ')
  const alarms = (count: number): string => Array.from({ length: count }, (_, n) => `"${ALARM}-${n}"`).join(', ')

  it.each<BadDelivery>([
    [
      'a topic that is no ARN',
      withSettings('notifications: [deployments]'),
      'units.api.stack.notifications[0]: found "deployments"; expected the ARN of a topic of SNS'
    ],
    [
      'a topic of an account of 11 digits',
      withSettings(`notifications: [${TOPIC.replace('222222222222', '22222222222')}]`),
      'expected the ARN of a topic of SNS, with an account of 12 digits'
    ],
    ['a topic of type FIFO', withSettings(`notifications: [${TOPIC}.fifo]`), 'expected the ARN of a topic of SNS'],
    [
      'a placeholder',
      withSettings('notifications: ["arn:aws:sns:eu-west-1:222222222222:${api.Topic}"]'),
      'expected the ARN of a topic of SNS'
    ],
    ['one topic', withSettings(`notifications: ${TOPIC}`), 'expected a list of ARNs of topics'],
    ['six topics', withSettings(`notifications: [${topics(6)}]`), 'CloudFormation takes at most 5 topics: remove some'],
    ['a topic twice', withSettings(`notifications: [${TOPIC}, ${TOPIC}]`), 'each topic may appear once'],
    [
      'an alarm that is a topic',
      withSettings(`rollbackAlarms: [${TOPIC}]`),
      'units.api.stack.rollbackAlarms[0]: found "arn:aws:sns:eu-west-1:222222222222:deployments"; expected the ARN of an alarm of CloudWatch'
    ],
    [
      'six alarms',
      withSettings(`rollbackAlarms: [${alarms(6)}]`),
      'CloudFormation takes at most 5 alarms: remove some'
    ],
    ['an alarm twice', withSettings(`rollbackAlarms: ["${ALARM}", "${ALARM}"]`), 'each alarm may appear once'],
    ...['-1', '181', '1.5', '"10"'].map(
      (minutes): BadDelivery => [
        `${minutes} minutes`,
        withSettings(`rollbackAlarms: [], monitoring: ${minutes}`),
        'units.api.stack.monitoring: found'
      ]
    ),
    [
      'a protection that is neither on nor off',
      withSettings('terminationProtection: on'),
      'units.api.stack.terminationProtection: found "on"; expected true or false'
    ],
    [
      'monitoring of nothing',
      withSettings('', { staging: 'api: { monitoring: 10 }' }),
      'environments[1].stacks.api.monitoring: found 10 and no alarms for the stack of api in staging; monitoring is how long rollbackAlarms are watched: add some, or remove it'
    ],
    [
      'an alarm of another account than that of an environment',
      withSettings(`rollbackAlarms: ["${ALARM}"]`),
      'units.api.stack.rollbackAlarms[0]: found "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors of api"; the stacks of production are in 333333333333, eu-west-1, and CloudFormation watches alarms of there only: name those of each environment under its stacks.api'
    ],
    [
      'a topic of another part of AWS',
      withSettings(`notifications: [${TOPIC.replace('arn:aws:', 'arn:aws-cn:')}]`),
      'units.api.stack.notifications[0]: found "arn:aws-cn:sns:eu-west-1:222222222222:deployments"; the stacks of integration are in eu-west-1, which reaches no topic outside of arn:aws: name those'
    ],
    [
      'an alarm of another region',
      withSettings('', { staging: `api: { rollbackAlarms: ["${ALARM.replace('eu-west-1', 'eu-west-2')}"] }` }),
      'environments[1].stacks.api.rollbackAlarms[0]: found "arn:aws:cloudwatch:eu-west-2:'
    ],
    [
      'settings of a unit that is missing',
      withSettings('', { staging: 'apo: { notifications: [] }' }),
      'environments[1].stacks.apo: found "apo"; no such unit (did you mean "api"?); declared in units: api, site'
    ],
    [
      'a setting that there is not',
      withSettings('', { staging: 'api: { notification: [] }' }),
      'no such key here (did you mean "notifications"?)'
    ]
  ])('%s', (_, text, expected) => expectLine(text, expected))
})
