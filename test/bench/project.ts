/**
 * `npm run bench:project -- FOLDER [PAIRS]`: compares GET /users/me of this server with that of a project of `tessera new`, which is
 * installed and generated. Every pair starts new servers; the medians of the pairs are printed.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type SecuredContender, tessera } from './contenders.ts'
import { makeDatabase } from './database.ts'
import { type Running, run } from './process.ts'
import { median, readLane, sideBySide } from './rounds.ts'

const rounds = 3
const load = { connections: 20, requests: 5_000 }
const [folder, pairs = '7'] = process.argv.slice(2)
if (!folder) throw new Error('missing argument: the folder of the project')

const databases = [await makeDatabase(), await makeDatabase()] as const
try {
  const [own, project] = databases.map(({ file }) => tessera(file))
  if (!own || !project) throw new Error('there are two servers')
  const found: [own: number, project: number][] = []
  for (let pair = 1; pair <= Number(pairs); pair++) {
    process.stderr.write(`pair ${pair} of ${pairs}\n`)
    found.push(await comparePair(own, inProject(project, resolve(folder))))
  }
  const [one, other] = [median(found.map(([own]) => own)), median(found.map(([, of]) => of))]
  const ratio = median(found.map(([own, project]) => project / own))
  process.stdout.write(
    `GET /users/me, µs of CPU: ${one.toFixed(1)}, in the project ${other.toFixed(1)}: ${ratio.toFixed(3)} ×\n`,
  )
} finally {
  for (const { remove } of databases) remove()
}

/** The same settings, with the program that `npm start` runs in the project. */
function inProject(contender: SecuredContender, project: string): SecuredContender {
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  const [, ...start] = String(manifest.scripts.start).split(' ')
  return { ...contender, program: { ...contender.program, folder: project, arguments: start } }
}

async function comparePair(
  own: SecuredContender,
  project: SecuredContender,
): Promise<[number, number]> {
  const servers: Running[] = []
  try {
    const lanes = []
    for (const contender of [own, project]) {
      const server = await run(contender.program, contender.path)
      servers.push(server)
      lanes.push(await readLane(server, contender))
    }
    const [one, other] = await sideBySide(lanes, rounds, load)
    return [one?.cpu ?? Number.NaN, other?.cpu ?? Number.NaN]
  } finally {
    for (const server of servers) await server.stop()
  }
}
