import { parseSync } from '@swc/core'

/**
 * The texts in a TypeScript or JavaScript source: its string literals, and templates with their values left as they are written.
 * Names of modules are no texts.
 * @param {string} source
 * @returns {{ line: number, text: string }[]}
 */
export function textsOf(source) {
  const bytes = Buffer.from(source)
  const found = []
  const visit = node => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (node === null || typeof node !== 'object' || node.type === 'ImportDeclaration') return
    if (node.type === 'StringLiteral' || node.type === 'TemplateLiteral') {
      // Offsets count bytes, from 1.
      const start = node.span.start - 1
      const line = bytes.subarray(0, start).toString().split('\n').length
      found.push({ line, text: bytes.subarray(start + 1, node.span.end - 2).toString() })
    }
    if (node.type === 'TemplateLiteral') visit(node.expressions)
    else for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body)
  return found
}

/**
 * The calls in a source whose first argument is a text: what is called, and the text. A call of what another call returns has the name
 * of that one: `it.each(rows)('…')` is a call of `it.each`.
 * @param {string} source
 * @returns {{ callee: string, text: string }[]}
 */
export function callsOf(source) {
  const found = []
  const visit = node => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (node === null || typeof node !== 'object') return
    if (node.type === 'CallExpression') {
      const first = node.arguments[0]?.expression
      if (first?.type === 'StringLiteral') found.push({ callee: nameOf(node.callee), text: first.value })
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body)
  return found
}

function nameOf(callee) {
  switch (callee.type) {
    case 'Identifier':
      return callee.value
    case 'MemberExpression':
      return `${nameOf(callee.object)}.${callee.property.value}`
    case 'CallExpression':
      return nameOf(callee.callee)
    default:
      // Types, as in `it.each<[string]>(…)`, and parentheses.
      return callee.expression === undefined ? '' : nameOf(callee.expression)
  }
}
