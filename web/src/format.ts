// Numbers as people read them: three significant digits, a unit, never an exponent.

const minus = '\u2212'

// Making a format takes a hundred times as long as using it: one of each kind is enough.
const kept = new Map<string, Intl.NumberFormat>()
function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options)
  const known = kept.get(key) ?? new Intl.NumberFormat('en-US', options)
  kept.set(key, known)
  return known
}

/** With commas between thousands, at most three digits after the point. */
export function plain(value: number): string {
  return formatOf({}).format(value)
}

function grouped(value: number, digits: number): string {
  const text = formatOf({ maximumSignificantDigits: digits, useGrouping: true }).format(value)
  return text.startsWith('-') ? minus + text.slice(1) : text
}

export function significant(value: number, digits = 3): string {
  return grouped(Object.is(value, -0) ? 0 : value, Math.abs(value) >= 1000 && digits === 3 ? 4 : digits)
}

export function dollars(value: number): string {
  const size = Math.abs(value)
  const sign = value < 0 ? minus : ''
  if (size === 0) return '$0'
  if (size >= 1000) return sign + '$' + formatOf({ maximumFractionDigits: 0 }).format(size)
  return sign + '$' + formatOf({ minimumFractionDigits: 2, maximumFractionDigits: size < 0.1 ? 4 : 2 }).format(size)
}

export function shortDollars(value: number): string {
  const size = Math.abs(value)
  const sign = value < 0 ? minus : ''
  if (size >= 1e6) return `${sign}$${significant(size / 1e6)}M`
  if (size >= 1e3) return `${sign}$${significant(size / 1e3)}k`
  return `${sign}$${significant(size)}`
}

export function seconds(value: number): string {
  if (value >= 1) return significant(value) + ' s'
  if (value >= 1e-3) return significant(value * 1e3) + ' ms'
  return significant(value * 1e6) + ' µs'
}

export function percent(share: number): string {
  return significant(share * 100) + ' %'
}

/** Whole percent; the ends are never quite certain. */
export function probability(share: number): string {
  if (share > 0.995) return '> 99 %'
  return share < 0.005 ? '< 1 %' : Math.round(share * 100) + ' %'
}

/** A loss of quality: percentage points. */
export function points(share: number): string {
  return significant(share * 100, 2) + ' pp'
}

export function times(ratio: number): string {
  return significant(ratio) + '×'
}

export function counted(count: number, noun: string): string {
  return `${significant(count)} ${noun}${count === 1 ? '' : 's'}`
}

export function bytes(value: number): string {
  for (const [unit, size] of [['TB', 1e12], ['GB', 1e9], ['MB', 1e6], ['kB', 1e3]] as const)
    if (value >= size) return `${significant(value / size)} ${unit}`
  return significant(value) + ' B'
}

export function flopsPerSecond(value: number): string {
  return value >= 1e15 ? significant(value / 1e15) + ' PFLOP/s' : significant(value / 1e12) + ' TFLOP/s'
}

export function months(value: number | null): string {
  if (value === null) return 'never'
  return value === 0 ? 'at once' : significant(value, 2) + ' months'
}

/** A figure in the units of the decision's inputs. */
export function withUnit(value: number, unit: string): string {
  if (unit === '$' || unit === '$/h') return dollars(value) + unit.slice(1)
  if (unit === 'of the answers') return points(value)
  if (unit === 'a month') return percent(value) + ' a month'
  return unit ? `${significant(value)} ${unit}` : times(value)
}

/** A figure of the JSON by the unit that its key ends with. */
export function byKey(key: string, value: number): string {
  if (/usd/.test(key)) return dollars(value)
  if (/seconds$/.test(key)) return seconds(value)
  if (/(_loss|margin|discordance)$/.test(key)) return points(value)
  if (/(probability|share|fraction)/.test(key)) return percent(value)
  if (/speedup/.test(key)) return times(value)
  if (/bytes/.test(key)) return bytes(value)
  return significant(value)
}
