import { posix } from 'node:path'
import { UserError } from '@sluice/core'
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'
import type { KeepTemplate, NestedTemplate } from './request.ts'
import { readTemplate } from './template.ts'

/** A template as it is in the repository. */
interface TemplateFile {
  readonly path: string
  readonly text: string
}

/** Where templates come from, and where they go. */
interface Places {
  readonly unit: string
  /** Reads a file of the commit; `undefined` where there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** Absent: the account has no bucket for them. */
  readonly keep: KeepTemplate | undefined
}

/** A template in which URLs stand for the files that it named, and those files. */
interface KeptTemplate {
  readonly text: string
  readonly nested: readonly NestedTemplate[]
}

/** CloudFormation nests no deeper than this by its own quotas of stack operations; a circle would not end. */
const DEEPEST = 10

/**
 * Puts the templates that a template names as files (`TemplateURL: ./network.yml`, from its own folder) where CloudFormation reads them, those that they
 * name first, and writes the URLs in their place. All else stays as it is written, comments and all.
 * @throws UserError where one is missing, has transforms, which no plan could show, or names itself.
 */
export async function keepNested(
  file: TemplateFile,
  places: Places,
  above: readonly string[] = []
): Promise<KeptTemplate> {
  const named = filesIn(file.text)
  if (named.length === 0) return { text: file.text, nested: [] }
  const around = [...above, file.path]
  let text = file.text
  const nested = new Map<string, NestedTemplate>()
  // From the end: what is written in a place moves what comes after.
  for (const { resource, written, from, to } of [...named].reverse()) {
    const path = posix.normalize(posix.join(posix.dirname(file.path), written))
    const kept = await keepOne(path, resource, places, around)
    for (const one of [...kept.nested, kept.own]) nested.set(one.url, one)
    text = text.slice(0, from) + JSON.stringify(kept.own.url) + text.slice(to)
  }
  return { text, nested: [...nested.values()] }
}

async function keepOne(
  path: string,
  resource: string,
  places: Places,
  around: readonly string[]
): Promise<{ readonly own: NestedTemplate; readonly nested: readonly NestedTemplate[] }> {
  const { unit, read, keep } = places
  const at = `Unit ${unit}: ${resource} in ${around.at(-1) ?? ''}`
  if (around.includes(path) || around.length > DEEPEST)
    throw new UserError(
      `${at} nests ${path}, which nests itself: ${[...around, path].join(' → ')}. Take one of them out.`
    )
  if (keep === undefined)
    throw new UserError(
      `${at} nests ${path}, which CloudFormation reads from S3 alone. Name a bucket for it under accounts.<name>.bundles of delivery.yml.`
    )
  const bytes = path.startsWith('../') ? undefined : await read(path)
  if (bytes === undefined)
    throw new UserError(
      `${at} nests ${path}, which is not a file of the commit. Commit it there as a file, not as a link, or correct TemplateURL: it is taken from the folder of the template.`
    )
  const inner = await keepNested({ path, text: Buffer.from(bytes).toString('utf8') }, places, around)
  if (readTemplate(inner.text, `${path}, nested by unit ${unit},`, true).transformed)
    throw new UserError(
      `${at} nests ${path}, which has transforms: no one could see before the approval what they make of it. Take the transforms out, or make it a unit of its own.`
    )
  return { own: { path, text: inner.text, url: await keep(inner.text) }, nested: inner.nested }
}

/** A file that a template names, and where. */
interface NamedFile {
  readonly resource: string
  readonly written: string
  readonly from: number
  readonly to: number
}

/** What `TemplateURL` of nested stacks says that is no URL, as far as it is written out. */
function filesIn(text: string): readonly NamedFile[] {
  if (!text.includes('TemplateURL')) return []
  const root = parseDocument(text, { version: '1.1', logLevel: 'silent' }).contents
  const resources = isMap(root) ? (root.get('Resources', true) as unknown) : undefined
  if (!isMap(resources)) return []
  return resources.items.flatMap(({ key, value }): readonly NamedFile[] => {
    if (!isMap(value) || value.get('Type') !== 'AWS::CloudFormation::Stack') return []
    const properties = value.get('Properties', true) as unknown
    const node = isMap(properties) ? ((properties as YAMLMap).get('TemplateURL', true) as unknown) : undefined
    // A tag is a function: what becomes of it is not known here.
    if (!isScalar(node) || node.range == null || node.tag?.startsWith('!') === true) return []
    const written = String(node.value)
    if (written === '' || /^[a-z][a-z0-9+.-]*:/i.test(written) || written.includes('{{')) return []
    return [{ resource: isScalar(key) ? String(key.value) : '', written, from: node.range[0], to: node.range[1] }]
  })
}
