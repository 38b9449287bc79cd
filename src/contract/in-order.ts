/** Several Express middlewares as one: Express itself would match the path anew before each. */
import type { NextFunction, Request, RequestHandler, Response } from 'express'

/** Runs one after another, until one answers or fails. */
export function inOrder(...steps: readonly RequestHandler[]): RequestHandler {
  return function inOrder(req, res, done) {
    let at = 0
    const next: NextFunction = (error?: unknown) => {
      if (error) return done(error)
      const step = steps[at++]
      if (!step) return done()
      try {
        step(req, res, next)
      } catch (thrown) {
        done(thrown)
      }
    }
    next()
  }
}

/** The same, as a promise that they all went through. */
export function allOf(
  steps: readonly RequestHandler[],
): (req: Request, res: Response) => Promise<void> {
  const run = inOrder(...steps)
  return (req, res) =>
    new Promise((done, fail) => {
      run(req, res, (error?: unknown) => (error ? fail(error) : done()))
    })
}
