import { PRODUCT_LIMIT } from '@sluice/core'
import * as v from 'valibot'
import { accept } from './acceptance-schema.ts'
import { environment } from './environment-schema.ts'
import { ledger } from './ledger-schema.ts'
import { list, mapping, named, oneOf, written } from './schema-parts.ts'
import { code, dynamicReferences, images } from './sources-schema.ts'
import { tags } from './tags-schema.ts'
import {
  accountId,
  bucketName,
  commit,
  kmsKey,
  line,
  name,
  refPattern,
  region,
  repositoryName,
  ssmParameter
} from './text-forms.ts'
import { unit } from './unit-schema.ts'

// The one definition of delivery.yml's form: messages, types and the editors' JSON Schema all come from here.
// What needs two places of the file at once (references, limits of combined names) is in `rules.ts`.

/** Each is a job of the build's matrix, and GitHub takes at most 256. */
const MOST_UNITS = 200

/** As many as deliver.yml has jobs for: no expression makes a chain of jobs. */
const MOST_ENVIRONMENTS = 6

/** The old and the new one of an upgrade. Each makes the trust policies of the roles longer, and IAM takes 2,048 characters of them. */
const MOST_COMMITS = 2

const sluice = mapping({
  repository: v.pipe(
    repositoryName,
    v.description(
      'Repository of Sluice, as the `uses:` of your workflow names it: your fork, or the original. Choose before the first delivery: GitHub vouches for each record by the workflow that wrote it, so a ledger stays with the Sluice that began it, and `sluice validate` refuses another one.'
    ),
    v.examples(['sluice-dev/sluice'])
  ),
  commits: v.pipe(
    list(commit, 'commits'),
    v.minLength(1, 'at least one commit is needed'),
    v.maxLength(
      MOST_COMMITS,
      `at most ${MOST_COMMITS} commits are allowed: remove those that no workflow uses any more`
    ),
    v.check(commits => new Set(commits).size === commits.length, 'each commit may appear once'),
    v.description(
      'Commits of Sluice whose workflows may take the roles in AWS: the one that your workflow pins, and during an upgrade the next one beside it.'
    ),
    v.examples([['f'.repeat(40)]])
  )
})

const account = mapping({
  id: accountId,
  region,
  bundles: v.exactOptional(
    v.pipe(
      bucketName,
      v.description(
        'S3 bucket with versions, in this account and region, from which Lambda takes the code of bundles whose templates declare `BundleBucket`, `BundleKey` and `BundleVersion`, and CloudFormation templates of more than 51,200 bytes, and those that a template nests. Sluice copies bundles there from the ops registry, and puts templates of the commit there, by digest.'
      ),
      v.examples(['storefront-bundles-333333333333'])
    )
  ),
  kmsKey: v.exactOptional(
    v.pipe(
      kmsKey,
      v.description(
        'Customer key of KMS in this region with which the buckets of this account are encrypted that Sluice reads and writes; in the account of the ops registry, repositories that Sluice makes are, too. `sluice roles` lets the roles use it, through S3 and ECR alone. Without it: keys of AWS itself, for which no right is needed.'
      ),
      v.examples(['arn:aws:kms:eu-west-1:333333333333:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60'])
    )
  ),
  ssmParameters: v.exactOptional(
    v.pipe(
      list(ssmParameter, 'names of parameters'),
      v.description(
        'Parameters of SSM in this account and region that templates may take values from (`AWS::SSM::Parameter::Value<…>`), beside those below `/<product>/<environment>/` and those of AWS itself; a `*` at the end stands for the rest. `sluice roles` lets the roles that plan and deploy read them. Templates of the CDK have one: the version of its bootstrap stack.'
      ),
      v.examples([['/cdk-bootstrap/hnb659fds/version', '/network/*']])
    )
  )
})

/** The version of this form. */
export const DELIVERY_VERSION = 1

