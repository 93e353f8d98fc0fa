import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Runs the corpus of failing traces before all other tests. */
export class CorpusFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(isCorpus(b)) - Number(isCorpus(a)));
  }
}

function isCorpus({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith('/corpus.test.ts');
}
