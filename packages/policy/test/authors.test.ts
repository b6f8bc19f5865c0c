import { describe, expect, it } from '@jest/globals'
import { decodeAuthors } from '../src/index.ts'
import { publishedExample } from './published.ts'

const ANN = { id: 1, login: 'ann', type: 'User' }
const BOB = { id: 2, login: 'bob', type: 'User' }

function commit(
  author: unknown,
  committer: unknown,
  message = 'change',
  [a, c] = ['ann@shop.example', 'bob@shop.example']
) {
  return { author, committer, commit: { author: { email: a }, committer: { email: c }, message } }
}

describe('decodeAuthors', () => {
  it("reads GitHub's published example", () => {
    const { commits } = publishedExample('/repos/{owner}/{repo}/compare/{basehead}') as { readonly commits: unknown }

    expect(decodeAuthors(commits)).toEqual({ accounts: [{ id: '1', login: 'octocat' }], unknown: [] })
  })

  it('finds authors and committers, each once', () => {
    expect(decodeAuthors([commit(ANN, BOB), commit(BOB, ANN), commit(ANN, ANN)])).toEqual({
      accounts: [
        { id: '1', login: 'ann' },
        { id: '2', login: 'bob' }
      ],
      unknown: []
    })
  })

  it.each([
    ['an address with id and login', '7+Carol@users.noreply.github.com', [{ id: '7', login: 'carol' }], []],
    ['an older address with the login alone', 'carol@users.noreply.github.com', [{ login: 'carol' }], []],
    ["an author's address, in any letters", 'Ann@Shop.example', [], []],
    ['an address that says nothing', 'carol@home.example', [], ['carol@home.example']],
    [
      'an address that only looks given out',
      'carol@users.noreply.github.com.evil.example',
      [],
      ['carol@users.noreply.github.com.evil.example']
    ]
  ])('knows a co-author by %s', (_, address, accounts, unknown) => {
    const message = `Add a page\n\nco-Authored-By: Carol <${address}>\n`

    expect(decodeAuthors([commit(ANN, ANN, message)])).toEqual({
      accounts: [{ id: '1', login: 'ann' }, ...accounts],
      unknown
    })
  })

  it('finds every co-author, also above the last paragraph', () => {
    const message =
      'x\n\nCo-authored-by: B <bob@b.example>\n\nmore\n\nCo-authored-by: C <c@c.example>\nSigned-off-by: D <d@d.example>'

    expect(decodeAuthors([commit(ANN, ANN, message)]).unknown).toEqual(['bob@b.example', 'c@c.example'])
  })

  it('names addresses of authors that GitHub knows no account for', () => {
    const empty = commit({}, null, 'change', ['who@home.example', 'ann@shop.example'])

    expect(decodeAuthors([commit(ANN, ANN, 'x', ['ann@shop.example', 'ann@shop.example']), empty])).toEqual({
      accounts: [{ id: '1', login: 'ann' }],
      unknown: ['who@home.example']
    })
  })

  it('takes the account with an id for the same as the one without', () => {
    const message =
      'x\n\nCo-authored-by: A <ANN@users.noreply.github.com>\nCo-authored-by: A <1+ann@users.noreply.github.com>'

    expect(decodeAuthors([commit(null, null, message, ['', ''])])).toEqual({
      accounts: [{ id: '1', login: 'ann' }],
      unknown: []
    })
  })

  it.each([
    ['an App', { id: 49699333, login: 'dependabot[bot]', type: 'Bot' }, 'x'],
    ["GitHub's own pages", { id: 19864447, login: 'web-flow', type: 'User' }, 'x'],
    ['an App as a co-author', ANN, 'x\n\nCo-authored-by: d <49699333+dependabot[bot]@users.noreply.github.com>']
  ])('leaves out %s, whose approval never counts', (_, committer, message) => {
    expect(decodeAuthors([commit(ANN, committer, message)])).toEqual({
      accounts: [{ id: '1', login: 'ann' }],
      unknown: []
    })
  })

  it.each([
    ['nothing', undefined],
    ['no list', {}],
    ['commits without members', [{}, null]]
  ])('finds nobody in %s', (_, answer) => {
    expect(decodeAuthors(answer)).toEqual({ accounts: [], unknown: [] })
  })
})
