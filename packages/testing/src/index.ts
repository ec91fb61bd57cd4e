export type { AdapterCase } from './lib/adapter-case.ts';
export { adapterCases, checkDifferences } from './lib/adapter-cases.ts';
export type { Difference, Mount, MountHandler, Reply, RunningServer, Spoiling } from './lib/mount.ts';
export type { Sight } from './lib/sight.ts';
export { type PaymentSimulator, type SimulatedVendor, simulatePayments } from './lib/simulators/payments.ts';
export {
  type PesapalPayment,
  type PesapalSimulator,
  type PesapalSimulatorOptions,
  simulatePesapal,
} from './lib/simulators/pesapal.ts';
export {
  type Misbehaviour,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from './lib/simulators/simulator.ts';
export type { SimulatedPayment } from './lib/simulators/vendor.ts';
export type { OpenStore, StoreCase, StoreOpener } from './lib/store-case.ts';
export { storeCases } from './lib/store-cases.ts';
