/**
 * Reads what a step wrote to GITHUB_OUTPUT: `name=value`, or `name<<delimiter`, lines, `delimiter`
 * (GitHub, "Workflow commands", Setting an output parameter).
 */
export function readFileCommands(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  const lines = text.split('\n').values()
  for (const line of lines) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(line) ?? []
    if (name !== undefined) {
      const value: string[] = []
      for (let next = lines.next(); next.done !== true && next.value !== delimiter; next = lines.next()) {
        value.push(next.value)
      }
      values[name] = value.join('\n')
    } else if (line.includes('=')) {
      values[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
    } else if (line !== '') throw new Error(`GITHUB_OUTPUT has a line that is no output: ${line}`)
  }
  return values
}
