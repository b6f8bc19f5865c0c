// tools/programs.json is the one list of third-party programs. The docs say what it says, the pins are where it says, and nobody
// goes round the search path that is made from it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { fill, table } from './readmes.mjs'
import { filesBelow, folders, PROGRAMS, readJson, repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: npm run programs [-- --check]

Writes what ${PROGRAMS} says into README.md, CONTRIBUTING.md and docs/programs.md, between these markers:
  <!-- present --> … <!-- /present -->
  <!-- programs --> … <!-- /programs -->

  --check  writes nothing and fails if a file is not current, a program is not pinned, or a source names a folder of programs
  --help   shows this text
`

const WHO = {
  rehearsal: '`npm run rehearse`',
  buildx: '`npm run rehearse -- --builder buildx`',
  tests: '`npm test`',
  mutants: '`npm run mutants`',
  setup: 'installing'
}

/** @returns {{ file: string, text: string }[]} the documents that must change, with their new text. */
export function staleProgramDocs(root) {
  const list = readJson(join(root, PROGRAMS))
  const blocks = {
    'README.md': { present: present(list) },
    'CONTRIBUTING.md': { present: present(list) },
    'docs/programs.md': { present: present(list), programs: installed(root, list) }
  }
  return Object.entries(blocks).flatMap(([file, markers]) => {
    const found = readFileSync(join(root, file), 'utf8')
    const text = Object.entries(markers).reduce((all, [marker, content]) => fill(all, marker, content, file), found)
    return text === found ? [] : [{ file, text }]
  })
}

/** What must be there, as a sentence. */
function present({ present: [system, ...others] }) {
  const names = others.map(({ name, oldest }) => (oldest === undefined ? name : `${name} ${oldest} or newer`))
  return `You need ${system.name} with ${names.slice(0, -1).join(', ')}, and ${names.at(-1)}.`
}

function installed(root, list) {
  const rows = list.installed.map(entry => [
    programsOf(entry)
      .map(name => `\`${name}\``)
      .join(', ') || '(none)',
    source(root, entry),
    entry.for,
    entry.neededBy.map(purpose => WHO[purpose]).join(', ')
  ])
  return table(['programs', 'from', 'what for', 'needed by'], rows)
}

function programsOf(entry) {
  return entry.from === 'go' ? entry.packages.map(path => path.split('/').at(-1)) : entry.programs
}

function source(root, entry) {
  const version = versionOf(root, entry)
  if (entry.from === 'go') return `Go: ${entry.module} ${version}`
  if (entry.from === 'pypi') return `PyPI: ${entry.name} ${version}`
  if (entry.from === 'npm') return `npm: ${entry.name}${entry.lock === undefined ? '-*arch*' : ''} ${version}`
  return `Debian: ${[entry.name, ...(entry.with ?? [])].join(', ')}`
}

/** @returns {string | undefined} the version that an entry is pinned to; Debian's release pins its packages. */
function versionOf(root, entry) {
  const read = file => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').split('\n') : [])
  if (entry.from === 'go') {
    const words = read(`tools/${entry.name}/go.mod`).map(line =>
      line
        .trim()
        .replace(/^require /, '')
        .split(' ')
    )
    return words.find(([name]) => name === entry.module)?.[1]?.replace(/^v/, '')
  }
  if (entry.from === 'pypi') {
    const line = read('tools/python/requirements.txt').find(
      text => text.startsWith(`${entry.name}==`) || text.startsWith(`${entry.name}[`)
    )
    return /==([^\s;\\]+)/.exec(line ?? '')?.[1]
  }
  if (entry.from === 'npm') {
    if (entry.lock !== undefined) return readJson(join(root, entry.lock, 'package.json')).dependencies?.[entry.name]
    const versions = Object.entries(readJson(join(root, 'package.json')).optionalDependencies ?? {})
    return versions.find(([name]) => name.startsWith(`${entry.name}-`))?.[1]
  }
  return 'of the release'
}

