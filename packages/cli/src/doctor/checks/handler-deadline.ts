import { deploymentFiles, isRecord, memberOf, readJson, readYaml, type Sign, signsFor } from '../deployment.ts';
import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { lineAt, nameOf } from '../places.ts';
import type { Project } from '../project.ts';
import { lineOf } from '../syntax.ts';
import { declarationsOf, numberOf } from '../values.ts';

/** For how long senders wait, where they say so. Milliseconds. */
const WAITS: Readonly<Record<string, number>> = {
  /** @see https://docs.slack.dev/apis/events-api/ */
  slack: 3_000,
  /** @see https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks */
  github: 10_000,
  /** @see https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
  shopify: 5_000,
  /** @see https://discord.com/developers/docs/interactions/receiving-and-responding */
  discord: 3_000,
};

/** Deadlines that something else cuts short. */
export const handlerDeadline: Check = {
  id: 'handler-deadline',
  answers: ['FinConnect: serverless functions', 'LiasonPay: webhooks are answered in time'],
  run(project) {
    const limits = platformLimits(project);
    return project.guards.flatMap((guard): readonly Found[] => {
      const node = guard.values.get('handlerTimeoutMs');
      const own = numberOf(guard.source.program, node);
      if (!guard.receives || (node !== undefined && own === undefined)) return [];
      const place = { file: guard.source.path, line: node === undefined ? guard.line : lineOf(node) };
      const deadline = own ?? (guard.open ? undefined : 30_000);
      const limit = routeLimit(guard) ?? signsFor(limits, guard.source.path, project)[0];
      if (limit !== undefined && deadline !== undefined && deadline >= limit.ms)
        return [
          {
            ...place,
            level: 'warning',
            what: `the handler may take ${deadline / 1_000} s, and the platform ends it after ${limit.ms / 1_000} s (${limit.file}:${limit.line})`,
            remedy:
              'Give handlerTimeoutMs a second less than the platform: an event that is cut off waits for its lease to end.',
          },
        ];
      const wait = WAITS[guard.provider?.name ?? ''];
      if (wait !== undefined && own !== undefined && own > wait)
        return [
          {
            ...place,
            level: 'note',
            what: `${guard.provider?.name} waits ${wait / 1_000} s for an answer, and the handler may take ${own / 1_000} s`,
            remedy: 'Write long work down, call delivery.acknowledge(), and do it afterwards.',
          },
        ];
      return [];
    });
  },
};

type Limit = Sign & { readonly ms: number };

/** `export const maxDuration = 10` of a Next.js route. */
function routeLimit({ source }: Guard): Limit | undefined {
  const node = declarationsOf(source.program, 'maxDuration')[0];
  const seconds = source.imports.some(({ from }) => from.startsWith('@postern/next'))
    ? numberOf(source.program, node)
    : undefined;
  if (node === undefined || seconds === undefined) return undefined;
  return { file: source.path, line: lineOf(node), what: 'maxDuration', ms: seconds * 1_000 };
}

function platformLimits(project: Project): readonly Limit[] {
  return deploymentFiles(project).flatMap((file): readonly Limit[] => {
    const limit = (seconds: unknown, pattern: RegExp): readonly Limit[] => {
      if (typeof seconds !== 'number' || seconds <= 0) return [];
      const at = pattern.exec(file.text)?.index ?? 0;
      return [{ file: file.path, line: lineAt(file.text, at), what: file.path, ms: seconds * 1_000 }];
    };
    if (nameOf(file.path) === 'vercel.json') {
      const functions = memberOf(readJson(file), 'functions');
      // Several entries have several limits, and which of them is the guard's is not known here.
      const durations = Object.values(isRecord(functions) ? functions : {}).map((one) => memberOf(one, 'maxDuration'));
      return new Set(durations).size === 1 ? limit(durations[0], /"maxDuration"/) : [];
    }
    if (!/^serverless(?:\.[\w-]+)?\.ya?ml$/.test(nameOf(file.path))) return [];
    return readYaml(file).flatMap((document) => limit(memberOf(document, 'provider', 'timeout'), /timeout:/));
  });
}
