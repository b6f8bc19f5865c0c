import { GitHubError, UserError } from '@sluice/core'
import {
  type DecidingRef,
  decodeBranchRules,
  decodeBranchStanding,
  decodeTagStanding,
  evaluateRefs,
  MOST_RULES
} from '@sluice/policy'
import type { Pipeline } from './pipeline.ts'

/** What is asked for the protection of refs. */
type RefPipeline = Pick<Pipeline, 'defaultBranch' | 'github' | 'log' | 'policy' | 'run'>

/** Of which environments it is asked what depends on the refs. */
type Level = Pipeline['policy']['environments'][number]['level']

const HEADS = 'refs/heads/'

/**
 * Refuses to deliver from refs that anyone may push to; where little depends on them, it warns. It finds what was never set up, and does not
 * watch an administrator. Whoever may be called by itself asks: the first job of a delivery, a stage, a withdrawal. It needs `contents: read`,
 * and costs a call for each ref: one, where the default branch is delivered. Where production depends on a branch that no ruleset is shown to
 * demand review of, it costs two.
 * @param levels of the environments that depend on the refs; all, unless told.
 * @throws UserError naming the refs, and what to set up.
 */
export async function requireProtectedRefs(
  pipeline: RefPipeline,
  levels: readonly Level[] = pipeline.policy.environments.map(({ level }) => level)
): Promise<void> {
  const { defaultBranch, log, run } = pipeline
  const refs: DecidingRef[] = []
  for (const ref of new Set([`${HEADS}${defaultBranch}`, run.ref])) refs.push(await read(pipeline, ref, levels))
  const verdict = evaluateRefs(refs, levels)
  if (!verdict.allowed) throw new UserError(`${verdict.reason} ${verdict.remedy}`)
  if (verdict.warning !== undefined) log.warning(verdict.warning)
  if (verdict.note !== undefined) log.info(verdict.note)
}

/** The same for one environment that may be entered without the first job of a delivery. In development it was warned there. */
export async function requireProtectedRefsOf(
  pipeline: RefPipeline,
  { level }: { readonly level: Level }
): Promise<void> {
  if (level !== 'development') await requireProtectedRefs(pipeline, [level])
}

async function read({ github, run }: RefPipeline, ref: string, levels: readonly Level[]): Promise<DecidingRef> {
  if (!ref.startsWith(HEADS)) return { ref, standing: decodeTagStanding(await readTag({ github, run }, ref)) }
  const [repository, name] = [`/repos/${run.repository}`, encodeURIComponent(ref.slice(HEADS.length))]
  const rules = levels.includes('production')
    ? decodeBranchRules(await readRules({ github }, `${repository}/rules/branches/${name}?per_page=${MOST_RULES}`))
    : undefined
  // Rules apply to a name: they hold whether or not the branch is still there.
  if (rules === 'reviewed') return { ref, standing: 'protected' }
  return { ref, standing: decodeBranchStanding(await github.get(`${repository}/branches/${name}`), rules) }
}

/** The rules of a branch; `undefined` where they may not be asked for (its plan has no rulesets). */
async function readRules({ github }: Pick<RefPipeline, 'github'>, path: string): Promise<unknown> {
  try {
    return await github.get(path)
  } catch (error: unknown) {
    if (isForbidden(error)) return
    throw error
  }
}

const TAG_RULES = `query TagRules($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { rules(first: 100) { nodes { type } } } }
}`

/** The tag as GitHub answers it. Where it may not be asked (its plan has no rulesets, the token may not see them), it shows no rules. */
async function readTag({ github, run }: Pick<RefPipeline, 'github' | 'run'>, ref: string): Promise<unknown> {
  const [owner, name] = run.repository.split('/')
  try {
    const answer = (await github.graphql(TAG_RULES, { owner, name, ref })) as {
      readonly repository?: { readonly ref?: unknown } | null
    }
    return answer.repository?.ref
  } catch (error: unknown) {
    if (isForbidden(error)) return {}
    throw error
  }
}

/** Whether GitHub lets the token not ask, rather than not yet. */
function isForbidden(error: unknown): boolean {
  if (!(error instanceof GitHubError) || error.rateLimit !== undefined) return false
  return error.status === 403 || error.types.includes('FORBIDDEN')
}
