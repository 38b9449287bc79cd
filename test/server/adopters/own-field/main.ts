/** A nickname for each account: a field of its own, in a table keyed by the account. */
import { createServer, type Migration, noStore, sql } from '@tessera-oauth/server'
import { type Api, contract } from './generated/contract.ts'

interface Tables {
  app_profiles: { user_id: string; nickname: string }
}

const profiles: Migration = ({ text, strict }) => ({
  async up(db) {
    await sql`create table app_profiles (
      user_id ${text} primary key references users on delete cascade,
      nickname ${text} not null
    ) ${strict}`.execute(db)
  },
})

await createServer<Api, Tables>({
  name: 'nicknames',
  contract,
  source: new URL('openapi.yaml', import.meta.url),
  defaultScopes: ['me:*'],
  migrations: { '0001-profiles': profiles },
  handlers: ({ db, transaction }) => ({
    async readProfile({ principal }, respond) {
      const { username, nickname } = await db
        .selectFrom('users')
        .leftJoin('app_profiles', 'app_profiles.user_id', 'users.user_id')
        .select(['users.username', 'app_profiles.nickname'])
        .where('users.user_id', '=', principal.user.userId)
        .executeTakeFirstOrThrow()
      const body = { username, ...(nickname !== null && { nickname }) }
      return respond[200]({ headers: noStore, body })
    },

    async changeNickname({ principal, body: { text: nickname } }, respond) {
      const { userId, username } = principal.user
      await transaction(async (tx) => {
        await tx
          .insertInto('app_profiles')
          .values({ user_id: userId, nickname })
          .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ nickname }))
          .execute()
      })
      return respond[200]({ headers: noStore, body: { username, nickname } })
    },
  }),
}).cli()
