import { describe, expect, it } from '@jest/globals'
import { sha256, UserError } from '@sluice/core'
import type { Sources } from '../src/index.ts'
import { referencesOf, runsOwnCode, takesCode } from '../src/sources.ts'

const DIGEST = `sha256:${'1'.repeat(64)}`
const OWN = `ops.example/shop/api@${DIGEST}`
const LISTED = `public.example/xray/daemon@sha256:${'2'.repeat(64)}`
const LAYER = 'arn:aws:lambda:eu-west-1:111111111111:layer:tools:5'
const CODE = 's3://assets/report.zip?versionId=v1'
const SOURCES: Sources = {
  own: [OWN],
  images: [LISTED],
  code: [CODE, LAYER],
  dynamicReferences: ['secretsmanager:shop/*', 'ssm:/shop/host'],
  strict: true,
  account: '111111111111',
  region: 'eu-west-1'
}

/** What a template that is written in these lines takes, or why it may not. */
function taken(
  resources: string,
  { sources = {}, parameters = {}, before = '' }: Partial<Given> = {}
): readonly string[] | string {
  const text = `${before}\nResources:\n${resources.replace(/^/gm, '  ')}\n`
  try {
    return referencesOf({ unit: 'api', sources: { ...SOURCES, ...sources } }, text, parameters).map(
      ({ kind, at, text: named, moves }) => `${kind} ${at} ${named}${moves === true ? ' (moves)' : ''}`
    )
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    return error.message
  }
}

interface Given {
  readonly sources: Partial<Sources>
  readonly parameters: Readonly<Record<string, string>>
  readonly before: string
}

function task(image: string): string {
  return `Task:
  Type: AWS::ECS::TaskDefinition
  Properties:
    ContainerDefinitions:
      - Name: api
        Image: ${image}`
}

function lambda(code: string): string {
  return `Report:
  Type: AWS::Lambda::Function
  Properties:
    ${code}`
}

