import { describe, expect, it } from 'vitest'
import { misspelledSettings } from '../../src/config/misspelled-settings.ts'

describe('misspelledSettings', () => {
  it.each([
    ['ACESS_TOKEN_EXPIRE_MINUTES', 'ACCESS_TOKEN_EXPIRE_MINUTES'],
    ['ACCESS_TOKEN_EXPIRES_MINUTES', 'ACCESS_TOKEN_EXPIRE_MINUTES'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['SECRETKEY', 'SECRET_KEY'],
  ])('finds %s', (name, meant) => {
    expect(misspelledSettings({ [name]: 'x' })).toEqual([[name, meant]])
  })

  it('ignores correct settings and variables of other programs', () => {
    const environment = { DATABASE_URL: 'x', PORT: '1', POST: '1', HOSTNAME: 'a', LOGNAME: 'root' }
    const others = { NODE_OPTIONS: '', npm_config_cache: '', PGPASSWORD: '', XDG_DATA_DIRS: '' }
    expect(misspelledSettings({ ...environment, ...others })).toEqual([])
  })
})
