import { CHECKS } from './checks.ts';
import type { Check, Diagnosis, Finding, Found, Level, Outcome } from './finding.ts';
import type { Project } from './project.ts';

const ORDER: readonly Level[] = ['error', 'warning', 'note'];

/** Puts every question to a project. */
export function diagnoseProject(project: Project): Diagnosis {
  const findings: Finding[] = [];
  const checks = CHECKS.map((check): Outcome => {
    const found = check.run(project);
    if ('skipped' in found) return { id: check.id, outcome: 'skipped', why: found.skipped };
    findings.push(...found.map((one) => toFinding(check, one)));
    return { id: check.id, outcome: found.length === 0 ? 'ok' : 'finding' };
  });
  // Stable: within a level, the order of the checks and of the places stays.
  return {
    findings: findings.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level)),
    checks,
    guards: project.guards.length,
  };
}

function toFinding({ id, answers }: Check, { level, file, line, commit, url, what, remedy }: Found): Finding {
  const place = file === undefined ? (url ?? 'this machine') : line === undefined ? file : `${file}:${line}`;
  return {
    id,
    level,
    where: commit === undefined ? place : `${place} in ${commit}`,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(commit !== undefined && { commit }),
    what,
    remedy,
    answers,
  };
}
