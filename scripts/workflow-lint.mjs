// Two third-party opinions on the workflows. What they are told to overlook is listed, with reasons, in
// .github/actionlint.yaml and .github/zizmor.yml.
import { join } from 'node:path'
import { run } from './program.mjs'
import { tools } from './tools.mjs'
import { workflowFiles } from './workflow-files.mjs'

/** @returns {Promise<string[]>} the findings, one line each. */
export async function lintWorkflows(root) {
  const { actionlint, zizmor } = await tools(root, ['actionlint', 'zizmor'])
  const files = workflowFiles(root).map(({ file }) => file)
  // Neither needs the network: what they would look up is pinned by commit and checked by scripts/workflows.mjs.
  const opinions = [
    await run(
      actionlint,
      [
        '-no-color',
        '-oneline',
        '-shellcheck=',
        '-pyflakes=',
        '-config-file',
        join(root, '.github/actionlint.yaml'),
        ...files
      ],
      { cwd: root }
    ),
    await run(
      zizmor,
      [
        '--offline',
        '--no-progress',
        '--color=never',
        '--format=plain',
        '--config',
        join(root, '.github/zizmor.yml'),
        ...files
      ],
      { cwd: root }
    )
  ]
  return opinions.filter(({ code }) => code !== 0).flatMap(({ output }) => output.trim().split('\n'))
}
