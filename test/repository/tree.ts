import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Files by path, in a folder that is gone after `use`. Objects are written as JSON. */
export async function withTree<T>(
  files: Readonly<Record<string, string | object>>,
  use: (root: string) => T | Promise<T>
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'sluice-tree-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
    }
    return await use(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}
