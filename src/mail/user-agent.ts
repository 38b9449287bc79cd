/** Names the program of a `User-Agent` header. What the header says is not repeated: its sender may be an attacker. */

const programs: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^okhttp\//, 'okhttp'],
  [/^python-requests\//, 'python-requests'],
  [/^Go-http-client\//, 'Go'],
  [/^Dart\//, 'Dart'],
  [/^node$/, 'Node.js'],
]

const systems: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** `Firefox on Linux`. Undefined for a program that is not known. */
export function agentName(userAgent: string | undefined = ''): string | undefined {
  const nameIn = (all: typeof programs) => all.find(([mark]) => mark.test(userAgent))?.[1]
  const program = nameIn(programs)
  const system = nameIn(systems)
  return program && system ? `${program} on ${system}` : program
}

/** Equal for the versions of one program. Of an unknown one, what it calls itself, to compare and not to show. */
export function agentKey(userAgent: string | undefined = ''): string {
  const [ownName = ''] = userAgent.split(/[/\s]/)
  return agentName(userAgent) ?? `? ${ownName}`
}
