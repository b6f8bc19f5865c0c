import { ARTIFACT_PARAMETERS, UserError } from '@sluice/core'
import * as v from 'valibot'
import type { Environment, Unit } from './delivery.ts'
import { decodeText } from './encoding.ts'
import { explain } from './explain.ts'
import { ConfigError, MOST_PROBLEMS } from './problem.ts'
import { list, mapping } from './schema-parts.ts'
import { logicalName, parameterValue } from './text-forms.ts'
import { parameters } from './unit-schema.ts'
import { readSource } from './yaml-source.ts'

/** What stands for the name of an environment in the path of a parameter file. */
const ENVIRONMENT = '${environment}'

/** As `aws cloudformation create-stack --parameters file://…` reads them. */
const pairs = list(mapping({ ParameterKey: logicalName, ParameterValue: parameterValue }), 'parameters')

/** As `aws cloudformation deploy --parameter-overrides file://…` reads them, too. */
const assignments = list(
  v.pipe(
    v.string('expected Name=value'),
    v.regex(/^[A-Za-z0-9]{1,255}=/, 'expected Name=value, the name of letters and digits')
  ),
  'parameters as Name=value'
)

/** A template configuration file of CodePipeline; its tags and policies are not parameters. */
const configuration = mapping({ Parameters: parameters })

/** The parameter files of a unit's stack in an environment, later ones over earlier: paths in the repository. */
export function parameterFilesOf(
  { stack }: Pick<Unit, 'stack'>,
  { name }: Pick<Environment, 'name'>
): readonly string[] {
  return stack.parameterFiles.map(path => path.replaceAll(ENVIRONMENT, name))
}

/**
 * The values that the parameter files of a unit's stack set in an environment.
 * @param read gives the bytes of a file of the commit; absent where there is none.
 * @throws UserError for a file that is missing; ConfigError with line and column for one that cannot be read, or sets what the release sets.
 */
export async function valuesInFiles(
  unit: Pick<Unit, 'name' | 'stack'>,
  environment: Pick<Environment, 'name'>,
  read: (path: string) => Promise<Uint8Array | undefined>
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    parameterFilesOf(unit, environment).map(async path => {
      const bytes = await read(path)
      if (bytes === undefined)
        throw new UserError(
          `The parameter file ${path} of unit ${unit.name} in ${environment.name} is not a file of the commit. Commit it there as a file, not as a link, or correct units.${unit.name}.stack.parameterFiles in delivery.yml.`
        )
      return readParameterFile(bytes, path)
    })
  )
  return Object.assign({}, ...found) as Record<string, string>
}

/** Reads a parameter file: JSON or YAML in any of the forms that AWS's own tools take, or a mapping from names to values. @throws ConfigError */
export function readParameterFile(bytes: Uint8Array, path: string): Readonly<Record<string, string>> {
  const source = readSource(decodeText(bytes, path), path)
  const { value } = source
  const read = v.safeParse(shapeOf(value), value)
  if (!read.success)
    throw new ConfigError(
      // The reference of delivery.yml does not describe this file.
      read.issues.slice(0, MOST_PROBLEMS).map(issue => {
        const { reference: _, ...problem } = explain(source, issue)
        return problem
      })
    )
  const fault = (message: string): ConfigError => new ConfigError([{ file: path, line: 1, column: 1, message }])
  const names = read.output.map(([name]) => name)
  const twice = names.find((name, n) => names.indexOf(name) !== n)
  if (twice !== undefined) throw fault(`found the parameter ${twice} a second time; remove one`)
  const set = names.find(name => ARTIFACT_PARAMETERS.includes(name))
  if (set !== undefined) throw fault(`found the parameter ${set}; it is set to what the release built: remove it`)
  return Object.fromEntries(read.output)
}

type Entries = readonly (readonly [name: string, value: string])[]

/** What a file is to be read as, by its outermost form: a message about another form would help no one. */
function shapeOf(value: unknown): v.GenericSchema<unknown, Entries> {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(item => typeof item === 'string'))
      return v.pipe(
        assignments,
        v.transform(items =>
          items.map((item): Entries[number] => [item.split('=', 1)[0] ?? '', item.slice(item.indexOf('=') + 1)])
        )
      )
    return v.pipe(
      pairs,
      v.transform(items => items.map((it): Entries[number] => [it.ParameterKey, it.ParameterValue]))
    )
  }
  const inner = typeof value === 'object' && value !== null ? (value as { Parameters?: unknown }).Parameters : undefined
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? v.pipe(
        configuration,
        v.transform(it => Object.entries(it.Parameters))
      )
    : v.pipe(
        parameters,
        v.transform(it => Object.entries(it))
      )
}
