import { describe, expect, it } from '@jest/globals'
import { type KnownTemplate, widenings } from '../src/widening.ts'

function template(resources: string, parameters: Readonly<Record<string, string>> = {}): KnownTemplate {
  return {
    text: `Parameters: {Bucket: {Type: String}}\nResources:\n${resources.replace(/^/gm, '  ')}\n`,
    parameters,
    pseudo: { 'AWS::Partition': 'aws', 'AWS::AccountId': '222222222222' }
  }
}

/** What one stack lets happen beyond another, a line each. */
function wider(
  before: string | undefined,
  now: string,
  values: readonly [string, string] = ['a', 'a']
): readonly string[] {
  const [was, is] = values
  const old = before === undefined ? undefined : template(before, { Bucket: was })
  return widenings(old, template(now, { Bucket: is })).map(({ at, what }) => `${at} ${what}`)
}

function role(statement: string, more = ''): string {
  return `Task:
  Type: AWS::IAM::Role
  Properties:
    ${more}
    Policies:
      - PolicyName: own
        PolicyDocument: {Statement: ${statement}}`
}

const READ = '{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*"}'

describe('permissions', () => {
  it.each([
    ['everything', '{Effect: Allow, Action: "*", Resource: "*"}', ['Task allows * on *']],
    [
      'one more action',
      '{Effect: Allow, Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::shop/*"}',
      ['Task allows s3:GetObject, s3:PutObject on arn:aws:s3:::shop/*']
    ],
    [
      'all but one action',
      '{Effect: Allow, NotAction: "iam:*", Resource: "*"}',
      ['Task allows everything but iam:* on *']
    ],
    [
      'the same beyond a condition',
      `[${READ}, {Effect: Allow, Action: "s3:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": "true"}}}]`,
      ['Task allows s3:* on *, under a condition']
    ],
    ['less', '{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/images/*"}', []],
    ['the same in other words', '[{Effect: Allow, Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::shop/*"]}]', []],
    ['the same under a condition', READ.replace('}', ', Condition: {Bool: {a: b}}}'), []],
    ['a denial', `[${READ}, {Effect: Deny, Action: "*", Resource: "*"}]`, []],
    ['nothing', '[]', []]
  ])('that a role gets are told where it gets %s', (_, statement, found) => {
    expect(wider(role(READ), role(statement))).toEqual(found)
  })

  it('are all told of a new role, and of one of another type', () => {
    expect(wider(undefined, role(READ))).toEqual(['Task allows s3:GetObject on arn:aws:s3:::shop/*'])
    const topic = 'Task: {Type: AWS::SNS::Topic}'
    expect(wider(topic, role(READ))).toEqual(['Task allows s3:GetObject on arn:aws:s3:::shop/*'])
  })

  it('count with what parameters make of them', () => {
    const statement = '{Effect: Allow, Action: "s3:GetObject", Resource: !Sub "arn:${AWS::Partition}:s3:::${Bucket}/*"}'

    expect(wider(role(statement), role(statement))).toEqual([])
    expect(wider(role(statement), role(statement), ['a', '*'])).toEqual([
      'Task allows s3:GetObject on arn:aws:s3:::*/*'
    ])
  })

  it('count in each branch of a condition, and what nobody can read stays as it is written', () => {
    const statement = (action: string): string =>
      `!If [C, {Effect: Allow, Action: "${action}", Resource: !GetAtt Q.Arn}, !Ref AWS::NoValue]`
    const text = (action: string): string => role(`[${statement(action)}]`)

    expect(wider(text('sqs:SendMessage'), text('sqs:SendMessage'))).toEqual([])
    const policy = (action: string): string =>
      role('[]').replace('Statement: []', `Statement: [{Effect: Allow, Action: "${action}", Resource: !GetAtt Q.Arn}]`)
    expect(wider(policy('sqs:SendMessage'), policy('sqs:*'))).toEqual([
      'Task allows sqs:* on {"Fn::GetAtt":["Q","Arn"]}'
    ])
  })

  it('that were denied before are told', () => {
    const deny = '{Effect: Deny, Action: "s3:DeleteObject", Resource: "*"}'

    expect(wider(role(`[${READ}, ${deny}]`), role(READ))).toEqual(['Task no longer denies s3:DeleteObject on *'])
    expect(wider(role(deny), role('{Effect: Deny, Action: "s3:*", Resource: "*"}'))).toEqual([])
  })

  it.each([
    [
      'whom a role trusts',
      'Task: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: "sts:AssumeRole", Principal: {AWS: "*"}}}}}',
      'Task allows sts:AssumeRole to AWS *'
    ],
    [
      'a policy that is a text',
      'Task: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyDocument: \'{"Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*","Principal":"*"}]}\'}}',
      'Task allows logs:* on * to *'
    ],
    [
      'a bucket policy',
      'Task: {Type: AWS::S3::BucketPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*", Principal: "*"}]}}}',
      'Task allows s3:GetObject on * to *'
    ],
    [
      'a managed policy',
      'Task: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"]}}',
      'Task attaches the policy arn:aws:iam::aws:policy/AdministratorAccess'
    ],
    [
      'a call of a function',
      'Task: {Type: AWS::Lambda::Permission, Properties: {Action: "lambda:InvokeFunction", FunctionName: f, Principal: "*"}}',
      'Task allows a call: Action lambda:InvokeFunction, FunctionName f, Principal *'
    ]
  ])('of %s are told', (_, resource, found) => {
    expect(wider('Other: {Type: AWS::SNS::Topic}', resource)).toEqual([found])
    expect(wider(resource, resource)).toEqual([])
  })

  it('are wider without their boundary, or with another one', () => {
    const bounded = (boundary: string): string => role('[]', boundary)

    expect(wider(bounded('PermissionsBoundary: a'), bounded(''))).toEqual(['Task has no permissions boundary any more'])
    expect(wider(bounded('PermissionsBoundary: a'), bounded('PermissionsBoundary: b'))).toEqual([
      'Task has another permissions boundary: b'
    ])
    expect(wider(bounded(''), bounded('PermissionsBoundary: a'))).toEqual([])
  })

  it('are none in a text that only looks like a policy', () => {
    expect(wider(undefined, 'Task: {Type: X, Properties: {A: "{Statement", B: "{}", C: {Statement: [a]}}}')).toEqual([])
    expect(widenings(undefined, { text: '[', parameters: {}, pseudo: {} })).toEqual([])
  })
})

