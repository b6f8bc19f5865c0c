import type { InvalidRecords } from '@sluice/ledger'

/** Which workflow leaves records out, and how often it has to run. */
export function workflowLines(invalid: readonly InvalidRecords[]): readonly string[] {
  return [
    'Run the workflow of the repository that calls repair.yml (actions/record-audit/README.md), by hand, once for each of',
    ...environmentsOf(invalid).map(environment =>
      environment === '' ? '  environment empty: builds and releases' : `  environment: ${environment}`
    )
  ]
}

/** The same as JSON. */
export function workflowJson(invalid: readonly InvalidRecords[]): readonly object[] {
  return environmentsOf(invalid).map(environment => ({ uses: 'repair.yml', with: { environment } }))
}

/** What repair.yml is given, for each section. */
function environmentsOf(invalid: readonly InvalidRecords[]): readonly string[] {
  const named = invalid.map(({ section }) => section.replace(/^(?:product|environments\/)/, ''))
  return named.length === 0 ? [''] : named
}
