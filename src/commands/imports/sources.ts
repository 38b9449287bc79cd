/** The systems whose exports can be imported, by the names of `--from`. A new one is a file of this folder and a line here. */
import { readFileSync } from 'node:fs'
import { CommandError } from '../command-error.ts'
import { readError } from '../split-lines.ts'
import { auth0 } from './auth0.ts'
import { django } from './django.ts'
import { fastapiUsers } from './fastapi-users.ts'
import { firebase, parseFirebaseProject } from './firebase.ts'
import { keycloak } from './keycloak.ts'
import { own } from './own.ts'
import type { Source } from './source.ts'
import { supabase } from './supabase.ts'

const sources: ReadonlyMap<string, Source> = new Map([
  ['passlib', { ...own, cutsPasswords: true }],
  ['keycloak', keycloak],
  ['auth0', auth0],
  ['supabase', supabase],
  ['django', django],
  ['fastapi-users', fastapiUsers],
])

const sourceNames: readonly string[] = [...sources.keys(), 'firebase']

/** `firebaseProject` is the file with the parameters of the hashes. */
export function sourceOf(from: string | undefined, firebaseProject: string | undefined): Source {
  if ((from === 'firebase') !== (firebaseProject !== undefined))
    throw new CommandError('give --from firebase and --firebase-project together')
  if (from === undefined) return own
  if (firebaseProject !== undefined) return firebase(parseFirebaseProject(textOf(firebaseProject)))
  const source = sources.get(from)
  if (!source) throw new CommandError(`unknown source: use ${sourceNames.join(', ')}`)
  return source
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw readError(file, error)
  }
}
