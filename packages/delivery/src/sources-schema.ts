import * as v from 'valibot'
import { list } from './schema-parts.ts'

/** An image by digest, as templates name it; a tag beside it says nothing. */
const pinnedImage = v.pipe(
  v.string('expected a string'),
  v.regex(
    /^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/,
    'expected an image with its registry and its digest, e.g. public.ecr.aws/xray/aws-xray-daemon@sha256:…'
  )
)

/** Code of others: an object of S3, or how all of them begin; a version of a Lambda layer; a template by version. */
const foreignCode = v.pipe(
  v.string('expected a string'),
  v.regex(
    /^(?:s3:\/\/[^\s/*]+\/[^\s*]+\*?|arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+|https:\/\/\S+[?&]versionId=[^\s&]+)$/,
    'expected code: s3://BUCKET/KEY?versionId=VERSION, s3://BUCKET/KEY or how all of them begin and a *, the ARN of a version of a Lambda layer, or the https URL of a template with ?versionId='
  )
)

const dynamicReference = v.pipe(
  v.string('expected a string'),
  v.regex(
    /^(?:ssm|ssm-secure|secretsmanager):[^\s*{}]{2,}\*?$/,
    'expected what stands between {{resolve: and }}, e.g. secretsmanager:shop/production/db:SecretString:password, or how all of them begin and a *'
  )
)

/** Images that others built. */
export const images = v.pipe(
  list(pinnedImage, 'images'),
  v.description(
    'Images that templates may run beside those of the release, by digest, as the template names them. Any other image is refused.'
  ),
  v.examples([[`public.ecr.aws/xray/aws-xray-daemon@sha256:${'0'.repeat(64)}`]])
)

/** Code that others made. */
export const code = v.pipe(
  list(foreignCode, 'code locations'),
  v.description(
    'Code and nested templates that templates may take from elsewhere: objects of S3, versions of Lambda layers. Anything else is refused. An object without `?versionId=` may change after an approval, and approvers are told so; assets of the CDK are such: `s3://cdk-hnb659fds-assets-111111111111-eu-west-1/*`.'
  ),
  v.examples([['arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:5']])
)

/** Values that CloudFormation looks up when it deploys. */
export const dynamicReferences = v.pipe(
  list(dynamicReference, 'dynamic references'),
  v.description(
    'Dynamic references (`{{resolve:…}}`) without a version that templates may use at gates, where what they name may change after an approval; a `*` at the end stands for the rest.'
  ),
  v.examples([['secretsmanager:storefront/*']])
)
