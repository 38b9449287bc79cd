/** The dashboard and the alerts name only metrics, operations and jobs that exist. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { namesIn } from '../harness/samples.ts'
import { deployed, handbook, root } from './files.ts'

const metricsIn = (text: string) => new Set(text.match(/\b(?:tessera|nodejs|process)_\w+/g))

async function names(): Promise<string[]> {
  const metrics = createMetrics()
  metrics.watchHashQueue(() => 0)
  metrics.watchConnections(() => 0)
  metrics.watchOutbox(() => 0)
  metrics.watchMails(
    () => 0,
    () => 0,
  )
  return namesIn(await metrics.text())
}

async function expectExported(used: ReadonlySet<string>, atLeast: number): Promise<void> {
  const exported = (await names()).flatMap((name) => [name, `${name}_bucket`])
  expect(used.size).toBeGreaterThanOrEqual(atLeast)
  expect([...used].filter((name) => !exported.includes(name))).toEqual([])
}

describe('the dashboard', () => {
  const queries = [...deployed('grafana-dashboard.json').matchAll(/"expr": "(.*)"/g)].join('\n')
  const shown = metricsIn(queries)

  it('names only exported metrics', async () => await expectExported(shown, 10))

  it('shows every metric of Tessera', async () => {
    const own = (await names()).filter((name) => name.startsWith('tessera_'))
    const isShown = (name: string) => shown.has(name) || shown.has(`${name}_bucket`)
    expect(own.filter((name) => !isShown(name))).toEqual([])
  })

  it('sums over the workers, or shows each of them', () => {
    const targets = [
      ...deployed('grafana-dashboard.json').matchAll(/"expr": "(.*)",\s*"legendFormat": "(.*)"/g),
    ]
    expect(targets.length).toBeGreaterThan(10)
    const others = targets.filter(
      ([, query = '', legend = '']) => !query.includes('sum') && !legend.includes('{{worker}}'),
    )
    expect(others).toEqual([])
  })
})

describe('the alerts', () => {
  const rules = deployed('prometheus-rules.yml')

  it('name only exported metrics', async () => await expectExported(metricsIn(rules), 6))

  it('are raised once for all workers of an instance', () => {
    const queries = [...rules.matchAll(/^ +expr: (?:\|\n +)?(.*)$/gm)].map(([, query]) => query)
    expect(queries.length).toBeGreaterThan(6)
    expect(queries.filter((query) => !/^(up|sum|max)\b/.test(query ?? ''))).toEqual([])
  })

  it('name only operations of the contract, and the job of the handbook', () => {
    const contract = readFileSync(join(root, 'openapi.yaml'), 'utf8')
    const operations = [...rules.matchAll(/operation!?[=~]+"([^"]*)"/g)].flatMap(([, named = '']) =>
      named.split('|'),
    )
    expect(operations.length).toBeGreaterThan(3)
    expect(operations.filter((name) => !contract.includes(`operationId: ${name}\n`))).toEqual([])
    const jobs = new Set([...rules.matchAll(/job="([^"]*)"/g)].map(([, job]) => job))
    expect([...jobs]).toEqual([/- job_name: (\S+)/.exec(handbook)?.[1]])
  })

  it('all stand in the handbook, with what to do', () => {
    const alerts = [...rules.matchAll(/- alert: (\S+)/g)].map(([, name = '']) => name)
    const explained = [...handbook.matchAll(/^\| `(Tessera\w+)` \|/gm)].map(([, name = '']) => name)
    expect(explained).toEqual(alerts)
  })
})
