import type { Digest, Log } from '@sluice/core'
import type { Dependency } from './dependencies.ts'

/** An image that a Dockerfile starts from, and what its name resolved to in this build. */
export interface BaseImage {
  readonly name: string
  readonly digest: Digest
}

/** What a build took from elsewhere. */
export interface Fetched {
  readonly base: readonly BaseImage[]
  /** All that it fetched; absent where the builder does not say. */
  readonly resolvedDependencies?: readonly Dependency[]
}

/** What a build left in its layout. */
export interface BuiltImage extends Fetched {
  /** Of the manifest, or of the index when there are several platforms. */
  readonly digest: Digest
}

/** What every build needs. */
export interface BuildRequest {
  /**
   * Folder, written by `exportTree` with the time that `contextTime` gives, under a name that no other build's had: what a
   * build keeps for the next (`RUN --mount=type=cache`) is kept by this name.
   */
  readonly context: string
  /** Path of the Dockerfile inside of the context. */
  readonly dockerfile: string
  readonly args: Readonly<Record<string, string>>
  /** What steps may mount, by name; absent: nothing. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Empty: the platform of the builder. */
  readonly platforms: readonly string[]
  readonly log: Log
  /** Milliseconds; `BUILD_DEADLINE` unless told. */
  readonly deadline?: number
}

export interface ImageRequest extends BuildRequest {
  readonly target?: string
  /** Folder that becomes an OCI image layout; made when it does not exist, must be empty when it does. */
  readonly layout: string
}

export interface FilesRequest extends BuildRequest {
  readonly target?: string
  /** An empty folder, which gets the files of the stage. Whatever they are: links lead anywhere. */
  readonly folder: string
}

export interface TargetRequest extends BuildRequest {
  readonly target: string
}

/** A program that turns Dockerfiles into images. */
export interface Builder {
  /** The program and where it runs, for people and records. */
  readonly name: string
  /** Whether what a Dockerfile runs is kept away from this process, its environment and its files, and from this machine's network. */
  readonly sandboxed: boolean
  /** What its steps reach that they should not, as a clause; absent where they are sandboxed. */
  readonly exposes?: string
  /**
   * Builds an image as an OCI layout, the same bytes each time.
   * @throws UserError when the Dockerfile fails; Failure when it does not end in time.
   */
  buildImage(request: ImageRequest): Promise<BuiltImage>
  /**
   * Builds the files of a stage.
   * @throws UserError when the Dockerfile fails; Failure when it does not end in time.
   */
  buildFiles(request: FilesRequest): Promise<Fetched>
  /**
   * Builds a stage for its effect, such as a test run, and discards it.
   * @throws UserError when the stage fails; Failure when it does not end in time.
   */
  runTarget(request: TargetRequest): Promise<void>
}

/** Whether a builder is there; if not, why, as a clause. */
export type Probe = { readonly builder: Builder } | { readonly absent: string }
