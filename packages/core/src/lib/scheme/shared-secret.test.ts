import { expect, it } from 'vitest';
import { decodeSecret } from './shared-secret.ts';

const text = (value: string, written?: 'lower-case' | 'php-urlencoded') =>
  new TextDecoder().decode(decodeSecret(value, 'secrets', written === undefined ? {} : { written }));

it('takes a secret as it is, unless the content holds it written otherwise', () => {
  const secret = "Test Key of nobody: É~*'(/)";
  expect(text(secret)).toBe(secret);
  expect(text(secret, 'lower-case')).toBe("test key of nobody: é~*'(/)");
  expect(text(secret, 'php-urlencoded')).toBe('Test+Key+of+nobody%3A+%C3%89%7E%2A%27%28%2F%29');
});
