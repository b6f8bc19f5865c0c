/** Groups things by each of their names, in their order. */
export function grouped<N, T>(things: Iterable<T>, namesOf: (thing: T) => Iterable<N>): ReadonlyMap<N, readonly T[]> {
  const groups = new Map<N, T[]>()
  for (const thing of things) {
    for (const name of new Set(namesOf(thing))) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [thing])
      else group.push(thing)
    }
  }
  return groups
}
