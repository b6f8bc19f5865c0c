import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@sluice/core'

/** An action as act finds it: what `owner/name@ref` resolves to on this machine. */
export interface LocalAction {
  readonly name: string
  readonly ref: string
  readonly directory: string
}

/**
 * Does what actions/checkout does for a commit that a job names (`ref`). Any other checkout act takes for a copy of the folder that it was started in, and
 * runs nothing.
 */
const ACTION = `name: checkout
description: Fetches one commit from the stand-in for GitHub.
inputs:
  ref: { description: A commit., required: true }
  fetch-depth: { description: How much of its past., required: false, default: '1' }
  persist-credentials: { description: Never., required: false, default: 'false' }
  token: { description: To read with., required: false, default: '\${{ github.token }}' }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        REF: \${{ inputs.ref }}
        DEPTH: \${{ inputs.fetch-depth }}
        TOKEN: \${{ inputs.token }}
      run: |
        set -euo pipefail
        cd "$GITHUB_WORKSPACE"
        git init --quiet
        export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraHeader"
        export GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$TOKEN" | base64 --wrap=0)"
        # As actions/checkout, which tries three times (its retry-helper.ts), with shorter waits.
        for try in 1 2 3; do
          git fetch --quiet --no-tags --depth="$DEPTH" "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" "$REF" && break
          [ "$try" -lt 3 ] || exit 1
          sleep 1
        done
        git checkout --quiet --force --detach "$REF"
`

/**
 * Writes an action that stands in for actions/checkout.
 * @param workflow of the suite, which says by which commit it is used.
 */
export async function writeCheckout(workflow: string, directory: string): Promise<LocalAction> {
  const ref = /actions\/checkout@([0-9a-f]{40})/.exec(await readFile(workflow, 'utf8'))?.[1]
  if (ref === undefined) throw new Failure(`${workflow} does not use actions/checkout by its commit.`)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'action.yml'), ACTION)
  return { name: 'actions/checkout', ref, directory }
}
