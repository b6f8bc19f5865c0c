import { createHash } from 'node:crypto'

/**
 * Whether a mutant belongs to a fixed part of all: chosen by what it is, not by when it comes.
 * @param {{ file: string, location: object, mutatorName: string, replacement: string }} mutant `file` from the root of the clone, lines
 *   and columns counted from 0.
 * @param {{ sample: number, seed: string }} options
 */
export function isInSample({ file, location, mutatorName, replacement }, { sample, seed }) {
  if (sample >= 100) return true
  const { start, end } = location
  const name = JSON.stringify([seed, file, start.line, start.column, end.line, end.column, mutatorName, replacement])
  return createHash('sha256').update(name).digest().readUInt32BE(0) % 100 < sample
}
