import { describe, expect, it } from '@jest/globals'
import { baseImages } from '../../src/builder/base-images.ts'

const digest = (of: string): string => `sha256:${of.repeat(64)}`

describe('the base images of a build', () => {
  it('are those that the progress names, each once and sorted, however much is printed after them', () => {
    const bases = baseImages()

    bases.onLine(`#5 [run 1/3] FROM docker.io/library/node:24@${digest('b')}`)
    bases.onLine(`#4 FROM docker.io/library/alpine:3@${digest('a')}`)
    for (let n = 0; n < 1_000; n++) bases.onLine(`#7 0.${n} compiling`)
    bases.onLine(`#5 [run 1/3] FROM docker.io/library/node:24@${digest('b')}`)

    expect(bases.found()).toEqual([
      { name: 'docker.io/library/alpine:3', digest: digest('a') },
      { name: 'docker.io/library/node:24', digest: digest('b') }
    ])
  })

  it.each([
    ['has no digest', '#4 FROM docker.io/library/alpine:3'],
    ['has another line before it', `log: #4 FROM alpine:3@${digest('a')}`],
    ['goes on after it', `#4 FROM alpine:3@${digest('a')} cached`],
    ['has a digest that is too short', '#4 FROM alpine:3@sha256:abc'],
    ['has two names', `#4 FROM alpine 3@${digest('a')}`]
  ])('are not what %s', (_, line) => {
    const bases = baseImages()

    bases.onLine(line)

    expect(bases.found()).toEqual([])
  })

  it('are told of steps with a number of more than one digit', () => {
    const bases = baseImages()

    bases.onLine(`#12 [linux/amd64 build 10/13] FROM alpine:3@${digest('a')}`)

    expect(bases.found()).toHaveLength(1)
  })

  it('are not what a step of the Dockerfile prints', () => {
    const bases = baseImages()

    bases.onLine(`#7 0.123 FROM docker.io/library/node:24@${digest('c')}`)

    expect(bases.found()).toEqual([])
  })
})
