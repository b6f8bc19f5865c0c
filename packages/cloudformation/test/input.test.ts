import { describe, expect, it } from '@jest/globals'
import { type AwsSession, awsTerms, sha256, UserError } from '@sluice/core'
import { applyStacks, planStacks, type StackRequest } from '../src/index.ts'
import { resolveParameters } from '../src/parameters.ts'
import { readTemplate, templateDigest } from '../src/template.ts'
import { stacksRequest, unit } from './emulator.ts'
import { CONSUMER, PARAMETER, SERVICE } from './templates.ts'

describe('reading a template', () => {
  it('knows what is declared, and leaves the tags of CloudFormation alone', () => {
    const template = readTemplate(SERVICE, 'infra/api.yml')

    expect([...template.parameters]).toEqual([
      ['Image', { type: 'String', noEcho: false }],
      ['Environment', { type: 'String', noEcho: false, default: 'staging' }]
    ])
    expect(template.outputs).toEqual(['TaskDefinition', 'Bucket'])
    expect(template.resources.get('Service')).toBe('AWS::ECS::Service')
    expect(template.transformed).toBe(false)
  })

  it('reads JSON and sees transforms', () => {
    const template = readTemplate(
      JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources: { Api: { Type: 'AWS::Serverless::Api' } } }),
      'infra/api.json'
    )

    expect(template.resources).toEqual(new Map([['Api', 'AWS::Serverless::Api']]))
    expect(template.transformed).toBe(true)
  })

  it.each([
    ['010', '010'],
    ['1.50', '1.50'],
    ["'yes'", 'yes'],
    ["''", ''],
    ['[a, b]', 'a,b']
  ])('takes the default %s as the text that is written there', (written, text) => {
    const template = readTemplate(`${PARAMETER}`.replace('Default: x', `Default: ${written}`), 'infra/api.yml')

    expect(template.parameters.get('Suffix')?.default).toBe(text)
  })

  it.each([
    ['yes', 'true'],
    ['On', 'true'],
    ['TRUE', 'true'],
    ['y', 'true'],
    ['no', 'false'],
    ['Off', 'false']
  ])('takes the default %s for the boolean that it is to CloudFormation', (written, text) => {
    const template = readTemplate(`${PARAMETER}`.replace('Default: x', `Default: ${written}`), 'infra/api.yml')

    expect(template.parameters.get('Suffix')?.default).toBe(text)
  })

  it.each([
    ['malformed', 'Resources: [', /^The template infra\/api\.yml is not valid YAML or JSON at 1:13: /],
    ['twice the same key', 'Resources: {}\nResources: {}', /is not valid YAML or JSON at 2:1: /],
    ['no resource', 'Parameters: {}', /declares no resources\. Add at least one/],
    ['a list', '- a', /declares no resources\. Add at least one/],
    ['resources that are no map', 'Resources: 5', /declares no resources\. Add at least one/],
    [
      'too long',
      `# ${'x'.repeat(51_200)}`,
      /is 51202 bytes long; CloudFormation accepts at most 51200 in a request\. Name a bucket for longer ones/
    ]
  ])('refuses a template that is %s', (_, text, message) => {
    const reading = () => readTemplate(text, 'infra/api.yml')

    expect(reading).toThrow(UserError)
    expect(reading).toThrow(message)
  })

  it('gives a plain file the digest that sha256sum gives it', () => {
    expect(templateDigest(SERVICE)).toBe(sha256(SERVICE))
  })

  it.each([
    ['line ends', 'a: 1\r\nb: 2\r\n', 'a: 1\nb: 2\n'],
    ['a missing last line end', 'a: 1', 'a: 1\n'],
    ['characters outside ASCII', '# grüße 🚀\n', '# gr??e ?\n']
  ])('gives the digest of what CloudFormation hands back, whatever it does to %s', (_, written, handedBack) => {
    expect(templateDigest(written)).toBe(templateDigest(handedBack))
  })
})

describe('the parameters that an approver sees', () => {
  it.each([
    ['true', '****'],
    ['TRUE', '****'],
    ['yes', '****'],
    ['on', '****'],
    ['Y', '****'],
    ['"yes"', '****'],
    ['1', '****'],
    ['!Ref Other', '****'],
    ['{ a: b }', '****'],
    ['false', 'hunter2'],
    ['No', 'hunter2'],
    ['OFF', 'hunter2'],
    ['"false"', 'hunter2'],
    ['n', 'hunter2']
  ])('with NoEcho: %s are shown as %s', (noEcho, shown) => {
    const text = `
Parameters:
  Password: { Type: String, NoEcho: ${noEcho} }
Resources:
  Running: { Type: AWS::SSM::Parameter }
`
    const request = unit('api', text, { parameters: { Password: 'hunter2' } })

    const { planned } = resolveParameters(request, readTemplate(text, 'infra/api.yml'), new Map())

    expect(planned).toEqual({ Password: { value: shown } })
  })

  const SECRET = `
Parameters:
  Image: { Type: String, NoEcho: true }
  Password: { Type: String, NoEcho: true, Default: hunter2 }
  Suffix: { Type: String, Default: x }
Resources:
  Running: { Type: AWS::SSM::Parameter }
`

  it('never hold a hidden value, be it given or a default of the template', () => {
    const request = unit('api', SECRET, { parameters: { Image: 'hunter3', Undeclared: 'y' } })

    expect(resolveParameters(request, readTemplate(SECRET, 'infra/api.yml'), new Map())).toEqual({
      values: { Image: 'hunter3' },
      planned: { Image: { value: '****' }, Password: { value: '****' }, Suffix: { value: 'x' } },
      pending: [],
      moving: []
    })
  })

  it('never hold a hidden value that may move either', () => {
    const request = unit('api', SECRET, { parameters: { Image: '${db.Password}' } })
    const outputs = new Map([['db', { Password: 'hunter4' }]])
    const mayMove = new Map([['db', new Map([['Password', ['Secret']]])]])

    expect(resolveParameters(request, readTemplate(SECRET, 'infra/api.yml'), outputs, mayMove)).toMatchObject({
      planned: {
        Image: {
          expression: '${db.Password}',
          now: '****',
          because: [{ unit: 'db', output: 'Password', via: ['Secret'] }]
        }
      },
      moving: ['Image']
    })
  })
})

