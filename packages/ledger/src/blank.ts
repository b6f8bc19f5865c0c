const BLANK = /^[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*$/

/** Whether a text says nothing. The characters are those of docs/ledger.md: what a language takes off the ends of a text differs from one to the next. */
export function isBlank(text: string): boolean {
  return BLANK.test(text)
}
