import type { PageDocument } from './document'
import { dollars, points, seconds, significant } from './format'
import { origin, Sourced } from './number'

/** What was asked. */
export function CaseFacts({ document: { decision } }: { document: PageDocument }) {
  const c = decision.case
  const { tenure } = c
  const price = tenure.usd_per_gpu ?? tenure.usd_per_gpu_hour ?? c.price_usd_per_gpu_hour
  const prefix = tenure.kind === 'owned' ? 'owned, ' : tenure.kind === 'reserved' ? 'reserved at ' : ''
  const lengths = (of: { p50: number; p95: number }) => `${significant(of.p50, 4)} tokens (p95 ${significant(of.p95, 4)})`
  return (
    <section aria-labelledby="case">
      <h2 id="case">The case</h2>
      <dl class="facts">
        <div><dt>Model</dt><dd><Sourced text={c.architecture.name} tip={c.architecture.source} /></dd></div>
        <div><dt>Device</dt><dd><Sourced text={c.device.name} tip={c.device.source} /></dd></div>
        <div><dt>Engine</dt><dd>{c.engine}</dd></div>
        {price && (
          <div><dt>Price</dt><dd><Sourced text={`${prefix}${dollars(price.value)} ${tenure.kind === 'owned' ? 'a GPU' : 'per GPU-hour'}`} tip={origin(price)} /> ({price.provenance})</dd></div>
        )}
        <div>
          <dt>Load</dt>
          <dd><Sourced text={`${significant(c.requests_per_second.value)} requests/s`} tip={origin(c.requests_per_second)} />, peak {significant(c.peak_to_mean)} times that{c.autoscaling && ', autoscaled'}</dd>
        </div>
        <div><dt>Prompts</dt><dd>{lengths(c.prompt_tokens)}</dd></div>
        <div><dt>Answers</dt><dd>{lengths(c.output_tokens)}</dd></div>
        <div>
          <dt>Users may wait</dt>
          <dd>
            {c.slo.ttft_p99_seconds !== null && `${seconds(c.slo.ttft_p99_seconds)} to the first token`}
            {c.slo.ttft_p99_seconds !== null && c.slo.tpot_p99_seconds !== null && ', '}
            {c.slo.tpot_p99_seconds !== null && `${seconds(c.slo.tpot_p99_seconds)} for each after it`}
          </dd>
        </div>
        <div><dt>Quality bar</dt><dd>at most {points(c.quality_margin)} lost</dd></div>
      </dl>
      {c.warnings.length > 0 && (
        <ul class="warnings">{c.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
      )}
    </section>
  )
}
