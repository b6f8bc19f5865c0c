import { availableParallelism } from 'node:os'

/** Tests run on the TypeScript sources: packages export a `source` condition that points at them. */
export default {
  globalSetup: '<rootDir>/scripts/jest-setup.mjs',
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^undici$': '<rootDir>/scripts/undici-when-needed.cjs' },
  transform: {
    '^.+\\.ts$': [
      '<rootDir>/scripts/jest-transform.mjs',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' }
    ]
  },
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/actions/*/test/**/*.test.ts',
    '<rootDir>/lab/*/test/**/*.test.ts',
    '<rootDir>/test/**/*.test.ts'
  ],
  modulePathIgnorePatterns: ['<rootDir>/.tools/', '<rootDir>/.rehearsal/', '<rootDir>/dist/', '/lib/'],
  collectCoverageFrom: ['packages/*/src/**/*.ts', 'actions/*/src/**/*.ts', '!**/main.ts'],
  testSequencer: '<rootDir>/scripts/slowest-first.mjs',
  randomize: true,
  // By default one core is left for a person, which is half of two; and many tests wait for servers most of their time.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  testTimeout: 60000
}
