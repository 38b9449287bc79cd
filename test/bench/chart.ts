/** A bar chart of the CPU time of one `GET /users/me`, per contender. */
import type { Figures } from './rounds.ts'

const title = 'µs of CPU for one GET /users/me (shorter is better)'
const barHeight = 22
const gap = 8
const left = 270
const width = 800

/** Returns an SVG for light and dark pages. */
export function chart(figures: readonly Figures[]): string {
  const max = Math.max(...figures.map(({ cpu }) => cpu))
  const scale = (width - left - 90) / max
  const height = figures.length * (barHeight + gap) + 40
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `  <title>${title}</title>`,
    `  <style>text { fill: #444 } @media (prefers-color-scheme: dark) { text { fill: #ccc } }</style>`,
    `  <text x="${left}" y="18">${title}</text>`,
    ...figures.flatMap(({ name, cpu }, at) => bar(name, cpu, at, scale)),
    '</svg>',
    '',
  ].join('\n')
}

function bar(name: string, cpu: number, at: number, scale: number): string[] {
  const y = 32 + at * (barHeight + gap)
  const length = Math.max(1, cpu * scale).toFixed(1)
  const color = name.startsWith('Tessera') ? '#b4532a' : '#8a97a6'
  const baseline = y + barHeight * 0.7
  return [
    `  <text x="${left - 10}" y="${baseline}" text-anchor="end">${name}</text>`,
    `  <rect x="${left}" y="${y}" width="${length}" height="${barHeight}" rx="3" fill="${color}"/>`,
    `  <text x="${left + Number(length) + 8}" y="${baseline}">${cpu.toFixed(0)}</text>`,
  ]
}
