import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

interface Operation {
  readonly get: {
    readonly responses: {
      readonly '200': { readonly content: { readonly 'application/json': { readonly examples: object } } }
    }
  }
}

interface Description {
  readonly paths: Readonly<Record<string, Operation>>
  readonly components: { readonly examples: Readonly<Record<string, { readonly value: unknown }>> }
}

/** GitHub's own example of the answer to `GET <path>`, from the API description that it publishes. */
export function publishedExample(path: string): unknown {
  const description = require('@octokit/openapi/generated/api.github.com.json') as Description
  const examples = description.paths[path]?.get.responses['200'].content['application/json'].examples
  const [first] = Object.values(examples ?? {}) as readonly { readonly $ref: string }[]
  const name = first?.$ref.split('/').at(-1) ?? ''
  const example = description.components.examples[name]
  if (example === undefined) throw new Error(`GitHub publishes no example for ${path}.`)
  return example.value
}