/** @returns {string[]} what is wrong with the list and with who goes round it, one line each. */
export function programProblems(root) {
  const list = readJson(join(root, PROGRAMS))
  return [
    ...staleProgramDocs(root).map(({ file }) => `${file} is not current`),
    ...list.installed.flatMap(entry => {
      if (versionOf(root, entry) !== undefined) return []
      return [`${PROGRAMS}: ${entry.name} is not pinned`]
    }),
    ...folders(join(root, 'tools')).flatMap(folder => modulesProblem(root, list, folder)),
    ...engineProblems(root, list),
    ...sourcesThatNameFolders(root)
  ]
}

function modulesProblem(root, list, folder) {
  const file = `tools/${folder}/go.mod`
  if (!existsSync(join(root, file))) return []
  const mod = readFileSync(join(root, file), 'utf8')
  const entry = list.installed.find(({ from, name }) => from === 'go' && name === folder)
  if (entry === undefined) return [`${file}: ${PROGRAMS} names no Go program ${folder}`]
  const go = /^go (\S+)$/m.exec(mod)?.[1] ?? ''
  const oldest = list.present.find(({ programs }) => programs.includes('go'))?.oldest ?? ''
  return [
    ...entry.packages.flatMap(path => (mod.includes(path) ? [] : [`${file}: no tool ${path}`])),
    ...(olderThan(oldest, go) ? [`${file} needs Go ${go}, and ${PROGRAMS} says that ${oldest} will do`] : [])
  ]
}

function engineProblems(root, list) {
  const oldest = list.present.find(({ programs }) => programs.includes('node'))?.oldest
  const { node } = readJson(join(root, 'package.json')).engines
  return node === `>=${oldest}` ? [] : [`package.json: engines.node is ${node}, and ${PROGRAMS} says ${oldest}`]
}

function olderThan(one, other) {
  const [a, b] = [one, other].map(version => version.split('.').map(Number))
  const at = b.findIndex((part, index) => part !== (a[index] ?? 0))
  return at >= 0 && (a[at] ?? 0) < b[at]
}

/** A path to a program of the machine, or a PATH with its folders: both find what nobody declared. */
const FOLDER = /(?<![\w#!.])\/usr\/(?:local\/)?s?bin\b|(?<=['"`:])\/s?bin(?=[:'"`])/

/** Those who make the search path, and their tests; and what runs as root on a runner, whose PATH an earlier step may have changed. */
const ALLOWED = [
  'actions/accept-release/src/check-sandbox.ts',
  'lab/servers/src/find-program.ts',
  'lab/servers/src/search-path.ts',
  'lab/servers/src/debian.ts',
  'lab/servers/src/buildkit-image.ts',
  'lab/servers/test/search-path.test.ts',
  'lab/servers/test/tools.test.ts',
  'scripts/programs.mjs',
  'test/repository/programs.test.ts'
]

function sourcesThatNameFolders(root) {
  return ['packages', 'lab', 'actions', 'test', 'scripts']
    .flatMap(folder => filesBelow(join(root, folder)).map(file => `${folder}/${file}`))
    .filter(file => /\.(ts|mjs)$/.test(file) && !ALLOWED.includes(file))
    .flatMap(file =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          FOLDER.test(line.replace(/^#!.*/, ''))
            ? [`${file}:${index + 1} names a folder of programs: start them by name, or by what ensureTools says`]
            : []
        )
    )
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { check: { type: 'boolean' } })
  if (flags !== undefined && flags.check === true) {
    for (const problem of programProblems(repositoryRoot)) {
      console.error(problem)
      process.exitCode = 1
    }
  } else if (flags !== undefined) {
    for (const { file, text } of staleProgramDocs(repositoryRoot)) {
      writeFileSync(join(repositoryRoot, file), text)
      console.log(`wrote ${file}`)
    }
  }
}
