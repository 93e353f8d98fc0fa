/** Names of what the driver numbers. */
import { expect, test } from 'vitest';
import { METRIC_TWINS, metricName, tieName } from './figureNames';
import { twinName } from './twinNames';

test('ties are named from 300 on, between the histograms and the fields of reads', () => {
  expect(twinName(300)).toBe('Sys, against the sum of its parts');
  expect(tieName(299)).toBeUndefined();
  expect(twinName(267)).toBe('/gc/heap/frees-by-size:bytes of size class 67');
});

test('a metric is named with the way it was read', () => {
  const metrics = ['/a:bytes', '/b:bytes'];
  expect(metricName(METRIC_TWINS + 1, metrics)).toBe('/b:bytes read alone, against a read of all metrics');
  expect(metricName(METRIC_TWINS + 512, metrics)).toBe('/a:bytes read with some others, against a read of all metrics');
  expect(metricName(METRIC_TWINS + 1024, metrics)).toBe('/a:bytes against MemStats and the books');
  expect(metricName(METRIC_TWINS + 7, metrics)).toContain('metric 7');
});
