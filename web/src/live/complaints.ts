import type { Problem } from './api'
import { labels } from './labels'

/** What is wrong, and of which input. */
export interface Complaint {
  key?: string
  text: string
}

/** The problems in words of the page: of a changed input without its place in the case, and what else follows from it. */
export function complaintsOf(problems: Problem[], changed: string[]): Complaint[] {
  const complaints: Complaint[] = []
  for (const { line, message, hint } of problems) {
    const named = changed.find((key) => message.startsWith(`${nameOf(key)} `) || message.startsWith(`${nameOf(key)}.`))
    const key = named ?? (changed.length === 1 ? changed[0] : undefined)
    if (key === undefined) {
      complaints.push({ text: [line ? `line ${line}: ` : '', message, hint ? `; ${hint}` : ''].join('') })
    } else if (!complaints.some((each) => each.key === key)) {
      const label = labels[key]?.label
      const what = named && label ? message.replace(/^\S+/, label) : message
      complaints.push({ key, text: hint ? `${what}; ${hint.replace(/, for example .*/, '')}` : what })
    }
  }
  return complaints
}

const nameOf = (key: string) => key.slice(key.lastIndexOf('.') + 1)
