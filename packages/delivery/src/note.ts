import type { Path } from './yaml-source.ts'

/** Notes a problem at a path of the file: what was found, then what is allowed. */
export type Note = (path: Path, found: string, allowed: string, part?: 'key' | 'value') => void
