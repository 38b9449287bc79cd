import { hashSync } from 'bcrypt'
import { describe, expect, it } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'

describe('tessera user import', () => {
  it('rejects a hash above BCRYPT_COST: its response time would reveal the account [H5]', async () => {
    const settings = { ...(await commandDatabase()), BCRYPT_COST: '10' }
    const [plain, dearer] = [hashSync('secret', 10), hashSync('secret', 11)]
    const lines = [plain, dearer, `hmac-sha384:none:${dearer}`].map((password_hash, each) =>
      JSON.stringify({ username: `user-${each}`, password_hash }),
    )
    const args = ['user', 'import', '-', '--skip-bad']
    expect(await tessera(args, { settings, input: `${lines.join('\n')}\n` })).toEqual({
      status: 0,
      out: 'imported 1 user\n',
      err: [2, 3]
        .map((line) => `line ${line}: the hash costs more than BCRYPT_COST: set that to 11\n`)
        .join(''),
    })
  })
})
