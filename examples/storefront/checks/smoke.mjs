// Visits the shop as a customer would. Sluice gives ENVIRONMENT_URL; exit code 1 refuses the release.
const base = process.env.ENVIRONMENT_URL
if (base === undefined) throw new Error('ENVIRONMENT_URL is not set: give the address of the shop.')

/** The text of a page that must be there and of this type. */
async function visit(path, type) {
  const url = `${base.replace(/\/+$/, '')}/${path}`
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  const found = answer.headers.get('content-type') ?? 'none'
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}.`)
  if (!found.startsWith(type)) throw new Error(`${url} has type ${found}, not ${type}.`)
  return answer.text()
}

const page = await visit('index.html', 'text/html')
if (!page.includes('<h1>Storefront</h1>')) throw new Error('The shop has no heading.')
if ((page.match(/class="price"/g) ?? []).length < 3) throw new Error('The shop shows fewer than three prices.')
const files = [...page.matchAll(/(?:href|src)="([^":]+)"/g)].map(([, path]) => path)
for (const path of files) await visit(path, path.endsWith('.css') ? 'text/css' : 'text/javascript')
const edition = (await visit('edition.txt', 'text/plain')).trim()
if (edition === '') throw new Error('The shop names no edition.')
console.log(`The shop shows edition ${edition}; ${files.length} files of its page are there.`)
