import { basename } from 'node:path';

/** The configuration of a workerd that guards one socket and opens the control door on another. */
export function workerdConfiguration(worker: string, home: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "guest", worker = .guest),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "worker", address = "127.0.0.1:0", http = (), service = (name = "guest", entrypoint = "worker")),
    (name = "control", address = "127.0.0.1:0", http = (), service = (name = "guest", entrypoint = "door")),
  ],
);

const guest :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "${basename(worker)}")],
  compatibilityDate = "2026-01-01",
  bindings = [(name = "HOME", text = "${home}")],
  globalOutbound = "loopback",
);
`;
}
