/** Light or dark: what the reader's system prefers, until he chooses. */
import type { Palette } from './drawArena';

export type Theme = 'light' | 'dark';

export function preferredTheme(): Theme {
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** The canvas cannot use the style sheet, so it gets the colors from here. */
export function paletteOf(theme: Theme): Palette {
  return theme === 'dark' ? DARK : LIGHT;
}

const LIGHT: Palette = {
  background: '#ffffff',
  line: '#d9dee7',
  text: '#1b2330',
  onColor: '#ffffff',
  free: '#eef1f6',
  stack: '#8a94a6',
  large: '#5b6b86',
  touched: '#0b57d0',
  followed: '#a3360a',
  isDark: false,
};

const DARK: Palette = {
  background: '#12161d',
  line: '#2b3340',
  text: '#e8ecf3',
  onColor: '#10141b',
  free: '#1f2630',
  stack: '#7d899c',
  large: '#93a4c3',
  touched: '#8ab4ff',
  followed: '#ffb086',
  isDark: true,
};
