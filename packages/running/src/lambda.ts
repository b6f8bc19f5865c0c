import { type AwsSession, type Digest, isDigest } from '@sluice/core'
import { askLambda } from './ask.ts'
import type { LiveResource } from './read-running.ts'

/** The code of a function of Lambda as it is now. Its texts are untrusted. */
export interface RunningFunction {
  readonly name: string
  /** Number of the version that was published last; absent: the function itself. */
  readonly version?: string
  /** SHA-256 of the archive that it was made of; absent where Lambda says none. */
  readonly code?: Digest
}

/**
 * What the functions of a stack are made of, each with the version of it that the stack published last: a version never changes, so a template that names
 * one as before goes on serving the code of before.
 * @param logicalIds of the functions.
 * @throws NotAllowed, or Failure where AWS cannot be asked.
 */
export async function readFunctions(
  session: AwsSession,
  resources: readonly LiveResource[],
  logicalIds: readonly string[]
): Promise<readonly RunningFunction[]> {
  const names = resources.flatMap(({ type, logicalId = '', physicalId }) =>
    type === 'AWS::Lambda::Function' && logicalIds.includes(logicalId) ? [physicalId] : []
  )
  const wanted = names.flatMap(name => [{ name }, ...lastVersion(resources, name).map(version => ({ name, version }))])
  return Promise.all(wanted.map(async it => readFunction(session, it)))
}

/** A version by its ARN: `arn:…:function:<name>:<number>`. */
function lastVersion(resources: readonly LiveResource[], name: string): readonly string[] {
  const numbers = resources.flatMap(({ type, physicalId }) => {
    const [version = '', of] = physicalId.split(':').reverse()
    return type === 'AWS::Lambda::Version' && of === name ? [Number(version)] : []
  })
  return numbers.length === 0 ? [] : [String(Math.max(...numbers))]
}

async function readFunction(
  session: AwsSession,
  it: { readonly name: string; readonly version?: string }
): Promise<RunningFunction> {
  const { CodeSha256: hash = '' } = await askLambda<{ readonly CodeSha256?: string }>(session, it.name, it.version)
  const code = `sha256:${Buffer.from(hash, 'base64').toString('hex')}`
  return { ...it, ...(isDigest(code) ? { code } : {}) }
}
