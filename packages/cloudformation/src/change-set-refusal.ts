import { UserError } from '@sluice/core'
import type { StackRequest } from './request.ts'

/** CloudFormation reads `AWS::SSM::Parameter::Value<…>` as whoever asks for the change set, who may not. */
const PARAMETERS_CLOSED = /(permission|authori[sz]ed).*ssm:GetParameters?\b/i

/** That CloudFormation makes no change set of a stack, and what to do: a permission is told apart from what the template says. */
export function refusalOf(
  { stack, unit }: Pick<StackRequest, 'stack' | 'unit'>,
  reason: string,
  cause?: unknown
): UserError {
  const remedy = PARAMETERS_CLOSED.test(reason)
    ? 'List the parameters that its template takes values from in `ssmParameters` of its account in delivery.yml, and give the roles that plan and deploy it what `sluice roles` then prints'
    : `Correct the template or the parameters of unit ${unit}`
  return new UserError(
    `CloudFormation rejected the change set of stack ${stack}: ${reason.trim().replace(/\.$/, '')}. ${remedy}.`,
    { cause }
  )
}
