import { beforeEach, describe, expect, it } from '@jest/globals'
import { type AwsSession, awsTerms, changeSetName, sha256 } from '@sluice/core'
import { environmentNamed } from '@sluice/delivery'
import type { Pipeline, RolePurpose } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded, SHOP } from '@sluice-lab/memory'
import { environmentUrl } from '../src/environment-url.ts'
import { documentName, loadTarget } from '../src/target.ts'

const SESSION: AwsSession = {
  region: 'eu-central-1',
  credentials: () => Promise.reject(new Error('AWS was asked.')),
  terms: awsTerms({})
}

let delivery: MemoryDelivery
let release: Seeded
let purposes: RolePurpose[]

beforeEach(async () => {
  delivery = memoryDelivery()
  purposes = []
  release = await delivery.release(delivery.repository.add())
})

function load(environment = 'staging', of: Seeded = release, changes: Partial<Pipeline> = {}) {
  const session: Pipeline['session'] = purpose => {
    purposes.push(purpose)
    return SESSION
  }
  const pipeline = { ...delivery.open({ runId: '700' }), session, ...changes }
  return loadTarget(pipeline, { release: of.digest, environment }, 'deploy')
}

describe('what a release means in an environment', () => {
  it('is a stack for each unit, with what the commit says and the digests that were built (promise 1)', async () => {
    const target = await load()

    const { api, site } = release.document.units
    const tags = { product: 'shop', environment: 'staging' }
    const parameters = { Product: 'shop', Environment: 'staging' }
    const offered = ['Product', 'Environment']
    const sources = {
      own: [`registry.shop.example/shop/api@${api?.digest}`],
      ...{ images: [], code: [], dynamicReferences: [], strict: true },
      ...{ account: '222222222222', region: 'eu-central-1' }
    }
    expect(target.stacks).toEqual([
      {
        unit: 'api',
        stack: 'shop-staging-api',
        dependsOn: [],
        template: 'Resources: {}\n',
        offered,
        parameters: { ...parameters, Image: `registry.shop.example/shop/api@${api?.digest}` },
        tags: { ...tags, unit: 'api' },
        settings: {},
        artifact: api?.digest,
        promised: [],
        sources: { ...sources, artifactParameter: 'Image' }
      },
      {
        unit: 'site',
        stack: 'shop-staging-site',
        dependsOn: ['api'],
        template: 'Resources: {}\n',
        offered: [...offered, 'BundleDigest'],
        parameters: { ...parameters, Address: '${api.Address}', BundleDigest: site?.digest },
        tags: { ...tags, unit: 'site' },
        settings: {},
        artifact: site?.digest,
        promised: [{ output: 'BucketName', as: 'units.site.bundle.publish' }],
        sources
      }
    ])
  })

  it('is carried out under the name of release and run, by the roles of the environment', async () => {
    const target = await load()

    expect(target.changeSetName).toBe(changeSetName(release.digest, '700'))
    expect(target.executionRoleArn).toBe('arn:aws:iam::222222222222:role/sluice-shop-staging-execution')
    expect([target.session, purposes]).toEqual([SESSION, [{ environment: 'staging', may: 'deploy' }]])
    expect(target).toMatchObject({ digest: release.digest, release: release.document })
    expect(target.runbook).toEqual({
      path: 'runbooks/staging.md',
      text: '- [ ] Look at the queue\n',
      digest: sha256('- [ ] Look at the queue\n')
    })
    expect(documentName(target, sha256('plan'))).toBe(`staging-${sha256('plan').slice('sha256:'.length).slice(0, 12)}`)
  })

  it('is: gate of the default branch, parameters of the commit, and its environment over its units', async () => {
    const text = SHOP.replace('Address: "${api.Address}"', 'Address: none, Size: small')
      .replace('name: staging\n', 'name: staging\n    parameters: { site: { Size: large, Product: x } }\n')
      .replace('gate: dispatch', 'gate: approval')
    const of = await delivery.release(delivery.repository.add({ 'delivery.yml': text }))

    const [staging, fair] = [await load('staging', of), await load('fair', of)]

    expect(staging.stacks[1]?.parameters).toMatchObject({ Address: 'none', Size: 'large', Product: 'x' })
    expect(fair.stacks[1]?.parameters).toMatchObject({ Size: 'small', Product: 'shop' })
    expect([fair.environment.gate, fair.settings.gate]).toEqual(['dispatch', 'approval'])
    expect(fair.runbook).toBeUndefined()
  })

  it('is: settings of the commit, those of its environment over those of its units', async () => {
    const topic = 'arn:aws:sns:eu-central-1:222222222222:deployments'
    const stacks = '{ site: { terminationProtection: true } }'
    const text = SHOP.replace('name: staging\n', `name: staging\n    stacks: ${stacks}\n`).replace(
      'parameters: {',
      `notifications: [${topic}], terminationProtection: false, parameters: {`
    )
    const of = await delivery.release(delivery.repository.add({ 'delivery.yml': text }))

    const [staging, fair] = [await load('staging', of), await load('fair', of)]

    expect(staging.stacks[1]?.settings).toEqual({ notifications: [topic], terminationProtection: true })
    expect(fair.stacks[1]?.settings).toEqual({ notifications: [topic], terminationProtection: false })
  })

  it('never has the artifact from delivery.yml', async () => {
    const at: Pipeline['at'] = async () => ({
      ...delivery.policy,
      units: delivery.policy.units.map(unit => ({
        ...unit,
        stack: { ...unit.stack, parameters: { Image: 'other', BundleDigest: 'other' } }
      }))
    })

    const { stacks } = await load('staging', release, { at })

    const { api, site } = release.document.units
    expect(stacks[0]?.parameters['Image']).toBe(`registry.shop.example/shop/api@${api?.digest}`)
    expect(stacks[1]?.parameters['BundleDigest']).toBe(site?.digest)
  })
})

