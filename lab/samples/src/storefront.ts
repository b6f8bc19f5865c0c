import { ConfigError, parseDelivery } from '@sluice/delivery'

/** A digest whose every hex digit is `digit`. */
export const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

/** The file of the design: two accounts for environments, one for operations. */
export const STOREFRONT = `version: 1
product: storefront
accounts:
  ops:     { id: "111111111111", region: eu-west-1 }
  nonprod: { id: "222222222222", region: eu-west-1 }
  prod:    { id: "333333333333", region: eu-west-1 }
registry: { account: ops }
units:
  api:  { image:  { context: services/api, dockerfile: Dockerfile, test: test }, stack: { template: infra/api.yml } }
  site: { bundle: { path: site }, stack: { template: infra/site.yml }, dependsOn: [api] }
environments:
  - { name: integration, account: nonprod, level: development,   gate: continuous }
  - { name: staging,     account: nonprod, level: preproduction, gate: approval }
  - { name: production,  account: prod,    level: production,    gate: approval, requires: { soak: 30m }, runbook: runbooks/production.md }
ledger:
  branch: sluice-ledger
  key: alias/sluice-storefront-ledger
  anchors: storefront-ledger-anchors
  trust:
    - { key: "${digest('1')}", signs: [builds] }
    - { key: "${digest('2')}", signs: [integration, staging] }
    - { key: "${digest('3')}", signs: [production/plan] }
    - { key: "${digest('4')}", signs: [production/intent] }
    - { key: "${digest('5')}", signs: [production/outcome] }
sluice: { repository: octo-shop/sluice, commits: ["${'a'.repeat(40)}"] }
`

/** The error that a text is refused with. */
export function problemOf(text: string): ConfigError {
  try {
    parseDelivery(text, 'delivery.yml')
  } catch (error: unknown) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The text was accepted.')
}

/** The sample with one part replaced; the part must be there. */
export function changed(from: string | RegExp, to: string): string {
  const text = STOREFRONT.replace(from, () => to)
  if (text === STOREFRONT) throw new Error(`The sample has no ${from}.`)
  return text
}
