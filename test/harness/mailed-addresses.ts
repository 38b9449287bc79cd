/** Servers that write their mails to a folder, and accounts with addresses. */
import { expect } from 'vitest'
import { changeAccount } from './accounts.ts'
import { callAs } from './call.ts'
import { mailsIn, type ReceivedMail } from './received-mail.ts'
import { type TestServer, type TestServerOptions, testServer } from './test-server.ts'
import { type TestUser, testUser } from './test-user.ts'
import { volatileFolder } from './volatile-folder.ts'

export interface MailingServer extends TestServer {
  /** The mails to an address, oldest first, once there are as many. */
  mailsTo(email: string, count?: number): Promise<readonly ReceivedMail[]>
  /** All mails to an address when none is queued. */
  allMailsTo(email: string): Promise<readonly ReceivedMail[]>
  /** The proof in the newest of them. */
  proofTo(email: string, count?: number): Promise<PresentedProof>
  /** `POST /email-confirmations`. */
  confirm(proof: PresentedProof): Promise<Response>
  /** `POST /email-restorations`. */
  restore(proof: PresentedProof): Promise<Response>
}

export interface PresentedProof {
  readonly request_id: string
  readonly proof: string
}

export async function mailingServer(options: TestServerOptions = {}): Promise<MailingServer> {
  const folder = volatileFolder('mails-')
  const settings = { MAIL_DIR: folder, APP_URL: 'https://app.example.com', ...options.settings }
  const server = await testServer({ ...options, settings })
  const { services } = server
  const sentTo = (email: string) => mailsIn(folder).filter(({ to }) => to === email)
  const oldest = async () => (await services.store.mails.state(services.now())).oldestAt
  const mailsTo = async (email: string, count = 1) => {
    const found = () => sentTo(email)
    await expect.poll(() => found().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count)
    return found()
  }
  const use = (path: string, { request_id, proof }: PresentedProof) =>
    callAs(server)('POST', path, { request_id, proof })
  return {
    ...server,
    mailsTo,
    allMailsTo: async (email) => {
      await expect.poll(oldest, { timeout: 60_000 }).toBeUndefined()
      return sentTo(email)
    },
    proofTo: async (email, count) => {
      const { request_id = '', proof = '' } = (await mailsTo(email, count)).at(-1)?.link ?? {}
      return { request_id, proof }
    },
    confirm: (proof) => use('/email-confirmations', proof),
    restore: (proof) => use('/email-restorations', proof),
  }
}

export interface AddressedUser extends TestUser {
  readonly email: string
}

/** An account with an address of its own. */
export async function addressedUser(
  server: TestServer,
  emailVerified: boolean,
): Promise<AddressedUser> {
  const user = await testUser(server)
  const email = `${user.username}@example.com`
  await changeAccount(server, user.username, { email, emailVerified })
  return { ...user, email }
}
