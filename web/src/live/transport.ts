// Who answers the page's questions: a server, or the module that a report carries.

export interface Answer {
  ok: boolean
  /** JSON, as docs/api/openapi.yaml describes it. */
  body: unknown
}

/** POSTs the body to the path; without a body, GETs the path. */
export interface Transport {
  (path: string, body?: string): Promise<Answer>
  /** Somebody is about to ask: what all answers rest on may be computed now. */
  warmUp?: () => void
}

export const server: Transport = async (path, body) => {
  const response = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  return { ok: response.ok, body: await response.json() }
}
