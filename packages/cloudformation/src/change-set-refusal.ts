import { UserError } from '@sluice/core'
import type { StackRequest } from './request.ts'

/** CloudFormation reads `AWS::SSM::Parameter::Value<…>` as whoever asks for the change set, who may not. */
const PARAMETERS_CLOSED = /(permission|authori[sz]ed).*ssm:GetParameters?\b/i

/** It publishes to the topics of a stack, and looks at its alarms, as whoever asks, too. */
const SETTINGS_CLOSED = /authori[sz]ed to perform: (sns:Publish|cloudwatch:DescribeAlarms)\b/i

/** That CloudFormation makes no change set of a stack, and what to do: a permission is told apart from what the template says. */
export function refusalOf(
  { stack, unit }: Pick<StackRequest, 'stack' | 'unit'>,
  reason: string,
  cause?: unknown
): UserError {
  return new UserError(
    `CloudFormation rejected the change set of stack ${stack}: ${reason.trim().replace(/\.$/, '')}. ${remedyOf(unit, reason)}.`,
    { cause }
  )
}

function remedyOf(unit: string, reason: string): string {
  if (PARAMETERS_CLOSED.test(reason))
    return 'List the parameters that its template takes values from in `ssmParameters` of its account in delivery.yml, and give the roles that plan and deploy it what `sluice roles` then prints'
  if (SETTINGS_CLOSED.test(reason))
    return 'Give the roles that plan and deploy it what `sluice roles` prints for its notifications and rollbackAlarms; the policy of a topic in another account has to allow it, too'
  return `Correct the template or the parameters of unit ${unit}`
}
