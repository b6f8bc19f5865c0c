import { type RunContext, UserError } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded, SHOP } from '@sluice-lab/memory'
import type { PromoteInputs } from '../src/inputs.ts'
import { run } from '../src/run.ts'

/** What a check is asked, where it is not whether the second release may enter staging. */
export interface Asked extends Partial<Omit<PromoteInputs, 'release'>> {
  readonly of?: { readonly digest: Seeded['digest'] }
  readonly in?: Partial<RunContext>
}

/** Two commits in a row, each released; nothing is deployed anywhere. */
export interface CheckScene {
  readonly delivery: MemoryDelivery
  readonly first: Seeded
  readonly second: Seeded
  deploy(release: Seeded, environment: string): Promise<void>
  accept(release: Seeded, environment: string): Promise<void>
  check(asked?: Asked): ReturnType<typeof run>
  /** The error that a check ends with. */
  refusal(asked: Asked): Promise<UserError>
}

export async function checkScene(policy = SHOP): Promise<CheckScene> {
  const delivery = memoryDelivery(policy)
  const first = await delivery.release(delivery.repository.add())
  const second = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
  const scene: CheckScene = {
    delivery,
    first,
    second,
    async deploy({ digest, commit }, environment) {
      const of = { environment, release: { digest, commit } }
      await delivery.record({ event: 'started', ...of })
      await delivery.record({ event: 'deployed', ...of })
    },
    async accept(release, environment) {
      const { digest, commit } = release
      await scene.deploy(release, environment)
      await delivery.record({ event: 'accepted', environment, release: { digest, commit } })
    },
    async check({ of = second, in: context = {}, ...changes } = {}) {
      const inputs = { mode: 'check', environment: 'staging', kind: 'release', reason: undefined } as const
      return run({ ...inputs, ...changes, release: of.digest }, delivery.open(context))
    },
    async refusal(asked) {
      try {
        await scene.check(asked)
      } catch (error: unknown) {
        if (error instanceof UserError) return error
        throw error
      }
      throw new Error('It was let in.')
    }
  }
  return scene
}
