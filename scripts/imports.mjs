import { parseSync } from '@swc/core'

/**
 * Every module that a TypeScript source names: imports, re-exports, `import()`, types by `import('…')`, and resolved paths.
 * @param {string} source
 * @returns {{ specifier: string, typeOnly: boolean, names: string[] | undefined }[]} `names` are those of values that are imported;
 *   undefined where it is all of the module, or cannot be told.
 */
export function importsOf(source) {
  return importsIn(parseModule(source))
}

/** The statements of a TypeScript or JavaScript module. */
export function parseModule(source) {
  return parseSync(source, { syntax: 'typescript' }).body
}

/** As `importsOf`, of a module that was parsed. */
export function importsIn(body) {
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
  visit(body)
  return found
}

function specifierOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node.source == null
        ? undefined
        : { specifier: node.source.value, typeOnly: node.typeOnly === true, names: namesOf(node) }
    case 'TsImportType':
      return { specifier: node.argument.value, typeOnly: true, names: [] }
    case 'CallExpression': {
      const argument = node.arguments[0]?.expression
      const literal = argument?.type === 'StringLiteral' && (node.callee.type === 'Import' || isResolve(node.callee))
      return literal ? { specifier: argument.value, typeOnly: false, names: undefined } : undefined
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

/** Under which names of the module a declaration imports or passes on values. */
function namesOf({ specifiers = [] }) {
  // Without any, the module runs for its effects; `*` stands for all of it.
  if (specifiers.length === 0) return undefined
  const names = specifiers
    .filter(({ isTypeOnly }) => isTypeOnly !== true)
    .map(({ type, imported, orig, local }) =>
      type === 'ImportDefaultSpecifier' ? 'default' : (imported ?? orig ?? local)?.value
    )
  const whole = specifiers.some(
    ({ type }) => type === 'ImportNamespaceSpecifier' || type === 'ExportNamespaceSpecifier'
  )
  return whole || names.includes(undefined) ? undefined : names
}
