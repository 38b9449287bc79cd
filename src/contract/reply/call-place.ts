/** Where in the source a function of this package was called, such as `file:///app/export.ts:12:20`. */

/** @param framesAbove the number of calls in the stack that are this package's own */
export function callPlace(stack = '', framesAbove: number): string {
  const frames = stack.split('\n').filter((line) => /^ +at /.test(line))
  return (frames[framesAbove] ?? '').trim().replace(/^at (.* \()?|\)$/g, '')
}
