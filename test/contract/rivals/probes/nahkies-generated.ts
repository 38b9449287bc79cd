/** The types that nahkies' openapi-code-generator 0.21 writes for `books.yaml`, by hand: the program is not on npm, its runtime is. */
import type {
  ExpressRuntimeResponder,
  ExpressRuntimeResponse,
  Params,
  SkipResponse,
} from '@nahkies/typescript-express-runtime/server'
import type { NextFunction, Request, Response, Router } from 'express'

export type Book = { book_id: number; title: string }
export type NewBook = { title: string }
export type NotFound = { status: 404; code: 'not_found'; detail: string }

type Handler<Input, Responder> = (
  params: Input,
  respond: Responder & ExpressRuntimeResponder,
  req: Request,
  res: Response,
  next: NextFunction,
) => Promise<ExpressRuntimeResponse<unknown> | typeof SkipResponse>

type ListBooks = Handler<
  Params<void, void, void, void>,
  { with200(): ExpressRuntimeResponse<Book[]> }
>
type AddBook = Handler<
  Params<void, void, NewBook, void>,
  { with201(): ExpressRuntimeResponse<Book> }
>
type ReadBook = Handler<
  Params<{ book_id: number }, void, void, void>,
  { with200(): ExpressRuntimeResponse<Book>; with404(): ExpressRuntimeResponse<NotFound> }
>

export type Implementation = { listBooks: ListBooks; addBook: AddBook; readBook: ReadBook }

export declare function createRouter(implementation: Implementation): Router
