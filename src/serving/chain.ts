/** Several Express middlewares as one: Express itself would match the path anew before each. */
import type { NextFunction, RequestHandler } from 'express'

/** Runs one after another, until one answers or fails. */
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
