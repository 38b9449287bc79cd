/** Queued mails, sent by a real server through a real SMTP server, on both stores. */
import { join } from 'node:path'
import type { SMTPServerOptions } from 'smtp-server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createServer, productOf } from '../../src/create-server.ts'
import { newId } from '../../src/keys/secrets.ts'
import { proofOf } from '../../src/mail/proofs.ts'
import { purgeExpired } from '../../src/serving/housekeeping.ts'
import type { ProofRow } from '../../src/store/proofs.ts'
import { addAccount, changeAccount } from '../harness/accounts.ts'
import { temporaryFolder } from '../harness/command.ts'
import { ask, databaseOf, testDatabase } from '../harness/database.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { type MailServer, mailServer, smtpError } from '../harness/mail-server.ts'
import { notesOptions } from '../harness/notes.ts'
import { mailsIn } from '../harness/received-mail.ts'
import { samplesIn } from '../harness/samples.ts'
import { type TestServer, type TestServerOptions, testServer } from '../harness/test-server.ts'

const smtpSettings = (port: number) => ({
  SMTP_URL: `smtp://127.0.0.1:${port}`,
  MAIL_FROM: 'Example <no-reply@example.com>',
  APP_URL: 'https://app.example.com/account',
  METRICS_PORT: '0',
})

async function mailingServer({ settings, ...options }: TestServerOptions): Promise<TestServer> {
  const server = await testServer({ settings: { ...settings }, ...options })
  onTestFinished(() => server.stop())
  return server
}

/** A server, and the SMTP server that it uses. */
async function sending(
  options: SMTPServerOptions = {},
): Promise<{ server: TestServer; post: MailServer }> {
  const post = await mailServer(options)
  return { server: await mailingServer({ settings: smtpSettings(post.port) }), post }
}

/** Queues the mail of a proof, by default of a new account. Returns the row. */
async function queueProof(
  server: TestServer,
  { kind = 'password_reset', email = 'jd@example.com', ...given }: Partial<ProofRow> = {},
): Promise<ProofRow> {
  const { store, now } = server.services
  const userId = given.userId ?? (await addAccount(server, { username: newId('name') }))
  const times = { createdAt: now(), expiresAt: now() + 1_800_000 }
  const row = { proofId: newId('pr'), kind, userId, email, ...times, ...given }
  await store.proofs.add(row)
  await store.mails.add({ kind: 'proof', proofId: row.proofId }, now())
  return row
}

/** Queues the request for the reset of an account. Returns the id of its proof. */
async function queueReset(server: TestServer, name: string): Promise<string> {
  const { store, now } = server.services
  const proofId = newId('pr')
  await store.mails.add({ kind: 'reset_request', proofId, name, requestedAt: now() }, now())
  return proofId
}

const queueLength = ({ services: { store } }: TestServer) => store.mails.count(100)

const notSent = async ({ services: { store } }: TestServer) =>
  await store.auditEvents.list({ kind: 'mail_not_sent', limit: 100 })

const metric = async ({ services: { metrics } }: TestServer, name: string) =>
  samplesIn((await metrics?.text()) ?? '')(name)

const counted = (server: TestServer, outcome: string) =>
  metric(server, `tessera_mails_total{outcome="${outcome}"}`)

