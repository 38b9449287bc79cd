/** `tessera demo`: the server with the tutorial's users, on a temporary database, or on one that is kept for development. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, readConfig } from '../config/config.ts'
import type { Product, Services } from '../services.ts'
import { startServer } from '../serving/server.ts'
import { addDemoData, demoClient, demoUsers } from './demo-data.ts'
import { demoMails } from './demo-mails.ts'
import { outliveOutput } from './output.ts'
import { stopOnSignal, withMetrics } from './serve.ts'

/** `kept` is the file of a database that is not deleted. */
export async function demo(
  product: Product,
  environment: Environment,
  kept: string | undefined,
): Promise<void> {
  outliveOutput()
  const file = kept ?? join(temporaryFolder(), 'demo.db')
  const config = readConfig({
    LOG_LEVEL: 'warn',
    // The passwords are public: a fast start matters more than a slow hash.
    BCRYPT_COST: '10',
    CHECK_REPLIES: 'on',
    ...(environment.SMTP_URL ? {} : { MAIL_DIR: `${file}.mails` }),
    ...environment,
    DATABASE_URL: file,
  })
  const { show, pages } = demoMails()
  const server = await startServer({
    config,
    product,
    prepare: addDataOnce,
    demo: { onMail: show, pages, appPath: '/mails' },
  })
  const running = await withMetrics(server)
  stopOnSignal(running, config)
  process.stdout.write(welcome(server.url, kept))
}

/** It is removed when the process ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-demo-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A kept database has them already. */
async function addDataOnce(services: Services): Promise<void> {
  const [account] = await services.store.users.page(undefined, 1)
  if (!account) await addDemoData(services)
}

function welcome(url: string, kept: string | undefined): string {
  return `listening on ${url}

Get a token:         curl ${url}/token -d username=johndoe -d password=secret123
Read the reference:  ${url}/redoc
Try it out:          ${url}/docs
Read its mails:      ${url}/mails

Users: ${demoUsers.map(({ username, password, disabled }) => `${username}/${password}${disabled ? ' (disabled)' : ''}`).join('  ')}
Client: ${demoClient.clientId}/${demoClient.secret} (may introspect)
${kept ? `The data is in ${kept}: delete the file for a new start. Ctrl-C stops the server.` : 'Ctrl-C stops the server and deletes its temporary database.'}
`
}
