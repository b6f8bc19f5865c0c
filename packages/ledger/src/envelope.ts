/** What is signed says what it is: a signature over something else of ours, or of others with the same key, is none over a record. */
const RECORD_TYPE = 'application/vnd.sluice.record.v2+json'

/**
 * The bytes that are signed for a record: its file, with what it is in front (DSSE, "Pre-Authentication Encoding":
 * https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
 */
export function signedBytes(record: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${RECORD_TYPE.length} ${RECORD_TYPE} ${record.length} `), record])
}
