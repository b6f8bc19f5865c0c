// `npm run bench` measures the rehearsal, `npm run bench -- stacks` the work on stacks.
const [what, ...rest] = process.argv.slice(2)
if (what === 'stacks') process.argv.splice(2, Infinity, ...rest)
await import(what === 'stacks' ? './bench-stacks.mjs' : './time-rehearsal.mjs')
