/** Combines several Express middlewares into one: Express itself would match the path before each of them. */
import type { NextFunction, RequestHandler } from 'express'

/** Runs the middlewares in order, until one responds or fails. */
export function chain(...steps: readonly RequestHandler[]): RequestHandler {
  return function chain(req, res, done) {
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
