export { emulatedSession } from './emulated-session.ts'
export { type GitSandbox, gitSandbox, sandboxAt, temporaryFolder } from './git-sandbox.ts'
export { changed, digest, problemOf, STOREFRONT } from './storefront.ts'
export { toolkitContext } from './toolkit-context.ts'
