import type { Question } from '@sluice/core'
import { readYaml } from './yaml-document.ts'

/** Sluice's workflows by what they ask reviewers for. One call of any has no more than one job that asks at a GitHub Environment. */
const ASKING: Readonly<Record<Question, readonly string[]>> = {
  deploy: ['deliver.yml', 'stage.yml'],
  adopt: ['adopt.yml'],
  repair: ['repair.yml']
}

/** Sluice as a policy lists it. */
export interface ListedSluice {
  /** `owner/name`. */
  readonly repository: string
  readonly commits: readonly string[]
}

/** Line breaks that YAML 1.1 knows, and GitHub's parser with it, but not YAML 1.2; and a first line that says which of both counts. */
const READ_OTHERWISE = /\r(?!\n)|[\u0085\u2028\u2029]|^\ufeff?%/

/**
 * Whether a workflow is sure to call Sluice once, for one question: one of its jobs calls a reusable workflow, no matrix multiplies that job, and what
 * it calls is Sluice's own, at a commit that is listed: GitHub finds those of forks under the same name, and a tag may be anything tomorrow. Of any
 * other workflow only the jobs of its run tell; so it is with one that this cannot read, or that GitHub reads otherwise.
 */
export function callsSluiceOnce(workflow: string, { repository, commits }: ListedSluice, question: Question): boolean {
  if (READ_OTHERWISE.test(workflow)) return false
  const [call, another] = jobsOf(workflow).filter(job => 'uses' in job)
  if (call === undefined || another !== undefined || 'strategy' in call) return false
  const [path, commit = '', ...more] = String(call['uses']).split('@')
  if (more.length > 0 || !commits.includes(commit)) return false
  const folder = `${repository}/.github/workflows`
  return ASKING[question].some(file => path?.toLowerCase() === `${folder}/${file}`.toLowerCase())
}

/** A job that calls one of Sluice's workflows. */
export interface SluiceCall {
  /** Which of them, as `deliver.yml`. */
  readonly workflow: string
  /** What `uses` pins: a commit, a tag or a branch. */
  readonly pin: string
  /** Path of the delivery.yml; an expression where only a run tells. */
  readonly config: string
}

/** What a workflow of the product says of when it runs, and of Sluice. */
export interface CallerWorkflow {
  readonly calls: readonly SluiceCall[]
  /** Whether a person may start it: by itself, or, for all that it says, the one that calls it. */
  readonly isStartedByHand: boolean
}

/**
 * How a workflow calls Sluice; not at all where it cannot be read.
 * @param sluice the repository of Sluice, `owner/name`.
 */
export function readCaller(workflow: string, sluice: string): CallerWorkflow {
  const top = topOf(workflow)
  const events = namesOf(top['on'])
  const folder = `${sluice}/.github/workflows/`.toLowerCase()
  const calls = Object.values(membersOf(top['jobs'])).flatMap(job => {
    const { uses, with: inputs, strategy } = membersOf(job)
    const [path = '', pin = ''] = String(uses).split('@')
    if (!path.toLowerCase().startsWith(folder)) return []
    const { config = 'delivery.yml' } = membersOf(inputs)
    const workflow = path.slice(folder.length).toLowerCase()
    return valuesOf(String(config), membersOf(strategy)['matrix']).map(it => ({ workflow, pin, config: it }))
  })
  return { calls, isStartedByHand: events.includes('workflow_dispatch') || events.includes('workflow_call') }
}

/** What a text stands for in the jobs of a matrix: each value of the key that is all of it, or itself. */
function valuesOf(text: string, matrix: unknown): readonly string[] {
  const key = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(text)?.[1]
  if (key === undefined) return [text]
  const { [key]: listed, include } = membersOf(matrix)
  const included = [include].flat().map(it => membersOf(it)[key])
  const values = [listed, included].flat(2).filter(it => typeof it === 'string')
  // A list that an expression makes is known to the run alone.
  return values.length === 0 || [listed, include].some(it => typeof it === 'string') ? [text] : values
}

/** The events of a workflow, which YAML has as a name, a list of names, or a mapping from them. */
function namesOf(on: unknown): readonly string[] {
  if (typeof on === 'string') return [on]
  return Array.isArray(on) ? on.map(String) : Object.keys(membersOf(on))
}

type Members = Readonly<Record<string, unknown>>

/** The jobs of a workflow that can be read; none of another. */
function jobsOf(workflow: string): readonly Members[] {
  return Object.values(membersOf(topOf(workflow)['jobs'])).map(membersOf)
}

/** The top of a workflow; empty where it cannot be read. */
function topOf(workflow: string): Members {
  const read = readYaml(workflow)
  if ('tooDeepAt' in read || read.faults.length > 0) return {}
  try {
    return membersOf(read.document.toJS())
  } catch {
    // More aliases than any real file has.
    return {}
  }
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}
