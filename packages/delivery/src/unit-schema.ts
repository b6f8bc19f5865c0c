import * as v from 'valibot'
import { dockerfileBuild } from './build-schema.ts'
import { bundle } from './bundle-schema.ts'
import { list, mapping, named, written } from './schema-parts.ts'
import { settings } from './settings-schema.ts'
import { tags } from './tags-schema.ts'
import { logicalName, name, parameterValue, path, platform } from './text-forms.ts'

/** Values for the parameters of a template. */
export const parameters = named(logicalName, parameterValue, 'parameter names to values')

const image = mapping({
  ...dockerfileBuild,
  platforms: v.exactOptional(
    v.pipe(
      list(platform, 'platforms'),
      v.minLength(1, 'at least one platform is needed'),
      v.check(all => new Set(all).size === all.length, 'each platform may appear once'),
      v.description('Platforms to build for.'),
      v.examples([['linux/amd64', 'linux/arm64']])
    ),
    ['linux/amd64']
  )
})

/** Which artifact a unit is. The JSON Schema says the same in its own words, and finds this check by its message. */
export const ONE_ARTIFACT = 'a unit has either image or bundle: give exactly one'

/** A unit: what is built, and the stack that runs it. */
export const unit = v.pipe(
  mapping({
    image: v.exactOptional(
      v.pipe(
        image,
        v.description('A container image, built from a Dockerfile.'),
        written({ context: 'services/api', test: 'test' })
      )
    ),
    bundle: v.exactOptional(
      v.pipe(
        bundle,
        v.description('Files, packed as a zip archive: a folder of the commit, or what a Dockerfile makes.'),
        written({ path: 'site', publish: 'Bucket' })
      )
    ),
    stack: v.pipe(
      mapping({
        template: path(
          'CloudFormation template: YAML or JSON, of up to 51,200 bytes; with `accounts.<name>.bundles` up to 1,000,000, and nested ones by their file: `TemplateURL: ./network.yml` is taken from the folder of the template, and put into that bucket by digest.',
          'infra/api.yml'
        ),
        parameters: v.exactOptional(
          v.pipe(
            parameters,
            v.description(
              'Parameters of the stack; values may contain ${unit.Output} of the units in `dependsOn`, and lists are joined by commas. `Image`, `BundleDigest`, `BundleBucket`, `BundleKey` and `BundleVersion` are set to what was built.'
            ),
            v.examples([{ DesiredCount: '2', ApiUrl: '${api.Url}' }])
          ),
          {}
        ),
        parameterFiles: v.exactOptional(
          v.pipe(
            list(path('A parameter file.', 'infra/api.json'), 'paths'),
            v.description(
              'Files of the repository that set parameters of the stack, later ones over earlier, and `parameters` over all: JSON or YAML, as `aws cloudformation` and CodePipeline take them, or a mapping from names to values. `${environment}` in a path stands for the name of the environment.'
            ),
            v.examples([['infra/api.json', 'infra/api.${environment}.json']])
          ),
          []
        ),
        tags: v.exactOptional(
          v.pipe(
            tags,
            v.description('Tags of the stack, over those of the product.'),
            v.examples([{ Owner: 'search-team' }])
          ),
          {}
        ),
        ...settings
      }),
      v.description('The CloudFormation stack that the unit runs in.'),
      written({ template: 'infra/api.yml', parameters: { DesiredCount: '2' } })
    ),
    dependsOn: v.exactOptional(
      v.pipe(
        list(name, 'units'),
        v.description('Units that must be deployed first; not in a circle.'),
        v.examples([['api']])
      ),
      []
    )
  }),
  v.check(unit => (unit.image === undefined) !== (unit.bundle === undefined), ONE_ARTIFACT)
)
