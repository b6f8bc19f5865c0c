import { code, type PlannedStack, plural, settingTexts, table } from '@sluice/core'
import { shownOr } from './clip.ts'

/** Characters shown of a setting: five alarms with long names. */
const VALUE = 2_000

/** A setting that is not as delivery.yml wants it. */
interface ChangedSetting {
  readonly name: string
  /** Absent: there is no stack yet. */
  readonly now: string | undefined
  readonly then: string
}

/** Settings that change; of a new stack, those that it begins with. */
export function settingsTable(stack: PlannedStack): string {
  const rows = changedSettings(stack).map(({ name, now, then }) => [
    name,
    shownOr(now, 'none', VALUE),
    shownOr(then, '', VALUE)
  ])
  return rows.length === 0 ? '' : table(['setting', 'now', 'then'], rows)
}

/** How many stacks get other settings, for the headline: its other numbers count resources alone. */
export function settingsCount(stacks: readonly PlannedStack[]): string {
  const count = stacks.filter(
    stack => stack.action !== 'unchanged' && stack.base !== undefined && changedSettings(stack).length > 0
  ).length
  return count === 0 ? '' : `, settings of ${plural(count, 'stack')} changed`
}

/** That less guards a stack than before. Markdown, a sentence each. */
export function settingWarnings({ unit, stack, action, base, settings }: PlannedStack): readonly string[] {
  if (action === 'unchanged' || base?.settings === undefined) return []
  const { rollback, terminationProtection } = base.settings
  const gone = (rollback?.alarms ?? []).filter(alarm => settings?.rollback?.alarms.includes(alarm) !== true)
  const names = gone.map(alarm => shownOr(alarm, '', VALUE)).join(', ')
  return [
    ...(gone.length === 0 ? [] : [`${code(unit)}: ${names} no longer rolls its updates back.`]),
    ...(terminationProtection === true && settings?.terminationProtection === false
      ? [`${code(unit)}: the stack ${code(stack)} is no longer protected from deletion.`]
      : [])
  ]
}

function changedSettings({ base, settings }: PlannedStack): readonly ChangedSetting[] {
  const now = settingTexts(base?.settings)
  return Object.entries(settingTexts(settings)).flatMap(([name, then]) =>
    now[name] === then ? [] : [{ name, now: now[name], then }]
  )
}
