import * as v from 'valibot'
import { NAME_LIMIT, NAME_PATTERN } from './names.ts'
import type { Shape } from './shape.ts'

/** A name that delivery.yml can give: with any other one, no reader would ever find what is kept under it. */
export const name: Shape<string> = v.pipe(v.string(), v.maxLength(NAME_LIMIT), v.regex(new RegExp(`^${NAME_PATTERN}$`)))
