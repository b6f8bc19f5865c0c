export { writeBundle as buildBundle } from '@sluice/bundle'
export type { BaseImage, Builder, BuiltImage, ImageRequest, TargetRequest } from './builder.ts'
export { type BuilderChoice, detectBuilder } from './detect.ts'
export { exportTree } from './export-tree.ts'
