import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { ensureTools } from '@sluice-lab/servers'
import { type BundleEntry, readBundle, writeBundle } from '../src/index.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-bundle-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function tree(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = join(folder, name)
  await mkdir(directory, { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}

const shop = {
  'index.html': '<h1>Shop</h1>\n',
  'assets/shop.css': 'h1 { color: teal }\n',
  'bin/hook': '#!/bin/sh\n',
  empty: ''
}

type ReadEntry = BundleEntry & { readonly content: Buffer }

async function entriesOf(file: string): Promise<readonly ReadEntry[]> {
  const entries: ReadEntry[] = []
  await readBundle(file, async entry => {
    entries.push({ ...entry, content: await entry.read() })
  })
  return entries
}

describe('writeBundle', () => {
  // A change of this digest means that every product's bundles get new digests: it must be meant.
  const known = 'sha256:d4223eabd3097e9b73521f34373ec5fabe06dbf124197fd8a778d1ce9f493a32'

  it.each([
    ['a\\b', 'a\\b cannot be part of a bundle: its name holds a backslash'],
    ['C:x', 'C:x cannot be part of a bundle: its name holds a colon'],
    ['a\nb', 'a\\u{a}b cannot be part of a bundle: its name holds a control character']
  ])('refuses %j, which its readers would take for another name', async (name, message) => {
    const directory = await tree('names', { 'in/a': '1', [`in/${name}`]: '2' })

    await expect(writeBundle({ directory, file: join(folder, 'names.zip') })).rejects.toThrow(`in/${message}`)
    await expect(readFile(join(folder, 'names.zip'))).rejects.toThrow(/ENOENT/)
  })

  it('refuses a name that is not UTF-8, and shows its bytes', async () => {
    const directory = await tree('bytes', { a: '1' })
    await writeFile(Buffer.concat([Buffer.from(`${directory}/caf`), Buffer.from([0xe9])]), '')

    await expect(writeBundle({ directory, file: join(folder, 'bytes.zip') })).rejects.toThrow(
      'caf\\xe9 cannot be part of a bundle: its name is not UTF-8. Rename it.'
    )
  })

  it('refuses a file of 2 GiB by its name before it reads any', async () => {
    const directory = await tree('large', { a: '1', 'media/film': '' })
    await truncate(join(directory, 'media/film'), 2 * 1024 ** 3)

    await expect(writeBundle({ directory, file: join(folder, 'large.zip') })).rejects.toThrow(
      'media/film has 2147483648 bytes, and a file of a bundle at most 2147483647.'
    )
    await expect(readFile(join(folder, 'large.zip'))).rejects.toThrow(/ENOENT/)
  })

  it('says what does not fit on a full disk, and where', async () => {
    const directory = await tree('full', { a: 'x'.repeat(100_000) })

    await expect(writeBundle({ directory, file: '/dev/full' })).rejects.toThrow(
      'The bundle could not be written to /dev/full: the disk is full (ENOSPC). Make room there and try again.'
    )
  })

  it('gives a tree the digest it always had', async () => {
    const directory = await tree('shop', shop)
    await chmod(join(directory, 'bin/hook'), 0o755)
    const file = join(folder, 'shop.zip')

    const written = await writeBundle({ directory, file })

    expect(written).toEqual({ digest: known, bytes: (await readFile(file)).length, files: 4 })
    expect(
      `sha256:${createHash('sha256')
        .update(await readFile(file))
        .digest('hex')}`
    ).toBe(known)
  })

  it.each(['UTC', 'Asia/Tokyo', 'America/St_Johns'])('gives the same bytes on Node 24 in time zone %s', async zone => {
    const directory = await tree('shop', shop)
    await chmod(join(directory, 'bin/hook'), 0o755)
    const { node24 } = await ensureTools({ only: ['node24'] })
    const module = new URL('../src/index.ts', import.meta.url).href
    const script = `const { writeBundle } = await import(${JSON.stringify(module)})
      console.log((await writeBundle({ directory: ${JSON.stringify(directory)}, file: ${JSON.stringify(join(folder, 'zone.zip'))} })).digest)`

    const { stdout, stderr } = await runCommand(
      node24,
      ['--conditions=source', '--no-warnings', '--input-type=module', '--eval', script],
      { env: { PATH: process.env['PATH'], TZ: zone } }
    )

    expect({ digest: stdout.toString('utf8').trim(), stderr }).toEqual({ digest: known, stderr: '' })
  })

  it('depends on names, contents and the executable bit, not on times, other modes or the order of writing', async () => {
    const one = await tree('one', { a: '1', 'b/c': '2' })
    const two = await tree('two', { 'b/c': '2', a: '1' })
    await utimes(join(two, 'a'), 1, 1)
    await chmod(join(two, 'b/c'), 0o600)
    const executable = await tree('three', { a: '1', 'b/c': '2' })
    await chmod(join(executable, 'a'), 0o755)
    const digestOf = async (directory: string): Promise<string> =>
      (await writeBundle({ directory, file: join(folder, 'out.zip') })).digest

    const first = await digestOf(one)

    expect(await digestOf(two)).toBe(first)
    expect(await digestOf(executable)).not.toBe(first)
  })

  it('orders names by their bytes', async () => {
    const directory = await tree('order', { 'a/b': '', 'a-b': '', B: '', é: '', z: '' })
    const file = join(folder, 'order.zip')
    await writeBundle({ directory, file })

    expect((await entriesOf(file)).map(entry => entry.path)).toEqual(['B', 'a-b', 'a/b', 'z', 'é'])
  })

  it('stores a link to a file of the tree as that file', async () => {
    const directory = await tree('linked', { 'pages/home.html': 'home' })
    await symlink('pages/home.html', join(directory, 'index.html'))
    const file = join(folder, 'linked.zip')
    await writeBundle({ directory, file })

    const content = (await entriesOf(file)).map(entry => [entry.path, entry.content.toString('utf8')])
    expect(content).toEqual([
      ['index.html', 'home'],
      ['pages/home.html', 'home']
    ])
  })

  it.each([
    ['/etc/hostname', 'outside the bundle. Replace it with a file.'],
    ['../secret', 'outside the bundle. Replace it with a file.'],
    ['..', 'outside the bundle. Replace it with a file.'],
    ['nowhere', 'is a broken link'],
    ['pages', 'link to the folder pages'],
    ['.', 'link to the folder .']
  ])('refuses a link to %s', async (target, reason) => {
    await writeFile(join(folder, 'secret'), 'secret')
    const directory = await tree('bad', { 'pages/home.html': 'home' })
    await symlink(target, join(directory, 'link'))

    await expect(writeBundle({ directory, file: join(folder, 'bad.zip') })).rejects.toThrow(reason)
  })

  it('refuses what is no file', async () => {
    const directory = await tree('pipe', { a: '' })
    await runCommand('mkfifo', [join(directory, 'pipe')])

    await expect(writeBundle({ directory, file: join(folder, 'x.zip') })).rejects.toThrow(
      'pipe in the bundle is not a regular file'
    )
  })

  it('refuses a tree without files', async () => {
    const directory = await tree('none', {})

    await expect(writeBundle({ directory, file: join(folder, 'x.zip') })).rejects.toThrow('The bundle has no files')
  })

  it('says so when it cannot write the archive', async () => {
    const directory = await tree('shop', shop)

    await expect(writeBundle({ directory, file: join(folder, 'absent/x.zip') })).rejects.toThrow('ENOENT')
  })
})

describe('readBundle', () => {
  async function archive(files: Readonly<Record<string, string>>): Promise<string> {
    const file = join(folder, 'archive.zip')
    await writeBundle({ directory: await tree('archive', files), file })
    return file
  }

  /** Replaces bytes of the archive by as many others, in both places where names are. */
  async function forge(file: string, from: string | Buffer, to: string | Buffer): Promise<void> {
    const hex = (text: string | Buffer): string => Buffer.from(text).toString('hex')
    const bytes = (await readFile(file)).toString('hex')
    expect(bytes).toContain(hex(from))
    await writeFile(file, Buffer.from(bytes.replaceAll(hex(from), hex(to)), 'hex'))
  }

  it('gives back what was written', async () => {
    const directory = await tree('shop', shop)
    await chmod(join(directory, 'bin/hook'), 0o755)
    const file = join(folder, 'shop.zip')
    await writeBundle({ directory, file })

    const found = (await entriesOf(file)).map(({ path, content, executable }) => [
      path,
      content.toString('utf8'),
      executable
    ])

    expect(found).toEqual([
      ['assets/shop.css', shop['assets/shop.css'], false],
      ['bin/hook', shop['bin/hook'], true],
      ['empty', '', false],
      ['index.html', shop['index.html'], false]
    ])
  })

  it('agrees with unzip of Python', async () => {
    const directory = await tree('shop', shop)
    const file = join(folder, 'shop.zip')
    await writeBundle({ directory, file })

    const { code, stdout } = await runCommand('python3', ['-m', 'zipfile', '--test', file])

    expect([code, stdout.toString('utf8').trim()]).toEqual([0, 'Done testing'])
  })

  it.each([
    ['../evil', /leaves its folder|invalid relative/],
    ['/x/evil', /leaves its folder|absolute/],
    ['C:/evil', /and its name holds a colon|absolute/],
    ['x\\/evil', /and its name holds a backslash|invalid characters/],
    ['xx:evil', /and its name holds a colon/],
    ['xx\nevil', /"xx\\nevil", and its name holds a control character/],
    ['./xevil', /and its name leaves its folder/],
    ['xx//evi', /and its name leaves its folder/],
    ['x/../ev', /leaves its folder|invalid relative/]
  ])('refuses the name %j, and says what is wrong with it', async (name, why) => {
    const file = await archive({ ['#'.repeat(Buffer.byteLength(name))]: 'x' })
    await forge(file, '#'.repeat(Buffer.byteLength(name)), name)
    const seen: string[] = []

    await expect(
      readBundle(file, async entry => {
        seen.push(entry.path)
      })
    ).rejects.toThrow(why)
    expect(seen).toEqual([])
  })

  it('refuses a name that occurs twice', async () => {
    const file = await archive({ first: '1', other: '2' })
    await forge(file, 'other', 'first')

    await expect(entriesOf(file)).rejects.toThrow('"first", a name that occurs twice')
  })

  it('refuses a link', async () => {
    const file = await archive({ link: '/etc/passwd' })
    await forge(file, Buffer.from([0, 0, 0xa4, 0x81]), Buffer.from([0, 0, 0xff, 0xa1]))

    await expect(entriesOf(file)).rejects.toThrow('"link", a link')
  })

  it('skips the folders that other programs put into archives', async () => {
    const file = await archive({ folder1: '' })
    await forge(file, 'folder1', 'folder/')

    expect(await entriesOf(file)).toEqual([])
  })

  it('refuses a file that is no archive, or half of one', async () => {
    const file = await archive(shop)
    await writeFile(join(folder, 'half.zip'), (await readFile(file)).subarray(100))
    await writeFile(join(folder, 'text.zip'), 'no archive')

    await expect(entriesOf(join(folder, 'text.zip'))).rejects.toThrow('text.zip is not a readable zip archive')
    await expect(entriesOf(join(folder, 'half.zip'))).rejects.toThrow('half.zip is not a readable zip archive')
    await expect(entriesOf(join(folder, 'absent.zip'))).rejects.toThrow('absent.zip is not a readable zip archive')
  })

  it('stops where its reader stops', async () => {
    const file = await archive(shop)
    let seen = 0

    await expect(
      readBundle(file, async () => {
        seen++
        throw new Error('disk full')
      })
    ).rejects.toThrow('disk full')
    expect(seen).toBe(1)
  })
})
