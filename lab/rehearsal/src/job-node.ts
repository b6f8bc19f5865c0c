import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes a folder for the PATH of the steps, with a `node` that does for each job what GitHub's runner does and act does not: act gives
 * all jobs of a run the same variables, but GitHub's issuer knows which GitHub Environment a job names. In stage.yml that is the job
 * `deploy`, and the environment is the one that its steps are for. The program is for bash: other shells drop variables whose names
 * have hyphens, as those of inputs do.
 */
export async function nodeOfJobs(directory: string, node: string): Promise<string> {
  const folder = join(directory, 'node-of-jobs')
  const program = join(folder, 'node')
  await mkdir(folder, { recursive: true })
  await writeFile(
    program,
    `#!/bin/bash
# act asks node where it is, and starts it by that path from then on.
case "$*" in
  *process.execPath*) echo "$0"; exit ;;
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
