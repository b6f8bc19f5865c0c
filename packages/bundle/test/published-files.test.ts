import { describe, expect, it } from '@jest/globals'
import { encodeFiles, LONGEST_NOTE, NO_FILES, readFiles } from '../src/published-files.ts'

describe('the note of what was published', () => {
  it('is read back as it was written', () => {
    const files = { ...NO_FILES, files: ['index.html'], leaving: ['app-1.js'] }

    expect(readFiles(encodeFiles(files))).toEqual(files)
  })

  it('is refused before anything is touched where nobody would read it back', () => {
    const name = 'x'.repeat(1000)
    const files = Array.from({ length: Math.ceil(LONGEST_NOTE / name.length) }, () => name)

    expect(() => encodeFiles({ ...NO_FILES, files })).toThrow(
      /and a list of them may have 67108864\. Publish fewer files/
    )
  })
})
