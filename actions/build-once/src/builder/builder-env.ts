const ALLOWED =
  /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|TZ|XDG_.*|SSL_CERT_.*|DOCKER_.*|BUILDX_.*|BUILDKIT_HOST|BUILDAH_.*|CONTAINERS_.*|REGISTRY_AUTH_FILE|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy)$/

/**
 * The environment that a builder gets: what it needs to find its daemon and its registries, and no more. The job's tokens
 * (`GITHUB_TOKEN`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `INPUT_…`, AWS keys) stay here, since a weak builder shows its environment to
 * what the Dockerfile runs.
 */
export function builderEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => ALLOWED.test(name)))
}
