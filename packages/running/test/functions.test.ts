import { afterEach, describe, expect, it } from '@jest/globals'
import { Failure, hexOf, sha256 } from '@sluice/core'
import { NotAllowed, readFunctions } from '../src/index.ts'
import { type Answer, type FakeAws, fakeAws } from './fake-aws.ts'

const NAME = 'shop-staging-report-Report-a1b2c3'
const ARN = `arn:aws:lambda:eu-west-1:222222222222:function:${NAME}`
const [NEW, OLD] = [sha256('new'), sha256('old')]
const STACK = [
  { type: 'AWS::Lambda::Function', logicalId: 'Report', physicalId: NAME },
  { type: 'AWS::Lambda::Function', logicalId: 'Inline', physicalId: 'shop-staging-report-Inline-d4e5f6' },
  { type: 'AWS::Lambda::Function', physicalId: 'shop-staging-report-Nested' },
  { type: 'AWS::Lambda::Version', logicalId: 'Second', physicalId: `${ARN}:2` },
  { type: 'AWS::Lambda::Version', logicalId: 'Tenth', physicalId: `${ARN}:10` },
  { type: 'AWS::Lambda::Version', logicalId: 'Other', physicalId: `${ARN}-other:99` }
]

let aws: FakeAws
afterEach(async () => aws.stop())

async function answering(answer: (input: Readonly<Record<string, unknown>>) => Answer): Promise<FakeAws> {
  aws = await fakeAws({ GetFunctionConfiguration: answer })
  return aws
}

function base64(digest: typeof NEW): string {
  return Buffer.from(hexOf(digest), 'hex').toString('base64')
}

describe('the code of functions is read', () => {
  it('of the function, and of the version that its stack published last', async () => {
    const { session, asked } = await answering(({ Qualifier }) => ({
      CodeSha256: base64(Qualifier === undefined ? NEW : OLD)
    }))

    expect(await readFunctions(session, STACK, ['Report', 'None'])).toEqual([
      { name: NAME, code: NEW },
      { name: NAME, version: '10', code: OLD }
    ])
    expect(asked).toHaveLength(2)
    expect(asked).toContainEqual(['GetFunctionConfiguration', { FunctionName: NAME, Qualifier: '10' }])
  })

  it('as none where Lambda says none', async () => {
    const { session } = await answering(() => ({}))

    expect(await readFunctions(session, STACK.slice(0, 1), ['Report'])).toEqual([{ name: NAME }])
  })

  it('not where nothing runs the bundle', async () => {
    const { session, asked } = await answering(() => ({}))

    expect(await readFunctions(session, STACK, [])).toEqual([])
    expect(asked).toEqual([])
  })

  it('unless the role may not ask, or there is no such function', async () => {
    const { session } = await answering(() => ({
      refused: [403, 'AccessDeniedException', 'User: x is not authorized']
    }))
    const alone = STACK.slice(0, 1)
    const refused = await readFunctions(session, alone, ['Report']).catch((error: unknown) => error)
    await aws.stop()
    const other = await answering(() => ({ refused: [404, 'ResourceNotFoundException', 'Function not found'] }))

    expect(refused).toBeInstanceOf(NotAllowed)
    expect(String(refused)).toContain('AWS denied lambda:GetFunctionConfiguration: User: x is not authorized')
    const gone = readFunctions(other.session, alone, ['Report'])
    await expect(gone).rejects.toThrow(Failure)
    await expect(gone).rejects.toThrow('AWS could not answer lambda:GetFunctionConfiguration: Function not found')
  })
})
