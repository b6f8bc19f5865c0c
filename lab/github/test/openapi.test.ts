import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { systemClock } from '@sluice/core'
import { gitRoutes } from '../src/git-routes.ts'
import { Hub } from '../src/hub.ts'
import { loadOpenApi, OpenApi } from '../src/openapi.ts'
import { json, type Route } from '../src/route.ts'
import { runRoutes } from '../src/run-routes.ts'
import { githubServer } from '../src/server.ts'
import { teamRoutes } from '../src/team-routes.ts'
import { REPOSITORY, startSite } from './site.ts'

const APPROVALS = '/repos/{owner}/{repo}/actions/runs/{run_id}/approvals'
const REF = '/repos/{owner}/{repo}/git/ref/{ref}'
const SHA = 'a'.repeat(40)
const GOOD_REF = {
  ref: 'refs/heads/main',
  node_id: 'x',
  url: 'http://127.0.0.1/x',
  object: { type: 'commit', sha: SHA, url: 'http://127.0.0.1/x' }
}

describe("the check against GitHub's OpenAPI document", () => {
  it('accepts an answer that GitHub documents', async () => {
    expect((await loadOpenApi([REF, APPROVALS])).problemOfAnswer('GET', REF, 200, GOOD_REF)).toBeUndefined()
  })

  it.each([
    [
      'a missing member',
      { ...GOOD_REF, object: { type: 'commit', sha: SHA } },
      'body/object: Instance does not have required property "url".'
    ],
    [
      'a member of another type',
      { ...GOOD_REF, ref: 1 },
      'body/ref: Instance type "number" is invalid. Expected "string".'
    ],
    [
      'a text too short',
      { ...GOOD_REF, object: { ...GOOD_REF.object, sha: 'abc' } },
      'body/object/sha: String is too short (3 < 40).'
    ],
    ['a URL that is none', { ...GOOD_REF, url: 'nowhere' }, 'body/url: String does not match format "uri".'],
    [
      'null where none is allowed',
      { ...GOOD_REF, node_id: null },
      'body/node_id: Instance type "null" is invalid. Expected "string".'
    ],
    ['a member that GitHub does not have', { ...GOOD_REF, extra: 1 }, 'body/extra is not documented.'],
    [
      'one deeper down',
      { ...GOOD_REF, object: { ...GOOD_REF.object, extra: 1 } },
      'body/object/extra is not documented.'
    ]
  ])('finds %s', async (_, body, problem) => {
    expect((await loadOpenApi([REF, APPROVALS])).problemOfAnswer('GET', REF, 200, body)).toBe(problem)
  })

  it('says by the excerpt of an operation what it says by the whole document', async () => {
    const routes = [...runRoutes, ...gitRoutes, ...teamRoutes]
    const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
    const whole = new OpenApi(JSON.parse(await readFile(path, 'utf8')))
    const excerpt = await loadOpenApi(routes.map(({ template }) => template))
    const said = (openApi: OpenApi): readonly unknown[] =>
      routes.flatMap(({ method, template }) =>
        [{}, { id: 'x', description: 1, extra: [] }, [{ id: 'x' }]].flatMap(body => [
          openApi.knows(method, template),
          openApi.problemOfRequest(method, template, body),
          ...[200, 201, 202, 404, 422].map(status => openApi.problemOfAnswer(method, template, status, body))
        ])
      )

    const found = said(excerpt)

    expect(found).toEqual(said(whole))
    expect(found.filter(it => typeof it === 'string').length).toBeGreaterThan(100)
  })

  it('finds a state that GitHub does not know', async () => {
    const openApi = await loadOpenApi([REF, APPROVALS])
    const approval = { environments: [], comment: '', user: {}, state: 'perhaps' }

    expect(openApi.problemOfAnswer('GET', APPROVALS, 200, [approval])).toContain(
      'body/0/state: Instance does not match any of'
    )
  })

  it('knows errors by their common form, and no success that is not documented', async () => {
    const openApi = await loadOpenApi([REF, APPROVALS])

    expect(openApi.problemOfAnswer('GET', APPROVALS, 404, { message: 'Not Found' })).toBeUndefined()
    expect(openApi.problemOfAnswer('GET', APPROVALS, 404, { message: 404 })).toContain('Expected "string"')
    expect(openApi.problemOfAnswer('GET', APPROVALS, 201, {})).toContain('no JSON answer 201')
  })

  it('takes null where the document says so, with and without a reference', () => {
    const openApi = new OpenApi({
      components: { schemas: { thing: { type: 'object', nullable: true, properties: { a: { type: 'string' } } } } },
      paths: {
        '/x': {
          get: {
            responses: {
              200: {
                content: {
                  'application/json': {
                    schema: {
                      type: 'object',
                      properties: {
                        direct: { type: 'string', enum: ['a'], nullable: true },
                        thing: { $ref: '#/components/schemas/thing' },
                        open: { type: 'object', additionalProperties: { type: 'integer' } }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    })
    const problem = (body: unknown): string | undefined => openApi.problemOfAnswer('GET', '/x', 200, body)

    expect(problem({ direct: null, thing: null, open: { any: 1 } })).toBeUndefined()
    expect(problem({ direct: 'a', thing: { a: 'b' } })).toBeUndefined()
    expect(problem({ direct: 'b' })).toBeDefined()
    expect(problem({ thing: { b: 'c' } })).toBeDefined()
    expect(problem({ open: { any: 'text' } })).toBeDefined()
    expect(problem({ open: null })).toBeDefined()
  })

  it.each([
    ['at once', { answer: async () => json({ total: 1 }) }],
    ['late', { answer: async () => ({ kind: 'late', status: 200, body: async () => ({ total: 1 }) }) }]
  ] satisfies [string, Pick<Route, 'answer'>][])('lets no wrong answer out that comes %s', async (when, handler) => {
    const site = await startSite()
    const defects: string[] = []
    const hub = new Hub(systemClock)
    hub.addRepository({
      owner: 'octo-org',
      name: 'storefront',
      id: 1,
      defaultBranch: 'main',
      gitDirectory: site.directory
    })
    const token = hub.createToken(REPOSITORY, { actions: 'read' })
    const server = githubServer({
      hub,
      log: { debug: () => undefined, warning: () => undefined },
      keepAlive: 1000,
      onDefect: defect => defects.push(defect),
      routes: [{ method: 'GET', template: APPROVALS, need: { area: 'actions', access: 'read' }, ...handler }]
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    try {
      const answer = fetch(`http://127.0.0.1:${port}/repos/${REPOSITORY}/actions/runs/1/approvals`, {
        headers: { authorization: `Bearer ${token}` }
      }).then(async response => ({ status: response.status, text: await response.text() }))

      if (when === 'late') await expect(answer).rejects.toThrow()
      else expect(await answer).toMatchObject({ status: 500, text: expect.stringContaining('not what GitHub') })
      expect(defects).toEqual([
        expect.stringContaining('not what GitHub documents: body: Instance type "object" is invalid. Expected "array"')
      ])
    } finally {
      server.close()
      await site.stop()
    }
  })

  it('names what the stand-in cannot do, and keeps it on record', async () => {
    const site = await startSite()
    try {
      const response = await fetch(`${site.github.url}/repos/${REPOSITORY}/issues`, {
        headers: { authorization: `Bearer ${site.token}` }
      })

      expect(response.status).toBe(501)
      expect(site.github.defects).toEqual([
        expect.stringContaining(`GET /repos/${REPOSITORY}/issues is not implemented`)
      ])
    } finally {
      await site.stop()
    }
  })
})
