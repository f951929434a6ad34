import type { Estimate } from './document'

/** What an estimate rests on, in a line or two. */
export function origin(estimate: Estimate): string {
  const date = estimate.date ? `, ${estimate.date}` : ''
  return `${estimate.provenance}: ${estimate.source}${date}`
}

/** A figure with its source on hover. */
export function Sourced({ text, tip }: { text: string; tip: string }) {
  return <span class="sourced" data-tip={tip}>{text}</span>
}

/** A figure, its 80 % interval below it, and its source on hover. */
export function Range({ estimate, show }: { estimate: Estimate; show: (value: number) => string }) {
  const point = estimate.p10 === estimate.p90
  return (
    <>
      <Sourced text={show(estimate.value)} tip={origin(estimate)} />
      {!point && <span class="interval">{show(estimate.p10)} to {show(estimate.p90)}</span>}
    </>
  )
}
