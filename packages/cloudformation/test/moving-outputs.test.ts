import { describe, expect, it } from '@jest/globals'
import type { PlannedChange, PlannedParameter } from '@sluice/core'
import { type ChangingStack, movingOutputs } from '../src/moving-outputs.ts'
import { readTemplate } from '../src/template.ts'

const modified = (changes: Partial<PlannedChange> = {}): PlannedChange => ({
  action: 'Modify',
  logicalId: 'A',
  type: 'AWS::EC2::Subnet',
  replacement: 'False',
  targets: ['Properties.CidrBlock'],
  ...changes
})

const PARAMETERS = 'P: { Type: String, Default: x }\n  Q: { Type: String, Default: y }'
const RESOURCES = 'A: { Type: "AWS::EC2::Subnet", Properties: { CidrBlock: !Ref P } }\n  B: { Type: "AWS::EC2::VPC" }'

/** A template with one output, `Out`, and what else it is given. */
function template(value: string, rest = ''): string {
  return `Parameters:\n  ${PARAMETERS}\n${rest}\nResources:\n  ${RESOURCES}\nOutputs:\n  Out: { Value: ${value} }\n`
}

function reach(text: string, stack: Partial<ChangingStack> = {}): readonly string[] | undefined {
  const moving = movingOutputs({
    changes: [],
    template: text,
    transformed: false,
    liveTemplate: text,
    parameters: { P: { value: 'x' }, Q: { value: 'y' } },
    liveParameters: { P: 'x', Q: 'y' },
    opaque: new Set(),
    ...stack
  })
  return moving.get('Out')
}

