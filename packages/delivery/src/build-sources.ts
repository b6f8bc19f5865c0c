import type { DockerfileBuild, Unit } from './delivery.ts'

/** What a unit is built with; absent where it is a folder of the commit as it is. */
export function buildOf(unit: Unit): DockerfileBuild | undefined {
  return unit.kind === 'image' ? unit.image : unit.bundle.build
}

/** The folder of the commit that a unit is made of. */
export function folderOf(unit: Unit): string {
  return buildOf(unit)?.context ?? (unit.kind === 'bundle' ? (unit.bundle.path ?? '.') : '.')
}
