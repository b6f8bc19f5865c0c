import * as v from 'valibot'
import { list, mapping } from './schema-parts.ts'
import { branch, bucketName, fingerprint, keyAlias, name, recordNumber, signer } from './text-forms.ts'

const trustedKey = mapping({
  key: v.pipe(
    fingerprint,
    v.description('SHA-256 of the public key (DER, SubjectPublicKeyInfo).'),
    v.examples([`sha256:${'0'.repeat(64)}`])
  ),
  signs: v.pipe(
    list(signer, 'signers'),
    v.minLength(1, 'at least one signer is needed'),
    v.description(
      'Whose key it is: `builds` (built, tested, released, adopted), `<environment>/plan` (planned), `<environment>/intent` (started, deployed), `<environment>/outcome` (how it ended, and withdrawn). The name of an environment alone means all three; not with `level: production`, where each signer has a key of its own.'
    ),
    v.examples([['production/intent'], ['integration', 'staging']])
  ),
  from: v.exactOptional(
    recordNumber('Number of the first record that the key may have signed. Default: the first of the ledger.')
  ),
  until: v.exactOptional(
    recordNumber(
      'Number of the last record that the key may have signed; of a key that leaked, of the last one that is genuine. Default: it is in force.'
    )
  )
})

const formerBranch = mapping({
  name: v.pipe(branch, v.description('What the default branch was called.'), v.examples(['master'])),
  until: recordNumber(
    'Number of the last record from there: once the branch has another name, whoever may push can make one of the old.'
  )
})

/** Where the past is kept, and whose word of it counts. */
export const ledger = mapping({
  branch: v.exactOptional(
    v.pipe(
      branch,
      v.description(
        'Branch that holds the records, of this product alone. Default: `sluice-ledger-` and the name of the product when its ledger was opened.'
      ),
      v.examples(['ledger/storefront'])
    )
  ),
  formerly: v.exactOptional(
    v.pipe(
      list(name, 'names'),
      v.description('Former names of the product, the latest first: its records under them stay its own.'),
      v.examples([['shop']])
    ),
    []
  ),
  formerBranches: v.exactOptional(
    v.pipe(
      list(formerBranch, 'former names, each with its last record: { name, until }'),
      v.description(
        'Former names of the default branch: records of runs from there stay the product’s own, though nothing is delivered from it any more. Needed where the branch was renamed and delivery.yml named no `deliverFrom`.'
      ),
      v.examples([[{ name: 'master', until: 812 }]])
    )
  ),
  key: v.exactOptional(
    v.pipe(
      keyAlias,
      v.description(
        'What the KMS aliases of the signing keys begin with: `<key>/<signer>`, e.g. `alias/sluice-storefront-ledger/production/intent`, in the account of the environment; of `builds` in that of the registry. Several aliases may point to one key below production. Without it the ledger is advisory: GitHub alone vouches for its records. A ledger that began without it stays so, and one that began with it keeps it.'
      ),
      v.examples(['alias/sluice-storefront-ledger'])
    )
  ),
  trust: v.exactOptional(
    v.pipe(
      list(trustedKey, 'keys'),
      v.description(
        'The keys whose signatures count. An entry stays as long as records that it proves are on the ledger: a key that is replaced, lost or leaked gets `until`. Required with `key`.'
      ),
      v.examples([[{ key: `sha256:${'0'.repeat(64)}`, signs: ['production/intent'] }]])
    ),
    []
  ),
  issuerKeys: v.exactOptional(
    v.pipe(
      list(fingerprint, 'keys'),
      v.description(
        'Keys of GitHub that vouched for the newest record, and that GitHub does not publish any more, by their RFC 7638 thumbprints (SHA-256). Needed only where nothing was delivered for so long that GitHub replaced its keys; `sluice verify --json` names them (`unconfirmed`).'
      ),
      v.examples([[`sha256:${'0'.repeat(64)}`]])
    )
  ),
  anchors: v.exactOptional(
    v.pipe(
      bucketName,
      v.description(
        "S3 bucket in the registry's account that says how far the ledger is, where no one who pushes can take it back: a ledger that was put back or deleted stops the next delivery. Required with `key` and `level: production`."
      ),
      v.examples(['storefront-ledger-anchors'])
    )
  )
})
