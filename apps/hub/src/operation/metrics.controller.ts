import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { MayCall } from '../rest/route.decorator.js';
import { Metrics } from './metrics.js';

@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /**
   * For Prometheus with an API key of any role (`authorization: credentials:`). Not public, for it tells how busy one is;
   * not open to loopback either, for behind a proxy on the same machine everybody comes from there.
   */
  @Get('metrics')
  @MayCall('signed-in')
  async read(@Res({ passthrough: true }) response: Response): Promise<string> {
    response.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
