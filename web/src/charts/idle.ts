import { useEffect, useRef, useState } from 'preact/hooks'

const later: (work: () => void) => number = globalThis.requestIdleCallback ?? ((work) => setTimeout(work))
const never: (handle: number) => void = globalThis.cancelIdleCallback ?? clearTimeout

/** The value, at once where somebody sees it, else when the page has nothing better to do: sliders stay quick. */
export function useWhenIdle<T>(value: T, isSeen: boolean): T {
  const shown = useRef(value)
  const [, draw] = useState(0)
  if (isSeen) shown.current = value
  useEffect(() => {
    if (shown.current === value) return
    const handle = later(() => {
      shown.current = value
      draw((count) => count + 1)
    })
    return () => never(handle)
  }, [value])
  return shown.current
}
