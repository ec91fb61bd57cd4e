import { type Imported, importsOf } from './imports.ts';
import type { ProjectFile } from './project.ts';
import { type Program, parseProgram } from './syntax.ts';

/** A source file that was worth parsing. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly imports: readonly Imported[];
}

const SOURCE = /\.[cm]?[jt]sx?$/;

/** Words without which no check has a question. Most files have none of them, and are not parsed. */
const WORTH_PARSING =
  /@postern\/|rejectUnauthorized|minVersion|secureProtocol|NODE_TLS_REJECT_UNAUTHORIZED|trust proxy|trustProxy|isConnected\b|cluster|express|fastify|body-?parser|NestFactory|setErrorHandler|\.stack\b|createServer|process\.env|import\.meta\.env/i;

/** True for programs in JavaScript or TypeScript, declarations apart. */
export function isSourcePath(path: string): boolean {
  return SOURCE.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/** Parses a file, if it is a program that some check asks about; or says why it cannot. */
export function readSource({ path, text }: ProjectFile): SourceFile | { readonly why: string } | undefined {
  if (!isSourcePath(path) || !WORTH_PARSING.test(text) || isMinified(text)) return undefined;
  const program = parseProgram(path, text);
  if (program === undefined) return { why: 'it cannot be parsed as JavaScript or TypeScript' };
  return { path, text, program, imports: importsOf(program) };
}

/** True for what a bundler wrote: nobody edits it, and its source is judged where it stands. */
export function isMinified(text: string): boolean {
  return text.length > 5_000 && text.length / (text.split('\n').length + 1) > 300;
}
