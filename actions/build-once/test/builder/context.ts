import { chmod, copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The worker of the example: a static program, so that Dockerfiles can run something without a base image. */
const WORKER = fileURLToPath(new URL('../../../../examples/storefront/services/worker/bin/worker', import.meta.url))

/** A Dockerfile of a product: a test target that runs the program, and the image. */
export const DOCKERFILE = `FROM scratch AS service
ARG EDITION=none
LABEL edition=$EDITION
COPY --chmod=755 bin/worker /worker
COPY greeting.txt /

FROM service AS test
RUN ["/worker", "--self-test"]

FROM service
ENTRYPOINT ["/worker"]
`

/** A new build context with these files and the program. */
export async function buildContext(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-context-'))
  await mkdir(join(directory, 'bin'))
  await copyFile(WORKER, join(directory, 'bin/worker'))
  await chmod(join(directory, 'bin/worker'), 0o755)
  for (const [path, content] of Object.entries({ Dockerfile: DOCKERFILE, 'greeting.txt': 'Hello.\n', ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}
