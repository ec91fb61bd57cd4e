import { Controller, Get, Module } from '@nestjs/common';
import { Orders } from './orders.ts';
import { ShopifyController } from './shopify.controller.ts';

@Controller()
class HealthController {
  @Get('healthz')
  health() {
    return { status: 'ok' };
  }
}

@Module({ controllers: [HealthController, ShopifyController], providers: [Orders] })
export class AppModule {}
