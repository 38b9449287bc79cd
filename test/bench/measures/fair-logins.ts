/** Target 10: the logins of others are served while one network sends as many logins as it can. */

import { setTimeout } from 'node:timers/promises'
import { newUser } from '../../../src/accounts/new-user.ts'
import { readConfig } from '../../../src/config/config.ts'
import { productOf } from '../../../src/create-server.ts'
import { tessera as ownServer } from '../../../src/main.ts'
import { startServer } from '../../../src/serving/server.ts'
import { bcryptCost, issuer, tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { formHeaders, type LoadResult, load, post } from '../load.ts'
import { run } from '../process.ts'
import type { Result } from '../target.ts'

const milliseconds = 10_000
const password = 'correct horse battery staple'
const attackers = ['attacker-0', 'attacker-1', 'attacker-2', 'attacker-3']
const others = ['other-0', 'other-1', 'other-2', 'other-3']

export async function measureFairLogins({ file }: BenchDatabase): Promise<Result[]> {
  await addAccounts(file)
  const { port, stop } = await run(tessera(file, { TRUST_PROXY: '127.0.0.1' }).program)
  const alone = await flood(port)
  // Including the time until the queue was empty: its logins are counted, too.
  const seconds = [...alone.statuses.values()].reduce((sum, each) => sum + each) / alone.perSecond
  const hashed = (count(alone, 200) + count(alone, 401)) / seconds
  const flooding = flood(port, 2 * milliseconds)
  await setTimeout(1_000)
  const { asked, served } = await logInAtRate(port, hashed / 2)
  await flooding
  await stop()
  return [
    {
      what: '10 logins of others during a flood from one network, served ÷ sent',
      value: served / asked,
      unit: '×',
      atLeast: 0.8,
    },
    { what: '10 … sent, half of what is hashed during the flood', value: hashed / 2, unit: '/s' },
  ]
}

async function addAccounts(file: string): Promise<void> {
  const settings = { PORT: '0', DATABASE_URL: file, LOG_LEVEL: 'silent', ISSUER: issuer }
  const config = readConfig({ ...settings, BCRYPT_COST: String(bcryptCost) })
  const { services, stop } = await startServer({ config, product: productOf(ownServer) })
  const passwordHash = await services.passwords.hash(password)
  for (const username of [...attackers, ...others])
    await services.store.users.add(newUser({ username, passwordHash, scopes: [] }, Date.now()))
  await stop()
}

/** 60 connections of four accounts, half of the passwords wrong, from addresses of one network. */
function flood(port: number, duration = milliseconds): Promise<LoadResult> {
  return load({
    port,
    connections: 60,
    milliseconds: duration,
    request: (number, connection) =>
      loginOf(attackers, number, number % 8 < 4 ? password : `wrong ${number}`, {
        'X-Forwarded-For': `198.51.100.${connection}`,
      }),
  })
}

/** The others share one network, too. Their logins do not wait for each other. */
async function logInAtRate(
  port: number,
  perSecond: number,
): Promise<{ asked: number; served: number }> {
  const all: Promise<LoadResult>[] = []
  const start = performance.now()
  while (performance.now() - start < milliseconds) {
    const bytes = loginOf(others, all.length, password, { 'X-Forwarded-For': '192.0.2.1' })
    all.push(load({ port, connections: 1, requests: 1, request: () => bytes }))
    await setTimeout(start + (all.length * 1000) / perSecond - performance.now())
  }
  const served = (await Promise.all(all)).filter((result) => count(result, 200) > 0)
  return { asked: all.length, served: served.length }
}

function loginOf(
  names: readonly string[],
  number: number,
  password: string,
  headers: Readonly<Record<string, string>>,
): string {
  const username = names[number % names.length] ?? ''
  return post('/token', { username, password }, { ...formHeaders, ...headers })
}

function count({ statuses }: LoadResult, status: number): number {
  return statuses.get(status) ?? 0
}