/** What of a template is the same as `!Ref A`, `!GetAtt A.X` and the like. */
describe('an output may move', () => {
  it.each<[string, string, readonly PlannedChange[]]>([
    ['the name of a resource that is replaced', '!Ref A', [modified({ replacement: 'True' })]],
    ['the name of one that may be replaced', '!Ref A', [modified({ replacement: 'Conditional' })]],
    ['the name of one that comes', '!Ref A', [modified({ action: 'Add' })]],
    ['the name of one that goes', '!Ref A', [modified({ action: 'Remove' })]],
    ['the name of a custom resource, at any update', '!Ref A', [modified({ type: 'Custom::Name' })]],
    [
      'the name of a custom resource without a type of its own',
      '!Ref A',
      [modified({ type: 'AWS::CloudFormation::CustomResource' })]
    ],
    ['an attribute of a resource that changes in place', '!GetAtt A.Arn', [modified()]],
    ['an attribute in two parts', '!GetAtt [A, Arn]', [modified()]],
    ['an attribute in the long form', '{ "Fn::GetAtt": [A, Arn] }', [modified()]],
    ['an attribute in the long form, as one text', '{ "Fn::GetAtt": A.Arn }', [modified()]],
    ['an output of a nested stack', '!GetAtt A.Outputs.Id', [modified({ logicalId: 'A/Inner' })]],
    ['a text with a name in it', '!Sub "x ${A}"', [modified({ replacement: 'True' })]],
    ['a text with an attribute in it', '!Sub "x ${A.Arn}"', [modified()]],
    ['a text with names of its own', '!Sub ["${N}", { N: !GetAtt A.Arn }]', [modified()]],
    ['a list', '!Join [",", [!Ref B, !GetAtt A.Arn]]', [modified()]],
    ['a choice, either arm', '!If [C, !Ref B, !GetAtt A.Arn]', [modified()]],
    ['a member of a split text', '!Select [0, !Split [",", !GetAtt A.Arn]]', [modified()]]
  ])('with %s', (_, value, changes) => {
    const text = template(value, 'Conditions: { C: !Equals [!Ref Q, y] }')
    expect(reach(text, { changes })).toEqual(['A'])
  })

  it.each<[string, string, readonly PlannedChange[]]>([
    ['the name of a resource that changes in place', '!Ref A', [modified()]],
    ['an attribute of a resource that does not change', '!GetAtt B.Arn', [modified()]],
    [
      'an attribute of one of which only policies change',
      '!GetAtt A.Arn',
      [modified({ targets: ['DeletionPolicy', 'Metadata'] })]
    ],
    ['a text that only looks like a name', '!Sub "${!A.Arn}"', [modified()]],
    ['what CloudFormation knows by itself', '!Sub "${AWS::Region} ${AWS::AccountId}"', [modified()]],
    ['a name of its own that is called like a resource', '!Sub ["${A.Arn}", { A.Arn: !Ref B }]', [modified()]],
    ['an imported value', '!ImportValue shared', [modified()]]
  ])('not with %s', (_, value, changes) => {
    expect(reach(template(value), { changes })).toBeUndefined()
  })

  const moved: Partial<ChangingStack> = { parameters: { P: { value: 'z' }, Q: { value: 'y' } } }
  it.each<[string, string, string, Partial<ChangingStack>, string]>([
    ['a parameter that changes', '!Ref P', '', moved, 'parameter P'],
    [
      'a parameter that is known later itself',
      '!Ref P',
      '',
      { parameters: { P: { expression: '${x.Y}', now: 'x' } as PlannedParameter, Q: { value: 'y' } } },
      'parameter P'
    ],
    ['a hidden parameter', '!Ref P', '', { opaque: new Set(['P']) }, 'parameter P'],
    ['a parameter that is gone', '!Ref P', '', { parameters: { Q: { value: 'y' } } }, 'parameter P'],
    [
      'a condition on a parameter that changes',
      '!If [C, a, b]',
      'Conditions: { C: !Equals [!Ref P, x] }',
      moved,
      'parameter P'
    ],
    [
      'a condition on a condition',
      '!If [D, a, b]',
      'Conditions: { D: !Not [!Condition C], C: !Equals [!Ref P, x] }',
      moved,
      'parameter P'
    ],
    [
      'a map looked up by what changes',
      '!FindInMap [M, !Ref P, v]',
      'Mappings: { M: { x: { v: 1 } } }',
      moved,
      'parameter P'
    ],
    ['zones', '!Select [0, !GetAZs ""]', '', {}, 'Fn::GetAZs'],
    ['a transform', '{ "Fn::Transform": { Name: AWS::Include } }', '', {}, 'Fn::Transform'],
    ['a secret', '"{{resolve:ssm:/x}}"', '', {}, 'a value that AWS looks up'],
    ['a secret in a text', '!Sub "{{resolve:ssm:/x}} ${AWS::Region}"', '', {}, 'a value that AWS looks up'],
    ['what is not in the template', '!GetAtt Nowhere.Arn', '', {}, 'Nowhere']
  ])('with %s', (_, value, rest, stack, via) => {
    expect(reach(template(value, rest), stack)).toEqual([via])
  })

  it.each([
    ['its own text', template('!Ref B'), template('!Ref A'), ['its own text']],
    ['a condition of its own', template('!Ref B, Condition: C'), template('!Ref B'), ['its own text']],
    ['the text of a condition', conditional('[!Ref Q, y]'), conditional('[!Ref Q, n]'), ['condition C']],
    ['the text of a map', mapped('1'), mapped('2'), ['mapping M']],
    ['no output of that name', template('!Ref B'), template('!Ref B').replace('Out:', 'Other:'), ['its own text']],
    ['nothing that can be read', template('!Ref B'), 'a: [', ['its template']],
    ['another way to write the same', template('!GetAtt B.Arn'), template('{ "Fn::GetAtt": [B, Arn] }'), undefined],
    ['other letters', template('"\u00e9"'), template('"?"'), undefined]
  ])('where the live template has %s', (_, text, liveTemplate, via) => {
    expect(reach(text, { liveTemplate })).toEqual(via)
  })

  it('wherever nobody can read what is deployed: after a transform, and of a template that is not known', () => {
    const { liveTemplate: _, ...unknown } = { liveTemplate: '' }
    expect(reach(template('!Ref B'), { transformed: true })).toEqual(['its template'])
    expect(
      movingOutputs({
        ...{ changes: [], template: template('!Ref B'), transformed: false, parameters: {}, liveParameters: {} },
        ...{ opaque: new Set(), ...unknown }
      }).get('Out')
    ).toEqual(['its template'])
  })

  it('and ends with conditions that go round in circles', () => {
    const text = template('!If [C, a, b]', 'Conditions: { C: !Not [!Condition D], D: !Not [!Condition C] }')
    expect(reach(text)).toBeUndefined()
  })

  it('with everything that reaches it, each once', () => {
    const changes = [modified({ replacement: 'True' }), modified({ logicalId: 'B', type: 'AWS::EC2::VPC' })]
    expect(reach(template('!Sub "${B.Arn} ${A} ${A.Arn}"'), { changes })).toEqual(['A', 'B'])
  })

  it('reads JSON and YAML alike, and templates as they are checked', () => {
    const json = JSON.stringify({
      Resources: { A: { Type: 'AWS::EC2::Subnet' } },
      Outputs: { Out: { Value: { 'Fn::GetAtt': ['A', 'Arn'] } } }
    })
    expect(readTemplate(json, 'x').outputs).toEqual(['Out'])
    expect(reach(json, { changes: [modified()] })).toEqual(['A'])
  })
})

function conditional(equals: string): string {
  return template('!If [C, a, b]', `Conditions: { C: !Equals ${equals} }`)
}

function mapped(value: string): string {
  return template('!FindInMap [M, x, v]', `Mappings: { M: { x: { v: ${value} } } }`)
}
