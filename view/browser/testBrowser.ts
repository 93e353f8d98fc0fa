/** A real browser for tests: Debian's Chromium, without a window. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['SPANCHECK_BROWSER'] ?? '/usr/bin/chromium';

const OPTIONS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Returns the reason that there is no browser, or undefined if there is one. Throws where one is required. */
export function missingBrowser(): string | undefined {
  if (existsSync(CHROMIUM)) return undefined;
  const problem = `${CHROMIUM} is missing; install chromium, or name another one in SPANCHECK_BROWSER`;
  if (process.env['SPANCHECK_REQUIRE_BROWSER'] === '1') throw new Error(problem);
  return problem;
}

/** A browser and the pages that were opened in it. */
export class TestBrowser {
  private readonly folder = mkdtempSync(join(tmpdir(), 'spancheck-page-'));
  private browser: Browser | undefined;
  private files = 0;
  /** Messages on the consoles of pages, and their uncaught errors. */
  readonly problems: string[] = [];
  /** Addresses that pages asked for besides their own file. */
  readonly requests: string[] = [];

  async open(html: string, { hash = '', width = 1440, height = 900 } = {}): Promise<Page> {
    this.browser ??= await chromium.launch({ executablePath: CHROMIUM, args: OPTIONS });
    // Colours in the middle of a transition are no colours of the page.
    const page = await this.browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('dialog', (dialog) => {
      this.problems.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const path = join(this.folder, `page${this.files++}.html`);
    writeFileSync(path, html);
    const address = pathToFileURL(path).href;
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) this.requests.push(request.url());
    });
    await page.goto(address + hash);
    await page.waitForSelector('main');
    return page;
  }

  async close(): Promise<void> {
    await this.browser?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
