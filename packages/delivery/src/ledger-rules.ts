import {
  BUILDS,
  didYouMean,
  SIGNING_DUTIES,
  type SignerName,
  signerAlias,
  signersIn,
  stackName,
  stationOf
} from '@sluice/core'
import type { Note } from './note.ts'
import { show } from './problem.ts'
import type { DeliveryFile } from './schema.ts'
import { environmentSigned, signersNamed } from './signers.ts'
import type { Path } from './yaml-source.ts'

/** KMS: an alias has at most 256 characters. */
const ALIAS_LIMIT = 256

/** Who may sign what: rules about `ledger` and the environments together. @param fallback the account that is meant where none is named. */
export function checkLedger(file: DeliveryFile, note: Note, fallback: string | undefined): void {
  let sound = true
  const noteEntry: Note = (...problem) => {
    sound = false
    note(...problem)
  }
  checkAnchors(file, note)
  checkNames(file, noteEntry)
  checkEntries(file, noteEntry)
  const { key, trust } = file.ledger
  if (key === undefined) {
    if (trust.length > 0)
      note(['ledger', 'trust'], 'trusted keys but no key to sign with', 'add ledger.key, or remove trust')
    for (const [index, { level }] of file.environments.entries()) {
      if (level === 'production') {
        const allowed = 'production needs a signed ledger: add ledger.key and ledger.trust'
        note(['environments', index, 'level'], `${show(level)} and no ledger.key`, allowed)
      }
    }
    return
  }
  checkAlias(file, key, note)
  // Who is missing, and who shares a key, is told by entries that are right.
  if (!sound) return
  checkSigners(file, key, note)
  checkSharing(file, note, fallback)
}

/** What IAM sees of a signature is the alias: only by its name are the keys of one product kept from the roles of another. */
function checkAlias({ product, environments, ledger }: DeliveryFile, key: string, note: Note): void {
  if (!environments.some(({ level }) => level === 'production')) return
  const words = `-${key.replace(/[/_]/g, '-')}-`
  if ([product, ...ledger.formerly].some(name => words.includes(`-${name}-`))) return
  // The keys of a product that was renamed keep their aliases, as its ledger keeps its records.
  const [, former] = /^alias\/sluice-([a-z0-9-]+)-ledger$/.exec(key) ?? []
  const renamed =
    former === undefined
      ? ''
      : ` if the product was called ${former}, keep the key and add formerly: [${former}]; otherwise`
  const allowed = `where production is served the alias names the product, so that no other product signs with its keys:${renamed} alias/sluice-${product}-ledger`
  note(['ledger', 'key'], show(key), allowed)
}

/** `builds` is no environment: an entry of `signs` would mean both. */
function checkNames({ environments }: DeliveryFile, note: Note): void {
  for (const [index, { name }] of environments.entries())
    if (name === BUILDS)
      note(
        ['environments', index, 'name'],
        show(name),
        'it is reserved for who signs builds and releases: choose another'
      )
}

function checkEntries({ environments, ledger }: DeliveryFile, note: Note): void {
  const levels = new Map(environments.map(({ name, level }) => [name, level]))
  for (const [index, { signs, from, until }] of ledger.trust.entries()) {
    const at: Path = ['ledger', 'trust', index]
    if (from !== undefined && until !== undefined && until < from)
      note([...at, 'until'], show(until), `the last record cannot come before the first, which is ${from}: correct one`)
    for (const [entry, text] of signs.entries()) {
      const environment = environmentSigned(text)
      if (environment === undefined) continue
      const level = levels.get(environment)
      // What an environment that is gone has on the ledger is proved by its keys as before.
      if (level === undefined && until === undefined) {
        const known = [...levels.keys()]
        const allowed = `no such environment${didYouMean(environment, known)}; declared in environments: ${known.join(', ')}. Of a former one the key stays, and gets until: the number of its last record`
        note([...at, 'signs', entry], show(text), allowed)
      }
      // Of a key that ended it is said what it did sign, and that may have been when less was at stake.
      if (level === 'production' && until === undefined && !text.includes('/')) {
        const allowed = `in production each signer has a key of its own: list ${signersIn(environment).join(', ')} in entries of their own`
        note([...at, 'signs', entry], show(text), allowed)
      }
    }
  }
}

/** Everybody who signs has a key that may sign the next record. */
function checkSigners({ environments, ledger }: DeliveryFile, key: string, note: Note): void {
  const names = new Set(environments.map(({ name }) => name))
  const inForce = new Set(
    ledger.trust.filter(({ until }) => until === undefined).flatMap(({ signs }) => signs.flatMap(signersNamed))
  )
  for (const party of [BUILDS, ...names]) {
    const signers = signersNamed(party)
    const missing = signers.filter(signer => !inForce.has(signer))
    const what = missing.length === SIGNING_DUTIES.length ? party : missing.join(', ')
    if (missing.length > 0) {
      const allowed = `add an entry without until: - { key: <SHA-256 of the public key>, signs: [${missing.join(', ')}] }`
      note(['ledger', 'trust'], `no key in force for ${what}`, allowed)
    }
    const long = signers.map(signer => signerAlias(key, signer)).find(alias => alias.length > ALIAS_LIMIT)
    if (long !== undefined) {
      const allowed = `the alias ${long} would have ${long.length} characters, more than the ${ALIAS_LIMIT} allowed: shorten it`
      note(['ledger', 'key'], show(key), allowed)
    }
  }
}

/**
 * Where production is served, nobody speaks for another: a key of production, of `builds` when there is a production, or in an account that
 * serves one, is of one signer. What a key signed before it ended stays as it is: an environment could not move there otherwise.
 */
function checkSharing(file: DeliveryFile, note: Note, fallback: string | undefined): void {
  const { environments, ledger } = file
  const production = environments.filter(({ level }) => level === 'production')
  if (production.length === 0) return
  const accountOf = (account: string | undefined): string | undefined => account ?? fallback
  const serving = new Set(production.map(({ account }) => accountOf(account)))
  const guarded = new Set(environments.filter(({ account }) => serving.has(accountOf(account))).map(({ name }) => name))
  const isGuarded = (signer: SignerName): boolean => {
    const station = stationOf(signer)
    return station === undefined || guarded.has(station.environment)
  }
  const owners = new Map<string, SignerName>()
  for (const [index, { key, signs, until }] of ledger.trust.entries()) {
    if (until !== undefined) continue
    for (const signer of new Set(signs.flatMap(signersNamed))) {
      const owner = owners.get(key) ?? signer
      owners.set(key, owner)
      if (owner === signer || !(isGuarded(owner) || isGuarded(signer))) continue
      const allowed = `where production is served each signer has a key of its own: make another key for ${signer}`
      note(['ledger', 'trust', index], `one key for ${owner} and ${signer}`, allowed)
      return
    }
  }
}

function checkAnchors(file: DeliveryFile, note: Note): void {
  const { anchors, key } = file.ledger
  for (const [index, { name, level }] of file.environments.entries()) {
    if (anchors === undefined && key !== undefined && level === 'production') {
      const allowed =
        "production needs a ledger that no one can put back: add ledger.anchors, a bucket made as Sluice's docs/aws-roles.md says"
      note(['environments', index, 'level'], `${show(level)} and no ledger.anchors`, allowed)
    }
    // Roles may write to, and delete from, what is named like a stack.
    if (anchors?.startsWith(`${stackName(file.product, name, '')}`) === true) {
      const allowed = `buckets of environment ${name} are named like this, and its deployments may write to them: choose another`
      note(['ledger', 'anchors'], show(anchors), allowed)
    }
  }
}
