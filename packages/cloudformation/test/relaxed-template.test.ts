import { describe, expect, it } from '@jest/globals'
import { PLACEHOLDER, placeholderFor, relaxedTemplate } from '../src/relaxed-template.ts'
import { readTemplate } from '../src/template.ts'
import { readTree } from '../src/template-tree.ts'
import { worstCase } from '../src/worst-case.ts'

const TEMPLATE = `# The shop.
Parameters:
  Subnets:
    Type: List<AWS::EC2::Subnet::Id>  # two of them
    Description: >
      Where it
      runs.

  Name: { Type: String, AllowedPattern: "[a-z]+" }
  Other:
    Type: Number
    Default: 3
Rules:
  Known:
    Assertions: [{ Assert: !Contains [[a, b], !Ref Name] }]
Conditions:
  Named: !Not [!Equals [!Ref Name, '']]
  Both: !And [!Condition Named, !Equals [!Ref Other, 3]]
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties:
      Count: !Ref Other
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: !Ref Subnets } }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Condition: Both
    Properties: { AlarmName: !Sub 'alarm of \${Service}', Period: 60 }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { Tags: [{ Key: a, Value: !If [Named, x, !Ref Other] }] }
  Bucket:
    Type: AWS::S3::Bucket
`

const template = (text = TEMPLATE) => readTemplate(text, 'of unit shop')

describe('a template whose parameters take any text', () => {
  it('is the same but for those, and for the rules', () => {
    const text = relaxedTemplate(template(), ['Subnets', 'Name'])

    const [before, after] = [readTree(TEMPLATE), readTree(text ?? '')]
    expect(after).toEqual({
      ...before,
      Parameters: {
        Subnets: { Type: 'CommaDelimitedList' },
        Name: { Type: 'String' },
        Other: { Type: 'Number', Default: '3' }
      },
      Rules: {}
    })
    expect(text).toMatch(/^# The shop\./)
  })

  it.each([
    [
      'JSON',
      JSON.stringify({ Parameters: { Name: { Type: 'Number' } }, Resources: { A: { Type: 'B' } } }, undefined, 2)
    ],
    ['JSON in one line', '{"Parameters":{"Name":{"Type":"Number"}},"Resources":{"A":{"Type":"B"}}}'],
    ['lines of Windows', 'Parameters:\r\n  Name:\r\n    Type: Number\r\nResources:\r\n  A: { Type: B }\r\n'],
    ['a parameter at the end', 'Resources:\n  A: { Type: B }\nParameters:\n  Name:\n    Type: Number']
  ])('may be written as %s', (_, text) => {
    const relaxed = relaxedTemplate(template(text), ['Name'])

    expect(readTree(relaxed ?? '')).toEqual({
      Parameters: { Name: { Type: 'String' } },
      Resources: { A: { Type: 'B' } }
    })
  })

  it.each([
    ['what is taken elsewhere', TEMPLATE.replace('Name: { Type: String', 'Name: &name { Type: String')],
    [
      'a parameter that stands elsewhere',
      TEMPLATE.replace(/^Parameters:\n/m, 'Parameters:\n  <<: {}\n').replace('Name: {', 'Nome: {')
    ]
  ])('is not made of %s', (_, text) => {
    expect(relaxedTemplate(template(text), ['Name'])).toBeUndefined()
  })
})

describe('what stands in for a value', () => {
  it.each([
    ['String', 'a,b', PLACEHOLDER],
    ['List<AWS::EC2::Subnet::Id>', 'a,b', `${PLACEHOLDER},${PLACEHOLDER}-2`],
    ['CommaDelimitedList', 'a', PLACEHOLDER],
    ['AWS::SSM::Parameter::Value<List<String>>', 'a,b', `${PLACEHOLDER},${PLACEHOLDER}-2`],
    ['CommaDelimitedList', undefined, PLACEHOLDER]
  ])('of type %s, now %s', (type, now, expected) => {
    expect(placeholderFor(type, now)).toBe(expected)
  })
})

describe('the worst that other values can do, by the text alone', () => {
  it('is that whatever takes them may be replaced, and what follows from that', () => {
    expect(worstCase(template(), ['Subnets'])).toEqual([
      {
        action: 'Modify',
        logicalId: 'Service',
        type: 'AWS::ECS::Service',
        replacement: 'Conditional',
        targets: ['Properties.NetworkConfiguration']
      },
      {
        action: 'Modify',
        logicalId: 'Alarm',
        type: 'AWS::CloudWatch::Alarm',
        replacement: 'Conditional',
        targets: ['Properties.AlarmName']
      }
    ])
  })

  it('is that a resource may come or go by a condition, and a property change by one', () => {
    expect(worstCase(template(), ['Name'])).toEqual([
      { action: 'Add', logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', targets: [] },
      { action: 'Remove', logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', targets: [] },
      {
        action: 'Modify',
        logicalId: 'Topic',
        type: 'AWS::SNS::Topic',
        replacement: 'Conditional',
        targets: ['Properties.Tags']
      }
    ])
  })
})
