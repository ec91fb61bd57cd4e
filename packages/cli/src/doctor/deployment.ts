import { parseAllDocuments } from 'yaml';
import type { Found } from './finding.ts';
import type { Guard } from './guards.ts';
import { concerns, isTestPath, lineAt, nameOf } from './places.ts';
import type { Project, ProjectFile } from './project.ts';
import { argumentsOf, isCall, lineOf, nodeAt, pathOfNode } from './syntax.ts';
import { textOf } from './values.ts';

/** Something in a project that says how it is run. */
export interface Sign {
  readonly file: string;
  readonly line: number;
  /** `nginx in docker-compose.yml`. */
  readonly what: string;
}

const PROXY_IMAGES = /(?:^|\/)(?:nginx|traefik|caddy|haproxy|envoy|openresty|nginx-proxy|swag)(?:[:@-]|$)/i;
/** What is deployed beside an application, and is none. */
const OTHER_IMAGES =
  /(?:^|\/)(?:redis|valkey|postgres|mysql|mariadb|mongo|rabbitmq|kafka|memcached|grafana|prometheus|elasticsearch|minio|vault|zookeeper|nats)(?:[:@-]|$)/i;

/** The documents of a YAML file, as far as they can be read; templates of other languages cannot. */
export function readYaml({ path, text }: ProjectFile): readonly Readonly<Record<string, unknown>>[] {
  if (!/\.ya?ml$/i.test(path) || /\{\{[-\s]|\{%/.test(text)) return [];
  try {
    return parseAllDocuments(text, { logLevel: 'silent' }).flatMap((document) => {
      if (!('toJS' in document) || document.errors.length > 0) return [];
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      return isRecord(value) ? [value] : [];
    });
  } catch {
    return [];
  }
}

/** True for objects. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of nested objects. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

/** Reads a JSON file; comments and what is no JSON are nothing. */
export function readJson({ text }: ProjectFile): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Files that say how the project is deployed: none of tests and examples. */
export function deploymentFiles(project: Project): readonly ProjectFile[] {
  return project.files.filter(({ path }) => !isTestPath(path));
}

/** The signs that concern the package in which a file stands. */
export function signsFor<S extends Sign>(signs: readonly S[], file: string, { manifests }: Project): readonly S[] {
  return signs.filter((sign) => concerns(sign.file, file, manifests));
}

/** A warning for each guard that a sign concerns, at the guard's line: `what` gets where the sign was seen. */
export function warnUnder(
  signs: readonly Sign[],
  guards: readonly Guard[],
  project: Project,
  { what, remedy }: { readonly what: (seen: string) => string; readonly remedy: string },
): readonly Found[] {
  return guards.flatMap(({ source, line }): readonly Found[] => {
    const sign = signsFor(signs, source.path, project)[0];
    if (sign === undefined) return [];
    const seen = `${sign.what}, ${sign.file}:${sign.line}`;
    return [{ level: 'warning', file: source.path, line, what: what(seen), remedy }];
  });
}

/** Signs of a reverse proxy in front of the server. */
export function proxySigns(project: Project): readonly Sign[] {
  const files = deploymentFiles(project).flatMap((file): readonly Sign[] => {
    const name = nameOf(file.path);
    const sign = (what: string, pattern?: RegExp): readonly Sign[] => [signOf(file, what, pattern)];
    if (/\.conf$/i.test(name) && /^\s*proxy_pass\s/m.test(file.text)) return sign('a proxy_pass', /^\s*proxy_pass\s/m);
    if (name === 'Caddyfile' && /reverse_proxy/.test(file.text)) return sign('a reverse_proxy', /reverse_proxy/);
    if (name === 'vercel.json' || name === 'fly.toml' || name === 'netlify.toml' || name === 'render.yaml')
      return sign('a platform that puts its proxy in front');
    if (/\bFROM\s+\S*nginx\b/i.test(file.text) && /Dockerfile/i.test(name))
      return sign('nginx', /\bFROM\s+\S*nginx\b/i);
    return readYaml(file).flatMap((document) => {
      if (document.kind === 'Ingress' || document.kind === 'IngressRoute' || document.kind === 'HTTPRoute')
        return sign(`an ${document.kind}`, /^kind:\s*(?:Ingress|IngressRoute|HTTPRoute)/m);
      return Object.values(servicesOf(document)).flatMap((service) => {
        const image = memberOf(service, 'image');
        return typeof image === 'string' && PROXY_IMAGES.test(image)
          ? sign(image.split(':')[0] ?? '', literal(image))
          : [];
      });
    });
  });
  const programs = project.sources.flatMap(({ path, program }) =>
    program.nodes.filter(isCall).flatMap((call): readonly Sign[] => {
      if (!/\.(?:set|enable)$/.test(pathOfNode(nodeAt(call, 'callee')) ?? '')) return [];
      return textOf(program, argumentsOf(call)[0]) === 'trust proxy'
        ? [{ file: path, line: lineOf(call), what: 'trust proxy' }]
        : [];
    }),
  );
  return [...files, ...programs];
}

/** Signs that several processes take deliveries. */
export function instanceSigns(project: Project): readonly Sign[] {
  const files = deploymentFiles(project).flatMap((file): readonly Sign[] => {
    const name = nameOf(file.path);
    const sign = (what: string, pattern?: RegExp): readonly Sign[] => [signOf(file, what, pattern)];
    const many = /["']?instances["']?\s*:\s*(?:["'](?:max|-1|0|[2-9]|\d\d+)["']|-1|0|[2-9]|\d\d+)(?!\d)/;
    if (/^(?:ecosystem|pm2|process(?:es)?)(?:\.config)?\.(?:[cm]?js|json|ya?ml)$/.test(name) && many.test(file.text))
      return sign('several pm2 instances', many);
    if (name === 'package.json') {
      const script = /pm2(?:-runtime)?\s[^"]*?(?:-i|--instances)[= ]*(?:max|0|-1|[2-9]|\d\d)/;
      return script.test(file.text) ? sign('several pm2 instances', script) : [];
    }
    if (name === 'vercel.json' || name === 'netlify.toml') return sign('a serverless platform');
    const machines = /^\s*min_machines_running\s*=\s*(?:[2-9]|\d\d)/m;
    if (name === 'fly.toml') return machines.test(file.text) ? sign('several machines', machines) : [];
    if (/^serverless(?:\.[\w-]+)?\.ya?ml$/.test(name)) return sign('functions that are started many times');
    return readYaml(file).flatMap((document) => manyOf(file, document));
  });
  const programs = project.sources.flatMap(({ path, program, imports }): readonly Sign[] => {
    const lambda = imports.find(({ from, name }) => from === '@postern/core/fetch' && name === 'fromLambdaEvent');
    if (lambda) return [{ file: path, line: lineOf(lambda.node), what: 'AWS Lambda' }];
    const cluster = imports.find(
      ({ from, name }) => /^(?:node:)?cluster$/.test(from) && (name === 'default' || name === '*'),
    );
    if (cluster === undefined) return [];
    return program.nodes
      .filter((node) => isCall(node) && pathOfNode(nodeAt(node, 'callee')) === `${cluster.local}.fork`)
      .map((node) => ({ file: path, line: lineOf(node), what: 'cluster.fork' }));
  });
  return [...files, ...programs];
}

function manyOf(file: ProjectFile, document: Readonly<Record<string, unknown>>): readonly Sign[] {
  const { kind } = document;
  const replicas = memberOf(document, 'spec', 'replicas');
  if ((kind === 'Deployment' || kind === 'StatefulSet') && typeof replicas === 'number' && replicas > 1) {
    const containers = memberOf(document, 'spec', 'template', 'spec', 'containers');
    const images = Array.isArray(containers) ? containers.map((one) => String(memberOf(one, 'image') ?? '')) : [];
    return images.length > 0 && images.every(isOther)
      ? []
      : [signOf(file, `${replicas} replicas`, /^\s*replicas:\s*(?:[2-9]|\d\d)/m)];
  }
  const most = memberOf(document, 'spec', 'maxReplicas');
  if (kind === 'HorizontalPodAutoscaler' && typeof most === 'number' && most > 1)
    return [signOf(file, `up to ${most} replicas`, /^\s*maxReplicas:/m)];
  if (
    /^values[\w.-]*\.ya?ml$/.test(nameOf(file.path)) &&
    typeof document.replicaCount === 'number' &&
    document.replicaCount > 1
  )
    return [signOf(file, `${document.replicaCount} replicas`, /^replicaCount:/m)];
  if (
    Object.values(isRecord(document.Resources) ? document.Resources : {}).some(
      (one) => memberOf(one, 'Type') === 'AWS::Serverless::Function',
    )
  )
    return [signOf(file, 'functions that are started many times', /AWS::Serverless::Function/)];
  // Kustomize sets the replicas of what it takes from elsewhere.
  if (kind === 'Kustomization' || /^kustomization\.ya?ml$/i.test(nameOf(file.path)))
    return (Array.isArray(document.replicas) ? document.replicas : []).flatMap((one) => {
      const count = memberOf(one, 'count');
      if (typeof count !== 'number' || count < 2 || isOther(String(memberOf(one, 'name') ?? ''))) return [];
      return [signOf(file, `${count} replicas`, new RegExp(`^.*\\bcount["']?:\\s*${count}\\b`, 'm'))];
    });
  return Object.values(servicesOf(document)).flatMap((service) => {
    const count = memberOf(service, 'deploy', 'replicas') ?? memberOf(service, 'scale');
    const image = memberOf(service, 'image');
    if (typeof count !== 'number' || count < 2 || (typeof image === 'string' && isOther(image))) return [];
    return [signOf(file, `${count} replicas`, new RegExp(`^\\s*(?:replicas|scale):\\s*${count}\\b`, 'm'))];
  });
}

function isOther(image: string): boolean {
  return PROXY_IMAGES.test(image) || OTHER_IMAGES.test(image);
}

/** The services of a compose file. */
function servicesOf(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(document.services) ? document.services : {};
}

function signOf({ path, text }: ProjectFile, what: string, pattern?: RegExp): Sign {
  const found = pattern?.exec(text);
  const at = found ? found.index + (found[0].length - found[0].trimStart().length) : 0;
  return { file: path, line: lineAt(text, at), what };
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}
