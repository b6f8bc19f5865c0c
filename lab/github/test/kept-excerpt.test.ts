import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { JsonObject } from '../src/json.ts'
import { keptExcerpt } from '../src/kept-excerpt.ts'

let folder: string
let made: JsonObject[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-excerpt-'))
  made = []
  await writeFile(join(folder, 'package.json'), '{"version":"1.0.0"}')
  await writeFile(join(folder, 'document.json'), '{"wanted":1,"other":2}')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** What is wanted of the document, by code of this edition. */
async function wanted(edition = 'first'): Promise<JsonObject> {
  const document = { file: join(folder, 'document.json'), manifest: join(folder, 'package.json') }
  const excerptOf = (whole: JsonObject): JsonObject => {
    made.push(whole)
    return { wanted: whole['wanted'] }
  }
  return keptExcerpt(document, [edition], excerptOf, join(folder, 'cache'))
}

it('is made once, and is the same from then on', async () => {
  expect(await wanted()).toEqual({ wanted: 1 })
  expect(await wanted()).toEqual({ wanted: 1 })
  expect(made).toEqual([{ wanted: 1, other: 2 }])
})

it('is made anew of another version of the package, and by other code', async () => {
  await wanted()
  await writeFile(join(folder, 'document.json'), '{"wanted":3}')
  await writeFile(join(folder, 'package.json'), '{"version":"1.0.1"}')

  expect(await wanted()).toEqual({ wanted: 3 })
  expect(await wanted('second')).toEqual({ wanted: 3 })
  expect(made).toHaveLength(3)
})

it('is made anew where what was kept is damaged', async () => {
  await wanted()
  const [name = ''] = await readdir(join(folder, 'cache'))
  await writeFile(join(folder, 'cache', name), '{"wan')

  expect(await wanted()).toEqual({ wanted: 1 })
  expect(made).toHaveLength(2)
})

it('is one file, however many make it at once', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => wanted()))

  expect(all).toEqual(Array.from({ length: 5 }, () => ({ wanted: 1 })))
  expect(await readdir(join(folder, 'cache'))).toHaveLength(1)
})
