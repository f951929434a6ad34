import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useWhenIdle } from '../idle'

export interface DataTable {
  columns: string[]
  rows: (string | number)[][]
}

export interface PanelProps {
  title?: string
  label: string
  /** Draws for a width in pixels. */
  draw: (width: number) => Element
}

/** One picture, drawn anew when its width changes. */
function Panel({ title, label, draw }: PanelProps) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(place.current!)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (width === 0) return
    const drawn = draw(width)
    drawn.setAttribute('aria-hidden', 'true') // the label and the table say it
    place.current!.replaceChildren(drawn)
  }, [width, draw])
  return (
    <div class="panel">
      {title && <h4>{title}</h4>}
      <div class="plot" role="img" aria-label={label} ref={place} />
    </div>
  )
}

function rowsOf(table: DataTable) {
  return (
    <table class="plain">
      <thead><tr>{table.columns.map((column) => <th scope="col" key={column}>{column}</th>)}</tr></thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.join('|')}>
            {row.map((cell, i) => (i === 0 ? <th scope="row" key={i}>{cell}</th> : <td key={i} class={typeof cell === 'number' ? 'number' : ''}>{cell}</td>))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The same as a table, folded away. */
function Numbers({ title, table }: { title: string; table: DataTable }) {
  const [open, setOpen] = useState(false)
  const shown = useWhenIdle(table, open)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The numbers</summary>
      <div class="scroller" tabIndex={0} role="region" aria-label={`${title}: the numbers`}>{useMemo(() => rowsOf(shown), [shown])}</div>
    </details>
  )
}

interface FigureProps {
  id: string
  title: string
  /** What the picture says, in a sentence. */
  says: ComponentChildren
  panels: PanelProps[]
  table: DataTable
  wide?: boolean
  legend?: ComponentChildren
}

/** A picture people argue over: its message, the picture, and the same numbers as a table. */
export function Figure({ id, title, says, panels, table, wide, legend }: FigureProps) {
  return (
    <figure id={id} class={wide ? 'wide' : ''} aria-labelledby={`${id}-title`}>
      <figcaption>
        <h3 id={`${id}-title`}>{title}</h3>
        <p>{says}</p>
      </figcaption>
      {legend}
      <div class="panels">{panels.map((panel) => <Panel key={panel.title ?? id} {...panel} />)}</div>
      <Numbers title={title} table={table} />
    </figure>
  )
}
