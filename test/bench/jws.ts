/** `node test/bench/jws.ts`: the time of one RS256 verification by `src/oauth/jws.ts` and by jose. */
import { generateKeyPairSync } from 'node:crypto'
import { compactVerify, SignJWT } from 'jose'
import { isSignedWith, parseJws } from '../../src/oauth/jws.ts'

const rounds = 7
const perRound = 2_000

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const token = await new SignJWT({ client_id: 'tessera', sid: 's_1', scope: 'me:read items:read' })
  .setProtectedHeader({ typ: 'at+jwt', alg: 'RS256', kid: 'k'.repeat(43) })
  .setIssuer('http://127.0.0.1:8000')
  .setSubject('u_1')
  .setIssuedAt()
  .setExpirationTime('30m')
  .sign(privateKey)

/** `src/oauth/jws.ts`. */
async function here(): Promise<void> {
  const jws = parseJws(token)
  if (!jws || !isSignedWith(jws, 'RS256', publicKey)) throw new Error('jws.ts rejects the token')
}

async function jose(): Promise<void> {
  await compactVerify(token, publicKey, { algorithms: ['RS256'] })
}

/** Microseconds per call: wall time, and CPU time of all threads. */
async function timeOf(verify: () => Promise<void>): Promise<{ wall: number; cpu: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  for (let call = 0; call < perRound; call += 1) await verify()
  const { user, system } = process.cpuUsage(before)
  return {
    wall: ((performance.now() - start) * 1000) / perRound,
    cpu: (user + system) / perRound,
  }
}

function median(numbers: readonly number[]): string {
  return (numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0).toFixed(0)
}

for (const verify of [here, jose]) await timeOf(verify)
const rows = []
for (let round = 0; round < rounds; round += 1)
  rows.push({ here: await timeOf(here), jose: await timeOf(jose) })
for (const name of ['here', 'jose'] as const) {
  const times = rows.map((row) => row[name])
  const [wall, cpu] = [
    median(times.map((time) => time.wall)),
    median(times.map((time) => time.cpu)),
  ]
  process.stdout.write(`${name}: ${wall} µs, ${cpu} µs of CPU\n`)
}