describe('a release cannot be deployed', () => {
  it('that lacks a unit of its own commit', async () => {
    const { api } = release.document.units
    const partial = await delivery.release(delivery.repository.add(), api === undefined ? {} : { api })

    await expect(load('staging', partial)).rejects.toThrow(
      `Release ${partial.commit} has no unit site, although delivery.yml of its commit defines it. Deliver the commit again.`
    )
  })

  it('whose commit has no template for a unit', async () => {
    const of = await delivery.release(delivery.repository.add({ 'infra/site.yml': undefined }))

    await expect(load('staging', of)).rejects.toThrow(
      `The template infra/site.yml of unit site is not a file of commit ${of.commit}. Commit it there as a file, not as a link`
    )
  })

  it('whose commit does not have the runbook that approvers are to read', async () => {
    const of = await delivery.release(delivery.repository.add({ 'runbooks/staging.md': undefined }))

    await expect(load('staging', of)).rejects.toThrow(
      `The runbook runbooks/staging.md of staging is not a file of commit ${of.commit}. Commit it there as a file, not as a link`
    )
  })

  it('to an environment that the default branch, or the commit, does not have', async () => {
    const of = await delivery.release(
      delivery.repository.add({ 'delivery.yml': SHOP.replace('name: fair', 'name: market') })
    )

    await expect(load('market', of)).rejects.toThrow(/no environment "market"/)
    await expect(load('fair', of)).rejects.toThrow(/no environment "fair"/)
  })
})

describe('the address of an environment', () => {
  const address = (outputs: Readonly<Record<string, Readonly<Record<string, string>>>>, name = 'staging') =>
    environmentUrl(environmentNamed(delivery.policy, name), delivery.policy.units, 'shop', stack => outputs[stack])

  it('is filled in from the outputs of its own stacks', () => {
    expect(address({ 'shop-staging-site': { BucketName: 'pages' } })).toBe('https://pages.shop.example')
  })

  it.each([
    ['the stack is not there yet', {}],
    ['the output is not there yet', { 'shop-staging-site': {} }],
    ['another environment has it', { 'shop-production-site': { BucketName: 'pages' } }]
  ])('is not known while %s', (_, outputs) => {
    expect(address(outputs)).toBeUndefined()
  })

  it('is none where delivery.yml gives none, or the release does not have the unit', () => {
    const outputs = { 'shop-staging-site': { BucketName: 'pages' } }

    expect(address(outputs, 'integration')).toBeUndefined()
    expect(
      environmentUrl(environmentNamed(delivery.policy, 'staging'), [], 'shop', () => outputs['shop-staging-site'])
    ).toBeUndefined()
  })
})
