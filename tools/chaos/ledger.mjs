// What the database says in the end, read past the hubs.
import pg from 'pg';
import { unpackFacts } from '../../apps/hub/dist/results/packed-facts.js';

const stateNames = ['healthy', 'degraded', 'unhealthy', 'unknown'];
const ms = (column) => `(extract(epoch FROM ${column}) * 1000)::float8`;

export class Ledger {
  constructor(url) {
    this.pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'chaos' });
    this.pool.on('error', () => undefined);
  }

  async #rows(text) {
    return (await this.pool.query(text)).rows;
  }

  close() {
    return this.pool.end();
  }

  sliceReports() {
    return this.#rows(
      `SELECT c.name || ' in ' || l.name AS name, (c.schedule->>'everySeconds')::int AS "everySeconds",
         NOT c.paused AND s.retired_at IS NULL AS "isWatched",
         coalesce((SELECT ${ms('max(slot)')} FROM results WHERE slice_number = s.number AND attempt = 0), 0) AS "newestMs"
       FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
       JOIN locations l ON l.id = s.location_id`,
    );
  }

  /** Of how many slices the past is yet to be told anew. */
  async untold() {
    const [{ count }] = await this.#rows('SELECT count(DISTINCT slice_number)::int AS count FROM repaint_marks');
    return count;
  }

  async states() {
    const rows = await this.#rows(
      `SELECT 'slice' AS kind, c.name || ' in ' || l.name AS name, s.state
       FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
       JOIN locations l ON l.id = s.location_id WHERE s.retired_at IS NULL
       UNION ALL SELECT 'check', name || ' ', state FROM checks
       UNION ALL SELECT 'system', name, state FROM systems`,
    );
    return rows.map((row) => ({ ...row, state: stateNames[row.state] }));
  }

  /** Everything, for the audit. */
  async read() {
    const slices = await this.#rows(
      `SELECT s.number, s.id, c.name || ' in ' || l.name AS name, c.config->>'url' AS url, a.thresholds, s.state,
         (c.schedule->>'everySeconds')::int * 1000 AS "intervalMs",
         ${ms('(SELECT min(placed_at) FROM placements WHERE slice_number = s.number)')} AS "placedMs", ${ms('s.retired_at')} AS "retiredMs"
       FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
       JOIN locations l ON l.id = s.location_id ORDER BY s.number`,
    );
    const results = await this.#rows(
      `SELECT slice_number AS slice, ${ms('slot')} AS "slotMs", attempt, verdict, satellite_number AS satellite,
         ${ms('started_at')} AS "startedMs", flags, failure_code AS failure, facts, f.template, fact_values AS packed
       FROM results LEFT JOIN fact_templates f ON f.number = fact_template ORDER BY slice_number, slot, attempt`,
    );
    for (const result of results) {
      const { facts, template, packed } = result;
      const [read] = template === null ? [facts] : unpackFacts(template, packed);
      result.number = read?.['response.bodyBytes'] ?? null;
      for (const name of ['facts', 'template', 'packed']) delete result[name];
    }
    const gaps = await this.#rows(
      `SELECT slice_number AS slice, ${ms('from_slot')} AS "fromMs", ${ms('to_slot')} AS "toMs", count, reason FROM gaps`,
    );
    const intervals = await this.#rows(
      `SELECT subject_kind AS kind, subject_id AS subject, ${ms('from_at')} AS "fromMs", ${ms('to_at')} AS "toMs", state
       FROM state_intervals ORDER BY subject_kind, subject_id, from_at`,
    );
    const satellites = await this.#rows(
      `SELECT number, name, refused_results::int AS refused, doubled_results::int AS doubled FROM satellites ORDER BY number`,
    );
    const [{ rejected }] = await this.#rows('SELECT count(*)::int AS rejected FROM rejected_results');
    return { slices, results, gaps, intervals, satellites, rejected };
  }
}
