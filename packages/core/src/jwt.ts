// A door of its own: whoever needs no tokens does not load the library that reads them.
export { type JwtAlgorithm, type JwtBinding, type JwtOptions, jwt } from './lib/scheme/jwt.ts';
