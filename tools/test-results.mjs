// Every package's test run leaves a `test-results.json` in Vitest's JSON format; together they make one line.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

function resultFiles() {
  return ['apps', 'libs', '.']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'test-results.json')))
    .filter((path) => existsSync(path));
}

/** So that what is found afterwards comes from this run (or from nx's cache, which puts it back). */
export function forgetResults() {
  for (const path of resultFiles()) rmSync(path);
}

/** `isSuccess`: whether the tasks behind the results succeeded; a failure that no test shows counts as one. */
export function summary(isSuccess) {
  const reports = resultFiles().map((path) => JSON.parse(readFileSync(path, 'utf8')));
  const passed = sum(reports, (report) => report.numPassedTests);
  // A spec file that could not even be loaded has no tests to count.
  const failed = sum(reports, (report) => report.numFailedTests + report.testResults.filter(isUnloadable).length);
  const failures = isSuccess ? failed : Math.max(failed, 1);
  return { line: `${passed} passed, ${failures} failed`, isGreen: failures === 0 };
}

function isUnloadable({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed');
}

function sum(reports, count) {
  return reports.reduce((total, report) => total + count(report), 0);
}
