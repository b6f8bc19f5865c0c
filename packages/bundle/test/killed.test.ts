import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { BUNDLE_FILES, type Digest, fastRetry } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { publishBundle, publishedBundle, replacedBy, writeBundle } from '../src/index.ts'
import { dyingAfter } from './s3.ts'

/** Jobs that die while they publish: at each of their calls, before S3 has it, or before they hear of it. */

const ACCOUNT = '222222222222'
/** Reads its notes, lists, reads the marker; then writes the marker, its notes, two files, its notes and the marker again. */
const CALLS = 9

type Bundle = { readonly archive: string; readonly digest: Digest }

let root: string
let ministack: Server
let client: S3Client
let bucket: string
let count = 0
/** Each with a page that needs a file of its own. */
const bundles: Bundle[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-killed-'))
  const tools = await ensureTools({ only: ['ministack'] })
  const directory = join(root, 'aws')
  ministack = await startMinistack({ tools, directory, accountId: ACCOUNT, region: 'eu-west-1', enforceIam: false })
  const { region, credentials } = emulatedSession(ministack.url, ACCOUNT)
  client = new S3Client({ region, credentials, endpoint: ministack.url, forcePathStyle: true })
  for (const name of ['0', '1', '2', '3']) {
    const tree = join(root, name)
    await mkdir(tree)
    await writeFile(join(tree, 'index.html'), `${name}.js`)
    await writeFile(join(tree, `${name}.js`), name)
    const archive = `${tree}.zip`
    bundles.push({ archive, digest: (await writeBundle({ directory: tree, file: archive })).digest })
  }
})

beforeEach(async () => {
  await anew()
})

afterAll(async () => {
  client.destroy()
  await ministack.stop()
  await rm(root, { recursive: true, force: true })
})

/** A bucket in which something else is already. */
async function anew(): Promise<void> {
  bucket = `storefront-staging-site-${count++}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'uploads/cat.png', Body: 'theirs' }))
}

const session = (url = ministack.url) => emulatedSession(url, ACCOUNT, { retry: fastRetry })

function bundle(index: number): Bundle {
  const found = bundles[index]
  if (found === undefined) throw new Error(`There is no bundle ${index}.`)
  return found
}

async function publish(index: number, url?: string): Promise<void> {
  await publishBundle({ session: session(url), bucket, ...bundle(index) })
}

/** Publishes until its last call. @returns whether it died of it */
async function die(index: number, calls: number, moment: 'unheard' | 'answered'): Promise<boolean> {
  const upstream = await dyingAfter(ministack.url, calls, moment)
  try {
    return await publish(index, upstream.url).then(
      () => false,
      () => true
    )
  } finally {
    await upstream.stop()
  }
}

async function text(Key: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }))
  return Body?.transformToString()
}

/** The keys of the bucket that are no notes of Sluice. */
async function keys(): Promise<readonly string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
  return Contents.flatMap(({ Key = '' }) => (Key.startsWith('.sluice/') ? [] : [Key])).sort()
}

describe.each(['unheard', 'answered'] as const)('a job that dies publishing, its last call %s', moment => {
  it('leaves a marker that is true, and a page that has what it needs', async () => {
    for (let calls = 0; calls <= CALLS; calls++) {
      await anew()
      await publish(0)
      const died = await die(1, calls, moment)

      expect({ calls, died }).toEqual({ calls, died: calls < CALLS || moment === 'unheard' })
      const page = await text('index.html')
      expect(await keys()).toContain(page)
      const { holds, coming, over } = await publishedBundle(session(), bucket)
      // What it reads first changes nothing; from its marker on it is at work.
      if (calls < 4) expect([holds, page]).toEqual([bundle(0).digest, '0.js'])
      else if (calls < CALLS) expect([coming, over]).toEqual([bundle(1).digest, bundle(0).digest])
      else expect([holds, page]).toEqual([bundle(1).digest, '1.js'])
    }
  })

  it('leaves nothing for good, whether the same bundle or another one comes next', async () => {
    for (let calls = 0; calls < CALLS; calls++)
      for (const next of [1, 2]) {
        await anew()
        await publish(0)
        await die(1, calls, moment)
        await publish(next)

        expect(await publishedBundle(session(), bucket)).toEqual({ holds: bundle(next).digest })
        expect([await text('index.html'), await text(`${next}.js`)]).toEqual([`${next}.js`, String(next)])
        await publish(3)
        await publish(0)
        // What came before the last two bundles is gone.
        expect({ calls, next, keys: await keys() }).toEqual({
          calls,
          next,
          keys: ['0.js', '3.js', 'index.html', 'uploads/cat.png']
        })
      }
  })

  it('leaves nothing for good where the next one dies, too', async () => {
    for (let calls = 0; calls < CALLS; calls++)
      for (const then of [calls, CALLS - 1 - calls]) {
        await anew()
        await publish(0)
        await die(1, calls, moment)
        const before = await publishedBundle(session(), bucket)
        await die(2, then, moment)
        const { holds, over } = await publishedBundle(session(), bucket)
        expect({ calls, then, over }).toEqual({
          calls,
          then,
          over: holds === undefined && then >= 4 ? replacedBy(before, bundle(2).digest) : before.over
        })
        await publish(3)
        await publish(0)

        expect({ calls, then, keys: await keys() }).toEqual({
          calls,
          then,
          keys: ['0.js', '3.js', 'index.html', 'uploads/cat.png']
        })
        expect(await publishedBundle(session(), bucket)).toEqual({ holds: bundle(0).digest })
        expect(JSON.parse((await text(BUNDLE_FILES)) ?? '')).toMatchObject({ coming: [], leaving: ['3.js'] })
      }
  })
})
