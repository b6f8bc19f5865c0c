import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { messageOf, parseAwsEndpoints, UserError } from '@sluice/core'
import {
  ConfigError,
  checkRepository,
  type Delivery,
  type Environment,
  formatProblem,
  parseDelivery
} from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import type { Arguments } from './arguments.ts'
import { EXIT } from './command.ts'
import type { Io } from './io.ts'
import { repositoryRoot } from './repository-root.ts'
import { rootedAt } from './rooted.ts'
import { painter } from './terminal.ts'

/** The command `validate`: reads a delivery.yml and looks for everything it names in the commit that is checked out. */
export async function validate(args: Arguments, io: Io): Promise<number> {
  const [file = 'delivery.yml'] = args.operands
  const path = resolve(io.cwd, file)
  const red = painter(io.stderr, io.env)
  let root: string | undefined
  try {
    const delivery = parseDelivery(await readText(path, file), file)
    parseAwsEndpoints(io.env)
    const given = args.value('root')
    root = given === undefined ? repositoryRoot(dirname(path)) : resolve(io.cwd, given)
    const repository = rootedAt(openRepository(repositoryRoot(root)), root)
    await checkRepository(delivery, repository, await repository.head())
    io.stdout.write(`${painter(io.stdout, io.env)('green', `${file} is valid`)}: ${describe(delivery)}\n`)
    return EXIT.fine
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) io.stderr.write(`${red('red', formatProblem(problem))}\n`)
    // The usual reason for a list of absent files.
    if (root !== undefined && root !== dirname(path)) {
      const name = (folder: string): string => relative(io.cwd, folder) || '.'
      io.stderr.write(
        `Paths in ${file} are relative to ${name(root)}. For another folder: sluice validate ${file} --root ${name(dirname(path))}\n`
      )
    }
    return EXIT.problems
  }
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error: unknown) {
    throw new UserError(`${file} could not be read: ${messageOf(error)}. Name the file: sluice validate FILE.`, {
      cause: error
    })
  }
}

function describe(delivery: Delivery): string {
  const units = delivery.units.map(({ name, kind }) => `${name} (${kind})`).join(', ')
  const environments = delivery.environments.map(({ name, gate }) => `${name} (${GATES[gate]})`).join(', ')
  const advisory = delivery.ledger.key === undefined ? ' The ledger is advisory: ledger.key is not set.' : ''
  return `${delivery.product} delivers ${units} to ${environments}.${advisory}`
}

const GATES: Readonly<Record<Environment['gate'], string>> = {
  continuous: 'continuous',
  approval: 'approval',
  dispatch: 'dispatch: no second person'
}
