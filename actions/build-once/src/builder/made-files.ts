import { readdir } from 'node:fs/promises'
import { UserError } from '@sluice/core'
import type { FilesRequest } from './builder.ts'

/** BuildKit keeps no provenance of nothing, and a bundle of nothing would be delivered to no one. @throws UserError for a stage without files */
export async function requireFiles({ folder, target }: Pick<FilesRequest, 'folder' | 'target'>): Promise<void> {
  if ((await readdir(folder)).length > 0) return
  throw new UserError(
    `The stage ${target ?? 'that is the last one of its Dockerfile'} holds no files. Copy what was built into it: \`FROM scratch AS ${target ?? 'files'}\`, \`COPY --from=build /app/dist /\`.`
  )
}
