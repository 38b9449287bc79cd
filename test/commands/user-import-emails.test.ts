import { beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { openStore } from '../../src/store/store.ts'
import { commandDatabase, tessera } from '../harness/command.ts'

const password_hash = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'

let settings: Record<string, string>
beforeEach(async () => {
  settings = await commandDatabase()
})

const account = (username: string, email?: string, email_verified?: unknown) => ({
  username,
  password_hash,
  email,
  email_verified,
})
const importing = (accounts: readonly object[], ...options: readonly string[]) =>
  tessera(['user', 'import', '-', ...options], { settings, input: JSON.stringify(accounts) })

const taken =
  'the verified e-mail address is that of another account, in the database or earlier in the file'

describe('tessera user import', () => {
  it('takes a verified address once, in any spelling, and any number of others [K75]', async () => {
    const first = [
      account('ada', 'Ada@bücher.example', true),
      account('eve', 'ada@bücher.example', false),
      account('eva', 'ada@bücher.example'),
    ]
    expect(await importing(first)).toMatchObject({ status: 0, out: 'imported 3 users\n' })
    const second = [
      account('ben', 'ada@xn--bcher-kva.example', true),
      account('ADA', 'other@example.com', true),
      account('cy', 'cy@example.com', true),
      account('cyd', 'CY@example.com', true),
      account('dee', 'cy@example.com', false),
    ]
    expect(await importing(second)).toEqual({
      status: 1,
      out: '',
      err: [
        `record 1: ${taken}`,
        'record 2: the username is taken, in the database or earlier in the file',
        `record 4: ${taken}`,
        'tessera: imported nothing: 3 bad records',
        '',
      ].join('\n'),
    })
    const skipping = await importing(second, '--skip-bad', '--json')
    expect(JSON.parse(skipping.out)).toMatchObject({
      imported: 2,
      bad: [{ record: 1 }, { record: 2 }, { record: 4 }],
    })
    const listed = JSON.parse((await tessera(['user', 'list', '--json'], { settings })).out)
    expect(
      listed.map((each: { username: string; email_verified: boolean }) => [
        each.username,
        each.email_verified,
      ]),
    ).toEqual([
      ['ada', true],
      ['cy', true],
      ['dee', false],
      ['eva', false],
      ['eve', false],
    ])
  })

  it('needs an address that is verified [K75]', async () => {
    const refused = await importing([account('ada', undefined, true), account('ben', 'b@x', 'so')])
    expect(refused.err).toBe(
      [
        'record 1: email_verified is true, and email is missing',
        'record 2: email_verified must be of type boolean; the email is not a valid e-mail address',
        'tessera: imported nothing: 2 bad records',
        '',
      ].join('\n'),
    )
  })

  it('drops an address that was verified in the store meanwhile [K75]', async () => {
    await importing([account('ada', 'ada@example.com', false)])
    const { database } = readConfig(settings)
    const [store, other] = [openStore(database), openStore(database)]
    try {
      const ada = await store.users.byName('ada')
      if (!ada) throw new Error('not imported')
      await store.users.addMany(async (staged) => {
        const user = { ...ada, userId: 'u_2', username: 'eve', emailVerified: true }
        expect(await staged.stage([{ line: 7, user }])).toEqual([])
        const event = { kind: 'user_updated', origin: 'http', count: 1, createdAt: 1 } as const
        const none = {
          actorId: undefined,
          clientId: undefined,
          sessionId: undefined,
          address: undefined,
          userAgent: undefined,
          detail: undefined,
        }
        const eventOf = (userId: string) => ({ ...none, ...event, userId, eventId: `e-${userId}` })
        await other.users.change(ada.userId, 1, (current) => ({
          user: { ...current, emailVerified: true },
          event: eventOf(ada.userId),
        }))
        expect(await staged.addAll(eventOf)).toBe(false)
        expect(await staged.dropTaken()).toEqual([{ line: 7, taken: 'email' }])
      })
    } finally {
      await store.close()
      await other.close()
    }
  })
})
