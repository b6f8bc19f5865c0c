import { readYaml } from './yaml-document.ts'

/** Sluice's workflows that deploy. One call of either has no more than one deploy job for a GitHub Environment. */
const DEPLOYING = ['deliver.yml', 'stage.yml']

/**
 * Whether a workflow is sure to call Sluice once: one of its jobs calls a reusable workflow, no matrix multiplies that job, and what it calls is
 * Sluice's own. Of any other workflow only the jobs of its run tell; so it is with one that this cannot read.
 * @param sluice the repository of Sluice, `owner/name`.
 */
export function callsSluiceOnce(workflow: string, sluice: string): boolean {
  const [call, another] = jobsOf(workflow).filter(job => 'uses' in job)
  if (call === undefined || another !== undefined || 'strategy' in call) return false
  const [path] = String(call['uses']).split('@')
  return DEPLOYING.some(file => path?.toLowerCase() === `${sluice}/.github/workflows/${file}`.toLowerCase())
}

type Members = Readonly<Record<string, unknown>>

/** The jobs of a workflow that can be read; none of another. */
function jobsOf(workflow: string): readonly Members[] {
  const read = readYaml(workflow)
  if ('tooDeepAt' in read || read.faults.length > 0) return []
  try {
    const { jobs } = membersOf(read.document.toJS())
    return Object.values(membersOf(jobs)).map(membersOf)
  } catch {
    // More aliases than any real file has.
    return []
  }
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}
