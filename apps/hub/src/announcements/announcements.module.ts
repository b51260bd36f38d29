import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnnouncementEntity } from './announcement.entity.js';
import { AnnouncementsController } from './announcements.controller.js';
import { Announcements } from './announcements.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([AnnouncementEntity])],
  controllers: [AnnouncementsController],
  providers: [Announcements],
})
export class AnnouncementsModule {}
