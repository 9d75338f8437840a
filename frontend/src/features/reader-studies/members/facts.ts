/** What a membership says of a person: each part takes what is its own. */
import type { MemberFacts, Part, Person } from '../api/types'

export const NOTHING: MemberFacts = { name: '', seniority: '', years: null, site: '', chair: '' }

/** Facts that belong to a part, with what must be said filled in: the server takes no seniority of a coder. */
export function factsFor(part: Part, facts: MemberFacts): MemberFacts {
  return {
    name: facts.name.trim(),
    seniority: part === 'reader' ? facts.seniority || 'senior' : '',
    years: part === 'reader' ? facts.years : null,
    site: part === 'reader' ? facts.site.trim() : '',
    chair: part === 'tagger' ? facts.chair || 'junior' : '',
  }
}

/** What the form says of the next person: of the same site, senior and junior by turns. */
export function nextAfter({ site, seniority }: MemberFacts): MemberFacts {
  return { ...NOTHING, site, seniority: seniority === 'junior' ? '' : 'junior' }
}

/** A person's name and account, each once. */
export function nameOf({ person, username }: Pick<Person, 'person' | 'username'>): string {
  if (!person) return username
  return person.includes(username) ? person : `${person} (${username})`
}