describe('an image', () => {
  it('of the release is no reference to anything outside', () => {
    expect(taken(task('!Ref Image'), { parameters: { Image: OWN } })).toEqual([])
    expect(taken(task(OWN))).toEqual([])
  })

  it('that delivery.yml lists by digest is shown with its place', () => {
    expect(taken(task(LISTED))).toEqual([`image Task/ContainerDefinitions/0/Image ${LISTED}`])
  })

  it.each([
    [
      'a foreign sidecar',
      'registry.evil.example/miner:latest',
      'Unit api: Task/ContainerDefinitions/0/Image of its template runs the image registry.evil.example/miner:latest, which this release did not build. Make it a unit of the product, or name it by digest (`…@sha256:…`) in the template and list that under `images:` of delivery.yml.'
    ],
    [
      'one by a digest that nobody listed',
      `registry.example/other@${DIGEST}`,
      `Unit api: Task/ContainerDefinitions/0/Image of its template runs the image registry.example/other@${DIGEST}, which this release did not build. Make it a unit of the product, or list \`registry.example/other@${DIGEST}\` under \`images:\` of delivery.yml.`
    ],
    [
      'what another stack exports',
      '!ImportValue image',
      'Unit api: what Task/ContainerDefinitions/0/Image of its template names depends on Fn::ImportValue of image, so that no one can approve it. Write it out there, by digest, or make it a parameter that delivery.yml sets.'
    ],
    [
      'a repository of the stack itself',
      '!Sub ${Repository.RepositoryUri}:latest',
      'Unit api: what Task/ContainerDefinitions/0/Image of its template names depends on Fn::GetAtt of Repository.RepositoryUri, so that no one can approve it. Write it out there, by digest, or make it a parameter that delivery.yml sets.'
    ]
  ])('is refused where it is %s', (_, image, message) => {
    expect(taken(task(image))).toBe(message)
  })

  it.each([
    ['Fn::Sub', '!Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/tool:${Tag}"'],
    [
      'its own map',
      '!Sub ["${Host}/tool:${Tag}", {Host: !Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com"}]'
    ],
    ['Fn::Join', '!Join ["", [!Ref AWS::AccountId, ".dkr.ecr.", !Ref AWS::Region, ".amazonaws.com/tool:", !Ref Tag]]'],
    ['a mapping', '!FindInMap [Images, !Ref AWS::Region, tool]']
  ])('is read through %s', (_, image) => {
    const before =
      'Mappings: {Images: {eu-west-1: {tool: "111111111111.dkr.ecr.eu-west-1.amazonaws.com/tool:1"}}}\nParameters: {Tag: {Type: String}}'

    expect(taken(task(image), { before, parameters: { Tag: '1' } })).toContain(
      'runs the image 111111111111.dkr.ecr.eu-west-1.amazonaws.com/tool:1, which this release did not build'
    )
  })

  it('is looked at in each branch of a condition, and one that is left out is none', () => {
    expect(taken(task(`!If [Traced, ${LISTED}, !Ref AWS::NoValue]`))).toEqual([
      `image Task/ContainerDefinitions/0/Image ${LISTED}`
    ])
    expect(taken(task(`!If [Traced, ${LISTED}, 'evil.example/miner']`))).toContain('evil.example/miner')
    const sidecar = `Task:
  Type: AWS::ECS::TaskDefinition
  Properties:
    ContainerDefinitions:
      Fn::If: [Traced, [{ Image: evil.example/miner }], []]`
    expect(taken(sidecar)).toContain(
      'Task/ContainerDefinitions/1/0/Image of its template runs the image evil.example/miner'
    )
  })

  it('that is known once other stacks are deployed is left to the turn of its stack', () => {
    const before = 'Parameters: {Sidecar: {Type: String}}'

    expect(taken(task('!Ref Sidecar'), { before })).toEqual([])
    expect(taken(task('!Ref Sidecar'), { before, parameters: { Sidecar: 'evil.example/miner' } })).toContain(
      'evil.example/miner'
    )
    expect(taken(task('!Sub "${Sidecar}/${Task.Name}"'), { before })).toContain('Fn::GetAtt of Task.Name')
  })

  it('of the unit has to run somewhere', () => {
    const sources = { artifactParameter: 'Image' }
    const refused =
      'The template of unit api declares the parameter Image and uses it in no resource, so that the image of the release would run nowhere. Use it where the image is named: `!Ref Image`.'

    expect(taken(task(LISTED), { sources })).toBe(refused)
    expect(taken(task('!Ref Image'), { sources, parameters: { Image: OWN } })).toEqual([])
    expect(taken(task('!Sub "${Image}"'), { sources, parameters: { Image: OWN } })).toEqual([])
    expect(taken(task(`!Sub ["\${I}", {I: !Ref Image}]`), { sources, parameters: { Image: OWN } })).toEqual([])
  })

  it('that AWS curates for builds needs no digest', () => {
    const project =
      'Build: {Type: AWS::CodeBuild::Project, Properties: {Environment: {Image: "aws/codebuild/standard:7.0"}}}'

    expect(taken(project)).toEqual(['image Build/Environment/Image aws/codebuild/standard:7.0 (moves)'])
  })

  it('of so many possibilities that nobody reads them is refused', () => {
    const part = '!If [A, x, y]'

    expect(taken(task(`!Join ["", [${Array(7).fill(part).join(', ')}]]`))).toContain('more than 64 possible values')
  })

  it.each([
    ['a list', '[a, b]', []],
    ['an object', '{Override: true}', []],
    ['Fn::Sub of an object', '!Sub {a: b}', 'Fn::Sub'],
    ['Fn::Join of no list', '!Join ["", !Ref Parts]', 'Fn::Join'],
    ['an unknown mapping', '!FindInMap [Images, !Ref Nowhere, tool]', 'Fn::FindInMap'],
    ['a mapping that is not there', '!FindInMap [Images, a, tool]', 'Fn::FindInMap'],
    ['a reference to an object', '{Ref: {a: b}}', 'Ref'],
    ['an escaped name', '!Sub "${!Image}"', '${Image}'],
    ['an unknown pseudo parameter', '!Ref AWS::StackId', 'AWS::StackId'],
    ['the name of a resource', '!Ref Task', 'the name of Task']
  ])('written as %s is read as far as it means anything', (_, image, found) => {
    const result = taken(task(image))

    if (typeof found === 'string') expect(result).toContain(found)
    else expect(result).toEqual(found)
  })
})

const BUNDLE = 'Code: {S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion}'
const PLACE = { BundleBucket: 'code', BundleKey: 'shop/api/1.zip', BundleVersion: 'v9' }
const COPIED = {
  sources: { ownCode: 's3://code/shop/api/1.zip?versionId=v9' },
  parameters: PLACE,
  before: 'Parameters: {BundleBucket: {Type: String}, BundleKey: {Type: String}, BundleVersion: {Type: String}}'
}

