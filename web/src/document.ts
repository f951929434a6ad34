// The JSON that the page is drawn from: docs/schema/page.json. What is optional here may be absent; its chart is
// then left out.

export type Provenance = 'exact' | 'measured' | 'imported' | 'modelled' | 'stated' | 'prior'
export type Verdict = 'GO' | 'NO-GO' | 'MEASURE'

export interface Estimate {
  value: number
  p10: number
  p90: number
  provenance: Provenance
  source: string
  date: string | null
}

export interface Lengths {
  p50: number
  p95: number
  mean: number
}

export interface StepTime {
  total_seconds: number
  weight_reads_seconds: number
  kv_reads_seconds: number
  activations_seconds: number
  compute_seconds: number
  communication_seconds: number
  launches_seconds: number
  host_seconds: number
  memory_bound_fraction: number
}

export interface Distribution {
  mean_seconds: number
  p50_seconds: number
  p90_seconds: number
  p95_seconds: number
  p99_seconds: number
}

/** What users of one replica see at a load, by the simulator. */
export interface ServedLoad {
  requests_per_second_per_replica: number
  ttft: Distribution
  tpot: Distribution
  batch: number
}

/** A fleet over the load: each entry holds from just above its load to the next. */
export interface Staircase {
  requests_per_second_above: number[]
  gpus: number[]
  usd_per_month: number[]
  up_to_requests_per_second: number
}

/** Of what others serve only the prices are there. */
export interface Operation {
  served_by: 'here' | 'others'
  feasible: boolean
  gpus_per_replica: number
  sequences_that_fit: number
  capacity: { batch?: number | null; requests_per_second_per_replica: number | null; limited_by?: string; source?: string; gives_way?: string | null }
  at_mean_load?: ServedLoad | null
  at_peak_load?: ServedLoad | null
  fleet: { replicas: number; instances: number; instance_size: number; gpus: number } | null
  batch_at_mean_load: number
  memory_bound_fraction: number
  cycle_per_output_token: StepTime
  decode_step: StepTime
  prefill_step: StepTime
  usd_per_month: number | null
  usd_per_million_output_tokens: number | null
}

export interface Deployed {
  name: string
  scheme: string
  runs_as: string
  kv_cache: string
  operation: Operation
  staircase?: Staircase | null
}

export interface Flip {
  input: string
  now: number
  at: number | null
  text: string
}

export interface Month {
  month: number
  net: number
  present: number
}

export interface FiredRule {
  id: string
  severity: string
  happens: string
  numbers: string
  lift: string
  evidence: string
  date: string
}

export interface Measurement {
  name: string
  inputs: string[]
  gain: number
  cost: number
  delay: number
  net: number
  commands: string[]
}

export interface Information {
  worth_now: number
  /** Of knowing everything exactly, and of knowing one input. */
  perfect: number
  inputs: { name: string; worth: number }[]
  measurements: Measurement[]
}

export interface Swing {
  input: string
  unit: string
  p10: number
  p90: number
  worth_at_p10: number
  worth_at_p90: number
  rank_correlation: number
}

export interface OptionDecision extends Deployed {
  speedup: Estimate | null
  step_speedup: number | null
  gpus_saved: Estimate | null
  usd_saved_per_month: Estimate | null
  usd_spent_once: number | null
  net_worth_usd: Estimate | null
  probability_pays: number | null
  payback_months: number | null
  quality_loss: Estimate
  quality_bar: 'met' | 'likely' | 'missed' | 'unclear'
  worst_provenance: Provenance
  verdict: Verdict
  reasons: string[]
  break_evens?: Flip[]
  worth_spread_usd?: { mean: number; p5: number; p50: number; p95: number } | null
  probability_bar_missed: number
  saving_by_load: { text: string } | null
  information?: Information | null
  money?: { months: Month[] } | null
  rules?: FiredRule[]
}

export interface Fact {
  key: string
  holds: boolean | null
  because: string
}

export interface Decision {
  verdict: Verdict
  best_option: string | null
  reasons: string[]
  conditions?: string[]
  case: {
    name: string
    architecture: { id: string; name: string; source: string }
    device: { id: string; name: string; source: string; date: string }
    price_usd_per_gpu_hour: Estimate | null
    tenure: { kind: 'on-demand' | 'reserved' | 'owned'; usd_per_gpu_hour?: Estimate | null; usd_per_gpu?: Estimate | null }
    autoscaling: boolean
    engine: string
    requests_per_second: Estimate
    peak_to_mean: number
    prompt_tokens: Lengths
    output_tokens: Lengths
    slo: { ttft_p99_seconds: number | null; tpot_p99_seconds: number | null }
    quality_margin: number
    horizon_months: number
    warnings: string[]
  }
  simulation: { samples: number; requests_in_each: number }
  baseline: Deployed
  options: OptionDecision[]
  information?: Information | null
  tornado?: Swing[]
  kill_criteria?: { watch: string; text: string }[]
  article: {
    matrix: Fact[]
    volume: string
    volume_because: string
    advice: string
    advice_assumes: string
    agreement: string
    checklist: Fact[]
  }
}

export interface SpeedupPoint {
  at: number
  value: number
  p10: number
  p90: number
}

/** One option's speed-up over the baseline as one thing grows, up to where one of the two no longer fits. */
export interface SpeedupCurve {
  option: string
  phase: 'decode' | 'prefill'
  points: SpeedupPoint[]
  /** Where it starts or stops to be faster than the baseline: of the median and of both ends of the interval. */
  crossover: { median: number[]; p10: number[]; p90: number[] }
  ends_because: string | null
}

export interface RooflinePoint {
  option: string
  phase: 'decode' | 'prefill'
  tokens: number
  flops_per_byte: number
  flops_per_second: number
}

/** What has come in by the end of a month, as worth today: at the medians, and the 80 % of the draws. */
export interface CashPoint {
  month: number
  value: number
  p10: number
  p90: number
}

export interface Charts {
  point: { gpus: number; batch: number; prompt_tokens: number; context_tokens: number }
  speedup_by_batch: SpeedupCurve[]
  speedup_by_context: SpeedupCurve[]
  roofline: {
    bytes_per_second: number
    roofs: { units: string; flops_per_second: number }[]
    points: RooflinePoint[]
  }
  cash: { option: string; points: CashPoint[] }[]
}

/** Whether an option carries the traffic on GPUs of this case. */
export const servesHere = ({ operation }: Deployed): boolean => operation.served_by === 'here' && operation.feasible

/** Whether it does so here or at others. */
export const serves = (option: Deployed): boolean => option.operation.served_by === 'others' || servesHere(option)

export interface Input {
  key: string
  /** Null where the case has none. */
  value: number | string | null
  low?: number
  high?: number
  choices?: { id: string; name: string }[]
}

export interface PageDocument {
  schema: 'bitworth.page'
  version: string
  case_toml: string
  /** Of the draws behind the intervals; fewer in a rough answer. */
  draws: number
  /** The verdict in words, as the terminal ends with. */
  conclusion: { advice: string; because: string }
  decision: Decision
  charts: Charts
  /** What may be changed, where a server answers; absent in a saved page. */
  inputs?: Input[]
}

export function isDocument(value: unknown): value is PageDocument {
  return typeof value === 'object' && value !== null && (value as PageDocument).schema === 'bitworth.page'
}
