/** Lists what a Go release cannot show or do as a system, in words for people. */
import type { Limit } from '../../properties/system';
import type { Op } from '../../properties/trace/command';
import { MODELLED_MINOR } from './driverSource';
import { modelClasses, type Greeting } from './greeting';
import { knownBugsOf, storyOf } from './releases';
import type { Toolchain } from './toolchain';

/** Returns the limits of a release. */
export function limitsOf(
  { minor, version }: Toolchain,
  ops: ReadonlySet<Op>,
  greeting: Greeting | undefined,
): readonly Limit[] {
  const limits: Limit[] = [
    ...knownBugsOf(version).map((bug) => ({ what: `golang/go#${bug.issue}`, why: storyOf(bug) })),
    { what: 'heap', why: 'the runtime is another process, so its lists and bitmaps are not examined' },
    {
      what: 'heap_live',
      why: "the collector's own estimate is only held below HeapInuse, at reads and at the end of a trace",
    },
    { what: 'NextGC', why: 'no rule of the pacer is followed; where there is a metric of it, the two are compared' },
    { what: 'OtherSys, BuckHashSys, GCSys', why: 'nothing counts them; they are compared within the sum that is Sys' },
  ];
  if (minor !== MODELLED_MINOR)
    limits.push({
      what: 'predicted',
      why: `the reference model is Go 1.${MODELLED_MINOR}'s heap, and this is ${version}`,
    });
  if (!ops.has('freegc'))
    limits.push({ what: 'freegc', why: `${version} has no runtime.freegc, or its experiment is switched off` });
  if (minor === 14 || minor === 15)
    limits.push({ what: 'HeapIdle by its pages', why: 'the page bitmaps of Go 1.14 and 1.15 are not scanned' });
  if (minor < 16) limits.push({ what: 'metrics', why: `${version} has no runtime/metrics` });
  else
    limits.push({
      what: '/sched/latencies, /sync/mutex and /godebug metrics',
      why: 'they move by themselves, so two reads of them may differ',
    });
  for (const [sizeclass, modelClass] of greeting === undefined ? [] : modelClasses(greeting).entries()) {
    if (sizeclass === 0 || modelClass !== 0) continue;
    const sizeBytes = greeting?.classes[sizeclass]?.sizeBytes ?? 0;
    limits.push({
      what: `size class ${sizeclass} (${sizeBytes} B)`,
      why: 'the reference model has no such class, so no object of it is allocated; only totals and metrics count it',
    });
  }
  return limits;
}
