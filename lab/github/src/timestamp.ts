/** A time (milliseconds since the epoch) as GitHub writes it: UTC, whole seconds. */
export function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
