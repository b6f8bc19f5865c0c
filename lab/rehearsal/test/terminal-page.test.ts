import { describe, expect, it } from '@jest/globals'
import { code, escapeMarkdown, table } from '@sluice/core'
import { readablePage, wrapped } from '../src/terminal-page.ts'

describe('a dossier for a person at a terminal', () => {
  it('shows hostile text as it is, and obeys none of it', () => {
    const hostile = '<b> *x* | `y` & \u001b[31m'

    expect(readablePage(`- [ ] ${escapeMarkdown(hostile)}\n`, 80)).toEqual(['- [ ] <b> *x* | `y` &  [31m'])
    expect(readablePage(table(['name'], [[code(hostile)]]), 80)).toEqual(['name', '<b> *x* | `y` &  [31m'])
  })

  it('puts tables in columns where they fit', () => {
    expect(
      readablePage(
        table(
          ['unit', 'deployed'],
          [
            ['api', 'new'],
            ['worker', 'same']
          ]
        ),
        80
      )
    ).toEqual(['unit    deployed', 'api     new', 'worker  same'])
  })

  it('puts what is too wide below each other, with the words of the head', () => {
    const digest = 'd'.repeat(30)

    expect(
      readablePage(
        table(
          ['unit', 'deployed', 'this release'],
          [
            ['api', digest, digest],
            ['site', 'new', '']
          ]
        ),
        50
      )
    ).toEqual(['unit: api', `  deployed: ${digest}`, `  this release: ${digest}`, 'unit: site', '  deployed: new'])
    expect(
      readablePage(
        table(
          ['', ''],
          [
            ['release', digest],
            ['runbook', `${digest} ${digest}`]
          ]
        ),
        50
      )
    ).toEqual([`release: ${digest}`, `runbook: ${digest}`, digest])
  })

  it('marks warnings', () => {
    expect(readablePage('> [!WARNING]\n> - `api` removes `Queue`.\n', 80)).toEqual(['! `api` removes `Queue`.'])
  })
})

describe('a line that is longer than the terminal is wide', () => {
  it('is broken between words, and goes on below its text', () => {
    expect(wrapped('! removal of the whole queue', 16)).toEqual(['! removal of the', '  whole queue'])
    expect(wrapped('- [ ] look at it again', 14)).toEqual(['- [ ] look at', '      it again'])
  })

  it('cuts only a word that is longer than a line', () => {
    expect(wrapped('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl'])
  })

  it('stays as it is where it fits, also when it is empty', () => {
    expect([wrapped('fits', 4), wrapped('', 4)]).toEqual([['fits'], ['']])
  })
})
