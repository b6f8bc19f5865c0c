import { DOCKER_TOOLS, type DockerOptions, ensureTools, type Tools } from '@sluice-lab/servers'

/** What builds images: BuildKit's own daemon, or docker with buildx, as on GitHub's runners. */
export type BuilderName = 'buildkit' | 'buildx'

/** The programs of a rehearsal. */
export interface RehearsalTools extends Pick<Tools, (typeof ALWAYS)[number]> {
  /** With them, images are built by docker with buildx. */
  readonly withDocker?: DockerOptions['tools']
}

const ALWAYS = ['act', 'buildctl', 'buildkitd', 'dockerRegistry', 'ministack', 'node24', 'runc', 'skopeo'] as const

/** Installs the programs of a rehearsal where they are missing. */
export async function ensureRehearsalTools(
  builder: BuilderName = 'buildkit',
  options: { readonly root?: string; readonly log?: (line: string) => void } = {}
): Promise<RehearsalTools> {
  const always = await ensureTools({ ...options, only: ALWAYS })
  if (builder === 'buildkit') return always
  return { ...always, withDocker: await ensureTools({ ...options, only: DOCKER_TOOLS }) }
}
