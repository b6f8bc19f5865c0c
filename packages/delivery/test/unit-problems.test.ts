import { describe, it } from '@jest/globals'
import { changed } from '@sluice-lab/samples'
import { type BadDelivery, expectLine } from './problem-lines.ts'

const API = 'stack: { template: infra/api.yml }'
const parameters = (inner: string): string =>
  changed(API, `stack: { template: infra/api.yml, parameters: { ${inner} } }`)

describe('a bad delivery.yml is answered with one line that names place, finding and remedy', () => {
  it.each<BadDelivery>([
    // Units
    [
      'a bundle of a folder and of a Dockerfile',
      changed('bundle: { path: site }', 'bundle: { path: site, build: { context: site } }'),
      'units.site.bundle: found a mapping; a bundle has either path or build: give exactly one'
    ],
    [
      'a secret that GitHub would not take',
      changed('test: test }', 'test: test, secrets: [GITHUB_TOKEN] }'),
      'units.api.image.secrets[0]: found "GITHUB_TOKEN"; expected the name of a secret: letters, digits and underscores, not beginning with GITHUB_'
    ],
    [
      'a bundle of nothing',
      changed('bundle: { path: site }', 'bundle: {}'),
      'units.site.bundle: found an empty mapping; a bundle has either path or build: give exactly one'
    ],
    [
      'a dependency on a unit that is missing',
      changed('dependsOn: [api]', 'dependsOn: [apo]'),
      '10:84: units.site.dependsOn[0]: found "apo"; no such unit (did you mean "api"?); declared in units: api, site'
    ],
    [
      'a dependency named twice',
      changed('dependsOn: [api]', 'dependsOn: [api, api]'),
      'found "api" a second time; each unit may appear once: remove one'
    ],
    [
      'a unit that depends on itself',
      changed('dependsOn: [api]', 'dependsOn: [site]'),
      '10:83: units.site.dependsOn: found the cycle site -> site'
    ],
    [
      'a cycle',
      changed('api.yml } }', 'api.yml }, dependsOn: [site] }'),
      '9:129: units.api.dependsOn: found the cycle api -> site -> api; units may not depend on themselves'
    ],
    [
      'a unit named like the release documents',
      changed('site:', 'releases:'),
      '10:3: units.releases: found the name releases; it is reserved'
    ],
    [
      'a unit that is retired, and delivered all the same',
      changed('environments:', 'retired: { api: keep }\nenvironments:'),
      'retired.api: found the unit api; it is delivered still: remove it here, or from units'
    ],
    [
      'a retired unit of which nothing is said that can be done',
      changed('environments:', 'retired: { worker: kep }\nenvironments:'),
      'retired.worker: found "kep"; allowed: keep, delete (did you mean "keep"?)'
    ],
    [
      'a retired unit that another one needs',
      changed('dependsOn: [api]', 'dependsOn: [worker]').replace(
        'environments:',
        'retired: { worker: delete }\nenvironments:'
      ),
      'units.site.dependsOn[0]: found "worker"; worker is retired, and what is delivered may need nothing of it: remove it here, or deliver it again'
    ],
    [
      'a retired unit that another one reads',
      parameters('Queue: "${worker.Queue}"').replace('environments:', 'retired: { worker: delete }\nenvironments:'),
      'units.api.stack.parameters.Queue: found "${worker.Queue}"; worker is retired, and what is delivered may need nothing of it'
    ],
    [
      'a retired unit that an address of an environment reads',
      changed('gate: approval }', 'gate: approval, url: "${worker.Url}" }').replace(
        'environments:',
        'retired: { worker: keep }\nenvironments:'
      ),
      'environments[1].url: found "${worker.Url}"; worker is retired'
    ],
    [
      'a retired unit whose stack another one has by its name',
      changed('name: staging', 'name: integration-eu').replace(
        'environments:',
        'retired: { eu-api: delete }\nenvironments:'
      ),
      'retired.eu-api: found eu-api: delete; its stack would be the stack of unit api in environment integration-eu, which is delivered: write eu-api: keep'
    ],
    // Paths
    [
      'a path that leaves the repository',
      changed('infra/api.yml', '../api.yml'),
      '9:101: units.api.stack.template: found "../api.yml"; expected a path inside the repository'
    ],
    [
      'a path that leaves the repository in its middle',
      changed('infra/api.yml', 'infra/../../api.yml'),
      'expected a path inside the repository'
    ],
    [
      'an absolute path',
      changed('context: services/api', 'context: /etc'),
      'units.api.image.context: found "/etc"; expected a path inside'
    ],
    [
      'a path with a backslash',
      changed('path: site', "path: 'a\\..\\b'"),
      'found "a\\\\..\\\\b"; expected a path inside'
    ],
    [
      "a path into git's own folder",
      changed('path: site', 'path: .git/hooks'),
      'found ".git/hooks"; expected a path inside'
    ],
    ['a path that looks like an option', changed('path: site', 'path: -rf'), 'found "-rf"; expected a path inside'],
    // Parameters
    [
      'a parameter that carries the release',
      parameters('Image: evil'),
      '9:130: units.api.stack.parameters.Image: found the parameter Image; it is set to the digest of the release'
    ],
    [
      'a parameter that carries a bundle of the release',
      parameters('BundleDigest: evil'),
      'units.api.stack.parameters.BundleDigest: found the parameter BundleDigest; it is set to the digest of the release'
    ],
    [
      'a parameter that says where the code of the release is',
      parameters('BundleVersion: evil'),
      'units.api.stack.parameters.BundleVersion: found the parameter BundleVersion; it is set to the digest of the release'
    ],
    [
      'a parameter that carries the release, for one environment',
      changed('gate: approval }', 'gate: approval, parameters: { site: { BundleDigest: evil } } }'),
      'environments[1].parameters.site.BundleDigest: found the parameter BundleDigest; it is set to the digest of the release'
    ],
    [
      'an output of no unit',
      parameters('Url: "${sita.Url}"'),
      '9:135: units.api.stack.parameters.Url: found "${sita.Url}"; no such unit (did you mean "site"?)'
    ],
    [
      'an output of a unit that is not deployed before',
      parameters('Url: "${site.Url}"'),
      'found "${site.Url}"; the stack of site must be deployed first: add site to dependsOn'
    ],
    [
      'a malformed reference to an output',
      parameters('Url: "${site}"'),
      'found "${site}"; write a reference to an output as ${unit.Output}'
    ],
    [
      'a reference that is not closed',
      parameters('Url: "${site.Url"'),
      'found "${site.Url"; write a reference to an output as'
    ],
    [
      'parameters of a unit that is missing',
      changed('gate: approval }', 'gate: approval, parameters: { apo: { A: b } } }'),
      'environments[1].parameters.apo: found "apo"; no such unit (did you mean "api"?)'
    ],
    ['a parameter name that CloudFormation refuses', parameters('a-b: c'), 'expected the name of a parameter'],
    [
      'a number that YAML changes',
      parameters('Version: 1.10'),
      'found the number 1.10, which YAML reads as 1.1; quote it: "1.10"'
    ],
    [
      'a parameter that is a mapping',
      parameters('A: { b: c }'),
      'units.api.stack.parameters.A: found a mapping; expected a string, number or boolean, or a list of these'
    ],
    [
      'a parameter whose list has a comma in a member',
      parameters('A: [b, "c,d"]'),
      'units.api.stack.parameters.A: found a list; a member of a list must not contain a comma'
    ]
  ])('%s', (_, text, expected) => {
    expectLine(text, expected)
  })
})
