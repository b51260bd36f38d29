import * as z from 'zod';
import { byId, id, instant, name, named, pageOf, paging, tags, version } from './fields.js';
import { route } from './route.js';

export const location = z.object({ id, name: z.string(), satelliteCount: z.int(), onlineCount: z.int(), version });
export type Location = z.infer<typeof location>;

export const satelliteGauges = z.object({
  slices: z.int(),
  running: z.int(),
  runsPerSecond: z.number(),
  spoolRecords: z.int(),
  spoolBytes: z.int(),
  spoolOldestAgeMs: z.number(),
  lostRecords: z.int(),
  residentBytes: z.int(),
  cpuFraction: z.number(),
  /** Hub minus satellite. */
  clockOffsetMs: z.number(),
  roundTripMs: z.number(),
  warnings: z.array(z.string()),
  at: instant,
});
export type SatelliteGauges = z.infer<typeof satelliteGauges>;

export const satellite = z.object({
  id,
  name: z.string(),
  location: named,
  tags,
  /** `new` has never connected. */
  status: z.enum(['new', 'online', 'offline', 'disabled']),
  /** Started by a hub beside itself. */
  local: z.boolean(),
  /** The satellite's program. */
  release: z.string().nullable(),
  outdated: z.boolean(),
  hostname: z.string().nullable(),
  platform: z.string().nullable(),
  probeKinds: z.array(z.string()),
  lastSeenAt: instant.nullable(),
  connectedAt: instant.nullable(),
  sliceCount: z.int(),
  /** Results that were refused: for slices it never held, or that could not be stored. */
  refusedResults: z.int(),
  gauges: satelliteGauges.nullable(),
  offlineToleranceSeconds: z.int(),
  createdAt: instant,
  version,
});
export type Satellite = z.infer<typeof satellite>;

/** Shown once, after enrolment or rotation. */
export const enrolment = z.object({
  satellite,
  token: z.string(),
  commands: z.array(z.object({ title: z.string(), command: z.string(), hint: z.string() })),
});
export type Enrolment = z.infer<typeof enrolment>;

const offlineToleranceSeconds = z.int().min(15).max(3600);

export const locationRoutes = {
  list: route('GET /locations', {
    access: 'satellites.location.read',
    summary: 'Locations by name',
    response: z.object({ items: z.array(location) }),
  }),
  create: route('POST /locations', {
    access: 'satellites.location.manage',
    summary: 'Add a location',
    body: z.strictObject({ name }),
    response: location,
    status: 201,
  }),
  update: route('PATCH /locations/:id', {
    access: 'satellites.location.manage',
    summary: 'Rename a location',
    params: byId,
    body: z.strictObject({ name }),
    response: location,
  }),
  remove: route('DELETE /locations/:id', {
    access: 'satellites.location.manage',
    summary: 'Delete a location that has neither satellites nor assignments',
    params: byId,
  }),
};

export const satelliteRoutes = {
  list: route('GET /satellites', {
    access: 'satellites.satellite.read',
    summary: 'Satellites by name',
    query: z.object(paging),
    response: pageOf(satellite),
  }),
  enrol: route('POST /satellites', {
    access: 'satellites.satellite.manage',
    summary: 'Enrol a satellite; token and commands are in this answer and never again',
    body: z.strictObject({
      name,
      /** An existing location, or the name of a new one. */
      location: z.union([z.strictObject({ id }), z.strictObject({ name })]),
      tags: tags.default([]),
      offlineToleranceSeconds: offlineToleranceSeconds.default(45),
    }),
    response: enrolment,
    status: 201,
  }),
  read: route('GET /satellites/:id', {
    access: 'satellites.satellite.read',
    summary: 'One satellite',
    params: byId,
    response: satellite,
  }),
  update: route('PATCH /satellites/:id', {
    access: 'satellites.satellite.manage',
    summary: 'Rename, move, tag, or disable',
    params: byId,
    body: z.strictObject({ name, locationId: id, tags, disabled: z.boolean(), offlineToleranceSeconds }).partial(),
    response: satellite,
  }),
  rotate: route('POST /satellites/:id/token', {
    access: 'satellites.satellite.manage',
    summary: 'Make a new token; the old one works until the overlap ends',
    params: byId,
    body: z.strictObject({ overlapMinutes: z.int().min(0).max(10_080).default(60) }),
    response: enrolment,
    status: 201,
  }),
  remove: route('DELETE /satellites/:id', {
    access: 'satellites.satellite.manage',
    summary: 'Delete a satellite; its socket is closed at once',
    params: byId,
  }),
};
