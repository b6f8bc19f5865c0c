import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type CommandResult, runCommand } from '@sluice/core'
import { REPOSITORY, type Site, startSite } from './site.ts'

describe('git at the stand-in', () => {
  let site: Site
  let root: string
  beforeAll(async () => {
    site = await startSite()
    root = await mkdtemp(join(tmpdir(), 'sluice-git-http-'))
  })
  afterAll(async () => {
    await site.stop()
    await rm(root, { recursive: true, force: true })
  })

  async function clone(token: string, ...options: readonly string[]): Promise<CommandResult> {
    const directory = await mkdtemp(join(root, 'clone-'))
    const key = Buffer.from(`x-access-token:${token}`).toString('base64')
    const header = `http.extraHeader=Authorization: Basic ${key}`
    const url = `${site.github.url}/${REPOSITORY}`
    return runCommand('git', ['-c', header, 'clone', '--quiet', '--bare', ...options, url, directory], {
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' }
    })
  }

  it.each([
    ['whole', []],
    ['without files', ['--filter=blob:none']],
    ['without large files', ['--filter=blob:limit=1k']],
    ['without folders', ['--filter=tree:0']]
  ])('hands a repository over %s, and counts that against no quota', async (_, options) => {
    const calls = site.github.calls.length

    expect(await clone(site.token, ...options)).toMatchObject({ code: 0 })
    expect(site.github.calls.length).toBe(calls)
    expect(site.github.defects).toEqual([])
  })

  it.each([
    ['some of the folders', ['--filter=tree:1'], 'tree filter allows max depth 0, but got 1'],
    ['by two filters', ['--filter=combine:blob:none+tree:0'], "filter 'combine' not supported"]
  ])('leaves out no %s, as GitHub does not', async (_, options, message) => {
    expect(await clone(site.token, ...options)).toMatchObject({ code: 128, stderr: expect.stringContaining(message) })
  })

  it('asks for a token, and for one that may read', async () => {
    const other = site.github.createToken(REPOSITORY, { actions: 'write' })

    expect((await clone('ghs_unknown')).stderr).toContain('could not read Username')
    expect((await clone(other)).stderr).toContain('not found')
  })

  it('takes nothing that is pushed', async () => {
    const key = Buffer.from(`x-access-token:${site.token}`).toString('base64')
    const answer = await fetch(`${site.github.url}/${REPOSITORY}/info/refs?service=git-receive-pack`, {
      headers: { authorization: `Basic ${key}` }
    })

    expect(answer.status).toBe(403)
  })
})
