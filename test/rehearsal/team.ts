import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand
} from '@aws-sdk/client-kms'
import { run as sluice } from '@sluice/cli'
import { type Digest, type LedgerRecord, type SignerName, sha256, signerAlias, type TrustedKey } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import { git, ownGit } from '@sluice/git'
import { openSnapshot, readLedgerFiles } from '@sluice/ledger'
import {
  accessTo,
  accountOfSigner,
  REPOSITORY,
  refOfSuite,
  SUITE_REPOSITORY,
  setUpAccounts,
  type World
} from '@sluice-lab/rehearsal'
import { parseDocument } from 'yaml'
import { approve, type Rehearsed, ROOT, type Run } from './rehearsed.ts'

/** What a command of `sluice` said. */
export interface Said {
  readonly code: number
  readonly text: string
}

/** A key of KMS that no alias names yet. */
export interface NewKey {
  readonly id: string
  readonly fingerprint: Digest
}

/** The people who look after a product: they change its delivery.yml, its accounts and its keys, and deliver. */
export class Team {
  readonly #rehearsed: Rehearsed
  readonly #file: string
  delivery: Delivery

  /** @param file the product's delivery.yml, in the repository of the rehearsed world. */
  private constructor(rehearsed: Rehearsed, file: string, delivery: Delivery) {
    this.#rehearsed = rehearsed
    this.#file = file
    this.delivery = delivery
  }

  static async of(rehearsed: Rehearsed, file = 'delivery.yml'): Promise<Team> {
    const text = await readFile(join(rehearsed.world.product.work, file), 'utf8')
    return new Team(rehearsed, file, parseDelivery(text, file))
  }

