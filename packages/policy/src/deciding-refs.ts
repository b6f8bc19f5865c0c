import { membersOf, objectsIn } from './json.ts'
import { refuse, type Verdict } from './verdict.ts'

/**
 * What keeps people from changing a ref. `protected`: a rule that demands somebody else, or, where no more was asked, any; `unseen`: a rule,
 * of which the job's token cannot see what it demands; `unreviewed`: nobody can rewrite it, and whoever may push can add to it; `idle`: rules
 * that keep no one from rewriting it, like one about names; `open`: no rule; `gone`: GitHub does not know the ref.
 */
export type RefStanding = 'protected' | 'unseen' | 'unreviewed' | 'idle' | 'open' | 'gone'

/** A ref that decides what is delivered, or by which delivery.yml. */
export interface DecidingRef {
  /** In full. */
  readonly ref: string
  readonly standing: RefStanding
}

/** What the active rulesets of a branch come to: a second person, a history that stays, neither; or they cannot be seen. */
export type BranchRules = 'reviewed' | 'kept' | 'idle' | 'unseen'

/** How many rules GitHub tells at once. Of a full page it is not known whether it is all. */
export const MOST_RULES = 100

/**
 * What the rules of active rulesets, of repository and organization, keep people from (`GET /repos/{owner}/{repo}/rules/branches/{branch}`).
 * Direct pushes, forced ones too, are refused by a pull request that is required, with or without an approval.
 * @param answer `undefined` where the token may not ask.
 */
export function decodeBranchRules(answer: unknown): BranchRules {
  if (!Array.isArray(answer)) return 'unseen'
  const rules = objectsIn(answer)
  const types = rules.map(({ type }) => type)
  if (types.includes('update') || rules.some(demandsApproval)) return 'reviewed'
  if (rules.length >= MOST_RULES) return 'unseen'
  return types.includes('pull_request') || types.includes('non_fast_forward') ? 'kept' : 'idle'
}

function demandsApproval({ type, parameters }: Readonly<Record<string, unknown>>): boolean {
  return type === 'pull_request' && Number(membersOf(parameters)['required_approving_review_count']) >= 1
}

/**
 * How a branch stands (`GET /repos/{owner}/{repo}/branches/{branch}`). GitHub answers `protected` for any rule that applies, a classic one or
 * one of a ruleset, and `protection.enabled` for a classic one alone, of which only administrators see what it demands.
 * @param rules of its rulesets; without them, any rule is taken for protection.
 */
export function decodeBranchStanding(answer: unknown, rules?: BranchRules): RefStanding {
  if (answer === undefined) return 'gone'
  const branch = membersOf(answer)
  if (branch['protected'] !== true) return 'open'
  if (rules === undefined || rules === 'reviewed') return 'protected'
  if (membersOf(branch['protection'])['enabled'] !== false) return 'unseen'
  return rules === 'kept' ? 'unreviewed' : rules
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
  const types = objectsIn(membersOf(membersOf(ref)['rules'])['nodes']).map(({ type }) => type)
  return KEEPS_TAGS.every(type => types.includes(type)) ? 'protected' : 'open'
}

type Level = 'development' | 'preproduction' | 'production'

/**
 * Whether the refs that decide are protected: the one whose commit is delivered, and the default branch, whose delivery.yml is in force.
 * Whoever may push to them needs no gate (promise 5). A branch must be where more than development depends on it; where production does, by a
 * rule that keeps people from rewriting it, and so must a tag, which few protect. Of everything else it is warned. What the token cannot see
 * refuses nothing: it is noted what is assumed.
 */
