// A caller must grant what the jobs of deliver.yml and of the workflows that it calls ask for, or GitHub refuses to start the run.
// The block is computed here and compared with everything that publishes it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { readFlags } from './flags.mjs'
import { jobsOf, ownPath, readWorkflow, workflowFiles } from './workflow-files.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/permissions.mjs

Prints the permissions that a caller of deliver.yml must grant: the union over its jobs and those of the
workflows that it calls.
Fails if the block in README.md (between <!-- permissions --> and <!-- /permissions -->), or a workflow that calls
deliver.yml, grants something else, or if a job of a workflow that calls another one grants less than that needs.

  --help  shows this text
`

const LEVELS = ['none', 'read', 'write']
const ENTRY = '.github/workflows/deliver.yml'

/** @returns {Record<string, 'read' | 'write'>} what all jobs of a workflow, and of those that it calls, need together. */
export function permissionUnion(root, file) {
  const all = jobsOf(readWorkflow(root, file).workflow).flatMap(([, job]) => {
    const called = job.uses === undefined ? undefined : ownPath(job.uses)
    return [job.permissions ?? {}, ...(called === undefined ? [] : [permissionUnion(root, called)])]
  })
  return union(all)
}

/** @returns {string[]} what is wrong, one line each. */
export function permissionProblems(root) {
  const wanted = permissionUnion(root, ENTRY)
  return [...nestedProblems(root), ...readmeProblems(root, wanted), ...callerProblems(root, wanted)]
}

function nestedProblems(root, file = ENTRY) {
  return jobsOf(readWorkflow(root, file).workflow).flatMap(([id, job]) => {
    const called = job.uses === undefined ? undefined : ownPath(job.uses)
    if (called === undefined) return []
    const own = difference(`${file}: job ${id}`, permissionUnion(root, called), job.permissions ?? {})
    return [...own, ...nestedProblems(root, called)]
  })
}

function readmeProblems(root, wanted) {
  const file = 'README.md'
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
  const block = /<!-- permissions -->\s*```ya?ml\n([\s\S]*?)```\s*<!-- \/permissions -->/.exec(text)?.[1]
  if (block === undefined) return [`${file} has no block <!-- permissions --> … <!-- /permissions -->`]
  return difference(file, wanted, parse(block).permissions ?? {})
}

function callerProblems(root, wanted) {
  const callers = workflowFiles(root).flatMap(({ file, workflow }) =>
    jobsOf(workflow)
      .filter(([, job]) => job.uses !== undefined && ownPath(job.uses) === ENTRY)
      .map(([id, job]) => ({ where: `${file}: job ${id}`, granted: job.permissions ?? workflow.permissions ?? {} }))
  )
  if (callers.length === 0) return [`no workflow of examples/ calls ${ENTRY}`]
  return callers.flatMap(({ where, granted }) => difference(where, wanted, granted))
}

function difference(where, wanted, granted) {
  return [...new Set([...Object.keys(wanted), ...Object.keys(granted)])].sort().flatMap(name => {
    const [needs, has] = [wanted[name] ?? 'none', granted[name] ?? 'none']
    return needs === has ? [] : [`${where} grants ${name}: ${has}, but ${name}: ${needs} is needed`]
  })
}

function union(all) {
  const result = {}
  for (const permissions of all) {
    for (const [name, level] of Object.entries(permissions)) {
      if (LEVELS.indexOf(level) > LEVELS.indexOf(result[name] ?? 'none')) result[name] = level
    }
  }
  return Object.fromEntries(Object.entries(result).sort())
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && readFlags(HELP) !== undefined) {
  console.log('permissions:')
  for (const [name, level] of Object.entries(permissionUnion(repositoryRoot, ENTRY))) console.log(`  ${name}: ${level}`)
  const problems = permissionProblems(repositoryRoot)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
