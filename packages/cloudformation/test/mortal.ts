import type { CloudFormation } from '../src/connection.ts'

/**
 * Counts calls; after the last allowed one, no call is ever answered again, as if the process were gone. It is dead
 * once AWS has carried out what it had sent: a request under way would act on what is done after the death, and be
 * sent again by a client that is closed, which no process that is gone does.
 */
export function mortal(
  cloudFormation: CloudFormation,
  lastCall: number,
  moment: 'before' | 'after'
): { readonly cloudFormation: CloudFormation; readonly calls: () => number; readonly dead: Promise<'dead'> } {
  let calls = 0
  let die: (value: 'dead') => void = () => undefined
  const dead = new Promise<'dead'>(resolve => {
    die = resolve
  })
  const underWay = new Set<Promise<unknown>>()
  const sent = <Output>(answer: Promise<Output>): Promise<Output> => {
    const settled: Promise<boolean> = answer.then(
      () => underWay.delete(settled),
      () => underWay.delete(settled)
    )
    underWay.add(settled)
    return answer
  }
  const gate =
    <Input, Output>(verb: (input: Input) => Promise<Output>): ((input: Input) => Promise<Output>) =>
    async input => {
      const call = ++calls
      if (call < lastCall) return sent(verb(input))
      // Of the last call AWS hears, or not; of its answer nobody does.
      if (call === lastCall && moment === 'after') sent(verb(input)).catch(() => undefined)
      if (call === lastCall) void Promise.all(underWay).then(() => die('dead'))
      return new Promise(() => undefined)
    }
  const {
    describeStacks: a,
    getTemplate: b,
    createChangeSet: c,
    describeChangeSet: d,
    listChangeSets: e
  } = cloudFormation
  const {
    deleteChangeSet: f,
    executeChangeSet: g,
    deleteStack: h,
    describeStackEvents: i,
    describeEvents: j,
    listStackResources: k,
    continueUpdateRollback: l,
    rollbackStack: m,
    updateTerminationProtection: n,
    listImports: o
  } = cloudFormation
  return {
    dead,
    calls: () => calls,
    cloudFormation: {
      ...cloudFormation,
      describeStacks: gate(a),
      getTemplate: gate(b),
      createChangeSet: gate(c),
      describeChangeSet: gate(d),
      listChangeSets: gate(e),
      deleteChangeSet: gate(f),
      executeChangeSet: gate(g),
      deleteStack: gate(h),
      describeStackEvents: gate(i),
      describeEvents: gate(j),
      listStackResources: gate(k),
      continueUpdateRollback: gate(l),
      rollbackStack: gate(m),
      updateTerminationProtection: gate(n),
      listImports: gate(o)
    }
  }
}