describe('the code of the release', () => {
  it('is no reference to anything outside', () => {
    const serverless = `Report:
  Type: AWS::Serverless::Function
  Properties: {CodeUri: {Bucket: !Ref BundleBucket, Key: !Ref BundleKey, Version: !Ref BundleVersion}}`

    expect(taken(lambda(BUNDLE), COPIED)).toEqual([])
    expect(taken(serverless, COPIED)).toEqual([])
  })

  it('is refused without its version, with what to write', () => {
    expect(taken(lambda(BUNDLE.replace(/, S3ObjectVersion.*(?=})/, '')), COPIED)).toBe(
      'Unit api: Report/Code of its template takes the code of the release without its version, so that it could be replaced after an approval. Add the version: `Code: { S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion }`.'
    )
  })

  it('of another bundle is not this one', () => {
    const other = BUNDLE.replace('!Ref BundleVersion', 'v8')

    expect(taken(lambda(other), COPIED)).toContain(
      'Report/Code of its template takes code from s3://code/shop/api/1.zip?versionId=v8, which this release did not build'
    )
  })

  it('has to run somewhere, where the template asks for it', () => {
    const inline = lambda('Code: {ZipFile: "exports.handler = 1"}')

    expect(taken(inline, COPIED)).toContain(
      'declares the parameter BundleKey and uses it in no resource, so that the code of the release would run nowhere.'
    )
    expect(taken(inline, { ...COPIED, before: 'Parameters: {BundleDigest: {Type: String}}' })).toEqual([])
  })

  it('is asked for by any of its parameters', () => {
    expect(takesCode(`${COPIED.before}\nResources: {}`)).toBe(true)
    expect(takesCode('Parameters: {BundleVersion: {Type: String}}')).toBe(true)
    expect(takesCode('Parameters: {BundleDigest: {Type: String}}')).toBe(false)
    expect(takesCode('[')).toBe(false)
  })

  it('is run by the functions that take nothing else', () => {
    const other = 'S3Bucket: assets, S3Key: report.zip, S3ObjectVersion: v1'
    const template = `${COPIED.before}
Resources:
  ${lambda(`Layers: ["${LAYER}"]\n    ${BUNDLE}`).replace(/\n/g, '\n  ')}
  Other: {Type: AWS::Lambda::Function, Properties: {Code: {${other}}}}
  Either:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        Fn::If: [Own, {S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion}, {${other}}]
`
    const request = {
      ...{ unit: 'api', stack: 'shop-api', dependsOn: [], tags: {}, artifact: sha256('zip') },
      ...{ template, parameters: PLACE, sources: { ...SOURCES, ...COPIED.sources } }
    }

    expect(runsOwnCode(request)).toEqual(['Report'])
    expect(runsOwnCode({ ...request, template: '[' })).toEqual([])
    expect(runsOwnCode({ ...request, sources: SOURCES })).toEqual([])
  })
})

describe('an image for several platforms', () => {
  const sources = { manyPlatforms: true as const }
  const parameters = { Image: OWN }

  it('runs in ECS, and not in Lambda, which takes no index', () => {
    expect(taken(task('!Ref Image'), { sources, parameters })).toEqual([])
    expect(taken(lambda('Code: {ImageUri: !Ref Image}'), { parameters })).toEqual([])
    for (const type of ['AWS::Lambda::Function', 'AWS::Serverless::Function'])
      expect(
        taken(lambda('Code: {ImageUri: !Ref Image}').replace('AWS::Lambda::Function', type), { sources, parameters })
      ).toBe(
        "Unit api: the Lambda function Report of its template runs the image of the release, which is built for several platforms. Lambda runs an image for one platform only: name one under units.api.image.platforms, the one that the function's Architectures say."
      )
  })
})

describe('code and templates', () => {
  it.each([
    [
      'an object by version',
      'Code: {S3Bucket: assets, S3Key: report.zip, S3ObjectVersion: v1}',
      [`code Report/Code ${CODE}`]
    ],
    ['the version of a layer', `Layers: ["${LAYER}"]`, [`code Report/Layers/0 ${LAYER}`]],
    ['a layer of the stack itself', 'Layers: [!Ref Report]', []],
    ['code in the template', 'Code: {ZipFile: "exports.handler = 1"}', []]
  ])('takes %s that is listed, or its own', (_, code, found) => {
    expect(taken(lambda(code))).toEqual(found)
  })

  it('takes an object without version that is listed, by its name or its beginning, and says that it may change', () => {
    const asset = 'Code: {S3Bucket: cdk-assets, S3Key: 0f.zip}'
    const moves = ['code Report/Code s3://cdk-assets/0f.zip (moves)']

    for (const code of ['s3://cdk-assets/0f.zip', 's3://cdk-assets/*'])
      expect(taken(lambda(asset), { sources: { code: [code] } })).toEqual(moves)
    expect(taken(lambda(asset), { sources: { code: ['s3://cdk-assets/1*'] } })).toContain(
      'or list `s3://cdk-assets/0f.zip` under `code:` of delivery.yml: without a version it may change after an approval, and approvers are told so.'
    )
  })

  it.each([
    ['an object without version', 'Code: {S3Bucket: assets, S3Key: report.zip}', 's3://assets/report.zip'],
    [
      'another version',
      'Code: {S3Bucket: assets, S3Key: report.zip, S3ObjectVersion: v2}',
      's3://assets/report.zip?versionId=v2'
    ],
    ['another layer', `Layers: ["${LAYER}1"]`, `${LAYER}1`],
    ['a local folder', 'CodeUri: ./report', './report'],
    [
      'an object of a map by another name',
      'DefinitionS3Location: {Bucket: b, Key: k, Version: v}',
      's3://b/k?versionId=v'
    ],
    ['a script', 'Command: {ScriptLocation: "s3://b/job.py"}', 's3://b/job.py'],
    ['a nested template', 'TemplateURL: https://b.s3.amazonaws.com/t.yml', 'https://b.s3.amazonaws.com/t.yml']
  ])('refuses %s', (_, code, named) => {
    expect(taken(lambda(code))).toContain(`${named}, which this release did not build`)
  })

  it('leaves keys alone that name no code', () => {
    expect(taken('Trail: {Type: X, Properties: {S3KeyPrefix: logs, Tags: [{Key: a, Value: b}]}}')).toEqual([])
    expect(taken('Log: {Type: X, Properties: {Target: {Bucket: b, Key: k, Version: v}}}')).toEqual([])
  })
})

