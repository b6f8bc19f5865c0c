// GitHub ignores an input it does not know and gives '' for an output that does not exist. Here both are mistakes.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { readFlags } from './flags.mjs'
import { jobsOf, ownPath, readWorkflow, workflowFiles } from './workflow-files.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/workflows.mjs

Checks every workflow against the actions and workflows of this repository that it uses: no unknown input, no
missing required input, no use of an output that does not exist. Also: no permissions on top of a workflow, and
everything from elsewhere is pinned to a commit; workflows that others call use nothing but actions/checkout.

  --help  shows this text
`

/** The only action of somebody else that may run where a caller's permissions are (design: the caller's one pin covers all). */
const TRUSTED_ACTION = /^actions\/checkout@/

/** @returns {string[]} what is wrong, one line each. */
export function workflowProblems(root) {
  const files = workflowFiles(root)
  if (files.length === 0) return ['there is no workflow in .github/workflows']
  return files.flatMap(({ file, text, workflow }) => [
    ...permissionProblems(file, workflow),
    ...pinProblems(file, text, workflow),
    ...jobsOf(workflow).flatMap(([id, job]) => jobProblems(root, `${file}: job ${id}`, workflow, job))
  ])
}

function permissionProblems(file, workflow) {
  if (!file.startsWith('.github/') || JSON.stringify(workflow.permissions) === '{}') return []
  return [`${file}: write \`permissions: {}\` on top, and grant each job what it needs`]
}

function pinProblems(file, text, workflow) {
  const called = workflow.on?.workflow_call !== undefined
  return [...text.matchAll(/^\s*(?:- )?uses: *(\S+)(.*)$/gm)].flatMap(([, uses, rest]) => {
    if (ownPath(uses) !== undefined) return []
    if (!/@[0-9a-f]{40}$/.test(uses)) return [`${file}: ${uses} is not pinned to a commit`]
    if (!/^ +# v\d+(\.\d+)*$/.test(rest)) return [`${file}: write the version of ${uses} behind it, like # v1.2.3`]
    if (called && !TRUSTED_ACTION.test(uses)) return [`${file}: ${uses} would run with the permissions of callers`]
    return []
  })
}

function jobProblems(root, where, workflow, job) {
  const used = job.uses === undefined ? [] : interfaceProblems(root, where, job.uses, job.with ?? {})
  const steps = (job.steps ?? []).flatMap((step, index) =>
    step.uses === undefined
      ? []
      : interfaceProblems(root, `${where}, step ${step.name ?? index + 1}`, step.uses, step.with ?? {})
  )
  const expressions = JSON.stringify(job)
  return [
    ...used,
    ...steps,
    ...stepOutputProblems(root, where, job, expressions),
    ...needsProblems(root, where, workflow, job, expressions),
    ...inputProblems(where, workflow, expressions)
  ]
}

function interfaceProblems(root, where, uses, given) {
  const own = interfaceOf(root, uses)
  if (own === undefined) return []
  if (own.inputs === undefined) return [`${where}: ${uses} does not exist`]
  const required = ([, input]) => input.required === true && input.default === undefined
  return [
    ...Object.keys(given)
      .filter(name => !(name in own.inputs))
      .map(name => `${where}: ${uses} has no input ${name}`),
    ...Object.entries(own.inputs)
      .filter(required)
      .filter(([name]) => !(name in given))
      .map(([name]) => `${where}: ${uses} needs the input ${name}`)
  ]
}

/** @returns inputs and outputs of an own action or workflow; empty if it does not exist; undefined for somebody else's. */
function interfaceOf(root, uses) {
  const path = ownPath(uses)
  if (path === undefined) return undefined
  const file = path.startsWith('actions/') ? `${path}/action.yml` : path
  if (!existsSync(join(root, file))) return {}
  if (file !== path) {
    const action = parse(readFileSync(join(root, file), 'utf8'))
    return { inputs: action.inputs ?? {}, outputs: action.outputs ?? {} }
  }
  const call = readWorkflow(root, file).workflow.on?.workflow_call ?? {}
  return { inputs: call.inputs ?? {}, outputs: call.outputs ?? {} }
}

function stepOutputProblems(root, where, job, expressions) {
  return references(expressions, /\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g).flatMap(([id, name]) => {
    const step = (job.steps ?? []).find(candidate => candidate.id === id)
    if (step === undefined) return [`${where}: steps.${id}.outputs.${name} is used, but no step has the id ${id}`]
    const own = step.uses === undefined ? undefined : interfaceOf(root, step.uses)
    if (own?.outputs === undefined || name in own.outputs) return []
    return [`${where}: steps.${id}.outputs.${name} is used, but ${step.uses} has no output ${name}`]
  })
}

function needsProblems(root, where, workflow, job, expressions) {
  const needs = [job.needs ?? []].flat()
  return [
    ...references(expressions, /\bneeds\.([\w-]+)\.(?:result|outputs)/g)
      .filter(([id]) => !needs.includes(id))
      .map(([id]) => `${where}: needs.${id} is used, but ${id} is not among its needs`),
    ...references(expressions, /\bneeds\.([\w-]+)\.outputs\.([\w-]+)/g).flatMap(([id, name]) => {
      const other = workflow.jobs[id]
      if (other === undefined) return []
      const outputs = other.uses === undefined ? (other.outputs ?? {}) : interfaceOf(root, other.uses)?.outputs
      return outputs === undefined || name in outputs
        ? []
        : [`${where}: needs.${id}.outputs.${name} is used, but job ${id} has no output ${name}`]
    })
  ]
}

function inputProblems(where, workflow, expressions) {
  const known = { ...workflow.on?.workflow_call?.inputs, ...workflow.on?.workflow_dispatch?.inputs }
  return references(expressions, /(?<![\w.-])inputs\.([\w-]+)/g)
    .filter(([name]) => !(name in known))
    .map(([name]) => `${where}: inputs.${name} is used, but the workflow has no input ${name}`)
}

/** The distinct groups of all matches. */
function references(text, pattern) {
  const found = [...text.matchAll(pattern)].map(match => match.slice(1))
  return [...new Map(found.map(groups => [groups.join(' '), groups])).values()]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && readFlags(HELP) !== undefined) {
  const problems = workflowProblems(repositoryRoot)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
