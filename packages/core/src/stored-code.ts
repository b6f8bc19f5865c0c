import { partitionIn } from './partition.ts'

/** A bundle where Lambda takes it from, or a template where CloudFormation reads it: a version of an object of S3, which never changes. */
export interface StoredCode {
  readonly bucket: string
  readonly key: string
  readonly version: string
}

/** The same as one text, as references of templates are named. */
export function codeReference({ bucket, key, version }: StoredCode): string {
  return `s3://${bucket}/${key}?versionId=${version}`
}

/** The same as a URL of S3, as `TemplateURL` takes it (CloudFormation, "CreateChangeSet"). */
export function objectUrl({ bucket, key, version }: StoredCode, region: string): string {
  return `https://s3.${region}.${partitionIn(region).suffix}/${bucket}/${key}?versionId=${encodeURIComponent(version)}`
}
