import { parseSync } from '@swc/core'

/**
 * Every module that a TypeScript source names: imports, re-exports, `import()`, types by `import('…')`, and resolved paths.
 * @param {string} source
 * @returns {{ specifier: string, typeOnly: boolean }[]}
 */
export function importsOf(source) {
  const found = []
  const visit = node => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (node === null || typeof node !== 'object') return
    const named = specifierOf(node)
    if (named !== undefined) found.push(named)
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync(source, { syntax: 'typescript' }).body)
  return found
}

function specifierOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node.source == null ? undefined : { specifier: node.source.value, typeOnly: node.typeOnly === true }
    case 'TsImportType':
      return { specifier: node.argument.value, typeOnly: true }
    case 'CallExpression': {
      const argument = node.arguments[0]?.expression
      const literal = argument?.type === 'StringLiteral' && (node.callee.type === 'Import' || isResolve(node.callee))
      return literal ? { specifier: argument.value, typeOnly: false } : undefined
    }
    default:
      return undefined
  }
}

/** `require.resolve`, `createRequire(…).resolve`, `import.meta.resolve` */
function isResolve(callee) {
  if (callee.type !== 'MemberExpression' || callee.property.value !== 'resolve') return false
  const { object } = callee
  return (
    object.type === 'MetaProperty' ||
    object.value === 'require' ||
    (object.type === 'CallExpression' && object.callee.value === 'createRequire')
  )
}
