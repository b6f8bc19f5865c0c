import {
  type AwsSession,
  type Clock,
  type Digest,
  hexOf,
  type Log,
  type PlannedStack,
  type StackSettings,
  sha256
} from '@sluice/core'
import type { StackEvent } from './stack-events.ts'

/** One stack as a release wants it. */
export interface StackRequest {
  readonly unit: string
  /** The stack's name. */
  readonly stack: string
  /** Units whose stacks come first. */
  readonly dependsOn: readonly string[]
  /** The template's text. */
  readonly template: string
  /** Puts templates that are too long for a request; absent: the account has no bucket for them. */
  readonly keepTemplate?: KeepTemplate
  /** The templates of nested stacks that are files of the commit. */
  readonly nested?: readonly NestedTemplate[]
  /** Values may hold `${unit.Output}`. */
  readonly parameters: Readonly<Record<string, string>>
  /** Names of parameters that are left out where the template does not declare them: every template is offered the same. */
  readonly offered?: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  /** What is absent stays as it is. */
  readonly settings?: StackSettings
  /** The digest of what the stack runs. */
  readonly artifact: Digest
  /** Outputs that are read once it is deployed, and what names them. */
  readonly promised?: readonly PromisedOutput[]
  /** What its template may run and read; absent: nothing is looked at. */
  readonly sources?: Sources
}

/** Puts a template where CloudFormation reads it, or finds it there. @returns its URL, with the version. */
export type KeepTemplate = (text: string) => Promise<string>

/** A template that another one names as a file beside it. */
export interface NestedTemplate {
  /** In the repository. */
  readonly path: string
  readonly text: string
  /** What stands for the path in the template that names it. */
  readonly url: string
}

/** An output that a template must have. */
export interface PromisedOutput {
  readonly output: string
  /** The key of delivery.yml that names it. */
  readonly as: string
}

/** What templates may take from outside of their text. */
export interface Sources {
  /** What the release itself built, as templates name it. */
  readonly own: readonly string[]
  /** Where Lambda takes the unit's bundle from, as one text; absent where that was not copied. */
  readonly ownCode?: string
  /** The parameter that passes the unit's image; absent for other units. */
  readonly artifactParameter?: string
  /** The unit's image is an index of several platforms. */
  readonly manyPlatforms?: true
  /** Images by digest that others built. */
  readonly images: readonly string[]
  /** Code and templates that others made: objects of S3 by version, versions of layers. */
  readonly code: readonly string[]
  /** Dynamic references that may change after an approval; one that ends with `*` names all that begin so. */
  readonly dynamicReferences: readonly string[]
  /** Whether dynamic references have to be listed. */
  readonly strict: boolean
  readonly account: string
  readonly region: string
}

/** The stacks of one environment, in dependency order, and where they are. */
export interface StacksRequest {
  readonly session: AwsSession
  readonly stacks: readonly StackRequest[]
  readonly changeSetName: string
  /** The role that CloudFormation acts with; without it, CloudFormation acts as the session. */
  readonly executionRoleArn?: string
  readonly clock: Clock
  readonly log: Log
}

/** A plan to be applied, and what is wanted now: the two must say the same. */
export interface ApplyRequest extends StacksRequest {
  readonly plan: readonly PlannedStack[]
  /** The plan digest's hex digits: every client token begins with it, so that AWS's trail joins the ledger. */
  readonly clientToken: string
  /** Told in order, each once. Texts are untrusted. */
  readonly onEvent: (event: StackEvent) => void
  /** Milliseconds since the epoch. */
  readonly deadline: number
}

/**
 * One token for one operation of a plan: a repeated call is recognised, a second attempt is not mistaken for the first.
 * @param of the ARN of what it is about.
 */
export function tokenOf(clientToken: string, of: string): string {
  return `${clientToken}-${hexOf(sha256(of)).slice(0, 8)}`
}
