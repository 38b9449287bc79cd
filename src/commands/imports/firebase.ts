/** `firebase auth:export users.json`, with the parameters of the project's hashes: the e-mail address, or else the phone number, is the username. */
import { type FirebaseProject, firebaseHash } from '../../passwords/schemes/firebase-scrypt.ts'
import { CommandError } from '../command-error.ts'
import type { Source } from './source.ts'

export function firebase(project: FirebaseProject): Source {
  return {
    list: 'users',
    read({ text, flag, time, faults }) {
      const email = text('email')
      const [hash, salt] = [text('passwordHash'), text('salt')]
      const passwordHash =
        hash && salt
          ? firebaseHash(project, Buffer.from(hash, 'base64'), Buffer.from(salt, 'base64'))
          : undefined
      if (hash && !passwordHash)
        faults.push(
          'unsupported hash of Firebase: it was not made with the parameters of the project',
        )
      return {
        username: email ?? text('phoneNumber'),
        email,
        emailVerified: flag('emailVerified'),
        fullName: text('displayName'),
        passwordHash,
        disabled: flag('disabled'),
        externalId: text('localId'),
        createdAt: time('createdAt'),
      }
    },
  }
}

/** Reads the parameters as the Firebase console shows them, or as JSON with the same names. */
export function parseFirebaseProject(text: string): FirebaseProject {
  const given = (name: string, form: string) => {
    const [, value] = new RegExp(`\\b${name}"?\\s*[:=]\\s*"?(${form})`).exec(text) ?? []
    if (value === undefined)
      throw new CommandError(`the parameters of the Firebase project have no ${name}`)
    return value
  }
  return {
    signerKey: Buffer.from(given('base64_signer_key', '[\\w+/-]+=*'), 'base64'),
    saltSeparator: Buffer.from(given('base64_salt_separator', '[\\w+/-]+=*'), 'base64'),
    rounds: Number(given('rounds', '\\d{1,3}')),
    memCost: Number(given('mem_cost', '\\d{1,2}')),
  }
}
