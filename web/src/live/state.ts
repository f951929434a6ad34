// What the reader has changed, as the address holds it: a link reproduces the page.

export interface State {
  /** A case that the reader opened; absent: the one that the server was started with. */
  caseToml?: string
  changes: Record<string, number | string>
}

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)))
}

export function toHash({ caseToml, changes }: State): string {
  const fields = new URLSearchParams()
  for (const [key, value] of Object.entries(changes)) fields.set(key, String(value))
  if (caseToml !== undefined) fields.set('case', toBase64Url(caseToml))
  return fields.toString()
}

/** Of an address that somebody may have written by hand; null where it holds a case that cannot be read. */
export function fromHash(hash: string): State | null {
  const state: State = { changes: {} }
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (key === 'case') {
      try {
        state.caseToml = fromBase64Url(text)
      } catch {
        return null
      }
    } else {
      const value = Number(text)
      state.changes[key] = text.trim() === '' || Number.isNaN(value) ? text : value
    }
  }
  return state
}

/** What was changed from one state to another of the same case. */
export function changedKeys(from: State, to: State): string[] {
  if (from.caseToml !== to.caseToml) return []
  return Object.keys(to.changes).filter((key) => to.changes[key] !== from.changes[key])
}
