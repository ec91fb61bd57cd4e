import { deploymentFiles, isRecord, memberOf, readJson } from '../deployment.ts';
import type { Check, Found } from '../finding.ts';
import { lineAt, nameOf } from '../places.ts';

/** Packages of Postern that were not released together. */
export const versionsApart: Check = {
  id: 'versions-apart',
  answers: ['LiasonPay: update dependencies, scan, follow advisories'],
  run(project) {
    return deploymentFiles(project)
      .filter(({ path }) => nameOf(path) === 'package.json')
      .flatMap((file): readonly Found[] => {
        const manifest = readJson(file);
        const versions = ['dependencies', 'devDependencies'].flatMap((kind) => {
          const listed = memberOf(manifest, kind);
          return Object.entries(isRecord(listed) ? listed : {}).flatMap(([name, range]) => {
            const [, version] = /^[\^~=v]*(\d+\.\d+\.\d+[\w.+-]*)$/.exec(String(range)) ?? [];
            return name.startsWith('@postern/') && version !== undefined ? [{ name, version }] : [];
          });
        });
        const [first] = versions;
        const other = versions.find(({ version }) => version !== first?.version);
        if (first === undefined || other === undefined) return [];
        return [
          {
            level: 'warning',
            file: file.path,
            line: lineAt(file.text, file.text.indexOf(`"${other.name}"`)),
            what: `${other.name} ${other.version} stands beside ${first.name} ${first.version}`,
            remedy: 'Give all @postern packages one version: they are released together, and tested so.',
          },
        ];
      });
  },
};