  /** The world, with the delivery.yml of now. */
  get world(): World {
    return { ...this.#rehearsed.world, delivery: this.delivery }
  }

  /** Changes parts of delivery.yml, named from the top, and commits it. */
  async change(
    message: string,
    ...parts: readonly (readonly [path: readonly (string | number)[], value: unknown])[]
  ): Promise<void> {
    const { work } = this.world.product
    const document = parseDocument(await readFile(join(work, this.#file), 'utf8'))
    for (const [path, value] of parts) {
      if (value === undefined) document.deleteIn(path)
      else document.setIn(path, document.createNode(value))
    }
    const text = document.toString({ lineWidth: 0 })
    this.delivery = parseDelivery(text, this.#file)
    await this.write(this.#file, text)
    await this.world.product.commit(message)
  }

  /** Writes a file of the product. */
  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.world.product.work, file), text)
  }

  /** Replaces the list of trusted keys. */
  async trust(message: string, change: (trust: readonly TrustedKey[]) => readonly TrustedKey[]): Promise<void> {
    await this.change(message, [['ledger', 'trust'], change(this.delivery.ledger.trust)])
  }

  /** Makes the roles, the boundary and the buckets again, as `sluice roles` prints them. */
  async setUp(): Promise<void> {
    const { github, aws } = this.world
    await setUpAccounts(this.delivery, aws.url, { ...REPOSITORY, issuer: new URL(github.url).host })
  }

  async makeKey(account: string): Promise<NewKey> {
    return this.#kms(account, async kms => {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
      )
      const id = KeyMetadata?.KeyId ?? ''
      const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: id }))
      return { id, fingerprint: sha256(PublicKey) }
    })
  }

  /** Lets the alias of a signer name a key. */
  async point(signer: SignerName, { id }: NewKey): Promise<void> {
    const AliasName = this.#aliasOf(signer)
    await this.#kms(accountOfSigner(this.delivery, signer), async kms => {
      const { Aliases = [] } = await kms.send(new ListAliasesCommand({}))
      const isThere = Aliases.some(it => it.AliasName === AliasName)
      const target = { AliasName, TargetKeyId: id }
      await kms.send(isThere ? new UpdateAliasCommand(target) : new CreateAliasCommand(target))
    })
  }

  /** Schedules the deletion of the key that a signer's alias names. */
  async lose(signer: SignerName): Promise<void> {
    await this.#kms(accountOfSigner(this.delivery, signer), async kms => {
      const { Aliases = [] } = await kms.send(new ListAliasesCommand({}))
      const KeyId = Aliases.find(it => it.AliasName === this.#aliasOf(signer))?.TargetKeyId
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
    })
  }

  /** Delivers what is committed. */
  async deliver(workflow = 'deliver.yml'): Promise<Run> {
    return this.#rehearsed.deliver(await this.#head(), approve, { world: this.world, workflow })
  }

  /** Starts the workflow by hand that the README of record-audit shows for repairs; until somebody needs it, the product has none. */
  async repair(environment: string, reason: string): Promise<Run> {
    const { work } = this.world.product
    const readme = await readFile(join(ROOT, 'actions/record-audit/README.md'), 'utf8')
    const [, example = ''] = /\nRepair the ledger: [\s\S]*?\n```yaml\n([\s\S]*?)```/.exec(readme) ?? []
    const ref = refOfSuite(await readFile(join(work, '.github/workflows/deliver.yml'), 'utf8'))
    const own = example.replace('OWNER/sluice', SUITE_REPOSITORY).replace('@COMMIT', `@${ref}`)
    // Nobody is asked where no environment asks anyone.
    const asks = this.delivery.environments.some(it => it.gate === 'approval')
    await this.write('.github/workflows/repair.yml', asks ? own : own.replace(/ +reviewers: .*\n/, ''))
    await this.world.product.commit('Add the workflow that repairs the ledger')
    const started = { workflow: 'repair.yml', inputs: { environment, reason } }
    return this.#rehearsed.deliver(await this.#head(), approve, { world: this.world, ...started })
  }

  async #head(): Promise<string> {
    return (await git(this.world.product.work, ['rev-parse', 'HEAD'])).stdout.toString('utf8').trim()
  }

  /** `sluice validate`, in the folder in which the team works. */
  async validate(): Promise<Said> {
    const { product } = this.world
    // A person's clone has every branch, the ledgers among them, which that of a job does not have.
    await product.fetchedAll()
    return said(['validate', this.#file], product.work)
  }

  /** `sluice verify`, or another command that reads the ledger, of the repository as it is on GitHub. */
  async audit(command: 'verify' | 'repair' = 'verify'): Promise<Said> {
    const { product, github } = this.world
    const clone = ['--directory', product.bare, '--config', this.#file, '--issuer', github.url]
    return said([command, ...clone], product.bare)
  }

  /** Every record, oldest first. */
  async records(): Promise<readonly LedgerRecord[]> {
    const files = await readLedgerFiles({ directory: this.world.product.bare, branch: this.delivery.ledger.branch })
    return openSnapshot(files).records.flatMap(({ record }) => (record === undefined ? [] : [record]))
  }

  /** The number of the last record that a key signed. */
  async lastRecordOf(key: string): Promise<number> {
    const { branch } = this.delivery.ledger
    const found = await ownGit(['-C', this.world.product.bare], ['grep', '-l', key, branch, '--', 'records'])
    return Math.max(...[...found.matchAll(/(\d+)\.json$/gm)].map(([, number]) => Number(number)))
  }

  #aliasOf(signer: SignerName): string {
    return signerAlias(this.delivery.ledger.key ?? '', signer)
  }

  async #kms<T>(account: string, use: (kms: KMSClient) => Promise<T>): Promise<T> {
    const kms = new KMSClient(accessTo(this.delivery, account, this.world.aws.url))
    try {
      return await use(kms)
    } finally {
      kms.destroy()
    }
  }
}

async function said(argv: readonly string[], cwd: string): Promise<Said> {
  let text = ''
  const output = {
    write: (part: string) => {
      text += part
    },
    isTTY: false
  }
  const code = await sluice(argv, { stdout: output, stderr: output, env: {}, cwd, now: Date.now })
  return { code, text }
}
