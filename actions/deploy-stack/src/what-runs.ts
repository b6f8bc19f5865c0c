import { AccessDenied, readResources, runsOwnCode, type StackResource } from '@sluice/cloudformation'
import { type Clock, code, type Digest, escapeMarkdown, messageOf, table } from '@sluice/core'
import {
  explainFailure,
  NotAllowed,
  type RunningContainer,
  type RunningFunction,
  type RunningService,
  readFunctions,
  readRunning
} from '@sluice/running'
import type { Target } from './target.ts'

/** What was seen after stacks were applied. */
export interface WhatRuns {
  /** One sentence for each service or function that does not run the release, by unit. Texts of AWS: untrusted. */
  readonly problems: readonly { readonly unit: string; readonly problem: string }[]
  /** Of which units AWS did not say what they run, and why. Texts of AWS: untrusted. */
  readonly unanswered: readonly { readonly unit: string; readonly problem: string }[]
  /** The services that the problems are about. */
  readonly resources: readonly StackResource[]
  /** Why something was not compared. */
  readonly warnings: readonly string[]
  /** Markdown; empty where no service is. */
  readonly summary: string
}

/** Templates that may make a service; `Transform` and nested stacks hide what they make. */
const MAY_RUN = /AWS::ECS::Service|AWS::CloudFormation::Stack|Transform/

/** ECS lists tasks a little late: what differs is looked at again. */
const LOOKS = 3
const BETWEEN = 5_000

/** More rows tell no more to people. */
const MOST_ROWS = 100

