import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@sluice/core'
import { branchesOf } from '../src/index.ts'

const execute = promisify(execFile)

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'branches-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

describe('the branches of a clone', () => {
  it('are none where there is no commit', async () => {
    await execute('git', ['init', '-q', directory])

    expect(await branchesOf(directory)).toEqual(new Map())
  })

  it('are not told to be none where git cannot list them', async () => {
    await expect(branchesOf(directory)).rejects.toThrow(Failure)
  })
})
