/** The builders, in the order in which they are looked for. */
export const BUILDERS = ['buildkit', 'buildx', 'buildah'] as const
export type BuilderName = (typeof BUILDERS)[number]

/** What may be asked for: one builder, or the first one that is there. */
export const BUILDER_CHOICES = ['auto', ...BUILDERS] as const
export type BuilderChoice = (typeof BUILDER_CHOICES)[number]
