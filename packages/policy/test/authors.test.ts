import { describe, expect, it } from '@jest/globals'
import { commitsToAsk, decodeAuthors } from '../src/index.ts'
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

  it.each([
    ['a space before the colon', 'Co-authored-by : Bob <8+bob@users.noreply.github.com>'],
    ['a line that is folded', 'Co-authored-by: Bob\n <8+bob@users.noreply.github.com>'],
    ['an angle bracket in the name', 'Co-authored-by: Bob <3 coffee <8+bob@users.noreply.github.com>'],
    ['spaces in the brackets', 'Co-authored-by: Bob < 8+bob@users.noreply.github.com >'],
    ['no brackets', 'Co-authored-by: Bob 8+bob@users.noreply.github.com'],
    ['no name', 'Co-authored-by: <8+bob@users.noreply.github.com>'],
    ['a bullet before it', '* Co-authored-by: Bob <8+bob@users.noreply.github.com>'],
    [
      'ends of lines of other systems',
      'Reviewed-by: x\r\nCo-authored-by: Bob\r\n\t<8+bob@users.noreply.github.com>\r\n'
    ],
    [
      'another one folded before it',
      'Co-authored-by: Ann\n <ann@shop.example>\n  Co-authored-by: Bob <8+bob@users.noreply.github.com>'
    ]
  ])('finds a co-author in a line with %s', (_, line) => {
    expect(decodeAuthors([commit(ANN, ANN, `x\n\n${line}`)])).toEqual({
      accounts: [
        { id: '1', login: 'ann' },
        { id: '8', login: 'bob' }
      ],
      unknown: []
    })
  })

  it.each([
    ['another word with a colon', 'Reviewed-by: Bob <8+bob@users.noreply.github.com>'],
    ['another word of as many letters', 'Acknowledge-by: Bob <8+bob@users.noreply.github.com>'],
    ['a longer word', 'Co-authored-bye: Bob <8+bob@users.noreply.github.com>'],
    ['text between the word and the colon', 'Co-authored-by Bob: <8+bob@users.noreply.github.com>'],
    ['the word alone', 'Co-authored-by'],
    ['brackets around nothing', 'Co-authored-by: Bob < >'],
    ['no address', 'Co-authored-by: Bob, Carol and others'],
    ['a sign that ends a word', 'Co-authored-by: Bob bob@'],
    ['a sign that begins a word', 'Co-authored-by: Bob @bob']
  ])('finds no co-author in a line with %s', (_, line) => {
    expect(decodeAuthors([commit(ANN, ANN, `x\n\n${line}`)])).toEqual({
      accounts: [{ id: '1', login: 'ann' }],
      unknown: []
    })
  })

  it.each([
    ['between several spaces', 'Co-authored-by: Bob   bob@b.example  and carol@c.example'],
    ['in several pairs of brackets', 'Co-authored-by: Bob <bob@b.example> <carol@c.example>']
  ])('finds each address of a line %s', (_, line) => {
    expect(decodeAuthors([commit(ANN, ANN, `x\n\n${line}`)]).unknown).toEqual(['bob@b.example', 'carol@c.example'])
  })

  it('takes a line that follows and is not folded for another one', () => {
    const message = 'x\n\nCo-authored-by: Bob\n8+bob@users.noreply.github.com'

    expect(decodeAuthors([commit(ANN, ANN, message)]).accounts).toEqual([{ id: '1', login: 'ann' }])
  })

  it('keeps a co-author apart from an author who has their login by now', () => {
    const message = 'x\n\nCo-authored-by: Carol <666+ann@users.noreply.github.com>'

    expect(decodeAuthors([commit(ANN, ANN, message)]).accounts).toEqual([
      { id: '1', login: 'ann' },
      { id: '666', login: 'ann' }
    ])
  })

  it('writes no half of a character, wherever an address is cut', () => {
    const { unknown } = decodeAuthors([commit(ANN, ANN, `x\n\nCo-authored-by: B <${'b'.repeat(253)}😀@b.example>`)])

    expect(unknown).toEqual([`${'b'.repeat(253)}\ufffd…`])
  })

  it('takes an address as long as a mail server takes whole', () => {
    const address = `${'b'.repeat(254 - '@b.example'.length)}@b.example`

    const { unknown } = decodeAuthors([commit(ANN, ANN, `x\n\nCo-authored-by: B <${address}>`)])

    expect(unknown).toEqual([address])
  })

  it('names unknown addresses in one order, whatever that of the commits is', () => {
    const by = (name: string) => commit(ANN, ANN, `x\n\nCo-authored-by: ${name} <${name}@home.example>`)

    expect(decodeAuthors([by('zoe'), by('carl')]).unknown).toEqual(['carl@home.example', 'zoe@home.example'])
  })

  it('keeps the account with an id, whichever comes first', () => {
    const message =
      'x\n\nCo-authored-by: A <1+ann@users.noreply.github.com>\nCo-authored-by: A <ann@users.noreply.github.com>'

    expect(decodeAuthors([commit(null, null, message, ['', ''])]).accounts).toEqual([{ id: '1', login: 'ann' }])
  })

  it.each([
    ['an id alone', { id: 9 }],
    ['a login alone', { login: 'who' }],
    ['an id that is a text', { id: '9', login: 'who' }]
  ])('takes an author of whom GitHub tells %s for unknown, by the address', (_, author) => {
    expect(decodeAuthors([commit(author, ANN, 'x', ['who@home.example', 'ann@shop.example'])])).toEqual({
      accounts: [{ id: '1', login: 'ann' }],
      unknown: ['who@home.example']
    })
  })

  it('takes no address for a given-out one, and records none in full, that is longer than any account has', () => {
    const message = `x\n\nCo-authored-by: B <8+${'b'.repeat(10_000)}@users.noreply.github.com>`

    const { accounts, unknown } = decodeAuthors([commit(ANN, ANN, message)])

    expect(accounts).toEqual([{ id: '1', login: 'ann' }])
    expect(unknown).toEqual([`8+${'b'.repeat(252)}…`])
  })

  it('reads a message in time that grows no faster than it does', () => {
    const message = ['\n \t'.repeat(200_000), 'co-authored-by:<'.repeat(50_000), ' \n'.repeat(200_000)].join(
      'co-authored-by:'
    )

    const begun = performance.now()
    decodeAuthors([commit(ANN, ANN, message)])

    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  it.each([
    ['one long word without an address', `Co-authored-by: ${'a'.repeat(200_000)}`],
    ['very many ends of lines', `${'\u2028'.repeat(200_000)}Co-authored-by: x`],
    ['very many signs', `${'*'.repeat(200_000)}Co-authored-by${' '.repeat(200_000)}x`]
  ])('goes once through a message of %s', (_, message) => {
    const begun = performance.now()
    decodeAuthors([commit(ANN, ANN, message)])

    expect(performance.now() - begun).toBeLessThan(2_000)
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

describe('with what GitHub says of co-authors', () => {
  const message = 'x\n\nCo-authored-by: Bob <Bob@corp.example>\nCo-authored-by: Tool <noreply@tool.example>'

  it('an address is its account, and only one without any stays unknown', () => {
    const linked = [
      { email: 'ann@shop.example', user: { databaseId: 1, login: 'ann' } },
      { email: 'bob@corp.example', user: { databaseId: 2, login: 'bob' } },
      { email: 'noreply@tool.example', user: null }
    ]

    expect(decodeAuthors([commit(ANN, ANN, message)], linked)).toEqual({
      accounts: [
        { id: '1', login: 'ann' },
        { id: '2', login: 'bob' }
      ],
      unknown: ['noreply@tool.example']
    })
  })

  it('a co-author counts whom only GitHub found', () => {
    const linked = [{ email: 'carol@home.example', user: { databaseId: 3, login: 'carol' } }]

    expect(decodeAuthors([commit(ANN, ANN)], linked).accounts).toEqual([
      { id: '1', login: 'ann' },
      { id: '3', login: 'carol' }
    ])
  })
})

describe('commitsToAsk', () => {
  const of = (sha: string, message: string, author: unknown = ANN) => ({
    sha,
    ...commit(author, ANN, message, ['ann@shop.example', 'ann@shop.example'])
  })

  it('names the commits whose co-authors only GitHub can tell', () => {
    const commits = [
      of('a', 'no co-author'),
      of('b', 'x\n\nCo-authored-by: Bob <bob@corp.example>'),
      of('c', 'x\n\nCo-authored-by: Bob <bob@users.noreply.github.com>')
    ]

    expect(commitsToAsk(commits)).toEqual(['b', 'c'])
  })

  it.each([
    ['an author here', 'Ann@shop.example'],
    ['an account by number', '8+bob@users.noreply.github.com']
  ])('asks nothing about the address of %s', (_, address) => {
    expect(commitsToAsk([of('a', `x\n\nCo-authored-by: B <${address}>`)])).toEqual([])
  })

  it('asks nothing about an address of an author that GitHub showed no account for', () => {
    const unlinked = { sha: 'a', ...commit(null, ANN, 'x', ['who@home.example', 'ann@shop.example']) }

    expect(commitsToAsk([unlinked, of('b', 'x\n\nCo-authored-by: W <who@home.example>')])).toEqual([])
  })
})
