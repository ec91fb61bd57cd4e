// biome-ignore-all lint/suspicious/noTemplateCurlyInString: mutants are pieces of programs, as text.

/** One rule, broken on purpose. */
export interface Mutant {
  /** What the broken code does. */
  readonly name: string;
  /** Path from the workspace's root. */
  readonly file: string;
  /** Text that stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files of which at least one test must fail. */
  readonly tests: readonly string[];
  /** Only tests whose names match this pattern are run: for files that take long. */
  readonly only?: string;
}

const LIB = 'packages/core/src/lib';
const unit = (name: string) => `${LIB}/${name}.test.ts`;
const ARCHITECTURE = 'test/architecture.test.ts';
const CASES = 'test/cases.test.ts';
const LEAKS = 'test/leaks.test.ts';
const ORACLES = 'test/oracles.test.ts';
const express = (name: string) => `test/express/${name}.test.ts`;

/** The rules whose breach would let a forgery in, lose an event, run one twice or tell a stranger something. */
export const MUTANTS: readonly Mutant[] = [
  // The comparison.
  {
    name: 'any two values of one length are equal',
    file: `${LIB}/crypto.ts`,
    find: 'a.byteLength === b.byteLength && timingSafeEqual(a, b)',
    replace: 'a.byteLength === b.byteLength',
    tests: [ORACLES],
  },
  {
    name: 'a comparison that stops at the first difference',
    file: `${LIB}/crypto.ts`,
    find: 'timingSafeEqual(a, b);',
    replace: 'a.every((byte, index) => byte === b[index]);',
    tests: [ARCHITECTURE],
  },
  {
    name: 'verifying stops at the first signature that matches',
    file: `${LIB}/scheme/hmac.ts`,
    find: 'for (const signature of proof.signatures) matches += constantTimeEqual(expected, signature) ? 1 : 0;',
    replace: 'matches = proof.signatures.some((signature) => constantTimeEqual(expected, signature)) ? 1 : 0;',
    tests: [ARCHITECTURE],
  },
  {
    name: 'two lengths are compared, which throws',
    file: `${LIB}/crypto.ts`,
    find: 'a.byteLength === b.byteLength && timingSafeEqual(a, b)',
    replace: 'timingSafeEqual(a, b)',
    tests: [unit('crypto')],
  },

  // Encodings.
  {
    name: 'hex may go on after the signature',
    file: `${LIB}/scheme/encoding.ts`,
    find: 'return text.length === length * 2 ? decodeHex(text) : undefined;',
    replace: 'return text.length >= length * 2 ? decodeHex(text.slice(0, length * 2)) : undefined;',
    tests: [unit('scheme/encoding'), CASES],
  },
  {
    name: 'hex may hold other characters',
    file: `${LIB}/scheme/encoding.ts`,
    find: 'if (high < 0 || low < 0) return undefined;',
    replace: '',
    tests: [unit('scheme/encoding')],
  },
  {
    name: 'base64 may have stray bits at its end',
    file: `${LIB}/scheme/encoding.ts`,
    find: 'if (i === text.length - 1 && padding > 0 && (group & (padding === 2 ? 0xffff : 0xff)) !== 0) return undefined;',
    replace: '',
    tests: [unit('scheme/encoding'), CASES],
  },
  {
    name: 'base64 may hold other characters',
    file: `${LIB}/scheme/encoding.ts`,
    find: 'if (sextet < 0) return undefined;',
    replace: 'if (sextet < 0) continue;',
    tests: [unit('scheme/encoding'), CASES],
  },

  // The signed bytes.
  {
    name: 'the body is parsed and written again',
    file: `${LIB}/scheme/hmac.ts`,
    find: 'async verify(proof, body, secrets) {\n      const parts = proofParts(proof, body);',
    replace: `async verify(proof, body, secrets) {
      let again = body;
      try {
        again = new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(body))));
      } catch {}
      const parts = proofParts(proof, again);`,
    tests: [ORACLES, CASES],
  },
  {
    name: 'the body is read as text',
    file: `${LIB}/scheme/hmac.ts`,
    find: 'async verify(proof, body, secrets) {\n      const parts = proofParts(proof, body);',
    replace:
      'async verify(proof, body, secrets) {\n      const parts = proofParts(proof, new TextEncoder().encode(new TextDecoder().decode(body)));',
    tests: [CASES],
  },
  {
    name: 'the time is signed as a number, not as it was written',
    file: `${LIB}/scheme/hmac.ts`,
    find: 'content.parts({ timestamp: proof.timestampText, id: proof.id, body });',
    replace: 'content.parts({ timestamp: undefined, id: proof.id, body });',
    tests: [ORACLES],
  },
  {
    name: 'an id may hold the text that follows it in the signed bytes',
    file: `${LIB}/scheme/hmac.ts`,
    find: 'code < 0x21 || code > 0x7e || content.separates(text.charAt(i))',
    replace: 'code < 0x21 || code > 0x7e',
    tests: [CASES],
  },

  // Headers.
  {
    name: 'the first of two signature headers counts',
    file: `${LIB}/head.ts`,
    find: 'headers.count(name) > 1',
    replace: 'headers.count(name) > 99',
    tests: [unit('head'), CASES],
  },
  {
    name: 'the seventeenth signature of a header is looked at',
    file: `${LIB}/scheme/signature-header.ts`,
    find: 'const MOST_SIGNATURES = 16;',
    replace: 'const MOST_SIGNATURES = 17;',
    tests: [unit('scheme/signature-header')],
  },
  {
    name: 'the last of two times in a header counts',
    file: `${LIB}/scheme/signature-header.ts`,
    find: 'if (timestamp !== undefined) return malformed(`the signature header has "${key}" twice`);',
    replace: '',
    tests: [unit('scheme/signature-header'), CASES],
  },
  {
    name: 'a header without its prefix will do',
    file: `${LIB}/scheme/signature-header.ts`,
    find: 'if (!value.startsWith(prefix)) return malformed(`the signature does not start with "${prefix}"`);',
    replace: 'if (!value.startsWith(prefix)) return { signatures: [value] };',
    tests: [unit('scheme/signature-header'), CASES],
  },

  // Time.
  {
    name: 'no delivery is too old',
    file: `${LIB}/freshness.ts`,
    find: "if (age > tolerance.past) return 'stale';",
    replace: '',
    tests: [unit('freshness'), CASES],
  },
  {
    name: 'no delivery is too far ahead',
    file: `${LIB}/freshness.ts`,
    find: "if (-age > tolerance.future) return 'future';",
    replace: '',
    tests: [unit('freshness'), CASES],
  },
  {
    name: 'the edge of the window in the past is outside',
    file: `${LIB}/freshness.ts`,
    find: 'age > tolerance.past',
    replace: 'age >= tolerance.past',
    tests: [unit('freshness'), CASES],
  },
  {
    name: 'the edge of the window ahead is outside',
    file: `${LIB}/freshness.ts`,
    find: '-age > tolerance.future',
    replace: '-age >= tolerance.future',
    tests: [unit('freshness'), CASES],
  },
  {
    name: 'a time is read as far as it is a number',
    file: `${LIB}/freshness.ts`,
    find: 'if (digit < 0 || digit > 9) return undefined;',
    replace: 'if (digit < 0 || digit > 9) return i > 0 ? value : undefined;',
    tests: [unit('freshness'), CASES],
  },
  {
    name: 'a time may have leading zeros',
    file: `${LIB}/freshness.ts`,
    find: 'if (text.charCodeAt(0) === 0x30 && text.length > 1) return undefined;',
    replace: '',
    tests: [unit('freshness'), CASES],
  },
  {
    name: 'a tolerance of 0 is taken',
    file: `${LIB}/freshness.ts`,
    find: 'value < 1 ||',
    replace: 'value < 0 ||',
    tests: [unit('freshness')],
  },
  {
    name: 'time is judged before the signature is',
    file: `${LIB}/judge.ts`,
    find: "if (match === undefined) {\n    return refused({\n      reason: 'bad-signature',",
    replace:
      "if (match === undefined) {\n    return refused({\n      reason: Number(head.proof.timestamp) * 1000 < nowMs - 300_000 ? 'stale' : 'bad-signature',",
    tests: [unit('judge')],
  },

  // The head.
  {
    name: 'any method will do',
    file: `${LIB}/head.ts`,
    find: '!provider.methods.includes(head.method)',
    replace: 'provider.methods.length === 0',
    tests: [unit('head'), CASES],
  },
  {
    name: 'the declared length is not looked at',
    file: `${LIB}/head.ts`,
    find: 'declaredBytes !== undefined && declaredBytes > rules.maxBodyBytes',
    replace: 'declaredBytes !== undefined && declaredBytes < 0',
    tests: [unit('head')],
  },
  {
    name: 'the allowlist is not looked at',
    file: `${LIB}/head.ts`,
    find: 'const source = rules.allow && judgeSource(head.peerAddress, rules.allow);',
    replace: 'const source = undefined as ReturnType<typeof judgeSource>;',
    tests: [unit('head')],
  },
  {
    name: 'a range may have host bits',
    file: `${LIB}/address/allowlist.ts`,
    find: 'if (!hostBitsClear(network, bits)) {',
    replace: 'if (bits < 0) {',
    tests: [unit('address/allowlist')],
  },
  {
    name: 'a range may be everybody',
    file: `${LIB}/address/allowlist.ts`,
    find: "if (bits === 0) throw invalid(option, 'a range of /0 is every address there is: leave the allowlist out instead.');\n  if (bits < 1",
    replace: 'if (bits < 0',
    tests: [unit('address/allowlist')],
  },

  // Claims.
  {
    name: 'the store is asked before the signature is judged',
    file: `${LIB}/receiver.ts`,
    find: '  const judgement = await judgeBody(head, body, config, recorder.at);\n',
    replace: `  await config.store.claim(recorder.instance, { owner: recorder.instance, leaseMs: 1, keepMs: 1 });
  const judgement = await judgeBody(head, body, config, recorder.at);
`,
    tests: [unit('receiver')],
  },
  {
    name: 'a late schema starts the handler of an event that was given back',
    file: `${LIB}/receiver.ts`,
    find: "if ('late' in checked || run.signal.aborted)",
    replace: "if ('late' in checked && config.endpoint === '')",
    tests: [unit('receiver')],
  },
  {
    name: 'a placeholder behind a prefix is taken for a secret',
    file: `${LIB}/secrets.ts`,
    find: "value.replace(KEY_PREFIX, '')",
    replace: 'value',
    tests: [unit('secrets')],
  },
  {
    name: 'bytes that are not signed make another event',
    file: `${LIB}/scheme/hmac.ts`,
    find: "content.has.body ? body : ''",
    replace: 'body',
    tests: [unit('scheme/hmac')],
  },
  {
    name: 'an id behind the body may hold the border between them',
    file: `${LIB}/scheme/signed-content.ts`,
    find: 'separators.add(before.literal.slice(-1));',
    replace: '',
    tests: [unit('scheme/signed-content')],
  },
  {
    name: 'late retries are let in for ever',
    file: `${LIB}/claims/memory-store.ts`,
    find: 'keepUntil: request.retryOnly ?',
    replace: 'keepUntil: request.owner === "" ?',
    tests: [unit('claims/memory-store')],
  },
  {
    name: 'a failed run keeps its claim',
    file: `${LIB}/run.ts`,
    find: 'await inTime(() => parts.store.release(parts.key, parts.owner));',
    replace: '',
    tests: [unit('run')],
  },
  {
    name: 'a finished run is not committed',
    file: `${LIB}/run.ts`,
    find: "if (await inTime(() => parts.store.complete(parts.key, parts.owner))) return { outcome: 'committed' };",
    replace: "if (parts.key !== '') return { outcome: 'committed' };",
    tests: [unit('run')],
  },
  {
    name: 'the handler has no deadline',
    file: `${LIB}/run.ts`,
    find: '}, parts.deadlineMs);',
    replace: '}, 2_147_483_647);',
    tests: [unit('run')],
  },
  {
    name: 'a stale stranger runs',
    file: `${LIB}/receiver.ts`,
    find: 'late ? { ...request, retryOnly: true } : request',
    replace: 'request',
    tests: [unit('receiver')],
  },
  {
    name: 'a delivery that is signed ahead may be a retry',
    file: `${LIB}/receiver.ts`,
    find: "if (late && (judgement.finding.reason !== 'stale' || authentic.id() !== undefined))",
    replace: 'if (late && authentic.id() !== undefined)',
    tests: [unit('receiver')],
  },
  {
    name: 'a client that went away has its delivery claimed',
    file: `${LIB}/receiver.ts`,
    find: 'if (exchange.isGone?.())',
    replace: 'if (exchange.isGone?.() === undefined)',
    tests: [unit('receiver')],
  },
  {
    name: 'the Node adapter does not see that its client went away',
    file: `${LIB}/node/exchange.ts`,
    find: 'isGone: () => ',
    replace: "isGone: () => request.method === '' && ",
    tests: [express('handlers')],
    only: 'Express 5, handler form.*(goes|went) away',
  },
  {
    name: 'a retry that is not signed anew is lost when it comes late',
    file: `${LIB}/receiver.ts`,
    find: "if (late && (judgement.finding.reason !== 'stale' || authentic.id() !== undefined))",
    replace: 'if (late)',
    tests: [unit('receiver')],
  },
  {
    name: 'a body that does not fit the schema keeps its claim',
    file: `${LIB}/receiver.ts`,
    find: "await run.end({ ok: false, reason: 'invalid-payload', error: new Error(checked.problem) });",
    replace: '',
    tests: [unit('receiver')],
  },
  {
    name: 'two endpoints share their claims',
    file: `${LIB}/claims/identity.ts`,
    find: '[parts.provider, parts.endpoint, ...values]',
    replace: '[parts.provider, ...values]',
    tests: [unit('claims/identity')],
  },
  {
    name: 'values of an identity run together',
    file: `${LIB}/claims/identity.ts`,
    find: '[`${value.length}:`, value]',
    replace: '[value]',
    tests: [unit('claims/identity')],
  },
  {
    name: 'finished events are forgotten',
    file: `${LIB}/claims/memory-store.ts`,
    find: 'if (entry?.done) return { done: true };',
    replace: '',
    tests: [unit('claims/memory-store')],
  },
  {
    name: 'a running event is claimed again',
    file: `${LIB}/claims/memory-store.ts`,
    find: 'entry.owner !== request.owner && entry.leaseUntil > time',
    replace: 'entry.owner !== request.owner && entry.leaseUntil < 0',
    tests: [unit('claims/memory-store')],
  },
  {
    name: 'a late owner commits over a new one',
    file: `${LIB}/claims/memory-store.ts`,
    find: 'entry.owner === owner ? entry',
    replace: "entry.owner !== '' ? entry",
    tests: [unit('claims/memory-store')],
  },

  // Bytes.
  {
    name: 'a body may take for ever',
    file: `${LIB}/node/read-body.ts`,
    find: '      limits.timeoutMs,\n',
    replace: '      2_147_483_647,\n',
    tests: [express('uploads')],
    only: 'Express 5, handler form.*of which nothing arrives',
  },
  {
    name: 'bytes that a parser inflated are used',
    file: `${LIB}/node/read-body.ts`,
    find: "if (coding === undefined || coding.toLowerCase() === 'identity') return kept;",
    replace: "if (coding !== 'never') return kept;",
    tests: [express('parsers')],
  },
  {
    name: 'a body that a parser took is waited for',
    file: `${LIB}/node/read-body.ts`,
    find: 'if (!wasRead(request)) return undefined;',
    replace: "if (request.method !== '') return undefined;",
    tests: [express('parsers')],
    only: 'Express 5, handler form',
  },
  {
    name: 'kept bytes have no limit',
    file: `${LIB}/receiver.ts`,
    find: 'if (body.byteLength > config.maxBodyBytes)',
    replace: 'if (body.byteLength < 0)',
    tests: [unit('receiver')],
  },
  {
    name: 'held bytes have no limit',
    file: `${LIB}/receiver.ts`,
    find: 'return held.bytes <= config.maxHeldBytes;',
    replace: 'return held.bytes >= 0;',
    tests: [unit('receiver')],
  },
  {
    name: 'poisoned JSON is handed on',
    file: `${LIB}/payload.ts`,
    find: "if (Object.hasOwn(value, '__proto__')) return true;",
    replace: '',
    tests: [unit('payload')],
  },

  // Answers.
  {
    name: 'a 2xx leaves before the commit',
    file: `${LIB}/node/response.ts`,
    find: 'if (!ended) waiting.push(() => originals[method].apply(response, kept));',
    replace: 'originals[method].apply(response, kept);',
    tests: [express('handlers')],
    only: 'Express 5, handler form.*(store|commit|deadline)',
  },
  {
    name: 'a handler’s 2xx goes out though nothing was committed',
    file: 'packages/core/src/node.ts',
    find: 'held.status !== undefined && isSuccess(held.status) === isSuccess(answer.status)',
    replace: 'held.status !== undefined',
    tests: [express('handlers')],
    only: 'Express 5, handler form.*(store|fail)',
  },
  {
    name: 'the framework’s own error page goes out',
    file: `${LIB}/node/response.ts`,
    find: 'if (!over && isErrorPage(response)) {',
    replace: 'if (!over && !isErrorPage(response) && response.statusCode === 0) {',
    tests: [express('handlers')],
    only: 'Express 5, middleware form.*error page',
  },
  {
    name: 'the refused caller is told the reason',
    file: `${LIB}/receiver.ts`,
    find: 'return refusalAnswer(status, recorder.instance, {',
    replace: 'return refusalAnswer(status, `${recorder.instance}#${reason}`, {',
    tests: [LEAKS],
    only: 'hundred deliveries',
  },
  {
    name: 'the caller is not told when to come back',
    file: `${LIB}/receiver.ts`,
    find: 'retryAfter: status === 503 ? jittered(retryAfter ?? 5) : undefined,',
    replace: '',
    tests: [unit('receiver')],
  },
  {
    name: 'a record holds what the caller signed with',
    file: `${LIB}/record.ts`,
    find: 'method: safeText(head.method),',
    replace: "method: safeText(head.method + head.headers.map((header) => header.join(' ')).join(' ')),",
    tests: [LEAKS],
    only: 'hundred deliveries',
  },
  {
    name: 'a stranger’s control characters reach the log',
    file: `${LIB}/redact.ts`,
    find: '/[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|\\p{Cs}/gu',
    replace: '/\\p{Cs}/gu',
    tests: [unit('redact')],
  },

  // Secrets and options.
  {
    name: 'a ConfigurationError shows the secret',
    file: `${LIB}/scheme/hmac.ts`,
    find: '`this does not decode to a key: ${expected} is expected.',
    replace: '`"${value}" does not decode to a key: ${expected} is expected.',
    tests: [LEAKS],
    only: 'thrown errors',
  },
  {
    name: 'a compiled secret keeps its value',
    file: `${LIB}/secrets.ts`,
    find: 'return Object.freeze({ id: entry.id, key, bytes, notBefore, notAfter });',
    replace: 'return Object.freeze({ ...entry, id: entry.id, key, bytes, notBefore, notAfter });',
    tests: [unit('secrets')],
  },
  {
    name: 'a secret signs after its end',
    file: `${LIB}/secrets.ts`,
    find: 'nowMs >= secret.notBefore && nowMs <= secret.notAfter',
    replace: 'nowMs >= secret.notBefore',
    tests: [unit('secrets')],
  },
  {
    name: 'a secret signs before its beginning',
    file: `${LIB}/secrets.ts`,
    find: 'nowMs >= secret.notBefore && nowMs <= secret.notAfter',
    replace: 'nowMs <= secret.notAfter',
    tests: [unit('secrets')],
  },
  {
    name: 'a placeholder is taken for a secret',
    file: `${LIB}/secrets.ts`,
    find: 'PLACEHOLDERS.some((pattern) => pattern.test(key))',
    replace: 'PLACEHOLDERS.length === 0',
    tests: [unit('secrets')],
  },
  {
    name: 'a blank secret is taken',
    file: `${LIB}/secrets.ts`,
    find: "if (value.trim() === '')",
    replace: "if (value === '')",
    tests: [unit('secrets')],
  },
  {
    name: 'a public key is taken for a secret',
    file: `${LIB}/secrets.ts`,
    find: '/^(?:whpk_|ssh-(?:rsa|dss|ed25519) |-----BEGIN )/.test(value)',
    replace: "value === ''",
    tests: [unit('secrets')],
  },
  {
    name: 'a variable that browsers get may hold the secret',
    file: `${LIB}/from-env.ts`,
    find: 'if (prefix !== undefined)',
    replace: 'if (prefix === name)',
    tests: [unit('from-env')],
  },
  {
    name: 'an unsigned header may identify an event',
    file: `${LIB}/scheme/define-provider.ts`,
    find: "if ('header' in compiled && compiled.header !== scheme.idHeader)",
    replace: "if ('header' in compiled && compiled.header === '')",
    tests: [unit('scheme/define-provider')],
  },
  {
    name: 'any number of secrets is tried',
    file: `${LIB}/secrets.ts`,
    find: 'const MOST_SECRETS = 8;',
    replace: 'const MOST_SECRETS = 800;',
    tests: [unit('secrets')],
  },
  {
    name: 'a misspelt option means the default',
    file: `${LIB}/options.ts`,
    find: 'if (known.includes(key)) continue;',
    replace: "if (known.includes(key) || key !== '') continue;",
    tests: [unit('options')],
  },

  // The fetch door.
  {
    name: 'a request whose body was read is taken for an empty one',
    file: `${LIB}/fetch/exchange.ts`,
    find: 'if (request.bodyUsed || body?.locked) return spent();',
    replace: 'if (request.bodyUsed || body?.locked) return new Uint8Array();',
    tests: [unit('fetch/exchange')],
  },
  {
    name: 'a stream may be longer than the limit',
    file: `${LIB}/fetch/exchange.ts`,
    find: 'if (length > limits.maxBytes)',
    replace: 'if (length > limits.maxBytes * 1000)',
    tests: [unit('fetch/exchange')],
  },
  {
    name: 'a stream that ends too early is a whole body',
    file: `${LIB}/fetch/exchange.ts`,
    find: 'if (body.byteLength < declaredBytes) return incomplete();',
    replace: 'if (body.byteLength < 0) return incomplete();',
    tests: [unit('fetch/exchange')],
  },
  {
    name: 'a sender that was given up keeps its connection',
    file: `${LIB}/fetch/exchange.ts`,
    find: "rest === 'given up' ||",
    replace: '',
    tests: [unit('fetch/exchange'), 'packages/core/src/fetch.test.ts'],
  },
  {
    name: 'an allowlist needs nobody who knows the address',
    file: 'packages/core/src/fetch.ts',
    find: 'if (allow !== undefined && clientAddress === undefined)',
    replace: 'if (allow?.length === -1)',
    tests: ['packages/core/src/fetch.test.ts'],
  },
  {
    name: 'a response of the handler leaves though its event was not committed',
    file: 'packages/core/src/fetch.ts',
    find: '&& isSuccess(own) === isSuccess(answer)) return own;',
    replace: ') return own;',
    tests: ['packages/core/src/fetch.test.ts'],
  },
  {
    name: 'a failing response of the handler commits its event',
    file: 'packages/core/src/fetch.ts',
    find: 'if (!isSuccess(returned)) await run.fail',
    replace: 'if (returned.status === 1) await run.fail',
    tests: ['packages/core/src/fetch.test.ts'],
  },
  {
    name: 'a base64 body of a Lambda event is taken for text',
    file: `${LIB}/fetch/lambda.ts`,
    find: '(event.isBase64Encoded ? decodeBase64(body) : undefined) ??',
    replace: '',
    tests: [unit('fetch/lambda')],
  },

  // Secrets that are read at the first delivery.
  {
    name: 'a build asks for the secret',
    file: `${LIB}/secrets.ts`,
    find: 'let compiled = awaited ? undefined : compileSecrets(secrets, scheme, warn);',
    replace: 'let compiled: readonly CompiledSecret[] | undefined = compileSecrets(secrets, scheme, warn);',
    tests: [unit('late-secrets')],
  },
  {
    name: 'a missing secret is found out after the body was read',
    file: `${LIB}/receiver.ts`,
    find: 'if (refused) return refuse(config, recorder, refused);',
    replace: '',
    tests: [unit('late-secrets')],
  },

  // The crypto twin.
  {
    name: 'the twin compares only the last byte',
    file: `${LIB}/crypto-web.ts`,
    find: 'difference |=',
    replace: 'difference =',
    tests: [unit('crypto-web'), ARCHITECTURE],
  },
  {
    name: 'the twin finds everything equal',
    file: `${LIB}/crypto-web.ts`,
    find: 'return difference === 0;',
    replace: 'return true;',
    tests: [unit('crypto-web'), 'test/edge-crypto.test.ts'],
  },
  {
    name: 'the twin signs with bytes that the caller may change',
    file: `${LIB}/crypto-web.ts`,
    find: 'const copy = new Uint8Array(bytes);',
    replace: 'const copy = bytes as Uint8Array<ArrayBuffer>;',
    tests: [unit('crypto-web')],
  },
];
