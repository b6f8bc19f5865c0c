/**
 * What the actions are bundled from: one program, so that the parts they share are in the repository once. The entry of an action,
 * `dist/<action>/index.js`, names the action and nothing else.
 */
const ACTIONS = {
  'accept-release': () => import('../actions/accept-release/lib/main.js'),
  'build-once': () => import('../actions/build-once/lib/main.js'),
  'deploy-stack': () => import('../actions/deploy-stack/lib/main.js'),
  'promote-digest': () => import('../actions/promote-digest/lib/main.js'),
  'push-to-ops-registry': () => import('../actions/push-to-ops-registry/lib/main.js'),
  'record-audit': () => import('../actions/record-audit/lib/main.js'),
  stage: () => import('../actions/stage/lib/main.js')
}

/** Runs an action: its module does so when it is loaded. */
export async function start(name) {
  await ACTIONS[name]()
}
