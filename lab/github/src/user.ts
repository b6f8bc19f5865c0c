import type { JsonObject } from './json.ts'

/** Somebody, or something, that acts on GitHub. */
export interface User {
  readonly login: string
  readonly id: number
}

/** Who may decide at a gate. A team's `login` is its slug. */
export interface Reviewer extends User {
  readonly type: 'User' | 'Team'
}

/** Author of what a run's token commits. */
export const BOT = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com'
} as const

/** GitHub's opaque id of an object. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64')
}

/** A user as GitHub's `simple-user`. */
export function userJson(site: string, user: User): JsonObject {
  const api = `${site}/users/${encodeURIComponent(user.login)}`
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: `${site}/avatars/u/${user.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${site}/${encodeURIComponent(user.login)}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false
  }
}

/** A reviewer as environments and pending deployments list it. */
export function reviewerJson(site: string, reviewer: Reviewer): JsonObject {
  if (reviewer.type === 'User') return { type: 'User', reviewer: userJson(site, reviewer) }
  const api = `${site}/teams/${reviewer.id}`
  return {
    type: 'Team',
    reviewer: {
      id: reviewer.id,
      node_id: nodeId('Team', reviewer.id),
      name: reviewer.login,
      slug: reviewer.login,
      description: null,
      permission: 'pull',
      url: api,
      html_url: api,
      members_url: `${api}/members{/member}`,
      repositories_url: `${api}/repos`,
      type: 'organization',
      parent: null
    }
  }
}
