import { notFound } from './refusal.ts'
import { json, type Route, type RouteRequest } from './route.ts'
import { paged } from './run-routes.ts'
import { type User, userJson } from './user.ts'

const TEAM = '/orgs/{org}/teams/{team_slug}'
const READ = { area: 'members', access: 'read' } as const

/** The teams of the organization that owns the token's repository. */
export const teamRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: `${TEAM}/members`,
    need: READ,
    answer: async request =>
      json(paged(membersOf(request), request.query).map(member => userJson(request.repository.site, member)))
  },
  {
    method: 'GET',
    template: `${TEAM}/memberships/{username}`,
    need: READ,
    answer: async request => {
      const { parameter, repository } = request
      const login = parameter('username').toLowerCase()
      const member = membersOf(request).find(user => user.login.toLowerCase() === login)
      if (member === undefined) throw notFound()
      const team = `${repository.site}/orgs/${repository.owner.login}/teams/${parameter('team_slug')}`
      return json({ state: 'active', role: 'member', url: `${team}/memberships/${member.login}` })
    }
  }
]

function membersOf({ repository, parameter }: RouteRequest): readonly User[] {
  const members = repository.teams.get(parameter('team_slug'))
  if (members === undefined) throw notFound()
  return members
}
