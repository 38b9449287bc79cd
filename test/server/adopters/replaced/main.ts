/** One operation of the server replaced: the account has a further property. */
import { createServer, type Migration, noStore, sql } from '@tessera-oauth/server'
import { type Api, contract } from './generated/contract.ts'

interface Tables {
  app_visits: { user_id: string; visits: number }
}

const visits: Migration = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table app_visits (
      user_id ${text} primary key references users on delete cascade,
      visits ${integer} not null
    ) ${strict}`.execute(db)
  },
})

await createServer<Api, Tables>({
  name: 'visits',
  contract,
  source: new URL('openapi.yaml', import.meta.url),
  defaultScopes: ['me:*'],
  migrations: { '0001-visits': visits },
  handlers: ({ db }) => ({
    async readUsersMe({ principal: { user } }, respond) {
      const visit = await db
        .insertInto('app_visits')
        .values({ user_id: user.userId, visits: 1 })
        .onConflict((conflict) =>
          conflict
            .column('user_id')
            .doUpdateSet((e) => ({ visits: e('app_visits.visits', '+', 1) })),
        )
        .returning('visits')
        .executeTakeFirstOrThrow()
      return respond[200]({
        headers: noStore,
        body: {
          user_id: user.userId,
          username: user.username,
          email_verified: user.emailVerified,
          disabled: user.disabled,
          scopes: [...user.scopes],
          created_at: new Date(user.createdAt).toISOString(),
          visits: visit.visits,
        },
      })
    },
  }),
}).cli()
