/** The tests of an operation's security: who is refused, and that each alternative suffices. */
import fc, { type Arbitrary } from 'fast-check'
import { it, type TestContext } from 'vitest'
import type { KitOperation } from './kit-operation.ts'
import type { Plan } from './operation-tests.ts'
import type { Credentials } from './options.ts'
import { checkProperty } from './property.ts'
import type { Sent } from './tester.ts'
import { howToGive, report, requireCredentials, unprovoked } from './verdicts.ts'

type Requirement = KitOperation['security'][number]

export function securityTests<Caller>(operation: KitOperation, plan: Plan<Caller>): void {
  const { kit } = plan
  const { security } = operation
  if (security.length === 0) return
  const isOpen = security.some((schemes) => Object.keys(schemes).length === 0)
  if (!isOpen) {
    it('401: refuses a request without credentials', async () => {
      const sent = await kit.sendExample(operation, { credentials: () => ({}) })
      report(sent, challengeFaults(sent))
    })
    for (const requirement of security)
      for (const scheme of Object.keys(requirement))
        schemeTests(operation, requirement, scheme, plan)
    for (const scope of new Set(security.flatMap((schemes) => Object.values(schemes).flat())))
      it(`403: refuses credentials without the scope ${scope}`, (context) =>
        missingScope(operation, scope, plan, context))
  }
  for (const schemes of security) {
    const names = Object.keys(schemes).join(' and ')
    it(
      names ? `accepts ${names} alone` : 'accepts requests without credentials',
      async (context) => {
        if (!kit.usable(operation).includes(schemes))
          return unprovoked(howToGive(Object.keys(schemes)), kit, context)
        const sent = await kit.sendExample(operation, { requirement: schemes })
        const isRefused = [401, 403].includes(sent.response.status)
        report(
          sent,
          isRefused ? [`valid credentials are refused with ${sent.response.status}`] : [],
        )
      },
    )
  }
}

/** One scheme is wrong, or left out, and the others of its alternative are right. */
function schemeTests<Caller>(
  operation: KitOperation,
  requirement: Requirement,
  scheme: string,
  plan: Plan<Caller>,
): void {
  const { kit } = plan
  const { [scheme]: scopes = [], ...others } = requirement
  const names = Object.keys(others).join(' and ')
  const isEnough = operation.security.some((each) =>
    Object.keys(each).every((name) => Object.hasOwn(others, name)),
  )
  if (isEnough) return

  it(`401: refuses wrong credentials of ${scheme}${names && ` beside those of ${names}`}`, async (context) => {
    if (!kit.usable(operation).includes(requirement))
      return unprovoked(howToGive(Object.keys(requirement)), kit, context)
    const right = await kit.validCredentials(others)
    const { [scheme]: valid = {} } = await kit.validCredentials({ [scheme]: scopes })
    if (Object.keys(valid).length === 0) return context.skip(`${scheme} has no credentials to send`)
    const further = kit.wrongCredentials(scheme).map((each) => each())
    const named = operation.namedSchemes.includes(scheme) && Object.values(valid).some(hasName)
    const renamed = named ? [withoutScheme(valid), otherScheme(valid)] : []
    const beside = (wrong: Credentials) => ({ ...right, [scheme]: wrong })
    await checkProperty(
      wrongCredentials(valid).map(beside),
      async (credentials) => {
        const sent = await kit.sendExample(operation, {
          requirement,
          credentials: () => credentials,
        })
        report(sent, challengeFaults(sent))
      },
      {
        numRuns: Math.max(4, Math.ceil(plan.runs / 2)),
        seed: plan.seed,
        examples: [...(await Promise.all(further)), ...renamed].map(beside),
      },
    )
  })
  if (!names) return
  it(`401: refuses ${names} without ${scheme}`, async (context) => {
    if (!kit.usable(operation).includes(requirement))
      return unprovoked(howToGive(Object.keys(requirement)), kit, context)
    const left = await kit.validCredentials(others)
    const sentBySelf = kit.placesOf(await kit.validCredentials({ [scheme]: scopes }))
    const sentByOthers = kit.placesOf(left)
    if (sentBySelf.every((place) => sentByOthers.includes(place)))
      return context.skip(`${scheme} has no credentials that ${names} does not have`)
    const sent = await kit.sendExample(operation, { requirement, credentials: () => left })
    report(sent, challengeFaults(sent))
  })
}

function wrongCredentials(valid: Credentials): Arbitrary<Credentials> {
  const invented = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,300}={0,2}$/)
  return fc.oneof(
    invented.map((text) => replaced(valid, text)),
    fc.constantFrom(
      tampered(valid),
      changed(valid, () => ''),
      otherScheme(valid),
    ),
  )
}

async function missingScope<Caller>(
  operation: KitOperation,
  scope: string,
  { kit }: Plan<Caller>,
  context: TestContext,
): Promise<void> {
  const requirement = kit
    .usable(operation)
    .find((schemes) => Object.values(schemes).some((scopes) => scopes.includes(scope)))
  if (!requirement) return requireCredentials(operation, kit, context)
  const lacking = kit.without(requirement, scope, operation)
  const sent = await kit.sendExample(operation, { requirement: lacking })
  const { status } = sent.response
  const asked = Object.entries(lacking).map(
    ([scheme, scopes]) => `${scheme}: [${scopes.join(', ')}]`,
  )
  const how = `check that \`credentials\` gives exactly the scopes that it is asked for (${asked.join(', ')})`
  const hint = status < 400 ? `; ${how}` : ''
  report(
    sent,
    status === 403 ? [] : [`credentials without ${scope} get ${status} and not 403${hint}`],
  )
}

/** A 401 has a challenge (RFC 9110 §15.5.2), except for keys, for which no scheme is registered. */
function challengeFaults({ operation, response: { status, headers } }: Sent): string[] {
  if (status !== 401) return [`the status is ${status} and not 401`]
  const isChallenged = 'www-authenticate' in headers || operation.hasKeys
  return isChallenged ? [] : ['the header www-authenticate is missing']
}

/** Keeps the name of the scheme, such as `Bearer`. */
function replaced(valid: Credentials, text: string): Credentials {
  return changed(valid, (value) =>
    hasName(value) ? `${value.split(' ')[0]} ${text}`.trim() : text,
  )
}

/** Changes one character near the end. */
function tampered(valid: Credentials): Credentials {
  return changed(valid, (value) => {
    const at = Math.max(value.indexOf(' ') + 1, value.length - 6)
    return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
  })
}

function otherScheme(valid: Credentials): Credentials {
  return changed(valid, (value) => (hasName(value) ? value.replace(/^\S+/, 'Token') : `${value}x`))
}

function withoutScheme(valid: Credentials): Credentials {
  return changed(valid, (value) => value.replace(/^\S+ +/, ''))
}

/** The name of an authentication scheme, such as `Bearer`. */
const hasName = (value: string): boolean => value.includes(' ')

function changed(valid: Credentials, change: (value: string) => string): Credentials {
  return Object.fromEntries(Object.entries(valid).map(([name, value]) => [name, change(value)]))
}