/** A template with these parameters. */
function withParameters(...names: readonly string[]): string {
  return `Parameters: { ${names.map(name => `${name}: { Type: String }`).join(', ')} }\nResources: { Topic: { Type: AWS::SNS::Topic } }\n`
}

describe('bad input', () => {
  /** Refuses to be used: bad input is found before AWS is asked anything. */
  const session: AwsSession = {
    region: 'eu-west-1',
    credentials: async () => {
      throw new Error('AWS was asked')
    },
    terms: awsTerms({})
  }
  const site = (changes: Partial<StackRequest>) =>
    unit('site', CONSUMER, { dependsOn: ['api'], parameters: { BundleDigest: 'b', Source: 's' }, ...changes })

  it.each<[string, StackRequest, RegExp]>([
    [
      'a template without the parameter of the artifact',
      site({ parameters: { Image: 'i', BundleDigest: 'b', Source: 's' } }),
      /^The template of unit site does not declare the parameter Image, .* Add it under `Parameters:`/
    ],
    [
      'a template without the parameters of a bundle',
      unit('report', PARAMETER, { parameters: { BundleDigest: 'b' }, offered: ['BundleDigest'] }),
      /^The template of unit report does not declare the parameter BundleDigest, which passes the release's digest to the stack, nor those that pass its code\./
    ],
    [
      'a template that takes code of an image',
      unit('report', withParameters('Image', 'BundleKey'), { parameters: { Image: 'i' } }),
      /^The template of unit report declares the parameter BundleKey, .* and the unit is no bundle\. Remove it\.$/
    ],
    [
      'a template that takes code from an account without a bucket',
      unit('report', withParameters('BundleVersion'), { parameters: { BundleDigest: 'b' } }),
      /^The template of unit report declares the parameter BundleVersion, .* Name a bucket of the account of each environment: `bundles` under `accounts` of delivery\.yml\.$/
    ],
    [
      'a template that takes code without its version',
      unit('report', withParameters('BundleBucket', 'BundleKey'), {
        parameters: { BundleDigest: 'd', BundleBucket: 'b', BundleKey: 'k', BundleVersion: 'v' }
      }),
      /^The template of unit report declares BundleBucket and BundleKey, and not BundleVersion: the code of a bundle is one version of one object\./
    ],
    [
      'a value for a parameter that the template does not declare',
      site({ parameters: { BundleDigest: 'b', Sourze: 's' } }),
      /^The template of unit site declares no parameter Sourze, which delivery\.yml sets \(did you mean "Source"\?\)\. Correct the name in units\.site\.stack\.parameters, in a file of parameterFiles or in the parameters of the environment, or add it under `Parameters:` of the template\.$/
    ],
    [
      'a required parameter without a value',
      site({ parameters: { BundleDigest: 'b' } }),
      /^The template of unit site requires the parameter Source, .* Set units\.site\.stack\.parameters\.Source in delivery\.yml/
    ],
    [
      'an expression over a unit that does not come before',
      site({ dependsOn: [], parameters: { BundleDigest: 'b', Source: '${api.Name}' } }),
      /^Unit site, parameter Source: \$\{api\.Name\} refers to the stack of api, .* Add api to units\.site\.dependsOn/
    ],
    [
      'an expression over an unknown unit',
      site({ parameters: { BundleDigest: 'b', Source: '${nobody.Name}' } }),
      /refers to the stack of nobody/
    ],
    [
      'an expression over an output that is not declared',
      site({ parameters: { BundleDigest: 'b', Source: '${api.Url}' } }),
      /^Unit site, parameter Source: the template of api has no output \$\{api\.Url\}\. Its outputs: Name, Value\.$/
    ]
  ])('is refused before AWS is asked anything: %s', async (_, stack, message) => {
    const request = stacksRequest(session, [unit('api', PARAMETER), stack])
    const apply = { ...request, plan: [], clientToken: 'a', deadline: 0, onEvent: () => undefined }

    await expect(planStacks(request)).rejects.toThrow(UserError)
    await expect(planStacks(request)).rejects.toThrow(message)
    await expect(applyStacks(apply)).rejects.toThrow(message)
  })
})
