/**
 * Lets many ask for one thing each, and looks up at once what was asked for at the same moment: a process costs more than its answers.
 * @param lookUp is given each key once; what it does not find is absent.
 */
export function together<Key, Value>(
  lookUp: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>
): (key: Key) => Promise<Value | undefined> {
  let waiting: { readonly keys: Set<Key>; readonly found: Promise<ReadonlyMap<Key, Value>> } | undefined
  const open = (): NonNullable<typeof waiting> => {
    const keys = new Set<Key>()
    // A turn later, when everybody who is at it has asked.
    const found = Promise.resolve().then(async () => {
      waiting = undefined
      return lookUp([...keys])
    })
    return { keys, found }
  }
  return async key => {
    waiting ??= open()
    const { keys, found } = waiting
    keys.add(key)
    return (await found).get(key)
  }
}
