// Mutation tests: puts small faults into the sources, one at a time, and tells which of them no test notices.

import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { isInSample } from './mutants/sample.mjs'
import { run, runNode } from './program.mjs'
import { setUp } from './setup.mjs'
import { findOnlyDeclared } from './tools.mjs'
import { filesBelow, readJson, repositoryRoot, workspaces } from './workspaces.mjs'

const HELP = `
Usage: npm run mutants -- [NAME…] [--sample PERCENT] [--seed TEXT] [--write]

Puts faults into the sources of packages and actions (StrykerJS: other conditions, boundaries, literals, operators,
statements left out), each alone, and runs the tests of that package in process against it. Works in a copy of this
clone in the temporary folder. Prints what no test noticed, and the score of each package.

  NAME              packages or actions (policy, deploy-stack), or a file of one (core/ledger-event.ts); all packages and
                    actions when none is named
  --sample PERCENT  tries only this part of the mutants, the same each time (default 100)
  --seed TEXT       chooses another part (default sluice)
  --write           puts the scores into the table of docs/tests.md
  --help            shows this text
`

const STRYKER = '.tools/mutants'
const TABLE = 'docs/tests.md'

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string', default: '100' },
      seed: { type: 'string', default: 'sluice' },
      write: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' }
    }
  })
  if (values.help === true) return console.log(HELP.trim())
  const sample = Number(values.sample)
  if (!(sample > 0 && sample <= 100)) throw new Error(`--sample ${values.sample} is no percentage from 1 to 100.`)
  const targets = targetsNamed(positionals)
  if (!(await setUp({ root: repositoryRoot, all: true }))) throw new Error('This clone is not ready (see above).')
  await installStryker()
  const searchPath = await searchPathOfTests()
  const copy = await copyOf(repositoryRoot)
  const rows = []
  try {
    for (const target of targets) {
      const row = await mutate(copy, target, { searchPath, sample, seed: values.seed })
      rows.push(row)
      for (const line of row.left) console.log(line)
      if (row.endless > 0)
        console.log(`${row.endless} of those killed never ended: more than a few mean a busy machine`)
      console.log(`${lineOf(row)}\n`)
      if (values.write === true) await writeRow(row)
    }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
  console.log(['package | mutants | killed | left | score', ...rows.map(lineOf)].join('\n'))
}

/** Tests that start a builder or an emulator for each case: with every mutant, they would take days. What only they notice counts as left. */
const TOO_SLOW = {
  'build-once': ['build-mode', 'builder/build-deadline', 'builder/builders', 'builder/buildx'],
  cloudformation: ['deliver', 'killed', 'moto']
}

/** What is to be mutated, and the tests of its package. A name with a slash is one file: `core/ledger-event.ts`. */
function targetsNamed(names) {
  const all = workspaces(repositoryRoot)
    .filter(({ group }) => group !== 'lab')
    .map(({ path, folder }) => ({
      name: folder,
      path,
      files: '**/*.ts',
      tests: filesBelow(join(repositoryRoot, path, 'test')).filter(
        file => file.endsWith('.test.ts') && !TOO_SLOW[folder]?.includes(file.replace(/\.test\.ts$/, ''))
      )
    }))
  if (names.length === 0) return all.filter(({ tests }) => tests.length > 0)
  return names.map(name => {
    const [folder, ...below] = name.split('/')
    const found = all.find(target => target.name === folder)
    const files = below.join('/')
    if (found === undefined || !existsSync(join(repositoryRoot, found.path, 'src', files)))
      throw new Error(`No package, action or file is called ${name}. Known: ${all.map(it => it.name).join(', ')}.`)
    return files === '' ? found : { ...found, name, files }
  })
}

/** Stryker is installed when it is first asked for, from a lock file of its own: `npm ci` and the tests go without it. */
async function installStryker() {
  const folder = join(repositoryRoot, STRYKER)
  const wanted = await readFile(join(repositoryRoot, 'tools/mutants/package-lock.json'), 'utf8')
  const marker = join(folder, 'installed.json')
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === wanted) return
  await rm(folder, { recursive: true, force: true })
  await cp(join(repositoryRoot, 'tools/mutants'), folder, { recursive: true })
  const { code, output } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
  if (code !== 0) throw new Error(`StrykerJS cannot be installed: npm ci failed with exit code ${code}.\n${output}`)
  await writeFile(marker, wanted)
}

/**
 * The PATH that `npm test` gives to tests, so that what they find here is what they find there. StrykerJS itself keeps that of the machine:
 * it ends its processes by `ps`, which tests may not start.
 */
async function searchPathOfTests() {
  const before = process.env.PATH
  try {
    await findOnlyDeclared(repositoryRoot, 'tests')
    return process.env.PATH
  } finally {
    process.env.PATH = before
  }
}

/** What git knows of the clone, in a folder that may be changed; packages and programs are shared. */
async function copyOf(root) {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  if (listed.code !== 0) throw new Error(`git ls-files failed: ${listed.output}`)
  const copy = await mkdtemp(join(tmpdir(), 'sluice-mutants-'))
  for (const file of listed.output.split('\0')) {
    if (file === '' || file.startsWith('dist/') || !existsSync(join(root, file))) continue
    await mkdir(dirname(join(copy, file)), { recursive: true })
    await cp(join(root, file), join(copy, file), { verbatimSymlinks: true })
  }
  for (const shared of ['node_modules', '.tools', 'dist']) {
    if (existsSync(join(root, shared))) await symlink(join(root, shared), join(copy, shared))
  }
  return copy
}

