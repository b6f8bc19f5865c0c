import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { SUITE_REPOSITORY } from './suite.ts'

/** The workflows of the suite that are rehearsed, and have jobs with steps. No two may have jobs of one name: act tells no more of a job. */
const WORKFLOWS = ['deliver', 'stage', 'plan', 'repair'] as const

/**
 * Makes a folder for the PATH of the steps, with a `node` that does for each job what GitHub's runner does and act does not: act gives
 * all jobs of a run the same variables, but GitHub's issuer knows which workflow holds a job, and which GitHub Environment the job names. In
 * stage.yml that is the job `deploy`, and the environment is the one that its steps are for. The program is for bash: other shells drop
 * variables whose names have hyphens, as those of inputs do.
 */
export async function nodeOfJobs(
  directory: string,
  node: string,
  suite: { readonly directory: string; readonly ref: string }
): Promise<string> {
  const folder = join(directory, 'node-of-jobs')
  const program = join(folder, 'node')
  const cases = await Promise.all(WORKFLOWS.map(async workflow => caseOf(workflow, suite)))
  await mkdir(folder, { recursive: true })
  await writeFile(
    program,
    `#!/bin/bash
# act asks node where it is, and starts it by that path from then on.
case "$*" in
  *process.execPath*) echo "$0"; exit ;;
esac
case "$GITHUB_JOB" in
${cases.join('\n')}
esac
if [ "$GITHUB_JOB" = deploy ] && [ -n "$INPUT_ENVIRONMENT" ]; then
  export ACTIONS_ID_TOKEN_REQUEST_URL="$ACTIONS_ID_TOKEN_REQUEST_URL&environment=$INPUT_ENVIRONMENT"
fi
exec '${node}' "$@"
`
  )
  await chmod(program, 0o755)
  return folder
}

/** What tells the jobs of a workflow which one holds them. */
async function caseOf(
  workflow: (typeof WORKFLOWS)[number],
  suite: { readonly directory: string; readonly ref: string }
): Promise<string> {
  const path = `.github/workflows/${workflow}.yml`
  const { jobs } = parse(await readFile(join(suite.directory, path), 'utf8')) as {
    readonly jobs: Readonly<Record<string, { readonly steps?: unknown }>>
  }
  const names = Object.keys(jobs).filter(name => jobs[name]?.steps !== undefined)
  const ref = encodeURIComponent(`${SUITE_REPOSITORY}/${path}@${suite.ref}`)
  return `  ${names.join(' | ')}) export ACTIONS_ID_TOKEN_REQUEST_URL="$ACTIONS_ID_TOKEN_REQUEST_URL&job_workflow_ref=${ref}" ;;`
}
