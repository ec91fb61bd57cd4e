export { type GithubSettings, github } from './github.ts';
export { type LiasonpaySettings, liasonpay } from './liasonpay.ts';
export { shopify } from './shopify.ts';
export { slack } from './slack.ts';
export { standardWebhooks } from './standard-webhooks.ts';
export { stripe } from './stripe.ts';
