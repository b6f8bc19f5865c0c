import { describe, expect, it } from '@jest/globals'
import { builderEnvironment } from '../../src/builder/builder-env.ts'

const env = (...names: readonly string[]): NodeJS.ProcessEnv => Object.fromEntries(names.map(name => [name, 'x']))

describe('the environment of a builder', () => {
  it.each([
    ['programs and places', ['PATH', 'HOME', 'USER', 'TMPDIR', 'XDG_RUNTIME_DIR']],
    ['language and time', ['LANG', 'LC_ALL', 'TZ']],
    ['daemons', ['DOCKER_HOST', 'BUILDX_BUILDER', 'BUILDKIT_HOST', 'BUILDAH_ISOLATION', 'CONTAINERS_CONF']],
    ['registries', ['REGISTRY_AUTH_FILE', 'SSL_CERT_FILE', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY']],
    ['proxies, as most programs spell them', ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy']]
  ])('has what tells of %s', (_, names) => {
    expect(builderEnvironment(env(...names))).toEqual(env(...names))
  })

  it.each([
    ['begins', ['PATH_SECRET', 'HOME_TOKEN', 'USERNAME', 'LANGUAGE', 'BUILDKIT_HOST_TOKEN', 'HTTPS_PROXY_PASSWORD']],
    ['ends', ['SECRET_PATH', 'GITHUB_HOME', 'MY_DOCKER_TOKEN', 'AWS_LC_KEY', 'NPM_HTTPS_PROXY', 'INPUT_https_proxy']],
    ['is written otherwise', ['path', 'Http_Proxy', 'XDGRUNTIME', 'DOCKER']]
  ])('has nothing whose name only %s like one of them: it may be a secret', (_, names) => {
    expect(builderEnvironment(env(...names))).toEqual({})
  })
})
