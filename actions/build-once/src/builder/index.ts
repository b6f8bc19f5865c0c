export type { BaseImage, Builder, BuiltImage, ImageRequest, TargetRequest } from './builder.ts'
export type { BuilderChoice } from './builder-order.ts'
export { detectBuilder } from './detect-builder.ts'
export { contextTime } from './timestamps.ts'
