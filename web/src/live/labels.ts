/** What the inputs are called. */
export const labels: Record<string, { label: string; unit?: string; whole?: boolean }> = {
  'workload.requests_per_second': { label: 'Load', unit: 'requests/s' },
  'workload.peak_to_mean': { label: 'Peak over mean', unit: 'times' },
  'workload.prompt_tokens': { label: 'Prompt, median', unit: 'tokens', whole: true },
  'workload.output_tokens': { label: 'Answer, median', unit: 'tokens', whole: true },
  'engine.max_num_seqs': { label: 'Largest batch', unit: 'sequences', whole: true },
  'hardware.price_per_gpu_hour': { label: 'Price', unit: '$ per GPU-hour' },
  'quality.margin': { label: 'Quality margin', unit: 'share of answers' },
  'money.engineering_hours': { label: 'Engineering', unit: 'hours' },
  'hardware.device': { label: 'Device' },
  'baseline.scheme': { label: 'Baseline' }
}