/** Where each room begins, by the name under which others import it. */
function roomsOf(root) {
  return Object.fromEntries(
    workspaces(root).flatMap(({ path, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([door, { source }]) =>
        source === undefined ? [] : [[join(manifest.name, door), join(path, source)]]
      )
    )
  )
}

async function mutate(copy, { name, path, files, tests }, { searchPath, sample, seed }) {
  const report = join(copy, 'mutants.json')
  await rm(report, { force: true })
  const configuration = {
    testRunner: 'sentences',
    plugins: [pathToFileURL(join(repositoryRoot, 'scripts/mutants/runner.mjs')).href],
    inPlace: true,
    tempDirName: join(copy, '.backup'),
    // Composition roots wire the real clients: nothing of them runs in process.
    mutate: [`${path}/src/${files}`, `!${path}/src/main.ts`],
    ignorePatterns: ['**', '!packages/**/*.ts', '!actions/**/*.ts', '!lab/**/*.ts'],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    timeoutMS: 3000,
    dryRunTimeoutMinutes: 20,
    testRunnerNodeArgs: ['--conditions=source', '--import', join(repositoryRoot, 'scripts/mutants/register.mjs')],
    reporters: ['json'],
    jsonReporter: { fileName: report },
    allowConsoleColors: false,
    checkers: [],
    thresholds: { high: 100, low: 0, break: null },
    warnings: false,
    sluice: { tests: tests.map(file => join(copy, path, 'test', file)), searchPath, sample, seed }
  }
  const file = join(copy, 'stryker.json')
  await writeFile(file, JSON.stringify(configuration))
  const { code, output } = await runNode(
    join(repositoryRoot, STRYKER, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    ['run', file],
    {
      cwd: copy,
      env: { ...process.env, SLUICE_MUTANTS: JSON.stringify({ root: copy, rooms: roomsOf(copy) }) },
      show: process.env['SLUICE_MUTANTS_SHOW'] === '1'
    }
  )
  if (code !== 0 || !existsSync(report))
    throw new Error(`StrykerJS ended with exit code ${code} for ${name}.\n${output}`)
  return rowOf(name, { sample, seed }, readJson(report))
}

function rowOf(name, { sample, seed }, report) {
  const mutants = Object.entries(report.files).flatMap(([file, { source, mutants: inFile }]) =>
    inFile.map(mutant => ({ ...mutant, file, original: textAt(source, mutant.location) }))
  )
  const tried = mutants.filter(
    mutant =>
      mutant.status !== 'Ignored' && isInSample({ ...mutant, location: fromZero(mutant.location) }, { sample, seed })
  )
  const killed = tried.filter(({ status }) => status === 'Killed' || status === 'Timeout')
  const left = tried
    .filter(mutant => !killed.includes(mutant))
    .map(
      ({ status, file, location, original, replacement = '' }) =>
        `${status === 'Survived' ? 'survived' : status} ${file}:${location.start.line}: ${short(original)} → ${short(replacement)}`
    )
  const endless = tried.filter(({ status }) => status === 'Timeout').length
  return { name, sample, all: mutants.length, mutants: tried.length, killed: killed.length, endless, left }
}

function fromZero({ start, end }) {
  const before = ({ line, column }) => ({ line: line - 1, column: column - 1 })
  return { start: before(start), end: before(end) }
}

function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1)
  lines[0] = lines[0].slice(start.column - 1)
  return lines.join('\n')
}

function short(text) {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 90 ? `${line.slice(0, 89)}…` : line
}

function scoreOf({ mutants, killed }) {
  return mutants === 0 ? '–' : `${(Math.floor((killed / mutants) * 1000) / 10).toFixed(1)} %`
}

function lineOf(row) {
  const { name, sample, all, mutants, killed } = row
  const tried = sample === 100 ? `${mutants}` : `${mutants} of ${all}`
  return `${name} | ${tried} | ${killed} | ${mutants - killed} | ${scoreOf(row)}`
}

/** Replaces or adds the row of one package in the table of docs/tests.md; the others stay as they are. */
async function writeRow(row) {
  const file = join(repositoryRoot, TABLE)
  const text = await readFile(file, 'utf8')
  const [begin, end] = ['<!-- mutants:begin -->', '<!-- mutants:end -->']
  const [before, rest] = text.split(begin)
  const [table, after] = (rest ?? '').split(end)
  if (after === undefined) throw new Error(`${TABLE} has no place for the table, between ${begin} and ${end}.`)
  const head = ['| package | mutants | killed | left | score |', '| --- | --- | ---: | ---: | ---: |']
  const kept = table
    .split('\n')
    .filter(line => line.startsWith('| ') && !head.includes(line) && !line.startsWith(`| ${row.name} |`))
  const rows = [...kept, `| ${lineOf(row)} |`].sort()
  await writeFile(file, `${before}${begin}\n\n${[...head, ...rows].join('\n')}\n\n${end}${after}`)
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
