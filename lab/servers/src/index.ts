/**
 * Third-party programs on this machine, for rehearsals and tests: installed in pinned versions, started, stopped.
 *
 * ```ts
 * const tools = await ensureTools({ only: ['ministack', 'dockerRegistry'], log: console.log })
 * const aws = await startMinistack({ tools, directory, accountId: '111111111111', region: 'eu-west-1', enforceIam: true })
 * // … fetch(aws.url), AWS_ENDPOINT_URL=aws.url …
 * await aws.stop()
 * ```
 *
 * Every server listens on a free port of 127.0.0.1, is ready when its promise resolves, logs to a file, and cannot
 * outlive this process, however that ends.
 */

export type { AwsRequest } from './aws-request.ts'
export { type Buildkit, type BuildkitOptions, startBuildkit } from './buildkit.ts'
export { IMPORT_CHANGES } from './buildkit-image.ts'
export { COMPILED } from './compiled.ts'
export { DOCKER_TOOLS, type Docker, type DockerOptions, startDocker } from './docker.ts'
export { type EcrAction, type EcrFront, type EcrFrontOptions, type EcrTagRules, startEcrFront } from './ecr-front.ts'
export { type Answer, type Forward, type Front, type Handler, reply, type Seen, startFront } from './front.ts'
export { type MinistackOptions, startMinistack } from './ministack.ts'
export { type MotoOptions, startMoto } from './moto.ts'
export type { Purpose } from './program-list.ts'
export { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'
export { type RegistryOptions, startRegistry } from './registry.ts'
export { makeSearchPath, type SearchPathOptions } from './search-path.ts'
export { freePort, type Server, type ServerOptions, startServer } from './server.ts'
export { type SlowCloudFormation, startSlowCloudFormation } from './slow-cloudformation.ts'
export { type ProcessOptions, type SupervisedProcess, supervise } from './supervise.ts'
export { type EnsureOptions, ensureTools, type ToolName, type Tools } from './tools.ts'
