/** Runs a client in another language: a small program that calls a server and prints the results as JSON. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { TestServer } from '../harness/test-server.ts'
import { publicClient } from './client-server.ts'
import { type RecordedRequest, recordRequests } from './recorded-requests.ts'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** The JSON that each program prints. */
export interface Report {
  readonly login: { readonly token_type: string; readonly scope: string }
  /** The granted scope, by client authentication method. */
  readonly confidential: Readonly<Record<string, string>>
  readonly narrow_scope: string
  /** The username that /users/me returns. */
  readonly me: string
  readonly refreshed: { readonly is_new: boolean; readonly me: string }
  readonly introspected: Readonly<Record<string, unknown>>
  readonly revoked: {
    readonly status: number
    readonly me: number
    readonly introspected: Readonly<Record<string, unknown>>
  }
  /** The error code that the client read from each error response. */
  readonly refused: Readonly<Record<string, string>>
  /** The error codes of three different wrong passwords, in order, and then of the right one. */
  readonly guesses: readonly string[]
}

export interface ClientRun {
  readonly report: Report
  readonly requests: readonly RecordedRequest[]
}

/** Whether the command exits with 0. */
export async function succeeds(command: Command): Promise<boolean> {
  return run(command).then(
    () => true,
    () => false,
  )
}

export async function runClient(server: TestServer, command: Command): Promise<ClientRun> {
  let out = ''
  const requests = await recordRequests(async () => {
    out = await run({ ...command, args: [...command.args, server.url] })
  })
  return { report: JSON.parse(out), requests }
}

const everyScope = 'me:read me:write items:read items:write'

export function expectSession({ login, me, refreshed, narrow_scope }: Report): void {
  expect(login).toEqual({ token_type: expect.stringMatching(/^bearer$/i), scope: everyScope })
  expect(narrow_scope).toBe('me:read')
  expect(me).toBe('johndoe')
  expect(refreshed).toEqual({ is_new: true, me: 'johndoe' })
}

export function expectConfidential({ confidential }: Report): void {
  expect(confidential).toEqual({ basic: everyScope, post: everyScope })
}

export function expectRevocation({ introspected, revoked }: Report): void {
  expect(introspected).toMatchObject({
    active: true,
    username: 'johndoe',
    client_id: publicClient.id,
  })
  expect(revoked).toEqual({ status: 200, me: 401, introspected: { active: false } })
}

export function expectRefusals({ refused }: Report): void {
  expect(refused).toEqual({
    'wrong password': 'invalid_grant',
    'disabled user': 'invalid_grant',
    'wrong secret': 'invalid_client',
    'unknown scope': 'invalid_scope',
    'unknown grant': 'unsupported_grant_type',
    'forbidden grant': 'unauthorized_client',
    'used refresh token': 'invalid_grant',
  })
}

/** The server allows two failed logins per name. */
export function expectThrottled({ guesses }: Report): void {
  const throttled = 'temporarily_unavailable'
  expect(guesses).toEqual(['invalid_grant', 'invalid_grant', throttled, throttled])
}

/** These clients send Basic with an empty secret if they have no secret. */
export function expectEmptySecret(requests: readonly RecordedRequest[]): void {
  const authorization = `Basic ${Buffer.from(`${publicClient.id}:`).toString('base64')}`
  expect(requests).toContainEqual({ path: '/token', authorization, status: 200 })
}

/** The output of the command. */
export async function run({ file, args, folder, environment = {} }: Command): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, {
    env: { ...process.env, ...environment },
    ...(folder && { cwd: folder }),
  }).catch((failed) => {
    // A compiler prints its errors there.
    throw new Error(`${failed.message}${failed.stdout}`)
  })
  return stdout
}
