import * as v from 'valibot'
import { list, named } from './schema-parts.ts'
import { buildArgument, looseText, path, secretName, stage } from './text-forms.ts'

/** What a Dockerfile is built with, whatever becomes of its result. */
export const dockerfileBuild = {
  context: v.exactOptional(path('Folder of the build context.', 'services/api'), '.'),
  dockerfile: v.exactOptional(path('Dockerfile, relative to the context.', 'docker/api.Dockerfile'), 'Dockerfile'),
  target: v.exactOptional(
    v.pipe(stage, v.description('Stage to build; by default the last one.'), v.examples(['server']))
  ),
  test: v.exactOptional(
    v.pipe(
      stage,
      v.description('Stage that runs the tests; it must build before the image does.'),
      v.examples(['test'])
    )
  ),
  secrets: v.exactOptional(
    v.pipe(
      list(secretName, 'names'),
      v.check(all => new Set(all).size === all.length, 'each secret may appear once'),
      v.description(
        'Secrets that steps mount (`RUN --mount=type=secret,id=NPM_TOKEN`): no layer, no argument and no record holds them. Their values come from `build-secrets` of the workflow that calls `deliver.yml`.'
      ),
      v.examples([['NPM_TOKEN']])
    ),
    []
  ),
  args: v.exactOptional(
    v.pipe(
      named(buildArgument, looseText, 'build arguments to values'),
      v.description('Build arguments.'),
      v.examples([{ NODE_VERSION: '24' }])
    ),
    {}
  )
}
