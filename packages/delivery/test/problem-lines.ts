import { expect } from '@jest/globals'
import { problemOf } from '@sluice-lab/samples'

/** A bad delivery.yml by its fault, its text, and what the answer contains. */
export type BadDelivery = readonly [fault: string, text: string, expected: string]

/** Expects one line that says where the file is bad, and this. */
export function expectLine(text: string, expected: string): void {
  const { message, problems } = problemOf(text)

  expect(message).toContain(`delivery.yml:`)
  expect(message).toContain(expected)
  expect(message).not.toMatch(/[\r\n]/)
  expect(problems.length).toBeGreaterThan(0)
}
