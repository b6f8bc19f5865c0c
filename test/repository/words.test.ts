import { describe, expect, it } from '@jest/globals'
import { wordProblems } from '../../scripts/words.mjs'
import { withTree } from './tree.ts'

const GLOSSARY = `# Glossary

No artefact here, though the list names it.

## Spelling

| write | not |
| --- | --- |
| artifact | \`artefact\`, \`artefacts\` |

## Phrases

| write | not |
| --- | --- |
| apply a plan | \`carry out\`, \`carried out\` |
`

const sound = {
  'docs/glossary.md': GLOSSARY.replace('artefact here', 'artifact here'),
  'README.md': 'Applies a plan to an artifact.\n',
  'packages/core/src/plan.ts': "// Carried out in order.\nexport const text = 'applied'\n"
}

describe('the words of texts', () => {
  it('are fine where they keep to the glossary, whose own lists may name what they refuse', async () => {
    expect(await withTree(sound, wordProblems)).toEqual([])
  })

  it.each([
    {
      what: 'a document, at the line where a phrase begins',
      files: { 'docs/guide.md': 'First.\n\nA plan is Carried\nout here.\n' },
      found: ['docs/guide.md:3: "Carried out"; write: apply a plan']
    },
    {
      what: 'a message, between its values',
      files: { 'packages/core/src/plan.ts': 'const x = 1\nexport const t = `Plan ${x} cannot be\n carried out.`\n' },
      found: ['packages/core/src/plan.ts:3: "carried out"; write: apply a plan']
    },
    {
      what: 'a text inside the value of another one',
      files: { 'packages/core/src/plan.ts': "export const t = (x: boolean) => `It ${x ? 'was carried out' : ''}.`\n" },
      found: ['packages/core/src/plan.ts:1: "carried out"; write: apply a plan']
    },
    {
      what: 'a message that names a page of Sluice as if it were of the product',
      files: {
        'packages/core/src/page.ts':
          '// See docs/ledger.md.\nexport const page = "docs/ledger.md"\nexport const right = "as Sluice\'s docs/ledger.md says"\nexport const wrong = "as docs/ledger.md says"\n'
      },
      found: ['packages/core/src/page.ts:4: "docs/ledger.md"; write: Sluice\'s docs/…']
    },
    {
      what: 'an action.yml',
      files: { 'actions/plan/action.yml': 'name: x\ndescription: Carry out a plan.\n' },
      found: ['actions/plan/action.yml:2: "Carry out"; write: apply a plan']
    },
    {
      what: 'a workflow',
      files: { '.github/workflows/x.yml': '# an artefact\nname: x\n' },
      found: ['.github/workflows/x.yml:1: "artefact"; write: artifact']
    },
    {
      what: 'spelling in code and in comments',
      files: { 'packages/core/src/plan.ts': '/** Its artefact. */\nexport const artefact = 1\n' },
      found: [
        'packages/core/src/plan.ts:1: "artefact"; write: artifact',
        'packages/core/src/plan.ts:2: "artefact"; write: artifact'
      ]
    },
    {
      what: 'the prose of the glossary itself',
      files: { 'docs/glossary.md': GLOSSARY },
      found: ['docs/glossary.md:3: "artefact"; write: artifact']
    }
  ])('are refused in $what', async ({ files, found }) => {
    expect(await withTree({ ...sound, ...files }, wordProblems)).toEqual(found)
  })

  it('are whole words: a part of another word is not refused', async () => {
    const files = { ...sound, 'docs/guide.md': 'miscarry out, artefactual, non-artefact\n' }

    expect(await withTree(files, wordProblems)).toEqual([])
  })
})
