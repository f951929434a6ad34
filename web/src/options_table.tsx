import type { ComponentChildren } from 'preact'
import { serves, type PageDocument, type Deployed, type OptionDecision } from './document'
import { dollars, months, percent, points, probability, significant, times } from './format'
import { Range, Sourced } from './number'
import { bestOf } from './verdict'

const none = '\u2013'
const modelled = 'modelled: step times of data/kernels.toml, at the medians of all inputs'

interface Row {
  label: string
  note?: string
  baseline: (of: Deployed) => ComponentChildren
  option: (of: OptionDecision) => ComponentChildren
}

const both = (label: string, show: (of: Deployed) => ComponentChildren, note?: string): Row =>
  ({ label, baseline: show, option: show, ...(note ? { note } : {}) })

const rows: Row[] = [
  { label: 'Verdict', baseline: () => none, option: (o) => <span class="badge" data-verdict={o.verdict}>{o.verdict}</span> },
  {
    label: 'Speed-up', note: 'requests/s per GPU inside the SLO', baseline: (of) => (serves(of) ? times(1) : none),
    option: (o) => (o.speedup ? <Range estimate={o.speedup} show={times} /> : none)
  },
  both('$ per million output tokens', ({ operation: o }) =>
    o.usd_per_million_output_tokens === null ? none : <Sourced text={dollars(o.usd_per_million_output_tokens)} tip={modelled} />),
  both('$ per month', ({ operation: o }) =>
    o.usd_per_month === null ? none : <Sourced text={dollars(o.usd_per_month)} tip={modelled} />),
  both('GPUs to rent', ({ operation: o }) => o.served_by === 'others' ? 'hosted' :
    o.fleet ? <Sourced text={significant(o.fleet.gpus)} tip={`${o.fleet.replicas} replicas of ${o.gpus_per_replica}, ${modelled}`} /> : 'cannot serve'),
  both('GPUs per replica', ({ operation: o }) => (o.served_by === 'others' ? none : significant(o.gpus_per_replica))),
  both('Requests/s of a replica', ({ operation: o }) => {
    if (o.served_by === 'others') return none
    const { requests_per_second_per_replica: rate, limited_by: limit, gives_way: way, source } = o.capacity
    return rate === null ? none : <Sourced text={significant(rate)} tip={`inside the SLO; what stops it is ${way ?? limit ?? 'not known'}; ${source ?? modelled}`} />
  }),
  {
    label: 'Quality lost', baseline: () => none,
    option: (o) => <><Range estimate={o.quality_loss} show={points} /><span class="interval">bar {o.quality_bar}, {percent(o.probability_bar_missed)} chance to miss it</span></>
  },
  {
    label: 'Net worth', baseline: () => none,
    note: 'on average over the draws',
    option: (o) => (o.net_worth_usd ? <Range estimate={{ ...o.net_worth_usd, value: o.worth_spread_usd?.mean ?? o.net_worth_usd.value }} show={(value) => dollars(Math.round(value))} /> : none)
  },
  { label: 'Probability that it pays', baseline: () => none, option: (o) => (o.probability_pays === null ? none : probability(o.probability_pays)) },
  { label: 'Pays back', baseline: () => none, option: (o) => (o.net_worth_usd ? months(o.payback_months) : none) },
  { label: 'Rests on', note: 'the weakest of its inputs', baseline: () => none, option: (o) => o.worst_provenance }
]

/** The options side by side: one column each, the baseline first. */
export function OptionsTable({ document: { decision } }: { document: PageDocument }) {
  const best = bestOf(decision)
  return (
    <section aria-labelledby="options">
      <h2 id="options">Options side by side</h2>
      <p class="lead">At the medians of all inputs, but for the net worth; intervals hold 80 % of the draws.</p>
      <div class="scroller" tabIndex={0} role="region" aria-label="The options as a table">
        <table class="options">
          <thead>
            <tr>
              <td />
              <th scope="col">{decision.baseline.name}<span class="interval">baseline</span></th>
              {decision.options.map((option) => (
                <th scope="col" key={option.name} class={option === best ? 'best' : ''}>
                  {option.name}
                  {option.runs_as !== option.scheme && <span class="interval">runs as {option.runs_as}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}{row.note && <span class="interval">{row.note}</span>}</th>
                <td>{row.baseline(decision.baseline)}</td>
                {decision.options.map((option) => (
                  <td key={option.name} class={option === best ? 'best' : ''}>{row.option(option)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
