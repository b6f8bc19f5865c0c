/** A JSON object of somebody else's making. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The value as an object; anything else counts as an object without members. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

/** The object that is a member of another; without one, an object without members. */
export function objectAt(value: JsonObject, name: string): JsonObject {
  return asObject(value[name])
}

/** A member that is a text. */
export function textAt(value: JsonObject, name: string): string | undefined {
  const found = value[name]
  return typeof found === 'string' ? found : undefined
}

/** A member that is a list; without one, an empty list. */
export function listAt(value: JsonObject, name: string): readonly unknown[] {
  const found = value[name]
  return Array.isArray(found) ? found : []
}

/** A time (milliseconds since the epoch) as GitHub writes it: UTC, whole seconds. */
export function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
