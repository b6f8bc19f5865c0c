import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'

describe('docs/cli.md', () => {
  it.each([
    [['--help']],
    [['validate', '--help']],
    [['verify', '--help']],
    [['status', '--help']],
    [['history', '--help']],
    [['repair', '--help']],
    [['roles', '--help']]
  ])('shows what sluice %j prints', async argv => {
    const reference = await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
    const { out } = await sluice(argv)

    expect(reference).toContain(`\`\`\`text\n${out}\`\`\`\n`)
  })
})
