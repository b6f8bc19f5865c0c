/** Who starts the deliveries of a rehearsal. */
export const AUTHOR = { login: 'author', id: 1001 } as const

/** Who answers at its gates. */
export const APPROVER = { login: 'approver', id: 1002 } as const
