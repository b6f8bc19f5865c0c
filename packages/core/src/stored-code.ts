/** A bundle where Lambda takes it from: a version of an object of S3, which never changes. */
export interface StoredCode {
  readonly bucket: string
  readonly key: string
  readonly version: string
}

/** The same as one text, as references of templates are named. */
export function codeReference({ bucket, key, version }: StoredCode): string {
  return `s3://${bucket}/${key}?versionId=${version}`
}
