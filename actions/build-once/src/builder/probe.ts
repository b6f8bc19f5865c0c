import type { Builder } from './builder.ts'

/** Whether a builder is there; if not, why, as a clause. */
export type Probe = { readonly builder: Builder } | { readonly absent: string }
