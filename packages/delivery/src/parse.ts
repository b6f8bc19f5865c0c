import { type Digest, parseAccountId, parseDigest, sha256 } from '@sluice/core'
import * as v from 'valibot'
import type { Account, Bundle, Delivery, Environment, Image, LedgerSettings, Unit } from './delivery.ts'
import { orderByDependencies } from './dependencies.ts'
import { decodeText } from './encoding.ts'
import { explain, formatPath, problemAt } from './explain.ts'
import { ConfigError, MOST_PROBLEMS, type Problem } from './problem.ts'
import { checkRules, onlyAccount } from './rules.ts'
import { type DeliveryFile, deliverySchema, type EnvironmentFile, type UnitFile } from './schema.ts'
import { signersNamed } from './signers.ts'
import { type Path, readSource, type Source } from './yaml-source.ts'

/** The text that a delivery was read from: later checks name its lines. Kept aside so that a Delivery stays plain data. */
const sources = new WeakMap<Delivery, Source>()

/** Where a delivery was read from; absent when it was put together by a program. */
export function sourceOf(delivery: Delivery): Source | undefined {
  return sources.get(delivery)
}

/** Something about a part of a delivery.yml that its text alone does not tell. */
export interface NamedProblem {
  /** Keys and list indexes from the top; of what is not there, the nearest part that is. */
  readonly at: Path
  /** What was found, and what to write instead. */
  readonly message: string
}

/** A problem at the line of delivery.yml that it is about. @param delivery read from a file. */
export function problemIn(delivery: Delivery, file: string, { at, message }: NamedProblem): Problem {
  const source = sources.get(delivery)
  const text = `${formatPath(at)}: ${message}`
  return source === undefined ? { file, line: 1, column: 1, message: text } : problemAt(source, at, text)
}

/**
 * What was read last, by file and text: an action reads the policy, and mostly the same file once more out of the commit. A Delivery
 * never changes, so both get the same.
 */
let last: { readonly file: string; readonly text: string; readonly delivery: Delivery } | undefined

/**
 * Reads delivery.yml (design, section 6).
 * @param content the file's bytes, or its text where that is known to be its text.
 * @param file the name that errors begin with.
 * @throws ConfigError with the problems of the first step that finds any, up to a limit: YAML, then form, then references.
 */
export function parseDelivery(content: string | Uint8Array, file: string): Delivery {
  const text = typeof content === 'string' ? content : decodeText(content, file)
  if (last?.file === file && last.text === text) return last.delivery
  const delivery = read(text, file)
  last = { file, text, delivery }
  return delivery
}

function read(text: string, file: string): Delivery {
  const source = readSource(text, file)
  const result = v.safeParse(deliverySchema, source.value)
  if (!result.success) throw new ConfigError(result.issues.slice(0, MOST_PROBLEMS).map(issue => explain(source, issue)))

  const problems: Problem[] = []
  checkRules(result.output, (path, found, allowed, part) => {
    problems.push(problemAt(source, path, `${formatPath(path)}: found ${found}; ${allowed}`, part))
    if (problems.length === MOST_PROBLEMS) throw new ConfigError(problems)
  })
  if (problems.length > 0) throw new ConfigError(problems)

  const delivery = assemble(result.output, sha256(text))
  sources.set(delivery, source)
  return delivery
}

function assemble(file: DeliveryFile, digest: Digest): Delivery {
  const fallback = onlyAccount(file) ?? ''
  const order = orderByDependencies(new Map(Object.entries(file.units).map(([name, unit]) => [name, unit.dependsOn])))
  const names = order.kind === 'ordered' ? order.names : []
  const { host } = file.registry
  return {
    product: file.product,
    accounts: mapValues(file.accounts, (account): Account => ({ ...account, id: parseAccountId(account.id) })),
    registry: { account: file.registry.account ?? fallback, ...(host === undefined ? {} : { host }) },
    units: names.flatMap(name => {
      const unit = file.units[name]
      return unit === undefined ? [] : [unitOf(name, unit)]
    }),
    retired: file.retired,
    environments: file.environments.map(environment => environmentOf(environment, file, fallback)),
    deliverFrom: file.deliverFrom ?? [],
    ...(file.sluice === undefined ? {} : { sluice: file.sluice }),
    builds: file.builds,
    tags: file.tags,
    images: file.images,
    code: file.code,
    dynamicReferences: file.dynamicReferences,
    ledger: ledgerOf(file.product, file.ledger),
    digest
  }
}

/** What was read, if it has the keys of what it becomes: a key that only the schema knows would be read and come to nothing. */
type WithKeysOf<T, Read> = [keyof Read, keyof T] extends [keyof T, keyof Read] ? Read : never

function unitOf(name: string, { image, bundle, stack, dependsOn }: UnitFile): Unit {
  const base = { name, dependsOn, stack }
  if (image !== undefined) {
    const read: WithKeysOf<Image, typeof image> = image
    return { ...base, kind: 'image', image: read }
  }
  // The schema lets exactly one of them through.
  const read: WithKeysOf<Bundle, NonNullable<typeof bundle>> = bundle ?? { cacheControl: [] }
  return { ...base, kind: 'bundle', bundle: read }
}

function environmentOf(environment: EnvironmentFile, file: DeliveryFile, fallback: string): Environment {
  const { account, requires, adminBypass, accept, ...same } = environment
  return {
    ...same,
    account: account ?? fallback,
    soak: requires.soak ?? 0,
    allowAdminBypass: adminBypass === 'allow',
    accept: accept ?? file.accept
  }
}

function ledgerOf(product: string, ledger: DeliveryFile['ledger']): LedgerSettings {
  const { branch, formerly, formerBranches, key, trust, issuerKeys, anchors } = ledger
  // What a ledger was opened under stays, however the product is called later.
  const first = formerly.at(-1) ?? product
  return {
    branch: branch ?? `sluice-ledger-${first}`,
    formerly,
    trust: trust.map(({ key: fingerprint, signs, ...range }) => ({
      key: parseDigest(fingerprint),
      signs: [...new Set(signs.flatMap(signersNamed))],
      ...range
    })),
    ...(formerBranches === undefined ? {} : { formerBranches }),
    ...(key === undefined ? {} : { key }),
    ...(issuerKeys === undefined ? {} : { issuerKeys: issuerKeys.map(it => parseDigest(it)) }),
    ...(anchors === undefined ? {} : { anchors: { bucket: anchors, product: first } })
  }
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
