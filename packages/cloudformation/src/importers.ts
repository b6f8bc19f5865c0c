import type { RetiredStack } from '@sluice/core'
import { type CloudFormation, CloudFormationError } from './connection.ts'
import { type LiveStack, readStatus } from './live-stack.ts'

/** An output of a stack that another one imports. */
export interface Import {
  /** Its name as an export. */
  readonly name: string
  /** The name of the stack that imports it. */
  readonly by: string
}

type Around = Pick<RetiredStack, 'stack' | 'resources'>

/** Who imports what a stack exports, or one that is nested in it and goes with it: while one does, CloudFormation does not delete it. */
export async function importsOf(
  cloudFormation: CloudFormation,
  around: Around,
  { exports = [] }: Pick<LiveStack, 'exports'>
): Promise<readonly Import[]> {
  const going = nestedIn(around).filter(({ becomes }) => becomes !== 'retain')
  const nested = await Promise.all(going.map(async ({ physicalId }) => readStatus(cloudFormation, physicalId)))
  // What is nested in one stack may import of each other: CloudFormation knows the order.
  const own = namesOf(around)
  const found: Import[] = []
  for (const name of [...exports, ...nested.flatMap(it => it?.exports ?? [])])
    for (const by of await importersOf(cloudFormation, name)) if (!own.includes(by)) found.push({ name, by })
  return found
}

/** The names of a stack and of those that are nested in it. */
export function namesOf(around: Around): readonly string[] {
  return [around.stack, ...nestedIn(around).map(({ physicalId }) => physicalId.split('/')[1] ?? '')]
}

function nestedIn({ resources }: Around): RetiredStack['resources'] {
  return resources.filter(it => it.type === 'AWS::CloudFormation::Stack' && it.physicalId.startsWith('arn:'))
}

async function importersOf(cloudFormation: CloudFormation, name: string): Promise<readonly string[]> {
  const found: string[] = []
  try {
    for (let NextToken: string | undefined; ; ) {
      const page = await cloudFormation.listImports({
        ExportName: name,
        ...(NextToken === undefined ? {} : { NextToken })
      })
      found.push(...(page.Imports ?? []))
      NextToken = page.NextToken
      if (NextToken === undefined || NextToken === '') return found
    }
  } catch (error: unknown) {
    // CloudFormation answers so for an export that is there.
    if (error instanceof CloudFormationError && /not imported by any stack/.test(error.reason)) return found
    throw error
  }
}
