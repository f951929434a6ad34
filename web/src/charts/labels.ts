import type * as Plot from '@observablehq/plot'
import type { Deployed } from '../document'
import { counted } from '../format'
import { accent, ink } from './marks'

// Names beside marks. Plot puts a text where it is told; here each gives way to those before it.

export interface Label {
  x: number
  y: number
  text: string
  colour: string
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

type Scale = (value: number) => number

const fontSize = 11, lineHeight = 13
const ruler = document.createElement('canvas').getContext('2d')!
ruler.font = `${fontSize}px ${getComputedStyle(document.body).fontFamily}`
export const widthOf = (text: string) => ruler.measureText(text).width
const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

const rank = ({ colour }: Label) => (colour === accent ? 0 : colour === ink ? 1 : 2)

function written(text: string, x: number, y: number, colour: string): SVGTextElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', 'text')
  element.setAttribute('x', String(x))
  element.setAttribute('y', String(y))
  element.setAttribute('dy', '0.32em')
  element.setAttribute('text-anchor', 'start')
  element.setAttribute('fill', colour)
  element.setAttribute('font-size', String(fontSize))
  element.setAttribute('stroke', 'var(--paper)')
  element.setAttribute('stroke-width', '4')
  element.setAttribute('paint-order', 'stroke')
  element.textContent = text
  return element
}

function group(children: SVGElement[]): SVGElement {
  const result = document.createElementNS('http://www.w3.org/2000/svg', 'g')
  result.setAttribute('aria-label', 'label')
  result.append(...children)
  return result
}

/** A mark: each name near its point, at the first place that is free of other names, of points and of bars, or left out. The best option comes first, then the baseline. */
export function near(labels: Label[], bars: { x1: number; x2: number; y: number }[] = [], atRight: Label[] = []): Plot.RenderFunction {
  return (_index, scales, _channels, { width, height, marginLeft, marginBottom }) => {
    const x = scales.x as Scale, y = scales.y as Scale
    const box = (left: number, middle: number, text: string): Box =>
      ({ left, right: left + widthOf(text) + 4, top: middle - lineHeight / 2, bottom: middle + lineHeight / 2 })
    const taken: Box[] = labels.map((each) => ({ left: x(each.x) - 5, right: x(each.x) + 5, top: y(each.y) - 5, bottom: y(each.y) + 5 }))
    for (const bar of bars) taken.push({ left: x(bar.x1), right: x(bar.x2), top: y(bar.y) - 2, bottom: y(bar.y) + 2 })
    const fixed = atRight.map((each) => {
      const own = box(x(each.x) - widthOf(each.text), y(each.y) - 8, each.text)
      taken.push(own)
      return written(each.text, own.left, y(each.y) - 8, each.colour)
    })
    return group(fixed.concat([...labels].sort((a, b) => rank(a) - rank(b)).flatMap((each) => {
      const text = fitted(each.text, 0.45 * width), px = x(each.x), py = y(each.y)
      const places = [0, -lineHeight, lineHeight, -2 * lineHeight, 2 * lineHeight]
        .flatMap((dy) => [box(px + 9, py + dy, text), box(px - 9 - widthOf(text), py + dy, text)])
      const free = places.find((own) => own.left > marginLeft && own.right < width && own.top > 0 && own.bottom < height - marginBottom && taken.every((other) => !overlap(own, other)))
      if (!free) return []
      taken.push(free)
      return [written(text, free.left, (free.top + free.bottom) / 2, each.colour)]
    })))
  }
}

export const fitted = (text: string, room: number) => (widthOf(text) <= room ? text : `${text.slice(0, Math.max(1, Math.floor((room / widthOf(text)) * text.length) - 1))}…`)

/** What a replica of an option is called beside those of others: with its GPUs where they differ in them. */
export function replicaName(option: Deployed, others: Deployed[], room: number): string {
  const { gpus_per_replica: own } = option.operation
  const gpus = counted(own, 'GPU')
  const tells = option.name.endsWith(` ${gpus}`) || others.every((each) => each.operation.gpus_per_replica === own)
  return tells ? fitted(option.name, room) : `${fitted(option.name, room - widthOf(`, ${gpus}`))}, ${gpus}`
}

/** Room on the right for names that stand at the ends of lines: never more than the picture can spare. */
export const roomFor = (labels: { text: string }[], width: number): number =>
  Math.min(0.38 * width, 12 + Math.max(0, ...labels.map((each) => widthOf(each.text))))

/** A mark: the names at the ends of lines, in the margin on the right, pushed apart where lines end together. */
export function atEnds(labels: Label[], gap = 8): Plot.RenderFunction {
  return (_index, scales, _channels, { width }) => {
    const x = scales.x as Scale, y = scales.y as Scale
    const sorted = [...labels].sort((a, b) => y(a.y) - y(b.y))
    const heights = sorted.map((each) => y(each.y))
    for (let i = 1; i < heights.length; ++i) heights[i] = Math.max(heights[i]!, heights[i - 1]! + lineHeight)
    // What was pushed down pulls its neighbours up by half of it.
    const shift = heights.reduce((sum, height, i) => sum + height - y(sorted[i]!.y), 0) / Math.max(1, heights.length)
    return group(sorted.map((each, i) => written(fitted(each.text, width - x(each.x) - gap), x(each.x) + gap, heights[i]! - shift, each.colour)))
  }
}
