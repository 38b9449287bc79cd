/** The tokens that a client holds: those in its storage, or those after them, where the storage could not be given these. */
import { type TokenStorage, type Tokens, tokensIn } from './token-storage.ts'

export interface HeldTokens {
  read(): Promise<Tokens | undefined>
  /** Throws what the storage throws, and holds what it held then. */
  write(tokens: Tokens | undefined): Promise<void>
  /** Writes those that the server has given for others, which are worth nothing any more: where the storage fails, they are held. */
  replace(worn: Tokens, next: Tokens): Promise<void>
  isBehind(): boolean
  /** Has the storage given again what it failed to take, unless it holds something else by now. It may fail again. */
  catchUp(): Promise<void>
}

export function heldTokens(storage: TokenStorage): HeldTokens {
  /** In place of which access token of the storage they are held. */
  let unwritten: { readonly tokens: Tokens; readonly instead: string } | undefined

  async function read(): Promise<Tokens | undefined> {
    const kept = await tokensIn(storage)
    return kept && kept.accessToken === unwritten?.instead ? unwritten.tokens : kept
  }

  async function write(tokens: Tokens | undefined): Promise<void> {
    await storage.write(tokens)
    unwritten = undefined
  }

  async function replace({ accessToken }: Tokens, next: Tokens): Promise<void> {
    const instead = unwritten?.tokens.accessToken === accessToken ? unwritten.instead : accessToken
    await write(next).catch(() => {
      unwritten = { tokens: next, instead }
    })
  }

  async function catchUp(): Promise<void> {
    const held = await read()
    if (held !== unwritten?.tokens) unwritten = undefined
    if (unwritten) await write(unwritten.tokens).catch(() => {})
  }

  return { read, write, replace, isBehind: () => unwritten !== undefined, catchUp }
}
