// What the test runner loads for `undici`. @actions/http-client imports it for one class, which it needs behind a proxy alone, and @actions/github for
// `fetch`, which it calls when it asks GitHub; each test file would load its hundred modules anew for that.
const { join } = require('node:path')

const undici = () => require(join(__dirname, '..', 'node_modules', 'undici', 'index.js'))

class ProxyAgent {
  constructor(...args) {
    // biome-ignore lint/correctness/noConstructorReturn: it is to be the very class.
    return new (undici().ProxyAgent)(...args)
  }
}

const fetch = (...args) => undici().fetch(...args)

module.exports = { ProxyAgent, fetch }
