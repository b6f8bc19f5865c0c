import type { Change } from '@aws-sdk/client-cloudformation'
import type { PlannedChange } from '@sluice/core'

/** A change of a change set, as an approver sees it; absent for what is not about a resource. */
export function decodeChange(change: Change): PlannedChange | undefined {
  const it = change.ResourceChange
  if (it === undefined) return undefined
  const action = it.Action ?? ''
  const detailed = (it.Details ?? []).map(({ Target: target }) =>
    target?.Name === undefined || target.Name === '' ? (target?.Attribute ?? '') : `${target.Attribute}.${target.Name}`
  )
  const scopes = (it.Scope ?? []).filter(scope => !detailed.some(target => target.split('.')[0] === scope))
  const targets = [...new Set<string>([...detailed, ...scopes])].filter(target => target !== '').sort()
  return {
    action,
    logicalId: it.LogicalResourceId ?? '',
    type: it.ResourceType ?? '',
    ...(action !== 'Modify' || it.Replacement === undefined ? {} : { replacement: it.Replacement }),
    ...(it.PolicyAction === undefined ? {} : { policyAction: it.PolicyAction }),
    targets: action === 'Modify' ? targets : []
  }
}

/** Orders changes by resource, so that two readings look alike. */
export function byResource(a: PlannedChange, b: PlannedChange): number {
  const [left, right] = [`${a.logicalId} ${a.action}`, `${b.logicalId} ${b.action}`]
  return left < right ? -1 : left > right ? 1 : 0
}