export function evaluateRefs(
  refs: readonly DecidingRef[],
  levels: readonly Level[]
): Verdict<{ readonly warning?: string; readonly note?: string }> {
  const [tags, branches] = [refs.filter(isTag), refs.filter(it => !isTag(it))]
  const complaints = [...complaintsOfBranches(branches), ...complaintsOfTags(tags)]
  const reason = complaints.map(it => it.reason).join(' ')
  const remedy = complaints.map(it => it.remedy).join(' ')
  if (refs.some(ref => stops(ref, levels))) return refuse('failed', reason, remedy)
  const unseen = namesOf(branches, 'unseen')
  return {
    allowed: true,
    ...(complaints.length === 0 ? {} : { warning: `${reason} ${remedy}` }),
    ...(unseen.length === 0 ? {} : { note: noteOfUnseen(unseen) })
  }
}

function stops(ref: DecidingRef, levels: readonly Level[]): boolean {
  switch (ref.standing) {
    case 'protected':
    case 'unseen':
    case 'unreviewed':
      return false
    case 'idle':
      return levels.includes('production')
    case 'open':
    case 'gone':
      return isTag(ref) ? levels.includes('production') : levels.some(level => level !== 'development')
  }
}

function noteOfUnseen(names: readonly string[]): string {
  const [what, whom] = names.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${names.join(' and ')} ${what} protected on GitHub, but the token of a job cannot see by what: only administrators see what a classic rule demands. It is assumed that no one can push to ${whom} without review, or rewrite ${whom}: see Settings > Branches and Settings > Rules > Rulesets.`
}

interface Complaint {
  readonly reason: string
  readonly remedy: string
}

const PLANS = '(private repositories need GitHub Pro, Team or Enterprise for rulesets)'

function namesOf(branches: readonly DecidingRef[], standing: RefStanding): readonly string[] {
  return branches.filter(it => it.standing === standing).map(({ ref }) => ref.replace(/^refs\/heads\//, ''))
}

/** What is wrong with branches of one standing, `them` by name. */
const COMPLAINTS: readonly (readonly [RefStanding, (them: string, one: boolean) => Complaint])[] = [
  [
    'open',
    (them, one) => ({
      reason: `${them} ${one ? 'is' : 'are'} not protected on GitHub: whoever may push to ${one ? 'it' : 'them'} decides what is delivered, and by which delivery.yml.`,
      remedy: `Add a branch ruleset under Settings > Rules > Rulesets that requires a pull request with an approval, and forbids force-pushes and deletion ${PLANS}.`
    })
  ],
  [
    'idle',
    (them, one) => ({
      reason: `The rules of ${them} on GitHub keep no one from rewriting ${one ? 'it' : 'them'}: no ruleset requires a pull request, restricts updates or blocks force pushes, and there is no classic rule. Whoever may push decides what is delivered to production, and by which delivery.yml.`,
      remedy:
        'Turn on "Require a pull request before merging" with one required approval, or at least "Block force pushes", in a branch ruleset under Settings > Rules > Rulesets.'
    })
  ],
  [
    'unreviewed',
    (them, one) => ({
      reason: `${them} ${one ? 'takes' : 'take'} changes that no one has approved: whoever may push or merge decides what is delivered, and by which delivery.yml, until someone is asked at a gate.`,
      remedy:
        'If that is not meant, turn on "Require a pull request before merging" with one required approval in a branch ruleset under Settings > Rules > Rulesets.'
    })
  ],
  [
    'gone',
    (them, one) => ({
      reason: `${them} ${one ? 'is' : 'are'} not on GitHub any more, so that no rule protects what was there.`,
      remedy: 'Restore the branch, or deliver from one that is there.'
    })
  ]
]

function complaintsOfBranches(branches: readonly DecidingRef[]): readonly Complaint[] {
  return COMPLAINTS.flatMap(([standing, complain]) => {
    const names = namesOf(branches, standing)
    return names.length === 0 ? [] : complain(names.join(' and '), names.length === 1)
  })
}

function complaintsOfTags(tags: readonly DecidingRef[]): readonly Complaint[] {
  const wrong = tags.filter(({ standing }) => standing !== 'protected')
  return wrong.map(({ ref, standing }) => {
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