/** Compares what the services of all stacks run with the release: a stack that is as planned may run something else. */
export async function whatRuns({ session, stacks }: Target, clock: Clock): Promise<WhatRuns> {
  const own = new Map(
    stacks
      .flatMap(({ sources }) => sources?.own ?? [])
      .map(image => [splitDigest(image)[0], splitDigest(image)[1] ?? ''])
  )
  const seen = await Promise.all(
    stacks
      .map(request => ({ ...request, functions: runsOwnCode(request) }))
      .filter(({ template, functions }) => functions.length > 0 || MAY_RUN.test(template))
      .map(async ({ unit, stack, artifact, functions }) => {
        try {
          const resources = await readResources(session, stack, clock)
          const look = async (): Promise<Compared> => {
            const services = compare(await readRunning(session, resources), own)
            return withFunctions(services, await readFunctions(session, resources, functions), artifact)
          }
          return { unit, resources, ...(await settled(clock, look)) }
        } catch (error: unknown) {
          const isAllowed = !(error instanceof NotAllowed || error instanceof AccessDenied)
          return isAllowed
            ? { unit, problem: messageOf(error).replace(/\.$/, '') }
            : { unit, warning: messageOf(error) }
        }
      })
  )
  const rowsOf = (kind: 'rows' | 'functions'): readonly (readonly string[])[] =>
    seen.flatMap(it => ('rows' in it ? it[kind].map(row => [escapeMarkdown(it.unit), ...row]) : []))
  return {
    problems: seen.flatMap(it => ('rows' in it ? it.problems.map(problem => ({ unit: it.unit, problem })) : [])),
    unanswered: seen.flatMap(it => (it.problem === undefined ? [] : [{ unit: it.unit, problem: it.problem }])),
    resources: seen.flatMap(it => ('rows' in it && it.problems.length > 0 ? it.resources : [])),
    warnings: seen.flatMap(it =>
      'warning' in it
        ? [
            `What ${it.unit} runs was not compared with the release: ${it.warning} Give the role of this job what Sluice's docs/aws-roles.md lists from ListResources to ReadLastLines.`
          ]
        : []
    ),
    summary:
      tableOf(['unit', 'service', 'container', 'runs', 'tasks'], rowsOf('rows')) +
      tableOf(['unit', 'function', 'version', 'runs the code'], rowsOf('functions'))
  }
}

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${table(columns, rows.slice(0, MOST_ROWS))}\n`
}

interface Compared {
  readonly problems: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly functions: readonly (readonly string[])[]
}

async function settled(clock: Clock, look: () => Promise<Compared>): Promise<Compared> {
  for (let looks = 1; ; looks++) {
    const compared = await look()
    if (compared.problems.length === 0 || looks === LOOKS) return compared
    await clock.sleep(BETWEEN)
  }
}

/** @param own the digest of each repository that the release has an image in. */
export function compare(services: readonly RunningService[], own: ReadonlyMap<string, string>): Compared {
  const problems: string[] = []
  const rows: string[][] = []
  for (const { name, containers, wentBack } of services) {
    if (wentBack !== undefined) problems.push(`service ${name} does not run what its stack says: ${wentBack}`)
    const counts = new Map<string, { readonly container: RunningContainer; readonly tasks: number }>()
    for (const container of containers) {
      const key = JSON.stringify([container.name, container.image, container.imageDigest])
      counts.set(key, { container, tasks: (counts.get(key)?.tasks ?? 0) + 1 })
    }
    for (const { container, tasks } of counts.values()) {
      const [repository, named] = splitDigest(container.image)
      // A registry gives for a digest nothing else. What ECS tells beside it may be one platform of that image.
      const runs = named ?? container.imageDigest
      const wanted = own.get(repository)
      if (wanted !== undefined && runs !== wanted)
        problems.push(
          `container ${container.name} of service ${name} runs ${runs ?? container.image}, and not ${wanted}`
        )
      rows.push([
        code(name),
        code(container.name),
        code(named === undefined && runs !== undefined ? `${container.image} (${runs})` : container.image),
        String(tasks)
      ])
    }
    if (containers.length === 0) rows.push([code(name), '', 'no task', '0'])
  }
  return { problems: [...new Set(problems)], rows, functions: [] }
}

/** @param wanted the digest of the archive, which Lambda knows its functions' code by. */
export function withFunctions(services: Compared, functions: readonly RunningFunction[], wanted: Digest): Compared {
  const problems = functions.flatMap(({ name, version, code: found }) =>
    found === wanted
      ? []
      : [
          version === undefined
            ? `function ${name} runs ${found ?? 'code that Lambda does not name'}, and not ${wanted}`
            : `version ${version} of function ${name}, the last that its stack published, is made of ${found ?? 'code that Lambda does not name'}, and not of ${wanted}: publish one for each bundle, by another logical id`
        ]
  )
  return {
    ...services,
    problems: [...services.problems, ...problems],
    functions: functions.map(({ name, version = '', code: found }) => [code(name), version, code(found ?? '')])
  }
}

/** `host/repository` and what follows `@`; a tag is no part of the first. */
function splitDigest(image: string): readonly [repository: string, digest: string | undefined] {
  const [name = '', digest] = image.split('@')
  return [name.replace(/:[^/:]*$/, ''), digest]
}

/** Why services failed, as Markdown and as text for the log; empty where nothing is known. */
export async function storiesOf(
  session: Target['session'],
  resources: readonly StackResource[]
): Promise<readonly { readonly markdown: string; readonly text: string }[]> {
  const stories = await explainFailure(session, resources)
  return stories.map(({ arn, events, reasons, lines, missing }) => {
    const parts: readonly (readonly [string, readonly string[]])[] = [
      ['The last task that stopped', reasons],
      ['Its last lines', lines],
      ['What ECS says of the service', events],
      ['Not known', missing]
    ]
    const filled = parts.filter(([, texts]) => texts.length > 0)
    const name = arn.replace(/^.*\//, '')
    return {
      markdown: `\n#### Service ${code(name)}\n${filled.map(([title, texts]) => `\n${title}:\n\n${texts.map(it => `- ${code(it)}`).join('\n')}\n`).join('')}`,
      text: [name, ...filled.flatMap(([title, texts]) => [`  ${title}:`, ...texts.map(it => `    ${it}`)])].join('\n')
    }
  })
}
