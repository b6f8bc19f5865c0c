/** A call of GitHub's API. */
export interface ApiCall {
  readonly kind: 'rest' | 'graphql'
  /** `GET /repos/{owner}/{repo}`, or the name of a GraphQL operation. */
  readonly route: string
  /** The `User-Agent` of who called. */
  readonly agent: string
}

/** What happens at the stand-in, for whoever steers it. */
export interface GitHubEvents {
  /** A commit landed on a branch by createCommitOnBranch. The answer is not sent before every listener is done. */
  readonly commit: {
    readonly repository: string
    readonly branch: string
    readonly oid: string
    /** Files that were written; a path that went away has no content. */
    readonly files: readonly { readonly path: string; readonly content?: Uint8Array }[]
  }
  /** A run waits at a gate. */
  readonly waiting: { readonly repository: string; readonly runId: number; readonly environment: string }
  /** A job of a run asked for the answers at a gate, and is held until there are some. */
  readonly held: { readonly repository: string; readonly runId: number; readonly environments: readonly string[] }
  /** A run was cancelled through the API. */
  readonly cancelled: { readonly repository: string; readonly runId: number }
  /** A request has its answer, which is not sent before every listener is done. */
  readonly request: { readonly method: string; readonly path: string; readonly status: number }
  /** A git client has its answer, of so many bytes. */
  readonly fetch: { readonly repository: string; readonly bytes: number }
  /** A call of the API, that is, one that counts against a quota. */
  readonly call: ApiCall
}

type Listener<T> = (event: T) => void | Promise<void>

/** Listeners by event. */
export class Events {
  readonly #listeners: { readonly [K in keyof GitHubEvents]: Set<Listener<GitHubEvents[K]>> } = {
    commit: new Set(),
    waiting: new Set(),
    held: new Set(),
    cancelled: new Set(),
    request: new Set(),
    fetch: new Set(),
    call: new Set()
  }

  /** Returns what takes the listener off again. */
  on<K extends keyof GitHubEvents>(name: K, listener: Listener<GitHubEvents[K]>): () => void {
    this.#listeners[name].add(listener)
    return () => {
      this.#listeners[name].delete(listener)
    }
  }

  /** Resolves when every listener is done. */
  async emit<K extends keyof GitHubEvents>(name: K, event: GitHubEvents[K]): Promise<void> {
    await Promise.all([...this.#listeners[name]].map(async listener => listener(event)))
  }
}
