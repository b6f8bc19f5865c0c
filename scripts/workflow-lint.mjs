// Two third-party opinions on workflows and actions. What they are told to overlook is listed, with the reasons, in
// .github/actionlint.yaml and .github/zizmor.yml.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './program.mjs'
import { tools } from './tools.mjs'
import { workflowFiles } from './workflow-files.mjs'
import { actionNames } from './workspaces.mjs'

/** Without shellcheck and pyflakes: whether they are installed must not decide the outcome. */
const ACTIONLINT = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=']

/** Offline: pins are checked by scripts/workflows.mjs, and a check must not depend on the network. */
const ZIZMOR = ['--offline', '--quiet', '--persona=pedantic', '--color=never']

/** @returns {Promise<string[]>} the findings, one line each. */
export async function lintWorkflows(root) {
  const { actionlint, zizmor } = await tools(root, ['actionlint', 'zizmor'])
  const workflows = workflowFiles(root).map(({ file }) => file)
  const actions = actionNames(root).map(name => `actions/${name}/action.yml`)
  const others = ['.github/dependabot.yml'].filter(file => existsSync(join(root, file)))
  const opinions = [
    await run(actionlint, [...ACTIONLINT, ...workflows], { cwd: root }),
    await run(zizmor, [...ZIZMOR, ...workflows, ...actions, ...others], { cwd: root })
  ]
  return opinions
    .filter(({ code }) => code !== 0)
    .flatMap(({ code, output }) => [`ended with code ${code}`, ...output.trim().split('\n')])
}
