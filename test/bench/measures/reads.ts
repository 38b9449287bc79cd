/** Target 1: the cost of `GET /users/me`, compared with all contenders. */
import {
  bareExpress,
  betterAuth,
  expressOAuthServer,
  expressSqlite,
  nodeHttp,
  seed,
  tessera,
} from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { get } from '../load.ts'
import { type Figures, type Lane, openLane, sideBySide } from '../rounds.ts'
import type { Result } from '../target.ts'

const rounds = 5
const requests = 5_000

export interface Reads {
  readonly figures: readonly Figures[]
  readonly results: readonly Result[]
  /** The contenders that could not run, and why. */
  readonly missing: readonly string[]
}

export async function measureReads({ file, tokens }: BenchDatabase): Promise<Reads> {
  const plain = tessera(file)
  const logged = tessera(file, { LOG_LEVEL: 'info' })
  const lanes = [
    await openLane(nodeHttp),
    await openLane(bareExpress),
    await openLane(expressSqlite(file)),
    await openLane(plain),
    withEveryToken(await openLane(plain), tokens),
    named('Tessera, access log on', await openLane(logged)),
    await openLane(expressOAuthServer),
    await openLane(betterAuth(file)),
  ]
  const quietSeed = seed()
  const loggedSeed = seed({ accessLog: true })
  const missing: string[] = []
  if (typeof quietSeed === 'string' || typeof loggedSeed === 'string')
    missing.push(`FastAPI tutorial on uvicorn: ${quietSeed}`)
  else
    lanes.push(
      await openLane(quietSeed),
      named(`${loggedSeed.name}, access log on`, await openLane(loggedSeed)),
    )
  const figures = await sideBySide(lanes, rounds, { connections: 20, requests })
  for (const { server } of lanes) await server.stop()
  return { figures, missing, results: resultsOf(figures) }
}

function named(name: string, lane: Lane): Lane {
  return { ...lane, name }
}

function withEveryToken(lane: Lane, tokens: readonly string[]): Lane {
  const bytes = tokens.map((token) => get('/users/me', { Authorization: `Bearer ${token}` }))
  let at = 0
  const request = () => bytes[at++ % bytes.length] ?? ''
  return { ...lane, name: 'Tessera, a different token each time', request }
}

function resultsOf(figures: readonly Figures[]): Result[] {
  const of = (name: string) => figures.find((each) => each.name === name)
  const ratio = (one: number | undefined, other: number | undefined) =>
    (one ?? NaN) / (other ?? NaN)
  const express = of('Express')?.cpu
  const python = of('FastAPI tutorial on uvicorn')?.perSecond
  const pythonLogged = of('FastAPI tutorial on uvicorn, access log on')?.perSecond
  return [
    {
      what: '1  GET /users/me: CPU ÷ bare Express',
      value: ratio(of('Tessera')?.cpu, express),
      unit: '×',
      atMost: 1.8,
    },
    {
      what: '1  … with a different token each time',
      value: ratio(of('Tessera, a different token each time')?.cpu, express),
      unit: '×',
      atMost: 3.5,
    },
    {
      what: '1  … CPU ÷ Better Auth',
      value: ratio(of('Tessera')?.cpu, of('Better Auth (scrypt)')?.cpu),
      unit: '×',
      atMost: 0.25,
    },
    {
      what: '1  … requests/s ÷ tutorial',
      value: ratio(of('Tessera')?.perSecond, python),
      unit: '×',
      atLeast: 4,
    },
    {
      what: '1  … requests/s ÷ tutorial, access logs on in both',
      value: ratio(of('Tessera, access log on')?.perSecond, pythonLogged),
      unit: '×',
      atLeast: 3,
    },
  ]
}