describe('network access', () => {
  function group(rules: string): string {
    return `Group: {Type: AWS::EC2::SecurityGroup, Properties: {${rules}}}`
  }
  const WEB = 'SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]'

  it.each([
    ['the whole internet', WEB.replace('10.0.0.0/8', '0.0.0.0/0'), ['Group lets in tcp 443 with 0.0.0.0/0 (anyone)']],
    ['more ports', WEB.replace('ToPort: 443', 'ToPort: 444'), ['Group lets in tcp 443-444 with 10.0.0.0/8']],
    [
      'everything from another group',
      'SecurityGroupIngress: {IpProtocol: -1, SourceSecurityGroupId: sg-1}',
      ['Group lets in everything with sg-1']
    ],
    ['less', 'SecurityGroupIngress: []', []],
    ['the same', WEB, []]
  ])('is told where a group lets in %s', (_, rules, found) => {
    expect(wider(group(WEB), group(rules))).toEqual(found)
  })

  it('is told of rules that are resources, and of groups that lose their list', () => {
    const rule =
      'Rule: {Type: AWS::EC2::SecurityGroupEgress, Properties: {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv6: "::/0"}}'
    expect(wider('Other: {Type: X}', rule)).toEqual(['Rule lets out tcp 22 with ::/0 (anyone)'])

    const closed = group('SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]')
    expect(wider(closed, group(''))).toEqual(['Group lets out everything (anyone)'])
    expect(wider(group(''), group(''))).toEqual([])
  })
})

describe('a bucket', () => {
  function bucket(blocks: string): string {
    return `Files: {Type: AWS::S3::Bucket, Properties: {${blocks}}}`
  }
  const ALL =
    'PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}'

  it('is told where a block of public access goes', () => {
    const open = ALL.replace('BlockPublicPolicy: true, ', '')

    expect(wider(bucket(ALL), bucket(open))).toEqual(['Files may become public: BlockPublicPolicy is not set'])
    expect(wider(undefined, bucket(open))).toEqual(['Files may become public: BlockPublicPolicy is not set'])
    expect(wider(bucket(open), bucket(open))).toEqual([])
    expect(wider(bucket(ALL), bucket(''))).toEqual([])
  })
})
