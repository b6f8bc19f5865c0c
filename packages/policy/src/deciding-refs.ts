import { listOf, membersOf } from './json.ts'
import { refuse, type Verdict } from './verdict.ts'

/** Whether anybody may change a ref; `gone`: GitHub does not know it. */
export type RefStanding = 'protected' | 'open' | 'gone'

/** A ref that decides what is delivered, or by which delivery.yml. */
export interface DecidingRef {
  /** In full. */
  readonly ref: string
  readonly standing: RefStanding
}

/** Whether a rule protects a branch (`GET /repos/{owner}/{repo}/branches/{branch}`), a classic one or one of a ruleset: not what it forbids. */
export function decodeBranchStanding(answer: unknown): RefStanding {
  if (answer === undefined) return 'gone'
  return membersOf(answer)['protected'] === true ? 'protected' : 'open'
}

/** What must be restricted before a tag says more than that somebody may push: to make it, and to move it. To delete it makes nothing. */
const KEEPS_TAGS = ['CREATION', 'UPDATE']

/**
 * Whether rulesets protect a tag (GraphQL, `Ref.rules`: those of active rulesets of repository and organization that apply to the ref). There is
 * no other protection of tags, and the REST API tells the rules that apply of branches alone.
 * @param ref the member `ref` of the repository; `null` where there is no such tag.
 */
export function decodeTagStanding(ref: unknown): RefStanding {
  if (ref === undefined || ref === null) return 'gone'
  const types = listOf(membersOf(membersOf(ref)['rules'])['nodes']).map(({ type }) => type)
  return KEEPS_TAGS.every(type => types.includes(type)) ? 'protected' : 'open'
}

type Level = 'development' | 'preproduction' | 'production'

/**
 * Whether the refs that decide are protected: the one whose commit is delivered, and the default branch, whose delivery.yml is in force.
 * Whoever may push to them needs no gate (promise 5). A branch must be where more than development depends on it; a tag, which few protect,
 * where production does. Of everything else it is warned.
 */
export function evaluateRefs(
  refs: readonly DecidingRef[],
  levels: readonly Level[]
): Verdict<{ readonly warning?: string }> {
  const wrong = refs.filter(({ standing }) => standing !== 'protected')
  if (wrong.length === 0) return { allowed: true }
  const [tags, branches] = [wrong.filter(isTag), wrong.filter(it => !isTag(it))]
  const complaints = [...complaintsOfBranches(branches), ...complaintsOfTags(tags)]
  const reason = complaints.map(it => it.reason).join(' ')
  const remedy = complaints.map(it => it.remedy).join(' ')
  const refused =
    (branches.length > 0 && levels.some(level => level !== 'development')) ||
    (tags.length > 0 && levels.includes('production'))
  return refused ? refuse('failed', reason, remedy) : { allowed: true, warning: `${reason} ${remedy}` }
}

interface Complaint {
  readonly reason: string
  readonly remedy: string
}

const PLANS = '(private repositories need GitHub Pro, Team or Enterprise for rulesets)'

function complaintsOfBranches(branches: readonly DecidingRef[]): readonly Complaint[] {
  const namesOf = (standing: RefStanding): readonly string[] =>
    branches.filter(it => it.standing === standing).map(({ ref }) => ref.replace(/^refs\/heads\//, ''))
  const [open, gone] = [namesOf('open'), namesOf('gone')]
  const complaints: Complaint[] = []
  if (open.length > 0) {
    const [what, whom] = open.length === 1 ? ['is', 'it'] : ['are', 'them']
    complaints.push({
      reason: `${open.join(' and ')} ${what} not protected on GitHub: whoever may push to ${whom} decides what is delivered, and by which delivery.yml.`,
      remedy: `Add a branch ruleset under Settings > Rules > Rulesets that requires a pull request with an approval, and forbids force-pushes and deletion ${PLANS}.`
    })
  }
  if (gone.length > 0)
    complaints.push({
      reason: `${gone.join(' and ')} ${gone.length === 1 ? 'is' : 'are'} not on GitHub any more, so that no rule protects what was there.`,
      remedy: 'Restore the branch, or deliver from one that is there.'
    })
  return complaints
}

function complaintsOfTags(tags: readonly DecidingRef[]): readonly Complaint[] {
  return tags.map(({ ref, standing }) => {
    const name = ref.replace(/^refs\/tags\//, '')
    return standing === 'gone'
      ? {
          reason: `The tag ${name} is not on GitHub any more, so that no rule protects what was there.`,
          remedy: 'Restore the tag, or deliver another one.'
        }
      : {
          reason: `The tag ${name} cannot be shown to be protected: no ruleset restricts both who may create and who may update it, so whoever may push decides what is delivered.`,
          remedy: `Add a tag ruleset under Settings > Rules > Rulesets that restricts creations and updates of the tags that delivery.yml names ${PLANS}.`
        }
  })
}

function isTag({ ref }: DecidingRef): boolean {
  return ref.startsWith('refs/tags/')
}
