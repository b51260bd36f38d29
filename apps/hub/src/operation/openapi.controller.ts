import { openApiDocument } from '@checkstack/api/openapi';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { MayCall } from '../rest/route.decorator.js';
import { hubVersion } from '../version.js';

@Controller()
export class OpenApiController {
  private document: string | undefined;

  @Get('api/openapi.json')
  @MayCall('signed-in')
  read(@Res() response: Response): void {
    this.document ??= JSON.stringify(openApiDocument(hubVersion));
    response.type('application/json').setHeader('Cache-Control', 'no-cache').send(this.document);
  }
}
