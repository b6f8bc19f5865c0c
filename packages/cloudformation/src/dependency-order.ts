/** Something that comes after others of its kind. */
export interface Ordered {
  readonly unit: string
  readonly dependsOn: readonly string[]
}

/**
 * Runs `work` for each item once all it depends on are done, side by side where it can. Where `work` answers false, what depends
 * on it is not started; the rest runs to its end. `work` must not throw.
 * @param items in dependency order.
 */
export async function inDependencyOrder<T extends Ordered>(
  items: readonly T[],
  work: (item: T) => Promise<boolean>
): Promise<void> {
  const running = new Map<string, Promise<boolean>>()
  for (const item of items) {
    const before = item.dependsOn.flatMap(unit => running.get(unit) ?? [])
    running.set(
      item.unit,
      Promise.all(before).then(done => !done.includes(false) && work(item))
    )
  }
  await Promise.all(running.values())
}
