// Writes schema/delivery.schema.json from the schema in packages/delivery; with --check only compares. Needs `tsc -b packages/delivery`.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { jsonSchema } from '../packages/delivery/lib/index.js'

const file = new URL('../schema/delivery.schema.json', import.meta.url)
const wanted = `${JSON.stringify(jsonSchema(), null, 2)}\n`

if (process.argv.includes('--check')) {
  const found = await readFile(file, 'utf8').catch(() => undefined)
  if (found !== wanted) {
    console.error('schema/delivery.schema.json is not what packages/delivery says. Run: node scripts/schema.mjs')
    process.exitCode = 1
  }
} else {
  await mkdir(new URL('.', file), { recursive: true })
  await writeFile(file, wanted)
}
