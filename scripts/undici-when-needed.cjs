// What the test runner loads for `undici`. @actions/http-client imports it for one class, which it needs behind a proxy alone; each test file would
// load its hundred modules anew for that.
const { join } = require('node:path')

class ProxyAgent {
  constructor(...args) {
    const undici = require(join(__dirname, '..', 'node_modules', 'undici', 'index.js'))
    // biome-ignore lint/correctness/noConstructorReturn: it is to be the very class.
    return new undici.ProxyAgent(...args)
  }
}

module.exports = { ProxyAgent }
