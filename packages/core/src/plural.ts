/**
 * A count with its noun in the right number: `1 bundle`, `2 bundles`.
 * @param many the plural where it is not the noun with an `s`.
 */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`
}
