/**
 * `npm run bench:against -- FOLDER [PAIRS]`: compares this checkout with a different one, such as the commit before a change.
 *
 * Every pair starts new servers and measures them in turn; the medians of the pairs are printed. Each checkout makes its
 * own database and defines how its server starts.
 */
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bareExpress, type SecuredContender, tessera, tesseraOf } from './contenders.ts'
import { introspectionLane, refreshLane, sessions } from './measures/tokens.ts'
import { type Running, run } from './process.ts'
import { type Lane, median, openLane, readLane, sideBySide } from './rounds.ts'

interface Checkout {
  readonly contender: SecuredContender
  removeDatabase(): void
}

/** The values of one pair, before and after. */
type Pair = readonly [what: string, unit: string, before: number, after: number]

const rounds = 3
const [folder, pairs = '7'] = process.argv.slice(2)
if (!folder) throw new Error('missing argument: the folder of the other checkout')

progress('making the databases')
const before = await openCheckout(resolve(folder))
const after = await openCheckout(fileURLToPath(new URL('../..', import.meta.url)))
try {
  const found: Pair[] = []
  for (let pair = 1; pair <= Number(pairs); pair++) {
    progress(`pair ${pair} of ${pairs}`)
    found.push(...(await compareCheckouts()), await compareSizes())
  }
  for (const [what, all] of Map.groupBy(found, ([what]) => what)) {
    process.stdout.write(line(what, all))
  }
} finally {
  before.removeDatabase()
  after.removeDatabase()
}

async function openCheckout(checkout: string): Promise<Checkout> {
  const bench = pathToFileURL(`${checkout}/test/bench/`)
  const databases: typeof import('./database.ts') = await import(`${bench}database.ts`)
  const contenders: typeof import('./contenders.ts') = await import(`${bench}contenders.ts`)
  const { file, remove } = await databases.makeDatabase()
  const { program } = contenders.tessera(file)
  return { contender: { ...tessera(file), program }, removeDatabase: remove }
}

async function compareCheckouts(): Promise<Pair[]> {
  const one = await start(before)
  const other = await start(after)
  const express = await openLane(bareExpress)
  const lanes = async (
    open: (server: Running, contender: SecuredContender) => Promise<Lane>,
  ): Promise<[Lane, Lane]> => [
    await open(one, before.contender),
    await open(other, after.contender),
  ]
  const [oneReads, otherReads] = await lanes(readLane)
  const found: Pair[] = [
    ['start to first response', 'ms', one.startMs, other.startMs],
    ['start and the half second after it', 'ms CPU', one.cpu() / 1000, other.cpu() / 1000],
    ['memory, idle', 'MiB', one.memory(), other.memory()],
    await compareCpu('GET /users/me', [oneReads, otherReads], 20, 5_000),
    await compareCpu('refresh', await lanes(refreshLane), sessions, 1_000),
    await compareCpu('introspection', await lanes(introspectionLane), sessions, 5_000),
    ['memory, after the requests', 'MiB', one.memory(), other.memory()],
    await compareCpu('bare Express, then GET /users/me', [express, otherReads], 20, 5_000),
  ]
  for (const server of [one, other, express.server]) await server.stop()
  return found
}

/** Starts a server and waits half a second, until its threads have started, too. */
async function start({ contender }: Checkout): Promise<Running> {
  const server = await run(contender.program, contender.path)
  await setTimeout(500)
  return server
}

async function compareSizes(): Promise<Pair> {
  const lanes = [await openLane(tesseraOf(10)), await openLane(tesseraOf(200))] as const
  const found = await compareCpu('10 operations, then 200', lanes, 20, 5_000)
  for (const { server } of lanes) await server.stop()
  return found
}

async function compareCpu(
  what: string,
  lanes: readonly [Lane, Lane],
  connections: number,
  requests: number,
): Promise<Pair> {
  const [one, other] = await sideBySide(lanes, rounds, { connections, requests })
  return [what, 'µs CPU', one?.cpu ?? Number.NaN, other?.cpu ?? Number.NaN]
}

function line(what: string, all: readonly Pair[]): string {
  const ratios = all.map(([, , one, other]) => other / one).toSorted((a, b) => a - b)
  const middle = (at: 2 | 3) => median(all.map((pair) => pair[at])).toFixed(1)
  const [unit = ''] = all.map(([, unit]) => unit)
  const range = `${ratios.at(0)?.toFixed(3)}–${ratios.at(-1)?.toFixed(3)}`
  return `${what.padEnd(34)}${middle(2).padStart(8)}${middle(3).padStart(8)} ${unit.padEnd(8)}${median(ratios).toFixed(3)} ×  (${range})\n`
}

function progress(what: string): void {
  process.stderr.write(`${what}\n`)
}
