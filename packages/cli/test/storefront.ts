import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCommand } from '@sluice/core'

/** A digest whose every hex digit is `digit`. */
export const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

/** A delivery.yml of two units and three environments. */
export function storefront(
  trust: readonly (readonly [signers: string, key: string])[] = [
    ['builds', digest('1')],
    ['integration, staging', digest('2')],
    ['production/plan', digest('3')],
    ['production/intent', digest('4')],
    ['production/outcome', digest('5')]
  ]
): string {
  return `version: 1
product: storefront
accounts:
  ops: { id: "111111111111", region: eu-west-1 }
  nonprod: { id: "222222222222", region: eu-west-1 }
  prod: { id: "333333333333", region: eu-west-1 }
registry: { account: ops }
units:
  api:
    image: { context: services/api, dockerfile: Dockerfile }
    stack: { template: infra/api.yml }
  site:
    bundle: { path: site }
    stack: { template: infra/site.yml }
    dependsOn: [api]
environments:
  - { name: integration, account: nonprod, level: development, gate: continuous }
  - { name: staging, account: nonprod, level: preproduction, gate: approval }
  - { name: production, account: prod, level: production, gate: approval }
sluice: { repository: sluice-dev/sluice, commits: ["${'a'.repeat(40)}", "${'0'.repeat(40)}"] }
ledger:
  branch: sluice-ledger
  key: alias/sluice-storefront-ledger
  anchors: storefront-ledger-anchors
  trust:
${trust.map(([signers, key]) => `    - { key: "${key}", signs: [${signers}] }\n`).join('')}`
}

/** A template that takes what was built. */
export function template(...parameters: readonly string[]): string {
  const declared = parameters.map(name => `  ${name}: { Type: String }\n`)
  const used = parameters[0] === undefined ? '' : `, Properties: { DisplayName: !Ref ${parameters[0]} }`
  return `Parameters:\n${declared.join('')}Resources:\n  Topic: { Type: AWS::SNS::Topic${used} }\nOutputs:\n  Url: { Value: !Ref Topic }\n`
}

/** Everything that {@link storefront} names. */
export const FILES: Readonly<Record<string, string>> = {
  'services/api/Dockerfile': 'FROM scratch\n',
  'site/index.html': '<p>\n',
  'infra/api.yml': template('Image'),
  'infra/site.yml': template('BundleDigest')
}

/** A folder for one test file. */
export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'sluice-cli-'))
}

/** Runs git as nobody in particular. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const author = ['-c', 'user.name=author', '-c', 'user.email=author@example.com', '-c', 'commit.gpgsign=false']
  const { code, stdout, stderr } = await runCommand('git', ['-C', directory, ...author, ...args])
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout.toString('utf8').trim()
}

export async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
}

/** A git repository on branch main with one commit of these files. */
export async function repositoryWith(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(directory, { recursive: true })
  await git(directory, 'init', '-q', '-b', 'main')
  await writeFiles(directory, files)
  await git(directory, 'add', '-A')
  await git(directory, 'commit', '-q', '--allow-empty', '-m', 'Open the shop')
}
