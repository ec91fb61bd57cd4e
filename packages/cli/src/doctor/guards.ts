import type { Provider } from '@postern/core';
import { findProvider } from '../known-providers.ts';
import { neededSettings } from '../needed-settings.ts';
import { calledFrom } from './imports.ts';
import type { SourceFile } from './sources.ts';
import { argumentsOf, isCall, lineOf, nodeAt, nodesIn, type SyntaxNode, unwrap } from './syntax.ts';
import { type OptionsRead, readOptions, resolve } from './values.ts';

/** A call that makes a guard, or that judges a capture. */
export interface Guard extends OptionsRead {
  readonly source: SourceFile;
  readonly call: SyntaxNode;
  readonly line: number;
  /** `@postern/express` and its like. */
  readonly from: string;
  /** True where deliveries come in; false where captures are judged. */
  readonly receives: boolean;
  /** As it is by default; nothing where it is one's own, or chosen elsewhere. */
  readonly provider: Provider | undefined;
  /** The settings that the provider was given. */
  readonly settings: OptionsRead | undefined;
  /** The last argument, if it is a function. */
  readonly handler: SyntaxNode | undefined;
}

const RECEIVING = ['webhook', 'webhookScope', 'createReceiver'];
const JUDGING = ['createVerifier', 'verify', 'assertVerified'];

/** Finds the guards of a file, under whatever name they were imported. */
export function findGuards(source: SourceFile): readonly Guard[] {
  return source.program.nodes.filter(isCall).flatMap((call) => {
    const called = calledFrom(source.imports, call);
    if (called === undefined || !/^@postern\/(?!testing|cli)/.test(called.from)) return [];
    const receives = RECEIVING.includes(called.name);
    if (!receives && !JUDGING.includes(called.name)) return [];
    const given = argumentsOf(call);
    const options = readOptions(source.program, receives || called.name === 'createVerifier' ? given[0] : given[1]);
    const last = given.length > 1 ? given.at(-1) : undefined;
    const handler = last && resolveFunction(source, last);
    return [
      {
        ...options,
        source,
        call,
        line: lineOf(call),
        from: called.from,
        receives,
        handler,
        ...providerOf(source, options),
      },
    ];
  });
}

function providerOf(source: SourceFile, { values }: OptionsRead): Pick<Guard, 'provider' | 'settings'> {
  const given = values.get('provider');
  const made = given && resolve(source.program, given);
  if (!isCall(made)) return { provider: undefined, settings: undefined };
  const called = calledFrom(source.imports, made);
  if (called === undefined || !called.from.startsWith('@postern/core/providers'))
    return { provider: undefined, settings: undefined };
  const name = called.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const first = argumentsOf(made)[0];
  return {
    provider: findProvider(name)?.(neededSettings(name)),
    settings: first && readOptions(source.program, first),
  };
}

function resolveFunction(source: SourceFile, node: SyntaxNode): SyntaxNode | undefined {
  const inner = resolve(source.program, node);
  if (/Function/.test(inner.type)) return inner;
  if (inner.type !== 'Identifier') return undefined;
  return source.program.nodes.find(
    (one) => one.type === 'FunctionDeclaration' && nodeAt(one, 'id')?.name === inner.name,
  );
}

/** The names of the first parameters of a function, in order; empty where one is taken apart. */
export function parametersOf(handler: SyntaxNode | undefined): readonly string[] {
  return nodesIn(handler?.params).map((one) => {
    const name = one.type === 'AssignmentPattern' ? nodeAt(one, 'left') : unwrap(one);
    return name?.type === 'Identifier' ? String(name.name) : '';
  });
}
