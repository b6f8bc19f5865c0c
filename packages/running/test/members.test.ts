import { dirname, join } from 'node:path'
import { expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { ensureTools } from '@sluice-lab/servers'

/** Which members botocore's model has in the questions and answers of an operation, at any depth. */
const PROGRAM = `
import json, sys
from botocore.loaders import Loader
found = {}
for service, operation in [it.split(':') for it in sys.argv[1:]]:
    model = Loader().load_service_model(service, 'service-2')
    def members(shape, seen):
        if shape in seen:
            return []
        it = model['shapes'][shape]
        inner = [m['shape'] for m in it.get('members', {}).values()] + [it[key]['shape'] for key in ('member', 'value') if key in it]
        return list(it.get('members', {})) + [name for one in inner for name in members(one, seen | {shape})]
    of = model['operations'][operation]
    found[operation] = {
        'target': model['metadata'].get('targetPrefix'), 'version': model['metadata'].get('jsonVersion'), 'http': of['http'],
        'input': list(model['shapes'][of['input']['shape']]['members']), 'output': members(of['output']['shape'], frozenset())}
json.dump(found, sys.stdout)
`

/** The one that is asked by REST. */
const LAMBDA = 'lambda:GetFunctionConfiguration'

/** What is asked, with which members, and what is read of the answer. */
const CALLS: Readonly<Record<string, { readonly input: readonly string[]; readonly output: readonly string[] }>> = {
  'ecs:DescribeServices': {
    input: ['services', 'cluster'],
    output: [
      ...['services', 'serviceName', 'deploymentController', 'type', 'deployments', 'status', 'taskDefinition'],
      ...['rolloutState', 'rolloutStateReason', 'events', 'message']
    ]
  },
  'ecs:ListTasks': {
    input: ['cluster', 'serviceName', 'desiredStatus', 'nextToken'],
    output: ['taskArns', 'nextToken']
  },
  'ecs:DescribeTasks': {
    input: ['cluster', 'tasks'],
    output: [
      ...['tasks', 'taskArn', 'taskDefinitionArn', 'stoppedReason', 'stoppedAt', 'containers'],
      ...['name', 'image', 'imageDigest', 'exitCode', 'reason']
    ]
  },
  'ecs:DescribeTaskDefinition': {
    input: ['taskDefinition'],
    output: ['taskDefinition', 'containerDefinitions', 'name', 'logConfiguration', 'logDriver', 'options']
  },
  'logs:GetLogEvents': {
    input: ['logGroupName', 'logStreamName', 'limit', 'startFromHead'],
    output: ['events', 'message']
  }
}

it('asks and reads members that the service models have', async () => {
  const { motoServer } = await ensureTools({ only: ['motoServer'] })
  const { stdout, stderr, code } = await runCommand(join(dirname(motoServer), 'python3'), [
    ...['-B', '-c', PROGRAM],
    ...[...Object.keys(CALLS), LAMBDA]
  ])
  expect(stderr.toString()).toBe('')
  expect(code).toBe(0)
  const models = JSON.parse(stdout.toString('utf8')) as Readonly<
    Record<
      string,
      Readonly<Record<'input' | 'output', readonly string[]> & Record<'target' | 'version' | 'http', unknown>>
    >
  >

  expect(models['GetFunctionConfiguration']).toMatchObject({
    http: { method: 'GET', requestUri: '/2015-03-31/functions/{FunctionName}/configuration' },
    input: expect.arrayContaining(['FunctionName', 'Qualifier']),
    output: expect.arrayContaining(['CodeSha256'])
  })
  for (const [call, { input, output }] of Object.entries(CALLS)) {
    const [service = '', operation = ''] = call.split(':')
    expect(models[operation]).toMatchObject({
      target: { ecs: 'AmazonEC2ContainerServiceV20141113', logs: 'Logs_20140328' }[service],
      version: '1.1',
      input: expect.arrayContaining([...input]),
      output: expect.arrayContaining([...output])
    })
  }
}, 600_000)
