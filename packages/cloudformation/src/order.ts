/** Something that comes after others of its kind. */
export interface Ordered {
  readonly unit: string
  readonly dependsOn: readonly string[]
}

/**
 * Runs `work` for each item once all it depends on are done, side by side where it can.
 * Where `work` answers false or throws, what depends on it is not started; the rest runs to its end, and then the first error is thrown.
 */
export async function inDependencyOrder<T extends Ordered>(
  items: readonly T[],
  work: (item: T) => Promise<boolean>
): Promise<void> {
  const running = new Map<string, Promise<boolean>>()
  const errors: unknown[] = []
  const start = async (item: T, before: readonly Promise<boolean>[]): Promise<boolean> => {
    if ((await Promise.all(before)).includes(false)) return false
    try {
      return await work(item)
    } catch (error: unknown) {
      errors.push(error)
      return false
    }
  }
  // Items come in dependency order, so what one depends on is already running.
  for (const item of items) {
    const before = item.dependsOn.map(unit => running.get(unit)).filter(promise => promise !== undefined)
    running.set(item.unit, start(item, before))
  }
  await Promise.all(running.values())
  if (errors.length > 0) throw errors[0]
}
