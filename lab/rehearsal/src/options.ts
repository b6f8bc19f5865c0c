import { parseArgs } from 'node:util'
import { UserError } from '@sluice/core'
import type { GateChoices } from './gate.ts'
import type { BuilderName } from './rehearsal-tools.ts'

/** What `rehearse` was asked for. */
export interface RehearseOptions {
  readonly gates: GateChoices
  readonly builder: BuilderName
  readonly report: string | undefined
  readonly keep: boolean
  readonly verbose: boolean
  readonly help: boolean
}

export const HELP = `Usage: npm run rehearse -- [options]      (or: sluice rehearse [options])

Delivers examples/storefront from a commit to production on this machine: real builds, a real registry, a real
ledger in git, the shipped workflows run by act with the shipped bundles; AWS is answered by an emulator, GitHub's
API by a stand-in. Ends with a table of every digest, read where it lives.

  --approve all|<environment>,…   decides gates in advance: approved
  --reject <environment>,…        decides gates in advance: rejected; wins over --approve all
  --builder buildkit|buildx       builds images with BuildKit's own daemon (default), or with docker and
                                  buildx, as GitHub's runners do
  --report FILE                   writes what happened as JSON
  --keep                          leaves the servers up and says how to look around, until Ctrl-C
  --verbose                       shows the logs of all jobs
  --help                          shows this text

Without a terminal, every gate needs --approve or --reject.

Exit codes:
  0    delivered, and one digest went all the way
  1    a job failed
  2    the call is wrong, or something is missing on this machine
  3    a gate was rejected
  4    what was read afterwards does not agree: unit, environment and both values are named
  130  interrupted
`

/** Reads the arguments. @throws UserError naming what is not understood. */
export function parseOptions(argv: readonly string[]): RehearseOptions {
  try {
    const { values } = parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        approve: { type: 'string', multiple: true },
        reject: { type: 'string', multiple: true },
        builder: { type: 'string', default: 'buildkit' },
        report: { type: 'string' },
        keep: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false }
      }
    })
    return {
      gates: { approve: namesIn(values.approve), reject: namesIn(values.reject) },
      builder: parseBuilder(values.builder),
      report: values.report,
      keep: values.keep,
      verbose: values.verbose,
      help: values.help
    }
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    throw new UserError(`${error instanceof Error ? error.message : String(error)} See --help.`, { cause: error })
  }
}

function parseBuilder(name: string): BuilderName {
  if (name === 'buildkit' || name === 'buildx') return name
  throw new UserError(`--builder ${name} is not a builder of rehearsals. There are: buildkit, buildx. See --help.`)
}

function namesIn(values: readonly string[] | undefined): ReadonlySet<string> {
  return new Set(
    (values ?? [])
      .flatMap(value => value.split(','))
      .map(name => name.trim())
      .filter(name => name !== '')
  )
}
