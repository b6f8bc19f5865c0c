import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { inRepository } from './repository.ts'

/** The actions of the suite. */
export const ACTIONS = [
  'accept-release',
  'build-once',
  'deploy-stack',
  'promote-digest',
  'push-to-ops-registry',
  'record-audit',
  'stage'
] as const

export type ActionName = (typeof ACTIONS)[number]

/** What an action.yml says, as far as tests look at it. */
export interface ActionFile {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: Readonly<Record<string, unknown>>
}

/** Reads the action.yml of an action. */
export async function readActionFile(action: ActionName): Promise<ActionFile> {
  return parse(await readFile(inRepository('actions', action, 'action.yml'), 'utf8')) as ActionFile
}
