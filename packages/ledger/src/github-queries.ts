const BLOB = '... on Blob { oid text isTruncated }'

/** Numbers up to `count`, for aliases and variables. */
function numbers(count: number): readonly number[] {
  return [...Array(count).keys()]
}

/** The branch's commit, its `HEAD.json` and `count` further files (`$p0`, …), consistent with each other because it is one query. */
export function headQuery(count: number): string {
  const variables = numbers(count).map(n => `, $p${n}: String!`)
  const files = numbers(count).map(n => `f${n}: file(path: $p${n}) { object { ${BLOB} } } `)
  return `query LedgerHead($owner: String!, $name: String!, $ref: String!${variables.join('')}) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      target { oid ... on Commit { head: file(path: "HEAD.json") { object { ${BLOB} } } ${files.join('')}} }
    }
  }
}`
}

/** `count` files by git expression (`$e0`, …: `<commit>:<path>`). */
export function filesQuery(count: number): string {
  const variables = numbers(count).map(n => `, $e${n}: String!`)
  const files = numbers(count).map(n => `f${n}: object(expression: $e${n}) { ${BLOB} } `)
  return `query LedgerFiles($owner: String!, $name: String!${variables.join('')}) {
  repository(owner: $owner, name: $name) { ${files.join('')}}
}`
}

/** One commit with files added; GitHub refuses it with `STALE_DATA` unless the branch stands at `expectedHeadOid`. */
export const COMMIT_MUTATION = `mutation LedgerCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`
