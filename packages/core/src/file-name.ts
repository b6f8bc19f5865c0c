/** Whether a file's name, which is bytes to git and to Linux, is text: builders, buckets and archives know no other. */
export function isTextName(name: Uint8Array): boolean {
  return Buffer.compare(Buffer.from(Buffer.from(name).toString('utf8'), 'utf8'), name) === 0
}

/** A file's name for people; where it is no text, its foreign bytes are written as `\xe9`. */
export function showName(name: Uint8Array): string {
  if (isTextName(name)) return Buffer.from(name).toString('utf8')
  const bytes = Buffer.from(name).toString('latin1')
  return bytes.replace(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16)}`)
}
