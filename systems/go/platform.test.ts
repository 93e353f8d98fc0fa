import { afterEach, expect, test, vi } from 'vitest';
import { driverKey } from './driverKey';
import { buildTarget, withoutGoSettings } from './platform';
import { requireRelease } from './toolchain';

afterEach(() => void vi.unstubAllEnvs());

const NOWHERE = { goroot: '/nowhere', version: 'go1.26.8', minor: 26 };

test('a platform that cannot run here is refused in one line', () => {
  vi.stubEnv('GOOS', 'windows');
  expect(() => buildTarget(NOWHERE)).toThrow(/^go: GOOS=windows .*; unset GOOS$/);
  vi.stubEnv('GOOS', 'linux');
  vi.stubEnv('GOARCH', '386');
  expect(() => buildTarget(NOWHERE)).toThrow(/^go: GOARCH=386 .*; unset GOARCH$/);
});

test.each(['GOAMD64', 'GOARM', 'GOEXPERIMENT', 'GO386'])('%s is part of the key', (name) => {
  const before = driverKey(NOWHERE, new Map());
  expect(driverKey(NOWHERE, new Map())).toBe(before);
  vi.stubEnv(name, 'v3');
  expect(driverKey(NOWHERE, new Map())).not.toBe(before);
  expect(buildTarget(NOWHERE)[name]).toBe('v3');
});

test('the version and the sources are part of the key', () => {
  const keys = [
    driverKey(NOWHERE, new Map()),
    driverKey({ ...NOWHERE, version: 'go1.26.7' }, new Map()),
    driverKey(NOWHERE, new Map([['main.go', 'package main']])),
  ];
  expect(new Set(keys).size).toBe(3);
});

test('no setting of Go reaches a build or a driver by itself', () => {
  const env = {
    PATH: '/bin',
    GOFLAGS: '-race',
    GOROOT: '/x',
    CGO_ENABLED: '1',
    GOCACHE: '/c',
    GOMAXPROCS: '1',
    GOOGLE_KEY: '',
  };
  expect(withoutGoSettings(env)).toEqual({ PATH: '/bin', GOCACHE: '/c' });
});

test('another release than the one that was wanted is refused, and both are named', () => {
  expect(() => requireRelease('go1.25.0', 'go1.20', 'the Go in /go')).toThrow(/^go: go1\.25\.0 .* go1\.20;/);
  expect(() => requireRelease('go1.26.8', 'go1.26.8-X:runtimefreegc', 'the driver')).not.toThrow();
  expect(() => requireRelease('go1.26.8', 'go1.26.8 X:runtimefreegc', 'the driver')).not.toThrow();
  expect(() => requireRelease('go1.9', 'go1.9.7', 'the driver')).toThrow(
    /^go: go1\.9 was wanted, but the driver is go1\.9\.7;/,
  );
});
