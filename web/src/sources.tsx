import type { Estimate, PageDocument } from './document'
import { byKey } from './format'

interface Row {
  what: string
  text: string
  interval: string
  origin: string
  source: string
}

function isEstimate(value: unknown): value is Estimate {
  return typeof value === 'object' && value !== null && 'provenance' in value && 'value' in value && 'p10' in value
}

const words = (key: string) => key.replace(/_(usd|seconds|bytes)$/, '').replace(/^usd_/, '').replaceAll('_', ' ')

/** Every estimate below a value, wherever it stands. */
function estimates(value: unknown, path: string[], rows: Row[]): void {
  if (typeof value !== 'object' || value === null) return
  if (isEstimate(value)) {
    const key = path.at(-1) ?? ''
    const show = (figure: number) => byKey(key, figure)
    rows.push({
      what: [...path.slice(0, -1), words(key)].join(' · '),
      text: show(value.value),
      interval: value.p10 === value.p90 ? 'exact' : `${show(value.p10)} to ${show(value.p90)}`,
      origin: value.provenance,
      source: value.source + (value.date ? `, ${value.date}` : '')
    })
    return
  }
  if (Array.isArray(value)) {
    for (const each of value as { name?: string }[])
      estimates(each, each?.name ? [...path.slice(0, -1), each.name] : path, rows)
    return
  }
  for (const [key, each] of Object.entries(value)) estimates(each, [...path, key], rows)
}

/** Each number's source, for readers who do not hover: screen readers, paper. */
export function Sources({ document }: { document: PageDocument }) {
  const rows: Row[] = []
  estimates(document.decision, [], rows)
  const { architecture, device } = document.decision.case
  const { simulation } = document.decision
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">Where the numbers come from</h2>
      <p class="lead">Step times, fleets and dollars are modelled from these, at their medians; intervals come from drawing them. {simulation.samples > 0
        ? `Capacities are simulated: ${simulation.samples} samples of ${simulation.requests_in_each.toLocaleString('en-US')} requests.`
        : 'Capacities are in closed form: such requests are not simulated.'}</p>
      <details>
        <summary>{rows.length} figures and their sources</summary>
        <div class="scroller" tabIndex={0} role="region" aria-label="The sources as a table">
          <table class="plain" id="sources-table">
            <thead><tr><th scope="col">figure</th><th scope="col">value</th><th scope="col">80 % interval</th><th scope="col">rests on</th><th scope="col">source</th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.what}><th scope="row">{row.what}</th><td class="number">{row.text}</td><td class="number">{row.interval}</td><td>{row.origin}</td><td>{row.source}</td></tr>
              ))}
              <tr><th scope="row">shape of {architecture.name}</th><td /><td /><td>imported</td><td>{architecture.source}</td></tr>
              <tr><th scope="row">figures of {device.name}</th><td /><td /><td>imported</td><td>{device.source}{device.date && `, ${device.date}`}</td></tr>
            </tbody>
          </table>
        </div>
      </details>
    </section>
  )
}
