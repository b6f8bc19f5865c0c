import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { layoutIn, type Stored } from './layout.ts'

/** An image that the builds of a {@link scriptedBuildctl} start from, as their progress tells it. */
export const BASE = { name: 'docker.io/library/tea:1', digest: `sha256:${'a'.repeat(64)}` } as const

/** What workers that keep processes and network apart say of themselves. */
export const WORKERS = 'worker.executor: oci\nworker.oci.process-mode: sandbox\nworker.network: cni'

/**
 * A `buildctl` that writes down its arguments in `calls`, and answers as a daemon would: what workers say is in `workers`, what its history
 * says in `histories`, and a provenance in a file by its digest, all in one folder. builders.test.ts has real ones.
 * @param before what it does first, its address and its timeout taken away.
 */
export function scriptedBuildctl(folder: string, before = ''): string {
  return `echo "$*" >> '${folder}/calls'
shift 4
${before}
case "$1 $2" in
  'debug workers') cat '${folder}/workers' ;;
  'debug histories') cat '${folder}/histories' ;;
  'debug get') cat "${folder}/$3" ;;
  build*)
    echo '#4 FROM ${BASE.name}@${BASE.digest}'
    for option; do case "$option" in
      --output=*) to="\${option#*\\"dest=}"; cp -R '${folder}/image/.' "\${to%%\\"*}" ;;
      --ref-file=*) echo b1 > "\${option#*=}" ;;
    esac; done ;;
esac`
}

/** What a {@link scriptedBuildctl} answers from, unless something else is written: a sound image that fetched nothing. */
export async function answersIn(folder: string): Promise<Stored> {
  await writeFile(join(folder, 'workers'), WORKERS)
  await writeHistory(folder, [{ record: { Ref: 'b1', Result: { Attestations: [{ digest: 'sha256:p' }] } } }])
  await writeFile(join(folder, 'sha256:p'), '{"materials":[]}')
  const layout = await layoutIn(join(folder, 'image'))
  const image = await layout.image()
  await layout.index(image)
  return image
}

/** What the daemon's history has. */
export async function writeHistory(folder: string, events: readonly unknown[]): Promise<void> {
  await writeFile(join(folder, 'histories'), events.map(event => `${JSON.stringify(event)}\n`).join(''))
}
