/** Starts the page. */
import { render } from 'preact';
import { App } from './app';
import { loadData } from './loadData';

async function start(): Promise<void> {
  const root = document.getElementById('page');
  if (root === null) return;
  const data = await loadData();
  root.replaceChildren();
  render(<App data={data} />, root);
}

void start();
