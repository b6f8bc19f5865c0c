import { resolve } from 'node:path'
import { visible } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import {
  type AnchorBucket,
  anchorBucket,
  type BoundaryPolicy,
  boundaryPolicies,
  type RegistryPolicy,
  type RolePolicies,
  registryPolicy,
  rolePolicies,
  type TrustedRepository
} from '@sluice/iam'
import { type Arguments, suggestion, UsageError } from './arguments.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { longTrustWarnings } from './long-trust-warnings.ts'
import { partitionWarnings } from './partition-warnings.ts'
import { readGiven } from './read-file.ts'

type RolesArguments = Arguments<'repository' | 'repository-id' | 'owner-id' | 'branch' | 'issuer' | 'account' | 'json'>

/** What is to be made in the accounts. */
interface Chosen {
  readonly boundaries: readonly BoundaryPolicy[]
  readonly roles: readonly RolePolicies[]
  readonly buckets: readonly AnchorBucket[]
  readonly registries: readonly RegistryPolicy[]
}

/** The command `roles`: prints who may take each IAM role of a delivery, what it may do, and what bounds those that stacks make. */
export async function roles(args: RolesArguments, io: Io): Promise<number> {
  const [file = 'delivery.yml'] = args.operands
  const delivery = parseDelivery(await readGiven(resolve(io.cwd, file), file, 'roles'), file)
  const repository = trustedRepository(args)
  const account = await accountOf(args, delivery)
  const chosen: Chosen = {
    boundaries: boundaryPolicies(delivery).filter(it => account === undefined || it.account === account),
    roles: rolePolicies({ delivery, repository }).filter(
      ({ role }) => account === undefined || role.account === account
    ),
    buckets: [anchorBucket(delivery) ?? []].flat().filter(it => account === undefined || it.account === account),
    registries: [registryPolicy(delivery) ?? []].flat().filter(it => account === undefined || it.account === account)
  }
  const warnings = [...partitionWarnings(delivery), ...longTrustWarnings(delivery, repository)]
  for (const { account: holder, message } of warnings)
    if (account === undefined || account === holder) io.stderr.write(`warning: ${message}\n`)
  io.stdout.write(args.has('json') ? asJson(chosen, delivery) : asText(chosen, delivery))
  return EXIT.fine
}

function trustedRepository(args: RolesArguments): TrustedRepository {
  const given = args.value('repository')
  const [owner, name, ...more] = (given ?? '').split('/')
  if (owner === undefined || owner === '' || name === undefined || name === '' || more.length > 0)
    throw new UsageError(
      `--repository OWNER/NAME is needed${butGiven(given)}: whose jobs the roles trust. See sluice roles --help.`
    )
  const issuer = issuerOf(args)
  return {
    owner,
    name,
    ownerId: numberOf(args, 'owner-id'),
    id: numberOf(args, 'repository-id'),
    defaultBranch: args.value('branch') ?? 'main',
    ...(issuer === undefined ? {} : { issuer })
  }
}

/** As AWS names it: the address without `https://`, which must be all that it has beside a host and a path. */
function issuerOf(args: RolesArguments): string | undefined {
  const given = args.value('issuer')
  const [, issuer] = /^https:\/\/([a-z0-9.-]+(?:\/[\w.-]+)*)\/?$/i.exec(given ?? '') ?? []
  if (given === undefined || issuer !== undefined) return issuer
  throw new UsageError(
    `--issuer takes an address like https://token.actions.githubusercontent.com/ENTERPRISE${butGiven(given)}. See sluice roles --help.`
  )
}

/** Without GitHub's numbers, whoever takes over an abandoned name would be trusted. */
function numberOf(args: RolesArguments, option: 'repository-id' | 'owner-id'): string {
  const value = args.value(option)
  if (value !== undefined && /^[1-9]\d{0,18}$/.test(value)) return value
  throw new UsageError(
    `--${option} NUMBER is needed${butGiven(value)}. GitHub tells it: gh api repos/OWNER/NAME --jq '.owner.id, .id'. See sluice roles --help.`
  )
}

function butGiven(value: string | undefined): string {
  return value === undefined ? '' : `, and ${JSON.stringify(visible(value.slice(0, 100)))} is none`
}

async function accountOf(args: RolesArguments, delivery: Delivery): Promise<string | undefined> {
  const account = args.value('account')
  const known = Object.keys(delivery.accounts)
  if (account === undefined || known.includes(account)) return account
  const shown = visible(account)
  throw new UsageError(
    `delivery.yml has no account ${shown}${await suggestion(shown, known)}. It has: ${known.join(', ')}.`
  )
}

function asJson({ boundaries, roles: chosen, buckets, registries }: Chosen, delivery: Delivery): string {
  const id = (account: string): string | undefined => delivery.accounts[account]?.id
  const documents = {
    boundaries: boundaries.map(({ account, name, arn, permissions }) => ({
      account: id(account),
      name,
      arn,
      permissions
    })),
    roles: chosen.map(({ role, trust, permissions, boundary }) => ({
      account: id(role.account),
      name: role.name,
      trust,
      permissions,
      ...(boundary === undefined ? {} : { boundary })
    })),
    buckets: buckets.map(({ account, bucket, policy }) => ({ account: id(account), name: bucket, policy })),
    registries: registries.map(({ account, region, policy }) => ({ account: id(account), region, policy }))
  }
  return `${JSON.stringify(documents, undefined, 2)}\n`
}

function asText({ boundaries, roles: chosen, buckets, registries }: Chosen, delivery: Delivery): string {
  const place = (account: string): string => `in account ${account} (${delivery.accounts[account]?.id})`
  return [
    ...boundaries.map(({ account, name, permissions }) => [
      `${name} ${place(account)}: a managed policy, the permissions boundary of the execution roles and of every role in a template`,
      `permissions: ${JSON.stringify(permissions, undefined, 2)}`
    ]),
    ...chosen.map(({ role, trust, permissions, boundary }) => [
      `${role.name} ${place(role.account)}`,
      `trust policy: ${JSON.stringify(trust, undefined, 2)}`,
      `permissions: ${JSON.stringify(permissions, undefined, 2)}`,
      ...(boundary === undefined
        ? []
        : [`permissions boundary: ${boundary}`, 'add to its permissions what your templates create'])
    ]),
    ...buckets.map(({ account, bucket, policy }) => [
      `${bucket} ${place(account)}: the bucket of the ledger's anchors, with versioning`,
      `bucket policy: ${JSON.stringify(policy, undefined, 2)}`
    ]),
    ...registries.map(({ account, region, policy }) => [
      `the ECR registry ${place(account)}, region ${region}: lets the accounts of the environments pull what their stacks run`,
      `registry policy: ${JSON.stringify(policy, undefined, 2)}`
    ])
  ]
    .map(lines => lines.join('\n'))
    .join('\n\n')
    .concat('\n')
}
