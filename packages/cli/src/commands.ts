import type { Option } from './arguments.ts'
import { type Command, ownCommand } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import type { LedgerOption } from './ledger-source.ts'

const LEDGER_OPTIONS: readonly Option<LedgerOption | 'json'>[] = [
  { name: 'directory', value: 'DIR', about: 'a clone with the ledger branch, bare or not; default: .' },
  {
    name: 'config',
    value: 'FILE',
    about: 'in that clone: the work tree, or HEAD if it has none; default: delivery.yml'
  },
  { name: 'branch', value: 'NAME', about: 'the ledger branch; default: ledger.branch of delivery.yml' },
  {
    name: 'trust',
    value: 'SIGNER=DIGEST',
    many: true,
    about: "a signer's or environment's key, SHA-256[@FROM-UNTIL]; repeatable; instead of delivery.yml's"
  },
  {
    name: 'issuer',
    value: 'URL',
    about: "who issues the OIDC tokens of the repository's jobs; default: GitHub's own issuer"
  },
  {
    name: 'issuer-keys',
    value: 'FILE',
    about: "keys that GitHub published (its JWKS): tokens of no other key count; default: the ledger's own"
  },
  {
    name: 'online',
    about: 'asks the issuer for the keys that it publishes now, and takes them as those of --issuer-keys'
  },
  {
    name: 'repository',
    value: 'ID',
    about: "GitHub's number of the repository whose ledger it must be; default: the first token's"
  },
  { name: 'json', about: 'prints JSON' }
]

/**
 * All commands. What they do is loaded when it is asked for: `--help` and `validate` must not pay for what reads a ledger.
 */
