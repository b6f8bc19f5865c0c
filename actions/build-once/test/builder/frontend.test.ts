import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { requireKnownFrontend } from '../../src/builder/index.ts'

const PINNED = `docker/dockerfile:1@sha256:${'a'.repeat(64)}`

let context: string

beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), 'sluice-frontend-'))
})

afterEach(async () => {
  await rm(context, { recursive: true, force: true })
})

async function check(text: string): Promise<void> {
  await writeFile(join(context, 'Dockerfile'), text)
  await requireKnownFrontend({ context, dockerfile: 'Dockerfile', name: 'services/api/Dockerfile' })
}

describe('a frontend that is not pinned is refused, by file and line', () => {
  it.each<[string, string, number]>([
    ['a comment', '# syntax=docker/dockerfile:1\nFROM scratch\n', 1],
    ['a comment without spaces', '#syntax=docker/dockerfile:1\nFROM scratch\n', 1],
    ['capitals and spaces', '#   SynTax  =   docker/dockerfile:1   \r\nFROM scratch\n', 1],
    [
      'a comment after other directives',
      '# escape=`\n# check=skip=all\n# syntax=docker/dockerfile:1\nFROM scratch\n',
      3
    ],
    ['a comment after a shebang', '#!/usr/bin/env docker\n# syntax=docker/dockerfile:1\nFROM scratch\n', 2],
    ['a comment after a byte order mark', '\uFEFF# syntax=docker/dockerfile:1\nFROM scratch\n', 1],
    ['a comment of C', '// syntax=docker/dockerfile:1\nwhatever\n', 1],
    ['JSON', '{ "syntax": "docker/dockerfile:1" }\n', 1],
    ['a tag behind which words follow', '# syntax=docker/dockerfile:1 and words\nFROM scratch\n', 1],
    ['a digest that is none', '# syntax=docker/dockerfile:1@sha256:abc\nFROM scratch\n', 1]
  ])('as %s', async (_, text, line) => {
    await expect(check(text)).rejects.toThrow(
      new RegExp(`^services/api/Dockerfile:${line}: the frontend "docker/dockerfile:1\\S*" is not pinned`)
    )
  })

  it('and the message says what to write instead', async () => {
    await expect(check('# syntax=docker/dockerfile:1@sha256:abc\n')).rejects.toThrow(
      'so another program may decide tomorrow what is built. Remove the line to use the frontend that is part of BuildKit, or pin it by digest: docker/dockerfile:1@sha256:….'
    )
  })

  it('when a pinned one comes before it', async () => {
    await expect(check(`# syntax=${PINNED}\n# syntax=evil\n`)).rejects.toThrow('services/api/Dockerfile:2: ')
  })
})

describe('a Dockerfile is taken', () => {
  it.each([
    ['without a frontend', 'FROM scratch\n'],
    ['with one by digest', `# syntax=${PINNED}\nFROM scratch\n`],
    ['with a comment further down, which is none', 'FROM scratch\n# syntax=docker/dockerfile:1\n'],
    ['with a comment after another comment', '# Our service\n# syntax=docker/dockerfile:1\nFROM scratch\n']
  ])('%s', async (_, text) => {
    await expect(check(text)).resolves.toBeUndefined()
  })

  it('when there is none: the builder says so', async () => {
    const dockerfile = { context, dockerfile: 'Absent', name: 'services/api/Absent' }

    await expect(requireKnownFrontend(dockerfile)).resolves.toBeUndefined()
  })
})

it.each([
  ['that is a link', 'Dockerfile', 'real'],
  ['below a link', 'linked/Dockerfile', 'linked']
])('a Dockerfile %s is refused: BuildKit could read another file', async (_, dockerfile, kind) => {
  await mkdir(join(context, 'folder'))
  await writeFile(join(context, 'folder', 'Dockerfile'), 'FROM scratch\n')
  if (kind === 'linked') await symlink('folder', join(context, 'linked'))
  else await symlink('folder/Dockerfile', join(context, 'Dockerfile'))

  await expect(requireKnownFrontend({ context, dockerfile, name: dockerfile })).rejects.toThrow('through a link')
})
