import { certificateUrl } from '../lib/keys/certificate-url.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkNames, checkSettings, keysOf, type KeySettings } from '../lib/scheme/settings.ts';
import { confirmByUrl } from '../lib/subscription/confirm-by-url.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `awsSns`. */
export interface AwsSnsSettings extends KeySettings {
  /** `sha256`, the default, is SignatureVersion 2; `sha1` is 1. The sender never chooses. */
  readonly algorithm?: 'sha256' | 'sha1';
  /** The ARNs of your topics. SNS signs for everybody's: without this list any AWS account can write genuine messages. Needed where the certificate is fetched. */
  readonly topics?: readonly [string, ...string[]];
}

const ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/;
const HOSTS = ['sns.*.amazonaws.com', 'sns.*.amazonaws.com.cn'];

/**
 * Amazon SNS: RSA over chosen fields of the JSON body, under the certificate of the region. It is given (`publicKey`, or as a secret), or, with
 * an empty list of secrets, fetched from the URL in the body, which must be one of SNS itself. Its issuer is not in that file, so beyond TLS with that
 * host only its name and its dates are checked. The topic decides the version: SHA-256 is 2 (the default here), SHA-1 is 1. Raw message delivery is not signed at all. With `topics`, a SubscriptionConfirmation is confirmed and never
 * reaches the handler; messages of other topics are refused.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function awsSns(settings: AwsSnsSettings = {}): Provider {
  checkSettings(settings, ['algorithm', 'publicKey', 'topics'], 'aws-sns');
  const topics = checkNames(settings.topics, ARN, 'aws-sns.topics');
  const remoteKeys = certificateUrl({
    at: { json: 'SigningCertURL' },
    hosts: HOSTS,
    // SNS signs for everybody.
    needs: topics === undefined ? 'topics' : undefined,
    path: /^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/,
    names: ['sns.amazonaws.com', 'sns.amazonaws.com.cn', 'sns.*.amazonaws.com', 'sns.*.amazonaws.com.cn'],
  });
  const subscription =
    topics &&
    confirmByUrl({
      when: { json: 'Type', value: 'SubscriptionConfirmation' },
      url: { json: 'SubscribeURL' },
      hosts: HOSTS,
      path: /^\/\?Action=ConfirmSubscription&TopicArn=[\w:.%-]+&Token=[\w.%-]+$/,
    });
  return defineProvider({
    name: 'aws-sns',
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
    scheme: rsa({
      digest: settings.algorithm ?? 'sha256',
      encoding: 'base64',
      content: '{fields}',
      values: {
        fields: {
          canonical: 'fields',
          of: 'json',
          fields: ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
          pair: '\n',
          join: '\n',
          end: '\n',
          skipAbsent: true,
        },
      },
      signature: { json: 'Signature', grammar: 'plain' },
      require: [
        { json: 'SignatureVersion', value: settings.algorithm === 'sha1' ? '1' : '2' },
        ...(topics === undefined ? [] : [{ json: 'TopicArn', value: topics }]),
      ],
      ...keysOf(settings),
    }),
    remoteKeys,
    subscription,
    proof: 'published',
    eventId: { json: 'MessageId' },
    eventType: { json: 'Type' },
    unsigned: ['UnsubscribeURL', 'MessageAttributes', 'SigningCertURL'],
  });
}
