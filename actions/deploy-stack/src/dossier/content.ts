import { code, type FileNames, type PlannedContent, type PlannedFiles, plural, table } from '@sluice/core'
import { shownOr } from './clip.ts'

/** Characters shown of a file's name. */
const NAME = 200

/** What becomes of files, in the order in which it is told. */
const KINDS = [
  ['added', 'added'],
  ['changed', 'changed'],
  ['headers', 'served with other headers'],
  ['removed', 'removed'],
  ['kept', 'kept until the next bundle']
] as const

/** The bundles whose files are published, and what that does to the files that are there. */
export function contentSection(content: readonly PlannedContent[]): readonly string[] {
  if (content.length === 0) return []
  const rows = content.map(it => [
    code(it.unit),
    it.live === undefined ? 'nothing' : code(it.live),
    thenOf(it),
    it.files === undefined ? '' : countsOf(it.files)
  ])
  return [
    '### Published files',
    table(['unit', 'now', 'then', 'files'], rows),
    ...content.flatMap(({ unit, files }) => (files === undefined ? [] : nameLines(unit, files)))
  ]
}

function thenOf({ digest, moves, drifted }: PlannedContent): string {
  if (drifted === true) return 'the same, as it was published'
  return moves === true ? 'the same, again if the bucket is another one' : code(digest)
}

function countsOf(files: PlannedFiles): string {
  const counts = KINDS.flatMap(([kind, what]) => {
    const names = files[kind]
    return names === undefined ? [] : [`${names.count} ${what}`]
  })
  return [...counts, `${files.same} the same`].join(', ')
}

function nameLines(unit: string, files: PlannedFiles): readonly string[] {
  const lines = KINDS.flatMap(([kind, what]) => {
    const names = files[kind]
    return names === undefined ? [] : [`- ${what}: ${namesOf(names)}`]
  })
  return lines.length === 0 ? [] : [`Files of ${code(unit)}:\n\n${lines.join('\n')}`]
}

function namesOf({ count, first }: FileNames): string {
  const rest = count - first.length
  const names = first.map(name => shownOr(name, '', NAME)).join(', ')
  return rest === 0 ? names : `${names} and ${rest} more`
}

/** That files are not what was published: nobody would look for it, and it came past every gate. */
export function driftWarnings(content: readonly PlannedContent[]): readonly string[] {
  return content.flatMap(({ unit, drifted, files = { same: 0 } }) => {
    const [gone, changed] = [files.added, files.changed]
    if (drifted !== true || (gone === undefined && changed === undefined)) return []
    const told = [
      ...(changed === undefined ? [] : [`${plural(changed.count, 'file')} changed: ${namesOf(changed)}`]),
      ...(gone === undefined ? [] : [`${plural(gone.count, 'file')} gone: ${namesOf(gone)}`])
    ]
    return [
      `**The bucket of ${code(unit)} was changed past Sluice** since this bundle was published: ${told.join('; ')}. Find out who did it; applying this plan puts the release's files back.`
    ]
  })
}
