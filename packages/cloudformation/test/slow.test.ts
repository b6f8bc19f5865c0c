import { expect, it } from '@jest/globals'
import { fastRetry, runCommand } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, startSlowCloudFormation } from '@sluice-lab/servers'
import { describeStacks } from '../src/index.ts'
import { deliver, stacksRequest, unit } from './emulator.ts'
import { PARAMETER } from './templates.ts'

const ACCOUNT = '111111111111'

/** Which members botocore's model has in the answers of an operation, at any depth. */
const MEMBERS = `
import json, sys
from botocore.loaders import Loader
model = Loader().load_service_model('cloudformation', 'service-2')
def members(shape, seen):
    if shape in seen:
        return []
    found = model['shapes'][shape]
    inner = [it['shape'] for it in found.get('members', {}).values()]
    inner += [found[key]['shape'] for key in ('member', 'value') if key in found]
    return list(found.get('members', {})) + [name for it in inner for name in members(it, seen | {shape})]
json.dump({name: members(model['operations'][name]['output']['shape'], frozenset()) for name in sys.argv[1:]}, sys.stdout)
`

it('delivers where every fifth call is throttled, and no stack ends before those that it depends on', async () => {
  const cloud = await startSlowCloudFormation({ duration: () => 300, throttled: 0.2 })
  try {
    const session = emulatedSession(cloud.url, ACCOUNT, { retry: fastRetry })
    const units = [0, 1, 2, 3].map(n =>
      unit(`u${n}`, PARAMETER, { dependsOn: n > 1 ? [`u${n - 2}`] : [], parameters: { Image: 'one' } })
    )

    const { outcome } = await deliver(stacksRequest(session, units))

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{}, {}, {}, {}] })
    expect(cloud.calls.get('Throttling')).toBeGreaterThan(5)
    const live = await describeStacks(
      session,
      units.map(({ stack }) => stack)
    )
    expect([...live.values()].map(({ status }) => status)).toEqual(Array(4).fill('CREATE_COMPLETE'))
    const [first = 0, second = 0, third = 0, fourth = 0] = units.map(({ stack }) => cloud.ends.get(stack) ?? 0)
    expect([third - first >= 300, fourth - second >= 300]).toEqual([true, true])
  } finally {
    await cloud.stop()
  }
})

it('answers with the members of the service model, and no other', async () => {
  const cloud = await startSlowCloudFormation({ duration: () => 0 })
  const call = async (action: string, input: Readonly<Record<string, string>> = {}): Promise<readonly string[]> => {
    const body = new URLSearchParams({ Action: action, StackName: 's', ...input })
    const text = await (await fetch(cloud.url, { method: 'POST', body })).text()
    const names = [...text.matchAll(/<([A-Z]\w+)>/g)].map(([, name = '']) => name)
    return names.filter(name => !name.startsWith(action))
  }
  try {
    const created = { ChangeSetName: 'c', ChangeSetType: 'CREATE', TemplateBody: '{}', ...pair('Tags', 'Key', 'Value') }
    const answers: Record<string, readonly string[]> = {
      CreateChangeSet: await call('CreateChangeSet', {
        ...created,
        ...pair('Parameters', 'ParameterKey', 'ParameterValue')
      }),
      DescribeChangeSet: await call('DescribeChangeSet', { ChangeSetName: 'c' }),
      ListChangeSets: await call('ListChangeSets'),
      ExecuteChangeSet: await call('ExecuteChangeSet', { ChangeSetName: 'c' }),
      DescribeStacks: await call('DescribeStacks'),
      DescribeStackEvents: await call('DescribeStackEvents'),
      DescribeEvents: await call('DescribeEvents'),
      GetTemplate: await call('GetTemplate')
    }
    expect(await call('NoSuchCall')).toEqual(['ErrorResponse', 'Error', 'Type', 'Code', 'Message'])
    expect(await call('DescribeStacks', { StackName: 'other' })).toContain('Code')

    const { motoServer } = await ensureTools({ only: ['motoServer'] })
    const python = motoServer.replace(/[^/]+$/, 'python')
    const { stdout } = await runCommand(python, ['-c', MEMBERS, ...Object.keys(answers)])
    const known = JSON.parse(stdout.toString()) as Readonly<Record<string, readonly string[]>>
    const foreign = Object.entries(answers).flatMap(([name, found]) => found.filter(it => !known[name]?.includes(it)))
    expect(answers['DescribeStackEvents']?.length).toBeGreaterThan(10)
    expect(foreign).toEqual([])
  } finally {
    await cloud.stop()
  }
}, 600_000)

function pair(list: string, key: string, value: string): Readonly<Record<string, string>> {
  return { [`${list}.member.1.${key}`]: 'a', [`${list}.member.1.${value}`]: 'b' }
}
