import { useEffect, useRef, useState } from 'preact/hooks'

const rest = 150 // milliseconds without a new value: between two moves of a slider there are fewer
const whenIdle: (work: () => void) => unknown = globalThis.requestIdleCallback ?? ((work) => setTimeout(work))

/** The value, at once where somebody sees it, else when it rests and the page has nothing better to do: sliders stay quick. */
export function useWhenIdle<T>(value: T, isSeen: boolean): T {
  const shown = useRef(value)
  const [, draw] = useState(0)
  if (isSeen) shown.current = value
  useEffect(() => {
    if (shown.current === value) return
    let newest = true
    const show = () => {
      if (!newest) return
      shown.current = value
      draw((count) => count + 1)
    }
    const timer = setTimeout(() => whenIdle(show), rest)
    return () => {
      newest = false
      clearTimeout(timer)
    }
  }, [value])
  return shown.current
}