describe('a dynamic reference', () => {
  function secret(value: string): string {
    return `Db: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: ${value}}}`
  }

  it.each([
    ['ssm by version', "'{{resolve:ssm:/other/host:3}}'", ['dynamic Db/MasterUserPassword ssm:/other/host:3']],
    [
      'a secret by version',
      "'{{resolve:secretsmanager:other:SecretString:password::0f}}'",
      ['dynamic Db/MasterUserPassword secretsmanager:other:SecretString:password::0f']
    ],
    [
      'a secret by ARN and version',
      "'{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111111111111:secret:other-a1:SecretString:p::0f}}'",
      [
        'dynamic Db/MasterUserPassword secretsmanager:arn:aws:secretsmanager:eu-west-1:111111111111:secret:other-a1:SecretString:p::0f'
      ]
    ],
    ['what is listed', "'{{resolve:ssm:/shop/host}}'", ['dynamic Db/MasterUserPassword ssm:/shop/host (moves)']],
    [
      'what is listed by its beginning',
      "!Sub '{{resolve:secretsmanager:shop/${AWS::Region}:SecretString:password}}'",
      ['dynamic Db/MasterUserPassword secretsmanager:shop/eu-west-1:SecretString:password (moves)']
    ],
    ['a secret that the stack makes', "!Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'", []],
    [
      'the same as CDK writes it',
      "!Join ['', ['{{resolve:secretsmanager:', !Ref Secret, ':SecretString:password::}}']]",
      []
    ],
    ['the same by its ARN', "!Sub ['{{resolve:secretsmanager:${Arn}}}', {Arn: !GetAtt Secret.Id}]", []]
  ])('may be %s', (_, value, found) => {
    expect(taken(`${secret(value)}\nSecret: {Type: AWS::SecretsManager::Secret}`)).toEqual(found)
  })

  it('that may change after the approval has to be listed', () => {
    expect(taken(secret("'{{resolve:ssm:/other/host}}'"))).toBe(
      'Unit api: Db/MasterUserPassword of its template looks up {{resolve:ssm:/other/host}} when it is deployed, and what is there may change after the approval. Write its version, or list `ssm:/other/host` under `dynamicReferences:` of delivery.yml.'
    )
    const arn = "'{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111111111111:secret:other-a1}}'"
    expect(taken(secret(arn))).toContain('looks up {{resolve:secretsmanager:arn:')
    expect(taken(secret("!Sub '{{resolve:ssm:${Secret.Name}}}'"))).toContain('depends on Fn::GetAtt of Secret.Name')
  })

  it('is only shown where nobody is asked', () => {
    expect(taken(secret("'{{resolve:ssm:/other/host}}'"), { sources: { strict: false } })).toEqual([
      'dynamic Db/MasterUserPassword ssm:/other/host (moves)'
    ])
  })

  it('is found in outputs and in the values of parameters', () => {
    const before = "Parameters: {Host: {Type: String}}\nOutputs: {Host: {Value: '{{resolve:ssm:/shop/host}}'}}"

    expect(taken('Db: {Type: X}', { before, parameters: { Host: 'x-{{resolve:ssm:/shop/host}}' } })).toEqual([
      'dynamic Outputs/Host/Value ssm:/shop/host (moves)',
      'dynamic Parameters/Host ssm:/shop/host (moves)'
    ])
  })
})

it('looks at nothing where nobody says what may be taken, and at no text that is no template', () => {
  expect(referencesOf({ unit: 'api' }, 'Resources: {A: {Type: X, Properties: {Image: a}}}', {})).toEqual([])
  expect(referencesOf({ unit: 'api', sources: SOURCES }, '[', {})).toEqual([])
})
