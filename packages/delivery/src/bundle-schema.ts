import { type CacheRule, didYouMean, fitsStars } from '@sluice/core'
import * as v from 'valibot'
import { dockerfileBuild } from './build-schema.ts'
import { list, mapping, written } from './schema-parts.ts'
import { logicalName, path } from './text-forms.ts'

/** Directives of `Cache-Control` in answers, and whether they take seconds (RFC 9111, RFC 5861, RFC 8246). */
const DIRECTIVES: Readonly<Record<string, boolean>> = {
  'max-age': true,
  's-maxage': true,
  'no-cache': false,
  'no-store': false,
  'no-transform': false,
  'must-revalidate': false,
  'proxy-revalidate': false,
  'must-understand': false,
  private: false,
  public: false,
  immutable: false,
  'stale-while-revalidate': true,
  'stale-if-error': true
}

/** What is wrong with a value of `Cache-Control`, which no browser would say: it ignores what it does not know. */
function cacheControlProblem(text: string): string | undefined {
  const seen = new Set<string>()
  for (const directive of text.split(', ')) {
    const [, name = '', seconds] = /^([a-z-]+)(?:=(.*))?$/.exec(directive) ?? []
    const takesSeconds = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined
    if (takesSeconds === undefined)
      return `expected directives of Cache-Control, in lower case and with ", " between them; ${JSON.stringify(directive)} is none${didYouMean(name, Object.keys(DIRECTIVES))}; allowed: ${Object.keys(DIRECTIVES).join(', ')}`
    if (takesSeconds && !/^\d{1,10}$/.test(seconds ?? '')) return `${name} takes seconds: ${name}=3600`
    if (!takesSeconds && seconds !== undefined) return `${name} takes no value`
    if (seen.has(name)) return `${name} may appear once`
    seen.add(name)
  }
  return undefined
}

const cacheControl = v.pipe(
  v.string('expected a string'),
  v.check(
    text => cacheControlProblem(text) === undefined,
    ({ input }) => cacheControlProblem(String(input)) ?? ''
  ),
  v.description('`Cache-Control` of the answers for these files.'),
  v.examples(['public, max-age=31536000, immutable'])
)

const pattern = v.pipe(
  v.string('expected a string'),
  v.regex(
    /^(?![/.]\/|\/)[^\\:\t\r\n]{1,1024}$/,
    'expected paths within the bundle, with * for anything: assets/*, *.html; no leading slash, no ./, no backslash, no colon'
  ),
  v.description('Files, by their paths within the bundle; `*` stands for anything, also for slashes.'),
  v.examples(['assets/*'])
)

/** A rule that never counts, because one before it fits all of its files. */
function overruled(rules: readonly CacheRule[]): CacheRule | undefined {
  return rules.find((rule, index) => rules.slice(0, index).some(({ files }) => fitsStars(files, rule.files)))
}

const cacheRules = v.pipe(
  list(mapping({ files: pattern, value: cacheControl }), 'rules with files and value'),
  v.check(
    rules => overruled(rules) === undefined,
    ({ input }) =>
      `the first rule that fits a file counts, and one before fits all of ${JSON.stringify(overruled(input)?.files)}: move that rule up, or remove it`
  ),
  v.description(
    'What the published files are cached by: of each file, the first rule that fits. Files that no rule fits get no `Cache-Control`.'
  ),
  v.examples([
    [
      { files: 'assets/*', value: 'public, max-age=31536000, immutable' },
      { files: '*', value: 'no-cache' }
    ]
  ])
)

/** Where a bundle's files come from. The JSON Schema says the same in its own words, and finds this check by its message. */
export const ONE_SOURCE = 'a bundle has either path or build: give exactly one'

/** A folder that is delivered as it is, or the files that a Dockerfile makes. */
export const bundle = v.pipe(
  mapping({
    path: v.exactOptional(path('Folder of the commit to pack, as it is.', 'site')),
    build: v.exactOptional(
      v.pipe(
        mapping(dockerfileBuild),
        v.description(
          'Dockerfile whose stage `target` holds the files of the bundle and nothing else: `FROM scratch`, and `COPY --from=…` of what was built. It is built like an image, in the same sandbox, for linux/amd64.'
        ),
        written({ context: 'site', target: 'files', test: 'test' })
      )
    ),
    publish: v.exactOptional(
      v.pipe(
        logicalName,
        v.description("Output of the unit's stack that names the bucket to publish the files to."),
        v.examples(['Bucket'])
      )
    ),
    cacheControl: v.exactOptional(cacheRules, []),
    invalidate: v.exactOptional(
      v.pipe(
        logicalName,
        v.description(
          "Output of the unit's stack that is the id of a CloudFront distribution: its caches forget all files when others are published."
        ),
        v.examples(['DistributionId'])
      )
    )
  }),
  v.check(bundle => (bundle.path === undefined) !== (bundle.build === undefined), ONE_SOURCE),
  v.check(
    ({ publish, cacheControl: rules }) => publish !== undefined || rules.length === 0,
    'cacheControl is about published files: add publish, the output that names their bucket, or remove it'
  ),
  v.check(
    ({ publish, invalidate }) => publish !== undefined || invalidate === undefined,
    'invalidate is about published files: add publish, the output that names their bucket, or remove it'
  )
)
