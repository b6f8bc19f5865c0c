import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The third-party programs of this clone; those that are missing are installed first. */
export async function tools(root, only) {
  const door = pathToFileURL(join(root, 'lab/servers/lib/index.js')).href
  const { ensureTools } = await import(door)
  return ensureTools({ root, log: line => console.log(line), ...(only === undefined ? {} : { only }) })
}

/** @returns {Promise<boolean>} false when one cannot be had; which and why has been printed. */
export async function installTools(root) {
  try {
    await tools(root)
    return true
  } catch (error) {
    console.error(`${error.message}\nTests need these programs: none is skipped for want of one.`)
    return false
  }
}
