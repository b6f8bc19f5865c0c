export type { BaseImage, Builder, BuiltImage, ImageRequest, TargetRequest } from './builder.ts'
export { BUILDER_CHOICES, type BuilderChoice, detectBuilder } from './detect.ts'
export { contextTime } from './times.ts'
