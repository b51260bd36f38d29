import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ChannelEntity } from './channel.entity.js';
import { ChannelsController } from './channels.controller.js';
import { Channels } from './channels.service.js';
import { DestinationEntity } from './destination.entity.js';
import { DestinationsController } from './destinations.controller.js';
import { Destinations } from './destinations.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ChannelEntity, DestinationEntity]), AccessModule, DeliveryModule],
  controllers: [ChannelsController, DestinationsController],
  providers: [Channels, Destinations],
  exports: [Destinations],
})
export class ChannelsModule {}
