import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { runVerb } from '../verbs/run';
import { CONFIG, configSchema, parseConfig } from './config';

test('the schema in docs is the one that the code has; npm run docs:config writes it', () => {
  const shipped = readFileSync(join(packageRoot(), 'docs', 'config.schema.json'), 'utf8');
  expect(JSON.parse(shipped)).toEqual(configSchema());
});

test('every key is an option of run', () => {
  const options = new Set(runVerb().options.map((option) => option.attributeName()));
  expect(Object.keys(CONFIG.shape).filter((key) => key !== '$schema' && !options.has(key))).toEqual([]);
});

test.each([
  ['{"time": "5 weeks"}', /^spancheck.config.json: time: "5 weeks" cannot be used/],
  ['{"jobs": 0}', /^spancheck.config.json: jobs: 0 cannot be used/],
  ['{"maxFailure": 2}', /maxFailure: unknown key; did you mean maxFailures\?/],
  ['[]', /^spancheck.config.json: an array is not an object of options/],
  ['{', /^spancheck.config.json: /],
])('%s is refused in one line', (text, message) => {
  expect(() => parseConfig(text)).toThrow(message);
});
