import * as Plot from '@observablehq/plot'
import type { PageDocument } from '../document'
import { bestOf } from '../verdict'

export { Plot }

// Colours are the style sheet's, so that they follow light, dark and paper.
export const ink = 'var(--ink)'
export const muted = 'var(--muted)'
export const rule = 'var(--rule)'
export const accent = 'var(--accent)'
export const soft = 'var(--accent-soft)'
export const paper = 'var(--paper)'

/** The option that the verdict is about has the accent, the baseline ink, all others grey. */
export function colourOf(document: PageDocument, name: string): string {
  if (name === document.decision.baseline.name) return ink
  return name === bestOf(document.decision)?.name ? accent : muted
}

export const plotStyle = { background: 'transparent', color: 'var(--ink)', fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' }

export const tipStyle = { fill: paper, stroke: muted, fontSize: 12, pathFilter: 'none' } as const
