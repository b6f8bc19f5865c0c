import * as v from 'valibot'
import { named } from './schema-parts.ts'

/** What Sluice itself tags stacks with: roles and the search for leftovers go by these. */
export const OWN_TAGS: readonly string[] = ['product', 'environment', 'unit']

/** CloudFormation: at most 50 tags on a stack. */
export const MOST_TAGS = 50

/** The name of a tag (CloudFormation API, Tag). */
const tagName = v.pipe(
  v.string('expected the name of a tag'),
  v.regex(
    /^(?![aA][wW][sS]:)[A-Za-z0-9 _.:/=+@-]{1,128}$/,
    'expected the name of a tag: 1 to 128 letters, digits, spaces and + - = . _ : / @, not beginning with aws:'
  ),
  v.check(name => !OWN_TAGS.includes(name), `${OWN_TAGS.join(', ')} are set by Sluice: choose another name`)
)

const tagValue = v.pipe(
  v.union([v.string(), v.number(), v.boolean()], 'expected a string, number or boolean'),
  v.transform(String),
  v.regex(
    /^[A-Za-z0-9 _.:/=+@-]{1,256}$/,
    'expected the value of a tag: 1 to 256 letters, digits, spaces and + - = . _ : / @'
  )
)

/** Tags by name. */
export const tags = named(tagName, tagValue, 'tag names to values')
