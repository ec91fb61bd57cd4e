import { deploymentFiles, memberOf, readJson, readYaml } from '../deployment.ts';
import type { Check, Found } from '../finding.ts';
import { lineAt, nameOf } from '../places.ts';
import { endOfNode, majorsOf } from '../node-releases.ts';
import type { ProjectFile } from '../project.ts';

/** Lines of Node.js that get no more fixes. */
export const nodeUnsupported: Check = {
  id: 'node-unsupported',
  answers: ['LiasonPay: keep SSL libraries updated; update dependencies', 'Pagamio: follow advisories'],
  run(project) {
    return deploymentFiles(project).flatMap((file) =>
      wanted(file).flatMap(({ majors, index }): readonly Found[] => {
        const ends = majors.map((major) => endOfNode(major, project.now));
        // Where one that lives is among them, the project is not bound to the dead.
        if (majors.length === 0 || ends.some((end) => end === undefined)) return [];
        return [
          {
            level: 'warning',
            file: file.path,
            line: lineAt(file.text, index),
            what: `Node ${majors.join(', ')} gets no more fixes (since ${ends.at(-1)})`,
            remedy: 'Move to a line that is maintained: https://github.com/nodejs/Release#release-schedule',
          },
        ];
      }),
    );
  },
};

interface Wanted {
  readonly majors: readonly number[];
  readonly index: number;
}

function wanted(file: ProjectFile): readonly Wanted[] {
  const { path, text } = file;
  const name = nameOf(path);
  if (name === 'package.json') {
    const range = memberOf(readJson(file), 'engines', 'node');
    const engines = text.indexOf('"engines"');
    return typeof range === 'string'
      ? [{ majors: majorsOf(range), index: Math.max(0, text.indexOf('"node"', engines)) }]
      : [];
  }
  if (name === '.nvmrc' || name === '.node-version') return [{ majors: majorsOf(text.trim()), index: 0 }];
  if (name === '.tool-versions') {
    const match = /^nodejs\s+(\S+)/m.exec(text);
    return match ? [{ majors: majorsOf(match[1] ?? ''), index: match.index }] : [];
  }
  if (/Dockerfile|Containerfile/i.test(name)) return ofImages(text);
  if (/(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return ofWorkflow(file);
  return [];
}

function ofImages(text: string): readonly Wanted[] {
  return [...text.matchAll(/^[ \t]*FROM\s+(?:--platform=\S+\s+)?(?:[\w.-]+(?::\d+)?\/)*node:(\S+)/gim)].flatMap(
    (match) => {
      const tag = (match[1] ?? '').replace(
        /\$\{?(\w+)\}?/g,
        (_, arg: string) =>
          // The default of a build argument.
          new RegExp(`^\\s*ARG\\s+${arg}=["']?([\\w.]+)`, 'm').exec(text)?.[1] ?? 'unknown',
      );
      const major = /^(\d{1,3})(?=[.-]|$|@)/.exec(tag)?.[1];
      return major === undefined ? [] : [{ majors: [Number(major)], index: match.index + match[0].search(/\S/) }];
    },
  );
}

/** The versions that a workflow tests: those of its matrices and of its set-up steps, together. */
function ofWorkflow(file: ProjectFile): readonly Wanted[] {
  const majors = readYaml(file).flatMap((document) => collect(document, 0));
  return [{ majors, index: Math.max(0, file.text.search(/node(?:-version|_version|js)?:|node-version/)) }];
}

function collect(value: unknown, depth: number): readonly number[] {
  if (typeof value !== 'object' || value === null || depth > 12) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!/^(?:node|node-version|node_version|nodejs|node-versions)$/.test(key)) return collect(inner, depth + 1);
    const items: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    return items.flatMap((item) => (/^\s*v?\d/.test(String(item)) ? majorsOf(String(item)) : []));
  });
}
