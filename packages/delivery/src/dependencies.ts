/** What follows from `dependsOn`: an order in which everything comes after what it depends on, or a cycle that prevents one. */
export type Ordering =
  | { readonly kind: 'ordered'; readonly names: readonly string[] }
  | { readonly kind: 'cyclic'; readonly cycle: readonly string[] }

/** Orders units by their dependencies; where these leave a choice, as the file has them. Unknown names are left to the caller. */
export function orderByDependencies(dependencies: ReadonlyMap<string, readonly string[]>): Ordering {
  const done = new Set<string>()
  const open: string[] = []

  const visit = (name: string): readonly string[] | undefined => {
    if (done.has(name)) return undefined
    const from = open.indexOf(name)
    if (from >= 0) return [...open.slice(from), name]
    open.push(name)
    for (const dependency of dependencies.get(name) ?? []) {
      const cycle = visit(dependency)
      if (cycle !== undefined) return cycle
    }
    open.pop()
    done.add(name)
    return undefined
  }

  for (const name of dependencies.keys()) {
    const cycle = visit(name)
    if (cycle !== undefined) return { kind: 'cyclic', cycle }
  }
  return { kind: 'ordered', names: [...done].filter(name => dependencies.has(name)) }
}

/** Everything that `name` depends on, directly or through others. */
export function dependenciesOf(
  name: string,
  dependencies: ReadonlyMap<string, readonly string[]>
): ReadonlySet<string> {
  const found = new Set<string>()
  const pending = [...(dependencies.get(name) ?? [])]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue
    found.add(next)
    pending.push(...(dependencies.get(next) ?? []))
  }
  return found
}
