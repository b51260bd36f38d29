import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { MayCall } from '../rest/route.decorator.js';
import { SatelliteBundle } from './satellite-bundle.js';

@Controller()
export class SatelliteBundleController {
  constructor(private readonly bundle: SatelliteBundle) {}

  /** Public on purpose: it holds no secret, and whoever fetches it has no account here, only the hash to check it by. */
  @Get('api/satellite/satellite.mjs')
  @MayCall('public')
  async download(@Res() response: Response): Promise<void> {
    const { sha256, content } = await this.bundle.read();
    response
      .setHeader('ETag', `"${sha256}"`)
      .setHeader('Cache-Control', 'no-cache')
      .type('text/javascript')
      .attachment('satellite.mjs')
      .send(content);
  }
}