export const COMMANDS: readonly Command[] = [
  ownCommand({
    kind: 'own',
    name: 'validate',
    summary: 'checks delivery.yml against its repository',
    operands: ['FILE'],
    about: `Checks a delivery.yml (default: delivery.yml): its structure, its references, that every file it names is in the
checked-out commit, and that nothing that is built has uncommitted changes. Where the clone has the ledger branch, also
that every record on it can still be read: by whom it is signed with which key, and for which product. Each problem is
one line: file:line:column: what was found; what is allowed [where the key is described]. Warnings have the same form:
of workflows that call Sluice with this file, in the checked-out commit, and of what may be meant as it is written.
Changes nothing.`,
    options: [
      {
        name: 'root',
        value: 'DIR',
        about: 'what paths in FILE are relative to; default: the root of its git repository'
      }
    ],
    exitCodes: exitCodes(
      'the delivery is valid; one line says what it delivers',
      'it is not valid, or it could not be read'
    ),
    example: ['sluice validate', 'delivery.yml is valid: storefront delivers …'],
    run: async (args, io) => (await import('./validate.ts')).validate(args, io)
  }),
  ownCommand({
    kind: 'own',
    name: 'verify',
    summary: 'checks every byte of the ledger, offline',
    operands: [],
    about: `Checks the ledger in a clone, offline: bytes, hashes, sequence, signatures, order of events, evidence, and the
history of the branch. Only keys listed in delivery.yml (or by --trust) count; without one the ledger is advisory.
What each record says of its run must be what GitHub says in the token beside it. The keys of these tokens are those
that the ledger keeps, and that they are GitHub's own is the ledger's word: nothing is asked of GitHub. With --online
it is, for the keys that it publishes now, and only for these; with --issuer-keys they come from FILE. Then that is
proved, for all records before the last one whose key is among them.
With --anchors it is compared with what is anchored, too: each record there must be on the ledger. Whoever owns the
bucket copies it: aws s3 sync s3://BUCKET DIR. Without that, a ledger that someone put back verifies in a fresh clone.
With --write-rules it writes what it judged by, for a second verifier that reads no delivery.yml.`,
    options: [
      ...LEDGER_OPTIONS,
      { name: 'anchors', value: 'DIR', about: 'a copy of the bucket of the anchors, to compare the ledger with' },
      { name: 'write-rules', value: 'FILE', about: 'writes the RULES.json that test/ledger-spec/verify.py takes' }
    ],
    exitCodes: exitCodes(
      'everything verifies',
      'something does not verify, or the ledger could not be read',
      'verified, but not the gates: the clone, or this version of Sluice, lacks what they are compared with'
    ),
    example: ['git fetch origin main sluice-ledger-storefront:sluice-ledger-storefront && sluice verify'],
    run: async (args, io) => (await import('./verify.ts')).verify(args, io)
  }),
  ownCommand({
    kind: 'own',
    name: 'status',
    summary: 'shows which release is where',
    operands: [],
    about: `Shows each environment according to the ledger in a clone: the last deployed release, whether it was accepted, who
approved it, and which plans wait for approval. The ledger is verified first; if that fails, nothing is shown.`,
    options: LEDGER_OPTIONS,
    exitCodes: exitCodes('shown', 'the ledger does not verify, or could not be read'),
    example: ['git fetch origin main sluice-ledger-storefront:sluice-ledger-storefront && sluice status'],
    run: async (args, io) => (await import('./status.ts')).status(args, io)
  }),
  ownCommand({
    kind: 'own',
    name: 'history',
    summary: 'tells what ran in an environment, and who let it in',
    operands: ['ENVIRONMENT'],
    about: `Tells which releases an environment had: the digest of each unit, the commit, which run deployed it and when, who approved its
plan and with which words, what was checked before it was accepted, and who withdrew it. With --at: only what was there on that
day (UTC) or at that moment; while one release was deployed over another, both. All of it is read off the ledger in a clone, offline; the ledger is verified first; if that fails, nothing is shown.`,
    options: [
      ...LEDGER_OPTIONS,
      { name: 'at', value: 'DATE', about: 'a day, as 2026-05-03, or a moment, as 2026-05-03T14:30:00Z' }
    ],
    exitCodes: exitCodes('shown', 'the ledger does not verify, or could not be read'),
    example: ['sluice history production --at 2026-05-03'],
    run: async (args, io) => (await import('./history.ts')).history(args, io)
  }),
  ownCommand({
    kind: 'own',
    name: 'repair',
    summary: 'says how to put a ledger right that does not verify',
    operands: [],
    about: `Says what is wrong with the ledger in a clone, and what to do. Records that are not valid are left out by the
workflow repair.yml, and a valid one cannot be left out; where only delivery.yml as it is now speaks against records
(the end of a key, one that is not listed, a former branch), it says so first, since that may be wrong. Where more is
wrong, it looks for the last commit at which the ledger verifies, and says which records would be lost by going back to
it, where the environments would stand then, and with which command; but not where only delivery.yml as it is now
objects. Changes nothing itself.`,
    options: LEDGER_OPTIONS,
    exitCodes: exitCodes('there is nothing to repair', 'there is, or the ledger could not be read'),
    example: ['git fetch origin main sluice-ledger-storefront:sluice-ledger-storefront && sluice repair'],
    run: async (args, io) => (await import('./repair.ts')).repair(args, io)
  }),
  ownCommand({
    kind: 'own',
    name: 'roles',
    summary: 'prints the IAM roles that a delivery needs',
    operands: ['FILE'],
    about: `Prints every IAM role of a delivery.yml (default: delivery.yml): which jobs may assume it, and the least that it needs.
Sluice's docs/aws-roles.md says why each permission is there. What your templates create has to be added to the
execution roles. Nothing is asked of AWS or GitHub, and nothing is changed.`,
    options: [
      { name: 'repository', value: 'OWNER/NAME', about: 'the repository whose jobs the roles trust' },
      {
        name: 'repository-id',
        value: 'NUMBER',
        about: "GitHub's number of that repository; it stays when a name changes hands"
      },
      { name: 'owner-id', value: 'NUMBER', about: "GitHub's number of its owner" },
      { name: 'branch', value: 'NAME', about: 'its default branch; default: main' },
      {
        name: 'issuer',
        value: 'URL',
        about: "who issues the OIDC tokens of its jobs, as an enterprise's own; default: GitHub's"
      },
      { name: 'account', value: 'NAME', about: 'only the roles of this account of delivery.yml' },
      { name: 'json', about: 'prints JSON' }
    ],
    exitCodes: exitCodes('printed', 'delivery.yml is not valid, or could not be read'),
    example: ['sluice roles --repository octo-org/shop --repository-id 123456 --owner-id 42 --account prod'],
    run: async (args, io) => (await import('./roles.ts')).roles(args, io)
  }),
  {
    kind: 'forwarded',
    name: 'rehearse',
    summary: 'delivers examples/storefront from a commit to production on this machine',
    run: async argv => (await import('./rehearse.ts')).rehearse(argv)
  }
]
