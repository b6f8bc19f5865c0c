/** Which records are left out. */
export type Skips = (sequence: number) => boolean
