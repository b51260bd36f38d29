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
  /** It gives its slices to others where there are any, and stays connected. */
  draining: z.boolean(),
  /** The satellite's program. */
  release: z.string().nullable(),
  /** Its release is not the hub's. */
  outdated: z.boolean(),
  hubRelease: z.string(),
  hostname: z.string().nullable(),
  platform: z.string().nullable(),
  probeKinds: z.array(z.string()),
  /** Of `probeKinds`, those that the policy of its owner forbids. */
  refusedKinds: z.array(z.string()),
  /** Kinds of the checks it is to run now, whether it can or not. */
  neededKinds: z.array(z.string()),
  /** It holds the roster that it is to hold. */
  rosterConfirmed: z.boolean(),
  lastSeenAt: instant.nullable(),
  connectedAt: instant.nullable(),
  sliceCount: z.int(),
  /** Results that were refused: for slices it never held, too old, or that could not be stored. */
  refusedResults: z.int(),
  /** Of those, the ones of the last 7 days that could not be stored and are kept aside, and why the newest could not. */
  rejectedResults: z.object({ count: z.int(), newest: z.object({ at: instant, reason: z.string() }).nullable() }),
  /** Runs that another satellite, or this one, had reported before. */
  supersededResults: z.int(),
  gauges: satelliteGauges.nullable(),
  offlineToleranceSeconds: z.int(),
  /** Until when a token works that was rotated out. */
  oldTokenEndsAt: instant.nullable(),
  createdAt: instant,
  version,
});
export type Satellite = z.infer<typeof satellite>;

/** Slots of which no result is stored, of all slices for which the same reason holds at that time. */
export const satelliteGap = z.object({
  /** The first and the last missing slot. */
  from: instant,
  to: instant,
  /** `spool_full`, `spool_age`, `satellite_stopped`, `satellite_offline`, `satellite_suspended`, `not_yet_held`, `clock`, … */
  reason: z.string(),
  runs: z.int(),
  slices: z.int(),
  checkCount: z.int(),
  /** A few of the checks. */
  checks: z.array(named),
});
export type SatelliteGap = z.infer<typeof satelliteGap>;

export const satelliteTag = z.object({ tag: z.string(), satelliteCount: z.int(), onlineCount: z.int() });
export type SatelliteTag = z.infer<typeof satelliteTag>;

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
  tags: route('GET /satellite-tags', {
    access: 'satellites.location.read',
    summary: 'The tags of satellites by name, each a pool that checks can run on',
    response: z.object({ items: z.array(satelliteTag) }),
  }),
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
  gaps: route('GET /satellites/:id/gaps', {
    access: 'checks.check.read',
    summary: 'What a satellite could not deliver, newest first; at most 31 days at once',
    params: byId,
    query: z.object({ from: instant, to: instant }),
    /** `more`: there are older ones that are left out. */
    response: z.object({ items: z.array(satelliteGap), more: z.boolean() }),
  }),
  update: route('PATCH /satellites/:id', {
    access: 'satellites.satellite.manage',
    summary: 'Rename, move, tag, drain, or disable',
    params: byId,
    body: z
      .strictObject({
        name,
        locationId: id,
        tags,
        draining: z.boolean(),
        disabled: z.boolean(),
        offlineToleranceSeconds,
      })
      .partial(),
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
