import { type CacheRule, cacheControlOf } from '@sluice/core'
import type { ObjectHeaders } from './bucket-reads.ts'

/** What the files of a bundle are published with. */
export async function headersBy(rules: readonly CacheRule[]): Promise<(path: string) => ObjectHeaders> {
  const { default: mime } = await import('mime')
  return path => ({ type: contentType(mime.getType(path)), cacheControl: cacheControlOf(rules, path) })
}

/** Browsers guess the encoding of text, and of nothing else. */
function contentType(type: string | null): string {
  if (type === null) return 'application/octet-stream'
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}
