import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.ts';
import 'reflect-metadata';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000' } = process.env;

// rawBody keeps the bytes beside what Nest's parsers make of them: those bytes were signed.
const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true });
// Nest's own limit is 100 kB, less than some deliveries. The guard's is 1 MiB.
app.useBodyParser('json', { limit: '1mb' });
app.enableShutdownHooks();
await app.listen(Number(PORT), HOST);
