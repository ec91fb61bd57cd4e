export { type AzampayCredentials, azampayConfirm } from './confirmations/azampay.ts';
export { type ClickpesaCredentials, clickpesaConfirm } from './confirmations/clickpesa.ts';
export { type FincodeConfirmOptions, fincodeConfirm } from './confirmations/fincode.ts';
export { type FlutterwaveV3Credentials, flutterwaveV3Confirm } from './confirmations/flutterwave-v3.ts';
export { type HubtelCredentials, hubtelConfirm } from './confirmations/hubtel.ts';
export { type IntasendCredentials, intasendConfirm } from './confirmations/intasend.ts';
export { type MercadoPagoCredentials, mercadoPagoConfirm } from './confirmations/mercado-pago.ts';
export { type MidtransCredentials, midtransConfirm } from './confirmations/midtrans.ts';
export { type MollieClassicCredentials, mollieClassicConfirm } from './confirmations/mollie-classic.ts';
export { type MoyasarCredentials, moyasarConfirm } from './confirmations/moyasar.ts';
export { type MtnMomoCredentials, mtnMomoConfirm } from './confirmations/mtn-momo.ts';
export { type OzowCredentials, ozowConfirm } from './confirmations/ozow.ts';
export { type PayfastAccount, payfastConfirm } from './confirmations/payfast.ts';
export { type PaypalIpnAccount, paypalIpnConfirm } from './confirmations/paypal-ipn.ts';
export { type PaypalVerifyApiCredentials, paypalVerifyApiConfirm } from './confirmations/paypal-verify-api.ts';
export { type PeachCredentials, peachConfirm } from './confirmations/peach.ts';
export { type PesapalCredentials, pesapalConfirm } from './confirmations/pesapal.ts';
export { type SafaricomDarajaCredentials, safaricomDarajaConfirm } from './confirmations/safaricom-daraja.ts';
export { type SelcomCredentials, selcomConfirm } from './confirmations/selcom.ts';
export { type XenditCredentials, xenditConfirm } from './confirmations/xendit.ts';
export { type YookassaCredentials, yookassaConfirm } from './confirmations/yookassa.ts';
export type { Confirm, Environment, Expected, Notice, Order } from './lib/confirm/confirm.ts';
export {
  type ConfirmByOptions,
  confirmBy,
  type LookedUp,
  type LookUp,
  type NoticeData,
} from './lib/confirm/confirm-by.ts';
export { type ConfirmOptions, confirmWith } from './lib/confirm/confirm-with.ts';
export type {
  AnswerData,
  AnswerPlace,
  AnswerPlaces,
  Condition,
  Confirmation,
  Derived,
  NoticeValue,
  RequestTemplate,
  StatusWords,
  TokenRequest,
} from './lib/confirm/confirmation.ts';
export type { Credential } from './lib/confirm/credentials.ts';
