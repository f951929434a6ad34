import type { FunctionComponent } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { PageDocument } from './document'
import { useWhenIdle } from './idle'

/** A part of the page: drawn anew at once where somebody sees it, else when the page rests. */
export function Part({ document, view: View }: { document: PageDocument; view: FunctionComponent<{ document: PageDocument }> }) {
  const place = useRef<HTMLDivElement>(null)
  const [onScreen, setOnScreen] = useState(true)
  const shown = useWhenIdle(document, onScreen)
  useEffect(() => {
    const drawn = place.current!.firstElementChild
    if (!drawn) return setOnScreen(true) // whatever comes is to be seen
    const observer = new IntersectionObserver(([entry]) => setOnScreen(entry?.isIntersecting ?? true))
    observer.observe(drawn)
    return () => observer.disconnect()
  }, [shown])
  return <div class="part" ref={place}>{useMemo(() => <View document={shown} />, [shown])}</div>
}
