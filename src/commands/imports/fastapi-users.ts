/** Rows of the table `user` of fastapi-users and of the FastAPI template: the e-mail address is the username. */
import type { Source } from './source.ts'

export const fastapiUsers: Source = {
  cutsPasswords: true,
  column: 'hashed_password',
  read({ text, flag, id, time }) {
    const email = text('email')
    return {
      username: text('username') ?? email,
      email,
      emailVerified: flag('is_verified'),
      fullName: text('full_name'),
      passwordHash: text('hashed_password'),
      disabled: flag('is_active') === false,
      externalId: id('id'),
      createdAt: time('created_at'),
    }
  },
}