/** The form of delivery.yml. */
export const deliverySchema = mapping({
  version: v.pipe(
    v.literal(DELIVERY_VERSION, 'allowed: 1, the version of this format'),
    v.description('Version of this format; whatever changes a key raises it.'),
    v.examples([1])
  ),
  product: v.pipe(
    name,
    v.description(
      `Name of what is delivered together; all other names begin with it. At most ${PRODUCT_LIMIT} characters, and neither \`preview\` nor \`sluice\`, nor one that begins with \`sluice-\`.`
    ),
    v.examples(['storefront'])
  ),
  accounts: v.pipe(
    named(name, account, 'account names to { id, region }'),
    v.minEntries(1, 'at least one account is needed'),
    v.description('AWS accounts, by a name of your choice.'),
    v.examples([{ prod: { id: '333333333333', region: 'eu-west-1' } }])
  ),
  registry: v.exactOptional(
    v.pipe(
      mapping({
        account: v.exactOptional(
          v.pipe(
            name,
            v.description('Account of the ops registry; optional when there is only one.'),
            v.examples(['ops'])
          )
        ),
        host: v.exactOptional(
          v.pipe(
            line,
            v.description(
              "Registry host, instead of the account's ECR: another host of its ECR, or a loopback address."
            ),
            v.examples(['127.0.0.1:5000'])
          )
        )
      }),
      v.description('The ops registry, where artifacts live.'),
      v.examples([{ account: 'ops' }])
    ),
    {}
  ),
  units: v.pipe(
    named(name, unit, 'unit names to units'),
    v.minEntries(1, 'at least one unit is needed'),
    v.maxEntries(MOST_UNITS, `at most ${MOST_UNITS} units are allowed`),
    v.description('What is built and deployed, by name; `releases` is reserved.'),
    written({ api: { image: { context: 'services/api' }, stack: { template: 'infra/api.yml' } } })
  ),
  retired: v.exactOptional(
    v.pipe(
      named(name, oneOf('keep', 'delete'), 'names of former units to keep or delete'),
      v.description(
        'Units that are delivered no more, and what becomes of their stacks: with `keep` they stay as they are, which the dossier then tells without a warning; with `delete` each plan deletes them, in each environment behind its gate, once everything else is done.'
      ),
      v.examples([{ worker: 'keep' as const, report: 'delete' as const }])
    ),
    {}
  ),
  environments: v.pipe(
    list(environment, 'environments'),
    v.minLength(1, 'at least one environment is needed'),
    v.maxLength(MOST_ENVIRONMENTS, `at most ${MOST_ENVIRONMENTS} environments are allowed`),
    v.description('In promotion order; the first is continuous.'),
    written([{ name: 'staging', level: 'preproduction', gate: 'approval' }])
  ),
  deliverFrom: v.exactOptional(
    v.pipe(
      list(refPattern, 'branches or refs'),
      v.minLength(1, 'at least one ref is needed; leave the key out for the default branch'),
      v.description(
        'Refs that may create releases; by default the default branch. Whoever may push can make a branch that fits a pattern with `*`, at any commit, unless a ruleset restricts creations there.'
      ),
      v.examples([['main', 'release/*']])
    )
  ),
  sluice: v.exactOptional(
    v.pipe(
      sluice,
      v.description(
        'Which Sluice may deliver. `sluice roles` writes it into the trust policies, so that AWS gives roles to no other workflow. Required with `level: production`.'
      ),
      v.examples([{ repository: 'sluice-dev/sluice', commits: ['f'.repeat(40)] }])
    )
  ),
  builds: v.exactOptional(
    v.pipe(
      mapping({
        sandbox: v.exactOptional(
          v.pipe(
            oneOf('required', 'none'),
            v.description(
              '`none` allows builders that run Dockerfiles within reach of credentials; it is recorded and shown to approvers.'
            ),
            v.examples(['none'])
          ),
          'required'
        )
      }),
      v.description('How units are built.'),
      v.examples([{ sandbox: 'none' }])
    ),
    {}
  ),
  tags: v.exactOptional(
    v.pipe(
      tags,
      v.description(
        'Tags of all stacks, which CloudFormation gives to what they make, and of the repositories that Sluice makes. `product`, `environment` and `unit` are set by Sluice.'
      ),
      v.examples([{ CostCenter: '4711', Owner: 'shop-team' }])
    ),
    {}
  ),
  images: v.exactOptional(images, []),
  code: v.exactOptional(code, []),
  dynamicReferences: v.exactOptional(dynamicReferences, []),
  ledger: v.exactOptional(
    v.pipe(
      ledger,
      v.description('The ledger: where records are kept, and which keys sign them.'),
      written({
        key: 'alias/sluice-storefront-ledger',
        trust: [{ key: `sha256:${'0'.repeat(64)}`, signs: ['production/intent'] }]
      })
    ),
    {}
  ),
  accept: v.exactOptional(
    v.pipe(
      accept,
      v.description(
        'Acceptance checks that must pass after a deployment, in every environment. Their limits are fixed: a request is tried again for one minute and waits 10 seconds for each answer, a command may take 15 minutes.'
      ),
      written({ run: ['node checks/smoke.mjs'] })
    ),
    {}
  )
})

/** delivery.yml as the schema leaves it: well-formed, defaults filled in, references not yet checked. */
export type DeliveryFile = v.InferOutput<typeof deliverySchema>
export type EnvironmentFile = DeliveryFile['environments'][number]
export type UnitFile = DeliveryFile['units'][string]
