import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { releaseId, STAGE_JOBS, sha256, stageJobName } from '@sluice/core'
import { parse } from 'yaml'
import { inRepository } from '../harness/index.ts'

async function jobsOf(file: string): Promise<Readonly<Record<string, { readonly name: string }>>> {
  const text = await readFile(inRepository('.github', 'workflows', file), 'utf8')
  return (parse(text) as { readonly jobs: Readonly<Record<string, { readonly name: string }>> }).jobs
}

describe('the jobs of stage.yml, and of the workflow that it calls,', () => {
  it('have the names by which record-audit finds them among the jobs of a run', async () => {
    const release = sha256('release')
    const jobs = { ...(await jobsOf('stage.yml')), ...(await jobsOf('plan.yml')) }
    const values: Readonly<Record<string, string>> = {
      environment: 'staging',
      release,
      'release-id': releaseId(release)
    }

    for (const job of STAGE_JOBS) {
      const name = jobs[job]?.name.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => values[input] ?? '')
      expect(name).toBe(stageJobName(job, 'staging', release))
    }
  })
})
