// What is asked and answered: docs/api/openapi.yaml.
import type { PageDocument } from '../document'
import type { State } from './state'
import type { Transport } from './transport'

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

/** The answer is no, and why. */
export class Refused extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map((problem) => problem.message).join('; '))
  }
}

const question = ({ caseToml, changes }: State, draws?: number): string =>
  JSON.stringify({ ...(caseToml === undefined ? {} : { case_toml: caseToml }), changes, draws })

export interface Api {
  /** Without a number of draws: with as many as bitworth decide takes. */
  decide: (state: State, draws?: number) => Promise<PageDocument>
  startRun: (state: State, draws: number) => Promise<Run>
  lookAtRun: (run: number) => Promise<Run>
  cancelRun: (run: number) => Promise<Run>
  /** Somebody is about to ask. */
  warmUp: () => void
}

export function apiOver(transport: Transport): Api {
  async function ask<T>(path: string, body?: string): Promise<T> {
    const answer = await transport(path, body)
    if (!answer.ok) throw new Refused((answer.body as { problems: Problem[] }).problems)
    return answer.body as T
  }
  return {
    decide: (state, draws) => ask('/api/decision', question(state, draws)),
    startRun: (state, draws) => ask('/api/runs', question(state, draws)),
    lookAtRun: (run) => ask(`/api/runs/${run}`),
    cancelRun: (run) => ask(`/api/runs/${run}/cancel`, '{}'),
    warmUp: () => transport.warmUp?.()
  }
}