describe('the delivery of mails', () => {
  it('sends each queued mail, with the proof in a link and as a code, and none for a proof that was used [K60]', async () => {
    const { server, post } = await sending()
    const { store, proofKey } = server.services
    const used = await queueProof(server)
    const { userId } = used
    await store.users.change(userId, 0, (user) => ({
      user: { ...user, passwordHash: 'another' },
      event: server.services.audit.event('password_changed', { userId }),
      usedProof: used.proofId,
    }))
    const row = await queueProof(server)
    await expect.poll(() => queueLength(server)).toBe(0)
    const { secret, code } = proofOf(proofKey, row)
    const mail = post.accepted.find((each) => each.text.includes(code))
    expect(mail).toMatchObject({
      from: 'no-reply@example.com',
      recipients: ['jd@example.com'],
      subject: 'Set a new password for Example',
      link: { action: 'reset_password', request_id: row.proofId, proof: secret },
    })
    expect(await notSent(server)).toEqual([])
    expect(server.log()).not.toContain('jd@example.com')
  })

  it('sends again what is refused for now, later each time and with the same Message-ID [K60]', async () => {
    const refused: number[] = []
    const { server, post } = await sending({
      onRcptTo: (_address, _session, done) => {
        if (refused.length === 3) return done()
        refused.push(server.services.now())
        done(smtpError(451, '4.7.1 greylisted'))
      },
    })
    await queueProof(server)
    for (const [at, ms] of [2_000, 4_000, 8_000].entries()) {
      await expect.poll(() => refused.length).toBe(at + 1)
      await expect.poll(() => counted(server, 'failed')).toBe(at + 1)
      server.advance(ms)
    }
    await expect.poll(() => queueLength(server)).toBe(0)
    expect(post.accepted).toHaveLength(1)
    const [first = 0, second = 0, third = 0] = refused
    expect(third - second).toBeGreaterThanOrEqual(4_000)
    expect(second - first).toBeGreaterThanOrEqual(2_000)
    expect(await counted(server, 'sent')).toBe(1)
    expect(server.log()).toContain('the mail server replied 451 4.7.1 to RCPT TO')
    expect(server.log()).not.toContain('given up')
    expect(server.log()).not.toContain('greylisted')
  })

  it('sends a mail that was sent but not confirmed once more, as the same mail [K60]', async () => {
    const { server, post } = await sending()
    const { mails } = server.services.store
    const { remove } = mails
    let fails = true
    Object.assign(mails, {
      remove: async (id: string) => {
        if (fails) throw new Error('the server was killed here')
        await remove(id)
      },
    })
    await queueProof(server)
    await expect.poll(() => server.log()).toContain('the server was killed here')
    fails = false
    server.advance(200_000)
    await expect.poll(() => queueLength(server)).toBe(0)
    const ids = post.accepted.map(({ headers }) => headers.get('message-id'))
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('does not revive the proof of a reset that is sent again after it was used [K60]', async () => {
    const { server, post } = await sending()
    const { store, now, audit } = server.services
    await addAccount(server, { username: 'ada' })
    await changeAccount(server, 'ada', { email: 'ada@example.com', emailVerified: true })
    const { remove } = store.mails
    Object.assign(store.mails, { remove: () => Promise.reject(new Error('killed')) })
    const proofId = await queueReset(server, 'ada')
    await expect.poll(() => server.log()).toContain('killed')
    const proof = await store.proofs.byId(proofId)
    const userId = proof?.userId ?? ''
    await store.users.change(userId, now(), (user) => ({
      user: { ...user, passwordHash: 'another' },
      event: audit.event('user_updated', { userId }),
      usedProof: proofId,
    }))
    Object.assign(store.mails, { remove })
    server.advance(200_000)
    await expect.poll(() => queueLength(server)).toBe(0)
    expect(await store.proofs.byId(proofId)).toBeUndefined()
    expect(post.accepted).toHaveLength(1)
  })

  it('does not repeat what is refused for good: an event says so, and others are sent [K60]', async () => {
    const { server, post } = await sending({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('no') ? done(smtpError(550, `5.1.1 unknown ${address}`)) : done(),
    })
    const { userId } = await queueProof(server, { email: 'nobody@example.com' })
    await queueProof(server)
    await expect.poll(() => queueLength(server)).toBe(0)
    expect(post.accepted).toHaveLength(1)
    expect(await notSent(server)).toMatchObject([
      { userId, detail: 'password_reset: the mail server replied 550 5.1.1 to RCPT TO' },
    ])
    expect(await counted(server, 'given_up')).toBe(1)
    expect(server.log()).toMatch(/"level":50,.*"msg":"a mail is given up"/)
    expect(server.log()).not.toContain('a mail was not sent')
    expect(server.log()).not.toContain('nobody@example.com')
  })

  it('waits for a mail server that is gone, with few attempts, and then sends all; metrics show it [K60, K62]', async () => {
    const port = await freePort()
    const server = await mailingServer({ settings: smtpSettings(port) })
    const { now } = server.services
    const queue = (email: string) => queueProof(server, { email, expiresAt: now() + 80_000_000 })
    const attempts = () => server.log().split('ECONNREFUSED').length - 1
    await queue('first@example.com')
    await expect.poll(attempts).toBe(1)
    for (let mails = 1; mails < 8; mails += 1) await queue(`${mails}@example.com`)
    // Of logins from one place there is nothing to tell: they do not stay in the queue.
    for (let logins = 0; logins < 5; logins += 1) expect((await server.login()).status).toBe(200)
    await expect.poll(() => queueLength(server)).toBe(8)
    for (const [at, ms] of [2_000, 4_000, 8_000, 16_000].entries()) {
      server.advance(ms)
      await expect.poll(attempts).toBe(at + 2)
    }
    expect(await metric(server, 'tessera_mail_queue_length')).toBe(8)
    expect(await metric(server, 'tessera_mail_oldest_seconds')).toBeGreaterThanOrEqual(30)
    const post = await mailServer({}, port)
    server.advance(300_000)
    await expect.poll(() => queueLength(server)).toBe(0)
    expect(post.accepted).toHaveLength(8)
    expect(await notSent(server)).toEqual([])
    await expect.poll(() => metric(server, 'tessera_mail_queue_length')).toBe(0)
  })

  it('takes a reset before mails that wait longer [K60]', async () => {
    const server = await mailingServer({})
    const { store, now } = server.services
    for (let mails = 0; mails < 3; mails += 1) await queueProof(server)
    for (const wanted of ['new', 'due'] as const) {
      const proofId = await queueReset(server, 'ada')
      const taken = await store.mails.take(now(), now() + 60_000, 1, wanted)
      expect(taken).toMatchObject([{ content: { proofId } }])
    }
  })

  it('sends a reset before mails that wait longer when the mail server is back [K60]', async () => {
    const port = await freePort()
    const server = await mailingServer({ settings: smtpSettings(port) })
    const { config, now } = server.services
    await addAccount(server, { username: 'ada' })
    await changeAccount(server, 'ada', { email: 'ada@example.com', emailVerified: true })
    const times = { expiresAt: now() + 80_000_000 }
    await queueProof(server, times)
    await expect.poll(() => server.log()).toContain('ECONNREFUSED')
    for (let mails = 0; mails < 12; mails += 1) await queueProof(server, times)
    await queueReset(server, 'ada')
    // Each was judged: none is new any more, and none is taken.
    const open = `select 1 from outbox where attempts = 0 or due_at > ${now() + 100_000}`
    await expect.poll(() => ask(config.database, open)).toEqual([])
    const post = await mailServer({}, port)
    server.advance(60_000)
    await expect.poll(() => queueLength(server)).toBe(0)
    const recipients = post.accepted.map((mail) => mail.recipients[0])
    expect(recipients).toHaveLength(14)
    expect(recipients[0]).toBe('ada@example.com')
  })

  it('sends mails to a mail server that is back, also if the clock was set back while it was gone [K60]', async () => {
    const port = await freePort()
    const server = await mailingServer({ settings: smtpSettings(port) })
    await queueProof(server)
    await expect.poll(() => server.log()).toContain('ECONNREFUSED')
    const post = await mailServer({}, port)
    server.advance(-3_600_000)
    await queueProof(server, { email: 'new@example.com' })
    await expect.poll(() => post.accepted.length).toBe(1)
    expect(post.accepted[0]?.recipients).toEqual(['new@example.com'])
  })

  it('reads the state of the queue once a second, however many mails are sent [K62]', async () => {
    const { server } = await sending()
    const { mails } = server.services.store
    const { count } = mails
    const since = performance.now()
    const reads = [vi.spyOn(mails, 'count'), vi.spyOn(mails, 'state')]
    for (let queued = 0; queued < 40; queued += 1) await queueProof(server)
    await expect.poll(() => count(100)).toBe(0)
    const seconds = (performance.now() - since) / 1_000
    for (const { mock } of reads) expect(mock.calls.length).toBeLessThanOrEqual(seconds + 1)
  })

  it('sends the other mails while the mail server drops the connection at those to one domain [K60]', async () => {
    const { server, post } = await sending({
      onRcptTo: ({ address }, session, done) =>
        address.endsWith('@slow.example') ? post.drop(session) : done(),
    })
    for (let mails = 0; mails < 12; mails += 1)
      await queueProof(server, { email: `${mails}@slow.example` })
    await queueProof(server)
    await expect.poll(() => post.accepted.length).toBe(1)
    await expect.poll(() => queueLength(server)).toBe(12)
    expect(server.log()).not.toContain('slow.example')
  })

  it('serves requests while the mail server hangs, and leaves its mails to the next server when it stops [K60]', async () => {
    let hanging = 0
    const post = await mailServer({
      onMailFrom: (_address, _session, done) => {
        hanging += 1
        if (hanging > 5) done()
      },
    })
    const { drop, settings: database } = await testDatabase()
    onTestFinished(drop)
    const settings = { ...database, ...smtpSettings(post.port) }
    const server = await testServer({ settings })
    for (let mails = 0; mails < 6; mails += 1)
      await queueProof(server, { email: `${mails}@example.com` })
    await expect.poll(() => hanging).toBe(5)
    expect((await server.get('/users/me', await server.token())).status).toBe(200)
    await server.stop()
    expect(server.log()).not.toContain('"level":50')
    const next = await mailingServer({ settings, empty: true })
    await expect.poll(() => queueLength(next)).toBe(0)
    expect(post.accepted).toHaveLength(6)
  })

  it.each([
    ['when its proof has expired', 1_800_000, 1_800_000],
    ['after a day', 3 * 86_400_000, 86_400_000],
  ])('gives up %s: an event says so [K60]', async (_when, lifetime, after) => {
    const { server, post } = await sending({
      onRcptTo: (_address, _session, done) => done(smtpError(451, 'later')),
    })
    const { userId } = await queueProof(server, { expiresAt: server.services.now() + lifetime })
    await expect.poll(() => counted(server, 'failed')).toBe(1)
    server.advance(after)
    await expect
      .poll(() => notSent(server))
      .toMatchObject([{ userId, detail: 'password_reset: too late' }])
    expect([await queueLength(server), post.accepted.length]).toEqual([0, 0])
  })

  it('drops mails of a time in which no server sent mails, with an error in the log [K60]', async () => {
    const server = await mailingServer({})
    await queueProof(server)
    server.advance(3 * 86_400_000)
    await purgeExpired({
      ...server.services,
      store: { ...server.services.store, clock: async () => undefined },
    })
    expect(await queueLength(server)).toBe(0)
    expect(server.log()).toContain('mails were not sent for two days, and are dropped')
  })

  it('counts a mail against the limits once, however often it is tried [K69]', async () => {
    let tries = 0
    const { server, post } = await sending({
      onRcptTo: (_address, _session, done) => {
        tries += 1
        done(tries > 3 ? null : smtpError(451, 'later'))
      },
    })
    const { userId } = await queueProof(server)
    for (let failed = 1; failed <= 3; failed += 1) {
      await expect.poll(() => counted(server, 'failed')).toBe(failed)
      server.advance(10_000)
    }
    for (let mails = 0; mails < 4; mails += 1) await queueProof(server, { userId })
    await expect.poll(() => queueLength(server)).toBe(0)
    expect(post.accepted).toHaveLength(3)
  })

  it('writes each mail to MAIL_DIR, in the language of the account and in the words of the adopter [K59, K61]', async () => {
    const folder = join(temporaryFolder(), 'mails')
    const made = createServer({
      ...notesOptions,
      mailTexts: {
        en: {
          email_change: () => {
            throw new Error('no such key')
          },
        },
        fr: { invitation: ({ code }, { service }) => ({ subject: service, text: `Code ${code}` }) },
      },
    })
    const settings = { MAIL_DIR: folder, ISSUER: 'https://id.example.com' }
    const server = await mailingServer({ settings, product: productOf(made) })
    const { userId } = await queueProof(server, { kind: 'email_change' })
    await expect.poll(() => queueLength(server)).toBe(0)
    const { store, audit } = server.services
    await store.users.change(userId, 0, (user) => ({
      user: { ...user, locale: 'fr-CA' },
      event: audit.event('user_updated', { userId }),
    }))
    const row = await queueProof(server, { kind: 'invitation', userId })
    await expect.poll(() => queueLength(server)).toBe(0)
    const { code } = proofOf(server.services.proofKey, row)
    const [english, french] = mailsIn(folder)
    expect(english).toMatchObject({
      subject: 'Confirm your new e-mail address for id.example.com',
      link: {},
      code: expect.any(String),
    })
    expect(server.log()).toMatch(/"no such key".*mailTexts\.en\.email_change/)
    expect(french).toMatchObject({ subject: 'id.example.com', text: `Code ${code}\n` })
    expect(french?.headers.get('from')).toBe('no-reply@id.example.com')
  })

  it('shares the queue with the other servers of the database: each mail is sent once [K60]', async () => {
    const { server, post } = await sending()
    const settings = { ...databaseOf(server.services), ...smtpSettings(post.port) }
    const other = await mailingServer({ settings, empty: true })
    for (let mails = 0; mails < 30; mails += 1)
      await queueProof(server, { email: `${mails}@example.com` })
    await expect.poll(() => queueLength(other)).toBe(0)
    expect(post.accepted).toHaveLength(30)
  })
})
