// The server's answers: docs/api/openapi.yaml.
import type { PageDocument } from '../document'
import type { State } from './state'

export interface Problem {
  line?: number
  column?: number
  message: string
  hint?: string
}

export interface Run {
  run: number
  state: 'running' | 'done' | 'cancelled'
  progress: number
  document: PageDocument | null
}

/** The server said no, and why. */
export class Refused extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map((problem) => problem.message).join('; '))
  }
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init)
  const answer = (await response.json()) as T & { problems?: Problem[] }
  if (!response.ok) throw new Refused(answer.problems ?? [{ message: response.statusText }])
  return answer
}

const post = (body: string, signal?: AbortSignal): RequestInit =>
  ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body, ...(signal ? { signal } : {}) })

const question = ({ caseToml, changes }: State, draws: number): string =>
  JSON.stringify({ ...(caseToml === undefined ? {} : { case_toml: caseToml }), changes, draws })

export const decide = (state: State, draws: number, signal: AbortSignal): Promise<PageDocument> =>
  ask('/api/decision', post(question(state, draws), signal))

export const startRun = (state: State, draws: number): Promise<Run> => ask('/api/runs', post(question(state, draws)))

export const lookAtRun = (run: number): Promise<Run> => ask(`/api/runs/${run}`)

export const cancelRun = (run: number): Promise<Run> => ask(`/api/runs/${run}/cancel`, post('{}'))
