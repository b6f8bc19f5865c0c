import { afterAll, beforeAll } from '@jest/globals'
import { fastRetry, ManualClock } from '@sluice/core'
import { connectRegistry, type Registry } from '@sluice/registry'
import { type Front, type Handler, startFront } from '@sluice-lab/servers'
import { type Piece, writeLayout } from './image-layout.ts'
import { type RealRegistry, startRealRegistry } from './real-registry.ts'

/** A registry that the tests of one file push to. */
export interface PushScene {
  readonly real: RealRegistry
  connect(host: string): Registry
  /** A server before the registry, which does to requests what it is told. */
  front(handler?: Handler): Promise<Front>
  /** A folder with a layout of these. */
  layoutOf(...roots: readonly Piece[]): Promise<string>
}

/** Has the file that asks for it start a registry before its tests, and stop it after them. */
export function pushScene(): PushScene {
  let real: RealRegistry
  const fronts: Front[] = []

  beforeAll(async () => {
    real = await startRealRegistry()
  })

  afterAll(async () => {
    await Promise.all(fronts.map(front => front.stop()))
    await real.stop()
  })

  return {
    get real() {
      return real
    },
    connect: host => connectRegistry({ host, clock: new ManualClock(), policy: fastRetry }),
    async front(handler) {
      const started = await startFront(real.url, handler)
      fronts.push(started)
      return started
    },
    layoutOf: async (...roots) => writeLayout(await real.directory(), roots)
  }
}
