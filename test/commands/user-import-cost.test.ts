import { hashSync } from 'bcrypt'
import { describe, expect, it } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'

describe('tessera user import', () => {
  it('rejects a hash above BCRYPT_COST: its response time would reveal the account [H5]', async () => {
    const settings = { ...(await commandDatabase()), BCRYPT_COST: '10' }
    const [plain, costlier] = [hashSync('secret', 10), hashSync('secret', 11)]
    const lines = [plain, costlier, `hmac-sha384:none:${costlier}`].map((password_hash, each) =>
      JSON.stringify({ username: `user-${each}`, password_hash }),
    )
    const args = ['user', 'import', '-', '--skip-bad']
    expect(await tessera(args, { settings, input: `${lines.join('\n')}\n` })).toEqual({
      status: 0,
      out: 'imported 1 user\n',
      err: [2, 3]
        .map(
          (line) =>
            `line ${line}: the cost of the hash is above BCRYPT_COST: set BCRYPT_COST to 11\n`,
        )
        .join(''),
    })
  })
})
