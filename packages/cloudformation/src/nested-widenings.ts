import type { Widening } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import { readStack } from './live-stack.ts'
import { nestedIn } from './nested-references.ts'
import type { NestedTemplate } from './request.ts'
import { listResources } from './stack-resources.ts'
import { type KnownTemplate, widenings } from './widening.ts'

/**
 * What stacks that are nested by file let happen beyond what is live.
 * @param around the template that nests them.
 * @param live the name or ARN of its stack; absent: there is none.
 */
export async function nestedWidenings(
  cloudFormation: CloudFormation,
  nested: readonly NestedTemplate[],
  around: KnownTemplate,
  live: string | undefined
): Promise<readonly Widening[]> {
  const stacks = nestedIn(nested, around.text, around)
  if (stacks.length === 0) return []
  const resources = live === undefined ? [] : await listResources(cloudFormation, live)
  const found = await Promise.all(
    stacks.map(async ({ id, template, parameters }) => {
      const now = { text: template.text, parameters, pseudo: around.pseudo }
      const physical = resources.find(it => it.LogicalResourceId === id)?.PhysicalResourceId ?? ''
      const was = physical === '' ? undefined : await readStack(cloudFormation, physical)
      const before =
        was?.templateText === undefined
          ? undefined
          : { text: was.templateText, parameters: was.parameters, pseudo: around.pseudo }
      const below = await nestedWidenings(cloudFormation, nested, now, was?.id)
      return [...widenings(before, now), ...below].map(it => ({ ...it, at: `${id}/${it.at}` }))
    })
  )
  return found.flat()
}
