export { type Background, type DossierFacts, factsOf, type Previous, readBackground } from './facts.ts'
export { writeDossier } from './page.ts'
export { weakerPolicies } from './weaker-policies.ts'
