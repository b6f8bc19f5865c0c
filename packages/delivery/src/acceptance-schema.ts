import * as v from 'valibot'
import { list, mapping, written } from './schema-parts.ts'
import { line } from './text-forms.ts'

const httpCheck = mapping({
  path: v.exactOptional(
    v.pipe(
      v.string('expected a string'),
      v.regex(/^\/(?!\/)[^\s\\]*$/, 'expected a path that starts with exactly one slash'),
      v.description("Path under the environment's url."),
      v.examples(['/health'])
    ),
    '/'
  ),
  status: v.exactOptional(
    v.pipe(
      v.number('expected an HTTP status code such as 200'),
      v.integer('expected an HTTP status code such as 200'),
      v.minValue(100, 'expected an HTTP status code such as 200'),
      v.maxValue(599, 'expected an HTTP status code such as 200'),
      v.description('Expected HTTP status.'),
      v.examples([204])
    ),
    200
  ),
  contains: v.exactOptional(v.pipe(line, v.description('Text that the response must contain.'), v.examples(['ok'])))
})

/** What must hold after a deployment: HTTP requests and commands. */
export const accept = mapping({
  http: v.exactOptional(
    v.pipe(
      list(httpCheck, 'HTTP checks'),
      v.description('HTTP requests that must succeed. They need the `url` of the environment.'),
      written([{ path: '/health', contains: 'ok' }])
    ),
    []
  ),
  run: v.exactOptional(
    v.pipe(
      list(line, 'command lines'),
      v.description('Commands that must succeed, run from the root of the repository as a user without privileges.'),
      v.examples([['node checks/smoke.mjs']])
    ),
    []
  )
})
