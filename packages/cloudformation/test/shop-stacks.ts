import { unit } from './emulator.ts'
import { CONSUMER, PARAMETER } from './templates.ts'

// The stacks of a product: an api, and a site that takes a value of it.

export const IMAGE_1 = `registry/storefront/api@sha256:${'1'.repeat(64)}`
export const IMAGE_2 = `registry/storefront/api@sha256:${'2'.repeat(64)}`
export const IMAGE_3 = `registry/storefront/api@sha256:${'3'.repeat(64)}`
export const BUNDLE = `sha256:${'b'.repeat(64)}`
export const API = 'storefront-staging-api'
export const SITE = 'storefront-staging-site'

export const api = (Image = IMAGE_1, template = PARAMETER) => unit('api', template, { parameters: { Image } })
export const site = () =>
  unit('site', CONSUMER, {
    dependsOn: ['api'],
    parameters: { BundleDigest: BUNDLE, Source: 'from ${api.Value}' }
  })
