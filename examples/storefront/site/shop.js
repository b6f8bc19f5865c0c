// Shows what is deployed: the edition of these pages, and since when the bucket has it.
const answer = await fetch('edition.txt', { cache: 'no-store' })
document.querySelector('#edition').textContent = answer.ok ? (await answer.text()).trim() : 'unknown'
const since = answer.headers.get('last-modified')
document.querySelector('#deployed').textContent = since === null ? 'some time ago' : new Date(since).toLocaleString()
